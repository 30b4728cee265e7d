"""The whole history of control and of the fronts, as ground and lines with the periods in which they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from geo.layers.tables import EXTENTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from geo.layers.layers import Layers
    from geo.layers.ledger import Held


class Piece(NamedTuple):
    """Ground that lies in the same zones and was held alike for one period.

    `seen` is the entry of the perspective that is asked for, None without one and where the party says nothing.
    """

    zones: tuple[str, ...]
    entry: Held
    extents: tuple[str, ...]
    start: str
    end: str | None
    seen: Held | None
    faces: tuple[int, ...]


def history(layers: Layers, perspective: str | None = None) -> list[Piece]:
    """Return the history of control: one piece per ground, holder and period, in order of time.

    With a perspective, a piece ends also where the party counts the ground otherwise.

    Raises
    ------
    ClaimsError
        When the perspective is unknown.

    Examples
    --------
    >>> sorted({piece.entry.controller for piece in history(geo.load())})[:3]
    ['britain', 'demilitarised', 'france']
    """
    ledger = layers.ledger
    views = layers.seen_by(perspective).histories if perspective else None
    groups: dict[Any, list[int]] = {}
    for face, held in enumerate(ledger.histories):
        extents: dict[Held, list[str]] = {}
        for extent in EXTENTS:
            for entry in held[extent]:
                extents.setdefault(entry, []).append(extent)
        for entry, found in extents.items():
            for start, end, seen in _cut(entry, views[face]["best"] if views else []):
                groups.setdefault((ledger.zones_of[face], entry, tuple(found), start, end, seen), []).append(face)
    pieces = [Piece._make((*key, tuple(faces))) for key, faces in groups.items()]
    return sorted(pieces, key=lambda one: (one.start, one.zones, one.entry.controller, one.extents, one.end or "~"))


def _cut(entry: Held, views: Iterable[Held]) -> Iterator[tuple[str, str | None, Held | None]]:
    """Yield the parts of a period with what a party says of the ground in each."""
    start: str | None = entry.valid_from
    for view in views:
        if start is None or (view.valid_to is not None and view.valid_to <= start):
            continue
        if entry.valid_to is not None and view.valid_from >= entry.valid_to:
            break
        if view.valid_from > start:
            yield start, view.valid_from, None
            start = view.valid_from
        ends = [end for end in (entry.valid_to, view.valid_to) if end is not None]
        end = min(ends, default=None)
        yield start, end, view
        start = end if end != entry.valid_to else None
    if start is not None:
        yield start, entry.valid_to, None


class Stretch(NamedTuple):
    """Arcs of one line that parted two controllers, by the weight of sources, for one period."""

    line: int
    between: tuple[str, str]
    start: str
    end: str | None
    arcs: tuple[int, ...]


def fronts(layers: Layers) -> list[Stretch]:
    """Return the history of the lines between two controllers, in order of time.

    Examples
    --------
    >>> last = fronts(geo.load())[-1]
    >>> last.between, last.end
    (('israel', 'syria'), None)
    """
    groups: dict[Any, list[int]] = {}
    for index, arc in enumerate(layers.arcs):
        if arc.left is None or arc.right is None:
            continue
        for start, end, between in _parted(layers.ledger.histories, arc.left, arc.right):
            groups.setdefault((arc.line, between, start, end), []).append(index)
    found = [Stretch._make((*key, tuple(arcs))) for key, arcs in groups.items()]
    return sorted(found, key=lambda one: (one.start, one.line, one.between, one.end or "~"))


def _parted(
    histories: list[dict[str, list[Held]]], left: int, right: int
) -> Iterator[tuple[str, str | None, tuple[str, str]]]:
    """Yield the periods in which two faces had two holders, as long as the holders stay the same."""
    sides = histories[left]["best"], histories[right]["best"]
    days = sorted({held.valid_from for side in sides for held in side})
    first = max(side[0].valid_from for side in sides)
    pairs: list[tuple[str, tuple[str, str]]] = []
    for day in (day for day in days if day >= first):
        one, other = (next(held for held in reversed(side) if held.valid_from <= day).controller for side in sides)
        between = (min(one, other), max(one, other))
        if not pairs or pairs[-1][1] != between:
            pairs.append((day, between))
    ends = [start for start, _ in pairs[1:]]
    for (start, between), end in zip(pairs, [*ends, None], strict=True):
        if between[0] != between[1]:
            yield start, end, between
