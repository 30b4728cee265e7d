"""``claims change`` and ``claims areas``: what changed hands, and how much ground who holds."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from geo import _files
from geo._errors import ClaimsError
from geo.cli import series
from geo.cli.outputs import STANDARD, add_output
from geo.cli.parser import DATES, add_command, add_perspective
from geo.cli.text import EDGES, reported, show, span, table, wrapped
from geo.layers.profile import first_name
from geo.layers.tables import EXTENTS
from geo.layers.transfers import change_json

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from geo.answers.record import Record
    from geo.cli.parser import Commands
    from geo.layers.ledger import Ledger
    from geo.layers.tables import Place
    from geo.layers.transfers import Quantity, Transfer

_MEANING = """\
95 %   where the lines run: how far digitising may be off, from the accuracy
       stated for each line (best extent)
range  who holds what: from the least that all sources confirm to the largest
       credible report"""
_PLACES = """\
?, just beyond   so near the edge (within one standard deviation of place and
                 line) that the side is not sure
at most also     only by the largest credible report"""
_MORE = "--all            names every zone, place and post, not the largest alone"
_FEW, _EVERY = 5, sys.maxsize  # names of a kind
_VIEW = """\
A perspective is whose ground it is by right in one party's view; who holds it
in fact is another matter (claims areas).
undetermined   the party counts it to no state, or leaves it open"""


def add(commands: Commands) -> None:
    """Add the commands."""
    sub = add_command(
        commands,
        "change",
        "What changed hands between two dates.",
        "claims change 2024-12-07 2026-01-06",
        answer=_change,
        json=True,
    )
    sub.add_argument("before", metavar="FROM", nargs="?", help="a date or a scenario; may lie after TO")
    sub.add_argument("after", metavar="TO", nargs="?", help=f"the same: {DATES}")
    sub.add_argument("--all", action="store_true", help="name every zone, place and post, not the largest alone")
    add_output(sub, "a table", (".csv", ".json"), "write the table to a file, .csv or .json")
    series.add_options(sub)
    sub = add_command(
        commands,
        "areas",
        "Area of every zone, and of every controller's ground.",
        "claims areas --date 2024-12-07",
        answer=_areas,
        json=True,
    )
    sub.add_argument("--date", help=f"{DATES} (default: today; of a series, all)")
    add_perspective(sub, "the ground as a party names and counts it")
    series.add_options(sub)


def _change(layers: Record, options: argparse.Namespace) -> str:
    if options.after is None:
        raise ClaimsError("change takes two dates or scenarios: claims change FROM TO")
    if options.output not in (None, STANDARD):
        return series.write_table(layers.change(options.before, options.after), options.output)
    before, after = layers.ledger.moment(options.before), layers.ledger.moment(options.after)
    transfers = layers.ledger.change(before, after)
    answer = change_json(before, after, transfers, layers.ledger.supposed(before, after), layers.last_report)
    if options.json:
        return _files.compact(answer)
    lines = [f"Change in control, {before} to {after}", f"({EDGES})", *_supposed(layers, before, after)]
    lines += reported(layers, before, after)
    if not answer["hypothetical"] and before > after:
        lines += [f"{before} lies after {after}: this is the mirror of the change,", "what going back would hand over."]
    lines.append("")
    if not transfers:
        return "\n".join([*lines, "Nothing changed hands."])
    rows = [(transfer.source, transfer.target, *_quantity(transfer.quantity)) for transfer in transfers]
    lines += [table([("from", "to", "km²", "95 %", "range"), *rows], right=(2,)), ""]
    for transfer in transfers:
        lines += [_transfer(layers, transfer, _EVERY if options.all else _FEW), ""]
    net = [f"{show(name)} {value:+,.1f}" for name, value in answer["net_km2"].items()]
    more = [] if options.all else [_MORE]
    explained = [_MEANING, _PLACES, *_posts(layers, transfers), *more]
    return "\n".join([*lines, "net    " + ", ".join(net) + " km²", *explained])


def _posts(layers: Record, transfers: Iterable[Transfer]) -> list[str]:
    """Return what the posts in an answer rest on; nothing where there are none."""
    bases = [layers.curated_places[post].basis for transfer in transfers for post in transfer.posts]
    if not bases:
        return []
    words = sum(basis in ("", "inferred") for basis in bases)
    by_words, mapped = "from the words of reports", "from maps or images"
    if words == len(bases):
        placed = f"all are placed {by_words}"
    elif words:
        placed = f"{len(bases) - words} of {len(bases)} are placed {mapped}, the others {by_words}"
    else:
        placed = f"all are placed {mapped}"
    return [wrapped("posts            ", [f"named in reports as standing there at either date; {placed}"])]


def _transfer(layers: Record, transfer: Transfer, most: int) -> str:
    """Return in words what passed from one party to another, with at most so many names of a kind, the largest."""
    inhabited = layers.profile.inhabited

    def size(place: Place) -> tuple[int, int]:
        """Sort places by size: cities, towns, villages, and within a kind by people, where a source counts them."""
        kind = inhabited.index(place.kind) if place.kind in inhabited else len(inhabited)
        return kind, -(place.population or 0)

    def names(places: Iterable[str]) -> list[str]:
        found = [layers.curated_places[place] for place in places]
        if len(found) > most:
            found.sort(key=size)
        unsure = set(transfer.places).intersection(transfer.places_uncertain)
        return [place.label + ("?" if place.id in unsure else "") for place in found]

    zones = [f"{layers.zone_name(zone)} {area:,.1f} km²" for zone, area in transfer.zones_km2.items()]
    outside = [place for place in transfer.places_uncertain if place not in transfer.places]
    parts = [f"{show(transfer.source)} to {show(transfer.target)}"]
    for head, words in (
        ("in", zones),
        ("places", names(transfer.places)),
        ("just beyond", names(outside)),
        ("at most also", names(transfer.places_possible)),
        ("posts", names(transfer.posts)),
    ):
        if words:
            rest = [f"and {len(words) - most} more"] if len(words) > most else []
            parts.append(wrapped(f"  {head:<12}  {len(words):>3}  ", [*words[:most], *rest]))
    people = transfer.people
    if people and people.counted:
        counted = (
            f"{people.total:,} in the {people.counted} of {people.places} inhabited places that have a sourced count"
        )
        parts.append(wrapped(f"  {'people':<17}  ", [f"{counted} (of different years)"]))
    return "\n".join(parts)


def _areas(layers: Record, options: argparse.Namespace) -> str:
    moment = layers.ledger.moment(options.date or "today")
    zones = {zone: layers.ledger.zone_area(zone) for zone in layers.curated_zones}
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
                "last_report": layers.last_report,
                **views,
                "zones": [{"id": zone, **quantity.json()} for zone, quantity in zones.items()],
                "controllers": [{"id": name, **quantity.json()} for name, quantity in parties.items()],
            }
        )
    if options.perspective:
        return _counted(layers, ledger, moment, options.perspective, parties)
    return _held(layers, moment, zones, parties)


def _counted(layers: Record, ledger: Ledger, moment: str, perspective: str, parties: dict[str, Quantity]) -> str:
    """Return in words how a party names and counts the ground."""
    rows = [
        (unit["named"], unit["counted_as"], f"{unit['area_km2']:,.1f}", span(*unit["ci95_km2"]))
        for unit in _units(ledger, moment)
    ]
    sums = [(name, *_quantity(quantity)[:2]) for name, quantity in parties.items()]
    return "\n".join(
        [
            f"The covered ground on {moment} as {perspective} names and counts it, km² ({EDGES})",
            *reported(layers, moment),
            "",
            table([("named", "counted as", "km²", "95 %"), *rows], right=(2,)),
            "",
            table([("counted as", "km²", "95 %"), *sums], right=(1,)),
            "",
            _VIEW,
        ]
    )


def _held(layers: Record, moment: str, zones: dict[str, Quantity], parties: dict[str, Quantity]) -> str:
    """Return in words how large the zones are and what each party held."""
    zone_rows = [
        (zone, first_name(layers.curated_zones[zone].names), *_quantity(quantity)[:2])
        for zone, quantity in zones.items()
        if layers.curated_zones[zone].kind != "unit"
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
            *reported(layers, moment),
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


def _quantity(quantity: Quantity) -> list[str]:
    return [f"{quantity.area:,.1f}", span(*quantity.ci95), span(quantity.low, quantity.high)]
