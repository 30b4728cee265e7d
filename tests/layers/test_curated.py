"""The shipped data hold what their sources say, within what their accuracy promises."""

from __future__ import annotations

import csv
import json
import math
from collections import Counter
from itertools import pairwise

import numpy as np
import pyproj
import pytest
import shapely
from common import LAYERS, ROOT, rows

from geo import dates
from geo.geometry.projection import Plane
from geo.layers import tables
from geo.layers.derive import FACES

GEOD = pyproj.Geod(ellps="WGS84")
FOLDER = LAYERS / "curated"
LINES = {line.id: line for line in tables.read_lines(FOLDER)}
PLACES = {place.id: place for place in tables.read_places(FOLDER)}
DMZ = ("dmz_1949_north", "dmz_1949_central", "dmz_1949_south")
ZONES = {zone.id: zone for zone in tables.read_zones(FOLDER)}
CONTROL = tables.read_control(FOLDER)
CLAIMS = tables.read_claims(FOLDER)
SOURCES = tables.read_sources(FOLDER)
EVERYTHING = [
    *LINES.values(),
    *PLACES.values(),
    *ZONES.values(),
    *CONTROL,
    *CLAIMS,
    *tables.read_routes(FOLDER),
    *tables.read_bands(FOLDER),
    *tables.read_context(FOLDER),
    *tables.read_views(FOLDER),
    *tables.read_events(FOLDER),
    *tables.read_figures(FOLDER),
    *tables.read_proposals(FOLDER),
    *(row for rows in tables.read_scenarios(FOLDER).values() for row in rows),
]


def metres(line, lon, lat):
    """Return the distance of a position from a line, on an azimuthal plane about the position."""
    plane = pyproj.Transformer.from_crs(4326, f"+proj=aeqd +lon_0={lon} +lat_0={lat} +ellps=WGS84", always_xy=True)
    flat = shapely.LineString(np.column_stack(plane.transform(*np.array(line.coordinates).T)))
    return flat.distance(shapely.Point(0, 0))


def length_km(line):
    return GEOD.line_length(*np.array(line.coordinates).T) / 1000


def crossing(line, lat):
    """Return the longitudes at which a line crosses a parallel."""
    cut = shapely.LineString(line.coordinates).intersection(shapely.LineString([(35, lat), (37, lat)]))
    return sorted(shapely.get_coordinates(cut)[:, 0])


# areas, lengths, widths


def test_golan_area(golan):
    assert 1150 < golan.ledger.zone_area("golan_heights").area < 1165


def test_buffer_zone_area_contains_the_published(golan):
    quantity = golan.ledger.zone_area("buffer_zone_1974")
    assert 229 < quantity.area < 239
    assert quantity.ci95[0] < 235 < quantity.ci95[1]


def test_line_a_length():
    assert 76 < length_km(LINES["line_a"]) < 82


def test_zone_is_narrow_in_the_south():
    lon, lat = LINES["line_b"].coordinates[0]
    assert metres(LINES["line_a"], lon, lat) < 600


def test_zone_is_wide_near_quneitra():
    lat = PLACES["quneitra"].lat
    west, east = crossing(LINES["line_a"], lat)[0], crossing(LINES["line_b"], lat)[-1]
    assert 6000 < GEOD.inv(west, lat, east, lat)[2] < 9000


def test_ground_returned_in_1974_contains_the_published(golan):
    quantity = golan.ledger.zone_area("returned_1974")
    assert quantity.ci95[0] < 25 < quantity.ci95[1]


# positions


DRAWN_FROM = {"line_a": "line_a", "line_b": "line_b", "golan_west_boundary": "boundary_1923"}


@pytest.mark.parametrize("position", [row for row in rows("line_positions.csv") if row["line"] in DRAWN_FROM], ids=str)
def test_lines_pass_the_positions_read_off_maps(position):
    line = LINES[DRAWN_FROM[position["line"]]]
    assert metres(line, float(position["lon"]), float(position["lat"])) < 250


