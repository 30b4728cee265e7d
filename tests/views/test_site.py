"""The static site as its readers have it: opened from a folder, searched by keyboard, read aloud, without a network."""

from __future__ import annotations

import hashlib
import json
import re
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import geopandas
import pytest
import shapely
from common import ROOT

import geo
from geo import ClaimsError
from geo.answers import site
from geo.cli.main import main

pytestmark = pytest.mark.slow
SINAI = ROOT / "tests" / "territories" / "sinai"
MOST = 5_000_000  # bytes without downloads


@pytest.fixture(scope="module")
def public(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site") / "public"
    assert main(["site", str(folder)]) == 0
    return folder


class Links(HTMLParser):
    """The links, images and anchors of a page."""

    def __init__(self, text):
        super().__init__()
        self.links, self.ids = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):  # noqa: ARG002  # the parser calls it so
        values = dict(attrs)
        self.links += [values[name] for name in ("href", "src") if values.get(name)]
        self.ids += [values["id"]] if "id" in values else []


def own(path):
    """Return whether a page is the site's, and not the map with its own tests."""
    return path.name != "map.html"


def test_every_link_leads_somewhere(public):
    pages = {path: Links(path.read_text(encoding="utf-8")) for path in public.rglob("*.html") if own(path)}
    assert len(pages) > 250
    for path, found in pages.items():
        assert len(found.ids) == len(set(found.ids)), path
        for link in found.links:
            parts = urlsplit(link)
            if parts.scheme:
                assert parts.scheme in {"https", "http", "data"}, (path, link)
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            assert target.is_file(), (path, link)
            if parts.fragment and target in pages:
                assert parts.fragment in pages[target].ids, (path, link)


def test_names_lead_to_their_pages(public):
    names = json.loads(re.search(r"NAMES = (.*);", (public / "names.js").read_text(encoding="utf-8"))[1])
    places = Links((public / "places.html").read_text(encoding="utf-8"))
    for page, *_ in names:
        path, _, anchor = page.partition("#")
        for folder in ("", "ar", "he"):
            assert (public / folder / path).is_file()
        assert not anchor or anchor in places.ids


def test_the_site_is_small_and_its_downloads_are_whole(public):
    size = sum(
        path.stat().st_size for path in public.rglob("*") if path.is_file() and public / "downloads" not in path.parents
    )
    assert size < MOST
    for sums in (public / "downloads").rglob("SHA256SUMS"):
        for line in sums.read_text().splitlines():
            digest, name = line.split(maxsplit=1)
            assert hashlib.sha256((sums.parent / name.strip("*")).read_bytes()).hexdigest() == digest
    formats = {path.name for path in (public / "downloads").iterdir()}
    assert {"geojson", "fgb", "parquet", "kml", "csv", "shp", "layer"} <= formats


def test_the_page_describes_the_dataset(public, golan):
    page = (public / "index.html").read_text(encoding="utf-8")
    found = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)[1])
    assert found["@type"] == "Dataset"
    assert {one["encodingFormat"] for one in found["distribution"]} >= {"application/geo+json", "text/csv"}
    for one in found["distribution"]:
        assert (public / one["contentUrl"]).stat().st_size == int(one["contentSize"].split()[0])
    taken = golan.change(*golan.key_dates[-2:]).transfers[0]
    assert f"{taken.quantity.area:,.0f} km²" in page
    assert "javascript:" not in page


