"""Colours and marks as pictures have them: those of :mod:`geo.layers.looks`, and what only pictures need."""

from __future__ import annotations

from geo.layers.looks import INFERRED_DASHES, Look, look_of, looks, looks_in

CHANGED = "#000000"
WATER = "#8AB6D6"
# of matplotlib, for the marks of the map
HATCHES = {"plain": "", "dots": "..", "lines": "--", "bars": "||", "rising": "//", "falling": "\\\\", "grid": "++"}

__all__ = ["CHANGED", "HATCHES", "INFERRED_DASHES", "WATER", "Look", "look_of", "looks", "looks_in"]
