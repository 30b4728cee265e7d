"""What changed hands between any two frames of polygons."""

from __future__ import annotations

import geopandas
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import geo
from geo import ClaimsError
from geo.layers.transfers import net_cm2


def frame(crs=4326, **owners):
    return geopandas.GeoDataFrame({"controller": list(owners)}, geometry=list(owners.values()), crs=crs)


def pairs(change):
    return {(row["from"], row["to"]): row["area_km2"] for _, row in change.table().iterrows()}


def km2(geometry):
    return geo.area(geopandas.GeoSeries([geometry], crs=4326)).item() / 1e6


WEST, EAST = shapely.box(35.7, 33.0, 35.8, 33.1), shapely.box(35.8, 33.0, 35.9, 33.1)


def test_a_square_passes():
    change = geo.change(frame(a=WEST, b=EAST), frame(a=shapely.union(WEST, EAST)))
    assert pairs(change) == {("b", "a"): pytest.approx(km2(EAST), abs=1e-9)}
    assert change.net_km2["a"] == -change.net_km2["b"]
    assert shapely.equals(change.pieces.geometry.item(), EAST)


@pytest.mark.parametrize(
    ("names", "shown"),
    [([1.0, 2.0], ["1", "2"]), ([1, 2.5], ["1", "2.5"]), (["a ", "b"], ["a", "b"]), ([True, 7], ["True", "7"])],
)
def test_names_of_any_kind(names, shown):
    before = geopandas.GeoDataFrame({"controller": names}, geometry=[WEST, EAST], crs=4326)
    change = geo.change(before, before.assign(controller=names[::-1]))
    assert set(pairs(change)) == {tuple(shown), tuple(shown[::-1])}
    with pytest.raises(ClaimsError, match="row 1: nothing in column 'controller'"):
        geo.change(before, before.assign(controller=[names[0], None]))


def test_uncovered_ground_is_nobodys():
    change = geo.change(frame(a=WEST), frame(a=EAST))
    assert pairs(change) == {
        ("a", "none"): pytest.approx(km2(WEST), abs=1e-9),
        ("none", "a"): pytest.approx(km2(EAST), abs=1e-9),
    }


def test_a_hole_opens():
    hole = shapely.box(35.73, 33.03, 35.76, 33.06)
    change = geo.change(frame(a=WEST), frame(a=WEST.difference(hole), b=hole))
    assert pairs(change) == {("a", "b"): pytest.approx(km2(hole), abs=1e-9)}


def test_nothing_on_either_side():
    nothing = frame(a=WEST)[:0]
    change = geo.change(nothing, nothing)
    assert change.transfers == []
    assert change.pieces.empty
    assert pairs(geo.change(nothing, frame(a=WEST))) == {("none", "a"): pytest.approx(km2(WEST), abs=1e-9)}


def test_nothing_changes():
    change = geo.change(frame(a=WEST, b=EAST), frame(b=EAST, a=WEST.reverse()))
    assert change.transfers == []
    assert change.table().empty
    assert change.pieces.empty


def test_another_crs_and_another_column():
    before = frame(a=WEST).rename(columns={"controller": "holder"}).to_crs(32636)
    change = geo.change(before, frame(b=WEST).rename(columns={"controller": "holder"}), by="holder")
    assert sum(pairs(change).values()) == pytest.approx(km2(WEST), rel=1e-6)


def test_empty_and_missing_rows_cover_nothing():
    after = geopandas.GeoDataFrame({"controller": ["a", "b", "c"]}, geometry=[WEST, None, shapely.Polygon()], crs=4326)
    assert geo.change(frame(a=WEST), after).transfers == []


def test_snapshots_give_what_the_ledger_gives(golan):
    """Two ways to the same answer: sums in the ledger, and noding two exported frames from scratch."""
    known = golan.change("2024-12-07", "2026-01-06")
    found = geo.change(golan.snapshot("2024-12-07"), golan.snapshot("2026-01-06"))
    assert pairs(found) == {pair: pytest.approx(area, abs=1e-6) for pair, area in pairs(known).items()}


@pytest.mark.parametrize(
    ("before", "fault"),
    [
        (frame(a=WEST, b=WEST.buffer(0.01)), "before: a (row 0) and b (row 1) overlap around"),
        (frame(a=shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])), "before: row 0: invalid geometry: Self-inter"),
        (frame(crs=None, a=WEST), "before: the frame has no CRS"),
        (frame(a=WEST).rename(columns={"controller": "x"}), "before: no column 'controller'; there are x, geometry"),
    ],
)
def test_bad_frames_are_refused(before, fault):
    with pytest.raises(ClaimsError) as caught:
        geo.change(before, frame(a=EAST))
    assert fault in str(caught.value)


@st.composite
def partitions(draw):
    """Return a frame that parts one square among up to three parties by random lines."""
    square = shapely.box(35, 33, 36, 34)
    cuts = draw(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 100)), max_size=4))
    lines = [shapely.LineString([(35 + a / 100, 32.9), (35 + b / 100, 34.1)]) for a, b in cuts]
    parts = shapely.get_parts(shapely.polygonize(shapely.get_parts(shapely.union_all([square.boundary, *lines]))))
    parts = [part for part in parts if square.covers(part.representative_point())]
    owners = draw(st.lists(st.sampled_from(["a", "b", "c"]), min_size=len(parts), max_size=len(parts)))
    return geopandas.GeoDataFrame({"controller": owners}, geometry=parts, crs=4326)


@settings(max_examples=60, deadline=None)
@given(partitions(), partitions())
def test_any_two_partitions(before, after):
    change = geo.change(before, after)
    assert sum(net_cm2(change.transfers).values()) == 0
    for source in ("a", "b", "c"):
        for target in {"a", "b", "c"} - {source}:
            old = shapely.union_all(np.asarray(before.geometry[before["controller"] == source]))
            new = shapely.union_all(np.asarray(after.geometry[after["controller"] == target]))
            assert pairs(change).get((source, target), 0) == pytest.approx(km2(old.intersection(new)), abs=1e-4)


def test_views_escape_what_they_show():
    hostile = "<img src=x onerror=alert(1)>"
    change = geo.change(frame(a=WEST), frame(**{hostile: WEST}))
    assert "<img" not in change._repr_html_()
    assert "&lt;img" in change._repr_html_()


def test_a_change_of_frames_has_no_map():
    with pytest.raises(ClaimsError, match="explore"):
        geo.change(frame(a=WEST), frame(a=EAST)).map()
