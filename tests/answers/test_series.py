"""Any dated polygons: exact ledgers whatever the geometry, two ways to each answer, bad input refused by row."""

from __future__ import annotations

import itertools
import json
import math
import sys
import tracemalloc
from itertools import pairwise

import generated
import geopandas
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import geo
from geo import ClaimsError
from geo.cli.main import main
from geo.dated import frames, histories, tiles
from geo.dated.append import _together, extended
from geo.dated.overlay import SharedFaces
from geo.dated.pairwise import Pairwise
from geo.geometry import areas
from geo.geometry.uncertainty import covariance, swept_variance
from geo.layers.transfers import net_cm2

DATES = ("2024-01-01", "2024-01-02", "2024-01-03")
WEST, EAST = shapely.box(35.7, 33.0, 35.8, 33.1), shapely.box(35.8, 33.0, 35.9, 33.1)
NEAR = 1e-7  # degrees: points nearer to a line than this are on neither side


def rows(*entries, crs=4326):
    """Return a frame from (date, controller, geometry)."""
    date, controller, geometry = zip(*entries, strict=True)
    return geopandas.GeoDataFrame({"date": date, "controller": controller}, geometry=list(geometry), crs=crs)


def cm2(geometry):
    return areas.polygon_areas(np.array([geometry], dtype=object)).item() * 1e4


def ground(frame, date, party):
    mine = frame[(frame["date"] == date) & (frame["controller"] == party)]
    return shapely.union_all(np.asarray(mine.geometry))


def tolerance_cm2(frame):
    """Half a cm² for each edge that is rounded, and 1e-10 of the ground."""
    return 1e-10 * geo.area(frame).sum() * 1e4 + len(frame.get_coordinates())


def same_sums(table):
    return len(set(table.sum(axis=1))) == 1


def moved_cm2(change):
    return {(found.source, found.target): found.area_cm2 for found in change.transfers}


@st.composite
def series_of(draw, dates=DATES, parties=("a", "b", "c")):
    """Return dated polygons that part one square on each date, by lines that cross those of other dates anyhow."""
    scale = draw(st.sampled_from([0.01, 1.0, 20.0]))
    west = draw(st.sampled_from([-90.0, 35.123456789012345, 100.0]))
    corner = np.array([west, draw(st.sampled_from([-40.0, 0.0, 33.0]))])
    square = shapely.box(*corner, *(corner + scale))
    spot = st.integers(0, 24)
    entries = []
    for date in dates:
        cuts = draw(st.lists(st.tuples(spot, spot, st.booleans()), max_size=4))
        lines = []
        for a, b, upright in cuts:
            ends = np.array([[-0.1, a / 24], [1.1, b / 24]])
            lines.append(shapely.LineString(corner + scale * (ends[:, ::-1] if upright else ends)))
        parts = shapely.get_parts(shapely.polygonize(shapely.get_parts(shapely.union_all([square.boundary, *lines]))))
        for part in parts:
            party = draw(st.sampled_from([*parties, None]))
            if party and square.buffer(1e-9 * scale).covers(part):
                entries.append((date, party, part))
    if not entries:
        entries.append((dates[0], "a", square))
    return rows(*entries)


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


@settings(max_examples=12, deadline=None)
@given(series_of(), st.floats(0.3, 0.9))
def test_tiles_add_up_to_the_whole(frame, share):
    west, south, east, north = frame.total_bounds
    assume(east > west or north > south)
    intervals = frames.intervals(frame, frames.Columns("controller", "date"))
    boxes = tiles.boxes((west, south, east, north), share * max(east - west, north - south))
    assert len(boxes) > 1
    parts = [tiles.counted(intervals, box, "error") for box in boxes]
    sums = tiles.added(parts, len(intervals.dates), ["none", *intervals.owners])
    whole = SharedFaces(intervals)
    # lines that meet within a micrometre, as rounding makes them here, may be parted otherwise by a tile's edge: where
    # they do not, tests/test_dask.py asks for the same integers
    assert np.abs(sums.held_cm2 - whole.held_cm2).max() <= 1e4
    assert np.abs(sums.changed_cm2() - whole.changed_cm2()).max() <= 1e4


@settings(max_examples=15, deadline=None)
@given(series_of())
def test_a_date_can_be_added(frame):
    last = frame["date"].max()
    early = frame[frame["date"] < last]
    if early.empty:
        return
    added = geo.series(early, date="date").add(frame[frame["date"] == last], last)
    whole = geo.series(frame, date="date")
    assert added.dates == whole.dates
    # where an edge of the last date lies on others, ground may be measured along another of them than at once
    apart = added.areas_cm2[whole.parties] - whole.areas_cm2[whole.parties]
    assert np.abs(apart).to_numpy().max() <= 2
    assert same_sums(added.areas_cm2)


