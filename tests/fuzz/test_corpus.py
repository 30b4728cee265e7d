"""Every input that ever failed, again; and a minute of new ones."""

from __future__ import annotations

import json
import time
from collections import Counter
from pathlib import Path

import pytest
from fuzz import batches, overlay
from fuzz.__main__ import attempt
from fuzz.inputs import Input, load

CORPUS = sorted((Path(__file__).parent / "corpus").glob("*.json"))
MINUTE = 60  # seconds


@pytest.mark.parametrize("path", CORPUS, ids=[path.stem for path in CORPUS])
def test_what_once_failed(path):
    _, fault = attempt(load(path))
    assert not fault, fault


@pytest.mark.slow
def test_a_minute_of_fuzzing():
    """The same inputs each time, as many as there is time for; a failure says how to see it again."""
    until, ended, faults = time.monotonic() + MINUTE, Counter(), []

    def each(given: Input) -> None:
        _, fault = attempt(given)
        ended[given.target] += 1
        if fault:
            faults.append((given.target, json.dumps(given.call)[:500], fault))

    number = 0
    while time.monotonic() < until and not faults:
        batches.run(number, each)
        number += 1
    assert not faults, f"batch {number - 1}: {faults[0]}"
    assert ended.keys() >= {"series", "layers", "frames", "commands"}, "every kind has its turn"


# seeds where dates that were added, or tiles, once gave other sums than the whole
@pytest.mark.parametrize("seed", [5, 48, 332, 356, 1002, *range(2000, 2012)])
def test_random_series_and_an_overlay_of_their_own(seed):
    overlay.check(seed)


def test_a_fault_is_seen():
    """The oracles are not blind: less ground, a traceback and a lost feature are told."""
    square = {"type": "Polygon", "coordinates": [[[35, 33], [36, 33], [36, 34], [35, 33]]]}
    feature = {"type": "Feature", "properties": {"date": "2024-01-01", "controller": "a"}, "geometry": square}
    text = json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()
    call = {"path": "days.geojson", "options": {"date": "date"}, "whole": True, "held": [[["2024-01-01", "a"], 1.0]]}
    how, fault = attempt(Input("series", {"days.geojson": text}, call))
    assert how == "failed"
    assert "AssertionError" in fault
    _, fault = attempt(Input("frames", {}, {"ask": "area", "frame": {"columns": {}, "wkt": ["NONSENSE"], "crs": 4326}}))
    assert "ParseException" in fault or "GEOSException" in fault
    packed = Input("series", {"x.fgb": b""}, {"path": "x.fgb", "whole": True})
    assert "refused, though nothing was done to it" in attempt(packed)[1]
