"""Frames of dated polygons: read as intervals, refused by row."""

from __future__ import annotations

import geopandas
import numpy as np
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
from geo import ClaimsError, ClaimsWarning
from geo.dated import frames
from geo.dated.overlay import SharedFaces

REFUSED = {
    "a spike": (shapely.Polygon([(0, 0), (1, 0), (1, 1), (1, 2), (1, 1), (0, 1)]), "invalid geometry"),
    "a bow tie": (shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]), "invalid geometry: Self-intersection"),
    "a hole outside": (shapely.Polygon([(0, 0), (1, 0), (1, 1)], [[(5, 5), (6, 5), (6, 6)]]), "invalid geometry"),
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


def test_long_edges_are_legal_and_those_that_may_be_meant_otherwise_are_told():
    world = shapely.box(-180, -60, 180, 60)  # from edge to edge of the map: nothing to tell
    cap = shapely.Polygon([(-180, 90), (-180, 80), (180, 80), (180, 90)])
    fine = shapely.Polygon([(-180, 90), *((lon, 80) for lon in range(-180, 181, 60)), (180, 90)])
    for ring in (world, cap, cap.reverse(), fine, fine.reverse()):
        assert geo.series(rows((DATES[0], "a", ring)), date="date").areas()["a"].item() > 3.8e6
    slanting = shapely.Polygon([(-180, 90), (170, 80), (180, 80), (180, 90)])
    across = shapely.Polygon([(175, 50), (-175, 50), (-175, 55), (175, 55)])
    for ring in (slanting, slanting.reverse(), across):
        with pytest.warns(ClaimsWarning, match="row 0 has an edge across more than 180° of longitude, taken as it st"):
            geo.series(rows((DATES[0], "a", ring)), date="date")


@pytest.mark.parametrize("west", [175, -185])
def test_repair_splits_at_the_antimeridian(west):
    beyond = shapely.box(west, 50, west + 10, 55)
    turned = shapely.transform(beyond, lambda at: np.array([[(lon + 180) % 360 - 180, lat] for lon, lat in at]))
    expected = 2 * cm2(shapely.box(175, 50, 180, 55)) / 1e10
    for ring in (beyond, turned):
        with pytest.warns(ClaimsWarning, match="1 polygons were split at the antimeridian"):
            series = geo.series(rows((DATES[0], "a", ring)), date="date", repair=True)
        assert series.areas()["a"].item() == pytest.approx(expected)
        assert series.where(177, 52)["controller"].item() == series.where(-177, 52)["controller"].item() == "a"


def test_repair_makes_valid_and_tells_how_much_changed():
    bow = shapely.Polygon([(35, 33), (36, 34), (36, 33), (35, 34)])
    frame = rows((DATES[0], "a", bow), (DATES[1], "b", WEST))
    with pytest.raises(ClaimsError, match=r"row 0: invalid geometry: Self-intersection.*; mend it, or say --repair"):
        geo.series(frame, date="date")
    with pytest.warns(ClaimsWarning, match="1 invalid polygons were repaired, which changed their areas by 5,1"):
        series = geo.series(frame, date="date", repair=True)
    assert series.areas()["a"].tolist()[0] == pytest.approx(5153, abs=5)
    with pytest.warns(ClaimsWarning, match="repaired"):
        assert geo.change(frame[:1], frame[1:], repair=True).transfers
    with pytest.raises(ClaimsError, match="say --repair"):
        geo.change(frame[:1], frame[1:])


def test_polygons_are_taken_out_of_collections():
    mixed = shapely.GeometryCollection([WEST, EAST, shapely.Point(0, 0)])
    with pytest.warns(ClaimsWarning, match="taken out of 1 geometry collections, and 1 points and lines left out"):
        series = geo.series(rows((DATES[0], "a", mixed)), date="date")
    assert series.areas()["a"].item() == pytest.approx(cm2(WEST.union(EAST)) / 1e10)
    with pytest.raises(ClaimsError, match="row 0: a GeometryCollection, where polygons are needed"):
        geo.series(rows((DATES[0], "a", shapely.GeometryCollection([shapely.Point(0, 0)]))), date="date")


