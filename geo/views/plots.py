"""Figures of ground for a report, with matplotlib: deterministic, colour-blind-safe, with scale, legend and sources.

Charts are in :mod:`geo.charts`. In Arabic and Hebrew a figure is mirrored, but for its maps and axes.
"""

from __future__ import annotations

import math
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import geopandas
import matplotlib as mpl
import shapely
import shapely.ops
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.transforms import Bbox

from geo import _files, dates
from geo._errors import ClaimsError
from geo._planes import Plane
from geo.curated import EXTENTS, POST
from geo.palette import CHANGED, INFERRED_DASHES, LINES, WATER, colour, look_of
from geo.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.legend import Legend
    from matplotlib.text import Text

    from geo.ledger import Transfer
    from geo.record import Record

_FORMATS = {".png": {"Software": None}, ".svg": {"Date": None}, ".pdf": {"CreationDate": None}}
_NAMED = ("city", "town")
_LEFT, _RIGHT = 0.055, 0.99  # of the panels
_PANELS_INCHES = 6.3  # at most
_LOCATOR_INCHES = 2.0
_ZONE_INCHES = (4.5, 7.4)  # at most
_FOOTER_INCHES = 0.052  # that a letter takes, on the average
_RANK = {"city": 0, "town": 1, "village": 2}
# where a name may stand: right, left, a little above or below, then straight above or below
_BESIDE: tuple[tuple[tuple[float, float], Literal["left", "right", "center"]], ...] = (
    ((4, 0), "left"),
    ((-4, 0), "right"),
    ((4, 6), "left"),
    ((4, -6), "left"),
    ((-4, 6), "right"),
    ((-4, -6), "right"),
    ((0, 8), "center"),
    ((0, -8), "center"),
)
_HALO = {"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none", "alpha": 0.85}
_ZONE = "#0072B2"
_HATCHED: dict[str, Any] = {"edgecolor": CHANGED, "hatch": "//", "hatch_linewidth": 0.4, "linewidth": 0.6}
_LOCATOR_MARGIN = (1.0, 0.4)  # degrees beside the cities, for their names, and above and below


class _Spot(NamedTuple):
    """A position with the name to write beside it."""

    lon: float
    lat: float
    name: str


def mirrored(words: Words, left: float, width: float = 0) -> float:
    """Return how far from the left, in parts of the whole, something starts that is so wide."""
    return 1 - left - width if words.right_to_left else left


def side(words: Words) -> Literal["left", "right"]:
    """Return the side on which a line of text starts."""
    return "right" if words.right_to_left else "left"


def legend(figure: Figure, words: Words, handles: list[Any], x: float, y: float, *, columns: int = 1) -> Legend:
    """Return a legend below and beside a corner, with marks before texts and the first entry first, as one reads."""
    start = side(words)
    corner: Literal["upper left", "upper right"] = "upper right" if words.right_to_left else "upper left"
    made = figure.legend(
        handles=handles[::-1] if columns > 1 and words.right_to_left else handles,
        loc=corner,
        bbox_to_anchor=(x, y),
        ncols=columns,
        borderaxespad=0,
        borderpad=0,
        fontsize=8,
        frameon=False,
        alignment=start,
        markerfirst=not words.right_to_left,
    )
    for text in made.get_texts():
        text.set_multialignment(start)
    for patch in made.get_patches():
        patch.set_hatch_linewidth(_HATCHED["hatch_linewidth"])  # a mark does not take it over
    return made


def footer(figure: Figure, record: Record, words: Words, *texts: str, x: float = 0.02) -> Text:
    """Write at the lower edge how to read a figure, and what it rests on; each text on lines of its own."""
    *first, last = texts
    lines = [*first, f"{last} {words('data', licence=record.about.licence)}", f"{record.about.attribution}."]
    letters = int((x if words.right_to_left else 1 - x) * figure.get_figwidth() / _FOOTER_INCHES - 2)
    return figure.text(
        x,
        0.1 / figure.get_figheight(),
        "\n".join(textwrap.fill(line, letters) for line in lines),
        fontsize=6.5,
        ha=side(words),
        va="bottom",
    )


