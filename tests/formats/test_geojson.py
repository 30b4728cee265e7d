"""GeoJSON of polygons: what is written is what pyogrio reads, in the form of RFC 7946."""

from __future__ import annotations

import datetime as dt
import json

import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely
from geojson_files import same_frames
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import geo
from geo import ClaimsError
from geo.formats import geojson

HOLED = shapely.box(0, 0, 3, 3).difference(shapely.box(1, 1, 2, 2))


def test_what_is_written_is_what_pyogrio_reads(frame, tmp_path):
    geojson.write(frame, tmp_path / "ours.geojson")
    read = geopandas.read_file(tmp_path / "ours.geojson")
    assert shapely.equals_exact(read.geometry, frame.geometry, 1e-9, normalize=True).all()
    pd.testing.assert_frame_equal(
        pd.DataFrame(read.drop(columns="geometry")), pd.DataFrame(frame.drop(columns="geometry")), check_dtype=False
    )


def test_what_is_written_is_read(frame, tmp_path):
    geojson.write(frame, tmp_path / "ours.geojson")
    same_frames(tmp_path / "ours.geojson")


def test_form_of_the_rfc(frame):
    collection = json.loads(geojson.text(frame.iloc[:50].to_crs(3857)))
    assert list(collection) == ["type", "features"]
    for one in collection["features"]:
        assert one["id"] == one["properties"]["id"]
        geometry = one["geometry"]
        parts = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
        for shell, *holes in parts:
            assert shapely.is_ccw(shapely.LinearRing(shell))
            assert not any(shapely.is_ccw(shapely.LinearRing(hole)) for hole in holes)
            assert all(number == round(number, 9) for point in shell for number in point)


def test_no_needless_digits():
    frame = geopandas.GeoDataFrame(geometry=[shapely.box(0.1, 0.2, 0.1 + 0.2, 1)], crs=4326)
    assert "[[[0.3,0.2],[0.3,1],[0.1,1],[0.1,0.2],[0.3,0.2]]]" in geojson.text(frame)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (dt.date(2024, 12, 8), '"2024-12-08"'),
        (pd.Timestamp("2024-12-08"), '"2024-12-08"'),
        (pd.Timestamp("2024-12-08 06:30"), '"2024-12-08T06:30:00"'),
        (pd.NaT, "null"),
        (float("nan"), "null"),
        (None, "null"),
        (np.int64(3), "3"),
        (1.0, "1.0"),
        (True, "true"),
        ("م", '"م"'),
        ([1, 2], "[1,2]"),
        ({"a": [1, "\n"]}, '{"a":[1,"\\n"]}'),
    ],
    ids=str,
)
def test_values(value, text):
    frame = geopandas.GeoDataFrame({"a": pd.Series([value])}, geometry=[HOLED], crs=4326)
    assert f'"properties":{{"a":{text}}}' in geojson.text(frame)


@pytest.mark.parametrize("geometry", [None, shapely.Polygon(), shapely.MultiPolygon()], ids=str)
def test_no_ground(geometry, tmp_path):
    frame = geopandas.GeoDataFrame({"a": [1, 2]}, geometry=[geometry, HOLED], crs=4326)
    geojson.write(frame, tmp_path / "some.geojson")
    read = geopandas.read_file(tmp_path / "some.geojson")
    assert read["a"].tolist() == [1, 2]
    assert [shape is not None and not shape.is_empty for shape in read.geometry] == [False, True]


def test_frames_without_rows_or_columns(tmp_path):
    empty = geopandas.GeoDataFrame({"a": []}, geometry=[], crs=4326)
    bare = geopandas.GeoDataFrame(geometry=[HOLED], crs=4326)
    for number, frame in enumerate((empty, bare)):
        geojson.write(frame, tmp_path / f"{number}.geojson")
        assert len(geopandas.read_file(tmp_path / f"{number}.geojson")) == len(frame)


