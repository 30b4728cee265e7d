"""Dates in the names of files."""

from __future__ import annotations

import pytest

from geo import ClaimsError
from geo.dated import file_names


@pytest.mark.parametrize(
    ("stem", "date"),
    [
        ("2024-12-08", "2024-12-08"),
        ("front_2024_12_08", "2024-12-08"),
        ("2024.12.08_v2", "2024-12-08"),
        ("2024 12 08", "2024-12-08"),
        ("8Dec2024", "2024-12-08"),
        ("front-08-dec-2024", "2024-12-08"),
        ("8th_December_2024", "2024-12-08"),
        ("Dec 8, 2024", "2024-12-08"),
        ("2024Dec08", "2024-12-08"),
        ("2024-W50", "2024-12-09"),
        ("epsg4326_20241208_120000", "2024-12-08T12:00:00"),
        ("front_2024-12-08T06-00", "2024-12-08T06:00:00"),
        ("20241208T0600Z", "2024-12-08T06:00:00+00:00"),
        ("20241208_0600", "2024-12-08T06:00:00"),
        ("20241208_06h", "2024-12-08T06:00:00"),
        ("2024-12-08_6pm", "2024-12-08T18:00:00"),
        ("202412080600", "2024-12-08T06:00:00"),
        ("8Dec2024_18h30", "2024-12-08T18:30:00"),
        ("2024_12", "2024-12"),
        ("2024_June", "2024-06"),
        ("Sept2024", "2024-09"),
        ("control_2024-Q1", "2024-01"),
        ("Q4_2024", "2024-10"),
        ("2024H2", "2024-07"),
        ("borders1990", "1990"),
        ("Maya_1990", "1990"),
        ("world_800", "800"),
        ("world_bc500", "-500"),
        ("world_bc123000", "-123000"),
        ("500BCE", "-500"),
        ("ad99", "99"),
        ("map_-323", "-323"),
        ("-500", "-500"),
        ("map-500", "500"),
    ],
)
def test_dates_are_read(stem, date):
    assert file_names.in_name(stem) == date


@pytest.mark.parametrize(
    ("stem", "fault"),
    [
        ("01.12.2024", "ambiguous"),
        ("12-08-2024", "ambiguous"),
        ("08_12_24", "ambiguous"),
        ("2024-13-45", "is no date of the calendar"),
        ("30Feb2024", "is no date of the calendar"),
        ("map12345678", "is no date of the calendar"),
        ("1990_2000", "the name holds no date"),
        ("2024-12-08_to_2024-12-09", "several dates, 2024-12-08 and 2024-12-09"),
        ("days", "the name holds no date"),
        ("world_1", "the name holds no date"),
        ("2024__12", "the name holds no date"),
        ("2024-343", "the name holds no date"),
        ("8-Dec-24", "the name holds no date"),
        ("EPSG4326", "the name holds no date"),
    ],
)
def test_what_is_none_or_ambiguous_is_refused_with_the_way_out(stem, fault):
    with pytest.raises(ClaimsError, match=fault + ".*--date-format"):
        file_names.in_name(stem)


def test_a_format_settles_the_rest():
    assert file_names.in_name("01.12.2024", "%d.%m.%Y") == "2024-12-01"
    assert file_names.in_name("front 8-Dec-24 v2", "%d-%b-%y") == "2024-12-08"
    assert file_names.in_name("map_2024_343", "%Y_%j") == "2024-12-08"
    assert file_names.in_name("2024__12", "%Y__%m") == "2024-12"
    for stem in ("map", "8.12.2024 9.12.2024"):
        with pytest.raises(ClaimsError, match=r"of the format '%d\.%m\.%Y'"):
            file_names.in_name(stem, "%d.%m.%Y")
    with pytest.raises(ClaimsError, match="is none for names of files"):
        file_names.in_name("map", "no directive")


@pytest.mark.parametrize(
    "names",
    [
        ("2024-12-08_v1", "2024-12-08_v2"),
        ("2024-12-08_06", "2024-12-08_18"),
        ("2024-12-08_morning", "2024-12-08_evening"),
        ("2024_Juni", "2024_Juli"),
        ("8Dez2024", "9Dez2024"),
        ("Spring 2024", "Autumn 2024"),
    ],
)
def test_no_two_dates_become_one(names):
    files = [f"{name}.geojson" for name in names]
    dates, faults = file_names.dated(files)
    assert not dates
    assert sorted(faults) == sorted(files)
    assert all("--date-format" in fault for fault in faults.values())


def test_parts_of_a_country_go_together():
    files = ["north_2024-12-08.geojson", "south_2024-12-08.geojson.gz"]
    assert file_names.dated(files) == (dict.fromkeys(files, "2024-12-08"), {})
    assert len(file_names.dated(["2024_a.gpkg", "2024_b.gpkg"], "%Y")[0]) == 2
    assert not file_names.dated(["2024-12-08.gpkg", "2024-12-08.geojson"])[0], "one date in two formats is twice"
