"""The one error that the command line turns into a line of text."""

from __future__ import annotations


class ClaimsError(ValueError):
    """Bad input: the message names the file, feature or word at fault."""


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
    import difflib

    near = difflib.get_close_matches(name.casefold(), known, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known[:8])}"
    return ClaimsError(f"unknown {what} {name!r}; {hint}")
