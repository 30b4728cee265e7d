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
from geo.runs import Runs, Steps, shared, steps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from geo.noding import Box, Ints

Overlaps = Literal["error", "first", "split"]
_ONE = 1 << 32  # what a polygon adds where it lies, besides its owner's label


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
        Their edges, from :func:`geo.runs.steps`, when these are known.
    known
        The ledger of all dates but the last, of whose runs these are the continuation: then only what is new on the
        last date is looked at and cut.
    tile
        Count only the ground in this box; boxes side by side give what they give as one.

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
        found: Steps | None = None,
        known: SharedFaces | None = None,
        tile: Box | None = None,
    ) -> None:
        self._runs = runs
        self.labels = ["none", *runs.owners]
        if known is None:
            self._steps = found or steps(runs.polygons)
            if tile is not None:
                self._steps = self._steps.near(tile)
            self.pieces = noding.node(self._steps.edges, frame=tile)
            self.changes = self._come_and_gone(range(len(runs.dates)))
        else:
            self._steps = known.continued(runs.polygons)
            self.pieces = noding.node(self._steps.edges, known.pieces)
            last = self._come_and_gone(range(len(runs.dates) - 1, len(runs.dates)))
            date, edge, worth = (np.concatenate(parts) for parts in zip(known.changes, last, strict=True))
            self.changes = date, edge, worth
        self._faces = planar.faces(self.pieces)
        on_faces = self._on_faces(*self._on_pieces(*self.changes))
        if tile is not None:
            on_faces = self._at_root(*on_faces)
        events = self._named(*self._passed(*on_faces), overlaps)
        self._history, cm2, events = merged(events, self._faces.area_cm2)
        super().__init__(len(runs.dates), self.labels, cm2, events)

    def continued(self, polygons: NDArray[np.object_]) -> Steps:
        """Return the steps of these polygons, the first of which are those of this ledger."""
        mine = self._steps
        more = steps(polygons[len(mine.begin) - 1 :])
        edges, edge = noding.join(self.pieces, mine.edges, more.edges)
        return Steps(
            edges,
            np.concatenate([mine.edge, edge[more.edge]]),
            np.concatenate([mine.side, more.side]),
            np.concatenate([mine.begin, mine.begin[-1] + more.begin[1:]]),
        )

    def _come_and_gone(self, dates: range) -> tuple[Ints, Ints, Ints]:
        """Return what changes on some dates: date, edge and what the left of the edge gains on its right."""
        runs, found = self._runs, self._steps
        worth = _ONE + runs.owner
        scratch = np.zeros(len(found.edges.ends), dtype=np.int64)
        by = {sign: np.argsort(ends, kind="stable") for sign, ends in ((1, runs.start), (-1, runs.stop))}
        bounds = np.arange(dates.start, dates.stop + 1)
        begin = {sign: np.searchsorted(ends[by[sign]], bounds) for sign, ends in ((1, runs.start), (-1, runs.stop))}
        changed, edges, worths = [], [], []
        for place, date in enumerate(dates):
            touched = []
            for sign in (1, -1):
                run = by[sign][begin[sign][place] : begin[sign][place + 1]]
                first, last = found.begin[runs.polygon[run]], found.begin[runs.polygon[run] + 1]
                step = ranges(first, last)
                np.add.at(scratch, found.edge[step], sign * np.repeat(worth[run], last - first) * found.side[step])
                touched.append(found.edge[step])
            edge = np.concatenate(touched)
            edge = np.unique(edge[scratch[edge] != 0])
            changed.append(np.full(len(edge), date))
            edges.append(edge)
            worths.append(scratch[edge])
            scratch[edge] = 0
        return np.concatenate(changed), np.concatenate(edges), np.concatenate(worths)

    def _on_pieces(self, date: Ints, edge: Ints, worth: Ints) -> tuple[Ints, Ints, Ints]:
        """Carry what changes from edges to their pieces."""
        part_of = self.pieces.part_of
        begin = np.searchsorted(part_of[:, 0], np.arange(len(self._steps.edges.ends) + 1))
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

    def _at_root(self, date: Ints, face: Ints, worth: Ints) -> tuple[Ints, Ints, Ints]:
        """Add what covers the root of the tree, which lies in a tile and not outside of everything."""
        runs, root = self._runs, self._faces.root
        spot = shapely.point_on_surface(self.ground(np.array([root])))
        over = np.flatnonzero(shapely.intersects(runs.polygons, spot)[runs.polygon])
        ends = over[runs.stop[over] < len(runs.dates)]
        return (
            np.concatenate([date, runs.start[over], runs.stop[ends]]),
            np.concatenate([face, np.full(len(over) + len(ends), root)]),
            np.concatenate([worth, _ONE + runs.owner[over], -(_ONE + runs.owner[ends])]),
        )

    def _passed(self, date: Ints, face: Ints, worth: Ints) -> tuple[Ints, Ints, Ints]:
        """Return on which dates which faces changed, and what they are worth from then on."""
        faces = self._faces
        first, last = faces.place[face], faces.place[face] + faces.size[face]
        date, place, worth = np.tile(date, 2), np.concatenate([first, last]), np.concatenate([worth, -worth])
        order = np.lexsort((place, date))
        date, place = date[order], place[order]
        sums = np.cumsum(worth[order])
        ends = np.append(((date[1:] != date[:-1]) | (place[1:] != place[:-1])), [False] * bool(len(date)))
        here = np.flatnonzero(ends.astype(bool) & (sums != 0))  # within a date the sums return to zero
        at_place = np.argsort(faces.place)
        state = np.zeros(len(faces.place), dtype=np.int64)
        bounds = np.searchsorted(date[here], np.arange(len(self._runs.dates) + 1))
        dates, places, worths = [], [], []
        for number in range(len(self._runs.dates)):
            mine = here[bounds[number] : bounds[number + 1]]
            spots = ranges(place[mine], place[mine + 1])
            state[spots] += np.repeat(sums[mine], place[mine + 1] - place[mine])
            dates.append(np.full(len(spots), number))
            places.append(spots)
            worths.append(state[spots])
        return np.concatenate(dates), at_place[np.concatenate(places)], np.concatenate(worths)

    def _named(self, date: Ints, face: Ints, worth: Ints, overlaps: Overlaps) -> Events:
        """Turn what faces are worth into labels, and keep what changes them."""
        polygons = (worth + (_ONE >> 1)) >> 32
        label = worth - polygons * _ONE
        plain = ((polygons == 0) & (label == 0)) | ((polygons == 1) & (label > 0) & (label < len(self.labels)))
        known: dict[tuple[int, int], int] = {}
        for index in np.flatnonzero(~plain).tolist():
            key = (int(face[index]), int(worth[index]))
            if key not in known:
                known[key] = self._overlap(int(face[index]), int(date[index]), overlaps)
            label[index] = known[key]
        order = np.lexsort((date, face))
        date, face, label = date[order], face[order], label[order]
        was = np.append(NOBODY, label[:-1])
        was[np.append(True, face[1:] != face[:-1])] = NOBODY
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
    def share(self) -> float:
        """How much of the polygons' edges is on more than one date, 0 to 1."""
        return shared(self._runs, self._steps)

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
