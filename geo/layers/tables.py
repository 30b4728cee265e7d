"""What people edit: lines, label points, places and tables as typed records.

In: ``layers/curated``. Out: records, or faults that name file and feature (see :mod:`geo.layers.rows`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from geo import _files
from geo._errors import ClaimsError
from geo.layers.rows import Faults, Feature, Row, features, records, table

if TYPE_CHECKING:
    from pathlib import Path

BASES = ("treaty_text", "survey", "map", "imagery", "press", "inferred", "defined")
EXTENTS = ("min", "best", "max")
CONTEXT_KINDS = ("city", "coastal_city", "coast", "sea")
POST = "israeli_post"
INHABITED = ("city", "town", "village", "settlement")
MEASURES = ("area", "length", "width_min", "width_max", "taken", "depth_max", "distance")
GEOMETRY_FILES = ("lines.geojson", "labels.geojson", "places.geojson")


def _properties(record: Line | Route | Band | Place | Zone, *without: str) -> dict[str, Any]:
    """Return the fields of a record with names by language and lists for tuples."""
    values = {key: value for key, value in record._asdict().items() if key not in without}
    names = {f"name_{language}": name for language, name in values.pop("names").items()}
    plain = {key: list(value) if isinstance(value, tuple) else value for key, value in values.items()}
    return {"id": plain.pop("id"), **names, **plain}


class Line(NamedTuple):
    """A hand-curated arc: longitude, latitude in degrees, with how sure its position is.

    A line that `cuts` takes part in cutting the ground into faces; the others only show where something is.
    """

    id: str
    names: dict[str, str]
    kind: str
    cuts: bool
    valid_from: str
    valid_to: str | None
    accuracy_m: float
    correlation_km: float
    basis: str
    sources: tuple[str, ...]
    note: str
    coordinates: tuple[tuple[float, float], ...]

    def properties(self) -> dict[str, Any]:
        """Return all but the course, as GeoJSON properties."""
        return _properties(self, "coordinates")


class Route(NamedTuple):
    """A line that runs along others from `start` to `end`.

    `parts` are ids of lines, each sharing a vertex with the next. A stretch is as sure as the line
    that it runs along.
    """

    id: str
    names: dict[str, str]
    kind: str
    valid_from: str
    valid_to: str | None
    start: tuple[float, float]
    end: tuple[float, float]
    parts: tuple[str, ...]
    sources: tuple[str, ...]
    note: str

    def properties(self) -> dict[str, Any]:
        """Return all of it, as GeoJSON properties."""
        return _properties(self)


class GridPoint(NamedTuple):
    """A point that a treaty gives in a map grid, in kilometres of EPSG:28191, and the line that passes it."""

    line: str
    paragraph: str
    easting_km: float
    northing_km: float
    within_m: float
    next_leg: str
    sources: tuple[str, ...]


class Band(NamedTuple):
    """Ground beside a line between two distances from it, with the limits on forces there.

    `outline` leads from the end of the line back to its start round the ground on its side: ids of lines, and corners
    as ``longitude:latitude`` where no line gives one.
    """

    id: str
    names: dict[str, str]
    line: str
    side: str
    from_km: float
    to_km: float
    limits: str
    outline: tuple[str, ...]
    valid_from: str
    valid_to: str | None
    sources: tuple[str, ...]
    note: str

    def properties(self) -> dict[str, Any]:
        """Return all but the outline, as GeoJSON properties."""
        return _properties(self, "outline")


class Spread(NamedTuple):
    """Where two published maps have a line on one parallel: longitudes in degrees, and how far apart they are."""

    line: str
    lat: float
    lon_1: float
    lon_2: float
    metres: float
    sources: tuple[str, ...]


class Label(NamedTuple):
    """A point inside a face, naming the zones that the face belongs to."""

    id: str
    zones: tuple[str, ...]
    lon: float
    lat: float
    note: str


class Place(NamedTuple):
    """A named point; `side` is set only where a source documents it in writing.

    `valid_from` is when it was founded, where known. A post or UN position is dated by reports: `valid_from` is the
    first, `last_report` the last one of it as standing.
    """

    id: str
    names: dict[str, str]
    kind: str
    valid_from: str | None
    valid_to: str | None
    accuracy_m: float
    population: int | None
    population_date: str | None
    population_source: str | None
    last_report: str | None
    side: str | None
    side_evidence: str
    sources: tuple[str, ...]
    note: str
    lon: float
    lat: float

    def properties(self) -> dict[str, Any]:
        """Return all but the position, as GeoJSON properties."""
        return _properties(self, "lon", "lat")

    @property
    def label(self) -> str:
        """The English name without what stands in brackets behind it."""
        return self.names["en"].split(" (")[0]


class Context(NamedTuple):
    """A position around the covered ground, for the small map that shows where it lies.

    The coast runs straight through the rows of kind ``coast`` and ``coastal_city``, in their order.
    """

    id: str
    kind: str
    names: dict[str, str]
    lon: float
    lat: float
    sources: tuple[str, ...]
    note: str


class Zone(NamedTuple):
    """A named area; its ground is the set of faces whose labels name it."""

    id: str
    names: dict[str, str]
    kind: str
    valid_from: str
    valid_to: str | None
    sources: tuple[str, ...]
    note: str

    def properties(self) -> dict[str, Any]:
        """Return all of it, as GeoJSON properties."""
        return _properties(self)


class Control(NamedTuple):
    """Who held a zone in fact, from when to when, in which extents, and the event that brought it."""

    zone: str
    controller: str
    valid_from: str
    valid_to: str | None
    extents: tuple[str, ...]
    basis: str
    event: str
    sources: tuple[str, ...]
    note: str


class View(NamedTuple):
    """How one party names a zone and whose ground it counts it as, from when to when."""

    perspective: str
    zone: str
    counted_as: str
    names: dict[str, str]
    valid_from: str
    valid_to: str | None
    sources: tuple[str, ...]

    def as_control(self) -> Control:
        """Return the view as a ledger reads it: the state as controller, the party's name for the ground as note."""
        return Control(
            self.zone,
            self.counted_as,
            self.valid_from,
            self.valid_to,
            EXTENTS,
            "defined",
            "",
            self.sources,
            self.names["en"],
        )


