"""Dated polygons from frames and files, as intervals: which polygon holds for whom from which date until which."""

from __future__ import annotations

import datetime as dt
import unicodedata
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import geopandas
import numpy as np
import pandas as pd
import shapely

from geo import _files
from geo._errors import ClaimsError, note
from geo.dated import driver_files, operations, timestamps, vector_files
from geo.dated.intervals import NONE, Intervals
from geo.dated.polygons import Prepared, prepared, refuse_invalid
from geo.geometry.noding import numbered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from numpy.typing import NDArray

    from geo.geometry.noding import Box, Ints

ORDER = "claims_order"  # the column of two frames' order
_MOST_ENDS = 0.8  # of those before the last start, from which on they seem to be inclusive


Nulls = Literal["error", "nobody"]
Ends = Literal["exclusive", "inclusive"]


class Columns(NamedTuple):
    """The columns that say when a row holds (on a date, or from one until another) and for whom, and how to read them.

    With a `controller` all rows are its, and `by` is what answers call the column. `operation` and `repair` are as for
    :func:`geo.dated.polygons.prepared`.
    """

    by: str
    date: str | None = None
    valid_from: str | None = None
    valid_to: str | None = None
    controller: str | None = None
    nulls: Nulls = "error"
    ends: Ends = "exclusive"
    date_format: str | None = None
    repair: bool = False
    operation: str | None = None


class Known(NamedTuple):
    """Dates and owners of a whole, of which a frame is a part."""

    dates: list[str]
    owners: list[str]


def checked(frame: Any) -> geopandas.GeoDataFrame:
    """Return what is given as a frame of polygons, if it is one."""
    if not isinstance(frame, geopandas.GeoDataFrame):
        raise ClaimsError(f"a GeoDataFrame is needed, not a {type(frame).__name__}")
    return frame


def overview(
    path: Path, columns: Columns, layer: str | None = None, encoding: str | None = None, *, what: str
) -> tuple[Known, Box, str]:
    """Return dates, owners, bounds (EPSG:4326) and operation of a file without its polygons in memory.

    Raises
    ------
    ClaimsError
        As for :func:`geo.dated.vector_files.read`.
    """
    import pyogrio
    import pyproj

    _files.check_input(path)
    driver_files.refuse_other_kinds(path)
    given = driver_files.options(path, layer, encoding)
    table = driver_files.told(path, pyogrio.read_dataframe, read_geometry=False, **driver_files.AS_WRITTEN, **given)
    info = driver_files.told(path, pyogrio.read_info, force_total_bounds=True, **given)
    if table.empty or info["total_bounds"] is None:
        raise no_polygons(what)
    if info["crs"] is None:
        raise vector_files.no_crs(path)
    driver_files.refuse_lost(path, given)
    owners = _owners(holders(table, columns, what, needed=False))
    dates = _dates(*date_texts(table, columns, what))
    crs = pyproj.CRS.from_user_input(info["crs"])
    west, south, east, north = info["total_bounds"]
    if operations.is_degrees(crs):
        return Known(dates, owners), (west, south, east, north), ""
    chosen = operations.chosen(crs, (west, south, east, north), what, columns.operation)
    west, south, east, north = chosen.transformer.transform_bounds(west, south, east, north, densify_pts=1000)
    if west > east:  # across the antimeridian
        west, east = -180.0, 180.0
    return Known(dates, owners), (west, south, east, north), chosen.name


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
    return unicodedata.normalize("NFC", str(value).strip())  # letters and their accents in one or in two: one name


def holders(
    frame: pd.DataFrame, columns: Columns, what: str, *, needed: bool | NDArray[np.bool_] = True
) -> list[str | None]:
    """Return who holds each row: one controller, or what its column says, with nobody for nothing where that is told.

    Raises
    ------
    ClaimsError
        When a row that needs a holder has none.
    """
    if columns.controller is not None:
        return [columns.controller] * len(frame)
    if columns.by not in frame.columns:
        fault = _no_column(frame, columns.by, what).fault
        raise ClaimsError(
            f"{fault}; name that of who holds a row with --by (by=), or the one party that holds all of it with "
            "--controller (controller=)"
        )
    if columns.nulls == "error":
        try:
            return column_texts(frame, columns.by, what, needed=needed)
        except _NothingError as error:
            raise ClaimsError(f"{error.fault}; --nulls nobody (nulls='nobody') counts such rows as nobody's") from None
    texts = column_texts(frame, columns.by, what, needed=False)
    empty = np.array([text is None for text in texts], dtype=bool) & needed
    if empty.any():
        note(f"{what}: {empty.sum():,} rows with nothing in column {columns.by!r} count as nobody's")
    return [NONE if text is None else text for text in texts]


class _NothingError(ClaimsError):
    """A cell that is needed is empty."""


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
        raise _NothingError(f"{what}: row {values.index[wanted][0]}: nothing in column {column!r}")
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
    _tell_qualified(frame, named, what)

    def texts_of(written: Callable[[Any], str]) -> list[list[str | None]]:
        return [
            column_texts(frame, column, what, needed=some if column == named[0] else False, written=written)
            for column in named
        ]

    written = partial(timestamps.written, date_format=columns.date_format)
    texts = texts_of(written)
    told = known.dates if known else {text for column in texts for text in column if text}
    if any(text.endswith("+00:00") for text in told):  # times of day in UTC: midnights elsewhere are such times too
        texts = texts_of(partial(written, utc=True))
        told = known.dates if known else {text for column in texts for text in column if text}
    if columns.valid_to:
        texts[1] = _ends(texts[0], texts[1], columns, what)
        told = known.dates if known else {text for column in texts for text in column if text}
    to = timestamps.precision(told)
    try:
        longer = {text: timestamps.lengthened(text, to) for text in dict.fromkeys(chain.from_iterable(texts)) if text}
    except ClaimsError as error:
        raise ClaimsError(f"{what}: {error}", code=error.code) from None
    return [[text and longer[text] for text in column] for column in texts]


