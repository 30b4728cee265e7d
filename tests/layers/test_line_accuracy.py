"""How accurate the lines are: by positions they were not drawn from, and by other maps."""

from __future__ import annotations

import math

import numpy as np
import pyproj
import pytest
from common import CURATED, LAYERS, ROOT, edit_column, rows

import geo
from geo.checks import accuracy, validate
from geo.geometry.distance import metres_to
from geo.layers import tables

COMPARISONS = tables.read_comparisons(CURATED)
OTHER = ROOT / "tests" / "data" / "natural_earth_10m_golan.geojson"
# positions of 2026 beside what was drawn from an edition of 2017
READ_AGAIN = {
    "line_a": "line_a",
    "syria_lebanon": "lebanon_syria_boundary",
    "israel_lebanon": "israel_lebanon_boundary",
}


def positions(name):
    """Return the positions of a line as read off the map of 2026, to 0.001 degrees."""
    return [(float(row["lon"]), float(row["lat"])) for row in rows("line_positions.csv") if row["line"] == name]


@pytest.mark.parametrize("name", READ_AGAIN)
def test_positions_that_the_line_was_not_drawn_through(golan, name):
    course = golan.course(READ_AGAIN[name])
    held_out = [spot for spot in positions(name) if spot not in course]
    metres = [metres_to(*spot, course) for spot in held_out]
    assert len(metres) > 30
    assert np.mean(metres) < 25  # of which 23 m are the rounding to 0.001 degrees
    assert np.percentile(metres, 95) < 100


@pytest.mark.parametrize(("name", "most"), [("line_b", 100), ("golan_west_boundary", 130)])
def test_what_is_lost_between_positions_where_only_these_are_known(name, most):
    """Every other position is left out: an upper bound, since half of the positions cut twice the corners."""
    spots = positions(name)
    course = [*spots[::2], spots[-1]]
    metres = [metres_to(*spot, course) for spot in spots[1:-1:2]]
    assert 25 < np.mean(metres) < most


def test_stated_accuracies_follow_from_the_comparisons(golan):
    mapped = [line for line in golan.curated_lines.values() if line.cuts and line.basis == "map"]
    assert len(mapped) >= 7
    for line in mapped:
        found = accuracy.evidence(line.id, COMPARISONS)
        if found.is_own or line.id == "line_b":
            assert (line.accuracy_m, line.correlation_km) == found[:2], line.id
        else:  # one map only: the worst of the others, or more where the note says why
            assert line.accuracy_m >= found.accuracy_m, line.id
            assert line.correlation_km >= found.correlation_km, line.id


@pytest.mark.parametrize("line", ["line_a", "line_b"])
def test_comparisons_with_natural_earth_are_what_compare_finds(golan, line):
    (row,) = [row for row in COMPARISONS if row.line == line and row.sources == ("natural_earth",)]
    found = golan.compare(line, OTHER, where={"name": "UNDOF Zone"}).found
    measured = found.forth.mean_m, found.forth.p95_m, found.forth.max_m, found.forth.rms_m
    assert measured == pytest.approx((row.mean_m, row.p95_m, row.most_m, row.rms_m), abs=0.6)
    assert found.shiftless_km == pytest.approx(row.correlation_km, abs=0.06)


def test_the_comparison_with_the_grid_references(golan):
    (row,) = [row for row in COMPARISONS if row.sources == ("armistice_annex_1949",)]
    to_lonlat = pyproj.Transformer.from_crs(28191, 4326, always_xy=True)
    points = [point for point in tables.read_grid_points(CURATED) if point.line == row.line]
    metres = [
        metres_to(*to_lonlat.transform(1000 * point.easting_km, 1000 * point.northing_km), golan.course(row.line))
        for point in points
        if point.paragraph in {"1", "4", "5"}
    ]
    assert len(metres) == 4
    assert (np.mean(metres), max(metres)) == pytest.approx((row.mean_m, row.most_m), abs=1)
    assert math.sqrt(np.mean(np.square(metres))) == pytest.approx(row.rms_m, abs=1)


def test_the_mean_of_a_normal_distribution_gives_its_root_mean_square():
    for row in COMPARISONS:
        if not row.sources:
            assert row.rms_m == pytest.approx(row.mean_m * math.sqrt(math.pi / 2), abs=0.5)


def test_a_better_accuracy_than_the_evidence_allows_is_a_defect(layers):
    edit_column(layers / "curated" / "comparisons.csv", "rms_m", lambda cell: str(float(cell) + 200))
    found = [str(fault) for fault in validate.anything(layers) if fault.code == "accuracy"]
    assert any("line_a" in fault and "295 m" in fault for fault in found)
    assert any("line_b" in fault and "one map only" in fault for fault in found)
    assert [fault for fault in validate.anything(LAYERS) if fault.code == "accuracy"] == []


def test_bends_of_the_map_are_drawn(golan):
    """Line A turns by more than 15° where the map does, at the Quneitra crossing among others."""
    course = np.array(golan.course("line_a"))
    azimuth, _, _ = pyproj.Geod(ellps="WGS84").inv(*course[:-1].T, *course[1:].T)
    turn = np.abs((np.diff(azimuth) + 180) % 360 - 180)
    assert (turn > 15).sum() >= 22  # as many as on the map
    crossing = geo.load().curated_places["quneitra_crossing"]
    near = [metres_to(crossing.lon, crossing.lat, [spot, spot]) for spot in course[1:-1][turn > 15].tolist()]
    assert min(near) < 250
