"""Any GeoJSON file: each kind of defect by its code, and none in valid files."""

from __future__ import annotations

import json
import random

import pytest
from common import LAYERS

from geo.checks import rfc7946
from geo.cli.main import main

RING = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]
HOLE = [[0.2, 0.2], [0.2, 0.4], [0.4, 0.4], [0.2, 0.2]]


def feature(geometry, **members):
    return {"type": "Feature", "properties": None, "geometry": geometry, **members}


def shape(kind, coordinates, **members):
    return {"type": kind, "coordinates": coordinates, **members}


def polygon(*rings):
    return shape("Polygon", list(rings))


VALID = [
    polygon(RING),
    polygon(RING, HOLE),
    shape("MultiPolygon", [[RING], [[[5, 5], [6, 5], [6, 6], [5, 5]]]]),
    shape("Point", [180, -90, 12.5]),
    shape("MultiPoint", [[0, 0], [0, 0], [179, 0], [-179, 0]]),
    shape("LineString", [[0, 0], [1, 1]], bbox=[0, 0, 1, 1]),
    shape("MultiLineString", [[[0, 0], [1, 1]], [[2, 2], [3, 3]]]),
    {"type": "GeometryCollection", "geometries": [shape("Point", [0, 0])]},
    None,
]
WRONG = {
    "winding": polygon(RING[::-1]),
    "closure": polygon(RING[:4]),
    "short": shape("LineString", [[0, 0]]),
    "nesting": shape("Polygon", RING),
    "position": shape("Point", [0, 91]),
    "repeated": shape("LineString", [[0, 0], [0, 0], [1, 1]]),
    "spike": polygon([[0, 0], [1, 0], [1, 1], [2, 1], [1, 1], [0, 1], [0, 0]]),
    "antimeridian": shape("LineString", [[179, 0], [-179, 0]]),
    "invalid": polygon([[0, 0], [2, 2], [2, 0], [0, 3], [0, 0]]),
    "precision": shape("Point", [0.12345678901, 0]),
    "empty": polygon(),
    "geometry": shape("Poligon", RING),
    "crs": shape("Point", [0, 0], crs={}),
    "bbox": shape("Point", [0, 0], bbox=[0, 1, 0]),
}


def codes(path, value):
    path.write_text(value if isinstance(value, str) else json.dumps(value))
    return {fault.code for fault in rfc7946.defects(path)}


@pytest.mark.parametrize("geometry", VALID, ids=lambda geometry: geometry and geometry["type"])
def test_valid_files_pass(tmp_path, geometry):
    collection = {"type": "FeatureCollection", "features": [feature(geometry, id="a"), feature(geometry)]}
    assert codes(tmp_path / "a.geojson", collection) == set()
    if geometry:
        assert codes(tmp_path / "a.geojson", geometry) == codes(tmp_path / "a.geojson", feature(geometry)) == set()


@pytest.mark.parametrize("path", sorted((LAYERS / "built").glob("*.geojson")), ids=lambda path: path.stem)
def test_our_own_layers_pass(path):
    assert rfc7946.defects(path) == []


@pytest.mark.parametrize("code", WRONG)
def test_each_defect_has_its_code(tmp_path, code):
    collection = {"type": "FeatureCollection", "features": [feature(VALID[0]), feature(WRONG[code])]}
    path = tmp_path / "a.geojson"
    assert code in codes(path, collection)
    assert {fault.feature for fault in rfc7946.defects(path)} == {"feature 1"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "json"),
        ("[" * 100_000, "json"),
        ("[]", "format"),
        ('{"type": "Point", "coordinates": [NaN, 0]}', "json"),
        ('{"type": "Point", "type": "Point", "coordinates": [0, 0]}', "twice"),
        ('{"type": "Feature", "properties": {"a": "\\ud800"}, "geometry": null}', "text"),
        ('{"type": "Feature", "geometry": null}', "properties"),
    ],
)
def test_faults_of_the_text(tmp_path, text, code):
    assert code in codes(tmp_path / "a.geojson", text)


def test_all_in_one_run_with_line_vertex_and_hint(tmp_path, capsys):
    (tmp_path / "a.geojson").write_text(
        '{"type": "FeatureCollection", "features": [\n'
        + json.dumps(feature(shape("LineString", [[0, 0], [33, 135]]), id="a"))
        + ",\n"
        + json.dumps(feature(WRONG["winding"], id="a"))
        + "\n]}"
    )
    assert main(["validate", "--json", str(tmp_path)]) == 1
    found = json.loads(capsys.readouterr().out)["defects"]
    assert [(fault["line"], fault["vertex"], fault["code"]) for fault in found] == [
        (2, 1, "position"),
        (3, None, "id"),
        (3, None, "winding"),
    ]
    assert "swapped" in found[0]["message"]
    assert main(["validate", str(tmp_path / "a.geojson")]) == 1
    assert "a.geojson:2: feature 0 (a): vertex 1: latitude 135" in capsys.readouterr().out


@pytest.mark.parametrize("seed", range(300))
def test_never_a_traceback(tmp_path, seed):
    luck = random.Random(seed)  # noqa: S311
    text = json.dumps({"type": "FeatureCollection", "features": [feature(luck.choice(VALID), id=1) for _ in "ab"]})
    junk = ["null", "[]", "{}", "1e400", "-1", "true", '""', '"', "[[[]]]", "9" * 30, '{"type": []}']
    for _ in range(luck.randrange(1, 4)):
        at = luck.randrange(len(text))
        text = text[:at] + luck.choice(junk) + text[at + luck.randrange(8) :]
    codes(tmp_path / "a.geojson", text)
