"""Bytes and structures spoilt at random."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from random import Random

JUNK = (
    *(b"null", b"[]", b"{}", b'"', b"1e400", b"-1", b"\xff", b"NaN", b"true", b'""', b",", b"\n", b"__proto__"),
    *(
        b"\\ud800",
        b"\0",
        b"\xe2\x80\xae",
        b"<",
        b">",
        b"&lt;",
        b"1e-320",
        b"9" * 30,
        b";",
        b"\r\n",
        b"]]]]",
        b"Infinity",
    ),
    *(b"\x1e", b"\x7f\xff\xff\xff", b"\xff\xff\xff\xff", b"\x00\x00\x00\x00", b"\x00\x00\xf0\x7f", b"'", b"-0.0"),
)
VALUES: tuple[Any, ...] = (
    *(
        None,
        True,
        False,
        0,
        -1,
        1e300,
        -0.0,
        10**400,
        "",
        " ",
        "null",
        "\u202e",
        "\ud7ff",
        [],
        {},
        [[]],
        [None],
        {"a": 1},
    ),
    *("2024-13-45", "1e5", "Polygon", "LineString", "Feature", ["33", "35"], [35, "33"], [35], [200, 100], "none"),
    *("__proto__", "<script>", "=1+1", "a" * 5000, -999999999999, 2**63, "2024-01-01/2024-02-01", "../../etc/passwd"),
)


def spoilt(luck: Random, content: bytes) -> bytes:
    """Return bytes with one to three faults: bits turned, parts cut, doubled, moved or overwritten."""
    for _ in range(luck.choice((1, 1, 1, 2, 3))):
        if not content:
            return luck.choice(JUNK)
        at = luck.randrange(len(content))
        size = min(int(luck.expovariate(1 / 12)) + 1, len(content) - at)
        way = luck.randrange(8)
        if way == 0:
            content = content[:at] + bytes([content[at] ^ 1 << luck.randrange(8)]) + content[at + 1 :]
        elif way == 1:
            content = content[:at] + luck.choice(JUNK) + content[at:]
        elif way == 2:
            junk = luck.choice(JUNK)
            content = content[:at] + junk + content[at + len(junk) :]
        elif way == 3:
            content = content[:at] + content[at + size :]
        elif way == 4:
            content = content[:at] + content[at : at + size] + content[at:]
        elif way == 5:
            content = content[:at] if luck.random() < 0.5 else content[:at] + bytes(len(content) - at)
        elif way == 6:
            to = luck.randrange(len(content))
            content = content[:to] + content[at : at + size] + content[to + size :]
        else:
            content = content[:at] + luck.randbytes(size) + content[at + size :]
    return content


def rearranged(luck: Random, content: bytes) -> bytes:
    """Return JSON with a value replaced, removed, doubled, renamed or put elsewhere."""
    document = json.loads(content)
    places = list(_places(document))
    for _ in range(luck.choice((1, 1, 2))):
        holder, key = luck.choice(places)
        if key not in holder if isinstance(holder, dict) else key >= len(holder):
            continue
        way = luck.randrange(6)
        if way <= 1:
            holder[key] = luck.choice(VALUES)
        elif way == 2:
            del holder[key]
        elif way == 3:
            other, there = luck.choice(places)
            if there in other if isinstance(other, dict) else there < len(other):
                holder[key] = json.loads(json.dumps(other[there]))
        elif way == 4 and isinstance(holder, dict):
            holder[luck.choice((f"{key} ", key.upper(), f"{key}s", "type", "geometry", "properties", "id"))] = (
                holder.pop(key)
            )
        elif isinstance(holder, list):
            holder.insert(key, holder[key])
    text = json.dumps(document)
    if luck.random() < 0.1:  # the same member twice
        name = luck.choice(("type", "geometry", "coordinates", "properties", "features", "date"))
        text = text.replace(f'"{name}":', f'"{name}": {json.dumps(luck.choice(VALUES))}, "{name}":', 1)
    return text.encode()


def _places(value: Any) -> Any:
    """Yield each place in a document as its holder and the key there."""
    if isinstance(value, dict | list):
        for key, inner in list(value.items() if isinstance(value, dict) else enumerate(value)):
            yield value, key
            yield from _places(inner)
