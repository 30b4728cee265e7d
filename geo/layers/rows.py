"""Features and table rows, read one by one; errors name file, feature and vertex.

A reader that is given a list appends errors to it and continues with the next row; otherwise it raises the first.
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from geo import _files
from geo._errors import ClaimsError
from geo.layers import forms
from geo.layers.values import check_text, is_number, short

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from geo.layers.profile import Profile

Faults = list[ClaimsError] | None


T = TypeVar("T")


class Row:
    """One feature or table row: its file, its feature or line, and its properties or cells by name.

    `profile` says which parties, kinds and languages there are.
    """

    profile: Profile

    def __init__(self, file: Path, feature: str, values: dict[str, Any]) -> None:
        self.file = file
        self.feature = feature
        self.values = values

    def fault(self, message: str, *, code: str = "value", vertex: int | None = None) -> ClaimsError:
        """Return the error that names this row."""
        return ClaimsError(message, code=code, file=str(self.file), feature=self.feature, vertex=vertex)

    def check_texts(self) -> None:
        """Raise the fault of the first value that is no fit text."""
        for name, value in self.values.items():
            if message := check_text(forms.strings(forms.text(value))):
                raise self.fault(f"{name} {message}", code="text")

    def position(self, value: Any, vertex: int | None = None) -> tuple[float, float]:
        """Return longitude and latitude, degrees, of a GeoJSON position; a height is dropped."""
        spot = "point" if vertex is None else f"vertex {vertex}"
        if not isinstance(value, list) or len(value) < 2 or not all(map(is_number, value)):
            message = f"{spot} is not a position: {short(value)}; write [longitude, latitude] in degrees"
            raise self.fault(message, code="position", vertex=vertex)
        if not (-180 <= value[0] <= 180 and -90 <= value[1] <= 90):
            message = f"{spot} is outside longitude and latitude: {short(value)}; write longitude first, in degrees"
            raise self.fault(message, code="position", vertex=vertex)
        return float(value[0]), float(value[1])


# longitude and latitude on WGS 84, as programs name them in the old member crs
_DEGREES = re.compile(
    r"(?i)(?:urn:ogc:def:crs:|http://www\.opengis\.net/def/crs/)?(?:OGC\b.*CRS84h?|EPSG\b.*\b(?:4326|4979))"
)


def read_collection(path: Path) -> dict[str, Any]:
    """Return a GeoJSON FeatureCollection, in longitude and latitude."""
    collection = _files.read_json(path, unique=True)
    if not isinstance(collection, dict) or not isinstance(collection.get("features"), list):
        message = "not a GeoJSON FeatureCollection; it begins with one, whose features are a list"
        raise ClaimsError(message, code="format", file=str(path))
    crs = collection.get("crs")
    if crs is not None:
        named = crs.get("properties") if isinstance(crs, dict) else None
        name = str(named.get("name")) if isinstance(named, dict) else short(crs)
        if not _DEGREES.fullmatch(name):
            message = f"is in {name:.60}; save it in EPSG:4326, longitude and latitude on WGS 84"
            raise ClaimsError(message, code="crs", file=str(path))
    return collection


def raw_features(path: Path, faults: Faults = None) -> Iterator[tuple[Row, dict[str, Any]]]:
    """Yield the features of a GeoJSON file as they are, each with the row of its properties.

    A row has the ``id`` of the feature where the properties have none: programs move it there.
    """
    for index, feature in enumerate(read_collection(path)["features"]):
        row = Row(path, f"feature {index}", {})
        properties = feature.get("properties") if isinstance(feature, dict) else None
        if not isinstance(properties, dict):
            _fail(row.fault("no properties; give it those that the codebook lists", code="format"), faults)
            continue
        id_ = forms.text(feature.get("id"))
        if isinstance(id_, str) and id_ and forms.is_blank(properties.get("id")):
            properties = properties | {"id": id_}
        row.feature = str(properties.get("id", row.feature))
        row.values = properties
        yield row, feature


def features(path: Path, kind: str, faults: Faults = None) -> Iterator[Row]:
    """Yield the features of a GeoJSON file, whose geometries must all be of one kind.

    Besides its properties a row has ``lon`` and ``lat`` of a ``Point``, or ``coordinates`` of other geometries.
    """
    for row, feature in raw_features(path, faults):
        try:
            row.check_texts()
            coordinates = shape(row, feature.get("geometry"), kind)
            row.values = {**row.values, "coordinates": coordinates}
            if kind == "Point":
                row.values["lon"], row.values["lat"] = row.position(coordinates)
        except ClaimsError as error:
            _fail(error, faults)
            continue
        yield row


def shape(row: Row, geometry: Any, kind: str) -> Any:
    """Return the coordinates of a geometry of a kind, or of one that has a single part of that kind."""
    if geometry is None:
        raise row.fault(f"no geometry; draw a {kind}, or delete the feature", code="geometry")
    found = geometry.get("type") if isinstance(geometry, dict) else None
    if found == f"Multi{kind}" and isinstance(parts := geometry.get("coordinates"), list):
        if len(parts) == 1:
            return parts[0]
        message = f"geometry has {len(parts)} parts; make each a feature with an id of its own"
        raise row.fault(message, code="geometry")
    if found != kind:
        raise row.fault(f"geometry is not a {kind}; draw it as one", code="geometry")
    return geometry.get("coordinates")


class Sheet(NamedTuple):
    """A CSV file: the names of its columns, and the cells of each row with the line on which that ends."""

    columns: list[str]
    cells: list[tuple[int, list[str]]]


def sheet(path: Path, needed: Iterable[str] = ()) -> Sheet:
    """Return the cells of a CSV file with the columns that are `needed`, parted by commas, semicolons or tabs.

    Empty rows, and empty cells behind the last named column, are left out: spreadsheets add them.
    """
    text = _files.read_text(path)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text, path), strict=True)
    try:
        found = [(reader.line_num, cells) for cells in reader]
    except csv.Error as error:
        message = f"{error}; correct the quotes of this cell or of one before"
        raise ClaimsError(message, code="format", file=str(path), feature=f"line {reader.line_num}") from None
    filled = [(number, cells) for number, cells in found if any(map(str.strip, cells))]
    if not filled:
        raise ClaimsError("is empty; its first line names the columns", code="format", file=str(path))
    columns = [name.strip() for name in filled.pop(0)[1]]
    if len({*filter(None, columns)}) < len([*filter(None, columns)]):
        twice = next(name for name in columns if name and columns.count(name) > 1)
        raise ClaimsError(f"two columns are named {twice!r:.60}; delete or rename one", code="format", file=str(path))
    if missing := [name for name in needed if name not in columns]:
        message = f"has no column {', '.join(missing)}; add it to the header, on the first line"
        raise ClaimsError(message, code="missing", file=str(path))
    width = max((index for index, name in enumerate(columns, 1) if name), default=0)
    return Sheet(columns[:width], [(number, _trimmed(cells, width)) for number, cells in filled])


def _trimmed(cells: list[str], width: int) -> list[str]:
    return cells if any(map(str.strip, cells[width:])) else cells[:width]


def _delimiter(text: str, path: Path) -> str:
    head = io.StringIO(text.lstrip(), newline="").readline()
    found = [mark for mark in ",;\t" if mark in head]
    if len(found) > 1:
        message = "its header has several of comma, semicolon and tab; part the columns by commas"
        raise ClaimsError(message, code="format", file=str(path))
    return found[0] if found else ","


def table(path: Path, faults: Faults = None, needed: Iterable[str] = ()) -> Iterator[Row]:
    """Yield the rows of a CSV table with a header, which must have the columns that are `needed`."""
    columns, cells = sheet(path, needed)
    for number, values in cells:
        row = Row(path, f"line {number}", dict(zip(columns, values, strict=False)))
        try:
            check_width(row, columns, values)
            row.check_texts()
        except ClaimsError as error:
            _fail(error, faults)
            continue
        yield row


def check_width(row: Row, columns: list[str], values: list[str]) -> None:
    """Raise the fault of a row with more or fewer cells than the header."""
    if len(values) != len(columns):
        message = f"does not have the {len(columns)} columns of the header; quote cells that contain a comma"
        raise row.fault(message, code="format")


def _fail(error: ClaimsError, faults: Faults) -> None:
    if faults is None:
        raise error
    faults.append(error)


def records(rows: Iterable[Row], read: Callable[[Any], T], faults: Faults = None, *, unique: bool = True) -> list[T]:
    """Return the record that `read` makes of each row; with `unique`, no ``id`` may occur twice."""
    found: list[T] = []
    seen: set[str] = set()
    for row in rows:
        try:
            record = read(row)
            name = getattr(record, "id", None) if unique else None
            if name in seen:
                raise row.fault(f"the id {name} is used twice; change one of them", code="id")
        except ClaimsError as error:
            _fail(error, faults)
            continue
        found.append(record)
        if name is not None:
            seen.add(name)
    return found
