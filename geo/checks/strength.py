"""How well the statements of a set of layers are supported, as a table and as a page to read; for ``claims build``."""

from __future__ import annotations

import csv
import io
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from geo.layers import evidence, tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from geo.layers.evidence import Evidence
    from geo.layers.layers import Layers

TABLE = "evidence.csv"
PAGE = "evidence.md"
_COLUMNS = ("file", "id", "evidence", "publishers", "accounts", "sides", "sources")


class Statement(NamedTuple):
    """A curated record that cites sources: its file, what it is called there, and its evidence."""

    file: str
    id: str
    sources: tuple[str, ...]
    evidence: Evidence

    def json(self) -> dict[str, Any]:
        """Return it as members."""
        return {"file": self.file, "id": self.id, "sources": list(self.sources), "evidence": self.evidence.json()}


def statements(layers: Layers) -> Iterator[Statement]:
    """Yield each curated record that cites sources, in the order of the files.

    Examples
    --------
    >>> {one.id: one for one in statements(geo.load())}["line_a"].file
    'lines.geojson'
    """
    for reader in tables.READERS:
        if "sources" not in reader.fields or reader is tables.read_comparisons:  # of maps; measured, not stated
            continue
        for record in layers.records(reader):
            yield Statement(reader.file, evidence.name(record), record.sources, layers.evidence(record))


def files(layers: Layers) -> dict[str, str]:
    """Return the text of the table and of the page, by name.

    Examples
    --------
    >>> files(geo.load())["evidence.csv"].splitlines()[0]
    'file,id,evidence,publishers,accounts,sides,sources'
    """
    found = list(statements(layers))
    return {TABLE: _table(found), PAGE: _page(layers, found)}


def _table(found: Iterable[Statement]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for one in found:
        strength = one.evidence
        writer.writerow(
            [one.file, one.id, *strength.columns().values(), " ".join(strength.sides), " ".join(one.sources)]
        )
    return text.getvalue()


def _page(layers: Layers, found: Sequence[Statement]) -> str:
    return "\n".join(
        [
            "# Evidence",
            "",
            "Made by `claims build`. How strong the evidence of each statement is: the best grade among its sources, "
            "and how many independent publishers stand behind it. `evidence.csv` has a row for each statement.",
            "",
            *_sources(layers),
            "## By best grade",
            "",
            *_grid(["file", *evidence.GRADES, "none", "all"], _by_grade(found)),
            "",
            "## By publishers and accounts",
            "",
            "Weak sources do not count as publishers.",
            "",
            *_grid(*_parted(by_publishers(found))),
            "",
            *_changes(layers),
            "## Statements that rest on one publisher or none",
            "",
            *_single(found),
        ]
    )


def _sources(layers: Layers) -> list[str]:
    """Return how many sources there are of each grade, and how many were read in a copy."""
    items = layers.sources.values()
    grades = Counter(str(item.get("grade", "")) for item in items)
    read = [item for item in items if item.get("read_in")]
    publishers = {evidence.publisher(item).casefold() for item in items}
    return [
        "## Sources",
        "",
        f"{len(items)} sources of {len(publishers)} publishers. {len(read)} were read in a copy; "
        f"{sum(not item.get('URL') for item in read)} of these have no address.",
        "",
        *_grid(["grade", "sources"], [[grade, str(grades[grade])] for grade in evidence.GRADES]),
        "",
    ]


_WORDS = {word: word.replace("_", " ") for word in evidence.ACCOUNTS}


def _grid(head: Sequence[str], rows: Iterable[Sequence[str]], column: str = "---:") -> list[str]:
    """Return the lines of a table in Markdown; `column` is the mark of all columns but the first."""
    lines = [head, ["---", *[column] * (len(head) - 1)], *rows]
    return [f"| {' | '.join(line)} |" for line in lines]


def _by_file(found: Iterable[Statement]) -> dict[str, list[Statement]]:
    files: dict[str, list[Statement]] = {}
    for one in found:
        files.setdefault(one.file, []).append(one)
    return files


def _by_grade(found: Iterable[Statement]) -> list[list[str]]:
    rows = []
    for file, there in _by_file(found).items():
        counts = Counter(one.evidence.grade for one in there)
        rows.append([f"`{file}`", *(str(counts[grade]) for grade in [*evidence.GRADES, ""]), str(len(there))])
    return rows


def _parted(rows: list[list[str]]) -> tuple[list[str], list[list[str]]]:
    """Return the head and the rows of a table, files as code."""
    head, *others = rows
    return head, [[f"`{file}`", *cells] for file, *cells in others]


def by_publishers(found: Iterable[Statement]) -> list[list[str]]:
    """Return how many statements of each file rest on how many publishers, and on whose accounts; the head first."""
    rows = [["file", "0", "1", "2", "3 or more", *_WORDS.values()]]
    for file, there in _by_file(found).items():
        counts = Counter(min(one.evidence.publishers, 3) for one in there)
        accounts = Counter(one.evidence.accounts for one in there)
        numbers = [*(counts[count] for count in range(4)), *(accounts[word] for word in _WORDS)]
        rows.append([file, *map(str, numbers)])
    return rows


def _changes(layers: Layers) -> list[str]:
    """Return the changes of control that lack a second publisher or a firm source, and what was looked for."""
    since = layers.profile.corroborated_from
    if not since:
        return []
    rows = [row for row in layers.curated_control if evidence.is_change(row) and row.valid_from >= since]
    firm = [row for row in rows if evidence.is_corroborated(layers.evidence(row), row.sources, layers.sources)]
    listed = [
        [f"`{row.zone}`", row.controller, row.valid_from, *map(_plain, (row.looked_for, row.found))]
        for row in layers.uncorroborated
    ]
    return [
        f"## Changes of control from {since} on",
        "",
        f"{len(firm)} of {len(rows)} rest on two independent publishers or more and on a source that is "
        f"{' or '.join(evidence.FIRM)}. The others:",
        "",
        *_grid(["zone", "to", "from", "looked for", "found"], listed, "---"),
        "",
    ]


def _plain(text: str) -> str:
    return text.replace("|", "\\|")


def _single(found: Iterable[Statement]) -> list[str]:
    lines: list[str] = []
    for file, there in _by_file(one for one in found if one.evidence.publishers < 2).items():
        listed = [f"* {one.id}: {', '.join(one.sources)} ({one.evidence.grade or 'no source'})" for one in there]
        lines += [f"### `{file}`: {len(there)}", "", *listed, ""]
    return lines
