"""``claims init``: the example, and records made from files."""

from __future__ import annotations

import csv
import json
import re

import geopandas
import pytest
import shapely

import geo
from geo.checks import validate
from geo.cli.main import main
from geo.geometry import areas
from geo.layers.tables import READERS, read_translations

WEST, EAST = shapely.box(20, 50, 20.1, 50.1), shapely.box(20.1, 50, 20.2, 50.1)


def claims(capsys, *arguments):
    status = main(["init", *map(str, arguments)])
    out, error = capsys.readouterr()
    return status, out, error


def sound(folder):
    assert [str(fault) for fault in validate.defects(folder)] == []
    return geo.load(folder)


def file_of(folder, *entries, crs=4326, name="in.geojson"):
    holder, zone, geometry = zip(*entries, strict=True)
    frame = geopandas.GeoDataFrame({"holder": holder, "zone": zone}, geometry=list(geometry), crs=4326).to_crs(crs)
    frame.to_file(folder / name)
    return folder / name


def test_the_example_is_the_smallest_record(tmp_path, capsys):
    status, out, error = claims(capsys, tmp_path / "isles")
    assert (status, error) == (0, "")
    assert f"claims validate {tmp_path / 'isles'}" in out
    record = sound(tmp_path / "isles")
    assert (len(record.zones), len(record.curated_lines), record.ledger.changes()) == (2, 3, ["1974-07-01"])
    assert "invented" in record.profile.title["en"]
    assert all("Not a source" in source["note"] for source in record.sources.values())


def test_the_example_has_a_row_of_each_file_and_its_readme_shows_it(tmp_path, capsys):
    claims(capsys, tmp_path)
    text = (tmp_path / "README.md").read_text()
    for reader in READERS:
        assert reader(tmp_path / "curated") or reader is read_translations, reader.file  # the example has one language
        assert f"`curated/{reader.file}`" in text
    for name, head, row in re.findall(r"## `curated/(\w+\.csv)`[^#]*?```csv\n(.*?)\n(.*?)\n```", text, re.DOTALL):
        lines = (tmp_path / "curated" / name).read_text().splitlines()
        assert lines[0] == head
        assert row in lines[1:]


def test_nothing_is_overwritten(tmp_path, capsys):
    (tmp_path / "mine.txt").write_text("mine")
    status, _, error = claims(capsys, tmp_path)
    assert status == 2
    assert "is not empty, and nothing is overwritten" in error
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_shared_border_is_one_line(tmp_path, capsys):
    file = file_of(tmp_path, ("a", "w", WEST), ("b", "e", EAST))
    status, out, error = claims(
        capsys,
        tmp_path / "r",
        "--from",
        file,
        "--by",
        "holder",
        "--name",
        "zone",
        "--since",
        "1950",
        "--accuracy-m",
        50,
    )
    assert (status, error) == (0, "")
    assert "2 zones, 2 parties, 3 lines, from 1950 on" in out
    assert "gaps of the input: none" in out
    record = sound(tmp_path / "r")
    between = record.curated_lines["e_w"]
    assert sorted(between.coordinates) == [(20.1, 50.0), (20.1, 50.1)]
    assert (between.kind, between.accuracy_m, between.basis, between.sources) == ("boundary", 50, "map", ("input",))
    (source,) = record.sources.values()
    assert source["title"] == "in.geojson"
    assert not source.keys() & {"URL", "publisher"}


@pytest.mark.parametrize("crs", [32634, 3035, 4326])
def test_vertices_keep_the_digits_that_areas_need(crs, tmp_path, capsys):
    """Six decimals would move the area of a field of 200 m by one part in a thousand."""
    field = shapely.Polygon([(20.0, 50.0), (20.0031415926, 50.0001), (20.003, 50.00271828), (20.0001, 50.002)])
    file = file_of(tmp_path, ("a", "field", field), crs=crs, name="in.gpkg")
    assert claims(capsys, tmp_path / "r", "--from", file, "--by", "holder", "--since", "1950")[0] == 0
    record = sound(tmp_path / "r")
    wanted = areas.polygon_areas(geopandas.read_file(file).to_crs(4326).geometry.to_numpy()).item()
    assert sum(record.ledger.area_cm2) / 1e4 == pytest.approx(wanted, rel=1e-9, abs=2e-4)  # 0.5 cm² an edge
    assert 6 < record.profile.decimals <= 11


def test_gaps_are_told_and_held_by_nobody(tmp_path, capsys):
    lake = shapely.box(20.02, 50.02, 20.04, 50.04)
    crack = shapely.box(20.1001, 50, 20.2, 50.1)  # ten metres from the west, open to the north and south
    rim = shapely.box(20, 50.1, 20.2, 50.2)
    file = file_of(tmp_path, ("a", "w", WEST.difference(lake)), ("b", "e", crack), ("b", "n", rim))
    status, out, _ = claims(capsys, tmp_path / "r", "--from", file, "--by", "holder", "--since", "1950")
    assert status == 0
    assert re.search(r"gaps of the input: 1 gap, 3\.\d+ km² around 20\.03000 50\.03000", out)
    record = sound(tmp_path / "r")
    assert set(record.ledger.controllers("2000-01-01")) == {"a", "b", "none"}


