"""What folium draws, added to a map and opened in Chromium with no network: the table of notebooks/adding_layers.md."""

from __future__ import annotations

import html
import re
import runpy

import branca
import folium
import pandas as pd
import pytest
from common import ROOT
from folium import plugins
from folium.elements import JSCSSMixin
from folium.template import Template
from hands import until

from geo.views import maps

DATE = "2024-12-07"
AT = (32.95, 35.76)  # on the plateau, with no place or control near it
EAST = (33.0, 35.93)
PINK = "#ff00ff"
PAGE = (ROOT / "notebooks" / "adding_layers.md").read_text()
HEADER, _, *ROWS = re.findall(r"^\|.*\|$", PAGE.split("\n## ")[0], re.MULTILINE)
TABLE = [
    dict(zip(*([cell.strip() for cell in line.split("|")[1:-1]] for line in (HEADER, row)), strict=True))
    for row in ROWS
]
DOT = "data:image/gif;base64,R0lGODlhAQABAIABAJmZmf///yH5BAEAAAEALAAAAAABAAEAAAICRAEAOw=="


@pytest.fixture
def visit(browser, tmp_path):
    """Return what opens a page offline, with the list of its requests, errors and warnings."""

    contexts = []

    def visit_(text):
        path = tmp_path / "map.html"
        path.write_text(text, encoding="utf-8")
        contexts.append(browser.new_context(viewport={"width": 1200, "height": 900}, offline=True))
        page = contexts[-1].new_page()
        heard = []
        page.on(
            "request",
            lambda request: request.url.startswith(("data:", path.as_uri())) or heard.append(("request", request.url)),
        )
        page.on("pageerror", lambda error: heard.append(("pageerror", str(error))))
        page.on("console", lambda said: said.type in ("error", "warning") and heard.append((said.type, said.text)))
        page.on("dialog", lambda dialog: heard.append(("dialog", dialog.message)))
        page.goto(path.as_uri())
        page.wait_for_selector("path.claims-ground", state="attached")
        return page, heard

    yield visit_
    for context in contexts:
        context.close()


def render(map_):
    return map_.get_root().render()


def middle(locator):
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def click(page, locator):
    page.mouse.click(*middle(locator))


def assert_says(page, kind, words):
    found = page.locator(f".leaflet-{kind}", has_text=words)
    found.wait_for(timeout=3000)
    assert found.is_visible()


def pink(page):
    return page.locator(f"path[stroke='{PINK}']")


def square(lat, lon, **properties):
    ring = [[lon + x, lat + y] for x, y in ((0, 0), (0.05, 0), (0.05, 0.05), (0, 0.05), (0, 0))]
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def collection(*features):
    return {"type": "FeatureCollection", "features": list(features)}


# Each adds an element to a map and returns what looks for it in the page.


def marker(map_, _):
    folium.Marker(AT, tooltip="a plain marker").add_to(map_)

    def look(page):
        icon = page.locator("img.leaflet-marker-icon")
        assert icon.evaluate("image => image.naturalWidth") in {25, 50}
        page.mouse.move(*middle(icon))
        assert_says(page, "tooltip", "a plain marker")

    return look


def icon(map_, _):
    folium.Marker(AT, icon=folium.Icon(color="red", icon="home"), popup="home").add_to(map_)

    def look(page):
        until(page, "[...document.fonts].some((font) => font.status === 'loaded')")
        assert page.locator(".awesome-marker i").bounding_box()["width"] > 10
        click(page, page.locator(".awesome-marker-icon-red"))
        assert_says(page, "popup", "home")

    return look


def awesome(map_, _):
    folium.Marker(AT, icon=folium.Icon(color="green", icon="car", prefix="fa")).add_to(map_)

    def look(page):
        until(page, "[...document.fonts].some((font) => font.status === 'loaded')")
        assert page.locator(".awesome-marker i").bounding_box()["width"] > 10

    return look


def div_icon(map_, _):
    folium.Marker(AT, icon=folium.DivIcon(html="<b class='mine'>Tel</b>")).add_to(map_)
    return lambda page: page.locator(".mine").get_by_text("Tel").wait_for(timeout=3000)


