"""Each format holds the declared columns and rows, and a second program reads them back as they were written."""

from __future__ import annotations

import csv
import datetime as dt
import itertools
import json
import re
import shutil
import sqlite3
import subprocess
import sys
import time
import warnings
import zipfile
from contextlib import closing
from pathlib import Path

import geopandas
import pandas as pd
import pyogrio
import pytest
import shapely
from in_qgis import asked

import geo
from geo import ClaimsError
from geo.answers import exported
from geo.formats import features, files, schema, typed
from geo.formats.layer import About, Layer, Options

SPATIAL = [name for name, known in files.FORMATS.items() if known.grounds]
EXACT = [name for name in SPATIAL if name != "pmtiles"]
LAYERS = ["zones", "places", "fronts"]
HEBREW_OR_ARABIC = re.compile("[\u0590-\u06ff]")


@pytest.fixture(scope="module")
def layers(golan):
    return {name: exported.found(golan, name) for name in LAYERS}


@pytest.fixture(scope="module")
def folder(golan, tmp_path_factory):
    """Zones, places and fronts in every format."""
    place = tmp_path_factory.mktemp("exports")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", geo.ClaimsWarning)  # long texts of the Shapefile
        for format_, name in itertools.product(SPATIAL, LAYERS):
            golan.export(name, place / f"{name}{files.FORMATS[format_].endings[0]}", format=format_)
    return place


def read(folder, name, format_):
    """Return what geopandas makes of a file, columns under their own names."""
    path = folder / f"{name}{files.FORMATS[format_].endings[0]}"
    if format_ == "parquet":
        return geopandas.read_parquet(path)
    if format_ == "csv":
        frame = pd.read_csv(path, dtype=object, keep_default_na=False)
        frame = frame.where(frame != "", None)
        return geopandas.GeoDataFrame(frame, geometry=geopandas.GeoSeries.from_wkt(frame.pop("wkt")), crs=4326)
    frame = geopandas.read_file(f"zip://{path}" if format_ == "shp" else path)
    if format_ == "shp":
        with zipfile.ZipFile(path) as file:
            text = file.read(f"{name}.txt").decode()
        names = dict(re.findall(r"^(\S{1,10}) +(\w+): ", text.partition("what it holds\n")[2], re.MULTILINE))
        frame = frame.rename(columns=names)
    return frame


def same(value, other):
    if value is None:
        return other is None or other == "" or other is pd.NaT or other != other  # noqa: PLR0124
    if isinstance(value, bool):
        return str(other).lower() in ({"true", "1"} if value else {"false", "0"})
    if isinstance(value, (int, float)):
        return float(other) == pytest.approx(value, rel=1e-12)
    if isinstance(value, dt.date):
        return str(other)[:10] == value.isoformat()
    if isinstance(other, dt.date):  # GDAL takes a column of days in JSON for dates
        return str(other)[:10] == value
    return other == value


def test_a_property_has_one_type_in_all_layers(golan):
    types = {}
    for kind in schema.KINDS:
        known = schema.columns(golan, kind, seen=kind in ("control", "control_DATE"))
        names = [column.name for column in known]
        assert names[0] == "id"
        assert len(names) == len(set(names)), kind
        assert {"from_date", "to_date"} <= set(names) or kind in ("faces", "sources"), kind
        for column in known:
            assert types.setdefault(column.name, column.type) == column.type, (kind, column.name)
            assert column.description


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("format_", EXACT)
def test_every_format_has_the_same_columns_and_values(folder, layers, format_, name):
    layer, frame = layers[name], read(folder, name, format_)
    assert len(frame) == len(layer.rows)
    frame = frame.set_index("id", drop=False).loc[[row["id"] for row in layer.rows]]  # FlatGeobuf sorts by place
    known = [column.name for column in layer.columns]
    assert [column for column in frame.columns if column in known] == known
    long = {"note", "side_evidence"} if format_ == "shp" else set()
    for column in layer.columns:
        for value, other in zip(layer.texts(column), frame[column.name], strict=True):
            if column.name in long and value and len(value.encode()) > 254:
                assert value.startswith(other)
            else:
                assert same(value, other), (column.name, value, other)
    texts = " ".join(text for text in frame["name_ar"] if isinstance(text, str))
    assert HEBREW_OR_ARABIC.search(texts)


