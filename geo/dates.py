"""Dates as ISO 8601 text, compared as text.

A period is half-open, ``valid_from <= day < valid_to``. Reduced precision (``1974-06``, as EDTF has it) is kept as
written; as text it sorts before every day in it, so it counts from the first day on.
"""

from __future__ import annotations

import datetime as dt

from geo._errors import ClaimsError


def day(text: str) -> str:
    """Return a day as ``YYYY-MM-DD``; ``today`` stands for the current day.

    Raises
    ------
    ClaimsError
        When the text is no day of the calendar.

    Examples
    --------
    >>> day("2024-12-07")
    '2024-12-07'
    """
    if text == "today":
        return dt.date.today().isoformat()
    try:
        if len(text) == 10 and text[7] == "-":  # no week dates and no other spellings of ISO 8601
            return dt.date.fromisoformat(text).isoformat()
    except ValueError:
        pass
    raise ClaimsError(f"{text!r} is not a date; write it as 2024-12-07, or today")


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
