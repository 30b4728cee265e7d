"""Where things are in the text of a file: the line of a feature, a vertex, a record, a number that is none."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from functools import cached_property
from json import JSONDecoder
from pathlib import Path
from typing import TYPE_CHECKING

from geo import _files
from geo._errors import ClaimsError

if TYPE_CHECKING:
    from collections.abc import Iterable

_GAP = re.compile(r"[\s,:]*")
_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"\s*(:)?|([\[\]{}])', re.DOTALL)
_LINE = re.compile(r"line (\d+)\b")
_FEATURE = re.compile(r"feature (\d+)\b")
_CONSTANT = re.compile(r'"(?:[^"\\]|\\.)*"|(-?Infinity|NaN)', re.DOTALL)


class Text:
    """The text of a document that holds an object of JSON."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._decoder = JSONDecoder()

    @cached_property
    def _breaks(self) -> list[int]:
        return [found.start() for found in re.finditer("\n", self.text)]

    def line(self, offset: int) -> int:
        """Return the line of an offset, counted from 1."""
        return bisect_right(self._breaks, offset - 1) + 1

    @cached_property
    def features(self) -> list[tuple[int, int]]:
        """Offset and end of each element of the member ``features``; the last one counts where there are several."""
        spans: list[tuple[int, int]] = []
        at = self._past_gap(self.text.index("{") + 1)
        while self.text[at] != "}":
            key, at = self._decoder.raw_decode(self.text, at)
            at = self._past_gap(at)
            spans = [] if key == "features" else spans
            if key != "features" or self.text[at] != "[":
                _, at = self._decoder.raw_decode(self.text, at)
            else:
                at = self._past_gap(at + 1)
                while self.text[at] != "]":
                    _, end = self._decoder.raw_decode(self.text, at)
                    spans.append((at, end))
                    at = self._past_gap(end)
                at += 1
            at = self._past_gap(at)
        return spans

    def _past_gap(self, at: int) -> int:
        gap = _GAP.match(self.text, at)
        return gap.end() if gap else at

    def constants(self) -> list[tuple[str, int]]:
        """Return each NaN and Infinity outside of strings, with its offset."""
        return [(found[1], found.start()) for found in _CONSTANT.finditer(self.text) if found[1]]

    def feature_at(self, offset: int) -> int | None:
        """Return the number of the feature that an offset lies in."""
        number = bisect_right(self.features, (offset, len(self.text))) - 1
        return number if number >= 0 and offset < self.features[number][1] else None

    def vertex_lines(self, span: tuple[int, int] | None = None) -> list[int]:
        """Return the line of each position in a feature or geometry, in the order of the text."""
        begin, end = span or (0, len(self.text))
        offsets: list[int] = []
        keys: list[str | None] = []  # under which each open object or list stands
        inside = 0  # lists that are open within coordinates
        key: str | None = None
        opened = -1
        for token in _TOKEN.finditer(self.text, begin, end):
            name, colon, bracket = token.groups()
            if bracket is None:
                key = name if colon else None
                continue
            if bracket in "[{":
                keys.append(key)
                inside = inside + 1 if inside else int(bracket == "[" and _is_coordinates(keys))
                opened, key = token.start(), None
            elif keys:
                if inside and opened >= 0 and self.text[opened + 1 : token.start()].strip():
                    offsets.append(opened)
                keys.pop()
                inside, opened, key = max(inside - 1, 0), -1, None
        return [self.line(offset) for offset in offsets]


def _is_coordinates(keys: list[str | None]) -> bool:
    named = [key for key in keys if key is not None]
    return named[-1:] == ["coordinates"] and set(named[:-1]) <= {"geometry", "geometries"}


def with_lines(faults: Iterable[ClaimsError]) -> list[ClaimsError]:
    """Return defects of curated files with the line of their record or vertex, where it can be told."""
    files: dict[str, _Records] = {}
    found = list(faults)
    for fault in found:
        if fault.line is None and fault.feature:
            if fault.file not in files:
                files[fault.file] = _Records(Path(fault.file))
            fault.line = files[fault.file].line(fault.feature, fault.vertex)
    return found


class _Records:
    """The records of a curated file by what a defect calls them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._vertices: dict[tuple[int, int], list[int]] = {}
        try:
            self.text = Text(_files.read_text(path))
            self.features = json.loads(self.text.text)["features"] if path.suffix == ".geojson" else []
            self.spans = self.text.features if self.features else []
        except (ClaimsError, ValueError, KeyError, TypeError, RecursionError, IndexError):
            self.text, self.features, self.spans = Text(""), [], []  # told already

    def line(self, feature: str, vertex: int | None) -> int | None:
        """Return the line of a record or its vertex; None where there are several of that name, or none."""
        if match := _LINE.match(feature):
            return int(match[1])
        if self.path.suffix != ".geojson":
            return self._line_of(feature)
        match = _FEATURE.match(feature)
        named = [int(match[1])] if match else self._named.get(feature, [])
        if not named or named[0] >= len(self.spans):
            return None
        span = self.spans[named[0]]
        if vertex is None:
            return self.text.line(span[0])
        lines = self._vertices.get(span) or self._vertices.setdefault(span, self.text.vertex_lines(span))
        return lines[vertex] if vertex < len(lines) else self.text.line(span[0])

    @cached_property
    def _named(self) -> dict[str, list[int]]:
        named: dict[str, list[int]] = {}
        for number, feature in enumerate(self.features if isinstance(self.features, list) else []):
            properties = feature.get("properties") if isinstance(feature, dict) else None
            if isinstance(properties, dict):
                named.setdefault(str(properties.get("id")), []).append(number)
        return named

    def _line_of(self, feature: str) -> int | None:
        """Return the line of a table that begins with a name, or of JSON with it as an id; None unless it is one."""
        name = re.escape(feature)
        form = rf'^"?{name}"?,' if self.path.suffix == ".csv" else rf'"id":\s*"{name}"'
        found = [self.text.line(match.start()) for match in re.finditer(form, self.text.text, re.MULTILINE)]
        return found[0] if len(found) == 1 else None
