"""A folder of layers, read and derived: its records by id, its faces, and who held them."""

from __future__ import annotations

import copy
import math
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from geo import _files
from geo._errors import ClaimsError, unknown
from geo.geometry.distance import metres_to
from geo.layers import derive, evidence, tables
from geo.layers import profile as profiles
from geo.layers.ledger import Ledger
from geo.layers.profile import Profile, first_name

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from geo.layers.elevation import Elevation
    from geo.layers.faces import Arc

R = TypeVar("R")
S = TypeVar("S", tables.Place, tables.Context)


class Near(NamedTuple):
    """A line near a position: the distance, also in combined standard deviations of line and position."""

    line: str
    name: str
    metres: float
    sigmas: float
    accuracy_m: float
    valid_from: str
    valid_to: str | None


SIDES = ("uncertain", "not sure", "likely", "sure")


def side(sigmas: float) -> str:
    """Return how sure it is on which side of a line a position lies, by its distance in standard deviations.

    Examples
    --------
    >>> [side(sigmas) for sigmas in (0.5, 1.5, 2.5, 3.5)]
    ['uncertain', 'not sure', 'likely', 'sure']
    """
    return SIDES[int(min(sigmas, len(SIDES) - 1))]


class Layers:
    """A folder of layers, read and derived.

    Parameters
    ----------
    layers
        Folder with ``curated`` and, optionally for speed, ``built``.
    anew
        Derive faces and numbers from the curated files even if the built ones are current.
    """

    def __init__(self, layers: str | Path, *, anew: bool = False) -> None:
        self.path = Path(layers)
        self._curated = self.path / "curated"
        if not self._curated.is_dir():
            raise ClaimsError(f"{self.path}: no layers here: it has no folder named curated")
        built = None if anew else derive.current(self.path)
        self._built = built is not None
        self.topology = built or self._derived.topology
        self.curated_control = self.records(tables.read_control)
        self.ledger = Ledger(
            self.topology,
            self.curated_control,
            tables.read_scenarios(self._curated, profile=self.profile),
            profile=self.profile,
        )

    @cached_property
    def _derived(self) -> derive.Derived:
        return derive.derive(self.path)

    @property
    def arcs(self) -> list[Arc]:
        """Stretches of line between nodes, with the faces on both sides."""
        return self._derived.arcs

    @cached_property
    def polygons(self) -> NDArray[np.object_]:
        """The faces as shapely polygons, in the order of the ledger."""
        if not self._built:
            return self._derived.polygons
        import numpy as np
        import shapely

        features = _files.read_json(self.path / "built" / derive.FACES)["features"]
        return np.array([shapely.geometry.shape(feature["geometry"]) for feature in features], dtype=object)

    def records(self, reader: tables.Reader[R]) -> list[R]:
        """Return the records of a curated file, as read."""
        return reader(self._curated, profile=self.profile)

    @cached_property
    def profile(self) -> Profile:
        """What the territory, its languages, parties and kinds are called and look like; optional for a folder."""
        return profiles.read(self.path)

    @cached_property
    def key_dates(self) -> tuple[str, ...]:
        """The dates that exports and figures show unless others are asked for."""
        return tuple(map(self.ledger.moment, self.profile.key_dates))

    @cached_property
    def curated_zones(self) -> dict[str, tables.Zone]:
        """Zones by id."""
        return {zone.id: zone for zone in self.records(tables.read_zones)}

    @cached_property
    def curated_lines(self) -> dict[str, tables.Line]:
        """Lines by id, as read."""
        return {line.id: line for line in self.records(tables.read_lines)}

    @cached_property
    def curated_places(self) -> dict[str, tables.Place]:
        """Places by id, as read."""
        return {place.id: place for place in self.records(tables.read_places)}

    @cached_property
    def routes(self) -> dict[str, tables.Route]:
        """Lines that run along other lines, by id."""
        return {route.id: route for route in self.records(tables.read_routes)}

    @cached_property
    def bands(self) -> dict[str, tables.Band]:
        """Bands beside a line, by id."""
        return {band.id: band for band in self.records(tables.read_bands)}

    @cached_property
    def context(self) -> list[tables.Context]:
        """What lies around: cities, coast, names and borders; optional."""
        return self.records(tables.read_context)

    @cached_property
    def elevation(self) -> Elevation | None:
        """The heights of the ground and of what lies around it; optional."""
        from geo.layers import elevation

        return elevation.read(self._curated)

    @cached_property
    def spreads(self) -> dict[str, list[tables.Spread]]:
        """Distance between two published maps of a line, by line."""
        spreads: dict[str, list[tables.Spread]] = {}
        for spread in self.records(tables.read_spreads):
            spreads.setdefault(spread.line, []).append(spread)
        return spreads

    @cached_property
    def curated_events(self) -> dict[str, tables.Event]:
        """Events by id, in order of date."""
        events = sorted(self.records(tables.read_events), key=lambda event: event.date)
        return {event.id: event for event in events}

    @cached_property
    def last_report(self) -> str:
        """The last day of which the record tells: of an event, of a change of control, or of a place seen to stand."""
        told = [
            *(event.date_to or event.date for event in self.curated_events.values()),
            *(place.last_report for place in self.curated_places.values()),
        ]
        return max(self.ledger.first, *self.ledger.changes()[-1:], *filter(None, told))

    def unreported(self, *moments: str) -> bool:
        """Tell whether some day or base date is later than the last report, so that the answer only repeats it.

        Examples
        --------
        >>> golan = geo.load()
        >>> golan.unreported("2024-12-07", "2026-01-06"), golan.unreported("today")
        (False, True)
        """
        return any(self.ledger.day_of(self.ledger.moment(moment)) > self.last_report for moment in moments)

    @cached_property
    def published(self) -> list[tables.Figure]:
        """Figures as published."""
        return self.records(tables.read_figures)

    @cached_property
    def curated_proposals(self) -> list[tables.Proposal]:
        """What has been demanded or offered in talks."""
        return self.records(tables.read_proposals)

    @cached_property
    def uncorroborated(self) -> list[tables.Uncorroborated]:
        """Changes of control that rest on less than the profile asks for, and what was looked for."""
        return self.records(tables.read_uncorroborated)

    @cached_property
    def views(self) -> dict[str, list[tables.View]]:
        """What each party calls the zones and to whom it assigns them, by party."""
        views: dict[str, list[tables.View]] = {}
        for view in self.records(tables.read_views):
            views.setdefault(view.perspective, []).append(view)
        return views

    @property
    def perspectives(self) -> list[str]:
        """The parties whose view of the ground is known."""
        return sorted(self.views)

    def seen_by(self, perspective: str) -> Ledger:
        """Return whose the ground is by right in the view of a party, and what the party calls it.

        Parameters
        ----------
        perspective
            One of :attr:`perspectives`.

        Returns
        -------
        ledger
            Like that of control, with ``controller`` the state that the party assigns the ground to, and the party's
            name for the ground in the note of each entry's row.

        Raises
        ------
        ClaimsError
            When the perspective is unknown, or omits a face or counts one twice.

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

    def stretches(self, route: str) -> list[tuple[tables.Line, tuple[tuple[float, float], ...]]]:
        """Return the lines that a route follows, each with the positions of the route on it.

        Examples
        --------
        >>> [line.id for line, _ in geo.load().stretches("ceasefire_1967")][:2]
        ['line_a', 'ceasefire_1967_rafid']
        """
        from geo.layers import routes

        file = str(self._curated / "routes.csv")
        return routes.stretches(self.routes[route], self.curated_lines, file=file)

    def course(self, line: str) -> tuple[tuple[float, float], ...]:
        """Return the positions of a line or route, by id.

        Raises
        ------
        ClaimsError
            When there is no such line, or the parts of the route do not meet.

        Examples
        --------
        >>> golan = geo.load()
        >>> golan.course("line_a") == golan.curated_lines["line_a"].coordinates
        True
        """
        from geo.layers import routes

        if line in self.routes:
            file = str(self._curated / "routes.csv")
            return routes.course(self.routes[line], self.curated_lines, file=file)
        if line not in self.curated_lines:
            raise unknown("line", line, sorted([*self.curated_lines, *self.routes]))
        return self.curated_lines[line].coordinates

    @cached_property
    def sources(self) -> dict[str, dict[str, Any]]:
        """CSL-JSON items by id."""
        return tables.read_sources(self._curated)

    def evidence(self, *records: Any) -> evidence.Evidence:
        """Return how strong the evidence of some curated records is: what all their sources say together.

        Examples
        --------
        >>> golan = geo.load()
        >>> golan.evidence(golan.curated_lines["line_a"]).grade
        'primary'
        """
        if len(records) == 1 and isinstance(records[0], tables.Control):
            return evidence.of_control(records[0], self.curated_control, self.sources)
        cited = [source for record in records for source in record.sources]
        return evidence.weigh(cited, self.sources, evidence.holders(self.curated_control))

    @cached_property
    def curated_claims(self) -> list[tables.Claim]:
        """What parties say about each zone by right."""
        return self.records(tables.read_claims)

    @cached_property
    def translations(self) -> dict[str, dict[str, str]]:
        """Translations of events, claims and notes by language, for each text as it is written."""
        found: dict[str, dict[str, str]] = {}
        for one in self.records(tables.read_translations):
            found.setdefault(one.original, {})[one.language] = one.text
        return found

    def text(self, original: str, language: str) -> str:
        """Return a text of the curated files in a language, or as it is written where it has no translation.

        Examples
        --------
        >>> golan = geo.load()
        >>> title = golan.curated_events["e_2018_07_26_quneitra"].title
        >>> golan.text(title, "he") == title, golan.text(title, "en") == title
        (False, True)
        """
        return self.translations.get(original, {}).get(language, original)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east and north edges of the covered ground, degrees."""
        import shapely

        west, south, east, north = shapely.total_bounds(self.polygons).tolist()
        return west, south, east, north

    def unbroken(self) -> Layers:
        """Return the layers as pictures draw them: on one side of the antimeridian where the ground crosses it.

        Longitudes then run on beyond 180. Layers elsewhere are returned as they are.

        Examples
        --------
        >>> golan = geo.load()
        >>> golan.unbroken() is golan
        True
        """
        import numpy as np

        from geo.geometry import antimeridian

        if not antimeridian.is_parted(self.polygons):
            return self

        def moved(course: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
            return tuple(map(tuple, antimeridian.positions(np.array(course)).tolist()))

        def beside(spot: S) -> S:
            return spot._replace(lon=float(antimeridian.positions(np.array([[spot.lon, spot.lat]]))[0, 0]))

        def around(spot: tables.Context) -> tables.Context:
            course = antimeridian.positions(np.array(spot.vertices or [(spot.lon, spot.lat)]))
            return beside(spot)._replace(course=tuple(f"{lon}:{lat}" for lon, lat in course) if spot.course else ())

        found = copy.copy(self)
        arcs = [arc._replace(coordinates=antimeridian.positions(arc.coordinates)) for arc in self.arcs]
        lines = self.curated_lines.items()
        vars(found).update(  # what is cached, in the place of what would be read
            _derived=self._derived._replace(arcs=arcs),
            polygons=antimeridian.run_on(self.polygons),
            curated_lines={name: line._replace(coordinates=moved(line.coordinates)) for name, line in lines},
            curated_places={name: beside(place) for name, place in self.curated_places.items()},
            context=[around(spot) for spot in self.context],
        )
        return found

    def zone_name(self, zone: str) -> str:
        """Return the name of a zone in the first language, or its id where it has none.

        Examples
        --------
        >>> geo.load().zone_name("golan_heights")
        'Golan Heights west of Line A'
        """
        return first_name(self.curated_zones[zone].names) if zone in self.curated_zones else zone

    def zone_polygon(self, zone: str) -> Any:
        """Return the union of the faces of a zone; EPSG:4326.

        Raises
        ------
        ClaimsError
            When there is no such zone.

        Examples
        --------
        >>> geo.load().zone_polygon("buffer_zone_1974").geom_type
        'Polygon'
        """
        if zone not in self.curated_zones:
            raise unknown("zone", zone, sorted(self.curated_zones))
        return self.union(self.ledger.faces_in(zone))

    def union(self, faces: list[int]) -> Any:
        """Return the union of some faces, EPSG:4326, on their own vertices.

        Examples
        --------
        >>> golan = geo.load()
        >>> golan.union(golan.ledger.faces_in("buffer_zone_1974")).geom_type
        'Polygon'
        """
        import shapely

        try:
            return shapely.coverage_union_all(self.polygons[faces])
        except shapely.GEOSException:  # of faces a micrometre wide, whose area is lost in rounding
            return shapely.union_all(self.polygons[faces])

    def face_at(self, lon: float, lat: float) -> int | None:
        """Return the index of the face that contains a position, or None outside the covered ground.

        Examples
        --------
        >>> golan = geo.load()
        >>> golan.ledger.zones_of[golan.face_at(35.824, 33.126)][0]
        'buffer_zone_1974'
        >>> golan.face_at(0, 0) is None
        True
        """
        import shapely

        found = shapely.STRtree(self.polygons).query(shapely.Point(lon, lat), predicate="intersects")
        return min(found.tolist(), default=None)

    def lines_round(self, zone: str) -> dict[str, float]:
        """Return the lines that bound a zone, with the length of each in metres.

        Examples
        --------
        >>> {"line_a", "line_b"} <= geo.load().lines_round("buffer_zone_1974").keys()
        True
        """
        from geo.geometry import uncertainty

        metres: dict[str, float] = {}
        for index in self.ledger.boundary(self.ledger.faces_in(zone)):
            line = self.topology["arcs"][index][0]
            metres[line] = metres.get(line, 0.0) + uncertainty.length_m(self.arcs[index].coordinates)
        return metres

    def near(self, lon: float, lat: float, accuracy_m: float = 0.0) -> list[Near]:
        """Return the lines near a position relative to the accuracy of both, nearest first.

        Parameters
        ----------
        lon, lat
            Degrees.
        accuracy_m
            One standard deviation of the position itself.

        Returns
        -------
        near
            Lines that bound faces, within three combined standard deviations of line and position.

        Examples
        --------
        >>> [line.line for line in geo.load().near(35.838, 33.098, accuracy_m=100)]
        ['front_bir_ajam', 'salient_1973_front', 'ceasefire_1967_quneitra']
        """
        found = []
        for line in self.curated_lines.values():
            if not line.cuts or line.kind == "frame":
                continue
            metres = metres_to(lon, lat, line.coordinates)
            sigma = math.hypot(line.accuracy_m, accuracy_m)
            if metres < 3 * sigma:
                found.append(
                    Near(
                        line.id,
                        first_name(line.names),
                        metres,
                        metres / sigma,
                        line.accuracy_m,
                        line.valid_from,
                        line.valid_to,
                    )
                )
        return sorted(found, key=lambda line: line.sigmas)