@pytest.mark.parametrize(
    "point", [row for row in rows("armistice_1949_points.csv") if row["paragraph"] in ("1", "5", "18", "20")], ids=str
)
def test_boundary_passes_the_un_grid_references(point):
    to_lonlat = pyproj.Transformer.from_crs(28191, 4326, always_xy=True)
    lon, lat = to_lonlat.transform(float(point["easting_km"]) * 1000, float(point["northing_km"]) * 1000)
    assert metres(LINES["boundary_1923"], lon, lat) < 100


def test_line_a_passes_the_crossing():
    place = PLACES["quneitra_crossing"]
    assert metres(LINES["line_a"], place.lon, place.lat) < math.hypot(place.accuracy_m, LINES["line_a"].accuracy_m)


# a post stands at the place it is named after, which may lie across a line
DOCUMENTED = [place for place in PLACES.values() if place.side and place.kind != "israeli_post"]


@pytest.mark.parametrize("place", DOCUMENTED, ids=lambda place: place.id)
def test_places_lie_on_their_documented_side(golan, place):
    assert place.side_evidence
    face = golan.face_at(place.lon, place.lat)
    inside = face is not None and place.side in golan.ledger.zones_of[face]
    if place.side in DMZ:  # the zones of 1949 are narrow, and encyclopaedias place villages to a kilometre square
        plane = Plane(place.lon, place.lat)
        faces = plane.flat(golan.polygons[golan.ledger.faces_in(place.side)])
        inside = shapely.distance(faces, shapely.Point(0, 0)).min() < place.accuracy_m
    assert inside


def test_every_side_has_documented_places():
    assert Counter(place.side for place in DOCUMENTED).keys() == {
        "golan_heights",
        "buffer_zone_1974",
        "east_of_line_b",
        "dmz_1949_central",
        "dmz_1949_south",
    }
    assert len(DOCUMENTED) > 50


def test_undocumented_sides_are_reported_not_asserted(golan, record_property):
    """Their side follows from geometry alone, so it is written down for a reader and nothing is demanded."""
    sides = Counter()
    for place in PLACES.values():
        if place not in DOCUMENTED:
            face = golan.face_at(place.lon, place.lat)
            sides["outside" if face is None else golan.ledger.zones_of[face][0]] += 1
            record_property(place.id, "outside" if face is None else golan.ledger.zones_of[face][0])
    assert sum(sides.values()) == len(PLACES) - len(DOCUMENTED)


@pytest.mark.parametrize("place", ["asha", "adnaniyah"])
def test_known_doubts_are_written_down(place):
    assert not PLACES[place].side
    assert "Doubt" in PLACES[place].note
    assert "Natural Earth" in PLACES[place].note


# topology


def test_faces_are_a_gapless_coverage(golan):
    faces = golan.faces.geometry.to_numpy()
    assert shapely.is_valid(faces).all()
    assert shapely.coverage_is_valid(faces)
    whole = shapely.coverage_union_all(faces)
    assert whole.geom_type == "Polygon"
    assert not whole.interiors
    assert sum(golan.ledger.area_cm2) / 1e10 == pytest.approx(geo_area_km2(whole), abs=1e-6)


def geo_area_km2(polygon):
    import geopandas

    import geo

    return geo.area(geopandas.GeoSeries([polygon], crs=4326)).item() / 1e6


def test_shared_borders_are_the_same_vertices(golan):
    edges = Counter()
    for polygon in golan.polygons:
        for ring in shapely.get_rings(polygon):
            points = shapely.get_coordinates(ring).tolist()
            edges.update(frozenset(map(tuple, edge)) for edge in pairwise(points))
    assert set(edges.values()) <= {1, 2}
    inner = [arc for arc in golan.arcs if arc.left is not None and arc.right is not None]
    assert sum(len(arc.coordinates) - 1 for arc in inner) == sum(count == 2 for count in edges.values())


def test_no_sliver(golan):
    for name, polygon in zip(golan.ledger.names, golan.polygons, strict=True):
        # thinner than 100 m all along would be a slip of the pen
        assert not polygon.buffer(-0.0005).is_empty, name


def test_every_face_keeps_a_curated_vertex_where_no_lines_cross(golan):
    known = {point for line in LINES.values() for point in line.coordinates}
    vertices = {tuple(point) for polygon in golan.polygons for point in shapely.get_coordinates(polygon).tolist()}
    assert vertices <= known, "lines meet only where they share a vertex"


# records


