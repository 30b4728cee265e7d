"""Dates of anyone's polygons."""

from __future__ import annotations

import datetime as dt

import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely

import geo
from geo import ClaimsError, ClaimsWarning
from geo.dated import timestamps

BOX = shapely.box(35, 33, 35.1, 33.1)


def dated(*dates, controllers="abcdefgh", **columns):
    frame = {"date": list(dates), "controller": list(controllers[: len(dates)]), **columns}
    return geopandas.GeoDataFrame(frame, geometry=[BOX] * len(dates), crs=4326)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1990, "1990"),
        (1990.0, "1990"),
        (np.int32(1990), "1990"),
        ("0990", "990"),
        (20241208, "2024-12-08"),
        (np.float32(2024), "2024"),
        (np.datetime64("2024-12"), "2024-12"),
        ("2024-12-08T02:00:00+02:00", "2024-12-08"),
        ("2024-12", "2024-12"),
        (dt.date(2024, 12, 8), "2024-12-08"),
        (np.datetime64("2024-12-08"), "2024-12-08"),
        (pd.Timestamp("2024-12-08", tz="Asia/Jerusalem"), "2024-12-08"),
        (pd.Timestamp("2024-12-08T01:30", tz="Asia/Jerusalem"), "2024-12-07T23:30:00+00:00"),
        ("2024/12/08", "2024-12-08"),
        ("2024/12/08 06:00:00", "2024-12-08T06:00:00"),
        ("2024-12-08T06:00+02", "2024-12-08T04:00:00+00:00"),
        ("20241208T0600Z", "2024-12-08T06:00:00+00:00"),
        ("-0220-09-10", "-0220-09-10"),
        ("-0044-03", "-0044-03"),
        (-500, "-500"),
        (1733616000000, "2024-12-08"),
        ("20241208060000", "2024-12-08T06:00:00"),
        ("2024-Q3", "2024-07"),
    ],
)
def test_dates_are_written_one_way(value, text):
    assert timestamps.written(value) == text
    assert timestamps.written(text) == text


@pytest.mark.parametrize(
    "value",
    [
        *("12/30/2023", "2024-12-8", "2024-13-45", "20241345", "2024-02-30", "yesterday", "NaT", "", "1.5"),
        *(
            "2024-12-08/2024-12-09",
            "2024-12-08 2025",
            "2024-12-08T06:00\x00",
            "٢٠٢٤",
            "0000-01-01",
            "-0044-02-30",
            "19XX",
        ),
        *(np.datetime64("NaT"), np.datetime64(2**62, "D"), pd.NA, np.array([1, 2])),
        *("2024-12-08T25:00", "2024-12-08 banana", b"2024", 1.5, float("nan"), True, None, pd.NaT),
    ],
)
def test_what_is_no_date_is_refused(value):
    with pytest.raises(ClaimsError, match="is no date; write it as 2024-12-08, 2024-12 or 2024"):
        timestamps.written(value)


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        (45634, "'45634' is no year; if it is a serial number of Excel \\(2024-12-08\\), say --date-format excel"),
        ("202412", "'202412' is an ambiguous date; say how it is written with --date-format: %Y%m"),
        (1733616000, "'1733616000' is an ambiguous date; .*unix"),
        ("202412080600", "'202412080600' is an ambiguous date; .*unix-ms"),
    ],
)
def test_ambiguous_numbers_are_refused_with_row_and_column(value, fault):
    with pytest.raises(ClaimsError, match=f"series: row 1: column 'date': {fault}"):
        geo.series(dated("2024-12-08", value), date="date")


@pytest.mark.parametrize(
    ("values", "date_format"),
    [
        (("7.12.2024", "8.12.2024"), "%d.%m.%Y"),
        ((45633, 45634), "excel"),
        ((1733529600, 1733616000), "unix"),
        (("7 Dec 24", "8 Dec 24"), "%d %b %y"),
    ],
)
def test_a_stated_format_settles_what_is_ambiguous(values, date_format):
    series = geo.series(dated(*values), date="date", date_format=date_format)
    assert series.dates == ["2024-12-07", "2024-12-08"]


def test_approximate_dates_count_as_they_stand_and_are_told():
    with pytest.warns(ClaimsWarning, match="approximate dates in column 'date', such as ~1855, count as they stand"):
        assert geo.series(dated("~1855", "1860?"), date="date").dates == ["1855", "1860"]


def test_years_before_our_era_are_in_order_with_days_too():
    assert geo.series(dated(-323, -500, 800, 1000), date="date").dates == ["-500", "-323", "800", "1000"]
    series = geo.series(dated("-0220-09-10", -500, "1000-01-01"), date="date")
    assert series.dates == ["-0500-01-01", "-0220-09-10", "1000-01-01"]
    assert series.areas().index.tolist() == series.dates
    assert series.changes()["before"].tolist() == series.dates[:2]


def test_days_are_real_dates_in_answers_and_reduced_ones_text():
    series = geo.series(dated("2024-12-01", "2024-12-02", "2024-12-09"), date="date")
    assert series.areas().resample("W").last().shape == (3, 4)
    assert series.areas().loc["2024-12-02", "b"] == pytest.approx(103.6, abs=0.1)
    assert series.changes()["after"].dt.day.tolist() == [2, 9]
    times = geo.series(dated("2024-12-01T06:00Z", "2024-12-02"), date="date").areas().index
    assert str(times.tz) == "UTC"
    assert geo.series(dated("2024-12", "2025-01"), date="date").areas().index.tolist() == ["2024-12", "2025-01"]


