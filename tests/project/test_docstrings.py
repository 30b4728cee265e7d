"""Every public name is documented, and what people use has an example, which the tests run."""

from __future__ import annotations

import ast
import inspect

import pytest
from common import ROOT

import geo
from geo.formats import features, geojson
from geo.views import charts, maps, plots, zone_plots

WRITERS = (maps.save, plots.save, geojson.write)
PICTURES = (
    maps.control_map,
    plots.change_figure,
    zone_plots.zone_figure,
    zone_plots.zones_figure,
    *(getattr(charts, name) for name in ("timeline_figure", "figures_figure", "profile_figure")),
)


def methods(kind):
    """Yield name and object of the public methods of a class, and of the properties that it and its answers add."""
    added = {name for base in kind.__mro__ if base.__module__.startswith("geo.answers") for name in vars(base)}
    for name, member in inspect.getmembers(kind):
        if not name.startswith("_") and (callable(member) or name in added):
            yield f"{kind.__name__}.{name}", member


def used():
    """Yield name and object of everything that people call."""
    for name in geo.__all__:
        yield f"geo.{name}", getattr(geo, name)
    for kind in (geo.Record, geo.Change, geo.Series):
        yield from methods(kind)
    for function in (*WRITERS, *PICTURES, features.features, features.text, geojson.text):
        yield f"{function.__module__}.{function.__name__}", function


USED = dict(used())


@pytest.mark.parametrize("name", USED)
def test_what_people_use_has_an_example(name):
    text = inspect.getdoc(USED[name]) or ""
    _, _, examples = text.partition("Examples\n--------\n")
    assert ">>> " in examples, f"{name}: {text[:80]}"


def public(node):
    """Yield a module or class and the public functions and classes in it; what is inside a function is its own."""
    yield node
    for child in node.body:
        if isinstance(child, (ast.FunctionDef, ast.ClassDef)) and not child.name.startswith("_"):
            yield from public(child) if isinstance(child, ast.ClassDef) else (child,)


def test_every_public_name_has_a_docstring():
    bare = [
        f"{path.relative_to(ROOT)}: {getattr(node, 'name', 'module')}"
        for path in sorted((ROOT / "geo").rglob("*.py"))
        for node in public(ast.parse(path.read_text(encoding="utf-8")))
        if not ast.get_docstring(node)
    ]
    assert bare == []
