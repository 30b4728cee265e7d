"""How who held what is worked out: one overlay of all dates, pair by pair where lines are drawn anew, or in tiles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo.dated.edge_changes import edge_changes, steps
from geo.dated.overlay import SharedFaces
from geo.dated.pairwise import Pairwise
from geo.dated.tiles import Tiled
from geo.geometry.noding import diagonals

if TYPE_CHECKING:
    from geo.dated.edge_changes import Steps
    from geo.dated.intervals import Intervals
    from geo.dated.overlay import Overlaps

Ledger = SharedFaces | Pairwise | Tiled
_PAIRS_ALWAYS_TRIED = 2_000_000  # of edges, whatever the series is
_SAMPLE = 20_000  # edges from which the number of pairs is estimated


def chosen(intervals: Intervals, overlaps: Overlaps) -> SharedFaces | Pairwise:
    """Choose faces for all dates, or pairs of dates when faces would be many more than the edges."""
    found = steps(intervals.polygons)
    if _crossings(found) <= max(_PAIRS_ALWAYS_TRIED, len(found.edge)):
        return SharedFaces(intervals, overlaps, changes=edge_changes(intervals, found))
    return Pairwise(intervals, overlaps)


def _crossings(found: Steps) -> float:
    """Estimate how many pairs of edges have boxes that meet, from a sample."""
    count = len(found.edges.ends)
    if not count:
        return 0.0
    some = np.random.default_rng(0).choice(count, min(count, _SAMPLE), replace=False)
    boxes = diagonals(found.edges.positions[found.edges.ends[some]])
    pairs: int = shapely.STRtree(boxes).query(boxes).shape[1] - len(boxes)  # each box meets itself
    return pairs / 2 * (count / len(some)) ** 2
