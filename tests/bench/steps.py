"""What a step of the map's slider costs, pressed as a key in headless Chromium."""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

import generated
from common import chromium
from playwright.sync_api import sync_playwright

import geo
from geo.views import maps

STEPS = 40
LIMITS = {"the record": 16, "365 dates of 500 polygons": 50}  # milliseconds of script


def step(page, session, back):
    """Press the key of one step; return milliseconds of script, on the clock of the page's own thread."""

    def script():
        metrics = session.send("Performance.getMetrics")["metrics"]
        return next(metric["value"] for metric in metrics if metric["name"] == "ScriptDuration")

    start = script()
    page.keyboard.press("ArrowLeft" if back else "ArrowRight")
    page.wait_for_timeout(80)
    return 1e3 * (script() - start)


def of_page(browser, path, address):
    """Return the milliseconds of some steps back and forth."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(path.as_uri() + address)
    page.wait_for_selector("path.claims-ground", state="attached")
    session = page.context.new_cdp_session(page)
    session.send("Performance.setTimeDomain", {"timeDomain": "threadTicks"})
    session.send("Performance.enable")
    page.locator("input[name=date]").focus()
    found = [step(page, session, number < STEPS / 2) for number in range(STEPS)]
    page.close()
    return found


def rows():
    """Yield what was stepped through, in which mode, the median and the longest of the steps, and the limit."""
    series = geo.series(generated.districts(365), date="date")
    middle, start = series.dates[180], series.dates[5]
    shown = {
        "the record": (geo.load().map(), "2024-12-07", "2026-01-06"),
        "365 dates of 500 polygons": (series.map(middle), start, middle),
    }
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        for what, (map_, before, date) in shown.items():
            path = Path(folder) / "map.html"
            maps.save(map_, path)
            for mode in ("date", "change"):
                found = of_page(browser, path, f"#mode={mode}&before={before}&date={date}")
                yield what, mode, statistics.median(found), max(found), LIMITS[what]
        browser.close()
