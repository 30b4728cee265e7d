"""Random series: lines that cross, touch, run within a micrometre of each other, overlap, come and go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas
import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.random import Generator

PARTIES = ("a", "b", "c")
NEAR = (1e-12, 1e-11, 3e-11, 1e-10, 1e-9, 1e-7)  # degrees: from within a cell of the lattice to a centimetre
APART = (1e-5, 1e-4)
_SCALES = (0.01, 0.1, 1.0, 20.0)  # degrees


def parted(luck: Generator, scale: float, corner: np.ndarray, gaps: tuple[float, ...]) -> list[shapely.Polygon]:
    """Return a square cut by lines that cross those of other dates anyhow, without overlaps."""
    lines = []
    for _ in range(luck.integers(0, 5)):
        ends = np.array([[-0.1, luck.integers(25) / 24], [1.1, luck.integers(25) / 24]])
        if luck.random() < 0.5:
            ends = ends[:, ::-1]
        if luck.random() < 0.4:
            ends += luck.choice(gaps) / scale * luck.standard_normal((2, 2))
        lines.append(shapely.LineString(corner + scale * ends))
    square = shapely.box(*corner, *(corner + scale))
    parts = shapely.get_parts(shapely.polygonize(shapely.get_parts(shapely.union_all([square.boundary, *lines]))))
    return [part for part in parts if square.buffer(1e-9 * scale).covers(part)]


def loose(luck: Generator, scale: float, corner: np.ndarray, gaps: tuple[float, ...]) -> list[shapely.Polygon]:
    """Return polygons that may overlap: stars, squares on a grid, some with holes."""
    found = []
    for _ in range(luck.integers(1, 6)):
        if luck.random() < 0.5:
            count = luck.integers(3, 9)
            angles = np.sort(luck.uniform(0, 2 * np.pi, count))
            radii = luck.uniform(0.05, 0.4, count)
            ring = np.column_stack([radii * np.cos(angles), radii * np.sin(angles)]) + luck.uniform(0.2, 0.8, 2)
        else:
            west, south, wide, high = luck.integers(1, 8, 4) / 8
            ring = np.array([[west, south], [west + wide, south], [west + wide, south + high], [west, south + high]])
        if luck.random() < 0.3:
            ring = ring + luck.choice(gaps) / scale * luck.standard_normal(ring.shape)
        polygon = shapely.Polygon(corner + scale * ring)
        if luck.random() < 0.2:
            polygon = shapely.Polygon(polygon.exterior, [shapely.affinity.scale(polygon, 0.4, 0.4).exterior])
        if polygon.is_valid and polygon.geom_type == "Polygon" and not polygon.is_empty:
            found.append(polygon)
    return found


def moved(luck: Generator, polygon: shapely.Polygon, gaps: tuple[float, ...]) -> shapely.Polygon:
    """Return a polygon one vertex of which lies a little elsewhere."""
    ring = shapely.get_coordinates(polygon.exterior)[:-1]
    ring[luck.integers(len(ring))] += luck.choice(gaps) * luck.standard_normal(2)
    found = shapely.Polygon(ring, polygon.interiors)
    return found if found.is_valid else polygon


def random_series(
    luck: Generator, *, overlapping: bool, dates: int = 3, gaps: tuple[float, ...] = NEAR
) -> geopandas.GeoDataFrame:
    """Return dated polygons by date; on later dates some of the date before stay, move a little or change hands.

    Parameters
    ----------
    luck
        Where the numbers come from.
    overlapping
        Whether polygons of two parties may overlap on a date.
    dates
        How many dates.
    gaps
        How far apart lines are that are nearly one, degrees.
    """
    scale = float(luck.choice(_SCALES))
    corner = np.array([luck.choice([-90.0, 35.123456789012345, 100.0]), luck.choice([-40.0, 0.0, 33.0])])
    entries: list[tuple[str, str, shapely.Polygon]] = []
    before: list[tuple[str, shapely.Polygon]] = []
    for day in range(1, dates + 1):
        if before and luck.random() < 0.6:
            now = [(str(luck.choice(PARTIES)) if luck.random() < 0.3 else party, one) for party, one in before]
            if overlapping:
                now = [(party, moved(luck, one, gaps) if luck.random() < 0.3 else one) for party, one in now]
                now += [(str(luck.choice(PARTIES)), one) for one in loose(luck, scale, corner, gaps)[:1]]
            now = [one for one in now if luck.random() < 0.9]
        else:
            make = loose if overlapping else parted
            now = [(str(luck.choice(PARTIES)), one) for one in make(luck, scale, corner, gaps) if luck.random() < 0.8]
        entries += [(f"2024-01-{day:02}", party, one) for party, one in now]
        before = now or before
    if not entries:
        entries.append(("2024-01-01", "a", shapely.box(*corner, *(corner + scale))))
    date, controller, geometry = zip(*entries, strict=True)
    return geopandas.GeoDataFrame({"date": date, "controller": controller}, geometry=list(geometry), crs=4326)
