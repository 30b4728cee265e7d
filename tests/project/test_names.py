"""The names of the package: eight for people, and nothing else to be seen."""

from __future__ import annotations

import importlib
import pkgutil

import geo

NAMES = ["Change", "ClaimsError", "ClaimsWarning", "Record", "Series", "area", "change", "load", "series"]


def test_nothing_but_the_public_names_shows():
    """Whatever has been imported: a submodule becomes an attribute of its package."""
    for module in pkgutil.walk_packages(geo.__path__, "geo."):
        if module.name != "geo.__main__":
            importlib.import_module(module.name)
    assert dir(geo) == sorted(geo.__all__) == NAMES
    assert callable(geo.series)
    assert callable(geo.change)
