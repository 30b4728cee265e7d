"""Interactive maps with folium that need no network: Leaflet, style and data are inside the page.

Layers' text travels as JSON and becomes text nodes in the browser (``static/map.js``), never markup.
"""

from __future__ import annotations

import base64
import importlib.resources
import re
from typing import TYPE_CHECKING, Any, cast

import folium
from branca.element import Element, Figure, MacroElement
from jinja2 import Template

from geo import _files, dates, export
from geo.palette import CHANGED, INFERRED_DASHES, LINES, WATER, LineLook, colour, look_of, title

if TYPE_CHECKING:
    from pathlib import Path

    from geo.ledger import Quantity
    from geo.record import Record

_MAIN_PLACES = ("city", "town")
_OPACITY = 0.45
_LABELLED_DEGREES = 0.2


def _leaflet(name: str) -> str:
    return (importlib.resources.files("xstatic.pkg.leaflet") / "data" / name).read_text(encoding="utf-8")


def _leaflet_style() -> str:
    """Return Leaflet's style sheet with its pictures inside."""

    def inside(match: re.Match[str]) -> str:
        picture = (importlib.resources.files("xstatic.pkg.leaflet") / "data" / match[1]).read_bytes()
        return f"url(data:image/png;base64,{base64.b64encode(picture).decode()})"

    return re.sub(r"url\((images/[\w.-]+\.png)\)", inside, _leaflet("leaflet.css"))


def _static(name: str) -> str:
    return (importlib.resources.files("geo") / "static" / name).read_text(encoding="utf-8")


def _script(value: Any) -> str:
    """Return a value as JSON that neither a page nor branca reads as anything else.

    branca renders the text that a template gave as a template once more, so braces in the layers' text would be run.
    Outside strings JSON never has two of these marks in a row, and in strings an escape says the same.
    """
    text = _files.compact(value).replace("<", "\\u003c").replace(">", "\\u003e")
    return re.sub(r"\{(?=[{%#])", r"\\u007b", text)


class _Call(MacroElement):
    """One call of a function of ``static/map.js`` with the map and a value as JSON."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        claims.{{ this.function }}({{ this.targets | join(", ") }}, {{ this.json }});
        {% endmacro %}
        """
    )

    def __init__(self, function: str, targets: list[Any], value: Any) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Claims"
        self.function = function
        self.targets = [target.get_name() for target in targets]
        self.json = _script(value)


class _Verbatim(Element):
    """Markup that branca must not read as a template."""

    _template = Template("{{ this.markup }}")

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.markup = markup


def _page(map_: folium.Map) -> None:
    """Put Leaflet and our own style and script into the page in place of links to other hosts."""
    map_.default_js = []
    map_.default_css = []
    header = cast("Figure", map_.get_root()).header
    for index, style in enumerate((_leaflet_style(), _static("map.css"))):
        header.add_child(_Verbatim(f"<style>{style}</style>"), name=f"style_{index}")
    for index, script in enumerate((_leaflet("leaflet.js"), _static("map.js"))):
        plain = re.sub(r"//# sourceMappingURL=\S+", "", script)  # a debugger would ask the network for it
        header.add_child(_Verbatim(f"<script>{plain}</script>"), name=f"script_{index}")


def _sources(record: Record, ids: list[str]) -> list[list[str]]:
    items = [record.sources.get(source, {}) for source in ids]
    return [[str(item.get("title", source)), str(item.get("URL", ""))] for source, item in zip(ids, items, strict=True)]


def _name(record: Record, zone: str) -> str:
    return record.zones[zone].names["en"] if zone in record.zones else zone


def _period(start: str, end: str | None) -> str:
    return f"{start} to {end or 'today'}"


def _carded(feature: export.Feature, card: dict[str, Any], style: dict[str, Any], label: str = "") -> export.Feature:
    properties = {"card": card, "style": style} | ({"label": label} if label else {})
    return {"type": "Feature", "properties": properties, "geometry": feature["geometry"]}


def _control(record: Record, date: str, perspective: str | None = None) -> list[export.Feature]:
    features = []
    for feature in export.control(record, date, perspective):
        values = feature["properties"]
        rows = [
            *(
                [["Named", values["named"]], ["Counted as", f"{title(values['counted_as'])}, by {title(perspective)}"]]
                if perspective
                else []
            ),
            ["Held by", title(values["controller"])],
            ["On", date],
            ["Since", _period(values["held_from"], values["held_to"])],
            ["Basis", ", ".join(values["basis"])],
            ["Area", f"{values['area_km2']:,.1f} km²"],
        ]
        card = {"title": _name(record, values["zone"]), "rows": rows, "sources": _sources(record, values["sources"])}
        fill = colour(values["counted_as"] if perspective else values["controller"])
        style = {"fillColor": fill, "fillOpacity": _OPACITY, "stroke": False}
        features.append(_carded(feature, card, style))
    return features


def _number(quantity: Quantity) -> str:
    return f"{quantity.area:,.1f} km² ± {quantity.margin:,.1f}"


