"""What changed hands: the answer as an object, for curated layers and for any two GeoDataFrames.

In: transfers of whole faces. Out: table, pieces of ground, JSON, notebook view.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

import geopandas
import numpy as np
import pandas as pd
import shapely

from geo import areas, faces
from geo._errors import ClaimsError
from geo.ledger import CM2_PER_KM2, Ledger, People, Quantity, Transfer, change_json

if TYPE_CHECKING:
    from collections.abc import Hashable

    import folium

    from geo.record import Record

NOBODY = "none"
_GRID_DEGREES = 1e-9


class Change:
    """Ground that passed from one controller to another.

    Attributes
    ----------
    before, after
        The two dates, or the words for the two frames.
    transfers
        One entry per pair of controllers, largest first.
    pieces
        GeoDataFrame, EPSG:4326: the ground that changed hands in the best extent, one row per patch, with ``from``,
        ``to``, ``area_km2`` and, for curated layers, the face and its zones.
    """

    def __init__(
        self,
        before: str,
        after: str,
        transfers: list[Transfer],
        pieces: geopandas.GeoDataFrame,
        record: Record | None = None,
    ) -> None:
        self.before = before
        self.after = after
        self.transfers = transfers
        self.pieces = pieces
        self._record = record

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
        supposed = self._record.ledger.supposed(self.before, self.after) if self._record else None
        return change_json(self.before, self.after, self.transfers, supposed)

    def map(self, **options: Any) -> folium.Map:
        """Return an interactive map of the change; see :meth:`geo.record.Record.map`.

        Raises
        ------
        ClaimsError
            When the change is between two frames, which have no lines, places or sources to draw.
        """
        if self._record is None:
            raise ClaimsError("only a change between two dates of a set of layers has a map; try .pieces.explore()")
        return self._record.map(self.before, self.after, **options)

    @property
    def hypothetical(self) -> bool:
        """Whether one of the two is a scenario and not a date."""
        return self._record is not None and bool(self._record.ledger.supposed(self.before, self.after))

    def __repr__(self) -> str:
        moved = sum(transfer.quantity.area for transfer in self.transfers)
        kind = "Hypothetical change" if self.hypothetical else "Change"
        return f"<{kind} {self.before} to {self.after}: {len(self.transfers)} transfers, {moved:.1f} km²>"

    def _repr_html_(self) -> str:
        mark = "HYPOTHETICAL: " if self.hypothetical else ""
        rows = "".join(
            f"<tr><td>{html.escape(t.source)}</td><td>{html.escape(t.target)}</td>"
            f"<td style='text-align:right'>{t.quantity.area:.1f}</td>"
            f"<td>{t.quantity.ci95[0]:.1f} to {t.quantity.ci95[1]:.1f}</td>"
            f"<td>{t.quantity.low:.1f} to {t.quantity.high:.1f}</td><td>{html.escape(', '.join(t.places))}</td></tr>"
            for t in self.transfers
        )
        return (
            f"<table><caption>{mark}Change in control, {html.escape(self.before)} to {html.escape(self.after)}"
            "</caption>"
            "<thead><tr><th>from</th><th>to</th><th>km²</th><th>95 % (where the lines run)</th>"
            f"<th>range (who holds what)</th><th>places</th></tr></thead><tbody>{rows}</tbody></table>"
        )


def _owners(frame: geopandas.GeoDataFrame, by: str, spots: Any, what: str) -> list[str]:
    """Return who covers each spot in a frame, ``none`` where nobody does."""
    geometries = np.asarray(frame.geometry, dtype=object)
    spot_of, row_of = shapely.STRtree(geometries).query(spots, predicate="within")
    owners = [NOBODY] * len(spots)
    values = frame[by].astype(str).tolist()
    for spot, row in zip(spot_of.tolist(), row_of.tolist(), strict=True):
        if owners[spot] not in (NOBODY, values[row]):
            place = shapely.get_coordinates(spots[spot])[0]
            raise ClaimsError(f"{what}: {owners[spot]} and {values[row]} overlap around {place[0]:.5f} {place[1]:.5f}")
        owners[spot] = values[row]
    return owners


def _checked(frame: geopandas.GeoDataFrame, by: Hashable, what: str) -> geopandas.GeoDataFrame:
    if by not in frame.columns:
        raise ClaimsError(f"{what}: no column {by!r}; there are {', '.join(map(str, frame.columns))}")
    if frame.crs is None:
        raise ClaimsError(f"{what}: the frame has no CRS; set one, for example frame.set_crs(4326)")
    frame = frame.to_crs(4326)
    valid = frame.geometry.is_valid | frame.geometry.isna()
    if not valid.all():
        row = valid.index[~valid.to_numpy()][0]
        raise ClaimsError(f"{what}: row {row}: invalid geometry: {shapely.is_valid_reason(frame.geometry[row])}")
    return frame[~(frame.geometry.isna() | frame.geometry.is_empty)]


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
        With no places and no line accuracies, ``low_km2``, ``high_km2`` and the 95 % interval equal the area.

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
    before, after = _checked(before, by, before_name), _checked(after, by, after_name)
    outlines = np.concatenate([np.asarray(frame.geometry.boundary, dtype=object) for frame in (before, after)])
    polygons = faces.polygonize(faces.node(outlines, _GRID_DEGREES))
    spots = shapely.point_on_surface(polygons)
    cm2 = np.rint(areas.polygon_areas(polygons) * 1e4).astype(np.int64).tolist()
    moved: dict[tuple[str, str], list[int]] = {}
    pairs = zip(_owners(before, by, spots, before_name), _owners(after, by, spots, after_name), strict=True)
    for face, pair in enumerate(pairs):
        if pair[0] != pair[1]:
            moved.setdefault(pair, []).append(face)
    transfers = []
    for (source, target), chosen in moved.items():
        total = sum(cm2[face] for face in chosen)
        km2 = total / CM2_PER_KM2
        quantity = Quantity(km2, km2, km2, (km2, km2))
        transfers.append(Transfer(source, target, quantity, total, tuple(chosen), {}, (), (), (), (), People(0, 0, 0)))
    transfers.sort(key=lambda transfer: (-transfer.area_cm2, transfer.source, transfer.target))
    pieces = geopandas.GeoDataFrame(
        {
            "from": [transfer.source for transfer in transfers],
            "to": [transfer.target for transfer in transfers],
            "area_km2": [transfer.quantity.area for transfer in transfers],
        },
        geometry=[shapely.coverage_union_all(polygons[list(transfer.faces)]) for transfer in transfers],
        crs=4326,
    )
    return Change(before_name, after_name, transfers, pieces)
