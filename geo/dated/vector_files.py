"""Files of anyone's polygons as frames: one file, a folder with a file for each date, or the part near some bounds."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, TypeVar

import geopandas
import numpy as np
import pandas as pd
import shapely

from geo import _files
from geo._errors import ClaimsError, unknown
from geo.dated import geojson_reader, timestamps

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from geo.geometry.noding import Box

MOST_JSON = 4 * 2**30  # bytes of a GeoJSON file, which is read as a whole
_T = TypeVar("_T")
_SUFFIXES = (".geojson", ".json", ".gpkg", ".fgb", ".shp", ".parquet")
AS_WRITTEN = {"datetime_as_string": True}  # else the times of a whole file come in UTC, those of a part as written
_BY_BOX = (".gpkg", ".fgb", ".shp")


def is_indexed(path: Path) -> bool:
    """Tell whether parts of a file can be read without the rest."""
    return path.suffix.lower() in _BY_BOX


def read(path: Path, *, date: str | None = None, layer: str | None = None) -> geopandas.GeoDataFrame:
    """Return the polygons of a file, or of a folder with the files of each date.

    Parameters
    ----------
    path
        GeoJSON, GeoPackage, FlatGeobuf, Shapefile or GeoParquet (with pyarrow); or a folder of such files with a date
        in each name: a day (``front_2024-12-08.geojson``, ``20241208.geojson``), a month or a year.
    date
        The column that a folder's dates go into.
    layer
        Which layer of a GeoPackage of several.

    Raises
    ------
    ClaimsError
        When there is no such file, it cannot be read, or a name in a folder has no date.
    """
    if not path.is_dir():
        return _read(path, layer)
    files = sorted(file for file in path.iterdir() if file.suffix.lower() in _SUFFIXES and file.name[0] != ".")
    if not files:
        raise ClaimsError(f"no files of polygons in this folder ({', '.join(_SUFFIXES)})", code="file", file=str(path))
    from tqdm import tqdm

    frames = []
    for file in tqdm(files, desc="reading", unit="file", disable=None, leave=False):
        day = timestamps.in_name(file.stem)
        if day is None:
            message = "the name holds no date such as 2024-12-08, 20241208, 2024-12 or 2024, or several"
            raise ClaimsError(message, code="date", file=str(file))
        frame = _read(file, layer).to_crs(4326)
        frame = frame.set_geometry(frame.geometry.rename("geometry"))  # one name for all files
        if frame.empty:  # on this date nobody holds anything
            frame = geopandas.GeoDataFrame(geometry=np.array([None]), crs=4326)
        frame.index = pd.Index([f"{file.name} {row}" for row in frame.index])
        frame[date or "date"] = day
        frames.append(frame)
    return geopandas.GeoDataFrame(pd.concat(frames))


def _read(path: Path, layer: str | None) -> geopandas.GeoDataFrame:
    suffix = path.suffix.lower()
    _files.check_input(path, MOST_JSON if suffix in {".geojson", ".json"} else None)
    if suffix not in _SUFFIXES:
        raise ClaimsError(f"read are {', '.join(_SUFFIXES)}, not this ending", code="file", file=str(path))
    named = named_layer(path, layer)
    frame: Any = told(path, geojson_reader.read) if suffix in {".geojson", ".json"} else None
    if frame is None:
        if suffix == ".parquet":
            frame = told(path, geopandas.read_parquet)
        else:
            frame = told(path, geopandas.read_file, **AS_WRITTEN, **named)
    if not isinstance(frame, geopandas.GeoDataFrame):
        raise ClaimsError("has no geometry", code="format", file=str(path))
    if frame.crs is None:
        raise no_crs(path)
    return frame


def named_layer(path: Path, layer: str | None) -> dict[str, str]:
    """Return the option that names a layer, for a reader of a file.

    Raises
    ------
    ClaimsError
        When the file has several and none is named, or not this one.
    """
    if path.suffix.lower() != ".gpkg":
        if layer is not None:
            raise ClaimsError("only a GeoPackage has layers to name", code="file", file=str(path))
        return {}
    import pyogrio

    names = [name for name, kind in told(path, pyogrio.list_layers) if kind is not None]
    if layer is None and len(names) > 1:
        message = f"has {len(names)} layers, of which one has to be named: {', '.join(names)}"
        raise ClaimsError(message, code="file", file=str(path))
    if layer is not None and layer not in names:
        raise ClaimsError(unknown("layer", layer, names).fault, code="file", file=str(path))
    return {"layer": layer or names[0]} if names else {}


def no_crs(path: Path) -> ClaimsError:
    """Return the error for a file that does not say where its coordinates are."""
    return ClaimsError("has no CRS: where on Earth its coordinates lie is not said", code="format", file=str(path))


def told(path: Path, reader: Callable[..., _T], **options: Any) -> _T:
    """Return what a reader returns, or turn the error of a format into a line that names the file."""
    try:
        with warnings.catch_warnings():
            # such a ring is refused with its row
            warnings.filterwarnings("ignore", message="Non closed ring", category=RuntimeWarning)
            return reader(path, **options)
    except ImportError as error:
        message = str(error).splitlines()[0]
        if path.suffix.lower() == ".parquet":
            message = "GeoParquet needs pyarrow: pip install 'territorial-claims[parquet]'"
        fault = ClaimsError(message, code="file", file=str(path))
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001  # each format has errors of its own
        reason = next(iter(str(error).splitlines()), type(error).__name__)
        if "driver" in reason:  # a word of the library, about options that are not ours
            reason = f"this is no {path.suffix.lower()}"
        fault = ClaimsError(f"cannot be read: {reason}", code="format", file=str(path))
    raise fault  # out here it has no context: one of another package may not travel from a worker


def read_box(path: Path, box: Box, layer: str | None = None) -> geopandas.GeoDataFrame:
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
    frame = told(path, geopandas.read_file, bbox=bounds, fid_as_index=True, **AS_WRITTEN, **named_layer(path, layer))
    return frame.set_axis([f"fid {fid}" for fid in frame.index])