@pytest.mark.parametrize("format_", ["gpkg", "fgb", "parquet", "shp"])
def test_typed_formats_have_real_types(folder, format_):
    frame = read(folder, "zones", format_)
    assert pd.api.types.is_float_dtype(frame["area_km2"].dtype)
    if format_ == "parquet":
        assert {type(day) for day in frame["from_date"]} == {dt.date}
    else:
        path = folder / f"zones{files.FORMATS[format_].endings[0]}"
        info = pyogrio.read_info(f"/vsizip/{path}" if format_ == "shp" else path)
        types = dict(zip(info["fields"], info["dtypes"], strict=True))
        assert types["from_date"] == types["to_date"] == ("datetime64[ms]" if format_ == "fgb" else "datetime64[D]")


@pytest.mark.parametrize("format_", EXACT)
def test_areas_agree(folder, layers, format_):
    frame = read(folder, "zones", format_).set_index("id")
    ours = pd.Series({row["id"]: row["area_km2"] for row in layers["zones"].rows})[frame.index].to_numpy()
    found = geo.area(frame.set_crs(4326, allow_override=True)).to_numpy() / 1e6
    assert found == pytest.approx(ours, rel=1e-6)


def test_gdal_copies_each_format_without_a_warning(folder, tmp_path):
    if not shutil.which("ogr2ogr"):
        pytest.skip("no ogr2ogr")
    for format_ in ("geojson", "gpkg", "fgb", "kml", "csv", "shp", "topojson"):
        path = folder / f"places{files.FORMATS[format_].endings[0]}"
        source = f"/vsizip/{path}" if format_ == "shp" else str(path)
        target = tmp_path / f"{format_}.gpkg"
        done = subprocess.run(["ogr2ogr", str(target), source], capture_output=True, text=True, check=True)
        assert done.stderr == "", format_
        with closing(sqlite3.connect(target)) as database:
            ((table,),) = database.execute("SELECT table_name FROM gpkg_contents")
            rows = database.execute(f'SELECT name_ar FROM "{table}" WHERE id = ?', ("quneitra",)).fetchall()  # noqa: S608
        assert rows == [("القنيطرة",)], format_


def test_duckdb_reads_parquet_with_real_dates_and_boxes(folder, layers):
    duckdb = pytest.importorskip("duckdb")
    query = "SELECT id, name_he, from_date, bbox.xmin, bbox.ymax FROM read_parquet(?) ORDER BY id"
    rows = duckdb.execute(query, [str(folder / "zones.parquet")]).fetchall()
    ours = sorted((row["id"], row["name_he"], row["from_date"]) for row in layers["zones"].rows)
    assert [row[:3] for row in rows] == ours
    assert all(35 < west < 37 and 32 < north < 34 for *_, west, north in rows)


def test_parquet_is_geoparquet_1_1_with_what_it_says_of_itself(folder):
    from pyarrow import parquet

    metadata = parquet.read_schema(folder / "zones.parquet").metadata
    said = json.loads(metadata[b"geo"])
    assert said["version"] == "1.1.0"
    assert said["columns"]["geometry"]["covering"]["bbox"]["xmin"] == ["bbox", "xmin"]
    assert metadata[b"licence"] == b"ODbL-1.0"
    assert b"claims export zones" in metadata[b"made"]


def test_kml_keeps_the_schema_of_the_ogc_and_has_time_spans(folder):
    etree = pytest.importorskip("lxml.etree")
    fastkml = pytest.importorskip("fastkml")
    form = etree.XMLSchema(file=str(Path(fastkml.__file__).parent / "schema" / "ogckml22.xsd"))
    for name in LAYERS:
        form.assertValid(etree.parse(folder / f"{name}.kml"))
    text = (folder / "fronts.kml").read_text()
    assert "<TimeSpan><begin>1967-06-10</begin>" in text
    assert "OpenStreetMap contributors" in text


