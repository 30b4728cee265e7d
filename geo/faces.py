"""The arc-node model: lines in, faces and the arcs between them out.

Lines are noded once, polygonised once, and every vertex of a border is one and the same for both of its sides, so
there are no gaps, no overlaps and no slivers to clean up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely

from geo._errors import ClaimsError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.curated import Label, Line

GRID_DEGREES = 1e-7  # about a centimetre: finer than the six decimals of the curated vertices


class Arc(NamedTuple):
    """A stretch of one line between two nodes; a side that no face lies on is ``None``."""

    line: int
    left: int | None
    right: int | None
    coordinates: NDArray[np.float64]


def node(lines: NDArray[np.object_], grid: float) -> NDArray[np.object_]:
    """Return the pieces of lines between the places where they meet or cross.

    Parameters
    ----------
    lines
        LineStrings or MultiLineStrings in EPSG:4326.
    grid
        Size of the grid that vertices are rounded to, in degrees.
    """
    return np.asarray(shapely.get_parts(shapely.unary_union(lines, grid_size=grid)), dtype=object)


def polygonize(pieces: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the faces that noded pieces enclose, each in canonical form (shells counter-clockwise)."""
    polygons = shapely.get_parts(shapely.polygonize(pieces))
    return np.asarray(shapely.orient_polygons(shapely.normalize(polygons)), dtype=object)


def _arcs(pieces: NDArray[np.object_], polygons: NDArray[np.object_], lines: list[Line]) -> list[Arc]:
    inside_on_left: dict[tuple[float, ...], int] = {}
    for index, polygon in enumerate(polygons):
        for ring in shapely.get_rings(polygon):
            points = shapely.get_coordinates(ring)
            for edge in np.hstack([points[:-1], points[1:]]).tolist():
                inside_on_left[tuple(edge)] = index
    geometries = [shapely.LineString(line.coordinates) for line in lines]
    tree = shapely.STRtree(geometries)
    arcs = []
    for piece in pieces:
        middle = shapely.line_interpolate_point(piece, 0.5, normalized=True)
        candidates = tree.query(middle, predicate="dwithin", distance=2 * GRID_DEGREES).tolist()
        # where lines run together, the best known one says where the border lies
        line = min(candidates, key=lambda candidate: lines[candidate].accuracy_m)
        points = shapely.get_coordinates(piece)
        (x0, y0), (x1, y1) = points[:2].tolist()
        arcs.append(Arc(line, inside_on_left.get((x0, y0, x1, y1)), inside_on_left.get((x1, y1, x0, y0)), points))
    arcs.sort(key=lambda arc: (arc.line, arc.coordinates.tolist()))
    return arcs


def build(lines: list[Line], labels: list[Label], *, file: str) -> tuple[NDArray[np.object_], list[Arc]]:
    """Cut the ground into faces, one per label.

    Parameters
    ----------
    lines
        Curated lines; those that do not cut are passed over.
    labels
        One point per face.
    file
        Name of the layers for error messages.

    Returns
    -------
    polygons
        One polygon per label, in the order of `labels`, EPSG:4326.
    arcs
        The stretches of line between nodes that bound a face; ``line`` counts in `lines`, ``left`` and ``right`` in
        `labels`.

    Raises
    ------
    ClaimsError
        When a face has no label, a label no face, or two labels share one.
    """

    def fault(message: str, label: str = "") -> ClaimsError:
        return ClaimsError(message, code="face", file=file, feature=label)

    cutting = [line for line in lines if line.cuts]
    pieces = node(np.array([shapely.LineString(line.coordinates) for line in cutting], dtype=object), GRID_DEGREES)
    polygons = polygonize(pieces)
    points = shapely.points(np.array([(label.lon, label.lat) for label in labels]).reshape(-1, 2))
    label_of, face_of = shapely.STRtree(polygons).query(points, predicate="within")
    owner: dict[int, int] = {}
    for label, face in zip(label_of.tolist(), face_of.tolist(), strict=True):
        if face in owner:
            first = labels[owner[face]].id
            raise fault(f"labels {first} and {labels[label].id} lie in the same face; a line is open")
        owner[face] = label
    for index, label in enumerate(labels):
        if index not in owner.values():
            raise fault("the label lies in no face; a line around it is open", label.id)
    for face, polygon in enumerate(polygons):
        if face not in owner:
            spot = shapely.point_on_surface(polygon)
            raise fault(f"the face around {spot.x:.5f} {spot.y:.5f} has no label")
    order = np.argsort([owner[face] for face in range(len(polygons))])
    ordered = polygons[order]
    arcs = [arc for arc in _arcs(pieces, ordered, cutting) if arc.left is not None or arc.right is not None]
    position = [lines.index(line) for line in cutting]
    return ordered, [arc._replace(line=position[arc.line]) for arc in arcs]


def mapping(geometry: Any, *, decimals: int = 7) -> dict[str, Any]:
    """Return the GeoJSON geometry of a shapely one, shells counter-clockwise, rounded."""
    rounded = shapely.transform(geometry, lambda points: np.round(points, decimals))
    return dict(shapely.geometry.mapping(shapely.orient_polygons(rounded)))
