"""Whatever form a program gives to a curated file, it reads the same and is written the same."""

from __future__ import annotations

import csv
import io
import json

import pytest
from common import CURATED, LAYERS, edit_features
from hypothesis import given
from hypothesis import strategies as st

from geo import ClaimsError
from geo.layers import canonical, profile, tables

READERS = {reader.file: reader for reader in tables.READERS}
GOLAN = profile.read(LAYERS)
TEXTS = {name: (CURATED / name).read_text() for name in READERS}
NUMBERS = ("accuracy_m", "correlation_km", "population")
LISTS = ("sources", "zones", "names_other")


def rewritten(folder, name):
    return next(file for file in canonical.rewrite(folder) if file.path.name == name)


def as_text(number):
    zero = f"{number}0" if "." in str(number) else f"{number}.0"
    return st.sampled_from([number, str(number), f" {number}", float(number), zero, f"{number}e0"])


def as_list(words):
    quoted = " ".join(f'"{word}"' if "'" in word else f"'{word}'" for word in words)
    forms = [words, json.dumps(words), json.dumps(words, ensure_ascii=False, indent=1), f"[{quoted}]", str(words)]
    if not any("," in word for word in words):
        forms.append(f"({len(words)}:{','.join(words)})")
    return st.sampled_from(forms)


def as_flag(flag):
    return st.sampled_from([flag, str(flag), str(flag).lower(), int(flag), str(int(flag))])


def as_date(day):
    forms = [day, f" {day} ", day.replace("-", "/")]
    if len(day) == len("2024-12-08"):
        forms += [f"{day}T00:00:00", f"{day} 00:00:00.000Z", f"{day}T00:00:00+00:00"]
    return st.sampled_from([*forms, int(day)] if len(day) == 4 else forms)


@st.composite
def saved(draw, name):
    """Draw a curated file as some program may have saved it."""
    features = []
    for feature in json.loads(TEXTS[name])["features"][:4]:
        properties = {}
        for key, value in feature["properties"].items():
            form = st.just(value)
            if value in (None, ""):
                form = st.sampled_from([None, "", " ", []])
            elif key in NUMBERS:
                form = as_text(value)
            elif key in LISTS:
                form = as_list(value)
            elif key == "cuts":
                form = as_flag(value)
            elif key.startswith("valid_"):
                form = as_date(value)
            properties[key] = draw(form)
        one = {"properties": properties, "type": "Feature"}
        where = draw(st.sampled_from(["properties", "feature", "both", "row"]))
        if where != "properties":
            one["id"] = str(draw(st.integers(0, 99))) if where == "row" else properties["id"]
        if where == "feature":
            del properties["id"]
        properties |= draw(st.sampled_from([{}, {"fid": 3}, {"name_xx": None}]))
        one["properties"] = dict(draw(st.permutations(list(properties.items()))))
        near = st.floats(-4e-7, 4e-7)
        height = draw(st.sampled_from([[], [0], [0.0]]))
        kind, course = feature["geometry"]["type"], feature["geometry"]["coordinates"]
        points = [course] if kind == "Point" else course
        points = [[round(x, 6) + draw(near), round(y, 6) + draw(near), *height] for x, y in points[:6]]
        whole = points[0] if kind == "Point" else points
        multi = draw(st.booleans())
        one["geometry"] = {"type": f"Multi{kind}" if multi else kind, "coordinates": [whole] if multi else whole}
        features.append(one)
    members = draw(
        st.sampled_from([{}, {"name": name}, {"crs": {"type": "name", "properties": {"name": "EPSG:4326"}}}])
    )
    return {"type": "FeatureCollection", **members, "features": features}


@pytest.mark.parametrize("name", tables.GEOMETRY_FILES)
@given(data=st.data())
def test_any_form_is_read_and_written_as_the_one(tmp_path_factory, name, data):
    folder = tmp_path_factory.mktemp("saved")
    plain = json.loads(TEXTS[name])
    plain["features"] = plain["features"][:4]
    for feature in plain["features"]:
        if feature["geometry"]["type"] == "LineString":
            feature["geometry"]["coordinates"] = feature["geometry"]["coordinates"][:6]
    (folder / name).write_text(json.dumps(plain))
    records, text = READERS[name](folder, profile=GOLAN), rewritten(folder, name).text
    collection = data.draw(saved(name))
    (folder / name).write_text(
        json.dumps(collection, indent=data.draw(st.sampled_from([None, 2]))), encoding="utf-8-sig"
    )
    found = READERS[name](folder, profile=GOLAN)
    spots = ("coordinates", "lon", "lat")
    assert [{k: v for k, v in one._asdict().items() if k not in spots} for one in found] == [
        {k: v for k, v in one._asdict().items() if k not in spots} for one in records
    ]
    assert rewritten(folder, name).text == text
    (folder / name).write_text(text)
    assert rewritten(folder, name).changes == ""


def test_what_is_shipped_is_in_its_form():
    assert {file.changes for file in canonical.rewrite(CURATED)} == {""}
    assert all(canonical.is_in_form(reader, CURATED, GOLAN) for reader in tables.READERS)


