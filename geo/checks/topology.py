"""Lines, faces and places of a set of layers: where lines meet, what they enclose, and on which side places lie."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pyproj
import shapely

from geo import dates
from geo._errors import ClaimsError
from geo.checks.records import UNREAD
from geo.dated import operations
from geo.geometry.distance import metres_to
from geo.geometry.projection import Plane
from geo.layers import faces, routes, tables
from geo.layers.profile import PACKAGE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo.checks.records import Records

Fault = ClaimsError


def crossings(found: Records) -> Iterator[Fault]:
    """Yield what is wrong with lines, and where they meet without a common vertex."""
    decimals = found.profile.decimals
    for line in found.lines:
        course = shapely.LineString(line.coordinates)
        if not (course.is_simple or course.is_closed):
            message = "the line crosses itself; correct the order of its vertices"
            yield found.fault("geometry", "lines.geojson", line.id, message)
        long = [at for at, spot in enumerate(line.coordinates) if any(round(one, decimals) != one for one in spot)]
        if long:
            cure = f"run claims format, or set decimals under territory in {PACKAGE}"
            message = f"vertices with more than {decimals} decimals: {len(long)}, from this one on; {cure}"
            yield found.fault("digits", "lines.geojson", line.id, message, long[0])
        if line.kind != "frame" and not line.accuracy_m:
            message = "accuracy_m is 0, but no line on the ground is exact; state one standard deviation"
            yield found.fault("accuracy", "lines.geojson", line.id, message)
        if line.basis == "inferred" and "nferred" not in line.note:
            message = "the note does not say that the line is inferred; say so and why"
            yield found.fault("inferred", "lines.geojson", line.id, message)
    cutting = [line for line in found.lines if line.cuts]
    courses = np.array([shapely.LineString(line.coordinates) for line in cutting], dtype=object)
    pairs = shapely.STRtree(courses).query(courses, predicate="intersects").T
    for first, second in sorted(pairs[pairs[:, 0] < pairs[:, 1]].tolist()):
        one, other = cutting[first], cutting[second]
        shared = set(one.coordinates) & set(other.coordinates)
        for lon, lat in shapely.get_coordinates(courses[first].intersection(courses[second])).tolist():
            if not any(abs(lon - x) < 1e-9 and abs(lat - y) < 1e-9 for x, y in shared):
                message = f"meets {other.id} at {lon:.6f} {lat:.6f}, which is not a vertex of both; add one to each"
                yield found.fault("crossing", "lines.geojson", one.id, message, _segment(one, lon, lat))


def _segment(line: tables.Line, lon: float, lat: float) -> int:
    """Return the vertex at or before a position on a line."""
    edges = shapely.linestrings(list(pairwise(line.coordinates)))
    return int(np.argmin(shapely.distance(edges, shapely.Point(lon, lat))))


def _open_ends(found: Records) -> Iterator[Fault]:
    """Yield the ends of cutting lines that touch no other line, where faces are left open."""
    cutting = [line for line in found.lines if line.cuts]
    for line in cutting:
        for index in (0, len(line.coordinates) - 1):
            end = line.coordinates[index]
            if not any(end in other.coordinates for other in cutting if other is not line):
                lon, lat = end
                message = f"the end at {lon} {lat} meets no line; join it to one"
                yield found.fault("open", "lines.geojson", line.id, message, index)


def patches(found: Records) -> Iterator[Fault]:
    """Yield faces that cannot be made or are slivers, and what lies on the wrong side of their lines."""
    try:
        polygons, _, _ = faces.build(found.lines, found.labels, file=str(found.folder / "labels.geojson"))
    except Fault as error:
        yield error
        yield from _open_ends(found)
        return
    if not shapely.coverage_is_valid(polygons):
        yield found.fault("coverage", "lines.geojson", "", "faces leave gaps or overlap")
    for label, polygon in zip(found.labels, polygons, strict=True):
        if is_narrow(polygon) and "narrow" not in label.note.lower():
            message = "the face is nowhere wider than 60 m; correct the lines, or say in its note that it is narrow"
            yield found.fault("sliver", "labels.geojson", label.id, message)
    yield from _sides(found, polygons)
    yield from _fronts(found)


def is_narrow(polygon: Any) -> bool:
    """Tell whether a face (EPSG:4326) is nowhere wider than 0.0006 degrees, some 60 m."""
    return bool(polygon.buffer(-0.0003).is_empty)


def _sides(found: Records, polygons: Any) -> Iterator[Fault]:
    """Yield places and test points on a different side than documented."""
    tree = shapely.STRtree(polygons)

    def zones_at(lon: float, lat: float) -> tuple[str, ...]:
        face = min(tree.query(shapely.Point(lon, lat), predicate="intersects").tolist(), default=None)
        return () if face is None else found.labels[face].zones

    for place in found.places:
        # a post has the position of the place that it is named after, which may lie across a line
        if not place.side or place.kind in found.profile.posts:
            continue
        if not place.side_evidence:
            yield found.fault("side", "places.geojson", place.id, "a side without evidence; fill in side_evidence")
        here = zones_at(place.lon, place.lat)
        far = 0.0 if place.side in here else _metres_from_side(place, found, polygons)
        if far > 2 * place.accuracy_m:
            where = f"in {here[0]}" if here else "outside the covered ground"
            message = f"documented in {place.side}, but lies {where}, {far:,.0f} m from it; correct line or side"
            yield found.fault("side", "places.geojson", place.id, message)
    for point in found.test_points:
        here = zones_at(point.lon, point.lat)
        counted = {
            view.counted_as
            for view in found.views
            if view.perspective == point.perspective
            and view.zone in here
            and dates.holds(view.valid_from, view.valid_to, point.date)
        }
        if counted != {point.counted_as}:
            as_counted = ", ".join(sorted(counted)) or "nothing"
            message = f"{point.name} on {point.date} is counted as {as_counted}, not as {point.counted_as}; correct one"
            yield found.fault("perspective", "test_points.csv", point.perspective, message)


def _metres_from_side(place: tables.Place, found: Records, polygons: Any) -> float:
    side = [polygon for label, polygon in zip(found.labels, polygons, strict=True) if place.side in label.zones]
    flat = Plane(place.lon, place.lat).flat(np.array(side))
    return float(shapely.distance(flat, shapely.Point(0, 0)).min()) if side else float("inf")


def _fronts(found: Records) -> Iterator[Fault]:
    """Yield fronts that separate no two controllers on their first day."""
    try:
        record = found.derived
    except Fault:
        return  # reported already
    for line in found.lines:
        if line.kind not in found.profile.fronts or line.valid_from < record.ledger.first:
            continue
        mine = [(left, right) for name, left, right, _ in record.topology["arcs"] if name == line.id]
        parted = False
        for extent in tables.EXTENTS:
            held = record.ledger.controllers(line.valid_from, extent)
            parted |= any(None not in pair and held[pair[0]] != held[pair[1]] for pair in mine)
        if not parted:
            message = f"separates no two controllers on {line.valid_from}; correct its valid_from or kind, or control"
            yield found.fault("front", "lines.geojson", line.id, message)


def grid_points(found: Records) -> Iterator[Fault]:
    """Yield grid references that their line misses."""
    if found.profile is UNREAD or not found.grid_points:
        return
    lines = {line.id: line for line in found.lines}
    package = str(found.path / PACKAGE)
    if found.profile.grid is None:
        message = "grid is missing, the EPSG code of the references in grid_points.csv; add it"
        yield Fault(message, code="profile", file=package, feature="territory")
        return
    try:
        crs = pyproj.CRS.from_epsg(found.profile.grid)
    except pyproj.exceptions.CRSError:
        message = f"grid EPSG:{found.profile.grid} is unknown; correct the code"
        yield Fault(message, code="profile", file=package, feature="territory")
        return
    metres = [(1000 * point.easting_km, 1000 * point.northing_km) for point in found.grid_points]
    west, south, east, north = shapely.MultiPoint(metres).bounds
    file = str(found.folder / "grid_points.csv")
    positions = operations.chosen(crs, (west, south, east, north), file).degrees(shapely.points(metres), file)
    for point, (lon, lat) in zip(found.grid_points, shapely.get_coordinates(positions).tolist(), strict=True):
        if point.line not in lines:
            continue  # reported already
        far = metres_to(lon, lat, lines[point.line].coordinates)
        if far > point.within_m:
            place = f"paragraph {point.paragraph} ({point.easting_km} {point.northing_km})"
            message = f"passes {far:,.0f} m from {place}; move it to within {point.within_m:g} m"
            yield found.fault("grid", "lines.geojson", point.line, message)


def readings(found: Records) -> Iterator[Fault]:
    """Yield readings of other maps whose distance does not match their longitudes."""
    geod = pyproj.Geod(ellps="WGS84")
    for row in found.spreads:
        apart = geod.inv(row.lon_1, row.lat, row.lon_2, row.lat)[2]
        if abs(apart - row.metres) > 1:
            message = f"{row.metres:g} m at {row.lat:g}, but the longitudes are {apart:,.0f} m apart; correct one"
            yield found.fault("spread", "spread.csv", row.line, message)


def courses(found: Records) -> Iterator[Fault]:
    """Yield routes whose lines do not join."""
    lines = {line.id: line for line in found.lines}
    for route in found.routes if lines else ():  # that there are none has been reported
        try:
            routes.course(route, lines, file=str(found.folder / "routes.csv"))
        except Fault as error:
            yield error
