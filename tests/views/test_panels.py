"""What stands round the map: the headline and its events, the time bar, the panels, and what a reader takes along."""

from __future__ import annotations

import io
import itertools
import json

import generated
import pypdfium2
import pytest
from common import SCREENSHOTS, edit_column
from hands import picture, until
from PIL import Image

import geo
from geo.answers import record
from geo.checks import geojson
from geo.views import maps
from geo.views.words import Words, interface

HEADLINE = ("2024-12-07", "2026-01-06")
STRIP = str.maketrans("\u00a0", " ", "\u2060\u2066\u2068\u2069")
SIZES = [(1440, 900), (1024, 768), (720, 450), (988, 593), (360, 740)]


@pytest.fixture(scope="module")
def headline(golan, tmp_path_factory):
    """Return the headline's map as a file that many tests open."""
    path = tmp_path_factory.mktemp("map") / "map.html"
    maps.save(golan.map(*HEADLINE), path)
    return path


@pytest.fixture(scope="module")
def year():
    """Return a map of 365 dates."""
    return geo.series(generated.districts(365, across=6, down=5), date="date").map()


def story(page):
    return page.locator(".claims-story h1").inner_text().translate(STRIP)


def choose(page, name, value):
    page.locator(f"select[name={name}]").select_option(value)


def date_of(page, key="date"):
    return page.locator(f"input[name={key}]").get_attribute("aria-valuetext")


def box_of(page, selector):
    box = page.locator(selector).first.bounding_box()
    return box["x"], box["y"], box["x"] + box["width"], box["y"] + box["height"]


def whole(quantity, name):
    low, high = sorted(getattr(quantity, name)) if name == "ci95" else (quantity.low, quantity.high)
    return f"{low:,.0f}–{high:,.0f}"


# the headline


def test_the_headline_says_what_happened_and_how_sure(opened, golan, headline):
    page = opened(headline)
    (transfer,) = golan.ledger.change(*HEADLINE)
    lines, reports = whole(transfer.quantity, "ci95"), whole(transfer.quantity, "range")
    assert story(page) == (
        f"{transfer.quantity.area:.0f} km² passed from Syria to Israel, 7 December 2024 to 6 January 2026 "
        f"({lines} by the lines; {reports} by the reports)."
    )


@pytest.mark.parametrize(
    ("extent", "words"), [("min", "only what all sources confirm"), ("max", "widest credible reports")]
)
def test_number_and_words_of_the_headline_follow_the_extent(opened, golan, headline, extent, words):
    page = opened(headline)
    (transfer,) = golan.ledger.change(*HEADLINE)
    area = {"min": transfer.quantity.low, "max": transfer.quantity.high}[extent]
    choose(page, "extent", extent)
    assert story(page).startswith(f"{area:.0f} km² passed")
    assert words in story(page)
    assert "by the reports" not in story(page)
    assert f"{area:,.1f} km² ±" in page.locator(".claims-legend").inner_text(), "the legend counts the same extent"


def test_scenario_perspective_and_one_date_are_named(opened, golan, headline):
    page = opened(headline)
    real = page.evaluate("location.hash")
    choose(page, "scenario", "withdraw_2024_12_08")
    assert story(page).startswith("HYPOTHETICAL: 274 km² would pass from Israel to Syria: Withdrawal to the lines")
    choose(page, "scenario", "")
    assert page.evaluate("location.hash") == real, "what was shown before comes back"
    choose(page, "mode", "date")
    held = golan.ledger.controller_areas(golan.ledger.changes()[-1])
    for party in ("israel", "syria"):
        name = Words("en", golan.profile).party(party)
        assert f"{name} {held[party].area:,.0f} ± {held[party].margin:,.0f} km²" in story(page)
    choose(page, "view", "syria")
    assert story(page).startswith("Whose it is, as counted by Syria")
    choose(page, "mode", "change")
    assert "Colours: whose it is, as counted by Syria" in story(page)


def test_nothing_changed_is_said(opened, headline):
    page = opened(headline, "#mode=change&before=2026-01-06&date=2026-01-07")
    assert story(page).startswith("Nothing changed hands, 6 January 2026 to 7 January 2026")
    assert page.locator(".claims-events button:visible").count() == 0


# its events


def events(page):
    return page.locator(".claims-events li button:not(.claims-more)")


