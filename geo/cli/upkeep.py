"""``claims validate`` and ``claims build``: for those who edit layers. They print as they go and return a status."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from geo import _files
from geo.cli.parser import add_command
from geo.cli.text import show

if TYPE_CHECKING:
    import argparse

    from geo.cli.parser import Commands


def add(commands: Commands) -> None:
    """Add the commands."""
    sub = add_command(
        commands, "validate", "Every defect in a set of layers.", "claims validate my/layers", answer=None, json=True
    )
    sub.add_argument("folder", metavar="DIR", nargs="?", type=Path, help="the layers (default: the shipped ones)")
    sub.set_defaults(run=_validate)
    sub = add_command(
        commands, "build", "Make the built layers from the curated ones.", "claims build --check", answer=None
    )
    sub.add_argument("--check", action="store_true", help="change nothing; exit 1 when something is stale")
    sub.set_defaults(run=_build)


def _validate(options: argparse.Namespace) -> int:
    from geo.checks import validate

    folder = options.folder or options.layers or _files.shipped()
    faults = validate.defects(folder)
    if options.json:
        print(_files.compact({"defects": [validate.json(fault) for fault in faults]}))
    else:
        for fault in faults:
            print(show(f"{fault} [{fault.code}]"))
        print(f"{folder}: {len(faults)} defects" if faults else f"{folder}: no defect")
    return 1 if faults else 0


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
