"""Files in other formats than GeoJSON: geometry, neighbours and dates are checked all the same."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo._errors import ClaimsError, ClaimsWarning
from geo.checks.findings import Noted, Place, Shape

if TYPE_CHECKING:
    from pathlib import Path

    from geo._errors import ClaimsError as Fault

ENDINGS = (".gpkg", ".fgb", ".shp", ".parquet", ".kml", ".gz", ".zip")
Properties = list[tuple[Place, dict[str, Any]]]


def read(path: Path) -> tuple[list[Fault], list[Shape], Properties]:
    """Return what is wrong with a file, its lines and polygons in longitude and latitude, and all properties.

    Raises
    ------
    ClaimsError
        When it cannot be read.
    """
    from geo.dated import vector_files  # with geopandas

    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("ignore")
        warnings.simplefilter("always", ClaimsWarning)
        frame = vector_files.read(path)
        try:
            geometries = np.asarray(frame.geometry.to_crs(4326), dtype=object)
        except (ValueError, RuntimeError) as error:  # of pyproj
            raise ClaimsError(f"cannot be brought to EPSG:4326: {error}", code="crs", file=str(path)) from None
    faults: list[Fault] = [Noted(str(one.message), code="reader", file=str(path)) for one in told]
    shapes: list[Shape] = []
    table = frame.drop(columns=frame.geometry.name)
    columns = [str(name) for name in table]
    properties: Properties = []
    for number, (values, geometry) in enumerate(zip(table.itertuples(index=False, name=None), geometries, strict=True)):
        place = Place(str(path), f"feature {number}", number=number)
        properties.append((place, dict(zip(columns, map(_plain, values), strict=True))))
        if geometry is None:
            faults.append(place.noted("unlocated", "has no geometry: its place is not known"))
        elif geometry.is_empty:
            faults.append(place.warned("empty", "the geometry is empty; delete it"))
        elif not np.isfinite(shapely.get_coordinates(geometry)).all():
            faults.append(place.fault("position", "a position is not finite; correct it, or the CRS of the file"))
        else:
            shapes += _shapes(place, geometry)
    return faults, shapes, properties


def _shapes(place: Place, geometry: Any) -> list[Shape]:
    """Return the lines and polygons of a geometry."""
    found: list[Shape] = []
    first = 0
    simple = geometry.geom_type != "GeometryCollection"
    for part in [geometry] if simple else shapely.get_parts(geometry):
        if not simple and part.geom_type == "GeometryCollection":
            found += [one._replace(first=one.first + first) for one in _shapes(place, part)]
        elif shapely.get_dimensions(part) > 0:
            found.append(Shape(place, shapely.force_2d(part), first))
        first += int(shapely.get_num_coordinates(part))
    return found


def _plain(value: Any) -> Any:
    """Return a value as JSON would hold it, so that it is read as a date or not."""
    import pandas as pd

    if isinstance(value, list | dict | np.ndarray) or not pd.isna(value):
        return value.item() if isinstance(value, np.generic) and not isinstance(value, np.datetime64) else value
    return None
