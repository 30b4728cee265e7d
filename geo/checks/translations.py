"""Names and words that a language of the layers lacks: readers see them in the first language, or in English."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from geo.checks.records import Records
from geo.layers import tables
from geo.layers.profile import PACKAGE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

    from geo.layers.profile import Profile


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
    rows = [*_names(found), *_profile(found.path, found.profile)]
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
