"""``claims export``: layers and tables as files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo._errors import ClaimsError
from geo.cli import series
from geo.cli.outputs import STANDARD, add_output, done, noted
from geo.cli.parser import add_command, add_perspective
from geo.formats import files

if TYPE_CHECKING:
    import argparse

    from geo.answers.record import Record
    from geo.cli.parser import Commands


def add(commands: Commands) -> None:
    """Add the command."""
    sub = add_command(
        commands,
        "export",
        "A layer or a table as a file.",
        "claims export control -o control.gpkg",
        answer=_export,
    )
    sub.add_argument(
        "layer",
        metavar="LAYER",
        nargs="?",
        help="zones, lines, places, control, fronts, changes, claims, scenarios, ...; a zone or line; control_DATE, "
        "fronts_DATE, change_FROM_TO; a table: areas, events, figures, proposals, sources",
    )
    sub.add_argument("--all", action="store_true", help="everything: into a folder, or one .gpkg, .kml or .xlsx")
    add_perspective(sub, "for control, add how a party names and counts the ground")
    add_output(sub, "a layer", (*files.ENDINGS, ""), "file to write; with --all also a folder")
    sub.add_argument(
        "--format", metavar="F", help=f"{', '.join(files.FORMATS)} (by the ending of the file, else geojson)"
    )
    sub.add_argument("--crs", metavar="EPSG:N", help="of gpkg, fgb, parquet and shp (EPSG:4326)")
    sub.add_argument("--lists", action="store_true", help="keep lists as arrays, in geojson, topojson and json")
    sub.add_argument(
        "--winding", choices=["rfc7946", "d3"], default="rfc7946", help="d3: exteriors clockwise, in geojson, topojson"
    )
    sub.add_argument("--language", metavar="TAG", help="of styles for QGIS in gpkg (with --all the first)")
    series.add_options(sub)


def _export(layers: Record, options: argparse.Namespace) -> str:
    from geo.answers import exported

    if options.all == bool(options.layer):
        raise ClaimsError("name one layer, or give --all and a folder")
    how = exported.options_of(crs=options.crs, winding=options.winding, lists=options.lists, language=options.language)
    if not options.all:
        with noted():
            target = exported.write(
                layers,
                options.layer,
                options.output,
                format_=options.format,
                perspective=options.perspective,
                options=how,
            )
        return done(target)
    if options.perspective:
        raise ClaimsError("a perspective goes with control and control_DATE, not with --all")
    if options.output == STANDARD:
        raise ClaimsError("--all writes many layers; name a folder or a .gpkg, or one layer for standard output")
    with noted():
        place, count = exported.write_all(layers, options.output, format_=options.format, options=how)
    return f"{place}: {count} layers and tables"
