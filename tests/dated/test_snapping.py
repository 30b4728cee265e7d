"""Lines of one date brought onto those of the date before."""

from __future__ import annotations

import generated
import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely
from dated_polygons import (
    DATES,
    WEST,
    rows,
)
from hypothesis import given, settings
from hypothesis import strategies as st

import geo
from geo import ClaimsError
from geo.dated import frames, snapping

METRE = 1 / 111_320  # degrees of latitude
COLUMNS = frames.Columns("controller", "date")


def frame(*rows):
    dates, controllers, shapes = zip(*rows, strict=True)
    return geopandas.GeoDataFrame({"date": dates, "controller": controllers}, geometry=list(shapes), crs=4326)


def wobbled(whole, metres, seed):
    """Return polygons whose vertices are some metres off on each date, alike for all that meet in one."""
    rng = np.random.default_rng(seed)
    parts = []
    for _, mine in whole.groupby("date"):
        known = np.unique(shapely.get_coordinates(mine.geometry), axis=0)
        off = dict(zip(map(tuple, known), known + rng.uniform(-metres, metres, known.shape) * METRE, strict=True))
        moved = shapely.transform(mine.geometry.to_numpy(), lambda spots, off=off: np.array([off[*s] for s in spots]))
        parts.append(mine.set_geometry(geopandas.GeoSeries(moved, index=mine.index, crs=4326)))
    return geopandas.GeoDataFrame(pd.concat(parts))


def furthest_m(before, after):
    """Return how far the lines of polygons lie apart, by another projection and another way than the package's."""
    one, other = (shapely.boundary(some.to_crs(32636).geometry.to_numpy()) for some in (before, after))
    return shapely.hausdorff_distance(one, other, densify=0.02).max()


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([5.0, 30.0, 80.0]), st.sampled_from([1.0, 2.0, 4.0]))
def test_neighbours_stay_neighbours_and_no_line_moves_further(seed, noise, factor):
    plain = wobbled(generated.districts(3, across=4, down=3, seed=seed), noise, seed)
    metres = noise * factor
    snapped, told = snapping.snap(plain, COLUMNS, metres, what="series")
    assert told.furthest_m <= metres
    assert furthest_m(plain, snapped) <= 1.01 * metres
    series, before = (geo.series(some, date="date") for some in (snapped, plain))  # nothing overlaps
    assert series.changes()["area_km2"].sum() < before.changes()["area_km2"].sum()
    # between them, districts leave nothing over
    for date in series.dates:
        union = shapely.union_all(snapped.geometry[snapped["date"] == date].to_numpy())
        filled = shapely.area(shapely.polygons(shapely.get_exterior_ring(shapely.get_parts(union)))).sum()
        assert filled - union.area < 1e-9


def test_a_front_redrawn_within_the_tolerance_comes_back_whole():
    rng = np.random.default_rng(3)
    lat = np.linspace(33, 34, 400)
    rows = []
    for day in range(4):
        front = np.column_stack([35.5 + 0.1 * np.sin(9 * lat) + 15 * METRE * rng.standard_normal(400), lat])
        rows += [
            (f"2024-01-0{day + 1}", "west", shapely.Polygon([(35, 33), *front, (35, 34)])),
            (f"2024-01-0{day + 1}", "east", shapely.Polygon([*front, (36, 34), (36, 33)])),
        ]
    series = geo.series(frame(*rows), date="date", snap_m=150)
    assert series.changes().empty
    assert series.snapped.left == 0
    assert series.snapped.polygons == 6
    assert 15 < series.snapped.furthest_m <= 150


def test_an_island_is_brought_onto_its_shore_wherever_its_ring_begins():
    angle = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    shore = np.column_stack([35.5 + 0.1 * np.cos(angle), 33 + 0.1 * np.sin(angle)])
    other = np.roll(shore * [1, 1] + [3 * METRE, -2 * METRE], 17, axis=0)[::-1]
    sea = shapely.box(35, 32.5, 36, 33.5)
    rows = [
        ("2024", "sea", shapely.Polygon(sea.exterior, [shore])),
        ("2024", "island", shapely.Polygon(shore)),
        ("2025", "sea", shapely.Polygon(sea.exterior, [other])),
        ("2025", "island", shapely.Polygon(other)),
    ]
    series = geo.series(frame(*rows), date="date", snap_m=10)
    assert series.changes().empty
    assert series.shared_edges == 1.0