def _range(quantity: Quantity) -> str:
    return f" (range {quantity.low:,.0f} to {quantity.high:,.0f})" if quantity.low < quantity.high else ""


def _change(record: Record, before: str, after: str) -> list[export.Feature]:
    features = []
    quantities = {
        f"{transfer.source}-{transfer.target}": transfer.quantity for transfer in record.ledger.change(before, after)
    }
    for feature in export.change(record, before, after):
        values = feature["properties"]
        quantity = quantities[feature["id"]]
        rows = [
            ["Passed", f"from {title(values['from'])} to {title(values['to'])}"],
            ["Between", f"{before} and {after}"],
            ["Area", _number(quantity) + " (95 %)"],
            ["Range", f"{quantity.low:,.1f} to {quantity.high:,.1f} km²"],
        ]
        style = {"className": "claims-hatched", "color": CHANGED, "weight": 1.5}
        features.append(_carded(feature, {"title": "Changed hands", "rows": rows, "sources": []}, style))
    return features


def _stroke(look: LineLook) -> dict[str, Any]:
    return {"color": look.colour, "weight": look.width, "dashArray": look.dashes, "fill": False}


def _lines(record: Record, date: str) -> list[export.Feature]:
    features = []
    chosen = [
        line.id
        for line in record.curated_lines.values()
        if line.kind != "water" and dates.holds(line.valid_from, line.valid_to, date)
    ]
    for feature in export.lines(record, chosen):
        line = record.curated_lines[feature["id"]]
        rows = [
            ["Kind", line.kind],
            ["Valid", _period(line.valid_from, line.valid_to)],
            ["Accuracy", f"± {line.accuracy_m:,.0f} m (one standard deviation)"],
            ["Basis", line.basis],
            ["Note", line.note],
        ]
        card = {"title": line.names["en"], "rows": rows, "sources": _sources(record, list(line.sources))}
        style = _stroke(look_of(line))
        # only a line that is long enough to carry its name is labelled
        north_south = [lat for _, lat in line.coordinates]
        long = line.cuts and max(north_south) - min(north_south) > _LABELLED_DEGREES
        named = line.names["en"] if long and line.kind in ("disengagement", "boundary") else ""
        features.append(_carded(feature, card, style, named))
    for route in record.routes.values():
        if dates.holds(route.valid_from, route.valid_to, date):
            (feature,) = export.route(record, route.id)
            rows = [
                ["Kind", route.kind],
                ["Valid", _period(route.valid_from, route.valid_to)],
                ["Accuracy", f"± {feature['properties']['accuracy_m']:,.0f} m at the worst (one standard deviation)"],
                ["Basis", ", ".join(feature["properties"]["basis"])],
                ["Note", route.note],
            ]
            card = {"title": route.names["en"], "rows": rows, "sources": _sources(record, list(route.sources))}
            style = _stroke(LINES.get(route.kind, LINES["boundary"]))
            features.append(_carded(feature, card, style, route.names["en"]))
    return features


def _context(record: Record) -> list[export.Feature]:
    features = []
    for line in record.curated_lines.values():
        if line.kind != "water":
            continue
        points = [list(point) for point in line.coordinates]
        closed = line.coordinates[0] == line.coordinates[-1]
        geometry = {
            "type": "Polygon" if closed else "LineString",
            "coordinates": [points] if closed else points,
        }
        rows = [["Accuracy", f"± {line.accuracy_m:,.0f} m"], ["Basis", line.basis], ["Note", line.note]]
        card = {"title": line.names["en"], "rows": rows, "sources": _sources(record, list(line.sources))}
        style = {
            "color": WATER,
            "weight": 1.5,
            "dashArray": INFERRED_DASHES if line.basis == "inferred" else "",
            "fill": closed,
            "fillColor": WATER,
            "fillOpacity": 0.5,
        }
        feature = {"id": line.id, "properties": {}, "geometry": geometry}
        features.append(_carded(feature, card, style, line.names["en"] if closed else ""))
    return features


def _extents(record: Record) -> list[export.Feature]:
    features = []
    for zone in record.zones.values():
        if zone.kind == "extent":
            feature = export.zone(record, zone.id)[0]
            rows = [["Area", _number(record.ledger.zone_area(zone.id)) + " (95 %)"], ["Meaning", zone.note]]
            card = {"title": zone.names["en"], "rows": rows, "sources": _sources(record, list(zone.sources))}
            features.append(_carded(feature, card, {"color": "#444", "weight": 1.5, "dashArray": "2 5", "fill": False}))
    return features


