"""Any dated polygons of control as one object to ask: what each party held, what passed, where, and how sure.

Who holds what on which date is worked out once: from faces that all dates share (:mod:`geo.shared_faces`); where the
lines are drawn anew for every date, pair by pair (:mod:`geo.pairwise`); past one machine, tile by tile
(:mod:`geo.tiles`).
"""

from __future__ import annotations

import html
import math
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas
import numpy as np
import pandas as pd
import shapely
import shapely.affinity

from geo import areas, dates, inputs, moments, reading, snapping
from geo._errors import ClaimsError, unknown
from geo._memory import uncollected
from geo.changes import Change, transfer
from geo.extend import extended
from geo.histories import NOBODY
from geo.ledger import CM2_PER_KM2, Quantity
from geo.noding import diagonals
from geo.pairwise import Pairwise
from geo.runs import NONE, Runs, Steps, edge_changes, steps
from geo.shared_faces import SharedFaces
from geo.tiles import File, Tiled
from geo.uncertainty import swept_variance

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    import folium
    from numpy.typing import NDArray

    from geo.ledger import Transfer
    from geo.shared_faces import Overlaps

_Ledger = SharedFaces | Pairwise | Tiled
_PAIRS_ALWAYS_TRIED = 2_000_000  # of edges, whatever the series is
_GRID = 1e-9  # degrees
_BAND = 2.0  # degrees: over half of it a degree of longitude shrinks by 1.5 % at 40° N, by 3 % at 60° N
_METRES_A_DEGREE = 111_320  # of longitude on the equator; some 0.7 % more than of latitude
_FAR = 1e9  # metres or kilometres
_SAME = 1e-9  # of two areas, relative
_SQUARE_METRE = 1e4  # cm²
_NUMBERS = (int, float, np.integer, np.floating)
_TAKEN = ("from", "to", "area_km2", "geometry")  # columns of answers
_SAMPLE = 20_000  # edges from which the number of pairs is estimated


