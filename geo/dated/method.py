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
_AT_ONCE = 500  # edges of the sample whose pairs are counted together


def chosen(intervals: Intervals, overlaps: Overlaps) -> SharedFaces | Pairwise:
    """Choose faces for all dates, or pairs of dates when faces would be many more than the edges."""
    found = steps(intervals.polygons)
    if _meet_more_often(found, max(_PAIRS_ALWAYS_TRIED, len(found.edge))):
        return Pairwise(intervals, overlaps)
    return SharedFaces(intervals, overlaps, changes=edge_changes(intervals, found))


def _meet_more_often(found: Steps, most: int) -> bool:
    """Estimate from a sample whether the boxes of more than so many pairs of edges meet."""
    count = len(found.edges.ends)
    if not count:
        return False
    some = np.random.default_rng(0).choice(count, min(count, _SAMPLE), replace=False)
    boxes = diagonals(found.edges.positions[found.edges.ends[some]])
    tree = shapely.STRtree(boxes)
    enough = 2 * most * (len(some) / count) ** 2
    pairs = -len(boxes)  # each box meets itself
    for few in np.array_split(boxes, len(boxes) // _AT_ONCE + 1):
        pairs += tree.query(few).shape[1]
        if pairs > enough:
            return True
    return False
