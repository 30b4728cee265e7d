"""The smallest layers that build, for tests of other places and parties."""

from __future__ import annotations

import json

SOURCE = {"id": "made_up", "type": "document", "title": "Made up for a test", "publisher": "Nobody"}
SOURCE |= {"URL": "https://example.org/", "accessed": {"date-parts": [[2024, 1, 1]]}}
LINE = {"kind": "frame", "cuts": True, "valid_from": "1900", "valid_to": None, "accuracy_m": 10, "correlation_km": 1}
LINE |= {"basis": "map", "sources": ["made_up"], "note": ""}


def collection(features):
    return json.dumps({"type": "FeatureCollection", "features": features})


def feature(id_, type_, coordinates, **properties):
    geometry = {"type": type_, "coordinates": coordinates}
    return {"type": "Feature", "id": id_, "properties": {"id": id_, **properties}, "geometry": geometry}


def write(folder, rings, held, *, territory=None, places=()):
    """Write layers of rings by zone; `held` has rows of zone, controller, from and to."""
    curated = folder / "curated"
    curated.mkdir(parents=True)
    lines = [feature(f"edge_of_{zone}", "LineString", ring, name_en=zone, **LINE) for zone, ring in rings.items()]
    middles = {zone: [sum(axis) / 4 for axis in zip(*ring[:4], strict=True)] for zone, ring in rings.items()}
    labels = [feature(zone, "Point", middle, zones=[zone], note="") for zone, middle in middles.items()]
    (curated / "lines.geojson").write_text(collection(lines))
    (curated / "labels.geojson").write_text(collection(labels))
    if places:
        listed = [
            feature(f"town_{number}", "Point", at, name_en=name, kind="town", **PLACE)
            for number, (name, at) in enumerate(places)
        ]
        (curated / "places.geojson").write_text(collection(listed))
    zones = [f"{zone},{zone},territory,1900,,made_up," for zone in rings]
    (curated / "zones.csv").write_text("\n".join(["id,name_en,kind,valid_from,valid_to,sources,note", *zones]) + "\n")
    rows = [f"{zone},{party},{start},{end},,map,,made_up," for zone, party, start, end in held]
    (curated / "control.csv").write_text(
        "\n".join(["zone,controller,valid_from,valid_to,extents,basis,event,sources,note", *rows]) + "\n"
    )
    (curated / "sources.json").write_text(json.dumps([SOURCE]))
    if territory is not None:
        (folder / "datapackage.json").write_text(json.dumps({"territory": territory}))
    return folder


PLACE = {"accuracy_m": 100, "sources": ["made_up"], "note": ""}
