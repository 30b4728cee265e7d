"""Noding: from the rings of many polygons to distinct edges, and from edges to pieces that meet only at their ends.

Positions are compared on a lattice of 1e-11 degrees (a thousandth of a millimetre). Two positions in one cell are one
vertex, and an edge that passes within a cell of a vertex goes through it. Vertices keep their input position (of two in
one cell, the one with the smaller coordinates); the lattice only decides what meets what. Where lines run that close
together, an edge of 100 km may gain or lose 0.1 m²; on a lattice of 1e-9 degrees it would be 10 m². A piece remembers
its source, the edge that it is part of: areas are integers taken along sources (:mod:`geo.geometry.planar`), so cutting
an edge into pieces changes no sum.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
import shapely

from geo._errors import ClaimsError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Vectors = tuple[Floats, Floats] | Floats  # eastward and northward parts
    Box = tuple[float, float, float, float]  # west, south, east, north in degrees

CELLS = 1e11  # per degree
_ROUNDS = 64  # of cutting; a few are usual
_NEAR_CELLS = 4  # the most that the crossing of two edges may differ from that of their pieces
_MISS_CELLS = 8
_ON_CELLS = 0.05  # what a vertex in the last digit of an edge may be off it
_FIRST = 5_000  # pieces in the first query for neighbours
_PAIRS_AT_ONCE = 500_000  # of neighbours, aimed at by later queries
_CROSSINGS_ALWAYS = 1_000_000
_CROSSINGS_PER_EDGE = 50  # lines redrawn 1,500 times in one strip cross about 20 times per edge
_ODD = tuple(np.uint64(odd) for odd in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0xBF58476D1CE4E5B9))


class Edges(NamedTuple):
    """Distinct edges between distinct vertices.

    `positions` (n, 2) are degrees, `cells` (n, 2) the same on the lattice; `ends` (m, 2) are vertices, the smaller cell
    first. Edges are sorted by the cells of their ends, so the order of the input does not matter.
    """

    positions: Floats
    cells: Ints
    ends: Ints


class Pieces(NamedTuple):
    """Edges cut where they meet: `ends` (p, 2) are vertices of `edges`, including the new ones where edges cross.

    A piece runs along the edge from the vertex `source_tail` to `source_head`; where edges coincide it is the one
    with the smallest cells. `part_of` lists the pieces of each edge, ascending: rows of edge, piece and direction
    (+1 or -1). `on_side` marks the pieces on the sides of windows, if there are any.
    """

    positions: Floats
    cells: Ints
    ends: Ints
    source_tail: Ints
    source_head: Ints
    part_of: Ints
    on_side: NDArray[np.bool_]


def mix(first: NDArray[np.uint64], second: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return a 64-bit hash of each pair of numbers, after splitmix64 (Steele et al., 2014)."""
    mixed = first * _ODD[0] + second * _ODD[1]
    mixed ^= mixed >> np.uint64(29)
    mixed *= _ODD[2]
    mixed ^= mixed >> np.uint64(32)
    return mixed


def numbered(keys: NDArray[Any]) -> tuple[Ints, Ints]:
    """Return a number for each key, in order of appearance, and the first index of each number."""
    codes, found = pd.factorize(keys)
    first = np.empty(len(found), dtype=np.int64)
    first[codes[::-1]] = np.arange(len(codes))[::-1]
    return codes.astype(np.int64, copy=False), first


def distinct(columns: Ints) -> tuple[Ints, Ints]:
    """Return a number for each row, the same for equal rows, and the first row of each number.

    Parameters
    ----------
    columns
        Array of shape (k, n): k columns of n rows.
    """
    bits = columns.astype(np.int64, copy=False).view(np.uint64)
    key = bits[0]
    for column in bits[1:]:
        key = mix(key, column)
    codes, first = numbered(key)
    if not all(np.array_equal(column[first][codes], column) for column in columns):  # two rows share a 64-bit hash
        _, first, codes = np.unique(columns, axis=1, return_index=True, return_inverse=True)
    return codes, first


