"""Dated polygons as a coverage: patches of one history, and each border between two of them once.

What a new record is made from: the edges of all dates are noded once (:mod:`geo.dated.overlay`), edges inside the
ground of one history are left out, and what remains is merged into lines from node to node. Positions are those of the
lattice (:data:`geo.geometry.noding.CELLS`, a micrometre), so that noding the lines again gives the same faces.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely

from geo._errors import ClaimsError
from geo.dated.edge_changes import edge_changes, steps
from geo.dated.histories import NOBODY
from geo.dated.overlay import Arrangement
from geo.geometry import noding, planar

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from geo.dated.intervals import Intervals
    from geo.dated.overlay import Overlaps
    from geo.geometry.noding import Ints, Pieces

DECIMALS = 11  # of a position on the lattice
_CM2_PER_KM2 = 10**10
Owners = tuple[int, ...]  # labels of who holds a patch: none, one, or several where that is wanted


class History(NamedTuple):
    """Who holds a patch from which date on: indices of dates, ascending, with labels of owners."""

    changes: tuple[tuple[int, Owners], ...]


class Patch(NamedTuple):
    """Connected ground of one history (an index; -1 for ground that nobody ever holds), with a point inside it."""

    history: int
    polygon: shapely.Polygon
    point: tuple[float, float]
    cm2: int


class Border(NamedTuple):
    """A line between two patches (indices; None for the outside), its positions in degrees from one node to another."""

    left: int | None
    right: int | None
    coordinates: NDArray[np.float64]


class Coverage(NamedTuple):
    """Patches, the borders between them, the histories that patches have, and what was found in the input.

    `gaps` and `overlaps` are patches: enclosed ground of nobody on any date, and ground of several owners on some date.
    `decimals` is how many the positions have.
    """

    patches: list[Patch]
    borders: list[Border]
    histories: list[History]
    gaps: list[Patch]
    overlaps: list[Patch]
    decimals: int


def coverage(intervals: Intervals, overlaps: Overlaps = "error") -> Coverage:
    """Return dated polygons as a coverage.

    Parameters
    ----------
    intervals
        Polygons, who holds them and when.
    overlaps
        What to do where two owners hold one ground on one date: raise; ``first``: the owner whose first row comes
        first; ``split``: both are named. Patches of no more than ``intervals.small_cm2`` are settled as with ``first``.

    Raises
    ------
    ClaimsError
        When owners overlap, with the number and sum of overlaps, and the rows and place of the largest.
    """
    arrangement = Arrangement(intervals, edge_changes(intervals, steps(intervals.polygons)), "split")
    histories = _histories(arrangement, intervals)
    left, right = arrangement.sides()
    double = [any(len(owners) > 1 for _, owners in history.changes) for history in histories]
    found: list[Patch] = []
    if any(double):
        patches, _ = _dissolved(arrangement.pieces, left, right, borders=False)
        found = [patch for patch in patches if patch.history >= 0 and double[patch.history]]
        if overlaps == "error" and max(patch.cm2 for patch in found) > intervals.small_cm2:
            raise _overlap(found, intervals)
        if overlaps != "split":
            histories, place = _first_only(histories)
            left, right = (np.where(side < 0, -1, place[side]) for side in (left, right))
    patches, borders = _dissolved(arrangement.pieces, left, right)
    gaps = [patch for patch in patches if patch.history < 0]
    return Coverage(patches, borders, histories, gaps, found, _decimals(borders))


def _histories(arrangement: Arrangement, intervals: Intervals) -> list[History]:
    """Return the history of each number that a piece has beside it."""
    sums = arrangement.sums
    known = {name: index for index, name in enumerate(intervals.labels) if index != NOBODY}
    owners = {index: _owners(name, known) for index, name in enumerate(sums.labels) if index != NOBODY}
    owners[NOBODY] = ()
    found: list[list[tuple[int, Owners]]] = [[] for _ in range(len(sums.cm2))]
    for date, part, label in zip(
        *(column.tolist() for column in sums.events[:2]), sums.events.after.tolist(), strict=True
    ):
        found[part].append((date, owners[label]))
    return [History(tuple(changes)) for changes in found]


def _owners(name: str, known: dict[str, int]) -> Owners:
    """Return the labels of who holds ground, of whom several are named as ``one / other``."""
    if name in known:
        return (known[name],)
    for first, label in known.items():
        if name.startswith(f"{first} / ") and (rest := _owners(name.removeprefix(f"{first} / "), known)):
            return (label, *rest)
    return ()


def _first_only(histories: list[History]) -> tuple[list[History], Ints]:
    """Return the histories when the first owner alone counts, and the new number of each."""
    number: dict[History, int] = {}
    place = []
    for history in histories:
        changes: list[tuple[int, Owners]] = []
        for date, owners in history.changes:
            one = (min(owners),) if owners else ()
            if one != (changes[-1][1] if changes else ()):
                changes.append((date, one))
        place.append(number.setdefault(History(tuple(changes)), len(number)))
    return list(number), np.array(place, dtype=np.int64)


def _overlap(found: list[Patch], intervals: Intervals) -> ClaimsError:
    """Return the error for owners on one ground."""
    largest = max(found, key=lambda patch: patch.cm2)
    lon, lat = largest.point
    there = shapely.intersects(intervals.polygons[intervals.polygon], shapely.Point(lon, lat))
    rows = dict(zip(intervals.owner[there].tolist()[::-1], intervals.row[there].tolist()[::-1], strict=True))
    named = " and ".join(f"{intervals.owners[owner - 1]} (row {row})" for owner, row in sorted(rows.items()))
    total = sum(patch.cm2 for patch in found) / _CM2_PER_KM2
    among = f" (the largest of {len(found):,} overlaps, {total:.3g} km² in all)" if len(found) > 1 else ""
    message = (
        f"{named} overlap around {lon:.5f} {lat:.5f}, by {largest.cm2 / _CM2_PER_KM2:.3g} km²{among}; mend them, or "
        "settle it: --overlaps first or split, small ones with --overlap-km2 X"
    )
    return ClaimsError(message, code="overlap")


def described(patches: list[Patch], what: str) -> str:
    """Return number and area of some patches, and where the largest is.

    Examples
    --------
    >>> described([Patch(-1, None, (35.5, 33.0), 2 * 10**9)], "gap")
    '1 gap, 0.2 km² around 35.50000 33.00000'
    """
    lon, lat = max(patches, key=lambda patch: patch.cm2).point
    total = sum(patch.cm2 for patch in patches) / _CM2_PER_KM2
    many = len(patches) > 1
    return f"{len(patches):,} {what}{'s' * many}, {total:.3g} km²{', the largest' * many} around {lon:.5f} {lat:.5f}"


def _dissolved(pieces: Pieces, left: Ints, right: Ints, *, borders: bool = True) -> tuple[list[Patch], list[Border]]:
    """Return the patches of one history and the borders between them."""
    differ = left != right
    left, right, ends = left[differ], right[differ], pieces.ends[differ]
    kept = pieces._replace(
        positions=pieces.cells / noding.CELLS,
        ends=ends,
        source_tail=ends[:, 0],
        source_head=ends[:, 1],
        part_of=np.zeros((0, 3), dtype=np.int64),
        on_side=np.zeros(len(ends), dtype=bool),
    )
    faces = planar.faces(kept)
    history = np.full(len(faces.area_cm2), -1)
    history[faces.left], history[faces.right] = left, right
    polygons = _polygons(kept, faces)
    patches = [
        Patch(number, polygon, _point(polygon), cm2)
        for number, polygon, cm2 in zip(history[1:].tolist(), polygons, faces.area_cm2[1:].tolist(), strict=True)
    ]
    return patches, _borders(kept, faces) if borders else []


def _polygons(pieces: Pieces, faces: planar.Faces) -> list[shapely.Polygon]:
    """Return the ground of each face but the outside."""
    lines: NDArray[np.object_] = np.asarray(shapely.linestrings(pieces.positions[pieces.ends]), dtype=object)
    beside = np.append(faces.left, faces.right)
    order = np.argsort(beside, kind="stable")
    begin = np.searchsorted(beside[order], np.arange(1, len(faces.area_cm2) + 1))
    piece = order % len(lines)
    found: list[Any] = [
        shapely.build_area(shapely.multilinestrings(lines[piece[start:stop]]))
        for start, stop in zip(begin[:-1].tolist(), begin[1:].tolist(), strict=True)
    ]
    return found


def _point(polygon: shapely.Polygon) -> tuple[float, float]:
    """Return a point well inside a polygon, with as few decimals as that allows."""
    spot = shapely.point_on_surface(polygon)
    for decimals in (6, 8):
        rounded = shapely.Point(round(spot.x, decimals), round(spot.y, decimals))
        if polygon.contains(rounded):
            return rounded.x, rounded.y
    return spot.x, spot.y


def _borders(pieces: Pieces, faces: planar.Faces) -> list[Border]:
    """Return the pieces merged into lines that end where three or more meet; closed where none do."""
    if not len(pieces.ends):
        return []
    edges: NDArray[np.object_] = np.asarray(shapely.linestrings(pieces.positions[pieces.ends]), dtype=object)
    merged = [
        shapely.get_coordinates(line) for line in shapely.get_parts(shapely.line_merge(shapely.multilinestrings(edges)))
    ]
    # the first step of each line tells its sides
    starts = np.rint(np.array([line[:2] for line in merged]) * noding.CELLS).astype(np.int64).reshape(-1, 4)
    steps_ = pieces.cells[pieces.ends]
    known = np.concatenate([steps_.reshape(-1, 4), steps_[:, ::-1].reshape(-1, 4)])
    code, first = noding.distinct(np.concatenate([known, starts]).T)
    half = first[code[len(known) :]]
    piece, against = half % len(edges), half >= len(edges)
    lefts = np.where(against, faces.right[piece], faces.left[piece]).tolist()
    rights = np.where(against, faces.left[piece], faces.right[piece]).tolist()
    return [Border(_patch(left), _patch(right), line) for left, right, line in zip(lefts, rights, merged, strict=True)]


def _patch(face: int) -> int | None:
    return None if face == planar.OUTSIDE else face - 1


def _decimals(borders: Iterable[Border]) -> int:
    """Return how many decimals the positions need."""
    cells = np.concatenate([np.rint(border.coordinates * noding.CELLS).astype(np.int64) for border in borders])
    return next(count for count in range(DECIMALS + 1) if not (cells % 10 ** (DECIMALS - count)).any())
