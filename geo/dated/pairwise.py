"""The ledger of a series whose lines are drawn anew for every date: what changed is intersected, pair by pair.

With no edges in common, faces of all dates would number in the billions. Two dates at a time are then cheaper; what is
not known here is the ground that no date covers in common, so nobody's ground is counted in changes only.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import shapely

from geo._errors import ClaimsError
from geo.dated.edge_changes import shared
from geo.dated.histories import NOBODY, NOWHERE, Held
from geo.geometry import areas
from geo.geometry.planar import ranges

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from geo.dated.intervals import Intervals
    from geo.dated.overlay import Overlaps
    from geo.geometry.noding import Floats, Ints


_T = TypeVar("_T")
_SQUARE_CM = 1e-4  # m²
_GRID = 1e-11  # degrees
_NEARLY = 1 - 1e-9  # all


class Pairwise:
    """The answers of :class:`geo.dated.overlay.SharedFaces`, worked out when they are asked for.

    What polygons share is rounded to cm²; the rest of each polygon came from nobody or went to nobody. So what an owner
    gains less what it loses is what it holds later less what it held before, without a rest.

    Parameters
    ----------
    intervals, overlaps
        As for faces; no other policy for overlaps than ``error`` is at hand pair by pair.
    before
        The answers for all dates but the last, whose polygons come first.

    Raises
    ------
    ClaimsError
        Where two polygons overlap on a date, be they of one owner, by a square centimetre or more.
    """

    method = "pairs"

    def __init__(self, intervals: Intervals, overlaps: Overlaps = "error", *, before: Pairwise | None = None) -> None:
        if overlaps != "error":
            raise ClaimsError(
                f"overlaps={overlaps!r} needs faces, but the lines of this series are drawn anew for every date"
            )
        if intervals.small_cm2:
            raise ClaimsError("overlap_km2 needs faces, but the lines of this series are drawn anew for every date")
        self._intervals = intervals
        self.labels = intervals.labels
        known = before.cm2 if before else np.zeros(0, dtype=np.int64)
        fresh = areas.polygon_areas(intervals.polygons[len(known) :])
        self.cm2: Ints = np.append(known, np.rint(fresh * 1e4).astype(np.int64))
        shapely.prepare(intervals.polygons)
        for date in range(len(intervals.dates) - 1 if before else 0, len(intervals.dates)):
            self._refuse_overlaps(date)

    @cached_property
    def share(self) -> float:
        """How many of the distinct edges are on more than one date, as a share of all, 0 to 1."""
        return shared(self._intervals)

    @property
    def how(self) -> str:
        """How this ledger is worked out and why, in words."""
        share = f"{self.share:.1%} of the edges are on more than one date"
        return f"compared pair by pair, since the lines are drawn anew ({share})"

    def _refuse_overlaps(self, date: int) -> None:
        intervals, active = self._intervals, self._intervals.active(date)
        polygons = intervals.polygons[intervals.polygon[active]]
        fresh = np.flatnonzero(intervals.start[active] == date)
        one, other = shapely.STRtree(polygons).query(polygons[fresh])
        one = fresh[one]
        one, other = np.unique(np.sort(np.stack([one, other])[:, one != other], axis=0), axis=1)
        deep = np.flatnonzero(shapely.relate_pattern(polygons[one], polygons[other], "T********"))
        both = _common(polygons[one[deep]], polygons[other[deep]])
        # where a vertex lies on a neighbour's edge, rounding alone lets them overlap
        large = np.flatnonzero(areas.polygon_areas(both) >= _SQUARE_CM)
        if len(large):
            pair = deep[large[0]]
            spot = shapely.point_on_surface(both[large[0]])
            km2 = float(areas.polygon_areas(both[large[:1]])[0]) / 1e6
            raise intervals.overlap(date, active[one[pair]], active[other[pair]], spot, km2)

    @cached_property
    def held_cm2(self) -> Ints:
        """What each label held on each date, shape (dates, labels); nobody's ground is not known and 0."""
        intervals = self._intervals
        table = np.zeros((len(intervals.dates) + 1, len(self.labels)), dtype=np.int64)
        np.add.at(table, (intervals.start, intervals.owner), self.cm2[intervals.polygon])
        np.subtract.at(table, (intervals.stop, intervals.owner), self.cm2[intervals.polygon])
        return table.cumsum(axis=0)[:-1]

    def _gone_and_come(self, before: int, after: int) -> tuple[Ints, Ints]:
        """Return the intervals of one date that do not reach the other."""
        one, other = self._intervals.active(before), self._intervals.active(after)
        return np.setdiff1d(one, other), np.setdiff1d(other, one)

    def _shared(self, before: int, after: int) -> tuple[Ints, Ints, Any]:
        """Return pairs of intervals, gone and come, with the ground that both have."""
        intervals = self._intervals
        gone, come = self._gone_and_come(before, after)
        one, other = shapely.STRtree(intervals.polygons[intervals.polygon[come]]).query(
            intervals.polygons[intervals.polygon[gone]]
        )
        one, other = gone[one], come[other]
        return (
            one,
            other,
            _common(intervals.polygons[intervals.polygon[one]], intervals.polygons[intervals.polygon[other]]),
        )

    def moved(self, before: int, after: int) -> dict[tuple[int, int], int]:
        """Return the cm² that passed between two dates, by the labels before and after."""
        intervals = self._intervals
        moved: dict[tuple[int, int], int] = defaultdict(int)
        for turn, group in zip((1, -1), self._gone_and_come(before, after), strict=True):
            for owner, cm2 in zip(
                intervals.owner[group].tolist(), self.cm2[intervals.polygon[group]].tolist(), strict=True
            ):
                moved[(owner, NOBODY) if turn > 0 else (NOBODY, owner)] += cm2
        one, other, both = self._shared(before, after)
        cm2s = np.rint(areas.polygon_areas(both) * 1e4).astype(np.int64).tolist()
        for was, now, cm2 in zip(intervals.owner[one].tolist(), intervals.owner[other].tolist(), cm2s, strict=True):
            moved[was, now] += cm2
            moved[was, NOBODY] -= cm2
            moved[NOBODY, now] -= cm2
        # where rounding leaves less than nothing for one way, it is something for the other
        for (was, now), cm2 in list(moved.items()):
            if cm2 < 0:
                moved[now, was] -= moved.pop((was, now))
        return {pair: cm2 for pair, cm2 in sorted(moved.items()) if pair[0] != pair[1] and cm2}

    def transfers(self) -> tuple[Ints, Ints, Ints, Ints]:
        """Return what passed from each date to the next: date, labels before and after, cm²."""
        rows = [
            (date, *pair, cm2)
            for date in _told(range(1, len(self._intervals.dates)))
            for pair, cm2 in self.moved(date - 1, date).items()
        ]
        date, before, after, cm2 = np.array(rows, dtype=np.int64).reshape(-1, 4).T
        return date, before, after, cm2

    def changed_cm2(self) -> Ints:
        """Return the cm² whose label differs between any two dates, shape (dates, dates)."""
        count = len(self._intervals.dates)
        changed = np.zeros((count, count), dtype=np.int64)
        for before, after in _told(list(combinations(range(count), 2))):
            changed[before, after] = changed[after, before] = sum(self.moved(before, after).values())
        return changed

    def passed(self, before: int, after: int) -> dict[tuple[int, int], Any]:
        """Return the ground that passed between two dates, by the labels before and after."""
        intervals = self._intervals
        gone, come = self._gone_and_come(before, after)
        one, other, both = self._shared(before, after)
        ground: dict[tuple[int, int], list[Any]] = defaultdict(list)
        for was, now, common in zip(intervals.owner[one].tolist(), intervals.owner[other].tolist(), both, strict=True):
            if was != now:
                ground[was, now].extend(part for part in shapely.get_parts(common) if part.geom_type == "Polygon")
        for turn, mine, theirs in ((1, gone, come), (-1, come, gone)):
            rest = shapely.union_all(intervals.polygons[intervals.polygon[theirs]])
            for interval in mine.tolist():
                left = shapely.difference(intervals.polygons[intervals.polygon[interval]], rest)
                owner = int(intervals.owner[interval])
                ground[(owner, NOBODY) if turn > 0 else (NOBODY, owner)].append(left)
        found = {pair: shapely.union_all(parts) for pair, parts in sorted(ground.items())}
        return {pair: union for pair, union in found.items() if union.area > 0}

    def at(self, lon: Floats, lat: Floats) -> Held:
        """Return the labels of positions in degrees, which must be finite."""
        intervals = self._intervals
        found, polygon = shapely.STRtree(intervals.polygons).query(shapely.points(lon, lat), predicate="intersects")
        by_polygon = np.argsort(intervals.polygon, kind="stable")
        start, stop = (np.searchsorted(intervals.polygon[by_polygon], polygon, side=side) for side in ("left", "right"))
        covering, spot = by_polygon[ranges(start, stop)], np.repeat(found, stop - start)
        order = np.lexsort((-covering, spot))  # the first of two on one ground is written last
        covering, spot = covering[order], spot[order]
        if not len(spot):
            return NOWHERE
        spots, bounds = np.unique(spot, return_index=True)
        held = []
        for number, mine in zip(spots.tolist(), np.split(covering, bounds[1:]), strict=True):
            labels = np.zeros(len(intervals.dates), dtype=np.int64)
            for interval in mine.tolist():
                labels[intervals.start[interval] : intervals.stop[interval]] = intervals.owner[interval]
            date = np.flatnonzero(np.diff(labels, prepend=NOBODY))
            held.append(np.stack([np.full(len(date), number), date, labels[date]]))
        return Held(*np.concatenate(held, axis=1))


def _told(pairs: Sequence[_T]) -> Iterable[_T]:
    """Return pairs of dates, with a bar on a terminal that tells how far they are worked out."""
    from tqdm import tqdm

    bar: Iterable[_T] = tqdm(pairs, desc="dates", unit="pair", disable=None, leave=False)
    return bar


def _common(one: NDArray[np.object_], other: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return what pairs of polygons have in common.

    Where polygons touch within the last digit, an overlay in floating point may return all of one of them. A spot in it
    tells; then coordinates are rounded.
    """
    both = shapely.intersection(one, other)
    whole = np.flatnonzero(shapely.area(both) > _NEARLY * np.minimum(shapely.area(one), shapely.area(other)))
    spot = shapely.point_on_surface(both[whole])
    wrong = whole[~(shapely.intersects(one[whole], spot) & shapely.intersects(other[whole], spot))]
    both[wrong] = shapely.intersection(one[wrong], other[wrong], grid_size=_GRID)
    return both
