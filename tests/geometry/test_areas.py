"""Areas against other methods: 50-digit quadrature, geodesics, published totals."""

from __future__ import annotations

import math
from itertools import pairwise

import geopandas
import mpmath
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

import geo
from geo import ClaimsError
from geo.geometry import areas

GEOD = pyproj.Geod(ellps="WGS84")


def exact(ring):
    """Return the area of a ring of lon/lat edges by quadrature of M N cos over 50 digits, edge by edge."""
    with mpmath.workdps(50):
        a, f = mpmath.mpf(6378137), 1 / mpmath.mpf("298.257223563")
        e2 = f * (2 - f)
        e = mpmath.sqrt(e2)

        def below(phi):  # closed form of the area between the equator and phi, per radian (authalic latitude)
            s = mpmath.sin(phi)
            return a**2 * (1 - e2) / 2 * (s / (1 - e2 * s**2) + mpmath.atanh(e * s) / e)

        total = mpmath.mpf(0)
        points = [[mpmath.radians(mpmath.mpf(number)) for number in point] for point in ring]
        for (x0, y0), (x1, y1) in pairwise(points):
            if x0 != x1:
                total -= (x1 - x0) * mpmath.quad(lambda t, y0=y0, y1=y1: below(y0 + t * (y1 - y0)), [0, 1])
        return total


def series(*geometries):
    return geopandas.GeoSeries(geometries, crs=4326)


@pytest.mark.parametrize(
    "polygon",
    [
        shapely.box(35.7, 33.0, 35.8, 33.1),
        shapely.box(35.7, 33.0, 35.70001, 33.00001),
        shapely.Polygon([(35.6, 32.7), (35.9, 32.75), (35.8, 33.4)]),
        shapely.Polygon([(-10, -80), (120, -40), (60, 85)]),
        shapely.Point(35.8, 33.1).buffer(0.001),
        shapely.Polygon([(0, 89), (90, 89), (180, 89), (0, 90)]),
    ],
    ids=["0.1 degree", "a metre", "triangle", "half a hemisphere", "circle of 100 m", "at the pole"],
)
def test_area_against_fifty_digits(polygon):
    expected = exact(shapely.get_coordinates(polygon))
    assert float(abs(geo.area(series(polygon)).item() / abs(expected) - 1)) < 1e-12


def test_area_of_the_ellipsoid():
    # published total of WGS84: 510 065 621.724 km² (for example NIMA TR8350.2, table of derived constants)
    assert geo.area(series(shapely.box(-180, -90, 180, 90))).item() / 1e6 == pytest.approx(510_065_621.724, abs=1e-3)


def test_golan_against_densified_geodesics(golan):
    """An independent method: pyproj's geodesics over edges cut to 10 m, where they no longer differ from lon/lat."""
    for zone in ("golan_heights", "buffer_zone_1974"):
        polygon = shapely.segmentize(golan.zone(zone).geometry.item(), 1e-4)
        geodesic = abs(GEOD.geometry_area_perimeter(polygon)[0])
        assert golan.ledger.zone_area(zone).area * 1e6 == pytest.approx(geodesic, rel=1e-10)


def test_collections_hold_polygons_at_any_depth():
    west, east = shapely.box(35, 33, 35.1, 33.1), shapely.box(36, 33, 36.1, 33.1)
    deep = shapely.GeometryCollection(
        [shapely.MultiPolygon([west, east]), shapely.GeometryCollection([shapely.Point(0, 0), shapely.MultiPoint()])]
    )
    for edges in ("lonlat", "geodesic"):
        both = geo.area(series(west), edges=edges).item() + geo.area(series(east), edges=edges).item()
        assert geo.area(series(deep), edges=edges).item() == pytest.approx(both, rel=1e-12)


def test_edges_make_tens_of_square_metres(golan):
    frame = golan.zone("golan_heights")
    lonlat, geodesic = geo.area(frame).item(), geo.area(frame, edges="geodesic").item()
    assert 1 < abs(lonlat - geodesic) < 1000


