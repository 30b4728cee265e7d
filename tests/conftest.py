"""Fixtures that every test may use."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from common import LAYERS

import geo


@pytest.fixture(scope="session")
def golan() -> geo.Record:
    return geo.load()


@pytest.fixture
def layers(tmp_path: Path) -> Path:
    """Return a copy of the shipped layers that a test may spoil."""
    return Path(shutil.copytree(LAYERS, tmp_path / "layers"))