def popup(map_, _):
    frame = branca.element.IFrame(html="<p>inside a frame</p>", width=200, height=60)
    folium.Marker(AT, popup=folium.Popup("<h4>Post</h4><table><tr><td>4 km²</td></tr></table>", max_width=200)).add_to(
        map_
    )
    folium.CircleMarker(EAST, radius=12, color=PINK, fill=True, popup=folium.Popup(frame, lazy=True)).add_to(map_)

    def look(page):
        click(page, page.locator("img.leaflet-marker-icon"))
        assert_says(page, "popup", "4 km²")
        assert page.locator(".leaflet-popup h4").inner_text() == "Post"
        page.mouse.click(*middle(page.locator(".leaflet-popup-close-button")))
        click(page, pink(page))
        page.frame_locator(".leaflet-popup iframe").get_by_text("inside a frame").wait_for(timeout=3000)

    return look


def shape(draw):
    def build(map_, _):
        draw(map_, color=PINK, fill=True, popup="a shape", tooltip="over it")

        def look(page):
            page.mouse.move(*middle(pink(page)))
            assert_says(page, "tooltip", "over it")
            click(page, pink(page))
            assert_says(page, "popup", "a shape")

        return look

    return build


def circle_marker(map_, **options):
    folium.CircleMarker(EAST, radius=12, **options).add_to(map_)


def circle(map_, **options):
    folium.Circle(EAST, radius=2000, **options).add_to(map_)


def polygon(map_, **options):
    folium.Polygon([(33.0, 35.9), (33.05, 35.9), (33.05, 35.97), (33.0, 35.97)], **options).add_to(map_)


def line(map_, **options):
    folium.PolyLine([(33.0, 35.88), (33.0, 35.98)], weight=8, **{**options, "fill": False}).add_to(map_)


def geojson(map_, _):
    folium.GeoJson(
        collection(square(33.0, 35.9, name="Hill <1>", people=12)),
        style_function=lambda _: {"color": PINK, "fillOpacity": 0.5},
        highlight_function=lambda _: {"weight": 9},
        tooltip=folium.GeoJsonTooltip(["name"], aliases=["Name:"]),
        popup=folium.GeoJsonPopup(["name", "people"]),
    ).add_to(map_)

    def look(page):
        page.mouse.move(*middle(pink(page)))
        assert_says(page, "tooltip", "Name:")
        assert pink(page).get_attribute("stroke-width") == "9"
        click(page, pink(page))
        assert_says(page, "popup", "12")

    return look


def choropleth(map_, _):
    data = collection(square(33.0, 35.9, id="a"), square(33.1, 35.9, id="b"))
    counts = pd.DataFrame({"id": ["a", "b"], "count": [1, 9]})
    folium.Choropleth(
        data,
        data=counts,
        columns=["id", "count"],
        key_on="feature.properties.id",
        legend_name="Reports",
        bins=[0, 3, 6, 10],
    ).add_to(map_)

    def look(page):
        legend = page.locator(".legend svg")
        assert legend.get_by_text("Reports").is_visible()
        assert legend.locator("rect").count() > 10
        fills = {path.get_attribute("fill") for path in page.locator("path.leaflet-interactive[stroke='black']").all()}
        assert len(fills) == 2

    return look


def feature_group(map_, _):
    group = folium.FeatureGroup("mine").add_to(map_)
    folium.Circle(EAST, radius=2000, color=PINK).add_to(group)
    return lambda page: pink(page).wait_for(timeout=3000)


def layer_control(map_, _):
    feature_group(map_, _)
    folium.LayerControl(position="bottomright").add_to(map_)

    def look(page):
        page.mouse.move(*middle(page.locator(".leaflet-control-layers-toggle")))
        click(page, page.locator(".leaflet-control-layers").get_by_text("mine"))
        assert pink(page).count() == 0

    return look


def marker_cluster(map_, _):
    plugins.MarkerCluster([(33.0, 35.93), (33.0001, 35.93), (33.0, 35.9301)], popups=["a", "b", "c"]).add_to(map_)

    def look(page):
        assert page.locator(".marker-cluster").inner_text() == "3"
        click(page, page.locator(".marker-cluster"))
        page.locator("img.leaflet-marker-icon").nth(2).wait_for(timeout=3000)

    return look


def heat_map(map_, _):
    plugins.HeatMap([(33.0, 35.93, 1), (33.01, 35.93, 2)]).add_to(map_)

    def look(page):
        drawn = page.locator("canvas.leaflet-heatmap-layer").evaluate(
            """(canvas) => {
                const blank = document.createElement("canvas");
                [blank.width, blank.height] = [canvas.width, canvas.height];
                return canvas.toDataURL() !== blank.toDataURL();
            }"""
        )
        assert drawn

    return look


