"""Fixtures that every test may use."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import hypothesis
import pytest
from common import LAYERS
from geojson_files import frame_of_every_kind

import geo

# what a caller's environment may hold that changes what is printed, drawn or warned of
_UNWANTED = ("COLUMNS", "FORCE_COLOR", "NO_COLOR", "MATPLOTLIBRC", "MPLBACKEND", "PYTHONIOENCODING", "PYTHONWARNINGS")


# how long an example takes is the machine's matter
hypothesis.settings.register_profile("here", deadline=None)
hypothesis.settings.load_profile("here")

# what takes long: make test-fast leaves it out
_SLOW = {
    *("test_maps", "test_panels", "test_folium", "test_firefox", "test_jupyterlab", "test_plots"),
    *("test_tiles", "test_series_command", "test_overlay", "test_pairwise", "test_snapping", "test_append"),
    *(
        "test_real_editors",
        "test_validate",
        "test_hostile",
        "test_hostile_folders",
        "test_package",
        "test_readme",
        "test_notebooks",
        "test_wheel",
    ),
}


def pytest_collection_modifyitems(items):
    """Mark the tests of slow modules."""
    for item in items:
        if item.path.stem in _SLOW:
            item.add_marker("slow")


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
