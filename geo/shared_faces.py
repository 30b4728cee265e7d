"""The ledger of a series whose dates have most of their edges in common: one set of faces for all of them.

A polygon that stays counts nothing. Where one comes or goes, what it adds to the edges of that date cancels with what
the rest takes away, so only edges that changed are left; carried to the tree of faces (:mod:`geo.planar`) they give
the faces that changed, as intervals. Faces with one history are merged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import shapely

from geo import noding, planar
from geo.histories import NOBODY, Events, Ledger, merged
from geo.planar import ranges
from geo.runs import ONE, changes, steps

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from geo.noding import Box, Ints
    from geo.runs import Changes, Runs

Overlaps = Literal["error", "first", "split"]


class SharedFaces(Ledger):
    """A ledger of faces.

    Parameters
    ----------
    runs
        The polygons and when they hold.
    overlaps
        What to do where two owners hold one ground on one date: raise, give it to the one that comes first in the
        input, or count it apart, under both names.
    found
        What these change, from :func:`geo.runs.changes`, when it is known.
    frames
        Count only the ground in these boxes, which lie apart. Boxes side by side, each on its own, give what they give
        as one.
    labels
        Names of ground under two names, in their order.

    Raises
    ------
    ClaimsError
        Where two owners overlap, with the rows, unless `overlaps` says otherwise.
    """

    method = "faces"

    def __init__(
        self,
        runs: Runs,
        overlaps: Overlaps = "error",
        *,
        found: Changes | None = None,
        frames: Sequence[Box] = (),
        labels: Sequence[str] = (),
    ) -> None:
        self._runs = runs
        self.labels = ["none", *runs.owners, *labels]
        self.changes = found or changes(runs, steps(runs.polygons))
        near = self.changes.near(frames)
        self.pieces = noding.node(near.edges, frames)
        self._faces = planar.faces(self.pieces)
        on_faces = self._on_faces(*self._on_pieces(near))
        if len(frames):
            on_faces = self._at_roots(*on_faces)
        events = self._named(*self._passed(*on_faces), overlaps)
        self._history, cm2, events = merged(events, self._faces.area_cm2)
        super().__init__(len(runs.dates), self.labels, cm2, events)

    def _on_pieces(self, found: Changes) -> tuple[Ints, Ints, Ints]:
        """Carry what changes from edges to their pieces: date, piece and what its left gains on its right."""
        date, edge, worth = found.date, found.edge, found.worth
        part_of = self.pieces.part_of
        begin = np.searchsorted(part_of[:, 0], np.arange(len(found.edges.ends) + 1))
        times = begin[edge + 1] - begin[edge]
        _, piece, direction = part_of[ranges(begin[edge], begin[edge + 1])].T
        return np.repeat(date, times), piece, np.repeat(worth, times) * direction

    def _on_faces(self, date: Ints, piece: Ints, worth: Ints) -> tuple[Ints, Ints, Ints]:
        """Carry what changes from pieces to the faces that the tree enters by them, with all behind these."""
        faces = self._faces
        entered = np.full(len(self.pieces.ends), -1)
        behind = np.flatnonzero(faces.entry >= 0)
        entered[faces.entry[behind]] = behind
        face = entered[piece]
        tree = face >= 0
        date, face, worth = date[tree], face[tree], worth[tree]
        return date, face, worth * faces.side[face]

    def _at_roots(self, date: Ints, face: Ints, worth: Ints) -> tuple[Ints, Ints, Ints]:
        """Add what covers the roots of the trees, which lie in frames and not outside of everything."""
        runs = self._runs
        changed = [(date, face, worth)]
        for root in self._faces.roots.tolist():
            spot = shapely.point_on_surface(self.ground(np.array([root])))
            over = np.flatnonzero(shapely.intersects(runs.polygons, spot)[runs.polygon])
            ends = over[runs.stop[over] < len(runs.dates)]
            come, go = ONE + runs.owner[over], -(ONE + runs.owner[ends])
            changed.append((runs.start[over], np.full(len(over), root), come))
            changed.append((runs.stop[ends], np.full(len(ends), root), go))
        date, face, worth = (np.concatenate(column) for column in zip(*changed, strict=True))
        return date, face, worth

    def _passed(self, date: Ints, face: Ints, worth: Ints) -> tuple[Ints, Ints, Ints]:
        """Return on which dates which faces changed, by face, and what they are worth from then on."""
        faces = self._faces
        first, last = faces.place[face], faces.place[face] + faces.size[face]
        date, place, worth = np.tile(date, 2), np.concatenate([first, last]), np.concatenate([worth, -worth])
        order = np.lexsort((place, date))
        date, place = date[order], place[order]
        sums = np.cumsum(worth[order])
        until = np.append(place[1:], 0)
        here = np.flatnonzero((sums != 0) & (until != place))  # within a date the sums return to zero
        place, until = place[here], until[here]
        spot, length = ranges(place, until), until - place
        date, gained = np.repeat(date[here], length), np.repeat(sums[here], length)
        order = np.argsort(spot * len(self._runs.dates) + date)
        date, spot = date[order], spot[order]
        worth = np.cumsum(gained[order])
        start = np.flatnonzero(np.append(True, spot[1:] != spot[:-1])[: len(spot)])
        before = np.append(0, worth)[start]
        worth -= np.repeat(before, np.diff(np.append(start, len(spot))))
        return date, np.argsort(faces.place)[spot], worth

    def _named(self, date: Ints, face: Ints, worth: Ints, overlaps: Overlaps) -> Events:
        """Turn what faces are worth into labels, and keep what changes them."""
        polygons = (worth + (ONE >> 1)) >> 32
        label = worth - polygons * ONE
        plain = ((polygons == 0) & (label == 0)) | ((polygons == 1) & (label > 0) & (label < len(self.labels)))
        known: dict[tuple[int, int], int] = {}
        odd = np.flatnonzero(~plain)
        for index in odd[np.argsort(date[odd], kind="stable")].tolist():
            key = (int(face[index]), int(worth[index]))
            if key not in known:
                known[key] = self._overlap(int(face[index]), int(date[index]), overlaps)
            label[index] = known[key]
        was = np.append(NOBODY, label[:-1])[: len(label)]
        was[np.append(True, face[1:] != face[:-1])[: len(face)]] = NOBODY
        changed = was != label
        return Events(date[changed], face[changed], was[changed], label[changed])

    def _overlap(self, face: int, date: int, overlaps: Overlaps) -> int:
        """Return the label of a face that several polygons cover on a date."""
        runs = self._runs
        spot = shapely.point_on_surface(self.ground(np.array([face])))
        active = runs.active(date)
        covers = active[shapely.intersects(runs.polygons[runs.polygon[active]], spot)]
        names = list(dict.fromkeys(runs.owners[owner - 1] for owner in runs.owner[covers]))
        if len(names) < 2 or overlaps == "first":
            return int(runs.owner[covers[0]]) if len(covers) else NOBODY
        if overlaps == "error":
            one, other = (next(row for row in covers if runs.owners[runs.owner[row] - 1] == name) for name in names[:2])
            raise runs.overlap(date, one, other, spot)
        both = " / ".join(sorted(names))
        if both not in self.labels:
            self.labels.append(both)
        return self.labels.index(both)

    @property
    def split(self) -> list[str]:
        """Names of ground that two owners hold and that counts apart, in the order of their labels."""
        return self.labels[1 + len(self._runs.owners) :]

    @property
    def share(self) -> float:
        """How much of the polygons' edges is on more than one date, 0 to 1."""
        return self.changes.share

    @property
    def how(self) -> str:
        """How this ledger is worked out, in words."""
        return f"one set of faces ({self.share:.1%} of the edges are on more than one date)"

    def passed(self, before: int, after: int) -> dict[tuple[int, int], Any]:
        """Return the ground that passed between two dates, by the labels before and after."""
        which, was, now = self._between(before, after)
        return {
            (one, other): self.ground(np.flatnonzero(np.isin(self._history, which[(was == one) & (now == other)])))
            for one, other in set(zip(was.tolist(), now.tolist(), strict=True))
        }

    def ground(self, faces: Ints) -> Any:
        """Return the union of some faces."""
        chosen = np.zeros(len(self._faces.place), dtype=bool)
        chosen[faces] = True
        edge = chosen[self._faces.left] != chosen[self._faces.right]
        # on the lattice, where no two pieces cross: positions as they came may overlap in their last digit
        ends = self.pieces.cells[self.pieces.ends[edge]] / noding.CELLS
        return shapely.build_area(shapely.multilinestrings(shapely.linestrings(ends)))

    def patches(self) -> Iterator[tuple[Any, list[tuple[int, int]]]]:
        """Yield the ground of each history, with the dates on which its label changed and the label from then on."""
        by_history = np.argsort(self.events.part, kind="stable")
        begin = np.searchsorted(self.events.part[by_history], np.arange(len(self.cm2) + 1))
        face = np.argsort(self._history, kind="stable")
        first = np.searchsorted(self._history[face], np.arange(len(self.cm2) + 1))
        for history in range(len(self.cm2)):
            events = by_history[begin[history] : begin[history + 1]]
            ground = self.ground(face[first[history] : first[history + 1]])
            yield ground, list(zip(self.events.date[events].tolist(), self.events.after[events].tolist(), strict=True))

    def at(self, lon: float, lat: float) -> list[tuple[int, int]]:
        """Return the dates on which the label at a position changed, with the label from then on."""
        spot = np.rint(np.array([[lon, lat]]) * noding.CELLS)
        half = int(planar.east_of(self.pieces, spot)[0])
        face = planar.OUTSIDE if half < 0 else (self._faces.right if half % 2 else self._faces.left)[half // 2]
        history = self._history[face]
        mine = (self.events.part == history) & (history >= 0)
        return list(zip(self.events.date[mine].tolist(), self.events.after[mine].tolist(), strict=True))
