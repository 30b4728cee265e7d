"""Data package, citation and changelogs say what the files say."""

from __future__ import annotations

import csv
import json
import re
import tomllib
from importlib.metadata import version

import frictionless
import pytest
from common import LAYERS, ROOT

PACKAGE = json.loads((LAYERS / "datapackage.json").read_text())


@pytest.mark.filterwarnings("default")
def test_the_data_package_is_valid():
    report = frictionless.Package(str(LAYERS / "datapackage.json")).validate()
    assert report.valid, report.flatten(["title", "fieldName", "message"])


def test_every_curated_file_is_a_resource_with_a_licence():
    paths = {resource["path"] for resource in PACKAGE["resources"]}
    assert {f"curated/{path.name}" for path in (LAYERS / "curated").iterdir()} <= paths
    assert all(resource["licenses"] for resource in PACKAGE["resources"])


def test_every_column_is_described():
    for resource in PACKAGE["resources"]:
        if resource["type"] == "table":
            with (LAYERS / resource["path"]).open(newline="") as file:
                header = next(csv.reader(file))
            assert header == [field["name"] for field in resource["schema"]["fields"]]
            assert all(field["description"] for field in resource["schema"]["fields"])


def test_the_codebook_names_every_file_and_term():
    text = (LAYERS / "README.md").read_text()
    for path in (LAYERS / "curated").iterdir():
        assert f"curated/{path.name}" in text
    for name, key in (("lines", "kind"), ("places", "kind"), ("lines", "basis")):
        features = json.loads((LAYERS / "curated" / f"{name}.geojson").read_text())["features"]
        for term in {feature["properties"][key] for feature in features}:
            assert f"`{term}`" in text, term
        for term in features[0]["properties"]:
            assert f"`{term}`" in text, term
    for name, key in (("zones", "kind"), ("control", "controller"), ("claims", "status"), ("figures", "measure")):
        with (LAYERS / "curated" / f"{name}.csv").open(newline="") as file:
            for term in {row[key] for row in csv.DictReader(file)} - {""}:
                assert f"`{term}`" in text, term


def test_versions_agree():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    citation = (ROOT / "CITATION.cff").read_text()
    assert f"\nversion: {project}\n" in citation
    assert PACKAGE["version"] == project == version("territorial-claims")
    date = re.search(r"date-released: (\S+)", citation)[1]
    for name in ("CHANGELOG.md", "layers/CHANGELOG.md"):
        assert f"## {project} ({date})" in (ROOT / name).read_text()
