"""Charts for a report, with matplotlib: control over time, published figures, the width of a zone.

Figures that draw ground are in :mod:`geo.views.plots`.
"""

from __future__ import annotations

import datetime as dt
import math
import textwrap
from typing import TYPE_CHECKING, Any, NamedTuple

import matplotlib as mpl
import numpy as np
import shapely
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from geo.checks import published
from geo.geometry.projection import Plane
from geo.layers.transfers import Quantity
from geo.views.drawing import PLAIN_TEXT, footer, legend, mirrored, side
from geo.views.palette import looks_in
from geo.views.words import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from geo.layers.layers import Layers

_VERDICTS = {"agrees": ("o", "#0072B2"), "differs": ("s", "#E69F00"), "cannot_be": ("X", "#B22222")}
_CUTS = 400  # along a zone, on which its width is measured
_NOBODY = "#AAAAAA"  # a white line would not be seen
_LEFT, _RIGHT = 0.07, 0.985  # of the axes


def _day(text: str) -> dt.date:
    """Return a date, or the first day of one of reduced precision."""
    return dt.date.fromisoformat(f"{text}-01-01"[:10])


@mpl.rc_context(PLAIN_TEXT)
def timeline_figure(layers: Layers, *, language: str | None = None) -> Figure:
    """Return a chart of the area held by each party over time, with uncertainty and events.

    The bands are the 95 % interval of the digitising error, widened to the extents where sources differ on who holds
    what.

    Examples
    --------
    >>> [axes.get_xlabel() for axes in timeline_figure(geo.load()).axes][0]
    '1923 to today'
    """
    words, ledger = Words(language, layers.profile), layers.ledger
    shown = looks_in(layers)
    shown["none"] = shown["none"]._replace(colour=_NOBODY)
    starts = [ledger.first, *ledger.changes()]
    # a date of reduced precision counts from its first day
    days = [_day(start).isoformat() for start in starts]
    held = [ledger.controller_areas(day) for day in days]
    nothing = Quantity(0, 0, 0, (0, 0))
    parties = sorted(
        {party for areas in held for party in areas},
        key=lambda party: -max(areas.get(party, nothing).area for areas in held),
    )
    end = dt.date.fromisoformat(ledger.today())
    edges = np.array([*days, end.isoformat()], dtype="datetime64[D]")
    zoom = _busiest(edges)
    figure = Figure(figsize=(12, 7.4))
    panels = figure.subplots(1, 2 if zoom else 1, sharey=True, squeeze=False, width_ratios=[3, 2] if zoom else None)[0]
    figure.subplots_adjust(left=_LEFT, right=_RIGHT, top=0.86, bottom=0.34, wspace=0.03)
    edge = _RIGHT if words.right_to_left else _LEFT
    figure.suptitle(words("timeline"), x=edge, ha=side(words), fontsize=14, weight="bold")
    for axes in panels:
        for party in parties:
            quantities = [areas.get(party, nothing) for areas in held]
            best = [quantity.area for quantity in quantities]
            low = [min(quantity.low, quantity.ci95[0]) for quantity in quantities]
            high = [max(quantity.high, quantity.ci95[1]) for quantity in quantities]
            axes.stairs(high, edges, baseline=low, color=shown[party].colour, alpha=0.25, fill=True, linewidth=0)
            axes.stairs(best, edges, baseline=None, color=shown[party].colour, linewidth=2)
        axes.grid(axis="y", color="#EEEEEE")
        axes.set_axisbelow(True)
        axes.tick_params(labelsize=8)
    panels[0].set_ylim(bottom=0)
    panels[0].yaxis.set_major_formatter("{x:,.0f}")
    panels[0].set_ylabel(words("timeline_axis"), fontsize=8)
    spans = [(edges[0], edges[-1]), *([zoom] if zoom else [])]
    for axes, (begin, last) in zip(panels, spans, strict=True):
        axes.set_xlim(begin, last)
        years = (str(day)[:4] for day in (begin, last))
        text = (
            words("to_today", year=next(years))
            if last == edges[-1]
            else words("range", low=next(years), high=next(years))
        )
        axes.set_xlabel(text, fontsize=8)
        axes.xaxis.set_major_locator(locator := AutoDateLocator(maxticks=8))  # type: ignore[no-untyped-call]
        axes.xaxis.set_major_formatter(ConciseDateFormatter(locator, show_offset=False))  # type: ignore[no-untyped-call]
    _mark_events(figure, dict(zip(panels, spans, strict=True)), layers, starts[1:], words)
    handles: list[Any] = [
        Line2D([], [], color=shown[party].colour, linewidth=2, label=words.party(party)) for party in parties
    ]
    handles.append(Patch(color="#999999", alpha=0.4, label=words("timeline_band")))
    legend(figure, words, handles, edge, 0.275, columns=8)
    footer(figure, layers, words, " ".join(map(words, ("note_areas", "note_control"))), x=edge)
    return figure


