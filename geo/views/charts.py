"""Charts for a report, with matplotlib: control over time, published figures, the width of a zone.

Figures that draw ground are in :mod:`geo.views.plots`.
"""

from __future__ import annotations

import datetime as dt
import math
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from geo.checks import published
from geo.geometry.projection import Plane
from geo.layers.transfers import Quantity
from geo.views.drawing import DASHES, halo, interval_text, legend, notes, side
from geo.views.layout import Parts, lay_out, wrapped
from geo.views.palette import looks_in
from geo.views.sheets import NARROW, Drawn, Sheet, faint, ink, on_sheet, paper, points, rule, seen, type_size
from geo.views.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes
    from matplotlib.text import Text
    from numpy.typing import NDArray

    from geo.layers.layers import Layers
    from geo.views.palette import Look

_VERDICTS = {"agrees": ("o", "#0072B2"), "differs": ("s", "#E69F00"), "cannot_be": ("X", "#B22222")}
_CUTS = 400  # along a zone, on which its width is measured
_NOBODY = "#AAAAAA"  # a white line would not be seen
_PANEL_INCHES = 3.75  # of the timeline, at most


def day_of(text: str) -> dt.date:
    """Return a date, or the first day of one of reduced precision."""
    return dt.date.fromisoformat(f"{text}-01-01"[:10])


@on_sheet
def timeline_figure(layers: Layers, *, language: str | None = None, on: Sheet = Sheet()) -> Drawn:  # noqa: B008
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
    days = [day_of(start).isoformat() for start in starts]
    held = [ledger.controller_areas(day) for day in days]
    nothing = Quantity(0, 0, 0, (0, 0))
    parties = sorted(
        {party for areas in held for party in areas},
        key=lambda party: -max(areas.get(party, nothing).area for areas in held),
    )
    end = dt.date.fromisoformat(ledger.today())
    edges = np.array([*days, end.isoformat()], dtype="datetime64[D]")
    zoom = _busiest(edges)
    figure = Drawn(figsize=(on.inches(12), 7.4))
    figure.least_height = on.style.height
    beside = figure.get_figwidth() >= 5.5 * type_size()
    panels = [figure.add_axes((0, 0, 1, 1), label="whole")]
    if zoom:
        panels.append(figure.add_axes((0, 0, 1, 1), label="zoom", sharey=panels[0]))
    steps: dict[str, Any] = {}
    for party in parties:
        quantities = [areas.get(party, nothing) for areas in held]
        best = [quantity.area for quantity in quantities]
        low = [min(quantity.low, quantity.ci95[0]) for quantity in quantities]
        high = [max(quantity.high, quantity.ci95[1]) for quantity in quantities]
        steps[party] = best
        colour = seen(shown[party].colour)
        for axes in panels:
            axes.stairs(high, edges, baseline=low, color=colour, alpha=0.25, fill=True, linewidth=0)
            axes.stairs(best, edges, baseline=None, color=colour, **party_line(shown[party]))
    for axes in panels:
        axes.grid(axis="y", color=rule())
        axes.set_axisbelow(True)
        axes.tick_params(labelsize=points(8))
    panels[0].set_ylim(bottom=0)
    panels[0].yaxis.set_major_formatter("{x:,.0f}")
    for axes in panels[:1] if beside else panels:
        axes.set_ylabel(words("timeline_axis"), fontsize=points(8))
    spans = [(edges[0], edges[-1]), *([zoom] if zoom else [])]
    most = 8 if figure.get_figwidth() > 8 * type_size() else 5
    for axes, span in zip(panels, spans, strict=True):
        _set_years(axes, span, words, edges[-1], most)
    named = events(layers, words, starts[1:])
    handles: list[Any] = [
        Line2D([], [], color=seen(shown[party].colour), label=words.party(party), **party_line(shown[party]))
        for party in parties
    ]
    handles.append(Patch(color=faint(0.4), alpha=0.4, label=words("timeline_band")))
    title = words("timeline")
    parts = Parts(
        title,
        [panels] if beside else [[axes] for axes in panels],
        lambda wide: min(_PANEL_INCHES * type_size(), 0.75 * wide),
        across=[lambda room: legend(figure, words, handles, room, columns=5)],
        blocks=_event_lists(figure, words, named, whole=on.style.height is None),
        notes=notes(layers, words, " ".join(map(words, ("note_areas", "note_control")))),
        column=2.7,
        left=0.68,
        over=0.2 * type_size(),
        under=0.42,
    )
    lay_out(figure, words, parts)
    for axes, span in zip(panels, spans, strict=True):
        _mark_events(axes, span, list(named))
        _name_lines(axes, words, span, edges, steps)
    now = [
        words("transfer", transfer=words.party(one), area=f"{areas[-1]:,.0f}")
        for one, areas in steps.items()
        if areas[-1] >= 0.5
    ]
    figure.description = f"{title}, {ledger.today()}. {'; '.join(now)}"
    return figure


