"""Answers for a terminal: aligned tables and wrapped lists, with nothing in them that a terminal would obey."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geo.layers.layers import Layers

EDGES = "WGS84 ellipsoid, edges straight in longitude and latitude"
WIDEST = 100  # a line that is longer is hard to read
_PLAIN = 80  # of lists and sentences where no terminal sets the width
_NARROWEST = 8  # of a column


def width() -> int | None:
    """Return how wide an answer may be: as the terminal, at most :data:`WIDEST`; None when piped.

    ``COLUMNS`` goes before what the terminal says, and holds for a pipe too.
    """
    import shutil

    terminal = sys.stdout.isatty()
    asked = os.environ.get("COLUMNS", "")
    given = int(asked) if asked.isdecimal() and int(asked) > 0 else None
    if not terminal:
        return given
    return min(given or shutil.get_terminal_size((WIDEST, 24)).columns, WIDEST)


def show(text: Any) -> str:
    """Return text from the layers for a terminal, without control characters."""
    return "".join(letter if letter.isprintable() else " " for letter in str(text))


def reported(layers: Layers, *moments: str) -> list[str]:
    """Return the line that says how old an answer is, where a day is later than the last report of the record."""
    if not layers.unreported(*moments):
        return []
    return [f"as last reported on {show(layers.last_report)}: the record has no later report, later days repeat it"]


def table(rows: Iterable[Iterable[Any]], right: tuple[int, ...] = ()) -> str:
    """Return rows as aligned columns under the first row; `right` names the columns of numbers.

    Where the table would be wider than :func:`width`, its widest columns of words are wrapped; where that is not
    enough, each row becomes a list of its cells.
    """
    cells = [[show(cell) for cell in row] for row in rows]
    widths = _narrowed(cells, right, width())
    if widths is None:
        return _listed(cells)
    lines = [line for row in cells for line in _lines(row, widths, right)]
    head = _lines(cells[0], widths, right)
    return "\n".join([*head, "-" * max(map(len, lines)), *lines[len(head) :]])


def _narrowed(cells: list[list[str]], right: tuple[int, ...], limit: int | None) -> list[int] | None:
    """Return widths of columns that fit a limit, the widest columns of words narrowed first; None when none fit."""
    columns = list(zip(*cells, strict=True))
    widths = [max(map(len, column)) for column in columns]
    over = sum(widths) + 2 * (len(widths) - 1) - (limit or sys.maxsize)
    words = [max((len(word) for cell in column for word in cell.split()), default=0) for column in columns]
    for floors in (words, [_NARROWEST] * len(widths)):  # between words where that is enough
        while over > 0:
            spare = [index for index, size in enumerate(widths) if index not in right and size > floors[index]]
            if not spare:
                break
            widths[max(spare, key=widths.__getitem__)] -= 1
            over -= 1
    return None if over > 0 else widths


def _lines(row: list[str], widths: list[int], right: tuple[int, ...]) -> list[str]:
    """Return the lines that a row takes up."""
    import itertools
    import textwrap

    parts = [
        textwrap.wrap(cell, size, break_on_hyphens=False) if len(cell) > size else [cell]
        for cell, size in zip(row, widths, strict=True)
    ]
    return [
        "  ".join(
            part.rjust(size) if index in right else part.ljust(size)
            for index, (part, size) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in itertools.zip_longest(*parts, fillvalue="")
    ]


def _listed(cells: list[list[str]]) -> str:
    """Return each row as a block of lines, a cell on each behind the name of its column."""
    head = max(map(len, cells[0]))
    blocks = [
        "\n".join(f"{name:<{head}}  {cell}".rstrip() for name, cell in zip(cells[0], row, strict=True))
        for row in cells[1:]
    ]
    return "\n\n".join(blocks)


def wrapped(head: str, words: Iterable[str]) -> str:
    """Return words as a list behind a head, on lines that start below the first word."""
    import textwrap

    text = head + (", ".join(map(show, words)) or "none")
    limit = width() or _PLAIN
    indent = " " * (len(head) if len(head) <= limit // 2 else 2)
    return textwrap.fill(text, limit, subsequent_indent=indent, break_on_hyphens=False)


def fitted(text: str) -> str:
    """Return an answer with the lines that are wider than :func:`width` wrapped."""
    import re
    import textwrap

    limit = width()
    if limit is None or all(len(line) <= limit for line in text.splitlines()):
        return text

    def fit(line: str) -> str:
        # below what stands behind a gap of blanks, as in "95 %   where the lines run"
        column = re.match(r"\s*\S.{0,20}?\s{2,}(?=\S)|\s*", line)
        indent = column.end() if column and column.end() <= limit // 2 else 2
        return textwrap.fill(line, limit, subsequent_indent=" " * indent, break_on_hyphens=False)

    return "\n".join(line if len(line) <= limit else fit(line) for line in text.split("\n"))


def span(low: float, high: float) -> str:
    """Return an interval in km²."""
    return f"{low:,.1f} to {high:,.1f}"


def position(lon: float, lat: float) -> str:
    """Return a position in degrees, each with its hemisphere.

    Examples
    --------
    >>> position(35.8246, 33.1259), position(-59.3, -51.7)
    ('35.8246 E 33.1259 N', '59.3000 W 51.7000 S')
    """
    return f"{abs(lon):.4f} {'W' if lon < 0 else 'E'} {abs(lat):.4f} {'S' if lat < 0 else 'N'}"
