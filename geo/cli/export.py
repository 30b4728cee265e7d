"""``claims export``: layers as files for a GIS."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from geo import _files
from geo._errors import ClaimsError
from geo.cli import series
from geo.cli.outputs import STANDARD, add_output, done
from geo.cli.parser import add_command, add_perspective, geojson_file

if TYPE_CHECKING:
    import argparse

    from geo.answers.record import Record
    from geo.cli.parser import Commands


def add(commands: Commands) -> None:
    """Add the command."""
    sub = add_command(
        commands,
        "export",
        "A layer as a file for a GIS.",
        "claims export buffer_zone_1974 -o zone.geojson",
        answer=_export,
    )
    sub.add_argument("layer", metavar="LAYER", nargs="?", help="a zone, line, control_DATE, change_FROM_TO, ...")
    sub.add_argument("--all", action="store_true", help="every layer, into a folder")
    add_perspective(sub, "for control_DATE, add how a party names and counts the ground")
    add_output(sub, "GeoJSON", (".geojson", ".json", ""), "file to write; with --all a folder")
    sub.add_argument("--format", choices=["geojson"], default="geojson", help="geojson")
    series.add_options(sub)


def _export(layers: Record, options: argparse.Namespace) -> str:
    from geo.formats import features

    if options.all == bool(options.layer):
        raise ClaimsError("name one layer, or give --all and a folder")
    if not options.all:
        text = features.text(layers, options.layer, perspective=options.perspective)
        target = options.output or geojson_file(options.layer, None)
        _files.write_text(target, text)
        return done(target)
    if options.perspective:
        raise ClaimsError("a perspective goes with control_DATE, not with --all")
    if options.output == STANDARD:
        raise ClaimsError("--all writes a file for each layer; name a folder, or one layer for standard output")
    folder = options.output or Path("layers-geojson")
    texts = {name: features.text(layers, name) for name in features.names(layers)}
    _files.write_folder(folder, {f"{name}.geojson": text for name, text in texts.items()})
    return f"{folder}: {len(texts)} layers"