def test_positions_just_beyond_the_globe_are_clamped():
    near = shapely.Polygon([(178.7, 71.1), (180.00000000000017, 70.83), (180.00000000000017, 71.51)])
    with pytest.warns(ClaimsWarning, match="clamped"):
        series = geo.series(rows((DATES[0], "a", near)), date="date")
    assert series.snapshot(DATES[0]).total_bounds[2] == 180
    with pytest.raises(ClaimsError, match="beyond 180"):
        geo.series(rows((DATES[0], "a", shapely.box(179, 0, 180 + 1e-8, 1))), date="date")


def test_one_party_needs_no_column_and_names_are_compared_in_one_form():
    frame = rows((DATES[0], "x", WEST), (DATES[1], "x", WEST.union(EAST))).drop(columns="controller")
    with pytest.raises(
        ClaimsError, match=r"no column 'controller'; there are date, geometry; name .*--by.*--controller"
    ):
        geo.series(frame, date="date")
    series = geo.series(frame, date="date", controller="occupier")
    assert series.parties == ["occupier"]
    assert list(series.add(frame[:1], DATES[2]).held(DATES[2])) == ["occupier"]
    for name in ("", "none", 3):
        with pytest.raises(ClaimsError, match="a controller is a party's name"):
            geo.series(frame, date="date", controller=name)
    accents = rows((DATES[0], "Arag\u00f3n", WEST), (DATES[1], "Arago\u0301n", WEST))
    assert geo.series(accents, date="date").parties == ["Aragón"]


def test_rows_without_a_party_are_nobodys_when_told():
    frame = rows((DATES[0], None, WEST), (DATES[1], "b", WEST))
    with pytest.raises(ClaimsError, match="row 0: nothing in column 'controller'; --nulls nobody"):
        geo.series(frame, date="date")
    with pytest.warns(ClaimsWarning, match="1 rows with nothing in column 'controller' count as nobody's"):
        series = geo.series(frame, date="date", nulls="nobody")
    assert series.changes()[["from", "to"]].to_numpy().tolist() == [["none", "b"]]


def test_small_overlaps_are_settled_and_large_ones_named_with_size_and_ways_out():
    sliver = shapely.box(35.7999, 33.0, 35.9, 33.1)
    frame = rows((DATES[0], "a", WEST), (DATES[0], "b", sliver), (DATES[1], "b", sliver))
    km2 = cm2(WEST.intersection(sliver)) / 1e10
    with pytest.raises(
        ClaimsError, match=rf"overlap around 35.79995 33.05000, by {km2:.3g} km²; .*--overlaps.*--overlap-"
    ):
        geo.series(frame, date="date")
    with pytest.raises(ClaimsError, match="overlap around"):
        geo.series(frame, date="date", overlap_km2=km2 * 0.99)
    series = geo.series(frame, date="date", overlap_km2=km2 * 1.01)
    assert series.areas_cm2["a"].iloc[0] == pytest.approx(cm2(WEST), abs=2)
    assert series.areas_cm2["b"].iloc[0] == pytest.approx(cm2(sliver) - km2 * 1e10, abs=2)
    later = series.add(rows((DATES[2], "a", WEST), (DATES[2], "b", sliver)), DATES[2])
    assert later.areas_cm2["a"].iloc[2] == series.areas_cm2["a"].iloc[0]


def test_frames_of_several_dates_point_to_series():
    frame = rows((DATES[0], "a", WEST), (DATES[1], "b", WEST))
    with pytest.raises(
        ClaimsError, match=r"before has several dates in column 'date': ask geo.series\(frame, date='date'"
    ):
        geo.change(frame, frame[:1])


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
