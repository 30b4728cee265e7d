"""The territorial record: a folder of layers as one object to ask."""

from __future__ import annotations

import html
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo import _files, curated, dates, derive
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
        self.ledger = Ledger(self.topology, curated.read_control(self._curated))

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

    @cached_property
    def faces(self) -> geopandas.GeoDataFrame:
        """Every face: ``id``, ``zones``, ``area_km2``, geometry in EPSG:4326; a gapless coverage."""
        import geopandas

        return geopandas.GeoDataFrame(
            {
                "id": self.ledger.names,
                "zones": [list(zones) for zones in self.ledger.zones_of],
                "area_km2": [area / 1e10 for area in self.ledger.area_cm2],
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
            ``2024-12-07``, or ``today``.
        extent
            ``best``, ``min`` (what all sources confirm) or ``max`` (the largest credible claim).

        Returns
        -------
        snapshot
            One row per face, EPSG:4326: ``id``, ``zones``, ``controller``, ``held_from``, ``held_to`` (the day after
            the last; None while it lasts), ``basis``, ``sources``, ``area_km2``.

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
        held = self.ledger.held(dates.day(date), extent)
        columns: dict[str, list[Any]] = {
            "controller": [entry.controller for entry in held],
            "held_from": [entry.valid_from for entry in held],
            "held_to": [entry.valid_to for entry in held],
            "basis": [entry.row.basis for entry in held],
            "sources": [list(entry.row.sources) for entry in held],
        }
        return self.faces.assign(**columns)[
            ["id", "zones", "controller", "held_from", "held_to", "basis", "sources", "area_km2", "geometry"]
        ]

    def change(self, before: str, after: str) -> Change:
        """Return what changed hands between two dates.

        Parameters
        ----------
        before, after
            Dates, ``2024-12-07`` or ``today``; with the later one first, the mirror of the change.

        Raises
        ------
        ClaimsError
            When a date is unknown, before the record or in the future.

        Examples
        --------
        >>> golan = geo.load()
        >>> golan.change("2024-12-07", "2026-01-06").net_km2.keys()
        dict_keys(['israel', 'syria'])
        """
        from geo.changes import Change

        before, after = dates.day(before), dates.day(after)
        transfers = self.ledger.change(before, after)
        order = [(transfer, face) for transfer in transfers for face in transfer.faces]
        rows = self.faces.iloc[[face for _, face in order]].reset_index(drop=True)
        rows.insert(0, "from", [transfer.source for transfer, _ in order])
        rows.insert(1, "to", [transfer.target for transfer, _ in order])
        return Change(before, after, transfers, rows, self)

    def map(self, before: str, after: str | None = None, **options: Any) -> folium.Map:
        """Return an interactive map of one date, or of the change between two.

        It is a :class:`folium.Map` that needs no network and shows itself in a notebook; see
        :func:`geo.maps.control_map` for the options.
        """
        from geo import maps

        return maps.control_map(self, before, after, **options)

    def plot(self, before: str, after: str) -> Figure:
        """Return a figure for a report: before, after and the change; see :func:`geo.plots.change_figure`."""
        from geo import plots

        return plots.change_figure(self, before, after)

    def __repr__(self) -> str:
        return f"<Record {self.path.name}: {len(self.ledger.names)} faces, known from {self.ledger.first}>"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{html.escape(zone.id)}</td><td>{html.escape(zone.names['en'])}</td>"
            f"<td style='text-align:right'>{self.ledger.zone_area(zone.id).area:.1f}</td></tr>"
            for zone in self.zones.values()
        )
        return (
            f"<table><caption>Control known from {html.escape(self.ledger.first)}</caption>"
            f"<thead><tr><th>zone</th><th>name</th><th>km²</th></tr></thead><tbody>{rows}</tbody></table>"
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
    '1967-06-10'
    """
    return Record(_files.shipped() if layers is None else layers)
