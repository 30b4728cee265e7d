"""Files of anyone's polygons as frames: a whole file, or the part near some bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas
import pandas as pd
import shapely

from geo import _files
from geo._errors import ClaimsError
from geo.dated import archives, driver_files, geojson_reader, kml_reader, strict_geojson
from geo.dated.driver_files import AS_WRITTEN, told

if TYPE_CHECKING:
    from pathlib import Path

    from geo.geometry.noding import Box

MOST_JSON = 4 * 2**30  # bytes of a GeoJSON file, which is read as a whole
_JSON = (".geojson", ".json")
_SEQUENCES = (".geojsonl", ".geojsons", ".geojsonseq", ".ndjson", ".jsonl")
_BY_BOX = (".gpkg", ".fgb", ".shp")
_PLAIN = (*_JSON, *_SEQUENCES, *_BY_BOX, ".parquet", ".kml")
ENDINGS = (*_PLAIN, ".gz", ".zip")
_NAMED = ".geojson, .geojsonl, .gpkg, .fgb, .shp, .parquet, .kml, and .gz or .zip of one of these"


def is_indexed(path: Path) -> bool:
    """Tell whether parts of a file can be read without the rest."""
    return path.suffix.lower() in _BY_BOX


def read(path: Path, *, layer: str | None = None, encoding: str | None = None) -> geopandas.GeoDataFrame:
    """Return the polygons of a file.

    Parameters
    ----------
    path
        GeoJSON (also newline-delimited), GeoPackage, FlatGeobuf, Shapefile, GeoParquet (with pyarrow) or KML; or one
        of these in ``.gz`` or ``.zip``.
    layer
        Which layer of a GeoPackage of several.
    encoding
        Of the text of a Shapefile or a GeoJSON file that does not say it.

    Raises
    ------
    ClaimsError
        When there is no such file, it is not what its name says, or not all of it can be read.
    """
    _files.check_input(path, MOST_JSON if path.suffix.lower() in _JSON else None)
    if path.suffix.lower() not in ENDINGS:
        raise ClaimsError(f"read are {_NAMED}, not this ending", code="file", file=str(path))
    with archives.unpacked(path, _PLAIN) as whole:
        frame = _read(whole, layer, encoding)
        if frame.crs is None:
            raise no_crs(whole)
        doubled = frame.columns[frame.columns.duplicated()]
        if len(doubled):
            message = f"has two columns called {doubled[0]!r}; rename one of them"
            raise ClaimsError(message, code="format", file=str(whole))
    return frame.set_geometry(frame.geometry.rename("geometry")) if frame.geometry.name != "geometry" else frame


def _read(path: Path, layer: str | None, encoding: str | None) -> geopandas.GeoDataFrame:
    suffix = path.suffix.lower()
    if suffix in _BY_BOX:
        return driver_files.read(path, layer, encoding)
    if layer is not None:
        raise ClaimsError("only a GeoPackage has layers to name", code="file", file=str(path))
    if suffix in _JSON or suffix in _SEQUENCES:
        plain: geopandas.GeoDataFrame | None = None
        if suffix in _JSON and encoding is None:
            plain = told(path, geojson_reader.read)
        return strict_geojson.read(path, encoding=encoding, sequence=suffix in _SEQUENCES) if plain is None else plain
    if encoding is not None:
        raise ClaimsError("an encoding goes with a Shapefile or GeoJSON", code="file", file=str(path))
    if suffix == ".kml":
        return kml_reader.read(path)
    return _parquet(path)


def _parquet(path: Path) -> geopandas.GeoDataFrame:
    found: Any = told(path, _of_parquet)
    if not isinstance(found, geopandas.GeoDataFrame):
        raise ClaimsError("has no geometry", code="format", file=str(path))
    frame: geopandas.GeoDataFrame = found
    return frame


def _of_parquet(path: Path) -> Any:
    frame = geopandas.read_parquet(path)
    for name in frame.columns:
        column = frame[name]
        if isinstance(column, pd.Series) and pd.api.types.is_string_dtype(column):
            column.str.strip()  # text is looked at when it is asked for: now is the time to find that it is none
    return frame


def no_crs(path: Path) -> ClaimsError:
    """Return the error for a file that does not say where its coordinates are."""
    return ClaimsError(
        "has no CRS: where on Earth its coordinates lie is not said; set one, as with ogr2ogr -a_srs EPSG:4326",
        code="format",
        file=str(path),
    )


def read_box(path: Path, box: Box, layer: str | None = None, encoding: str | None = None) -> geopandas.GeoDataFrame:
    """Return the polygons of a file that meet bounds in EPSG:4326, and perhaps some near these."""
    west, south, east, north = box
    east_west, north_south = (east - west) / 32, (north - south) / 32
    # in another CRS its sides are curves: of many short ones, a little further out, none cuts into the box
    around = shapely.box(
        max(west - east_west, -180),
        max(south - north_south, -90),
        min(east + east_west, 180),
        min(north + north_south, 90),
    )
    bounds = geopandas.GeoSeries([around.segmentize(min(east_west, north_south))], crs=4326)
    driver_files.refuse_other_kinds(path)
    given = driver_files.options(path, layer, encoding)
    frame: geopandas.GeoDataFrame = told(
        path, geopandas.read_file, bbox=bounds, fid_as_index=True, **AS_WRITTEN, **given
    )
    return frame.set_axis([f"fid {fid}" for fid in frame.index])
