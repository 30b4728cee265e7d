"""One overlay of all dates: exact ledgers whatever the geometry, overlaps refused or settled."""

from __future__ import annotations

import tracemalloc

import generated
import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely
from dated_polygons import (
    DATES,
    EAST,
    NEAR,
    WEST,
    checkered,
    cm2,
    ground,
    moved_cm2,
    rows,
    same_sums,
    series_of,
    square,
    tolerance_cm2,
)
from hypothesis import given, settings
from hypothesis import strategies as st

import geo
from geo import ClaimsError
from geo.layers.transfers import net_cm2


@settings(max_examples=40, deadline=None)
@given(series_of())
def test_ledgers_balance_and_agree_with_the_polygons(frame):
    series = geo.series(frame, date="date")
    held = series.areas_cm2
    assert same_sums(held), "the ground there is does not change"
    slack = tolerance_cm2(frame)
    for date in series.dates:
        for party in series.parties:
            assert held.loc[date, party] == pytest.approx(cm2(ground(frame, date, party)), abs=slack)
    for before in series.dates:
        for after in series.dates:
            change = series.change(before, after)
            net = net_cm2(change.transfers)
            for party in [*series.parties, "none"]:
                assert net.get(party, 0) == held.loc[after, party] - held.loc[before, party]
            moved = moved_cm2(change)
            for one in series.parties:
                for other in set(series.parties) - {one}:
                    both = shapely.intersection(ground(frame, before, one), ground(frame, after, other))
                    assert moved.get((one, other), 0) == pytest.approx(cm2(both), abs=max(1e4, slack)), "1 m²"


@settings(max_examples=20, deadline=None)
@given(series_of(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(frame, random):
    shuffled = frame.sample(frac=1, random_state=random.randint(0, 2**31))
    one, other = (geo.series(given, date="date").areas_cm2 for given in (frame, shuffled))
    pd.testing.assert_frame_equal(one, other)


@settings(max_examples=20, deadline=None)
@given(series_of(), st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=3, max_size=8))
def test_a_face_never_spans_ground_of_two_kinds(frame, spots):
    series = geo.series(frame, date="date")
    west, south, east, north = frame.total_bounds
    for x, y in spots:
        point = shapely.Point(west + x * (east - west), south + y * (north - south))
        if shapely.distance(shapely.boundary(frame.geometry.to_numpy()), point).min() < NEAR:
            continue
        history = series.where(point.x, point.y)
        for date in series.dates:
            mine = frame[(frame["date"] == date) & frame.intersects(point)]["controller"].tolist() or ["none"]
            known = history[(history["from"] <= date) & history["to"].map(lambda to, date=date: not to or date < to)]
            assert known["controller"].tolist() == mine


RIGHT = {
    "repeated points": shapely.Polygon([(0, 0), (0, 0), (1, 0), (1, 1), (1, 1), (1, 1), (0, 1)]),
    "a hole that touches the shell": shapely.Polygon(
        [(0, 0), (4, 0), (4, 4), (0, 4)], [[(0, 2), (2, 3), (3, 2), (2, 1)]]
    ),
    "holes that touch": shapely.Polygon(
        [(0, 0), (9, 0), (9, 4), (0, 4)], [[(1, 2), (3, 3), (4, 2), (3, 1)], [(4, 2), (6, 3), (7, 2), (6, 1)]]
    ),
    "parts that touch": shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(1, 1, 2, 2)]),
    "a cap over the pole": shapely.Polygon([(-180, 80), (-60, 80), (60, 80), (180, 80), (180, 90), (-180, 90)]),
    "the whole globe": shapely.Polygon([(-180, -90), (180, -90), *((180, y) for y in (0, 90)), (-180, 90), (-180, 0)]),
    "up to the antimeridian": shapely.box(170, -10, 180, 10),
    "clockwise": shapely.Polygon([(0, 0), (0, 1), (1, 1), (1, 0)]),
    "with heights": shapely.Polygon([(0, 0, 5), (1, 0, 5), (1, 1, 5)]),
    "an island in a lake": shapely.MultiPolygon(
        [shapely.box(0, 0, 9, 9) - shapely.box(2, 2, 7, 7), shapely.box(4, 4, 5, 5)]
    ),
}


@pytest.mark.parametrize("shape", RIGHT.values(), ids=RIGHT)
def test_odd_geometry_is_measured_right(shape):
    frame = rows((DATES[0], "a", shape), (DATES[1], "b", shape))
    series = geo.series(frame, date="date")
    assert series.areas_cm2.loc[DATES[0], "a"] == pytest.approx(cm2(shape), rel=1e-10)
    assert moved_cm2(series.change(*DATES[:2])) == {("a", "b"): series.areas_cm2.loc[DATES[0], "a"]}
    piece = series.pieces(*DATES[:2]).geometry.item()
    assert shapely.equals(piece, shapely.force_2d(shape)) or cm2(piece) == pytest.approx(cm2(shape), rel=1e-12)


