"""Every kind of defect is found, named with file, feature and vertex, and the shipped layers have none."""

from __future__ import annotations

import json

import pytest
from common import LAYERS, edit_column, edit_features

from geo.checks import validate
from geo.cli.main import main


def found(layers):
    return [(fault.code, fault.feature, fault.vertex, fault.fault) for fault in validate.defects(layers)]


def line(features, name):
    return next(feature for feature in features if feature["id"] == name)


def rewrite(path, change):
    """Edit a geometry file and keep the layout that the tool writes."""
    from geo import _files

    features = json.loads(path.read_text())["features"]
    change(features)
    path.write_text(_files.geojson(features))


def test_the_shipped_layers_have_no_defect():
    assert found(LAYERS) == []


def move(features, name, vertex, east):
    line(features, name)["geometry"]["coordinates"][vertex][0] += east


GEOMETRY = [
    ("lines.geojson", lambda f: line(f, "line_a")["properties"].update(accuracy_m=0), "accuracy", "line_a", None),
    ("lines.geojson", lambda f: line(f, "line_a")["properties"].update(accuracy_m=None), "missing", "line_a", None),
    ("lines.geojson", lambda f: line(f, "line_a")["properties"].update(sources=["nobody"]), "source", "line_a", None),
    ("lines.geojson", lambda f: line(f, "line_a1")["properties"].update(note="Drawn."), "inferred", "line_a1", None),
    ("lines.geojson", lambda f: line(f, "line_b")["properties"].update(id="line_a"), "id", "line_a", None),
    ("lines.geojson", lambda f: line(f, "line_b")["properties"].update(cuts="yes"), "value", "line_b", None),
    ("lines.geojson", lambda f: move(f, "line_b", 0, 0.0000001), "digits", "line_b", 0),
    ("lines.geojson", lambda f: move(f, "line_b", 60, 0.2), "crossing", "line_b", 59),
    ("lines.geojson", lambda f: move(f, "salient_1973_front", -1, 0.005), "open", "salient_1973", None),
    ("lines.geojson", lambda f: move(f, "armistice_1949_hula_west", 2, 0.01), "grid", "armistice_1949_hula_west", None),
    ("lines.geojson", lambda f: move(f, "line_1967_nuqayb", 0, -0.01), "route", "line_4_june_1967", None),
    ("labels.geojson", lambda f: f[0]["properties"].update(zones=["atlantis"]), "zone", "beyond_abdin", None),
    ("labels.geojson", lambda f: f.pop(), "face", "", None),
    (
        "places.geojson",
        lambda f: line(f, "katzrin")["properties"].update(side="buffer_zone_1974"),
        "side",
        "katzrin",
        None,
    ),
    ("places.geojson", lambda f: line(f, "katzrin")["properties"].update(side_evidence=""), "side", "katzrin", None),
    (
        "places.geojson",
        lambda f: line(f, "katzrin")["properties"].update(population_source="nobody"),
        "source",
        "katzrin",
        None,
    ),
]


@pytest.mark.parametrize(("file", "spoil", "code", "feature", "vertex"), GEOMETRY)
def test_each_defect_of_the_geometry(layers, file, spoil, code, feature, vertex):
    rewrite(layers / "curated" / file, spoil)
    match = [fault for fault in found(layers) if fault[0] == code and feature in fault[1]]
    assert match, found(layers)
    if vertex is not None:
        assert vertex in {fault[2] for fault in match}


