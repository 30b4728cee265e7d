"""Shared parts of figures: frame, graticule, scale bar, place names, legend, footer and locator map.

In Arabic and Hebrew a figure is mirrored, except for its maps and axes.
"""

from __future__ import annotations

import math
import textwrap
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import geopandas
import matplotlib as mpl
import shapely
import shapely.ops
from matplotlib.patches import Patch
from matplotlib.transforms import Bbox

from geo import dates
from geo.views.palette import CHANGED, HATCHES, INFERRED_DASHES, WATER, Look, look_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure
    from matplotlib.legend import Legend
    from matplotlib.text import Text

    from geo.layers.layers import Layers
    from geo.views.words import Words

PLAIN_TEXT: dict[Any, Any] = {"text.parse_math": False}  # a dollar in a name begins no formula
_NAMED = ("city", "town")
_FOOTER_INCHES = 0.052  # average width of a letter
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
_HALO = {"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none", "alpha": 0.85}
ZONE = "#0072B2"
_BARS_KM = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)
_GROUND = 0.55  # opacity
HATCHED: dict[str, Any] = {"edgecolor": CHANGED, "hatch": "//", "hatch_linewidth": 0.4, "linewidth": 0.6}
_LOCATOR_MARGIN = (1.0, 0.4)  # degrees beside the cities, for their names, and above and below them


def ground_style(look: Look) -> dict[str, Any]:
    """Return how the ground of a party is filled, with its mark."""
    colour = mpl.colors.to_rgba(look.colour, _GROUND)
    return {
        "facecolor": colour,
        "edgecolor": (0, 0, 0, 0.35),
        "hatch": HATCHES[look.mark],
        "hatch_linewidth": 0.3,
        "linewidth": 0,
    }


def ground_patch(look: Look, label: str) -> Patch:
    """Return the legend entry of a party's ground."""
    return Patch(label=label, **ground_style(look))


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


def legend(figure: Figure, words: Words, handles: list[Any], x: float, y: float, *, columns: int = 1) -> Legend:
    """Return a legend below and beside a corner, in reading order, with marks before texts."""
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
        patch.set_hatch_linewidth(HATCHED["hatch_linewidth"])  # a legend patch does not copy it
    return made


def footer(figure: Figure, layers: Layers, words: Words, *texts: str, x: float = 0.02) -> Text:
    """Write how to read a figure and its sources at the lower edge, each text on separate lines."""
    *first, last = texts
    lines = [*first, f"{last} {words('data', licence=layers.profile.licence)}", f"{layers.profile.attribution}."]
    letters = int((x if words.right_to_left else 1 - x) * figure.get_figwidth() / _FOOTER_INCHES - 2)
    return figure.text(
        x,
        0.1 / figure.get_figheight(),
        "\n".join(textwrap.fill(line, letters) for line in lines),
        fontsize=6.5,
        ha=side(words),
        va="bottom",
    )


def dash_pattern(text: str) -> Any:
    """Return dashes as matplotlib expects them: lengths of strokes and gaps, or solid."""
    return (0, [float(part) for part in text.split()]) if text else "solid"


def draw_base(axes: Axes, layers: Layers, words: Words, date: str, heading: str) -> None:
    """Draw waters and the lines valid on a date, and set the frame."""
    west, south, east, north = layers.bounds
    axes.set_title(heading, fontsize=10, loc=side(words))
    for line in layers.curated_lines.values():
        xs, ys = zip(*line.coordinates, strict=True)
        if line.kind == "water":
            if line.coordinates[0] == line.coordinates[-1]:
                axes.fill(xs, ys, color=WATER, linewidth=0, zorder=1)
            else:
                dashes = dash_pattern(INFERRED_DASHES if line.basis == "inferred" else "")
                axes.plot(xs, ys, color=WATER, linewidth=1, linestyle=dashes, zorder=1)
        elif dates.holds(line.valid_from, line.valid_to, layers.ledger.day_of(date)):
            look = look_of(line, layers.profile)
            axes.plot(
                xs, ys, color=look.colour, linewidth=look.width * 0.5, linestyle=dash_pattern(look.dashes), zorder=4
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
    axes.tick_params(labelsize=7)
    for axis, key, steps in ((axes.xaxis, "longitude", most), (axes.yaxis, "latitude", 5)):
        axis.set_major_locator(mpl.ticker.MaxNLocator(steps, steps=[1, 2, 5, 10]))
        axis.set_major_formatter(degrees(axis, words, key))


def degrees(axis: Axis, words: Words, key: str) -> Callable[[float, float], str]:
    """Return a formatter of ticks as ``latitude`` or ``longitude``, with as many digits as needed."""

    def text(value: float, _: float) -> str:
        first, second, *_rest = axis.get_majorticklocs().tolist()
        return words.degrees(value, max(0, math.ceil(-math.log10(second - first) - 1e-9)), key)

    return text


def draw_scale_bar(axes: Axes, words: Words) -> None:
    """Draw a scale bar of a round length, for the middle latitude, and a north arrow at the lower right."""
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    wide, high = east - west, north - south
    kilometre = 1 / (111.41284 * math.cos(math.radians((south + north) / 2)))
    kilometres = max(length for length in _BARS_KM if length * kilometre < wide / 3 or length == _BARS_KM[0])
    right, low = east - 0.04 * wide, south + 0.035 * high
    left = right - kilometres * kilometre
    axes.plot([left, right], [low, low], color="black", linewidth=3, solid_capstyle="butt", zorder=6)
    length = words("kilometres", number=f"{kilometres:,}")
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


def draw_locator(axes: Axes, layers: Layers, words: Words, ground: Any = None) -> None:
    """Draw the locator map: coast, cities, a box round the covered ground and, optionally, some ground in it."""
    box = shapely.box(*layers.bounds)
    cities = [Spot(spot.lon, spot.lat, words.name(spot.names)) for spot in layers.context if spot.kind.endswith("city")]
    west, south, east, north = shapely.MultiPoint([(city.lon, city.lat) for city in cities]).union(box).bounds
    beside, above = _LOCATOR_MARGIN
    frame = shapely.box(west - beside, south - above, east + beside, north + above)
    set_frame(axes, *frame.bounds)
    axes.set_title(words("locator"), fontsize=8, loc=side(words))
    towns = [(spot.lon, spot.lat) for spot in layers.context if spot.kind.startswith("coast")]
    coast = shapely.LineString(towns if len(towns) > 1 else [])
    axes.plot(*coast.xy, color=WATER, linewidth=1, zorder=2)
    for sea in (spot for spot in layers.context if spot.kind == "sea"):
        for part in shapely.ops.split(frame, coast).geoms:
            if part != frame and part.contains(shapely.Point(sea.lon, sea.lat)):
                axes.fill(*shapely.get_coordinates(part).T, color=WATER, alpha=0.35, linewidth=0, zorder=1)
        name = words.name(sea.names).replace(" ", "\n", 1)
        axes.text(sea.lon, sea.lat, name, fontsize=6, color="#2F5A78", ha="center", va="center")
    axes.fill(*shapely.get_coordinates(box).T, facecolor="#DDDDDD", edgecolor="black", linewidth=1, zorder=3)
    if ground is not None:
        geopandas.GeoSeries([ground], crs=4326).plot(ax=axes, color=ZONE, linewidth=0.6, aspect=None, zorder=4)
    axes.set(xlabel="", ylabel="", xticks=[], yticks=[])
    draw_names(axes, cities, box)


def interval_text(words: Words, low: float, high: float) -> str:
    """Return an interval as text, with one decimal."""
    return words("range", low=f"{low:,.1f}", high=f"{high:,.1f}")
