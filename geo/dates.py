"""Dates as ISO 8601 text, compared as text.

A period is half-open, ``valid_from <= day < valid_to``. Reduced precision (``1974-06``, as EDTF has it) is kept as
written in files; as text it sorts before every day in it, so it counts from the first day on.
"""

from __future__ import annotations

import datetime as dt
import re

from geo._errors import ClaimsError

_MONTHS = "January February March April May June July August September October November December".split()  # noqa: SIM905
_MONTH = r"(?P<name>[a-z]{3,9})\.?"
_DASHES = str.maketrans("‐‑‒–—−", "------")
_FORMS = tuple(
    re.compile(form, re.ASCII | re.IGNORECASE)
    for form in (
        r"(?P<year>\d{4})",
        r"(?P<year>\d{4})(?P<gap>[-/.])(?P<month>\d{1,2})(?:(?P=gap)(?P<day>\d{1,2}))?",
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})",
        r"(?P<year>\d{4})[- ]?Q(?P<quarter>[1-4])",
        rf"(?:(?P<day>\d{{1,2}})[- ]?)?{_MONTH},?[- ]?(?P<year>\d{{4}})",
        rf"{_MONTH} (?P<day>\d{{1,2}}),? (?P<year>\d{{4}})",
        rf"(?P<year>\d{{4}})[- ]?{_MONTH}(?:[- ]?(?P<day>\d{{1,2}}))?",
    )
)
_YEAR_LAST = re.compile(r"(\d{1,2})([-/. ])(\d{1,2})\2(\d{4}|\d{2})", re.ASCII)
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}(:?\d{2}){0,2}(\.\d+)?(Z|[+-]\d{2}(:?\d{2})?)?", re.ASCII)


def day(text: str) -> str:
    """Return the day that a text names, as ``YYYY-MM-DD``.

    A day is written ``2024-12-07``, ``2024/12/07``, ``20241207`` or with the month in words; ``today`` and ``now`` are
    the current day, ``yesterday`` the one before. A year, a quarter or a month stands for its first day, and a time for
    its day: in UTC where it has an offset, unless it is midnight. Dates with the day or the month first are refused, as
    ``07/12/2024`` is ambiguous. Series read dates the same way (:mod:`geo.dated.timestamps`).

    Raises
    ------
    ClaimsError
        When the text names no day of the calendar, or is ambiguous.

    Examples
    --------
    >>> day("2024-12-07"), day("2024/12/7"), day("20241207"), day("7 December 2024"), day("2024-12-07T06:00Z")
    ('2024-12-07', '2024-12-07', '2024-12-07', '2024-12-07', '2024-12-07')
    >>> day("2024-12"), day("2024"), day("2024-Q4")
    ('2024-12-01', '2024-01-01', '2024-10-01')
    >>> day("07/12/2024")
    Traceback (most recent call last):
    geo._errors.ClaimsError: '07/12/2024' is ambiguous: write it as 2024-12-07 (7 December) or 2024-07-12 (12 July)
    """
    plain = " ".join(text.translate(_DASHES).split())
    word = plain.casefold()
    if word in {"today", "now", "yesterday"}:
        return (dt.date.today() - dt.timedelta(days=word == "yesterday")).isoformat()
    found = _calendar_day(plain) or _day_of_time(plain)
    if found is None:
        raise _year_last(text, plain) or ClaimsError(
            f"{text!r} is not a date; write it as 2024-12-07, or today (a month or a year stands for its first day)"
        )
    return found.isoformat()


def _calendar_day(text: str) -> dt.date | None:
    """Return the first day of what a text names, None when no form fits or the calendar lacks the day."""
    for form in _FORMS:
        match = form.fullmatch(text)
        if match is None:
            continue
        parts = match.groupdict()
        month = int(parts.get("month") or 1)
        if parts.get("quarter"):
            month = 3 * int(parts["quarter"]) - 2
        if parts.get("name"):
            month = _month(parts["name"])
        try:
            return dt.date(int(parts["year"]), month, int(parts.get("day") or 1))
        except ValueError:
            return None
    return None


def _month(name: str) -> int:
    """Return the number of a month by its English name or the first letters of it, 0 when there is none."""
    starts = [number for number, month in enumerate(_MONTHS, 1) if month.casefold().startswith(name.casefold())]
    return starts[0] if len(starts) == 1 else 9 if name.casefold() == "sept" else 0


def _day_of_time(text: str) -> dt.date | None:
    if not _TIME.fullmatch(text):
        return None
    try:
        time = dt.datetime.fromisoformat(text)
        midnight = time.time() == dt.time()
        return time.date() if midnight or time.tzinfo is None else time.astimezone(dt.UTC).date()
    except (ValueError, OverflowError):
        return None


def _year_last(text: str, plain: str) -> ClaimsError | None:
    """Return the fault of a date whose year comes last, with the days that it could be."""
    match = _YEAR_LAST.fullmatch(plain)
    if match is None:
        return None
    one, _, other, year = match.groups()
    if len(year) == 2:
        return ClaimsError(f"{text!r} is ambiguous: day, month and year could be in any order; write it as 2024-12-07")
    days = [found for month, of in ((other, one), (one, other)) if (found := _calendar_day(f"{year}-{month}-{of}"))]
    if not days:
        return None
    ways = [f"{found.isoformat()} ({found.day} {_MONTHS[found.month - 1]})" for found in dict.fromkeys(days)]
    if len(ways) == 1:
        return ClaimsError(f"{text!r} has the year last, which could mean day or month first; write it as {ways[0]}")
    return ClaimsError(f"{text!r} is ambiguous: write it as {' or '.join(ways)}")


def span(text: str) -> tuple[str, str]:
    """Return the first and the last day of what a text names: a day, a month, a quarter or a year.

    Raises
    ------
    ClaimsError
        As :func:`day` does.

    Examples
    --------
    >>> span("2024-12"), span("1974"), span("2024-12-07")
    (('2024-12-01', '2024-12-31'), ('1974-01-01', '1974-12-31'), ('2024-12-07', '2024-12-07'))
    """
    first = day(text)
    plain = " ".join(text.translate(_DASHES).split())
    match = next(filter(None, (form.fullmatch(plain) for form in _FORMS)), None)
    parts = match.groupdict() if match else {"day": first}
    if parts.get("day"):
        return first, first
    months = 3 if parts.get("quarter") else 1 if parts.get("month") or parts.get("name") else 12
    year, month = int(first[:4]), int(first[5:7]) + months
    if month > 12 and year == dt.MAXYEAR:
        return first, dt.date.max.isoformat()
    return first, (dt.date(year + (month > 12), (month - 1) % 12 + 1, 1) - dt.timedelta(days=1)).isoformat()


def is_edtf(text: str) -> bool:
    """Tell whether a text is a year, a month or a day of the calendar.

    Examples
    --------
    >>> [is_edtf(text) for text in ("1974", "1974-06", "1974-06-26", "1974-13", "June 1974")]
    [True, True, True, False, False]
    """
    day = f"{text}-01-01"[:10]
    try:
        return len(text) in {4, 7, 10} and day[4] == day[7] == "-" and bool(dt.date.fromisoformat(day))
    except ValueError:
        return False


def holds(valid_from: str, valid_to: str | None, on: str) -> bool:
    """Tell whether a half-open period contains a day.

    Examples
    --------
    >>> holds("1974-06", "2024-12-08", "2024-12-07"), holds("1974-06", "2024-12-08", "2024-12-08")
    (True, False)
    """
    return valid_from <= on and (valid_to is None or on < valid_to)
