"""Memory stays linear in the input, or the input is refused with a reason."""

from __future__ import annotations

import subprocess
import sys

import geopandas
import numpy as np
import pytest
import shapely

import geo
from geo import ClaimsError
from geo.geometry import uncertainty

SCRIPT = """
import resource, sys
import geopandas, numpy as np, shapely
import geo

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

kind, count = sys.argv[1], int(sys.argv[2])
random = np.random.default_rng(0)
if kind == "separate":
    side = int(count**0.5)
    x, y = (axis.ravel() * 1e-3 + 3e-4 * random.random(side**2) + 30 for axis in np.meshgrid(range(side), range(side)))
    shapes, date = shapely.box(x, y, x + 5e-4, y + 5e-4), ["2020-01-01"] * side**2
    who = np.where(np.arange(side**2) % 2, "a", "b")
else:
    border = np.repeat(35 + 0.5 * np.sin(np.arange(count // 2) / 37), 2)
    first = np.arange(count) % 2 == 0
    shapes = shapely.box(np.where(first, 34, border), 32, np.where(first, border, 36), 33)
    date = np.repeat(np.arange("1990-01-01", count // 2, dtype="datetime64[D]").astype(str), 2) if count else []
    who = np.where(first, "a", "b")
frame = geopandas.GeoDataFrame({"date": date, "controller": who}, geometry=shapes, crs=4326)
geo.series(frame.iloc[:2], date="date", by="controller").dates
before = peak()
series = geo.series(frame, date="date", by="controller")
series.areas()
print(peak() - before)
"""


def grown(kind: str, count: int) -> int:
    """Return by how many kB a process grows for so many polygons."""
    done = subprocess.run([sys.executable, "-c", SCRIPT, kind, str(count)], capture_output=True, text=True, check=True)
    return int(done.stdout.split()[-1])


@pytest.mark.parametrize(("kind", "count"), [("separate", 1_600), ("row", 200)])
def test_ten_times_as_many_polygons_take_at_most_twelve_times_the_memory(kind, count):
    few, many = grown(kind, count), grown(kind, 10 * count)
    assert many < 12 * max(few, 4_000)


def comb(teeth: int, *, lying: bool) -> shapely.Polygon:
    """Return a comb in half a degree: with another that lies across it, each tooth crosses each tooth."""
    at = np.repeat(np.arange(2 * teeth) / (2 * teeth), 2)
    tips = np.tile([1, 1, 0.001, 0.001], teeth)
    course = np.column_stack([np.append(at[1:], 1), tips])
    points = np.array([(0, -0.1), (0, 1), *course.tolist(), (1, -0.1)])
    points[:, 0] += 1e-4
    return shapely.Polygon(30 + 0.5 * (points[:, ::-1] if lying else points))


def combs(teeth: int) -> list[geopandas.GeoDataFrame]:
    """Return two frames whose edges cross some four times the square of the number of teeth."""
    return [
        geopandas.GeoDataFrame({"controller": [who]}, geometry=[comb(teeth, lying=lying)], crs=4326)
        for who, lying in (("a", False), ("b", True))
    ]


def test_combs_that_cross_too_often_are_refused_with_the_reason():
    before, after = combs(60)
    areas = {(passed.source, passed.target): passed.quantity.area for passed in geo.change(before, after).transfers}
    common = before.geometry.item().intersection(after.geometry.item())
    expected = geo.area(geopandas.GeoSeries([common], crs=4326)).item() / 1e6
    assert areas["a", "b"] == pytest.approx(expected, rel=1e-9)
    with pytest.raises(ClaimsError, match=r"edges cross more than [\d,]+ times; simplify the lines"):
        geo.change(*combs(700))


def test_the_covariance_of_a_long_line_is_that_of_its_pieces_together():
    """Looked at in blocks, a line of many vertices has the variance of the one-pass formula."""
    random = np.random.default_rng(1)
    points = np.column_stack([35 + np.arange(5_000) * 1e-4, 33 + 1e-4 * random.standard_normal(5_000).cumsum()])
    arcs = [points[:2_001], points[2_000:]]
    matrix = uncertainty.covariance(list(map(tuple, points.tolist())), arcs, 50, 5)
    assert matrix.sum() == pytest.approx(uncertainty.swept_variance(points, 50, 5), rel=1e-9)
