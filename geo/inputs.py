"""Dated polygons from frames and files, as runs: which polygon holds for whom from which date until which."""

from __future__ import annotations

import datetime as dt
import os
import re
import warnings
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import geopandas
import numpy as np
import pandas as pd
import shapely

from geo import rfc7946
from geo._errors import ClaimsError
from geo._planes import Plane
from geo.noding import numbered
from geo.runs import NONE, Runs

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable
    from pathlib import Path

    from numpy.typing import NDArray

    from geo.noding import Box

_T = TypeVar("_T")
ORDER = "claims_order"  # the column of two frames' order
_SUFFIXES = (".geojson", ".json", ".gpkg", ".fgb", ".shp", ".parquet")
_BY_BOX = (".gpkg", ".fgb", ".shp")
_DATE_IN_NAME = re.compile(r"(?<!\d)(\d{4}-\d{2}-\d{2}|\d{8}|\d{4}-\d{2}|\d{4})(?!\d)")


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


class Snapped(NamedTuple):
    """What snapping did: how many vertices of how many polygons moved or came, and how far at most, metres."""

    vertices: int
    polygons: int
    furthest_m: float

    def followed(self, later: Snapped) -> Snapped:
        """Return what both did."""
        furthest = max(self.furthest_m, later.furthest_m)
        return Snapped(self.vertices + later.vertices, self.polygons + later.polygons, furthest)


def is_indexed(path: Path) -> bool:
    """Tell whether parts of a file can be read without the rest."""
    return path.suffix.lower() in _BY_BOX


def checked(frame: Any) -> geopandas.GeoDataFrame:
    """Return what is given as a frame of polygons, if it is one."""
    if not isinstance(frame, geopandas.GeoDataFrame):
        raise ClaimsError(f"a GeoDataFrame is needed, not a {type(frame).__name__}")
    return frame


def read(path: Path, *, date: str | None = None) -> geopandas.GeoDataFrame:
    """Return the polygons of a file, or of a folder with one file per date.

    Parameters
    ----------
    path
        GeoJSON, GeoPackage, FlatGeobuf, Shapefile or GeoParquet (with pyarrow); or a folder of such files with a date
        in each name, as in ``2024-12-08.geojson`` or ``20241208.geojson``.
    date
        The column that a folder's dates go into.

    Raises
    ------
    ClaimsError
        When there is no such file, it cannot be read, or a name in a folder has no date.
    """
    if not path.is_dir():
        return _read(path)
    files = sorted(file for file in path.iterdir() if file.suffix.lower() in _SUFFIXES and file.name[0] != ".")
    if not files:
        raise ClaimsError(f"no files of polygons in this folder ({', '.join(_SUFFIXES)})", code="file", file=str(path))
    from tqdm import tqdm

    frames = []
    for file in tqdm(files, desc="reading", unit="file", disable=None, leave=False):
        named = _DATE_IN_NAME.findall(file.stem)
        if len(named) != 1:
            raise ClaimsError("the name holds no date, or several", code="date", file=str(file))
        frame = _read(file)
        frame.index = pd.Index([f"{file.name} {row}" for row in frame.index])
        text = named[0]
        frame[date or "date"] = f"{text[:4]}-{text[4:6]}-{text[6:]}" if len(text) == 8 and text.isdigit() else text
        frames.append(frame if frame.crs is None else frame.to_crs(4326))
    return geopandas.GeoDataFrame(pd.concat(frames))


def _read(path: Path) -> geopandas.GeoDataFrame:
    if not path.exists():
        raise ClaimsError("no such file", code="file", file=str(path))
    suffix = path.suffix.lower()
    if suffix not in _SUFFIXES:
        raise ClaimsError(f"read are {', '.join(_SUFFIXES)}, not this ending", code="file", file=str(path))
    frame: Any = _told(path, rfc7946.read) if suffix in {".geojson", ".json"} else None
    if frame is None:
        frame = _told(path, geopandas.read_parquet if suffix == ".parquet" else geopandas.read_file)
    if not isinstance(frame, geopandas.GeoDataFrame):
        raise ClaimsError("has no geometry", code="format", file=str(path))
    return frame


def _told(path: Path, reader: Callable[..., _T], **options: Any) -> _T:
    """Return what a reader returns, or turn the error of a format into a line that names the file."""
    try:
        with warnings.catch_warnings():
            # such a ring is refused with its row
            warnings.filterwarnings("ignore", message="Non closed ring", category=RuntimeWarning)
            return reader(path, **options)
    except ImportError:
        message = "GeoParquet needs pyarrow: pip install 'territorial-claims[parquet]'"
        fault = ClaimsError(message, code="file", file=str(path))
    except Exception as error:  # noqa: BLE001  # each format has errors of its own
        fault = ClaimsError(f"cannot be read: {str(error).splitlines()[0]}", code="format", file=str(path))
    raise fault  # out here it has no context: one of another package may not travel from a worker


