"""The browser that maps are opened in, and maps in it."""

from __future__ import annotations

import folium
import pytest
from common import chromium

from geo.views import maps

_QUIET = ("--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run")


@pytest.fixture(scope="module")
def browser():
    """Yield Chromium; each test opens contexts of its own in it and closes them."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-quic", *_QUIET]
        )
        yield browser
        browser.close()


@pytest.fixture
def opened(browser, tmp_path):
    """Open a map; fail on any request but the file itself, on any script error and on any console error."""
    faults, contexts = [], []

    def open_(map_, address="", *, width=1200, height=900, **options):
        path = map_
        if isinstance(map_, folium.Map):
            path = tmp_path / "map.html"
            maps.save(map_, path)
        size = {"width": width, "height": height}
        contexts.append(browser.new_context(viewport=size, offline=True, **options))
        page = contexts[-1].new_page()
        page.on(
            "request", lambda request: request.url.startswith(("data:", path.as_uri())) or faults.append(request.url)
        )
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: message.type == "error" and faults.append(message.text))
        page.on("dialog", lambda dialog: faults.append(dialog.message))
        page.goto(path.as_uri() + address)
        page.wait_for_selector("path.claims-ground", state="attached")
        return page

    yield open_
    for context in contexts:
        context.close()
    assert faults == []