class Series:
    """Dated polygons of control; made by :func:`series`.

    Attributes
    ----------
    method
        ``faces`` when all dates share one set of faces, ``pairs`` when dates are compared pair by pair, ``tiles`` when
        Dask worked it out in tiles.
    snapped
        What snapping moved, when it was asked for: how many vertices of how many polygons, how far at most in metres,
        and of how many polygons lines had to stay in part.
    """

    def __init__(
        self,
        runs: Runs,
        ledger: _Ledger,
        *,
        overlaps: Overlaps = "error",
        exact_dates: bool = True,
        accuracy_m: float = 0.0,
        correlation_km: float = 0.0,
        snap_m: float = 0.0,
        snapped: snapping.Snapped | None = None,
    ) -> None:
        self._runs, self._ledger = runs, ledger
        self._overlaps, self._exact_dates = overlaps, exact_dates
        self._accuracy_m, self._correlation_km = accuracy_m, correlation_km
        self._snap_m, self.snapped = snap_m, snapped
        self.method = ledger.method

    @property
    def shared_edges(self) -> float | None:
        """How many of the distinct edges are on more than one date, 0 to 1; None when it was not worked out here."""
        return None if isinstance(self._ledger, Tiled) else self._ledger.share

    def add(self, frame: geopandas.GeoDataFrame, date: str | dt.date) -> Series:
        """Return the series with one date more, worked out near what is new on it.

        The method stays what it was. A snapped series brings the new lines onto those of its last date.

        Parameters
        ----------
        frame
            The polygons of the date, with the column of who holds them.
        date
            Later than the others.

        Returns
        -------
        series
            A new one; this stays as it is.

        Raises
        ------
        ClaimsError
            When the series is not one of dates, the date is not later, or the polygons cannot be used.
        """
        if not self._exact_dates or isinstance(self._ledger, Tiled):
            raise ClaimsError("a date can be added to a series of dates only, not to one of periods or tiles")
        frame = inputs.checked(frame)
        snapped = self.snapped
        if snapped:
            frame, more = snapping.snapped_onto(self._runs, frame, self._snap_m)
            snapped = snapped.followed(more)
        with uncollected():
            runs = inputs.extended(self._runs, frame, moments.written(date))
            ledger: _Ledger
            if isinstance(self._ledger, SharedFaces):
                ledger = extended(self._ledger, runs, self._overlaps)
            else:
                ledger = Pairwise(runs, self._overlaps, before=self._ledger)
        return Series(
            runs,
            ledger,
            overlaps=self._overlaps,
            accuracy_m=self._accuracy_m,
            correlation_km=self._correlation_km,
            snap_m=self._snap_m,
            snapped=snapped,
        )

    @property
    def dates(self) -> list[str]:
        """The dates on which something is known, ascending."""
        return list(self._runs.dates)

    @property
    def parties(self) -> list[str]:
        """Everybody who is named as holding something, in order of name."""
        return sorted(self._ledger.labels[1:])

    def written(self, date: str | dt.date) -> str:
        """Return a date as answers write it: ISO 8601, ``today`` resolved.

        Raises
        ------
        ClaimsError
            When nothing is known for it: a series of dates knows these alone, one of periods all days from its first
            date until its last, or until today when a period lasts.
        """
        return self._moment(date)[0]

    def _date(self, date: str | dt.date) -> int:
        """Return the index of what holds on a date."""
        return self._moment(date)[1]

    def _moment(self, date: str | dt.date) -> tuple[str, int]:
        if isinstance(date, str) and date in self._places:
            return date, self._places[date]
        known = self._runs.dates
        today = dates.day("today")
        name = moments.written(today if isinstance(date, str) and date == "today" else date)
        name = moments.lengthened(name, moments.precision(known))
        if name in self._places:
            return name, self._places[name]
        place = moments.latest(known, name)
        last = len(known) - 1
        if self._exact_dates:
            near = f"; nearest are {known[place]} and {known[place + 1]}" if 0 <= place < last else ""
            span = f"{known[0]} to {known[last]}"
            raise ClaimsError(f"{name} is none of the {len(known)} dates of the series, {span}{near}", code="date")
        lasts = bool(self._ledger.held_cm2[last, 1:].any())
        if 0 <= place < last or (place == last and lasts and moments.latest([name[:10]], today) == 0):
            return name, place
        until = today if lasts else known[last]
        raise ClaimsError(f"{name} lies outside the series, {known[0]} to {until}", code="date")

    def _only(self, dates: list[int]) -> Runs:
        return self._ledger.only(dates) if isinstance(self._ledger, Tiled) else self._runs.only(dates)

    @cached_property
    def _places(self) -> dict[str, int]:
        return {date: index for index, date in enumerate(self._runs.dates)}

    @cached_property
    def areas_cm2(self) -> pd.DataFrame:
        """What each party held on each date in whole cm², dates down, parties across.

        Unless the method is ``pairs``, the column ``none`` is the ground that some date covers but not this one, so
        every row has the same sum.
        """
        labels = self._ledger.labels
        table = pd.DataFrame(
            self._ledger.held_cm2, columns=pd.Index(labels, name=self._runs.by), index=pd.Index(self.dates, name="date")
        )
        return table[[*sorted(labels[1:]), labels[NOBODY]] if self.method != "pairs" else sorted(labels[1:])]

    def areas(self) -> pd.DataFrame:
        """Return what each party held on each date in km², dates down, parties across; see :attr:`areas_cm2`."""
        return self.areas_cm2 / CM2_PER_KM2

    def change(self, before: str | dt.date, after: str | dt.date) -> Change:
        """Return what passed from whom to whom between two dates.

        Parameters
        ----------
        before, after
            Dates of the series; `before` may lie after `after`.

        Returns
        -------
        change
            With a stated accuracy its transfers have the 95 % interval of where the lines run.

        Raises
        ------
        ClaimsError
            When a date is not in the series.
        """
        (first, one), (then, other) = self._moment(before), self._moment(after)
        moved = self._ledger.moved(one, other)
        sigmas = self._sigmas(one, other, moved) if self._accuracy_m else {}
        return Change(
            first,
            then,
            _transfers(self._ledger, moved, sigmas),
            lambda: _pieces(self._ledger, one, other),
            drawn=self.map,
        )

    def changes(self) -> pd.DataFrame:
        """Return what passed from each date to the next.

        Returns
        -------
        changes
            Columns ``before`` and ``after`` (dates), ``from``, ``to``, ``area_km2``; without a change there is no row.
        """
        date, was, now, cm2 = self._ledger.transfers()
        known, labels = np.array(self._runs.dates, dtype=object), np.array(self._ledger.labels, dtype=object)
        table = pd.DataFrame(
            {
                "before": known[date - 1],
                "after": known[date],
                "from": labels[was],
                "to": labels[now],
                "area_km2": cm2 / CM2_PER_KM2,
            }
        )
        order = np.lexsort((labels[now].astype(str), labels[was].astype(str), date))
        return table.iloc[order].reset_index(drop=True)

    def matrix(self) -> pd.DataFrame:
        """Return how much ground has another holder on one date than on another, for all pairs of dates.

        Returns
        -------
        matrix
            Square kilometres, symmetric, dates down and across.
        """
        changed = self._ledger.changed_cm2() / CM2_PER_KM2
        return pd.DataFrame(
            changed, index=pd.Index(self.dates, name="before"), columns=pd.Index(self.dates, name="after")
        )

    def pieces(self, before: str | dt.date, after: str | dt.date) -> geopandas.GeoDataFrame:
        """Return the ground that passed between two dates: ``from``, ``to``, ``area_km2``, geometry in EPSG:4326.

        Raises
        ------
        ClaimsError
            When a date is not in the series, as also for the other questions about dates.
        """
        return _pieces(self._ledger, self._date(before), self._date(after))

    def snapshot(self, date: str | dt.date) -> geopandas.GeoDataFrame:
        """Return who held what on a date.

        Returns
        -------
        snapshot
            One row per party that held something, with ``area_km2``; EPSG:4326.
        """
        ground = self._ground(self._date(date))
        geometry = np.array(list(ground.values()), dtype=object)
        km2 = areas.polygon_areas(geometry) / 1e6
        return geopandas.GeoDataFrame({self._runs.by: list(ground), "area_km2": km2}, geometry=geometry, crs=4326)

    def _ground(self, date: int) -> dict[str, Any]:
        """Return the ground of each party on a date, by name."""
        runs = self._only([date])
        polygons, owners = runs.polygons[runs.polygon], sorted(set(runs.owner.tolist()))
        unions = np.array([shapely.union_all(polygons[runs.owner == owner]) for owner in owners], dtype=object)
        held = self._ledger.held_cm2[date]
        # where parties overlap, or polygons touch within the last digit, a union in floating point may be off
        if np.allclose(areas.polygon_areas(unions) * 1e4, held[[*owners]], rtol=_SAME, atol=_SQUARE_METRE):
            found = {runs.owners[owner - 1]: union for owner, union in zip(owners, unions, strict=True)}
        else:
            alone = SharedFaces(runs, self._overlaps)  # on one date each party has one history
            found = {alone.labels[history[0][1]]: ground for ground, history in alone.patches()}
        return dict(sorted(found.items()))

    def map(
        self,
        before: str | dt.date | None = None,
        after: str | dt.date | None = None,
        *,
        language: str = "en",
        tiles: str | None = None,
    ) -> folium.Map:
        """Return an interactive map that needs no network, opened at one date or at the change between two.

        Without a date it opens at the last. With method ``pairs`` or ``tiles`` it shows the dates that are named alone.

        Parameters
        ----------
        before, after
            Dates of the series.
        language
            ``en``, ``ar`` or ``he``.
        tiles
            Online tiles below, by a name of xyzservices; none by default.
        """
        from geo import maps

        places = [self._date(date) for date in (before, after) if date is not None] or [len(self._runs.dates) - 1]
        opened = [self._runs.dates[place] for place in places]
        ledger, shown = self._ledger, self._runs.dates
        if not isinstance(ledger, SharedFaces):
            order = sorted(set(places))
            ledger, shown = SharedFaces(self._only(order), self._overlaps), [shown[place] for place in order]
        patches = [
            (ground, [(date, ledger.labels[label]) for date, label in history]) for ground, history in ledger.patches()
        ]
        return maps.series_map(shown, patches, opened, language=language, tiles=tiles)

    def where(self, lon: float, lat: float) -> pd.DataFrame:
        """Return who held a position: one row for each stretch of time, ``from`` and ``to`` (None while it lasts).

        On a line between two parties it is one of the two.

        Parameters
        ----------
        lon, lat
            Degrees on WGS84; outside of all polygons it is nobody's.

        Raises
        ------
        ClaimsError
            When there is no such position.
        """
        if not (isinstance(lon, _NUMBERS) and isinstance(lat, _NUMBERS) and abs(lon) <= 180 and abs(lat) <= 90):
            raise ClaimsError(f"a position is longitude and latitude in degrees, not {lon!r} {lat!r}")
        known, labels = self._runs.dates, self._ledger.labels
        found = self._ledger.at(lon, lat)
        if not found or found[0][0] > 0:
            found = [(0, NOBODY), *found]
        ends = [known[date] for date, _ in found[1:]]
        return pd.DataFrame(
            {
                "from": [known[date] for date, _ in found],
                "to": pd.Series([*ends, None], dtype=object),
                self._runs.by: [labels[label] for _, label in found],
            }
        )

    def held(self, date: str | dt.date) -> dict[str, Quantity]:
        """Return the area that each party held on a date, with the 95 % interval of where the lines run.

        Returns
        -------
        held
            By party, in km²; the interval is NaN where no accuracy was stated.

        Raises
        ------
        ClaimsError
            When the date is not in the series.
        """
        index = self._date(date)
        row = self.areas_cm2.iloc[index]
        found = {}
        for party, ground in self._ground(index).items():
            sigma = self._sigma_km2([shapely.boundary(ground)]) if self._accuracy_m else None
            found[party] = transfer(party, party, int(row[party]), sigma).quantity
        return found

    def _sigma_km2(self, lines: list[Any]) -> float:
        """Return the standard deviation of the ground beside lines that err apart from one another, km²."""
        variance = sum(
            swept_variance(shapely.get_coordinates(part), self._accuracy_m, self._correlation_km)
            for line in lines
            for part in shapely.get_parts(shapely.line_merge(line))
        )
        return math.sqrt(variance) / 1e6

    def _sigmas(self, before: int, after: int, moved: dict[tuple[int, int], int]) -> dict[tuple[int, int], float]:
        """Return the standard deviation of each transfer: its edge follows the line of one date or of both."""
        passed = self._ledger.passed(before, after)
        outline = shapely.union_all(shapely.boundary(list(self._ground(min(before, after)).values())))
        sigmas = {}
        for pair in moved.keys() & passed.keys():
            edge = shapely.boundary(passed[pair])
            first = _lines(shapely.intersection(edge, outline, grid_size=_GRID))
            rest = _lines(shapely.difference(edge, first, grid_size=_GRID))
            sigmas[pair] = self._sigma_km2([first, rest])
        return sigmas

    def noise_km2(self, before: str | dt.date, after: str | dt.date) -> tuple[float, float]:
        """Return how much of what passed between two dates lies within the stated accuracy, and the whole, km².

        A place counts when the lines of the two dates run nearer to each other there than one standard deviation of
        the position of either: what an erosion and a dilation by half of that leave out (Serra, 1982). Widths are told
        to some per cent, since they are measured on a sphere, with one scale for two degrees of latitude.

        Returns
        -------
        noise, whole
            Square kilometres.

        Raises
        ------
        ClaimsError
            When no accuracy was stated.
        """
        if not self._accuracy_m:
            raise ClaimsError("noise is known only for a stated accuracy: series(..., accuracy_m=...)")
        pieces = self.pieces(before, after)
        whole = float(pieces["area_km2"].sum())
        radius = self._accuracy_m / 2
        thick = []
        for piece in _bands(pieces.geometry.to_numpy()):
            # flat about the middle of the piece: what is rounded back is measured on the ellipsoid
            north = _METRES_A_DEGREE
            east = north * math.cos(math.radians(piece.centroid.y))
            flat = shapely.affinity.scale(piece, east, north, origin=(0, 0))
            opened = flat.buffer(-radius).buffer(radius).intersection(flat)
            thick.append(shapely.affinity.scale(opened, 1 / east, 1 / north, origin=(0, 0)))
        kept = float(areas.polygon_areas(np.array(thick, dtype=object)).sum()) / 1e6
        return max(whole - kept, 0.0), whole

    def __repr__(self) -> str:
        known = self._runs.dates
        return f"<Series {known[0]} to {known[-1]}: {len(known)} dates, {len(self.parties)} parties; {self.how}>"

    @property
    def how(self) -> str:
        """How the series is worked out and why, in words."""
        return self._ledger.how

    def _repr_html_(self) -> str:
        table = self.areas()
        some = table if len(table) <= 10 else pd.concat([table.head(5), table.tail(5)])
        return f"<p>{html.escape(repr(self)[1:-1])}; km²</p>" + some.to_html(float_format="{:,.1f}".format, escape=True)


