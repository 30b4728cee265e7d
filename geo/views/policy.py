"""What a page may load and run: its Content-Security-Policy.

A page of ours alone loads nothing and runs the scripts that are in it, by hash. Tiles add their host, for pictures.
Elements that users add may load from the addresses that they name. Styles are free: elements and plugins set them in
attributes, for which there are no hashes, and they can load nothing that the policy does not name.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SCRIPT = re.compile(r"<script\b(?P<attributes>[^>]*)>(?P<text>.*?)</script\s*>", re.DOTALL | re.IGNORECASE)
_SOURCE = re.compile(r"""<(?:script\b[^>]*?\bsrc|link\b[^>]*?\bhref)\s*=\s*["'](?P<address>[^"']+)""", re.IGNORECASE)
_STYLE_URL = re.compile(r"""url\(["']?(?P<address>https?://[^"')]+)""")
_ADDRESS = re.compile(r"""["'`(](?P<address>(?:https?:)?//[^"'`\s\\)]+)""")
_KEY = re.compile(r"""(?:^|[^\w])(?:url|src|source)["']?\s*:\s*$""", re.IGNORECASE)
_LINK = re.compile(r"\bhref\s*=\s*\\?$", re.IGNORECASE)  # of a sheet of styles it is found by itself
_FRAME = re.compile(r"data:text/html[^,\"']*;base64,(?P<content>[\w+/=]+)")
_FRAME_TEXT = re.compile(r"""\bsrcdoc\s*=\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)')""", re.IGNORECASE)
_HOST = re.compile(r"(?P<scheme>https?:)?//(?P<host>[\w.{}$*-]+)(?P<port>:\d+)?")
_EVALUATES = re.compile(r"\bvegaEmbed\(|\bvg\.embed\(|vega(?:-embed|-lite)?@|\bvega\.min\.js")


def meta(page: str, asked: str = "", tiles: Iterable[str] = ()) -> str:
    """Return the element that states the policy of a page.

    Parameters
    ----------
    page
        The page as it will be, but for this element.
    asked
        What elements that users added put into it.
    tiles
        Addresses of our own layers of tiles.

    Returns
    -------
    meta
        For the head of the page, before any script.

    Examples
    --------
    >>> "default-src 'none'; script-src 'sha256-AvyuiL0SD1mVY3NNxR" in meta("<script>run()</script>")
    True
    >>> "img-src data: https://*.example.org;" in meta("", tiles=["https://{s}.example.org/{z}/{x}/{y}.png"])
    True
    """
    hosts = sorted({*_origins(tiles)})
    scripts = sorted({*_hashes(page)})
    inside = "\n".join([asked, *_frames(asked)])
    if inside.strip():
        linked = {*_origins(match["address"] for match in _SOURCE.finditer(page))}
        hosts = sorted({*hosts, *linked, *_origins(_addresses(inside)), *_origins(_style_addresses(page))})
        scripts += sorted(linked) + (["'unsafe-eval'"] if _EVALUATES.search(inside) else [])
        rules = [
            " ".join(["default-src data: blob:", *hosts]),
            " ".join(["script-src", *scripts]),
            " ".join(["style-src 'unsafe-inline'", *hosts]),
            "worker-src blob:",
        ]
    else:
        rules = [
            "default-src 'none'",
            " ".join(["script-src", *scripts]),
            "style-src 'unsafe-inline'",
            " ".join(["img-src data:", *hosts]),
        ]
    rules += ["object-src 'none'", "base-uri 'none'", "form-action 'none'"]
    return f'<meta http-equiv="Content-Security-Policy" content="{"; ".join(rules)}"/>'


def _hashes(page: str) -> Iterator[str]:
    """Yield the hash of each script that stands in a page or in a frame of it."""
    for text in (page, *_frames(page)):
        for script in _SCRIPT.finditer(text):
            # as a browser reads it: with line feeds alone
            content = script["text"].replace("\r\n", "\n").replace("\r", "\n")
            digest = hashlib.sha256(content.encode("utf-8", "surrogatepass")).digest()
            yield f"'sha256-{base64.b64encode(digest).decode()}'"


def _frames(text: str) -> Iterator[str]:
    """Yield the pages of the frames in a page."""
    found = [base64.b64decode(frame["content"] + "==").decode("utf-8", "replace") for frame in _FRAME.finditer(text)]
    found += [html.unescape(frame["double"] or frame["single"] or "") for frame in _FRAME_TEXT.finditer(text)]
    for frame in found:
        yield frame
        yield from _frames(frame)


def _addresses(text: str) -> Iterator[str]:
    """Yield addresses that a script or markup may load: the values of data are none, but for those of an ``url``."""
    for found in _ADDRESS.finditer(text):
        before = text[max(found.start() - 40, 0) : found.start()].rstrip()
        if not _LINK.search(before) and (not before.endswith(":") or _KEY.search(before)):
            yield found["address"]


def _style_addresses(page: str) -> Iterator[str]:
    for style in re.finditer(r"<style\b[^>]*>(.*?)</style>", page, re.DOTALL | re.IGNORECASE):
        yield from (found["address"] for found in _STYLE_URL.finditer(style[1]))


def _origins(addresses: Iterable[str]) -> Iterator[str]:
    """Yield scheme and host of addresses; of a host with blanks, such as ``{s}``, what stands behind them."""
    for address in addresses:
        found = _HOST.match(address)
        if found is None:
            continue
        labels = found["host"].split(".")
        open_ = [index for index, label in enumerate(labels) if not re.fullmatch(r"[\w-]+", label)]
        if open_:
            labels = ["*", *labels[open_[-1] + 1 :]]
        if len(labels) > 1 + bool(open_) or labels == ["localhost"]:
            yield f"{found['scheme'] or 'https:'}//{'.'.join(labels)}{found['port'] or ''}"
