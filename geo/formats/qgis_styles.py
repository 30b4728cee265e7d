"""Styles of QGIS for layers as they are exported: the colours and marks of the map, labels, and the time controller.

A style is a document of its own, QML, which goes into the table ``layer_styles`` of a GeoPackage and into a project.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, NamedTuple
from xml.etree import ElementTree as ET

from geo._errors import unknown
from geo.formats import qgis_symbols as qgis
from geo.layers.looks import Look, looks, looks_in
from geo.layers.profile import NEUTRAL, NOBODY, PACKAGE

if TYPE_CHECKING:
    from collections.abc import Collection

    from geo.layers.layers import Layers
    from geo.layers.ledger import Ledger
    from geo.layers.profile import Profile

HEAD = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
VERSION = "3.22.0"  # whose form of a document this is
DEFAULT = "default"
_GEOMETRIES = {"lines": "Line", "routes": "Line", "fronts": "Line", "places": "Point"}  # polygons otherwise
_HOLDER = "controller"
# the column of the party whose colour ground has, by kind of layer
_PARTIES = {
    "control": _HOLDER,
    "control_DATE": _HOLDER,
    "change": "to",
    "changes": "to",
    "claims": "claimant",
    "scenarios": _HOLDER,
}
_OUTLINES = {"zones": "90,40,120,255", "bands": "30,110,110,255", "faces": "120,120,120,255"}
_SEEN = "counted_as"  # the column that a perspective adds
_BEST = "best"
_GROUND_OPACITY = 0.7
_SHAPES = {"inhabited": ("circle", "60,60,60,255", 1.8), "post": ("triangle", "178,34,34,255", 2.2)}
_OTHER = ("diamond", "110,110,110,255", 1.5)
_LATEST = "9999-12-31"


class Map(NamedTuple):
    """What layers look like on a map: of :func:`of`.

    `views` has, by party, whose the ground is by right in its view: rows of the zones that the ground lies in, the
    period and the state, the later period first. `first` and `last` are the days between which control changes. `by` is
    the column of who holds ground.
    """

    profile: Profile
    language: str
    looks: dict[str, Look]
    views: dict[str, list[tuple[str, str, str | None, str]]]
    sources: tuple[tuple[str, str], ...]
    bounds: tuple[float, float, float, float]
    first: str
    last: str
    by: str = _HOLDER

    def party(self, id_: str) -> str:
        """Return the name of a party in the language of the map, or else in another, or its id."""
        known = self.profile.parties.get(id_)
        return self.named(known.names if known else {}, id_)

    def named(self, names: dict[str, str], id_: str) -> str:
        """Return the name in the language of the map, in another one, or the id in words."""
        return names.get(self.language) or next(iter(names.values()), "") or id_.replace("_", " ")

    @property
    def tags(self) -> list[str]:
        """The languages, that of the map first."""
        return sorted(self.profile.tags, key=lambda tag: tag != self.language)


def of(layers: Layers, language: str | None = None) -> Map:
    """Return what a set of layers looks like on a map.

    Parameters
    ----------
    layers
        With parties, kinds and perspectives.
    language
        Of labels and legends, one of the profile; by default its first.

    Raises
    ------
    ClaimsError
        When the language is unknown.

    Examples
    --------
    >>> of(geo.load(), "ar").party("syria")
    'سوريا'
    """
    from geo import _files

    tags = layers.profile.tags
    if language is not None and language not in tags:
        raise unknown("language", language, tags)
    path = layers.path / PACKAGE
    package = _files.read_json(path) if path.exists() else {}
    given = package.get("sources") if isinstance(package, dict) else []
    named = [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []
    return Map(
        profile=layers.profile,
        language=language or tags[0],
        looks=looks_in(layers),
        views={party: _view(layers.seen_by(party)) for party in layers.perspectives},
        sources=tuple((str(one.get("title") or ""), str(one.get("path") or "")) for one in named),
        bounds=layers.unbroken().bounds,
        first=_day(layers.ledger.first),
        last=max(map(_day, (layers.ledger.first, *layers.ledger.changes(), *layers.key_dates))),
    )


def of_series(
    parties: Collection[str], bounds: tuple[float, float, float, float], days: tuple[str, str], by: str
) -> Map:
    """Return what the polygons of a series look like on a map.

    Parameters
    ----------
    parties
        Those that hold ground.
    bounds
        West, south, east and north, degrees.
    days
        First and last day, ISO 8601.
    by
        Column of who holds ground.

    Examples
    --------
    >>> of_series(["a", "b"], (35.7, 33.0, 35.9, 33.1), ("2024-12-07", "2024-12-08"), "held_by").looks["a"].colour
    '#0072B2'
    """
    return Map(NEUTRAL, NEUTRAL.tags[0], looks(parties), {}, (), bounds, *days, by)


def _view(ledger: Ledger) -> list[tuple[str, str, str | None, str]]:
    """Return whose ground is by right, by the zones that it lies in."""
    rows = {
        (" ".join(zones), held.valid_from, held.valid_to, held.controller)
        for zones, history in zip(ledger.zones_of, ledger.histories, strict=True)
        for held in history[_BEST]
    }
    return sorted(rows, key=lambda row: (row[1], row[0]), reverse=True)


class Style(NamedTuple):
    """A style: its name, what it shows, and its document without a head."""

    name: str
    description: str
    document: ET.Element

    def text(self) -> str:
        """Return the document as a file or a table has it."""
        return HEAD + ET.tostring(self.document, encoding="unicode")


def geometry_of(kind: str) -> str:
    """Return ``Line``, ``Point`` or ``Polygon`` for a kind of layer.

    Examples
    --------
    >>> geometry_of("fronts"), geometry_of("control")
    ('Line', 'Polygon')
    """
    return _GEOMETRIES.get(kind, "Polygon")


def styles(kind: str, columns: Collection[str], shown: Map) -> list[Style]:
    """Return the styles of a layer, the default one first.

    Parameters
    ----------
    kind
        Of the layer, as :data:`geo.formats.schema.KINDS` names it.
    columns
        Those that it has.
    shown
        What it looks like.

    Examples
    --------
    >>> [style.name for style in styles("lines", ["id", "kind", "basis"], of(geo.load()))]
    ['default']
    """
    document = _document(kind, columns, shown)
    found = [_style(DEFAULT, "As on the map", _renderer(kind, columns, shown), document)]
    if kind == "control" and {"zones", "from_date", "to_date"} <= {*columns}:
        for party, view in shown.views.items():
            what = f"Whose the ground is by right in the view of {shown.party(party)}"
            renderer = _ground(_seen(view), {row[3] for row in view}, columns, shown)
            found.append(_style(f"perspective {party}", what, renderer, document))
    return found


def _document(kind: str, columns: Collection[str], shown: Map) -> ET.Element:
    """Return the document of all styles of a layer, without what draws it: time, labels, opacity."""
    document = ET.Element("qgis", version=VERSION, styleCategories="AllStyleCategories", labelsEnabled="1")
    if {"from_date", "to_date"} <= {*columns}:
        document.append(qgis.temporal("from_date", "to_date", shown.first))
    label = _label(kind, columns, shown)
    if label is not None:
        document.append(label)
    ET.SubElement(document, "blendMode").text = "0"
    ET.SubElement(document, "layerOpacity").text = str(_GROUND_OPACITY if kind in _PARTIES else 1)
    return document


def _style(name: str, what: str, renderer: ET.Element, document: ET.Element) -> Style:
    made = copy.deepcopy(document)
    made.insert(0, renderer)
    return Style(name, what, made)


def _renderer(kind: str, columns: Collection[str], shown: Map) -> ET.Element:
    if kind in _PARTIES:
        holder = shown.by if _PARTIES[kind] == _HOLDER else _PARTIES[kind]
        party = _SEEN if _SEEN in columns else holder
        return _ground(qgis.column(party), shown.looks, columns, shown)
    if kind == "places":
        return _places(shown)
    if geometry_of(kind) == "Line":
        return _lines(shown)
    return qgis.single(qgis.outline(_OUTLINES.get(kind, _OUTLINES["faces"])))


def _ground(expression: str, parties: Collection[str], columns: Collection[str], shown: Map) -> ET.Element:
    """Return the renderer of ground by party; of a history of several extents, the best alone."""
    if "extents" in columns:
        # a list in words, of which one is the best; without any it holds in all
        best = f"' ' || coalesce(\"extents\", '{_BEST}') || ' ' LIKE '% {_BEST} %'"
        expression = f"CASE WHEN {best} THEN {expression} END"
    order = {id_: index for index, id_ in enumerate(shown.profile.parties)}
    named = sorted({*parties}, key=lambda id_: (id_ in NOBODY, order.get(id_, len(order)), id_))
    categories = []
    for id_ in named:
        look = shown.looks.get(id_, Look("#BBBBBB", "plain"))
        categories.append(qgis.Category(id_, shown.party(id_), qgis.fill(qgis.colour_of(look.colour), look.mark)))
    return qgis.categorized(expression, categories, order="from_date" if "from_date" in columns else "")


def _seen(view: list[tuple[str, str, str | None, str]]) -> str:
    """Return the expression of whose ground is by right; a row of control that spans two periods is of the later."""
    until = f"coalesce(\"to_date\", to_date('{_LATEST}'))"
    cases = []
    for zones, start, end, party in view:
        within = [f'"zones" = {qgis.literal(zones)}', f"{until} > to_date('{_day(start)}')"]
        if end:
            within.append(f"\"from_date\" < to_date('{_day(end)}')")
        cases.append(f"WHEN {' AND '.join(within)} THEN {qgis.literal(party)}")
    return f"CASE {' '.join(cases)} END"


def _day(date: str) -> str:
    return f"{date}-01-01"[:10]


def _lines(shown: Map) -> ET.Element:
    categories = []
    for id_, kind in shown.profile.line_kinds.items():
        symbol = qgis.line(qgis.colour_of(kind.colour), kind.width, kind.dashes, inferred=True)
        categories.append(qgis.Category(id_, shown.named(kind.names, id_), symbol))
    return qgis.categorized(qgis.column("kind"), categories)


def _places(shown: Map) -> ET.Element:
    categories = []
    for id_, kind in shown.profile.place_kinds.items():
        shape, colour, size = _SHAPES.get(kind.role, _OTHER)
        categories.append(qgis.Category(id_, shown.named(kind.names, id_), qgis.marker(shape, colour, size)))
    return qgis.categorized(qgis.column("kind"), categories)


def _label(kind: str, columns: Collection[str], shown: Map) -> ET.Element | None:
    """Return the labels of a layer: names in the language of the map, or else in another."""
    prefix = "zone_name" if kind in ("control", "control_DATE", "claims", "scenarios") else "name"
    names = [name for name in (f"{prefix}_{tag}" for tag in shown.tags) if name in columns]
    if kind in ("change", "changes"):
        expression = "round(\"area_km2\", 1) || ' km²'" if "area_km2" in columns else ""
    elif kind == "lines":
        labelled = ", ".join(qgis.literal(id_) for id_, one in shown.profile.line_kinds.items() if one.labelled)
        expression = f'CASE WHEN "kind" IN ({labelled}) THEN {qgis.first_of(names)} END' if labelled and names else ""
    else:
        names = names or [name for name in [shown.by] if name in columns]
        expression = qgis.first_of(names) if names and kind not in ("fronts", "faces") else ""
    if not expression:
        return None
    size = {"places": 7.0, "control": 7.0, "control_DATE": 7.0}.get(kind, 8.0)
    priority = ""
    if kind == "places":
        towns = ", ".join(map(qgis.literal, shown.profile.inhabited))
        priority = f'CASE WHEN "kind" IN ({towns}) THEN 7 ELSE 3 END' if towns else ""
    return qgis.labels(expression, geometry_of(kind), size=size, priority=priority)


def words(kind: str) -> dict[str, Any]:
    """Return how a project shows a kind of layer: whether at first, and how far up."""
    order = (
        "places",
        "fronts",
        "lines",
        "routes",
        "change",
        "changes",
        "control",
        "control_DATE",
        "scenarios",
        "claims",
    )
    return {
        "shown": kind in ("control", "control_DATE", "lines", "places"),
        "place": order.index(kind) if kind in order else len(order),
    }
