"""Moving timelines: the map of each date in turn, beside who held how much, as gif, webp or mp4."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

from geo import _files
from geo._errors import ClaimsError
from geo.views.drawing import DASHES, draw_base, draw_places, draw_scale_bar, ground_patch, legend, notes, side
from geo.views.layout import wrapped
from geo.views.palette import looks_in
from geo.views.plots import fill_ground
from geo.views.sheets import Drawn, Sheet, faint, ink, points, rule, seen, type_size

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from matplotlib.axes import Axes

    from geo.layers.layers import Layers
    from geo.views.palette import Look
    from geo.views.words import Words

FORMATS = (".gif", ".webp", ".mp4")
_MILLISECONDS = 1000  # of a date
_LAST = 3500  # milliseconds of the last one
_PER_SECOND = 4  # frames of an mp4
_WIDTH, _SHAPE = 8.0, 0.68  # inches by itself, and height to width
_DOTS = 120  # per inch


class Moving(NamedTuple):
    """What moves: the dates in order, and for each of them its ground, who held how much and what happened."""

    days: list[str]
    at: Any  # where each date stands in time, and then the end
    happened: list[str]
    areas: dict[str, list[float]]  # km² by party
    looks: dict[str, Look]
    draw: Callable[[Axes, int], None]
    foot: list[str]


def record_timeline(layers: Layers, words: Words) -> Moving:
    """Return the timeline of a record, from each change of control to the next."""
    from geo.views.charts import day_of, events

    layers, ledger = layers.unbroken(), layers.ledger
    days = [ledger.first, *ledger.changes()]
    held = [ledger.controller_areas(day_of(day).isoformat()) for day in days]
    parties = sorted({party for areas in held for party in areas} - {"none"})
    shown = looks_in(layers)
    named = events(layers, words, days)

    def draw(axes: Axes, index: int) -> None:
        draw_base(axes, layers, words, days[index], "")
        fill_ground(axes, layers, shown, days[index])
        axes.set(xlabel="", ylabel="", xticks=[], yticks=[])
        draw_scale_bar(axes, words)
        draw_places(axes, layers, words, None, ledger.day_of(days[index]))

    at = np.array([day_of(day) for day in [*days, ledger.today()]], dtype="datetime64[D]")
    areas = {party: [one[party].area if party in one else 0.0 for one in held] for party in parties}
    foot = notes(layers, words, " ".join(map(words, ("note_areas", "note_control"))))
    return Moving(days, at, [named.get(day, "") for day in days], areas, shown, draw, foot)


def save(moving: Moving, path: str | Path, words: Words, on: Sheet) -> None:
    """Write a moving timeline; a date stays for a second.

    Raises
    ------
    ClaimsError
        When the name has another ending, the file cannot be written, or an mp4 is asked for where ffmpeg is missing.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in FORMATS:
        raise ClaimsError(
            f"{path}: a moving timeline is written as {', '.join(FORMATS)}, not {suffix or 'without an ending'}"
        )
    if suffix == ".mp4":
        from matplotlib.animation import FFMpegWriter

        if not FFMpegWriter.isAvailable():
            raise ClaimsError(f"{path}: an mp4 is made by ffmpeg, which is not installed: install it, or write a .webp")
    with mpl.rc_context(on.settings()), _files.written(path) as beside:
        pictures = _pictures(moving, words, on)
        if suffix == ".mp4":
            _write_mp4(pictures, beside)
            return
        frames = list(pictures)
        durations = [_MILLISECONDS] * (len(frames) - 1) + [_LAST]
        if suffix == ".gif":
            frames = [frame.quantize(128, dither=Image.Dither.NONE) for frame in frames]
            how: dict[str, Any] = {"comment": words("timeline").encode(), "optimize": True}
        else:
            how = {"lossless": True, "method": 3}
        frames[0].save(
            beside, format=suffix[1:], save_all=True, append_images=frames[1:], duration=durations, loop=0, **how
        )


