"""The ``claims`` command: questions in, tables, JSON and files out.

Exit status 0 done; 1 ``validate`` or ``build --check`` found something; 2 bad input, with one line on standard error.
"""

from __future__ import annotations

import importlib
import io
import sys

from geo._errors import ClaimsError
from geo.answers.record import load
from geo.cli import outputs, series
from geo.cli.parser import Parser, Version
from geo.cli.text import fitted, show

# which module of this wing has a command, in the order of the help
_HOMES = {
    "change": "control",
    "areas": "control",
    "where": "where",
    "layers": "catalogue",
    "figures": "catalogue",
    "scenarios": "catalogue",
    "map": "pictures",
    "plot": "pictures",
    "export": "export",
    "validate": "upkeep",
    "build": "upkeep",
}


def _parser(typed: str) -> Parser:
    """Return the parser of the command that is typed, without loading the others, or of all for any other word."""
    parser = Parser(
        prog="claims",
        description="Territorial control on the Golan: who held which ground, when, and how sure that is.",
        epilog="example: claims change 2024-12-07 2026-01-06",
    )
    parser.add_argument("--version", action=Version, nargs=0, help="print the version and stop")
    # named, since working out the name loads what formats help, for every command
    commands = parser.add_subparsers(prog=parser.prog, dest="command", required=True, metavar="COMMAND")
    for home in [_HOMES[typed]] if typed in _HOMES else dict.fromkeys(_HOMES.values()):
        importlib.import_module(f"geo.cli.{home}").add(commands)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    given = sys.argv[1:] if arguments is None else arguments
    options = _parser(given[0] if given else "").parse_args(given)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal that knows no km² still gets its answer
    try:
        if options.answer is None:
            status: int = options.run(options)
            return status
        of_series = series.asked(options)
        outputs.check(options)
        text = series.answer(options) if of_series else options.answer(load(options.layers), options)
        if text:
            print(text if getattr(options, "json", False) else fitted(text), flush=True)
    except ClaimsError as error:
        print(f"claims: error: {' '.join(show(error).split())}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        sys.stderr.close()  # the reader has had enough
    except OSError as error:
        print(f"claims: error: the answer cannot be written: {error.strerror}", file=sys.stderr)
        return 2
    return 0
