"""The map as a reader meets it: opened in Chromium with no network."""

from __future__ import annotations

import json
import math
import re

import folium
import generated
import numpy as np
import pypdfium2
import pytest
import shapely
import small
from axe_playwright_python.sync_playwright import Axe
from common import LAYERS, SCREENSHOTS, edit_column, edit_features
from hands import dots, places_on, screen, until
from pyproj import Geod

import geo
from geo import ClaimsError
from geo.answers import record
from geo.layers import profile
from geo.layers.profile import LINE_KINDS, NOBODY, PLACE_KINDS
from geo.views import maps
from geo.views.words import Words, interface

HEADLINE = ("2024-12-07", "2026-01-06")
HOSTILE = (
    "<img src=x onerror=\"document.title='owned'\"></script><script>document.title='owned'</script>"
    "{{7*7}}{%x%}{#x#}`${1}`gnp.'\"&amp;-->]]>"
)
GOLAN = profile.read(LAYERS)
STRIP = str.maketrans("", "", "\u2068\u2069")


@pytest.fixture(scope="module")
def headline(golan, tmp_path_factory):
    """Return the headline's map as a file that many tests open."""
    path = tmp_path_factory.mktemp("map") / "map.html"
    maps.save(golan.map(*HEADLINE), path)
    return path


def legend(page):
    return page.locator(".claims-legend").inner_text().translate(STRIP)


def number(quantity, language="en"):
    text = interface(language)["area_margin"].format(area=f"{quantity.area:,.1f}", margin=f"{quantity.margin:,.1f}")
    return text.translate(STRIP)


def spread(quantity):
    return f"({quantity.low:,.0f} to {quantity.high:,.0f})" if quantity.low < quantity.high else ""


def party(name, language="en"):
    return Words(language, GOLAN).party(name)


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
    return [(fault["id"], fault["nodes"][0]["html"]) for fault in found]


def names_on(page):
    """Return the names that the map shows, as one reads them."""
    texts = page.locator(".claims-labels text:not([display])")
    return texts.evaluate_all("texts => texts.map(text => [...text.children].map(row => row.textContent).join(' '))")


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
    for words in (
        "Quneitra",
        "Line A",
        "Line B",
        "Lake Tiberias",
        "Golan Heights west of Line A",
        "Lebanon",
        "Damascus",
    ):
        assert words in names_on(page), words
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / "map.png")


def test_the_page_is_small_and_draws_soon(opened, headline):
    assert headline.stat().st_size < 1_500_000
    page = opened(headline)
    painted = until(page, "performance.getEntriesByName('first-contentful-paint')[0]?.startTime")
    assert painted < 5000


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
    assert slider.get_attribute("aria-valuetext") == "1967-06-10"
    assert "date=1967-06-10" in page.url
    assert_legend(page, golan.ledger.controller_areas("1967-06-10"))
    assert "Fighting ends with Israel holding the plateau" in page.locator(".claims-events").inner_text()
    page.keyboard.press("ArrowLeft")  # the key stays under the finger
    assert "date=1967-06-04" in page.url
    marks = page.locator(".claims-ticks .claims-event").count()
    assert marks == len(golan.ledger.changes()) + 1


def drag(page, slider, *, touch):
    """Drag a slider's thumb from its right end to its left end; return each date that it passed."""
    box = slider.bounding_box()
    xs = [box["x"] + box["width"] - 8 - step * (box["width"] - 16) / 120 for step in range(121)]
    y = box["y"] + box["height"] / 2
    finger = page.context.new_cdp_session(page) if touch else None
    seen = []

    def move(kind, x):
        if finger:
            points = [] if kind == "End" else [{"x": x, "y": y}]
            finger.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})
        elif kind == "Start":
            page.mouse.move(x, y)
            page.mouse.down()
        elif kind == "Move":
            page.mouse.move(x, y)
        else:
            page.mouse.up()

    move("Start", xs[0])
    for x in xs:
        move("Move", x)
        date = slider.get_attribute("aria-valuetext")
        if date not in seen:
            seen.append(date)
    move("End", xs[-1])
    return seen


def test_the_heading_of_a_later_day_says_when_it_was_last_reported_on(opened, golan, headline):
    told = f"as last reported on {golan.last_report}"
    for day, said in ((golan.ledger.today(), True), ("2024-12-07", False)):
        page = opened(headline, f"#mode=date&date={day}")
        heading = page.locator(".claims-legend .claims-title").inner_text().translate(STRIP)
        assert (day in heading, told in heading) == (True, said)


