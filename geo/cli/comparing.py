"""``claims compare`` and ``claims diff``: a layer beside another map, and two versions of the layers."""

from __future__ import annotations

import math
import sys
import warnings
from typing import TYPE_CHECKING

from geo import _files
from geo._errors import ClaimsError, ClaimsWarning
from geo.cli.outputs import FIGURES, STANDARD, add_output, done
from geo.cli.parser import add_command
from geo.cli.text import EDGES, position, show, table

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from geo.answers.comparison import Comparison
    from geo.answers.record import Record
    from geo.checks.compare import Compared
    from geo.cli.parser import Commands
    from geo.geometry.offsets import Distances, Gap

_MAPS = (".html", ".geojson")


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


def _compare(layers: Record, options: argparse.Namespace) -> str:
    if options.within is not None and not (math.isfinite(options.within) and options.within >= 0):
        raise ClaimsError(f"--within is a distance of 0 m or more, not {options.within}")
    if options.gaps < 0:
        raise ClaimsError(f"--gaps is a number of 0 or more, not {options.gaps}")
    if options.output == STANDARD and options.json:
        raise ClaimsError("--json and -o - both write to standard output; give -o a file")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
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
    for message in dict.fromkeys(str(one.message) for one in caught if issubclass(one.category, ClaimsWarning)):
        print(f"claims: note: {' '.join(show(message).split())}", file=sys.stderr)
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
            raise ClaimsError(f"--where {word!r} is no COLUMN=VALUE, such as name=Golan")
        if column in found:
            raise ClaimsError(f"--where names {column!r} twice; give each column one value")
        found[column] = value
    return found


def _draw(found: Comparison, target: Path) -> None:
    if target.suffix.lower() == ".geojson":
        _files.write_text(target, found.geojson())
    elif target.suffix.lower() == ".html":
        from geo.views import maps

        maps.save(found.map(), target)
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
        if some:
            rows = [_gap(number, gap) for number, gap in enumerate(some, start=1)]
            lines += ["", table([(head, "m", "at", "file lies", "from km", "to km"), *rows], (1, 4, 5))]
    return lines


def _side(found: Compared) -> str:
    positive = found.offset_m > 0
    if found.kind == "zone":
        return ("inside" if positive else "outside") + " the layer's edge"
    return ("left" if positive else "right") + " of the line, seen from its start"


def _correlation(found: Compared) -> str:
    if found.correlation_km is None:
        return "longer than half of the line" if found.hausdorff_m else "nothing is off"
    return f"{found.correlation_km:,.1f} km (autocorrelation of the offsets falls to 1/e)"


def _distances(way: Distances) -> list[str]:
    return [f"{value:,.0f}" for value in way[:4]] + [f"{way.length_km:,.1f}"]


def _gap(number: int, gap: Gap) -> tuple[str, ...]:
    spot = position(gap.lon, gap.lat)
    return str(number), f"{gap.metres:,.0f}", spot, gap.towards, f"{gap.from_km:,.1f}", f"{gap.to_km:,.1f}"
