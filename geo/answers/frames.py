"""What the record holds as frames indexed by id, with names in every language and real dates beside the text."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import geopandas
import numpy as np
import pandas as pd
import shapely

from geo._errors import ClaimsError, note
from geo.answers import joined, listing
from geo.answers import spots as named
from geo.formats import periods, typed
from geo.layers import tables
from geo.layers.lookup import real_day
from geo.layers.tables import EXTENTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from geo.layers.layers import Layers
    from geo.layers.lookup import Lookup
    from geo.layers.transfers import Quantity

_SUPPORT = ("evidence", "publishers", "accounts")
_PERIOD = ("valid_from", "valid_to")
_NUMBERS = ("area_km2", "low_km2", "high_km2", "ci95_low_km2", "ci95_high_km2")


def real(texts: Iterable[str | None]) -> Any:
    """Return dates as an array of real ones, a month or a year as its first day.

    Seconds reach any year of our era, which nanoseconds do not.
    """
    return np.array([real_day(text) for text in texts], dtype="datetime64[s]")


def _frame(
    layers: Layers, rows: Sequence[dict[str, Any]], columns: Sequence[str], dates: Sequence[str] = _PERIOD
) -> pd.DataFrame:
    """Return rows as a frame indexed by ``id``, with ``from_date`` and ``to_date`` of two columns of text, or ``day``.

    `columns` are those of a frame without rows; ``names`` stands for a column for each language.
    """
    names = [f"name_{tag}" for tag in layers.profile.tags] if "names" in columns else []
    order = list(itertools.chain.from_iterable(names if column == "names" else [column] for column in columns))
    frame = pd.DataFrame({column: [_joined(row.get(column), column) for row in rows] for column in order})
    place = order.index(dates[-1]) + 1 if dates else 0
    for name, column in zip(("day",) if len(dates) == 1 else ("from_date", "to_date"), dates, strict=False):
        frame.insert(place, name, real(row.get(column) for row in rows))
        place += 1
    return frame.set_index("id")


def _joined(value: Any, column: str) -> Any:
    """Return a list as text joined by blanks, or by semicolons where its names may have blanks."""
    return ("; " if column == "names_other" else " ").join(value) if isinstance(value, list | tuple) else value


def _properties(layers: Layers, records: Iterable[Any]) -> list[dict[str, Any]]:
    """Return the fields of records, names by language apart, and the strength of their evidence."""
    rows = []
    for record in records:
        values = record._asdict()
        names = {f"name_{tag}": name for tag, name in values.pop("names", {}).items()}
        rows.append({**names, **values, **layers.evidence(record).columns()})
    return rows


def _fields(record: Any, *without: str) -> list[str]:
    fields = [field for field in record._fields if field not in without]
    after = fields.index("sources") + 1
    return [*fields[:after], *_SUPPORT, *fields[after:]]


_LISTED = (
    *("id", "names", "kind", "type", *_PERIOD, "accuracy_m", "correlation_km", "basis"),
    *("length_km", "length_low_km", "length_high_km", "spread_least_m", "spread_most_m", "sources", *_SUPPORT, "note"),
)


def every_layer(layers: Layers) -> pd.DataFrame:
    """Return what layers there are; see :attr:`geo.answers.record.Record.layers`."""
    found = listing.rows(layers)
    for row in found:
        row["length_low_km"], row["length_high_km"] = row.get("length_interval_km", (None, None))
        row["spread_least_m"], row["spread_most_m"] = row.get("spread_m", (None, None))
    numbers = [name for name in _LISTED if name.endswith(("_m", "_km"))]
    return _frame(layers, found, _LISTED).astype(dict.fromkeys(numbers, float))


def zones(layers: Layers) -> geopandas.GeoDataFrame:
    """Return every zone with its ground; see :attr:`geo.answers.record.Record.zones`."""
    frame = _frame(layers, _properties(layers, layers.curated_zones.values()), _fields(tables.Zone))
    areas = _quantities([layers.ledger.zone_area(zone) for zone in frame.index], ("area_km2", *_NUMBERS[3:]))
    ground = [layers.zone_polygon(zone) for zone in frame.index]
    return geopandas.GeoDataFrame(frame.assign(**areas), geometry=ground, crs=4326)


def lines(layers: Layers) -> geopandas.GeoDataFrame:
    """Return every curated line; see :attr:`geo.answers.record.Record.lines`."""
    found = layers.curated_lines.values()
    frame = _frame(layers, _properties(layers, found), _fields(tables.Line, "coordinates"))
    geometry = [shapely.LineString(line.coordinates) for line in found]
    return geopandas.GeoDataFrame(frame, geometry=geometry, crs=4326)


def places(layers: Layers) -> geopandas.GeoDataFrame:
    """Return every place; see :attr:`geo.answers.record.Record.places`."""
    found = layers.curated_places.values()
    frame = _frame(layers, _properties(layers, found), _fields(tables.Place, "lon", "lat"))
    geometry = geopandas.points_from_xy([place.lon for place in found], [place.lat for place in found])
    return geopandas.GeoDataFrame(frame, geometry=geometry, crs=4326)


def events(layers: Layers) -> pd.DataFrame:
    """Return every event; see :attr:`geo.answers.record.Record.events`."""
    rows = _properties(layers, layers.curated_events.values())
    frame = _frame(layers, rows, _fields(tables.Event), ("date", "date_to"))
    days = [typed.day_after(row["date_to"] or row["date"]) for row in rows]
    return frame.assign(to_date=np.array(days, dtype="datetime64[s]"))


def claims(layers: Layers) -> pd.DataFrame:
    """Return what parties say by right; see :attr:`geo.answers.record.Record.claims`."""
    return _frame(layers, _properties(layers, layers.curated_claims), _fields(tables.Claim))


def proposals(layers: Layers) -> pd.DataFrame:
    """Return what was demanded or offered; see :attr:`geo.answers.record.Record.proposals`."""
    return _frame(layers, _properties(layers, layers.curated_proposals), _fields(tables.Proposal), ("date",))


def scenarios(layers: Layers) -> pd.DataFrame:
    """Return every scenario; see :attr:`geo.answers.record.Record.scenarios`."""
    known = layers.ledger.scenarios
    rows = [
        {f"name_{tag}": name for tag, name in known[found["id"]][0].names.items()} | found
        for found in layers.ledger.supposed(*known)
    ]
    return _frame(
        layers, rows, ("id", "names", "proposed_by", "date", "base_date", "zones", "notes", "sources"), ("date",)
    )


def figures(layers: Layers) -> pd.DataFrame:
    """Return published figures beside computed ones; see :attr:`geo.answers.record.Record.figures`."""
    from geo.checks import published

    rows = []
    for checked in published.check_all(layers):
        row = checked.json()
        row["computed_low"], row["computed_high"] = row.pop("interval")
        row |= layers.evidence(checked.figure).columns()
        rows.append(row)
    columns = (
        *("id", "quantity", "scope", "published", "published_low", "published_high", "unit", "as_of", "computed"),
        *(
            "computed_low",
            "computed_high",
            "difference_percent",
            "verdict",
            "fits",
            "rests_on",
            "needed",
            "why",
            "sources",
            *_SUPPORT,
        ),
        "note",
    )
    frame = _frame(layers, rows, columns, ())
    numbers = ("published", "published_low", "published_high", "computed", "difference_percent")
    return frame.astype(dict.fromkeys(numbers, float))


def supported(layers: Layers, records: Sequence[Any]) -> dict[str, list[Any]]:
    """Return how strong the evidence of records is, as columns: ``evidence``, ``publishers`` and ``accounts``."""
    known = {record: layers.evidence(record).columns() for record in dict.fromkeys(records)}
    return {name: [known[record][name] for record in records] for name in _SUPPORT}


def _quantities(found: Sequence[Quantity], columns: Sequence[str] = _NUMBERS) -> dict[str, list[float]]:
    """Return areas with their uncertainties as columns, km²."""
    rows = [(one.area, one.low, one.high, *one.ci95) for one in found]
    return {name: [row[_NUMBERS.index(name)] for row in rows] for name in columns}


def areas(layers: Layers, date: str, perspective: str | None) -> pd.DataFrame:
    """Return zones and what each party held; see :meth:`geo.answers.record.Record.areas`."""
    moment = layers.ledger.moment(date)
    hypothetical = bool(layers.ledger.supposed(moment))
    if perspective and hypothetical:
        raise ClaimsError(f"{moment} supposes who holds the ground; a perspective is of right and takes a date")
    ledger = layers.seen_by(perspective) if perspective else layers.ledger
    parties = ledger.controller_areas(moment)
    zones = layers.curated_zones
    rows = [("zone", zone, row.names, layers.ledger.zone_area(zone)) for zone, row in zones.items()]
    known = layers.profile.parties
    rows += [
        ("controller", party, known[party].names if party in known else {}, area) for party, area in parties.items()
    ]
    index = pd.MultiIndex.from_tuples([(of, id_) for of, id_, _, _ in rows], names=["of", "id"])
    names = {f"name_{tag}": [row[2].get(tag) for row in rows] for tag in layers.profile.tags}
    return pd.DataFrame({**names, **_quantities([row[3] for row in rows]), "hypothetical": hypothetical}, index=index)


def history(layers: Layers) -> geopandas.GeoDataFrame:
    """Return the whole history of control; see :meth:`geo.answers.record.Record.history`."""
    pieces = periods.history(layers)
    entries = [piece.entry for piece in pieces]
    areas = [layers.ledger.quantity({extent: [*piece.faces] for extent in EXTENTS}) for piece in pieces]
    titles = {id_: event.title for id_, event in layers.curated_events.items()}
    return geopandas.GeoDataFrame(
        {
            "zone": [piece.zones[0] for piece in pieces],
            "zones": [" ".join(piece.zones) for piece in pieces],
            "controller": [entry.controller for entry in entries],
            "held_from": [piece.start for piece in pieces],
            "held_to": [piece.end for piece in pieces],
            "from_date": real(piece.start for piece in pieces),
            "to_date": real(piece.end for piece in pieces),
            "extents": [" ".join(piece.extents) for piece in pieces],
            "basis": [entry.row.basis for entry in entries],
            "event": [entry.row.event or None for entry in entries],
            "happened": [titles.get(entry.row.event) for entry in entries],
            "sources": [" ".join(entry.row.sources) for entry in entries],
            **supported(layers, [entry.row for entry in entries]),
            "note": [entry.row.note for entry in entries],
            **_quantities(areas, ("area_km2", *_NUMBERS[3:])),
        },
        geometry=[shapely.coverage_union_all(layers.polygons[[*piece.faces]]) for piece in pieces],
        crs=4326,
    )


_CONTROL = (
    "from",
    "to",
    "from_date",
    "to_date",
    "controller",
    "extent",
    "basis",
    "event",
    "happened",
    "sources",
    *_SUPPORT,
    "note",
)
_PART = ("from", "to", "from_date", "to_date", "controller", "extent", "area_km2")


def _control(layers: Layers, face: int, moment: str | None) -> list[dict[str, Any]]:
    """Return who held a face, with the evidence as columns."""
    rows = named.control(layers, face, moment)
    return [
        row | {"evidence": (found := row["evidence"])["grade"], **{name: found[name] for name in _SUPPORT[1:]}}
        for row in rows
    ]


def _periods(rows: Sequence[dict[str, Any]], columns: Sequence[str], index: Any = None) -> pd.DataFrame:
    """Return rows with ``from`` and ``to`` as a frame, with these as real dates too."""
    dated = {f"{end}_date": real(row[end] for row in rows) for end in ("from", "to")}
    values = {name: [_joined(row.get(name), name) for row in rows] for name in columns}
    return pd.DataFrame({name: dated.get(name, values[name]) for name in columns}, index=index)


def where(layers: Layers, lookup: Lookup, spot: Any, lat: float | None, date: str | None) -> pd.DataFrame:
    """Return who held a place, a position or points; see :meth:`geo.answers.record.Record.where`."""
    moment = None if date is None else layers.ledger.moment(date)
    if lat is not None:
        if not all(isinstance(value, int | float | np.number) for value in (spot, lat)):
            raise ClaimsError(f"a position is longitude and latitude in degrees, not {spot!r} {lat!r}")
        spot = " ".join(np.format_float_positional(value) for value in (float(spot), float(lat)))
    if not isinstance(spot, str):
        return _of_points(layers, lookup, spot, moment)
    found = named.find(layers, spot)
    if isinstance(found.first, named.Spot):
        frame = _periods(_control(layers, found.first.face, moment), _CONTROL)
        zones = layers.ledger.zones_of[found.first.face]
        frame.attrs = {"name": found.first.name, "lon": found.first.lon, "lat": found.first.lat, "zones": list(zones)}
        for said in found.first.said:
            note(said)
    else:
        frame = _periods(named.zone_control(layers, found.first.id, moment), _PART)
        frame.attrs = {"name": found.first.name, "zones": [found.first.id]}
    return frame


def _of_points(layers: Layers, lookup: Lookup, points: Any, moment: str | None) -> pd.DataFrame:
    """Return who held each of some points, in rows with the label of the point."""
    where = joined.spots(points, layers.bounds)
    faces = lookup.faces_at(where.lon, where.lat)
    known = {face: _control(layers, face, moment) for face in np.unique(faces[faces >= 0]).tolist()}
    nothing = [dict.fromkeys(("from", "to"))]
    rows = [known.get(face, nothing) for face in faces.tolist()]
    index = points.index.repeat([len(found) for found in rows])
    frame = _periods(list(itertools.chain.from_iterable(rows)), _CONTROL, index)
    told = np.where(where.told == "", np.where(faces < 0, joined.OUTSIDE, ""), where.told)
    joined.say(told, np.flatnonzero(faces < 0))
    return frame.assign(told=np.repeat(told, [len(found) for found in rows]))