def test_what_lies_further_off_stays():
    """A border that half moved: the half that is near goes back, the other does not."""
    straight = [(35.5, 33 + 0.01 * step) for step in range(11)]
    bent = [(lon + (200 if lat > 33.055 else 8) * METRE, lat) for lon, lat in straight]
    first, second = (shapely.Polygon([*line, (36, 33.1), (36, 33)]) for line in (straight, bent))
    snapped, told = snapping.snap(frame(("2024", "a", first), ("2025", "a", second)), COLUMNS, 50, what="series")
    kept = set(map(tuple, shapely.get_coordinates(snapped.geometry.iloc[1]).tolist()))
    assert set(straight[1:6]) <= kept
    assert set(bent[6:]) <= kept
    assert not set(bent[1:6]) & kept
    assert told.furthest_m == pytest.approx(8 * np.cos(np.radians(33)), rel=0.01)


def test_lines_that_would_cross_stay_and_it_is_told():
    """A gap between two, narrower than the tolerance, may not close over what lies in it."""
    wall = shapely.box(35.5, 33, 35.6, 33.1)
    gate = shapely.box(35.6 + 5 * METRE, 33.04, 35.6 + 25 * METRE, 33.06)
    rows = [("2024", "a", wall), ("2025", "a", shapely.box(35.5, 33, 35.6 - 30 * METRE, 33.1))]
    rows += [("2025", "b", shapely.box(35.6 - 20 * METRE, 33.04, 35.6 - 5 * METRE, 33.06)), ("2025", "c", gate)]
    snapped, told = snapping.snap(frame(*rows), COLUMNS, 40, what="series")
    assert geo.series(snapped, date="date").held("2025").keys() == {"a", "b", "c"}
    assert told.furthest_m <= 40
    assert told.left > 0


def test_a_vertex_of_one_on_the_edge_of_another_is_in_both():
    """Two small neighbours of a large one, whose border has no vertex where they meet."""
    rows = []
    for date, east in (("2024", 35.5), ("2025", 35.5 + 9 * METRE)):
        rows += [(date, "large", shapely.box(35, 33, east, 33.2))]
        rows += [
            (date, name, shapely.box(east, south, 36, south + 0.1)) for name, south in (("one", 33), ("two", 33.1))
        ]
    series = geo.series(frame(*rows), date="date", snap_m=20)
    assert series.changes().empty


def test_crossings_far_from_any_vertex_are_seen():
    before = shapely.Polygon(
        [(36.0428, 33), (36.0588528, 32.9998058), (36.0642, 33), (36.0642, 33.018), (36.0428, 33.018)]
    )
    after = shapely.Polygon([(36.0428, 33), (36.0642, 33), (36.0642, 33.018), (36.0428, 33.018)])
    other = shapely.Polygon([(36, 32.9988729), (36.107, 33.0006304), (36.107, 32.98), (36, 32.98)])
    other = other.difference(after.buffer(2 * METRE))
    rows = frame(("2024", "a", before), ("2025", "a", after), ("2025", "b", other))
    series = geo.series(rows, date="date", snap_m=25)  # nothing overlaps
    assert series.snapped.furthest_m <= 25


def test_edges_are_straight_in_degrees_however_long():
    straight = shapely.box(36, 33, 37, 34)
    geodesic = shapely.Polygon([(36, 33), (36.5, 33.00100775), (37, 33), (37, 34), (36, 34)])  # 112 m off
    rows = frame(("2020", "a", straight), ("2021", "a", geodesic))
    for metres, snapped in ((5, 0), (120, 1)):
        series = geo.series(rows, date="date", snap_m=metres)
        assert series.snapped.polygons == snapped
        assert series.changes().empty == bool(snapped)


def test_the_antimeridian_is_no_line_to_snap_over():
    rows = frame(("2020", "a", shapely.box(179, 0, 180, 1)), ("2021", "a", shapely.box(-180, 0, -179, 1)))
    snapped, told = snapping.snap(rows, COLUMNS, 10, what="series")
    assert snapped.geometry.geom_equals(rows.geometry).all()
    assert told == snapping.Snapped(0, 0, 0.0, 0)


def test_what_happens_at_one_spot_does_not_matter_elsewhere():
    wall, gap = shapely.box(35.5, 33, 35.6, 33.1), shapely.box(35.6 - 20 * METRE, 33.04, 35.6 - 5 * METRE, 33.06)
    rows = [("2024", "a", wall), ("2025", "a", shapely.box(35.5, 33, 35.6 - 30 * METRE, 33.1)), ("2025", "b", gap)]
    rows += [("2024", "c", shapely.box(37, 33, 37.1, 33.1)), ("2025", "c", shapely.box(37, 33, 37.1, 33.1 + 9 * METRE))]
    snapped, told = snapping.snap(frame(*rows), COLUMNS, 40, what="series")
    assert snapped.geometry.iloc[4].equals(snapped.geometry.iloc[3])
    assert told.left > 0


