"""Positions that are likely written latitude first, although both numbers fit: they alone lie far from the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo._errors import ClaimsError as Fault
    from geo.checks.findings import Place

_FEWEST = 3  # geometries, below which none is the exception
_FAR = 5  # times as far from the middle of all as it would be the other way round


def defects(firsts: list[tuple[Place, float, float]]) -> Iterator[Fault]:
    """Yield geometries that would lie among the others if longitude and latitude changed places.

    Parameters
    ----------
    firsts
        Of each geometry its place in the file, and longitude and latitude of its first position, degrees.
    """
    if len(firsts) < _FEWEST:
        return
    positions = np.array([(lon, lat) for _, lon, lat in firsts])
    middle = np.median(positions, axis=0)
    far = np.abs(positions - middle).max(axis=1)
    spread = 3 * float(np.median(far))
    turned = np.abs(positions[:, ::-1] - middle).max(axis=1)
    alone = (far > spread) & (turned <= spread) | (far > _FAR * turned) & (turned > spread) & (turned < 1)
    if 2 * alone.sum() >= len(firsts):
        return
    for index in np.flatnonzero(alone):
        place, lon, lat = firsts[index]
        message = f"longitude {lon:.9g} and latitude {lat:.9g} seem to be swapped: the other way round this lies among"
        yield place.warned("swapped", f"{message} the rest of the file; longitude comes first")