@settings(max_examples=20, deadline=None)
@given(st.integers(-12, -5), st.integers(1, 60), st.integers(2, 40))
def test_edges_that_graze_each_other_leave_no_rest(exponent, slope, count):
    """On each date the upper edge is turned by next to nothing about a point on it."""
    tilt = slope * 10.0**exponent
    frame = rows(
        *(
            (
                2000 + number,
                "a",
                shapely.Polygon([(35, 33), (36, 33), (36, 34 + number * tilt), (35, 34 - number * tilt)]),
            )
            for number in range(count)
        )
    )
    series = geo.series(frame, date="date")
    held = series.areas_cm2
    assert same_sums(held)
    for number in range(count):
        assert held["a"].iloc[number] == pytest.approx(cm2(frame.geometry.iloc[number]), abs=1e6), (
            "a millimetre along 100 km"
        )
    first, last = series.dates[0], series.dates[-1]
    net = net_cm2(series.change(first, last).transfers)
    assert net.get("a", 0) == held.loc[last, "a"] - held.loc[first, "a"]


def test_overlaps_are_refused_or_settled_as_asked():
    both = WEST.buffer(0.05, join_style="mitre")
    frame = rows((DATES[0], "b", WEST), (DATES[0], "a", both), (DATES[1], "a", both))
    with pytest.raises(ClaimsError, match=r"2024-01-01: b \(row 0\) and a \(row 1\) overlap around 35\.\d+ 33\.\d+"):
        geo.series(frame, date="date")
    settled = geo.series(frame, date="date", overlaps="first", accuracy_m=100)
    first = settled.areas_cm2
    assert first.loc[DATES[0], "b"] == pytest.approx(cm2(WEST), rel=1e-10)
    assert first.loc[DATES[0], "a"] == pytest.approx(cm2(both) - cm2(WEST), rel=1e-10)
    assert settled.snapshot(DATES[0])["area_km2"].tolist() == pytest.approx(first.loc[DATES[0], ["a", "b"]] / 1e10)
    split = geo.series(frame, date="date", overlaps="split")
    assert split.parties == ["a", "a / b", "b"]
    assert split.areas_cm2.loc[DATES[0]].to_dict() == pytest.approx(
        {"a": cm2(both) - cm2(WEST), "a / b": cm2(WEST), "b": 0, "none": 0}, rel=1e-10
    )
    assert split.snapshot(DATES[0])["controller"].tolist() == list(split.held(DATES[0])) == ["a", "a / b"]
    with pytest.raises(ClaimsError, match="unknown policy for overlaps 'frist'; did you mean 'first'"):
        geo.series(frame, date="date", overlaps="frist")
    named = rows(
        *zip(frame["date"], frame["controller"], frame.geometry, strict=True), (DATES[0], "a / b", square(9, 9))
    )
    with pytest.raises(ClaimsError, match="a party is called 'a / b', as ground that two hold at once would be"):
        geo.series(named, date="date", overlaps="split")


def test_who_comes_first_in_the_input_has_the_ground_on_all_dates():
    both = WEST.union(EAST)
    frame = rows(
        (DATES[0], "a", WEST),
        (DATES[0], "b", WEST),
        (DATES[1], "b", both),
        (DATES[1], "a", WEST),
        (DATES[2], "c", both),
    )
    settled = geo.series(frame, date="date", overlaps="first")
    assert settled.areas_cm2.loc[DATES[1], "a"] == pytest.approx(cm2(WEST), rel=1e-10)
    km2 = settled.snapshot(DATES[1]).set_index("controller")["area_km2"]
    assert km2.to_dict() == pytest.approx(settled.areas().loc[DATES[1], ["a", "b"]].to_dict())


def test_overlaps_of_other_parties_are_not_confused():
    """The labels of a and d have the sum that those of b and c have."""
    beside = [(DATES[0], party, WEST) for party in "ad"] + [(DATES[0], party, EAST) for party in "bc"]
    later = [(DATES[1], party, WEST) for party in "bc"]
    frame = rows(*beside, *later)
    with pytest.raises(ClaimsError, match="overlap around"):
        geo.series(frame, date="date")
    split = geo.series(frame, date="date", overlaps="split")
    held = split.areas_cm2
    assert held.loc[DATES[0], "a / d"] == pytest.approx(cm2(WEST), rel=1e-10)
    assert held.loc[DATES[0], "b / c"] == pytest.approx(cm2(EAST), rel=1e-10)
    assert held.loc[DATES[1], "b / c"] == pytest.approx(cm2(WEST), rel=1e-10)
    assert len(split.changes()) == 2


