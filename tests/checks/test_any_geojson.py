"""Any GeoJSON file: each kind of defect by its code, severity, feature, line and vertex, and none in valid files."""

from __future__ import annotations

import json
import random
import time
import tracemalloc

import numpy as np
import pytest
import shapely
from common import LAYERS
from hypothesis import given
from hypothesis import strategies as st

from geo.checks import findings, geojson
from geo.cli.main import main

RING = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]
HOLE = [[0.2, 0.2], [0.2, 0.4], [0.4, 0.4], [0.2, 0.2]]


def feature(geometry, properties=None, **members):
    return {"type": "Feature", "properties": properties, "geometry": geometry, **members}


def shape(kind, coordinates, **members):
    return {"type": kind, "coordinates": coordinates, **members}


def polygon(*rings):
    return shape("Polygon", list(rings))


def line(*positions):
    return shape("LineString", [list(position) for position in positions])


def box(west, south, wide=1, high=1):
    east, north = west + wide, south + high
    return polygon([[west, south], [east, south], [east, north], [west, north], [west, south]])


def collection(*features):
    return {"type": "FeatureCollection", "features": list(features)}


def found(path, value):
    """Return severity, code, feature and vertex of each defect."""
    path.write_text(value if isinstance(value, str) else json.dumps(value))
    return [(findings.severity(fault), fault.code, fault.feature, fault.vertex) for fault in geojson.defects(path)]


def codes(path, value):
    return {code for severity, code, *_ in found(path, value) if severity != "note"}


