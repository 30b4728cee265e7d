"""Records of the curated files, declared once: lines, label points, places and tables with their columns.

Readers, errors, ``layers/datapackage.json`` and the test of the codebook follow these declarations: the type of a field
is that of the Python value, its :mod:`geo.layers.columns` describes the file.
In: ``layers/curated``. Out: records, or faults that name file, feature and field.
"""
# no postponed annotations: they are read when the module is imported

from collections.abc import Callable
from functools import cached_property, partial
from pathlib import Path
from typing import Annotated, Any, Generic, NamedTuple, TypeVar

from geo import _files
from geo._errors import ClaimsError
from geo.layers import profile as profiles
from geo.layers.columns import (
    Column,
    Course,
    Date,
    Degrees,
    Flag,
    Identifier,
    Known,
    Languages,
    Names,
    Number,
    OtherNames,
    Position,
    Text,
    Words,
)
from geo.layers.profile import Profile, first_name
from geo.layers.rows import Faults, Row, features, records, table
from geo.layers.values import check_text, short

BASES = ("treaty_text", "survey", "map", "imagery", "press", "inferred", "defined")
EXTENTS = ("min", "best", "max")
CONTEXT_KINDS = ("city", "coastal_city", "coast", "sea", "country", "border")
MEASURES = ("area", "length", "width_min", "width_max", "taken", "depth_max", "distance")
# what is written in sentences, and so can have translations
TEXTS = {
    "events.csv": ("title", "what"),
    "claims.csv": ("statement",),
    "proposals.csv": ("name", "what"),
    "zones.csv": ("note",),
    "routes.csv": ("note",),
    "lines.geojson": ("note",),
    "places.geojson": ("side_evidence", "note"),
    "scenarios.csv": ("note",),
    "control.csv": ("note",),
}
COARSE = 1_000_000.0  # denominator of a scale at which a map shows shapes, not positions
GEOMETRY_FILES = ("lines.geojson", "labels.geojson", "places.geojson")

R = TypeVar("R")

# columns that several files share
_Id = Annotated[str, Identifier("Identifier: small letters, digits, underscores; never reused")]
_Names = Annotated[dict[str, str], Names()]
_Translated = Annotated[tuple[str, ...], Languages("Languages whose name is our own translation or transcription")]
_NamesSource = Annotated[
    tuple[str, ...],
    Words("Ids in sources.json of names that sources lack", blank=(), references="sources.json", sparse=True),
]
_From = Annotated[str, Date("First day, ISO 8601; reduced precision counts from its first day")]
_To = Annotated[str | None, Date("First day after the last; empty while it lasts", blank=None)]
_Sources = Annotated[tuple[str, ...], Words("Ids in sources.json", references="sources.json")]
_Note = Annotated[str, Text("How it was drawn or what is doubtful", blank="")]
_Zone = Annotated[str, Text("Id in zones.csv", references="zones.csv")]
_Line = Annotated[str, Text("Id in lines.geojson", references="lines.geojson")]
_LineKind = Annotated[str, Known("Kind of line", "line kind")]
_Basis = Annotated[str, Text("What the statement rests on", words=BASES)]
_Extents = Annotated[
    tuple[str, ...],
    Words("Those of min, best and max in which the row holds; empty for all three", words=EXTENTS, blank=EXTENTS),
]
_Lon = Annotated[float, Degrees("Longitude, degrees", 180)]
_Lat = Annotated[float, Degrees("Latitude, degrees", 90)]


def _properties(record: Any, *without: str) -> dict[str, Any]:
    """Return the fields of a record with names by language and lists for tuples."""
    values = {key: value for key, value in record._asdict().items() if key not in without}
    names = {f"name_{language}": name for language, name in values.pop("names").items()}
    plain = {key: list(value) if isinstance(value, tuple) else value for key, value in values.items()}
    return {"id": plain.pop("id"), **names, **plain}


class Line(NamedTuple):
    """A hand-curated line: longitude and latitude in degrees, with the accuracy of its position.

    Lines that `cuts` marks bound faces; the others are only drawn.
    """

    id: _Id
    names: _Names
    kind: _LineKind
    cuts: Annotated[bool, Flag("Whether it takes part in cutting the ground into faces")]
    valid_from: _From
    valid_to: _To
    accuracy_m: Annotated[float, Number("One standard deviation of the position, metres", least=0)]
    correlation_km: Annotated[float, Number("Correlation length of the position errors along the line, km", least=0)]
    basis: _Basis
    sources: _Sources
    note: _Note
    coordinates: Annotated[tuple[tuple[float, float], ...], Course("Vertices, longitude first, degrees")]
    translated: _Translated = ()
    names_source: _NamesSource = ()

    def properties(self) -> dict[str, Any]:
        """Return everything but the geometry, as GeoJSON properties."""
        return _properties(self, "coordinates")