def _transfers(
    ledger: _Ledger, moved: dict[tuple[int, int], int], sigmas: dict[tuple[int, int], float]
) -> list[Transfer]:
    """Return what passed, by labels, as transfers, largest first."""
    labels = ledger.labels
    found = [transfer(labels[was], labels[now], cm2, sigmas.get((was, now))) for (was, now), cm2 in moved.items()]
    return sorted(found, key=lambda one: (-one.area_cm2, one.source, one.target))


def _pieces(ledger: _Ledger, one: int, other: int) -> geopandas.GeoDataFrame:
    """Return the ground of the transfers between two dates, in their order."""
    moved, passed, labels = ledger.moved(one, other), ledger.passed(one, other), ledger.labels
    order = sorted(moved.keys() & passed.keys(), key=lambda pair: (-moved[pair], labels[pair[0]], labels[pair[1]]))
    return geopandas.GeoDataFrame(
        {
            "from": [labels[was] for was, _ in order],
            "to": [labels[now] for _, now in order],
            "area_km2": [moved[pair] / CM2_PER_KM2 for pair in order],
        },
        geometry=[passed[pair] for pair in order],
        crs=4326,
    )


def _bands(geometries: NDArray[np.object_]) -> Iterator[Any]:
    """Yield the polygons of some geometries, cut where they are tall, so that all of each has one scale."""
    for polygon in shapely.get_parts(geometries):
        west, south, east, north = polygon.bounds
        cuts = np.arange(south, north, _BAND)
        parts = shapely.intersection(polygon, shapely.box(west, cuts, east, cuts + _BAND)) if len(cuts) > 1 else polygon
        yield from (part for part in shapely.get_parts(parts) if part.geom_type == "Polygon")