def test_pmtiles_have_the_features(folder, layers):
    # a tile has a feature again for each tile that it lies in
    frame = pyogrio.read_dataframe(folder / "zones.pmtiles")
    assert set(frame["id"]) == {row["id"] for row in layers["zones"].rows}


def hostile(text):
    columns = [typed.Column("id", "text", "Id"), typed.Column("name_en", "text", "Name")]
    row = {"id": "x", "name_en": text}
    point = {"type": "Point", "coordinates": [35.8, 33.1]}
    missing = {"id": "y", "properties": {"id": "y", "name_en": None}, "geometry": None}
    return Layer("odd", "odd", columns, [{"id": "x", "properties": row, "geometry": point}, missing])


ABOUT = About("Odd", "CC0", "Nobody", "1", "claims export odd")


@pytest.mark.parametrize("format_", ["geojson", "gpkg", "fgb", "parquet", "kml", "csv", "shp", "topojson"])
def test_a_missing_geometry_is_kept(tmp_path, format_):
    path = tmp_path / f"odd{files.FORMATS[format_].endings[0]}"
    files.write([hostile("plain")], path, format_, ABOUT, Options())
    if format_ == "csv":
        assert path.read_text().splitlines()[1:] == ["x,plain,35.8,33.1,POINT (35.8 33.1)", "y,,,,"]
        return
    if format_ == "topojson":
        assert [one["type"] for one in json.loads(path.read_text())["objects"]["odd"]["geometries"]] == ["Point", None]
        return
    frame = geopandas.read_parquet(path) if format_ == "parquet" else geopandas.read_file(path)
    assert frame["id"].tolist() == ["x", "y"]
    assert frame.geometry.isna().tolist() == [False, True]


def test_a_formula_stays_text(tmp_path):
    text = '=HYPERLINK("http://example.org")'
    (note,) = files.write([hostile(text)], tmp_path / "odd.csv", "csv", ABOUT, Options())
    assert "1 texts begin as a formula would" in note
    with (tmp_path / "odd.csv").open(newline="") as file:
        assert next(csv.DictReader(file))["name_en"] == f"'{text}"
    openpyxl = pytest.importorskip("openpyxl")
    files.write([hostile(text)], tmp_path / "odd.xlsx", "xlsx", ABOUT, Options())
    cell = openpyxl.load_workbook(tmp_path / "odd.xlsx")["odd"]["B2"]
    assert (cell.data_type, cell.value) == ("s", text)


def test_markup_in_a_value_is_text_in_a_balloon(tmp_path):
    text = '<script>alert(1)</script> & ]]> "quoted"'
    files.write([hostile(text)], tmp_path / "odd.kml", "kml", ABOUT, Options())
    written = (tmp_path / "odd.kml").read_text()
    assert "<script" not in written
    assert "&lt;td&gt;&amp;lt;script&amp;gt;" in written
    assert geopandas.read_file(tmp_path / "odd.kml")["name_en"][0] == text


@pytest.mark.parametrize("format_", ["kml", "xlsx"])
def test_a_control_character_is_an_error_where_it_cannot_be_held(tmp_path, format_):
    with pytest.raises(ClaimsError, match="control character"):
        files.write([hostile("a\x01b")], tmp_path / f"odd.{format_}", format_, ABOUT, Options())
    assert list(tmp_path.iterdir()) == []


def test_long_texts_of_a_shapefile_are_whole_beside_it(tmp_path):
    text = "ש" * 300
    (note,) = files.write([hostile(text)], tmp_path / "odd.zip", "shp", ABOUT, Options())
    assert "cut in the Shapefile (1 of name_en); odd.csv in the zip has them whole" in note
    with zipfile.ZipFile(tmp_path / "odd.zip") as file:
        assert text in file.read("odd.csv").decode()
        assert file.read("odd.cpg") == b"UTF-8"
    assert geopandas.read_file(f"zip://{tmp_path / 'odd.zip'}")["name_en"][0] == "ש" * 127


