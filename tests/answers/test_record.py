"""The record as people ask it."""

from __future__ import annotations

import json

import pytest
from common import WITHDRAWAL

from geo import ClaimsError
from geo.cli.main import main


def answer(capsys, *arguments):
    assert main(list(arguments)) == 0
    return capsys.readouterr().out


def test_a_scenario_is_marked_as_hypothetical_everywhere(capsys, golan):
    assert "HYPOTHETICAL" in answer(capsys, "change", *WITHDRAWAL)
    found = json.loads(answer(capsys, "change", *WITHDRAWAL, "--json"))
    assert found["hypothetical"] is True
    assert found["scenarios"][0]["id"] == WITHDRAWAL[1]
    assert found["scenarios"][0]["sources"]
    assert json.loads(answer(capsys, "change", "2024-12-07", "2026-01-06", "--json"))["hypothetical"] is False
    assert golan.change(*WITHDRAWAL).json()["hypothetical"] is True
    assert "HYPOTHETICAL" in golan.plot(*WITHDRAWAL).get_suptitle()
    assert golan.snapshot(WITHDRAWAL[1])["hypothetical"].all()
    assert not golan.snapshot("2026-01-06")["hypothetical"].any()
    assert golan.change(*WITHDRAWAL).table()["hypothetical"].all()
    assert "Hypothetical" in repr(golan.change(*WITHDRAWAL))
    assert "HYPOTHETICAL" in golan.change(*WITHDRAWAL)._repr_html_()
    assert json.loads(answer(capsys, "areas", "--date", WITHDRAWAL[1], "--json"))["hypothetical"] is True
    for layer in ("_".join(["change", *WITHDRAWAL]), f"control_{WITHDRAWAL[1]}", f"fronts_{WITHDRAWAL[1]}"):
        exported = json.loads(answer(capsys, "export", layer, "-o", "-"))
        assert all(feature["properties"]["hypothetical"] is True for feature in exported["features"])


def test_dates_of_datetime_will_do(golan):
    import datetime as dt

    import pandas as pd

    known = golan.change("2024-12-07", "2026-01-06").net_km2
    assert golan.change(dt.date(2024, 12, 7), pd.Timestamp("2026-01-06")).net_km2 == known
    with pytest.raises(ClaimsError, match="7 is neither a date nor a scenario"):
        golan.snapshot(7)


def test_a_snapshot_has_real_dates_beside_the_text(golan):
    held = golan.snapshot("2024-12-07")
    assert (held["from_date"].dt.year.astype(str) == held["held_from"].str[:4]).all()
    assert held["to_date"].isna().tolist() == held["held_to"].isna().tolist()