def _dashes(text: str) -> Any:
    return (0, [float(part) for part in text.split()]) if text else "solid"


def _base(axes: Axes, record: Record, words: Words, date: str, heading: str) -> None:
    """Draw waters and the lines valid on a date, and set up the frame."""
    west, south, east, north = record.bounds
    axes.set_title(heading, fontsize=10, loc=side(words))
    for line in record.curated_lines.values():
        xs, ys = zip(*line.coordinates, strict=True)
        if line.kind == "water":
            if line.coordinates[0] == line.coordinates[-1]:
                axes.fill(xs, ys, color=WATER, linewidth=0, zorder=1)
            else:
                dashes = _dashes(INFERRED_DASHES if line.basis == "inferred" else "")
                axes.plot(xs, ys, color=WATER, linewidth=1, linestyle=dashes, zorder=1)
        elif dates.holds(line.valid_from, line.valid_to, record.ledger.day_of(date)):
            look = look_of(line)
            axes.plot(xs, ys, color=look.colour, linewidth=look.width * 0.5, linestyle=_dashes(look.dashes), zorder=4)
    _frame(axes, west - 0.06, south - 0.03, east + 0.01, north + 0.02)
    _graticule(axes, words)


def _frame(axes: Axes, west: float, south: float, east: float, north: float) -> None:
    """Set the frame to a box in degrees, in its true proportions."""
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    axes.set_aspect(1 / math.cos(math.radians((south + north) / 2)))


def _ratio(axes: Axes) -> float:
    """Return how high a map is for its width."""
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    return (north - south) / ((east - west) * math.cos(math.radians((south + north) / 2)))


def _graticule(axes: Axes, words: Words, most: int = 4) -> None:
    axes.tick_params(labelsize=7)
    for axis, key, steps in ((axes.xaxis, "longitude", most), (axes.yaxis, "latitude", 5)):
        axis.set_major_locator(mpl.ticker.MaxNLocator(steps, steps=[1, 2, 5, 10]))
        axis.set_major_formatter(degrees(axis, words, key))


def degrees(axis: Axis, words: Words, key: str) -> Callable[[float, float], str]:
    """Return what writes the ticks of an axis as ``latitude`` or ``longitude``, with the digits that they need."""

    def text(value: float, _: float) -> str:
        first, second, *_rest = axis.get_majorticklocs().tolist()
        return words(key, degrees=f"{value:.{max(0, math.ceil(-math.log10(second - first) - 1e-9))}f}°")

    return text


def _scale_bar(axes: Axes, words: Words) -> None:
    """Draw a bar of a round length at the middle latitude, lower right, and an arrow to the north."""
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    wide, high = east - west, north - south
    kilometre = 1 / (111.41284 * math.cos(math.radians((south + north) / 2)))
    kilometres = max(length for length in (0.5, 1, 2, 5, 10, 20, 50) if length * kilometre < wide / 3 or length == 0.5)
    right, low = east - 0.04 * wide, south + 0.035 * high
    left = right - kilometres * kilometre
    axes.plot([left, right], [low, low], color="black", linewidth=3, solid_capstyle="butt", zorder=6)
    length = words("kilometres", number=str(kilometres))
    axes.text((left + right) / 2, low + 0.01 * high, length, ha="center", fontsize=7, zorder=6)
    axes.annotate(
        words("north"),
        xy=(right, north - 0.02 * high),
        xytext=(right, north - 0.1 * high),
        ha="center",
        fontsize=8,
        arrowprops={"arrowstyle": "-|>", "color": "black"},
        zorder=6,
    )


def _places(axes: Axes, record: Record, words: Words, only: set[str] | None, day: str) -> None:
    """Draw the places of a day with names beside them, the larger ones first."""
    chosen = [
        place
        for place in record.curated_places.values()
        if ((place.id in only) if only is not None else (place.kind in _NAMED))
        and dates.holds(place.valid_from or "", place.valid_to, day)
    ]
    chosen.sort(key=lambda place: _RANK.get(place.kind, len(_RANK)))
    _names(axes, [_Spot(place.lon, place.lat, words.name(place.names).split(" (")[0]) for place in chosen])


