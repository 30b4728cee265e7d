"""GeoPackage: layers and tables in one file, with what it says of itself in its metadata tables."""

from __future__ import annotations

import contextlib
import sqlite3
from typing import TYPE_CHECKING

from geo.formats import ogr, qgis_file
from geo.formats.schema import KINDS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from geo.formats.layer import About, Layer, Options

_VERSION = "1.3"  # of the standard: programs that are some years old know it
_TIME = "1970-01-01T00:00:00.000Z"


def write(layers: Sequence[Layer], path: Path, about: About, options: Options) -> list[str]:
    """Write layers and tables into one GeoPackage; the same ones give the same bytes."""
    with ogr.no_clock():
        for index, layer in enumerate(layers):
            ogr.write(
                layer,
                path,
                "GPKG",
                crs=options.crs,
                append=index > 0,
                dataset_metadata=about.items() if index == 0 else None,
                layer_metadata=about.items() | {"title": layer.name},
                dataset_options={"VERSION": _VERSION} if index == 0 else None,
                layer_options={"DESCRIPTION": KINDS.get(layer.kind, layer.kind)},
            )
    _settle(path)
    # the table of styles counts as a layer, so a file of one stays plain unless labels are asked for in a language
    if options.shown is not None and (len(layers) > 1 or options.language):
        qgis_file.add(path, layers, about, options.shown, crs=options.crs)
    return []


def _settle(path: Path) -> None:
    """Take the time of writing out of a GeoPackage."""
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if "gpkg_contents" in tables:
            database.execute("UPDATE gpkg_contents SET last_change = ?", (_TIME,))
        if "gpkg_metadata_reference" in tables:
            database.execute("UPDATE gpkg_metadata_reference SET timestamp = ?", (_TIME,))
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.execute("VACUUM")