# as the valid files of other validators: every type, heights, foreign members, null members, collections, empty lists
VALID = [
    polygon(RING),
    polygon(RING, HOLE),
    polygon([[*position, 12.5] for position in RING]),
    shape("MultiPolygon", [[RING], [[[5, 5], [6, 5], [6, 6], [5, 5]]]]),
    shape("MultiPolygon", [[RING, HOLE]]),
    shape("Point", [180, -90, 12.5]),
    shape("Point", [-0.0, 1e-7], custom={"type": "anything"}),
    shape("MultiPoint", [[0, 0], [0, 0], [179, 0], [-179, 0]]),
    shape("LineString", [[0, 0], [1, 1]], bbox=[0, 0, 1, 1]),
    shape("LineString", [[179, 0], [180, 0]], bbox=[170, -1, 0, -170, 1, 9]),
    shape("MultiLineString", [[[0, 0], [1, 1]], [[2, 2], [3, 3]]]),
    {"type": "GeometryCollection", "geometries": [shape("Point", [0, 0]), line((0, 0), (1, 1))]},
    {"type": "GeometryCollection", "geometries": []},
    None,
]
# geometry, severity, code and vertex of its only defect
WRONG = [
    (polygon(RING[::-1]), "warning", "winding", 0),
    (polygon(RING, HOLE[::-1]), "warning", "winding", 5),
    (polygon(RING[:4]), "error", "closure", 3),
    (polygon([]), "error", "short", 0),
    (line((0, 0)), "error", "short", 0),
    (shape("Polygon", RING), "error", "nesting", None),
    (shape("MultiPolygon", [RING]), "error", "nesting", None),
    (shape("LineString", [RING]), "error", "nesting", None),
    (shape("Point", [0, 91]), "error", "position", 0),
    (shape("Point", [190, 1]), "error", "position", 0),
    (shape("Point", ["1", 1]), "error", "position", 0),
    (shape("Point", [1]), "error", "position", 0),
    (shape("LineString", [[220000, 267000], [220001, 267001]]), "error", "position", 0),
    (shape("Point", [1, 2, 3, 4]), "warning", "dimensions", 0),
    (shape("Point", [0.12345678901, 0]), "warning", "precision", 0),
    (line((0, 0), (0, 0), (1, 1)), "warning", "repeated", 1),
    (line((179, 0), (-179, 0)), "warning", "antimeridian", 1),
    (polygon([[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]), "error", "self-intersection", 0),
    (polygon([[0, 0], [1, 1], [2, 0], [2, 2], [1, 1], [0, 2], [0, 0]]), "error", "self-intersection", 0),
    (polygon(RING, [[0.5, 0.5], [0.5, 1.5], [1.5, 1.5], [0.5, 0.5]]), "error", "self-intersection", 2),
    (shape("MultiPolygon", [[RING], [[[0.5, 0.5], [2, 0.5], [2, 2], [0.5, 0.5]]]]), "error", "self-intersection", 1),
    (line((0, 0), (2, 2), (2, 0), (0, 2)), "warning", "self-intersection", 0),
    (polygon(RING, [[5, 5], [5, 6], [6, 6], [5, 5]]), "error", "invalid", 5),
    (shape("MultiPolygon", [[RING], [[[0.2, 0.2], [0.4, 0.2], [0.4, 0.4], [0.2, 0.2]]]]), "error", "invalid", 5),
    (polygon([[0, 0], [1, 0], [1, 1], [2, 1], [1, 1], [0, 1], [0, 0]]), "error", "spike", 3),
    (polygon([[-1, 0], [0, 0], [1, 0], [1, 1], [0, 1], [0, 0], [-1, 0]]), "error", "spike", 0),
    (polygon([[0, 0], [1, 0], [1, 0.5], [3, 0.5005], [1, 0.501], [1, 1], [0, 1], [0, 0]]), "warning", "spike", 3),
    (line((0, 0), (1, 1), (2, 0), (1, 1)), "warning", "spike", 2),
    (polygon([[0, 0], [1, 0], [1, 0.0001], [0, 0.0001], [0, 0]]), "warning", "sliver", 0),
    (polygon(RING, [[0.1, 0.5], [0.1, 0.5001], [0.9, 0.5001], [0.9, 0.5], [0.1, 0.5]]), "warning", "sliver", 5),
    (shape("Polygon", []), "warning", "empty", None),
    (shape("MultiPolygon", [[]]), "warning", "empty", None),
    (shape("Poligon", [RING]), "error", "geometry", None),
    (shape("point", [0, 0]), "error", "geometry", None),
    ({"type": "Point"}, "error", "geometry", None),
    ([], "error", "geometry", None),
    (shape("Point", [0, 0], crs={}), "warning", "crs", None),
    (shape("Point", [0, 0], bbox=[0, 1, 0]), "error", "bbox", None),
    (shape("Point", [0, 2], bbox=[0, 3, 1, 1]), "error", "bbox", None),
    (shape("Point", [9, 9], bbox=[0, 0, 5, 5]), "warning", "bbox", None),
    (shape("Point", [9, 9], bbox=[170, 0, -170, 10]), "warning", "bbox", None),
    (shape("Point", [0, 0], properties={}), "error", "member", None),
    (shape("Point", [0, 0], features=[]), "error", "member", None),
    ({"type": "GeometryCollection", "geometries": [polygon(RING)]}, "warning", "collection", None),
]


@pytest.mark.parametrize("geometry", VALID, ids=lambda geometry: geometry and geometry["type"])
def test_valid_files_pass(tmp_path, geometry):
    assert codes(tmp_path / "a.geojson", collection(feature(geometry, id="a"), feature(None))) == set()
    if geometry:
        assert found(tmp_path / "a.geojson", geometry) == found(tmp_path / "a.geojson", feature(geometry)) == []


@pytest.mark.parametrize("path", sorted((LAYERS / "built").glob("*.geojson")), ids=lambda path: path.stem)
def test_our_own_layers_pass(path):
    # fronts of one date end at the edge of the covered ground
    assert {(findings.severity(fault), fault.code) for fault in geojson.defects(path)} <= {("warning", "dangle")}


@pytest.mark.parametrize(("geometry", "severity", "code", "vertex"), WRONG)
def test_each_defect_of_a_geometry(tmp_path, geometry, severity, code, vertex):
    path = tmp_path / "a.geojson"
    assert found(path, collection(feature(shape("Point", [0, 0])), feature(geometry))) == [
        (severity, code, "feature 1", vertex)
    ]
    assert found(path, geometry if isinstance(geometry, dict) else feature(geometry))


BESIDE = {
    "beside each other": ([box(0, 0), box(1, 0), box(1, 1)], []),
    "a vertex on one side only": ([box(0, 0), box(1, 0, 1, 0.5), box(1, 0.5, 1, 0.5)], []),
    "apart": ([box(0, 0), box(1.5, 0)], []),
    "a hole that is filled": ([polygon(RING, HOLE), polygon(HOLE[::-1])], []),
    "some overlap": ([box(0, 0), box(0.5, 0.5)], ["overlap"]),
    "one in the other": ([box(0, 0), box(0.2, 0.2, 0.5, 0.5)], ["overlap"]),
    "twice": ([box(0, 0), box(0, 0)], ["overlap"]),
    "three": ([box(0, 0), box(0, 0), box(0, 0)], ["overlap"] * 3),
    "a narrow gap": ([box(0, 0), box(1.001, 0)], ["gap"]),
    "a notch": ([box(0, 0), polygon([[1, 0], [2, 0], [2, 1], [1, 1], [1.01, 0.5], [1, 0]])], ["gap"]),
    "a gap all round": ([box(0, 0, 3, 1), box(0, 1), box(2, 1), box(0, 2, 3, 1)], ["gap"]),
    "a hole half filled": ([polygon(RING, HOLE), polygon([*HOLE[2:0:-1], [0.3, 0.3], HOLE[2]])], ["gap"]),
    "lines that join": ([line((0, 0), (1, 0)), line((1, 0), (1, 1), (0, 0))], []),
    "a line alone": ([line((0, 0), (1, 0))], []),
    "a loose end": ([line((0, 0), (2, 0)), line((1, 0), (1, 1))], ["dangle"]),
    "short of a line": ([line((0, 0), (2, 0)), line((1, 1), (1, 0.003))], ["undershoot"]),
    "past a line": ([line((0, 0), (2, 0)), line((1, 1), (1, -0.003))], ["dangle"]),
    "like a 6": ([line((0, 0), (1, 0), (1, 1), (0.5, 1), (0.5, 0)), line((0, 0), (0, 1), (1, 1))], []),
    "latitude first": ([*(shape("Point", [35.7 + i / 16, 33 + i / 16]) for i in range(5)), shape("Point", [33, 35.7])],
        ["swapped"]),
}  # fmt: skip


@pytest.mark.parametrize("case", BESIDE)
def test_geometries_beside_each_other(tmp_path, case):
    geometries, expected = BESIDE[case]
    got = found(tmp_path / "a.geojson", collection(*map(feature, geometries)))
    assert [code for _, code, *_ in got if code != "self-intersection"] == expected
    assert all(severity == "warning" and "feature" in name for severity, _, name, _ in got)


def test_only_what_holds_at_one_time_is_compared(tmp_path):
    def of(*rows):
        return codes(tmp_path / "a.geojson", collection(*(feature(box(0, 0), row) for row in rows)))

    assert of({"date": "2024-12-07"}, {"date": "2024-12-08"}) == set()
    assert of({"date": "2024-12-07"}, {"date": "20241207"}) == {"overlap"}
    assert of({"valid_from": "1967", "valid_to": "1974-06"}, {"valid_from": "1974-06", "valid_to": None}) == set()
    assert of({"valid_from": "1967", "valid_to": "1975"}, {"valid_from": "1974-06", "valid_to": ""}) == {"overlap"}
    assert of({"FromYear": 800, "ToYear": 900}, {"FromYear": 900, "ToYear": 1000}) == set()


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({"date": "07/12/2024"}, ["date"]),
        ({"date": "2024-02-30"}, ["date"]),
        ({"date": [1], "valid_from": True, "valid_to": "now"}, ["date"] * 3),
        ({"date": None}, []),
        ({"date": "1974-06"}, []),
        ({"valid_from": "1975", "valid_to": "1967-06"}, ["period"]),
        ({"valid_from": "1974-06", "valid_to": "1974"}, []),
        ({"start_date": "-0050", "end_date": "-0100"}, ["period"]),
        ({"start": 12, "end": 5}, []),  # metres, say
        ({"start": "2024-12-08", "end": "2024-12-07"}, ["period"]),
        ({"from": "syria", "to": "israel"}, []),
    ],
)
def test_dates(tmp_path, properties, expected):
    got = found(tmp_path / "a.geojson", collection(feature(box(0, 0), properties)))
    assert got == [("warning", code, "feature 0", None) for code in expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{", ["json"]),
        ("", ["json"]),
        ("[" * 100_000, ["json"]),
        ('{"type": "Point", "coordinates": [' + "9" * 5000 + ", 0]}", ["json"]),
        ("[]", ["format"]),
        ('{"type": "Poin"}', ["format"]),
        ('{"type": "FeatureCollection"}', ["format"]),
        ('{"type": "FeatureCollection", "features": [3]}', ["format"]),
        ('{"type": "FeatureCollection", "features": [], "geometry": null, "properties": {}}', ["member", "member"]),
        ('{"type": "Point", "coordinates": [NaN, 0]}', ["nan", "position"]),
        ('{"type": "Point", "coordinates": [1e400, 0]}', ["position"]),
        ('{"type": "Point", "type": "Point", "coordinates": [0, 0]}', ["twice"]),
        ('{"type": "Feature", "properties": {"a": {"b": 1, "b": 2}}, "geometry": null}', ["twice"]),
        ('{"type": "Feature", "properties": {"a": "\\ud800"}, "geometry": null}', ["text"]),
        ('{"type": "Feature", "properties": {"a": [{"b": "\\u202e"}]}, "geometry": null}', ["text"]),
        ('{"type": "Feature", "properties": {"a": "two\\nlines\\tand a tab"}, "geometry": null}', []),
        ('{"type": "Feature", "geometry": null}', ["properties"]),
        ('{"type": "Feature", "properties": []}', ["geometry", "properties"]),
        ('{"type": "Feature", "properties": null, "geometry": null, "id": [1]}', ["id"]),
        ('\ufeff{"type": "Point", "coordinates": [0, 0]}', ["encoding"]),
    ],
)
def test_faults_of_the_text(tmp_path, text, expected):
    assert sorted(code for severity, code, *_ in found(tmp_path / "a.geojson", text) if severity != "note") == expected


