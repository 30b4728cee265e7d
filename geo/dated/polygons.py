"""Polygons as they come, made ready to be measured: one CRS, valid, on the globe, or refused by row.

What is changed on the way (clamped, taken out of a collection, repaired, split) is noted.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely
import shapely.affinity

from geo._errors import ClaimsError, note
from geo.dated import operations
from geo.geometry import areas

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    import geopandas
    from numpy.typing import NDArray

    from geo.geometry.noding import Box

_CLAMPED = 1e-9  # degrees beyond ±180 or ±90
_GLOBE = np.array([180.0, 90.0])
_TURNS = 900.0  # degrees E or W: twice round the globe
_REPAIR = "mend it, or say --repair (repair=True)"


class Prepared(NamedTuple):
    """A frame in EPSG:4326, which of its rows have ground, and the operation of PROJ that brought it there."""

    frame: geopandas.GeoDataFrame
    some: NDArray[np.bool_]
    operation: str


def prepared(
    frame: geopandas.GeoDataFrame, what: str, *, repair: bool = False, operation: str | None = None
) -> Prepared:
    """Return a frame in EPSG:4326 with polygons alone, once each is on the globe; see :func:`refuse_invalid`.

    Parameters
    ----------
    frame
        Polygons in any CRS.
    what
        What errors call it.
    repair
        Make invalid polygons valid and split those that cross the antimeridian.
    operation
        Of PROJ, by name.

    Raises
    ------
    ClaimsError
        With the row, for what is no polygon.
    """
    if frame.crs is None:
        raise ClaimsError(f"{what}: the frame has no CRS; set one, for example frame.set_crs(4326)")
    geometries = np.array(frame.geometry, dtype=object)
    used = ""
    if not operations.is_degrees(frame.crs):
        chosen = operations.chosen(frame.crs, _bounds(geometries), what, operation)
        geometries, used = chosen.degrees(geometries, what), chosen.name
    elif operation is not None:
        raise ClaimsError(f"{what}: an operation is for coordinates of another CRS than EPSG:4326", code="crs")
    some = ~(shapely.is_missing(geometries) | shapely.is_empty(geometries))
    names = frame.index
    _polygons_alone(geometries, some, names, what)
    geometries = _clamped(geometries, what)
    if repair:
        geometries = _repaired(geometries, some, what)
        some = ~(shapely.is_missing(geometries) | shapely.is_empty(geometries))
    return Prepared(frame.set_geometry(geometries, crs=4326), some, used)


def _bounds(geometries: NDArray[np.object_]) -> Box:
    """Return the bounds of some geometries, NaN where there is no ground."""
    there = geometries[~(shapely.is_missing(geometries) | shapely.is_empty(geometries))]
    if not len(there):
        return (np.nan, np.nan, np.nan, np.nan)
    west, south, east, north = shapely.total_bounds(there).tolist()
    return west, south, east, north


def _polygons_alone(
    geometries: NDArray[np.object_], some: NDArray[np.bool_], names: Iterable[Hashable], what: str
) -> None:
    """Take polygons out of collections, in place, and refuse what else is no polygon."""
    kinds = shapely.get_type_id(geometries)
    others = np.flatnonzero(some & ~np.isin(kinds, (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)))
    rows = list(names) if len(others) else []
    left = 0
    for index in others.tolist():
        parts = _parts(geometries[index])
        ground = parts[np.isin(shapely.get_type_id(parts), (3, 6))]
        if kinds[index] != shapely.GeometryType.GEOMETRYCOLLECTION or not len(ground):
            message = f"a {geometries[index].geom_type}, where polygons are needed"
            raise ClaimsError(f"{what}: row {rows[index]}: {message}", code="geometry")
        left += len(parts) - len(ground)
        pieces = shapely.get_parts(ground)
        union = pieces[0] if len(pieces) == 1 else shapely.multipolygons(pieces)
        if not shapely.is_valid(union) and shapely.is_valid(pieces).all():  # parts that share an edge
            union = shapely.union_all(pieces)
        geometries[index] = union
    if len(others):
        rest = f", and {left} points and lines left out" if left else ""
        note(f"{what}: polygons were taken out of {len(others)} geometry collections{rest}")


def _parts(geometry: Any) -> NDArray[np.object_]:
    """Return the parts of a collection, and of collections in it."""
    parts = shapely.get_parts(geometry)
    while (shapely.get_type_id(parts) == shapely.GeometryType.GEOMETRYCOLLECTION).any():
        parts = shapely.get_parts(parts)
    return parts


def _clamped(geometries: NDArray[np.object_], what: str) -> NDArray[np.object_]:
    """Return polygons with positions just beyond the edge of the globe brought onto it."""
    reach = np.abs(shapely.bounds(geometries)).reshape(-1, 2, 2).max(axis=1)
    beyond = np.flatnonzero(((reach > _GLOBE) & (reach <= _GLOBE + _CLAMPED)).any(axis=1))
    if len(beyond):

        def brought(positions: NDArray[np.float64]) -> NDArray[np.float64]:
            near = np.abs(positions) <= _GLOBE + _CLAMPED
            return np.where(near, np.clip(positions, -_GLOBE, _GLOBE), positions)

        geometries[beyond] = shapely.transform(geometries[beyond], brought)
        note(f"{what}: {len(beyond)} polygons reached up to 1e-9° beyond ±180 or ±90 and were clamped")
    return geometries


def _repaired(geometries: NDArray[np.object_], some: NDArray[np.bool_], what: str) -> NDArray[np.object_]:
    """Return polygons made valid, and split at the antimeridian where they cross it."""
    split = 0
    for index in np.flatnonzero(some & _crosses(geometries)).tolist():
        geometries[index] = _split(geometries[index])
        split += 1
    if split:
        note(f"{what}: {split} polygons were split at the antimeridian")
    wrong = np.flatnonzero(some & ~shapely.is_valid(geometries))
    if len(wrong):
        before = areas.polygon_areas(geometries[wrong])
        geometries[wrong] = shapely.make_valid(geometries[wrong], method="structure", keep_collapsed=False)
        after = areas.polygon_areas(geometries[wrong])
        km2 = float(np.abs(after - before).sum()) / 1e6
        gone = int(shapely.is_empty(geometries[wrong]).sum())
        lost = f"; of {gone} no ground is left" if gone else ""
        note(f"{what}: {len(wrong)} invalid polygons were repaired, which changed their areas by {km2:,.4g} km²{lost}")
    return geometries


def _crosses(geometries: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Tell which polygons reach beyond 180° E or W, or have an edge that would be shorter across it."""
    reach = np.abs(shapely.bounds(geometries))[:, ::2].max(axis=1)
    turned = reach <= _TURNS  # what lies further off, or nowhere, is no longitude and refused later
    found: NDArray[np.bool_] = turned & (reach > _GLOBE[0])
    for index in np.flatnonzero(turned & (reach > 90)).tolist():
        found[index] |= bool(len(_long_edges(geometries[index])))
    return found


