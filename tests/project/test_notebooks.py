"""The notebooks run from top to bottom, and are committed without outputs."""

from __future__ import annotations

import os
import re
import sys
import tomllib
from pathlib import Path

import nbformat
import pytest
from common import ROOT
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
