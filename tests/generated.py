"""Series of control that are made up, with a stated seed: fronts that move, districts that flip, borders that stay."""

from __future__ import annotations

import datetime as dt

import geopandas
import numpy as np
import pandas as pd
import shapely

PARTIES = ("north", "east", "south", "west")


def dates(count):
    start = dt.date(2022, 2, 24)
    return [(start + dt.timedelta(days=day)).isoformat() for day in range(count)]


def fresh(geometries):
    """Return copies that share no object, as when each date is read from a file of its own."""
    return shapely.from_wkb(shapely.to_wkb(geometries))


def front(count, vertices=3000, moved=20, seed=1974):
    """Return one long front round one party's ground: on each date a stretch of `moved` vertices is elsewhere."""
    rng = np.random.default_rng(seed)
    angles = np.linspace(0, 2 * np.pi, vertices, endpoint=False)
    radii = 1 + 0.01 * rng.standard_normal(vertices)
    rings = np.empty((count, vertices, 2))
    for ring in rings:
        ring[:] = np.column_stack([36 + radii * np.cos(angles), 33 + radii * np.sin(angles)])
        at = rng.integers(0, vertices - moved)
        radii[at : at + moved] += 0.005 * rng.standard_normal(moved)
    ground = shapely.multipolygons(shapely.polygons(np.round(rings, 7))[:, None])
    return geopandas.GeoDataFrame({"date": dates(count), "controller": PARTIES[0]}, geometry=ground, crs=4326)


def redrawn(count, vertices=3000, wobble=2e-4, seed=1974):
    """Return one front that is drawn anew on each date, every vertex a little off."""
    rng = np.random.default_rng(seed)
    angles = np.linspace(0, 2 * np.pi, vertices, endpoint=False)
    radii = 1 + 0.01 * np.sin(7 * angles) + wobble * rng.standard_normal((count, vertices))
    rings = np.stack([36 + radii * np.cos(angles), 33 + radii * np.sin(angles)], axis=2)
    return geopandas.GeoDataFrame(
        {"date": dates(count), "controller": PARTIES[0]}, geometry=shapely.polygons(np.round(rings, 7)), crs=4326
    )


def districts(count, across=25, down=20, between=8, changed=0.02, seed=1974):
    """Return districts that part one ground without gaps: on each date some flip, and a border of some has moved.

    Parameters
    ----------
    count
        Dates.
    across, down
        Districts from west to east and from south to north.
    between
        Vertices of a border between two corners.
    changed
        Share of the districts that are different on each date: half flip, half have a moved border.
    """
    rng = np.random.default_rng(seed)
    x, y = np.meshgrid(np.arange(across + 1), np.arange(down + 1), indexing="ij")
    corners = np.stack([34 + 0.1 * x, 31 + 0.1 * y], axis=2) + rng.uniform(-0.02, 0.02, (across + 1, down + 1, 2))
    share = np.linspace(0, 1, between + 2)[1:-1, None]

    def border(one, other):
        run = other - one
        swing = rng.uniform(-0.03, 0.03, (between, 1)) * share * (1 - share)  # corners stay wide open
        return one + share * run + swing * np.array([-run[1], run[0]]) / np.hypot(*run)

    flat = {(i, j): border(corners[i, j], corners[i + 1, j]) for i in range(across) for j in range(down + 1)}
    steep = {(i, j): border(corners[i, j], corners[i, j + 1]) for i in range(across + 1) for j in range(down)}

    def outline(i, j):
        south, north, west, east = flat[i, j], flat[i, j + 1], steep[i, j], steep[i + 1, j]
        at = [corners[i, j], corners[i + 1, j], corners[i + 1, j + 1], corners[i, j + 1]]
        ring = [at[:1], south, at[1:2], east, at[2:3], north[::-1], at[3:], west[::-1]]
        return shapely.Polygon(np.round(np.concatenate(ring), 7))

    ground = np.array([[outline(i, j) for j in range(down)] for i in range(across)], dtype=object)
    holder = rng.integers(0, len(PARTIES), (across, down))
    each = max(round(changed * across * down / 2), 1)
    frames = []
    for date in dates(count):
        frames.append(
            geopandas.GeoDataFrame(
                {"date": date, "controller": np.array(PARTIES)[holder.ravel()]},
                geometry=fresh(ground.ravel()),
                crs=4326,
            )
        )
        for _ in range(each):
            holder[rng.integers(across), rng.integers(down)] = rng.integers(len(PARTIES))
        for _ in range(max(each // 2, 1)):  # two districts share a border
            i, j = rng.integers(1, across), rng.integers(down)
            steep[i, j] = border(corners[i, j], corners[i, j + 1])
            ground[i - 1, j], ground[i, j] = outline(i - 1, j), outline(i, j)
    return geopandas.GeoDataFrame(pd.concat(frames, ignore_index=True))
