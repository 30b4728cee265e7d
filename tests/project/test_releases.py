"""The data's versions: what was answered at the last release holds, or the changelog names the new answer."""

from __future__ import annotations

import re

import pytest
from common import LAYERS, ROOT

from geo.checks import releases

LATEST = releases.versions(LAYERS)[-1]
FROZEN = releases.read(LAYERS, LATEST)


@pytest.fixture(scope="module")
def now(golan):
    return releases.answers(golan, FROZEN)


def test_each_changed_answer_is_named_in_the_changelog(now):
    lacking = releases.unnamed(LAYERS, releases.changed(FROZEN, now))
    lines = releases.lines(lacking)
    assert not lacking, f"add to layers/CHANGELOG.md, under Unreleased (claims diff --changelog prints it):\n{lines}"


def test_the_headline_and_the_six_rows_are_frozen_or_named(now):
    rows = re.findall(
        r"^\| (\d{4}-\d\d-\d\d) \| (\d{4}-\d\d-\d\d) \| (\w+ to \w+) \|", (ROOT / "README.md").read_text(), re.MULTILINE
    )
    assert len(rows) == 6
    assert {f"change_{before}_{after} {way}" for before, after, way in rows} <= FROZEN.keys() | now.keys()


def test_every_zone_and_key_date_is_frozen_or_named(golan, now):
    asked = {name for name in now if " " not in name}
    assert asked == {
        zone.id for zone in golan.curated_zones.values() if zone.kind != "unit" and golan.ledger.faces_in(zone.id)
    }
    assert {f"control_{day} syria" for day in golan.key_dates} <= now.keys()


def test_the_version_of_the_data_is_that_of_the_latest_release_or_a_later_one():
    def numbers(version):
        return tuple(map(int, version.split(".")))

    assert numbers(LATEST) <= numbers(releases.version(LAYERS))
    assert re.search(rf"^## {re.escape(LATEST)} \(", (LAYERS / "CHANGELOG.md").read_text(), re.MULTILINE)
