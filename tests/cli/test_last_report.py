"""A day later than the last report of a record is answered with the day of that report, in words and as JSON."""

from __future__ import annotations

import csv
import json

import pytest
from common import LAYERS, ROOT

import geo
from geo.cli.main import main

SINAI = ROOT / "tests" / "territories" / "sinai"
EARLY, LATE = "2025-01-01", "today"


def answer(capsys, *words):
    assert main(list(words)) == 0
    return capsys.readouterr().out


def newest(record):
    """Return the last day that the tables of a record tell of, read without the package."""
    with (record / "curated" / "events.csv").open(newline="") as file:
        days = [row["date_to"] or row["date"] for row in csv.DictReader(file)]
    places = json.loads((record / "curated" / "places.geojson").read_text())["features"]
    days += [place["properties"].get("last_report") or "" for place in places]
    with (record / "curated" / "control.csv").open(newline="") as file:
        days += [row["valid_from"] for row in csv.DictReader(file)]
    return max(days)


@pytest.mark.parametrize("record", [LAYERS, SINAI], ids=lambda record: record.name)
def test_it_is_the_newest_day_in_the_tables(record):
    assert geo.load(record).last_report == newest(record)


@pytest.mark.parametrize(
    "words",
    [
        ("areas", "--date", LATE),
        ("areas", "--date", LATE, "--perspective", "un"),
        ("change", "2024-12-07", LATE),
        ("change", LATE, "2024-12-07"),
        ("where", "Quneitra"),
        ("where", "Quneitra", "--date", LATE),
        ("where", "zone", "buffer_zone_1974"),
    ],
    ids=" ".join,
)
def test_later_days_say_so(capsys, golan, words):
    assert f"as last reported on {golan.last_report}" in answer(capsys, *words)
    assert json.loads(answer(capsys, *words, "--json"))["last_report"] == golan.last_report


@pytest.mark.parametrize(
    "words",
    [
        ("areas", "--date", EARLY),
        ("change", "2024-12-07", EARLY),
        ("change", "2026-01-06", "withdraw_2024_12_08"),
        ("where", "Quneitra", "--date", EARLY),
    ],
    ids=" ".join,
)
def test_days_with_reports_do_not(capsys, words):
    assert "as last reported" not in answer(capsys, *words)


def test_another_territory_says_its_own(capsys):
    last = geo.load(SINAI).last_report
    assert f"as last reported on {last}" in answer(capsys, "areas", "--layers", str(SINAI))


def test_a_notebook_shows_it(golan):
    assert f"as last reported on {golan.last_report}" in golan.change("2024-12-07", LATE)._repr_html_()
    assert "as last reported" not in golan.change("2024-12-07", EARLY)._repr_html_()


@pytest.mark.parametrize("language", ["en", "ar", "he"])
def test_a_figure_shows_it(golan, language):
    title = golan.plot("2024-12-07", LATE, language=language).get_suptitle()
    assert golan.last_report in title
    assert golan.last_report not in golan.plot("2024-12-07", EARLY, language=language).get_suptitle()