def test_severities_say_what_the_standard_says(tmp_path):
    text = '{"type": "Feature", "properties": {"a": "\\ud800", "b": "\\u202e"}, "geometry": null}'
    assert [(severity, code) for severity, code, *_ in found(tmp_path / "a.geojson", text)] == [
        ("error", "text"),  # it cannot be written in UTF-8
        ("warning", "text"),
        ("note", "unlocated"),
    ]


def test_every_code_is_explained(tmp_path):
    told = {code for _, _, code, _ in WRONG} | {code for _, some in BESIDE.values() for code in some}
    told |= {"file", "json", "nan", "encoding", "twice", "format", "properties", "id", "unlocated", "date", "period"}
    told |= {"text", "unfinished", "unchecked", "reader"}
    assert told == findings.RULES.keys()
    assert found(tmp_path / "a.geojson", collection()) == []


def test_all_in_one_run_with_line_vertex_and_hint(tmp_path, capsys):
    (tmp_path / "a.geojson").write_text(
        '{"type": "FeatureCollection", "name": "\\"features\\": [", "features": [\n'
        + json.dumps(feature(line((0, 0), (33, 135)), id="a"))
        + ",\n"
        + json.dumps(feature(polygon(RING[::-1]), {"coordinates": [[1, 2]]}, id="a"), indent=1)
        + "\n]}"
    )
    assert main(["validate", "--json", str(tmp_path)]) == 1
    told = json.loads(capsys.readouterr().out)["defects"]
    assert [(fault["line"], fault["vertex"], fault["code"], fault["severity"]) for fault in told] == [
        (2, 1, "position", "error"),
        (3, None, "id", "warning"),
        (17, 0, "winding", "warning"),
    ]
    assert "swapped" in told[0]["message"]
    assert main(["validate", str(tmp_path / "a.geojson")]) == 1
    text = capsys.readouterr().out
    assert "a.geojson:2: feature 0 (a): vertex 1: latitude 135" in text
    assert "a.geojson:3: feature 1 (a): has the id of feature 0 (a); give one of them another [id, warning]" in text
    assert text.endswith("a.geojson: 1 error, 2 warnings\n")


