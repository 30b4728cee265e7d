"""A century of control, perspectives and scenarios on the shipped layers."""

from __future__ import annotations

import json
import re
from itertools import pairwise

import numpy as np
import pytest
import shapely
from common import LAYERS, ROOT

from geo import ClaimsError
from geo.cli.main import main
from geo.layers import bands, routes, tables
from geo.layers.tables import EXTENTS

FOLDER = LAYERS / "curated"
PARTIES = ("israel", "lebanon", "syria", "un", "us")
WITHDRAWAL = ("2026-01-06", "withdraw_2024_12_08")


def answer(capsys, *arguments):
    assert main(list(arguments)) == 0
    return capsys.readouterr().out


# the century


ROW = re.compile(
    r"^\| (\d{4}-\d\d-\d\d) \| (\d{4}-\d\d-\d\d) \| (\w+) to (\w+) \| ([\d,.]+) \| ([\d,.]+) to ([\d,.]+) \|"
)


def test_the_six_rows_of_the_readme_are_what_the_ledger_says(golan):
    rows = [match.groups() for match in map(ROW.match, (ROOT / "README.md").read_text().splitlines()) if match]
    assert len(rows) == 6
    for before, after, source, target, *numbers in rows:
        (transfer,) = golan.ledger.change(before, after)
        assert (transfer.source, transfer.target) == (source, target)
        known = [transfer.quantity.area, *transfer.quantity.ci95]
        assert [f"{number:,.1f}" for number in known] == numbers


def test_the_salient_lies_between_the_published_sizes(golan):
    (taken,) = golan.ledger.change("1973-10-05", "1973-10-25")
    assert 400 < taken.quantity.area < 510
    assert list(taken.zones_km2) == ["salient_1973"]
    steps = ("1974-06-13", "1974-06-14", "1974-06-24", "1974-06-25", "1974-06-26")
    held = [golan.ledger.controller_areas(day)["israel"].area for day in steps]
    assert held == sorted(held, reverse=True)
    assert len(set(held)) == 4  # three dated stages


def test_the_years_of_the_civil_war(golan):
    held = golan.ledger.controller_areas("2017-06-01")
    assert {"opposition", "islamic_state", "syria", "israel"} == set(held)
    assert "opposition" not in golan.ledger.controller_areas("2018-08-02")


def test_no_day_without_a_controller(golan):
    for day in [golan.ledger.first, *golan.ledger.changes()]:
        if len(day) == 10:
            for extent in EXTENTS:
                assert len(golan.ledger.controllers(day, extent)) == len(golan.ledger.names)


def test_the_demilitarised_zones_beside_the_published_total(golan):
    faces = [face for zone in ("north", "central", "south") for face in golan.ledger.faces_in(f"dmz_1949_{zone}")]
    quantity = golan.ledger.quantity(dict.fromkeys(EXTENTS, faces))
    assert quantity.ci95[0] < 66.5 < quantity.ci95[1]


# lines that run along others


def test_the_armistice_line_passes_its_grid_references(golan):
    import pyproj

    course = shapely.LineString(golan.course("armistice_1949"))
    to_lonlat = pyproj.Transformer.from_crs(28191, 4326, always_xy=True)
    for point in tables.read_grid_points(FOLDER):
        lon, lat = to_lonlat.transform(point.easting_km * 1000, point.northing_km * 1000)
        assert course.distance(shapely.Point(lon, lat)) * 111_000 < max(point.within_m, 1) * 1.1


@pytest.mark.parametrize("name", ["armistice_1949", "line_4_june_1967", "ceasefire_1967"])
def test_a_route_runs_only_along_its_parts(golan, name):
    course = golan.course(name)
    route = golan.routes[name]
    assert (course[0], course[-1]) == (route.start, route.end)
    assert shapely.LineString(course).is_simple
    edges = {frozenset(edge) for part in route.parts for edge in pairwise(golan.course(part))}
    assert {frozenset(edge) for edge in pairwise(course)} <= edges


