"""The ``claims`` command: questions in, tables, JSON and files out.

Exit status 0 done; 1 ``validate`` or ``build --check`` found something; 2 bad input, with one line on standard error.
"""

from __future__ import annotations

import argparse
import io
import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from geo import _files, cli_series, record
from geo._errors import ClaimsError, unknown
from geo._text import EDGES, show, span, table, wrapped
from geo.curated import EXTENTS
from geo.ledger import change_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from geo.ledger import Ledger, Quantity, Transfer
    from geo.record import Near, Record


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"claims: error: {message}\n")


def _quantity(quantity: Quantity) -> list[str]:
    return [f"{quantity.area:,.1f}", span(*quantity.ci95), span(quantity.low, quantity.high)]


_MEANING = """\
95 %   where the lines run: how far digitising may be off, from the accuracy stated for each line (best extent)
range  who holds what: from the least that all sources confirm to the largest credible report"""
_PLACES = """\
?, just beyond   so near the edge (within one standard deviation of place and line) that the side is not sure
at most also     only by the largest credible report
posts            named in reports as standing there at either date; none has a published position"""
_VIEW = """\
A perspective is whose ground it is by right in one party's view; who holds it in fact is another matter (claims areas).
undetermined   the party counts it to no state, or leaves it open"""


def _areas(layers: Record, options: argparse.Namespace) -> str:
    moment = layers.ledger.moment(options.date or "today")
    zones = {zone: layers.ledger.zone_area(zone) for zone in layers.zones}
    ledger = layers.seen_by(options.perspective) if options.perspective else layers.ledger
    if options.perspective and layers.ledger.supposed(moment):
        raise ClaimsError(f"{moment} supposes who holds the ground; a perspective is of right and takes a date")
    parties = ledger.controller_areas(moment)
    if options.json:
        views = {"perspective": options.perspective, "units": _units(ledger, moment)} if options.perspective else {}
        return _files.compact(
            {
                "date": moment,
                "ellipsoid": "WGS84",
                "edges": "lonlat",
                "hypothetical": bool(layers.ledger.supposed(moment)),
                "scenarios": layers.ledger.supposed(moment),
                **views,
                "zones": [{"id": zone, **quantity.json()} for zone, quantity in zones.items()],
                "controllers": [{"id": name, **quantity.json()} for name, quantity in parties.items()],
            }
        )
    if options.perspective:
        rows = [
            (unit["named"], unit["counted_as"], f"{unit['area_km2']:,.1f}", span(*unit["ci95_km2"]))
            for unit in _units(ledger, moment)
        ]
        sums = [(name, *_quantity(quantity)[:2]) for name, quantity in parties.items()]
        return "\n".join(
            [
                f"The covered ground on {moment} as {options.perspective} names and counts it, km² ({EDGES})",
                "",
                table([("named", "counted as", "km²", "95 %"), *rows], right=(2,)),
                "",
                table([("counted as", "km²", "95 %"), *sums], right=(1,)),
                "",
                _VIEW,
            ]
        )
    zone_rows = [
        (zone, layers.zones[zone].names["en"], *_quantity(quantity)[:2])
        for zone, quantity in zones.items()
        if layers.zones[zone].kind != "unit"
    ]
    controller_rows = [(name, *_quantity(quantity)) for name, quantity in parties.items()]
    return "\n".join(
        [
            f"Areas in km² ({EDGES})",
            "",
            table([("zone", "name", "km²", "95 %"), *zone_rows], right=(2,)),
            "",
            f"Held on {moment}, inside the covered ground",
            *_supposed(layers, moment),
            "",
            table([("controller", "km²", "95 %", "range"), *controller_rows], right=(1,)),
            "",
            _MEANING,
        ]
    )


def _units(ledger: Ledger, moment: str) -> list[dict[str, Any]]:
    """Return the ground as a party parts and names it, largest first."""
    units: dict[tuple[str, str], list[int]] = {}
    for face, held in enumerate(ledger.held(moment)):
        units.setdefault((held.row.note, held.controller), []).append(face)
    found = [
        {"named": named, "counted_as": counted, **ledger.quantity(dict.fromkeys(EXTENTS, faces)).json()}
        for (named, counted), faces in units.items()
    ]
    return sorted(found, key=lambda unit: -unit["area_km2"])


