"""Every defect in a set of layers, each with file, feature and vertex.

Unlike the readers, which stop at the first fault, this goes on as far as it can and reports all it finds.
"""

from __future__ import annotations

import json as json_
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pyproj
import shapely

from geo import _files, dates
from geo._errors import ClaimsError
from geo.checks import build, published
from geo.geometry.distance import metres_to
from geo.geometry.projection import Plane
from geo.layers import faces, ledger, routes, rows, tables
from geo.layers.layers import Layers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

Fault = ClaimsError
_GRID = 28191  # Palestine 1923 / Palestine Grid


class _Set:
    """All records of a folder that could be read, with the faults of those that could not."""

    def __init__(self, layers: Path) -> None:
        self.path = layers
        self.folder = layers / "curated"
        self.faults: list[Fault] = []
        self.lines = self._read(tables.read_lines)
        self.labels = self._read(tables.read_labels)
        self.places = self._read(tables.read_places)
        self.zones = self._read(tables.read_zones)
        self.routes = self._read(tables.read_routes)
        self.bands = self._read(tables.read_bands)
        self.grid_points = self._read(tables.read_grid_points)
        self.spreads = self._read(tables.read_spreads)
        self.context = self._read(tables.read_context)
        self.control = self._read(tables.read_control)
        self.views = self._read(tables.read_views)
        self.test_points = self._read(tables.read_test_points)
        self.claims = self._read(tables.read_claims)
        self.events = self._read(tables.read_events)
        self.figures = self._read(tables.read_figures)
        self.proposals = self._read(tables.read_proposals)
        try:
            self.scenarios = tables.read_scenarios(self.folder, self.faults)
        except Fault as error:
            self.faults.append(error)
            self.scenarios = {}
        try:
            self.sources = tables.read_sources(self.folder)
        except Fault as error:
            self.faults.append(error)
            self.sources = {}

    def _read(self, reader: Callable[..., list[Any]]) -> list[Any]:
        try:
            return reader(self.folder, self.faults)
        except Fault as error:
            self.faults.append(error)
            return []

    def records(self) -> Iterator[tuple[str, Any]]:
        """Yield every record that names sources, with its file."""
        for name, found in (
            ("lines.geojson", self.lines),
            ("places.geojson", self.places),
            ("zones.csv", self.zones),
            ("routes.csv", self.routes),
            ("bands.csv", self.bands),
            ("grid_points.csv", self.grid_points),
            ("spread.csv", self.spreads),
            ("context.csv", self.context),
            ("control.csv", self.control),
            ("perspectives.csv", self.views),
            ("claims.csv", self.claims),
            ("events.csv", self.events),
            ("figures.csv", self.figures),
            ("proposals.csv", self.proposals),
            ("scenarios.csv", [row for supposed in self.scenarios.values() for row in supposed]),
        ):
            for record in found:
                yield name, record

    def fault(self, code: str, name: str, feature: str, message: str, vertex: int | None = None) -> Fault:
        return Fault(message, code=code, file=str(self.folder / name), feature=feature, vertex=vertex)


def _title(record: Any) -> str:
    return str(getattr(record, "id", None) or getattr(record, "zone", None) or record.line)


def _sources(found: _Set) -> Iterator[Fault]:
    named = [(name, _title(record), source) for name, record in found.records() for source in record.sources]
    named += [
        ("places.geojson", place.id, place.population_source or "")
        for place in found.places
        if place.population is not None
    ]
    for name, feature, source in named:
        if source not in found.sources:
            yield found.fault("source", name, feature, f"unknown source {source!r}")
    used = {source for _, _, source in named}
    for name, item in found.sources.items():
        for key in ("title", "publisher", "URL"):
            if not item.get(key):
                yield found.fault("source", "sources.json", name, f"{key} is missing")
        if not ("issued" in item or "accessed" in item):
            yield found.fault("source", "sources.json", name, "neither issued nor accessed has a date")
        if name not in used:
            yield found.fault("unused", "sources.json", name, "nothing rests on this source")