def _lines(geometry: Any) -> Any:
    """Return what has a length in a geometry, as where lines touch there are points too."""
    parts = shapely.get_parts(geometry)
    return shapely.MultiLineString(parts[shapely.length(parts) > 0].tolist())


def _ledger(runs: Runs, overlaps: Overlaps) -> SharedFaces | Pairwise:
    """Choose faces for all dates, or pairs of dates when faces would be many more than the edges."""
    found = steps(runs.polygons)
    if _crossings(found) <= max(_PAIRS_ALWAYS_TRIED, len(found.edge)):
        return SharedFaces(runs, overlaps, changes=edge_changes(runs, found))
    return Pairwise(runs, overlaps)


def _crossings(found: Steps) -> float:
    """Estimate how many pairs of edges have boxes that meet, from a sample."""
    count = len(found.edges.ends)
    if not count:
        return 0.0
    some = np.random.default_rng(0).choice(count, min(count, _SAMPLE), replace=False)
    boxes = diagonals(found.edges.positions[found.edges.ends[some]])
    pairs: int = shapely.STRtree(boxes).query(boxes).shape[1] - len(boxes)  # each box meets itself
    return pairs / 2 * (count / len(some)) ** 2


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
    columns = inputs.Columns(by, date, valid_from, valid_to)
    snapped = None
    source: Runs | File
    if isinstance(data, str | Path) and engine == "dask" and not snap_m and reading.is_indexed(Path(data)):
        source = File(Path(data).absolute(), columns, layer, what)
    else:
        if isinstance(data, str | Path):
            frame = reading.read(Path(data), date=date, layer=layer)
        else:
            frame = inputs.checked(data)
        if snap_m:
            frame, snapped = snapping.snap(frame, columns, snap_m, what=what)
        with uncollected():
            source = inputs.runs(frame, columns, what=what)
    ledger: _Ledger
    try:
        if engine == "dask" or isinstance(source, File):
            ledger = Tiled(source, overlaps, tile_degrees, scheduler)
            source = ledger.runs
        else:
            with uncollected():
                ledger = _ledger(source, overlaps)
    except ClaimsError as error:
        if error.code != "overlap":
            raise
        raise ClaimsError(error.fault, code=error.code, file=what) from None
    return Series(
        source,
        ledger,
        overlaps=overlaps,
        exact_dates=date is not None,
        accuracy_m=accuracy_m,
        correlation_km=correlation_km,
        snap_m=snap_m,
        snapped=snapped,
    )


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
        if not (isinstance(value, _NUMBERS) and 0 <= value < _FAR):
            raise ClaimsError(f"{name} must be a length, not {value!r}")