def test_a_vertex_in_a_collection_is_counted_through_all_its_parts(tmp_path):
    value = {"type": "GeometryCollection", "geometries": [polygon(RING), line((0, 0), (1, 1), (1, 1))]}
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps(value, indent=1))
    (fault,) = geojson.defects(path)
    lines = path.read_text().splitlines()
    assert (fault.code, fault.vertex) == ("repeated", 7)
    assert [one.strip() for one in lines[fault.line - 1 : fault.line + 2]] == ["[", "1,", "1"]
    assert fault.line > len(lines) - 8


@pytest.mark.parametrize(("name", "mark"), [("a.geojsonl", ""), ("a.ndjson", ""), ("a.geojson", "\x1e")])
def test_a_sequence_is_checked_line_by_line(tmp_path, name, mark):
    records = [feature(shape("Point", [0, 0])), collection(feature(None), feature(shape("Point", [0, 95]))), {}]
    path = tmp_path / name
    path.write_text("".join(f"{mark}{json.dumps(record)}\n" for record in records) + f"{mark}{{\n")
    assert [(fault.code, fault.line, fault.feature) for fault in geojson.defects(path)] == [
        ("unlocated", 2, "feature 1"),
        ("position", 2, "feature 2"),
        ("format", 3, ""),
        ("json", 4, ""),
    ]


