"""Figures of ground for a report, with matplotlib: deterministic, colour-blind-safe, with scale, legend and sources.

Charts are in :mod:`geo.views.charts`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import geopandas
import matplotlib as mpl
import shapely
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.transforms import Bbox

from geo import _files, dates
from geo._errors import ClaimsError
from geo.geometry.projection import Plane
from geo.layers.tables import EXTENTS
from geo.views.drawing import (
    HATCHED,
    PLAIN_TEXT,
    ZONE,
    dash_pattern,
    draw_base,
    draw_graticule,
    draw_locator,
    draw_places,
    draw_scale_bar,
    footer,
    ground_patch,
    ground_style,
    height_to_width,
    interval_text,
    legend,
    mirrored,
    set_frame,
    side,
)
from geo.views.palette import look_of, looks_in
from geo.views.words import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.legend import Legend
    from matplotlib.text import Text

    from geo.layers.layers import Layers
    from geo.layers.transfers import Transfer
    from geo.views.palette import Look

_FORMATS = {".png": {"Software": None}, ".svg": {"Date": None}, ".pdf": {"CreationDate": None}}
_LEFT, _RIGHT = 0.055, 0.99  # of the panels
_PANELS_INCHES = 6.3  # at most
_LOCATOR_INCHES = 2.0
_ZONE_INCHES = (4.5, 7.4)  # at most


def _fill(axes: Axes, layers: Layers, shown: dict[str, Look], date: str) -> None:
    """Colour and mark the ground by its controller on a date."""
    held = geopandas.GeoDataFrame({"controller": layers.ledger.controllers(date)}, geometry=layers.polygons, crs=4326)
    ground = held.dissolve("controller")
    for controller, rows in ground.groupby(level=0):
        rows.plot(ax=axes, aspect=None, zorder=2, **ground_style(shown[str(controller)]))


def _hatch(axes: Axes, layers: Layers, shown: dict[str, Look], transfers: list[Transfer]) -> None:
    """Hatch the ground that changed hands, in the colours of the losing side."""
    order = [(transfer, face) for transfer in transfers for face in transfer.faces]
    parties = {
        "from": [transfer.source for transfer, _ in order],
        "to": [transfer.target for transfer, _ in order],
    }
    pieces = geopandas.GeoDataFrame(parties, geometry=layers.polygons[[face for _, face in order]], crs=4326)
    for source, rows in pieces.groupby("from"):
        targets = geopandas.GeoDataFrame(rows).dissolve("to")
        targets.plot(ax=axes, color=shown[str(source)].colour, alpha=0.35, linewidth=0, aspect=None, zorder=2)
        targets.plot(ax=axes, facecolor="none", aspect=None, zorder=3, **HATCHED)


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
            color=look.colour,
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


@mpl.rc_context(PLAIN_TEXT)
def change_figure(layers: Layers, before: str, after: str, *, language: str | None = None) -> Figure:
    """Return a figure of control on two dates, side by side, and of what changed hands.

    Parameters
    ----------
    layers
        The layers to draw.
    before, after
        Dates, ``2024-12-07`` or ``today``, or ids of scenarios.
    language
        One of the layers' languages, by default the first.

    Returns
    -------
    figure
        Three panels, a legend with areas and both uncertainties, a locator map and sources; 12 inches wide, saved at
        200 dpi.

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
    figure = Figure(figsize=(12, _PANELS_INCHES + 3), layout=None)
    panels = figure.subplots(1, 3, sharey=True).tolist()
    if words.right_to_left:
        panels.reverse()
    for axes, date in zip(panels[:2], (before, after), strict=True):
        held = words("supposed", scenario=supposed[date]) if date in supposed else words("held_on", date=date)
        draw_base(axes, layers, words, date, held)
        _fill(axes, layers, shown, date)
    draw_base(panels[2], layers, words, after, words("hatched"))
    _hatch(panels[2], layers, shown, transfers)
    extents = _extents(panels[2], layers, words, before, after)
    names = sorted({*layers.ledger.controllers(before), *layers.ledger.controllers(after)})
    ground: list[Any] = [ground_patch(shown[name], words("holder", party=words.party(name))) for name in names]
    ground += [Patch(facecolor="white", label=_passed(words, transfer), **HATCHED) for transfer in transfers]
    days = [layers.ledger.day_of(date) for date in (before, after)]
    title = words("title_change", before=supposed.get(before, before), date=supposed.get(after, after))
    if layers.unreported(before, after):
        title += "\n" + words("as_reported", date=layers.last_report)
    _write_round(
        figure,
        layers,
        words,
        panels,
        [[*ground, *extents], _line_handles(layers, words, days)],
        title=title,
        hypothetical=bool(supposed),
        publishers=_publishers(layers, before, after),
    )
    inside = {place for transfer in transfers for place in transfer.places}
    inhabited = {place.id for place in layers.curated_places.values() if place.kind in layers.profile.inhabited}
    for axes, only in zip(panels, (None, None, inside & inhabited), strict=True):
        draw_scale_bar(axes, words)
        draw_places(axes, layers, words, only, max(days))
        axes.set(xlabel="", ylabel="")  # the ticks say it
    return figure


