"""Every defect of any GeoJSON file: as JSON, by RFC 7946, in its geometry and in its text.

Each has the feature, the line on which that begins, and the vertex, counted through the whole geometry.
"""

from __future__ import annotations

import json
import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import shapely

from geo import _files
from geo._errors import ClaimsError
from geo.layers.values import check_text, is_number, short

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Fault = ClaimsError
DECIMALS = 9  # a tenth of a millimetre
# how deep lists of positions are, and how many positions the innermost list has at least
_SHAPES = {
    "Point": (0, 1),
    "MultiPoint": (1, 0),
    "LineString": (1, 2),
    "MultiLineString": (2, 2),
    "Polygon": (2, 4),
    "MultiPolygon": (3, 4),
}
_HALF = 180
_DEPTH = 40  # of collections in collections


class _Place(NamedTuple):
    """Where a defect is: file, feature and its line."""

    file: str
    feature: str = ""
    line: int | None = None

    def fault(self, code: str, message: str, vertex: int | None = None) -> Fault:
        return Fault(message, code=code, file=self.file, feature=self.feature, vertex=vertex, line=self.line)


class _Twice(dict[str, Any]):
    """An object of JSON that knows which of its members are there twice."""

    twice: tuple[str, ...] = ()


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = _Twice(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        found.twice = tuple(sorted({name for name in names if names.count(name) > 1}))
    return found


def defects(path: Path) -> list[Fault]:
    """Return every defect of a GeoJSON file.

    Parameters
    ----------
    path
        A file of any GeoJSON object.

    Returns
    -------
    defects
        Each with ``code``, ``file``, ``line``, ``feature``, ``vertex`` and ``fault``; none when all is well.
    """
    try:
        text, value, found = _read(path)
    except Fault as error:
        return [error]
    whole = _Place(str(path))
    if value.get("type") != "FeatureCollection":
        check = _feature if value.get("type") == "Feature" else _geometry
        return [*found, *check(whole, value)]
    found += _members(whole, value)
    features = value.get("features")
    if not isinstance(features, list):
        return [*found, whole.fault("format", "features is not a list; write [] when there are none")]
    lines = _lines(text, len(features))
    ids: dict[str, int] = {}
    for index, feature in enumerate(features):
        id_ = feature.get("id") if isinstance(feature, dict) else None
        name = f"feature {index}" + (f" ({id_!s:.60})" if isinstance(id_, str | int) else "")
        place = _Place(str(path), name, lines[index])
        if id_ is not None and ids.setdefault(json.dumps(id_), index) != index:
            found.append(place.fault("id", f"has the id of feature {ids[json.dumps(id_)]}; give one of them another"))
        found += _feature(place, feature)
    return found


def _read(path: Path) -> tuple[str, dict[str, Any], list[Fault]]:
    """Return a file's text, the object that it holds, and what can be read past; or raise the one fault."""
    text, whole = _files.read_text(path), _Place(str(path))
    constants: list[str] = []
    try:
        value = json.loads(text, object_pairs_hook=_object, parse_constant=constants.append)
    except json.JSONDecodeError as error:
        place = _Place(str(path), "", error.lineno)
        raise place.fault("json", f"not valid JSON: {error.msg}, column {error.colno}") from None
    except RecursionError:
        raise whole.fault("json", "nested too deeply") from None
    except ValueError as error:  # a number with thousands of digits
        raise whole.fault("json", f"not valid JSON: {error}") from None
    if not isinstance(value, dict):
        raise whole.fault("format", "not a GeoJSON object; write a FeatureCollection")
    faults = [whole.fault("json", f"{name} is no number of JSON; write null, or leave it out") for name in constants]
    return text, value, faults


def _lines(text: str, count: int) -> list[int | None]:
    """Return the line on which each feature begins."""
    start = re.search(r'"features"\s*:\s*\[', text)
    lines: list[int | None] = []
    at, line, decoder = (start.end() if start else len(text)), 1, json.JSONDecoder()
    before = 0
    while len(lines) < count:
        gap = re.compile(r"[\s,]*").match(text, at)
        at = gap.end() if gap else at
        try:
            _, end = decoder.raw_decode(text, at)
        except ValueError:  # another member of this name came first
            return lines + [None] * (count - len(lines))
        line, before = line + text.count("\n", before, at), at
        lines.append(line)
        at = end
    return lines


def _members(place: _Place, value: dict[str, Any]) -> Iterator[Fault]:
    """Yield what is wrong with the members that any object may have."""
    for name in getattr(value, "twice", ()):
        yield place.fault("twice", f"the member {name!r:.60} is there twice, and readers differ in which they take")
    if "crs" in value:
        message = "has a crs; positions are longitude and latitude on WGS 84: transform them, and delete it"
        yield place.fault("crs", message)
    if "bbox" in value:
        box = value["bbox"]
        if not isinstance(box, list) or len(box) not in {4, 6} or not all(map(is_number, box)):
            yield place.fault("bbox", f"bbox is {short(box)}, not four or six numbers: west, south, east, north")
        elif box[1] > box[len(box) // 2 + 1]:
            yield place.fault("bbox", "bbox has its south north of its north; write west, south, east, north")


def _feature(place: _Place, feature: Any) -> Iterator[Fault]:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        yield place.fault("format", f"not a Feature: {short(feature)}")
        return
    yield from _members(place, feature)
    properties = feature.get("properties", ...)
    if properties is ... or not (properties is None or isinstance(properties, dict)):
        yield place.fault("properties", "properties is missing, or no object; write null when there are none")
    elif properties:
        yield from (fault for fault in _members(place, properties) if fault.code == "twice")
        for name, text in properties.items():
            message = check_text(name) or check_text(text)
            if message:
                yield place.fault("text", f"{name!r:.60} {message}")
    if "id" in feature and not (isinstance(feature["id"], str) or is_number(feature["id"])):
        yield place.fault("id", f"id is {short(feature['id'])}, not text or a number")
    if "geometry" not in feature:
        yield place.fault("geometry", "has no geometry; write null when its place is not known")
    elif feature["geometry"] is not None:
        yield from _geometry(place, feature["geometry"])


def _geometry(place: _Place, geometry: Any, depth: int = 0) -> Iterator[Fault]:
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind == "GeometryCollection" and isinstance(geometry.get("geometries"), list) and depth < _DEPTH:
        yield from _members(place, geometry)
        if depth:
            yield place.fault("nesting", "a GeometryCollection in another; put its parts into the outer one")
        for part in geometry["geometries"]:
            yield from _geometry(place, part, depth + 1)
        return
    if not isinstance(kind, str) or kind not in _SHAPES:
        yield place.fault("geometry", f"not a geometry: {short(kind)}; write one of {', '.join(_SHAPES)}")
        return
    yield from _members(place, geometry)
    coordinates = geometry.get("coordinates")
    if not isinstance(coordinates, list):
        yield place.fault("geometry", "has no coordinates")
        return
    if not coordinates:
        yield place.fault("empty", "has no positions; write null for the geometry when its place is not known")
        return
    depth, least = _SHAPES[kind]
    try:
        chains = [coordinates] if depth == 0 else list(_chains(coordinates, depth))
    except TypeError:
        yield place.fault("nesting", f"coordinates of a {kind} are lists in lists, {depth} deep around positions")
        return
    faults: list[Fault] = []
    vertex = 0
    for chain in [[coordinates]] if depth == 0 else chains:
        faults += _chain(place, chain, vertex, least, points=depth == 0 or kind == "MultiPoint")
        vertex += len(chain)
    yield from faults
    if not {fault.code for fault in faults} & {"position", "closure", "short"}:
        yield from _shape(place, kind, coordinates)


def _chains(value: Any, depth: int) -> Iterator[list[Any]]:
    """Yield the lists of positions in coordinates; a TypeError when these are not as deep as they should be."""
    if not isinstance(value, list) or (value and is_number(value[0])):
        raise TypeError
    if depth == 1:
        yield value
    else:
        for part in value:
            yield from _chains(part, depth - 1)


def _chain(place: _Place, chain: list[Any], first: int, least: int, *, points: bool) -> Iterator[Fault]:
    """Yield what is wrong with the positions of a line or ring; `first` is the number of its first vertex."""
    if len(chain) < least:
        yield place.fault("short", f"{len(chain)} positions where {least} are needed", first)
    wrong = precise = False
    for index, position in enumerate(chain, first):
        message = _position(position)
        wrong |= bool(message)
        if message:
            yield place.fault("position", message, index)
        elif not precise and any(round(number, DECIMALS) != number for number in position[:2]):
            precise = True  # told once
            message = f"more than {DECIMALS} decimals, less than a tenth of a millimetre; round it"
            yield place.fault("precision", message, index)
    if not (wrong or points):
        yield from _course(place, chain, first, closed=least == 4)


def _course(place: _Place, chain: list[Any], first: int, *, closed: bool) -> Iterator[Fault]:
    """Yield what is wrong with how a line or ring runs."""
    if closed and chain and chain[0] != chain[-1]:
        yield place.fault("closure", "the ring is not closed; end it with its first position", first + len(chain) - 1)
    for index, (one, two) in enumerate(pairwise(chain), first + 1):
        if one == two:
            yield place.fault("repeated", "the same position as the one before; delete one of them", index)
        if abs(one[0] - two[0]) > _HALF:
            yield place.fault("antimeridian", "the edge goes round the Earth; cut it at the antimeridian", index)
    for index in range(1, len(chain) - 1 if closed else 0):
        if chain[index - 1] == chain[index + 1] != chain[index]:
            yield place.fault("spike", "the ring goes back the way it came; delete this vertex", first + index)


def _position(position: Any) -> str:
    """Return what is wrong with a position; nothing when all is well."""
    if not isinstance(position, list) or len(position) < 2 or not all(map(is_number, position)):
        return f"not a position: {short(position)}; write [longitude, latitude] in degrees"
    lon, lat = position[:2]
    if abs(lon) <= 180 and abs(lat) <= 90:
        return ""
    if abs(lat) <= 180 and abs(lon) <= 90:
        return f"latitude {short(lat)} is beyond 90; longitude and latitude seem to be swapped: longitude comes first"
    hint = "; these seem to be metres: transform them to EPSG:4326" if max(abs(lon), abs(lat)) > 1000 else ""
    return f"outside longitude and latitude: {short(position[:2])}{hint}"


def _shape(place: _Place, kind: str, coordinates: list[Any]) -> Iterator[Fault]:
    """Yield what is wrong with the geometry of polygons."""
    polygons = {"Polygon": [coordinates], "MultiPolygon": coordinates}.get(kind, [])
    shapes = []
    for rings in polygons:
        flat = [shapely.linearrings([position[:2] for position in ring]) for ring in rings]
        for index, ring in enumerate(flat):
            if bool(shapely.is_ccw(ring)) != (index == 0):
                way = "counter-clockwise" if index == 0 else "clockwise"
                which = "the outer ring" if index == 0 else f"hole {index}"
                yield place.fault("winding", f"{which} runs the wrong way; write it {way}")
        if not flat:
            yield place.fault("empty", "a polygon without rings; delete it")
        else:
            shapes.append(shapely.Polygon(flat[0], flat[1:]))
    shape = shapely.MultiPolygon(shapes) if kind == "MultiPolygon" else next(iter(shapes), None)
    if shape is not None and not shape.is_valid:
        yield place.fault("invalid", f"{shapely.is_valid_reason(shape)}; redraw it there")
