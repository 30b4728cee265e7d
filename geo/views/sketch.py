"""Small maps as SVG pictures: one feature among the lines and waters round it."""

from __future__ import annotations

import html
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo.geometry.projection import Plane

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from geo.geometry.noding import Floats

_WIDTH, _HEIGHT, _MARGIN = 640.0, 480.0, 24.0  # pixels
_FEWEST = 0.4  # pixels: what a simplified line may be off
_CLOSE = 2_000.0  # metres: the least that a picture shows on a side
_STEPS = (1, 2, 5)
_STYLE = (
    "path{fill:none;stroke:#667;stroke-width:1}.ground{fill:#e8e8e4;stroke:none}.water{fill:#c6d8e6;stroke:#8aa6bd}"
    ".focus{stroke:#8a3b00;stroke-width:2.5}.focus.area{fill:#f0b27a;fill-opacity:.75;stroke-width:1.5}"
    ".inferred{stroke-dasharray:6 4}text{font:12px sans-serif;fill:#223}.bar{stroke:#223;stroke-width:2}"
    "@media (prefers-color-scheme:dark){svg{background:#15181c}.ground{fill:#2a2f36}.water{fill:#24394c}"
    "path{stroke:#99a}.focus{stroke:#ffb067}.focus.area{fill:#a35a1c}text{fill:#dde}.bar{stroke:#dde}}"
)


def drawing(
    title: str,
    focus: Any,
    *,
    ground: Any,
    lines: Iterable[tuple[Any, bool]],
    waters: Sequence[Any] = (),
    inferred: bool = False,
) -> str:
    """Return an SVG picture of a feature on the covered ground, north up, with a scale bar.

    Parameters
    ----------
    title
        What the picture shows.
    focus
        A line or polygon, degrees.
    ground
        The covered ground.
    lines
        Lines round it, each with whether it is inferred and so dashed.
    waters
        Polygons of waters.
    inferred
        Whether the feature itself is inferred.
    """
    west, south, east, north = shapely.bounds(focus).tolist()
    plane = Plane((west + east) / 2, (south + north) / 2)
    low_x, low_y, high_x, high_y = shapely.bounds(plane.flat(np.array([focus], dtype=object))[0]).tolist()
    across, up = max(high_x - low_x, _CLOSE) * 1.3, max(high_y - low_y, _CLOSE) * 1.3
    metres = max(across / (_WIDTH - 2 * _MARGIN), up / (_HEIGHT - 2 * _MARGIN))  # a pixel
    centre = np.array([(low_x + high_x) / 2, (low_y + high_y) / 2])
    frame = shapely.box(
        *(centre - np.array([_WIDTH, _HEIGHT]) * metres / 2), *(centre + np.array([_WIDTH, _HEIGHT]) * metres / 2)
    )

    def shown(geometry: Any) -> str:
        flat = plane.flat(np.array([geometry], dtype=object))[0]
        part = shapely.intersection(shapely.simplify(flat, _FEWEST * metres), frame)
        return " ".join(_path((points - centre) / metres) for points in _courses(part))

    def path(geometry: Any, kind: str, *, dashed: bool = False) -> str:
        steps = shown(geometry)
        return f'<path class="{kind}{" inferred" if dashed else ""}" fill-rule="evenodd" d="{steps}"/>' if steps else ""

    area = " area" if shapely.get_dimensions(focus) == 2 else ""
    parts = [
        path(ground, "ground"),
        *(path(water, "water") for water in waters),
        *(path(line, "line", dashed=dashed) for line, dashed in lines),
        path(focus, f"focus{area}", dashed=inferred),
        _bar(metres),
    ]
    name = html.escape(title)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH:g} {_HEIGHT:g}" role="img">'
        f"<title>{name}</title><style>{_STYLE}</style>{''.join(parts)}</svg>\n"
    )


def _courses(geometry: Any) -> Iterable[Floats]:
    """Yield the rings and lines of a geometry."""
    for part in shapely.get_parts(geometry):
        kind = shapely.get_type_id(part)
        if kind in {4, 5, 6, 7}:  # collections
            yield from _courses(part)
        elif kind == 3:
            yield from (shapely.get_coordinates(ring) for ring in shapely.get_rings(part))
        elif kind in {1, 2}:
            yield shapely.get_coordinates(part)


def _path(points: Floats) -> str:
    x, y = points[:, 0] + _WIDTH / 2, _HEIGHT / 2 - points[:, 1]
    closed = len(points) > 2 and bool((points[0] == points[-1]).all())
    steps = [f"{a:.1f} {b:.1f}" for a, b in zip(x.tolist(), y.tolist(), strict=True)]
    return "M" + "L".join(steps[: -1 if closed else None]) + ("Z" if closed else "")


def _bar(metres: float) -> str:
    """Return a scale bar of a round length, about a quarter of the width."""
    wanted = _WIDTH / 4 * metres
    power = 10 ** math.floor(math.log10(wanted))
    length = max(step * power for step in _STEPS if step * power <= wanted)
    text = f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"
    x, y = _MARGIN, _HEIGHT - _MARGIN
    bar = f'<path class="bar" d="M{x:g} {y - 4:g}V{y:g}H{x + length / metres:.1f}V{y - 4:g}"/>'
    return f'{bar}<text x="{x:g}" y="{y - 8:g}">{text}</text>'
