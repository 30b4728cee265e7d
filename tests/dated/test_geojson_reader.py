"""Plain GeoJSON gives the same frames as pyogrio gives; the rest is left to pyogrio."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from geojson_files import MULTI, SQUARE, feature, same_frames, saved

import geo
from geo import ClaimsError
from geo.dated import geojson_reader


@pytest.mark.parametrize("options", [{}, {"RFC7946": "YES"}, {"COORDINATE_PRECISION": "15", "WRITE_BBOX": "YES"}])
def test_what_pyogrio_writes(frame, tmp_path, options):
    frame.to_file(tmp_path / "theirs.geojson", driver="GeoJSON", engine="pyogrio", **options)
    same_frames(tmp_path / "theirs.geojson")


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
        pytest.param(
            [feature({"a": "0001-01-01"}), feature({"a": "9999-12-31"})],
            marks=pytest.mark.skipif(pd.__version__ < "3", reason="pandas 2 has days of 1677 to 2262 alone"),
        ),
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
