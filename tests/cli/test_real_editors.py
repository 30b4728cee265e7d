"""A vertex moved in a real program, and what it saved is layers again: the diff is that vertex alone."""

from __future__ import annotations

import json
import os
import shutil

import geopandas
import pytest
import shapely
from common import LAYERS
from in_qgis import asked, run

from geo.cli.main import main

LINE, VERTEX, EAST = "line_b", 40, 0.0005


@pytest.fixture
def ogr2ogr():
    if shutil.which("ogr2ogr") is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("ogr2ogr is missing")
    return lambda *arguments: run("ogr2ogr", *map(str, arguments))


@pytest.fixture(scope="module")
def pyqgis(tmp_path_factory):
    """Return a function that runs a script in QGIS."""
    return asked(tmp_path_factory.mktemp("qgis"))


def spot():
    """Return where the vertex is moved to."""
    features = json.loads((LAYERS / "curated" / "lines.geojson").read_text())["features"]
    course = next(feature for feature in features if feature["id"] == LINE)["geometry"]["coordinates"]
    return course[VERTEX][0] + EAST, course[VERTEX][1]


def texts(layers):
    return {path.name: path.read_text() for path in (layers / "curated").iterdir()}


def check_that_it_is_one_vertex(layers, capsys):
    """Format, build and validate; the curated files differ from the shipped ones by the moved vertex."""
    assert main(["format", str(layers)]) == 0
    assert main(["build", "--layers", str(layers)]) == 0
    assert main(["validate", str(layers)]) == 0, capsys.readouterr().out
    assert main(["format", str(layers), "--check"]) == 0
    before, after = texts(LAYERS), texts(layers)
    assert [name for name in before if after[name] != before[name]] == ["lines.geojson"]
    old, new = before["lines.geojson"].splitlines(), after["lines.geojson"].splitlines()
    (pair,) = [pair for pair in zip(old, new, strict=True) if pair[0] != pair[1]]
    lon, lat = spot()
    assert json.loads(pair[1].rstrip(",")) == [round(lon, 6), round(lat, 6)]


def test_ogr2ogr(layers, tmp_path, ogr2ogr, capsys):
    for name in ("lines", "labels", "places"):
        path = layers / "curated" / f"{name}.geojson"
        asked = []
        if name == "lines":
            features = json.loads(path.read_text())["features"]
            fields = ", ".join(dict.fromkeys(name for feature in features for name in feature["properties"]))
            point = "MakePoint({}, {}, 4326)".format(*spot())
            moved = f"CASE id WHEN '{LINE}' THEN SetPoint(geometry, {VERTEX}, {point}) ELSE geometry END AS geometry"
            asked = ["-dialect", "SQLite", "-sql", f"SELECT {fields}, {moved} FROM lines"]  # noqa: S608
        ogr2ogr(tmp_path / f"{name}.geojson", path, *asked)
        shutil.copy(tmp_path / f"{name}.geojson", path)
    check_that_it_is_one_vertex(layers, capsys)


@pytest.mark.filterwarnings("ignore:.*StringList")
def test_there_and_back_through_a_geopackage(layers, tmp_path, ogr2ogr, capsys):
    for name in ("lines", "labels", "places"):
        path = layers / "curated" / f"{name}.geojson"
        ogr2ogr("-nlt", "PROMOTE_TO_MULTI", tmp_path / f"{name}.gpkg", path)
        if name == "lines":
            frame = geopandas.read_file(tmp_path / "lines.gpkg")
            frame.geometry = [moved(one.geoms[0], frame.id[at]) for at, one in enumerate(frame.geometry)]
            frame.to_file(tmp_path / "lines.gpkg")
        path.unlink()
        ogr2ogr(path, tmp_path / f"{name}.gpkg")
    check_that_it_is_one_vertex(layers, capsys)


def moved(line, name):
    course = shapely.get_coordinates(line)
    if name == LINE:
        course[VERTEX] = spot()
    return shapely.LineString(course)


