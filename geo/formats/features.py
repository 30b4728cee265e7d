"""Layers as flat GeoJSON features, by name: zones, lines, places, control, fronts, changes, claims, scenarios."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from geo import _files, dates
from geo._errors import ClaimsError, unknown
from geo.formats import periods, schema
from geo.formats.layer import Layer
from geo.layers.tables import EXTENTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

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


def _line(positions: Iterable[Iterable[float]]) -> dict[str, Any]:
    return {"type": "LineString", "coordinates": [list(position) for position in positions]}


def _feature(properties: dict[str, Any], geometry: dict[str, Any] | None) -> Feature:
    return {"id": properties["id"], "properties": properties, "geometry": geometry}


def _zones(layers: Layers, chosen: Iterable[str]) -> Iterator[Feature]:
    for zone in chosen:
        faces = layers.ledger.faces_in(zone)
        yield _feature({**layers.curated_zones[zone].properties(), **_measured(layers, faces)}, _union(layers, faces))


def _lines(layers: Layers, chosen: Iterable[str]) -> Iterator[Feature]:
    for line in map(layers.curated_lines.__getitem__, chosen):
        yield _feature(line.properties(), _line(line.coordinates))


def _routes(layers: Layers, chosen: Iterable[str]) -> Iterator[Feature]:
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
            **ends,
            "accuracy_m": max(part.accuracy_m for part in parts),
            "basis": _distinct([part.basis] for part in parts),
        }
        yield _feature(properties, _line(course))


def _bands(layers: Layers, chosen: Iterable[str]) -> Iterator[Feature]:
    """Yield bands beside a line, with the limits on forces in them."""
    import numpy as np
    import shapely

    from geo.geometry import areas
    from geo.layers import bands

    for band in map(layers.bands.__getitem__, chosen):
        polygon = bands.polygon(band, layers.curated_lines, file=str(layers.path / "curated" / "bands.csv"))
        rounded = mapping(polygon, decimals=5)
        area = areas.polygon_areas(np.array([shapely.geometry.shape(rounded)], dtype=object))
        yield _feature({**band.properties(), "area_km2": round(area.item() / 1e6, 3)}, rounded)


def _places(layers: Layers) -> Iterator[Feature]:
    for place in layers.curated_places.values():
        yield _feature(place.properties(), {"type": "Point", "coordinates": [place.lon, place.lat]})


def _faces(layers: Layers) -> Iterator[Feature]:
    ledger = layers.ledger
    every = zip(ledger.names, ledger.zones_of, ledger.area_cm2, layers.polygons, strict=True)
    for face, (name, zones, area, polygon) in enumerate(every):
        properties = {"id": name, "zones": zones, "area_cm2": area, **_measured(layers, [face])}
        yield _feature(properties, mapping(polygon))


def _seen(perspective: str | None, seen: Held | None) -> dict[str, Any]:
    """Return what a perspective adds to a feature of control."""
    if perspective is None:
        return {}
    counted, named = (seen.controller, seen.row.note) if seen else (None, None)
    return {"perspective": perspective, "counted_as": counted, "named": named}


def _control_on(layers: Layers, date: str, perspective: str | None = None) -> Iterator[Feature]:
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
            **_measured(layers, chosen),
        }
        yield _feature(properties, _union(layers, chosen))


def _control(layers: Layers, perspective: str | None = None) -> Iterator[Feature]:
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
            "note": row.note,
            **_measured(layers, piece.faces),
        }
        yield _feature(properties, _union(layers, piece.faces))


def _distinct(groups: Iterable[Iterable[str]]) -> list[str]:
    return list(dict.fromkeys(word for group in groups for word in group))


def _change(layers: Layers, before: str, after: str, *, ids: str = "") -> Iterator[Feature]:
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
        yield _feature(properties, _union(layers, transfer.faces))


def _changes(layers: Layers) -> Iterator[Feature]:
    """Yield what changed hands from each key date to the next, or where there are none, at each change of control."""
    days = list(layers.key_dates)
    if len(days) < 2:
        days = [layers.ledger.first, *layers.ledger.changes()]
    for before, after in pairwise(days):
        yield from _change(layers, before, after, ids=f"-{before}-{after}")


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
            "id": id_,
            "line": line.id,
            "between": stretch.between,
            "held_from": stretch.start,
            "held_to": stretch.end,
            "length_km": round(metres / 1e3, 3),
            **more,
        }
        yield _feature(properties, mapping(shapely.MultiLineString(list(merged))))


def _fronts_on(layers: Layers, date: str) -> Iterator[Feature]:
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


def _fronts(layers: Layers) -> Iterator[Feature]:
    """Yield the history of the stretches of line between two controllers."""
    names = list(layers.curated_lines)
    more = {"date": None, "hypothetical": False}
    found = []
    for one in periods.fronts(layers):
        parts = (names[one.line], *one.between, one.start, one.end)
        found.append((one, "-".join(filter(None, parts)), more))
    return _stretches(layers, found)


def _claims(layers: Layers) -> Iterator[Feature]:
    ground: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {}
    for claim in layers.curated_claims:
        if claim.zone not in ground:
            faces = layers.ledger.faces_in(claim.zone)
            if not faces:
                raise unknown("zone", claim.zone, sorted(layers.curated_zones))
            ground[claim.zone] = _union(layers, faces), _measured(layers, faces)
        polygon, measured = ground[claim.zone]
        yield _feature({**claim._asdict(), **measured}, polygon)


def _scenarios(layers: Layers) -> Iterator[Feature]:
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
            properties = {**values, **names, "id": id_, "scenario": row.id, **_measured(layers, faces)}
            yield _feature(properties, _union(layers, faces))


class Kind(NamedTuple):
    """A family of layers with one or two dates in its name."""

    example: str
    meaning: str


DATED = {
    "control": Kind("control_2024-12-07", "who holds what on a date"),
    "fronts": Kind("fronts_2024-12-07", "the lines between controllers on a date"),
    "change": Kind("change_2024-12-07_2026-01-06", "what changed hands between two dates"),
}
_WHOLE: dict[str, Callable[[Layers], Iterator[Feature]]] = {
    "zones": lambda layers: _zones(layers, layers.curated_zones),
    "lines": lambda layers: _lines(layers, layers.curated_lines),
    "routes": lambda layers: _routes(layers, layers.routes),
    "bands": lambda layers: _bands(layers, layers.bands),
    "places": _places,
    "control": _control,
    "fronts": _fronts,
    "changes": _changes,
    "claims": _claims,
    "scenarios": _scenarios,
    "faces": _faces,
}
EVERY = tuple(_WHOLE)  # layers that together have everything that has a place


def names(layers: Layers) -> list[str]:
    """Return the names of the layers without a date."""
    single = [*layers.curated_zones, *layers.curated_lines, *layers.routes, *layers.bands]
    return [*single, *(name for name in EVERY if name not in single)]


def moments(layers: Layers, text: str) -> list[str]:
    """Return the dates and scenarios in a text that joins them by underscores, which scenarios contain too."""
    if not text:
        return []
    if text in layers.ledger.scenarios or "_" not in text:
        return [layers.ledger.moment(text)]
    cuts = [index for index, letter in enumerate(text) if letter == "_"]
    known = {"today", *layers.ledger.scenarios}
    for cut in cuts:
        first, second = text[:cut], text[cut + 1 :]
        if all(part in known or (part[:1].isdigit() and "_" not in part) for part in (first, second)):
            return [layers.ledger.moment(first), layers.ledger.moment(second)]
    return []


def _single(layers: Layers, name: str) -> tuple[str, Iterator[Feature]] | None:
    """Return kind and features of the one zone, line, route or band of a name, if there is one."""
    for kind, known, made in (
        ("zones", layers.curated_zones, _zones),
        ("lines", layers.curated_lines, _lines),
        ("routes", layers.routes, _routes),
        ("bands", layers.bands, _bands),
    ):
        if name in known:
            return kind, made(layers, [name])
    return None


def _found(layers: Layers, layer: str, perspective: str | None) -> tuple[str, Iterator[Feature]]:
    """Return kind and features of a layer."""
    kind, _, rest = layer.partition("_")
    single = _single(layers, layer)
    days = moments(layers, rest) if kind in DATED and not single else []
    if perspective is not None and not (layer == "control" or (kind == "control" and len(days) == 1)):
        raise ClaimsError(f"a perspective goes with control and control_DATE, not with {layer}")
    if single:
        return single
    if layer in _WHOLE:
        return layer, _control(layers, perspective) if layer == "control" else _WHOLE[layer](layers)
    if kind == "change" and len(days) == 2:
        return "changes", _change(layers, *days)
    if kind == "control" and len(days) == 1:
        return "control_DATE", _control_on(layers, days[0], perspective)
    if kind == "fronts" and len(days) == 1:
        return "fronts", _fronts_on(layers, days[0])
    raise unknown("layer", layer, names(layers) + [kind.example for kind in DATED.values()])


def found(layers: Layers, layer: str, *, perspective: str | None = None) -> Layer:
    """Return a layer by its name, its features flat: a value for each column of its :mod:`geo.formats.schema`.

    Parameters
    ----------
    layers
        Where the layer is.
    layer
        A zone, a line, a route, a band; one of :data:`EVERY`; ``control_DATE``, ``fronts_DATE`` or ``change_FROM_TO``,
        where the id of a scenario can stand in place of a date.
    perspective
        A party, for ``control`` and ``control_DATE``: adds the state that it assigns the ground to and its name for it.

    Raises
    ------
    ClaimsError
        When the name is unknown (the error suggests the nearest) or a date is outside the record.

    Examples
    --------
    >>> zone = found(geo.load(), "buffer_zone_1974")
    >>> zone.kind, zone.features[0]["properties"]["from_date"]
    ('zones', datetime.date(1974, 6, 25))
    """
    kind, made = _found(layers, layer, perspective)
    columns = schema.columns(layers, kind, seen=perspective is not None)
    raw = list(made)
    rows = schema.flat([feature["properties"] for feature in raw], columns)
    flat = [_feature(row, feature["geometry"]) for row, feature in zip(rows, raw, strict=True)]
    return Layer(layer, kind, columns, flat)


def features(layers: Layers, layer: str, *, perspective: str | None = None, lists: bool = False) -> list[Feature]:
    """Return the features of a layer by its name as GeoJSON has them; see :func:`found`.

    Dates are ISO 8601 text, and lists a text joined by blanks, or arrays with `lists`.

    Raises
    ------
    ClaimsError
        When the name is unknown (the error suggests the nearest) or a date is outside the record.

    Examples
    --------
    >>> [(feature["properties"]["from"], feature["properties"]["to"])
    ...  for feature in features(geo.load(), "change_2024-12-07_2026-01-06")]
    [('syria', 'israel')]
    """
    return found(layers, layer, perspective=perspective).written(lists=lists)


def text(layers: Layers, layer: str, *, perspective: str | None = None) -> str:
    """Return a layer as RFC 7946 GeoJSON with licence and attribution; see :func:`found`.

    Examples
    --------
    >>> import json
    >>> layer = json.loads(text(geo.load(), "buffer_zone_1974"))
    >>> [feature["id"] for feature in layer["features"]]
    ['buffer_zone_1974']
    """
    profile = layers.profile
    made = features(layers, layer, perspective=perspective)
    return _files.geojson(made, licence=profile.licence, attribution=profile.attribution)
