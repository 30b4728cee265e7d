"""Lines of each date brought onto those of the date before where they run near, as far as is asked for."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import geopandas
import numpy as np
import shapely

from geo import moments
from geo._errors import ClaimsError
from geo._planes import Plane
from geo.inputs import ORDER, Columns, column_texts, date_texts, refuse_invalid, with_ground

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.runs import Runs


class Snapped(NamedTuple):
    """What snapping did: how many vertices of how many polygons moved or came, and how far at most, metres."""

    vertices: int
    polygons: int
    furthest_m: float

    def followed(self, later: Snapped) -> Snapped:
        """Return what both did."""
        furthest = max(self.furthest_m, later.furthest_m)
        return Snapped(self.vertices + later.vertices, self.polygons + later.polygons, furthest)


def snapped_onto(
    runs: Runs, frame: geopandas.GeoDataFrame, metres: float, *, what: str = "series"
) -> tuple[geopandas.GeoDataFrame, Snapped]:
    """Bring the polygons of one more date onto the lines of the last; see :func:`snap`."""
    last = runs.active(len(runs.dates) - 1)
    frame, _ = with_ground(frame, what)
    both = geopandas.GeoDataFrame(
        {
            runs.by: [*[""] * len(last), *column_texts(frame, runs.by, what)],
            ORDER: np.repeat([0, 1], [len(last), len(frame)]),
        },
        geometry=np.append(runs.polygons[runs.polygon[last]], np.asarray(frame.geometry, dtype=object)),
        index=[*runs.row[last], *frame.index],
        crs=4326,
    )
    both, snapped = snap(both, Columns(runs.by, ORDER), metres, what=what)
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
        How far a line may move. A polygon that would become invalid stays as it is.

    Returns
    -------
    frame, snapped
        The frame in EPSG:4326, and what moved.
    """
    if columns.date is None:
        raise ClaimsError(f"{what}: snapping goes from date to date: name the column of dates")
    frame, _ = with_ground(frame, what)
    [texts] = date_texts(frame, columns, what, some=True)
    days = np.array(texts, dtype=object)
    geometries = shapely.force_2d(np.array(frame.geometry, dtype=object))
    refuse_invalid(geometries, frame.index, what)
    flat = Plane.about([tuple(shapely.get_coordinates(geometries).mean(axis=0))]).flat(geometries)
    done = Snapped(0, 0, 0.0)
    before = np.zeros(0, dtype=np.int64)
    for day in moments.ordered(days):
        mine = np.flatnonzero(days == day)
        lines = shapely.MultiLineString(shapely.get_parts(shapely.boundary(flat[before])).tolist())
        snapped = shapely.snap(flat[mine], lines, metres) if len(before) else flat[mine]
        # every vertex is one of the date before or one that was there, so in degrees too lines are the same
        both = np.append(before, mine)
        degrees = dict(zip(_vertices(flat[both]), _vertices(geometries[both]), strict=True))
        changed = ~shapely.equals_exact(snapped, flat[mine])
        for index, moved in zip(mine[changed].tolist(), snapped[changed], strict=True):
            back = shapely.transform(moved, partial(_looked_up, degrees))
            if moved.is_valid and back.is_valid:
                done = done.followed(_moved(flat[index], moved))
                flat[index], geometries[index] = moved, back
        before = mine
    return frame.set_geometry(geometries, crs=4326), done


def _vertices(geometries: Any) -> list[tuple[float, float]]:
    return list(map(tuple, shapely.get_coordinates(geometries).tolist()))


def _looked_up(known: dict[tuple[float, float], tuple[float, float]], spots: NDArray[np.float64]) -> Any:
    return np.array([known[east, north] for east, north in spots.tolist()])


def _moved(before: Any, after: Any) -> Snapped:
    """Return how many vertices of a polygon moved or were put in, and how far its line moved, metres."""
    was, now = set(_vertices(before)), set(_vertices(after))
    gone, new = (shapely.points(sorted(some)) if some else np.zeros(0, dtype=object) for some in (was - now, now - was))
    off = np.append(
        shapely.distance(gone, shapely.multipoints(sorted(now))), shapely.distance(new, shapely.boundary(before))
    )
    return Snapped(max(len(gone), len(new)), 1, float(off.max(initial=0.0)))
