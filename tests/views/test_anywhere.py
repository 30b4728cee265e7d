"""Pictures of other parts of the world: every hemisphere, any latitude, both sides of the antimeridian."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
import small
from pyproj import Geod

import geo
from geo.views.words import Words

GEOD = Geod(ellps="WGS84")


def ring(west, south, east, north):
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def two(folder, west, south, *, parted=False):
    """Write two zones side by side, each two degrees by one."""
    middle = west + 2
    east = middle + 2 if not parted else -178
    rings = {
        "left": ring(west, south, middle, south + 1),
        "right": ring(-180 if parted else middle, south, east, south + 1),
    }
    if not parted:
        rings["right"] = [[middle, south], [east, south], [east, south + 1], [middle, south + 1]]
    held = [("left", "a", "2000", ""), ("right", "a", "2000", "2010"), ("right", "b", "2010", "")]
    return geo.load(small.write(folder, rings, held, places=[("town", [west + 1, south + 0.5])]))


def said(figure):
    figure.draw_without_rendering()
    axes = figure.axes[0]
    return [tick.get_text() for tick in (*axes.get_xticklabels(), *axes.get_yticklabels()) if tick.get_text()]


@pytest.mark.parametrize(
    ("west", "south", "letters"),
    [(30, 10, "EN"), (-70, 10, "WN"), (-70, -30, "WS"), (140, -30, "ES"), (20, 75, "EN"), (-60, -85, "WS")],
)
def test_every_hemisphere(tmp_path, west, south, letters):
    record = two(tmp_path, west, south)
    for figure in (record.plot(), record.plot(kind="zone", zone="left")):
        texts = " ".join(said(figure))
        assert set(re.findall(r"[NESW]", texts)) == set(letters)
        assert "-" not in texts
        assert "−" not in texts
        # a scale bar has the length that it states
        axes = figure.axes[0]
        (bar,) = [line for line in axes.lines if line.get_linewidth() == 3]
        (left, right), (low, _) = bar.get_xdata(), bar.get_ydata()
        middle = sum(axes.get_ylim()) / 2
        stated = float(
            next(text.get_text() for text in axes.texts if " km" in text.get_text()).split()[0].replace(",", "")
        )
        assert GEOD.inv(left, middle, right, middle)[2] / 1000 == pytest.approx(stated, rel=0.01)
        assert low < middle


def test_ground_on_both_sides_of_the_antimeridian_is_one_picture(tmp_path):
    record = two(tmp_path, 178, -18, parted=True)
    figure = record.plot()
    west, east = figure.axes[0].get_xlim()
    assert east - west < 6
    texts = said(figure)
    assert any("E" in text for text in texts)
    assert any("W" in text for text in texts)
    assert record.bounds[0] == -180, "files keep to -180 to 180"
    shown = record.unbroken()
    assert shown.bounds == (178, -18, 182, -17)
    assert shown.curated_lines["edge_of_right"].coordinates[1] == (182, -18)
    assert math.isclose(sum(geo.area(record.snapshot("2005"))), sum(geo.area(shown_frame(shown))), rel_tol=1e-12)
    page = record.map().get_root().render()
    assert '"bounds":[[-18.0,178.0],[-17.0,182.0]]' in page


def shown_frame(layers):
    import geopandas

    return geopandas.GeoDataFrame(geometry=layers.polygons, crs=4326)


def test_layers_elsewhere_are_drawn_as_they_are(golan):
    assert golan.unbroken() is golan


@pytest.mark.parametrize("lon", [*range(-179, 180, 37), 181, 359])
def test_longitudes_have_their_side(lon):
    words = Words("en")
    text = words.degrees(lon, 0, "longitude")
    wrapped = (lon + 180) % 360 - 180
    assert text == (f"{abs(wrapped)}° {'W' if wrapped < 0 else 'E'}")


def test_the_width_of_a_zone_is_square_to_its_axis(tmp_path):
    """A strip of 10 km across that runs to the north-east, in any hemisphere."""
    for name, lon, lat in (("north", 30, 50), ("south", -70, -40), ("equator", 100, 0)):
        start = (lon, lat)
        far = GEOD.fwd(*start, 45, 120_000)[:2]
        corners = [
            GEOD.fwd(*end, side, 5_000)[:2] for end, side in ((start, 135), (far, 135), (far, -45), (start, -45))
        ]
        strip = [[round(x, 6), round(y, 6)] for x, y in (*corners, corners[0])]
        record = geo.load(small.write(tmp_path / name, {"strip": strip}, [("strip", "a", "2000", "")]))
        (line,) = [line for line in record.plot(kind="profile").axes[0].lines if len(line.get_xdata()) > 100]
        assert np.median(line.get_ydata()) == pytest.approx(10, rel=0.01)
        assert max(line.get_xdata()) == pytest.approx(120, rel=0.02)
