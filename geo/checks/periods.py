"""Dates and periods in the properties of a GeoJSON file: what is none, what ends before it starts, what holds when.

Columns of dates are known by their names: ``date``, ``valid_from`` and ``valid_to``, and others that are common. A name
that may mean something else, such as ``start``, counts where most of its values are dates.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from geo._errors import ClaimsError
from geo.layers.values import short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo._errors import ClaimsError as Fault
    from geo.checks.findings import Place

_DATES = ("date", "day", "datetime", "month", "year")
_PERIODS = (
    ("valid_from", "valid_to"),
    ("start_date", "end_date"),
    ("startdate", "enddate"),
    ("date_from", "date_to"),
    ("from_date", "to_date"),
    ("begin_date", "end_date"),
    ("start_year", "end_year"),
    ("fromyear", "toyear"),
    ("start", "end"),
    ("begin", "end"),
    ("from", "to"),
)
_SURE = {"date", "datetime", *(name for pair in _PERIODS[:8] for name in pair)}
_MEMBERS = 300_000  # features of all dates of periods that are compared


class Time(NamedTuple):
    """Features that hold at one time, by number, and how messages name it."""

    when: str
    features: list[int]


class Columns:
    """The columns of dates of a file."""

    def __init__(self, properties: list[tuple[Place, dict[str, Any]]]) -> None:
        self._properties = properties
        self._known: dict[Any, str | Fault] = {}
        names = {name.casefold(): name for _, values in reversed(properties) for name in values}
        self.dates = [name for name in map(names.get, _DATES) if name and self._is_of_dates(name)]
        pairs = [(names.get(start), names.get(end)) for start, end in _PERIODS]
        self.periods = [
            (start, end)
            for start, end in pairs
            if start and end and self._is_of_dates(start) and self._is_of_dates(end)
        ]

    def _is_of_dates(self, name: str) -> bool:
        values = [value for _, properties in self._properties if not _is_missing(value := properties.get(name))]
        if not values:
            return name.casefold() in _SURE
        if name.casefold() in _SURE:
            return True
        good: list[Any] = [value for value in values if isinstance(self._read(value), str)]
        # small numbers may count anything
        return 2 * len(good) >= len(values) and any(isinstance(one, str) or abs(one) > 999 for one in good)

    def _read(self, value: Any) -> str | Fault:
        """Return a date as the series of this package read it, or what is wrong with it."""
        from geo.dated import timestamps  # with pandas

        key = (type(value), repr(value) if isinstance(value, list | dict) else value)
        if key not in self._known:
            try:
                self._known[key] = timestamps.written(value)
            except ClaimsError as error:
                self._known[key] = error
            except (ValueError, OverflowError) as error:  # a number beyond the calendar
                self._known[key] = ClaimsError(f"{short(value)} is no date: {error}")
        return self._known[key]

    def defects(self) -> Iterator[Fault]:
        """Yield dates that are none, and periods that end before they start."""
        from geo.dated import timestamps

        names = dict.fromkeys([*self.dates, *(name for pair in self.periods for name in pair)])
        for place, properties in self._properties:
            for name in names:
                value = properties.get(name)
                if not _is_missing(value) and not isinstance(self._read(value), str):
                    message = f"{name} is {short(value)}, which is no date; write it as 2024-12-08, 2024-12 or 2024"
                    yield place.warned("date", message)
            for start, end in self.periods:
                one, other = self._date(properties, start), self._date(properties, end)
                # a year ends after its months
                if one and other and not one.startswith(other) and timestamps.place(other) < timestamps.place(one):
                    message = f"{end} {other} is before {start} {one}; correct one of them"
                    yield place.warned("period", message)

    def _date(self, properties: dict[str, Any], name: str) -> str | None:
        value = properties.get(name)
        found = None if _is_missing(value) else self._read(value)
        return found if isinstance(found, str) else None

    def times(self) -> tuple[list[Time], bool]:
        """Return what holds at each date, or when a period starts, or all; and whether these are all times."""
        numbers = [place.number or 0 for place, _ in self._properties]
        if self.dates:
            groups: dict[str, list[int]] = defaultdict(list)
            for number, (_, properties) in zip(numbers, self._properties, strict=True):
                groups[self._date(properties, self.dates[0]) or ""].append(number)
            return [Time(f" on {date}" if date else "", members) for date, members in groups.items()], True
        if self.periods:
            return self._of_periods(np.array(numbers))
        return [Time("", numbers)], True

    def _of_periods(self, numbers: Any) -> tuple[list[Time], bool]:
        from geo.dated import timestamps

        start, end = self.periods[0]
        spans = [(self._date(of, start), self._date(of, end)) for _, of in self._properties]
        dates = timestamps.ordered({date for span in spans for date in span if date})
        rank = {date: index for index, date in enumerate(dates)}
        begin = np.array([rank.get(one or "", -1) for one, _ in spans])
        stop = np.array([rank.get(other or "", len(dates)) for _, other in spans])
        found: list[Time] = []
        before: Any = None
        budget = _MEMBERS
        for date in np.unique(begin)[::-1]:
            active = (begin <= date) & ((date < stop) | (begin == date))
            budget -= int(active.sum()) + len(active) // 2_000
            if budget < 0:
                return found, False
            if before is None or (active != before).any():
                found.append(Time(f" on {dates[date]}" if date >= 0 else "", numbers[active].tolist()))
            before = active
        return found, True


def _is_missing(value: Any) -> bool:
    return value is None or value == ""
