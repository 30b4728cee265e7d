"""``claims where``: who held a place, when, and who claims it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from geo import _files
from geo._errors import ClaimsError, unknown
from geo.cli import series
from geo.cli.parser import add_command
from geo.cli.text import show, table, wrapped

if TYPE_CHECKING:
    import argparse

    from geo.answers.record import Record
    from geo.cli.parser import Commands
    from geo.layers.layers import Near


class _Spot(NamedTuple):
    """A place or a position, the face that it lies in, and one standard deviation of where it is."""

    face: int
    lon: float
    lat: float
    name: str
    accuracy_m: float


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
    sub.add_argument("place", metavar="PLACE | LON LAT", nargs="+", help="a name, or longitude and latitude")
    sub.add_argument("--date", help="of a series, only who held it on this date")
    series.add_options(sub)


def _where(layers: Record, options: argparse.Namespace) -> str:
    spot = _spot(layers, options.place)
    control, claims = _control(layers, spot.face), _claims(layers, spot.face)
    near = layers.near(spot.lon, spot.lat, spot.accuracy_m)
    if options.json:
        return _files.compact(
            {
                "name": spot.name,
                "lon": spot.lon,
                "lat": spot.lat,
                "accuracy_m": spot.accuracy_m,
                "zones": list(layers.ledger.zones_of[spot.face]),
                "control": control,
                "claims": claims,
                "near": [line._asdict() for line in near],
            }
        )
    return _in_words(layers, spot, control, claims, near)


def _control(layers: Record, face: int) -> list[dict[str, Any]]:
    """Return who held a face, by period and, where it differs from the best, by extent."""
    return [
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


def _claims(layers: Record, face: int) -> list[dict[str, Any]]:
    """Return what parties say of the zones of a face."""
    return [
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
        if claim.zone in layers.ledger.zones_of[face]
    ]


def _in_words(
    layers: Record, spot: _Spot, control: list[dict[str, Any]], claims: list[dict[str, Any]], near: list[Near]
) -> str:
    side = next(
        (
            (place.side, place.side_evidence)
            for place in layers.curated_places.values()
            if place.names["en"] == spot.name and place.side
        ),
        None,
    )
    zones = layers.ledger.zones_of[spot.face]
    held_rows = [
        (row["from"], row["to"] or "today", row["controller"], row["extent"], row["basis"], row["happened"])
        for row in control
    ]
    close = [_near(line, spot.accuracy_m) for line in near]
    said = [
        wrapped(f"{row['from']:<10}  {show(row['claimant'])}, {show(row['status'])}: ", [str(row["statement"])])
        for row in sorted(claims, key=lambda row: str(row["from"]))
    ]
    return "\n".join(
        [
            f"{show(spot.name)}, {spot.lon:.4f} E {spot.lat:.4f} N",
            *([wrapped("documented in  ", [f"{layers.zone_name(side[0])}: {side[1]}"])] if side else []),
            wrapped("in  ", (layers.zone_name(zone) for zone in zones if _kind(layers, zone) != "unit")),
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


def _near(line: Near, accuracy: float) -> str:
    doubt = "side uncertain" if line.sigmas < 1 else "side not sure" if line.sigmas < 2 else "side likely"
    return (
        f"{show(line.name)}, {line.valid_from} to {line.valid_to or 'today'}: {line.metres:,.0f} m off, "
        f"{line.sigmas:.1f}σ (line ± {line.accuracy_m:,.0f} m, position ± {accuracy:,.0f} m): {doubt}"
    )


def _kind(layers: Record, zone: str) -> str:
    return layers.zones[zone].kind if zone in layers.zones else ""


def _spot(layers: Record, words: list[str]) -> _Spot:
    """Return the spot that a name or a position stands for."""
    if len(words) == 2:
        try:
            lon, lat = float(words[0]), float(words[1])
        except ValueError:
            pass
        else:
            face = layers.face_at(lon, lat)
            if face is None:
                raise ClaimsError(f"{lon} {lat} lies outside the ground that the layers cover")
            return _Spot(face, lon, lat, f"{lon} {lat}", 0.0)
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
    return _Spot(found, place.lon, place.lat, place.names["en"], place.accuracy_m)
