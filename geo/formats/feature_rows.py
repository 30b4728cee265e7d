"""The features of each layer, before columns and types: what is curated, who held what, fronts and changes."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from geo import dates
from geo._errors import unknown
from geo.formats import periods
from geo.layers.tables import EXTENTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from geo.layers.layers import Layers
    from geo.layers.ledger import Held

Feature = dict[str, Any]


def mapping(geometry: Any, *, decimals: int = 7) -> dict[str, Any]:
    """Return a shapely geometry as GeoJSON, rounded, with shells counter-clockwise."""
    import numpy as np
    import shapely

    from geo.formats.grid import on_grid

    (rounded,) = on_grid(np.array([geometry], dtype=object), decimals)
    return dict(shapely.geometry.mapping(shapely.orient_polygons(rounded)))


def _union(layers: Layers, chosen: Sequence[int]) -> dict[str, Any]:
    """Return the union of faces, on their own vertices."""
    import shapely

    return mapping(shapely.normalize(layers.union(list(chosen))))


def _measured(layers: Layers, chosen: Sequence[int]) -> dict[str, Any]:
    """Return the area of faces with its 95 % interval, as properties."""
    faces = list(chosen)
    quantity = layers.ledger.quantity(dict.fromkeys(EXTENTS, faces))
    low, high = quantity.ci95
    return {"area_km2": round(quantity.area, 6), "ci95_low_km2": round(low, 3), "ci95_high_km2": round(high, 3)}


def _supported(layers: Layers, *records: Any) -> dict[str, Any]:
    """Return how strong the evidence of some records is, as properties."""
    return layers.evidence(*records).columns()


def _line(positions: Iterable[Iterable[float]]) -> dict[str, Any]:
    return {"type": "LineString", "coordinates": [list(position) for position in positions]}


def feature(properties: dict[str, Any], geometry: dict[str, Any] | None) -> Feature:
    """Return a feature of GeoJSON, with the id of its properties."""
    return {"id": properties["id"], "properties": properties, "geometry": geometry}


def zones(layers: Layers, chosen: Iterable[str]) -> Iterator[Feature]:
    """Yield zones by their ids, with their areas."""
    for zone in chosen:
        faces, row = layers.ledger.faces_in(zone), layers.curated_zones[zone]
        properties = {**row.properties(), **_supported(layers, row), **_measured(layers, faces)}
        yield feature(properties, _union(layers, faces))


def lines(layers: Layers, chosen: Iterable[str]) -> Iterator[Feature]:
    """Yield lines by their ids."""
    for line in map(layers.curated_lines.__getitem__, chosen):
        yield feature({**line.properties(), **_supported(layers, line)}, _line(line.coordinates))


def routes(layers: Layers, chosen: Iterable[str]) -> Iterator[Feature]:
    """Yield lines that follow others, with the accuracy and basis of their parts."""
    for name in chosen:
        route, course = layers.routes[name], layers.course(name)  # course: raises if a part is not a line
        parts = [layers.curated_lines[part] for part in dict.fromkeys(route.parts)]
        ends = {
            f"{end}_{axis}": at
            for end in ("start", "end")
            for axis, at in zip(("lon", "lat"), getattr(route, end), strict=True)
        }
        properties = {
            **route.properties(),
            **_supported(layers, route),
            **ends,
            "accuracy_m": max(part.accuracy_m for part in parts),
            "basis": _distinct([part.basis] for part in parts),
        }
        yield feature(properties, _line(course))


def bands(layers: Layers, chosen: Iterable[str]) -> Iterator[Feature]:
    """Yield bands beside a line, with the limits on forces in them."""
    import numpy as np
    import shapely

    from geo.geometry import areas
    from geo.layers import bands

    for band in map(layers.bands.__getitem__, chosen):
        polygon = bands.polygon(band, layers.curated_lines, file=str(layers.path / "curated" / "bands.csv"))
        rounded = mapping(polygon, decimals=5)
        area = areas.polygon_areas(np.array([shapely.geometry.shape(rounded)], dtype=object))
        measured = {"area_km2": round(area.item() / 1e6, 3)}
        yield feature({**band.properties(), **_supported(layers, band), **measured}, rounded)


def places(layers: Layers) -> Iterator[Feature]:
    """Yield all places."""
    for place in layers.curated_places.values():
        point = {"type": "Point", "coordinates": [place.lon, place.lat]}
        yield feature({**place.properties(), **_supported(layers, place)}, point)


def faces(layers: Layers) -> Iterator[Feature]:
    """Yield all faces, with their areas."""
    ledger = layers.ledger
    every = zip(ledger.names, ledger.zones_of, ledger.area_cm2, layers.polygons, strict=True)
    for face, (name, zones, area, polygon) in enumerate(every):
        properties = {"id": name, "zones": zones, "area_cm2": area, **_measured(layers, [face])}
        yield feature(properties, mapping(polygon))


def _seen(perspective: str | None, seen: Held | None) -> dict[str, Any]:
    """Return what a perspective adds to a feature of control."""
    if perspective is None:
        return {}
    counted, named = (seen.controller, seen.row.note) if seen else (None, None)
    return {"perspective": perspective, "counted_as": counted, "named": named}


def control_on(layers: Layers, date: str, perspective: str | None = None) -> Iterator[Feature]:
    """Yield who holds what on a date, one feature per controller, main zone and period.

    With a perspective, each feature also has the state that this party assigns it to, and the party's name for it.
    """
    ledger = layers.ledger
    held = ledger.held(date)
    seen = layers.seen_by(perspective).held(ledger.day_of(date)) if perspective else None
    groups: dict[Any, list[int]] = {}
    for face, entry in enumerate(held):
        view = (seen[face].controller, seen[face].row.note) if seen else (None, None)
        key = (entry.controller, ledger.zones_of[face][0], entry.valid_from, entry.valid_to, *view)
        groups.setdefault(key, []).append(face)
    for (controller, zone, start, end, counted, _), chosen in groups.items():
        properties = {
            "id": "-".join(filter(None, (controller, zone, start, end, counted))),
            **_seen(perspective, seen[chosen[0]] if seen else None),
            "controller": controller,
            "zone": zone,
            "date": date,
            "hypothetical": bool(ledger.supposed(date)),
            "held_from": start,
            "held_to": end,
            "basis": _distinct([held[face].row.basis] for face in chosen),
            "sources": _distinct(held[face].row.sources for face in chosen),
            **_supported(layers, *dict.fromkeys(held[face].row for face in chosen)),
            **_measured(layers, chosen),
        }
        yield feature(properties, _union(layers, chosen))


def control(layers: Layers, perspective: str | None = None) -> Iterator[Feature]:
    """Yield the whole history of control, one feature per ground, holder and period."""
    events = layers.curated_events
    taken: dict[str, int] = {}
    for piece in periods.history(layers, perspective):
        row = piece.entry.row
        extents = () if piece.extents == EXTENTS else piece.extents
        name = "-".join(filter(None, (piece.entry.controller, piece.zones[0], piece.start, *extents)))
        taken[name] = taken.get(name, 0) + 1
        properties = {
            "id": name if taken[name] == 1 else f"{name}-{taken[name]}",
            **_seen(perspective, piece.seen),
            "controller": piece.entry.controller,
            "zone": piece.zones[0],
            "zones": piece.zones,
            "held_from": piece.start,
            "held_to": piece.end,
            "extents": piece.extents,
            "basis": row.basis,
            "event": row.event,
            "happened": events[row.event].title if row.event in events else None,
            "sources": row.sources,
            **_supported(layers, row),
            "note": row.note,
            **_measured(layers, piece.faces),
        }
        yield feature(properties, _union(layers, piece.faces))


def _distinct(groups: Iterable[Iterable[str]]) -> list[str]:
    return list(dict.fromkeys(word for group in groups for word in group))


def change(layers: Layers, before: str, after: str, *, ids: str = "") -> Iterator[Feature]:
    """Yield what changed hands between two dates, one feature per pair of controllers."""
    for transfer in layers.ledger.change(before, after):
        if not transfer.faces:
            continue
        found = transfer.json()
        people = found["people"] or {}
        low, high = found["ci95_km2"]
        properties = {
            **found,
            "id": f"{transfer.source}-{transfer.target}{ids}",
            "date_from": before,
            "date_to": after,
            "hypothetical": bool(layers.ledger.supposed(before, after)),
            "ci95_low_km2": low,
            "ci95_high_km2": high,
            "zones_km2": [f"{km2:g}" for km2 in found["zones_km2"].values()],
            "people": people.get("total"),
            "people_counted": people.get("counted"),
            "people_places": people.get("places"),
        }
        yield feature(properties, _union(layers, transfer.faces))


def changes(layers: Layers) -> Iterator[Feature]:
    """Yield what changed hands from each key date to the next, or where there are none, at each change of control."""
    days = list(layers.key_dates)
    if len(days) < 2:
        days = [layers.ledger.first, *layers.ledger.changes()]
    for before, after in pairwise(days):
        yield from change(layers, before, after, ids=f"-{before}-{after}")


def _stretches(layers: Layers, found: Iterable[tuple[periods.Stretch, str, dict[str, Any]]]) -> Iterator[Feature]:
    """Yield stretches of lines between two controllers, each with its id and what is known of its date."""
    import shapely

    from geo.geometry import uncertainty

    every = list(layers.curated_lines.values())
    for stretch, id_, more in found:
        line = every[stretch.line]
        pieces = [shapely.LineString(layers.arcs[index].coordinates) for index in stretch.arcs]
        merged = shapely.get_parts(shapely.normalize(shapely.line_merge(shapely.MultiLineString(pieces))))
        metres = sum(uncertainty.length_m(layers.arcs[index].coordinates) for index in stretch.arcs)
        properties = {
            **line.properties(),
            **_supported(layers, line),
            "id": id_,
            "line": line.id,
            "between": stretch.between,
            "held_from": stretch.start,
            "held_to": stretch.end,
            "length_km": round(metres / 1e3, 3),
            **more,
        }
        yield feature(properties, mapping(shapely.MultiLineString(list(merged))))


def fronts_on(layers: Layers, date: str) -> Iterator[Feature]:
    """Yield the stretches of line between two controllers on a date."""
    controller, hypothetical = layers.ledger.controllers(date), bool(layers.ledger.supposed(date))
    spans: dict[int, periods.Stretch] = {}
    if not hypothetical:
        known = (one for one in periods.fronts(layers) if dates.holds(one.start, one.end, date))
        spans = {index: one for one in known for index in one.arcs}
    groups: dict[tuple[int, tuple[str, str]], list[int]] = {}
    for index, arc in enumerate(layers.arcs):
        if arc.left is None or arc.right is None or controller[arc.left] == controller[arc.right]:
            continue
        one, other = sorted((controller[arc.left], controller[arc.right]))
        groups.setdefault((arc.line, (one, other)), []).append(index)
    names = list(layers.curated_lines)
    more = {"date": date, "hypothetical": hypothetical}
    found = []
    for (line, between), arcs in groups.items():
        begun = {spans[index].start for index in arcs if index in spans}
        ended = {spans[index].end for index in arcs if index in spans}
        # of stretches that began or end on several days, what holds for all of them
        start, end = max(begun, default=""), min((day for day in ended if day), default=None)
        stretch = periods.Stretch(line, between, start, end, tuple(arcs))
        found.append((stretch, f"{names[line]}-{'-'.join(between)}", more))
    return _stretches(layers, found)


def fronts(layers: Layers) -> Iterator[Feature]:
    """Yield the history of the stretches of line between two controllers."""
    names = list(layers.curated_lines)
    more = {"date": None, "hypothetical": False}
    found = []
    for one in periods.fronts(layers):
        parts = (names[one.line], *one.between, one.start, one.end)
        found.append((one, "-".join(filter(None, parts)), more))
    return _stretches(layers, found)


def claims(layers: Layers) -> Iterator[Feature]:
    """Yield what parties claim, each with the ground of its zone."""
    ground: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {}
    for claim in layers.curated_claims:
        if claim.zone not in ground:
            faces = layers.ledger.faces_in(claim.zone)
            if not faces:
                raise unknown("zone", claim.zone, sorted(layers.curated_zones))
            ground[claim.zone] = _union(layers, faces), _measured(layers, faces)
        polygon, measured = ground[claim.zone]
        yield feature({**claim._asdict(), **_supported(layers, claim), **measured}, polygon)


def scenarios(layers: Layers) -> Iterator[Feature]:
    """Yield would-be control, one feature per row of a scenario."""
    taken: dict[str, int] = {}
    for rows in layers.ledger.scenarios.values():
        for row in rows:
            faces = layers.ledger.faces_in(row.zone)
            if not faces:
                raise unknown("zone", row.zone, sorted(layers.curated_zones))
            name = f"{row.id}-{row.zone}"
            taken[name] = taken.get(name, 0) + 1
            values = row._asdict()
            names = {f"name_{tag}": text for tag, text in values.pop("names").items()}
            id_ = name if taken[name] == 1 else f"{name}-{taken[name]}"
            properties = {**values, **names, "id": id_, "scenario": row.id}
            properties |= {**_supported(layers, row), **_measured(layers, faces)}
            yield feature(properties, _union(layers, faces))
