"""Paths and small tools that several tests share."""

from __future__ import annotations

import csv
import json
import os
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LAYERS = ROOT / "layers"
CURATED = LAYERS / "curated"
WITHDRAWAL = ("2026-01-06", "withdraw_2024_12_08")
SCREENSHOTS = ROOT / "out" / "screenshots"  # for a person to look at

_CHROMIUM = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)


def chromium() -> str:
    """Return the browser's path; without one, skip, but never in CI."""
    found = next(filter(None, map(shutil.which, _CHROMIUM)), None)
    if found is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("Chromium is missing")
    return found


def edit_features(path: Path, change) -> None:
    """Apply a function to the list of features of a GeoJSON file."""
    collection = json.loads(path.read_text())
    change(collection["features"])
    path.write_text(json.dumps(collection))


def edit_column(path: Path, column: str, change) -> None:
    """Apply a function to each cell of a column of a CSV file."""
    with path.open(newline="") as file:
        table = list(csv.DictReader(file))
    for row in table:
        row[column] = change(row[column])
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, table[0])
        writer.writeheader()
        writer.writerows(table)


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a table of tests/data."""
    with (Path(__file__).parent / "data" / name).open(newline="") as file:
        return list(csv.DictReader(file))
