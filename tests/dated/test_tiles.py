"""Tiles on Dask: the same integers as one process, from frames and from files, and when a worker dies."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time

import generated
import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely
from dated_polygons import (
    series_of,
)
from fuzz.overlay import bound_cm2
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import geo
from geo import ClaimsError
from geo.dated import frames, tiles
from geo.dated.overlay import SharedFaces

distributed = pytest.importorskip("distributed")
pytestmark = pytest.mark.filterwarnings("ignore")  # Dask's own, of ports and of closing


@pytest.fixture(scope="module")
def cluster():
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as found:
        yield found


def same(one, other):
    pd.testing.assert_frame_equal(one.areas_cm2, other.areas_cm2)
    pd.testing.assert_frame_equal(one.changes(), other.changes())
    pd.testing.assert_frame_equal(one.matrix(), other.matrix())
    west, south, east, north = one.pieces(one.dates[0], one.dates[-1]).total_bounds
    lon, lat = np.meshgrid(np.linspace(west, east, 7), np.linspace(south, north, 5))
    spots = geopandas.GeoSeries.from_xy(lon.ravel(), lat.ravel(), crs=4326).to_crs(3857)
    pd.testing.assert_frame_equal(one.where(spots), other.where(spots))


@pytest.mark.parametrize("degrees", [1.0, 0.37])
def test_a_frame_in_tiles(cluster, degrees):
    frame = generated.districts(20)
    tiled = geo.series(frame, date="date", engine="dask", scheduler=cluster.scheduler_address, tile_degrees=degrees)
    assert tiled.method == "tiles"
    same(tiled, geo.series(frame, date="date"))


def test_a_file_in_tiles(cluster, tmp_path):
    frame = generated.front(40, vertices=600)
    frame.to_crs(3857).to_file(tmp_path / "days.fgb")
    options = {"date": "date", "engine": "dask", "scheduler": cluster.scheduler_address, "tile_degrees": 0.5}
    tiled, whole = geo.series(tmp_path / "days.fgb", **options), geo.series(tmp_path / "days.fgb", date="date")
    same(tiled, whole)
    first, last = whole.dates[0], whole.dates[-1]
    one, other = tiled.pieces(first, last), whole.pieces(first, last)
    assert one["area_km2"].tolist() == other["area_km2"].tolist()
    assert shapely.area(shapely.symmetric_difference(one.geometry, other.geometry)).max() < 1e-11, "0.1 m²"
    assert tiled.where(36.9, 33.0).equals(whole.where(36.9, 33.0))
    assert tiled.where(0, 0)[whole.areas_cm2.columns.name].tolist() == ["none"]
    assert tiled.snapshot(last)["area_km2"].tolist() == pytest.approx(whole.snapshot(last)["area_km2"].tolist())
    assert "claims" in tiled.map(last).get_root().render()
    with pytest.raises(ClaimsError, match="not to one of periods or tiles"):
        tiled.add(frame, "2030-01-01")


@pytest.mark.parametrize("crs", [32636, 3035])
def test_a_file_in_metres_is_read_up_to_the_sides_of_its_tiles(cluster, tmp_path, crs):
    """Parallels are curves there: what lies just within the middle of a side is within the tile."""
    sliver = shapely.box(33.45, 33.0, 33.55, 33.002)
    frame = geopandas.GeoDataFrame(
        {"date": "2024-01-01", "controller": ["a", "b"]},
        geometry=[sliver, shapely.box(33.2, 33.5, 33.8, 33.7)],
        crs=4326,
    )
    frame.to_crs(crs).to_file(tmp_path / "metres.gpkg")
    options = {"date": "date", "engine": "dask", "scheduler": cluster.scheduler_address}
    whole = geo.series(tmp_path / "metres.gpkg", date="date").areas_cm2
    pd.testing.assert_frame_equal(geo.series(tmp_path / "metres.gpkg", **options).areas_cm2, whole)


def test_rows_without_ground_count_alike(cluster, tmp_path):
    """Who comes first, and who there is, is known from all rows."""
    ground = [None, shapely.box(35.1, 33.1, 35.4, 33.4), shapely.box(35.2, 33.2, 35.5, 33.5), None]
    frame = geopandas.GeoDataFrame({"date": "2024-01-01", "controller": [*"baba"]}, geometry=ground, crs=4326)
    frame.to_file(tmp_path / "some.gpkg")
    options = {"date": "date", "overlaps": "first"}
    tiled = geo.series(tmp_path / "some.gpkg", **options, engine="dask", scheduler=cluster.scheduler_address)
    pd.testing.assert_frame_equal(tiled.areas_cm2, geo.series(tmp_path / "some.gpkg", **options).areas_cm2)
    frame["controller"] = "none"
    frame.to_file(tmp_path / "none.gpkg")
    with pytest.raises(ClaimsError, match="no polygons that somebody holds"):
        geo.series(tmp_path / "none.gpkg", **options, engine="dask", scheduler=cluster.scheduler_address)


def test_a_file_across_the_antimeridian(cluster, tmp_path):
    ground = [shapely.box(178, -17, 179, -16), shapely.box(-179, -17, -178, -16)]
    frame = geopandas.GeoDataFrame({"date": "2024-01-01", "controller": [*"ab"]}, geometry=ground, crs=4326)
    frame.to_crs(3832).to_file(tmp_path / "pacific.gpkg")
    options = {"date": "date", "engine": "dask", "scheduler": cluster.scheduler_address, "tile_degrees": 30}
    whole = geo.series(tmp_path / "pacific.gpkg", date="date").areas_cm2
    pd.testing.assert_frame_equal(geo.series(tmp_path / "pacific.gpkg", **options).areas_cm2, whole)


def test_what_a_worker_cannot_read_is_told(cluster, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    generated.districts(2, across=2, down=2).to_file("days.gpkg")
    options = {"date": "date", "engine": "dask", "scheduler": cluster.scheduler_address}
    assert len(geo.series("days.gpkg", **options).dates) == 2
    known = frames.overview(tmp_path / "days.gpkg", frames.Columns("controller", "date"), what="days.gpkg")
    monkeypatch.setattr(frames, "overview", lambda *_, **__: known)
    (tmp_path / "days.gpkg").unlink()
    with pytest.raises(ClaimsError, match=r"days\.gpkg: cannot be read: "):
        geo.series("days.gpkg", **options)


def test_days_after_the_last_are_told_in_time_zones(cluster, tmp_path):
    """The times of a whole file are in UTC where those of a part keep their offset."""
    begin, end = (pd.DatetimeIndex([day, day]).tz_localize("Asia/Jerusalem") for day in ("2024-01-15", "2024-07-15"))
    ground = [shapely.box(35, 33, 35.1, 33.1), shapely.box(38, 33, 38.1, 33.1)]
    frame = geopandas.GeoDataFrame({"from": begin, "until": end, "controller": [*"ab"]}, geometry=ground, crs=4326)
    frame.loc[1, "until"] = pd.Timestamp("2024-02-15", tz="Asia/Jerusalem")
    frame.to_file(tmp_path / "periods.fgb")
    options = {"valid_from": "from", "valid_to": "until"}
    whole = geo.series(tmp_path / "periods.fgb", **options)
    same(geo.series(tmp_path / "periods.fgb", **options, engine="dask", scheduler=cluster.scheduler_address), whole)


def test_a_layer_of_several_is_read_by_workers(cluster, tmp_path):
    for name in ("one", "two"):
        generated.districts(2, across=3, down=2, seed=len(name) + ord(name[0])).to_file(tmp_path / "a.gpkg", layer=name)
    options = {"date": "date", "layer": "two"}
    tiled = geo.series(tmp_path / "a.gpkg", **options, engine="dask", scheduler=cluster.scheduler_address)
    same(tiled, geo.series(tmp_path / "a.gpkg", **options))


def test_points_and_files_of_nothing_are_told(cluster, tmp_path):
    options = {"date": "date", "engine": "dask", "scheduler": cluster.scheduler_address}
    spot = geopandas.GeoDataFrame({"date": ["2024"], "controller": ["a"]}, geometry=[shapely.Point(35, 33)], crs=4326)
    spot.to_file(tmp_path / "spot.gpkg")
    with pytest.raises(ClaimsError, match="a Point, where polygons are needed"):
        geo.series(tmp_path / "spot.gpkg", **options)
    spot[:0].to_file(tmp_path / "nothing.fgb", geometry_type="Polygon")
    with pytest.raises(ClaimsError, match=r"nothing\.fgb: no polygons that somebody holds"):
        geo.series(tmp_path / "nothing.fgb", **options)


def test_a_script_needs_no_guard_and_bad_input_is_one_line(tmp_path):
    """New processes do not run the script again, and workers log nothing about what is wrong with the input."""
    generated.districts(2, across=2, down=2).to_file(tmp_path / "days.fgb")
    bad = generated.districts(2, across=2, down=2)
    bad.loc[0, "controller"] = None
    bad.to_file(tmp_path / "bad.fgb")
    script = tmp_path / "script.py"
    script.write_text(
        "import geo\n"
        "print(len(geo.series('days.fgb', date='date', engine='dask').dates))\n"
        "try:\n    geo.series('bad.fgb', date='date', engine='dask')\n"
        "except geo.ClaimsError as error:\n    print(error)\n"
    )
    done = subprocess.run([sys.executable, script], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    dates, fault = done.stdout.splitlines()
    assert dates == "2"
    assert re.fullmatch(r"bad\.fgb: row fid \d: nothing in column 'controller'; --nulls nobody .*", fault)


@pytest.mark.parametrize("address", ["nonsense", "tcp://x:y"])
def test_an_address_that_is_none(address):
    with pytest.raises(ClaimsError, match=f"{address}: no Dask scheduler answers: "):
        geo.series(generated.districts(2, across=2, down=2), date="date", engine="dask", scheduler=address)


def test_a_worker_that_dies_changes_nothing():
    frame = generated.districts(60)
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        killed = []

        def kill():
            while not any(task.state == "memory" for task in list(cluster.scheduler.tasks.values())):
                time.sleep(0.01)  # until the first tile is done and others are under way
            process = next(iter(cluster.workers.values())).process.process
            killed.append(process.pid)
            os.kill(process.pid, signal.SIGKILL)

        thread = threading.Thread(target=kill, daemon=True)
        thread.start()
        tiled = geo.series(frame, date="date", engine="dask", scheduler=cluster.scheduler_address, tile_degrees=0.2)
    assert killed
    same(tiled, geo.series(frame, date="date"))


def test_no_scheduler_is_told():
    with pytest.raises(ClaimsError, match=r"tcp://127.0.0.1:9: no Dask scheduler answers"):
        geo.series(
            generated.districts(2, across=2, down=2),
            date="date",
            engine="dask",
            scheduler="tcp://127.0.0.1:9",
        )


def test_overlaps_in_a_tile_are_told(cluster):
    frame = generated.districts(2, across=2, down=2)
    frame.loc[1, "geometry"] = frame.geometry.iloc[0].buffer(0.01)
    frame.loc[[0, 1], "controller"] = ["north", "south"]
    with pytest.raises(ClaimsError, match="overlap around"):
        geo.series(frame, date="date", engine="dask", scheduler=cluster.scheduler_address)


@settings(max_examples=12, deadline=None)
@given(series_of(), st.floats(0.3, 0.9))
def test_tiles_add_up_to_the_whole(frame, share):
    west, south, east, north = frame.total_bounds
    assume(east > west or north > south)
    intervals = frames.intervals(frame, frames.Columns("controller", "date"))
    boxes = tiles.boxes((west, south, east, north), share * max(east - west, north - south))
    assert len(boxes) > 1
    parts = [tiles.counted(intervals, box, "error") for box in boxes]
    sums = tiles.added(parts, len(intervals.dates), ["none", *intervals.owners])
    whole = SharedFaces(intervals)
    # lines that are nearly one, as rounding makes them here, may be joined by a tile's side; bound of geo.dated.tiles
    bound = bound_cm2(frame)
    assert np.abs(sums.held_cm2 - whole.held_cm2).max() <= bound
    assert np.abs(sums.changed_cm2() - whole.changed_cm2()).max() <= bound
