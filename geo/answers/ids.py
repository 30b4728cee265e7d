"""Ids made from names in any script."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_NO_ZONE = re.compile(r"faces|topology|manifest|input|(control|change|fronts)_.*|\d.*")  # names of other layers
_LONGEST_ID = 40


class Ids:
    """Ids made from names, none of them twice."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = set(taken)
        self._last: dict[str, int] = {}

    def make(self, name: str, what: str) -> str:
        """Return an id for a name; `what` it is stands for letters that ids cannot have."""
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
        slug = re.sub("[^a-z0-9_]+", "_", plain).strip("_")[:_LONGEST_ID].rstrip("_")
        if not slug or _NO_ZONE.fullmatch(slug):
            slug = f"{what}_{slug}".rstrip("_")
        found, number = slug, self._last.get(slug, 1)
        while found in self._taken:
            number += 1
            found = f"{slug}_{number}"
        self._taken.add(found)
        self._last[slug] = number
        return found
