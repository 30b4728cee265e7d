"""The ``claims`` command for dated polygons of one's own: ``--series FILE``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo import _files
from geo._errors import ClaimsError
from geo.cli.parser import geojson_file
from geo.cli.text import EDGES, show, span, table
from geo.layers.transfers import change_json

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from geo.answers.series import Series

_DATES_ALONE = "The 95 % intervals of a stated accuracy are given for dates that are named."
_UNSURE = "No accuracy is stated for these lines, so how sure the areas are is not known: --accuracy-m METRES"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that name a series."""
    group = parser.add_argument_group("dated polygons of one's own, instead of layers")
    group.add_argument(
        "--series",
        metavar="FILE",
        help="GeoJSON, GeoPackage, FlatGeobuf, Shapefile, GeoParquet, or a folder of such files, a date in each name",
    )
    others = [
        group.add_argument("--date-column", metavar="C", help="column of dates, one row per date and polygon"),
        group.add_argument("--valid-from", metavar="C", help="column of first days, where a row holds for a period"),
        group.add_argument("--valid-to", metavar="C", help="column of the days after the last; nothing: until today"),
        group.add_argument("--by", metavar="C", default="controller", help="column of who holds a row (controller)"),
        group.add_argument(
            "--overlaps", choices=["error", "first", "split"], default="error", help="two parties on one ground (error)"
        ),
        group.add_argument("--accuracy-m", type=float, default=0.0, metavar="M", help="standard deviation of lines, m"),
        group.add_argument(
            "--correlation-km", type=float, default=0.0, metavar="KM", help="how far errors hang together"
        ),
        group.add_argument(
            "--snap-m", type=float, default=0.0, metavar="M", help="snap to the lines of the date before"
        ),
        group.add_argument("--layer", dest="series_layer", metavar="NAME", help="layer of a GeoPackage of several"),
        group.add_argument("--engine", choices=["local", "dask"], default="local", help="dask: tile by tile (local)"),
        group.add_argument(
            "--scheduler", metavar="ADDRESS", help="of Dask (default: one for this machine's processors)"
        ),
        group.add_argument("--tile-degrees", type=float, default=1.0, metavar="D", help="size of a tile (1)"),
    ]
    parser.set_defaults(of_series={other.dest: (other.option_strings[0], other.default) for other in others})


def asked(options: argparse.Namespace) -> bool:
    """Tell whether a command is about a series.

    Raises
    ------
    ClaimsError
        For an option of a series without one.
    """
    if getattr(options, "series", None):
        return True
    for name, (option, default) in getattr(options, "of_series", {}).items():
        if getattr(options, name) != default:
            raise ClaimsError(f"{option} goes with --series FILE")
    return False


def answer(options: argparse.Namespace) -> str:
    """Return the answer of a command about a series.

    Raises
    ------
    ClaimsError
        For a series that cannot be used, or an option that only layers have.
    """
    from geo.answers.from_polygons import series as read

    if options.layers:
        raise ClaimsError("--series and --layers name two things to ask; give one of them")
    series = read(
        options.series,
        date=options.date_column,
        valid_from=options.valid_from,
        valid_to=options.valid_to,
        by=options.by,
        overlaps=options.overlaps,
        accuracy_m=options.accuracy_m,
        correlation_km=options.correlation_km,
        snap_m=options.snap_m,
        layer=options.series_layer,
        engine=options.engine,
        scheduler=options.scheduler,
        tile_degrees=options.tile_degrees,
    )
    commands: dict[str, Callable[[Series, argparse.Namespace], str]] = {
        "areas": _areas,
        "change": _change,
        "map": _map,
        "export": _export,
    }
    return commands[options.command](series, options)


def _head(series: Series, what: str) -> list[str]:
    lines = [f"{what} ({EDGES})", series.how]
    if series.snapped:
        vertices, polygons, furthest, left = series.snapped
        stayed = f"; {left:,} polygons in part only, as lines would cross" if left else ""
        lines.append(f"snapped: {vertices:,} vertices of {polygons:,} polygons, {furthest:.1f} m at most{stayed}")
    return [*lines, ""]


