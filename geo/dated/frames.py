"""Dated polygons from frames and files, as intervals: which polygon holds for whom from which date until which."""

from __future__ import annotations

import datetime as dt
import os
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import geopandas
import numpy as np
import pandas as pd
import shapely

from geo import _files
from geo._errors import ClaimsError
from geo.dated import timestamps, vector_files
from geo.dated.intervals import NONE, Intervals
from geo.geometry.noding import numbered

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable
    from pathlib import Path

    from numpy.typing import NDArray

    from geo.geometry.noding import Box, Ints

ORDER = "claims_order"  # the column of two frames' order


class Columns(NamedTuple):
    """The columns that say when a row holds (on a date, or from one until another) and for whom."""

    by: str
    date: str | None = None
    valid_from: str | None = None
    valid_to: str | None = None


class Known(NamedTuple):
    """Dates and owners of a whole, of which a frame is a part."""

    dates: list[str]
    owners: list[str]


def checked(frame: Any) -> geopandas.GeoDataFrame:
    """Return what is given as a frame of polygons, if it is one."""
    if not isinstance(frame, geopandas.GeoDataFrame):
        raise ClaimsError(f"a GeoDataFrame is needed, not a {type(frame).__name__}")
    return frame


def overview(path: Path, columns: Columns, layer: str | None = None, *, what: str) -> tuple[Known, Box]:
    """Return dates, owners and bounds (EPSG:4326) of a file without its polygons in memory.

    Raises
    ------
    ClaimsError
        As for :func:`geo.dated.vector_files.read`.
    """
    import pyogrio
    import pyproj

    _files.check_input(path)
    named = vector_files.named_layer(path, layer)
    table = vector_files.told(path, pyogrio.read_dataframe, read_geometry=False, **vector_files.AS_WRITTEN, **named)
    info = vector_files.told(path, pyogrio.read_info, force_total_bounds=True, **named)
    if table.empty or info["total_bounds"] is None:
        raise no_polygons(what)
    if info["crs"] is None:
        raise vector_files.no_crs(path)
    owners = _owners(column_texts(table, columns.by, what, needed=False))
    dates = _dates(*date_texts(table, columns, what))
    to_degrees = pyproj.Transformer.from_crs(info["crs"], 4326, always_xy=True)
    west, south, east, north = info["total_bounds"]
    west, south, east, north = to_degrees.transform_bounds(west, south, east, north, densify_pts=1000)
    if west > east:  # across the antimeridian
        west, east = -180.0, 180.0
    return Known(dates, owners), (west, south, east, north)


def _dates(*columns: Iterable[str | None]) -> list[str]:
    """Return the dates that are named, whether or not there is ground on them."""
    return timestamps.ordered(text for column in columns for text in column if text is not None)


def _owners(texts: Iterable[str | None]) -> list[str]:
    """Return who holds something, in the order of their first rows."""
    return [text for text in dict.fromkeys(texts) if text not in (None, NONE)]


def no_polygons(what: str) -> ClaimsError:
    """Return the error for a series without ground."""
    return ClaimsError("no polygons that somebody holds", code="geometry", file=what)


def _name(value: Any) -> str:
    """Return the name of an owner as text."""
    if not isinstance(value, str | dt.date | np.datetime64 | int | np.integer | float):
        raise ClaimsError(f"{value!r} is no name")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()


def column_texts(
    frame: pd.DataFrame,
    column: str,
    what: str,
    *,
    needed: bool | NDArray[np.bool_] = True,
    written: Callable[[Any], str] = _name,
) -> list[str | None]:
    """Return a column as texts, None where there is nothing; rows that need one are refused without."""
    if column not in frame.columns:
        raise _no_column(frame, column, what)
    values = frame[column]
    if isinstance(values, pd.DataFrame):
        raise ClaimsError(f"{what}: two columns are called {column!r}")
    missing = values.isna() | (values.astype(str).str.strip() == "")
    if (wanted := (missing & needed).to_numpy()).any():
        raise ClaimsError(f"{what}: row {values.index[wanted][0]}: nothing in column {column!r}")
    try:
        codes, found = pd.factorize(values.where(~missing, None) if missing.any() else values)
    except TypeError:
        raise ClaimsError(f"{what}: column {column!r} holds lists or objects, not texts") from None
    texts = []
    for code, value in enumerate(found):
        try:
            texts.append(written(value))
        except ClaimsError as error:
            row = values.index[codes == code][0]
            raise ClaimsError(f"{what}: row {row}: column {column!r}: {error}", code=error.code) from None
    return [None if gone else texts[code] for code, gone in zip(codes.tolist(), missing.tolist(), strict=True)]