class Route(NamedTuple):
    """A line that follows others from `start` to `end`.

    `parts` are ids of lines, each sharing a vertex with the next. A stretch is as accurate as the line that it follows.
    """

    id: _Id
    names: _Names
    kind: _LineKind
    valid_from: _From
    valid_to: _To
    start: Annotated[tuple[float, float], Position("start")]
    end: Annotated[tuple[float, float], Position("end")]
    parts: Annotated[
        tuple[str, ...],
        Words("Ids in lines.geojson in order, each sharing a vertex with the next", references="lines.geojson"),
    ]
    sources: _Sources
    note: _Note
    translated: _Translated = ()
    names_source: _NamesSource = ()

    def properties(self) -> dict[str, Any]:
        """Return all of it, as GeoJSON properties."""
        return _properties(self)


class GridPoint(NamedTuple):
    """A grid reference from a treaty, in kilometres of the profile's grid, and the line that passes it."""

    line: Annotated[str, Text("Id in lines.geojson that passes the point", references="lines.geojson")]
    paragraph: Annotated[str, Text("Paragraph of Annex I")]
    easting_km: Annotated[float, Number("Easting, km")]
    northing_km: Annotated[float, Number("Northing, km")]
    within_m: Annotated[float, Number("How near the line must pass, metres", least=0)]
    next_leg: Annotated[str, Text("How the line goes on from here", blank="")]
    sources: _Sources


class Band(NamedTuple):
    """Ground between two distances from a line, with the limits on forces there.

    `outline` closes the ring from the end of the line back to its start: ids of lines, and corners as
    ``longitude:latitude`` where no line has one.
    """

    id: _Id
    names: _Names
    line: Annotated[str, Text("Id in lines.geojson that distances count from", references="lines.geojson")]
    side: Annotated[str, Text("Side of the line")]
    from_km: Annotated[float, Number("Nearer edge: distance from the line, km", least=0)]
    to_km: Annotated[float, Number("Farther edge: distance from the line, km", least=0)]
    limits: Annotated[str, Text("Limits on forces")]
    outline: Annotated[
        tuple[str, ...],
        Words("Lines and corners (lon:lat) that lead from the end of the line round the ground back to its start"),
    ]
    valid_from: _From
    valid_to: _To
    sources: _Sources
    note: _Note

    def properties(self) -> dict[str, Any]:
        """Return everything but the outline, as GeoJSON properties."""
        return _properties(self, "outline")


class Spread(NamedTuple):
    """The longitudes of a line on two published maps along one parallel, in degrees, and the distance between them."""

    line: _Line
    lat: _Lat
    lon_1: Annotated[float, Degrees("Longitude by the first source, degrees", 180)]
    lon_2: Annotated[float, Degrees("Longitude by the second source, degrees", 180)]
    metres: Annotated[float, Number("Distance between them, metres", least=0)]
    sources: _Sources


class MapComparison(NamedTuple):
    """How far a line lies from another source's version of it, and over what length the differences hang together.

    With the `scale` of a map as coarse as :data:`COARSE`, the differences are that map's own: they bound the accuracy
    of the line and do not measure it.
    """

    line: _Line
    scale: Annotated[float | None, Number("Denominator of the other map's scale, if known", above=0, blank=None)]
    mean_m: Annotated[float, Number("Mean distance, metres", least=0)]
    p95_m: Annotated[float | None, Number("95th percentile of the distance, metres", least=0, blank=None)]
    most_m: Annotated[float, Number("Largest distance, metres", least=0)]
    rms_m: Annotated[float, Number("Root mean square of the distance, metres", least=0)]
    correlation_km: Annotated[
        float | None,
        Number("Correlation length of the differences, without a shift common to all, km", least=0, blank=None),
    ]
    sources: Annotated[tuple[str, ...], Words("Ids in sources.json", references="sources.json", blank=())]
    note: _Note


