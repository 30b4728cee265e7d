"""Change: the ground that changed hands, for a record, a series or any two frames of polygons.

In: transfers of whole faces. Out: table, pieces of ground, JSON, notebook view.
"""

from __future__ import annotations

import html
import math
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from geo._errors import ClaimsError
from geo.answers.shown import Shown
from geo.layers.transfers import CM2_PER_KM2, change_json, net_cm2

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import folium
    import geopandas

    from geo.layers.transfers import Quantity, Transfer


class Names(NamedTuple):
    """Functions that give the names of parties, zones and places by id."""

    party: Callable[[str], str] = str
    zone: Callable[[str], str] = str
    place: Callable[[str], str] = str


class Change(Shown):
    """Ground that passed from one controller to another.

    Attributes
    ----------
    before, after
        The two dates, or labels for the two frames.
    transfers
        One entry per pair of controllers, largest first.

    Examples
    --------
    >>> change = geo.load().change("2024-12-07", "2026-01-06")
    >>> change.before, change.after
    ('2024-12-07', '2026-01-06')
    >>> [(transfer.source, transfer.target) for transfer in change.transfers]
    [('syria', 'israel')]
    """

    _also = ("after", "before", "transfers")

    def __init__(
        self,
        before: str,
        after: str,
        transfers: list[Transfer],
        pieces: Callable[[], geopandas.GeoDataFrame],
        *,
        drawn: Callable[..., folium.Map] | None = None,
        supposed: Sequence[dict[str, Any]] = (),
        names: Names | None = None,
        last_report: str | None = None,
        unreported: bool = False,
    ) -> None:
        self.before = before
        self.after = after
        self.transfers = transfers
        self._pieces = pieces
        self._drawn = drawn
        self._supposed = list(supposed)
        self._names = names or Names()
        self._last_report = last_report
        self._unreported = unreported

    @cached_property
    def pieces(self) -> geopandas.GeoDataFrame:
        """The ground that changed hands in the best extent, one row per patch; EPSG:4326.

        Columns ``from``, ``to``, ``area_km2`` and, for curated layers, the face and its zones.

        Examples
        --------
        >>> change = geo.load().change("2024-12-07", "2026-01-06")
        >>> change.pieces["from"].unique().tolist(), change.pieces["to"].unique().tolist()
        (['syria'], ['israel'])
        """
        return self._pieces()

    @property
    def net_km2(self) -> dict[str, float]:
        """Each controller's gains minus losses, in km²; the values sum to zero.

        Examples
        --------
        >>> change = geo.load().change("2024-12-07", "2026-01-06")
        >>> {party: round(km2, 1) for party, km2 in change.net_km2.items()}
        {'israel': 274.0, 'syria': -274.0}
        """
        return {name: cm2 / CM2_PER_KM2 for name, cm2 in net_cm2(self.transfers).items()}

    def _places(self, transfer: Transfer) -> list[str]:
        """Return the names of places, with "?" where the side is uncertain."""
        return [
            self._names.place(place) + ("?" if place in transfer.places_uncertain else "") for place in transfer.places
        ]

    def table(self, *, names: bool = False) -> pd.DataFrame:
        """Return one row per pair of controllers.

        Parameters
        ----------
        names
            Use English names of parties, zones and places instead of ids. A name ends in "?" where the place lies
            within one standard deviation (place and line combined) of the edge, so that its side is uncertain.

        Returns
        -------
        table
            Columns ``from``, ``to``, ``area_km2`` (best extent), ``low_km2`` and ``high_km2`` (the extents),
            ``ci95_low_km2`` and ``ci95_high_km2`` (digitising error), ``zones``, ``places`` and ``hypothetical``.

        Examples
        --------
        >>> golan = geo.load()
        >>> golan.change("2024-12-07", "2024-12-08").table()[["from", "to"]]
            from      to
        0  syria  israel
        >>> golan.change("2024-12-07", "2024-12-08").table(names=True)[["from", "to"]]
            from      to
        0  Syria  Israel
        """
        party, zone = (self._names.party, self._names.zone) if names else (str, str)
        rows = [
            {
                "from": party(transfer.source),
                "to": party(transfer.target),
                "area_km2": transfer.quantity.area,
                "low_km2": transfer.quantity.low,
                "high_km2": transfer.quantity.high,
                "ci95_low_km2": transfer.quantity.ci95[0],
                "ci95_high_km2": transfer.quantity.ci95[1],
                "zones": list(map(zone, transfer.zones_km2)),
                "places": self._places(transfer) if names else list(transfer.places),
                "hypothetical": self.hypothetical,
            }
            for transfer in self.transfers
        ]
        bounds = ["low_km2", "high_km2", "ci95_low_km2", "ci95_high_km2"]
        columns = ["from", "to", "area_km2", *bounds, "zones", "places", "hypothetical"]
        return pd.DataFrame(rows, columns=columns)

    def json(self) -> dict[str, Any]:
        """Return the change as ``claims change --json`` prints it.

        Examples
        --------
        >>> answer = geo.load().change("2024-12-07", "2026-01-06").json()
        >>> answer["from"], answer["to"], sorted(answer["net_km2"])
        ('2024-12-07', '2026-01-06', ['israel', 'syria'])
        """
        return change_json(self.before, self.after, self.transfers, self._supposed, self._last_report)

    def map(self, **options: Any) -> folium.Map:
        """Return an interactive map of the change; see :meth:`geo.Record.map` and :meth:`geo.Series.map`.

        Raises
        ------
        ClaimsError
            When the change is between two frames, which have no lines, places or sources to draw.

        Examples
        --------
        >>> change = geo.load().change("2024-12-07", "2026-01-06")
        >>> change.map(language="ar").save("change.html")
        """
        if self._drawn is None:
            raise ClaimsError("a change between two frames has no map; try .pieces.explore()")
        return self._drawn(self.before, self.after, **options)

    @property
    def hypothetical(self) -> bool:
        """Whether one of the two is a scenario instead of a date.

        Examples
        --------
        >>> geo.load().change("2026-01-06", "withdraw_2024_12_08").hypothetical
        True
        """
        return bool(self._supposed)

    def __repr__(self) -> str:
        moved = sum(transfer.quantity.area for transfer in self.transfers)
        kind = "Hypothetical change" if self.hypothetical else "Change"
        return f"<{kind} {self.before} to {self.after}: {len(self.transfers)} transfers, {moved:.1f} km²>"

    def _repr_html_(self) -> str:
        mark = "HYPOTHETICAL: " if self.hypothetical else ""
        report = f", as last reported on {html.escape(str(self._last_report))}" if self._unreported else ""
        rows = "".join(
            f"<tr><td>{html.escape(self._names.party(t.source))}</td><td>{html.escape(self._names.party(t.target))}</td>"
            f"<td style='text-align:right'>{t.quantity.area:.1f}</td>"
            f"<td>{_interval(t.quantity)}</td>"
            f"<td>{t.quantity.low:.1f} to {t.quantity.high:.1f}</td>"
            f"<td>{html.escape(', '.join(self._places(t)))}</td></tr>"
            for t in self.transfers
        )
        doubtful = any(t.places_uncertain for t in self.transfers)
        foot = "<p>?: so near the edge that the side is uncertain</p>" if doubtful else ""
        return (
            f"<table><caption>{mark}Change in control, {html.escape(self.before)} to {html.escape(self.after)}"
            f"{report}</caption>"
            "<thead><tr><th>from</th><th>to</th><th>km²</th><th>95 % (where the lines run)</th>"
            f"<th>range (who holds what)</th><th>places</th></tr></thead><tbody>{rows}</tbody></table>{foot}"
        )


def _interval(quantity: Quantity) -> str:
    low, high = quantity.ci95
    return "no accuracy stated" if math.isnan(low) else f"{low:.1f} to {high:.1f}"
