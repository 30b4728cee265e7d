"""Whatever a folder holds, validation ends with a list of defects, each in a line."""

from __future__ import annotations

import json
import random

import mutations
import pytest
from common import edit_features

from geo import ClaimsError
from geo.checks import reports, validate


def lines(change):
    return lambda layers: edit_features(layers / "curated" / "lines.geojson", change)


def replaced(name, old, new):
    def edit(layers):
        text = (layers / name).read_text()
        assert old in text
        (layers / name).write_text(text.replace(old, new, 1))

    return edit


def written(name, content):
    return lambda layers: (layers / name).write_bytes(content)


def package(**members):
    def edit(layers):
        path = layers / "datapackage.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | members))

    return edit


TWICE = "golan_heights,israel,1967-06-10,2020-01-01,min,press,e_1967_06_10_ceasefire,wp_quneitra,Twice."
CASES = {
    "no lines": (written("curated/lines.geojson", b'{"type": "FeatureCollection", "features": []}'), "no line cuts"),
    "empty lines": (written("curated/lines.geojson", b""), "not valid JSON"),
    "missing lines": (lambda layers: (layers / "curated" / "lines.geojson").unlink(), "no such file"),
    "no labels": (written("curated/labels.geojson", b'{"type": "FeatureCollection", "features": []}'), "has no label"),
    "empty control": (written("curated/control.csv", b""), "control"),
    "empty zones": (written("curated/zones.csv", b""), "zone"),
    "kind is a list": (lines(lambda all_: all_[0]["properties"].update(kind=["boundary"])), "kind is ['boundary']"),
    "lone surrogate": (
        replaced("curated/lines.geojson", '"name_en": "', '"name_en": "W\\ud800'),
        "name_en has the character U+D800",
    ),
    "control character": (replaced("curated/zones.csv", "Golan", "Go\x1b[31mlan"), "U+001B"),
    "turned text": (replaced("curated/events.csv", "Syria", "\u202eairyS"), "turns the direction of text"),
    "key dates": (package(keyDates=5), "keyDates is not a list"),
    "licences": (package(licenses=5), "licenses is not a list"),
    "path above": (package(resources=[{"name": "x", "path": "../secret.csv"}]), "leads out of the folder"),
    "path absolute": (package(resources=[{"name": "x", "path": "/etc/passwd"}]), "leads out of the folder"),
    "path of Windows": (package(resources=[{"name": "x", "path": "..\\secret.csv"}]), "leads out of the folder"),
    "several paths": (package(resources=[{"name": "x", "path": ["curated/zones.csv", "../x"]}]), "leads out"),
    "unknown part": (replaced("curated/routes.csv", "armistice_1949_", "nowhere_"), "nowhere_"),
    "package is a list": (written("datapackage.json", b"[]"), "not a data package"),
    "built is spoilt": (written("built/topology.json", b"\xff"), "topology.json"),
    "manifest is a list": (written("built/manifest.json", b"[]"), "not a list of made files"),
    "a member twice": (replaced("curated/lines.geojson", '"id": "', '"cuts": 1, "cuts": 2, "id": "'), "is there twice"),
    "one change by two rows": (
        replaced("curated/control.csv", "\ngolan_heights,", f"\n{TWICE}\ngolan_heights,"),
        "at once",
    ),
    "sources of numbers": (written("curated/sources.json", b'[{"id": 3, "title": 4}]'), "source"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_folder_with_a_defect(layers, case):
    spoil, words = CASES[case]
    spoil(layers)
    found = validate.defects(layers)
    assert any(words in str(fault) for fault in found), [str(fault) for fault in found][:5]
    assert all("\n" not in str(fault) for fault in found)
    assert "unfinished" not in {fault.code for fault in found}


@pytest.mark.parametrize("seed", range(60))
def test_a_folder_spoilt_at_random(layers, seed):
    luck = random.Random(seed)  # noqa: S311
    files = [*sorted((layers / "curated").iterdir()), layers / "datapackage.json", layers / "built" / "topology.json"]
    mutations.spoil(luck.choice(files), luck)
    try:
        found = validate.defects(layers)
    except ClaimsError as error:
        found = [error]
    assert "unfinished" not in {fault.code for fault in found}, [str(fault) for fault in found]
    assert len(json.loads(reports.as_json(found))["defects"]) == len(found)
    assert len(json.loads(reports.as_sarif(found))["runs"][0]["results"]) == len(found)
    assert len(reports.as_github(found).splitlines()) == len(found)
