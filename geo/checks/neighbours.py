"""Geometries beside each other at one time: polygons that overlap or leave gaps, lines that do not quite meet.

What is a gap, and what a distance between places that have nothing to do with each other, depends on the scale of the
data: a hundredth of the median size, at most :data:`MOST`. Searches go by an index or the coverage functions of GEOS.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo.geometry import areas
from geo.geometry.distance import metres_to

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from geo._errors import ClaimsError as Fault
    from geo.checks.findings import Shape

    Geometries = NDArray[np.object_]
    Ints = NDArray[np.intp]

MOST = 0.01  # degrees, about a kilometre
_SHARE = 0.01
_GRID = 1e-9  # degrees, to which positions are written
_LONG = 10  # times its width, and ground between two polygons is a gap, not a corner
_PAIRS, _PER_SHAPE = 100_000, 20  # near each other, that are compared: this many, and so many more for each shape
_AT_ONCE = 2_000_000  # pairs in memory


def is_crowded(shapes: list[Shape]) -> bool:
    """Tell whether more polygons lie on top of each other than can be compared in time linear in their number."""
    polygons = _geometries(shapes)
    tree, step = shapely.STRtree(polygons), _step(len(polygons))
    most, count = 2 * _PAIRS + 2 * _PER_SHAPE * len(polygons), 0
    for start in range(0, len(polygons), step):
        count += tree.query(polygons[start : start + step]).shape[1]
        if count > most:
            return True
    return False


def overlaps(shapes: list[Shape], when: str, told: set[tuple[int, int]]) -> Iterator[Fault]:
    """Yield each pair of polygons that cover the same ground.

    Parameters
    ----------
    shapes
        Polygons that are valid, of one time.
    when
        That time, for the message; empty when there is none.
    told
        Pairs of features that were told for another time; those found are added.
    """
    polygons = _geometries(shapes)
    amiss = _amiss(polygons, 0)  # of two, one that holds the other may not be
    is_amiss = np.zeros(len(polygons), dtype=bool)
    is_amiss[amiss] = True
    tree = shapely.STRtree(polygons)
    step = _step(len(polygons))
    for start in range(0, len(amiss), step):
        block, other = tree.query(polygons[amiss[start : start + step]])
        one = amiss[start + block]
        once = np.where(is_amiss[other], one < other, one != other)
        one, other = np.minimum(one, other)[once], np.maximum(one, other)[once]
        inside = shapely.relate_pattern(polygons[one], polygons[other], "T********")
        order = np.lexsort((other[inside], one[inside]))
        one, other = one[inside][order], other[inside][order]
        grounds = shapely.intersection(polygons[one], polygons[other])
        kept = ~_is_rounding(grounds)
        one, other, grounds = one[kept], other[kept], grounds[kept]
        whole = shapely.equals(polygons[one], polygons[other])
        spots = shapely.get_coordinates(shapely.point_on_surface(grounds))
        sizes = areas.polygon_areas(grounds)
        for index, (first, second) in enumerate(zip(one.tolist(), other.tolist(), strict=True)):
            mine, theirs = shapes[first], shapes[second]
            names = (mine.place.number or 0, theirs.place.number or 0)
            if names in told or names[0] == names[1]:  # parts of a collection
                continue
            told.add(names)
            which = "covers the same ground as" if whole[index] else "overlaps"
            which = f"{which} {theirs.place.feature}{when} by {_km2(sizes[index])} around {_at(spots[index])}"
            message = f"{which}; give that ground to one of them"
            yield mine.place.warned("overlap", message, _vertex(mine, spots[index]))


def _step(count: int) -> int:
    """Return how many geometries are compared with all others at once."""
    return max(_AT_ONCE // count, 10)


def gaps(shapes: list[Shape], when: str, told: set[tuple[float, float]]) -> Iterator[Fault]:
    """Yield ground between polygons that none of them covers: enclosed, or narrow and long.

    Parameters
    ----------
    shapes
        Polygons that are valid, of one time.
    when
        That time, for the message; empty when there is none.
    told
        Places of gaps that were told for another time; those found are added.
    """
    polygons = _geometries(shapes)
    if len(polygons) < 2:
        return
    width = _tolerance(np.sqrt(shapely.area(polygons)))
    clean = not len(_amiss(polygons, 0))
    whole = shapely.coverage_union_all(polygons) if clean else shapely.union_all(polygons)
    found = list(_enclosed(whole))
    near = polygons[_amiss(polygons, width)]
    if len(near):
        # grown by half the width and shrunk again, polygons close over what is narrower
        grown = shapely.buffer(shapely.union_all(near), width / 2, join_style="mitre")
        closed = shapely.difference(shapely.buffer(grown, -width / 2, join_style="mitre"), whole)
        found += [part for part in shapely.get_parts(closed) if _is_narrow(part, width)]
    tree = shapely.STRtree(polygons)
    gaps_ = np.array(found, dtype=object)
    gaps_ = gaps_[~_is_rounding(gaps_)]
    sizes = areas.polygon_areas(gaps_)
    for gap, size in zip(gaps_, sizes, strict=True):
        beside = np.sort(tree.query(gap, predicate="dwithin", distance=width * 1e-3 + _GRID))
        spot = shapely.get_coordinates(gap.representative_point())[0]
        key = (round(float(spot[0]), 6), round(float(spot[1]), 6))
        if len(beside) < 2 or key in told:
            continue
        told.add(key)
        first = shapes[beside[0]]
        others = [shapes[index].place.feature for index in beside[1:4]]
        more = f" and {len(beside) - 4} more" if len(beside) > 4 else ""
        message = f"a gap of {_km2(size)} around {_at(spot)}, between this and {', '.join(others)}{more}{when}"
        yield first.place.warned("gap", f"{message}; give that ground to one of them", _vertex(first, spot))


def _enclosed(whole: Any) -> Iterator[Any]:
    """Yield what a union encloses, also where its parts only touch."""
    west, south, east, north = shapely.bounds(whole)
    around = shapely.box(west - 1, south - 1, east + 1, north + 1)
    outside = shapely.Point(west - 0.5, south - 0.5)
    for part in shapely.get_parts(shapely.difference(around, whole)):
        if not part.intersects(outside):
            yield part


def _is_narrow(gap: Any, width: float) -> bool:
    length = float(shapely.length(gap)) / 2
    return length > 0 and bool(length > _LONG * shapely.area(gap) / length and length > width)


def _is_rounding(grounds: Geometries) -> NDArray[np.bool_]:
    """Tell which ground is no wider than the grid that positions are written to."""
    return np.asarray(shapely.area(grounds) <= _GRID * shapely.length(grounds))


def ends(shapes: list[Shape], when: str, told: set[tuple[int, int]]) -> Iterator[Fault]:
    """Yield ends of lines that stop just short of another line, or go just past it, or hang loose in a network.

    Parameters
    ----------
    shapes
        Lines of one time.
    when
        That time, for the message; empty when there is none.
    told
        Ends that were told for another time, by feature and vertex; those found are added.
    """
    lines, owner = shapely.get_parts(_geometries(shapes), return_index=True)
    counts = shapely.get_num_coordinates(lines)
    before = np.cumsum(counts) - counts
    before -= before[np.searchsorted(owner, owner)]
    open_ = np.flatnonzero(~shapely.is_closed(lines))
    if not len(open_):
        return
    width = _tolerance(shapely.length(lines))
    tree = shapely.STRtree(lines)
    line = np.repeat(open_, 2)
    points = np.asarray(shapely.get_point(lines[line], np.tile([0, -1], len(open_))))
    meets, linked = np.zeros(len(line), dtype=bool), np.zeros(len(line), dtype=bool)
    # ends of several lines at one place, which may be very many
    _, place, lines_there = np.unique(shapely.get_coordinates(points), axis=0, return_inverse=True, return_counts=True)
    meets |= lines_there[place.reshape(-1)] > 1
    linked |= meets
    loose = np.flatnonzero(~meets)
    near: dict[int, int] = {}
    count, step = 0, _step(len(lines))
    for start in range(0, len(loose), step):
        block, others = tree.query(points[loose[start : start + step]], predicate="dwithin", distance=width)
        end = loose[block + start]
        count += len(end)
        if count > _PAIRS + _PER_SHAPE * len(lines):
            message = f"too many lines lie near ends of others to look at all{when}; ends were checked in part"
            yield shapes[0].place._replace(feature="", line=None).warned("unchecked", message)
            return
        distance = np.asarray(shapely.distance(points[end], lines[others]))
        own = line[end] == others
        touching = ~own & (distance <= _GRID)
        linked[end[touching]] = True
        touching[own] = _ends_on_itself(points[end[own]], lines[others[own]])
        meets[end[touching]] = True
        rest = np.flatnonzero(~own & ~touching)
        for index in rest[np.argsort(distance[rest], kind="stable")]:
            near.setdefault(int(end[index]), int(others[index]))
    linked = linked[0::2] | linked[1::2]
    for end in np.flatnonzero(~meets).tolist():
        last = end % 2 == 1
        shape, of = shapes[owner[line[end]]], line[end]
        vertex = shape.first + int(before[of] + (counts[of] - 1 if last else 0))
        key = (shape.place.number or 0, vertex)
        if key in told:
            continue
        if end in near:
            told.add(key)
            other = near[end]
            yield _short_of(shape, shapes[owner[other]], lines[of], lines[other], end=points[end], vertex=vertex)
        elif linked[end // 2]:
            told.add(key)
            spot = shapely.get_coordinates(points[end])[0]
            message = f"the end at {_at(spot)} meets no other line{when}; join it to one if it should"
            yield shape.place.warned("dangle", message, vertex)


def _ends_on_itself(points: Geometries, lines: Geometries) -> NDArray[np.bool_]:
    """Tell which ends lie on another part of their own line, as that of the figure 6 does."""
    found = np.zeros(len(points), dtype=bool)
    unlike = np.flatnonzero(~shapely.is_simple(lines))
    for index in unlike:
        vertices, spot = shapely.get_coordinates(lines[index]), shapely.get_coordinates(points[index])[0]
        rest = vertices[:-1] if (spot == vertices[-1]).all() else vertices[1:]
        found[index] = len(rest) > 1 and shapely.LineString(rest).distance(points[index]) <= _GRID
    return found


def _short_of(one: Shape, other: Shape, line: Any, beside: Any, *, end: Any, vertex: int) -> Fault:
    """Return the warning of an end that is near another line, but not on it."""
    lon, lat = shapely.get_coordinates(end)[0].tolist()
    far = metres_to(lon, lat, shapely.get_coordinates(beside).tolist())
    name = other.place.feature
    if shapely.intersects(line, beside):
        message = f"the end at {_at((lon, lat))} goes {_rounded(far)} m past {name}; end it there"
        return one.place.warned("dangle", message, vertex)
    message = f"the end at {_at((lon, lat))} stops {_rounded(far)} m short of {name}; join them in one vertex"
    return one.place.warned("undershoot", message, vertex)


def _geometries(shapes: list[Shape]) -> Geometries:
    return np.array([shape.geometry for shape in shapes], dtype=object)


def _amiss(polygons: Geometries, width: float) -> Ints:
    """Return which polygons have edges that are not those of their neighbours, or are nearer than a width to them."""
    edges = np.asarray(shapely.coverage_invalid_edges(polygons, gap_width=width))
    return np.flatnonzero(~(shapely.is_missing(edges) | shapely.is_empty(edges)))


def _tolerance(sizes: NDArray[np.float64]) -> float:
    return min(_SHARE * float(np.median(sizes)), MOST)


def _at(spot: Any) -> str:
    return f"{spot[0]:.6f} {spot[1]:.6f}"


def _km2(square: float) -> str:
    return f"{_rounded(square / 1e6)} km²" if square >= 1e4 else f"{_rounded(square)} m²"


def _rounded(number: float) -> str:
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"


def _vertex(shape: Shape, spot: Any) -> int:
    """Return the vertex nearest to a place."""
    apart = np.abs(shapely.get_coordinates(shape.geometry) - spot).max(axis=1)
    return shape.first + int(np.argmin(apart))
