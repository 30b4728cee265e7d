"""A GeoPackage for QGIS: styles, project and metadata in the file, and what QGIS draws of it."""

from __future__ import annotations

import datetime as dt
import io
import json
import sqlite3
import zipfile
from collections import Counter
from xml.etree import ElementTree as ET

import geopandas
import numpy as np
import pyogrio
import pytest
import shapely
from common import ROOT
from in_qgis import asked

import geo
from geo.cli.main import main
from geo.formats import qgis_styles
from geo.layers.looks import looks_in

SINAI = ROOT / "tests" / "territories" / "sinai"
DAYS = ("1973-11-15", "2014-12-07", "2026-01-06")


def exported(folder, *options, layers=None):
    path = folder / "everything.gpkg"
    what = ["--layers", str(layers)] if layers else []
    assert main(["export", "--all", *what, "-o", str(path), *options]) == 0
    return path


@pytest.fixture(scope="module")
def golan_file(tmp_path_factory):
    return exported(tmp_path_factory.mktemp("golan"))


@pytest.fixture(scope="module")
def sinai_file(tmp_path_factory):
    return exported(tmp_path_factory.mktemp("sinai"), layers=SINAI)


def asked_of(path, query, *values):
    database = sqlite3.connect(path)
    try:
        return database.execute(query, values).fetchall()
    finally:
        database.close()


def styles_of(path, table):
    """Return the documents of a table by the name of the style."""
    found = asked_of(path, "SELECT styleName, styleQML FROM layer_styles WHERE f_table_name = ?", table)
    return {name: ET.fromstring(text) for name, text in found}  # noqa: S314  # our own


def project_of(path):
    ((content,),) = asked_of(path, "SELECT content FROM qgis_projects")
    with zipfile.ZipFile(io.BytesIO(bytes.fromhex(content))) as archive:
        (name,) = archive.namelist()
        return ET.fromstring(archive.read(name))  # noqa: S314


def test_every_layer_has_one_default_style(golan_file):
    layers = [table for (table,) in asked_of(golan_file, "SELECT table_name FROM gpkg_geometry_columns")]
    found = asked_of(golan_file, "SELECT f_table_name, useAsDefault FROM layer_styles")
    assert len(layers) > 8
    assert Counter(table for table, default in found if default) == Counter(layers)


def test_legends_are_in_the_language_and_have_the_colours_of_the_map(tmp_path, golan):
    style = styles_of(exported(tmp_path, "--language", "ar"), "control")["default"]
    labels = {one.get("value"): one.get("label") for one in style.iter("category")}
    parties = golan.profile.parties
    assert {labels[id_] for id_ in ("syria", "israel")} == {parties[id_].names["ar"] for id_ in ("syria", "israel")}
    assert set(golan.ledger.parties()) <= labels.keys()
    drawn = {one.get("value"): one.get("symbol") for one in style.iter("category")}
    for id_, look in looks_in(golan).items():
        (symbol,) = [one for one in style.find("renderer-v2/symbols") if one.get("name") == drawn[id_]]
        colour = symbol.find("layer/Option/Option[@name='color']").get("value")
        assert "#{:02X}{:02X}{:02X}".format(*map(int, colour.split(",")[:3])) == look.colour.upper()
    assert '"zone_name_ar", "zone_name_en"' in style.find("labeling/settings/text-style").get("fieldName")


def test_an_unknown_language_has_the_nearest(tmp_path, capsys):
    assert main(["export", "--all", "-o", str(tmp_path / "a.gpkg"), "--language", "arr"]) == 2
    assert "unknown language 'arr'" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_the_same_layers_give_the_same_bytes(tmp_path, golan_file):
    assert exported(tmp_path).read_bytes() == golan_file.read_bytes()


def test_the_project_shows_what_covers_nothing(golan_file):
    tree = project_of(golan_file).find("layer-tree-group")
    shown = [one.get("name") for one in tree.iter("layer-tree-layer") if one.get("checked") == "Qt::Checked"]
    assert shown[: shown.index("control") + 1] == ["places", "lines", "control"]
    ground = {table for (table,) in asked_of(golan_file, "SELECT table_name FROM gpkg_geometry_columns")}
    assert ground & {*shown} == {"places", "lines", "control"}
    assert ground <= {one.get("name") for one in tree.iter("layer-tree-layer")}