def _names(axes: Axes, spots: list[_Spot], bare: shapely.Polygon | None = None) -> None:
    """Draw dots with names outside some bare ground; a name that would cover another or a dot is left out."""
    axes.apply_aspect()
    frame = axes.bbox.padded(-3)
    at = axes.transData.transform([(spot.lon, spot.lat) for spot in spots] or [(0, 0)])
    covered = [text.get_window_extent() for text in axes.texts]
    covered += [Bbox.from_extents(x, y, x, y).padded(axes.figure.dpi / 50) for x, y in at]
    if bare is not None:
        covered.append(Bbox(axes.transData.transform(shapely.get_coordinates(bare)[[0, 2]])))
    for spot in spots:
        axes.plot(spot.lon, spot.lat, "o", markersize=2.2, color="black", zorder=5)
        for offset, align in _BESIDE:
            label = axes.annotate(
                spot.name,
                (spot.lon, spot.lat),
                offset,
                textcoords="offset points",
                ha=align,
                va="center",
                fontsize=6,
                bbox=_HALO,
                zorder=5,
                gid="place",
            )
            box = label.get_window_extent()
            if (
                frame.containsx(box.x0)
                and frame.containsx(box.x1)
                and frame.containsy(box.y0)
                and frame.containsy(box.y1)
                and not any(box.overlaps(other) for other in covered)
            ):
                covered.append(box)
                break
            label.remove()


def _locator(axes: Axes, record: Record, words: Words, ground: Any = None) -> None:
    """Draw where the covered ground lies: coast, cities, a box round it and, in the box, some ground of it."""
    box = shapely.box(*record.bounds)
    cities = [
        _Spot(spot.lon, spot.lat, words.name(spot.names)) for spot in record.context if spot.kind.endswith("city")
    ]
    west, south, east, north = shapely.MultiPoint([(city.lon, city.lat) for city in cities]).union(box).bounds
    beside, above = _LOCATOR_MARGIN
    frame = shapely.box(west - beside, south - above, east + beside, north + above)
    _frame(axes, *frame.bounds)
    axes.set_title(words("locator"), fontsize=8, loc=side(words))
    towns = [(spot.lon, spot.lat) for spot in record.context if spot.kind.startswith("coast")]
    coast = shapely.LineString(towns if len(towns) > 1 else [])
    axes.plot(*coast.xy, color=WATER, linewidth=1, zorder=2)
    for sea in (spot for spot in record.context if spot.kind == "sea"):
        for part in shapely.ops.split(frame, coast).geoms:
            if part != frame and part.contains(shapely.Point(sea.lon, sea.lat)):
                axes.fill(*shapely.get_coordinates(part).T, color=WATER, alpha=0.35, linewidth=0, zorder=1)
        name = words.name(sea.names).replace(" ", "\n", 1)
        axes.text(sea.lon, sea.lat, name, fontsize=6, color="#2F5A78", ha="center", va="center")
    axes.fill(*shapely.get_coordinates(box).T, facecolor="#DDDDDD", edgecolor="black", linewidth=1, zorder=3)
    if ground is not None:
        geopandas.GeoSeries([ground], crs=4326).plot(ax=axes, color=_ZONE, linewidth=0.6, aspect=None, zorder=4)
    axes.set(xlabel="", ylabel="", xticks=[], yticks=[])
    _names(axes, cities, box)


def _fill(axes: Axes, snapshot: geopandas.GeoDataFrame) -> None:
    for controller, rows in snapshot.groupby("controller"):
        rows.plot(ax=axes, color=colour(str(controller)), alpha=0.55, linewidth=0, aspect=None, zorder=2)


