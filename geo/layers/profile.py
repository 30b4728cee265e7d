"""The territory profile: what a set of layers calls itself, its languages, parties, and kinds of lines and places.

It is the member ``territory`` of ``datapackage.json``, beside the licence, the attribution and the key dates of the
package. The code has neutral kinds of its own (:data:`LINE_KINDS`, :data:`PLACE_KINDS`), which a profile can rename and
add to. Layers without a profile have one language, English, and take any party.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from geo import _files, dates
from geo._errors import ClaimsError, unknown
from geo.layers.values import check_text, is_number, short

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from pathlib import Path

PACKAGE = "datapackage.json"
MARKS = ("plain", "dots", "lines", "bars", "rising", "falling", "grid")
SYMBOLS = ("circle", "ring", "square", "diamond", "triangle", "cross", "plus", "flag", "bar")
_LISTS = {"party": "parties", "line kind": "lineKinds", "place kind": "placeKinds"}
NOBODY = ("none", "undetermined")  # stand for no party, in any territory
_RIGHT_TO_LEFT = {"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"}
DECIMALS, MOST_DECIMALS = 6, 11  # of a vertex: a decimetre; and a micrometre, the lattice of geo.geometry.noding
T = TypeVar("T")


class Language(NamedTuple):
    """A language of names: its BCP 47 tag, its own name for itself, and whether it runs from right to left."""

    tag: str
    name: str
    right_to_left: bool

    @property
    def label(self) -> str:
        """Its name for itself, or else its tag."""
        return self.name or self.tag


class Party(NamedTuple):
    """Who holds ground, claims it or speaks of it; a colour (``#rrggbb``) or mark that is empty is chosen.

    `iso3166` is the code of a state, or of a part of one (``ES-CT``); None for who has none.
    """

    id: str
    names: dict[str, str]
    colour: str
    mark: str
    iso3166: str | None = None


class LineKind(NamedTuple):
    """A kind of line and how it is drawn.

    `width` is in pixels, `dashes` as in SVG. Lines of the role ``front`` part two controllers on their first day;
    `labelled` ones have their name on the map.
    """

    id: str
    names: dict[str, str]
    colour: str
    width: float
    dashes: str
    role: str
    labelled: bool


class PlaceKind(NamedTuple):
    """A kind of place. Its role is ``inhabited``, ``post`` (of a force, dated by reports) or empty.

    `symbol` is one of :data:`SYMBOLS`, `colour` (``#rrggbb``) that of its edge.
    """

    id: str
    names: dict[str, str]
    role: str
    symbol: str
    colour: str


def _line(id_: str, colour: str, width: float, dashes: str = "", *, role: str = "", labelled: bool = False) -> LineKind:
    return LineKind(id_, {}, colour, width, dashes, role, labelled)


# their names are among the words of the interface
LINE_KINDS = {
    kind.id: kind
    for kind in (
        _line("boundary", "#333333", 1.5, labelled=True),
        _line("armistice", "#1B7837", 2.0, labelled=True),
        _line("ceasefire", "#6A3D9A", 1.5, "2 4", labelled=True),
        _line("front", "#B22222", 1.5, "1 3", role="front"),
        _line("division", "#777777", 1.2, "1 3"),
        _line("claim", "#CC79A7", 1.5, "3 3"),
        _line("coast", "#2F5A78", 1.2),
        _line("frame", "#999999", 1.0, "1 4"),
        _line("water", "#8AB6D6", 1.0),
    )
}
_INK = "#111111"
_BY_ROLE = {"inhabited": ("circle", _INK), "post": ("diamond", "#7a0000"), "": ("square", _INK)}
PLACE_KINDS = {
    id_: PlaceKind(id_, {}, role, symbol, colour)
    for id_, role, symbol, colour in (
        ("city", "inhabited", "ring", _INK),
        ("town", "inhabited", "circle", _INK),
        ("village", "inhabited", "circle", _INK),
        ("post", "post", "diamond", "#7a0000"),
        ("ruin", "", "cross", _INK),
        ("hill", "", "triangle", "#5a3a1a"),
        ("crossing", "", "plus", _INK),
        ("dam", "", "bar", _INK),
        ("port", "", "ring", _INK),
        ("un_position", "", "flag", "#00497a"),
    )
}


class Profile(NamedTuple):
    """What a set of layers says of itself.

    `title` and `short` are the territory's names by language; `parties` is empty where any party is taken; `grid` is
    the EPSG code of grid references; `decimals` is how many a curated vertex may have, in degrees; `version` is that of
    the data; `attributions` has the attribution in other languages than the package's; changes of control from
    `corroborated_from` on need two publishers.
    """

    title: dict[str, str]
    short: dict[str, str]
    languages: tuple[Language, ...]
    parties: dict[str, Party]
    line_kinds: dict[str, LineKind]
    place_kinds: dict[str, PlaceKind]
    grid: int | None
    decimals: int
    default_zone: str
    first_date: str
    corroborated_from: str
    key_dates: tuple[str, ...]
    licence: str
    attribution: str
    attributions: dict[str, str]
    version: str = ""

    @property
    def tags(self) -> list[str]:
        """The tags of the languages; names are required in the first."""
        return [language.tag for language in self.languages]

    @property
    def posts(self) -> set[str]:
        """The kinds of places that are posts of a force."""
        return {kind.id for kind in self.place_kinds.values() if kind.role == "post"}

    @property
    def inhabited(self) -> list[str]:
        """The kinds of places where people live, larger ones first."""
        return [kind.id for kind in self.place_kinds.values() if kind.role == "inhabited"]

    @property
    def fronts(self) -> set[str]:
        """The kinds of lines that part two controllers on their first day."""
        return {kind.id for kind in self.line_kinds.values() if kind.role == "front"}

    def known(self, what: str) -> list[str]:
        """Return all ids of `what`: ``party``, ``line kind`` or ``place kind``; none where any is taken."""
        if what == "party":
            return [*self.parties, *NOBODY] if self.parties else []
        return [*(self.line_kinds if what == "line kind" else self.place_kinds)]

    def check(self, what: str, id_: str) -> str:
        """Return why an id is unknown, with what to do about it; nothing when it is known."""
        known = self.known(what)
        if id_ in known or not known:
            return ""
        return f"{unknown(what, id_, known).fault}; or add it to {_LISTS[what]} under territory in {PACKAGE}"


def is_tag(text: str) -> bool:
    """Tell whether a text has the form of a BCP 47 tag."""
    return bool(re.fullmatch(_TAG, text))


def right_to_left(tag: str) -> bool:
    """Tell whether a language is written from right to left in the script that is usual for it."""
    return tag.split("-", maxsplit=1)[0] in _RIGHT_TO_LEFT


NEUTRAL = Profile(
    title={},
    short={},
    languages=tuple(Language(tag, "", right_to_left(tag)) for tag in ("en", "ar", "he")),
    parties={},
    line_kinds=LINE_KINDS,
    place_kinds=PLACE_KINDS,
    grid=None,
    decimals=DECIMALS,
    default_zone="",
    first_date="",
    corroborated_from="",
    key_dates=(),
    licence="no licence stated",
    attribution="no attribution stated",
    attributions={},
)


def first_name(names: Mapping[str, str]) -> str:
    """Return the name in the first language of the profile, which is always there.

    Examples
    --------
    >>> first_name({"el": "Πράσινη Γραμμή", "en": "Green Line"})
    'Πράσινη Γραμμή'
    """
    return next(iter(names.values()), "")


class _Members:
    """The members of one object of the profile, read with errors that name the object."""

    def __init__(self, file: Path, where: str, value: Any, known: Collection[str]) -> None:
        self.file, self.where = file, where
        if not isinstance(value, dict):
            raise self.fault(f"is {short(value)}, not an object of {', '.join(known)}")
        for name in value:
            if name not in known:
                raise self.fault(unknown("member", str(name), list(known)).fault)
        self._values = value

    def fault(self, message: str) -> ClaimsError:
        return ClaimsError(message, code="profile", file=str(self.file), feature=self.where)

    def text(self, name: str, default: str | None = None, pattern: str = "", form: str = "") -> str:
        value = self._values.get(name, default)
        if value is None:
            raise self.fault(f"{name} is missing; add it")
        if not isinstance(value, str) or (pattern and value != default and not re.fullmatch(pattern, value)):
            raise self.fault(f"{name} is {short(value)}, not {form or 'text'}")
        if message := check_text(value):
            raise self.fault(f"{name} {message}")
        return value

    def word(self, name: str, words: tuple[str, ...]) -> str:
        value = self.text(name, "")
        if value and value not in words:
            raise self.fault(f"{name} is {short(value)}; write one of {', '.join(filter(None, words))}")
        return value

    def number(self, name: str, default: float) -> float:
        value = self._values.get(name, default)
        if not is_number(value) or not 0 < value < 100:
            raise self.fault(f"{name} is {short(value)}, not a number of pixels")
        return float(value)

    def whole(self, name: str, default: int, least: int, most: int) -> int:
        value = self._values.get(name, default)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise self.fault(f"{name} is {short(value)}, not a whole number from {least} to {most}")
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        value = self._values.get(name, default)
        if not isinstance(value, bool):
            raise self.fault(f"{name} is {short(value)}, not true or false")
        return value

    def listed(self, name: str) -> list[Any]:
        value = self._values.get(name, [])
        if not isinstance(value, list):
            raise self.fault(f"{name} is {short(value)}, not a list")
        return value

    def names(self, name: str, tags: list[str], *, needed: bool = True) -> dict[str, str]:
        """Return names by language, the first language of the profile first."""
        value = self._values.get(name, {})
        if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
            raise self.fault(f'{name} is {short(value)}, not names by language, such as {{"{tags[0]}": "..."}}')
        for tag, text in value.items():
            if tag not in tags:
                raise self.fault(f"{name} has the language {tag!r}; add it to languages, or delete the name")
            if message := check_text(text):
                raise self.fault(f"{name} in {tag} {message}")
        if needed and not value.get(tags[0]):
            raise self.fault(f"{name} has none in {tags[0]}, the first of the languages; add it")
        return {tag: value[tag] for tag in tags if value.get(tag)}


_TAG = "[a-z]{2,3}(-[A-Za-z0-9]{2,8})*"
_ID = "[a-z0-9_]+"
_COLOUR = "#[0-9A-Fa-f]{6}"
_DASHES = "[0-9. ]*"
_ISO3166 = "[A-Z]{2}(-[A-Z0-9]{1,3})?"
_MEMBERS = (
    *("title", "short", "languages", "parties", "lineKinds", "placeKinds"),
    *("grid", "decimals", "defaultZone", "firstDate", "corroboratedFrom", "attribution"),
)


def read(layers: Path) -> Profile:
    """Return the profile of a set of layers, with the neutral defaults for what it does not say.

    Raises
    ------
    ClaimsError
        With file and member, when something in it is wrong.

    Examples
    --------
    >>> profile = read(geo.load().path)
    >>> profile.short["en"], profile.tags, profile.parties["un"].names["en"]
    ('Golan', ['en', 'ar', 'he'], 'United Nations')
    """
    path = layers / PACKAGE
    package = _files.read_json(path) if path.exists() else {}
    if not isinstance(package, dict):
        raise ClaimsError("not a data package", code="format", file=str(path))
    licence, attribution, days = _of_package(path, package)
    of = _Members(path, "territory", package.get("territory", {}), _MEMBERS)
    languages = [*_unique(of, "languages", lambda item, _: _language(path, item), "tag").values()]
    languages = languages or [*NEUTRAL.languages]
    tags = [language.tag for language in languages]
    grid = of.text("grid", "", "EPSG:[0-9]{4,6}", "a code such as EPSG:32636")
    decimals = of.whole("decimals", DECIMALS, DECIMALS, MOST_DECIMALS)
    days_of = {name: of.text(name, "") for name in ("firstDate", "corroboratedFrom")}
    for name, day in days_of.items():
        if day and not dates.is_edtf(day):
            raise of.fault(f"{name} is {short(day)}, not a date; write 2024, 2024-12 or 2024-12-08")
    return Profile(
        title=of.names("title", tags, needed="territory" in package),
        short=of.names("short", tags, needed=False),
        languages=tuple(languages),
        parties=_unique(of, "parties", lambda item, where: _party(path, where, item, tags)),
        line_kinds=LINE_KINDS | _unique(of, "lineKinds", lambda item, where: _line_kind(path, where, item, tags)),
        place_kinds=PLACE_KINDS | _unique(of, "placeKinds", lambda item, where: _place_kind(path, where, item, tags)),
        grid=int(grid.removeprefix("EPSG:")) if grid else None,
        decimals=decimals,
        default_zone=of.text("defaultZone", ""),
        first_date=days_of["firstDate"],
        corroborated_from=days_of["corroboratedFrom"],
        key_dates=days,
        licence=licence,
        attribution=attribution,
        version=_version(path, package),
        attributions=of.names("attribution", tags, needed=False),
    )


def _version(path: Path, package: dict[str, Any]) -> str:
    version = str(package.get("version") or "")
    if message := check_text(version):
        raise ClaimsError(f"version {message}", code="text", file=str(path))
    return version


def _of_package(path: Path, package: dict[str, Any]) -> tuple[str, str, tuple[str, ...]]:
    """Return licence, attribution and key dates, which are members of the package itself."""
    listed, days = package.get("licenses") or [], package.get("keyDates") or []
    for name, value in (("licenses", listed), ("keyDates", days)):
        if not isinstance(value, list):
            raise ClaimsError(f"{name} is not a list; write one", code="format", file=str(path))
    licences = [str(item.get("name", "")) for item in listed if isinstance(item, dict)]
    for text in (*licences, str(package.get("attribution")), *map(str, days)):
        if message := check_text(text):
            raise ClaimsError(f"{text!r:.60} {message}", code="text", file=str(path))
    return (
        ", ".join(licences) or NEUTRAL.licence,
        str(package.get("attribution") or NEUTRAL.attribution),
        tuple(map(str, days)),
    )


def _unique(of: _Members, name: str, read_one: Callable[[Any, str], T], key: str = "id") -> dict[str, T]:
    """Return the items of a list by their id, which no two may share."""
    found: dict[str, T] = {}
    for index, item in enumerate(of.listed(name)):
        named = item.get(key, index) if isinstance(item, dict) else index
        one = read_one(item, f"{name} {named}")
        id_ = getattr(one, key)
        if id_ in found:
            raise of.fault(f"{name} has {id_} twice; delete one of them")
        found[id_] = one
    return found


def _language(path: Path, item: Any) -> Language:
    of = _Members(path, "languages", {"tag": item} if isinstance(item, str) else item, ("tag", "name", "direction"))
    tag = of.text("tag", pattern=_TAG, form="a BCP 47 tag such as en")
    direction = of.word("direction", ("ltr", "rtl"))
    return Language(tag, of.text("name", ""), direction == "rtl" if direction else right_to_left(tag))


def _party(path: Path, where: str, item: Any, tags: list[str]) -> Party:
    of = _Members(path, where, item, ("id", "names", "colour", "mark", "iso3166"))
    id_ = of.text("id", pattern=_ID, form="small letters, digits and underscores")
    colour = of.text("colour", "", _COLOUR, "a colour such as #0072B2")
    code = of.text("iso3166", "", _ISO3166, "an ISO 3166 code such as LB, or ES-CT for a part of a state")
    return Party(id_, of.names("names", tags), colour, of.word("mark", MARKS), code or None)


def _line_kind(path: Path, where: str, item: Any, tags: list[str]) -> LineKind:
    of = _Members(path, where, item, ("id", "names", "colour", "width", "dashes", "role", "labelled"))
    id_ = of.text("id", pattern=_ID, form="small letters, digits and underscores")
    base = LINE_KINDS.get(id_, _line(id_, "#333333", 1.5))
    return LineKind(
        id_,
        of.names("names", tags),
        of.text("colour", base.colour, _COLOUR, "a colour such as #333333"),
        of.number("width", base.width),
        of.text("dashes", base.dashes, _DASHES, "lengths of strokes and gaps such as 6 4"),
        of.word("role", ("", "front")) or base.role,
        of.flag("labelled", default=base.labelled),
    )


def _place_kind(path: Path, where: str, item: Any, tags: list[str]) -> PlaceKind:
    of = _Members(path, where, item, ("id", "names", "role", "symbol", "colour"))
    id_ = of.text("id", pattern=_ID, form="small letters, digits and underscores")
    role = of.word("role", ("", "inhabited", "post")) or (PLACE_KINDS[id_].role if id_ in PLACE_KINDS else "")
    known = PLACE_KINDS.get(id_, PlaceKind(id_, {}, role, *_BY_ROLE[role]))
    symbol = of.word("symbol", SYMBOLS) or known.symbol
    colour = of.text("colour", known.colour, _COLOUR, "a colour such as #7a0000")
    return PlaceKind(id_, of.names("names", tags), role, symbol, colour)
