"""``claims metadata``: the layers as dataset searches, catalogues and archives describe them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo import _files
from geo.cli.outputs import STANDARD, add_output, done
from geo.cli.parser import add_command

if TYPE_CHECKING:
    import argparse

    from geo.answers.record import Record
    from geo.cli.parser import Commands


def add(commands: Commands) -> None:
    """Add the command."""
    sub = add_command(
        commands,
        "metadata",
        "The layers as dataset searches, catalogues and archives describe them.",
        "claims metadata --as schema.org -o metadata.json",
        answer=_metadata,
    )
    sub.add_argument(
        "--as",
        dest="standard",
        metavar="STANDARD",
        required=True,
        help="schema.org, dcat, stac, croissant, zenodo or datacite",
    )
    sub.add_argument("--url", metavar="URL", default="", help="where the folder of the layers is on the web")
    add_output(sub, "metadata", (".json", ".jsonld"), "file to write (default: standard output)", default=STANDARD)


def _metadata(layers: Record, options: argparse.Namespace) -> str:
    from geo.formats import metadata

    _files.write_text(options.output, metadata.text(layers, options.standard, url=options.url))
    return done(options.output)
