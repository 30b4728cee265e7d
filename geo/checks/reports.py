"""Defects as programs take them: JSON, SARIF 2.1.0, and annotations of GitHub."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from geo import _files
from geo.checks.findings import NOTE, RULES, severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo._errors import ClaimsError as Fault
    from geo.checks.translations import Missing

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_COMMANDS = {"error": "error", "warning": "warning", NOTE: "notice"}


def as_json(faults: list[Fault], missing: Sequence[Missing] = ()) -> str:
    """Return an object with the lists ``defects`` and ``translations``, of texts that languages lack."""
    translations = [row._asdict() for row in missing]
    return _files.compact({"defects": [_members(fault) for fault in faults], "translations": translations})


def _members(fault: Fault) -> dict[str, Any]:
    return {
        "file": fault.file,
        "line": fault.line,
        "feature": fault.feature,
        "vertex": fault.vertex,
        "code": fault.code,
        "severity": severity(fault),
        "message": fault.fault,
    }


def as_sarif(faults: list[Fault]) -> str:
    """Return a log of SARIF 2.1.0 (OASIS, 2020) with one run, as code scanning of GitHub and others take it."""
    from importlib.metadata import version

    codes = list(dict.fromkeys(fault.code for fault in faults))
    driver = {
        "name": "claims validate",
        "version": version("territorial-claims"),
        "rules": [
            {"id": code} | ({"shortDescription": {"text": RULES[code]}} if code in RULES else {}) for code in codes
        ],
    }
    results = [_result(fault, codes.index(fault.code)) for fault in faults]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return _files.compact({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _result(fault: Fault, rule: int) -> dict[str, Any]:
    place = {"artifactLocation": {"uri": _uri(fault.file)}} | (
        {"region": {"startLine": fault.line}} if fault.line else {}
    )
    location: dict[str, Any] = {"physicalLocation": place}
    if fault.feature:
        location["logicalLocations"] = [{"name": fault.feature, "kind": "element"}]
    found = {
        "ruleId": fault.code,
        "ruleIndex": rule,
        "level": severity(fault),
        "message": {"text": _said(fault)},
        "locations": [location],
    }
    return found if fault.vertex is None else {**found, "properties": {"vertex": fault.vertex}}


def _uri(file: str) -> str:
    path = Path(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())


def _said(fault: Fault) -> str:
    """Return what is wrong with feature and vertex, but not the file and line, which stand elsewhere."""
    vertex = "" if fault.vertex is None else f"vertex {fault.vertex}"
    return ": ".join(filter(None, (fault.feature, vertex, fault.fault)))


def as_github(faults: list[Fault]) -> str:
    """Return a workflow command of GitHub for each defect, which shows it beside the line of the file."""
    return "\n".join(map(_command, faults))


def _command(fault: Fault) -> str:
    members = {"file": fault.file, "line": fault.line or "", "title": f"claims validate: {fault.code}"}
    given = ",".join(f"{name}={_escaped(str(value), ':,')}" for name, value in members.items() if value)
    return f"::{_COMMANDS[severity(fault)]} {given}::{_escaped(_said(fault))}"


def _escaped(text: str, more: str = "") -> str:
    """Return text with what would end a command or a member of it as GitHub writes it."""
    for letter in f"%\r\n{more}":
        text = text.replace(letter, f"%{ord(letter):02X}")
    return text
