"""Published figures compared with what the layers measure: which agree, which differ, which cannot be right.

A published number is taken to be as precise as its digits are. It *agrees* when it meets the computed interval: the
95 % interval of an area, from the least to the largest extent where sources differ on who holds what. What the verdict
rests on is said with it: the interval, the rounding, an extent. It *cannot be* right when it could not be had even if
every line were out by three standard deviations along its whole length, all in the same direction. In between it
*differs*. Three parts make the interval that a figure meets: the rounding of the published number, the 95 % interval of
the layers, and the extents; each figure says which of them it needed.
"""

from __future__ import annotations

import math
from itertools import combinations
from typing import TYPE_CHECKING, Any, NamedTuple

from geo._errors import ClaimsError, unknown
from geo.layers.profile import first_name
from geo.layers.tables import EXTENTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from geo.layers.layers import Layers
    from geo.layers.ledger import Ledger
    from geo.layers.tables import Figure

PARTS = ("interval", "rounding", "extents")
_SQUARE_KM = {"km2": 1.0, "sq mi": 1.609344**2, "ha": 0.01, "dunams": 0.001}
_KM = {"km": 1.0, "mi": 1.609344, "m": 0.001, "ft": 0.0003048}


class Computed(NamedTuple):
    """What the layers give, in km or km²: the number, the interval it is known to, and what no error reaches beyond."""

    value: float
    low: float
    high: float
    least: float
    most: float
    parts: dict[str, tuple[float, float]]  # per extent, its own interval
    how: str
    reach: tuple[float, float] | None = None  # of the extents without their intervals; None where there are none


class Checked(NamedTuple):
    """A published figure with its computed counterpart, both in the published unit."""

    figure: Figure
    computed: float
    interval: tuple[float, float]
    difference_percent: float
    verdict: str
    fits: tuple[str, ...]
    rests_on: str
    why: str
    rounded: tuple[float, float]
    interval_of_best: tuple[float, float]
    reach: tuple[float, float] | None

    @property
    def needed(self) -> tuple[str, ...] | None:
        """The fewest of :data:`PARTS` with which the figure agrees, the first ones preferred; None if it does not."""
        bounded = self.figure.low is not None or self.figure.high is not None
        exact = self.rounded if bounded else (stated(self.figure),) * 2
        point = (self.computed, self.computed)
        for count in range(len(PARTS) + 1) if self.verdict == "agrees" else ():
            for parts in combinations(PARTS, count):
                with_interval, with_extents = "interval" in parts, "extents" in parts
                range_ = (self.reach or point) if with_extents else point
                if with_interval:
                    range_ = self.interval if with_extents else self.interval_of_best
                if _meets(self.rounded if "rounding" in parts else exact, range_):
                    return parts
        return None

    def json(self) -> dict[str, Any]:
        """Return the fields of the JSON contract."""
        figure = self.figure
        return {
            "id": figure.id,
            "quantity": figure.quantity,
            "scope": figure.scope,
            "published": stated(figure),
            "published_low": figure.low,
            "published_high": figure.high,
            "unit": figure.unit,
            "as_of": figure.as_of,
            "computed": round(self.computed, 6),
            "interval": [round(bound, 3) for bound in self.interval],
            "difference_percent": None if math.isnan(self.difference_percent) else round(self.difference_percent, 1),
            "verdict": self.verdict,
            "fits": list(self.fits),
            "rests_on": self.rests_on,
            "parts": {
                "rounding": [None if math.isinf(bound) else bound for bound in self.rounded],
                "interval": [round(bound, 3) for bound in self.interval_of_best],
                "extents": None if self.reach is None else [round(bound, 3) for bound in self.reach],
            },
            "needed": None if self.needed is None else list(self.needed),
            "why": self.why,
            "source": figure.sources[0],
            "sources": list(figure.sources),
            "note": figure.note,
        }


def stated(figure: Figure) -> float:
    """Return the number of a figure: its value, or the one bound that it gives."""
    return next(number for number in (figure.value, figure.low, figure.high) if number is not None)


def shown(figure: Figure) -> str:
    """Return a figure as it was published, bounds and all."""
    low, high = figure.low, figure.high
    if low is not None and high is not None:
        return f"{low:,g} to {high:,g} {figure.unit}"
    if low is not None:
        return f"> {low:,g} {figure.unit}"
    if high is not None:
        return f"< {high:,g} {figure.unit}"
    return f"{stated(figure):,g} {figure.unit}"