class Label(NamedTuple):
    """A point inside a face, naming the zones that the face belongs to."""

    id: _Id
    zones: Annotated[
        tuple[str, ...], Words("Ids in zones.csv, the one it is best known by first", references="zones.csv")
    ]
    lon: _Lon
    lat: _Lat
    note: Annotated[str, Text("How it was drawn or what is doubtful", blank="", sparse=True)]


class Place(NamedTuple):
    """A named point; `side` is set only where a source documents it in writing.

    `valid_from` is when it was founded, where known. A post or UN position is dated by reports: `valid_from` is the
    first, `last_report` the last one of it as in place.
    """

    id: _Id
    names: _Names
    names_other: Annotated[
        tuple[str, ...], OtherNames("Other names and spellings that sources use, in any language, for looking it up")
    ]
    kind: Annotated[str, Known("Kind of place", "place kind")]
    valid_from: Annotated[str | None, Date("When it was founded or first reported, where known", blank=None)]
    valid_to: Annotated[str | None, Date("First day on which it was gone, where known", blank=None)]
    accuracy_m: Annotated[float, Number("One standard deviation of the position, metres", least=0)]
    population: Annotated[int | None, Number("People, where a source counts them", whole=True, least=0, blank=None)]
    population_date: Annotated[str | None, Date("When they were counted", blank=None)]
    population_source: Annotated[
        str | None, Text("Id in sources.json of the count", blank=None, references="sources.json")
    ]
    last_report: Annotated[str | None, Date("Last report of a post or position as standing", blank=None)]
    side: Annotated[
        str | None,
        Text("Id in zones.csv of the zone that it is documented to lie in", blank=None, references="zones.csv"),
    ]
    side_evidence: Annotated[str, Text("What documents the side", blank="")]
    sources: _Sources
    note: _Note
    lon: _Lon
    lat: _Lat
    basis: Annotated[
        str, Text("What the position rests on; empty for a gazetteer", words=BASES, blank="", sparse=True)
    ] = ""
    translated: _Translated = ()
    names_source: _NamesSource = ()

    def properties(self) -> dict[str, Any]:
        """Return everything but the position, as GeoJSON properties."""
        return _properties(self, "lon", "lat")

    @property
    def label(self) -> str:
        """The name in the first language without a remark in brackets."""
        return first_name(self.names).split(" (")[0]


class Context(NamedTuple):
    """What lies around the covered ground, drawn quietly on maps: a city, a name's position, or a border.

    The coast runs straight through the rows of kind ``coast`` and ``coastal_city``, in order. A ``border`` has a
    `course`.
    """

    id: _Id
    kind: Annotated[
        str,
        Text("What it is drawn as; the coast runs through the rows of coast and coastal_city", words=CONTEXT_KINDS),
    ]
    names: _Names
    valid_from: Annotated[str | None, Date("First day of a name or border, where it has one", blank=None)]
    valid_to: Annotated[str | None, Date("First day after the last; empty while it lasts", blank=None)]
    lon: _Lon
    lat: _Lat
    course: Annotated[tuple[str, ...], Words("Vertices of a border in order, as lon:lat", blank=())]
    sources: _Sources
    note: Annotated[str, Text("Number in the source, or what is doubtful", blank="")]
    translated: _Translated = ()
    names_source: _NamesSource = ()

    @property
    def vertices(self) -> list[tuple[float, float]]:
        """The vertices of a border, longitude first, degrees."""
        return [(float(lon), float(lat)) for lon, lat in (corner.split(":") for corner in self.course)]


class Zone(NamedTuple):
    """A named area: the set of faces whose labels name it."""

    id: _Id
    names: _Names
    kind: Annotated[str, Text("Kind of zone, see layers/README.md")]
    valid_from: _From
    valid_to: _To
    sources: _Sources
    note: _Note
    translated: _Translated = ()
    names_source: _NamesSource = ()

    def properties(self) -> dict[str, Any]:
        """Return all of it, as GeoJSON properties."""
        return _properties(self)


class Control(NamedTuple):
    """Who held a zone in fact, for which period, in which extents, and the event that began it."""

    zone: _Zone
    controller: Annotated[str, Known("Party that holds the ground in fact", "party")]
    valid_from: _From
    valid_to: _To
    extents: _Extents
    basis: _Basis
    event: Annotated[
        str,
        Text(
            "Id in events.csv of what brought the change; empty where nothing changed",
            blank="",
            references="events.csv",
        ),
    ]
    sources: _Sources
    note: _Note


