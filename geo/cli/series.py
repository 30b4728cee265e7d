"""The ``claims`` command for dated polygons of one's own: ``--series FILE``."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from geo import _files
from geo._errors import ClaimsError
from geo.cli.outputs import ANIMATIONS, STANDARD, done, noted, sheet_of
from geo.cli.text import EDGES, show, span, table
from geo.layers.transfers import change_json

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable
    from pathlib import Path

    from geo.answers.changes import Change
    from geo.answers.series import Series

_PLOTS = ("change", "timeline")
_DATES_ALONE = "The 95 % intervals of a stated accuracy are given for dates that are named."
_UNSURE = "No accuracy is stated for these lines, so how sure the areas are is not known: --accuracy-m METRES"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that name a series."""
    group = parser.add_argument_group("dated polygons of one's own, instead of layers")
    group.add_argument(
        "--series",
        metavar="FILE",
        help="GeoJSON, GeoPackage, FlatGeobuf, Shapefile, GeoParquet, KML, one of these in .gz or .zip, or a folder of "
        "such files, a date in each name",
    )
    add = group.add_argument
    others = [
        add("--date-column", metavar="C", help="column of dates, one row per date and polygon"),
        add("--valid-from", metavar="C", help="column of first days, where a row holds for a period"),
        add("--valid-to", metavar="C", help="column of the days after the last; nothing: until today"),
        add("--ends", choices=["exclusive", "inclusive"], default="exclusive", help="inclusive: the last day counts"),
        add("--date-format", metavar="F", help="how dates are written, such as %%d.%%m.%%Y, or excel, unix, unix-ms"),
        add("--by", metavar="C", default="controller", help="column of who holds a row (controller)"),
        add("--controller", metavar="NAME", help="the one party that holds all polygons; no column is needed"),
        add("--nulls", choices=["error", "nobody"], default="error", help="rows with nothing in that column (error)"),
        add(
            "--overlaps", choices=["error", "first", "split"], default="error", help="two parties on one ground (error)"
        ),
        add("--overlap-km2", type=float, default=0.0, metavar="X", help="settle overlaps up to X km² as first does"),
        add("--min-km2", type=float, default=0.0, metavar="X", help="list no change of less than X km²"),
        add("--accuracy-m", type=float, default=0.0, metavar="M", help="standard deviation of lines, m"),
        add("--correlation-km", type=float, default=0.0, metavar="KM", help="correlation length of their errors"),
        add("--snap-m", type=float, default=0.0, metavar="M", help="snap to the lines of the date before"),
        add("--repair", action="store_true", help="make invalid polygons valid, split at the antimeridian"),
        add(
            "--operation", metavar="NAME", help="operation of PROJ from another CRS (the most accurate that covers it)"
        ),
        add("--skip-bad", action="store_true", help="leave out the dates of a folder's files that cannot be used"),
        add("--layer", dest="series_layer", metavar="NAME", help="layer of a GeoPackage of several"),
        add("--encoding", metavar="E", help="of the text of a Shapefile or GeoJSON, such as cp1256"),
        add("--engine", choices=["local", "dask"], default="local", help="dask: tile by tile (local)"),
        add("--scheduler", metavar="ADDRESS", help="of Dask (default: one for this machine's processors)"),
        add("--tile-degrees", type=float, default=1.0, metavar="D", help="size of a tile (1)"),
    ]
    parser.set_defaults(of_series={other.dest: (other.option_strings[0], other.default) for other in others})


def asked(options: argparse.Namespace) -> bool:
    """Tell whether a command is about a series.

    Raises
    ------
    ClaimsError
        For an option of a series without one.
    """
    if getattr(options, "series", None) is not None:
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
    if options.layers:
        raise ClaimsError("--series and --layers name two things to ask; give one of them")
    empty = [name for name, (option, _) in options.of_series.items() if getattr(options, name) == ""]
    if empty or getattr(options, "date", None) == "":
        raise ClaimsError(f"{options.of_series[empty[0]][0] if empty else '--date'} is empty: give it a value")
    if not (math.isfinite(options.min_km2) and options.min_km2 >= 0):
        raise ClaimsError(f"--min-km2 is an area of 0 km² or more, not {options.min_km2}")
    commands: dict[str, Callable[[Series, argparse.Namespace], str]] = {
        "areas": _areas,
        "change": _change,
        "where": _where,
        "map": _map,
        "plot": _plot,
        "export": _export,
    }
    with noted():
        return commands[options.command](_read(options), options)


