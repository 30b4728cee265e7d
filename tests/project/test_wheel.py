"""The wheel alone answers, in a clean environment and from another folder."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile

from common import ROOT


def test_wheel_in_a_clean_environment(tmp_path):
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", tmp_path, ROOT], check=True)
    (wheel,) = tmp_path.glob("territorial_claims-*.whl")
    assert wheel.stat().st_size < 2_000_000
    names = zipfile.ZipFile(wheel).namelist()
    assert "geo/views/static/notices.toml" in names
    for name in ("geo/py.typed", "geo/views/static/map.js", "geo/_layers/curated/lines.geojson", "geo/_layers/LICENSE"):
        assert name in names
    assert not [name for name in names if name.startswith(("tests", "notebooks"))]

    subprocess.run([sys.executable, "-m", "venv", tmp_path / "clean"], check=True)
    python = tmp_path / "clean" / "bin" / "python"
    install = ["-m", "pip", "--disable-pip-version-check", "--quiet", "install", "-c", ROOT / "constraints.txt", wheel]
    subprocess.run([python, *install], check=True)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    claims = [tmp_path / "clean" / "bin" / "claims", "change", "2024-12-07", "2026-01-06", "--json"]
    found = json.loads(subprocess.run(claims, cwd=elsewhere, check=True, capture_output=True).stdout)
    assert found["transfers"][0]["to"] == "israel"
    code = "import geo; print(len(geo.load().snapshot('2024-12-07'))); geo.load().map('2024-12-07').get_root().render()"
    shown = subprocess.run([python, "-c", code], cwd=elsewhere, check=True, capture_output=True, text=True)
    assert int(shown.stdout) > 5
