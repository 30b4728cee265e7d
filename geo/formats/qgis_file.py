"""A GeoPackage as QGIS opens it: default styles, a project that runs through time, and metadata with the licence.

Nothing of QGIS is needed to write it. QGIS keeps styles in the table ``layer_styles``, projects in ``qgis_projects``
and metadata of a layer in ``gpkg_metadata``.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import sqlite3
import zipfile
from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree as ET

from geo.formats import qgis_styles
from geo.formats.qgis_project import add_canvas, add_crs, add_setting
from geo.formats.qgis_styles import DEFAULT, HEAD, VERSION
from geo.formats.schema import KINDS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from geo.formats.layer import About, Layer
    from geo.formats.qgis_styles import Map, Style

_TIME = "1970-01-01T00:00:00.000Z"  # the same layers give the same bytes
_STYLES = """CREATE TABLE layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256),
f_table_schema TEXT(256), f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT,
styleSLD TEXT, useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME
DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')))"""
_PROJECTS = "CREATE TABLE qgis_projects (name TEXT PRIMARY KEY, metadata BLOB, content BLOB)"
_METADATA = "http://mrcc.com/qgis.dtd"  # whose form of metadata a row has
_SECONDS = "10"  # frames in one of them
_STEP = ("1", "mon")  # long enough to get through a century, short enough to tell two changes of one war apart
_SHORT_STEP = ("1", "d")
_SHORT = 730  # days; a period up to this goes day by day
_ANIMATED = "1"  # how the time controller opens


class _Rest(NamedTuple):
    """What all layers of a file have in common."""

    about: About
    shown: Map
    crs: int


def add(path: Path, layers: Sequence[Layer], about: About, shown: Map, *, crs: int = 4326) -> None:
    """Add styles, a project and metadata to a GeoPackage, for QGIS.

    Parameters
    ----------
    path
        A GeoPackage that has the layers, under the name that it will keep: the project finds them by it.
    layers
        Those in it.
    about
        What the file says of itself.
    shown
        What it looks like.
    crs
        EPSG code of its geometries.
    """
    ground = [layer for layer in layers if layer.spatial]
    rest = _Rest(about, shown, crs)
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        found = dict(database.execute("SELECT table_name, column_name FROM gpkg_geometry_columns"))
        styles = {
            layer.name: qgis_styles.styles(layer.kind, [one.name for one in layer.columns], shown) for layer in ground
        }
        _add_styles(database, {name: (found[name], styles[name]) for name in styles if name in found})
        for layer in layers:
            _add_metadata(database, layer.name, _metadata(layer, rest))
        database.execute(_PROJECTS)
        name = path.name.removesuffix(path.suffix)
        content = _zipped(name, _project(path.name, layers, styles, rest))
        said = f'{{"last_modified_time": "{_TIME[:19]}", "last_modified_user": ""}}'
        database.execute("INSERT INTO qgis_projects VALUES (?, ?, ?)", (name, said, content.hex()))


def _add_styles(database: sqlite3.Connection, styles: dict[str, tuple[str, list[Style]]]) -> None:
    if not styles:
        return
    database.execute(_STYLES)
    database.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change, srs_id) "
        "VALUES ('layer_styles', 'attributes', 'layer_styles', 'styles for QGIS', ?, 0)",
        (_TIME,),
    )
    for table, (column, found) in styles.items():
        for style in found:
            database.execute(
                "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, "
                "styleName, styleQML, styleSLD, useAsDefault, description, owner, update_time) "
                "VALUES ('','',?,?,?,?,'',?,?,'',?)",
                (table, column, style.name, style.text(), style.name == DEFAULT, style.description, _TIME),
            )


def _add_metadata(database: sqlite3.Connection, table: str, metadata: ET.Element) -> None:
    root = ET.Element("qgis", version=VERSION)
    root.extend(list(metadata))
    text = HEAD + ET.tostring(root, encoding="unicode")
    made = database.execute(
        "INSERT INTO gpkg_metadata (md_scope, md_standard_uri, mime_type, metadata) "
        "VALUES ('dataset', ?, 'text/xml', ?)",
        (_METADATA, text),
    )
    database.execute(
        "INSERT INTO gpkg_metadata_reference (reference_scope, table_name, timestamp, md_file_id) "
        "VALUES ('table', ?, ?, ?)",
        (table, _TIME, made.lastrowid),
    )


def _metadata(layer: Layer, rest: _Rest) -> ET.Element:
    """Return title, licence, attribution and sources of a layer as QGIS keeps them."""
    made = ET.Element("resourceMetadata")
    version = f"Version {rest.about.version}. " if rest.about.version else ""
    texts = {
        "identifier": layer.name,
        "parentidentifier": "",
        "language": rest.shown.profile.tags[0],
        "type": "dataset",
        "title": ": ".join(filter(None, (rest.about.title, layer.name))),
        "abstract": f"{KINDS.get(layer.kind, layer.kind)}. {version}Made by: {rest.about.made}",
    }
    for name, text in texts.items():
        ET.SubElement(made, name).text = text
    links = ET.SubElement(made, "links")
    for title, url in rest.shown.sources:
        link = {"name": title, "type": "WWW:LINK", "url": url, "description": "Source", "format": "", "mimeType": ""}
        ET.SubElement(links, "link", link | {"size": ""})
    ET.SubElement(made, "fees")
    ET.SubElement(made, "rights").text = rest.about.attribution
    ET.SubElement(made, "license").text = rest.about.licence
    ET.SubElement(made, "encoding").text = "UTF-8"
    if layer.spatial:
        add_crs(ET.SubElement(made, "crs"), rest.crs)
    ET.SubElement(made, "extent")
    return made


