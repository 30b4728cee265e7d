"""Names, symbols and transfers on the map, as a reader meets them in Chromium."""

from __future__ import annotations

import re

import pytest
from common import SCREENSHOTS
from hands import until

from geo.views import maps

CHANGED = "#mode=change&before=2024-12-07&date=2026-01-06"
TEXTS = ".claims-labels text:not([display])"
DOTS = "path.claims-dot:not([display])"


@pytest.fixture(scope="module")
def saved(golan, tmp_path_factory):
    path = tmp_path_factory.mktemp("names") / "map.html"
    maps.save(golan.map(), path)
    return path


@pytest.fixture
def opened(browser, saved):
    faults, contexts = [], []

    def open_(address="", *, width=1440, height=900, **options):
        contexts.append(browser.new_context(viewport={"width": width, "height": height}, offline=True, **options))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: message.type == "error" and faults.append(message.text))
        page.goto(saved.as_uri() + address)
        page.locator(TEXTS).first.wait_for(state="attached")
        return page

    yield open_
    for context in contexts:
        context.close()
    assert faults == []


def names_on(page):
    return page.locator(TEXTS).evaluate_all(
        "texts => texts.map(text => [...text.children].map(row => row.textContent).join(' '))"
    )


def corners(page):
    """Return the corners of each name's box on the screen, turned as the name is."""
    return page.locator(TEXTS).evaluate_all("""texts => texts.map(text => {
        const { x, y, width, height } = text.getBBox();
        const turned = text.getScreenCTM();
        return [[x, y], [x + width, y], [x + width, y + height], [x, y + height]].map(([px, py]) => {
            const point = new DOMPoint(px, py).matrixTransform(turned);
            return [point.x, point.y];
        });
    })""")


def zoom_in(page, times):
    for _ in range(times):
        page.locator(".leaflet-container").press("+")
        page.wait_for_timeout(400)


VIEWS = [
    ("", 1440, 900, 0),
    (f"{CHANGED}&lang=ar", 1024, 768, 0),
    (f"{CHANGED}&lang=he", 720, 450, 2),
    ("#mode=swipe&before=1967-06-04&date=2026-01-06", 988, 593, 1),
    (CHANGED, 360, 740, 3),
]


@pytest.mark.parametrize(("address", "width", "height", "closer"), VIEWS)
def test_no_two_names_collide(opened, address, width, height, closer):
    import shapely

    page = opened(address, width=width, height=height)
    zoom_in(page, closer)
    page.screenshot(path=SCREENSHOTS / f"names_{width}_{closer}.png")
    boxes = [shapely.Polygon(box) for box in corners(page)]
    assert len(boxes) > 5
    # the height of a row is that of its tallest letters, which few names have
    slim = [shapely.buffer(box, -2) for box in boxes]
    names = names_on(page)
    tree = shapely.STRtree(slim)
    meeting = [(names[one], names[other]) for one, other in tree.query(slim, predicate="intersects").T if one < other]
    assert meeting == []


def test_no_name_covers_a_dot_of_another_place(opened):
    page = opened()
    dots = page.locator(DOTS).evaluate_all(
        """dots => dots.map(dot => {
            const { x, y, width, height } = dot.getBoundingClientRect();
            return [x + width / 2, y + height / 2];
        })"""
    )
    import shapely

    boxes = shapely.buffer([shapely.Polygon(box) for box in corners(page)], -2)
    assert not shapely.STRtree(boxes).query(shapely.points(dots), predicate="within").size


def test_countries_zones_and_waters_are_named(opened):
    shown = set(names_on(opened(CHANGED, width=1920, height=1080)))
    assert {"Lebanon", "Syria", "Israel", "Damascus", "Lake Tiberias", "Line A", "Line B"} <= shown
    assert {"Golan Heights west of Line A", "Area of separation"} <= shown


@pytest.mark.parametrize(
    ("day", "there", "not_there"), [("1930-01-01", "Palestine", "Israel"), ("1974-07-01", "Israel", "Palestine")]
)
def test_a_country_has_the_name_of_its_day(opened, day, there, not_there):
    shown = names_on(opened(f"#mode=date&date={day}", width=1920, height=1080))
    assert there in shown
    assert not_there not in shown


def test_lines_are_named_along_themselves(opened):
    page = opened(CHANGED)
    turned = page.locator(f"{TEXTS}.claims-line").evaluate_all(
        "texts => texts.map(text => text.getAttribute('transform'))"
    )
    angles = [float(re.search(r"rotate\((\S+)\)", text)[1]) for text in turned]
    assert len(angles) >= 3
    assert len({round(angle) for angle in angles}) > 1
    assert all(-90 < (angle + 180) % 360 - 180 <= 90 for angle in angles), "none stands on its head"


def test_minor_places_appear_with_zoom(opened):
    page = opened("#mode=date&date=2026-01-06", width=360, height=740)
    hidden = page.locator("path.claims-dot[display=none]")
    far = hidden.count()
    zoom_in(page, 2)
    assert 0 < hidden.count() < far
    zoom_in(page, 3)
    until(page, "document.querySelectorAll('path.claims-dot[display=none]').length === 0")


