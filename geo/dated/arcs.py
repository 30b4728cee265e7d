"""The polygons of a date as rings of arcs between the spots where parties meet, and arcs brought onto those of another.

An arc is one thing for the polygons on both of its sides, so neighbours stay neighbours. Where an arc runs near one of
the date before, and that one near it, it takes its course. Where lines would then cross, they stay as they were drawn.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely

from geo.geometry.areas import FLATTENING, SEMI_MAJOR_M

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.geometry.noding import Floats, Ints

_ROUNDING = 1 + 1e-9
_ON_LINE_M = 0.01
_E2 = FLATTENING * (2 - FLATTENING)
_ENDLESS = 1e18  # metres: a turn that no line comes to


class Vertices(NamedTuple):
    """The distinct vertices of all dates in order, in degrees (as one complex number each) and in metres.

    Metres are degrees times a `scale`, so that edges which are straight in longitude and latitude stay so. It is that
    of the place where degrees are longest: elsewhere distances count as more than they are, never as less.
    """

    known: NDArray[np.complex128]
    metres: Floats
    scale: Floats

    def of(self, coordinates: Floats) -> Ints:
        """Return which vertices stand at some coordinates."""
        return np.searchsorted(self.known, _one_number(coordinates)).astype(np.int64)

    def degrees(self, vertices: Ints) -> Floats:
        """Return longitude and latitude."""
        return np.column_stack([self.known[vertices].real, self.known[vertices].imag])


def _one_number(coordinates: Floats) -> NDArray[np.complex128]:
    lon, lat = coordinates.T + 0.0  # -0.0 and 0.0 are one
    complex_: NDArray[np.complex128] = lon + 1j * lat
    return complex_


def distinct_vertices(polygons: NDArray[np.object_]) -> Vertices:
    """Return the distinct vertices of some polygons."""
    known = np.unique(_one_number(shapely.get_coordinates(polygons)))
    north = np.radians(np.abs(known.imag))
    lowest = north.min() if np.ptp(np.sign(known.imag)) < 2 else 0.0
    low, high = (1 - _E2 * np.sin(some) ** 2 for some in (lowest, north.max()))
    # radii of the prime vertical and of the meridian (Snyder, 1987, equations 4-20 and 4-18), each where it is largest
    east = SEMI_MAJOR_M * np.cos(lowest) / np.sqrt(low)
    scale = np.radians(np.array([east, SEMI_MAJOR_M * (1 - _E2) / high**1.5]))
    return Vertices(known, np.column_stack([known.real, known.imag]) * scale, scale)


class _Arc(NamedTuple):
    """Vertices from one node to another, how far along each stands, and how long a turn of a closed one is, metres."""

    vertices: Ints
    along: Floats
    turn: float


class Day:
    """The polygons of a date as rings of arcs."""

    def __init__(self, polygons: NDArray[np.object_], vertices: Vertices) -> None:
        self._polygons, self._vertices = polygons, vertices
        parts, self._polygon_of = shapely.get_parts(polygons, return_index=True)
        rings, self._part_of = shapely.get_rings(parts, return_index=True)
        coordinates, ring = shapely.get_coordinates(rings, return_index=True)
        number = vertices.of(coordinates)
        courses = _meeting(np.split(number, np.flatnonzero(np.diff(ring)) + 1), vertices)
        edges = _distinct(courses)
        self.edges = set(map(tuple, edges.T.tolist()))
        self.ends, degree = np.unique(edges, return_counts=True)
        self.nodes = set(self.ends[degree != 2].tolist())
        self.arcs: list[_Arc] = []
        known: dict[bytes, int] = {}
        self._rings = [self._parted(course, known) for course in courses]

    def _parted(self, course: Ints, known: dict[bytes, int]) -> list[tuple[int, bool]]:
        """Return a ring as arcs, each with whether it is taken backwards."""
        ring = course[:-1]
        at = np.flatnonzero(np.isin(ring, list(self.nodes)))
        if not len(at):  # nobody else meets this line: its smallest vertex stands for a node
            at = np.array([np.argmin(ring)])
        ring = np.roll(ring, -at[0])
        stops = np.append(at - at[0], len(ring))
        ring = np.append(ring, ring[0])
        found = []
        for start, stop in zip(stops[:-1].tolist(), stops[1:].tolist(), strict=True):
            arc = ring[start : stop + 1]
            turned = tuple(arc[[0, 1]]) > tuple(arc[[-1, -2]])
            arc = np.ascontiguousarray(arc[::-1] if turned else arc)
            key = arc.tobytes()
            if key not in known:
                known[key] = len(self.arcs)
                self.arcs.append(_arc(arc, self._vertices))
            found.append((known[key], turned))
        return found

    def onto(self, before: Day, metres: float) -> tuple[NDArray[np.object_], int]:
        """Bring lines onto those of another date where these run within some metres.

        Returns
        -------
        polygons, left
            The polygons, and how many of them have lines near the others that had to stay.
        """
        fixed: set[int] = set()  # vertices that stay
        fresh = [
            index
            for index, arc in enumerate(self.arcs)
            if not {*map(tuple, np.sort(np.stack([arc.vertices[1:], arc.vertices[:-1]], axis=1)).tolist())}
            <= before.edges
        ]
        match = _Match(before, self._vertices, metres)
        courses = [arc.vertices for arc in self.arcs]
        there = shapely.points(self._vertices.metres[self.ends])
        stand = set(before.ends.tolist())  # on its lines already
        while True:
            ends = {int(self.arcs[index].vertices[end]) for index in fresh for end in (0, -1)} - fixed - stand
            targets = match.targets(sorted(ends & self.nodes), sorted(ends - self.nodes))
            for index in fresh:
                courses[index] = match.course(self.arcs[index], targets, fixed)
            polygons, faults = self._drawn(courses)
            if not len(faults):
                break
            tree, reach = shapely.STRtree(faults), 2 * metres
            more: set[int] = set()
            while not more:  # the nearest that may still move; when all stay, all is as it was drawn
                near = tree.query_nearest(there, max_distance=reach, all_matches=False)[0]
                more, reach = set(self.ends[near].tolist()) - fixed, 2 * reach
            fixed |= more
        held = [any(not fixed.isdisjoint(self.arcs[arc].vertices.tolist()) for arc, _ in arcs) for arcs in self._rings]
        return polygons, len(np.unique(self._polygon_of[self._part_of[held]]))

    def _drawn(self, courses: list[Ints]) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
        """Return the polygons whose arcs take some courses, and where, in metres, that cannot be."""
        polygons = self._polygons.copy()
        moved = [not np.array_equal(course, arc.vertices) for course, arc in zip(courses, self.arcs, strict=True)]
        gone: list[Ints] = []
        rings: list[Ints] = []
        for arcs in self._rings:
            course = np.concatenate([(courses[arc][::-1] if turned else courses[arc])[:-1] for arc, turned in arcs])
            course = course[np.append(True, course[1:] != course[:-1])]
            if len(course) > 1 and course[0] == course[-1]:
                course = course[:-1]
            if len(course) < 3:
                gone += [self.arcs[arc].vertices for arc, _ in arcs]
            rings.append(course)
        if gone:
            return polygons, self._spots(np.concatenate(gone))
        touched = [any(moved[arc] for arc, _ in arcs) for arcs in self._rings]
        chosen = np.unique(self._polygon_of[self._part_of[touched]])
        for polygon in chosen.tolist():
            parts = []
            for part in np.flatnonzero(self._polygon_of == polygon).tolist():
                shell, *holes = (self._vertices.degrees(rings[ring]) for ring in np.flatnonzero(self._part_of == part))
                parts.append(shapely.Polygon(shell, holes))
            one = self._polygons[polygon].geom_type == "Polygon"
            polygons[polygon] = parts[0] if one else shapely.MultiPolygon(parts)
        spots = _crossings(rings, self.edges, self._vertices)
        if len(spots):
            return polygons, spots
        invalid = chosen[~shapely.is_valid(polygons[chosen])]
        if len(invalid):
            return polygons, self._spots(self._vertices.of(shapely.get_coordinates(self._polygons[invalid])))
        return polygons, self._covered(polygons, chosen)

    def _spots(self, vertices: Ints) -> NDArray[np.object_]:
        return np.asarray(shapely.points(self._vertices.metres[vertices]), dtype=object)

    def _covered(self, polygons: NDArray[np.object_], chosen: Ints) -> NDArray[np.object_]:
        """Return, in metres, the ground of two polygons that only one had before."""
        one, other = shapely.STRtree(polygons).query(polygons[chosen])
        one = chosen[one]
        one, other = one[one != other], other[one != other]
        shapely.prepare(polygons)
        deep = shapely.relate_pattern(polygons[one], polygons[other], "T********")
        one, other = one[deep], other[deep]
        fresh = ~shapely.relate_pattern(self._polygons[one], self._polygons[other], "T********")
        both = shapely.intersection(polygons[one[fresh]], polygons[other[fresh]])
        both = both[~shapely.is_empty(both)]  # rounding may leave nothing of what only just overlaps
        return np.asarray(shapely.transform(both, lambda degrees: degrees * self._vertices.scale), dtype=object)


def _distinct(courses: list[Ints]) -> Ints:
    """Return the distinct edges of closed courses, shape (2, n)."""
    ahead, behind = (np.concatenate([course[part] for course in courses]) for part in (slice(1, None), slice(-1)))
    return np.unique(np.sort(np.stack([ahead, behind]), axis=0), axis=1)


def _meeting(courses: list[Ints], known: Vertices) -> list[Ints]:
    """Return closed courses with the vertices of others that lie on their edges, so that all lines meet in vertices."""
    edges = _distinct(courses)
    ends = np.unique(edges)
    end, edge = edge_tree(known.metres[edges.T]).query(shapely.points(known.metres[ends]), "dwithin", _ON_LINE_M)
    spot = ends[end]
    beside = (edges[:, edge] != spot).all(axis=0)
    on: dict[tuple[int, int], list[int]] = {}
    for vertex, low, high in zip(spot[beside].tolist(), *edges[:, edge[beside]].tolist(), strict=True):
        on.setdefault((low, high), []).append(vertex)
    if not on:
        return courses
    found = []
    for course in courses:
        whole: list[int] = []
        for tail, head in pairwise(course.tolist()):
            between = on.get((min(tail, head), max(tail, head)), [])
            whole.append(tail)
            if between:
                far = np.hypot(*(known.metres[between] - known.metres[tail]).T)
                whole += np.array(between)[np.argsort(far)].tolist()
        found.append(np.array([*whole, course[-1]]))
    return found


def _arc(vertices: Ints, known: Vertices) -> _Arc:
    along = np.append(0, np.cumsum(np.hypot(*np.diff(known.metres[vertices], axis=0).T)))
    return _Arc(vertices, along, float(along[-1]) if vertices[0] == vertices[-1] else _ENDLESS)


def _crossings(rings: list[Ints], drawn: set[tuple[int, int]], known: Vertices) -> NDArray[np.object_]:
    """Return where edges that are new cross others or lie on them."""
    ahead = np.concatenate(rings)
    behind = np.concatenate([np.roll(ring, 1) for ring in rings])
    edges = np.unique(np.sort(np.stack([ahead, behind]), axis=0), axis=1).T
    lines = np.asarray(shapely.linestrings(known.metres[edges]), dtype=object)
    fresh = np.flatnonzero([edge not in drawn for edge in map(tuple, edges.tolist())])
    one, other = shapely.STRtree(lines).query(lines[fresh], "intersects")
    one = fresh[one]
    apart = one != other
    one, other = one[apart], other[apart]
    deep = shapely.relate_pattern(lines[one], lines[other], "T********")
    spots = shapely.intersection(lines[one[deep]], lines[other[deep]])
    # where rounding leaves no spot of two that cross, one of them is near enough
    found: NDArray[np.object_] = np.where(shapely.is_empty(spots), lines[one[deep]], spots)
    return found


class _Match:
    """The lines of the date before, and where a line near them is brought."""

    def __init__(self, before: Day, vertices: Vertices, metres: float) -> None:
        self._before, self._vertices, self._metres = before, vertices, metres
        self._arcs = [_thrice(arc) if arc.turn < _ENDLESS else arc for arc in before.arcs]
        self._turn = np.array([arc.turn for arc in before.arcs])
        self._arc = np.repeat(np.arange(len(before.arcs)), [len(arc.vertices) - 1 for arc in before.arcs])
        self._along = np.concatenate([arc.along[:-1] for arc in before.arcs])
        tails, heads = (
            np.concatenate([arc.vertices[part] for arc in before.arcs]) for part in (slice(-1), slice(1, None))
        )
        self._tail, self._step = vertices.metres[tails], vertices.metres[heads] - vertices.metres[tails]
        self._edges = edge_tree(vertices.metres[np.stack([tails, heads], axis=1)])

    def targets(self, nodes: list[int], others: list[int]) -> dict[int, int]:
        """Return where nodes go, to a node, and where vertices that stand for one go, to any vertex."""
        found: dict[int, int] = {}
        for mine, spots in ((nodes, np.array(sorted(self._before.nodes), dtype=np.int64)), (others, self._before.ends)):
            there, asked = (
                shapely.points(self._vertices.metres[np.asarray(some, dtype=np.int64)]) for some in (spots, mine)
            )
            one, other = shapely.STRtree(np.asarray(there)).query_nearest(
                asked, max_distance=self._metres, all_matches=False
            )
            found.update(
                (mine[node], int(spots[spot])) for node, spot in zip(one.tolist(), other.tolist(), strict=True)
            )
        return found

    def course(self, arc: _Arc, targets: dict[int, int], fixed: set[int]) -> Ints:
        """Return the vertices of an arc once it is brought onto the lines of the date before."""
        drawn = arc.vertices.copy()
        drawn[[0, -1]] = [targets.get(end, end) for end in arc.vertices[[0, -1]].tolist()]
        spots = self._vertices.metres[arc.vertices]
        stays = np.isin(arc.vertices, list(fixed))
        while True:
            course = self._along_others(arc, drawn, stays)
            if len(course) < 2:
                return drawn
            metres = self._vertices.metres[course]
            taken = edge_tree(np.stack([metres[:-1], metres[1:]], axis=1))
            spot, _ = taken.query_nearest(
                shapely.points(spots), max_distance=self._metres * _ROUNDING, all_matches=False
            )
            far = ~stays
            far[spot] = False
            if not far.any():
                return course
            stays |= far  # near a line of which a part further off was taken

    def _along_others(self, arc: _Arc, drawn: Ints, stays: NDArray[np.bool_]) -> Ints:
        """Return the vertices of an arc, those of others where it runs along them."""
        spots = self._vertices.metres[arc.vertices]
        which, along = self._nearest(spots, stays)
        parts: list[Ints] = []
        done = 0
        for start, stop in self._runs(arc, which, along):
            other, turn = self._arcs[which[start]], self._turn[which[start]]
            past = turn * np.floor(along[start] / turn)
            one, two = (
                self._beside(other, spots[at], along[at] - past, int(drawn[at]) if at in {0, len(drawn) - 1} else None)
                for at in (start, stop)
            )
            path = _between(other.vertices, one, two, ahead=along[stop] >= along[start])
            if len(path):
                # the nodes at the ends stay what they are, whatever runs up to them
                parts += [drawn[done:start], drawn[:1] if start == 0 else drawn[:0], path]
                done = stop + 1 if stop < len(drawn) - 1 else stop
        course = np.concatenate([*parts, drawn[done:]])
        kept: Ints = course[np.append(True, course[1:] != course[:-1])]
        return kept

    def _nearest(self, spots: Floats, fixed: NDArray[np.bool_]) -> tuple[Ints, Floats]:
        """Return which arc each spot lies nearest to, -1 for none, and how far along this."""
        spot, edge = self._edges.query_nearest(shapely.points(spots), max_distance=self._metres, all_matches=False)
        off, step = spots[spot] - self._tail[edge], self._step[edge]
        length = np.hypot(*step.T)
        which, along = np.full(len(spots), -1), np.zeros(len(spots))
        which[spot] = self._arc[edge]
        along[spot] = self._along[edge] + np.clip((off * step).sum(axis=1) / length, 0, length)
        which[fixed] = -1
        # round a closed line one may go past its first vertex
        same = which[1:] == which[:-1]
        turn = self._turn[which]
        turns = np.append(0, np.cumsum(np.where(same, -np.round(np.diff(along) / turn[1:]), 0)))
        first = np.maximum.accumulate(np.where(np.append(True, ~same), np.arange(len(which)), 0))
        return which, along + (turns - turns[first]) * turn

    def _runs(self, arc: _Arc, which: Ints, along: Floats) -> list[tuple[int, int]]:
        """Return the stretches, from vertex to vertex, that run along one arc which runs along them."""
        linked = (which[1:] == which[:-1]) & (which[1:] >= 0)
        linked &= np.abs(np.diff(along)) <= np.diff(arc.along) + 2 * self._metres
        spots = self._vertices.metres[arc.vertices]
        mine = edge_tree(np.stack([spots[:-1], spots[1:]], axis=1))
        for index in np.unique(which[which >= 0]).tolist():
            other = self._arcs[index]
            far = np.ones(len(other.vertices), dtype=bool)
            spots = shapely.points(self._vertices.metres[other.vertices])
            far[mine.query_nearest(spots, max_distance=self._metres, all_matches=False)[0]] = False
            count = np.append(0, np.cumsum(far))
            low, high = np.sort(np.stack([along[1:], along[:-1]]), axis=0)
            between = count[np.searchsorted(other.along, high)] - count[np.searchsorted(other.along, low)]
            linked &= (which[1:] != index) | (between == 0)
        run = np.append(0, np.cumsum(~linked))
        first = np.flatnonzero(np.append(True, run[1:] != run[:-1]))
        last = np.append(first[1:], len(run)) - 1
        return [(start, stop) for start, stop in zip(first.tolist(), last.tolist(), strict=True) if which[start] >= 0]

    def _beside(self, other: _Arc, spot: Floats, along: float, target: int | None) -> tuple[int, int]:
        """Return between which vertices of an arc a spot lies; one vertex twice where it goes there."""
        if target is not None and len(places := np.flatnonzero(other.vertices == target)):
            place = int(places[np.argmin(np.abs(other.along[places] - along))])
            return place, place
        after = int(np.searchsorted(other.along, along))
        around = [place for place in (after - 1, after) if 0 <= place < len(other.vertices)]
        off = np.hypot(*(self._vertices.metres[other.vertices[around]] - spot).T)
        if off.min() <= self._metres:
            place = around[int(np.argmin(off))]
            return place, place
        return after - 1, after


def edge_tree(ends: Floats) -> shapely.STRtree:
    """Return a tree of edges, whose `ends` have the shape (n, 2, 2)."""
    lines: Any = shapely.linestrings(ends)
    return shapely.STRtree(lines)


def _thrice(closed: _Arc) -> _Arc:
    """Return a closed line with a turn more before it and after it."""
    once, turn = closed.vertices[:-1], closed.turn
    along = np.concatenate([closed.along[:-1] - turn, closed.along[:-1], closed.along + turn])
    return _Arc(np.concatenate([once, once, closed.vertices]), along, turn)


def _between(vertices: Ints, one: tuple[int, int], two: tuple[int, int], *, ahead: bool) -> Ints:
    """Return the vertices of an arc from one place on it to another."""
    some: Ints = vertices[one[1] : two[0] + 1] if ahead else vertices[two[1] : one[0] + 1][::-1]
    return some
