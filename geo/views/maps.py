"""Interactive maps with folium that work offline: Leaflet, styles, texts and data are embedded in the page.

The page contains the whole record once: arcs between nodes, faces as lists of arcs, and the history of each face. From
that it computes areas, changes and intervals (``static/ledger.js``) as the ledger does. Text of the layers is passed as
JSON and becomes text nodes in the browser, never markup.
"""

from __future__ import annotations

import importlib.resources
import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import folium
import numpy as np
import shapely
from branca.element import MacroElement
from jinja2 import Template

from geo import _files
from geo._errors import ClaimsError
from geo.geometry import antimeridian, areas
from geo.layers.profile import NEUTRAL
from geo.layers.tables import EXTENTS
from geo.views import assets, relief, spots, surroundings
from geo.views.courses import steps
from geo.views.palette import TRANSFER, WATER, look_of, looks, looks_in
from geo.views.words import FALLBACK, Words, interface, translated

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from geo.layers.layers import Layers
    from geo.layers.ledger import Held, Ledger
    from geo.layers.profile import LineKind, Profile
    from geo.layers.tables import Line

_STYLES = ("map.css", "labels.css")
_SCRIPTS = (
    "geodesy.js",
    "ledger.js",
    "history.js",
    "elements.js",
    "texts.js",
    "address.js",
    "marks.js",
    "shapes.js",
    "labels.js",
    "surroundings.js",
    "places.js",
    "map.js",
    "pointer.js",
    "room.js",
    "cards.js",
    "measure.js",
    "swipe.js",
    "axis.js",
    "story.js",
    "chart.js",
    "time.js",
    "picture.js",
    "take.js",
    "panels.js",
    "paper.js",
    "page.js",
)


def _static(name: str) -> str:
    return (importlib.resources.files("geo.views") / "static" / name).read_text(encoding="utf-8")


def _script(value: Any) -> str:
    """Return a value as script text that is safe inside a page and a branca template.

    A literal object with a key ``__proto__`` would get another prototype, so the page parses JSON. branca renders the
    output of a template as a template again, so braces in the text of layers would be evaluated. Outside strings, JSON
    never has two such characters in a row; inside strings they are escaped.
    """
    text = _files.compact(value).replace("\\", "\\\\").replace("'", "\\'")
    text = (
        text.replace("<", "\\u003c").replace(">", "\\u003e").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    )
    text = re.sub(r"\{(?=[{%#])", r"\\u007b", text)
    return f"JSON.parse('{text}')"


