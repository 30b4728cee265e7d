"""What people edit: lines, label points, places and tables, read and checked one by one.

In: ``layers/curated``. Out: typed records, or a ClaimsError that names file, feature and fault.
"""

from __future__ import annotations

import csv
import io
import math
import re
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from geo import _files, dates
from geo._errors import ClaimsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

BASES = ("treaty_text", "survey", "map", "imagery", "press", "inferred", "defined")
EXTENTS = ("min", "best", "max")
GEOMETRY_FILES = ("lines.geojson", "labels.geojson", "places.geojson")


def _properties(record: Line | Place | Zone, *without: str) -> dict[str, Any]:
    """Return the fields of a record with names by language and lists for tuples."""
    values = {key: value for key, value in record._asdict().items() if key not in without}
    names = {f"name_{language}": name for language, name in values.pop("names").items()}
    plain = {key: list(value) if isinstance(value, tuple) else value for key, value in values.items()}
    return {"id": plain.pop("id"), **names, **plain}


class Line(NamedTuple):
    """A hand-curated arc: longitude, latitude in degrees, with how sure its position is."""

    id: str
    names: dict[str, str]
    kind: str
    valid_from: str
    valid_to: str | None
    accuracy_m: float
    correlation_km: float
    basis: str
    sources: tuple[str, ...]
    note: str
    coordinates: tuple[tuple[float, float], ...]

    def properties(self) -> dict[str, Any]:
        """Return all but the course, as GeoJSON properties."""
        return _properties(self, "coordinates")

    @property
    def bounds_faces(self) -> bool:
        """Whether the line takes part in cutting the ground into faces; context lines only show where one is."""
        return self.kind != "context"


class Label(NamedTuple):
    """A point inside a face, naming the zones that the face belongs to."""

    id: str
    zones: tuple[str, ...]
    lon: float
    lat: float
    note: str


class Place(NamedTuple):
    """A named point; `side` is set only where a source documents it in writing."""

    id: str
    names: dict[str, str]
    kind: str
    accuracy_m: float
    side: str | None
    side_evidence: str
    sources: tuple[str, ...]
    note: str
    lon: float
    lat: float

    def properties(self) -> dict[str, Any]:
        """Return all but the position, as GeoJSON properties."""
        return _properties(self, "lon", "lat")


class Zone(NamedTuple):
    """A named area; its ground is the set of faces whose labels name it."""

    id: str
    names: dict[str, str]
    kind: str
    valid_from: str
    valid_to: str | None
    sources: tuple[str, ...]
    note: str

    def properties(self) -> dict[str, Any]:
        """Return all of it, as GeoJSON properties."""
        return _properties(self)


class Control(NamedTuple):
    """Who held a zone in fact, from when to when, in which extents."""

    zone: str
    controller: str
    valid_from: str
    valid_to: str | None
    extents: tuple[str, ...]
    basis: str
    sources: tuple[str, ...]
    note: str


class Claim(NamedTuple):
    """What a party says of a zone by right."""

    id: str
    zone: str
    claimant: str
    status: str
    valid_from: str
    valid_to: str | None
    statement: str
    sources: tuple[str, ...]