def test_the_ceasefire_line_of_1967_runs_east_of_line_a_where_ground_was_returned(golan):
    wide = shapely.Polygon([*golan.course("ceasefire_1967"), *reversed(golan.course("line_a"))])
    assert shapely.area(shapely.make_valid(wide)) > 0
    returned = golan.zone("returned_1974").geometry.item()
    assert shapely.make_valid(wide).buffer(1e-7).contains(returned)


def test_a_route_whose_parts_do_not_meet_is_named(golan):
    route = golan.routes["ceasefire_1967"]._replace(parts=("line_a", "line_b"))
    with pytest.raises(ClaimsError, match=r"routes.csv: ceasefire_1967: line_a does not reach line_b"):
        routes.course(route, golan.curated_lines, file="routes.csv")


# bands


@pytest.mark.parametrize("side", ["west", "east"])
def test_areas_of_limitation(golan, side):
    """Each band lies on its side, beside the next, and its points are as far from the line as it says."""
    from geo.geometry.planes import Plane

    line = golan.curated_lines["line_a" if side == "west" else "line_b"]
    plane = Plane.about(line.coordinates)
    flat = plane.flat(shapely.LineString(line.coordinates))
    zone = golan.zone("buffer_zone_1974").geometry.item()
    made = []
    for km in (10, 20, 25):
        band = golan.bands[f"limitation_{km}_{side}"]
        polygon = bands.polygon(band, golan.curated_lines, file="bands.csv")
        away = shapely.distance(shapely.points(shapely.get_coordinates(plane.flat(polygon))), flat) / 1000
        assert band.from_km - 0.01 <= away.min()
        assert away.max() <= band.to_km + 0.01
        assert polygon.intersection(zone).area < 1e-4
        made.append(polygon)
    assert made[0].intersection(made[1]).area < 1e-7
    assert band.limits


# perspectives


def test_every_perspective_covers_the_same_ground(golan):
    assert golan.perspectives == list(PARTIES)
    whole = sum(golan.ledger.area_cm2)
    for party in PARTIES:
        ledger = golan.seen_by(party)
        for day in ("1967-06-11", "1981-12-14", "2019-03-25", "2026-01-06"):
            held = ledger.held(day)
            assert len(held) == len(golan.ledger.names)
            assert sum(round(q.area * 1e10) for q in ledger.controller_areas(day).values()) == pytest.approx(
                whole, abs=9
            )


@pytest.mark.parametrize("point", tables.read_test_points(FOLDER), ids=str)
def test_points_inside_and_outside_of_each_perspective(golan, point):
    face = golan.face_at(point.lon, point.lat)
    assert golan.seen_by(point.perspective).held(point.date)[face].controller == point.counted_as


def test_each_perspective_has_points_on_both_sides():
    points = tables.read_test_points(FOLDER)
    for party in PARTIES:
        assert len({point.counted_as for point in points if point.perspective == party}) >= 2


def test_perspectives_in_the_command(capsys, golan):
    found = json.loads(answer(capsys, "areas", "--date", "2026-01-06", "--perspective", "syria", "--json"))
    assert found["perspective"] == "syria"
    assert sum(unit["area_km2"] for unit in found["units"]) == pytest.approx(sum(golan.ledger.area_cm2) / 1e10)
    assert "Occupied Syrian Golan" in answer(capsys, "areas", "--date", "2026-01-06", "--perspective", "syria")
    collection = json.loads(answer(capsys, "export", "control_2026-01-06", "--perspective", "israel", "-o", "-"))
    counted = {feature["properties"]["counted_as"] for feature in collection["features"]}
    assert counted == {"israel", "syria", "lebanon"}


def test_us_recognition_changes_what_it_counts(golan):
    us, face = golan.seen_by("us"), golan.face_at(35.69, 32.99)
    assert us.controllers("2019-03-24")[face] == "syria"
    assert us.controllers("2019-03-25")[face] == "israel"


