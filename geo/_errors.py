"""The one error that the command line turns into a line of text."""

from __future__ import annotations


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
        super().__init__(": ".join(filter(None, (file, feature, fault))))
        self.fault = fault
        self.code = code
        self.file = file
        self.feature = feature
        self.vertex = vertex
        self.line = line


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
