"""Random series against an overlay of their own: unions and intersections of shapely, pair by pair."""

# ruff: noqa: SLF001  # sums of ledgers are compared, whatever answers round

from __future__ import annotations

import warnings
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from fuzz.random_series import APART, NEAR, random_series

import geo
from geo import ClaimsError
from geo.dated import frames, tiles
from geo.dated.overlay import SharedFaces
from geo.geometry import areas

if TYPE_CHECKING:
    import geopandas

NEAR_M = 1.6e-6  # how far a line may be measured from where it was drawn; see geo.geometry.planar
FEW_CM2 = 4  # what faces of less than 1 cm² may round to below nothing, which a tile leaves so and the whole does not
_GRID = 1e-12  # degrees, of the reference


def cm2(geometry: Any) -> float:
    return 1e4 * float(areas.polygon_areas(np.array([geometry], dtype=object))[0])


def bound_cm2(frame: geopandas.GeoDataFrame) -> float:
    """Return by how much two sums may differ: 1.6 µm along every line, and 1 cm² for each position."""
    lines = frame.geometry.boundary
    degrees = float(shapely.length(np.asarray(lines, dtype=object)).sum())
    return 1e4 * NEAR_M * 111_700 * degrees + len(frame.get_coordinates())


def _ground(geometry: Any) -> Any:
    """Return the polygons of what an overlay returns, without lines and points."""
    parts = shapely.get_parts(geometry)
    return shapely.multipolygons(parts[shapely.get_type_id(parts) == 3])


def held(frame: geopandas.GeoDataFrame, date: str, policy: str, owners: list[str]) -> dict[str, Any]:
    """Return the ground of each owner on a date by a policy for overlaps, by unions and differences alone."""
    rows = frame[(frame["from"] <= date) & (date < frame["to"])]
    mine = {
        owner: _union(rows.geometry[rows["controller"] == owner])
        for owner in owners
        if (rows["controller"] == owner).any()
    }
    if policy == "first":
        taken = shapely.Polygon()
        for owner in list(mine):
            mine[owner], taken = (
                _ground(shapely.difference(mine[owner], taken, grid_size=_GRID)),
                _ground(shapely.union(taken, mine[owner], grid_size=_GRID)),
            )
    elif policy == "split":
        alone = {}
        names = sorted(mine)
        for many in range(1, len(names) + 1):
            for some in combinations(names, many):
                common = mine[some[0]]
                for other in some[1:]:
                    common = _ground(shapely.intersection(common, mine[other], grid_size=_GRID))
                for other in set(names) - set(some):
                    common = _ground(shapely.difference(common, mine[other], grid_size=_GRID))
                alone[" / ".join(some)] = common
        mine = alone
    return mine


def _union(geometries: Any) -> Any:
    return _ground(shapely.union_all(np.asarray(geometries, dtype=object), grid_size=_GRID))


def periods(frame: geopandas.GeoDataFrame, luck: np.random.Generator) -> geopandas.GeoDataFrame:
    """Return the series as rows that hold for one to three dates."""
    dates = sorted(set(frame["date"]))
    ends = [*dates, "2030-01-01"]
    last = [ends[min(dates.index(day) + int(luck.integers(1, 4)), len(dates))] for day in frame["date"]]
    return frame.assign(**{"from": frame["date"], "to": last})


