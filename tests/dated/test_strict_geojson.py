"""No geometry of a GeoJSON file is lost without a word, whichever reader takes it."""

from __future__ import annotations

import gzip
import json
import zipfile

import pytest
from geojson_files import feature

import geo
from geo import ClaimsError, ClaimsWarning
from geo.cli.main import main
from geo.dated import geojson_reader

RING = [[35, 33], [36, 33], [36, 34], [35, 34], [35, 33]]
GOOD = {"type": "Polygon", "coordinates": [RING]}


def polygon(*rings):
    return {"type": "Polygon", "coordinates": list(rings)}


def ring(**changed):
    return [changed.get(f"v{index}", at) for index, at in enumerate(RING)]


LOST = {
    "a text for a number": (polygon(ring(v1=[36, "33"])), 'vertex 1: "33" is no number'),
    "null for a number": (polygon(ring(v1=[36, None])), "vertex 1: null is no number"),
    "a boolean for a number": (polygon(ring(v1=[36, True])), "vertex 1: true is no number"),
    "a list for a number": (polygon(ring(v1=[36, [33]])), r"vertex 1: \[33\] is no number"),
    "null for a vertex": (polygon(ring(v1=None)), "vertex 1 is no position, but null"),
    "one number": (polygon(ring(v1=[36])), "vertex 1: a position has at least two numbers"),
    "an empty position": (polygon(ring(v1=[])), "vertex 1: a position has at least two numbers"),
    "a number too large": (polygon(ring(v1=[10**400, 33])), "a number that is too large"),
    "a flat ring": ({"type": "Polygon", "coordinates": RING}, "ring 0 is flat"),
    "three positions": (polygon([RING[0], RING[1], RING[0]]), "ring 0 has 3 positions"),
    "not closed": (polygon(RING[:4]), "ring 0 is not closed"),
    "an empty ring": (polygon([]), "ring 0"),
    "a bad hole": (polygon(RING, [[35.1, 33.1]]), "ring 1 has 1 positions"),
    "no rings": (polygon(), "is empty; write null"),
    "a misspelt type": ({"type": "Poligon", "coordinates": [RING]}, "no geometry has the type 'Poligon'"),
    "a missing type": ({"coordinates": [RING]}, "no geometry has the type None"),
    "a misspelt member": (
        {"type": "Polygon", "coordinate": [RING]},
        "has no member 'coordinates'; there are type, coo",
    ),
    "coordinates of null": ({"type": "Polygon", "coordinates": None}, "the coordinates of its Polygon are no list"),
    "a text for a geometry": ("Polygon", "its geometry is no object"),
    "a bad second part": (
        {"type": "MultiPolygon", "coordinates": [[RING], [[[37, 33], [38, True], [38, 34], [37, 33]]]]},
        "part 1, ring 0, vertex 1: true is no number",
    ),
    "an empty part": ({"type": "MultiPolygon", "coordinates": [[RING], []]}, "part 1, a polygon is a list of rings"),
    "in a collection": (
        {"type": "GeometryCollection", "geometries": [polygon(ring(v1=[36, "33"])), GOOD]},
        "vertex 1: .33. is no number",
    ),
    "an empty collection": ({"type": "GeometryCollection", "geometries": []}, "is empty"),
    "a line": ({"type": "LineString", "coordinates": RING}, "a LineString, where polygons are needed"),
}


def saved(path, *features, **members):
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features), **members}))
    return path


def dated(geometry, day="2024-01-01", controller="a"):
    return feature({"date": day, "controller": controller}, geometry)


