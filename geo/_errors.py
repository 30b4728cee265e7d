"""The one error that the command line turns into a line of text, and the one warning."""

from __future__ import annotations

import contextlib
import warnings
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

CLOSE = 0.7  # similarity from which on a word is suggested


class ClaimsWarning(UserWarning):
    """Something that was left out, assumed or changed on the way to an answer.

    The command writes it to standard error as ``claims: note: ...``.

    Examples
    --------
    >>> import warnings
    >>> with warnings.catch_warnings(record=True) as notes:
    ...     warnings.simplefilter("always")
    ...     left = geo.series(days.assign(controller=["a", None, "a"]), date="date", nulls="nobody")
    >>> [one.category.__name__ for one in notes]
    ['ClaimsWarning']
    """


# of the running thread alone: filters of warnings belong to all threads, and another may reset them meanwhile
_notes: ContextVar[list[str] | None] = ContextVar("notes", default=None)


def note(message: str) -> None:
    """Warn of something that was left out, assumed or changed."""
    notes = _notes.get()
    if notes is None:
        warnings.warn(message, ClaimsWarning, stacklevel=3)
    else:
        notes.append(message)


@contextlib.contextmanager
def collected() -> Iterator[list[str]]:
    """Give a list of what is noted while the body runs, instead of warnings.

    Examples
    --------
    >>> with collected() as notes:
    ...     note("a row without a date was left out")
    >>> notes
    ['a row without a date was left out']
    """
    notes: list[str] = []
    token = _notes.set(notes)
    try:
        yield notes
    finally:
        _notes.reset(token)


class ClaimsError(ValueError):
    """Bad input: the message names the file, feature or word at fault.

    Attributes
    ----------
    code
        Kind of fault, one word.
    file, feature
        Where it is; empty when it is in no file.
    vertex
        Index of the vertex in the line, if it is one.
    line
        Line of the file, counted from 1, if it is known.
    fault
        What is wrong, without the place.

    Examples
    --------
    >>> try:
    ...     geo.load().change("2024-12-07", "1800-01-01")
    ... except geo.ClaimsError as error:
    ...     isinstance(error, ValueError)
    True
    """

    def __init__(
        self,
        fault: str,
        *,
        code: str = "input",
        file: str = "",
        feature: str = "",
        vertex: int | None = None,
        line: int | None = None,
    ) -> None:
        # names may hold line breaks, and an error is one line
        fault = " ".join(fault.splitlines())
        super().__init__(" ".join(": ".join(filter(None, (file, feature, fault))).splitlines()))
        self.fault = fault
        self.code = code
        self.file = file
        self.feature = feature
        self.vertex = vertex
        self.line = line


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known word that a name is most likely a slip of, None when none is close.

    Close is a similarity of 0.7 and more (twice the letters in common over all letters), or a known word that the name
    begins.

    Examples
    --------
    >>> nearest("lin_a", ["line_a", "line_b"]), nearest("buffer", ["buffer_zone_1974"]), nearest("atlas", ["line_a"])
    ('line_a', 'buffer_zone_1974', None)
    """
    import difflib

    plain, words = name.casefold(), {word.casefold(): word for word in known}
    near = difflib.get_close_matches(plain, words, n=1, cutoff=CLOSE)
    begun = [word for word in words if len(plain) > 2 and word.startswith(plain)]
    found = near or sorted(begun, key=len)[:1]
    return words[found[0]] if found else None


def unknown(what: str, name: str, known: list[str]) -> ClaimsError:
    """Return the error for a name that is not known, with the nearest one that is.

    Parameters
    ----------
    what
        Kind of thing, as a reader would call it (``"layer"``).
    name
        The word that was given.
    known
        The words that would have been right.

    Examples
    --------
    >>> print(unknown("layer", "line_c", ["line_a", "line_b"]))
    unknown layer 'line_c'; did you mean 'line_b'?
    """
    near = nearest(name, known)
    more = f" and {len(known) - 8} more" if len(known) > 8 else ""
    hint = f"did you mean {near!r}?" if near else f"known: {', '.join(known[:8])}{more}"
    return ClaimsError(f"unknown {what} {name!r}; {hint}")
