"""The second record, tests/territories/sinai: it holds what its sources say, and its README what it computes."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import shapely
from common import ROOT

import geo
from geo.checks import build, published, validate
from geo.cli.main import main
from geo.geometry.distance import metres_to
from geo.layers import tables

SINAI = ROOT / "tests" / "territories" / "sinai"
README = (SINAI / "README.md").read_text()
FOLDER = SINAI / "curated"
LINES = {line.id: line for line in tables.read_lines(FOLDER)}
PLACES = {place.id: place for place in tables.read_places(FOLDER)}
NAMES = {"egypt": "Egypt", "israel": "Israel", "un": "UN", "none": "nobody"}
LANGUAGES = {"en", "ar", "he"}


@pytest.fixture(scope="module")
def sinai():
    return geo.load(SINAI)


def stages(record):
    """Return the rows of the table of changes as README has them, and the sum that each party gained."""
    published_of = {}
    for figure in record.published:
        if figure.measure == "taken":
            published_of.setdefault((figure.on, figure.of), []).append(published.shown(figure))
    titles = {event.id: event.title for event in tables.read_events(FOLDER)}
    rows = []
    for day in record.ledger.changes():
        before = (dt.date.fromisoformat(day) - dt.timedelta(days=1)).isoformat()
        held = record.ledger.held(day)
        for transfer in record.ledger.change(before, day):
            (event,) = {held[face].row.event for face in transfer.faces}
            low, high = (published.digits(bound) for bound in transfer.quantity.ci95)
            figures = ", ".join(published_of.get((day, (transfer.source, transfer.target)), []))
            cells = (day, titles[event], NAMES[transfer.source], NAMES[transfer.target])
            rows.append(
                f"| {' | '.join(cells)} | {published.digits(transfer.quantity.area)} | {low} to {high} | {figures} |"
            )
    return rows


def test_it_is_sound_and_built():
    assert validate.defects(SINAI) == []
    assert build.stale(SINAI, build.files(SINAI)) == []


def test_the_table_of_stages_is_what_the_layers_compute(sinai):
    listed = re.search(r"<!-- stages -->\n(.*?)<!-- /stages -->", README, flags=re.DOTALL)[1].splitlines()
    assert listed[2:] == stages(sinai)


def test_the_table_of_figures_is_what_is_printed(capsys):
    main(["figures", "--layers", str(SINAI)])
    printed = capsys.readouterr().out.split("\n\nGround that passed")[0]
    assert re.search(r"^```text\n(.*?)\n```", README, flags=re.DOTALL | re.MULTILINE)[1] == printed


def test_what_was_taken_is_what_came_back(sinai):
    taken = sum(row.area_cm2 for row in sinai.ledger.change("1967-06-04", "1967-06-08"))
    kept = sum(sinai.ledger.area_cm2[face] for face in sinai.ledger.faces_in("port_fuad"))
    assert taken + kept == sum(sinai.ledger.area_cm2[face] for face in sinai.ledger.faces_in("sinai"))
    assert sinai.ledger.change("1967-06-04", "1989-03-15") == []
    assert f"{taken / 1e10:,.0f} km²" in README
    (interim,) = (figure for figure in published.check_all(sinai) if figure.figure.id == "fig_kept_1980")
    assert f"{interim.computed:,.0f} km²" in README


@pytest.mark.parametrize(
    ("place", "day", "holder"),
    [
        ("qantara_east", "1967-06-07", "egypt"),
        ("qantara_east", "1973-10-05", "israel"),
        ("qantara_east", "1973-10-24", "egypt"),
        ("suez", "1973-10-23", "egypt"),
        ("suez", "1974-01-27", "israel"),
        ("suez", "1974-01-28", "egypt"),
        ("baluza", "1976-02-21", "israel"),
        ("baluza", "1976-02-22", "un"),
        ("mitla_pass", "1979-07-24", "un"),
        ("mitla_pass", "1979-07-25", "none"),
        ("mitla_pass", "1980-01-25", "egypt"),
        ("ras_sudr", "1975-11-15", "un"),
        ("abu_rudeis", "1976-01-01", "egypt"),
        ("el_arish", "1979-05-24", "israel"),
        ("el_arish_airfield", "1979-05-25", "egypt"),
        ("bir_al_abd", "1979-12-31", "israel"),
        ("st_catherine_airfield", "1979-11-15", "egypt"),
        ("refidim", "1980-01-24", "israel"),
        ("bir_thamada", "1980-01-25", "egypt"),
        ("el_gorah", "1982-04-24", "israel"),
        ("etzion_airfield", "1982-04-24", "israel"),
        ("sharm_el_sheikh", "1982-04-25", "egypt"),
        ("taba", "1989-03-14", "israel"),
        ("taba", "1989-03-15", "egypt"),
    ],
)
def test_who_held_a_place(sinai, place, day, holder):
    face = sinai.face_at(PLACES[place].lon, PLACES[place].lat)
    assert sinai.ledger.controllers(day)[face] == holder


def test_the_boundary_passes_its_crossings():
    crossings = [place for place in PLACES.values() if place.kind == "crossing"]
    assert len(crossings) == 4
    for place in crossings:
        assert metres_to(place.lon, place.lat, LINES["boundary_1906"].coordinates) < 100, place.id


def test_towns_on_the_shore_lie_by_it():
    coasts = [line for line in LINES.values() if line.kind == "coast"]
    for name in (
        "el_arish",
        "ras_sudr",
        "abu_zenima",
        "abu_rudeis",
        "el_tor",
        "sharm_el_sheikh",
        "dahab",
        "nuweiba",
        "taba",
    ):
        place = PLACES[name]
        assert min(metres_to(place.lon, place.lat, line.coordinates) for line in coasts) < 2300, name


def test_lines_that_no_map_gave_say_so():
    inferred = {line.id for line in LINES.values() if line.basis == "inferred"}
    assert {line.id for line in LINES.values()} - inferred == {
        *("coast_mediterranean", "coast_gulf_of_suez", "coast_gulf_of_aqaba", "coast_suez_bay"),
        *("boundary_1906", "canal_1967"),
    }
    assert all(LINES[name].accuracy_m >= 2000 for name in inferred - {"taba_1982"})


def test_lines_and_zones_have_names_in_three_languages():
    named = [*LINES.values(), *tables.read_zones(FOLDER), *tables.read_routes(FOLDER)]
    assert [record.id for record in named if record.names.keys() != LANGUAGES] == []


def test_belts_lie_in_the_order_of_the_agreements():
    """Along the parallel of the passes: canal, Lines A, B, J, interim line, boundary."""
    parallel = shapely.LineString([(32, 30.25), (35, 30.25)])
    names = ("canal_1967", "line_a_1974", "line_b_1974", "line_j_1975", "interim_line_1980", "boundary_1906")
    crossed = [shapely.LineString(LINES[name].coordinates).intersection(parallel).x for name in names]
    assert crossed == sorted(crossed)
