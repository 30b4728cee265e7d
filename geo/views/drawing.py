"""Shared parts of figures: frame, graticule, scale bar, place names, legend, footer and locator map.

In Arabic and Hebrew a figure is mirrored, except for its maps and axes.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import geopandas
import matplotlib as mpl
import numpy as np
import shapely
import shapely.ops
from matplotlib.legend_handler import HandlerBase
from matplotlib.patches import Patch, PathPatch
from matplotlib.path import Path
from matplotlib.transforms import Bbox

from geo import dates
from geo.views.layout import wrapped
from geo.views.palette import CHANGED, HATCHES, INFERRED_DASHES, TRANSFER, WATER, Look, look_of
from geo.views.sheets import faint, ink, is_dark, paper, points, seen, type_size, water

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.legend import Legend

    from geo.layers.layers import Layers
    from geo.views.sheets import Drawn
    from geo.views.words import Words

_NAMED = ("city", "town")
_RANK = {"city": 0, "town": 1, "village": 2}
# positions of a name: right, left, a little above or below, then straight above or below
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
ZONE = "#0072B2"
_BARS_KM = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)
_GROUND = 0.55  # opacity
_POINTS = 0.75  # per pixel of the map
# of lines of parties, by their marks
DASHES: dict[str, Any] = {
    "plain": "solid",
    "dots": (0, (1, 1)),
    "lines": (0, (6, 1.5)),
    "bars": (0, (3, 1)),
    "rising": (0, (6, 1, 1, 1)),
    "falling": (0, (6, 1, 1, 1, 1, 1)),
    "grid": (0, (3, 1, 1, 1)),
}
_MARK = {"hatch_linewidth": 0.6}
_LOCATOR_MARGIN = (1.0, 0.4)  # degrees beside the cities, for their names, and above and below them


def ground_style(look: Look) -> dict[str, Any]:
    """Return how the ground of a party is filled, with its mark."""
    return {
        "facecolor": mpl.colors.to_rgba(look.colour, _GROUND),
        "edgecolor": mpl.colors.to_rgba(ink(), 0.55),
        "hatch": HATCHES[look.mark],
        "linewidth": 0,
        **_MARK,
    }


def ground_patch(look: Look, label: str) -> Patch:
    """Return the legend entry of a party's ground."""
    return Patch(label=label, **ground_style(look))


class TransferPatch(Patch):
    """The legend entry of ground that passed: the colour of the new holder with stripes of the old one."""

    def __init__(self, old: Look, new: Look, angle: float, label: str) -> None:
        """Give it its looks, as they are drawn on the ground."""
        super().__init__(label=label)
        self.looks = old, new, angle


class _TransferHandler(HandlerBase):
    """Draws such an entry."""

    def create_artists(self, _legend: Any, orig_handle: Any, *place: Any) -> list[Any]:
        """Return the parts of the sample."""
        xdescent, ydescent, width, height, _, trans = place
        sample = shapely.box(-xdescent, -ydescent, width - xdescent, height - ydescent)
        artists = _striped(sample, *orig_handle.looks)
        for artist in artists:
            artist.set_transform(trans)
        return artists


def transfer_angle(looks: dict[str, Look], party: str) -> float:
    """Return the angle of the stripes of ground that a party lost, as the map has it."""
    return float(TRANSFER["angles"][list(looks).index(party) % len(TRANSFER["angles"])])


def draw_transfer(axes: Axes, ground: Any, old: Look, new: Look, angle: float) -> None:
    """Draw ground that passed, on axes that have their final size."""
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    box = axes.get_window_extent()
    per_degree = np.array([box.width / (east - west), box.height / (north - south)]) * 72 / axes.figure.dpi
    origin = np.array([west, south])
    flat = shapely.transform(ground, lambda at: (at - origin) * per_degree)
    to_data = mpl.transforms.Affine2D().scale(*1 / per_degree).translate(*origin)
    for artist in _striped(flat, old, new, angle):
        artist.set_transform(to_data + axes.transData)
        axes.add_artist(artist).set_zorder(2.5)


