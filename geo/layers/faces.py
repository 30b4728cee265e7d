"""The faces of curated lines: one for each label point, and the arcs between them.

The lines are noded once, by the same engine as series of polygons (:mod:`geo.geometry.noding`,
:mod:`geo.geometry.planar`). Both sides of a border share its vertices, so there are no gaps, overlaps or slivers to
clean up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely

from geo._errors import ClaimsError
from geo.geometry import noding, planar

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.layers.tables import Label, Line

_DECIMALS = 7  # of a vertex where lines cross, about a centimetre; curated vertices stay as they are


class Arc(NamedTuple):
    """A stretch of one line between two nodes; a side without a face is ``None``."""

    line: int
    left: int | None
    right: int | None
    coordinates: NDArray[np.float64]


class Built(NamedTuple):
    """Faces in the order of their labels: polygons in EPSG:4326, areas in cm², and the arcs between them."""

    polygons: NDArray[np.object_]
    area_cm2: list[int]
    arcs: list[Arc]


class _Cut(NamedTuple):
    """Lines cut into pieces, and the numbers of the faces on both sides of these."""

    pieces: noding.Pieces
    faces: planar.Faces
    line: NDArray[np.int64]  # of each step along an edge: which line, which edge, and its direction
    edge: NDArray[np.int64]
    direction: NDArray[np.int64]


def _cut(lines: list[Line]) -> _Cut:
    counts = [len(line.coordinates) for line in lines]
    coordinates = np.concatenate([np.array(line.coordinates) for line in lines])
    of = np.repeat(np.arange(len(lines)), counts)
    edges, edge, direction, at = noding.intern(coordinates, of)
    pieces = noding.node(edges)
    curated = len(edges.positions)
    crossings = np.round(pieces.positions[curated:], _DECIMALS)
    pieces = pieces._replace(positions=np.concatenate([pieces.positions[:curated], crossings]))
    return _Cut(pieces, planar.faces(pieces), of[at], edge, direction)


def _arcs(cut: _Cut, lines: list[Line], label_of: dict[int, int]) -> list[Arc]:
    """Walk each line and join its pieces while the faces on both sides stay the same and no other line joins."""
    pieces, faces = cut.pieces, cut.faces
    degree = np.bincount(pieces.ends.ravel(), minlength=len(pieces.positions))
    edge_of, piece_of, way = pieces.part_of.T
    begin = np.searchsorted(edge_of, np.arange(int(edge_of.max()) + 2))
    walks: list[list[tuple[int, int]]] = [[] for _ in lines]  # pieces with +1 along them, -1 against
    owner: dict[int, int] = {}
    for line, edge, direction in zip(cut.line.tolist(), cut.edge.tolist(), cut.direction.tolist(), strict=True):
        rows = np.arange(begin[edge], begin[edge + 1])
        tails = pieces.cells[np.where(way[rows] > 0, *pieces.ends[piece_of[rows]].T)]
        along = rows[np.lexsort(tails.T[::-1])]  # edges run from west to east, or from south to north
        for row in along[::direction].tolist():
            piece = int(piece_of[row])
            walks[line].append((piece, int(way[row]) * direction))
            # where lines coincide, the most accurate one defines the border
            first = owner.setdefault(piece, line)
            if lines[line].accuracy_m < lines[first].accuracy_m:
                owner[piece] = line
    arcs = []
    for line, walk in enumerate(walks):
        mine: list[tuple[Any, list[int]]] = []
        for piece, sign in walk:
            if owner[piece] != line:
                mine.append((None, []))
                continue
            left, right = (int(side[piece]) for side in (faces.left, faces.right)[::sign])
            tail, head = pieces.ends[piece].tolist()[::sign]
            sides = (label_of.get(left), label_of.get(right))
            if mine and mine[-1][0] == sides and mine[-1][1][-1] == tail and degree[tail] == 2:
                mine[-1][1].append(head)
            else:
                mine.append((sides, [tail, head]))
        bounding = [(sides, course) for sides, course in mine if sides and sides != (None, None)]
        arcs += [Arc(line, left, right, pieces.positions[course]) for (left, right), course in bounding]
    return sorted(arcs, key=lambda arc: (arc.line, arc.coordinates.tolist()))


def build(lines: list[Line], labels: list[Label], *, file: str) -> Built:
    """Cut the ground into faces, one for each label.

    Parameters
    ----------
    lines
        Curated lines; those that do not cut are ignored.
    labels
        One point per face.
    file
        Name of the layers for error messages.

    Returns
    -------
    built
        Faces in the order of `labels`. In its arcs, ``line`` is an index of `lines`, ``left`` and ``right`` of
        `labels`.

    Raises
    ------
    ClaimsError
        When no line cuts, a face has no label, a label has no face, or two labels share one.

    Examples
    --------
    >>> golan = geo.load()
    >>> from geo.layers import tables
    >>> labels = tables.read_labels(golan.path / "curated")
    >>> built = build(list(golan.curated_lines.values()), labels, file="labels.geojson")
    >>> len(built.polygons) == len(labels), sum(built.area_cm2) == sum(golan.ledger.area_cm2)
    (True, True)
    """

    def fault(message: str, label: str = "") -> ClaimsError:
        return ClaimsError(message, code="face", file=file, feature=label)

    position = [index for index, line in enumerate(lines) if line.cuts]
    if not position:
        raise fault("no line cuts the ground into faces; draw lines around it in lines.geojson, with cuts true")
    cut = _cut([lines[index] for index in position])
    if len(cut.faces.area_cm2) < 2:
        raise fault("the lines that cut enclose no face; join their ends in lines.geojson, at a shared vertex")
    spots = np.array([(label.lon, label.lat) for label in labels]).reshape(-1, 2) * noding.CELLS
    label_of: dict[int, int] = {}
    for index, half in enumerate(planar.half_edges_west_of(cut.pieces, spots).tolist()):
        face = planar.OUTSIDE if half < 0 else int((cut.faces.left, cut.faces.right)[half % 2][half // 2])
        if face == planar.OUTSIDE:
            raise fault("the label lies in no face; close the open line around it", labels[index].id)
        if face in label_of:
            both = f"labels {labels[label_of[face]].id} and {labels[index].id}"
            raise fault(f"{both} lie in the same face; close the open line between them, or delete one")
        label_of[face] = index
    polygons = np.array([_polygon(cut, face) for face in range(1, len(cut.faces.area_cm2))], dtype=object)
    for face, polygon in enumerate(polygons, 1):
        if face not in label_of:
            spot = shapely.point_on_surface(polygon)
            raise fault(f"the face around {spot.x:.5f} {spot.y:.5f} has no label; add one to labels.geojson")
    order = sorted(label_of, key=label_of.__getitem__)
    arcs = _arcs(cut, [lines[index] for index in position], label_of)
    return Built(
        polygons[np.array(order) - 1],
        cut.faces.area_cm2[order].tolist(),
        [arc._replace(line=position[arc.line]) for arc in arcs],
    )


def _polygon(cut: _Cut, face: int) -> Any:
    """Return a face in canonical form, its shell counter-clockwise."""
    edge = (cut.faces.left == face) != (cut.faces.right == face)
    ends = cut.pieces.positions[cut.pieces.ends[edge]]
    return shapely.orient_polygons(shapely.normalize(shapely.build_area(shapely.multilinestrings(list(ends)))))
