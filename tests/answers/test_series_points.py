"""Points asked of a series: as each polygon tells by itself, and no row lost."""

from __future__ import annotations

import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely
from dated_polygons import DATES, EAST, NEAR, WEST, rows, series_of
from hypothesis import given, settings
from hypothesis import strategies as st

import geo
from geo import ClaimsError, ClaimsWarning
from geo.answers.series_points import where
from geo.dated import frames
from geo.dated.pairwise import Pairwise
from geo.geometry.distance import metres_to

# west: a, b, nobody; east: nobody, a, a
FRAME = rows((DATES[0], "a", WEST), (DATES[1], "b", WEST), (DATES[1], "a", EAST), (DATES[2], "a", EAST))
INSIDE, BESIDE, AWAY = (35.75, 33.05), (35.85, 33.05), (40.0, 33.05)


def points(*spots, crs=4326, **columns):
    """Return a frame of positions."""
    lon, lat = zip(*spots, strict=True)
    frame = geopandas.GeoDataFrame(columns, geometry=geopandas.points_from_xy(lon, lat), crs=4326)
    return frame.to_crs(crs)


@settings(max_examples=40, deadline=None)
@given(series_of(), st.data())
def test_each_point_is_held_as_the_polygons_say(frame, data):
    series = geo.series(frame, date="date")
    west, south, east, north = frame.total_bounds
    share = st.floats(-0.1, 1.1, allow_nan=False)
    spots = data.draw(st.lists(st.tuples(share, share), min_size=1, max_size=20))
    lon = np.array([west + x * (east - west) for x, _ in spots])
    lat = np.array([south + y * (north - south) for _, y in spots])
    apart = shapely.distance(shapely.union_all(frame.boundary.to_numpy()), shapely.points(lon, lat))
    lon, lat = lon[apart > NEAR], lat[apart > NEAR]
    asked = pd.DataFrame({"lon": lon, "lat": lat}).merge(pd.DataFrame({"when": series.dates}), how="cross")
    asked = geopandas.GeoDataFrame(asked, geometry=geopandas.points_from_xy(asked["lon"], asked["lat"]), crs=4326)
    found = series.control_at(asked, date="when")
    for row in found.itertuples():
        mine = frame[(frame["date"] == row.when) & frame.intersects(row.geometry)]
        assert row.controller == (mine["controller"].iloc[0] if len(mine) else "none")
        assert (row.told, row.control_date) == ("", row.when)
    intervals = frames.intervals(frame, frames.Columns("controller", "date"))
    spot = geopandas.GeoSeries(shapely.points(lon, lat), crs=4326)
    pd.testing.assert_frame_equal(where(Pairwise(intervals), intervals, spot, None, None), series.where(spot))


def test_points_in_rows_of_their_own():
    series = geo.series(FRAME, date="date")
    asked = points(INSIDE, AWAY, BESIDE, crs=32636).set_index(pd.Index(["x", "y", "z"]))
    asked.loc["y", "geometry"] = None
    with pytest.warns(ClaimsWarning, match=r"1 of 3 points have no answer: 1 no position"):
        held = series.where(asked)
    assert held.index.tolist() == ["x", "x", "x", "y", "z", "z"]
    assert held["controller"].tolist() == ["a", "b", "none", None, "none", "a"]
    assert held["to"].tolist() == [DATES[1], DATES[2], None, None, DATES[1], None]
    assert held["told"].tolist() == ["", "", "", "no position", "", ""]


def test_one_position_on_one_date():
    series = geo.series(FRAME, date="date")
    assert series.where(*INSIDE, date=DATES[1]).to_dict("records") == [
        {"from": DATES[1], "to": DATES[2], "controller": "b"}
    ]
    assert series.where(*AWAY)["controller"].tolist() == ["none"]
    with pytest.raises(ClaimsError, match="none of the 3 dates"):
        series.where(*INSIDE, date="2023-01-01")


def test_dates_that_have_no_answer_are_told():
    series = geo.series(FRAME, date="date")
    asked = points(*[INSIDE] * 6, when=[DATES[0], "2024-02-01", None, "soon", pd.Timestamp(DATES[1]), "12/30/2023"])
    with pytest.warns(ClaimsWarning, match=r"4 of 6 points have no answer"):
        found = series.control_at(asked, date="when")
    assert found["controller"].fillna("").tolist() == ["a", "", "", "", "b", ""]
    told = found["told"].tolist()
    assert "none of the 3 dates of the series" in told[1]
    assert told[2] == "no date"
    assert "soon" in told[3]


def test_the_distance_is_to_the_nearest_line_of_the_date():
    series = geo.series(FRAME, date="date")
    found = series.control_at(points(INSIDE, INSIDE, AWAY, when=[DATES[0], DATES[1], DATES[2]]), date="when")
    middle = shapely.LineString([(35.8, 33.0), (35.8, 33.1)])
    for metres, spot, edge in zip(
        found["line_m"], (INSIDE, INSIDE, AWAY), (middle, middle, EAST.boundary), strict=True
    ):
        assert metres == pytest.approx(metres_to(*spot, edge.coords), rel=1e-3)


BAD = {
    "no CRS": (lambda: points(INSIDE, when=DATES[:1]).set_crs(None, allow_override=True), "the frame has no CRS"),
    "no column": (lambda: points(INSIDE), "no column 'when'|unknown column 'when'"),
    "polygons": (lambda: FRAME.rename(columns={"date": "when"}), "is a Polygon, not a point"),
    "a column of ours": (lambda: points(INSIDE, when=DATES[:1], line_m=[1]), "has a column 'line_m' already"),
    "no frame": (lambda: [INSIDE], "a list is no GeoDataFrame"),
}


@pytest.mark.parametrize(("make", "message"), BAD.values(), ids=BAD)
def test_what_cannot_be_asked_is_refused(make, message):
    with pytest.raises(ClaimsError, match=message):
        geo.series(FRAME, date="date").control_at(make(), date="when")
