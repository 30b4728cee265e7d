"""Timings beside what a user would do with geopandas, in one run, as ratios: `make bench` writes results.md.

Each side is run in turn several times and its smallest time counts, since noise only ever adds. With words as
arguments, only the parts whose name has one of them are run, and printed.
"""

from __future__ import annotations

import datetime as dt
import os
import platform
import re
import sys
import tempfile
import time
from collections import defaultdict
from importlib.metadata import version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))  # what tests share

import folium
import generated
import geopandas
import growth
import numpy as np
import of_series
import peers
import pyproj
import shapely
import steps
import xstatic.pkg.leaflet
from common import chromium
from playwright.sync_api import sync_playwright
from redrawing import monte_carlo_sigma_km2, normals
from timing import GEOD, SEED, Row, best, process, union_km2

import geo
from geo.geometry.uncertainty import covariance
from geo.layers import derive
from geo.views import maps

RESULTS = Path(__file__).parent / "results.md"

WITH_GEOPANDAS = """
import geopandas, pathlib, pyproj
geod = pyproj.Geod(ellps="WGS84")
for path in sorted(pathlib.Path("layers/built").glob("*.geojson")):
    frame = geopandas.read_file(path)
    print([abs(geod.geometry_area_perimeter(geometry)[0]) / 1e6 for geometry in frame.geometry])
"""


def whole_process():
    """`claims areas --json` against reading the same layers and measuring them with Geod."""
    claims = Path(sys.executable).parent / "claims"
    return Row(
        "`claims areas --json`, whole process",
        "`geopandas.read_file` + `Geod` on the built layers, whole process",
        best(process(claims, "areas", "--json"), 15),
        best(process(sys.executable, "-c", WITH_GEOPANDAS), 7),
        "10",
    )


def polygon_areas():
    """Areas of many polygons against a loop over `Geod`."""
    rng = np.random.default_rng(SEED)
    angles = np.linspace(0, 2 * np.pi, 100, endpoint=False)
    centres = rng.uniform((30, -60), (120, 60), (2000, 2))
    radii = rng.uniform(0.02, 0.05, (2000, 100))
    rings = centres[:, None] + radii[:, :, None] * np.column_stack([np.cos(angles), np.sin(angles)])
    series = geopandas.GeoSeries(shapely.polygons(rings), crs=4326)
    return Row(
        "`geo.area` of 2,000 polygons of 100 vertices, a GeoSeries in",
        "loop over `Geod.geometry_area_perimeter`",
        best(lambda: geo.area(series), 9),
        best(lambda: [abs(GEOD.geometry_area_perimeter(polygon)[0]) for polygon in series], 5),
        "12",
    )


def snapshot_change():
    """A change between two dates asked of loaded layers, against one overlay of the two snapshots."""
    golan = geo.load()
    before, after = golan.snapshot("2024-12-07"), golan.snapshot("2026-01-06")

    return Row(
        "change between two dates of the loaded layers",
        "`geopandas.overlay(union)` + `Geod`",
        best(lambda: golan.ledger.change("2024-12-07", "2026-01-06"), 20),
        best(lambda: union_km2(before, after), 5),
    )


def uncertainty():
    """The standard deviation of an area, the covariances of its lines included, against redrawing the lines."""
    golan = geo.load()
    derived = derive.derive(golan.path)
    chosen = set(golan.ledger.faces_in("golan_heights"))

    def delta():
        bounding = defaultdict(list)
        for arc in derived.arcs:
            if (arc.left in chosen) != (arc.right in chosen):
                bounding[arc.line].append(arc)
        variance = 0.0
        for line, mine in bounding.items():
            side = np.array([1 if arc.left in chosen else -1 for arc in mine])
            of, arcs = derived.lines[line], [arc.coordinates for arc in mine]
            variance += side @ covariance(of.coordinates, arcs, of.accuracy_m, of.correlation_km) @ side
        return variance**0.5 / 1e6

    known, drawn = golan.ledger.sigma_km2(chosen), monte_carlo_sigma_km2(golan, derived, "golan_heights", 4000)[0]
    assert abs(delta() / known - 1) < 1e-3
    assert abs(drawn / known - 1) < 0.05
    return Row(
        f"95 % interval of the Golan, covariances included (σ {known:.2f} km²)",
        f"4,000 redrawings of its lines (σ {drawn:.2f} km²)",
        best(delta, 50),
        best(lambda: monte_carlo_sigma_km2(golan, derived, "golan_heights", 4000), 3),
        "100",
    )


