"""The map as a reader meets it: opened in Chromium with no network."""

from __future__ import annotations

import json
import re

import folium
import generated
import pytest
from axe_playwright_python.sync_playwright import Axe
from common import ROOT, SCREENSHOTS, chromium, edit_column, edit_features

import geo
from geo import ClaimsError
from geo.answers import record
from geo.layers import tables
from geo.views import maps, palette

HEADLINE = ("2024-12-07", "2026-01-06")
HOSTILE = (
    "<img src=x onerror=\"document.title='owned'\"></script><script>document.title='owned'</script>"
    "{{7*7}}{%x%}{#x#}`${1}`\u202egnp.\u2066'\"&amp;-->]]>"
)
WORDS = json.loads((ROOT / "geo" / "views" / "static" / "words.json").read_text())
STRIP = str.maketrans("", "", "\u2068\u2069")


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


@pytest.fixture(scope="module")
def headline(golan, tmp_path_factory):
    """Return the headline's map as a file that many tests open."""
    path = tmp_path_factory.mktemp("map") / "map.html"
    maps.save(golan.map(*HEADLINE), path)
    return path


@pytest.fixture
def opened(browser, tmp_path):
    """Open a map; fail on any request but the file itself, on any script error and on any console error."""
    faults = []

    def open_(map_, address="", *, width=1200, height=900, **options):
        path = map_
        if isinstance(map_, folium.Map):
            path = tmp_path / "map.html"
            maps.save(map_, path)
        size = {"width": width, "height": height}
        page = browser.new_context(viewport=size, offline=True, **options).new_page()
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
    assert faults == []


def legend(page):
    return page.locator(".claims-legend").inner_text().translate(STRIP)


def number(quantity):
    return f"{quantity.area:,.1f} km² ± {quantity.margin:,.1f}"


def spread(quantity):
    return f"({quantity.low:,.0f} to {quantity.high:,.0f})" if quantity.low < quantity.high else ""


def party(name, language="en"):
    return WORDS[language]["parties"].get(name, name)


def assert_legend(page, areas, transfers=()):
    text = legend(page)
    for name, quantity in areas.items():
        assert party(name) in text
        assert number(quantity) in text, (name, text)
        assert spread(quantity) in text
    for transfer in transfers:
        assert f"{party(transfer.source)} to {party(transfer.target)}" in text
        assert number(transfer.quantity) in text
        assert spread(transfer.quantity) in text


def barriers(page):
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [(fault["id"], fault["nodes"][0]["html"]) for fault in found if fault["impact"] in ("serious", "critical")]


def choose(page, name, value):
    page.locator(f"select[name={name}]").select_option(value)


def test_the_headline_map(opened, golan, headline):
    page = opened(headline)
    assert_legend(page, golan.ledger.controller_areas("2026-01-06"), golan.ledger.change(*HEADLINE))
    assert page.locator("path.claims-hatched").count() == 1
    assert page.locator(".leaflet-control-scale-line").first.is_visible()
    attribution = page.locator(".leaflet-control-attribution").inner_text()
    assert "© OpenStreetMap contributors" in attribution
    assert "ODbL" in attribution
    for words in ("Quneitra", "Line A (Alpha)", "Line B (Bravo)", "Lake Tiberias"):
        assert page.get_by_text(words, exact=True).first.is_visible(), words
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / "map.png")


def test_the_page_is_small_and_draws_soon(opened, headline):
    assert headline.stat().st_size < 1_500_000
    page = opened(headline)
    painted = page.wait_for_function("performance.getEntriesByName('first-contentful-paint')[0]?.startTime")
    assert painted.json_value() < 5000


# time


DAYS = ["1923-03-10", "1948-06-01", "1949-08-01", "1967-06-04", "1974-06-20", "2015-01-01", "2017-06-01", "2025-01-01"]


