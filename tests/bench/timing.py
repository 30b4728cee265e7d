"""Rows of two sides that are timed in one run, and what a user would do with geopandas."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path
from typing import NamedTuple

import geopandas
import numpy as np
import pyproj

ROOT = Path(__file__).parent.parent.parent
SEED = 1974
GEOD = pyproj.Geod(ellps="WGS84")
NEAR = 1e-3  # how far two figures of one change may be apart: edges of overlays are geodesics


class Row(NamedTuple):
    """What is done, what it is timed against, seconds of both sides, and how many times as fast it is to be."""

    what: str
    against: str
    ours: float
    theirs: float
    goal: str = ""


def best(run, rounds):
    """Return the smallest time of several runs in seconds."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def timed(run):
    """Return the time of one run in seconds and its answer."""
    start = time.perf_counter()
    answer = run()
    return time.perf_counter() - start, answer


def process(*command):
    return lambda: subprocess.run(command, cwd=ROOT, check=True, capture_output=True)


def spread(items, count):
    """Return some of many items, evenly spread, first and last among them."""
    return [items[place] for place in np.linspace(0, len(items) - 1, min(count, len(items))).round().astype(int)]


def each(run, pairs, rounds=2):
    """Return the mean time of some pairs in seconds, each the smallest of several runs, and their answers."""
    times, answers = [], []
    for pair in pairs:
        found = [timed(lambda pair=pair: run(*pair)) for _ in range(rounds)]
        times.append(min(seconds for seconds, _ in found))
        answers.append(found[0][1])
    return float(np.mean(times)), answers


def geod_km2(geometries):
    return sum(abs(GEOD.geometry_area_perimeter(geometry)[0]) for geometry in geometries) / 1e6


def union_km2(before, after):
    """Return the km² whose controller differs between two frames, by an overlay."""
    both = geopandas.overlay(before, after, how="union", keep_geom_type=True)
    return geod_km2(both.geometry[both["controller_1"] != both["controller_2"]])


def difference_km2(before, after):
    """Return the km² that one of two frames of one party's ground covers alone, by an overlay."""
    return geod_km2(geopandas.overlay(before, after, how="symmetric_difference", keep_geom_type=True).geometry)