def fullscreen(map_, _):
    plugins.Fullscreen().add_to(map_)

    def look(page):
        click(page, page.get_by_title("Full Screen", exact=True))
        until(page, "document.fullscreenElement !== null", timeout=3)

    return look


def draw(map_, _):
    plugins.Draw(draw_options={"polyline": {"shapeOptions": {"color": PINK}}}).add_to(map_)

    def look(page):
        click(page, page.locator(".leaflet-draw-draw-polyline"))
        for x, y in ((700, 250), (760, 250), (760, 400)):
            page.mouse.move(x, y)
            page.mouse.click(x, y)
            page.wait_for_timeout(200)  # Leaflet.draw takes no vertex right after another
        page.mouse.click(760, 400)  # the last vertex again: the line is done
        page.mouse.move(600, 60)
        pink(page).wait_for(state="attached", timeout=3000)
        assert pink(page).count() == 1
        click(page, page.locator(".leaflet-draw-draw-rectangle"))
        page.mouse.move(560, 300)
        page.mouse.down()
        page.mouse.move(680, 420, steps=5)
        page.mouse.up()
        page.wait_for_timeout(300)
        assert page.locator(".leaflet-popup").count() == 0, "no card opens while something is drawn"
        page.mouse.click(720, 600)
        page.locator(".claims-popup").wait_for()  # and it does again afterwards
        click(page, page.locator(".leaflet-draw-draw-marker"))
        page.locator(".leaflet-popup").wait_for(state="detached")
        dot = page.locator(".leaflet-claims-places-pane path").nth(20).bounding_box()
        page.mouse.move(dot["x"] + 2, dot["y"] + 2)
        page.mouse.click(dot["x"] + 2, dot["y"] + 2)
        assert page.locator(".leaflet-popup").count() == 0
        assert page.locator(".leaflet-marker-icon:not(.leaflet-mouse-marker)").count() == 1

    return look


def mini_map(map_, _):
    tiles = folium.TileLayer(DOT, attr="none")
    plugins.MiniMap(tiles, toggle_display=True, position="topleft").add_to(map_)

    def look(page):
        mini = page.locator(".leaflet-control-minimap")
        assert mini.bounding_box()["width"] > 140
        assert mini.locator("path").count() == 2  # where the map is, and the shadow of where it will be
        click(page, mini.get_by_title("Hide MiniMap"))
        page.wait_for_timeout(1000)
        assert mini.bounding_box()["width"] < 40

    return look


def timestamped(map_, _):
    point = {"type": "Point", "coordinates": [35.93, 33.0]}
    style = {"icon": "circle", "iconstyle": {"color": PINK, "radius": 9}}
    features = [
        {"type": "Feature", "geometry": point, "properties": {"time": day, "popup": day, **style}}
        for day in ("2024-12-08", "2024-12-09")
    ]
    plugins.TimestampedGeoJson(collection(*features), period="P1D", duration="PT1H", auto_play=False).add_to(map_)

    def look(page):
        assert "2024-12-08" in page.locator(".timecontrol-date").inner_text()
        click(page, page.locator(".timecontrol-forward"))
        page.locator(".timecontrol-date", has_text="2024-12-09").wait_for(timeout=3000)
        click(page, pink(page))
        assert_says(page, "popup", "2024-12-09")

    return look


def explore(map_, golan):
    frame = golan.snapshot(DATE)
    assert frame.explore("controller", m=map_, style_kwds={"weight": 3, "color": PINK}, name="snapshot") is map_

    def look(page):
        assert pink(page).count() == len(frame)
        legend = page.locator(".maplegend")
        x, y = middle(legend)
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x - 300, y - 200, steps=5)
        page.mouse.up()
        assert middle(legend) == (pytest.approx(x - 300, abs=2), pytest.approx(y - 200, abs=2))

    return look


ELEMENTS = {
    "Marker": marker,
    "Icon": icon,
    'Icon(prefix="fa")': awesome,
    "DivIcon": div_icon,
    "Popup": popup,
    "CircleMarker": shape(circle_marker),
    "Circle": shape(circle),
    "Polygon": shape(polygon),
    "PolyLine": shape(line),
    "GeoJson": geojson,
    "Choropleth": choropleth,
    "FeatureGroup": feature_group,
    "LayerControl": layer_control,
    "MarkerCluster": marker_cluster,
    "HeatMap": heat_map,
    "Fullscreen": fullscreen,
    "Draw": draw,
    "MiniMap": mini_map,
    "TimestampedGeoJson": timestamped,
    "explore(m=...)": explore,
}


