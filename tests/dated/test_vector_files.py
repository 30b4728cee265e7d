"""Files of anyone's polygons."""

from __future__ import annotations

import sys
import warnings

import generated
import geopandas
import pandas as pd
import pytest
import shapely

import geo
from geo import ClaimsError
from geo.cli.main import main

FIRST, SECOND = shapely.box(35, 33, 35.1, 33.1), shapely.box(35.1, 33, 35.2, 33.1)


def ground(controller, shape, **columns):
    return geopandas.GeoDataFrame({"controller": [controller], **columns}, geometry=[shape], crs=4326)


def test_an_empty_file_of_a_folder_is_a_date_on_which_nobody_holds_anything(tmp_path):
    for day, shape in (("2016_03_25", FIRST), ("2016_03_27", FIRST)):
        ground("a", shape).to_file(tmp_path / f"{day}.geojson")
    (tmp_path / "2016_03_26.geojson").write_text('{"type": "FeatureCollection", "features": []}')
    series = geo.series(tmp_path)
    assert series.dates == ["2016-03-25", "2016-03-26", "2016-03-27"]
    assert series.areas()["a"].tolist() == pytest.approx([103.6, 0, 103.6], abs=0.1)


def test_files_of_one_date_go_together(tmp_path):
    ground("a", FIRST).to_file(tmp_path / "a_2024-12-08.geojson")
    ground("b", SECOND).to_crs(32636).to_file(tmp_path / "b_2024-12-08.gpkg")
    assert list(geo.series(tmp_path).held("2024-12-08")) == ["a", "b"]


def test_a_name_without_a_date_is_refused(tmp_path):
    ground("a", FIRST).to_file(tmp_path / "01.12.2024.geojson")
    with pytest.raises(ClaimsError, match=r"01\.12\.2024\.geojson: the date in the name is ambiguous"):
        geo.series(tmp_path)


def test_a_geopackage_of_several_layers_has_one_named(tmp_path, capsys):
    path = tmp_path / "borders.gpkg"
    ground("a", FIRST, date="2024-12-06").to_file(path, layer="y1990")
    ground("b", SECOND, date="2024-12-06").to_file(path, layer="y2000")
    asked = ["areas", "--series", str(path), "--date-column", "date"]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ClaimsError, match="has 2 layers, of which one has to be named: y1990, y2000"):
            geo.series(path, date="date")
        assert geo.series(path, date="date", layer="y2000").parties == ["b"]
        assert main([*asked, "--layer", "y1990"]) == 0
    assert "a" in capsys.readouterr().out
    assert main([*asked, "--layer", "y2001"]) == 2
    assert "borders.gpkg: unknown layer 'y2001'; did you mean 'y2000'?" in capsys.readouterr().err


def test_a_file_that_does_not_say_where_it_lies_is_refused(tmp_path):
    for day in ("2024-12-07", "2024-12-08"):
        ground("a", FIRST).to_file(tmp_path / f"{day}.shp")
    (tmp_path / "2024-12-08.prj").unlink()
    with pytest.raises(ClaimsError, match=r"2024-12-08\.shp: has no CRS"):
        geo.series(tmp_path)


def test_parquet_files_whose_geometry_is_called_otherwise(tmp_path):
    pytest.importorskip("pyarrow")
    ground("a", FIRST).rename_geometry("shape").to_parquet(tmp_path / "2024-12-07.parquet")
    ground("a", SECOND).to_parquet(tmp_path / "2024-12-08.parquet")
    assert geo.series(tmp_path).areas()["a"].tolist() == pytest.approx([103.6, 103.6], abs=0.1)


def test_times_of_a_shapefile_are_days(tmp_path):
    rows = ground("a", FIRST, since=["2016/04/08 00:00:00"])  # as GDAL writes them there
    rows.to_file(tmp_path / "days.shp")
    assert geo.series(tmp_path / "days.shp", date="since").dates == ["2016-04-08"]


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("none.geojson", '{"type": "FeatureCollection", "features": []}', "no polygons that somebody holds"),
        ("text.geojson", "no map", "cannot be read: this is no .geojson"),
        ("list.geojson", "[]", "cannot be read: this is no .geojson"),
    ],
)
def test_files_without_features_say_so(tmp_path, name, text, fault):
    (tmp_path / name).write_text(text)
    with pytest.raises(ClaimsError, match=f"{name}: {fault}"):
        geo.series(tmp_path / name, date="date")


@pytest.mark.parametrize("suffix", ["geojson", "gpkg", "fgb", "shp"])
def test_files_give_what_frames_give(tmp_path, suffix):
    frame = generated.districts(4, across=3, down=2)
    frame.to_file(tmp_path / f"days.{suffix}")
    by = "controller"[:10]  # shapefiles keep ten letters
    one = geo.series(frame, date="date")
    other = geo.series(tmp_path / f"days.{suffix}", date="date", by=by)
    pd.testing.assert_frame_equal(one.areas_cm2, other.areas_cm2)


def test_parquet_needs_pyarrow_and_says_so(tmp_path, monkeypatch):
    frame = generated.districts(4, across=3, down=2)
    frame.to_parquet(tmp_path / "days.parquet")
    pd.testing.assert_frame_equal(
        geo.series(tmp_path / "days.parquet", date="date").areas_cm2, geo.series(frame, date="date").areas_cm2
    )
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(
        ClaimsError, match=r"days\.parquet: GeoParquet needs pyarrow: pip install 'territorial-claims\[p"
    ):
        geo.series(tmp_path / "days.parquet", date="date")


def test_a_folder_has_a_date_in_each_name(tmp_path):
    frame = generated.districts(3, across=3, down=2)
    for date, day in frame.groupby("date"):
        day[["controller", "geometry"]].to_file(tmp_path / f"front_{date.replace('-', '')}.geojson")
    series = geo.series(tmp_path)
    pd.testing.assert_frame_equal(series.areas_cm2, geo.series(frame, date="date").areas_cm2)
    (tmp_path / "other.geojson").write_text("{}")
    with pytest.raises(ClaimsError, match=r"other.geojson: the name holds no date"):
        geo.series(tmp_path)


def test_files_that_cannot_be_read_are_named(tmp_path):
    with pytest.raises(ClaimsError, match=r"nowhere\.geojson: no such file"):
        geo.series(tmp_path / "nowhere.geojson", date="date")
    (tmp_path / "bad.geojson").write_text("{")
    with pytest.raises(ClaimsError, match=r"bad.geojson: cannot be read: "):
        geo.series(tmp_path / "bad.geojson", date="date")
    (tmp_path / "table.xlsx").write_text("")
    with pytest.raises(ClaimsError, match="not this ending"):
        geo.series(tmp_path / "table.xlsx", date="date")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ClaimsError, match="no files of polygons in this folder"):
        geo.series(tmp_path / "empty")
