"""Frames of dated polygons: read as intervals, refused by row."""

from __future__ import annotations

import geopandas
import pandas as pd
import pytest
import shapely
from dated_polygons import (
    DATES,
    EAST,
    WEST,
    cm2,
    rows,
)

import geo
from geo import ClaimsError
from geo.dated import frames
from geo.dated.overlay import SharedFaces

REFUSED = {
    "a spike": (shapely.Polygon([(0, 0), (1, 0), (1, 1), (1, 2), (1, 1), (0, 1)]), "invalid geometry"),
    "a bow tie": (shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]), "invalid geometry: Self-intersection"),
    "a hole outside": (shapely.Polygon([(0, 0), (1, 0), (1, 1)], [[(5, 5), (6, 5), (6, 6)]]), "invalid geometry"),
    "across the antimeridian": (
        shapely.Polygon([(175, 50), (-175, 50), (-175, 55), (175, 55)]),
        "an edge across more than 180° of longitude",
    ),
    "beyond the antimeridian": (shapely.box(175, 0, 185, 5), "beyond 180° E or W"),
    "beyond the pole": (shapely.box(0, 80, 5, 95), "beyond 180° E or W or 90° N or S"),
    "a line": (shapely.LineString([(0, 0), (1, 1)]), "a LineString, where polygons are needed"),
}


@pytest.mark.parametrize(("shape", "fault"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_measured_is_refused_by_row(shape, fault):
    frame = rows((DATES[0], "a", WEST), (DATES[0], "b", shape))
    with pytest.raises(ClaimsError) as caught:
        geo.series(frame, date="date")
    assert str(caught.value).startswith("series: row 1: ")
    assert fault in str(caught.value)


def test_a_polygon_that_stays_is_one_run():
    frame = rows(*((date, "a", WEST) for date in DATES), (DATES[0], "b", EAST), (DATES[2], "b", EAST))
    intervals = frames.intervals(frame, frames.Columns("controller", "date"))
    assert list(zip(intervals.owner, intervals.start, intervals.stop, strict=True)) == [(1, 0, 3), (2, 0, 1), (2, 2, 3)]


def test_an_edge_along_a_pole_goes_round_in_either_direction():
    cap = shapely.Polygon([(-180, 90), (-180, 80), (180, 80), (180, 90)])
    for ring in (cap, cap.reverse()):
        with pytest.raises(ClaimsError, match="an edge across more than 180° of longitude"):
            geo.series(rows((DATES[0], "a", ring)), date="date")
    fine = shapely.Polygon([(-180, 90), *((lon, 80) for lon in range(-180, 181, 60)), (180, 90)])
    for ring in (fine, fine.reverse()):
        assert geo.series(rows((DATES[0], "a", ring)), date="date").areas()["a"].item() == pytest.approx(
            3.9e6, rel=0.02
        )
    slanting = shapely.Polygon([(-180, 90), (170, 80), (180, 80), (180, 90)])
    for ring in (slanting, slanting.reverse()):
        with pytest.raises(ClaimsError, match="an edge across more than 180° of longitude"):
            geo.series(rows((DATES[0], "a", ring)), date="date")


def test_periods_hold_from_the_first_day_until_the_day_after_the_last():
    frame = geopandas.GeoDataFrame(
        {"controller": ["a", "b"], "from": ["1974-05-31", "1990-01-01"], "until": ["1990-01-01", None]},
        geometry=[WEST, WEST],
        crs=4326,
    )
    series = geo.series(frame, valid_from="from", valid_to="until")
    assert series.where(35.75, 33.05).to_numpy().tolist() == [
        ["1974-05-31", "1990-01-01", "a"],
        ["1990-01-01", None, "b"],
    ]
    assert list(series.held("1989-12-31")) == ["a"]
    assert list(series.held("1990-01-01")) == ["b"]
    with pytest.raises(ClaimsError, match="1970-01-01 lies outside the series, 1974-05-31 to 20"):
        series.held("1970-01-01")
    with pytest.raises(ClaimsError, match="series of dates only"):
        series.add(frame, "2000-01-01")


def test_years_of_periods_are_in_the_order_of_numbers():
    years = geopandas.GeoDataFrame({"controller": ["a"], "from": [900], "to": [1000]}, geometry=[WEST], crs=4326)
    series = geo.series(years, valid_from="from", valid_to="to")
    assert list(series.held(950)) == ["a"]
    for outside in (899, 1001):
        with pytest.raises(ClaimsError, match=f"{outside} lies outside the series, 900 to 1000"):
            series.held(outside)


def test_a_date_on_which_nobody_holds_anything_is_a_date():
    frame = rows((DATES[0], "a", WEST), (DATES[1], "a", None), (DATES[2], "none", EAST))
    series = geo.series(frame, date="date")
    assert series.pieces(DATES[1], DATES[2]).empty
    assert series.snapshot(DATES[1]).empty
    assert "claims" in series.map(DATES[2]).get_root().render()
    assert (
        not SharedFaces(frames.intervals(frame, frames.Columns("controller", "date")).only([1, 2])).transfers()[0].size
    )
    with pytest.raises(ClaimsError, match="no polygons that somebody holds"):
        geo.series(frame[1:], date="date")
    assert geo.series(frame, date="date").areas()["a"].tolist() == pytest.approx([cm2(WEST) / 1e10, 0, 0])


def test_years_and_time_stamps_are_dates_too():
    years = rows((900, "a", WEST), (1000, "a", EAST))
    assert geo.series(years, date="date").dates == ["900", "1000"]
    stamps = rows(*((pd.Timestamp(date), "a", WEST) for date in DATES))
    assert geo.series(stamps, date="date").dates == list(DATES)


def test_rows_without_a_date_or_a_party_are_refused():
    with pytest.raises(ClaimsError, match="row 1: nothing in column 'controller'"):
        geo.series(rows((DATES[0], "a", WEST), (DATES[0], None, EAST)), date="date")
    with pytest.raises(ClaimsError, match="row 1: nothing in column 'date'"):
        geo.series(rows((DATES[0], "a", WEST), (" ", "a", EAST)), date="date")
    with pytest.raises(ClaimsError, match="no CRS"):
        geo.series(rows((DATES[0], "a", WEST), crs=None), date="date")
    with pytest.raises(ClaimsError, match="2024-01-09 is none of the 1 dates of the series, 2024-01-01 to 2024-01-01"):
        geo.series(rows((DATES[0], "a", WEST)), date="date").held("2024-01-09")
    with pytest.raises(ClaimsError, match="2024-01-01 is not later than 2024-01-01"):
        geo.series(rows((DATES[0], "a", WEST)), date="date").add(rows((DATES[0], "a", WEST)), DATES[0])
