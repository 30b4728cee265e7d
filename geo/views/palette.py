"""Colours that remain distinct with the three common kinds of colour blindness (Okabe and Ito, 2008)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from geo.layers.tables import Line

CONTROLLERS = {
    "israel": "#0072B2",
    "syria": "#E69F00",
    "opposition": "#009E73",
    "islamic_state": "#555555",
    "lebanon": "#CC79A7",
    "jordan": "#F0E442",
    "france": "#56B4E9",
    "britain": "#D55E00",
    "un": "#A6DCEF",
    "undetermined": "#DDDDDD",
    "none": "#FFFFFF",
}
# a pattern besides the colour, so that colour is never the only difference; drawn in static/map.js
PATTERNS = {
    "israel": "plain",
    "syria": "dots",
    "opposition": "lines",
    "islamic_state": "grid",
    "lebanon": "bars",
    "france": "rising",
    "britain": "falling",
    "undetermined": "plain",
}
OTHER_PATTERNS = ("lines", "bars", "rising", "falling", "grid")
OTHER = ("#882255", "#117733", "#999999")
CHANGED = "#000000"
WATER = "#8AB6D6"


class LineLook(NamedTuple):
    """How a kind of line is drawn and labelled."""

    name: str
    colour: str
    width: float
    dashes: str


LINES = {
    "boundary": LineLook("boundary", "#333333", 1.5, ""),
    "armistice": LineLook("armistice line of 1949 (dashed: inferred)", "#1B7837", 2.0, ""),
    "line_1967": LineLook("line of 4 June 1967 (partly inferred)", "#1B7837", 2.0, "6 4"),
    "ceasefire": LineLook("ceasefire line of 1967 (inferred)", "#6A3D9A", 1.5, "2 4"),
    "salient": LineLook("salient of 1973 (inferred)", "#B22222", 1.5, "2 4"),
    "disengagement": LineLook("Lines A and B of 1974 (A-1 dashed: inferred)", "#6A3D9A", 2.5, ""),
    "front": LineLook("fronts of 2012 to 2018 (inferred)", "#B22222", 1.5, "1 3"),
    "forward": LineLook("forward edge since December 2024 (inferred)", "#B22222", 2.0, "6 4"),
    "reach": LineLook("widest reported reach since December 2024 (inferred)", "#B22222", 1.2, "1 4"),
    "division": LineLook("edge of a part of a zone (inferred)", "#777777", 1.2, "1 3"),
    "claim": LineLook("edge of claimed ground (inferred)", "#CC79A7", 1.5, "3 3"),
    "frame": LineLook("edge of the covered ground", "#999999", 1.0, "1 4"),
}


INFERRED_DASHES = "5 4"


def look_of(line: Line, *, kind: str = "") -> LineLook:
    """Return how to draw a line by its kind, or by the kind of a route along it; inferred lines are never solid."""
    look = LINES.get(kind or line.kind, LINES["boundary"])
    return look._replace(dashes=INFERRED_DASHES) if line.basis == "inferred" and not look.dashes else look


def pattern(controller: str) -> str:
    """Return the pattern of a controller, always the same."""
    return PATTERNS.get(controller) or OTHER_PATTERNS[sum(controller.encode()) % len(OTHER_PATTERNS)]


def colour(controller: str) -> str:
    """Return the colour of a controller, always the same."""
    return CONTROLLERS.get(controller) or OTHER[sum(controller.encode()) % len(OTHER)]


def looks(parties: list[str]) -> dict[str, tuple[str, str]]:
    """Return a distinct colour and pattern for each party, known or not.

    They repeat beyond about fifty parties.
    """
    known = {party: (CONTROLLERS[party], pattern(party)) for party in parties if party in CONTROLLERS}
    taken = {colour_ for colour_, _ in known.values()}
    free = [shade for shade in dict.fromkeys((*list(CONTROLLERS.values())[:8], *OTHER)) if shade not in taken]
    others = [party for party in parties if party not in known]
    marks = ("plain", "dots", *OTHER_PATTERNS)
    return known | {
        party: (free[index % len(free)], marks[(index + index // len(free)) % len(marks)])
        for index, party in enumerate(others)
    }
