"""Every defect of any GeoJSON file: JSON, RFC 7946, geometry, neighbours, dates and text, in one run.

Each has the feature, the line on which its vertex or else the feature is, and the vertex, counted through the geometry.
Errors are what RFC 7946 says must be and what makes a geometry invalid; warnings the rest.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from geo import _files
from geo._errors import ClaimsError as Fault
from geo._errors import nearest
from geo._memory import uncollected
from geo.checks import neighbours, rfc7946, shapes, swapped
from geo.checks.findings import Place, finished
from geo.checks.locate import Text
from geo.checks.periods import Columns
from geo.layers.values import HUGE, is_number, short

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from geo.checks.findings import Shape

    Properties = list[tuple[Place, dict[str, Any]]]

SEQUENCES = (".geojsonl", ".geojsons", ".ndjson", ".jsonl", ".ndgeojson", ".geojsonseq")
ENDINGS = (".geojson", ".json", *SEQUENCES)
_MARK = b"\xef\xbb\xbf"
_NUMBERED = re.compile(r"feature (\d+)")


def defects(path: Path) -> list[Fault]:
    """Return every defect of a GeoJSON file.

    Parameters
    ----------
    path
        A file of any GeoJSON object, or a sequence with one on each line (also after the record separator of RFC 8142).

    Returns
    -------
    defects
        By line, each with ``code``, ``file``, ``line``, ``feature``, ``vertex`` and ``fault``; none when all is well.
        What is a warning or a note, :func:`geo.checks.findings.severity` says.
    """
    with uncollected():
        file = _File(path)
        faults = file.reader.faults
        faults += together(str(path), file.reader.shapes, file.reader.properties)
        faults += finished(swapped.defects(file.reader.firsts), "positions", str(path))
        file.find_vertices()
    return sorted(faults, key=lambda fault: (fault.line or 0, -1 if fault.vertex is None else fault.vertex))


def together(file: str, found: list[Shape], properties: Properties) -> list[Fault]:
    """Return what is wrong with geometries, with dates, and between geometries of one time.

    Parameters
    ----------
    file
        Its name.
    found, properties
        What is in it.
    """
    faults = list(finished(shapes.defects(found), "shapes", file))
    faults += finished(_together(file, found, properties), "dates and neighbours", file)
    return faults


def structure(path: Path) -> list[Fault]:
    """Return the defects of a GeoJSON file as JSON and by RFC 7946 alone."""
    return _File(path).reader.faults


def is_geojson(path: Path) -> bool:
    """Tell whether a file holds a GeoJSON object, or nothing that can be read."""
    try:
        value = _files.read_json(path)
    except Fault:
        return True
    return isinstance(value, dict) and value.get("type") in rfc7946.TYPES


class _Document(NamedTuple):
    """A document of a file: its text, the lines above it, where its features are, and the number of the first."""

    text: Text
    above: int
    first: int
    spans: list[tuple[int, int] | None]


class _File:
    """A file as read."""

    def __init__(self, path: Path) -> None:
        self.name = str(path)
        self.reader = rfc7946.Reader()
        self.documents: list[_Document] = []
        try:
            text = _files.read_text(path)
        except Fault as error:
            self.reader.faults.append(error)
            return
        if _has_mark(path):
            message = "a byte order mark stands before the text; save it as UTF-8 without one"
            self.reader.faults.append(Place(self.name, line=1).warned("encoding", message))
        if path.suffix.lower() not in SEQUENCES and not text.startswith("\x1e"):
            self._document(text, 0, sequence=False)
            return
        for number, line in enumerate(text.split("\n")):
            if record := line.strip().lstrip("\x1e"):
                self._document(record, number, sequence=True)

    def _document(self, text: str, above: int, *, sequence: bool) -> None:
        """Read a document that begins below some lines."""
        found, reader = Text(text), self.reader
        whole = Place(self.name, line=above + 1)
        try:
            value, strange = _parsed(text, whole)
        except Fault as error:
            reader.faults.append(error)
            return
        first = sum(len(document.spans) for document in self.documents[-1:])
        first += self.documents[-1].first if self.documents else 0
        if value.get("type") == "FeatureCollection":
            features = reader.collection(whole, value)
            document = _Document(found, above, first, list(found.features) if features else [])
            for number, feature in enumerate(features):
                reader.feature(self._place(document, number, feature), feature)
            reader.ended(whole, value)
        else:
            features = [value]
            document = _Document(found, above, first, [None])
            reader.any(self._place(document, 0, value) if sequence else whole._replace(number=0), value)
        self.documents.append(document)
        for name, offset in found.constants() if strange else ():
            inside = found.feature_at(offset) if features and document.spans != [None] else None
            place = whole if inside is None else self._place(document, inside, features[inside])
            message = f"{name} is no number of JSON; write null, or leave it out"
            reader.faults.append(place._replace(line=above + found.line(offset)).fault("nan", message))

    def _place(self, document: _Document, number: int, feature: Any) -> Place:
        """Return the place of a feature of a document."""
        span = document.spans[number]
        line = document.above + (document.text.line(span[0]) if span else 1)
        id_ = feature.get("id") if isinstance(feature, dict) else None
        named = f" ({id_!s:.60})" if isinstance(id_, str) or (is_number(id_) and abs(id_) < HUGE) else ""
        return Place(self.name, f"feature {document.first + number}{named}", line, document.first + number)

    def find_vertices(self) -> None:
        """Give faults of a vertex the line of that vertex."""
        lines: dict[int, list[int]] = {}
        for fault in self.reader.faults:
            if fault.vertex is None or not self.documents:
                continue
            match = _NUMBERED.match(fault.feature)
            number = int(match[1]) if match else 0
            if number not in lines:
                of = bisect_right(self.documents, number, key=lambda document: document.first) - 1
                document = self.documents[of]
                span = document.spans[number - document.first]
                lines[number] = [document.above + line for line in document.text.vertex_lines(span)]
            if fault.vertex < len(lines[number]):
                fault.line = lines[number][fault.vertex]


def _parsed(text: str, place: Place) -> tuple[dict[str, Any], list[str]]:
    """Return the object of a document, and the numbers in it that JSON has not; or raise the one fault."""
    strange: list[str] = []
    above = (place.line or 1) - 1
    try:
        value = json.loads(text, object_pairs_hook=rfc7946.as_object, parse_constant=strange.append)
    except json.JSONDecodeError as error:
        at = place._replace(line=above + error.lineno)
        raise at.fault("json", f"not valid JSON: {error.msg}, column {error.colno}; correct it there") from None
    except RecursionError:
        raise place.fault("json", "nested too deeply to be read; write it flatter") from None
    except ValueError as error:  # a number with thousands of digits
        raise place.fault("json", f"not valid JSON: {error}") from None
    kind = value.get("type") if isinstance(value, dict) else None
    if kind not in rfc7946.TYPES:
        what = f"its type is {short(kind)}" if isinstance(value, dict) else f"it is {short(value)}"
        near = nearest(kind, rfc7946.TYPES) if isinstance(kind, str) else None
        hint = f"did you mean {near!r}?" if near else "write a FeatureCollection"
        raise place.fault("format", f"not a GeoJSON object: {what}; {hint}")
    return value, strange


def _has_mark(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(_MARK)) == _MARK


def _together(file: str, found: list[Shape], properties: Properties) -> Iterator[Fault]:
    columns = Columns(properties)
    yield from columns.defects()
    yield from _beside(Place(file), found, columns)


def _beside(place: Place, found: list[Shape], columns: Columns) -> Iterator[Fault]:
    """Yield what is wrong between geometries of one time."""
    of: dict[int, list[Shape]] = defaultdict(list)
    for shape in found:
        of[shape.place.number or 0].append(shape)
    times, all_ = columns.times()
    if not all_:
        message = "there are too many periods to compare polygons and lines on every date; the latest dates were"
        yield place.noted("unchecked", message)
    pairs: set[tuple[int, int]] = set()
    places: set[tuple[float, float]] = set()
    ends: set[tuple[int, int]] = set()
    for time in times:
        there = [shape for number in time.features for shape in of.get(number, ())]
        polygons = [shape for shape in there if shape.geometry.area and shape.geometry.is_valid]
        lines = [shape for shape in there if not shape.geometry.area and shape.geometry.is_valid]
        if len(polygons) > 1 and neighbours.is_crowded(polygons):
            message = (
                f"too many polygons lie on top of each other to compare them{time.when}; overlaps were not checked"
            )
            yield place.warned("unchecked", message)
        elif len(polygons) > 1:
            yield from neighbours.overlaps(polygons, time.when, pairs)
            yield from neighbours.gaps(polygons, time.when, places)
        if lines:
            yield from neighbours.ends(lines, time.when, ends)
