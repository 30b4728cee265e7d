"""GeoJSON of polygons: the same frames as pyogrio gives and takes, in the form of RFC 7946."""

from __future__ import annotations

import datetime as dt
import json

import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from hypothesis import given, settings
from hypothesis import strategies as st

import geo
from geo import ClaimsError
from geo.dated import geojson_reader
from geo.formats import geojson

HOLED = shapely.box(0, 0, 3, 3).difference(shapely.box(1, 1, 2, 2))


SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}
MULTI = {"type": "MultiPolygon", "coordinates": [SQUARE["coordinates"], [[[5, 5], [6, 5], [6, 6], [5, 5]]]]}


def feature(properties=None, geometry=SQUARE, **members):
    return {"type": "Feature", "properties": properties, "geometry": geometry, **members}


def saved(path, *features, **members):
    path.write_text(json.dumps({"type": "FeatureCollection", **members, "features": features}), encoding="utf-8")
    return path


def same_frames(path, **options):
    assert_geodataframe_equal(geojson_reader.read(path), geopandas.read_file(path), **options)


def polygons(seed, count):
    rng = np.random.default_rng(seed)
    centres = rng.uniform((-179, -80), (179, 80), (count, 2))
    made = shapely.buffer(shapely.points(centres), rng.uniform(1e-3, 0.5, count), quad_segs=3)
    made[::5] = shapely.difference(made[::5], shapely.buffer(shapely.points(centres[::5]), 1e-4))
    made[::7] = [shapely.MultiPolygon([one, shapely.box(0, 0, 1, 1)]) for one in made[::7]]
    return made


@pytest.fixture
def frame():
    count = 3000  # several blocks
    rng = np.random.default_rng(3)
    return geopandas.GeoDataFrame(
        {
            "id": np.arange(count),
            "name": rng.choice(['a "b"', "الجولان\n", "100 %s\\", "coordinates", '"coordinates": [1, 2]}'], count),
            "share": np.where(rng.random(count) < 0.1, np.nan, rng.random(count)),
            "held": rng.random(count) < 0.5,
            "count": rng.integers(0, 2**40, count),
            "some": rng.choice(np.array(["x", None], dtype=object), count),
            "date": pd.Series(rng.choice(np.array(["2024-12-07", "2024-12-08"], dtype="datetime64[ms]"), count)),
        },
        geometry=polygons(1, count),
        crs=4326,
    )


def test_what_is_written_is_what_pyogrio_reads(frame, tmp_path):
    geojson.write(frame, tmp_path / "ours.geojson")
    read = geopandas.read_file(tmp_path / "ours.geojson")
    assert shapely.equals_exact(read.geometry, frame.geometry, 1e-9, normalize=True).all()
    pd.testing.assert_frame_equal(
        pd.DataFrame(read.drop(columns="geometry")), pd.DataFrame(frame.drop(columns="geometry")), check_dtype=False
    )


@pytest.mark.parametrize("options", [{}, {"RFC7946": "YES"}, {"COORDINATE_PRECISION": "15", "WRITE_BBOX": "YES"}])
def test_what_pyogrio_writes(frame, tmp_path, options):
    frame.to_file(tmp_path / "theirs.geojson", driver="GeoJSON", engine="pyogrio", **options)
    same_frames(tmp_path / "theirs.geojson")


def test_what_is_written_is_read(frame, tmp_path):
    geojson.write(frame, tmp_path / "ours.geojson")
    same_frames(tmp_path / "ours.geojson")


@pytest.mark.parametrize(
    "features",
    [
        [feature({"a": 1}), feature({"a": None})],
        [feature({"a": 1}), feature({"a": 2.5})],
        [feature({"a": 1}), feature({"a": 2**40})],
        [feature({"a": True}), feature({"a": False})],
        [feature({"a": None}), feature({"a": None})],
        [feature({"a": "x"}), feature({"a": None})],
        [feature({"a": "2024-12-08"}), feature({"a": None})],
        [feature({"a": "2024-12-08"}), feature({"a": "2024-12"})],
        [feature({"a": "2024-12-08T10:00:00"}), feature({"a": None})],
        [feature({"a": "0001-01-01"}), feature({"a": "9999-12-31"})],
        [feature({}), feature({})],
        [feature({"coordinates": "x", "type": "y"})],
        [feature({"a": '\\"coordinates": [[[0,0]]]'})],
        [feature({"a": 1}, id="x"), feature({"a": 2}, id="y")],
        [feature({"a": 1}, id=7), feature({"a": 2}, id=9)],
        [feature({"id": "p"}, id="x"), feature({"id": "q"}, id="y")],
        [feature({"a": 1}, None), feature({"a": 2})],
        [feature({"a": 1}, MULTI), feature({"a": 2}, SQUARE)],
        [feature({"a": 1}, {"coordinates": SQUARE["coordinates"], "bbox": [0, 0, 1, 1], "type": "Polygon"})],
    ],
)
def test_read_as_pyogrio_reads(features, tmp_path):
    same_frames(saved(tmp_path / "some.geojson", *features))


