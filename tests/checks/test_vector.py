"""Files of other formats are checked as GeoJSON is, with the features in their order."""

from __future__ import annotations

import geopandas
import pytest
import shapely

from geo.checks import validate

BOWTIE = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])


@pytest.fixture
def frame():
    geometries = [shapely.box(5, 5, 6, 6), BOWTIE, shapely.box(5.5, 5, 7, 6), shapely.box(5, 5, 6, 6), None]
    dates = ["2024-12-07", "2024-12-07", "2024-12-07", "2024-12-08", "soon"]
    return geopandas.GeoDataFrame({"date": dates}, geometry=geometries, crs=4326)


@pytest.mark.parametrize("ending", ["gpkg", "shp", "parquet"])
@pytest.mark.parametrize("crs", [4326, 3857])
def test_every_format(tmp_path, frame, ending, crs):
    path = tmp_path / f"a.{ending}"
    there = frame.to_crs(crs)
    there.to_parquet(path) if ending == "parquet" else there.to_file(path)
    found = {(fault.code, fault.feature) for fault in validate.anything(path) if fault.code != "reader"}
    assert found == {
        ("self-intersection", "feature 1"),
        ("overlap", "feature 0"),
        ("unlocated", "feature 4"),
        ("date", "feature 4"),
    }
    assert len(validate.anything(tmp_path)) == len(validate.anything(path))


@pytest.mark.parametrize("ending", ["gpkg", "fgb", "shp", "parquet", "kml", "zip", "gz"])
def test_a_file_that_is_none_of_its_kind(tmp_path, ending):
    path = tmp_path / f"a.{ending}"
    path.write_bytes(b"nothing of the kind")
    (fault,) = validate.anything(path)
    assert str(path) in str(fault)
    assert "unfinished" not in fault.code
