"""Dates in columns of polygons: parsed from values, written one way, in order.

A date is a day, a month, a year (or another small whole number) or a time, in ISO 8601 or the calendar part of EDTF;
years before our era are negative. Where some dates are more precise than others, a year or a month stands for its
first day. Dates in file names are parsed in :mod:`geo.dated.file_names`.
"""

from __future__ import annotations

import bisect
import calendar
import datetime as dt
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from geo._errors import ClaimsError

if TYPE_CHECKING:
    from collections.abc import Iterable

_NUMBER = re.compile(r"-?\d{1,7}", re.ASCII)
_DIGITS = re.compile(r"\d{5,}", re.ASCII)
_MONTH = re.compile(r"-?\d{4}-\d{2}", re.ASCII)
_CALENDAR = re.compile(r"(-?\d{4})-(\d{2})(?:-(\d{2}))?", re.ASCII)
_TIME = re.compile(
    r"\d{4}-?\d{2}-?\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?|T\d{4}(?:\d{2})?)\s?(?:Z|[+-]\d{2}(?::?\d{2})?)?",
    re.ASCII | re.IGNORECASE,
)
_QUARTER = re.compile(r"(\d{4})[- ]?Q([1-4])", re.ASCII | re.IGNORECASE)
_QUALIFIED = re.compile(r"~?(-?\d{4}(?:-\d{2}){0,2})[~?%]?")  # approximate or uncertain in EDTF
_SPECIAL = {"excel": 86_400_000, "unix": 1000, "unix-ms": 1}  # milliseconds in a unit
_EXCEL_EPOCH, _EPOCH = dt.datetime(1899, 12, 30), dt.datetime(1970, 1, 1)  # noqa: DTZ001  # days of the calendar have no time zone
_HOW = "write it as 2024-12-08, 2024-12 or 2024, or say how it is written with --date-format (date_format=)"


def is_calendar(text: str) -> bool:
    """Tell whether a text is a year, a month or a day of the (proleptic Gregorian) calendar, of any era.

    Examples
    --------
    >>> [is_calendar(text) for text in ("1974", "1974-06", "-0220-09-10", "1974-13", "1974-02-30")]
    [True, True, True, False, False]
    """
    if re.fullmatch(r"-?\d{4}", text, re.ASCII):
        return True
    match = _CALENDAR.fullmatch(text)
    if not match:
        return False
    year, month, day = int(match[1]), int(match[2]), int(match[3] or 1)
    if not 1 <= month <= 12 or (year == 0 and not match[1].startswith("-") and match[3] is not None):
        return False
    return 1 <= day <= calendar.monthrange(2000 + year % 400, month)[1]


def written(value: Any, *, utc: bool = False, date_format: str | None = None) -> str:
    """Return a date as text: a day as ``2024-12-08``, a month, a whole number (a year), or a time other than midnight.

    A time with an offset from UTC is converted to UTC, except midnight, which is the local day; with `utc` that too.

    Parameters
    ----------
    value
        Text, number, date or time. Thirteen digits are milliseconds since 1970.
    utc
        Whether midnights with an offset are converted as well.
    date_format
        How dates are written, as for :func:`time.strptime`, or ``excel``, ``unix`` or ``unix-ms`` for serial numbers.

    Examples
    --------
    >>> written(1990), written(pd.Timestamp("2024-12-08")), written(" 2024-12 ")
    ('1990', '2024-12-08', '2024-12')
    >>> written("20241208"), written("2024/12/08 00:00:00"), written("2024-12-08T06:00+02")
    ('2024-12-08', '2024-12-08', '2024-12-08T04:00:00+00:00')
    >>> written("~1855"), written("-0220-09-10"), written(1733616000000), written("8.12.2024", date_format="%d.%m.%Y")
    ('1855', '-0220-09-10', '2024-12-08', '2024-12-08')

    Raises
    ------
    ClaimsError
        For a value that is not a date, or an ambiguous one.
    """
    try:
        shown = repr(value)
    except NotImplementedError:  # times of pandas before the year 1 or after 9999
        shown = str(value.to_datetime64())
    fault = ClaimsError(f"{shown} is no date; {_HOW}", code="date")
    if isinstance(value, float | np.floating) and value.is_integer():
        value = int(value)
    number = isinstance(value, int | np.integer)
    if isinstance(value, bool) or not (number or isinstance(value, str | dt.date | np.datetime64)):
        raise fault
    text = str(value).strip()
    if date_format and (number or isinstance(value, str)):
        return formatted(text, date_format)
    return _of_text(text, value, fault, utc=utc)


