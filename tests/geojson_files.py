"""Frames and GeoJSON files that several tests write and read."""

from __future__ import annotations

import json

import geopandas
import numpy as np
import pandas as pd
import shapely
from geopandas.testing import assert_geodataframe_equal

from geo.dated import geojson_reader

SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}
MULTI = {"type": "MultiPolygon", "coordinates": [SQUARE["coordinates"], [[[5, 5], [6, 5], [6, 6], [5, 5]]]]}


def feature(properties=None, geometry=SQUARE, **members):
    return {"type": "Feature", "properties": properties, "geometry": geometry, **members}


def saved(path, *features, **members):
    path.write_text(json.dumps({"type": "FeatureCollection", **members, "features": features}), encoding="utf-8")
    return path


def same_frames(path, **options):
    assert_geodataframe_equal(geojson_reader.read(path), geopandas.read_file(path), **options)


def polygons(seed, count):
    rng = np.random.default_rng(seed)
    centres = rng.uniform((-179, -80), (179, 80), (count, 2))
    made = shapely.buffer(shapely.points(centres), rng.uniform(1e-3, 0.5, count), quad_segs=3)
    made[::5] = shapely.difference(made[::5], shapely.buffer(shapely.points(centres[::5]), 1e-4))
    made[::7] = [shapely.MultiPolygon([one, shapely.box(0, 0, 1, 1)]) for one in made[::7]]
    return made


def frame_of_every_kind():
    """Return a frame of several blocks, with a column of each kind that a file keeps."""
    count = 3000
    rng = np.random.default_rng(3)
    return geopandas.GeoDataFrame(
        {
            "id": np.arange(count),
            "name": rng.choice(['a "b"', "الجولان\n", "100 %s\\", "coordinates", '"coordinates": [1, 2]}'], count),
            "share": np.where(rng.random(count) < 0.1, np.nan, rng.random(count)),
            "held": rng.random(count) < 0.5,
            "count": rng.integers(0, 2**40, count),
            "some": rng.choice(np.array(["x", None], dtype=object), count),
            "date": pd.Series(rng.choice(np.array(["2024-12-07", "2024-12-08"], dtype="datetime64[ms]"), count)),
        },
        geometry=polygons(1, count),
        crs=4326,
    )
