"""A date more: the same as all dates at once, worked out near what is new."""

from __future__ import annotations

import generated
import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely
from dated_polygons import (
    DATES,
    EAST,
    WEST,
    rows,
    same_sums,
    series_of,
)
from geopandas.testing import assert_geodataframe_equal
from hypothesis import given, settings

import geo
from geo import ClaimsError
from geo.dated import frames, histories
from geo.dated.append import _together, extended
from geo.dated.overlay import SharedFaces


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
    pd.testing.assert_frame_equal(added.areas_cm2[whole.areas_cm2.columns], whole.areas_cm2)
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


def test_a_party_added_with_the_name_of_ground_that_counts_apart():
    split = geo.series(rows((DATES[0], "a", WEST), (DATES[0], "z", WEST)), date="date", overlaps="split")
    with pytest.raises(ClaimsError, match="a party is called 'a / z'"):
        split.add(rows((DATES[1], "a / z", EAST)), DATES[1])


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


def test_who_comes_first_is_the_same_when_a_date_is_added():
    both = WEST.union(EAST)
    frame = rows((DATES[0], "z", EAST), (DATES[1], "y", None), (DATES[1], "x", both), (DATES[1], "y", both))
    whole = geo.series(frame, date="date", overlaps="first")
    added = geo.series(frame[:1], date="date", overlaps="first").add(frame[1:], DATES[1])
    pd.testing.assert_frame_equal(added.areas_cm2, whole.areas_cm2)
    assert whole.areas_cm2["y"].iloc[1] > 0
