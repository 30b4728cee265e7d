"""Addresses of sources: each leads to its publisher or is left out, so that a map links to no copy.

In: the items of ``sources.json``. Out: what is wrong with their addresses, and the cure.
"""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote, urlsplit

from geo.checks.findings import Place

if TYPE_CHECKING:
    from collections.abc import Iterator
    from urllib.parse import SplitResult

    from geo._errors import ClaimsError as Fault

_CURE = "give the publisher's own address or none, and say in read_in where it was read"


class _Kind(NamedTuple):
    """Hosts that publish nothing of their own: what they are, and where."""

    reason: str
    domains: str
    names: str = ""  # labels of a host, under whatever top level


# hosts that were met or are common; a host or any sub-domain of it
_KINDS = (
    _Kind(
        "a raw application host, which changes with each deployment",
        "amplifyapp.com azureedge.net azurewebsites.net cloudfront.net firebaseapp.com fly.dev glitch.me "
        "herokuapp.com netlify.app ngrok.io onrender.com pages.dev r.worldcdn.net railway.app surge.sh vercel.app "
        "web.app workers.dev",
    ),
    _Kind(
        "a link shortener, which hides where it leads",
        "bit.ly buff.ly cutt.ly dlvr.it fb.me goo.gl is.gd lnkd.in ow.ly rb.gy shorturl.at t.co t.ly tiny.cc "
        "tinyurl.com",
    ),
    _Kind(
        "a proxy or a machine translation of another site",
        "12ft.io abcdef.wiki croxyproxy.com mgwiki.top movatter.jp other.wiki perceptiofr.com qaz.wiki r.jina.ai "
        "translate.goog translate.google.com wikial.top wikibrief.org wikiland.org wonilvalve.com zxc.wiki",
        "knowledger knowledgr",
    ),
    _Kind(
        "a document sharing site, where anybody uploads the works of others",
        "1library.net anyflip.com coursehero.com documents.pub epdf.pub idoc.pub kupdf.net silo.tips vdoc.pub "
        "zoboko.com",
        "docplayer docslib dokumen fdocuments fdokumen libgen paperzz pdfcoffee pdfslide readsbookonline scribd",
    ),
    _Kind(
        "a mirror of an encyclopaedia",
        "academic.ru alchetron.com bestref.net classicistranieri.com clateway.com datana.cloud dbpedia.org "
        "en-academic.com encycloreader.org explained.today friendlywiki.com graphsearch.epfl.ch iiab.me "
        "kampuspedia.com liquisearch.com oenc.net piglix.com pinocchiopedia.com profilbaru.com profilpelajar.com "
        "riteme.site studentb.eu theinfolist.com wiki2.org",
        "enwikipedia findatwiki kiwix owiki the-uncensored-wiki wikiclassic wikimili wikisum wikiwand wikizero",
    ),
    _Kind(
        "a throwaway copy of another site",
        "6jhxt.group bceovw70.asia ixgpkh.asia jingyanshop.com lingbizi.com quwhkqv.cn",
    ),
)
# known to answer over https; a host that another source gives with https is known too
_SECURE = ("content.time.com", "history.state.gov", "undocs.org", "wikipedia.org", "www.jta.org", "www.un.org")
# what they hold changes from day to day
_REVISED = ("openstreetmap.org", "wikidata.org", "wikipedia.org", "wikisource.org")
_HOST_FIRST = re.compile(r"www\.|[\w-]+(\.[\w-]+)+/", re.IGNORECASE)  # example.org/page
_NUMBERED = re.compile(r"\d{4,}\.[^.]+\.[^.]+")  # 235430.example.asia
_WITHIN = re.compile(r"(https?:/|host-https?-)", re.IGNORECASE)
_SYMBOL = re.compile(r"\b(A|E|S|SC|GA|ST|TD)/[A-Z0-9][\w./-]*\d|\bresolution \d+ ?\((\d{4}|[A-Z-]+)\)", re.IGNORECASE)
_NATIONS = re.compile(r".*\bNations$|UN\b")
_COPY = re.compile(r"\([^)]*\b(copy|mirror|text)\b", re.IGNORECASE)  # "Agency (copy)"
_LINK = re.compile(r"https?:|www\.", re.IGNORECASE)


