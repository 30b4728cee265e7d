"""Polygons as GeoJSON (RFC 7946), several times as fast as a general driver.

Most of such a file is coordinates. They are taken from the well-known text that GEOS writes, with the punctuation
replaced.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from geo import _files
from geo._errors import ClaimsError
from geo._memory import uncollected
from geo.formats.grid import on_grid

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import geopandas
    from numpy.typing import NDArray

DECIMALS = 9  # a tenth of a millimetre
_BLOCK = 512  # features at a time, to keep their text in cache
_TO_BRACKETS = bytes.maketrans(b"( )", b"[,]")


def write(frame: geopandas.GeoDataFrame, path: str | Path) -> None:
    """Write polygons as RFC 7946 GeoJSON; see :func:`text`. A failure leaves no partial file.

    Examples
    --------
    >>> import geopandas
    >>> held = geo.load().snapshot("2024-12-07")
    >>> write(held, "held.geojson")
    >>> geopandas.read_file("held.geojson").shape == held.shape
    True
    """
    parts = _parts(frame, str(path))
    with _files.written(path) as beside, uncollected(), beside.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(parts)


def text(frame: geopandas.GeoDataFrame, *, what: str = "the frame", **members: Any) -> str:
    """Return polygons as RFC 7946 GeoJSON.

    Parameters
    ----------
    frame
        Polygons in any CRS; transformed to EPSG:4326, shells counter-clockwise, two-dimensional with at most nine
        decimals. Missing geometries and properties become ``null``, dates ISO 8601 text. A column ``id`` of unique
        texts or numbers also becomes the ``id`` of the features.
    what
        Name of the frame in errors.
    members
        Further members of the collection, such as ``licence``.

    Returns
    -------
    text
        A FeatureCollection, one feature a line.

    Raises
    ------
    ClaimsError
        When the frame has no CRS, a geometry is not a polygon or not finite, or a property cannot be written as JSON.

    Examples
    --------
    >>> import geopandas, shapely
    >>> square = geopandas.GeoDataFrame({"by": ["north"]}, geometry=[shapely.box(0, 0, 1, 1)], crs=4326)
    >>> print(text(square), end="")
    {"type":"FeatureCollection","features":[
    {"type":"Feature","properties":{"by":"north"},"geometry":{"type":"Polygon","coordinates":[[[1,0],[1,1],[0,1],[0,0],[1,0]]]}}
    ]}
    """
    with uncollected():
        return "".join(_parts(frame, what, **members))


def _parts(frame: geopandas.GeoDataFrame, what: str, **members: Any) -> Iterator[str]:
    """Yield the text of a frame, block by block."""
    if frame.crs is None:
        raise ClaimsError("the frame has no CRS; set one, for example frame.set_crs(4326)", file=what)
    geometries = np.asarray(frame.geometry.to_crs(4326), dtype=object)
    properties = frame.drop(columns=frame.geometry.name)
    names = [str(name) for name in properties.columns]
    row = ",".join(f"{_files.compact(name)}:".replace("%", "%%") + "%s" for name in names)
    row = '"properties":{' + row + '},"geometry":%s}'
    columns = [_values(properties.iloc[:, at], what) for at in range(len(names))]
    if "id" in names and _identify(properties["id"]):
        row, columns = '"id":%s,' + row, [columns[names.index("id")], *columns]
    row = '{"type":"Feature",' + row
    yield '{"type":"FeatureCollection",'
    yield from (f"{_files.compact(name)}:{_files.compact(value)}," for name, value in members.items())
    yield '"features":['
    for start in range(0, len(frame), _BLOCK):
        block = slice(start, start + _BLOCK)
        shapes = _geometry_texts(geometries[block], frame.index[block], what)
        rows = zip(*(column[block] for column in columns), shapes, strict=True)
        yield (",\n" if start else "\n") + ",\n".join(map(row.__mod__, rows))
    yield "\n]}\n"


def _identify(column: pd.Series[Any]) -> bool:
    """Return whether the values of a column can identify features."""
    return column.is_unique and pd.api.types.infer_dtype(column, skipna=False) in {"string", "integer"}


def _on_grid(geometries: NDArray[np.object_], polygonal: NDArray[np.bool_]) -> NDArray[np.object_]:
    """Return geometries with the finite ones among the polygons on the grid of the text."""
    index = np.repeat(np.arange(len(geometries)), shapely.get_num_coordinates(geometries))
    finite = polygonal.copy()
    finite[index[~np.isfinite(shapely.get_coordinates(geometries)).all(axis=1)]] = False
    placed = geometries.copy()
    placed[finite] = on_grid(geometries[finite], DECIMALS)
    return placed


def _geometry_texts(geometries: NDArray[np.object_], index: pd.Index[Any], what: str) -> list[str]:
    kinds: NDArray[np.int32] = shapely.get_type_id(geometries)
    polygonal = np.isin(kinds, (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON))
    if (wrong := (kinds >= 0) & ~polygonal).any():
        row = int(np.flatnonzero(wrong)[0])
        message = f"a {geometries[row].geom_type} is not a polygon; leave it out, or write the frame with geopandas"
        raise ClaimsError(message, code="geometry", file=what, feature=str(index[row]))
    geometries = _on_grid(geometries, polygonal)
    kinds = shapely.get_type_id(geometries)
    texts = np.full(len(geometries), "null", dtype=object)
    empty = polygonal & shapely.is_empty(geometries)
    texts[empty] = [f'{{"type":"{geometry.geom_type}","coordinates":[]}}' for geometry in geometries[empty]]
    rows = np.flatnonzero(polygonal & ~empty)
    if len(rows):
        shapes = geometries[rows]
        known = shapely.to_wkt(
            shapely.orient_polygons(shapes), rounding_precision=DECIMALS, trim=True, output_dimension=2
        )
        joined = "\n".join(known.tolist()).encode("ascii")
        if b"n" in joined.lower().replace(b"polygon", b""):  # nan or inf
            bad = next(row for row in rows.tolist() if not np.isfinite(shapely.get_coordinates(geometries[row])).all())
            message = "a coordinate is not finite; correct the geometry"
            raise ClaimsError(message, code="geometry", file=what, feature=str(index[bad]))
        joined = joined.replace(b"), (", b"]],[[").replace(b", ", b"],[")
        lines = joined.translate(_TO_BRACKETS).decode("ascii").split("\n")
        single = (kinds[rows] == shapely.GeometryType.POLYGON).tolist()
        texts[rows] = [  # drop POLYGON or MULTIPOLYGON and the blank, now a comma
            f'{{"type":"Polygon","coordinates":[{line[8:]}]}}'
            if one
            else f'{{"type":"MultiPolygon","coordinates":[{line[13:]}]}}'
            for line, one in zip(lines, single, strict=True)
        ]
    made: list[str] = texts.tolist()
    return made


def _values(column: pd.Series[Any], what: str) -> list[str]:
    """Return the values of a column as JSON."""
    if pd.api.types.is_datetime64_dtype(column) and (column.isna() | (column == column.dt.normalize())).all():
        column = pd.Series(np.datetime_as_string(column.to_numpy("datetime64[D]")), dtype=object).where(
            column.notna().to_numpy(), None
        )
    values = column.astype(object).where(column.notna(), None).tolist()

    def known(value: Any) -> Any:
        if isinstance(value, (dt.date, dt.time)):
            return value.isoformat()
        if isinstance(value, np.generic):
            return value.item()
        raise TypeError(f"{type(value).__name__} cannot be written as JSON; convert it to text")

    def dumped(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=("\n", ":"), default=known)

    try:
        # JSON text has no bare line breaks, so values that are written together can be split apart
        texts = dumped(values)[1:-1].split("\n") if values else []
        if len(texts) != len(values):  # lists and the like contain separators
            texts = [dumped(value).replace("\n", ",") for value in values]
    except (TypeError, ValueError) as error:
        raise ClaimsError(f"{column.name!r} cannot be written: {error}", code="property", file=what) from None
    return texts