class Row:
    """One feature or table row, with readers that name it when something is wrong."""

    def __init__(self, where: str, values: dict[str, Any]) -> None:
        self.where = where
        self.values = values

    def fault(self, message: str) -> ClaimsError:
        """Return the error that names this row."""
        return ClaimsError(f"{self.where}: {message}")

    def text(self, key: str, *, default: str | None = None) -> str:
        """Read text; without a default it must be there."""
        value = self.values.get(key)
        if value in (None, ""):
            if default is None:
                raise self.fault(f"{key} is missing")
            return default
        if not isinstance(value, str):
            raise self.fault(f"{key} is not text: {value!r}")
        return value

    def ident(self, key: str = "id") -> str:
        """Read an id: ids become file names, so they hold only small letters, digits and underscores."""
        value = self.text(key)
        if not re.fullmatch(r"[a-z0-9_]+", value):
            raise self.fault(f"{key} {value!r} has more than small letters, digits and underscores")
        return value

    def one_of(self, key: str, known: tuple[str, ...]) -> str:
        """Read a word of a fixed vocabulary."""
        value = self.text(key)
        if value not in known:
            raise self.fault(f"{key} is {value!r}, not one of {', '.join(known)}")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Read a list of words: a JSON array, or in a table words parted by blanks."""
        value = self.values.get(key)
        words = value.split() if isinstance(value, str) else value
        if not words:
            raise self.fault(f"{key} is missing")
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            raise self.fault(f"{key} is not a list of words: {value!r}")
        return tuple(words)

    def number(self, key: str) -> float:
        """Read a finite number of at least 0."""
        value = self.values.get(key)
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
            raise self.fault(f"{key} is not a number of at least 0: {value!r}")
        return float(value)

    def names(self) -> dict[str, str]:
        """Read the names by language; English is a must."""
        names = {language: self.text(f"name_{language}", default="") for language in ("en", "ar", "he")}
        if not names["en"]:
            raise self.fault("name_en is missing")
        return {language: name for language, name in names.items() if name}

    def period(self) -> tuple[str, str | None]:
        """Read ``valid_from`` and ``valid_to``, None where it lasts."""
        start, end = self.text("valid_from"), self.text("valid_to", default="") or None
        for date in (start, end):
            if date is not None and not dates.is_edtf(date):
                raise self.fault(f"{date!r} is not a date; write 2024, 2024-12 or 2024-12-08")
        if end is not None and end <= start:
            raise self.fault(f"valid_to {end} is not after valid_from {start}")
        return start, end


class _Geometry(NamedTuple):
    row: Row
    coordinates: Any


T = TypeVar("T", Line, Label, Place, Zone, Control, Claim)


def _unique(records: list[T], file: Path) -> list[T]:
    seen = set()
    for record in records:
        name = getattr(record, "id", None)
        if name is not None and name in seen:
            raise ClaimsError(f"{file}: {name}: the id is used twice")
        seen.add(name)
    return records


def _features(path: Path, kind: str) -> Iterator[_Geometry]:
    collection = _files.read_json(path)
    if not isinstance(collection, dict) or not isinstance(collection.get("features"), list):
        raise ClaimsError(f"{path}: not a GeoJSON FeatureCollection")
    for index, feature in enumerate(collection["features"]):
        properties = feature.get("properties") if isinstance(feature, dict) else None
        if not isinstance(properties, dict):
            raise ClaimsError(f"{path}: feature {index}: no properties")
        row = Row(f"{path}: {properties.get('id', f'feature {index}')}", properties)
        geometry = feature.get("geometry")
        if not isinstance(geometry, dict) or geometry.get("type") != kind:
            raise row.fault(f"geometry is not a {kind}")
        yield _Geometry(row, geometry.get("coordinates"))


def _position(row: Row, value: Any, vertex: str) -> tuple[float, float]:
    if not isinstance(value, list) or len(value) < 2 or not all(isinstance(number, int | float) for number in value):
        raise row.fault(f"{vertex}: not a position: {value!r}")
    lon, lat = float(value[0]), float(value[1])
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise row.fault(f"{vertex}: outside longitude and latitude: {value!r}")
    return lon, lat


def read_lines(folder: Path) -> list[Line]:
    """Return the lines of ``lines.geojson``."""
    lines = []
    for row, coordinates in _features(folder / "lines.geojson", "LineString"):
        if not isinstance(coordinates, list) or len(coordinates) < 2:
            raise row.fault("a line needs two vertices at least")
        points = tuple(_position(row, value, f"vertex {index}") for index, value in enumerate(coordinates))
        for index in range(1, len(points)):
            if points[index] == points[index - 1]:
                raise row.fault(f"vertex {index}: the same as the one before")
        lines.append(
            Line(
                row.ident(),
                row.names(),
                row.text("kind"),
                *row.period(),
                row.number("accuracy_m"),
                row.number("correlation_km"),
                row.one_of("basis", BASES),
                row.texts("sources"),
                row.text("note", default=""),
                points,
            )
        )
    return _unique(lines, folder / "lines.geojson")


def read_labels(folder: Path) -> list[Label]:
    """Return the label points of ``labels.geojson``."""
    labels = [
        Label(row.ident(), row.texts("zones"), *_position(row, coordinates, "point"), row.text("note", default=""))
        for row, coordinates in _features(folder / "labels.geojson", "Point")
    ]
    return _unique(labels, folder / "labels.geojson")


def read_places(folder: Path) -> list[Place]:
    """Return the places of ``places.geojson``; a set of layers may have none."""
    path = folder / "places.geojson"
    if not path.exists():
        return []
    places = [
        Place(
            row.ident(),
            row.names(),
            row.text("kind"),
            row.number("accuracy_m"),
            row.text("side", default="") or None,
            row.text("side_evidence", default=""),
            row.texts("sources"),
            row.text("note", default=""),
            *_position(row, coordinates, "point"),
        )
        for row, coordinates in _features(path, "Point")
    ]
    return _unique(places, path)


def _table(path: Path, read: Callable[[Row], T]) -> list[T]:
    """Return the records of a CSV table with a header."""
    rows = csv.DictReader(io.StringIO(_files.read_text(path), newline=""))
    records = []
    for values in rows:
        row = Row(f"{path}: line {rows.line_num}", dict(values))
        if None in values or None in values.values():
            raise row.fault(f"has not the {len(rows.fieldnames or [])} columns of the header")
        records.append(read(row))
    return _unique(records, path)


def read_zones(folder: Path) -> list[Zone]:
    """Return the zones of ``zones.csv``."""
    return _table(
        folder / "zones.csv",
        lambda row: Zone(
            row.ident(),
            row.names(),
            row.text("kind"),
            *row.period(),
            row.texts("sources"),
            row.text("note", default=""),
        ),
    )


def read_control(folder: Path) -> list[Control]:
    """Return the rows of ``control.csv``; a blank ``extents`` stands for all three."""

    def control(row: Row) -> Control:
        extents = row.texts("extents") if row.values.get("extents") else EXTENTS
        for extent in extents:
            if extent not in EXTENTS:
                raise row.fault(f"extents has {extent!r}, not one of {', '.join(EXTENTS)}")
        return Control(
            row.text("zone"),
            row.text("controller"),
            *row.period(),
            extents,
            row.one_of("basis", BASES),
            row.texts("sources"),
            row.text("note", default=""),
        )

    return _table(folder / "control.csv", control)


def read_claims(folder: Path) -> list[Claim]:
    """Return the rows of ``claims.csv``; a set of layers may have none."""
    path = folder / "claims.csv"
    if not path.exists():
        return []
    return _table(
        path,
        lambda row: Claim(
            row.ident(),
            row.text("zone"),
            row.text("claimant"),
            row.text("status"),
            *row.period(),
            row.text("statement"),
            row.texts("sources"),
        ),
    )


def read_sources(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the CSL-JSON items of ``sources.json`` by id."""
    path = folder / "sources.json"
    items = _files.read_json(path)
    if not isinstance(items, list) or not all(isinstance(item, dict) and "id" in item for item in items):
        raise ClaimsError(f"{path}: not a CSL-JSON list of items with an id")
    return {str(item["id"]): item for item in items}
