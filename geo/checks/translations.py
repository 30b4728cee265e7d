"""Names and words that a language of the layers lacks: readers see them in the first language, or in English."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from geo._errors import unknown
from geo.checks.records import Records
from geo.layers import tables
from geo.layers.profile import PACKAGE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

    from geo._errors import ClaimsError
    from geo.layers.profile import Profile
    from geo.layers.tables import Translation


_FILE = tables.read_translations.file


class Missing(NamedTuple):
    """How many of the texts of a file are missing in a language."""

    file: str
    language: str
    missing: int
    of: int


def missing(layers: Path, interface: Collection[str]) -> list[Missing]:
    """Return what is missing in each file and language; nothing for what is complete.

    Parameters
    ----------
    layers
        Folder with ``curated``.
    interface
        The languages that the interface has words in.
    """
    found = Records(layers)
    rows = [*_names(found), *_profile(found.path, found.profile), *_texts(found)]
    for tag in found.profile.tags:
        known = tag in interface or tag.split("-", maxsplit=1)[0] in interface
        rows.append(Missing("words of the interface", tag, int(not known), 1))
    return [row for row in rows if row.missing]


def _names(found: Records) -> Iterator[Missing]:
    for reader in tables.READERS:
        if "names" in reader.fields:
            names = [record.names for record in found.records[reader.file]]
            yield from _counted(str(found.folder / reader.file), names, found.profile)


def _profile(layers: Path, profile: Profile) -> Iterator[Missing]:
    names = [profile.title, profile.short, *(party.names for party in profile.parties.values())]
    names += [kind.names for kind in profile.line_kinds.values()]
    names += [kind.names for kind in profile.place_kinds.values()]
    yield from _counted(str(layers / PACKAGE), [some for some in names if some], profile)


def _counted(file: str, names: Iterable[dict[str, str]], profile: Profile) -> Iterator[Missing]:
    listed = list(names)
    for tag in profile.tags[1:]:
        yield Missing(file, tag, sum(tag not in some for some in listed), len(listed))


def _texts(found: Records) -> Iterator[Missing]:
    """Yield how many texts of each file that has translations lack one, or have one of an earlier text."""
    current = {(one.original, one.language) for one in _listed(found)}
    for file, column in dict.fromkeys((one.file, one.column) for one in _listed(found)):
        # readers look a text up by its words, so one translation serves all rows that have it
        written = {getattr(record, column) for record in found.records[file]} - {""}
        for tag in found.profile.tags[1:]:
            lacking = sum((text, tag) not in current for text in written)
            yield Missing(f"{found.folder / file}, {column}", tag, lacking, len(written))


def texts(found: Records) -> Iterator[ClaimsError]:
    """Yield translations of what does not exist, and second ones of the same text."""
    ids = {file: [_id(record) for record in found.records[file]] for file in tables.TEXTS}
    seen = set()
    for one in _listed(found):
        # rows of these have no id of their own: several texts may share one
        shared = one.original if one.file in ("scenarios.csv", "control.csv") else ""
        key = (one.file, one.id, one.column, one.language, shared)
        what = f"{one.file}, {one.id}, {one.column}, {one.language}"
        if one.id not in ids[one.file] and ids[one.file]:
            message = unknown("id", one.id, ids[one.file]).fault
            yield found.fault("reference", _FILE, what, message)
        if key in seen:
            yield found.fault("id", _FILE, what, "a text has two translations in one language; delete one of them")
        seen.add(key)


def _id(record: Any) -> str:
    found: str = record.zone if isinstance(record, tables.Control) else record.id
    return found


def _listed(found: Records) -> list[Translation]:
    listed: list[Translation] = found.records[_FILE]
    return listed