def test_the_table_and_these_tests_name_the_same_elements():
    assert [row["Element"].strip("`") for row in TABLE] == list(ELEMENTS)


def files(text):
    """Return how many kB of scripts and style sheets are in the head of a page."""
    head = text[: text.index("</head>")]
    return sum(len(match[0]) for match in re.finditer(r"<(script|style)>.*?</\1>", head, re.DOTALL)) / 1000


@pytest.fixture(scope="module")
def bare(golan):
    return render(golan.map(DATE))


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row["Element"].strip("`"))
def test_an_element_is_drawn_and_works_offline(visit, golan, bare, row):
    assert row["Offline"] == row["Online"] == "yes"
    map_ = golan.map(DATE)
    look = ELEMENTS[row["Element"].strip("`")](map_, golan)
    text = render(map_)
    assert files(text) - files(bare) == pytest.approx(int(row["Adds"].removesuffix(" kB")), abs=1.5)
    page, heard = visit(text)
    look(page)
    assert heard == []
    assert page.locator("path.claims-ground").first.is_visible()
    assert page.locator(".claims-legend").is_visible()
    page.context.close()


def test_the_examples_of_the_page_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "page.py").write_text("".join(re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)))
    names = runpy.run_path("page.py")
    assert "Seen here" in (tmp_path / "map.html").read_text()
    assert "Bootstrap  v5" in render(names["map_"])


# whoever renders it


def test_a_map_that_nothing_is_added_to_holds_nothing_of_this(golan, bare):
    for words in ("<script src", "<link", "jQuery", "glyphicon", "imagePath =", "data-element"):
        assert words not in bare, words
    map_ = golan.map(DATE)
    folium.Circle(EAST, radius=10).add_to(map_)
    assert 0 < files(render(map_)) - files(bare) < 0.5  # what keeps a failing element from the others, no library


def test_every_way_of_rendering_gives_the_same_page(golan, tmp_path):
    map_ = golan.map(DATE)
    folium.Marker(AT, popup="a popup").add_to(map_)
    first = render(map_)
    assert render(map_) == first
    map_.save(tmp_path / "folium.html")
    maps.save(map_, tmp_path / "ours.html")
    assert (tmp_path / "folium.html").read_text() == (tmp_path / "ours.html").read_text() == first
    assert html.escape(first) in map_._repr_html_()
    assert "<script src" not in first
    assert "<link" not in first


def test_a_figure_of_the_user_and_two_maps_in_one(visit, golan):
    figure = branca.element.Figure(height=500)
    map_ = golan.map(DATE).add_to(figure)
    folium.Marker(AT, popup="in a figure").add_to(map_)
    page, heard = visit(figure.render())
    click(page, page.locator("img.leaflet-marker-icon"))
    assert_says(page, "popup", "in a figure")
    assert heard == []
    figure = branca.element.Figure()
    for place in (1, 2):
        map_ = golan.map(DATE)
        folium.Marker((33.15, 35.74), tooltip=f"map {place}").add_to(map_)
        figure.add_subplot(1, 2, place, margin=0).add_child(map_)
    text = figure.render()
    assert text.count("imagePath =") == 1
    page, heard = visit(text)
    for place in (1, 2):
        page.mouse.move(*middle(page.locator("img.leaflet-marker-icon").nth(place - 1)))
        assert_says(page, "tooltip", f"map {place}")
    assert heard == []


def test_what_folium_does_with_jquery_and_icons_of_fonts_that_stay_links(visit, golan):
    map_ = golan.map(DATE)
    first = folium.Circle(EAST, radius=2000, color=PINK, fill=True, tooltip="first").add_to(map_)
    folium.Circle(EAST, radius=3000, color="green", fill=True, tooltip="second").add_to(map_)
    map_.keep_in_front(first)
    text = render(map_)
    assert "jQuery v3" in text
    page, heard = visit(text)
    page.mouse.move(*middle(pink(page)))
    assert_says(page, "tooltip", "first")
    assert heard == []
    folium.Marker(AT, icon=folium.Icon(icon="github", prefix="fa-brands")).add_to(map_)
    assert re.search(r'url\("https://[^"]*/webfonts/fa-brands-400.woff2"\)', render(map_))


# what is out of reach


class Unknown(JSCSSMixin, folium.map.Layer):
    """A plugin that no package has."""

    default_js = (("unknown", "https://example.org/unknown.js"),)
    _template = Template("{% macro script(this, kwargs) %}var {{ this.get_name() }} = L.unknown();{% endmacro %}")


