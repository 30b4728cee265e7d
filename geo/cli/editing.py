"""``claims format`` and ``claims edit-project``: what editors of layers need round their own programs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from geo import _files
from geo._errors import ClaimsError
from geo.cli.parser import add_command
from geo.cli.text import show

if TYPE_CHECKING:
    import argparse

    from geo.cli.parser import Commands


def add(commands: Commands) -> None:
    """Add the commands."""
    sub = add_command(
        commands,
        "format",
        "Write curated files in the form that short diffs need, whatever program saved them.",
        "claims format my/layers",
        answer=None,
    )
    sub.add_argument("folder", metavar="DIR", nargs="?", type=Path, help="layers (default: the shipped ones)")
    sub.add_argument("--check", action="store_true", help="change nothing; exit 1 when something would change")
    sub.set_defaults(run=_format)
    sub = add_command(
        commands,
        "edit-project",
        "Write a QGIS project that is set up for editing the curated layers.",
        "claims edit-project my/layers",
        answer=None,
    )
    sub.add_argument("folder", metavar="DIR", nargs="?", type=Path, help="layers (default: the shipped ones)")
    sub.set_defaults(run=_edit_project)


def _edit_project(options: argparse.Namespace) -> int:
    from geo.checks import schemas
    from geo.formats import qgis_project
    from geo.layers.profile import PACKAGE

    folder = _folder(options)
    listed = schemas.vocabulary(folder) if (folder / PACKAGE).exists() else ()
    project = folder / "edit.qgs"
    _files.write_text(project, qgis_project.text(folder, listed))
    print(show(project))
    return 0


def _folder(options: argparse.Namespace) -> Path:
    """Return the folder of the layers."""
    folder: Path = options.folder or options.layers or _files.shipped()
    if not (folder / "curated").is_dir():
        raise ClaimsError("no layers here: it has no folder named curated", code="file", file=str(folder))
    return folder


def _format(options: argparse.Namespace) -> int:
    from geo.layers import canonical

    curated = _folder(options) / "curated"
    files = canonical.rewrite(curated)
    changed = [file for file in files if file.changes]
    for file in changed:
        if not options.check:
            _files.write_text(file.path, file.text)
        print(show(f"{file.path}: {file.changes}"))
    if missing := [name for name in canonical.NEEDED if not (curated / name).exists()]:
        raise ClaimsError(f"has no {', '.join(missing)}; layers need it", code="file", file=str(curated))
    would = "would change" if options.check else "changed"
    print(show(f"{curated}: {len(files)} files, {len(changed)} {would}"))
    return 1 if options.check and changed else 0
