"""Shaded relief as a small picture for the interactive map."""

from __future__ import annotations

import base64
import math
from typing import TYPE_CHECKING, Any

import numpy as np
from branca.utilities import write_png

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.layers.elevation import Elevation

_AZIMUTH, _ALTITUDE = 315.0, 45.0  # of the light, degrees: north-west, as is usual on maps
_EXAGGERATION = 4.0  # of heights: on cells of a kilometre slopes are gentle
_STRENGTH = 0.4  # opacity of the darkest shade
_LEVELS = 24  # of shade: fewer make a smaller picture
_FADE = 0.06  # share of the width and height over which the picture fades out at its edges
_METRES = 111_195.0  # in a degree of latitude, on a sphere of 6371 km


def hillshade(grid: Elevation) -> NDArray[np.float64]:
    """Return how bright each cell is, 0 to 1; flat ground is the sine of the light's altitude.

    Slopes by Horn (1981), Hill shading and the reflectance map, Proceedings of the IEEE 69(1), 14-47. Unknown heights
    count as flat.
    """
    heights = np.pad(np.nan_to_num(grid.heights, nan=float(np.nanmin(grid.heights))), 1, mode="edge")
    north = np.radians(grid.bounds[3] - grid.cell * (np.arange(grid.heights.shape[0]) + 0.5))[:, None]
    rows = [heights[:-2], heights[1:-1], heights[2:]]
    west, middle, east = ([row[:, at : at + grid.heights.shape[1]] for row in rows] for at in range(3))
    metres = 8 * grid.cell * _METRES
    eastward = (east[0] + 2 * east[1] + east[2] - west[0] - 2 * west[1] - west[2]) / (metres * np.cos(north))
    northward = (west[0] + 2 * middle[0] + east[0] - west[2] - 2 * middle[2] - east[2]) / metres
    eastward, northward = _EXAGGERATION * eastward, _EXAGGERATION * northward
    azimuth, altitude = math.radians(_AZIMUTH), math.radians(_ALTITUDE)
    to_light = -(eastward * math.sin(azimuth) + northward * math.cos(azimuth))
    lit = (math.sin(altitude) + math.cos(altitude) * to_light) / np.sqrt(1 + eastward**2 + northward**2)
    bright: NDArray[np.float64] = np.clip(lit, 0, 1)
    return bright


def picture(grid: Elevation) -> dict[str, Any]:
    """Return the relief as a PNG at a ``data:`` address, and its bounds as Leaflet expects them.

    Shade is black and light is white, both partly transparent; rows are spaced as in Web Mercator.
    """
    rows, columns = grid.heights.shape
    west, south, east, north = grid.bounds
    lit = hillshade(grid) - math.sin(math.radians(_ALTITUDE))
    low, high = (math.asinh(math.tan(math.radians(lat))) for lat in (south, north))
    at = np.degrees(np.arctan(np.sinh(high - (high - low) * (np.arange(rows) + 0.5) / rows)))
    of_row = (north - at) / grid.cell - 0.5
    lit = np.array([np.interp(of_row, np.arange(rows), lit[:, column]) for column in range(columns)]).T
    alpha = np.where(lit < 0, -lit / math.sin(math.radians(_ALTITUDE)), lit / (1 - math.sin(math.radians(_ALTITUDE))))
    alpha = np.rint(_LEVELS * np.clip(alpha, 0, 1)) / _LEVELS * _STRENGTH
    for axis, count in ((0, rows), (1, columns)):
        edge = np.minimum(np.arange(count), np.arange(count)[::-1]) / (_FADE * count)
        alpha *= np.expand_dims(np.clip(edge, 0, 1), 1 - axis)
    image = np.zeros((rows, columns, 4), dtype=np.uint8)
    image[..., :3] = np.where(lit < 0, 0, 255)[..., None]
    image[..., :3][alpha == 0] = 0
    image[..., 3] = np.rint(255 * alpha)
    text = base64.b64encode(write_png(image)).decode()
    return {"picture": f"data:image/png;base64,{text}", "bounds": [[south, west], [north, east]]}