def test_an_element_whose_script_is_out_of_reach_leaves_the_rest_alone(visit, golan):
    map_ = golan.map(DATE)
    unknown = Unknown().add_to(map_)
    folium.Marker(EAST, popup="lost").add_to(unknown)
    folium.Marker(AT, popup="still here").add_to(map_)
    text = render(map_)
    assert text.count('<script src="https://example.org/unknown.js"></script>') == 1
    page, heard = visit(text)
    click(page, page.locator("img.leaflet-marker-icon"))
    assert_says(page, "popup", "still here")
    assert page.locator("path.claims-ground").first.is_visible()
    assert page.locator(".claims-legend").is_visible()
    assert [words for kind, words in heard if kind == "pageerror"] == []
    assert [words for kind, words in heard if kind == "request"] == ["https://example.org/unknown.js"]
    warned = [words for kind, words in heard if kind == "warning"]
    assert warned[0].startswith(f"{unknown.get_name()} is not drawn: ")


@pytest.mark.parametrize("text", ["throw new Error('mine')", "}", "undefined.x"])
def test_a_script_of_the_user_that_fails(visit, golan, text):
    map_ = golan.map(DATE)
    map_.get_root().script.add_child(branca.element.Element(text), name='my "<script>')
    folium.Circle(EAST, radius=2000, color=PINK).add_to(map_)
    page, heard = visit(render(map_))
    assert pink(page).is_visible()
    assert [kind for kind, _ in heard] == ["warning"]
    assert heard[0][1].startswith('my "<script> is not drawn: ')


def test_embedded_text_is_neither_a_template_nor_the_end_of_its_script(visit, golan, monkeypatch):
    hostile = "document.title = '{{7*7}}{% x %}</script><b>';\n//# sourceMappingURL=https://example.org/x.map"
    sheet = "body::after {content: '{{7*7}}</style>'} .none {background: url(a.png)} /*# sourceMappingURL=b.map */"
    known = {Unknown.default_js[0][1]: hostile, "https://example.org/css/unknown.css": sheet}
    monkeypatch.setattr("geo.views.assets._packaged", lambda: known)
    map_ = golan.map(DATE)
    Unknown().add_to(map_)
    map_.get_root().header.add_child(branca.element.CssLink("https://example.org/css/unknown.css"))
    text = render(map_)
    assert 'url("https://example.org/css/a.png")' in text
    assert "sourceMappingURL" not in text
    page, heard = visit(text)
    assert page.title() == "{{7*7}}{% x %}</script><b>"
    content = page.evaluate("getComputedStyle(document.body, '::after').content")
    assert content == '"{{7*7}}</style>"'
    assert [kind for kind, _ in heard if kind != "warning"] == []


def test_every_file_that_folium_links_to_goes_into_a_page(golan):
    elements = [folium.Map, *(getattr(plugins, name) for name in plugins.__all__)]
    links = [link for element in elements for link in getattr(element, "default_js", ())]
    sheets = [link for element in elements for link in getattr(element, "default_css", ())]
    map_ = golan.map(DATE)
    for name, address in sheets:
        map_.get_root().header.add_child(branca.element.CssLink(address), name=name)
    styles = "".join(re.findall(r"<style>.*?</style>", render(map_), re.DOTALL))
    assert not re.search(r"""url\(["']?+(?!data:|#|%23|https:)""", styles)
    for name, address in links:
        map_.get_root().header.add_child(branca.element.JavascriptLink(address), name=name)
    text = render(map_)
    assert re.findall(r"""<(?:script|link)[^>]*(?:src|href)="([^"]*)""", text) == []
    assert not re.search(r"^/[/*]# sourceMappingURL", text, re.MULTILINE)


# geopandas' own maps


@pytest.mark.parametrize("column", [None, "controller", "area_km2", "zones", "sources", "held_from", "held_to"])
def test_explore_of_a_snapshot(golan, column):
    frame = golan.snapshot(DATE)
    assert "L.geoJson" in render(frame.explore(column))


@pytest.mark.parametrize("name", ["lines", "places", "faces"])
def test_explore_of_what_is_curated(golan, name):
    assert "L.geoJson" in render(getattr(golan, name).explore(m=golan.map(DATE)))


def test_explore_of_a_change_with_classes(golan):
    pieces = golan.change(DATE, "2026-01-06").pieces
    assert "L.geoJson" in render(pieces.explore("area_km2", scheme="Quantiles", k=3, cmap="viridis"))
    assert pieces.plot("to") is not None