def test_dates_are_added_as_built_at_once_beside_what_nobody_holds():
    near = shapely.box(36.1, 33, 36.2, 33.1 + 4 * METRE)
    rows = frame(
        ("2020", "a", shapely.box(36, 33, 36.1, 33.1)),
        ("2020", "none", shapely.box(36.1, 33, 36.2, 33.1)),
        ("2021", "a", None),
        ("2022", "a", shapely.box(36, 33, 36.1, 33.1 + 4 * METRE)),
        ("2022", "b", near),
    )
    whole = geo.series(rows, date="date", snap_m=10)
    added = geo.series(rows[:2], date="date", snap_m=10)
    for year in ("2021", "2022"):
        added = added.add(rows[rows["date"] == year], year)
    assert added.areas().equals(whole.areas())


def test_a_date_without_ground_stays_a_date():
    shape = shapely.box(35, 33, 35.1, 33.1)
    rows = frame(("2024", "a", shape), ("2025", "a", None), ("2026", "a", shape))
    series = geo.series(rows, date="date", snap_m=5)
    assert series.dates == ["2024", "2025", "2026"]
    assert series.areas()["a"].tolist() == pytest.approx([103.6, 0, 103.6], abs=0.1)


def test_snapping_says_what_it_moved():
    wobbled = shapely.Polygon(shapely.get_coordinates(WEST) + 1e-5 * np.array([[0, 0], [1, 0], [0, 1], [0, 0], [0, 0]]))
    frame = rows((DATES[0], "a", WEST), (DATES[1], "a", wobbled))
    assert geo.series(frame, date="date").changes()["area_km2"].sum() > 0.01
    snapped = geo.series(frame, date="date", snap_m=5)
    assert snapped.changes().empty
    assert snapped.snapped.polygons == 1
    assert snapped.snapped.vertices == 2
    assert 0.5 < snapped.snapped.furthest_m < 1.5
    with pytest.raises(ClaimsError, match="name the column of dates"):
        geo.series(frame, valid_from="date", snap_m=5)
    beside = shapely.box(35.7 + 15 / 93_400, 33.0, 35.8, 33.1)  # 15 m
    along = geo.series(rows((DATES[0], "a", WEST), (DATES[1], "a", beside)), date="date", snap_m=20).snapped
    assert along.vertices == 2
    assert along.furthest_m == pytest.approx(15, rel=0.01)
    bent = shapely.Polygon([(35.7, 33), (35.8, 33), (35.8, 33.1), (35.7, 33.1), (35.7 - 9 / 93_400, 33.05)])
    put_in = geo.series(rows((DATES[0], "a", bent), (DATES[1], "a", WEST)), date="date", snap_m=20).snapped
    assert put_in.vertices == 1
    assert put_in.furthest_m == pytest.approx(9, rel=0.01)
    first = geo.series(frame[frame["date"] == DATES[0]], date="date", snap_m=5)
    added = first.add(frame[frame["date"] == DATES[1]], DATES[1])
    assert added.changes().empty
    assert added.snapped == snapped.snapped


@pytest.mark.parametrize("seed", range(4))
def test_dates_added_are_snapped_as_all_at_once(seed):
    rng = np.random.default_rng(seed)
    frame = generated.districts(4, across=6, down=4, changed=0.2, seed=seed)
    frame["geometry"] = [
        shapely.Polygon(shapely.get_coordinates(one) + 2e-5 * rng.standard_normal(2)) for one in frame.geometry
    ]
    frame = frame.iloc[rng.permutation(len(frame))[: len(frame) // 3]].sort_values("date", kind="stable")
    whole = geo.series(frame, date="date", overlaps="first", snap_m=10)
    added = geo.series(frame[frame["date"] == whole.dates[0]], date="date", overlaps="first", snap_m=10)
    for date in whole.dates[1:]:
        added = added.add(frame[frame["date"] == date], date)
    one, other = whole.areas().align(added.areas(), fill_value=0)
    assert np.abs(one - other).to_numpy().max() < 0.01
    assert added.snapped.polygons == pytest.approx(whole.snapped.polygons, abs=2)