class TestPoint(NamedTuple):
    """A position whose reading in a perspective on a date is known, to hold the table of views against."""

    perspective: str
    date: str
    lon: float
    lat: float
    name: str
    counted_as: str


class Scenario(NamedTuple):
    """Would-be control of a zone, laid over who holds what on `base_date`."""

    id: str
    names: dict[str, str]
    proposed_by: str
    date: str
    base_date: str
    zone: str
    controller: str
    extents: tuple[str, ...]
    note: str
    sources: tuple[str, ...]


class Claim(NamedTuple):
    """What a party says of a zone by right."""

    id: str
    zone: str
    claimant: str
    status: str
    valid_from: str
    valid_to: str | None
    statement: str
    sources: tuple[str, ...]


class Event(NamedTuple):
    """Something that happened on a day or over a span of days, the last one included.

    `affects_control` is ``yes`` where the ledger has it, ``not_drawn`` where ground passed that it leaves out.
    """

    id: str
    date: str
    date_to: str | None
    title: str
    affects_control: str
    zones: tuple[str, ...]
    what: str
    sources: tuple[str, ...]


class Proposal(NamedTuple):
    """Something asked for or offered in talks; `scenario` is set when one of the scenarios draws it."""

    id: str
    date: str
    proposed_by: str
    name: str
    what: str
    geometry: str
    scenario: str
    sources: tuple[str, ...]


class Figure(NamedTuple):
    """A published figure as published, and how the layers can measure its counterpart."""

    id: str
    quantity: str
    scope: str
    value: float | None
    low: float | None
    high: float | None
    unit: str
    as_of: str | None
    measure: str
    of: tuple[str, ...]
    since: str | None
    on: str | None
    sources: tuple[str, ...]
    note: str


def _line(row: Feature) -> Line:
    coordinates = row.coordinates
    if not isinstance(coordinates, list) or len(coordinates) < 2:
        raise row.fault("a line needs two vertices at least", code="geometry")
    points = tuple(row.position(value, index) for index, value in enumerate(coordinates))
    for index in range(1, len(points)):
        if points[index] == points[index - 1]:
            raise row.fault(f"vertex {index}: the same as the one before", code="geometry", vertex=index)
    return Line(
        row.ident(),
        row.names(),
        row.text("kind"),
        row.flag("cuts"),
        *row.period(),
        row.number("accuracy_m"),
        row.number("correlation_km"),
        row.one_of("basis", BASES),
        row.texts("sources"),
        row.text("note", default=""),
        points,
    )


def read_lines(folder: Path, faults: Faults = None) -> list[Line]:
    """Return the lines of ``lines.geojson``."""
    return records(features(folder / "lines.geojson", "LineString", faults), _line, faults)


def read_labels(folder: Path, faults: Faults = None) -> list[Label]:
    """Return the label points of ``labels.geojson``."""

    def label(row: Feature) -> Label:
        lon, lat = row.position(row.coordinates)
        return Label(row.ident(), row.texts("zones"), lon, lat, row.text("note", default=""))

    return records(features(folder / "labels.geojson", "Point", faults), label, faults)


