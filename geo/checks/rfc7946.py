"""GeoJSON by RFC 7946: what its objects, members and positions must and should be.

What must be is an error, what should be a warning. Of the right-hand rule the standard says that rings must follow it
and that parsers should not reject those that do not, so it is a warning.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import shapely

from geo._errors import nearest
from geo.checks.findings import Place, Shape
from geo.layers.values import check_text, is_number, short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo._errors import ClaimsError as Fault

DECIMALS = 9  # a tenth of a millimetre
COLLECTION = "GeometryCollection"
# how deep lists of positions are, and how many positions the innermost list has at least
SHAPES = {
    "Point": (0, 1),
    "MultiPoint": (1, 0),
    "LineString": (1, 2),
    "MultiLineString": (2, 2),
    "Polygon": (2, 4),
    "MultiPolygon": (3, 4),
}
TYPES = ("FeatureCollection", "Feature", *SHAPES, COLLECTION)
# members that make an object one of another type, RFC 7946, 7.1
_FOREIGN = {
    "FeatureCollection": ("coordinates", "geometries", "geometry", "properties"),
    "Feature": ("coordinates", "geometries", "features"),
    "geometry": ("geometry", "properties", "features"),
}
_DEPTH = 40  # of collections in collections
_METRES = "seem to be metres"
_NEAR = 1e-9  # degrees that rounding may take a longitude past 180


class Object(dict[str, Any]):
    """An object of JSON that knows which of its members are there twice."""

    twice: tuple[str, ...] = ()


def as_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object of JSON, for ``object_pairs_hook`` of :func:`json.loads`."""
    found = Object(pairs)
    if len(found) < len(pairs):
        counts = Counter(name for name, _ in pairs)
        found.twice = tuple(sorted(name for name, count in counts.items() if count > 1))
    return found


