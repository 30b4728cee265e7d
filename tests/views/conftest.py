"""The browser that maps are opened in."""

from __future__ import annotations

import pytest
from common import chromium

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
