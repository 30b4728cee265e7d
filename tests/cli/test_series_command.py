"""The command asked about dated polygons of one's own."""

from __future__ import annotations

import json

import generated
import pytest
import shapely
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
        assert [told["ci95_low_km2"], told["ci95_high_km2"]] == transfer["ci95_km2"] == [None, None]
    monkeypatch.chdir(tmp_path)
    assert answer(capsys, "export", f"control_{last}", *given, "--accuracy-m", "50") == f"control_{last}.geojson\n"
    control = json.loads((tmp_path / f"control_{last}.geojson").read_text())
    for feature, party in zip(control["features"], one["controllers"], strict=True):
        told = feature["properties"]
        assert (told["date"], told["controller"]) == (last, party["id"])
        assert [told["ci95_low_km2"], told["ci95_high_km2"]] == pytest.approx(party["ci95_km2"], abs=1e-3)
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
        (
            ["export", "zone"],
            "'zone': of a series, control_DATE, change_FROM_TO, control, areas or changes is exported",
        ),
        (["export"], "no layer is named: of a series, control_DATE, change_FROM_TO, control, areas or changes is"),
        (["export", "control", "--language", "ar"], "--perspective and --language go with layers, not with a series"),
        (
            ["export", "control_2022-02-24", "-o", "x.dxf"],
            "x.dxf: a layer is written as .geojson, .json, .gpkg,",
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


@pytest.fixture
def two(tmp_path):
    path = tmp_path / "two.geojson"
    rows((DATES[0], "a", WEST), (DATES[1], "b", WEST), (DATES[1], "c", EAST)).to_file(path)
    return ("--series", str(path), "--date-column", "date")


def test_where_a_position_was_held(two, capsys):
    text = answer(capsys, "where", "35.75", "33.05", *two)
    assert [line.split() for line in text.splitlines()[-2:]] == [["2024-01-01", "2024-01-02", "a"], ["2024-01-02", "b"]]
    for position in (("35.75,33.05",), ("35.75", "33.05")):
        on = json.loads(answer(capsys, "where", *position, *two, "--date", DATES[1], "--json"))
        assert on["control"] == [{"from": "2024-01-02", "to": None, "controller": "b"}]
    assert main(["where", "Quneitra", *two]) == 2
    assert "'Quneitra' is no position: a series knows no places" in capsys.readouterr().err


def test_small_changes_stay_out_of_lists_and_in_sums(two, capsys):
    for dates in ((), DATES[:2]):
        assert "not listed: 2 changes of less than 200 km², 207.2 km²" in answer(
            capsys, "change", *dates, *two, "--min-km2", "200"
        )
        found = json.loads(answer(capsys, "change", *dates, *two, "--min-km2", "200", "--json"))
        assert found["left_out"] == {"count": 2, "area_km2": pytest.approx(207.172)}
    assert found["net_km2"]["a"] == pytest.approx(-103.586, abs=1e-3)
    assert main(["change", *two, "--min-km2", "nan"]) == 2


@pytest.mark.parametrize("dates", [(), DATES[:2]])
def test_tables_go_to_files(two, capsys, tmp_path, dates):
    for name in ("table.csv", "table.json"):
        target = tmp_path / name
        assert answer(capsys, "change", *dates, *two, "-o", str(target)).strip() == str(target)
        text = target.read_text()
        assert "103.58" in text
        assert "{" in text if name.endswith("json") else text.startswith(("before,after,from", "from,to,area_km2"))
    assert main(["change", *dates, *two, "-o", str(tmp_path / "table.txt")]) == 2
    assert "a table is written as .csv, .json, not .txt" in capsys.readouterr().err


def test_figures_of_a_series(two, capsys, tmp_path):
    for given in (["change"], ["change", *DATES[:2]], ["timeline"]):
        target = tmp_path / "plot.png"
        kind, *dates = given
        assert answer(capsys, "plot", *dates, "--kind", kind, *two, "-o", str(target)).strip() == str(target)
        assert target.read_bytes().startswith(b"\x89PNG")
    for refused in (["--kind", "figures"], ["2024-01-01"], [*DATES[:2], "2024"], ["--zone", "x"]):
        assert main(["plot", *refused, *two]) == 2


@pytest.mark.parametrize("option", ["--series", "--date-column", "--by", "--controller", "--date"])
def test_empty_options_are_refused(two, capsys, option):
    assert main(["areas", *two, option, ""]) == 2
    assert "empty" in capsys.readouterr().err


def test_notes_are_one_line_each_on_standard_error(capsys, tmp_path):
    path = tmp_path / "null.geojson"
    rows((DATES[0], "a", WEST), (DATES[1], "a", None)).to_file(path)
    assert main(["areas", "--series", str(path), "--date-column", "date"]) == 0
    out = capsys.readouterr()
    assert out.err == f"claims: note: {path}: 1 of 2 features have null for a geometry: no ground\n"


def test_no_transfer_is_negative(capsys, tmp_path):
    shapes = {
        "west": [
            *((-2.192973938481558, 35.0542484151906), (-1.823284712331045, 34.69997366543474)),
            *((-1.738150325314749, 34.605094515044115), (-1.66398951102947, 34.20505484219255)),
            *((-1.610150661961782, 33.04845007534685), (-1.802211619772074, 32.42724029347477)),
            *((-9.62504383613323, 30.406100832182787), (-8.314414945142019, 33.33848150845232)),
            *((-5.928758588330496, 35.72785910244646), (-5.807887044446218, 35.78541525479021)),
            *((-5.565000024335134, 35.8623424398488), (-3.009028163449514, 35.389979921538256)),
        ],
        "east": [
            *((2.453117778055347, 32.6686768239575), (-1.802211619772074, 32.42724029347477)),
            (-2.035251822964895, 35.05456884976091),
        ],
        "south": [
            *((-1.68113121071698, 33.257815919832034), (-1.610150661858338, 33.04845007510547)),
            (-4.887862901786627, 32.40242363843313),
        ],
    }
    years = {"west": 1400, "east": 1400, "south": 1492}
    path = tmp_path / "borders.geojson"
    rows(*((years[name], name, shapely.Polygon(shape)) for name, shape in shapes.items())).to_file(path)
    given = ("--series", str(path), "--date-column", "date", "--overlaps", "first", "--json")
    found = json.loads(answer(capsys, "change", "1400", "1492", *given))
    assert min(one["area_km2"] for one in found["transfers"]) > 0
    assert sum(found["net_km2"].values()) == pytest.approx(0, abs=1e-6)
