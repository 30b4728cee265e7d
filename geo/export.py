"""Layers as GeoJSON features, by name: zones, lines, places, control on a date, change between two dates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from geo import _files, dates
from geo._errors import unknown
from geo.ledger import CM2_PER_KM2

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geo.record import Record

Feature = dict[str, Any]

LICENCE = "ODbL-1.0"
ATTRIBUTION = (
    "Line positions read against OpenStreetMap, © OpenStreetMap contributors, beside UN documents and "
    "Natural Earth (public domain)"
)


def _union(record: Record, chosen: list[int]) -> dict[str, Any]:
    """Return the ground of several faces as one geometry on their own vertices."""
    import shapely

    from geo import faces

    union = shapely.coverage_union_all(record.polygons[chosen])
    return faces.mapping(shapely.orient_polygons(shapely.normalize(union)))


def zone(record: Record, zone_id: str) -> list[Feature]:
    """Return a zone as one feature, with its area and 95 % interval."""
    quantity = record.ledger.zone_area(zone_id)
    properties = {
        **record.zones[zone_id].properties(),
        "area_km2": round(quantity.area, 6),
        "ci95_km2": [round(bound, 3) for bound in quantity.ci95],
    }
    return [{"id": zone_id, "properties": properties, "geometry": _union(record, record.ledger.faces_in(zone_id))}]


def lines(record: Record, chosen: Iterable[str]) -> list[Feature]:
    """Return curated lines."""
    return [
        {
            "id": line.id,
            "properties": line.properties(),
            "geometry": {"type": "LineString", "coordinates": [list(point) for point in line.coordinates]},
        }
        for line in map(record.curated_lines.__getitem__, chosen)
    ]


def places(record: Record) -> list[Feature]:
    """Return the places."""
    return [
        {
            "id": place.id,
            "properties": place.properties(),
            "geometry": {"type": "Point", "coordinates": [place.lon, place.lat]},
        }
        for place in record.curated_places.values()
    ]


def faces_layer(record: Record) -> list[Feature]:
    """Return the faces that everything else is made of."""
    from geo import faces

    ledger = record.ledger
    return [
        {
            "id": name,
            "properties": {"id": name, "zones": list(zones), "area_cm2": area},
            "geometry": faces.mapping(polygon),
        }
        for name, zones, area, polygon in zip(
            ledger.names, ledger.zones_of, ledger.area_cm2, record.polygons, strict=True
        )
    ]


def control(record: Record, date: str) -> list[Feature]:
    """Return who holds what on a date, one feature per controller, main zone and period."""
    ledger = record.ledger
    held = ledger.held(date)
    groups: dict[tuple[str, str, str, str | None], list[int]] = {}
    for face, entry in enumerate(held):
        key = (entry.controller, ledger.zones_of[face][0], entry.valid_from, entry.valid_to)
        groups.setdefault(key, []).append(face)
    return [
        {
            "id": f"{controller}-{zone}-{start}",
            "properties": {
                "controller": controller,
                "zone": zone,
                "date": date,
                "held_from": start,
                "held_to": end,
                "basis": _distinct([held[face].row.basis] for face in chosen),
                "sources": _distinct(held[face].row.sources for face in chosen),
                "area_km2": round(sum(ledger.area_cm2[face] for face in chosen) / CM2_PER_KM2, 6),
            },
            "geometry": _union(record, chosen),
        }
        for (controller, zone, start, end), chosen in groups.items()
    ]


def _distinct(groups: Iterable[Iterable[str]]) -> list[str]:
    return list(dict.fromkeys(word for group in groups for word in group))


def change(record: Record, before: str, after: str) -> list[Feature]:
    """Return the ground that changed hands between two dates, one feature per pair of controllers."""
    return [
        {
            "id": f"{transfer.source}-{transfer.target}",
            "properties": {"date_from": before, "date_to": after, **transfer.json()},
            "geometry": _union(record, list(transfer.faces)),
        }
        for transfer in record.ledger.change(before, after)
        if transfer.faces
    ]


def fronts(record: Record, date: str) -> list[Feature]:
    """Return the stretches of line that parted two controllers on a date."""
    import shapely

    from geo import faces

    controller = record.ledger.controllers(date)
    stretches: dict[tuple[int, str], list[Any]] = {}
    for arc in record.arcs:
        if arc.left is None or arc.right is None or controller[arc.left] == controller[arc.right]:
            continue
        parted = "-".join(sorted((controller[arc.left], controller[arc.right])))
        stretches.setdefault((arc.line, parted), []).append(shapely.LineString(arc.coordinates))
    every = list(record.curated_lines.values())
    features = []
    for (index, parted), pieces in stretches.items():
        merged = shapely.get_parts(shapely.normalize(shapely.line_merge(shapely.MultiLineString(pieces))))
        features.append(
            {
                "id": f"{every[index].id}-{parted}",
                "properties": {**every[index].properties(), "date": date, "parts": parted},
                "geometry": faces.mapping(shapely.MultiLineString(list(merged))),
            }
        )
    return features


class Kind(NamedTuple):
    """A family of layers with a date or two in its name."""

    example: str
    meaning: str


DATED = {
    "control": Kind("control_2024-12-07", "who holds what on a date"),
    "fronts": Kind("fronts_2024-12-07", "the lines that part controllers on a date"),
    "change": Kind("change_2024-12-07_2026-01-06", "what changed hands between two dates"),
}


def names(record: Record) -> list[str]:
    """Return the names of the layers that need no date."""
    return [*record.zones, *record.curated_lines, "faces", "lines", "places"]


def features(record: Record, layer: str) -> list[Feature]:
    """Return the features of a layer by its name.

    Parameters
    ----------
    record
        The layers.
    layer
        A zone, a line, ``faces``, ``lines``, ``places``, ``control_DATE``, ``fronts_DATE`` or ``change_FROM_TO``.

    Raises
    ------
    ClaimsError
        For a name that is not known, with the nearest that is, or a date outside the record.
    """
    kind, *days = layer.split("_")
    if kind in DATED and len(days) == (2 if kind == "change" else 1):
        days = [dates.day(day) for day in days]
        if kind == "control":
            return control(record, days[0])
        return fronts(record, days[0]) if kind == "fronts" else change(record, days[0], days[1])
    if layer in record.zones:
        return zone(record, layer)
    if layer in record.curated_lines:
        return lines(record, [layer])
    if layer == "lines":
        return lines(record, record.curated_lines)
    if layer in ("faces", "places"):
        return faces_layer(record) if layer == "faces" else places(record)
    raise unknown("layer", layer, names(record) + [kind.example for kind in DATED.values()])


def text(record: Record, layer: str) -> str:
    """Return a layer as RFC 7946 GeoJSON with licence and attribution; see :func:`features`."""
    return _files.geojson(features(record, layer), licence=LICENCE, attribution=ATTRIBUTION)