def change_figure(record: Record, before: str, after: str, *, language: str = "en") -> Figure:
    """Return a figure of who held what on two dates, side by side, and of what changed hands.

    Parameters
    ----------
    record
        The layers.
    before, after
        Dates, ``2024-12-07`` or ``today``, or ids of scenarios.
    language
        ``en``, ``ar`` or ``he``.

    Returns
    -------
    figure
        Three panels, legend with km² and both uncertainties, a small map of where the ground lies, sources; 12 inches
        wide, saved at 200 dots an inch.

    Raises
    ------
    ClaimsError
        When a date is unknown, before the record or in the future, or the language is unknown.
    """
    words = Words(language)
    before, after = record.ledger.moment(before), record.ledger.moment(after)
    change = record.change(before, after)
    scenarios = record.ledger.scenarios
    supposed = {date: words.name(scenarios[date][0].names) for date in (before, after) if date in scenarios}
    figure = Figure(figsize=(12, _PANELS_INCHES + 3), layout=None)
    panels = figure.subplots(1, 3, sharey=True).tolist()
    if words.right_to_left:
        panels.reverse()
    for axes, date in zip(panels[:2], (before, after), strict=True):
        held = words("supposed", scenario=supposed[date]) if date in supposed else words("held_on", date=date)
        _base(axes, record, words, date, held)
        _fill(axes, record.snapshot(date))
    _base(panels[2], record, words, after, words("hatched"))
    for source, rows in change.pieces.groupby("from"):
        targets = geopandas.GeoDataFrame(rows).dissolve("to")
        targets.plot(ax=panels[2], color=colour(str(source)), alpha=0.35, linewidth=0, aspect=None, zorder=2)
        targets.plot(ax=panels[2], facecolor="none", aspect=None, zorder=3, **_HATCHED)
    extents = _extents(panels[2], record, words, before, after)
    names = sorted({*record.ledger.controllers(before), *record.ledger.controllers(after)})
    ground: list[Any] = [
        Patch(facecolor=colour(name), alpha=0.55, label=words("holder", party=words.party(name))) for name in names
    ]
    ground += [Patch(facecolor="white", label=_passed(words, transfer), **_HATCHED) for transfer in change.transfers]
    days = [record.ledger.day_of(date) for date in (before, after)]
    kinds = {
        line.kind
        for line in record.curated_lines.values()
        if any(dates.holds(line.valid_from, line.valid_to, day) for day in days)
    }
    styles: list[Any] = [
        Line2D(
            [],
            [],
            color=look.colour,
            linewidth=look.width * 0.6,
            linestyle=_dashes(look.dashes),
            label=words(f"line_{kind}"),
        )
        for kind, look in LINES.items()
        if kind in kinds
    ]
    publishers = sorted(
        {
            str(record.sources[source].get("publisher"))
            for date in (before, after)
            for held in record.ledger.held(date)
            for source in held.row.sources
            if source in record.sources
        }
    )
    edge = _RIGHT if words.right_to_left else _LEFT
    notes = ["note_areas", "note_dashes", "note_control", *(["note_locator"] if record.context else [])]
    foot = footer(
        figure,
        record,
        words,
        words("sources_of_control", publishers=", ".join(publishers)),
        " ".join(map(words, notes)),
        x=edge,
    )
    heading = [words("title_change", before=supposed.get(before, before), date=supposed.get(after, after))]
    if supposed:
        heading.insert(0, words("hypothetical").upper())
    over = figure.suptitle("\n".join(heading), x=edge, ha=side(words), va="top", fontsize=14, weight="bold")
    legends = [legend(figure, words, handles, edge, 0.3) for handles in ([*ground, *extents], styles)]
    least = _LOCATOR_INCHES + 0.2 if record.context else 0
    room = _fit(figure, words, panels, legends, over=over, foot=foot, least=least)
    if record.context:
        part = room.height * _LOCATOR_INCHES / least
        anchor: Literal["NE", "NW"] = "NE" if words.right_to_left else "NW"
        _locator(figure.add_axes((room.x0, room.y0, room.width, part), anchor=anchor), record, words)
    inside = {place for transfer in change.transfers for place in transfer.places}
    inhabited = {place.id for place in record.curated_places.values() if place.kind in ("city", "town", "village")}
    for axes, only in zip(panels, (None, None, inside & inhabited), strict=True):
        _scale_bar(axes, words)
        _places(axes, record, words, only, max(days))
        axes.set(xlabel="", ylabel="")  # the ticks say it
    return figure