def dated_points():
    """100,000 dated points of the ground joined to control, lines included, against a join with the whole history."""
    golan, rng, count = geo.load(), np.random.default_rng(SEED), 100_000
    history = golan.history()
    held = history[history["extents"].str.contains("best")]
    west, south, east, north = golan.bounds
    spots = geopandas.GeoSeries(
        geopandas.points_from_xy(rng.uniform(west, east, 2 * count), rng.uniform(south, north, 2 * count)), crs=4326
    )
    spots = spots[spots.within(shapely.union_all(golan.polygons))].iloc[:count].reset_index(drop=True)
    span = (np.datetime64("today", "D") - np.datetime64(golan.ledger.first, "D")).astype(int)
    days = np.datetime64(golan.ledger.first, "D") + rng.integers(0, span, count).astype("timedelta64[D]")
    points = geopandas.GeoDataFrame({"when": days}, geometry=spots)

    def theirs():
        found = geopandas.sjoin(points, held, predicate="intersects")
        return found[(found["from_date"] <= found["when"]) & ~(found["to_date"] <= found["when"])]

    ours = golan.control_at(points, date="when", accuracy_m=100)
    assert len(ours) == len(points) == count
    assert (theirs()["controller"].sort_index() == ours["controller"]).all()
    return Row(
        "100,000 dated points joined to who held the ground, in which extents and how near a line, `.control_at`",
        "`geopandas.sjoin` with the whole history and a choice by date, holders alone",
        best(lambda: golan.control_at(points, date="when", accuracy_m=100), 7),
        best(theirs, 3),
    )


def interval_of_built_layers():
    """The same asked of built layers, where the covariances are kept."""
    golan = geo.load()
    derived, chosen = derive.derive(golan.path), golan.ledger.faces_in("golan_heights")
    return Row(
        "the same, asked of built layers",
        "4,000 redrawings of its lines",
        best(lambda: golan.ledger.sigma_km2(chosen), 50),
        best(lambda: monte_carlo_sigma_km2(golan, derived, "golan_heights", 4000), 3),
        "100",
    )


def interval_of_a_series():
    """The interval of what a party of a series holds, against redrawing its line."""
    accuracy_m, correlation_km, draws = 100, 5, 4000
    frame = generated.redrawn(1)
    series = geo.series(frame, date="date", accuracy_m=accuracy_m, correlation_km=correlation_km)
    (date,), (party,) = series.dates, series.parties
    plane = pyproj.Transformer.from_crs(4326, "+proj=laea +lon_0=36 +lat_0=33 +ellps=WGS84", always_xy=True)

    def redrawn():
        rng = np.random.default_rng(SEED)
        course = np.column_stack(plane.transform(*shapely.get_coordinates(frame.geometry).T))
        fades = np.exp(-np.hypot(*np.diff(course, axis=0).T) / (1000 * correlation_km))
        shifts = rng.standard_normal((len(course), draws))
        for at, fade in enumerate(fades):  # an exponential correlation, from each vertex to the next
            shifts[at + 1] = fade * shifts[at] + np.sqrt(1 - fade**2) * shifts[at + 1]
        x, y = (course + accuracy_m * shifts[..., None].transpose(1, 0, 2) * normals(course)).transpose(2, 0, 1)
        return 0.5 * np.sum(x * np.roll(y, -1, axis=1) - np.roll(x, -1, axis=1) * y, axis=1).std() / 1e6

    known, drawn = series.held(date)[party].margin / 1.96, redrawn()
    assert abs(known / drawn - 1) < 0.05, (known, drawn)
    return Row(
        f"95 % interval of one party of a series, 3,000 vertices, `.held(date)` (σ {known:.2f} km²)",
        f"4,000 redrawings of its line (σ {drawn:.2f} km²)",
        best(lambda: series.held(date), 20),
        best(redrawn, 3),
        "100",
    )


