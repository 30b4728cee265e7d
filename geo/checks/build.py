"""The files of ``layers/built``, and the schemas of the data package: made, never written by hand.

The same curated files give the same bytes, and they are committed, so that nobody needs to build before asking.
``manifest.json`` lists what was made with its digest: a build removes what it made before and makes no longer, and
nothing else.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from geo import _files
from geo._errors import ClaimsError
from geo.checks import schemas, strength
from geo.formats import features
from geo.layers.derive import FACES, TOPOLOGY, seal
from geo.layers.layers import Layers
from geo.layers.profile import PACKAGE

if TYPE_CHECKING:
    from pathlib import Path

MANIFEST = "manifest.json"


def files(layers: Path) -> dict[str, str]:
    """Return the text of every file of ``built``, by name: what is there to be picked up; the rest comes by ``export``.

    With them comes ``datapackage.json``, if there is one, with its schemas as declared.

    Raises
    ------
    ClaimsError
        With file and feature, when something curated is missing or wrong.
    """
    record = Layers(layers, anew=True)
    for zone in record.curated_zones:
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
    dated = [f"{kind}_{day}" for kind in ("control", "fronts") for day in record.key_dates]
    zones = [zone.id for zone in record.curated_zones.values() if zone.kind != "unit"]
    layers_ = [*zones, *record.routes, *record.bands, *dated]
    out |= {f"{layer}.geojson": features.text(record, layer) for layer in layers_}
    out |= strength.files(record)
    out[MANIFEST] = _manifest(out)
    package = schemas.text(layers)
    return out if package is None else out | {PACKAGE: package}


def path(layers: Path, name: str) -> Path:
    """Return where a file that is made stands."""
    return layers / name if name == PACKAGE else layers / "built" / name


def stale(layers: Path, texts: dict[str, str]) -> list[str]:
    """Return the names of made files that are missing, differ from `texts`, or are made no longer."""
    changed = [name for name, text in texts.items() if _bytes(path(layers, name)) != text.encode()]
    return sorted(changed + _no_longer(layers, texts))


def write(layers: Path, texts: dict[str, str]) -> list[str]:
    """Bring what is made up to date, all or nothing, and return the names of the files that changed or went.

    Raises
    ------
    ClaimsError
        When something cannot be written, or ``built`` or the data package is a link.
    """
    changed = stale(layers, texts)
    folder, package = layers / "built", layers / PACKAGE
    for place in (folder, package):
        if place.is_symlink():
            message = "is a link; a build writes into the folder of the layers alone"
            raise ClaimsError(message, code="file", file=str(place))
    inside = {name: texts[name] for name in changed if name in texts and name != PACKAGE}
    gone = [name for name in changed if name not in texts]
    if inside or gone:
        _files.write_folder(folder, inside, gone=gone)
    if PACKAGE in changed:
        _files.write_text(package, texts[PACKAGE])
    return changed


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _manifest(texts: dict[str, str]) -> str:
    """Return the list of what is made, one file a line."""
    rows = [f"{_files.compact(name)}: {_files.compact(_digest(text.encode()))}" for name, text in sorted(texts.items())]
    return "{\n" + ",\n".join(rows) + "\n}\n"


def _no_longer(layers: Path, texts: dict[str, str]) -> list[str]:
    """Return the files that the last build made, that are still as it made them, and that are made no longer."""
    manifest = layers / "built" / MANIFEST
    try:
        made = _files.read_json(manifest) if manifest.exists() else {}
    except ClaimsError as error:
        raise ClaimsError(f"{error.fault}; delete it and build again", code=error.code, file=error.file) from None
    if not isinstance(made, dict):
        raise ClaimsError("not a list of made files; delete it and build again", code="format", file=str(manifest))
    return [
        name
        for name, digest in made.items()
        if name not in texts
        and _is_name(name)
        and (content := _bytes(path(layers, name))) is not None
        and _digest(content) == digest
    ]


def _is_name(name: str) -> bool:
    return not {"/", "\\", "\0", ":"} & {*name} and name not in {"", ".", "..", PACKAGE}


def _bytes(file: Path) -> bytes | None:
    """Return what a file holds, if it can be read and is no link."""
    if file.is_symlink():
        return None
    try:
        _files.check_input(file, _files.MOST_TEXT)
        return file.read_bytes()
    except (ClaimsError, OSError):
        return None