def test_names_of_a_shapefile_are_ten_letters_and_distinct(golan):
    from geo.formats.shapefile import short_names

    for kind in schema.KINDS:
        names = short_names([column.name for column in schema.columns(golan, kind)])
        short = [name.lower() for name in names.values()]
        assert len(set(short)) == len(short)
        assert max(len(name.encode()) for name in short) <= 10


@pytest.mark.filterwarnings("ignore:layer.(xlsx|json)")  # a table has no geometry
@pytest.mark.parametrize("format_", files.FORMATS)
def test_the_same_layer_gives_the_same_bytes(golan, tmp_path, format_, monkeypatch):
    ending = files.FORMATS[format_].endings[0]
    contents = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        path = tmp_path / name / f"layer{ending}"
        golan.export("buffer_zone_1974", path, format=format_)
        contents.append(path.read_bytes())
        now = time.time() + 1e6
        monkeypatch.setattr(time, "time", lambda now=now: now)
        time.sleep(0.01)
    assert contents[0] == contents[1]


def test_another_crs_moves_the_positions_and_keeps_the_areas(golan, tmp_path):
    path = golan.export("buffer_zone_1974", tmp_path / "zone.gpkg", crs="EPSG:32636")
    frame = geopandas.read_file(path)
    assert frame.crs.to_epsg() == 32636
    zone = golan.zone("buffer_zone_1974")
    assert frame.to_crs(4326).geometry.iloc[0].symmetric_difference(zone.geometry.iloc[0]).area < 1e-7
    assert frame["area_km2"].item() == pytest.approx(zone["area_km2"].item(), abs=1e-6)


def test_d3_wants_its_exteriors_clockwise(golan, tmp_path):
    for ending in ("geojson", "topojson"):
        path = golan.export("buffer_zone_1974", tmp_path / f"zone.{ending}", winding="d3")
        ring = geopandas.read_file(path, engine="pyogrio").geometry.iloc[0].exterior if ending == "topojson" else None
        if ending == "geojson":
            (feature,) = json.loads(path.read_text())["features"]
            ring = shapely.LinearRing(feature["geometry"]["coordinates"][0])
        assert not ring.is_ccw


def test_lists_are_kept_when_asked_for(golan):
    kept = features.features(golan, "places", lists=True)
    joined = features.features(golan, "places")
    for one, other in zip(kept, joined, strict=True):
        assert " ".join(one["properties"]["sources"]) == other["properties"]["sources"]
        assert "; ".join(one["properties"]["names_other"]) == (other["properties"]["names_other"] or "")


def held_on(rows, day):
    """Return the area of each controller on a day, from rows of the history."""
    found = {}
    for row in rows:
        if row["from_date"] <= day and (row["to_date"] is None or day < row["to_date"]) and "best" in row["extents"]:
            found[row["controller"]] = found.get(row["controller"], 0.0) + row["area_km2"]
    return found


def test_the_history_is_that_of_every_date(golan):
    rows = features.found(golan, "control").rows
    for date in golan.key_dates:
        areas = {name: area.area for name, area in golan.ledger.controller_areas(date).items()}
        assert held_on(rows, dt.date.fromisoformat(date)) == pytest.approx(areas, abs=1e-4)


def test_a_perspective_has_the_same_history(golan):
    plain, seen = (features.found(golan, "control", perspective=party).rows for party in (None, "un"))
    day = dt.date(2026, 1, 6)
    assert held_on(seen, day) == pytest.approx(held_on(plain, day), abs=1e-4)
    now = [row for row in seen if row["to_date"] is None and "best" in row["extents"]]
    counted = {}
    for row in now:
        counted[row["counted_as"]] = counted.get(row["counted_as"], 0.0) + row["area_km2"]
    expected = golan.areas("2026-01-06", perspective="un").loc["controller"]["area_km2"].to_dict()
    assert counted == pytest.approx(expected, abs=1e-4)
    assert {row["counted_as"] for row in seen if row["to_date"] and row["to_date"] < dt.date(1967, 1, 1)} == {None}


