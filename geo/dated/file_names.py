"""Dates in the names of files: one date in each name, and no two dates that become one."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from typing import TYPE_CHECKING

from geo._errors import ClaimsError
from geo.dated import timestamps

if TYPE_CHECKING:
    from collections.abc import Iterable

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FULL = ("uary", "ruary", "ch", "il", "", "e", "y", "ust", "t(?:ember)?", "ober", "ember", "ember")
_WORD = "|".join(f"{short}(?:{rest})?" for short, rest in zip(_MONTHS, _FULL, strict=True))
_Y, _M, _D, _S = r"(?P<y>\d{4})", r"(?P<m>0[1-9]|1[0-2])", r"(?P<d>0[1-9]|[12]\d|3[01])", r"[-_. ]?"
_NAME, _DAY, _ERA = rf"(?P<month>{_WORD})\.?", r"(?P<d>[0-3]?\d)(?:st|nd|rd|th)?", r"(?P<bc>bce|bc)|ce|ad"
# a time after a day: T06-00, T0600Z, _0600, _060000, _06h, _06h30, _6am; seconds only behind minutes
_CLOCK = (
    r"(?:[-_ .]?T(?P<h>[01]\d|2[0-3])(?:[-_:.]?(?P<min>[0-5]\d)(?:[-_:.]?(?P<s>[0-5]\d))?)?"
    # behind a blank or the like
    r"|[-_ .](?P<h2>[01]\d|2[0-3])[-_:.]?(?P<min2>[0-5]\d)(?:[-_:.]?(?P<s2>[0-5]\d))?"
    r"|[-_ .]?(?P<h3>[01]?\d|2[0-3])h(?:(?P<min3>[0-5]\d))?"
    r"|[-_ .](?P<h4>1[0-2]|0?[1-9])(?P<half>am|pm))"
    r"(?P<z>Z|utc)?(?![\da-z])"
)
_FLAGS = re.ASCII | re.IGNORECASE
_CLOCK_BEHIND = re.compile(_CLOCK, _FLAGS)
# the first kind that is found counts; a month and a year are none where digits go on, as in 01.12.2024
_KINDS = tuple(
    re.compile(pattern, _FLAGS)
    for pattern in (
        rf"(?<!\d){_Y}{_M}{_D}(?P<h>[01]\d|2[0-3])(?P<min>[0-5]\d)?(?P<s>[0-5]\d)?(?!\d)",
        r"(?<!\d)(?P<y>\d{4})([-_. ]?)(?P<m>\d{2})\2(?P<d>\d{2})(?!\d)",
        rf"(?<!\d){_DAY}{_S}{_NAME}{_S}{_Y}(?!\d)",
        rf"(?<![a-z]){_NAME}{_S}{_DAY}(?:,\s?|[-_. ]){_Y}(?!\d)",
        rf"(?<!\d){_Y}{_S}{_NAME}{_S}{_DAY}(?!\d)",
        rf"(?<!\d){_Y}{_S}W(?P<week>[0-5]\d)(?!\d)",
        rf"(?<!\d)(?<!\d[-_. ]){_Y}[-_. ](?P<m>\d{{2}})(?![-_. ]*\d)",
        rf"(?<!\d){_Y}{_S}{_NAME}(?![a-z\d])",
        rf"(?<![a-z]){_NAME}{_S}{_Y}(?!\d)",
        rf"(?<!\d){_Y}{_S}(?:Q(?P<q>[1-4])|[HS](?P<half>[12]))(?![a-z\d])",
        rf"(?<![a-z])(?:Q(?P<q>[1-4])|[HS](?P<half>[12])){_S}{_Y}(?!\d)",
        rf"(?<![a-z\d])(?P<q>[1-4])Q{_S}{_Y}(?!\d)",
        rf"(?<![a-z])(?:{_ERA})[-_ ]?(?P<year>\d{{1,6}})(?![\da-z])",
        rf"(?<![\da-z])(?P<year>\d{{1,6}})[-_ ]?(?:{_ERA})(?![\da-z])",
        r"(?:^|(?<=[-_. ]))(?P<minus>-)(?P<year>\d{1,6})(?![-_. ]*[\dw])",
        r"(?<!\d)(?<!\d[-_. ])(?<!epsg)(?P<year>\d{3,4})(?![-_. ]*[\dw])",
    )
)
_HALF_DAYS = re.compile(
    r"(?<![a-z])(am|pm|morning|noon|afternoon|evening|night|midnight|dawn|dusk)(?![a-z])", re.IGNORECASE
)
_NUMERIC = re.compile(r"(?<!\d)\d{1,2}([-_. /])\d{1,2}\1(\d{4}|\d{2})(?!\d)", re.ASCII)
_NONE = "the name holds no date such as 2024-12-08, 20241208, 8Dec2024, 2024-12, 2024-Q1 or 2024"
_FORMAT = "say how dates are written with --date-format, such as %d.%m.%Y"
_DIRECTIVES = {
    "Y": r"\d{4}",
    **dict.fromkeys("mdHIMSyUW", r"\d{1,2}"),
    "j": r"\d{1,3}",
    "f": r"\d{1,6}",
    **dict.fromkeys("bBaAp", r"[^\W\d_]+"),
    "z": r"(?:Z|[+-]\d{2}:?\d{2})",
    "%": "%",
}


def in_name(stem: str, date_format: str | None = None) -> str:
    """Return the date in a file's name.

    A quarter or half of a year stands for its first month, a week for its Monday. Years before our era are negative:
    ``bc500`` is ``-500``.

    Parameters
    ----------
    stem
        The name without its ending.
    date_format
        How the date is written, as for :func:`time.strptime`.

    Raises
    ------
    ClaimsError
        When there is none, there are several, or it is ambiguous.

    Examples
    --------
    >>> [in_name(name) for name in ("front_2024_12_08", "8Dec2024", "2024-Q2", "2024_June", "borders_1990")]
    ['2024-12-08', '2024-12-08', '2024-04', '2024-06', '1990']
    >>> [in_name(name) for name in ("20241208_0600", "2024-12-08T18-30", "bc500", "map_-323", "world_800")]
    ['2024-12-08T06:00:00', '2024-12-08T18:30:00', '-500', '-323', '800']
    >>> in_name("front_08.12.2024", date_format="%d.%m.%Y")
    '2024-12-08'
    """
    return _found(stem, date_format)[0]


def _found(stem: str, date_format: str | None) -> tuple[str, str]:
    """Return the date in a name and what the name is without it."""
    if date_format:
        return _formatted(stem, date_format)
    for pattern in _KINDS:
        matches = list(pattern.finditer(stem))
        if not matches:
            continue
        if pattern is not _KINDS[0] and _NUMERIC.search(stem) and not matches[0].groupdict().get("d"):
            break
        dates: set[str] = set()
        rest = stem
        for match in reversed(matches):
            clock = (
                _CLOCK_BEHIND.match(stem, match.end())
                if "d" in match.groupdict() and "h" not in match.groupdict()
                else None
            )
            dates.add(_date(match, clock, stem))
            rest = f"{rest[: match.start()]}*{rest[(clock or match).end() :]}"
        if len(dates) > 1:
            raise ClaimsError(f"the name holds several dates, {' and '.join(sorted(dates))}; {_FORMAT}", code="date")
        return dates.pop(), rest
    if _NUMERIC.search(stem):
        raise ClaimsError(f"the date in the name is ambiguous (day or month first?); {_FORMAT}", code="date")
    raise ClaimsError(f"{_NONE}; {_FORMAT}", code="date")


def _date(match: re.Match[str], clock: re.Match[str] | None, stem: str) -> str:
    """Return the date of a match, in one way of writing."""
    part = {name: text for name, text in match.groupdict().items() if text is not None}
    if "year" in part:
        return str(-int(part["year"]) if "bc" in part or "minus" in part else int(part["year"]))
    year = part["y"]
    if "week" in part:
        try:
            return dt.date.fromisocalendar(int(year), int(part["week"]), 1).isoformat()
        except ValueError:
            raise ClaimsError(f"{match[0]!r} in the name is no week", code="date") from None
    if "q" in part or "half" in part:
        first = 3 * int(part["q"]) - 2 if "q" in part else 6 * int(part["half"]) - 5
        return f"{year}-{first:02}"
    month = part["m"] if "m" in part else f"{_MONTHS.index(part['month'][:3].lower()) + 1:02}"
    text = f"{year}-{month}-{int(part['d']):02}" if "d" in part else f"{year}-{month}"
    if not timestamps.is_calendar(text):
        raise ClaimsError(f"{match[0]!r} in the name {stem!r} is no date of the calendar; {_FORMAT}", code="date")
    if clock:
        part = {re.sub(r"\d$", "", name): value for name, value in clock.groupdict().items() if value is not None}
        if "half" in part:
            part["h"] = str(int(part["h"]) % 12 + (12 if part["half"].lower() == "pm" else 0))
    if "h" in part:
        zone = "Z" if "z" in part else ""
        text = timestamps.written(f"{text}T{int(part['h']):02}:{part.get('min', '00')}:{part.get('s', '00')}{zone}")
    return text


def _formatted(stem: str, date_format: str) -> tuple[str, str]:
    """Return the date that a name holds in a stated format, and the rest of the name."""
    pieces = re.split(r"%-?([a-zA-Z%])", date_format)
    if any(letter not in _DIRECTIVES for letter in pieces[1::2]) or len(pieces) == 1:
        known = " ".join(f"%{letter}" for letter in _DIRECTIVES)
        raise ClaimsError(f"the date format {date_format!r} is none for names of files; known are {known}", code="date")
    pattern = "".join(_DIRECTIVES[piece] if index % 2 else re.escape(piece) for index, piece in enumerate(pieces))
    if pieces[0] == "":
        pattern = rf"(?<!\d){pattern}"
    if pieces[-1] == "":
        pattern = rf"{pattern}(?!\d)"
    found, rest = set(), stem
    for match in re.finditer(pattern, stem, _FLAGS & re.IGNORECASE):
        found.add(timestamps.formatted(match[0], date_format))
        rest = rest.replace(match[0], "*")
    if len(found) != 1:
        many = f"several dates, {' and '.join(sorted(found))}" if found else "no date"
        raise ClaimsError(f"the name holds {many} of the format {date_format!r}", code="date")
    return found.pop(), rest


def dated(names: Iterable[str], date_format: str | None = None) -> tuple[dict[str, str], dict[str, str]]:
    """Return the date of each file, and what is wrong with the names of the others.

    Several files may share a date, as for the parts of a country (``north_2024-12-08``, ``south_2024-12-08``). Where
    what tells them apart could be a part of the date, they are refused unless a format settles it.

    Examples
    --------
    >>> dated(["a_2024-12-08.geojson", "b_2024-12-08.geojson"])[0]
    {'a_2024-12-08.geojson': '2024-12-08', 'b_2024-12-08.geojson': '2024-12-08'}
    >>> sorted(dated(["2024-12-08_v1.geojson", "2024-12-08_v2.geojson"])[1])
    ['2024-12-08_v1.geojson', '2024-12-08_v2.geojson']
    """
    dates: dict[str, str] = {}
    faults: dict[str, str] = {}
    rests: dict[str, dict[str, str]] = defaultdict(dict)
    for name in names:
        try:
            dates[name], rest = _found(_stem(name), date_format)
        except ClaimsError as error:
            faults[name] = error.fault
        else:
            rests[dates[name]][name] = rest
    for date, files in rests.items():
        if date_format or len(files) == 1:
            continue
        if _may_be_of_several_dates(date, list(files.values())):
            one, other, *_ = files
            for name in files:
                faults[name] = (
                    f"{one} and {other} would both be of {date}, and what tells them apart may be a part of the date; "
                    f"{_FORMAT}"
                )
                del dates[name]
    return dates, faults


def _stem(name: str) -> str:
    """Return a name without its endings."""
    return re.sub(r"(\.[A-Za-z]{2,}\d?)?\.(gz|zip)$|\.\w+$", "", name)


def _may_be_of_several_dates(date: str, rests: list[str]) -> bool:
    """Tell whether what is left of names of one date may be a part of the date."""
    if len(set(rests)) < len(rests):  # the same name with two endings
        return True
    digits = {tuple(re.findall(r"\d+", rest)) for rest in rests}
    halves = {tuple(_HALF_DAYS.findall(rest)) for rest in rests}
    return len(digits) > 1 or len(halves) > 1 or timestamps.precision([date]) < 2
