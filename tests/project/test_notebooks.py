"""The notebooks run from top to bottom, and are committed without outputs."""

from __future__ import annotations

import os
import re
import sys
import tomllib
from pathlib import Path

import nbformat
import pytest
from common import ROOT, chromium
from nbclient import NotebookClient

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
@pytest.mark.filterwarnings("default")
def test_notebook_runs(path, tmp_path, monkeypatch):
    # the kernel's shell finds the claims command of this environment
    monkeypatch.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": tmp_path}}).execute()
    shown = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert any("text/html" in output.get("data", {}) for output in shown)
    assert not any("error" in output.get("text", "").lower() for output in shown)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_is_committed_without_outputs(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_section_has_a_light_picture(path):
    """A code host runs no scripts: what a section is about shows in a picture."""
    notebook = nbformat.read(path, as_version=4)
    sections = [cell.source for cell in notebook.cells if cell.source.startswith("## ")]
    assert sections
    for source in sections:
        pictures = re.findall(r"!\[[^\]]+\]\((pictures/[a-z_]+\.png)\)", source)
        assert pictures, source
        for picture in pictures:
            assert (path.parent / picture).stat().st_size < 150_000


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_says_what_it_needs(path):
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    (extra,) = re.findall(
        r"pip install 'territorial-claims\[(\w+)\]'", nbformat.read(path, as_version=4).cells[0].source
    )
    assert extra in extras


def test_all_three_uses_have_a_notebook():
    assert [path.stem for path in NOTEBOOKS] == ["area_differences", "export_geojson", "view_maps"]


def test_maps_live_in_an_exported_page(tmp_path):
    """An executed notebook that nbconvert writes as HTML holds maps that work from the file."""
    from nbconvert import HTMLExporter
    from playwright.sync_api import sync_playwright

    cells = [
        "import folium, geo",
        "view = geo.load().map('2026-01-06')",
        "folium.Circle([33.1, 35.8], 5000, color='#ff00aa').add_to(view)\nview",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    NotebookClient(notebook, timeout=120).execute()
    page_text, _ = HTMLExporter().from_notebook_node(notebook)
    (tmp_path / "page.html").write_text(page_text)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        page = browser.new_context(offline=True).new_page()
        faults = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto((tmp_path / "page.html").as_uri(), wait_until="domcontentloaded")
        frame = page.frame_locator("iframe")
        frame.locator("path.claims-ground").first.wait_for(state="attached")
        assert frame.locator("path[stroke='#ff00aa']").count() == 1
        frame.locator("input[name=date]").focus()
        page.keyboard.press("ArrowLeft")
        assert "2026-01-06" not in frame.locator(".claims-title").inner_text()
        browser.close()
    assert [fault for fault in faults if "MathJax" not in fault and "require" not in fault] == []
