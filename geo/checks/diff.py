"""Two versions of the layers: what moved and by how much, which rows differ, and which answers change."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyproj
import shapely

from geo import _files
from geo.checks import published, releases
from geo.geometry import areas, offsets
from geo.layers import tables

if TYPE_CHECKING:
    from pathlib import Path

    from geo.checks.releases import Changed
    from geo.layers.layers import Layers

Records = dict[str, Any]
Spots = dict[str, tuple[float, float]]
_LEAST_M = 0.005  # less than the last decimal of a curated vertex
_KM2 = 1e6
_GEOD = pyproj.Geod(ellps="WGS84")


class Moved(NamedTuple):
    """A line or point that moved: the largest and the mean distance, m, and on how many km of a line."""

    file: str
    id: str
    most_m: float
    mean_m: float
    moved_km: float
    lon: float
    lat: float


class Area(NamedTuple):
    """A zone whose ground changed: its area before and after, and the ground that only one of the two has; km²."""

    id: str
    before_km2: float
    after_km2: float
    difference_km2: float


class Rows(NamedTuple):
    """What differs in a file: ids, or whole rows of a table without ids; of what is in both, which columns changed."""

    file: str
    added: list[str]
    removed: list[str]
    changed: dict[str, list[str]]


class Verdict(NamedTuple):
    """A published figure whose verdict differs."""

    id: str
    before: str
    after: str


class Differences(NamedTuple):
    """What differs between two versions of the layers."""

    moved: list[Moved]
    areas: list[Area]
    rows: list[Rows]
    answers: list[Changed]
    verdicts: list[Verdict]

    def json(self) -> dict[str, Any]:
        """Return everything as plain values; metres, km and km²."""
        return {
            "moved": [_rounded(one._asdict()) for one in self.moved],
            "areas": [_rounded(one._asdict()) for one in self.areas],
            "rows": [one._asdict() for one in self.rows],
            "answers": [one.json() for one in self.answers],
            "verdicts": [one._asdict() for one in self.verdicts],
        }


def _rounded(values: dict[str, Any]) -> dict[str, Any]:
    return {key: round(value, 6) if isinstance(value, float) else value for key, value in values.items()}


def diff(old: Layers, new: Layers) -> Differences:
    """Return what differs between two versions of the layers.

    Parameters
    ----------
    old, new
        Features are matched by id, rows of tables by id where they have one, else as a whole.

    Raises
    ------
    ClaimsError
        When a file of one of them cannot be read.

    Examples
    --------
    >>> diff(geo.load(), geo.load())
    Differences(moved=[], areas=[], rows=[], answers=[], verdicts=[])
    """
    asked = [name for layers in (old, new) for one in releases.versions(layers.path)[-1:] for name in _of(layers, one)]
    before, after = (releases.answers(layers, asked) for layers in (old, new))
    return Differences(
        [*_lines(old, new), *_points(old, new)],
        _areas(old, new),
        _rows(old.path, new.path),
        releases.changed(before, after),
        _verdicts(old, new),
    )


def _of(layers: Layers, release: str) -> list[str]:
    return list(releases.read(layers.path, release))


def _lines(old: Layers, new: Layers) -> list[Moved]:
    found = []
    for line in new.curated_lines.values():
        other = old.curated_lines.get(line.id)
        if other is None or other.coordinates == line.coordinates:
            continue
        one, two = np.array(other.coordinates), np.array(line.coordinates)
        ways = [offsets.offsets(offsets.sampled([a]), [b]) for a, b in ((two, one), (one, two))]
        # a vertex that is new on a straight edge moves nothing
        furthest = max(ways, key=lambda way: float(way.metres.max()))
        top = int(np.argmax(furthest.metres))
        there = furthest.metres > _LEAST_M
        weight = furthest.samples.weight
        found.append(
            Moved(
                "lines.geojson",
                line.id,
                float(furthest.metres[top]),
                float(np.average(furthest.metres, weights=weight)),
                float(weight[there].sum()) / 1000,
                float(furthest.samples.lon[top]),
                float(furthest.samples.lat[top]),
            )
        )
    return sorted(found, key=lambda one: -one.most_m)


def _points(old: Layers, new: Layers) -> list[Moved]:
    found = []
    for file, before, after in (
        ("labels.geojson", _labels(old), _labels(new)),
        ("places.geojson", _places(old), _places(new)),
    ):
        for name, (lon, lat) in after.items():
            if name in before and before[name] != (lon, lat):
                metres = _GEOD.inv(*before[name], lon, lat)[2]
                found.append(Moved(file, name, metres, metres, 0.0, lon, lat))
    return sorted(found, key=lambda one: -one.most_m)


def _labels(layers: Layers) -> Spots:
    found = tables.read_labels(layers.path / "curated", profile=layers.profile)
    return {label.id: (label.lon, label.lat) for label in found}


def _places(layers: Layers) -> Spots:
    return {place.id: (place.lon, place.lat) for place in layers.curated_places.values()}


def _areas(old: Layers, new: Layers) -> list[Area]:
    found = []
    for zone in new.curated_zones:
        if zone not in old.curated_zones:
            continue
        one, two = old.zone_polygon(zone), new.zone_polygon(zone)
        apart = shapely.symmetric_difference(one, two)
        if shapely.equals_exact(shapely.normalize(one), shapely.normalize(two)):
            continue
        km2 = (areas.polygon_areas(np.array([one, two, apart], dtype=object)) / _KM2).tolist()
        if km2[2] > 0:
            found.append(Area(zone, *km2))
    return sorted(found, key=lambda one: -one.difference_km2)


def _verdicts(old: Layers, new: Layers) -> list[Verdict]:
    before, after = ({one.figure.id: one.verdict for one in published.check_all(layers)} for layers in (old, new))
    both = [name for name in after if name in before]
    return [Verdict(name, before[name], after[name]) for name in both if before[name] != after[name]]


def _rows(old: Path, new: Path) -> list[Rows]:
    """Return what differs in each curated file, without moved geometry, which is measured."""
    found = []
    folders = [folder / "curated" for folder in (old, new)]
    names = sorted({path.name for folder in folders for path in folder.iterdir() if path.is_file()})
    for name in names:
        before, after = (_records(folder / name) for folder in folders)
        if before != after:
            found.append(_compared(name, before, after))
    return [one for one in found if one.added or one.removed or one.changed]


def _records(path: Path) -> Records:
    """Return the records of a file by id; rows of tables without ids, or with an id twice, by the whole row."""
    if not path.exists():
        return {}
    if path.suffix not in {".csv", ".json", ".geojson"}:  # heights, or what a later version adds
        return {"the whole file": {"content": hashlib.sha256(path.read_bytes()).hexdigest()}}
    if path.suffix == ".csv":
        rows: list[dict[str, Any]] = list(csv.DictReader(io.StringIO(_files.read_text(path))))
    else:
        read = _files.read_json(path)
        features = read.get("features", []) if isinstance(read, dict) else read
        rows = [one.get("properties", one) if isinstance(one, dict) else {"value": one} for one in features]
    ids = [row.get("id") for row in rows]
    if all(isinstance(one, str) and one for one in ids) and len(set(ids)) == len(ids):
        return dict(zip(map(str, ids), rows, strict=True))
    counts = Counter(_whole(row) for row in rows)
    return {f"{row}{f' (x{count})' if count > 1 else ''}": {} for row, count in counts.items()}


def _whole(row: dict[str, Any]) -> str:
    values = [value if isinstance(value, str) else json.dumps(value, ensure_ascii=False) for value in row.values()]
    return ",".join(value for value in values if value)


def _compared(file: str, before: Records, after: Records) -> Rows:
    differs = {}
    for name, row in after.items():
        if name in before and before[name] != row:
            other = before[name]
            differs[name] = [key for key in dict.fromkeys([*other, *row]) if other.get(key) != row.get(key)]
    return Rows(file, [one for one in after if one not in before], [one for one in before if one not in after], differs)
