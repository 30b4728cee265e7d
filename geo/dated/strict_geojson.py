"""GeoJSON of any form as frames, read strictly: what cannot become a polygon is an error that names its feature.

Here go files that :mod:`geo.dated.geojson_reader` leaves: other coordinate systems, heights, nested properties, single
features, newline-delimited sequences, and all that is broken.
"""

from __future__ import annotations

import json
from itertools import chain
from typing import TYPE_CHECKING, Any

import geopandas
import numpy as np
import pandas as pd
import shapely

from geo._errors import ClaimsError
from geo._memory import uncollected

if TYPE_CHECKING:
    from pathlib import Path

_GEOMETRIES = ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection")
_NUMBERS = {int, float}
_DEEP = 32  # collections in collections


class _Fault(ValueError):  # noqa: N818  # becomes an error with file and feature
    """What is wrong with a feature or a file."""


def read(path: Path, *, encoding: str | None = None, sequence: bool = False) -> geopandas.GeoDataFrame:
    """Return the features of a file, in its order and its CRS.

    Parameters
    ----------
    path
        A FeatureCollection, a Feature or a geometry; of a sequence, one of these on each line.
    encoding
        Of the text, if it is not UTF-8.
    sequence
        Whether the file is newline-delimited (or has the record separators of RFC 8142).

    Raises
    ------
    ClaimsError
        Naming file and feature, for what is no GeoJSON and for any geometry that is not whole.
    """
    try:
        text = path.read_bytes().decode(encoding or "utf-8-sig")
    except OSError as error:
        raise ClaimsError(f"cannot be read: {error.strerror}", code="file", file=str(path)) from None
    except UnicodeDecodeError as error:
        message = f"cannot be read: byte {error.start} is not {error.encoding}; name the encoding with --encoding"
        raise ClaimsError(message, code="format", file=str(path)) from None
    except LookupError:
        raise ClaimsError(f"there is no encoding {encoding!r}", code="format", file=str(path)) from None
    with uncollected():
        return _frame(_sequence(text, path) if sequence else _document(text, path), path)


def _document(text: str, path: Path) -> dict[str, Any]:
    found = _json(text, path)
    if not isinstance(found, dict):
        raise _no_geojson(path)
    return found


def _sequence(text: str, path: Path) -> dict[str, Any]:
    """Return the collection that lines make."""
    lines = text.split("\x1e") if "\x1e" in text else text.splitlines()
    features: list[Any] = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            found = _json(line, path, f"line {number}")
            if not isinstance(found, dict):
                raise _no_geojson(path)
            features += found.get("features", []) if found.get("type") == "FeatureCollection" else [found]
    return {"type": "FeatureCollection", "features": features}


def _json(text: str, path: Path, where: str = "") -> Any:
    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            names = [name for name, _ in pairs]
            twice = next(name for name in names if names.count(name) > 1)
            raise _Fault(f"an object has two members {twice!r}; keep one of them")
        return found

    def constant(name: str) -> Any:
        raise _Fault(f"{name} is no number of JSON")

    try:
        return json.loads(text, object_pairs_hook=members, parse_constant=constant)
    except json.JSONDecodeError as error:
        reason = "this is no .geojson" if not text.lstrip().startswith(("{", "[")) else f"not valid JSON: {error.msg}"
        line = where or f"line {error.lineno}"
        raise ClaimsError(f"cannot be read: {reason} ({line})", code="format", file=str(path)) from None
    except RecursionError:
        raise ClaimsError("cannot be read: nested too deeply", code="format", file=str(path)) from None
    except ValueError as error:
        raise ClaimsError(f"cannot be read: {error}", code="format", file=str(path), feature=where) from None


def _no_geojson(path: Path, kind: Any = None) -> ClaimsError:
    told = f" (its type is {kind!r})" if isinstance(kind, str) else ""
    return ClaimsError(f"cannot be read: this is no .geojson{told}", code="format", file=str(path))


def _frame(document: dict[str, Any], path: Path) -> geopandas.GeoDataFrame:
    kind = document.get("type")
    if kind == "FeatureCollection":
        features = document.get("features")
        if not isinstance(features, list):
            raise ClaimsError("cannot be read: the collection has no list of features", code="format", file=str(path))
    elif kind == "Feature":
        features = [document]
    elif kind in _GEOMETRIES:
        features = [{"type": "Feature", "properties": {}, "geometry": document}]
    else:
        raise _no_geojson(path, kind)
    geometries = np.full(len(features), None, dtype=object)
    properties = []
    for number, feature in enumerate(features):
        try:
            geometries[number] = _geometry(_member(feature, "geometry"))
            properties.append(_properties(feature))
        except _Fault as error:
            raise ClaimsError(str(error), code="geometry", file=str(path), feature=f"feature {number}") from None
    frame = pd.DataFrame(properties, index=pd.RangeIndex(len(features)))
    if "id" not in frame and any("id" in feature for feature in features):
        frame["id"] = [feature.get("id") for feature in features]
    return geopandas.GeoDataFrame(frame, geometry=geometries, crs=_crs(document, path))