def _set_years(
    axes: Axes, span: tuple[np.datetime64, np.datetime64], words: Words, today: np.datetime64, most: int
) -> None:
    """Show a span of time, with at most some ticks."""
    begin, last = span
    axes.set_xlim(begin, last)  # type: ignore[arg-type]
    low, high = (str(day)[:4] for day in span)
    axes.set_xlabel(
        words("to_today", year=low) if last == today else words("range", low=low, high=high), fontsize=points(8)
    )
    axes.xaxis.set_major_locator(locator := AutoDateLocator(maxticks=most))  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator, show_offset=False))  # type: ignore[no-untyped-call]


def party_line(look: Look) -> dict[str, Any]:
    """Return how the line of a party is drawn; its dashes go with its mark, so that colour is not needed."""
    return {"linewidth": 2, "linestyle": DASHES[look.mark]}


def _name_lines(
    axes: Axes,
    words: Words,
    span: tuple[np.datetime64, np.datetime64],
    edges: NDArray[np.datetime64],
    steps: dict[str, list[float]],
) -> None:
    """Write the name of each party on the longest level stretch of its line, where there is room."""
    taken: list[Any] = []
    top, frame = axes.get_ylim()[1], axes.get_window_extent()
    for party, areas in steps.items():
        merged: list[list[Any]] = []
        for begin, end, area in zip(edges[:-1], edges[1:], areas, strict=True):
            if area < 0.03 * top:
                continue
            if merged and merged[-1][1] == begin and abs(merged[-1][2] - area) < 0.02 * top:
                merged[-1][1] = end
            else:
                merged.append([begin, end, area])
        seen_of = [(max(begin, span[0]), min(end, span[1]), area) for begin, end, area in merged]
        for begin, end, area in sorted(seen_of, key=lambda part: part[0] - part[1]):
            if begin >= end:
                continue
            middle: Any = begin + (end - begin) / 2
            for above in (True, False):
                label = axes.annotate(
                    words.party(party),
                    (middle, area),
                    (0, 4 if above else -4),
                    textcoords="offset points",
                    ha="center",
                    va="bottom" if above else "top",
                    fontsize=points(7),
                    color=ink(),
                    gid="party",
                    zorder=5,
                )
                box = label.get_window_extent()
                inside = frame.x0 < box.x0 and box.x1 < frame.x1 and frame.y0 < box.y0 and box.y1 < frame.y1
                if inside and not any(box.overlaps(other) for other in taken) and not _crossed(axes, box, edges, steps):
                    label.set_bbox(halo() | {"alpha": 0.7})
                    taken.append(box)
                    break
                label.remove()
            else:
                continue
            break


def _crossed(axes: Axes, box: Any, edges: NDArray[np.datetime64], steps: dict[str, list[float]]) -> bool:
    """Tell whether a box lies on the line of a party; upright parts of its own line count, too."""
    days = edges.astype(float)
    for areas in steps.values():
        at = axes.transData.transform(np.column_stack([np.repeat(days, 2)[1:-1], np.repeat(areas, 2)]))
        for (x0, y0), (x1, y1) in pairwise(at):
            if max(x0, x1) > box.x0 and min(x0, x1) < box.x1 and max(y0, y1) > box.y0 and min(y0, y1) < box.y1:
                return True
    return False


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


