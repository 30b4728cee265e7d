"""What lies around the covered ground, for the interactive map: cities, names, borders and sea."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
import shapely.ops

from geo.views.courses import steps

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geo.layers.tables import Context

_REACH = 3.0  # degrees from the coast to the outer edge of a sea


def of(context: Iterable[Context]) -> dict[str, list[Any]]:
    """Return cities, countries, seas and borders as plain JSON values.

    A sea is the ground on its label's side of the coast, as far as its box reaches; without a coast it is only named.
    """
    spots = list(context)
    coast = [(spot.lon, spot.lat) for spot in spots if spot.kind.startswith("coast")]
    return {
        "cities": [_named(spot) for spot in spots if spot.kind.endswith("city")],
        "countries": [_named(spot) for spot in spots if spot.kind == "country"],
        "borders": [
            {"from": spot.valid_from, "to": spot.valid_to, "steps": steps(spot.vertices)}
            for spot in spots
            if spot.kind == "border"
        ],
        "seas": [_named(spot) | {"ring": steps(_sea(spot, coast))} for spot in spots if spot.kind == "sea"],
    }


def _named(spot: Context) -> dict[str, Any]:
    return {"names": spot.names, "at": [spot.lat, spot.lon], "from": spot.valid_from, "to": spot.valid_to}


def _sea(spot: Context, coast: list[tuple[float, float]]) -> Any:
    """Return the outline of a sea: the part of a box round the coast that has its label; none without a coast."""
    if len(coast) < 2:
        return np.empty((0, 2))
    line = shapely.LineString(coast)
    west, south, east, north = shapely.MultiPoint([*coast, (spot.lon, spot.lat)]).bounds
    first, last = coast[0], coast[-1]
    if north - south > east - west:  # a coast from north to south is run on to the northern and southern edge
        box = shapely.box(west - _REACH, south, east + _REACH, north)
        edges = sorted((first, last), key=lambda at: at[1])
        ends = [(edges[0][0], south - 1), (edges[1][0], north + 1)]
    else:
        box = shapely.box(west, south - _REACH, east, north + _REACH)
        edges = sorted((first, last))
        ends = [(west - 1, edges[0][1]), (east + 1, edges[1][1])]
    if edges[0] != first:
        ends.reverse()
    line = shapely.LineString([ends[0], *coast, ends[1]])
    point = shapely.Point(spot.lon, spot.lat)
    parts = [part for part in shapely.ops.split(box, line).geoms if part.covers(point)]
    return shapely.get_coordinates(shapely.get_exterior_ring(parts[0])) if parts else np.empty((0, 2))
