"""Answers for a terminal: aligned tables and wrapped lists, with nothing in them that a terminal would obey."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

EDGES = "WGS84 ellipsoid, edges straight in longitude and latitude"


def show(text: Any) -> str:
    """Return text from the layers for a terminal, without control characters."""
    return "".join(letter if letter.isprintable() else " " for letter in str(text))


def table(rows: Iterable[Iterable[Any]], right: tuple[int, ...] = ()) -> str:
    """Return rows as aligned columns under the first row; `right` names the columns of numbers."""
    cells = [[show(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [
        "  ".join(
            cell.rjust(width) if index in right else cell.ljust(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    ]
    return "\n".join([lines[0], "-" * max(map(len, lines)), *lines[1:]])


def wrapped(head: str, words: Iterable[str]) -> str:
    """Return words as a list behind a head, on lines that start below the first word."""
    import textwrap

    text = head + (", ".join(map(show, words)) or "none")
    return textwrap.fill(text, 110, subsequent_indent=" " * len(head), break_on_hyphens=False)


def span(low: float, high: float) -> str:
    """Return an interval in km²."""
    return f"{low:,.1f} to {high:,.1f}"