def test_the_largest_event_comes_first_and_the_rest_on_demand(opened, headline):
    page = opened(headline)
    assert events(page).count() == 3
    assert "2024-12-08" in events(page).first.inner_text()
    assert "buffer zone" in events(page).first.inner_text()
    more = page.get_by_role("button", name="and 3 more")
    more.click()
    assert events(page).count() == 6
    areas = [
        float(text.split()[0].replace(",", "")) for text in events(page).locator("small").all_inner_texts() if text
    ]
    assert areas == sorted(areas, reverse=True)
    page.get_by_role("button", name="fewer").click()
    assert events(page).count() == 3


def test_an_event_sets_the_date_and_points_at_its_ground(opened, headline):
    page = opened(headline)
    events(page).first.click()
    assert date_of(page) == "2024-12-08"
    pointed = page.locator("path.claims-pointed").last.bounding_box()
    hatched = page.locator("path.claims-hatched").first.bounding_box()
    assert pointed["height"] == pytest.approx(hatched["height"], abs=12)
    assert page.locator(".claims-told").is_visible()
    events(page).first.click()
    assert page.locator("path.claims-pointed").count() == 0


def test_events_in_the_order_of_the_ground_that_they_moved(opened, golan, headline):
    """On one date: the events of the last change, with the km² that passed then."""
    page = opened(headline, "#mode=date&date=1970-01-01")
    first, *_ = events(page).all_inner_texts()
    assert "1967-06-10" in first
    (before, after) = ("1967-06-09", "1967-06-10")
    total = sum(transfer.quantity.area for transfer in golan.ledger.change(before, after))
    shown = [
        float(text.split()[0].replace(",", "")) for text in events(page).locator("small").all_inner_texts() if text
    ]
    assert sum(shown) == pytest.approx(total, rel=0.01)


def test_a_comparison_begins_at_the_stop_before(opened, golan, headline):
    page = opened(headline, "#mode=date&date=1974-06-25")
    choose(page, "mode", "change")
    stops = [day for day in golan.ledger.changes() if day < "1974-06-25"]
    assert date_of(page, "before") == stops[-1]


# time


def marks(page):
    return page.locator(".claims-ticks span").evaluate_all(
        "marks => marks.map(mark => [mark.title, parseFloat(mark.style.left)])"
    )


def test_the_axis_is_in_proportion_to_time_or_gives_each_date_room(opened, headline):
    page = opened(headline, width=1440)
    places = [left for _, left in marks(page)]
    track = page.locator(".claims-ticks").bounding_box()["width"]
    assert min(b - a for a, b in itertools.pairwise(places)) * track / 100 > 7, "crowded dates can be told apart"
    page.locator("button[name=scale]").click()
    found = dict(marks(page))
    first, last = found["1923-03-10"], found["2024-12-08"]
    share = (found["1967-06-10"] - first) / (last - first)
    assert share == pytest.approx((1967.44 - 1923.19) / (2024.94 - 1923.19), abs=0.002)
    labels = page.locator(".claims-years > span").all_inner_texts()
    assert "1950" in labels
    assert "2000" in labels


def test_marks_are_as_tall_as_what_changed_hands(opened, headline):
    page = opened(headline)
    heights = dict(
        page.locator(".claims-ticks span").evaluate_all("marks => marks.map(mark => [mark.title, mark.offsetHeight])")
    )
    assert heights["1946-04-17"] > heights["1967-06-10"] > heights["2024-12-08"] > heights["2024-12-09"]


def test_a_date_field_takes_any_date_of_the_record(opened, golan, headline):
    page = opened(headline, "#mode=date&date=2026-01-06")
    field = page.locator("input[name=date_day]")
    field.fill("1970-05-05")
    field.press("Enter")
    assert date_of(page) == "1970-05-05"
    held = golan.ledger.controller_areas("1970-05-05")
    assert f"{held['israel'].area:,.1f} km²" in page.locator(".claims-legend").inner_text()
    for wrong in ("1800-01-01", "2024-02-31", "07/12/2024", "x"):
        field.fill(wrong)
        field.press("Enter")
        assert field.get_attribute("aria-invalid") == "true", wrong
        assert date_of(page) == "1970-05-05"
    field.fill("1980")
    field.press("Enter")
    assert date_of(page) == "1980-01-01"
    assert field.get_attribute("aria-invalid") is None


def test_steps_go_from_change_to_change(opened, golan, headline):
    page = opened(headline, "#mode=date&date=1967-06-10")
    days = golan.ledger.changes()
    at = days.index("1967-06-10")
    page.locator("button[name=date_later]").click()
    assert date_of(page) == days[at + 1]
    for _ in range(2):
        page.locator("button[name=date_earlier]").click()
    assert date_of(page) == days[at - 1]
    page.locator("input[name=date]").focus()
    page.keyboard.press("Home")
    assert date_of(page) == golan.ledger.first
    page.keyboard.press("PageUp")
    assert date_of(page) == days[4]