def date_texts(
    frame: pd.DataFrame,
    columns: Columns,
    what: str,
    *,
    some: bool | NDArray[np.bool_] = False,
    known: Known | None = None,
) -> list[list[str | None]]:
    """Return the columns of dates as texts of one precision; the rows named need one in the first of these."""
    named = [column for column in (columns.date, columns.valid_from, columns.valid_to) if column]

    def texts_of(written: Callable[[Any], str]) -> list[list[str | None]]:
        return [
            column_texts(frame, column, what, needed=some if column == named[0] else False, written=written)
            for column in named
        ]

    texts = texts_of(timestamps.written)
    told = known.dates if known else {text for column in texts for text in column if text}
    if any(text.endswith("+00:00") for text in told):  # times of day in UTC: midnights elsewhere are such times too
        texts = texts_of(partial(timestamps.written, utc=True))
        told = known.dates if known else {text for column in texts for text in column if text}
    to = timestamps.precision(told)
    try:
        return [[text and timestamps.lengthened(text, to) for text in column] for column in texts]
    except ClaimsError as error:
        raise ClaimsError(f"{what}: {error}", code=error.code) from None


def ground(frame: geopandas.GeoDataFrame, by: str, what: str) -> geopandas.GeoDataFrame:
    """Return the rows of a frame that have ground, in EPSG:4326, once nothing is wrong with them."""
    if by not in frame.columns:
        raise _no_column(frame, by, what)
    frame, _ = with_ground(frame, what)
    refuse_invalid(np.asarray(frame.geometry, dtype=object), frame.index, what)
    return frame


def _no_column(frame: pd.DataFrame, column: str, what: str) -> ClaimsError:
    return ClaimsError(f"{what}: no column {column!r}; there are {', '.join(map(str, frame.columns))}")


def with_ground(frame: geopandas.GeoDataFrame, what: str) -> tuple[geopandas.GeoDataFrame, NDArray[np.bool_]]:
    """Return the rows that have ground, in EPSG:4326, and which these are."""
    if frame.crs is None:
        raise ClaimsError(f"{what}: the frame has no CRS; set one, for example frame.set_crs(4326)")
    frame = frame.to_crs(4326)
    some = (~(frame.geometry.isna() | frame.geometry.is_empty)).to_numpy()
    kinds = frame.geometry.geom_type
    wrong = some & ~kinds.isin(["Polygon", "MultiPolygon"]).to_numpy()
    if wrong.any():
        row = frame.index[wrong][0]
        raise ClaimsError(f"{what}: row {row}: a {kinds[wrong].iloc[0]}, where polygons are needed")
    return frame[some], some


def refuse_invalid(polygons: NDArray[np.object_], row: Iterable[Hashable], what: str) -> None:
    """Refuse polygons that are not valid or not on the globe."""
    names = list(row)
    with ThreadPoolExecutor() as pool:  # half the time of a build otherwise; GEOS lets other threads run
        valid = pool.map(shapely.is_valid, np.array_split(polygons, os.cpu_count() or 1))
    wrong = np.flatnonzero(~np.concatenate(list(valid)))
    if len(wrong):
        reason = shapely.is_valid_reason(polygons[wrong[0]])
        raise ClaimsError(f"{what}: row {names[wrong[0]]}: invalid geometry: {reason}", code="geometry")
    bounds = np.abs(shapely.bounds(polygons)).reshape(-1, 2, 2).max(axis=1)
    wrong = np.flatnonzero((bounds[:, 0] > 180) | (bounds[:, 1] > 90))
    if len(wrong):
        message = "a position beyond 180° E or W or 90° N or S; cut at the antimeridian, as RFC 7946 says"
        raise ClaimsError(f"{what}: row {names[wrong[0]]}: {message}", code="geometry")
    spans = np.flatnonzero(bounds[:, 0] > 90)  # no other edge can be that long
    for index in spans.tolist():
        for ring in shapely.get_rings(polygons[index]):
            lon, lat = shapely.get_coordinates(ring).T
            along_pole = (np.abs(lat[1:]) == 90) & (np.abs(lat[:-1]) == 90)
            if ((np.abs(np.diff(lon)) > 180) & ~along_pole).any():
                message = "an edge across more than 180° of longitude; cut at the antimeridian, as RFC 7946 says"
                raise ClaimsError(f"{what}: row {names[index]}: {message}", code="geometry")


