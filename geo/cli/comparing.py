"""``claims compare`` and ``claims diff``: a layer beside another map, and two versions of the layers."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

from geo import _files
from geo._errors import ClaimsError
from geo.cli.outputs import FIGURES, STANDARD, add_output, done, noted
from geo.cli.parser import add_command
from geo.cli.text import EDGES, position, show, table

if TYPE_CHECKING:
    import argparse

    from geo.answers.comparison import Comparison
    from geo.answers.record import Record
    from geo.checks.compare import Compared
    from geo.checks.diff import Differences
    from geo.checks.releases import Changed
    from geo.cli.parser import Commands
    from geo.geometry.offsets import Distances, Gap

_MAPS = (".html", ".geojson")
_SHOWN_M = 0.5  # less is 0 m in a table


def add(commands: Commands) -> None:
    """Add the commands."""
    sub = add_command(
        commands,
        "compare",
        "How far a layer is from another map's version of it.",
        "claims compare buffer_zone_1974 other.gpkg --within 500",
        answer=_compare,
        json=True,
    )
    sub.add_argument("layer", metavar="LAYER", help="a line, route, zone or band; claims layers lists them")
    sub.add_argument("file", metavar="FILE", help="the other map: any format and CRS that --series takes")
    sub.add_argument(
        "--where",
        metavar="COLUMN=VALUE",
        action="append",
        default=[],
        help="take the features with this value in a column (default: all, as one)",
    )
    sub.add_argument("--feature", metavar="N", type=int, help="take the one feature of this number, from 0")
    sub.add_argument("--within", metavar="METRES", type=float, help="exit 1 if they are further apart anywhere")
    sub.add_argument("--gaps", metavar="N", type=int, default=5, help="list so many of the largest gaps (5)")
    sub.add_argument("--layer", dest="file_layer", metavar="NAME", help="layer of a GeoPackage of several")
    sub.add_argument("--encoding", metavar="E", help="of the text of a Shapefile or GeoJSON, such as cp1256")
    sub.add_argument("--repair", action="store_true", help="make invalid polygons valid")
    sub.add_argument("--operation", metavar="NAME", help="operation of PROJ from another CRS")
    endings = (*(f".{name}" for name in FIGURES), *_MAPS)
    add_output(sub, "a comparison", endings, "draw both: png, svg, pdf, html; geojson: the gaps and differences")
    _add_diff(commands)


def _compare(layers: Record, options: argparse.Namespace) -> str:
    if options.within is not None and not (math.isfinite(options.within) and options.within >= 0):
        raise ClaimsError(f"--within is a distance of 0 m or more, not {options.within}")
    if options.gaps < 0:
        raise ClaimsError(f"--gaps is a number of 0 or more, not {options.gaps}")
    if options.output == STANDARD and options.json:
        raise ClaimsError("--json and -o - both write to standard output; give -o a file")
    with noted():
        found = layers.compare(
            options.layer,
            options.file,
            where=_pairs(options.where),
            feature=options.feature,
            file_layer=options.file_layer,
            encoding=options.encoding,
            repair=options.repair,
            operation=options.operation,
            gaps=options.gaps,
        )
    beyond = options.within is not None and found.found.hausdorff_m > options.within
    options.status = 1 if beyond else 0
    if options.output:
        _draw(found, options.output)
    if options.json:
        within = {} if options.within is None else {"within_m": options.within, "is_within": not beyond}
        return _files.compact({**found.json(), **within})
    if options.output == STANDARD:
        return ""
    return "\n".join([*_told(found, options.within), *([f"\n{done(options.output)}"] if options.output else [])])


def _pairs(words: list[str]) -> dict[str, str]:
    found = {}
    for word in words:
        column, equals, value = word.partition("=")
        if not equals or not column:
            raise ClaimsError(f"--where {word!r} is no COLUMN=VALUE, such as name=North")
        if column in found:
            raise ClaimsError(f"--where names {column!r} twice; give each column one value")
        found[column] = value
    return found


def _draw(found: Comparison, target: Path) -> None:
    if target.suffix.lower() == ".geojson":
        _files.write_text(target, found.geojson())
    elif target.suffix.lower() == ".html":
        from geo.views import maps

        maps.save(maps.settled(found.map()), target)
    else:
        from geo.views import plots

        plots.save(found.plot(), target)


def _told(comparison: Comparison, within: float | None) -> list[str]:
    found = comparison.found
    lines = [f"{found.layer} beside {show(comparison.reference)}", f"({EDGES}; distances geodesic)", ""]
    if ground := found.ground:
        lines += [
            f"area               {ground.layer_km2:,.1f} km², in the file {ground.reference_km2:,.1f} km²",
            f"in one alone       {ground.difference_km2:,.1f} km²: {ground.only_layer_km2:,.1f} in the layer, "
            f"{ground.only_reference_km2:,.1f} in the file",
            f"IoU                {ground.iou:.4f}",
        ]
    lines += [
        f"Hausdorff          {found.hausdorff_m:,.0f} m" + (f" (asked: within {within:g} m)" if within else ""),
        f"offset on average  {abs(found.offset_m):,.0f} m {_side(found)}",
        f"correlation        {_correlation(found)}",
        "",
    ]
    ways = [("layer to file", found.forth), ("file to layer", found.back)]
    rows = [(name, *_distances(way)) for name, way in ways if way]
    lines.append(table([("distances, m", "mean", "95 %", "most", "rms", "km"), *rows], (1, 2, 3, 4, 5)))
    if not (found.forth and found.back):
        lines.append("A line beside outlines: measured one way, since an outline goes on round its ground.")
    for head, some in (("largest gaps", found.gaps), ("in the file alone", found.back_gaps)):
        rows = [_gap(number, gap) for number, gap in enumerate(some, start=1) if gap.metres >= _SHOWN_M]
        if rows:
            lines += ["", table([(head, "m", "at", "file lies", "from km", "to km"), *rows], (1, 4, 5))]
    return lines


def _side(found: Compared) -> str:
    positive = found.offset_m > 0
    if found.kind == "zone":
        return ("inside" if positive else "outside") + " the layer's edge"
    return ("left" if positive else "right") + " of the line, seen from its start"


def _correlation(found: Compared) -> str:
    if found.hausdorff_m < _SHOWN_M:
        return "nothing is off"
    if found.correlation_km is None:
        return "longer than half of the line"
    shiftless = "" if found.shiftless_km is None else f"; {found.shiftless_km:,.1f} km without the common shift"
    return f"{found.correlation_km:,.1f} km (autocorrelation of the offsets falls to 1/e{shiftless})"


def _distances(way: Distances) -> list[str]:
    return [f"{value:,.0f}" for value in way[:4]] + [f"{way.length_km:,.1f}"]


def _gap(number: int, gap: Gap) -> tuple[str, ...]:
    spot = position(gap.lon, gap.lat)
    return str(number), f"{gap.metres:,.0f}", spot, gap.towards, f"{gap.from_km:,.1f}", f"{gap.to_km:,.1f}"


def _add_diff(commands: Commands) -> None:
    sub = add_command(
        commands,
        "diff",
        "What differs between two versions of the layers, and which answers change.",
        "claims diff before/layers layers",
        answer=_diff,
        json=True,
    )
    sub.add_argument("old", metavar="OLD", nargs="?", help="a folder of layers, or a release such as 0.2.0")
    sub.add_argument("new", metavar="NEW", nargs="?", type=Path, help="the other folder (default: the layers)")
    sub.add_argument("--changelog", action="store_true", help="print the lines that CHANGELOG.md lacks, and only these")
    sub.add_argument("--check", action="store_true", help="exit 1 if it lacks any")
    sub.add_argument("--freeze", action="store_true", help="write the answers of this version to releases/")


def _diff(layers: Record, options: argparse.Namespace) -> str:
    from geo.answers.record import load
    from geo.checks import diff, releases

    if options.freeze:
        if options.old or options.check or options.changelog:
            raise ClaimsError("--freeze takes the layers as they are: no OLD, --check or --changelog with it")
        return str(releases.freeze(layers))
    known = releases.versions(layers.path)
    if options.old is None and not known:
        raise ClaimsError("name the version to compare with: a folder, or a release once claims diff --freeze made one")
    old = options.old or known[-1]
    if options.new is not None and options.layers is not None:
        raise ClaimsError("--layers and NEW name the same thing; give one of them")
    new = load(options.new) if options.new else layers
    is_release = old in releases.versions(new.path) and not Path(old).is_dir()
    if is_release:
        frozen = releases.read(new.path, old)
        found = diff.Differences([], [], [], releases.changed(frozen, releases.answers(new, frozen)), [])
    else:
        if not Path(old).is_dir():
            listed = f"; releases are {', '.join(known)}" if known else ""
            raise ClaimsError(f"no folder of layers{listed}", code="file", file=str(old))
        found = diff.diff(load(old), new)
    lacking = releases.unnamed(new.path, found.answers)
    options.status = 1 if options.check and lacking else 0
    if options.json:
        return _files.compact({"old": str(old), **found.json(), "not_in_changelog": [one.name for one in lacking]})
    if options.changelog:
        return releases.lines(lacking)
    return "\n".join(_differences(found, lacking, whole=not is_release)).strip("\n") or "Nothing differs."


def _differences(found: Differences, lacking: list[Changed], *, whole: bool) -> list[str]:
    from geo.checks import releases

    lines: list[str] = []

    def block(head: tuple[str, ...], rows: list[tuple[str, ...]], right: tuple[int, ...] = ()) -> None:
        if rows:
            lines.extend([table([head, *rows], right), ""])

    block(
        ("moved", "in", "most, m", "mean, m", "km", "most at"),
        [
            (
                one.id,
                one.file,
                f"{one.most_m:,.1f}",
                f"{one.mean_m:,.1f}",
                f"{one.moved_km:,.1f}",
                position(one.lon, one.lat),
            )
            for one in found.moved
        ],
        (2, 3, 4),
    )
    block(
        ("zone", "km² before", "after", "in one alone"),
        [(one.id, *(f"{km2:,.2f}" for km2 in one[1:])) for one in found.areas],
        (1, 2, 3),
    )
    for one in found.rows:
        lines.append(f"{one.file}: {len(one.added)} added, {len(one.removed)} removed, {len(one.changed)} changed")
        lines += [show(f"  + {row:.150}") for row in one.added]
        lines += [show(f"  - {row:.150}") for row in one.removed]
        lines += [show(f"  * {row}: {', '.join(keys)}") for row, keys in one.changed.items()]
    lines += [""] if found.rows else []
    block(
        ("answer, km² (95 %; extents)", "before", "after"),
        [(one.name, releases.shown(one.before), releases.shown(one.after)) for one in found.answers],
    )
    block(("published figure", "before", "after"), [tuple(one) for one in found.verdicts])
    if whole and any(found) and not found.answers:
        lines.append("No answer changes.")
    if lacking:
        lines += ["CHANGELOG.md does not name these changes of answers. Lines to add under Unreleased:"]
        lines += ["", releases.lines(lacking)]
    return lines
