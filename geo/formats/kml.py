"""KML 2.2: placemarks with the period in which they hold, so that the time slider of Google Earth works."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

from geo._errors import ClaimsError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from geo.formats.layer import About, Layer, Options

_TYPES = {"integer": "int", "number": "double", "flag": "bool"}
_PARTIES = ("controller", "to", "claimant")  # columns whose party gives a feature its colour
_PLAIN = "#777777"
_NAME = re.compile(r"(?!p$|p-|s\d+$)[A-Za-z_][A-Za-z0-9_.-]*")  # not an id of a style or a schema
_CONTROLS = {code: None for code in range(32) if chr(code) not in "\t\n\r"} | {0xFFFE: None, 0xFFFF: None}


def write(layers: Sequence[Layer], path: Path, about: About, options: Options) -> list[str]:
    """Write layers as the folders of one KML document.

    Every value is text for the reader, never markup: balloons are escaped twice, once as HTML and once as XML.

    Raises
    ------
    ClaimsError
        When a text has a control character, which XML cannot hold.
    """
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for part in _document(layers, about, options):
            _check(part, path)
            file.write(part)
    return []


def _check(part: str, path: Path) -> None:
    if part.translate(_CONTROLS) != part:
        message = "a text has a control character, which XML cannot hold; delete it, or write gpkg"
        raise ClaimsError(message, code="text", file=path.name)


def _document(layers: Sequence[Layer], about: About, options: Options) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2">\n<Document>\n'
    yield f"<name>{escape(about.title)}</name>\n"
    yield f"<description>{escape(html.escape(about.text()).replace(chr(10), '<br/>'))}</description>\n"
    for name, colour in {"": _PLAIN, **options.colours}.items():
        yield _style(name, colour or _PLAIN)
    for number, layer in enumerate(layers):
        yield f"<Schema name={quoteattr(layer.name)} id={quoteattr(f's{number}')}>\n"
        for column in layer.columns:
            type_ = _TYPES.get(column.type, "string")
            said = f"<displayName>{escape(column.description)}</displayName>"
            yield f"<SimpleField type={quoteattr(type_)} name={quoteattr(column.name)}>{said}</SimpleField>\n"
        yield "</Schema>\n"
    taken: set[str] = set()
    for number, layer in enumerate(layers):
        yield f"<Folder>\n<name>{escape(layer.name)}</name>\n"
        for feature in layer.features:
            # an id is a name of XML, and unique in the document
            id_ = str(feature["id"]) if len(layers) == 1 else f"{layer.name}.{feature['id']}"
            named = f" id={quoteattr(id_)}" if _NAME.fullmatch(id_) and id_ not in taken else ""
            taken.add(id_)
            yield f"<Placemark{named}>\n{_placemark(layer, feature, number, options)}</Placemark>\n"
        yield "</Folder>\n"
    yield "</Document>\n</kml>\n"


def _style(name: str, colour: str) -> str:
    blue_green_red = colour[5:7] + colour[3:5] + colour[1:3]
    return (
        f'<Style id="{_style_id(name)}"><LineStyle><color>ff{blue_green_red}</color><width>2</width></LineStyle>'
        f"<PolyStyle><color>80{blue_green_red}</color></PolyStyle></Style>\n"
    )


def _style_id(name: str) -> str:
    return f"p-{name}" if name else "p"


def _placemark(layer: Layer, feature: dict[str, Any], number: int, options: Options) -> str:
    row = feature["properties"]
    (shown,) = [one["properties"] for one in layer._replace(features=[feature]).written()]
    parties = [row[name] for name in _PARTIES if row.get(name) in options.colours]
    parts = [
        f"<name>{escape(_title(row))}</name>\n",
        f"<description>{escape(_balloon(shown))}</description>\n",
        _span(row),
        f"<styleUrl>#{_style_id(parties[0] if parties else '')}</styleUrl>\n",
        f'<ExtendedData><SchemaData schemaUrl="#s{number}">\n',
        *(
            f"<SimpleData name={quoteattr(name)}>{escape(_value(value))}</SimpleData>\n"
            for name, value in shown.items()
            if value is not None
        ),
        "</SchemaData></ExtendedData>\n",
        _geometry(feature["geometry"]) if feature["geometry"] else "",
    ]
    return "".join(parts)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    return str(value)


def _title(row: dict[str, Any]) -> str:
    """Return what a feature is called: its name, or its parties, in the first language that has one."""
    for prefix in ("name_", "controller_name_", "claimant_name_"):
        for name, value in row.items():
            if name.startswith(prefix) and value:
                return str(value)
    return str(row.get("id") or next(iter(row.values()), "") or "")


def _balloon(row: dict[str, Any]) -> str:
    rows = (
        f"<tr><th align='left'>{html.escape(name)}</th><td>{html.escape(str(value))}</td></tr>"
        for name, value in row.items()
        if value is not None
    )
    return f"<table>{''.join(rows)}</table>"


def _span(row: dict[str, Any]) -> str:
    ends = ((tag, row.get(name)) for tag, name in (("begin", "from_date"), ("end", "to_date")))
    found = "".join(f"<{tag}>{day.isoformat()}</{tag}>" for tag, day in ends if day)
    return f"<TimeSpan>{found}</TimeSpan>\n" if found else ""


def _positions(points: Any) -> str:
    return "<coordinates>" + " ".join(f"{lon:.12g},{lat:.12g}" for lon, lat, *_ in points) + "</coordinates>"


def _polygon(rings: Any) -> str:
    outer, *inner = (f"<LinearRing>{_positions(ring)}</LinearRing>" for ring in rings)
    holes = "".join(f"<innerBoundaryIs>{ring}</innerBoundaryIs>" for ring in inner)
    return f"<Polygon><outerBoundaryIs>{outer}</outerBoundaryIs>{holes}</Polygon>"


def _geometry(geometry: dict[str, Any]) -> str:
    kind, found = geometry["type"], geometry["coordinates"]
    if kind.startswith("Multi"):
        single = kind.removeprefix("Multi")
        parts = "".join(_geometry({"type": single, "coordinates": part}) for part in found)
        return f"<MultiGeometry>{parts}</MultiGeometry>\n"
    if kind == "Polygon":
        return _polygon(found)
    if kind == "LineString":
        return f"<LineString>{_positions(found)}</LineString>\n"
    return f"<Point>{_positions([found])}</Point>\n"