def _place(row: Feature) -> Place:
    people = row.values.get("population")
    if people is not None and (not isinstance(people, int) or isinstance(people, bool) or people < 0):
        raise row.fault(f"population is not a whole number of at least 0: {people!r}")
    lon, lat = row.position(row.coordinates)
    start, last = row.date("valid_from"), row.date("last_report")
    if last is not None and (start is None or last < start):
        raise row.fault(f"last_report {last} is before the first, {start}", code="date")
    return Place(
        row.ident(),
        row.names(),
        row.text("kind"),
        start,
        row.date("valid_to"),
        row.number("accuracy_m"),
        people,
        row.date("population_date"),
        row.text("population_source", default="") or None,
        last,
        row.text("side", default="") or None,
        row.text("side_evidence", default=""),
        row.texts("sources"),
        row.text("note", default=""),
        lon,
        lat,
    )


def read_places(folder: Path, faults: Faults = None) -> list[Place]:
    """Return the places of ``places.geojson``; a set of layers may have none."""
    path = folder / "places.geojson"
    return records(features(path, "Point", faults), _place, faults) if path.exists() else []


def _rows(path: Path, read: Any, faults: Faults, *, required: bool = False) -> list[Any]:
    """Return the records of a table that a set of layers may be without."""
    return records(table(path, faults), read, faults) if required or path.exists() else []


def read_zones(folder: Path, faults: Faults = None) -> list[Zone]:
    """Return the zones of ``zones.csv``."""

    def zone(row: Row) -> Zone:
        return Zone(
            row.ident(),
            row.names(),
            row.text("kind"),
            *row.period(),
            row.texts("sources"),
            row.text("note", default=""),
        )

    return _rows(folder / "zones.csv", zone, faults, required=True)


def read_routes(folder: Path, faults: Faults = None) -> list[Route]:
    """Return the lines of ``routes.csv``, which run along other lines."""

    def route(row: Row) -> Route:
        return Route(
            row.ident(),
            row.names(),
            row.text("kind"),
            *row.period(),
            row.position([row.required_decimal("start_lon"), row.required_decimal("start_lat")]),
            row.position([row.required_decimal("end_lon"), row.required_decimal("end_lat")]),
            row.texts("parts"),
            row.texts("sources"),
            row.text("note", default=""),
        )

    return _rows(folder / "routes.csv", route, faults)


def read_grid_points(folder: Path, faults: Faults = None) -> list[GridPoint]:
    """Return the grid references of ``grid_points.csv``."""

    def point(row: Row) -> GridPoint:
        return GridPoint(
            row.text("line"),
            row.text("paragraph"),
            row.required_decimal("easting_km"),
            row.required_decimal("northing_km"),
            row.required_decimal("within_m"),
            row.text("next_leg", default=""),
            row.texts("sources"),
        )

    return _rows(folder / "grid_points.csv", point, faults)


def read_spreads(folder: Path, faults: Faults = None) -> list[Spread]:
    """Return the rows of ``spread.csv``."""

    def spread(row: Row) -> Spread:
        lat, lon_1, lon_2, metres = map(row.required_decimal, ("lat", "lon_1", "lon_2", "metres"))
        return Spread(row.text("line"), lat, lon_1, lon_2, metres, row.texts("sources"))

    return _rows(folder / "spread.csv", spread, faults)


def read_bands(folder: Path, faults: Faults = None) -> list[Band]:
    """Return the rows of ``bands.csv``."""

    def band(row: Row) -> Band:
        return Band(
            row.ident(),
            row.names(),
            row.text("line"),
            row.text("side"),
            row.required_decimal("from_km"),
            row.required_decimal("to_km"),
            row.text("limits"),
            row.texts("outline"),
            *row.period(),
            row.texts("sources"),
            row.text("note", default=""),
        )

    return _rows(folder / "bands.csv", band, faults)


def read_context(folder: Path, faults: Faults = None) -> list[Context]:
    """Return the rows of ``context.csv``."""

    def context(row: Row) -> Context:
        return Context(
            row.ident(),
            row.one_of("kind", CONTEXT_KINDS),
            row.names(),
            *row.position([row.required_decimal("lon"), row.required_decimal("lat")]),
            row.texts("sources"),
            row.text("note", default=""),
        )

    return _rows(folder / "context.csv", context, faults)


def _extents(row: Row) -> tuple[str, ...]:
    """Read the extents in which a row holds; blank stands for all three."""
    extents = row.texts("extents", default=EXTENTS)
    for extent in extents:
        if extent not in EXTENTS:
            raise row.fault(f"extents has {extent!r}, not one of {', '.join(EXTENTS)}")
    return extents


def read_control(folder: Path, faults: Faults = None) -> list[Control]:
    """Return the rows of ``control.csv``."""

    def control(row: Row) -> Control:
        return Control(
            row.text("zone"),
            row.text("controller"),
            *row.period(),
            _extents(row),
            row.one_of("basis", BASES),
            row.text("event", default=""),
            row.texts("sources"),
            row.text("note", default=""),
        )

    return _rows(folder / "control.csv", control, faults, required=True)


