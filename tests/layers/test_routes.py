"""Lines that run along others."""

from __future__ import annotations

from itertools import pairwise

import pytest
import shapely
from common import CURATED

from geo import ClaimsError
from geo.layers import routes, tables


def test_the_armistice_line_passes_its_grid_references(golan):
    import pyproj

    course = shapely.LineString(golan.course("armistice_1949"))
    to_lonlat = pyproj.Transformer.from_crs(28191, 4326, always_xy=True)
    for point in tables.read_grid_points(CURATED):
        lon, lat = to_lonlat.transform(point.easting_km * 1000, point.northing_km * 1000)
        assert course.distance(shapely.Point(lon, lat)) * 111_000 < max(point.within_m, 1) * 1.1


@pytest.mark.parametrize("name", ["armistice_1949", "line_4_june_1967", "ceasefire_1967"])
def test_a_route_runs_only_along_its_parts(golan, name):
    course = golan.course(name)
    route = golan.routes[name]
    assert (course[0], course[-1]) == (route.start, route.end)
    assert shapely.LineString(course).is_simple
    edges = {frozenset(edge) for part in route.parts for edge in pairwise(golan.course(part))}
    assert {frozenset(edge) for edge in pairwise(course)} <= edges


def test_the_ceasefire_line_of_1967_runs_east_of_line_a_where_ground_was_returned(golan):
    wide = shapely.Polygon([*golan.course("ceasefire_1967"), *reversed(golan.course("line_a"))])
    assert shapely.area(shapely.make_valid(wide)) > 0
    returned = golan.zone("returned_1974").geometry.item()
    assert shapely.make_valid(wide).buffer(1e-7).contains(returned)


def test_a_route_whose_parts_do_not_meet_is_named(golan):
    route = golan.routes["ceasefire_1967"]._replace(parts=("line_a", "line_b"))
    with pytest.raises(ClaimsError, match=r"routes.csv: ceasefire_1967: line_a does not reach line_b"):
        routes.course(route, golan.curated_lines, file="routes.csv")
