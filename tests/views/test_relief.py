"""Shaded relief, and what else lies around the covered ground."""

from __future__ import annotations

import base64
import io
import math

import numpy as np
import pytest
from PIL import Image

from geo.layers.elevation import Elevation
from geo.layers.tables import Context
from geo.views import relief, surroundings

FLAT = math.sin(math.radians(45))


def ramp(eastward, northward, size=40):
    """Return ground that rises by some metres a cell to the east and to the north."""
    rows, columns = np.mgrid[size:0:-1, 0:size]
    return Elevation(35.0, 33.0, 1 / 120, 1000.0 + eastward * columns + northward * rows)


def test_flat_ground_is_neither_lit_nor_shaded():
    assert relief.hillshade(ramp(0, 0)) == pytest.approx(FLAT)


@pytest.mark.parametrize(
    ("eastward", "northward", "lit"), [(30, 0, True), (-30, 0, False), (0, -30, True), (0, 30, False)]
)
def test_slopes_that_face_the_north_west_are_lit(eastward, northward, lit):
    assert ((relief.hillshade(ramp(eastward, northward))[1:-1, 1:-1] > FLAT) == lit).all()


def test_unknown_heights_leave_no_hole():
    grid = ramp(10, 10)
    grid.heights[20, 20] = np.nan
    assert np.isfinite(relief.hillshade(grid)).all()


def test_the_picture_is_small_and_fades_out(golan):
    made = relief.picture(golan.elevation)
    assert len(made["picture"]) < 120_000
    png = base64.b64decode(made["picture"].removeprefix("data:image/png;base64,"))
    alpha = np.asarray(Image.open(io.BytesIO(png)))[..., 3]
    assert not alpha[[0, -1]].any()
    assert not alpha[:, [0, -1]].any()
    assert alpha.max() > 80
    (south, west), (north, east) = made["bounds"]
    assert west < golan.bounds[0] < golan.bounds[2] < east
    assert south < golan.bounds[1] < golan.bounds[3] < north


def spot(kind, lon, lat, course=()):
    return Context(f"{kind}{lon}", kind, {"en": kind}, None, None, lon, lat, tuple(course), (), "")


@pytest.mark.parametrize(("sea", "side"), [((33.0, 33.5), "west"), ((37.0, 33.5), "east")])
def test_a_sea_is_on_its_own_side_of_the_coast(sea, side):
    coast = [spot("coast", 35.0, 34.0), spot("coast", 34.8, 33.5), spot("coast", 34.6, 32.0)]
    (found,) = surroundings.of([*coast, spot("sea", *sea)])["seas"]
    ring = np.cumsum(np.reshape(found["ring"], (-1, 2)), axis=0) / 1e6
    assert {(35.0, 34.0), (34.8, 33.5), (34.6, 32.0)} <= set(map(tuple, ring.tolist()))
    assert (ring[:, 0].min() < 34) == (side == "west")
    assert (ring[:, 0].max() > 36) == (side == "east")


def test_without_a_coast_a_sea_is_only_named():
    (found,) = surroundings.of([spot("sea", 30.0, 30.0)])["seas"]
    assert found["ring"] == []
    assert found["names"] == {"en": "sea"}


def test_borders_start_where_curated_lines_end(golan):
    """What is drawn coarsely joins what is drawn with care."""
    ends = {at for line in golan.curated_lines.values() for at in (line.coordinates[0], line.coordinates[-1])}
    borders = [row for row in golan.context if row.kind == "border"]
    starts = {row.vertices[0] for row in borders}
    inside = {at for row in borders for at in row.vertices[1:]}
    assert starts <= ends | inside
