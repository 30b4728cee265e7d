"""Reading and writing files: atomic, byte-stable, one vertex a line."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo._errors import ClaimsError

if TYPE_CHECKING:
    from collections.abc import Iterator

# how deep the list of positions of a geometry is
_NESTING = {"Point": 0, "LineString": 1, "MultiPoint": 1, "Polygon": 2, "MultiLineString": 2, "MultiPolygon": 3}


def shipped() -> Path:
    """Return the folder of the layers that come with the package."""
    inside = Path(__file__).parent / "_layers"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "layers"


def read_text(path: Path) -> str:
    """Return the text of a UTF-8 file; errors name the file."""
    try:
        return path.read_text(encoding="utf-8-sig")  # spreadsheets put a mark in front
    except FileNotFoundError:
        raise ClaimsError("no such file", code="file", file=str(path)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ClaimsError(f"cannot be read: {error}", code="file", file=str(path)) from None


def read_json(path: Path) -> Any:
    """Return what a JSON file holds; errors name the file and the line."""
    try:
        return json.loads(read_text(path))
    except RecursionError:
        raise ClaimsError("nested too deeply", code="format", file=str(path)) from None
    except json.JSONDecodeError as error:
        raise ClaimsError(
            f"not valid JSON: {error.msg}", code="format", file=str(path), feature=f"line {error.lineno}"
        ) from None
    except ValueError as error:  # a number with thousands of digits
        raise ClaimsError(f"not valid JSON: {error}", code="format", file=str(path)) from None


@contextlib.contextmanager
def written(path: str | Path) -> Iterator[Path]:
    """Give a path beside `path` to write to, and move it into place at the end; ``-`` is standard output.

    When the body fails nothing is left behind and an older file stays as it was. Missing folders are made.
    """
    if str(path) == "-":
        yield from _piped()
        return
    target = Path(path)
    if not target.name:
        raise ClaimsError("an output needs a file name", code="file")
    beside = target.with_name(f".{target.stem}.{os.getpid()}{target.suffix}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        yield beside
        beside.replace(target)
    except OSError as error:
        raise ClaimsError(f"cannot be written: {error.strerror or error}", code="file", file=str(path)) from None
    finally:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)


def _piped() -> Iterator[Path]:
    """Give a path to write to, and send what it holds to standard output, byte by byte, at the end."""
    import shutil
    import sys
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder) / "piped"
        sys.stdout.flush()
        with (Path(folder) / "piped").open("rb") as file:
            shutil.copyfileobj(file, sys.stdout.buffer)
        sys.stdout.buffer.flush()


def write_text(path: str | Path, text: str) -> None:
    """Write UTF-8 text, whole or not at all; to ``-``, standard output."""
    with written(path) as beside:
        beside.write_text(text, encoding="utf-8", newline="\n")


def compact(value: Any) -> str:
    """Return JSON on one line, in any script, without needless blanks."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _positions(coordinates: Any, depth: int) -> str:
    if depth == 0:
        return compact(coordinates)
    return "[\n" + ",\n".join(_positions(part, depth - 1) for part in coordinates) + "\n]"


def geojson(features: list[dict[str, Any]], **members: Any) -> str:
    """Return a GeoJSON FeatureCollection (RFC 7946) with one vertex a line.

    Parameters
    ----------
    features
        Dicts with ``id``, ``properties`` and ``geometry`` (EPSG:4326, longitude first).
    members
        Further members of the collection, such as ``licence``.
    """
    parts = []
    for feature in features:
        geometry = feature["geometry"]
        kind = geometry["type"]
        properties = ",\n".join(f"{compact(key)}: {compact(value)}" for key, value in feature["properties"].items())
        parts.append(
            f'{{"type": "Feature", "id": {compact(feature["id"])}, "properties": {{\n{properties}\n}}, '
            f'"geometry": {{"type": "{kind}", "coordinates": {_positions(geometry["coordinates"], _NESTING[kind])}}}}}'
        )
    head = "".join(f"{compact(key)}: {compact(value)},\n" for key, value in members.items())
    return f'{{"type": "FeatureCollection",\n{head}"features": [\n' + ",\n".join(parts) + "\n]}\n"
