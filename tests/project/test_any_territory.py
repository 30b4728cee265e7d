"""Nothing of a territory is in the code: names, parties, kinds and grids come from the profile of the layers."""

from __future__ import annotations

import ast
import doctest
import re

import pytest
from common import LAYERS, ROOT

import geo
from geo.layers import profile

SINAI = ROOT / "tests" / "territories" / "sinai"
# beside the ids and names of the two records
WORDS = [
    "golan",
    "syria",
    "israel",
    "lebanon",
    "egypt",
    "hermon",
    "quneitra",
    "undof",
    "purple",
    "28191",
]
CODE = sorted((ROOT / "geo").rglob("*.py"))
OTHER = sorted(path for path in (ROOT / "geo").rglob("*") if path.suffix in {".js", ".css", ".json"})


def own_words():
    """Return what a record calls its own: ids of lines and zones, and names and ids of parties."""
    found = set(WORDS)
    for folder in (LAYERS, SINAI):
        record = geo.load(folder)
        found |= {*record.curated_lines, *record.curated_zones, *record.routes}
        for party in record.profile.parties.values():
            found |= {party.id, *party.names.values()}
        found |= {*record.profile.title.values(), *record.profile.short.values()}
        found |= {kind for kind in record.profile.line_kinds if kind not in profile.LINE_KINDS}
        found |= {kind for kind in record.profile.place_kinds if kind not in profile.PLACE_KINDS}
    # words of plain English, or so short that they are in others
    return {word.casefold() for word in found if len(word) > 3} - {"pass", "stage", "reach", "forward", "cape"}


def without_examples(text):
    """Return the text of a docstring without what is executed in it."""
    return "".join(part for part in doctest.DocTestParser().parse(text) if isinstance(part, str))


def said(path):
    """Return names and texts of a module, without examples of use in docstrings and help."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    examples = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "add_command":
            examples.add(node.args[3])
        if isinstance(node, ast.keyword) and node.arg == "epilog":
            examples.add(node.value)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and node not in examples:
            yield without_examples(str(node.value))
        elif isinstance(node, ast.Name | ast.FunctionDef | ast.ClassDef):
            yield getattr(node, "id", None) or node.name
        elif isinstance(node, ast.Attribute):
            yield node.attr


def foreign(text, words):
    return sorted(word for word in words if re.search(rf"(?<![^\W_]){re.escape(word)}(?![^\W_])", text.casefold()))


@pytest.fixture(scope="module")
def words():
    return own_words()


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_code_names_no_territory(path, words):
    assert foreign("\n".join(said(path)), words) == []


@pytest.mark.parametrize("path", OTHER, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_page_names_no_territory(path, words):
    assert foreign(path.read_text(encoding="utf-8"), words) == []


def test_what_is_looked_for_would_be_found(tmp_path, words):
    path = tmp_path / "module.py"
    path.write_text(
        'def israel():\n    """Of Line A.\n\n    >>> "golan"\n    \'golan\'\n    """\n    return "Golan", 28191\n'
    )
    assert foreign("\n".join(said(path)), words) == ["28191", "golan", "israel"]
    assert {"buffer_zone_1974", "line_m_1975", "united nations", "israeli_post"} <= words
