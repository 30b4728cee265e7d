"""One operation of PROJ for a whole frame."""

from __future__ import annotations

import json

import geopandas
import numpy as np
import pyproj.transformer
import pytest
import shapely

import geo
from geo import ClaimsError, ClaimsWarning
from geo.cli.main import main

WEST = [(211095.4, 267301.93), (220440.77, 267345.91), (220383.23, 278436.82), (211048.41, 278392.77)]
EAST = [(220440.77, 267345.91), (229786.09, 267398.78), (229717.99, 278489.77), (220383.23, 278436.82)]


def grid(*shells, crs=28191):
    rows = {"date": ["2024-12-07"] * len(shells), "controller": [*"ab"[: len(shells)]]}
    return geopandas.GeoDataFrame(rows, geometry=[shapely.Polygon(shell) for shell in shells], crs=crs)


def test_polygons_do_not_bend_where_the_operation_changes(tmp_path, capsys):
    with pytest.warns(ClaimsWarning, match="area of use of 'Inverse of Palestine Grid"):
        series = geo.series(grid(WEST, EAST), date="date")
    assert series.operation == "Inverse of Palestine Grid + Palestine 1923 to WGS 84 (1)"
    assert series.areas()["a"].item() == pytest.approx(103.586, abs=5e-4)
    found = pyproj.transformer.TransformerGroup(28191, 4326, always_xy=True).transformers[0]
    first = shapely.get_coordinates(series.snapshot("2024-12-07").geometry.iloc[0])
    for lon, lat in np.column_stack(found.transform(*np.array(WEST).T)):
        assert np.hypot(*(first - [lon, lat]).T).min() < 1e-9
    path = tmp_path / "grid.gpkg"
    grid(WEST, EAST).to_file(path)
    for engine in ("local", "dask"):
        assert main(["areas", "--series", str(path), "--date-column", "date", "--json", "--engine", engine]) == 0
        out = capsys.readouterr()
        assert json.loads(out.out)["operation"] == series.operation
        assert json.loads(out.out)["dates"][0]["controllers"][0]["area_km2"] == pytest.approx(103.586, abs=5e-4)
        assert "claims: note: " in out.err


def test_an_operation_is_named_where_none_covers_all():
    degrees = shapely.box(30.0, 35, 30.1, 35.1)
    frame = geopandas.GeoDataFrame({"date": ["2024"], "controller": ["a"]}, geometry=[degrees], crs=4326).to_crs(22770)
    with pytest.raises(
        ClaimsError, match=r"covers all of the ground; name one with --operation .*Deir ez Zor to WGS 84 \(5\)"
    ):
        geo.series(frame, date="date")
    series = geo.series(frame, date="date", operation="WGS 84 (5)")
    assert series.operation.endswith("Deir ez Zor to WGS 84 (5)")
    with pytest.raises(ClaimsError, match="no operation is called 'nonsense'; there are"):
        geo.series(frame, date="date", operation="nonsense")
    with pytest.raises(ClaimsError, match="more than one operation is called 'Deir'"):
        geo.series(frame, date="date", operation="Deir")
    with pytest.raises(ClaimsError, match="another CRS than EPSG:4326"):
        geo.series(frame.to_crs(4326), date="date", operation="x")


def test_grids_of_one_exact_operation_need_no_word():
    frame = geopandas.GeoDataFrame(
        {"date": ["2024"], "controller": ["a"]}, geometry=[shapely.box(35, 33, 35.1, 33.1)], crs=4326
    )
    series = geo.series(frame.to_crs(32636), date="date")
    assert series.operation == ""
    assert series.areas()["a"].item() == pytest.approx(103.6, abs=0.1)


def test_positions_that_have_no_degrees_are_refused():
    with pytest.raises(ClaimsError, match="cannot be brought to EPSG:4326"):
        geo.series(grid([(1e30, 0), (1e30, 1e30), (0, 1e30)], crs=32636), date="date")