def check(seed: int) -> str:
    """Compare one random series, worked out whole, date by date and in tiles, with the reference and each other.

    A date that is added gives what a rebuild gives, and so do tiles where no lines are nearly one, to the cm².

    Raises
    ------
    AssertionError
        Where they differ by more than the bound, or anything that the package raises but one line of fault.
    """
    luck = np.random.default_rng(seed)
    overlapping = bool(luck.random() < 0.5)
    policy = str(luck.choice(["first", "split"])) if overlapping else "error"
    gaps = NEAR if luck.random() < 0.7 else APART
    frame = random_series(luck, overlapping=overlapping, dates=int(luck.integers(2, 5)), gaps=gaps)
    dates = sorted(set(frame["date"]))
    lasting = overlapping and bool(luck.random() < 0.3)
    frame = periods(frame, luck) if lasting else frame.assign(**{"from": frame["date"], "to": frame["date"] + "x"})
    options = {"valid_from": "from", "valid_to": "to"} if lasting else {"date": "date"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            whole = geo.series(frame, overlaps=policy, **options)
        except ClaimsError as error:
            if error.code == "overlap" and overlapping:
                raise
            return "refused"
        _like_the_reference(whole, frame, dates, policy)
        if not lasting and len(dates) > 1:
            early = geo.series(frame[frame["date"] < dates[-1]], overlaps=policy, **options)
            later = early.add(frame[frame["date"] == dates[-1]], dates[-1])
            _alike(later._ledger, whole._ledger, 0, "added")
        _in_tiles(frame, options, policy, whole, luck, bound_cm2(frame) if gaps is NEAR else FEW_CM2)
    return "alike"


def _like_the_reference(whole: Any, frame: geopandas.GeoDataFrame, dates: list[str], policy: str) -> None:
    owners = list(dict.fromkeys(frame["controller"]))
    bound = bound_cm2(frame)
    ground = {date: held(frame, date, policy, owners) for date in dates}
    table = whole.areas_cm2
    for date in dates:
        for party in table.columns.drop("none"):
            there = cm2(ground[date].get(party, shapely.Polygon()))
            assert abs(table.loc[date, party] - there) <= bound, (
                f"{date} {party}: {table.loc[date, party]}, not {there}"
            )
    for before, after in combinations(dates, 2):
        moved = whole._ledger.moved(dates.index(before), dates.index(after))
        number = {name: index for index, name in enumerate(whole._ledger.labels)}
        for one, was in ground[before].items():
            for other, now in ground[after].items():
                if one == other:
                    continue
                there = cm2(shapely.intersection(was, now, grid_size=_GRID))
                here = moved.get((number.get(one, -1), number.get(other, -1)), 0)
                assert here >= 0, "a transfer is negative"
                assert abs(here - there) <= bound, f"{before} {after} {one} to {other}: {here}, not {there}"


def _alike(one: Any, whole: Any, bound: float, what: str) -> None:
    """Compare the sums of two ledgers, by names of labels."""
    names = sorted({*one.labels, *whole.labels})
    tables = [
        np.stack(
            [
                ledger.held_cm2[:, ledger.labels.index(name)] if name in ledger.labels else np.zeros(ledger.count)
                for name in names
            ],
            axis=1,
        )
        for ledger in (one, whole)
    ]
    assert np.abs(tables[0] - tables[1]).max() <= bound, f"{what}: {np.abs(tables[0] - tables[1]).max()} > {bound}"
    apart = np.abs(one.changed_cm2() - whole.changed_cm2()).max()
    assert apart <= bound, f"{what}: changes differ by {apart} > {bound}"


def _in_tiles(
    frame: geopandas.GeoDataFrame,
    options: dict[str, str],
    policy: str,
    whole: Any,
    luck: np.random.Generator,
    bound: float,
) -> None:
    columns = frames.Columns("controller", options.get("date"), options.get("valid_from"), options.get("valid_to"))
    intervals = frames.intervals(frame, columns)
    west, south, east, north = frame.total_bounds.tolist()
    size = max(east - west, north - south) * float(luck.uniform(0.3, 0.9))
    boxes = tiles.boxes((west, south, east, north), size)
    parts = [tiles.counted(intervals, box, policy) for box in boxes]
    sums = tiles.added(parts, len(intervals.dates), intervals.labels)
    assert isinstance(whole._ledger, SharedFaces)
    _alike(sums, whole._ledger, bound, f"{len(boxes)} tiles")