def test_other_programs_see_the_layers_and_no_broken_table(golan_file):
    found = dict(pyogrio.list_layers(golan_file))
    assert found["control"] == "MultiPolygon"
    assert "qgis_projects" not in found
    assert asked_of(golan_file, "PRAGMA integrity_check") == [("ok",)]
    assert asked_of(golan_file, "PRAGMA foreign_key_check") == []


def test_names_of_hostile_parties_and_zones_are_data():
    assert qgis_styles.qgis.literal("O'Neill\\") == "'O''Neill\\\\'"
    assert qgis_styles.qgis.column('a"b') == '"a""b"'


@pytest.fixture(scope="module")
def pyqgis(tmp_path_factory):
    return asked(tmp_path_factory.mktemp("qgis"), window=True)


DRAW = """
from qgis.PyQt.QtCore import *
from qgis.PyQt.QtGui import *
path, name, style, given = sys.argv[1:]
project = QgsProject.instance()
assert project.read(f"geopackage:{path}?projectName={name}"), project.error()
assert all(layer.isValid() for layer in project.mapLayers().values())
(layer,) = project.mapLayersByName("control")
assert layer.styleManager().setCurrentStyle(style), layer.styleManager().styles()
layer.setLabelsEnabled(False)
found = {}
for day, spots in json.loads(given).items():
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:4326"))
    settings.setOutputSize(QSize(2400, 3200))
    to_map = QgsCoordinateTransform(layer.crs(), settings.destinationCrs(), project)
    settings.setExtent(to_map.transformBoundingBox(layer.extent()))
    settings.setBackgroundColor(QColor("white"))
    begin = QDateTime(QDate.fromString(day, "yyyy-MM-dd"), QTime(0, 0), Qt.UTC)
    settings.setIsTemporal(True)
    settings.setTemporalRange(QgsDateTimeRange(begin, begin.addDays(1), True, False))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    assert not job.errors(), job.errors()
    image, place = job.renderedImage(), settings.mapToPixel()
    found[day] = []
    for lon, lat in spots:
        at = place.transform(lon, lat)
        near = [image.pixelColor(int(at.x()) + x, int(at.y()) + y).name() for x in range(-4, 5) for y in range(-4, 5)]
        found[day].append(max(sorted(set(near)), key=near.count))
print(json.dumps(found))
"""


def spots_of(record):
    """Return a position inside each face that is wide enough for marks to leave its colour the most of it."""
    centres = shapely.maximum_inscribed_circle(record.polygons, tolerance=0.0005)
    wide = shapely.length(centres) > 0.004
    return np.flatnonzero(wide), [tuple(map(float, circle.coords[0])) for circle in centres[wide]]


def colours(record, ids):
    """Return the colours of parties as they are drawn on white."""
    looks = looks_in(record)
    parts = [[int(looks[id_].colour[at : at + 2], 16) for at in (1, 3, 5)] for id_ in ids]
    return [[0.7 * part + 0.3 * 255 for part in one] for one in parts]


def drawn(pyqgis, path, record, holders, style="default"):
    """Compare what QGIS draws on some days with who held each face."""
    faces, spots = spots_of(record)
    assert len(spots) > 5
    given = json.dumps(dict.fromkeys(holders, spots))
    found = json.loads(pyqgis(DRAW, path, path.stem, style, given))
    for day, held in holders.items():
        expected = colours(record, [held[face] for face in faces])
        seen = [[int(one[at : at + 2], 16) for at in (1, 3, 5)] for one in found[day]]
        assert np.abs(np.array(seen) - expected).max() < 4, day
    return {day: set(held) for day, held in holders.items()}


@pytest.mark.slow
def test_qgis_draws_who_held_the_ground(pyqgis, golan_file, golan):
    parties = drawn(pyqgis, golan_file, golan, {day: golan.ledger.controllers(day) for day in DAYS})
    assert {"syria", "israel", "opposition"} <= parties["2014-12-07"]
    assert {"syria", "israel"} <= parties["1973-11-15"] & parties["2026-01-06"]


