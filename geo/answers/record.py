"""Record: the layers as one object, which answers in frames, maps and figures; and load, which makes it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from geo import _files
from geo._errors import ClaimsError, unknown
from geo.layers import tables
from geo.layers.layers import Layers
from geo.layers.profile import first_name

if TYPE_CHECKING:
    from pathlib import Path

    import folium
    import geopandas
    from matplotlib.figure import Figure

    from geo.answers.changes import Change

PLOTS = ("change", "timeline", "figures", "zone", "profile")


class Record(Layers):
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
    >>> golan.zones["buffer_zone_1974"].names["en"]
    'UN buffer zone of 1974 (area of separation)'
    """

    @cached_property
    def faces(self) -> geopandas.GeoDataFrame:
        """Every face, without gaps: ``id``, ``zones``, ``area_km2`` with its 95 % interval; EPSG:4326.

        Examples
        --------
        >>> faces = geo.load().faces
        >>> bool(faces.geometry.is_valid.all()), faces["id"].is_unique
        (True, True)
        """
        import geopandas

        every = range(len(self.ledger.names))
        quantities = [self.ledger.quantity({extent: [face] for extent in tables.EXTENTS}) for face in every]
        return geopandas.GeoDataFrame(
            {
                "id": self.ledger.names,
                "zones": [list(zones) for zones in self.ledger.zones_of],
                "area_km2": [quantity.area for quantity in quantities],
                "ci95_low_km2": [quantity.ci95[0] for quantity in quantities],
                "ci95_high_km2": [quantity.ci95[1] for quantity in quantities],
            },
            geometry=self.polygons,
            crs=4326,
        )

    @cached_property
    def lines(self) -> geopandas.GeoDataFrame:
        """Every curated line with its period, accuracy, basis and sources; EPSG:4326.

        Examples
        --------
        >>> lines = geo.load().lines.set_index("id")
        >>> lines.loc["line_a", "basis"]
        'map'
        """
        import geopandas
        import shapely

        lines = self.curated_lines.values()
        geometry = [shapely.LineString(line.coordinates) for line in lines]
        return geopandas.GeoDataFrame([line.properties() for line in lines], geometry=geometry, crs=4326)

    @cached_property
    def places(self) -> geopandas.GeoDataFrame:
        """Every place with names, kind, accuracy and, where documented, its side; EPSG:4326.

        Examples
        --------
        >>> places = geo.load().places.set_index("id")
        >>> places.loc["quneitra", "side"]
        'buffer_zone_1974'
        """
        import geopandas

        places = self.curated_places.values()
        geometry = geopandas.points_from_xy([place.lon for place in places], [place.lat for place in places])
        return geopandas.GeoDataFrame([place.properties() for place in places], geometry=geometry, crs=4326)

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
            **{f"name_{tag}": [self.zones[zone].names.get(tag)] for tag in self.profile.tags},
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
            the last; None while it lasts), ``held_from_date`` and ``held_to_date`` (the same as real dates, a month or
            a year as its first day), ``basis``, ``sources``, ``hypothetical``, ``area_km2``, its 95 % interval. For
            ``to_json``, give ``default=str``.

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
        held = self.ledger.held(self.ledger.moment(date), extent)
        import pandas as pd

        def days(texts: list[str | None]) -> pd.Series[Any]:
            """Return dates as real ones, a month or a year as its first day."""
            return pd.to_datetime(pd.Series([text and f"{text}-01-01"[:10] for text in texts], dtype=object))

        columns: dict[str, Any] = {
            "controller": [entry.controller for entry in held],
            "held_from": [entry.valid_from for entry in held],
            "held_to": [entry.valid_to for entry in held],
            "held_from_date": days([entry.valid_from for entry in held]),
            "held_to_date": days([entry.valid_to for entry in held]),
            "basis": [entry.row.basis for entry in held],
            "sources": [list(entry.row.sources) for entry in held],
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
        return Change(before, after, transfers, pieces, drawn=self.map, supposed=supposed, names=names)

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
    ) -> Figure:
        """Return a figure for a report.

        Parameters
        ----------
        before, after
            Two dates or scenarios, for kind ``change``; by default the last two key dates of the layers, or
            the dates before and after their last change.
        kind
            ``change`` (before, after and what changed hands), ``timeline`` (area held by each party), ``figures``
            (published against computed), ``zone`` (a zone with the accuracy of its lines) or ``profile`` (its width).
        zone
            The zone, for kinds ``zone`` and ``profile``; by default the one that the profile names.
        language
            One of the layers' languages, by default the first. Names that the layers have only in the first stay in it,
            as do titles of events, quantities and publishers.

        Raises
        ------
        ClaimsError
            When a date, scenario, kind, zone or language is unknown, or a date or zone does not go with the kind.

        Examples
        --------
        >>> geo.load().plot(kind="profile").savefig("profile.png")
        """
        from geo.views import charts, plots

        dates = [moment for moment in (before, after) if moment is not None]
        if kind not in PLOTS:
            raise unknown("kind of plot", kind, list(PLOTS))
        if dates and kind != "change":
            raise ClaimsError(f"dates go with --kind change, not with {kind}")
        if zone is not None and kind not in ("zone", "profile"):
            raise ClaimsError(f"a zone goes with --kind zone or profile, not with {kind}")
        if kind == "change":
            dates = dates or list(self.key_dates[-2:])
            if len(dates) < 2 and before is after is None:  # the last change; without one, today beside the first day
                dates = [self.ledger.first, *(self.ledger.changes() or [self.ledger.today()])][-2:]
            if len(dates) != 2:
                raise ClaimsError(f"plot takes 2 dates, not {len(dates)}; give both or none")
            return plots.change_figure(self, *dates, language=language)
        if kind == "timeline":
            return charts.timeline_figure(self, language=language)
        if kind == "figures":
            return charts.figures_figure(self, language=language)
        draw = plots.zone_figure if kind == "zone" else charts.profile_figure
        return draw(self, zone or self._default_zone(), language=language)

    def _default_zone(self) -> str:
        """Return the zone that the profile names, or else the first one."""
        return self.profile.default_zone or next(iter(self.zones), "")

    def __repr__(self) -> str:
        return f"<Record {self.path.name}: {len(self.ledger.names)} faces, known from {self.ledger.first}>"

    def _repr_html_(self) -> str:
        import html

        rows = "".join(
            f"<tr><td>{html.escape(zone.id)}</td><td>{html.escape(first_name(zone.names))}</td>"
            f"<td style='text-align:right'>{(area := self.ledger.zone_area(zone.id)).area:.1f}</td>"
            f"<td>{area.ci95[0]:.1f} to {area.ci95[1]:.1f}</td></tr>"
            for zone in self.zones.values()
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
    >>> geo.load().ledger.first
    '1923-03-10'
    """
    return Record(_files.shipped() if layers is None else layers)
