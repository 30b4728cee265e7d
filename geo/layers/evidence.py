"""How strong the evidence of a statement is: its best source, how many publishers, and whose accounts.

In: the ids of the sources that a line, a row of control, an event, a claim, a figure or a place cites, and the sources.
Out: a grade, a count and the sides. What rests on what is curated; that this is enough is for a reader to judge.
With the standard library alone: small commands show it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from geo.layers import tables

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

Items = dict[str, dict[str, Any]]

GRADES = {  # the best first
    "primary": "a treaty, UN document, law, official map or other document that made or recorded the fact",
    "official": "a party's own statement",
    "agency": "a news agency, or a newspaper or broadcaster of record",
    "scholarly": "a book, journal or institute of research",
    "press": "another newspaper, magazine or news site",
    "reference": "an encyclopaedia, gazetteer or public map",
    "weak": "a blog, an unsigned page, or a copy that could not be traced",
}
ACCOUNTS = {
    "agree": "sources that speak for both sides are cited, and no row differs",
    "differ": "another row of control has another holder in another extent",
    "one_side": "sources of one side are cited",
    "not_told": "no source is known to speak for a side",
}
FIRM = ("primary", "agency")  # one of them is needed where a change of control must be corroborated


class Evidence(NamedTuple):
    """What a statement rests on.

    Attributes
    ----------
    grade
        The best of :data:`GRADES` among its sources; empty when it has none that is known.
    publishers
        How many publishers independent of each other stand behind it; weak sources do not count.
    sides
        The parties for which its sources speak, of those concerned.
    accounts
        A word of :data:`ACCOUNTS`.
    """

    grade: str
    publishers: int
    sides: tuple[str, ...]
    accounts: str

    def json(self) -> dict[str, Any]:
        """Return it as members."""
        return {**self._asdict(), "sides": list(self.sides)}

    def columns(self) -> dict[str, Any]:
        """Return it as the columns of a table: ``evidence``, the grade, ``publishers`` and ``accounts``."""
        return {"evidence": self.grade, "publishers": self.publishers, "accounts": self.accounts}

    def text(self) -> str:
        """Return it in words.

        Examples
        --------
        >>> Evidence("agency", 2, ("israel",), "one_side").text()
        'agency, 2 publishers, one side'
        """
        count = f"{self.publishers} publisher{'' if self.publishers == 1 else 's'}"
        accounts = "" if self.accounts == "not_told" else f", {_SHOWN[self.accounts]}"
        return f"{self.grade or 'no source'}, {count}{accounts}"


_SHOWN = {"agree": "both sides", "differ": "accounts differ", "one_side": "one side"}


def publisher(item: Mapping[str, Any]) -> str:
    """Return whose account a source is: the `origin` of what is printed after somebody else, or its publisher.

    Examples
    --------
    >>> publisher({"publisher": "Daily Sabah / AP", "origin": "Associated Press"})
    'Associated Press'
    """
    return str(item.get("origin") or item.get("publisher") or item.get("title") or "")


def weigh(ids: Iterable[str], items: Items, concerned: Collection[str] = ()) -> Evidence:
    """Return the strength of what some sources say together.

    Parameters
    ----------
    ids
        Of the sources; unknown ones do not count.
    items
        CSL-JSON items by id.
    concerned
        The parties whose accounts matter; sources of others speak for no side.

    Examples
    --------
    >>> items = {
    ...     "wire": {"publisher": "Daily A / Agency", "origin": "Agency", "grade": "agency", "side": "north"},
    ...     "same": {"publisher": "Agency", "grade": "agency"},
    ...     "blog": {"publisher": "A blog", "grade": "weak", "side": "south"},
    ... }
    >>> weigh(["wire", "same", "blog"], items, {"north", "south"})
    Evidence(grade='agency', publishers=1, sides=('north', 'south'), accounts='agree')
    """
    found = [items[id_] for id_ in dict.fromkeys(ids) if id_ in items]
    grades = {str(item.get("grade")) for item in found}
    best = next((grade for grade in GRADES if grade in grades), "")
    publishers = {publisher(item).casefold() for item in found if item.get("grade") != "weak"}
    sides = tuple(sorted({str(item["side"]) for item in found if item.get("side") in concerned}))
    accounts = ("not_told", "one_side", "agree")[min(len(sides), 2)]
    return Evidence(best, len(publishers), sides, accounts)


def of_control(row: tables.Control, rows: Sequence[tables.Control], items: Items) -> Evidence:
    """Return the evidence of a row of control; the accounts are of its holder and of those before it or instead.

    Parameters
    ----------
    row
        The row.
    rows
        All of them: another holder of the zone at the same time, in other extents, means that accounts differ.
    items
        CSL-JSON items by id.
    """
    others = [other for other in rows if other.zone == row.zone and other.controller != row.controller]
    instead = [other for other in others if _overlap(row, other)]
    before = [other for other in others if other.valid_to == row.valid_from]
    found = weigh(row.sources, items, {row.controller, *(other.controller for other in [*instead, *before])})
    return found._replace(accounts="differ") if instead else found


def _overlap(one: tables.Control, other: tables.Control) -> bool:
    last = "9999"
    return one.valid_from < (other.valid_to or last) and other.valid_from < (one.valid_to or last)


def is_change(row: tables.Control) -> bool:
    """Tell whether a row of control is a change: an event brought it."""
    return bool(row.event)


def is_corroborated(found: Evidence, sources: Iterable[str], items: Items) -> bool:
    """Tell whether two publishers or more stand behind a statement, and one source is firm.

    Examples
    --------
    >>> items = {"un": {"publisher": "UN", "grade": "primary"}, "paper": {"publisher": "Paper", "grade": "press"}}
    >>> [is_corroborated(weigh(ids, items), ids, items) for ids in (["un"], ["un", "paper"])]
    [False, True]
    """
    return found.publishers > 1 and any(items.get(id_, {}).get("grade") in FIRM for id_ in sources)


def holders(rows: Iterable[tables.Control]) -> set[str]:
    """Return the parties that hold ground in some row of control."""
    return {row.controller for row in rows}


def name(record: Any) -> str:
    """Return what a record is called: its id, or what tells it from others of its zone or line."""
    if isinstance(record, tables.Control):
        extents = "" if record.extents == tables.EXTENTS else f" {' '.join(record.extents)}"
        return f"{record.zone} {record.controller} {record.valid_from}{extents}"
    if isinstance(record, tables.View):
        return f"{record.perspective} {record.zone} {record.valid_from}"
    if isinstance(record, tables.Scenario):
        return f"{record.id} {record.zone}"
    if isinstance(record, tables.GridPoint):
        return f"{record.line} {record.paragraph}"
    if isinstance(record, tables.MapComparison):
        return f"{record.line} {' '.join(record.sources)}"
    return str(record.id if hasattr(record, "id") else f"{record.line} {record.lat}")