@pytest.mark.parametrize("day", DAYS)
def test_the_legend_of_any_day_is_what_python_says(opened, golan, headline, day):
    page = opened(headline, f"#mode=date&date={day}")
    assert_legend(page, golan.ledger.controller_areas(day))


def test_the_slider_moves_through_the_changes(opened, golan, headline):
    page = opened(headline, "#mode=date&date=1967-06-04")
    slider = page.get_by_label("on", exact=True)
    assert slider.get_attribute("aria-valuetext") == "1967-06-04"
    slider.focus()
    page.keyboard.press("ArrowRight")
    assert page.get_by_label("on", exact=True).get_attribute("aria-valuetext") == "1967-06-10"
    assert "date=1967-06-10" in page.url
    assert_legend(page, golan.ledger.controller_areas("1967-06-10"))
    assert "Fighting ends with Israel holding the plateau" in page.locator(".claims-events").inner_text()
    page.keyboard.press("ArrowLeft")  # the key stays under the finger
    assert "date=1967-06-04" in page.url
    marks = page.locator(".claims-ticks .claims-event").count()
    assert marks == len(golan.ledger.changes()) + 1


def test_play_and_pause(opened, headline):
    page = opened(headline, "#mode=date&date=1967-06-04")
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("location.hash.includes('date=1967-06-10')", timeout=5000)
    page.get_by_role("button", name="Pause").click()
    stopped = page.url
    page.wait_for_timeout(1800)
    assert page.url == stopped


def test_a_date_outside_the_record_in_the_address_is_passed_over(opened, headline):
    page = opened(headline, "#mode=date&date=1800-01-01&before=x&view=nobody&lang=xx&extent=all")
    assert "Who holds what, 2026-01-06" in legend(page)


def test_the_address_changes_the_view(opened, golan, headline):
    page = opened(headline)
    page.evaluate("location.hash = '#mode=date&date=1973-10-25&lang=en'")
    page.wait_for_function("document.querySelector('.claims-legend').innerText.includes('1973-10-25')")
    assert_legend(page, golan.ledger.controller_areas("1973-10-25"))


# comparison


PAIRS = [("1967-06-04", "1967-06-11"), ("1973-10-05", "1973-10-25"), ("1974-05-31", "1974-06-26"), HEADLINE]


@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_the_change_between_any_two_days_is_what_python_says(opened, golan, headline, before, after):
    page = opened(headline, f"#mode=change&before={before}&date={after}")
    assert_legend(page, golan.ledger.controller_areas(after), golan.ledger.change(before, after))


def test_swipe(opened, golan, headline):
    page = opened(headline, "#mode=swipe&before=1967-06-04&date=1967-06-11")
    handle = page.get_by_role("slider", name="Swipe between the two dates")

    def edges():
        style = "document.querySelector('.leaflet-claims-{}-pane').style.clipPath"
        return [page.evaluate(style.format(pane)) for pane in ("older", "ground")]

    before = edges()
    assert before[0] != before[1]
    box = handle.bounding_box()
    page.mouse.move(box["x"] + 2, 200)
    page.mouse.down()
    page.mouse.move(300, 200)
    page.mouse.up()
    assert edges() != before
    assert handle.get_attribute("aria-valuenow") == "25"
    handle.press("ArrowRight")
    assert handle.get_attribute("aria-valuenow") == "27"
    assert page.locator(".leaflet-claims-older-pane path").count() >= 2
    choose(page, "mode", "date")
    assert not handle.is_visible()
    assert edges() == ["", ""]
    assert_legend(page, golan.ledger.controller_areas("1967-06-11"))


def test_scenarios_are_marked_as_hypothetical(opened, golan, headline):
    page = opened(headline)
    choose(page, "scenario", "withdraw_2024_12_08")
    text = legend(page)
    assert "HYPOTHETICAL: Withdrawal to the lines of before 8 December 2024" in text
    assert_legend(page, {}, golan.ledger.change("2026-01-06", "withdraw_2024_12_08"))
    choose(page, "scenario", "")
    assert "HYPOTHETICAL" not in legend(page)