def _passed(words: Words, transfer: Transfer) -> str:
    """Return who passed how much to whom, and how sure that is."""
    quantity = transfer.quantity
    parties = {"from": words.party(transfer.source), "to": words.party(transfer.target)}
    lines = (
        words("transfer", transfer=words("passed", **parties), area=f"{quantity.area:,.1f}"),
        words("margin", margin=f"± {quantity.margin:,.1f}"),
        words("extents", range=_range(words, quantity.low, quantity.high)),
    )
    return "\n".join(lines)


def _extents(axes: Axes, record: Record, words: Words, before: str, after: str) -> list[Line2D]:
    """Outline what changed hands by the least and the widest extent, where they differ from the best."""
    passed = record.ledger.moved(before, after).values()
    moved = {extent: sorted(face for faces in passed for face in faces[extent]) for extent in EXTENTS}
    handles = []
    styles: tuple[tuple[str, Literal[":", "--"]], ...] = (("min", ":"), ("max", "--"))
    for extent, style in styles:
        if moved[extent] and moved[extent] != moved["best"]:
            outline = geopandas.GeoSeries(
                [shapely.coverage_union_all(record.polygons[moved[extent]])], crs=4326
            ).boundary
            outline.plot(ax=axes, color="black", linewidth=0.8, linestyle=style, aspect=None, zorder=4)
            handles.append(Line2D([], [], color="black", linewidth=0.8, linestyle=style, label=words(extent)))
    return handles


def _fit(
    figure: Figure, words: Words, panels: list[Axes], legends: list[Legend], *, over: Text, foot: Text, least: float
) -> Bbox:
    """Make the figure as high as it needs to be, put legends below the first panels and return the room below the last.

    The room has at least so many inches, which are all that is returned.
    """
    wide = figure.get_figwidth()
    figure.subplots_adjust(left=_LEFT, right=_RIGHT, wspace=0.04)
    figure.draw_without_rendering()
    over_high, foot_high, *highs = (artist.get_window_extent().height / figure.dpi for artist in (over, foot, *legends))
    maps = min(_PANELS_INCHES, panels[0].get_position(original=True).width * wide * _ratio(panels[0]))
    top = 0.1 + foot_high + 0.2 + max(least, *highs)
    bottom = top + 0.4
    high = bottom + maps + 0.4 + over_high + 0.15
    figure.set_size_inches(wide, high)
    figure.subplots_adjust(bottom=bottom / high, top=(bottom + maps) / high)
    over.set_y(1 - 0.12 / high)
    foot.set_y(0.1 / high)
    figure.draw_without_rendering()  # places the axes, so that the room that names take is known
    places = [axes.get_position() for axes in panels]
    for made, place in zip(legends, places, strict=False):
        made.set_bbox_to_anchor((place.x1 if words.right_to_left else place.x0, top / high), figure.transFigure)
    return Bbox.from_extents(places[-1].x0, (top - least) / high, places[-1].x1, top / high)