def _lines(found: _Set) -> Iterator[Fault]:
    for line in found.lines:
        course = shapely.LineString(line.coordinates)
        if not (course.is_simple or course.is_closed):
            yield found.fault("geometry", "lines.geojson", line.id, "the line crosses itself")
        for index, point in enumerate(line.coordinates):
            if any(round(number, 6) != number for number in point):
                yield found.fault("digits", "lines.geojson", line.id, "more than six decimals", index)
        if line.kind != "frame" and not line.accuracy_m:
            yield found.fault("accuracy", "lines.geojson", line.id, "a line on the ground is never exact")
        if line.basis == "inferred" and "nferred" not in line.note:
            yield found.fault("inferred", "lines.geojson", line.id, "the note does not say that the line is inferred")
    cutting = [line for line in found.lines if line.cuts]
    for one, other in combinations(cutting, 2):
        meeting = shapely.LineString(one.coordinates).intersection(shapely.LineString(other.coordinates))
        shared = set(one.coordinates) & set(other.coordinates)
        for lon, lat in shapely.get_coordinates(meeting).tolist():
            if not any(abs(lon - x) < 1e-9 and abs(lat - y) < 1e-9 for x, y in shared):
                message = f"meets {other.id} at {lon:.6f} {lat:.6f}, which is not a vertex of both"
                yield found.fault("crossing", "lines.geojson", one.id, message, _segment(one, lon, lat))


def _segment(line: tables.Line, lon: float, lat: float) -> int:
    """Return the vertex at or before a position on a line."""
    spot = shapely.Point(lon, lat)
    return int(np.argmin([shapely.LineString(edge).distance(spot) for edge in pairwise(line.coordinates)]))


def _open_ends(found: _Set) -> Iterator[Fault]:
    """Yield the ends of cutting lines that touch no other line: where an open face leaks."""
    cutting = [line for line in found.lines if line.cuts]
    for line in cutting:
        for index in (0, len(line.coordinates) - 1):
            end = line.coordinates[index]
            if not any(end in other.coordinates for other in cutting if other is not line):
                lon, lat = end
                yield found.fault("open", "lines.geojson", line.id, f"the end at {lon} {lat} meets no line", index)


def _faces(found: _Set) -> Iterator[Fault]:
    try:
        polygons, _, _ = faces.build(found.lines, found.labels, file=str(found.folder / "labels.geojson"))
    except Fault as error:
        yield error
        yield from _open_ends(found)
        return
    if not shapely.coverage_is_valid(polygons):
        yield found.fault("coverage", "lines.geojson", "", "faces leave gaps or overlap")
    for label, polygon in zip(found.labels, polygons, strict=True):
        if polygon.buffer(-0.0003).is_empty:
            yield found.fault("sliver", "labels.geojson", label.id, "the face is nowhere wider than 60 m")
    yield from _ledgers(found)
    yield from _sides(found, polygons)
    yield from _fronts(found)


def _ledgers(found: _Set) -> Iterator[Fault]:
    """Yield gaps and overlaps of control and of each perspective."""
    names, zones = [label.id for label in found.labels], [label.zones for label in found.labels]
    histories, faults = ledger.histories(zones, names, found.control, table=str(found.folder / "control.csv"))
    yield from faults
    yield from _events(found, histories)
    for perspective in sorted({view.perspective for view in found.views}):
        rows = [view.as_control() for view in found.views if view.perspective == perspective]
        table = f"{found.folder / 'perspectives.csv'}: {perspective}"
        yield from ledger.histories(zones, names, rows, table=table)[1]


