r"""Areas on the WGS84 ellipsoid, exact for edges that are straight in longitude and latitude.

RFC 7946 defines an edge as straight in lon/lat. Let :math:`S(\varphi)` be the area of the ellipsoid between the
equator and latitude :math:`\varphi`, per radian of longitude. Green's theorem turns the area of a ring into

.. math:: A = -\oint S\,d\lambda = -\sum_i \Delta\lambda_i\,\bar S_i ,

where :math:`\bar S_i` is the mean of S along edge i, over which latitude changes linearly. With
:math:`S' = a^2(1-e^2)\cos\varphi\,(1-e^2\sin^2\varphi)^{-2}` (Snyder, Map Projections: A Working Manual, USGS 1395,
1987, eq. 3-12 in its differential form) a binomial series in :math:`e^2\sin^2\varphi` and the reduction of odd powers
of the sine give :math:`S = \sum_k c_k \sin k\varphi`, k = 1, 3, 5, ..., and so

.. math:: \bar S = \sum_k c_k \sin(k\varphi_m)\,\mathrm{sinc}(k\Delta\varphi/2),

with :math:`\varphi_m` the mid-latitude of the edge and sinc x = sin x / x. Each term is smaller than the last by a
factor of about 600, so six terms leave a remainder below 1e-16 of S. Adding a constant to S does not change the area of
a closed ring, so S is taken relative to its value at the ring's first vertex; this keeps small rings exact to the last
digits. Cosines and sines of odd multiples follow from those of the angle by
:math:`\cos(k+2)x = 2\cos 2x\cos kx - \cos(k-2)x`, and likewise for the sine.

A ring that stays within 0.008 radians of the latitude of its first vertex needs no sine per vertex. With
:math:`s_n = S^{(n)}/n!` at that latitude, once per ring, and u the latitude above it,

.. math:: A = -\sum_{n=1}^N s_n \sum_i \Delta\lambda_i\,\overline{u^n}_i ,\qquad
    \overline{u^n} = \frac{1}{n+1} \sum_{j=0}^n u_0^j u_1^{n-j} ,

which is exact for each power. The first omitted term is at most :math:`u^{N+1} / (N+1)!` of S, against an area of
:math:`u \cos\varphi`, which is at least :math:`u^2` near a pole. With N = 7 that is less than
:math:`u^6 / 8!`, or 1e-17, of the area.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    import geopandas
    import pandas as pd
    import pyproj
    import shapely
    from numpy.typing import NDArray

SEMI_MAJOR_M = 6378137.0
FLATTENING = 1 / 298.257223563
_E2 = FLATTENING * (2 - FLATTENING)
_TERMS = 6


def _series() -> list[float]:
    """Return c_k for k = 1, 3, 5, ... in square metres per radian of longitude."""
    scale = SEMI_MAJOR_M**2 * (1 - _E2)
    coefficients = [0.0] * _TERMS
    for m in range(_TERMS + 3):
        # the integral of (m+1) e^2m sin^2m cos, then sin^(2m+1) as a sum of sines of odd multiples
        weight = scale * (m + 1) * _E2**m / (2 * m + 1) / 4**m
        for j in range(m + 1):
            if m - j < _TERMS:
                coefficients[m - j] += weight * (-1) ** (m - j) * math.comb(2 * m + 1, j)
    return coefficients


_COEFFICIENTS = _series()
_AMPLITUDES = np.array(_COEFFICIENTS)[:, None]


_BLOCK = 8192  # edges at a time, to keep the arrays in cache
_NEAR = 0.008  # radians of latitude from the first vertex within which the power series is used
_POWERS = 7


def _sinc_minus_one(square: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return sin(x)/x - 1 from x², without cancellation near zero."""
    if square.size and square.max() > 0.01:
        x = np.sqrt(square)
        series = _sinc_minus_one(np.minimum(square, 0.01))
        return np.where(square > 0.01, np.sin(x) / np.where(x == 0, 1, x) - 1, series)
    return square * (-1 / 6 + square * (1 / 120 + square * (-1 / 5040 + square / 362880)))


