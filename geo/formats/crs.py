"""Coordinate reference systems to export in: which there are, how far they are made for, and bringing ground there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo._errors import ClaimsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geo.formats.layer import Layer

_FAR = 3.0  # degrees beyond the area of use: half a zone of UTM, up to which grids are commonly used


def known(code: int) -> Any:
    """Return the CRS of an EPSG code, a :class:`pyproj.CRS`.

    Raises
    ------
    ClaimsError
        When there is none, or it is not one of maps in two dimensions.
    """
    import pyproj

    try:
        found = pyproj.CRS.from_epsg(code)
    except pyproj.exceptions.CRSError:
        raise ClaimsError(f"EPSG:{code} is no CRS that PROJ knows; write one such as EPSG:32636") from None
    if not (found.is_projected or found.is_geographic) or len(found.axis_info) != 2:
        message = f"EPSG:{code} ({found.name}) is no CRS of maps in two dimensions; write one such as EPSG:32636"
        raise ClaimsError(message)
    return found


def moved(shapes: NDArray[np.object_], code: int, layer: str) -> NDArray[np.object_]:
    """Return geometries of EPSG:4326 in another CRS, vertex by vertex; None stays.

    Raises
    ------
    ClaimsError
        When the CRS is unknown or does not reach the ground.
    """
    import pyproj

    to = known(code)
    transformer = pyproj.Transformer.from_crs(4326, to, always_xy=True)

    def turned(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(transformer.transform(points[:, 0], points[:, 1]))

    found = shapes.copy()
    there = ~shapely.is_missing(found)
    found[there] = shapely.transform(found[there], turned)
    if not np.isfinite(shapely.get_coordinates(found[there])).all():
        raise ClaimsError(f"EPSG:{code} ({to.name}) does not reach all of {layer}; choose one that covers it")
    return found


def beyond(layers: Sequence[Layer], code: int) -> list[str]:
    """Return a note where layers lie far outside of what a CRS is made for, by its area of use in PROJ.

    Raises
    ------
    ClaimsError
        When the CRS is unknown.

    Examples
    --------
    >>> beyond([], 32636)
    []
    """
    to = known(code)
    area = to.area_of_use
    if code == 4326 or area is None:
        return []
    far = []
    for layer in layers:
        west, south, east, north = shapely.total_bounds(layer.shapes()).tolist() if layer.spatial else [np.nan] * 4
        if np.isnan(west):
            continue
        # an area of use that crosses the antimeridian has its west above its east
        wide = (area.east - area.west) % 360 or 360.0
        outside = max(_outside(west, area.west, wide), _outside(east, area.west, wide))
        if max(outside, area.south - south, north - area.north) > _FAR:
            far.append(layer.name)
    if not far:
        return []
    span = f"{_degrees(area.west, 'W', 'E')} to {_degrees(area.east, 'W', 'E')}, "
    span += f"{_degrees(area.south, 'S', 'N')} to {_degrees(area.north, 'S', 'N')}"
    return [
        f"EPSG:{code} ({to.name}) is made for {span}, and distorts far outside, as here: {', '.join(far)}; area_km2 "
        "stays that on the ellipsoid"
    ]


def _outside(lon: float, west: float, wide: float) -> float:
    """Return by how many degrees a longitude lies outside of a span that goes so far east from its west."""
    east_of = (lon - west) % 360
    return 0.0 if east_of <= wide else min(east_of - wide, 360 - east_of)


def _degrees(value: float, below: str, above: str) -> str:
    return f"{abs(value):g}° {below if value < 0 else above}"
