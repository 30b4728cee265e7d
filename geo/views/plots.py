"""Figures of ground for a report, with matplotlib: deterministic, colour-blind-safe, with scale, legend and sources.

Zones are in :mod:`geo.views.zone_plots`, charts in :mod:`geo.views.charts`.
"""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import geopandas
import matplotlib as mpl
from matplotlib.lines import Line2D

from geo import _files, dates
from geo._errors import ClaimsError
from geo.layers.tables import EXTENTS
from geo.views.drawing import (
    TransferPatch,
    dash_pattern,
    draw_base,
    draw_locator,
    draw_places,
    draw_scale_bar,
    draw_transfer,
    fit_graticule,
    ground_patch,
    ground_style,
    halo,
    height_to_width,
    interval_text,
    legend,
    notes,
    transfer_angle,
)
from geo.views.layout import Parts, Small, lay_out
from geo.views.palette import looks_in
from geo.views.sheets import NARROW, Drawn, Sheet, ink, on_sheet, points, seen, type_size
from geo.views.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from geo.layers.layers import Layers
    from geo.layers.transfers import Transfer
    from geo.views.palette import Look

_DPI = 200
_FORMATS = (".png", ".svg", ".pdf")
_PANELS_INCHES = 6.3  # at most
_COLUMN_INCHES = 3.1  # in a column of a page
_LOCATOR_INCHES = 2.0
_LEAST_PANEL = 1.85  # inches of a panel; narrower ones are stacked


def fill_ground(axes: Axes, layers: Layers, shown: dict[str, Look], date: str) -> None:
    """Colour and mark the ground by its controller on a date."""
    held = geopandas.GeoDataFrame({"controller": layers.ledger.controllers(date)}, geometry=layers.polygons, crs=4326)
    ground = held.dissolve("controller")
    for controller, rows in ground.groupby(level=0):
        rows.plot(ax=axes, aspect=None, zorder=2, **ground_style(shown[str(controller)]))


def _line_handles(layers: Layers, words: Words, days: list[str]) -> list[Line2D]:
    """Return a legend entry for each kind of line valid on one of the days."""
    kinds = {
        line.kind
        for line in layers.curated_lines.values()
        if any(dates.holds(line.valid_from, line.valid_to, day) for day in days)
    }
    return [
        Line2D(
            [],
            [],
            color=seen(look.colour),
            linewidth=look.width * 0.6,
            linestyle=dash_pattern(look.dashes),
            label=words.line_kind(look),
        )
        for kind, look in layers.profile.line_kinds.items()
        if kind in kinds - {"water"}
    ]


def _publishers(layers: Layers, *moments: str) -> list[str]:
    """Return the publishers, or else the titles, of the sources on control on some dates, sorted."""
    return sorted(
        {
            str(layers.sources[source].get("publisher") or layers.sources[source].get("title"))
            for moment in moments
            for held in layers.ledger.held(moment)
            for source in held.row.sources
            if source in layers.sources
        }
    )


def rows_of(panels: list[Axes], wide: float, ratio: float) -> list[list[Axes]]:
    """Return three panels in rows: side by side, or where that is too narrow the last below, or all stacked.

    Parameters
    ----------
    panels
        Before, after, and what passed.
    wide
        Inches that the figure has.
    ratio
        Of a panel's height to its width.
    """
    if wide / 3 >= _LEAST_PANEL * type_size():
        return [panels]
    if ratio >= 1 and wide / 2 >= 1.2 * type_size():
        return [panels[:2], panels[2:]]
    return [[axes] for axes in panels]