def _supposed(layers: Record, *moments: str) -> list[str]:
    """Return the lines that mark an answer as hypothetical."""
    return [
        line
        for scenario in layers.ledger.supposed(*moments)
        for line in (
            f"HYPOTHETICAL: {show(scenario['name'])}, laid over {scenario['base_date']}",
            f"  from {show(scenario['proposed_by'])}, {scenario['date']}; "
            f"sources: {show(', '.join(scenario['sources']))}",
            *(wrapped("  ", [note]) for note in scenario["notes"] if note),
        )
    ]


def _change(layers: Record, options: argparse.Namespace) -> str:
    if options.after is None:
        raise ClaimsError("change takes two dates or scenarios: claims change FROM TO")
    before, after = layers.ledger.moment(options.before), layers.ledger.moment(options.after)
    transfers = layers.ledger.change(before, after)
    answer = change_json(before, after, transfers, layers.ledger.supposed(before, after))
    if options.json:
        return _files.compact(answer)
    lines = [f"Change in control, {before} to {after} ({EDGES})", *_supposed(layers, before, after)]
    if not answer["hypothetical"] and before > after:
        lines.append(f"{before} lies after {after}: this is the mirror of the change, what going back would return.")
    lines.append("")
    if not transfers:
        return "\n".join([*lines, "Nothing changed hands."])
    rows = [(transfer.source, transfer.target, *_quantity(transfer.quantity)) for transfer in transfers]
    lines += [table([("from", "to", "km²", "95 %", "range"), *rows], right=(2,)), ""]
    for transfer in transfers:
        lines += [_transfer(layers, transfer), ""]
    net = [f"{show(name)} {value:+,.1f}" for name, value in answer["net_km2"].items()]
    return "\n".join([*lines, "net    " + ", ".join(net) + " km²", _MEANING, _PLACES])


def _transfer(layers: Record, transfer: Transfer) -> str:
    def names(places: Iterable[str]) -> list[str]:
        return [
            layers.curated_places[place].label
            + ("?" if place in transfer.places and place in transfer.places_uncertain else "")
            for place in places
        ]

    zones = [f"{_zone(layers, zone)} {area:,.1f} km²" for zone, area in transfer.zones_km2.items()]
    outside = [place for place in transfer.places_uncertain if place not in transfer.places]
    parts = [f"{show(transfer.source)} to {show(transfer.target)}"]
    for head, words in (
        ("  in            ", zones),
        ("  places        ", names(transfer.places)),
        ("  just beyond   ", names(outside)),
        ("  at most also  ", names(transfer.places_possible)),
        ("  posts         ", names(transfer.posts)),
    ):
        if words:
            parts.append(wrapped(head, words))
    people = transfer.people
    if people and people.counted:
        parts.append(
            f"  people        {people.total:,} in the {people.counted} of {people.places} inhabited places "
            "that have a sourced count (of different years)"
        )
    return "\n".join(parts)


def _near(line: Near, accuracy: float) -> str:
    doubt = "side uncertain" if line.sigmas < 1 else "side not sure" if line.sigmas < 2 else "side likely"
    return (
        f"{show(line.name)}, {line.valid_from} to {line.valid_to or 'today'}: {line.metres:,.0f} m off, "
        f"{line.sigmas:.1f}σ (line ± {line.accuracy_m:,.0f} m, position ± {accuracy:,.0f} m): {doubt}"
    )


def _kind(layers: Record, zone: str) -> str:
    return layers.zones[zone].kind if zone in layers.zones else ""


def _zone(layers: Record, zone: str) -> str:
    return layers.zones[zone].names["en"] if zone in layers.zones else zone


def _spot(layers: Record, words: list[str]) -> tuple[int, float, float, str, float]:
    """Return face, longitude, latitude, name and accuracy of a place or a position."""
    if len(words) == 2:
        try:
            lon, lat = float(words[0]), float(words[1])
        except ValueError:
            pass
        else:
            face = layers.face_at(lon, lat)
            if face is None:
                raise ClaimsError(f"{lon} {lat} lies outside the ground that the layers cover")
            return face, lon, lat, f"{lon} {lat}", 0.0
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
    return found, place.lon, place.lat, place.names["en"], place.accuracy_m