class Reader:
    """The objects of a file, read one by one: what is wrong with them, and what is whole.

    Attributes
    ----------
    faults
        What was found so far.
    shapes
        Geometries that are well formed.
    properties
        Of each feature, with its place.
    firsts
        The first position of each geometry, with its place.
    """

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.shapes: list[Shape] = []
        self.properties: list[tuple[Place, dict[str, Any]]] = []
        self.firsts: list[tuple[Place, float, float]] = []
        self._ids: dict[str, str] = {}
        self._positions = 0  # of the feature that is read
        self._whole: list[list[Any]] = []  # lists of positions of the feature
        self._all: list[list[Any]] = []

    def any(self, place: Place, value: dict[str, Any]) -> None:
        """Read a feature or a geometry that is a file by itself."""
        if value.get("type") == "Feature":
            self.feature(place, value)
        else:
            self._positions = 0
            self._geometry(place, value)

    def collection(self, place: Place, value: dict[str, Any]) -> list[Any]:
        """Read the members of a collection, and return its features, which are to be read next."""
        self._members(place, value, "FeatureCollection")
        features = value.get("features")
        if isinstance(features, list):
            return features
        self.faults.append(place.fault("format", "features is not a list; write [] when there are none"))
        return []

    def ended(self, place: Place, value: dict[str, Any]) -> None:
        """Check what a collection says of all its features, once they are read."""
        if "bbox" in value:
            self.faults += _beyond(place, value["bbox"], self._all)

    def feature(self, place: Place, feature: Any) -> None:
        """Read a feature."""
        self._positions, self._whole = 0, []
        if not isinstance(feature, dict) or feature.get("type") != "Feature":
            kind = feature.get("type") if isinstance(feature, dict) else feature
            message = f'not a Feature: {short(kind)}; an element of features has the type "Feature"'
            self.faults.append(place.fault("format", message))
            if not isinstance(feature, dict) or not {"geometry", "properties"} <= feature.keys():
                return
        self._members(place, feature, "Feature")
        self._properties(place, feature)
        self._id(place, feature)
        if "geometry" not in feature:
            message = "has no geometry; write null when its place is not known"
            self.faults.append(place.fault("geometry", message))
        elif feature["geometry"] is None:
            self.faults.append(place.noted("unlocated", "has the geometry null: its place is not known"))
        else:
            self._geometry(place, feature["geometry"])
        if "bbox" in feature:
            self.faults += _beyond(place, feature["bbox"], self._whole)
        self._all += self._whole

    def _members(self, place: Place, value: dict[str, Any], kind: str) -> None:
        """Check the members that any object may have, and those that it must not have."""
        self._twice(place, value)
        for name in _FOREIGN[kind]:
            if name in value:
                what = "a geometry" if kind == "geometry" else f"a {kind}"
                message = f"{what} must not have a member {name!r}; delete it, or move it to where it belongs"
                self.faults.append(place.fault("member", message))
        if "crs" in value:
            message = "has a crs; positions are longitude and latitude on WGS 84: transform them, and delete it"
            self.faults.append(place.warned("crs", message))
        if "bbox" in value:
            self.faults += _bbox(place, value["bbox"])

    def _twice(self, place: Place, value: Any) -> None:
        for name in getattr(value, "twice", ()):
            message = f"the member {name!r:.60} is there twice, and readers differ in which they take; keep one of them"
            self.faults.append(place.fault("twice", message))

    def _properties(self, place: Place, feature: dict[str, Any]) -> None:
        properties = feature.get("properties", ...)
        if properties is ... or not (properties is None or isinstance(properties, dict)):
            message = "properties is missing, or no object; write null when there are none"
            self.faults.append(place.fault("properties", message))
            return
        self.properties.append((place, properties or {}))
        for name, value in (properties or {}).items():
            self._texts(place, name, value)
        self._twice(place, properties)

    def _texts(self, place: Place, name: str, value: Any) -> None:
        """Check all text in a property, however deep it lies."""
        if message := _text(name):
            self.faults.append(_textual(place, message, name))
        rest = [value]
        while rest:
            one = rest.pop()
            if isinstance(one, str):
                if message := _text(one):
                    self.faults.append(_textual(place, message, name))
            elif isinstance(one, list):
                rest += one
            elif isinstance(one, dict):
                self._twice(place, one)
                rest += [*one, *one.values()]

    def _id(self, place: Place, feature: dict[str, Any]) -> None:
        id_ = feature.get("id")
        if "id" in feature and not (isinstance(id_, str) or is_number(id_)):
            self.faults.append(place.fault("id", f"id is {short(id_)}, not text or a number; write it as one"))
        elif id_ is not None:
            if isinstance(id_, str) and (message := _text(id_)):
                self.faults.append(_textual(place, message, "id"))
            first = self._ids.setdefault(json.dumps(id_), place.feature)
            if first != place.feature:
                self.faults.append(place.warned("id", f"has the id of {first}; give one of them another"))

    def _geometry(self, place: Place, geometry: Any, depth: int = 0) -> None:
        kind = geometry.get("type") if isinstance(geometry, dict) else None
        if kind == COLLECTION:
            self._collection(place, geometry, depth)
            return
        if not isinstance(kind, str) or kind not in SHAPES:
            near = nearest(kind, TYPES[2:]) if isinstance(kind, str) else None
            hint = f"did you mean {near!r}?" if near else f"write one of {', '.join(TYPES[2:])}"
            what = short(kind if isinstance(geometry, dict) else geometry)
            self.faults.append(place.fault("geometry", f"not a geometry: {what}; {hint}"))
            return
        self._members(place, geometry, "geometry")
        coordinates = geometry.get("coordinates")
        if not isinstance(coordinates, list):
            self.faults.append(place.fault("geometry", f"the {kind} has no coordinates; write a list of them"))
        elif not coordinates:
            message = f"the {kind} has no positions; write null for the geometry when its place is not known"
            self.faults.append(place.warned("empty", message))
        else:
            self._coordinates(place, kind, geometry)

    def _collection(self, place: Place, collection: dict[str, Any], depth: int) -> None:
        self._members(place, collection, "geometry")
        parts = collection.get("geometries")
        if not isinstance(parts, list):
            self.faults.append(place.fault("geometry", f"the {COLLECTION} has no geometries; write a list of them"))
            return
        if depth >= _DEPTH:
            self.faults.append(place.fault("nesting", "collections lie in collections too deeply to be read"))
            return
        kinds = {part.get("type") for part in parts if isinstance(part, dict) and isinstance(part.get("type"), str)}
        if depth == 1:
            message = f"a {COLLECTION} in another; put its parts into the outer one"
            self.faults.append(place.warned("collection", message))
        elif not depth and len(kinds) == 1 and kinds != {COLLECTION}:
            simple = str(*kinds).removeprefix("Multi")
            simpler = simple if len(parts) == 1 else f"Multi{simple}"
            message = f"a {COLLECTION} of parts of one type; write a {simpler}, which more programs read"
            self.faults.append(place.warned("collection", message))
        for part in parts:
            self._geometry(place, part, depth + 1)

    def _coordinates(self, place: Place, kind: str, geometry: dict[str, Any]) -> None:
        """Check the positions of a geometry, and keep it when they are whole."""
        coordinates, first = geometry["coordinates"], self._positions
        depth, least = SHAPES[kind]
        try:
            chains = [[coordinates]] if depth == 0 else list(_chains(coordinates, depth))
        except TypeError:
            message = f"coordinates of a {kind} are lists in lists, {depth} deep around positions; nest them so"
            self.faults.append(place.fault("nesting", message))
            return
        whole = True
        for chain in chains:
            faults = list(_chain(place, chain, self._positions, least, points=kind.endswith("Point")))
            self.faults += faults
            whole = whole and not any(fault.code in {"position", "closure", "short"} for fault in faults)
            self._positions += len(chain)
        if not whole:
            return
        self._whole += chains
        if start := next(iter(chain[0] for chain in chains if chain), None):
            self.firsts.append((place, float(start[0]), float(start[1])))
        if "bbox" in geometry:
            self.faults += _beyond(place, geometry["bbox"], chains)
        if not kind.endswith("Point"):
            self._shape(place, kind, coordinates, first)

    def _shape(self, place: Place, kind: str, coordinates: list[Any], first: int) -> None:
        """Check how the rings of polygons run, and keep the geometry."""
        if kind == "LineString":
            self.shapes.append(Shape(place, shapely.LineString(_flat(coordinates)), first))
            return
        if kind == "MultiLineString":
            self.shapes.append(Shape(place, shapely.MultiLineString([_flat(chain) for chain in coordinates]), first))
            return
        polygons, start = [], first
        for rings in [coordinates] if kind == "Polygon" else coordinates:
            if not rings:
                self.faults.append(place.warned("empty", "a polygon without rings; delete it"))
                continue
            flat = [shapely.LinearRing(_flat(ring)) for ring in rings]
            for index, ring in enumerate(flat):
                if ring.is_ccw != (index == 0) and shapely.Polygon(ring).area:
                    way = "counter-clockwise" if index == 0 else "clockwise"
                    which = "the outer ring" if index == 0 else f"hole {index}"
                    self.faults.append(place.warned("winding", f"{which} runs the wrong way; write it {way}", first))
                first += len(rings[index])
            polygons.append(shapely.Polygon(flat[0], flat[1:]))
        if polygons:
            whole = polygons[0] if kind == "Polygon" else shapely.MultiPolygon(polygons)
            self.shapes.append(Shape(place, whole, start))