@given(st.lists(st.tuples(st.floats(35, 36), st.floats(32, 34)), min_size=3, max_size=8))
def test_any_ring_against_densified_geodesics(points):
    polygon = shapely.Polygon(points)
    if polygon.is_valid and polygon.area > 1e-6:
        dense = shapely.segmentize(polygon, 1e-3)
        expected = abs(GEOD.geometry_area_perimeter(dense)[0])
        assert geo.area(series(polygon)).item() == pytest.approx(expected, rel=1e-7, abs=0.1)


@given(st.floats(-180, 179), st.floats(-90, 89), st.floats(1e-6, 1), st.floats(1e-6, 1), st.floats(0.01, 0.99))
def test_two_halves_make_the_whole(west, south, width, height, share):
    whole = shapely.box(west, south, west + width, south + height)
    middle = west + share * width
    halves = (
        shapely.box(west, south, middle, south + height),
        shapely.box(middle, south, west + width, south + height),
    )
    one, two = geo.area(series(*halves))
    assert one + two == pytest.approx(geo.area(series(whole)).item(), rel=1e-11)


EMPTY = (
    "POINT",
    "LINESTRING",
    "POLYGON",
    "MULTIPOINT",
    "MULTILINESTRING",
    "MULTIPOLYGON",
    "GEOMETRYCOLLECTION",
    "POLYGON Z",
)
HOLED = shapely.box(0, 0, 3, 3).difference(shapely.box(1, 1, 2, 2))


@pytest.mark.parametrize(
    ("geometry", "expected"),
    [
        (shapely.Point(1, 1), 0),
        (shapely.LineString([(0, 0), (1, 1)]), 0),
        (shapely.MultiPoint([(0, 0), (1, 1)]), 0),
        (shapely.LinearRing([(1, 1), (2, 1), (2, 2), (1, 1)]), 0),
        (shapely.MultiLineString([[(0, 0), (1, 1)]]), 0),
        *((shapely.from_wkt(f"{kind} EMPTY"), 0) for kind in EMPTY),
        (shapely.MultiPolygon([shapely.Polygon(), shapely.box(1, 1, 2, 2)]), "hole"),
        (shapely.GeometryCollection([shapely.Polygon(), shapely.Point(0, 0), shapely.box(1, 1, 2, 2)]), "hole"),
        (shapely.force_3d(shapely.box(1, 1, 2, 2), 1000), "hole"),
        (shapely.force_3d(HOLED, 1000), "ring"),
        (shapely.box(1, 1, 2, 2), "hole"),
        (shapely.box(1, 1, 2, 2).reverse(), "hole"),
        (HOLED, "ring"),
        (shapely.MultiPolygon([HOLED]), "ring"),
        (None, math.nan),
    ],
    ids=str,
)
@pytest.mark.parametrize("edges", ["lonlat", "geodesic"])
def test_every_type_of_geometry(geometry, expected, edges):
    square, outer = geo.area(series(shapely.box(1, 1, 2, 2), shapely.box(0, 0, 3, 3)), edges=edges)
    known = {"hole": square, "ring": outer - square}
    found = geo.area(series(shapely.box(5, 5, 6, 6), geometry), edges=edges).iloc[1]
    assert found == pytest.approx(known.get(expected, expected), nan_ok=True, rel=1e-12)


def test_the_input_is_left_as_it_is():
    coordinates = shapely.get_coordinates(HOLED)
    starts = np.array([0, 5])
    for array in (coordinates, starts):
        array.flags.writeable = False
    assert (np.sign(areas.ring_areas(coordinates, starts)) == [-1, 1]).all()  # the shell clockwise, the hole against it
    geometries = np.array([HOLED, None], dtype=object)
    geometries.flags.writeable = False
    assert np.isnan(areas.polygon_areas(geometries)).tolist() == [False, True]
    frame = geopandas.GeoDataFrame({"name": ["a"]}, geometry=[shapely.box(1, 1, 2, 2)], crs=4326).to_crs(3857)
    before = frame.copy()
    geo.area(frame)
    pd.testing.assert_frame_equal(frame, before)


