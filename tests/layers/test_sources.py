"""Each source leads to its publisher, or says in words where it was read."""

from __future__ import annotations

import json

import pytest
from common import LAYERS, ROOT

from geo.checks import addresses, validate
from geo.checks.findings import Warned
from geo.layers import tables

RECORDS = (LAYERS, ROOT / "tests" / "territories" / "sinai")
SOURCES = [source for record in RECORDS for source in tables.read_sources(record / "curated").values()]


def faults(**item):
    item = {"title": "A", "publisher": "B", "accessed": {"date-parts": [[2026]]}} | item
    return list(addresses.faults({"a": item}, "sources.json"))


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.name)
def test_no_source_links_to_a_copy(record):
    sources = tables.read_sources(record / "curated")
    assert [str(fault) for fault in addresses.faults(sources, "sources.json")] == []


def test_what_was_read_in_a_copy_says_so_in_words():
    read = [source["read_in"] for source in SOURCES if "read_in" in source]
    assert len(read) > 100
    assert not [words for words in read if "/" in words and "." in words.split("/")[0]]


REFUSED = [
    "https://shielded-journey-1.herokuapp.com/articles/1",
    "https://front-production.azurewebsites.net/news/1",
    "https://news.pages.dev/1",
    "https://bit.ly/abc",
    "https://t.co/abc",
    "https://www-un-org.translate.goog/unispal",
    "http://235430.ixgpkh.asia/txt/1.html",
    "http://998877.example.top/txt/1.html",
    "http://192.0.2.7/wiki/Golan",
    "http://[2001:db8::1]/wiki/Golan",
    "http://3221225985/wiki/Golan",
    "http://wiki.example.org:20161/A/Golan.html",
    "https://docslib.org/doc/1/treaty",
    "https://it.scribd.com/document/1",
    "https://dokumen.pub/1",
    "https://WWW.Wikiwand.com/en/Golan",
    "https://library.kiwix.org/wikipedia/A/Golan",
    "https://wikisum.wiki/wiki/Golan",
    "https://web.archive.org/web/2007/http://example.org/",
    "http://proxy.example.org/?url=http%3A%2F%2Fen.wikipedia.org%2Fwiki%2FGolan",
    "http://www.example.cn/unispal/wp-json/wp/v2/document/184858",
    "http://[broken",
    "http://example.org:port/",
    "javascript:alert(1)",
    "https:///nowhere",
    "docslib.org/doc/1",
    "www.un.org",
    "//docslib.org/doc/1",
    "https://bit.ly./abc",
    "https://www.un.org@docslib.org/doc/1",
]


@pytest.mark.parametrize("address", REFUSED)
def test_an_address_that_is_not_its_publishers_is_refused_with_the_cure(address):
    (fault,) = faults(URL=address)
    assert not isinstance(fault, Warned)
    assert fault.code == "source"
    assert fault.feature == "a"
    assert "give the publisher's own address or none, and say in read_in where it was read" in fault.fault


TAKEN = [
    "https://undocs.org/S/RES/242(1967)",
    "https://history.state.gov/historicaldocuments/frus1969-76v26/d83",
    "https://2009-2017.state.gov/r/pa/1.htm",
    "https://content.time.com/time/magazine/article/0,9171,935236,00.html",
    "https://en.wikipedia.org/wiki/Bit.ly",
    "https://www.un.org/unispal/document/auto-insert-188472",
    "https://mideasti.blogspot.com/2013/10/golan.html",
    "https://notbit.ly/1",
    "https://www.1881.no/1",
    "layers/README.md",
]


@pytest.mark.parametrize("address", TAKEN)
def test_an_address_of_a_publisher_is_taken(address):
    assert faults(URL=address) == []


def test_an_article_that_changes_says_when_or_in_which_revision_it_was_read():
    (fault,) = faults(URL="https://en.wikipedia.org/wiki/A", accessed=None)
    assert "en.wikipedia.org changes; give the revision" in fault.fault
    assert faults(URL="https://en.wikipedia.org/wiki/A", version="as of 2016-02", accessed=None) == []
    assert faults(URL="https://en.wikipedia.org/wiki/A") == []
    assert faults(URL="https://example.org/en.wikipedia.org", accessed=None) == []


def test_a_source_needs_an_address_or_words():
    (fault,) = faults()
    assert "URL is missing" in fault.fault
    assert faults(read_in="a copy in a library") == []
    (fault,) = faults(read_in="https://example.org/copy")
    assert "read_in has a link" in fault.fault


@pytest.mark.parametrize("publisher", ["Agency (copy)", "Agency (usmuslims.com copy)", "wikisum (Wikipedia text)"])
def test_a_publisher_that_tells_of_a_copy_is_refused(publisher):
    (fault,) = faults(publisher=publisher, read_in="a copy")
    assert "publisher tells of a copy" in fault.fault


@pytest.mark.parametrize(
    "item",
    [
        {"title": "Security Council resolution 242 (1967)"},
        {"title": "Report of the Secretary-General (S/2021/282)"},
        {"title": "Truce", "URL": "https://undocs.org/S/1353/Rev.1"},
    ],
)
def test_a_un_document_needs_its_symbol(item):
    item = {"URL": "https://www.un.org/1"} | item
    (fault,) = faults(publisher="United Nations", **item)
    assert "without its symbol" in fault.fault
    assert faults(publisher="United Nations", number="S/1", **item) == []
    assert faults(publisher="Wikipedia", **item | {"URL": "https://en.wikipedia.org/wiki/A"}) == []


def test_plain_http_is_a_warning_where_the_host_has_https():
    (fault,) = faults(URL="http://www.un.org/1")
    assert isinstance(fault, Warned)
    assert faults(URL="http://example.org/1") == []
    items = {"a": {"URL": "http://example.org/1"}, "b": {"URL": "https://example.org/2"}}
    assert [fault.feature for fault in addresses.faults(items, "sources.json")] == ["a"]


def test_validate_reports_it(layers):
    path = layers / "curated" / "sources.json"
    items = json.loads(path.read_text())
    items[0]["URL"] = "https://docslib.org/doc/1"
    path.write_text(json.dumps(items))
    assert (items[0]["id"], "source") in {(fault.feature, fault.code) for fault in validate.defects(layers)}