def test_warnings_alone_pass_unless_strict(tmp_path, capsys):
    (tmp_path / "a.geojson").write_text(json.dumps(collection(feature(box(0, 0)), feature(box(0, 0)))))
    (tmp_path / "package.json").write_text('{"name": "none of ours"}')
    assert main(["validate", str(tmp_path)]) == 0
    assert main(["validate", str(tmp_path), "--strict"]) == 1
    assert "1 warning, 1 note" in capsys.readouterr().out
    (tmp_path / "a.geojson").write_text(json.dumps(feature(None)))
    assert main(["validate", str(tmp_path), "--strict"]) == 0
    assert "no defect, 2 notes" in capsys.readouterr().out


numbers = st.integers(0, 8)


@given(st.lists(st.tuples(numbers, numbers), min_size=4, max_size=12, unique=True))
def test_rings_are_wrong_where_geos_says_so(tmp_path_factory, ring):
    """On a small grid rings cross, touch and turn back in every way."""
    path = tmp_path_factory.mktemp("ring") / "a.geojson"
    geometry = polygon([list(position) for position in [*ring, ring[0]]])
    errors = [code for severity, code, *_ in found(path, geometry) if severity == "error"]
    assert bool(errors) != shapely.Polygon(ring).is_valid


@given(st.integers(0, 10_000), st.floats(0.05, 0.3), st.booleans())
def test_a_moved_vertex_of_a_coverage_is_told(tmp_path_factory, seed, far, inward):
    """Districts that share every vertex have no defect; one that leaves a vertex of its own makes a gap or overlap."""
    luck = np.random.default_rng(seed)
    grid = np.stack(np.meshgrid(np.arange(4.0), np.arange(4.0), indexing="ij"), axis=2) + luck.uniform(
        -0.2, 0.2, (4, 4, 2)
    )
    corners = [(i, j) for i in range(3) for j in range(3)]
    rings = [[grid[i, j], grid[i + 1, j], grid[i + 1, j + 1], grid[i, j + 1], grid[i, j]] for i, j in corners]
    rings = [[[round(float(x), 7) for x in position] for position in ring] for ring in rings]
    path = tmp_path_factory.mktemp("coverage") / "a.geojson"
    assert found(path, collection(*(feature(polygon(ring)) for ring in rings))) == []
    # the corner of the middle district towards the south-west, in or out
    middle, move = rings[4], far if inward else -far
    middle[0] = middle[4] = [middle[0][0] + move, middle[0][1] + move]
    got = {code for _, code, *_ in found(path, collection(*(feature(polygon(ring)) for ring in rings)))}
    assert ("gap" if inward else "overlap") in got


def test_time_and_memory_grow_with_the_file(tmp_path):
    """Ten times as many districts, lines and crossings take at most twelve times the memory, with some for the rest."""
    peaks = []
    for across in (10, 32):
        features = [feature(box(i, j)) for i in range(across) for j in range(across)]
        features += [feature(line((i, -2), (i + 1, -2))) for i in range(across**2 // 10)]
        comb = [(i / 1000, (i % 2) * 10) for i in range(across**2)]
        features.append(feature(line(*comb, (0, 5))))
        path = tmp_path / f"{across}.geojson"
        path.write_text(json.dumps(collection(*features)))
        tracemalloc.start()
        begin = time.perf_counter()
        geojson.defects(path)
        assert time.perf_counter() - begin < 30
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 12 * peaks[0] + 2**20


@pytest.mark.parametrize("seed", range(300))
def test_never_a_traceback(tmp_path, seed):
    luck = random.Random(seed)  # noqa: S311
    text = json.dumps({"type": "FeatureCollection", "features": [feature(luck.choice(VALID), id=1) for _ in "ab"]})
    junk = ["null", "[]", "{}", "1e400", "-1", "true", '""', '"', "[[[]]]", "9" * 30, '{"type": []}']
    for _ in range(luck.randrange(1, 4)):
        at = luck.randrange(len(text))
        text = text[:at] + luck.choice(junk) + text[at + luck.randrange(8) :]
    codes(tmp_path / "a.geojson", text)
