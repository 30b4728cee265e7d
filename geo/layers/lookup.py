"""Who held many positions on many days, and how near a line between two holders each lies, with arrays throughout."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely

from geo.geometry.nearest import Edges, steps
from geo.layers.tables import EXTENTS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.geometry.nearest import Spots
    from geo.geometry.noding import Floats
    from geo.layers.layers import Layers
    from geo.layers.ledger import Held

DAY = "datetime64[D]"


def real_day(text: str | None) -> np.datetime64:
    """Return a date as a real one, a month or a year as its first day; NaT for None.

    Examples
    --------
    >>> str(real_day("1974-06")), str(real_day(None))
    ('1974-06-01', 'NaT')
    """
    return np.datetime64("NaT" if text is None else f"{text}-01-01"[:10], "D")


class Near(NamedTuple):
    """For each position the line between two holders that casts most doubt on its side; -1 and NaN where none does.

    `line` is an index of the curated lines, `sigmas` the distance in combined standard deviations.
    """

    line: NDArray[np.int64]
    metres: Floats
    sigmas: Floats


class Lookup:
    """The faces of layers and their histories, to be asked for many positions and days at once.

    Attributes
    ----------
    layers
        Where they are from.
    entries
        Every entry of a history, once.
    starts
        The days from which on some face has another entry, ascending.
    """

    def __init__(self, layers: Layers) -> None:
        self.layers = layers
        ledger = layers.ledger
        self.entries: list[Held] = []
        begun = {held.valid_from for history in ledger.histories for extent in EXTENTS for held in history[extent]}
        self.starts = np.unique(np.array([real_day(day) for day in begun], dtype=DAY))
        self._entry = np.full((len(EXTENTS), len(self.starts), len(ledger.names)), -1)
        number: dict[Any, int] = {}
        for face, history in enumerate(ledger.histories):
            for index, extent in enumerate(EXTENTS):
                for held in history[extent]:  # in order: each lasts until the next begins
                    key = number.setdefault(held, len(number))
                    if key == len(self.entries):
                        self.entries.append(held)
                    self._entry[index, np.searchsorted(self.starts, real_day(held.valid_from)) :, face] = key

    def faces_at(self, lon: Floats, lat: Floats) -> NDArray[np.int64]:
        """Return the face of each position as :meth:`geo.layers.layers.Layers.face_at` has it, -1 outside the ground.

        Parameters
        ----------
        lon, lat
            Degrees; what is not finite lies outside.
        """
        outside = len(self.layers.polygons)
        found = np.full(len(lon), outside)
        finite = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
        points: NDArray[np.object_] = np.asarray(shapely.points(np.column_stack([lon[finite], lat[finite]])))
        tree = shapely.STRtree(points)
        face, point = tree.query(self.layers.polygons, predicate="intersects")
        np.minimum.at(found, finite[point], face)
        return np.where(found == outside, -1, found)

    def periods(self, days: NDArray[np.datetime64]) -> NDArray[np.int64]:
        """Return for each day the index of the last start not after it, -1 before the first and for NaT."""
        found = np.searchsorted(self.starts, days, side="right") - 1
        return np.where(np.isnat(days), -1, found)

    def held(self, face: NDArray[np.int64], period: NDArray[np.int64], extent: str) -> NDArray[np.int64]:
        """Return the entry of each face in a period, as indices of :attr:`entries`; neither may be -1."""
        found: NDArray[np.int64] = self._entry[EXTENTS.index(extent), period, face]
        return found

    @cached_property
    def _holder(self) -> NDArray[np.int64]:
        """The party of each entry, as a number."""
        numbers: dict[str, int] = {}
        return np.array([numbers.setdefault(held.controller, len(numbers)) for held in self.entries])

    def changes(self, face: int, first: int, last: int) -> bool:
        """Tell whether a face has more than one holder in some extent from one period to another, both included."""
        holders = self._holder[self._entry[:, first : last + 1, face]]
        return bool((holders != holders[:, :1]).any())

    @cached_property
    def _edges(self) -> Edges:
        """The edges of all arcs, arc by arc."""
        courses = [arc.coordinates for arc in self.layers.arcs]
        return Edges(np.concatenate([np.empty((0, 2, 2)), *(steps(course) for course in courses)]))

    @cached_property
    def _arc_of(self) -> NDArray[np.int64]:
        """The arc of each edge."""
        return np.repeat(np.arange(len(self.layers.arcs)), [len(arc.coordinates) - 1 for arc in self.layers.arcs])

    @cached_property
    def _parting(self) -> NDArray[np.bool_]:
        """Which arcs part two holders in some extent, periods down, arcs across."""
        arcs = self.layers.arcs
        inner = np.flatnonzero([arc.left is not None and arc.right is not None for arc in arcs])
        left, right = (np.array([getattr(arcs[arc], side) for arc in inner], dtype=int) for side in ("left", "right"))
        holder = np.where(self._entry < 0, -1, self._holder[self._entry])
        parting = np.zeros((len(self.starts), len(arcs)), dtype=bool)
        parting[:, inner] = (holder[:, :, left] != holder[:, :, right]).any(axis=0)
        return parting

    def near(self, lon: Floats, lat: Floats, period: NDArray[np.int64], accuracy_m: Floats) -> Near:
        """Return the line near each position that on its day parts two holders in some extent.

        Of several it is the one that is fewest combined standard deviations off, since its side is least sure.

        Parameters
        ----------
        lon, lat
            Degrees, finite.
        period
            Of :meth:`periods`, none of them -1.
        accuracy_m
            One standard deviation of each position.
        """
        found = Near(np.full(len(lon), -1), np.full(len(lon), np.nan), np.full(len(lon), np.nan))
        patterns, pattern = np.unique(self._parting, axis=0, return_inverse=True)
        mine, spots = pattern.reshape(-1)[period], self._edges.spots(lon, lat)
        for index, arcs in enumerate(patterns):
            of = np.flatnonzero(mine == index)
            if len(of) and arcs.any():
                for column, values in zip(found, self._nearest(spots.only(of), accuracy_m[of], arcs), strict=True):
                    column[of] = values
        return found

    def _nearest(self, spots: Spots, accuracy_m: Floats, arcs: NDArray[np.bool_]) -> Near:
        """Return the line with the fewest standard deviations, of those that some arcs belong to."""
        edges, lines = self._edges, np.array([arc.line for arc in self.layers.arcs])
        stated = np.array([line.accuracy_m for line in self.layers.curated_lines.values()])
        line_of, among = lines[self._arc_of], arcs[self._arc_of]
        first = edges.nearest(spots, among)
        line, metres = line_of[first.edge], first.metres.copy()
        sigmas = _sigmas(metres, np.hypot(stated[line], accuracy_m))
        for sigma in np.unique(stated[line_of[among]]).tolist():
            # only a less accurate line can be fewer standard deviations off than the nearest one
            could = np.flatnonzero(_sigmas(first.metres, np.hypot(sigma, accuracy_m)) < sigmas)
            if not len(could):
                continue
            more = edges.nearest(spots.only(could), among & (stated[line_of] == sigma))
            closer = _sigmas(more.metres, np.hypot(sigma, accuracy_m[could])) < sigmas[could]
            which = could[closer]
            line[which], metres[which] = line_of[more.edge[closer]], more.metres[closer]
            sigmas[which] = _sigmas(metres[which], np.hypot(sigma, accuracy_m[which]))
        return Near(line, metres, sigmas)


def _sigmas(metres: Floats, sigma: Floats) -> Floats:
    """Return distances in standard deviations; infinite where both line and position are exact."""
    exact = np.where(metres > 0, np.inf, 0.0)
    found: Floats = np.divide(metres, sigma, out=exact, where=sigma > 0)
    return found
