"""One overlay of all dates of a series: a set of faces that they share, and who held each of these when.

A polygon that stays counts nothing. Where one comes or goes, what it adds to the edges of that date cancels with what
the rest takes away, so only edges that changed are left; carried to the tree of faces (:mod:`geo.geometry.planar`)
they give the faces that changed, as intervals. Faces with one history are merged.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import shapely

from geo._errors import ClaimsError
from geo.dated.edge_changes import edge_changes, shared, steps, weights
from geo.dated.histories import NOBODY, Events, Held, Sums, merged, not_negative
from geo.geometry import noding, planar
from geo.geometry.planar import ranges

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from geo.dated.edge_changes import EdgeChanges
    from geo.dated.intervals import Intervals
    from geo.geometry.noding import Box, Floats, Ints

Overlaps = Literal["error", "first", "split"]


class Arrangement:
    """The faces that the edges of all dates make, with the history of each.

    Parameters
    ----------
    intervals
        Polygons and when they hold.
    changes
        What these change, from :func:`geo.dated.edge_changes.edge_changes`.
    overlaps
        What to do where two owners hold one ground on one date: raise, give it to the one that comes first in the
        input, or count it apart, under both names.
    windows
        Only the ground in these boxes, which lie apart. Boxes side by side, each on its own, give what they give as
        one.
    split
        Names of ground that counts apart, in the order of their labels, when some are known.

    Attributes
    ----------
    sums
        What the histories add up to.
    is_exact
        Whether no face had to be raised to nothing at the expense of others, which these depend on.

    Raises
    ------
    ClaimsError
        Where two owners overlap, with the rows, unless `overlaps` says otherwise.
    """

    def __init__(
        self,
        intervals: Intervals,
        changes: EdgeChanges,
        overlaps: Overlaps,
        *,
        windows: Sequence[Box] = (),
        split: Sequence[str] = (),
    ) -> None:
        self._intervals = intervals
        self._labels = [*intervals.labels, *split]
        near = changes.near(windows)
        self.pieces = noding.node(near.edges, windows)
        self._faces = planar.faces(self.pieces)
        found = [self._on_faces(*self._on_pieces(near))]
        if len(windows):
            found += self._at_roots(changes)
        date, face, weight = (np.concatenate(column) for column in zip(*found, strict=True))
        events = self._named(*self._changed_faces(date, face, weight), overlaps)
        self._history, cm2, events = merged(events, self._faces.area_cm2)
        self.sums = Sums(len(intervals.dates), self._labels, cm2, events)
        # parts of faces, in a window, may be less than nothing
        self.is_exact = not self._faces.slivers and (len(windows) > 0 or bool((cm2 >= 0).all()))

    def _on_pieces(self, near: EdgeChanges) -> tuple[Ints, Ints, Ints]:
        """Carry what changes from edges to their pieces: date, piece and what its left gains on its right."""
        part_of = self.pieces.part_of
        begin = np.searchsorted(part_of[:, 0], np.arange(len(near.edges.ends) + 1))
        times = begin[near.edge + 1] - begin[near.edge]
        _, piece, direction = part_of[ranges(begin[near.edge], begin[near.edge + 1])].T
        return np.repeat(near.date, times), piece, np.repeat(near.weight, times) * direction

    def _on_faces(self, date: Ints, piece: Ints, weight: Ints) -> tuple[Ints, Ints, Ints]:
        """Carry what changes from pieces to the faces that the tree enters by them, with all behind these."""
        faces = self._faces
        entered = np.full(len(self.pieces.ends), -1)
        behind = np.flatnonzero(faces.entry >= 0)
        entered[faces.entry[behind]] = behind
        face = entered[piece]
        tree = face >= 0
        date, face, weight = date[tree], face[tree], weight[tree]
        return date, face, weight * faces.side[face]

    def _at_roots(self, changes: EdgeChanges) -> list[tuple[Ints, Ints, Ints]]:
        """Return what changes at the root of each tree, in a window: the sum over the edges on a ray from the west."""
        tails, heads = changes.edges.cells[changes.edges.ends[changes.edge]].astype(np.float64).swapaxes(0, 1)
        found = []
        for root in self._faces.roots.tolist():
            spot = shapely.point_on_surface(self._ground(np.array([root])))
            east, north = spot.x * noding.CELLS, spot.y * noding.CELLS
            across = np.flatnonzero((tails[:, 1] <= north) != (heads[:, 1] <= north))
            tail, head = tails[across], heads[across]
            share = (north - tail[:, 1]) / (head[:, 1] - tail[:, 1])
            west = tail[:, 0] + share * (head[:, 0] - tail[:, 0]) < east
            rises = (tail[:, 1] < head[:, 1])[west]  # then its left lies to the west
            across = across[west]
            weight = np.where(rises, -1, 1) * changes.weight[across]
            found.append((changes.date[across], np.full(len(across), root), weight))
        return found

    def _changed_faces(self, date: Ints, face: Ints, weight: Ints) -> tuple[Ints, Ints, Ints]:
        """Return on which dates which faces changed, by face, and what weighs on them from then on."""
        faces = self._faces
        first, last = faces.place[face], faces.place[face] + faces.size[face]
        date, place, weight = np.tile(date, 2), np.concatenate([first, last]), np.concatenate([weight, -weight])
        order = np.lexsort((place, date))
        date, place = date[order], place[order]
        sums = np.cumsum(weight[order])
        until = np.append(place[1:], 0)
        here = np.flatnonzero((sums != 0) & (until != place))  # within a date the sums return to zero
        place, until = place[here], until[here]
        spot, length = ranges(place, until), until - place
        date, gained = np.repeat(date[here], length), np.repeat(sums[here], length)
        order = np.argsort(spot * len(self._intervals.dates) + date)
        date, spot = date[order], spot[order]
        weight = np.cumsum(gained[order])
        start = np.flatnonzero(np.append(True, spot[1:] != spot[:-1])[: len(spot)])
        before = np.append(0, weight)[start]
        weight -= np.repeat(before, np.diff(np.append(start, len(spot))))
        return date, np.argsort(faces.place)[spot], weight

    def _named(self, date: Ints, face: Ints, weight: Ints, overlaps: Overlaps) -> Events:
        """Turn what weighs on faces into labels, and keep what changes them."""
        alone = np.append(0, weights(np.arange(1, len(self._intervals.owners) + 1)))  # by label
        by_weight = np.argsort(alone)
        label = by_weight[np.minimum(np.searchsorted(alone[by_weight], weight), len(alone) - 1)]
        several = np.flatnonzero(alone[label] != weight)
        # the largest face tells best which owners a sum is of
        several = several[np.lexsort((date[several], -self._faces.area_cm2[face[several]]))]
        which, first = noding.numbered(weight[several])
        found = [self._overlap(index, date, face, weight, overlaps) for index in several[first].tolist()]
        label[several] = np.array(found, dtype=np.int64)[which]
        was = np.append(NOBODY, label[:-1])[: len(label)]
        was[np.append(True, face[1:] != face[:-1])[: len(face)]] = NOBODY
        changed = was != label
        return Events(date[changed], face[changed], was[changed], label[changed])

    def _overlap(self, index: int, date: Ints, face: Ints, weight: Ints, overlaps: Overlaps) -> int:
        """Return the label of a face that several polygons cover on a date, given what weighs on faces from when on."""
        intervals = self._intervals
        day = int(date[index])
        spot = shapely.point_on_surface(self._ground(face[[index]]))
        active = intervals.active(day)
        covers = active[shapely.intersects(intervals.polygons[intervals.polygon[active]], spot)]
        owners, rows = np.unique(intervals.owner[covers], return_index=True)
        if len(owners) < 2 or overlaps == "first":
            return int(owners[0]) if len(owners) else NOBODY
        if overlaps == "error" or intervals.small_cm2:
            cm2 = self._largest_cm2(date, face, weight, int(weight[index]))
            if cm2 <= intervals.small_cm2:
                return int(owners[0])
        if overlaps == "error":
            one, other = np.sort(covers[rows])[:2].tolist()
            raise intervals.overlap(day, one, other, spot, cm2 / 1e10)
        both = " / ".join(sorted(intervals.owners[owner - 1] for owner in owners))
        if both in intervals.labels:
            raise ClaimsError(f"a party is called {both!r}, as ground that two hold at once would be: rename it")
        if both not in self._labels:
            self._labels.append(both)
        return self._labels.index(both)

    def _largest_cm2(self, date: Ints, face: Ints, weight: Ints, wanted: int) -> int:
        """Return the ground on which a sum weighs, on the date on which it is most."""
        until = np.append(date[1:], len(self._intervals.dates))[: len(date)]
        until[np.append(face[1:] != face[:-1], True)[: len(face)]] = len(self._intervals.dates)
        mine = weight == wanted
        cm2 = self._faces.area_cm2[face[mine]]
        gained = np.zeros(len(self._intervals.dates) + 1, dtype=np.int64)
        np.add.at(gained, date[mine], cm2)
        np.subtract.at(gained, until[mine], cm2)
        return int(np.cumsum(gained).max())

    def sides(self) -> tuple[Ints, Ints]:
        """Return the history on the left and on the right of each piece, -1 where nobody ever holds the ground."""
        return self._history[self._faces.left], self._history[self._faces.right]

    def passed(self, before: int, after: int) -> dict[tuple[int, int], Any]:
        """Return the ground that passed between two dates, by the labels before and after."""
        which, was, now = self.sums.between(before, after)
        return {
            (one, other): self._ground(np.flatnonzero(np.isin(self._history, which[(was == one) & (now == other)])))
            for one, other in set(zip(was.tolist(), now.tolist(), strict=True))
        }

    def _ground(self, faces: Ints) -> Any:
        """Return the union of some faces."""
        chosen = np.zeros(len(self._faces.place), dtype=bool)
        chosen[faces] = True
        left, right = chosen[self._faces.left], chosen[self._faces.right]
        edge = np.flatnonzero(left != right)
        return self._area(edge, left[edge])

    def _area(self, pieces: Ints, on_left: NDArray[np.bool_]) -> Any:
        """Return the ground that some pieces go round, on the left of a piece or on its right."""
        # on the lattice, where no two pieces cross: positions as they came may overlap in their last digit
        ends = self.pieces.cells[self.pieces.ends[pieces]]
        polygons = shapely.get_parts(shapely.polygonize(np.asarray(shapely.linestrings(ends / noding.CELLS))))
        # polygons that touch at corners may close round ground that is not meant: what lies beside a step tells
        rings = shapely.get_exterior_ring(polygons)
        step = np.stack([shapely.get_coordinates(shapely.get_point(rings, index)) for index in (0, 1)], axis=1)
        half = np.concatenate([ends, ends[:, ::-1], np.rint(step * noding.CELLS).astype(np.int64)])
        code, _ = noding.distinct(half.reshape(-1, 4).T)
        count = 2 * len(ends)
        ground_on_left = np.empty(len(code), dtype=bool)
        ground_on_left[code[:count]] = np.append(on_left, ~on_left)
        inside = ground_on_left[code[count:]] == shapely.is_ccw(rings)
        kept = polygons[inside]
        return kept[0] if len(kept) == 1 else shapely.multipolygons(kept)

    def patches(self) -> Iterator[tuple[Any, list[tuple[int, int]]]]:
        """Yield the ground of each history, with the dates on which its label changed and the label from then on."""
        events, count = self.sums.events, len(self.sums.cm2)
        by_history = np.argsort(events.part, kind="stable")
        begin = np.searchsorted(events.part[by_history], np.arange(count + 1))
        left, right = (self._history[side] for side in (self._faces.left, self._faces.right))
        edge = np.flatnonzero(left != right)
        beside, on_left = np.append(left[edge], right[edge]), np.repeat([True, False], len(edge))
        edge = np.tile(edge, 2)
        by_side = np.argsort(beside, kind="stable")
        first = np.searchsorted(beside[by_side], np.arange(count + 1))
        for history in range(count):
            mine = by_history[begin[history] : begin[history + 1]]
            round_it = by_side[first[history] : first[history + 1]]
            ground = self._area(edge[round_it], on_left[round_it])
            yield ground, list(zip(events.date[mine].tolist(), events.after[mine].tolist(), strict=True))

    def borders(self, date: int) -> NDArray[np.bool_]:
        """Tell which pieces lie between two labels on a date."""
        until = np.searchsorted(self.sums.events.date, date, side="right")
        label = np.full(len(self.sums.cm2) + 1, NOBODY)  # the last is of ground without a history
        label[self.sums.events.part[:until]] = self.sums.events.after[:until]  # the last one stays
        left, right = self.sides()
        found: NDArray[np.bool_] = label[left] != label[right]
        return found

    def at(self, lon: Floats, lat: Floats) -> Held:
        """Return the labels of positions in degrees, which must be finite."""
        half = planar.half_edges_west_of(self.pieces, np.rint(np.column_stack([lon, lat]) * noding.CELLS))
        inside = np.flatnonzero(half >= 0)
        piece, against = half[inside] // 2, half[inside] % 2 == 1
        history = np.full(len(half), -1)
        history[inside] = self._history[np.where(against, self._faces.right[piece], self._faces.left[piece])]
        spot, events = np.flatnonzero(history >= 0), self.sums.events
        by_history = np.argsort(events.part, kind="stable")
        start, stop = (np.searchsorted(events.part[by_history], history[spot], side=side) for side in ("left", "right"))
        mine = by_history[ranges(start, stop)]
        return Held(np.repeat(spot, stop - start), events.date[mine], events.after[mine])


class SharedFaces(Sums):
    """A ledger of faces.

    Parameters
    ----------
    intervals, changes, overlaps
        As for :class:`Arrangement`.
    sums
        What is added up, when that is known: then faces are worked out when their ground is asked for.
    """

    method = "faces"

    def __init__(
        self,
        intervals: Intervals,
        overlaps: Overlaps = "error",
        *,
        changes: EdgeChanges | None = None,
        sums: Sums | None = None,
    ) -> None:
        self._intervals, self._overlaps = intervals, overlaps
        self.changes = changes or edge_changes(intervals, steps(intervals.polygons))
        self.is_exact = True  # sums that are known are
        if sums is None:
            self.arrangement = Arrangement(intervals, self.changes, overlaps)
            sums, self.is_exact = self.arrangement.sums, self.arrangement.is_exact
        super().__init__(sums.count, sums.labels, not_negative(sums.cm2), sums.events)

    @cached_property
    def arrangement(self) -> Arrangement:
        """The faces."""
        return Arrangement(self._intervals, self.changes, self._overlaps, split=self.split)

    def in_windows(self, windows: Sequence[Box]) -> Arrangement:
        """Return the faces in some boxes."""
        return Arrangement(self._intervals, self.changes, self._overlaps, windows=windows, split=self.split)

    @property
    def split(self) -> list[str]:
        """Names of ground that two owners hold and that counts apart, in the order of their labels."""
        return self.labels[len(self._intervals.labels) :]

    @cached_property
    def share(self) -> float:
        """How many of the distinct edges are on more than one date, as a share of all, 0 to 1."""
        return shared(self._intervals)

    @property
    def how(self) -> str:
        """How this ledger is worked out, in words."""
        return f"one set of faces ({self.share:.1%} of the edges are on more than one date)"

    def passed(self, before: int, after: int) -> dict[tuple[int, int], Any]:
        """Return the ground that passed between two dates, by the labels before and after."""
        return self.arrangement.passed(before, after)

    def patches(self) -> Iterator[tuple[Any, list[tuple[int, int]]]]:
        """Yield the ground of each history, with the dates on which its label changed and the label from then on."""
        return self.arrangement.patches()

    def at(self, lon: Floats, lat: Floats) -> Held:
        """Return the labels of positions in degrees, which must be finite."""
        return self.arrangement.at(lon, lat)
