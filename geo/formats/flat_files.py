"""FlatGeobuf and PMTiles, which GDAL writes: one layer a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo._errors import ClaimsError
from geo.formats import ogr
from geo.formats.schema import KINDS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from geo.formats.layer import About, Layer, Options

_ZOOMS = {"MINZOOM": 0, "MAXZOOM": 12}  # at the last, a unit of the tile is 2 m


def flatgeobuf(layers: Sequence[Layer], path: Path, about: About, options: Options) -> list[str]:
    """Write a layer as FlatGeobuf, with a spatial index unless a geometry is missing."""
    (layer,) = layers
    whole = bool(layer.features) and all(feature["geometry"] for feature in layer.features)
    described = {
        "TITLE": layer.name,
        "DESCRIPTION": f"{KINDS.get(layer.kind, layer.kind)}\n{about.text()}",
        "SPATIAL_INDEX": "YES" if whole else "NO",
    }
    ogr.write(layer, path, "FlatGeobuf", crs=options.crs, layer_options=described)
    return []


def pmtiles(layers: Sequence[Layer], path: Path, about: About, options: Options) -> list[str]:
    """Write a layer as vector tiles of Web Mercator in one file: to be looked at, not to be measured."""
    del options
    (layer,) = layers
    if not any(feature["geometry"] for feature in layer.features):
        raise ClaimsError("has no geometry to make tiles of; write it as csv", code="geometry", feature=layer.name)
    described = {"NAME": layer.name, "DESCRIPTION": about.text(), "TYPE": "overlay"}
    ogr.write(layer, path, "PMTiles", dates=False, dataset_options=described | _ZOOMS)
    return []
