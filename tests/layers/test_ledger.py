"""Sums over faces balance exactly, whatever the ledger says."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo import ClaimsError
from geo.layers.ledger import Ledger
from geo.layers.tables import EXTENTS, Control
from geo.layers.transfers import net_cm2

PEOPLE = {"population": 10, "population_date": "2000"}
PLACE = {"kind": "village", "valid_from": None, "valid_to": None, "near": [], **PEOPLE}
PARTIES = ("a", "b", "c", "d")
DAYS = [dt.date(2000, 1, 1) + dt.timedelta(days=index) for index in range(12)]
TEXT = [day.isoformat() for day in DAYS]


def row(zone, controller, start, end=None, extents=EXTENTS):
    return Control(zone, controller, start, end, tuple(extents), "map", "", ("x",), "")


@st.composite
def ledgers(draw):
    """Return a ledger of a few faces, each with a random history per extent, on a chain of arcs."""
    sizes = draw(st.lists(st.integers(1, 10**13), min_size=1, max_size=6))
    control = []
    for face in range(len(sizes)):
        for extent in EXTENTS:
            starts = sorted({0, *draw(st.lists(st.integers(1, len(TEXT) - 1), max_size=4))})
            for start, end in zip(starts, [*starts[1:], None], strict=True):
                controller = draw(st.sampled_from(PARTIES))
                control.append(row(f"f{face}", controller, TEXT[start], None if end is None else TEXT[end], [extent]))
    topology = {
        "faces": [{"id": f"f{face}", "zones": [f"f{face}"], "area_cm2": size} for face, size in enumerate(sizes)],
        "zones": [],
        "arcs": [["line", face, face + 1 if face + 1 < len(sizes) else None, 100] for face in range(len(sizes))],
        "covariance_m4": [[face, face, 1e10] for face in range(len(sizes))],
        "places": [{**PLACE, "id": f"p{face}", "face": face} for face in range(len(sizes))],
    }
    return Ledger(topology, control)


days = st.sampled_from(TEXT)


def net(ledger, before, after):
    return Counter(net_cm2(ledger.change(before, after)))


@given(ledgers(), days, days)
def test_gains_and_losses_balance_to_zero(ledger, before, after):
    assert sum(net_cm2(ledger.change(before, after)).values()) == 0


@given(ledgers(), days, days, days)
def test_changes_telescope_in_the_net(ledger, a, b, c):
    left, right = net(ledger, a, c), net(ledger, a, b)
    right.update(net(ledger, b, c))
    assert {name: value for name, value in left.items() if value} == {
        name: value for name, value in right.items() if value
    }


@given(ledgers(), days, days)
def test_going_back_is_the_mirror(ledger, before, after):
    there = {(t.source, t.target): (t.area_cm2, t.faces, t.quantity) for t in ledger.change(before, after)}
    back = {(t.target, t.source): (t.area_cm2, t.faces, t.quantity) for t in ledger.change(after, before)}
    assert there == back


@given(ledgers(), days, days)
def test_net_is_the_difference_of_the_areas(ledger, before, after):
    def held(day):
        total = Counter()
        for face, name in enumerate(ledger.controllers(day)):
            total[name] += ledger.area_cm2[face]
        return total

    difference = held(after)
    difference.subtract(held(before))
    found = net(ledger, before, after)
    assert all(found[name] == value for name, value in difference.items())


@given(ledgers(), days)
def test_everything_is_held_by_somebody(ledger, day):
    for extent in EXTENTS:
        assert len(ledger.controllers(day, extent)) == len(ledger.area_cm2)
    quantities = ledger.controller_areas(day).values()
    assert sum(quantity.area for quantity in quantities) == pytest.approx(sum(ledger.area_cm2) / 1e10)
    for quantity in quantities:
        assert quantity.low <= quantity.area <= quantity.high
        assert 0 <= quantity.ci95[0] <= quantity.area <= quantity.ci95[1]


@given(ledgers(), days)
def test_nothing_changes_in_no_time(ledger, day):
    assert ledger.change(day, day) == []


TOPOLOGY = {
    "faces": [
        {"id": "west", "zones": ["west"], "area_cm2": 3 * 10**10},
        {"id": "east", "zones": ["east"], "area_cm2": 5 * 10**10},
    ],
    "zones": [],
    "arcs": [["edge", 0, None, 1e6], ["middle", 0, 1, 2e6], ["edge", 1, None, 3e6]],
    "covariance_m4": [[0, 0, 4e10], [0, 2, 1e10], [1, 1, 9e10], [2, 2, 4e10]],
    "places": [],
}


def test_a_shared_line_counts_once():
    """By hand: sigma² of the west is 4e10 + 9e10 m⁴; of both, 4e10 + 4e10 + 2 * 1e10, the middle dropping out."""
    ledger = Ledger(TOPOLOGY, [row("west", "a", "2000"), row("east", "a", "2000")])
    assert ledger.sigma_km2([0]) == pytest.approx(13e10**0.5 / 1e6)
    assert ledger.sigma_km2([0, 1]) == pytest.approx(10e10**0.5 / 1e6)


@pytest.mark.parametrize(
    ("east", "fault"),
    [
        ([], "east: no controller is recorded (min extent)"),
        ([row("east", "a", "2000", "2001"), row("east", "b", "2002")], "east: no controller from 2001 to 2002"),
        ([row("east", "a", "2000"), row("east", "b", "2002")], "east: held by a and b at once from 2002"),
        ([row("east", "a", "2000", "2001")], "east: no controller from 2001 on"),
        ([row("east", "a", "2000"), row("north", "b", "2002")], "north: no label point names this zone"),
    ],
)
def test_gaps_and_overlaps_are_refused(east, fault):
    with pytest.raises(ClaimsError) as caught:
        Ledger(TOPOLOGY, [row("west", "a", "2000"), *east])
    assert fault in str(caught.value)


@pytest.mark.parametrize("day", ["1999-12-31", "2999-01-01"])
def test_days_outside_the_record_are_refused_with_the_range(day):
    ledger = Ledger(TOPOLOGY, [row("west", "a", "2000"), row("east", "a", "2000")])
    with pytest.raises(ClaimsError, match=f"{day} is .*; control is known from 2000 to {dt.date.today()}"):
        ledger.controllers(day)


def test_reduced_precision_counts_from_the_first_day():
    ledger = Ledger(
        TOPOLOGY, [row("west", "a", "2000"), row("east", "a", "2000", "2001-06"), row("east", "b", "2001-06")]
    )
    assert ledger.controllers("2001-05-31") == ["a", "a"]
    assert ledger.controllers("2001-06-01") == ["a", "b"]
