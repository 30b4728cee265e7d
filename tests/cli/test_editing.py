"""Commands of those who edit: what they write, what they say, and that nothing missing or empty brings them down."""

from __future__ import annotations

import shutil
from xml.etree import ElementTree as ET

import pytest
from common import LAYERS, edit_features

from geo.cli.main import main
from geo.layers import profile

EMPTY = '{"type": "FeatureCollection", "features": []}'


def claims(capsys, *arguments):
    status = main([str(argument) for argument in arguments])
    out, error = capsys.readouterr()
    return status, out, error


COUNT = sum(path.suffix in {".csv", ".geojson"} for path in (LAYERS / "curated").iterdir())


def plain(layers, name="lines.geojson"):
    """Save a file without the layout, as a program does."""
    edit_features(layers / "curated" / name, lambda _: None)
    return (layers / "curated" / name).read_text()


def test_the_shipped_layers_are_in_their_form(capsys):
    assert claims(capsys, "format", "--check") == (0, f"{LAYERS / 'curated'}: {COUNT} files, 0 would change\n", "")


def test_a_file_is_brought_into_its_form(capsys, layers):
    saved = plain(layers)
    curated = layers / "curated"
    told = f"{curated / 'lines.geojson'}: layout\n"
    assert claims(capsys, "format", layers, "--check") == (1, f"{told}{curated}: {COUNT} files, 1 would change\n", "")
    assert (curated / "lines.geojson").read_text() == saved
    assert claims(capsys, "format", "--layers", layers) == (0, f"{told}{curated}: {COUNT} files, 1 changed\n", "")
    assert (curated / "lines.geojson").read_text() == (LAYERS / "curated" / "lines.geojson").read_text()
    assert claims(capsys, "format", layers, "--check")[0] == 0


def test_validation_names_it_as_the_cure(capsys, layers):
    plain(layers)
    path = layers / "curated" / "zones.csv"
    path.write_text(path.read_text().replace("golan_heights,Golan Heights", "golan_heights, Golan Heights", 1))
    edit_features(layers / "curated" / "places.geojson", lambda all_: all_[0].update(id="hermon"))
    status, out, _ = claims(capsys, "validate", layers)
    assert status == 1
    for name in ("lines.geojson", "zones.csv"):
        assert (
            f"{name}: not in the form that short diffs need, one vertex or row a line; run claims format [layout]"
            in out
        )
    assert (
        "hermon_summit: the feature has the id 'hermon', its properties 'hermon_summit'; make them the same [id]" in out
    )


def test_nothing_is_written_when_a_file_is_at_fault(capsys, layers):
    saved = plain(layers)
    edit_features(layers / "curated" / "places.geojson", lambda all_: all_[0].update(geometry=None))
    status, out, error = claims(capsys, "format", layers)
    assert (status, out) == (2, "")
    assert error.endswith("places.geojson: hermon_summit: no geometry; draw a Point, or delete the feature\n")
    assert (layers / "curated" / "lines.geojson").read_text() == saved


def test_a_file_that_may_not_be_written_is_told(capsys, layers):
    plain(layers)
    (layers / "curated" / "lines.geojson").chmod(0o444)
    status, _, error = claims(capsys, "format", layers)
    assert status == 2
    assert "lines.geojson: is read-only" in error


def removed(*names):
    def spoil(layers):
        for name in names:
            (layers / "curated" / name).unlink()

    return spoil


def written(**texts):
    def spoil(layers):
        for name, text in texts.items():
            (layers / "curated" / name.replace("__", ".")).write_text(text)

    return spoil


def header(name):
    def spoil(layers):
        path = layers / "curated" / name
        path.write_text(path.read_text().splitlines()[0] + "\n")

    return spoil


def uncut(layers):
    edit_features(layers / "curated" / "lines.geojson", lambda all_: [x["properties"].update(cuts=False) for x in all_])


def one_open_line(layers):
    edit_features(layers / "curated" / "lines.geojson", lambda all_: all_.__delitem__(slice(1, None)))
    written(labels__geojson=EMPTY)(layers)


def emptied(layers):
    shutil.rmtree(layers / "curated")
    (layers / "curated").mkdir()


