"""Plain GeoJSON of polygons as frames, several times as fast as a general driver.

Almost all of such a file is coordinates. They are read as three texts made of the whole: one without the numbers,
whose brackets are the structure of the geometries, one without the brackets, which is a list of numbers, and the small
rest.
"""

from __future__ import annotations

import json
import re
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Literal

import geopandas
import msgspec
import numpy as np
import pandas as pd
import shapely

from geo._memory import uncollected

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_BLOCK = 512  # features at a time, so that their text stays in the cache

_RING = rb"\[p(?:,p)*+\]"
_POLYGON = rb"\[" + _RING + rb"(?:," + _RING + rb")*+\]"
_SHAPES = re.compile(rb"(?::(?:" + _POLYGON + rb"|\[" + _POLYGON + rb"(?:," + _POLYGON + rb")*+\]))*+")
_TIMES = [re.compile(r"\d{4}-\d{2}-\d{2}"), re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}")]
_PERHAPS_TIME = re.compile(r"\s*[-+]?\d+(?:[-/:]\d+[-/:]|:\d).*", re.DOTALL)
_DEGREES = {"urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:EPSG::4326", "EPSG:4326"}
_TO_SHAPES = bytes.maketrans(b"<", b":")
_TO_NUMBERS = bytes.maketrans(b"<:>", b"[,]")
_ROOM = 5  # times the text: what small features take when they are read
_NUMBERS = msgspec.json.Decoder(list[float])


class _Geometry(msgspec.Struct, gc=False):
    type: Literal["Polygon", "MultiPolygon"]
    coordinates: msgspec.Raw
    bbox: list[float] | msgspec.UnsetType = msgspec.UNSET


class _Feature(msgspec.Struct, gc=False):
    type: Literal["Feature"]
    geometry: _Geometry | None
    properties: dict[str, str | int | float | bool | None]
    id: int | str | None = None
    bbox: list[float] | msgspec.UnsetType = msgspec.UNSET


class _Crs(msgspec.Struct):
    properties: dict[str, Any]


class _Collection(msgspec.Struct):
    type: Literal["FeatureCollection"]
    features: list[_Feature]
    crs: _Crs | None = None
    coordRefSys: Any = None  # noqa: N815  # another word for it


class _NotPlain(ValueError):  # noqa: N818  # no error: another reader takes the file
    """The file has a form that is left to pyogrio."""


def read(path: str | Path) -> geopandas.GeoDataFrame | None:
    """Return what a plain GeoJSON file holds, as ``geopandas.read_file`` would return it.

    Parameters
    ----------
    path
        A FeatureCollection.

    Returns
    -------
    frame
        Features in the order of the file; columns of days (``2024-12-08``) or times become these. None when the file
        does not have the plain form: polygons in EPSG:4326 of two coordinates, and properties that are numbers, texts
        and times.

    Raises
    ------
    OSError
        When there is no such file.
    """
    with uncollected(), open(path, "rb") as file:  # noqa: PTH123  # a str will do
        try:
            raw = file.read()
            np.empty(_ROOM * len(raw), dtype=np.uint8)  # a MemoryError here, where msgspec would bring the process down
            collection = msgspec.json.decode(raw, type=_Collection)
            frame = _plain(collection)
            return frame if _has_each_member_once(raw, collection, frame) else None
        except (ValueError, RecursionError):  # msgspec's errors are such
            return None


def _has_each_member_once(raw: bytes, collection: _Collection, frame: geopandas.GeoDataFrame) -> bool:
    """Tell whether no object of a plain file has a member twice, the last of which would win; False also in doubt."""
    at, end = raw.find(b'"features"'), raw.rfind(b"]")
    try:  # what stands round the features has names of its own
        json.loads(raw[:at] + b'"features":[' + raw[end:], object_pairs_hook=_members)
    except ValueError:
        return False
    return raw.count(b":", at, end) == _expected_colons(raw, collection.features, frame)


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _NotPlain
    return found


def _expected_colons(raw: bytes, features: list[_Feature], frame: geopandas.GeoDataFrame) -> int:
    """Return how many colons some features have: one for each member that is known, and those in texts; -1 in doubt.

    Of a member that is there twice there is one too many. Coordinates, almost all of a file, have none.
    """
    names = features[0].properties
    shapes = [feature.geometry for feature in features if feature.geometry is not None]
    boxes = sum(one.bbox is not msgspec.UNSET for one in features)
    boxes += sum(one.bbox is not msgspec.UNSET for one in shapes)
    ids = [feature.id for feature in features if feature.id is not None]
    in_texts = sum(one.count(":") for one in ids if isinstance(one, str))
    for name in names:
        column = frame[name]
        if pd.api.types.is_datetime64_any_dtype(column):  # all of one form
            some = next(value for feature in features if (value := feature.properties[name]) is not None)
            in_texts += str(some).count(":") * int(column.notna().sum())
        elif not pd.api.types.is_numeric_dtype(column):
            codes, found = pd.factorize(column)
            colons = np.array([text.count(":") for text in found], dtype=np.int64)
            in_texts += int(colons[codes[codes >= 0]].sum()) if colons.any() else 0
    if in_texts and b"\\u003" in raw:  # a colon in disguise
        return -1
    in_names = len(features) * sum(name.count(":") for name in names)
    return 1 + len(features) * (3 + len(names)) + 2 * len(shapes) + boxes + len(ids) + in_texts + in_names


