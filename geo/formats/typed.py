"""Columns with one type each, and values as columns hold them. The module needs only the standard library."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

Type = Literal["text", "integer", "number", "flag", "date", "words", "names"]


class Column(NamedTuple):
    """A column of a layer or table.

    `type` is ``text``, ``integer``, ``number``, ``flag`` (true or false), ``date`` (a day), ``words`` (a list, in files
    a text joined by blanks) or ``names`` (a list of names that may have blanks, joined by semicolons). `value` takes
    the value from what is known of a row, by default that of the column's name.
    """

    name: str
    type: Type
    description: str
    value: Callable[[Mapping[str, Any]], Any] | None = None


def real(text: Any) -> dt.date | None:
    """Return an EDTF date as a day, a month or a year as its first; None where there is none.

    Examples
    --------
    >>> real("1974-06"), real("withdraw_2024_12_08")
    (datetime.date(1974, 6, 1), None)
    """
    if not isinstance(text, str) or not re.fullmatch(r"\d{4}(-\d\d){0,2}", text):
        return None
    try:
        return dt.date.fromisoformat(f"{text}-01-01"[:10])
    except ValueError:  # the year 0
        return None


def day_after(text: Any) -> dt.date | None:
    """Return the day after the last of an EDTF date; None where there is none.

    Examples
    --------
    >>> day_after("1974-12"), day_after("1974-05-31"), day_after("1974")
    (datetime.date(1975, 1, 1), datetime.date(1974, 6, 1), datetime.date(1975, 1, 1))
    """
    first = real(text)
    if first is None or first.year == dt.MAXYEAR:
        return None
    if len(text) == len("1974"):
        return dt.date(first.year + 1, 1, 1)
    if len(text) == len("1974-06"):
        return dt.date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return first + dt.timedelta(days=1)


def flat(rows: Iterable[Mapping[str, Any]], known: list[Column]) -> list[dict[str, Any]]:
    """Return rows with the values of these columns, in their order; what is empty is None, a list a tuple.

    Examples
    --------
    >>> flat([{"a": "", "b": ["x", "y"], "c": 1}], [Column("a", "text", ""), Column("b", "words", "")])
    [{'a': None, 'b': ('x', 'y')}]
    """
    made = []
    for row in rows:
        values = {column.name: column.value(row) if column.value else row.get(column.name) for column in known}
        made.append({column.name: _plain(values[column.name], column.type) for column in known})
    return made


def _plain(value: Any, type_: Type) -> Any:
    if type_ in ("words", "names"):
        return (value,) if isinstance(value, str) and value else tuple(value or ())
    if value is None or value == "" or (isinstance(value, float) and value != value):  # noqa: PLR0124  # NaN
        return None
    return float(value) if type_ == "number" else value


def written(value: Any, type_: Type, *, lists: bool = False) -> Any:
    """Return a value of :func:`flat` as JSON has it: dates and lists as text, lists as such with `lists`.

    Examples
    --------
    >>> written(("un_2024", "press_2025"), "words"), written(("Kuneitra", "El Kuneitra"), "names")
    ('un_2024 press_2025', 'Kuneitra; El Kuneitra')
    """
    if isinstance(value, tuple):
        return list(value) if lists else ("; " if type_ == "names" else " ").join(value) or None
    return value.isoformat() if isinstance(value, dt.date) else value
