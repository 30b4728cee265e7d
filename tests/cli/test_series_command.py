"""The command asked about dated polygons of one's own."""

from __future__ import annotations

import json

import generated
import pytest
from dated_polygons import (
    DATES,
    EAST,
    WEST,
    rows,
)

import geo
from geo.cli.main import main


@pytest.fixture
def days(tmp_path):
    path = tmp_path / "days.fgb"
    generated.districts(365, across=6, down=5).to_file(path)
    return str(path)


def answer(capsys, *arguments):
    assert main(list(arguments)) == 0
    return capsys.readouterr().out


def test_the_command_asks_a_year_of_days(days, capsys, tmp_path, monkeypatch):
    given = ("--series", days, "--date-column", "date", "--by", "controller")
    series = geo.series(days, date="date")
    first, last = series.dates[0], series.dates[-1]
    change = json.loads(answer(capsys, "change", first, last, *given, "--json"))
    assert change["transfers"] == series.change(first, last).json()["transfers"]
    text = answer(capsys, "change", first, last, *given, "--accuracy-m", "50")
    assert "of the edges are on more than one date" in text
    assert "lie within the stated accuracy of the lines" in text
    every = json.loads(answer(capsys, "change", *given, "--json"))
    assert len(every["changes"]) == len(series.changes())
    held = json.loads(answer(capsys, "areas", *given, "--json"))
    assert [row["date"] for row in held["dates"]] == series.dates
    assert {party["id"] for row in held["dates"] for party in row["controllers"]} == set(series.parties)
    assert {row["none_km2"] for row in held["dates"]} == set(series.areas()["none"].round(6))
    assert "are given for dates that are named" in answer(capsys, "areas", *given, "--accuracy-m", "50")
    one = json.loads(answer(capsys, "areas", "--date", last, *given, "--accuracy-m", "50", "--json"))
    assert one["controllers"][0]["ci95_km2"][0] < one["controllers"][0]["area_km2"]
    assert "No accuracy is stated" in answer(capsys, "areas", "--date", last, *given)
    pieces = json.loads(answer(capsys, "export", f"change_{first}_{last}", *given, "-o", "-"))
    assert len(pieces["features"]) == len(change["transfers"])
    for feature, transfer in zip(pieces["features"], change["transfers"], strict=True):
        told = feature["properties"]
        assert (told["date_from"], told["date_to"]) == (first, last)
        assert told["ci95_km2"] == transfer["ci95_km2"] == [None, None]
    monkeypatch.chdir(tmp_path)
    assert answer(capsys, "export", f"control_{last}", *given, "--accuracy-m", "50") == f"control_{last}.geojson\n"
    control = json.loads((tmp_path / f"control_{last}.geojson").read_text())
    for feature, party in zip(control["features"], one["controllers"], strict=True):
        told = feature["properties"]
        assert (told["date"], told["controller"], told["ci95_km2"]) == (last, party["id"], party["ci95_km2"])
    assert {feature["properties"]["controller"] for feature in control["features"]} <= set(series.parties)
    page = tmp_path / "page.html"
    assert answer(capsys, "map", first, last, *given, "-o", str(page)).strip() == str(page)
    assert page.stat().st_size < 5e6


def test_the_command_answers_in_words(capsys, tmp_path):
    path = tmp_path / "days.geojson"
    rows((DATES[0], "a", WEST), (DATES[1], "a", WEST), (DATES[1], "النظام", EAST)).to_file(path)
    given = ("--series", str(path), "--date-column", "date")
    lines = answer(capsys, "areas", *given).splitlines()
    assert lines[0].startswith("Held on each date, km²")
    assert lines[-2].split() == ["2024-01-01", "103.6", "0.0", "103.6"]
    assert "none" in answer(capsys, "change", *given).splitlines()[-1]
    assert answer(capsys, "change", DATES[0], DATES[0], *given).splitlines()[-1] == "Nothing changed hands."
    rows((DATES[0], "a", WEST), (DATES[1], "a", WEST)).to_file(path)
    assert answer(capsys, "change", *given).splitlines()[-1] == "Nothing changed hands."


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["change", "2022-02-24", "2022-02-30"], "'2022-02-30' is no date; write it as 2024-12-08, 2024-12 or 2024"),
        (["change", "2022-02-24"], "change takes two dates of the series, or none"),
        (["areas", "--perspective", "un"], "perspectives belong to layers"),
        (["areas", "--layers", "."], "--series and --layers name two things to ask"),
        (["export", "zone"], "'zone': of a series, control_DATE or change_FROM_TO is exported"),
        (["export"], "no layer is named: of a series, control_DATE or change_FROM_TO is exported"),
        (["export", "--all"], "--all and --perspective go with layers, not with a series"),
        (
            ["export", "control_2022-02-24", "-o", "x.gpkg"],
            "x.gpkg: GeoJSON is written as .geojson, .json, not .gpkg",
        ),
        (["areas", "--date", "2021-01-01"], "is none of the 365 dates of the series, 2022-02-24 to 2023-02-23"),
        (["areas", "--layer", "x"], "only a GeoPackage has layers to name"),
        (["areas", "--scheduler", "x"], "a scheduler goes with the engine dask"),
        (["map", "1", "2", "3"], "a map opens at one date or at the change between two"),
    ],
)
def test_the_command_refuses_in_one_line(days, capsys, arguments, fault):
    assert main([*arguments, "--series", days, "--date-column", "date"]) == 2
    error = capsys.readouterr().err
    assert error.startswith("claims: error: ")
    assert fault in error
    assert error.count("\n") == 1
