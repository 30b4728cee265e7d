"""Records made from polygons: the areas are those of the polygons, and the record builds and validates."""

from __future__ import annotations

import re
import tempfile
import warnings
from pathlib import Path
from types import SimpleNamespace

import geopandas
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import geo
from geo import dates
from geo._errors import ClaimsWarning
from geo.answers import new_record
from geo.checks import validate
from geo.geometry import areas
from geo.layers.layers import Layers

DATES = ("2001-01-01", "2003-05", "2010-02-03")
PARTIES = ("Northern League", "Λίγκα", "none", None)
NAMES = ("Ada", "Μπέλα", "Ada / Bela", "Ge")


def km2(geometry):
    return areas.polygon_areas(np.array([geometry], dtype=object)).item() / 1e6


def ground(rows):
    return shapely.union_all(np.asarray(rows.geometry)) if len(rows) else shapely.Polygon()


def near(found, wanted, edges):
    """The areas agree to 1e-9, or to the half cm² to which the engine rounds what lies below each edge."""
    return abs(found - wanted) <= max(1e-9 * wanted, edges * 1e-10)


def made(folder, frame, **options):
    frame.to_file(folder / "in.gpkg")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ClaimsWarning)
        return new_record.from_polygons(folder / "record", folder / "in.gpkg", **options)


def sound(folder):
    assert [str(fault) for fault in validate.defects(folder)] == []


@st.composite
def coverages(draw):
    """Return rows that part a square and an island, some of them with holes, by lines that cross it anyhow."""
    scale = draw(st.sampled_from([0.02, 1.0, 8.0]))
    corner = np.array([draw(st.sampled_from([-90.0, 35.123456789012345])), draw(st.sampled_from([-40.0, 0.1, 62.0]))])
    spot = st.integers(0, 24)
    cuts = []
    for a, b, upright in draw(st.lists(st.tuples(spot, spot, st.booleans()), min_size=1, max_size=5)):
        ends = np.array([[-0.1, a / 24], [1.1, b / 24]])
        cuts.append(shapely.LineString(corner + scale * (ends[:, ::-1] if upright else ends)))
    square = shapely.box(*corner, *(corner + scale))
    lake = shapely.Point(*(corner + scale * 0.4)).buffer(0.1 * scale, 4)
    island = shapely.box(0, 0, 0.3, 0.3)
    island = shapely.transform(island, lambda ends: corner + scale * (ends + np.array([1.2, 0.0])))
    lines = shapely.union_all([*cuts, square.boundary, lake.boundary, island.boundary])
    cells = [cell for cell in shapely.get_parts(shapely.polygonize([*shapely.get_parts(lines)])) if cell.area > 0]
    entries = []
    for date in DATES:
        for cell in cells:
            party = draw(st.sampled_from(PARTIES))
            if party is not None:
                entries.append((date, party, draw(st.sampled_from(NAMES)), cell))
    if not any(entry[1] != "none" for entry in entries):
        entries.append((DATES[0], "Northern League", "Ada", cells[0]))
        entries = [entry for entry in entries if entry[1] != "none" or entry[3] is not cells[0]]
    date, party, name, geometry = zip(*entries, strict=True)
    return geopandas.GeoDataFrame({"date": date, "party": party, "name": name}, geometry=list(geometry), crs=4326)


def check_parties(record, frame, edges):
    """Compare what each party held on each date with the union of its rows."""
    ids = {party.names["en"]: id_ for id_, party in record.profile.parties.items()}
    for date in sorted(set(frame["date"])):
        day = f"{date}-01" if len(date) == 7 else date
        held = {id_: quantity.area for id_, quantity in record.ledger.controller_areas(day).items()}
        rows = frame[frame["date"] == date]
        for party in sorted(set(frame["party"]) - {"none"}):
            assert near(held.get(ids[party], 0.0), km2(ground(rows[rows["party"] == party])), edges)


def check_zones(record, frame, edges):
    """Compare the ground of each zone that has a name on each date with the union of the rows of that name."""
    for date in sorted(set(frame["date"])):
        day = f"{date}-01" if len(date) == 7 else date
        for name in NAMES:
            rows = frame[(frame["date"] == date) & (frame["name"] == name)]
            mine = [
                zone.id
                for zone in record.curated_zones.values()
                if zone.kind == "territory"
                and re.fullmatch(rf"{name}( \(.*\))?", zone.names["en"])
                and dates.holds(zone.valid_from, zone.valid_to, day)
            ]
            assert len(mine) == bool(len(rows))
            assert near(sum(record.ledger.zone_area(zone).area for zone in mine), km2(ground(rows)), edges)


@settings(max_examples=40, deadline=None)
@given(frame=coverages(), named=st.booleans())
def test_parties_and_zones_have_the_ground_of_the_polygons_on_every_date(frame, named):
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        made(folder, frame, by="party", name="name" if named else None, date="date", accuracy_m=20.0)
        record = geo.load(folder / "record")
        edges = len(frame.get_coordinates())
        check_parties(record, frame, edges)
        if named:
            check_zones(record, frame, edges)
        sound(folder / "record")


@pytest.mark.parametrize("noise", [1e-13, 1e-11, 1e-10, 1e-8, 1e-6])
@pytest.mark.parametrize("overlaps", ["first", "split"])
def test_borders_that_nearly_meet_leave_sound_slivers(noise, overlaps, tmp_path):
    """Each cell is drawn apart from its neighbours, so that borders gape and overlap by some micrometres or metres."""
    rng = np.random.default_rng(75)
    square = shapely.box(134.5, 74.7, 135.5, 75.7)
    spots = shapely.transform(shapely.MultiPoint(rng.random((12, 2))), lambda ends: ends + np.array([134.5, 74.7]))
    cells = [cell.intersection(square) for cell in shapely.get_parts(shapely.voronoi_polygons(spots))]
    drawn = []
    for cell in cells:
        ring = shapely.get_coordinates(cell)[:-1]
        drawn.append(shapely.Polygon(ring + rng.normal(0, noise, ring.shape)))
    frame = geopandas.GeoDataFrame({"party": [f"p{at % 3}" for at in range(len(drawn))]}, geometry=drawn, crs=4326)
    made(tmp_path, frame, by="party", since="1950", overlaps=overlaps)
    record = geo.load(tmp_path / "record")
    held = record.ledger.controller_areas("2000-01-01")
    found = sum(quantity.area for party, quantity in held.items() if party != "none")
    assert near(found, km2(ground(frame)), len(frame.get_coordinates()))
    sound(tmp_path / "record")


def test_faces_a_micrometre_wide_have_a_union():
    """GEOS takes this one for overlapping, since rounding exceeds its area."""
    east, north = (136.73368760410, 137.33368760409), (74.95740623437, 75.55740623437)
    ring = [(east[0], north[0] + 2e-11), (east[0] + 1e-11, north[0]), (east[1] + 1e-11, north[0])]
    ring += [(east[1] + 2e-11, north[1]), (east[1], north[1] + 1e-11), (east[1], north[0] + 1e-11)]
    sliver = shapely.Polygon(np.round(ring, 11))
    with pytest.raises(shapely.GEOSException):
        shapely.coverage_union_all([sliver])
    union = Layers.union(SimpleNamespace(polygons=np.array([sliver], dtype=object)), [0])
    assert union.equals(sliver)
