"""Answers of a release of the data, frozen in ``releases/VERSION.json``, and what a changelog has to name.

An answer is an area in km² with its two uncertainties, under the name of the layer that ``claims export`` writes it to:
``ZONE``, ``control_DATE PARTY``, ``change_FROM_TO PARTY to PARTY``. The questions of a release are those of the release
before, and each zone, each key date and each step from one key date to the next.
"""

from __future__ import annotations

import math
import re
import textwrap
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from geo import _files
from geo._errors import ClaimsError, unknown
from geo.layers.transfers import Quantity

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from geo.layers.layers import Layers

Answers = dict[str, Quantity]
FOLDER = "releases"
CHANGELOG = "CHANGELOG.md"
_VERSION = re.compile(r"\d+\.\d+\.\d+")
_HEADS = {"zone": "Areas of zones", "control": "Held", "change": "Changed hands"}
_WIDTH = 118


class Changed(NamedTuple):
    """An answer before and after; None where there was, or is, no such answer."""

    name: str
    before: Quantity | None
    after: Quantity | None

    def json(self) -> dict[str, Any]:
        """Return the answer with its values before and after."""
        return {"answer": self.name, "before": self._values(self.before), "after": self._values(self.after)}

    @staticmethod
    def _values(quantity: Quantity | None) -> dict[str, Any] | None:
        return None if quantity is None else quantity.json()


def version(folder: Path) -> str:
    """Return the version of the data, which ``datapackage.json`` states.

    Raises
    ------
    ClaimsError
        When it states none, or one that is not three numbers.
    """
    path = folder / "datapackage.json"
    stated = _files.read_json(path).get("version") if path.exists() else None
    if not isinstance(stated, str) or not _VERSION.fullmatch(stated):
        raise ClaimsError("states no version of three numbers, such as 0.2.0", code="version", file=str(path))
    return stated


def versions(folder: Path) -> list[str]:
    """Return the versions whose answers are frozen, the latest last."""
    names = [path.stem for path in (folder / FOLDER).glob("*.json") if _VERSION.fullmatch(path.stem)]
    return sorted(names, key=lambda name: tuple(map(int, name.split("."))))


def read(folder: Path, release: str) -> Answers:
    """Return the frozen answers of a release.

    Raises
    ------
    ClaimsError
        When there is no such release, or its file has another form.
    """
    known = versions(folder)
    if release not in known:
        raise unknown("release", release, known)
    path = folder / FOLDER / f"{release}.json"
    found = _files.read_json(path, unique=True)
    try:
        return {name: _quantity(one) for name, one in found["answers"].items()}
    except (AttributeError, KeyError, TypeError, ValueError):
        message = "has no answers with area_km2, low_km2, high_km2 and ci95_km2; write it with claims diff --freeze"
        raise ClaimsError(message, code="format", file=str(path)) from None


def _quantity(found: dict[str, Any]) -> Quantity:
    area, low, high = (float(found[f"{name}_km2"]) for name in ("area", "low", "high"))
    lower, upper = (math.nan if bound is None else float(bound) for bound in found["ci95_km2"])
    return Quantity(area, low, high, (lower, upper))


def answers(layers: Layers, others: Iterable[str] = ()) -> Answers:
    """Return what the layers answer today to the questions of a release.

    Parameters
    ----------
    layers
        To ask.
    others
        Answers of other releases, whose questions are asked as well; what the layers do not know is left out.

    Examples
    --------
    >>> round(answers(geo.load())["buffer_zone_1974"].area)
    232
    """
    days, steps = list(layers.key_dates), list(pairwise(layers.key_dates))
    for name in others:
        words = name.split(" ", maxsplit=1)[0].split("_")
        if words[0] == "control" and len(words) == 2:
            days.append(words[1])
        elif words[0] == "change" and len(words) == 3:
            steps.append((words[1], words[2]))
    ledger = layers.ledger
    found = {
        zone.id: ledger.zone_area(zone.id)
        for zone in layers.curated_zones.values()
        if zone.kind != "unit" and ledger.faces_in(zone.id)
    }
    for day in dict.fromkeys(days):
        if _known(layers, day):
            areas = ledger.controller_areas(day)
            found.update({f"control_{day} {party}": area for party, area in areas.items()})
    for before, after in dict.fromkeys(steps):
        if _known(layers, before, after):
            found.update(
                {
                    f"change_{before}_{after} {one.source} to {one.target}": one.quantity
                    for one in ledger.change(before, after)
                }
            )
    return found