def _areas(series: Series, options: argparse.Namespace) -> str:
    if options.perspective:
        raise ClaimsError("perspectives belong to layers; a series knows only who holds what")
    from geo.dated.intervals import NONE

    if options.date is None:
        areas = series.areas()
        if options.json:
            dates = [
                {
                    "date": date,
                    "controllers": [{"id": party, "area_km2": km2} for party, km2 in row.items() if party != NONE],
                    **({"none_km2": row[NONE]} if NONE in row else {}),
                }
                for date, row in areas.round(6).iterrows()
            ]
            return _files.compact({"ellipsoid": "WGS84", "edges": "lonlat", "dates": dates})
        rows = [(date, *(f"{km2:,.1f}" for km2 in row)) for date, row in areas.iterrows()]
        columns = tuple(range(1, len(areas.columns) + 1))
        shown = table([("date", *areas.columns), *rows], columns)
        return "\n".join([*_head(series, "Held on each date, km²"), shown, *_unused(options)])
    date, held = series.written(options.date), series.held(options.date)
    if options.json:
        parties = [{"id": party, **quantity.json()} for party, quantity in held.items()]
        return _files.compact({"date": date, "ellipsoid": "WGS84", "edges": "lonlat", "controllers": parties})
    rows = [
        (party, f"{quantity.area:,.1f}", *([span(*quantity.ci95)] if options.accuracy_m else []))
        for party, quantity in held.items()
    ]
    head = ("controller", "km²", *(["95 %"] if options.accuracy_m else []))
    return "\n".join([*_head(series, f"Held on {date}"), table([head, *rows], (1,)), *_note(options)])


def _note(options: argparse.Namespace) -> list[str]:
    return [] if options.accuracy_m else ["", _UNSURE]


def _unused(options: argparse.Namespace) -> list[str]:
    return ["", _DATES_ALONE] if options.accuracy_m else []


def _change(series: Series, options: argparse.Namespace) -> str:
    if options.before is None:
        changes = series.changes()
        if options.json:
            records = changes.round(6).to_dict("records")
            return _files.compact({"ellipsoid": "WGS84", "edges": "lonlat", "changes": records})
        rows = [(*map(str, row[:4]), f"{row[4]:,.1f}") for row in changes.itertuples(index=False)]
        shown = table([("before", "after", "from", "to", "km²"), *rows], (4,)) if rows else "Nothing changed hands."
        return "\n".join([*_head(series, "What passed from each date to the next"), shown, *_unused(options)])
    if options.after is None:
        raise ClaimsError("change takes two dates of the series, or none for what passed from each to the next")
    change = series.change(options.before, options.after)
    if options.json:
        return _files.compact(change_json(change.before, change.after, change.transfers))
    lines = _head(series, f"Change in control, {change.before} to {change.after}")
    if not change.transfers:
        return "\n".join([*lines, "Nothing changed hands."])
    rows = [
        (
            transfer.source,
            transfer.target,
            f"{transfer.quantity.area:,.1f}",
            *([span(*transfer.quantity.ci95)] if options.accuracy_m else []),
        )
        for transfer in change.transfers
    ]
    head = ("from", "to", "km²", *(["95 %"] if options.accuracy_m else []))
    net = [f"{show(name)} {km2:+,.1f}" for name, km2 in change.net_km2.items()]
    lines += [table([head, *rows], (2,)), "", "net    " + ", ".join(net) + " km²"]
    if options.accuracy_m:
        noise, whole = series.noise_km2(options.before, options.after)
        lines.append(
            f"noise  {noise:,.1f} of the {whole:,.1f} km² that changed lie within the stated accuracy of the lines"
        )
    return "\n".join([*lines, *_note(options)])


def _map(series: Series, options: argparse.Namespace) -> str:
    from geo.views import maps

    if len(options.dates) > 2:
        raise ClaimsError("a map opens at one date or at the change between two")
    if options.perspective:
        raise ClaimsError("perspectives belong to layers; a series knows only who holds what")
    maps.save(series.map(*options.dates, language=options.language, tiles=options.tiles), options.output)
    return str(options.output)


def _export(series: Series, options: argparse.Namespace) -> str:
    from geo.formats import geojson

    kind, _, rest = (options.layer or "").partition("_")
    named = rest.split("_") if rest else []
    if options.all or options.perspective:
        raise ClaimsError("--all and --perspective go with layers, not with a series")
    if (kind, len(named)) not in (("control", 1), ("change", 2)):
        given = repr(options.layer) if options.layer else "no layer is named"
        raise ClaimsError(f"{given}: of a series, control_DATE or change_FROM_TO is exported")
    dates = [series.written(date) for date in named]
    if kind == "control":
        held, frame = series.held(*dates), series.snapshot(*dates)
        found = [held[party] for party in frame.iloc[:, 0]]
        frame.insert(1, "date", dates[0])
    else:
        change = series.change(*dates)
        passed, frame = {(one.source, one.target): one.quantity for one in change.transfers}, change.pieces
        found = [passed[way] for way in zip(frame["from"], frame["to"], strict=True)]
        frame.insert(2, "date_from", dates[0])
        frame.insert(3, "date_to", dates[1])
    frame["ci95_km2"] = [quantity.json()["ci95_km2"] for quantity in found]
    text = geojson.text(frame)
    if str(options.output) == "-":
        return text.rstrip("\n")
    target = geojson_file("_".join([kind, *dates]), options.output)
    _files.write_text(target, text)
    return str(target)