@pytest.mark.parametrize("touch", [False, True])
def test_the_slider_drags_through_every_stop(opened, golan, headline, touch):
    page = opened(headline, f"#mode=date&date={golan.ledger.today()}", has_touch=touch)
    slider = page.get_by_label("on", exact=True)
    marks = page.locator(".claims-ticks span")
    stops = [mark.get_attribute("title") for mark in marks.all()]
    seen = drag(page, slider, touch=touch)
    # a finger moves some way before the browser takes it for a drag, here past the first mark
    assert seen == [stop for stop in stops[::-1] if not touch or stop in seen or stop != stops[-2]]
    assert f"date={stops[0]}" in page.url
    assert_legend(page, golan.ledger.controller_areas(stops[0]))
    if not touch:
        assert page.evaluate("document.activeElement.name") == "date"
    page.keyboard.press("End")
    slider.focus()
    page.keyboard.press("End")
    assert slider.get_attribute("aria-valuetext") == stops[-1]


CONTROLS = (
    "select, input, button:not(.claims-events *), summary, "
    ".claims-panel, .claims-legend, .claims-timeline, .claims-handle"
)


def test_controls_are_built_once(opened, headline):
    """Whatever is chosen, each control stays the element that it was: no drag, press or focus is lost."""
    page = opened(headline, "#mode=date&date=1967-06-04")
    before = page.locator(CONTROLS).element_handles()
    choose(page, "mode", "swipe")
    choose(page, "extent", "max")
    choose(page, "view", "syria")
    choose(page, "language", "he")
    choose(page, "scenario", "withdraw_2024_12_08")
    page.locator("input[name=bands]").uncheck()
    page.locator("button[name=play]").click()
    page.locator("button[name=play]").click()
    page.locator("input[name=date]").press("ArrowLeft")
    after = page.locator(CONTROLS).element_handles()
    assert len(before) == len(after) > 15
    assert all(one.evaluate("(node, other) => node === other", other) for one, other in zip(before, after, strict=True))


def test_what_is_under_the_pointer_is_not_made_anew(opened, headline):
    page = opened(headline, "#mode=date&date=2024-12-07")
    row = page.locator(".claims-legend tr", has_text="Israel").first.element_handle()
    dot = page.locator(".leaflet-claims-places-pane path").nth(5).element_handle()
    page.locator("input[name=date]").press("ArrowRight")
    choose(page, "language", "ar")
    for handle in (row, dot):
        assert handle.evaluate("node => node.isConnected")
    assert party("israel", "ar") in row.inner_text()


def test_one_region_announces(opened, headline):
    page = opened(headline, "#mode=date&date=1967-06-04")
    regions = page.locator("[role=status], [role=alert], [role=log], [aria-live], output")
    assert [region.get_attribute("class") for region in regions.all() if region.get_attribute("role")] == [
        "claims-live"
    ]
    page.locator("input[name=date]").focus()
    page.keyboard.press("ArrowRight")
    page.get_by_role("status").filter(has_text="10 June 1967").wait_for(state="attached")
    choose(page, "mode", "change")
    page.get_by_role("status").filter(has_text="passed from").wait_for(state="attached")
    assert "km²" in page.get_by_role("status").inner_text()


def test_clicks_on_controls_never_reach_the_map(opened, headline):
    page = opened(headline, "#mode=swipe&date=2026-01-06", has_touch=True)
    page.get_by_role("button", name="Measure").click()
    for name in ("panel", "legend", "timeline", "handle"):
        box = page.locator(f".claims-{name}").bounding_box()
        for share in (0.02, 0.3, 0.5, 0.8, 0.98):
            page.mouse.click(box["x"] + 3, box["y"] + share * box["height"])
    for spot in (".claims-legend p", ".claims-events", ".claims-panel summary", ".claims-panel summary"):
        page.locator(spot).first.tap()
    for select in page.locator("select").all():
        select.click()
        page.keyboard.press("Escape")
    page.locator("input[name=bands]").click()
    page.locator("button[name=play]").click()
    page.locator("button[name=play]").tap()
    assert page.locator(".claims-measured").count() == 0
    assert card(page).count() == 0


