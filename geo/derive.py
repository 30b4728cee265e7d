"""From curated lines to faces and the numbers that the ledger works with.

Deriving takes a second, so the outcome is kept in ``layers/built``; a digest of the curated geometry tells whether it
is still current, and when it is not the numbers are derived anew.
"""

from __future__ import annotations

import hashlib
import json
import math
from typing import TYPE_CHECKING, Any, NamedTuple

from geo import _files, curated

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from geo.faces import Arc

TOPOLOGY = "topology.json"
FACES = "faces.geojson"


class Derived(NamedTuple):
    """What the geometry files give: faces as polygons, arcs, and the numbers that the ledger works with."""

    lines: list[curated.Line]
    polygons: NDArray[np.object_]
    arcs: list[Arc]
    topology: dict[str, Any]


def seal(layers: Path, numbers: str, faces: str) -> str:
    """Return the first line of the built numbers: it holds for these files and the curated geometry as it is now."""
    state = hashlib.sha256()
    for name in curated.GEOMETRY_FILES:
        path = layers / "curated" / name
        state.update(path.read_bytes() if path.exists() else b"")
        state.update(b"\0")
    state.update(f"{numbers}\0{faces}".encode())
    return f'{{"digest": "{state.hexdigest()}",\n'


def current(layers: Path) -> dict[str, Any] | None:
    """Return the built numbers if they are whole and belong to the curated geometry as it is now."""
    built = layers / "built"
    if not ((built / TOPOLOGY).exists() and (built / FACES).exists()):
        return None
    head, _, numbers = _files.read_text(built / TOPOLOGY).partition("\n")
    if f"{head}\n" != seal(layers, numbers, _files.read_text(built / FACES)):
        return None
    topology: dict[str, Any] = json.loads("{" + numbers)
    return topology


def _metres_to(lon: float, lat: float, arcs: list[Arc]) -> NDArray[np.float64]:
    """Return the distance of a point from each arc, flat about the point: good to 0.1 % within 20 km."""
    import numpy as np
    import shapely

    phi = math.radians(lat)
    # metres to a degree of longitude and latitude, the usual series for WGS84
    east = 111_412.84 * math.cos(phi) - 93.5 * math.cos(3 * phi)
    north = 111_132.92 - 559.82 * math.cos(2 * phi) + 1.175 * math.cos(4 * phi)
    flat = [shapely.LineString((arc.coordinates - (lon, lat)) * (east, north)) for arc in arcs]
    return np.asarray(shapely.distance(shapely.Point(0, 0), np.array(flat, dtype=object)))


def derive(layers: Path) -> Derived:
    """Work out faces, arcs, areas, covariances and the faces of places from the curated files.

    Raises
    ------
    ClaimsError
        With file and feature, when a file is missing or wrong, a face has no label or a line is open.
    """
    import numpy as np
    import shapely

    from geo import areas, faces, uncertainty

    folder = layers / "curated"
    lines, labels = curated.read_lines(folder), curated.read_labels(folder)
    polygons, arcs = faces.build(lines, labels, file=str(folder / "labels.geojson"))
    cm2 = np.rint(areas.polygon_areas(polygons) * 1e4).astype(np.int64)
    covariance: list[list[Any]] = []
    for index, line in enumerate(lines):
        mine = [number for number, arc in enumerate(arcs) if arc.line == index]
        if mine:
            matrix = uncertainty.covariance(line, [arcs[number] for number in mine])
            covariance += [
                [a, b, float(f"{matrix[i, j]:.6e}")] for i, a in enumerate(mine) for j, b in enumerate(mine) if i <= j
            ]
    tree = shapely.STRtree(polygons)
    places = []
    for place in curated.read_places(folder):
        inside = tree.query(shapely.Point(place.lon, place.lat), predicate="intersects").tolist()
        far = _metres_to(place.lon, place.lat, arcs)
        near = [
            number
            for number, metres in enumerate(far.tolist())
            if metres < math.hypot(place.accuracy_m, lines[arcs[number].line].accuracy_m)
        ]
        places.append({"id": place.id, "face": min(inside, default=None), "near": near})
    numbers = {
        "faces": [
            {"id": label.id, "zones": list(label.zones), "area_cm2": area}
            for label, area in zip(labels, cm2.tolist(), strict=True)
        ],
        "arcs": [[lines[arc.line].id, arc.left, arc.right] for arc in arcs],
        "covariance_m4": covariance,
        "places": places,
    }
    return Derived(lines, polygons, arcs, numbers)