@pytest.mark.parametrize("kind", ["collection", "sequence", "gzip", "zip", "heights"])
@pytest.mark.parametrize(("geometry", "fault"), LOST.values(), ids=LOST)
def test_a_geometry_that_is_not_whole_is_an_error(tmp_path, geometry, fault, kind, capsys):
    good = dated(GOOD, "2024-02-01", "b")
    if kind == "heights":  # the plain reader leaves such a file from the start
        good = dated(polygon([[*at, 7] for at in RING]), "2024-02-01", "b")
    path = saved(tmp_path / "days.geojson", dated(geometry), good)
    if kind == "sequence":
        path = tmp_path / "days.geojsonl"
        path.write_text("\n".join(json.dumps(one) for one in (dated(geometry), good)))
    elif kind == "gzip":
        packed = tmp_path / "days.geojson.gz"
        packed.write_bytes(gzip.compress(path.read_bytes()))
        path = packed
    elif kind == "zip":
        with zipfile.ZipFile(tmp_path / "days.geojson.zip", "w") as archive:
            archive.write(path, "inner/days.geojson")
        path = tmp_path / "days.geojson.zip"
    with pytest.raises(ClaimsError, match=rf"{path.name}: .*(feature|row) 0: .*{fault}"):
        geo.series(path, date="date")
    assert main(["areas", "--series", str(path), "--date-column", "date"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_feature_without_a_geometry_is_an_error_and_null_is_told(tmp_path):
    lacking = {"type": "Feature", "properties": {"date": "2024-01-01", "controller": "a"}}
    with pytest.raises(ClaimsError, match=r"feature 1: it has no member 'geometry' \(null where it has no ground\)"):
        geo.series(saved(tmp_path / "days.geojson", dated(GOOD), lacking), date="date")
    path = saved(tmp_path / "null.geojson", dated(GOOD), dated(None, "2024-02-01"))
    with pytest.warns(ClaimsWarning, match="1 of 2 features have null for a geometry: no ground"):
        assert geo.series(path, date="date").areas()["a"].tolist()[1] == 0


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"controller": "a"', '"controller": "a", "controller": "b"'),
        ('"coordinates": ', '"coordinates": [], "coordinates": '),
        ('"geometry": ', '"geometry": null, "geometry": '),
        ('"geometry": ', '"geometry" : null, "geometry": '),
        ('"geometry": ', '"g\\u0065ometry": null, "geometry": '),
        ('"properties": ', '"properties": {}, "properties": '),
        ('"features": ', '"features": [], "features": '),
        ('"controller": "a"', '"controller": "\\u003a", "controller": "b"'),
        ('"type": "FeatureCollection"', '"type": "FeatureCollection", "type": "FeatureCollection"'),
        ('"type": "Polygon"', '"type": "Polygon", "type": "Polygon"'),
    ],
)
def test_a_member_twice_is_an_error(tmp_path, old, new):
    path = saved(tmp_path / "days.geojson", dated(GOOD), dated(GOOD, "2024-02-01"))
    assert geojson_reader.read(path) is not None
    text = path.read_text()
    path.write_text(text.replace(old, new, 1))
    assert path.read_text() != text
    with pytest.raises(ClaimsError, match="an object has two members"):
        geo.series(path, date="date")


def test_names_in_values_are_no_members(tmp_path):
    rows = [dated(GOOD, "2024-01-01", name) for name in ("controller", "geometry", '"features":', "x")]
    path = saved(tmp_path / "days.geojson", *rows[:1], name="controller")
    assert geo.series(path, date="date").parties == ["controller"]


def test_other_forms_are_read_alike(tmp_path):
    plain = geo.series(saved(tmp_path / "plain.geojson", dated(GOOD)), date="date").areas_cm2
    high = saved(tmp_path / "high.geojson", dated(polygon([[*at, 7.5] for at in RING])))
    nested = saved(tmp_path / "nested.geojson", feature({**dated(GOOD)["properties"], "more": {"a": [1]}}, GOOD))
    dates = saved(tmp_path / "dates.geojson", feature({**dated(GOOD)["properties"], "other": "2024-99-99"}, GOOD))
    sequence = tmp_path / "rows.geojsonl"
    sequence.write_text(f"\x1e{json.dumps(dated(GOOD))}\n")
    single = tmp_path / "single.json"
    single.write_text(json.dumps(dated(GOOD)))
    for path in (high, nested, dates, sequence, single):
        assert geo.series(path, date="date").areas_cm2.equals(plain), path.name
    bare = tmp_path / "front_2024-01-01.geojson"
    (tmp_path / "folder").mkdir()
    bare.write_text(json.dumps(GOOD))
    bare.rename(tmp_path / "folder" / bare.name)
    assert geo.series(tmp_path / "folder", controller="a").areas_cm2["a"].tolist() == plain["a"].tolist()


@pytest.mark.parametrize("crs", [None, {"type": "name"}, {"type": "name", "properties": {"name": "EPSG:0"}}])
def test_a_crs_that_is_none_is_refused(tmp_path, crs):
    high = polygon([[*at, 7.5] for at in RING])
    with pytest.raises(ClaimsError, match="CRS"):
        geo.series(saved(tmp_path / "days.geojson", dated(high), crs=crs), date="date")


def test_text_that_is_not_utf_8_takes_an_encoding(tmp_path):
    text = json.dumps({"type": "FeatureCollection", "features": [dated(GOOD, controller="سوريا")]}, ensure_ascii=False)
    (tmp_path / "days.geojson").write_bytes(text.encode("cp1256"))
    with pytest.raises(ClaimsError, match="is not utf-8; name the encoding with --encoding"):
        geo.series(tmp_path / "days.geojson", date="date")
    assert geo.series(tmp_path / "days.geojson", date="date", encoding="cp1256").parties == ["سوريا"]
