"""``claims validate`` and ``claims build``: for those who edit layers. They print as they go and return a status."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from geo import _files
from geo.cli.parser import add_command
from geo.cli.text import show

if TYPE_CHECKING:
    import argparse

    from geo._errors import ClaimsError
    from geo.cli.parser import Commands


def add(commands: Commands) -> None:
    """Add the commands."""
    sub = add_command(
        commands,
        "validate",
        "Every defect in layers or GeoJSON files.",
        "claims validate my/layers",
        answer=None,
        json=True,
    )
    help_ = "layers, GeoJSON files or folders of such (default: the shipped layers)"
    sub.add_argument("paths", metavar="DIR|FILE", nargs="*", type=Path, help=help_)
    sub.set_defaults(run=_validate)
    sub = add_command(
        commands, "build", "Make the built layers from the curated ones.", "claims build --check", answer=None
    )
    sub.add_argument("--check", action="store_true", help="change nothing; exit 1 when something is stale")
    sub.set_defaults(run=_build)


def _validate(options: argparse.Namespace) -> int:
    from geo.checks import validate

    paths = options.paths or [options.layers or _files.shipped()]
    faults = {path: validate.anything(path) for path in paths}
    if options.json:
        print(_files.compact({"defects": [validate.json(fault) for found in faults.values() for fault in found]}))
        return 1 if any(faults.values()) else 0
    for path, found in faults.items():
        for fault in found:
            print(show(f"{_where(fault)} [{fault.code}]"))
        print(show(f"{path}: {len(found)} defects" if found else f"{path}: no defect"))
    return 1 if any(faults.values()) else 0


def _where(fault: ClaimsError) -> str:
    """Return a defect with its line and vertex, where they are known and its message does not say so."""
    if fault.line is None:
        return str(fault)
    vertex = "" if fault.vertex is None else f"vertex {fault.vertex}"
    return ": ".join(filter(None, (f"{fault.file}:{fault.line}", fault.feature, vertex, fault.fault)))


def _build(options: argparse.Namespace) -> int:
    from geo.checks import build

    folder = options.layers or _files.shipped()
    texts = build.files(folder)
    if options.check:
        stale = build.stale(folder, texts)
        print(f"stale: {', '.join(stale)}; run claims build" if stale else f"{folder / 'built'}: current")
        return 1 if stale else 0
    changed = build.write(folder, texts)
    print(f"{folder / 'built'}: {len(texts)} files, {len(changed)} changed")
    return 0
