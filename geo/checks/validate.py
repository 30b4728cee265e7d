"""Every defect in a set of layers, with file, feature and vertex.

The readers stop at the first error; validation continues as far as it can and reports everything it finds.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from geo._errors import ClaimsError, unknown
from geo.checks import (
    accuracy,
    addresses,
    build,
    evidence,
    geojson,
    locate,
    published,
    records,
    schemas,
    topology,
    translations,
    vector,
)
from geo.checks.findings import Noted, finished
from geo.layers import canonical, forms, ledger, rows, tables
from geo.layers.columns import Known
from geo.layers.profile import PACKAGE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from geo.checks.records import Records

Fault = ClaimsError
# what the readers of layers do not see in a GeoJSON file
_STRUCTURE = {"twice", "member", "nan", "bbox"}


def _references(found: Records) -> Iterator[Fault]:
    """Yield references to ids that do not exist."""
    known = {
        name: list(dict.fromkeys(record.id for record in found.records[name]))
        for name in records.KINDS
        if name in found.records
    }
    known["sources.json"] = list(found.sources)
    wanted = Counter(other for _, _, other, id_ in found.references() if id_ and not known[other])
    unread = {fault.file for fault in found.faults}
    for other, count in wanted.items():  # once, not for each of them
        if str(found.folder / other) not in unread:
            message = f"has no {records.KINDS[other]}, but {count} references to one; add them"
            yield found.fault(records.KINDS[other], other, "", message)
    for file, title, other, id_ in found.references():
        if known[other] and id_ not in known[other]:
            kind = records.KINDS[other]
            yield found.fault(kind, file, title, unknown(kind, id_, known[other]).fault)


def _sources(found: Records) -> Iterator[Fault]:
    used = {id_ for _, _, file, id_ in found.references() if file == "sources.json"}
    for place in found.places:
        if place.population is not None and not place.population_source:
            message = "population without a source; name it in population_source"
            yield found.fault("source", "places.geojson", place.id, message)
    yield from addresses.faults(found.sources, str(found.folder / "sources.json"))
    for name, item in found.sources.items():
        if not item.get("title"):
            yield found.fault("source", "sources.json", name, "title is missing; add it")
        if not item.get("publisher") and not item.get("note"):  # a file or an archive may have none
            message = "publisher is missing; add it, or say in note what the source is and where it is kept"
            yield found.fault("source", "sources.json", name, message)
        if not ("issued" in item or "accessed" in item):
            yield found.fault("source", "sources.json", name, "neither issued nor accessed has a date; add one")
        if name not in used and not found.faults:  # a record that cannot be read may cite it
            yield found.fault("unused", "sources.json", name, "no record uses this source; cite it or delete it")


def _ledgers(found: Records) -> Iterator[Fault]:
    """Yield gaps and overlaps in control and in each perspective."""
    names, zones = [label.id for label in found.labels], [label.zones for label in found.labels]
    histories, faults = ledger.histories(zones, names, found.control, table=str(found.folder / "control.csv"))
    yield from faults
    yield from _events(found, histories)
    for perspective in sorted({view.perspective for view in found.views}):
        rows = [view.as_control() for view in found.views if view.perspective == perspective]
        for fault in ledger.histories(zones, names, rows, table=str(found.folder / "perspectives.csv"))[1]:
            feature = f"{perspective}: {fault.feature}"
            yield found.fault(fault.code, "perspectives.csv", feature, fault.fault)


def _events(found: Records, histories: list[dict[str, list[ledger.Held]]]) -> Iterator[Fault]:
    """Yield changes of control with no event, or with one that does not match."""
    events = {event.id: event for event in found.events}
    cited = {row.event for row in found.control}
    for one in found.events:
        if one.affects_control == "yes" and one.id not in cited:
            message = "affects_control is yes, but no row of control cites it; cite it in one, or write not_drawn"
            yield found.fault("event", "events.csv", one.id, message)
    changes = {
        (after.row, now.controller)
        for history in histories
        for held in history.values()
        for now, after in pairwise(held)
        if now.controller != after.controller
    }
    for row, before in sorted(changes, key=lambda change: (change[0].zone, change[0].valid_from, change[1])):
        change = f"{before} to {row.controller} on {row.valid_from}"
        event = events.get(row.event)
        if not row.event:
            yield found.fault("event", "control.csv", row.zone, f"{change} names no event; cite one")
        elif event and event.affects_control != "yes":
            message = f"{change} cites {row.event}, whose affects_control is not yes; correct one of them"
            yield found.fault("event", "control.csv", row.zone, message)
        elif event and not _within(row.valid_from, event):
            message = f"{change} cites {row.event}, which is dated {event.date}; correct one of them"
            yield found.fault("event", "control.csv", row.zone, message)


def _within(day: str, event: tables.Event) -> bool:
    last = event.date_to or event.date
    return event.date <= day <= last or day.startswith(last)


def _groundless(found: Records) -> Iterator[Fault]:
    """Yield zones without faces."""
    for zone in sorted({zone.id for zone in found.zones} - {zone for label in found.labels for zone in label.zones}):
        yield found.fault("zone", "zones.csv", zone, "no label point names this zone; add it to one")


def _scenarios(found: Records) -> Iterator[Fault]:
    bases: dict[str, set[str]] = {}
    for row in found.scenarios:
        bases.setdefault(row.id, set()).add(row.base_date)
    for name, days in bases.items():
        if len(days) > 1:
            yield found.fault(
                "scenario", "scenarios.csv", name, "its rows have different base dates; give all the same base_date"
            )


def _ids(found: Records) -> Iterator[Fault]:
    """Yield ids that two layers share."""
    named: dict[str, str] = {}
    for file, found_records in (
        ("lines.geojson", found.lines),
        ("routes.csv", found.routes),
        ("zones.csv", found.zones),
        ("bands.csv", found.bands),
    ):
        for record in found_records:
            if record.id in named:
                yield found.fault("id", file, record.id, f"also the id of a record in {named[record.id]}; change one")
            named[record.id] = file


def _vocabulary(found: Records) -> Iterator[Fault]:
    """Yield values missing from the vocabulary of the tables, which is the schema of the data package."""
    if found.profile is records.UNREAD or not (found.path / PACKAGE).exists():
        return
    try:
        allowed = list(schemas.vocabulary(found.path))
    except Fault as error:
        yield error
        return
    read = {
        (f"curated/{reader.file}", name)
        for reader in tables.READERS
        for name, column in reader.columns(found.profile).items()
        if isinstance(column, Known)
    }
    for name, column, words in allowed:
        if (name, column) in read:
            continue  # checked by the reader, against the profile
        for feature, value in _column(found.path / name, column):
            if not forms.is_blank(value) and forms.text(value) not in words:
                message = f"{column} {value!r:.60} is not in the vocabulary of the data package; correct it or add it"
                yield Fault(message, code="vocabulary", file=str(found.path / name), feature=feature)


def _column(path: Path, column: str) -> Iterator[tuple[str, Any]]:
    """Yield the readable values of one column of a table or one property of a layer."""
    try:
        if path.suffix == ".csv":
            yield from ((row.feature, row.values.get(column)) for row in rows.table(path, []))
        else:
            yield from ((row.feature, row.values.get(column)) for row, _ in rows.raw_features(path, []))
    except (Fault, KeyError, TypeError, AttributeError):
        return  # reported already


def _profile(found: Records) -> Iterator[Fault]:
    """Yield what the profile says of the layers and they do not bear out."""

    def fault(message: str) -> Fault:
        return Fault(message, code="profile", file=str(found.path / PACKAGE), feature="territory")

    zone, first = found.profile.default_zone, found.profile.first_date
    zones = [one.id for one in found.zones]
    if zone and zones and zone not in zones:  # that there are none has been reported
        yield fault(f"defaultZone: {unknown('zone', zone, zones).fault}")
    try:
        known = found.derived.ledger.first
    except Fault:
        return  # reported already
    if first and first != known:
        yield fault(f"firstDate is {first}, but who held all of the ground is known from {known}; write that")


def _answers(layers: Path, found: Records) -> Iterator[Fault]:
    """Yield defects that show only in use: figures that cannot be computed and stale built files."""
    try:
        record = found.derived
        texts = build.files(layers)
    except Fault as error:
        if not found.faults:
            yield error
        return
    for figure in found.figures:
        try:
            if figure.measure:
                published.check(record, figure)
        except Fault as error:
            yield found.fault("figure", "figures.csv", figure.id, error.fault)
    stale = build.stale(layers, texts)
    for name in stale:
        yield Fault("stale; run claims build", code="stale", file=str(build.path(layers, name)))


def anything(path: Path) -> list[Fault]:
    """Return every defect of a set of layers, of a GeoJSON or other vector file, or of such files in a folder.

    Raises
    ------
    ClaimsError
        When there is nothing to check.
    """
    if not path.is_dir():
        if not path.exists():
            raise Fault("no layers here, and no file", code="file", file=str(path))
        return _of_file(path)
    if (path / "curated").is_dir():
        return defects(path)
    files = sorted(file for file in path.iterdir() if file.suffix.lower() in geojson.ENDINGS + vector.ENDINGS)
    if not files:
        message = "nothing to check here: neither a folder named curated nor a file of polygons or lines is in it"
        raise Fault(message, code="file", file=str(path))
    faults: list[Fault] = []
    for file in files:
        if file.suffix.lower() != ".json" or geojson.is_geojson(file):
            faults += _of_file(file)
        else:
            faults.append(Noted("holds no GeoJSON object, so it was not checked", code="unchecked", file=str(file)))
    return faults


def _of_file(path: Path) -> list[Fault]:
    if path.suffix.lower() not in vector.ENDINGS:
        return geojson.defects(path)
    try:
        faults, shapes, properties = vector.read(path)
    except Fault as error:
        return [error]
    return faults + geojson.together(str(path), shapes, properties)


def defects(layers: Path) -> list[Fault]:
    """Return every defect of a set of layers.

    Parameters
    ----------
    layers
        Folder with ``curated`` and ``built``.

    Returns
    -------
    defects
        Each with ``code``, ``file``, ``feature``, ``vertex`` and ``fault``.

    Raises
    ------
    ClaimsError
        When the folder holds no layers.
    """
    if not (layers / "curated").is_dir():
        raise Fault("no layers here: it has no folder named curated", code="file", file=str(layers))
    found = records.Records(layers)
    faults = list(found.faults)
    for check in (
        _references,
        _sources,
        _ids,
        _vocabulary,
        _profile,
        topology.crossings,
        topology.patches,
        _ledgers,
        evidence.sources,
        evidence.changes,
        _groundless,
        _scenarios,
        topology.grid_points,
        topology.readings,
        accuracy.understated,
        topology.courses,
        translations.texts,
    ):
        faults += finished(check(found), check.__name__.strip("_"), str(layers))
    for name in tables.GEOMETRY_FILES:
        faults += [fault for fault in geojson.structure(found.folder / name) if fault.code in _STRUCTURE]
    # these fail on the first error, which may have been reported already
    for faulty, name in ((_layout(found), "layout"), (_answers(layers, found), "answers")):
        reported = {(fault.code, fault.feature, fault.fault) for fault in faults}
        for fault in finished(faulty, name, str(layers)):
            if (fault.code, fault.feature, fault.fault) not in reported:
                faults.append(fault)
    return locate.with_lines(faults)


def _layout(found: Records) -> Iterator[Fault]:
    """Yield files that are not in the form that short diffs need."""
    for reader in tables.READERS:
        path = found.folder / reader.file
        if not path.exists():
            continue
        try:
            same = canonical.is_in_form(reader, found.folder, found.profile)
        except Fault as error:
            yield error
            continue
        if not same:
            message = "not in the form that short diffs need, one vertex or row a line; run claims format"
            yield Fault(message, code="layout", file=str(path))
