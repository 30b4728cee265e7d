"""Inputs in batches, each the same whenever it is asked for by its number."""

from __future__ import annotations

import json
import random
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from fuzz import mutation, sources, strategies
from fuzz.inputs import Input
from hypothesis import HealthCheck, Phase, given, seed, settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from hypothesis.strategies import SearchStrategy

ROOT = Path(__file__).parents[2]
MANY = 100  # inputs of a batch
_WHOLE_FOLDERS = 0.02  # of the spoilt layers are validated with all others: that takes half a second
# a round of batches: a good mixture of what is cheap and what is not
ROUND = (
    *("layers", "documents", "bytes", "commands", "layers", "frames", "bytes", "documents", "bytes", "layers"),
    *("overlay", "bytes", "frames"),
)


def run(number: int, attempt: Callable[[Input], None]) -> None:
    """Attempt each input of a batch."""
    kind = ROUND[number % len(ROUND)]
    luck = random.Random(number)  # noqa: S311
    if kind == "bytes":
        _bytes(luck, sources.FORMATS[number // len(ROUND) % len(sources.FORMATS)], attempt)
    elif kind == "layers":
        _layers(luck, attempt)
    elif kind == "overlay":
        for index in range(MANY // 4):  # over 2,000 in 100,000 inputs
            attempt(Input("overlay", {}, {"seed": number * MANY + index}))
    else:
        _drawn(getattr(strategies, kind)(), number, attempt)


def _drawn(strategy: SearchStrategy[Input], number: int, attempt: Callable[[Input], None]) -> None:
    @seed(number)
    @settings(
        max_examples=MANY,
        database=None,
        phases=[Phase.generate],
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def each(one: Input) -> None:
        attempt(one)

    each()


def _bytes(luck: random.Random, kind: str, attempt: Callable[[Input], None]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(4):
            whole = sources.whole(luck, kind, Path(folder))
            attempt(whole)
            call = {key: whole.call[key] for key in ("path", "options", "counted")}
            for _ in range(MANY // 4 - 1):
                name = luck.choice(list(whole.files))
                if name.endswith(("json", "jsonl")) and luck.random() < 0.5:
                    content = mutation.rearranged(luck, whole.files[name].splitlines()[0])
                    content += b"\n" + b"\n".join(whole.files[name].splitlines()[1:])
                else:
                    content = mutation.spoilt(luck, whole.files[name])
                attempt(Input("series", {**whole.files, name: content}, call))


def _layers(luck: random.Random, attempt: Callable[[Input], None]) -> None:
    files = [
        path for path in sorted((ROOT / "layers" / "curated").iterdir()) if path.suffix in {".csv", ".geojson", ".json"}
    ]
    for _ in range(MANY):
        path = luck.choice(files)
        name, content = f"curated/{path.name}", _shortened(luck, path.name, path.read_bytes())
        if path.suffix != ".csv" and luck.random() < 0.6:
            content = mutation.rearranged(luck, content)
        else:
            content = mutation.spoilt(luck, content)
        whole = luck.random() < _WHOLE_FOLDERS
        attempt(Input("layers", {name: content}, {"file": name, "whole_folder": whole}))


def _shortened(luck: random.Random, name: str, content: bytes) -> bytes:
    """Return a part of a curated file, most often: small files are read soon."""
    if luck.random() < 0.1:
        return content
    if name.endswith(".csv"):
        head, *rest = content.splitlines(keepends=True)
        return head + b"".join(luck.sample(rest, min(len(rest), 4)))
    document = json.loads(content)
    rows = document["features"] if isinstance(document, dict) else document
    rows[:] = luck.sample(rows, min(len(rows), 3))
    return json.dumps(document, ensure_ascii=False, indent=1).encode()
