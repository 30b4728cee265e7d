"""Faces of lines so few that their areas, arcs and faults can be told by eye."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

import geo
from geo import ClaimsError
from geo.geometry import areas
from geo.layers import faces
from geo.layers.tables import Label, Line

RING = [(0, 0), (1, 0), (2, 0), (2, 1), (1, 1), (0, 1), (0, 0)]  # two unit squares side by side
WEST, EAST = shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)


def line(name, *coordinates, accuracy_m=100.0, cuts=True):
    return Line(name, {"en": name}, "boundary", cuts, "2000", None, accuracy_m, 5.0, "map", ("x",), "", coordinates)


def label(name, lon, lat=0.5):
    return Label(name, (name,), lon, lat, "")


FRAME, MIDDLE = line("frame", *RING), line("middle", (1, 0), (1, 1))
LABELS = [label("west", 0.5), label("east", 1.5)]


def assert_squares(built):
    assert [polygon.normalize() for polygon in built.polygons] == [WEST.normalize(), EAST.normalize()]
    assert shapely.coverage_is_valid(built.polygons)
    expected = areas.polygon_areas(np.array([WEST, EAST], dtype=object)) * 1e4
    assert built.area_cm2 == pytest.approx(expected.tolist(), abs=len(RING))  # each edge is rounded to a cm²


def test_two_squares_share_their_border():
    built = faces.build([FRAME, MIDDLE], LABELS, file="x")
    assert_squares(built)
    (shared,) = [arc for arc in built.arcs if None not in (arc.left, arc.right)]
    assert (shared.line, shared.left, shared.right) == (1, 0, 1)  # northwards: the west on its left
    assert {arc.line for arc in built.arcs if arc is not shared} == {0}


def test_faces_follow_the_order_of_their_labels():
    built = faces.build([FRAME, MIDDLE], LABELS[::-1], file="x")
    assert [polygon.centroid.x for polygon in built.polygons] == [1.5, 0.5]


@pytest.mark.parametrize(
    "middle",
    [
        line("middle", (1, 1), (1, 0)),
        line("middle", (1, 0), (1, 0.25), (1, 1)),
        line("middle", (1, -1), (1, 2)),
    ],
    ids=["the other way", "a vertex more", "with loose ends"],
)
def test_how_the_border_is_drawn_changes_no_area(middle):
    built = faces.build([FRAME, middle], LABELS, file="x")
    assert [polygon.area for polygon in built.polygons] == [1, 1]
    expected = faces.build([FRAME, MIDDLE], LABELS, file="x").area_cm2
    assert built.area_cm2 == pytest.approx(expected, abs=len(RING))


def test_lines_that_cross_without_a_vertex_share_one():
    corners = [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]
    lines = [line("frame", *corners), line("up", (0, 0), (1, 1)), line("down", (0, 1), (1, 0))]
    labels = [label("south", 0.5, 0.1), label("east", 0.9), label("north", 0.5, 0.9), label("west", 0.1)]
    built = faces.build(lines, labels, file="x")
    assert [polygon.area for polygon in built.polygons] == [0.25] * 4
    assert all((0.5, 0.5) in polygon.exterior.coords for polygon in built.polygons)


def test_where_lines_coincide_the_more_accurate_one_is_the_border():
    fine = line("fine", (1, 0), (1, 1), accuracy_m=10.0)
    for lines, best in (([FRAME, MIDDLE, fine], 2), ([FRAME, fine, MIDDLE], 1)):
        built = faces.build(lines, LABELS, file="x")
        assert_squares(built)
        assert [arc.line for arc in built.arcs if None not in (arc.left, arc.right)] == [best]


def test_a_line_that_does_not_cut_bounds_nothing():
    river = line("river", (0.5, -1), (0.5, 2), cuts=False)
    built = faces.build([river, FRAME, MIDDLE], LABELS, file="x")
    assert_squares(built)
    assert {arc.line for arc in built.arcs} == {1, 2}


def test_an_island_leaves_a_hole():
    island = line("island", (0.4, 0.4), (0.6, 0.4), (0.6, 0.6), (0.4, 0.6), (0.4, 0.4))
    labels = [label("west", 0.2), label("east", 1.5), label("island", 0.5)]
    built = faces.build([FRAME, MIDDLE, island], labels, file="x")
    assert [len(polygon.interiors) for polygon in built.polygons] == [1, 0, 0]
    assert shapely.coverage_union_all(built.polygons).equals(shapely.box(0, 0, 2, 1))


@pytest.mark.parametrize(
    ("lines", "labels", "fault"),
    [
        ([FRAME, line("middle", (1, 0), (1, 0.9))], LABELS, "x: labels west and east lie in the same face"),
        ([FRAME, MIDDLE], LABELS[:1], "x: the face around 1.50000 0.50000 has no label"),
        ([FRAME, MIDDLE], [*LABELS, label("far", 5)], "x: far: the label lies in no face"),
    ],
    ids=["an open border", "a face without a label", "a label without a face"],
)
def test_faults_name_the_label_and_what_to_do(lines, labels, fault):
    with pytest.raises(ClaimsError, match=f"^{fault}; ") as raised:
        faces.build(lines, labels, file="x")
    assert raised.value.code == "face"


def test_the_shipped_faces_cover_the_ground_once(golan):
    union = shapely.coverage_union_all(golan.polygons)
    assert geo.area(golan.faces).sum() == pytest.approx(areas.polygon_areas(np.array([union])).item(), rel=1e-12)
