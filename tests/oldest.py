"""The lowest versions that pyproject.toml allows, as constraints for pip: ``python tests/oldest.py > oldest.txt``.

Every ``>=`` of what the package needs or can use becomes ``==``. Tools that only the tests use, and what the
dependencies need in turn, stay as in constraints.txt.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
USED = ("dask", "notebook", "parquet")  # the extras that people install
TIED = {"dask"}  # of which distributed wants its own version
_BOUND = re.compile(r"([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?\s*(?:>=|==)\s*([0-9][0-9.]*)")


def _name(requirement: str) -> str:
    """Return the name of a project as package indexes compare it."""
    return re.sub(r"[-_.]+", "-", requirement).lower()


def lowest(requirements: list[str]) -> dict[str, str]:
    """Return the lowest version of each requirement by name.

    Raises
    ------
    ValueError
        When a requirement has no lower bound, or two differ.
    """
    found: dict[str, str] = {}
    for requirement in requirements:
        match = _BOUND.match(requirement)
        if match is None:
            raise ValueError(f"{requirement!r} in pyproject.toml has no lower bound; write it as name>=1.2,<2")
        name, version = _name(match[1]), match[2]
        if found.setdefault(name, version) != version:
            raise ValueError(f"{name} has two lower bounds in pyproject.toml, {found[name]} and {version}; keep one")
    return found


def constraints(project: dict[str, object], tested: str) -> str:
    """Return the lines of a constraints file: the lowest versions, and of the rest the tested ones."""
    extras = project["optional-dependencies"]
    used = lowest([*project["dependencies"], *(one for extra in USED for one in extras[extra])])
    lowest([*project["dependencies"], *(one for extra in extras.values() for one in extra)])  # they must agree
    pinned = [line for line in tested.splitlines() if "==" in line]
    rest = [line for line in pinned if _name(line.split("==")[0]) not in {*used, *TIED}]
    return "\n".join([*(f"{name}=={version}" for name, version in used.items()), *rest]) + "\n"


if __name__ == "__main__":
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    print(constraints(pyproject, (ROOT / "constraints.txt").read_text()), end="")