def _events(found: _Set, histories: list[dict[str, list[ledger.Held]]]) -> Iterator[Fault]:
    """Yield changes of control that name no event, or one that does not fit."""
    events = {event.id: event for event in found.events}
    for row in found.control:
        if row.event and row.event not in events:
            yield found.fault("event", "control.csv", row.zone, f"unknown event {row.event!r}")
    rested_on = {row.event for row in found.control}
    for event in found.events:
        if event.affects_control == "yes" and event.id not in rested_on:
            message = "said to affect control, but no row of control rests on it"
            yield found.fault("event", "events.csv", event.id, message)
    changes = {
        (after.row, now.controller)
        for history in histories
        for held in history.values()
        for now, after in pairwise(held)
        if now.controller != after.controller
    }
    for row, before in sorted(changes):
        change = f"{before} to {row.controller} on {row.valid_from}"
        event = events.get(row.event)
        if not row.event:
            yield found.fault("event", "control.csv", row.zone, f"{change} names no event")
        elif event and event.affects_control != "yes":
            message = f"{change} rests on {row.event}, which is not said to affect control"
            yield found.fault("event", "control.csv", row.zone, message)
        elif event and not _within(row.valid_from, event):
            message = f"{change} rests on {row.event}, which is of {event.date}"
            yield found.fault("event", "control.csv", row.zone, message)


def _within(day: str, event: tables.Event) -> bool:
    last = event.date_to or event.date
    return event.date <= day <= last or day.startswith(last)


def _sides(found: _Set, polygons: Any) -> Iterator[Fault]:
    """Yield places and test points that lie on another side than is documented."""
    tree = shapely.STRtree(polygons)

    def zones_at(lon: float, lat: float) -> tuple[str, ...]:
        face = min(tree.query(shapely.Point(lon, lat), predicate="intersects").tolist(), default=None)
        return () if face is None else found.labels[face].zones

    for place in found.places:
        # a post stands at the place it is named after, which may lie across a line
        if not place.side or place.kind == tables.POST:
            continue
        if not place.side_evidence:
            yield found.fault("side", "places.geojson", place.id, "a side without evidence")
        here = zones_at(place.lon, place.lat)
        far = 0.0 if place.side in here else _metres_from_side(place, found, polygons)
        if far > 2 * place.accuracy_m:
            where = f"in {here[0]}" if here else "outside the covered ground"
            message = f"documented in {place.side}, but lies {where}, {far:,.0f} m from it"
            yield found.fault("side", "places.geojson", place.id, message)
    for point in found.test_points:
        here = zones_at(point.lon, point.lat)
        counted = {
            view.counted_as
            for view in found.views
            if view.perspective == point.perspective
            and view.zone in here
            and dates.holds(view.valid_from, view.valid_to, point.date)
        }
        if counted != {point.counted_as}:
            message = f"{point.name} on {point.date} is counted as {counted or 'nothing'}, not as {point.counted_as}"
            yield found.fault("perspective", "test_points.csv", point.perspective, message)


def _metres_from_side(place: tables.Place, found: _Set, polygons: Any) -> float:
    side = [polygon for label, polygon in zip(found.labels, polygons, strict=True) if place.side in label.zones]
    flat = Plane(place.lon, place.lat).flat(np.array(side))
    return float(shapely.distance(flat, shapely.Point(0, 0)).min()) if side else float("inf")


def _names(found: _Set) -> Iterator[Fault]:
    """Yield words that name a zone or scenario that is not there, and zones without ground."""
    zones = {zone.id for zone in found.zones}
    named: list[tuple[str, str, str]] = [
        *(("labels.geojson", label.id, zone) for label in found.labels for zone in label.zones),
        *(("places.geojson", place.id, place.side) for place in found.places if place.side),
        *(("claims.csv", claim.id, claim.zone) for claim in found.claims),
        *(("events.csv", event.id, zone) for event in found.events for zone in event.zones),
        *(("scenarios.csv", name, row.zone) for name, supposed in found.scenarios.items() for row in supposed),
    ]
    for file, feature, zone in named:
        if zone not in zones:
            yield found.fault("zone", file, feature, f"unknown zone {zone!r}")
    for zone in sorted(zones - {zone for label in found.labels for zone in label.zones}):
        yield found.fault("zone", "zones.csv", zone, "no label point names this zone")
    for proposal in found.proposals:
        if proposal.scenario and proposal.scenario not in found.scenarios:
            yield found.fault("scenario", "proposals.csv", proposal.id, f"unknown scenario {proposal.scenario!r}")


