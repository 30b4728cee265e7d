"""Dates of anyone's polygons: told from values and file names, written one way, in order.

They are days, months, years (or other whole numbers) and times, as ISO 8601 has them. Where some are more precise than
others, a year or a month stands for its first day.
"""

from __future__ import annotations

import bisect
import datetime as dt
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from geo._errors import ClaimsError
from geo.dates import is_edtf

if TYPE_CHECKING:
    from collections.abc import Iterable

_NUMBER = re.compile(r"-?\d{1,7}", re.ASCII)
_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?", re.ASCII)
_IN_NAME = (  # a month and a year are none where digits go on, as in 01.12.2024
    re.compile(r"(?<!\d)(\d{4})([-_. ]?)(\d{2})\2(\d{2})(?!\d)", re.ASCII),
    re.compile(r"(?<!\d)(?<!\d[-_. ])(\d{4})([-_. ])(\d{2})(?![-_. ]*\d)", re.ASCII),
    re.compile(r"(?<!\d)(?<!\d[-_. ])(?<!epsg)(\d{4})(?![-_. ]*[\dw])", re.ASCII | re.IGNORECASE),
)


def written(value: Any, *, utc: bool = False) -> str:
    """Return a date as text: a day as ``2024-12-08``, a month, a whole number (a year), or a time that is no midnight.

    A time with an offset from UTC is told in UTC, but for midnight, which is the day where it is; with `utc` that too.

    Examples
    --------
    >>> written(1990), written(pd.Timestamp("2024-12-08")), written(" 2024-12 ")
    ('1990', '2024-12-08', '2024-12')
    >>> written("20241208"), written("2024/12/08 00:00:00"), written("2024-12-08T06:00Z")
    ('2024-12-08', '2024-12-08', '2024-12-08T06:00:00+00:00')

    Raises
    ------
    ClaimsError
        For what is no date, or can be read in two ways.
    """
    fault = ClaimsError(f"{value!r} is no date; write it as 2024-12-08, 2024-12 or 2024", code="date")
    if isinstance(value, float | np.floating) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, str | dt.date | np.datetime64 | int | np.integer):
        raise fault
    text = str(value).strip()
    if len(text) == 8:
        text = _DAY.sub(r"\1-\2-\3", text)
    if _NUMBER.fullmatch(text):
        return str(int(text))
    text = text.replace("/", "-")
    if is_edtf(text):
        return text
    try:
        if isinstance(value, dt.datetime | np.datetime64):
            return _time(pd.Timestamp(value), utc=utc)
        if _TIME.fullmatch(text):
            return _time(pd.Timestamp(text), utc=utc)
    except (ValueError, NotImplementedError, OverflowError):  # what has no place in a calendar
        pass
    raise fault


def _time(stamp: pd.Timestamp, *, utc: bool) -> str:
    if pd.isna(stamp):
        raise ValueError
    if stamp.tz is not None and (utc or stamp != stamp.normalize()):
        stamp = stamp.tz_convert("UTC")
    return stamp.date().isoformat() if stamp == stamp.normalize() else stamp.isoformat()


def in_name(stem: str) -> str | None:
    """Return the date in a file's name, None when there is none or there are several.

    Examples
    --------
    >>> [in_name(name) for name in ("front_2024_12_08", "20241208", "2024-12", "borders_1990", "01.12.2024")]
    ['2024-12-08', '2024-12-08', '2024-12', '1990', None]
    """
    for pattern in _IN_NAME:
        found = {"-".join(part for part in match.groups() if part.isdigit()) for match in pattern.finditer(stem)}
        if found:
            return found.pop() if len(found) == 1 and all(map(is_edtf, found)) else None
    return None


def precision(texts: Iterable[str]) -> int:
    """Return how precise the most precise of some dates is: 0 for whole numbers, 1 for months, 2 for days and times."""
    return max((0 if _NUMBER.fullmatch(text) else 1 if len(text) == 7 else 2 for text in texts), default=0)


def lengthened(text: str, to: int) -> str:
    """Return a date as precise as asked: a year or a month stands for its first day.

    Examples
    --------
    >>> lengthened("1974", 2), lengthened("1974-06", 2), lengthened("1974-06-26", 1)
    ('1974-01-01', '1974-06-01', '1974-06-26')
    """
    if to == 0 or precision([text]) >= to:
        return text
    year, _, month = text.partition("-") if len(text) == 7 else (text, "", "01")
    if not 0 < (int(year) if year.isdigit() else 0) < 10_000:
        raise ClaimsError(f"{text!r} is no year that goes with months or days", code="date")
    return f"{int(year):04}-{month}{'-01' if to == 2 else ''}"


def ordered(texts: Iterable[str]) -> list[str]:
    """Return dates of one precision once, in order: whole numbers by what they count."""
    found = set(texts)
    return sorted(found, key=int) if precision(found) == 0 else sorted(found)


def latest(dates: list[str], text: str) -> int:
    """Return the place of the last of some dates in order that is not after another date, -1 when all are."""
    to = precision([*dates, text])
    if to == 0:
        return bisect.bisect_right(dates, int(text), key=int) - 1
    return bisect.bisect_right(dates, lengthened(text, to), key=lambda date: lengthened(date, to)) - 1