def test_ground_that_closes_round_other_ground_at_corners_does_not_hold_it():
    frame = rows(*checkered(DATES[0], "a"), *checkered(DATES[1], "b"))
    series = geo.series(frame, date="date")
    pieces = series.pieces(*DATES[:2])
    assert geo.area(pieces).to_numpy() / 1e6 == pytest.approx(pieces["area_km2"].to_numpy(), rel=1e-10)
    assert pieces.is_valid.all()
    for overlaps in ("error", "first"):
        snapshot = geo.series(frame, date="date", overlaps=overlaps).snapshot(DATES[1])
        held = series.areas().loc[DATES[1], ["a", "b"]]
        assert snapshot.set_index("controller")["area_km2"].to_dict() == pytest.approx(held.to_dict())


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.lists(st.tuples(st.integers(0, 15), st.sampled_from(["a", "b", "c", None])), max_size=3), max_size=4)
)
def test_squares_of_a_grid_that_flip(flips):
    """Lines lie on one another and meet in corners; spots fall on lines between squares of one party."""
    boxes = {
        at: shapely.box(35 + at % 4 / 10, 33 + at // 4 / 10, 35.1 + at % 4 / 10, 33.1 + at // 4 / 10)
        for at in range(16)
    }
    far = shapely.box(36, 34, 37, 35)
    holders = dict.fromkeys(boxes, "a") | {1: "b", 7: None}
    days = []
    for number, day in enumerate([[], *flips]):
        holders |= dict(day)
        date = f"2024-01-{number + 1:02d}"
        days.append(rows((date, "far", far), *((date, party, boxes[at]) for at, party in holders.items() if party)))
    whole = geo.series(geopandas.GeoDataFrame(pd.concat(days, ignore_index=True)), date="date")
    added = geo.series(days[0], date="date")
    for day in days[1:]:
        added = added.add(day, day["date"].iloc[0])
    one, other = whole.areas_cm2.align(added.areas_cm2, fill_value=0)
    assert np.abs(one - other).to_numpy().max() <= 4, "edges of 0.1° that lie on one another"
    for series in (whole, added):
        pieces = series.pieces(series.dates[0], series.dates[-1])
        assert geo.area(pieces).to_numpy() / 1e6 == pytest.approx(pieces["area_km2"].to_numpy(), rel=1e-9)
        held = series.areas().iloc[-1]
        for party, km2 in series.snapshot(series.dates[-1]).set_index("controller")["area_km2"].items():
            assert km2 == pytest.approx(held[party], rel=1e-9)


def test_how_many_edges_are_on_more_than_one_date():
    assert geo.series(rows((DATES[0], "a", WEST), (DATES[0], "b", EAST)), date="date").shared_edges == 0
    assert geo.series(rows((DATES[0], "a", WEST), (DATES[1], "b", WEST)), date="date").shared_edges == 1
    some = geo.series(rows((DATES[0], "a", WEST), (DATES[1], "a", WEST.union(EAST))), date="date")
    assert some.shared_edges == pytest.approx(3 / 7), "of seven edges, three are on both"
    wobbling = geo.series(generated.redrawn(40), date="date")
    assert wobbling.method == "pairs"
    assert wobbling.shared_edges == 0


def test_one_question_takes_no_room_for_all_pairs_of_parties():
    frame = rows(*((DATES[0], f"p{number}", square(number % 60, number // 60)) for number in range(3000)))
    frame = geopandas.GeoDataFrame(pd.concat([frame, frame[1:].assign(date=DATES[1])]))
    series = geo.series(frame, date="date")
    tracemalloc.start()
    assert len(series.change(*DATES[:2]).transfers) == 1
    assert tracemalloc.get_traced_memory()[1] < 5e6
    tracemalloc.stop()


def test_ground_below_the_lattice_is_nothing():
    assert geo.series(rows((DATES[0], "a", shapely.box(0, 0, 1e-12, 1e-12))), date="date").areas_cm2["a"].tolist() == [
        0
    ]


def test_one_party_may_overlap_itself():
    frame = rows((DATES[0], "a", WEST), (DATES[0], "a", WEST.union(EAST)), (DATES[1], "a", EAST))
    held = geo.series(frame, date="date").areas_cm2
    assert held["a"].tolist() == pytest.approx([cm2(WEST.union(EAST)), cm2(EAST)], rel=1e-10)
