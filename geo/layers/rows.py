"""Features and table rows, read one by one; errors name file, feature and vertex.

A reader that is given a list appends errors to it and continues with the next row; otherwise it raises the first.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any, TypeVar

from geo import _files
from geo._errors import ClaimsError
from geo.layers.values import check_text, is_number, short

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from geo.layers.profile import Profile

Faults = list[ClaimsError] | None


T = TypeVar("T")


class Row:
    """One feature or table row: its file, its feature or line, and its properties or cells by name.

    Cells of a table are always text; `typed` values come from JSON, where numbers are not text. `profile` says which
    parties, kinds and languages there are.
    """

    profile: Profile

    def __init__(self, file: Path, feature: str, values: dict[str, Any], *, typed: bool = False) -> None:
        self.file = file
        self.feature = feature
        self.values = values
        self.typed = typed

    def fault(self, message: str, *, code: str = "value", vertex: int | None = None) -> ClaimsError:
        """Return the error that names this row."""
        return ClaimsError(message, code=code, file=str(self.file), feature=self.feature, vertex=vertex)

    def check_texts(self) -> None:
        """Raise the fault of the first value that is no fit text."""
        for name, value in self.values.items():
            if message := check_text(value):
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


def features(path: Path, kind: str, faults: Faults = None) -> Iterator[Row]:
    """Yield the features of a GeoJSON file, whose geometries must all be of one kind.

    Besides its properties a row has ``lon`` and ``lat`` of a ``Point``, or ``coordinates`` of other geometries.
    """
    collection = _files.read_json(path)
    if not isinstance(collection, dict) or not isinstance(collection.get("features"), list):
        raise ClaimsError("not a GeoJSON FeatureCollection", code="format", file=str(path))
    for index, feature in enumerate(collection["features"]):
        properties = feature.get("properties") if isinstance(feature, dict) else None
        row = Row(path, f"feature {index}", {}, typed=True)
        geometry = feature.get("geometry") if isinstance(feature, dict) else None
        if not isinstance(properties, dict):
            _fail(row.fault("no properties; give it those that the codebook lists", code="format"), faults)
            continue
        if "id" in properties:
            row.feature = str(properties["id"])
        if not isinstance(geometry, dict) or geometry.get("type") != kind:
            _fail(row.fault(f"geometry is not a {kind}; draw it as one", code="geometry"), faults)
            continue
        row.values = properties
        try:
            row.check_texts()
        except ClaimsError as error:
            _fail(error, faults)
            continue
        row.values = {**properties, "coordinates": geometry.get("coordinates")}
        if kind == "Point":
            try:
                row.values["lon"], row.values["lat"] = row.position(geometry.get("coordinates"))
            except ClaimsError as error:
                _fail(error, faults)
                continue
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
            count = len(reader.fieldnames or [])
            message = f"does not have the {count} columns of the header; quote cells that contain a comma"
            _fail(row.fault(message, code="format"), faults)
            continue
        try:
            row.check_texts()
        except ClaimsError as error:
            _fail(error, faults)
            continue
        yield row


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
