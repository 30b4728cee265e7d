"""Every defect in a set of layers, with file, feature and vertex.

The readers stop at the first error; validation continues as far as it can and reports everything it finds.
"""

from __future__ import annotations

import json as json_
from functools import cached_property, partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pyproj
import shapely

from geo import _files, dates
from geo._errors import ClaimsError, unknown
from geo.checks import build, published, rfc7946, schemas
from geo.dated import operations
from geo.geometry.distance import metres_to
from geo.geometry.projection import Plane
from geo.layers import faces, ledger, routes, rows, tables
from geo.layers import profile as profiles
from geo.layers.layers import Layers
from geo.layers.profile import PACKAGE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

Fault = ClaimsError
# in the place of a profile that cannot be read: any kind is taken
_UNREAD = profiles.NEUTRAL._replace(line_kinds={}, place_kinds={})
# what the ids of a file identify
_KINDS = {
    "sources.json": "source",
    "zones.csv": "zone",
    "events.csv": "event",
    "lines.geojson": "line",
    "scenarios.csv": "scenario",
}


class _Set:
    """All readable records of a folder, and the errors of the others."""

    def __init__(self, layers: Path) -> None:
        self.path = layers
        self.folder = layers / "curated"
        self.faults: list[Fault] = []
        try:
            self.profile = profiles.read(layers)
        except Fault as error:
            self.faults.append(error)
            self.profile = _UNREAD
        self.records = {
            reader.file: self._read(partial(reader, self.folder, self.faults, profile=self.profile), [])
            for reader in tables.READERS
        }
        self.lines: list[tables.Line] = self.records["lines.geojson"]
        self.labels: list[tables.Label] = self.records["labels.geojson"]
        self.places: list[tables.Place] = self.records["places.geojson"]
        self.zones: list[tables.Zone] = self.records["zones.csv"]
        self.routes: list[tables.Route] = self.records["routes.csv"]
        self.bands: list[tables.Band] = self.records["bands.csv"]
        self.grid_points: list[tables.GridPoint] = self.records["grid_points.csv"]
        self.spreads: list[tables.Spread] = self.records["spread.csv"]
        self.control: list[tables.Control] = self.records["control.csv"]
        self.views: list[tables.View] = self.records["perspectives.csv"]
        self.test_points: list[tables.TestPoint] = self.records["test_points.csv"]
        self.events: list[tables.Event] = self.records["events.csv"]
        self.figures: list[tables.Figure] = self.records["figures.csv"]
        self.scenarios: list[tables.Scenario] = self.records["scenarios.csv"]
        self.sources: dict[str, dict[str, Any]] = self._read(partial(tables.read_sources, self.folder), {})

    def _read(self, read: Callable[[], Any], nothing: Any) -> Any:
        try:
            return read()
        except Fault as error:
            self.faults.append(error)
            return nothing

    @cached_property
    def derived(self) -> Layers:
        """The layers as they answer; raises the first error of layers that cannot."""
        return Layers(self.path)

    def references(self) -> Iterator[tuple[str, str, str, str]]:
        """Yield each reference to another file: the file and title of the record, the other file and the id."""
        for reader in tables.READERS:
            refers = {field: column.references for field, column in reader.fields.items() if column.references}
            for record in self.records[reader.file]:
                for field, other in refers.items():
                    value = getattr(record, field)
                    for id_ in (value,) if isinstance(value, str) else value or ():
                        if id_:
                            yield reader.file, _title(record), other, id_

    def fault(self, code: str, name: str, feature: str, message: str, vertex: int | None = None) -> Fault:
        return Fault(message, code=code, file=str(self.folder / name), feature=feature, vertex=vertex)


def _title(record: Any) -> str:
    return str(getattr(record, "id", None) or getattr(record, "zone", None) or record.line)


def _references(found: _Set) -> Iterator[Fault]:
    """Yield references to ids that do not exist."""
    known = {
        name: list(dict.fromkeys(record.id for record in found.records[name]))
        for name in _KINDS
        if name in found.records
    }
    known["sources.json"] = list(found.sources)
    for file, title, other, id_ in found.references():
        if id_ not in known[other]:
            kind = _KINDS[other]
            message = (
                unknown(kind, id_, known[other]).fault if known[other] else f"unknown {kind} {id_!r}; {other} has none"
            )
            yield found.fault(kind, file, title, message)