@pytest.mark.parametrize(
    ("frame", "fault"),
    [
        (geopandas.GeoDataFrame(geometry=[HOLED]), "no CRS"),
        (geopandas.GeoDataFrame(geometry=[HOLED, shapely.Point(0, 0)], index=["p", "q"], crs=4326), "q: a Point is no"),
        (geopandas.GeoDataFrame({"a": [1j]}, geometry=[HOLED], crs=4326), "'a' cannot be written: complex"),
        (geopandas.GeoDataFrame({"a": [float("inf")]}, geometry=[HOLED], crs=4326), "'a' cannot be written: Out"),
        (geopandas.GeoDataFrame(geometry=[shapely.box(0, 0, 1, float("inf"))], crs=4326), "0: a coordinate is not"),
    ],
)
def test_what_cannot_be_written(frame, fault, tmp_path):
    with pytest.raises(ClaimsError, match=f"new.geojson: .*{fault}"):
        geojson.write(frame, tmp_path / "new.geojson")
    assert not list(tmp_path.iterdir())


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=8), min_size=1, max_size=5), st.lists(st.text(max_size=6), max_size=3, unique=True))
def test_any_text_comes_back(values, names):
    names = [name for name in names if name not in {"geometry", "id"}]
    frame = geopandas.GeoDataFrame(
        {name: [value + "." for value in values] for name in names}, geometry=[HOLED] * len(values), crs=4326
    )
    collection = json.loads(geojson.text(frame))
    assert [one["properties"] for one in collection["features"]] == [
        dict.fromkeys(names, value + ".") for value in values
    ]


def test_small_numbers_have_nine_decimals_too():
    tiny = shapely.Polygon([(-1e-12, 1.23456789012e-5), (1, 0), (1, 1)])
    text = geojson.text(geopandas.GeoDataFrame(geometry=[tiny], crs=4326))
    [feature] = json.loads(text)["features"]
    assert min(feature["geometry"]["coordinates"][0]) == [0, 1.2346e-05]


@given(
    st.lists(st.tuples(st.integers(-6, 6), st.integers(-6, 6)), min_size=4, max_size=12, unique=True),
    st.integers(0, 2**32 - 1),
)
def test_what_is_valid_is_valid_when_written(spots, seed):
    """Vertices lie nearer to one another than the grid of nine decimals is wide."""
    noise = np.random.default_rng(seed).uniform(-0.5, 0.5, (len(spots), 2))
    shape = shapely.concave_hull(shapely.MultiPoint(35 + (np.array(spots) + noise) * 4e-10), 0.1)
    cut = shapely.box(35 - 1e-3, 33, 35 + 1e-3, 33.001).difference(shapely.affinity.translate(shape, 0, -2))
    frame = geopandas.GeoDataFrame(geometry=[cut], crs=4326)
    assume(cut.is_valid and cut.geom_type in {"Polygon", "MultiPolygon"})
    back = shapely.from_geojson(geojson.text(frame))
    assert shapely.is_valid(back)
    assert back.area == pytest.approx(cut.area, abs=1e-11)


def test_a_change_of_borders_nearer_than_the_grid_is_written_valid(tmp_path):
    """What is written is read and valid: a border that was moved by less than the grid is wide in many places."""
    random = np.random.default_rng(3)
    north = np.linspace(33, 33.3, 400)
    frames = []
    for moved in (0, 2e-9):
        border = np.column_stack([35.5 + 0.01 * np.sin(40 * north) + moved * random.standard_normal(400), north])
        west = shapely.Polygon([(35, 33.3), (35, 33), *border.tolist()])
        east = shapely.Polygon([(36, 33), (36, 33.3), *border[::-1].tolist()])
        frames.append(geopandas.GeoDataFrame({"controller": ["a", "b"]}, geometry=[west, east], crs=4326))
    pieces = geo.change(*frames).pieces
    assert len(pieces)
    geojson.write(pieces, tmp_path / "change.geojson")
    back = geopandas.read_file(tmp_path / "change.geojson")
    assert back.is_valid.all()
    assert len(back) == len(pieces)
