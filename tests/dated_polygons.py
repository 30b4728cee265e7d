"""Dated polygons that several tests ask about, and how they measure them by themselves."""

from __future__ import annotations

import geopandas
import numpy as np
import shapely
from hypothesis import strategies as st

import geo
from geo.geometry import areas

DATES = ("2024-01-01", "2024-01-02", "2024-01-03")
WEST, EAST = shapely.box(35.7, 33.0, 35.8, 33.1), shapely.box(35.8, 33.0, 35.9, 33.1)
NEAR = 1e-7  # degrees: points nearer to a line than this are on neither side


def rows(*entries, crs=4326):
    """Return a frame from (date, controller, geometry)."""
    date, controller, geometry = zip(*entries, strict=True)
    return geopandas.GeoDataFrame({"date": date, "controller": controller}, geometry=list(geometry), crs=crs)


def cm2(geometry):
    return areas.polygon_areas(np.array([geometry], dtype=object)).item() * 1e4


def ground(frame, date, party):
    mine = frame[(frame["date"] == date) & (frame["controller"] == party)]
    return shapely.union_all(np.asarray(mine.geometry))


def tolerance_cm2(frame):
    """Half a cm² for each edge that is rounded, and 1e-10 of the ground."""
    return 1e-10 * geo.area(frame).sum() * 1e4 + len(frame.get_coordinates())


def same_sums(table):
    return len(set(table.sum(axis=1))) == 1


def moved_cm2(change):
    return {(found.source, found.target): found.area_cm2 for found in change.transfers}


@st.composite
def series_of(draw, dates=DATES, parties=("a", "b", "c")):
    """Return dated polygons that part one square on each date, by lines that cross those of other dates anyhow."""
    scale = draw(st.sampled_from([0.01, 1.0, 20.0]))
    west = draw(st.sampled_from([-90.0, 35.123456789012345, 100.0]))
    corner = np.array([west, draw(st.sampled_from([-40.0, 0.0, 33.0]))])
    square = shapely.box(*corner, *(corner + scale))
    spot = st.integers(0, 24)
    entries = []
    for date in dates:
        cuts = draw(st.lists(st.tuples(spot, spot, st.booleans()), max_size=4))
        lines = []
        for a, b, upright in cuts:
            ends = np.array([[-0.1, a / 24], [1.1, b / 24]])
            lines.append(shapely.LineString(corner + scale * (ends[:, ::-1] if upright else ends)))
        parts = shapely.get_parts(shapely.polygonize(shapely.get_parts(shapely.union_all([square.boundary, *lines]))))
        for part in parts:
            party = draw(st.sampled_from([*parties, None]))
            if party and square.buffer(1e-9 * scale).covers(part):
                entries.append((date, party, part))
    if not entries:
        entries.append((dates[0], "a", square))
    return rows(*entries)


def square(column, row):
    return shapely.box(35 + column / 10, 33 + row / 10, 35.1 + column / 10, 33.1 + row / 10)


def checkered(date, others):
    """Return the squares of a board, of which every other one is another's."""
    return [(date, others if (x + y) % 2 else "a", square(x, y)) for x in range(5) for y in range(5)]
