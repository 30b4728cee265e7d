"""The ``claims`` command: questions in, tables, JSON and files out.

Exit status 0 done; 1 ``build --check`` found something stale; 2 bad input, with one line on standard error.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from geo import _files, dates, record
from geo._errors import ClaimsError, unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from geo.ledger import Quantity, Transfer
    from geo.record import Record

_EDGES = "WGS84 ellipsoid, edges straight in longitude and latitude"


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"claims: error: {message}\n")


def _show(text: Any) -> str:
    """Return text from the layers for a terminal, without control characters."""
    return "".join(letter if letter.isprintable() else " " for letter in str(text))


def _table(rows: Iterable[Iterable[Any]], right: tuple[int, ...] = ()) -> str:
    """Return rows as aligned columns under the first row; `right` names the columns of numbers."""
    cells = [[_show(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [
        "  ".join(
            cell.rjust(width) if index in right else cell.ljust(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    ]
    return "\n".join([lines[0], "-" * max(map(len, lines)), *lines[1:]])


def _wrapped(head: str, words: Iterable[str]) -> str:
    import textwrap

    text = head + (", ".join(map(_show, words)) or "none")
    return textwrap.fill(text, 110, subsequent_indent=" " * len(head), break_on_hyphens=False)


def _span(low: float, high: float) -> str:
    return f"{low:,.1f} to {high:,.1f}"


def _quantity(quantity: Quantity) -> list[str]:
    return [f"{quantity.area:,.1f}", _span(*quantity.ci95), _span(quantity.low, quantity.high)]


_MEANING = """\
95 %   where the lines run: how far digitising may be off, from the accuracy stated for each line (best extent)
range  who holds what: from the least that all sources confirm to the largest credible report"""
_PLACES = """\
?, just beyond   so near the edge (within one standard deviation of place and line) that the side is not sure
at most also     only by the largest credible report"""


def _areas(layers: Record, options: argparse.Namespace) -> str:
    day = dates.day(options.date)
    zones = {zone: layers.ledger.zone_area(zone) for zone in layers.zones}
    controllers = layers.ledger.controller_areas(day)
    if options.json:
        return _files.compact(
            {
                "date": day,
                "ellipsoid": "WGS84",
                "edges": "lonlat",
                "zones": [{"id": zone, **quantity.json()} for zone, quantity in zones.items()],
                "controllers": [{"id": name, **quantity.json()} for name, quantity in controllers.items()],
            }
        )
    zone_rows = [(zone, layers.zones[zone].names["en"], *_quantity(quantity)[:2]) for zone, quantity in zones.items()]
    controller_rows = [(name, *_quantity(quantity)) for name, quantity in controllers.items()]
    return "\n".join(
        [
            f"Areas in km² ({_EDGES})",
            "",
            _table([("zone", "name", "km²", "95 %"), *zone_rows], right=(2,)),
            "",
            f"Held on {day}, inside the covered ground",
            "",
            _table([("controller", "km²", "95 %", "range"), *controller_rows], right=(1,)),
            "",
            _MEANING,
        ]
    )


def _change(layers: Record, options: argparse.Namespace) -> str:
    before, after = dates.day(options.before), dates.day(options.after)
    transfers = layers.ledger.change(before, after)
    net = {name: cm2 / 1e10 for name, cm2 in layers.ledger.net_cm2(transfers).items()}
    if options.json:
        return _files.compact(
            {
                "from": before,
                "to": after,
                "ellipsoid": "WGS84",
                "edges": "lonlat",
                "transfers": [transfer.json() for transfer in transfers],
                "net_km2": {name: round(value, 6) for name, value in net.items()},
            }
        )
    lines = [f"Change in control, {before} to {after} ({_EDGES})"]
    if before > after:
        lines.append(f"{before} lies after {after}: this is the mirror of the change, what going back would return.")
    lines.append("")
    if not transfers:
        return "\n".join([*lines, "Nothing changed hands."])
    rows = [(transfer.source, transfer.target, *_quantity(transfer.quantity)) for transfer in transfers]
    lines += [_table([("from", "to", "km²", "95 %", "range"), *rows], right=(2,)), ""]
    for transfer in transfers:
        lines += [_transfer(layers, transfer), ""]
    lines.append("net    " + ", ".join(f"{_show(name)} {value:+,.1f}" for name, value in net.items()) + " km²")
    return "\n".join([*lines, _MEANING, _PLACES])


def _transfer(layers: Record, transfer: Transfer) -> str:
    def names(places: Iterable[str]) -> list[str]:
        return [
            layers.curated_places[place].names["en"].split(" (")[0]
            + ("?" if place in transfer.places and place in transfer.places_uncertain else "")
            for place in places
        ]

    zones = [f"{_zone(layers, zone)} {area:,.1f} km²" for zone, area in transfer.zones_km2.items()]
    outside = [place for place in transfer.places_uncertain if place not in transfer.places]
    parts = [
        f"{_show(transfer.source)} to {_show(transfer.target)}",
        _wrapped("  in          ", zones),
        _wrapped("  places      ", names(transfer.places)),
    ]
    if outside:
        parts.append(_wrapped("  just beyond ", names(outside)))
    if transfer.places_possible:
        parts.append(_wrapped("  at most also ", names(transfer.places_possible)))
    return "\n".join(parts)


def _zone(layers: Record, zone: str) -> str:
    return layers.zones[zone].names["en"] if zone in layers.zones else zone


def _spot(layers: Record, words: list[str]) -> tuple[int, float, float, str]:
    """Return face, longitude, latitude and name of a place or a position."""
    if len(words) == 2:
        try:
            lon, lat = float(words[0]), float(words[1])
        except ValueError:
            pass
        else:
            face = layers.face_at(lon, lat)
            if face is None:
                raise ClaimsError(f"{lon} {lat} lies outside the ground that the layers cover")
            return face, lon, lat, f"{lon} {lat}"
    asked = " ".join(words).casefold()
    spellings = {
        spelling.casefold(): place
        for place in layers.curated_places.values()
        for name in place.names.values()
        for spelling in (place.id, name, name.split(" (")[0])
    }
    if asked not in spellings:
        raise unknown("place", " ".join(words), sorted(spellings))
    place = spellings[asked]
    found = next(entry["face"] for entry in layers.topology["places"] if entry["id"] == place.id)
    if found is None:
        raise ClaimsError(f"{place.names['en']} lies outside the ground that the layers cover")
    return found, place.lon, place.lat, place.names["en"]


def _where(layers: Record, options: argparse.Namespace) -> str:
    face, lon, lat, name = _spot(layers, options.place)
    zones = layers.ledger.zones_of[face]
    control: list[dict[str, Any]] = [
        {
            "from": held.valid_from,
            "to": held.valid_to,
            "controller": held.controller,
            "extent": extent,
            "basis": held.row.basis,
            "sources": list(held.row.sources),
            "note": held.row.note,
        }
        for extent in ("best", "min", "max")
        for held in layers.ledger.histories[face][extent]
        if extent == "best" or held not in layers.ledger.histories[face]["best"]
    ]
    claims: list[dict[str, Any]] = [
        {
            "claimant": claim.claimant,
            "zone": claim.zone,
            "status": claim.status,
            "from": claim.valid_from,
            "to": claim.valid_to,
            "statement": claim.statement,
            "sources": list(claim.sources),
        }
        for claim in layers.claims
        if claim.zone in zones
    ]
    if options.json:
        return _files.compact(
            {"name": name, "lon": lon, "lat": lat, "zones": list(zones), "control": control, "claims": claims}
        )
    held_rows = [
        (row["from"], row["to"] or "today", row["controller"], row["extent"], row["basis"], ", ".join(row["sources"]))
        for row in control
    ]
    said = [
        _wrapped(f"{row['from']:<10}  {_show(row['claimant'])}, {_show(row['status'])}: ", [str(row["statement"])])
        for row in sorted(claims, key=lambda row: str(row["from"]))
    ]
    return "\n".join(
        [
            f"{_show(name)}, {lon:.4f} E {lat:.4f} N",
            _wrapped("in  ", (_zone(layers, zone) for zone in zones)),
            "",
            "Who held it (control, in fact)",
            _table([("from", "to", "controller", "extent", "basis", "sources"), *held_rows]),
            "",
            "Who claims it or speaks of it (by right)",
            *(said or ["nothing recorded"]),
        ]
    )


def _layers(layers: Record, options: argparse.Namespace) -> str:
    nothing = dict.fromkeys(("accuracy_m", "correlation_km", "basis"))
    rows = [{**line.properties(), "kind": "line", "type": line.kind} for line in layers.curated_lines.values()]
    rows += [{**nothing, **zone.properties(), "kind": "zone", "type": zone.kind} for zone in layers.zones.values()]
    if options.json:
        return _files.compact({"layers": rows})
    table = [
        (
            row["id"],
            f"{row['kind']}, {row['type']}",
            row["valid_from"],
            row["valid_to"] or "today",
            "" if row["accuracy_m"] is None else f"{row['accuracy_m']:.0f}",
            row["basis"] or "",
            ", ".join(row["sources"]),
        )
        for row in rows
    ]
    return _table([("id", "kind", "from", "to", "± m", "basis", "sources"), *table], right=(4,))


def _dates(options: argparse.Namespace, *counts: int) -> list[str]:
    """Return the dates to draw, the headline ones when none are given."""
    chosen: list[str] = options.dates or ["2024-12-07", "2026-01-06"]
    if len(chosen) not in counts:
        raise ClaimsError(f"{options.command} takes {' or '.join(map(str, counts))} dates, not {len(chosen)}")
    return chosen


def _map(layers: Record, options: argparse.Namespace) -> str:
    from geo import maps

    maps.save(layers.map(*_dates(options, 1, 2)), options.output)
    return str(options.output)


def _plot(layers: Record, options: argparse.Namespace) -> str:
    from geo import plots

    plots.save(layers.plot(*_dates(options, 2)), options.output)
    return str(options.output)


def _export(layers: Record, options: argparse.Namespace) -> str:
    from geo import export

    if options.all == bool(options.layer):
        raise ClaimsError("name one layer, or give --all and a folder")
    if not options.all:
        text = export.text(layers, options.layer)
        if options.output == Path("-"):
            return text.removesuffix("\n")
        target = options.output or Path(f"{options.layer}.geojson")
        _files.write_text(target, text)
        return str(target)
    folder = options.output or Path("layers-geojson")
    texts = {name: export.text(layers, name) for name in export.names(layers)}
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ClaimsError(f"{folder}: cannot be written: {error.strerror}") from None
    for name, text in texts.items():
        _files.write_text(folder / f"{name}.geojson", text)
    return f"{folder}: {len(texts)} layers"


def _build(options: argparse.Namespace) -> int:
    from geo import build

    folder = options.layers or _files.shipped()
    texts = build.files(folder)
    if options.check:
        stale = build.stale(folder, texts)
        print(f"stale: {', '.join(stale)}; run claims build" if stale else f"{folder / 'built'}: current")
        return 1 if stale else 0
    changed = build.write(folder, texts)
    print(f"{folder / 'built'}: {len(texts)} files, {len(changed)} changed")
    return 0


def _parser() -> _Parser:
    parser = _Parser(
        prog="claims",
        description="Territorial control on the Golan: who held which ground, when, and how sure that is.",
        epilog="example: claims change 2024-12-07 2026-01-06",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, help_: str, example: str, *, table: Callable[..., str] | None) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=help_, description=help_, epilog=f"example: {example}")
        sub.add_argument("--layers", metavar="DIR", type=Path, help="someone else's layers (default: the shipped ones)")
        sub.set_defaults(answer=table)
        return sub

    sub = command(
        "change", "What changed hands between two dates.", "claims change 2024-12-07 2026-01-06", table=_change
    )
    sub.add_argument("before", metavar="FROM", help="a date, or today; may lie after TO")
    sub.add_argument("after", metavar="TO", help="a date, or today")
    sub.add_argument("--json", action="store_true", help="print JSON")
    sub = command(
        "areas", "Area of every zone, and of every controller's ground.", "claims areas --date 2024-12-07", table=_areas
    )
    sub.add_argument("--date", default="today", help="a date (default: today)")
    sub.add_argument("--json", action="store_true", help="print JSON")
    sub = command("where", "Who held a place, when, and who claims it.", "claims where Quneitra", table=_where)
    sub.add_argument("place", metavar="PLACE | LON LAT", nargs="+", help="a name, or longitude and latitude")
    sub.add_argument("--json", action="store_true", help="print JSON")
    sub = command("layers", "What there is: kind, period, accuracy, sources.", "claims layers", table=_layers)
    sub.add_argument("--json", action="store_true", help="print JSON")
    sub = command("map", "The interactive map, one file that needs no network.", "claims map -o map.html", table=_map)
    sub.add_argument("dates", metavar="DATE", nargs="*", help="one date, or two to see the change between them")
    sub.add_argument("-o", "--output", type=Path, default=Path("map.html"), help="file to write (map.html)")
    sub = command("plot", "The static figure for a report: png, svg or pdf.", "claims plot -o change.png", table=_plot)
    sub.add_argument("dates", metavar="DATE", nargs="*", help="two dates")
    sub.add_argument("-o", "--output", type=Path, default=Path("plot.png"), help="file to write (plot.png)")
    sub = command(
        "export", "A layer as a file for a GIS.", "claims export buffer_zone_1974 -o zone.geojson", table=_export
    )
    sub.add_argument("layer", metavar="LAYER", nargs="?", help="a zone, line, control_DATE, change_FROM_TO, ...")
    sub.add_argument("--all", action="store_true", help="every layer, into a folder")
    sub.add_argument("-o", "--output", type=Path, help="file to write, - for standard output; with --all a folder")
    sub.add_argument("--format", choices=["geojson"], default="geojson", help="geojson")
    sub = command("build", "Make the built layers from the curated ones.", "claims build --check", table=None)
    sub.add_argument("--check", action="store_true", help="change nothing; exit 1 when something is stale")
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    options = _parser().parse_args(arguments)
    try:
        if options.answer is None:
            return _build(options)
        print(options.answer(record.load(options.layers), options))
    except ClaimsError as error:
        print(f"claims: error: {' '.join(_show(error).split())}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        sys.stderr.close()  # the reader has had enough
    return 0