def _write_mp4(pictures: Iterator[Image.Image], path: Path) -> None:
    """Have ffmpeg write frames as H.264, which every player knows."""
    import subprocess

    first = next(pictures)
    command = [mpl.rcParams["animation.ffmpeg_path"], "-y", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "rgb24"]
    command += ["-s", f"{first.width}x{first.height}", "-r", str(_PER_SECOND), "-i", "-"]
    command += ["-vcodec", "libx264", "-pix_fmt", "yuv420p", "-movflags", "+faststart", str(path)]
    raw = bytearray(first.tobytes() * _PER_SECOND)
    for picture in pictures:
        raw += picture.tobytes() * _PER_SECOND
    raw += raw[-len(first.tobytes()) :] * (_PER_SECOND * (_LAST - _MILLISECONDS) // 1000)
    done = subprocess.run(command, input=bytes(raw), capture_output=True, check=False)  # noqa: S603 - its arguments are ours
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip().splitlines()
        raise ClaimsError(f"{path.name}: ffmpeg failed: {reason[-1] if reason else 'no reason given'}; write a .webp")


def _pictures(moving: Moving, words: Words, on: Sheet) -> Iterator[Image.Image]:
    """Draw the dates in turn."""
    width = on.inches(_WIDTH)
    # H.264 wants even numbers of pixels
    pixels = [int(inches * _DOTS / 2) * 2 for inches in (width, width * (9 / 16 if on.style.height else _SHAPE))]
    figure = Drawn(figsize=(pixels[0] / _DOTS, pixels[1] / _DOTS), dpi=_DOTS)
    canvas = FigureCanvasAgg(figure)
    for index in range(len(moving.days)):
        figure.clear()
        _draw(figure, moving, index, words)
        canvas.draw()  # type: ignore[no-untyped-call]
        picture = np.asarray(canvas.buffer_rgba())[:, :, :3].copy()  # type: ignore[no-untyped-call]
        yield Image.fromarray(picture)


def _draw(figure: Drawn, moving: Moving, index: int, words: Words) -> None:
    """Draw one date."""
    wide, high = figure.get_size_inches().tolist()
    foot = figure.text(0, 0, "", fontsize=points(6), ha=side(words), va="bottom")
    foot.set_text("\n".join(wrapped(figure, line, wide - 0.3, points(6)) for line in moving.foot))
    low = (foot.get_window_extent().height / figure.dpi + 0.2) / high
    middle, edge, margin = 0.56, 0.15 / wide, 0.15 / high

    def place(left: float, bottom: float, width: float, height: float) -> tuple[float, float, float, float]:
        return (1 - left - width if words.right_to_left else left, bottom, width, height)

    def start(left: float) -> float:
        return 1 - left if words.right_to_left else left

    foot.set_position((start(edge), 0.1 / high))
    anchor: Any = "NE" if words.right_to_left else "NW"
    axes = figure.add_axes(place(edge, low, middle - 2 * edge, 1 - low - margin), anchor=anchor)
    moving.draw(axes, index)
    axes.apply_aspect()
    taken = axes.get_position()
    middle = min(middle, (1 - taken.x0 if words.right_to_left else taken.x1) + 0.3 / wide)
    room = (1 - middle) * wide - 0.15
    y = 1 - margin
    for text, size, weight in (
        (words("timeline"), 10, "normal"),
        (moving.days[index], 20, "bold"),
        (moving.happened[index], 9, "normal"),
    ):
        shown = figure.text(
            start(middle), y, wrapped(figure, text, room, points(size), weight=weight), fontsize=points(size)
        )
        shown.set(ha=side(words), va="top", weight=weight)
        y = shown.get_window_extent().y0 / figure.bbox.height - 0.08 / high
    held = {party: areas[index] for party, areas in moving.areas.items() if areas[index] > 0}
    handles = [
        ground_patch(moving.looks[party], words("transfer", transfer=words.party(party), area=f"{held[party]:,.0f}"))
        for party in sorted(held, key=lambda party: -held[party])[:9]
    ]
    legend(figure, words, handles, room).set_bbox_to_anchor((start(middle), 0.62), figure.transFigure)
    _chart(figure.add_axes(place(middle + 0.5 * type_size() / wide, low + 0.2 / high, 0, 0)), moving, index)
    left = middle + 0.5 * type_size() / wide
    figure.axes[-1].set_position(place(left, low + 0.25 * type_size() / high, 1 - left - edge, 0.3 - low / 2))


def _chart(axes: Axes, moving: Moving, index: int) -> None:
    """Draw who held how much at all times, and where in time this is."""
    for party, areas in moving.areas.items():
        look = moving.looks[party]
        axes.stairs(
            areas, moving.at, baseline=None, color=seen(look.colour), linewidth=1.5, linestyle=DASHES[look.mark]
        )
    axes.axvline(moving.at[index], color=ink(), linewidth=1.2)
    axes.axvspan(moving.at[index], moving.at[-1], color=faint(0.15), alpha=0.5, linewidth=0)
    axes.set_xlim(moving.at[0], moving.at[-1])
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_formatter("{x:,.0f}")
    axes.grid(axis="y", color=rule())
    axes.tick_params(labelsize=points(7))
    axes.xaxis.set_major_locator(locator := mpl.dates.AutoDateLocator(maxticks=5))  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_formatter(mpl.dates.ConciseDateFormatter(locator, show_offset=False))  # type: ignore[no-untyped-call]
