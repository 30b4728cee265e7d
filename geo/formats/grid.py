"""Polygons on the grid that they are written to, valid there too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray


def on_grid(polygons: NDArray[np.object_], decimals: int) -> NDArray[np.object_]:
    """Return polygons with coordinates of so many decimals, valid wherever they were valid before.

    Rounding may fold a polygon whose vertices lie nearer to one another, or to an edge, than the grid is wide. Such a
    polygon is noded on the grid anew: rings that collapse go, and its area changes within the rounding. What was
    invalid before stays as it came, rounded.

    Parameters
    ----------
    polygons
        Polygons and multipolygons, none missing.
    decimals
        Of a degree.

    Examples
    --------
    >>> sliver = shapely.Polygon([(0, 0), (1, 0), (1, 1), (0.5, 4e-10), (0.5, -4e-10), (0, 1)]).buffer(0)
    >>> shapely.is_valid(on_grid(np.array([sliver]), 9)).tolist()
    [True]
    """
    rounded = shapely.transform(polygons, lambda positions: np.round(positions, decimals))
    moved = np.flatnonzero(~shapely.equals_identical(rounded, polygons))
    folded = moved[~shapely.is_valid(rounded[moved])]
    folded = folded[shapely.is_valid(polygons[folded])]
    if len(folded):
        noded = shapely.set_precision(polygons[folded], 10.0**-decimals)
        # multiples of the grid's width differ from decimal numbers in their last digit
        rounded[folded] = shapely.transform(noded, lambda positions: np.round(positions, decimals))
    return np.asarray(rounded)
