"""Figures of ground for a report, with matplotlib: deterministic, colour-blind-safe, with scale, legend and sources.

Charts are in :mod:`geo.charts`.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import geopandas
import matplotlib as mpl
import shapely
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from geo import _files, dates
from geo._errors import ClaimsError
from geo._planes import Plane
from geo.curated import EXTENTS
from geo.palette import CHANGED, INFERRED_DASHES, LINES, WATER, colour, look_of, title

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.legend import Legend
    from matplotlib.text import Text
    from matplotlib.transforms import Bbox

    from geo.record import Record

_FORMATS = {".png": {"Software": None}, ".svg": {"Date": None}, ".pdf": {"CreationDate": None}}
_NAMED = ("city", "town")
_PANELS_INCHES = 6.3
_RANK = {"city": 0, "town": 1, "village": 2}
# where a name may stand: right, left, then a little above or below
_BESIDE: tuple[tuple[tuple[float, float], Literal["left", "right"]], ...] = (
    ((4, 0), "left"),
    ((-4, 0), "right"),
    ((4, 6), "left"),
    ((4, -6), "left"),
    ((-4, 6), "right"),
    ((-4, -6), "right"),
)
_HALO = {"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none", "alpha": 0.7}


def _dashes(text: str) -> Any:
    return (0, [float(part) for part in text.split()]) if text else "solid"


def _base(axes: Axes, record: Record, date: str, heading: str) -> None:
    """Draw waters and the lines valid on a date, and set up the frame."""
    west, south, east, north = record.bounds
    axes.set_title(heading, fontsize=10, loc="left")
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


def _frame(axes: Axes, west: float, south: float, east: float, north: float) -> None:
    """Set the frame to a box in degrees, in its true proportions, with ticks of the graticule."""
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    axes.set_aspect(1 / math.cos(math.radians((south + north) / 2)))
    axes.tick_params(labelsize=7)
    for axis, side in ((axes.xaxis, "E"), (axes.yaxis, "N")):
        axis.set_major_locator(mpl.ticker.MaxNLocator(5, steps=[1, 2, 5, 10]))
        axis.set_major_formatter(f"{{x:.4g}}° {side}")


def _scale_bar(axes: Axes) -> None:
    """Draw a bar of a round length at the middle latitude, lower right, and an arrow to the north."""
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    wide, high = east - west, north - south
    kilometre = 1 / (111.41284 * math.cos(math.radians((south + north) / 2)))
    kilometres = max(length for length in (0.5, 1, 2, 5, 10, 20, 50) if length * kilometre < wide / 3 or length == 0.5)
    right, low = east - 0.04 * wide, south + 0.035 * high
    left = right - kilometres * kilometre
    axes.plot([left, right], [low, low], color="black", linewidth=3, solid_capstyle="butt", zorder=6)
    axes.text((left + right) / 2, low + 0.01 * high, f"{kilometres} km", ha="center", fontsize=7, zorder=6)
    axes.annotate(
        "N",
        xy=(right, north - 0.02 * high),
        xytext=(right, north - 0.1 * high),
        ha="center",
        fontsize=8,
        arrowprops={"arrowstyle": "-|>", "color": "black"},
        zorder=6,
    )


def _places(axes: Axes, record: Record, only: set[str] | None, day: str) -> None:
    """Draw the places of a day with names beside them; a name that would cover another is left out, its dot stays."""
    taken: list[Bbox] = []
    frame = axes.bbox
    chosen = [
        place
        for place in record.curated_places.values()
        if ((place.id in only) if only is not None else (place.kind in _NAMED))
        and dates.holds(place.valid_from or "", place.valid_to, day)
    ]
    for place in sorted(chosen, key=lambda place: _RANK.get(place.kind, len(_RANK))):
        axes.plot(place.lon, place.lat, "o", markersize=2.2, color="black", zorder=5)
        for offset, side in _BESIDE:
            label = axes.annotate(
                place.label,
                (place.lon, place.lat),
                offset,
                textcoords="offset points",
                ha=side,
                va="center",
                fontsize=6,
                bbox=_HALO,
                zorder=5,
                gid="place",
            )
            box = label.get_window_extent()
            inside = frame.x0 <= box.x0 and box.x1 <= frame.x1
            if inside and not any(box.overlaps(other) for other in taken):
                taken.append(box)
                break
            label.remove()


def _fill(axes: Axes, snapshot: geopandas.GeoDataFrame) -> None:
    for controller, rows in snapshot.groupby("controller"):
        rows.plot(ax=axes, color=colour(str(controller)), alpha=0.55, linewidth=0, aspect=None, zorder=2)


def change_figure(record: Record, before: str, after: str) -> Figure:
    """Return a figure of who held what on two dates, side by side, and of what changed hands.

    Parameters
    ----------
    record
        The layers.
    before, after
        Dates, ``2024-12-07`` or ``today``, or ids of scenarios.

    Returns
    -------
    figure
        Three panels, legend with km² and both uncertainties, sources; 12 inches wide, saved at 200 dots an inch.

    Raises
    ------
    ClaimsError
        When a date is unknown, before the record or in the future.
    """
    before, after = record.ledger.moment(before), record.ledger.moment(after)
    change = record.change(before, after)
    supposed = record.ledger.supposed(before, after)
    before_day, after_day = record.ledger.day_of(before), record.ledger.day_of(after)
    figure = Figure(figsize=(12, _PANELS_INCHES + 3), layout=None)
    panels = figure.subplots(1, 3, sharey=True)
    for axes, date in zip(panels[:2], (before, after), strict=True):
        scenario = next((found["name"] for found in supposed if found["id"] == date), None)
        _base(axes, record, date, f"Supposed: {scenario}" if scenario else f"Held on {date}")
        _fill(axes, record.snapshot(date))
    _base(panels[2], record, after, "Changed hands (hatched)")
    for source, rows in change.pieces.groupby("from"):
        targets = geopandas.GeoDataFrame(rows).dissolve("to")
        targets.plot(ax=panels[2], color=colour(str(source)), alpha=0.35, linewidth=0, aspect=None, zorder=2)
        targets.plot(
            ax=panels[2], facecolor="none", edgecolor=CHANGED, hatch="////", linewidth=0.6, aspect=None, zorder=3
        )
    extents = _extents(panels[2], record, before, after)
    inside = {place for transfer in change.transfers for place in transfer.places}
    inhabited = {place.id for place in record.curated_places.values() if place.kind in ("city", "town", "village")}
    names = sorted({*record.ledger.controllers(before), *record.ledger.controllers(after)})
    controllers = [Patch(facecolor=colour(name), alpha=0.55, label=f"held by {title(name)}") for name in names]
    transfers = [
        Patch(
            facecolor="white",
            edgecolor=CHANGED,
            hatch="////",
            label=(
                f"{title(transfer.source)} to {title(transfer.target)}: {transfer.quantity.area:,.1f} km²\n"
                f"± {transfer.quantity.margin:,.1f} (95 %, where the lines run)\n"
                f"{transfer.quantity.low:,.1f} to {transfer.quantity.high:,.1f} (who holds what, min to max)"
            ),
        )
        for transfer in change.transfers
    ]
    kinds = {
        line.kind
        for line in record.curated_lines.values()
        if any(dates.holds(line.valid_from, line.valid_to, record.ledger.day_of(date)) for date in (before, after))
    }
    styles = [
        Line2D([], [], color=look.colour, linewidth=look.width * 0.6, linestyle=_dashes(look.dashes), label=look.name)
        for kind, look in LINES.items()
        if kind in kinds
    ]
    legend = figure.legend(
        handles=[*controllers, *transfers, *styles, *extents],
        loc="lower left",
        bbox_to_anchor=(0.045, 0.1),
        ncols=3,
        fontsize=8,
        frameon=False,
        alignment="left",
    )
    publishers = sorted(
        {
            str(record.sources[source].get("publisher"))
            for date in (before, after)
            for held in record.ledger.held(date)
            for source in held.row.sources
            if source in record.sources
        }
    )
    footer = figure.text(
        0.055,
        0.01,
        f"{record.about.attribution}. Control after: {', '.join(publishers)}.\n"
        "Areas on the WGS84 ellipsoid. Dashed and dotted lines are inferred. Control is who holds the ground in fact; "
        f"it says nothing of whose it is by right. Data: {record.about.licence}.",
        fontsize=7,
        wrap=True,
        va="bottom",
    )
    mark = f"HYPOTHETICAL, {' and '.join(scenario['name'] for scenario in supposed)}:\n" if supposed else ""
    figure.suptitle(
        f"{mark}What changed hands, {before} to {after}",
        x=0.055,
        y=0.995,
        ha="left",
        va="top",
        fontsize=14,
        weight="bold",
    )
    _fit(figure, legend, footer, lines=2 if supposed else 1)
    for axes, only in zip(panels, (None, None, inside & inhabited), strict=True):
        _places(axes, record, only, max(before_day, after_day))
        _scale_bar(axes)
        axes.set(xlabel="", ylabel="")  # the ticks say it
    return figure


def _extents(axes: Axes, record: Record, before: str, after: str) -> list[Line2D]:
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
            handles.append(Line2D([], [], color="black", linewidth=0.8, linestyle=style, label=f"{extent} extent"))
    return handles


def _fit(figure: Figure, legend: Legend, footer: Text, *, lines: int) -> None:
    """Make the figure as high as its panels, legend and footer need."""
    width = figure.get_figwidth()
    figure.draw_without_rendering()
    legend_inches, footer_inches = (artist.get_window_extent().height / figure.dpi for artist in (legend, footer))
    bottom = footer_inches + legend_inches + 0.75
    height = bottom + _PANELS_INCHES + 0.35 + 0.3 * lines
    figure.set_size_inches(width, height)
    figure.subplots_adjust(
        left=0.055, right=0.99, wspace=0.04, bottom=bottom / height, top=(bottom + _PANELS_INCHES) / height
    )
    footer.set_y(0.1 / height)
    legend.set_bbox_to_anchor((0.045, (footer_inches + 0.2) / height), transform=figure.transFigure)
    figure.draw_without_rendering()  # places the axes, so that the room that names take is known


def zone_figure(record: Record, zone: str = "buffer_zone_1974") -> Figure:
    """Return one zone with the lines round it, how sure each is, and the places in it.

    Raises
    ------
    ClaimsError
        When there is no such zone.
    """
    outline = record.zone(zone)
    polygon = outline.geometry.item()
    quantity = record.ledger.zone_area(zone)
    figure = Figure(figsize=(7.5, 9))
    axes = figure.subplots()
    figure.subplots_adjust(left=0.1, right=0.68, top=0.94, bottom=0.1)
    axes.set_anchor("NW")  # the legend stands to the right, however narrow the zone is
    name = record.zones[zone].names["en"]
    outline.plot(ax=axes, color="#0072B2", alpha=0.25, linewidth=0, aspect=None, zorder=1)
    around = record.lines_round(zone)
    handles: list[Any] = [
        Patch(facecolor="#0072B2", alpha=0.25, label=f"{quantity.area:,.1f} km²\n{_to(*quantity.ci95)} (95 %)")
    ]
    for line in record.curated_lines.values():
        if line.id not in around:
            continue
        look, plane = look_of(line), Plane.about(line.coordinates)
        band = plane.round(plane.flat(shapely.LineString(line.coordinates)).buffer(line.accuracy_m))
        geopandas.GeoSeries([band], crs=4326).plot(ax=axes, color=look.colour, alpha=0.2, aspect=None, zorder=2)
        xs, ys = zip(*line.coordinates, strict=True)
        axes.plot(xs, ys, color=look.colour, linewidth=look.width * 0.6, linestyle=_dashes(look.dashes), zorder=3)
        handles.append(
            Line2D(
                [],
                [],
                color=look.colour,
                linewidth=look.width * 0.6,
                linestyle=_dashes(look.dashes),
                label=f"{line.names['en']}\n± {line.accuracy_m:,.0f} m, {line.basis}",
            )
        )
    west, south, east, north = polygon.bounds
    margin = 0.06 * max(east - west, north - south)
    _frame(axes, west - margin, south - margin, east + margin, north + margin)
    axes.set(xlabel="", ylabel="")  # the ticks say it
    axes.set_title(name, fontsize=12, loc="left", weight="bold")
    inside = {
        place.id for place in record.curated_places.values() if polygon.contains(shapely.Point(place.lon, place.lat))
    }
    figure.draw_without_rendering()
    _places(axes, record, inside, record.ledger.today())
    _scale_bar(axes)
    locator = figure.add_axes((0.72, 0.12, 0.26, 0.34))
    _base(locator, record, record.ledger.today(), "In the covered ground")
    outline.plot(ax=locator, color="#0072B2", alpha=0.5, linewidth=0, aspect=None, zorder=5)
    locator.set(xlabel="", ylabel="", xticks=[], yticks=[])
    axes.legend(handles=handles, loc="upper left", bbox_to_anchor=(1.02, 1), fontsize=8, frameon=False)
    figure.text(
        0.1,
        0.01,
        f"Bands: one standard deviation to each side. {record.about.attribution}. Data: {record.about.licence}.",
        fontsize=6.5,
        wrap=True,
    )
    return figure


def _to(low: float, high: float) -> str:
    return f"{low:,.1f} to {high:,.1f}"


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
    with _files.written(path) as beside, mpl.rc_context({"svg.hashsalt": "claims", "hatch.linewidth": 0.5}):
        figure.savefig(beside, dpi=200, metadata=_FORMATS[suffix])
