"""Layers as flat GeoJSON features, by name: zones, lines, places, control, fronts, changes, claims, scenarios."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from geo import _files
from geo._errors import ClaimsError, unknown
from geo.formats import feature_rows, schema, typed
from geo.formats.layer import Layer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from geo.formats.feature_rows import Feature
    from geo.layers.layers import Layers


class Kind(NamedTuple):
    """A family of layers with one or two dates in its name."""

    example: str
    meaning: str


DATED = {
    "control": Kind("control_2024-12-07", "who holds what on a date"),
    "fronts": Kind("fronts_2024-12-07", "the lines between controllers on a date"),
    "change": Kind("change_2024-12-07_2026-01-06", "what changed hands between two dates"),
}
_WHOLE: dict[str, Callable[[Layers], Iterator[Feature]]] = {
    "zones": lambda layers: feature_rows.zones(layers, layers.curated_zones),
    "lines": lambda layers: feature_rows.lines(layers, layers.curated_lines),
    "routes": lambda layers: feature_rows.routes(layers, layers.routes),
    "bands": lambda layers: feature_rows.bands(layers, layers.bands),
    "places": feature_rows.places,
    "control": feature_rows.control,
    "fronts": feature_rows.fronts,
    "changes": feature_rows.changes,
    "claims": feature_rows.claims,
    "scenarios": feature_rows.scenarios,
    "faces": feature_rows.faces,
}
EVERY = tuple(_WHOLE)  # layers that together have everything that has a place


def names(layers: Layers) -> list[str]:
    """Return the names of the layers without a date."""
    single = [*layers.curated_zones, *layers.curated_lines, *layers.routes, *layers.bands]
    return [*single, *(name for name in EVERY if name not in single)]


def moments(layers: Layers, text: str) -> list[str]:
    """Return the dates and scenarios in a text that joins them by underscores, which scenarios contain too."""
    if not text:
        return []
    if text in layers.ledger.scenarios or "_" not in text:
        return [layers.ledger.moment(text)]
    cuts = [index for index, letter in enumerate(text) if letter == "_"]
    known = {"today", *layers.ledger.scenarios}
    for cut in cuts:
        first, second = text[:cut], text[cut + 1 :]
        if all(part in known or (part[:1].isdigit() and "_" not in part) for part in (first, second)):
            return [layers.ledger.moment(first), layers.ledger.moment(second)]
    return []


def _single(layers: Layers, name: str) -> tuple[str, Iterator[Feature]] | None:
    """Return kind and features of the one zone, line, route or band of a name, if there is one."""
    for kind, known, made in (
        ("zones", layers.curated_zones, feature_rows.zones),
        ("lines", layers.curated_lines, feature_rows.lines),
        ("routes", layers.routes, feature_rows.routes),
        ("bands", layers.bands, feature_rows.bands),
    ):
        if name in known:
            return kind, made(layers, [name])
    return None


def _found(layers: Layers, layer: str, perspective: str | None) -> tuple[str, Iterator[Feature]]:
    """Return kind and features of a layer."""
    kind, _, rest = layer.partition("_")
    single = _single(layers, layer)
    days = moments(layers, rest) if kind in DATED and not single else []
    if perspective is not None and not (layer == "control" or (kind == "control" and len(days) == 1)):
        raise ClaimsError(f"a perspective goes with control and control_DATE, not with {layer}")
    if single:
        return single
    if layer in _WHOLE:
        return layer, feature_rows.control(layers, perspective) if layer == "control" else _WHOLE[layer](layers)
    if kind == "change" and len(days) == 2:
        return "changes", feature_rows.change(layers, *days)
    if kind == "control" and len(days) == 1:
        return "control_DATE", feature_rows.control_on(layers, days[0], perspective)
    if kind == "fronts" and len(days) == 1:
        return "fronts", feature_rows.fronts_on(layers, days[0])
    raise unknown("layer", layer, names(layers) + [kind.example for kind in DATED.values()])


def found(layers: Layers, layer: str, *, perspective: str | None = None) -> Layer:
    """Return a layer by its name, its features flat: a value for each column of its :mod:`geo.formats.schema`.

    Parameters
    ----------
    layers
        Where the layer is.
    layer
        A zone, a line, a route, a band; one of :data:`EVERY`; ``control_DATE``, ``fronts_DATE`` or ``change_FROM_TO``,
        where the id of a scenario can stand in place of a date.
    perspective
        A party, for ``control`` and ``control_DATE``: adds the state that it assigns the ground to and its name for it.

    Raises
    ------
    ClaimsError
        When the name is unknown (the error suggests the nearest) or a date is outside the record.

    Examples
    --------
    >>> zone = found(geo.load(), "buffer_zone_1974")
    >>> zone.kind, zone.features[0]["properties"]["from_date"]
    ('zones', datetime.date(1974, 6, 25))
    """
    kind, made = _found(layers, layer, perspective)
    columns = schema.columns(layers, kind, seen=perspective is not None)
    raw = list(made)
    rows = typed.flat([feature["properties"] for feature in raw], columns)
    flat = [feature_rows.feature(row, feature["geometry"]) for row, feature in zip(rows, raw, strict=True)]
    return Layer(layer, kind, columns, flat)


def features(layers: Layers, layer: str, *, perspective: str | None = None, lists: bool = False) -> list[Feature]:
    """Return the features of a layer by its name as GeoJSON has them; see :func:`found`.

    Dates are ISO 8601 text, and lists a text joined by blanks, or arrays with `lists`.

    Raises
    ------
    ClaimsError
        When the name is unknown (the error suggests the nearest) or a date is outside the record.

    Examples
    --------
    >>> [(feature["properties"]["from"], feature["properties"]["to"])
    ...  for feature in features(geo.load(), "change_2024-12-07_2026-01-06")]
    [('syria', 'israel')]
    """
    return found(layers, layer, perspective=perspective).written(lists=lists)


def text(layers: Layers, layer: str, *, perspective: str | None = None) -> str:
    """Return a layer as RFC 7946 GeoJSON with licence and attribution; see :func:`found`.

    Examples
    --------
    >>> import json
    >>> layer = json.loads(text(geo.load(), "buffer_zone_1974"))
    >>> [feature["id"] for feature in layer["features"]]
    ['buffer_zone_1974']
    """
    profile = layers.profile
    made = features(layers, layer, perspective=perspective)
    return _files.geojson(made, licence=profile.licence, attribution=profile.attribution)
