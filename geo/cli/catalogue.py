"""``claims layers``, ``figures`` and ``scenarios``: what the layers hold, and what has been published and proposed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from geo import _files
from geo.answers import listing
from geo.cli.outputs import FIGURES, add_output, done
from geo.cli.parser import add_command
from geo.cli.text import EDGES, show, table, wrapped
from geo.layers import evidence

if TYPE_CHECKING:
    import argparse

    from geo.answers.record import Record
    from geo.cli.parser import Commands


def add(commands: Commands) -> None:
    """Add the commands."""
    sub = add_command(
        commands,
        "layers",
        "What there is: kind, period, accuracy, sources.",
        "claims layers",
        answer=_layers,
        json=True,
    )
    sub.add_argument(
        "--evidence",
        action="store_true",
        help="how strong the evidence of each change of control is, and of how many statements of each file",
    )
    sub = add_command(
        commands,
        "figures",
        "Published figures beside computed ones.",
        "claims figures",
        answer=_figures,
        json=True,
    )
    add_output(sub, "a figure", tuple(f".{name}" for name in FIGURES), "draw them instead: png, svg or pdf")
    add_command(
        commands,
        "scenarios",
        "What has been asked for in talks, as would-be control.",
        "claims scenarios",
        answer=_scenarios,
        json=True,
    )


def _layers(layers: Record, options: argparse.Namespace) -> str:
    if options.evidence:
        return _evidence(layers, json=options.json)
    rows = listing.rows(layers)
    if options.json:
        return _files.compact({"layers": rows})
    lines = [
        (
            row["id"],
            f"{row['kind']}, {row['type']}",
            row["valid_from"],
            row["valid_to"] or "today",
            "" if row["accuracy_m"] is None else f"{row['accuracy_m']:.0f}",
            f"{row['length_km']:.1f}" if "length_km" in row else "",
            row["basis"] or "",
            ", ".join(row["sources"]),
        )
        for row in rows
    ]
    return table([("id", "kind", "from", "to", "± m", "km", "basis", "sources"), *lines], right=(4, 5))


def _evidence(layers: Record, *, json: bool) -> str:
    """Return how strong the evidence of the statements is; changes of control one by one."""
    from geo.checks import strength

    found = list(strength.statements(layers))
    if json:
        return _files.compact({"statements": [one.json() for one in found]})
    changes = [
        (row.valid_from, row.zone, row.controller, " ".join(row.extents), layers.evidence(row).text())
        for row in sorted(layers.curated_control, key=lambda row: row.valid_from)
        if evidence.is_change(row)
    ]
    head, *counts = strength.by_publishers(found)
    return "\n".join(
        [
            "Changes of control",
            table([("from", "zone", "to", "extents", "evidence"), *changes]),
            "",
            "Statements by publishers (weak sources do not count) and by accounts",
            table([head, *counts], right=tuple(range(1, len(head)))),
        ]
    )


def _figures(layers: Record, options: argparse.Namespace) -> str:
    from geo.checks import published

    if options.output:
        from geo.views import plots

        plots.save(layers.plot(kind="figures"), options.output)
        return done(options.output)
    checked = published.check_all(layers)
    if options.json:
        return _files.compact({"figures": [one.json() for one in checked]})
    rows = [
        (
            one.rests_on if one.verdict == "agrees" else one.verdict.replace("_", " "),
            one.figure.quantity,
            published.shown(one.figure),
            published.digits(one.computed),
            "" if math.isnan(one.difference_percent) else f"{one.difference_percent:+.0f} %",
            one.figure.as_of or "",
            one.figure.sources[0],
        )
        for one in sorted(checked, key=lambda one: (("agrees", "differs", "cannot_be").index(one.verdict),))
    ]
    head = ("verdict", "quantity", "published", "computed", "off by", "as of", "source")
    rest = len(layers.published) - len(checked)
    plain = ("agrees within the 95 % interval", "agrees by its bound")
    why = [
        wrapped(f"{show(one.figure.id)}: ", [f"{published.shown(one.figure)}; {one.why}"])
        for one in checked
        if one.rests_on not in plain and one.figure.measure != "taken"
    ]
    fits = [
        wrapped(f"{show(one.figure.id)}: ", [f"{published.shown(one.figure)}; {one.why}"])
        for one in checked
        if one.figure.measure == "taken"
    ]
    return "\n".join(
        [
            f"Published figures beside computed ones ({EDGES})",
            "",
            table([head, *rows], right=(2, 3, 4)),
            "",
            *(["Ground that passed, by extent", *fits, ""] if fits else []),
            "Why",
            *(why or ["all others agree within the 95 % interval" if checked else "no figure to compare"]),
            "",
            f"{rest} further figures (counts, heights, forces) have nothing in the layers to compare with.",
        ]
    )


def _scenarios(layers: Record, options: argparse.Namespace) -> str:
    found = layers.ledger.supposed(*layers.ledger.scenarios)
    for scenario in found:
        scenario["proposals"] = [
            proposal._asdict() for proposal in layers.curated_proposals if proposal.scenario == scenario["id"]
        ]
    others = [proposal for proposal in layers.curated_proposals if not proposal.scenario]
    if options.json:
        return _files.compact({"scenarios": found, "proposals": [proposal._asdict() for proposal in others]})
    rows = [(row["id"], row["name"], row["proposed_by"], row["date"], row["base_date"]) for row in found]
    lines = [table([("scenario", "name", "from", "date", "laid over"), *rows]), ""]
    for scenario in found:
        lines += [wrapped(f"{show(scenario['id'])}: ", [" ".join(scenario["notes"])])]
        lines += [
            wrapped(f"    {proposal['date']:<10} {show(proposal['proposed_by'])}: ", [proposal["what"]])
            for proposal in scenario["proposals"]
        ]
    lines += ["", f"{len(others)} further proposals name no line that could be drawn; --json lists them."]
    if found:
        example = f"claims change {found[0]['base_date']} {found[0]['id']}"
        lines.append(f"Each stands wherever a date can: {example}")
    return "\n".join(lines)
