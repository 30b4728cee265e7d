"""Single geometries: where lines and rings cross themselves, spikes and slivers.

Whether a polygon is valid is what GEOS says, the library behind PostGIS' ``ST_IsValidReason`` and GDAL's ``-makevalid``
too. It names one place only; the others are found by an index of all edges.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from geo._errors import ClaimsError as Fault
    from geo.checks.findings import Shape

    Numbers = NDArray[np.float64]
    Ints = NDArray[np.intp]

_SPIKE = np.radians(1)  # a narrower angle is a spike
_BACK = 1e-9  # radians that rounding takes from an angle of nothing
_LONG = 100  # times its width, and a polygon is a sliver
_THIN = 0.05  # 4 pi area / perimeter², below which the width is measured; a circle has 1
_PAIRS_AT_ONCE = 200_000  # of edges
_CROSSINGS = 10_000  # of one geometry that are told


def defects(shapes: list[Shape]) -> Iterator[Fault]:
    """Yield what is wrong with geometries, each by itself."""
    if not shapes:
        return
    geometries = np.array([shape.geometry for shape in shapes], dtype=object)
    surfaces = shapely.get_dimensions(geometries) == 2
    valid = shapely.is_valid(geometries)
    simple = np.ones(len(shapes), dtype=bool)
    simple[valid & ~surfaces] = shapely.is_simple(geometries[valid & ~surfaces])
    for index in np.flatnonzero(surfaces & ~valid):
        yield from _invalid(shapes[index])
    for index in np.flatnonzero(~surfaces & ~valid):
        message = f"the line has no length: {_reason(geometries[index])}; delete it, or draw it"
        yield shapes[index].place.fault("short", message, shapes[index].first)
    for index in np.flatnonzero(~simple):
        for message, vertex in _crossings(shapes[index]):
            yield shapes[index].place.warned("self-intersection", f"the line {message}", vertex)
    slivers = list(_slivers(shapes, surfaces & valid))
    yield from (fault for _, fault in slivers)
    yield from _spikes(shapes, {index for index, _ in slivers})


def _reason(geometry: Any) -> str:
    return str(shapely.is_valid_reason(geometry)).replace("[", " at ").rstrip("]")


def _invalid(shape: Shape) -> Iterator[Fault]:
    """Yield all places at which rings cross; the one reason of GEOS where it is another."""
    found = list(_crossings(shape))
    for message, vertex in found:
        yield shape.place.fault("self-intersection", f"the ring {message}", vertex)
    reason = _reason(shape.geometry)
    if not found and not _is_spike(shape, reason):
        yield shape.place.fault("invalid", f"{reason}; redraw it there", shape.first + _nearest(shape, reason))


def _nearest(shape: Shape, reason: str) -> int:
    """Return the vertex nearest to the place that a reason of GEOS names."""
    try:
        lon, lat = map(float, reason.rpartition(" at ")[2].split())
    except ValueError:
        return 0
    return int(np.argmin(np.abs(shapely.get_coordinates(shape.geometry) - (lon, lat)).max(axis=1)))


def _is_spike(shape: Shape, reason: str) -> bool:
    """Tell whether GEOS means a spike, which is told as one."""
    if not reason.startswith(("Self-intersection", "Ring Self-intersection")):
        return False
    coordinates, chain, _, closed = _vertices(np.array([shape.geometry], dtype=object))
    return bool((_turns(coordinates, chain, closed)[0] < _BACK).any())


def _vertices(geometries: NDArray[np.object_]) -> tuple[Numbers, Ints, Ints, NDArray[np.bool_]]:
    """Return vertices, the chain and the geometry of each, and which chains are closed."""
    surfaces = shapely.get_dimensions(geometries) == 2
    chains: list[Any] = []
    owners: list[int] = []
    for index, geometry in enumerate(geometries):
        parts = shapely.get_parts(geometry)
        parts = shapely.get_rings(parts) if surfaces[index] else parts
        chains += list(parts)
        owners += [index] * len(parts)
    lines = np.array(chains, dtype=object)
    coordinates, chain = shapely.get_coordinates(lines, return_index=True)
    return coordinates, chain, np.array(owners, dtype=np.intp)[chain], shapely.is_closed(lines)


def _turns(coordinates: Numbers, chain: Ints, closed: NDArray[np.bool_]) -> tuple[Numbers, Ints]:
    """Return the angle at each vertex between the edges that meet there, and which vertex it is.

    Positions that repeat the one before are passed over, and the ends of lines have no angle.
    """
    starts = np.flatnonzero(np.r_[True, chain[1:] != chain[:-1]])
    fresh = np.r_[True, (coordinates[1:] != coordinates[:-1]).any(axis=1)]
    fresh[starts] = True
    last = np.r_[starts[1:], len(chain)] - 1
    fresh[last[closed[chain[last]]]] = False  # the first position again
    kept = np.flatnonzero(fresh)
    of = chain[kept]
    begin = np.flatnonzero(np.r_[True, of[1:] != of[:-1]])
    end = np.r_[begin[1:], len(of)] - 1
    before, after = np.arange(len(kept)) - 1, np.arange(len(kept)) + 1
    before[begin], after[end] = end, begin
    inner = np.ones(len(kept), dtype=bool)
    for edge in (begin, end):
        inner[edge[~closed[of[edge]]]] = False
    wide = np.cos(np.radians(np.clip(coordinates[kept, 1], -89, 89)))[:, None] * (1, 0) + (0, 1)
    one = (coordinates[kept[before]] - coordinates[kept]) * wide
    other = (coordinates[kept[after]] - coordinates[kept]) * wide
    across = one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0]
    angles = np.arctan2(np.abs(across), (one * other).sum(axis=1))
    inner &= (one != 0).any(axis=1) & (other != 0).any(axis=1)
    return angles[inner], kept[inner]


def _spikes(shapes: list[Shape], slivers: set[int]) -> Iterator[Fault]:
    """Yield vertices at which a line or ring turns back on itself."""
    geometries = np.array([shape.geometry for shape in shapes], dtype=object)
    coordinates, chain, owner, closed = _vertices(geometries)
    angles, vertices = _turns(coordinates, chain, closed)
    first = np.searchsorted(owner, np.arange(len(shapes)))
    surfaces = shapely.get_dimensions(geometries) == 2
    for angle, vertex in zip(angles[angles < _SPIKE], vertices[angles < _SPIKE], strict=True):
        index = owner[vertex]
        shape, number = shapes[index], shapes[index].first + int(vertex - first[index])
        what = "ring" if surfaces[index] else "line"
        if angle < _BACK:
            kind = shape.place.fault if surfaces[index] else shape.place.warned
            yield kind("spike", f"the {what} goes back the way it came; delete this vertex", number)
        elif index not in slivers:
            message = (
                f"the {what} turns back at an angle of {np.degrees(angle):.2g} degrees; delete this vertex if it is"
            )
            yield shape.place.warned("spike", f"{message} none on the ground", number)


def _slivers(shapes: list[Shape], chosen: NDArray[np.bool_]) -> Iterator[tuple[int, Fault]]:
    """Yield polygons and holes that are nowhere wider than a hundredth of their length."""
    places = np.flatnonzero(chosen)
    parts, owner = shapely.get_parts(
        np.array([shapes[index].geometry for index in places], dtype=object), return_index=True
    )
    rings, part = shapely.get_rings(parts, return_index=True)
    surfaces = np.asarray(shapely.polygons(rings))
    length = shapely.length(surfaces)
    thin = np.flatnonzero(4 * np.pi * shapely.area(surfaces) < _THIN * length**2)
    counts = shapely.get_num_coordinates(rings)
    before = np.cumsum(counts) - counts
    whose = owner[part]
    before -= before[np.searchsorted(whose, whose)]  # within the geometry
    for ring in thin:
        # between the sides of a rectangle as long and as large, and by the largest circle that fits
        width = 2 * shapely.length(shapely.maximum_inscribed_circle(surfaces[ring]))
        extent = float(np.hypot(*np.ptp(shapely.get_coordinates(rings[ring]), axis=0)))
        if width * _LONG < extent:
            index = int(places[whose[ring]])
            shape = shapes[index]
            vertex = shape.first + int(before[ring])
            what = "polygon" if ring == 0 or part[ring] != part[ring - 1] else "hole"
            message = f"a {what} {extent / width:,.0f} times as long as wide; delete it, or join it to its neighbour"
            yield index, shape.place.warned("sliver", message, vertex)


def _crossings(shape: Shape) -> Iterator[tuple[str, int]]:
    """Yield where edges of a geometry meet that should not, and the vertex before."""
    coordinates, chain, _, closed = _vertices(np.array([shape.geometry], dtype=object))
    fresh = np.r_[True, (coordinates[1:] != coordinates[:-1]).any(axis=1) | (chain[1:] != chain[:-1])]
    kept = np.flatnonzero(fresh)
    tails = kept[:-1][chain[kept[:-1]] == chain[kept[1:]]]
    heads = kept[1:][chain[kept[:-1]] == chain[kept[1:]]]
    if not len(tails):
        return
    edges = np.asarray(shapely.linestrings(np.stack([coordinates[tails], coordinates[heads]], axis=1)))
    of = chain[tails]
    begin = np.searchsorted(of, of)  # the first edge of the chain of each
    final = np.searchsorted(of, of, side="right") - 1
    seen = _roots(coordinates, chain, closed)
    for one, other in _meeting(edges):
        same = of[one] == of[other]
        next_ = same & ((other - one == 1) | (closed[of[one]] & (one == begin[one]) & (other == final[one])))
        spots = shapely.intersection(edges[one], edges[other])
        along = shapely.get_dimensions(spots) == 1
        if shapely.get_dimensions(shape.geometry) == 2:
            wrong = np.where(same, ~next_, along | shapely.crosses(edges[one], edges[other]))
        else:
            wrong = same & ~next_
        for first, second, spot, runs in zip(one[wrong], other[wrong], spots[wrong], along[wrong], strict=True):
            if spot.is_empty:
                continue
            lon, lat = shapely.get_coordinates(spot)[0].tolist()
            if (lon, lat) in seen:
                continue  # a vertex, where several edges meet
            seen.add((lon, lat))
            how = "runs along itself from" if runs else "meets itself at"
            if of[first] != of[second]:
                how = "runs along another from" if runs else "crosses another at"
            message = (
                f"{how} {lon:.9g} {lat:.9g} (vertices {shape.first + tails[first]} and {shape.first + tails[second]})"
            )
            if len(seen) > _CROSSINGS:
                yield f"meets itself at more than {_CROSSINGS:,} places; redraw it", shape.first
                return
            yield f"{message}; redraw it there", int(shape.first + tails[first])


def _roots(coordinates: Numbers, chain: Ints, closed: NDArray[np.bool_]) -> set[tuple[float, float]]:
    """Return where spikes begin that go back the way they came, which are told as such."""
    angles, tips = _turns(coordinates, chain, closed)
    starts = np.flatnonzero(np.r_[True, chain[1:] != chain[:-1]])
    ends = np.r_[starts[1:], len(chain)] - 1
    roots: set[tuple[float, float]] = set()
    for tip in tips[angles < _BACK].tolist():
        start, end = int(starts[chain[tip]]), int(ends[chain[tip]])
        before = tip - 1 if tip > start else end - 1
        roots |= {(float(lon), float(lat)) for lon, lat in coordinates[[before, min(tip + 1, end)]]}
    return roots


def _meeting(edges: NDArray[np.object_]) -> Iterator[tuple[Ints, Ints]]:
    """Yield pairs of edges that meet, block by block, the first before the second."""
    tree, block = shapely.STRtree(edges), max(_PAIRS_AT_ONCE // len(edges), 10)
    for start in range(0, len(edges), block):
        pairs = tree.query(edges[start : start + block], predicate="intersects")
        one, other = pairs[0] + start, pairs[1]
        ordered = one < other
        one, other = one[ordered], other[ordered]
        order = np.lexsort((other, one))
        yield one[order], other[order]
