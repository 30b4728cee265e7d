"""A flat plane about a spot, for distances in metres: azimuthal equidistant on WGS84."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyproj
import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence


class Plane:
    """The plane about a spot: distances from the spot are exact, others to 2e-5 within 60 km."""

    def __init__(self, lon: float, lat: float) -> None:
        projection = f"+proj=aeqd +lon_0={lon} +lat_0={lat} +ellps=WGS84"
        self._there = pyproj.Transformer.from_crs(4326, projection, always_xy=True)
        self._back = pyproj.Transformer.from_crs(projection, 4326, always_xy=True)

    @classmethod
    def about(cls, positions: Sequence[tuple[float, float]]) -> Plane:
        """Return the plane about the middle of some positions."""
        lon, lat = np.array(positions).mean(axis=0).tolist()
        return cls(lon, lat)

    def flat(self, geometry: Any) -> Any:
        """Bring geometries from longitude and latitude to metres."""
        return shapely.transform(geometry, lambda points: np.column_stack(self._there.transform(*points.T)))

    def round(self, geometry: Any) -> Any:
        """Bring geometries from metres back to longitude and latitude."""
        return shapely.transform(geometry, lambda points: np.column_stack(self._back.transform(*points.T)))
