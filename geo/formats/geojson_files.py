"""A layer as a GeoJSON file (RFC 7946), one vertex a line, with licence, attribution and version among its members."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo import _files

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from geo.formats.layer import About, Layer, Options


def write(layers: Sequence[Layer], path: Path, about: About, options: Options) -> list[str]:
    """Write a layer; exteriors are counter-clockwise, or as D3 wants them when that is asked for."""
    (layer,) = layers
    features = layer.written(lists=options.lists)
    if options.clockwise:
        features = [feature | {"geometry": _turned(feature["geometry"])} for feature in features]
    path.write_text(_files.geojson(features, **about.items()), encoding="utf-8", newline="\n")
    return []


def _turned(geometry: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return a geometry with the rings of polygons the other way round."""
    if geometry is None or "Polygon" not in geometry["type"]:
        return geometry
    rings = geometry["coordinates"]
    if geometry["type"] == "Polygon":
        return geometry | {"coordinates": [ring[::-1] for ring in rings]}
    return geometry | {"coordinates": [[ring[::-1] for ring in polygon] for polygon in rings]}