def _sources(found: _Set) -> Iterator[Fault]:
    used = {id_ for _, _, file, id_ in found.references() if file == "sources.json"}
    for place in found.places:
        if place.population is not None and not place.population_source:
            message = "population without a source; name it in population_source"
            yield found.fault("source", "places.geojson", place.id, message)
    for name, item in found.sources.items():
        if not item.get("title"):
            yield found.fault("source", "sources.json", name, "title is missing; add it")
        # a file or an archive may have neither; then the note says where it is
        for key in ("publisher", "URL"):
            if not item.get(key) and not item.get("note"):
                message = f"{key} is missing; add it, or say in note what the source is and where it is kept"
                yield found.fault("source", "sources.json", name, message)
        if not ("issued" in item or "accessed" in item):
            yield found.fault("source", "sources.json", name, "neither issued nor accessed has a date; add one")
        if name not in used:
            yield found.fault("unused", "sources.json", name, "no record uses this source; cite it or delete it")


def _lines(found: _Set) -> Iterator[Fault]:
    decimals = found.profile.decimals
    for line in found.lines:
        course = shapely.LineString(line.coordinates)
        if not (course.is_simple or course.is_closed):
            message = "the line crosses itself; correct the order of its vertices"
            yield found.fault("geometry", "lines.geojson", line.id, message)
        for index, point in enumerate(line.coordinates):
            if any(round(number, decimals) != number for number in point):
                message = f"more than {decimals} decimals; round it, or set decimals under territory in {PACKAGE}"
                yield found.fault("digits", "lines.geojson", line.id, message, index)
        if line.kind != "frame" and not line.accuracy_m:
            message = "accuracy_m is 0, but no line on the ground is exact; state one standard deviation"
            yield found.fault("accuracy", "lines.geojson", line.id, message)
        if line.basis == "inferred" and "nferred" not in line.note:
            message = "the note does not say that the line is inferred; say so and why"
            yield found.fault("inferred", "lines.geojson", line.id, message)
    cutting = [line for line in found.lines if line.cuts]
    courses = np.array([shapely.LineString(line.coordinates) for line in cutting], dtype=object)
    pairs = shapely.STRtree(courses).query(courses, predicate="intersects").T
    for first, second in sorted(pairs[pairs[:, 0] < pairs[:, 1]].tolist()):
        one, other = cutting[first], cutting[second]
        shared = set(one.coordinates) & set(other.coordinates)
        for lon, lat in shapely.get_coordinates(courses[first].intersection(courses[second])).tolist():
            if not any(abs(lon - x) < 1e-9 and abs(lat - y) < 1e-9 for x, y in shared):
                message = f"meets {other.id} at {lon:.6f} {lat:.6f}, which is not a vertex of both; add one to each"
                yield found.fault("crossing", "lines.geojson", one.id, message, _segment(one, lon, lat))


def _segment(line: tables.Line, lon: float, lat: float) -> int:
    """Return the vertex at or before a position on a line."""
    edges = shapely.linestrings(list(pairwise(line.coordinates)))
    return int(np.argmin(shapely.distance(edges, shapely.Point(lon, lat))))


def _open_ends(found: _Set) -> Iterator[Fault]:
    """Yield the ends of cutting lines that touch no other line, where faces are left open."""
    cutting = [line for line in found.lines if line.cuts]
    for line in cutting:
        for index in (0, len(line.coordinates) - 1):
            end = line.coordinates[index]
            if not any(end in other.coordinates for other in cutting if other is not line):
                lon, lat = end
                message = f"the end at {lon} {lat} meets no line; join it to one"
                yield found.fault("open", "lines.geojson", line.id, message, index)


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
        if is_narrow(polygon) and "narrow" not in label.note.lower():
            message = "the face is nowhere wider than 60 m; correct the lines, or say in its note that it is narrow"
            yield found.fault("sliver", "labels.geojson", label.id, message)
    yield from _ledgers(found)
    yield from _sides(found, polygons)
    yield from _fronts(found)


