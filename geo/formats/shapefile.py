"""Shapefile, in a zip: names of ten letters, texts of 254 bytes, and what does not fit in a table beside it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np

from geo._errors import ClaimsError
from geo.formats import archive, ogr, tables

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from geo.formats.layer import About, Layer, Options

_NAME, _TEXT = 10, 254  # bytes
_ENDINGS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_SHORT = {
    "controller": "contr",
    "perspective": "persp",
    "counted_as": "counted",
    "proposed_by": "propos",
    "claimant": "claim",
    "iso3166": "iso",
    "name": "n",
    "population": "pop",
    "uncertain": "unsure",
    "correlation": "corr",
    "ci95": "ci",
    "valid": "v",
    "evidence": "evid",
    "hypothetical": "hypoth",
    "places": "pl",
    "people": "ppl",
}


def short_names(names: Sequence[str]) -> dict[str, str]:
    """Return a name of at most ten letters for each column, none of them twice.

    Examples
    --------
    >>> short_names(["controller_name_en", "valid_from", "ci95_high_km2"])
    {'controller_name_en': 'contr_n_en', 'valid_from': 'valid_from', 'ci95_high_km2': 'ci_high_km'}
    """
    found = {name: name for name in names if len(name.encode()) <= _NAME}
    for name in names:
        if name in found:
            continue
        words = name
        for long, brief in _SHORT.items():
            words = words.replace(long, brief)
        made, number = _cut(words, _NAME).rstrip("_"), 2
        while made.lower() in {one.lower() for one in found.values()}:
            made = _cut(words, _NAME - len(str(number))) + str(number)
            number += 1
        found[name] = made
    return {name: found[name] for name in names}


def _cut(text: str, size: int) -> str:
    """Return as much of a text as so many bytes of UTF-8 hold."""
    return text.encode()[:size].decode(errors="ignore")


def write(layers: Sequence[Layer], path: Path, about: About, options: Options) -> list[str]:
    """Write a layer as a zipped Shapefile.

    With it in the zip: ``NAME.txt``, what the file is and what each column stands for; and where a text is too long,
    ``NAME.csv`` with all texts whole.

    Raises
    ------
    ClaimsError
        When the layer holds several kinds of geometry.
    """
    (layer,) = layers
    if ogr.kind(layer.shapes()) == "Unknown" and layer.features:
        message = "holds several kinds of geometry, or none, and a Shapefile holds one; write gpkg"
        raise ClaimsError(message, code="geometry", feature=layer.name)
    known = ogr.fields(layer)
    names = short_names(known.names)
    values: list[Any] = []
    long: dict[str, int] = {}
    for name, array in zip(known.names, known.values, strict=True):
        if array.dtype == object:
            cut = [text if text is None else _cut(text, _TEXT) for text in array]
            if count := sum(one != text for one, text in zip(cut, array, strict=True)):
                long[name] = count
            array = np.array([*cut, None], dtype=object)[:-1]  # noqa: PLW2901
        values.append(array)
    columns = ogr.Fields([names[name] for name in known.names], values, known.masks)
    place = path.with_name(f"{layer.name}.shp")
    ogr.write(layer, place, "ESRI Shapefile", crs=options.crs, columns=columns, layer_options=_LAYER)
    contents = {f"{layer.name}{ending}": place.with_suffix(ending).read_bytes() for ending in _ENDINGS}
    notes = []
    if long:
        whole = path.with_name(f"{layer.name}.csv")
        tables.write_csv([layer], whole, about, options._replace(table=True))
        contents[whole.name] = whole.read_bytes()
        count = ", ".join(f"{number} of {name}" for name, number in long.items())
        notes.append(
            f"{path.name}: texts longer than {_TEXT} bytes are cut in the Shapefile ({count}); "
            f"{whole.name} in the zip has them whole"
        )
    contents[f"{layer.name}.txt"] = _described(layer, names, about, notes).encode()
    archive.write(path, contents)
    return notes


_LAYER = {"ENCODING": "UTF-8", "DBF_DATE_LAST_UPDATE": "1970-01-01", "RESIZE": "YES"}


def _described(layer: Layer, names: dict[str, str], about: About, notes: list[str]) -> str:
    """Return what a Shapefile is, and what its columns stand for."""
    text = io.StringIO()
    text.write(f"{layer.name}\n\n{about.text()}")
    text.writelines(f"note: {note}\n" for note in notes)
    text.write("\ncolumn      name, and what it holds\n")
    text.writelines(f"{names[column.name]:<10}  {column.name}: {column.description}\n" for column in layer.columns)
    return text.getvalue()
