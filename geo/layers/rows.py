"""Features and table rows read one by one; what is wrong is named with file, feature and vertex.

A reader given a list of faults writes them there and goes on with the next row; without one it raises the first.
"""

from __future__ import annotations

import csv
import io
import math
import re
from typing import TYPE_CHECKING, Any, TypeGuard, TypeVar

from geo import _files, dates
from geo._errors import ClaimsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

Faults = list[ClaimsError] | None


T = TypeVar("T")


class Row:
    """One feature or table row, with readers that name it when something is wrong."""

    def __init__(self, file: Path, feature: str, values: dict[str, Any]) -> None:
        self.file = file
        self.feature = feature
        self.values = values

    def fault(self, message: str, *, code: str = "value", vertex: int | None = None) -> ClaimsError:
        """Return the error that names this row."""
        return ClaimsError(message, code=code, file=str(self.file), feature=self.feature, vertex=vertex)

    def text(self, key: str, *, default: str | None = None) -> str:
        """Read text; without a default it must be there."""
        value = self.values.get(key)
        if value in (None, ""):
            if default is None:
                raise self.fault(f"{key} is missing", code="missing")
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

    def texts(self, key: str, *, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """Read a list of words: a JSON array, or in a table words parted by blanks."""
        value = self.values.get(key)
        words = value.split() if isinstance(value, str) else value
        if not words:
            if default is None:
                raise self.fault(f"{key} is missing", code="missing")
            return default
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            raise self.fault(f"{key} is not a list of words: {value!r}")
        return tuple(words)

    def number(self, key: str) -> float:
        """Read a finite number of at least 0."""
        value = self.values.get(key)
        if not _is_number(value) or not 0 <= value < _HUGE:
            raise self.fault(f"{key} is not a number of at least 0: {_short(value)}")
        return float(value)

    def decimal(self, key: str) -> float | None:
        """Read a finite number that a table holds as text; None where the cell is blank."""
        value = self.text(key, default="")
        try:
            number = float(value) if value else None
        except ValueError:
            raise self.fault(f"{key} is not a number: {value!r}") from None
        if number is not None and not math.isfinite(number):
            raise self.fault(f"{key} is not a number: {value!r}")
        return number

    def required_decimal(self, key: str) -> float:
        """Read a finite number that a table holds as text and that must be there."""
        self.text(key)
        return self.decimal(key) or 0.0

    def flag(self, key: str) -> bool:
        """Read true or false."""
        value = self.values.get(key)
        if not isinstance(value, bool):
            raise self.fault(f"{key} is neither true nor false: {value!r}")
        return value

    def names(self) -> dict[str, str]:
        """Read the names by language; English is a must."""
        names = {language: self.text(f"name_{language}", default="") for language in ("en", "ar", "he")}
        if not names["en"]:
            raise self.fault("name_en is missing", code="missing")
        return {language: name for language, name in names.items() if name}

    def date(self, key: str) -> str | None:
        """Read a date of any precision, None where there is none."""
        value = self.text(key, default="") or None
        if value is not None and not dates.is_edtf(value):
            raise self.fault(f"{value!r} is not a date; write 2024, 2024-12 or 2024-12-08", code="date")
        return value

    def required_date(self, key: str) -> str:
        """Read a date of any precision that must be there."""
        self.text(key)
        return self.date(key) or ""

    def period(self) -> tuple[str, str | None]:
        """Read ``valid_from`` and ``valid_to``, None where it lasts."""
        start, end = self.required_date("valid_from"), self.date("valid_to")
        if end is not None and end <= start:
            raise self.fault(f"valid_to {end} is not after valid_from {start}", code="date")
        return start, end

    def position(self, value: Any, vertex: int | None = None) -> tuple[float, float]:
        """Read longitude and latitude in degrees."""
        spot = "point" if vertex is None else f"vertex {vertex}"
        if not isinstance(value, list) or len(value) < 2 or not all(map(_is_number, value)):
            raise self.fault(f"{spot}: not a position: {value!r:.60}", code="position", vertex=vertex)
        if not (-180 <= value[0] <= 180 and -90 <= value[1] <= 90):
            raise self.fault(f"{spot}: outside longitude and latitude: {value!r:.60}", code="position", vertex=vertex)
        return float(value[0]), float(value[1])


_HUGE = 1e15


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _short(value: Any) -> str:
    """Return a value as a message may show it."""
    return repr(value)[:60] if not isinstance(value, int) or abs(value) < _HUGE else "a huge number"


class Feature(Row):
    """A GeoJSON feature: its properties as a row, and the coordinates of its geometry."""

    def __init__(self, file: Path, feature: str, values: dict[str, Any], coordinates: Any) -> None:
        super().__init__(file, feature, values)
        self.coordinates = coordinates


def features(path: Path, kind: str, faults: Faults = None) -> Iterator[Feature]:
    """Yield the features of a GeoJSON file whose geometries must be of one kind."""
    collection = _files.read_json(path)
    if not isinstance(collection, dict) or not isinstance(collection.get("features"), list):
        raise ClaimsError("not a GeoJSON FeatureCollection", code="format", file=str(path))
    for index, feature in enumerate(collection["features"]):
        properties = feature.get("properties") if isinstance(feature, dict) else None
        row = Feature(path, f"feature {index}", properties if isinstance(properties, dict) else {}, None)
        geometry = feature.get("geometry") if isinstance(feature, dict) else None
        if not isinstance(properties, dict):
            _fail(row.fault("no properties", code="format"), faults)
            continue
        if "id" in properties:
            row.feature = str(properties["id"])
        if not isinstance(geometry, dict) or geometry.get("type") != kind:
            _fail(row.fault(f"geometry is not a {kind}", code="geometry"), faults)
            continue
        row.coordinates = geometry.get("coordinates")
        yield row


def table(path: Path, faults: Faults = None) -> Iterator[Row]:
    """Yield the rows of a CSV table with a header."""
    reader = csv.DictReader(io.StringIO(_files.read_text(path), newline=""))
    try:
        found = [(reader.line_num, values) for values in reader]
    except csv.Error as error:
        raise ClaimsError(str(error), code="format", file=str(path), feature=f"line {reader.line_num}") from None
    for number, values in found:
        row = Row(path, f"line {number}", dict(values))
        if None in values or None in values.values():
            _fail(row.fault(f"has not the {len(reader.fieldnames or [])} columns of the header", code="format"), faults)
            continue
        yield row


def _fail(error: ClaimsError, faults: Faults) -> None:
    if faults is None:
        raise error
    faults.append(error)


def records(rows: Iterable[Row], read: Callable[[Any], T], faults: Faults = None, *, unique: bool = True) -> list[T]:
    """Return what `read` makes of each row; where records have an ``id``, none may be used twice if `unique`."""
    found: list[T] = []
    seen: set[str] = set()
    for row in rows:
        try:
            record = read(row)
            name = getattr(record, "id", None) if unique else None
            if name in seen:
                raise row.fault(f"the id {name} is used twice", code="id")
        except ClaimsError as error:
            _fail(error, faults)
            continue
        found.append(record)
        if name is not None:
            seen.add(name)
    return found
