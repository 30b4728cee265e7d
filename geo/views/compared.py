"""A figure of two maps' versions of one layer: both outlines, what only one has, and where they are furthest apart."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import geopandas
import numpy as np
import shapely
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from geo.views.drawing import (
    draw_graticule,
    draw_scale_bar,
    fit_graticule,
    height_to_width,
    legend,
    notes,
    set_frame,
)
from geo.views.layout import Parts, lay_out
from geo.views.sheets import Drawn, Sheet, ink, on_sheet, paper, points, seen
from geo.views.words import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from geo.checks.compare import Compared
    from geo.layers.layers import Layers

OWN, OTHER, FAR = "#0072B2", "#D55E00", "#000000"
_INCHES = (6.5, 8.5)  # of the map, at most
_COLUMN = 3.4  # inches for the legend


@on_sheet
def comparison_figure(
    layers: Layers,
    found: Compared,
    reference: str,
    *,
    language: str | None = None,
    on: Sheet = Sheet(),  # noqa: B008
) -> Drawn:
    """Return a figure of a comparison.

    Parameters
    ----------
    layers
        With the layer that was compared.
    found
        What :func:`geo.checks.compare.compare` returned.
    reference
        The name of the other map.
    language
        One of the layers' languages, by default the first.
    on
        The sheet; by itself the figure is as wide as the map and its legend are.

    Raises
    ------
    ClaimsError
        When the language is unknown.
    """
    words = Words(language, layers.profile)
    figure = Drawn()
    figure.least_height = on.style.height
    axes = figure.add_axes((0, 0, 1, 1), anchor="NE" if words.right_to_left else "NW", label="compared")
    west, south, east, north = found.geometry.bounds  # what the file has elsewhere would shrink the layer
    margin = 0.08 * max(east - west, north - south)
    set_frame(axes, west - margin, south - margin, east + margin, north + margin)
    handles = [*_ground(axes, words, found), *_lines(axes, words, found, reference), *_gaps(axes, words, found)]
    ratio = height_to_width(axes)
    own = 0.7 + min(_INCHES[0], _INCHES[1] / ratio) + 0.25 + _COLUMN
    figure.set_size_inches(on.inches(own), 8)
    axes.set(xlabel="", ylabel="")
    title = words("title_compared", layer=_name(layers, words, found.layer))
    parts = Parts(
        title,
        [[axes]],
        lambda wide: min(_INCHES[1], wide * ratio),
        blocks=[lambda room: legend(figure, words, handles, room)],
        notes=notes(layers, words, words("note_compared")),
        beside=True,
        column=_COLUMN,
    )
    draw_graticule(axes, words)
    lay_out(figure, words, parts)
    fit_graticule(axes, words, max(2, int(axes.get_window_extent().width / figure.dpi / 0.9)))
    draw_scale_bar(axes, words)
    figure.description = ". ".join([title, *(handle.get_label().replace("\n", " ") for handle in handles)])
    return figure


def _name(layers: Layers, words: Words, layer: str) -> str:
    for table in (layers.curated_zones, layers.curated_lines, layers.routes, layers.bands):
        if layer in table:
            return words.name(table[layer].names)
    return layer


def _ground(axes: Axes, words: Words, found: Compared) -> list[Any]:
    if found.ground is None:
        return []
    handles: list[Any] = []
    parts = (
        ("only_layer", found.ground.only_layer, found.ground.only_layer_km2, OWN, "////"),
        ("only_reference", found.ground.only_reference, found.ground.only_reference_km2, OTHER, "...."),
    )
    for key, ground, km2, colour, hatch in parts:
        style: dict[str, Any] = {"facecolor": colour, "edgecolor": ink(), "alpha": 0.35, "hatch": hatch, "linewidth": 0}
        if not ground.is_empty:
            geopandas.GeoSeries([ground]).plot(ax=axes, aspect=None, zorder=1, **style)
        handles.append(Patch(label=words(key, area=f"{km2:,.1f}"), **style))
    return handles


def _lines(axes: Axes, words: Words, found: Compared, reference: str) -> list[Any]:
    handles: list[Any] = []
    name = textwrap.shorten(reference.replace("\\", "/").rpartition("/")[2], 40, placeholder="…")
    for geometry, colour, dashes, label in (
        (found.geometry, OWN, "solid", words("compared_layer")),
        (found.reference, OTHER, (0, (4, 2)), words("compared_reference", name=name)),
    ):
        style: dict[str, Any] = {"color": seen(colour), "linewidth": 1.1, "linestyle": dashes}
        outline = shapely.boundary(geometry) if shapely.get_dimensions(geometry) == 2 else geometry
        for line in shapely.get_parts(outline):
            axes.plot(*shapely.get_coordinates(line).T, zorder=3, **style)
        handles.append(Line2D([], [], label=label, **style))
    return handles


def _gaps(axes: Axes, words: Words, found: Compared) -> list[Any]:
    """Draw the stretches that are furthest off, numbered."""
    handles: list[Any] = []
    for number, gap in enumerate([*found.gaps, *found.back_gaps], start=1):
        axes.plot(*np.array(gap.course).T, color=ink(), linewidth=2.4, alpha=0.8, zorder=4, solid_capstyle="round")
        axes.annotate(
            str(number),
            (gap.lon, gap.lat),
            fontsize=points(8),
            ha="center",
            va="center",
            zorder=6,
            annotation_clip=True,
            bbox={"boxstyle": "circle,pad=0.2", "facecolor": paper(), "edgecolor": ink(), "linewidth": 0.8},
            parse_math=False,
        )
        label = words("gap", number=str(number), metres=f"{gap.metres:,.0f}", km=f"{gap.length_km:.1f}")
        handles.append(Line2D([], [], color=ink(), linewidth=2.4, alpha=0.8, label=label))
    return handles