def _ends(first: list[str | None], last: list[str | None], columns: Columns, what: str) -> list[str | None]:
    """Return ends as the dates from which rows no longer hold."""
    ends = {text for text in last if text is not None}
    if columns.ends == "inclusive":
        try:
            after = {text: timestamps.following(text) for text in ends}
        except ClaimsError as error:
            raise ClaimsError(f"{what}: column {columns.valid_to!r}: {error}", code=error.code) from None
        return [text and after[text] for text in last]
    starts = {text for text in first if text is not None}
    try:
        near = {text for text in ends if timestamps.following(text) in starts and text not in starts}
    except ClaimsError:
        return last
    to = timestamps.precision(starts | ends)
    newest = max(starts, key=lambda text: timestamps.place(timestamps.lengthened(text, to)), default=None)
    inner = {
        text
        for text in ends
        if newest is not None
        and timestamps.place(timestamps.lengthened(text, to)) < timestamps.place(timestamps.lengthened(newest, to))
    }
    if near and len(near) >= _MOST_ENDS * len(inner):
        unit = ("a year", "a month", "a day")[timestamps.precision(near)]
        note(
            f"{what}: ends in column {columns.valid_to!r} lie {unit} before the next start, where nobody holds the "
            "ground; where the last day is meant to count, say --ends inclusive (ends='inclusive')"
        )
    return last


def _tell_qualified(frame: pd.DataFrame, columns: list[str], what: str) -> None:
    """Note dates that are marked as approximate or uncertain."""
    for column in columns:
        if column in frame.columns and not pd.api.types.is_datetime64_any_dtype(frame[column]):
            texts = dict.fromkeys(value for value in frame[column] if isinstance(value, str))
            marked = [text for text in texts if timestamps.is_qualified(text)]
            if marked:
                note(f"{what}: approximate dates in column {column!r}, such as {marked[0]}, count as they stand")


def ground(frame: geopandas.GeoDataFrame, by: str, what: str, *, repair: bool = False) -> geopandas.GeoDataFrame:
    """Return the rows of a frame that have ground, in EPSG:4326, once nothing is wrong with them."""
    if by not in frame.columns:
        raise _no_column(frame, by, what)
    ready = prepared(frame, what, repair=repair)
    frame = ready.frame[ready.some]
    refuse_invalid(np.asarray(frame.geometry, dtype=object), frame.index, what)
    return frame


def _no_column(frame: pd.DataFrame, column: str, what: str) -> ClaimsError:
    return ClaimsError(f"{what}: no column {column!r}; there are {', '.join(map(str, frame.columns))}")


def ready(frame: geopandas.GeoDataFrame, columns: Columns, what: str) -> Prepared:
    """Return a frame as polygons to be measured; see :func:`geo.dated.polygons.prepared`."""
    return prepared(frame, what, repair=columns.repair, operation=columns.operation)


def refuse_choice(columns: Columns, what: str) -> None:
    """Refuse columns of dates that do not go together.

    Raises
    ------
    ClaimsError
        Unless there is a column of dates or one of first days, and one of last days only with that.
    """
    if (columns.date is None) == (columns.valid_from is None):
        either = "the column of dates (date, --date-column) or the one of first days (valid_from, --valid-from)"
        raise ClaimsError(f"{what}: name either {either}")
    if columns.valid_to and not columns.valid_from:
        raise ClaimsError(f"{what}: the column of last days (valid_to) goes with that of first days (valid_from)")


def intervals(
    frame: geopandas.GeoDataFrame,
    columns: Columns,
    *,
    known: Known | None = None,
    what: str = "series",
    checking: bool = False,
) -> Intervals:
    """Return the polygons of a frame and when they hold; see :func:`geo.series`.

    Parameters
    ----------
    frame, columns
        Polygons and what their columns mean.
    known
        Dates and owners of the whole of which the frame is a part.
    what
        What errors call it.
    checking
        Look at the rows alone: dates and owners need not be known.

    Raises
    ------
    ClaimsError
        With the row, for what cannot be used.
    """
    refuse_choice(columns, what)
    frame, some, _ = ready(frame, columns, what)
    kept = frame[some]
    if not some.any() and not known:
        raise no_polygons(what)
    owners = np.array(holders(frame, columns, what, needed=some), dtype=object)
    first_days, *last_days = date_texts(frame, columns, what, some=some, known=None if checking else known)
    first, last = np.full((2, len(frame)), None, dtype=object)
    first[:], last[:] = first_days, last_days[0] if last_days else None
    dates, names = known if known and not checking else Known(_dates(first, last), _owners(owners))
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
            same = first[wrong[0]] == last[wrong[0]]
            hint = "; where the last day is meant to count, say --ends inclusive (ends='inclusive')" if same else ""
            message = f"ends on or before the day on which it begins{hint}"
            raise ClaimsError(f"{what}: row {frame.index[wrong[0]]}: {message}")
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


def extended(
    intervals: Intervals,
    frame: geopandas.GeoDataFrame,
    date: str,
    columns: Columns | None = None,
    *,
    what: str = "series",
) -> Intervals:
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
    columns = columns or Columns(intervals.by)
    frame, some, _ = ready(frame, columns, what)
    kept = frame[some]
    texts = np.array(holders(frame, columns, what, needed=some), dtype=object)
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
        intervals.small_cm2,
    )
