"""Accuracies that follow from differences between maps (``comparisons.csv``), instead of being chosen.

Two independent maps of a line differ by the errors of both. All of the difference is counted as the line's own error,
so ``accuracy_m`` is the largest root mean square among its comparisons, rounded up to 5 m, and ``correlation_km`` the
longest correlation length among them, rounded up to half a km. A map at 1:1,000,000 or coarser bounds an accuracy
without measuring it, so its distances are left out. A line without a measure of its own has the worst of the others.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from geo.layers.tables import COARSE, MapComparison

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from geo._errors import ClaimsError
    from geo.checks.records import Records

_STEP_M, _STEP_KM = 5, 0.5
_MAPPED = ("map", "survey", "imagery")


class Evidence(NamedTuple):
    """What comparisons say of a line: standard deviation, m, and correlation length, km; whether they are its own."""

    accuracy_m: float
    correlation_km: float
    is_own: bool


def evidence(line: str, comparisons: Sequence[MapComparison]) -> Evidence | None:
    """Return the accuracy of a line by comparisons of it, or else by the worst of other lines; None without any.

    Examples
    --------
    >>> rows = [MapComparison("a", None, 50, None, 90, 61, 1.2, (), "")]
    >>> rows.append(MapComparison("b", 1e7, 900, 1500, 1800, 1000, 2.1, (), ""))
    >>> evidence("a", rows)
    Evidence(accuracy_m=65, correlation_km=1.5, is_own=True)
    >>> evidence("b", rows)
    Evidence(accuracy_m=65, correlation_km=2.5, is_own=False)
    """
    fine = [one for one in comparisons if one.scale is None or one.scale < COARSE]
    own = [one.rms_m for one in fine if one.line == line]
    metres = own or [one.rms_m for one in fine]
    if not metres:
        return None
    known = [(one.line, one.correlation_km) for one in comparisons if one.correlation_km is not None]
    lengths = [km for name, km in known if name == line] or [km for _, km in known] or [0.0]
    return Evidence(_up(max(metres), _STEP_M), _up(max(lengths), _STEP_KM), bool(own))


def _up(value: float, step: float) -> float:
    return step * math.ceil(value / step - 1e-9)


def understated(found: Records) -> Iterator[ClaimsError]:
    """Yield mapped lines that state a better accuracy than comparisons with other maps allow."""
    for line in found.lines:
        allowed = evidence(line.id, found.comparisons)
        if allowed is None or not line.cuts or line.basis not in _MAPPED:
            continue
        whose = (
            "other maps of it differ" if allowed.is_own else "it has one map only, and the worst of other lines differs"
        )
        for name, unit in (("accuracy_m", "m"), ("correlation_km", "km")):
            stated, least = getattr(line, name), getattr(allowed, name)
            if stated < least:
                message = f"{name} is {stated:g} {unit}, but {whose} by {least:g} {unit}; state that (comparisons.csv)"
                yield found.fault("accuracy", "lines.geojson", line.id, message)
