"""Territorial control on the Golan: who held which ground, when, how much of it, and how sure that is.

>>> import geo
>>> geo.load().change("2024-12-07", "2026-01-06")  # doctest: +ELLIPSIS
<Change 2024-12-07 to 2026-01-06: 1 transfers, ... km²>
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geo._errors import ClaimsError
    from geo.areas import area
    from geo.changes import Change, change
    from geo.dated import Series, series
    from geo.record import Record, load

__all__ = ["Change", "ClaimsError", "Record", "Series", "area", "change", "load", "series"]

_homes = {
    "Change": "geo.changes",
    "ClaimsError": "geo._errors",
    "Record": "geo.record",
    "Series": "geo.dated",
    "area": "geo.areas",
    "change": "geo.changes",
    "load": "geo.record",
    "series": "geo.dated",
}


def __getattr__(name: str) -> Any:
    # a name is imported when it is first asked for (PEP 562), so that a small command starts fast
    if name in _homes:
        return getattr(importlib.import_module(_homes[name]), name)
    raise AttributeError(f"module 'geo' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
