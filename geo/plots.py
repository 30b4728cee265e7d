"""Static figures for a report, with matplotlib: deterministic, colour-blind-safe, with scale, legend and sources."""

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
from geo.palette import CHANGED, INFERRED_DASHES, LINES, WATER, colour, look_of, title

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.legend import Legend
    from matplotlib.patches import Rectangle
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
    axes.set_xlim(west - 0.06, east + 0.01)
    axes.set_ylim(south - 0.03, north + 0.02)
    axes.set_aspect(1 / math.cos(math.radians((south + north) / 2)))
    axes.tick_params(labelsize=7)
    axes.xaxis.set_major_locator(mpl.ticker.MultipleLocator(0.1))
    axes.xaxis.set_major_formatter("{x:.1f}° E")
    axes.yaxis.set_major_formatter("{x:.1f}° N")


def _scale_bar(axes: Axes, kilometres: int = 10) -> None:
    """Draw a bar of some kilometres at the middle latitude, lower right, and an arrow to the north."""
    (_, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    degrees = kilometres / (111.41284 * math.cos(math.radians((south + north) / 2)))
    right, low = east - 0.02, south + 0.03
    axes.plot([right - degrees, right], [low, low], color="black", linewidth=3, solid_capstyle="butt", zorder=6)
    axes.text(right - degrees / 2, low + 0.008, f"{kilometres} km", ha="center", fontsize=7, zorder=6)
    axes.annotate(
        "N",
        xy=(right, north - 0.02),
        xytext=(right, north - 0.08),
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
    handles: list[Patch | Line2D | Rectangle] = []
    for source, rows in change.pieces.groupby("from"):
        targets = geopandas.GeoDataFrame(rows).dissolve("to")
        targets.plot(ax=panels[2], color=colour(str(source)), alpha=0.35, linewidth=0, aspect=None, zorder=2)
        targets.plot(
            ax=panels[2], facecolor="none", edgecolor=CHANGED, hatch="////", linewidth=0.6, aspect=None, zorder=3
        )
    handles += _extents(panels[2], record, before, after)
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
        handles=[*controllers, *transfers, *styles, *handles],
        loc="lower left",
        bbox_to_anchor=(0.045, 0.1),
        ncols=4 if len(transfers) < 3 else 3,
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
    from geo.curated import EXTENTS

    moved = {
        extent: [
            face
            for face, (was, now) in enumerate(
                zip(record.ledger.controllers(before, extent), record.ledger.controllers(after, extent), strict=True)
            )
            if was != now
        ]
        for extent in EXTENTS
    }
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


_VERDICTS = {"agrees": ("o", "#0072B2"), "differs": ("s", "#E69F00"), "cannot_be": ("X", "#B22222")}


def figures_figure(record: Record) -> Figure:
    """Return published figures as points over the intervals that the layers allow, one row per quantity.

    Each row is in hundredths of its own computed value, so that areas and lengths stand on one scale.
    """
    from geo import figures

    rows: dict[tuple[str, tuple[str, ...]], list[figures.Checked]] = {}
    for one in figures.check_all(record):
        if one.computed > 0:
            rows.setdefault((one.figure.measure, one.figure.of), []).append(one)
    figure = Figure(figsize=(11, 1.6 + 0.42 * len(rows)))
    axes = figure.subplots()
    figure.subplots_adjust(
        left=0.31, right=0.98, top=1 - 0.45 / figure.get_figheight(), bottom=1 / figure.get_figheight()
    )
    axes.set_xscale("log")
    labels = []
    for height, group in enumerate(rows.values()):
        first = group[0]
        low, high = (100 * bound / first.computed for bound in first.interval)
        axes.barh(height, max(high, 1) - max(low, 1), left=max(low, 1), height=0.6, color="#BBBBBB", zorder=1)
        axes.plot([100, 100], [height - 0.3, height + 0.3], color="black", linewidth=1.5, zorder=2)
        for one in group:
            marker, shade = _VERDICTS[one.verdict]
            share = 100 + one.difference_percent
            axes.plot(share, height, marker, color=shade, markersize=6, markeredgecolor="white", zorder=3)
        unit = {"km2": "km²"}.get(first.figure.unit, first.figure.unit)
        digits = 0 if first.computed >= 100 else 1 if first.computed >= 10 else 2
        labels.append(f"{first.figure.quantity}: {first.computed:,.{digits}f} {unit}")
    axes.set_yticks(range(len(labels)), labels, fontsize=8)
    axes.invert_yaxis()
    axes.set_xlim(5, 2500)
    axes.set_xticks([10, 25, 50, 100, 200, 400, 1000], ["10 %", "25 %", "50 %", "computed", "200 %", "400 %", "1000 %"])
    axes.minorticks_off()
    axes.tick_params(axis="x", labelsize=8)
    axes.grid(axis="x", color="#EEEEEE", zorder=0)
    axes.set_title("Published figures over what the layers allow", loc="left", fontsize=12, weight="bold")
    handles: list[Any] = [Patch(color="#BBBBBB", label="what the layers allow (95 %, and min to max extent)")]
    handles += [
        Line2D([], [], marker=marker, color=shade, linestyle="", label=f"published: {verdict.replace('_', ' ')}")
        for verdict, (marker, shade) in _VERDICTS.items()
    ]
    figure.legend(
        handles=handles,
        loc="lower left",
        bbox_to_anchor=(0, 0.22 / figure.get_figheight()),
        ncols=4,
        fontsize=8,
        frameon=False,
    )
    figure.text(
        0.01,
        0.1 / figure.get_figheight(),
        f"{record.about.attribution}. Sources of the published figures: claims figures --json. "
        f"Data: {record.about.licence}.",
        fontsize=6.5,
    )
    return figure


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
