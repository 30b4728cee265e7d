"""Answers from anyone's polygons: :func:`series` of dated ones, :func:`change` between two frames."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas
import numpy as np

from geo._errors import ClaimsError, unknown
from geo._memory import uncollected
from geo.answers.changes import Change
from geo.answers.series import NUMBERS, Series, pieces, transfers
from geo.dated import frames, method, snapping, vector_files
from geo.dated.intervals import NONE
from geo.dated.overlay import SharedFaces
from geo.dated.tiles import File, Tiled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo.dated.intervals import Intervals
    from geo.dated.method import Ledger
    from geo.dated.overlay import Overlaps

_FAR = 1e9  # metres or kilometres
_TAKEN = ("from", "to", "area_km2", "geometry")  # columns of answers


def series(
    data: geopandas.GeoDataFrame | str | Path,
    *,
    date: str | None = None,
    valid_from: str | None = None,
    valid_to: str | None = None,
    by: str = "controller",
    overlaps: Overlaps = "error",
    accuracy_m: float = 0.0,
    correlation_km: float = 0.0,
    snap_m: float = 0.0,
    layer: str | None = None,
    engine: str = "local",
    scheduler: str | None = None,
    tile_degrees: float = 1.0,
) -> Series:
    """Return dated polygons of control as one object to ask.

    Parameters
    ----------
    data
        A frame of polygons in any CRS, a file (GeoJSON, GeoPackage, FlatGeobuf, Shapefile, GeoParquet), or a folder of
        files with a date in each name (``front_2024-12-08.geojson``, ``20241208.geojson``, a month or a year), of which
        those of one date go together. From another CRS vertices alone are brought to EPSG:4326; where long edges have
        no vertices in between, put some in first (:meth:`geopandas.GeoSeries.segmentize`).
    date
        The column of dates, when each row is what was held on one date; a folder's files have theirs from their names.
        Dates are days (``2024-12-08``), months, years, other whole numbers, or times; where some are days, a month or a
        year stands for its first day.
    valid_from, valid_to
        The columns of the first day and of the day after the last, when each row holds for a period; nothing in
        `valid_to` means that it lasts until today.
    by
        The column that says who holds a row. Ground that no polygon covers, and rows of ``none``, count as ``none``.
    overlaps
        What to do where two parties hold one ground on one date: ``error``, ``first`` (it is the one's whose first row
        of all comes first, on whatever date) or ``split`` (it counts apart, as held by ``one / other``).
    accuracy_m, correlation_km
        One standard deviation of the position of the lines, and over what distance along them errors hang together:
        answers then have a 95 % interval. With a distance of 0 each vertex errs on its own, so that lines of more
        vertices give narrower intervals.
    snap_m
        Bring each date's lines onto those of the date before where they lie nearer than this; see
        :attr:`Series.snapped` for what moved.
    layer
        Which layer of a GeoPackage of several.
    engine
        ``local``, or ``dask``: tiles are worked out apart and their ledgers added, with the same sums, but for some cm²
        where lines meet within a micrometre of each other or of a tile's side. Of a GeoPackage, FlatGeobuf or Shapefile
        each worker reads its tiles alone.
    scheduler
        Address of a Dask scheduler; without one, a cluster of this machine's processors starts for each question that
        needs tiles, and ends.
    tile_degrees
        Size of a tile.

    Returns
    -------
    series
        To be asked for areas, changes, pieces, maps and more.

    Raises
    ------
    ClaimsError
        With file and row, for what cannot be used.

    Examples
    --------
    >>> import geopandas, shapely
    >>> west, east = shapely.box(35.7, 33.0, 35.8, 33.1), shapely.box(35.8, 33.0, 35.9, 33.1)
    >>> days = geopandas.GeoDataFrame(
    ...     {"date": ["2024-12-07"] * 2 + ["2024-12-08"], "controller": ["a", "b", "a"]},
    ...     geometry=[west, east, west.union(east)],
    ...     crs=4326,
    ... )
    >>> front = geo.series(days, date="date")
    >>> front.areas().round(1).loc["2024-12-08"].to_dict()
    {'a': 207.2, 'b': 0.0, 'none': 0.0}
    >>> front.change("2024-12-07", "2024-12-08").net_km2.keys()
    dict_keys(['a', 'b'])
    """
    _refuse_options(
        overlaps, engine, scheduler, {"accuracy_m": accuracy_m, "correlation_km": correlation_km, "snap_m": snap_m}
    )
    what = str(data) if isinstance(data, str | Path) else "series"
    _refuse_columns(what, by, date, valid_from, valid_to)
    if isinstance(data, str | Path) and date is None and valid_from is None and Path(data).is_dir():
        date = "date"
    columns = frames.Columns(by, date, valid_from, valid_to)
    ledger: Ledger
    with _overlaps_of(what):
        if engine == "dask":
            if isinstance(data, str | Path) and not snap_m and vector_files.is_indexed(Path(data)):
                source: Intervals | File = File(Path(data).absolute(), columns, layer, what)
                snapped = None
            else:
                source, snapped = _read(data, columns, snap_m, layer, what=what)
            ledger = Tiled(source, overlaps, tile_degrees, scheduler)
            intervals = ledger.intervals
        else:
            intervals, snapped = _read(data, columns, snap_m, layer, what=what)
            with uncollected():
                ledger = method.chosen(intervals, overlaps)
    return Series(
        intervals,
        ledger,
        overlaps=overlaps,
        exact_dates=date is not None,
        accuracy_m=accuracy_m,
        correlation_km=correlation_km,
        snap_m=snap_m,
        snapped=snapped,
    )


@contextlib.contextmanager
def _overlaps_of(what: str) -> Iterator[None]:
    """Name the file or frame in the error for two parties on one ground."""
    try:
        yield
    except ClaimsError as error:
        if error.code != "overlap":
            raise
        raise ClaimsError(error.fault, code=error.code, file=what) from None


def _read(
    data: geopandas.GeoDataFrame | str | Path, columns: frames.Columns, snap_m: float, layer: str | None, *, what: str
) -> tuple[Intervals, snapping.Snapped | None]:
    """Return the polygons of a frame, file or folder and when they hold, and what snapping moved."""
    if isinstance(data, str | Path):
        frame = vector_files.read(Path(data), date=columns.date, layer=layer)
    else:
        frame = frames.checked(data)
    snapped = None
    if snap_m:
        frame, snapped = snapping.snap(frame, columns, snap_m, what=what)
    with uncollected():
        return frames.intervals(frame, columns, what=what), snapped


def _refuse_columns(what: str, by: str, *when: str | None) -> None:
    for column in (by, *(name for name in when if name is not None)):
        if not isinstance(column, str) or not column:
            raise ClaimsError(f"{what}: a column is named by a text, not {column!r}")
    if by in when or "geometry" in when:
        raise ClaimsError(f"{what}: one column cannot hold dates and {'geometry' if 'geometry' in when else by} too")
    if by in _TAKEN:
        raise ClaimsError(f"{what}: answers have a column {by!r} of their own: call that of who holds a row otherwise")


def _refuse_options(overlaps: str, engine: str, scheduler: str | None, lengths: dict[str, float]) -> None:
    if scheduler is not None and engine != "dask":
        raise ClaimsError("a scheduler goes with the engine dask")
    for name, word, known in (
        ("policy for overlaps", overlaps, ["error", "first", "split"]),
        ("engine", engine, ["local", "dask"]),
    ):
        if word not in known:
            raise unknown(name, word, known)
    for name, value in lengths.items():
        if not (isinstance(value, NUMBERS) and 0 <= value < _FAR):
            raise ClaimsError(f"{name} must be a length, not {value!r}")


def change(
    before: geopandas.GeoDataFrame,
    after: geopandas.GeoDataFrame,
    *,
    by: str = "controller",
    before_name: str = "before",
    after_name: str = "after",
) -> Change:
    """Return what changed hands between any two frames of polygons.

    All edges of both frames are noded once into faces; a change is a sum over whole faces, so gains and losses
    balance to the square centimetre. Ground that a frame does not cover counts as ``none``.

    Parameters
    ----------
    before, after
        Frames of polygons in any CRS, one controller per place.
    by
        The column that says who holds a row.
    before_name, after_name
        What to call the two frames in the answer, such as their dates.

    Returns
    -------
    change
        With no line accuracies the 95 % interval is NaN; with one extent ``low_km2`` and ``high_km2`` equal the area.

    Raises
    ------
    ClaimsError
        When a frame has no CRS or column `by`, an invalid geometry, or two controllers on one piece of ground.

    Examples
    --------
    >>> import geopandas, shapely
    >>> west, east = shapely.box(35.7, 33.0, 35.8, 33.1), shapely.box(35.8, 33.0, 35.9, 33.1)
    >>> before = geopandas.GeoDataFrame({"controller": ["a", "b"]}, geometry=[west, east], crs=4326)
    >>> after = geopandas.GeoDataFrame({"controller": ["a"]}, geometry=[west.union(east)], crs=4326)
    >>> geo.change(before, after).table()[["from", "to", "area_km2"]].round(3)
      from to  area_km2
    0    b  a   103.586
    """
    names = (before_name, after_name)
    both = [frames.ground(frame, by, name) for frame, name in zip((before, after), names, strict=True)]
    if not any(map(len, both)):
        return Change(*names, [], lambda: geopandas.GeoDataFrame(geometry=[], crs=4326))
    frame = geopandas.GeoDataFrame(
        {frames.ORDER: np.repeat([0, 1], list(map(len, both))), by: np.concatenate([one[by] for one in both])},
        geometry=np.concatenate([np.asarray(one.geometry, dtype=object) for one in both]),
        index=np.concatenate([np.asarray(one.index, dtype=object) for one in both]),
        crs=4326,
    )
    owners = sorted({name for name in frames.column_texts(frame, by, "frames") if name not in (None, NONE)})
    known = frames.Known(["0", "1"], owners)  # one of the two may be empty
    intervals = frames.intervals(frame, frames.Columns(by, frames.ORDER), known=known)
    ledger = SharedFaces(intervals._replace(dates=list(names)))
    return Change(*names, transfers(ledger, ledger.moved(0, 1), {}), lambda: pieces(ledger, 0, 1))
