"""Dated points joined to control: as the ledger and the command answer one by one, and no row lost."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import json
import math
import warnings

import geopandas
import numpy as np
import pandas as pd
import pytest
import small
from common import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

import geo
from geo import ClaimsError, ClaimsWarning
from geo.cli.main import main
from geo.geometry.distance import metres_to
from geo.layers.layers import side

GOLAN = geo.load()
SINAI = geo.load(ROOT / "tests" / "territories" / "sinai")
FIRST, TODAY = dt.date.fromisoformat(GOLAN.ledger.first), dt.date.today()
NOW = "2024-12-08"
INSIDE = (35.84, 33.13)  # in the buffer zone


def points(spots, when, crs=4326, **columns):
    """Return a frame of positions and dates."""
    lon, lat = zip(*spots, strict=True)
    when = [when] * len(spots) if isinstance(when, str) else when
    return geopandas.GeoDataFrame(
        {"when": when, **columns}, geometry=geopandas.points_from_xy(lon, lat), crs=4326
    ).to_crs(crs)


def joined(record, frame, **options):
    """Return the answer and what is told in notes."""
    with warnings.catch_warnings(record=True) as notes:
        warnings.simplefilter("always", ClaimsWarning)
        return record.control_at(frame, date="when", **options), [str(one.message) for one in notes]


def text(value):
    return None if pd.isna(value) else value


def near_by_hand(record, lon, lat, day, accuracy):
    """Return the metres and standard deviations to the line that parts two holders and is the fewest of these off."""
    held = [record.ledger.controllers(day, extent) for extent in ("min", "best", "max")]
    lines = list(record.curated_lines.values())
    found = [
        (metres / sigma, metres)
        for arc in record.arcs
        if None not in (arc.left, arc.right) and any(one[arc.left] != one[arc.right] for one in held)
        for sigma in [math.hypot(lines[arc.line].accuracy_m, accuracy)]
        for metres in [metres_to(lon, lat, arc.coordinates.tolist())]
    ]
    return min(found, default=None)


@st.composite
def dated(draw, record):
    """Return some positions in and round the ground, and days from before the record to past today."""
    west, south, east, north = record.bounds
    lon, lat = st.floats(west - 0.05, east + 0.05), st.floats(south - 0.05, north + 0.05)
    some = st.sampled_from([(place.lon, place.lat) for place in record.curated_places.values()])
    first = dt.date.fromisoformat(record.ledger.first)
    starts = [dt.date.fromisoformat(f"{start}-01-01"[:10]) for start in record.ledger.changes()]
    day = st.dates(first - dt.timedelta(days=3), TODAY + dt.timedelta(days=3))
    eve = st.sampled_from(starts).flatmap(
        lambda start: st.integers(-1, 1).map(lambda days: start + dt.timedelta(days=days))
    )
    rows = draw(st.lists(st.tuples(st.one_of(st.tuples(lon, lat), some), st.one_of(day, eve)), min_size=1, max_size=12))
    return [spot for spot, _ in rows], [when for _, when in rows]


@pytest.mark.parametrize("record", [GOLAN, SINAI], ids=["golan", "sinai"])
@settings(max_examples=40)
@given(st.data(), st.sampled_from([0.0, 50.0, 2000.0]))
def test_each_point_is_answered_as_the_ledger_does(record, data, accuracy):
    spots, when = data.draw(dated(record))
    found, notes = joined(record, points(spots, when), accuracy_m=accuracy)
    assert len(found) == len(spots)
    assert bool(notes) == bool((found["controller"].isna()).any())
    for (lon, lat), day, (_, row) in zip(spots, when, found.iterrows(), strict=True):
        face = record.face_at(lon, lat)
        if face is None or not record.ledger.first <= day.isoformat() <= TODAY.isoformat():
            assert text(row["controller"]) is None
            assert text(row["line_side"]) is None
            assert row["told"]
            continue
        held = {extent: record.ledger.held(day.isoformat(), extent)[face] for extent in ("min", "best", "max")}
        assert row["face"] == record.ledger.names[face]
        assert [row["controller_min"], row["controller"], row["controller_max"]] == [
            held[extent].controller for extent in ("min", "best", "max")
        ]
        best = held["best"]
        assert (row["held_from"], text(row["held_to"]), row["basis"]) == (
            best.valid_from,
            best.valid_to,
            best.row.basis,
        )
        alike = [extent for extent in held if held[extent].controller == best.controller]
        assert row["extents"].split() == alike
        near = near_by_hand(record, lon, lat, day.isoformat(), accuracy)
        assert (near is None) == math.isnan(row["line_m"])
        if near is not None:  # of two that are equally far off either will do
            assert row["line_sigmas"] == pytest.approx(near[0], rel=1e-3, abs=1e-6)
            line = record.curated_lines[row["line"]]
            assert row["line_sigmas"] == pytest.approx(row["line_m"] / math.hypot(line.accuracy_m, accuracy))
            assert row["line_side"] == side(row["line_sigmas"])
        assert row["told"] == ""


@settings(max_examples=10)
@given(st.data())
def test_each_point_is_answered_as_the_command_does(data):
    spots, when = data.draw(dated(GOLAN))
    found, _ = joined(GOLAN, points(spots, when))
    for (lon, lat), day, (_, row) in list(zip(spots, when, found.iterrows(), strict=True))[:3]:
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = main(["where", "--date", str(day), "--json", "--", repr(lon), repr(lat)])
        assert (status == 0) == (text(row["controller"]) is not None), err.getvalue()
        if status == 0:
            control = {one["extent"]: one["controller"] for one in json.loads(out.getvalue())["control"]}
            assert row["controller"] == control["best"]
            assert row["controller_min"] == control.get("min", control["best"])
            assert row["controller_max"] == control.get("max", control["best"])


def test_a_grid_in_metres_gives_the_same_and_the_frame_stays_as_it_is():
    rng = np.random.default_rng(1974)
    west, south, east, north = GOLAN.bounds
    spots = list(zip(rng.uniform(west, east, 200), rng.uniform(south, north, 200), strict=True))
    plain, _ = joined(GOLAN, points(spots, NOW))
    frame = points(spots, NOW, crs=32636, label=range(200)).set_index(np.arange(200) % 7)  # labels twice
    metres, _ = joined(GOLAN, frame)
    assert metres.crs == 32636
    assert metres.index.tolist() == frame.index.tolist()
    pd.testing.assert_frame_equal(metres[frame.columns], frame)
    for name in ("controller", "zone", "line", "line_side", "told"):
        assert list(map(text, metres[name])) == list(map(text, plain[name]))


@pytest.mark.parametrize(
    ("when", "day", "told"),
    [
        (None, None, "no date"),
        ("", None, "no date"),
        (pd.NaT, None, "no date"),
        ("1923-03-09", "1923-03-09", "before the record begins, on 1923-03-10"),
        ("2999-01-01", "2999-01-01", "in the future"),
        ("07/12/2024", None, "'07/12/2024' is ambiguous: write it as 2024-12-07 (7 December) or 2024-07-12 (12 July)"),
        ("2024-02-30", None, "'2024-02-30' is not a date"),
        ("someday", None, "'someday' is not a date"),
        (1.5, None, "'1.5' is not a date"),
        ("1990", "1990-01-01", "1990 counts from its first day"),
        (1990, "1990-01-01", "1990 counts from its first day"),
        (1990.0, "1990-01-01", "1990 counts from its first day"),
        ("2024-Q4", "2024-10-01", "2024-Q4 counts from its first day, and later in it the ground changed hands"),
        ("2024-12", "2024-12-01", "2024-12 counts from its first day, and later in it the ground changed hands"),
        (pd.Period("2024-12"), "2024-12-01", "2024-12 counts from its first day, and later in it the ground changed"),
        ("8 December 2024", "2024-12-08", ""),
        ("20241208", "2024-12-08", ""),
        (dt.date(2024, 12, 8), "2024-12-08", ""),
        (pd.Timestamp(2024, 12, 8, 6), "2024-12-08", ""),
        ("2024-12-08T01:00+03:00", "2024-12-07", ""),
    ],
)
def test_each_date_is_read_or_told(when, day, told):
    plain, _ = joined(GOLAN, points([INSIDE], ["2024-12-08"]))
    found, notes = joined(GOLAN, points([INSIDE, INSIDE], pd.Series([when, "2024-12-08"], dtype=object)))
    row = found.iloc[0]
    assert (None if pd.isna(row["control_date"]) else str(row["control_date"].date())) == day
    assert row["told"].startswith(told)
    assert (row["told"] == "") == (told == "")
    unanswered = pd.isna(row["controller"])
    assert unanswered == (told != "" and "counts from" not in told)
    assert notes == ([f"1 of 2 points have no answer: 1 {row['told']} (column told)"] if unanswered else [])
    assert found["controller"].iloc[1] == plain["controller"].item() == "israel"


def test_real_dates_and_times_with_a_zone():
    frame = points(
        [INSIDE] * 3, pd.DatetimeIndex([pd.Timestamp("2024-12-07"), pd.Timestamp("2024-12-08 05:00"), pd.NaT])
    )
    found, _ = joined(GOLAN, frame)
    assert list(map(text, found["controller"])) == ["syria", "israel", None]
    zoned = pd.to_datetime(["2024-12-08 00:00", "2024-12-08 01:00"]).tz_localize("Asia/Damascus")
    found, _ = joined(GOLAN, points([INSIDE] * 2, zoned))
    assert found["control_date"].dt.strftime("%Y-%m-%d").tolist() == [
        "2024-12-08",
        "2024-12-07",
    ]  # midnight is the local day


@pytest.mark.parametrize("kind", ["date32[pyarrow]", "timestamp[ns][pyarrow]", "datetime64[s]", "category", "string"])
def test_dates_of_other_kinds_of_columns(kind):
    dates = pd.Series(pd.DatetimeIndex(["2024-12-07", "2024-12-08", pd.NaT]))
    when = dates.dt.strftime("%Y-%m-%d") if kind in {"category", "string"} else dates
    found, _ = joined(GOLAN, points([INSIDE] * 3, when.astype(kind)))
    assert list(map(text, found["controller"])) == ["syria", "israel", None]
    assert found["told"].tolist() == ["", "", "no date"]


def test_a_point_far_off_has_no_say_in_the_operation():
    """Several operations lead from this grid, and none of known accuracy covers the whole globe."""
    near = points([INSIDE, (35.7, 33.0)], NOW, crs=28193)
    far = points([INSIDE, (35.7, 33.0), (-70, -20)], NOW, crs=28193)
    alone, _ = joined(GOLAN, near)
    found, notes = joined(GOLAN, far)
    assert found["line_m"].iloc[:2].tolist() == alone["line_m"].tolist()
    assert found["told"].tolist()[:2] == ["", ""]
    assert len(notes) == 1
    plain, _ = joined(GOLAN, points([INSIDE, (35.7, 33.0)], NOW))
    assert alone["line_m"].tolist() == pytest.approx(plain["line_m"].tolist(), abs=10)


def test_points_without_a_position_are_told():
    frame = points([INSIDE, (0, 0), INSIDE, INSIDE], NOW)
    frame.geometry = [frame.geometry.iloc[0], frame.geometry.iloc[1], None, geopandas.points_from_xy([np.nan], [1])[0]]
    found, notes = joined(GOLAN, frame.set_crs(4326, allow_override=True))
    assert found["told"].tolist() == ["", "outside the ground that the layers cover", "no position", "no position"]
    assert notes == [
        "3 of 4 points have no answer: 2 no position; 1 outside the ground that the layers cover (column told)"
    ]


def test_no_points_give_the_columns():
    found, notes = joined(GOLAN, points([INSIDE], NOW).iloc[:0])
    assert len(found) == 0
    assert {"controller", "line_m", "told"} <= set(found.columns)
    assert notes == []


@pytest.mark.parametrize(
    ("frame", "options", "fault"),
    [
        (pd.DataFrame({"when": [NOW]}), {}, "points: a DataFrame is no GeoDataFrame"),
        (points([INSIDE], NOW).geometry, {}, "points: a GeoSeries has no dates"),
        (points([INSIDE], NOW).set_crs(None, allow_override=True), {}, "points: the frame has no CRS"),
        (points([INSIDE], NOW).rename(columns={"when": "whem"}), {}, "unknown column 'when'; did you mean 'whem'?"),
        (points([INSIDE], NOW, told=""), {}, "points: the frame has a column 'told' already; rename or drop it"),
        (
            points([INSIDE] * 2, NOW, crs=32636).buffer(1).to_frame("geometry").assign(when=NOW),
            {},
            "points: row 0 is a Polygon",
        ),
        (points([INSIDE], NOW, off=-3), {"accuracy_m": "off"}, "points: the accuracy of row 0 is"),
        (points([INSIDE], NOW), {"accuracy_m": "of"}, "unknown column 'of'"),
        (points([INSIDE], NOW), {"accuracy_m": math.nan}, "points: the accuracy of row 0 is nan"),
        (points([INSIDE] * 2, NOW, crs=32636), {"operation": "magic"}, "points: no operation is called 'magic'"),
    ],
)
def test_what_cannot_be_asked_is_one_line(frame, options, fault):
    with pytest.raises(ClaimsError) as caught:
        GOLAN.control_at(frame, date="when", **options)
    assert fault in str(caught.value)
    assert "\n" not in str(caught.value)


def test_where_one_party_holds_all_the_side_is_sure(tmp_path):
    ring = [[10, 50], [11, 50], [11, 51], [10, 51], [10, 50]]
    record = geo.load(small.write(tmp_path / "one", {"all": ring}, [("all", "a", "2000", "")]))
    found, _ = joined(record, points([(10.0001, 50.5)], ["2001-05-05"]))
    assert found[["controller", "line_side"]].to_numpy().tolist() == [["a", "sure"]]
    assert pd.isna(found["line"].item())


def test_where_gives_all_periods_of_points():
    frame = points([INSIDE, (0, 0)], NOW).set_index(pd.Index(["post", "sea"]))
    with pytest.warns(ClaimsWarning, match="1 of 2 points have no answer"):
        found = GOLAN.where(frame)
    alone = GOLAN.where(*INSIDE)
    assert found.loc[["post"], "controller"].tolist() == alone["controller"].tolist()
    assert found.loc[["post"], "from_date"].tolist() == alone["from_date"].tolist()
    assert found.loc["sea", "told"] == "outside the ground that the layers cover"
