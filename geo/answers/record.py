"""The territorial record: a folder of layers as one object to ask."""

from __future__ import annotations

import math
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from geo import _files, curated, derive
from geo._errors import ClaimsError, unknown
from geo.ledger import Ledger

if TYPE_CHECKING:
    import folium
    import geopandas
    import numpy as np
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from geo.changes import Change
    from geo.faces import Arc


class Near(NamedTuple):
    """A line near a position: how far off, and that in standard deviations of line and position together."""

    line: str
    name: str
    metres: float
    sigmas: float
    accuracy_m: float
    valid_from: str
    valid_to: str | None


PLOTS = ("change", "timeline", "figures", "zone", "profile")


class About(NamedTuple):
    """What a set of layers says of itself in ``datapackage.json``."""

    licence: str
    attribution: str
    key_dates: tuple[str, ...]


class Record:
    """Who holds and who claims which ground, over time.

    Parameters
    ----------
    layers
        Folder with ``curated`` and, for speed, ``built``.
    anew
        Derive faces and numbers from the curated files even when the built ones are current.
    """

    def __init__(self, layers: str | Path, *, anew: bool = False) -> None:
        self.path = Path(layers)
        self._curated = self.path / "curated"
        if not self._curated.is_dir():
            raise ClaimsError(f"{self.path}: no layers here: there is no folder named curated in it")
        built = None if anew else derive.current(self.path)
        self._built = built is not None
        self.topology = built or self._derived.topology
        self.ledger = Ledger(self.topology, curated.read_control(self._curated), curated.read_scenarios(self._curated))

    @cached_property
    def _derived(self) -> derive.Derived:
        return derive.derive(self.path)

    @property
    def arcs(self) -> list[Arc]:
        """Stretches of line between nodes, with the faces on both sides."""
        return self._derived.arcs

    @cached_property
    def polygons(self) -> NDArray[np.object_]:
        """The faces as shapely polygons, in the ledger's order."""
        if not self._built:
            return self._derived.polygons
        import numpy as np
        import shapely

        features = _files.read_json(self.path / "built" / derive.FACES)["features"]
        return np.array([shapely.geometry.shape(feature["geometry"]) for feature in features], dtype=object)

    @cached_property
    def about(self) -> About:
        """Licence, attribution and key dates, from ``datapackage.json``; a set of layers may have none."""
        path = self.path / "datapackage.json"
        package = _files.read_json(path) if path.exists() else {}
        if not isinstance(package, dict):
            raise ClaimsError("not a data package", code="format", file=str(path))
        licences = [str(item.get("name", "")) for item in package.get("licenses") or [] if isinstance(item, dict)]
        days = package.get("keyDates") or []
        return About(
            ", ".join(licences) or "no licence stated",
            str(package.get("attribution") or "no attribution stated"),
            tuple(self.ledger.moment(day) for day in days),
        )

    @cached_property
    def zones(self) -> dict[str, curated.Zone]:
        """Zones by id."""
        return {zone.id: zone for zone in curated.read_zones(self._curated)}

    @cached_property
    def curated_lines(self) -> dict[str, curated.Line]:
        """Lines by id, as read."""
        return {line.id: line for line in curated.read_lines(self._curated)}

    @cached_property
    def curated_places(self) -> dict[str, curated.Place]:
        """Places by id, as read."""
        return {place.id: place for place in curated.read_places(self._curated)}

    @cached_property
    def routes(self) -> dict[str, curated.Route]:
        """Lines that run along other lines, by id."""
        return {route.id: route for route in curated.read_routes(self._curated)}

    @cached_property
    def bands(self) -> dict[str, curated.Band]:
        """Bands beside a line, by id."""
        return {band.id: band for band in curated.read_bands(self._curated)}

    @cached_property
    def context(self) -> list[curated.Context]:
        """Cities and coast around the covered ground; a set of layers may have none."""
        return curated.read_context(self._curated)

    @cached_property
    def spreads(self) -> dict[str, list[curated.Spread]]:
        """How far apart two published maps have a line, by line."""
        spreads: dict[str, list[curated.Spread]] = {}
        for spread in curated.read_spreads(self._curated):
            spreads.setdefault(spread.line, []).append(spread)
        return spreads

    @cached_property
    def events(self) -> dict[str, curated.Event]:
        """Events by id, in order of date."""
        events = sorted(curated.read_events(self._curated), key=lambda event: event.date)
        return {event.id: event for event in events}

    @cached_property
    def published(self) -> list[curated.Figure]:
        """Published figures as published."""
        return curated.read_figures(self._curated)

    @cached_property
    def proposals(self) -> list[curated.Proposal]:
        """What has been asked for or offered in talks."""
        return curated.read_proposals(self._curated)

    @cached_property
    def views(self) -> dict[str, list[curated.View]]:
        """How each party names the zones and counts the ground, by party."""
        views: dict[str, list[curated.View]] = {}
        for view in curated.read_views(self._curated):
            views.setdefault(view.perspective, []).append(view)
        return views

    @property
    def perspectives(self) -> list[str]:
        """The parties whose naming and counting of the ground is known."""
        return sorted(self.views)

    def seen_by(self, perspective: str) -> Ledger:
        """Return the same ground as a party names and counts it: whose it is by right, in its view.

        Parameters
        ----------
        perspective
            One of :attr:`perspectives`.

        Returns
        -------
        ledger
            As for control, with ``controller`` the state that the party counts the ground as, and the party's name for
            the ground in the note of each entry's row.

        Raises
        ------
        ClaimsError
            When the perspective is unknown, or leaves a face out or counts it twice.

        Examples
        --------
        >>> golan = geo.load()
        >>> {view: golan.seen_by(view).held("2026-01-06")[golan.face_at(35.69, 32.99)].controller
        ...  for view in golan.perspectives}
        {'israel': 'israel', 'lebanon': 'syria', 'syria': 'syria', 'un': 'syria', 'us': 'israel'}
        """
        if perspective not in self.views:
            raise unknown("perspective", perspective, self.perspectives)
        rows = [view.as_control() for view in self.views[perspective]]
        return Ledger(self.topology, rows, table="perspectives.csv", what=f"the view of {perspective}")

    def stretches(self, route: str) -> list[tuple[curated.Line, tuple[tuple[float, float], ...]]]:
        """Return the lines that a route runs along, each with the positions that it has on it."""
        from geo import routes

        file = str(self._curated / "routes.csv")
        return routes.stretches(self.routes[route], self.curated_lines, file=file)

    def course(self, line: str) -> tuple[tuple[float, float], ...]:
        """Return the positions of a line or of a route along lines, by id.

        Raises
        ------
        ClaimsError
            When there is no such line, or the parts of the route do not meet.
        """
        from geo import routes

        if line in self.routes:
            file = str(self._curated / "routes.csv")
            return routes.course(self.routes[line], self.curated_lines, file=file)
        if line not in self.curated_lines:
            raise unknown("line", line, sorted([*self.curated_lines, *self.routes]))
        return self.curated_lines[line].coordinates

    @cached_property
    def sources(self) -> dict[str, dict[str, Any]]:
        """CSL-JSON items by id."""
        return curated.read_sources(self._curated)

    @cached_property
    def claims(self) -> list[curated.Claim]:
        """What parties say of each zone by right."""
        return curated.read_claims(self._curated)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east and north edge of the covered ground, degrees."""
        import shapely

        west, south, east, north = shapely.total_bounds(self.polygons).tolist()
        return west, south, east, north

    def face_at(self, lon: float, lat: float) -> int | None:
        """Return the face that a position lies in, or None outside the covered ground."""
        import shapely

        found = shapely.STRtree(self.polygons).query(shapely.Point(lon, lat), predicate="intersects")
        return min(found.tolist(), default=None)

    def lines_round(self, zone: str) -> dict[str, float]:
        """Return how many metres of which lines part a zone from other ground."""
        from geo import uncertainty

        metres: dict[str, float] = {}
        for index in self.ledger.boundary(self.ledger.faces_in(zone)):
            line = self.topology["arcs"][index][0]
            metres[line] = metres.get(line, 0.0) + uncertainty.length_m(self.arcs[index].coordinates)
        return metres

    def near(self, lon: float, lat: float, accuracy_m: float = 0.0) -> list[Near]:
        """Return the lines that a position lies near, in terms of how sure line and position are, nearest first.

        Parameters
        ----------
        lon, lat
            Degrees.
        accuracy_m
            One standard deviation of the position itself.

        Returns
        -------
        near
            The lines that part ground on the map within three standard deviations of line and position together.
        """
        found = []
        for line in self.curated_lines.values():
            if not line.cuts or line.kind == "frame":
                continue
            metres = derive.metres_to(lon, lat, line.coordinates)
            sigma = math.hypot(line.accuracy_m, accuracy_m)
            if metres < 3 * sigma:
                found.append(
                    Near(
                        line.id,
                        line.names["en"],
                        metres,
                        metres / sigma,
                        line.accuracy_m,
                        line.valid_from,
                        line.valid_to,
                    )
                )
        return sorted(found, key=lambda line: line.sigmas)

    @cached_property
    def faces(self) -> geopandas.GeoDataFrame:
        """Every face: ``id``, ``zones``, ``area_km2`` with its 95 % interval, geometry in EPSG:4326; no gaps."""
        import geopandas

        every = range(len(self.ledger.names))
        quantities = [self.ledger.quantity({extent: [face] for extent in curated.EXTENTS}) for face in every]
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
        """Every curated line with its period, accuracy, basis and sources; EPSG:4326."""
        import geopandas
        import shapely

        lines = self.curated_lines.values()
        geometry = [shapely.LineString(line.coordinates) for line in lines]
        return geopandas.GeoDataFrame([line.properties() for line in lines], geometry=geometry, crs=4326)

    @cached_property
    def places(self) -> geopandas.GeoDataFrame:
        """Every place with names, kind, accuracy and, where documented, its side; EPSG:4326."""
        import geopandas

        places = self.curated_places.values()
        geometry = geopandas.points_from_xy([place.lon for place in places], [place.lat for place in places])
        return geopandas.GeoDataFrame([place.properties() for place in places], geometry=geometry, crs=4326)

    def zone(self, zone: str) -> geopandas.GeoDataFrame:
        """Return one zone as a frame of one row with ``id``, ``name_en``, ``area_km2``; EPSG:4326.

        Examples
        --------
        >>> zone = geo.load().zone("buffer_zone_1974")
        >>> 229 < zone["area_km2"].item() < 239
        True
        """
        import geopandas
        import shapely

        if zone not in self.zones:
            raise unknown("zone", zone, sorted(self.zones))
        chosen = self.ledger.faces_in(zone)
        union = shapely.coverage_union_all(self.polygons[chosen])
        row = {
            "id": [zone],
            "name_en": [self.zones[zone].names["en"]],
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
            ``best``, ``min`` (what all sources confirm) or ``max`` (the largest credible claim).

        Returns
        -------
        snapshot
            One row per face, EPSG:4326: ``id``, ``zones``, ``controller``, ``held_from``, ``held_to`` (the day after
            the last; None while it lasts), ``basis``, ``sources``, ``hypothetical``, ``area_km2``, its 95 % interval.

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
        columns: dict[str, list[Any]] = {
            "controller": [entry.controller for entry in held],
            "held_from": [entry.valid_from for entry in held],
            "held_to": [entry.valid_to for entry in held],
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
            Dates, ``2024-12-07`` or ``today``; with the later one first, the mirror of the change. The id of a
            scenario stands wherever a date can.

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
        from geo.changes import Change

        before, after = self.ledger.moment(before), self.ledger.moment(after)
        transfers = self.ledger.change(before, after)

        def pieces() -> geopandas.GeoDataFrame:
            order = [(transfer, face) for transfer in transfers for face in transfer.faces]
            rows = self.faces.iloc[[face for _, face in order]].reset_index(drop=True)
            rows.insert(0, "from", [transfer.source for transfer, _ in order])
            rows.insert(1, "to", [transfer.target for transfer, _ in order])
            return rows

        supposed = self.ledger.supposed(before, after)
        return Change(before, after, transfers, pieces, drawn=self.map, supposed=supposed)

    def map(self, before: str | None = None, after: str | None = None, **options: Any) -> folium.Map:
        """Return an interactive map of the whole record, opened at one date or at the change between two.

        It is a :class:`folium.Map` that needs no network and shows itself in a notebook; see
        :func:`geo.maps.control_map` for the options.
        """
        from geo import maps

        return maps.control_map(self, before, after, **options)

    def plot(
        self,
        before: str | None = None,
        after: str | None = None,
        *,
        kind: str = "change",
        zone: str | None = None,
        language: str = "en",
    ) -> Figure:
        """Return a figure for a report.

        Parameters
        ----------
        before, after
            Two dates or scenarios, for kind ``change``; without them, the last two key dates of the layers.
        kind
            ``change`` (before, after and what changed hands), ``timeline`` (ground held by each party), ``figures``
            (published against computed), ``zone`` (one zone and how sure its lines are) or ``profile`` (its width).
        zone
            The zone, for kinds ``zone`` and ``profile``; without it, the UN buffer zone of 1974.
        language
            ``en``, ``ar`` or ``he``. Names that the layers have only in English stay English, as do titles of events,
            quantities and publishers.

        Raises
        ------
        ClaimsError
            When a date, scenario, kind, zone or language is unknown, or a date or zone goes with another kind.
        """
        from geo import charts, plots

        dates = [moment for moment in (before, after) if moment is not None]
        if kind not in PLOTS:
            raise unknown("kind of plot", kind, list(PLOTS))
        if dates and kind != "change":
            raise ClaimsError(f"dates go with --kind change, not with {kind}")
        if zone is not None and kind not in ("zone", "profile"):
            raise ClaimsError(f"a zone goes with --kind zone or profile, not with {kind}")
        if kind == "change":
            dates = dates or list(self.about.key_dates[-2:])
            if len(dates) != 2:
                raise ClaimsError(f"plot takes 2 dates, not {len(dates)}")
            return plots.change_figure(self, *dates, language=language)
        if kind == "timeline":
            return charts.timeline_figure(self, language=language)
        if kind == "figures":
            return charts.figures_figure(self, language=language)
        draw = plots.zone_figure if kind == "zone" else charts.profile_figure
        return draw(self, zone or "buffer_zone_1974", language=language)

    def __repr__(self) -> str:
        return f"<Record {self.path.name}: {len(self.ledger.names)} faces, known from {self.ledger.first}>"

    def _repr_html_(self) -> str:
        import html

        rows = "".join(
            f"<tr><td>{html.escape(zone.id)}</td><td>{html.escape(zone.names['en'])}</td>"
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
    """Return the layers that come with the package, or one's own.

    Parameters
    ----------
    layers
        Folder of one's own layers; see ``layers/README.md`` for what it holds.

    Raises
    ------
    ClaimsError
        When the folder holds no layers, or a file in it is wrong.

    Examples
    --------
    >>> geo.load().ledger.first
    '1923-03-10'
    """
    return Record(_files.shipped() if layers is None else layers)
