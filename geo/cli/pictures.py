"""``claims map`` and ``claims plot``: the interactive map and the static figures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from geo._errors import ClaimsError
from geo.answers.record import PLOTS
from geo.cli import series
from geo.cli.outputs import ANIMATIONS, FIGURES, add_output, add_sheet, done, sheet_of
from geo.cli.parser import add_command, add_perspective

if TYPE_CHECKING:
    import argparse

    from geo.answers.record import Record
    from geo.cli.parser import Commands


def add(commands: Commands) -> None:
    """Add the commands."""
    sub = add_command(
        commands, "map", "The interactive map, one file that needs no network.", "claims map -o map.html", answer=_map
    )
    sub.add_argument(
        "dates", metavar="DATE", nargs="*", help="open at one date or scenario, or at the change between two"
    )
    sub.add_argument(
        "--language", metavar="LANG", help="open in a language of the layers, such as ar (default: their first)"
    )
    sub.add_argument("--tiles", metavar="NAME", help="online tiles below, such as OpenStreetMap.Mapnik (default: none)")
    add_perspective(sub, "colour the ground by whose it is in a party's view")
    add_output(sub, "a map", (".html", ".htm", ""), "page to write (map.html)", default=Path("map.html"))
    series.add_options(sub)
    sub = add_command(
        commands,
        "plot",
        "The static figure for a report: png, svg or pdf; or the timeline as gif, webp or mp4.",
        "claims plot -o change.png",
        answer=_plot,
    )
    sub.add_argument("dates", metavar="DATE", nargs="*", help="two dates or scenarios, for the change")
    sub.add_argument("--kind", choices=PLOTS, default="change", help="what to draw (default: change)")
    sub.add_argument("--zone", help="zone of kinds zone and profile (default: all in one sheet; the profile's)")
    sub.add_argument("--language", metavar="LANG", help="a language of the layers, such as ar (default: their first)")
    add_sheet(sub)
    sub.add_argument("--format", choices=FIGURES, help="png, svg or pdf (default: as the file is named, or png)")
    endings = tuple(f".{name}" for name in (*FIGURES, *ANIMATIONS))
    add_output(sub, "a figure", endings, "file (plot.png); gif, webp or mp4: moving", default=Path("plot.png"))
    series.add_options(sub)


def _map(layers: Record, options: argparse.Namespace) -> str:
    from geo.views import maps

    given = {"perspective": options.perspective, "language": options.language, "tiles": options.tiles}
    if len(options.dates) > 2:
        raise ClaimsError(f"map takes at most 2 dates, not {len(options.dates)}")
    maps.save(maps.settled(layers.map(*options.dates, **given)), options.output)
    return done(options.output)


def _plot(layers: Record, options: argparse.Namespace) -> str:
    from geo.views import plots

    if len(options.dates) > 2:
        raise ClaimsError(f"plot takes 2 dates, not {len(options.dates)}")
    if options.output.suffix.lower().lstrip(".") in ANIMATIONS:
        if options.kind != "timeline" or options.dates or options.zone or options.format:
            raise ClaimsError("only the timeline moves: give --kind timeline, without dates, --zone and --format")
        layers.animate(options.output, language=options.language, **sheet_of(options))
        return done(options.output)
    given = {"kind": options.kind, "zone": options.zone, "language": options.language, **sheet_of(options)}
    plots.save(layers.plot(*options.dates, **given), options.output, format_=options.format)
    return done(options.output)