def read_box(path: Path, box: Box) -> geopandas.GeoDataFrame:
    """Return the polygons of a file that meet bounds in EPSG:4326, and perhaps some near these."""
    west, south, east, north = box
    east_west, north_south = (east - west) / 32, (north - south) / 32
    # in another CRS its sides are curves: of many short ones, a little further out, none cuts into the box
    around = shapely.box(
        max(west - east_west, -180),
        max(south - north_south, -90),
        min(east + east_west, 180),
        min(north + north_south, 90),
    )
    bounds = geopandas.GeoSeries([around.segmentize(min(east_west, north_south))], crs=4326)
    frame = _told(path, geopandas.read_file, bbox=bounds, fid_as_index=True)
    return frame.set_axis([f"fid {fid}" for fid in frame.index])


def overview(path: Path, columns: Columns) -> tuple[Known, Box]:
    """Return dates, owners and bounds (EPSG:4326) of a file without its polygons in memory.

    Raises
    ------
    ClaimsError
        As for :func:`read`.
    """
    import pyogrio
    import pyproj

    table = _told(path, pyogrio.read_dataframe, read_geometry=False)
    info = _told(path, pyogrio.read_info, force_total_bounds=True)
    what = str(path)
    owners = _owners(_texts(table, columns.by, what, needed=False))
    named = [column for column in (columns.date, columns.valid_from, columns.valid_to) if column]
    dates = _dates(*(_texts(table, column, what, needed=False) for column in named))
    if info["crs"] is None:
        raise ClaimsError("has no CRS", code="format", file=what)
    if info["total_bounds"] is None:
        raise no_polygons(what)
    to_degrees = pyproj.Transformer.from_crs(info["crs"], 4326, always_xy=True)
    west, south, east, north = info["total_bounds"]
    west, south, east, north = to_degrees.transform_bounds(west, south, east, north, densify_pts=1000)
    if west > east:  # across the antimeridian
        west, east = -180.0, 180.0
    return Known(dates, owners), (west, south, east, north)


def _dates(*columns: Iterable[str | None]) -> list[str]:
    """Return the dates that are named, whether or not there is ground on them."""
    return _ordered(text for column in columns for text in column if text is not None)


def _owners(texts: Iterable[str | None]) -> list[str]:
    """Return who holds something, in the order of their first rows."""
    return [text for text in dict.fromkeys(texts) if text not in (None, NONE)]


def no_polygons(what: str) -> ClaimsError:
    """Return the error for a series without ground."""
    return ClaimsError("no polygons that somebody holds", code="geometry", file=what)


def date_text(value: Any) -> str:
    """Return a date as text: ISO 8601 for days, a number or another text as it is.

    Examples
    --------
    >>> date_text(1990), date_text(pd.Timestamp("2024-12-08")), date_text(" 2024-12 ")
    ('1990', '2024-12-08', '2024-12')

    Raises
    ------
    ClaimsError
        For what is no date.
    """
    if not isinstance(value, (str, dt.date, np.datetime64, int, np.integer, float)) or value != value:  # noqa: PLR0124
        raise ClaimsError(f"{value!r} is no date")
    if isinstance(value, (dt.datetime, np.datetime64)):
        stamp = pd.Timestamp(value)
        return stamp.isoformat() if stamp != stamp.normalize() else stamp.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()


def _ordered(texts: Iterable[str]) -> list[str]:
    """Return dates once, in order: as numbers when all of them are, as with years."""
    found = set(texts)
    return sorted(found, key=int) if all(re.fullmatch(r"-?\d+", text) for text in found) else sorted(found)


def latest(dates: list[str], name: str) -> int | None:
    """Return the place of the last of some dates that is not after another; None outside of the first and the last."""
    place = _ordered([*dates, name]).index(name)
    return place - 1 if 0 < place < len(dates) else None


def _texts(frame: pd.DataFrame, column: str, what: str, *, needed: bool | NDArray[np.bool_] = True) -> list[str | None]:
    """Return a column as texts, None where there is nothing; rows that need one are refused without."""
    if column not in frame.columns:
        raise _no_column(frame, column, what)
    values = frame[column]
    missing = values.isna() | (values.astype(str).str.strip() == "")
    if (wanted := (missing & needed).to_numpy()).any():
        raise ClaimsError(f"{what}: row {values.index[wanted][0]}: nothing in column {column!r}")
    try:
        codes, found = pd.factorize(values)
    except TypeError:
        raise ClaimsError(f"{what}: column {column!r} holds lists or objects, not texts") from None
    try:
        texts = [date_text(value) for value in found]
    except ClaimsError as error:
        raise ClaimsError(f"{what}: column {column!r}: {error}") from None
    return [None if gone else texts[code] for code, gone in zip(codes.tolist(), missing.tolist(), strict=True)]


