"""What changed hands: the answer as an object, for curated layers and for any two GeoDataFrames.

In: transfers of whole faces. Out: table, pieces of ground, JSON, notebook view.
"""

from __future__ import annotations

import html
import math
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from geo._errors import ClaimsError
from geo.ledger import CM2_PER_KM2, Z95, Ledger, Quantity, Transfer, change_json

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import folium
    import geopandas


class Change:
    """Ground that passed from one controller to another.

    Attributes
    ----------
    before, after
        The two dates, or the words for the two frames.
    transfers
        One entry per pair of controllers, largest first.
    """

    def __init__(
        self,
        before: str,
        after: str,
        transfers: list[Transfer],
        pieces: Callable[[], geopandas.GeoDataFrame],
        *,
        drawn: Callable[..., folium.Map] | None = None,
        supposed: Sequence[dict[str, Any]] = (),
    ) -> None:
        self.before = before
        self.after = after
        self.transfers = transfers
        self._pieces = pieces
        self._drawn = drawn
        self._supposed = list(supposed)

    @cached_property
    def pieces(self) -> geopandas.GeoDataFrame:
        """The ground that changed hands in the best extent, one row per patch; EPSG:4326.

        Columns ``from``, ``to``, ``area_km2`` and, for curated layers, the face and its zones.
        """
        return self._pieces()

    @property
    def net_km2(self) -> dict[str, float]:
        """What each controller gained less what it lost, in km²; the values sum to zero."""
        return {name: cm2 / CM2_PER_KM2 for name, cm2 in Ledger.net_cm2(self.transfers).items()}

    def table(self) -> pd.DataFrame:
        """Return one row per pair of controllers.

        Returns
        -------
        table
            Columns ``from``, ``to``, ``area_km2`` (best extent), ``low_km2`` and ``high_km2`` (the extents),
            ``ci95_low_km2`` and ``ci95_high_km2`` (where the lines run), ``zones``, ``places`` and ``hypothetical``.

        Examples
        --------
        >>> golan = geo.load()
        >>> golan.change("2024-12-07", "2024-12-08").table()[["from", "to"]]
            from      to
        0  syria  israel
        """
        rows = [
            {
                "from": transfer.source,
                "to": transfer.target,
                "area_km2": transfer.quantity.area,
                "low_km2": transfer.quantity.low,
                "high_km2": transfer.quantity.high,
                "ci95_low_km2": transfer.quantity.ci95[0],
                "ci95_high_km2": transfer.quantity.ci95[1],
                "zones": list(transfer.zones_km2),
                "places": list(transfer.places),
                "hypothetical": self.hypothetical,
            }
            for transfer in self.transfers
        ]
        bounds = ["low_km2", "high_km2", "ci95_low_km2", "ci95_high_km2"]
        columns = ["from", "to", "area_km2", *bounds, "zones", "places", "hypothetical"]
        return pd.DataFrame(rows, columns=columns)

    def json(self) -> dict[str, Any]:
        """Return the answer in the words of ``claims change --json``."""
        return change_json(self.before, self.after, self.transfers, self._supposed)

    def map(self, **options: Any) -> folium.Map:
        """Return an interactive map of the change; see :meth:`geo.Record.map` and :meth:`geo.Series.map`.

        Raises
        ------
        ClaimsError
            When the change is between two frames, which have no lines, places or sources to draw.
        """
        if self._drawn is None:
            raise ClaimsError("a change between two frames has no map; try .pieces.explore()")
        return self._drawn(self.before, self.after, **options)

    @property
    def hypothetical(self) -> bool:
        """Whether one of the two is a scenario and not a date."""
        return bool(self._supposed)

    def __repr__(self) -> str:
        moved = sum(transfer.quantity.area for transfer in self.transfers)
        kind = "Hypothetical change" if self.hypothetical else "Change"
        return f"<{kind} {self.before} to {self.after}: {len(self.transfers)} transfers, {moved:.1f} km²>"

    def _repr_html_(self) -> str:
        mark = "HYPOTHETICAL: " if self.hypothetical else ""
        rows = "".join(
            f"<tr><td>{html.escape(t.source)}</td><td>{html.escape(t.target)}</td>"
            f"<td style='text-align:right'>{t.quantity.area:.1f}</td>"
            f"<td>{_interval(t.quantity)}</td>"
            f"<td>{t.quantity.low:.1f} to {t.quantity.high:.1f}</td><td>{html.escape(', '.join(t.places))}</td></tr>"
            for t in self.transfers
        )
        return (
            f"<table><caption>{mark}Change in control, {html.escape(self.before)} to {html.escape(self.after)}"
            "</caption>"
            "<thead><tr><th>from</th><th>to</th><th>km²</th><th>95 % (where the lines run)</th>"
            f"<th>range (who holds what)</th><th>places</th></tr></thead><tbody>{rows}</tbody></table>"
        )


def _interval(quantity: Quantity) -> str:
    low, high = quantity.ci95
    return "no accuracy stated" if math.isnan(low) else f"{low:.1f} to {high:.1f}"


def transfer(source: str, target: str, area_cm2: int, sigma_km2: float | None = None) -> Transfer:
    """Return a transfer of which only the ground is known and, if an accuracy is stated, how sure its edge is."""
    area = area_cm2 / CM2_PER_KM2
    margin = math.nan if sigma_km2 is None else Z95 * sigma_km2
    low = math.nan if sigma_km2 is None else max(area - margin, 0.0)
    quantity = Quantity(area, area, area, (low, area + margin))
    return Transfer(source, target, quantity, area_cm2, (), {}, (), (), (), (), None)


def change(
    before: geopandas.GeoDataFrame,
    after: geopandas.GeoDataFrame,
    *,
    by: str = "controller",
    before_name: str = "before",
    after_name: str = "after",
) -> Change:
    """Return what changed hands between any two frames of polygons.

    All edges of both frames are noded once into faces; a change is a sum over whole faces, so gains and losses
    balance to the square centimetre. Ground that a frame does not cover counts as ``none``.

    Parameters
    ----------
    before, after
        Frames of polygons in any CRS, one controller per place.
    by
        The column that says who holds a row.
    before_name, after_name
        What to call the two frames in the answer, such as their dates.

    Returns
    -------
    change
        With no line accuracies the 95 % interval is NaN; with one extent ``low_km2`` and ``high_km2`` equal the area.

    Raises
    ------
    ClaimsError
        When a frame has no CRS or column `by`, an invalid geometry, or two controllers on one piece of ground.

    Examples
    --------
    >>> import geopandas, shapely
    >>> west, east = shapely.box(35.7, 33.0, 35.8, 33.1), shapely.box(35.8, 33.0, 35.9, 33.1)
    >>> before = geopandas.GeoDataFrame({"controller": ["a", "b"]}, geometry=[west, east], crs=4326)
    >>> after = geopandas.GeoDataFrame({"controller": ["a"]}, geometry=[west.union(east)], crs=4326)
    >>> geo.change(before, after).table()[["from", "to", "area_km2"]].round(3)
      from to  area_km2
    0    b  a   103.586
    """
    from geo import dated

    return dated.between(before, after, by=by, names=(before_name, after_name))