def digits(value: float) -> str:
    """Return a computed number with the digits that it is worth showing."""
    return f"{value:,.1f}" if value < 100 else f"{value:,.0f}"


def rounding(value: float) -> float:
    """Return half the last digit that a number shows, at most a tenth of it: 235 is good to 0.5, 400 to 40.

    Examples
    --------
    >>> rounding(235), rounding(400), rounding(66.5), rounding(1200)
    (0.5, 40.0, 0.05, 50.0)
    """
    return min(_step(value) / 2, abs(value) / 10)


def _step(value: float) -> float:
    """Return the unit of the last digit that a number shows: 100 for 1200, 0.1 for 66.5."""
    whole, _, decimals = f"{value:.6f}".rstrip("0").partition(".")
    if decimals:
        return 10.0 ** -len(decimals)
    return 10.0 ** (len(whole) - len(whole.rstrip("0")))


def _as_rounded(figure: Figure) -> str:
    """Return in words how a figure is rounded."""
    value, step = stated(figure), _step(stated(figure))
    if rounding(value) < step / 2:  # a single digit says little: 400 may be 360
        return f"agrees as a round number, {value * 0.9:,.4g} to {value * 1.1:,.4g}"
    return "agrees as rounded to " + ("a whole number" if step == 1 else f"the nearest {step:,g}")


def _span(figure: Figure) -> tuple[float, float]:
    """Return the interval that a published figure stands for, in its unit: "more than 370" is from 370 on."""
    if figure.low is not None or figure.high is not None:
        return figure.low or 0.0, math.inf if figure.high is None else figure.high
    value = stated(figure)
    return value - rounding(value), value + rounding(value)


def _area(ledger: Ledger, zones: tuple[str, ...]) -> Computed:
    faces = sorted({face for zone in zones for face in ledger.faces_in(zone)})
    quantity, sweep = ledger.quantity(dict.fromkeys(EXTENTS, faces)), ledger.sweep_km2(faces)
    how = f"area of {' and '.join(zones)} as drawn here; a text that counts other ground with it means something else"
    return Computed(quantity.area, *quantity.ci95, max(quantity.area - sweep, 0), quantity.area + sweep, {}, how)


def _moved(ledger: Ledger, figure: Figure, source: str, target: str) -> dict[str, list[int]]:
    """Return the faces that passed between two parties from the day a figure counts from to its own, per extent."""
    return ledger.moved(*_days(ledger, figure)).get((source, target), {extent: [] for extent in EXTENTS})


def _days(ledger: Ledger, figure: Figure) -> tuple[str, str]:
    """Return the day that a figure counts from and the day that it is of: the one stated, or the last of its period."""
    if figure.since is None:
        raise ClaimsError(f"figure {figure.id}: since is missing, the day that it counts from")
    on = figure.on or figure.as_of or ledger.today()
    last = {4: "-12-31", 7: "-31"}.get(len(on), "")
    return figure.since, min(on + last, ledger.today())


def _taken(ledger: Ledger, figure: Figure) -> Computed:
    since, on = _days(ledger, figure)
    moved = _moved(ledger, figure, *figure.of)
    each = {extent: ledger.quantity(dict.fromkeys(EXTENTS, faces)) for extent, faces in moved.items()}
    reach = {extent: ledger.sweep_km2(faces) for extent, faces in moved.items()}
    return Computed(
        each["best"].area,
        each["min"].ci95[0],
        each["max"].ci95[1],
        max(each["min"].area - reach["min"], 0),
        each["max"].area + reach["max"],
        {extent: quantity.ci95 for extent, quantity in each.items()},
        f"ground that passed from {figure.of[0]} to {figure.of[1]} between {since} and {on}",
        (min(one.area for one in each.values()), max(one.area for one in each.values())),
    )