def test_play_has_a_speed_and_repeats(opened, headline):
    page = opened(headline, "#mode=date&date=1923-03-10")
    page.get_by_role("button", name="Speed: ×1").click()
    page.get_by_role("button", name="Speed: ×2").click()
    page.locator("button[name=loop]").click()
    page.locator("input[name=date]").press("End")
    page.locator("input[name=date]").press("ArrowLeft")
    page.get_by_role("button", name="Play").click()
    until(page, "location.hash.includes('date=1923-03-10')", timeout=5)
    page.get_by_role("button", name="Pause").click()


def test_the_chart_shows_who_held_how_much_and_sets_the_date(opened, headline):
    page = opened(headline, "#mode=date&date=2026-01-06")
    chart = page.locator(".claims-chart svg")
    assert chart.locator(".claims-chart-line").count() >= 5
    assert {"Israel", "Syria"} <= set(chart.locator("text").all_text_contents())
    lines = box_of(page, ".claims-chart-cursor")
    box = chart.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 20)
    middle = date_of(page)
    assert "1960" < middle < "2005"
    assert box_of(page, ".claims-chart-cursor")[0] < lines[0]
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 2, box["y"] + 20, steps=5)
    page.mouse.up()
    assert date_of(page) == "1923-03-10"
    page.locator("button[name=chart]").click()
    assert not chart.is_visible()


def test_365_stops_are_usable(opened, year):
    page = opened(year)
    slider = page.locator("input[name=date]")
    slider.focus()
    page.keyboard.press("Home")
    first = date_of(page)
    page.keyboard.press("ArrowRight")
    assert date_of(page) > first
    box = slider.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    middle = marks(page)[182][0]
    assert abs(int(date_of(page).replace("-", "")) - int(middle.replace("-", ""))) < 110
    field = page.locator("input[name=date_day]")
    field.fill(marks(page)[77][0])
    field.press("Enter")
    assert date_of(page) == marks(page)[77][0]
    boxes = page.locator(".claims-years > span").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().toJSON())"
    )
    assert len(boxes) > 5
    boxes.sort(key=lambda one: one["left"])
    assert all(one["right"] < other["left"] for one, other in itertools.pairwise(boxes))


def test_times_of_a_day_have_their_place_on_the_axis(opened):
    frame = generated.districts(3, across=2, down=2)
    times = ["2024-12-07T00:00", "2024-12-07T06:00", "2024-12-08T00:00"]
    frame["date"] = frame["date"].map(dict(zip(sorted(set(frame["date"])), times, strict=True)))
    page = opened(geo.series(frame, date="date").map())
    assert [left for _, left in marks(page)] == pytest.approx([0, 25, 100], abs=1)
    page.locator("input[name=date]").focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    assert "T06:00" in date_of(page)


def test_a_swipe_names_both_its_dates(opened, headline):
    page = opened(headline, "#mode=swipe&before=1967-06-04&date=1967-06-11")
    assert page.locator(".claims-side-before").inner_text() == "1967-06-04"
    assert page.locator(".claims-side-date").inner_text() == "1967-06-11"
    assert "1967-06-04 | 1967-06-11" in page.locator(".claims-handle").get_attribute("aria-valuetext")


# room

PARTS = (
    ".claims-story",
    ".claims-legend",
    ".claims-panel",
    ".claims-timeline",
    ".leaflet-control-zoom",
    ".claims-cite",
)


def apart(one, other):
    return one[2] <= other[0] + 1 or other[2] <= one[0] + 1 or one[3] <= other[1] + 1 or other[3] <= one[1] + 1


