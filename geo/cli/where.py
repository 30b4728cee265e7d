"""``claims where``: who held a place, a position or a zone, when, and who claims it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from geo import _files
from geo._errors import ClaimsError
from geo.cli import positions, series
from geo.cli.parser import add_command
from geo.cli.text import position, show, table, wrapped
from geo.dates import holds
from geo.layers import gazetteer
from geo.layers.profile import first_name
from geo.layers.tables import EXTENTS

if TYPE_CHECKING:
    import argparse

    from geo.answers.record import Record
    from geo.cli.parser import Commands
    from geo.layers.gazetteer import Entry
    from geo.layers.layers import Near

_LISTED = 8  # names in an error


class _Spot(NamedTuple):
    """A place or a position, the face that it lies in, and one standard deviation of where it is."""

    face: int
    lon: float
    lat: float
    name: str
    accuracy_m: float
    said: tuple[str, ...] = ()
    place: str = ""


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
    text = " ".join(options.place)
    reading = positions.read(text)
    if reading is not None:
        return _at(layers, _position(layers, text, reading), [], date, json=options.json)
    found, said = _named(layers, text)
    first, *others = found
    if first.sort == "zone":
        return _zone(layers, first, others, date, json=options.json)
    return _at(layers, _place(layers, first, said), others, date, json=options.json)


def _position(layers: Record, text: str, reading: positions.Reading) -> _Spot:
    """Return the spot of a position, in the one order in which it lies in the covered ground."""
    faces = [None if way is None else layers.face_at(*way) for way in reading[:2]]
    way, face = next(((way, face) for way, face in zip(reading[:2], faces, strict=True) if face is not None), (None, 0))
    if way is None or face is None:
        lon, lat = reading.first or reading.swapped or (0.0, 0.0)
        orders = ", in either order" if reading.first and reading.swapped else ""
        shown = text if reading.custom != "longitude, latitude" else f"{lon} {lat}"
        raise ClaimsError(f"{shown} lies outside the ground that the layers cover{orders}")
    said: tuple[str, ...] = ()
    if way != reading.first:
        read_as = "latitude, longitude" if reading.custom == "longitude, latitude" else "longitude, latitude"
        said = (f"Read as {read_as}: in the other order it lies outside the covered ground.",)
    return _Spot(face, *way, f"{way[0]} {way[1]}", 0.0, said)


def _named(layers: Record, text: str) -> tuple[list[Entry], tuple[str, ...]]:
    """Return the places and zones that have a name, best known first, and what is to be said of it.

    Raises
    ------
    ClaimsError
        When nothing has the name, with the nearest that something has, or when several have it as a part.
    """
    known = gazetteer.entries(layers.curated_places.values(), layers.zones.values(), layers.profile)
    sort, _, rest = text.partition(" ")
    if sort.casefold() in {"place", "zone"} and rest.strip():
        known, text = [entry for entry in known if entry.sort == sort.casefold()], rest.strip()
    found = gazetteer.named(text, known)
    if found:
        return found, ()
    parts = gazetteer.containing(text, known)
    if len(parts) == 1:
        return parts, (f"{text!r} is part of this name alone.",)
    if parts:
        listed = ", ".join(f"{entry.id} ({_what(entry)} {entry.name})" for entry in parts[:_LISTED])
        more = f" and {len(parts) - _LISTED} more" if len(parts) > _LISTED else ""
        raise ClaimsError(f"{text!r} is part of several names; ask for one of them by its id: {listed}{more}")
    near = gazetteer.suggestion(text, known)
    hint = (
        f"did you mean {near!r}?" if near else "nothing has a name like it; claims export places -o - lists the places"
    )
    raise ClaimsError(f"unknown place {text!r}; {hint}")


def _what(entry: Entry) -> str:
    kind = entry.kind.replace("_", " ")
    return f"zone ({kind})" if entry.sort == "zone" else kind


def _place(layers: Record, entry: Entry, said: tuple[str, ...]) -> _Spot:
    """Return the spot of a place."""
    place = layers.curated_places[entry.id]
    face = next(known["face"] for known in layers.topology["places"] if known["id"] == place.id)
    if face is None:
        raise ClaimsError(f"{first_name(place.names)} lies outside the ground that the layers cover")
    return _Spot(face, place.lon, place.lat, first_name(place.names), place.accuracy_m, said, place.id)


def _at(layers: Record, spot: _Spot, others: list[Entry], date: str | None, *, json: bool) -> str:
    """Return the answer for a place or a position."""
    control, claims = _control(layers, spot.face, date), _claims(layers, layers.ledger.zones_of[spot.face], date)
    near = layers.near(spot.lon, spot.lat, spot.accuracy_m)
    if not json:
        return "\n".join(
            [*_head(layers, spot, others), "", *_held(control, date), "", *_close(near, spot), "", *_said(claims)]
        )
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
            "said": list(spot.said),
            "also_called_so": _also(others),
        }
    )


def _also(others: list[Entry]) -> list[dict[str, str]]:
    return [{"id": one.id, "sort": one.sort, "kind": one.kind, "name": one.name} for one in others]


def _others(others: list[Entry]) -> list[str]:
    """Return the lines on what else has the name that was asked for."""
    return [f"Also called so: {show(one.name)}, {_what(one)}: claims where {one.sort} {one.id}" for one in others]


def _zone(layers: Record, entry: Entry, others: list[Entry], date: str | None, *, json: bool) -> str:
    """Return the answer for a zone: how much of it who held, in the best extent, and who claims it."""
    faces = layers.ledger.faces_in(entry.id)
    inside = layers.zone_polygon(entry.id).representative_point()
    parts: dict[tuple[str, str, str], list[int]] = {}
    for face in faces:
        for held in _history(layers, face, "best", date):
            parts.setdefault((held.valid_from, held.valid_to or "", held.controller), []).append(face)
    control = [
        {
            "from": start,
            "to": end or None,
            "controller": controller,
            "extent": "best",
            "area_km2": layers.ledger.quantity(dict.fromkeys(EXTENTS, held)).area,
        }
        for (start, end, controller), held in sorted(parts.items())
    ]
    claims, area = _claims(layers, (entry.id,), date), layers.ledger.zone_area(entry.id)
    if json:
        return _files.compact(
            {
                "name": entry.name,
                "zone": entry.id,
                "lon": round(inside.x, 6),
                "lat": round(inside.y, 6),
                "zones": [entry.id],
                **area.json(),
                "control": control,
                "claims": claims,
                "also_called_so": _also(others),
            }
        )
    rows = [(row["from"], row["to"] or "today", row["controller"], f"{row['area_km2']:,.1f}") for row in control]
    return "\n".join(
        [
            f"{show(entry.name)}, {_what(entry)}, {area.area:,.1f} km² ({area.ci95[0]:,.1f} to {area.ci95[1]:,.1f})",
            *_others(others),
            *([wrapped("", [layers.zones[entry.id].note])] if layers.zones[entry.id].note else []),
            "",
            _who(date),
            table([("from", "to", "controller", "km²"), *rows], right=(3,)),
            "",
            *_said(claims),
        ]
    )


def _history(layers: Record, face: int, extent: str, date: str | None) -> list[Any]:
    """Return the periods of a face in an extent, the one of a date alone where there is a date."""
    if date is not None:
        return [layers.ledger.held(date, extent)[face]]
    return layers.ledger.histories[face][extent]


def _control(layers: Record, face: int, date: str | None) -> list[dict[str, Any]]:
    """Return who held a face, by period and, where it differs from the best, by extent."""
    best = _history(layers, face, "best", date)
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
        for held in _history(layers, face, extent, date)
        if extent == "best" or held not in best
    ]


def _claims(layers: Record, zones: tuple[str, ...], date: str | None) -> list[dict[str, Any]]:
    """Return what parties say of some zones, on a date or ever."""
    day = layers.ledger.day_of(date) if date else None
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
        if claim.zone in zones and (day is None or holds(claim.valid_from, claim.valid_to, day))
    ]


def _head(layers: Record, spot: _Spot, others: list[Entry]) -> list[str]:
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


def _held(control: list[dict[str, Any]], date: str | None) -> list[str]:
    """Return the lines on who held a spot."""
    rows = [
        (row["from"], row["to"] or "today", row["controller"], row["extent"], row["basis"], row["happened"])
        for row in control
    ]
    return [_who(date), table([("from", "to", "controller", "extent", "basis", "what happened"), *rows])]


def _close(near: list[Near], spot: _Spot) -> list[str]:
    """Return the lines on the lines near a spot."""
    found = [_near(line, spot.accuracy_m) for line in near]
    return ["Lines within three standard deviations (σ)", *(found or ["none"])]


def _who(date: str | None) -> str:
    return "Who held it (control, in fact)" if date is None else f"Who held it on {date} (control, in fact)"


def _said(claims: list[dict[str, Any]]) -> list[str]:
    """Return the lines on what parties say of a spot or a zone."""
    found = [
        wrapped(f"{row['from']:<10}  {show(row['claimant'])}, {show(row['status'])}: ", [str(row["statement"])])
        for row in sorted(claims, key=lambda row: str(row["from"]))
    ]
    return ["Who claims it or speaks of it (by right)", *(found or ["nothing recorded"])]


def _near(line: Near, accuracy: float) -> str:
    doubt = "side uncertain" if line.sigmas < 1 else "side not sure" if line.sigmas < 2 else "side likely"
    return (
        f"{show(line.name)}, {line.valid_from} to {line.valid_to or 'today'}: {line.metres:,.0f} m off, "
        f"{line.sigmas:.1f}σ (line ± {line.accuracy_m:,.0f} m, position ± {accuracy:,.0f} m): {doubt}"
    )


def _kind(layers: Record, zone: str) -> str:
    return layers.zones[zone].kind if zone in layers.zones else ""
