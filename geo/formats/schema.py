"""The columns of every layer and table that is exported, declared once: name, type and meaning, for all formats.

What stands in curated files is declared in :mod:`geo.layers.tables`; here it is made flat and typed, and joined by what
is derived: real dates beside EDTF texts, ISO 3166 codes beside parties, names in the languages of the profile, areas.
The module needs only the standard library.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo.formats.typed import Column, Type, day_after, real
from geo.layers import columns as curated
from geo.layers import tables
from geo.layers.profile import NOBODY

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from geo.layers.layers import Layers

_READERS: dict[str, tables.Reader[Any]] = {
    "zones": tables.read_zones,
    "lines": tables.read_lines,
    "routes": tables.read_routes,
    "bands": tables.read_bands,
    "places": tables.read_places,
    "claims": tables.read_claims,
    "events": tables.read_events,
    "proposals": tables.read_proposals,
}
_WITHOUT = {"bands": ("outline",), "places": ("lon", "lat")}


def _period(start: str, end: str, what: str = "") -> list[Column]:
    """Return the columns of real dates beside two of EDTF texts."""
    return [
        Column("from_date", "date", f"{what}{start} as a date, of a month or a year the first day", _day_of(start)),
        Column("to_date", "date", f"{what}{end} as a date, the day after the last", _day_of(end)),
    ]


def _day_of(column: str) -> Callable[[Mapping[str, Any]], Any]:
    return lambda row: real(row.get(column))


class _Makes:
    """What columns of some layers take from elsewhere: names and codes of parties, names of zones."""

    def __init__(self, layers: Layers) -> None:
        self._profile, self._zones = layers.profile, layers.curated_zones
        self.languages = layers.profile.languages

    def names(self, of: str = "", what: str = "") -> list[Column]:
        prefix = f"{of}_name" if of else "name"
        return [
            Column(f"{prefix}_{language.tag}", "text", f"{what or 'Name'} in {language.label}")
            for language in self.languages
        ]

    def party(self, name: str, description: str) -> list[Column]:
        """Return the columns of a party: our id, its ISO 3166 code, its names."""

        def code(row: Mapping[str, Any]) -> Any:
            party = self._profile.parties.get(row.get(name) or "")
            return party and party.iso3166

        def named(tag: str) -> Callable[[Mapping[str, Any]], Any]:
            def found(row: Mapping[str, Any]) -> Any:
                id_ = row.get(name)
                party = self._profile.parties.get(id_ or "")
                return party.names.get(tag) if party and id_ not in NOBODY else None

            return found

        return [
            Column(name, "text", description),
            Column(f"{name}_iso3166", "text", f"ISO 3166 code of {name}, where it has one", code),
            *(
                Column(f"{name}_name_{one.tag}", "text", f"Name of {name} in {one.label}", named(one.tag))
                for one in self.languages
            ),
        ]

    def zone(self, description: str) -> list[Column]:
        """Return the columns of a zone: its id and its names."""

        def named(tag: str) -> Callable[[Mapping[str, Any]], Any]:
            def found(row: Mapping[str, Any]) -> Any:
                zone = self._zones.get(row.get("zone") or "")
                return zone and zone.names.get(tag)

            return found

        return [
            Column("zone", "text", description),
            *(
                Column(f"zone_name_{one.tag}", "text", f"Name of the zone in {one.label}", named(one.tag))
                for one in self.languages
            ),
        ]

    def curated(self, kind: str) -> list[Column]:
        """Return the columns of a curated file, parties, zones and periods with what stands beside them."""
        found: list[Column] = []
        for name, column in _READERS[kind].columns(self._profile).items():
            if name in _WITHOUT.get(kind, ()):
                continue
            if isinstance(column, curated.Known) and column.what == "party":
                found += self.party(name, column.description)
            elif name == "zone":
                found += self.zone(column.description)
            else:
                found.append(_BASIS if name == "basis" else Column(name, _type(column), column.description))
            if name == "valid_to":
                found += _period("valid_from", "valid_to")
            if name == "sources":
                found += _SUPPORT
        return found


def _type(column: curated.Column) -> Type:
    if isinstance(column, curated.Number):
        return "integer" if column.type == "integer" else "number"
    if isinstance(column, curated.Flag):
        return "flag"
    if isinstance(column, curated.OtherNames):
        return "names"
    return "words" if isinstance(column, curated.Words) else "text"


_ID = Column("id", "text", "Identifier, unique in the layer")
_AREA = Column("area_km2", "number", "Area on the WGS84 ellipsoid, edges straight in longitude and latitude, km²")
_CI95 = [
    Column("ci95_low_km2", "number", "Lower end of the 95 % interval from the accuracy of the lines, km²"),
    Column("ci95_high_km2", "number", "Upper end of the 95 % interval, km²"),
]
_RANGE = [
    Column("low_km2", "number", "Area in the extent that has least, km²"),
    Column("high_km2", "number", "Area in the extent that has most, km²"),
]
_HYPOTHETICAL = Column("hypothetical", "flag", "Whether a scenario stands in place of a date")
_SOURCES = Column("sources", "words", "Ids in sources.json")
_SUPPORT = [
    Column("evidence", "text", "Best grade among the sources"),
    Column(
        "publishers", "integer", "Publishers independent of each other that stand behind it; weak sources do not count"
    ),
    Column("accounts", "text", "Whether both sides say it: agree, differ, one_side or not_told"),
]
_SOURCED = [_SOURCES, *_SUPPORT]
_NOTE = Column("note", "text", "How it was drawn or what is doubtful")
_BASIS = Column("basis", "words", "What it rests on")
_HELD = [
    Column("held_from", "text", "First day, EDTF"),
    Column("held_to", "text", "First day after the last, EDTF; empty while it lasts"),
    *_period("held_from", "held_to"),
]
_ZONE = "Id in zones.csv that the ground is best known by"
_MEASURED = [_AREA, *_CI95]


def _control(makes: _Makes, *, dated: bool) -> list[Column]:
    holder = makes.party("controller", "Who held the ground in fact")
    if dated:
        dates = [Column("date", "text", "The day, or the scenario, that is shown"), _HYPOTHETICAL]
        return [_ID, *holder, *makes.zone(_ZONE), *dates, *_HELD, _BASIS, *_SOURCED, *_MEASURED]
    return [
        *(_ID, *holder, *makes.zone(_ZONE), Column("zones", "words", "Ids of all zones that the ground lies in")),
        *_HELD,
        Column("extents", "words", "Those of min, best and max in which the row holds"),
        _BASIS,
        Column("event", "text", "Id in events.csv of what began it"),
        Column("happened", "text", "Title of this event"),
        *(*_SOURCED, _NOTE, *_MEASURED),
    ]


def _seen(makes: _Makes) -> list[Column]:
    """Return the columns that a perspective adds to control."""
    return [
        *makes.party("perspective", "The party whose view it is"),
        *makes.party("counted_as", "State that this party assigns the ground to, or undetermined"),
        Column("named", "text", "What this party calls the ground"),
    ]


def _fronts(makes: _Makes) -> list[Column]:
    return [
        _ID,
        Column("line", "text", "Id in lines.geojson"),
        *makes.names(what="Name of the line"),
        Column("kind", "text", "Kind of line"),
        Column("between", "words", "Ids of the two parties, in order of the alphabet"),
        Column("date", "text", "The day, or the scenario, that is shown; empty in the history"),
        _HYPOTHETICAL,
        Column("held_from", "text", "First day on which it parted the two, EDTF"),
        Column("held_to", "text", "First day after the last, EDTF; empty while it lasts"),
        *_period("held_from", "held_to"),
        Column("accuracy_m", "number", "One standard deviation of the position, metres"),
        Column("correlation_km", "number", "Correlation length of the position errors along the line, km"),
        _BASIS,
        Column("length_km", "number", "Length on the WGS84 ellipsoid, km"),
        *(*_SOURCED, _NOTE),
    ]


def _changes(makes: _Makes) -> list[Column]:
    return [
        _ID,
        *makes.party("from", "Who held the ground before"),
        *makes.party("to", "Who held it after"),
        Column("date_from", "text", "The day, or the scenario, before"),
        Column("date_to", "text", "The day, or the scenario, after"),
        *_period("date_from", "date_to"),
        *(_HYPOTHETICAL, _AREA, *_RANGE, *_CI95),
        Column("zones", "words", "Ids of the zones, largest share first"),
        Column("zones_km2", "words", "Area in each of these zones, in their order, km²"),
        Column("places", "words", "Ids of the places in it"),
        Column("places_uncertain", "words", "Places so near the edge that the side is not sure"),
        Column("places_possible", "words", "Places in another extent only"),
        Column("posts", "words", "Posts of forces in it, reported as standing on either date"),
        Column("people", "integer", "Sum of the sourced populations"),
        Column("people_counted", "integer", "Inhabited places that have one"),
        Column("people_places", "integer", "Inhabited places in all"),
    ]


def _scenarios(makes: _Makes) -> list[Column]:
    return [
        _ID,
        Column("scenario", "text", "Id of the scenario"),
        *makes.names(what="Name of the scenario"),
        *makes.party("proposed_by", "Party that asks for it"),
        Column("date", "text", "When it was asked for, EDTF"),
        Column("base_date", "text", "Day over whose control it is laid"),
        Column("from_date", "date", "base_date as a date", _day_of("base_date")),
        Column("to_date", "date", "Empty: a scenario has no end", lambda _: None),
        *makes.zone("Id in zones.csv"),
        *makes.party("controller", "Who would hold the zone"),
        Column("extents", "words", "Those of min, best and max in which it applies"),
        *(_NOTE, *_SOURCED, *_MEASURED),
    ]


def _areas(makes: _Makes) -> list[Column]:
    return [
        _ID,
        Column("of", "text", "zone, or controller: all the ground of a party inside what is covered"),
        Column("of_id", "text", "Id of the zone or party"),
        *makes.names(),
        Column("iso3166", "text", "ISO 3166 code of the party, where it has one"),
        Column("date", "text", "For a controller the day from which on it is so much"),
        Column("from_date", "date", "date as a date", _day_of("date")),
        Column("to_date", "date", "Day on which control changed next; empty while it lasts", _day_of("until")),
        *(_HYPOTHETICAL, _AREA, *_RANGE, *_CI95),
    ]


def _figures() -> list[Column]:
    numbers = {
        "published": "As published",
        "published_low": "Lower bound as published",
        "published_high": "Upper bound as published",
        "computed": "The same quantity by the layers",
        "computed_low": "Least that the layers allow",
        "computed_high": "Most that the layers allow",
        "difference_percent": "Published against computed, per cent",
    }
    texts = {
        "quantity": "What is counted",
        "scope": "What exactly it refers to",
        "unit": "Unit of all numbers",
        "as_of": "Date that it holds for, EDTF",
        "verdict": "agrees, differs or cannot_be",
        "why": "Reason of the verdict",
        "note": "What is doubtful",
    }
    order = (
        *("id", "quantity", "scope", "published", "published_low", "published_high", "unit", "as_of", "from_date"),
        *("to_date", "computed", "computed_low", "computed_high", "difference_percent", "verdict", "fits", "needed"),
        *("rests_on", "why", "sources", "evidence", "publishers", "accounts", "note"),
    )
    known = {
        **{name: Column(name, "number", text) for name, text in numbers.items()},
        **{name: Column(name, "text", text) for name, text in texts.items()},
        "id": _ID,
        "from_date": Column("from_date", "date", "as_of as a date", _day_of("as_of")),
        "to_date": Column(
            "to_date", "date", "The day after the last of as_of", lambda row: day_after(row.get("as_of"))
        ),
        "fits": Column("fits", "words", "Extents that it fits"),
        "needed": Column(
            "needed", "words", "What it needed to agree: rounding, interval, extents; empty where nothing"
        ),
        "rests_on": Column("rests_on", "words", "Ids of the layers that it is computed from"),
        **{column.name: column for column in _SOURCED},
    }
    return [known[name] for name in order]


def _events(makes: _Makes) -> list[Column]:
    found = makes.curated("events")
    place = [column.name for column in found].index("date_to") + 1
    ends = [
        Column("from_date", "date", "date as a date, of a month or a year the first day", _day_of("date")),
        Column(
            "to_date",
            "date",
            "The day after the last",
            lambda row: day_after(row.get("date_to") or row.get("date")),
        ),
    ]
    return [*found[:place], *ends, *found[place:]]


def _proposals(makes: _Makes) -> list[Column]:
    found = makes.curated("proposals")
    place = [column.name for column in found].index("date") + 1
    ends = [
        Column("from_date", "date", "date as a date, of a month or a year the first day", _day_of("date")),
        Column("to_date", "date", "The day after the last", lambda row: day_after(row.get("date"))),
    ]
    return [*found[:place], *ends, *found[place:]]


def _sources() -> list[Column]:
    texts = {
        "title": "Title of the original",
        "publisher": "Publisher of the original",
        "issued": "When it was issued, EDTF",
        "number": "Symbol of a document, or number in a series",
        "URL": "Address of the publisher",
        "read_in": "Where the text was read, if that was a copy",
        "grade": "How good it is as evidence: primary, official, agency, scholarly, press, reference or weak",
        "side": "Party whose account it gives, where it speaks for one",
        "origin": "Whose account it is, where it was printed after somebody else",
        "note": "What is doubtful",
    }
    named = [Column(name, "text", text) for name, text in texts.items()]
    return [_ID, named[0], Column("authors", "names", "Its authors"), *named[1:]]


def _routes(makes: _Makes) -> list[Column]:
    more = [
        Column("accuracy_m", "number", "Accuracy of its least accurate part, metres"),
        _BASIS,
    ]
    return [*makes.curated("routes"), *more]


def _faces() -> list[Column]:
    return [
        _ID,
        Column("zones", "words", "Ids of the zones that it lies in, the one it is best known by first"),
        Column("area_cm2", "integer", "Area on the WGS84 ellipsoid, cm²"),
        *_MEASURED,
    ]


_MADE: dict[str, Callable[[_Makes], list[Column]]] = {
    "zones": lambda makes: [*makes.curated("zones"), *_MEASURED],
    "lines": lambda makes: makes.curated("lines"),
    "routes": _routes,
    "bands": lambda makes: [*makes.curated("bands"), _AREA],
    "places": lambda makes: makes.curated("places"),
    "faces": lambda _: _faces(),
    "control": lambda makes: _control(makes, dated=False),
    "control_DATE": lambda makes: _control(makes, dated=True),
    "fronts": _fronts,
    "changes": _changes,
    "claims": lambda makes: [*makes.curated("claims"), *_MEASURED],
    "scenarios": _scenarios,
    "events": _events,
    "areas": _areas,
    "figures": lambda _: _figures(),
    "proposals": _proposals,
    "sources": lambda _: _sources(),
}
KINDS = {
    "zones": "named areas",
    "lines": "boundaries, ceasefire and forward lines, fronts, waters",
    "routes": "lines that run along others",
    "bands": "bands beside a line: areas of limitation",
    "places": "towns, villages, posts",
    "faces": "patches of ground that no line crosses",
    "control": "who held the ground, the whole history: one row per ground, holder and period",
    "control_DATE": "who holds what on a date",
    "fronts": "the lines between two controllers, the whole history; also fronts_DATE",
    "changes": "what changed hands from each key date to the next; also change_FROM_TO",
    "claims": "what parties say of each zone by right, with the ground of the zone",
    "scenarios": "would-be control, zone by zone",
    "events": "what happened",
    "areas": "how large zones are, and how much each party held between changes of control; also areas_DATE",
    "figures": "published figures beside computed ones",
    "proposals": "what has been demanded or offered in talks",
    "sources": "the bibliography: what ids in sources stand for",
}


def columns(layers: Layers, kind: str, *, seen: bool = False) -> list[Column]:
    """Return the columns of a kind of layer or table, one of :data:`KINDS`.

    Parameters
    ----------
    layers
        Whose languages and parties are known.
    kind
        ``zones``, ``lines``, ``control`` and so on.
    seen
        Whether a perspective adds its columns, to ``control`` and ``control_DATE``.

    Examples
    --------
    >>> [column.name for column in columns(geo.load(), "faces")]
    ['id', 'zones', 'area_cm2', 'area_km2', 'ci95_low_km2', 'ci95_high_km2']
    """
    makes = _Makes(layers)
    found = _MADE[kind](makes)
    return [found[0], *_seen(makes), *found[1:]] if seen else found


def codebook(layers: Layers) -> str:
    """Return what each layer and table has as Markdown; ``TAG`` stands for each language of the profile.

    Examples
    --------
    >>> codebook(geo.load()).splitlines()[2][:40]
    '| `zones` | named areas | `id`, `name_TA'
    """
    tags = tuple(f"_{tag}" for tag in layers.profile.tags)
    rows: list[str] = []
    meanings: dict[tuple[str, Type], dict[str, list[str]]] = {}
    for kind, what in KINDS.items():
        names: dict[str, None] = {}
        for column in columns(layers, kind, seen=kind == "control"):
            tag = next((tag for tag in tags if column.name.endswith(f"name{tag}")), "")
            name = column.name.removesuffix(tag) + "_TAG" if tag else column.name
            names[name] = None
            text = column.description.rpartition(" in ")[0] + " in this language" if tag else column.description
            meanings.setdefault((name, column.type), {}).setdefault(text, []).append(kind)
        rows.append(f"| `{kind}` | {what} | {', '.join(f'`{name}`' for name in names)} |")
    shown = []
    for name, type_ in sorted(meanings):
        texts = meanings[name, type_]
        alone = len(texts) == 1
        said = [
            text if alone else f"{', '.join(f'`{kind}`' for kind in kinds)}: {text}" for text, kinds in texts.items()
        ]
        shown.append(f"| `{name}` | {type_} | {'; '.join(said)} |")
    head = "| layer or table | what | columns |\n|---|---|---|\n"
    return "\n".join([head + "\n".join(rows), "", "| column | type | meaning |", "|---|---|---|", *shown]) + "\n"
