"""Series past one machine's memory or time: tiles as tasks of Dask, their ledgers added.

Faces are cut at the edges of tiles. What an edge counts up to where it crosses a tile is one number for both tiles
(:mod:`geo.geometry.planar`), so the halves of a cut face sum to the whole and the sums over tiles are those of one
machine, to the square centimetre. The exception are different lines within two cells of the lattice (2.2 µm) of each
other, which the side of a tile may join where nothing else does: up to 16 cm² for each kilometre on which they run so,
as derived there. A face of less than 1 cm² that rounds to less than nothing is raised to it in the whole, not in tiles.
"""

from __future__ import annotations

import contextlib
import math
import sys
import warnings
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np
import shapely

from geo._errors import ClaimsError, ClaimsWarning
from geo.dated import frames, vector_files
from geo.dated.edge_changes import edge_changes, steps
from geo.dated.histories import NOWHERE, Events, Held, Sums, merged, not_negative
from geo.dated.intervals import Intervals
from geo.dated.overlay import Arrangement, SharedFaces
from geo.geometry import noding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from geo.dated.overlay import Overlaps
    from geo.geometry.noding import Box, Floats, Ints

_T = TypeVar("_T")
_MANY = 1_000_000  # tiles
_TIMES = ("owner", "start", "stop")


