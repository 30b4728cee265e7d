"""Ground on both sides of the antimeridian as one piece for a picture, with longitudes that run on beyond 180."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

_HALF = 180.0


def is_parted(geometries: Any) -> bool:
    """Tell whether geometries would lie closer together with longitudes that run on beyond 180.

    Examples
    --------
    >>> is_parted([shapely.box(178, -19, 180, -16), shapely.box(-180, -19, -179, -16)])
    True
    >>> is_parted([shapely.box(-120, 0, 120, 10)])
    False
    """
    parts = shapely.get_parts(geometries)
    west, _, east, _ = shapely.bounds(parts).T
    if not np.nanmax(east, initial=-_HALF) - np.nanmin(west, initial=_HALF) > _HALF or ((west < 0) & (east > 0)).any():
        return False
    first, _, last, _ = shapely.total_bounds(run_on(parts)).tolist()
    return bool(last - first < _HALF)


def run_on(geometries: Any) -> Any:
    """Return geometries with longitudes from 0 to 360 degrees."""
    return shapely.transform(geometries, positions)


def positions(found: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return rows of longitude and latitude with longitudes from 0 to 360 degrees.

    Examples
    --------
    >>> positions(np.array([[179.5, -17], [-179.5, -17]])).tolist()
    [[179.5, -17.0], [180.5, -17.0]]
    """
    lon, lat = found.T
    return np.column_stack([np.where(lon < 0, lon + 2 * _HALF, lon), lat])
