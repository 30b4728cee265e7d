"""Places, posts and UN positions: all there near the zone, named in every language, honest about their position."""

from __future__ import annotations

from collections import Counter

import pytest
import shapely
from common import LAYERS

from geo.answers import spots
from geo.geometry.distance import metres_to
from geo.layers import gazetteer

KINDS = {"city": "city, town", "town": "city, town", "village": "village", "settlement": "settlement", "ruin": "ruin"}


@pytest.fixture(scope="module")
def near(golan):
    """Places where people live or lived, within 10 km of the area of separation."""
    zone = golan.zone_polygon("buffer_zone_1974")
    ring = list(zone.exterior.coords)
    return [
        place
        for place in golan.curated_places.values()
        if place.kind in KINDS
        and (zone.contains(shapely.Point(place.lon, place.lat)) or metres_to(place.lon, place.lat, ring) <= 10_000)
    ]


def test_the_readme_counts_the_places_near_the_zone(near):
    text = (LAYERS / "README.md").read_text()
    for kind in dict.fromkeys(KINDS.values()):
        places = [place for place in near if KINDS[place.kind] == kind]
        cells = [
            f"{sum(tag in place.names for place in places)} ({sum(tag in place.translated for place in places)})"
            for tag in ("ar", "he")
        ]
        assert f"| {kind} | {len(places)} | {' | '.join(cells)} |" in text


def test_everything_is_named_in_every_language(golan):
    named = [*golan.curated_places.values(), *golan.curated_lines.values(), *golan.curated_zones.values()]
    named += [*golan.routes.values(), *golan.context, *(view for views in golan.views.values() for view in views)]
    lacking = [one for one in named if {"en", "ar", "he"} - set(one.names)]
    assert not lacking


def test_a_post_says_what_its_position_rests_on(golan):
    posts = [place for place in golan.curated_places.values() if place.kind in ("israeli_post", "un_position")]
    assert Counter(post.basis for post in posts) == {"inferred": len(posts) - 4, "map": 4}
    assert all(post.accuracy_m >= 500 for post in posts)


def test_position_68_stands_a_kilometre_south_east_of_ruwayhinah(golan):
    village, position = (golan.curated_places[name] for name in ("ruwayhinah", "un_ruwayhinah"))
    away = metres_to(position.lon, position.lat, [(village.lon, village.lat), (village.lon, village.lat)])
    assert away == pytest.approx(1000, abs=20)
    assert position.lon > village.lon
    assert position.lat < village.lat


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("Kodana", "kudna"),
        ("Ruhinah", "ruwayhinah"),
        ("Breiqa", "bariqa"),
        ("Koudna", "kudna"),
        ("Sweisa", "suwaysah"),
        ("Ofania", "ufaniya"),
        ("Khan Arnabeh", "khan_arnabah"),
        ("العجرف", "ajraf"),
        ("صيدا الحانوت", "sayda_hanut"),
        ("ח'אן ארנבה", "khan_arnabah"),
        ("חדר", "hader"),
        ("Abdeen", "abdin"),
        ("Kuwayya", "koya"),
    ],
)
def test_the_spellings_of_the_press_are_found(golan, written, place):
    assert spots.find(golan, written).first.place == place


def test_three_places_are_called_ayn_ziwan(golan):
    known = gazetteer.entries(golan.curated_places.values(), golan.curated_zones.values())
    found = {one.id for one in gazetteer.named("Ayn Ziwan", known)}
    assert {"ayn_ziwan_syrian", "ayn_ziwan_old"} <= found
