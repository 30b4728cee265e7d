"""Timings beside what a user would do with geopandas, in one run, as ratios: `make bench` writes results.md.

Each side is run in turn several times and its smallest time counts, since noise only ever adds.
"""

from __future__ import annotations

import platform
import re
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import folium
import geopandas
import numpy as np
import pyproj
import shapely
import xstatic.pkg.leaflet
from playwright.sync_api import sync_playwright

import geo
from geo import derive, maps
from geo.uncertainty import covariance

sys.path.insert(0, str(Path(__file__).parent.parent))
from common import chromium
from test_uncertainty import monte_carlo_sigma_km2

ROOT = Path(__file__).parent.parent.parent
RESULTS = Path(__file__).parent / "results.md"
SEED = 1974

WITH_GEOPANDAS = """
import geopandas, pathlib, pyproj
geod = pyproj.Geod(ellps="WGS84")
for path in sorted(pathlib.Path("layers/built").glob("*.geojson")):
    frame = geopandas.read_file(path)
    print([abs(geod.geometry_area_perimeter(geometry)[0]) / 1e6 for geometry in frame.geometry])
"""


def best(run, rounds):
    """Return the smallest time of several runs in seconds."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def process(*command):
    return lambda: subprocess.run(command, cwd=ROOT, check=True, capture_output=True)


def whole_process():
    """`claims areas --json` against reading the same layers and measuring them with Geod."""
    claims = Path(sys.executable).parent / "claims"
    return (
        "`claims areas --json`, whole process",
        "`geopandas.read_file` + `Geod` on the built layers, whole process",
        best(process(claims, "areas", "--json"), 15),
        best(process(sys.executable, "-c", WITH_GEOPANDAS), 7),
    )


def polygon_areas():
    """Areas of many polygons against a loop over `Geod`."""
    rng = np.random.default_rng(SEED)
    angles = np.linspace(0, 2 * np.pi, 100, endpoint=False)
    centres = rng.uniform((30, -60), (120, 60), (2000, 2))
    radii = rng.uniform(0.02, 0.05, (2000, 100))
    rings = centres[:, None] + radii[:, :, None] * np.column_stack([np.cos(angles), np.sin(angles)])
    series = geopandas.GeoSeries(shapely.polygons(rings), crs=4326)
    geod = pyproj.Geod(ellps="WGS84")
    return (
        "`geo.area` of 2,000 polygons of 100 vertices",
        "loop over `Geod.geometry_area_perimeter`",
        best(lambda: geo.area(series), 9),
        best(lambda: [abs(geod.geometry_area_perimeter(polygon)[0]) for polygon in series], 5),
    )


def snapshot_change():
    """A change between two dates asked of loaded layers, against one overlay of the two snapshots."""
    golan = geo.load()
    before, after = golan.snapshot("2024-12-07"), golan.snapshot("2026-01-06")

    def overlay():
        both = geopandas.overlay(before, after, how="union")
        changed = both[both["controller_1"] != both["controller_2"]]
        geo.area(changed, edges="geodesic")

    return (
        "change between two dates of the loaded layers",
        "`geopandas.overlay(union)` + `Geod`",
        best(lambda: golan.ledger.change("2024-12-07", "2026-01-06"), 20),
        best(overlay, 5),
    )


def uncertainty():
    """The standard deviation of an area, the covariances of its lines included, against redrawing the lines."""
    golan = geo.load()
    derived = derive.derive(golan.path)
    chosen = set(golan.ledger.faces_in("golan_heights"))

    def delta():
        variance = 0.0
        for index, line in enumerate(derived.lines):
            mine = [arc for arc in derived.arcs if arc.line == index and (arc.left in chosen) != (arc.right in chosen)]
            if mine:
                side = np.array([1 if arc.left in chosen else -1 for arc in mine])
                variance += side @ covariance(line, mine) @ side
        return variance**0.5 / 1e6

    known, drawn = golan.ledger.sigma_km2(chosen), monte_carlo_sigma_km2(golan, derived, "golan_heights", 4000)[0]
    assert abs(delta() / known - 1) < 1e-3
    return (
        f"95 % interval of the Golan, covariances included (σ {known:.2f} km²)",
        f"4,000 redrawings of its lines (σ {drawn:.2f} km²)",
        best(delta, 9),
        best(lambda: monte_carlo_sigma_km2(golan, derived, "golan_heights", 4000), 3),
    )


def interval_of_built_layers():
    """The same asked of built layers, where the covariances are kept."""
    golan = geo.load()
    derived, chosen = derive.derive(golan.path), golan.ledger.faces_in("golan_heights")
    return (
        "the same, asked of built layers",
        "4,000 redrawings of its lines",
        best(lambda: golan.ledger.sigma_km2(chosen), 50),
        best(lambda: monte_carlo_sigma_km2(golan, derived, "golan_heights", 4000), 3),
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


def main():
    benches = (whole_process, polygon_areas, snapshot_change, uncertainty, interval_of_built_layers)
    rows = [bench() for bench in benches]
    lines = [
        "# Timings",
        "",
        f"{platform.machine()}, {platform.system()}, Python {platform.python_version()}, "
        + ", ".join(f"{name} {version(name)}" for name in ("geopandas", "shapely", "pyproj", "numpy", "pyogrio"))
        + f"; seed {SEED}. Smallest of several runs; written by `make bench`.",
        "",
        "| what | against | ours | theirs | times as fast |",
        "|---|---|---:|---:|---:|",
        *(
            f"| {what} | {against} | {ours * 1e3:,.2f} ms | {theirs * 1e3:,.2f} ms | {theirs / ours:,.1f} |"
            for what, against, ours, theirs in rows
        ),
    ]
    sizes, times = map_files()
    lines += [
        "",
        "The map of the whole record, beside plain folium with one GeoJson layer for each date:",
        "",
        "| what | ours | theirs | times as small or fast |",
        "|---|---:|---:|---:|",
        "| file, MB; ours holds Leaflet, its texts and three languages, theirs loads Leaflet from the network "
        f"| {sizes[0]:.2f} | {sizes[1]:.2f} | {sizes[1] / sizes[0]:.1f} |",
        "| until ground stands on the page in headless Chromium, Leaflet given to both from the disk "
        f"| {times[0] * 1e3:,.0f} ms | {times[1] * 1e3:,.0f} ms | {times[1] / times[0]:.1f} |",
    ]
    text = "\n".join(lines) + "\n"
    RESULTS.write_text(text)
    print(text)


if __name__ == "__main__":
    main()
