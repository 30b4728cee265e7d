"""The ``claims`` command: questions in, tables, JSON and files out.

Exit status 0 done; 1 ``validate`` or ``build --check`` found something; 2 bad input, with one line on standard error;
130 interrupted.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import os
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from geo import _files
from geo._errors import ClaimsError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from types import FrameType

    from geo.cli.parser import Parser

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
    "metadata": "metadata",
    "site": "site",
    "compare": "comparing",
    "diff": "comparing",
    "validate": "upkeep",
    "build": "upkeep",
    "format": "editing",
    "edit-project": "editing",
    "init": "beginning",
}
_ENDING = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
_PICTURES = {".html", ".png", ".svg", ".pdf"}  # in a folder of a series these are not read
_BESIDE_A_SHAPEFILE = (".dbf", ".shx", ".prj", ".cpg")


def _parser(typed: str) -> Parser:
    """Return the parser of the command that is typed, without loading the others, or of all for any other word."""
    from geo.cli.parser import Parser, Version

    parser = Parser(
        prog="claims",
        description="Territorial control: who held which ground, when, and how sure that is.",
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
    try:
        with _signals():
            return _run(sys.argv[1:] if arguments is None else arguments)
    except ClaimsError as error:
        return _failed(str(error))
    except MemoryError:
        return _failed("there is not enough memory for this; ask for less at once, or on a larger machine")
    except KeyboardInterrupt as stop:
        number = stop.args[0] if stop.args else signal.SIGINT
        return _failed("interrupted" if number == signal.SIGINT else "stopped", 128 + number)
    except BrokenPipeError:
        sys.stderr.close()  # the reader has had enough
    except OSError as error:
        return _failed(f"the answer cannot be written: {error.strerror}")
    return 0


def _run(given: list[str]) -> int:
    """Answer what is typed."""
    from geo.cli import outputs, series
    from geo.cli.text import fitted

    options = _parser(given[0] if given else "").parse_args(given)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal that knows no km² still gets its answer
    if options.answer is None:
        status: int = options.run(options)
        return status
    of_series = series.asked(options)
    with _files.inputs(*_inputs(options)):
        outputs.check(options)
        if of_series:
            text = series.answer(options)
        else:
            from geo.answers.record import load

            text = options.answer(load(options.layers), options)
    if text:
        print(text if getattr(options, "json", False) else fitted(text), flush=True)
    return int(getattr(options, "status", 0))


def _inputs(options: argparse.Namespace) -> Iterator[Path]:
    """Yield what the command reads, which no output may be."""
    layers = options.layers or _files.shipped()
    yield from (layers / name for name in ("curated", "built", "datapackage.json"))
    if given := getattr(options, "series", None) or getattr(options, "file", None):
        path = Path(given)
        if path.is_dir():
            yield from (file for file in path.iterdir() if file.suffix.lower() not in _PICTURES)
        else:
            yield path
            yield from (path.with_suffix(ending) for ending in _BESIDE_A_SHAPEFILE if path.suffix.lower() == ".shp")


def _failed(message: str, status: int = 2) -> int:
    """Say what went wrong, on one line, and return the exit status."""
    from geo.cli.parser import printable

    print(f"claims: error: {printable(message)}", file=sys.stderr)
    return status


@contextlib.contextmanager
def _signals() -> Iterator[None]:
    """Let a signal that ends the process end the work first, so that nothing half made is left."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, _stop) for number in _ENDING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _stop(number: int, frame: FrameType | None) -> None:
    del frame
    for ending in _ENDING:
        signal.signal(ending, _leave)
    raise KeyboardInterrupt(number)


def _leave(number: int, frame: FrameType | None) -> None:
    """Leave at once, when asked a second time; the next run removes what is left."""
    del frame
    os._exit(128 + number)
