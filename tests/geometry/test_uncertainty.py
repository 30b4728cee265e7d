"""The delta method against drawing the lines anew thousands of times."""

from __future__ import annotations

import numpy as np
import pyproj
import pytest
import shapely

from geo import derive
from geo.curated import Line
from geo.faces import Arc
from geo.uncertainty import covariance

DRAWS = 4000


def normals(points):
    """Return how each vertex of a flat line moves when the line is shifted a metre to its left, mitred at corners."""
    steps = np.diff(points, axis=0)
    steps /= np.hypot(*steps.T)[:, None]
    mean = np.vstack([steps[:1], steps[:-1] + steps[1:], steps[-1:]])
    mean /= np.hypot(*mean.T)[:, None]
    # at a corner the vertex moves further than the edges, as in any offset line; no further than twice as far
    along = np.sum(mean * np.vstack([steps, steps[-1:]]), axis=1)
    return np.column_stack([-mean[:, 1], mean[:, 0]]) / np.maximum(along, 0.5)[:, None]


def monte_carlo_sigma_km2(record, derived, zone, draws):
    """Return the spread of a zone's area when each line is shifted across its run at random, by drawing.

    Independent of the package: vertices are moved on an equal-area plane and the shoelace formula gives the area of
    the ring that the moved arcs, joined end to end, enclose.
    """
    rng = np.random.default_rng(1974)
    plane = pyproj.Transformer.from_crs(4326, "+proj=laea +lon_0=35.8 +lat_0=33.1 +ellps=WGS84", always_xy=True)
    inside = set(record.ledger.faces_in(zone))
    bounding = [arc for arc in derived.arcs if ((arc.left in inside) != (arc.right in inside))]
    moved = []  # per arc: draws × vertices × 2
    for index, line in enumerate(derived.lines):
        mine = [arc for arc in bounding if arc.line == index]
        if not mine:
            continue
        course = np.column_stack(plane.transform(*np.array(line.coordinates).T))
        way = np.append(0, np.cumsum(np.hypot(*np.diff(course, axis=0).T)))
        apart = np.abs(way[:, None] - way[None, :]) / (1000 * max(line.correlation_km, 1e-9))
        factor = np.linalg.cholesky(np.exp(-apart) + 1e-10 * np.eye(len(way)))
        shifts = line.accuracy_m * rng.standard_normal((draws, len(way))) @ factor.T
        shifted = course + shifts[:, :, None] * normals(course)
        for arc in mine:
            flat = np.column_stack(plane.transform(*arc.coordinates.T))
            at = shapely.line_locate_point(shapely.LineString(course), shapely.points(flat))
            places = [int(np.abs(way - distance).argmin()) for distance in at]
            step = 1 if arc.left in inside else -1  # round the zone counter-clockwise
            start, *_, end = arc.coordinates[::step].tolist()
            moved.append((start, end, shifted[:, places[::step]]))
    ring, (start, end, part) = [], moved.pop(0)
    ring.append(part)
    while moved:
        index = next(number for number, other in enumerate(moved) if other[0] == end)
        _, end, part = moved.pop(index)
        ring.append(part)
    assert start == end
    x, y = np.moveaxis(np.concatenate(ring, axis=1), 2, 0)
    areas = 0.5 * np.sum(x * np.roll(y, -1, axis=1) - np.roll(x, -1, axis=1) * y, axis=1)
    return areas.std() / 1e6, areas.mean() / 1e6


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
            matrix = covariance(line._replace(accuracy_m=50.0, correlation_km=5.0), mine)
            variance += side @ matrix @ side
    assert 1.96 * variance**0.5 / 1e6 == pytest.approx(3.85, abs=0.3)


def straight(accuracy, correlation, vertices=101):
    """Return a 10 km line along the equator and itself as one arc."""
    length = 10_000 / (6378137 * np.pi / 180)
    points = np.column_stack([np.linspace(0, length, vertices), np.zeros(vertices)])
    coordinates = tuple(map(tuple, points.tolist()))
    line = Line("x", {"en": "x"}, "boundary", True, "2000", None, accuracy, correlation, "map", ("x",), "", coordinates)
    return line, Arc(0, 0, None, points)


def test_a_stiff_line_moves_as_one():
    line, arc = straight(50, 1e6)
    assert covariance(line, [arc])[0, 0] ** 0.5 == pytest.approx(50 * 10_000, rel=1e-4)


def test_the_exponential_law_by_its_integral():
    """The double integral of exp(-|s-s'|/l) over a length L is 2 l (L - l (1 - exp(-L/l)))."""
    line, arc = straight(100, 2)
    expected = 100**2 * 2 * 2000 * (10_000 - 2000 * (1 - np.exp(-5)))
    assert covariance(line, [arc])[0, 0] == pytest.approx(expected, rel=1e-3)


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
        variances.append(covariance(closed, [Arc(0, 0, None, part) for part in parts]))
    assert variances[0] == pytest.approx(variances[1], rel=1e-9)
    length = pyproj.Geod(ellps="WGS84").line_length(*np.array(closed.coordinates).T)
    if correlation > 1e5:  # it moves as one
        assert variances[0].sum() ** 0.5 == pytest.approx(100 * length, rel=1e-3)
    else:  # the whole lies between one stiff line and pieces that err alone
        assert variances[0].sum() ** 0.5 < 100 * length


def test_halves_add_up_to_the_whole():
    line, arc = straight(100, 2)
    halves = [arc._replace(coordinates=arc.coordinates[:51]), arc._replace(coordinates=arc.coordinates[50:])]
    assert covariance(line, halves).sum() == pytest.approx(covariance(line, [arc])[0, 0], rel=1e-9)


def test_an_arc_against_its_line_sweeps_the_other_way():
    line, arc = straight(100, 2)
    halves = [arc._replace(coordinates=arc.coordinates[:51]), arc._replace(coordinates=arc.coordinates[:49:-1])]
    matrix = covariance(line, halves)
    assert matrix[0, 1] < 0
    assert matrix[0, 0] == pytest.approx(matrix[1, 1], rel=1e-9)


def test_without_correlation_every_vertex_errs_alone():
    line, arc = straight(100, 0)
    weights = np.full(101, 100.0)
    weights[[0, -1]] = 50
    assert covariance(line, [arc])[0, 0] == pytest.approx(100**2 * (weights**2).sum(), rel=1e-3)