def plain_folium(golan):
    """Return what a user would draw with folium alone: one GeoJson layer for each date of the record."""
    plain = folium.Map(location=[33.1, 35.8], zoom_start=10, tiles=None)
    for number, date in enumerate([golan.ledger.first, *golan.ledger.changes()]):
        group = folium.FeatureGroup(name=date, show=number == 0).add_to(plain)
        folium.GeoJson(golan.snapshot(f"{date}-01-01"[:10])[["controller", "geometry"]], tooltip="controller").add_to(
            group
        )
    folium.LayerControl().add_to(plain)
    return plain


def map_files():
    """The whole record as a map: size of the file, and time until ground stands on the page in headless Chromium."""
    golan = geo.load()
    leaflet = Path(xstatic.pkg.leaflet.BASE_DIR)

    def serve(route):
        """Give the plain map its Leaflet from the disk; what else it asks the network for, it goes without."""
        name = Path(route.request.url).name
        if name in {"leaflet.js", "leaflet.css"}:
            route.fulfill(path=leaflet / name)
        else:
            route.abort()

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        paths = [Path(folder) / "ours.html", Path(folder) / "theirs.html"]
        maps.save(golan.map(), paths[0])
        plain_folium(golan).save(paths[1])
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])

        def draw(path):
            page = browser.new_page()
            page.route(re.compile("^https?://"), serve)
            page.goto(path.as_uri())
            page.wait_for_selector("path.leaflet-interactive", state="attached")
            page.close()

        times = [best(lambda path=path: draw(path), 7) for path in paths]
        sizes = [path.stat().st_size / 1e6 for path in paths]
        browser.close()
    return sizes, times


def rfc7946():
    """Polygons to and from GeoJSON, against pyogrio writing and reading the same."""
    from geo.dated import geojson_reader
    from geo.formats import geojson

    rng = np.random.default_rng(SEED)
    angles = np.linspace(0, 2 * np.pi, 10, endpoint=False)
    rings = rng.uniform((-170, -80), (170, 80), (100_000, 1, 2)) + 0.01 * np.column_stack(
        [np.cos(angles), np.sin(angles)]
    )
    frame = geopandas.GeoDataFrame(
        {"id": np.arange(len(rings)), "controller": "north"}, geometry=shapely.polygons(rings), crs=4326
    )
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = Path(folder) / "ours.geojson", Path(folder) / "theirs.geojson"
        write = (
            best(lambda: geojson.write(frame, ours), 3),
            best(lambda: frame.to_file(theirs, driver="GeoJSON", RFC7946="YES", COORDINATE_PRECISION=9), 2),
        )
        one, other = geopandas.read_file(theirs), geopandas.read_file(ours)
        read = best(lambda: geojson_reader.read(theirs), 5), best(lambda: geopandas.read_file(theirs), 3)
        # GDAL writes 11.865999996 as 11.866
        assert shapely.equals_exact(one.geometry, other.geometry, 1e-8, normalize=True).all()
    what = "100,000 polygons of 10 vertices, RFC 7946"
    return (
        Row(f"{what}, written", "pyogrio, GeoJSON with RFC7946=YES and as many decimals", *write, "3.5"),
        Row(f"{what}, read", "`geopandas.read_file` (pyogrio) of the same file, the same frame", *read, "3"),
    )


def seconds(time):
    return f"{time:,.2f} s" if time >= 1 else f"{time * 1e3:,.2f} ms"


def rows_table(rows):
    yield "| what | against | ours | theirs | times as fast | goal |"
    yield "|---|---|---:|---:|---:|---:|"
    for what, against, ours, theirs, goal in rows:
        ratio = theirs / ours
        yield (
            f"| {what} | {against} | {seconds(ours)} | {seconds(theirs)} | {ratio:,.{1 if ratio >= 10 else 2}f} "
            f"| {goal} |"
        )