@pytest.mark.parametrize("line", LINES.values(), ids=lambda line: line.id)
def test_each_line_is_whole(line):
    assert set(line.names) == {"en", "ar", "he"}
    assert line.note
    assert line.kind == "frame" or (line.accuracy_m > 0 and line.correlation_km > 0)
    for point in line.coordinates:
        assert all(round(number, 6) == number for number in point)
    assert shapely.LineString(line.coordinates).is_simple
    if line.basis == "inferred":
        assert "nferred" in line.note
        assert line.accuracy_m >= 500


@pytest.mark.parametrize("record", EVERYTHING, ids=lambda record: getattr(record, "id", getattr(record, "zone", "")))
def test_each_source_resolves(record):
    assert record.sources
    assert set(record.sources) <= set(SOURCES)


def test_each_source_is_used():
    used = {source for record in EVERYTHING for source in record.sources}
    used |= {place.population_source for place in PLACES.values() if place.population is not None}
    assert set(SOURCES) == used


@pytest.mark.parametrize("source", SOURCES.values(), ids=lambda source: source["id"])
def test_each_source_is_whole(source):
    assert source["title"]
    assert source["publisher"]
    assert "issued" in source or "accessed" in source
    address = source.get("URL", "")
    assert address.startswith(("http://", "https://")) or (ROOT / address).is_file() or source["read_in"]


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)
def test_each_claim_is_of_a_known_zone(claim):
    assert claim.zone in ZONES


def test_claims_let_every_party_speak():
    spoken = {claim.claimant for claim in CLAIMS}
    assert {"syria", "israel", "lebanon", "un_security_council", "us", "eu", "arab_league"} <= spoken


def test_control_runs_from_1923_to_today(golan):
    assert golan.ledger.first == "1923-03-10"
    for history in golan.ledger.histories:
        for held in history.values():
            assert held[-1].valid_to is None


def test_extents_are_nested(golan):
    """Since December 2024, what min holds best holds, and what best holds max holds."""
    for day in (*(day for day in golan.ledger.changes() if "2024-12-08" <= day), "2026-01-06"):
        held = {
            extent: {face for face, who in enumerate(golan.ledger.controllers(day, extent)) if who == "israel"}
            for extent in tables.EXTENTS
        }
        assert held["min"] <= held["best"] <= held["max"], day


def test_zone_extents_say_what_the_ledger_says(golan):
    for extent in tables.EXTENTS:
        before, after = (golan.ledger.controllers(day, extent) for day in ("2024-12-07", "2026-01-06"))
        changed = [face for face, pair in enumerate(zip(before, after, strict=True)) if pair == ("syria", "israel")]
        assert changed == golan.ledger.faces_in(f"held_2024_{extent}")


def test_curated_files_have_one_vertex_a_line():
    for name in tables.GEOMETRY_FILES:
        features = json.loads((FOLDER / name).read_text())["features"]
        vertices = sum(len(shapely.get_coordinates(shapely.geometry.shape(f["geometry"]))) for f in features)
        lines = [line for line in (FOLDER / name).read_text().splitlines() if line.rstrip(",").startswith("[3")]
        assert len(lines) == (vertices if name == "lines.geojson" else 0)


def test_tables_are_plain_csv():
    for path in FOLDER.glob("*.csv"):
        with path.open(newline="") as file:
            widths = {len(row) for row in csv.reader(file)}
        assert len(widths) == 1, path


def test_built_layers_follow_rfc_7946():
    for path in (LAYERS / "built").glob("*.geojson"):
        collection = json.loads(path.read_text())
        assert "crs" not in collection
        for feature in collection["features"]:
            geometry = shapely.geometry.shape(feature["geometry"])
            for polygon in shapely.get_parts(geometry):
                if polygon.geom_type == "Polygon":
                    assert polygon.exterior.is_ccw
                    assert not any(hole.is_ccw for hole in polygon.interiors)
            points = shapely.get_coordinates(geometry)
            assert np.array_equal(points, np.round(points, 7))
            for key in ("valid_from", "valid_to", "held_from", "held_to", "date"):
                value = feature["properties"].get(key)
                assert value is None or dates.is_edtf(value)
    assert (LAYERS / "built" / FACES).exists()
