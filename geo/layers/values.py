"""What texts and numbers of curated files may be, and how messages quote them."""

from __future__ import annotations

import re
from typing import Any, TypeGuard

HUGE = 1e15
# controls, those that turn the direction of text among them, breaks, and halves of characters
_NO_TEXT = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def check_text(value: Any) -> str:
    """Return what is wrong with a text, or with the texts of a list; nothing when all is well.

    Examples
    --------
    >>> check_text("الجولان, הגולן")
    ''
    >>> check_text("W" + chr(0xD800) + "est")
    'has the character U+D800 at 1, half of a character; delete it'
    """
    for text in value if isinstance(value, list) else (value,):
        if isinstance(text, str) and not text.isprintable() and (found := _NO_TEXT.search(text)):
            code = ord(found[0])
            what = (
                "half of a character"
                if 0xD800 <= code <= 0xDFFF
                else "which turns the direction of text"
                if code > 0x2029
                else "a line break or control character"
            )
            return f"has the character U+{code:04X} at {found.start()}, {what}; delete it"
    return ""


def is_number(value: Any) -> TypeGuard[float]:
    """Return whether a value is a number; bool does not count."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def short(value: Any) -> str:
    """Return a value, shortened for a message."""
    return f"{value!r:.60}" if not isinstance(value, int) or abs(value) < HUGE else "a huge number"
