"""Defects as JSON, SARIF 2.1.0 and annotations of GitHub hold all that was found, and nothing that breaks them."""

from __future__ import annotations

import json
import re

import pytest
from common import edit_features

from geo import ClaimsError
from geo.checks import reports
from geo.checks.findings import Noted, Warned
from geo.cli.main import main

FAULTS = [
    ClaimsError(
        "50 % is\nno, date: \r[1]", code="date", file="my layers/a,b:c.geojson", feature="feature 1 (ü)", line=7
    ),
    Warned("clockwise", code="winding", file="/data/b.geojson", feature="feature 0", vertex=3, line=1),
    Noted("not checked", code="unchecked", file="c.json"),
]
LEVELS = ["error", "warning", "note"]


def test_json():
    assert json.loads(reports.as_json(FAULTS))["defects"][1] == {
        "file": "/data/b.geojson",
        "line": 1,
        "feature": "feature 0",
        "vertex": 3,
        "code": "winding",
        "severity": "warning",
        "message": "clockwise",
    }


def check_sarif(log):
    """Check what the schema of SARIF 2.1.0 requires of the objects that are used, and the references between them."""
    assert log["version"] == "2.1.0"
    assert "sarif-2.1.0" in log["$schema"]
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"]
    assert re.match(r"\d+\.\d+", driver["version"])
    rules = [rule["id"] for rule in driver["rules"]]
    assert len(set(rules)) == len(rules)
    assert all(rule.get("shortDescription", {"text": "x"})["text"] for rule in driver["rules"])
    assert run["columnKind"] in {"utf16CodeUnits", "unicodeCodePoints"}
    for result in run["results"]:
        assert result["message"]["text"]
        assert result["level"] in {"none", "note", "warning", "error"}
        assert rules[result["ruleIndex"]] == result["ruleId"]
        (location,) = result["locations"]
        place = location["physicalLocation"]
        assert re.fullmatch(r"[!-~]+", place["artifactLocation"]["uri"])  # a URI has no blanks
        assert place.get("region", {"startLine": 1})["startLine"] >= 1
    return run


def test_sarif():
    run = check_sarif(json.loads(reports.as_sarif(FAULTS)))
    assert [result["level"] for result in run["results"]] == LEVELS
    uris = [result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in run["results"]]
    assert uris == ["my%20layers/a%2Cb%3Ac.geojson", "file:///data/b.geojson", "c.json"]
    assert run["results"][1]["message"]["text"] == "feature 0: vertex 3: clockwise"
    check_sarif(json.loads(reports.as_sarif([])))


def test_github():
    assert reports.as_github(FAULTS).splitlines() == [
        "::error file=my layers/a%2Cb%3Ac.geojson,line=7,title=claims validate%3A date"
        "::feature 1 (ü): 50 %25 is no, date:  [1]",
        "::warning file=/data/b.geojson,line=1,title=claims validate%3A winding::feature 0: vertex 3: clockwise",
        "::notice file=c.json,title=claims validate%3A unchecked::not checked",
    ]


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github"])
def test_the_command_writes_each_format(capsys, layers, form):
    assert main(["validate", str(layers), "--format", form]) == 0
    assert capsys.readouterr().out
    edit_features(
        layers / "curated" / "lines.geojson", lambda features: features[3]["properties"].update(accuracy_m=-1)
    )
    assert main(["validate", str(layers), "--format", form]) == 1
    out = capsys.readouterr().out
    assert "accuracy_m" in out
    if form == "sarif":
        check_sarif(json.loads(out))


def test_one_format_at_a_time(capsys):
    assert main(["validate", "--json", "--format", "sarif"]) == 2
    assert capsys.readouterr().err.startswith("claims: error: --json and --format sarif")


def test_a_defect_of_layers_has_its_line(capsys, layers):
    lines, zones = layers / "curated" / "lines.geojson", layers / "curated" / "zones.csv"
    lines.write_text(lines.read_text().replace('"id": "line_b",\n', '"id": "line_b",\n"cuts": true,\n', 1))
    zones.write_text(zones.read_text().replace("\nbuffer_zone_1974,", "\nbuffer_zone_1975,", 1))
    assert main(["validate", str(layers), "--json"]) == 1
    told = {(fault["code"], fault["line"]) for fault in json.loads(capsys.readouterr().out)["defects"]}
    for code, path, start in (
        ("twice", lines, '{"type": "Feature", "id": "line_b"'),
        ("zone", zones, "buffer_zone_1975,"),
    ):
        (number,) = (n for n, text in enumerate(path.read_text().splitlines(), 1) if text.startswith(start))
        assert (code, number) in told
