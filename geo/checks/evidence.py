"""Evidence: each source has a grade, and no change of control rests on weak sources alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo._errors import ClaimsError, unknown
from geo.layers import evidence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo.checks.records import Records

_GRADES = ", ".join(evidence.GRADES)


def sources(found: Records) -> Iterator[ClaimsError]:
    """Yield sources without a grade, and grades, origins and sides that are none."""
    for name, item in found.sources.items():
        grade, origin, side = (item.get(member) for member in ("grade", "origin", "side"))
        if not grade:
            message = f"grade is missing; write one of {_GRADES}"
            yield found.fault("grade", "sources.json", name, message)
        elif grade not in evidence.GRADES:
            message = f"{unknown('grade', str(grade), list(evidence.GRADES)).fault}; write one of {_GRADES}"
            yield found.fault("grade", "sources.json", name, message)
        if origin is not None and (not isinstance(origin, str) or not origin.strip()):
            message = "origin is not a name; write the publisher that the text goes back to, or delete it"
            yield found.fault("source", "sources.json", name, message)
        if side is not None and (message := found.profile.check("party", str(side))):
            yield found.fault("vocabulary", "sources.json", name, f"side: {message}")


def changes(found: Records) -> Iterator[ClaimsError]:
    """Yield changes of control that rest on too little.

    No change may rest on weak sources alone. From the date that the profile names on, each needs two publishers and a
    source that is primary or of an agency, or a row of ``uncorroborated.csv`` that says what was looked for.
    """
    excused = {(row.zone, row.controller, row.valid_from): row for row in found.uncorroborated}
    since = found.profile.corroborated_from
    needless = dict(excused)
    for row in found.control:
        cited = [source for source in row.sources if source in found.sources]
        if not evidence.is_change(row) or not cited:  # an unknown source has been reported
            continue
        what = f"the change to {row.controller} on {row.valid_from}"
        strength = evidence.of_control(row, found.control, found.sources)
        if strength.grade == "weak":
            message = f"{what} rests on weak sources alone; cite a better one, or leave the change out"
            yield found.fault("evidence", "control.csv", row.zone, message)
        key = (row.zone, row.controller, row.valid_from)
        if evidence.is_corroborated(strength, row.sources, found.sources):
            continue
        needless.pop(key, None)
        if since and row.valid_from >= since and key not in excused:
            firm = " or ".join(evidence.FIRM)
            message = (
                f"{what} has {strength.text()}; cite two independent sources, one of them {firm}, "
                "or say in uncorroborated.csv what was looked for"
            )
            yield found.fault("evidence", "control.csv", row.zone, message)
    for zone, controller, day in needless:
        message = f"no change to {controller} on {day} lacks a second source; delete the row"
        yield found.fault("evidence", "uncorroborated.csv", zone, message)