def _striped(ground: Any, old: Look, new: Look, angle: float) -> list[PathPatch]:
    """Return some ground, in points, in the new holder's colour with stripes of the old holder's between two edges."""
    turn = math.radians(angle)
    along, across = np.array([math.sin(turn), math.cos(turn)]), np.array([math.cos(turn), -math.sin(turn)])
    west, south, east, north = ground.bounds
    corners = np.array([(west, south), (west, north), (east, south), (east, north)])
    period, stripe, edge = (TRANSFER[name] * _POINTS for name in ("period", "stripe", "edge"))
    reach = (corners @ along).min() - 1, (corners @ along).max() + 1
    first, last = math.floor((corners @ across).min() / period), math.ceil((corners @ across).max() / period)

    def strips(half: float) -> Any:
        offsets = [number * period for number in range(first, last + 1)]
        rings = [
            [
                one * along + (at + side) * across
                for one, side in zip((*reach, *reach[::-1]), (-half, -half, half, half), strict=True)
            ]
            for at in offsets
        ]
        return shapely.intersection(ground, shapely.union_all(shapely.polygons(np.array(rings))))

    tint = np.array(mpl.colors.to_rgb(new.colour)) * TRANSFER["ground"]
    tint = tint + np.array(mpl.colors.to_rgb(paper())) * (1 - TRANSFER["ground"])
    return [
        _patch(ground, facecolor=tint, edgecolor=CHANGED, linewidth=0.6),
        # the new holder's mark, since its colour alone may look like another's
        _patch(
            ground,
            facecolor="none",
            edgecolor=(*mpl.colors.to_rgb(CHANGED), 0.55),
            hatch=HATCHES[new.mark],
            linewidth=0,
            **_MARK,
        ),
        _patch(strips(stripe / 2 + edge), facecolor=CHANGED, linewidth=0),
        _patch(strips(stripe / 2), facecolor=old.colour, linewidth=0),
    ]


def _patch(ground: Any, **style: Any) -> PathPatch:
    """Return polygons as one patch."""
    parts = [part for part in shapely.get_parts(ground) if part.geom_type == "Polygon"]
    rings = [ring for part in parts for ring in (part.exterior, *part.interiors)]
    paths = [Path(shapely.get_coordinates(ring), closed=True) for ring in rings]
    return PathPatch(Path.make_compound_path(*paths) if paths else Path(np.zeros((0, 2))), **style)


class Spot(NamedTuple):
    """A position with its name."""

    lon: float
    lat: float
    name: str


def mirrored(words: Words, left: float, width: float = 0) -> float:
    """Return the left edge of something of a given width, as a fraction of the whole."""
    return 1 - left - width if words.right_to_left else left


def side(words: Words) -> Literal["left", "right"]:
    """Return the side on which a line of text starts."""
    return "right" if words.right_to_left else "left"


def legend(figure: Drawn, words: Words, handles: list[Any], inches: float, *, columns: int = 1) -> Legend:
    """Return a legend no wider than some inches, in at most some columns, in reading order, with marks before texts."""
    start, size = side(words), points(8)
    corner: Literal["upper left", "upper right"] = "upper right" if words.right_to_left else "upper left"
    texts = [handle.get_label() for handle in handles]
    columns = max(1, min(columns, int(inches / (1.9 * type_size()))))
    while True:
        room = inches / columns - 3.4 * size / 72 - (0.2 if columns > 1 else 0)
        for handle, text in zip(handles, texts, strict=True):
            handle.set_label(wrapped(figure, text, room, size))
        shown = _row_order(handles, columns)
        made = figure.legend(
            handles=shown[::-1] if columns > 1 and words.right_to_left else shown,
            loc=corner,
            ncols=columns,
            borderaxespad=0,
            borderpad=0,
            handlelength=2.4,
            handleheight=1.0,
            handler_map={TransferPatch: _TransferHandler()},
            fontsize=size,
            frameon=False,
            alignment=start,
            markerfirst=not words.right_to_left,
        )
        if columns == 1 or made.get_window_extent().width / figure.dpi <= inches:
            break
        made.remove()
        columns -= 1
    for text in made.get_texts():
        text.set_multialignment(start)
    for patch in made.get_patches():
        patch.set_hatch_linewidth(_MARK["hatch_linewidth"])  # a legend patch does not copy it
    return made


