"""Symbols, renderers and labels of QGIS as XML, in the form of QGIS 3.22, which later versions read too."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_MM = 25.4 / 96  # of a pixel
_INK = "0,0,0,120"  # of marks
_TEXT = "40,40,40,255"
# of a pattern of lines, degrees from the horizontal
_ANGLES = {"lines": (0,), "bars": (90,), "rising": (45,), "falling": (135,), "grid": (0, 90)}


class Category(NamedTuple):
    """A value, what the legend calls it, and the symbol of rows that have it."""

    value: str
    label: str
    symbol: ET.Element


def literal(text: str) -> str:
    """Return a text as a literal of an expression.

    Examples
    --------
    >>> literal("Ma'ariyah")
    "'Ma''ariyah'"
    """
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def column(name: str) -> str:
    """Return the name of a column as an expression has it."""
    return '"' + name.replace('"', '""') + '"'


def colour_of(code: str, alpha: int = 255) -> str:
    """Return a colour such as ``#0072B2`` as QGIS writes it."""
    return ",".join(str(int(code[at : at + 2], 16)) for at in (1, 3, 5)) + f",{alpha}"


def _options(parent: ET.Element, values: Mapping[str, str]) -> None:
    listed = ET.SubElement(parent, "Option", type="Map")
    for name, value in values.items():
        ET.SubElement(listed, "Option", name=name, value=value, type="QString")


def by_row(parent: ET.Element, expressions: Mapping[str, str]) -> None:
    """Let properties of a symbol or label follow from expressions, row by row."""
    every = ET.SubElement(ET.SubElement(parent, "data_defined_properties"), "Option", type="Map")
    ET.SubElement(every, "Option", name="name", value="", type="QString")
    properties = ET.SubElement(every, "Option", name="properties", type="Map")
    for name, expression in expressions.items():
        one = ET.SubElement(properties, "Option", name=name, type="Map")
        ET.SubElement(one, "Option", name="active", value="true", type="bool")
        ET.SubElement(one, "Option", name="expression", value=expression, type="QString")
        ET.SubElement(one, "Option", name="type", value="3", type="int")  # an expression
    ET.SubElement(every, "Option", name="type", value="collection", type="QString")


def _symbol(kind: str, name: str = "0") -> ET.Element:
    return ET.Element("symbol", type=kind, name=name, alpha="1", clip_to_extent="1", force_rhr="0")


def _layer(symbol: ET.Element, class_: str, values: Mapping[str, str]) -> ET.Element:
    made = ET.SubElement(symbol, "layer", {"class": class_, "enabled": "1", "locked": "0", "pass": "0"})
    _options(made, values)
    return made


def fill(colour: str, mark: str = "plain", *, edge: str = "70,70,70,255") -> ET.Element:
    """Return a symbol of ground: a colour with a mark of :data:`geo.layers.profile.MARKS` on it."""
    symbol = _symbol("fill")
    look = {"color": colour, "style": "solid", "outline_color": edge, "outline_style": "solid", "outline_width": "0.1"}
    _layer(symbol, "SimpleFill", look)
    for angle in _ANGLES.get(mark, ()):
        pattern = {"angle": str(angle), "distance": "2", "distance_unit": "MM", "color": _INK, "line_width": "0.2"}
        made = _layer(symbol, "LinePatternFill", pattern)
        stroke = _symbol("line", f"@0@{len(symbol.findall('layer')) - 1}")
        _layer(stroke, "SimpleLine", {"line_color": _INK, "line_width": "0.2", "line_style": "solid"})
        made.append(stroke)
    if mark == "dots":
        spread = {"distance_x": "2", "distance_y": "2", "displacement_x": "1", "displacement_y": "0"}
        made = _layer(symbol, "PointPatternFill", spread)
        dot = _symbol("marker", "@0@1")
        _layer(dot, "SimpleMarker", {"name": "circle", "color": _INK, "size": "0.5", "outline_style": "no"})
        made.append(dot)
    return symbol


def outline(colour: str) -> ET.Element:
    """Return a symbol of ground that is an edge alone, so that it covers nothing."""
    symbol = _symbol("fill")
    look = {"color": "0,0,0,0", "style": "no", "outline_color": colour, "outline_style": "solid"}
    _layer(symbol, "SimpleFill", look | {"outline_width": "0.4"})
    return symbol


def line(colour: str, pixels: float, dashes: str = "", *, inferred: bool = False) -> ET.Element:
    """Return a symbol of a line.

    Parameters
    ----------
    colour
        As :func:`colour_of` returns it.
    pixels
        Its width.
    dashes
        Lengths of strokes and gaps in pixels, as in SVG; empty for a solid line.
    inferred
        Dash the rows whose ``basis`` is inferred, where the line is solid.
    """
    symbol = _symbol("line")
    look = {"line_color": colour, "line_width": f"{pixels * _MM:.2f}", "line_width_unit": "MM", "capstyle": "flat"}
    lengths = [float(one) for one in dashes.split()]
    if any(lengths):
        lengths *= 1 + len(lengths) % 2  # of an odd number the second round swaps strokes and gaps
        look |= {"use_custom_dash": "1", "customdash_unit": "MM"}
        look["customdash"] = ";".join(f"{one * _MM:.2f}" for one in lengths)
    made = _layer(symbol, "SimpleLine", look | {"line_style": "solid", "joinstyle": "round"})
    if inferred and not any(lengths):
        by_row(made, {"outlineStyle": "if(\"basis\" LIKE '%inferred%', 'dash', 'solid')"})
    return symbol