def test_inclusive_ends_hold_through_their_last_day_month_or_year():
    for ends, after in (
        ((1918, 1945), "1919"),
        (("1918-12-31", "1945-05-08"), "1919-01-01"),
        (("1918-12", "1945-05"), "1919-01"),
    ):
        frame = dated("1886", after, until=list(ends))
        given = {"valid_from": "date", "valid_to": "until"}
        inclusive = geo.series(frame, **given, ends="inclusive")
        assert inclusive.changes()[["from", "to"]].to_numpy().tolist() == [["a", "b"], ["b", "none"]]
        with pytest.warns(ClaimsWarning, match="before the next start, where nobody holds the ground"):
            assert len(geo.series(frame, **given).changes()) == 3
    one = dated(1886, 1887, until=[1886, 1890])
    assert list(geo.series(one, **given, ends="inclusive").held(1886)) == ["a"]
    with pytest.raises(ClaimsError, match=r"row 0: ends on or before the day on which it begins; .*--ends inclusive"):
        geo.series(one, **given)
    with pytest.raises(ClaimsError, match="a time of day: inclusive ends are days, months or years"):
        geo.series(dated("2024-12-08T06:00", until=["2024-12-08T08:00"]), **given, ends="inclusive")


def test_a_date_that_is_none_is_refused_with_its_row_and_column():
    with pytest.raises(ClaimsError, match=r"series: row 1: column 'date': '12/30/2023' is no date"):
        geo.series(dated("2023-12-30", "12/30/2023"), date="date")


def test_dates_of_all_time_zones_are_in_the_order_of_what_happened():
    stamps = pd.DatetimeIndex(["2024-10-26T22:30Z", "2024-10-26T23:30Z"]).tz_convert("Asia/Jerusalem")  # 01:30 twice
    changes = geo.series(dated(*stamps), date="date").changes()
    assert changes[["from", "to"]].to_numpy().tolist() == [["a", "b"]]


def test_midnight_elsewhere_is_a_time_where_others_are():
    frame = dated("2024-12-08T00:00:00+02:00", "2024-12-07T23:00:00Z")
    assert geo.series(frame, date="date").dates == ["2024-12-07T22:00:00+00:00", "2024-12-07T23:00:00+00:00"]
    assert geo.series(frame[:1], date="date").dates == ["2024-12-08"]


def test_a_month_beside_days_is_its_first_day():
    frame = dated("1980", "1980-06-01", until=["1980-06", None])
    series = geo.series(frame, valid_from="date", valid_to="until")
    assert series.dates == ["1980-01-01", "1980-06-01"]
    assert series.changes()[["from", "to"]].to_numpy().tolist() == [["a", "b"]]
    assert list(series.held("1980-06")) == ["b"]
    assert list(series.held("1980-05")) == ["a"]
    with pytest.raises(ClaimsError, match="'99000' is no year"):
        geo.series(dated("2024-12-08", "99000"), date="date")


def test_what_lasts_can_be_asked_about_until_today():
    today = dt.date.today().isoformat()
    frame = dated("1967-06-10", "1974-06-01", until=["1974-06-01", None])
    series = geo.series(frame, valid_from="date", valid_to="until")
    assert list(series.held("today")) == list(series.held("2020-01-01")) == ["b"]
    assert list(series.held(dt.datetime.combine(dt.date.today(), dt.time(6)))) == ["b"]
    assert list(series.held("1974-05")) == ["a"]
    change = series.change("1970-01-01", "today")
    assert (change.before, change.after) == ("1970-01-01", today)
    assert change.table()[["from", "to"]].to_numpy().tolist() == [["a", "b"]]
    with pytest.raises(ClaimsError, match=f"9999-01-01 lies outside the series, 1967-06-10 to {today}"):
        series.held("9999-01-01")
    with pytest.raises(ClaimsError, match="'1974-5-1' is no date"):
        series.held("1974-5-1")
    ended = geo.series(frame.assign(until="1990-01-01"), valid_from="date", valid_to="until", overlaps="first")
    with pytest.raises(ClaimsError, match="2020-01-01 lies outside the series, 1967-06-10 to 1990-01-01"):
        ended.held("2020-01-01")


def test_a_date_between_two_of_a_series_names_both():
    series = geo.series(dated("2016-03-25", "2016-03-28"), date="date")
    with pytest.raises(
        ClaimsError,
        match="2016-03-26 is none of the 2 dates of the series, 2016-03-25 to 2016-03-28; nearest are 2016-03-25 and",
    ):
        series.held("2016-03-26")


def test_years_go_with_days_of_periods_in_the_order_of_numbers():
    frame = dated(900, 1000, until=[1000, 1100])
    series = geo.series(frame, valid_from="date", valid_to="until")
    assert list(series.held(950)) == list(series.held("0950-06")) == ["a"]
    assert list(series.held("1050-01")) == list(series.held(dt.date(1050, 1, 1))) == ["b"]


def test_a_date_that_is_added_is_as_precise_as_the_others():
    series = geo.series(dated("2024-12-07"), date="date")
    with pytest.raises(ClaimsError, match="2025 is not as precise as 2024-12-07"):
        series.add(dated("2024-12-08"), "2025")
