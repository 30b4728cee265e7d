"""GeoPackage, FlatGeobuf, Shapefile and KML: opened as what they are, and nothing of them lost."""

from __future__ import annotations

import socket
import sqlite3
import threading
import zipfile

import generated
import geopandas
import pytest
import shapely

import geo
from geo import ClaimsError, ClaimsWarning
from geo.cli.main import main

SQUARES = [shapely.box(35 + x / 10, 33, 35.1 + x / 10, 33.1) for x in range(40)]
VRT = (
    "<OGRVRTDataSource><OGRVRTLayer name='t'><SrcDataSource>{source}</SrcDataSource>"
    "<SrcLayer>t</SrcLayer></OGRVRTLayer></OGRVRTDataSource>"
)
KML = """<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>
<Placemark><name>a</name><TimeStamp><when>2024-12-07</when></TimeStamp>{geometry}</Placemark>
<Placemark><name>b</name><TimeStamp><when>2024-12-08</when></TimeStamp><Polygon><outerBoundaryIs><LinearRing>
<coordinates>35.8,33,0 35.9,33,0 35.9,33.1,0 35.8,33.1,0 35.8,33,0</coordinates></LinearRing></outerBoundaryIs>
</Polygon></Placemark></Document></kml>"""
SQUARE = (
    "<Polygon><outerBoundaryIs><LinearRing><coordinates>35.7,33 35.8,33 35.8,33.1 35.7,33.1 {last}"
    "</coordinates></LinearRing></outerBoundaryIs></Polygon>"
)


def squares(**columns):
    given = {"date": ["2024-12-08"] * 40, "holder": ["a"] * 40, **columns}
    return geopandas.GeoDataFrame(given, geometry=SQUARES, crs=4326)


@pytest.mark.parametrize("share", [0.9, 0.5, 0.1, 0.001])
@pytest.mark.parametrize("suffix", ["shp", "gpkg", "fgb"])
def test_a_file_that_is_cut_short_is_refused(tmp_path, suffix, share):
    path = tmp_path / f"days.{suffix}"
    squares().to_file(path)
    raw = path.read_bytes()
    path.write_bytes(raw[: int(len(raw) * share)])
    with pytest.raises(ClaimsError, match=rf"days\.{suffix}: "):
        geo.series(path, date="date", by="holder")


@pytest.mark.parametrize("engine", ["local", "dask"])
@pytest.mark.parametrize(
    "garbage", ["x'deadbeef'", "x'47500001e610000001030000000100000004'", "x'4750'", "zeroblob(99)"]
)
def test_garbage_in_a_geopackage_is_refused(tmp_path, garbage, engine):
    path = tmp_path / "days.gpkg"
    squares().to_file(path)
    with sqlite3.connect(path) as there:
        triggers = there.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in triggers:
            there.execute(f'DROP TRIGGER "{name}"')
        there.execute(f"UPDATE days SET geom = {garbage} WHERE fid = 7")  # noqa: S608  # a test's own
    there.close()
    with pytest.raises(ClaimsError, match=r"days\.gpkg: feature 7: its geometry is damaged"):
        geo.series(path, date="date", by="holder", engine=engine)


def test_a_null_geometry_is_told_in_each_format(tmp_path):
    frame = squares()
    frame.loc[3, "geometry"] = None
    for suffix in ("gpkg", "shp", "fgb"):
        frame.to_file(tmp_path / f"days.{suffix}", **({"SPATIAL_INDEX": "NO"} if suffix == "fgb" else {}))
        with pytest.warns(ClaimsWarning, match="1 of 40 features have null for a geometry"):
            geo.series(tmp_path / f"days.{suffix}", date="date", by="holder")


@pytest.mark.parametrize("suffix", ["geojson", "json", "geojsonl", "gpkg", "fgb", "shp", "kml", "parquet"])
def test_nothing_else_is_opened_and_nothing_written(tmp_path, suffix, capsys):
    (tmp_path / "secret.csv").write_text("date,controller\n2024,secret\n")
    asked = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.5)

        def listen():
            try:
                server.accept()
            except TimeoutError:
                return
            asked.append(True)

        waiting = threading.Thread(target=listen)
        waiting.start()
        port = server.getsockname()[1]
        texts = [
            VRT.format(source=f"/vsicurl/http://127.0.0.1:{port}/t.geojson"),
            VRT.format(source=str(tmp_path / "secret.csv")),
            f"<OGRWFSDataSource><URL>http://127.0.0.1:{port}/</URL></OGRWFSDataSource>",
            '<ogr:FeatureCollection xmlns:ogr="http://ogr.maptools.org/" xmlns:gml="http://www.opengis.net/gml"/>',
            f'{{"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline ! read {tmp_path}/secret.csv"}}',
        ]
        for text in texts:
            path = tmp_path / f"days.{suffix}"
            for start in (b"", b"fgb\x03fgb\x01" if suffix == "fgb" else b""):
                path.write_bytes(start + text.encode())
                before = sorted(one.name for one in tmp_path.iterdir())
                assert main(["areas", "--series", str(path), "--date-column", "date"]) == 2
                error = capsys.readouterr().err
                assert error.startswith(f"claims: error: {path}: ")
                assert error.count("\n") == 1
                assert sorted(one.name for one in tmp_path.iterdir()) == before
        waiting.join()
    assert not asked


