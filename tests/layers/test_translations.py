"""Texts in other languages: read, checked, counted, and left out once the text that they were made from has changed."""

from __future__ import annotations

import csv
import re
import shutil

import pytest
from common import LAYERS

import geo
from geo._errors import ClaimsError
from geo.checks import translations, validate
from geo.layers import tables

HEAD = "file,id,column,language,text,original,source"
EVENT = "e_2018_07_26_quneitra"


@pytest.fixture
def layers(tmp_path):
    """A copy of the layers, and a function that writes its translations and checks them."""
    shutil.copytree(LAYERS, tmp_path / "layers")
    return tmp_path / "layers"


def spoil(layers, *rows):
    (layers / "curated" / "translations.csv").write_text("\n".join([HEAD, *rows, ""]))
    return [str(fault) for fault in validate.defects(layers) if "translations.csv" in fault.file]


def title(of):
    with (LAYERS / "curated" / "events.csv").open(newline="") as file:
        return next(row["title"] for row in csv.DictReader(file) if row["id"] == of)


def test_every_title_and_statement_is_there_in_the_script_of_its_language(golan):
    texts = [event.title for event in golan.curated_events.values()]
    texts += [claim.statement for claim in golan.curated_claims]
    scripts = {"ar": "[\u0621-\u064a]", "he": "[\u05d0-\u05ea]"}
    for text in texts:
        for language, letter in scripts.items():
            assert len(re.findall(letter, golan.text(text, language))) > 5, text


def test_dates_and_numbers_survive_translation(golan):
    """Years and resolutions are the same in each language."""
    for event in golan.curated_events.values():
        for language in ("ar", "he"):
            numbers = set(re.findall(r"\d{3,4}", event.title))
            assert numbers <= set(re.findall(r"\d{3,4}", golan.text(event.title, language))), event.id


def test_a_changed_text_is_shown_until_it_is_translated_again(layers):
    events = layers / "curated" / "events.csv"
    old, new = title(EVENT), "Government forces take Quneitra"
    events.write_text(events.read_text().replace(old, new))
    changed = geo.load(layers)
    assert changed.text(new, "he") == new
    missing = {(row.file.rpartition("/")[2], row.language): row.missing for row in translations.missing(layers, {"ar"})}
    assert missing["events.csv, title", "he"] == 1


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (f"events.csv,{EVENT},zones,ar,x,y,", "column is zones, which has no translations; write one of title, what"),
        (f"events.csv,{EVENT},title,en,x,y,", "en is what events.csv is written in; write one of ar, he"),
        (f"events.csv,{EVENT},title,fr,x,y,", "language is fr; write one of ar, he"),
        ("events.csv,e_no_such,title,ar,x,y,", "unknown id 'e_no_such'"),
        (f"figures.csv,{EVENT},title,ar,x,y,", "file is 'figures.csv'"),
        (f"events.csv,{EVENT},title,ar,x,y,nobody", "unknown source 'nobody'"),
    ],
)
def test_a_wrong_row_is_a_defect(layers, row, fault):
    assert any(fault in told for told in spoil(layers, row))


def test_two_translations_of_a_text_are_a_defect(layers):
    row = f"events.csv,{EVENT},title,ar,x,y,"
    assert any("two translations in one language" in told for told in spoil(layers, row, row))


def test_a_mark_needs_its_name(layers):
    places = layers / "curated" / "places.geojson"
    places.write_text(places.read_text().replace('"translated": ["he"]', '"translated": ["fr"]', 1))
    with pytest.raises(ClaimsError, match="translated has 'fr', no language of these layers"):
        tables.read_places(layers / "curated")


def test_the_map_and_the_timeline_have_the_titles(golan):
    from geo.views import maps

    told = maps.data(golan)["translations"][title(EVENT)]
    assert set(told) == {"ar", "he"}
    figure = golan.plot(kind="timeline", language="he")
    assert any(told["he"][:20] in text.get_text() for text in figure.texts)


def test_the_map_has_what_it_shows_and_no_more(golan):
    from geo.views import maps

    data = maps.data(golan)
    notes = [note for scenario in data["scenarios"] for note in scenario["notes"]]
    notes += [zone["note"] for zone in data["zones"].values()] + [event.what for event in golan.curated_events.values()]
    drawn = (golan.curated_control, golan.curated_lines.values(), golan.records(tables.read_routes))
    notes += [row.note for rows in drawn for row in rows]
    assert not {note for note in notes if note and set(data["translations"].get(note, ())) != {"ar", "he"}}
    assert golan.curated_proposals[0].what not in data["translations"]


def test_rows_that_share_a_text_share_its_translation(layers):
    """A text is missing once, and a scenario can have several."""
    control = geo.load(layers).curated_control
    shared = next(row for row in control if row.note == "Khalid ibn al-Walid Army, affiliated with Islamic State.")
    row = f'control.csv,{shared.zone},note,he,x,"{shared.note}",'
    assert not spoil(layers, row)
    counted = next(row for row in translations.missing(layers, {"he"}) if row.file.endswith("control.csv, note"))
    lacking = {row.note for row in control} - {"", shared.note}
    assert (counted.language, counted.missing) == ("ar", len(lacking) + 1)
    two = "scenarios.csv,line_4_june_1967,note,he,{0},{0},"
    assert not spoil(layers, two.format("x"), two.format("y"))
    assert spoil(layers, two.format("x"), two.format("x"))
