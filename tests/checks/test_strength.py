"""The page of evidence says what the curated files say; changes of control need better than weak sources."""

from __future__ import annotations

import csv
import io
import json

from common import LAYERS, edit_column

import geo
from geo.checks import strength, validate
from geo.cli.main import main


def told(layers, code="evidence"):
    return [(fault.feature, fault.fault) for fault in validate.defects(layers) if fault.code == code]


def test_the_shipped_table_has_a_row_for_each_statement():
    layers = geo.load()
    rows = list(csv.DictReader(io.StringIO((LAYERS / "built" / strength.TABLE).read_text())))
    assert len(rows) == len(list(strength.statements(layers)))
    line = next(row for row in rows if row["id"] == "line_b")
    assert int(line["publishers"]) == layers.evidence(layers.curated_lines["line_b"]).publishers


def test_the_page_lists_what_rests_on_one_publisher_and_nothing_else():
    page = (LAYERS / "built" / strength.PAGE).read_text()
    listed = {line[2:].split(": ")[0] for line in page.splitlines() if line.startswith("* ")}
    assert listed == {one.id for one in strength.statements(geo.load()) if one.evidence.publishers < 2}


def test_a_change_on_weak_sources_alone_is_refused(layers):
    items = json.loads((layers / "curated" / "sources.json").read_text())
    for item in items:
        item["grade"] = "weak"
    (layers / "curated" / "sources.json").write_text(json.dumps(items))
    found = told(layers)
    assert any("rests on weak sources alone; cite a better one" in fault for _, fault in found)
    assert any("cite two independent sources, one of them primary or agency" in fault for _, fault in found)


def test_a_reprint_does_not_corroborate(layers):
    path = layers / "curated" / "sources.json"
    items = json.loads(path.read_text())
    for item in items:
        item["origin"] = "One house"
    path.write_text(json.dumps(items))
    assert len(told(layers)) > 30


def test_a_row_of_uncorroborated_that_has_no_cause_is_told(layers):
    edit_column(layers / "curated" / "uncorroborated.csv", "valid_from", lambda _: "1999")
    found = told(layers)
    assert sum("lacks a second source; delete the row" in fault for _, fault in found) == 3
    assert sum("cite two independent sources" in fault for _, fault in found) == 3


def test_the_command(capsys):
    assert main(["layers", "--evidence"]) == 0
    out = capsys.readouterr().out
    assert "Changes of control" in out
    assert "buffer_zone_1974" in out
    assert main(["layers", "--evidence", "--json"]) == 0
    (first, *_) = json.loads(capsys.readouterr().out)["statements"]
    assert set(first) == {"file", "id", "sources", "evidence"}
    assert main(["where", "Quneitra", "--date", "2026-01-06"]) == 0
    assert "publishers" in capsys.readouterr().out