@pytest.mark.parametrize("ending", ["file", "json"])
def test_geopandas(layers, ending, capsys):
    for name in ("lines", "labels", "places"):
        path = layers / "curated" / f"{name}.geojson"
        frame = geopandas.read_file(path)
        if name == "lines":
            frame.geometry = [moved(line, id_) for line, id_ in zip(frame.geometry, frame.id, strict=True)]
        if ending == "file":
            frame.to_file(path, driver="GeoJSON")
        else:  # lists come as arrays, which have no JSON
            lists = [
                column
                for column in ("sources", "zones", "names_other", "translated", "names_source")
                if column in frame
            ]
            path.write_text(
                frame.assign(**{c: [[] if x is None else list(x) for x in frame[c]] for c in lists}).to_json()
            )
    check_that_it_is_one_vertex(layers, capsys)


MOVE = """
    layers, line, vertex, lon, lat = sys.argv[1:]
    project = QgsProject.instance()
    assert project.read(f"{layers}/edit.qgs")
    (layer,) = project.mapLayersByName("lines")
    (feature,) = [feature for feature in layer.getFeatures() if feature["id"] == line]
    course = feature.geometry()
    layer.startEditing()
    assert course.moveVertex(float(lon), float(lat), int(vertex))
    assert layer.changeGeometry(feature.id(), course)
    assert layer.commitChanges(), layer.commitErrors()
    for name in ("labels", "places"):
        (layer,) = project.mapLayersByName(name)
        options = QgsVectorFileWriter.SaveVectorOptions()
        options.driverName = "GeoJSON"
        target = f"{layers}/saved_{name}.geojson"
        code, fault, *_ = QgsVectorFileWriter.writeAsVectorFormatV3(layer, target, project.transformContext(), options)
        assert code == 0, fault
"""


def test_qgis(layers, pyqgis, capsys):
    assert main(["edit-project", str(layers)]) == 0
    pyqgis(MOVE, layers, LINE, VERTEX, *spot())
    for name in ("labels", "places"):
        (layers / f"saved_{name}.geojson").replace(layers / "curated" / f"{name}.geojson")
    check_that_it_is_one_vertex(layers, capsys)


LOOK = """
    project = QgsProject.instance()
    assert project.read(sys.argv[1])
    snapping = project.snappingConfig()
    found = {
        "crs": project.crs().authid(),
        "topological": project.topologicalEditing(),
        "snapping": [snapping.enabled(), snapping.mode() == QgsSnappingConfig.AllLayers],
        "layers": {},
    }
    for node in project.layerTreeRoot().findLayers():
        layer = node.layer()
        widgets = {
            field.name(): [layer.editorWidgetSetup(index).type(), layer.editorWidgetSetup(index).config()]
            for index, field in enumerate(layer.fields())
        }
        symbol = layer.renderer().symbols(QgsRenderContext())[0].symbolLayer(0)
        dashed = symbol.dataDefinedProperties().property(QgsSymbolLayer.PropertyStrokeStyle).expressionString()
        counts = [layer.isValid(), layer.featureCount(), layer.labelsEnabled()]
        found["layers"][layer.name()] = {"counts": counts, "widgets": widgets, "dashed": dashed}
    print(json.dumps(found))
"""


def test_the_project_opens_in_qgis(layers, pyqgis):
    assert main(["edit-project", str(layers)]) == 0
    shutil.move(layers, layers.with_name("elsewhere"))  # its paths are relative
    found = json.loads(pyqgis(LOOK, layers.with_name("elsewhere") / "edit.qgs"))
    assert (found["crs"], found["topological"], found["snapping"]) == ("EPSG:4326", True, [True, True])
    shown = found["layers"]
    assert {name: layer["counts"] for name, layer in shown.items()} == {
        name: [True, len(json.loads((LAYERS / "curated" / f"{name}.geojson").read_text())["features"]), True]
        for name in ("labels", "places", "lines")
    }
    assert "inferred" in shown["lines"]["dashed"]
    kind, basis, cuts = (shown["lines"]["widgets"][name] for name in ("kind", "basis", "cuts"))
    assert (kind[0], basis[0], cuts[0]) == ("ValueMap", "ValueMap", "CheckBox")
    assert {"front": "front"} in kind[1]["map"]
    assert {"inferred": "inferred"} in basis[1]["map"]
    side = shown["places"]["widgets"]["side"][1]["map"]
    assert {"buffer_zone_1974": "buffer_zone_1974"} in side
    assert "" in side[0]  # a place may be without