def events(layers: Layers, words: Words, starts: list[str]) -> dict[str, str]:
    """Return the days on which control changed, each with the title of its event."""
    named: dict[str, str] = {}
    for start in starts:
        for history in layers.ledger.histories:
            event = next((held.row.event for held in history["best"] if held.valid_from == start), "")
            if event in layers.curated_events:
                named.setdefault(start, layers.text(layers.curated_events[event].title, words.language))
    return named


def _mark_events(axes: Axes, span: tuple[np.datetime64, np.datetime64], starts: list[str]) -> None:
    """Mark days with their numbers, in one row over the axes; those too near to tell apart share one, ``3-5``."""
    begin, end = span
    size = points(6)
    groups: list[list[Any]] = []  # first and last number, and where they are wanted, in points
    for number, start in enumerate(starts, 1):
        at: Any = np.datetime64(day_of(start))  # matplotlib converts it
        if begin <= at <= end:
            axes.axvline(at, color=faint(0.65), linewidth=0.6, linestyle=":", zorder=0)
            x = axes.transData.transform((at.astype(float), 0))[0] * 72 / axes.figure.dpi
            groups.append([number, number, [x]])

    def text(group: list[Any]) -> str:
        return str(group[0]) if group[0] == group[1] else f"{group[0]}\u2013{group[1]}"

    def half(group: list[Any]) -> float:
        return 0.32 * size * len(text(group)) + 1.5

    merged: list[list[Any]] = []
    for group in groups:
        merged.append(group)
        while len(merged) > 1:
            one, other = merged[-2:]
            if np.mean(other[2]) - np.mean(one[2]) >= half(one) + half(other):
                break
            merged[-2:] = [[one[0], other[1], one[2] + other[2]]]
    left, right = (edge * 72 / axes.figure.dpi for edge in axes.get_window_extent().intervalx)
    for group in merged:
        x = min(max(float(np.mean(group[2])), left + half(group)), right - half(group))
        axes.annotate(
            text(group),
            ((x - left) / (right - left), 1),
            (0, 2),
            xycoords="axes fraction",
            textcoords="offset points",
            fontsize=size,
            ha="center",
            gid="event",
        )


