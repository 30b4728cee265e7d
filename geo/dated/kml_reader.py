"""KML as frames: the placemarks with their names, data, times and polygons."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import geopandas
import numpy as np
import pandas as pd
import shapely

from geo._errors import ClaimsError

if TYPE_CHECKING:
    from pathlib import Path

_TIMES = ("begin", "end", "when")
_BLANK = re.compile(r"\s*,\s*")


def read(path: Path) -> geopandas.GeoDataFrame:
    """Return a row for each placemark, EPSG:4326.

    Columns are ``name``, each ``Data`` and ``SimpleData``, and ``begin``, ``end`` and ``when`` of its time. Nothing
    that the file links to is opened.

    Raises
    ------
    ClaimsError
        Naming file and placemark, for what is no KML and for a polygon that is not whole.
    """
    text = path.read_bytes()
    if b"<!DOCTYPE" in text[:100_000] or b"<!ENTITY" in text[:100_000]:
        raise ClaimsError("cannot be read: KML has no DOCTYPE", code="format", file=str(path))
    try:
        root = ET.fromstring(text)  # noqa: S314  # without a DOCTYPE it has no entities
    except (ET.ParseError, ValueError) as error:
        raise ClaimsError(f"cannot be read: this is no .kml: {error}", code="format", file=str(path)) from None
    if _tag(root) != "kml":
        raise ClaimsError("cannot be read: this is no .kml", code="format", file=str(path))
    rows, geometries = [], []
    for number, placemark in enumerate(one for one in root.iter() if _tag(one) == "Placemark"):
        try:
            geometries.append(_geometry(placemark))
        except ValueError as error:
            raise ClaimsError(str(error), code="geometry", file=str(path), feature=f"placemark {number}") from None
        rows.append(_columns(placemark))
    frame = pd.DataFrame.from_records(rows, index=pd.RangeIndex(len(rows)))
    found = np.full(len(rows), None, dtype=object)
    found[:] = geometries
    return geopandas.GeoDataFrame(frame, geometry=found, crs=4326)


def _tag(element: ET.Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _columns(placemark: ET.Element) -> dict[str, Any]:
    found: dict[str, Any] = {}

    def put(name: str, text: str | None) -> None:
        if name in found:
            raise ClaimsError(f"a placemark has two values called {name!r}", code="format")
        found[name] = (text or "").strip() or None

    for child in placemark:
        if _tag(child) == "name":
            put("name", child.text)
    for element in placemark.iter():
        for name, text in _values(element):
            put(name, text)
    return found


def _values(element: ET.Element) -> list[tuple[str, str | None]]:
    """Return the names and texts of a placemark's data or time."""
    if _tag(element) == "SimpleData":
        return [(element.get("name", ""), element.text)]
    if _tag(element) == "Data":
        return [(element.get("name", ""), next((one.text for one in element if _tag(one) == "value"), None))]
    if _tag(element) in {"TimeSpan", "TimeStamp"}:
        return [(_tag(one), one.text) for one in element if _tag(one) in _TIMES]
    return []


def _geometry(element: ET.Element) -> Any:
    """Return the polygons of a placemark, or else its lines, as one geometry; None when it has none."""
    polygons, lines, others = [], [], []
    for child in element:
        kind = _tag(child)
        if kind == "Polygon":
            polygons.append(_polygon(child))
        elif kind == "LineString":
            lines.append(_positions(child, least=2))
        elif kind in {"Point", "LinearRing", "Model", "Track"}:
            others.append(kind)
        elif kind == "MultiGeometry":
            inner = _geometry(child)
            for part in [] if inner is None else shapely.get_parts(inner).tolist():
                (polygons if part.geom_type == "Polygon" else lines).append(part)
    if others and not polygons and not lines:
        raise ValueError(f"a {others[0]}, where polygons are needed")
    if not polygons and not lines:
        if _tag(element) == "MultiGeometry":
            raise ValueError("an empty MultiGeometry")
        return None
    return _united(polygons, lines)


def _united(polygons: list[Any], lines: list[Any]) -> Any:
    """Return polygons as one geometry, or the lines where there are none; who needs polygons refuses these by row."""
    if not polygons:
        return shapely.MultiLineString(lines)
    return polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)


def _polygon(element: ET.Element) -> Any:
    shells = [_ring(one) for one in element if _tag(one) == "outerBoundaryIs"]
    holes = [ring for one in element if _tag(one) == "innerBoundaryIs" for ring in _rings(one)]
    if len(shells) != 1:
        raise ValueError(f"a polygon has one outerBoundaryIs, not {len(shells)}")
    return shapely.Polygon(shells[0], holes)


def _ring(element: ET.Element) -> Any:
    rings = _rings(element)
    if len(rings) != 1:
        raise ValueError(f"a boundary has one LinearRing, not {len(rings)}")
    return rings[0]


def _rings(element: ET.Element) -> list[Any]:
    return [_positions(one) for one in element if _tag(one) == "LinearRing"]


def _positions(ring: ET.Element, *, least: int = 4) -> Any:
    text = next((one.text for one in ring if _tag(one) == "coordinates"), None)
    words = _BLANK.sub(",", text or "").split()
    positions = []
    for word in words:
        try:
            lon, lat = map(float, word.split(",")[:2])
        except ValueError:
            raise ValueError(f"{word[:40]!r} is no position") from None
        positions.append((lon, lat))
    if len(positions) < least:
        kind, needed = ("ring", "four or more, the last as the first") if least > 2 else ("line", "two or more")
        raise ValueError(f"a {kind} has {len(positions)} positions; it takes {needed}")
    if least > 2 and positions[0] != positions[-1]:
        raise ValueError("a ring is not closed: its last position has to be its first")
    if not np.isfinite(positions).all():
        raise ValueError("a position is not finite")
    return positions