def _fronts(found: _Set) -> Iterator[Fault]:
    """Yield lines that are said to be fronts from a day on which they part nobody."""
    try:
        record = Layers(found.path)
    except Fault:
        return  # told already
    for line in found.lines:
        if line.kind not in ("front", "forward", "reach") or line.valid_from < record.ledger.first:
            continue
        mine = [(left, right) for name, left, right, _ in record.topology["arcs"] if name == line.id]
        parted = False
        for extent in tables.EXTENTS:
            held = record.ledger.controllers(line.valid_from, extent)
            parted |= any(None not in pair and held[pair[0]] != held[pair[1]] for pair in mine)
        if not parted:
            message = f"parts nobody on {line.valid_from}, from when on it is said to be a {line.kind}"
            yield found.fault("front", "lines.geojson", line.id, message)


def _scenarios(found: _Set) -> Iterator[Fault]:
    for name, supposed in found.scenarios.items():
        if len({row.base_date for row in supposed}) > 1:
            yield found.fault("scenario", "scenarios.csv", name, "its rows lie over different dates")


def _ids(found: _Set) -> Iterator[Fault]:
    """Yield ids that would name two layers."""
    named: dict[str, str] = {}
    for file, records in (
        ("lines.geojson", found.lines),
        ("routes.csv", found.routes),
        ("zones.csv", found.zones),
        ("bands.csv", found.bands),
    ):
        for record in records:
            if record.id in named:
                yield found.fault("id", file, record.id, f"the id is used in {named[record.id]} too")
            named[record.id] = file


def _vocabulary(found: _Set) -> Iterator[Fault]:
    """Yield words that the data package does not list: its schema is the vocabulary of the tables."""
    path = found.path / "datapackage.json"
    if not path.exists():
        return
    try:
        resources = _files.read_json(path)["resources"]
        allowed = [
            (resource["path"], field["name"], set(field["constraints"]["enum"]))
            for resource in resources
            for field in resource.get("schema", {}).get("fields", [])
            if field.get("constraints", {}).get("enum")
        ]
        allowed += [
            (resource["path"], name, set(words))
            for resource in resources
            for name, words in resource.get("vocabulary", {}).items()
        ]
    except (Fault, KeyError, TypeError, AttributeError):
        yield Fault("not a data package", code="format", file=str(path))
        return
    for name, column, words in allowed:
        for feature, value in _column(found.path / name, column):
            if value not in words and value not in (None, ""):
                message = f"{column} {value!r:.60} is not in the vocabulary of the data package"
                yield Fault(message, code="vocabulary", file=str(found.path / name), feature=feature)


def _column(path: Path, column: str) -> Iterator[tuple[str, Any]]:
    """Yield the values of one column of a table or one property of a layer, as far as it can be read."""
    try:
        if path.suffix == ".csv":
            yield from ((row.feature, row.values.get(column)) for row in rows.table(path, []))
        else:
            for feature in _files.read_json(path)["features"]:
                yield str(feature["properties"].get("id")), feature["properties"].get(column)
    except (Fault, KeyError, TypeError, AttributeError):
        return  # told already


