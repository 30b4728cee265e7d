"""Texts of maps and figures: words of the interface, and names from the territory profile.

The words of a language are one file, ``static/words/xx.json``; a language without a file has its names from the layers
and its words in English.
"""

from __future__ import annotations

import importlib.resources
import json
from functools import cache
from typing import TYPE_CHECKING

from geo._errors import unknown
from geo.layers.profile import NEUTRAL, NOBODY, first_name

if TYPE_CHECKING:
    from geo.layers.profile import LineKind, PlaceKind, Profile

FALLBACK = "en"
_FIRST_STRONG, _LEFT_TO_RIGHT, _END = "\u2068", "\u2066", "\u2069"


@cache
def translated() -> tuple[str, ...]:
    """Return the languages that the interface has words in."""
    files = (importlib.resources.files("geo.views") / "static" / "words").iterdir()
    return tuple(sorted(file.name.removesuffix(".json") for file in files))


@cache
def interface(language: str) -> dict[str, str]:
    """Return the words of the interface in a language, or in English where it has none.

    Examples
    --------
    >>> interface("el")["play"], interface("en-GB")["play"]
    ('Play', 'Play')
    """
    known = translated()
    found = language if language in known else language.split("-", maxsplit=1)[0]
    file = importlib.resources.files("geo.views") / "static" / "words" / f"{found if found in known else FALLBACK}.json"
    texts: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return texts


class Words:
    """Texts and names in one language.

    Parameters
    ----------
    language
        One of the profile's; by default its first.
    profile
        Of the layers; dated polygons of others have none.

    Raises
    ------
    ClaimsError
        When the profile does not have the language.

    Examples
    --------
    >>> words = Words("en", geo.load().profile)
    >>> words("passed", **{"from": words.party("syria"), "to": words.party("un")})
    'Syria to United Nations'
    """

    def __init__(self, language: str | None = None, profile: Profile = NEUTRAL) -> None:
        known = {one.tag: one for one in profile.languages}
        self.language = language or next(iter(known))
        if self.language not in known:
            raise unknown("language", self.language, list(known))
        self.right_to_left = known[self.language].right_to_left
        self._profile = profile
        self._texts = interface(self.language)

    def __call__(self, key: str, /, **values: str) -> str:
        """Return a text with values inserted."""
        return self._texts[key].format(**{name: self._isolated(value) for name, value in values.items()})

    def _isolated(self, value: str) -> str:
        """Isolate a value so that its direction is kept in right-to-left text.

        Otherwise a date or a number with its sign would be reversed. A value without letters is a number and runs from
        left to right.
        """
        if not self.right_to_left:
            return value
        return f"{_FIRST_STRONG if any(map(str.isalpha, value)) else _LEFT_TO_RIGHT}{value}{_END}"

    def party(self, controller: str) -> str:
        """Return a party's name by its id; an unknown id is returned as it is."""
        if controller in NOBODY:
            return self(f"party_{controller}")
        known = self._profile.parties.get(controller)
        return self.name(known.names) if known else controller.replace("_", " ")

    def basis(self, basis: str) -> str:
        """Return the text for the basis of a line."""
        return self(f"basis_{basis}")

    def line_kind(self, kind: LineKind) -> str:
        """Return what a kind of line is called: by the profile, or by the interface."""
        return self.name(kind.names) or self(f"line_{kind.id}")

    def place_kind(self, kind: PlaceKind) -> str:
        """Return what a kind of place is called: by the profile, or by the interface."""
        return self.name(kind.names) or self(f"kind_{kind.id}")

    def name(self, names: dict[str, str]) -> str:
        """Return the name in this language, or else in the first of the profile."""
        return names.get(self.language) or first_name(names)

    def degrees(self, value: float, digits: int, axis: str) -> str:
        """Return a ``latitude`` or ``longitude`` in degrees with its hemisphere; longitudes may run on beyond 180.

        Examples
        --------
        >>> words = Words("en")
        >>> words.degrees(-33.5, 1, "latitude"), words.degrees(181.5, 1, "longitude"), words.degrees(0, 0, "longitude")
        ('33.5° S', '178.5° W', '0°')
        """
        if axis == "longitude":
            value = (value + 180) % 360 - 180
        number = f"{abs(value):.{digits}f}°"
        if float(number[:-1]) in ((0, 180) if axis == "longitude" else (0,)):
            return number
        key = {"latitude": ("north_of", "south_of"), "longitude": ("east_of", "west_of")}[axis][int(value < 0)]
        return self(key, degrees=number)
