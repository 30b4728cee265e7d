"""A layer beside another map's version of it."""

from __future__ import annotations

import json
import warnings

import geopandas
import pytest
import shapely
from common import ROOT
from hypothesis import given
from hypothesis import strategies as st

import geo
from geo.cli.main import main

OTHER = ROOT / "tests" / "data" / "natural_earth_10m_golan.geojson"
ZONE = "buffer_zone_1974"
NAMED = ("--where", "name=UNDOF Zone")


def shifted(golan, layer, metres, crs=4326):
    """Return a layer moved east on UTM 36N."""
    own = golan.lines if layer in golan.lines.index else golan.zones
    return own.loc[[layer]].to_crs(32636).translate(metres).to_crs(crs)


def test_a_layer_beside_itself(golan):
    found = golan.compare(ZONE, golan.zones.loc[[ZONE]]).json()
    assert found["iou"] == pytest.approx(1)
    assert found["hausdorff_m"] < 0.02
    assert found["area_km2"] == pytest.approx(golan.zones.loc[ZONE, "area_km2"])
    assert found["symmetric_difference_km2"] == pytest.approx(0, abs=1e-3)


@pytest.mark.parametrize("layer", ["line_a", ZONE])
def test_a_shift_is_measured(golan, layer):
    found = golan.compare(layer, shifted(golan, layer, 300))
    assert found.found.hausdorff_m == pytest.approx(300, rel=0.01)
    assert 150 < found.found.mean_m < 300


def test_iou_and_areas_are_those_of_other_libraries(golan):
    own, other = golan.zones.loc[[ZONE]].geometry, geopandas.read_file(OTHER).query("name == 'UNDOF Zone'").geometry
    found = golan.compare(ZONE, other).json()
    flat = [one.to_crs("+proj=cea +lat_ts=33 +lon_0=36 +ellps=WGS84").iloc[0] for one in (own, other)]  # equal area
    assert found["iou"] == pytest.approx(shapely.area(flat[0] & flat[1]) / shapely.area(flat[0] | flat[1]), abs=1e-4)
    assert found["symmetric_difference_km2"] == pytest.approx(shapely.area(flat[0] ^ flat[1]) / 1e6, rel=1e-3)
    assert found["reference_area_km2"] == pytest.approx(geo.area(other).item() / 1e6)
    plane = [one.to_crs(32636).iloc[0] for one in (own, other)]
    exact = shapely.hausdorff_distance(plane[0].boundary, plane[1].boundary, densify=0.005)
    assert found["hausdorff_m"] == pytest.approx(exact, rel=0.005)


@given(st.floats(20, 2000))
def test_a_box_beside_a_wider_one(golan, metres):
    """Without a layer: two boxes, of which one reaches further east."""
    from geo.checks import compare, references

    box = shapely.box(35.7, 33.0, 35.8, 33.1)
    wider = shapely.box(35.7, 33.0, 35.8 + metres / 93_450, 33.1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compare, "shape", lambda *_: ("zone", box))
        found = compare.compare(golan, "box", references.read(geopandas.GeoSeries([wider], crs=4326)))
    assert found.ground.only_layer_km2 == 0
    assert found.ground.iou == pytest.approx(box.area / wider.area, rel=1e-6)
    assert found.hausdorff_m == pytest.approx(metres, rel=0.01)
    assert found.gaps[0].towards == "east"
    assert found.offset_m < 0  # outside


@pytest.mark.parametrize("ending", ["geojson", "gpkg", "fgb", "shp", "parquet", "kml", "geojsonl"])
@pytest.mark.parametrize("layer", ["line_b", ZONE])
def test_any_format_and_crs(golan, tmp_path, ending, layer):
    degrees = ending in {"kml", "geojson", "geojsonl"}
    frame = geopandas.GeoDataFrame(
        {"name": ["x"]},
        geometry=shifted(golan, layer, 100, 4326 if degrees else 32636).to_list(),
        crs=4326 if degrees else 32636,
    )
    path = tmp_path / f"other.{ending}"
    if ending == "parquet":
        frame.to_parquet(path)
    elif ending == "kml":
        frame.to_file(path, driver="KML")
    else:
        frame.to_file(path, **({"driver": "GeoJSONSeq"} if ending == "geojsonl" else {}))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", geo.ClaimsWarning)
        assert golan.compare(layer, path).found.hausdorff_m == pytest.approx(100, rel=0.02)


