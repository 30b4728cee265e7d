"""Whose work goes into a page beside ours: copyright and licence of each library, for the page's source."""

from __future__ import annotations

import functools
import importlib.resources
import tomllib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

FILE = "notices.toml"
LEAFLET = "https://cdn.jsdelivr.net/npm/leaflet@1.9.3/dist/leaflet.js"  # in every page


@functools.cache
def _known() -> dict[str, Any]:
    return tomllib.loads((importlib.resources.files("geo.views") / "static" / FILE).read_text(encoding="utf-8"))


def comment(addresses: Iterable[str]) -> str:
    """Return a comment of HTML with the notices for Leaflet and for the files that folium knows by some addresses.

    Examples
    --------
    >>> "Volodymyr Agafonkin" in comment([])
    True
    """
    works: dict[str, dict[str, Any]] = {}
    others: list[str] = []
    for address in (LEAFLET, *addresses):
        work = next((one for one in _known()["work"] if any(part in address for part in one["files"])), None)
        if work is None:
            others.append(address)
        else:
            works[work["name"]] = work
    licences = dict.fromkeys(licence for work in works.values() for licence in work["licences"])
    parts = [
        "In this page stands the work of others:",
        *(f"{work['name']}: {work['copyright']} Licence: {', '.join(work['licences'])}." for work in works.values()),
        *(f"{address}: its notice stands in the file itself or at this address." for address in others),
        *(f"{name}\n\n{_known()['licences'][name].strip()}" for name in licences),
    ]
    text = "\n\n".join(parts).replace("--", "- -")  # two hyphens may end a comment
    return f"<!--\n{text}\n-->"
