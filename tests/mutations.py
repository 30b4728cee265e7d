"""Files spoilt at random: bytes, members of JSON, cells and rows of tables."""

from __future__ import annotations

import copy
import csv
import io
import json
import math

_JUNK = [b"null", b"[]", b"{}", b'"', b"1e400", b"-1", b"\xff", b"NaN", b"true", b'""', b",", b"\n", b"\r", b"\0"]
_JUNK += [b"__proto__", b"\\ud800", b"[[[", b"}", b"Infinity", b"9" * 400, b"\xef\xbb\xbf", b'{"a":1,"a":2}']
_VALUES = [None, 0, -1, 1e308, math.inf, math.nan, "", [], {}, "x", [1, 2], True, "../../x", [[35, 33]], {"a": 1}]
_VALUES += [10**30, "\ud800", "\u202e", "9999-99-99", [None], [[]], "\0", "2024-12-08", -181, 91, [35.5, "x"]]
_CELLS = ["", "x", '"', "2024-99", ",", "../x", "\0", "nan", "-inf", "1e999", "9" * 5000, "\u202e", "0000-01-01"]
_CELLS += ["10000-01-01", "line_a", "1974-06", "true", "35.8", "a b c", "35.35:33.09", "1_0", "٣"]


def spoil(path, luck):
    """Change a file in one to three places: its bytes, or what it holds where it is JSON or a table."""
    content = path.read_bytes()
    changes = range(luck.randrange(1, 4))
    if luck.random() < 0.35:
        for _ in changes:
            content = _bytes(content, luck)
        path.write_bytes(content)
    elif path.suffix == ".csv":
        table = list(csv.reader(io.StringIO(content.decode())))
        for _ in changes:
            _table(table, luck)
        text = io.StringIO()
        csv.writer(text).writerows(table)
        path.write_text(text.getvalue())
    elif path.suffix not in {".json", ".geojson"}:  # a grid
        for _ in changes:
            content = _bytes(content, luck)
        path.write_bytes(content)
    else:
        tree = json.loads(content)
        for _ in changes:
            _tree(tree, luck)
        path.write_text(json.dumps(tree))


def _bytes(content, luck):
    at = luck.randrange(len(content) + 1)
    rest = content[at:]
    return luck.choice(
        [
            content[:at] + luck.choice(_JUNK) + rest[luck.randrange(20) :],
            content[:at] + bytes([luck.randrange(256)]) + rest[1:],
            content[:at] + rest[luck.randrange(200) :],
            content[:at] + rest[: luck.randrange(300)] + rest,
            content[:at],
        ]
    )


def _table(table, luck):
    if not table:
        return
    number, how = luck.randrange(len(table)), luck.randrange(8)
    if how == 0:
        del table[number]
    elif how == 1:
        table.insert(number, list(table[number]))
    elif how == 2:
        luck.shuffle(table)
    elif how == 3:
        del table[number:]
    elif table[number]:
        cell = luck.randrange(len(table[number]))
        if how == 4:
            del table[number][cell]
        else:
            table[number][cell] = luck.choice(_CELLS)


def _tree(tree, luck):
    keys = list(tree) if isinstance(tree, dict) else list(range(len(tree)))
    if not keys:
        return
    key, how = luck.choice(keys), luck.random()
    if isinstance(tree[key], dict | list) and tree[key] and how < 0.75:
        _tree(tree[key], luck)
    elif how < 0.8:
        del tree[key]
    elif how < 0.85 and isinstance(tree, list):
        tree.insert(key, copy.deepcopy(tree[key]))
    elif how < 0.88 and isinstance(tree, list):
        luck.shuffle(tree)
    elif how < 0.92 and type(tree[key]) in {int, float}:
        tree[key] += luck.choice([1e-12, 0.001, 0.1, 1, 100, -0.01])
    else:
        tree[key] = luck.choice(_VALUES)