def test_play_and_pause(opened, headline):
    page = opened(headline, "#mode=date&date=1967-06-04")
    page.get_by_role("button", name="Play").click()
    until(page, "location.hash.includes('date=1967-06-10')", timeout=5)
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
    until(page, "document.querySelector('.claims-legend').innerText.includes('1973-10-25')")
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
    assert "others differ" in legend(page)


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
        assert number(quantity, language) in text
    assert "km" not in text
    named = (golan.curated_lines["line_a"], golan.curated_places["quneitra"], golan.curated_zones["golan_heights"])
    assert {one.names[language].split(" (")[0] for one in named} <= set(names_on(page))
    page.screenshot(path=SCREENSHOTS / f"map_{language}.png")


def test_every_kind_and_party_has_a_name_in_every_language(golan):
    known = golan.profile
    for named in (*known.parties.values(), *known.line_kinds.values(), *known.place_kinds.values()):
        assert set(named.names) in (set(), set(known.tags)), named.id
    kinds = [f"line_{kind}" for kind in LINE_KINDS] + [f"kind_{kind}" for kind in PLACE_KINDS]
    assert {*kinds, *(f"party_{party}" for party in NOBODY)} <= set(interface("en"))


# cards


def card(page):
    return page.locator(".claims-popup").last  # the one before may still be fading


def still(page):
    """Wait until the map has come to rest: what is clicked while it glides may be missed."""
    page.locator(".leaflet-pan-anim").wait_for(state="detached")
    page.locator(".leaflet-zoom-anim").wait_for(state="detached")


def test_a_click_tells_who_holds_the_ground(opened, golan, headline):
    page = opened(headline, "#mode=date&date=2024-12-07")
    page.mouse.click(*screen(page, golan, "2024-12-07").at(35.816, 33.339))
    still(page)
    text = card(page).inner_text()
    for words in (
        "Area of separation (buffer zone)",
        "Held by",
        "Syria",
        "Since",
        "1974-06-25 – 2024-12-08",
        "Nearest line",
    ):
        assert words in text
    assert "1974-06-25: " in text
    link = card(page).locator("> ul a").first
    assert link.get_attribute("href").startswith("http")
    assert link.get_attribute("rel") == "noopener noreferrer"
    card(page).locator("summary").click()
    card(page).locator("details[open]").wait_for()
    assert "un_security_council" not in card(page).inner_text()
    assert "UN Security Council" in card(page).inner_text()


def test_only_a_source_with_an_address_is_a_link(opened, layers):
    path = layers / "curated" / "sources.json"
    sources = json.loads(path.read_text())
    for source in sources:
        if source["id"] != "un_sc_16106":
            source.pop("URL", None)
    path.write_text(json.dumps(sources))
    page = opened(record.Record(layers).map(*HEADLINE))
    page.locator(".claims-find summary").click()
    page.locator(".claims-find li button").first.click()
    titles = card(page).locator("> ul li > span")
    assert titles.first.inner_text()
    assert set(card(page).locator("a").evaluate_all("links => links.map(link => link.host)")) <= {"press.un.org"}


@pytest.mark.parametrize("touch", [False, True])
def test_a_dot_opens_the_card_of_its_own_place(opened, golan, headline, touch):
    page = opened(headline, "#mode=date&date=2026-01-06", height=1400, width=1400, has_touch=touch)
    places = places_on(golan, "2026-01-06")
    over = page.locator(
        ".claims-panel, .claims-legend, .claims-timeline, .claims-story, .leaflet-control, .claims-cite"
    )
    panels = [box.bounding_box() for box in over.all() if box.is_visible()]
    seen = 0
    for index, place in enumerate(places):
        middles = dots(page)
        x, y = middles.pop(index)
        apart = min((math.dist((x, y), other) for other in middles if not math.isnan(other[0])), default=99)
        covered = any(b["x"] <= x <= b["x"] + b["width"] and b["y"] <= y <= b["y"] + b["height"] for b in panels)
        if math.isnan(x) or not apart >= 9 or covered or index % 3:
            continue
        (page.touchscreen.tap if touch else page.mouse.click)(x, y)
        page.wait_for_timeout(400 if touch else 0)  # two quick taps would zoom
        still(page)
        assert card(page).locator("h2").inner_text() == place.names["en"].split(" (")[0], place.id
        page.keyboard.press("Escape")
        card(page).wait_for(state="detached")
        seen += 1
        if touch and seen == 12:
            break
    assert seen >= (12 if touch else 30)


def test_a_finger_may_miss_a_dot_a_little(opened, golan, headline):
    page = opened(headline, "#mode=date&date=2026-01-06", has_touch=True)
    index = [place.id for place in places_on(golan, "2026-01-06")].index("katzrin")
    x, y = dots(page)[index]
    page.touchscreen.tap(x + 9, y + 6)
    assert card(page).locator("h2").inner_text() == "Katzrin"


