"""Colours and marks of parties: distinct for whoever looks, and alike in every output."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from common import ROOT

import geo
from geo.layers import profile
from geo.views.palette import HATCHES, looks, looks_in

# Machado, Oliveira and Fernandes (2009), severity 1, on linear red, green and blue
SIMULATED = {
    "all colours": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
    "grey": [[0.2126, 0.7152, 0.0722]] * 3,
}
NEAR = 0.15  # in CIE Lab, with lightness from 0 to 1, one just tells two patches apart at 0.02 to 0.03


def lab(colour, matrix):
    """Return lightness, a and b (over 100) of a colour as it is seen."""
    rgb = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(np.asarray(matrix) @ linear, 0, 1)
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    scaled = (to_xyz @ seen) / [0.9505, 1, 1.089]
    cube = np.where(scaled > 216 / 24389, np.cbrt(scaled), (24389 / 27 * scaled + 16) / 116)
    return np.array([1.16 * cube[1] - 0.16, 5 * (cube[0] - cube[1]), 2 * (cube[1] - cube[2])])


@pytest.mark.parametrize("kind", SIMULATED)
@pytest.mark.parametrize("count", [2, 7, 12])
def test_parties_without_a_colour_are_told_apart(kind, count):
    parties = [f"party_{number:02}" for number in range(count)]
    shown = looks(parties)
    for one, other in combinations(parties, 2):
        far = np.linalg.norm(lab(shown[one].colour, SIMULATED[kind]) - lab(shown[other].colour, SIMULATED[kind]))
        assert far > NEAR or shown[one].mark != shown[other].mark, (one, other)
        assert shown[one] != shown[other]


@pytest.mark.parametrize("kind", SIMULATED)
@pytest.mark.parametrize("layers", [ROOT / "layers", ROOT / "tests" / "territories" / "sinai"], ids=["golan", "sinai"])
def test_holders_of_a_record_are_told_apart(layers, kind):
    record = geo.load(layers)
    shown = looks_in(record)
    for one, other in combinations(record.ledger.parties(), 2):
        far = np.linalg.norm(lab(shown[one].colour, SIMULATED[kind]) - lab(shown[other].colour, SIMULATED[kind]))
        assert far > NEAR or shown[one].mark != shown[other].mark, (one, other)


def test_a_party_looks_the_same_whoever_is_shown_with_it():
    names = {party: profile.Party(party, {"en": party}, "", "") for party in ("india", "pakistan", "china")}
    known = profile.NEUTRAL._replace(parties=names)
    assert looks(["pakistan"], known)["pakistan"] == looks(["china", "india", "pakistan"], known)["pakistan"]
    assert len({looks([], known)[party] for party in names}) == 3


def test_a_chosen_colour_is_not_one_that_is_stated():
    names = {"a": profile.Party("a", {"en": "a"}, "#0072B3", ""), "b": profile.Party("b", {"en": "b"}, "", "")}
    shown = looks([], profile.NEUTRAL._replace(parties=names))
    assert (shown["a"].colour, shown["b"].colour) == ("#0072B3", "#E69F00")


def test_every_mark_can_be_drawn():
    assert [*HATCHES] == [*profile.MARKS]