def _write_round(
    figure: Figure,
    layers: Layers,
    words: Words,
    panels: list[Axes],
    handles: list[list[Any]],
    *,
    title: str,
    hypothetical: bool,
    publishers: list[str],
) -> None:
    """Write title, legends and footer round the panels, and draw the locator map."""
    edge = _RIGHT if words.right_to_left else _LEFT
    notes = ["note_areas", "note_dashes", "note_control", *(["note_locator"] if layers.context else [])]
    foot = footer(
        figure,
        layers,
        words,
        words("sources_of_control", publishers=", ".join(publishers)),
        " ".join(map(words, notes)),
        x=edge,
    )
    heading = [words("hypothetical").upper(), title] if hypothetical else [title]
    over = figure.suptitle("\n".join(heading), x=edge, ha=side(words), va="top", fontsize=14, weight="bold")
    legends = [legend(figure, words, some, edge, 0.3) for some in handles]
    least = _LOCATOR_INCHES + 0.2 if layers.context else 0
    room = _fit(figure, words, panels, legends, over=over, foot=foot, least=least)
    if layers.context:
        part = room.height * _LOCATOR_INCHES / least
        anchor: Literal["NE", "NW"] = "NE" if words.right_to_left else "NW"
        draw_locator(figure.add_axes((room.x0, room.y0, room.width, part), anchor=anchor), layers, words)


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
            outline.plot(ax=axes, color="black", linewidth=0.8, linestyle=style, aspect=None, zorder=4)
            handles.append(Line2D([], [], color="black", linewidth=0.8, linestyle=style, label=words(extent)))
    return handles


def _fit(
    figure: Figure, words: Words, panels: list[Axes], legends: list[Legend], *, over: Text, foot: Text, least: float
) -> Bbox:
    """Set the height of the figure, put legends below the first panels and return the space below the last.

    That space is `least` inches high.
    """
    wide = figure.get_figwidth()
    figure.subplots_adjust(left=_LEFT, right=_RIGHT, wspace=0.04)
    figure.draw_without_rendering()
    over_high, foot_high, *highs = (artist.get_window_extent().height / figure.dpi for artist in (over, foot, *legends))
    maps = min(_PANELS_INCHES, panels[0].get_position(original=True).width * wide * height_to_width(panels[0]))
    top = 0.1 + foot_high + 0.2 + max(least, *highs)
    bottom = top + 0.4
    high = bottom + maps + 0.4 + over_high + 0.15
    figure.set_size_inches(wide, high)
    figure.subplots_adjust(bottom=bottom / high, top=(bottom + maps) / high)
    over.set_y(1 - 0.12 / high)
    foot.set_y(0.1 / high)
    figure.draw_without_rendering()  # lays out the axes, so that the size of names is known
    places = [axes.get_position() for axes in panels]
    for made, place in zip(legends, places, strict=False):
        made.set_bbox_to_anchor((place.x1 if words.right_to_left else place.x0, top / high), figure.transFigure)
    return Bbox.from_extents(places[-1].x0, (top - least) / high, places[-1].x1, top / high)


