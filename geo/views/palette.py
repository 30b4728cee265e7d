"""Colours and marks as pictures have them: those of :mod:`geo.layers.looks`, and what only pictures need."""

from __future__ import annotations

from typing import Any

from geo.layers.looks import INFERRED_DASHES, Look, look_of, looks, looks_in

CHANGED = "#000000"
WATER = "#8AB6D6"
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

__all__ = ["CHANGED", "HATCHES", "INFERRED_DASHES", "TRANSFER", "WATER", "Look", "look_of", "looks", "looks_in"]
