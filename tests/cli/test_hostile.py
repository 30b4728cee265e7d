"""Layers spoilt at random: an answer or one line, never a traceback."""

from __future__ import annotations

import json
import math
import random

import pytest

from geo.cli.main import main

VALUES = [None, 0, -1, math.inf, math.nan, "", [], {}, "x", [1, 2], True, "../../x", [[35, 33]], {"a": 1}]
QUESTIONS = [
    ["areas"],
    ["change", "2024-12-07", "2026-01-06"],
    ["where", "Quneitra"],
    ["layers"],
    ["export", "places", "-o", "-"],
    ["export", "control_2024-12-07", "-o", "-"],
    ["map", "-o", "map.html"],
    ["build", "--check"],
]


def spoil(tree, chance):
    """Change one thing somewhere in a tree of dicts and lists."""
    keys = list(tree) if isinstance(tree, dict) else list(range(len(tree)))
    if not keys:
        return
    key = chance.choice(keys)
    if isinstance(tree[key], dict | list) and chance.random() < 0.7:
        spoil(tree[key], chance)
    elif isinstance(tree, dict) and chance.random() < 0.3:
        del tree[key]
    else:
        tree[key] = chance.choice(VALUES)


@pytest.mark.parametrize("seed", range(40))
def test_spoilt_layers_give_no_traceback(layers, capsys, monkeypatch, tmp_path, seed):
    monkeypatch.chdir(tmp_path)
    chance = random.Random(seed)  # noqa: S311
    path = chance.choice(sorted((layers / "curated").iterdir()))
    if path.suffix == ".csv":
        lines = path.read_text().split("\n")
        number = chance.randrange(len(lines) - 1)
        cells = lines[number].split(",")
        cells[chance.randrange(len(cells))] = chance.choice(["", "x", '"', "2024-99", ",", "../x"])
        lines[number] = ",".join(cells)
        path.write_text("\n".join(lines))
    elif path.suffix not in {".json", ".geojson"}:  # a grid
        path.write_text(path.read_text().replace(" ", chance.choice(["", "x", "1e999"]), chance.randrange(1, 9)))
    else:
        tree = json.loads(path.read_text())
        spoil(tree, chance)
        path.write_text(json.dumps(tree))
    for question in QUESTIONS:
        status = main([*question, "--layers", str(layers)])
        error = capsys.readouterr().err
        assert (status, error.count("\n")) in ((0, 0), (1, 0), (2, 1)), error
