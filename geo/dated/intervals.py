"""Polygons with the interval of dates on which each of them holds, and for whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

from geo._errors import ClaimsError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.geometry.noding import Box, Ints

NONE = "none"  # holds the ground that nobody holds


class Intervals(NamedTuple):
    """Polygons and who holds them from date `start` until date `stop` (indices, half-open), in the order of the input.

    An interval is of the polygon `polygon` and the owner `owner` (a label from 1 on), and comes from the input row
    named by `row`. `owners` stand in the order of their first rows.
    Overlaps of no more than `small_cm2` on a date belong to the first of two.
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
    small_cm2: int = 0

    def only(self, dates: list[int]) -> Intervals:
        """Return what holds on some dates, ascending, as if there were no others."""
        start, stop = (np.searchsorted(dates, bound) for bound in (self.start, self.stop))
        names = [self.dates[date] for date in dates]
        return self._replace(start=start, stop=stop, dates=names).chosen(start < stop)

    def touching(self, *boxes: Box) -> list[Intervals]:
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
        """Return the intervals that hold on a date."""
        return np.flatnonzero((self.start <= date) & (date < self.stop))

    def overlap(self, date: int, one: int, other: int, spot: shapely.Point, km2: float) -> ClaimsError:
        """Return the error for two intervals that hold one spot, and ground round it, on a date."""
        named = " and ".join(
            f"{self.owners[self.owner[interval] - 1]} (row {self.row[interval]})" for interval in (one, other)
        )
        message = f"{self.dates[date]}: {named} overlap around {spot.x:.5f} {spot.y:.5f}, by {km2:.3g} km²"
        message += "; mend them, or settle it: --overlaps first or split (overlaps=), small ones with --overlap-km2 X"
        return ClaimsError(message, code="overlap")

    def chosen(self, kept: NDArray[np.bool_]) -> Intervals:
        """Return some of the intervals, with their polygons alone."""
        polygon, place = np.unique(self.polygon[kept], return_inverse=True)
        return self._replace(
            polygons=self.polygons[polygon],
            polygon=place,
            owner=self.owner[kept],
            start=self.start[kept],
            stop=self.stop[kept],
            row=self.row[kept],
        )
