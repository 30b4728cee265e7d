"""What validators of GeoJSON find in the same files: a table for notebooks/validation.md.

All columns are measured with a folder in which npm installed @placemarkio/check-geojson and jsonlint-lines, and which
holds the folder ``lib`` of @mapbox/geojsonhint as ``ghlib``; without, those of GEOS and of claims.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import shapely

from geo.checks import findings, geojson

RING = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]
HOLE = [[0.2, 0.2], [0.2, 0.4], [0.4, 0.4], [0.2, 0.2]]
HEAD = "| file | geojsonhint | check-geojson | GEOS | claims |\n|---|---|---|---|---|"
_NODE = """
const hint = require('./ghlib/index.js'), { getIssues } = require('@placemarkio/check-geojson');
const levels = found => found.length == 0 ? '' : found.every(one => one.level == 'message') ? 'message' : 'error';
const safe = call => { try { return call(); } catch (error) { return 'breaks off'; } };
const texts = JSON.parse(require('fs').readFileSync(0, 'utf8'));
console.log(JSON.stringify(texts.map(text => [
  safe(() => levels(hint.hint(text, {precisionWarning: true}))), safe(() => getIssues(text).length ? 'error' : '')])));
"""


def polygon(*rings):
    return {"type": "Polygon", "coordinates": rings}


def of(kind, coordinates, **members):
    return {"type": kind, "coordinates": coordinates, **members}


def box(west, south, east, north):
    return polygon([[west, south], [east, south], [east, north], [west, north], [west, south]])


def features(*geometries, **members):
    made = [{"type": "Feature", "properties": {}, "geometry": geometry} for geometry in geometries]
    return {"type": "FeatureCollection", **members, "features": made}


CASES = {
    "valid: polygon with a hole": polygon(RING, HOLE),
    "valid: hole that touches the outer ring at a point": polygon(RING, [[0, 0], [0.2, 0.4], [0.4, 0.2], [0, 0]]),
    "valid: two holes that touch at a point": polygon(RING, HOLE, [[0.4, 0.4], [0.4, 0.6], [0.6, 0.6], [0.4, 0.4]]),
    "valid: parts that touch at a point": of("MultiPolygon", [[RING], [[[1, 1], [2, 1], [2, 2], [1, 1]]]]),
    "valid: line that crosses itself, which is not simple": of("LineString", [[0, 0], [2, 2], [2, 0], [0, 2]]),
    "valid: foreign members, null properties": features(of("Point", [0, 0], custom=True), custom={"a": 1}),
    "valid: geometry null": features(None),
    "valid: clockwise ring, as before RFC 7946": polygon(RING[::-1]),
    "not JSON": '{"type": "Point", "coordinates": [0, 0]',
    "NaN": '{"type": "Point", "coordinates": [NaN, 0]}',
    "duplicate member": '{"type": "Point", "type": "Point", "coordinates": [0, 0]}',
    "duplicate member in properties": '{"type": "Feature", "properties": {"a": 1, "a": 2}, "geometry": null}',
    "unknown type": of("Poligon", [RING]),
    "properties missing": {"type": "Feature", "geometry": None},
    "id a list": {"type": "Feature", "properties": {}, "geometry": None, "id": [1]},
    "member of another type": of("Point", [0, 0], properties={}),
    "crs": features(of("Point", [0, 0]), crs={"type": "name", "properties": {"name": "EPSG:28191"}}),
    "bbox of five numbers": of("Point", [0, 0], bbox=[0, 0, 1, 1, 1]),
    "bbox that does not hold the geometry": of("Point", [9, 9], bbox=[0, 0, 1, 1]),
    "nesting": of("Polygon", RING),
    "text in a position": of("Point", ["35", 33]),
    "four numbers in a position": of("Point", [35, 33, 0, 0]),
    "latitude beyond 90": of("Point", [33, 135]),
    "one position swapped with its neighbours": features(
        *(of("Point", [35.75 + i / 16, 33 + i / 16]) for i in range(5)), of("Point", [33, 35.75])
    ),
    "ten decimals": of("Point", [35.1234567891, 33]),
    "edge across the antimeridian": of("LineString", [[179, 0], [-179, 0]]),
    "collection in a collection": {
        "type": "GeometryCollection",
        "geometries": [of("Point", [0, 0]), {"type": "GeometryCollection", "geometries": []}],
    },
    "ring not closed": polygon([*RING[:4], [0, 0.5]]),
    "ring of three positions": polygon([[0, 0], [1, 0], [0, 0]]),
    "repeated vertex": polygon([[0, 0], [0, 0], *RING[1:]]),
    "self-intersection": polygon([[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]),
    "ring that touches itself": polygon([[0, 0], [1, 1], [2, 0], [2, 2], [1, 1], [0, 2], [0, 0]]),
    "spike": polygon([[0, 0], [1, 0], [1, 1], [2, 1], [1, 1], [0, 1], [0, 0]]),
    "hole outside": polygon(RING, [[5, 5], [5, 6], [6, 6], [5, 5]]),
    "hole that crosses the outer ring": polygon(RING, [[0.5, 0.5], [0.5, 1.5], [0.9, 1.5], [0.5, 0.5]]),
    "hole along the outer ring": polygon(RING, [[0, 0.2], [0, 0.8], [0.4, 0.5], [0, 0.2]]),
    "holes that part the inside": polygon(
        [[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]],
        [[0, 1], [0.5, 1.3], [1, 1], [0.5, 0.7], [0, 1]],
        [[1, 1], [1.5, 1.3], [2, 1], [1.5, 0.7], [1, 1]],
    ),
    "part in another part": of("MultiPolygon", [[RING], [[[0.2, 0.2], [0.4, 0.2], [0.4, 0.4], [0.2, 0.2]]]]),
    "line without length": of("LineString", [[0, 0], [0, 0]]),
    "sliver": box(0, 0, 1, 0.0001),
    "overlap of two polygons": features(box(0, 0, 1, 1), box(0.5, 0, 2, 1)),
    "gap between two polygons": features(box(0, 0, 1, 1), box(1.001, 0, 2, 1)),
    "undershoot of a line": features(of("LineString", [[0, 0], [2, 0]]), of("LineString", [[1, 1], [1, 0.003]])),
    "dangle in a network": features(of("LineString", [[0, 0], [2, 0]]), of("LineString", [[1, 1], [1, 0]])),
    "period that ends before it starts": {
        "type": "Feature",
        "properties": {"valid_from": "1975", "valid_to": "1967"},
        "geometry": None,
    },
    "text that turns its direction": '{"type": "Feature", "properties": {"a": "\\u202ex"}, "geometry": null}',
}


def text(case):
    return case if isinstance(case, str) else json.dumps(case)


def by_claims(case):
    """Return the codes that claims validate finds, warnings and notes in brackets."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.geojson"
        path.write_text(text(case))
        told = [(findings.severity(fault) == "error", fault.code) for fault in geojson.defects(path)]
    return ", ".join(dict.fromkeys(code if error else f"({code})" for error, code in told))


def by_geos(case):
    """Return what GEOS says of validity, PostGIS' ST_IsValidReason; GDAL's -makevalid mends what is not valid."""
    try:
        geometry = shapely.from_geojson(text(case))
    except shapely.GEOSException:
        return "not read"
    reason = "" if geometry is None or geometry.is_valid else shapely.is_valid_reason(geometry)
    return reason.partition("[")[0]


def by_node(folder):
    """Return what geojsonhint and check-geojson find in each case."""
    given = json.dumps([text(case) for case in CASES.values()])
    done = subprocess.run(["node", "-e", _NODE], cwd=folder, input=given, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


if __name__ == "__main__":
    others = by_node(sys.argv[1]) if len(sys.argv) > 1 else [["", ""]] * len(CASES)
    print(HEAD)
    for (name, case), (hint, check) in zip(CASES.items(), others, strict=True):
        print(f"| {name} | {hint} | {check} | {by_geos(case)} | {by_claims(case)} |")