def _flat(chain: list[Any]) -> list[Any]:
    return [position[:2] for position in chain]


def _text(value: str) -> str:
    """Return what is wrong with a text, in which lines may break."""
    return "" if value.isprintable() else check_text(value.translate({9: 32, 10: 32, 13: 32}))


def _textual(place: Place, message: str, name: str) -> Fault:
    # half a character cannot be written in UTF-8, which RFC 8259 asks for; the others can
    kind = place.fault if "half of a character" in message else place.warned
    return kind("text", f"{name!r:.60} {message}")


def _bbox(place: Place, box: Any) -> Iterator[Fault]:
    """Yield what is wrong with a bounding box by itself."""
    if not isinstance(box, list) or len(box) not in {4, 6} or not all(is_number(one) and _finite(one) for one in box):
        yield place.fault("bbox", f"bbox is {short(box)}, not four or six numbers: write west, south, east, north")
        return
    half = len(box) // 2
    if box[1] > box[half + 1]:
        yield place.fault("bbox", "bbox has its south north of its north; write west, south, east, north")
    if max(abs(box[0]), abs(box[half])) > 180 + _NEAR or max(abs(box[1]), abs(box[half + 1])) > 90 + _NEAR:
        yield place.warned("bbox", f"bbox is outside longitude and latitude: {short(box)}; write it in degrees")


