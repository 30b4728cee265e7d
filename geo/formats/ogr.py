"""What GDAL's drivers are given: arrays with one type each, geometry of one kind, and no clock."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely

from geo._errors import ClaimsError
from geo.formats import crs as coordinates

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from geo.formats.layer import Layer

_TIME = "1970-01-01T00:00:00.000Z"  # so that the same input gives the same bytes
_MULTI = {"Point": "MultiPoint", "LineString": "MultiLineString", "Polygon": "MultiPolygon"}


class Fields(NamedTuple):
    """The columns of a layer as arrays, with a mask of what is missing where an array cannot say it."""

    names: list[str]
    values: list[NDArray[Any]]
    masks: list[NDArray[np.bool_] | None]


def fields(layer: Layer, *, dates: bool = True) -> Fields:
    """Return the columns of a layer as arrays, lists as text; without `dates`, dates as text too."""
    names, values, masks = [], [], []
    for column in layer.columns:
        known = layer.texts(column)
        mask = np.array([value is None for value in known], dtype=bool)
        if column.type == "date" and dates:
            array: NDArray[Any] = np.array(known, dtype="datetime64[D]")
        elif column.type in ("integer", "flag"):
            kind: Any = np.int64 if column.type == "integer" else np.bool_
            array = np.array([0 if value is None else value for value in known], dtype=kind)
        elif column.type == "number":
            array = np.array([np.nan if value is None else value for value in known], dtype=float)
        else:
            array = np.empty(len(known), dtype=object)
            array[:] = [value if value is None else str(value) for value in known]
        names.append(column.name)
        values.append(array)
        masks.append(mask if mask.any() else None)
    return Fields(names, values, masks)


def shapes(layer: Layer, crs: int = 4326) -> NDArray[np.object_]:
    """Return the geometries of a layer in a CRS, exteriors counter-clockwise.

    Raises
    ------
    ClaimsError
        When the CRS is unknown or does not reach the ground.
    """
    found = layer.shapes()
    there = np.array([shape is not None for shape in found], dtype=bool)
    found[there] = shapely.orient_polygons(found[there])
    return found if crs == 4326 else coordinates.moved(found, crs, layer.name)


def kind(shapes_: NDArray[np.object_]) -> str:
    """Return the one kind of geometry that all are or can be made: ``MultiPolygon`` where some are; else Unknown."""
    found = {shape.geom_type for shape in shapes_ if shape is not None}
    if not found:
        return "Unknown"
    single = {name.removeprefix("Multi") for name in found}
    if len(single) > 1 or not single <= _MULTI.keys():
        return "Unknown"
    (one,) = single
    return one if found == single and one != "Polygon" else _MULTI[one]


def alike(shapes_: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return geometries of one kind, single ones as multiple where others are; polygons always."""
    to = kind(shapes_)
    if not to.startswith("Multi"):
        return shapes_
    made: Any = getattr(shapely, to)
    return np.array(
        [shape if shape is None or shape.geom_type == to else made([shape]) for shape in shapes_], dtype=object
    )


@contextlib.contextmanager
def no_clock() -> Iterator[None]:
    """Let GDAL write no time of day while the body runs."""
    import pyogrio

    name = "OGR_CURRENT_DATE"
    before = pyogrio.get_gdal_config_option(name)
    pyogrio.set_gdal_config_options({name: _TIME})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({name: before})


def write(
    layer: Layer,
    path: Path,
    driver: str,
    *,
    crs: int = 4326,
    dates: bool = True,
    append: bool = False,
    columns: Fields | None = None,
    **options: Any,
) -> None:
    """Write a layer with one of GDAL's drivers.

    Parameters
    ----------
    layer
        What is written; without geometry when it is a table.
    path
        The file, with the ending that the driver expects.
    driver
        Of GDAL.
    crs
        EPSG code.
    dates
        Whether the driver has dates.
    append
        Whether it becomes another layer of the file.
    columns
        Its columns, where they are not those of :func:`fields`.
    options
        Further ones of :func:`pyogrio.raw.write`.

    Raises
    ------
    ClaimsError
        When GDAL cannot write it.
    """
    import pyogrio
    from pyogrio import errors

    known = columns or fields(layer, dates=dates)
    place: dict[str, Any] = {"geometry": None, "geometry_type": None, "crs": None}
    if layer.spatial:
        found = alike(shapes(layer, crs))
        # from an array of None alone, nothing could be told
        wkb = shapely.to_wkb(found)
        place = {"geometry": wkb, "geometry_type": kind(found), "crs": f"EPSG:{crs}", "promote_to_multi": False}
    try:
        pyogrio.raw.write(
            path,
            field_data=known.values,
            fields=known.names,
            field_mask=known.masks,
            layer=layer.name,
            driver=driver,
            append=append,
            **place,
            **options,
        )
    except (errors.DataSourceError, errors.DataLayerError, errors.FeatureError, errors.FieldError) as error:
        raise ClaimsError(f"cannot be written as {driver}: {error}", code="file", feature=layer.name) from None