def overlapping(count, seed=5):
    """Return squares that overlap and of which two are replaced on each date; new parties appear on the way."""
    rng = np.random.default_rng(seed)
    squares, entries = {}, []
    for place, date in enumerate(generated.dates(count)):
        for _ in range(2):
            west, south, wide, high = rng.uniform((0, 0, 1, 1), (60, 60, 5, 5))
            party = "abcdef"[rng.integers(0, 2 + place // 2)]
            squares[rng.integers(0, 40)] = party, shapely.box(west, south, west + wide, south + high)
        entries += [(date, *square) for square in squares.values()]
    return rows(*entries)


@pytest.mark.parametrize(
    ("frame", "overlaps"),
    [
        (generated.districts(9, across=9, down=6, seed=1), "error"),
        (generated.districts(9, across=12, down=8, changed=0.08, seed=2), "error"),
        (generated.front(9, vertices=300, moved=20, seed=20), "error"),
        (overlapping(9), "split"),
        (overlapping(9), "first"),
    ],
    ids=["few districts change", "more change", "a front", "overlaps apart", "overlaps go to the first"],
)
def test_dates_added_one_by_one_give_what_building_at_once_gives(frame, overlaps):
    whole = geo.series(frame, date="date", overlaps=overlaps)
    first, last = whole.dates[0], whole.dates[-1]
    added = geo.series(frame[frame["date"] <= whole.dates[2]], date="date", overlaps=overlaps)
    for date in whole.dates[3:]:
        added = added.add(frame[frame["date"] == date], date)
    pd.testing.assert_frame_equal(added.areas_cm2[whole.areas_cm2.columns], whole.areas_cm2)
    pd.testing.assert_frame_equal(added.changes(), whole.changes())
    pd.testing.assert_frame_equal(added.matrix(), whole.matrix())
    assert_geodataframe_equal(added.pieces(first, last), whole.pieces(first, last), normalize=True)
    spot = whole.pieces(first, last).geometry.iloc[0].representative_point()
    pd.testing.assert_frame_equal(added.where(spot.x, spot.y), whole.where(spot.x, spot.y))
    assert len(added.map(first, last).get_root().render()) == len(whole.map(first, last).get_root().render())


def test_an_added_date_looks_at_what_lies_near_the_change():
    frame = generated.districts(9, across=12, down=8, seed=2)
    dates = sorted(set(frame["date"]))
    intervals = frames.intervals(frame[frame["date"] < dates[5]], frames.Columns("controller", "date"))
    ledger = SharedFaces(intervals)
    for date in dates[5:]:
        intervals = frames.extended(intervals, frame[frame["date"] == date], date)
        ledger = extended(ledger, intervals, "error")
        assert "arrangement" not in vars(ledger), "only faces near the change were worked out"
    whole = SharedFaces(frames.intervals(frame, frames.Columns("controller", "date")))
    # each history once, none left over
    for one in (ledger, whole):
        assert len(set(histories.keys(one.events, len(one.cm2)).tolist())) == len(one.cm2)
    assert sorted(ledger.cm2.tolist()) == sorted(whole.cm2.tolist())


def test_an_added_date_may_change_everything_or_nothing():
    west = geo.series(rows((DATES[0], "a", WEST)), date="date")
    turned = shapely.Polygon(np.roll(shapely.get_coordinates(WEST.exterior)[:-1], 1, axis=0))
    same = west.add(rows((DATES[1], "a", turned)), DATES[1])
    assert same.changes().empty
    assert same.areas_cm2.loc[DATES[0], "a"] == same.areas_cm2.loc[DATES[1], "a"]
    gone = same.add(rows((DATES[2], "b", EAST)), DATES[2])
    assert gone.areas_cm2.loc[DATES[2], "a"] == 0
    assert gone.changes()[["from", "to"]].to_numpy().tolist() == [["a", "none"], ["none", "b"]]
    assert gone.areas_cm2.loc[DATES[0], "none"] == gone.areas_cm2.loc[DATES[2], "b"]


def test_an_added_date_with_two_on_one_ground_is_refused():
    frame = generated.districts(3, across=9, down=6)
    series = geo.series(frame, date="date")
    day = frame[frame["date"] == series.dates[-1]].reset_index(drop=True)
    over = rows(
        ("", "south", shapely.box(34.4, 31.2, 34.45, 31.25)), ("", "north", shapely.box(34.42, 31.2, 34.5, 31.3))
    )
    with pytest.raises(ClaimsError, match=r"2030-01-01: .* overlap around") as error:
        series.add(geopandas.GeoDataFrame(pd.concat([day, over])), "2030-01-01")
    assert error.value.code == "overlap"


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


def test_noise_is_what_lies_within_the_accuracy():
    thin, thick = shapely.box(35.8, 33.0, 35.8005, 33.1), shapely.box(35.8, 33.0, 35.85, 33.1)  # 47 m and 4.7 km
    for added, share in ((thin, 1.0), (thick, 0.0)):
        frame = rows((DATES[0], "a", WEST), (DATES[1], "a", WEST.union(added)))
        noise, whole = geo.series(frame, date="date", accuracy_m=100).noise_km2(*DATES[:2])
        assert noise / whole == pytest.approx(share, abs=0.01)
    with pytest.raises(ClaimsError, match="accuracy_m"):
        geo.series(frame, date="date").noise_km2(*DATES[:2])


def test_an_interval_comes_from_the_stated_accuracy_alone():
    frame = rows((DATES[0], "a", WEST), (DATES[1], "a", WEST.union(EAST)))
    unknown = geo.series(frame, date="date").change(*DATES[:2])
    assert np.isnan(unknown.table()["ci95_low_km2"]).all()
    assert unknown.json()["transfers"][0]["ci95_km2"] == [None, None]
    assert "no accuracy stated" in unknown._repr_html_()
    series = geo.series(frame, date="date", accuracy_m=50, correlation_km=5)
    low, high = series.change(*DATES[:2]).transfers[0].quantity.ci95
    assert low < series.change(*DATES[:2]).transfers[0].quantity.area < high
    # the line between old and new ground and the new outline err apart: half of each
    line = shapely.get_coordinates(EAST.exterior.segmentize(0.02))
    assert series.held(DATES[0])["a"].margin == pytest.approx(1.96 * swept_variance(line, 50, 5) ** 0.5 / 1e6, rel=0.2)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([("a", WEST)], [("b", WEST)]),
        ([("a", WEST), ("b", EAST)], [("a", WEST.union(EAST))]),
        ([("a", WEST)], []),
        ([("a", WEST)], [("a", WEST.difference(WEST.buffer(-0.02))), ("b", WEST.buffer(-0.02))]),
    ],
    ids=["all of a line", "a neighbour", "ground that goes", "an enclave"],
)
def test_the_interval_of_a_change_is_that_of_the_way_back(before, after):
    far = ("c", shapely.box(36.5, 33, 36.6, 33.1))
    frame = rows(*((date, *one) for date, day in zip(DATES, (before, after), strict=False) for one in [far, *day]))
    series = geo.series(frame, date="date", accuracy_m=50, correlation_km=2)
    there, back = (series.change(*dates).transfers[0].quantity for dates in (DATES[:2], DATES[1::-1]))
    assert 0.2 < there.margin < 5
    assert there.margin == pytest.approx(back.margin, rel=1e-9)


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