def intern(coordinates: Floats, ring: Ints) -> tuple[Edges, Ints, Ints, Ints]:
    """Return the distinct edges of closed rings, and the edge and direction of each step of the rings.

    Parameters
    ----------
    coordinates
        Array of shape (n, 2), degrees: the rings, concatenated.
    ring
        Ring of each position.

    Returns
    -------
    edges
        Each edge once, however many rings it is in.
    edge, direction, at
        For each step between two different cells: its edge, its direction (+1 along the edge, -1 against it), and the
        index of the position where it starts.
    """
    cells = np.rint(coordinates * CELLS).astype(np.int64)
    east, north = np.ascontiguousarray(cells.T)
    step_east, step_north = np.diff(east), np.diff(north)
    at = np.flatnonzero((ring[1:] == ring[:-1]) & ((step_east != 0) | (step_north != 0)))
    along = (step_east[at] > 0) | ((step_east[at] == 0) & (step_north[at] > 0))
    low, high = np.where(along, at, at + 1), np.where(along, at + 1, at)
    key = mix(east.view(np.uint64), north.view(np.uint64))
    edge, first = numbered(mix(key[low], key[high]))
    alike = all(np.array_equal(coordinates[spot[first]][edge], coordinates[spot]) for spot in (low, high))
    if not alike:  # one edge, with different digits
        edge, first = distinct(np.stack([east[low], north[low], east[high], north[high]]))
    by = np.lexsort((north[high[first]], east[high[first]], north[low[first]], east[low[first]]))
    edge, first = _ranks(by)[edge], first[by]
    spots = np.concatenate([low[first], high[first]])
    vertex, named = distinct(np.stack([east[spots], north[spots]]))
    ends = vertex.reshape(2, -1).T
    spots = spots[named]
    positions = coordinates[spots]
    if not alike or not np.array_equal(positions[vertex], coordinates[np.concatenate([low[first], high[first]])]):
        for end, spot in zip(ends.T, (low, high), strict=True):
            np.minimum.at(positions, end[edge], coordinates[spot])
    return Edges(positions, cells[spots], ends), edge, np.where(along, 1, -1), at


def _ranks(order: Ints) -> Ints:
    """Return the inverse of a permutation."""
    ranks = np.empty_like(order)
    ranks[order] = np.arange(len(order))
    return ranks


def diagonals(ends: Floats, margin: float = 0.0) -> NDArray[np.object_]:
    """Return a line with the bounds of each edge (n, 2, 2): all that a tree needs, and faster to make than boxes."""
    return np.asarray(shapely.linestrings(np.stack([ends.min(axis=1) - margin, ends.max(axis=1) + margin], axis=1)))


def join(edges: Edges, more: Edges) -> tuple[Edges, Ints, Ints]:
    """Return the union of two sets of edges, and the new numbers of the first and of the second."""
    vertex, first = distinct(np.concatenate([edges.cells, more.cells]).T)
    given = np.concatenate([edges.positions, more.positions])
    positions = given[first]
    np.minimum.at(positions, vertex, given)  # as of all at once, see intern
    cells = np.concatenate([edges.cells, more.cells])[first]
    ends = np.concatenate([edges.ends, vertex[len(edges.cells) :][more.ends]])
    edge, first = distinct(ends.T)
    ends = ends[first]
    by = np.lexsort(cells[ends].reshape(-1, 4).T[::-1])
    edge = _ranks(by)[edge]
    return Edges(positions, cells, ends[by]), edge[: len(edges.ends)], edge[len(edges.ends) :]


def has_near_misses(edges: Edges) -> bool:
    """Tell whether a vertex lies within some cells of an edge without being its end or on it.

    Then how lines are cut elsewhere, as by the side of a window, may decide which of them are one.
    """
    used = np.unique(edges.ends)
    lines = np.asarray(shapely.linestrings(edges.positions[edges.ends]))
    spots = np.asarray(shapely.points(edges.positions[used]))
    spot, edge = shapely.STRtree(lines).query(spots, "dwithin", _MISS_CELLS / CELLS)
    beside = (edges.ends[edge] != used[spot][:, None]).all(axis=1)
    off = shapely.distance(spots[spot[beside]], lines[edge[beside]])
    return bool((off * CELLS > _ON_CELLS).any())


