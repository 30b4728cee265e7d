"""The optional grid of heights: what is read, and what is refused with the file named."""

from __future__ import annotations

import numpy as np
import pytest

from geo import ClaimsError
from geo.checks import validate
from geo.layers import elevation

GRID = "ncols 3\nnrows 2\nxllcorner 35\nyllcorner 33\ncellsize 0.5\nNODATA_value -9999\n1 2 3\n4 -9999 6.5\n"


def write(folder, text):
    (folder / elevation.FILE).write_text(text)
    return folder


def test_a_grid_is_read_from_the_north_west(tmp_path):
    grid = elevation.read(write(tmp_path, GRID))
    assert grid.bounds == (35, 33, 36.5, 34)
    np.testing.assert_array_equal(grid.heights, [[1, 2, 3], [4, np.nan, 6.5]])


def test_layers_without_heights_have_none(tmp_path):
    assert elevation.read(tmp_path) is None


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "has no ncols, nrows"),
        (GRID.replace("cellsize 0.5\n", ""), "has no cellsize"),
        (GRID.replace("6.5", ""), "has 5 heights, not 2 x 3"),
        (GRID.replace("6.5", "high"), "something other than numbers"),
        (GRID.replace("ncols 3", "ncols many"), "something other than numbers"),
        (GRID.replace("ncols 3", "ncols 3000000"), "has 3000000 x 2 cells"),
        (GRID.replace("xllcorner 35", "xllcorner 250000"), "lies outside"),
        (GRID.replace("yllcorner 33", "yllcorner nan"), "lies outside"),
        (GRID.replace("cellsize 0.5", "cellsize -1"), "lies outside"),
    ],
)
def test_what_is_no_grid_is_refused(tmp_path, text, fault):
    with pytest.raises(ClaimsError, match=fault) as error:
        elevation.read(write(tmp_path, text))
    assert "elevation.asc" in str(error.value)
    assert "ESRI ASCII grid" in str(error.value)


def test_validate_reports_a_grid_that_cannot_be_read(layers):
    write(layers / "curated", GRID.replace("6.5", "high"))
    (defect,) = validate.defects(layers)
    assert "elevation.asc" in defect.file
