"""Polygons and when they hold, the steps that their rings take along distinct edges, and what these change when."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

from geo import noding
from geo._errors import ClaimsError
from geo.planar import ranges

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geo.noding import Box, Ints

NONE = "none"  # holds the ground that nobody holds
_NEAR = 1e-8  # degrees: further than cutting may move an edge
_AT_ONCE = 4_000_000  # sums of dates and edges that are kept at once


class Runs(NamedTuple):
    """Polygons and who holds them from date `start` until date `stop` (indices, half-open), in the order of the input.

    A run is of the polygon `polygon` and the owner `owner` (a label from 1 on), and comes from the input row named by
    `row`. `owners` stand in the order of their first rows.
    """

    polygons: NDArray[np.object_]
    polygon: Ints
    owner: Ints
    start: Ints
    stop: Ints
    row: NDArray[np.object_]
    dates: list[str]
    owners: list[str]
    by: str

    def only(self, dates: list[int]) -> Runs:
        """Return what holds on some dates, ascending, as if there were no others."""
        start, stop = (np.searchsorted(dates, bound) for bound in (self.start, self.stop))
        names = [self.dates[date] for date in dates]
        return self._replace(start=start, stop=stop, dates=names).chosen(start < stop)

    def touching(self, *boxes: Box) -> list[Runs]:
        """Return what holds in each of some boxes or at its edge."""
        places = shapely.STRtree(self.polygons).query(shapely.box(*np.transpose(boxes)), predicate="intersects")
        found = []
        for number in range(len(boxes)):
            kept = np.zeros(len(self.polygons), dtype=bool)
            kept[places[1][places[0] == number]] = True
            found.append(self.chosen(kept[self.polygon]))
        return found

    @property
    def labels(self) -> list[str]:
        """Who holds ground, by label; 0 is nobody's."""
        return [NONE, *self.owners]

    def active(self, date: int) -> Ints:
        """Return the runs that hold on a date."""
        return np.flatnonzero((self.start <= date) & (date < self.stop))

    def overlap(self, date: int, one: int, other: int, spot: shapely.Point) -> ClaimsError:
        """Return the error for two runs that hold one spot on a date."""
        named = " and ".join(f"{self.owners[self.owner[run] - 1]} (row {self.row[run]})" for run in (one, other))
        message = f"{self.dates[date]}: {named} overlap around {spot.x:.5f} {spot.y:.5f}"
        return ClaimsError(message, code="overlap")

    def chosen(self, kept: NDArray[np.bool_]) -> Runs:
        """Return some of the runs, with their polygons alone."""
        polygon, place = np.unique(self.polygon[kept], return_inverse=True)
        return self._replace(
            polygons=self.polygons[polygon],
            polygon=place,
            owner=self.owner[kept],
            start=self.start[kept],
            stop=self.stop[kept],
            row=self.row[kept],
        )


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


def edge_changes(runs: Runs, found: Steps, first: int = 0) -> EdgeChanges:
    """Return what changes on the dates from the first on, by date and edge.

    Parameters
    ----------
    runs, found
        Polygons and their steps.
    first
        Index of a date.
    """
    weight = weights(runs.owner)
    last, count = len(runs.dates), len(found.edges.ends)
    dates = max(_AT_ONCE // max(count, 1), 1)
    sums = np.zeros(dates * count, dtype=np.int64)
    by = {sign: np.argsort(ends, kind="stable") for sign, ends in ((1, runs.start), (-1, runs.stop))}
    places, gains = [], []
    for start in range(first, last, dates):
        touched = []
        for sign, ends in ((1, runs.start), (-1, runs.stop)):
            some = slice(*np.searchsorted(ends[by[sign]], (start, min(start + dates, last))))
            run = by[sign][some]
            begin, end = found.begin[runs.polygon[run]], found.begin[runs.polygon[run] + 1]
            step, length = ranges(begin, end), end - begin
            at = np.repeat((ends[run] - start) * count, length) + found.edge[step]
            np.add.at(sums, at, np.repeat(sign * weight[run], length) * found.side[step])
            touched.append(at)
        at = np.concatenate(touched)
        at = np.unique(at[sums[at] != 0])
        places.append(at + start * count)
        gains.append(sums[at])
        sums[at] = 0
    date, edge = divmod(np.concatenate(places), max(count, 1))
    return EdgeChanges(found.edges, date, edge, np.concatenate(gains))


def shared(runs: Runs) -> float:
    """Return how many of the distinct edges are on more than one date, as a share of all, 0 to 1."""
    found = steps(runs.polygons)
    first, last = np.full((2, len(runs.polygons)), len(runs.dates), dtype=np.int64)
    last[:] = 0
    np.minimum.at(first, runs.polygon, runs.start)
    np.maximum.at(last, runs.polygon, runs.stop)
    polygon = np.repeat(np.arange(len(runs.polygons)), np.diff(found.begin))
    begin, end = np.full((2, len(found.edges.ends)), len(runs.dates), dtype=np.int64)
    end[:] = 0
    np.minimum.at(begin, found.edge, first[polygon])
    np.maximum.at(end, found.edge, last[polygon])
    return float(np.mean(end - begin > 1)) if len(begin) else 0.0
