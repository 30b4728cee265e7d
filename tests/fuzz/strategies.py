"""Inputs that hypothesis draws: documents of GeoJSON, frames, command lines."""

from __future__ import annotations

import json
from typing import Any

from fuzz.inputs import Input
from hypothesis import strategies as st

DAYS = ("2024-01-01", "2024-02-01", "2024-12-31")
_TEXTS = st.one_of(
    st.sampled_from(
        ["a", "b", "none", "", " ", "a / b", "geometry", "ﬁ", "e\u0301", "\u202e", "2024", "1e9", "<b>", "$x$", "a,b"]
    ),
    st.text(max_size=6),
)
_DATES = st.one_of(
    st.sampled_from(
        [*DAYS, *DAYS, "2024", "2024-06", "2024-02-30", "2024-01-01T12:00:00Z", "-0500", "~2024", "today", "x", ""]
    ),
    st.integers(-5000, 10**12),
    st.none(),
    st.dates().map(str),
)
_NUMBERS = st.one_of(
    st.floats(-181, 181),
    st.sampled_from([0.0, -0.0, 35.0, 180.0, -180.0, 90.0, 1e-300, 1e300, 179.9999999999]),
    st.integers(-90, 90),
)
_ODD = st.sampled_from([None, True, "33", [], {}, [33], 10**400])


@st.composite
def _ring(draw: st.DrawFn) -> Any:
    if draw(st.integers(0, 9)):
        west, south = draw(st.integers(0, 20)) / 10 + 35, draw(st.integers(0, 20)) / 10 + 33
        wide, high = draw(st.integers(1, 10)) / 10, draw(st.integers(1, 10)) / 10
        ring: list[Any] = [[west, south], [west + wide, south], [west + wide, south + high], [west, south + high]]
    else:
        ring = draw(st.lists(st.tuples(_NUMBERS, _NUMBERS).map(list), max_size=6))
    if ring and draw(st.integers(0, 19)):
        ring.append(ring[0])
    if ring and not draw(st.integers(0, 14)):
        at = draw(st.integers(0, len(ring) - 1))
        ring[at] = draw(st.one_of(_ODD, st.tuples(_NUMBERS, _ODD).map(list), st.lists(_NUMBERS, max_size=4)))
    return ring


_rings = st.lists(_ring(), min_size=0, max_size=2)
_geometries = st.recursive(
    st.one_of(
        *[_rings.map(lambda rings: {"type": "Polygon", "coordinates": rings})] * 4,
        st.lists(_rings, max_size=3).map(lambda parts: {"type": "MultiPolygon", "coordinates": parts}),
        st.none(),
        st.tuples(_NUMBERS, _NUMBERS).map(lambda at: {"type": "Point", "coordinates": list(at)}),
        st.fixed_dictionaries({}, optional={"type": st.just("Polygon"), "coordinates": _rings, "x": _ODD}),
    ),
    lambda inner: st.lists(inner, max_size=3).map(lambda parts: {"type": "GeometryCollection", "geometries": parts}),
    max_leaves=4,
)
_properties = st.fixed_dictionaries(
    {}, optional={"date": _DATES, "controller": st.one_of(_TEXTS, _ODD), "geometry": _ODD, "id": _ODD, "ü": _NUMBERS}
)


@st.composite
def _feature(draw: st.DrawFn) -> Any:
    feature: dict[str, Any] = {
        "type": "Feature",
        "properties": {"date": draw(st.sampled_from(DAYS)), "controller": draw(st.sampled_from("ab"))},
        "geometry": draw(_geometries),
    }
    if not draw(st.integers(0, 4)):
        feature["properties"] = draw(st.one_of(_properties, _ODD))
    if not draw(st.integers(0, 9)):
        feature[draw(st.sampled_from(["id", "bbox", "type", "crs"]))] = draw(st.one_of(_ODD, _TEXTS))
    return feature


@st.composite
def documents(draw: st.DrawFn) -> Input:
    """Return a GeoJSON file, with how it is read."""
    features = draw(st.lists(_feature(), max_size=4))
    name = draw(st.sampled_from(["days.geojson", "days.geojson", "days.geojsonl"]))
    dumped = {"ensure_ascii": draw(st.booleans()), "indent": draw(st.sampled_from([None, None, 1]))}
    if name == "days.geojsonl":
        text = "\n".join(json.dumps(one) for one in features)
    else:
        document: dict[str, Any] = {"type": "FeatureCollection", "features": features}
        if not draw(st.integers(0, 9)):
            document["crs"] = draw(
                st.one_of(
                    _ODD,
                    st.sampled_from(["EPSG:3857", "EPSG:32636", "x", ""]).map(
                        lambda crs: {"type": "name", "properties": {"name": crs}}
                    ),
                )
            )
        text = json.dumps(document, **dumped)
    return Input("series", {name: text.encode("utf-8", "surrogatepass")}, {"path": name, "options": draw(_options)})