def _plain(collection: _Collection) -> geopandas.GeoDataFrame:
    features, crs = collection.features, collection.crs
    if collection.coordRefSys is not None or (crs is not None and crs.properties.get("name") not in _DEGREES):
        raise _NotPlain
    shapes = [feature.geometry for feature in features]
    there = [shape for shape in shapes if shape is not None]
    if not there:
        raise _NotPlain
    texts = [shape.coordinates for shape in there]
    polygons = np.concatenate([_polygons(texts[at : at + _BLOCK]) for at in range(0, len(texts), _BLOCK)])
    if [shape.type == "MultiPolygon" for shape in there] != (
        shapely.get_type_id(polygons) == shapely.GeometryType.MULTIPOLYGON
    ).tolist():
        raise _NotPlain
    geometries = np.full(len(features), None, dtype=object)
    geometries[[shape is not None for shape in shapes]] = polygons
    frame = _frame([feature.properties for feature in features], [feature.id for feature in features])
    return geopandas.GeoDataFrame(frame, geometry=geometries, crs=4326)


def _polygons(texts: list[msgspec.Raw]) -> NDArray[np.object_]:
    """Return the polygons whose coordinates are some texts."""
    joined = b"<%b>" % b":".join(texts)
    shape = joined.translate(_TO_SHAPES, b"0123456789.+-eE> \t\r\n").replace(b"[,]", b"p")
    if not _SHAPES.fullmatch(shape):
        raise _NotPlain
    values = _NUMBERS.decode(joined.translate(_TO_NUMBERS, b"[] \t\r\n"))
    coordinates = np.fromiter(values, np.float64, len(values)).reshape(-1, 2)
    at = np.frombuffer(shape, dtype=np.uint8)
    point, close = at == ord("p"), at == ord("]")
    ring = np.zeros(len(at), dtype=bool)
    ring[1:] = close[1:] & point[:-1]
    polygon = np.zeros(len(at), dtype=bool)
    polygon[1:] = close[1:] & ring[:-1]
    vertices = np.append(0, np.cumsum(point)[ring])
    rings = np.append(0, np.cumsum(ring)[polygon])
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
    names = list(properties[0])
    if [*chain.from_iterable(properties)] != names * len(properties):
        raise _NotPlain  # pyogrio has a rule of its own for the order of columns
    columns = {name: [*map(itemgetter(name), properties)] for name in names}
    frame = pd.DataFrame(columns, index=pd.RangeIndex(len(properties)))
    if "geometry" in frame or any("\0" in name for name in names):
        raise _NotPlain
    for name, column in frame.items():
        if column.dtype == np.int64:
            frame[name] = _whole(column)
        elif column.dtype not in (np.float64, np.bool_):
            frame[name] = _texts(column)
    kinds = {*map(type, ids)}
    if kinds != {type(None)} and "id" in frame and frame["id"].isna().any():
        raise _NotPlain
    if str in kinds and "id" not in frame:
        if kinds != {str} or any("\0" in one for one in ids):
            raise _NotPlain
        frame.insert(0, "id", ids)
    return frame


def _whole(column: pd.Series[Any]) -> pd.Series[Any]:
    """Return a column of whole numbers, in 32 bits where these are enough."""
    low, high = column.min(), column.max()
    if low == np.iinfo(np.int64).min:
        raise _NotPlain
    limits = np.iinfo(np.int32)
    return column.astype(np.int32) if limits.min <= low and high <= limits.max else column


def _texts(column: pd.Series[Any]) -> pd.Series[Any]:
    """Return a column of texts, or of days where all of them are; nothing but texts and ``None`` is plain."""
    kind = pd.api.types.infer_dtype(column, skipna=True)
    if kind == "empty":
        return column.astype(object).where(column.notna(), None)
    if kind != "string":
        raise _NotPlain
    codes, found = pd.factorize(column)
    if any("\0" in text for text in found):
        raise _NotPlain
    if any(all(map(form.fullmatch, found)) for form in _TIMES):
        # no such day: a ValueError too
        times = np.append(np.array(found, dtype="datetime64[ms]"), np.datetime64("NaT"))
        return pd.Series(times[codes], column.index)
    if all(map(_PERHAPS_TIME.fullmatch, found)):
        raise _NotPlain
    return column
