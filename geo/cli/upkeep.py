"""``claims validate`` and ``claims build``: for those who edit layers. They print as they go and return a status."""

from __future__ import annotations

from collections import Counter
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
        "validate",
        "Every defect in layers or GeoJSON files.",
        "claims validate my/layers",
        answer=None,
        json=True,
    )
    help_ = "layers, GeoJSON files or folders of such (default: the shipped layers)"
    sub.add_argument("paths", metavar="DIR|FILE", nargs="*", type=Path, help=help_)
    sub.add_argument("--format", choices=["text", "json", "sarif", "github"], help="how defects are printed")
    sub.add_argument("--strict", action="store_true", help="exit 1 for warnings too, not for errors alone")
    sub.set_defaults(run=_validate)
    sub = add_command(
        commands, "build", "Make the built layers from the curated ones.", "claims build --check", answer=None
    )
    sub.add_argument("--check", action="store_true", help="change nothing; exit 1 when something is stale")
    sub.set_defaults(run=_build)


def _validate(options: argparse.Namespace) -> int:
    from geo.checks import findings, reports, translations, validate
    from geo.views.words import translated

    if options.json and options.format not in {None, "json"}:
        raise ClaimsError(f"--json and --format {options.format} ask for two formats; leave one out")
    form = "json" if options.json else options.format or "text"
    paths = options.paths or [options.layers or _files.shipped()]
    found = {path: validate.anything(path) for path in dict.fromkeys(paths)}
    faults = [fault for some in found.values() for fault in some]
    layers = [path for path in found if (path / "curated").is_dir()]
    missing = [row for path in layers for row in translations.missing(path, translated())]
    if form == "json":
        print(reports.as_json(faults, missing))
    elif form == "sarif":
        print(reports.as_sarif(faults))
    else:
        for path, some in found.items():
            if form == "github" and some:
                print(reports.as_github(some))
            for fault in some if form == "text" else ():
                print(show(_told(fault, findings.severity(fault))))
            print(show(f"{path}: {_counted([findings.severity(fault) for fault in some])}"))
        for row in missing if form == "text" else ():
            print(show(f"{row.file}: {row.missing} of {row.of} without a text in {row.language}, shown in another"))
    wrong = {findings.ERROR, findings.WARNING} if options.strict else {findings.ERROR}
    return 1 if wrong & {findings.severity(fault) for fault in faults} else 0


def _told(fault: ClaimsError, severity: str) -> str:
    """Return a defect with its line and vertex, where they are known and its message does not say so."""
    kind = fault.code if severity == "error" else f"{fault.code}, {severity}"
    if fault.line is None:
        return f"{fault} [{kind}]"
    vertex = "" if fault.vertex is None else f"vertex {fault.vertex}"
    return ": ".join(filter(None, (f"{fault.file}:{fault.line}", fault.feature, vertex, f"{fault.fault} [{kind}]")))


def _counted(severities: list[str]) -> str:
    """Return how many defects there are of each severity."""
    counts = Counter(severities)
    told = [f"{count} {severity}{'s' if count > 1 else ''}" for severity, count in counts.items()]
    defects = [one for one in ("error", "warning") if counts[one]]
    return ", ".join([*([] if defects else ["no defect"]), *told])


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