def between(
    before: geopandas.GeoDataFrame, after: geopandas.GeoDataFrame, *, by: str, names: tuple[str, str]
) -> Change:
    """Return what changed hands between two frames; see :func:`geo.changes.change`."""
    frames = [inputs.ground(frame, by, name) for frame, name in zip((before, after), names, strict=True)]
    if not any(map(len, frames)):
        return Change(*names, [], lambda: geopandas.GeoDataFrame(geometry=[], crs=4326))
    both = geopandas.GeoDataFrame(
        {inputs.ORDER: np.repeat([0, 1], list(map(len, frames))), by: np.concatenate([frame[by] for frame in frames])},
        geometry=np.concatenate([np.asarray(frame.geometry, dtype=object) for frame in frames]),
        index=np.concatenate([np.asarray(frame.index, dtype=object) for frame in frames]),
        crs=4326,
    )
    names_of = sorted({name for name in inputs.column_texts(both, by, "frames") if name not in (None, NONE)})
    known = inputs.Known(["0", "1"], names_of)  # one of the two may be empty
    runs = inputs.runs(both, inputs.Columns(by, inputs.ORDER), known=known)
    ledger = SharedFaces(runs._replace(dates=list(names)))
    return Change(*names, _transfers(ledger, ledger.moved(0, 1), {}), lambda: _pieces(ledger, 0, 1))
