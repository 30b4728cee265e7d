"""The parser of a command, and what the options of several commands have in common."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable

    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001  # the one name that it has


DATES = "a date (2024-12-07, 2024-12, 2024, today, yesterday; a month or year stands for its first day) or a scenario"


class Parser(argparse.ArgumentParser):
    """A parser whose errors are one line."""

    def error(self, message: str) -> NoReturn:
        """Write what is wrong and leave with status 2."""
        self.exit(2, f"claims: error: {printable(message)}\n")


def printable(message: str) -> str:
    """Return a message as one line that a terminal can show, whatever words of the input are in it."""
    plain = "".join(letter if letter.isprintable() else " " for letter in message)
    return " ".join(plain.split())


class Version(argparse.Action):
    """Print the version of the package and leave with status 0."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> NoReturn:
        """Look the version up now, for no other command needs it."""
        from importlib.metadata import version

        print(f"claims {version('territorial-claims')}")
        parser.exit()


def add_command(
    commands: Commands, name: str, help_: str, example: str, *, answer: Callable[..., str] | None, json: bool = False
) -> argparse.ArgumentParser:
    """Add a command and return its parser.

    Parameters
    ----------
    commands
        What :meth:`argparse.ArgumentParser.add_subparsers` returned.
    name, help_, example
        The command, what it is for, and how it is called.
    answer
        Takes layers and options and returns what is printed; None for a command that sets ``run`` instead, which takes
        options and returns the exit status.
    json
        Whether it has ``--json``.
    """
    sub = commands.add_parser(name, help=help_, description=help_, epilog=f"example: {example}")
    sub.add_argument("--layers", metavar="DIR", type=Path, help="someone else's layers (default: the shipped ones)")
    if json:
        sub.add_argument("--json", action="store_true", help="print JSON")
    sub.set_defaults(answer=answer)
    return sub


def add_perspective(sub: argparse.ArgumentParser, help_: str) -> None:
    """Add the option that names a perspective."""
    sub.add_argument("--perspective", metavar="PARTY", help=f"{help_}; claims layers lists them")
