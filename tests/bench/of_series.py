"""Rows of dated polygons against pairs of dates in geopandas; both sides must agree on what changed."""

from __future__ import annotations

import tempfile
from itertools import combinations, pairwise
from pathlib import Path

import generated
import geopandas
import growth
import numpy as np
import pandas as pd
import shapely
from timing import NEAR, SEED, Row, best, difference_km2, each, geod_km2, spread, union_km2

import geo

OVERLAY = "`geopandas.overlay(union)` + `Geod`"


def days(frame):
    """Return each date's frame, by date."""
    return {date: day[["controller", "geometry"]].reset_index(drop=True) for date, day in frame.groupby("date")}


def changed_km2(changes, pairs):
    """Return what passed in all between each of some pairs of dates that follow one another."""
    total = changes.groupby("before")["area_km2"].sum()
    return [total.get(before, 0.0) for before, _ in pairs]


def agree(ours, theirs):
    assert np.allclose(ours, theirs, rtol=NEAR, atol=1e-6), (ours, theirs)


def consecutive(frame, what, peer, *, sample, goal, against=OVERLAY):
    """Return the row of all changes from one date to the next, the other side timed on some and multiplied."""
    ours = best(lambda: geo.series(frame, date="date").changes(), 3)
    day = days(frame)
    pairs = list(pairwise(day))
    some = spread(pairs, sample)
    one, km2 = each(lambda before, after: peer(day[before], day[after]), some)
    agree(changed_km2(geo.series(frame, date="date").changes(), some), km2)
    how = f"{len(pairs)} times" if len(some) < len(pairs) else f"all {len(pairs)} pairs"
    of = f" the mean of {len(some)} sampled pairs" if len(some) < len(pairs) else ""
    return Row(f"{what}, `.changes()` with building", f"{against}, {how}{of}", ours, one * len(pairs), goal)


def many_districts():
    return consecutive(
        generated.districts(100),
        "100 dates of 500 polygons, 2 % changed a day",
        union_km2,
        sample=5,
        goal="100",
    )


def few_districts():
    return consecutive(
        generated.districts(30, across=12, down=10),
        "30 dates of 120 polygons, 2 % changed a day",
        union_km2,
        sample=15,
        goal="40",
    )


def long_thin():
    return consecutive(
        generated.front(750),
        "750 dates of one front of 3,000 vertices, 20 moved a day",
        difference_km2,
        sample=20,
        goal="20",
        against="`geopandas.overlay(symmetric_difference)` + `Geod`",
    )


def any_pair():
    """All pairs of dates, and one pair asked of a series that is built."""
    frame = generated.districts(100)
    series = geo.series(frame, date="date")
    pairs = list(combinations(series.dates, 2))
    some = [pairs[place] for place in np.random.default_rng(SEED).choice(len(pairs), 10, replace=False)]
    day = days(frame)
    one, km2 = each(lambda before, after: union_km2(day[before], day[after]), some, rounds=1)
    matrix = series.matrix()
    agree([matrix.loc[pair] for pair in some], km2)
    return (
        Row(
            "all pairs of 100 dates of 500 polygons, `.matrix()` with building",
            f"{OVERLAY}, {len(pairs):,} times the mean of {len(some)} sampled pairs",
            best(lambda: geo.series(frame, date="date").matrix(), 3),
            one * len(pairs),
            "250",
        ),
        Row(
            "any pair asked of that series once built, figures of `.change(a, b)`",
            f"one {OVERLAY}, mean of the same pairs",
            each(series.change, some, rounds=20)[0],
            one,
            "5,000",
        ),
    )


def worst_case():
    """Lines drawn anew for every date: nothing is shared, so pairs are intersected on both sides."""
    frame = generated.redrawn(60)

    def intersections():
        polygons = np.asarray(frame.geometry)
        both = [geod_km2([one]) for one in shapely.intersection(polygons[:-1], polygons[1:])]
        held = [geod_km2([one]) for one in polygons]
        return [one + other - 2 * common for one, other, common in zip(held, held[1:], both, strict=False)]

    changes = geo.series(frame, date="date").changes()
    agree(changed_km2(changes, list(pairwise(frame["date"]))), intersections())
    return Row(
        "60 dates of one front of 3,000 vertices, all redrawn each day, `.changes()` with building",
        "`shapely.intersection` + `Geod` of consecutive dates",
        best(lambda: geo.series(frame, date="date").changes(), 5),
        best(intersections, 5),
        "0.83",
    )


def added_day():
    """Yield a row for each of three series that go on by one date."""
    for frame, what in (
        (generated.districts(100), "a 100th date added to a series of 500 polygons"),
        (generated.districts(1500, across=growth.ACROSS, down=growth.DOWN), "a 1,500th to one of 111 polygons"),
        (generated.front(750), "a 750th to one front of 3,000 vertices"),
    ):
        last = frame["date"].max()
        early, day = geo.series(frame[frame["date"] < last], date="date"), frame[frame["date"] == last]
        anew = geo.series(frame, date="date")
        pd.testing.assert_frame_equal(early.add(day, last).areas_cm2, anew.areas_cm2)
        yield Row(
            f"{what}, `.add(frame, date)`",
            "building it anew with that date",
            best(lambda early=early, day=day, last=last: early.add(day, last), 5),
            best(lambda frame=frame: geo.series(frame, date="date"), 3),
        )


def shipped_layers():
    """The layers of the Golan at all dates on which control changed, as any dated polygons."""
    golan = geo.load()
    dates = dict.fromkeys(f"{date}-01-01"[:10] for date in [golan.ledger.first, *golan.ledger.changes()])
    frames = [golan.snapshot(date)[["controller", "geometry"]].assign(date=date) for date in dates]
    frame = geopandas.GeoDataFrame(pd.concat(frames, ignore_index=True))
    return consecutive(
        frame,
        f"the Golan layers at their {len(dates)} dates of change",
        union_km2,
        sample=len(dates),
        goal="",
    )


def in_tiles():
    """Yield the times of one process and of two workers of Dask that stand ready; their integers must be the same."""
    from distributed import Client, LocalCluster

    frame = generated.districts(60, across=60, down=40)
    with (
        tempfile.TemporaryDirectory() as folder,
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        path = Path(folder) / "days.fgb"
        frame.to_file(path)
        client.run(lambda: __import__("geo").series)  # both have imported what they need
        options = {"engine": "dask", "scheduler": cluster.scheduler_address, "tile_degrees": 3.0}
        for source, what in ((frame, "a frame in memory"), (path, "a FlatGeobuf file, reading included")):
            series, tiles = (geo.series(source, date="date", **given) for given in ({}, options))
            pd.testing.assert_frame_equal(tiles.areas_cm2, series.areas_cm2)
            pd.testing.assert_frame_equal(tiles.changes(), series.changes())
            times = [
                best(lambda source=source, given=given: geo.series(source, date="date", **given), 2)
                for given in ({}, options)
            ]
            yield f"{len(frame):,} polygons on 60 dates, {what}; {tiles.how}", *times
