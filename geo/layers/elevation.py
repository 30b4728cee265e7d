"""Heights of the ground, from an optional grid in ``curated/elevation.asc``: an ESRI ASCII grid in EPSG:4326."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from geo import _files
from geo._errors import ClaimsError

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

FILE = "elevation.asc"
_HEADER = ("ncols", "nrows", "xllcorner", "yllcorner", "cellsize")
_MOST_CELLS = 1_000_000


class Elevation(NamedTuple):
    """Heights in metres, from the north-western cell on; `west`, `south` and `cell` in degrees, NaN where unknown."""

    west: float
    south: float
    cell: float
    heights: NDArray[np.float64]

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east and north, degrees."""
        rows, columns = self.heights.shape
        return self.west, self.south, self.west + columns * self.cell, self.south + rows * self.cell


def read(folder: Path) -> Elevation | None:
    """Return the grid of heights in a folder of curated files; None without one.

    Raises
    ------
    ClaimsError
        With the file, when it is no such grid.

    Examples
    --------
    >>> grid = read(geo.load().path / "curated")
    >>> round(grid.heights.max())  # Mount Hermon, 2,814 m, on cells of 0.9 km
    2767
    """
    import numpy as np

    path = folder / FILE
    if not path.exists():
        return None

    def fault(message: str) -> ClaimsError:
        return ClaimsError(f"{message}; save it as an ESRI ASCII grid in EPSG:4326", code="format", file=str(path))

    lines = _files.read_text(path).splitlines()
    found: dict[str, str] = {}
    while lines and (name := lines[0].partition(" ")[0].lower()) in (*_HEADER, "nodata_value"):
        found[name] = lines.pop(0)[len(name) :]
    if missing := [name for name in _HEADER if name not in found]:
        raise fault(f"has no {', '.join(missing)}")
    try:
        columns, rows = int(found["ncols"]), int(found["nrows"])
        west, south, cell = (float(found[name]) for name in _HEADER[2:])
        unknown = float(found.get("nodata_value", "nan"))
        heights = np.array(" ".join(lines).split(), dtype=float)
    except ValueError:
        raise fault("has something other than numbers") from None
    if not (2 <= columns and 2 <= rows and columns * rows <= _MOST_CELLS):
        raise fault(f"has {columns} x {rows} cells, not 2 x 2 to {_MOST_CELLS:,} in all")
    grid = Elevation(west, south, cell, np.empty((rows, columns)))
    if not (cell > 0 and -180 <= west and grid.bounds[2] <= 540 and -85 <= south and grid.bounds[3] <= 85):
        raise fault("lies outside of longitudes -180 to 180 and latitudes -85 to 85")
    if heights.size != rows * columns:
        raise fault(f"has {heights.size} heights, not {rows} x {columns}")
    return grid._replace(heights=np.where(heights == unknown, np.nan, heights).reshape(rows, columns))