def test_a_line_beside_outlines_is_measured_one_way(golan):
    found = golan.compare("line_a", OTHER, where={"name": "UNDOF Zone"}).json()
    assert (found["iou"], found["to_layer"]) == (None, None)
    assert 900 < found["hausdorff_m"] < 1400
    assert {gap["towards"] for gap in found["gaps"]} <= {"west", "south-west", "north-west"}  # it lies west all along


def test_natural_earth_as_the_docs_have_it(capsys):
    assert main(["compare", ZONE, str(OTHER), *NAMED, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {"layer", "iou", "hausdorff_m", "mean_distance_m", "area_km2", "reference_area_km2"} <= found.keys()
    assert found["reference_area_km2"] == pytest.approx(265, abs=0.1)
    assert [gap["metres"] for gap in found["gaps"]] == sorted((gap["metres"] for gap in found["gaps"]), reverse=True)


@pytest.mark.parametrize(("within", "status"), [("500", 1), ("5000", 0)])
def test_within(capsys, within, status):
    assert main(["compare", ZONE, str(OTHER), *NAMED, "--within", within]) == status
    assert f"within {within} m" in capsys.readouterr().out


@pytest.mark.parametrize("ending", ["png", "svg", "html", "geojson"])
def test_it_is_drawn(tmp_path, ending, capsys):
    path = tmp_path / f"beside.{ending}"
    assert main(["compare", ZONE, str(OTHER), *NAMED, "-o", str(path)]) == 0
    assert path.stat().st_size > 2000
    assert str(path) in capsys.readouterr().out


def test_the_drawn_pieces_have_the_area_that_is_told(golan):
    found = golan.compare(ZONE, OTHER, where={"name": "UNDOF Zone"})
    drawn = geopandas.read_file(found.geojson())
    assert drawn["area_km2"].sum() == pytest.approx(found.found.ground.difference_km2, abs=1e-3)
    assert set(drawn.dropna(subset="metres")["along"]) == {"layer"}


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["line_z", str(OTHER)], "did you mean"),
        ([ZONE, "missing.geojson"], "missing.geojson"),
        ([ZONE, str(OTHER), "--where", "name"], "COLUMN=VALUE"),
        ([ZONE, str(OTHER), "--where", "title=x"], "there are name, source"),
        ([ZONE, str(OTHER), "--where", "name=x"], "UNDOF Zone"),
        ([ZONE, str(OTHER), "--feature", "7"], "0 to 2"),
        ([ZONE, str(OTHER), "--within", "nan"], "--within"),
        ([ZONE, str(OTHER), "--within", "-1"], "--within"),
        ([ZONE, str(OTHER), "--operation", "x"], "operation"),
        ([ZONE, str(OTHER), "-o", "x.docx"], ".docx"),
        ([ZONE, str(ROOT / "layers" / "curated" / "places.geojson")], "points alone"),
    ],
)
def test_faults_are_one_line(capsys, arguments, fault):
    assert main(["compare", *arguments]) == 2
    error = capsys.readouterr().err
    assert error.startswith("claims: error: ")
    assert error.count("\n") == 1
    assert fault in error


def test_an_invalid_polygon_is_named_and_can_be_repaired(golan):
    bow = shapely.Polygon([(35.8, 33), (35.9, 33.1), (35.9, 33), (35.8, 33.1)])
    frame = geopandas.GeoDataFrame(geometry=[bow], crs=4326)
    with pytest.raises(geo.ClaimsError, match="row 0: invalid geometry"):
        golan.compare(ZONE, frame)
    with pytest.warns(geo.ClaimsWarning, match="repaired"):
        assert 0 < golan.compare(ZONE, frame, repair=True).found.ground.iou < 1


def test_several_features_go_together_with_a_note(golan):
    with pytest.warns(geo.ClaimsWarning, match="3 features"):
        golan.compare("golan_heights", OTHER)


def test_what_lies_apart_is_told(golan):
    far = geopandas.GeoSeries([shapely.box(10, 50, 11, 51)], crs=4326)
    for layer in (ZONE, "line_a"):
        with pytest.warns(geo.ClaimsWarning, match=f"lies wholly apart from {layer}; is it the right map"):
            golan.compare(layer, far)


def test_what_is_alike_has_no_gaps_to_list(golan, tmp_path, capsys):
    golan.zones.loc[[ZONE]].to_file(tmp_path / "same.gpkg")
    assert main(["compare", ZONE, str(tmp_path / "same.gpkg"), "--within", "1"]) == 0
    told = capsys.readouterr().out
    assert "nothing is off" in told
    assert "largest gaps" not in told