def is_narrow(polygon: Any) -> bool:
    """Tell whether a face (EPSG:4326) is nowhere wider than 0.0006 degrees, some 60 m."""
    return bool(polygon.buffer(-0.0003).is_empty)


def _ledgers(found: _Set) -> Iterator[Fault]:
    """Yield gaps and overlaps in control and in each perspective."""
    names, zones = [label.id for label in found.labels], [label.zones for label in found.labels]
    histories, faults = ledger.histories(zones, names, found.control, table=str(found.folder / "control.csv"))
    yield from faults
    yield from _events(found, histories)
    for perspective in sorted({view.perspective for view in found.views}):
        rows = [view.as_control() for view in found.views if view.perspective == perspective]
        table = f"{found.folder / 'perspectives.csv'}: {perspective}"
        yield from ledger.histories(zones, names, rows, table=table)[1]


def _events(found: _Set, histories: list[dict[str, list[ledger.Held]]]) -> Iterator[Fault]:
    """Yield changes of control with no event, or with one that does not match."""
    events = {event.id: event for event in found.events}
    cited = {row.event for row in found.control}
    for one in found.events:
        if one.affects_control == "yes" and one.id not in cited:
            message = "affects_control is yes, but no row of control cites it; cite it in one, or write not_drawn"
            yield found.fault("event", "events.csv", one.id, message)
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
            yield found.fault("event", "control.csv", row.zone, f"{change} names no event; cite one")
        elif event and event.affects_control != "yes":
            message = f"{change} cites {row.event}, whose affects_control is not yes; correct one of them"
            yield found.fault("event", "control.csv", row.zone, message)
        elif event and not _within(row.valid_from, event):
            message = f"{change} cites {row.event}, which is dated {event.date}; correct one of them"
            yield found.fault("event", "control.csv", row.zone, message)


def _within(day: str, event: tables.Event) -> bool:
    last = event.date_to or event.date
    return event.date <= day <= last or day.startswith(last)


def _sides(found: _Set, polygons: Any) -> Iterator[Fault]:
    """Yield places and test points on a different side than documented."""
    tree = shapely.STRtree(polygons)

    def zones_at(lon: float, lat: float) -> tuple[str, ...]:
        face = min(tree.query(shapely.Point(lon, lat), predicate="intersects").tolist(), default=None)
        return () if face is None else found.labels[face].zones

    for place in found.places:
        # a post has the position of the place that it is named after, which may lie across a line
        if not place.side or place.kind in found.profile.posts:
            continue
        if not place.side_evidence:
            yield found.fault("side", "places.geojson", place.id, "a side without evidence; fill in side_evidence")
        here = zones_at(place.lon, place.lat)
        far = 0.0 if place.side in here else _metres_from_side(place, found, polygons)
        if far > 2 * place.accuracy_m:
            where = f"in {here[0]}" if here else "outside the covered ground"
            message = f"documented in {place.side}, but lies {where}, {far:,.0f} m from it; correct line or side"
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
            as_counted = ", ".join(sorted(counted)) or "nothing"
            message = f"{point.name} on {point.date} is counted as {as_counted}, not as {point.counted_as}; correct one"
            yield found.fault("perspective", "test_points.csv", point.perspective, message)


def _metres_from_side(place: tables.Place, found: _Set, polygons: Any) -> float:
    side = [polygon for label, polygon in zip(found.labels, polygons, strict=True) if place.side in label.zones]
    flat = Plane(place.lon, place.lat).flat(np.array(side))
    return float(shapely.distance(flat, shapely.Point(0, 0)).min()) if side else float("inf")


def _groundless(found: _Set) -> Iterator[Fault]:
    """Yield zones without faces."""
    for zone in sorted({zone.id for zone in found.zones} - {zone for label in found.labels for zone in label.zones}):
        yield found.fault("zone", "zones.csv", zone, "no label point names this zone; add it to one")