def _row_order(handles: list[Any], columns: int) -> list[Any]:
    """Return entries so that a legend, which fills columns, shows them row by row."""
    rows = -(-len(handles) // columns)
    if len(handles) % columns or rows == 1:
        return handles
    return [handles[row * columns + column] for column in range(columns) for row in range(rows)]


def notes(layers: Layers, words: Words, *texts: str) -> list[str]:
    """Return how to read a figure and its sources, each text on separate lines."""
    *first, last = texts
    return [*first, f"{last} {words('data', licence=layers.profile.licence)}", f"{layers.profile.attribution}."]


def dash_pattern(text: str) -> Any:
    """Return dashes as matplotlib expects them: lengths of strokes and gaps, or solid."""
    return (0, [float(part) for part in text.split()]) if text else "solid"


def draw_base(axes: Axes, layers: Layers, words: Words, date: str, heading: str) -> None:
    """Draw waters and the lines valid on a date, and set the frame."""
    west, south, east, north = layers.bounds
    axes.set_title(heading, fontsize=points(10), loc=side(words))
    for line in layers.curated_lines.values():
        xs, ys = zip(*line.coordinates, strict=True)
        if line.kind == "water":
            if line.coordinates[0] == line.coordinates[-1]:
                axes.fill(xs, ys, color=water(WATER), linewidth=0, zorder=1)
            else:
                dashes = dash_pattern(INFERRED_DASHES if line.basis == "inferred" else "")
                axes.plot(xs, ys, color=water(WATER), linewidth=1, linestyle=dashes, zorder=1)
        elif dates.holds(line.valid_from, line.valid_to, layers.ledger.day_of(date)):
            look = look_of(line, layers.profile)
            axes.plot(
                xs,
                ys,
                color=seen(look.colour),
                linewidth=look.width * 0.5,
                linestyle=dash_pattern(look.dashes),
                zorder=4,
            )
    wide, high = east - west, north - south
    # most room in the west, for names beside their dots
    set_frame(axes, west - 0.11 * wide, south - 0.035 * high, east + 0.02 * wide, north + 0.025 * high)
    draw_graticule(axes, words)


def set_frame(axes: Axes, west: float, south: float, east: float, north: float) -> None:
    """Set the frame to a box in degrees, with true proportions."""
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    axes.set_aspect(1 / math.cos(math.radians((south + north) / 2)))


def height_to_width(axes: Axes) -> float:
    """Return the ratio of a map's height to its width."""
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    return (north - south) / ((east - west) * math.cos(math.radians((south + north) / 2)))


def draw_graticule(axes: Axes, words: Words, most: int = 4) -> None:
    """Set the ticks to round degrees, at most `most` from west to east."""
    axes.tick_params(labelsize=points(7))
    for axis, key, steps in ((axes.xaxis, "longitude", most), (axes.yaxis, "latitude", 5)):
        axis.set_major_locator(mpl.ticker.MaxNLocator(steps, steps=[1, 2, 5, 10]))
        axis.set_major_formatter(degrees(axis, words, key))


def fit_graticule(axes: Axes, words: Words, most: int = 4) -> None:
    """Set as many ticks from west to east as have room, on axes that have their final size."""
    for count in range(most, 0, -1):
        draw_graticule(axes, words, count)
        boxes = [tick.label1.get_window_extent() for tick in axes.xaxis.get_major_ticks()]
        spans = sorted((box.x0, box.x1) for box in boxes if box.x1 > axes.bbox.x0 and box.x0 < axes.bbox.x1)
        if all(one[1] + 3 < other[0] for one, other in pairwise(spans)):
            return
    west, east = axes.get_xlim()
    middle = min(axes.get_xticks(), key=lambda at: abs(at - (west + east) / 2))
    axes.xaxis.set_major_locator(mpl.ticker.FixedLocator([middle]))


def degrees(axis: Axis, words: Words, key: str) -> Callable[[float, float], str]:
    """Return a formatter of ticks as ``latitude`` or ``longitude``, with as many digits as needed."""

    def text(value: float, _: float) -> str:
        first, second = [*axis.get_majorticklocs().tolist()[:2], value + 0.1][:2]  # a lone tick has a digit
        return words.degrees(value, max(0, math.ceil(-math.log10(abs(second - first)) - 1e-9)), key)

    return text


def draw_scale_bar(axes: Axes, words: Words) -> None:
    """Draw a scale bar of a round length, for the middle latitude, and a north arrow at the lower right."""
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    wide, high = east - west, north - south
    kilometre = 1 / (111.41284 * math.cos(math.radians((south + north) / 2)))
    kilometres = max(length for length in _BARS_KM if length * kilometre < wide / 3 or length == _BARS_KM[0])
    right, low = east - 0.04 * wide, south + 0.035 * high
    left = right - kilometres * kilometre
    axes.plot([left, right], [low, low], color=ink(), linewidth=3, solid_capstyle="butt", zorder=6)
    length = words("kilometres", number=f"{kilometres:,}")
    style: dict[str, Any] = {"textcoords": "offset points", "fontsize": points(7), "zorder": 6}
    label = axes.annotate(length, ((left + right) / 2, low), (0, 3), ha="center", **style)
    if label.get_window_extent().x1 > axes.get_window_extent().x1 - 3:  # a short bar; its label would leave the frame
        label.remove()
        axes.annotate(length, (right, low), (0, 3), ha="right", **style)
    axes.annotate(
        words("north"),
        xy=(right, north - 0.02 * high),
        xytext=(0, -26 * type_size()),
        textcoords="offset points",
        ha="center",
        va="top",
        fontsize=points(8),
        arrowprops={"arrowstyle": "-|>", "color": ink(), "shrinkB": 0},
        zorder=6,
    )


def draw_places(axes: Axes, layers: Layers, words: Words, only: set[str] | None, day: str) -> None:
    """Draw the places of a day with their names, larger ones first."""
    chosen = [
        place
        for place in layers.curated_places.values()
        if ((place.id in only) if only is not None else (place.kind in _NAMED))
        and dates.holds(place.valid_from or "", place.valid_to, day)
    ]
    chosen.sort(key=lambda place: _RANK.get(place.kind, len(_RANK)))
    draw_names(axes, [Spot(place.lon, place.lat, words.name(place.names).split(" (")[0]) for place in chosen])


def halo() -> dict[str, Any]:
    """Return the ground of a name, on which it can be read over lines and marks."""
    return {"boxstyle": "square,pad=0.1", "facecolor": paper(), "edgecolor": "none", "alpha": 0.85}


def draw_names(axes: Axes, spots: list[Spot], bare: shapely.Polygon | None = None) -> None:
    """Draw dots with names, outside ground to keep clear; a name that would cover another or a dot is left out."""
    axes.apply_aspect()
    frame = axes.bbox.padded(-3)
    at = axes.transData.transform([(spot.lon, spot.lat) for spot in spots] or [(0, 0)])
    covered = [text.get_window_extent() for text in axes.texts]
    covered += [Bbox.from_extents(x, y, x, y).padded(axes.figure.dpi / 50) for x, y in at]
    if bare is not None:
        covered.append(Bbox(axes.transData.transform(shapely.get_coordinates(bare)[[0, 2]])))
    for spot in spots:
        axes.plot(spot.lon, spot.lat, "o", markersize=2.2, color=ink(), zorder=5)
        for offset, align in _BESIDE:
            label = axes.annotate(
                spot.name,
                (spot.lon, spot.lat),
                offset,
                textcoords="offset points",
                ha=align,
                va="center",
                fontsize=points(6),
                bbox=halo(),
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


def draw_locator(axes: Axes, layers: Layers, words: Words, ground: Any = None) -> None:
    """Draw the locator map: coast, cities, a box round the covered ground and, optionally, some ground in it."""
    box = shapely.box(*layers.bounds)
    cities = [Spot(spot.lon, spot.lat, words.name(spot.names)) for spot in layers.context if spot.kind.endswith("city")]
    west, south, east, north = shapely.MultiPoint([(city.lon, city.lat) for city in cities]).union(box).bounds
    beside, above = _LOCATOR_MARGIN
    frame = shapely.box(west - beside, south - above, east + beside, north + above)
    set_frame(axes, *frame.bounds)
    axes.set_title(words("locator"), fontsize=points(8), loc=side(words))
    towns = [(spot.lon, spot.lat) for spot in layers.context if spot.kind.startswith("coast")]
    coast = shapely.LineString(towns if len(towns) > 1 else [])
    axes.plot(*coast.xy, color=WATER, linewidth=1, zorder=2)
    for sea in (spot for spot in layers.context if spot.kind == "sea"):
        for part in shapely.ops.split(frame, coast).geoms:
            if part != frame and part.contains(shapely.Point(sea.lon, sea.lat)):
                axes.fill(*shapely.get_coordinates(part).T, color=WATER, alpha=0.35, linewidth=0, zorder=1)
        name = words.name(sea.names).replace(" ", "\n", 1)
        colour = ink() if is_dark() else "#2F5A78"
        label = axes.text(sea.lon, sea.lat, name, fontsize=points(6), color=colour, ha="center", va="center")
        axes.apply_aspect()
        if label.get_window_extent().x0 < axes.bbox.x0 + 2:  # in a small map it would lie over the frame
            label.set(x=axes.transData.inverted().transform((axes.bbox.x0 + 2, 0))[0], ha="left")
    axes.fill(*shapely.get_coordinates(box).T, facecolor=faint(0.13), edgecolor=ink(), linewidth=1, zorder=3)
    if ground is not None:
        geopandas.GeoSeries([ground], crs=4326).plot(ax=axes, color=ZONE, linewidth=0.6, aspect=None, zorder=4)
    axes.set(xlabel="", ylabel="", xticks=[], yticks=[])
    draw_names(axes, cities, box)


def interval_text(words: Words, low: float, high: float) -> str:
    """Return an interval as text, with one decimal."""
    return words("range", low=f"{low:,.1f}", high=f"{high:,.1f}")