@mpl.rc_context(PLAIN_TEXT)
def zone_figure(layers: Layers, zone: str, *, language: str | None = None) -> Figure:
    """Return a figure of a zone with the lines that bound it, their accuracy, its places, and a locator map.

    Raises
    ------
    ClaimsError
        When there is no such zone or language.

    Examples
    --------
    >>> save(zone_figure(geo.load(), "shebaa_farms"), "zone.svg")
    """
    words, layers = Words(language, layers.profile), layers.unbroken()
    polygon = layers.zone_polygon(zone)
    outline = geopandas.GeoSeries([polygon], crs=4326)
    quantity = layers.ledger.zone_area(zone)
    figure = Figure()
    axes = figure.add_axes((0, 0, 1, 1))
    outline.plot(ax=axes, color=ZONE, alpha=0.25, linewidth=0, aspect=None, zorder=1)
    interval = words("zone_interval", range=interval_text(words, *quantity.ci95))
    area = words("zone_area", area=f"{quantity.area:,.1f}")
    handles = [
        Patch(facecolor=ZONE, alpha=0.25, label=f"{area}\n{interval}"),
        *_lines_round(axes, layers, words, zone),
    ]
    west, south, east, north = polygon.bounds
    margin = 0.06 * max(east - west, north - south)
    set_frame(axes, west - margin, south - margin, east + margin, north + margin)

    # in inches: the map at its largest, the column beside it, and the margins above and below
    wide, high = (
        min(_ZONE_INCHES[0], _ZONE_INCHES[1] / height_to_width(axes)),
        min(_ZONE_INCHES[1], _ZONE_INCHES[0] * height_to_width(axes)),
    )
    column, column_wide, foot, small = 0.75 + wide + 0.25, 3.3, 0.85, 1.9
    column_high = 0.36 * len(handles) + small + 0.5
    whole = column + column_wide, foot + max(high, column_high) + 0.5
    figure.set_size_inches(*whole)
    anchor: Literal["NE", "NW"] = "NE" if words.right_to_left else "NW"

    def room(left: float, bottom: float, wide: float, high: float) -> tuple[float, float, float, float]:
        return (mirrored(words, left / whole[0], wide / whole[0]), bottom / whole[1], wide / whole[0], high / whole[1])

    axes.set_position(room(0.75, whole[1] - 0.5 - high, wide, high))
    draw_graticule(axes, words, max(2, int(wide / 0.9)))
    if words.right_to_left:
        axes.yaxis.tick_right()  # away from the legend
    axes.set(xlabel="", ylabel="")  # the ticks say it
    name = words.name(layers.curated_zones[zone].names)
    edge = mirrored(words, 0.75 / whole[0])
    figure.suptitle(name, x=edge, y=1 - 0.15 / whole[1], ha=side(words), va="top", fontsize=12, weight="bold")
    draw_scale_bar(axes, words)
    draw_places(axes, layers, words, _places_in(layers, polygon), layers.ledger.today())
    _draw_covered(figure.add_axes(room(column, foot, 1.3, small), anchor=anchor), layers, words, outline)
    if layers.context:
        draw_locator(figure.add_axes(room(column + 1.4, foot, 1.8, small), anchor=anchor), layers, words, polygon)
    legend(figure, words, handles, mirrored(words, column / whole[0]), 1 - 0.5 / whole[1])
    notes = ["note_bands", *(["note_locator"] if layers.context else [])]
    footer(figure, layers, words, " ".join(map(words, notes)), x=edge)
    return figure


def _places_in(layers: Layers, ground: Any) -> set[str]:
    """Return the places in some ground, without posts, which have no position of their own."""
    return {
        place.id
        for place in layers.curated_places.values()
        if place.kind not in layers.profile.posts and ground.contains(shapely.Point(place.lon, place.lat))
    }


def _draw_covered(axes: Axes, layers: Layers, words: Words, outline: geopandas.GeoSeries) -> None:
    """Draw where some ground lies in the covered ground."""
    draw_base(axes, layers, words, layers.ledger.today(), "")
    outline.plot(ax=axes, color=ZONE, alpha=0.5, linewidth=0, aspect=None, zorder=5)
    axes.set(xlabel="", ylabel="", xticks=[], yticks=[])
    axes.set_title(words("covered"), fontsize=8, loc=side(words))


def _lines_round(axes: Axes, layers: Layers, words: Words, zone: str) -> list[Line2D]:
    """Draw the lines that bound a zone, with a band of one standard deviation on each side."""
    around, handles = layers.lines_round(zone), []
    for line in layers.curated_lines.values():
        if line.id not in around:
            continue
        look, plane = look_of(line, layers.profile), Plane.about(line.coordinates)
        band = plane.round(plane.flat(shapely.LineString(line.coordinates)).buffer(line.accuracy_m))
        geopandas.GeoSeries([band], crs=4326).plot(ax=axes, color=look.colour, alpha=0.2, aspect=None, zorder=2)
        style: dict[str, Any] = {
            "color": look.colour,
            "linewidth": look.width * 0.6,
            "linestyle": dash_pattern(look.dashes),
        }
        axes.plot(*zip(*line.coordinates, strict=True), zorder=3, **style)
        sure = words("line_accuracy", metres=f"± {line.accuracy_m:,.0f}", basis=words.basis(line.basis))
        handles.append(Line2D([], [], label=f"{words.name(line.names)}\n{sure}", **style))
    return handles


def save(figure: Figure, path: str | Path, *, format_: str | None = None) -> None:
    """Write a figure as png, svg or pdf. The same figure gives the same bytes; a failure leaves no partial file.

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
    with _files.written(path) as beside, mpl.rc_context({"svg.hashsalt": "claims"}):
        figure.savefig(beside, format=suffix[1:], dpi=200, metadata=_FORMATS[suffix])
