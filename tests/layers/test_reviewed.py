"""What layers/README.md says of the check of the record is what layers/reviewed.csv holds."""

from __future__ import annotations

import csv
import re
from collections import Counter

from common import CURATED, LAYERS

from geo.layers import tables

with (LAYERS / "reviewed.csv").open(newline="") as file:
    REVIEWED = {row["id"]: row for row in csv.DictReader(file)}
EVENTS = {event.id: event for event in tables.read_events(CURATED)}
CLAIMS = {claim.id: claim for claim in tables.read_claims(CURATED)}
CONTROL = [row for row in tables.read_control(CURATED) if row.event]
RESULTS = ("confirmed", "corrected", "added", "open")


def test_each_row_is_of_an_event_or_a_claim_and_says_what_was_seen():
    assert not REVIEWED.keys() - EVENTS.keys() - CLAIMS.keys()
    for row in REVIEWED.values():
        assert row["result"] in RESULTS
        assert row["seen"]
        assert int(row["texts"]) > 0 or row["result"] == "open"


def counted(ids):
    """Return a row of the table: how many there are, how many have each result, and how many were not looked up."""
    results = Counter(REVIEWED[id_]["result"] if id_ in REVIEWED else "not looked up" for id_ in ids)
    return [len(ids), *(results[result] for result in (*RESULTS, "not looked up"))]


def test_the_table_of_the_readme():
    table = {
        "events": counted(list(EVENTS)),
        "rows of control, by the event that began them": counted([row.event for row in CONTROL]),
        "claims": counted(list(CLAIMS)),
    }
    text = (LAYERS / "README.md").read_text()
    for name, numbers in table.items():
        assert f"| {name} | " + " | ".join(map(str, numbers)) + " |" in text


def test_the_number_of_texts():
    texts = Counter(min(int(row["texts"]), 3) for row in REVIEWED.values() if row["result"] != "open")
    text = (LAYERS / "README.md").read_text()
    found = re.search(r"(\d+)\s+on\s+one\s+text,\s+(\d+)\s+on\s+two\s+and\s+(\d+)\s+on\s+three\s+or\s+more", text)
    assert found
    assert [int(number) for number in found.groups()] == [texts[1], texts[2], texts[3]]
