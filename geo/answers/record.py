"""Record: the layers as one object, which answers in frames, maps and figures; and load, which makes it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from geo import _files
from geo._errors import ClaimsError, note, unknown
from geo.answers.catalogue import Catalogue
from geo.layers.profile import first_name

if TYPE_CHECKING:
    from pathlib import Path

    import folium
    import geopandas
    import pandas as pd
    from matplotlib.figure import Figure

    from geo.answers.changes import Change
    from geo.answers.comparison import Comparison
    from geo.layers.lookup import Lookup

PLOTS = ("change", "timeline", "figures", "zone", "profile")


class Record(Catalogue):
    """Who holds and who claims which ground, over time.

    Parameters
    ----------
    layers
        Folder with ``curated`` and, optionally for speed, ``built``.
    anew
        Derive faces and numbers from the curated files even if the built ones are current.

    Examples
    --------
    >>> golan = geo.load()
    >>> golan.zones.loc["buffer_zone_1974", "name_en"]
    'Area of separation (buffer zone)'
    """

    _also = ("bounds", "course", "key_dates", "last_report", "near", "path", "perspectives", "seen_by", "sources")

    @cached_property
    def _lookup(self) -> Lookup:
        from geo.layers.lookup import Lookup

        return Lookup(self)

    def areas(self, date: str = "today", *, perspective: str | None = None) -> pd.DataFrame:
        """Return the area of every zone, and of what each party held on a date.

        Parameters
        ----------
        date
            ``2024-12-07``, ``today``, or the id of a scenario.
        perspective
            A party, for what the ground is by right in its view instead of who held it.

        Returns
        -------
        areas
            Indexed by ``of`` (``zone`` or ``controller``) and ``id``: names by language, ``area_km2``, ``low_km2`` and
            ``high_km2`` (from the least to the largest extent), ``ci95_low_km2`` and ``ci95_high_km2`` (how far lines
            may be off), ``hypothetical``.

        Raises
        ------
        ClaimsError
            When the date or the perspective is unknown, the date is before the record or in the future, or a
            perspective is asked for with a scenario.

        Examples
        --------
        >>> areas = geo.load().areas("2024-12-07")
        >>> areas.loc["controller"].index.tolist()
        ['israel', 'syria']
        >>> round(areas.loc[("zone", "buffer_zone_1974"), "area_km2"])
        232
        """
        from geo.answers import frames

        return frames.areas(self, date, perspective)

    def where(self, spot: Any, lat: float | None = None, *, date: str | None = None) -> pd.DataFrame:
        """Return who held a place, a position, a zone or points, since the record begins or on one date.

        Parameters
        ----------
        spot
            A place or zone by any of its names (``place NAME`` or ``zone NAME`` where both have it), a position as text
            in any form that ``claims where`` takes, a longitude with `lat` beside it, or a GeoDataFrame or GeoSeries of
            points in any CRS.
        lat
            Latitude in degrees, where `spot` is a longitude.
        date
            A date or a scenario; without it, all periods.

        Returns
        -------
        where
            One row per period, the best extent first, and of other extents what differs from it: ``from``, ``to`` (the
            day after the last, None while it lasts), both as real dates too, ``controller``, ``extent``, ``basis``,
            ``event``, ``happened``, ``sources``, ``evidence`` (their best grade), ``publishers``, ``accounts``,
            ``note``. Of a zone, ``area_km2`` instead of what it rests on. What was found (name, longitude, latitude,
            zones) is in ``attrs``. Of points, the index is theirs and ``told`` says why a point has no answer.

        Raises
        ------
        ClaimsError
            When nothing has the name, a place or a position lies outside the covered ground, the date is unknown, or
            the frame has no CRS or holds something else than points.

        Warns
        -----
        ClaimsWarning
            When a position lies in the covered ground only in the other order, or a text is only a part of a name; of
            how many points have no answer.

        Examples
        --------
        >>> golan = geo.load()
        >>> held = golan.where("Quneitra")
        >>> held.loc[held["extent"] == "best", "controller"].tolist()
        ['france', 'syria', 'israel', 'syria', 'opposition', 'syria', 'israel']
        >>> golan.where(35.84, 33.13, date="2024-12-07")["controller"].item()
        'syria'
        """
        from geo.answers import frames

        return frames.where(self, self._lookup, spot, lat, date)

    def control_at(
        self,
        points: geopandas.GeoDataFrame,
        *,
        date: str,
        accuracy_m: float | str = 0.0,
        operation: str | None = None,
    ) -> geopandas.GeoDataFrame:
        """Return dated points with who held the ground below each on its day, and how sure that is.

        Parameters
        ----------
        points
            Points in any CRS, such as incidents or settlements.
        date
            The column of their dates: real ones, times, or text in any form that ``claims`` takes. Months and years
            count from their first day, and times with an offset from UTC as the day in UTC unless they are midnights.
        accuracy_m
            One standard deviation of the positions, metres, or the column that has it.
        operation
            The operation of PROJ to EPSG:4326, by name, where several could bring the points there.

        Returns
        -------
        points
            The same rows in the same order, with these columns added; what is not known is missing in all but ``told``:

            * ``control_date``, the day as a real date; ``face`` and ``zone``, the ground;
            * ``controller``, by the weight of sources; ``controller_min`` and ``controller_max``, who holds it in the
              least and the largest extent; ``extents``, those in which it is the first of these;
            * ``held_from``, ``held_to``, ``basis``, as :meth:`snapshot` has them;
            * ``line``, of those that on the day part two holders in some extent, the one that is fewest standard
              deviations of line and position together off, ``line_sigmas``; ``line_m``, the metres to it;
              ``line_side``: ``uncertain`` within one of these, ``not sure`` within two, ``likely`` within three, or
              ``sure``;
            * ``told``, why there is no answer (outside the ground, before the record, in the future, no date or one
              that is none, no position), or that a month or a year counts from its first day, and whether the ground
              changed hands later in it. Empty where there is nothing to tell.

        Raises
        ------
        ClaimsError
            When the frame has no CRS, no such column or one of those that are added, holds something else than points,
            or an accuracy is no number of metres; or when it is open which operation should bring the points to
            EPSG:4326.

        Warns
        -----
        ClaimsWarning
            Of how many points have no answer, and why.

        Examples
        --------
        >>> import geopandas
        >>> golan = geo.load()
        >>> incidents = geopandas.GeoDataFrame(
        ...     {"when": ["2024-12-07", "2024-12-09", "2014-08"]},
        ...     geometry=geopandas.points_from_xy([35.85, 35.85, 35.85], [33.13, 33.13, 33.13]),
        ...     crs=4326,
        ... )
        >>> found = golan.control_at(incidents, date="when", accuracy_m=100)
        >>> found[["controller", "extents", "line_side"]].to_numpy().tolist()
        [['syria', 'min best max', 'sure'], ['israel', 'min best max', 'sure'], ['syria', 'min best max', 'likely']]
        >>> found["told"].iloc[2]
        '2014-08 counts from its first day, and later in it the ground changed hands'
        """
        from geo.answers import joined

        return joined.control_at(self._lookup, points, date, accuracy_m=accuracy_m, operation=operation)

    def history(self) -> geopandas.GeoDataFrame:
        """Return the whole history of control: one row per ground, holder and period; EPSG:4326.

        Ground is all that lies in the same zones and was held alike. The rows of an extent that hold on a day cover all
        the ground once.

        Returns
        -------
        history
            ``zone`` that the ground is best known by and all its ``zones``, ``controller``, ``held_from``, ``held_to``
            (the day after the last, None while it lasts), both as real dates too, ``extents`` in which the row holds,
            ``basis``, ``event`` that began it and its title ``happened``, ``sources``, ``evidence`` (their best
            grade), ``publishers``, ``accounts``, ``note``, ``area_km2`` with its 95 % interval; in order of
            ``held_from``.

        Examples
        --------
        >>> import pandas as pd
        >>> history = geo.load().history()
        >>> best = history[history["extents"].str.contains("best")]
        >>> day = pd.Timestamp("2024-12-08")
        >>> held = best[(best["from_date"] <= day) & ~(best["to_date"] <= day)]
        >>> held.groupby("controller")["area_km2"].sum().index.tolist()
        ['israel', 'syria']
        """
        from geo.answers import frames

        return frames.history(self)

    def export(
        self,
        name: str | None = None,
        path: str | Path | None = None,
        *,
        format: str | None = None,  # noqa: A002  # the name of the option
        perspective: str | None = None,
        crs: str | int | None = None,
        lists: bool = False,
        winding: str = "rfc7946",
        language: str | None = None,
    ) -> Path:
        """Write a layer or a table as a file, as ``claims export`` does, or everything.

        Parameters
        ----------
        name
            A layer (``zones``, ``lines``, ``routes``, ``bands``, ``places``, ``control``, ``fronts``, ``changes``,
            ``claims``, ``scenarios``, ``faces``), a single zone, line, route or band by its id, ``control_DATE``,
            ``fronts_DATE`` or ``change_FROM_TO``; or a table (``events``, ``areas`` or ``areas_DATE``, ``figures``,
            ``proposals``, ``sources``). None for all of these: into a ``.gpkg``, ``.kml`` or ``.xlsx`` with its digest
            beside it, or else a folder with ``SHA256SUMS``.
        path
            The file, whose ending says the format; by default in the name of the layer, in the current folder.
        format
            ``geojson``, ``gpkg``, ``fgb``, ``parquet``, ``kml``, ``csv``, ``shp`` (zipped), ``topojson``, ``pmtiles``,
            ``xlsx`` or ``json`` (tables), where the ending does not say it.
        perspective
            A party, for ``control`` and ``control_DATE``: adds how it names and counts the ground.
        crs
            EPSG code, of ``gpkg``, ``fgb``, ``parquet`` and ``shp``; areas stay those on the ellipsoid.
        lists
            Keep lists as arrays in ``geojson``, ``topojson`` and ``json``; else they are text, joined by blanks.
        winding
            ``d3`` for clockwise exteriors in ``geojson`` and ``topojson``, which D3 needs; else as RFC 7946 has them.
        language
            Of labels and legends in ``gpkg``, one of the layers' languages; by default the first, and a file of one
            layer has no styles.

        Returns
        -------
        path
            The file or folder.

        Raises
        ------
        ClaimsError
            When there is no such layer, party, format, language or CRS, the format cannot hold what is asked for, a
            package that it needs is not installed, or the file cannot be written.

        Warns
        -----
        ClaimsWarning
            Of what the format cannot hold and is elsewhere, such as long texts of a Shapefile.

        Examples
        --------
        >>> golan = geo.load()
        >>> golan.export("control", "control.gpkg").name
        'control.gpkg'
        >>> import geopandas
        >>> control = geopandas.read_file("control.gpkg")
        >>> control["from_date"].min().isoformat()[:10], control["controller_iso3166"].isin(["IL", "SY"]).any().item()
        ('1923-03-10', True)
        """
        from geo.answers import exported

        options = exported.options_of(crs=crs, winding=winding, lists=lists, language=language)
        if name is not None:
            return exported.write(self, name, path, format_=format, perspective=perspective, options=options)
        if perspective is not None:
            raise ClaimsError("a perspective goes with control and control_DATE, not with everything")
        return exported.write_all(self, path, format_=format, options=options)[0]

    def zone(self, zone: str) -> geopandas.GeoDataFrame:
        """Return a zone as a frame of one row with ``id``, names by language (``name_en``), ``area_km2``; EPSG:4326.

        Raises
        ------
        ClaimsError
            When there is no such zone.

        Examples
        --------
        >>> zone = geo.load().zone("buffer_zone_1974")
        >>> 229 < zone["area_km2"].item() < 239
        True
        """
        import geopandas

        union = self.zone_polygon(zone)
        row = {
            "id": [zone],
            **{f"name_{tag}": [self.curated_zones[zone].names.get(tag)] for tag in self.profile.tags},
            "area_km2": [self.ledger.zone_area(zone).area],
        }
        return geopandas.GeoDataFrame(row, geometry=[union], crs=4326)

    def snapshot(self, date: str, *, extent: str = "best") -> geopandas.GeoDataFrame:
        """Return who held what on a date.

        Parameters
        ----------
        date
            ``2024-12-07``, ``today``, or the id of a scenario.
        extent
            ``best``, ``min`` (what all sources confirm) or ``max`` (the largest credible report).

        Returns
        -------
        snapshot
            One row per face, EPSG:4326: ``id``, ``zones``, ``controller``, ``held_from``, ``held_to`` (the day after
            the last; None while it lasts), ``from_date`` and ``to_date`` (the same as real dates, a month or a year as
            its first day), ``basis``, ``sources``, ``evidence``, ``publishers``, ``accounts``, ``hypothetical``,
            ``area_km2``, its 95 % interval. Lists, such as ``sources``, are text joined by blanks. For ``to_json``,
            give ``default=str``.

        Raises
        ------
        ClaimsError
            When the date is unknown, before the record or in the future.

        Examples
        --------
        >>> held = geo.load().snapshot("2024-12-07")
        >>> sorted(set(held["controller"]))
        ['israel', 'syria']
        """
        from geo.answers.frames import real, supported

        held = self.ledger.held(self.ledger.moment(date), extent)
        columns: dict[str, Any] = {
            "controller": [entry.controller for entry in held],
            "held_from": [entry.valid_from for entry in held],
            "held_to": [entry.valid_to for entry in held],
            "from_date": real([entry.valid_from for entry in held]),
            "to_date": real([entry.valid_to for entry in held]),
            "basis": [entry.row.basis for entry in held],
            "sources": [" ".join(entry.row.sources) for entry in held],
            **supported(self, [entry.row for entry in held]),
            "hypothetical": [bool(self.ledger.supposed(self.ledger.moment(date)))] * len(held),
        }
        return self.faces.assign(**columns)[
            [*self.faces.columns[:2], *columns, "area_km2", "ci95_low_km2", "ci95_high_km2", "geometry"]
        ]

    def change(self, before: str, after: str) -> Change:
        """Return what changed hands between two dates, or would between a date and a scenario.

        Parameters
        ----------
        before, after
            Dates, ``2024-12-07`` or ``today``, or ids of scenarios. With the later date first, the result is the mirror
            image of the change.

        Raises
        ------
        ClaimsError
            When a date or scenario is unknown, before the record or in the future.

        Examples
        --------
        >>> golan = geo.load()
        >>> golan.change("2024-12-07", "2026-01-06").net_km2.keys()
        dict_keys(['israel', 'syria'])
        """
        from geo.answers.changes import Change, Names
        from geo.views.words import Words

        before, after = self.ledger.moment(before), self.ledger.moment(after)
        transfers = self.ledger.change(before, after)

        def pieces() -> geopandas.GeoDataFrame:
            order = [(transfer, face) for transfer in transfers for face in transfer.faces]
            rows = self.faces.iloc[[face for _, face in order]].reset_index(drop=True)
            rows.insert(0, "from", [transfer.source for transfer, _ in order])
            rows.insert(1, "to", [transfer.target for transfer, _ in order])
            return rows

        supposed = self.ledger.supposed(before, after)
        names = Names(
            party=Words(profile=self.profile).party,
            zone=self.zone_name,
            place=lambda place: self.curated_places[place].label,
        )
        return Change(
            before,
            after,
            transfers,
            pieces,
            drawn=self.map,
            supposed=supposed,
            names=names,
            last_report=self.last_report,
            unreported=self.unreported(before, after),
        )

    def metadata(self, standard: str, *, url: str = "") -> dict[str, Any]:
        """Return the record as dataset searches, catalogues and archives describe it.

        Parameters
        ----------
        standard
            ``schema.org``, ``dcat``, ``stac``, ``croissant``, ``zenodo`` or ``datacite``.
        url
            Where the folder of the layers is on the web; without it, addresses are relative to the data package.

        Returns
        -------
        metadata
            What ``json.dump`` writes.

        Raises
        ------
        ClaimsError
            When the standard is unknown, the layers have no ``datapackage.json``, or it lacks what the standard needs.

        Examples
        --------
        >>> geo.load().metadata("schema.org")["license"]
        'https://opendatacommons.org/licenses/odbl/1-0/'
        """
        from geo.formats import metadata

        return metadata.document(self, standard, url=url)

    def compare(
        self,
        layer: str,
        data: geopandas.GeoDataFrame | geopandas.GeoSeries | str | Path,
        *,
        where: dict[str, Any] | None = None,
        feature: int | None = None,
        file_layer: str | None = None,
        encoding: str | None = None,
        repair: bool = False,
        operation: str | None = None,
        gaps: int = 5,
    ) -> Comparison:
        """Return how far a layer is from another map's version of it.

        Parameters
        ----------
        layer
            A line, route, zone or band, by id.
        data
            The other version: a frame in any CRS, or a file as :func:`geo.series` reads them. Polygons or lines; of a
            line beside polygons, the distances go to their outlines.
        where
            Columns, and the value that the chosen features have in them; by default all, together.
        feature
            The one feature to take, by its number from 0.
        file_layer, encoding
            Layer of a GeoPackage of several; encoding of a Shapefile or GeoJSON file.
        repair
            Make invalid polygons valid.
        operation
            Of PROJ, from another CRS, by name.
        gaps
            How many of the stretches that are furthest off to name at most.

        Raises
        ------
        ClaimsError
            When there is no such layer, the file cannot be read, or nothing in it can be compared.

        Warns
        -----
        ClaimsWarning
            When several features are compared as one, or some are left out.

        Examples
        --------
        >>> golan = geo.load()
        >>> beside = golan.compare("line_a", golan.lines.loc[["line_b"]])
        >>> beside.found.hausdorff_m > 5000, beside.found.kind
        (True, 'line')
        """
        from geo.answers.comparison import Comparison
        from geo.checks import compare, references

        compare.shape(self, layer)  # before a large file is read
        other = references.read(
            data,
            where=where,
            feature=feature,
            layer=file_layer,
            encoding=encoding,
            repair=repair,
            operation=operation,
        )
        found = compare.compare(self, layer, other, most=gaps)
        if compare.is_apart(found):
            note(f"{other.name}: lies wholly apart from {layer}; is it the right map, and longitude before latitude?")
        return Comparison(self, found, other.name)

    def map(self, before: str | None = None, after: str | None = None, **options: Any) -> folium.Map:
        """Return an interactive map of the whole record, opened at one date or at the change between two.

        Parameters
        ----------
        before, after
            None, one date, or two: ``2024-12-07``, ``today`` or the id of a scenario. By default the map opens at the
            last change of control.
        **options
            ``perspective``, ``language`` and ``tiles``; see :func:`geo.views.maps.control_map`.

        Returns
        -------
        map
            A :class:`folium.Map` that works offline and displays itself in a notebook.

        Raises
        ------
        ClaimsError
            When a date, scenario, perspective, language or tile provider is unknown.

        Examples
        --------
        >>> geo.load().map("2024-12-07", "2026-01-06", language="he").save("map.html")
        """
        from geo.views import maps

        return maps.control_map(self, before, after, **options)

    def plot(
        self,
        before: str | None = None,
        after: str | None = None,
        *,
        kind: str = "change",
        zone: str | None = None,
        language: str | None = None,
        width_cm: float | None = None,
        style: str = "screen",
        dark: bool = False,
    ) -> Figure:
        """Return a figure for a report.

        Parameters
        ----------
        before, after
            Two dates or scenarios, for kind ``change``; by default the last two key dates of the layers, or
            the dates before and after their last change.
        kind
            ``change`` (before, after and what changed hands), ``timeline`` (area held by each party), ``figures``
            (published against computed), ``zone`` (a zone with the accuracy of its lines, or all zones in one sheet) or
            ``profile`` (the width of a zone).
        zone
            The zone, for kinds ``zone`` and ``profile``; by default all of them, and the one that the profile names.
        language
            One of the layers' languages, by default the first. What has no translation stays as it is.
        width_cm
            How wide the figure is printed, centimetres; no type is smaller than 6 points.
        style
            ``screen``, ``print`` (17 cm wide, 300 dpi) or ``slide`` (larger type, 16 to 9).
        dark
            Light on dark.

        Raises
        ------
        ClaimsError
            When a date, scenario, kind, zone, language or style is unknown, a date or zone does not go with the
            kind, or no figure is that wide.

        Examples
        --------
        >>> geo.load().plot(kind="profile").savefig("profile.png")
        >>> print(round(2.54 * geo.load().plot(kind="timeline", width_cm=8, style="print").get_figwidth()))
        8
        """
        from geo.views import charts, plots, zone_plots
        from geo.views.sheets import sheet

        dates = [moment for moment in (before, after) if moment is not None]
        if kind not in PLOTS:
            raise unknown("kind of plot", kind, list(PLOTS))
        if dates and kind != "change":
            raise ClaimsError(f"dates go with --kind change, not with {kind}")
        if zone is not None and kind not in ("zone", "profile"):
            raise ClaimsError(f"a zone goes with --kind zone or profile, not with {kind}")
        drawn: dict[str, Any] = {"language": language, "on": sheet(width_cm=width_cm, style=style, dark=dark)}
        if kind == "change":
            return plots.change_figure(self, *self._two_dates(dates), **drawn)
        if kind == "zone":
            return zone_plots.zone_figure(self, zone, **drawn) if zone else zone_plots.zones_figure(self, **drawn)
        if kind == "profile":
            return charts.profile_figure(self, zone or self._default_zone(), **drawn)
        return (charts.timeline_figure if kind == "timeline" else charts.figures_figure)(self, **drawn)

    def animate(
        self,
        path: str | Path,
        *,
        language: str | None = None,
        width_cm: float | None = None,
        style: str = "screen",
        dark: bool = False,
    ) -> None:
        """Write the timeline as a moving picture: the map of each change of control, and who held how much.

        Parameters
        ----------
        path
            A ``.gif`` or ``.webp``, or an ``.mp4`` where ffmpeg is installed.
        language, width_cm, style, dark
            As of :meth:`plot`; by itself the picture is 960 pixels wide.

        Raises
        ------
        ClaimsError
            When the file has another ending or cannot be written, or there is no such language, style or width.

        Examples
        --------
        >>> geo.load().animate("timeline.webp", width_cm=10)  # doctest: +SKIP
        """
        from geo.views import animation
        from geo.views.sheets import sheet
        from geo.views.words import Words

        on, words = sheet(width_cm=width_cm, style=style, dark=dark), Words(language, self.profile)
        animation.save(animation.record_timeline(self, words), path, words, on)

    def _two_dates(self, given: list[str]) -> list[str]:
        """Return the dates of a change: those given, or the last two key dates, or else the last change."""
        dates = given or list(self.key_dates[-2:])
        if len(dates) < 2 and not given:  # without a change, today beside the first day
            dates = [self.ledger.first, *(self.ledger.changes() or [self.ledger.today()])][-2:]
        if len(dates) != 2:
            raise ClaimsError(f"plot takes 2 dates, not {len(dates)}; give both or none")
        return dates

    def _default_zone(self) -> str:
        """Return the zone that the profile names, or else the first one."""
        return self.profile.default_zone or next(iter(self.curated_zones), "")

    def __repr__(self) -> str:
        return f"<Record {self.path.name}: {len(self.ledger.names)} faces, known from {self.ledger.first}>"

    def _repr_html_(self) -> str:
        import html

        rows = "".join(
            f"<tr><td>{html.escape(zone.id)}</td><td>{html.escape(first_name(zone.names))}</td>"
            f"<td style='text-align:right'>{(area := self.ledger.zone_area(zone.id)).area:.1f}</td>"
            f"<td>{area.ci95[0]:.1f} to {area.ci95[1]:.1f}</td></tr>"
            for zone in self.curated_zones.values()
            if zone.kind != "unit"
        )
        return (
            f"<table><caption>Control known from {html.escape(self.ledger.first)}</caption>"
            f"<thead><tr><th>zone</th><th>name</th><th>km²</th><th>95 %</th></tr></thead><tbody>{rows}</tbody></table>"
        )


def load(layers: str | Path | None = None) -> Record:
    """Return the layers that come with the package, or your own.

    Parameters
    ----------
    layers
        Folder with your own layers, laid out as ``layers/README.md`` describes.

    Raises
    ------
    ClaimsError
        When the folder holds no layers, or a file in it is invalid.

    Examples
    --------
    >>> geo.load().bounds[0] < 36
    True
    """
    return Record(_files.shipped() if layers is None else layers)