@pytest.mark.parametrize("language", ["en", "he"])
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_nothing_covers_anything(opened, headline, width, height, language):
    page = opened(headline, f"#lang={language}", width=width, height=height)
    boxes = {part: box_of(page, part) for part in PARTS}
    for one, other in itertools.combinations(boxes, 2):
        assert apart(boxes[one], boxes[other]), (one, other)
    for box in boxes.values():
        assert box[0] >= 0
        assert box[1] >= 0
        assert box[2] <= width
        assert box[3] <= height
    grounds = page.locator("path.claims-ground")
    areas = [grounds.nth(index).bounding_box() for index in range(grounds.count())]
    tall = max(area["y"] + area["height"] for area in areas) - min(area["y"] for area in areas)
    room = page.locator(".claims-at-middle").bounding_box()
    assert min(area["y"] for area in areas) >= room["y"]
    assert tall > 0.8 * room["height"] or width < 400, "the ground is as large as the room"
    covered = page.evaluate("""() => ["button", "input", "select"].map((tag) => `.claims-dock ${tag}`)
        .flatMap((selector) => [...document.querySelectorAll(`${selector}, .leaflet-bar a`)])
        .filter((node) => node.checkVisibility()).filter((node) => {
            node.scrollIntoView({ block: "nearest" });
            const { left, top, width, height } = node.getBoundingClientRect();
            const hit = document.elementFromPoint(left + width / 2, top + height / 2);
            return !(node === hit || node.contains(hit) || node.closest("label")?.contains(hit));
        }).map((node) => node.name || node.outerHTML)""")
    assert covered == []
    page.screenshot(path=SCREENSHOTS / f"room_{width}_{language}.png")


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_card_stands_beside_what_it_is_about(opened, headline, width, height):
    page = opened(headline, "#mode=date&date=2026-01-06", width=width, height=height)
    if not page.locator(".claims-find").is_visible():
        page.locator(".claims-panel summary").first.click()
    page.locator(".claims-find summary").click()
    page.locator(".claims-find input").fill("Quneitra")
    page.locator(".claims-find li button", has_text="Quneitra").first.click()
    card, ring = box_of(page, ".claims-popup"), box_of(page, "path.claims-pointed")
    assert apart(card, ring)
    for part in (".claims-story", ".claims-timeline"):
        if page.locator(part).is_visible():
            assert apart(box_of(page, part), ring)
            assert apart(box_of(page, part), card)
    assert ring[0] >= 0
    assert ring[3] <= height
    page.keyboard.press("Escape")
    assert page.locator("path.claims-pointed").count() == 0


def test_on_a_phone_panels_are_sheets_one_at_a_time(opened, headline):
    page = opened(headline, width=360, height=740, has_touch=True)
    page.locator(".claims-legend summary").tap()
    sheet = box_of(page, ".claims-legend")
    assert sheet[2] - sheet[0] > 340
    assert sheet[3] > 700, "at the bottom"
    assert not page.locator(".claims-timeline").is_visible()
    page.locator(".claims-legend summary").tap()
    page.locator(".claims-panel summary").first.tap()
    assert not page.locator(".claims-legend").is_visible()
    assert page.locator("select[name=mode]").is_visible()


def test_the_attribution_folds(opened, headline):
    page = opened(headline, width=1440)
    text = page.locator(".leaflet-control-attribution")
    assert text.is_visible()
    button = page.get_by_role("button", name=interface("en")["attribution"])
    button.click()
    assert not text.is_visible()
    assert button.get_attribute("aria-expanded") == "false"
    button.click()
    assert text.is_visible()


def test_the_page_may_be_enlarged(headline):
    text = headline.read_text()
    assert "user-scalable" not in text
    assert "maximum-scale" not in text
    assert 'name="viewport" content="width=device-width' in text


def test_the_address_keeps_the_view(opened, headline):
    page = opened(headline, "#mode=swipe&before=1967-06-04&date=1967-06-11")
    assert "at=" not in page.url, "a view that the window gives is not kept"
    page.locator("input[name=posts]").uncheck()
    page.locator(".claims-handle").press("ArrowRight")
    page.mouse.move(700, 400)
    page.mouse.wheel(0, -300)
    until(page, "location.hash.includes('at=')", timeout=5)
    page.wait_for_timeout(800)
    kept = page.url.split("#")[1]
    assert {"swipe=0.52", "posts=0"} <= set(kept.split("&"))
    ground = box_of(page, "path.claims-ground")
    again = opened(headline, f"#{kept}")
    again.wait_for_timeout(800)
    assert box_of(again, "path.claims-ground") == pytest.approx(ground, abs=2)
    assert not again.locator("input[name=posts]").is_checked()
    assert again.locator(".claims-handle").get_attribute("aria-valuenow") == "52"


def test_a_small_screen_prints_its_legend(opened, headline):
    page = opened(headline, width=720, height=450)
    assert not page.locator(".claims-title").is_visible()
    text = pypdfium2.PdfDocument(page.pdf(format="A4", landscape=True))[0].get_textpage().get_text_bounded()
    assert "What changed hands" in text
    assert "274 km² passed" in text.replace("\u00a0", " ")
    until(page, "!document.querySelector('.claims-legend details').open", timeout=5)