# what is missing or empty, and what build and validate say of it
MISSING = {
    "no folder": (shutil.rmtree, "no layers here"),
    "nothing curated": (emptied, "lines.geojson: no such file"),
    "no lines file": (removed("lines.geojson"), "lines.geojson: no such file"),
    "no labels file": (removed("labels.geojson"), "labels.geojson: no such file"),
    "no zones file": (removed("zones.csv"), "zones.csv: no such file"),
    "no control file": (removed("control.csv"), "control.csv: no such file"),
    "lines of no bytes": (written(lines__geojson=""), "lines.geojson: not valid JSON: the file is empty"),
    "labels of no bytes": (written(labels__geojson=" \n"), "labels.geojson: not valid JSON: the file is empty"),
    "zones of no bytes": (written(zones__csv=""), "zones.csv: is empty; its first line names the columns"),
    "control of commas": (written(control__csv=",,,\n"), "control.csv: is empty; its first line names the columns"),
    "routes of no bytes": (written(routes__csv=""), "routes.csv: is empty; its first line names the columns"),
    "no lines": (written(lines__geojson=EMPTY), "lines.geojson: has no features; a record needs one at least"),
    "no labels": (written(labels__geojson=EMPTY), "labels.geojson: has no features; a record needs one at least"),
    "no zones": (header("zones.csv"), "zones.csv: has no rows; a record needs one at least"),
    "no control": (header("control.csv"), "control.csv: has no rows; a record needs one at least"),
    "no cutting lines": (uncut, "no line cuts the ground into faces; draw lines around it"),
    "an open line": (one_open_line, "labels.geojson: has no features"),
    "not a collection": (written(lines__geojson="null"), "lines.geojson: not a GeoJSON FeatureCollection"),
    "no features": (written(lines__geojson='{"features": [null]}'), "feature 0: no properties"),
    "a manifest of no bytes": (lambda layers: (layers / "built" / "manifest.json").write_text(""), "build again"),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", MISSING)
def test_what_is_missing_or_empty_is_told(capsys, layers, case):
    spoil, told = MISSING[case]
    spoil(layers)
    status, out, error = claims(capsys, "build", "--layers", layers)
    assert (status, out, error.count("\n")) == (2, "", 1)
    assert told in error
    status, out, error = claims(capsys, "validate", layers)
    assert status == (2 if case == "no folder" else 1)
    assert told in out + error
    assert "[unfinished]" not in out
    if case != "an open line":  # what follows from it is not told once for each reference
        assert "unknown " not in out
    status, out, error = claims(capsys, "format", layers, "--check")
    assert error.count("\n") == (status == 2)


def test_lines_that_enclose_nothing_are_told(capsys, layers):
    one_open_line(layers)
    shutil.copy(LAYERS / "curated" / "labels.geojson", layers / "curated")
    status, _, error = claims(capsys, "build", "--layers", layers)
    assert status == 2
    assert "the lines that cut enclose no face; join their ends in lines.geojson" in error


def test_references_to_an_empty_table_are_told_once(capsys, layers):
    removed("events.csv")(layers)
    _, out, _ = claims(capsys, "validate", layers)
    (told,) = [line for line in out.splitlines() if "[event]" in line and "events.csv: has no event, but " in line]
    assert told.endswith("references to one; add them [event]")


# the project


def test_the_project_has_relative_paths_and_no_markup_of_the_data(capsys, layers):
    def spoil(features):
        features[0]["properties"]["kind"] = '"><evil/>'

    edit_features(layers / "curated" / "lines.geojson", spoil)
    assert claims(capsys, "edit-project", layers) == (0, f"{layers / 'edit.qgs'}\n", "")
    text = (layers / "edit.qgs").read_text()
    assert str(layers.parent) not in text
    root = ET.fromstring(text)  # noqa: S314  # written by the line above
    assert root.find(".//evil") is None
    assert {one.text for one in root.iter("datasource")} == {
        f"./curated/{name}.geojson" for name in ("lines", "labels", "places")
    }
    assert '"><evil/>' in {one.get("value") for one in root.iter("category")}
    assert all(len(one.text) > 10 for one in root.iter("id"))  # shorter ones QGIS replaces, and shows no layer


def test_the_project_of_what_little_there_is(capsys, layers):
    removed("places.geojson", "zones.csv", "sources.json")(layers)
    written(labels__geojson=EMPTY)(layers)
    assert claims(capsys, "edit-project", layers)[0] == 0
    kinds = {one.get("value") for one in ET.parse(layers / "edit.qgs").iter("category")}  # noqa: S314
    assert kinds == {*profile.read(layers).line_kinds, ""}


@pytest.mark.parametrize("command", ["format", "edit-project"])
def test_a_folder_without_layers_is_told(capsys, tmp_path, command):
    status, out, error = claims(capsys, command, tmp_path)
    assert (status, out) == (2, "")
    assert error == f"claims: error: {tmp_path}: no layers here: it has no folder named curated\n"
    (tmp_path / "curated").mkdir()
    status, _, error = claims(capsys, command, tmp_path)
    assert status == 2
    assert "lines.geojson" in error
