"""The record as frames: by id, with names in every language, and the same as the command says."""

from __future__ import annotations

import json
import pydoc

import pandas as pd
import pytest
import small
from common import WITHDRAWAL

import geo
from geo import ClaimsError, ClaimsWarning
from geo.cli.main import main
from geo.layers.tables import EXTENTS

NAMED = ("layers", "zones", "lines", "places", "scenarios")
FRAMES = (*NAMED, "events", "claims", "proposals", "figures")
QUESTIONS = {"areas", "change", "control_at", "history", "map", "plot", "snapshot", "where", "zone"}


def answer(capsys, *arguments):
    assert main([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("name", FRAMES)
def test_each_frame_is_indexed_by_id(golan, name):
    frame = getattr(golan, name)
    assert frame.index.name == "id"
    assert frame.index.is_unique
    assert len(frame)
    assert "id" not in frame.columns
    if name in NAMED:
        assert {"name_en", "name_ar", "name_he"} <= set(frame.columns)
        assert frame["name_en"].notna().all()


@pytest.mark.parametrize("name", FRAMES)
def test_a_frame_without_rows_has_its_columns(tmp_path, golan, name):
    ring = [[10, 50], [11, 50], [11, 51], [10, 51], [10, 50]]
    record = geo.load(small.write(tmp_path / "one", {"all": ring}, [("all", "a", "2000", "")]))
    frame = getattr(record, name)
    assert set(frame.columns) == set(getattr(golan, name).columns)


@pytest.mark.parametrize("name", ["layers", "zones", "lines", "places", "claims"])
def test_real_dates_stand_beside_the_text(golan, name):
    frame = getattr(golan, name)
    for text, real in (("valid_from", "from_date"), ("valid_to", "to_date")):
        assert frame[text].isna().tolist() == frame[real].isna().tolist()
        there = frame[frame[text].notna()]
        days = [f"{one}-01-01"[:10] for one in there[text]]
        assert there[real].dt.strftime("%Y-%m-%d").tolist() == days


@pytest.mark.parametrize(
    ("date", "options"), [("2014-09-01", {}), (WITHDRAWAL[1], {}), ("2026-01-06", {"perspective": "un"})]
)
def test_areas_are_those_of_the_command(capsys, golan, date, options):
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    said = answer(capsys, "areas", "--date", date, *words)
    found = golan.areas(date, **options)
    for of in ("zone", "controller"):
        part = found.loc[of]
        assert part.index.tolist() == [row["id"] for row in said[f"{of}s"]]
        for row in said[f"{of}s"]:
            mine = part.loc[row["id"]]
            assert mine[["area_km2", "low_km2", "high_km2"]].tolist() == pytest.approx(
                [row["area_km2"], row["low_km2"], row["high_km2"]], abs=1e-6
            )
            assert mine[["ci95_low_km2", "ci95_high_km2"]].tolist() == pytest.approx(row["ci95_km2"], abs=1e-3)
    assert found["hypothetical"].all() == said["hypothetical"]


@pytest.mark.parametrize("asked", ["Quneitra", "קוניטרה", "35.82 33.1", "33.098,35.838", "zone Hermon"])
@pytest.mark.parametrize("date", [None, "2024-12-07", WITHDRAWAL[1]])
def test_where_says_what_the_command_says(capsys, golan, asked, date):
    said = answer(capsys, "where", *asked.split(), *(["--date", date] if date else []))
    found = golan.where(asked, date=date)
    assert found.attrs["name"] == said["name"]
    assert found.attrs["zones"] == said["zones"]
    for name in ("from", "to", "controller", "extent"):
        assert [None if pd.isna(value) else value for value in found[name]] == [row[name] for row in said["control"]]


def test_a_position_in_the_other_order_is_told(golan):
    with pytest.warns(ClaimsWarning, match="Read as latitude, longitude"):
        found = golan.where(33.13, 35.85)
    assert found["controller"].tolist() == golan.where(35.85, 33.13)["controller"].tolist()


def test_positions_near_greenwich_are_positions(tmp_path):
    ring = [[-1, 50], [1, 50], [1, 51], [-1, 51], [-1, 50]]
    record = geo.load(small.write(tmp_path / "one", {"all": ring}, [("all", "a", "2000", "")]))
    assert record.where(1e-05, 50.5)["controller"].tolist() == ["a"]


def test_layers_are_those_of_the_command(capsys, golan):
    said = answer(capsys, "layers")["layers"]
    assert golan.layers.index.tolist() == [row["id"] for row in said]
    for name in ("kind", "type", "accuracy_m", "length_km", "basis"):
        values = [None if pd.isna(value) else value for value in golan.layers[name]]
        assert values == [row.get(name) for row in said]


def test_figures_and_scenarios_are_those_of_the_command(capsys, golan):
    said = answer(capsys, "figures")["figures"]
    assert golan.figures.index.tolist() == [row["id"] for row in said]
    assert golan.figures["verdict"].tolist() == [row["verdict"] for row in said]
    said = answer(capsys, "scenarios")["scenarios"]
    assert golan.scenarios.index.tolist() == [row["id"] for row in said]


@pytest.mark.parametrize("spot", [("Atlantis",), (0.0, 0.0), ("0 0",), ("x", 33.0), (35.0, "33")])
def test_what_is_nowhere_is_one_line(golan, spot):
    with pytest.raises(ClaimsError):
        golan.where(*spot)


@pytest.mark.parametrize("extent", EXTENTS)
def test_the_history_covers_the_ground_once_on_every_day_of_change(golan, extent):
    history = golan.history()
    mine = history[history["extents"].str.split().map(lambda extents: extent in extents)]
    whole = sum(golan.ledger.area_cm2)
    for day in [golan.ledger.first, *golan.ledger.changes()]:
        moment = f"{day}-01-01"[:10]
        date = pd.Timestamp(moment)
        held = mine[(mine["from_date"] <= date) & ~(mine["to_date"] <= date)]
        assert round(held["area_km2"].sum() * 1e10) == pytest.approx(whole, abs=1e3)
        areas = held.groupby("controller")["area_km2"].sum()
        faces = golan.snapshot(moment, extent=extent).groupby("controller")["area_km2"].sum()
        pd.testing.assert_series_equal(areas, faces)


def test_each_row_of_the_history_is_another_ground_holder_or_period(golan):
    history = golan.history()
    assert history.geometry.is_valid.all()
    key = history.assign(zones=history["zones"])[["zones", "controller", "held_from", "extents"]]
    assert not key.duplicated().any()
    assert geo.area(history).to_numpy() / 1e6 == pytest.approx(history["area_km2"].to_numpy(), rel=1e-9)


def test_dir_and_help_list_what_people_use(golan):
    listed = dir(golan)
    assert {*FRAMES, *QUESTIONS} <= set(listed)
    assert {"topology", "curated_zones", "arcs", "ledger"}.isdisjoint(listed)
    change = golan.change("2024-12-07", "2026-01-06")
    assert {"after", "before", "net_km2", "pieces", "table", "transfers"} <= set(dir(change))
    for thing in (golan, change, geo.Series, geo):
        assert not [name for name in dir(thing) if name.startswith("_")]
        assert all(hasattr(thing, name) for name in dir(thing) if not isinstance(thing, type))
    text = pydoc.plain(pydoc.render_doc(golan))
    assert "control_at(" in text
    for inside in ("curated_zones", "__init__", "topology", "unbroken"):
        assert f" {inside}" not in text
