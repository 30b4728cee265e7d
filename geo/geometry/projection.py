"""A local plane for distances in metres: azimuthal equidistant on WGS84."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyproj
import shapely
from pyproj.enums import TransformDirection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


class Plane:
    """A local plane: distances from its centre are exact, others accurate to 2e-5 within 60 km."""

    def __init__(self, lon: float, lat: float) -> None:
        # as Transformer.from_crs would set it up, in a hundredth of its time
        projection = f"+proj=aeqd +lon_0={lon} +lat_0={lat} +ellps=WGS84"
        self._transformer = pyproj.Transformer.from_pipeline(
            f"+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad +step {projection}"
        )

    @classmethod
    def about(cls, positions: Sequence[tuple[float, float]]) -> Plane:
        """Return the plane centred on the middle of some positions."""
        lon, lat = np.array(positions).mean(axis=0).tolist()
        return cls(lon, lat)

    def flat(self, geometry: Any) -> Any:
        """Project geometries from longitude and latitude to metres."""
        return self._turned(geometry, TransformDirection.FORWARD)

    def points(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.object_]:
        """Return points in metres of longitudes and latitudes."""
        found: NDArray[np.object_] = np.asarray(shapely.points(transformed(self._transformer, lon, lat)))
        return found

    def round(self, geometry: Any) -> Any:
        """Project geometries from metres back to longitude and latitude."""
        return self._turned(geometry, TransformDirection.INVERSE)

    def _turned(self, geometry: Any, direction: TransformDirection) -> Any:
        def turned(points: NDArray[np.float64]) -> NDArray[np.float64]:
            east, north = points.T
            return np.column_stack(self._transformer.transform(east, north, direction=direction))

        return shapely.transform(geometry, turned)


def transformed(transformer: pyproj.Transformer, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return transformed coordinates in two columns."""
    # pyproj before 3.7.1 warns of an array of one
    turned = transformer.transform(x, y) if len(x) != 1 else transformer.transform(x.item(), y.item())
    return np.column_stack(turned)