def _grid(found: _Set) -> Iterator[Fault]:
    """Yield grid references that the line they define does not pass."""
    lines = {line.id: line for line in found.lines}
    to_lonlat = pyproj.Transformer.from_crs(_GRID, 4326, always_xy=True)
    for point in found.grid_points:
        if point.line not in lines:
            yield found.fault("line", "grid_points.csv", point.line, "unknown line")
            continue
        lon, lat = to_lonlat.transform(point.easting_km * 1000, point.northing_km * 1000)
        far = metres_to(lon, lat, lines[point.line].coordinates)
        if far > point.within_m:
            place = f"paragraph {point.paragraph} ({point.easting_km} {point.northing_km})"
            message = f"passes {far:,.0f} m from {place}, not within {point.within_m:g} m"
            yield found.fault("grid", "lines.geojson", point.line, message)


def _spreads(found: _Set) -> Iterator[Fault]:
    """Yield readings of other maps that are of no line, or whose distance is not what their longitudes say."""
    lines = {line.id for line in found.lines}
    geod = pyproj.Geod(ellps="WGS84")
    for row in found.spreads:
        if row.line not in lines:
            yield found.fault("line", "spread.csv", row.line, "unknown line")
        apart = geod.inv(row.lon_1, row.lat, row.lon_2, row.lat)[2]
        if abs(apart - row.metres) > 1:
            message = f"{row.metres:g} m at {row.lat:g}, but the longitudes are {apart:,.0f} m apart"
            yield found.fault("spread", "spread.csv", row.line, message)


def _routes(found: _Set) -> Iterator[Fault]:
    lines = {line.id: line for line in found.lines}
    for route in found.routes:
        try:
            routes.course(route, lines, file=str(found.folder / "routes.csv"))
        except Fault as error:
            yield error


def _answers(layers: Path, found: _Set) -> Iterator[Fault]:
    """Yield what only shows when the layers answer: figures that cannot be measured, built files that are stale."""
    try:
        record = Layers(layers)
        texts = build.files(layers)
    except Fault as error:
        if not found.faults:
            yield error
        return
    for figure in found.figures:
        try:
            if figure.measure:
                published.check(record, figure)
        except Fault as error:
            yield found.fault("figure", "figures.csv", figure.id, error.fault)
    stale = build.stale(layers, texts)
    for name in stale:
        yield Fault("stale; run claims build", code="stale", file=str(layers / "built" / name))


def defects(layers: Path) -> list[Fault]:
    """Return every defect of a set of layers.

    Parameters
    ----------
    layers
        Folder with ``curated`` and ``built``.

    Returns
    -------
    defects
        Each with ``code``, ``file``, ``feature``, ``vertex`` and ``fault``; none when all is well.

    Raises
    ------
    ClaimsError
        When the folder holds no layers at all.
    """
    if not (layers / "curated").is_dir():
        raise Fault("no layers here: there is no folder named curated in it", code="file", file=str(layers))
    found = _Set(layers)
    faults = list(found.faults)
    for check in (_sources, _ids, _vocabulary, _lines, _faces, _names, _scenarios, _grid, _spreads, _routes):
        faults += check(found)
    for name in tables.GEOMETRY_FILES:
        faults += _layout(found.folder / name)
    # what only shows when the layers answer; an answer fails on the first fault, which may have been told already
    told = {str(fault) for fault in faults}
    return faults + [fault for fault in _answers(layers, found) if str(fault) not in told]


def _layout(path: Path) -> Iterator[Fault]:
    """Yield a geometry file that is not written one vertex a line, so that a moved vertex would not be a short diff."""
    try:
        text = path.read_text(encoding="utf-8")
        same = _files.geojson(json_.loads(text)["features"]) == text
    except (OSError, KeyError, TypeError, ValueError, AttributeError):
        return  # missing, or wrong in a way that has been said
    if not same:
        yield Fault("not written one vertex a line, as claims writes it", code="layout", file=str(path))


def json(fault: Fault) -> dict[str, Any]:
    """Return a defect in the words of ``claims validate --json``."""
    return {
        "file": fault.file,
        "feature": fault.feature,
        "vertex": fault.vertex,
        "code": fault.code,
        "message": fault.fault,
    }
