"""Answers from anyone's polygons: :func:`series` of dated ones, :func:`change` between two frames."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import geopandas
import numpy as np

from geo._errors import ClaimsError, note, unknown
from geo._memory import uncollected
from geo.answers.changes import Change
from geo.answers.series import NUMBERS, Series, pieces, transfers
from geo.dated import folders, frames, method, snapping, vector_files
from geo.dated.intervals import NONE
from geo.dated.overlay import SharedFaces
from geo.dated.tiles import File, Tiled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo.dated.intervals import Intervals
    from geo.dated.method import Ledger
    from geo.dated.overlay import Overlaps

_FAR = 1e9  # metres or kilometres
_TAKEN = (  # columns of answers
    *("id", "from", "to", "area_km2", "ci95_low_km2", "ci95_high_km2", "geometry", "date", "date_from", "date_to"),
)
_HELD = ("held_from", "held_to", "from_date", "to_date")


def series(
    data: geopandas.GeoDataFrame | str | Path,
    *,
    date: str | None = None,
    valid_from: str | None = None,
    valid_to: str | None = None,
    by: str = "controller",
    controller: str | None = None,
    nulls: frames.Nulls = "error",
    ends: frames.Ends = "exclusive",
    date_format: str | None = None,
    overlaps: Overlaps = "error",
    overlap_km2: float = 0.0,
    accuracy_m: float = 0.0,
    correlation_km: float = 0.0,
    snap_m: float = 0.0,
    repair: bool = False,
    operation: str | None = None,
    skip_bad: bool = False,
    layer: str | None = None,
    encoding: str | None = None,
    engine: str = "local",
    scheduler: str | None = None,
    tile_degrees: float = 1.0,
) -> Series:
    """Return dated polygons of control as one object to ask.

    Parameters
    ----------
    data
        A frame of polygons in any CRS; a file (GeoJSON, also newline-delimited, GeoPackage, FlatGeobuf, Shapefile,
        GeoParquet, KML, or one of these in ``.gz`` or ``.zip``); or a folder of such files with a date in each name
        (``front_2024-12-08.geojson``, ``8Dec2024``, ``2024-12-08T06-00``, ``2024-Q1``, ``2024_June``, ``1990``,
        ``bc500``), of which those of one date go together. From another CRS only vertices are transformed; where long
        edges have no vertices in between, add some first (:meth:`geopandas.GeoSeries.segmentize`).
    date
        The column of dates, when each row is what was held on one date; a folder's files have theirs from their names
        unless all have this column. Dates are days (``2024-12-08``), months, years (before our era negative) or times;
        where some are days, a month or a year stands for its first day.
    valid_from, valid_to
        The columns of the first day and of the day after the last, when each row holds for a period; nothing in
        `valid_to` means that it lasts until today.
    by
        The column that says who holds a row. Ground that no polygon covers, and rows of ``none``, count as ``none``.
    controller
        The one party that holds all polygons; then no column is needed.
    nulls
        What a row with nothing in the column `by` is: an ``error``, or ``nobody``'s.
    ends
        ``exclusive``, or ``inclusive`` where `valid_to` is the last day, month or year that counts, as in most
        historical data.
    date_format
        How dates in columns and file names are written, as for :func:`time.strptime` (``%d.%m.%Y``); ``excel``,
        ``unix`` or ``unix-ms`` for serial numbers.
    overlaps
        What to do where two parties hold one ground on one date: ``error``, ``first`` (it is the one's whose first row
        of all comes first, on whatever date) or ``split`` (it counts apart, as held by ``one / other``).
    overlap_km2
        Overlaps of two parties that measure no more than this on any date are settled as with ``first``.
    accuracy_m, correlation_km
        One standard deviation of the position of the lines, and the correlation length of errors along them: answers
        then have a 95 % interval. With a length of 0 each vertex errs on its own, so that lines of more vertices give
        narrower intervals.
    snap_m
        Bring each date's lines onto those of the date before where they lie nearer than this; see
        :attr:`Series.snapped` for what moved.
    repair
        Make invalid polygons valid (:func:`shapely.make_valid`, method ``structure``) and split polygons that cross
        the antimeridian.
    operation
        Which operation of PROJ brings another CRS to EPSG:4326, by its name or a part of it. Without it, the most
        accurate that covers all of the ground is used; see :attr:`Series.operation`.
    skip_bad
        Leave out the dates of a folder's files that cannot be used.
    layer
        Which layer of a GeoPackage of several.
    encoding
        Of the text of a Shapefile or a GeoJSON file that does not say it, such as ``cp1256``.
    engine
        ``local``, or ``dask``: tiles are worked out apart and their ledgers added, with the same sums, but for up to
        16 cm² for each kilometre on which different lines run within 2.2 µm of each other. Of a GeoPackage,
        FlatGeobuf or Shapefile each worker reads its tiles alone.
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

    Warns
    -----
    ClaimsWarning
        For what was left out, assumed or changed: clamped, repaired, taken out of a collection, an encoding that
        was assumed, the operation of PROJ.

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
    lengths = {"accuracy_m": accuracy_m, "correlation_km": correlation_km, "snap_m": snap_m, "overlap_km2": overlap_km2}
    _refuse_options(overlaps, engine, scheduler, lengths)
    for name, word, known in (("nulls", nulls, ["error", "nobody"]), ("ends", ends, ["exclusive", "inclusive"])):
        if word not in known:
            raise unknown(f"way with {name}", str(word), known)
    what = _called(data)
    _refuse_columns(what, by, controller, date, valid_from, valid_to)
    if ends == "inclusive" and valid_to is None:
        raise ClaimsError(f"{what}: inclusive ends go with the column of last days (valid_to)")
    columns = frames.Columns(by, date, valid_from, valid_to, controller, nulls, ends, date_format, repair, operation)
    source = _Source(data, what, columns, layer, encoding, skip_bad)
    if skip_bad and not source.is_folder:
        raise ClaimsError(f"{what}: skip_bad goes with a folder of files")
    if overlap_km2 and engine == "dask":
        raise ClaimsError("overlap_km2 goes with the engine local: a tile does not know how large an overlap is")
    small = round(overlap_km2 * 1e10)
    ledger: Ledger
    with _overlaps_of(what):
        if engine == "dask":
            tiled: Intervals | File
            if isinstance(data, str | Path) and not snap_m and vector_files.is_indexed(Path(data)):
                tiled = File(Path(data).absolute(), columns, layer, what, encoding=encoding)
                snapped, used = None, ""
            else:
                tiled, snapped, used = source.read(snap_m, small)
            ledger = Tiled(tiled, overlaps, tile_degrees, scheduler)
            intervals, used = ledger.intervals, ledger.operation or used
        else:
            intervals, snapped, used = source.read(snap_m, small)
            with uncollected():
                ledger = method.chosen(intervals, overlaps)
    return Series(
        intervals,
        ledger,
        columns=columns,
        overlaps=overlaps,
        exact_dates=valid_from is None,
        accuracy_m=accuracy_m,
        correlation_km=correlation_km,
        snap_m=snap_m,
        snapped=snapped,
        operation=used,
    )