def _places(record: Record, date: str) -> list[dict[str, Any]]:
    return [
        {
            "lon": place.lon,
            "lat": place.lat,
            "label": place.label,
            "minor": place.kind not in _MAIN_PLACES,
            "card": {
                "title": place.names["en"],
                "rows": [
                    ["Names", ", ".join(dict.fromkeys(place.names.values()))],
                    ["Kind", place.kind],
                    ["Position", f"± {place.accuracy_m:,.0f} m"],
                    *([["Reported", f"{place.valid_from} to {place.last_report}"]] if place.last_report else []),
                    *(
                        [["People", f"{place.population:,} ({place.population_date})"]]
                        if place.population is not None
                        else []
                    ),
                    *([["Documented side", place.side_evidence]] if place.side else []),
                    *([["Note", place.note]] if place.note else []),
                ],
                "sources": _sources(record, list(place.sources)),
            },
        }
        for place in record.curated_places.values()
        if dates.holds(place.valid_from or "", place.valid_to, date)
    ]


def _legend(record: Record, before: str, after: str | None, perspective: str | None) -> dict[str, Any]:
    date = after or before
    ledger = record.seen_by(perspective) if perspective else record.ledger
    rows: list[dict[str, Any]] = [
        {
            "colour": f"{colour(name)}{round(255 * _OPACITY):02x}",
            "kind": "fill",
            "text": f"{title(name)}{_range(quantity)}",
            "number": _number(quantity),
        }
        for name, quantity in ledger.controller_areas(date).items()
    ]
    if after is not None:
        rows += [
            {
                "colour": "transparent",
                "kind": "hatched",
                "text": f"{title(transfer.source)} to {title(transfer.target)}{_range(transfer.quantity)}",
                "number": _number(transfer.quantity),
            }
            for transfer in record.ledger.change(before, after)
        ]
    day = ledger.day_of(date)
    kinds = {line.kind for line in record.curated_lines.values() if dates.holds(line.valid_from, line.valid_to, day)}
    rows += [
        {"style": _stroke(look), "kind": "line", "text": look.name, "number": ""}
        for kind, look in LINES.items()
        if kind in kinds
    ]
    heading = f"Who holds what, {date}" if after is None else f"What changed hands, {before} to {after}"
    if perspective:
        heading = f"Whose it is, as counted by {title(perspective)}, {date}"
    notes = [
        *(
            f"HYPOTHETICAL: {scenario['name']}, laid over {scenario['base_date']}. {' '.join(scenario['notes'])}"
            for scenario in record.ledger.supposed(*filter(None, (before, after)))
        ),
        f"Areas inside the covered ground on {date}. ±: 95 %, from the stated accuracy of the lines. "
        "Range: from what all sources confirm to the largest credible report. Dashed and dotted lines are inferred.",
        "A perspective is whose the ground is by right in one party's view; others see it otherwise."
        if perspective
        else "Control is who holds the ground in fact; it says nothing of whose it is by right.",
    ]
    return {"title": heading, "rows": rows, "notes": notes}


def control_map(record: Record, before: str, after: str | None = None, *, perspective: str | None = None) -> folium.Map:
    """Return a map of who holds what on one date, or of what changed hands between two.

    Parameters
    ----------
    record
        The layers.
    before, after
        One date, or two; ``2024-12-07``, ``today`` or the id of a scenario.
    perspective
        A party: the ground is coloured by whose it is by right in that party's view.

    Returns
    -------
    map
        A :class:`folium.Map`, to which more layers may be added; it makes no request to any network.

    Examples
    --------
    >>> golan = geo.load()
    >>> page = golan.map("2024-12-07", "2026-01-06").get_root().render()
    >>> "cdn" in page
    False
    """
    before = record.ledger.moment(before)
    after = None if after is None else record.ledger.moment(after)
    map_ = folium.Map(tiles=None, control_scale=True, zoom_snap=0.25)
    _page(map_)
    shown = after or before

    def layer(name: str, function: str, content: Any, **options: Any) -> None:
        group = folium.FeatureGroup(name=name, **options)
        group.add_to(map_)
        map_.add_child(_Call(function, [map_, group], content))

    layer("Lakes and rivers", "shapes", _context(record))
    what = f"As counted by {title(perspective)}" if perspective else "Control"
    layer(f"{what} on {shown}", "shapes", _control(record, shown, perspective), overlay=after is None)
    if after is not None:
        layer(f"{what} on {before}", "shapes", _control(record, before, perspective), overlay=False, show=False)
        layer("Changed ground", "shapes", _change(record, before, after))
    layer("Extents min, best, max", "shapes", _extents(record), show=False)
    day = record.ledger.day_of(shown)
    layer("Lines", "shapes", _lines(record, day))
    layer("Places", "places", _places(record, day))
    folium.LayerControl(collapsed=False).add_to(map_)
    west, south, east, north = record.bounds
    map_.fit_bounds([[south, west], [north, east]])
    map_.add_child(_Call("hatch", [map_], None))
    map_.add_child(_Call("legend", [map_], _legend(record, before, after, perspective)))
    map_.add_child(_Call("attribution", [map_], f"{export.ATTRIBUTION}. Data: ODbL 1.0. Leaflet 1.9.3"))
    return map_


def save(map_: folium.Map, path: str | Path) -> None:
    """Write a map as one self-contained page, whole or not at all."""
    _files.write_text(path, map_.get_root().render())
