"""Who held points in a series of dated polygons, all points at once.

What a point cannot be answered for is told in its row; no row is left out.
"""

from __future__ import annotations

from numbers import Real
from typing import TYPE_CHECKING, Any

import geopandas
import numpy as np
import pandas as pd
import shapely

from geo._errors import ClaimsError
from geo.answers.joined import column, say, spots
from geo.dated.histories import Held
from geo.dated.overlay import SharedFaces
from geo.dated.tiles import Tiled
from geo.geometry.nearest import Edges, steps

if TYPE_CHECKING:
    from collections.abc import Callable

    from geo.dated.intervals import Intervals
    from geo.dated.method import Ledger
    from geo.geometry.noding import Box, Floats, Ints


def where(ledger: Ledger, intervals: Intervals, spot: Any, lat: float | None, date: int | None) -> pd.DataFrame:
    """Return who held a position or points; see :meth:`geo.answers.series.Series.where`."""
    if lat is None and not isinstance(spot, Real):
        found = spots(spot, _bounds(ledger, intervals))
        known = np.flatnonzero(found.told == "")
        index, told = spot.index, found.told
        say(told, np.flatnonzero(told != ""))
        lon, lats = found.lon[known], found.lat[known]
    else:
        if not (isinstance(spot, Real) and isinstance(lat, Real) and abs(spot) <= 180 and abs(lat) <= 90):
            raise ClaimsError(f"a position is longitude and latitude in degrees, not {spot!r} {lat!r}")
        index, told, known = None, None, np.array([0])
        lon, lats = np.array([spot], dtype=float), np.array([lat], dtype=float)
    held = _from_the_first(ledger.at(lon, lats), len(known))
    last = np.append(held.spot[1:] != held.spot[:-1], True)[: len(held.spot)]
    stop = np.where(last, len(intervals.dates), np.append(held.date[1:], 0)[: len(held.date)])
    if date is not None:
        now = (held.date <= date) & (date < stop)
        held, stop = Held(*(part[now] for part in held)), stop[now]
    dates = np.array([*intervals.dates, None], dtype=object)
    frame = pd.DataFrame(
        {
            "from": dates[held.date],
            "to": pd.Series(dates[stop], dtype=object),
            intervals.by: np.array(ledger.labels, dtype=object)[held.label],
        }
    )
    if index is None or told is None:
        return frame
    # points without an answer have a row that says so, in their place
    rows = np.concatenate([known[held.spot], np.flatnonzero(told != "")])
    order = np.argsort(rows, kind="stable")
    frame = frame.reindex(np.arange(len(rows))).iloc[order].set_axis(index[rows[order]])
    return frame.astype(object).where(frame.notna(), None).assign(told=told[rows[order]])


def _from_the_first(held: Held, count: int) -> Held:
    """Return the labels of spots from the first date on, where they are nobody's until somebody holds them."""
    begun = np.zeros(count, dtype=bool)
    begun[held.spot[held.date == 0]] = True
    missing = np.flatnonzero(~begun)
    nobody = np.zeros_like(missing)
    spot, date, label = (
        np.concatenate([first, rest]) for first, rest in zip((missing, nobody, nobody), held, strict=True)
    )
    order = np.lexsort((date, spot))
    return Held(spot[order], date[order], label[order])


def control_at(
    ledger: Ledger,
    intervals: Intervals,
    points: geopandas.GeoDataFrame,
    date: str,
    *,
    moment: Callable[[Any], tuple[str, int]],
    ground: Callable[[int], dict[str, Any]],
    operation: str | None,
) -> geopandas.GeoDataFrame:
    """Return dated points with who held the ground; see :meth:`geo.answers.series.Series.control_at`."""
    found = spots(points, _bounds(ledger, intervals), operation)
    if not isinstance(points, geopandas.GeoDataFrame):
        raise ClaimsError("points: a GeoSeries has no dates; give a frame with a column of them")
    when, told = _dates(column(points, date), moment)
    told = np.where(found.told == "", told, found.told)
    known = np.flatnonzero(told == "")
    say(told, np.flatnonzero(told != ""))
    lon, lat, on = found.lon[known], found.lat[known], when[known]
    names = np.array(ledger.labels, dtype=object)
    answers = {
        "control_date": np.array(intervals.dates, dtype=object)[on],
        intervals.by: names[ledger.at(lon, lat).on(np.arange(len(known)), on, len(intervals.dates))],
        "line_m": _metres(ledger, lon, lat, on, ground),
    }
    columns: dict[str, Any] = {}
    for name, values in answers.items():
        columns[name] = np.full(len(points), np.nan if values.dtype.kind == "f" else None, dtype=values.dtype)
        columns[name][known] = values
    columns["told"] = told
    if taken := [name for name in columns if name in points.columns]:
        raise ClaimsError(f"points: the frame has a column {taken[0]!r} already; rename or drop it")
    return points.assign(**columns)


def _dates(values: pd.Series[Any], moment: Callable[[Any], tuple[str, int]]) -> tuple[Ints, Any]:
    """Return the index of what holds on each date, and why there is none where there is none."""
    code, distinct = pd.factorize(values, use_na_sentinel=True)
    place, told = np.full(len(distinct) + 1, -1), np.full(len(distinct) + 1, "", dtype=object)
    told[-1] = "no date"  # for the code -1
    for index, value in enumerate(distinct):
        try:
            place[index] = moment(value if isinstance(value, str) else pd.Timestamp(value).to_pydatetime())[1]
        except (ClaimsError, TypeError, ValueError) as error:
            told[index] = str(error) if isinstance(error, ClaimsError) else f"{value} is not a date"
    return place[code], told[code]


def _metres(ledger: Ledger, lon: Floats, lat: Floats, date: Ints, ground: Callable[[int], dict[str, Any]]) -> Floats:
    """Return how far each position lies from the nearest line that bounds somebody's ground on its date."""
    metres = np.full(len(lon), np.nan)
    shared = ledger.arrangement if isinstance(ledger, SharedFaces) else None
    edges = Edges(shared.pieces.positions[shared.pieces.ends]) if shared else Edges(np.empty((0, 2, 2)))
    for one in np.unique(date).tolist():
        mine, among = np.flatnonzero(date == one), None
        if shared:
            among = shared.borders(one)
        else:
            outlines = shapely.get_parts(shapely.boundary(list(ground(one).values())))
            edges = Edges(np.concatenate([np.empty((0, 2, 2)), *(steps(shapely.get_coordinates(o)) for o in outlines)]))
        if len(edges) if among is None else among.any():
            metres[mine] = edges.nearest(edges.spots(lon[mine], lat[mine]), among).metres
    return metres


def _bounds(ledger: Ledger, intervals: Intervals) -> Box:
    """Return west, south, east and north of all polygons, degrees."""
    if isinstance(ledger, Tiled):  # whose polygons may all be in a file
        return ledger.bounds
    west, south, east, north = shapely.total_bounds(intervals.polygons).tolist()
    return west, south, east, north