# what a page may load and run


def policy_of(text):
    found = re.search(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)"/>', text)
    assert found.start() < text.index("<script"), "before any script"
    return {rule.split()[0]: rule.split()[1:] for rule in found[1].split("; ")}


def test_a_page_of_ours_alone_loads_nothing(golan, bare):
    rules = policy_of(bare)
    assert rules["default-src"] == ["'none'"]
    assert all(re.fullmatch(r"'sha256-[\w+/]{43}='", source) for source in rules["script-src"])
    assert rules["img-src"] == ["data:"]
    assert rules["base-uri"] == rules["form-action"] == rules["object-src"] == ["'none'"]
    assert not re.search(r"<[^>]+\son\w+\s*=", bare[bare.index("<body>") : bare.rindex("<script>")])
    tiled = policy_of(render(golan.map(DATE, tiles="OpenStreetMap.HOT")))
    rules |= {"script-src": tiled["script-src"], "img-src": ["data:", "https://*.tile.openstreetmap.fr"]}
    assert tiled == rules


def test_what_a_user_adds_may_load_from_where_it_says_alone(golan):
    map_ = golan.map(DATE)
    folium.TileLayer("https://{s}.tiles.example.org/{z}/{x}/{y}.png", attr='<a href="https://no.example">x</a>').add_to(
        map_
    )
    folium.GeoJson(collection(square(33.0, 35.9, name="https://data.example"))).add_to(map_)
    Unknown().add_to(map_)
    rules = policy_of(render(map_))
    assert rules["default-src"] == ["data:", "blob:", "https://*.tiles.example.org", "https://example.org"]
    assert "https://example.org" in rules["script-src"]
    assert "'unsafe-inline'" not in rules["script-src"]
    assert "'unsafe-eval'" not in rules["script-src"]


def test_a_script_that_is_not_in_the_policy_does_not_run(visit, golan):
    text = render(golan.map(DATE))
    attack = "<img src=x onerror=\"document.title='run'\"><script>document.title='run'</script>"
    page, heard = visit(text.replace("<body>", f"<body>{attack}"))
    assert page.title() == "Territorial control on the Golan"
    assert "violates" in str(heard) or "Content Security Policy" in str(heard)
    page.evaluate("fetch('https://example.org').catch(() => {}).then(() => null)")
    assert not [address for kind, address in heard if kind == "request" and "example.org" in address]


def test_scripts_in_frames_of_the_user_run(visit, golan):
    map_ = golan.map(DATE)
    frame = branca.element.IFrame(
        html="<p>before</p><script>document.querySelector('p').textContent='ran'</script>", width=200, height=60
    )
    folium.Marker(AT, popup=folium.Popup(frame, lazy=True)).add_to(map_)
    page, heard = visit(render(map_))
    click(page, page.locator("img.leaflet-marker-icon"))
    page.frame_locator(".leaflet-popup iframe").get_by_text("ran").wait_for(timeout=3000)
    assert heard == []


def test_the_map_runs_in_the_frame_of_a_notebook(golan, browser, tmp_path):
    map_ = golan.map(DATE)
    folium.Marker(AT, popup="in a frame").add_to(map_)
    path = tmp_path / "notebook.html"
    path.write_text(f"<!DOCTYPE html><meta charset=utf-8>{map_._repr_html_()}", encoding="utf-8")
    page = browser.new_context(offline=True).new_page()
    heard = []
    page.on("console", lambda said: said.type == "error" and heard.append(said.text))
    page.goto(path.as_uri())
    frame = page.frame_locator("iframe")
    frame.locator("path.claims-ground").first.wait_for(state="attached", timeout=5000)
    frame.locator("img.leaflet-marker-icon").click()
    frame.get_by_text("in a frame").wait_for(timeout=3000)
    assert heard == []


def test_a_page_holds_the_notices_of_what_is_in_it(golan, bare):
    def comment(text):
        return text[text.index("<!--") : text.index("-->")]

    assert "Volodymyr Agafonkin" in comment(bare)
    assert "THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS" in comment(bare)
    assert "jQuery" not in comment(bare)
    for name, added in ELEMENTS.items():
        map_ = golan.map(DATE)
        added(map_, golan)
        notices = comment(render(map_))
        assert "its notice stands in the file" not in notices, name
    map_ = golan.map(DATE)
    choropleth(map_, golan)
    assert "Mike Bostock" in comment(render(map_))