class Uncorroborated(NamedTuple):
    """A change of control for which two independent sources, one of them primary or an agency, were not found."""

    zone: _Zone
    controller: Annotated[str, Known("Party that holds the ground in fact", "party")]
    valid_from: _From
    looked_for: Annotated[str, Text("What was looked for, and where")]
    found: Annotated[str, Text("What was found instead", blank="")]


class View(NamedTuple):
    """What one party calls a zone and to which state it assigns it, for which period."""

    perspective: Annotated[str, Known("The party", "party")]
    zone: _Zone
    counted_as: Annotated[str, Known("State that the party counts the zone to, or undetermined", "party")]
    names: _Names
    valid_from: _From
    valid_to: _To
    sources: _Sources

    def as_control(self) -> Control:
        """Return the view as a row of control: the state as controller, the party's name for the ground as note."""
        return Control(
            self.zone,
            self.counted_as,
            self.valid_from,
            self.valid_to,
            EXTENTS,
            "defined",
            "",
            self.sources,
            first_name(self.names),
        )


class TestPoint(NamedTuple):
    """A position whose status in a perspective on a date is known, to check the table of views."""

    perspective: Annotated[str, Known("The party", "party")]
    date: Annotated[str, Date("Day")]
    lon: _Lon
    lat: _Lat
    name: Annotated[str, Text("What is there")]
    counted_as: Annotated[str, Known("How the party must count it", "party")]


class Scenario(NamedTuple):
    """Hypothetical control of a zone, overlaid on who holds what on `base_date`."""

    id: Annotated[str, Identifier("Identifier; one scenario has a row per zone")]
    names: _Names
    proposed_by: Annotated[str, Known("Party that asks for it", "party")]
    date: Annotated[str, Date("When, ISO 8601")]
    base_date: Annotated[str, Date("Day over whose control it is laid", day=True)]
    zone: _Zone
    controller: Annotated[str, Known("Party that would hold the zone", "party")]
    extents: _Extents
    note: _Note
    sources: _Sources


class Claim(NamedTuple):
    """What a party says about a zone by right."""

    id: _Id
    zone: _Zone
    claimant: Annotated[str, Known("Party that speaks", "party")]
    status: Annotated[str, Text("What of, see layers/README.md")]
    valid_from: _From
    valid_to: _To
    statement: Annotated[str, Text("What is said, in our own words")]
    sources: _Sources


class Event(NamedTuple):
    """Something that happened on a day or over several days, the last included.

    `affects_control` is ``yes`` where the ledger has it, ``not_drawn`` where ground changed hands but is not drawn.
    """

    id: _Id
    date: Annotated[str, Date("Day, month or year")]
    date_to: Annotated[str | None, Date("Last day, included; empty for one day", blank=None)]
    title: Annotated[str, Text("Title")]
    affects_control: Annotated[
        str, Text("Whether it changed who held ground in fact", words=("yes", "no", "not_drawn"))
    ]
    zones: Annotated[tuple[str, ...], Words("Ids in zones.csv", blank=(), references="zones.csv")]
    what: Annotated[str, Text("What happened, in our own words")]
    sources: _Sources


class Proposal(NamedTuple):
    """Something demanded or offered in talks; `scenario` is set when a scenario draws it."""

    id: _Id
    date: Annotated[str, Date("When, ISO 8601")]
    proposed_by: Annotated[str, Text("Who")]
    name: Annotated[str, Text("Short name")]
    what: Annotated[str, Text("What, in our own words")]
    geometry: Annotated[str, Text("What lines or depths are known", blank="")]
    scenario: Annotated[str, Text("Id in scenarios.csv when one draws it", blank="", references="scenarios.csv")]
    sources: _Sources


class Translation(NamedTuple):
    """A text of another curated file in another language.

    It counts only as long as the text there is the `original` that it was made from, and wherever that text stands.
    """

    file: Annotated[str, Text("File that has the text", words=tuple(TEXTS))]
    id: Annotated[str, Identifier("Id there of what has the text; of a row of control.csv the zone")]
    column: Annotated[str, Text("Column or property there")]
    language: Annotated[str, Text("Language of the translation, one of the profile's")]
    text: Annotated[str, Text("The translation")]
    original: Annotated[str, Text("The text that it was made from, as it stands there")]
    source: Annotated[str, Text("Id in sources.json of who translated it", blank="", references="sources.json")]


