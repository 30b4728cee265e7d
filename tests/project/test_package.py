"""Data package, citation and changelogs say what the files say."""

from __future__ import annotations

import csv
import json
import re
import tomllib
from importlib.metadata import version

import frictionless
import pytest
import yaml
from common import LAYERS, ROOT

from geo import ClaimsError
from geo.checks import build, schemas
from geo.layers import profile, tables

GOLAN = profile.read(LAYERS)

PACKAGE = json.loads((LAYERS / "datapackage.json").read_text())


@pytest.mark.filterwarnings("default")
def test_the_data_package_is_valid():
    report = frictionless.Package(str(LAYERS / "datapackage.json")).validate()
    assert report.valid, report.flatten(["title", "fieldName", "message"])


def test_every_curated_file_is_a_resource_with_a_licence():
    paths = {resource["path"] for resource in PACKAGE["resources"]}
    assert {f"curated/{path.name}" for path in (LAYERS / "curated").iterdir()} <= paths
    assert all(resource["licenses"] for resource in PACKAGE["resources"])


@pytest.mark.parametrize("file", [reader.file for reader in tables.READERS])
def test_every_column_is_declared(file):
    (resource,) = [resource for resource in PACKAGE["resources"] if resource["path"] == f"curated/{file}"]
    fields = resource["schema"]["fields"]
    if file.endswith(".csv"):
        with (LAYERS / "curated" / file).open(newline="") as table:
            assert next(csv.reader(table)) == [field["name"] for field in fields]
    else:
        (properties,) = [field["fields"] for field in fields if field["name"] == "properties"]
        features = json.loads((LAYERS / "curated" / file).read_text())["features"]
        assert {name for feature in features for name in feature["properties"]} <= {
            field["name"] for field in properties
        }
        fields = fields + properties
    assert all(field["description"] for field in fields)


def test_the_codebook_has_the_declared_columns():
    table = (LAYERS / "README.md").read_text().split("## Properties\n")[1].split("\n## ")[0]
    rows = [row.split("|")[1] for row in table.splitlines() if row.startswith("| `")]
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert named == {name for reader in tables.READERS for name in reader.columns(GOLAN)}


@pytest.mark.parametrize(
    ("file", "old", "new", "name"),
    [
        ("control.csv", ",e_1967_06_10_ceasefire,", ",e_no_such,", "event"),
        ("claims.csv", ",golan_heights,", ",atlantis,", "zone"),
        ("spread.csv", "line_a,", "line_x,", "line"),
        ("proposals.csv", ",line_4_june_1967,", ",line_5_june_1967,", "scenario"),
    ],
)
@pytest.mark.filterwarnings("default")
def test_a_foreign_key_is_checked(layers, file, old, new, name):
    path = layers / "curated" / file
    path.write_text(path.read_text().replace(old, new, 1))
    report = frictionless.Package(str(layers / "datapackage.json")).validate()
    assert [(title, f'for "{name}"' in note) for title, note in report.flatten(["title", "note"])] == [
        ("ForeignKey Error", True)
    ]


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("control.csv", ",best max,", ",most,"),
        ("control.csv", "golan_heights,israel,1967-06-10", "golan_heights,israel,someday"),
        ("zones.csv", "ghajar,", "Ghajar!,"),
        ("spread.csv", "line_a,32.75", "line_a,132.75"),
        ("context.csv", ",coast,", ",harbour,"),
        ("figures.csv", ",235,", ",-235,"),
    ],
)
@pytest.mark.filterwarnings("default")
def test_code_and_package_refuse_the_same(layers, file, old, new):
    path = layers / "curated" / file
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))
    assert not frictionless.Package(str(layers / "datapackage.json")).validate().valid
    (reader,) = [reader for reader in tables.READERS if reader.file == file]
    with pytest.raises(ClaimsError):
        reader(layers / "curated")


def test_the_schemas_follow_the_declarations(layers):
    path = layers / "datapackage.json"
    package = json.loads(path.read_text())
    zones = next(resource for resource in package["resources"] if resource["name"] == "zones")
    zones["schema"]["fields"][0]["description"] = "Something else"
    (kind,) = (index for index, field in enumerate(zones["schema"]["fields"]) if field["name"] == "kind")
    zones["schema"]["fields"][kind]["constraints"]["enum"].append("province")
    del zones["schema"]["primaryKey"]
    package["title"] = "By hand"
    package["resources"].append({"name": "inline", "data": [[1]]})
    path.write_text(json.dumps(package))
    texts = build.files(layers)
    assert build.stale(layers, texts) == ["datapackage.json"]
    build.write(layers, texts)
    made = json.loads(path.read_text())
    zones = next(resource for resource in made["resources"] if resource["name"] == "zones")
    assert zones["schema"]["fields"][0]["description"] == "Identifier: small letters, digits, underscores; never reused"
    assert zones["schema"]["primaryKey"] == "id"
    # what is written by hand stays
    assert made["title"] == "By hand"
    assert made["resources"][-1] == {"name": "inline", "data": [[1]]}
    assert "inline" not in json.dumps(made["resources"][:-1])
    assert zones["schema"]["fields"][kind]["constraints"]["enum"][-1] == "province"
    assert build.stale(layers, build.files(layers)) == []
    path.unlink()
    assert schemas.text(layers) is None


@pytest.mark.parametrize(
    "text", ["[]", '{"resources": 3}', '{"resources": ["zones.csv"]}', '{"resources": [{"schema": []}]}']
)
def test_what_is_no_data_package_is_named(layers, text):
    path = layers / "datapackage.json"
    package, territory = json.loads(text), json.loads(path.read_text())["territory"]
    path.write_text(json.dumps(package | {"territory": territory} if isinstance(package, dict) else package))
    with pytest.raises(ClaimsError, match=r"datapackage.json: not a data package"):
        build.files(layers)


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
    assert PACKAGE["created"] == f"{date}T00:00:00Z"


def test_the_citation_is_complete():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    needed = {
        "cff-version",
        "message",
        "title",
        "authors",
        "abstract",
        "keywords",
        "version",
        "date-released",
        "license",
    }
    assert set(citation) == needed | {"type"}
    assert citation["cff-version"] == "1.2.0"
    assert citation["type"] == "dataset"
    assert [author["name"] for author in citation["authors"]] == [one["title"] for one in PACKAGE["contributors"]]
    assert set(PACKAGE["keywords"]) <= set(citation["keywords"])
    assert {one["name"] for one in PACKAGE["licenses"]} <= set(citation["license"])
    assert len(citation["abstract"]) > 300