@pytest.mark.parametrize("language", ["", "ar/", "he/"])
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_readers_find_their_way(public, browser, language, width, scheme):
    asked, faults = [], []
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, offline=True)
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto((public / language / "index.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing runs out of the page"
    page.locator("#wanted").fill("al quneitra")
    assert re.fullmatch(r"\D*\d+\D*", page.locator("#count").inner_text())
    page.locator("#wanted").fill("القنيطره")
    assert page.locator("#found a").count() > 1
    page.locator("#wanted").fill("")
    page.locator("#wanted").press_sequentially("قنيطرة" if language == "ar/" else "quneit")
    page.keyboard.press("Enter")
    page.wait_for_url("**/places.html#*")
    assert page.locator(":target").count() == 1
    page.locator("nav a").nth(2).click()
    page.locator("main a").first.click()
    page.wait_for_url("**/layer/*.html")
    assert page.locator("figure img").evaluate("image => image.complete && image.naturalWidth > 0")
    page.locator("nav a[aria-current]").click()
    assert page.locator("h1").inner_text()
    assert not faults
    assert {urlsplit(url).scheme for url in asked} <= {"file", "data", "blob"}
    context.close()


@pytest.mark.parametrize("path", ["index.html", "ar/index.html", "layer/buffer_zone_1974.html", "he/places.html"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_barriers(public, browser, path, scheme):
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    page.goto((public / path).as_uri())
    found = Axe().run(page, options={"iframes": False}).response["violations"]
    assert [(one["id"], [node["html"][:90] for node in one["nodes"]][:2]) for one in found] == []
    context.close()


def test_another_territory_has_a_site(tmp_path):
    folder = tmp_path / "sinai"
    assert site.write(geo.load(SINAI), folder) > 50
    text = "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.html") if own(path))
    assert "olan" not in text
    assert '<dd><bdi lang="en">' in text, "what has no translation says its language"


def links_are_whole(folder):
    for path in filter(own, folder.rglob("*.html")):
        for link in Links(path.read_text(encoding="utf-8")).links:
            parts = urlsplit(link)
            assert parts.scheme or not parts.path or (path.parent / unquote(parts.path)).is_file(), (path, link)


def test_a_record_without_places_figures_or_sureness(tmp_path):
    """A record that ``claims init`` makes from polygons has none of these, and says nothing of them."""
    west, east = shapely.box(35.7, 33.0, 35.8, 33.1), shapely.box(35.8, 33.0, 35.9, 33.1)
    days = geopandas.GeoDataFrame(
        {"date": ["2024-12-07", "2024-12-07", "2024-12-08"], "controller": ["a", "b", "a"]},
        geometry=[west, east, west.union(east)],
        crs=4326,
    )
    days.to_file(tmp_path / "days.gpkg")
    given = [
        "--from",
        str(tmp_path / "days.gpkg"),
        "--by",
        "controller",
        "--date-column",
        "date",
        "--accuracy-m",
        "100",
    ]
    assert main(["init", str(tmp_path / "mine"), *given]) == 0
    site.write(geo.load(tmp_path / "mine"), tmp_path / "public")
    links_are_whole(tmp_path / "public")
    assert not (tmp_path / "public" / "places.html").exists()
    page = (tmp_path / "public" / "index.html").read_text(encoding="utf-8")
    assert "95 % interval, from the accuracy of the lines: " in page
    assert "Range, from what" not in page  # all extents are one
    assert ": km²" not in page
    assert ". . " not in page


def test_the_example_record_has_a_site(tmp_path):
    main(["init", str(tmp_path / "isles")])
    site.write(geo.load(tmp_path / "isles"), tmp_path / "public")
    links_are_whole(tmp_path / "public")
    page = (tmp_path / "public" / "layer" / "south.html").read_text(encoding="utf-8")
    assert '<a href="../places.html#harbour">Harbour</a>' in page


def test_pages_and_files_are_labelled(public):
    index = (public / "he" / "index.html").read_text(encoding="utf-8")
    assert 'aria-current="page"' in index
    assert re.search(r'aria-label="zones, geojson, [\d.]+ [kM]B"', index)


def test_names_never_become_markup(tmp_path):
    import shutil

    shutil.copytree(SINAI, tmp_path / "layers")
    places = tmp_path / "layers" / "curated" / "zones.csv"
    name = places.read_text(encoding="utf-8").splitlines()[1].split(",")[1]
    evil = "<img src=x onerror=alert(1)></script>"
    places.write_text(places.read_text(encoding="utf-8").replace(name, evil, 1), encoding="utf-8")
    main(["build", "--layers", str(tmp_path / "layers")])
    site.write(geo.load(tmp_path / "layers"), tmp_path / "public")
    for path in (tmp_path / "public").rglob("*"):
        if path.suffix in {".html", ".js", ".svg"} and own(path):
            assert "<img src=x" not in path.read_text(encoding="utf-8"), path


def test_nothing_is_overwritten(tmp_path, golan):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "index.html").write_text("mine")
    with pytest.raises(ClaimsError, match="is not empty, and nothing is overwritten"):
        site.write(golan, tmp_path / "mine")
    assert (tmp_path / "mine" / "index.html").read_text() == "mine"


def test_the_same_record_gives_the_same_bytes(tmp_path):
    main(["init", str(tmp_path / "isles")])
    for name in ("one", "two"):
        site.write(geo.load(tmp_path / "isles"), tmp_path / name)
    one, two = (
        {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        for folder in (tmp_path / "one", tmp_path / "two")
    )
    assert [path for path in one if one[path] != two.get(path)] == []
    assert one.keys() == two.keys()
