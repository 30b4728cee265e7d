"""How sure the areas of dated polygons are, from the accuracy that is stated for their lines."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
import shapely.affinity

from geo.geometry import areas
from geo.geometry.uncertainty import swept_variance

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

_GRID = 1e-9  # degrees
_BAND = 2.0  # degrees: over half of it a degree of longitude shrinks by 1.5 % at 40° N, by 3 % at 60° N
_METRES_A_DEGREE = 111_320  # of longitude on the equator; some 0.7 % more than of latitude


def sigma_km2(lines: Iterable[Any], accuracy_m: float, correlation_km: float) -> float:
    """Return the standard deviation of the ground beside lines that err apart from one another, km²."""
    variance = sum(
        swept_variance(shapely.get_coordinates(part), accuracy_m, correlation_km)
        for line in lines
        for part in shapely.get_parts(shapely.line_merge(line))
    )
    return math.sqrt(variance) / 1e6


def passed_sigma_km2(passed: Any, outline: Any, accuracy_m: float, correlation_km: float) -> float:
    """Return the standard deviation of ground that passed: its edge follows the line of one date or of both.

    Parameters
    ----------
    passed
        The ground.
    outline
        The lines of one of the two dates.
    accuracy_m, correlation_km
        One standard deviation of the position; over what distance errors hang together.
    """
    edge = shapely.boundary(passed)
    first = _lines(shapely.intersection(edge, outline, grid_size=_GRID))
    rest = _lines(shapely.difference(edge, first, grid_size=_GRID))
    return sigma_km2([first, rest], accuracy_m, correlation_km)


def _lines(geometry: Any) -> Any:
    """Return what has a length in a geometry, as where lines touch there are points too."""
    parts = shapely.get_parts(geometry)
    return shapely.MultiLineString(parts[shapely.length(parts) > 0].tolist())


def above_noise_km2(polygons: NDArray[np.object_], accuracy_m: float) -> float:
    """Return how much of some ground is wider than the stated accuracy: what an opening leaves (Serra, 1982), km².

    Widths are told to some per cent, since they are measured on a sphere, with one scale for two degrees of latitude.
    """
    radius = accuracy_m / 2
    thick = []
    for piece in _bands(polygons):
        # flat about the middle of the piece: what is rounded back is measured on the ellipsoid
        north = _METRES_A_DEGREE
        east = north * math.cos(math.radians(piece.centroid.y))
        flat = shapely.affinity.scale(piece, east, north, origin=(0, 0))
        opened = flat.buffer(-radius).buffer(radius).intersection(flat)
        thick.append(shapely.affinity.scale(opened, 1 / east, 1 / north, origin=(0, 0)))
    return float(areas.polygon_areas(np.array(thick, dtype=object)).sum()) / 1e6


def _bands(geometries: NDArray[np.object_]) -> Iterator[Any]:
    """Yield the polygons of some geometries, cut where they are tall, so that all of each has one scale."""
    for polygon in shapely.get_parts(geometries):
        west, south, east, north = polygon.bounds
        cuts = np.arange(south, north, _BAND)
        parts = shapely.intersection(polygon, shapely.box(west, cuts, east, cuts + _BAND)) if len(cuts) > 1 else polygon
        yield from (part for part in shapely.get_parts(parts) if part.geom_type == "Polygon")
