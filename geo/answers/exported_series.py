"""What a series exports: who held what on a date or over time, what passed, and both as tables."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from geo import _files
from geo._errors import ClaimsError, note
from geo.answers import exported
from geo.dated import timestamps
from geo.dated.histories import NOBODY
from geo.dated.intervals import NONE
from geo.dated.overlay import SharedFaces
from geo.formats import files, geojson, typed
from geo.formats.layer import About, Layer
from geo.formats.typed import Column

if TYPE_CHECKING:
    from collections.abc import Callable

    import geopandas

    from geo.formats.layer import Options
    from geo.formats.qgis_styles import Map
    from geo.layers.transfers import Quantity

_Series = Any  # geo.answers.series.Series, which imports this module
_MEANINGS = {
    "id": "Identifier, unique in the layer",
    "date": "The date that is shown",
    "held_from": "First date of the period",
    "held_to": "First date after it; empty while it lasts",
    "date_from": "The date before",
    "date_to": "The date after",
    "from": "Who held the ground before",
    "to": "Who held it after",
    "from_date": "The first date as a day",
    "to_date": "The second date as a day",
    "area_km2": "Area on the WGS84 ellipsoid, edges straight in longitude and latitude, km²",
    "ci95_low_km2": "Lower end of the 95 % interval from the stated accuracy of lines, km²",
    "ci95_high_km2": "Upper end of it, km²",
}


def _ci95(found: list[Quantity]) -> dict[str, list[float]]:
    return {name: [one.ci95[side] for one in found] for side, name in enumerate(("ci95_low_km2", "ci95_high_km2"))}


def _days(first: str | None, then: str | None) -> dict[str, Any]:
    """Return two dates as days; of times, the day that they lie on."""
    return {
        name: typed.real((text or "").partition("T")[0]) for name, text in (("from_date", first), ("to_date", then))
    }


def _control_on(series: _Series, date: str) -> geopandas.GeoDataFrame:
    held, frame = series.held(date), series.snapshot(date)
    party = frame.columns[0]
    columns = {"id": frame[party], "date": date, **_days(date, None), **_ci95([held[one] for one in frame[party]])}
    return _ordered(frame.assign(**columns), ["id", party, "date", "from_date", "to_date"])


def _change(series: _Series, before: str, after: str) -> geopandas.GeoDataFrame:
    change = series.change(before, after)
    passed = {(one.source, one.target): one.quantity for one in change.transfers}
    frame = change.pieces
    ways = list(zip(frame["from"], frame["to"], strict=True))
    columns = {
        "id": [f"{one} to {other}" for one, other in ways],
        "date_from": before,
        "date_to": after,
        **_days(before, after),
        **_ci95([passed[way] for way in ways]),
    }
    return _ordered(frame.assign(**columns), ["id", "from", "to", "date_from", "date_to", "from_date", "to_date"])


def _history(series: _Series) -> geopandas.GeoDataFrame:
    """Return one row per ground, holder and period."""
    import geopandas

    from geo.geometry import areas

    ledger = series._ledger  # noqa: SLF001  # of the same wing
    if not isinstance(ledger, SharedFaces):
        message = f"the whole history needs one set of faces, and this series is worked out in {series.method}"
        raise ClaimsError(f"{message}; export control_DATE")
    known, by = series.dates, str(series.areas_cm2.columns.name)
    rows: list[dict[str, Any]] = []
    grounds = []
    for ground, history in ledger.patches():
        ends = [known[date] for date, _ in history[1:]]
        for (start, label), end in zip(history, [*ends, None], strict=True):
            if label == NOBODY:
                continue
            first = known[start]
            rows.append({by: ledger.labels[label], "held_from": first, "held_to": end, **_days(first, end)})
            grounds.append(ground)
    polygons = np.empty(len(grounds), dtype=object)
    polygons[:] = grounds
    columns = [by, "held_from", "held_to", "from_date", "to_date"]
    frame = geopandas.GeoDataFrame(pd.DataFrame(rows, columns=columns), geometry=polygons, crs=4326)
    frame.insert(0, "id", [f"{row[by]}-{row['held_from']}-{number}" for number, row in enumerate(rows, start=1)])
    return frame.assign(area_km2=areas.polygon_areas(polygons) / 1e6)


def _areas(series: _Series) -> pd.DataFrame:
    """Return what each party held on each date, a row for each."""
    table = series.areas().set_axis(pd.Index(series.dates, dtype=object))
    by = str(table.columns.name)
    rows = [
        {"id": f"{party}-{date}", by: party, "date": date, **_days(date, None), "area_km2": km2}
        for date, row in zip(series.dates, table.to_dict("records"), strict=True)
        for party, km2 in row.items()
        if party != NONE
    ]
    return pd.DataFrame(rows, columns=["id", by, "date", "from_date", "to_date", "area_km2"])


def _changes(series: _Series) -> pd.DataFrame:
    """Return what passed from each date to the next."""
    names = dict(zip(timestamps.as_index(series.dates), series.dates, strict=True))
    rows = []
    for before, after, source, target, km2 in series.changes().itertuples(index=False):
        first, then = names[before], names[after]
        row = {"id": f"{source} to {target} {first} {then}", "from": source, "to": target}
        rows.append({**row, "date_from": first, "date_to": then, **_days(first, then), "area_km2": km2})
    columns = ["id", "from", "to", "date_from", "date_to", "from_date", "to_date", "area_km2"]
    return pd.DataFrame(rows, columns=columns)


def _ordered(frame: geopandas.GeoDataFrame, first: list[str]) -> geopandas.GeoDataFrame:
    rest = [column for column in frame.columns if column not in (*first, "geometry")]
    return frame[[*first, *rest, "geometry"]]


def _found(series: _Series, name: str) -> tuple[str, Any]:
    """Return the name of a layer with its dates as answers write them, and its frame."""
    if name == "areas":
        return name, _areas(series)
    if name == "changes":
        return name, _changes(series)
    if name == "control":
        return name, _history(series)
    kind, _, rest = name.partition("_")
    named = rest.split("_") if rest else []
    if (kind, len(named)) not in (("control", 1), ("change", 2)):
        given = repr(name) if name else "no layer is named"
        known = "control_DATE, change_FROM_TO, control, areas or changes"
        raise ClaimsError(f"{given}: of a series, {known} is exported")
    dates = [series.written(date) for date in named]
    return "_".join([kind, *dates]), _control_on(series, *dates) if kind == "control" else _change(series, *dates)


def _layer(name: str, frame: Any) -> Layer:
    import shapely

    spatial = "geometry" in frame.columns
    columns = [
        Column(column, _type(column), _MEANINGS.get(column, "Who held the ground"))
        for column in map(str, frame.columns)
        if column != "geometry"
    ]
    rows = typed.flat(frame.to_dict("records"), columns)
    shapes = (
        [shapely.geometry.mapping(one) if one else None for one in frame.geometry] if spatial else [None] * len(rows)
    )
    found = [{"id": row["id"], "properties": row, "geometry": shape} for row, shape in zip(rows, shapes, strict=True)]
    return Layer(name, name.partition("_")[0], columns, found, spatial=spatial)


def _type(column: str) -> typed.Type:
    if column in ("from_date", "to_date"):
        return "date"
    return "number" if column.endswith("_km2") else "text"


def _shown(series: _Series, control: geopandas.GeoDataFrame) -> Map:
    """Return what a series looks like on a map; `control` is its history."""
    from geo.formats import qgis_styles

    by = str(control.columns[1])
    days = [day for day in (typed.real(date.partition("T")[0]) for date in series.dates) if day is not None]
    west, south, east, north = control.total_bounds.tolist() if len(control) else (-180.0, -90.0, 180.0, 90.0)
    span = (min(days).isoformat(), max(days).isoformat()) if days else ("0001-01-01", "0001-01-01")
    return qgis_styles.of_series(list(dict.fromkeys(control[by])), (west, south, east, north), span, by)


def write_all(
    series: _Series, path: str | Path | None, *, format_: str | None = None, options: Options
) -> tuple[Path, int]:
    """Write the history of control, what changed, and the areas: into one file, or into a folder.

    Returns
    -------
    path, count
        The file or folder, and how many layers and tables it has.
    """
    control = _history(series)
    every = [_layer("control", control), _layer("changes", _changes(series)), _layer("areas", _areas(series))]
    options = options._replace(shown=_shown(series, control))
    return exported.write_every(every, path, format_, _about(["--all"]), options)


def _about(names: list[str]) -> Callable[[str, Options], About]:
    """Return what makes the words that a file says of itself; a series has no licence that is known."""
    return lambda kind, options: About(
        "", "", "", "", exported.made_by(exported.command([*names, "--series FILE"], kind, options))
    )


def write(series: _Series, name: str, path: str | Path | None, *, format_: str | None = None, options: Options) -> Path:
    """Write a layer or table of a series, and return the file; see :meth:`geo.answers.series.Series.export`."""
    name, frame = _found(series, name)
    is_table = name in ("areas", "changes")
    target = None if path is None else Path(path)
    kind = files.named(target, format_, table=is_table, bare="json" if is_table else "geojson")
    target = target or Path(f"{name}{files.FORMATS[kind].endings[0]}")
    said = _about([name])(kind, options)
    if kind == "geojson" and not is_table and not options.clockwise:
        files.check(kind, [], options)
        _files.write_text(target, geojson.text(frame, **said.items()))
        return target
    for told in files.write([_layer(name, frame)], target, kind, said, options):
        note(told)
    return target