def test_the_fronts_of_a_date_are_those_of_the_history(golan):
    history = features.found(golan, "fronts").rows
    for date in golan.key_dates[-2:]:
        day = dt.date.fromisoformat(date)
        then = [row for row in history if row["from_date"] <= day and not (row["to_date"] and row["to_date"] <= day)]
        now = features.found(golan, f"fronts_{date}").rows
        assert sum(row["length_km"] for row in then) == pytest.approx(sum(row["length_km"] for row in now), abs=0.05)
        assert {row["between"] for row in then} == {row["between"] for row in now}


def test_frames_have_the_columns_of_exports(golan):
    for kind in ("zones", "lines", "places", "events", "claims", "proposals", "figures"):
        known = {column.name for column in schema.columns(golan, kind)}
        frame = getattr(golan, kind)
        assert set(frame.columns) - {"geometry", "day"} <= known, kind
        assert not any(isinstance(value, list) for name in frame for value in frame[name]), kind
    history = golan.history()
    assert set(history.columns) - {"geometry"} <= {column.name for column in schema.columns(golan, "control")}


def test_iso_3166_codes_stand_beside_parties(golan):
    rows = features.found(golan, "control").rows
    codes = {row["controller"]: row["controller_iso3166"] for row in rows}
    assert (codes["israel"], codes["syria"], codes["opposition"]) == ("IL", "SY", None)


def test_all_in_one_geopackage(golan, tmp_path):
    path = golan.export(None, tmp_path / "golan.gpkg")
    names = {name for name, _ in pyogrio.list_layers(path)}
    assert names >= {*exported.EVERY}
    with closing(sqlite3.connect(path)) as database:
        said = {text for (text,) in database.execute("SELECT metadata FROM gpkg_metadata")}
        kinds = dict(database.execute("SELECT table_name, data_type FROM gpkg_contents"))
    assert any("ODbL-1.0" in text and "claims export --all" in text for text in said)
    assert (kinds["control"], kinds["events"]) == ("features", "attributes")
    digest, name = (tmp_path / "golan.gpkg.sha256").read_text().split()
    assert (len(digest), name) == (64, "golan.gpkg")


def test_an_extra_that_is_missing_is_one_line(golan, tmp_path, monkeypatch):
    for module, ending, extra in (
        ("pyarrow", "parquet", "parquet"),
        ("openpyxl", "xlsx", "xlsx"),
        ("topojson.core.topology", "topojson", "topojson"),
    ):
        monkeypatch.setitem(sys.modules, module, None)
        with pytest.raises(ClaimsError, match=rf"territorial-claims\[{extra}\]"):
            golan.export("buffer_zone_1974", tmp_path / f"x.{ending}")
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def front():
    west, east = shapely.box(35.7, 33.0, 35.8, 33.1), shapely.box(35.8, 33.0, 35.9, 33.1)
    days = geopandas.GeoDataFrame(
        {"date": ["2024-12-07", "2024-12-07", "2024-12-08"], "controller": ["النظام", "b", "النظام"]},
        geometry=[west, east, west.union(east)],
        crs=4326,
    )
    return geo.series(days, date="date")


@pytest.mark.parametrize("format_", EXACT)
def test_a_series_exports_the_same_formats(front, tmp_path, format_):
    path = front.export(
        "change_2024-12-07_2024-12-08", tmp_path / f"c{files.FORMATS[format_].endings[0]}", format=format_
    )
    if format_ == "parquet":
        frame = geopandas.read_parquet(path)
    elif format_ == "csv":
        frame = pd.read_csv(path)
    else:
        frame = geopandas.read_file(f"zip://{path}" if format_ == "shp" else path)
    assert frame[["from", "to"]].to_numpy().tolist() == [["b", "النظام"]]
    assert float(frame["area_km2"][0]) == pytest.approx(front.pieces("2024-12-07", "2024-12-08")["area_km2"][0])


