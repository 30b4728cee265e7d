"""The repository holds what README says, and its oldest dependencies are those of pyproject.toml."""

from __future__ import annotations

import re
import subprocess
import tomllib

import oldest
import pytest
from common import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
TESTED = (ROOT / "constraints.txt").read_text()
_LAYOUT = re.compile(r"^## What lies where\n.*?^```text\n(.*?)^```", flags=re.DOTALL | re.MULTILINE)


def test_the_top_level_is_what_readme_names():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a clone")
    there = {path.split("/")[0] for path in listed.stdout.split("\0") if path and (ROOT / path).exists()}
    (layout,) = _LAYOUT.findall((ROOT / "README.md").read_text())
    named = {name.rstrip("/") for name in layout.split()}
    assert there <= named
    assert {name for name in named if not (ROOT / name).exists()} <= {"CONTRIBUTING.md", "SECURITY.md"} | {
        ".pre-commit-config.yaml"
    }


def test_the_oldest_versions_are_the_lower_bounds():
    lines = oldest.constraints(PROJECT, TESTED).splitlines()
    pins = dict(line.split("==") for line in lines)
    assert len(pins) == len(lines)
    for requirement in PROJECT["dependencies"]:
        name, version = re.match(r"([\w-]+)(?:>=|==)([\d.]+)", requirement).groups()
        assert pins[name.lower()] == version
    assert pins["distributed"] == "2025.1"
    assert pins["pytest"] == re.search(r"^pytest==(.+)$", TESTED, flags=re.MULTILINE)[1]
    assert "dask" not in pins


@pytest.mark.parametrize(
    ("requirements", "fault"),
    [(["numpy"], "no lower bound"), (["numpy<3"], "no lower bound"), (["numpy>=2", "NumPy>=1"], "two lower bounds")],
)
def test_a_requirement_needs_one_lower_bound(requirements, fault):
    with pytest.raises(ValueError, match=fault):
        oldest.lowest(requirements)


def test_pythons_are_told_the_same_everywhere():
    low, high = re.fullmatch(r">=3\.(\d+),<3\.(\d+)", PROJECT["requires-python"]).groups()
    makefile = (ROOT / "Makefile").read_text()
    assert f"(3, {low}) <= sys.version_info[:2] <= (3, {int(high) - 1})" in makefile
    assert f"Python 3.{low} to 3.{int(high) - 1}" in (ROOT / "README.md").read_text()
