"""The comparison of validators is what is measured, and the documented hooks and codes are those that there are."""

from __future__ import annotations

import re
import shlex

import pytest
import shapely
import validators
from common import ROOT

from geo.checks import findings
from geo.cli.main import main

TEXT = (ROOT / "notebooks" / "validation.md").read_text()
ROWS = {
    cells[1]: cells[2:-1] for line in TEXT.splitlines() if len(cells := [cell.strip() for cell in line.split("|")]) == 7
}


@pytest.mark.parametrize("name", validators.CASES)
def test_the_table_is_what_is_measured(name):
    _, _, geos, claims = ROWS[name]
    case = validators.CASES[name]
    assert claims == validators.by_claims(case)
    if shapely.geos_version[:2] == (3, 14):  # others word it otherwise
        assert geos == validators.by_geos(case)
    errors = [code for code in claims.split(", ") if code and not code.startswith("(")]
    assert bool(errors) <= (not name.startswith("valid: "))
    # what any of the others calls wrong is found here too
    assert claims or not any(ROWS[name])


def test_the_table_has_no_other_rows():
    assert ROWS.keys() - {"file", "---"} == validators.CASES.keys()


def test_every_code_is_explained():
    assert dict(re.findall(r"^\| `([\w-]+)` \| (.+) \|$", TEXT, flags=re.MULTILINE)) == findings.RULES


def test_the_hooks_run(capsys, monkeypatch, tmp_path, layers):
    text = (ROOT / ".pre-commit-hooks.yaml").read_text()
    assert set(re.findall(r"^- id: (.+)$", text, flags=re.MULTILINE)) == set(re.findall(r"- id: ([\w-]+)", TEXT))
    entries = re.findall(r"^  entry: (.+)$", text, flags=re.MULTILINE)
    assert len(entries) == 2
    monkeypatch.chdir(layers.parent)
    (tmp_path / "a.geojson").write_text('{"type": "Point", "coordinates": [0, 91]}')
    for entry in entries:
        command, *words = shlex.split(entry)
        assert command == "claims"
        assert main([*words, "layers"]) == 0
        assert main([*words, "a.geojson", "layers/curated/lines.geojson"]) == 1
    assert "a.geojson:1: vertex 0: latitude 91" in capsys.readouterr().out
