"""``claims where``: who held a place, a position or a zone, when, and who claims it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo import _files
from geo.answers import spots
from geo.cli import series
from geo.cli.parser import add_command
from geo.cli.text import position, reported, show, table, wrapped
from geo.layers.evidence import Evidence
from geo.layers.layers import side

if TYPE_CHECKING:
    import argparse

    from geo.answers.record import Record
    from geo.answers.spots import Spot
    from geo.cli.parser import Commands
    from geo.layers.gazetteer import Entry
    from geo.layers.layers import Near


def add(commands: Commands) -> None:
    """Add the command."""
    sub = add_command(
        commands,
        "where",
        "Who held a place, when, and who claims it.",
        "claims where Quneitra",
        answer=_where,
        json=True,
    )
    sub.add_argument(
        "place",
        metavar="PLACE | LON LAT",
        nargs="+",
        help="a name of a place or zone in any spelling, or a position: LON LAT, LAT,LON, degrees and minutes, a link "
        "of a map site; `place NAME` or `zone NAME` where both have it",
    )
    sub.add_argument("--date", help="who held it on this date alone (default: since the record begins)")
    series.add_options(sub)


def _where(layers: Record, options: argparse.Namespace) -> str:
    date = layers.ledger.moment(options.date) if options.date else None
    found = spots.find(layers, " ".join(options.place))
    if isinstance(found.first, spots.Spot):
        return _at(layers, found.first, found.others, date, json=options.json)
    return _zone(layers, found.first, found.others, date, json=options.json)


def _at(layers: Record, spot: Spot, others: list[Entry], date: str | None, *, json: bool) -> str:
    """Return the answer for a place or a position."""
    control, claims = (
        spots.control(layers, spot.face, date),
        spots.claims(layers, layers.ledger.zones_of[spot.face], date),
    )
    near = layers.near(spot.lon, spot.lat, spot.accuracy_m)
    if not json:
        return "\n".join(
            [
                *_head(layers, spot, others),
                "",
                *_held(layers, control, date),
                "",
                *_close(near, spot),
                "",
                *_said(claims),
            ]
        )
    return _files.compact(
        {
            "name": spot.name,
            "lon": spot.lon,
            "lat": spot.lat,
            "accuracy_m": spot.accuracy_m,
            "last_report": layers.last_report,
            "zones": list(layers.ledger.zones_of[spot.face]),
            "control": control,
            "claims": claims,
            "near": [line._asdict() for line in near],
            "said": list(spot.said),
            "also_called_so": _also(others),
        }
    )


def _also(others: list[Entry]) -> list[dict[str, str]]:
    return [{"id": one.id, "sort": one.sort, "kind": one.kind, "name": one.name} for one in others]


def _others(others: list[Entry]) -> list[str]:
    """Return the lines on what else has the name that was asked for."""
    return [f"Also called so: {show(one.name)}, {spots.what(one)}: claims where {one.sort} {one.id}" for one in others]


def _zone(layers: Record, entry: Entry, others: list[Entry], date: str | None, *, json: bool) -> str:
    """Return the answer for a zone: how much of it who held, in the best extent, and who claims it."""
    inside = layers.zone_polygon(entry.id).representative_point()
    control = spots.zone_control(layers, entry.id, date)
    claims, area = spots.claims(layers, (entry.id,), date), layers.ledger.zone_area(entry.id)
    (low, high), note = area.ci95, layers.curated_zones[entry.id].note
    if json:
        return _files.compact(
            {
                "name": entry.name,
                "zone": entry.id,
                "lon": round(inside.x, 6),
                "lat": round(inside.y, 6),
                "zones": [entry.id],
                "last_report": layers.last_report,
                **area.json(),
                "control": control,
                "claims": claims,
                "also_called_so": _also(others),
            }
        )
    rows = [(row["from"], row["to"] or "today", row["controller"], f"{row['area_km2']:,.1f}") for row in control]
    return "\n".join(
        [
            f"{show(entry.name)}, {spots.what(entry)}, {area.area:,.1f} km² ({low:,.1f} to {high:,.1f})",
            *_others(others),
            *([wrapped("", [note])] if note else []),
            "",
            _who(date),
            table([("from", "to", "controller", "km²"), *rows], right=(3,)),
            *reported(layers, date or "today"),
            "",
            *_said(claims),
        ]
    )


def _head(layers: Record, spot: Spot, others: list[Entry]) -> list[str]:
    """Return the lines on what and where a spot is."""
    place = layers.curated_places.get(spot.place)
    zones = [zone for zone in layers.ledger.zones_of[spot.face] if _kind(layers, zone) != "unit"]
    documented = (
        [wrapped("documented in  ", [f"{layers.zone_name(place.side)}: {place.side_evidence}"])]
        if place is not None and place.side
        else []
    )
    return [
        f"{show(spot.name)}, {position(spot.lon, spot.lat)}",
        *map(show, spot.said),
        *_others(others),
        *documented,
        wrapped("in  ", map(layers.zone_name, zones)),
    ]


def _held(layers: Record, control: list[dict[str, Any]], date: str | None) -> list[str]:
    """Return the lines on who held a spot."""
    rows = [
        (
            *(row["from"], row["to"] or "today", row["controller"], row["extent"], row["basis"]),
            *(Evidence(**row["evidence"]).text(), row["happened"]),
        )
        for row in control
    ]
    head = ("from", "to", "controller", "extent", "basis", "evidence", "what happened")
    return [_who(date), table([head, *rows]), *reported(layers, date or "today")]


def _close(near: list[Near], spot: Spot) -> list[str]:
    """Return the lines on the lines near a spot."""
    found = [_near(line, spot.accuracy_m) for line in near]
    return ["Lines within three standard deviations (σ)", *(found or ["none"])]


def _who(date: str | None) -> str:
    return "Who held it (control, in fact)" if date is None else f"Who held it on {date} (control, in fact)"


def _said(claims: list[dict[str, Any]]) -> list[str]:
    """Return the lines on what parties say of a spot or a zone."""
    found = [
        wrapped(
            f"{row['from']:<10}  {show(row['claimant'])}, {show(row['status'])}: ",
            [f"{row['statement']} ({Evidence(**row['evidence']).text()})"],
        )
        for row in sorted(claims, key=lambda row: str(row["from"]))
    ]
    return ["Who claims it or speaks of it (by right)", *(found or ["nothing recorded"])]


def _near(line: Near, accuracy: float) -> str:
    return (
        f"{show(line.name)}, {line.valid_from} to {line.valid_to or 'today'}: {line.metres:,.0f} m off, "
        f"{line.sigmas:.1f}σ (line ± {line.accuracy_m:,.0f} m, position ± {accuracy:,.0f} m): side {side(line.sigmas)}"
    )


def _kind(layers: Record, zone: str) -> str:
    return layers.curated_zones[zone].kind if zone in layers.curated_zones else ""
