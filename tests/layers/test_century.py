"""A century of control on the shipped layers."""

from __future__ import annotations

import re

import pytest
from common import ROOT

from geo.layers.tables import EXTENTS

ROW = re.compile(
    r"^\| (\d{4}-\d\d-\d\d) \| (\d{4}-\d\d-\d\d) \| (\w+) to (\w+) \| ([\d,.]+) \| ([\d,.]+) to ([\d,.]+) \|"
)


def test_the_six_rows_of_the_readme_are_what_the_ledger_says(golan):
    rows = [match.groups() for match in map(ROW.match, (ROOT / "README.md").read_text().splitlines()) if match]
    assert len(rows) == 6
    for before, after, source, target, *numbers in rows:
        transfer = golan.ledger.change(before, after)[0]
        assert (transfer.source, transfer.target) == (source, target)
        known = [transfer.quantity.area, *transfer.quantity.ci95]
        assert [f"{number:,.1f}" for number in known] == numbers


def test_the_salient_lies_between_the_published_sizes(golan):
    (taken,) = golan.ledger.change("1973-10-05", "1973-10-25")
    assert 400 < taken.quantity.area < 510
    assert list(taken.zones_km2) == ["salient_1973"]
    steps = ("1974-06-13", "1974-06-14", "1974-06-24", "1974-06-25", "1974-06-26")
    held = [golan.ledger.controller_areas(day)["israel"].area for day in steps]
    assert held == sorted(held, reverse=True)
    assert len(set(held)) == 4  # three dated stages


def test_the_years_of_the_civil_war(golan):
    held = golan.ledger.controller_areas("2017-06-01")
    assert {"opposition", "islamic_state", "syria", "israel"} == set(held)
    assert "opposition" not in golan.ledger.controller_areas("2018-08-02")


def test_no_day_without_a_controller(golan):
    for day in [golan.ledger.first, *golan.ledger.changes()]:
        if len(day) == 10:
            for extent in EXTENTS:
                assert len(golan.ledger.controllers(day, extent)) == len(golan.ledger.names)


def test_the_demilitarised_zones_beside_the_published_total(golan):
    faces = [face for zone in ("north", "central", "south") for face in golan.ledger.faces_in(f"dmz_1949_{zone}")]
    quantity = golan.ledger.quantity(dict.fromkeys(EXTENTS, faces))
    assert quantity.ci95[0] < 66.5 < quantity.ci95[1]


def test_the_armistice_gives_ground_to_neither_side(golan):
    """Its zones are nobody's by the agreement; what each side then held of them in fact came later."""
    signed = golan.ledger.change("1949-07-19", "1949-07-20")
    assert {(transfer.source, transfer.target) for transfer in signed} == {
        ("syria", "demilitarised"),
        ("israel", "demilitarised"),
    }
    held = golan.ledger.change("1949-07-20", "1951-04-04")
    assert {(transfer.source, transfer.target) for transfer in held} == {
        ("demilitarised", "israel"),
        ("demilitarised", "syria"),
    }


@pytest.mark.parametrize("place", ["ein_gev", "nuqayb"])
def test_the_ein_gev_sector_is_part_of_the_southern_zone(golan, place):
    found = golan.curated_places[place]
    assert "dmz_1949_south" in golan.ledger.zones_of[golan.face_at(found.lon, found.lat)]


def test_no_place_passes_before_it_was_there(golan):
    (taken,) = golan.ledger.change("1967-06-04", "1967-06-11")
    kinds = {golan.curated_places[place].kind for place in (*taken.places, *taken.places_possible)}
    assert not kinds & {"settlement", "israeli_post", "un_position"}
    assert taken.people.total == 0  # nobody counted them within a generation in a source that we have
