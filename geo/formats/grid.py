"""Snap polygons to the grid of the decimals that are written, and keep them valid."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray


def on_grid(polygons: NDArray[np.object_], decimals: int) -> NDArray[np.object_]:
    """Return polygons with coordinates of so many decimals, valid wherever they were valid before.

    Rounding may make a polygon cross itself where its vertices lie closer to each other, or to an edge, than the grid
    spacing. Such a polygon is noded on the grid: collapsed rings are dropped, and its area changes within the rounding.
    Input that is invalid is only rounded.

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
        # multiples of the spacing differ from decimal numbers in the last bit
        rounded[folded] = shapely.transform(noded, lambda positions: np.round(positions, decimals))
    return np.asarray(rounded)
