"""Intervals and noise of dated polygons come from the stated accuracy of their lines."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from dated_polygons import (
    DATES,
    EAST,
    WEST,
    rows,
)

import geo
from geo import ClaimsError
from geo.geometry import areas
from geo.geometry.uncertainty import swept_variance


def test_noise_is_what_lies_within_the_accuracy():
    thin, thick = shapely.box(35.8, 33.0, 35.8005, 33.1), shapely.box(35.8, 33.0, 35.85, 33.1)  # 47 m and 4.7 km
    for added, share in ((thin, 1.0), (thick, 0.0)):
        frame = rows((DATES[0], "a", WEST), (DATES[1], "a", WEST.union(added)))
        noise, whole = geo.series(frame, date="date", accuracy_m=100).noise_km2(*DATES[:2])
        assert noise / whole == pytest.approx(share, abs=0.01)
    with pytest.raises(ClaimsError, match="accuracy_m"):
        geo.series(frame, date="date").noise_km2(*DATES[:2])


def test_an_interval_comes_from_the_stated_accuracy_alone():
    frame = rows((DATES[0], "a", WEST), (DATES[1], "a", WEST.union(EAST)))
    unknown = geo.series(frame, date="date").change(*DATES[:2])
    assert np.isnan(unknown.table()["ci95_low_km2"]).all()
    assert unknown.json()["transfers"][0]["ci95_km2"] == [None, None]
    assert "no accuracy stated" in unknown._repr_html_()
    series = geo.series(frame, date="date", accuracy_m=50, correlation_km=5)
    low, high = series.change(*DATES[:2]).transfers[0].quantity.ci95
    assert low < series.change(*DATES[:2]).transfers[0].quantity.area < high
    # the line between old and new ground and the new outline err apart: half of each
    line = shapely.get_coordinates(EAST.exterior.segmentize(0.02))
    assert series.held(DATES[0])["a"].margin == pytest.approx(1.96 * swept_variance(line, 50, 5) ** 0.5 / 1e6, rel=0.2)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([("a", WEST)], [("b", WEST)]),
        ([("a", WEST), ("b", EAST)], [("a", WEST.union(EAST))]),
        ([("a", WEST)], []),
        ([("a", WEST)], [("a", WEST.difference(WEST.buffer(-0.02))), ("b", WEST.buffer(-0.02))]),
    ],
    ids=["all of a line", "a neighbour", "ground that goes", "an enclave"],
)
def test_the_interval_of_a_change_is_that_of_the_way_back(before, after):
    far = ("c", shapely.box(36.5, 33, 36.6, 33.1))
    frame = rows(*((date, *one) for date, day in zip(DATES, (before, after), strict=False) for one in [far, *day]))
    series = geo.series(frame, date="date", accuracy_m=50, correlation_km=2)
    there, back = (series.change(*dates).transfers[0].quantity for dates in (DATES[:2], DATES[1::-1]))
    assert 0.2 < there.margin < 5
    assert there.margin == pytest.approx(back.margin, rel=1e-9)


def test_noise_of_tall_ground_is_told_alike_all_along():
    """Strips of 120 m and 80 m, 40 degrees tall: with 100 m, the one is none and the other all noise."""
    lat = np.linspace(20, 60, 400)
    for metres, expected in ((120, 0.0), (80, 1.0)):
        east = 35.5 + metres / (areas.SEMI_MAJOR_M * np.radians(1) * np.cos(np.radians(lat)))
        shifted = shapely.Polygon([(35, 20), *zip(east, lat, strict=True), (35, 60)])
        plain = shapely.Polygon([(35, 20), *((35.5, one) for one in lat), (35, 60)])
        frame = rows((DATES[0], "a", plain), (DATES[1], "a", shifted))
        noise, whole = geo.series(frame, date="date", accuracy_m=100).noise_km2(*DATES[:2])
        assert noise / whole == pytest.approx(expected, abs=0.01)