def _called(data: object) -> str:
    """Return what errors call the data."""
    if not isinstance(data, str | Path):
        return "series"
    if not str(data).strip():
        raise ClaimsError("a series is a file or a folder, not an empty name", code="file")
    return str(data)


@contextlib.contextmanager
def _overlaps_of(what: str) -> Iterator[None]:
    """Name the file or frame in the error for two parties on one ground."""
    try:
        yield
    except ClaimsError as error:
        if error.code != "overlap":
            raise
        raise ClaimsError(error.fault, code=error.code, file=what) from None


class _Source(NamedTuple):
    """Where dated polygons come from and how to read them."""

    data: geopandas.GeoDataFrame | str | Path
    what: str
    columns: frames.Columns
    layer: str | None
    encoding: str | None
    skip_bad: bool

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder of files."""
        return isinstance(self.data, str | Path) and Path(self.data).is_dir()

    def read(self, snap_m: float, small_cm2: int) -> tuple[Intervals, snapping.Snapped | None, str]:
        """Return the polygons and when they hold, what snapping moved, and the operation of PROJ."""
        if not self.is_folder:
            if isinstance(self.data, str | Path):
                frame = vector_files.read(Path(self.data), layer=self.layer, encoding=self.encoding)
                without = int(frame.geometry.isna().sum())
                if without:
                    note(f"{self.what}: {without:,} of {len(frame):,} features have null for a geometry: no ground")
            else:
                frame = frames.checked(self.data)
            return self._intervals(frame, self.columns, snap_m, small_cm2)
        folder = folders.read(
            Path(str(self.data)), self.columns, layer=self.layer, encoding=self.encoding, skip_bad=self.skip_bad
        )
        try:
            return self._intervals(folder.frame(), folder.columns, snap_m, small_cm2)
        except ClaimsError as error:
            folder = folder.without_bad(error, skip_bad=self.skip_bad)
        return self._intervals(folder.frame(), folder.columns, snap_m, small_cm2)

    def _intervals(
        self, frame: geopandas.GeoDataFrame, columns: frames.Columns, snap_m: float, small_cm2: int
    ) -> tuple[Intervals, snapping.Snapped | None, str]:
        frames.refuse_choice(columns, self.what)
        frame, _, used = frames.ready(frame, columns, self.what)
        columns = columns._replace(repair=False, operation=None)  # both are done
        snapped = None
        if snap_m:
            frame, snapped = snapping.snap(frame, columns, snap_m, what=self.what)
        with uncollected():
            found = frames.intervals(frame, columns, what=self.what)
        return found._replace(small_cm2=small_cm2), snapped, used


def _refuse_columns(what: str, by: str, controller: str | None, *when: str | None) -> None:
    for column in (by, *(name for name in when if name is not None)):
        if not isinstance(column, str) or not column.strip():
            raise ClaimsError(f"{what}: a column is named by a text, not {column!r}")
    if by in when or "geometry" in when:
        raise ClaimsError(f"{what}: one column cannot hold dates and {'geometry' if 'geometry' in when else by} too")
    if by in _TAKEN or by in _HELD:
        raise ClaimsError(f"{what}: answers have a column {by!r} of their own: call that of who holds a row otherwise")
    if controller is not None and (not isinstance(controller, str) or controller.strip() in ("", NONE)):
        raise ClaimsError(f"{what}: a controller is a party's name, not {controller!r}")


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
    repair: bool = False,
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
    repair
        Make invalid polygons valid; see :func:`series`.

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
    both = [_one_date(frame, by, name, repair=repair) for frame, name in zip((before, after), names, strict=True)]
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
    try:
        ledger = SharedFaces(intervals._replace(dates=list(names)))
    except ClaimsError as error:
        several = [name for one, name in zip((before, after), names, strict=True) if _several_dates(one)]
        if error.code != "overlap" or not several:
            raise
        column = next(filter(None, map(_several_dates, (before, after))))
        hint = f"{several[0]} has several dates in column {column!r}: ask geo.series(frame, date={column!r})"
        raise ClaimsError(f"{error.fault}; {hint}", code=error.code) from None
    return Change(*names, transfers(ledger, ledger.moved(0, 1), {}), lambda: pieces(ledger, 0, 1))


def _one_date(frame: geopandas.GeoDataFrame, by: str, name: str, *, repair: bool) -> geopandas.GeoDataFrame:
    """Return the ground of a frame, once nothing is wrong with it."""
    return frames.ground(frames.checked(frame), by, name, repair=repair)


def _several_dates(frame: geopandas.GeoDataFrame) -> str:
    """Return the column in which a frame has several dates, if any."""
    for column in frame.columns:
        if "date" in str(column).lower() or str(column).lower() in {"day", "year", "time"}:
            try:
                several = frame[column].nunique() > 1
            except TypeError:  # lists
                continue
            if several:
                return str(column)
    return ""
