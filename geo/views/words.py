"""Texts of figures in English, Arabic and Hebrew.

Texts shared with the map are in ``static/words.json``, which every map contains; those of figures only are in
``static/figure_words.json``.
"""

from __future__ import annotations

import importlib.resources
import json
from functools import cache
from typing import Any

from geo._errors import unknown

LANGUAGES = ("en", "ar", "he")
_RIGHT_TO_LEFT = ("ar", "he")
_FIRST_STRONG, _LEFT_TO_RIGHT, _END = "\u2068", "\u2066", "\u2069"


@cache
def _texts(language: str) -> dict[str, Any]:
    files = importlib.resources.files("geo.views") / "static"
    read = [json.loads((files / name).read_text(encoding="utf-8")) for name in ("words.json", "figure_words.json")]
    return {key: text for words in read for key, text in words[language].items()}


class Words:
    """Texts and names in one language.

    Parameters
    ----------
    language
        ``en``, ``ar`` or ``he``.

    Raises
    ------
    ClaimsError
        When the language is not one of these.

    Examples
    --------
    >>> words = Words("en")
    >>> words("passed", **{"from": words.party("syria"), "to": words.party("un")})
    'Syria to United Nations'
    """

    def __init__(self, language: str) -> None:
        if language not in LANGUAGES:
            raise unknown("language", language, list(LANGUAGES))
        self.language = language
        self.right_to_left = language in _RIGHT_TO_LEFT

    def __call__(self, key: str, /, **values: str) -> str:
        """Return a text with values inserted."""
        text: str = _texts(self.language)[key]
        return text.format(**{name: self._isolated(value) for name, value in values.items()})

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
        return str(_texts(self.language)["parties"].get(controller, controller.replace("_", " ")))

    def basis(self, basis: str) -> str:
        """Return the text for the basis of a line."""
        return str(_texts(self.language)["bases"][basis])

    def name(self, names: dict[str, str]) -> str:
        """Return the name in this language, or else in English."""
        return names.get(self.language) or names["en"]