def _event_lists(figure: Drawn, words: Words, named: dict[str, str], *, whole: bool) -> list[Callable[[float], Text]]:
    """Return what writes the events, in as many lists as there are columns, whole or each cut to a line."""
    column = 2.7 * type_size() + 0.25
    left = 0.15 if figure.get_figwidth() < NARROW else 0.68 * type_size()
    count = max(1, int((figure.get_figwidth() - left + 0.13) / column))
    lines = [f"{number}  {start}  {what}" for number, (start, what) in enumerate(named.items(), 1)]
    per_column = -(-len(lines) // count) or 1

    def write(part: list[str]) -> Callable[[float], Text]:
        def made(room: float) -> Text:
            folded = [wrapped(figure, line, room if whole else 0.97 * room, points(6)) for line in part]
            text = "\n".join(folded if whole else [line.replace("\n", " …\n").split("\n")[0] for line in folded])
            return figure.text(0, 0, text, fontsize=points(6), ha=side(words), va="top", linespacing=1.4, gid="events")

        return made

    return [write(lines[at : at + per_column]) for at in range(0, len(lines), per_column)]


@on_sheet
def figures_figure(layers: Layers, *, language: str | None = None, on: Sheet = Sheet()) -> Drawn:  # noqa: B008
    """Return a chart of published figures against the intervals that the layers allow, one row per quantity.

    Each row is in per cent of its own computed value, so that areas and lengths share a scale. A bound, such as "more
    than 370", is an arrow. A published number is as wide as it is rounded: 400 covers 360 to 440. What goes on beyond
    the axis ends in a point at its edge.

    Examples
    --------
    >>> figures_figure(geo.load(), language="he").savefig("figures.png")
    """
    words = Words(language, layers.profile)
    rows: dict[tuple[str, tuple[str, ...], str], list[published.Checked]] = {}
    for one in published.check_all(layers):
        if one.computed > 0:
            rows.setdefault((one.figure.measure, one.figure.of, one.figure.quantity), []).append(one)
    figure = Drawn(figsize=(on.inches(11), 6))
    figure.least_height = on.style.height
    axes = figure.add_axes((0, 0, 1, 1), label="figures")
    labels_wide = min(3.1, 0.42 * figure.get_figwidth() / type_size())
    axes.set_xscale("log")
    shares = [100 * published.stated(one.figure) / one.computed for group in rows.values() for one in group]
    left, right = min([5.0, *(0.8 * share for share in shares)]), max([2500.0, *(1.25 * share for share in shares)])
    axes.set_xlim(left, right)
    labels = []
    for height, group in enumerate(rows.values()):
        first = group[0]
        low, top = (100 * bound / first.computed for bound in first.interval)
        begin, end = max(low, left), min(max(top, left), right)
        axes.barh(height, end - begin, left=begin, height=0.6, color=faint(0.27), zorder=1)
        for outside, edge, point in ((low < left, left, 4), (top > right, right, 5)):
            if outside:  # 4 and 5: of matplotlib, a point to the left and to the right of its place
                axes.plot(
                    edge,
                    height,
                    marker=point,
                    color=faint(0.6),
                    markersize=6,
                    clip_on=False,
                    zorder=6,
                    gid="goes on",
                )
        axes.plot([100, 100], [height - 0.3, height + 0.3], color=ink(), linewidth=1.5, zorder=2)
        for one in group:
            _draw_published(axes, one, height, left, right)
        digits = 0 if first.computed >= 100 else 1 if first.computed >= 10 else 2
        unit = {"km2": "km²"}.get(first.figure.unit, first.figure.unit)
        quantity = layers.text(first.figure.quantity, words.language)
        label = f"{quantity}: {first.computed:,.{digits}f} {unit}"
        labels.append(wrapped(figure, label, labels_wide * type_size() - 0.12, points(8)))
    axes.set_yticks(range(len(labels)), labels, fontsize=points(8))
    axes.set_ylim(len(labels) - 0.4, -0.6)
    ticks = [
        (10, "10 %"),
        (25, "25 %"),
        (50, "50 %"),
        (100, words("computed")),
        (200, "200 %"),
        (400, "400 %"),
        (1000, "1000 %"),
    ]
    if figure.get_figwidth() < 7 * type_size():
        ticks = [ticks[at] for at in (0, 3, 6)]
    axes.set_xticks(*zip(*ticks, strict=True))
    axes.minorticks_off()
    axes.tick_params(axis="x", labelsize=points(8))
    axes.grid(axis="x", color=rule())
    axes.set_axisbelow(True)
    handles: list[Any] = [Patch(color=faint(0.27), label=words("allowed"))]
    handles += [
        Line2D([], [], marker=marker, color=seen(shade), linestyle="", label=words(f"published_{verdict}"))
        for verdict, (marker, shade) in _VERDICTS.items()
    ]
    handles.append(Line2D([], [], marker="|", color=ink(), linewidth=1.2, label=words("published_rounding")))
    handles.append(Line2D([], [], marker=4, color=faint(0.6), linestyle="", label=words("goes_on")))
    lines = sum(label.count("\n") + 1 for label in labels)
    per_line = max(0.36 * len(labels), 0.17 * lines + 0.1 * len(labels)) * type_size()
    parts = Parts(
        words("figures"),
        [[axes]],
        lambda _: per_line,
        across=[lambda room: legend(figure, words, handles, room, columns=4)],
        notes=notes(layers, words, words("note_bound", command="claims figures --json")),
        left=labels_wide,
        hanging=True,
    )
    lay_out(figure, words, parts)
    verdicts = [one.verdict for group in rows.values() for one in group]
    counts = [f"{words(f'published_{verdict}')} {verdicts.count(verdict)}" for verdict in _VERDICTS]
    figure.description = f"{words('figures')}. {'; '.join(counts)}"
    return figure


def _draw_published(axes: Axes, one: published.Checked, height: int, left: float, right: float) -> None:
    """Draw a published figure: a bound as an arrow, any other as wide as it is rounded."""
    marker, shade = _VERDICTS[one.verdict]
    colour = seen(shade)
    share = 100 * published.stated(one.figure) / one.computed
    bound = (one.figure.low is None) - (one.figure.high is None)
    if bound:
        away = share * (0.76 if bound > 0 else 1.32)
        arrow = {"arrowstyle": "-|>", "color": colour, "linewidth": 1.5}
        axes.annotate("", (away, height), (share, height), arrowprops=arrow, zorder=3)
    else:
        ends = [min(max(100 * end / one.computed, left), right) for end in one.rounded]
        axes.plot(ends, [height] * 2, "|-", color=colour, markersize=7, linewidth=1.2, zorder=3, gid="rounding")
    edge: dict[str, Any] = {"markeredgecolor": paper(), "markeredgewidth": 0.7}
    axes.plot(share, height, marker, color=colour, markersize=6, zorder=4, **edge)


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


@on_sheet
def profile_figure(
    layers: Layers,
    zone: str,
    *,
    language: str | None = None,
    on: Sheet = Sheet(),  # noqa: B008
) -> Drawn:
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
    figure = Drawn(figsize=(on.inches(10), 5))
    figure.least_height = on.style.height
    axes = figure.add_axes((0, 0, 1, 1), label="profile")
    colour = seen("#0072B2")
    axes.fill_between(along, np.maximum(widths - sigma, 0), widths + sigma, color=colour, alpha=0.25, linewidth=0)
    axes.plot(along, widths, color=colour, linewidth=1.8)
    axes.set_xlim(0, length)
    axes.set_ylim(bottom=0)
    axes.set_ylabel(words("profile_axis"), fontsize=points(8))
    ends = [
        " ".join(words.degrees(value, 2, name) for value, name in ((lat, "latitude"), (lon, "longitude")))
        for lon, lat in shapely.get_coordinates(plane.round(shapely.points(axis.ends))).tolist()
    ]
    label = words("profile_along", start=ends[0], end=ends[1])
    axes.set_xlabel(wrapped(figure, label, figure.get_figwidth() - 0.8 * type_size(), points(8)), fontsize=points(8))
    axes.tick_params(labelsize=points(8))
    axes.grid(color=rule())
    axes.set_axisbelow(True)
    towns = [place for place in layers.curated_places.values() if place.kind in ("city", "town")]
    spots = plane.flat(shapely.points(np.array([(place.lon, place.lat) for place in towns]).reshape(-1, 2)))
    positions = (axis.turn(shapely.get_coordinates(spots))[:, 0] / 1000).tolist()
    inside = [
        (at, words.name(place.names).split(" (")[0])
        for at, place, spot in sorted(zip(positions, towns, spots, strict=True), key=lambda town: town[0])
        if spot.within(flat)
    ]
    title = words("profile", zone=words.name(layers.curated_zones[zone].names))
    parts = Parts(
        title,
        [[axes]],
        lambda wide: min(3.3 * type_size(), 0.6 * wide),
        notes=notes(layers, words, words("note_profile")),
        left=0.55,
        over=max([0.043 * type_size() * len(name) for _, name in inside], default=0) + 0.1,
        under=0.45 + 0.16 * axes.get_xlabel().count("\n"),
    )
    lay_out(figure, words, parts)
    points_long = axes.get_window_extent().width / figure.dpi * 72
    last = -math.inf
    for at, name in inside:
        if (at - last) / length * points_long < 1.5 * points(7):
            continue
        axes.axvline(at, color=faint(0.4), linewidth=0.6, linestyle=":")
        label_at = axes.annotate(
            name,
            (at, 1),
            (0, 3),
            xycoords=axes.get_xaxis_transform(),
            textcoords="offset points",
            rotation=45,
            rotation_mode="anchor",
            fontsize=points(7),
        )
        if label_at.get_window_extent().x1 > figure.bbox.x1:  # it would leave the sheet
            label_at.set(rotation=90, ha="left", va="center")
        last = at
    figure.description = f"{title}: {interval_text(words, float(widths.min()), float(widths.max()))} km"
    return figure
