"""A ledger of faces with one date more, for the price of what is new on it.

What changes hands on the new date lies within rings of lines that come or go, so in the boxes round these. There alone
faces are worked out anew, of all dates; ground whose history goes on in another way is taken from the history that it
had. Only whole cm² pass from one history to another, so the sums of the other dates stay as they are.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo.histories import Events, Ledger, keys
from geo.planar import connected, ranges
from geo.runs import changes, steps
from geo.shared_faces import SharedFaces

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo.noding import Box
    from geo.runs import Changes, Runs
    from geo.shared_faces import Overlaps

_MARGIN = 1e-7  # degrees round what changes: a centimetre, so that no line runs along the side of a box
_MANY = 256  # boxes


class Continued(SharedFaces):
    """A ledger whose sums are known, and whose faces are worked out when their ground is asked for.

    Parameters
    ----------
    runs, overlaps, found
        As for :class:`geo.shared_faces.SharedFaces`.
    sums
        What its histories add up to.
    """

    def __init__(self, runs: Runs, overlaps: Overlaps, found: Changes, sums: Ledger) -> None:
        self._runs, self._overlaps, self.changes = runs, overlaps, found
        Ledger.__init__(self, len(runs.dates), sums.labels, sums.cm2, sums.events)

    @cached_property
    def _whole(self) -> SharedFaces:
        return SharedFaces(self._runs, self._overlaps, found=self.changes, labels=self.split)

    def passed(self, before: int, after: int) -> dict[tuple[int, int], Any]:
        """Return the ground that passed between two dates, by the labels before and after."""
        return self._whole.passed(before, after)

    def patches(self) -> Iterator[tuple[Any, list[tuple[int, int]]]]:
        """Yield the ground of each history, with the dates on which its label changed and the label from then on."""
        return self._whole.patches()

    def at(self, lon: float, lat: float) -> list[tuple[int, int]]:
        """Return the dates on which the label at a position changed, with the label from then on."""
        return self._whole.at(lon, lat)


def continued(known: SharedFaces, runs: Runs, overlaps: Overlaps) -> SharedFaces:
    """Return the ledger of runs that go on from those of another by one date.

    Parameters
    ----------
    known
        The ledger of all dates but the last.
    runs, overlaps
        As for :class:`geo.shared_faces.SharedFaces`.

    Raises
    ------
    ClaimsError
        As there.
    """
    date = len(runs.dates) - 1
    mine = runs.chosen((runs.start == date) | (runs.stop == date))
    new = changes(mine, steps(mine.polygons), date)
    found = known.changes.followed(new)
    if not len(new.edge):
        return Continued(runs, overlaps, found, known)
    boxes = _around(new)
    near = found.near(boxes)
    if len(boxes) <= _MANY and 2 * len(near.edges.ends) < len(found.edges.ends):
        local = SharedFaces(runs, overlaps, found=near, frames=boxes, labels=known.split)
        together = _together(known, local, date)
        if together is not None:
            return Continued(runs, overlaps, found, together)
    return SharedFaces(runs, overlaps, found=found, labels=known.split)


def _around(found: Changes) -> list[Box]:
    """Return boxes, apart from each other, that what changes lies in."""
    ends = found.edges.ends[found.edge]
    ring = connected(len(found.edges.positions), ends)[ends[:, 0]]
    low, high = (of(found.edges.positions[ends], axis=1) for of in (np.min, np.max))
    low, high = low - _MARGIN, high + _MARGIN
    while True:
        numbers, ring = np.unique(ring, return_inverse=True)
        bounds = np.tile([np.inf, np.inf, -np.inf, -np.inf], (len(numbers), 1))
        np.minimum.at(bounds[:, :2], ring, low)
        np.maximum.at(bounds[:, 2:], ring, high)
        boxes = shapely.box(*bounds.T)
        pairs = shapely.STRtree(boxes).query(boxes, predicate="dwithin", distance=_MARGIN)
        ring = connected(len(boxes), pairs.T)
        if len(np.unique(ring)) == len(boxes):
            return [(west, south, east, north) for west, south, east, north in bounds.tolist()]
        low, high = bounds[:, :2], bounds[:, 2:]


def _together(known: SharedFaces, local: SharedFaces, date: int) -> Ledger | None:
    """Return a ledger once its histories go on as a local one has them.

    None where the ground that changes its history is not found in the histories that were known, as happens where lines
    that meet within a micrometre are parted otherwise at the side of a box.
    """
    number = np.array([local.labels.index(label) for label in known.labels])
    events = known.events._replace(before=number[known.events.before], after=number[known.events.after])
    new = local.events.date == date
    _, part, *_ = last = Events(*(column[new] for column in local.events))
    before = Events(*(column[~new] for column in local.events))
    went_on = np.flatnonzero(np.isin(part, before.part))  # the others are of ground that nobody ever held
    wanted, there = keys(before, len(local.cm2))[part[went_on]], keys(events, len(known.cm2))
    by_key = np.argsort(there)
    history = by_key[np.minimum(np.searchsorted(there[by_key], wanted), len(there) - 1)]
    cm2 = known.cm2.copy()
    np.subtract.at(cm2, history, local.cm2[part[went_on]])
    if not np.array_equal(there[history], wanted) or cm2.min(initial=0) < 0:
        return None
    # a history of which nothing is left goes on itself, the rest become new ones
    target = np.full(len(part), -1)
    used_up, first = np.unique(np.where(cm2[history] == 0, history, -1), return_index=True)
    target[went_on[first]] = used_up
    fresh = target < 0
    target[fresh] = len(cm2) + np.arange(fresh.sum())
    cm2 = np.append(cm2, np.zeros(fresh.sum(), dtype=np.int64))
    cm2[target] = local.cm2[part]
    # what the new ones have behind them
    copied = fresh[went_on]
    rows = np.flatnonzero(np.isin(events.part, history[copied]))
    rows = rows[np.argsort(events.part[rows], kind="stable")]
    begin, end = (np.searchsorted(events.part[rows], history[copied], side) for side in ("left", "right"))
    rows = rows[ranges(begin, end)]
    behind = Events(*(column[rows] for column in events))
    behind = behind._replace(part=np.repeat(target[went_on][copied], end - begin))
    columns = zip(events, behind, last._replace(part=target), strict=True)
    events = Events(*(np.concatenate(column) for column in columns))
    order = np.argsort(events.date, kind="stable")
    return Ledger(date + 1, local.labels, cm2, Events(*(column[order] for column in events)))
