"""Coordinates of another CRS to EPSG:4326 by one operation of PROJ for a whole frame.

Left to itself, PROJ picks an operation vertex by vertex where a CRS has several, so that an edge between two areas of
use bends by up to a hundred metres.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely

from geo._errors import ClaimsError, note

if TYPE_CHECKING:
    import pyproj
    from numpy.typing import NDArray

    from geo.geometry.noding import Box, Floats

_MARGIN = 1e-6  # degrees by which ground may reach beyond an area of use


class Operation(NamedTuple):
    """A transformer to EPSG:4326, longitude first, and its name, empty where the CRS needs no choice."""

    transformer: pyproj.Transformer
    name: str

    def degrees(self, geometries: NDArray[np.object_], what: str) -> NDArray[np.object_]:
        """Return geometries in EPSG:4326.

        Raises
        ------
        ClaimsError
            For a position that has none there.
        """

        def turned(positions: Floats) -> Floats:
            found = np.column_stack(self.transformer.transform(*positions.T))
            if not np.isfinite(found).all():
                east, north = positions[~np.isfinite(found).all(axis=1)][0]
                message = f"the position {east:g} {north:g} cannot be brought to EPSG:4326"
                raise ClaimsError(f"{what}: {message}", code="geometry")
            return found

        moved: NDArray[np.object_] = shapely.transform(geometries, turned)
        return moved


def is_degrees(crs: Any) -> bool:
    """Tell whether a CRS is EPSG:4326 or the same with longitude first."""
    return bool(crs.to_epsg() == 4326 or crs.equals("OGC:CRS84"))


def chosen(crs: Any, bounds: Box, what: str, wanted: str | None = None) -> Operation:
    """Return the operation that brings a whole frame to EPSG:4326.

    Of the operations whose accuracy is known and whose area of use covers the frame it is the most accurate; where the
    CRS has one such operation alone, it is taken where it covers a part of the frame, with a note.

    Parameters
    ----------
    crs
        Of the frame.
    bounds
        West, south, east and north of all of it, in that CRS.
    wanted
        The operation by name, or a part of it that no other has.

    Raises
    ------
    ClaimsError
        Naming the operations when none of several covers the frame, or the one that is wanted does not exist.
    """
    import pyproj.transformer

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about grids that are not installed: the rest is what there is
        try:
            found = pyproj.transformer.TransformerGroup(crs, 4326, always_xy=True).transformers
        except pyproj.exceptions.ProjError:  # a CRS that is damaged
            found = []
    if not found:
        raise ClaimsError(f"{what}: PROJ knows no way from {label(crs)} to EPSG:4326", code="crs")
    if wanted is not None:
        named = [one for one in found if _name(one) == wanted] or [
            one for one in found if wanted.casefold() in _name(one).casefold()
        ]
        if len(named) != 1:
            message = f"{'no' if not named else 'more than one'} operation is called {wanted!r}; {_listed(found)}"
            raise ClaimsError(f"{what}: {message}", code="crs")
        return Operation(named[0], _name(named[0]))
    if len(found) == 1:
        return Operation(found[0], "" if found[0].accuracy == 0 else _name(found[0]))
    known = [one for one in found if one.accuracy >= 0]
    covering = [one for one in known if _covers(one, bounds)]
    if covering:
        best = min(covering, key=lambda one: one.accuracy)
        return Operation(best, _name(best))
    if len(known) == 1 and _covers(known[0], bounds, part=True):
        message = (
            f"{what}: some ground lies beyond the area of use of {_name(known[0])!r}, which was used for all of it"
        )
        note(message)
        return Operation(known[0], _name(known[0]))
    message = (
        f"no operation of known accuracy from {label(crs)} to EPSG:4326 covers all of the ground; name one with "
        f"--operation (operation=): {_listed(found)}"
    )
    raise ClaimsError(f"{what}: {message}", code="crs")


def label(crs: Any) -> str:
    """Return what people call a CRS."""
    epsg = crs.to_epsg()
    return f"EPSG:{epsg}" if epsg else str(crs.name)


def _name(operation: pyproj.Transformer) -> str:
    """Return what PROJ calls an operation, without the order of axes, which is always the same here."""
    parts = (operation.description or "").split(" + ")
    return " + ".join(part for part in parts if not part.startswith("axis order change")) or "no change of coordinates"


def _listed(operations: list[pyproj.Transformer]) -> str:
    def described(one: pyproj.Transformer) -> str:
        sure = f"{one.accuracy:g} m" if one.accuracy >= 0 else "accuracy not known"
        area = one.area_of_use
        where = ""
        if area:
            west, east = (f"{abs(lon):g}° {'W' if lon < 0 else 'E'}" for lon in (area.west, area.east))
            south, north = (f"{abs(lat):g}° {'S' if lat < 0 else 'N'}" for lat in (area.south, area.north))
            where = f", {west} to {east}, {south} to {north}"
        return f"{_name(one)!r} ({sure}{where})"

    return "there are " + "; ".join(map(described, operations))


def _covers(operation: pyproj.Transformer, bounds: Box, *, part: bool = False) -> bool:
    """Tell whether the area of use of an operation covers bounds in its CRS, or a part of them."""
    area = operation.area_of_use
    if area is None or not np.isfinite(bounds).all():
        return True
    west, south, east, north = operation.transform_bounds(*bounds, densify_pts=21)
    if not np.isfinite([west, south, east, north]).all():
        return False
    span = area.east - area.west if area.east >= area.west else area.east - area.west + 360
    width = east - west if east >= west else east - west + 360
    ahead = (west - area.west + 180) % 360 - 180  # of the west of the area of use
    low, high = area.south - _MARGIN, area.north + _MARGIN
    if part:
        meets = ahead <= span and ahead + width >= 0
        return meets and south <= high and north >= low
    return span >= 360 or (ahead >= -_MARGIN and ahead + width <= span + _MARGIN and south >= low and north <= high)
