"""Territorial control: who held which ground, when, how much of it, and with what uncertainty.

>>> import geo
>>> geo.load().change("2024-12-07", "2026-01-06")  # doctest: +ELLIPSIS
<Change 2024-12-07 to 2026-01-06: 1 transfers, ... km²>
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geo._errors import ClaimsError, ClaimsWarning
    from geo.answers.changes import Change
    from geo.answers.from_polygons import change, series
    from geo.answers.record import Record, load
    from geo.answers.series import Series
    from geo.geometry.areas import area

__all__ = ["Change", "ClaimsError", "ClaimsWarning", "Record", "Series", "area", "change", "load", "series"]

_homes = {
    "Change": "geo.answers.changes",
    "ClaimsError": "geo._errors",
    "ClaimsWarning": "geo._errors",
    "Record": "geo.answers.record",
    "Series": "geo.answers.series",
    "area": "geo.geometry.areas",
    "change": "geo.answers.from_polygons",
    "load": "geo.answers.record",
    "series": "geo.answers.from_polygons",
}


def __getattr__(name: str) -> Any:
    # names are imported on first use (PEP 562), so that small commands start fast
    if name in _homes:
        return getattr(importlib.import_module(_homes[name]), name)
    raise AttributeError(f"module 'geo' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)  # not the wings and modules, whether or not they are imported