def _read(options: argparse.Namespace) -> Series:
    from geo.answers.from_polygons import series

    return series(
        options.series,
        date=options.date_column,
        valid_from=options.valid_from,
        valid_to=options.valid_to,
        by=options.by,
        controller=options.controller,
        nulls=options.nulls,
        ends=options.ends,
        date_format=options.date_format,
        overlaps=options.overlaps,
        overlap_km2=options.overlap_km2,
        accuracy_m=options.accuracy_m,
        correlation_km=options.correlation_km,
        snap_m=options.snap_m,
        repair=options.repair,
        operation=options.operation,
        skip_bad=options.skip_bad,
        layer=options.series_layer,
        encoding=options.encoding,
        engine=options.engine,
        scheduler=options.scheduler,
        tile_degrees=options.tile_degrees,
    )


def _head(series: Series, what: str) -> list[str]:
    lines = [f"{what} ({EDGES})", series.how]
    if series.snapped:
        vertices, polygons, furthest, left = series.snapped
        stayed = f"; {left:,} polygons in part only, as lines would cross" if left else ""
        lines.append(f"snapped: {vertices:,} vertices of {polygons:,} polygons, {furthest:.1f} m at most{stayed}")
    if series.operation:
        lines.append(f"brought to EPSG:4326 by {show(series.operation)}")
    return [*lines, ""]


def _means(series: Series) -> dict[str, str]:
    """Return what says how areas were measured."""
    used = {"operation": series.operation} if series.operation else {}
    return {"ellipsoid": "WGS84", "edges": "lonlat", **used}


def _areas(series: Series, options: argparse.Namespace) -> str:
    if options.perspective:
        raise ClaimsError("perspectives belong to layers; a series knows only who holds what")
    import pandas as pd

    from geo.dated.intervals import NONE

    if options.date is None:
        areas = series.areas().set_axis(pd.Index(series.dates, dtype=object))
        if options.json:
            dates = [
                {
                    "date": date,
                    "controllers": [{"id": party, "area_km2": km2} for party, km2 in row.items() if party != NONE],
                    **({"none_km2": row[NONE]} if NONE in row else {}),
                }
                for date, row in areas.round(6).iterrows()
            ]
            return _files.compact({**_means(series), "dates": dates})
        rows = [(date, *(f"{km2:,.1f}" for km2 in row)) for date, row in areas.iterrows()]
        columns = tuple(range(1, len(areas.columns) + 1))
        shown = table([("date", *areas.columns), *rows], columns)
        return "\n".join([*_head(series, "Held on each date, km²"), shown, *_unused(options)])
    date, held = series.written(options.date), series.held(options.date)
    if options.json:
        parties = [{"id": party, **quantity.json()} for party, quantity in held.items()]
        return _files.compact({"date": date, **_means(series), "controllers": parties})
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
    target = options.output
    if options.after is None and options.before is not None:
        raise ClaimsError("change takes two dates of the series, or none for what passed from each to the next")
    text = (_changes if options.before is None else _one_change)(series, options)
    if target is None or target == STANDARD:
        return text
    _files.write_text(target, f"{text}\n")
    return done(target)


def write_table(change: Change, target: Path) -> str:
    """Write a change as the table of a file, .csv or .json, and return its name."""
    rows = change.table()
    rows["zones"], rows["places"] = (["; ".join(names) for names in rows[column]] for column in ("zones", "places"))
    is_json = target.suffix.lower() == ".json"
    text = _files.compact(change.json()) + "\n" if is_json else rows.to_csv(index=False, lineterminator="\n")
    _files.write_text(target, text)
    return done(target)


def _form(options: argparse.Namespace) -> str:
    """Return what is asked for: a text, JSON or CSV."""
    suffix = "" if options.output is None else options.output.suffix.lower()
    return suffix.removeprefix(".") or ("json" if options.json else "text")


def _changes(series: Series, options: argparse.Namespace) -> str:
    """Return what passed from each date to the next."""
    from geo.dated import timestamps

    changes = series.changes()
    names = dict(zip(timestamps.as_index(series.dates), series.dates, strict=True))
    changes = changes.assign(**{column: [names[date] for date in changes[column]] for column in ("before", "after")})
    small = changes["area_km2"] < options.min_km2
    left, changes = changes[small], changes[~small]
    if _form(options) == "csv":
        return str(changes.to_csv(index=False, lineterminator="\n")).rstrip("\n")
    if _form(options) == "json":
        told = {"left_out": {"count": len(left), "area_km2": round(left["area_km2"].sum(), 6)}} if len(left) else {}
        return _files.compact({**_means(series), "changes": changes.round(6).to_dict("records"), **told})
    rows = [(*map(str, row[:4]), f"{row[4]:,.1f}") for row in changes.itertuples(index=False)]
    shown = table([("before", "after", "from", "to", "km²"), *rows], (4,)) if rows else _nothing(len(left))
    lines = [*_head(series, "What passed from each date to the next"), shown]
    return "\n".join([*lines, *_left_out(left["area_km2"].tolist(), options), *_unused(options)])


def _nothing(left: int) -> str:
    """Return what stands for an empty list, of which some changes may have been left out."""
    return "No change is listed." if left else "Nothing changed hands."


