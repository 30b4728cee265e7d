r"""Faces of noded pieces: the face on each side of a piece, and the area of each face.

Each piece is two half-edges, one per direction. Taking the next half-edge clockwise at every vertex walks round the
face on the left (de Berg et al., Computational Geometry, 2008, chapter 2). A spanning tree over neighbouring faces,
numbered in preorder, makes the ground behind any piece of the tree one interval. So "what lies inside these edges" is a
sum over intervals, however many faces there are.

Areas are integers. Let F(v) be the area between the equator and an edge from its first vertex to the vertex v on it,
rounded to cm². A piece counts F(head) - F(tail), and a face the sum over the pieces round it. So the pieces of an edge
sum exactly to the edge, faces to their union, and the two halves of a cut face to the whole.

Which edges share a piece may depend on where else they are cut, but only where they run within a cell of a common
vertex at both ends of it: a cell is 1.11 µm wide, so they are no further apart than its diagonal, 1.57 µm, and so is
what they are measured along. Over a length L the ground between them is at most 1.57 µm times L, or 16 cm² per
kilometre. Two ways to cut one set of edges, whole or in windows, differ by no more than that over the length on which
different edges run within two cells (2.2 µm) of each other; where none do, by nothing but faces under 1 cm² that round
to less than nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

from geo.geometry import areas, noding

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.geometry.noding import Ints, Pieces

OUTSIDE = 0  # the unbounded face
_RAYS_AT_ONCE = 2_000


class Faces(NamedTuple):
    """Faces by number; 0 is the unbounded face.

    `left` and `right` are the faces beside each piece, `area_cm2` the area of each face. Trees of faces begin at
    `roots`: the unbounded face or, with windows, the largest face in each; then faces outside windows are in no tree.
    `entry` is the piece by which a face is entered (-1 at a root) and `side` +1 where the face is on its left; the
    faces behind it are those with preorder numbers from `place` to `place + size`. `slivers` faces measured less than
    nothing and were raised to it.
    """

    left: Ints
    right: Ints
    area_cm2: Ints
    roots: Ints
    entry: Ints
    side: Ints
    place: Ints
    size: Ints
    slivers: int


def piece_areas(pieces: Pieces) -> Ints:
    """Return the contribution of each piece to the area on its left, cm².

    A vertex may lie up to a cell beside the source of a piece. Measured is along the source to where the vertex stands
    beside it, and from there to the vertex: so of two sources that share a piece, which one is taken matters no more
    than the strip between them along that piece.
    """
    begin, end = (pieces.positions[vertex] for vertex in (pieces.source_tail, pieces.source_head))
    run = end - begin
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = 1 / (run * run).sum(axis=1)

    def until(vertex: Ints) -> Ints:
        spot = pieces.positions[vertex]
        beside = begin + (((spot - begin) * run).sum(axis=1) * shares)[:, None] * run
        beside = np.where((vertex == pieces.source_tail)[:, None], begin, beside)
        beside = np.where((vertex == pieces.source_head)[:, None], end, beside)
        return np.rint(1e4 * (areas.edge_areas(begin, beside) + areas.edge_areas(beside, spot))).astype(np.int64)

    return until(pieces.ends[:, 1]) - until(pieces.ends[:, 0])


def connected(count: int, links: Ints) -> Ints:
    """Return the connected component of each node, as its first node; `links` are rows of two nodes."""
    first = np.arange(count)
    while True:
        one, other = first[links[:, 0]], first[links[:, 1]]
        if np.array_equal(one, other):
            return first
        low = np.minimum(one, other)
        np.minimum.at(first, one, low)
        np.minimum.at(first, other, low)
        first = first[first]
        first = first[first]


def half_edges_west_of(pieces: Pieces, spots: NDArray[np.float64]) -> Ints:
    """Return the half-edge west of each spot (lattice units) that has the spot's face on its left, or -1.

    Half-edge 2p runs along piece p, 2p + 1 against it. A spot on a piece counts as east of it. Rays to the west are
    lengthened until they hit a piece, so that a spot is compared with its neighbourhood, not with its whole latitude.
    """
    low, high = (pieces.cells[pieces.ends[:, end]].astype(np.float64) for end in (0, 1))
    found = np.full(len(spots), -1, dtype=np.int64)
    if not len(spots) or not len(low):
        return found
    west = min(low[:, 0].min(), high[:, 0].min()) - 1
    tree = shapely.STRtree(noding.diagonals(np.stack([low, high], axis=1)))
    reach = max(float(np.abs(high[:, 0] - low[:, 0]).mean()), 1.0)
    open_ = np.flatnonzero(spots[:, 0] > west)
    while len(open_):
        until = np.maximum(spots[open_, 0] - reach, west)
        settled = until <= west
        for some in np.array_split(np.arange(len(open_)), len(open_) // _RAYS_AT_ONCE + 1):
            mine = spots[open_[some]]
            rays = np.stack([np.column_stack([until[some], mine[:, 1]]), mine], axis=1)
            spot, piece = tree.query(shapely.linestrings(rays))
            half, at = _nearest_west(low[piece], high[piece], spot, piece, mine)
            # a hit beyond the ray's end need not be the nearest
            settled[some] |= at >= until[some]
            found[open_[some]] = half
        open_ = open_[~settled]
        reach *= 4
    return found


def _nearest_west(
    tail: NDArray[np.float64], head: NDArray[np.float64], spot: Ints, piece: Ints, spots: NDArray[np.float64]
) -> tuple[Ints, NDArray[np.float64]]:
    """Return, for each spot, the nearest of some half-edges west of it and where it crosses the spot's latitude.

    `tail` and `head` (n, 2) are the ends of the pieces in `piece`, to be compared with the spots in `spot`.
    """
    rises = tail[:, 1] < head[:, 1]
    bottom, top = np.where(rises[:, None], tail, head), np.where(rises[:, None], head, tail)
    north = spots[spot, 1]
    spans = (bottom[:, 1] <= north) & (north < top[:, 1])
    spot, piece, rises, bottom, top = (array[spans] for array in (spot, piece, rises, bottom, top))
    slope = (top[:, 0] - bottom[:, 0]) / (top[:, 1] - bottom[:, 1])
    at = bottom[:, 0] + (spots[spot, 1] - bottom[:, 1]) * slope
    before = at <= spots[spot, 0]
    spot, piece, rises, slope, at = (array[before] for array in (spot, piece, rises, slope, at))
    order = np.lexsort((slope, at, spot))  # of pieces from one vertex, the flattest lies furthest east
    half, nearest = np.full(len(spots), -1, dtype=np.int64), np.full(len(spots), -np.inf)
    half[spot[order]] = 2 * piece[order] + rises[order]
    nearest[spot[order]] = at[order]
    return half, nearest


def faces(pieces: Pieces) -> Faces:
    """Return the faces of pieces that meet only at their ends."""
    left, right = _sides(pieces)
    area = piece_areas(pieces)
    cm2 = np.zeros(int(max(left.max(initial=0), right.max(initial=0))) + 1, dtype=np.int64)
    np.add.at(cm2, left, area)
    np.subtract.at(cm2, right, area)
    slivers = _settle(cm2, left, right, pieces.on_side)
    through = ~pieces.on_side
    roots = np.array([OUTSIDE]) if through.all() else _largest(left[through], right[through], cm2)
    return Faces(left, right, cm2, roots, *_tree(left, right, len(cm2), roots, through), slivers)


def _settle(cm2: Ints, left: Ints, right: Ints, on_side: NDArray[np.bool_]) -> int:
    """Raise negative areas to zero at a neighbour's expense: rounding may leave a sliver some cm² below zero.

    A face that the side of a window cuts is a part of one, and stays as it is.

    Returns
    -------
    slivers
        How many there were.
    """
    short = cm2 < 0
    short[OUTSIDE] = False
    short[left[on_side]] = short[right[on_side]] = False
    near = short[left] | short[right]
    left, right = left[near], right[near]
    for face in np.flatnonzero(short).tolist():
        beside = np.append(right[left == face], left[right == face])
        inner = beside[(beside != OUTSIDE) & (beside != face)]
        giver = int(inner[np.argmax(cm2[inner])]) if len(inner) else OUTSIDE
        if cm2[giver] < -cm2[face]:
            giver = OUTSIDE
        cm2[giver] += cm2[face]
        cm2[face] = 0
    return int(short.sum())


def _sides(pieces: Pieces) -> tuple[Ints, Ints]:
    """Return the faces on the left and on the right of each piece."""
    cycle, outer, corner = _cycles(pieces)
    face = np.ones(int(cycle.max(initial=-1)) + 1, dtype=np.int64)
    face[outer] = 0
    face = np.cumsum(face) * face
    beyond = np.arange(len(face))  # the cycle across the piece west of a component
    west = half_edges_west_of(pieces, corner - np.array([0.5, 0.0]))
    beyond[outer[west >= 0]] = cycle[west[west >= 0]]
    while not np.array_equal(beyond, beyond[beyond]):
        beyond = beyond[beyond]
    of = face[beyond][cycle]
    return of[0::2], of[1::2]


def _cycles(pieces: Pieces) -> tuple[Ints, Ints, Ints]:
    """Return the cycle of each half-edge and, for each component of the pieces, its outer cycle and westernmost cell.

    Half-edge 2p runs along piece p, 2p + 1 against it. A cycle has its face on the left; the outer cycle of a component
    has the outside there.
    """
    count = len(pieces.ends)
    used, origin = np.unique(pieces.ends.reshape(-1), return_inverse=True)
    cells = pieces.cells[used]
    run = (pieces.cells[pieces.ends[:, 1]] - pieces.cells[pieces.ends[:, 0]]).astype(np.float64)
    angle = np.arctan2(*np.stack([run, -run], axis=1).reshape(-1, 2).T[::-1])
    order = np.lexsort((angle, origin))
    first = np.searchsorted(origin[order], np.arange(len(used)))
    last = np.append(first[1:], 2 * count) - 1
    before = np.arange(-1, 2 * count - 1)
    before[first] = last
    clockwise = np.empty(2 * count, dtype=np.int64)
    clockwise[order] = order[before]
    cycle, jump = np.arange(2 * count), clockwise[np.arange(2 * count) ^ 1]
    while True:
        smaller = np.minimum(cycle, cycle[jump])
        jump = jump[jump]
        if np.array_equal(smaller, cycle):
            break
        cycle = smaller
    _, cycle = np.unique(cycle, return_inverse=True)
    component = connected(len(used), origin.reshape(-1, 2))
    # the outside lies left of the half-edge that leaves the westernmost vertex furthest north
    by_west = np.lexsort((cells[:, 1], cells[:, 0], component))
    corner = by_west[np.unique(component[by_west], return_index=True)[1]]
    return cycle, cycle[order[last[corner]]], cells[corner]


def _largest(left: Ints, right: Ints, cm2: Ints) -> Ints:
    """Return the largest face of each connected set of faces; faces are connected by the pieces between them."""
    lot = connected(len(cm2), np.column_stack([left, right]))
    by = np.lexsort((cm2, lot))
    last = by[np.append(lot[by][1:] != lot[by][:-1], True)]
    return np.setdiff1d(last, [OUTSIDE])


def _tree(
    left: Ints, right: Ints, count: int, roots: Ints, through: NDArray[np.bool_]
) -> tuple[Ints, Ints, Ints, Ints]:
    """Return entry, side, place and size of each face in trees over neighbours, through the pieces allowed."""
    piece = np.tile(np.flatnonzero(through), 2)
    one, other = np.append(left[through], right[through]), np.append(right[through], left[through])
    by = np.argsort(one, kind="stable")
    one, other, piece = one[by], other[by], piece[by]
    begin = np.searchsorted(one, np.arange(count + 1))
    entry, parent = np.full(count, -1), np.full(count, -1)
    seen = np.zeros(count, dtype=bool)
    seen[roots] = True
    levels = [roots]
    while len(levels[-1]):
        near = ranges(begin[levels[-1]], begin[levels[-1] + 1])
        near = near[~seen[other[near]]]
        found, which = np.unique(other[near], return_index=True)
        entry[found], parent[found] = piece[near[which]], one[near[which]]
        seen[found] = True
        levels.append(found[np.argsort(parent[found], kind="stable")])
    size = np.ones(count, dtype=np.int64)
    for level in levels[:0:-1]:
        np.add.at(size, parent[level], size[level])
    place = np.full(count, count - 1)  # faces outside windows are in no tree
    place[roots] = np.cumsum(size[roots]) - size[roots]
    for level in levels[1:-1]:
        ahead = np.cumsum(size[level]) - size[level]
        eldest = np.searchsorted(parent[level], parent[level])  # siblings are adjacent
        place[level] = place[parent[level]] + 1 + ahead - ahead[eldest]
    side = np.ones(count, dtype=np.int64)
    inner = np.flatnonzero(entry >= 0)
    side[inner[left[entry[inner]] != inner]] = -1
    return entry, side, place, size


def ranges(start: Ints, stop: Ints) -> Ints:
    """Return the numbers of several half-open ranges, concatenated."""
    counts = stop - start
    return np.repeat(start - np.cumsum(counts) + counts, counts) + np.arange(int(counts.sum()))