def _fronts(found: _Set) -> Iterator[Fault]:
    """Yield fronts that separate no two controllers on their first day."""
    try:
        record = found.derived
    except Fault:
        return  # reported already
    for line in found.lines:
        if line.kind not in found.profile.fronts or line.valid_from < record.ledger.first:
            continue
        mine = [(left, right) for name, left, right, _ in record.topology["arcs"] if name == line.id]
        parted = False
        for extent in tables.EXTENTS:
            held = record.ledger.controllers(line.valid_from, extent)
            parted |= any(None not in pair and held[pair[0]] != held[pair[1]] for pair in mine)
        if not parted:
            message = f"separates no two controllers on {line.valid_from}; correct its valid_from or kind, or control"
            yield found.fault("front", "lines.geojson", line.id, message)


def _scenarios(found: _Set) -> Iterator[Fault]:
    bases: dict[str, set[str]] = {}
    for row in found.scenarios:
        bases.setdefault(row.id, set()).add(row.base_date)
    for name, days in bases.items():
        if len(days) > 1:
            yield found.fault(
                "scenario", "scenarios.csv", name, "its rows have different base dates; give all the same base_date"
            )


def _ids(found: _Set) -> Iterator[Fault]:
    """Yield ids that two layers share."""
    named: dict[str, str] = {}
    for file, records in (
        ("lines.geojson", found.lines),
        ("routes.csv", found.routes),
        ("zones.csv", found.zones),
        ("bands.csv", found.bands),
    ):
        for record in records:
            if record.id in named:
                yield found.fault("id", file, record.id, f"also the id of a record in {named[record.id]}; change one")
            named[record.id] = file


def _vocabulary(found: _Set) -> Iterator[Fault]:
    """Yield values missing from the vocabulary of the tables, which is the schema of the data package."""
    if found.profile is _UNREAD or not (found.path / PACKAGE).exists():
        return
    try:
        allowed = list(schemas.vocabulary(found.path))
    except Fault as error:
        yield error
        return
    for name, column, words in allowed:
        for feature, value in _column(found.path / name, column):
            if value not in words and value not in (None, ""):
                message = f"{column} {value!r:.60} is not in the vocabulary of the data package; correct it or add it"
                yield Fault(message, code="vocabulary", file=str(found.path / name), feature=feature)


def _column(path: Path, column: str) -> Iterator[tuple[str, Any]]:
    """Yield the readable values of one column of a table or one property of a layer."""
    try:
        if path.suffix == ".csv":
            yield from ((row.feature, row.values.get(column)) for row in rows.table(path, []))
        else:
            for feature in _files.read_json(path)["features"]:
                yield str(feature["properties"].get("id")), feature["properties"].get(column)
    except (Fault, KeyError, TypeError, AttributeError):
        return  # reported already


def _grid(found: _Set) -> Iterator[Fault]:
    """Yield grid references that their line misses."""
    lines = {line.id: line for line in found.lines}
    if found.profile is _UNREAD or not found.grid_points:
        return
    package = str(found.path / PACKAGE)
    if found.profile.grid is None:
        message = "grid is missing, the EPSG code of the references in grid_points.csv; add it"
        yield Fault(message, code="profile", file=package, feature="territory")
        return
    try:
        crs = pyproj.CRS.from_epsg(found.profile.grid)
    except pyproj.exceptions.CRSError:
        message = f"grid EPSG:{found.profile.grid} is unknown; correct the code"
        yield Fault(message, code="profile", file=package, feature="territory")
        return
    metres = [(1000 * point.easting_km, 1000 * point.northing_km) for point in found.grid_points]
    west, south, east, north = shapely.MultiPoint(metres).bounds
    file = str(found.folder / "grid_points.csv")
    positions = operations.chosen(crs, (west, south, east, north), file).degrees(shapely.points(metres), file)
    for point, (lon, lat) in zip(found.grid_points, shapely.get_coordinates(positions).tolist(), strict=True):
        if point.line not in lines:
            continue  # reported already
        far = metres_to(lon, lat, lines[point.line].coordinates)
        if far > point.within_m:
            place = f"paragraph {point.paragraph} ({point.easting_km} {point.northing_km})"
            message = f"passes {far:,.0f} m from {place}; move it to within {point.within_m:g} m"
            yield found.fault("grid", "lines.geojson", point.line, message)


