"""How time and memory grow with the number of dates, each measured in a fresh process."""

from __future__ import annotations

import multiprocessing
import resource
import sys
from concurrent.futures import ProcessPoolExecutor
from typing import NamedTuple

import generated
import geopandas
import numpy as np
import shapely
from timing import best, timed

import geo
from geo.dated import frames
from geo.dated.overlay import SharedFaces

DATES = (100, 300, 750, 1500)
ACROSS, DOWN = 37, 3


class Grown(NamedTuple):
    """Figures of one series; memory in MB above what the imports take."""

    dates: int
    polygons: int
    edges: int
    pieces: int
    histories: int
    events: int
    build: float
    changes: float
    matrix: float
    frame_mb: float
    peak_mb: float
    rows: int
    from_periods: float


def periods(frame, count):
    """Return the same series with a row for each period in which a district stays as it is."""
    polygon, owner = (
        np.asarray(column).reshape(count, -1).T for column in (shapely.to_wkb(frame.geometry), frame["controller"])
    )
    fresh = np.ones(polygon.shape, dtype=bool)
    fresh[:, 1:] = (polygon[:, 1:] != polygon[:, :-1]) | (owner[:, 1:] != owner[:, :-1])
    district, day = np.nonzero(fresh)
    date = np.array(generated.dates(count), dtype=object)
    last = np.append(district[1:] != district[:-1], True)
    until = np.where(last, None, date[np.append(day[1:], 0)])
    return geopandas.GeoDataFrame(
        {"controller": owner[fresh], "from": date[day], "until": until},
        geometry=shapely.from_wkb(polygon[fresh]),
        crs=4326,
    )


def peak_mb():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


def grown(count):
    """Build one series and return its figures."""
    geo.series(generated.districts(3, across=3, down=3), date="date").matrix()  # imports all that is needed
    before = peak_mb()
    frame = generated.districts(count, across=ACROSS, down=DOWN)
    with_frame = peak_mb()
    build, series = timed(lambda: geo.series(frame, date="date"))
    after = peak_mb()
    given = frames.intervals(frame, frames.Columns("controller", "date"))
    ledger = SharedFaces(given)
    rows = periods(frame, count)
    from_periods, same = timed(lambda: geo.series(rows, valid_from="from", valid_to="until"))
    assert np.isclose(same.changes()["area_km2"].sum(), series.changes()["area_km2"].sum())
    return Grown(
        count,
        len(frame),
        len(ledger.changes.edges.ends),
        len(ledger.arrangement.pieces.ends),
        len(ledger.cm2),
        len(ledger.events.date),
        min(build, best(lambda: geo.series(frame, date="date"), 2)),
        best(series.changes, 3),
        best(series.matrix, 1),
        with_frame - before,
        after - before,
        len(rows),
        from_periods,
    )


def table():
    """Yield the lines of the table."""
    # a forked server's children begin with memory of their own, so that a peak is theirs and not this process's
    context = multiprocessing.get_context("forkserver")
    with ProcessPoolExecutor(1, mp_context=context, max_tasks_per_child=1) as pool:
        found = list(pool.map(grown, DATES))
    yield (
        "| dates | polygons | distinct edges | pieces of them | histories | events | building, s | s per 1,000 edges "
        "| s per 1,000 pieces | µs per polygon | `changes()`, s | `matrix()`, s | frame, MB | peak, MB "
        "| rows as periods | building from these, s |"
    )
    yield "|---:" * 16 + "|"
    for one in found:
        yield (
            f"| {one.dates:,} | {one.polygons:,} | {one.edges:,} | {one.pieces:,} | {one.histories:,} | {one.events:,} "
            f"| {one.build:.2f} | {1e3 * one.build / one.edges:.3f} | {1e3 * one.build / one.pieces:.4f} "
            f"| {1e6 * one.build / one.polygons:.1f} | {one.changes:.3f} | {one.matrix:.3f} "
            f"| {one.frame_mb:,.0f} | {one.peak_mb:,.0f} | {one.rows:,} | {one.from_periods:.2f} |"
        )