class File(NamedTuple):
    """A file that is read tile by tile; `what` is how errors call it."""

    path: Path
    columns: frames.Columns
    layer: str | None
    what: str
    known: frames.Known = frames.Known([], [])
    encoding: str | None = None

    def touching(self, box: Box) -> list[Intervals]:
        """Return, as :meth:`geo.dated.intervals.Intervals.touching` does, what holds in a box or at its edge."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ClaimsWarning)  # told once of the whole file
            frame = vector_files.read_box(self.path, box, self.layer, self.encoding)
            return frames.intervals(frame, self.columns, known=self.known, what=self.what).touching(box)


def boxes(bounds: Box, degrees: float) -> list[Box]:
    """Return the tiles that cover some bounds, whole multiples of a number of degrees apart."""
    if not isinstance(degrees, int | float) or not 0 < degrees <= 360:
        raise ClaimsError(f"tile_degrees must be a size in degrees, not {degrees!r}")
    west, south, east, north = (bound / degrees for bound in bounds)
    if (east - west + 1) * (north - south + 1) > _MANY:
        raise ClaimsError(f"tile_degrees is too small: there would be more than {_MANY:,} tiles")
    return [
        (column * degrees, row * degrees, (column + 1) * degrees, (row + 1) * degrees)
        for column in range(math.floor(west), max(math.ceil(east), math.floor(west) + 1))
        for row in range(math.floor(south), max(math.ceil(north), math.floor(south) + 1))
    ]


def told(task: Callable[..., _T], *given: Any) -> _T | ClaimsError:
    """Return what a task gives, or what is wrong with its input: as an error of a task, workers would log it."""
    try:
        return task(*given)
    except ClaimsError as error:
        return error


def counted(source: Intervals | File, box: Box, overlaps: Overlaps) -> Sums:
    """Return what one tile adds; a task."""
    return _arrangement(source, box, overlaps).sums


def _arrangement(source: Intervals | File, box: Box, overlaps: Overlaps) -> Arrangement:
    [intervals] = source.touching(box)
    return Arrangement(intervals, edge_changes(intervals, steps(intervals.polygons)), overlaps, windows=[box])


def _chosen(source: Intervals | File, box: Box, dates: list[int]) -> Intervals:
    """Return what holds in a tile on some dates; a task."""
    [intervals] = source.touching(box)
    return intervals.only(dates)


class Tiled(Sums):
    """A ledger whose tiles Dask works out.

    Parameters
    ----------
    source
        Polygons and when they hold, or a file of them.
    overlaps
        As for :class:`geo.dated.overlay.Arrangement`.
    degrees
        Size of a tile.
    scheduler
        Address of a Dask scheduler; None for a cluster of this machine's processors.
    """

    method = "tiles"

    def __init__(self, source: Intervals | File, overlaps: Overlaps, degrees: float, scheduler: str | None) -> None:
        self._overlaps, self._degrees, self._scheduler = overlaps, degrees, scheduler
        self.operation = ""  # of PROJ, for a file
        if isinstance(source, File):
            known, bounds, self.operation = frames.overview(
                source.path, source.columns, source.layer, source.encoding, what=source.what
            )
            # each tile by the operation of the whole
            columns = source.columns._replace(operation=self.operation or None)
            source = source._replace(known=known, columns=columns)
            none, nothing = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=object)
            self.intervals = Intervals(
                nothing, none, none, none, none, nothing, known.dates, known.owners, source.columns.by
            )  # the polygons stay in the file
        else:
            west, south, east, north = shapely.total_bounds(source.polygons).tolist()
            bounds = (west, south, east, north)
            self.intervals = source
        self.bounds = bounds
        self._source, self._boxes = source, boxes(bounds, degrees)
        sums = added(self._each(counted, overlaps), len(self.intervals.dates), self.intervals.labels)
        if not len(sums.cm2):
            raise frames.no_polygons(source.what if isinstance(source, File) else "series")
        super().__init__(sums.count, sums.labels, not_negative(sums.cm2), sums.events)

    @property
    def how(self) -> str:
        """How this ledger is worked out, in words."""
        return f"{len(self._boxes)} tiles of {self._degrees:g}°, added"

    def _each(self, task: Callable[..., _T], *given: Any) -> list[_T]:
        """Return what a task gives for each tile, in order; a tile whose worker dies is worked out by another."""
        from tqdm import tqdm

        with _client(self._scheduler) as client:
            source = self._source
            # a worker gets its part alone, with the task: so another can do it again when the worker dies
            parts = source.touching(*self._boxes) if isinstance(source, Intervals) else [source] * len(self._boxes)
            futures = [
                client.submit(told, task, part, box, *given, pure=False)
                for part, box in zip(parts, self._boxes, strict=True)
            ]
            bar = tqdm(futures, desc="tiles", unit="tile", disable=None, leave=False)
            answers = [future.result() for future in bar]
        for answer in answers:
            if isinstance(answer, ClaimsError):
                raise answer
        return [answer for answer in answers if not isinstance(answer, ClaimsError)]

    def only(self, dates: list[int]) -> Intervals:
        """Return the polygons that hold on some dates."""
        if isinstance(self._source, Intervals):
            return self._source.only(dates)
        parts = self._each(_chosen, dates)
        polygons = np.concatenate([part.polygons for part in parts])
        code, place = noding.numbered(shapely.to_wkb(polygons))
        first = np.cumsum([0, *(len(part.polygons) for part in parts)])
        polygon = code[np.concatenate([part.polygon + begin for part, begin in zip(parts, first[:-1], strict=True)])]
        columns = np.stack([polygon, *(np.concatenate([getattr(part, name) for part in parts]) for name in _TIMES)])
        _, kept = noding.distinct(columns)  # a polygon may lie in several tiles
        row = np.concatenate([part.row for part in parts])[kept]
        polygon, owner, start, stop = columns[:, kept]
        return Intervals(
            polygons[place], polygon, owner, start, stop, row, parts[0].dates, self.intervals.owners, self.intervals.by
        )

    def passed(self, before: int, after: int) -> dict[tuple[int, int], Any]:
        """Return the ground that passed between two dates, by the labels before and after."""
        order = sorted({before, after})
        found = SharedFaces(self.only(order), self._overlaps)
        number = {label: self.labels.index(label) for label in found.labels}
        passed = found.passed(order.index(before), order.index(after))
        return {(number[found.labels[was]], number[found.labels[now]]): ground for (was, now), ground in passed.items()}

    def at(self, lon: Floats, lat: Floats) -> Held:
        """Return the labels of positions in degrees, which must be finite."""
        lon, lat = (np.rint(degrees * noding.CELLS) / noding.CELLS for degrees in (lon, lat))
        held, left = [], np.ones(len(lon), dtype=bool)
        for box in self._boxes:
            spot = np.flatnonzero(left & (box[0] <= lon) & (lon < box[2]) & (box[1] <= lat) & (lat < box[3]))
            if not len(spot):
                continue
            left[spot] = False
            found = _arrangement(self._source, box, self._overlaps)
            mine = found.at(lon[spot], lat[spot])
            label = np.array([self.labels.index(name) for name in found.sums.labels])
            held.append(np.stack([spot[mine.spot], mine.date, label[mine.label]]))
        if not held:
            return NOWHERE
        columns = np.concatenate(held, axis=1)
        return Held(*columns[:, np.argsort(columns[0], kind="stable")])


@contextlib.contextmanager
def _client(scheduler: str | None) -> Iterator[Any]:
    """Give a Dask client for a scheduler's address, or for a cluster of this machine's processors that ends with it."""
    try:
        from distributed import Client, LocalCluster
        from distributed.comm.addressing import get_address_host_port
    except ImportError:
        raise ClaimsError("engine 'dask' needs Dask: pip install 'territorial-claims[dask]'") from None
    if scheduler is not None:
        try:
            if not scheduler.startswith(("inproc:", "ucx:")):  # these have no port; of others it is told at once
                get_address_host_port(scheduler)
            there = Client(scheduler, timeout=10)  # type: ignore[no-untyped-call]
        except (OSError, ValueError) as error:
            raise ClaimsError(f"{scheduler}: no Dask scheduler answers: {error}") from None
        with there:
            yield there
        return
    with (
        _main_unseen(),
        # on a busy machine Dask warns of slow workers, which change nothing
        LocalCluster(threads_per_worker=1, dashboard_address=":0", silence_logs="ERROR") as cluster,  # type: ignore[no-untyped-call]
        Client(cluster) as found,  # type: ignore[no-untyped-call]
    ):
        yield found


@contextlib.contextmanager
def _main_unseen() -> Iterator[None]:
    """Hide the running script from new processes, which would run it again and ask for the same once more.

    What they work out is all in this package, so they do not need it (multiprocessing.spawn.get_preparation_data).
    """
    main = vars(sys.modules["__main__"])
    kept: dict[str, Any] = {name: main[name] for name in ("__file__", "__spec__") if name in main}
    main.update(dict.fromkeys(kept, None))
    try:
        yield
    finally:
        main.update(kept)


def added(tiles: list[Sums], dates: int, labels: list[str]) -> Sums:
    """Return what tiles add up to; `labels` are those of the whole, as far as they are known."""
    # tiles may have labels of their own, for ground that two hold at once
    labels = [*labels, *sorted({label for tile in tiles for label in tile.labels} - set(labels))]
    number = {label: index for index, label in enumerate(labels)}
    parts: list[list[Ints]] = [[], [], [], []]
    begin = 0
    for tile in tiles:
        renamed = np.array([number[label] for label in tile.labels], dtype=np.int64)
        date, part, before, after = tile.events
        for column, values in zip(parts, (date, part + begin, renamed[before], renamed[after]), strict=True):
            column.append(values)
        begin += len(tile.cm2)
    date, part, before, after = (np.concatenate(column) for column in parts)
    order = np.lexsort((date, part))
    cm2 = np.concatenate([tile.cm2 for tile in tiles])
    _, cm2, events = merged(Events(date[order], part[order], before[order], after[order]), cm2)
    return Sums(dates, labels, cm2, events)