@pytest.mark.parametrize("extent", ["min", "max"])
def test_extents(opened, headline, extent):
    page = opened(headline)
    area = "[...document.querySelectorAll('path.claims-hatched')].map(path => path.getAttribute('d').length).join()"
    best = page.evaluate(area)
    choose(page, "extent", extent)
    assert page.evaluate(area) != best
    assert f"extent={extent}" in page.url


# perspectives and languages


@pytest.mark.parametrize("view", ["syria", "israel", "un", "us", "lebanon"])
def test_perspectives(opened, golan, headline, view):
    page = opened(headline, "#mode=date&date=2026-01-06")
    assert "Control is who holds the ground in fact" in legend(page)
    choose(page, "view", view)
    assert_legend(page, golan.seen_by(view).controller_areas("2026-01-06"))
    assert f"as counted by {party(view)}" in legend(page)
    assert "others see it otherwise" in legend(page)


@pytest.mark.parametrize("language", ["ar", "he"])
def test_languages_right_to_left(opened, golan, headline, language):
    page = opened(headline)
    choose(page, "language", language)
    assert f"lang={language}" in page.url
    assert page.locator(".claims-legend").get_attribute("dir") == "rtl"
    assert page.locator(".leaflet-container").evaluate("node => getComputedStyle(node).direction") == "ltr"
    text = legend(page)
    assert party("israel", language) in text
    for quantity in golan.ledger.controller_areas("2026-01-06").values():
        assert number(quantity) in text
    assert golan.curated_lines["line_a"].names[language] in page.locator(".leaflet-tooltip-pane").inner_text()
    assert (
        golan.curated_places["quneitra"].names.get(language, "Quneitra")
        in page.locator(".leaflet-tooltip-pane").inner_text()
    )
    page.screenshot(path=SCREENSHOTS / f"map_{language}.png")


def test_every_language_has_every_word(golan):
    for language in maps.LANGUAGES:
        assert set(WORDS[language]) == set(WORDS["en"])
        for key in ("parties", "bases"):
            assert set(WORDS[language][key]) == set(WORDS["en"][key])
    shown = {row.controller for row in tables.read_control(golan.path / "curated")}
    shown |= {view.counted_as for views in golan.views.values() for view in views}
    shown |= {row.controller for rows in golan.ledger.scenarios.values() for row in rows}
    assert shown <= set(WORDS["en"]["parties"])
    assert {f"line_{kind}" for kind in palette.LINES} <= set(WORDS["en"])


# cards


def at(page, lon, lat):
    page.evaluate("([lat, lon]) => map_of().claims.openGround(L.latLng(lat, lon))", [lat, lon])
    # the map glides to make room for the card: what is clicked meanwhile may be missed
    page.locator(".leaflet-pan-anim").wait_for(state="detached")
    return page.locator(".claims-popup")


@pytest.fixture
def headline_page(opened, headline):
    page = opened(headline, "#mode=date&date=2024-12-07")
    page.evaluate("window.map_of = () => Object.values(window).find(value => value instanceof L.Map)")
    return page


def test_a_click_tells_who_holds_the_ground(headline_page):
    page = headline_page
    card = at(page, 35.8246, 33.1259)
    text = card.inner_text()
    for words in ("UN buffer zone of 1974", "Held by", "Syria", "Since", "2018-07-26 – 2024-12-08", "Nearest line"):
        assert words in text
    assert "Government forces take Quneitra" in text
    link = card.locator("> ul a").first
    assert link.get_attribute("href").startswith("http")
    assert link.get_attribute("rel") == "noopener noreferrer"
    card.locator("summary").press("Enter")
    card.locator("details[open]").wait_for()
    assert "un_security_council" not in card.inner_text()
    assert "UN Security Council" in card.inner_text()


