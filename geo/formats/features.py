"""Layers as GeoJSON features, by name: zones, lines, places, control on a date, change between two dates."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from geo import _files
from geo._errors import ClaimsError, unknown
from geo.layers.tables import EXTENTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from geo.layers.layers import Layers

Feature = dict[str, Any]


def mapping(geometry: Any, *, decimals: int = 7) -> dict[str, Any]:
    """Return a shapely geometry as GeoJSON, rounded, with shells counter-clockwise."""
    import numpy as np
    import shapely

    from geo.formats.grid import on_grid

    (rounded,) = on_grid(np.array([geometry], dtype=object), decimals)
    return dict(shapely.geometry.mapping(shapely.orient_polygons(rounded)))


def _union(layers: Layers, chosen: list[int]) -> dict[str, Any]:
    """Return the union of faces, on their own vertices."""
    import shapely

    return mapping(shapely.normalize(layers.union(chosen)))


def _measured(layers: Layers, chosen: list[int]) -> dict[str, Any]:
    """Return the area of faces with its 95 % interval, as properties."""
    quantity = layers.ledger.quantity(dict.fromkeys(EXTENTS, chosen))
    return {"area_km2": round(quantity.area, 6), "ci95_km2": [round(bound, 3) for bound in quantity.ci95]}


def _supported(layers: Layers, *records: Any) -> dict[str, Any]:
    """Return how strong the evidence of some records is, as properties."""
    return layers.evidence(*records).columns()


def zone(layers: Layers, zone_id: str) -> list[Feature]:
    """Return a zone as one feature, with its area and 95 % interval."""
    chosen = layers.ledger.faces_in(zone_id)
    zone_ = layers.curated_zones[zone_id]
    properties = {**zone_.properties(), **_supported(layers, zone_), **_measured(layers, chosen)}
    return [{"id": zone_id, "properties": properties, "geometry": _union(layers, chosen)}]


def lines(layers: Layers, chosen: Iterable[str]) -> list[Feature]:
    """Return curated lines."""
    return [
        {
            "id": line.id,
            "properties": {**line.properties(), **_supported(layers, line)},
            "geometry": {"type": "LineString", "coordinates": [list(point) for point in line.coordinates]},
        }
        for line in map(layers.curated_lines.__getitem__, chosen)
    ]


def route(layers: Layers, route_id: str) -> list[Feature]:
    """Return a line that follows others, with the accuracy and basis of its parts."""
    route_, course = layers.routes[route_id], layers.course(route_id)  # course: raises if a part is not a line
    parts = [layers.curated_lines[part] for part in dict.fromkeys(route_.parts)]
    properties = {
        **route_.properties(),
        **_supported(layers, route_),
        "accuracy_m": max(part.accuracy_m for part in parts),
        "basis": _distinct([part.basis] for part in parts),
    }
    geometry = {"type": "LineString", "coordinates": [list(point) for point in course]}
    return [{"id": route_id, "properties": properties, "geometry": geometry}]


def band(layers: Layers, band_id: str) -> list[Feature]:
    """Return a band beside a line, with the limits on forces in it."""
    import numpy as np
    import shapely

    from geo.geometry import areas
    from geo.layers import bands

    band_ = layers.bands[band_id]
    polygon = bands.polygon(band_, layers.curated_lines, file=str(layers.path / "curated" / "bands.csv"))
    rounded = mapping(polygon, decimals=5)
    area = areas.polygon_areas(np.array([shapely.geometry.shape(rounded)], dtype=object))
    properties = {**band_.properties(), **_supported(layers, band_), "area_km2": round(area.item() / 1e6, 3)}
    return [{"id": band_id, "properties": properties, "geometry": rounded}]


def places(layers: Layers) -> list[Feature]:
    """Return the places."""
    return [
        {
            "id": place.id,
            "properties": {**place.properties(), **_supported(layers, place)},
            "geometry": {"type": "Point", "coordinates": [place.lon, place.lat]},
        }
        for place in layers.curated_places.values()
    ]


def faces_layer(layers: Layers) -> list[Feature]:
    """Return all faces."""
    ledger = layers.ledger
    return [
        {
            "id": name,
            "properties": {"id": name, "zones": list(zones), "area_cm2": area},
            "geometry": mapping(polygon),
        }
        for name, zones, area, polygon in zip(
            ledger.names, ledger.zones_of, ledger.area_cm2, layers.polygons, strict=True
        )
    ]


def control(layers: Layers, date: str, perspective: str | None = None) -> list[Feature]:
    """Return who holds what on a date, one feature per controller, main zone and period.

    With a perspective, each feature also has the state that this party assigns it to, and the party's name for it.
    """
    ledger = layers.ledger
    held = ledger.held(date)
    seen = layers.seen_by(perspective).held(ledger.day_of(date)) if perspective else None
    groups: dict[tuple[str, str, str, str | None, str | None, str | None], list[int]] = {}
    for face, entry in enumerate(held):
        view = (seen[face].controller, seen[face].row.note) if seen else (None, None)
        key = (entry.controller, ledger.zones_of[face][0], entry.valid_from, entry.valid_to, *view)
        groups.setdefault(key, []).append(face)
    return [
        {
            "id": "-".join(filter(None, (controller, zone, start, end, counted))),
            "properties": {
                **({"perspective": perspective, "counted_as": counted, "named": named} if perspective else {}),
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
            },
            "geometry": _union(layers, chosen),
        }
        for (controller, zone, start, end, counted, named), chosen in groups.items()
    ]


def _distinct(groups: Iterable[Iterable[str]]) -> list[str]:
    return list(dict.fromkeys(word for group in groups for word in group))


def change(layers: Layers, before: str, after: str) -> list[Feature]:
    """Return the ground that changed hands between two dates, one feature per pair of controllers."""
    return [
        {
            "id": f"{transfer.source}-{transfer.target}",
            "properties": {
                "date_from": before,
                "date_to": after,
                "hypothetical": bool(layers.ledger.supposed(before, after)),
                **transfer.json(),
            },
            "geometry": _union(layers, list(transfer.faces)),
        }
        for transfer in layers.ledger.change(before, after)
        if transfer.faces
    ]


def fronts(layers: Layers, date: str) -> list[Feature]:
    """Return the stretches of line between two controllers on a date."""
    import shapely

    controller = layers.ledger.controllers(date)
    stretches: dict[tuple[int, str], list[Any]] = {}
    for arc in layers.arcs:
        if arc.left is None or arc.right is None or controller[arc.left] == controller[arc.right]:
            continue
        parted = "-".join(sorted((controller[arc.left], controller[arc.right])))
        stretches.setdefault((arc.line, parted), []).append(shapely.LineString(arc.coordinates))
    every = list(layers.curated_lines.values())
    features = []
    for (index, parted), pieces in stretches.items():
        merged = shapely.get_parts(shapely.normalize(shapely.line_merge(shapely.MultiLineString(pieces))))
        features.append(
            {
                "id": f"{every[index].id}-{parted}",
                "properties": {
                    **every[index].properties(),
                    **_supported(layers, every[index]),
                    "date": date,
                    "hypothetical": bool(layers.ledger.supposed(date)),
                    "parts": parted,
                },
                "geometry": mapping(shapely.MultiLineString(list(merged))),
            }
        )
    return features


class Kind(NamedTuple):
    """A family of layers with one or two dates in its name."""

    example: str
    meaning: str


DATED = {
    "control": Kind("control_2024-12-07", "who holds what on a date"),
    "fronts": Kind("fronts_2024-12-07", "the lines between controllers on a date"),
    "change": Kind("change_2024-12-07_2026-01-06", "what changed hands between two dates"),
}


def names(layers: Layers) -> list[str]:
    """Return the names of the layers without a date."""
    return [*layers.curated_zones, *layers.curated_lines, *layers.routes, *layers.bands, "faces", "lines", "places"]


def _moments(layers: Layers, text: str) -> list[str]:
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


def features(layers: Layers, layer: str, *, perspective: str | None = None) -> list[Feature]:
    """Return the features of a layer by its name.

    Parameters
    ----------
    layers
        Where the layer is.
    layer
        A zone, a line, a band, ``faces``, ``lines``, ``places``, ``control_DATE``, ``fronts_DATE`` or
        ``change_FROM_TO``; the id of a scenario can be used in place of a date.
    perspective
        A party, for ``control_DATE`` only: adds the state that it assigns the ground to and its name for the ground.

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
    made: dict[str, Callable[[], list[Feature]]] = {
        **{name: partial(zone, layers, name) for name in layers.curated_zones},
        **{name: partial(lines, layers, [name]) for name in layers.curated_lines},
        **{name: partial(route, layers, name) for name in layers.routes},
        **{name: partial(band, layers, name) for name in layers.bands},
        "lines": partial(lines, layers, layers.curated_lines),
        "faces": partial(faces_layer, layers),
        "places": partial(places, layers),
    }
    if layer in made and perspective is None:
        return made[layer]()
    kind, _, rest = layer.partition("_")
    moments = _moments(layers, rest) if kind in DATED else []
    if perspective is not None and (kind != "control" or len(moments) != 1):
        raise ClaimsError(f"a perspective goes with control_DATE, not with {layer}")
    if kind == "change" and len(moments) == 2:
        return change(layers, *moments)
    if kind in ("control", "fronts") and len(moments) == 1:
        return control(layers, moments[0], perspective) if kind == "control" else fronts(layers, moments[0])
    raise unknown("layer", layer, names(layers) + [kind.example for kind in DATED.values()])


def text(layers: Layers, layer: str, *, perspective: str | None = None) -> str:
    """Return a layer as RFC 7946 GeoJSON with licence and attribution; see :func:`features`.

    Examples
    --------
    >>> import json
    >>> layer = json.loads(text(geo.load(), "buffer_zone_1974"))
    >>> [feature["id"] for feature in layer["features"]]
    ['buffer_zone_1974']
    """
    found = features(layers, layer, perspective=perspective)
    profile = layers.profile
    return _files.geojson(found, licence=profile.licence, attribution=profile.attribution)