def lines(layers, change):
    edit_features(layers / "curated" / "lines.geojson", change)
    return layers / "curated"


def test_what_changed_is_told(layers):
    def edit(features):
        features[0]["properties"]["accuracy_m"] = "50"
        features[1]["geometry"]["coordinates"][3][1] += 0.0000004  # 4 cm
        course = features[2]["geometry"]["coordinates"]
        course.insert(1, [*course[0], 7.5])

    told = rewritten(lines(layers, edit), "lines.geojson").changes
    count = len(json.loads(TEXTS["lines.geojson"])["features"])
    assert told == (
        f"features changed: 3 of {count} (boundary_1923, lebanon_syria_boundary, israel_lebanon_boundary); "
        "properties: accuracy_m (1); vertices moved: 1, by at most 0.04 m; left out: repeated vertex (1), height (1)"
    )


def test_members_of_ones_own_stay_and_those_of_programs_go(layers):
    path = layers / "curated" / "lines.geojson"
    collection = json.loads(path.read_text()) | {"licence": "ODbL-1.0", "name": "lines", "bbox": [35, 32, 36, 34]}
    collection["features"][0]["properties"] |= {"surveyor": "A. N.", "fid": 3}
    path.write_text(json.dumps(collection))
    file = rewritten(layers / "curated", "lines.geojson")
    found = json.loads(file.text)
    assert found["licence"] == "ODbL-1.0"
    assert not {"name", "bbox"} & set(found)
    assert list(found["features"][0]["properties"].items())[-1] == ("surveyor", "A. N.")
    assert file.changes.endswith("left out: name (1), bbox (1)")


def test_names_in_more_languages_stand_with_the_others(layers):
    def edit(features):
        features[0]["properties"]["name_el"] = "Σύνορο"

    properties = json.loads(rewritten(lines(layers, edit), "lines.geojson").text)["features"][0]["properties"]
    assert list(properties)[:6] == ["id", "name_en", "name_ar", "name_he", "name_el", "kind"]


def line(**geometry):
    return lambda features: features[0].update(geometry={"type": "LineString", **geometry})


def named(**values):
    return lambda features: features[0]["properties"].update(values)


WRONG = [
    (line(type="MultiLineString", coordinates=[[[35, 33], [35, 34]], [[35, 33], [36, 33]]]), "geometry has 2 parts"),
    (line(type="Polygon", coordinates=[[[35, 33], [35, 34], [36, 33], [35, 33]]]), "geometry is not a LineString"),
    (line(coordinates=[[35, 33], [35, 33]]), "a line needs at least two vertices"),
    (line(coordinates=[[35, 33], [35, float("nan")]]), "vertex 1 is outside longitude and latitude"),
    (line(coordinates=[[350000, 33], [35, 33]]), "vertex 0 is outside longitude and latitude"),
    (lambda features: features[0].update(geometry=None), "no geometry; draw a LineString, or delete the feature"),
    (lambda features: features[0].update(id="other"), "has the id 'other', its properties 'boundary_1923'"),
    (named(extra=float("inf")), "has a number that JSON does not know"),
]


def test_half_a_character_is_told_before_anything_is_written(layers):
    with pytest.raises(ClaimsError, match=r"half a character, .* in a name or note; delete it"):
        canonical.rewrite(lines(layers, named(**{"sur\ud800vey": 1})))


@pytest.mark.parametrize(("spoil", "fault"), WRONG, ids=[fault for _, fault in WRONG])
def test_what_no_form_can_mend_is_told_and_not_written(layers, spoil, fault):
    with pytest.raises(ClaimsError, match=r"lines\.geojson: boundary_1923: ") as caught:
        canonical.rewrite(lines(layers, spoil))
    assert fault in str(caught.value)


VALUES = [
    (named(accuracy_m="fifty"), "accuracy_m is 'fifty', not a number of at least 0"),
    (named(accuracy_m="1_000"), "accuracy_m is '1_000', not a number"),
    (named(accuracy_m="0,5"), "accuracy_m is '0,5', not a number"),
    (named(accuracy_m=True), "accuracy_m is True, not a number"),
    (named(accuracy_m="9" * 5000), "not a number"),
    (named(accuracy_m=" "), "accuracy_m is missing"),
    (named(accuracy_m=float("nan")), "accuracy_m is missing"),
    (named(cuts="perhaps"), "cuts is 'perhaps', not true or false"),
    (named(cuts=2), "cuts is 2, not true or false"),
    (named(valid_from="1974-06-25T06:00:00"), "valid_from is '1974-06-25T06:00:00', not a date"),
    (named(valid_from="06/25/1974"), "valid_from is '06/25/1974', not a date"),
    (named(valid_from=19740625), "valid_from is 19740625, not a date"),
    (named(sources="['osm' ... 'hof_1999']"), None),
    (named(sources=[1]), "sources is [1], not a list of words"),
    (named(sources="[]"), "sources is missing"),
    (named(name_en=["a"]), "name_en is ['a'], not text"),
    (named(basis="Map "), "basis is 'Map'; write one of treaty_text"),
]