def test_motion_is_reduced(opened, headline):
    page = opened(headline, reduced_motion="reduce")
    page.locator(".leaflet-control-zoom-in").click()
    assert page.locator(".leaflet-zoom-anim").count() == 0
    page.locator(".leaflet-container").press("ArrowLeft")
    assert page.locator(".leaflet-pan-anim").count() == 0


# what a reader takes along


def taken(page, name):
    with page.expect_download() as download:
        page.locator(f"button[name={name}]").click()
    return download.value.suggested_filename, download.value.path().read_bytes()


def test_the_picture_of_the_view_has_legend_and_sources(opened, headline):
    page = opened(headline)
    name, png = taken(page, "picture")
    assert name == "change_2024-12-07_2026-01-06.png"
    image = picture(png)
    room = page.locator(".claims-at-middle").bounding_box()
    assert Image.open(io.BytesIO(png)).width >= 2 * room["width"] - 2
    assert image.shape[0] > 2 * room["height"] + 300, "headline, legend and sources beside the map"
    red, green, blue = image[: int(2 * room["height"])].reshape(-1, 3).T
    ground = (abs(red - 125) < 20) & (abs(green - 180) < 20) & (blue > 200)
    assert ground.mean() > 0.05


def test_the_data_of_the_view_are_valid_geojson(opened, golan, headline, tmp_path):
    page = opened(headline)
    name, text = taken(page, "geojson")
    path = tmp_path / name
    path.write_bytes(text)
    assert geojson.defects(path) == []
    features = json.loads(text)["features"]
    assert {(one["properties"]["from"], one["properties"]["to"]) for one in features} == {("syria", "israel")}
    area = sum(one["properties"]["area_km2"] for one in features)
    assert area == pytest.approx(golan.ledger.change(*HEADLINE)[0].quantity.area, abs=1e-4)
    choose(page, "mode", "date")
    features = json.loads(taken(page, "geojson")[1])["features"]
    held = {}
    for one in features:
        held[one["properties"]["controller"]] = (
            held.get(one["properties"]["controller"], 0) + one["properties"]["area_km2"]
        )
    for party, quantity in golan.ledger.controller_areas("2026-01-06").items():
        assert held[party] == pytest.approx(quantity.area, abs=1e-4)


def test_the_link_is_copied(opened, headline):
    page = opened(headline)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy link").click()
    page.get_by_role("status").filter(has_text="Link copied").wait_for(state="attached")
    assert page.evaluate("navigator.clipboard.readText()") == page.url


def test_full_screen(opened, headline):
    page = opened(headline)
    page.get_by_role("button", name="Full screen").click()
    until(page, "document.fullscreenElement?.classList.contains('leaflet-container')", timeout=5)


# languages


@pytest.mark.parametrize("language", ["en", "ar", "he"])
def test_everything_is_in_the_language_chosen(opened, golan, headline, language):
    page = opened(headline)
    choose(page, "language", language)
    assert page.title() == golan.profile.title[language]
    words = interface(language)
    given = {"en": golan.profile.attribution} | golan.profile.attributions
    assert given[language] in page.locator(".leaflet-control-attribution").inner_text()
    assert words["zone_area"].split()[-1] in story(page)
    assert Words(language, golan.profile).party("israel") in story(page)
    if language != "en":
        for text in (
            story(page),
            page.locator(".claims-legend").inner_text(),
            page.locator(".claims-panel").inner_text(),
        ):
            assert "km" not in text
            assert "passed" not in text
    names = page.locator(".claims-dock button:visible").evaluate_all(
        "all => all.map(one => one.getAttribute('aria-label') ?? one.innerText)"
    )
    assert all(name.strip() for name in names)


def test_dates_never_break(opened, headline):
    page = opened(headline, width=360, height=740)
    page.locator(".claims-legend summary").click()
    dates = page.locator(".claims-date:visible")
    assert dates.count() >= 3
    assert all(len(one.evaluate("node => [...node.getClientRects()].map(String)")) == 1 for one in dates.all())


def test_titles_of_events_stay_text(opened, layers):
    hostile = "<img src=x onerror=\"document.title='owned'\">{{7*7}}"
    edit_column(layers / "curated" / "events.csv", "title", lambda _: hostile)
    edit_column(layers / "curated" / "events.csv", "what", lambda _: hostile)
    page = opened(record.Record(layers).map(*HEADLINE))
    events(page).first.click()
    assert hostile in events(page).first.inner_text()
    assert page.locator(".claims-told").inner_text() == hostile
    assert page.locator("img[src='x']").count() == 0
