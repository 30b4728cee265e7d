"""What polygons that come and go change: on which date which edge has other holders on its two sides."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

from geo.geometry import noding
from geo.geometry.planar import ranges

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geo.dated.intervals import Intervals
    from geo.geometry.noding import Box, Ints

_NEAR = 1e-8  # degrees: further than cutting may move an edge
_AT_ONCE = 4_000_000  # sums of dates and edges that are kept at once


class Steps(NamedTuple):
    """The steps of distinct polygons along distinct edges: those of polygon i lie from `begin[i]` to `begin[i + 1]`.

    `side` is +1 where the polygon lies on the left of its edge, -1 where it lies on the right.
    """

    edges: noding.Edges
    edge: Ints
    side: Ints
    begin: Ints


class EdgeChanges(NamedTuple):
    """What polygons that come and go change: from `date` on, the left of `edge` gains `weight` on its right.

    Where a polygon stays nothing changes, and where one takes the place of another only at edges that are not in both.
    """

    edges: noding.Edges
    date: Ints
    edge: Ints
    weight: Ints

    def near(self, windows: Sequence[Box]) -> EdgeChanges:
        """Return what changes near some boxes, or everywhere when there are none, with the edges that change alone."""
        kept = np.zeros(len(self.edges.ends), dtype=bool)
        kept[self.edge] = True
        if len(windows):
            ends = self.edges.positions[self.edges.ends]
            low, high = ends.min(axis=1) - _NEAR, ends.max(axis=1) + _NEAR
            within = np.zeros_like(kept)
            for west, south, east, north in windows:
                within |= (low[:, 0] <= east) & (high[:, 0] >= west) & (low[:, 1] <= north) & (high[:, 1] >= south)
            kept &= within
        mine = kept[self.edge]
        number = np.cumsum(kept) - 1
        edges = self.edges._replace(ends=self.edges.ends[kept])
        return EdgeChanges(edges, self.date[mine], number[self.edge[mine]], self.weight[mine])

    def followed(self, later: EdgeChanges) -> EdgeChanges:
        """Return these changes and later ones."""
        edges, mine, others = noding.join(self.edges, later.edges)
        date, weight = np.append(self.date, later.date), np.append(self.weight, later.weight)
        return EdgeChanges(edges, date, np.append(mine[self.edge], others[later.edge]), weight)


def steps(polygons: NDArray[np.object_]) -> Steps:
    """Return the distinct edges of polygons and which polygon has which."""
    parts, owner = shapely.get_parts(polygons, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    coordinates, ring = shapely.get_coordinates(rings, return_index=True)
    edges, edge, direction, at = noding.intern(coordinates, ring)
    shell = np.ones(len(rings), dtype=bool)
    shell[1:] = part[1:] != part[:-1]
    inside_on_left = np.where(shapely.is_ccw(rings) == shell, 1, -1)
    begin = np.searchsorted(owner[part][ring[at]], np.arange(len(polygons) + 1))
    return Steps(edges, edge, direction * inside_on_left[ring[at]], begin)


def weights(owner: Ints) -> Ints:
    """Return a number for each owner, so that sums of these tell what set of owners holds a place."""
    mixed: Ints = noding.mix(owner.view(np.uint64), owner.view(np.uint64)).view(np.int64)
    return mixed


def edge_changes(intervals: Intervals, found: Steps, first: int = 0) -> EdgeChanges:
    """Return what changes on the dates from the first on, by date and edge.

    Parameters
    ----------
    intervals, found
        Polygons and their steps.
    first
        Index of a date.
    """
    weight = weights(intervals.owner)
    last, count = len(intervals.dates), len(found.edges.ends)
    dates = max(_AT_ONCE // max(count, 1), 1)
    sums = np.zeros(dates * count, dtype=np.int64)
    by = {sign: np.argsort(ends, kind="stable") for sign, ends in ((1, intervals.start), (-1, intervals.stop))}
    places, gains = [], []
    for start in range(first, last, dates):
        touched = []
        for sign, ends in ((1, intervals.start), (-1, intervals.stop)):
            some = slice(*np.searchsorted(ends[by[sign]], (start, min(start + dates, last))))
            interval = by[sign][some]
            begin, end = found.begin[intervals.polygon[interval]], found.begin[intervals.polygon[interval] + 1]
            step, length = ranges(begin, end), end - begin
            at = np.repeat((ends[interval] - start) * count, length) + found.edge[step]
            np.add.at(sums, at, np.repeat(sign * weight[interval], length) * found.side[step])
            touched.append(at)
        at = np.concatenate(touched)
        at = np.unique(at[sums[at] != 0])
        places.append(at + start * count)
        gains.append(sums[at])
        sums[at] = 0
    date, edge = divmod(np.concatenate(places), max(count, 1))
    return EdgeChanges(found.edges, date, edge, np.concatenate(gains))


def shared(intervals: Intervals) -> float:
    """Return how many of the distinct edges are on more than one date, as a share of all, 0 to 1."""
    found = steps(intervals.polygons)
    first, last = np.full((2, len(intervals.polygons)), len(intervals.dates), dtype=np.int64)
    last[:] = 0
    np.minimum.at(first, intervals.polygon, intervals.start)
    np.maximum.at(last, intervals.polygon, intervals.stop)
    polygon = np.repeat(np.arange(len(intervals.polygons)), np.diff(found.begin))
    begin, end = np.full((2, len(found.edges.ends)), len(intervals.dates), dtype=np.int64)
    end[:] = 0
    np.minimum.at(begin, found.edge, first[polygon])
    np.maximum.at(end, found.edge, last[polygon])
    return float(np.mean(end - begin > 1)) if len(begin) else 0.0
