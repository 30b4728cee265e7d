"""Comparison: a layer beside another map's version of it, as numbers, frames and a figure."""

from __future__ import annotations

import html
from functools import cached_property
from typing import TYPE_CHECKING, Any

import geopandas
import numpy as np
import pandas as pd
import shapely

from geo import _files
from geo.answers.shown import Shown
from geo.checks import compare
from geo.formats.feature_rows import mapping
from geo.geometry import areas
from geo.geometry.offsets import Gap

if TYPE_CHECKING:
    from collections.abc import Callable

    import folium
    from matplotlib.figure import Figure

    from geo.checks.compare import Compared
    from geo.layers.layers import Layers


class Comparison(Shown):
    """How far a layer is from another map's version of it.

    Attributes
    ----------
    layer, reference
        The id of the layer, and the name of the file.
    found
        The measures, by name: ``found.hausdorff_m``, ``found.ground.iou``, ``found.forth.p95_m``, ...

    Examples
    --------
    >>> golan = geo.load()
    >>> same = golan.compare("buffer_zone_1974", golan.zones.loc[["buffer_zone_1974"]])
    >>> round(same.found.ground.iou, 6), round(same.found.hausdorff_m)
    (1.0, 0)
    """

    _also = ("found", "layer", "reference")

    def __init__(self, layers: Layers, found: Compared, reference: str) -> None:
        self.layer = found.layer
        self.reference = reference
        self.found = found
        self._layers = layers

    def json(self) -> dict[str, Any]:
        """Return the measures as ``claims compare --json`` prints them; metres, km and km².

        Examples
        --------
        >>> golan = geo.load()
        >>> golan.compare("line_a", golan.lines.loc[["line_b"]]).json()["kind"]
        'line'
        """
        return compare.as_json(self.found, self.reference)

    def table(self) -> pd.DataFrame:
        """Return the distances in metres, a row for each way, and the length that each was measured along in km.

        Examples
        --------
        >>> golan = geo.load()
        >>> golan.compare("line_a", golan.lines.loc[["line_b"]]).table().index.tolist()
        ['to_reference', 'to_layer']
        """
        ways = {"to_reference": self.found.forth, "to_layer": self.found.back}
        return pd.DataFrame.from_dict({name: way._asdict() for name, way in ways.items() if way}, orient="index")

    @cached_property
    def gaps(self) -> geopandas.GeoDataFrame:
        """The stretches that are furthest off, widest first, as lines; EPSG:4326.

        ``along`` says whether a stretch is one of the ``layer`` or of the ``reference``; ``metres`` is its largest
        distance, at ``lon`` and ``lat``; ``towards`` is the side on which the other runs there.

        Examples
        --------
        >>> golan = geo.load()
        >>> bool(golan.compare("line_a", golan.lines.loc[["line_b"]]).gaps["metres"].is_monotonic_decreasing)
        True
        """
        values = [{"along": along, **_plain(gap)} for along, gap in self._stretches]
        courses = [shapely.LineString(gap.course * (2 if len(gap.course) == 1 else 1)) for _, gap in self._stretches]
        columns = ["along", *(name for name in Gap._fields if name != "course")]
        return geopandas.GeoDataFrame(pd.DataFrame(values, columns=columns), geometry=courses, crs=4326)

    @cached_property
    def _stretches(self) -> list[tuple[str, Gap]]:
        """The gaps, widest first, each with what it is a stretch of."""
        own = "layer" if self.found.forth else "reference"
        rows = [(own, gap) for gap in self.found.gaps] + [("reference", gap) for gap in self.found.back_gaps]
        return sorted(rows, key=lambda row: -row[1].metres)

    @cached_property
    def pieces(self) -> geopandas.GeoDataFrame:
        """The ground that only one of the two has, as ``only`` says, with ``area_km2``; EPSG:4326. Empty for lines.

        Examples
        --------
        >>> golan = geo.load()
        >>> held = golan.compare("buffer_zone_1974", golan.zones.loc[["held_2024_best"]]).pieces
        >>> held["only"].unique().tolist()
        ['layer', 'reference']
        """
        parts = self._parts
        return geopandas.GeoDataFrame(
            {"only": [only for only, _, _ in parts], "area_km2": [km2 for _, km2, _ in parts]},
            geometry=[part for *_, part in parts],
            crs=4326,
        )

    @cached_property
    def _parts(self) -> list[tuple[str, float, Any]]:
        """The patches that only one of the two has, each with its area in km²."""
        ground = self.found.ground
        both = [("layer", ground.only_layer), ("reference", ground.only_reference)] if ground else []
        parts = [(only, part) for only, whole in both for part in shapely.get_parts(whole)]
        parts = [(only, part) for only, part in parts if part.geom_type == "Polygon"]
        km2 = (areas.polygon_areas(np.array([part for _, part in parts], dtype=object)) / 1e6).tolist() if parts else []
        return [(only, size, part) for (only, part), size in zip(parts, km2, strict=True)]

    def plot(self, *, language: str | None = None) -> Figure:
        """Return a figure of both versions, what only one of them has, and where they are furthest apart.

        Examples
        --------
        >>> golan = geo.load()
        >>> golan.compare("line_a", golan.lines.loc[["line_b"]]).plot().savefig("lines.png")
        """
        from geo.views import compared

        return compared.comparison_figure(self._layers, self.found, self.reference, language=language)

    def map(self, *, language: str | None = None) -> folium.Map:
        """Return the interactive map of the layers with the other version on top, and what only one of them has.

        Examples
        --------
        >>> golan = geo.load()
        >>> golan.compare("line_a", golan.lines.loc[["line_b"]]).map().save("lines.html")
        """
        import folium

        from geo.views import maps
        from geo.views.compared import FAR, OTHER, OWN

        drawn = maps.control_map(self._layers, language=language)
        colours = {"layer": OWN, "reference": OTHER}
        for shape, colour in ((self.found.geometry, OWN), (self.found.reference, OTHER)):
            edge = shapely.boundary(shape) if shapely.get_dimensions(shape) == 2 else shape
            folium.GeoJson(mapping(edge), style_function=_stroke(colour, 2)).add_to(drawn)
        for only, _, piece in self._parts:
            folium.GeoJson(mapping(piece), style_function=_fill(colours[only])).add_to(drawn)
        for _, gap in self._stretches:
            line = {"type": "LineString", "coordinates": [list(spot) for spot in gap.course]}
            folium.GeoJson(line, style_function=_stroke(FAR, 5), tooltip=f"{gap.metres:,.0f} m").add_to(drawn)
        return drawn

    def geojson(self) -> str:
        """Return the pieces and gaps as GeoJSON (RFC 7946).

        Examples
        --------
        >>> golan = geo.load()
        >>> golan.compare("line_a", golan.lines.loc[["line_b"]]).geojson()[:28]
        '{"type": "FeatureCollection"'
        """
        found: list[dict[str, Any]] = [
            {
                "id": f"only_{only}_{number}",
                "properties": {"only": only, "area_km2": round(km2, 6)},
                "geometry": mapping(piece),
            }
            for number, (only, km2, piece) in enumerate(self._parts, start=1)
        ]
        for number, (along, gap) in enumerate(self._stretches, start=1):
            line = {"type": "LineString", "coordinates": [[round(lon, 7), round(lat, 7)] for lon, lat in gap.course]}
            found.append({"id": f"gap_{number}", "properties": {"along": along, **_plain(gap)}, "geometry": line})
        return _files.geojson(found)

    def __repr__(self) -> str:
        return f"<Comparison of {self.layer} with {self.reference}: {self.found.hausdorff_m:,.0f} m apart at most>"

    def _repr_html_(self) -> str:
        ground = self.found.ground
        shared = f", IoU {ground.iou:.3f}, {ground.difference_km2:,.1f} km² apart" if ground else ""
        caption = f"{self.layer} beside {self.reference}: {self.found.hausdorff_m:,.0f} m at most{shared}"
        rows = "".join(
            f"<tr><td>{gap.metres:,.0f}</td><td>{html.escape(gap.towards)}</td>"
            f"<td>{gap.lon:.4f}, {gap.lat:.4f}</td><td>{gap.length_km:.1f}</td></tr>"
            for gap in self.found.gaps
        )
        head = "<tr><th>m</th><th>towards</th><th>at</th><th>km long</th></tr>"
        return f"<table><caption>{html.escape(caption)}</caption><thead>{head}</thead><tbody>{rows}</tbody></table>"


def _plain(gap: Gap) -> dict[str, Any]:
    """Return the measures of a gap, without its course."""
    return {name: value for name, value in gap._asdict().items() if name != "course"}


def _stroke(colour: str, width: int) -> Callable[[Any], dict[str, Any]]:
    return lambda _: {"color": colour, "weight": width, "fill": False}


def _fill(colour: str) -> Callable[[Any], dict[str, Any]]:
    return lambda _: {"color": colour, "weight": 0, "fillColor": colour, "fillOpacity": 0.4}
