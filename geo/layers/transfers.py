"""Records of areas with their uncertainties, and of ground that changed hands."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any, NamedTuple

CM2_PER_KM2 = 10**10
Z95 = 1.959964  # two-sided 95 % of a normal distribution


class Quantity(NamedTuple):
    """An area with both of its uncertainties, in km².

    `low` and `high` span the extents (uncertainty about who holds what); `ci95` is the digitising error of the best
    extent (uncertainty about where the lines run), NaN where no accuracy is stated.
    """

    area: float
    low: float
    high: float
    ci95: tuple[float, float]

    @property
    def margin(self) -> float:
        """Upper half-width of the 95 % interval."""
        return self.ci95[1] - self.area

    def json(self) -> dict[str, Any]:
        """Return the fields of the JSON contract."""
        return {
            "area_km2": round(self.area, 6),
            "low_km2": round(self.low, 6),
            "high_km2": round(self.high, 6),
            "ci95_km2": [None if math.isnan(bound) else round(bound, 3) for bound in self.ci95],
        }


class People(NamedTuple):
    """Sum of sourced populations; `counted` of the `places` inhabited places have one for the time."""

    total: int
    counted: int
    places: int


class Transfer(NamedTuple):
    """Ground that passed from one controller to another.

    `zones_km2` splits its area by the zone that each face was known as, largest first. Places are those in the best
    extent; `places_uncertain`, inside or outside, lie within one combined standard deviation of its edge;
    `places_possible` are in another extent only. `posts` are the military posts in it reported as in place on either
    date.
    """

    source: str
    target: str
    quantity: Quantity
    area_cm2: int
    faces: tuple[int, ...]
    zones_km2: dict[str, float]
    places: tuple[str, ...]
    places_uncertain: tuple[str, ...]
    places_possible: tuple[str, ...]
    posts: tuple[str, ...]
    people: People | None  # None where no places are known

    def json(self) -> dict[str, Any]:
        """Return the fields of the JSON contract."""
        return {
            "from": self.source,
            "to": self.target,
            **self.quantity.json(),
            "zones": list(self.zones_km2),
            "zones_km2": {zone: round(area, 6) for zone, area in self.zones_km2.items()},
            "places": list(self.places),
            "places_uncertain": list(self.places_uncertain),
            "places_possible": list(self.places_possible),
            "posts": list(self.posts),
            "people": self.people and self.people._asdict(),
        }


def plain_quantity(area_cm2: int, sigma_km2: float | None = None) -> Quantity:
    """Return an area known in one extent only, with its interval if a standard deviation is given."""
    area = area_cm2 / CM2_PER_KM2
    margin = math.nan if sigma_km2 is None else Z95 * sigma_km2
    low = math.nan if sigma_km2 is None else max(area - margin, 0.0)
    return Quantity(area, area, area, (low, area + margin))


def plain_transfer(source: str, target: str, area_cm2: int, sigma_km2: float | None = None) -> Transfer:
    """Return a transfer of which only the area is known, with its interval if a standard deviation is given."""
    quantity = plain_quantity(area_cm2, sigma_km2)
    return Transfer(source, target, quantity, area_cm2, (), {}, (), (), (), (), None)


def net_cm2(transfers: list[Transfer]) -> dict[str, int]:
    """Return each controller's gains minus losses, in cm²; the values sum to zero."""
    net: dict[str, int] = defaultdict(int)
    for transfer in transfers:
        net[transfer.source] -= transfer.area_cm2
        net[transfer.target] += transfer.area_cm2
    return dict(sorted(net.items()))


def change_json(
    before: str,
    after: str,
    transfers: list[Transfer],
    supposed: list[dict[str, Any]] | None = None,
    last_report: str | None = None,
) -> dict[str, Any]:
    """Return a change as ``claims change --json`` prints it; a record says when it was last reported on."""
    net = net_cm2(transfers)
    return {
        "from": before,
        "to": after,
        "ellipsoid": "WGS84",
        "edges": "lonlat",
        "hypothetical": bool(supposed),
        "scenarios": supposed or [],
        **({"last_report": last_report} if last_report else {}),
        "transfers": [transfer.json() for transfer in transfers],
        "net_km2": {name: round(cm2 / CM2_PER_KM2, 6) for name, cm2 in net.items()},
    }