def _of_text(text: str, value: Any, fault: ClaimsError, *, utc: bool) -> str:
    """Return the date that a text is; `value` is what it was before."""
    if _DIGITS.fullmatch(text):
        return _of_digits(text, fault)
    if _NUMBER.fullmatch(text):
        return str(int(text))
    text = text.replace("/", "-")
    if quarter := _QUARTER.fullmatch(text):  # it stands for its first month
        return f"{quarter[1]}-{3 * int(quarter[2]) - 2:02}"
    if qualified := _QUALIFIED.fullmatch(text):
        text = qualified[1]
    if is_calendar(text):
        return str(int(text)) if _NUMBER.fullmatch(text) else text
    try:
        if isinstance(value, dt.datetime | np.datetime64):
            return _time(pd.Timestamp(value), utc=utc)
        if _TIME.fullmatch(text):
            return _time(pd.Timestamp(text.upper()), utc=utc)
    except (ValueError, NotImplementedError, OverflowError):  # not in the calendar
        pass
    raise fault


def is_qualified(value: Any) -> bool:
    """Tell whether EDTF marks a date as approximate or uncertain (``~1855``, ``1855?``)."""
    return isinstance(value, str) and bool(set("~?%") & set(value)) and bool(_QUALIFIED.fullmatch(value.strip()))


def _of_digits(text: str, fault: ClaimsError) -> str:
    """Return the date that five or more digits are."""
    if len(text) == 8 and is_calendar(day := f"{text[:4]}-{text[4:6]}-{text[6:]}"):
        return day
    if len(text) == 14:
        try:
            return _time(pd.Timestamp(dt.datetime.strptime(text, "%Y%m%d%H%M%S")), utc=False)
        except ValueError:
            raise fault from None
    if len(text) == 13:
        return formatted(text, "unix-ms")
    if len(text) == 5:
        serial = formatted(text, "excel")
        message = f"{text!r} is no year; if it is a serial number of Excel ({serial}), say --date-format excel"
        raise ClaimsError(message, code="date")
    hints = {6: "%Y%m or %y%m%d", 10: "%Y%m%d%H or unix", 12: "%Y%m%d%H%M or unix-ms"}
    if len(text) in hints:
        message = f"{text!r} is an ambiguous date; say how it is written with --date-format: {hints[len(text)]}"
        raise ClaimsError(message, code="date")
    raise fault


def formatted(text: str, date_format: str) -> str:
    """Return the date that a text in a stated format is, as precise as the format.

    Raises
    ------
    ClaimsError
        When the text does not have the format.
    """
    fault = ClaimsError(f"{text!r} does not have the date format {date_format!r}", code="date")
    try:
        if date_format in _SPECIAL:
            epoch = _EXCEL_EPOCH if date_format == "excel" else _EPOCH
            moment = epoch + dt.timedelta(milliseconds=float(text) * _SPECIAL[date_format])
            return _time(pd.Timestamp(moment), utc=False)
        moment = dt.datetime.strptime(text, date_format)
    except (ValueError, OverflowError):
        raise fault from None
    has = set(re.findall(r"%-?([a-zA-Z])", date_format))
    if has & set("HIMSfXTcsp"):
        return _time(pd.Timestamp(moment), utc=False)
    if has & set("djxDFuAawUWV"):
        return moment.date().isoformat()
    if has & set("mbBh"):
        return f"{moment.year:04}-{moment.month:02}"
    return str(moment.year)