def _spreads(found: _Set) -> Iterator[Fault]:
    """Yield readings of other maps whose distance does not match their longitudes."""
    geod = pyproj.Geod(ellps="WGS84")
    for row in found.spreads:
        apart = geod.inv(row.lon_1, row.lat, row.lon_2, row.lat)[2]
        if abs(apart - row.metres) > 1:
            message = f"{row.metres:g} m at {row.lat:g}, but the longitudes are {apart:,.0f} m apart; correct one"
            yield found.fault("spread", "spread.csv", row.line, message)


def _routes(found: _Set) -> Iterator[Fault]:
    lines = {line.id: line for line in found.lines}
    for route in found.routes:
        try:
            routes.course(route, lines, file=str(found.folder / "routes.csv"))
        except Fault as error:
            yield error


def _answers(layers: Path, found: _Set) -> Iterator[Fault]:
    """Yield defects that show only in use: figures that cannot be computed and stale built files."""
    try:
        record = found.derived
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
        yield Fault("stale; run claims build", code="stale", file=str(build.path(layers, name)))


def anything(path: Path) -> list[Fault]:
    """Return every defect of a set of layers, of a GeoJSON file, or of the GeoJSON files of a folder.

    Raises
    ------
    ClaimsError
        When there is nothing to check.
    """
    if not path.is_dir():
        if not path.exists():
            raise Fault("no layers here, and no file", code="file", file=str(path))
        return rfc7946.defects(path)
    if (path / "curated").is_dir():
        return defects(path)
    files = sorted(file for file in path.iterdir() if file.suffix.lower() in {".geojson", ".json"})
    if not files:
        message = "nothing to check here: neither a folder named curated nor a GeoJSON file is in it"
        raise Fault(message, code="file", file=str(path))
    return [fault for file in files for fault in rfc7946.defects(file)]


def defects(layers: Path) -> list[Fault]:
    """Return every defect of a set of layers.

    Parameters
    ----------
    layers
        Folder with ``curated`` and ``built``.

    Returns
    -------
    defects
        Each with ``code``, ``file``, ``feature``, ``vertex`` and ``fault``.

    Raises
    ------
    ClaimsError
        When the folder holds no layers.
    """
    if not (layers / "curated").is_dir():
        raise Fault("no layers here: it has no folder named curated", code="file", file=str(layers))
    found = _Set(layers)
    faults = list(found.faults)
    for check in (
        _references,
        _sources,
        _ids,
        _vocabulary,
        _lines,
        _faces,
        _groundless,
        _scenarios,
        _grid,
        _spreads,
        _routes,
    ):
        faults += _finished(found, check)
    for name in tables.GEOMETRY_FILES:
        faults += _layout(found.folder / name)
    # an answer fails on the first error, which may have been reported already
    reported = {str(fault) for fault in faults}
    answers = _finished(found, lambda found: _answers(layers, found))
    return faults + [fault for fault in answers if str(fault) not in reported]


def _finished(found: _Set, check: Callable[[_Set], Iterator[Fault]]) -> Iterator[Fault]:
    """Yield what a check finds; one that data brings down is a defect too, and the others go on."""
    try:
        yield from check(found)
    except Fault as error:
        yield error
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001  # whatever it is given, validation ends with a list
        name = getattr(check, "__name__", "answers").strip("_")
        message = f"the check of {name} broke off: {type(error).__name__}: {error}"
        yield Fault(message, code="unfinished", file=str(found.path))


def _layout(path: Path) -> Iterator[Fault]:
    """Yield a geometry file that is not written one vertex a line, as short diffs need."""
    try:
        text = _files.read_text(path)
        same = _files.geojson(json_.loads(text)["features"]) == text
    except (Fault, KeyError, TypeError, ValueError, AttributeError):
        return  # missing, or reported already
    if not same:
        yield Fault("not written one vertex a line, as claims writes it", code="layout", file=str(path))


def json(fault: Fault) -> dict[str, Any]:
    """Return a defect as ``claims validate --json`` prints it."""
    return {
        "file": fault.file,
        "line": fault.line,
        "feature": fault.feature,
        "vertex": fault.vertex,
        "code": fault.code,
        "message": fault.fault,
    }
