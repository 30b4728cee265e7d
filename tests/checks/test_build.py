"""Curated to built: the same bytes each time, and each defect named."""

from __future__ import annotations

import hashlib
import json
import shutil

import pytest
from common import LAYERS, edit_features

from geo import ClaimsError
from geo.answers import record
from geo.checks import build
from geo.layers import tables


def test_built_layers_are_current():
    assert build.stale(LAYERS, build.files(LAYERS)) == []


def test_same_bytes_each_time():
    assert build.files(LAYERS) == build.files(LAYERS)


def test_curated_files_are_in_the_written_form():
    """What a person edits has the layout that the tool writes, so that a moved vertex is a one-line diff."""
    from geo import _files

    for name in tables.GEOMETRY_FILES:
        text = (LAYERS / "curated" / name).read_text()
        assert _files.geojson(json.loads(text)["features"]) == text


def test_an_edit_makes_stale_and_a_build_mends_it(layers):
    def move(features):
        line = next(feature for feature in features if feature["id"] == "line_b")
        line["geometry"]["coordinates"][40][0] += 0.001

    edit_features(layers / "curated" / "lines.geojson", move)
    texts = build.files(layers)
    assert {"topology.json", "faces.geojson", "buffer_zone_1974.geojson"} <= set(build.stale(layers, texts))
    build.write(layers, texts)
    assert build.stale(layers, texts) == []


def made_before(layers, name, text):
    """Let a file be one that an earlier build made."""
    (layers / "built" / name).write_text(text)
    manifest = layers / "built" / build.MANIFEST
    listed = json.loads(manifest.read_text()) | {name: hashlib.sha256(text.encode()).hexdigest()}
    manifest.write_text(json.dumps(listed))


def test_a_build_removes_what_it_made_and_nothing_else(layers):
    built = layers / "built"
    made_before(layers, "old.geojson", "{}")
    made_before(layers, "edited.geojson", "{}")
    (built / "edited.geojson").write_text("mine")
    (built / "notes.txt").write_text("mine")
    (built / "folder").mkdir()
    (built / "folder" / "more.txt").write_text("mine")
    (built / "link").symlink_to(layers / "curated")
    texts = build.files(layers)
    unchanged = (built / "hermon.geojson").stat()
    assert build.write(layers, texts) == ["manifest.json", "old.geojson"]
    assert not (built / "old.geojson").exists()
    for name in ("edited.geojson", "notes.txt", "folder/more.txt"):
        assert (built / name).read_text() == "mine"
    assert (built / "link").readlink() == layers / "curated"
    assert (built / "hermon.geojson").stat().st_mtime_ns == unchanged.st_mtime_ns
    assert build.stale(layers, texts) == []
    assert sorted(path.name for path in layers.glob(".*")) == []


@pytest.mark.parametrize("name", ["../curated/zones.csv", "/etc/hostname", "datapackage.json", ".", ""])
def test_a_manifest_names_files_of_its_folder_alone(layers, name):
    before = {path: path.read_bytes() for path in layers.rglob("*") if path.is_file()}
    manifest = layers / "built" / build.MANIFEST
    content = before.get(layers / "built" / name, b"")
    manifest.write_text(json.dumps({name: hashlib.sha256(content).hexdigest()}))
    build.write(layers, build.files(layers))
    assert {path: path.read_bytes() for path in layers.rglob("*") if path.is_file()} == before


def test_a_build_follows_no_link(layers, tmp_path):
    others = tmp_path / "others"
    shutil.copytree(layers / "built", others)
    (others / "hermon.geojson").write_text("theirs")
    texts = build.files(layers)
    (layers / "built" / "hermon.geojson").unlink()
    (layers / "built" / "hermon.geojson").symlink_to(others / "hermon.geojson")
    assert build.write(layers, texts) == ["hermon.geojson"]
    assert not (layers / "built" / "hermon.geojson").is_symlink()
    shutil.rmtree(layers / "built")
    (layers / "built").symlink_to(others)
    with pytest.raises(ClaimsError, match="built: is a link"):
        build.write(layers, texts)
    assert (others / "hermon.geojson").read_text() == "theirs"


def test_answers_follow_an_edit_before_the_build(layers):
    before = record.Record(layers).ledger.zone_area("buffer_zone_1974").area

    def widen(features):
        line = next(feature for feature in features if feature["id"] == "line_b")
        line["geometry"]["coordinates"][40][0] += 0.001

    edit_features(layers / "curated" / "lines.geojson", widen)
    edited = record.Record(layers)
    assert edited.ledger.zone_area("buffer_zone_1974").area != before
    assert len(edited.faces) == len(edited.ledger.names)


@pytest.mark.parametrize("name", ["topology.json", "faces.geojson"])
def test_spoilt_built_files_are_not_believed(layers, golan, name):
    path = layers / "built" / name
    path.write_text(path.read_text().replace("7", "8", 1))
    assert record.Record(layers).topology == golan.topology
    path.write_text("")
    assert record.Record(layers).topology == golan.topology


def test_built_and_derived_records_agree(golan):
    anew = record.Record(LAYERS, anew=True)
    assert anew.topology == golan.topology
    assert [polygon.wkb for polygon in anew.polygons] == [polygon.wkb for polygon in golan.polygons]


def first(features, **properties):
    line_a(features)["properties"].update(properties)


def line_a(features):
    """Return Line A of the lines, or the first feature of another file."""
    return next((feature for feature in features if feature["id"] == "line_a"), features[0])