def _mean_heights(
    reference: NDArray[np.float64], above: NDArray[np.float64], half: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the mean of S along edges, less S at the reference latitude; all angles in radians.

    `above` is the height of an edge's midpoint above its reference latitude, `half` is half the rise of the edge.
    """
    cosine, sine, level = np.cos(reference + above / 2), np.sin(above / 2), np.sin(reference)
    twice_c, twice_s, twice_l = 4 * cosine**2 - 2, 2 - 4 * sine**2, 2 - 4 * level**2  # 2 cos of the doubled angles
    before_c, before_s, before_l = cosine, -sine, -level  # at k - 2 = -1
    square = half * half
    mean = np.zeros_like(above)
    for index, coefficient in enumerate(_COEFFICIENTS):
        sinc = _sinc_minus_one((2 * index + 1) ** 2 * square)
        mean += coefficient * (2 * cosine * sine * (1 + sinc) + level * sinc)
        cosine, before_c = twice_c * cosine - before_c, cosine
        sine, before_s = twice_s * sine - before_s, sine
        level, before_l = twice_l * level - before_l, level
    return mean


def ring_areas(coordinates: NDArray[np.float64], starts: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return the signed area of closed rings, positive when counter-clockwise.

    Parameters
    ----------
    coordinates
        Array of shape (n, 2), longitude and latitude in degrees: the closed rings, concatenated.
    starts
        Index of the first vertex of each ring, ascending from 0.

    Returns
    -------
    areas
        Square metres on the WGS84 ellipsoid, one per ring.

    Notes
    -----
    Checked to 1e-12 against a 50-digit quadrature and against geodesic areas of densified edges (see
    ``tests/geometry/test_areas.py``). The module docstring derives the formula.
    """
    if len(starts) == 0:
        return np.zeros(0)
    counts = np.diff(starts, append=len(coordinates))
    lat = coordinates[:, 1]
    first = lat[starts]
    reach = np.maximum(np.maximum.reduceat(lat, starts) - first, first - np.minimum.reduceat(lat, starts))
    near = reach <= math.degrees(_NEAR)  # per ring, so that an area does not depend on the other rings
    areas = np.empty(len(starts))
    for chosen, measure in ((near, _near_areas), (~near, _far_areas)):
        if chosen.any():
            own = counts[chosen]
            mine = coordinates if chosen.all() else coordinates[np.repeat(chosen, counts)]
            areas[chosen] = measure(mine, np.cumsum(own) - own)
    return areas


def _above(coordinates: NDArray[np.float64], starts: NDArray[np.intp]) -> tuple[NDArray[np.float64], ...]:
    """Return the eastward step of each edge and the height of each vertex above the first of its ring, radians."""
    lon, lat = coordinates.T
    # differences are exact in degrees, so convert to radians afterwards
    step = np.diff(lon, append=0.0)
    step[starts[1:] - 1] = step[-1] = 0  # no edge leads from one ring to the next
    above = lat - np.repeat(lat[starts], np.diff(starts, append=len(lat)))
    return np.radians(step, out=step), np.radians(above, out=above)


def _near_areas(coordinates: NDArray[np.float64], starts: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return the areas of rings that stay near the latitude of their first vertex."""
    odd = np.arange(1, 2 * _TERMS, 2)[:, None]
    angles = odd * np.radians(coordinates[starts, 1])
    waves = np.sin(angles), np.cos(angles)
    signs = 1, 1, -1, -1  # of the derivatives of the sine: sine, cosine, -sine, -cosine
    factors = [
        (signs[n % 4] / math.factorial(n + 1) * _AMPLITUDES * odd.astype(np.float64) ** n * waves[n % 2]).sum(axis=0)
        for n in range(1, _POWERS + 1)
    ]
    ends = np.append(starts[1:], len(coordinates))
    areas = np.zeros(len(starts))
    ring = 0
    while ring < len(starts):
        # as many whole rings as fit in a block, or a single larger one
        stop = max(ring + 1, int(np.searchsorted(ends, starts[ring] + _BLOCK, side="right")))
        own = starts[ring:stop] - starts[ring]
        step, tail = _above(coordinates[starts[ring] : ends[stop - 1]], own)
        head = np.append(tail[1:], 0.0)
        power, moment = step.copy(), step.copy()  # the step times tail to the n, and times the sum of all n-products
        for factor in factors:
            power *= tail
            moment *= head
            moment += power
            areas[ring:stop] -= np.add.reduceat(moment, own) * factor[ring:stop]
        ring = stop
    return areas


def _far_areas(coordinates: NDArray[np.float64], starts: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return the areas of rings of any size."""
    step, above = _above(coordinates, starts)
    lat = coordinates[:, 1]
    half = np.diff(lat, append=0.0) / 2
    half[starts[1:] - 1] = half[-1] = 0
    half = np.radians(half)
    above = (above + np.append(above[1:], 0.0)) / 2
    reference = np.radians(np.repeat(lat[starts], np.diff(starts, append=len(lat))))
    mean = np.empty_like(step)
    for start in range(0, len(step), _BLOCK):
        block = slice(start, start + _BLOCK)
        mean[block] = _mean_heights(reference[block], above[block], half[block])
    return -np.add.reduceat(step * mean, starts)


def edge_areas(tails: NDArray[np.float64], heads: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the area between edges and the equator, positive on the left; over a ring they sum to its area.

    Parameters
    ----------
    tails, heads
        Arrays of shape (n, 2), longitude and latitude in degrees.

    Returns
    -------
    areas
        Square metres on the WGS84 ellipsoid, to about 1e-15 of the area between edge and equator.
    """
    step = np.radians(heads[:, 0] - tails[:, 0])
    middle, half = np.radians((tails[:, 1] + heads[:, 1]) / 2), np.radians((heads[:, 1] - tails[:, 1]) / 2)
    mean = np.empty_like(step)
    for start in range(0, len(step), _BLOCK):
        block = slice(start, start + _BLOCK)
        mean[block] = _mean_heights(np.zeros_like(step[block]), middle[block], half[block])
    return -step * mean


def polygon_areas(geometries: NDArray[np.object_]) -> NDArray[np.float64]:
    """Return the area of each geometry: shells minus holes, whatever their orientation.

    Parameters
    ----------
    geometries
        Array of shapely geometries in EPSG:4326; points and lines have no area, ``None`` gives NaN.

    Returns
    -------
    areas
        Square metres, lon/lat edges, WGS84.
    """
    import shapely

    if (shapely.get_type_id(geometries) == shapely.GeometryType.POLYGON).all():
        counts = shapely.get_num_coordinates(geometries)
        if not shapely.get_num_interior_rings(geometries).any() and counts.all():  # one ring each
            return np.abs(ring_areas(shapely.get_coordinates(geometries), np.cumsum(counts) - counts))
    polygons, owner = _polygons(geometries)
    rings, polygon = shapely.get_rings(polygons, return_index=True)
    coordinates, ring = shapely.get_coordinates(rings, return_index=True)
    starts = np.searchsorted(ring, np.arange(len(rings)))
    sizes = np.abs(ring_areas(coordinates, starts))
    shell = np.ones(len(rings), dtype=bool)
    shell[1:] = polygon[1:] != polygon[:-1]
    areas = np.bincount(owner[polygon], np.where(shell, sizes, -sizes), minlength=len(geometries)).astype(np.float64)
    areas[shapely.is_missing(geometries)] = np.nan
    return areas


def _polygons(geometries: NDArray[np.object_]) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """Return the polygons in geometries, at any depth of collections, and the index of the geometry of each."""
    import shapely

    # some versions of numpy and shapely refuse an array that is read-only
    parts, owner = shapely.get_parts(np.require(geometries, requirements="W"), return_index=True)
    while (shapely.get_type_id(parts) > shapely.GeometryType.POLYGON).any():  # multipolygons and collections
        parts, whole = shapely.get_parts(parts, return_index=True)
        owner = owner[whole]
    kept = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    return parts[kept], owner[kept]


def area(
    frame: geopandas.GeoDataFrame | geopandas.GeoSeries, *, edges: Literal["lonlat", "geodesic"] = "lonlat"
) -> pd.Series[float]:
    """Return the area of each row on the WGS84 ellipsoid.

    Parameters
    ----------
    frame
        GeoDataFrame or GeoSeries in any CRS; transformed to EPSG:4326 first.
    edges
        Course of an edge between two vertices: ``"lonlat"``, straight in longitude and latitude as in RFC 7946, or
        ``"geodesic"``, the shortest path on the ellipsoid (pyproj's ``Geod``).

    Returns
    -------
    area
        Square metres, with the index of `frame`, named ``area_m2``. Points and lines have 0, missing geometries NaN.

    Raises
    ------
    ClaimsError
        When the frame has no CRS, or `edges` has another value.

    Examples
    --------
    >>> import geopandas, shapely
    >>> square = geopandas.GeoSeries([shapely.box(35.7, 33.0, 35.8, 33.1)], crs=4326)
    >>> geo.area(square).round(0)
    0    103586100.0
    Name: area_m2, dtype: float64
    """
    import pandas as pd
    import pyproj

    from geo._errors import ClaimsError

    series = frame.geometry
    if series.crs is None:
        raise ClaimsError("the frame has no CRS; set one, for example frame.set_crs(4326)")
    geometries = np.asarray(series.to_crs(4326), dtype=object)
    if edges == "lonlat":
        values = polygon_areas(geometries)
    elif edges == "geodesic":
        geod = pyproj.Geod(a=SEMI_MAJOR_M, f=FLATTENING)
        values = np.array([_geodesic(geod, geometry) for geometry in geometries], dtype=np.float64)
    else:
        raise ClaimsError(f"edges must be 'lonlat' or 'geodesic', not {edges!r}")
    return pd.Series(values, index=series.index, name="area_m2")


def _geodesic(geod: pyproj.Geod, geometry: shapely.Geometry | None) -> float:
    import shapely

    if geometry is None:
        return math.nan
    total = 0.0
    for polygon in _polygons(np.array([geometry], dtype=object))[0]:
        if not polygon.is_empty:
            shell, *holes = (abs(geod.geometry_area_perimeter(ring)[0]) for ring in shapely.get_rings(polygon))
            total += shell - sum(holes)
    return total