def _zipped(name: str, text: str) -> bytes:
    """Return a project as QGIS keeps it, zipped without the time."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(f"{name}.qgs"), text, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _project(file: str, layers: Sequence[Layer], styles: dict[str, list[Style]], rest: _Rest) -> str:
    """Return the project of a GeoPackage, which opens with the time controller on."""
    title = rest.shown.named(rest.shown.profile.title, rest.about.title)
    root = ET.Element("qgis", version=VERSION, projectname=title)
    ET.SubElement(root, "title").text = title
    add_crs(ET.SubElement(root, "projectCrs"))
    tree = ET.SubElement(root, "layer-tree-group")
    every = ET.SubElement(root, "projectlayers")
    order = sorted(layers, key=lambda layer: (not layer.spatial, qgis_styles.words(layer.kind)["place"]))
    of_tables = None
    visible = [layer.name for layer in layers if layer.spatial and qgis_styles.words(layer.kind)["shown"]]
    for layer in order:
        if not layer.spatial and of_tables is None:
            of_tables = ET.SubElement(tree, "layer-tree-group", name="tables", expanded="0", checked="Qt::Checked")
        source = f"./{file}|layername={layer.name}"
        is_shown = layer.name in visible or len(layers) == 1
        listing = {"id": _id(layer), "name": layer.name, "source": source, "providerKey": "ogr", "expanded": "0"}
        if layer.name == "control":
            listing["expanded"] = "1"
        listing["checked"] = "Qt::Checked" if is_shown else "Qt::Unchecked"
        ET.SubElement(tree if layer.spatial or of_tables is None else of_tables, "layer-tree-layer", listing)
        every.append(_layer(layer, source, styles.get(layer.name, []), rest))
    west, south, east, north = rest.shown.bounds
    add_canvas(root, [(west, south), (east, north)])
    _time(root, rest.shown)
    settings = ET.SubElement(root, "properties")
    add_setting(settings, "Paths", "Absolute", "bool", "false")
    add_setting(settings, "SpatialRefSys", "ProjectionsEnabled", "int", "1")
    add_setting(settings, "TemporalControllerWidget", "NavigationMode", "int", _ANIMATED)
    add_setting(settings, "Measurement", "Ellipsoid", "QString", "EPSG:7030")
    ET.indent(root, " ")
    return HEAD + ET.tostring(root, encoding="unicode") + "\n"


def _id(layer: Layer) -> str:
    return f"exported_{layer.name}"  # QGIS replaces ids of less than eleven letters


def _layer(layer: Layer, source: str, styles: Sequence[Style], rest: _Rest) -> ET.Element:
    geometry = qgis_styles.geometry_of(layer.kind) if layer.spatial else "No geometry"
    made = ET.Element("maplayer", type="vector", geometry=geometry, labelsEnabled="1", readOnly="0")
    for tag, value in (("id", _id(layer)), ("datasource", source), ("layername", layer.name)):
        ET.SubElement(made, tag).text = value
    if layer.spatial:
        add_crs(ET.SubElement(made, "srs"), rest.crs)
    ET.SubElement(made, "provider", encoding="UTF-8").text = "ogr"
    made.append(_metadata(layer, rest))
    if styles:
        first, *others = styles
        made.extend(list(first.document))
        if others:
            manager = ET.SubElement(made, "map-layer-style-manager", current=first.name)
            ET.SubElement(manager, "map-layer-style", name=first.name)
            for style in others:
                ET.SubElement(manager, "map-layer-style", name=style.name).append(style.document)
    return made


def _time(root: ET.Element, shown: Map) -> None:
    """Set the time controller to the whole period, so that it runs as it is opened."""
    first, last = dt.date.fromisoformat(shown.first), dt.date.fromisoformat(shown.last)
    is_short = (last - first).days <= _SHORT
    step, unit = _SHORT_STEP if is_short else _STEP
    cumulative = {"cumulativeTemporalRange": "0"}
    settings = ET.SubElement(
        root, "ProjectTimeSettings", {"timeStep": step, "timeStepUnit": unit, "frameRate": _SECONDS} | cumulative
    )
    period = ET.SubElement(settings, "TemporalRange")
    ET.SubElement(
        period, "start"
    ).text = f"{first if is_short else first.replace(day=1)}T00:00:00Z"  # frames are months
    ET.SubElement(period, "end").text = f"{shown.last}T00:00:00Z"