def _member(feature: Any, name: str) -> Any:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        raise _Fault("no Feature: its type has to be 'Feature'")
    if name not in feature:
        raise _Fault(f"it has no member {name!r} (null where it has no ground); there are {', '.join(feature)}")
    return feature[name]


def _properties(feature: dict[str, Any]) -> dict[str, Any]:
    found = feature.get("properties")
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise _Fault("its properties are no object")
    return {f"{name}_" if name == "geometry" else name: value for name, value in found.items()}


def _crs(document: dict[str, Any], path: Path) -> Any:
    """Return the CRS that the old member ``crs`` names, EPSG:4326 without one."""
    import pyproj

    if document.get("coordRefSys") is not None:
        message = "has a member coordRefSys, which RFC 7946 does not know: write it in longitude and latitude"
        raise ClaimsError(message, code="format", file=str(path))
    if "crs" not in document:
        return 4326
    crs = document["crs"]
    named = crs.get("properties", {}).get("name") if isinstance(crs, dict) else None
    if not isinstance(named, str):
        message = "has no CRS: its member crs names none; leave it out for longitude and latitude"
        raise ClaimsError(message, code="format", file=str(path))
    try:
        found = pyproj.CRS.from_user_input(named)
    except (pyproj.exceptions.CRSError, ValueError):
        raise ClaimsError(f"no such CRS: {named[:80]!r}", code="format", file=str(path)) from None
    return 4326 if found.equals("OGC:CRS84") else found


def _geometry(value: Any, depth: int = 0) -> Any:
    """Return a geometry that is whole, None for null."""
    if value is None and not depth:
        return None
    if not isinstance(value, dict):
        raise _Fault("its geometry is no object")
    kind = value.get("type")
    found = _coordinates(value, kind)
    if kind == "GeometryCollection":
        if depth >= _DEEP:
            raise _Fault("collections lie in collections too deeply")
        return shapely.GeometryCollection([_geometry(part, depth + 1) for part in found])
    if kind == "Polygon":
        return _polygon(found, "")
    if kind == "MultiPolygon":
        return shapely.MultiPolygon([_polygon(part, f"part {number}, ") for number, part in enumerate(found)])
    try:
        return shapely.from_geojson(json.dumps(value))
    except (shapely.errors.ShapelyError, ValueError):
        raise _Fault(f"its {kind} cannot be read") from None


def _coordinates(value: dict[str, Any], kind: Any) -> list[Any]:
    """Return the coordinates of a geometry, or the geometries of a collection."""
    if kind not in _GEOMETRIES:
        raise _Fault(f"no geometry has the type {kind!r}; there are {', '.join(_GEOMETRIES[-3:])} and others")
    member = "geometries" if kind == "GeometryCollection" else "coordinates"
    if member not in value:
        raise _Fault(f"its {kind} has no member {member!r}; there are {', '.join(value)}")
    found = value[member]
    if not isinstance(found, list):
        raise _Fault(f"the {member} of its {kind} are no list")
    if not found:
        raise _Fault(f"its {kind} is empty; write null for a geometry where there is no ground")
    return found


def _polygon(rings: Any, part: str) -> Any:
    if not isinstance(rings, list) or not rings:
        raise _Fault(f"{part}a polygon is a list of rings, not {_shown(rings)}")
    shell, *holes = (_ring(ring, f"{part}ring {number}") for number, ring in enumerate(rings))
    return shapely.Polygon(shell, holes)


def _ring(ring: Any, where: str) -> Any:
    """Return the positions of a ring, without heights."""
    if not isinstance(ring, list):
        raise _Fault(f"{where} is no list of positions, but {_shown(ring)}")
    if {*map(type, ring)} != {list}:
        if {*map(type, ring)} <= _NUMBERS:
            raise _Fault(f"{where} is flat: each of its positions has to be a list of two numbers")
        vertex = next((index for index, at in enumerate(ring) if not isinstance(at, list)), 0)
        raise _Fault(f"{where}, vertex {vertex} is no position, but {_shown(ring[vertex]) if ring else 'nothing'}")
    lengths = {*map(len, ring)}
    if min(lengths) < 2 or not {*map(type, chain.from_iterable(ring))} <= _NUMBERS:
        vertex, at = next(
            (index, at) for index, at in enumerate(ring) if len(at) < 2 or not {*map(type, at)} <= _NUMBERS
        )
        bad = [number for number in at if type(number) not in _NUMBERS]
        message = f"{_shown(bad[0])} is no number" if bad else "a position has at least two numbers"
        raise _Fault(f"{where}, vertex {vertex}: {message}")
    if len(ring) < 4:
        raise _Fault(f"{where} has {len(ring)} positions; it takes four or more, the last as the first")
    try:
        positions = np.array(ring if len(lengths) == 1 else [at[:2] for at in ring], dtype=np.float64)[:, :2]
    except (OverflowError, ValueError):
        raise _Fault(f"{where} has a number that is too large") from None
    if not np.isfinite(positions).all():
        raise _Fault(f"{where} has a number that is too large")
    if (positions[0] != positions[-1]).any():
        raise _Fault(f"{where} is not closed: its last position has to be its first")
    return positions


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 40 else f"{text[:37]}..."