@pytest.mark.parametrize(("spoil", "fault"), VALUES)
def test_a_wrong_value_stays_wrong_and_is_kept_as_it_is(layers, spoil, fault):
    folder = lines(layers, spoil)
    if fault:
        with pytest.raises(ClaimsError, match="boundary_1923: ") as caught:
            tables.read_lines(folder)
        assert fault in str(caught.value)
    else:
        assert "..." in tables.read_lines(folder)[0].sources  # a cut list, which validation tells as an unknown source
    canonical.rewrite(folder)


@pytest.mark.parametrize("crs", ["urn:ogc:def:crs:EPSG::28191", "EPSG:3857", "urn:ogc:def:crs:EPSG::4281", None])
def test_another_crs_is_refused(layers, crs):
    path = layers / "curated" / "lines.geojson"
    member = {"type": "name", "properties": {"name": crs}} if crs else "local"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"crs": member}))
    with pytest.raises(ClaimsError, match="save it in EPSG:4326"):
        tables.read_lines(layers / "curated")


def test_a_member_twice_is_refused(layers):
    path = layers / "curated" / "lines.geojson"
    path.write_text(path.read_text().replace('"basis": "map",', '"basis": "map",\n"basis": "survey",', 1))
    with pytest.raises(ClaimsError, match="the member 'basis' is there twice in boundary_1923; delete one"):
        tables.read_lines(layers / "curated")


# tables


def resaved(name, encoding="utf-8", **form):
    """Return the bytes of a table as a spreadsheet may save it."""
    out = io.StringIO()
    csv.writer(out, **form).writerows(csv.reader(io.StringIO(TEXTS[name], newline="")))
    return out.getvalue().encode(encoding)


@pytest.mark.parametrize("name", [name for name in READERS if name.endswith(".csv")])
@pytest.mark.parametrize(
    "form",
    [
        {"encoding": "utf-8-sig", "delimiter": ";"},
        {"delimiter": "\t", "lineterminator": "\n"},
        {"quoting": csv.QUOTE_ALL, "lineterminator": "\r"},
    ],
)
def test_a_table_of_a_spreadsheet(layers, name, form):
    path = layers / "curated" / name
    records = READERS[name](layers / "curated")
    path.write_bytes(resaved(name, **form))
    assert READERS[name](layers / "curated") == records
    assert not canonical.is_in_form(READERS[name], layers / "curated", GOLAN)
    file = rewritten(layers / "curated", name)
    assert (file.text, file.changes) == (TEXTS[name], "layout")


def test_empty_rows_and_cells_at_the_end_are_none(layers):
    path = layers / "curated" / "zones.csv"
    head, *rows = TEXTS["zones.csv"].splitlines()
    path.write_text("\n".join([f"{head},,", *(f"{row},," for row in rows), ",,,", ""]) + "\n")
    assert rewritten(layers / "curated", "zones.csv").text == TEXTS["zones.csv"]


def test_cells_in_other_forms(layers):
    path = layers / "curated" / "control.csv"
    head, first, *rows = TEXTS["control.csv"].splitlines()
    other = (
        first.replace("1923-03-10", "1923/03/10")
        .replace("lnts_565 ecf", '"[""lnts_565"", ""ecf')
        .replace("paulet_newcombe,", 'paulet_newcombe""]", ')
    )
    path.write_text("\n".join([head, other, *rows]) + "\n")
    file = rewritten(layers / "curated", "control.csv")
    assert file.text == TEXTS["control.csv"]
    assert file.changes == f"rows changed: 1 of {len(rows) + 1}; columns: valid_from (1), sources (1), note (1)"


TABLES = [
    (lambda text: text.replace("id,", "id;", 1), "its header has several of comma, semicolon and tab"),
    (lambda text: text.replace("kind", "id", 1), "two columns are named 'id'; delete or rename one"),
    (lambda text: text.replace(",kind,", ",Kind,", 1), "has no column kind; add it to the header"),
    (lambda text: text + 'new,"New', "unexpected end of data; correct the quotes"),
    (lambda text: text + "new,New\n", "does not have the 10 columns of the header"),
    (lambda text: text + "new,New,,,part,2024,,osm,one,two,three\n", "does not have the 10 columns of the header"),
    (lambda _: "", "is empty; its first line names the columns"),
    (lambda _: ';;"";\n', "is empty; "),
]


@pytest.mark.parametrize(("spoil", "fault"), TABLES, ids=[fault for _, fault in TABLES])
def test_a_wrong_table_is_told_and_not_written(layers, spoil, fault):
    path = layers / "curated" / "zones.csv"
    path.write_text(spoil(TEXTS["zones.csv"]))
    for answer in (tables.read_zones, canonical.rewrite):
        with pytest.raises(ClaimsError, match=r"zones\.csv: ") as caught:
            answer(layers / "curated")
        assert fault in str(caught.value)


def test_another_encoding_is_told(layers):
    (layers / "curated" / "zones.csv").write_bytes(resaved("zones.csv", "utf-16"))
    with pytest.raises(
        ClaimsError, match=r"zones\.csv: cannot be read: it is not UTF-8, by the byte at 0; save it as UTF-8"
    ):
        tables.read_zones(layers / "curated")
