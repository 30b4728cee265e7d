"""Polygons from and to GeoJSON (RFC 7946), several times as fast as a general driver.

Almost all of such a file is coordinates. They are written by way of the well-known text that GEOS makes, whose
punctuation is exchanged; and read by cutting them out of the text, all at once: their brackets give the structure of
the geometries, what is left between the brackets is one column of numbers, and the small rest is read as JSON.

What does not have the plain form (two coordinates, closed rings, polygons only, properties that are numbers, texts and
days) is left to pyogrio, so that a frame read here is the frame that pyogrio would have read.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import gc
import io
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas
import numpy as np
import pandas as pd
import shapely

from geo import _files
from geo._errors import ClaimsError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

DECIMALS = 9  # a tenth of a millimetre
_BLOCK = 1024  # features at a time, so that their text stays in the cache

_KEY = b'"coordinates"'
_TO_BRACKETS = bytes.maketrans(b"( )", b"[,]")
_RING = rb"\[p(?:,p)*+\]"
_POLYGON = rb"\[" + _RING + rb"(?:," + _RING + rb")*+\]"
_SHAPES = re.compile(rb"(?::(?:" + _POLYGON + rb"|\[" + _POLYGON + rb"(?:," + _POLYGON + rb")*+\]))*+")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_PERHAPS_TIME = re.compile(r"\s*[-+]?\d+[-/:]\d+[-/:].*", re.DOTALL)
_DEGREES = re.compile(r"(?:urn:ogc:def:crs:)?(?:OGC:[\d.]*:?CRS84|EPSG:[\d.]*:?4326)")


class _NotPlain(Exception):  # noqa: N818  # no error: another reader takes the file
    """The file has a form that is left to pyogrio."""


@contextlib.contextmanager
def _uncollected() -> Iterator[None]:
    """Put off garbage collection: a hundred thousand small objects, none of them garbage, set it off over and over."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def write(frame: geopandas.GeoDataFrame, path: str | Path) -> None:
    """Write polygons as RFC 7946 GeoJSON, whole or not at all; see :func:`text`."""
    parts = _parts(frame, str(path))
    with _files.written(path) as beside, _uncollected(), beside.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(parts)


def text(frame: geopandas.GeoDataFrame, *, what: str = "the frame") -> str:
    """Return polygons as RFC 7946 GeoJSON.

    Parameters
    ----------
    frame
        Polygons in any CRS; brought to EPSG:4326, shells counter-clockwise, two coordinates of nine decimals at most.
        A missing geometry stays ``null``, as do missing properties. Dates become ISO text. A column ``id`` of
        different texts or numbers also becomes the features' ``id``.
    what
        Name of the frame in errors.

    Returns
    -------
    text
        A FeatureCollection, one feature a line.

    Raises
    ------
    ClaimsError
        When the frame has no CRS, a geometry is no polygon or not finite, or a property has no form in JSON.

    Examples
    --------
    >>> square = geopandas.GeoDataFrame({"by": ["north"]}, geometry=[shapely.box(0, 0, 1, 1)], crs=4326)
    >>> print(text(square), end="")
    {"type":"FeatureCollection","features":[
    {"type":"Feature","properties":{"by":"north"},"geometry":{"type":"Polygon","coordinates":[[[1,0],[1,1],[0,1],[0,0],[1,0]]]}}
    ]}
    """
    with _uncollected():
        return "".join(_parts(frame, what))


def _parts(frame: geopandas.GeoDataFrame, what: str) -> Iterator[str]:
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
    yield '{"type":"FeatureCollection","features":['
    for start in range(0, len(frame), _BLOCK):
        block = slice(start, start + _BLOCK)
        shapes = _geometry_texts(geometries[block], frame.index[block], what)
        rows = zip(*(column[block] for column in columns), shapes, strict=True)
        yield (",\n" if start else "\n") + ",\n".join(map(row.__mod__, rows))
    yield "\n]}\n"


def _identify(column: pd.Series[Any]) -> bool:
    """Tell whether the values of a column can be the names of features."""
    return column.is_unique and pd.api.types.infer_dtype(column, skipna=False) in {"string", "integer"}


