"""Where a command writes to: ``-o FILE``, or ``-o -`` for standard output, checked before the work is done."""

from __future__ import annotations

import contextlib
import os
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo import _files
from geo._errors import ClaimsError, collected

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

STANDARD = Path("-")
FIGURES = ("png", "svg", "pdf")
ANIMATIONS = ("gif", "webp", "mp4")


def add_output(
    sub: argparse.ArgumentParser, made: str, endings: tuple[str, ...], help_: str, *, default: Path | None = None
) -> None:
    """Add ``-o``, which takes names with one of some endings; "" stands for none.

    Parameters
    ----------
    sub
        The parser of a command.
    made
        What it writes, for an error: ``"a map"``.
    endings
        Those that a name may have, lower case, dot included.
    help_
        What the file is.
    default
        Where to write without the option.
    """
    sub.add_argument("-o", "--output", metavar="FILE", type=Path, default=default, help=f"{help_}; - for a pipe")
    sub.set_defaults(written=(made, endings))


def add_sheet(sub: argparse.ArgumentParser) -> None:
    """Add the options that say how a figure is printed."""
    sub.add_argument("--width-cm", type=float, metavar="CM", help="width in print; no type is smaller than 6 points")
    sub.add_argument(
        "--style",
        choices=("screen", "print", "slide"),
        default="screen",
        help="print: 17 cm, 300 dpi; slide: larger type, 16 to 9 (default: screen)",
    )
    sub.add_argument("--dark", action="store_true", help="light on dark")


def sheet_of(options: argparse.Namespace) -> dict[str, Any]:
    """Return the answers to them."""
    return {"width_cm": options.width_cm, "style": options.style, "dark": options.dark}


def check(options: argparse.Namespace) -> None:
    """Raise the fault of an output that could not be written; folders that are missing are made when it is.

    Raises
    ------
    ClaimsError
        For a name with another ending, an input, a folder in the place of a file, or a place that cannot be written to.
    """
    made, endings = getattr(options, "written", ("", ()))
    target: Path | None = getattr(options, "output", None)
    if target is None or target == STANDARD:
        return
    if options.command == "export" and options.all and not (target.suffix in endings and not target.is_dir()):
        _writable_folder(target, target)
        return
    _files.check_output(target)
    if target.suffix.lower() not in endings:
        known = ", ".join(filter(None, endings))
        message = f"{made} is written as {known}, not {target.suffix or 'without an ending'}"
        raise ClaimsError(message, code="file", file=str(target))
    _writable_folder(target.parent, target)


@contextlib.contextmanager
def noted() -> Iterator[None]:
    """Write what is warned of while the body runs to standard error, each once."""
    from geo.cli.text import show

    with collected() as notes, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of libraries
        yield
    for message in dict.fromkeys(notes):
        print(f"claims: note: {' '.join(show(message).split())}", file=sys.stderr)


def _writable_folder(folder: Path, target: Path) -> None:
    """Raise the fault when a folder is none, or neither it nor the missing one could be written."""
    there = next(path for path in _upwards(folder) if os.path.lexists(path))
    if not there.is_dir():
        raise ClaimsError(f"cannot be written: {there} is not a folder", code="file", file=str(target))
    if not os.access(there, os.W_OK | os.X_OK):
        raise ClaimsError(f"cannot be written: Permission denied in {there}", code="file", file=str(target))


def _upwards(folder: Path) -> Iterator[Path]:
    yield folder
    yield from folder.parents
    yield Path()


def done(target: Path) -> str:
    """Return what a command says of a file that it wrote: its name, and nothing when it was standard output."""
    return "" if _files.is_stdout(target) else str(target)