class Figure(NamedTuple):
    """A figure as published, and how the layers compute the same quantity."""

    id: _Id
    quantity: Annotated[str, Text("What is counted")]
    scope: Annotated[str, Text("What exactly it refers to", blank="")]
    value: Annotated[float | None, Number("As published", above=0, blank=None)]
    low: Annotated[float | None, Number('Lower bound as published, as in "more than"', above=0, blank=None)]
    high: Annotated[float | None, Number('Upper bound as published, as in "less than"', above=0, blank=None)]
    unit: Annotated[str, Text("Unit as published")]
    as_of: Annotated[str | None, Date("Date that it holds for", blank=None)]
    measure: Annotated[str, Text("How the layers measure it; empty when they cannot", words=MEASURES, blank="")]
    of: Annotated[tuple[str, ...], Words("Ids of zones, lines, places or parties that it is of", blank=())]
    since: Annotated[str | None, Date("Day that what passed is counted from", blank=None)]
    on: Annotated[str | None, Date("Day to measure on; empty for the date that the figure holds for", blank=None)]
    sources: _Sources
    note: _Note


class Reader(Generic[R]):
    """A reader of a file of ``curated``; call it with the folder to get the records.

    With a list for errors, it continues after an error.

    Parameters
    ----------
    record
        Type of the records.
    file
        Name of the file.
    check
        Raises errors of rows whose cells are valid one by one.
    needed
        Whether the file is required.
    key
        Whether ids must be unique.
    """

    def __init__(
        self,
        record: type[R],
        file: str,
        check: Callable[[Row, R], None] | None = None,
        *,
        needed: bool = False,
        key: bool = True,
    ) -> None:
        self.record = record
        self.file = file
        self.check = check
        self.needed = needed
        self.key = key and "id" in record.__annotations__

    @cached_property
    def fields(self) -> dict[str, Column]:
        """The column of each field of a record."""
        return {field: hint.__metadata__[0] for field, hint in self.record.__annotations__.items()}

    def columns(self, profile: Profile) -> dict[str, Column]:
        """Return the columns of the file, or the properties of its features, by name."""
        columns = {
            name: column
            for field in sorted(self.fields, key=self._place)
            for name, column in self.fields[field].columns(field, profile).items()
        }
        in_geometry = ("lon", "lat", "coordinates") if self.file in GEOMETRY_FILES else ()
        return {name: column for name, column in columns.items() if name not in in_geometry}

    def _place(self, field: str) -> int:
        """Return where a field stands in the file: what is said of names stands beside them."""
        fields = list(self.fields)
        return fields.index("names" if field in ("translated", "names_source") else field)

    @property
    def geometry(self) -> str | None:
        """The kind of geometry of the features; None for a table."""
        if self.file not in GEOMETRY_FILES:
            return None
        return "LineString" if "coordinates" in self.fields else "Point"

    def __call__(self, folder: Path, faults: Faults = None, *, profile: Profile | None = None) -> list[R]:
        """Return the records of the file; none if it is optional and missing.

        `profile` is that of the layers; without it, it is read.
        """
        path = folder / self.file
        if not self.needed and not path.exists():
            return []
        known = profile or profiles.read(folder.parent)
        required = [name for name, column in self.columns(known).items() if column.required]
        rows = features(path, self.geometry, faults) if self.geometry else table(path, faults, required)
        before = len(faults or ())
        found = records(rows, partial(self._read, known), faults, unique=self.key)
        if self.needed and not found and len(faults or ()) == before:
            what = "features" if self.geometry else "rows"
            error = ClaimsError(f"has no {what}; a record needs one at least", code="missing", file=str(path))
            if faults is None:
                raise error
            faults.append(error)
        return found

    def _read(self, profile: Profile, row: Row) -> R:
        row.profile = profile
        make: Any = self.record
        record: R = make(*[column.read(row, field) for field, column in self.fields.items()])
        start, end = getattr(record, "valid_from", None), getattr(record, "valid_to", None)
        if start is not None and end is not None and end <= start:
            message = f"valid_to {end} is not after valid_from {start}; write the first day after the last"
            raise row.fault(message, code="date")
        if self.check:
            self.check(row, record)
        return record


def _place(row: Row, place: Place) -> None:
    start, last = place.valid_from, place.last_report
    if last is not None and (start is None or last < start):
        message = f"last_report {last} is before valid_from, the first, {start}; correct one of them"
        raise row.fault(message, code="date")


