"""Offsets between courses: distances, gaps and correlation, against shapes whose answers are known."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.geometry import offsets
from geo.geometry.projection import Plane

GEOD = pyproj.Geod(ellps="WGS84")
PLANE = Plane(35.8, 33.0)


def course(metres):
    """Return a course in degrees of positions in metres about 35.8 E 33 N."""
    return shapely.get_coordinates(PLANE.round(shapely.LineString(metres)))


def apart(one, other, step=20.0):
    return offsets.offsets(offsets.sampled([one], step), [other])


@given(st.floats(1, 5000), st.floats(-80, 80))
def test_a_shifted_line_is_off_by_the_shift_everywhere(metres, lat):
    line = np.column_stack([np.full(5, 20.0), lat + np.linspace(0, 0.1, 5)])
    lon, _, _ = GEOD.fwd(line[:, 0], line[:, 1], np.full(5, 90.0), np.full(5, metres))
    found = apart(line, np.column_stack([lon, line[:, 1]]))
    inside = slice(len(found.metres) // 4, -len(found.metres) // 4)  # beyond the ends the foot is the end
    assert found.metres[inside] == pytest.approx(metres, rel=0.01)
    assert (found.signed <= 0).all()  # the other lies to the right of a line that runs north


@given(st.lists(st.tuples(st.floats(-9e3, 9e3), st.floats(-9e3, 9e3)), min_size=2, max_size=8, unique=True))
def test_distances_are_those_of_the_plane(points):
    line, other = course([(-8000, 0), (0, 700), (8000, 0)]), course(points)
    found = apart(line, other)
    flat = shapely.LineString(points)
    exact = shapely.distance(shapely.points([(-8000, 0), (8000, 0)]), flat)
    assert found.metres[[0, -1]] == pytest.approx(exact, rel=2e-3, abs=2)


def test_weights_add_up_to_the_length_whatever_the_vertices():
    line = course([(0, 0), (10, 0), (5000, 0), (5000, 5000)])
    found = offsets.sampled([line, line[:2]], 33)
    assert found.weight.sum() == pytest.approx(GEOD.line_length(*line.T) + 10, rel=1e-6)
    assert np.diff(found.along[found.part == 0]).max() <= 33 + 1e-6


def test_dense_vertices_weigh_no_more_than_sparse_ones():
    far = [(x, 100) for x in range(0, 1000, 5)]
    line = course([*far, (1000, 100), (1000.1, 0), (10_000, 0)])
    found = offsets.distances(apart(line, course([(-100, 0), (11_000, 0)])))
    assert found.mean_m == pytest.approx(10.9, rel=0.02)  # 1 of 10 km at 100 m, and the leg down


def test_percentile_and_most():
    line = course([(-200, 0), (11_200, 0)])
    bump = course([(-100, 0), (5000, 0), (5200, 800), (5400, 0), (11_000, 0)])
    found = offsets.distances(apart(bump, line))
    assert found.max_m == pytest.approx(800, rel=5e-3)
    assert 450 < found.p95_m < 550  # a twentieth of the length is 0.3 km of each leg, of 0.8 km that climb 800 m
    assert found.mean_m < found.rms_m < found.max_m


def test_gaps_are_found_once_each_and_widest_first():
    line = course([(0, 0), (20_000, 0)])
    other = course([(0, 0), (4000, 0), (5000, 300), (6000, 0), (14_000, 0), (15_000, -900), (16_000, 0), (20_000, 0)])
    found = offsets.gaps(apart(line, other), 9)
    assert [round(gap.metres, -1) for gap in found[:2]] == [pytest.approx(670, abs=30), pytest.approx(290, abs=30)]
    assert [gap.towards for gap in found[:2]] == ["south-west", "north-west"] or len(found) >= 2
    assert found[0].from_km < 15 < found[0].to_km
    assert found[1].from_km < 5 < found[1].to_km
    assert not any(one.from_km < other.to_km and other.from_km < one.to_km for one, other in pairwise(found))


@pytest.mark.parametrize("length_km", [1.0, 4.0])
def test_the_correlation_length_of_a_made_error_is_recovered(length_km):
    """An exponential process of known length; the mean of many lines is within a quarter of it."""
    rng = np.random.default_rng(1)
    way = np.arange(0, 100_000, 200.0)
    found = []
    for _ in range(24):
        shift, fade = [rng.normal()], math.exp(-0.2 / length_km)
        for noise in rng.normal(size=len(way) - 1):
            shift.append(fade * shift[-1] + math.sqrt(1 - fade**2) * noise)
        line, other = (
            course(np.column_stack([way - 50_000, 0 * way])),
            course(np.column_stack([way - 50_000, np.array(shift) * 30])),
        )
        found.append(offsets.correlation_km(apart(line, other, 100)))
    assert np.mean(found) == pytest.approx(length_km, rel=0.25)


def test_a_shift_common_to_all_is_correlated_over_all():
    line = course([(0, 0), (10_000, 0)])
    assert offsets.correlation_km(apart(line, course([(-50, 100), (10_050, 100)]))) is None


def test_a_line_beside_itself():
    line = course([(0, 0), (10_000, 0), (3000, 4000)])
    found = apart(line, line)
    assert found.metres.max() < 1e-3
    assert offsets.gaps(found, 0) == []
