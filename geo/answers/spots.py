"""A place, a position or a zone by what people write, and what the record knows of it; with the standard library."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from geo._errors import ClaimsError
from geo.dates import holds
from geo.layers import gazetteer, positions
from geo.layers.profile import first_name
from geo.layers.tables import EXTENTS

if TYPE_CHECKING:
    from geo.layers.gazetteer import Entry
    from geo.layers.layers import Layers
    from geo.layers.ledger import Held

_LISTED = 8  # names in an error


class Spot(NamedTuple):
    """A place or a position, the face that it lies in, and one standard deviation of where it is."""

    face: int
    lon: float
    lat: float
    name: str
    accuracy_m: float
    said: tuple[str, ...] = ()
    place: str = ""


class Found(NamedTuple):
    """What a text names: a spot, or a zone as an entry; and what else has the name."""

    first: Spot | Entry
    others: list[Entry]


def find(layers: Layers, text: str) -> Found:
    """Return what a text names: a position, a place or a zone.

    Raises
    ------
    ClaimsError
        When nothing has the name, or what has it lies outside the covered ground.

    Examples
    --------
    >>> find(geo.load(), "Quneitra").first.place, find(geo.load(), "35.838 33.098").first.lat
    ('quneitra', 33.098)
    """
    reading = positions.read(text)
    if reading is not None:
        return Found(_position(layers, text, reading), [])
    found, said = _named(layers, text)
    first, *others = found
    return Found(first if first.sort == "zone" else _place(layers, first, said), others)


def _position(layers: Layers, text: str, reading: positions.Reading) -> Spot:
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
    return Spot(face, *way, f"{way[0]} {way[1]}", 0.0, said)


def _named(layers: Layers, text: str) -> tuple[list[Entry], tuple[str, ...]]:
    """Return the places and zones that have a name, best known first, and what is to be said of it.

    Raises
    ------
    ClaimsError
        When nothing has the name, with the nearest that something has, or when several have it as a part.
    """
    known = gazetteer.entries(layers.curated_places.values(), layers.curated_zones.values(), layers.profile)
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
        listed = ", ".join(f"{entry.id} ({what(entry)} {entry.name})" for entry in parts[:_LISTED])
        more = f" and {len(parts) - _LISTED} more" if len(parts) > _LISTED else ""
        raise ClaimsError(f"{text!r} is part of several names; ask for one of them by its id: {listed}{more}")
    near = gazetteer.suggestion(text, known)
    hint = (
        f"did you mean {near!r}?" if near else "nothing has a name like it; claims export places -o - lists the places"
    )
    raise ClaimsError(f"unknown place {text!r}; {hint}")


def what(entry: Entry) -> str:
    """Return what kind of thing a place or zone is, in words."""
    kind = entry.kind.replace("_", " ")
    return f"zone ({kind})" if entry.sort == "zone" else kind


def _place(layers: Layers, entry: Entry, said: tuple[str, ...]) -> Spot:
    """Return the spot of a place."""
    place = layers.curated_places[entry.id]
    face = next(known["face"] for known in layers.topology["places"] if known["id"] == place.id)
    if face is None:
        raise ClaimsError(f"{first_name(place.names)} lies outside the ground that the layers cover")
    return Spot(face, place.lon, place.lat, first_name(place.names), place.accuracy_m, said, place.id)


def history(layers: Layers, face: int, extent: str, date: str | None) -> list[Held]:
    """Return the periods of a face in an extent, the one of a date alone where there is a date."""
    if date is not None:
        return [layers.ledger.held(date, extent)[face]]
    return layers.ledger.histories[face][extent]


def control(layers: Layers, face: int, date: str | None) -> list[dict[str, Any]]:
    """Return who held a face, by period and, where it differs from the best, by extent."""
    best = history(layers, face, "best", date)
    return [
        {
            "from": held.valid_from,
            "to": held.valid_to,
            "controller": held.controller,
            "extent": extent,
            "basis": held.row.basis,
            "event": held.row.event or None,
            "happened": layers.curated_events[held.row.event].title if held.row.event in layers.curated_events else "",
            "sources": list(held.row.sources),
            "evidence": layers.evidence(held.row).json(),
            "note": held.row.note,
        }
        for extent in ("best", "min", "max")
        for held in history(layers, face, extent, date)
        if extent == "best" or held not in best
    ]


def zone_control(layers: Layers, zone: str, date: str | None) -> list[dict[str, Any]]:
    """Return how much of a zone who held by period, in the best extent, km²."""
    parts: dict[tuple[str, str, str], list[int]] = {}
    for face in layers.ledger.faces_in(zone):
        for held in history(layers, face, "best", date):
            parts.setdefault((held.valid_from, held.valid_to or "", held.controller), []).append(face)
    return [
        {
            "from": start,
            "to": end or None,
            "controller": controller,
            "extent": "best",
            "area_km2": layers.ledger.quantity(dict.fromkeys(EXTENTS, faces)).area,
        }
        for (start, end, controller), faces in sorted(parts.items())
    ]


def claims(layers: Layers, zones: tuple[str, ...], date: str | None) -> list[dict[str, Any]]:
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
            "evidence": layers.evidence(claim).json(),
        }
        for claim in layers.curated_claims
        if claim.zone in zones and (day is None or holds(claim.valid_from, claim.valid_to, day))
    ]
