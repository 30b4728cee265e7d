"""The files of ``layers/built``, and the schemas of the data package: made, never written by hand.

The same curated files give the same bytes, and they are committed, so that nobody needs to build before asking.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo import _files
from geo._errors import ClaimsError
from geo.checks import schemas
from geo.formats import features
from geo.layers.derive import FACES, TOPOLOGY, seal
from geo.layers.layers import Layers

if TYPE_CHECKING:
    from pathlib import Path


def files(layers: Path) -> dict[str, str]:
    """Return the text of every file of ``built``, by name: what is there to be picked up; the rest comes by ``export``.

    With them comes ``datapackage.json``, if there is one, with its schemas as declared.

    Raises
    ------
    ClaimsError
        With file and feature, when something curated is missing or wrong.
    """
    record = Layers(layers, anew=True)
    for zone in record.zones:
        if not record.ledger.faces_in(zone):
            raise ClaimsError(f"{layers / 'curated' / 'zones.csv'}: {zone}: no label point names this zone")
    faces = features.text(record, "faces")
    numbers = (
        ",\n".join(
            f"{_files.compact(key)}: [\n" + ",\n".join(map(_files.compact, rows)) + "\n]"
            for key, rows in record.topology.items()
        )
        + "\n}\n"
    )
    out = {TOPOLOGY: seal(layers, numbers, faces) + numbers, FACES: faces}
    dated = [f"{kind}_{day}" for kind in ("control", "fronts") for day in record.about.key_dates]
    zones = [zone.id for zone in record.zones.values() if zone.kind != "unit"]
    layers_ = [*zones, *record.routes, *record.bands, *dated]
    out |= {f"{layer}.geojson": features.text(record, layer) for layer in layers_}
    package = schemas.text(layers)
    return out if package is None else out | {schemas.PACKAGE: package}


def path(layers: Path, name: str) -> Path:
    """Return where a file that is made stands."""
    return layers / name if name == schemas.PACKAGE else layers / "built" / name


def stale(layers: Path, texts: dict[str, str]) -> list[str]:
    """Return the names of made files that are missing, differ from `texts`, or belong to nothing."""
    folder = layers / "built"
    there = {file.name: file for file in folder.glob("*") if file.is_file()} if folder.is_dir() else {}
    if schemas.PACKAGE in texts:
        there[schemas.PACKAGE] = path(layers, schemas.PACKAGE)
    changed = [name for name, text in texts.items() if name not in there or _files.read_text(there[name]) != text]
    return sorted(changed + [name for name in there if name not in texts])


def write(layers: Path, texts: dict[str, str]) -> list[str]:
    """Bring what is made up to date and return the names of the files that changed or went."""
    folder = layers / "built"
    changed = stale(layers, texts)
    try:
        folder.mkdir(exist_ok=True)
        for name in changed:
            if name in texts:
                _files.write_text(path(layers, name), texts[name])
            else:
                path(layers, name).unlink()
    except OSError as error:
        raise ClaimsError(f"{folder}: cannot be written: {error.strerror}") from None
    return changed