def _beyond(place: Place, box: Any, chains: list[list[Any]]) -> Iterator[Fault]:
    """Yield a bounding box that does not hold its geometry; one that is malformed was told already."""
    if list(_bbox(place, box)):
        return
    half = len(box) // 2
    west, south, east, north = box[0], box[1], box[half], box[half + 1]
    for position in (position for chain in chains for position in chain):
        lon, lat = position[:2]
        around = west - _NEAR <= lon <= east + _NEAR if west <= east else lon >= west - _NEAR or lon <= east + _NEAR
        if not (around and south - _NEAR <= lat <= north + _NEAR):
            yield place.warned("bbox", f"bbox does not hold {short(position[:2])}; compute it again, or delete it")
            return


def _finite(number: float) -> bool:
    try:
        return math.isfinite(number)
    except OverflowError:  # a whole number beyond all floats
        return False


def _chains(value: Any, depth: int) -> Iterator[list[Any]]:
    """Yield the lists of positions in coordinates; a TypeError when these are not as deep as they should be."""
    if not isinstance(value, list) or (value and is_number(value[0])):
        raise TypeError
    if depth == 1:
        if value and all(isinstance(one, list) and one and isinstance(one[0], list) for one in value):
            raise TypeError
        yield value
    else:
        for part in value:
            yield from _chains(part, depth - 1)


def _chain(place: Place, chain: list[Any], first: int, least: int, *, points: bool) -> Iterator[Fault]:
    """Yield what is wrong with the positions of a line or ring; `first` is the number of its first vertex."""
    if len(chain) < least:
        some = "one position" if len(chain) == 1 else f"{len(chain)} positions"
        what = "ring" if least == 4 else "line"
        yield place.fault("short", f"a {what} of {some}, where {least} are needed; add the others, or delete it", first)
    wrong = precise = high = metric = False
    for index, position in enumerate(chain, first):
        message = _position(position)
        if message:
            if not (metric and _METRES in message):  # told once, for it is the same for all
                yield place.fault("position", message, index)
            wrong, metric = True, metric or _METRES in message
            continue
        if not precise and any(round(number, DECIMALS) != number for number in position[:2]):
            precise = True  # told once
            message = f"more than {DECIMALS} decimals, less than a tenth of a millimetre; round it"
            yield place.warned("precision", message, index)
        if not high and len(position) > 3:
            high = True
            message = (
                f"a position of {len(position)} numbers; programs ignore those past longitude, latitude and height"
            )
            yield place.warned("dimensions", f"{message}: move them to properties", index)
    if not (wrong or points):
        yield from _course(place, chain, first, closed=least == 4)


def _course(place: Place, chain: list[Any], first: int, *, closed: bool) -> Iterator[Fault]:
    """Yield what is wrong with how a line or ring runs."""
    if closed and chain and chain[0] != chain[-1]:
        yield place.fault("closure", "the ring is not closed; end it with its first position", first + len(chain) - 1)
    for index, (one, two) in enumerate(pairwise(chain), first + 1):
        if one == two:
            yield place.warned("repeated", "the same position as the one before; delete one of them", index)
        if abs(one[0] - two[0]) > 180:
            yield place.warned("antimeridian", "the edge goes round the Earth; cut it at the antimeridian", index)


def _position(position: Any) -> str:
    """Return what is wrong with a position; nothing when all is well."""
    if not isinstance(position, list) or len(position) < 2 or not all(map(is_number, position)):
        return f"not a position: {short(position)}; write [longitude, latitude] in degrees"
    lon, lat = position[:2]
    if abs(lon) <= 180 + _NEAR and abs(lat) <= 90 + _NEAR:
        infinite = len(position) > 2 and not all(map(_finite, position))
        return f"the height {short(position[2:])} is no number that fits; delete it" if infinite else ""
    if abs(lat) <= 180 and abs(lon) <= 90:
        return f"latitude {short(lat)} is beyond 90; longitude and latitude seem to be swapped: longitude comes first"
    if 180 < abs(lon) <= 360 and abs(lat) <= 90:
        return f"longitude {short(lon)} is beyond 180; write {lon - math.copysign(360, lon):.9g}"
    hint = f"these {_METRES}: transform them to EPSG:4326" if max(abs(lon), abs(lat)) > 1000 else ""
    return f"outside longitude and latitude: {short(position[:2])}; {hint or 'write degrees, longitude first'}"