def _surrounding(row: Row, spot: Context) -> None:
    try:
        found = [abs(lon) <= 180 and abs(lat) <= 90 for lon, lat in spot.vertices]
    except ValueError:
        found = [False]
    if not all(found):
        raise row.fault(f"course is {short(' '.join(spot.course))}; write vertices as lon:lat, such as 35.1:33.09")
    if (spot.kind == "border") != (len(spot.course) > 1):
        message = "has a course" if spot.course else "is a border without a course"
        raise row.fault(f"{spot.kind} {spot.id} {message}; a border, and nothing else, has two vertices or more")


def _scenario(row: Row, scenario: Scenario) -> None:
    if scenario.id == "today" or scenario.id[0].isdigit():
        raise row.fault(f"the id {scenario.id} could be read as a date; begin it with another word", code="id")


def _event(row: Row, event: Event) -> None:
    if event.date_to is not None and event.date_to < event.date:
        message = f"date_to {event.date_to} is before date {event.date}; correct one of them"
        raise row.fault(message, code="date")


def _translation(row: Row, one: Translation) -> None:
    if one.column not in TEXTS[one.file]:
        message = f"column is {one.column}, which has no translations; write one of {', '.join(TEXTS[one.file])}"
        raise row.fault(message)
    first, *others = row.profile.tags
    if one.language not in others:
        written = f"{first} is what {one.file} is written in; " if one.language == first else ""
        raise row.fault(f"language is {one.language}; {written}write one of {', '.join(others)}", code="vocabulary")


def _figure(row: Row, figure: Figure) -> None:
    if figure.value is None and figure.low is None and figure.high is None:
        raise row.fault("no value, low or high; fill in the one that is published", code="missing")


read_lines = Reader(Line, "lines.geojson", needed=True)
read_labels = Reader(Label, "labels.geojson", needed=True)
read_places = Reader(Place, "places.geojson", _place)
read_zones = Reader(Zone, "zones.csv", needed=True)
read_routes = Reader(Route, "routes.csv")
read_bands = Reader(Band, "bands.csv")
read_grid_points = Reader(GridPoint, "grid_points.csv")
read_spreads = Reader(Spread, "spread.csv")
read_comparisons = Reader(MapComparison, "comparisons.csv")
read_context = Reader(Context, "context.csv", _surrounding)
read_control = Reader(Control, "control.csv", needed=True)
read_uncorroborated = Reader(Uncorroborated, "uncorroborated.csv")
read_views = Reader(View, "perspectives.csv")
read_test_points = Reader(TestPoint, "test_points.csv")
read_claims = Reader(Claim, "claims.csv")
read_events = Reader(Event, "events.csv", _event)
read_figures = Reader(Figure, "figures.csv", _figure)
read_proposals = Reader(Proposal, "proposals.csv")
read_translations = Reader(Translation, "translations.csv", _translation, key=False)
read_scenario_rows = Reader(Scenario, "scenarios.csv", _scenario, key=False)

READERS: tuple[Reader[Any], ...] = (
    read_lines,
    read_labels,
    read_places,
    read_zones,
    read_routes,
    read_bands,
    read_grid_points,
    read_spreads,
    read_comparisons,
    read_context,
    read_control,
    read_uncorroborated,
    read_views,
    read_test_points,
    read_claims,
    read_events,
    read_figures,
    read_proposals,
    read_scenario_rows,
    read_translations,
)


def read_scenarios(folder: Path, *, profile: Profile | None = None) -> dict[str, list[Scenario]]:
    """Return the rows of ``scenarios.csv`` by scenario."""
    found: dict[str, list[Scenario]] = {}
    for row in read_scenario_rows(folder, profile=profile):
        found.setdefault(row.id, []).append(row)
    return found


def read_sources(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the CSL-JSON items of ``sources.json`` by id."""
    path = folder / "sources.json"
    items = _files.read_json(path)
    if not isinstance(items, list) or not all(isinstance(item, dict) and "id" in item for item in items):
        raise ClaimsError("not a CSL-JSON list of items with an id", code="format", file=str(path))
    for item in items:
        for key, value in item.items():
            if message := check_text(value):
                fault = f"{key} {message}"
                raise ClaimsError(fault, code="text", file=str(path), feature=str(item["id"]))
    return {str(item["id"]): item for item in items}
