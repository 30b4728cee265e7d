"""Who held what, when, and how much ground passed: sums over whole faces in integer square centimetres.

In: the numbers that the build derived (areas of faces, covariance of arcs, faces of places) and the control table.
Nothing here needs more than the standard library, so a small question gets its answer at once.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from geo import dates
from geo._errors import ClaimsError
from geo.curated import EXTENTS, Control

if TYPE_CHECKING:
    from collections.abc import Iterable

CM2_PER_KM2 = 10**10
M4_PER_KM4 = 1e12
Z95 = 1.959964  # two-sided 95 % of a normal distribution


class Held(NamedTuple):
    """One entry of a face's history in one extent."""

    valid_from: str
    valid_to: str | None
    controller: str
    row: Control


class Quantity(NamedTuple):
    """An area with both of its uncertainties, in km².

    `low` and `high` span the extents (what is not known about who holds what); `ci95` is the digitising error of the
    best extent (what is not known about where the lines run).
    """

    area: float
    low: float
    high: float
    ci95: tuple[float, float]

    @property
    def margin(self) -> float:
        """Half the width of the 95 % interval, upwards."""
        return self.ci95[1] - self.area

    def json(self) -> dict[str, Any]:
        """Return the fields of the JSON contract."""
        return {
            "area_km2": round(self.area, 6),
            "low_km2": round(self.low, 6),
            "high_km2": round(self.high, 6),
            "ci95_km2": [round(self.ci95[0], 3), round(self.ci95[1], 3)],
        }


class Transfer(NamedTuple):
    """Ground that passed from one controller to another.

    `zones_km2` parts it by the main zone of each face. Places are those in the best extent; `places_uncertain`, inside
    or outside, lie within one standard deviation (place and line together) of its edge; `places_possible` are in it
    only by another extent.
    """

    source: str
    target: str
    quantity: Quantity
    area_cm2: int
    faces: tuple[int, ...]
    zones_km2: dict[str, float]
    places: tuple[str, ...]
    places_uncertain: tuple[str, ...]
    places_possible: tuple[str, ...]

    def json(self) -> dict[str, Any]:
        """Return the fields of the JSON contract."""
        return {
            "from": self.source,
            "to": self.target,
            **self.quantity.json(),
            "zones": list(self.zones_km2),
            "zones_km2": {zone: round(area, 6) for zone, area in self.zones_km2.items()},
            "places": list(self.places),
            "places_uncertain": list(self.places_uncertain),
            "places_possible": list(self.places_possible),
        }


def _checked(held: list[Held], face: str, extent: str) -> list[Held]:
    """Return a history that has no gap and no overlap."""

    def fault(message: str) -> ClaimsError:
        return ClaimsError(f"control.csv: {face}: {message} ({extent} extent)")

    if not held:
        raise fault("no controller is recorded")
    for now, after in pairwise(held):
        if now.valid_to is None or now.valid_to > after.valid_from:
            raise fault(f"held by {now.controller} and {after.controller} at once from {after.valid_from}")
        if now.valid_to < after.valid_from:
            raise fault(f"no controller from {now.valid_to} to {after.valid_from}")
    if held[-1].valid_to is not None:
        raise fault(f"no controller from {held[-1].valid_to} on")
    return held


def _histories(
    zones_of: list[tuple[str, ...]], names: list[str], control: list[Control]
) -> list[dict[str, list[Held]]]:
    """Return per face and extent who held it."""
    rows: dict[str, list[Control]] = defaultdict(list)
    for row in control:
        rows[row.zone].append(row)
    unlabelled = rows.keys() - {zone for zones in zones_of for zone in zones}
    if unlabelled:
        raise ClaimsError(f"control.csv: {min(unlabelled)}: no label point names this zone")
    histories = []
    for zones, name in zip(zones_of, names, strict=True):
        mine = sorted((row for zone in zones for row in rows[zone]), key=lambda row: row.valid_from)
        histories.append(
            {
                extent: _checked(
                    [Held(row.valid_from, row.valid_to, row.controller, row) for row in mine if extent in row.extents],
                    name,
                    extent,
                )
                for extent in EXTENTS
            }
        )
    return histories