_options = st.one_of(
    st.just({"date": "date"}),
    st.fixed_dictionaries(
        {"date": st.just("date")},
        optional={
            "overlaps": st.sampled_from(["error", "first", "split"]),
            "repair": st.booleans(),
            "nulls": st.sampled_from(["error", "nobody"]),
            "controller": st.sampled_from(["x", ""]),
            "snap_m": st.sampled_from([0.0, 10.0]),
            "overlap_km2": st.sampled_from([0.0, 1e4]),
            "accuracy_m": st.sampled_from([0.0, 50.0]),
        },
    ),
)

_WKT = st.one_of(
    *[
        st.tuples(st.integers(0, 8), st.integers(0, 8), st.integers(1, 4), st.integers(1, 4)).map(
            lambda at: (
                f"POLYGON(({at[0]} {at[1]},{at[0] + at[2]} {at[1]},{at[0] + at[2]} {at[1] + at[3]},"
                f"{at[0]} {at[1] + at[3]},{at[0]} {at[1]}))"
            )
        )
    ]
    * 6,
    st.sampled_from(
        [
            None,
            "POLYGON EMPTY",
            "MULTIPOLYGON EMPTY",
            "POINT(1 1)",
            "POINT EMPTY",
            "LINESTRING(0 0,1 1)",
            "GEOMETRYCOLLECTION EMPTY",
            "GEOMETRYCOLLECTION(POINT(0 0),POLYGON((0 0,1 0,1 1,0 0)))",
            "GEOMETRYCOLLECTION(GEOMETRYCOLLECTION(POLYGON((0 0,1 0,1 1,0 0))),POLYGON((1 0,2 0,2 1,1 0)))",
            "POLYGON Z((0 0 1,1 0 1,1 1 1,0 0 1))",
            "POLYGON((0 0,1 1,1 0,0 1,0 0))",
            "POLYGON((0 0,nan nan,1 1,0 0))",
            "POLYGON((0 0,1e300 0,1 1,0 0))",
            "POLYGON((0 0,inf 0,1 1,0 0))",
            "POLYGON((0 0,1e-300 0,1e-300 1e-300,0 0))",
            "POLYGON((179 0,181 0,181 1,179 1,179 0))",
            "POLYGON((-180 -90,180 -90,180 90,-180 90,-180 -90))",
            "POLYGON((170 0,-170 0,-170 1,170 1,170 0))",
            "MULTIPOLYGON(((0 0,1 0,1 1,0 0)),((1 0,2 0,2 1,1 0)))",
            "MULTIPOLYGON(((0 0,2 0,2 2,0 0)),((1 0,3 0,3 1,1 0)))",
            "POLYGON((0 0,3 0,3 3,0 3,0 0),(1 1,2 1,2 2,1 2,1 1))",
            "POLYGON((0 0,0 0,0 0,0 0))",
            "POLYGON((0 0,1e-12 0,1e-12 1e-12,0 0))",
        ]
    ),
)


@st.composite
def _described(draw: st.DrawFn) -> dict[str, Any]:
    wkt = draw(st.lists(_WKT, max_size=5))
    many = len(wkt)

    def column(values: st.SearchStrategy[Any]) -> list[Any]:
        return draw(st.lists(values, min_size=many, max_size=many))

    columns: dict[str, Any] = {
        "date": ["object", column(_DATES if not draw(st.integers(0, 3)) else st.sampled_from(DAYS))]
    }
    if draw(st.integers(0, 9)):
        kind = draw(st.sampled_from(["object", "object", "category"]))
        values = st.sampled_from("ab") if draw(st.integers(0, 2)) or kind == "category" else st.one_of(_TEXTS, _ODD)
        columns["controller"] = [kind, column(values)]
    if not draw(st.integers(0, 9)):
        columns["date"][0] = "datetime"
    if not draw(st.integers(0, 9)):
        columns["until"] = ["object", column(_DATES)]
    crs = draw(st.sampled_from([4326] * 8 + [3857, 32636, None, 4979, "EPSG:28191", "OGC:CRS84", 2193]))
    found = {"columns": columns, "wkt": wkt, "crs": crs}
    if not draw(st.integers(0, 9)):
        found["index"] = column(st.sampled_from([0, 1, "x", "y\nz"]))
    return found