# scenarios


def test_what_a_withdrawal_would_return(golan):
    (back,) = golan.ledger.change(*WITHDRAWAL)
    (taken,) = golan.ledger.change("2024-12-07", "2026-01-06")
    assert (back.source, back.target) == ("israel", "syria")
    assert back.area_cm2 == taken.area_cm2
    assert back.quantity == taken.quantity
    assert back.places == taken.places
    assert len(back.posts) > 8
    assert all(golan.curated_places[post].kind == "israeli_post" for post in back.posts)
    assert back.people.total > 5000
    assert 0 < back.people.counted < back.people.places


def test_the_readme_counts_the_posts(golan):
    (back,) = golan.ledger.change(*WITHDRAWAL)
    text = " ".join((ROOT / "README.md").read_text().split())
    assert f"with {len(back.posts)} reported posts" in text


def test_a_scenario_is_marked_as_hypothetical_everywhere(capsys, golan):
    assert "HYPOTHETICAL" in answer(capsys, "change", *WITHDRAWAL)
    found = json.loads(answer(capsys, "change", *WITHDRAWAL, "--json"))
    assert found["hypothetical"] is True
    assert found["scenarios"][0]["id"] == WITHDRAWAL[1]
    assert found["scenarios"][0]["sources"]
    assert json.loads(answer(capsys, "change", "2024-12-07", "2026-01-06", "--json"))["hypothetical"] is False
    assert golan.change(*WITHDRAWAL).json()["hypothetical"] is True
    assert "HYPOTHETICAL" in golan.plot(*WITHDRAWAL).get_suptitle()
    assert golan.snapshot(WITHDRAWAL[1])["hypothetical"].all()
    assert not golan.snapshot("2026-01-06")["hypothetical"].any()
    assert golan.change(*WITHDRAWAL).table()["hypothetical"].all()
    assert "Hypothetical" in repr(golan.change(*WITHDRAWAL))
    assert "HYPOTHETICAL" in golan.change(*WITHDRAWAL)._repr_html_()
    assert json.loads(answer(capsys, "areas", "--date", WITHDRAWAL[1], "--json"))["hypothetical"] is True
    for layer in ("_".join(["change", *WITHDRAWAL]), f"control_{WITHDRAWAL[1]}", f"fronts_{WITHDRAWAL[1]}"):
        exported = json.loads(answer(capsys, "export", layer, "-o", "-"))
        assert all(feature["properties"]["hypothetical"] is True for feature in exported["features"])


def test_a_later_row_of_a_scenario_lies_over_an_earlier_one(golan):
    held = golan.ledger.controllers("israeli_proposal_2025")
    hermon = set(golan.ledger.faces_in("hermon"))
    assert {held[face] for face in hermon} == {"israel"}
    assert {held[face] for face in set(golan.ledger.faces_in("buffer_zone_1974")) - hermon} == {"syria"}


def test_hermon_kept_gives_no_hermon_back(golan):
    (back,) = golan.ledger.change("2026-01-06", "israeli_proposal_2025")
    assert not [post for post in back.posts if "hermon" in post]
    assert "hermon_summit" not in back.places


def test_no_place_passes_before_it_was_there(golan):
    (taken,) = golan.ledger.change("1967-06-04", "1967-06-11")
    kinds = {golan.curated_places[place].kind for place in (*taken.places, *taken.places_possible)}
    assert not kinds & {"settlement", "israeli_post", "un_position"}
    assert taken.people.total == 0  # nobody counted them within a generation in a source that we have


def test_dates_of_datetime_will_do(golan):
    import datetime as dt

    import pandas as pd

    known = golan.change("2024-12-07", "2026-01-06").net_km2
    assert golan.change(dt.date(2024, 12, 7), pd.Timestamp("2026-01-06")).net_km2 == known
    with pytest.raises(ClaimsError, match="7 is neither a date nor a scenario"):
        golan.snapshot(7)