class _Claims(MacroElement):
    """The record as a layer of a folium map: one call to ``claims.show`` with the map and the data as JSON."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        claims.show({{ this._parent.get_name() }}, {{ this.json }});
        {% endmacro %}
        """
    )

    def __init__(self, data: dict[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Claims"
        self.json = _script(data)


class _Sources:
    """Titles, addresses and grades of the sources shown, each once."""

    def __init__(self, record: Layers) -> None:
        self._items = record.sources
        self._places: dict[str, int] = {}

    def __call__(self, ids: tuple[str, ...]) -> list[int]:
        return [self._places.setdefault(source, len(self._places)) for source in ids]

    def listed(self) -> list[list[str]]:
        items = [(source, self._items.get(source, {})) for source in self._places]
        members = ("title", "URL", "grade")
        return [[str(item.get(name, source if name == "title" else "")) for name in members] for source, item in items]


def _support(record: Layers, one: Any) -> list[Any]:
    """Return how strong the evidence of a curated record is, as cards show it."""
    return list(record.evidence(one).columns().values())


def _rings(courses: list[NDArray[np.float64]], polygons: NDArray[np.object_]) -> list[list[list[int]]]:
    """Return each face's rings as lists of arcs, numbered from 1, negative where an arc is reversed."""
    starts: dict[tuple[float, ...], tuple[int, int]] = {}
    for index, points in enumerate(courses):
        starts[(*points[0], *points[1])] = (index + 1, len(points) - 1)
        starts[(*points[-1], *points[-2])] = (-index - 1, len(points) - 1)
    faces = []
    for polygon in polygons:
        rings = []
        for ring in shapely.get_rings(polygon):
            edges = [(*one, *two) for one, two in pairwise(shapely.get_coordinates(ring).tolist())]
            first = next(index for index, edge in enumerate(edges) if edge in starts)
            walk: list[int] = []
            at = 0
            while at < len(edges):
                number, length = starts[edges[(first + at) % len(edges)]]
                walk.append(number)
                at += length
            rings.append(walk)
        faces.append(rings)
    return faces


def _history(held: list[Held], rows: list[Any], describe: Any) -> list[list[Any]]:
    """Return the start of each entry of a history and the index of its row."""
    found = []
    for entry in held:
        row = describe(entry)
        if row not in rows:
            rows.append(row)
        found.append([entry.valid_from, rows.index(row)])
    return found


def _faces(record: Layers, sources: _Sources) -> dict[str, Any]:
    rows: list[Any] = []
    views: list[Any] = []
    seen = {party: record.seen_by(party) for party in record.perspectives}

    def control(entry: Held) -> Any:
        row = entry.row
        return [entry.controller, row.basis, row.event, sources(row.sources), row.note, _support(record, row)]

    def view(names: dict[tuple[str, str], dict[str, str]], entry: Held) -> Any:
        return [entry.controller, names[entry.row.zone, entry.valid_from], sources(entry.row.sources)]

    faces = []
    named = {
        party: {(row.zone, row.valid_from): row.names for row in record.views[party]} for party in record.perspectives
    }
    for index, rings in enumerate(_rings([arc.coordinates for arc in record.arcs], record.polygons)):
        history = record.ledger.histories[index]
        faces.append(
            {
                "zones": list(record.ledger.zones_of[index]),
                "cm2": record.ledger.area_cm2[index],
                "rings": rings,
                "held": {extent: _history(history[extent], rows, control) for extent in EXTENTS},
                "seen": {
                    party: _history(
                        ledger.histories[index]["best"], views, lambda entry, party=party: view(named[party], entry)
                    )
                    for party, ledger in seen.items()
                },
            }
        )
    return {"faces": faces, "rows": rows, "views": views}


def _stroke(look: LineKind) -> list[Any]:
    return [look.colour, look.width, look.dashes]


def _line(record: Layers, line: Line, sources: _Sources) -> dict[str, Any]:
    profile = record.profile
    look = look_of(line, profile)
    return {
        "id": line.id,
        "names": line.names,
        "kind": line.kind,
        "from": line.valid_from,
        "to": line.valid_to,
        "accuracy": line.accuracy_m,
        "basis": line.basis,
        "note": line.note,
        "sources": sources(line.sources),
        "evidence": _support(record, line),
        "look": _stroke(look),
        "cuts": line.cuts,
        "labelled": look.labelled,
        "steps": steps(line.coordinates),
    }


def _scenarios(record: Layers, ledger: Ledger) -> list[dict[str, Any]]:
    return [
        {
            "id": name,
            "names": rows[0].names,
            "by": rows[0].proposed_by,
            "date": rows[0].date,
            "base": rows[0].base_date,
            "notes": list(dict.fromkeys(row.note for row in rows if row.note)),
            "rows": [
                {"faces": ledger.faces_in(row.zone), "controller": row.controller, "extents": list(row.extents)}
                for row in rows
            ],
        }
        for name, rows in record.ledger.scenarios.items()
    ]


def _routes(record: Layers, sources: _Sources) -> list[dict[str, Any]]:
    return [
        {
            "names": route.names,
            "kind": route.kind,
            "from": route.valid_from,
            "to": route.valid_to,
            "note": route.note,
            "sources": sources(route.sources),
            "evidence": _support(record, route),
            "parts": list(route.parts),
            # inferred stretches are never solid
            "labelled": record.profile.line_kinds[route.kind].labelled,
            "stretches": [
                [_stroke(look_of(line, record.profile, kind=route.kind)), line.accuracy_m, steps(points)]
                for line, points in record.stretches(route.id)
            ],
        }
        for route in record.routes.values()
    ]


def _claims(record: Layers, sources: _Sources) -> list[list[Any]]:
    return [
        [
            claim.zone,
            claim.claimant,
            claim.status,
            claim.valid_from,
            claim.valid_to,
            claim.statement,
            sources(claim.sources),
            _support(record, claim),
        ]
        for claim in record.curated_claims
    ]


def _events(record: Layers, sources: _Sources) -> list[list[Any]]:
    return [
        [
            event.id,
            event.date,
            event.title,
            event.what,
            event.affects_control,
            sources(event.sources),
            list(event.zones),
        ]
        for event in record.curated_events.values()
    ]


def _texts(profile: Profile) -> dict[str, Any]:
    """Return languages, words of the interface and the names that the profile gives."""
    others = ("site_", "verdict_")  # words of other pages
    words = {
        tag: {key: text for key, text in interface(tag).items() if not key.startswith(others)}
        for tag in (FALLBACK, *profile.tags)
    }
    known = translated()
    return {
        "languages": [
            [one.tag, one.name or (words[one.tag]["name"] if one.tag in known else one.tag), one.right_to_left]
            for one in profile.languages
        ],
        "words": words,
        "title": profile.title,
        "named": {
            "party": {party.id: party.names for party in profile.parties.values()},
            "line": {kind.id: kind.names for kind in profile.line_kinds.values() if kind.names},
            "kind": {kind.id: kind.names for kind in profile.place_kinds.values() if kind.names},
        },
    }


def data(record: Layers) -> dict[str, Any]:
    """Return everything that the page shows, as plain JSON values."""
    ledger, sources = record.ledger, _Sources(record)
    profile = record.profile
    kinds = {line.kind for line in record.curated_lines.values()} | {route.kind for route in record.routes.values()}
    position = {line.id: index for index, line in enumerate(record.curated_lines.values())}
    found = {
        "parties": looks_in(record),
        "looks": {id_: _stroke(look) for id_, look in profile.line_kinds.items() if id_ in kinds - {"water"}},
        "water": WATER,
        "transfer": TRANSFER,
        "arcs": [
            [position[line], left, right, steps(arc.coordinates)]
            for (line, left, right, _), arc in zip(record.topology["arcs"], record.arcs, strict=True)
        ],
        "covariance": record.topology["covariance_m4"],
        **_faces(record, sources),
        "lines": [_line(record, line, sources) for line in record.curated_lines.values()],
        "routes": _routes(record, sources),
        "zones": spots.zones(record),
        "claims": _claims(record, sources),
        "events": _events(record, sources),
        "places": spots.places(record, sources),
        "symbols": spots.symbols(record),
        "context": surroundings.of(record.context)
        | {"relief": relief.picture(record.elevation) if record.elevation is not None else None},
        "scenarios": _scenarios(record, ledger),
        "first": ledger.first,
        "last_report": record.last_report,
        "changes": [ledger.first, *ledger.changes()],
        "attribution": {
            "by": {profile.tags[0]: profile.attribution} | profile.attributions,
            "licence": profile.licence,
        },
        **_texts(profile),
    }
    shown = set(_strings(found))
    told = {text: others for text, others in record.translations.items() if text in shown}
    return found | {"translations": told, "sources": sources.listed()}


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list | tuple):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _strings(part)


def control_map(
    record: Layers,
    before: str | None = None,
    after: str | None = None,
    *,
    perspective: str | None = None,
    language: str | None = None,
    tiles: str | None = None,
) -> folium.Map:
    """Return a map of who holds what over time, opened at one date or at the change between two.

    Parameters
    ----------
    record
        The layers to show.
    before, after
        None, one date, or two: ``2024-12-07``, ``today`` or the id of a scenario. By default the map opens at the last
        change of control.
    perspective
        A party: the ground is coloured by whose it is by right in this party's view.
    language
        One of the layers' languages, by default the first; readers can switch.
    tiles
        Name of an xyzservices provider, such as ``OpenStreetMap.Mapnik``, for an online base map. Without one the map
        makes no request.

    Returns
    -------
    map
        A :class:`folium.Map`, to which you can add more layers.

    Raises
    ------
    ClaimsError
        When a date, scenario, perspective, language or provider is unknown.

    Examples
    --------
    >>> golan = geo.load()
    >>> page = golan.map("2024-12-07", "2026-01-06").get_root().render()
    >>> "<script src" in page
    False
    """
    record = record.unbroken()
    moments = [record.ledger.moment(moment) for moment in (before, after) if moment is not None]
    for moment in moments:
        record.ledger.held(moment)  # raises for a day outside the record
    if perspective is not None:
        record.seen_by(perspective)
    moments = moments or [record.ledger.moment((record.ledger.changes() or [record.ledger.first])[-1])]
    shown = data(record) | {"today": record.ledger.today()}
    words = Words(language, record.profile)
    return _opened(shown, record.bounds, moments, perspective=perspective, words=words, tiles=tiles)


def _opened(
    shown: dict[str, Any],
    bounds: tuple[float, float, float, float],
    moments: list[str],
    *,
    perspective: str | None,
    words: Words,
    tiles: str | None,
) -> folium.Map:
    """Return a map of data, opened at one date or at the change between two."""
    # marker clusters need a maximum zoom level; at this one a pixel is 0.25 m
    map_ = folium.Map(tiles=None, control_scale=True, zoom_snap=0.25, maxZoom=19)
    if tiles is not None:
        _tiles(tiles).add_to(map_)
    west, south, east, north = bounds
    state = {
        "mode": "change" if len(moments) == 2 else "date",
        "date": moments[-1],
        "before": moments[0] if len(moments) == 2 else shown["first"],
        "view": perspective or "",
        "language": words.language,
        "extent": "best",
    }
    map_.add_child(_Claims(shown | {"bounds": [[south, west], [north, east]], "state": state}))
    assets.Page(map_, words.name(shown["title"]) or words("map"), map(_static, _STYLES), map(_static, _SCRIPTS))
    return map_


def _tiles(name: str) -> folium.TileLayer:
    import xyzservices.providers

    try:
        return folium.TileLayer(xyzservices.providers.query_name(name), overlay=False)
    except ValueError:
        raise ClaimsError(
            f"unknown tiles {name!r}; see the names of xyzservices, such as OpenStreetMap.Mapnik"
        ) from None


def series_map(
    dates: list[str],
    ground: list[tuple[Any, list[tuple[int, str]]]],
    moments: list[str],
    *,
    language: str | None = None,
    tiles: str | None = None,
) -> folium.Map:
    """Return a map of dated polygons, with the same slider, comparison and legend as that of the record.

    Parameters
    ----------
    dates
        The dates of the series.
    ground
        Disjoint patches, each with its history: the dates (as indices of `dates`) on which the holder changed, and the
        new holder.
    moments
        One or two dates at which the map opens.
    language, tiles
        As for :func:`control_map`.
    """
    patches = [(part, history) for union, history in ground for part in shapely.get_parts(union)]
    polygons = np.array([part for part, _ in patches], dtype=object)
    if antimeridian.is_parted(polygons):
        polygons = antimeridian.run_on(polygons)
    edges = shapely.unary_union(shapely.boundary(polygons))
    courses = [shapely.get_coordinates(arc) for arc in shapely.get_parts(shapely.line_merge(edges))]
    parties = sorted({party for _, history in ground for _, party in history})
    place = {party: index for index, party in enumerate(parties)}
    cm2 = np.rint(areas.polygon_areas(polygons) * 1e4).astype(np.int64).tolist()
    faces = []
    for (_, history), rings, area in zip(patches, _rings(courses, polygons), cm2, strict=True):
        held = [[dates[date], place[party]] for date, party in history]
        faces.append({"zones": [], "cm2": area, "rings": rings, "held": {"best": held}, "seen": {}})
    absent = ("lines", "routes", "claims", "events", "places", "scenarios", "views", "covariance", "sources")
    nothing: dict[str, Any] = {key: [] for key in absent}
    shown = {
        **nothing,
        "parties": looks(parties),
        "looks": {},
        "zones": {},
        "symbols": {},
        "context": surroundings.of([]) | {"relief": None},
        "water": WATER,
        "transfer": TRANSFER,
        "arcs": [[0, None, None, steps(points)] for points in courses],
        "faces": faces,
        "rows": [[party, "", "", [], ""] for party in parties],
        "first": dates[0],
        "changes": dates,
        "today": dates[-1],
        "attribution": {},
        **_texts(NEUTRAL),
    }
    west, south, east, north = shapely.total_bounds(polygons).tolist()
    return _opened(shown, (west, south, east, north), moments, perspective=None, words=Words(language), tiles=tiles)


def save(map_: folium.Map, path: str | Path) -> None:
    """Write a map as one self-contained page. A failure leaves no partial file.

    Raises
    ------
    ClaimsError
        When the file cannot be written.

    Examples
    --------
    >>> from pathlib import Path
    >>> save(geo.load().map("2024-12-07"), "map.html")
    >>> "https://unpkg" in Path("map.html").read_text(encoding="utf-8")
    False
    """
    _files.write_text(path, map_.get_root().render())


def settled(map_: folium.Map) -> folium.Map:
    """Return a map with numbers for the random names of its elements, so that the same map gives the same page.

    Not for a map that users may have added to: their scripts may have its name.

    Examples
    --------
    >>> golan = geo.load()
    >>> pages = {settled(golan.map("2024-12-07")).get_root().render() for _ in range(2)}
    >>> len(pages)
    1
    """
    assets.settle(map_)
    return map_
