"""Any dated polygons of control as one object to ask: what each party held, what passed, where, and how sure.

Who holds what on which date is worked out once: from faces that all dates share (:mod:`geo.dated.overlay`); where the
lines are drawn anew for every date, pair by pair (:mod:`geo.dated.pairwise`); past one machine, tile by tile
(:mod:`geo.dated.tiles`).
"""

from __future__ import annotations

import html
from functools import cached_property
from typing import TYPE_CHECKING, Any

import geopandas
import numpy as np
import pandas as pd
import shapely

from geo import dates
from geo._errors import ClaimsError, unknown
from geo._memory import uncollected
from geo.answers.changes import Change
from geo.answers.shown import Shown
from geo.dated import accuracy, frames, snapping, timestamps
from geo.dated.append import extended
from geo.dated.histories import NOBODY
from geo.dated.intervals import NONE
from geo.dated.overlay import SharedFaces
from geo.dated.pairwise import Pairwise
from geo.dated.tiles import Tiled
from geo.geometry import areas
from geo.layers.transfers import CM2_PER_KM2, plain_quantity, plain_transfer

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    import folium
    from matplotlib.figure import Figure

    from geo.dated.intervals import Intervals
    from geo.dated.method import Ledger
    from geo.dated.overlay import Overlaps
    from geo.layers.transfers import Quantity, Transfer

_SAME = 1e-9  # of two areas, relative
_SQUARE_METRE = 1e4  # cm²


