"""Metadata say what data package and record say, in the form of each standard; `make standards` has the validators."""

from __future__ import annotations

import csv
import hashlib
import json
import re

import pytest
from common import LAYERS, ROOT

import geo
from geo.cli.main import main
from geo.formats import dataset, metadata

SINAI = ROOT / "tests" / "territories" / "sinai"
FOLDERS = (LAYERS, SINAI)
URL = "https://example.org/data/"


def package_of(folder):
    return json.loads((folder / "datapackage.json").read_text())


def change(folder, **members):
    """Change members of a data package; None deletes one."""
    path = folder / "datapackage.json"
    package = {name: value for name, value in (package_of(folder) | members).items() if value is not None}
    path.write_text(json.dumps(package))


@pytest.fixture(scope="module", params=FOLDERS, ids=lambda folder: folder.name)
def folder(request):
    return request.param


@pytest.fixture(scope="module")
def record(folder):
    return geo.load(folder)


@pytest.mark.parametrize("standard", metadata.STANDARDS)
def test_title_licence_and_version_are_those_of_the_package(folder, record, standard):
    made = json.dumps(record.metadata(standard), ensure_ascii=False)
    package = package_of(folder)
    for said in (package["title"], package["version"], package["keywords"][0]):
        assert json.dumps(said, ensure_ascii=False)[1:-1] in made
    assert "odbl" in made.casefold()
    assert package["contributors"][0]["title"] in made


@pytest.mark.parametrize("standard", metadata.STANDARDS)
def test_command_and_record_say_the_same_and_again(folder, record, standard, capfd):
    for _ in range(2):
        assert main(["metadata", "--as", standard, "--layers", str(folder), "--url", URL]) == 0
        assert json.loads(capfd.readouterr().out) == record.metadata(standard, url=URL)


def test_schema_org_has_what_searches_ask_for(record):
    made = record.metadata("schema.org", url=URL)
    assert 50 <= len(made["description"]) <= 5000
    assert made["temporalCoverage"] == f"{record.ledger.first}/.."
    south, west, north, east = map(float, made["spatialCoverage"]["geo"]["box"].split())
    assert (west, south, east, north) == pytest.approx(record.bounds, abs=1e-6)
    assert len(made["citation"]) == len(record.sources)
    assert all(one["contentUrl"].startswith(URL) and one["encodingFormat"] for one in made["distribution"])


def test_dcat_has_what_the_application_profile_demands(record):
    made = record.metadata("dcat")
    assert {"dct:title", "dct:description", "dct:publisher", "dcat:distribution"} <= made.keys()
    prefixes = made["@context"]
    for name in re.findall(r'"(\w+):\w+"', json.dumps({**made, "@context": {}})):
        assert name in prefixes
    for file in made["dcat:distribution"]:
        assert file["dcat:accessURL"]["@id"]
        assert file["dct:license"]["@id"].startswith("https://opendatacommons.org/")


@pytest.mark.parametrize("url", ["", URL])
def test_digests_and_sizes_are_those_of_the_files(folder, record, url):
    stac = record.metadata("stac", url=url)
    croissant = record.metadata("croissant", url=url)
    assert set(stac["assets"]) == {one["path"] for one in package_of(folder)["resources"]}
    for path, asset in stac["assets"].items():
        content = (folder / path).read_bytes()
        assert asset["href"] == (f"{URL}{path}" if url else f"./{path}")
        assert asset["file:size"] == len(content)
        assert asset["file:checksum"] == "1220" + hashlib.sha256(content).hexdigest()
        (file,) = [file for file in croissant["distribution"] if file["@id"] == path]
        assert file["sha256"] == hashlib.sha256(content).hexdigest()


def test_every_field_of_croissant_is_in_its_file(folder, record):
    made = record.metadata("croissant")
    fields = [field for records in made["recordSet"] for field in records["field"]]
    assert len(fields) > 50
    assert len({field["@id"] for field in fields}) == len(fields)
    for field in fields:
        path = folder / field["source"]["fileObject"]["@id"]
        extract = field["source"]["extract"]
        if "column" in extract:
            with path.open(newline="") as table:
                assert extract["column"] in next(csv.reader(table))
        else:
            *_, of, name = extract["jsonPath"].split(".")
            assert all(name in feature[of] for feature in json.loads(path.read_text())["features"])


# what https://developers.zenodo.org documents for a deposit of a dataset
ZENODO = {
    **dict.fromkeys(("title", "upload_type", "description", "access_right", "license"), str),
    **dict.fromkeys(("publication_date", "notes", "version", "method", "language"), str),
    **dict.fromkeys(("creators", "keywords", "references", "related_identifiers", "locations", "dates"), list),
}