class Ledger:
    """Control of every face over time, with areas, errors and places.

    Parameters
    ----------
    topology
        What :func:`geo.build.derive` returns: faces, arcs, their covariance, places.
    control
        The rows of ``control.csv``.
    """

    def __init__(self, topology: dict[str, Any], control: list[Control]) -> None:
        self.names: list[str] = [face["id"] for face in topology["faces"]]
        self.zones_of = [tuple(face["zones"]) for face in topology["faces"]]
        self.area_cm2: list[int] = [face["area_cm2"] for face in topology["faces"]]
        self._arcs = topology["arcs"]
        self._covariance = topology["covariance_m4"]
        self._places = topology["places"]
        self.histories = _histories(self.zones_of, self.names, control)
        self.first = max(history[extent][0].valid_from for history in self.histories for extent in EXTENTS)

    def changes(self) -> list[str]:
        """Return the dates on which the control of some face changed, ascending."""
        starts = {held.valid_from for history in self.histories for extent in EXTENTS for held in history[extent]}
        return sorted(start for start in starts if start > self.first)

    def controllers(self, day: str, extent: str = "best") -> list[str]:
        """Return who held each face on a day.

        Raises
        ------
        ClaimsError
            When the day is before the record or in the future.
        """
        return [held.controller for held in self.held(day, extent)]

    def held(self, day: str, extent: str = "best") -> list[Held]:
        """Return the entry of each face's history that holds on a day; see :meth:`controllers`."""
        if extent not in EXTENTS:
            raise ClaimsError(f"unknown extent {extent!r}; known: {', '.join(EXTENTS)}")
        today = dt.date.today().isoformat()
        if not self.first <= day <= today:
            when = "before the record begins" if day < self.first else "in the future"
            raise ClaimsError(f"{day} is {when}; control is known from {self.first} to {today}")
        return [
            next(held for held in history[extent] if dates.holds(held.valid_from, held.valid_to, day))
            for history in self.histories
        ]

    def boundary(self, faces: Iterable[int]) -> dict[int, int]:
        """Return the arcs on the edge of a set of faces, +1 with the set on the left, -1 on the right."""
        chosen = set(faces)
        edge = {index: (left in chosen) - (right in chosen) for index, (_, left, right) in enumerate(self._arcs)}
        return {index: side for index, side in edge.items() if side}

    def sigma_km2(self, faces: Iterable[int]) -> float:
        """Return the standard deviation of the area of a set of faces, in km² (see :mod:`geo.uncertainty`)."""
        edge = self.boundary(faces)
        variance = sum(
            edge[a] * edge[b] * value * (1 if a == b else 2)
            for a, b, value in self._covariance
            if a in edge and b in edge
        )
        return math.sqrt(max(variance, 0.0) / M4_PER_KM4)

    def _quantity(self, faces: dict[str, list[int]]) -> Quantity:
        cm2 = {extent: sum(self.area_cm2[face] for face in faces[extent]) for extent in EXTENTS}
        area = cm2["best"] / CM2_PER_KM2
        margin = Z95 * self.sigma_km2(faces["best"])
        return Quantity(
            area,
            min(cm2.values()) / CM2_PER_KM2,
            max(cm2.values()) / CM2_PER_KM2,
            (max(area - margin, 0.0), area + margin),
        )

    def faces_in(self, zone: str) -> list[int]:
        """Return the faces of a zone."""
        return [face for face, zones in enumerate(self.zones_of) if zone in zones]

    def zone_area(self, zone: str) -> Quantity:
        """Return the area of a zone, whoever holds it."""
        return self._quantity(dict.fromkeys(EXTENTS, self.faces_in(zone)))

    def controller_areas(self, day: str) -> dict[str, Quantity]:
        """Return the area that each controller held on a day, inside the covered ground."""
        faces: dict[str, dict[str, list[int]]] = defaultdict(lambda: {extent: [] for extent in EXTENTS})
        for extent in EXTENTS:
            for face, controller in enumerate(self.controllers(day, extent)):
                faces[controller][extent].append(face)
        return {controller: self._quantity(faces[controller]) for controller in sorted(faces)}

    def change(self, before: str, after: str) -> list[Transfer]:
        """Return the ground that passed from one controller to another between two days, largest first.

        `before` may lie after `after`: the result is then the mirror of the change.
        """
        moved: dict[tuple[str, str], dict[str, list[int]]] = defaultdict(lambda: {extent: [] for extent in EXTENTS})
        for extent in EXTENTS:
            pairs = zip(self.controllers(before, extent), self.controllers(after, extent), strict=True)
            for face, (source, target) in enumerate(pairs):
                if source != target:
                    moved[source, target][extent].append(face)
        transfers = [self._transfer(*pair, faces) for pair, faces in moved.items()]
        return sorted(transfers, key=lambda transfer: (-transfer.area_cm2, transfer.source, transfer.target))

    def _transfer(self, source: str, target: str, faces: dict[str, list[int]]) -> Transfer:
        best, widest = set(faces["best"]), set(faces["min"]) | set(faces["max"])
        edge = self.boundary(best)
        places, uncertain, possible = [], [], []
        for place in self._places:
            inside = place["face"] in best
            near_edge = any(arc in edge for arc in place["near"])
            if inside:
                places.append(place["id"])
            elif place["face"] in widest:
                possible.append(place["id"])
            if near_edge:
                uncertain.append(place["id"])
        zones: dict[str, int] = defaultdict(int)
        for face in faces["best"]:
            zones[self.zones_of[face][0]] += self.area_cm2[face]
        return Transfer(
            source,
            target,
            self._quantity(faces),
            sum(self.area_cm2[face] for face in best),
            tuple(sorted(best)),
            {zone: cm2 / CM2_PER_KM2 for zone, cm2 in zones.items()},
            tuple(places),
            tuple(uncertain),
            tuple(possible),
        )

    @staticmethod
    def net_cm2(transfers: list[Transfer]) -> dict[str, int]:
        """Return what each controller gained less what it lost, in cm²; the values sum to zero."""
        net: dict[str, int] = defaultdict(int)
        for transfer in transfers:
            net[transfer.source] -= transfer.area_cm2
            net[transfer.target] += transfer.area_cm2
        return dict(sorted(net.items()))
