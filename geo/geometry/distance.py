"""Distance of a position from a line in metres, with the standard library alone."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def metres_to(lon: float, lat: float, course: Iterable[Sequence[float]]) -> float:
    """Return the distance in metres of a position from a line, on a local plane; accurate to 0.1 % within 20 km."""
    phi = math.radians(lat)
    # metres per degree of longitude and latitude: the usual series for WGS84
    east = 111_412.84 * math.cos(phi) - 93.5 * math.cos(3 * phi)
    north = 111_132.92 - 559.82 * math.cos(2 * phi) + 1.175 * math.cos(4 * phi)
    nearest = math.inf
    for (x0, y0), (x1, y1) in pairwise([((x - lon) * east, (y - lat) * north) for x, y in course]):
        dx, dy = x1 - x0, y1 - y0
        square = dx * dx + dy * dy
        share = min(max(-(x0 * dx + y0 * dy) / square, 0.0), 1.0) if square else 0.0  # a vertex may be there twice
        nearest = min(nearest, math.hypot(x0 + share * dx, y0 + share * dy))
    return nearest
