"""How time and memory grow with the number of dates, each measured in a fresh process."""

from __future__ import annotations

import multiprocessing
import resource
import sys
from concurrent.futures import ProcessPoolExecutor
from typing import NamedTuple

import generated
from timing import best, timed

import geo
from geo import inputs, runs

DATES = (100, 300, 750, 1500)
ACROSS, DOWN = 37, 3


class Grown(NamedTuple):
    """Figures of one series; memory in MB above what the imports take."""

    dates: int
    edges: int
    build: float
    changes: float
    matrix: float
    frame_mb: float
    peak_mb: float


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
    edges = len(runs.steps(inputs.runs(frame, inputs.Columns("controller", "date")).polygons).edges.ends)
    return Grown(
        count,
        edges,
        min(build, best(lambda: geo.series(frame, date="date"), 2)),
        best(series.changes, 3),
        best(series.matrix, 1),
        with_frame - before,
        after - before,
    )


def table():
    """Yield the lines of the table."""
    # a forked server's children begin with memory of their own, so that a peak is theirs and not this process's
    context = multiprocessing.get_context("forkserver")
    with ProcessPoolExecutor(1, mp_context=context, max_tasks_per_child=1) as pool:
        found = list(pool.map(grown, DATES))
    yield (
        "| dates | distinct edges | building, s | s per 1,000 edges | `changes()`, s | `matrix()`, s "
        "| frame, MB | peak, MB |"
    )
    yield "|---:|---:|---:|---:|---:|---:|---:|---:|"
    for one in found:
        yield (
            f"| {one.dates:,} | {one.edges:,} | {one.build:.2f} | {1e3 * one.build / one.edges:.4f} "
            f"| {one.changes:.3f} | {one.matrix:.3f} | {one.frame_mb:,.0f} | {one.peak_mb:,.0f} |"
        )