def test_features_of_every_layer_have_ids_of_their_own(golan):
    from geo.formats import features

    layers = [*features.names(golan), *(f"control_{day}" for day in golan.about.key_dates), "fronts_1973-10-25"]
    for layer in layers:
        ids = [feature["id"] for feature in features.features(golan, layer)]
        assert ids, layer
        assert len(ids) == len(set(ids)), layer


def test_the_licence_of_someone_elses_layers_is_theirs(layers):
    package = json.loads((layers / "datapackage.json").read_text())
    package.update(licenses=[{"name": "CC0-1.0"}], attribution="Nobody in particular")
    (layers / "datapackage.json").write_text(json.dumps(package))
    text = json.loads(export_text(layers, "line_a"))
    assert (text["licence"], text["attribution"]) == ("CC0-1.0", "Nobody in particular")
    (layers / "datapackage.json").unlink()
    text = json.loads(export_text(layers, "line_a"))
    assert (text["licence"], text["attribution"]) == ("no licence stated", "no attribution stated")


def export_text(layers, layer):
    from geo.answers import record
    from geo.formats import features

    return features.text(record.Record(layers), layer)


def test_scenarios_have_a_spread_where_the_ground_is_not_known(golan):
    (transfer,) = golan.ledger.change("2026-01-06", "line_4_june_1967")
    assert transfer.quantity.low < transfer.quantity.area
    assert {"golan_heights", "dmz_1949_south"} <= set(transfer.zones_km2) | {
        zone for face in transfer.faces for zone in golan.ledger.zones_of[face]
    }


def test_the_list_of_scenarios(capsys, golan):
    found = json.loads(answer(capsys, "scenarios", "--json"))
    assert {row["id"] for row in found["scenarios"]} == set(golan.ledger.scenarios)
    needed = {"withdraw_2024_12_08", "agreement_1974_revived", "line_4_june_1967", "israeli_proposal_2025"}
    assert needed <= set(golan.ledger.scenarios)
    assert all(row["sources"] and row["date"] for row in found["scenarios"])
    assert len(found["proposals"]) > 20
    assert "withdraw_2024_12_08" in answer(capsys, "scenarios")


# a point


def test_where_tells_events_and_lines_nearby(capsys):
    found = json.loads(answer(capsys, "where", "Quneitra", "--json"))
    best = [row for row in found["control"] if row["extent"] == "best"]
    assert best[0]["from"] == "1923-03-10"
    assert [row["controller"] for row in best] == [
        "france",
        "syria",
        "israel",
        "syria",
        "opposition",
        "syria",
        "israel",
    ]
    assert all(row["happened"] for row in best)
    assert "Quneitra taken by Israeli forces" in answer(capsys, "where", "Quneitra")


def test_where_says_when_the_side_is_uncertain(capsys):
    lon, lat = 35.8695, 33.0  # 50 m east of a vertex of Line A
    found = json.loads(answer(capsys, "where", str(lon), str(lat), "--json"))
    line = next(line for line in found["near"] if line["line"] == "line_a")
    assert line["sigmas"] < 1
    assert "Line A (Alpha), 1974-06-25 to today" in answer(capsys, "where", str(lon), str(lat))
    assert "side uncertain" in answer(capsys, "where", str(lon), str(lat))


def test_distances_from_lines_by_another_way(golan):
    from geo.geometry.distance import metres_to
    from geo.geometry.planes import Plane

    rng = np.random.default_rng(1923)
    line = golan.curated_lines["line_b"].coordinates
    for lon, lat in rng.uniform((35.7, 32.8), (36.0, 33.3), (50, 2)).tolist():
        flat = Plane(lon, lat).flat(shapely.LineString(line))
        assert metres_to(lon, lat, line) == pytest.approx(flat.distance(shapely.Point(0, 0)), rel=2e-3, abs=1)
