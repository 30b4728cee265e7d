"""Lines of each date brought onto those of the date before where they run near.

Here is what goes from date to date and is told of it; how the lines of one date are brought onto those of another is in
:mod:`geo.dated.arcs`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import geopandas
import numpy as np
import shapely

from geo._errors import ClaimsError
from geo.dated import timestamps
from geo.dated.arcs import Day, Vertices, distinct_vertices, edge_tree
from geo.dated.frames import ORDER, Columns, date_texts, holders, ready
from geo.dated.intervals import NONE
from geo.dated.polygons import refuse_invalid

if TYPE_CHECKING:
    from geo.dated.intervals import Intervals
    from geo.geometry.noding import Floats, Ints


class Snapped(NamedTuple):
    """What snapping did.

    `vertices` of `polygons` moved, came or went, none of them further than `furthest_m` metres off the line before or
    after; of `left` polygons, lines that run near stayed in part, since they would have crossed others.
    """

    vertices: int
    polygons: int
    furthest_m: float
    left: int

    def followed(self, later: Snapped) -> Snapped:
        """Return what both did."""
        return Snapped(
            self.vertices + later.vertices,
            self.polygons + later.polygons,
            max(self.furthest_m, later.furthest_m),
            self.left + later.left,
        )


def snapped_onto(
    intervals: Intervals, frame: geopandas.GeoDataFrame, metres: float, columns: Columns, *, what: str = "series"
) -> tuple[geopandas.GeoDataFrame, Snapped]:
    """Bring the polygons of one more date onto the lines of the last; see :func:`snap`."""
    last = intervals.active(len(intervals.dates) - 1)
    frame, some, _ = ready(frame, columns, what)
    frame = frame[some]
    both = geopandas.GeoDataFrame(
        {
            intervals.by: [
                *(intervals.labels[owner] for owner in intervals.owner[last]),
                *holders(frame, columns, what),
            ],
            ORDER: np.repeat([0, 1], [len(last), len(frame)]),
        },
        geometry=np.append(intervals.polygons[intervals.polygon[last]], np.asarray(frame.geometry, dtype=object)),
        index=[*intervals.row[last], *frame.index],
        crs=4326,
    )
    both, snapped = snap(both, Columns(intervals.by, ORDER), metres, what=what)
    return both.iloc[len(last) :], snapped


def snap(
    frame: geopandas.GeoDataFrame, columns: Columns, metres: float, *, what: str
) -> tuple[geopandas.GeoDataFrame, Snapped]:
    """Bring the polygons of each date onto the lines of the date before where these lie near.

    Parameters
    ----------
    frame
        Polygons.
    columns
        With a column of dates: snapping goes from date to date.
    metres
        How far a line may move.

    Returns
    -------
    frame, snapped
        The frame in EPSG:4326, and what moved.
    """
    if columns.date is None:
        raise ClaimsError(f"{what}: snapping goes from date to date: name the column of dates")
    frame, some, _ = ready(frame, columns, what)
    some = some & (np.array(holders(frame, columns, what, needed=some), dtype=object) != NONE)
    [texts] = date_texts(frame, columns, what, some=some)
    days = np.array(texts, dtype=object)
    geometries = np.array(frame.geometry, dtype=object)
    geometries[some] = shapely.force_2d(geometries[some])
    refuse_invalid(geometries[some], frame.index[some], what)
    if not some.any():
        return frame, Snapped(0, 0, 0.0, 0)
    vertices = distinct_vertices(geometries[some])
    done = Snapped(0, 0, 0.0, 0)
    before: Day | None = None
    for day in timestamps.ordered(text for text in texts if text):
        mine = np.flatnonzero(some & (days == day))
        if not len(mine):
            before = None
            continue
        drawn = Day(geometries[mine], vertices)
        if before is not None:
            snapped, left = drawn.onto(before, metres)
            changed = np.flatnonzero(~shapely.equals_exact(snapped, geometries[mine]))
            for polygon in changed.tolist():
                done = done.followed(_moved(geometries[mine[polygon]], snapped[polygon], vertices))
            done = done._replace(left=done.left + left)
            geometries[mine] = snapped
            drawn = Day(snapped, vertices)
        before = drawn
    return frame.set_geometry(geometries, crs=4326), done


def _moved(before: Any, after: Any, vertices: Vertices) -> Snapped:
    """Return how many vertices of a polygon moved, came or went, and how far its line moved, metres."""
    was, now = (vertices.of(shapely.get_coordinates(shape)) for shape in (before, after))
    gone, new = np.setdiff1d(was, now), np.setdiff1d(now, was)
    off = np.append(_off(gone, after, vertices), _off(new, before, vertices))
    return Snapped(max(len(gone), len(new)), 1, float(off.max(initial=0.0)), 0)


def _off(spots: Ints, polygon: Any, vertices: Vertices) -> Floats:
    """Return how far some vertices are from the line of a polygon, metres."""
    coordinates, ring = shapely.get_coordinates(shapely.get_rings(shapely.get_parts(polygon)), return_index=True)
    line = vertices.metres[vertices.of(coordinates)]
    within = ring[1:] == ring[:-1]
    edges = edge_tree(np.stack([line[:-1][within], line[1:][within]], axis=1))
    points = shapely.points(vertices.metres[spots])
    found: Floats = edges.query_nearest(points, return_distance=True, all_matches=False)[1]
    return found
