"""The fact-check of published figures."""

from __future__ import annotations

import json

import pytest

from geo import ClaimsError
from geo.checks import published
from geo.cli.main import main
from geo.layers.tables import Figure


@pytest.fixture(scope="module")
def checked(golan):
    return {one.figure.id: one for one in published.check_all(golan)}


def figure(**values):
    blank = dict.fromkeys(("value", "low", "high", "as_of", "since", "on"))
    rest = {"id": "x", "quantity": "x", "scope": "", "unit": "km2", "of": ("buffer_zone_1974",), "sources": ("x",)}
    return Figure(**(blank | {"measure": "area", "note": ""} | rest | values))


def of(checked, zone, value, unit="km2"):
    return [
        one
        for one in checked.values()
        if one.figure.of == (zone,) and one.figure.value == value and one.figure.unit == unit
    ]


def test_235_agrees_for_the_buffer_zone(checked):
    found = of(checked, "buffer_zone_1974", 235)
    assert len(found) > 3
    assert {one.verdict for one in found} == {"agrees"}


@pytest.mark.parametrize(("value", "unit"), [(400, "km2"), (155, "sq mi")])
def test_400_cannot_be_the_buffer_zone(checked, value, unit):
    found = of(checked, "buffer_zone_1974", value, unit)
    assert found
    assert {one.verdict for one in found} == {"cannot_be"}
    assert "even with every line out by three standard deviations" in found[0].why


def test_the_ground_taken_says_which_extent_a_figure_fits(checked):
    fits = {one.figure.value: one.fits for one in checked.values() if one.figure.measure == "taken"}
    assert fits[500] == ("max",)
    assert fits[370] == ("max",)  # more than 370
    assert {one.figure.value: published.shown(one.figure) for one in checked.values()}[370] == "> 370 km2"
    assert fits[665] == ()


def test_a_figure_of_our_own_agrees_with_itself(golan):
    area = golan.ledger.zone_area("buffer_zone_1974").area
    assert published.check(golan, figure(value=round(area, 1))).verdict == "agrees"
    assert published.check(golan, figure(value=round(area * 1.09, 1))).verdict == "differs"
    assert published.check(golan, figure(value=round(area * 3, 1))).verdict == "cannot_be"
    assert published.check(golan, figure(value=round(area / 3, 1))).verdict == "cannot_be"
    assert published.check(golan, figure(low=round(area * 3, 1))).verdict == "cannot_be"
    assert published.check(golan, figure(high=round(area * 3, 1))).verdict == "agrees"


def test_each_figure_says_which_of_the_three_parts_it_needed(checked, golan):
    area = golan.ledger.zone_area("buffer_zone_1974").area
    assert published.check(golan, figure(low=area / 2)).needed == ()
    assert published.check(golan, figure(value=round(area * 1.02, 6))).needed == ("interval",)
    assert published.check(golan, figure(value=round(area * 1.09, 1))).needed is None
    needed = {(one.figure.value, one.figure.unit, one.figure.measure): one.needed for one in checked.values()}
    assert needed[1200, "km2", "area"] == ("rounding",)
    assert needed[500, "km2", "taken"] == ("extents",)
    assert needed[665, "km2", "taken"] is None
    for one in checked.values():
        assert (one.needed is None) == (one.verdict != "agrees")
        assert one.reach is not None or "extents" not in (one.needed or ())


@pytest.mark.parametrize(("unit", "factor"), [("sq mi", 2.589988), ("ha", 0.01), ("dunams", 0.001)])
def test_units_of_area(golan, unit, factor):
    one = published.check(golan, figure(value=235 / factor, unit=unit))
    assert one.verdict == "agrees"
    assert one.computed == pytest.approx(golan.ledger.zone_area("buffer_zone_1974").area / factor, rel=1e-6)


def test_the_width_of_the_zone(golan):
    """By hand: the narrowest place is where Line B ends on the Yarmouk, the widest on Hermon."""
    narrow = published.compute(golan, figure(measure="width_min", unit="km", of=("line_b", "line_a"), value=1.0))
    wide = published.compute(golan, figure(measure="width_max", unit="km", of=("line_b", "line_a"), value=1.0))
    assert 0.1 < narrow.value < 0.6
    assert 12 < wide.value < 14


def test_the_length_of_line_a(golan):
    assert 76 < published.compute(golan, figure(measure="length", unit="km", of=("line_a",), value=80.0)).value < 82


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"of": ("buffer_zone",)}, "unknown subject of figure x 'buffer_zone'; did you mean 'buffer_zone_1974'?"),
        ({"unit": "acres"}, "unknown unit of figure x 'acres'"),
        ({"measure": "width_max", "unit": "km", "of": ("line_a",)}, "figure x: width_max is of 2 things, not of 1"),
        ({"measure": "width_max", "unit": "km", "of": ("line_a", "line_a")}, "figure x: width_max is of 2 things"),
        ({"measure": "taken", "of": ("syria", "israel")}, "figure x: since is missing"),
        ({"of": ()}, "figure x: area is of some things, not of 0"),
    ],
)
def test_figures_that_cannot_be_measured(golan, values, fault):
    with pytest.raises(ClaimsError) as caught:
        published.check(golan, figure(value=1.0, **values))
    assert fault in str(caught.value)


def test_the_command(capsys, checked):
    assert main(["figures", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["figures"]
    assert {row["id"]: row["verdict"] for row in found} == {name: one.verdict for name, one in checked.items()}
    for row in found:
        assert {"quantity", "published", "unit", "computed", "difference_percent", "source", "why"} <= set(row)
        off = 100 * (row["published"] / row["computed"] - 1)
        if row["published_low"] is None and row["published_high"] is None:
            assert row["difference_percent"] == pytest.approx(off, abs=0.1)
        else:
            assert abs(row["difference_percent"]) <= abs(off) + 0.1
    assert main(["figures"]) == 0
    text = capsys.readouterr().out
    for words in (
        "cannot be",
        "agrees",
        "fits only the max extent",
        "agrees as rounded to the nearest 100",
        "have nothing in the layers to compare with",
    ):
        assert words in text


def test_the_plot(golan, tmp_path):
    figure_ = golan.plot(kind="figures")
    texts = [text.get_text() for text in figure_.findobj(lambda artist: hasattr(artist, "get_text"))]
    assert any("area of the buffer zone: 232 km²" in text for text in texts)
    assert main(["figures", "-o", str(tmp_path / "published.svg")]) == 0
    assert (tmp_path / "published.svg").read_text().startswith("<?xml")


def test_there_are_enough_published_figures_and_events(golan):
    assert len(golan.published) >= 60
    assert len(golan.curated_events) >= 60
    assert {event.date[:4] for event in golan.curated_events.values()} >= {
        "1923",
        "1949",
        "1967",
        "1973",
        "1974",
        "2024",
    }
