"""Cutting edges where they meet, on a lattice so small that everything meets everything."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.geometry import noding, planar

CELL = 1 / noding.CELLS
CORNER = np.array([-0.005, -0.0061])
SPOTS = st.tuples(st.integers(0, 14), st.integers(0, 9))


def edges_of(*triangles):
    """Return the edges of triangles whose corners are in cells from a corner."""
    rings = np.array([[*triangle, triangle[0]] for triangle in triangles], dtype=float)
    ring = np.repeat(np.arange(len(rings)), 4)
    return noding.intern(CORNER + CELL * rings.reshape(-1, 2), ring)[0]


def assert_cut(pieces):
    """Assert that no two pieces cross, and that none passes a vertex nearer than a cell."""
    ends = (pieces.cells[pieces.ends] - np.rint(CORNER / CELL)).astype(float)
    lines = shapely.linestrings(ends)
    used = np.unique(pieces.ends)
    spots = shapely.points((pieces.cells[used] - np.rint(CORNER / CELL)).astype(float))
    assert not shapely.crosses(lines[:, None], lines).any()
    own = (pieces.ends[:, :, None] == used).any(axis=1)
    away = shapely.distance(lines[:, None], spots)
    assert own[away == 0].all()
    # beside a piece, not beyond its ends
    run, to = ends[:, 1] - ends[:, 0], shapely.get_coordinates(spots) - ends[:, 0][:, None]
    way = (to * run[:, None]).sum(axis=2)
    beside = (way > 0) & (way < (run * run).sum(axis=1)[:, None]) & ~own
    assert not (away[beside] < 1 - 1e-9).any()


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(SPOTS, min_size=3, max_size=3, unique=True), min_size=1, max_size=9))
def test_a_tangle_of_a_few_cells_is_cut(triangles):
    pieces = noding.node(edges_of(*triangles))
    assert_cut(pieces)
    faces = planar.faces(pieces)
    assert faces.area_cm2.sum() == 0, "what faces have, the outside lacks"


def test_two_vertices_on_either_side_do_not_send_a_piece_to_and_fro():
    tangled = [[(0, 1), (44, 0), (20, 9)], [(0, 0), (10, -8), (44, -9)], [(44, 1), (50, 9), (30, 9)]]
    assert_cut(noding.node(edges_of(*tangled)))


@pytest.mark.parametrize("windows", [[(0.5, 0.5, 1.5, 1.5)], [(0.5, 0.5, 1.5, 1.5), (2.0, 0.0, 3.0, 1.0)]])
def test_windows_hold_what_lies_in_them(windows):
    square = np.array([[0, 0], [4, 0], [4, 1], [0, 1], [0, 0]], dtype=float)
    edges = noding.intern(square, np.zeros(5, dtype=int))[0]
    faces = planar.faces(noding.node(edges, windows))
    # the line at 1° north cuts the first window in two and is a side of the second
    assert len(faces.area_cm2) == 1 + 2 + (len(windows) - 1)
    assert len(faces.roots) == len(windows)
    whole = sum(shapely.box(*window).area for window in windows)
    assert faces.area_cm2[1:].sum() == pytest.approx(whole * 111_320**2 * 1e4, rel=0.01)


def test_rows_are_told_apart_when_their_keys_are_the_same(monkeypatch):
    columns = np.random.default_rng(5).integers(0, 4, (3, 200))
    monkeypatch.setattr(noding, "mix", lambda first, second: np.zeros_like(first | second))
    codes, first = noding.distinct(columns)
    assert len(first) == len(np.unique(columns, axis=1).T)
    assert np.array_equal(columns[:, first][:, codes], columns)
