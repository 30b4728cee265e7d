"""The territory profile: what it says is used, and what is wrong in it has its line."""

from __future__ import annotations

import json
import re

import pytest
from common import LAYERS, edit_column, edit_features

import geo
from geo import ClaimsError
from geo.checks import translations, validate
from geo.layers import profile


@pytest.fixture
def edit(layers):
    """Change the territory of a copy of the layers, and return the folder."""

    def edit_(change):
        path = layers / "datapackage.json"
        package = json.loads(path.read_text(encoding="utf-8"))
        change(package["territory"])
        path.write_text(json.dumps(package), encoding="utf-8")
        return layers

    return edit_


def test_layers_without_a_profile_have_neutral_kinds_and_any_party(tmp_path):
    assert profile.read(tmp_path) == profile.NEUTRAL
    assert profile.NEUTRAL.check("party", "anybody") == ""
    assert "frame" in profile.NEUTRAL.line_kinds
    assert profile.NEUTRAL.inhabited == ["city", "town", "village"]
    assert profile.NEUTRAL.posts == {"post"}


def test_a_kind_that_the_code_has_is_renamed_and_keeps_its_look():
    golan = profile.read(LAYERS)
    assert golan.line_kinds["armistice"].names["en"] == "armistice line of 1949 (dashed: inferred)"
    assert golan.line_kinds["armistice"].colour == profile.LINE_KINDS["armistice"].colour
    assert golan.fronts == {"front", "forward", "reach"}
    assert golan.posts == {"post", "israeli_post"}
    assert golan.inhabited == ["city", "town", "village", "settlement"]


def unknown_party(layers):
    path = layers / "curated" / "control.csv"
    path.write_text(path.read_text().replace(",opposition,", ",opposiiton,", 1))


def unknown_line_kind(layers):
    def change(features):
        features[0]["properties"]["kind"] = "boundry"

    edit_features(layers / "curated" / "lines.geojson", change)


def unknown_place_kind(layers):
    def change(features):
        features[0]["properties"]["kind"] = "bridge"

    edit_features(layers / "curated" / "places.geojson", change)


def unknown_language(layers):
    def change(features):
        features[0]["properties"]["name_el"] = "Όρος"

    edit_features(layers / "curated" / "lines.geojson", change)


def unknown_language_of_a_table(layers):
    path = layers / "curated" / "zones.csv"
    head, *rows = path.read_text().splitlines()
    path.write_text("\n".join([f"{head},name_tr", *(f"{row},Bölge" for row in rows)]) + "\n")


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (unknown_party, "controller: unknown party 'opposiiton'; did you mean 'opposition'?; or add it to parties"),
        (unknown_line_kind, "kind: unknown line kind 'boundry'; did you mean 'boundary'?; or add it to lineKinds"),
        (unknown_place_kind, "or add it to placeKinds under territory in datapackage.json"),
        (unknown_language, "name_el is in no language of these layers; add el to languages under territory"),
        (unknown_language_of_a_table, "name_tr is in no language of these layers; add tr to languages"),
    ],
)
def test_what_the_profile_does_not_know_is_a_defect_with_its_cure(layers, spoil, told):
    spoil(layers)
    assert any(told in str(fault) for fault in validate.defects(layers))
    with pytest.raises(ClaimsError) as error:
        geo.load(layers).map("2015-01-01")
    assert told in str(error.value)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda it: it.update(colour="red"), "territory: unknown member 'colour'"),
        (lambda it: it["parties"].append({"id": "israel", "names": {"en": "x"}}), "parties has israel twice"),
        (lambda it: it["parties"][0].pop("names"), "parties israel: names has none in en, the first of the languages"),
        (lambda it: it["parties"][0].update(colour="blue"), "parties israel: colour is 'blue', not a colour such as"),
        (lambda it: it["parties"][0].update(mark="stars"), "mark is 'stars'; write one of plain, dots"),
        (lambda it: it["parties"][0]["names"].update(fr="x"), "names has the language 'fr'; add it to languages"),
        (lambda it: it["parties"].append("syria"), "is 'syria', not an object of id, names, colour, mark"),
        (lambda it: it.update(parties={"a": 1}), "parties is {'a': 1}, not a list"),
        (lambda it: it["lineKinds"][0].update(width="2"), "width is '2', not a number of pixels"),
        (lambda it: it["lineKinds"][0].update(dashes="long"), "not lengths of strokes and gaps"),
        (lambda it: it["lineKinds"][0].update(labelled=1), "labelled is 1, not true or false"),
        (lambda it: it["placeKinds"][0].update(role="capital"), "role is 'capital'; write one of inhabited, post"),
        (lambda it: it.update(grid="28191"), "grid is '28191', not a code such as EPSG:32636"),
        (lambda it: it.update(firstDate="long ago"), "firstDate is 'long ago', not a date"),
        (lambda it: it.update(languages=["English"]), "tag is 'English', not a BCP 47 tag"),
        (lambda it: it["languages"][1].update(direction="down"), "direction is 'down'; write one of ltr, rtl"),
        (lambda it: it["title"].update(en="W\ud800est"), "title in en has the character U+D800"),
        (lambda it: it.update(title=3), "title is 3, not names by language"),
        (lambda it: it.update(defaultZone="golan"), "defaultZone: unknown zone 'golan'"),
        (
            lambda it: it.update(firstDate="1920"),
            "firstDate is 1920, but who held all of the ground is known",
        ),
    ],
)
def test_a_fault_in_the_profile_has_its_line(edit, change, told):
    faults = [str(fault) for fault in validate.defects(edit(change))]
    assert any(told in fault and "datapackage.json" in fault for fault in faults), faults


@pytest.mark.parametrize("spoilt", ["[]", "5"])
def test_a_territory_that_is_none(tmp_path, spoilt):
    (tmp_path / "datapackage.json").write_text(f'{{"territory": {spoilt}}}')
    with pytest.raises(ClaimsError, match=rf"territory: is {re.escape(spoilt)}, not an object of title, short"):
        profile.read(tmp_path)


def test_the_first_language_is_the_one_that_is_needed_and_shown(edit):
    def turn(territory):
        territory["languages"].reverse()

    layers = edit(turn)
    edit_column(layers / "curated" / "zones.csv", "name_he", lambda _: "")
    told = [str(fault) for fault in validate.defects(layers)]
    assert any("name_he is missing" in fault for fault in told)


def test_names_without_a_translation_are_counted(edit):
    def add(territory):
        territory["languages"].append({"tag": "el", "name": "Ελληνικά"})

    layers = edit(add)
    assert "vocabulary" not in {fault.code for fault in validate.defects(layers)}
    found = translations.missing(layers, {"en", "ar", "he"})
    missing = {(row.file.removeprefix(f"{layers}/"), row.language): (row.missing, row.of) for row in found}
    zones = len(geo.load(layers).curated_zones)
    assert missing["curated/zones.csv", "el"] == (zones, zones)
    assert missing["words of the interface", "el"] == (1, 1)
    assert ("words of the interface", "ar") not in missing
    assert geo.load(layers).map(language="el")
