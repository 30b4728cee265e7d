"""Colours and marks of parties, and looks of lines, alike in maps and figures.

A party without a colour in its territory's profile gets one of twelve, mostly those of Okabe and Ito (2008) and of
Tol's muted scheme (2021), and a mark: colours that look alike with some kind of colour blindness have different marks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from geo.layers.profile import MARKS, NEUTRAL

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geo.layers.layers import Layers
    from geo.layers.profile import LineKind, Profile
    from geo.layers.tables import Line

CHANGED = "#000000"
WATER = "#8AB6D6"
INFERRED_DASHES = "5 4"
_NEUTRAL = {"undetermined": ("#DDDDDD", "plain"), "none": ("#FFFFFF", "plain")}
_COLOURS = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#CC79A7",
    "#56B4E9",
    "#D55E00",
    "#F0E442",
    "#999933",
    "#882255",
    "#332288",
    "#555555",
    "#117733",
)
_ALIKE = 45.0  # red, green and blue together differ by less: one colour to the eye
# of ground that passed: the colour of the new holder, with stripes of the old one between two edges, in pixels; their
# angle in degrees goes by the old holder's place among the parties, so that colour is not the only difference
TRANSFER: dict[str, Any] = {
    "colour": CHANGED,
    "ground": 0.6,
    "period": 11,
    "stripe": 3.4,
    "edge": 0.9,
    "angles": [45, 135, 20, 110, 70, 160],
}
# of matplotlib, for the marks of the map
HATCHES = {"plain": "", "dots": "..", "lines": "--", "bars": "||", "rising": "//", "falling": "\\\\", "grid": "++"}


class Look(NamedTuple):
    """The colour of a party's ground and the mark on it."""

    colour: str
    mark: str


def look_of(line: Line, profile: Profile, *, kind: str = "") -> LineKind:
    """Return how to draw a line by its kind, or by the kind of a route along it; inferred lines are never solid."""
    look = profile.line_kinds[kind or line.kind]
    return look._replace(dashes=INFERRED_DASHES) if line.basis == "inferred" and not look.dashes else look


def looks(parties: Iterable[str], profile: Profile = NEUTRAL) -> dict[str, Look]:
    """Return a distinct colour and mark for each party.

    Parameters
    ----------
    parties
        Those that are shown, in any order.
    profile
        Its parties come first, so that a party looks the same whichever others are shown with it.

    Examples
    --------
    >>> looks(["b", "a", "none"])["a"]
    Look(colour='#0072B2', mark='plain')
    """
    order = [*profile.parties, *sorted(set(parties) - profile.parties.keys() - _NEUTRAL.keys())]
    stated = {party: profile.parties[party] for party in profile.parties if profile.parties[party].colour}
    free = [colour for colour in _COLOURS if not any(_alike(colour, one.colour) for one in stated.values())]
    free = free or list(_COLOURS)
    found = {party: Look(*look) for party, look in _NEUTRAL.items()}
    others = [party for party in order if party not in stated]
    for index, party in enumerate(others):
        mark = profile.parties[party].mark if party in profile.parties else ""
        # beyond the last colour they begin again, each with another mark than before
        found[party] = Look(free[index % len(free)], mark or MARKS[(index + index // len(free)) % len(MARKS)])
    for index, (party, one) in enumerate(stated.items()):
        found[party] = Look(one.colour, one.mark or MARKS[(len(others) + index) % len(MARKS)])
    return found


def _alike(one: str, other: str) -> bool:
    parts = [[int(colour[at : at + 2], 16) for at in (1, 3, 5)] for colour in (one, other)]
    return bool(sum(abs(a - b) for a, b in zip(*parts, strict=True)) < _ALIKE)


def looks_in(layers: Layers) -> dict[str, Look]:
    """Return the colour and mark of each party that holds ground in some layers, or would, or is counted to hold it."""
    supposed = {row.controller for rows in layers.ledger.scenarios.values() for row in rows}
    counted = {view.counted_as for views in layers.views.values() for view in views}
    return looks({*layers.ledger.parties(), *supposed, *counted}, layers.profile)