def _left_out(km2: list[float], options: argparse.Namespace) -> list[str]:
    """Return the line that says what a list leaves out."""
    if not km2:
        return []
    return [f"not listed: {len(km2):,} changes of less than {options.min_km2:g} km², {sum(km2):,.4g} km² in all"]


def _one_change(series: Series, options: argparse.Namespace) -> str:
    """Return what passed between two dates."""
    change = series.change(options.before, options.after)
    listed = [transfer for transfer in change.transfers if transfer.quantity.area >= options.min_km2]
    left = [transfer.quantity.area for transfer in change.transfers if transfer.quantity.area < options.min_km2]
    if _form(options) == "csv":
        named = change.table()
        shown = named[named["area_km2"] >= options.min_km2].drop(columns=["zones", "places", "hypothetical"])
        return str(shown.to_csv(index=False, lineterminator="\n")).rstrip("\n")
    if _form(options) == "json":
        answer: dict[str, Any] = change_json(change.before, change.after, change.transfers)
        if left:
            listed_ways = {(one.source, one.target) for one in listed}
            answer["transfers"] = [one for one in answer["transfers"] if (one["from"], one["to"]) in listed_ways]
            answer["left_out"] = {"count": len(left), "area_km2": round(sum(left), 6)}
        if series.operation:
            answer["operation"] = series.operation
        return _files.compact(answer)
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
        for transfer in listed
    ]
    head = ("from", "to", "km²", *(["95 %"] if options.accuracy_m else []))
    net = [f"{show(name)} {km2:+,.1f}" for name, km2 in change.net_km2.items()]
    shown = [table([head, *rows], (2,))] if rows else []
    lines += [*shown, *_left_out(left, options), "", "net    " + ", ".join(net) + " km²"]
    if options.accuracy_m:
        noise, whole = series.noise_km2(options.before, options.after)
        lines.append(
            f"noise  {noise:,.1f} of the {whole:,.1f} km² that changed lie within the stated accuracy of the lines"
        )
    return "\n".join([*lines, *_note(options)])


def _where(series: Series, options: argparse.Namespace) -> str:
    words = " ".join(options.place).replace(",", " ").split()
    try:
        lon, lat = map(float, words)
    except ValueError:
        message = f"{' '.join(options.place)!r} is no position: a series knows no places, so give LON LAT in degrees"
        raise ClaimsError(message) from None
    held = series.where(lon, lat, date=options.date)
    party = held.columns[2]
    rows = [dict(zip(("from", "to", "controller"), row, strict=True)) for row in held.itertuples(index=False)]
    if options.json:
        asked = {} if options.date is None else {"date": series.written(options.date)}
        return _files.compact({"lon": lon, "lat": lat, **asked, "control": rows})
    shown = [(row["from"], row["to"] or "", row["controller"]) for row in rows]
    return "\n".join([f"Who held {lon:g} {lat:g}", "", table([("from", "until", str(party)), *shown])])


def _map(series: Series, options: argparse.Namespace) -> str:
    from geo.views import maps

    if len(options.dates) > 2:
        raise ClaimsError("a map opens at one date or at the change between two")
    if options.perspective:
        raise ClaimsError("perspectives belong to layers; a series knows only who holds what")
    drawn = series.map(*options.dates, language=options.language, tiles=options.tiles)
    maps.save(maps.settled(drawn), options.output)
    return done(options.output)


def _plot(series: Series, options: argparse.Namespace) -> str:
    from geo.views import plots

    if options.kind not in _PLOTS or options.zone is not None:
        raise ClaimsError(f"of a series, {' and '.join(_PLOTS)} are drawn, not {options.zone or options.kind}")
    if len(options.dates) > 2:
        raise ClaimsError(f"plot takes 2 dates, not {len(options.dates)}")
    if options.output.suffix.lower().lstrip(".") in ANIMATIONS:
        if options.kind != "timeline" or options.dates:
            raise ClaimsError("only the timeline moves: give --kind timeline, without dates")
        series.animate(options.output, language=options.language, **sheet_of(options))
        return done(options.output)
    figure = series.plot(*options.dates, kind=options.kind, language=options.language, **sheet_of(options))
    plots.save(figure, options.output, format_=options.format)
    return done(options.output)


def _export(series: Series, options: argparse.Namespace) -> str:
    if options.perspective or options.language:
        raise ClaimsError("--perspective and --language go with layers, not with a series")
    if options.all and options.layer:
        raise ClaimsError("name one layer, or give --all and a folder")
    if options.all and options.output == STANDARD:
        raise ClaimsError("--all writes many layers; name a folder or a .gpkg, or one layer for standard output")
    target = series.export(
        None if options.all else options.layer or "",
        options.output,
        format=options.format,
        crs=options.crs,
        lists=options.lists,
        winding=options.winding,
    )
    return done(target)
