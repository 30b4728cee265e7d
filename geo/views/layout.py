"""Where the parts of a figure stand: title above, panels, legends and small maps below or beside, notes at the foot.

Everything is measured in inches, by what was written, so that a figure of any width holds its text. In a language from
right to left the whole is mirrored, except for the inside of maps and axes.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from matplotlib.legend import Legend

from geo.views.sheets import NARROW, points, type_size

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.axes import Axes
    from matplotlib.text import Text

    from geo.views.sheets import Drawn
    from geo.views.words import Words

GAP = 0.14  # inches
_EDGE = 0.12
_BETWEEN = 0.12  # panels
_SURE = 0.97  # as letters are a little wider at another resolution
_UNIT = re.compile(r"(?<=\d) (?=%|k?m\b|km²|mi\b|ha\b)")


@dataclass(frozen=True)
class Small:
    """A small map or chart of a given size, inches, and of what is written over it."""

    axes: Axes
    wide: float
    high: float
    over: float = 0.2


@dataclass
class Parts:
    """What stands in a figure, from its upper edge down."""

    title: str
    rows: Sequence[Sequence[Axes]]
    height: Callable[[float], float]  # of a panel by its width, inches
    across: Sequence[Callable[[float], Legend | Text]] = ()  # made for a width, over the whole width
    blocks: Sequence[Callable[[float], Legend | Text | Small]] = ()  # made for a width, in columns
    notes: Sequence[str] = ()
    beside: bool = False  # the blocks stand beside the panels, where there is room
    column: float = 2.8  # inches, of a block
    heading_size: float = 10  # points, of panels
    left: float = 0.58  # inches, for ticks
    over: float = 0.0  # inches between a panel and its title
    under: float = 0.3  # inches, for ticks
    ticks: bool = True  # only the first panel of a row is labelled
    hanging: bool = False  # title, legends and notes begin at the edge, as the ticks take much room
    columns: int = 0  # of rows of panels, where the last may be shorter


def wrapped(figure: Drawn, text: str, inches: float, size: float, **style: Any) -> str:
    """Return a text in lines that are no longer than some inches, as it is written in points."""
    kept = _UNIT.sub("\u00a0", text)  # a number keeps its unit
    lines = "\n".join(_wrapped(figure, line, _SURE * inches, size, style) for line in kept.split("\n"))
    return lines.replace("\u00a0", " ")


def _wrapped(figure: Drawn, line: str, inches: float, size: float, style: dict[str, Any]) -> str:
    measure = figure.text(0, 0, line, fontsize=size, **style)
    try:
        wide = _size(figure, measure)[0]
        if wide <= inches or " " not in line:
            return line
        letters = max(4, int(len(line) * inches / wide * 1.08))
        while True:
            lines = textwrap.fill(line, letters, break_long_words=False, break_on_hyphens=False)
            measure.set_text(lines)
            if letters <= 4 or _size(figure, measure)[0] <= inches:
                return lines
            letters -= 1 + letters // 30
    finally:
        measure.remove()


def _size(figure: Drawn, artist: Any) -> tuple[float, float]:
    """Return width and height in inches."""
    box = artist.get_window_extent()
    return box.width / figure.dpi, box.height / figure.dpi


def lay_out(figure: Drawn, words: Words, parts: Parts) -> None:
    """Give every part its place, and the figure its height."""
    wide, scale = figure.get_figwidth(), type_size()
    left = max([parts.left * scale, *(_ticks(figure, row[0]) + _EDGE for row in parts.rows if parts.ticks)])
    whole = wide - left - _EDGE
    side = "right" if words.right_to_left else "left"
    text_left = 0.15 if parts.hanging or wide < NARROW else left
    room = wide - text_left - _EDGE  # of text
    edge = wide - text_left if words.right_to_left else text_left
    figure.heading = parts.title
    beside = parts.beside and whole >= (parts.column + 1.5) * scale
    for_panels = whole - (parts.column * scale + 0.25 if beside else 0)

    title = figure.suptitle(
        "", x=edge / wide, ha=side, va="top", fontsize=points(14 if wide >= NARROW else 11), weight="bold"
    )
    title.set_text(wrapped(figure, parts.title, room, points(14 if wide >= NARROW else 11), weight="bold"))
    foot = figure.text(edge / wide, 0, "", fontsize=points(6.5), ha=side, va="bottom")
    foot.set_text("\n".join(wrapped(figure, note, room, points(6.5)) for note in parts.notes))
    columns = 1 if beside else max(1, int((room + 0.25) / (parts.column * scale + 0.25)))
    column = parts.column * scale if beside else (room - 0.25 * (columns - 1)) / columns
    across = [make(room) for make in parts.across]
    blocks = [make(column) for make in parts.blocks]

    overs = [_head(figure, row, side, _each(parts, row, for_panels), parts) for row in parts.rows]

    def stack(cut: float) -> tuple[list[Any], list[Any], float, float]:
        """Return what stands where, from the top down, how high the panels make it, and how high it is.

        Panels are cut to a share of their height.
        """
        y = _EDGE + _size(figure, title)[1] + GAP
        rows: list[Any] = []
        others: list[Any] = []
        for row, over in zip(parts.rows, overs, strict=True):
            each = _each(parts, row, for_panels)
            y += over
            rows.append((row, each, y, cut * parts.height(each)))
            y += rows[-1][-1] + parts.under * scale + GAP
        for artist in across:
            others.append((artist, 0.0, y))
            y += _size(figure, artist)[1] + GAP
        lowest = y
        heights = [rows[0][2] if beside and rows else y] * columns
        for block in blocks:
            at = heights.index(min(heights))
            x = for_panels + 0.25 if beside else at * (column + 0.25)
            over = block.over * scale if isinstance(block, Small) else 0
            others.append((block, x, heights[at] + over))
            heights[at] += over + (block.high if isinstance(block, Small) else _size(figure, block)[1]) + GAP
        under = _size(figure, foot)[1] + _EDGE
        return rows, others, (lowest if beside else max(y, *heights)) + under, max(y, *heights) + under

    placed, fill, by_panels, high = stack(1)
    if (
        figure.least_height and by_panels > figure.least_height
    ):  # a slide is no higher, unless its panels would be too small
        tall = sum(row[-1] for row in placed)
        placed, fill, _, high = stack(max(0.4, 1 - (by_panels - figure.least_height) / tall))
    high = max(high, figure.least_height or 0)
    figure.set_size_inches(wide, high)
    title.set_position((edge / wide, 1 - _EDGE / high))
    foot.set_position((edge / wide, _EDGE / high))

    _place(figure, words, parts, left, placed)
    for artist, x, top in fill:
        _put(figure, words, artist, x + (left if beside else text_left), top)
    figure.draw_without_rendering()  # the axes have their sizes now


def _ticks(figure: Drawn, axes: Axes) -> float:
    """Return how wide the ticks and the label at the side of a panel are, inches."""
    box = axes.yaxis.get_tightbbox()
    return float(box.width) / figure.dpi if box else 0.0


def _each(parts: Parts, row: Sequence[Axes], room: float) -> float:
    """Return how wide each panel of a row is, inches."""
    count = parts.columns or len(row)
    return (room - _BETWEEN * (count - 1)) / count


def _head(figure: Drawn, row: Sequence[Axes], side: Any, inches: float, parts: Parts) -> float:
    """Wrap the titles of a row of panels, and return how high they are, inches."""
    high = 0.0
    for axes in row:
        if text := axes.get_title(loc=side):
            size = points(parts.heading_size)
            text = wrapped(figure, text, inches, size)
            heading = axes.set_title(text, loc=side, fontsize=size, pad=4 + 72 * parts.over)
            high = max(high, _size(figure, heading)[1])
    return high + parts.over + (0.08 if high else 0)


def _place(figure: Drawn, words: Words, parts: Parts, left: float, rows: list[Any]) -> None:
    """Give panels their places: rows with the width of a panel, their upper edge and their height, inches."""
    for row, each, top, tall in rows:
        for index, axes in enumerate(row):
            _put(figure, words, Small(axes, each, tall), left + index * (each + _BETWEEN), top)
            if words.right_to_left:
                axes.yaxis.tick_right()
                axes.yaxis.set_label_position("right")
            if index and parts.ticks:
                axes.tick_params(labelleft=False, labelright=False)


def _put(figure: Drawn, words: Words, artist: Legend | Text | Small, x: float, top: float) -> None:
    """Put a part some inches from where lines start and below the upper edge."""
    wide, high = figure.get_size_inches().tolist()
    if isinstance(artist, Small):
        at = wide - x - artist.wide if words.right_to_left else x
        box = (at / wide, 1 - (top + artist.high) / high, artist.wide / wide, artist.high / high)
        artist.axes.set_position(box)
        return
    corner = ((wide - x if words.right_to_left else x) / wide, 1 - top / high)
    if isinstance(artist, Legend):
        artist.set_bbox_to_anchor(corner, figure.transFigure)
    else:
        artist.set_position(corner)