@on_sheet
def change_figure(
    layers: Layers,
    before: str,
    after: str,
    *,
    language: str | None = None,
    on: Sheet = Sheet(),  # noqa: B008
) -> Drawn:
    """Return a figure of control on two dates, side by side, and of what changed hands.

    Parameters
    ----------
    layers
        The layers to draw.
    before, after
        Dates, ``2024-12-07`` or ``today``, or ids of scenarios.
    language
        One of the layers' languages, by default the first.
    on
        The sheet; by itself the figure is 12 inches wide.

    Returns
    -------
    figure
        Three panels, a legend with areas and both uncertainties, a locator map and sources.

    Raises
    ------
    ClaimsError
        When a date is unknown, before the record or in the future, or the language is unknown.

    Examples
    --------
    >>> save(change_figure(geo.load(), "2024-12-07", "2026-01-06", language="ar"), "change.pdf")
    """
    words, layers = Words(language, layers.profile), layers.unbroken()
    shown = looks_in(layers)
    before, after = layers.ledger.moment(before), layers.ledger.moment(after)
    transfers = layers.ledger.change(before, after)
    scenarios = layers.ledger.scenarios
    supposed = {date: words.name(scenarios[date][0].names) for date in (before, after) if date in scenarios}
    figure = Drawn(figsize=(on.inches(12), 9))
    figure.least_height = on.style.height
    anchor: Literal["NE", "NW"] = "NE" if words.right_to_left else "NW"
    panels = [figure.add_axes((0, 0, 1, 1), label=name, anchor=anchor) for name in ("before", "after", "changed")]
    for axes, date in zip(panels[:2], (before, after), strict=True):
        held = words("supposed", scenario=supposed[date]) if date in supposed else words("held_on", date=date)
        draw_base(axes, layers, words, date, held)
        fill_ground(axes, layers, shown, date)
    draw_base(panels[2], layers, words, after, words("hatched") if transfers else words("nothing"))
    extents = _extents(panels[2], layers, words, before, after)
    names = sorted({*layers.ledger.controllers(before), *layers.ledger.controllers(after)})
    ground: list[Any] = [ground_patch(shown[name], words("holder", party=words.party(name))) for name in names]
    told = [_passed(words, transfer) for transfer in transfers] or [words("nothing")]
    ground += [
        TransferPatch(*looks_of(shown, transfer), label) for transfer, label in zip(transfers, told, strict=False)
    ]
    days = [layers.ledger.day_of(date) for date in (before, after)]
    title = words("title_change", before=supposed.get(before, before), date=supposed.get(after, after))
    if layers.unreported(before, after):
        title += "\n" + words("as_reported", date=layers.last_report)
    if supposed:
        title = f"{words('hypothetical').upper()}\n{title}"
    ratio = height_to_width(panels[0])
    located = bool(layers.context) and on.style.height is None  # a slide has no room for it
    keys = ["note_areas", "note_dashes", "note_control", *(["note_locator"] if located else [])]
    publishers = words("sources_of_control", publishers=", ".join(_publishers(layers, before, after)))
    blocks: list[Callable[[float], Any]] = [
        lambda room: legend(figure, words, [*ground, *extents], room),
        lambda room: legend(figure, words, _line_handles(layers, words, days), room),
    ]
    if located:
        blocks.append(lambda room: _locator(figure, layers, words, room))
    rows = rows_of(panels, figure.get_figwidth(), ratio)
    lay_out(
        figure,
        words,
        Parts(
            title,
            rows,
            lambda wide: min(_PANELS_INCHES if figure.get_figwidth() >= NARROW else _COLUMN_INCHES, wide * ratio),
            blocks=blocks,
            notes=notes(layers, words, publishers, " ".join(map(words, keys))),
            beside=on.style.height is not None,
        ),
    )
    for transfer in transfers:
        draw_transfer(panels[2], layers.union([*transfer.faces]), *looks_of(shown, transfer))
    inside = {place for transfer in transfers for place in transfer.places}
    inhabited = {place.id for place in layers.curated_places.values() if place.kind in layers.profile.inhabited}
    for axes, only in zip(panels, (None, None, inside & inhabited), strict=True):
        fit_graticule(axes, words)
        draw_scale_bar(axes, words)
        draw_places(axes, layers, words, only, max(days))
        axes.set(xlabel="", ylabel="")  # the ticks say it
    if not transfers:
        say_nothing(panels[2], words)
    figure.description = ". ".join(" ".join(text.split("\n")) for text in (title, *told, publishers))
    return figure


def looks_of(shown: dict[str, Look], transfer: Transfer) -> tuple[Look, Look, float]:
    """Return the looks of who lost and who won some ground, and the angle of its stripes."""
    return shown[transfer.source], shown[transfer.target], transfer_angle(shown, transfer.source)


def say_nothing(axes: Axes, words: Words) -> None:
    """Write into the panel of what changed hands that nothing did."""
    axes.text(
        0.5,
        0.5,
        words("nothing"),
        transform=axes.transAxes,
        ha="center",
        va="center",
        fontsize=points(9),
        bbox=halo(),
        zorder=7,
    )


