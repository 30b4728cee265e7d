"""The delta method against drawing the lines anew thousands of times."""

from __future__ import annotations

import numpy as np
import pyproj
import pytest
from redrawing import monte_carlo_sigma_km2

from geo.geometry.uncertainty import covariance, swept_variance
from geo.layers import derive
from geo.layers.tables import Line

DRAWS = 4000


@pytest.mark.parametrize(
    "zone",
    ["golan_heights", "buffer_zone_1974", "held_2024_best", "salient_1973", "dmz_1949_south", "shebaa_farms", "hermon"],
)
def test_delta_method_against_monte_carlo(golan, zone):
    spread, mean = monte_carlo_sigma_km2(golan, derive.derive(golan.path), zone, DRAWS)
    assert golan.ledger.sigma_km2(golan.ledger.faces_in(zone)) == pytest.approx(spread, rel=0.05)
    # to first order the mean stays; corners add a little, far less than the spread
    assert mean == pytest.approx(golan.ledger.zone_area(zone).area, abs=0.25 * spread)


def test_known_magnitude(golan):
    """A 50 m error with 5 km correlation on every line moves the Golan by some ± 4 km² (95 %), not by ± 0.4 or 40."""
    chosen = set(golan.ledger.faces_in("golan_heights"))
    derived = derive.derive(golan.path)
    variance = 0.0
    for index, line in enumerate(derived.lines):
        mine = [arc for arc in derived.arcs if arc.line == index and ((arc.left in chosen) != (arc.right in chosen))]
        if mine:
            side = np.array([1 if arc.left in chosen else -1 for arc in mine])
            matrix = covariance(line.coordinates, [arc.coordinates for arc in mine], 50.0, 5.0)
            variance += side @ matrix @ side
    assert 1.96 * variance**0.5 / 1e6 == pytest.approx(3.85, abs=0.3)


def straight(accuracy, correlation, vertices=101):
    """Return a 10 km line along the equator and the positions of itself as one arc."""
    length = 10_000 / (6378137 * np.pi / 180)
    points = np.column_stack([np.linspace(0, length, vertices), np.zeros(vertices)])
    coordinates = tuple(map(tuple, points.tolist()))
    line = Line("x", {"en": "x"}, "boundary", True, "2000", None, accuracy, correlation, "map", ("x",), "", coordinates)
    return line, points


def of_line(line, arcs):
    return covariance(line.coordinates, arcs, line.accuracy_m, line.correlation_km)


def test_a_stiff_line_moves_as_one():
    line, arc = straight(50, 1e6)
    assert of_line(line, [arc])[0, 0] ** 0.5 == pytest.approx(50 * 10_000, rel=1e-4)


def test_the_exponential_law_by_its_integral():
    """The double integral of exp(-|s-s'|/l) over a length L is 2 l (L - l (1 - exp(-L/l)))."""
    line, arc = straight(100, 2)
    expected = 100**2 * 2 * 2000 * (10_000 - 2000 * (1 - np.exp(-5)))
    assert of_line(line, [arc])[0, 0] == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize("correlation", [0.5, 8.0, 1e6])
def test_where_a_closed_line_begins_does_not_matter(correlation):
    line, _ = straight(100, correlation)
    angles = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    corners = np.column_stack([35.8 + 0.05 * np.cos(angles), 33 + 0.04 * np.sin(angles)])
    variances = []
    for begin in (0, 7):
        ring = np.roll(corners, -begin, axis=0)
        closed = line._replace(coordinates=tuple(map(tuple, [*ring.tolist(), ring[0].tolist()])))
        # two arcs from the same two nodes, whatever the line begins with
        parts = [np.array(closed.coordinates)[np.arange(20 - begin, 45 - begin + 1)]]
        parts.append(np.roll(ring, -(45 - begin), axis=0)[: 60 - 25 + 1])
        variances.append(of_line(closed, parts))
    assert variances[0] == pytest.approx(variances[1], rel=1e-9)
    length = pyproj.Geod(ellps="WGS84").line_length(*np.array(closed.coordinates).T)
    if correlation > 1e5:  # it moves as one
        assert variances[0].sum() ** 0.5 == pytest.approx(100 * length, rel=1e-3)
    else:  # the whole lies between one stiff line and pieces that err alone
        assert variances[0].sum() ** 0.5 < 100 * length


def test_halves_add_up_to_the_whole():
    line, arc = straight(100, 2)
    halves = [arc[:51], arc[50:]]
    assert of_line(line, halves).sum() == pytest.approx(of_line(line, [arc])[0, 0], rel=1e-9)


def test_an_arc_against_its_line_sweeps_the_other_way():
    line, arc = straight(100, 2)
    halves = [arc[:51], arc[:49:-1]]
    matrix = of_line(line, halves)
    assert matrix[0, 1] < 0
    assert matrix[0, 0] == pytest.approx(matrix[1, 1], rel=1e-9)


def test_without_correlation_every_vertex_errs_alone():
    line, arc = straight(100, 0)
    weights = np.full(101, 100.0)
    weights[[0, -1]] = 50
    assert of_line(line, [arc])[0, 0] == pytest.approx(100**2 * (weights**2).sum(), rel=1e-3)


@pytest.mark.parametrize("correlation_km", [0.0, 1.0, 30.0])
def test_one_pass_gives_the_sum_over_all_pairs(correlation_km):
    rng = np.random.default_rng(5)
    course = np.cumsum(rng.uniform(-0.01, 0.02, (200, 2)), axis=0) + np.array([35, 33])
    lengths = pyproj.Geod(ellps="WGS84").line_lengths(*course.T)
    way = np.append(0, np.cumsum(lengths))
    weights = (np.append(lengths, 0) + np.append(0, lengths)) / 2
    apart = np.abs(way[:, None] - way)
    fades = np.exp(-apart / (1000 * correlation_km)) if correlation_km else np.eye(200)
    assert swept_variance(course, 40, correlation_km) == pytest.approx(1600 * weights @ fades @ weights)
    # closed, as the one arc of a line is
    ring = np.vstack([course, course[:1]])
    expected = covariance(list(map(tuple, ring.tolist())), [ring], 40, correlation_km)[0, 0]
    assert swept_variance(ring, 40, correlation_km) == pytest.approx(expected)
    assert swept_variance(np.roll(course, 7, axis=0)[[*range(200), 0]], 40, correlation_km) == pytest.approx(expected)