TABLES = [
    ("control.csv", "golan_heights,israel,1967-06-10,", "golan_heights,israel,1967-06-11,", "gap"),
    ("control.csv", "golan_heights,israel,1967-06-10,", "golan_heights,israel,1967-06-09,", "overlap"),
    ("control.csv", ",e_1967_06_10_ceasefire,", ",e_no_such,", "event"),
    ("control.csv", ",e_1967_06_10_ceasefire,", ",,", "event"),
    ("control.csv", ",e_1967_06_10_ceasefire,", ",e_1967_06_04_line,", "event"),
    ("control.csv", ",e_1967_06_10_ceasefire,", ",e_1946_04_17_independence,", "event"),
    ("perspectives.csv", "un,golan_rest,syria", "un,ghajar_south,syria", "overlap"),
    ("perspectives.csv", "us,golan_rest,israel,", "us,golan_rest,syria,", "perspective"),
    ("claims.csv", ",golan_heights,", ",atlantis,", "zone"),
    ("events.csv", ",yes,golan_heights", ",yes,atlantis", "zone"),
    ("events.csv", ",yes,", ",perhaps,", "value"),
    ("scenarios.csv", ",held_2024_max,", ",atlantis,", "zone"),
    ("proposals.csv", ",line_4_june_1967,", ",line_5_june_1967,", "scenario"),
    ("figures.csv", ",km2,", ",acres,", "figure"),
    ("figures.csv", ",area,buffer_zone_1974,", ",area,atlantis,", "figure"),
    ("figures.csv", ",235,", ",about,", "value"),
    ("routes.csv", "line_a ceasefire_1967_rafid", "line_a line_b", "route"),
    ("bands.csv", "lebanon_syria_boundary", "atlantis", "band"),
    ("grid_points.csv", "boundary_1923,20,", "atlantis,20,", "line"),
    ("control.csv", "golan_heights,israel,", "golan_heights,isreal,", "vocabulary"),
    ("claims.csv", ",no_recognition,", ",no_recogntion,", "vocabulary"),
    ("zones.csv", ",territory,", ",teritory,", "vocabulary"),
    ("lines.geojson", '"kind": "disengagement"', '"kind": "disengagment"', "vocabulary"),
    ("lines.geojson", '"valid_from": "2014-08-27"', '"valid_from": "2010-08-27"', "front"),
    ("events.csv", ",2024-12-17,2024-12-18,", ",2024-12-17,2024-12-16,", "date"),
    ("places.geojson", '"last_report": "2025-12-23"', '"last_report": "2001"', "date"),
    ("scenarios.csv", ",2026-01-06,golan_heights,", ",2026,golan_heights,", "date"),
    ("scenarios.csv", ",2026-01-06,golan_heights,", ",2026-01-05,golan_heights,", "scenario"),
    ("figures.csv", ",235,", ",-235,", "value"),
    ("bands.csv", ",line_a,west,0,10,", ",line_a,west,10,10,", "band"),
    ("bands.csv", "35.35:33.09", "35.35:west", "band"),
    ("spread.csv", "line_a,32.75,35.761", "line_a,32.75,335.761", "position"),
    ("spread.csv", "line_a,32.75,35.761", "line_a,32.75,", "missing"),
    ("spread.csv", "line_a,32.75,35.761", "line_a,32.75,35.762", "spread"),
    ("bands.csv", ",line_a,west,0,10,", ",line_x,west,0,10,", "line"),
    ("spread.csv", "line_a,32.75", "line_x,32.75", "line"),
    ("perspectives.csv", "israel,buffer_zone_1974", "israel,atlantis", "zone"),
    ("routes.csv", "line_a ceasefire_1967_rafid", "line_a atlantis", "line"),
    ("routes.csv", "ceasefire_1967,Cease", "line_a,Cease", "id"),
    ("events.csv", "e_1967_06_10_quneitra,", "e_1967_06_10_quneitra_2,", "event"),
    ("sources.json", '"title": "', '"heading": "', "source"),
    ("sources.json", '"id": "osm"', '"id": "osm_2"', "unused"),
    ("sources.json", '"grade": "primary"', '"grade": ""', "grade"),
    ("sources.json", '"grade": "primary"', '"grade": "excellent"', "grade"),
    ("sources.json", '"side": "israel"', '"side": "isreal"', "vocabulary"),
    ("sources.json", '"origin": "Anadolu Agency"', '"origin": ""', "source"),
    ("control.csv", " warincontext_2012_12_14 jweekly_2012_11_16 alalam_dpa_2012,", ",", "evidence"),
]


@pytest.mark.parametrize(("file", "old", "new", "code"), TABLES)
def test_each_defect_of_a_table(layers, file, old, new, code):
    path = layers / "curated" / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    faults = validate.defects(layers)
    assert code in {fault.code for fault in faults}, [str(fault) for fault in faults]
    assert all("\n" not in str(fault) for fault in faults)


def test_all_defects_are_told_not_only_the_first(layers):
    edit_features(layers / "curated" / "places.geojson", lambda f: [x["properties"].update(accuracy_m=-1) for x in f])
    edit_column(layers / "curated" / "claims.csv", "zone", lambda _: "atlantis")
    codes = [fault.code for fault in validate.defects(layers)]
    assert codes.count("value") > 100
    assert codes.count("zone") > 50


def test_an_unknown_id_is_told_with_the_nearest(layers):
    edit_features(layers / "curated" / "lines.geojson", lambda f: f[0]["properties"].update(sources=["natural_erth"]))
    told = [fault for code, _, _, fault in found(layers) if code == "source"]
    assert "unknown source 'natural_erth'; did you mean 'natural_earth'?" in told


def test_people_counted_without_a_source_are_told(layers):
    def uncount(features):
        line(features, "katzrin")["properties"].update(population=9000, population_source=None)

    edit_features(layers / "curated" / "places.geojson", uncount)
    assert ("source", "katzrin") in {(code, feature) for code, feature, *_ in found(layers)}


def test_stale_schemas_are_told(layers):
    path = layers / "datapackage.json"
    path.write_text(path.read_text().replace("Party that holds the ground in fact", "Who holds it", 1))
    assert [str(fault).removeprefix(str(layers)) for fault in validate.defects(layers)] == [
        "/datapackage.json: stale; run claims build"
    ]


def test_a_spoilt_data_package_is_told_once(layers):
    (layers / "datapackage.json").write_text("[]")
    assert [code for code, *_ in found(layers)] == ["format"]


def test_a_stale_build_is_told(layers):
    (layers / "built" / "golan_heights.geojson").write_text("{}")
    assert [code for code, *_ in found(layers)] == ["stale"]


def test_a_file_written_otherwise_is_told(layers):
    path = layers / "curated" / "lines.geojson"
    path.write_text(json.dumps(json.loads(path.read_text())))
    assert "layout" in {code for code, *_ in found(layers)}


def test_the_command(capsys, layers):
    assert main(["validate", str(layers)]) == 0
    assert "no defect" in capsys.readouterr().out
    (layers / "curated" / "control.csv").unlink()
    assert main(["validate", str(layers), "--json"]) == 1
    (defect, *_) = json.loads(capsys.readouterr().out)["defects"]
    assert set(defect) == {"severity", "file", "line", "feature", "vertex", "code", "message"}
    assert defect["file"].endswith("control.csv")
    assert main(["validate", str(layers)]) == 1
    assert "control.csv: no such file [file]" in capsys.readouterr().out
