"""Bands beside a line."""

from __future__ import annotations

import pytest
import shapely

from geo.layers import bands


@pytest.mark.parametrize("side", ["west", "east"])
def test_areas_of_limitation(golan, side):
    """Each band lies on its side, beside the next, and its points are as far from the line as it says."""
    from geo.geometry.projection import Plane

    line = golan.curated_lines["line_a" if side == "west" else "line_b"]
    plane = Plane.about(line.coordinates)
    flat = plane.flat(shapely.LineString(line.coordinates))
    zone = golan.zone("buffer_zone_1974").geometry.item()
    made = []
    for km in (10, 20, 25):
        band = golan.bands[f"limitation_{km}_{side}"]
        polygon = bands.polygon(band, golan.curated_lines, file="bands.csv")
        away = shapely.distance(shapely.points(shapely.get_coordinates(plane.flat(polygon))), flat) / 1000
        assert band.from_km - 0.01 <= away.min()
        assert away.max() <= band.to_km + 0.01
        assert polygon.intersection(zone).area < 1e-4
        made.append(polygon)
    assert made[0].intersection(made[1]).area < 1e-7
    assert band.limits