def test_a_geopackage_with_virtual_tables_or_unwritten_changes_is_refused(tmp_path):
    path = tmp_path / "days.gpkg"
    squares().to_file(path)
    (tmp_path / "days.gpkg-wal").write_bytes(b"x")
    with pytest.raises(ClaimsError, match="has changes that are not yet written into it"):
        geo.series(path, date="date", by="holder")
    (tmp_path / "days.gpkg-wal").unlink()
    with sqlite3.connect(path) as there:
        there.execute("CREATE VIRTUAL TABLE other USING fts3(a)")
    there.close()
    with pytest.raises(ClaimsError, match="has virtual tables"):
        geo.series(path, date="date", by="holder")


def test_a_shapefile_without_its_encoding_is_told_and_takes_one(tmp_path):
    path = tmp_path / "days.shp"
    squares(holder=["سوريا"] * 40).to_file(path, encoding="cp1256")
    path.with_suffix(".cpg").unlink()
    with pytest.warns(ClaimsWarning, match=r"there is no \.cpg, so its text was read as"):
        assert geo.series(path, date="date", by="holder").parties != ["سوريا"]
    assert geo.series(path, date="date", by="holder", encoding="cp1256").parties == ["سوريا"]
    with pytest.raises(ClaimsError, match="cannot be read"):
        geo.series(path, date="date", by="holder", encoding="nonsense")


def test_a_zipped_shapefile_is_read_with_all_that_belongs_to_it(tmp_path):
    frame = generated.districts(4, across=3, down=2)
    (tmp_path / "loose").mkdir()
    frame.to_file(tmp_path / "loose" / "days.shp")
    for name in ("days.shp.zip", "days.zip"):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            for file in (tmp_path / "loose").iterdir():
                archive.write(file, f"deep/{file.name}")
        found = geo.series(tmp_path / name, date="date")
        assert found.areas_cm2.equals(geo.series(frame, date="date").areas_cm2)
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        archive.writestr("a.geojson", "{}")
        archive.writestr("b.geojson", "{}")
    with pytest.raises(ClaimsError, match=r"two\.zip: holds 2 files of polygons, where one is needed: a.geojson, b"):
        geo.series(tmp_path / "two.zip", date="date")
    (tmp_path / "bad.zip").write_bytes(b"PK nothing")
    (tmp_path / "bad.geojson.gz").write_bytes(b"\x1f\x8b nothing")
    for name in ("bad.zip", "bad.geojson.gz"):
        with pytest.raises(ClaimsError, match=f"{name}: cannot be read: this is no whole"):
            geo.series(tmp_path / name, date="date")


def test_kml_is_read_with_names_and_times(tmp_path):
    path = tmp_path / "days.kml"
    path.write_text(KML.format(geometry=SQUARE.format(last="35.7,33")))
    series = geo.series(path, date="when", by="name")
    assert series.areas().round(1)["a"].tolist() == [103.6, 0]
    for geometry, fault in (
        (SQUARE.format(last="35.7,x"), "'35.7,x' is no position"),
        (SQUARE.format(last="35.7,33.01"), "a ring is not closed"),
        ("<Point><coordinates>1,2</coordinates></Point>", "a Point, where polygons are needed"),
        ("<Polygon/>", "one outerBoundaryIs, not 0"),
    ):
        path.write_text(KML.format(geometry=geometry))
        with pytest.raises(ClaimsError, match=rf"days\.kml: placemark 0: .*{fault}"):
            geo.series(path, date="when", by="name")
    path.write_text('<!DOCTYPE kml [<!ENTITY a SYSTEM "file:///etc/hostname">]><kml>&a;</kml>')
    with pytest.raises(ClaimsError, match="KML has no DOCTYPE"):
        geo.series(path, date="when")