def _time(stamp: pd.Timestamp, *, utc: bool) -> str:
    if pd.isna(stamp):
        raise ValueError
    if stamp.tz is not None and (utc or stamp != stamp.normalize()):
        stamp = stamp.tz_convert("UTC")
    return stamp.date().isoformat() if stamp == stamp.normalize() else stamp.isoformat()


def precision(texts: Iterable[str]) -> int:
    """Return how precise the most precise of some dates is: 0 for whole numbers, 1 for months, 2 for days and times."""
    return max((0 if _NUMBER.fullmatch(text) else 1 if _MONTH.fullmatch(text) else 2 for text in texts), default=0)


def lengthened(text: str, to: int) -> str:
    """Return a date as precise as asked: a year or a month stands for its first day.

    Examples
    --------
    >>> lengthened("1974", 2), lengthened("1974-06", 2), lengthened("1974-06-26", 1), lengthened("-500", 2)
    ('1974-01-01', '1974-06-01', '1974-06-26', '-0500-01-01')
    """
    mine = precision([text])
    if to == 0 or mine >= to:
        return text
    if mine == 1:
        return f"{text}-01"
    if not -10_000 < int(text) < 10_000:
        raise ClaimsError(f"{text!r} is no year that goes with months or days", code="date")
    year = f"{'-' if text.startswith('-') else ''}{abs(int(text)):04}"
    return f"{year}-01{'-01' if to == 2 else ''}"


def following(text: str) -> str:
    """Return the day, month or year after one.

    Examples
    --------
    >>> following("1918"), following("1918-12"), following("1918-12-31"), following("-1")
    ('1919', '1919-01', '1919-01-01', '0')

    Raises
    ------
    ClaimsError
        For a time of day, which has no next one.
    """
    if _NUMBER.fullmatch(text):
        return str(int(text) + 1)
    match = _CALENDAR.fullmatch(text)
    if not match:
        raise ClaimsError(f"{text} is a time of day: inclusive ends are days, months or years", code="date")
    year, month = int(match[1]), int(match[2])
    day = int(match[3]) + 1 if match[3] else None
    if day is None or day > calendar.monthrange(2000 + year % 400, month)[1]:
        month, day = month + 1, day and 1
    if month > 12:
        year, month = year + 1, 1
    return f"{'-' if year < 0 else ''}{abs(year):04}-{month:02}{f'-{day:02}' if day else ''}"


def place(text: str) -> tuple[int, str]:
    """Return what a date is ordered by."""
    year, _, rest = text[1:].partition("-")
    return int(text[0] + year), rest


def ordered(texts: Iterable[str]) -> list[str]:
    """Return dates of one precision once, in order."""
    return sorted(set(texts), key=place)


def latest(dates: list[str], text: str) -> int:
    """Return the place of the last of some dates in order that is not after another date, -1 when all are."""
    to = precision([*dates, text])
    return bisect.bisect_right(dates, place(lengthened(text, to)), key=lambda date: place(lengthened(date, to))) - 1


def as_index(dates: Iterable[str], name: str | None = None) -> pd.Index[Any]:
    """Return dates as real ones where all are days or times, and as text where some are reduced or out of range.

    Examples
    --------
    >>> as_index(["2024-12-07", "2024-12-08"]).dtype.kind, as_index(["2024-12", "2025-01"]).tolist()
    ('M', ['2024-12', '2025-01'])
    """
    texts = list(dates)
    if texts and all(len(text) >= 10 and text[0] != "-" for text in texts):
        utc = any(text.endswith("+00:00") for text in texts)
        try:
            return pd.to_datetime(pd.Index(texts, name=name), format="ISO8601", utc=utc)
        except (ValueError, OverflowError):  # out of the range of 64 bits
            pass
    return pd.Index(texts, name=name, dtype=object)
