"""Who held what, when, and how much ground changed hands: sums over whole faces in integer square centimetres.

In: the derived numbers (areas of faces, covariance of arcs, faces of places) and the control table.
Only the standard library is needed, so small commands are fast.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from geo import dates
from geo._errors import ClaimsError, nearest
from geo.layers.profile import NEUTRAL, Profile, first_name
from geo.layers.tables import EXTENTS, Control, Scenario
from geo.layers.transfers import CM2_PER_KM2, Z95, People, Quantity, Transfer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

M4_PER_KM4 = 1e12
GENERATION_YEARS = 25  # an older or later count says nothing about the population at the time


class Held(NamedTuple):
    """One entry of a face's history in one extent."""

    valid_from: str
    valid_to: str | None
    controller: str
    row: Control


def _gaps(held: list[Held], face: str, extent: str, table: str) -> Iterator[ClaimsError]:
    """Yield the gaps and overlaps of a history, which must have one controller on each day."""

    def fault(message: str, code: str) -> ClaimsError:
        return ClaimsError(f"{message} ({extent} extent)", code=code, file=table, feature=face)

    if not held:
        yield fault("no controller is recorded", "gap")
        return
    for now, after in pairwise(held):
        if now.valid_to is None or now.valid_to > after.valid_from:
            yield fault(f"held by {now.controller} and {after.controller} at once from {after.valid_from}", "overlap")
        elif now.valid_to < after.valid_from:
            yield fault(f"no controller from {now.valid_to} to {after.valid_from}", "gap")
    if held[-1].valid_to is not None:
        yield fault(f"no controller from {held[-1].valid_to} on", "gap")


def histories(
    zones_of: list[tuple[str, ...]], names: list[str], control: list[Control], *, table: str = "control.csv"
) -> tuple[list[dict[str, list[Held]]], list[ClaimsError]]:
    """Return the history of each face in each extent, and every gap and overlap found."""
    rows: dict[str, list[Control]] = defaultdict(list)
    for row in control:
        rows[row.zone].append(row)
    known = {zone for zones in zones_of for zone in zones}
    faults = [
        ClaimsError("no label point names this zone", code="zone", file=table, feature=zone)
        for zone in sorted(rows.keys() - known)
    ]
    found = []
    for zones, name in zip(zones_of, names, strict=True):
        mine = sorted((row for zone in zones for row in rows[zone]), key=lambda row: row.valid_from)
        history = {
            extent: [Held(row.valid_from, row.valid_to, row.controller, row) for row in mine if extent in row.extents]
            for extent in EXTENTS
        }
        faults += [fault for extent, held in history.items() for fault in _gaps(held, name, extent, table)]
        found.append(history)
    return found, faults


def _counted_near(place: dict[str, Any], days: list[str]) -> int | None:
    """Return the population of a place if it was counted within a generation of one of the days."""
    counted = place["population_date"]
    if place["population"] is None or counted is None:
        return None
    years = [abs(int(day[:4]) - int(counted[:4])) for day in days]
    return int(place["population"]) if min(years) <= GENERATION_YEARS else None