def intervals(
    frame: geopandas.GeoDataFrame, columns: Columns, *, known: Known | None = None, what: str = "series"
) -> Intervals:
    """Return the polygons of a frame and when they hold; see :func:`geo.series`.

    Raises
    ------
    ClaimsError
        With the row, for what cannot be used.
    """
    if (columns.date is None) == (columns.valid_from is None):
        raise ClaimsError(f"{what}: name either the column of dates or the one of first days (valid_from)")
    if columns.valid_to and not columns.valid_from:
        raise ClaimsError(f"{what}: the column of last days (valid_to) goes with that of first days (valid_from)")
    kept, some = with_ground(frame, what)
    if not some.any() and not known:
        raise no_polygons(what)
    owners = np.array(column_texts(frame, columns.by, what, needed=some), dtype=object)
    first_days, *last_days = date_texts(frame, columns, what, some=some, known=known)
    first, last = np.full((2, len(frame)), None, dtype=object)
    first[:], last[:] = first_days, last_days[0] if last_days else None
    dates, names = known or Known(_dates(first, last), _owners(owners))
    frame, owners, first, last = kept, owners[some], first[some], last[some]
    place: dict[str | None, int] = {text: index for index, text in enumerate(dates)}
    if known and not {*first, *last} - {None} <= place.keys():
        raise ClaimsError(f"{what}: times of several offsets from UTC: write them in one")
    start = np.array([place[text] for text in first], dtype=np.int64)
    if columns.date:
        stop = start + 1
    else:
        stop = np.array([place.get(text, len(dates)) for text in last], dtype=np.int64)
        wrong = np.flatnonzero(stop <= start)
        if len(wrong):
            raise ClaimsError(f"{what}: row {frame.index[wrong[0]]}: ends on or before the day on which it begins")
    held = owners != NONE
    if not held.any() and not known:
        raise no_polygons(what)
    geometries = np.asarray(frame.geometry, dtype=object)[held]
    if shapely.has_z(geometries).any():
        geometries = shapely.force_2d(geometries)
    start, stop, row = start[held], stop[held], np.asarray(frame.index, dtype=object)[held]
    polygon, first_of = numbered(shapely.to_wkb(geometries))
    label = {name: index for index, name in enumerate(names, 1)}
    owner = np.array([label[name] for name in owners[held]], dtype=np.int64)
    polygons = geometries[first_of]
    refuse_invalid(polygons, row[first_of], what)
    # a polygon that holds for the same party without a break is one interval
    first_row, begin, end = _joined(polygon * (len(names) + 1) + owner, start, stop)
    return Intervals(
        polygons, polygon[first_row], owner[first_row], begin, end, row[first_row], dates, names, columns.by
    )


def _joined(key: Ints, start: Ints, stop: Ints) -> tuple[Ints, Ints, Ints]:
    """Join the half-open intervals of each key that meet or overlap.

    Returns
    -------
    first, start, stop
        The first row of each joined interval, ascending, and its bounds.

    Examples
    --------
    >>> _joined(np.array([7, 7, 8, 7]), np.array([1, 0, 0, 5]), np.array([2, 1, 9, 6]))
    (array([0, 2, 3]), array([0, 0, 5]), array([2, 9, 6]))
    """
    order = np.lexsort((start, key))
    key, start, stop = key[order], start[order], stop[order]
    other = np.append(True, key[1:] != key[:-1])
    # shifted key by key past all others, intervals can be told by one running maximum
    shift = np.cumsum(other) * (int(stop.max(initial=0)) + 1)
    reach = np.maximum.accumulate(stop + shift) - shift
    begins = np.flatnonzero(other | (start > np.append(0, reach[:-1])))
    first = np.minimum.reduceat(order, begins)
    by_row = np.argsort(first)
    return first[by_row], start[begins][by_row], np.maximum.reduceat(stop, begins)[by_row]


def extended(intervals: Intervals, frame: geopandas.GeoDataFrame, date: str, *, what: str = "series") -> Intervals:
    """Return intervals with one date more; a polygon of the last date that stays goes on, at no cost.

    Raises
    ------
    ClaimsError
        With the row, for what cannot be used, and when the date is not later than the others.
    """
    if timestamps.precision([date]) != timestamps.precision(intervals.dates):
        raise ClaimsError(f"{what}: {date} is not as precise as {intervals.dates[-1]}")
    if timestamps.latest(intervals.dates, date) < len(intervals.dates) - 1 or date == intervals.dates[-1]:
        raise ClaimsError(f"{what}: {date} is not later than {intervals.dates[-1]}")
    kept, some = with_ground(frame, what)
    texts = np.array(column_texts(frame, intervals.by, what, needed=some), dtype=object)
    names = list(dict.fromkeys([*intervals.owners, *_owners(texts)]))
    frame, texts = kept, texts[some]
    held = texts != NONE
    frame, texts = frame[held], texts[held]
    label = {name: index for index, name in enumerate(names, 1)}
    count = len(intervals.dates)
    last = np.flatnonzero(intervals.stop == count)
    known = {
        (wkb, owner): interval
        for wkb, owner, interval in zip(
            shapely.to_wkb(intervals.polygons[intervals.polygon[last]]),
            intervals.owner[last].tolist(),
            last.tolist(),
            strict=True,
        )
    }
    stop = intervals.stop.copy()
    fresh: dict[tuple[bytes, int], int] = {}
    geometries = shapely.force_2d(np.asarray(frame.geometry, dtype=object))
    for row, key in enumerate(zip(shapely.to_wkb(geometries), (label[text] for text in texts), strict=True)):
        if key in known:
            stop[known[key]] = count + 1
        else:
            fresh.setdefault(key, row)
    rows = list(fresh.values())
    refuse_invalid(geometries[rows], np.asarray(frame.index, dtype=object)[rows], what)
    return Intervals(
        np.concatenate([intervals.polygons, geometries[rows]]),
        np.append(intervals.polygon, len(intervals.polygons) + np.arange(len(rows))),
        np.append(intervals.owner, np.array([owner for _, owner in fresh], dtype=np.int64)),
        np.append(intervals.start, np.full(len(rows), count)),
        np.append(stop, np.full(len(rows), count + 1)),
        np.append(intervals.row, np.asarray(frame.index, dtype=object)[rows]),
        [*intervals.dates, date],
        names,
        intervals.by,
    )