@pytest.mark.slow
def test_qgis_draws_another_crs_in_its_place(pyqgis, tmp_path, golan):
    path = exported(tmp_path, "--crs", "EPSG:32636")
    drawn(pyqgis, path, golan, {DAYS[-1]: golan.ledger.controllers(DAYS[-1])})


@pytest.mark.slow
def test_qgis_draws_whose_the_ground_is_by_right(pyqgis, golan_file, golan):
    seen = golan.seen_by("un")
    parties = drawn(pyqgis, golan_file, golan, {day: seen.controllers(day) for day in DAYS}, "perspective un")
    assert "israel" not in parties["2026-01-06"]


@pytest.mark.slow
def test_qgis_draws_the_first_and_the_last_day_of_a_period(pyqgis, sinai_file):
    record = geo.load(SINAI)
    days = [day for day in record.ledger.changes() if len(day) == 10][-4:]
    days += [(dt.date.fromisoformat(day) - dt.timedelta(days=1)).isoformat() for day in days]
    drawn(pyqgis, sinai_file, record, {day: record.ledger.controllers(day) for day in days})


TIME = """
from qgis.gui import QgsTemporalControllerWidget
path, name = sys.argv[1:]
widget = QgsTemporalControllerWidget()
controller = widget.temporalController()
assert QgsProject.instance().read(f"geopackage:{path}?projectName={name}")
period = controller.temporalExtents()
animated = controller.navigationMode() == QgsTemporalNavigationObject.Animated
begin, end = (one.toString("yyyy-MM-dd") for one in (period.begin(), period.end()))
print(json.dumps([animated, begin, end, controller.totalFrameCount()]))
"""


@pytest.mark.slow
def test_the_time_controller_of_qgis_is_on(pyqgis, golan_file, golan):
    animated, begin, end, frames = json.loads(pyqgis(TIME, golan_file, golan_file.stem))
    assert animated
    assert begin == f"{golan.ledger.first[:7]}-01"
    assert end == max(*golan.ledger.changes(), *golan.key_dates)
    assert frames > 12 * 100


LOADED = """
path, table = sys.argv[1:]
layer = QgsVectorLayer(f"{path}|layername={table}", table, "ogr")
layer.loadDefaultStyle()  # as QGIS does with each layer that is added
time = layer.temporalProperties()
listed = layer.listStylesInDatabase()
print(json.dumps([
    layer.isValid(), layer.renderer().type(), time.isActive(), time.startExpression(), time.endExpression(),
    layer.labelsEnabled(), listed[2], layer.metadata().licenses(), layer.metadata().rights(),
    [link.url for link in layer.metadata().links()],
]))
"""


def test_a_layer_alone_has_style_time_and_licence(pyqgis, golan_file, golan):
    found = json.loads(pyqgis(LOADED, golan_file, "control"))
    assert found[:3] == [True, "categorizedSymbol", True]
    assert 'to_datetime("from_date")' in found[3]
    assert 'to_datetime("to_date")' in found[4]
    assert found[5]
    assert {"default", *(f"perspective {party}" for party in golan.perspectives)} <= {*found[6]}
    assert found[7:9] == [[golan.profile.licence], [golan.profile.attribution]]
    assert "https://www.openstreetmap.org/copyright" in found[9]


def test_a_series_has_styles_by_party_and_a_project_by_days(tmp_path):
    names = ["=1+1", "<b>'x'</b>", "قنيطرة"]
    days = geopandas.GeoDataFrame(
        {"date": ["2024-12-07"] * 3 + ["2024-12-08"] * 3, "held_by": names + names[::-1]},
        geometry=[shapely.box(35 + west / 10, 33, 35.1 + west / 10, 33.1) for west in (0, 1, 2, 0, 1, 2)],
        crs=4326,
    )
    path = geo.series(days, date="date", by="held_by").export(None, tmp_path / "front.gpkg")
    (style,) = styles_of(path, "control").values()
    assert style.find("renderer-v2").get("attr") == '"held_by"'
    assert {one.get("value") for one in style.iter("category")} >= {*names}
    assert style.find("temporal").get("endField") == "to_date"
    time = project_of(path).find("ProjectTimeSettings")
    assert (time.get("timeStepUnit"), time.find("TemporalRange/start").text[:10]) == ("d", "2024-12-07")
