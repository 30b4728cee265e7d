"""Dated points joined to who held the ground below them, all at once.

What a point cannot be answered for is told in its row; no row is left out.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, NamedTuple

import geopandas
import numpy as np
import pandas as pd
import shapely

from geo import dates
from geo._errors import ClaimsError, note, unknown
from geo.dated import operations
from geo.geometry.projection import transformed
from geo.layers.layers import SIDES
from geo.layers.lookup import DAY
from geo.layers.tables import EXTENTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from geo.geometry.noding import Box, Floats
    from geo.layers.lookup import Lookup

_ISO = r"\d{4}-\d{2}-\d{2}"
OUTSIDE = "outside the ground that the layers cover"
_KINDS = 4  # of reasons in a note


class Spots(NamedTuple):
    """Positions in degrees, NaN where there is none, and what is wrong with each, empty where nothing is."""

    lon: Floats
    lat: Floats
    told: NDArray[np.object_]


class Days(NamedTuple):
    """The first and the last day of each date, NaT where there is none, and what is to be told of it."""

    first: NDArray[np.datetime64]
    last: NDArray[np.datetime64]
    told: NDArray[np.object_]


def spots(points: Any, ground: Box, operation: str | None = None) -> Spots:
    """Return the positions of points of any CRS.

    Parameters
    ----------
    points
        A frame or series of geopandas.
    ground
        West, south, east and north of the covered ground, degrees: points elsewhere have no say in the operation.
    operation
        The operation of PROJ that brings them to EPSG:4326, where several could.

    Raises
    ------
    ClaimsError
        When it is no such frame, has no CRS, or a geometry is not a point.
    """
    if not isinstance(points, geopandas.GeoDataFrame | geopandas.GeoSeries):
        what = type(points).__name__
        raise ClaimsError(f"points: a {what} is no GeoDataFrame; make one with geopandas.points_from_xy")
    if isinstance(points, geopandas.GeoDataFrame) and points.active_geometry_name is None:
        raise ClaimsError("points: the frame has no geometry; set it with set_geometry")
    geometry = points.geometry
    if geometry.crs is None:
        raise ClaimsError("points: the frame has no CRS; say which it is with set_crs, such as set_crs(4326)")
    shapes = geometry.to_numpy()
    others = np.flatnonzero(~np.isin(shapely.get_type_id(shapes), (-1, 0)))
    if len(others):
        first = others[0]
        raise ClaimsError(
            f"points: row {geometry.index[first]} is a {shapes[first].geom_type}, not a point; take "
            ".representative_point(), or .explode() for several points in one row"
        )
    lon, lat = shapely.get_x(shapes), shapely.get_y(shapes)
    there = np.isfinite(lon) & np.isfinite(lat)
    told = np.where(there, "", "no position").astype(object)
    if there.any() and not operations.is_degrees(geometry.crs):
        import pyproj

        around = pyproj.Transformer.from_crs(4326, geometry.crs, always_xy=True).transform_bounds(*ground)
        transformer = operations.chosen(geometry.crs, around, "points", operation).transformer
        lon[there], lat[there] = transformed(transformer, lon[there], lat[there]).T
    lost = there & ~(np.isfinite(lon) & np.isfinite(lat))
    told[lost] = "the position cannot be brought to EPSG:4326"
    lon[lost], lat[lost] = np.nan, np.nan
    return Spots(lon, lat, told)


def days(column: pd.Series[Any]) -> Days:
    """Return the days of a column of dates: real ones, times, or text as :func:`geo.dates.day` reads it."""
    size = len(column)
    found = Days(np.full(size, "NaT", DAY), np.full(size, "NaT", DAY), np.full(size, "", dtype=object))
    if isinstance(column.dtype, pd.ArrowDtype):  # whose missing values numpy cannot hold
        column = column.astype(object)
    if isinstance(column.dtype, pd.DatetimeTZDtype):  # midnight is the local day, as everywhere
        local = column.dt.tz_localize(None)
        column = local.where(local == local.dt.normalize(), column.dt.tz_convert("UTC").dt.tz_localize(None))
    if column.dtype.kind == "M":
        found.first[:] = found.last[:] = column.to_numpy().astype(DAY)
        found.told[np.isnat(found.first)] = "no date"
        return found
    code, values = pd.factorize(column, use_na_sentinel=True)
    first, last = np.full(len(values) + 1, "NaT", DAY), np.full(len(values) + 1, "NaT", DAY)
    told = np.full(len(values) + 1, "", dtype=object)
    told[-1] = "no date"  # for the code -1
    texts = pd.Series(np.asarray(values, dtype=object))
    plain = np.array([isinstance(text, str) and len(text) == 10 for text in texts], dtype=bool)
    iso = np.zeros(len(texts), dtype=bool)
    iso[plain] = texts[plain].astype(str).str.fullmatch(_ISO).to_numpy(dtype=bool)
    real = pd.to_datetime(texts.where(iso), format="%Y-%m-%d", errors="coerce").to_numpy().astype(DAY)
    first[:-1] = last[:-1] = real
    for index in np.flatnonzero(np.isnat(real)).tolist():
        first[index], last[index], told[index] = _day(texts.iloc[index])
    return Days(first[code], last[code], told[code])


def _day(value: Any) -> tuple[np.datetime64, np.datetime64, str]:
    """Return the first and the last day of a date, and what is to be told of it."""
    missing = np.datetime64("NaT", "D")
    if isinstance(value, int | float | np.number) and not isinstance(value, bool) and float(value).is_integer():
        value = int(value)
    text = " ".join(str(value).split())
    if not text:
        return missing, missing, "no date"
    try:
        first, last = dates.span(text)
    except ClaimsError as error:
        return missing, missing, str(error)
    told = "" if first == last else f"{text} counts from its first day"
    return np.datetime64(first, "D"), np.datetime64(last, "D"), told


def control_at(
    lookup: Lookup,
    points: geopandas.GeoDataFrame,
    date: str,
    *,
    accuracy_m: float | str,
    operation: str | None,
) -> geopandas.GeoDataFrame:
    """Return dated points with who held the ground; see :meth:`geo.answers.record.Record.control_at`."""
    layers = lookup.layers
    where = spots(points, layers.bounds, operation)
    if not isinstance(points, geopandas.GeoDataFrame):
        raise ClaimsError("points: a GeoSeries has no dates; give a frame with a column of them")
    when = days(column(points, date))
    accuracy = _accuracy(points, accuracy_m)
    face, period = lookup.faces_at(where.lon, where.lat), lookup.periods(when.first)
    today, first = np.datetime64(dt.date.fromisoformat(layers.ledger.today())), np.datetime64(layers.ledger.first, "D")
    future, before = when.first > today, when.first < first
    told = where.told.copy()
    for which, why in (
        (face < 0, OUTSIDE),
        (np.isnat(when.first), when.told),
        (before, f"before the record begins, on {layers.ledger.first}"),
        (future, "in the future"),
    ):
        empty = which & (told == "")
        told[empty] = why if isinstance(why, str) else why[empty]
    without = told != ""
    known = np.flatnonzero(~without)
    told[known] = when.told[known]
    say(told, np.flatnonzero(without))
    columns = {
        "control_date": when.first.astype("datetime64[s]"),
        **_held(lookup, known, face, period),
        **_near(lookup, known, where, period, accuracy),
        "told": told,
    }
    later = _changes_later(lookup, known, face, period, np.minimum(when.last, today))
    told[later] += ", and later in it the ground changed hands"
    if taken := [name for name in columns if name in points.columns]:
        raise ClaimsError(f"points: the frame has a column {taken[0]!r} already; rename or drop it")
    return points.assign(**columns)


def column(points: geopandas.GeoDataFrame, date: str) -> pd.Series[Any]:
    """Return the column of dates of a frame."""
    if date not in points.columns:
        error = unknown("column", str(date), [str(name) for name in points.columns if name != points.geometry.name])
        raise ClaimsError(f"points: {error}; for one date for all, give the frame a column of it")
    column = points[date]
    if not isinstance(column, pd.Series):
        raise ClaimsError(f"points: two columns are named {date!r}; rename one of them")
    return column


def _accuracy(points: geopandas.GeoDataFrame, accuracy_m: float | str) -> Floats:
    """Return one standard deviation of each position in metres, from a column or one number."""
    if isinstance(accuracy_m, str) and accuracy_m not in points.columns:
        raise ClaimsError(f"points: {unknown('column', accuracy_m, [str(name) for name in points.columns])}")
    given = points[accuracy_m] if isinstance(accuracy_m, str) else pd.Series(accuracy_m, index=points.index)
    metres: Floats = pd.to_numeric(given, errors="coerce").to_numpy(dtype=float)
    wrong = np.flatnonzero(~(metres >= 0) | np.isinf(metres))
    if len(wrong):
        raise ClaimsError(
            f"points: the accuracy of row {points.index[wrong[0]]} is {given.iloc[wrong[0]]}; write metres, 0 or more"
        )
    return metres


def say(told: NDArray[np.object_], without: NDArray[np.int64]) -> None:
    """Tell in one note how many points have no answer, and why."""
    if not len(without):
        return
    counts = pd.Series(told[without]).value_counts()
    why = [f"{count:,} {reason}" for reason, count in counts.head(_KINDS).items()]
    rest = [f"{counts.iloc[_KINDS:].sum():,} for other reasons"] if len(counts) > _KINDS else []
    note(f"{len(without):,} of {len(told):,} points have no answer: {'; '.join([*why, *rest])} (column told)")


def _filled(size: int, known: NDArray[np.int64], values: Any, empty: Any) -> Any:
    """Return a column with values where something is known."""
    values = np.asarray(values)
    column = np.full(size, empty, dtype=object if empty is None else values.dtype)
    column[known] = values
    return column


def _held(
    lookup: Lookup, known: NDArray[np.int64], face: NDArray[np.int64], period: NDArray[np.int64]
) -> dict[str, Any]:
    """Return the columns of who held the ground."""
    size, of = len(face), (face[known], period[known])
    entry = {extent: lookup.held(*of, extent) for extent in EXTENTS}

    def taken(values: list[Any], which: NDArray[np.int64]) -> Any:
        return _filled(size, known, np.array(values, dtype=object)[which] if len(known) else [], None)

    def each(read: Callable[[Any], Any]) -> list[Any]:
        return [read(held) for held in lookup.entries]

    controllers = np.array(each(lambda held: held.controller), dtype=object)
    same = [controllers[entry[extent]] == controllers[entry["best"]] for extent in EXTENTS]
    code = sum(agrees.astype(int) << index for index, agrees in enumerate(same))
    extents = [" ".join(name for index, name in enumerate(EXTENTS) if number >> index & 1) for number in range(8)]
    ledger = lookup.layers.ledger
    return {
        "face": taken(ledger.names, of[0]),
        "zone": taken([zones[0] for zones in ledger.zones_of], of[0]),
        "controller": taken(controllers.tolist(), entry["best"]),
        "controller_min": taken(controllers.tolist(), entry["min"]),
        "controller_max": taken(controllers.tolist(), entry["max"]),
        "extents": taken(extents, np.asarray(code)),
        "held_from": taken(each(lambda held: held.valid_from), entry["best"]),
        "held_to": taken(each(lambda held: held.valid_to), entry["best"]),
        "basis": taken(each(lambda held: held.row.basis), entry["best"]),
    }


def _near(
    lookup: Lookup,
    known: NDArray[np.int64],
    where: Spots,
    period: NDArray[np.int64],
    accuracy: Floats,
) -> dict[str, Any]:
    """Return the columns of the line that casts most doubt on who held the ground."""
    near = lookup.near(where.lon[known], where.lat[known], period[known], accuracy[known])
    lines = np.array([*lookup.layers.curated_lines, None], dtype=object)
    # where no line parts two holders there is no doubt
    sure = np.fmin(np.where(np.isnan(near.sigmas), np.inf, near.sigmas), len(SIDES) - 1).astype(int)
    size = len(where.lon)
    return {
        "line": _filled(size, known, lines[near.line], None),
        "line_m": _filled(size, known, near.metres, np.nan),
        "line_sigmas": _filled(size, known, near.sigmas, np.nan),
        "line_side": _filled(size, known, np.array(SIDES, dtype=object)[sure], None),
    }


def _changes_later(
    lookup: Lookup,
    known: NDArray[np.int64],
    face: NDArray[np.int64],
    period: NDArray[np.int64],
    last: NDArray[np.datetime64],
) -> NDArray[np.int64]:
    """Return the points whose ground has another holder later in the month or year that was given."""
    end = lookup.periods(last)
    long = known[end[known] > period[known]]
    return np.array([row for row in long.tolist() if lookup.changes(face[row], period[row], end[row])], dtype=np.int64)
