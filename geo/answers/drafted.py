"""The curated files of a record made from a coverage: who is a party, what is a zone, and who held which when."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from collections import Counter, defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from geo import _files
from geo.answers.ids import Ids
from geo.checks.topology import is_narrow
from geo.layers import forms
from geo.layers.profile import DECIMALS, NOBODY, right_to_left
from geo.layers.tables import Label, Line

if TYPE_CHECKING:
    from geo.dated.coverage import Border, Coverage

_SOURCE = "input"
_LONGEST_NAME = 80
_MOST_KEY_DATES = 12
_FILES = {
    "zones.csv": ("Zones", "Named areas; their ground is the faces whose label points name them."),
    "control.csv": ("Ledger of control", "Who held a zone in fact, from when to when."),
    "events.csv": ("Events", "What happened, and whether ground passed from one holder to another."),
    "lines.geojson": ("Lines", "Lines with period, accuracy, basis and sources; EPSG:4326."),
    "labels.geojson": ("Label points", "One point in each face, naming its zones; EPSG:4326."),
    "sources.json": ("Bibliography", "CSL-JSON."),
}
_README = """# {title}

Made by `claims init` from `{file}`: {zones} zones, {parties} parties, {lines} lines, from {first} on.

| file | contents |
|---|---|
| `curated/lines.geojson` | the borders, each once, as accurate as `accuracy_m` says |
| `curated/labels.geojson` | a point in each face, naming the zones that it belongs to |
| `curated/zones.csv` | the zones |
| `curated/control.csv` | who held a zone, from when to when |
| `curated/events.csv` | what brought each change of control |
| `curated/sources.json` | where it all comes from: add publisher and URL of the input, and judge its `grade` |
| `datapackage.json` | title, languages, parties and their names; schemas, which `claims build` writes |
| `built/` | made by `claims build`, never by hand |