def test_zenodo_has_documented_members(record):
    made = record.metadata("zenodo")
    assert {"title", "upload_type", "description", "creators", "access_right", "license"} <= made.keys()
    for name, value in made.items():
        assert isinstance(value, ZENODO[name]), name
    (spot,) = made["locations"]
    west, south, east, north = record.bounds
    assert west < spot["lon"] < east
    assert south < spot["lat"] < north
    assert len(made["references"]) == len(record.sources)


def test_datacite_has_what_it_demands(record):
    made = record.metadata("datacite")
    assert {"creators", "titles", "publisher", "publicationYear", "types", "schemaVersion"} <= made.keys()
    assert made["publicationYear"] == "2026"
    box = made["geoLocations"][0]["geoLocationBox"]
    assert box["westBoundLongitude"] < box["eastBoundLongitude"]


@pytest.mark.parametrize(
    ("members", "standard", "fault"),
    [
        ({"title": None}, "stac", "title: missing; add it"),
        ({"description": 3}, "stac", "description: is 3, not text"),
        ({"keywords": "Golan"}, "stac", "keywords: is 'Golan', not a list"),
        ({"contributors": ["me"]}, "stac", r"contributors: is \['me'\], not a list of objects"),
        ({"created": "yesterday"}, "stac", "created: is 'yesterday', not a time"),
        ({"created": None}, "datacite", "no day of publication, which DataCite needs"),
        ({"created": None}, "zenodo", "no day of publication, which Zenodo needs"),
        ({"created": None}, "croissant", "no day of publication, which Croissant needs"),
        ({"homepage": "our page"}, "dcat", "'our page' is no address of the web"),
        ({"resources": [{"name": "a", "path": "../a.csv"}]}, "dcat", "leads out of the folder"),
        ({"resources": [{"name": "a", "path": "a.csv"}]}, "dcat", "a.csv: no such file"),
        ({"resources": [{"name": "a", "path": [1]}]}, "dcat", "a: the path is 1, not text"),
    ],
)
def test_a_member_at_fault_is_named(layers, members, standard, fault):
    change(layers, **members)
    with pytest.raises(geo.ClaimsError, match=fault):
        geo.load(layers).metadata(standard)


def leaves(value, name=""):
    """Yield each value that holds no others, with the name that it has."""
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from leaves(inner, key)
    elif isinstance(value, list) and value:
        for inner in value:
            yield from leaves(inner, name)
    else:
        yield name, value


@pytest.mark.parametrize("standard", metadata.STANDARDS)
def test_a_package_that_says_little_is_enough_and_nothing_is_empty(layers, standard):
    few = ("version", "keywords", "licenses", "contributors", "attribution", "sources", "resources")
    change(layers, **dict.fromkeys(few))
    made = geo.load(layers).metadata(standard)
    empty = {name for name, value in leaves(made) if value in ("", None, [], {})}
    assert empty == ({"interval", "links", "assets"} if standard == "stac" else set())
    assert "Contributors to Territorial control on the Golan" in json.dumps(made)


def test_layers_without_a_package_are_refused(layers, capsys):
    (layers / "datapackage.json").unlink()
    assert main(["metadata", "--as", "stac", "--layers", str(layers)]) == 2
    assert "datapackage.json: missing, and metadata come from it" in capsys.readouterr().err


@pytest.mark.parametrize("url", ["example.org", "ftp://example.org", "https://", "https://a b", "http://[::1"])
def test_an_address_has_to_be_one_of_the_web(golan, url):
    with pytest.raises(geo.ClaimsError, match="no address of the web"):
        golan.metadata("dcat", url=url)


def test_an_unknown_standard_has_the_nearest(golan):
    with pytest.raises(geo.ClaimsError, match="unknown standard 'zenod'; did you mean 'zenodo'"):
        golan.metadata("zenod")


def test_text_is_data_in_html(layers):
    change(layers, description="<script>alert('a') & b</script>")
    made = geo.load(layers).metadata("zenodo")
    assert made["description"] == "<p>&lt;script&gt;alert('a') &amp; b&lt;/script&gt;</p>"


def test_ground_on_both_sides_of_the_antimeridian(golan):
    found = dataset.describe(golan)._replace(bbox=(178.0, -19.0, -179.0, -16.0))
    wkt = metadata.STANDARDS["dcat"](found)["dct:spatial"]["dcat:bbox"]["@value"]
    assert wkt.startswith("MULTIPOLYGON (((178.0 -19.0, 180.0 -19.0")
    assert metadata.STANDARDS["zenodo"](found)["locations"][0]["lon"] == 179.5
    assert metadata.STANDARDS["stac"](found)["extent"]["spatial"]["bbox"] == [[178.0, -19.0, -179.0, -16.0]]
