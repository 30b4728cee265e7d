"""Positions as people have them: two numbers in either order, degrees with minutes and seconds, links of map sites."""

from __future__ import annotations

import re
from typing import NamedTuple

from geo._errors import ClaimsError

# what stands for the signs of degrees, minutes and seconds in print, in other keyboards and in map programs
_SIGNS = str.maketrans(
    {
        **dict.fromkeys("º˚", "°"),
        **dict.fromkeys("′’‘ʹʼ´`׳", "'"),
        **dict.fromkeys("″”“ʺ״", '"'),
        **dict.fromkeys("−–‐‑", "-"),
        "،": ",",
        "؛": ";",
    }
)
_NUMBER = r"[-+]?\d+(?:\.\d*)?|[-+]?\.\d+"
_PAIR = rf"(?P<lat>{_NUMBER})\s*,\s*\+?(?P<lon>{_NUMBER})"
_ANGLE = re.compile(
    rf"""(?P<before>[NSEW])?\s*
    (?P<degrees>{_NUMBER})\s*(?:°|deg)?
    (?:\s*(?P<minutes>\d+(?:\.\d*)?)\s*(?:'(?!')|(?=\s*(?:\d|[NSEW]))))?
    (?:\s*(?P<seconds>\d+(?:\.\d*)?)\s*(?:"|''|(?=\s*[NSEW])|$))?
    (?(before)|\s*(?P<after>[NSEW])?)(?![A-Z])""",
    re.ASCII | re.IGNORECASE | re.VERBOSE,
)
_PLAIN = re.compile(rf"\(?\s*({_NUMBER})(\s*[,;]\s*|\s+)({_NUMBER})\s*\)?", re.ASCII)
_COMMAS = re.compile(r"([-+]?\d+),(\d+)(?:\s*;\s*|\s+)([-+]?\d+),(\d+)", re.ASCII)
_LINK = re.compile(r"geo:|@[-+\d]|[a-z]+://|[\w-]+(?:\.[\w-]+)+/", re.IGNORECASE)
# a place's own marker goes before the middle of the map that shows it
_IN_LINKS = tuple(
    re.compile(form, re.ASCII | re.IGNORECASE)
    for form in (
        rf"!3d(?P<lat>{_NUMBER})!4d(?P<lon>{_NUMBER})",
        rf"[?&]mlat=(?P<lat>{_NUMBER})&(?:amp;)?mlon=(?P<lon>{_NUMBER})",
        rf"[?&](?:q|query|ll|destination|daddr)=(?:loc:)?\s*{_PAIR}",
        rf"/(?:search|place|dir)/\+?{_PAIR}",
        rf"@{_PAIR}",
        rf"^geo:{_PAIR}",
        rf"#map=[\d.]+/(?P<lat>{_NUMBER})/(?P<lon>{_NUMBER})",
        rf"[?&](?:center|sll|cp)=(?P<lat>{_NUMBER})[,~](?P<lon>{_NUMBER})",
        rf"[?&]lat=(?P<lat>{_NUMBER})&(?:amp;)?(?:lon|lng)=(?P<lon>{_NUMBER})",
    )
)


class Reading(NamedTuple):
    """A text read as a position.

    `first` is the reading by the custom of its form, longitude and latitude in degrees; `swapped` the one in the other
    order, None where the text itself tells which number is which. Numbers apart by a blank are longitude and latitude,
    as GeoJSON has them; apart by a comma, or in degrees and minutes, latitude and longitude, as map sites give them.
    """

    first: tuple[float, float] | None
    swapped: tuple[float, float] | None
    custom: str