def ground(frame: geopandas.GeoDataFrame, by: str, what: str) -> geopandas.GeoDataFrame:
    """Return the rows of a frame that have ground, in EPSG:4326, once nothing is wrong with them."""
    if by not in frame.columns:
        raise _no_column(frame, by, what)
    frame, _ = _geometries(frame, what)
    _refuse(np.asarray(frame.geometry, dtype=object), frame.index, what)
    return frame


def _no_column(frame: pd.DataFrame, column: str, what: str) -> ClaimsError:
    return ClaimsError(f"{what}: no column {column!r}; there are {', '.join(map(str, frame.columns))}")


def _geometries(frame: geopandas.GeoDataFrame, what: str) -> tuple[geopandas.GeoDataFrame, NDArray[np.bool_]]:
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


def _refuse(polygons: NDArray[np.object_], row: Iterable[Hashable], what: str) -> None:
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
            if ((np.abs(np.diff(lon)) > 180) & (np.abs(lat[1:]) < 90)).any():
                message = "an edge across more than 180° of longitude; cut at the antimeridian, as RFC 7946 says"
                raise ClaimsError(f"{what}: row {names[index]}: {message}", code="geometry")


def runs(frame: geopandas.GeoDataFrame, columns: Columns, *, known: Known | None = None, what: str = "series") -> Runs:
    """Return the polygons of a frame and when they hold; see :func:`geo.dated.series`.

    Raises
    ------
    ClaimsError
        With the row, for what cannot be used.
    """
    if (columns.date is None) == (columns.valid_from is None):
        raise ClaimsError(f"{what}: name either the column of dates or the one of first days (valid_from)")
    if columns.valid_to and not columns.valid_from:
        raise ClaimsError(f"{what}: the column of last days (valid_to) goes with that of first days (valid_from)")
    kept, some = _geometries(frame, what)
    owners = np.array(_texts(frame, columns.by, what, needed=some), dtype=object)
    first = np.array(_texts(frame, str(columns.date or columns.valid_from), what, needed=some), dtype=object)
    last = np.full(len(frame), None, dtype=object)
    if columns.valid_to:
        last[:] = _texts(frame, columns.valid_to, what, needed=False)
    dates, names = known or Known(_dates(first, last), _owners(owners))
    frame, owners, first, last = kept, owners[some], first[some], last[some]
    place: dict[str | None, int] = {text: index for index, text in enumerate(dates)}
    if known and not set(first) <= place.keys():
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
    _refuse(polygons, row[first_of], what)
    # a polygon that holds for the same party without a break is one run
    key = polygon * (len(names) + 1) + owner
    order = np.lexsort((start, key))
    key, start, stop = key[order], start[order], stop[order]
    other = np.append(True, key[1:] != key[:-1])
    span = len(dates) + 2
    reach = np.maximum.accumulate(stop + np.cumsum(other) * span) - np.cumsum(other) * span
    begins = np.flatnonzero(other | (start > np.append(0, reach[:-1])))
    place_of = np.minimum.reduceat(order, begins)
    by_row = np.argsort(place_of)
    begin = begins[by_row]
    return Runs(
        polygons,
        polygon[order][begin],
        owner[order][begin],
        start[begin],
        np.maximum.reduceat(stop, begins)[by_row],
        row[place_of[by_row]],
        dates,
        names,
        columns.by,
    )


def extended(runs: Runs, frame: geopandas.GeoDataFrame, date: str, *, what: str = "series") -> Runs:
    """Return runs with one date more; a polygon of the last date that stays goes on, at no cost.

    Raises
    ------
    ClaimsError
        With the row, for what cannot be used, and when the date is not later than the others.
    """
    if date == runs.dates[-1] or _ordered([*runs.dates, date])[-1] != date:
        raise ClaimsError(f"{what}: {date} is not later than {runs.dates[-1]}")
    frame, _ = _geometries(frame, what)
    texts = np.array(_texts(frame, runs.by, what), dtype=object)
    held = texts != NONE
    frame, texts = frame[held], texts[held]
    names = list(dict.fromkeys([*runs.owners, *texts]))
    label = {name: index for index, name in enumerate(names, 1)}
    count = len(runs.dates)
    last = np.flatnonzero(runs.stop == count)
    known = {
        (wkb, owner): run
        for wkb, owner, run in zip(
            shapely.to_wkb(runs.polygons[runs.polygon[last]]), runs.owner[last].tolist(), last.tolist(), strict=True
        )
    }
    stop = runs.stop.copy()
    fresh: dict[tuple[bytes, int], int] = {}
    geometries = shapely.force_2d(np.asarray(frame.geometry, dtype=object))
    for row, key in enumerate(zip(shapely.to_wkb(geometries), (label[text] for text in texts), strict=True)):
        if key in known:
            stop[known[key]] = count + 1
        else:
            fresh.setdefault(key, row)
    rows = list(fresh.values())
    _refuse(geometries[rows], np.asarray(frame.index, dtype=object)[rows], what)
    return Runs(
        np.concatenate([runs.polygons, geometries[rows]]),
        np.append(runs.polygon, len(runs.polygons) + np.arange(len(rows))),
        np.append(runs.owner, np.array([owner for _, owner in fresh], dtype=np.int64)),
        np.append(runs.start, np.full(len(rows), count)),
        np.append(stop, np.full(len(rows), count + 1)),
        np.append(runs.row, np.asarray(frame.index, dtype=object)[rows]),
        [*runs.dates, date],
        names,
        runs.by,
    )