@st.composite
def frames(draw: st.DrawFn) -> Input:
    """Return one or two frames and what is asked."""
    ask = draw(st.sampled_from(["series"] * 6 + ["change"] * 3 + ["area"]))
    call: dict[str, Any] = {"ask": ask, "frame": draw(_described()), "options": {}}
    if ask == "change":
        call["other"] = draw(_described())
        call["options"] = draw(st.fixed_dictionaries({}, optional={"repair": st.booleans()}))
    elif ask == "series":
        call["options"] = draw(_options)
        if "until" in call["frame"]["columns"]:
            call["options"] = {key: value for key, value in call["options"].items() if key != "date"}
            call["options"] |= {
                "valid_from": "date",
                "valid_to": "until",
                "ends": draw(st.sampled_from(["exclusive", "inclusive"])),
            }
        elif not draw(st.integers(0, 3)):
            call["other"], call["added"] = (
                draw(_described()),
                draw(st.sampled_from(["2025-01-01", "2024-01-01", "x", "2025"])),
            )
    return Input("frames", {}, call)


_WORDS = st.one_of(
    st.sampled_from(
        [
            *(
                "2024-12-07",
                "2026-01-06",
                "1967-06-04",
                "1974",
                "today",
                "yesterday",
                "withdraw_2024_12_08",
                "1800-01-01",
            ),
            *("line_a", "golan_heights", "control_2024-12-07", "quneitra", "35.8", "33.1", "33.1 35.8", "--json", "-o"),
            *(
                "out.geojson",
                "out.gpkg",
                "no/such/dir/x.geojson",
                "days.geojson",
                "bad.geojson",
                ".",
                "",
                "-",
                "--help",
            ),
            *(
                "--date",
                "--series",
                "--date-column",
                "--by",
                "--overlaps",
                "first",
                "split",
                "date",
                "controller",
                "--all",
            ),
            *("--layers", "--format", "geojson", "csv", "--accuracy-m", "-1", "nan", "1e400", "--min-km2", "--repair"),
            *(
                "--valid-from",
                "--valid-to",
                "--controller",
                "a",
                "--snap-m",
                "5",
                "--version",
                "--lang",
                "ar",
                "xx",
                "\0",
            ),
        ]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
)
_DAY = st.sampled_from(
    ["2024-12-07", "2026-01-06", "1974-06-01", "1967-06-04", "withdraw_2024_12_08", "2024-12", "today"]
)
_SERIES = ["--series", "days.geojson", "--date-column", "date"]
_lines = st.one_of(
    st.lists(_WORDS, max_size=5),
    st.tuples(_DAY, _DAY).map(lambda days: ["change", *days]),
    _DAY.map(lambda day: ["areas", "--date", day]),
    st.tuples(st.floats(-200, 200), st.floats(-100, 100)).map(lambda at: ["where", f"{at[0]:g}", f"{at[1]:g}"]),
    st.sampled_from(["quneitra", "majdal shams", "القنيطرة", "קצרין", "nowhere", "Q"]).map(
        lambda name: ["where", name]
    ),
    st.sampled_from([["layers"], ["figures"], ["scenarios"], ["export", "line_a", "-o", "x.geojson"]]),
    st.sampled_from([["areas", *_SERIES], ["change", *DAYS[:2], *_SERIES], ["where", "35.05", "33.05", *_SERIES]]),
    st.sampled_from(
        [["export", f"control_{DAYS[0]}", *_SERIES, "-o", "x.geojson"], ["areas", "--series", "bad.geojson"]]
    ),
    st.sampled_from([["validate", "days.geojson"], ["validate", "bad.geojson"], ["validate", "nothing"]]),
)


@st.composite
def commands(draw: st.DrawFn) -> Input:
    """Return a command line: a good one, often with words put in, left out or changed."""
    line = list(draw(_lines))
    commands_ = ["change", "areas", "where", "layers", "figures", "export", "validate", "scenarios"]
    if draw(st.booleans()):
        line = [draw(st.sampled_from(commands_)), *line] if not line or line[0] not in commands_ else line
        for _ in range(draw(st.integers(0, 3))):
            at = draw(st.integers(0, len(line)))
            way = draw(st.integers(0, 2))
            if way == 0:
                line.insert(at, draw(_WORDS))
            elif at < len(line):
                line[at : at + 1] = [] if way == 1 else [draw(_WORDS)]
    if draw(st.booleans()):
        line.append("--json")
    if line[:1] in (["map"], ["plot"], ["build"], ["validate"]) and not {"days.geojson", "bad.geojson", "nothing"} & {
        *line
    }:
        line = ["layers", *line[1:]]  # what takes long or writes into the layers is in other tests
    return Input("commands", dict(FILES), {"line": line})


_FEATURES = [
    {
        "type": "Feature",
        "properties": {"date": day, "controller": party},
        "geometry": {"type": "Polygon", "coordinates": [[[x, 33], [x + 0.1, 33], [x + 0.1, 33.1], [x, 33.1], [x, 33]]]},
    }
    for day, party, x in ((DAYS[0], "a", 35), (DAYS[1], "b", 35), (DAYS[1], "a", 35.1))
]
FILES = {
    "days.geojson": json.dumps({"type": "FeatureCollection", "features": _FEATURES}).encode(),
    "bad.geojson": b'{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry": 3}]}',
}