def read(text: str) -> Reading | None:
    """Return a text read as a position, None when it is none, but a name.

    Raises
    ------
    ClaimsError
        For what is meant as a position, but is not on the globe or has no two numbers.

    Examples
    --------
    >>> read("35.82 33.12").first, read("33.12, 35.82").first, read("Quneitra")
    ((35.82, 33.12), (35.82, 33.12), None)
    >>> read("33°07′30″N 35°49.2′E").first
    (35.82, 33.125)
    >>> read("https://www.openstreetmap.org/#map=12/33.12/35.82").first
    (35.82, 33.12)
    """
    plain = " ".join(text.translate(_SIGNS).split())
    if _LINK.match(plain):
        return _link(text.strip(), plain)
    commas = _COMMAS.fullmatch(plain)
    if commas:  # decimal commas
        plain = f"{commas[1]}.{commas[2]}, {commas[3]}.{commas[4]}"
    array = re.fullmatch(r"\[(.*)\]", plain)  # as GeoJSON writes a position
    pair = _PLAIN.fullmatch(array[1] if array else plain)
    if pair:
        one, other = float(pair[1]), float(pair[3])
        if pair[2].strip() and not array:
            return _reading(text, (other, one), (one, other), "latitude, longitude")
        return _reading(text, (one, other), (other, one), "longitude, latitude")
    if re.fullmatch(_NUMBER, plain):
        raise ClaimsError(f"{text!r} is one number; a position has two, longitude and latitude")
    return _degrees(text, plain)


def _on_globe(position: tuple[float, float]) -> bool:
    return abs(position[0]) <= 180 and abs(position[1]) <= 90


def _reading(text: str, first: tuple[float, float], other: tuple[float, float] | None, custom: str) -> Reading:
    ways = [way if way is not None and _on_globe(way) else None for way in (first, other)]
    if ways == [None, None]:
        raise ClaimsError(f"{text!r} is no position: longitudes are within ±180 degrees, latitudes within ±90")
    return Reading(ways[0], ways[1], custom)


def _link(text: str, plain: str) -> Reading:
    """Return the position in a link."""
    from urllib.parse import unquote

    address = unquote(plain).replace(" ", "")
    pairs = [match for form in _IN_LINKS for match in form.finditer(address)]
    places = [(float(pair["lon"]), float(pair["lat"])) for pair in pairs]
    for place in places:
        if place != (0, 0) or len(places) == 1:  # geo:0,0?q=33.12,35.82 has the position behind
            return _reading(text, place, None, "")
    raise ClaimsError(f"{text!r} holds no position; open it and copy the longer address, or the two numbers")


def _degrees(text: str, plain: str) -> Reading | None:
    """Return the position in two angles of degrees, minutes and seconds, or of numbers with N, S, E or W."""
    parts = [part for part in re.split(r"[,;]", plain) if part.strip()]
    first = _ANGLE.match(parts[0].strip()) if parts else None
    if first is None or not re.search(r"[°'\"]|\d\s*[NSEW]\b|\b[NSEW]\s*[-+.\d]", plain, re.ASCII | re.IGNORECASE):
        return None
    rest = [parts[0].strip()[first.end() :].strip(), *parts[1:]]
    rest = [part.strip() for part in rest if part.strip()]
    second = _ANGLE.fullmatch(rest[0]) if len(rest) == 1 else None
    if second is None:
        if re.search(r"[^\W\dNSEWnsewdms]", plain):
            return None  # a name with a number in it
        raise ClaimsError(f"{text!r} is no position; write two angles, such as 33°07'30\"N 35°49'E, in quotation marks")
    one, other = _value(text, first), _value(text, second)
    axes = [(match["before"] or match["after"] or "").upper() for match in (first, second)]
    kinds = ["lat" if axis in {"N", "S"} else "lon" if axis else "" for axis in axes]
    if kinds[0] == kinds[1] != "":
        raise ClaimsError(f"{text!r} has two angles {axes[0]} and {axes[1]}; one must be N or S, the other E or W")
    if kinds == ["", ""]:
        return _reading(text, (other, one), (one, other), "latitude, longitude")
    lat_first = kinds[0] == "lat" or kinds[1] == "lon"
    return _reading(text, (other, one) if lat_first else (one, other), None, "")


def _value(text: str, angle: re.Match[str]) -> float:
    """Return an angle in degrees."""
    axis = (angle["before"] or angle["after"] or "").upper()
    degrees, minutes, seconds = (float(angle[part] or 0) for part in ("degrees", "minutes", "seconds"))
    if minutes >= 60 or seconds >= 60:
        raise ClaimsError(f"{text!r} is no position: minutes and seconds are below 60")
    if axis and angle["degrees"].startswith("-"):
        raise ClaimsError(f"{text!r} has a minus sign and {axis}; leave one of them out")
    size = round(abs(degrees) + minutes / 60 + seconds / 3600, 7)
    return -size if angle["degrees"].startswith("-") or axis in {"S", "W"} else size