{notes}
After an edit: `claims build --layers DIR`, `claims validate DIR`, and `claims map --layers DIR -o map.html`.
"""


class Given(NamedTuple):
    """What is known of the input.

    `owners` are party and name of each owner of the coverage, in the order of their labels from 1 on; `single_dates`
    tells that rows are stated for single days.
    """

    file: str
    source_note: str
    days: list[str]
    owners: list[tuple[str | None, str | None]]
    named: bool
    single_dates: bool
    accuracy_m: float
    accuracy_stated: bool
    correlation_km: float
    basis: str
    language: str


class _Zone(NamedTuple):
    id: str
    name: str
    kind: str
    valid_from: str
    valid_to: str
    note: str


Holding = tuple[int, str]  # from which date on (an index), and the party


class Draft:
    """The files of a record, by name.

    Attributes
    ----------
    zones
        The zones.
    parties
        Ids of parties, by name.
    """

    def __init__(self, ground: Coverage, given: Given) -> None:
        self._ground, self._given = ground, given
        self._ids, party_ids = Ids(), Ids(NOBODY)
        self.parties: dict[str, str] = {}
        for party in dict.fromkeys(name for name, _ in given.owners if name is not None):
            self.parties[party] = party_ids.make(party, "party")
        self._party_ids = party_ids
        self.zones: list[_Zone] = []
        self._zones_of: dict[int, list[str]] = defaultdict(list)  # by history
        used = sorted({patch.history for patch in ground.patches})
        held = {history: self._held(history) for history in used}
        if given.named:
            self._name_zones([history for history in used if history >= 0])
        self._zone_names = {zone.id: zone.name for zone in self.zones}
        self._histories_in = Counter(zone for zones in self._zones_of.values() for zone in zones)
        self._control = {self._control_zone(history, held[history]): held[history] for history in used}

    def _held(self, history: int) -> list[Holding]:
        """Return who held the ground of a history, from the first date on."""
        found = [(0, NOBODY[0])]
        for date, owners in () if history < 0 else self._ground.histories[history].changes:
            names = sorted({self._given.owners[owner - 1][0] or "" for owner in owners} - {""})
            party = self._party(" / ".join(names)) if names else NOBODY[0]
            if found[-1][0] == date:
                found.pop()
            if not found or found[-1][1] != party:
                found.append((date, party))
        return found

    def _party(self, name: str) -> str:
        if name not in self.parties:
            self.parties[name] = self._party_ids.make(name, "party")
        return self.parties[name]

    def _name_zones(self, histories: list[int]) -> None:
        """Make a zone of each name, or of each period of one whose ground differs from date to date."""
        for name, periods in self._periods(histories).items():
            many = len(periods) > 1
            for start, stop, members in periods:
                first, last = self._date(start), self._date(stop)
                period = f" ({first} to {last})" if last else f" (from {first})"
                zone = _Zone(
                    self._ids.make(f"{name}_{first}" if many else name, "zone"),
                    f"{name}{period}" if many else name,
                    "territory",
                    first,
                    last,
                    "Its ground in this period." if many else "",
                )
                self.zones.append(zone)
                for history in sorted(members):
                    self._zones_of[history].append(zone.id)

    def _periods(self, histories: list[int]) -> dict[str, list[tuple[int, int, set[int]]]]:
        """Return by name from which date until which (indices) it is the name of the ground of which histories."""
        until = len(self._given.days)
        turns: dict[str, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))  # histories that come or go
        for history in histories:
            changes = self._ground.histories[history].changes
            stops = [*(date for date, _ in changes[1:]), until]
            for (start, owners), stop in zip(changes, stops, strict=True):
                for name in {self._given.owners[owner - 1][1] for owner in owners}:
                    for date in (start, stop):
                        turns[str(name)][date] ^= {history}
        found = {}
        for name, changed in turns.items():
            dates, now = sorted(date for date in changed if changed[date]), set[int]()
            periods = []
            for start, stop in pairwise([*dates, until]):
                now = now ^ changed[start]
                if now and start < stop:
                    periods.append((start, stop, now))
            found[name] = periods
        return found

    def _date(self, index: int) -> str:
        return self._given.days[index] if index < len(self._given.days) else ""

    def _control_zone(self, history: int, held: list[Holding]) -> str:
        """Return a zone that has the ground of a history and no other, made if there is none."""
        for own in self._zones_of[history]:
            if self._histories_in[own] == 1:
                return own
        names = {id_: name for name, id_ in self.parties.items()}
        if history < 0:
            name, kind, note = "Ground that no polygon covers", "part", "Enclosed by the polygons of the input."
        else:
            kind, note = ("part" if self._zones_of[history] else "territory"), ""
            name = ", then ".join(
                f"{names.get(party, 'nobody')}{f' from {self._date(date)}' if date else ''}" for date, party in held
            )
            if self._zones_of[history]:
                name = f"{self._zone_names[self._zones_of[history][0]]}: {name}"
        zone = _Zone(self._ids.make(name, "zone"), _short(name), kind, self._date(0), "", note)
        self.zones.append(zone)
        self._zones_of[history].append(zone.id)
        return zone.id

    def texts(self) -> dict[str, str]:
        """Return the text of each file, by its path in the folder of the record."""
        items = _json([self._source()])
        curated = {
            "zones.csv": self._zones_table(),
            **self._ledger(),
            "lines.geojson": _files.geojson(self._lines()),
            "labels.geojson": _files.geojson(self._labels()),
            "sources.json": items,
        }
        return {
            **{f"curated/{name}": text for name, text in curated.items()},
            "datapackage.json": _json(self._package()),
            "README.md": self._readme(),
        }

    def _source(self) -> dict[str, Any]:
        today = dt.date.today()
        return {
            "id": _SOURCE,
            "type": "dataset",
            "title": self._given.file,
            "grade": "reference",
            "accessed": {"date-parts": [[today.year, today.month, today.day]]},
            "note": self._given.source_note,
        }

    def _zones_table(self) -> str:
        name = f"name_{self._given.language}"
        rows = [
            {
                "id": zone.id,
                name: zone.name,
                "kind": zone.kind,
                "valid_from": zone.valid_from,
                "valid_to": zone.valid_to,
                "sources": _SOURCE,
                "note": zone.note,
            }
            for zone in self.zones
        ]
        return _table(("id", name, "kind", "valid_from", "valid_to", "sources", "note"), rows)

    def _ledger(self) -> dict[str, str]:
        """Return control, and the events that its changes cite."""
        note = "Stated for single dates; taken to hold until the next." if self._given.single_dates else ""
        changed: dict[int, list[str]] = defaultdict(list)
        control = []
        for zone, held in self._control.items():
            for place, (date, party) in enumerate(held):
                if place:
                    changed[date].append(zone)
                control.append(
                    {
                        "zone": zone,
                        "controller": party,
                        "valid_from": self._date(date),
                        "valid_to": self._date(held[place + 1][0]) if place + 1 < len(held) else "",
                        "extents": "",
                        "basis": self._given.basis,
                        "event": f"e_{self._date(date).replace('-', '_')}" if place else "",
                        "sources": _SOURCE,
                        "note": note,
                    }
                )
        events = [
            {
                "id": f"e_{self._date(date).replace('-', '_')}",
                "date": self._date(date),
                "date_to": "",
                "title": f"Change of control, {self._date(date)}",
                "affects_control": "yes",
                "zones": " ".join(zones),
                "what": f"Other parties hold {len(zones)} zones from this date on, by {self._given.file}.",
                "sources": _SOURCE,
            }
            for date, zones in sorted(changed.items())
        ]
        columns = ("zone", "controller", "valid_from", "valid_to", "extents", "basis", "event", "sources", "note")
        of_events = ("id", "date", "date_to", "title", "affects_control", "zones", "what", "sources")
        return {"control.csv": _table(columns, control), "events.csv": _table(of_events, events)}

    def _lines(self) -> list[dict[str, Any]]:
        given = self._given
        how = [f"Made from {given.file}."]
        if not given.accuracy_stated:
            how.append(f"Its accuracy is not stated; {given.accuracy_m:g} m are assumed.")
        if given.basis == "inferred":
            how.append("Inferred, as the input says.")
        zones = {zone.id: zone for zone in self.zones}
        of = [zones[self._zones_of[patch.history][0]] for patch in self._ground.patches]

        def order(border: Border) -> tuple[str, str, list[list[float]]]:
            sides = sorted(of[side].id if side is not None else "~" for side in border[:2])
            return sides[0], sides[1], border.coordinates[:2].tolist()

        found = []
        for border in sorted(self._ground.borders, key=order):
            sides = [of[side] for side in border[:2] if side is not None]
            sides.sort(key=lambda zone: zone.id)
            outer = len(sides) == 1
            line = Line(
                self._ids.make("_".join([*(zone.id[:24] for zone in sides), *(["edge"] if outer else [])]), "line"),
                {given.language: _short(" / ".join(zone.name for zone in sides))},
                "frame" if outer else "boundary",
                True,
                given.days[0],
                None,
                forms.number(given.accuracy_m),
                forms.number(given.correlation_km),
                given.basis,
                (_SOURCE,),
                " ".join(how),
                tuple(map(tuple, border.coordinates.tolist())),
            )
            geometry = {"type": "LineString", "coordinates": border.coordinates.tolist()}
            found.append({"id": line.id, "properties": line.properties(), "geometry": geometry})
        return found

    def _labels(self) -> list[dict[str, Any]]:
        ids = Ids()
        found = []
        for patch in self._ground.patches:
            zones = self._zones_of[patch.history]
            note = "A narrow face, nowhere wider than 60 m, as the input has it." if is_narrow(patch.polygon) else ""
            label = Label(ids.make(zones[0], "label"), tuple(zones), *patch.point, note)
            properties = {"id": label.id, "zones": list(label.zones), **({"note": note} if note else {})}
            geometry = {"type": "Point", "coordinates": [label.lon, label.lat]}
            found.append({"id": label.id, "properties": properties, "geometry": geometry})
        return found

    def _package(self) -> dict[str, Any]:
        given = self._given
        title = re.sub(r"\.\w+$", "", given.file)
        days = [day for day in given.days if day <= dt.date.today().isoformat()]
        moved = sorted({date for held in self._control.values() for date, _ in held if date < len(days)})
        if len(moved) > _MOST_KEY_DATES:
            moved = [moved[0], moved[-1]]
        decimals = max(DECIMALS, self._ground.decimals)
        return {
            "profile": "data-package",
            "name": Ids().make(title, "record").replace("_", "-"),
            "title": title,
            "description": f"Made by claims init from {given.file}.",
            "version": "0.1.0",
            "attribution": f"Made from {given.file}",
            "keyDates": [_whole_day(given.days[date]) for date in moved],
            "territory": {
                "title": {given.language: title},
                "short": {given.language: title},
                "languages": [
                    {"tag": given.language, **({"direction": "rtl"} if right_to_left(given.language) else {})}
                ],
                "firstDate": given.days[0],
                "decimals": decimals,
                "parties": [{"id": id_, "names": {given.language: name}} for name, id_ in self.parties.items()],
            },
            "resources": [_resource(name, *about) for name, about in _FILES.items()],
        }

    def _readme(self) -> str:
        given = self._given
        notes = []
        if given.single_dates:
            notes.append(
                "The input states who held what on single dates; each row is taken to hold until the next date."
            )
        if not given.accuracy_stated:
            notes.append(f"Its accuracy was not stated: {given.accuracy_m:g} m are assumed for every line.")
        return _README.format(
            title=given.file,
            file=given.file,
            zones=len(self.zones),
            parties=len(self.parties),
            lines=len(self._ground.borders),
            first=given.days[0],
            notes="".join(f"{text}\n" for text in notes),
        )


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1].rstrip()}…"


def _whole_day(text: str) -> str:
    """Return the day that a date stands for."""
    return {4: f"{text}-01-01", 7: f"{text}-01"}.get(len(text), text)


def _resource(name: str, title: str, description: str) -> dict[str, Any]:
    plain = {"path": f"curated/{name}", "title": title, "description": description, "encoding": "utf-8"}
    if name.endswith(".csv"):
        id_ = name.removesuffix(".csv").replace("_", "-")
        return {"name": id_, "profile": "tabular-data-resource", "type": "table", "format": "csv", **plain}
    return {"name": name.replace(".", "-"), "format": "json", **plain}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def _table(columns: tuple[str, ...], rows: list[dict[str, str]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
