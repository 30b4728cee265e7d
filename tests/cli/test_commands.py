"""The command as its users call it."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
import shapely
from common import ROOT

from geo.cli.main import main


def claims(capsys, *arguments):
    status = main([str(argument) for argument in arguments])
    out, error = capsys.readouterr()
    return status, out, error


def answer(capsys, *arguments):
    status, out, error = claims(capsys, *arguments)
    assert (status, error) == (0, "")
    return out


def test_change_in_words(capsys, golan):
    out = answer(capsys, "change", "2024-12-07", "2026-01-06")
    transfer = golan.ledger.change("2024-12-07", "2026-01-06")[0]
    assert f"{transfer.quantity.area:,.1f}" in out
    for word in ("syria", "israel", "Quneitra", "95 %", "range", "WGS84", "net"):
        assert word in out


def test_change_in_json(capsys):
    found = json.loads(answer(capsys, "change", "2024-12-07", "2026-01-06", "--json"))
    assert (found["from"], found["to"]) == ("2024-12-07", "2026-01-06")
    (transfer,) = found["transfers"]
    assert (transfer["from"], transfer["to"]) == ("syria", "israel")
    assert 229 < transfer["low_km2"] < transfer["area_km2"] < transfer["high_km2"]
    assert transfer["ci95_km2"][0] < transfer["area_km2"] < transfer["ci95_km2"][1]
    assert transfer["zones"][0] == "buffer_zone_1974"
    assert {"quneitra", "rafid", "jubata_khashab"} <= set(transfer["places"])
    assert not {"majdal_shams", "katzrin"} & set(transfer["places"])
    assert found["net_km2"]["israel"] == -found["net_km2"]["syria"] == transfer["area_km2"]


def test_the_mirror_is_said_as_such(capsys):
    out = answer(capsys, "change", "2026-01-06", "2024-12-07")
    assert "mirror of the change" in out
    there = json.loads(answer(capsys, "change", "2024-12-07", "2026-01-06", "--json"))["transfers"][0]
    back = json.loads(answer(capsys, "change", "2026-01-06", "2024-12-07", "--json"))["transfers"][0]
    assert (back.pop("from"), back.pop("to")) == (there.pop("to"), there.pop("from"))
    assert there == back


def test_no_change(capsys):
    assert "Nothing changed hands." in answer(capsys, "change", "2020-01-01", "2020-01-02")


def test_areas(capsys, golan):
    found = json.loads(answer(capsys, "areas", "--date", "2024-12-07", "--json"))
    assert found["ellipsoid"] == "WGS84"
    assert found["edges"] == "lonlat"
    zones = {zone["id"]: zone for zone in found["zones"]}
    assert set(zones) == set(golan.curated_zones)
    assert set(zones["golan_heights"]) >= {"area_km2", "ci95_km2"}
    controllers = {row["id"]: row for row in found["controllers"]}
    held = ("golan_heights", "west_of_1923", "ghajar_north")
    assert controllers["israel"]["area_km2"] == pytest.approx(sum(zones[zone]["area_km2"] for zone in held))
    text = answer(capsys, "areas", "--date", "2024-12-07")
    assert "golan_heights" in text
    assert "Held on 2024-12-07" in text


@pytest.mark.parametrize("spelling", [["Quneitra"], ["quneitra"], ["القنيطرة"], ["35.8246", "33.1259"]])
def test_where(capsys, spelling):
    found = json.loads(answer(capsys, "where", *spelling, "--json"))
    assert "buffer_zone_1974" in found["zones"]
    best = [row for row in found["control"] if row["extent"] == "best"]
    assert [row["controller"] for row in best][-2:] == ["syria", "israel"]
    assert best[-1]["from"] == "2024-12-08"
    assert best[-1]["to"] is None
    assert {row["claimant"] for row in found["claims"]} >= {"syria", "israel", "un_security_council"}
    text = answer(capsys, "where", *spelling)
    assert "Who held it" in text
    assert "Who claims it" in text


def test_where_extents_differ(capsys):
    control = json.loads(answer(capsys, "where", "Al-Shajarah", "--json"))["control"]
    assert {(row["extent"], row["controller"]) for row in control if row["to"] is None} == {
        ("best", "syria"),
        ("max", "israel"),
    }


def test_layers(capsys, golan):
    found = json.loads(answer(capsys, "layers", "--json"))["layers"]
    lines = {row["id"]: row for row in found if row["kind"] == "line"}
    assert set(lines) == set(golan.curated_lines)
    assert lines["line_a"]["accuracy_m"] > 0
    assert lines["line_a"]["sources"]
    assert "line_a" in answer(capsys, "layers")


def test_export_to_file_and_pipe(capsys, tmp_path):
    target = tmp_path / "zone.geojson"
    assert answer(capsys, "export", "buffer_zone_1974", "-o", target) == f"{target}\n"
    piped = answer(capsys, "export", "buffer_zone_1974", "-o", "-", "--format", "geojson")
    assert piped == target.read_text()
    (feature,) = json.loads(piped)["features"]
    assert shapely.geometry.shape(feature["geometry"]).is_valid


@pytest.mark.parametrize(
    "layer",
    ["line_a", "faces", "lines", "places", "control_2024-12-07", "fronts_2026-01-06", "change_2024-12-07_today"],
)
def test_export_of_each_kind(capsys, layer):
    collection = json.loads(answer(capsys, "export", layer, "-o", "-"))
    assert collection["features"]
    assert collection["licence"] == "ODbL-1.0"
    assert "OpenStreetMap contributors" in collection["attribution"]


def test_export_all(capsys, tmp_path):
    answer(capsys, "export", "--all", "-o", tmp_path / "all")
    names = {path.stem for path in (tmp_path / "all").glob("*.geojson")}
    assert names >= {"zones", "lines", "places", "control", "fronts", "changes", "claims", "scenarios", "faces"}
    for path in (tmp_path / "all").glob("*.*json"):
        json.loads(path.read_text())
    assert {path.stem for path in (tmp_path / "all").glob("*.csv")} >= {"events", "areas", "figures", "sources"}
    listed = [line.split("  ") for line in (tmp_path / "all" / "SHA256SUMS").read_text().splitlines()]
    assert {name for _, name in listed} == {path.name for path in (tmp_path / "all").iterdir()} - {"SHA256SUMS"}
    for digest, name in listed:
        assert hashlib.sha256((tmp_path / "all" / name).read_bytes()).hexdigest() == digest


def test_build_check(capsys, layers):
    assert claims(capsys, "build", "--check", "--layers", layers)[0] == 0
    (layers / "built" / "notes.txt").write_text("")  # somebody's own
    assert claims(capsys, "build", "--check", "--layers", layers)[0] == 0
    (layers / "built" / "hermon.geojson").write_text("")
    status, out, error = claims(capsys, "build", "--check", "--layers", layers)
    assert (status, error) == (1, "")
    assert "stale: hermon.geojson" in out
    assert (layers / "built" / "hermon.geojson").read_text() == ""
    assert claims(capsys, "build", "--layers", layers)[0] == 0
    assert claims(capsys, "build", "--check", "--layers", layers)[0] == 0


BAD = [
    (["change", "2024-12-07"], "change takes two dates or scenarios"),
    (["change", "2024-13-01", "today"], "'2024-13-01' is not a date; write it as 2024-12-07, or today"),
    (["change", "1923-03-09", "today"], "1923-03-09 is before the record begins; control is known from 1923-03-10"),
    (["change", "today", "withdraw_2024"], "unknown scenario 'withdraw_2024'; did you mean 'withdraw_2024_12_08'?"),
    (["areas", "--perspective", "uno"], "unknown perspective 'uno'; did you mean 'un'?"),
    (
        ["export", "golan_heights", "--perspective", "un"],
        "a perspective goes with control and control_DATE, not with golan_h",
    ),
    (["export", "--all", "--perspective", "un"], "a perspective goes with control and control_DATE, not with --all"),
    (["export", "control_2024-12-07", "--perspective", "xx"], "unknown perspective 'xx'"),
    (["areas", "--date", "withdraw_2024_12_08", "--perspective", "un"], "a perspective is of right and takes a date"),
    (["map", "-o", ""], "an output needs a file name"),
    (["export", "line_a", "-o", ""], "an output needs a file name"),
    (["export", "control_1950-01-01", "--perspective", "un"], "1950-01-01 is before the record begins; the view of"),
    (["validate", "no/such/layers"], "no/such/layers: no layers here"),
    (["figures", "-o", "figures.gif"], "figures.gif: a figure is written as .png, .svg, .pdf, not .gif"),
    (["change", "2024-12-07", "2124-12-07"], "2124-12-07 is in the future; control is known from"),
    (["areas", "--date", "07/12/2024"], "'07/12/2024' is ambiguous: write it as 2024-12-07 (7 December) or 2024-07-12"),
    (["areas", "--date", "tomorow"], "unknown date or scenario 'tomorow'; claims scenarios lists them"),
    (
        ["change", "today", "withdraw-2024-12-8"],
        "unknown scenario 'withdraw-2024-12-8'; did you mean 'withdraw_2024_12_",
    ),
    (["change", "today", "line_of_4_june"], "claims scenarios lists them; a date is written as 2024-12-07"),
    (["where", "Qunetra"], "unknown place 'Qunetra'; did you mean 'quneitra'?"),
    (["where", "0", "0"], "0.0 0.0 lies outside the ground that the layers cover"),
    (
        ["where", "Kirad al-Ghannama"],
        "Kirad al-Ghannama (destroyed village) lies outside the ground that the layers cover",
    ),
    (["export", "line_c", "-o", "-"], "unknown layer 'line_c'; did you mean 'line_"),
    (["export", "control_7/12/24"], "'7/12/24' is ambiguous"),
    (["metadata", "--as", "dcatt"], "unknown standard 'dcatt'; did you mean 'dcat'?"),
    (["metadata", "--as", "stac", "--url", "example.org"], "'example.org' is no address of the web; write https://"),
    (["metadata", "--as", "stac", "-o", "stac.xml"], "stac.xml: metadata is written as .json, .jsonld, not .xml"),
    (["export", "contrl"], "unknown layer 'contrl'; did you mean 'control'?"),
    (["export", "events", "-o", "x.fgb"], "events is a table, and fgb holds places; write gpkg, parquet, csv"),
    (["export", "zones", "-o", "x.kml", "--crs", "EPSG:32636"], "kml is in EPSG:4326 by its standard; --crs goes with"),
    (["export", "zones", "-o", "x.gpkg", "--crs", "UTM"], "a CRS is an EPSG code such as EPSG:32636, not 'UTM'"),
    (["export", "zones", "-o", "x.gpkg", "--crs", "EPSG:99999"], "EPSG:99999 is no CRS that PROJ knows"),
    (["export", "zones", "-o", "x.gpkg", "--winding", "d3"], "--winding goes with geojson, topojson, not with gpkg"),
    (["export", "zones", "-o", "x.gpkg", "--format", "fgb"], "is named as gpkg, but --format says fgb"),
    (["export", "zones", "-o", "x.gpkg", "--language", "fr"], "unknown language 'fr'; known: en, ar, he"),
    (
        ["export", "zones", "-o", "x.fgb", "--language", "ar"],
        "--language goes with gpkg, which has labels, not with fgb",
    ),
    (["export", "zones", "--format", "dxf"], "unknown format 'dxf'; known: geojson, gpkg"),
    (["export", "--all", "-o", "x.fgb"], "fgb holds one layer a file, and --all writes all; name a folder"),
    (["export"], "name one layer, or give --all and a folder"),
    (["export", "line_a", "--all"], "name one layer, or give --all and a folder"),
    (["map", "-o", "map.png"], "map.png: a map is written as .html, .htm, not .png"),
    (["map", "1900", "-o", "no/such/folder/map.html"], "1900-01-01 is before the record begins"),
    (["plot", "-o", "plot.bmp"], "plot.bmp: a figure is written as .png, .svg, .pdf, .gif, .webp, .mp4, not .bmp"),
    (["plot", "2024-12-07", "-o", "plot.png"], "plot takes 2 dates, not 1"),
    (["plot", "2024-12-07", "--kind", "timeline"], "dates go with --kind change, not with timeline"),
    (
        ["plot", "--kind", "zone", "--zone", "golan_hights"],
        "unknown zone 'golan_hights'; did you mean 'golan_heights'?",
    ),
    (["plot", "--kind", "profile", "--zone", "golan_hights"], "unknown zone 'golan_hights'; did you mean"),
    (["map", "2024-12-07", "2025-12-07", "2026-01-01"], "map takes at most 2 dates, not 3"),
    (["areas", "--layers", "no/such/layers"], "no/such/layers: no layers here"),
    (["build", "--layers", "no/such/layers"], "no/such/layers: no layers here"),
]


@pytest.mark.parametrize(("arguments", "fault"), BAD, ids=[" ".join(arguments) for arguments, _ in BAD])
def test_bad_input_is_one_line(capsys, tmp_path, monkeypatch, arguments, fault):
    monkeypatch.chdir(tmp_path)
    status, out, error = claims(capsys, *arguments)
    assert (status, out) == (2, "")
    assert error.startswith("claims: error: ")
    assert fault in error
    assert error.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("arguments", [["chnge"], ["areas", "--jsn"], []])
def test_bad_words_are_one_line(capsys, arguments):
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 2
    error = capsys.readouterr().err
    assert error.startswith("claims: error: ")
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["areas", "--date-column", "date"], "--date-column goes with --series FILE"),
        (["change", "2024-12-07", "2026-01-06", "--accuracy-m", "50"], "--accuracy-m goes with --series FILE"),
        (["export", "line_a", "-o", "line_a.dxf"], "line_a.dxf: a layer is written as .geojson, .json, .gpkg,"),
    ],
)
def test_what_would_be_ignored_is_refused(capsys, arguments, fault):
    status, _, error = claims(capsys, *arguments)
    assert status == 2
    assert fault in error


def test_an_unreadable_layer_is_one_line(capsys, layers):
    (layers / "curated" / "lines.geojson").write_text('{"type": "FeatureCollection",\n "features": [}')
    status, _, error = claims(capsys, "areas", "--layers", layers)
    assert status == 2
    assert "lines.geojson: line 2: not valid JSON" in error


@pytest.mark.parametrize("arguments", [["export", "line_a"], ["map"], ["plot"]], ids=str)
def test_an_older_output_survives_a_failure(capsys, tmp_path, monkeypatch, arguments):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    target = tmp_path / ("older" + {"export": ".geojson", "map": ".html", "plot": ".png"}[arguments[0]])
    target.write_text("precious")
    status, _, error = claims(capsys, *arguments, "-o", target)
    assert status == 2
    assert f"{target.name}: cannot be written: No space left on device" in error
    assert list(tmp_path.iterdir()) == [target]
    assert target.read_text() == "precious"


def test_hostile_text_does_not_reach_the_terminal(capsys, layers):
    path = layers / "curated" / "zones.csv"
    path.write_text(path.read_text().replace("Golan Heights west", "\x1b[31mGolan\u202e Heights west", 1))
    status, out, error = claims(capsys, "areas", "--layers", layers)
    assert (status, out) == (2, "")
    assert "name_en has the character U+001B" in error
    assert "\x1b" not in error
    assert "\u202e" not in error


def run(*arguments, cwd=None):
    return subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "geo", *arguments],
        capture_output=True,
        text=True,
        cwd=cwd,
        check=True,
    )


@pytest.mark.parametrize(
    "arguments", [["areas", "--json"], ["change", "2024-12-07", "2026-01-06"], ["where", "Quneitra"], ["layers"]]
)
def test_small_questions_import_nothing_heavy(arguments):
    imported = {line.rsplit("|", 1)[-1].strip() for line in run(*arguments, cwd=ROOT).stderr.splitlines()}
    assert not imported & {"numpy", "pandas", "shapely", "pyproj", "geopandas", "folium", "matplotlib"}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device here")
def test_an_answer_that_cannot_be_written_is_one_line():
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([sys.executable, "-m", "geo", "areas"], stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 2
    assert done.stderr.decode().startswith("claims: error: the answer cannot be written")
    assert done.stderr.count(b"\n") == 1


def test_a_terminal_that_knows_no_square_gets_its_answer():
    done = subprocess.run(
        [sys.executable, "-m", "geo", "areas"], env={"PYTHONIOENCODING": "ascii"}, capture_output=True, check=True
    )
    assert b"golan_heights" in done.stdout


def test_importing_geo_is_light():
    code = "import sys, geo; sys.exit(bool({'numpy', 'pandas', 'shapely', 'folium'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("command", ["change", "areas", "where", "layers", "map", "plot", "export", "build"])
def test_help_has_an_example(capsys, command):
    with pytest.raises(SystemExit) as stop:
        main([command, "--help"])
    assert stop.value.code == 0
    assert f"example: claims {command}" in capsys.readouterr().out


def test_perspectives_in_the_command(capsys, golan):
    found = json.loads(answer(capsys, "areas", "--date", "2026-01-06", "--perspective", "syria", "--json"))
    assert found["perspective"] == "syria"
    assert sum(unit["area_km2"] for unit in found["units"]) == pytest.approx(sum(golan.ledger.area_cm2) / 1e10)
    assert "Occupied Syrian Golan" in answer(capsys, "areas", "--date", "2026-01-06", "--perspective", "syria")
    collection = json.loads(answer(capsys, "export", "control_2026-01-06", "--perspective", "israel", "-o", "-"))
    counted = {feature["properties"]["counted_as"] for feature in collection["features"]}
    assert counted == {"israel", "syria", "undetermined"}


def test_the_list_of_scenarios(capsys, golan):
    found = json.loads(answer(capsys, "scenarios", "--json"))
    assert {row["id"] for row in found["scenarios"]} == set(golan.ledger.scenarios)
    needed = {"withdraw_2024_12_08", "agreement_1974_revived", "line_4_june_1967", "israeli_proposal_2025"}
    assert needed <= set(golan.ledger.scenarios)
    assert all(row["sources"] and row["date"] for row in found["scenarios"])
    assert len(found["proposals"]) > 20
    assert "withdraw_2024_12_08" in answer(capsys, "scenarios")


def test_where_tells_events_and_lines_nearby(capsys):
    found = json.loads(answer(capsys, "where", "Quneitra", "--json"))
    best = [row for row in found["control"] if row["extent"] == "best"]
    assert best[0]["from"] == "1923-03-10"
    assert [row["controller"] for row in best] == [
        "france",
        "syria",
        "israel",
        "syria",
        "opposition",
        "syria",
        "israel",
    ]
    assert all(row["happened"] for row in best)
    assert "Quneitra taken by Israeli forces" in answer(capsys, "where", "Quneitra")


def test_where_says_when_the_side_is_uncertain(capsys):
    lon, lat = 35.8695, 33.0  # 50 m east of a vertex of Line A
    found = json.loads(answer(capsys, "where", str(lon), str(lat), "--json"))
    line = next(line for line in found["near"] if line["line"] == "line_a")
    assert line["sigmas"] < 1
    assert "Line A (Alpha), 1974-06-25 to today" in answer(capsys, "where", str(lon), str(lat))
    assert "side uncertain" in answer(capsys, "where", str(lon), str(lat))