def snapped_onto(
    runs: Runs, frame: geopandas.GeoDataFrame, metres: float, *, what: str = "series"
) -> tuple[geopandas.GeoDataFrame, Snapped]:
    """Bring the polygons of one more date onto the lines of the last; see :func:`snap`."""
    last = runs.active(len(runs.dates) - 1)
    frame, _ = _geometries(frame, what)
    both = geopandas.GeoDataFrame(
        {
            runs.by: [*[""] * len(last), *_texts(frame, runs.by, what)],
            ORDER: np.repeat([0, 1], [len(last), len(frame)]),
        },
        geometry=np.append(runs.polygons[runs.polygon[last]], np.asarray(frame.geometry, dtype=object)),
        index=[*runs.row[last], *frame.index],
        crs=4326,
    )
    both, snapped = snap(both, Columns(runs.by, ORDER), metres, what=what)
    return both.iloc[len(last) :], snapped


def snap(
    frame: geopandas.GeoDataFrame, columns: Columns, metres: float, *, what: str
) -> tuple[geopandas.GeoDataFrame, Snapped]:
    """Bring the polygons of each date onto the lines of the date before where these lie near.

    Parameters
    ----------
    frame
        Polygons.
    columns
        With a column of dates: snapping goes from date to date.
    metres
        How far a line may move. A polygon that would become invalid stays as it is.

    Returns
    -------
    frame, snapped
        The frame in EPSG:4326, and what moved.
    """
    if columns.date is None:
        raise ClaimsError(f"{what}: snapping goes from date to date: name the column of dates")
    frame, _ = _geometries(frame, what)
    days = np.array(_texts(frame, columns.date, what), dtype=object)
    geometries = shapely.force_2d(np.array(frame.geometry, dtype=object))
    _refuse(geometries, frame.index, what)
    flat = Plane.about([tuple(shapely.get_coordinates(geometries).mean(axis=0))]).flat(geometries)
    done = Snapped(0, 0, 0.0)
    before = np.zeros(0, dtype=np.int64)
    for day in _ordered(days):
        mine = np.flatnonzero(days == day)
        lines = shapely.MultiLineString(shapely.get_parts(shapely.boundary(flat[before])).tolist())
        snapped = shapely.snap(flat[mine], lines, metres) if len(before) else flat[mine]
        # every vertex is one of the date before or one that was there, so in degrees too lines are the same
        both = np.append(before, mine)
        degrees = dict(zip(_vertices(flat[both]), _vertices(geometries[both]), strict=True))
        changed = ~shapely.equals_exact(snapped, flat[mine])
        for index, moved in zip(mine[changed].tolist(), snapped[changed], strict=True):
            back = shapely.transform(moved, partial(_looked_up, degrees))
            if moved.is_valid and back.is_valid:
                done = done.followed(_moved(flat[index], moved))
                flat[index], geometries[index] = moved, back
        before = mine
    return frame.set_geometry(geometries, crs=4326), done


def _vertices(geometries: Any) -> list[tuple[float, float]]:
    return list(map(tuple, shapely.get_coordinates(geometries).tolist()))


def _looked_up(known: dict[tuple[float, float], tuple[float, float]], spots: NDArray[np.float64]) -> Any:
    return np.array([known[east, north] for east, north in spots.tolist()])


def _moved(before: Any, after: Any) -> Snapped:
    """Return how many vertices of a polygon moved or were put in, and how far its line moved, metres."""
    was, now = set(_vertices(before)), set(_vertices(after))
    gone, new = (shapely.points(sorted(some)) if some else np.zeros(0, dtype=object) for some in (was - now, now - was))
    off = np.append(
        shapely.distance(gone, shapely.multipoints(sorted(now))), shapely.distance(new, shapely.boundary(before))
    )
    return Snapped(max(len(gone), len(new)), 1, float(off.max(initial=0.0)))
