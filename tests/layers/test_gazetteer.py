"""Places and zones by any of their names."""

from __future__ import annotations

import unicodedata

import pytest
from common import ROOT
from hypothesis import given
from hypothesis import strategies as st

import geo
from geo.layers import gazetteer

LAYERS = geo.load(ROOT / "layers")
KNOWN = gazetteer.entries(LAYERS.curated_places.values(), LAYERS.curated_zones.values())
NAMES = [(entry.id, spelling) for entry in KNOWN for spelling in entry.spellings]


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        ("Quneitra", "quneitra"),
        ("QUNEITRA", "quneitra"),
        ("El Quneitra", "quneitra"),
        ("al-Quneitra", "quneitra"),
        ("Kuneitra", "quneitra"),
        ("Al-Qunayṭirah", "quneitra"),
        ("קוניטרה", "quneitra"),
        ("القنيطرة", "quneitra"),
        ("القُنَيْطِرَة", "quneitra"),
        ("قنيطرة", "quneitra"),
        ("القنيطره", "quneitra"),
        ("Hermon", "hermon_summit"),
        ("Mount Hermon", "hermon_summit"),
        ("Jabal al-Shaykh", "hermon_summit"),
        ("Jabal ash-Shaykh", "hermon_summit"),
        ("jabal al shaykh", "hermon_summit"),
        ("جبل الشيخ", "hermon_summit"),
        ("הר החרמון", "hermon_summit"),
        ("הר חרמון", "hermon_summit"),
        ("Majdal Shams", "majdal_shams"),
        ("majdal-shams", "majdal_shams"),
        ("מג׳דל שמס", "majdal_shams"),
        ("Masade", "masade"),
        ("Mas'ade", "masade"),
        ("Mas\N{RIGHT SINGLE QUOTATION MARK}ade", "masade"),
        ("Maale Gamla", "maale_gamla"),
        ("Haon", "haon"),
        ("Rafid", "rafid"),
        ("ar-Rafid", "rafid"),
        ("Mualaqa", "muallaqah"),
        ("Al Hamma", "hamat_gader"),
        ("Caesarea Philippi", "banias"),
        ("Tel Faris", "mount_peres"),
        ("UNDOF position 68", "un_ruwayhinah"),
    ],
)
@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_a_place_by_any_name(name, id_, form):
    assert gazetteer.named(unicodedata.normalize(form, name), KNOWN)[0].id == id_


def test_several_things_of_one_name_in_order():
    assert [(one.id, one.sort) for one in gazetteer.named("Hermon", KNOWN)] == [
        ("hermon_summit", "place"),
        ("hermon", "zone"),
    ]
    assert [(one.id, one.sort) for one in gazetteer.named("Ghajar", KNOWN)] == [("ghajar", "place"), ("ghajar", "zone")]
    assert [one.id for one in gazetteer.named("الشجرة", KNOWN)] == ["shajarah", "post_shajarah"]
    assert [one.id for one in gazetteer.named("Shebaa Farms", KNOWN)] == ["shebaa_farms"]


def test_parts_of_names():
    jubata = {"jubata_khashab", "post_jubata_khashab", "jubata_zayt"}
    assert {one.id for one in gazetteer.containing("Jubata", KNOWN)} == jubata
    assert [one.id for one in gazetteer.containing("area of separation", KNOWN)] == ["buffer_zone_1974"]
    assert gazetteer.containing("al", KNOWN) == []
    assert gazetteer.named("", KNOWN) == gazetteer.named("'", KNOWN) == []


SLIPS = {
    "Qunetra": "quneitra",
    "Quneira": "quneitra",
    "Majdal Shms": "majdal_shams",
    "Magdal Shams": "majdal_shams",
    "Katzrim": "katzrin",
    "Bukata": "buqata",
    "Jubata al-Kashab": "jubata_khashab",
    "Merom Golen": "merom_golan",
    "Ramat Magshimin": "ramat_magshimim",
    "قنيطرا": "القنيطرة",
}


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_is_mended(name):
    assert gazetteer.suggestion(name, KNOWN) == SLIPS[name]


FAR = [
    "London",
    "Damascus",
    "Beirut",
    "Tel Aviv",
    "Kyiv",
    "Washington",
    "Tiberias",
    "Aleppo",
    "Amman",
    "Homs",
    "banana",
]
FAR += ["help", "border", "nowhere", "xyz", "Sinai", "חיפה", "دمشق", "Mount Everest", "the river"]


@pytest.mark.parametrize("name", FAR)
def test_what_is_not_close_is_not_suggested(name):
    assert gazetteer.named(name, KNOWN) == []
    assert gazetteer.suggestion(name, KNOWN) is None


@given(st.sampled_from(NAMES), st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]), st.randoms())
def test_every_name_is_found_in_any_case_form_and_with_any_hyphens(named, form, chance):
    id_, name = named
    spelt = "".join(chance.choice((letter.upper(), letter.lower())) for letter in name).replace(
        " ", chance.choice("- ")
    )
    assert id_ in {entry.id for entry in gazetteer.named(unicodedata.normalize(form, spelt), KNOWN)}


@given(st.text(max_size=20))
def test_no_text_breaks_it(text):
    gazetteer.named(text, KNOWN)
    gazetteer.containing(text, KNOWN)
    assert gazetteer.words(" ".join(gazetteer.words(text))) == gazetteer.words(text)
