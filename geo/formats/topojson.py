"""TopoJSON: lines that several features share are in the file once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal

from geo import _files
from geo._errors import ClaimsError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from geo.formats.layer import About, Layer, Options


def write(layers: Sequence[Layer], path: Path, about: About, options: Options) -> list[str]:
    """Write layers as objects of one topology, not quantised, each feature with its ``id`` and properties.

    Raises
    ------
    ClaimsError
        When topojson is not installed.
    """
    try:
        from topojson.core.topology import Topology
    except ImportError:
        raise ClaimsError("TopoJSON needs topojson: pip install 'territorial-claims[topojson]'") from None
    # geometries alone, by number: so no property or missing geometry stands in the way
    shapes = [shape for layer in layers for shape in layer.shapes()]
    given = {str(number): shape for number, shape in enumerate(shapes) if shape is not None and not shape.is_empty}
    arcs: list[Any] = []
    made: dict[str, dict[str, Any]] = {}
    if given:
        turns: Literal["CW_CCW", "CCW_CW"] = "CW_CCW" if options.clockwise else "CCW_CW"
        found = json.loads(str(Topology(given, prequantize=False, winding_order=turns).to_json()))
        arcs = found["arcs"]
        made = dict(zip(given, found["objects"]["data"]["geometries"], strict=True))
    objects, number = {}, 0
    for layer in layers:
        geometries = []
        for feature in layer.written(lists=options.lists):
            one = made.get(str(number), {"type": None})
            parts = {name: value for name, value in one.items() if name in ("type", "arcs", "coordinates")}
            geometries.append({**parts, "id": feature["id"], "properties": feature["properties"]})
            number += 1
        objects[layer.name] = {"type": "GeometryCollection", "geometries": geometries}
    text = _files.compact({"type": "Topology", **about.items(), "objects": objects, "arcs": arcs})
    path.write_text(text + "\n", encoding="utf-8")
    return []
