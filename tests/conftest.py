"""Fixtures that every test may use."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from common import LAYERS
from geojson_files import frame_of_every_kind

import geo

# what a caller's environment may hold that changes what is printed, drawn or warned of
_UNWANTED = ("COLUMNS", "FORCE_COLOR", "NO_COLOR", "MATPLOTLIBRC", "MPLBACKEND", "PYTHONIOENCODING", "PYTHONWARNINGS")


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch):
    for name in _UNWANTED:
        monkeypatch.delenv(name, raising=False)
        os.unsetenv(name)  # readline sets COLUMNS for what is started from here, behind Python's back


@pytest.fixture(scope="session")
def golan():
    """Return the shipped layers, to be asked and not to be changed."""
    return geo.load()


@pytest.fixture
def layers(tmp_path):
    """Return a copy of the shipped layers that a test may spoil."""
    return Path(shutil.copytree(LAYERS, tmp_path / "layers"))


@pytest.fixture
def frame():
    """Return a frame of polygons with a column of each kind that a file keeps."""
    return frame_of_every_kind()
