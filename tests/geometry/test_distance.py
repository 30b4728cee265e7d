"""Distances without a projection, against those on a plane."""

from __future__ import annotations

import numpy as np
import pytest
import shapely


def test_distances_from_lines_by_another_way(golan):
    from geo.geometry.distance import metres_to
    from geo.geometry.projection import Plane

    rng = np.random.default_rng(1923)
    line = golan.curated_lines["line_b"].coordinates
    for lon, lat in rng.uniform((35.7, 32.8), (36.0, 33.3), (50, 2)).tolist():
        flat = Plane(lon, lat).flat(shapely.LineString(line))
        assert metres_to(lon, lat, line) == pytest.approx(flat.distance(shapely.Point(0, 0)), rel=2e-3, abs=1)


def test_a_vertex_that_is_there_twice():
    from geo.geometry.distance import metres_to

    line = [(35.0, 33.0), (35.0, 33.0), (35.1, 33.0)]
    assert metres_to(35.05, 33.0, line) == pytest.approx(0, abs=1e-6)
    assert metres_to(35.0, 33.001, line[:2]) == pytest.approx(110.9, rel=1e-3)
