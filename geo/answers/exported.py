"""What a record and a series export: layers and tables by name, into files."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo import _files
from geo._errors import ClaimsError, note, unknown
from geo.formats import features, files, schema, typed
from geo.formats.layer import About, Layer, Options
from geo.layers.profile import first_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from geo.layers.layers import Layers

TABLES = ("events", "areas", "figures", "proposals", "sources")  # have no geometry
AS_TABLES = (*TABLES, "changes", "claims", "places", "scenarios")  # are tables in CSV and JSON too
EVERY = (*features.EVERY, *TABLES)


def found(layers: Layers, name: str, *, perspective: str | None = None) -> Layer:
    """Return a layer or table by its name.

    Raises
    ------
    ClaimsError
        When the name is unknown, or a perspective does not go with it.
    """
    kind, _, rest = name.partition("_")
    days = features.moments(layers, rest) if kind == "areas" else []
    is_table = name in TABLES or (kind == "areas" and len(days) == 1)
    if not is_table or name in features.names(layers):
        try:
            return features.found(layers, name, perspective=perspective)
        except ClaimsError as error:
            if not error.fault.startswith("unknown layer"):
                raise
            dated = [one.example for one in features.DATED.values()]
            raise unknown("layer", name, [*features.names(layers), *TABLES, *dated]) from None
    if perspective is not None:
        raise ClaimsError(f"a perspective goes with control and control_DATE, not with {name}")
    if kind == "areas":
        rows = _areas(layers, days)
    else:
        rows = {"events": _events, "figures": _figures, "proposals": _proposals, "sources": _sources}[kind](layers)
    columns = schema.columns(layers, kind)
    flat = typed.flat(rows, columns)
    return Layer(
        name, kind, columns, [{"id": row["id"], "properties": row, "geometry": None} for row in flat], spatial=False
    )


def _events(layers: Layers) -> Iterable[dict[str, Any]]:
    return ({**event._asdict(), **layers.evidence(event).columns()} for event in layers.curated_events.values())


def _proposals(layers: Layers) -> Iterable[dict[str, Any]]:
    return ({**row._asdict(), **layers.evidence(row).columns()} for row in layers.curated_proposals)


def _figures(layers: Layers) -> Iterable[dict[str, Any]]:
    from geo.checks import published

    for checked in published.check_all(layers):
        row = checked.json()
        row["computed_low"], row["computed_high"] = row.pop("interval")
        yield row | layers.evidence(checked.figure).columns()


def _sources(layers: Layers) -> Iterable[dict[str, Any]]:
    for item in layers.sources.values():
        plain = {name: value for name, value in item.items() if isinstance(value, str)}
        authors = item.get("author")
        named = [_author(one) for one in authors if isinstance(one, dict)] if isinstance(authors, list) else []
        yield {**plain, "authors": [name for name in named if name], "issued": _issued(item.get("issued"))}


def _author(author: dict[str, Any]) -> str:
    return str(author.get("literal") or " ".join(filter(None, (author.get("given"), author.get("family")))))


def _issued(date: Any) -> str | None:
    """Return a date of CSL-JSON as EDTF."""
    parts = date.get("date-parts") if isinstance(date, dict) else None
    first = parts[0] if isinstance(parts, list) and parts and isinstance(parts[0], list) else []
    return "-".join(str(part).zfill(2) for part in first) or None


def _areas(layers: Layers, days: Sequence[str]) -> Iterable[dict[str, Any]]:
    """Yield the areas of zones, and of what each party held from each change of control to the next or on a day."""
    ledger, parties = layers.ledger, layers.profile.parties
    for id_, zone in layers.curated_zones.items():
        names = {f"name_{tag}": name for tag, name in zone.names.items()}
        yield {"id": f"zone-{id_}", "of": "zone", "of_id": id_, **names, **_quantity(ledger.zone_area(id_))}
    moments = list(days) or [ledger.first, *ledger.changes()]
    # a month or a year counts from its first day
    order = [(moment if days else _day(moment), moment) for moment in moments]
    for index, (asked, date) in enumerate(order):
        until = None if days or index + 1 == len(order) else order[index + 1][1]
        for party, area in ledger.controller_areas(asked).items():
            known = parties.get(party)
            yield {
                "id": f"{party}-{date}",
                "of": "controller",
                "of_id": party,
                **{f"name_{tag}": name for tag, name in (known.names if known else {}).items()},
                "iso3166": known and known.iso3166,
                "date": date,
                "until": until,
                "hypothetical": bool(ledger.supposed(asked)),
                **_quantity(area),
            }


def _day(text: str) -> str:
    return f"{text}-01-01"[:10]


def _quantity(area: Any) -> dict[str, Any]:
    (low, high), found_ = area.ci95, {"area_km2": area.area, "low_km2": area.low, "high_km2": area.high}
    return {**found_, "ci95_low_km2": low, "ci95_high_km2": high, "hypothetical": False}


def about(layers: Layers, made: str) -> About:
    """Return what a file of a record says of itself."""
    profile = layers.profile
    title = first_name(profile.title) or layers.path.name
    return About(title, profile.licence, profile.attribution, profile.version, made_by(made))


def made_by(made: str) -> str:
    """Return a command with the version of the software that it is of."""
    try:
        return f"{made} (territorial-claims {version('territorial-claims')})"
    except PackageNotFoundError:  # pragma: no cover  # a copy that was never installed
        return made


def options_of(
    *,
    crs: str | int | None = None,
    winding: str = "rfc7946",
    lists: bool = False,
    colours: Any = None,
    language: str | None = None,
) -> Options:
    """Return how to write, as the options of the command say it.

    Raises
    ------
    ClaimsError
        For a CRS that is no EPSG code, or another winding.
    """
    if winding not in ("rfc7946", "d3"):
        raise ClaimsError(f"the winding is rfc7946 or d3, not {winding!r}")
    code = str(4326 if crs is None else crs).upper().removeprefix("EPSG:")
    if not (code.isascii() and code.isdigit()):
        raise ClaimsError(f"a CRS is an EPSG code such as EPSG:32636, not {crs!r}")
    return Options(crs=int(code), lists=lists, clockwise=winding == "d3", colours=colours or {}, language=language)


def _looking(layers: Layers, kind: str, options: Options) -> Options:
    """Return options with what layers look like, for a format that keeps it.

    Raises
    ------
    ClaimsError
        When the language is unknown, or the format has no labels.
    """
    if options.language is not None and kind != "gpkg":
        raise ClaimsError(f"--language goes with gpkg, which has labels, not with {kind}")
    shown = None
    if kind == "gpkg":
        from geo.formats import qgis_styles

        shown = qgis_styles.of(layers, options.language)
    colours = {id_: party.colour for id_, party in layers.profile.parties.items()}
    return options._replace(colours=colours, shown=shown)


def command(names: Sequence[str], format_: str, options: Options, perspective: str | None = None) -> str:
    """Return the command that makes a file again, without where it is written to."""
    words = ["claims export", *names, *([f"--perspective {perspective}"] if perspective else [])]
    words += [f"--crs EPSG:{options.crs}"] if options.crs != 4326 else []
    words += ["--lists"] if options.lists else []
    words += ["--winding d3"] if options.clockwise else []
    words += [f"--language {options.language}"] if options.language else []
    return " ".join([*words, f"--format {format_}"])


def write(
    layers: Layers,
    name: str,
    path: str | Path | None,
    *,
    format_: str | None = None,
    perspective: str | None = None,
    options: Options,
) -> Path:
    """Write a layer or table, and return the file; see :meth:`geo.answers.record.Record.export`."""
    target = None if path is None else Path(path)
    layer = found(layers, name, perspective=perspective)
    bare = "geojson" if layer.spatial else "json"
    kind = files.named(target, format_, table=name in AS_TABLES or not layer.spatial, bare=bare)
    if layer.spatial and kind == "csv" and name in AS_TABLES and name != "places":  # a point is short
        options = options._replace(table=True)
    options = _looking(layers, kind, options)
    target = target or Path(f"{name}{files.FORMATS[kind].endings[0]}")
    made = command([name], kind, options, perspective)
    for told in files.write([layer], target, kind, about(layers, made), options):
        note(told)
    return target


def write_all(
    layers: Layers, path: str | Path | None, *, format_: str | None = None, options: Options
) -> tuple[Path, int]:
    """Write everything: into one file of a format that holds many, or into a folder, with digests.

    Returns
    -------
    path, count
        The file or folder, and how many layers and tables it has.
    """
    every = [layer for layer in (found(layers, name) for name in EVERY) if layer.features]
    _, kind = _kind_of(path, format_)
    options = _looking(layers, kind, options)
    return write_every(every, path, format_, lambda kind, how: about(layers, command(["--all"], kind, how)), options)


def _kind_of(path: str | Path | None, format_: str | None) -> tuple[bool, str]:
    """Return whether everything goes into one file, and the format."""
    target = None if path is None else Path(path)
    is_file = target is not None and target.name.lower().endswith(files.ENDINGS) and not target.is_dir()
    return is_file, files.named(target if is_file else None, format_)


def write_every(
    every: Sequence[Layer],
    path: str | Path | None,
    format_: str | None,
    said_in: Callable[[str, Options], About],
    options: Options,
) -> tuple[Path, int]:
    """Write layers and tables into one file of a format that holds many, or into a folder, with digests.

    Parameters
    ----------
    every
        What is written.
    path, format_
        The file or folder, and the format where its name does not say it.
    said_in
        Makes what a file says of itself, from the format and the options.
    options
        How to write.

    Returns
    -------
    path, count
        The file or folder, and how many layers and tables it has.

    Raises
    ------
    ClaimsError
        When the format cannot hold them in one file, or something cannot be written.
    """
    target = None if path is None else Path(path)
    is_file, kind = _kind_of(path, format_)
    said = said_in(kind, options)
    if target is not None and is_file:
        known = files.FORMATS[kind]
        if not known.many:
            message = f"{kind} holds one layer a file, and --all writes all; name a folder and --format {kind}"
            raise ClaimsError(message, code="file", file=str(target))
        if left := [] if known.tables else [layer.name for layer in every if not layer.spatial]:
            note(f"{target.name}: {kind} holds no tables; {', '.join(left)} are in a folder or a .gpkg")
            every = [layer for layer in every if layer.spatial]
        notes = files.write(every, target, kind, said, options)
        digest = files.sums({target.name: target.read_bytes()})
        _files.write_text(target.with_name(f"{target.name}.sha256"), digest)
    else:
        target = target or Path(f"layers-{kind}")
        _, notes = files.write_folder(every, target, kind, said, options)
    for told in notes:
        note(told)
    return target, len(every)
