"""The nearest of many straight edges to each of many positions, and how far off it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

from geo.geometry.projection import Plane

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.geometry.noding import Floats


class Nearest(NamedTuple):
    """For each position the index of the nearest edge, and the metres to it."""

    edge: NDArray[np.int64]
    metres: Floats


class Spots(NamedTuple):
    """Positions in degrees, and as points of a plane."""

    lon: Floats
    lat: Floats
    flat: NDArray[np.object_]

    def only(self, which: NDArray[np.int64]) -> Spots:
        """Return some of the positions."""
        return Spots(self.lon[which], self.lat[which], self.flat[which])


def steps(course: Floats) -> Floats:
    """Return the edges of a course of positions, shape (edges, 2, 2).

    Examples
    --------
    >>> import numpy as np
    >>> steps(np.array([[35, 33], [36, 33], [36, 34]])).tolist()
    [[[35, 33], [36, 33]], [[36, 33], [36, 34]]]
    """
    return np.stack([course[:-1], course[1:]], axis=1)


class Edges:
    """Straight edges, to be searched by position.

    Parameters
    ----------
    ends
        Longitudes and latitudes of the two ends of each, degrees, shape (edges, 2, 2).
    """

    def __init__(self, ends: Floats) -> None:
        self._tail, self._head = ends[:, 0], ends[:, 1]
        # a plane finds the nearest edge; how far it is, is measured at the position itself
        lon, lat = self._tail.mean(axis=0).tolist() if len(self._tail) else (0.0, 0.0)
        self._plane = Plane(lon, lat)
        self._flat = self._plane.flat(shapely.linestrings(np.stack([self._tail, self._head], axis=1)))

    def __len__(self) -> int:
        """Return how many edges there are."""
        return len(self._tail)

    def spots(self, lon: Floats, lat: Floats) -> Spots:
        """Return positions, in finite degrees, as they are to be searched for; to be made once for many searches."""
        return Spots(lon, lat, self._plane.points(lon, lat))

    def nearest(self, spots: Spots, among: NDArray[np.bool_] | None = None) -> Nearest:
        """Return the edge nearest to each position.

        Parameters
        ----------
        spots
            Of :meth:`spots`.
        among
            Which edges to search; all by default. One must be there.

        Examples
        --------
        >>> import numpy as np
        >>> edges = Edges(np.array([[[35.0, 33.0], [36.0, 33.0]], [[35.0, 34.0], [36.0, 34.0]]]))
        >>> found = edges.nearest(edges.spots(np.array([35.5]), np.array([33.001])))
        >>> found.edge.item(), round(found.metres.item())
        (0, 111)
        """
        chosen = np.arange(len(self._tail)) if among is None else np.flatnonzero(among)
        place = shapely.STRtree(self._flat[chosen]).query_nearest(spots.flat, all_matches=False)
        edge = np.empty(len(spots.lon), dtype=np.int64)
        edge[place[0]] = chosen[place[1]]
        return Nearest(edge, metres(spots.lon, spots.lat, self._tail[edge], self._head[edge]))

    def feet(self, spots: Spots, edge: NDArray[np.int64]) -> Floats:
        """Return the point of an edge of its own that is nearest to each position: longitude and latitude in degrees.

        Examples
        --------
        >>> import numpy as np
        >>> edges = Edges(np.array([[[35.0, 33.0], [36.0, 33.0]]]))
        >>> edges.feet(edges.spots(np.array([35.5]), np.array([33.001])), np.array([0])).tolist()
        [[35.5, 33.0]]
        """
        tail, head = self._tail[edge], self._head[edge]
        share = _shares(spots.lon, spots.lat, tail, head)[0]
        found: Floats = tail + share[:, None] * (head - tail)
        return found


def metres(lon: Floats, lat: Floats, tail: Floats, head: Floats) -> Floats:
    """Return the metres from each position to an edge of its own, as :func:`geo.geometry.distance.metres_to` has them.

    Examples
    --------
    >>> import numpy as np
    >>> metres(np.array([35.5]), np.array([33.001]), np.array([[35, 33]]), np.array([[36, 33]])).round(1).tolist()
    [110.9]
    """
    share, x0, y0, dx, dy = _shares(lon, lat, tail, head)
    found: Floats = np.hypot(x0 + share * dx, y0 + share * dy)
    return found


def _shares(lon: Floats, lat: Floats, tail: Floats, head: Floats) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """Return how far along its edge the point nearest to each position lies, and the edge in metres from it."""
    phi = np.radians(lat)
    # metres per degree of longitude and latitude: the usual series for WGS84
    east = 111_412.84 * np.cos(phi) - 93.5 * np.cos(3 * phi)
    north = 111_132.92 - 559.82 * np.cos(2 * phi) + 1.175 * np.cos(4 * phi)
    x0, x1 = ((end[:, 0] - lon) * east for end in (tail, head))
    y0, y1 = ((end[:, 1] - lat) * north for end in (tail, head))
    dx, dy = x1 - x0, y1 - y0
    length = dx * dx + dy * dy
    share = np.clip(-(x0 * dx + y0 * dy) / np.where(length > 0, length, 1.0), 0.0, 1.0)
    return share, x0, y0, dx, dy