def test_a_narrow_gap_is_kept_and_said_to_be_narrow(tmp_path, capsys):
    ring = shapely.box(20, 50, 20.3, 50.3).difference(shapely.box(20.1, 50.1, 20.1002, 50.2))
    file = file_of(tmp_path, ("a", "w", ring))
    out = claims(capsys, tmp_path / "r", "--from", file, "--by", "holder", "--since", "1950")[1]
    assert "1 gap, 0.159 km²" in out
    sound(tmp_path / "r")
    labels = json.loads((tmp_path / "r/curated/labels.geojson").read_text())["features"]
    assert sorted("narrow" in label["properties"].get("note", "") for label in labels) == [False, True]


@pytest.mark.parametrize("policy", ["first", "split"])
def test_overlaps_are_settled_as_asked(policy, tmp_path, capsys):
    west = WEST.union(shapely.box(20.1, 50, 20.12, 50.06))
    file = file_of(tmp_path, ("a", "w", west), ("b", "e", EAST))
    asked = ("--from", file, "--by", "holder", "--since", "1950")
    status, _, error = claims(capsys, tmp_path / "no", *asked)
    assert status == 2
    assert "in.geojson: a (row 0) and b (row 1) overlap around 20.11000 50.03000, by 9.5" in error
    assert not (tmp_path / "no").exists()
    status, out, _ = claims(capsys, tmp_path / "r", *asked, "--overlaps", policy)
    assert status == 0
    assert re.search(r"overlaps of the input: 1 overlap, 9\.5\d km² around 20\.11000 50\.03000", out)
    record = sound(tmp_path / "r")
    found = {party: quantity.area for party, quantity in record.ledger.controller_areas("2000-01-01").items()}
    overlap, whole = 9.55, 79.7
    expected = {
        "first": {"a": whole + overlap, "b": whole - overlap},
        "split": {"a": whole, "b": whole - overlap, "a_b": overlap},
    }
    assert found == pytest.approx(expected[policy], rel=5e-3)
    assert claims(capsys, tmp_path / "small", *asked, "--overlap-km2", 10)[0] == 0


def test_dates_become_control_and_events(tmp_path, capsys):
    frame = geopandas.GeoDataFrame(
        {"date": ["1990", "1990", "2001"], "holder": ["a", "b", "a"]}, geometry=[WEST, EAST, WEST.union(EAST)], crs=4326
    )
    frame.to_file(tmp_path / "in.gpkg")
    status, _, error = claims(
        capsys, tmp_path / "r", "--from", tmp_path / "in.gpkg", "--by", "holder", "--date-column", "date"
    )
    assert status == 0
    assert "no accuracy is stated, so lines have 100 m" in error
    record = sound(tmp_path / "r")
    assert record.ledger.changes() == ["2001"]
    (transfer,) = record.ledger.change("1995-01-01", "2005-01-01")
    assert (transfer.source, transfer.target) == ("b", "a")
    with (tmp_path / "r/curated/control.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert all(row["note"].startswith("Stated for single dates") for row in rows)
    assert [row["event"] for row in rows if row["valid_from"] == "2001"] == ["e_2001"]


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        (["--by", "owner"], "in.geojson: no column 'owner'; there are holder, zone, geometry; name that of"),
        (["--by", "holder", "--name", "nom"], "in.geojson: no column 'nom'; there are holder, zone, geometry"),
        (["--by", "holder", "--since", "8.12.2024"], "--since is '8.12.2024', not a date"),
        (["--by", "holder", "--since", "2999"], "--since is 2999, which is in the future"),
        (["--by", "holder", "--accuracy-m", "0"], "--accuracy-m is 0, but no line on the ground is exact"),
        (["--by", "holder", "--accuracy-m", "nan"], "--accuracy-m is a number of 0 or more, not nan"),
        (["--by", "holder", "--overlap-km2", "inf"], "--overlap-km2 is a number of 0 or more, not inf"),
        (["--by", "holder", "--basis", "maps"], "--basis is 'maps'; write one of treaty_text"),
        (["--by", "holder", "--language", "English"], "--language is 'English', not a BCP 47 tag"),
        (["--by", "holder", "--valid-to", "zone"], "--valid-to goes with --valid-from"),
        (["--by", "holder", "--since", "1950", "--date-column", "zone"], "dates of their own, so --since says nothing"),
        (["--by", ""], "--by is empty: give it a value"),
    ],
)
def test_bad_input_is_one_line_and_leaves_nothing(options, fault, tmp_path, capsys):
    file = file_of(tmp_path, ("a", "w", WEST), ("b", "e", EAST))
    status, out, error = claims(capsys, tmp_path / "r", "--from", file, *options)
    assert (status, out) == (2, "")
    assert error.splitlines()[-1].startswith("claims: error: ")
    assert fault in error
    assert not (tmp_path / "r").exists()


