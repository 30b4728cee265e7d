"""From curated lines to faces and the numbers that the ledger needs.

Deriving them takes a second, so the result is stored in ``layers/built`` with a digest of the curated geometry. When
the digest no longer matches, the numbers are derived again.
"""

from __future__ import annotations

import hashlib
import json
import math
from typing import TYPE_CHECKING, Any, NamedTuple

from geo import _files
from geo.geometry.distance import metres_to
from geo.layers import profile as profiles
from geo.layers import tables

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from geo.layers.faces import Arc

TOPOLOGY = "topology.json"
FACES = "faces.geojson"
_LONG = 2_000  # vertices of one arc from which on pairs of them are too many, and the sum is taken in one pass


class Derived(NamedTuple):
    """The result of deriving: faces as polygons, arcs, and the numbers that the ledger needs."""

    lines: list[tables.Line]
    polygons: NDArray[np.object_]
    arcs: list[Arc]
    topology: dict[str, Any]


def seal(layers: Path, numbers: str, faces: str) -> str:
    """Return the first line of the built numbers: a digest of them and of the curated files that they come from."""
    state = hashlib.sha256()
    for name in (*tables.GEOMETRY_FILES, "zones.csv"):
        path = layers / "curated" / name
        if path.exists():
            _files.check_input(path, _files.MOST_TEXT)
            state.update(path.read_bytes())
        state.update(b"\0")
    state.update(f"{numbers}\0{faces}".encode())
    return f'{{"digest": "{state.hexdigest()}",\n'


def current(layers: Path) -> dict[str, Any] | None:
    """Return the built numbers if they are intact and match the curated files."""
    built = layers / "built"
    if not ((built / TOPOLOGY).exists() and (built / FACES).exists()):
        return None
    head, _, numbers = _files.read_text(built / TOPOLOGY).partition("\n")
    if f"{head}\n" != seal(layers, numbers, _files.read_text(built / FACES)):
        return None
    topology: dict[str, Any] = json.loads("{" + numbers)
    return topology


def derive(layers: Path) -> Derived:
    """Derive faces, arcs, areas, covariances and the face of each place from the curated files.

    Raises
    ------
    ClaimsError
        With file and feature, when a file is missing or wrong, a face has no label or a line is open.
    """
    from geo.geometry import uncertainty
    from geo.layers import faces

    folder, profile = layers / "curated", profiles.read(layers)
    lines, labels = tables.read_lines(folder, profile=profile), tables.read_labels(folder, profile=profile)
    polygons, cm2, arcs = faces.build(lines, labels, file=str(folder / "labels.geojson"))
    numbers = {
        "zones": [
            {"id": zone.id, "kind": zone.kind, "valid_from": zone.valid_from, "valid_to": zone.valid_to}
            for zone in tables.read_zones(folder, profile=profile)
        ],
        "lengths_km": [
            [line.id, *(round(km, 3) for km in uncertainty.length(line.coordinates, line.accuracy_m))] for line in lines
        ],
        "faces": [
            {"id": label.id, "zones": list(label.zones), "area_cm2": area}
            for label, area in zip(labels, cm2, strict=True)
        ],
        # the last number is the area swept by one standard deviation along the whole arc, in m²
        "arcs": [
            [
                lines[arc.line].id,
                arc.left,
                arc.right,
                round(lines[arc.line].accuracy_m * uncertainty.length_m(arc.coordinates)),
            ]
            for arc in arcs
        ],
        "covariance_m4": _covariances(lines, arcs),
        "places": _places(tables.read_places(folder, profile=profile), lines, polygons, arcs),
    }
    return Derived(lines, polygons, arcs, numbers)


def _covariances(lines: list[tables.Line], arcs: list[Arc]) -> list[list[Any]]:
    """Return two arcs of one line and the covariance of the areas they sweep, m⁴, for each pair."""
    from geo.geometry import uncertainty

    found: list[list[Any]] = []
    arcs_of: dict[int, list[int]] = {}
    for number, arc in enumerate(arcs):
        arcs_of.setdefault(arc.line, []).append(number)
    for index, line in enumerate(lines):
        if mine := arcs_of.get(index, []):
            parts = [arcs[number].coordinates for number in mine]
            if len(parts) == 1 and len(parts[0]) > _LONG:
                variance = uncertainty.swept_variance(parts[0], line.accuracy_m, line.correlation_km)
                found.append([mine[0], mine[0], float(f"{variance:.6e}")])
                continue
            matrix = uncertainty.covariance(line.coordinates, parts, line.accuracy_m, line.correlation_km)
            found += [
                [a, b, float(f"{matrix[i, j]:.6e}")] for i, a in enumerate(mine) for j, b in enumerate(mine) if i <= j
            ]
    return found


def _places(
    places: list[tables.Place], lines: list[tables.Line], polygons: NDArray[np.object_], arcs: list[Arc]
) -> list[dict[str, Any]]:
    """Return the places, each with its face and the arcs so near that its side is uncertain."""
    import shapely

    tree = shapely.STRtree(polygons)
    courses = [arc.coordinates.tolist() for arc in arcs]
    found = []
    for place in places:
        inside = tree.query(shapely.Point(place.lon, place.lat), predicate="intersects").tolist()
        near = [
            number
            for number, arc in enumerate(arcs)
            if metres_to(place.lon, place.lat, courses[number])
            < math.hypot(place.accuracy_m, lines[arc.line].accuracy_m)
        ]
        found.append(
            {
                "id": place.id,
                "kind": place.kind,
                "valid_from": place.valid_from,
                "valid_to": place.valid_to,
                "population": place.population,
                "population_date": place.population_date,
                "face": min(inside, default=None),
                "near": near,
            }
        )
    return found