def _locator(figure: Drawn, layers: Layers, words: Words, room: float) -> Small:
    """Draw the locator map."""
    anchor: Literal["NE", "NW"] = "NE" if words.right_to_left else "NW"
    axes = figure.add_axes((0, 0, 1, 1), anchor=anchor, label="locator")
    high = _LOCATOR_INCHES * type_size() if figure.get_figwidth() >= NARROW else 0.6 * _LOCATOR_INCHES
    axes.set_position((0, 0, room / figure.get_figwidth(), high / figure.get_figheight()))
    draw_locator(axes, layers, words)
    return Small(axes, room, high)


def _passed(words: Words, transfer: Transfer) -> str:
    """Return a transfer as text, with its uncertainties."""
    quantity = transfer.quantity
    parties = {"from": words.party(transfer.source), "to": words.party(transfer.target)}
    lines = (
        words("transfer", transfer=words("passed", **parties), area=f"{quantity.area:,.1f}"),
        words("margin", margin=f"± {quantity.margin:,.1f}"),
        words("extents", range=interval_text(words, quantity.low, quantity.high)),
    )
    return "\n".join(lines)


def _extents(axes: Axes, layers: Layers, words: Words, before: str, after: str) -> list[Line2D]:
    """Outline what changed hands in the smallest and largest extents, where they differ from the best."""
    passed = layers.ledger.moved(before, after).values()
    moved = {extent: sorted(face for faces in passed for face in faces[extent]) for extent in EXTENTS}
    handles = []
    styles: tuple[tuple[str, Literal[":", "--"]], ...] = (("min", ":"), ("max", "--"))
    for extent, style in styles:
        if moved[extent] and moved[extent] != moved["best"]:
            outline = geopandas.GeoSeries([layers.union(moved[extent])], crs=4326).boundary
            outline.plot(ax=axes, color=ink(), linewidth=0.8, linestyle=style, aspect=None, zorder=4)
            handles.append(Line2D([], [], color=ink(), linewidth=0.8, linestyle=style, label=words(extent)))
    return handles


def save(figure: Figure, path: str | Path, *, format_: str | None = None) -> None:
    """Write a figure as png, svg or pdf. The same figure gives the same bytes; a failure leaves no partial file.

    Title and description go with it: into the metadata of a PNG or PDF, and into an SVG as its title and ``desc``. Text
    stays text: TrueType in a PDF, characters in an SVG.

    Parameters
    ----------
    figure
        What to write.
    path
        Where to; ``-`` is standard output.
    format_
        One of the three; by default what the name ends in, and png on standard output.

    Raises
    ------
    ClaimsError
        When the name has another ending or the file cannot be written.

    Examples
    --------
    >>> save(geo.load().plot(kind="timeline"), "timeline.svg")
    """
    suffix = f".{format_}" if format_ else ".png" if str(path) == "-" else Path(path).suffix.lower()
    if suffix not in _FORMATS:
        raise ClaimsError(f"{path}: a figure is written as {', '.join(_FORMATS)}, not {suffix or 'without an ending'}")
    title, about = (_plain(text) for text in _told(figure))
    metadata: dict[str, dict[str, Any]] = {
        ".png": {"Software": None, "Title": title, "Description": about},
        ".svg": {"Date": None, "Title": title, "Description": about},
        ".pdf": {"CreationDate": None, "Title": title, "Subject": about},
    }
    kept = {name: value for name, value in metadata[suffix].items() if value is None or value}
    dots = figure.dots if isinstance(figure, Drawn) else _DPI
    with _files.written(path) as beside, mpl.rc_context(Sheet().text_settings()):
        figure.savefig(beside, format=suffix[1:], dpi=dots, metadata=kept)
        if suffix == ".svg":
            _describe(beside, about)


def _told(figure: Figure) -> tuple[str, str]:
    """Return the title of a figure and what it shows, in words."""
    return (figure.heading, figure.description) if isinstance(figure, Drawn) else (figure.get_suptitle(), "")


def _plain(text: str) -> str:
    """Return a text on one line, without the marks that keep the order of values."""
    return " ".join(re.sub("[\u2066-\u2069]", "", text).split())


def _describe(path: Path, about: str) -> None:
    """Give an SVG its description, and tell readers of screens that it is one picture."""
    svg = path.read_text(encoding="utf-8")
    svg = re.sub(r"<svg ", '<svg role="img" ', svg, count=1)
    if about:
        described = f"</title>\n <desc>{html.escape(about, quote=False)}</desc>"
        svg = svg.replace("</title>", described, 1)
    path.write_text(svg, encoding="utf-8", newline="\n")