def zone_figure(record: Record, zone: str, *, language: str = "en") -> Figure:
    """Return one zone with the lines round it, how sure each is, the places in it, and where it lies.

    Raises
    ------
    ClaimsError
        When there is no such zone or language.
    """
    words = Words(language)
    outline = record.zone(zone)
    polygon = outline.geometry.item()
    quantity = record.ledger.zone_area(zone)
    figure = Figure()
    axes = figure.add_axes((0, 0, 1, 1))
    outline.plot(ax=axes, color=_ZONE, alpha=0.25, linewidth=0, aspect=None, zorder=1)
    interval = words("zone_interval", range=_range(words, *quantity.ci95))
    area = words("zone_area", area=f"{quantity.area:,.1f}")
    handles = [
        Patch(facecolor=_ZONE, alpha=0.25, label=f"{area}\n{interval}"),
        *_lines_round(axes, record, words, zone),
    ]
    west, south, east, north = polygon.bounds
    margin = 0.06 * max(east - west, north - south)
    _frame(axes, west - margin, south - margin, east + margin, north + margin)

    # in inches: the map as large as it may be, the column beside it, and what is above and below
    wide, high = (
        min(_ZONE_INCHES[0], _ZONE_INCHES[1] / _ratio(axes)),
        min(_ZONE_INCHES[1], _ZONE_INCHES[0] * _ratio(axes)),
    )
    column, column_wide, foot, small = 0.75 + wide + 0.25, 3.3, 0.85, 1.9
    column_high = 0.36 * len(handles) + small + 0.5
    whole = column + column_wide, foot + max(high, column_high) + 0.5
    figure.set_size_inches(*whole)
    anchor: Literal["NE", "NW"] = "NE" if words.right_to_left else "NW"

    def room(left: float, bottom: float, wide: float, high: float) -> tuple[float, float, float, float]:
        return (mirrored(words, left / whole[0], wide / whole[0]), bottom / whole[1], wide / whole[0], high / whole[1])

    axes.set_position(room(0.75, whole[1] - 0.5 - high, wide, high))
    _graticule(axes, words, max(2, int(wide / 0.9)))
    if words.right_to_left:
        axes.yaxis.tick_right()  # away from the legend
    axes.set(xlabel="", ylabel="")  # the ticks say it
    name = words.name(record.zones[zone].names)
    edge = mirrored(words, 0.75 / whole[0])
    figure.suptitle(name, x=edge, y=1 - 0.15 / whole[1], ha=side(words), va="top", fontsize=12, weight="bold")
    inside = {
        place.id
        for place in record.curated_places.values()
        if place.kind != POST and polygon.contains(shapely.Point(place.lon, place.lat))
    }
    _scale_bar(axes, words)
    _places(axes, record, words, inside, record.ledger.today())
    covered = figure.add_axes(room(column, foot, 1.3, small), anchor=anchor)
    _base(covered, record, words, record.ledger.today(), "")
    outline.plot(ax=covered, color=_ZONE, alpha=0.5, linewidth=0, aspect=None, zorder=5)
    covered.set(xlabel="", ylabel="", xticks=[], yticks=[])
    covered.set_title(words("covered"), fontsize=8, loc=side(words))
    if record.context:
        _locator(figure.add_axes(room(column + 1.4, foot, 1.8, small), anchor=anchor), record, words, polygon)
    legend(figure, words, handles, mirrored(words, column / whole[0]), 1 - 0.5 / whole[1])
    notes = ["note_bands", *(["note_locator"] if record.context else [])]
    footer(figure, record, words, " ".join(map(words, notes)), x=edge)
    return figure


def _lines_round(axes: Axes, record: Record, words: Words, zone: str) -> list[Line2D]:
    """Draw the lines round a zone, with a band of one standard deviation to each side."""
    around, handles = record.lines_round(zone), []
    for line in record.curated_lines.values():
        if line.id not in around:
            continue
        look, plane = look_of(line), Plane.about(line.coordinates)
        band = plane.round(plane.flat(shapely.LineString(line.coordinates)).buffer(line.accuracy_m))
        geopandas.GeoSeries([band], crs=4326).plot(ax=axes, color=look.colour, alpha=0.2, aspect=None, zorder=2)
        style: dict[str, Any] = {
            "color": look.colour,
            "linewidth": look.width * 0.6,
            "linestyle": _dashes(look.dashes),
        }
        axes.plot(*zip(*line.coordinates, strict=True), zorder=3, **style)
        sure = words("line_accuracy", metres=f"± {line.accuracy_m:,.0f}", basis=words.basis(line.basis))
        handles.append(Line2D([], [], label=f"{words.name(line.names)}\n{sure}", **style))
    return handles


def _range(words: Words, low: float, high: float) -> str:
    return words("range", low=f"{low:,.1f}", high=f"{high:,.1f}")


def save(figure: Figure, path: str | Path) -> None:
    """Write a figure as png, svg or pdf, whole or not at all; the same figure gives the same bytes.

    Raises
    ------
    ClaimsError
        When the name ends in something else or the file cannot be written.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in _FORMATS:
        raise ClaimsError(f"{path}: a figure is written as {', '.join(_FORMATS)}, not {suffix or 'without an ending'}")
    with _files.written(path) as beside, mpl.rc_context({"svg.hashsalt": "claims"}):
        figure.savefig(beside, dpi=200, metadata=_FORMATS[suffix])
