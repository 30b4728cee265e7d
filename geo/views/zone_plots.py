"""Figures of zones, with matplotlib: one with the lines that bound it, or all of them in one sheet."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal

import geopandas
import shapely
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from geo.geometry.projection import Plane
from geo.views.drawing import (
    ZONE,
    dash_pattern,
    draw_base,
    draw_graticule,
    draw_locator,
    draw_places,
    draw_scale_bar,
    fit_graticule,
    halo,
    height_to_width,
    interval_text,
    legend,
    notes,
    set_frame,
    side,
)
from geo.views.layout import Parts, Small, lay_out
from geo.views.palette import look_of
from geo.views.sheets import NARROW, Drawn, Sheet, ink, on_sheet, points, seen, type_size
from geo.views.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes

    from geo.layers.layers import Layers

_MAP_INCHES = (4.5, 7.4)  # at most
_COLUMN = 3.3  # inches
_SMALL = 1.9  # inches
_PANEL = 1.15  # inches of a zone in the sheet, at least


@on_sheet
def zone_figure(layers: Layers, zone: str, *, language: str | None = None, on: Sheet = Sheet()) -> Drawn:  # noqa: B008
    """Return a figure of a zone with the lines that bound it, their accuracy, its places, and a locator map.

    Raises
    ------
    ClaimsError
        When there is no such zone or language.

    Examples
    --------
    >>> from geo.views import plots
    >>> plots.save(zone_figure(geo.load(), "shebaa_farms"), "zone.svg")
    """
    words, layers = Words(language, layers.profile), layers.unbroken()
    polygon = layers.zone_polygon(zone)
    outline = geopandas.GeoSeries([polygon], crs=4326)
    quantity = layers.ledger.zone_area(zone)
    figure = Drawn()
    figure.least_height = on.style.height
    axes = figure.add_axes((0, 0, 1, 1), anchor="NE" if words.right_to_left else "NW", label="zone")
    outline.plot(ax=axes, color=ZONE, alpha=0.25, linewidth=0, aspect=None, zorder=1)
    interval = words("zone_interval", range=interval_text(words, *quantity.ci95))
    area = words("zone_area", area=f"{quantity.area:,.1f}")
    west, south, east, north = polygon.bounds
    margin = 0.06 * max(east - west, north - south)
    set_frame(axes, west - margin, south - margin, east + margin, north + margin)
    handles = [
        Patch(facecolor=ZONE, alpha=0.25, label=f"{area}\n{interval}"),
        *_lines_round(axes, layers, words, zone),
    ]
    ratio = height_to_width(axes)
    own = 0.7 + min(_MAP_INCHES[0], _MAP_INCHES[1] / ratio) + 0.25 + _COLUMN
    figure.set_size_inches(on.inches(own), 8)
    axes.set(xlabel="", ylabel="")  # the ticks say it
    blocks: list[Callable[[float], Any]] = [
        lambda room: legend(figure, words, handles, room),
        lambda room: _small(figure, words, "covered", room, lambda small: _draw_covered(small, layers, words, outline)),
    ]
    if layers.context:
        blocks.append(
            lambda room: _small(
                figure, words, "locator", room, lambda small: draw_locator(small, layers, words, polygon)
            )
        )
    keys = ["note_bands", *(["note_locator"] if layers.context else [])]
    title = words.name(layers.curated_zones[zone].names)
    parts = Parts(
        title,
        [[axes]],
        lambda wide: min(_MAP_INCHES[1] if figure.get_figwidth() >= NARROW else _MAP_INCHES[0], wide * ratio),
        blocks=blocks,
        notes=notes(layers, words, " ".join(map(words, keys))),
        beside=True,
        column=_COLUMN,
    )
    draw_graticule(axes, words)
    lay_out(figure, words, parts)
    fit_graticule(axes, words, max(2, int(axes.get_window_extent().width / figure.dpi / 0.9)))
    draw_scale_bar(axes, words)
    draw_places(axes, layers, words, _places_in(layers, polygon), layers.ledger.today())
    figure.description = f"{title}: {area}, {interval}"
    return figure


def _small(figure: Drawn, words: Words, name: str, room: float, draw: Callable[[Axes], None]) -> Small:
    """Draw a small map."""
    anchor: Literal["NE", "NW"] = "NE" if words.right_to_left else "NW"
    small = figure.add_axes((0, 0, 1, 1), anchor=anchor, label=name)
    high = _SMALL * type_size() if figure.get_figwidth() >= NARROW else 0.6 * _SMALL
    small.set_position((0, 0, room / figure.get_figwidth(), high / figure.get_figheight()))
    draw(small)
    return Small(small, room, high)


@on_sheet
def zones_figure(layers: Layers, *, language: str | None = None, on: Sheet = Sheet()) -> Drawn:  # noqa: B008
    """Return all zones in one sheet, each where it lies in the covered ground, with its area and 95 % interval.

    Zones of kind ``unit``, from which others are made, are left out.

    Raises
    ------
    ClaimsError
        When there is no such language.

    Examples
    --------
    >>> len(zones_figure(geo.load()).axes)
    17
    """
    words, layers = Words(language, layers.profile), layers.unbroken()
    zones = [zone for zone in layers.curated_zones.values() if zone.kind != "unit"]
    figure = Drawn(figsize=(on.inches(12), 9))
    figure.least_height = on.style.height
    # about square, or on a slide in few rows; fewer where they would be too narrow
    wanted = math.ceil(math.sqrt(1.8 * len(zones))) if on.style.height is None else math.ceil(len(zones) / 2)
    columns = max(1, min(wanted, int((figure.get_figwidth() - 0.2) / (_PANEL * type_size()))))
    panels, told = [], []
    for zone in zones:
        quantity = layers.ledger.zone_area(zone.id)
        name, area = words.name(zone.names), words("zone_area", area=f"{quantity.area:,.1f}")
        interval = words("zone_interval", range=interval_text(words, *quantity.ci95))
        axes = figure.add_axes((0, 0, 1, 1), anchor="NE" if words.right_to_left else "NW", label=zone.id)
        draw_base(axes, layers, words, layers.ledger.today(), f"{name}\n{area}\n{interval}")
        outline = geopandas.GeoSeries([layers.zone_polygon(zone.id)], crs=4326)
        outline.plot(ax=axes, facecolor=(*_rgb(ZONE), 0.5), edgecolor=ink(), linewidth=0.6, aspect=None, zorder=5)
        axes.set(xlabel="", ylabel="", xticks=[], yticks=[])
        panels.append(axes)
        told.append(f"{name}: {area}, {interval}")
    ratio = height_to_width(panels[0]) if panels else 1
    rows = [panels[at : at + columns] for at in range(0, len(panels), columns)]
    parts = Parts(
        words("zones_sheet"),
        rows,
        lambda wide: min(3.2 * type_size(), wide * ratio),
        notes=notes(layers, words, words("note_areas")),
        left=0.12,
        ticks=False,
        heading_size=8,
        under=0.02,
        columns=columns,
    )
    lay_out(figure, words, parts)
    figure.description = "; ".join([words("zones_sheet"), *told])
    return figure


def _rgb(colour: str) -> tuple[float, float, float]:
    return tuple(int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))  # type: ignore[return-value]


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
    axes.set_title(words("covered"), fontsize=points(8), loc=side(words))


def _lines_round(axes: Axes, layers: Layers, words: Words, zone: str) -> list[Line2D]:
    """Draw the lines that bound a zone, with a band of one standard deviation on each side."""
    around = layers.lines_round(zone)
    handles: list[Line2D] = []
    for line in layers.curated_lines.values():
        if line.id not in around:
            continue
        look, plane = look_of(line, layers.profile), Plane.about(line.coordinates)
        band = plane.round(plane.flat(shapely.LineString(line.coordinates)).buffer(line.accuracy_m))
        geopandas.GeoSeries([band], crs=4326).plot(ax=axes, color=seen(look.colour), alpha=0.2, aspect=None, zorder=2)
        style: dict[str, Any] = {
            "color": seen(look.colour),
            "linewidth": look.width * 0.6,
            "linestyle": dash_pattern(look.dashes),
        }
        axes.plot(*zip(*line.coordinates, strict=True), zorder=3, **style)
        sure = words("line_accuracy", metres=f"± {line.accuracy_m:,.0f}", basis=words.basis(line.basis))
        number = len(handles) + 1
        _number(axes, line.coordinates, number)
        handles.append(Line2D([], [], label=f"{number}  {words.name(line.names)}\n{sure}", **style))
    return handles


def _number(axes: Axes, course: Any, number: int) -> None:
    """Write the number of a line on the middle of what the frame shows of it, so that colour is not needed."""
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    inner = shapely.box(west, south, east, north).buffer(-0.04 * min(east - west, north - south))
    parts = shapely.get_parts(shapely.LineString(course).intersection(inner))
    lengths = shapely.length(parts)
    if not len(parts) or math.isclose(lengths.max(), 0):
        return
    at = parts[int(lengths.argmax())].interpolate(0.5, normalized=True)
    axes.text(at.x, at.y, str(number), ha="center", va="center", fontsize=points(7), bbox=halo(), zorder=6)
