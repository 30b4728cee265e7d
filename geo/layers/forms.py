"""The forms that editors give to values: numbers and lists as text, days with a time, true as 1, nothing as NaN.

GIS programs, spreadsheets and data frames each have their own. A function here returns the plain value, or what it was
given where that is in none of these forms; whether it is a right one is for :mod:`geo.layers.columns` to say.
"""

from __future__ import annotations

import json
import re
from typing import Any

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_WHOLE = re.compile(r"[+-]?[0-9]+")
_LONGEST = 40  # digits of a number that is worth reading
_DAY = re.compile(r"([0-9]{4})[-/]([0-9]{2})(?:[-/]([0-9]{2})(?:[T ]00:00(?::00(?:\.0+)?)?(?:Z|[+-]00(?::?00)?)?)?)?")
_QUOTED = r"""(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_QUOTED_LIST = re.compile(rf"\[\s*(?:{_QUOTED}(?:[\s,]+{_QUOTED})*)?\s*\]", re.DOTALL)
_ESCAPED = re.compile(r"""\\(['"\\])""")
_COUNTED_LIST = re.compile(r"\(([0-9]{1,6}):(.*)\)", re.DOTALL)


def is_blank(cell: Any) -> bool:
    """Return whether a cell holds nothing: null, NaN, blank text or an empty list.

    Examples
    --------
    >>> [is_blank(cell) for cell in (None, "", " ", [], float("nan"), 0, False)]
    [True, True, True, True, True, False, False]
    """
    return cell is None or cell == [] or cell != cell or (isinstance(cell, str) and not cell.strip())  # noqa: PLR0124


def strings(cell: Any) -> Any:
    """Return the list that a text writes out: as JSON, as Python and numpy print one, or as OGR counts one.

    Examples
    --------
    >>> strings('["a", "b c"]'), strings("['a' 'b c']"), strings("(2:a,b c)"), strings("a b")
    (['a', 'b c'], ['a', 'b c'], ['a', 'b c'], 'a b')
    """
    text = cell.strip() if isinstance(cell, str) else ""
    if text[:1] == "[" and text[-1] == "]":
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            if _QUOTED_LIST.fullmatch(text):
                return [_ESCAPED.sub(r"\1", found[1:-1]) for found in re.findall(_QUOTED, text, re.DOTALL)]
    if counted := _COUNTED_LIST.fullmatch(text):
        parts = counted[2].split(",")
        # a comma within a part cannot be told from one between two, and a long list is cut off
        if len(parts) == int(counted[1]) and parts[-1] != "...":
            return parts
    return cell


def words(cell: Any) -> Any:
    """Return the words of a list as text, also where blanks, commas or semicolons part them.

    Examples
    --------
    >>> words("osm hof_1999"), words("osm, hof_1999"), words('["osm"]')
    (['osm', 'hof_1999'], ['osm', 'hof_1999'], ['osm'])
    """
    found = strings(cell)
    if isinstance(found, list):
        return [text(word) for word in found]
    return [word for word in re.split(r"[\s,;]+", found) if word] if isinstance(found, str) else found


def number(cell: Any) -> Any:
    """Return the number that a text writes, whole where it is.

    Examples
    --------
    >>> number("50"), number(" 0.5"), number(50.0), number("1_000"), number("0,5")
    (50, 0.5, 50, '1_000', '0,5')
    """
    found = cell
    if isinstance(cell, str):
        text = cell.strip()
        if len(text) > _LONGEST or not _NUMBER.fullmatch(text):
            return cell
        found = int(text) if _WHOLE.fullmatch(text) else float(text)
    return int(found) if isinstance(found, float) and found.is_integer() and abs(found) < 2**53 else found


def flag(cell: Any) -> Any:
    """Return true or false, where they are text or 1 and 0.

    Examples
    --------
    >>> flag("TRUE"), flag(0), flag("1"), flag("yes")
    (True, False, True, 'yes')
    """
    text = str(cell).strip().lower() if isinstance(cell, str | int | float) else ""
    return {"true": True, "1": True, "1.0": True, "false": False, "0": False, "0.0": False}.get(text, cell)


def day(cell: Any) -> Any:
    """Return a day, month or year in ISO 8601, where it has slashes or midnight, or is a year as a number.

    Examples
    --------
    >>> day("1974/06/25"), day("1974-06-25T00:00:00"), day("1974-06-25 00:00:00+00"), day(1923), day("1974-06-25T12:00")
    ('1974-06-25', '1974-06-25', '1974-06-25', '1923', '1974-06-25T12:00')
    """
    found = number(cell)
    if isinstance(found, int) and not isinstance(found, bool):
        return str(found) if 1000 <= found <= 9999 else cell
    if not isinstance(cell, str):
        return cell
    if parts := _DAY.fullmatch(cell.strip()):
        return "-".join(filter(None, parts.groups()))
    return cell.strip()


def text(cell: Any) -> Any:
    """Return text without blanks round it.

    Examples
    --------
    >>> text(" Quneitra "), text(3)
    ('Quneitra', 3)
    """
    return cell.strip() if isinstance(cell, str) else cell