def test_a_line_and_the_ground_beside_it_have_cards_of_their_own(opened, golan, headline):
    page = opened(headline, "#mode=date&date=2024-12-07")
    view = screen(page, golan, "2024-12-07")
    line = shapely.LineString(golan.curated_lines["line_a"].coordinates)
    lon, lat = shapely.get_coordinates(shapely.line_interpolate_point(line, 0.42, normalized=True))[0]
    x, y = view.at(lon, lat)
    page.mouse.click(x, y)
    assert card(page).locator("h2").inner_text() == "Line A (Alpha)"
    assert "± 95 m (one standard deviation)" in card(page).inner_text()
    page.keyboard.press("Escape")
    card(page).wait_for(state="detached")
    still(page)
    view = screen(page, golan, "2024-12-07")
    x, y = view.at(lon, lat)
    page.mouse.click(x - 16, y)
    assert card(page).locator("h2").inner_text() == "Golan Heights west of Line A"


def test_the_lake_has_a_card(opened, golan, headline):
    page = opened(headline, "#mode=date&date=2024-12-07")
    page.mouse.click(*screen(page, golan, "2024-12-07").at(35.58, 32.83))
    assert "Tiberias" in card(page).locator("h2").inner_text()


def test_in_a_swipe_each_side_tells_of_its_own_date(opened, golan, headline):
    page = opened(headline, "#mode=swipe&before=1967-06-04&date=1967-06-11")
    handle = page.get_by_role("slider", name="Swipe between the two dates")
    ground = screen(page, golan, "1967-06-11").at(35.70, 33.02)
    for share, holder in ((0.9, "Syria"), (0.1, "Israel")):
        box = handle.bounding_box()
        page.mouse.move(box["x"] + 2, 650)
        page.mouse.down()
        page.mouse.move(1200 * share, 650, steps=4)
        page.mouse.up()
        page.mouse.click(*ground)
        assert card(page).locator("tr", has_text="Held by").locator("td").inner_text() == holder
        page.keyboard.press("Escape")
        card(page).wait_for(state="detached")


def test_posts_stand_by_date(opened, headline):
    page = opened(headline, "#mode=date&date=2026-01-06")
    red = "path.leaflet-interactive[stroke='#7a0000']"
    assert page.locator(red).count() > 8
    page.get_by_label("reported posts").uncheck()
    assert page.locator(red).count() == 0
    page.get_by_label("reported posts").check()
    page.evaluate("location.hash = '#mode=date&date=2024-12-07'")
    until(page, "document.querySelector('.claims-legend').innerText.includes('2024-12-07')")
    assert page.locator(red).count() == 0


def test_bands_show_how_sure_a_line_is(opened, headline):
    page = opened(headline)
    bands = page.locator(".leaflet-claims-bands-pane path")
    assert bands.count() > 5
    widths = {float(path.get_attribute("stroke-width")) for path in bands.all()}
    assert max(widths) > 10 * min(widths)
    page.get_by_label("bands: accuracy of the lines").uncheck()
    assert bands.count() == 0


# the keyboard alone


