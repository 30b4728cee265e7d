"""Another map's version of a layer, from a file or frame of any format and CRS, ready to be compared."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import geopandas
import numpy as np
import shapely

from geo._errors import ClaimsError, note
from geo.dated import operations, polygons, vector_files

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

_MOST_COLUMNS = 12  # of a file that an error names


class Reference(NamedTuple):
    """What another map has: polygons or else lines, EPSG:4326.

    Attributes
    ----------
    name
        Of the file, or ``the frame``.
    polygons, lines
        Of the chosen features; one of the two is empty.
    features
        How many were chosen.
    operation
        Of PROJ, that brought them to EPSG:4326; empty where none was needed.
    """

    name: str
    polygons: NDArray[np.object_]
    lines: NDArray[np.object_]
    features: int
    operation: str


def read(
    data: geopandas.GeoDataFrame | geopandas.GeoSeries | str | Path,
    *,
    where: Mapping[str, Any] | None = None,
    feature: int | None = None,
    layer: str | None = None,
    encoding: str | None = None,
    repair: bool = False,
    operation: str | None = None,
) -> Reference:
    """Return what a file or frame has; of several features all together, with a note.

    Parameters
    ----------
    data
        A frame, or a file that :func:`geo.dated.vector_files.read` reads.
    where
        Columns and the value that the chosen features have in them, compared as text.
    feature
        The one feature, by its number, from 0 as errors count them.
    layer, encoding
        Of the file.
    repair
        Make invalid polygons valid.
    operation
        Of PROJ, from another CRS, by name.

    Raises
    ------
    ClaimsError
        When the file cannot be read, nothing is chosen, or what is chosen has neither lines nor polygons.
    """
    name, frame = _opened(data, layer, encoding)
    frame = _chosen(frame, where or {}, feature, name)
    if len(frame) > 1:
        note(f"{name}: its {len(frame):,} features are compared as one; choose with --where or --feature")
    frame = frame[~(shapely.is_missing(frame.geometry) | shapely.is_empty(frame.geometry))]
    kinds = shapely.get_dimensions(_parts(np.array(frame.geometry, dtype=object)))
    if not len(kinds) or kinds.max() < 1:
        held = "no geometry" if not len(kinds) else "points alone"
        raise ClaimsError(f"has {held}; lines or polygons are needed", code="geometry", file=name)
    left = int((kinds < kinds.max()).sum())
    if left:
        kept = "polygons" if kinds.max() == 2 else "lines"
        note(f"{name}: {left:,} geometries beside the {kept} are left out")
    if kinds.max() == 2:
        ground, used = _polygons(frame, name, operation, repair=repair)
        return Reference(name, ground, ground[:0], len(frame), used)
    lines, used = _lines(frame, name, operation)
    return Reference(name, lines[:0], lines, len(frame), used)


def _opened(data: Any, layer: str | None, encoding: str | None) -> tuple[str, Any]:
    """Return the name and the features of a frame or file, numbered from 0."""
    if isinstance(data, (str, Path)):
        return str(data), vector_files.read(Path(data), layer=layer, encoding=encoding)
    if isinstance(data, geopandas.GeoSeries):
        data = data.to_frame("geometry")
    if not isinstance(data, geopandas.GeoDataFrame):
        raise ClaimsError(f"a GeoDataFrame or a file is needed, not a {type(data).__name__}")
    if layer is not None or encoding is not None:
        raise ClaimsError("a layer or an encoding goes with a file, not with a frame")
    return "the frame", data.reset_index(drop=True)


def _polygons(
    frame: geopandas.GeoDataFrame, name: str, operation: str | None, *, repair: bool
) -> tuple[NDArray[np.object_], str]:
    """Return the polygons of a frame in EPSG:4326, and the operation that brought them there."""
    own = np.array([shapely.get_dimensions(one) == 2 for one in frame.geometry], dtype=bool)
    ready = polygons.prepared(frame[own], name, repair=repair, operation=operation)
    ground = np.asarray(ready.frame.geometry[ready.some], dtype=object)
    if not len(ground):
        raise ClaimsError("has no ground left after repair", code="geometry", file=name)
    polygons.refuse_invalid(ground, ready.frame.index[ready.some], name)
    return ground, ready.operation


def _chosen(frame: Any, where: Mapping[str, Any], feature: int | None, name: str) -> geopandas.GeoDataFrame:
    for column, value in where.items():
        columns = [str(one) for one in frame.columns if one != "geometry"]
        if column not in columns:
            known = ", ".join(columns[:_MOST_COLUMNS]) or "none"
            raise ClaimsError(f"no column {column!r}; there are {known}", code="unknown", file=name)
        texts = frame[column].astype(str)
        if not (texts == str(value)).any():
            there = ", ".join(sorted(set(texts))[:_MOST_COLUMNS])
            raise ClaimsError(f"no feature with {value!r} in {column}; there are {there}", code="unknown", file=name)
        frame = frame[texts == str(value)]
    if feature is not None:
        if feature not in frame.index:
            raise ClaimsError(
                f"no feature {feature}; its {len(frame):,} have {_span(frame)}", code="unknown", file=name
            )
        frame = frame.loc[[feature]]
    return geopandas.GeoDataFrame(frame)


def _span(frame: Any) -> str:
    return f"the numbers {frame.index.min()} to {frame.index.max()}" if len(frame) else "no numbers"


def _parts(geometries: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the parts of geometries, at any depth of collections."""
    parts: NDArray[np.object_] = shapely.get_parts(geometries)
    while (shapely.get_type_id(parts) > shapely.GeometryType.POLYGON).any():
        parts = shapely.get_parts(parts)
    return parts


def _lines(frame: geopandas.GeoDataFrame, name: str, operation: str | None) -> tuple[NDArray[np.object_], str]:
    """Return the lines of a frame in EPSG:4326, and the operation that brought them there."""
    parts = _parts(np.array(frame.geometry, dtype=object))
    lines = shapely.force_2d(parts[shapely.get_dimensions(parts) == 1])
    if frame.crs is None:
        raise ClaimsError(f"{name}: the frame has no CRS; set one, for example frame.set_crs(4326)")
    if operations.is_degrees(frame.crs):
        if operation is not None:
            raise ClaimsError(f"{name}: an operation is for coordinates of another CRS than EPSG:4326", code="crs")
        used = ""
    else:
        west, south, east, north = shapely.total_bounds(lines).tolist()
        chosen = operations.chosen(frame.crs, (west, south, east, north), name, operation)
        lines, used = chosen.degrees(lines, name), chosen.name
    reach = np.abs(shapely.total_bounds(lines))
    if not np.isfinite(reach).all() or (reach > [180, 90, 180, 90]).any():
        raise ClaimsError("a position beyond 180° E or W or 90° N or S", code="geometry", file=name)
    return lines, used