class Series(Shown):
    """Dated polygons of control; made by :func:`geo.series`.

    Attributes
    ----------
    method
        ``faces`` when all dates share one set of faces, ``pairs`` when dates are compared pair by pair, ``tiles`` when
        Dask worked it out in tiles.
    snapped
        What snapping moved, when it was asked for: how many vertices of how many polygons, how far at most in metres,
        and of how many polygons lines had to stay in part.
    operation
        The operation of PROJ that brought the polygons to EPSG:4326; empty where none had to be chosen.

    Examples
    --------
    >>> front = geo.series(days, date="date")
    >>> front.method, len(front.dates), front.operation
    ('faces', 2, '')
    """

    _also = ("method", "operation", "snapped")

    def __init__(
        self,
        intervals: Intervals,
        ledger: Ledger,
        *,
        columns: frames.Columns,
        overlaps: Overlaps = "error",
        exact_dates: bool = True,
        accuracy_m: float = 0.0,
        correlation_km: float = 0.0,
        snap_m: float = 0.0,
        snapped: snapping.Snapped | None = None,
        operation: str = "",
    ) -> None:
        self._intervals, self._ledger, self._columns = intervals, ledger, columns
        self.operation = operation
        self._overlaps, self._exact_dates = overlaps, exact_dates
        self._accuracy_m, self._correlation_km = accuracy_m, correlation_km
        self._snap_m, self.snapped = snap_m, snapped
        self.method = ledger.method

    @property
    def shared_edges(self) -> float | None:
        """How many of the distinct edges are on more than one date, 0 to 1; None when it was not worked out here.

        Examples
        --------
        >>> 0 < geo.series(days, date="date").shared_edges < 1
        True
        """
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

        Examples
        --------
        >>> first = geo.series(days.iloc[:2], date="date")
        >>> first.add(days.iloc[2:].drop(columns="date"), "2024-12-08").dates
        ['2024-12-07', '2024-12-08']
        """
        if not self._exact_dates or isinstance(self._ledger, Tiled):
            raise ClaimsError("a date can be added to a series of dates only, not to one of periods or tiles")
        frame, _, used = frames.ready(frames.checked(frame), self._columns, "series")
        columns = self._columns._replace(repair=False, operation=None)  # both are done
        snapped = self.snapped
        if snapped:
            frame, more = snapping.snapped_onto(self._intervals, frame, self._snap_m, columns)
            snapped = snapped.followed(more)
        with uncollected():
            intervals = frames.extended(
                self._intervals, frame, timestamps.written(date, date_format=self._columns.date_format), columns
            )
            ledger: Ledger
            if isinstance(self._ledger, SharedFaces):
                ledger = extended(self._ledger, intervals, self._overlaps)
            else:
                ledger = Pairwise(intervals, self._overlaps, before=self._ledger)
        return Series(
            intervals,
            ledger,
            columns=self._columns,
            operation=self.operation or used,
            overlaps=self._overlaps,
            accuracy_m=self._accuracy_m,
            correlation_km=self._correlation_km,
            snap_m=self._snap_m,
            snapped=snapped,
        )

    @property
    def dates(self) -> list[str]:
        """The dates on which something is known, ascending.

        Examples
        --------
        >>> geo.series(days, date="date").dates
        ['2024-12-07', '2024-12-08']
        """
        return list(self._intervals.dates)

    @property
    def parties(self) -> list[str]:
        """Everybody who is named as holding something, in order of name.

        Examples
        --------
        >>> geo.series(days, date="date").parties
        ['a', 'b']
        """
        return sorted(self._ledger.labels[1:])

    def written(self, date: str | dt.date) -> str:
        """Return a date as answers write it: ISO 8601, ``today`` resolved.

        Raises
        ------
        ClaimsError
            When nothing is known for it: a series of dates knows these alone, one of periods all days from its first
            date until its last, or until today when a period lasts.

        Examples
        --------
        >>> geo.series(days, date="date").written("20241208")
        '2024-12-08'
        """
        return self._moment(date)[0]

    def _date(self, date: str | dt.date) -> int:
        """Return the index of what holds on a date."""
        return self._moment(date)[1]

    def _moment(self, date: str | dt.date) -> tuple[str, int]:
        if isinstance(date, str) and date in self._places:
            return date, self._places[date]
        known = self._intervals.dates
        today = dates.day("today")
        name = timestamps.written(today if isinstance(date, str) and date == "today" else date)
        name = timestamps.lengthened(name, timestamps.precision(known))
        if name in self._places:
            return name, self._places[name]
        place = timestamps.latest(known, name)
        last = len(known) - 1
        if self._exact_dates:
            near = f"; nearest are {known[place]} and {known[place + 1]}" if 0 <= place < last else ""
            span = f"{known[0]} to {known[last]}"
            raise ClaimsError(f"{name} is none of the {len(known)} dates of the series, {span}{near}", code="date")
        lasts = bool(self._ledger.held_cm2[last, 1:].any())
        if 0 <= place < last or (place == last and lasts and timestamps.latest([name.partition("T")[0]], today) == 0):
            return name, place
        until = today if lasts else known[last]
        raise ClaimsError(f"{name} lies outside the series, {known[0]} to {until}", code="date")

    def _only(self, dates: list[int]) -> Intervals:
        return self._ledger.only(dates) if isinstance(self._ledger, Tiled) else self._intervals.only(dates)

    @cached_property
    def _places(self) -> dict[str, int]:
        return {date: index for index, date in enumerate(self._intervals.dates)}

    @cached_property
    def areas_cm2(self) -> pd.DataFrame:
        """What each party held on each date in whole cm², dates down, parties across.

        Unless the method is ``pairs``, the column ``none`` is the ground that some date covers but not this one, so
        every row has the same sum.

        Examples
        --------
        >>> cm2 = geo.series(days, date="date").areas_cm2
        >>> cm2.sum(axis=1).nunique()  # every row has the same sum
        1
        """
        labels = self._ledger.labels
        table = pd.DataFrame(
            self._ledger.held_cm2,
            columns=pd.Index(labels, name=self._intervals.by),
            index=pd.Index(self.dates, name="date"),
        )
        return table[[*sorted(labels[1:]), labels[NOBODY]] if self.method != "pairs" else sorted(labels[1:])]

    def areas(self) -> pd.DataFrame:
        """Return what each party held on each date in km², dates down, parties across; see :attr:`areas_cm2`.

        Returns
        -------
        areas
            Its index is a ``DatetimeIndex`` where all dates are days or times, so that ``.resample("W")`` works, and
            text where some are years or months.

        Examples
        --------
        >>> front = geo.series(days, date="date")
        >>> front.areas().round(1).to_dict("index")[pd.Timestamp("2024-12-08")]
        {'a': 207.2, 'b': 0.0, 'none': 0.0}
        """
        return (self.areas_cm2 / CM2_PER_KM2).set_axis(timestamps.as_index(self.dates, "date"))

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

        Examples
        --------
        >>> change = geo.series(days, date="date").change("2024-12-07", "2024-12-08")
        >>> change.table()[["from", "to", "area_km2"]].round(1).to_numpy().tolist()
        [['b', 'a', 103.6]]
        """
        (first, one), (then, other) = self._moment(before), self._moment(after)
        moved = self._ledger.moved(one, other)
        sigmas = self._sigmas(one, other, moved) if self._accuracy_m else {}
        return Change(
            first,
            then,
            transfers(self._ledger, moved, sigmas),
            lambda: pieces(self._ledger, one, other),
            drawn=self.map,
        )

    def changes(self) -> pd.DataFrame:
        """Return what passed from each date to the next.

        Returns
        -------
        changes
            Columns ``before`` and ``after`` (real dates where all are days or times, else text), ``from``, ``to``,
            ``area_km2``; without a change there is no row.

        Examples
        --------
        >>> geo.series(days, date="date").changes()["area_km2"].round(1).item()
        103.6
        """
        date, was, now, cm2 = self._ledger.transfers()
        known, labels = timestamps.as_index(self._intervals.dates), np.array(self._ledger.labels, dtype=object)
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

        Examples
        --------
        >>> geo.series(days, date="date").matrix().round(1).loc["2024-12-07"].tolist()
        [0.0, 103.6]
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

        Examples
        --------
        >>> geo.series(days, date="date").pieces("2024-12-07", "2024-12-08").total_bounds.tolist()
        [35.8, 33.0, 35.9, 33.1]
        """
        return pieces(self._ledger, self._date(before), self._date(after))

    def snapshot(self, date: str | dt.date) -> geopandas.GeoDataFrame:
        """Return who held what on a date.

        Returns
        -------
        snapshot
            One row per party that held something, with ``area_km2``; EPSG:4326.

        Examples
        --------
        >>> held = geo.series(days, date="date").snapshot("2024-12-07")
        >>> held["controller"].tolist(), held["area_km2"].round(1).tolist()
        (['a', 'b'], [103.6, 103.6])
        """
        ground = self._ground(self._date(date))
        geometry = np.array(list(ground.values()), dtype=object)
        km2 = areas.polygon_areas(geometry) / 1e6
        return geopandas.GeoDataFrame({self._intervals.by: list(ground), "area_km2": km2}, geometry=geometry, crs=4326)

    def export(
        self,
        name: str | None = None,
        path: str | Path | None = None,
        *,
        format: str | None = None,  # noqa: A002  # the name of the option
        crs: str | int | None = None,
        lists: bool = False,
        winding: str = "rfc7946",
    ) -> Path:
        """Write a layer or a table as a file, as ``claims export --series`` does, or everything.

        Parameters
        ----------
        name
            ``control_DATE``, ``change_FROM_TO``; ``control``, one row per ground, holder and period (not of a series
            that is compared pair by pair or in tiles); or the tables ``areas`` and ``changes``. None for these
            three: into a ``.gpkg`` with styles for QGIS or an ``.xlsx``, with its digest beside it, or else a folder.
        path
            The file, whose ending says the format; by default in the name of the layer, in the current folder.
        format, crs, lists, winding
            As :meth:`geo.Record.export` has them.

        Returns
        -------
        path
            The file.

        Raises
        ------
        ClaimsError
            For another name, a date that is not in the series, or what the format cannot hold.

        Examples
        --------
        >>> front = geo.series(days, date="date")
        >>> front.export("change_2024-12-07_2024-12-08", "passed.gpkg").name
        'passed.gpkg'
        >>> pd.read_csv(front.export("areas", "areas.csv"))["area_km2"].round(1).tolist()
        [103.6, 103.6, 207.2, 0.0]
        """
        from geo.answers import exported, exported_series

        options = exported.options_of(crs=crs, winding=winding, lists=lists)
        if name is None:
            return exported_series.write_all(self, path, format_=format, options=options)[0]
        return exported_series.write(self, name, path, format_=format, options=options)

    def plot(
        self,
        before: str | dt.date | None = None,
        after: str | dt.date | None = None,
        *,
        kind: str = "change",
        language: str | None = None,
        width_cm: float | None = None,
        style: str = "screen",
        dark: bool = False,
    ) -> Figure:
        """Return a figure for a report.

        Parameters
        ----------
        before, after
            Dates of the series, for the change: its first and last where none is given.
        kind
            ``change``, or ``timeline`` for what each party held on all dates.
        language
            ``en``, ``ar`` or ``he``.
        width_cm, style, dark
            As of :meth:`geo.Record.plot`.

        Raises
        ------
        ClaimsError
            For another kind, language, style or width, or a date that is not in the series.

        Examples
        --------
        >>> len(geo.series(days, date="date").plot("2024-12-07", "2024-12-08").axes)
        3
        """
        from geo.views import series_plots
        from geo.views.sheets import sheet

        on = sheet(width_cm=width_cm, style=style, dark=dark)
        if kind not in ("change", "timeline"):
            raise unknown("kind of figure", kind, ["change", "timeline"])
        if kind == "timeline":
            if before is not None:
                raise ClaimsError("the timeline shows all dates: give it none")
            areas = self.areas().drop(columns=NONE, errors="ignore")
            return series_plots.timeline_figure(areas, language=language, on=on)
        if (before is None) != (after is None):
            raise ClaimsError("a change takes two dates of the series, or none for its first and last")
        known = self._intervals.dates
        change = self.change(known[0] if before is None else before, known[-1] if after is None else after)
        names = change.before, change.after
        held = self.snapshot(names[0]), self.snapshot(names[1])
        return series_plots.change_figure(names, held, change.pieces, change.transfers, language=language, on=on)

    def animate(
        self,
        path: str | Path,
        *,
        language: str | None = None,
        width_cm: float | None = None,
        style: str = "screen",
        dark: bool = False,
    ) -> None:
        """Write the timeline as a moving picture: who held what and how much, date by date.

        Parameters
        ----------
        path
            A ``.gif`` or ``.webp``, or an ``.mp4`` where ffmpeg is installed.
        language, width_cm, style, dark
            As of :meth:`plot`.

        Raises
        ------
        ClaimsError
            When the file has another ending or cannot be written, or there is no such language, style or width.

        Examples
        --------
        >>> geo.series(days, date="date").animate("days.gif", width_cm=10)  # doctest: +SKIP
        """
        from geo.views import animation, series_plots
        from geo.views.sheets import sheet
        from geo.views.words import Words

        on, words = sheet(width_cm=width_cm, style=style, dark=dark), Words(language)
        areas = self.areas().drop(columns=NONE, errors="ignore")
        days = list(self.dates)
        moving = series_plots.timeline_frames(
            days, series_plots.positions(areas), lambda index: self.snapshot(days[index]), areas, words
        )
        animation.save(moving, path, words, on)

    def _ground(self, date: int) -> dict[str, Any]:
        """Return the ground of each party on a date, by name."""
        intervals = self._only([date])
        polygons, owners = intervals.polygons[intervals.polygon], sorted(set(intervals.owner.tolist()))
        unions = np.array([shapely.union_all(polygons[intervals.owner == owner]) for owner in owners], dtype=object)
        held = self._ledger.held_cm2[date]
        # where parties overlap, or polygons touch within the last digit, a union in floating point may be off
        if np.allclose(areas.polygon_areas(unions) * 1e4, held[[*owners]], rtol=_SAME, atol=_SQUARE_METRE):
            found = {intervals.owners[owner - 1]: union for owner, union in zip(owners, unions, strict=True)}
        else:
            alone = SharedFaces(intervals, self._overlaps)  # on one date each party has one history
            found = {alone.labels[history[0][1]]: ground for ground, history in alone.patches()}
        return dict(sorted(found.items()))

    def map(
        self,
        before: str | dt.date | None = None,
        after: str | dt.date | None = None,
        *,
        language: str | None = None,
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

        Examples
        --------
        >>> geo.series(days, date="date").map("2024-12-07", "2024-12-08").save("days.html")
        """
        from geo.views import maps

        places = [self._date(date) for date in (before, after) if date is not None] or [len(self._intervals.dates) - 1]
        opened = [self._intervals.dates[place] for place in places]
        ledger, shown = self._ledger, self._intervals.dates
        if not isinstance(ledger, SharedFaces):
            order = sorted(set(places))
            ledger, shown = SharedFaces(self._only(order), self._overlaps), [shown[place] for place in order]
        patches = [
            (ground, [(date, ledger.labels[label]) for date, label in history]) for ground, history in ledger.patches()
        ]
        return maps.series_map(shown, patches, opened, language=language, tiles=tiles)

    def where(self, spot: Any, lat: float | None = None, *, date: str | dt.date | None = None) -> pd.DataFrame:
        """Return who held a position or points: one row for each stretch of time.

        On a line between two parties it is one of the two.

        Parameters
        ----------
        spot
            A longitude in degrees on WGS84 with `lat` beside it, or a GeoDataFrame or GeoSeries of points in any CRS.
            Outside of all polygons it is nobody's.
        lat
            Latitude in degrees, where `spot` is a longitude.
        date
            A date of the series; without it, all stretches.

        Returns
        -------
        where
            ``from`` and ``to`` (None while it lasts), and the party in the series' own column. Of points, the index is
            theirs and ``told`` says why a point has no answer.

        Raises
        ------
        ClaimsError
            When there is no such position, the date is not in the series, or the frame has no CRS or holds something
            else than points.

        Examples
        --------
        >>> front = geo.series(days, date="date")
        >>> front.where(35.85, 33.05)["controller"].tolist()
        ['b', 'a']
        >>> points = geopandas.points_from_xy([35.85, 35.85], [33.05, 40.0], crs=4326)
        >>> front.where(geopandas.GeoSeries(points), date="2024-12-08")["controller"].tolist()
        ['a', 'none']
        """
        from geo.answers import series_points

        when = None if date is None else self._date(date)
        return series_points.where(self._ledger, self._intervals, spot, lat, when)

    def control_at(
        self, points: geopandas.GeoDataFrame, *, date: str, operation: str | None = None
    ) -> geopandas.GeoDataFrame:
        """Return dated points with who held the ground below each on its date, and how near a line it lies.

        Parameters
        ----------
        points
            Points in any CRS, such as incidents or settlements.
        date
            The column of their dates, in any form that :meth:`written` takes.
        operation
            The operation of PROJ to EPSG:4326, by name, where several could bring the points there.

        Returns
        -------
        points
            A copy with ``control_date`` (the date of the series that answers), the party in the series' own column,
            ``line_m`` (metres to the nearest line on that date between two holders, or a holder and nobody) and
            ``told``, which says why a point has no answer.

        Raises
        ------
        ClaimsError
            When the frame has no CRS, no such column, or holds something else than points.

        Warns
        -----
        ClaimsWarning
            Of how many points have no answer.

        Examples
        --------
        >>> places = geopandas.points_from_xy([35.85, 35.85], [33.05, 33.05], crs=4326)
        >>> incidents = geopandas.GeoDataFrame({"day": ["2024-12-07", "2024-12-08"]}, geometry=places)
        >>> geo.series(days, date="date").control_at(incidents, date="day")["controller"].tolist()
        ['b', 'a']
        """
        from geo.answers import series_points

        return series_points.control_at(
            self._ledger,
            self._intervals,
            points,
            date,
            moment=self._moment,
            ground=self._ground,
            operation=operation,
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

        Examples
        --------
        >>> held = geo.series(days, date="date", accuracy_m=100, correlation_km=2).held("2024-12-07")
        >>> held["a"].ci95[0] < held["a"].area < held["a"].ci95[1]
        True
        """
        index = self._date(date)
        row = self.areas_cm2.iloc[index]
        found = {}
        for party, ground in self._ground(index).items():
            stated = self._accuracy_m, self._correlation_km
            sigma = accuracy.sigma_km2([shapely.boundary(ground)], *stated) if self._accuracy_m else None
            found[party] = plain_quantity(int(row[party]), sigma)
        return found

    def _sigmas(self, before: int, after: int, moved: dict[tuple[int, int], int]) -> dict[tuple[int, int], float]:
        """Return the standard deviation of each transfer, km²."""
        passed = self._ledger.passed(before, after)
        outline = shapely.union_all(shapely.boundary(list(self._ground(min(before, after)).values())))
        stated = self._accuracy_m, self._correlation_km
        return {
            pair: accuracy.passed_sigma_km2(passed[pair], outline, *stated) for pair in moved.keys() & passed.keys()
        }

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

        Examples
        --------
        >>> front = geo.series(days, date="date", accuracy_m=100, correlation_km=2)
        >>> noise, whole = front.noise_km2("2024-12-07", "2024-12-08")
        >>> 0 <= noise < whole
        True
        """
        if not self._accuracy_m:
            raise ClaimsError("noise is known only for a stated accuracy: series(..., accuracy_m=...)")
        pieces = self.pieces(before, after)
        whole = float(pieces["area_km2"].sum())
        kept = accuracy.above_noise_km2(pieces.geometry.to_numpy(), self._accuracy_m)
        return max(whole - kept, 0.0), whole

    def __repr__(self) -> str:
        known = self._intervals.dates
        return f"<Series {known[0]} to {known[-1]}: {len(known)} dates, {len(self.parties)} parties; {self.how}>"

    @property
    def how(self) -> str:
        """How the series is worked out and why, in words.

        Examples
        --------
        >>> geo.series(days, date="date").how
        'one set of faces (85.7% of the edges are on more than one date)'
        """
        return self._ledger.how

    def _repr_html_(self) -> str:
        table = self.areas()
        some = table if len(table) <= 10 else pd.concat([table.head(5), table.tail(5)])
        return f"<p>{html.escape(repr(self)[1:-1])}; km²</p>" + some.to_html(float_format="{:,.1f}".format, escape=True)


def transfers(
    ledger: Ledger, moved: dict[tuple[int, int], int], sigmas: dict[tuple[int, int], float]
) -> list[Transfer]:
    """Return what passed, by labels, as transfers, largest first."""
    labels = ledger.labels
    found = [plain_transfer(labels[was], labels[now], cm2, sigmas.get((was, now))) for (was, now), cm2 in moved.items()]
    return sorted(found, key=lambda one: (-one.area_cm2, one.source, one.target))


def pieces(ledger: Ledger, one: int, other: int) -> geopandas.GeoDataFrame:
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