def test_a_series_has_its_history_and_tables(front, tmp_path):
    history = geopandas.read_file(front.export("control", tmp_path / "control.gpkg"))
    columns = history[["controller", "held_from", "held_to"]].astype(object)
    assert sorted(columns.where(columns.notna(), None).to_numpy().tolist(), key=str) == [
        ["b", "2024-12-07", "2024-12-08"],
        ["النظام", "2024-12-07", None],
        ["النظام", "2024-12-08", None],
    ]
    changes = json.loads(front.export("changes", tmp_path / "changes.json").read_text())["changes"]
    assert [(row["from"], row["to"], row["date_to"]) for row in changes] == [("b", "النظام", "2024-12-08")]
    areas = pd.read_csv(front.export("areas", tmp_path / "areas.csv"))
    assert areas.groupby("date")["area_km2"].sum().round(6).is_unique is False


def test_everything_of_a_series(front, tmp_path):
    path = front.export(None, tmp_path / "front.gpkg")
    assert {name for name, _ in pyogrio.list_layers(path)} == {"control", "changes", "areas", "layer_styles"}
    assert (tmp_path / "front.gpkg.sha256").exists()
    folder = front.export(None, tmp_path / "front", format="geojson", lists=True)
    assert {one.name for one in folder.iterdir()} >= {"control.geojson", "changes.csv", "areas.csv", "SHA256SUMS"}
    with pytest.raises(ClaimsError, match="fgb holds one layer a file"):
        front.export(None, tmp_path / "front.fgb")


def test_a_crs_that_is_made_for_elsewhere_is_told(golan, tmp_path):
    with pytest.warns(geo.ClaimsWarning, match=r"EPSG:27700 .* is made for 9.01° W to 2.01° E.*distorts.*: zones;"):
        golan.export("zones", tmp_path / "zones.gpkg", crs=27700)


@pytest.mark.parametrize(
    ("code", "lon", "far"),
    [
        (32636, 35.8, False),
        (32636, 38.9, False),  # in the next zone
        (32636, 45.0, True),
        (3832, 179.5, False),  # from 98.69° E to 68° W, across the antimeridian
        (3832, -179.5, False),
        (3832, 0.0, True),
        (3857, 179.5, False),
    ],
)
def test_far_from_an_area_of_use(code, lon, far):
    from geo.formats import crs

    point = {"type": "Point", "coordinates": [lon, 10.0]}
    layer = Layer("x", "x", [], [{"id": "x", "properties": {}, "geometry": point}])
    assert bool(crs.beyond([layer], code)) is far


READ = """
found = {}
for path in sys.argv[1:]:
    uri, provider = path, "ogr"
    if path.endswith(".csv"):
        uri, provider = f"file://{path}?encoding=UTF-8&wktField=wkt&crs=EPSG:4326&detectTypes=no", "delimitedtext"
    layer = QgsVectorLayer(uri, "x", provider)
    rows = [[one["id"], one["name_ar"], one.geometry().asWkb().data().hex()] for one in layer.getFeatures()]
    found[os.path.basename(path)] = [layer.isValid(), rows]
print(json.dumps(found))
"""


def test_qgis_reads_each_format(folder, layers, tmp_path):
    formats = ["geojson", "gpkg", "fgb", "kml", "csv", "shp"]
    paths = [folder / f"zones{files.FORMATS[format_].endings[0]}" for format_ in formats]
    found = json.loads(asked(tmp_path)(READ, *(f"/vsizip/{path}" if path.suffix == ".zip" else path for path in paths)))
    names = {row["id"]: row["name_ar"] for row in layers["zones"].rows}
    ours = {row["id"]: row["area_km2"] for row in layers["zones"].rows}
    for path in paths:
        valid, rows = found[path.name]
        assert valid, path
        assert {id_: name for id_, name, _ in rows} == names, path
        shapes = geopandas.GeoSeries([shapely.from_wkb(bytes.fromhex(text)) for *_, text in rows], crs=4326)
        assert (geo.area(shapes) / 1e6).tolist() == pytest.approx([ours[id_] for id_, *_ in rows], rel=1e-6), path
