"""Draw the light pictures that stand in the notebooks: ``make pictures``, with Chromium for the maps."""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path

import folium
import geopandas
import matplotlib as mpl
import shapely
from matplotlib.figure import Figure
from PIL import Image
from playwright.sync_api import Page, sync_playwright

import geo

FOLDER = Path(__file__).parent / "pictures"
COLOURS = 160  # a palette keeps a picture of few colours small


def light(name: str, png: bytes) -> None:
    """Write a picture with a palette."""
    picture = Image.open(io.BytesIO(png)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    picture.save(FOLDER / f"{name}.png", optimize=True)


def figure(name: str, drawn: Figure) -> None:
    """Write a figure 900 pixels wide."""
    png = io.BytesIO()
    drawn.savefig(png, format="png", dpi=900 / drawn.get_size_inches()[0])
    light(name, png.getvalue())


def screenshot(page: Page, name: str, map_: folium.Map, folder: str) -> None:
    """Write a map as a reader sees it when it opens."""
    path = Path(folder) / "map.html"
    map_.save(path)
    page.goto(path.as_uri())
    page.wait_for_selector("path.claims-ground", state="attached")
    if pins := page.locator(".leaflet-marker-icon").all():
        pins[0].click()
        page.wait_for_timeout(1000)
    light(name, page.screenshot())


def maps(golan: geo.Record, chromium: str) -> None:
    """Write the pictures of maps."""
    own = golan.map("2026-01-06")
    quneitra = golan.curated_places["quneitra"]
    folium.Circle([quneitra.lat, quneitra.lon], radius=5000, color="black", fill=False).add_to(own)
    popup = folium.Popup("<b>Quneitra</b>: within 5 km", max_width=200)
    folium.Marker([quneitra.lat, quneitra.lon], popup=popup).add_to(own)
    shown = {"one_date": golan.map("2024-12-07"), "two_dates": golan.map("2024-12-07", "2026-01-06"), "own_layer": own}
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1000, "height": 700})
        for name, map_ in shown.items():
            screenshot(page, name, map_, folder)
        browser.close()


def figures(golan: geo.Record) -> None:
    """Write the pictures of figures."""
    figure("figure", golan.plot("2024-12-07", "2026-01-06"))
    figure("timeline", golan.plot(kind="timeline"))
    figure("zone", golan.plot(kind="zone", zone="buffer_zone_1974"))

    sheet = Figure(figsize=(6, 3.4), layout="constrained")
    west, east = shapely.box(35.7, 33.0, 35.8, 33.1), shapely.box(35.8, 33.0, 35.9, 33.1)
    for axes, title, holders in zip(sheet.subplots(1, 2), ("before", "after"), (["a", "a"], ["a", "b"]), strict=True):
        frame = geopandas.GeoDataFrame({"controller": holders}, geometry=[west, east], crs=4326)
        frame.plot("controller", ax=axes, categories=["a", "b"], cmap="cividis", edgecolor="white", legend=True)
        axes.set_title(title)
    figure("two_frames", sheet)

    sheet = Figure(figsize=(5, 5), layout="constrained")
    golan.snapshot("2024-12-07").plot("controller", ax=sheet.subplots(), legend=True, cmap="cividis")
    figure("snapshot", sheet)


if __name__ == "__main__":
    mpl.use("agg")
    FOLDER.mkdir(exist_ok=True)
    record = geo.load()
    figures(record)
    maps(record, *(sys.argv[1:] or ["/usr/bin/chromium"]))
