"""Every command and example of the README runs, and what it says the tool prints is what it prints."""

from __future__ import annotations

import doctest
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import generated
import pytest
from common import LAYERS, ROOT

import geo

README = (ROOT / "README.md").read_text()
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text()
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", README, flags=re.DOTALL | re.MULTILINE)
COMMANDS = [
    line for language, text in BLOCKS if language == "sh" for line in text.splitlines() if line.startswith("claims ")
]
PRINTED = [text for language, text in BLOCKS if language == "text"]


def claims(command, cwd):
    words = [str(Path(sys.executable).parent / "claims"), *shlex.split(command, comments=True)[1:]]
    done = subprocess.run(words, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert all(line.startswith("claims: note: ") for line in done.stderr.splitlines())
    return done.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_runs(command, tmp_path):
    if "days.fgb" in command:
        generated.districts(12, across=4, down=3).to_file(tmp_path / "days.fgb")
    if "other.gpkg" in command:
        geo.load().zones.loc[["buffer_zone_1974"]].to_crs(32636).translate(200).to_file(tmp_path / "other.gpkg")
    if "before/layers" in command:
        shutil.copytree(LAYERS, tmp_path / "before" / "layers")
        shutil.copytree(LAYERS, tmp_path / "layers")
    assert claims(command, tmp_path)


def test_the_headline_is_what_is_printed(tmp_path):
    assert claims("claims change 2024-12-07 2026-01-06", tmp_path) == PRINTED[0]


def test_the_headline_figures_in_the_prose(golan):
    (taken,) = golan.change("2024-12-07", "2026-01-06").transfers
    area, low, high = (round(number) for number in taken.quantity[:3])
    low95, high95 = map(round, taken.quantity.ci95)
    prose = README[: README.index("```text")]
    assert f"**{area} km²**" in prose
    assert f"{low95} to {high95}" in prose
    assert f"{low} to {high} km²" in prose
    for zone, text in (("golan_heights", "measure {} ± {} km²"), ("buffer_zone_1974", "{} ± {} km² (published: 235)")):
        quantity = golan.ledger.zone_area(zone)
        assert text.format(f"{quantity.area:,.0f}", round(quantity.margin)) in " ".join(README.split())


def test_each_python_example_holds(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    parser = doctest.DocTestParser()
    text = "\n".join(text for language, text in BLOCKS if language == "python")
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    runner.run(parser.get_doctest(text, {}, "README", "README.md", 0))
    assert runner.failures == 0
    assert runner.tries > 5


def test_make_targets_exist():
    targets = re.findall(r"^make ([\w-]+)", README + CONTRIBUTING, flags=re.MULTILINE)
    assert {"run", "test", "test-fast", "fix"} <= set(targets)
    makefile = (ROOT / "Makefile").read_text()
    for target in targets:
        assert re.search(rf"^{target}:", makefile, flags=re.MULTILINE)


def test_make_run_answers_and_names_its_files(tmp_path):
    """An environment that has the command, needs nothing and could install nothing: the tests' own stays as it is."""
    commands = tmp_path / "venv" / "bin"
    commands.mkdir(parents=True)
    (commands / "claims").symlink_to(Path(sys.executable).parent / "claims")
    (commands / "python").write_text("#!/bin/sh\necho nothing is installed in a test >&2\nexit 1\n")
    (commands / "python").chmod(0o755)
    (commands.parent / "installed").touch()
    done = subprocess.run(
        ["make", "--no-print-directory", "run", f"VENV={commands.parent}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    answer, _, written = done.stdout.partition("\nWritten:\n")
    assert PRINTED[0] in answer
    files = written.splitlines()
    assert {Path(file).suffix for file in files} == {".html", ".png", ".geojson"}
    assert all((ROOT / file).stat().st_size > 1000 for file in files)


def test_the_wings_are_those_that_are_checked():
    (layers, _) = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    checked = re.findall(r"\b[a-z]\w+", " ".join(layers["layers"]))
    diagram = CONTRIBUTING.split("```text\n")[1].split("```")[0]
    drawn = re.findall(r"\w+", " ".join(line[:25] for line in diagram.splitlines()))
    assert drawn == [*(wing for wing in checked if wing != "dates"), "ground"]


def test_what_contributors_are_sent_to_is_there():
    named = re.findall(r"`((?:geo|tests|layers)/[\w./]+)`", CONTRIBUTING)
    assert len(named) > 10
    for path in named:
        assert (ROOT / path).exists(), path


def test_each_link_and_picture_is_there():
    for address in re.findall(r"\]\(([^)]+)\)", README + CONTRIBUTING):
        if not address.startswith(("http", "#")):
            assert (ROOT / address.split("#")[0]).exists(), address
