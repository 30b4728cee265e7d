"""``claims where`` as people ask it."""

from __future__ import annotations

import json

import pytest

from geo.cli.main import main


def claims(capsys, *arguments):
    status = main([str(argument) for argument in arguments])
    out, error = capsys.readouterr()
    return status, out, error


def asked(capsys, *words):
    status, out, error = claims(capsys, "where", *words, "--json")
    assert (status, error) == (0, "")
    return json.loads(out)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["35.8246", "33.1259"], []),
        (["33.1259,", "35.8246"], []),
        (["33.1259,35.8246"], []),
        (
            ["33.1259", "35.8246"],
            ["Read as latitude, longitude: in the other order it lies outside the covered ground."],
        ),
        (["35.8246,33.1259"], ["Read as longitude, latitude: in the other order it lies outside the covered ground."]),
        (["33°07'33.2\"N 35°49'28.6\"E"], []),
        (["https://www.google.com/maps/place/Quneitra/@33.1259,35.8246,14z"], []),
        (["geo:33.1259,35.8246"], []),
    ],
)
def test_a_position_in_any_form(capsys, words, said):
    found = asked(capsys, *words)
    assert (found["lon"], found["lat"]) == pytest.approx((35.8246, 33.1259), abs=1e-4)
    assert "buffer_zone_1974" in found["zones"]
    assert found["said"] == said
    out = claims(capsys, "where", *words)[1]
    assert all(sentence in out for sentence in said)


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (["0", "0"], "0.0 0.0 lies outside the ground that the layers cover, in either order"),
        (["2.35, 48.86"], "2.35, 48.86 lies outside the ground that the layers cover, in either order"),
        (["48°51'N 2°21'E"], "lies outside the ground that the layers cover"),
        (["geo:35.82,33.12"], "geo:35.82,33.12 lies outside the ground that the layers cover"),
        (["33.12"], "is one number; a position has two"),
        (["https://maps.app.goo.gl/abc"], "holds no position"),
        (
            ["Jubata"],
            "is part of several names; ask for one of them by its id: jubata_khashab (town Jubata al-Khashab)",
        ),
        (["London"], "unknown place 'London'; nothing has a name like it"),
        (["zone", "Nimrod"], "unknown place 'Nimrod'"),
        (["Quneitra", "--date", "1900"], "1900-01-01 is before the record begins"),
    ],
)
def test_what_is_not_found(capsys, words, fault):
    status, out, error = claims(capsys, "where", *words)
    assert (status, out) == (2, "")
    assert error.startswith("claims: error: ")
    assert fault in error
    assert error.count("\n") == 1
    assert "did you mean" not in error


def test_several_things_of_one_name_are_listed(capsys):
    found = asked(capsys, "Hermon")
    assert found["name"].startswith("Mount Hermon summit")
    assert found["also_called_so"] == [
        {
            "id": "hermon",
            "sort": "zone",
            "kind": "part",
            "name": "Mount Hermon (Jabal al-Shaykh): summit and ridge",
        }
    ]
    out = claims(capsys, "where", "Hermon")[1]
    assert (
        "Also called so: Mount Hermon (Jabal al-Shaykh): summit and ridge, zone (part): claims where zone hermon" in out
    )


def test_a_zone(capsys, golan):
    found = asked(capsys, "zone", "Hermon")
    assert found["zone"] == "hermon"
    assert golan.ledger.names[golan.face_at(found["lon"], found["lat"])] in {
        golan.ledger.names[face] for face in golan.ledger.faces_in("hermon")
    }
    now = [row for row in found["control"] if row["to"] is None]
    assert sum(row["area_km2"] for row in now) == pytest.approx(found["area_km2"])
    out = claims(capsys, "where", "Shebaa", "Farms")[1]
    assert out.startswith("Shebaa Farms, zone (claim)")
    assert "Who claims it or speaks of it" in out
    assert asked(capsys, "area", "of", "separation")["zone"] == "buffer_zone_1974"


def test_one_date(capsys):
    found = asked(capsys, "Quneitra", "--date", "2024-12")
    assert [(row["extent"], row["controller"]) for row in found["control"]] == [("best", "syria")]
    ever = asked(capsys, "Quneitra")
    assert len(found["claims"]) < len(ever["claims"])
    assert "Who held it on 2024-12-01 (control, in fact)" in claims(capsys, "where", "Quneitra", "--date", "2024-12")[1]
    zone = asked(capsys, "zone", "ghajar", "--date", "1990")
    assert {row["controller"] for row in zone["control"]} <= {"israel", "lebanon"}
    back = asked(capsys, "Quneitra", "--date", "withdraw_2024_12_08")
    assert {row["controller"] for row in back["control"]} == {"syria"}
