"""Polygons and when they hold, and the steps that their rings take along distinct edges."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

from geo import noding
from geo._errors import ClaimsError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.noding import Box, Ints

_NEAR = 1e-8  # degrees: further than cutting may move an edge


class Runs(NamedTuple):
    """Polygons and who holds them from date `start` until date `stop` (indices, half-open), in the order of the input.

    `polygons` are distinct; a run is of the polygon `polygon` and the owner `owner` (a label from 1 on), and comes from
    the input row named by `row`.
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

    def touching(self, box: Box) -> Runs:
        """Return what holds in a box or at its edge."""
        kept = np.zeros(len(self.polygons), dtype=bool)
        kept[shapely.STRtree(self.polygons).query(shapely.box(*box), predicate="intersects")] = True
        return self.chosen(kept[self.polygon])

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

    def near(self, box: Box) -> Steps:
        """Return the steps along edges that come near a box."""
        west, south, east, north = box
        ends = self.edges.positions[self.edges.ends]
        low, high = ends.min(axis=1) - _NEAR, ends.max(axis=1) + _NEAR
        kept = (low[:, 0] <= east) & (high[:, 0] >= west) & (low[:, 1] <= north) & (high[:, 1] >= south)
        mine = kept[self.edge]
        number = np.cumsum(kept) - 1
        begin = np.append(0, np.cumsum(mine))[self.begin]
        edges = self.edges._replace(ends=self.edges.ends[kept])
        return Steps(edges, number[self.edge[mine]], self.side[mine], begin)


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


def shared(runs: Runs, found: Steps) -> float:
    """Return how much of the polygons' edges, counted on each date, is an edge of another date too, 0 to 1."""
    times = np.zeros(len(runs.polygons), dtype=np.int64)
    np.add.at(times, runs.polygon, runs.stop - runs.start)
    total = int((times * np.diff(found.begin)).sum())
    return 1 - len(found.edges.ends) / max(total, 1)