def test_a_click_on_the_map_itself(headline_page):
    page = headline_page
    page.mouse.click(520, 450)
    assert page.locator(".claims-popup h2").inner_text() == "Golan Heights west of Line A"


def test_lines_and_places_have_cards(headline_page):
    page = headline_page
    page.locator("path.leaflet-interactive[stroke='#6A3D9A']").first.dispatch_event("click")
    assert "± 100 m (one standard deviation)" in page.locator(".claims-popup").inner_text()


def test_posts_stand_by_date(opened, headline):
    page = opened(headline, "#mode=date&date=2026-01-06")
    red = "path.leaflet-interactive[stroke='#7a0000']"
    assert page.locator(red).count() > 8
    page.get_by_label("reported posts").uncheck()
    assert page.locator(red).count() == 0
    page.get_by_label("reported posts").check()
    page.evaluate("location.hash = '#mode=date&date=2024-12-07'")
    page.wait_for_function("document.querySelector('.claims-legend').innerText.includes('2024-12-07')")
    assert page.locator(red).count() == 0


def test_bands_show_how_sure_a_line_is(opened, headline):
    page = opened(headline)
    bands = page.locator(".leaflet-claims-bands-pane path")
    assert bands.count() > 5
    widths = {float(path.get_attribute("stroke-width")) for path in bands.all()}
    assert max(widths) > 10 * min(widths)
    page.get_by_label("bands: how sure lines are").uncheck()
    assert bands.count() == 0


def test_measure(opened, headline):
    page = opened(headline)
    page.get_by_role("button", name="Measure").click()
    for x, y in ((450, 300), (550, 300), (550, 400)):
        page.mouse.click(x, y)
    assert re.search(r"[\d.]+ km, [\d.]+ km²", page.locator(".leaflet-tooltip-pane").inner_text())
    assert page.locator(".claims-popup").count() == 0


# hostile text


def test_hostile_text_stays_text(opened, layers):
    folder = layers / "curated"

    def spoil(features):
        for feature in features:
            keys = ("name_en", "name_ar", "name_he", "note", "side_evidence")
            feature["properties"].update(dict.fromkeys(keys, HOSTILE))

    for name in ("lines", "places"):
        edit_features(folder / f"{name}.geojson", spoil)
    sources = json.loads((folder / "sources.json").read_text())
    for source in sources:
        source.update(title=HOSTILE, URL="javascript:document.title='owned'")
    (folder / "sources.json").write_text(json.dumps(sources))
    for file, column in (
        ("zones", "name_en"),
        ("zones", "note"),
        ("control", "note"),
        ("events", "title"),
        ("events", "what"),
        ("claims", "statement"),
        ("claims", "claimant"),
        ("scenarios", "name_en"),
        ("scenarios", "note"),
        ("scenarios", "proposed_by"),
        ("perspectives", "name_en"),
        ("routes", "name_en"),
        ("routes", "note"),
    ):
        edit_column(folder / f"{file}.csv", column, lambda text: HOSTILE if text else text)
    edit_column(folder / "control.csv", "controller", lambda who: who.replace("israel", HOSTILE))
    edit_column(folder / "scenarios.csv", "controller", lambda who: who.replace("syria", HOSTILE))
    edit_column(folder / "perspectives.csv", "counted_as", lambda who: who.replace("israel", HOSTILE))

    page = opened(record.Record(layers).map(*HEADLINE))
    assert HOSTILE in page.locator(".claims-legend").inner_text().translate(STRIP)
    shown = page.evaluate(
        """(hostile) => {
        const map = Object.values(window).find(value => value instanceof L.Map);
        let shown = 0;
        map.eachLayer(layer => {
            if (!(layer instanceof L.Path) || !layer.options.interactive) return;
            layer.fire("click", { latlng: map.getCenter() });
            if (document.querySelector(".claims-popup")?.innerText.includes(hostile.slice(0, 40))) shown += 1;
        });
        for (const view of ["", "israel"]) {
            for (const mode of ["date", "swipe", "change"]) {
                for (const scenario of [...map.claims.ledger.scenarios.keys(), "2017-06-01"]) {
                    map.claims.set({ view, mode, date: scenario });
                    map.claims.openGround(L.latLng(33.1259, 35.8246));
                }
            }
        }
        return shown;
    }""",
        HOSTILE,
    )
    assert shown > 100
    assert page.locator("img").count() == 0
    assert page.locator("a[href^='javascript']").count() == 0
    assert page.title() == "Territorial control on the Golan"


