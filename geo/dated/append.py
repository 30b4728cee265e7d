"""An overlay with one date more, worked out near what is new on it.

What changes hands on the new date lies within rings of lines that come or go, so in the boxes round these. There alone
edges are cut and faces made, of all dates; ground whose history goes on in another way is taken from the history that
it had. Only whole cm² pass from one history to another, so the sums of the other dates stay as they are.

The answer is that of a rebuild, to the cm². Where that is not certain, all is worked out anew: where the new lines come
within some micrometres of others and so change what was known, where other digits of a vertex count, and where faces
were raised to nothing at the expense of others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo.dated.edge_changes import edge_changes, steps
from geo.dated.histories import Events, Sums, keys, merged
from geo.dated.overlay import Arrangement, SharedFaces
from geo.geometry import noding
from geo.geometry.planar import connected, ranges

if TYPE_CHECKING:
    from geo.dated.edge_changes import EdgeChanges
    from geo.dated.intervals import Intervals
    from geo.dated.overlay import Overlaps
    from geo.geometry.noding import Box

_MARGIN = 1e-7  # degrees round what changes: a centimetre, so that what changes does not run along the side of a box
_MANY = 256  # boxes


def extended(known: SharedFaces, intervals: Intervals, overlaps: Overlaps) -> SharedFaces:
    """Return the ledger of intervals that go on from those of another by one date.

    Parameters
    ----------
    known
        The ledger of all dates but the last.
    intervals, overlaps
        As for :class:`geo.dated.overlay.Arrangement`.

    Raises
    ------
    ClaimsError
        As there.
    """
    date = len(intervals.dates) - 1
    mine = intervals.chosen((intervals.start == date) | (intervals.stop == date))
    new = edge_changes(mine, steps(mine.polygons), date)
    changes = known.changes.followed(new)
    positions = known.changes.edges.positions
    if not np.array_equal(changes.edges.positions[: len(positions)], positions):  # other digits of a vertex count now
        return SharedFaces(intervals, overlaps, changes=changes)
    if not len(new.edge):
        return SharedFaces(
            intervals, overlaps, changes=changes, sums=Sums(date + 1, known.labels, known.cm2, known.events)
        )
    if not known.is_exact:
        return SharedFaces(intervals, overlaps, changes=changes)
    boxes = _around(new)
    sums = None
    # how large an overlap is on a date, one box does not tell
    settled = not intervals.small_cm2 and not set(known.split) & set(intervals.owners)
    if settled and _are_small(boxes, changes) and not noding.has_near_misses(changes.near(boxes).edges):
        before = known.in_windows(boxes)
        now = Arrangement(intervals, changes, overlaps, windows=boxes, split=known.split)
        if before.is_exact and now.is_exact and _same_until(before.sums, now.sums, date):
            sums = _together(known, now.sums, date)
    return SharedFaces(intervals, overlaps, changes=changes, sums=sums)


def _same_until(before: Sums, local: Sums, date: int) -> bool:
    """Tell whether windows hold the ground of each history as before, until a date.

    New lines within some micrometres of others take these with them; then what was known changes too.
    """
    earlier = Events(*(column[local.events.date < date] for column in local.events))
    order = np.lexsort((earlier.date, earlier.part))
    _, cm2, events = merged(Events(*(column[order] for column in earlier)), local.cm2)
    found = [
        dict(zip(keys(some, len(areas)).tolist(), areas.tolist(), strict=True))
        for some, areas in ((before.events, before.cm2), (events, cm2))
    ]
    for areas in found:
        for key in [key for key, area in areas.items() if not area]:
            del areas[key]
    return found[0] == found[1]


def _are_small(boxes: list[Box], changes: EdgeChanges) -> bool:
    """Tell whether looking at some boxes is less work than looking at everything."""
    spans = np.ptp(changes.edges.positions, axis=0)
    taken = sum((east - west) * (north - south) for west, south, east, north in boxes)
    return len(boxes) <= _MANY and 2 * taken < float(np.prod(spans))


def _around(found: EdgeChanges) -> list[Box]:
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


def _together(known: Sums, local: Sums, date: int) -> Sums | None:
    """Return what was known once it goes on, on the last date, as in the windows that were looked at.

    None where the ground that changes its history is not found in the histories that were known, as happens where lines
    that meet within a micrometre are parted otherwise at the side of a window.
    """
    number = np.array([local.labels.index(label) for label in known.labels])
    events = known.events._replace(before=number[known.events.before], after=number[known.events.after])
    new = local.events.date == date
    last, earlier = (Events(*(column[which] for column in local.events)) for which in (new, ~new))
    part = last.part  # each once: all that a history does on a date is one event
    # from which history ground is taken; what nobody ever held has none
    old = np.flatnonzero(np.isin(part, earlier.part))
    wanted, there = keys(earlier, len(local.cm2))[part[old]], keys(events, len(known.cm2))
    by_key = np.argsort(there)
    source = by_key[np.minimum(np.searchsorted(there[by_key], wanted), len(there) - 1)]
    cm2 = known.cm2.copy()
    np.subtract.at(cm2, source, local.cm2[part[old]])
    if not np.array_equal(there[source], wanted) or cm2.min(initial=0) < 0:
        return None
    # a history of which nothing is left goes on itself, the rest are new
    spent = np.flatnonzero(cm2[source] == 0)
    going_on, first = np.unique(source[spent], return_index=True)
    target = np.full(len(part), -1)
    target[old[spent[first]]] = going_on
    fresh = np.flatnonzero(target < 0)
    target[fresh] = len(cm2) + np.arange(len(fresh))
    cm2 = np.append(cm2, np.zeros(len(fresh), dtype=np.int64))
    cm2[target] = local.cm2[part]
    if cm2.min(initial=0) < 0:
        return None
    # new histories have the events of their source behind them
    heirs = target[old] >= len(known.cm2)
    rows = np.flatnonzero(np.isin(events.part, source[heirs]))
    rows = rows[np.argsort(events.part[rows], kind="stable")]
    begin, end = (np.searchsorted(events.part[rows], source[heirs], side) for side in ("left", "right"))
    rows = rows[ranges(begin, end)]
    behind = Events(*(column[rows] for column in events))._replace(part=np.repeat(target[old][heirs], end - begin))
    columns = zip(events, behind, last._replace(part=target), strict=True)
    events = Events(*(np.concatenate(column) for column in columns))
    order = np.argsort(events.date, kind="stable")
    return Sums(date + 1, local.labels, cm2, Events(*(column[order] for column in events)))
