"""Ground by history: what each party held on each date, and what passed between any two, as sums of whole cm²."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from geo.geometry.noding import distinct, mix, numbered
from geo.geometry.planar import ranges

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.geometry.noding import Ints

NOBODY = 0  # the label of ground that no polygon covers


class Events(NamedTuple):
    """On which date which part of the ground got another label: from `before` to `after`."""

    date: Ints
    part: Ints
    before: Ints
    after: Ints


class Held(NamedTuple):
    """From which date on a spot has which label, by spot and date; before its first date it is nobody's."""

    spot: Ints
    date: Ints
    label: Ints

    def on(self, spot: Ints, date: Ints, count: int) -> Ints:
        """Return the labels of some spots, each on a date of its own, of `count` dates."""
        place = np.searchsorted(self.spot * count + self.date, spot * count + date, side="right") - 1
        known = place >= 0
        known[known] = self.spot[place[known]] == spot[known]
        labels = np.full(len(spot), NOBODY)
        labels[known] = self.label[place[known]]
        return labels


NOWHERE = Held(*np.zeros((3, 0), dtype=np.int64))  # of spots that nobody ever held


def keys(events: Events, count: int) -> NDArray[np.uint64]:
    """Return a number for each part that tells histories apart: of n of them, two agree once in 2⁶⁵ / n²."""
    summed = np.zeros(count, dtype=np.uint64)
    np.add.at(summed, events.part, mix(events.date.view(np.uint64), events.after.view(np.uint64)))
    return summed


def merged(events: Events, cm2: Ints) -> tuple[Ints, Ints, Events]:
    """Merge the parts that have one history.

    Parameters
    ----------
    events
        By part and date.
    cm2
        The ground of each part.

    Returns
    -------
    history
        The history of each part, -1 for parts that no event names.
    cm2
        The ground of each history.
    events
        The same of histories, by date.
    """
    date, part, before, after = events
    start = np.flatnonzero(np.append(True, part[1:] != part[:-1])) if len(part) else np.zeros(0, dtype=np.int64)
    ever = part[start]
    history = np.full(len(cm2), -1)
    if not len(ever):
        return history, np.zeros(0, dtype=np.int64), events
    found, first = numbered(keys(events, len(cm2))[ever])
    history[ever] = found
    sums = np.zeros(len(first), dtype=np.int64)
    np.add.at(sums, found, cm2[ever])
    stop = np.append(start[1:], len(part))
    kept = ranges(start[first], stop[first])
    which = np.repeat(np.arange(len(first)), stop[first] - start[first])
    order = np.argsort(date[kept], kind="stable")
    kept = kept[order]
    return history, sums, Events(date[kept], which[order], before[kept], after[kept])


def not_negative(cm2: Ints) -> Ints:
    """Return areas of histories of which none is negative, with the same sum.

    Faces thinner than the lattice may measure some cm² less than nothing; the largest history makes up for that.

    Examples
    --------
    >>> not_negative(np.array([70, -4, 5]))
    array([66,  0,  5])
    """
    less = cm2 < 0
    if less.any():
        cm2 = cm2.copy()
        short = cm2[less].sum()
        cm2[less] = 0
        cm2[np.argmax(cm2)] += short
    return cm2


class Sums:
    """What the ground of each history adds up to.

    Parameters
    ----------
    count
        How many dates there are.
    labels
        Names by label; 0 is nobody's.
    cm2, events
        The ground of each history and when its label changed, from :func:`merged`.
    """

    def __init__(self, count: int, labels: list[str], cm2: Ints, events: Events) -> None:
        self.labels = labels
        self.cm2, self.events = cm2, events
        self._begin = np.searchsorted(events.date, np.arange(count + 1))

    @property
    def count(self) -> int:
        """How many dates there are."""
        return len(self._begin) - 1

    @cached_property
    def held_cm2(self) -> Ints:
        """What each label held on each date, shape (dates, labels); each row has the same sum."""
        table = np.zeros((self.count, len(self.labels)), dtype=np.int64)
        table[0, NOBODY] = self.cm2.sum()
        date, part, before, after = self.events
        np.add.at(table, (date, after), self.cm2[part])
        np.subtract.at(table, (date, before), self.cm2[part])
        return table.cumsum(axis=0)

    def between(self, before: int, after: int) -> tuple[Ints, Ints, Ints]:
        """Return the histories whose label differs between two dates, with both labels."""
        turned = before > after
        low, high = (after, before) if turned else (before, after)
        events = slice(self._begin[low + 1], self._begin[high + 1])
        which = self.events.part[events]
        was, now = np.empty_like(self.cm2), np.empty_like(self.cm2)
        was[which[::-1]] = self.events.before[events][::-1]  # the first one stays
        now[which] = self.events.after[events]  # the last one stays
        marked = np.zeros(len(self.cm2), dtype=bool)
        marked[which] = True
        which = np.flatnonzero(marked)
        was, now = was[which], now[which]
        differ = was != now
        which, was, now = which[differ], was[differ], now[differ]
        return (which, now, was) if turned else (which, was, now)

    def moved(self, before: int, after: int) -> dict[tuple[int, int], int]:
        """Return the cm² that passed between two dates, by the labels before and after."""
        which, was, now = self.between(before, after)
        found, place = np.unique(was * len(self.labels) + now, return_inverse=True)
        sums = np.zeros(len(found), dtype=np.int64)
        np.add.at(sums, place, self.cm2[which])
        labels = zip(*(part.tolist() for part in divmod(found, len(self.labels))), strict=True)
        return {pair: cm2 for pair, cm2 in zip(labels, sums.tolist(), strict=True) if cm2}

    def transfers(self) -> tuple[Ints, Ints, Ints, Ints]:
        """Return what passed from each date to the next: date, labels before and after, cm²."""
        date, part, before, after = (column[self._begin[1] :] for column in self.events)
        rows, first = distinct(np.stack([date, before, after]))
        cm2 = np.zeros(len(first), dtype=np.int64)
        np.add.at(cm2, rows, self.cm2[part])
        some = cm2 != 0
        first = first[some]
        return date[first], before[first], after[first], cm2[some]

    def changed_cm2(self) -> Ints:
        """Return the cm² whose label differs between any two dates, shape (dates, dates)."""
        part, before, after = self.events.part, self.events.before, self.events.after
        cm2 = self.cm2[part]
        label = np.full(len(self.cm2), NOBODY)
        rows = []
        for date in range(self.count):
            now = slice(self._begin[date], self._begin[date + 1])
            label[part[now]] = after[now]
            here = label[part]
            # each event turns its ground away from what it is here, or back to it
            turned = cm2 * ((after != here).astype(np.int64) - (before != here))
            sums = np.append(0, np.cumsum(turned))[self._begin[1:]]
            rows.append(sums - sums[date])
        return np.stack(rows)