def test_every_dot_has_a_name_for_mouse_and_keyboard(opened):
    page = opened("#mode=date&date=2026-01-06")
    labels = page.locator("path.claims-dot").evaluate_all("dots => dots.map(dot => dot.getAttribute('aria-label'))")
    assert len(labels) > 100
    assert all(labels)
    assert "Katzrin, settlement" in labels
    box = page.locator("path.claims-dot[aria-label^='Katzrin']").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    tip = page.locator("div.claims-tip")
    assert tip.locator("strong").inner_text() == "Katzrin"
    assert tip.locator("small").inner_text() == "settlement"
    page.mouse.move(5, 400)
    assert not tip.is_visible()


def test_arrow_keys_walk_from_place_to_place(opened):
    page = opened("#mode=date&date=2026-01-06")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    focus = "document.activeElement.getAttribute('aria-label')"
    first, top = page.evaluate(focus), page.evaluate("document.activeElement.getBoundingClientRect().y")
    page.keyboard.press("ArrowDown")
    second = page.evaluate(focus)
    assert first != second
    assert page.evaluate("document.activeElement.getBoundingClientRect().y") > top
    assert page.locator(".claims-tip strong").inner_text() == second.split(", ")[0]
    page.keyboard.press("Enter")
    assert page.locator(".claims-popup h2").inner_text() == second.split(", ")[0]
    page.keyboard.press("Escape")
    assert page.evaluate(focus) == second, "the focus comes back"
    page.keyboard.press("Tab")
    assert "claims-dot" not in page.evaluate("document.activeElement.getAttribute('class') ?? ''"), (
        "all places are one stop"
    )


def test_the_legend_has_a_symbol_of_each_kind_shown(opened):
    page = opened("#mode=date&date=2026-01-06")
    items = page.locator(".claims-symbols > span")
    assert {"city", "village", "UN position", "hill", "Israeli post"} <= set(items.all_inner_texts())
    shapes = items.locator("path").evaluate_all(
        "paths => paths.map(path => path.getAttribute('d') + path.getAttribute('stroke'))"
    )
    assert len(set(shapes)) >= len(shapes) - 1, "a village and a town differ in size alone"
    page.get_by_label("reported posts").uncheck()
    assert "Israeli post" not in items.all_inner_texts()


PASSED = {
    "France to Syria": "#mode=change&before=1923-03-10&date=1967-06-11",
    "Syria to Israel": CHANGED,
    "Israel to Syria": "#mode=change&before=2026-01-06&date=2024-12-07",
    "supposed": "#mode=change&before=2026-01-06&date=withdraw_2024_12_08",
}


def test_transfers_are_told_apart(opened):
    """Each pair has a pattern of its own, in the colours of both; so has the same pair when it is hypothetical."""
    drawn = {}
    for name, address in PASSED.items():
        page = opened(address)
        key = "Israel to Syria" if name == "supposed" else name
        row = page.locator(".claims-legend tr", has_text=re.compile(".*".join(key.split())))
        pattern = row.locator("rect").first.get_attribute("fill").removeprefix("url(#").removesuffix(")")
        assert page.locator(f"path.claims-hatched[fill='url(#{pattern})']").count() == 1, "map and legend alike"
        drawn[name] = page.evaluate("id => document.getElementById(id).outerHTML.replace(/id=\\S+/, '')", pattern)
        edge = page.locator("path.claims-outline").first.get_attribute("stroke-dasharray")
        assert bool(edge) == (name == "supposed")
    assert len(set(drawn.values())) == len(drawn)
    blue, orange, sky = "#0072B2", "#E69F00", "#56B4E9"
    for name, colours in {"France to Syria": (sky, orange), "Syria to Israel": (blue, orange)}.items():
        assert all(colour in drawn[name] for colour in colours), name


@pytest.mark.parametrize("share", [0.2, 0.8])
def test_in_a_swipe_posts_belong_to_the_side_of_their_date(opened, share):
    page = opened("#mode=swipe&before=2024-12-07&date=2026-01-06")
    handle = page.locator(".claims-handle").bounding_box()
    page.mouse.move(handle["x"] + 2, 300)
    page.mouse.down()
    page.mouse.move(1440 * share, 300, steps=4)
    page.mouse.up()
    page.wait_for_timeout(50)
    posts = page.locator(f"{DOTS}[stroke='#7a0000']").evaluate_all(
        "dots => dots.map(dot => dot.getBoundingClientRect().x)"
    )
    assert all(x > 1440 * share - 8 for x in posts)
    assert bool(posts) == (share < 0.5)


COUNT = """() => {
    window.changes = [];
    const watch = new MutationObserver((records) => window.changes.push(...records));
    const all = { subtree: true, childList: true, attributes: true, characterData: true };
    watch.observe(document.querySelector(".leaflet-map-pane"), all);
}"""


def test_a_step_of_time_changes_only_what_differs(opened):
    """Neither ground nor names nor dots are rebuilt: a step there and back leaves each element what it was."""
    page = opened("#mode=date&date=2024-12-07")
    kept = page.locator(f"path.claims-ground, {DOTS}, {TEXTS}").element_handles()
    page.locator("input[name=date]").focus()
    page.evaluate(COUNT)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    until(page, "window.changes.length > 0")
    added = page.evaluate("window.changes.flatMap(change => [...change.addedNodes]).length")
    assert added < 60, "the posts, lines and names of the new day"
    assert len(kept) > 80
    assert all(handle.evaluate("node => node.isConnected") for handle in kept)
    page.evaluate("window.changes.length = 0")
    page.locator("input[name=date]").press("Home")
    page.evaluate("window.changes.length = 0")
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(100)
    touched = page.evaluate("new Set(window.changes.map(change => change.target)).size")
    assert touched < 40