def test_options_of_polygons_go_with_polygons(tmp_path, capsys):
    status, _, error = claims(capsys, tmp_path / "r", "--by", "holder")
    assert status == 2
    assert "--by goes with --from FILE" in error


def test_names_in_any_script_and_names_of_other_layers(tmp_path, capsys):
    parts = [shapely.box(20 + at / 10, 50, 20.1 + at / 10, 50.1) for at in range(4)]
    names = ["Λευκωσία", "faces", "1990", "control_1974"]
    file = file_of(tmp_path, *zip(["Ελλάδα", "None", "none?", "UN"], names, parts, strict=True))
    options = ("--by", "holder", "--name", "zone", "--since", "1950", "--language", "el")
    assert claims(capsys, tmp_path / "r", "--from", file, *options)[0] == 0
    record = sound(tmp_path / "r")
    assert {zone.id: zone.names["el"] for zone in record.curated_zones.values()} == {
        "zone": "Λευκωσία",
        "zone_faces": "faces",
        "zone_1990": "1990",
        "zone_control_1974": "control_1974",
    }
    assert [*record.profile.parties] == ["party", "none_2", "none_3", "un"]


def test_a_record_of_fewer_decimals_than_its_vertices_is_a_defect(tmp_path, capsys):
    field = shapely.Polygon([(20.0, 50.0), (20.0031415926, 50.0001), (20.003, 50.002)])
    file = file_of(tmp_path, ("a", "field", field))
    claims(capsys, tmp_path / "r", "--from", file, "--by", "holder", "--since", "1950")
    package = tmp_path / "r/datapackage.json"
    text = package.read_text()
    assert '"decimals": 10,' in text
    package.write_text(text.replace('"decimals": 10,', '"decimals": 7,'))
    assert [fault.code for fault in validate.defects(tmp_path / "r")] == ["digits", "layout"]
    package.write_text(text.replace('"decimals": 10,', '"decimals": 12,'))
    (fault, *_) = validate.defects(tmp_path / "r")
    assert "decimals is 12, not a whole number from 6 to 11" in str(fault)


def test_a_narrow_face_that_no_note_admits_is_a_defect(tmp_path, capsys):
    strip = shapely.box(20, 50, 20.0002, 50.1)
    file = file_of(tmp_path, ("a", "strip", strip))
    claims(capsys, tmp_path / "r", "--from", file, "--by", "holder", "--since", "1950")
    sound(tmp_path / "r")
    labels = tmp_path / "r/curated/labels.geojson"
    labels.write_text(re.sub(',\n"note": "[^"]+"', "", labels.read_text()))
    assert [fault.code for fault in validate.defects(tmp_path / "r")] == ["sliver", "stale", "stale"]


def test_long_lines_are_as_sure_as_by_pairs_of_vertices(tmp_path, capsys, monkeypatch):
    from geo.layers import derive

    circle = shapely.Point(20, 50).buffer(0.5, 40)
    file = file_of(tmp_path, ("a", "w", circle), ("b", "e", circle.envelope.difference(circle)))
    claims(capsys, tmp_path / "r", "--from", file, "--by", "holder", "--since", "1950", "--accuracy-m", 70)
    pairs = derive.derive(tmp_path / "r").topology["covariance_m4"]
    monkeypatch.setattr(derive, "_LONG", 1)
    passes = derive.derive(tmp_path / "r").topology["covariance_m4"]
    assert [row[:2] for row in passes] == [row[:2] for row in pairs]
    assert [row[2] for row in passes] == pytest.approx([row[2] for row in pairs], rel=1e-5)


def test_a_figure_credits_a_source_without_a_publisher_by_its_title(tmp_path, capsys):
    claims(capsys, tmp_path / "isles")
    assert main(["plot", "--layers", str(tmp_path / "isles"), "-o", str(tmp_path / "plot.svg")]) == 0
    capsys.readouterr()
    figure = (tmp_path / "plot.svg").read_text()
    assert "Who holds what, by: Example Isles: an invented territory" in figure
    assert "None" not in figure


@pytest.mark.parametrize("kind", ["change", "timeline", "zone", "profile"])
def test_a_record_without_change_and_places_draws(kind, tmp_path, capsys):
    file = file_of(tmp_path, ("a", "w", WEST), ("b", "e", EAST))
    claims(capsys, tmp_path / "r", "--from", file, "--by", "holder", "--since", "1950", "--accuracy-m", 50)
    drawn = str(tmp_path / "plot.png")
    assert main(["plot", "--kind", kind, "--layers", str(tmp_path / "r"), "-o", drawn]) == 0
    assert main(["map", "--layers", str(tmp_path / "r"), "-o", str(tmp_path / "map.html")]) == 0
