"""A layer or table as it is exported: typed columns, rows, geometry; and what each file says of itself."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003  # the type of a field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from geo.formats import typed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from geo.formats.qgis_styles import Map


class About(NamedTuple):
    """What a file says of itself: the same words in every format.

    `made` is the command that makes the file again, without the name of the file.
    """

    title: str
    licence: str
    attribution: str
    version: str
    made: str

    def items(self) -> dict[str, str]:
        """Return what is known, by name."""
        return {name: text for name, text in self._asdict().items() if text}

    def text(self) -> str:
        """Return it in lines."""
        return "".join(f"{name}: {text}\n" for name, text in self.items().items())


class Options(NamedTuple):
    """How layers are written.

    `crs` is an EPSG code; `lists` keeps lists as such in JSON; `clockwise` turns exteriors so, as D3 wants them;
    `table` leaves geometry out of CSV; `colours` are those of parties (``#rrggbb``), in KML; `shown` is what the layers
    look like on a map, for the styles of a GeoPackage, in `language`.
    """

    crs: int = 4326
    lists: bool = False
    clockwise: bool = False
    table: bool = False
    colours: Mapping[str, str] = MappingProxyType({})
    language: str | None = None
    shown: Map | None = None


class Layer(NamedTuple):
    """Rows with a value for each column, and the geometry of each: GeoJSON, EPSG:4326, or None.

    A table has no geometry at all: `spatial` is false.
    """

    name: str
    kind: str
    columns: list[typed.Column]
    features: list[dict[str, Any]]
    spatial: bool = True

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The values of each row by column."""
        return [feature["properties"] for feature in self.features]

    def written(self, *, lists: bool = False) -> list[dict[str, Any]]:
        """Return the features as GeoJSON has them, dates and lists as text, lists as such with `lists`."""
        types = {column.name: column.type for column in self.columns}
        return [
            feature
            | {
                "properties": {
                    name: typed.written(value, types[name], lists=lists)
                    for name, value in feature["properties"].items()
                }
            }
            for feature in self.features
        ]

    def texts(self, column: typed.Column) -> list[Any]:
        """Return the values of a column, lists as text."""
        values = [row[column.name] for row in self.rows]
        return [typed.written(value, column.type) if isinstance(value, tuple) else value for value in values]

    def shapes(self) -> NDArray[np.object_]:
        """Return the geometries as shapely ones, None where one is missing."""
        import numpy as np
        import shapely

        found = np.empty(len(self.features), dtype=object)
        for index, feature in enumerate(self.features):
            given = feature["geometry"]
            found[index] = given and shapely.geometry.shape(given)
        return found
