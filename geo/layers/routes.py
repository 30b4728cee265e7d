"""Routes: lines stitched together from parts of other lines.

A border often follows an older one for part of its course. A route names its parts in order and has no vertices of its
own, so moving a vertex moves every line that runs through it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo._errors import ClaimsError

if TYPE_CHECKING:
    from geo.layers.tables import Line, Route

Position = tuple[float, float]


def between(part: tuple[Position, ...], begin: int, end: int) -> tuple[Position, ...]:
    """Return the positions from one vertex of a line to another, both included, in either direction."""
    return part[begin : end + 1] if begin <= end else part[end : begin + 1][::-1]


def stretches(route: Route, lines: dict[str, Line], *, file: str) -> list[tuple[Line, tuple[Position, ...]]]:
    """Return the stretches of a route, each followed to the nearest vertex shared with the next part.

    Parameters
    ----------
    route
        The route, with its start and end positions.
    lines
        Lines by id.
    file
        Name of the table for error messages.

    Returns
    -------
    stretches
        Each part with the positions of the route on it, from where it meets the previous part.

    Raises
    ------
    ClaimsError
        When a part is not a line, shares no vertex with the next, or start or end are not vertices.
    """

    def fault(message: str) -> ClaimsError:
        return ClaimsError(message, code="route", file=file, feature=route.id)

    for name in route.parts:
        if name not in lines:
            raise fault(f"unknown line {name!r}; write an id of lines.geojson")
    at, found = route.start, []
    for name, following in zip(route.parts, [*route.parts[1:], None], strict=True):
        part = lines[name].coordinates
        if at not in part:
            raise fault(f"{name} has no vertex at {at[0]} {at[1]}; add one, or move the start or end to one")
        begin = part.index(at)
        goals = {route.end} if following is None else set(lines[following].coordinates)
        ends = [index for index, point in enumerate(part) if point in goals and index != begin]
        if not ends:
            raise fault(f"{name} does not reach {following or 'the end'}; give both a common vertex")
        stretch = between(part, begin, min(ends, key=lambda index: abs(index - begin)))
        found.append((lines[name], stretch))
        at = stretch[-1]
    return found


def course(route: Route, lines: dict[str, Line], *, file: str) -> tuple[Position, ...]:
    """Return the positions of a route from its start to its end; see :func:`stretches`."""
    return (route.start, *(point for _, part in stretches(route, lines, file=file) for point in part[1:]))
