"""What layers there are, as rows that the command prints and the record gives as a frame; with the standard library."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geo.layers.layers import Layers


def rows(layers: Layers) -> list[dict[str, Any]]:
    """Return every line, route, zone and band with its period, accuracy, basis, sources and their strength.

    Examples
    --------
    >>> found = {row["id"]: row for row in rows(geo.load())}
    >>> found["line_a"]["kind"], found["line_a"]["type"], found["line_a"]["basis"]
    ('line', 'disengagement', 'map')
    """
    nothing = dict.fromkeys(("accuracy_m", "correlation_km", "basis"))
    lengths = {name: numbers for name, *numbers in layers.topology["lengths_km"]}
    found: list[dict[str, Any]] = []
    for line in layers.curated_lines.values():
        km, *interval = lengths[line.id]
        apart = [spread.metres for spread in layers.spreads.get(line.id, [])]
        spread = {"spread_m": [min(apart), max(apart)]} if apart else {}
        length = {"length_km": km, "length_interval_km": interval}
        found.append({**line.properties(), "kind": "line", "type": line.kind, **length, **spread})
    routes, zones, bands = layers.routes.values(), layers.curated_zones.values(), layers.bands.values()
    found += [{**nothing, **route.properties(), "kind": "route", "type": route.kind} for route in routes]
    found += [{**nothing, **zone.properties(), "kind": "zone", "type": zone.kind} for zone in zones]
    found += [{**nothing, **band.properties(), "kind": "band", "type": "limitation"} for band in bands]
    every = [*layers.curated_lines.values(), *routes, *zones, *bands]
    return [row | layers.evidence(one).columns() for row, one in zip(found, every, strict=True)]