def _geometry_texts(geometries: NDArray[np.object_], index: pd.Index[Any], what: str) -> list[str]:
    kinds: NDArray[np.int32] = shapely.get_type_id(geometries)
    polygonal = np.isin(kinds, (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON))
    if (wrong := (kinds >= 0) & ~polygonal).any():
        row = int(np.flatnonzero(wrong)[0])
        message = f"a {geometries[row].geom_type} is no polygon"
        raise ClaimsError(message, code="geometry", file=what, feature=str(index[row]))
    texts = np.full(len(geometries), "null", dtype=object)
    empty = polygonal & shapely.is_empty(geometries)
    texts[empty] = [f'{{"type":"{geometry.geom_type}","coordinates":[]}}' for geometry in geometries[empty]]
    rows = np.flatnonzero(polygonal & ~empty)
    if len(rows):
        known = shapely.to_wkt(
            shapely.orient_polygons(geometries[rows]), rounding_precision=DECIMALS, trim=True, output_dimension=2
        )
        joined = "\n".join(known.tolist()).encode("ascii")
        if b"n" in joined.lower().replace(b"polygon", b""):  # nan or inf
            bad = next(row for row in rows.tolist() if not np.isfinite(shapely.get_coordinates(geometries[row])).all())
            raise ClaimsError("a coordinate is not finite", code="geometry", file=what, feature=str(index[bad]))
        joined = joined.replace(b"), (", b"]],[[").replace(b", ", b"],[")
        lines = joined.translate(_TO_BRACKETS).decode("ascii").split("\n")
        single = (kinds[rows] == shapely.GeometryType.POLYGON).tolist()
        texts[rows] = [  # the well-known text begins with POLYGON or MULTIPOLYGON and a blank, now a comma
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
        raise TypeError(f"{type(value).__name__} has no form in JSON")

    def dumped(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=("\n", ":"), default=known)

    try:
        # no text in JSON holds a bare line break, so the values can be told apart once they are all written at once
        texts = dumped(values)[1:-1].split("\n") if values else []
        if len(texts) != len(values):  # lists and the like hold separators of their own
            texts = [dumped(value).replace("\n", ",") for value in values]
    except (TypeError, ValueError) as error:
        raise ClaimsError(f"{column.name!r} cannot be written: {error}", code="property", file=what) from None
    return texts


def read(path: str | Path) -> geopandas.GeoDataFrame:
    """Return what a GeoJSON file holds, as ``geopandas.read_file`` would.

    Parameters
    ----------
    path
        A FeatureCollection of polygons. Anything else that pyogrio can read, it reads: other geometries, a ``crs``
        other than EPSG:4326, nested properties.

    Returns
    -------
    frame
        Features in the order of the file. Texts that are all days (``2024-12-08``) become dates.

    Raises
    ------
    ClaimsError
        When there is no such file, or it is not JSON.
    """
    path = Path(path)
    try:
        with _uncollected():
            return _plain(path.read_bytes())
    except (_NotPlain, ValueError, RecursionError) as fault:
        if not isinstance(fault, _NotPlain):
            _refuse(path)
    except OSError as error:
        raise ClaimsError(f"cannot be read: {error.strerror or error}", code="file", file=str(path)) from None
    try:
        return geopandas.read_file(path)
    except Exception as error:  # noqa: BLE001  # GDAL has errors of its own
        message = f"cannot be read: {str(error).splitlines()[0]}"
        raise ClaimsError(message, code="format", file=str(path)) from None


def _refuse(path: Path) -> None:
    """Say where a file stops being JSON."""
    try:
        _files.read_json(path)
    except ClaimsError as error:
        place = f"{error.feature}: " if error.feature else ""
        raise ClaimsError(f"cannot be read: {place}{error.fault}", code="format", file=str(path)) from None


def _plain(data: bytes) -> geopandas.GeoDataFrame:
    rest, polygons = _cut(data)
    collection = json.loads(rest)
    if not isinstance(collection, dict) or collection.get("type") != "FeatureCollection":
        raise _NotPlain
    if (crs := collection.get("crs")) is not None and not _DEGREES.fullmatch(
        str(crs.get("properties", {}).get("name"))
    ):
        raise _NotPlain
    features = collection.get("features")
    if not features or not all(type(feature) is dict and feature.get("type") == "Feature" for feature in features):
        raise _NotPlain
    shapes = [feature.get("geometry") for feature in features]
    there = [shape for shape in shapes if shape is not None]
    try:
        places, kinds = [shape["coordinates"] for shape in there], [shape["type"] for shape in there]
        properties = [feature["properties"] or {} for feature in features]
    except (KeyError, TypeError):
        raise _NotPlain from None
    # each piece of coordinates belongs to the geometry of one feature, in their order, and to nothing else
    if places != [[number] for number in range(len(polygons))]:
        raise _NotPlain
    named = {"Polygon": shapely.GeometryType.POLYGON, "MultiPolygon": shapely.GeometryType.MULTIPOLYGON}
    if [named.get(kind) for kind in kinds] != shapely.get_type_id(polygons).tolist():
        raise _NotPlain
    geometries = np.full(len(features), None, dtype=object)
    geometries[[shape is not None for shape in shapes]] = polygons
    frame = _frame(properties, [feature.get("id") for feature in features])
    return geopandas.GeoDataFrame(frame, geometry=geometries, crs=4326)


def _cut(data: bytes) -> tuple[bytes, NDArray[np.object_]]:
    """Return a text with the number of each piece of coordinates in its place, and these as polygons."""
    rest: list[bytes] = []
    spans: list[bytes] = []
    polygons = [np.zeros(0, dtype=object)]
    count, end = 0, 0
    while (key := data.find(_KEY, end)) >= 0:
        rest.append(b"%b:[%d]" % (data[end : key + len(_KEY)], count))
        end = data.rfind(b"]", key, data.find(b"}", key)) + 1  # the object ends where its first brace closes
        if not end:
            raise _NotPlain
        spans.append(data[key + len(_KEY) : end])
        count += 1
        if len(spans) == _BLOCK:
            polygons.append(_polygons(b"".join(spans)))
            spans.clear()
    if spans:
        polygons.append(_polygons(b"".join(spans)))
    rest.append(data[end:])
    return b"".join(rest), np.concatenate(polygons)


def _polygons(joined: bytes) -> NDArray[np.object_]:
    """Return the polygons whose coordinates are written one after the other, a colon before each."""
    shape = joined.translate(None, b"0123456789.+-eE \t\r\n").replace(b"[,]", b"p")
    if not _SHAPES.fullmatch(shape):
        raise _NotPlain
    numbers = joined.translate(bytes.maketrans(b":\t\r\n", b",   "), b"[]")
    numbers = numbers.replace(b" ,  ", b",").replace(b", ", b",")  # blanks within a number are left, and refused below
    at = np.frombuffer(shape, dtype=np.uint8)
    point, close = at == ord("p"), at == ord("]")
    ring = np.zeros(len(at), dtype=bool)
    ring[1:] = close[1:] & point[:-1]
    polygon = np.zeros(len(at), dtype=bool)
    polygon[1:] = close[1:] & ring[:-1]
    vertices = np.append(0, np.cumsum(point)[ring])
    rings = np.append(0, np.cumsum(ring)[polygon])
    try:
        column = pd.read_csv(
            io.BytesIO(numbers), header=None, sep=";", lineterminator=",", dtype=np.float64, engine="c"
        ).to_numpy()
    except ValueError:  # no number, where there should be one
        raise _NotPlain from None
    if column.size != 2 * vertices[-1]:
        raise _NotPlain
    coordinates = column.reshape(-1, 2)
    if (coordinates[vertices[:-1]] != coordinates[vertices[1:] - 1]).any() or np.diff(vertices).min() < 4:
        raise _NotPlain
    polygons = shapely.from_ragged_array(shapely.GeometryType.POLYGON, coordinates, (vertices, rings))
    begin = np.flatnonzero(at == ord(":"))
    multi = at[begin + 3] != ord("p")  # a polygon alone begins ":[[p"
    owner = np.searchsorted(begin, np.flatnonzero(polygon)) - 1
    many = multi[owner]
    found = np.empty(len(multi), dtype=object)
    found[~multi] = polygons[~many]
    if many.any():
        found[multi] = shapely.multipolygons(polygons[many], indices=np.unique(owner[many], return_inverse=True)[1])
    return found


def _frame(properties: list[dict[str, Any]], ids: list[Any]) -> pd.DataFrame:
    """Return properties with the types that pyogrio gives them."""
    frame = pd.DataFrame(properties, index=pd.RangeIndex(len(properties)))
    if "geometry" in frame:
        raise _NotPlain
    for name, column in frame.items():
        if column.dtype == np.int64:
            limits = np.iinfo(np.int32)
            if limits.min <= column.min() and column.max() <= limits.max:
                frame[name] = column.astype(np.int32)
        elif column.dtype not in (np.float64, np.bool_):
            frame[name] = _texts(column)
    kinds = {type(one) for one in ids}
    if "id" not in frame and str in kinds:
        if kinds != {str}:
            raise _NotPlain
        frame.insert(0, "id", ids)
    return frame


def _texts(column: pd.Series[Any]) -> pd.Series[Any]:
    """Return a column of texts, or of days where all of them are; nothing but texts and ``None`` is plain."""
    kind = pd.api.types.infer_dtype(column, skipna=True)
    if kind == "empty":
        return column.astype(object).where(column.notna(), None)
    if kind != "string":
        raise _NotPlain
    codes, found = pd.factorize(column)
    if all(map(_DAY.fullmatch, found)):
        try:
            days = np.append(np.array(found, dtype="datetime64[D]"), np.datetime64("NaT")).astype("datetime64[ms]")
        except ValueError:  # no such day
            raise _NotPlain from None
        return pd.Series(days[codes], column.index)
    if all(map(_PERHAPS_TIME.fullmatch, found)):
        raise _NotPlain
    return column
