"""``claims init``: a new record, the example or one made from polygons."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from geo._errors import ClaimsError
from geo.cli.outputs import noted
from geo.cli.parser import add_command
from geo.cli.text import show

if TYPE_CHECKING:
    import argparse

    from geo.cli.parser import Commands

_STEPS = 4  # reading, cutting into faces, writing, building
_ONLY_FROM = "goes with --from FILE; without it the example is written"


def add(commands: Commands) -> None:
    """Add the command."""
    sub = add_command(
        commands,
        "init",
        "A new record: an example to start from, or one made from polygons.",
        "claims init isles; claims init mine --from mine.gpkg --by holder --name district --since 2024-12-08",
        answer=None,
    )
    add = sub.add_argument
    add("folder", metavar="DIR", type=Path, help="new or empty folder")
    group = sub.add_argument_group("made from polygons")
    add = group.add_argument
    add("--from", dest="data", metavar="FILE", help="file of polygons, or folder of such, a date in each name")
    others = [
        add("--by", metavar="C", help="column of who holds a row (controller)"),
        add("--name", metavar="C", help="column of names, which become zones"),
        add("--since", metavar="DATE", help="first day of polygons without dates (today)"),
        add("--date-column", dest="date", metavar="C", help="column of dates; a row holds until the next date"),
        add("--valid-from", metavar="C", help="column of first days, where a row holds for a period"),
        add("--valid-to", metavar="C", help="column of the days after the last; nothing: it still holds"),
        add("--ends", choices=["exclusive", "inclusive"], help="inclusive: the last day counts"),
        add("--date-format", metavar="F", help="how dates are written, such as %%d.%%m.%%Y"),
        add("--accuracy-m", type=float, metavar="M", help="standard deviation of lines, m (100, with a note)"),
        add("--correlation-km", type=float, metavar="KM", help="correlation length of their errors, km (5)"),
        add("--basis", metavar="B", help="what lines rest on: map, survey, imagery, ... (map)"),
        add("--language", metavar="TAG", help="language of the names (en)"),
        add("--controller", metavar="NAME", help="the one party that holds all polygons; no column is needed"),
        add("--nulls", choices=["error", "nobody"], help="rows with nothing in the column of --by (error)"),
        add("--overlaps", choices=["error", "first", "split"], help="two rows on one ground (error)"),
        add("--overlap-km2", type=float, metavar="X", help="settle overlaps up to X km² as first does"),
        add("--repair", action="store_true", default=None, help="make invalid polygons valid"),
        add("--operation", metavar="NAME", help="operation of PROJ from another CRS"),
        add("--layer", metavar="NAME", help="layer of a GeoPackage of several"),
        add("--encoding", metavar="E", help="of the text of a Shapefile or GeoJSON, such as cp1256"),
    ]
    sub.set_defaults(run=_init, of_polygons={other.dest: other.option_strings[0] for other in others})


def _init(options: argparse.Namespace) -> int:
    if options.layers is not None:
        raise ClaimsError("init writes the folder that it is given; leave --layers out")
    given = {name: getattr(options, name) for name in options.of_polygons if getattr(options, name) is not None}
    if empty := [name for name, value in given.items() if value == ""]:
        raise ClaimsError(f"{options.of_polygons[empty[0]]} is empty: give it a value")
    from geo.answers import new_record

    if options.data is None:
        if given:
            raise ClaimsError(f"{options.of_polygons[next(iter(given))]} {_ONLY_FROM}")
        new_record.example(options.folder)
        print(show(f"{options.folder}: an example to edit; its README.md says what each file is"))
    else:
        _from_polygons(options, given)
    print(show(f"next: claims validate {options.folder}"))
    print(show(f"      claims map --layers {options.folder} -o map.html"))
    return 0


def _from_polygons(options: argparse.Namespace, given: dict[str, object]) -> None:
    from tqdm import tqdm

    from geo.answers import new_record

    bar_format = "{desc} ({n}/{total}, {elapsed})"
    with noted(), tqdm(total=_STEPS, disable=None, leave=False, bar_format=bar_format) as bar:

        def step(what: str) -> None:
            bar.set_description_str(what)
            bar.update()

        made = new_record.from_polygons(options.folder, options.data, step=step, **given)  # type: ignore[arg-type]
    counts = f"{made.zones:,} zones, {made.parties:,} parties, {made.lines:,} lines, from {made.first} on"
    print(show(f"{options.folder}: {counts}"))
    for what, found in (("gaps", made.gaps), ("overlaps", made.overlaps)):
        print(show(f"{what} of the input: {found or 'none'}"))