def _busiest(edges: NDArray[np.datetime64]) -> tuple[np.datetime64, np.datetime64] | None:
    """Return the time in which changes are densest, with some room; None where that is most of the whole.

    It is the one whose share of the changes exceeds its share of the time by most (a scan by Kuiper's statistic).
    `edges` are the first day, the days of change and the last day.
    """
    changes, whole = edges[1:-1], edges[-1] - edges[0]
    if len(changes) < 3:
        return None
    first, last = np.triu_indices(len(changes), 1)
    share = (last - first + 1) / len(changes) - (changes[last] - changes[first]) / whole
    best = int(np.argmax(share))
    begin, end = changes[first[best]], changes[last[best]]
    room = np.maximum((end - begin) // 10, np.timedelta64(30, "D"))
    begin, end = max(begin - room, edges[0]), min(end + room, edges[-1])
    if edges[-1] - end < 3 * room:
        end = edges[-1]  # what came of it, too
    return None if end - begin > 0.7 * whole else (begin, end)


def _mark_events(
    figure: Figure,
    spans: dict[Axes, tuple[np.datetime64, np.datetime64]],
    layers: Layers,
    starts: list[str],
    words: Words,
) -> None:
    """Mark the days on which control changed with numbers, and list the events below."""
    ledger = layers.ledger
    named: dict[str, str] = {}
    for start in starts:
        for history in ledger.histories:
            event = next((held.row.event for held in history["best"] if held.valid_from == start), "")
            if event in layers.curated_events:
                named.setdefault(start, layers.text(layers.curated_events[event].title, words.language))
    for axes, (begin, end) in spans.items():
        last = [-math.inf] * 6  # position of the last number in each row, in points
        for number, start in enumerate(named, 1):
            at: Any = np.datetime64(_day(start))  # matplotlib converts it
            if not begin <= at <= end:
                continue
            axes.axvline(at, color="#555555", linewidth=0.6, linestyle=":", zorder=0)
            x = axes.transData.transform((at.astype(float), 0))[0] * 72 / figure.dpi
            row = next((row for row, taken in enumerate(last) if x - taken > 9), len(last) - 1)
            last[row] = x
            axes.annotate(
                str(number),
                (at, 1),
                (0, 2 + 7 * row),
                xycoords=axes.get_xaxis_transform(),
                textcoords="offset points",
                fontsize=6,
                ha="center",
            )
    lines = [
        textwrap.shorten(f"{number}  {start}  {what}", 80, placeholder=" …")
        for number, (start, what) in enumerate(named.items(), 1)
    ]
    per_column = -(-len(lines) // 3)
    for column in range(3):
        text = "\n".join(lines[column * per_column : (column + 1) * per_column])
        x = _RIGHT - 0.315 * column if words.right_to_left else _LEFT + 0.315 * column
        figure.text(x, 0.245, text, fontsize=6, ha=side(words), va="top", linespacing=1.45)


@mpl.rc_context(PLAIN_TEXT)
def figures_figure(layers: Layers, *, language: str | None = None) -> Figure:
    """Return a chart of published figures against the intervals that the layers allow, one row per quantity.

    Each row is in per cent of its own computed value, so that areas and lengths share a scale. A bound, such as "more
    than 370", is an arrow.

    Examples
    --------
    >>> figures_figure(geo.load(), language="he").savefig("figures.png")
    """
    words = Words(language, layers.profile)
    rows: dict[tuple[str, tuple[str, ...], str], list[published.Checked]] = {}
    for one in published.check_all(layers):
        if one.computed > 0:
            rows.setdefault((one.figure.measure, one.figure.of, one.figure.quantity), []).append(one)
    figure = Figure(figsize=(11, 1.6 + 0.36 * len(rows)))
    axes = figure.subplots()
    high = figure.get_figheight()
    figure.subplots_adjust(left=0.33, right=0.98, top=1 - 0.45 / high, bottom=1 / high)
    axes.set_xscale("log")
    labels = []
    for height, group in enumerate(rows.values()):
        first = group[0]
        low, top = (100 * bound / first.computed for bound in first.interval)
        axes.barh(height, max(top, 1) - max(low, 1), left=max(low, 1), height=0.6, color="#BBBBBB", zorder=1)
        axes.plot([100, 100], [height - 0.3, height + 0.3], color="black", linewidth=1.5, zorder=2)
        for one in group:
            marker, shade = _VERDICTS[one.verdict]
            share = 100 * published.stated(one.figure) / one.computed
            bound = (one.figure.low is None) - (one.figure.high is None)
            if bound:
                away = share * (0.76 if bound > 0 else 1.32)
                arrow = {"arrowstyle": "-|>", "color": shade, "linewidth": 1.5}
                axes.annotate("", (away, height), (share, height), arrowprops=arrow, zorder=3)
            axes.plot(
                share, height, marker, color=shade, markersize=7, markeredgecolor="white", markeredgewidth=0.7, zorder=4
            )
        digits = 0 if first.computed >= 100 else 1 if first.computed >= 10 else 2
        unit = {"km2": "km²"}.get(first.figure.unit, first.figure.unit)
        labels.append(f"{first.figure.quantity}: {first.computed:,.{digits}f} {unit}")
    axes.set_yticks(range(len(labels)), labels, fontsize=8)
    axes.invert_yaxis()
    axes.set_xlim(5, 2500)
    axes.set_xticks(
        [10, 25, 50, 100, 200, 400, 1000], ["10 %", "25 %", "50 %", words("computed"), "200 %", "400 %", "1000 %"]
    )
    axes.minorticks_off()
    axes.tick_params(axis="x", labelsize=8)
    axes.grid(axis="x", color="#EEEEEE")
    axes.set_axisbelow(True)
    axes.set_title(words("figures"), loc=side(words), fontsize=12, weight="bold")
    handles: list[Any] = [Patch(color="#BBBBBB", label=words("allowed"))]
    handles += [
        Line2D([], [], marker=marker, color=shade, linestyle="", label=words(f"published_{verdict}"))
        for verdict, (marker, shade) in _VERDICTS.items()
    ]
    edge = mirrored(words, 0.02)
    legend(figure, words, handles, edge, 0.62 / high, columns=4)
    footer(figure, layers, words, words("note_bound", command="claims figures --json"), x=edge)
    return figure


class _Axis(NamedTuple):
    """The long axis of some ground on a plane, from its southern or, where it runs east and west, its western end."""

    ends: tuple[tuple[float, float], tuple[float, float]]

    def turn(self, positions: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return how far positions lie along the axis, from its start, and to its left, metres."""
        start, end = np.array(self.ends)
        along = (end - start) / np.hypot(*(end - start))
        turned: NDArray[np.float64] = (positions - start) @ np.array([[along[0], -along[1]], [along[1], along[0]]])
        return turned


def _long_axis(ground: shapely.Geometry) -> _Axis:
    """Return the axis of the smallest rectangle round some ground that runs along its longer side."""
    corners = shapely.get_coordinates(shapely.oriented_envelope(ground))
    lengths = np.hypot(*np.diff(corners[:3], axis=0).T)
    first, second = corners[[[0, 1], [3, 2]]] if lengths[0] >= lengths[1] else corners[[[1, 2], [0, 3]]]
    start, end = ((first + second) / 2).tolist()
    upright = abs(end[1] - start[1]) >= abs(end[0] - start[0])
    forward = end[1] > start[1] if upright else end[0] > start[0]
    return _Axis((tuple(start), tuple(end)) if forward else (tuple(end), tuple(start)))


@mpl.rc_context(PLAIN_TEXT)
def profile_figure(layers: Layers, zone: str, *, language: str | None = None) -> Figure:
    """Return a chart of the width of a zone, measured square to its long axis.

    The long axis is that of the smallest rectangle round the zone.

    Raises
    ------
    ClaimsError
        When there is no such zone or language.

    Examples
    --------
    >>> profile_figure(geo.load(), "buffer_zone_1974").savefig("profile.png")
    """
    words, layers = Words(language, layers.profile), layers.unbroken()
    outline = layers.zone_polygon(zone)
    west, south, east, north = outline.bounds
    plane = Plane((west + east) / 2, (south + north) / 2)
    flat = plane.flat(outline)
    axis = _long_axis(flat)
    # as if the axis ran to the east
    turned = shapely.transform(flat, axis.turn)
    length = turned.bounds[2] / 1000
    along = np.linspace(0, length, _CUTS + 2)[1:-1]
    low, high = turned.bounds[1] - 1, turned.bounds[3] + 1
    across = shapely.linestrings([[(1000 * km, low), (1000 * km, high)] for km in along.tolist()])
    widths = shapely.length(shapely.intersection(turned, across)) / 1000
    around = layers.lines_round(zone)
    edges = sorted(around, key=lambda line: -around[line])[:2]
    sigma = 1.96 * math.hypot(*(layers.curated_lines[line].accuracy_m for line in edges)) / 1000
    figure = Figure(figsize=(10, 5))
    axes = figure.subplots()
    figure.subplots_adjust(left=_LEFT, right=_RIGHT, top=0.79, bottom=0.17)
    axes.fill_between(along, np.maximum(widths - sigma, 0), widths + sigma, color="#0072B2", alpha=0.25, linewidth=0)
    axes.plot(along, widths, color="#0072B2", linewidth=1.8)
    axes.set_xlim(0, length)
    axes.set_ylim(bottom=0)
    axes.set_ylabel(words("profile_axis"), fontsize=8)
    ends = [
        " ".join(words.degrees(value, 2, name) for value, name in ((lat, "latitude"), (lon, "longitude")))
        for lon, lat in shapely.get_coordinates(plane.round(shapely.points(axis.ends))).tolist()
    ]
    axes.set_xlabel(words("profile_along", start=ends[0], end=ends[1]), fontsize=8)
    axes.tick_params(labelsize=8)
    axes.grid(color="#EEEEEE")
    axes.set_axisbelow(True)
    edge = _RIGHT if words.right_to_left else _LEFT
    heading = words("profile", zone=words.name(layers.curated_zones[zone].names))
    figure.suptitle(heading, x=edge, ha=side(words), fontsize=12, weight="bold")
    last = -math.inf
    towns = [place for place in layers.curated_places.values() if place.kind in ("city", "town")]
    spots = plane.flat(shapely.points(np.array([(place.lon, place.lat) for place in towns]).reshape(-1, 2)))
    positions = (axis.turn(shapely.get_coordinates(spots))[:, 0] / 1000).tolist()
    for at, place, spot in sorted(zip(positions, towns, spots, strict=True), key=lambda town: town[0]):
        if spot.within(flat) and at - last > length / 40:
            axes.axvline(at, color="#999999", linewidth=0.6, linestyle=":")
            axes.annotate(
                words.name(place.names).split(" (")[0],
                (at, 1),
                (0, 3),
                xycoords=axes.get_xaxis_transform(),
                textcoords="offset points",
                rotation=45,
                rotation_mode="anchor",
                fontsize=7,
            )
            last = at
    footer(figure, layers, words, words("note_profile"), x=edge)
    return figure