def tab_to(page, name, most=80):
    """Press Tab until the element of that name, or of that class, has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        focus = "(({ name, classList, localName }) => [name, localName, ...classList])(document.activeElement)"
        if name in page.evaluate(focus):
            return
    pytest.fail(f"Tab does not reach {name}")


def active(page):
    return page.evaluate("document.activeElement.innerText ?? ''")


def test_a_card_is_opened_read_and_closed_by_keyboard_alone(opened, headline):
    page = opened(headline, "#mode=date&date=2024-12-07")
    tab_to(page, "posts")
    tab_to(page, "summary")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("area of separation")
    page.locator(".claims-find li").first.wait_for()
    page.keyboard.press("Tab")
    assert "Area of separation (buffer zone)" in active(page)
    page.keyboard.press("Enter")
    card(page).wait_for()
    assert card(page).evaluate("node => node === document.activeElement")
    reached = []
    for _ in range(4):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.localName"))
    assert "summary" in reached
    assert "a" in reached, "a source"
    page.keyboard.press("Escape")
    card(page).wait_for(state="detached")
    assert "Area of separation (buffer zone)" in active(page), "the focus goes back to where it came from"


def test_the_list_holds_what_is_in_view_and_arrow_keys_walk_in_it(opened, golan, headline):
    page = opened(headline, "#mode=date&date=2026-01-06")
    page.get_by_text("Find a place, line or zone").click()
    rows = page.locator(".claims-find li")
    rows.first.wait_for()
    names = rows.locator("span").all_inner_texts()
    assert {place.names["en"].split(" (")[0] for place in places_on(golan, "2026-01-06")} <= set(names)
    assert {"Line A (Alpha)", "Line B (Bravo)", "Lake Tiberias", "Area of separation (buffer zone)"} <= set(names)
    page.locator("input[name=find]").focus()
    page.keyboard.press("Tab")
    for key, index in (("ArrowDown", 1), ("ArrowDown", 2), ("ArrowUp", 1), ("End", len(names) - 1), ("Home", 0)):
        page.keyboard.press(key)
        assert active(page).startswith(names[index])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "measure", "the list is one stop"


@pytest.mark.parametrize(("typed", "found"), [("القنيطرة", "Quneitra"), ("quneitra", "Quneitra"), ("קצרין", "Katzrin")])
def test_the_list_finds_names_in_any_language(opened, headline, typed, found):
    page = opened(headline, "#mode=date&date=2026-01-06")
    page.get_by_text("Find a place, line or zone").click()
    page.locator("input[name=find]").press_sequentially(typed)
    assert found in page.locator(".claims-find li span").all_inner_texts()
    page.locator("input[name=find]").fill("xyzzy")
    assert page.get_by_text("Nothing with that name").is_visible()


def test_every_card_opens_from_the_list(opened, headline):
    page = opened(headline, "#mode=date&date=2026-01-06")
    page.get_by_text("Find a place, line or zone").click()
    page.locator(".claims-find li").first.wait_for()
    names = page.locator(".claims-find li span").all_inner_texts()
    page.locator(".claims-find li button").first.focus()
    for name in names:
        assert active(page).startswith(name)
        page.keyboard.press("Enter")
        assert card(page).locator("h2").inner_text() == name
        page.keyboard.press("Escape")
        assert active(page).startswith(name)
        page.keyboard.press("ArrowDown")
    card(page).wait_for(state="detached")


# measuring


def measured(page):
    text = page.locator(".claims-measured").inner_text()
    return [float(number) for number in re.findall(r"[\d.]+", text.replace("km²", "km"))]


def assert_measured(page, corners):
    lons, lats = zip(*corners, strict=True)
    geod = Geod(ellps="WGS84")
    expected = [geod.line_length(lons, lats) / 1000]
    if len(corners) > 2:
        expected.append(abs(geod.polygon_area_perimeter(lons, lats)[0]) / 1e6)
    assert measured(page) == pytest.approx(expected, rel=1e-3)


def test_measure_begins_with_the_first_click_on_the_map(opened, golan, headline):
    page = opened(headline, "#mode=date&date=2024-12-07")
    view = screen(page, golan, "2024-12-07")
    page.get_by_role("button", name="Measure").click()
    assert page.locator(".claims-measured").count() == 0, "the press of the button is no point"
    clicked = [(480, 180), (700, 300), (560, 640)]
    for count, pixel in enumerate(clicked, start=1):
        page.mouse.click(*pixel)
        if count > 1:
            assert_measured(page, [view.position(*pixel) for pixel in clicked[:count]])
    assert card(page).count() == 0
    page.get_by_role("button", name="Measure").click()
    page.locator(".claims-measured").wait_for(state="detached")
    page.mouse.click(640, 400)
    assert card(page).count() == 1


def test_measure_by_finger(opened, golan, headline):
    page = opened(headline, "#mode=date&date=2024-12-07", has_touch=True)
    view = screen(page, golan, "2024-12-07")
    page.get_by_role("button", name="Measure").tap()
    tapped = [(480, 180), (700, 300)]
    for pixel in tapped:
        page.touchscreen.tap(*pixel)
        page.wait_for_timeout(400)  # two quick taps would zoom
    assert_measured(page, [view.position(*pixel) for pixel in tapped])


def test_measure_by_keyboard(opened, golan, headline):
    page = opened(headline, "#mode=date&date=2024-12-07")
    tab_to(page, "measure")
    page.keyboard.press("Enter")
    corners = []
    for key in ("ArrowLeft", "ArrowRight", "ArrowDown"):
        for _ in range(5):
            page.keyboard.press(key)
            page.wait_for_timeout(50)
            still(page)
        page.keyboard.press("Enter")  # at the cross in the middle
        corners.append(screen(page, golan, "2024-12-07").position(600, 450))
    assert_measured(page, corners)
    page.keyboard.press("Backspace")
    assert_measured(page, corners[:-1])
    page.keyboard.press("Escape")
    assert page.get_by_role("button", name="Measure").get_attribute("aria-pressed") == "false"


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
    package = json.loads((layers / "datapackage.json").read_text())
    del package["territory"]["parties"]  # any party is taken
    package["territory"]["title"] = {"en": f"</title>{HOSTILE}"}
    for kind in package["territory"]["lineKinds"] + package["territory"]["placeKinds"]:
        kind["names"] = {"en": HOSTILE}
    (layers / "datapackage.json").write_text(json.dumps(package))
    edit_column(folder / "control.csv", "controller", lambda who: who.replace("israel", HOSTILE))
    edit_column(folder / "scenarios.csv", "controller", lambda who: who.replace("syria", HOSTILE))
    edit_column(folder / "perspectives.csv", "counted_as", lambda who: who.replace("israel", HOSTILE))

    page = opened(record.Record(layers).map(*HEADLINE))
    assert HOSTILE in page.locator(".claims-legend").inner_text().translate(STRIP)
    page.locator(".claims-find summary").click()
    shown = 0
    for view, mode, scenario in (("", "change", ""), ("israel", "swipe", "withdraw_2024_12_08")):
        choose(page, "view", view)
        choose(page, "mode", mode)
        choose(page, "scenario", scenario)
        cards = page.locator(".claims-find li button").evaluate_all("""buttons => buttons.map(button => {
            button.click();
            return [...document.querySelectorAll(".claims-popup")].at(-1).innerText;
        })""")
        shown += sum(HOSTILE[:40] in text for text in cards)
    assert shown > 100
    assert page.locator("img:not(.claims-relief)").count() == 0
    assert page.locator("a[href^='javascript']").count() == 0
    assert page.title() == f"</title>{HOSTILE}"


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
        reached.add(
            page.evaluate("(({ activeElement: on }) => on.getAttribute('name') ?? on.getAttribute('class'))(document)")
        )
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
    assert interface(language)["zone_area"].split()[-1] in legend(page)
    page.screenshot(path=SCREENSHOTS / f"map_360_{language}.png")


def page_of(pdf):
    """Return the only page of a PDF: a picture, one pixel to a point, and its text."""
    pages = pypdfium2.PdfDocument(pdf)
    assert len(pages) == 1
    text = pages[0].get_textpage().get_text_bounded()
    return pages[0].render().to_numpy()[:, :, 2::-1].astype(int), text


def extent_of(image, wanted):
    """Return the rectangle round all pixels that a test of red, green and blue picks."""
    rows, columns = np.nonzero(wanted(*np.moveaxis(image, 2, 0)))
    return columns.min(), rows.min(), columns.max(), rows.max()


PAPER = [("A4", False), ("A4", True), ("Letter", False), ("Letter", True), ("A5", False)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("paper", "landscape"), PAPER)
def test_print_refits_the_map_to_the_page(opened, headline, paper, landscape, scheme):
    page = opened(headline, color_scheme=scheme)
    before = page.locator("path.claims-hatched").bounding_box()
    image, text = page_of(page.pdf(format=paper, landscape=landscape))
    height, width, _ = image.shape
    assert (width > height) == landscape
    assert image[5, 5].tolist() == [255, 255, 255]
    syria = lambda red, green, blue: (red > 220) & (abs(green - 200) < 30) & (abs(blue - 115) < 30)  # noqa: E731
    israel = lambda red, green, blue: (abs(red - 125) < 20) & (abs(green - 180) < 20) & (blue > 200)  # noqa: E731
    west, north, east, south = extent_of(image, syria)
    assert 28 <= west < east < width - 28, "all ground is inside the margins"
    assert 28 <= north < south < height - 28
    assert extent_of(image, israel)[0] >= 28
    assert (south - north) > (0.5 if landscape else 0.4) * height * (0.7 if paper == "A5" else 1), "and large"
    read = " ".join(text.translate(STRIP).split())
    for words in ("What changed hands", "274.0 km² ± 21.4", "© OpenStreetMap", "10 km", "Tel Kudna"):
        assert words in read
    still(page)
    assert page.locator("path.claims-hatched").bounding_box() == pytest.approx(before, abs=1), "the screen is as it was"


# notebooks and folium


def test_map_composes_with_folium(opened, golan):
    map_ = golan.map("2024-12-07")
    assert isinstance(map_, folium.Map)
    group = folium.FeatureGroup(name="mine").add_to(map_)
    folium.CircleMarker([33.0, 35.8], radius=30, color="red", class_name="mine").add_to(group)
    folium.LayerControl().add_to(map_)
    page = opened(map_)
    assert page.locator("path[stroke=red]").count() == 1


SANDBOX = {"frame": "", "sandbox": 'sandbox="allow-scripts"'}


@pytest.mark.parametrize("kind", ["srcdoc", "frame", "sandbox"])
def test_maps_in_frames_work_and_say_nothing(browser, golan, tmp_path, kind):
    """Two maps on a page, with a layer of one's own: a notebook's output, frames with and without a sandbox."""
    days = ("1967-06-04", "1973-10-25")
    maps_ = [golan.map(day) for day in days]
    for map_ in maps_:
        folium.Circle([33.12, 35.82], radius=5000, color="red", fill=False).add_to(map_)
    frames = [map_._repr_html_() for map_ in maps_]
    if kind != "srcdoc":
        for map_, day in zip(maps_, days, strict=True):
            maps.save(map_, tmp_path / f"{day}.html")
        frames = [f"<iframe src='{day}.html' {SANDBOX[kind]} width=1100 height=700></iframe>" for day in days]
    (tmp_path / "notebook.html").write_text(f"<meta charset='utf-8'><body style='width: 1100px'>{''.join(frames)}")
    page = browser.new_page()
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto((tmp_path / "notebook.html").as_uri())
    for frame, day in zip(page.frames[1:], days, strict=True):
        frame.wait_for_selector("path.claims-ground", state="attached")
        assert day in frame.locator(".claims-legend").inner_text()
        assert frame.locator("path[stroke=red]").bounding_box()["width"] > 20
        frame.locator("input[name=date]").focus()
        page.keyboard.press("ArrowRight")
        assert day not in frame.locator(".claims-title").inner_text()
        frame.locator("summary", has_text="Find").click()
        frame.locator(".claims-find button").first.click()
        assert frame.locator(".claims-popup").is_visible()
    assert said == []
    page.close()


def test_a_map_that_opens_hidden_finds_its_ground_when_shown(opened, headline, tmp_path):
    text = headline.read_text().replace("<body>", '<body style="display: none">', 1)
    path = tmp_path / "hidden.html"
    path.write_text(text)
    page = opened(path)
    page.evaluate("document.body.style.display = ''")
    until(page, "document.querySelector('path.claims-hatched').getBoundingClientRect().height > 200")


def test_the_address_may_change_often(opened, headline):
    """A browser refuses more than 200 addresses in half a minute; here flags of the driver hide that, so count them."""
    page = opened(headline, "#mode=date&date=1967-06-04")
    slider = page.locator("input[name=date]")
    written = slider.evaluate("""slider => {
        const replace = history.replaceState.bind(history);
        let written = 0;
        history.replaceState = (...values) => { written++; replace(...values); };
        for (let turn = 0; turn < 260; turn++) {
            slider.dispatchEvent(new KeyboardEvent("keydown", { key: turn % 2 ? "ArrowLeft" : "ArrowRight" }));
        }
        return written;
    }""")
    assert 10 < written < 200
    slider.focus()
    page.keyboard.press("Home")
    until(page, "location.hash.includes('date=1923-03-10')", timeout=40)


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


@pytest.mark.parametrize("width", [1200, 700])
def test_panels_leave_the_ground_of_a_series_free(opened, width):
    page = opened(geo.series(generated.districts(2, across=24, down=12), date="date").map(), width=width)
    ground = page.locator("path.claims-ground")
    boxes = [ground.nth(index).bounding_box() for index in range(ground.count())]
    west, east = min(box["x"] for box in boxes), max(box["x"] + box["width"] for box in boxes)
    left, right = (page.locator(f".claims-{name}").bounding_box() for name in ("legend", "panel"))
    assert left["x"] + left["width"] <= west < east <= right["x"]


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


def test_a_page_that_may_keep_nothing_works_all_the_same(browser, headline):
    """A webview of an editor refuses the history, and storage throws."""
    page = browser.new_page()
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.add_init_script(
        """
        const refuse = () => { throw new DOMException("refused", "SecurityError"); };
        History.prototype.replaceState = refuse;
        History.prototype.pushState = refuse;
        for (const name of ["localStorage", "sessionStorage"]) Object.defineProperty(window, name, { get: refuse });
        """
    )
    page.goto(headline.as_uri())
    page.locator("input[name=date]").focus()
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    assert "2026-01-06" not in legend(page).splitlines()[0]
    assert page.url == headline.as_uri()
    assert said == []
    page.close()


def test_on_a_phone_a_card_takes_the_place_of_the_settings(opened, headline):
    page = opened(headline, width=360, height=740, has_touch=True)
    page.locator(".claims-panel > details > summary").tap()
    page.locator(".claims-find > summary").tap()
    page.locator(".claims-find button", has_text="Bariqa").tap()
    assert card(page).locator("h2").inner_text() == "Bariqa"
    still(page)
    assert not page.locator("select[name=mode]").is_visible()
    until(page, "document.querySelector('.claims-popup').getBoundingClientRect().x >= 0", timeout=5)
    box = card(page).bounding_box()
    assert 0 <= box["x"] < box["x"] + box["width"] <= 360
    page.keyboard.press("Escape")
    card(page).wait_for(state="detached")
    assert active(page).startswith("Bariqa")


ODD = ["__proto__", "constructor", "toString", "hasOwnProperty"]


def test_parties_may_have_any_name(opened):
    import geopandas
    import shapely

    squares = [shapely.box(index, 0, index + 1, 1) for index in range(len(ODD))]
    frame = geopandas.GeoDataFrame({"date": "2020-01-01", "controller": ODD}, geometry=squares, crs=4326)
    page = opened(geo.series(frame, date="date", by="controller").map())
    text = legend(page)
    for name in ODD:
        assert name.replace("_", " ").strip() in text
    fills = {path.get_attribute("fill") for path in page.locator("path.claims-ground").all()}
    assert len(fills) == len(ODD)
    assert all(re.fullmatch(r"url\(#\S+-\d\)", fill) for fill in fills)


@pytest.mark.parametrize(
    "address",
    [
        "#",
        "#notes",
        "#date=2024-02-31",
        "#date=2024-99-99&before=x",
        "#view=__proto__&lang=toString",
        "#%",
        "#mode=constructor&extent=__proto__",
    ],
)
def test_a_hash_that_is_no_state_is_ignored(opened, golan, headline, address):
    page = opened(headline, address)
    assert_legend(page, golan.ledger.controller_areas("2026-01-06"), golan.ledger.change(*HEADLINE))


# another territory

ISLES = {
    "title": {"el": "Έλεγχος στα νησιά", "tr": "Adalarda denetim", "en": "Control of the isles"},
    "short": {"el": "Νησιά", "tr": "Adalar", "en": "Isles"},
    "languages": [{"tag": "el", "name": "Ελληνικά"}, {"tag": "tr", "name": "Türkçe"}, "en"],
    "parties": [
        {"id": "north", "names": {"el": "Βορράς", "tr": "Kuzey", "en": "North"}},
        {"id": "south", "names": {"el": "Νότος", "tr": "Güney", "en": "South"}},
    ],
    "lineKinds": [
        {
            "id": "green_line",
            "names": {"el": "πράσινη γραμμή", "tr": "yeşil hat", "en": "green line"},
            "colour": "#009E73",
        }
    ],
}


def test_another_territory_is_shown_in_its_own_words(opened, tmp_path):
    ring = [[33, -35], [34, -35], [34, -34], [33, -34], [33, -35]]
    held = [("isle", "north", "1960", "1974"), ("isle", "south", "1974", "")]
    layers = small.write(tmp_path / "isles", {"isle": ring}, held, territory=ISLES, places=[("Λιμάνι", [33.5, -34.5])])
    for path in (layers / "curated").iterdir():
        path.write_text(path.read_text().replace("name_en", "name_el").replace('"frame"', '"green_line"'))
    page = opened(geo.load(layers).map(), "#mode=date&date=1974")
    assert page.title() == "Έλεγχος στα νησιά"
    assert page.locator("select[name=language] option").all_inner_texts() == ["Ελληνικά", "Türkçe", "English"]
    assert "Νότος" in legend(page)
    assert "πράσινη γραμμή" in legend(page)
    page.locator("select[name=language]").select_option("tr")
    assert "Güney" in legend(page)
    assert "yeşil hat" in legend(page)
    assert page.get_by_role("main", name="Adalarda denetim").count() == 1
    text = page.evaluate("document.documentElement.outerHTML")
    for word in ("Golan", "Israel", "Syria", "الجولان", "גולן"):
        assert word not in text
