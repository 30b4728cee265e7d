"""Catalogue: what the record holds, as frames by id; the base of the record."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from geo.answers.shown import Shown
from geo.layers import tables
from geo.layers.layers import Layers

if TYPE_CHECKING:
    import geopandas
    import pandas as pd


class Catalogue(Shown, Layers):
    """The zones, lines, places, events, claims, scenarios and figures of the record, each as a frame.

    Beside a period as text stand ``from_date`` and ``to_date``, the same as real dates, a month or a year as its first
    day. Lists, such as ``sources``, are text joined by blanks, as in exports (``names_other`` by semicolons).
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
                "zones": [" ".join(zones) for zones in self.ledger.zones_of],
                "area_km2": [quantity.area for quantity in quantities],
                "ci95_low_km2": [quantity.ci95[0] for quantity in quantities],
                "ci95_high_km2": [quantity.ci95[1] for quantity in quantities],
            },
            geometry=self.polygons,
            crs=4326,
        )

    @cached_property
    def layers(self) -> pd.DataFrame:
        """What there is, by id: every line, route, zone and band with its period, accuracy, basis and sources.

        Lines have their length with its 95 % interval and, where maps of them were compared, how far apart these are.

        Examples
        --------
        >>> layers = geo.load().layers
        >>> sorted(set(layers["kind"])), layers.loc["line_a", "type"]
        (['band', 'line', 'route', 'zone'], 'disengagement')
        """
        from geo.answers import frames

        return frames.every_layer(self)

    @cached_property
    def zones(self) -> geopandas.GeoDataFrame:
        """Every zone by id: names by language, kind, period, sources, ``area_km2`` with its 95 % interval; EPSG:4326.

        Here and in the other frames, ``from_date`` and ``to_date`` are the dates beside them as real ones, a month or
        a year as its first day.

        Examples
        --------
        >>> zones = geo.load().zones
        >>> zones.loc["buffer_zone_1974", ["kind", "valid_from", "name_he"]].tolist()
        ['un_zone', '1974-06-25', 'אזור ההפרדה (אזור החיץ)']
        """
        from geo.answers import frames

        return frames.zones(self)

    @cached_property
    def lines(self) -> geopandas.GeoDataFrame:
        """Every curated line by id, with its period, accuracy, basis and sources; EPSG:4326.

        Examples
        --------
        >>> geo.load().lines.loc["line_a", "basis"]
        'map'
        """
        from geo.answers import frames

        return frames.lines(self)

    @cached_property
    def places(self) -> geopandas.GeoDataFrame:
        """Every place by id, with names, kind, accuracy and, where documented, its side; EPSG:4326.

        Examples
        --------
        >>> geo.load().places.loc["quneitra", "side"]
        'buffer_zone_1974'
        """
        from geo.answers import frames

        return frames.places(self)

    @cached_property
    def events(self) -> pd.DataFrame:
        """Every event by id, in order of date; ``date_to`` is its last day, ``to_date`` the day after.

        Examples
        --------
        >>> events = geo.load().events
        >>> bool(events["from_date"].is_monotonic_increasing), sorted(set(events["affects_control"]))
        (True, ['no', 'not_drawn', 'yes'])
        """
        from geo.answers import frames

        return frames.events(self)

    @cached_property
    def claims(self) -> pd.DataFrame:
        """What parties say of each zone by right, by id: claimant, status, statement, period, sources.

        Examples
        --------
        >>> claims = geo.load().claims
        >>> {"israel", "syria"} <= set(claims.loc[claims["zone"] == "golan_heights", "claimant"])
        True
        """
        from geo.answers import frames

        return frames.claims(self)

    @cached_property
    def scenarios(self) -> pd.DataFrame:
        """What has been asked for in talks as would-be control, by the id that can stand in place of a date.

        Examples
        --------
        >>> golan = geo.load()
        >>> golan.scenarios.loc["withdraw_2024_12_08", "proposed_by"]
        'syria'
        >>> golan.change("2026-01-06", "withdraw_2024_12_08").net_km2.keys()
        dict_keys(['israel', 'syria'])
        """
        from geo.answers import frames

        return frames.scenarios(self)

    @cached_property
    def proposals(self) -> pd.DataFrame:
        """What has been demanded or offered in talks, by id; ``scenario`` is that which draws it, if one does.

        Examples
        --------
        >>> golan = geo.load()
        >>> set(golan.proposals["scenario"]) - {""} <= set(golan.scenarios.index)
        True
        """
        from geo.answers import frames

        return frames.proposals(self)

    @cached_property
    def figures(self) -> pd.DataFrame:
        """Published figures beside computed ones, by id, both in the published unit, with a verdict and its reason.

        Figures that the layers cannot measure are left out.

        Examples
        --------
        >>> sorted(set(geo.load().figures["verdict"]))
        ['agrees', 'cannot_be', 'differs']
        """
        from geo.answers import frames

        return frames.figures(self)