def _where(layers: Record, options: argparse.Namespace) -> str:
    face, lon, lat, name, accuracy = _spot(layers, options.place)
    side = next(
        (
            (place.side, place.side_evidence)
            for place in layers.curated_places.values()
            if place.names["en"] == name and place.side
        ),
        None,
    )
    zones = layers.ledger.zones_of[face]
    control: list[dict[str, Any]] = [
        {
            "from": held.valid_from,
            "to": held.valid_to,
            "controller": held.controller,
            "extent": extent,
            "basis": held.row.basis,
            "event": held.row.event or None,
            "happened": layers.events[held.row.event].title if held.row.event in layers.events else "",
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
    near = layers.near(lon, lat, accuracy)
    if options.json:
        return _files.compact(
            {
                "name": name,
                "lon": lon,
                "lat": lat,
                "accuracy_m": accuracy,
                "zones": list(zones),
                "control": control,
                "claims": claims,
                "near": [line._asdict() for line in near],
            }
        )
    held_rows = [
        (row["from"], row["to"] or "today", row["controller"], row["extent"], row["basis"], row["happened"])
        for row in control
    ]
    close = [_near(line, accuracy) for line in near]
    said = [
        wrapped(f"{row['from']:<10}  {show(row['claimant'])}, {show(row['status'])}: ", [str(row["statement"])])
        for row in sorted(claims, key=lambda row: str(row["from"]))
    ]
    return "\n".join(
        [
            f"{show(name)}, {lon:.4f} E {lat:.4f} N",
            *([wrapped("documented in  ", [f"{_zone(layers, side[0])}: {side[1]}"])] if side else []),
            wrapped("in  ", (_zone(layers, zone) for zone in zones if _kind(layers, zone) != "unit")),
            "",
            "Who held it (control, in fact)",
            table([("from", "to", "controller", "extent", "basis", "what happened"), *held_rows]),
            "",
            "Lines within three standard deviations (σ)",
            *(close or ["none"]),
            "",
            "Who claims it or speaks of it (by right)",
            *(said or ["nothing recorded"]),
        ]
    )


def _layers(layers: Record, options: argparse.Namespace) -> str:
    nothing = dict.fromkeys(("accuracy_m", "correlation_km", "basis"))
    lengths = {name: numbers for name, *numbers in layers.topology["lengths_km"]}
    rows: list[dict[str, Any]] = []
    for line in layers.curated_lines.values():
        km, *interval = lengths[line.id]
        apart = [spread.metres for spread in layers.spreads.get(line.id, [])]
        spread = {"spread_m": [min(apart), max(apart)]} if apart else {}
        length = {"length_km": km, "length_interval_km": interval}
        rows.append({**line.properties(), "kind": "line", "type": line.kind, **length, **spread})
    rows += [{**nothing, **route.properties(), "kind": "route", "type": route.kind} for route in layers.routes.values()]
    rows += [{**nothing, **zone.properties(), "kind": "zone", "type": zone.kind} for zone in layers.zones.values()]
    rows += [{**nothing, **band.properties(), "kind": "band", "type": "limitation"} for band in layers.bands.values()]
    if options.json:
        return _files.compact({"layers": rows})
    lines = [
        (
            row["id"],
            f"{row['kind']}, {row['type']}",
            row["valid_from"],
            row["valid_to"] or "today",
            "" if row["accuracy_m"] is None else f"{row['accuracy_m']:.0f}",
            f"{row['length_km']:.1f}" if "length_km" in row else "",
            row["basis"] or "",
            ", ".join(row["sources"]),
        )
        for row in rows
    ]
    return table([("id", "kind", "from", "to", "± m", "km", "basis", "sources"), *lines], right=(4, 5))


def _figures(layers: Record, options: argparse.Namespace) -> str:
    from geo import figures

    if options.output:
        from geo import plots

        plots.save(layers.plot(kind="figures"), options.output)
        return str(options.output)
    checked = figures.check_all(layers)
    if options.json:
        return _files.compact({"figures": [one.json() for one in checked]})
    rows = [
        (
            one.verdict.replace("_", " "),
            one.figure.quantity,
            figures.shown(one.figure),
            figures.digits(one.computed),
            "" if math.isnan(one.difference_percent) else f"{one.difference_percent:+.0f} %",
            one.figure.as_of or "",
            one.figure.sources[0],
        )
        for one in sorted(checked, key=lambda one: (("agrees", "differs", "cannot_be").index(one.verdict),))
    ]
    head = ("verdict", "quantity", "published", "computed", "off by", "as of", "source")
    rest = len(layers.published) - len(checked)
    why = [wrapped(f"{show(one.figure.id)}: ", [one.why]) for one in checked if one.verdict != "agrees"]
    fits = [
        wrapped(f"{show(one.figure.id)}: ", [f"{figures.shown(one.figure)}; {one.why}"])
        for one in checked
        if one.figure.measure == "taken"
    ]
    return "\n".join(
        [
            f"Published figures beside computed ones ({EDGES})",
            "",
            table([head, *rows], right=(2, 3, 4)),
            "",
            *(["Ground that passed, by extent", *fits, ""] if fits else []),
            "Why",
            *(why or ["all agree" if checked else "no figure to compare"]),
            "",
            f"{rest} further figures (counts, heights, forces) have nothing in the layers to compare with.",
        ]
    )


def _scenarios(layers: Record, options: argparse.Namespace) -> str:
    found = layers.ledger.supposed(*layers.ledger.scenarios)
    for scenario in found:
        scenario["proposals"] = [
            proposal._asdict() for proposal in layers.proposals if proposal.scenario == scenario["id"]
        ]
    others = [proposal for proposal in layers.proposals if not proposal.scenario]
    if options.json:
        return _files.compact({"scenarios": found, "proposals": [proposal._asdict() for proposal in others]})
    rows = [(row["id"], row["name"], row["proposed_by"], row["date"], row["base_date"]) for row in found]
    lines = [table([("scenario", "name", "from", "date", "laid over"), *rows]), ""]
    for scenario in found:
        lines += [wrapped(f"{show(scenario['id'])}: ", [" ".join(scenario["notes"])])]
        lines += [
            wrapped(f"    {proposal['date']:<10} {show(proposal['proposed_by'])}: ", [proposal["what"]])
            for proposal in scenario["proposals"]
        ]
    lines += ["", f"{len(others)} further proposals name no line that could be drawn; --json lists them."]
    if found:
        example = f"claims change {found[0]['base_date']} {found[0]['id']}"
        lines.append(f"Each stands wherever a date can: {example}")
    return "\n".join(lines)


def _validate(options: argparse.Namespace) -> int:
    from geo import validate

    folder = options.folder or options.layers or _files.shipped()
    faults = validate.defects(folder)
    if options.json:
        print(_files.compact({"defects": [validate.json(fault) for fault in faults]}))
    else:
        for fault in faults:
            print(show(f"{fault} [{fault.code}]"))
        print(f"{folder}: {len(faults)} defects" if faults else f"{folder}: no defect")
    return 1 if faults else 0


def _map(layers: Record, options: argparse.Namespace) -> str:
    from geo import maps

    given = {"perspective": options.perspective, "language": options.language, "tiles": options.tiles}
    if len(options.dates) > 2:
        raise ClaimsError(f"map takes at most 2 dates, not {len(options.dates)}")
    maps.save(layers.map(*options.dates, **given), options.output)
    return str(options.output)


def _plot(layers: Record, options: argparse.Namespace) -> str:
    from geo import plots

    if len(options.dates) > 2:
        raise ClaimsError(f"plot takes 2 dates, not {len(options.dates)}")
    given = {"kind": options.kind, "zone": options.zone, "language": options.language}
    plots.save(layers.plot(*options.dates, **given), options.output)
    return str(options.output)


def _export(layers: Record, options: argparse.Namespace) -> str:
    from geo import export

    if options.all == bool(options.layer):
        raise ClaimsError("name one layer, or give --all and a folder")
    if not options.all:
        text = export.text(layers, options.layer, perspective=options.perspective)
        if options.output == Path("-"):
            return text.removesuffix("\n")
        target = cli_series.geojson_file(options.layer, options.output)
        _files.write_text(target, text)
        return str(target)
    if options.perspective:
        raise ClaimsError("a perspective goes with control_DATE, not with --all")
    folder = options.output or Path("layers-geojson")
    texts = {name: export.text(layers, name) for name in export.names(layers)}
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ClaimsError(f"{folder}: cannot be written: {error.strerror}") from None
    for name, text in texts.items():
        _files.write_text(folder / f"{name}.geojson", text)
    return f"{folder}: {len(texts)} layers"


def _perspective(sub: argparse.ArgumentParser, help_: str) -> None:
    sub.add_argument("--perspective", metavar="PARTY", help=f"{help_}, such as syria, israel, un, us or lebanon")


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
    # named, since working out the name loads what formats help, for every command
    commands = parser.add_subparsers(prog=parser.prog, dest="command", required=True, metavar="COMMAND")

    def command(
        name: str, help_: str, example: str, *, answer: Callable[..., str] | None, json: bool = False
    ) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=help_, description=help_, epilog=f"example: {example}")
        sub.add_argument("--layers", metavar="DIR", type=Path, help="someone else's layers (default: the shipped ones)")
        if json:
            sub.add_argument("--json", action="store_true", help="print JSON")
        sub.set_defaults(answer=answer)
        return sub

    sub = command(
        "change",
        "What changed hands between two dates.",
        "claims change 2024-12-07 2026-01-06",
        answer=_change,
        json=True,
    )
    sub.add_argument("before", metavar="FROM", nargs="?", help="a date, today or a scenario; may lie after TO")
    sub.add_argument("after", metavar="TO", nargs="?", help="a date, today or a scenario")
    cli_series.add_options(sub)
    sub = command(
        "areas",
        "Area of every zone, and of every controller's ground.",
        "claims areas --date 2024-12-07",
        answer=_areas,
        json=True,
    )
    sub.add_argument("--date", help="a date or a scenario (default: today; of a series, all)")
    _perspective(sub, "the ground as a party names and counts it")
    cli_series.add_options(sub)
    sub = command(
        "where", "Who held a place, when, and who claims it.", "claims where Quneitra", answer=_where, json=True
    )
    sub.add_argument("place", metavar="PLACE | LON LAT", nargs="+", help="a name, or longitude and latitude")
    sub = command(
        "layers", "What there is: kind, period, accuracy, sources.", "claims layers", answer=_layers, json=True
    )
    sub = command("figures", "Published figures beside computed ones.", "claims figures", answer=_figures, json=True)
    sub.add_argument("-o", "--output", type=Path, help="draw them instead: png, svg or pdf")
    sub = command(
        "scenarios",
        "What has been asked for in talks, as would-be control.",
        "claims scenarios",
        answer=_scenarios,
        json=True,
    )
    sub = command("map", "The interactive map, one file that needs no network.", "claims map -o map.html", answer=_map)
    sub.add_argument("dates", metavar="DATE", nargs="*", help="open at one date or scenario, or at the change of two")
    sub.add_argument("--language", metavar="LANG", default="en", help="open in en, ar or he (default: en)")
    sub.add_argument("--tiles", metavar="NAME", help="online tiles below, such as OpenStreetMap.Mapnik (default: none)")
    _perspective(sub, "colour the ground by whose it is in a party's view")
    sub.add_argument("-o", "--output", type=Path, default=Path("map.html"), help="file to write (map.html)")
    cli_series.add_options(sub)
    sub = command("plot", "The static figure for a report: png, svg or pdf.", "claims plot -o change.png", answer=_plot)
    sub.add_argument("dates", metavar="DATE", nargs="*", help="two dates or scenarios, for the change")
    sub.add_argument("--kind", choices=record.PLOTS, default="change", help="what to draw (default: change)")
    sub.add_argument("--zone", help="zone of kinds zone and profile (default: buffer_zone_1974)")
    sub.add_argument("--language", metavar="LANG", default="en", help="texts in en, ar or he (default: en)")
    sub.add_argument("-o", "--output", type=Path, default=Path("plot.png"), help="file to write (plot.png)")
    sub = command(
        "export", "A layer as a file for a GIS.", "claims export buffer_zone_1974 -o zone.geojson", answer=_export
    )
    sub.add_argument("layer", metavar="LAYER", nargs="?", help="a zone, line, control_DATE, change_FROM_TO, ...")
    sub.add_argument("--all", action="store_true", help="every layer, into a folder")
    _perspective(sub, "for control_DATE, add how a party names and counts the ground")
    sub.add_argument("-o", "--output", type=Path, help="file to write, - for standard output; with --all a folder")
    sub.add_argument("--format", choices=["geojson"], default="geojson", help="geojson")
    cli_series.add_options(sub)
    sub = command("validate", "Every defect in a set of layers.", "claims validate my/layers", answer=None, json=True)
    sub.add_argument("folder", metavar="DIR", nargs="?", type=Path, help="the layers (default: the shipped ones)")
    sub.set_defaults(run=_validate)
    sub = command("build", "Make the built layers from the curated ones.", "claims build --check", answer=None)
    sub.add_argument("--check", action="store_true", help="change nothing; exit 1 when something is stale")
    sub.set_defaults(run=_build)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    options = _parser().parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal that knows no km² still gets its answer
    try:
        if options.answer is None:
            status: int = options.run(options)
            return status
        if cli_series.asked(options):
            text = cli_series.answer(options)
        else:
            text = options.answer(record.load(options.layers), options)
        print(text, flush=True)
    except ClaimsError as error:
        print(f"claims: error: {' '.join(show(error).split())}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        sys.stderr.close()  # the reader has had enough
    except OSError as error:
        print(f"claims: error: the answer cannot be written: {error.strerror}", file=sys.stderr)
        return 2
    return 0
