"""A QGIS project for those who edit layers: the curated layers by relative path, set up so that edits come out whole.

Snapping and topological editing are on, so that lines that share a vertex keep it; columns with declared values are
lists to choose from; inferred lines are dashed. Written as XML, for QGIS 3, which need not be there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from geo import _files
from geo._errors import ClaimsError
from geo.formats.qgis_symbols import by_row
from geo.layers import profile as profiles
from geo.layers.columns import Flag, Identifier, Known, Text
from geo.layers.rows import raw_features
from geo.layers.tables import READERS
from geo.layers.values import check_text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from geo.layers.profile import Profile
    from geo.layers.tables import Reader

_HEAD = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
_VERSION = "3.22.0"  # whose form of a project this is
_NULL = "{2839923C-8B7D-419E-B84B-CA2FE9B80EC7}"  # QGIS's mark of an empty value in a list to choose from
# Okabe and Ito (2008), then Tol (2012): distinct with the common kinds of colour blindness
_COLOURS = (
    "#0072B2",
    "#D55E00",
    "#009E73",
    "#CC79A7",
    "#333333",
    "#56B4E9",
    "#E69F00",
    "#882255",
    "#117733",
    "#999933",
)
_TOLERANCE = "12"  # pixels within which the pointer snaps
_PARTS = ("fieldConfiguration", "constraints", "constraintExpressions", "defaults")  # of what QGIS knows of a column
_SOFT = "2"  # a constraint that warns


def text(layers: Path, listed: Iterable[tuple[str, str, list[str]]] = ()) -> str:
    """Return the project of a folder of layers, to stand in that folder.

    Parameters
    ----------
    layers
        Folder with ``curated``.
    listed
        Path, column and values of columns whose values depend on the territory.

    Raises
    ------
    ClaimsError
        When there is no layer to edit, or one cannot be read.

    Examples
    --------
    >>> project = text(geo.load().path)
    >>> "./curated/lines.geojson" in project, 'TopologicalEditing type="int">1' in project
    (True, True)
    """
    curated = layers / "curated"
    found = [one for one in READERS if one.geometry and (curated / one.file).exists()]
    if not found:
        names = ", ".join(reader.file for reader in READERS if reader.geometry)
        raise ClaimsError(f"has no layer to edit; needed: one of {names}", code="file", file=str(curated))
    values = {(path, column): words for path, column, words in listed}
    profile = profiles.read(layers)
    root = ET.Element("qgis", version=_VERSION, projectname=f"Layers in {layers.resolve().name}")
    ET.SubElement(root, "title").text = root.get("projectname")
    add_crs(ET.SubElement(root, "projectCrs"))
    tree = ET.SubElement(root, "layer-tree-group")
    snapping = {"enabled": "1", "mode": "2", "type": "1", "unit": "1", "tolerance": _TOLERANCE, "self-snapping": "1"}
    ET.SubElement(root, "snapping-settings", {**snapping, "intersection-snapping": "0", "scaleDependencyMode": "0"})
    every = ET.SubElement(root, "projectlayers")
    positions = []
    for reader in sorted(found, key=lambda one: one.geometry != "Point"):  # points above lines
        rows = list(raw_features(curated / reader.file))
        known = {column: words for (path, column), words in values.items() if path == f"curated/{reader.file}"}
        positions += [spot for _, feature in rows for spot in _spots(feature)]
        name = reader.file.removesuffix(".geojson")
        source = f"./curated/{reader.file}"
        listing = {"id": _id(reader), "name": name, "source": source, "providerKey": "ogr", "checked": "Qt::Checked"}
        ET.SubElement(tree, "layer-tree-layer", listing)
        lists = {
            column_name: _words(
                column_name,
                column,
                profile.known(column.what) if isinstance(column, Known) else known.get(column_name, []),
                [row.values for row, _ in rows],
                curated,
            )
            for column_name, column in reader.columns(profile).items()
        }
        _layer(every, reader, profile, lists)
    if positions:
        add_canvas(root, positions)
    settings = ET.SubElement(root, "properties")
    add_setting(settings, "Digitizing", "TopologicalEditing", "int", "1")
    add_setting(settings, "Paths", "Absolute", "bool", "false")
    add_setting(settings, "SpatialRefSys", "ProjectionsEnabled", "int", "1")
    ET.indent(root, " ")
    return _HEAD + ET.tostring(root, encoding="unicode") + "\n"


def add_setting(parent: ET.Element, group: str, name: str, kind: str, value: str) -> None:
    """Add an entry of a project."""
    ET.SubElement(ET.SubElement(parent, group), name, type=kind).text = value


def _id(reader: Reader[Any]) -> str:
    return f"curated_{reader.file.removesuffix('.geojson')}"  # QGIS replaces ids of less than eleven letters


def add_crs(parent: ET.Element, code: int = 4326) -> None:
    """Add a reference system, by its EPSG code, to what it is the one of."""
    reference = ET.SubElement(parent, "spatialrefsys")
    if code == 4326:
        ET.SubElement(reference, "srsid").text = "3452"  # QGIS's own number
    else:  # by its definition, since QGIS does not go by the code alone
        import pyproj

        ET.SubElement(reference, "wkt").text = pyproj.CRS.from_epsg(code).to_wkt()
    for name, value in (("srid", str(code)), ("authid", f"EPSG:{code}")):
        ET.SubElement(reference, name).text = value


def _spots(feature: dict[str, Any]) -> list[tuple[float, float]]:
    """Return the positions of a point or line; none of a geometry that is not whole."""
    geometry = feature.get("geometry")
    course = geometry.get("coordinates") if isinstance(geometry, dict) else None
    if not isinstance(course, list):
        return []
    course = course if course and isinstance(course[0], list) else [course]
    whole = [spot for spot in course if isinstance(spot, list) and all(isinstance(one, int | float) for one in spot)]
    return [(spot[0], spot[1]) for spot in whole if len(spot) > 1]


def add_canvas(root: ET.Element, positions: list[tuple[float, float]]) -> None:
    """Let the project open on what is drawn."""
    canvas = ET.SubElement(root, "mapcanvas", name="theMapCanvas")
    ET.SubElement(canvas, "units").text = "degrees"
    extent = ET.SubElement(canvas, "extent")
    lon, lat = zip(*positions, strict=True)
    for name, value in {"xmin": min(lon), "ymin": min(lat), "xmax": max(lon), "ymax": max(lat)}.items():
        ET.SubElement(extent, name).text = f"{value:.6f}"
    add_crs(ET.SubElement(canvas, "destinationsrs"))


def _layer(parent: ET.Element, reader: Reader[Any], profile: Profile, lists: dict[str, list[str]]) -> None:
    """Add a layer; `lists` has the values to choose from in each column."""
    point = reader.geometry == "Point"
    layer = ET.SubElement(
        parent, "maplayer", type="vector", geometry="Point" if point else "Line", labelsEnabled="1", readOnly="0"
    )
    name = reader.file.removesuffix(".geojson")
    for tag, value in (("id", _id(reader)), ("datasource", f"./curated/{reader.file}"), ("layername", name)):
        ET.SubElement(layer, tag).text = value
    add_crs(ET.SubElement(layer, "srs"))
    ET.SubElement(layer, "provider", encoding="UTF-8").text = "ogr"
    parts = {tag: ET.SubElement(layer, tag) for tag in _PARTS}
    columns = reader.columns(profile)
    for column_name, column in columns.items():
        _column(parts, column_name, column, lists[column_name])
    _look(layer, lists.get("kind", []), profile, point=point)
    name = f"name_{profile.tags[0]}"
    _labels(layer, name if name in columns else "id")


def _words(name: str, column: Any, known: list[str], rows: list[dict[str, Any]], curated: Path) -> list[str]:
    """Return the values to choose from: the declared ones, those of the territory, or ids of another file."""
    if not isinstance(column, Text):  # QGIS writes lists in a form of their own
        return []
    if column.references:
        return [id_ for id_ in _ids(curated / column.references) if not check_text(id_)]
    listed = column.words or known
    if not listed and name != "kind":
        return []
    found = [str(row[name]) for row in rows if row.get(name)]
    return [word for word in dict.fromkeys([*listed, *found]) if not check_text(word)]


def _ids(path: Path) -> list[str]:
    """Return the ids of a file that others refer to; none where it is missing or cannot be read."""
    from geo.layers.rows import table

    try:
        if path.suffix == ".json":
            items = _files.read_json(path)
            return [str(item["id"]) for item in items if isinstance(item, dict) and "id" in item]
        return [row.values["id"] for row in table(path, [], ("id",))]
    except (ClaimsError, TypeError):
        return []


def _column(parts: dict[str, ET.Element], name: str, column: Any, words: list[str]) -> None:
    """Add the widget of a column, what it must hold, and what it holds at first."""
    kind = "CheckBox" if isinstance(column, Flag) else "ValueMap" if words else ""
    widget = ET.SubElement(ET.SubElement(parts["fieldConfiguration"], "field", name=name), "editWidget", type=kind)
    config = ET.SubElement(widget, "config")
    if words:
        listed = ET.SubElement(ET.SubElement(config, "Option", type="Map"), "Option", name="map", type="List")
        choices = {word: word for word in words} if column.required else {"": _NULL, **{word: word for word in words}}
        for shown, value in choices.items():
            choice = {"name": shown, "value": value, "type": "QString"}
            ET.SubElement(ET.SubElement(listed, "Option", type="Map"), "Option", choice)
    key = isinstance(column, Identifier)
    if column.required:
        held = {"field": name, "constraints": "7" if key else "1", "notnull_strength": _SOFT}
        more = {"unique_strength": _SOFT, "exp_strength": _SOFT} if key else {}
        ET.SubElement(parts["constraints"], "constraint", held | more)
    if key:
        rule = {"field": name, "exp": f"\"{name}\" ~ '^[a-z0-9_]+$'", "desc": "small letters, digits, underscores"}
        ET.SubElement(parts["constraintExpressions"], "constraint", rule)
    if isinstance(column, Flag):
        ET.SubElement(parts["defaults"], "default", field=name, expression="true", applyOnUpdate="0")


def _look(layer: ET.Element, kinds: list[str], profile: Profile, *, point: bool) -> None:
    """Add a colour for each kind; dash lines that are inferred, and thin those that do not cut."""
    kind = "categorizedSymbol" if kinds else "singleSymbol"
    renderer = ET.SubElement(layer, "renderer-v2", {"type": kind} | ({"attr": "kind"} if kinds else {}))
    if kinds:
        categories = ET.SubElement(renderer, "categories")
        for index, word in enumerate([*kinds, ""]):  # the empty one takes the others
            ET.SubElement(categories, "category", value=word, label=word or "other", symbol=str(index), render="true")
    symbols = ET.SubElement(renderer, "symbols")
    for index in range(len(kinds) + 1):
        colour = _COLOURS[index % len(_COLOURS)] if index < len(kinds) else "#000000"
        if not point and index < len(kinds) and kinds[index] in profile.line_kinds:
            colour = profile.line_kinds[kinds[index]].colour  # as on the map
        symbol = ET.SubElement(symbols, "symbol", name=str(index), type="marker" if point else "line", alpha="1")
        style = ET.SubElement(symbol, "layer", {"class": "SimpleMarker" if point else "SimpleLine", "enabled": "1"})
        look = (
            {"color": colour, "name": "circle" if kinds else "cross", "size": "2", "outline_color": colour}
            if point
            else {"line_color": colour, "line_width": "0.5", "line_style": "solid"}
        )
        options = ET.SubElement(style, "Option", type="Map")
        for name, value in look.items():
            ET.SubElement(options, "Option", name=name, value=value, type="QString")
            ET.SubElement(style, "prop", k=name, v=value)  # as versions before 3.22 read it
        if not point:
            by_row(
                style,
                {
                    "outlineStyle": """if("basis" = 'inferred', 'dash', 'solid')""",
                    "outlineWidth": """if("cuts", 0.5, 0.25)""",
                },
            )


def _labels(layer: ET.Element, column: str) -> None:
    settings = ET.SubElement(ET.SubElement(layer, "labeling", type="simple"), "settings", calloutType="simple")
    style = ET.SubElement(
        settings,
        "text-style",
        fieldName=column,
        isExpression="0",
        fontSize="8",
        fontSizeUnit="Point",
        textColor="40,40,40,255",
    )
    ET.SubElement(
        style, "text-buffer", bufferDraw="1", bufferSize="0.8", bufferSizeUnits="MM", bufferColor="255,255,255,255"
    )
    line = layer.get("geometry") == "Line"
    ET.SubElement(settings, "placement", placement="2" if line else "6", placementFlags="9", dist="1", distUnits="MM")
    ET.SubElement(settings, "rendering", drawLabels="1")