def marker(shape: str, colour: str, size: float) -> ET.Element:
    """Return a symbol of a place; `size` in millimetres."""
    symbol = _symbol("marker")
    look = {"name": shape, "color": colour, "size": str(size), "size_unit": "MM"}
    _layer(symbol, "SimpleMarker", look | {"outline_color": "255,255,255,255", "outline_width": "0.2"})
    return symbol


def single(symbol: ET.Element) -> ET.Element:
    """Return the renderer that draws every row alike."""
    renderer = ET.Element("renderer-v2", type="singleSymbol", enableorderby="0", symbollevels="0", forceraster="0")
    ET.SubElement(renderer, "symbols").append(symbol)
    return renderer


def categorized(expression: str, categories: Sequence[Category], *, order: str = "") -> ET.Element:
    """Return the renderer that draws each row by the value of an expression; rows of no category are not drawn.

    `order` is the column in whose order rows are drawn, so that the last lies on top.
    """
    renderer = ET.Element("renderer-v2", type="categorizedSymbol", attr=expression, symbollevels="0", forceraster="0")
    listed = ET.SubElement(renderer, "categories")
    symbols = ET.SubElement(renderer, "symbols")
    for index, one in enumerate(categories):
        value = {"value": one.value, "label": one.label, "symbol": str(index), "render": "true"}
        ET.SubElement(listed, "category", value)
        one.symbol.set("name", str(index))
        for inner in one.symbol.iter("symbol"):  # those inside a pattern are named by the one that they are in
            if inner is not one.symbol:
                inner.set("name", f"@{index}@{inner.get('name', '').rpartition('@')[2]}")
        symbols.append(one.symbol)
    renderer.set("enableorderby", "1" if order else "0")
    if order:
        ET.SubElement(ET.SubElement(renderer, "orderby"), "orderByClause", asc="1", nullsFirst="1").text = column(order)
    return renderer


def labels(expression: str, geometry: str, *, size: float = 8, priority: str = "") -> ET.Element:
    """Return the labels of a layer.

    Parameters
    ----------
    expression
        What is written; nothing where it is NULL.
    geometry
        ``Polygon``, ``Line`` or ``Point``.
    size
        Of the letters, points.
    priority
        An expression of 0 to 10 for what stays where labels would meet.
    """
    made = ET.Element("labeling", type="simple")
    settings = ET.SubElement(made, "settings", calloutType="simple")
    text = {"fieldName": expression, "isExpression": "1", "fontSize": str(size), "fontSizeUnit": "Point"}
    style = ET.SubElement(settings, "text-style", text | {"textColor": _TEXT, "textOpacity": "1"})
    halo = {"bufferDraw": "1", "bufferSize": "0.7", "bufferSizeUnits": "MM", "bufferColor": "255,255,255,220"}
    ET.SubElement(style, "text-buffer", halo | {"bufferOpacity": "1"})
    placement = {"Polygon": "1", "Line": "2", "Point": "6"}[geometry]  # over it, along it, beside it
    ET.SubElement(settings, "placement", placement=placement, placementFlags="10", dist="0.8", distUnits="MM")
    drawn = {"drawLabels": "1", "fitInPolygonOnly": "1" if geometry == "Polygon" else "0", "labelPerPart": "0"}
    ET.SubElement(settings, "rendering", drawn | {"mergeLines": "1" if geometry == "Line" else "0"})
    if priority:
        inside = ET.Element("x")
        by_row(inside, {"Priority": priority})
        moved = ET.SubElement(settings, "dd_properties")
        moved.extend(list(inside[0]))
    return made


def temporal(start: str, end: str, since: str) -> ET.Element:
    """Return what the time controller goes by: two columns of dates, the end excluded.

    A row without a start begins on the day `since`, and one without an end lasts until the day on which it is drawn.
    The columns are brought to times by expressions: as columns, QGIS 3.22 lets SQLite compare ``1979-11-15`` as text
    with ``1979-11-15T00:00:00``, which begins periods a frame early.
    """
    begin, finish = f"to_datetime({column(start)})", f"to_datetime({column(end)})"
    made = ET.Element(
        "temporal",
        {
            "enabled": "1",
            "mode": "4",  # start and end from expressions
            "limitMode": "0",  # the begin belongs to it, the end does not
            "startField": start,
            "endField": end,
            "startExpression": f"coalesce({begin}, to_datetime('{since}'))",
            "endExpression": f"coalesce({finish}, now() + to_interval('1 day'))",
            "durationField": "",
            "fixedDuration": "0",
            "durationUnit": "min",
            "accumulate": "0",
        },
    )
    fixed = ET.SubElement(made, "fixedRange")
    ET.SubElement(fixed, "start")
    ET.SubElement(fixed, "end")
    return made


def first_of(columns: Iterable[str]) -> str:
    """Return the expression of the first of some columns that has a value."""
    return f"coalesce({', '.join(map(column, columns))})"