@pytest.mark.parametrize(
    "features",
    [
        [feature({"a": True}), feature({"a": None})],
        [feature({"a": "x"}), feature({"a": 1})],
        [feature({"a": 1}), feature({"b": None, "a": 1})],
        [feature({"type": "x"}), feature(None)],
        [feature({"a": "10:00"})],
        [feature({"a": "x\0"})],
        [feature({"a\0": "x"})],
        [feature({"a": 1}, id="x\0")],
        [feature({"a": -(2**63)})],
        [feature({"a": 1}, id=1.5)],
        [feature({"id": "x"}, id="y"), feature({"id": None}, id="z")],
        [feature({"a": "2024-12-08T10:00:00"}), feature({"a": "2024-12-08"})],
        [feature({"a": "2024/12/08"})],
        [feature({"a": "2024-13-08"})],
        [feature({"a": "2024-12-08T10:00:00Z"})],
        [feature({"a": {"b": [1]}}), feature({"a": {"b": [2]}})],
        [feature({"a": 1}, None)],
        [feature({"a": 1}, {"type": "Point", "coordinates": [1, 2]}), feature({"a": 2})],
        [feature({"a": 1}, {"type": "Polygon", "coordinates": [[[[0, 0], [1, 0], [1, 1], [0, 0]]]]})],
        [feature({"a": 1}, {"type": "Polygon", "coordinates": []})],
        [feature({"a": 1}, {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [0, 0]]]})],
        [feature({"a": 1}, {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]})],
        [feature({"a": 1}, {"type": "Polygon", "coordinates": [[[0, 0, 9], [1, 0, 9], [1, 1, 9], [0, 0, 9]]]})],
        [feature({"a": 1}, {"type": "Polygon", "coordinates": [[[0], [1, 0, 9], [1, 1], [0, 0]]]})],
        [feature({"a": 1}, id="x"), feature({"a": 2}, id=3)],
        [],
    ],
)
def test_what_is_left_to_pyogrio(features, tmp_path):
    assert geojson_reader.read(saved(tmp_path / "some.geojson", *features)) is None


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("urn:ogc:def:crs:OGC:1.3:CRS84", True),
        ("urn:ogc:def:crs:EPSG::4326", True),
        ("EPSG:3857", False),
        ("urn:ogc:def:crs:OGC::CRS84", False),
        ("OGC:CRS84", False),
        (None, False),
    ],
)
def test_old_member_for_the_crs(name, plain, tmp_path):
    path = saved(tmp_path / "old.geojson", feature({"a": 1}), crs={"type": "name", "properties": {"name": name}})
    if plain:
        same_frames(path)
    else:
        assert geojson_reader.read(path) is None


def test_another_member_for_the_crs(tmp_path):
    path = saved(tmp_path / "new.geojson", feature({"a": 1}), coordRefSys="http://www.opengis.net/def/crs/EPSG/0/3857")
    assert geojson_reader.read(path) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[1, 2]",
        '{"type": "Nothing"}',
        "[" * 100_000,
        json.dumps({"type": "FeatureCollection", "features": [feature()]})[:-9],
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "coordinates": 3}',
    ],
    ids=range(7),
)
def test_what_cannot_be_read(text, tmp_path):
    path = tmp_path / "bad.geojson"
    path.write_text(text)
    assert geojson_reader.read(path) is None
    with pytest.raises(ClaimsError, match=r"bad\.geojson: ") as error:
        geo.series(path, date="date")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("number", ["1 2", "1..2", "--1", "+1", "01", "x", "", "1,2", "[1]", "null", "1e", "nan"])
def test_numbers_that_are_none(number, tmp_path):
    path = tmp_path / "bad.geojson"
    text = json.dumps({"type": "FeatureCollection", "features": [feature({"a": 1})] * 3})
    path.write_text(text.replace("[1, 1]", f"[1, {number}]", 1))
    assert geojson_reader.read(path) is None


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
