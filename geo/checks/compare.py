"""A layer beside another map's version of it: how much ground they share, and how far apart their lines run.

Distances are geodesic, on WGS84; see :mod:`geo.geometry.offsets`. Areas are those of :mod:`geo.geometry.areas`. Of two
zones the whole outlines are compared, of two lines the whole courses. Between a line and polygons, only the way from
the line to the outlines has a meaning, since these go on round the ground.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely

from geo._errors import ClaimsError, unknown
from geo.geometry import antimeridian, areas, offsets

if TYPE_CHECKING:
    from geo.checks.references import Reference
    from geo.geometry.offsets import Distances, Gap, Offsets
    from geo.layers.layers import Layers

ZONE, LINE = "zone", "line"
_KM2 = 1e6
_MORE = 1.25  # times the widest gap of the layer: less is the same gap, seen from the other side


class Ground(NamedTuple):
    """Areas of two versions of a zone in km², and the ground that only one of them has."""

    layer_km2: float
    reference_km2: float
    shared_km2: float
    only_layer: Any
    only_reference: Any
    only_layer_km2: float
    only_reference_km2: float

    @property
    def iou(self) -> float:
        """Area of what both have, as a share of what either has; 0 to 1."""
        return self.shared_km2 / (self.shared_km2 + self.only_layer_km2 + self.only_reference_km2)

    @property
    def difference_km2(self) -> float:
        """Area of what only one of the two has."""
        return self.only_layer_km2 + self.only_reference_km2


class Compared(NamedTuple):
    """What :func:`compare` finds.

    Attributes
    ----------
    kind, reference_kind
        ``zone`` or ``line``, of the layer and of the file.
    ground
        None unless both are zones.
    forth, back
        Distances from the layer to the file, and the other way; one is None between a line and a zone.
    gaps
        Where the layer lies furthest from the file, widest first.
    back_gaps
        Where the file lies further from the layer than the layer does anywhere from it.
    offset_m
        Mean of the signed offsets: positive when the file lies left of the line, or inside the zone.
    correlation_km
        Over what distance the offsets hang together; None where that is longer than half of the line.
    shiftless_km
        The same without the shift that is common to the whole line.
    """

    layer: str
    kind: str
    reference_kind: str
    geometry: Any
    reference: Any
    ground: Ground | None
    forth: Distances | None
    back: Distances | None
    gaps: list[Gap]
    back_gaps: list[Gap]
    offset_m: float
    correlation_km: float | None
    shiftless_km: float | None

    @property
    def hausdorff_m(self) -> float:
        """The largest distance either way."""
        return max(way.max_m for way in (self.forth, self.back) if way)

    @property
    def mean_m(self) -> float:
        """The mean of the mean distances of both ways."""
        means = [way.mean_m for way in (self.forth, self.back) if way]
        return sum(means) / len(means)

    @property
    def rms_m(self) -> float:
        """The root mean square of the distances from the layer, or to it where there are no others."""
        return next(way.rms_m for way in (self.forth, self.back) if way)


def shape(layers: Layers, name: str) -> tuple[str, Any]:
    """Return the kind and geometry of a line, route, zone or band, EPSG:4326.

    Raises
    ------
    ClaimsError
        When there is no such layer, or nothing of it is drawn.

    Examples
    --------
    >>> kind, course = shape(geo.load(), "line_a")
    >>> kind, course.geom_type
    ('line', 'LineString')
    """
    if name in layers.curated_zones:
        polygon = layers.zone_polygon(name)
        if polygon.is_empty:
            raise ClaimsError(f"zone {name!r} has no ground to compare")
        return ZONE, polygon
    if name in layers.bands:
        from geo.layers import bands

        file = str(layers.path / "curated" / "bands.csv")
        return ZONE, bands.polygon(layers.bands[name], layers.curated_lines, file=file)
    known = sorted([*layers.curated_lines, *layers.routes, *layers.curated_zones, *layers.bands])
    if name not in layers.curated_lines and name not in layers.routes:
        raise unknown("layer", name, known)
    return LINE, shapely.LineString(layers.course(name))


def compare(layers: Layers, name: str, reference: Reference, *, most: int = 5) -> Compared:
    """Return how a layer differs from another map's version of it.

    Parameters
    ----------
    layers
        With the layer.
    name
        Of a line, route, zone or band.
    reference
        The other map's.
    most
        How many gaps to name at most.

    Raises
    ------
    ClaimsError
        When there is no such layer.
    """
    kind, own = shape(layers, name)
    with_ground = len(reference.polygons) > 0
    other = shapely.union_all(reference.polygons) if with_ground else shapely.multilinestrings(reference.lines)
    if antimeridian.is_parted([own, other]):
        own, other = antimeridian.run_on([own, other])
    other_kind = ZONE if with_ground else LINE
    ground = _ground(own, other) if kind == other_kind == ZONE else None
    courses, others = _courses(own), _courses(other)
    forth = offsets.offsets(offsets.sampled(courses), others) if kind in {other_kind, LINE} else None
    back = offsets.offsets(offsets.sampled(others), courses) if kind in {other_kind, ZONE} else None
    first: Offsets = forth or back  # type: ignore[assignment]  # one of them is always there
    gaps = offsets.gaps(first, most)
    widest = float(first.metres.max())
    beyond = [gap for gap in offsets.gaps(back, most) if gap.metres > _MORE * widest] if forth and back else []
    return Compared(
        name,
        kind,
        other_kind,
        own,
        other,
        ground,
        offsets.distances(forth) if forth else None,
        offsets.distances(back) if back else None,
        gaps,
        beyond,
        float(np.average(first.signed, weights=first.samples.weight)),
        offsets.correlation_km(first),
        offsets.correlation_km(first, centred=True),
    )


def is_apart(found: Compared) -> bool:
    """Tell whether two zones share no ground, or the boxes round a line and what it is compared with do not meet."""
    if found.ground is not None:
        return found.ground.shared_km2 == 0
    return not shapely.intersects(shapely.envelope(found.geometry), shapely.envelope(found.reference))


def _courses(geometry: Any) -> list[Any]:
    """Return the positions of the rings or lines of a geometry."""
    parts = shapely.get_parts(geometry)
    lines = shapely.get_rings(shapely.orient_polygons(parts)) if shapely.get_dimensions(geometry) == 2 else parts
    return [shapely.get_coordinates(line) for line in lines]


def _ground(own: Any, other: Any) -> Ground:
    pieces = [
        own,
        other,
        shapely.intersection(own, other),
        shapely.difference(own, other),
        shapely.difference(other, own),
    ]
    km2 = (areas.polygon_areas(np.array(pieces, dtype=object)) / _KM2).tolist()
    return Ground(km2[0], km2[1], km2[2], pieces[3], pieces[4], km2[3], km2[4])


def as_json(found: Compared, reference: str) -> dict[str, Any]:
    """Return a comparison as the contract has it: metres, km and km², None where a measure has no meaning."""
    ground = found.ground

    def measured(value: float | None, digits: int) -> float | None:
        return None if value is None else round(value, digits)

    def way(distances: Distances | None) -> dict[str, float] | None:
        return None if distances is None else {key: round(value, 3) for key, value in distances._asdict().items()}

    def stretch(gap: Gap) -> dict[str, Any]:
        plain = {key: round(value, 6) if isinstance(value, float) else value for key, value in gap._asdict().items()}
        return {key: value for key, value in plain.items() if key != "course"}

    return {
        "layer": found.layer,
        "reference": reference,
        "kind": found.kind,
        "reference_kind": found.reference_kind,
        "iou": measured(ground and ground.iou, 6),
        "hausdorff_m": round(found.hausdorff_m, 3),
        "mean_distance_m": round(found.mean_m, 3),
        "area_km2": measured(ground and ground.layer_km2, 6),
        "reference_area_km2": measured(ground and ground.reference_km2, 6),
        "symmetric_difference_km2": measured(ground and ground.difference_km2, 6),
        "only_layer_km2": measured(ground and ground.only_layer_km2, 6),
        "only_reference_km2": measured(ground and ground.only_reference_km2, 6),
        "to_reference": way(found.forth),
        "to_layer": way(found.back),
        "offset_m": round(found.offset_m, 3),
        "correlation_km": measured(found.correlation_km, 3),
        "correlation_without_shift_km": measured(found.shiftless_km, 3),
        "gaps": [stretch(gap) for gap in found.gaps],
        "reference_gaps": [stretch(gap) for gap in found.back_gaps],
        "step_m": offsets.STEP_M,
        "ellipsoid": "WGS84",
        "edges": "lonlat",
    }
