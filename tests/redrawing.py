"""The error of an area by drawing its lines anew thousands of times, which the delta method is held against."""

from __future__ import annotations

import numpy as np
import pyproj
import shapely


def normals(points):
    """Return how each vertex of a flat line moves when the line is shifted a metre to its left, mitred at corners."""
    steps = np.diff(points, axis=0)
    steps /= np.hypot(*steps.T)[:, None]
    mean = np.vstack([steps[:1], steps[:-1] + steps[1:], steps[-1:]])
    mean /= np.hypot(*mean.T)[:, None]
    # at a corner the vertex moves further than the edges, as in any offset line; no further than twice as far
    along = np.sum(mean * np.vstack([steps, steps[-1:]]), axis=1)
    return np.column_stack([-mean[:, 1], mean[:, 0]]) / np.maximum(along, 0.5)[:, None]


def monte_carlo_sigma_km2(record, derived, zone, draws):
    """Return the spread of a zone's area when each line is shifted across its run at random, by drawing.

    Independent of the package: vertices are moved on an equal-area plane and the shoelace formula gives the area of
    the ring that the moved arcs, joined end to end, enclose.
    """
    rng = np.random.default_rng(1974)
    plane = pyproj.Transformer.from_crs(4326, "+proj=laea +lon_0=35.8 +lat_0=33.1 +ellps=WGS84", always_xy=True)
    inside = set(record.ledger.faces_in(zone))
    bounding = [arc for arc in derived.arcs if ((arc.left in inside) != (arc.right in inside))]
    moved = []  # per arc: draws × vertices × 2
    for index, line in enumerate(derived.lines):
        mine = [arc for arc in bounding if arc.line == index]
        if not mine:
            continue
        course = np.column_stack(plane.transform(*np.array(line.coordinates).T))
        way = np.append(0, np.cumsum(np.hypot(*np.diff(course, axis=0).T)))
        apart = np.abs(way[:, None] - way[None, :]) / (1000 * max(line.correlation_km, 1e-9))
        factor = np.linalg.cholesky(np.exp(-apart) + 1e-10 * np.eye(len(way)))
        shifts = line.accuracy_m * rng.standard_normal((draws, len(way))) @ factor.T
        shifted = course + shifts[:, :, None] * normals(course)
        for arc in mine:
            flat = np.column_stack(plane.transform(*arc.coordinates.T))
            at = shapely.line_locate_point(shapely.LineString(course), shapely.points(flat))
            places = [int(np.abs(way - distance).argmin()) for distance in at]
            step = 1 if arc.left in inside else -1  # round the zone counter-clockwise
            start, *_, end = arc.coordinates[::step].tolist()
            moved.append((start, end, shifted[:, places[::step]]))
    ring, (start, end, part) = [], moved.pop(0)
    ring.append(part)
    while moved:
        index = next(number for number, other in enumerate(moved) if other[0] == end)
        _, end, part = moved.pop(index)
        ring.append(part)
    assert start == end
    x, y = np.moveaxis(np.concatenate(ring, axis=1), 2, 0)
    areas = 0.5 * np.sum(x * np.roll(y, -1, axis=1) - np.roll(x, -1, axis=1) * y, axis=1)
    return areas.std() / 1e6, areas.mean() / 1e6
