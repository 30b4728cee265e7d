"""Lines drawn anew for every date: compared pair by pair, with what one overlay gives."""

from __future__ import annotations

import itertools

import generated
import numpy as np
import pytest
import shapely
from dated_polygons import (
    DATES,
    EAST,
    WEST,
    cm2,
    moved_cm2,
    rows,
    series_of,
    square,
    tolerance_cm2,
)
from hypothesis import given, settings

import geo
from geo import ClaimsError
from geo.dated import frames
from geo.dated.overlay import SharedFaces
from geo.dated.pairwise import Pairwise
from geo.layers.transfers import net_cm2


@settings(max_examples=12, deadline=None)
@given(series_of())
def test_pair_by_pair_gives_what_faces_give(frame):
    intervals = frames.intervals(frame, frames.Columns("controller", "date"))
    pairs, faces = Pairwise(intervals), SharedFaces(intervals)
    slack = tolerance_cm2(frame)
    assert np.abs(pairs.held_cm2[:, 1:] - faces.held_cm2[:, 1:]).max() <= slack
    for before in range(len(intervals.dates)):
        for after in range(len(intervals.dates)):
            one, other = pairs.moved(before, after), faces.moved(before, after)
            for pair in one.keys() | other.keys():
                assert one.get(pair, 0) == pytest.approx(other.get(pair, 0), abs=4 * slack)


def test_drawn_anew_is_told_and_compared_pair_by_pair():
    frame = generated.redrawn(40)
    series = geo.series(frame, date="date", accuracy_m=30)
    assert series.method == "pairs"
    assert "0.0% of the edges" in series.how
    first, last = series.dates[0], series.dates[-1]
    change = series.change(first, last)
    one, other = (frame.geometry.iloc[place] for place in (0, -1))
    assert moved_cm2(change)["none", "north"] == pytest.approx(cm2(other.difference(one)), rel=1e-9)
    assert (
        net_cm2(change.transfers)["north"] == series.areas_cm2.loc[last, "north"] - series.areas_cm2.loc[first, "north"]
    )
    noise, whole = series.noise_km2(first, last)
    assert 0.5 * whole < noise < whole, "most of it is the wobble of the pen"
    assert series.where(36, 33)["controller"].tolist() == ["north"]
    assert series.where(0, 0)["controller"].tolist() == ["none"]
    assert series.pieces(first, last)["area_km2"].sum() == pytest.approx(whole)
    assert len(series.changes()) == 2 * (len(series.dates) - 1)
    assert series.matrix().loc[first, last] == pytest.approx(whole)
    later = series.add(generated.redrawn(1, seed=7), "2030-01-01")
    assert later.method == "pairs"
    assert later.dates[-1] == "2030-01-01"


def test_few_edges_that_change_share_their_faces():
    series = geo.series(generated.front(30, vertices=300), date="date")
    assert series.method == "faces"
    assert 0.8 < series.shared_edges < 1


def test_many_edges_that_do_not_cross_share_faces():
    angles = np.linspace(0, 2 * np.pi, 1000, endpoint=False)
    ring = 0.04 * np.column_stack([np.cos(angles), np.sin(angles)])
    centres = np.stack(np.meshgrid(np.arange(20), np.arange(15)), axis=2).reshape(-1, 1, 2) / 10
    circles = shapely.polygons(ring + centres)
    frame = rows(*((DATES[0], "a", circle) for circle in circles))
    assert geo.series(frame, date="date").method == "faces"


def test_pair_by_pair_polygons_of_one_date_lie_apart():
    frame = rows((DATES[0], "a", WEST), (DATES[0], "a", WEST.union(EAST)))
    with pytest.raises(ClaimsError, match=r"a \(row 0\) and a \(row 1\) overlap"):
        Pairwise(frames.intervals(frame, frames.Columns("controller", "date")))
    rng = np.random.default_rng(3)
    for _ in range(30):  # a vertex on a neighbour's edge, as far as digits go
        (west, south), share = rng.uniform((35, 32), (36, 33)), rng.uniform(0.2, 0.8)
        start, end = np.array([west, south]), np.array([west, south]) + rng.uniform(0.05, 0.2, 2)
        middle = start + share * (end - start)
        one = shapely.Polygon([start, end, (start[0], end[1])])
        parts = [shapely.Polygon([a, b, (end[0], start[1])]) for a, b in ((start, middle), (middle, end))]
        frame = rows((DATES[0], "a", one), *((DATES[0], "b", part) for part in parts))
        assert Pairwise(frames.intervals(frame, frames.Columns("controller", "date"))).held_cm2[0, 1] > 0


def test_pair_by_pair_ground_is_of_polygons():
    """Squares that pass and others that only touch these."""
    west, east = square(0, 0), square(3, 0)
    strips = [shapely.box(35 + x / 50, 33, 35.02 + x / 50, 33.1) for x in range(5)]
    frame = rows(
        *((DATES[0], "a", one) for one in (west, east)),
        *((DATES[1], "b", one) for one in (*strips, square(3, 1))),
    )
    pairs = Pairwise(frames.intervals(frame, frames.Columns("controller", "date")))
    assert {ground.geom_type for ground in pairs.passed(0, 1).values()} == {"Polygon"}
    assert min(pairs.moved(0, 1).values()) > 0
    touching = shapely.MultiPolygon([square(0, 0), square(3, 1)]), shapely.MultiPolygon([square(0, 0), square(3, 0)])
    frame = rows(*((date, party, one) for date, party, one in zip(DATES, "ab", touching, strict=False)))
    ground = Pairwise(frames.intervals(frame, frames.Columns("controller", "date"))).passed(0, 1)
    assert all(shapely.get_type_id(list(ground.values())) != shapely.GeometryType.GEOMETRYCOLLECTION)


def test_pair_by_pair_nothing_passes_in_both_ways_or_less_than_nothing():
    frame = generated.redrawn(6, vertices=300)
    inner = shapely.box(35.5, 32.5, 36.5, 33.5)
    parted = [
        (date, party, part)
        for date, front in zip(frame["date"], frame.geometry, strict=True)
        for party, part in (("a", front.intersection(inner)), ("b", front.difference(inner)))
    ]
    pairs = Pairwise(frames.intervals(rows(*parted), frames.Columns("controller", "date")))
    held = pairs.held_cm2
    for before, after in itertools.permutations(range(6), 2):
        moved = pairs.moved(before, after)
        assert min(moved.values()) > 0
        for label in (1, 2):
            gained = sum(cm2 * ((now == label) - (was == label)) for (was, now), cm2 in moved.items())
            assert gained == held[after, label] - held[before, label]