def _width(layers: Layers, names: tuple[str, ...], pick: Callable[[list[float]], float]) -> Computed:
    """Return the smallest or largest distance from points of the first line, every 100 m, to the second."""
    import shapely

    from geo.geometry.projection import Plane

    first, second = (layers.curated_lines[name] for name in names)
    plane = Plane.about(first.coordinates)
    one, other = (plane.flat(shapely.LineString(line.coordinates)) for line in (first, second))
    points = shapely.get_coordinates(shapely.segmentize(one, 100))
    # where the lines share an end they have no width there
    away = [distance for distance in shapely.distance(shapely.points(points), other).tolist() if distance > 0]
    km, sigma = pick(away) / 1000, math.hypot(first.accuracy_m, second.accuracy_m) / 1000
    bounds = (max(km - 1.96 * sigma, 0), km + 1.96 * sigma, max(km - 3 * sigma, 0), km + 3 * sigma)
    return Computed(
        km, *bounds, {}, f"distance from {first_name(first.names)} to the nearest point of {first_name(second.names)}"
    )


def _length(layers: Layers, name: str) -> Computed:
    from geo.geometry import uncertainty

    course = layers.course(name)
    accuracy = max(
        layers.curated_lines[part].accuracy_m
        for part in (layers.routes[name].parts if name in layers.routes else (name,))
    )
    length = uncertainty.length(course, accuracy)
    straight = uncertainty.length((course[0], course[-1]), accuracy).km
    how = "length as drawn; the interval runs from the line smoothed to its accuracy to one with as much more detail"
    return Computed(length.km, length.low, length.high, straight, 2 * length.km, {}, how)


def _depth(layers: Layers, figure: Figure) -> Computed:
    """Return how far ground that passed between two parties reaches from a line, by extent."""
    import shapely

    from geo.geometry.projection import Plane

    source, target, name = figure.of
    line = layers.curated_lines[name]
    plane = Plane.about(line.coordinates)
    flat = plane.flat(shapely.LineString(line.coordinates))
    reach = {}
    for extent, faces in _moved(layers.ledger, figure, source, target).items():
        points = shapely.get_coordinates(plane.flat(layers.polygons[faces]))
        reach[extent] = float(shapely.distance(shapely.points(points), flat).max(initial=0)) / 1000
    sigma = 1.96 * line.accuracy_m / 1000
    parts = {extent: (0.0, km + sigma) for extent, km in reach.items()}
    # any place short of the farthest one may be what a text means by how deep
    how = f"farthest that ground which passed from {source} to {target} reaches from {first_name(line.names)}"
    extents = (min(reach.values()), max(reach.values()))
    return Computed(reach["best"], 0, reach["max"] + sigma, 0, 1.5 * reach["max"], parts, how, extents)


def _distance(layers: Layers, names: tuple[str, ...]) -> Computed:
    import pyproj

    one, other = (layers.curated_places[name] for name in names)
    km = pyproj.Geod(ellps="WGS84").inv(one.lon, one.lat, other.lon, other.lat)[2] / 1000
    sigma = math.hypot(one.accuracy_m, other.accuracy_m) / 1000
    bounds = (max(km - 1.96 * sigma, 0), km + 1.96 * sigma, max(km - 3 * sigma, 0), 3 * km + 3 * sigma)
    return Computed(km, *bounds, {}, "straight distance between the two places; a road may be three times as long")


def compute(layers: Layers, figure: Figure) -> Computed:
    """Return what the layers measure for a figure.

    Raises
    ------
    ClaimsError
        When the figure names a zone, line or place that is not known.
    """
    known: dict[str, Iterable[str]] = {
        "area": layers.curated_zones,
        "length": [*layers.curated_lines, *layers.routes],
        "distance": layers.curated_places,
        "taken": layers.ledger.parties(),
        "depth_max": [*layers.ledger.parties(), *layers.curated_lines],
    }
    names = list(known.get(figure.measure, layers.curated_lines))
    for name in figure.of:
        if name not in names:
            raise unknown(f"subject of figure {figure.id}", name, names)
    count = {"width_min": 2, "width_max": 2, "distance": 2, "length": 1, "taken": 2, "depth_max": 3}.get(figure.measure)
    if len(set(figure.of)) != (count or len(set(figure.of)) or 1):
        raise ClaimsError(
            f"figure {figure.id}: {figure.measure} is of {count or 'some'} things, not of {len(figure.of)}"
        )
    if figure.measure == "area":
        return _area(layers.ledger, figure.of)
    if figure.measure == "taken":
        return _taken(layers.ledger, figure)
    if figure.measure == "length":
        return _length(layers, figure.of[0])
    if figure.measure == "depth_max":
        return _depth(layers, figure)
    if figure.measure == "distance":
        return _distance(layers, figure.of)
    return _width(layers, figure.of, min if figure.measure == "width_min" else max)


