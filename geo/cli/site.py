"""``claims site``: the record as a static site for any host."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from geo.cli.parser import add_command

if TYPE_CHECKING:
    import argparse

    from geo.answers.record import Record
    from geo.cli.parser import Commands


def add(commands: Commands) -> None:
    """Add the command."""
    sub = add_command(
        commands,
        "site",
        "A static site of the record, for any host or none: maps, tables, a page for each layer, downloads.",
        "claims site public",
        answer=_site,
    )
    sub.add_argument("folder", metavar="DIR", type=Path, help="a new or an empty folder")


def _site(layers: Record, options: argparse.Namespace) -> str:
    from geo.answers import site

    return f"{options.folder}: {site.write(layers, options.folder)} pages; open index.html"