class Ledger:
    """Control of every face over time, with areas, uncertainties and places.

    Parameters
    ----------
    topology
        The numbers of :func:`geo.layers.derive.derive`: faces, arcs, their covariance, places.
    control
        The rows of ``control.csv``.
    scenarios
        Hypothetical control by scenario; a scenario's id can be used in place of a date.
    table
        Name of the table for error messages.
    what
        What the ledger is about, for error messages.
    profile
        Says which kinds of places are posts, and where people live.

    Raises
    ------
    ClaimsError
        When a face has no controller on some day, or two.
    """

    def __init__(
        self,
        topology: dict[str, Any],
        control: list[Control],
        scenarios: dict[str, list[Scenario]] | None = None,
        *,
        table: str = "control.csv",
        what: str = "control",
        profile: Profile = NEUTRAL,
    ) -> None:
        self.names: list[str] = [face["id"] for face in topology["faces"]]
        self.zones_of: list[tuple[str, ...]] = [tuple(face["zones"]) for face in topology["faces"]]
        self.area_cm2: list[int] = [face["area_cm2"] for face in topology["faces"]]
        self._zones: dict[str, dict[str, Any]] = {zone["id"]: zone for zone in topology["zones"]}
        self._arcs = topology["arcs"]
        self._covariance = topology["covariance_m4"]
        self._places = topology["places"]
        self.scenarios = scenarios or {}
        self._what = what
        self._posts, self._inhabited = profile.posts, profile.inhabited
        self.histories, faults = histories(self.zones_of, self.names, control, table=table)
        if faults:
            raise faults[0]
        self.first = max(history[extent][0].valid_from for history in self.histories for extent in EXTENTS)

    def parties(self) -> list[str]:
        """Return all controllers of any face, sorted by name."""
        held = (entry.controller for history in self.histories for extent in EXTENTS for entry in history[extent])
        return sorted(set(held))

    @staticmethod
    def today() -> str:
        """Return the last day that can be queried."""
        return dt.date.today().isoformat()

    def changes(self) -> list[str]:
        """Return the dates on which any face changed hands, ascending."""
        starts = {held.valid_from for history in self.histories for extent in EXTENTS for held in history[extent]}
        return sorted(start for start in starts if start > self.first)

    def controllers(self, moment: str, extent: str = "best") -> list[str]:
        """Return who held each face on a day, or would in a scenario.

        Raises
        ------
        ClaimsError
            When the day is before the record or in the future.
        """
        return [held.controller for held in self.held(moment, extent)]

    def moment(self, text: str | dt.date) -> str:
        """Return the day or scenario id that a text or :mod:`datetime` date names.

        Raises
        ------
        ClaimsError
            When the text is neither, or an ambiguous date; see :func:`geo.dates.day`.
        """
        if isinstance(text, dt.date):
            return text.isoformat()[:10]
        if not isinstance(text, str):
            raise ClaimsError(f"{text!r} is neither a date nor a scenario; write a date as 2024-12-07")
        if text in self.scenarios:
            return text
        try:
            return dates.day(text)
        except ClaimsError:
            if text[:1].isdigit() or not text.strip():
                raise
        near = nearest(text, sorted(self.scenarios))
        hint = f"did you mean {near!r}? " if near else ""
        listed = "claims scenarios lists them" if self.scenarios else "these layers have none"
        what = "scenario" if near or "_" in text else "date or scenario"
        raise ClaimsError(f"unknown {what} {text!r}; {hint}{listed}; a date is written as 2024-12-07")

    def day_of(self, moment: str) -> str:
        """Return the day itself, or the base date of a scenario."""
        rows = self.scenarios.get(moment)
        return rows[0].base_date if rows else moment

    def held(self, moment: str, extent: str = "best") -> list[Held]:
        """Return the entry of each face's history on a day, or in a scenario; see `controllers`."""
        if extent not in EXTENTS:
            raise ClaimsError(f"unknown extent {extent!r}; write one of {', '.join(EXTENTS)}")
        if moment in self.scenarios:
            return self._supposed(self.scenarios[moment], extent)
        today = self.today()
        if not self.first <= moment <= today:
            when = "before the record begins" if moment < self.first else "in the future"
            raise ClaimsError(f"{moment} is {when}; {self._what} is known from {self.first} to {today}")
        return [
            next(held for held in history[extent] if dates.holds(held.valid_from, held.valid_to, moment))
            for history in self.histories
        ]

    def _supposed(self, rows: list[Scenario], extent: str) -> list[Held]:
        """Overlay the rows of a scenario, in order, on who holds what on its base date."""
        held = self.held(rows[0].base_date, extent)
        for row in rows:
            if extent in row.extents:
                basis = Control(
                    row.zone, row.controller, row.base_date, None, row.extents, "supposed", "", row.sources, row.note
                )
                faces = self.faces_in(row.zone)
                if not faces:
                    message = f"unknown zone {row.zone!r}"
                    raise ClaimsError(message, code="zone", file="scenarios.csv", feature=row.id)
                for face in faces:
                    held[face] = Held(row.base_date, None, row.controller, basis)
        return held

    def boundary(self, faces: Iterable[int]) -> dict[int, int]:
        """Return the boundary arcs of a set of faces: +1 with the set on the left, -1 with it on the right."""
        chosen = set(faces)
        edge = {index: (left in chosen) - (right in chosen) for index, (_, left, right, _) in enumerate(self._arcs)}
        return {index: side for index, side in edge.items() if side}

    def sigma_km2(self, faces: Iterable[int]) -> float:
        """Return the standard deviation of the area of a set of faces, in km² (see :mod:`geo.geometry.uncertainty`)."""
        edge = self.boundary(faces)
        variance = sum(
            edge[a] * edge[b] * value * (1 if a == b else 2)
            for a, b, value in self._covariance
            if a in edge and b in edge
        )
        return math.sqrt(max(variance, 0.0) / M4_PER_KM4)

    def sweep_km2(self, faces: Iterable[int]) -> float:
        """Return the area swept by three standard deviations along the whole boundary of some faces, in km²."""
        return 3 * sum(float(self._arcs[index][3]) for index in self.boundary(faces)) / 1e6

    def quantity(self, faces: dict[str, list[int]]) -> Quantity:
        """Return the area of a set of faces, given per extent, with both uncertainties."""
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
        return self.quantity(dict.fromkeys(EXTENTS, self.faces_in(zone)))

    def controller_areas(self, moment: str) -> dict[str, Quantity]:
        """Return each controller's area inside the covered ground, on a day or in a scenario."""
        faces: dict[str, dict[str, list[int]]] = defaultdict(lambda: {extent: [] for extent in EXTENTS})
        for extent in EXTENTS:
            for face, controller in enumerate(self.controllers(moment, extent)):
                faces[controller][extent].append(face)
        return {controller: self.quantity(faces[controller]) for controller in sorted(faces)}

    def moved(self, before: str, after: str) -> dict[tuple[str, str], dict[str, list[int]]]:
        """Return the faces that changed hands between two days or scenarios, by old and new controller, per extent."""
        moved: dict[tuple[str, str], dict[str, list[int]]] = defaultdict(lambda: {extent: [] for extent in EXTENTS})
        for extent in EXTENTS:
            pairs = zip(self.controllers(before, extent), self.controllers(after, extent), strict=True)
            for face, (source, target) in enumerate(pairs):
                if source != target:
                    moved[source, target][extent].append(face)
        return dict(moved)

    def change(self, before: str, after: str) -> list[Transfer]:
        """Return the transfers between two days or scenarios, largest first.

        `before` may be later than `after`: the result is then the mirror image of the change.
        """
        moved = self.moved(before, after)
        days = [self.day_of(before), self.day_of(after)]
        transfers = [self._transfer(*pair, faces, days) for pair, faces in moved.items()]
        return sorted(transfers, key=lambda transfer: (-transfer.area_cm2, transfer.source, transfer.target))

    def _named_at(self, face: int, days: list[str]) -> str:
        """Return the first zone of a face that existed on one of the days."""
        for kinds in (("territory", "un_zone", "dmz"), ("part", "claim")):
            for name in self.zones_of[face]:
                zone = self._zones.get(name)
                if zone is None or zone["kind"] not in kinds:
                    continue
                if any(dates.holds(zone["valid_from"], zone["valid_to"], day) for day in days):
                    return name
        return self.zones_of[face][0]

    def _transfer(self, source: str, target: str, faces: dict[str, list[int]], days: list[str]) -> Transfer:
        best, widest = set(faces["best"]), set(faces["min"]) | set(faces["max"])
        edge = self.boundary(best)
        places, uncertain, possible, posts, counted = [], [], [], [], []
        for place in self._places:
            start, end = place["valid_from"] or "", place["valid_to"]
            if not any(dates.holds(start, end, day) for day in days):
                continue
            if place["kind"] in self._posts:
                if place["face"] in best:
                    posts.append(place["id"])
                continue
            near_edge = any(arc in edge for arc in place["near"])
            if place["face"] in best:
                places.append(place["id"])
                if place["kind"] in self._inhabited:
                    counted.append(_counted_near(place, days))
            elif place["face"] in widest and not near_edge:
                possible.append(place["id"])
            if near_edge:
                uncertain.append(place["id"])
        zones: dict[str, int] = defaultdict(int)
        for face in faces["best"]:
            zones[self._named_at(face, days)] += self.area_cm2[face]
        known = [people for people in counted if people is not None]
        return Transfer(
            source,
            target,
            self.quantity(faces),
            sum(self.area_cm2[face] for face in best),
            tuple(sorted(best)),
            {zone: cm2 / CM2_PER_KM2 for zone, cm2 in sorted(zones.items(), key=lambda item: -item[1])},
            tuple(places),
            tuple(uncertain),
            tuple(possible),
            tuple(posts),
            People(sum(known), len(known), len(counted)),
        )

    def supposed(self, *moments: str) -> list[dict[str, Any]]:
        """Return what the scenarios among some moments assume, for the JSON of an answer."""
        return [
            {
                "id": moment,
                "name": first_name(rows[0].names),
                "proposed_by": rows[0].proposed_by,
                "date": rows[0].date,
                "base_date": rows[0].base_date,
                "zones": [row.zone for row in rows],
                "notes": [row.note for row in rows],
                "sources": list(dict.fromkeys(source for row in rows for source in row.sources)),
            }
            for moment in moments
            if (rows := self.scenarios.get(moment))
        ]