def test_index_and_crs_of_the_caller():
    frame = geopandas.GeoDataFrame(
        {"name": ["a", "b"]}, index=["x", "y"], geometry=[shapely.box(1, 1, 2, 2), shapely.box(2, 1, 3, 2)], crs=4326
    )
    found = geo.area(frame.to_crs(3857))
    assert list(found.index) == ["x", "y"]
    pd.testing.assert_series_equal(found, geo.area(frame), rtol=1e-9)
    assert geo.area(frame.iloc[:0]).empty


def test_bad_calls_are_refused():
    with pytest.raises(ClaimsError, match="no CRS"):
        geo.area(geopandas.GeoSeries([shapely.box(0, 0, 1, 1)]))
    with pytest.raises(ClaimsError, match="edges"):
        geo.area(series(shapely.box(0, 0, 1, 1)), edges="flat")


def test_no_rings():
    assert areas.ring_areas(np.zeros((0, 2)), np.zeros(0, dtype=np.intp)).size == 0


@pytest.mark.parametrize("reach", [1e-4, 0.01, 0.2, 0.45, 0.47])
@pytest.mark.parametrize("middle", [-89.4, -35.0, 0.0, 33.1, 89.5])
def test_either_way_against_fifty_digits(reach, middle):
    """Small rings go by powers of the latitude, large ones by sines; the border between them is at 0.458 degrees."""
    angles = np.linspace(0, 2 * np.pi, 12, endpoint=False)
    ring = shapely.Polygon(np.column_stack([10 + np.cos(angles), middle + reach / 2 * np.sin(angles + 1)]))
    expected = abs(exact(shapely.get_coordinates(ring)))
    assert float(abs(geo.area(series(ring)).item() / expected - 1)) < 1e-12


def test_area_does_not_depend_on_what_stands_beside():
    rng = np.random.default_rng(7)
    rings = [
        shapely.Point(x, y).buffer(size, quad_segs=int(segments))
        for x, y, size, segments in zip(
            rng.uniform(-170, 170, 300),
            rng.uniform(-80, 80, 300),
            rng.choice([1e-4, 0.01, 0.3, 2.0], 300),
            rng.integers(2, 40, 300),
            strict=True,
        )
    ]
    alone = np.array([areas.polygon_areas(np.array([ring], dtype=object)).item() for ring in rings])
    order = rng.permutation(300)
    np.testing.assert_array_equal(areas.polygon_areas(np.array(rings, dtype=object)[order]), alone[order])


def test_edge_does_not_depend_on_what_stands_beside():
    rng = np.random.default_rng(8)
    tails = rng.uniform((-180, -90), (180, 90), (20_001, 2))
    heads = np.clip(tails + rng.choice([1e-5, 0.1, 20], (20_001, 1)) * rng.uniform(-1, 1, (20_001, 2)), -90, 90)
    whole = areas.edge_areas(tails, heads)
    order = rng.permutation(len(tails))
    np.testing.assert_array_equal(areas.edge_areas(tails[order], heads[order]), whole[order])
    np.testing.assert_array_equal(areas.edge_areas(tails[9:12], heads[9:12]), whole[9:12])


def test_short_edges_against_geodesics():
    """Edges below ten kilometres, cut finely: what is left between the two readings is far below a part in 10^10."""
    ring = shapely.segmentize(shapely.Point(35.8, 33.1).buffer(0.05), 1e-5)
    geodesic = abs(GEOD.geometry_area_perimeter(ring)[0])
    assert geo.area(series(ring)).item() == pytest.approx(geodesic, rel=1e-10)