# everyone


@pytest.mark.parametrize("address", ["", "#mode=swipe&lang=ar", "#mode=date&view=un&lang=he"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_barrier_that_axe_finds(opened, headline, address, scheme):
    assert barriers(opened(headline, address, color_scheme=scheme)) == []


def test_the_keyboard_reaches_everything(opened, headline):
    page = opened(headline, "#mode=swipe")
    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.getAttribute('name') ?? document.activeElement.className"))
    names = {"mode", "view", "extent", "scenario", "language", "bands", "posts", "measure", "play", "date", "before"}
    assert names <= reached
    assert "claims-handle" in reached


@pytest.mark.parametrize("language", ["en", "ar"])
def test_narrow_screens(opened, headline, language):
    page = opened(headline, f"#lang={language}", width=360, height=740)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 360
    boxes = [page.locator(f".claims-{name}").bounding_box() for name in ("panel", "legend", "timeline")]
    for box in boxes:
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360
    assert sum(box["width"] * box["height"] for box in boxes) < 0.5 * 360 * 740  # the map stays in sight
    page.locator(".claims-legend summary").click()
    assert "km²" in legend(page)
    page.screenshot(path=SCREENSHOTS / f"map_360_{language}.png")


def test_printing_on_a4(opened, headline):
    page = opened(headline)
    page.emulate_media(media="print")
    assert not page.locator(".claims-panel").is_visible()
    assert page.locator(".claims-legend").is_visible()
    pdf = page.pdf(format="A4", prefer_css_page_size=True)
    assert pdf.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1


# notebooks and folium


def test_map_composes_with_folium(opened, golan):
    map_ = golan.map("2024-12-07")
    assert isinstance(map_, folium.Map)
    group = folium.FeatureGroup(name="mine").add_to(map_)
    folium.CircleMarker([33.0, 35.8], radius=30, color="red", class_name="mine").add_to(group)
    folium.LayerControl().add_to(map_)
    page = opened(map_)
    assert page.locator("path[stroke=red]").count() == 1


def test_two_maps_on_one_page_keep_out_of_each_others_way(browser, golan, tmp_path):
    page = browser.new_page()
    frames = "".join(golan.map(day)._repr_html_() for day in ("1967-06-04", "1973-10-25"))
    (tmp_path / "notebook.html").write_text(f"<meta charset='utf-8'>{frames}")
    page.goto((tmp_path / "notebook.html").as_uri())
    for frame, day in zip(page.frames[1:], ("1967-06-04", "1973-10-25"), strict=True):
        frame.wait_for_selector("path.claims-ground", state="attached")
        assert day in frame.locator(".claims-legend").inner_text()
    page.close()


def test_map_in_a_notebook_names_no_host_and_is_not_large(golan):
    shown = golan.change(*HEADLINE).map()._repr_html_()
    assert "iframe" in shown
    assert len(shown) < 1_500_000
    for loaded in ("&lt;script src", "&lt;link", "@import"):
        assert loaded not in shown


def test_map_of_layers_that_have_little(opened, layers):
    """Someone else's layers need not have everything that ours have."""
    folder = layers / "curated"
    edit_features(
        folder / "lines.geojson",
        lambda features: features.__setitem__(
            slice(None), [feature for feature in features if feature["properties"]["kind"] != "water"]
        ),
    )
    for name in ("places.geojson", "routes.csv", "bands.csv", "perspectives.csv", "claims.csv", "events.csv"):
        (folder / name).unlink()
    for name in ("scenarios.csv", "proposals.csv", "figures.csv", "grid_points.csv", "spread.csv", "test_points.csv"):
        (folder / name).unlink()
    page = opened(record.Record(layers).map("2024-12-07"))
    assert "Who holds what, 2024-12-07" in legend(page)


def test_tiles_only_when_asked_for(golan):
    page = golan.map(tiles="OpenStreetMap.Mapnik").get_root().render()
    assert "tile.openstreetmap.org" in page
    assert "tile.openstreetmap.org" not in golan.map().get_root().render()
    with pytest.raises(ClaimsError, match="unknown tiles 'x'"):
        golan.map(tiles="x")
    with pytest.raises(ClaimsError, match="unknown language 'xx'"):
        golan.map(language="xx")


# maps of dated polygons of one's own


def test_a_series_has_the_same_map(opened):
    series = geo.series(generated.districts(10, across=5, down=4), date="date")
    first, last = series.dates[0], series.dates[-1]
    page = opened(series.map(first, last))
    text = legend(page)
    for name, quantity in series.held(last).items():
        assert f"{name}\n{quantity.area:,.1f} km²" in text
    for transfer in series.change(first, last).transfers:
        assert f"{transfer.source} to {transfer.target}\n{transfer.quantity.area:,.1f} km²" in text
    assert "±" not in text, "no accuracy is stated"
    assert "No accuracy is stated" in text
    assert page.locator("select[name=extent]").count() == 0
    page.screenshot(path=SCREENSHOTS / "series.png")
    choose(page, "mode", "date")
    page.locator("input[name=date]").press("ArrowLeft")
    held = series.held(series.dates[-2])
    for name, quantity in held.items():
        assert f"{name}\n{quantity.area:,.1f} km²" in legend(page)
    assert barriers(page) == []


def test_panels_leave_the_ground_of_a_series_free(opened):
    """Opened with room beside the panels, all ground shows; with too little, it shows large."""
    shown = geo.series(generated.districts(2, across=24, down=12), date="date").map()
    for width, free in ((1200, True), (700, False)):
        page = opened(shown, width=width)
        ground = page.locator("path.claims-ground")
        boxes = [ground.nth(index).bounding_box() for index in range(ground.count())]
        west, east = min(box["x"] for box in boxes), max(box["x"] + box["width"] for box in boxes)
        left = page.locator(".claims-legend").bounding_box()
        right = page.locator(".claims-panel").bounding_box()
        assert 0 <= west < east <= width
        assert (left["x"] + left["width"] <= west) == free
        assert (east <= right["x"]) == free


def test_names_of_a_series_stay_text(opened):
    frame = generated.districts(2, across=2, down=1)
    frame["controller"] = [HOSTILE, "none", HOSTILE, "b"]
    page = opened(geo.series(frame, date="date").map())
    assert "<img src=x" in legend(page)
    assert page.title() != "owned"


def test_names_of_a_series_do_not_turn_a_sentence_round(opened):
    """From whom to whom reads as the language does, whatever the first name's script."""
    frame = generated.districts(2, across=2, down=1)
    frame["controller"] = ["النظام", "SDF", "SDF", "النظام"]
    page = opened(geo.series(frame, date="date").map(*frame["date"].unique()))
    for language, direction in (("en", "ltr"), ("ar", "rtl")):
        choose(page, "language", language)
        row = page.locator(".claims-legend td span[dir]", has_text="SDF").last
        assert row.evaluate("node => getComputedStyle(node).direction") == direction


def test_lines_drawn_anew_show_the_dates_named(opened):
    series = geo.series(generated.redrawn(40), date="date")
    assert series.method == "pairs"
    page = opened(series.map(series.dates[3], series.dates[5]))
    assert f"{series.held(series.dates[5])['north'].area:,.1f} km²" in legend(page)
