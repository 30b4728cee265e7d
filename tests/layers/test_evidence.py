"""The strength of a statement follows from its sources, and from nothing else."""

from __future__ import annotations

import pytest
from common import LAYERS, ROOT
from hypothesis import given
from hypothesis import strategies as st

import geo
from geo.checks import strength
from geo.layers import evidence, tables

RECORDS = (LAYERS, ROOT / "tests" / "territories" / "sinai")
ITEMS = {
    "treaty": {"publisher": "United Nations", "grade": "primary"},
    "wire": {"publisher": "Agency", "grade": "agency"},
    "reprint": {"publisher": "Daily / Agency", "origin": "Agency", "grade": "agency"},
    "north": {"publisher": "Northern Army", "grade": "official", "side": "north"},
    "south": {"publisher": "Southern Post", "grade": "press", "side": "south"},
    "blog": {"publisher": "A blog", "grade": "weak", "side": "south"},
}
IDS = st.lists(st.sampled_from([*ITEMS, "nobody"]))


def weigh(*ids):
    return evidence.weigh(ids, ITEMS, {"north", "south"})


def test_a_reprinted_report_is_no_second_publisher():
    assert weigh("wire").publishers == weigh("wire", "reprint").publishers == 1
    assert weigh("wire", "reprint", "south").publishers == 2


def test_weak_sources_are_no_publishers_but_the_last_resort_of_a_grade():
    assert weigh("blog") == evidence.Evidence("weak", 0, ("south",), "one_side")
    assert weigh("blog", "wire")[:2] == ("agency", 1)
    assert weigh("nobody") == evidence.Evidence("", 0, (), "not_told")


def test_accounts_are_of_the_parties_concerned():
    assert weigh("north", "south").accounts == "agree"
    assert evidence.weigh(["north", "south"], ITEMS, {"north"}).accounts == "one_side"
    assert weigh("treaty", "wire").accounts == "not_told"


@given(IDS, IDS)
def test_another_source_never_weakens(ids, more):
    ranks = [*evidence.GRADES, ""]
    one, both = weigh(*ids), weigh(*ids, *more)
    assert ranks.index(both.grade) <= ranks.index(one.grade)
    assert both.publishers >= one.publishers
    assert set(both.sides) >= set(one.sides)


@given(IDS)
def test_neither_order_nor_repetition_matters(ids):
    assert weigh(*ids) == weigh(*reversed(ids)) == weigh(*ids, *ids)


def control(controller, start, end, *sources, extents=tables.EXTENTS):
    return tables.Control("a", controller, start, end, extents, "press", "e", sources, "")


def test_the_sides_of_a_change_are_the_holders_before_and_after():
    before = control("south", "2000", "2001", "treaty")
    after = control("north", "2001", None, "north", "south")
    assert evidence.of_control(after, [before, after], ITEMS).accounts == "agree"
    assert evidence.of_control(after, [after], ITEMS).accounts == "one_side"


def test_another_holder_in_another_extent_means_that_accounts_differ():
    most = control("north", "2001-05", None, "north", extents=("max",))
    least = control("south", "2000", "2002", "south", extents=("min", "best"))
    later = control("south", "2003", None, "south", extents=("min",))
    assert evidence.of_control(most, [least, most], ITEMS).accounts == "differ"
    assert evidence.of_control(least, [least, later], ITEMS).accounts == "one_side"


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.name)
def test_every_source_has_a_grade_and_every_statement_a_strength(record):
    layers = geo.load(record)
    assert {item.get("grade") for item in layers.sources.values()} <= set(evidence.GRADES)
    found = list(strength.statements(layers))
    assert {one.evidence.grade for one in found} <= set(evidence.GRADES)
    assert len({one.id for one in found if one.file == "control.csv"}) == len(layers.curated_control)


def test_one_publisher_has_one_name():
    names: dict[str, set[str]] = {}
    for item in geo.load().sources.values():
        name = evidence.publisher(item)
        names.setdefault("".join(filter(str.isalnum, name.casefold().removeprefix("the "))), set()).add(name.casefold())
    assert [spellings for spellings in names.values() if len(spellings) > 1] == []


def test_changes_since_1967_are_corroborated_or_say_what_was_looked_for():
    layers = geo.load()
    assert layers.profile.corroborated_from == "1967"
    excused = {(row.zone, row.controller, row.valid_from) for row in layers.uncorroborated}
    rows = [row for row in layers.curated_control if evidence.is_change(row) and row.valid_from >= "1967"]
    assert len(rows) > 40
    poor = {
        (row.zone, row.controller, row.valid_from)
        for row in rows
        if not evidence.is_corroborated(layers.evidence(row), row.sources, layers.sources)
    }
    assert poor == excused


def test_frames_and_exports_have_the_strength():
    from geo.formats import features

    layers = geo.load()
    known = layers.evidence(layers.curated_lines["line_b"])
    (feature,) = features.features(layers, "line_b")
    assert {name: feature["properties"][name] for name in known.columns()} == known.columns()
    for frame in (layers.lines, layers.layers):
        assert frame.loc["line_b", list(known.columns())].to_dict() == known.columns()
    for frame in (
        layers.events,
        layers.claims,
        layers.figures,
        layers.places,
        layers.history(),
        layers.where("Quneitra"),
    ):
        assert {"evidence", "publishers", "accounts"} <= set(frame.columns)