def read_views(folder: Path, faults: Faults = None) -> list[View]:
    """Return the rows of ``perspectives.csv``."""

    def view(row: Row) -> View:
        return View(
            row.ident("perspective"),
            row.text("zone"),
            row.text("counted_as"),
            row.names(),
            *row.period(),
            row.texts("sources"),
        )

    return _rows(folder / "perspectives.csv", view, faults)


def read_test_points(folder: Path, faults: Faults = None) -> list[TestPoint]:
    """Return the rows of ``test_points.csv``."""

    def point(row: Row) -> TestPoint:
        lon, lat = row.position([row.required_decimal("lon"), row.required_decimal("lat")])
        return TestPoint(
            row.text("perspective"), row.required_date("date"), lon, lat, row.text("name"), row.text("counted_as")
        )

    return _rows(folder / "test_points.csv", point, faults)


def read_scenarios(folder: Path, faults: Faults = None) -> dict[str, list[Scenario]]:
    """Return the rows of ``scenarios.csv`` by scenario."""

    def scenario(row: Row) -> Scenario:
        name, base = row.ident(), row.required_date("base_date")
        if len(base) != len("2024-12-07"):
            raise row.fault(f"base_date {base} is not a day", code="date")
        if name == "today" or name[0].isdigit():
            raise row.fault(f"the id {name} could be taken for a date", code="id")
        return Scenario(
            name,
            row.names(),
            row.text("proposed_by"),
            row.required_date("date"),
            base,
            row.text("zone"),
            row.text("controller"),
            _extents(row),
            row.text("note", default=""),
            row.texts("sources"),
        )

    found: dict[str, list[Scenario]] = {}
    path = folder / "scenarios.csv"
    for row in records(table(path, faults), scenario, faults, unique=False) if path.exists() else []:
        found.setdefault(row.id, []).append(row)
    return found


def read_proposals(folder: Path, faults: Faults = None) -> list[Proposal]:
    """Return the rows of ``proposals.csv``."""

    def proposal(row: Row) -> Proposal:
        return Proposal(
            row.ident(),
            row.required_date("date"),
            row.text("proposed_by"),
            row.text("name"),
            row.text("what"),
            row.text("geometry", default=""),
            row.text("scenario", default=""),
            row.texts("sources"),
        )

    return _rows(folder / "proposals.csv", proposal, faults)


def read_claims(folder: Path, faults: Faults = None) -> list[Claim]:
    """Return the rows of ``claims.csv``."""

    def claim(row: Row) -> Claim:
        return Claim(
            row.ident(),
            row.text("zone"),
            row.text("claimant"),
            row.text("status"),
            *row.period(),
            row.text("statement"),
            row.texts("sources"),
        )

    return _rows(folder / "claims.csv", claim, faults)


def read_events(folder: Path, faults: Faults = None) -> list[Event]:
    """Return the rows of ``events.csv``."""

    def event(row: Row) -> Event:
        date, last = row.required_date("date"), row.date("date_to")
        if last is not None and last < date:
            raise row.fault(f"date_to {last} is before date {date}", code="date")
        return Event(
            row.ident(),
            date,
            last,
            row.text("title"),
            row.one_of("affects_control", ("yes", "no", "not_drawn")),
            row.texts("zones", default=()),
            row.text("what"),
            row.texts("sources"),
        )

    return _rows(folder / "events.csv", event, faults)


def read_figures(folder: Path, faults: Faults = None) -> list[Figure]:
    """Return the rows of ``figures.csv``."""

    def figure(row: Row) -> Figure:
        value, low, high = (row.decimal(key) for key in ("value", "low", "high"))
        if value is None and low is None and high is None:
            raise row.fault("no value, low or high", code="missing")
        if any(number is not None and number <= 0 for number in (value, low, high)):
            raise row.fault("a figure is more than 0")
        return Figure(
            row.ident(),
            row.text("quantity"),
            row.text("scope", default=""),
            value,
            low,
            high,
            row.text("unit"),
            row.date("as_of"),
            row.one_of("measure", MEASURES) if row.values.get("measure") else "",
            row.texts("of", default=()),
            row.date("since"),
            row.date("on"),
            row.texts("sources"),
            row.text("note", default=""),
        )

    return _rows(folder / "figures.csv", figure, faults)


def read_sources(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the CSL-JSON items of ``sources.json`` by id."""
    path = folder / "sources.json"
    items = _files.read_json(path)
    if not isinstance(items, list) or not all(isinstance(item, dict) and "id" in item for item in items):
        raise ClaimsError("not a CSL-JSON list of items with an id", code="format", file=str(path))
    return {str(item["id"]): item for item in items}
