"""Bands beside a line, such as areas in which an agreement limits forces.

They are measured from the line, so they are buffers clipped to the line's side and to the state's ground.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo._errors import ClaimsError
from geo.geometry.projection import Plane
from geo.layers.routes import between

if TYPE_CHECKING:
    from geo.layers.routes import Position
    from geo.layers.tables import Band, Line


def _nearest(course: tuple[Position, ...], spots: tuple[Position, ...]) -> int:
    """Return the vertex of a line nearest to any of some positions."""
    tree = shapely.STRtree(shapely.points(spots))
    return int(np.argmin(tree.query_nearest(shapely.points(course), return_distance=True, all_matches=False)[1]))


def _ground(band: Band, lines: dict[str, Line], *, file: str) -> shapely.Polygon:
    """Return the ground that a band may cover, enclosed by the line and its outline.

    Each line of the outline is followed from its vertex nearest the previous line to its vertex nearest the next.
    """

    def fault(message: str) -> ClaimsError:
        return ClaimsError(message, code="band", file=file, feature=band.id)

    if band.line not in lines:
        raise fault(f"unknown line {band.line!r}; write an id of lines.geojson")
    if not 0 <= band.from_km < band.to_km:
        raise fault(f"from {band.from_km:g} to {band.to_km:g} km is no band; to_km must be more than from_km")
    stretches: list[tuple[Position, ...]] = []
    for name in band.outline:
        if ":" in name:  # a corner that is not on a line
            try:
                lon, lat = map(float, name.split(":"))
            except ValueError:
                raise fault(f"{name!r} is not a corner; write longitude:latitude") from None
            stretches.append(((lon, lat),))
        elif name in lines:
            stretches.append(lines[name].coordinates)
        else:
            raise fault(f"unknown line {name!r}; write an id of lines.geojson")
    points = list(lines[band.line].coordinates)
    for course, following in zip(stretches, [*stretches[1:], points[:1]], strict=True):
        begin, end = _nearest(course, (points[-1],)), _nearest(course, tuple(following))
        points += between(course, begin, end)
    polygon = shapely.Polygon(points)
    if not polygon.is_valid:
        raise fault("the outline crosses itself; list its lines in order round the ground")
    return polygon


def polygon(band: Band, lines: dict[str, Line], *, file: str) -> Any:
    """Return the ground between two distances from a line, on one side of it.

    Parameters
    ----------
    band
        Line, distances in kilometres, and outline of the ground on its side.
    lines
        Lines by id.
    file
        Name of the table for error messages.

    Returns
    -------
    polygon
        In EPSG:4326. Distances are measured on an azimuthal equidistant plane centred on the middle of the line; within
        60 km the error is less than a metre in 25 km.
    """
    ground = _ground(band, lines, file=file)
    course = lines[band.line].coordinates
    plane = Plane.about(course)
    line = plane.flat(shapely.LineString(course))
    ring = line.buffer(1000 * band.to_km, quad_segs=32)
    if band.from_km:
        ring = ring.difference(line.buffer(1000 * band.from_km, quad_segs=32))
    return plane.round(ring.intersection(plane.flat(ground)))
