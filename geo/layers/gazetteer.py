"""Places and zones by any of their names, however these are spelt.

Names are compared without case, diacritics, vowel points, apostrophes, hyphens and articles (al-, el-, ha-, the, ال,
ה), in any Unicode normal form. In: names as tables hold them. Out: entries, best known first.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from geo.layers.profile import NEUTRAL, Profile, first_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from geo.layers.tables import Place, Zone

CLOSE = 0.83  # similarity from which on a name is suggested: one slip in six letters
# Arabic sun letters take over the l of the article
_ARTICLES = {"al", "el", "ul", "ad", "ed", "adh", "an", "ar", "er", "as", "es", "ash", "esh", "at", "et", "ath", "eth"}
_ARTICLES |= {"az", "ez", "ha", "the", "ה", "אל", "ال"}
_LETTERS = str.maketrans(
    {
        **dict.fromkeys("ٱ", "ا"),
        **dict.fromkeys("ة", "ه"),
        **dict.fromkeys("ى", "ي"),
        **dict(zip("ךםןףץ", "כמנפצ", strict=True)),
        **dict.fromkeys("'’‘ʼʻʾʿ`´׳״\"ـ", ""),
        **dict.fromkeys("-‐‑–־_/,.()", " "),
    }
)


class Entry(NamedTuple):
    """A place or a zone with what it is and all that it is called; its id is among the spellings."""

    id: str
    sort: str  # place or zone
    kind: str
    name: str
    spellings: tuple[str, ...]


def words(name: str) -> list[str]:
    """Return the words of a name as they are compared, articles included.

    Examples
    --------
    >>> words("Jubātā al-Khashab"), words("Ma'ale Gamla"), words("القُنَيطِرة")
    (['jubata', 'al', 'khashab'], ['maale', 'gamla'], ['القنيطره'])
    """
    parted = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).translate(_LETTERS).casefold())
    return "".join(letter for letter in parted if not unicodedata.combining(letter)).translate(_LETTERS).split()


def _bare(word: str) -> str:
    """Return a word without the Arabic or Hebrew article that is written in one with it."""
    if word.startswith("ال") and len(word) > 4:
        return word[2:]
    if word.startswith("ה") and len(word) > 3:
        return word[1:]
    return word


def bare(name: str) -> list[str]:
    """Return the words of a name without articles, unless it has nothing else.

    Examples
    --------
    >>> bare("El Quneitra"), bare("Jabal ash-Shaykh"), bare("القنيطرة"), bare("הר החרמון")
    (['quneitra'], ['jabal', 'shaykh'], ['قنيطره'], ['הר', 'חרמונ'])
    """
    found = words(name)
    return [_bare(word) for word in found if word not in _ARTICLES] or found


def entries(places: Iterable[Place], zones: Iterable[Zone], profile: Profile = NEUTRAL) -> list[Entry]:
    """Return places and zones, best known first: where people live, other places, zones, posts."""

    def spellings(id_: str, names: dict[str, str], others: Iterable[str] = ()) -> tuple[str, ...]:
        plain = [spelling for name in names.values() for spelling in (name.split(" (")[0], name)]
        return tuple(dict.fromkeys([id_, *plain, *others]))

    found = [
        Entry(place.id, "place", place.kind, place.label, spellings(place.id, place.names, place.names_other))
        for place in places
    ]
    found += [
        Entry(zone.id, "zone", zone.kind, first_name(zone.names), spellings(zone.id, zone.names))
        for zone in zones
        if zone.kind != "unit"
    ]
    inhabited, posts = profile.inhabited, profile.posts

    def rank(entry: Entry) -> tuple[int, int]:
        if entry.sort == "zone":
            return 2, 0
        if entry.kind in inhabited:
            return 0, inhabited.index(entry.kind)
        return (3, 0) if entry.kind in posts else (1, 0)

    return sorted(found, key=rank)


def named(name: str, known: Iterable[Entry]) -> list[Entry]:
    """Return the entries that have a name, those that have it with the same article before the others.

    Examples
    --------
    >>> golan = geo.load()
    >>> known = entries(golan.curated_places.values(), golan.curated_zones.values())
    >>> [entry.id for entry in named("Hermon", known)], [entry.id for entry in named("קוניטרה", known)]
    (['hermon_summit', 'hermon'], ['quneitra'])
    """
    full, plain = "".join(words(name)), "".join(bare(name))
    if not full:
        return []
    keys = [(entry, *_keys(entry)) for entry in known]
    exact = [entry for entry, with_articles, _ in keys if full in with_articles]
    loose = [entry for entry, _, without in keys if plain in without or full in without]
    return list(dict.fromkeys([*exact, *loose]))


def _keys(entry: Entry) -> tuple[set[str], set[str]]:
    return {"".join(words(one)) for one in entry.spellings}, {"".join(bare(one)) for one in entry.spellings}


def containing(name: str, known: Iterable[Entry]) -> list[Entry]:
    """Return the entries of which some name has the words of another in it, in a row."""
    asked = bare(name)

    def holds(spelling: str) -> bool:
        parts = bare(spelling)
        return any(parts[start : start + len(asked)] == asked for start in range(len(parts)))

    return [entry for entry in known if asked and any(map(holds, entry.spellings))]


def suggestion(name: str, known: Iterable[Entry]) -> str | None:
    """Return the spelling that a name is most likely a slip of, None when none is close."""
    import difflib

    spelt = dict(reversed(list(_spelt(known))))
    asked = "".join(bare(name))
    near = difflib.get_close_matches(asked, spelt, n=1, cutoff=CLOSE)
    return spelt[near[0]] if near else None


def _spelt(known: Iterable[Entry]) -> Iterator[tuple[str, str]]:
    for entry in known:
        for spelling in entry.spellings:
            yield "".join(bare(spelling)), spelling