def faults(sources: dict[str, dict[str, Any]], file: str) -> Iterator[Fault]:
    """Yield addresses that lead to a copy or nowhere, and UN documents without their symbol.

    Parameters
    ----------
    sources
        CSL-JSON items by id.
    file
        The file that they are from, for the messages.

    Examples
    --------
    >>> [one.fault for one in faults({"a": {"URL": "https://bit.ly/3x"}}, "sources.json")]
    ["URL is on bit.ly, a link shortener, which hides where it leads; give the publisher's own address or none, \
and say in read_in where it was read"]
    """
    secure = {parts.hostname for item in sources.values() if (parts := _split(item)) and parts.scheme == "https"}
    for name, item in sources.items():
        place = Place(file, name)
        for message in (_missing(item), _bad(item), _linked(item), _named(item), _symbol(item), _revised(item)):
            if message:
                yield place.fault("source", message)
        parts = _split(item)
        if parts and parts.scheme == "http" and (parts.hostname in secure or _within(parts.hostname, _SECURE)):
            yield place.warned("source", f"URL is plain http, but {parts.hostname} has https; write https")


def reason(address: str) -> str:
    """Return why an address is not its publisher's, or nothing.

    Parameters
    ----------
    address
        URL of a page.

    Returns
    -------
    reason
        Words that follow "URL is"; empty when nothing speaks against the address.

    Examples
    --------
    >>> reason("https://example-4711.herokuapp.com/news/1")
    'on example-4711.herokuapp.com, a raw application host, which changes with each deployment'
    >>> reason("https://undocs.org/S/RES/242(1967)")
    ''
    """
    parts = _split({"URL": address})
    if parts is None:
        return "no address that can be read"
    if not parts.scheme and not parts.netloc and not _HOST_FIRST.match(parts.path):
        return ""  # a file of the record itself
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return "no address of a page; it begins with https://"
    host = parts.hostname.rstrip(".")
    return _of_host(host, parts.port) or _of_path(host, unquote(f"{parts.path}?{parts.query}"))


def _of_host(host: str, port: int | None) -> str:
    if _is_number(host):
        return f"on {host}, a number instead of a host"
    if port is not None:
        return f"on port {port} of {host}, which no publisher uses for readers"
    labels = set(host.split(".")[:-1])
    for kind in _KINDS:
        if _within(host, kind.domains.split()) or labels & set(kind.names.split()):
            return f"on {host}, {kind.reason}"
    return f"on {host}, a throwaway sub-domain" if _NUMBERED.fullmatch(host) else ""


def _of_path(host: str, path: str) -> str:
    if _WITHIN.search(path):
        return f"on {host} with the address of another page in it: an archived or proxied copy"
    if "/unispal/" in path and not _within(host, ["un.org"]):
        return f"on {host}, a mirror of un.org"
    return ""


def _split(item: dict[str, Any]) -> SplitResult | None:
    try:
        parts = urlsplit(str(item.get("URL") or ""))
        _ = parts.port  # read on demand, and may be no number
    except ValueError:
        return None
    return parts


def _within(host: str | None, domains: tuple[str, ...] | list[str]) -> bool:
    return any(host == domain or str(host).endswith(f".{domain}") for domain in domains)


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host.replace(".", "").isdigit()
    return True


def _missing(item: dict[str, Any]) -> str:
    if item.get("URL") or item.get("read_in") or item.get("note"):
        return ""
    return "URL is missing; add the publisher's own address, or say in read_in or note where it was read or is kept"


def _bad(item: dict[str, Any]) -> str:
    why = reason(str(item["URL"])) if item.get("URL") else ""
    return why and f"URL is {why}; {_CURE}"


def _revised(item: dict[str, Any]) -> str:
    parts = _split(item)
    if not parts or not _within(parts.hostname, _REVISED) or item.get("version") or item.get("accessed"):
        return ""
    return f"{parts.hostname} changes; give the revision that was read as version, or when it was read as accessed"


def _linked(item: dict[str, Any]) -> str:
    return "read_in has a link; say in words where it was read" if _LINK.search(str(item.get("read_in", ""))) else ""


def _named(item: dict[str, Any]) -> str:
    if not _COPY.search(str(item.get("publisher", ""))):
        return ""
    return "publisher tells of a copy; name who published it, and say in read_in where it was read"


def _symbol(item: dict[str, Any]) -> str:
    ours = _NATIONS.match(str(item.get("publisher", "")))
    known = _SYMBOL.search(str(item.get("title", ""))) or "undocs.org" in str(item.get("URL"))
    if item.get("number") or not (ours and known):
        return ""
    return "a UN document without its symbol; give it as number, such as S/RES/242(1967)"
