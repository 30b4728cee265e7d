"""Places and zones as the page of an interactive map has them, as plain JSON values."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import shapely

from geo.layers.profile import first_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from geo.layers.layers import Layers
    from geo.layers.profile import PlaceKind

_MAIN_PLACES = ("city", "town")
_RADII = (4.4, 2.8, 3.4, 3.0)  # pixels, by rank
_CM2 = 1e10  # in a km²
_MIDDLES = 4  # where the name of a zone may stand


def _rank(kind: PlaceKind) -> int:
    """Return 0 for cities and towns, 1 for other inhabited places, 2 for posts, 3 for the rest."""
    if kind.id in _MAIN_PLACES:
        return 0
    return {"inhabited": 1, "post": 2}.get(kind.role, 3)


def symbols(record: Layers) -> dict[str, dict[str, Any]]:
    """Return how each kind of place that there is is drawn, in the order of the profile."""
    there = {place.kind for place in record.curated_places.values()}
    return {
        kind.id: {
            "shape": kind.symbol,
            "radius": _RADII[_rank(kind)],
            "edge": kind.colour,
            "inside": "#ffd9d9" if kind.role == "post" else "#ffffff",
        }
        for kind in record.profile.place_kinds.values()
        if kind.id in there
    }


def places(record: Layers, sources: Callable[[tuple[str, ...]], list[int]]) -> list[dict[str, Any]]:
    """Return all places, in the order of the layers; `sources` numbers their sources."""
    kinds = record.profile.place_kinds
    return [
        {
            "at": [place.lat, place.lon],
            "names": {language: name.split(" (")[0] for language, name in place.names.items()},
            "full": first_name(place.names),
            "kind": place.kind,
            "rank": _rank(kinds[place.kind]),
            "from": place.valid_from,
            "to": place.valid_to,
            "last": place.last_report,
            "accuracy": place.accuracy_m,
            "people": [place.population, place.population_date] if place.population is not None else None,
            "side": place.side_evidence if place.side else "",
            "note": place.note,
            "sources": sources(place.sources),
            "evidence": list(record.evidence(place).columns().values()),
        }
        for place in record.curated_places.values()
    ]


def zones(record: Layers) -> dict[str, dict[str, Any]]:
    """Return all zones by id, with their size and where their names may stand."""
    return {
        zone.id: {
            "names": zone.names,
            "kind": zone.kind,
            "from": zone.valid_from,
            "to": zone.valid_to,
            "note": zone.note,
            "at": _inside(record, zone.id),
            **_extent(record, zone.id),
        }
        for zone in record.curated_zones.values()
    }


def _inside(record: Layers, zone: str) -> list[float] | None:
    """Return a point inside the largest face of a zone, as latitude and longitude."""
    faces = record.ledger.faces_in(zone)
    if not faces:
        return None
    largest = max(faces, key=record.ledger.area_cm2.__getitem__)
    lon, lat = shapely.get_coordinates(shapely.point_on_surface(record.polygons[largest]))[0].tolist()
    return [round(lat, 6), round(lon, 6)]


def _extent(record: Layers, zone: str) -> dict[str, Any]:
    """Return the area of a zone in km², and where its name has room, most first, as latitude and longitude."""
    faces = record.ledger.faces_in(zone)
    if not faces:
        return {}
    ground = shapely.union_all(record.polygons[faces])
    near = math.sqrt(ground.area) / 50
    middles = []
    for _ in range(_MIDDLES):
        largest = max(shapely.get_parts(ground), key=shapely.area)
        centre, edge = shapely.get_coordinates(shapely.maximum_inscribed_circle(largest, tolerance=near))
        middles.append([round(centre[1], 5), round(centre[0], 5)])
        ground = shapely.difference(ground, shapely.Point(centre).buffer(math.dist(centre, edge)))
        if shapely.is_empty(ground):
            break
    return {"km2": round(sum(record.ledger.area_cm2[face] for face in faces) / _CM2, 3), "middles": middles}