def _long_edges(polygon: Any) -> NDArray[np.float64]:
    """Return the edges across more than 180° of longitude, but for those along a pole or from -180 to 180 exactly."""
    rings = shapely.get_rings(shapely.get_parts(polygon))
    positions, ring = shapely.get_coordinates(rings, return_index=True)
    tail, head = positions[:-1], positions[1:]
    pole = (np.abs(tail[:, 1]) == 90) & (np.abs(head[:, 1]) == 90)
    whole = (np.abs(tail[:, 0]) == 180) & (np.abs(head[:, 0]) == 180)
    wide = (ring[1:] == ring[:-1]) & (np.abs(head[:, 0] - tail[:, 0]) > 180) & ~pole & ~whole
    return np.stack([tail[wide], head[wide]], axis=1)


def _split(polygon: Any) -> Any:
    """Return a polygon that crosses the antimeridian cut there, its parts between -180 and 180."""
    found = []
    for part in shapely.get_parts(polygon):
        rings: list[NDArray[np.float64]] = []
        for ring in shapely.get_rings(part):
            positions = shapely.get_coordinates(ring)
            # each step the shorter way round; holes beside their shell
            lon = np.unwrap(positions[:, 0], period=360)
            if rings:
                lon += 360 * np.rint((np.mean(rings[0][:, 0]) - np.mean(lon)) / 360)
            rings.append(np.column_stack([lon, positions[:, 1]]))
        whole = shapely.make_valid(shapely.Polygon(rings[0], rings[1:]), method="structure", keep_collapsed=False)
        west, _, east, _ = whole.bounds
        for turn in range(int(np.floor((west + 180) / 360)), int(np.ceil((east + 180) / 360))):
            window = shapely.box(360 * turn - 180, -90, 360 * turn + 180, 90)
            piece = shapely.affinity.translate(shapely.intersection(whole, window), xoff=-360 * turn)
            found += [one for one in shapely.get_parts(piece) if one.geom_type == "Polygon"]
    return found[0] if len(found) == 1 else shapely.union_all(found)


def refuse_invalid(polygons: NDArray[np.object_], row: Iterable[Hashable], what: str) -> None:
    """Refuse polygons that are not valid or not on the globe.

    An edge across more than 180° of longitude is legal; a note says so, since more often it is meant the other way.
    """
    names = list(row)
    with ThreadPoolExecutor() as pool:  # half the time of a build otherwise; GEOS lets other threads run
        valid = pool.map(shapely.is_valid, np.array_split(polygons, os.cpu_count() or 1))
    wrong = np.flatnonzero(~np.concatenate(list(valid)))
    if len(wrong):
        reason = shapely.is_valid_reason(polygons[wrong[0]])
        more = f" (and {len(wrong) - 1:,} more rows)" if len(wrong) > 1 else ""
        message = f"invalid geometry: {reason}; {_REPAIR}{more}"
        raise ClaimsError(f"{what}: row {names[wrong[0]]}: {message}", code="geometry")
    bounds = np.abs(shapely.bounds(polygons)).reshape(-1, 2, 2).max(axis=1)
    wrong = np.flatnonzero((bounds > _GLOBE).any(axis=1))
    if len(wrong):
        message = "a position beyond 180° E or W or 90° N or S; cut it at the antimeridian, as RFC 7946 says"
        if bounds[wrong[0], 1] <= _GLOBE[1]:
            message += ", or say --repair (repair=True)"
        raise ClaimsError(f"{what}: row {names[wrong[0]]}: {message}", code="geometry")
    wide = [index for index in np.flatnonzero(bounds[:, 0] > 90).tolist() if len(_long_edges(polygons[index]))]
    if wide:
        more = f" (and {len(wide) - 1:,} more rows)" if len(wide) > 1 else ""
        note(
            f"{what}: row {names[wide[0]]}{more} has an edge across more than 180° of longitude, taken as it stands; "
            "where it is meant to cross the antimeridian, --repair (repair=True) splits the polygon there"
        )
