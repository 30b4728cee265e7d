r"""The error of an area, from the accuracy of the lines that bound it.

The offset of a line from its true position is modelled as a random function of the distance s along it, with mean 0,
standard deviation :math:`\sigma` (``accuracy_m``) and correlation :math:`\exp(-|s-s'|/\ell)` (``correlation_km``). To
first order (the delta method) the area that arc a sweeps when its line shifts is :math:`X_a = \sum_i w_i\,\delta_i`
over its vertices, where :math:`w_i` is half the length of the edges that meet there. So

.. math:: \mathrm{Cov}(X_a, X_b) = \sigma^2 \sum_{i,j} w_i^a\, w_j^b \exp(-|s_i - s_j|/\ell)

for two arcs of one line, and 0 for arcs of different lines. On a closed line of length L the ends coincide, and so do
their errors: there :math:`\exp(-|s-s'|/\ell)` is :math:`(\exp(-d/\ell) + \exp(-(L-d)/\ell)) / (1 + \exp(-L/\ell))` with
:math:`d = |s-s'|`, the same process on a circle. The error of any union of faces is the sum of
:math:`\pm X_a` over the arcs of its boundary: an arc between two of its faces cancels, and a line that bounds two zones
moves both at once. The matrix is computed once, when the layers are built.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyproj
import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Course = Sequence[tuple[float, float]]  # longitude and latitude in degrees

_GEOD = pyproj.Geod(ellps="WGS84")
_AT_ONCE = 4_000_000  # pairs of vertices in memory at a time


def length_m(points: NDArray[np.float64]) -> float:
    """Return the length of a line on the ellipsoid in metres; `points` are longitude and latitude, shape (n, 2)."""
    return float(_GEOD.line_length(points[:, 0], points[:, 1]))


class Length(NamedTuple):
    """A length in km, with an interval for the detail of the line."""

    km: float
    low: float
    high: float


def length(course: Course, accuracy_m: float) -> Length:
    """Return the length of a line, and the range of lengths at other levels of detail.

    A length grows with the detail of a line, so its error is not that of its position. The interval runs from the
    length of the line simplified to three standard deviations (Douglas and Peucker, 1973) to one as much longer.

    Parameters
    ----------
    course
        Longitude and latitude in degrees.
    accuracy_m
        One standard deviation of the position.
    """
    line = shapely.LineString(course)
    smooth = line.simplify(3 * accuracy_m / 100_000)  # about 100 km per degree
    as_drawn, coarse = (length_m(shapely.get_coordinates(one)) / 1000 for one in (line, smooth))
    return Length(as_drawn, coarse, 2 * as_drawn - coarse)


def _along(course: Course, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the distance along a line, in metres on the ellipsoid, of points on it."""
    vertices = np.array(course)
    metres = np.append(0, np.cumsum(_GEOD.line_lengths(vertices[:, 0], vertices[:, 1])))
    at_vertex = dict(zip(course, metres.tolist(), strict=True))
    ways = [at_vertex.get((lon, lat)) for lon, lat in points.tolist()]
    if None not in ways:
        return np.array(ways, dtype=np.float64)
    flat = np.append(0, np.cumsum(np.hypot(*np.diff(vertices, axis=0).T)))
    located = shapely.line_locate_point(shapely.LineString(vertices), shapely.points(points))
    return np.asarray(np.interp(located, flat, metres))


def covariance(
    course: Course, arcs: list[NDArray[np.float64]], accuracy_m: float, correlation_km: float
) -> NDArray[np.float64]:
    """Return the covariance of the areas that the arcs of one line sweep.

    Parameters
    ----------
    course
        The line: longitude and latitude in degrees.
    arcs
        Positions of its arcs, each of shape (n, 2).
    accuracy_m, correlation_km
        One standard deviation of the line's position, and the correlation length of its error.

    Returns
    -------
    covariance
        Array of shape (len(arcs), len(arcs)) in m⁴; positive for shifts to the right of an arc.
    """
    counts = [len(arc) for arc in arcs]
    way = _along(course, np.concatenate(arcs))
    # an arc that runs against its line sweeps the other way for the same shift: its weights are negative
    steps = np.diff(way)
    around = np.inf
    if course[0] == course[-1]:
        around = length_m(np.array(course))
        steps -= around * np.rint(steps / around)
    half = steps / 2
    half[np.cumsum(counts)[:-1] - 1] = 0  # no edge leads from one arc to the next
    weight = np.append(half, 0) + np.append(0, half)
    swept = np.zeros((len(arcs), len(way)))
    swept[np.repeat(np.arange(len(arcs)), counts), np.arange(len(way))] = weight
    covered = np.zeros((len(arcs), len(arcs)))
    for some in np.array_split(np.arange(len(way)), len(way) ** 2 // _AT_ONCE + 1):
        covered += swept[:, some] @ (_correlation(way[some], way, around, 1000 * correlation_km) @ swept.T)
    return np.asarray(accuracy_m**2 * covered)


def _correlation(
    some: NDArray[np.float64], way: NDArray[np.float64], around: float, scale: float
) -> NDArray[np.float64]:
    """Return the correlation of errors at some distances along a line with those at all vertices."""
    apart = np.abs(some[:, None] - way)
    if around < np.inf:
        apart = np.minimum(apart, around - apart)
    if scale == 0:  # without a correlation length the errors of vertices are independent
        return np.asarray(apart == 0, dtype=np.float64)
    correlation = np.exp(apart / -scale)
    if around < np.inf:
        correlation = (correlation + np.exp((apart - around) / scale)) / (1 + np.exp(-around / scale))
    return np.asarray(correlation)


def swept_variance(course: NDArray[np.float64], accuracy_m: float, correlation_km: float) -> float:
    """Return the variance of the area that one line sweeps, m⁴: the formula in the module docstring.

    The sum over pairs of vertices takes one pass along the line: with an exponential correlation, the running sum
    decays by a single factor from each vertex to the next.

    Parameters
    ----------
    course
        Longitude and latitude in degrees, shape (n, 2).
    accuracy_m, correlation_km
        One standard deviation of the position, and the correlation length of its error.
    """
    lengths = _GEOD.line_lengths(course[:, 0], course[:, 1])
    weights = (np.append(lengths, 0) + np.append(0, lengths)) / 2
    scale = 1000 * correlation_km
    fades = np.exp(-lengths / scale) if scale > 0 else np.zeros(len(lengths))
    carried, lap = 0.0, 0.0  # the running sum, and the fraction of it that remains after a lap
    if (course[0] == course[-1]).all():
        weights[0] += weights[-1]
        lap = float(np.prod(fades))
        for fade, before in zip(fades[1:].tolist(), weights[1:-1].tolist(), strict=True):
            carried = fade * (carried + before)
        weights, fades = weights[:-1], fades[:-1]
    total = float(weights[0]) * (float(weights[0]) + 2 * carried / (1 + lap))
    for fade, before, weight in zip(fades.tolist(), weights[:-1].tolist(), weights[1:].tolist(), strict=True):
        carried = fade * (carried + before) - lap * weight
        total += weight * (weight + 2 * carried / (1 + lap))
    return accuracy_m**2 * total