def _meets(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def check(layers: Layers, figure: Figure) -> Checked:
    """Compare one published figure, which must have a measure, with the layers."""
    units = _SQUARE_KM if figure.measure in ("area", "taken") else _KM
    if figure.unit not in units:
        raise unknown(f"unit of figure {figure.id}", figure.unit, list(units))
    found, unit = compute(layers, figure), units[figure.unit]
    numbers = (found.value, found.low, found.high, found.least, found.most)
    value, low, high, least, most = (number / unit for number in numbers)
    span = _span(figure)
    parts = {extent: (bounds[0] / unit, bounds[1] / unit) for extent, bounds in found.parts.items()}
    fits = tuple(extent for extent in EXTENTS if extent in parts and _meets(span, parts[extent]))
    interval = f"{_between(figure, low, high)} {figure.unit}"
    if _meets(span, (low, high)):
        verdict = "agrees"
        rests_on = _agreement(figure, (low, high), parts, fits)
        why = f"{rests_on}: {_place(figure, low, high)} what the layers allow, {interval}"
    elif _meets(span, (least, most)):
        verdict, rests_on = "differs", "outside the 95 % interval, but not beyond three standard deviations"
        side = "below" if span[1] < low else "above"
        why = f"{side} what the layers allow, {interval}"
    else:
        verdict, rests_on = "cannot_be", "beyond three standard deviations of every line"
        bound = f"at most {digits(most)}" if span[0] > most else f"at least {digits(least)}"
        why = (
            f"even with every line out by three standard deviations along its whole length it is {bound} {figure.unit}"
        )
        if figure.measure not in ("area", "taken"):
            rests_on = "beyond the widest reading of the layers"
            why = f"the layers give {bound} {figure.unit} by their widest reading"
    # a bound differs only by what it misses
    nearest = min(max(value, span[0]), span[1]) if figure.low is not None or figure.high is not None else stated(figure)
    off = 100 * (nearest - value) / value if value else math.nan
    best = parts.get("best", (low, high))
    reach = None if found.reach is None else (found.reach[0] / unit, found.reach[1] / unit)
    return Checked(figure, value, (low, high), off, verdict, fits, rests_on, f"{why} ({found.how})", span, best, reach)


def _agreement(
    figure: Figure, within: tuple[float, float], parts: dict[str, tuple[float, float]], fits: tuple[str, ...]
) -> str:
    """Return what a figure that agrees rests on: the computed interval, its bound, its rounding, an extent."""
    bounded = figure.low is not None or figure.high is not None
    value = stated(figure)
    reached = any(parts[extent][0] <= value <= parts[extent][1] for extent in fits)
    rounded = not bounded and not (reached if fits else within[0] <= value <= within[1])
    said = [_as_rounded(figure)] if rounded else []
    if parts:
        only = "only " if len(fits) == 1 else ""
        every = "fits every extent" if len(fits) == len(parts) else f"fits {only}the {' and '.join(fits)} extent"
        said.append(every if fits else "lies between two of the extents and fits none")
    elif not rounded:
        said.append("agrees by its bound" if bounded else "agrees within the 95 % interval")
    return ", ".join(said)


def _between(figure: Figure, low: float, high: float) -> str:
    """Return an interval in words, with so many digits that a figure shows on the side of each end that it is on."""
    ends = []
    for end in (low, high):
        decimals = 1 if end < 100 else 0
        numbers = [number for number in (figure.value, figure.low, figure.high) if number is not None]
        while decimals < 6 and any(_side(number, end) != _side(number, round(end, decimals)) for number in numbers):
            decimals += 1
        ends.append(f"{end:,.{decimals}f}")
    return " to ".join(ends)


def _side(number: float, end: float) -> int:
    return (number > end) - (number < end)


def _place(figure: Figure, low: float, high: float) -> str:
    """Return where a published number lies in relation to an interval that it meets."""
    if figure.low is not None or figure.high is not None:
        return "it meets"
    value = stated(figure)
    return "it lies within" if low <= value <= high else "it lies just below" if value < low else "it lies just above"


def check_all(layers: Layers) -> list[Checked]:
    """Return every published figure that the layers can measure, in the order of the table."""
    return [check(layers, figure) for figure in layers.published if figure.measure]
