"""The page "Your own territory": its commands run in order, and the messages that it quotes are those of the tool."""

from __future__ import annotations

import json
import re
import shlex
import shutil

import pytest
from common import ROOT, edit_column, edit_features

from geo.answers import new_record
from geo.cli.main import main

PAGE = (ROOT / "notebooks" / "your_own_territory.md").read_text()
_FILE = re.compile(r"`([\w/]+\.(?:geojson|json|csv))`(?:(?!\n\n).)*\n\n```(?:json|csv)\n(.*?)```", re.DOTALL)
_SH = re.compile(r"```sh\n(.*?)```", re.DOTALL)
MESSAGES = re.findall(r"^\| `(.+?)` \|", PAGE.split("## What goes wrong")[1], re.MULTILINE)
OF_INIT = MESSAGES[-4:]


@pytest.fixture(scope="module")
def isles(tmp_path_factory):
    folder = tmp_path_factory.mktemp("page") / "isles"
    new_record.example(folder)
    return folder


def steps():
    """Return the files and commands of the page in order."""
    found = [(match.start(), "file", match) for match in _FILE.finditer(PAGE)]
    found += [(match.start(), "sh", match) for match in _SH.finditer(PAGE)]
    return [(kind, match) for _, kind, match in sorted(found, key=lambda one: one[0])]


def test_the_page_runs_from_init_to_map(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for kind, match in steps():
        if kind == "file":
            path = tmp_path / match[1]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(match[2])
            continue
        for command in match[1].splitlines():
            status = main(shlex.split(command)[1:])
            assert (status, command) == (0, command), capsys.readouterr()
    assert len({kind for kind, _ in steps()}) == 2
    for name in ("isles", "districts", "mine"):
        assert "L.map(" in (tmp_path / f"{name}.html").read_text()
    capsys.readouterr()
    assert main(["change", "1974-06-30", "1974-07-01", "--layers", "districts", "--json"]) == 0
    (transfer,) = json.loads(capsys.readouterr().out)["transfers"]
    assert (transfer["from"], transfer["to"], transfer["zones"]) == ("alba", "borea", ["east"])


def _move(line, vertex, position):
    def change(folder):
        def moved(features):
            (one,) = [feature for feature in features if feature["id"] == line]
            one["geometry"]["coordinates"][vertex] = position

        edit_features(folder / "curated/lines.geojson", moved)

    return change


def _set(file, feature, name, value):
    def change(folder):
        def changed(features):
            for one in features:
                if one["id"] == feature:
                    one["properties"][name] = value

        edit_features(folder / "curated" / file, changed)

    return change


def _cells(file, column, old, new):
    return lambda folder: edit_column(folder / "curated" / file, column, lambda cell: new if cell == old else cell)


def _source(**changes):
    def change(folder):
        path = folder / "curated/sources.json"
        items = json.loads(path.read_text())
        items[0] |= changes
        path.write_text(json.dumps(items))

    return change


def _add_source(folder):
    path = folder / "curated/sources.json"
    items = json.loads(path.read_text())
    path.write_text(json.dumps([*items, {**items[0], "id": "other"}]))


def _drop_label(folder):
    edit_features(folder / "curated/labels.geojson", lambda features: features.pop())


def _drop_last_row(folder):
    path = folder / "curated/control.csv"
    path.write_text("\n".join(path.read_text().splitlines()[:-1]) + "\n")


SPOILT = [
    _set("lines.geojson", "green_line", "cuts", value=False),
    _move("green_line", -1, [-34.901, 30.1]),
    _move("green_line", 1, [-35.0, 30.2]),
    _drop_label,
    _drop_last_row,
    _cells("control.csv", "valid_to", "1974-07-01", "1975"),
    _cells("control.csv", "event", "e_1974_07_01", ""),
    _cells("control.csv", "controller", "borea", "bora"),
    _set("lines.geojson", "green_line", "name_fr", "Ligne verte"),
    _move("green_line", 1, [-35.0300001, 30.11]),
    _set("lines.geojson", "green_line", "accuracy_m", 0),
    _source(note=""),
    _add_source,
    _move("coast_north", 1, [-35.081, 30.16]),
]


@pytest.mark.parametrize(
    ("message", "spoil"), list(zip(MESSAGES[:-4], SPOILT, strict=True)), ids=[m[:30] for m in MESSAGES[:-4]]
)
def test_each_message_of_validate_is_what_it_says(isles, message, spoil, tmp_path, capsys):
    folder = tmp_path / "isles"
    shutil.copytree(isles, folder)
    assert main(["validate", str(folder)]) == 0
    spoil(folder)
    capsys.readouterr()
    assert main(["validate", str(folder)]) == 1
    assert message in capsys.readouterr().out


@pytest.mark.parametrize(
    ("message", "edit", "arguments"),
    [
        (OF_INIT[0], {}, ["isles"]),
        (OF_INIT[1], {}, ["new", "--from", "districts.geojson", "--by", "owner"]),
        (OF_INIT[2], {"holder": None}, ["new", "--from", "districts.geojson", "--by", "holder"]),
        (OF_INIT[3], {"holder": "Ceres"}, ["new", "--from", "districts.geojson", "--by", "holder"]),
    ],
)
def test_each_message_of_init_is_what_it_says(isles, message, edit, arguments, tmp_path, monkeypatch, capsys):
    shutil.copytree(isles, tmp_path / "isles")
    monkeypatch.chdir(tmp_path)
    (text,) = [match[2] for kind, match in steps() if kind == "file" and match[1] == "districts.geojson"]
    collection = json.loads(text)
    collection["features"] = collection["features"][1:]
    collection["features"][0]["properties"] |= edit
    (tmp_path / "districts.geojson").write_text(json.dumps(collection))
    assert main(["init", *arguments]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert not (tmp_path / "new").exists()
