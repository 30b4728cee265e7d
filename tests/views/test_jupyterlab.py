"""The notebooks run from top to bottom in JupyterLab in a browser, and what they show is looked at."""

from __future__ import annotations

import shutil

import pytest
from common import ROOT, SCREENSHOTS
from hands import picture
from lab import server

CSS = "body { --jp-code-font-size: 13px }"


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lab") / "notebooks"
    shutil.copytree(ROOT / "notebooks", folder)
    with server(folder) as address:
        yield address


@pytest.fixture
def run(lab, browser):
    """Open a notebook, run all of it from the menu, and wait until every cell has its number."""
    faults = []
    context = browser.new_context(viewport={"width": 1400, "height": 1000})

    def run_(name):
        page = context.new_page()
        page.on("console", lambda message: message.type == "error" and faults.append(message.text))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(f"{lab}lab/workspaces/{name}/tree/{name}.ipynb")
        page.get_by_text("| Idle").wait_for(timeout=60_000)
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        cells = page.locator(".jp-CodeCell .jp-InputPrompt")
        count = cells.count()
        page.wait_for_function(
            "count => [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')]"
            ".filter(node => /\\[\\d+\\]/.test(node.textContent)).length === count",
            arg=count,
            timeout=120_000,
        )
        assert page.locator("[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
        return page

    yield run_
    context.close()
    assert faults == []


def shown(page, index):
    """Scroll a map of the notebook into view; return its frame once it has ground."""
    frame = page.locator(".jp-OutputArea-output iframe").nth(index)
    frame.scroll_into_view_if_needed()
    content = frame.element_handle().content_frame()
    content.wait_for_selector("path.claims-ground", state="attached")
    return content


def look(page, name):
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png")


def test_view_maps(run):
    page = run("view_maps")
    maps = page.locator(".jp-OutputArea-output iframe").count()
    assert maps == 4
    for index in range(maps):
        frame = shown(page, index)
        ground = frame.locator("path.claims-ground").first.bounding_box()
        assert ground["height"] > 300
        page.locator(".jp-OutputArea-output iframe").nth(index).scroll_into_view_if_needed()
        look(page, f"lab_map_{index}")
    own = shown(page, maps - 1)
    circle = own.locator("path[stroke=black]").bounding_box()
    assert circle["width"] == pytest.approx(circle["height"], abs=2)
    assert circle["width"] > 20
    pin = own.locator(".leaflet-marker-icon").bounding_box()
    page.mouse.click(pin["x"] + pin["width"] / 2, pin["y"] + pin["height"] / 2)
    own.locator(".leaflet-popup").get_by_text("Quneitra").wait_for()
    look(page, "lab_own_layer")
    assert (picture(page).std(axis=(0, 1)) > 20).all()


def test_area_differences(run):
    page = run("area_differences")
    text = page.locator(".jp-NotebookPanel-notebook").text_content()
    for words in ("Syria", "Israel", "274.0", "Area of separation (buffer zone)", "Bir Ajam?", "Quneitra"):
        assert words in text
    tables = " ".join(page.locator(".jp-OutputArea-output table").all_text_contents())
    for identifier in ("buffer_zone_1974", "israel", "syria", "bir_ajam", "hermon_summit"):
        assert identifier not in tables
    look(page, "lab_area_differences")


def test_export_geojson(run):
    page = run("export_geojson")
    assert "274.0" in page.locator(".jp-NotebookPanel-notebook").text_content()
    look(page, "lab_export_geojson")
