"""A folder with a file for each date."""

from __future__ import annotations

import geopandas
import pytest
import shapely

import geo
from geo import ClaimsError, ClaimsWarning

FIRST, SECOND = shapely.box(35, 33, 35.1, 33.1), shapely.box(35.1, 33, 35.2, 33.1)
BOW = shapely.Polygon([(35, 33), (36, 34), (36, 33), (35, 34)])


def ground(shape, controller="a", crs=4326):
    frame = geopandas.GeoDataFrame({"controller": [controller]}, geometry=[shape], crs=4326)
    return frame.to_crs(crs)


@pytest.fixture
def days(tmp_path):
    for day, shape in (("07", FIRST), ("08", SECOND), ("09", FIRST), ("10", SECOND)):
        ground(shape).to_file(tmp_path / f"front_202412{day}.geojson")
    return tmp_path


def test_all_broken_files_are_named_and_left_out_when_told(days):
    (days / "front_20241208.geojson").write_text('{"type": "FeatureCollection", "features": [')
    ground(BOW).to_file(days / "front_20241209.geojson")
    ground(FIRST, None).to_file(days / "front_20241210.geojson")
    ground(FIRST).to_file(days / "front_20241211.geojson")
    with pytest.raises(ClaimsError, match=r"1 of its 5 files cannot be used: front_20241208\.geojson: .*--skip-bad"):
        geo.series(days)
    with pytest.warns(ClaimsWarning, match="left out") as told:
        series = geo.series(days, skip_bad=True)
    assert series.dates == ["2024-12-07", "2024-12-11"]
    text = " ".join(str(one.message) for one in told)
    for name, fault in (
        ("08", "not valid JSON"),
        ("09", "row 0: invalid geometry"),
        ("10", "row 0: nothing in column"),
    ):
        assert f"front_202412{name}.geojson" in text
        assert fault in text
    assert "nothing is known of 2024-12-09, 2024-12-10" in text
    with pytest.raises(ClaimsError, match="2024-12-09 is none of the 2 dates of the series"):
        series.held("2024-12-09")
    (days / "front_20241208.geojson").unlink()
    with pytest.raises(
        ClaimsError, match=r"2 of its 4 files .*20241209\.geojson: row 0: inv.*20241210\.geojson: row 0"
    ):
        geo.series(days)


def test_a_date_with_a_broken_part_is_unknown_as_a_whole(days):
    (days / "south_20241208.geojson").write_text("{")
    with pytest.warns(
        ClaimsWarning, match=r"with these of the same date: front_20241208\.geojson, so nothing is known"
    ):
        assert geo.series(days, skip_bad=True).dates == ["2024-12-07", "2024-12-09", "2024-12-10"]


def test_what_all_files_lack_is_told_once(days):
    with pytest.raises(
        ClaimsError, match=r"none of its 4 files can be used: no column 'holder'; .*--by.*--controller"
    ) as caught:
        geo.series(days, by="holder")
    assert str(caught.value).count("holder") == 1


def test_subfolders_and_other_files_are_told(days):
    (days / "older").mkdir()
    (days / "notes.txt").write_text("")
    with pytest.warns(ClaimsWarning) as told:
        geo.series(days)
    texts = sorted(str(one.message).removeprefix(f"{days}: ") for one in told)
    assert texts == ["1 files are not read: notes.txt", "1 subfolders are not read: older"]


def test_columns_of_the_files_are_never_overwritten(days):
    for name, day in (("07", "2001-01-01"), ("08", "2002-01-01"), ("09", "2003-01-01"), ("10", "2004-01-01")):
        ground(FIRST).assign(date=day).to_file(days / f"front_202412{name}.geojson")
    assert geo.series(days).dates[0] == "2024-12-07"
    assert geo.series(days, date="date").dates == ["2001-01-01", "2002-01-01", "2003-01-01", "2004-01-01"]
    ground(FIRST).to_file(days / "front_20241210.geojson")
    with pytest.raises(ClaimsError, match=r"front_20241210\.geojson: no column 'date', which other files have"):
        geo.series(days, date="date")


def test_files_of_several_crs_go_together(days):
    ground(SECOND, "b", 32636).to_file(days / "south_20241207.gpkg")
    assert list(geo.series(days).held("2024-12-07")) == ["a", "b"]


def test_skipping_goes_with_a_folder(days):
    with pytest.raises(ClaimsError, match="skip_bad goes with a folder of files"):
        geo.series(days / "front_20241207.geojson", date="date", skip_bad=True)
    for nothing in ("", " "):
        with pytest.raises(ClaimsError, match="not an empty name"):
            geo.series(nothing)
