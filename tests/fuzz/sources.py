"""Series in every format that is read, small, with what stands in them."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

import geopandas
import numpy as np
import shapely
from fuzz import reference
from fuzz.inputs import Input

from geo.geometry import areas

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

FORMATS = (
    "geojson",
    "json",
    "geojsonl",
    "geojson.gz",
    "geojson.zip",
    "gpkg",
    "fgb",
    "shp",
    "parquet",
    "kml",
    "shp.zip",
)
_NAMES = ("a", "b", "الجولان", "גולן", "A/B", "x'y", 'q"t', "none", "é" * 40)


def polygons(luck: Random) -> geopandas.GeoDataFrame:
    """Return dated polygons that do not overlap on a date: cells of a grid, with holes, in parts, or bent."""
    west, south = luck.choice([(35, 33), (-179, -60), (0, 0), (120, 70)])
    size = luck.choice([0.01, 0.1, 1])
    entries = []
    for day in luck.sample(["2024-01-01", "2024-02-01", "2024-12-31"], luck.randint(1, 3)):
        cells = luck.sample([(x, y) for x in range(3) for y in range(3)], luck.randint(1, 4))
        for x, y in cells:
            box = shapely.box(west + x * size, south + y * size, west + (x + 1) * size, south + (y + 1) * size)
            kind = luck.randrange(4)
            if kind == 1:
                box = shapely.difference(box, shapely.affinity.scale(box, 0.4, 0.6))
            elif kind == 2:
                box = shapely.MultiPolygon(
                    [
                        shapely.affinity.scale(box, 0.4, 1, origin=(box.bounds[0], 0)),
                        shapely.affinity.scale(box, 0.4, 1, origin=(box.bounds[2], 0)),
                    ]
                )
            elif kind == 3:
                box = shapely.affinity.rotate(shapely.affinity.scale(box, 0.6, 0.6), luck.randrange(90))
            entries.append((day, luck.choice(_NAMES[:-2]), shapely.set_precision(box, 1e-9)))
    date, controller, geometry = zip(*entries, strict=True)
    return geopandas.GeoDataFrame({"date": date, "controller": controller}, geometry=list(geometry), crs=4326)


def whole(luck: Random, kind: str, folder: Path) -> Input:
    """Return a series in a format, to which nothing is done."""
    frame = polygons(luck)
    name = f"days.{kind}"
    files = _files(frame, kind, folder)
    ground = areas.polygon_areas(np.asarray(frame.geometry, dtype=object))
    held: dict[tuple[str, str], float] = {}
    for day, party, m2 in zip(frame["date"], frame["controller"], ground.tolist(), strict=True):
        held[day, party] = held.get((day, party), 0.0) + m2
    counted = list(reference.of_geometries(frame.geometry))
    return Input(
        "series",
        files,
        {"path": name, "options": {"date": "date"}, "counted": counted, "whole": True, "held": list(held.items())},
    )


def _files(frame: geopandas.GeoDataFrame, kind: str, folder: Path) -> dict[str, bytes]:
    name = f"days.{kind}"
    if kind.startswith(("geojson", "json")):
        features = json.loads(frame.to_json(drop_id=True))["features"]
        text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False).encode()
        if kind == "geojsonl":
            return {name: "\n".join(json.dumps(one) for one in features).encode()}
        return {
            name: gzip.compress(text)
            if kind.endswith("gz")
            else _zipped({"days.geojson": text})
            if kind.endswith("zip")
            else text
        }
    if kind == "kml":
        return {name: _kml(frame)}
    if kind == "parquet":
        frame.to_parquet(folder / name)
    else:
        plain = kind.removesuffix(".zip")
        frame.to_file(folder / f"days.{plain}", **({"encoding": "UTF-8"} if plain == "shp" else {}))
    files = {path.name: path.read_bytes() for path in sorted(folder.glob("days.*"))}
    for path in folder.glob("days.*"):
        path.unlink()
    return {name: _zipped(files)} if kind.endswith("zip") else files


def _zipped(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def _kml(frame: geopandas.GeoDataFrame) -> bytes:
    from xml.sax.saxutils import escape

    def ring(positions: Any) -> str:
        text = " ".join(f"{lon!r},{lat!r}" for lon, lat in shapely.get_coordinates(positions).tolist())
        return f"<LinearRing><coordinates>{text}</coordinates></LinearRing>"

    marks = []
    for day, party, geometry in zip(frame["date"], frame["controller"], frame.geometry, strict=True):
        shapes = [
            f"<Polygon><outerBoundaryIs>{ring(part.exterior)}</outerBoundaryIs>"
            + "".join(f"<innerBoundaryIs>{ring(hole)}</innerBoundaryIs>" for hole in part.interiors)
            + "</Polygon>"
            for part in shapely.get_parts(geometry)
        ]
        inner = shapes[0] if len(shapes) == 1 else f"<MultiGeometry>{''.join(shapes)}</MultiGeometry>"
        data = "".join(
            f'<Data name="{name}"><value>{escape(value)}</value></Data>'
            for name, value in (("date", day), ("controller", party))
        )
        marks.append(f"<Placemark><ExtendedData>{data}</ExtendedData>{inner}</Placemark>")
    return f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{"".join(marks)}</Document></kml>'.encode()