def drop(features, id_):
    features[:] = [feature for feature in features if feature["id"] != id_]


DEFECTS = [
    (
        "lines.geojson",
        lambda f: first(f, accuracy_m=-1),
        "line_a: accuracy_m is -1, not a number of at least 0; needed: one",
    ),
    ("lines.geojson", lambda f: first(f, accuracy_m=True), "line_a: accuracy_m is True, not a number of at least 0"),
    ("lines.geojson", lambda f: first(f, basis="guess"), "line_a: basis is 'guess'; write one of treaty_text, survey"),
    (
        "lines.geojson",
        lambda f: first(f, valid_from="June 1974"),
        "line_a: valid_from is 'June 1974', not a date; write 2024, 2024-12",
    ),
    ("lines.geojson", lambda f: first(f, valid_to="1970"), "line_a: valid_to 1970 is not after valid_from"),
    ("lines.geojson", lambda f: first(f, sources=[]), "line_a: sources is missing; needed: ids in sources.json"),
    ("lines.geojson", lambda f: first(f, sources=[3]), "line_a: sources is [3], not a list of words"),
    ("lines.geojson", lambda f: first(f, name_en=None), "line_a: name_en is missing"),
    (
        "lines.geojson",
        lambda f: first(f, id="../line"),
        "id '../line' has more than small letters, digits and underscores; write line",
    ),
    ("lines.geojson", lambda f: first(f, id="line_b"), "line_b: the id line_b is used twice"),
    ("lines.geojson", lambda f: line_a(f)["geometry"].update(type="Point"), "line_a: geometry is not a LineString"),
    ("lines.geojson", lambda f: f[0].update(properties=None), "lines.geojson: feature 0: no properties"),
    (
        "lines.geojson",
        lambda f: line_a(f)["geometry"]["coordinates"].__setitem__(3, [35.7, "x"]),
        "line_a: vertex 3 is not a position: [35.7, 'x']",
    ),
    (
        "lines.geojson",
        lambda f: line_a(f)["geometry"]["coordinates"].__setitem__(3, [350.7, 33]),
        "line_a: vertex 3 is outside longitude and latitude",
    ),
    (
        "lines.geojson",
        lambda f: line_a(f)["geometry"]["coordinates"].insert(1, line_a(f)["geometry"]["coordinates"][0]),
        "line_a: vertex 1: the same as the one before; delete one",
    ),
    (
        "lines.geojson",
        lambda f: line_a(f)["geometry"].update(coordinates=[[35, 33]]),
        "line_a: a line needs at least two vertices",
    ),
    ("lines.geojson", lambda f: drop(f, "line_a"), "lie in the same face; close the open line"),
    ("lines.geojson", lambda f: drop(f, "boundary_1923"), "the label lies in no face; close the open line"),
    ("labels.geojson", lambda f: drop(f, "golan"), "the face around 35."),
    ("labels.geojson", lambda f: first(f, zones="golan heights!"), "control.csv: beyond_abdin: no label point names"),
    ("places.geojson", lambda f: first(f, accuracy_m=None), "accuracy_m is missing; needed: one standard deviation"),
]


@pytest.mark.parametrize(("file", "spoil", "fault"), DEFECTS, ids=[fault for _, _, fault in DEFECTS])
def test_each_defect_is_named(layers, file, spoil, fault):
    edit_features(layers / "curated" / file, spoil)
    with pytest.raises(ClaimsError) as caught:
        build.files(layers)
    assert fault in str(caught.value)
    assert "\n" not in str(caught.value)


TABLE_DEFECTS = [
    (
        "control.csv",
        "golan_heights,israel,1967-06-10",
        "golan_heights,israel,someday",
        "valid_from is 'someday', not a date",
    ),
    ("control.csv", ",best max,", ",most,", "extents has 'most'; write one or more of min, best, max"),
    ("control.csv", "golan_heights,israel", "golan_heights,israel,extra", "does not have the 9 columns"),
    ("control.csv", "golan_heights,israel", "nowhere,israel", "nowhere: no label point names this zone"),
    ("zones.csv", "golan_heights,Golan", "atlantis,Golan", "atlantis: no label point names this zone"),
    ("zones.csv", "golan_heights,Golan", "a/b,Golan", "line 2: id 'a/b' has more than small letters"),
]


@pytest.mark.parametrize(("file", "old", "new", "fault"), TABLE_DEFECTS, ids=[fault for *_, fault in TABLE_DEFECTS])
def test_each_defect_of_a_table_is_named(layers, file, old, new, fault):
    path = layers / "curated" / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(ClaimsError) as caught:
        build.files(layers)
    assert fault in str(caught.value)


@pytest.mark.parametrize("name", ["lines.geojson", "labels.geojson", "control.csv", "zones.csv"])
def test_missing_and_unreadable_files_are_named(layers, name):
    path = layers / "curated" / name
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(ClaimsError, match=f"{name}: cannot be read"):
        build.files(layers)
    path.unlink()
    with pytest.raises(ClaimsError, match=f"{name}: no such file"):
        build.files(layers)


@pytest.mark.parametrize("text", ["{", "[]", '{"features": 3}', "null"])
def test_files_that_are_no_collections_are_named(layers, text):
    (layers / "curated" / "lines.geojson").write_text(text)
    with pytest.raises(ClaimsError, match=r"lines.geojson: (line 1: not valid JSON|not a GeoJSON FeatureCollection)"):
        build.files(layers)