# hostile geometry: right, or refused with the row


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


REFUSED = {
    "a spike": (shapely.Polygon([(0, 0), (1, 0), (1, 1), (1, 2), (1, 1), (0, 1)]), "invalid geometry"),
    "a bow tie": (shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]), "invalid geometry: Self-intersection"),
    "a hole outside": (shapely.Polygon([(0, 0), (1, 0), (1, 1)], [[(5, 5), (6, 5), (6, 6)]]), "invalid geometry"),
    "across the antimeridian": (
        shapely.Polygon([(175, 50), (-175, 50), (-175, 55), (175, 55)]),
        "an edge across more than 180° of longitude",
    ),
    "beyond the antimeridian": (shapely.box(175, 0, 185, 5), "beyond 180° E or W"),
    "beyond the pole": (shapely.box(0, 80, 5, 95), "beyond 180° E or W or 90° N or S"),
    "a line": (shapely.LineString([(0, 0), (1, 1)]), "a LineString, where polygons are needed"),
}


@pytest.mark.parametrize(("shape", "fault"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_measured_is_refused_by_row(shape, fault):
    frame = rows((DATES[0], "a", WEST), (DATES[0], "b", shape))
    with pytest.raises(ClaimsError) as caught:
        geo.series(frame, date="date")
    assert str(caught.value).startswith("series: row 1: ")
    assert fault in str(caught.value)


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


# overlaps


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


def test_a_party_added_with_the_name_of_ground_that_counts_apart():
    split = geo.series(rows((DATES[0], "a", WEST), (DATES[0], "z", WEST)), date="date", overlaps="split")
    with pytest.raises(ClaimsError, match="a party is called 'a / z'"):
        split.add(rows((DATES[1], "a / z", EAST)), DATES[1])


def test_an_overlap_names_the_file(tmp_path):
    path = tmp_path / "days.geojson"
    rows((DATES[0], "a", WEST), (DATES[0], "b", WEST)).to_file(path)
    with pytest.raises(ClaimsError, match=r"days\.geojson: 2024-01-01: a \(row 0\) and b \(row 1\) overlap around"):
        geo.series(path, date="date")


# shapes


def square(column, row):
    return shapely.box(35 + column / 10, 33 + row / 10, 35.1 + column / 10, 33.1 + row / 10)


def checkered(date, others):
    """Return the squares of a board, of which every other one is another's."""
    return [(date, others if (x + y) % 2 else "a", square(x, y)) for x in range(5) for y in range(5)]


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


def test_noise_of_tall_ground_is_told_alike_all_along():
    """Strips of 120 m and 80 m, 40 degrees tall: with 100 m, the one is none and the other all noise."""
    lat = np.linspace(20, 60, 400)
    for metres, expected in ((120, 0.0), (80, 1.0)):
        east = 35.5 + metres / (areas.SEMI_MAJOR_M * np.radians(1) * np.cos(np.radians(lat)))
        shifted = shapely.Polygon([(35, 20), *zip(east, lat, strict=True), (35, 60)])
        plain = shapely.Polygon([(35, 20), *((35.5, one) for one in lat), (35, 60)])
        frame = rows((DATES[0], "a", plain), (DATES[1], "a", shifted))
        noise, whole = geo.series(frame, date="date", accuracy_m=100).noise_km2(*DATES[:2])
        assert noise / whole == pytest.approx(expected, abs=0.01)


def test_how_many_edges_are_on_more_than_one_date():
    assert geo.series(rows((DATES[0], "a", WEST), (DATES[0], "b", EAST)), date="date").shared_edges == 0
    assert geo.series(rows((DATES[0], "a", WEST), (DATES[1], "b", WEST)), date="date").shared_edges == 1
    some = geo.series(rows((DATES[0], "a", WEST), (DATES[1], "a", WEST.union(EAST))), date="date")
    assert some.shared_edges == pytest.approx(3 / 7), "of seven edges, three are on both"
    wobbling = geo.series(generated.redrawn(40), date="date")
    assert wobbling.method == "pairs"
    assert wobbling.shared_edges == 0


def test_a_polygon_that_stays_is_one_run():
    frame = rows(*((date, "a", WEST) for date in DATES), (DATES[0], "b", EAST), (DATES[2], "b", EAST))
    intervals = frames.intervals(frame, frames.Columns("controller", "date"))
    assert list(zip(intervals.owner, intervals.start, intervals.stop, strict=True)) == [(1, 0, 3), (2, 0, 1), (2, 2, 3)]


def test_a_history_that_is_not_found_again_is_worked_out_anew():
    """Of ten cm² a window took eleven: then a date is not added to what was known."""
    first, last = np.zeros(1, dtype=np.int64), np.ones(1, dtype=np.int64)
    known = histories.Sums(1, ["none", "a"], np.array([10]), histories.Events(first, first, first, last))
    both = histories.Events(np.array([0, 1]), np.array([0, 0]), np.array([0, 1]), np.array([1, 0]))
    for cm2, found in ((11, None), (10, [10]), (4, [6, 4])):
        local = histories.Sums(2, ["none", "a"], np.array([cm2]), both)
        together = _together(known, local, 1)
        assert (together and together.cm2.tolist()) == found
    other = histories.Events(np.array([0, 1]), np.array([0, 0]), np.array([0, 0]), np.array([0, 1]))
    assert _together(known, histories.Sums(2, ["none", "a"], np.array([4]), other), 1) is None


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


@pytest.mark.parametrize("lon_lat", [(33.05, 135.05), (math.nan, 33), ("35", "33"), (181, 0)])
def test_where_there_is_no_such_position(lon_lat):
    series = geo.series(rows((DATES[0], "a", WEST)), date="date")
    with pytest.raises(ClaimsError, match="a position is longitude and latitude in degrees, not "):
        series.where(*lon_lat)


def test_an_edge_along_a_pole_goes_round_in_either_direction():
    cap = shapely.Polygon([(-180, 90), (-180, 80), (180, 80), (180, 90)])
    for ring in (cap, cap.reverse()):
        with pytest.raises(ClaimsError, match="an edge across more than 180° of longitude"):
            geo.series(rows((DATES[0], "a", ring)), date="date")
    fine = shapely.Polygon([(-180, 90), *((lon, 80) for lon in range(-180, 181, 60)), (180, 90)])
    for ring in (fine, fine.reverse()):
        assert geo.series(rows((DATES[0], "a", ring)), date="date").areas()["a"].item() == pytest.approx(
            3.9e6, rel=0.02
        )
    slanting = shapely.Polygon([(-180, 90), (170, 80), (180, 80), (180, 90)])
    for ring in (slanting, slanting.reverse()):
        with pytest.raises(ClaimsError, match="an edge across more than 180° of longitude"):
            geo.series(rows((DATES[0], "a", ring)), date="date")


def test_who_comes_first_is_the_same_when_a_date_is_added():
    both = WEST.union(EAST)
    frame = rows((DATES[0], "z", EAST), (DATES[1], "y", None), (DATES[1], "x", both), (DATES[1], "y", both))
    whole = geo.series(frame, date="date", overlaps="first")
    added = geo.series(frame[:1], date="date", overlaps="first").add(frame[1:], DATES[1])
    pd.testing.assert_frame_equal(added.areas_cm2, whole.areas_cm2)
    assert whole.areas_cm2["y"].iloc[1] > 0


def test_one_party_may_overlap_itself():
    frame = rows((DATES[0], "a", WEST), (DATES[0], "a", WEST.union(EAST)), (DATES[1], "a", EAST))
    held = geo.series(frame, date="date").areas_cm2
    assert held["a"].tolist() == pytest.approx([cm2(WEST.union(EAST)), cm2(EAST)], rel=1e-10)


# dates and inputs


def test_periods_hold_from_the_first_day_until_the_day_after_the_last():
    frame = geopandas.GeoDataFrame(
        {"controller": ["a", "b"], "from": ["1974-05-31", "1990-01-01"], "until": ["1990-01-01", None]},
        geometry=[WEST, WEST],
        crs=4326,
    )
    series = geo.series(frame, valid_from="from", valid_to="until")
    assert series.where(35.75, 33.05).to_numpy().tolist() == [
        ["1974-05-31", "1990-01-01", "a"],
        ["1990-01-01", None, "b"],
    ]
    assert list(series.held("1989-12-31")) == ["a"]
    assert list(series.held("1990-01-01")) == ["b"]
    with pytest.raises(ClaimsError, match="1970-01-01 lies outside the series, 1974-05-31 to 20"):
        series.held("1970-01-01")
    with pytest.raises(ClaimsError, match="series of dates only"):
        series.add(frame, "2000-01-01")


def test_years_of_periods_are_in_the_order_of_numbers():
    years = geopandas.GeoDataFrame({"controller": ["a"], "from": [900], "to": [1000]}, geometry=[WEST], crs=4326)
    series = geo.series(years, valid_from="from", valid_to="to")
    assert list(series.held(950)) == ["a"]
    for outside in (899, 1001):
        with pytest.raises(ClaimsError, match=f"{outside} lies outside the series, 900 to 1000"):
            series.held(outside)


def test_a_date_on_which_nobody_holds_anything_is_a_date():
    frame = rows((DATES[0], "a", WEST), (DATES[1], "a", None), (DATES[2], "none", EAST))
    series = geo.series(frame, date="date")
    assert series.pieces(DATES[1], DATES[2]).empty
    assert series.snapshot(DATES[1]).empty
    assert "claims" in series.map(DATES[2]).get_root().render()
    assert (
        not SharedFaces(frames.intervals(frame, frames.Columns("controller", "date")).only([1, 2])).transfers()[0].size
    )
    with pytest.raises(ClaimsError, match="no polygons that somebody holds"):
        geo.series(frame[1:], date="date")
    assert geo.series(frame, date="date").areas()["a"].tolist() == pytest.approx([cm2(WEST) / 1e10, 0, 0])


@pytest.mark.parametrize("date", [pd.NaT, None, float("nan"), [1], ""])
def test_what_is_no_date_is_not_added(date):
    series = geo.series(rows((DATES[0], "a", WEST)), date="date")
    with pytest.raises(ClaimsError):
        series.add(rows((DATES[1], "a", WEST)), date)


@pytest.mark.parametrize(
    "frame", [None, [WEST], geopandas.GeoSeries([WEST], crs=4326), pd.DataFrame({"controller": []})]
)
def test_what_is_no_frame_is_not_added(frame):
    with pytest.raises(ClaimsError, match="a GeoDataFrame is needed, not a"):
        geo.series(rows((DATES[0], "a", WEST)), date="date").add(frame, DATES[1])
    with pytest.raises(ClaimsError, match="a GeoDataFrame is needed, not a"):
        geo.series(frame, date="date")


def test_years_and_time_stamps_are_dates_too():
    years = rows((900, "a", WEST), (1000, "a", EAST))
    assert geo.series(years, date="date").dates == ["900", "1000"]
    stamps = rows(*((pd.Timestamp(date), "a", WEST) for date in DATES))
    assert geo.series(stamps, date="date").dates == list(DATES)


BAD = {
    "no column": ({"date": "day"}, "series: no column 'day'; there are date, controller, geometry"),
    "no date": ({}, "series: name either the column of dates or the one of first days (valid_from)"),
    "no party": ({"date": "date", "by": "owner"}, "series: no column 'owner'"),
    "too far": ({"date": "date", "accuracy_m": 1e300}, "accuracy_m must be a length, not 1e+300"),
    "a column of answers": ({"date": "date", "by": "to"}, "series: answers have a column 'to' of their own"),
    "dates in two roles": ({"date": "date", "by": "date"}, "series: one column cannot hold dates and date too"),
    "an empty name": ({"date": ""}, "series: a column is named by a text, not ''"),
    "text for a length": ({"date": "date", "accuracy_m": "50"}, "accuracy_m must be a length, not '50'"),
    "bad accuracy": ({"date": "date", "accuracy_m": -1}, "accuracy_m must be a length, not -1"),
    "bad engine": ({"date": "date", "engine": "dusk"}, "unknown engine 'dusk'; did you mean 'dask'?"),
    "last days alone": ({"date": "date", "valid_to": "date"}, "series: the column of last days (valid_to) goes with"),
    "ends first": ({"valid_from": "date", "valid_to": "date"}, "series: row 0: ends on or before"),
}


@pytest.mark.parametrize(("options", "fault"), BAD.values(), ids=BAD)
def test_bad_options_are_refused(options, fault):
    with pytest.raises(ClaimsError) as caught:
        geo.series(rows((DATES[0], "a", WEST)), **options)
    assert fault in str(caught.value)


def test_rows_without_a_date_or_a_party_are_refused():
    with pytest.raises(ClaimsError, match="row 1: nothing in column 'controller'"):
        geo.series(rows((DATES[0], "a", WEST), (DATES[0], None, EAST)), date="date")
    with pytest.raises(ClaimsError, match="row 1: nothing in column 'date'"):
        geo.series(rows((DATES[0], "a", WEST), (" ", "a", EAST)), date="date")
    with pytest.raises(ClaimsError, match="no CRS"):
        geo.series(rows((DATES[0], "a", WEST), crs=None), date="date")
    with pytest.raises(ClaimsError, match="2024-01-09 is none of the 1 dates of the series, 2024-01-01 to 2024-01-01"):
        geo.series(rows((DATES[0], "a", WEST)), date="date").held("2024-01-09")
    with pytest.raises(ClaimsError, match="2024-01-01 is not later than 2024-01-01"):
        geo.series(rows((DATES[0], "a", WEST)), date="date").add(rows((DATES[0], "a", WEST)), DATES[0])


@pytest.mark.parametrize("suffix", ["geojson", "gpkg", "fgb", "shp"])
def test_files_give_what_frames_give(tmp_path, suffix):
    frame = generated.districts(4, across=3, down=2)
    frame.to_file(tmp_path / f"days.{suffix}")
    by = "controller"[:10]  # shapefiles keep ten letters
    one = geo.series(frame, date="date")
    other = geo.series(tmp_path / f"days.{suffix}", date="date", by=by)
    pd.testing.assert_frame_equal(one.areas_cm2, other.areas_cm2)


def test_parquet_needs_pyarrow_and_says_so(tmp_path, monkeypatch):
    frame = generated.districts(4, across=3, down=2)
    frame.to_parquet(tmp_path / "days.parquet")
    pd.testing.assert_frame_equal(
        geo.series(tmp_path / "days.parquet", date="date").areas_cm2, geo.series(frame, date="date").areas_cm2
    )
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(
        ClaimsError, match=r"days\.parquet: GeoParquet needs pyarrow: pip install 'territorial-claims\[p"
    ):
        geo.series(tmp_path / "days.parquet", date="date")


def test_a_folder_has_a_date_in_each_name(tmp_path):
    frame = generated.districts(3, across=3, down=2)
    for date, day in frame.groupby("date"):
        day[["controller", "geometry"]].to_file(tmp_path / f"front_{date.replace('-', '')}.geojson")
    series = geo.series(tmp_path)
    pd.testing.assert_frame_equal(series.areas_cm2, geo.series(frame, date="date").areas_cm2)
    (tmp_path / "other.geojson").write_text("{}")
    with pytest.raises(ClaimsError, match=r"other.geojson: the name holds no date"):
        geo.series(tmp_path)


def test_files_that_cannot_be_read_are_named(tmp_path):
    with pytest.raises(ClaimsError, match=r"nowhere\.geojson: no such file"):
        geo.series(tmp_path / "nowhere.geojson", date="date")
    (tmp_path / "bad.geojson").write_text("{")
    with pytest.raises(ClaimsError, match=r"bad.geojson: cannot be read: "):
        geo.series(tmp_path / "bad.geojson", date="date")
    (tmp_path / "table.xlsx").write_text("")
    with pytest.raises(ClaimsError, match="not this ending"):
        geo.series(tmp_path / "table.xlsx", date="date")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ClaimsError, match="no files of polygons in this folder"):
        geo.series(tmp_path / "empty")


def test_snapping_says_what_it_moved():
    wobbled = shapely.Polygon(shapely.get_coordinates(WEST) + 1e-5 * np.array([[0, 0], [1, 0], [0, 1], [0, 0], [0, 0]]))
    frame = rows((DATES[0], "a", WEST), (DATES[1], "a", wobbled))
    assert geo.series(frame, date="date").changes()["area_km2"].sum() > 0.01
    snapped = geo.series(frame, date="date", snap_m=5)
    assert snapped.changes().empty
    assert snapped.snapped.polygons == 1
    assert snapped.snapped.vertices == 2
    assert 0.5 < snapped.snapped.furthest_m < 1.5
    with pytest.raises(ClaimsError, match="name the column of dates"):
        geo.series(frame, valid_from="date", snap_m=5)
    beside = shapely.box(35.7 + 15 / 93_400, 33.0, 35.8, 33.1)  # 15 m
    along = geo.series(rows((DATES[0], "a", WEST), (DATES[1], "a", beside)), date="date", snap_m=20).snapped
    assert along.vertices == 2
    assert along.furthest_m == pytest.approx(15, rel=0.01)
    bent = shapely.Polygon([(35.7, 33), (35.8, 33), (35.8, 33.1), (35.7, 33.1), (35.7 - 9 / 93_400, 33.05)])
    put_in = geo.series(rows((DATES[0], "a", bent), (DATES[1], "a", WEST)), date="date", snap_m=20).snapped
    assert put_in.vertices == 1
    assert put_in.furthest_m == pytest.approx(9, rel=0.01)
    first = geo.series(frame[frame["date"] == DATES[0]], date="date", snap_m=5)
    added = first.add(frame[frame["date"] == DATES[1]], DATES[1])
    assert added.changes().empty
    assert added.snapped == snapped.snapped


@pytest.mark.parametrize("seed", range(4))
def test_dates_added_are_snapped_as_all_at_once(seed):
    rng = np.random.default_rng(seed)
    frame = generated.districts(4, across=6, down=4, changed=0.2, seed=seed)
    frame["geometry"] = [
        shapely.Polygon(shapely.get_coordinates(one) + 2e-5 * rng.standard_normal(2)) for one in frame.geometry
    ]
    frame = frame.iloc[rng.permutation(len(frame))[: len(frame) // 3]].sort_values("date", kind="stable")
    whole = geo.series(frame, date="date", overlaps="first", snap_m=10)
    added = geo.series(frame[frame["date"] == whole.dates[0]], date="date", overlaps="first", snap_m=10)
    for date in whole.dates[1:]:
        added = added.add(frame[frame["date"] == date], date)
    one, other = whole.areas().align(added.areas(), fill_value=0)
    assert np.abs(one - other).to_numpy().max() < 0.01
    assert added.snapped.polygons == pytest.approx(whole.snapped.polygons, abs=2)


# the real record through the same engine


def test_the_layers_as_a_series_give_what_their_ledger_gives(golan):
    """Two ways to each area and each change: the curated faces, and snapshots as dated polygons."""
    dates = ["1950-01-01", "1967-06-11", "1974-06-26", "2024-12-07", "2026-01-06"]
    frames = [golan.snapshot(date)[["controller", "geometry"]].assign(date=date) for date in dates]
    series = geo.series(geopandas.GeoDataFrame(pd.concat(frames)), date="date")
    for date in dates:
        known = {party: quantity.area for party, quantity in golan.ledger.controller_areas(date).items()}
        found = {party: km2 for party, km2 in series.areas().loc[date].items() if km2}
        assert found == pytest.approx(known, abs=1e-5)
    for before, after in pairwise(dates):
        known = {(one.source, one.target): one.quantity.area for one in golan.change(before, after).transfers}
        found = {(one.source, one.target): one.quantity.area for one in series.change(before, after).transfers}
        assert found == pytest.approx(known, abs=1e-5)


# answers


def test_answers_agree_with_each_other():
    series = geo.series(generated.districts(12, across=6, down=5), date="date")
    changes, matrix = series.changes(), series.matrix()
    assert (matrix.to_numpy() == matrix.to_numpy().T).all()
    for before, after in pairwise(series.dates):
        mine = changes[changes["before"] == before]
        change = series.change(before, after)
        assert mine["area_km2"].sum() == pytest.approx(matrix.loc[before, after])
        assert mine.set_index(["from", "to"])["area_km2"].to_dict() == pytest.approx(
            {(found.source, found.target): found.quantity.area for found in change.transfers}
        )
        pieces = change.pieces
        assert geo.area(pieces).sum() / 1e6 == pytest.approx(mine["area_km2"].sum(), rel=1e-9)
    there, back = series.change(series.dates[0], series.dates[-1]), series.change(series.dates[-1], series.dates[0])
    assert moved_cm2(there) == {pair[::-1]: area for pair, area in moved_cm2(back).items()}
    assert "12 dates, 4 parties; one set of faces" in repr(series)
    assert "<table" in series._repr_html_()


def test_hostile_names_stay_text():
    name = "</script><img src=x onerror=alert(1)>"
    series = geo.series(rows((DATES[0], name, WEST), (DATES[1], "b", WEST)), date="date")
    assert "<img" not in series._repr_html_()
    assert "<img src=x" not in series.map().get_root().render()


# the command


@pytest.fixture
def days(tmp_path):
    path = tmp_path / "days.fgb"
    generated.districts(365, across=6, down=5).to_file(path)
    return str(path)


def answer(capsys, *arguments):
    assert main(list(arguments)) == 0
    return capsys.readouterr().out


def test_the_command_asks_a_year_of_days(days, capsys, tmp_path, monkeypatch):
    given = ("--series", days, "--date-column", "date", "--by", "controller")
    series = geo.series(days, date="date")
    first, last = series.dates[0], series.dates[-1]
    change = json.loads(answer(capsys, "change", first, last, *given, "--json"))
    assert change["transfers"] == series.change(first, last).json()["transfers"]
    text = answer(capsys, "change", first, last, *given, "--accuracy-m", "50")
    assert "of the edges are on more than one date" in text
    assert "lie within the stated accuracy of the lines" in text
    every = json.loads(answer(capsys, "change", *given, "--json"))
    assert len(every["changes"]) == len(series.changes())
    held = json.loads(answer(capsys, "areas", *given, "--json"))
    assert [row["date"] for row in held["dates"]] == series.dates
    assert {party["id"] for row in held["dates"] for party in row["controllers"]} == set(series.parties)
    assert {row["none_km2"] for row in held["dates"]} == set(series.areas()["none"].round(6))
    assert "are given for dates that are named" in answer(capsys, "areas", *given, "--accuracy-m", "50")
    one = json.loads(answer(capsys, "areas", "--date", last, *given, "--accuracy-m", "50", "--json"))
    assert one["controllers"][0]["ci95_km2"][0] < one["controllers"][0]["area_km2"]
    assert "No accuracy is stated" in answer(capsys, "areas", "--date", last, *given)
    pieces = json.loads(answer(capsys, "export", f"change_{first}_{last}", *given, "-o", "-"))
    assert len(pieces["features"]) == len(change["transfers"])
    for feature, transfer in zip(pieces["features"], change["transfers"], strict=True):
        told = feature["properties"]
        assert (told["date_from"], told["date_to"]) == (first, last)
        assert told["ci95_km2"] == transfer["ci95_km2"] == [None, None]
    monkeypatch.chdir(tmp_path)
    assert answer(capsys, "export", f"control_{last}", *given, "--accuracy-m", "50") == f"control_{last}.geojson\n"
    control = json.loads((tmp_path / f"control_{last}.geojson").read_text())
    for feature, party in zip(control["features"], one["controllers"], strict=True):
        told = feature["properties"]
        assert (told["date"], told["controller"], told["ci95_km2"]) == (last, party["id"], party["ci95_km2"])
    assert {feature["properties"]["controller"] for feature in control["features"]} <= set(series.parties)
    page = tmp_path / "page.html"
    assert answer(capsys, "map", first, last, *given, "-o", str(page)).strip() == str(page)
    assert page.stat().st_size < 5e6


def test_the_command_answers_in_words(capsys, tmp_path):
    path = tmp_path / "days.geojson"
    rows((DATES[0], "a", WEST), (DATES[1], "a", WEST), (DATES[1], "النظام", EAST)).to_file(path)
    given = ("--series", str(path), "--date-column", "date")
    lines = answer(capsys, "areas", *given).splitlines()
    assert lines[0].startswith("Held on each date, km²")
    assert lines[-2].split() == ["2024-01-01", "103.6", "0.0", "103.6"]
    assert "none" in answer(capsys, "change", *given).splitlines()[-1]
    assert answer(capsys, "change", DATES[0], DATES[0], *given).splitlines()[-1] == "Nothing changed hands."
    rows((DATES[0], "a", WEST), (DATES[1], "a", WEST)).to_file(path)
    assert answer(capsys, "change", *given).splitlines()[-1] == "Nothing changed hands."


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["change", "2022-02-24", "2022-02-30"], "'2022-02-30' is no date; write it as 2024-12-08, 2024-12 or 2024"),
        (["change", "2022-02-24"], "change takes two dates of the series, or none"),
        (["areas", "--perspective", "un"], "perspectives belong to layers"),
        (["areas", "--layers", "."], "--series and --layers name two things to ask"),
        (["export", "zone"], "'zone': of a series, control_DATE or change_FROM_TO is exported"),
        (["export"], "no layer is named: of a series, control_DATE or change_FROM_TO is exported"),
        (["export", "--all"], "--all and --perspective go with layers, not with a series"),
        (
            ["export", "control_2022-02-24", "-o", "x.gpkg"],
            "x.gpkg: GeoJSON is written: the name has to end in .geojson",
        ),
        (["areas", "--date", "2021-01-01"], "is none of the 365 dates of the series, 2022-02-24 to 2023-02-23"),
        (["areas", "--layer", "x"], "only a GeoPackage has layers to name"),
        (["areas", "--scheduler", "x"], "a scheduler goes with the engine dask"),
        (["map", "1", "2", "3"], "a map opens at one date or at the change between two"),
    ],
)
def test_the_command_refuses_in_one_line(days, capsys, arguments, fault):
    assert main([*arguments, "--series", days, "--date-column", "date"]) == 2
    error = capsys.readouterr().err
    assert error.startswith("claims: error: ")
    assert fault in error
    assert error.count("\n") == 1
