"""Positions as people have them."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from geo import ClaimsError
from geo.layers import positions

QUNEITRA = (35.82, 33.125)
LONGITUDES = st.floats(-180, 180).map(lambda degrees: round(degrees, 5))
LATITUDES = st.floats(-90, 90).map(lambda degrees: round(degrees, 5))


@pytest.mark.parametrize(
    "text",
    [
        "35.82 33.125",
        "[35.82, 33.125]",
        "33.125,35.82",
        "33.125, 35.82",
        "(33.125, 35.82)",
        "33.125; 35.82",
        "33,125 35,82",
        "33°07'30\"N 35°49'12\"E",
        "33°07′30″N, 35°49′12″E",
        "33º07’30” n 35º49’12” e",
        "33°07'30''N 35°49'12''E",
        "33 07 30 N 35 49 12 E",
        "33°07.5'N 35°49.2'E",
        "N33°07.5' E35°49.2'",
        "N 33.125 E 35.82",
        "33.125N35.82E",
        "33.125° N, 35.82° E",
        "35°49'12\"E 33°07'30\"N",
        "33°07'30\" 35°49'12\"",
        "33.125°, 35.82°",
        "https://www.google.com/maps/@33.125,35.82,12z",
        "google.com/maps/@33.125,35.82,12z",
        "@33.125,35.82",
        "https://www.google.com/maps/place/Quneitra/@33.125,35.82,14z/data=!3m1",
        "https://www.google.com/maps/place/Quneitra/@33.1,35.9,14z/data=!4m6!8m2!3d33.125!4d35.82",
        "https://www.google.com/maps?q=33.125,35.82",
        "https://www.google.com/maps/search/?api=1&query=33.125%2C35.82",
        "https://maps.apple.com/?ll=33.125,35.82&q=Quneitra",
        "https://www.openstreetmap.org/#map=12/33.125/35.82",
        "openstreetmap.org/#map=12/33.125/35.82&layers=H",
        "https://www.openstreetmap.org/?mlat=33.125&mlon=35.82#map=12/33.2/35.9",
        "https://www.bing.com/maps?cp=33.125~35.82&lvl=12",
        "geo:33.125,35.82",
        "geo:33.125,35.82,950;u=35",
        "geo:0,0?q=33.125,35.82(Quneitra)",
    ],
)
def test_forms_of_a_position(text):
    assert positions.read(text).first == pytest.approx(QUNEITRA, abs=1e-7)


@pytest.mark.parametrize("text", ["33°07'30\"S 35°49'12\"W", "-33.125, -35.82", "33.125S 35.82W", "−35.82 −33.125"])
def test_south_and_west(text):
    assert positions.read(text).first == pytest.approx((-35.82, -33.125), abs=1e-7)


@pytest.mark.parametrize(
    "text",
    ["Quneitra", "Kafr al-Ma'", "UNDOF position 68", "Hermon 1", "Sha'al", "קוניטרה", "ע'ג'ר", "Quneitra, Syria"],
)
def test_names_are_no_positions(text):
    assert positions.read(text) is None


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("95 190", "longitudes are within ±180 degrees, latitudes within ±90"),
        ("33.12", "is one number; a position has two"),
        ("33°N", "write two angles"),
        ("33°N 35°N", "one must be N or S, the other E or W"),
        ("33°70'N 35°E", "minutes and seconds are below 60"),
        ("-33°N 35°E", "has a minus sign and N"),
        ("https://maps.app.goo.gl/abc", "holds no position"),
    ],
)
def test_what_is_meant_as_a_position_and_is_none(text, fault):
    with pytest.raises(ClaimsError) as caught:
        positions.read(text)
    assert fault in str(caught.value)


@given(LONGITUDES, LATITUDES)
def test_every_form_gives_the_same(lon, lat):
    texts = [
        f"{lon:.5f} {lat:.5f}",
        f"{lat:.5f}, {lon:.5f}",
        f"geo:{lat:.5f},{lon:.5f}",
        f"https://www.openstreetmap.org/#map=9/{lat:.5f}/{lon:.5f}",
        f"{abs(lat):.5f}°{'S' if lat < 0 else 'N'} {abs(lon):.5f}°{'W' if lon < 0 else 'E'}",
    ]
    for text in texts:
        assert positions.read(text).first == pytest.approx((lon, lat), abs=1e-5)


@given(st.integers(0, 89), st.integers(0, 59), st.integers(0, 59), st.integers(0, 179), st.integers(0, 59))
def test_degrees_minutes_and_seconds_add_up(degrees, minutes, seconds, east, east_minutes):
    read = positions.read(f"{degrees}°{minutes:02}'{seconds:02}\"N {east}°{east_minutes:02}'E")
    assert read.first == pytest.approx((east + east_minutes / 60, degrees + minutes / 60 + seconds / 3600), abs=1e-6)


@given(LONGITUDES, LATITUDES)
def test_both_orders_are_kept_where_both_are_on_the_globe(lon, lat):
    read = positions.read(f"{lon:.5f} {lat:.5f}")
    assert read.swapped == ((lat, lon) if abs(lon) <= 90 else None)


@given(st.text(alphabet="0123456789°'\"NSEW.,;- @/#=geo:", max_size=24) | st.text(max_size=12))
def test_no_text_breaks_it(text):
    assume(text.strip())
    try:
        read = positions.read(text)
    except ClaimsError:
        return
    for lon, lat in filter(None, read[:2] if read else ()):
        assert abs(lon) <= 180
        assert abs(lat) <= 90