class _Cutter:
    """Pieces being cut, in lattice units; float64 represents every cell exactly."""

    def __init__(self, edges: Edges) -> None:
        self.positions = [edges.positions]
        self.east, self.north = edges.cells.T.astype(np.float64)
        self._source_ends = edges.ends
        self.source = np.arange(len(edges.ends))
        self.tail, self.head = np.ascontiguousarray(edges.ends.T)

    def pairs(self, fresh: Ints) -> Iterator[tuple[Ints, Ints]]:
        """Yield batches of pairs of pieces whose boxes meet, at least one of each pair being fresh."""
        east, north = (spots[np.stack([self.tail, self.head])] for spots in (self.east, self.north))
        boxes = diagonals(np.stack([east, north], axis=2).swapaxes(0, 1), margin=1)
        tree = shapely.STRtree(boxes)
        is_fresh = np.zeros(len(self.tail), dtype=bool)
        is_fresh[fresh] = True
        start, some = 0, _FIRST
        while start < max(len(fresh), 1):
            asked = fresh[start : start + some]
            one, other = tree.query(boxes[asked])
            start += some
            # aim at the same number of pairs each time
            some = min(max(some * _PAIRS_AT_ONCE // max(len(one), 1), 1), 4 * some)
            one = asked[one]
            once = np.flatnonzero((one < other) | ~is_fresh[other])
            yield one[once], other[once]

    def _run(self, tail: Ints, head: Ints) -> Vectors:
        return self.east[head] - self.east[tail], self.north[head] - self.north[tail]

    def _beside(self, vertex: Ints, piece: Ints) -> NDArray[np.bool_]:
        """Return which vertices lie within a cell of a piece without being one of its ends."""
        tail, head = self.tail[piece], self.head[piece]
        away, run = self._run(tail, vertex), self._run(tail, head)
        square, along, off = _dot(run, run), _dot(away, run), _cross(away, run)
        near: NDArray[np.bool_] = (
            (vertex != tail) & (vertex != head) & (along > 0) & (along < square) & (off * off < square)
        )
        return near

    def _of_sources(self, one: Ints, other: Ints) -> Floats:
        """Return where the sources of pieces cross, in degrees of the input vertices; NaN where they are parallel."""
        (start, stop), (there, end) = (
            self.positions[0][self._source_ends[self.source[piece]]].swapaxes(0, 1) for piece in (one, other)
        )
        run, other_run, between = (stop - start).T, (end - there).T, (there - start).T
        with np.errstate(divide="ignore", invalid="ignore"):
            share = _cross(between, other_run) / _cross(run, other_run)
            crossing: Floats = start + (share * run).T
        return crossing

    def _vertices_at(self, spots: Floats, exact: Floats) -> Ints:
        """Return the vertices in the cells of some spots, adding those that are missing.

        A new vertex has the exact position, unless that is far off, as where edges graze each other.
        """
        count = len(self.east)
        cells = np.rint(spots).T
        vertex, first = distinct(np.concatenate([np.stack([self.east, self.north]), cells], axis=1).astype(np.int64))
        made = first[count:] - count  # no two vertices share a cell, so new ones are numbered after them
        self.east, self.north = (
            np.append(old, new[made]) for old, new in zip((self.east, self.north), cells, strict=True)
        )
        near = (np.abs(exact * CELLS - spots) < _NEAR_CELLS).all(axis=1, keepdims=True)
        self.positions.append(np.where(near, exact, spots / CELLS)[made])
        return vertex[count:]

    def cuts(self, one: Ints, other: Ints) -> tuple[Ints, Ints, Ints, Ints, Floats]:
        """Return which pieces of some pairs to cut at which vertices, and which pairs cross at which spots."""
        one, other, shared = self._perhaps_meeting(one, other)
        cut, spot = [], []
        touched = shared
        for piece, across in ((one, other), (other, one)):
            for vertex in (self.tail[across], self.head[across]):
                near = self._beside(vertex, piece)
                touched = touched | near
                cut.append(piece[near])
                spot.append(vertex[near])
        return np.concatenate(cut), np.concatenate(spot), *self._crossing(one[~touched], other[~touched])

    def _perhaps_meeting(self, one: Ints, other: Ints) -> tuple[Ints, Ints, NDArray[np.bool_]]:
        """Return the pairs that may meet other than in a shared vertex, and which of them share one.

        Two pieces from one vertex meet again only if they overlap; one product rules that out for most pairs.
        """
        ends = [(self.tail[pieces], self.head[pieces]) for pieces in (one, other)]
        meet = [mine == yours for mine in ends[0] for yours in ends[1]]
        shared = np.logical_or.reduce(meet)
        at = np.flatnonzero(shared)
        first = meet[0][at] | meet[1][at]
        middle = np.where(first, ends[0][0][at], ends[0][1][at])
        run = self._run(middle, np.where(first, ends[0][1][at], ends[0][0][at]))
        other_run = self._run(middle, np.where(ends[1][0][at] == middle, ends[1][1][at], ends[1][0][at]))
        longer = np.maximum(np.hypot(*run), np.hypot(*other_run))
        doubtful = (np.abs(_cross(run, other_run)) < longer) & (_dot(run, other_run) > 0)
        check = np.append(at[doubtful], np.flatnonzero(~shared))
        return one[check], other[check], shared[check]

    def _crossing(self, one: Ints, other: Ints) -> tuple[Ints, Ints, Floats]:
        """Return the pairs whose sources cross, and where, in lattice units; independent of other edges."""
        turned = self.source[one] > self.source[other]
        one, other = np.where(turned, other, one), np.where(turned, one, other)
        run, other_run = (self._run(self.tail[pieces], self.head[pieces]) for pieces in (one, other))
        between = self._run(self.tail[one], self.tail[other])
        with np.errstate(divide="ignore", invalid="ignore"):
            turn = _cross(run, other_run)
            share, share_other = _cross(between, other_run) / turn, _cross(between, run) / turn
            crosses = (share > 0) & (share < 1) & (share_other > 0) & (share_other < 1)
        one, other, share = one[crosses], other[crosses], share[crosses]
        start = self.east[self.tail[one]], self.north[self.tail[one]]
        spots = [begin + share * along[crosses] for begin, along in zip(start, run, strict=True)]
        return one, other, np.column_stack(spots)

    def crossings(self, one: Ints, other: Ints, spots: Floats) -> tuple[Ints, Ints]:
        """Return which pieces to cut, and at which vertices, where pairs of them cross."""
        # in a fixed order: the first crossing in a cell gives the vertex its position
        by = np.lexsort((self.source[other], self.source[one]))
        one, other = one[by], other[by]
        piece, vertex = np.append(one, other), np.tile(self._vertices_at(spots[by], self._of_sources(one, other)), 2)
        inside = (self.tail[piece] != vertex) & (self.head[piece] != vertex)
        return piece[inside], vertex[inside]

    def split(self, cut: Ints, spot: Ints) -> Ints:
        """Cut pieces at vertices and return the new ones.

        A cut at one vertex leaves shorter pieces. A cut at two vertices on opposite sides may leave a crosswise piece
        that is just as long, and so on without end; such a piece is therefore cut at the first vertex only.
        """
        order = np.lexsort((spot, self._along(cut, spot), cut))
        cut, spot = cut[order], spot[order]
        whole, tail, head = self._parts(cut, spot)
        long = np.hypot(*self._run(tail, head)) > np.hypot(*self._run(self.tail[whole], self.head[whole])) - 0.5
        first = np.append(True, cut[1:] != cut[:-1])
        once = first | ~np.isin(cut, whole[long])
        whole, tail, head = self._parts(cut[once], spot[once])
        keep = np.ones(len(self.tail), dtype=bool)
        keep[whole] = False
        self.source = np.append(self.source[keep], self.source[whole])
        self.tail, self.head = np.append(self.tail[keep], tail), np.append(self.head[keep], head)
        return np.arange(len(self.tail) - len(whole), len(self.tail))

    def _parts(self, cut: Ints, spot: Ints) -> tuple[Ints, Ints, Ints]:
        """Return the parts of pieces cut at vertices, in order: piece, tail and head."""
        whole = np.unique(cut)
        piece = np.concatenate([whole, cut, whole])
        vertex = np.concatenate([self.tail[whole], spot, self.head[whole]])
        order = np.argsort(piece, kind="stable")
        piece, vertex = piece[order], vertex[order]
        follows = np.flatnonzero((piece[1:] == piece[:-1]) & (vertex[1:] != vertex[:-1]))
        return piece[follows], vertex[follows], vertex[follows + 1]

    def _along(self, piece: Ints, vertex: Ints) -> Floats:
        """Return the position of a vertex along a piece; only the order matters."""
        tail, head = self.tail[piece], self.head[piece]
        return _dot(self._run(tail, vertex), self._run(tail, head))


def _cross(one: Vectors, other: Vectors) -> Floats:
    return one[0] * other[1] - one[1] * other[0]


def _dot(one: Vectors, other: Vectors) -> Floats:
    return one[0] * other[0] + one[1] * other[1]


def node(edges: Edges, windows: Sequence[Box] = ()) -> Pieces:
    """Cut edges where they cross or touch.

    Parameters
    ----------
    edges
        All edges.
    windows
        Disjoint boxes to cut by: the pieces inside them are returned, with those of their sides.

    Returns
    -------
    pieces
        No two cross, and none passes within a cell of a vertex that is not its end.

    Raises
    ------
    ClaimsError
        When cutting does not terminate, or when there are more than a million crossings and more than 50 per edge: the
        overlay would need far more memory than the input.
    """
    count = len(edges.ends)
    corners = np.rint(np.reshape(windows, (-1, 2, 2)) * CELLS).astype(np.int64)
    if len(windows):
        edges = _with_sides(edges, corners)
    cutter = _Cutter(edges)
    fresh = cutter.source
    crossings = 0
    for _ in range(_ROUNDS):
        found = []
        for pairs in cutter.pairs(fresh):
            found.append(cutter.cuts(*pairs))
            crossings += len(found[-1][2])
            if crossings > max(_CROSSINGS_ALWAYS, _CROSSINGS_PER_EDGE * count):
                raise ClaimsError(
                    f"{count:,} edges cross more than {crossings:,} times; simplify the lines, or take fewer dates"
                )
        cut, spot, *cross = (np.concatenate(parts) for parts in zip(*found, strict=True))
        cut, spot = (np.append(*both) for both in zip((cut, spot), cutter.crossings(*cross), strict=True))
        if not len(cut):
            break
        fresh = cutter.split(cut, spot)
    else:
        message = "the edges cannot be noded: too many lie within a micrometre of each other; simplify or snap them"
        raise ClaimsError(message)
    source, ends = cutter.source, np.column_stack([cutter.tail, cutter.head])
    cells = np.column_stack([cutter.east, cutter.north]).astype(np.int64)
    if len(windows):
        inside = _within(cells[ends], corners)
        source, ends = source[inside], ends[inside]
    # edges of polygons before those of windows, so that a window changes no area
    smallest = np.lexsort((*edges.cells[edges.ends[source]].reshape(-1, 4).T, source >= count))
    source, ends = source[smallest], ends[smallest]
    turned = ends[:, 0] > ends[:, 1]
    piece, first = distinct(np.sort(ends, axis=1).T)
    direction = np.where(turned == turned[first][piece], 1, -1)
    on_side = np.zeros(len(first), dtype=bool)
    on_side[piece[source >= count]] = True
    part_of = np.column_stack([source, piece, direction])[np.argsort(source, kind="stable")]
    return Pieces(
        np.concatenate(cutter.positions),
        cells,
        ends[first],
        edges.ends[source[first], 0],
        edges.ends[source[first], 1],
        part_of[part_of[:, 0] < count],
        on_side,
    )


def _with_sides(edges: Edges, corners: Ints) -> Edges:
    """Return edges followed by those of boxes; `corners` (n, 2, 2) are their lowest and highest cells."""
    # south-west, north-west, south-east and north-east of each box
    around = np.stack([corners[:, [0, 0, 1, 1], 0], corners[:, [0, 1, 0, 1], 1]], axis=2).reshape(-1, 2)
    vertex, first = distinct(np.concatenate([edges.cells, around]).T)
    sides = vertex[len(edges.cells) :].reshape(-1, 4)[:, [[0, 1], [0, 2], [1, 3], [2, 3]]].reshape(-1, 2)
    positions = np.concatenate([edges.positions, around / CELLS])[first]
    return Edges(positions, np.concatenate([edges.cells, around])[first], np.concatenate([edges.ends, sides]))


def _within(ends: Ints, corners: Ints) -> NDArray[np.bool_]:
    """Return which edges (n, 2, 2) have both ends in the same box."""
    within = np.zeros(len(ends), dtype=bool)
    for low, high in corners:
        within |= ((low <= ends) & (ends <= high)).all(axis=(1, 2))
    return within
