"""The same ground as each party names and counts it."""

from __future__ import annotations

import pytest
from common import CURATED

from geo.layers import tables

PARTIES = ("israel", "lebanon", "syria", "un", "us")


def test_every_perspective_covers_the_same_ground(golan):
    assert golan.perspectives == list(PARTIES)
    whole = sum(golan.ledger.area_cm2)
    for party in PARTIES:
        ledger = golan.seen_by(party)
        for day in ("1967-06-11", "1981-12-14", "2019-03-25", "2026-01-06"):
            held = ledger.held(day)
            assert len(held) == len(golan.ledger.names)
            assert sum(round(q.area * 1e10) for q in ledger.controller_areas(day).values()) == pytest.approx(
                whole, abs=9
            )


@pytest.mark.parametrize("point", tables.read_test_points(CURATED), ids=str)
def test_points_inside_and_outside_of_each_perspective(golan, point):
    face = golan.face_at(point.lon, point.lat)
    assert golan.seen_by(point.perspective).held(point.date)[face].controller == point.counted_as


def test_each_perspective_has_points_on_both_sides():
    points = tables.read_test_points(CURATED)
    for party in PARTIES:
        assert len({point.counted_as for point in points if point.perspective == party}) >= 2


def test_us_recognition_changes_what_it_counts(golan):
    us, face = golan.seen_by("us"), golan.face_at(35.69, 32.99)
    assert us.controllers("2019-03-24")[face] == "syria"
    assert us.controllers("2019-03-25")[face] == "israel"