def timings(chosen):
    """Yield the lines of the table of all rows."""
    parts = (
        # what takes milliseconds before what leaves the memory in pieces
        polygon_areas,
        snapshot_change,
        dated_points,
        uncertainty,
        interval_of_built_layers,
        interval_of_a_series,
        of_series.many_districts,
        of_series.few_districts,
        of_series.long_thin,
        of_series.any_pair,
        of_series.worst_case,
        of_series.added_day,
        of_series.shipped_layers,
        rfc7946,
        whole_process,
    )
    rows = []
    for part in parts:
        if chosen(part):
            found = part()
            rows += [found] if isinstance(found, Row) else found
    yield from rows_table(rows)


def growing():
    """Yield the lines of the table of growth."""
    yield (
        f"How a series of {growth.ACROSS * growth.DOWN} polygons a date grows, 2 % changed a day, each in a fresh "
        "process. A history is ground that was held alike on all dates, an event that one changed hands. Memory is "
        "the highest, above what imports take; of it, the frame is the polygons and making them:"
    )
    yield ""
    yield from growth.table()


def dask():
    """Yield the lines on tiles."""
    yield "Tiles with Dask; the integers of both sides are equal, and the workers were started before:"
    yield ""
    yield "| what | one process | two workers | times as fast |"
    yield "|---|---:|---:|---:|"
    for what, whole, tiled in of_series.in_tiles():
        yield f"| {what} | {seconds(whole)} | {seconds(tiled)} | {whole / tiled:.2f} |"


def programs():
    """Yield the lines on other programs."""
    rows, notes = peers.rows()
    yield "Other programs:"
    yield ""
    yield from rows_table(rows)
    for note in notes:
        yield ""
        yield note


def browser():
    """Yield the lines on the map."""
    sizes, times = map_files()
    yield "The map of the whole record, beside plain folium with one GeoJson layer for each date:"
    yield ""
    yield "| what | ours | theirs | times as small or fast |"
    yield "|---|---:|---:|---:|"
    yield (
        "| file, MB; ours holds Leaflet, its texts and three languages, theirs loads Leaflet from the network "
        f"| {sizes[0]:.2f} | {sizes[1]:.2f} | {sizes[1] / sizes[0]:.1f} |"
    )
    yield (
        "| until ground stands on the page in headless Chromium, Leaflet given to both from the disk "
        f"| {times[0] * 1e3:,.0f} ms | {times[1] * 1e3:,.0f} ms | {times[1] / times[0]:.1f} |"
    )


def stepping():
    """Yield the lines on steps of the map's slider."""
    yield "A step of the map's slider by key in headless Chromium, script alone, on the clock of its own thread:"
    yield ""
    yield "| what | shown | median, ms | longest, ms | limit, ms |"
    yield "|---|---|---:|---:|---:|"
    for what, mode, middle, longest, limit in steps.rows():
        yield f"| {what} | {mode} | {middle:.1f} | {longest:.1f} | {limit} |"


def head():
    """Yield the lines on what was measured, and in what state the machine was."""
    yield "# Timings"
    yield ""
    names = ("geopandas", "shapely", "pyproj", "numpy", "pyogrio", "distributed")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    yield (
        f"{platform.machine()}, {os.cpu_count()} processors, {platform.system()}, Python {platform.python_version()}, "
        f"{versions}; seed {SEED}; {dt.datetime.now(dt.UTC).date()}, load {os.getloadavg()[0]:.1f} at the start. "
        "Smallest of several runs; both sides agree on what changed. Written by `make bench`."
    )


def main(words):
    start = time.perf_counter()

    def chosen(part):
        return not words or any(word in part.__name__ for word in words)

    parts = [timings(chosen), *(part() for part in (growing, dask, programs, browser, stepping) if chosen(part))]
    lines = list(head())
    for part in parts:
        lines += ["", *part]
    text = "\n".join(lines) + "\n"
    if not words:
        RESULTS.write_text(text)
    print(text)
    print(f"{time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main(sys.argv[1:])
