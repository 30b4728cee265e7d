r"""How far some courses lie from others: distances, the largest gaps, and over what length differences hang together.

Courses are sampled at every vertex and at equal steps between vertices. A sample's offset is the geodesic to the
nearest point of the other courses. Means and percentiles are weighted by the length that each sample stands for.

The correlation length is estimated from the signed offsets d(s), positive to the left of the course. With

.. math:: C(h) = \overline{d(s)\,d(s+h)} ,

it is the first lag at which :math:`C(h) / C(0)` falls to 1/e, where the exponential model :math:`\exp(-h/\ell)` of
:mod:`geo.geometry.uncertainty` has its length. This is the covariance estimator of geostatistics (Chilès and Delfiner,
Geostatistics, 2nd ed., Wiley 2012, ch. 2) about a mean of zero, which that model assumes: a shift common to the whole
course is an error that hangs together, so it is not subtracted. Lags reach half the length of a course, the usual
limit (Journel and Huijbregts, Mining Geostatistics, Academic Press 1978, ch. III).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyproj

from geo.geometry import nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geo.geometry.noding import Floats

STEP_M = 20.0
_MOST = 200_000  # samples of one side
_WIDEST = 0.999  # of the widest offset of a gap
_LAGS = 4096  # steps of a course for its correlation
_GEOD = pyproj.Geod(ellps="WGS84")
_WINDS = ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west")


class Samples(NamedTuple):
    """Positions along courses: degrees, metres from the start of its course, and the metres that each stands for."""

    lon: Floats
    lat: Floats
    part: NDArray[np.int64]
    along: Floats
    weight: Floats
    azimuth: Floats  # of the edge it lies on, degrees


class Offsets(NamedTuple):
    """How far each sample lies from the other courses: metres, positive, and the same with its sign, left positive."""

    samples: Samples
    metres: Floats
    signed: Floats
    towards: Floats  # azimuth of the way to the other courses, degrees


class Distances(NamedTuple):
    """Distances in metres along some courses, and their length in km."""

    mean_m: float
    p95_m: float
    max_m: float
    rms_m: float
    length_km: float


class Gap(NamedTuple):
    """A stretch of a course on which the other is far off: where it is widest, how wide, how long the stretch is."""

    metres: float
    lon: float
    lat: float
    towards: str
    from_km: float
    to_km: float
    length_km: float
    course: tuple[tuple[float, float], ...]


def sampled(courses: Sequence[Floats], step_m: float = STEP_M) -> Samples:
    """Return positions along courses, at most a step apart; of very long courses, at most a few hundred thousand.

    Parameters
    ----------
    courses
        Longitude and latitude in degrees, in arrays of two columns.
    step_m
        Metres on the ellipsoid.

    Examples
    --------
    >>> import numpy as np
    >>> found = sampled([np.array([[35.0, 33.0], [35.0, 33.001]])], step_m=60)
    >>> found.lat.tolist(), found.weight.round().tolist()
    ([33.0, 33.0005, 33.001], [28.0, 55.0, 28.0])
    """
    courses = [course[np.append(True, (np.diff(course, axis=0) != 0).any(axis=1))] for course in courses]
    courses = [course for course in courses if len(course) > 1]
    tail = np.concatenate([np.empty((0, 2)), *(course[:-1] for course in courses)])
    head = np.concatenate([np.empty((0, 2)), *(course[1:] for course in courses)])
    azimuth, _, lengths = _GEOD.inv(*tail.T, *head.T)
    counts = np.array([len(course) - 1 for course in courses], dtype=np.int64)
    part = np.repeat(np.arange(len(courses)), counts)
    step = max(step_m, float(lengths.sum()) / _MOST)
    pieces = np.maximum(1, np.ceil(lengths / step - 1e-9)).astype(np.int64)
    last = np.zeros(len(lengths), dtype=np.int64)
    last[np.cumsum(counts) - 1] = 1  # the last edge of a course has its end as a sample too
    edge = np.repeat(np.arange(len(lengths)), pieces + last)
    number = np.arange(len(edge)) - np.repeat(np.cumsum(pieces + last) - pieces - last, pieces + last)
    share = number / pieces[edge]
    positions = tail[edge] + share[:, None] * (head[edge] - tail[edge])
    before = np.cumsum(lengths) - lengths
    first = np.cumsum(counts) - counts
    along = before[edge] + share * lengths[edge] - before[first][part[edge]]
    steps = np.diff(along, prepend=along[:1])
    steps[np.diff(part[edge], prepend=0) != 0] = 0
    weight = (steps + np.append(steps[1:], 0.0)) / 2
    return Samples(positions[:, 0], positions[:, 1], part[edge], along, weight, np.asarray(azimuth)[edge])


def offsets(samples: Samples, others: Sequence[Floats]) -> Offsets:
    """Return how far samples lie from other courses, of which there must be an edge.

    Examples
    --------
    >>> import numpy as np
    >>> road = sampled([np.array([[35.0, 33.0], [35.0, 33.01]])])
    >>> found = offsets(road, [np.array([[35.001, 32.9], [35.001, 33.1]])])
    >>> found.signed.round().tolist()[0], found.towards.round().tolist()[0]
    (-93.0, 90.0)
    """
    edges = nearest.Edges(np.concatenate([nearest.steps(course) for course in others]))
    spots = edges.spots(samples.lon, samples.lat)
    feet = edges.feet(spots, edges.nearest(spots).edge)
    towards, _, metres = _GEOD.inv(samples.lon, samples.lat, *feet.T)
    turn = (np.asarray(towards) - samples.azimuth) % 360
    return Offsets(samples, np.asarray(metres), np.where(turn > 180, metres, -metres), np.asarray(towards))


def distances(found: Offsets) -> Distances:
    """Return the mean, 95th percentile, largest and root mean square of offsets, weighted by length."""
    metres, weight = found.metres, found.samples.weight
    order = np.argsort(metres, kind="stable")
    passed = np.cumsum(weight[order])
    p95 = metres[order][min(int(np.searchsorted(passed, 0.95 * passed[-1])), len(order) - 1)]
    return Distances(
        float(np.average(metres, weights=weight)),
        float(p95),
        float(metres.max()),
        math.sqrt(float(np.average(metres**2, weights=weight))),
        float(weight.sum()) / 1000,
    )


def correlation_km(found: Offsets, *, centred: bool = False) -> float | None:
    """Return the correlation length of the signed offsets, km; see the module for the estimator.

    Parameters
    ----------
    found
        Of :func:`offsets`.
    centred
        Take off the mean of the offsets first: a shift common to the whole course is then the other map's.

    Returns
    -------
    correlation_km
        None where it is longer than half of the longest course, or where nothing is off.

    Examples
    --------
    >>> import numpy as np
    >>> course = np.column_stack([np.full(9, 35.0), np.linspace(33.0, 33.8, 9)])
    >>> bent = course + [0.001, 0] * np.cos(np.arange(9) * np.pi / 2)[:, None]
    >>> round(correlation_km(offsets(sampled([course]), [bent])), 1)
    7.8
    """
    samples = found.samples
    longest = max((float(samples.along[samples.part == part].max()) for part in np.unique(samples.part)), default=0.0)
    step = max(longest / _LAGS, 1.0)
    lags = max(int(longest / 2 / step), 1)
    shift = float(np.average(found.signed, weights=samples.weight)) if centred else 0.0
    total, pairs = np.zeros(lags), np.zeros(lags)
    for part in np.unique(samples.part).tolist():
        mine = samples.part == part
        way = np.arange(0.0, float(samples.along[mine].max()) + step / 2, step)
        series = np.interp(way, samples.along[mine], found.signed[mine]) - shift
        size = len(series)
        spectrum = np.fft.rfft(series, 2 * size)
        products = np.fft.irfft(spectrum * spectrum.conj())[: min(size, lags)]
        total[: len(products)] += products
        pairs[: len(products)] += size - np.arange(len(products))
    covariance = total / np.maximum(pairs, 1)
    if covariance[0] <= 0:
        return None
    ratio = covariance / covariance[0]
    below = np.flatnonzero(ratio <= 1 / math.e)
    if not len(below):
        return None
    after = int(below[0])
    share = (ratio[after - 1] - 1 / math.e) / (ratio[after - 1] - ratio[after])
    return float((after - 1 + share) * step / 1000)


def gaps(found: Offsets, most: int = 5) -> list[Gap]:
    """Return the stretches that are furthest off, the widest first, none within another.

    A stretch reaches from its widest point as far as the offset stays above half of that.
    """
    samples, metres = found.samples, found.metres
    left = np.ones(len(metres), dtype=bool)
    chosen: list[Gap] = []
    while len(chosen) < most and left.any():
        top = int(np.argmax(np.where(left, metres, -1.0)))
        if metres[top] <= 0:
            break
        near = left & (samples.part == samples.part[top]) & (metres > metres[top] / 2)
        ends = np.flatnonzero(~near)
        below, above = ends[ends < top], ends[ends > top]
        start = int(below[-1]) + 1 if len(below) else 0
        stop = int(above[0]) if len(above) else len(metres)
        stretch = slice(start, stop)
        left[start:stop] = False
        # what is left beside a stretch is on its way down to it, and would be listed again as a gap half as wide
        while start > 0 and left[start - 1] and metres[start - 1] <= metres[start]:
            start -= 1
            left[start] = False
        while stop < len(metres) and left[stop] and metres[stop] <= metres[stop - 1]:
            left[stop] = False
            stop += 1
        chosen.append(_gap(found, top, stretch))
    return chosen


def _gap(found: Offsets, top: int, stretch: slice) -> Gap:
    samples = found.samples
    along = samples.along[stretch]
    wide = stretch.start + np.flatnonzero(found.metres[stretch] > _WIDEST * found.metres[top])
    top = int(wide[len(wide) // 2])  # where it is equally wide for long, the middle
    return Gap(
        float(found.metres[top]),
        float(samples.lon[top]),
        float(samples.lat[top]),
        _WINDS[round(float(found.towards[top]) % 360 / 45) % 8],
        float(along[0]) / 1000,
        float(along[-1]) / 1000,
        float(along[-1] - along[0]) / 1000,
        tuple(zip(samples.lon[stretch].tolist(), samples.lat[stretch].tolist(), strict=True)),
    )