def _known(layers: Layers, *days: str) -> bool:
    return all(layers.ledger.first <= day <= layers.ledger.today() for day in days)


def text(layers: Layers) -> str:
    """Return the file that freezes today's answers under the version of the data."""
    known = versions(layers.path)
    others = read(layers.path, known[-1]) if known else {}
    found = answers(layers, others)
    rows = ",\n".join(f"{_files.compact(name)}: {_files.compact(one.json())}" for name, one in sorted(found.items()))
    return f'{{"version": "{version(layers.path)}", "unit": "km2", "answers": {{\n{rows}\n}}}}\n'


def freeze(layers: Layers) -> Path:
    """Write today's answers as those of a release, which nothing may overwrite, and return the file.

    Raises
    ------
    ClaimsError
        When the answers of this version are frozen already.
    """
    release = version(layers.path)
    path = layers.path / FOLDER / f"{release}.json"
    if path.exists():
        message = f"the answers of {release} are frozen; raise the version in datapackage.json first"
        raise ClaimsError(message, code="version", file=str(path))
    path.parent.mkdir(exist_ok=True)
    _files.write_text(path, text(layers))
    return path


def shown(quantity: Quantity | None) -> str:
    """Return an answer as tables show it: km² to one decimal, 95 % in brackets, and the extents if they differ.

    Examples
    --------
    >>> shown(Quantity(274.12, 235.7, 518.1, (252.24, 296.0))), shown(Quantity(5.0, 5.0, 5.0, (4.0, 6.0))), shown(None)
    ('274.1 (252.2 to 296.0; 235.7 to 518.1)', '5.0 (4.0 to 6.0)', 'none')
    """
    if quantity is None:
        return "none"

    def span(low: float, high: float) -> str:
        return "not known" if math.isnan(low) else f"{low:,.1f} to {high:,.1f}"

    spans = [span(*quantity.ci95)]
    if span(quantity.low, quantity.high) != span(quantity.area, quantity.area):
        spans.append(span(quantity.low, quantity.high))
    return f"{quantity.area:,.1f} ({'; '.join(spans)})"


def changed(before: Answers, after: Answers) -> list[Changed]:
    """Return the answers that are shown differently, in the order of `after`, then those that are gone."""
    names = dict.fromkeys([*after, *before])
    pairs = [Changed(name, before.get(name), after.get(name)) for name in names]
    return [one for one in pairs if shown(one.before) != shown(one.after)]


def unnamed(folder: Path, found: list[Changed]) -> list[Changed]:
    """Return the changed answers that the section Unreleased of the changelog does not name with their new value.

    An answer is named by its id in backticks, followed by the value as :func:`shown` has it; lines may be wrapped.
    """
    path = folder / CHANGELOG
    told = _files.read_text(path) if path.exists() else ""
    section = re.split(r"(?m)^## ", told)
    latest = " ".join(next((one for one in section if one.startswith("Unreleased")), "").split())
    return [one for one in found if f"`{one.name}` {shown(one.after)}" not in latest]


def lines(found: list[Changed]) -> str:
    """Return the entries that name changed answers, as the changelog takes them."""
    entries = []
    for kind, head in _HEADS.items():
        some = [one for one in found if _kind(one.name) == kind]
        if some:
            listed = "; ".join(f"`{one.name}` {shown(one.after)}" for one in some)
            words = f"* {head} now, km² (95 %; extents): {listed}."
            entries.append(textwrap.fill(words, _WIDTH, subsequent_indent="  ", break_on_hyphens=False))
    return "\n".join(entries)


def _kind(name: str) -> str:
    return next((kind for kind in ("control", "change") if name.startswith(f"{kind}_") and " " in name), "zone")
