"""A series as people ask it: answers agree with each other and with the record, bad questions are refused."""

from __future__ import annotations

import math
from itertools import pairwise

import generated
import geopandas
import pandas as pd
import pytest
from dated_polygons import (
    DATES,
    WEST,
    moved_cm2,
    rows,
)

import geo
from geo import ClaimsError


def test_an_overlap_names_the_file(tmp_path):
    path = tmp_path / "days.geojson"
    rows((DATES[0], "a", WEST), (DATES[0], "b", WEST)).to_file(path)
    with pytest.raises(ClaimsError, match=r"days\.geojson: 2024-01-01: a \(row 0\) and b \(row 1\) overlap around"):
        geo.series(path, date="date")


@pytest.mark.parametrize("lon_lat", [(33.05, 135.05), (math.nan, 33), ("35", "33"), (181, 0)])
def test_where_there_is_no_such_position(lon_lat):
    series = geo.series(rows((DATES[0], "a", WEST)), date="date")
    with pytest.raises(ClaimsError, match="a position is longitude and latitude in degrees, not "):
        series.where(*lon_lat)


@pytest.mark.parametrize("date", [pd.NaT, None, float("nan"), [1], ""])
def test_what_is_no_date_is_not_added(date):
    series = geo.series(rows((DATES[0], "a", WEST)), date="date")
    with pytest.raises(ClaimsError):
        series.add(rows((DATES[1], "a", WEST)), date)


@pytest.mark.parametrize(
    "frame", [None, [WEST], geopandas.GeoSeries([WEST], crs=4326), pd.DataFrame({"controller": []})]
)
def test_what_is_no_frame_is_not_added(frame):
    with pytest.raises(ClaimsError, match="a GeoDataFrame is needed, not a"):
        geo.series(rows((DATES[0], "a", WEST)), date="date").add(frame, DATES[1])
    with pytest.raises(ClaimsError, match="a GeoDataFrame is needed, not a"):
        geo.series(frame, date="date")


BAD = {
    "no column": ({"date": "day"}, "series: no column 'day'; there are date, controller, geometry"),
    "no date": (
        {},
        "series: name either the column of dates (date, --date-column) or the one of first days (valid_from,",
    ),
    "no party": ({"date": "date", "by": "owner"}, "series: no column 'owner'"),
    "too far": ({"date": "date", "accuracy_m": 1e300}, "accuracy_m must be a length, not 1e+300"),
    "a column of answers": ({"date": "date", "by": "to"}, "series: answers have a column 'to' of their own"),
    "dates in two roles": ({"date": "date", "by": "date"}, "series: one column cannot hold dates and date too"),
    "an empty name": ({"date": ""}, "series: a column is named by a text, not ''"),
    "text for a length": ({"date": "date", "accuracy_m": "50"}, "accuracy_m must be a length, not '50'"),
    "bad accuracy": ({"date": "date", "accuracy_m": -1}, "accuracy_m must be a length, not -1"),
    "bad engine": ({"date": "date", "engine": "dusk"}, "unknown engine 'dusk'; did you mean 'dask'?"),
    "last days alone": ({"date": "date", "valid_to": "date"}, "series: the column of last days (valid_to) goes with"),
    "ends first": ({"valid_from": "date", "valid_to": "date"}, "series: row 0: ends on or before"),
}


@pytest.mark.parametrize(("options", "fault"), BAD.values(), ids=BAD)
def test_bad_options_are_refused(options, fault):
    with pytest.raises(ClaimsError) as caught:
        geo.series(rows((DATES[0], "a", WEST)), **options)
    assert fault in str(caught.value)


def test_the_layers_as_a_series_give_what_their_ledger_gives(golan):
    """Two ways to each area and each change: the curated faces, and snapshots as dated polygons."""
    dates = ["1950-01-01", "1967-06-11", "1974-06-26", "2024-12-07", "2026-01-06"]
    frames = [golan.snapshot(date)[["controller", "geometry"]].assign(date=date) for date in dates]
    series = geo.series(geopandas.GeoDataFrame(pd.concat(frames)), date="date")
    for date in dates:
        known = {party: quantity.area for party, quantity in golan.ledger.controller_areas(date).items()}
        found = {party: km2 for party, km2 in series.areas().loc[date].items() if km2}
        assert found == pytest.approx(known, abs=1e-5)
    for before, after in pairwise(dates):
        known = {(one.source, one.target): one.quantity.area for one in golan.change(before, after).transfers}
        found = {(one.source, one.target): one.quantity.area for one in series.change(before, after).transfers}
        assert found == pytest.approx(known, abs=1e-5)


def test_answers_agree_with_each_other():
    series = geo.series(generated.districts(12, across=6, down=5), date="date")
    changes, matrix = series.changes(), series.matrix()
    assert (matrix.to_numpy() == matrix.to_numpy().T).all()
    for before, after in pairwise(series.dates):
        mine = changes[changes["before"] == before]
        change = series.change(before, after)
        assert mine["area_km2"].sum() == pytest.approx(matrix.loc[before, after])
        assert mine.set_index(["from", "to"])["area_km2"].to_dict() == pytest.approx(
            {(found.source, found.target): found.quantity.area for found in change.transfers}
        )
        pieces = change.pieces
        assert geo.area(pieces).sum() / 1e6 == pytest.approx(mine["area_km2"].sum(), rel=1e-9)
    there, back = series.change(series.dates[0], series.dates[-1]), series.change(series.dates[-1], series.dates[0])
    assert moved_cm2(there) == {pair[::-1]: area for pair, area in moved_cm2(back).items()}
    assert "12 dates, 4 parties; one set of faces" in repr(series)
    assert "<table" in series._repr_html_()


def test_hostile_names_stay_text():
    name = "</script><img src=x onerror=alert(1)>"
    series = geo.series(rows((DATES[0], name, WEST), (DATES[1], "b", WEST)), date="date")
    assert "<img" not in series._repr_html_()
    assert "<img src=x" not in series.map().get_root().render()
