"""Independent readers: what a file of polygons has, told without the package's own readers."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from typing import Any, NamedTuple

import numpy as np
import shapely

from geo.geometry import areas

_JSON = (".geojson", ".json")
_SEQUENCES = (".geojsonl", ".geojsons", ".geojsonseq", ".ndjson", ".jsonl")


class Counted(NamedTuple):
    """How many features, null geometries, polygons and rings there are, and their area in m²."""

    features: int
    nulls: int
    parts: int
    rings: int
    area_m2: float

    def misses(self, other: Counted, *, counts_alone: bool = False) -> str:
        """Return what another has less of, if anything."""
        for name in ("features", "parts", "rings"):
            if getattr(other, name) < getattr(self, name):
                return f"{getattr(self, name)} {name}, of which {getattr(other, name)} arrive"
        if other.nulls > self.nulls:
            return f"{other.nulls} geometries of nothing, where {self.nulls} are null"
        if not counts_alone and abs(other.area_m2 - self.area_m2) > 1e-9 * max(self.area_m2, 1.0) + 1e-3:
            return f"{self.area_m2} m², of which {other.area_m2} arrive"
        return ""


def of_geometries(geometries: Any) -> Counted:
    """Count shapely geometries."""
    shapes = np.asarray(geometries, dtype=object)
    there = shapes[~shapely.is_missing(shapes)]
    parts = shapely.get_parts(there)
    while (shapely.get_type_id(parts) == 7).any():
        parts = shapely.get_parts(parts)
    parts = parts[shapely.get_type_id(parts) == 3]
    with np.errstate(all="ignore"):
        ground = float(np.abs([areas.polygon_areas(np.array([part], dtype=object))[0] for part in parts]).sum())
    return Counted(len(shapes), int(len(shapes) - len(there)), len(parts), len(shapely.get_rings(parts)), ground)


def of_geojson(name: str, content: bytes) -> Counted | None:
    """Count what a GeoJSON file has, by a plain reader of JSON; None for another kind of file.

    Raises
    ------
    ValueError
        When it is no JSON, or a geometry is not one.
    """
    if name.endswith(".gz"):
        return of_geojson(name[:-3], gzip.decompress(content))
    if name.endswith(".zip"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            inner = [one for one in archive.namelist() if one.endswith((*_JSON, *_SEQUENCES))]
            return of_geojson(inner[0], archive.read(inner[0])) if len(inner) == 1 else None
    if not name.endswith((*_JSON, *_SEQUENCES)):
        return None
    text = content.decode("utf-8-sig")
    lines = [text]
    if name.endswith(_SEQUENCES):
        lines = [line for line in (text.split("\x1e") if "\x1e" in text else text.splitlines()) if line.strip()]
    features: list[Any] = []
    for line in lines:
        found = json.loads(line, parse_constant=_refused)
        kind = found.get("type")
        features += found["features"] if kind == "FeatureCollection" else [found if kind == "Feature" else _bare(found)]
    return of_geometries([_shape(feature["geometry"]) for feature in features])


def _refused(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _bare(geometry: Any) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry}


def _shape(geometry: Any) -> Any:
    """Return the geometry of GeoJSON as it stands, without any repair."""
    if geometry is None:
        return None
    kind = geometry["type"]
    if kind == "GeometryCollection":
        return shapely.GeometryCollection([_shape(part) for part in geometry["geometries"]])
    if kind == "Polygon":
        return _polygon(geometry["coordinates"])
    if kind == "MultiPolygon":
        return shapely.MultiPolygon([_polygon(rings) for rings in geometry["coordinates"]])
    return shapely.from_geojson(json.dumps(geometry))


def _polygon(rings: Any) -> Any:
    shell, *holes = ([_numbers(at) for at in ring] for ring in rings)
    return shapely.Polygon(shell, holes)


def _numbers(position: Any) -> tuple[float, float]:
    if any(type(number) not in (int, float) for number in position):
        raise ValueError(f"{position} is no position")
    return float(position[0]), float(position[1])
