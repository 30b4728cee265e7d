"""Would-be control, laid over a date."""

from __future__ import annotations

from common import ROOT, WITHDRAWAL


def test_what_a_withdrawal_would_return(golan):
    (back,) = golan.ledger.change(*WITHDRAWAL)
    (taken,) = golan.ledger.change("2024-12-07", "2026-01-06")
    assert (back.source, back.target) == ("israel", "syria")
    assert back.area_cm2 == taken.area_cm2
    assert back.quantity == taken.quantity
    assert back.places == taken.places
    assert len(back.posts) > 8
    assert all(golan.curated_places[post].kind == "israeli_post" for post in back.posts)
    assert back.people.total > 5000
    assert 0 < back.people.counted < back.people.places


def test_the_readme_counts_the_posts(golan):
    (back,) = golan.ledger.change(*WITHDRAWAL)
    text = " ".join((ROOT / "README.md").read_text().split())
    assert f"with {len(back.posts)} reported posts" in text


def test_a_later_row_of_a_scenario_lies_over_an_earlier_one(golan):
    held = golan.ledger.controllers("israeli_proposal_2025")
    hermon = set(golan.ledger.faces_in("hermon"))
    assert {held[face] for face in hermon} == {"israel"}
    assert {held[face] for face in set(golan.ledger.faces_in("buffer_zone_1974")) - hermon} == {"syria"}


def test_hermon_kept_gives_no_hermon_back(golan):
    (back,) = golan.ledger.change("2026-01-06", "israeli_proposal_2025")
    assert not [post for post in back.posts if "hermon" in post]
    assert "hermon_summit" not in back.places


def test_scenarios_have_a_spread_where_the_ground_is_not_known(golan):
    (transfer,) = golan.ledger.change("2026-01-06", "line_4_june_1967")
    assert transfer.quantity.low < transfer.quantity.area
    assert {"golan_heights", "dmz_1949_south"} <= set(transfer.zones_km2) | {
        zone for face in transfer.faces for zone in golan.ledger.zones_of[face]
    }
