"""The map as a reader meets it: opened in Chromium with no network."""

from __future__ import annotations

import json

import folium
import pytest
from common import SCREENSHOTS, chromium, edit_column, edit_features

from geo import maps, palette, record

HEADLINE = ("2024-12-07", "2026-01-06")
HOSTILE = "<img src=x onerror=\"document.title='owned'\"></script><script>document.title='owned'</script>{{7*7}}`${1}`"


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-quic", *quiet]
        )
        yield browser
        browser.close()


@pytest.fixture
def opened(browser, tmp_path):
    """Open a map; fail on any request but the file itself, on any script error and on any console error."""
    faults = []

    def open_(map_, *, width=1200, height=900):
        path = tmp_path / "map.html"
        maps.save(map_, path)
        context = browser.new_context(viewport={"width": width, "height": height}, offline=True)
        page = context.new_page()
        page.on(
            "request", lambda request: request.url.startswith(("data:", path.as_uri())) or faults.append(request.url)
        )
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: message.type == "error" and faults.append(message.text))
        page.on("dialog", lambda dialog: faults.append(dialog.message))
        page.goto(path.as_uri())
        page.wait_for_selector("path.leaflet-interactive", state="attached")
        return page

    yield open_
    assert faults == []


def test_the_headline_map(opened, golan):
    page = opened(golan.map(*HEADLINE))
    (transfer,) = golan.ledger.change(*HEADLINE)
    legend = page.locator(".claims-legend").inner_text()
    assert f"{transfer.quantity.area:,.1f} km² ± {transfer.quantity.margin:,.1f}" in legend
    assert f"range {transfer.quantity.low:,.0f} to {transfer.quantity.high:,.0f}" in legend
    for name, quantity in golan.ledger.controller_areas("2026-01-06").items():
        assert palette.title(name) in legend
        assert f"{quantity.area:,.1f} km²" in legend
    assert page.locator(".leaflet-control-scale-line").first.is_visible()
    assert "© OpenStreetMap contributors" in page.locator(".leaflet-control-attribution").inner_text()
    for words in ("Quneitra", "Line A (Alpha)", "Line B (Bravo)", "Lake Tiberias"):
        assert page.get_by_text(words, exact=True).first.is_visible(), words
    page.screenshot(path=SCREENSHOTS / "map.png")


def test_layers_can_be_switched(opened, golan):
    page = opened(golan.map(*HEADLINE))
    hatched = page.locator("path.claims-hatched")
    assert hatched.count() == 1
    assert page.evaluate("getComputedStyle(document.querySelector('path.claims-hatched')).fill").startswith("url(")
    page.get_by_label("Changed ground").uncheck()
    assert hatched.count() == 0
    fills = "[...new Set([...document.querySelectorAll('path')].map(path => path.getAttribute('fill')))].join(' ')"
    paths = page.locator("path.leaflet-interactive").count()
    page.get_by_label("Control on 2024-12-07").check()
    assert page.locator("path.leaflet-interactive").count() != paths or "#E69F00" in page.evaluate(fills)


def test_a_click_tells_who_holds_the_ground(opened, golan):
    page = opened(golan.map("2024-12-07"))
    page.evaluate("""() => {
        const map = Object.values(window).find(value => value instanceof L.Map);
        map.eachLayer(layer => layer.feature?.properties.card?.title.startsWith("UN buffer zone") && layer.openPopup());
    }""")
    popup = "\n".join(page.locator(".claims-popup").all_inner_texts())
    for words in ("UN buffer zone", "Held by", "Syria", "Since", "1974-06-25", "Basis"):
        assert words in popup
    link = page.locator(".claims-popup a").first
    assert link.get_attribute("href").startswith("http")
    assert link.get_attribute("rel") == "noopener noreferrer"


def test_hostile_text_stays_text(opened, layers):
    def spoil(features):
        for feature in features:
            feature["properties"].update(name_en=HOSTILE, note=HOSTILE, side_evidence=HOSTILE)

    for name in ("lines", "places"):
        edit_features(layers / "curated" / f"{name}.geojson", spoil)
    sources = json.loads((layers / "curated" / "sources.json").read_text())
    for source in sources:
        source.update(title=HOSTILE, URL="javascript:document.title='owned'")
    (layers / "curated" / "sources.json").write_text(json.dumps(sources))
    edit_column(layers / "curated" / "zones.csv", "name_en", lambda _: HOSTILE)
    edit_column(layers / "curated" / "control.csv", "controller", lambda who: who.replace("israel", HOSTILE))

    page = opened(record.Record(layers).map(*HEADLINE))
    assert HOSTILE in page.locator(".claims-legend").inner_text()
    shown = page.evaluate(
        """(hostile) => {
        const map = Object.values(window).find(value => value instanceof L.Map);
        let shown = 0;
        map.eachLayer(layer => {
            if (!layer.getPopup?.()) return;
            layer.openPopup();
            if (layer.getPopup().getElement().innerText.includes(hostile)) shown += 1;
        });
        return shown;
    }""",
        HOSTILE,
    )
    assert shown > 100
    assert page.locator("img").count() == 0
    assert page.locator("a[href^='javascript']").count() == 0
    assert page.title() != "owned"


def test_map_composes_with_folium(opened, golan):
    map_ = golan.map("2024-12-07")
    assert isinstance(map_, folium.Map)
    folium.CircleMarker([33.0, 35.8], radius=30, color="red", class_name="mine").add_to(map_)
    page = opened(map_)
    assert page.locator("path[stroke=red]").count() == 1


def test_map_in_a_notebook_names_no_host(golan):
    shown = golan.change(*HEADLINE).map()._repr_html_()
    assert "iframe" in shown
    for host in ("cdn", "unpkg", "jsdelivr", "cloudflare", "bootstrap"):
        assert host not in shown


def test_map_without_extents_or_context(opened, layers):
    """Someone else's layers need not have everything that ours have."""
    edit_features(
        layers / "curated" / "lines.geojson",
        lambda features: features.__setitem__(
            slice(None), [feature for feature in features if feature["properties"]["kind"] != "context"]
        ),
    )
    (layers / "curated" / "places.geojson").unlink()
    page = opened(record.Record(layers).map("2024-12-07"))
    assert "Who holds what, 2024-12-07" in page.locator(".claims-legend").inner_text()
