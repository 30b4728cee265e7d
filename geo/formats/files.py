"""Layers and tables as files: which format a name means, what it can hold, and writing it whole or not at all."""

from __future__ import annotations

import hashlib
import importlib
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from geo import _files
from geo._errors import ClaimsError, unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.formats.layer import About, Layer, Options


class Format(NamedTuple):
    """A format: the endings of its files, the function that writes it, and what it can hold."""

    endings: tuple[str, ...]
    writer: str  # module.function of this wing
    tables: bool = False  # without geometry
    grounds: bool = True  # geometry
    many: bool = False  # several in one file
    crs: bool = False  # other than EPSG:4326
    winding: bool = False  # exteriors either way


FORMATS = {
    "geojson": Format((".geojson", ".json"), "geojson_files.write", winding=True),
    "gpkg": Format((".gpkg",), "gpkg.write", tables=True, many=True, crs=True),
    "fgb": Format((".fgb",), "flat_files.flatgeobuf", crs=True),
    "parquet": Format((".parquet", ".geoparquet"), "parquet.write", tables=True, crs=True),
    "kml": Format((".kml",), "kml.write", many=True),
    "csv": Format((".csv",), "tables.write_csv", tables=True),
    "shp": Format((".shp.zip", ".zip"), "shapefile.write", crs=True),
    "topojson": Format((".topojson",), "topojson.write", many=True, winding=True),
    "pmtiles": Format((".pmtiles",), "flat_files.pmtiles"),
    "xlsx": Format((".xlsx",), "tables.write_xlsx", tables=True, grounds=False, many=True),
    "json": Format((".json",), "tables.write_json", tables=True, grounds=False, many=True),
}
ENDINGS = tuple(dict.fromkeys(ending for known in FORMATS.values() for ending in known.endings))
SUMS = "SHA256SUMS"


def named(path: Path | None, asked: str | None = None, *, table: bool = False, bare: str = "geojson") -> str:
    """Return the format that is asked for, or that the ending of a file means.

    Parameters
    ----------
    path
        The file, None or without an ending where the format alone says it.
    asked
        A key of :data:`FORMATS`.
    table
        Whether a table is written, so that ``.json`` is no GeoJSON.
    bare
        The format where neither says one.

    Raises
    ------
    ClaimsError
        For an unknown format or ending, or two that contradict each other.

    Examples
    --------
    >>> from pathlib import Path
    >>> named(Path("zones.fgb")), named(Path("events.json"), table=True), named(None)
    ('fgb', 'json', 'geojson')
    """
    if asked is not None and asked not in FORMATS:
        raise unknown("format", asked, list(FORMATS))
    name = "" if path is None else path.name.lower()
    found = [key for key, known in FORMATS.items() if name.endswith(known.endings)]
    if asked is not None:
        if found and asked not in found:
            raise ClaimsError(f"is named as {found[0]}, but --format says {asked}; give one of them", file=str(path))
        return asked
    if len(found) > 1:  # .json
        return "json" if table else "geojson"
    if found:
        return found[0]
    if name.endswith(".shp"):
        message = "a Shapefile is several files, so it is written as one .zip; name it so"
        raise ClaimsError(message, code="file", file=str(path))
    if path is not None and path.suffix:
        message = f"a layer is written as {', '.join(ENDINGS)}, not {path.suffix}"
        raise ClaimsError(message, code="file", file=str(path))
    return bare


def check(format_: str, layers: Sequence[Layer], options: Options) -> None:
    """Raise the fault when a format cannot hold layers, or not in this way.

    Raises
    ------
    ClaimsError
        For a table in a format of places, several layers in one of single ones, a CRS or winding that it has not.
    """
    known = FORMATS[format_]
    for layer in layers:
        if not layer.spatial and not known.tables:
            fit = ", ".join(name for name, one in FORMATS.items() if one.tables)
            raise ClaimsError(f"{layer.name} is a table, and {format_} holds places; write {fit}", code="file")
    if len(layers) > 1 and not known.many:
        raise ClaimsError(f"{format_} holds one layer a file", code="file")
    if options.crs != 4326 and not known.crs:
        fit = ", ".join(name for name, one in FORMATS.items() if one.crs)
        raise ClaimsError(f"{format_} is in EPSG:4326 by its standard; --crs goes with {fit}")
    if options.clockwise and not known.winding:
        fit = ", ".join(name for name, one in FORMATS.items() if one.winding)
        raise ClaimsError(f"--winding goes with {fit}, not with {format_}")


def _make(layers: Sequence[Layer], path: Path, format_: str, about: About, options: Options) -> list[str]:
    """Write a file in place and return what is to be told of it."""
    check(format_, layers, options)
    module, _, function = FORMATS[format_].writer.partition(".")
    writer: Any = getattr(importlib.import_module(f"geo.formats.{module}"), function)
    notes: list[str] = writer(layers, path, about, options)
    return notes


def write(layers: Sequence[Layer], path: Path, format_: str, about: About, options: Options) -> list[str]:
    """Write layers into one file, whole or not at all, and return what is to be told of it.

    Beside a CSV file goes ``NAME.csv-metadata.json`` with what the file is and what its columns mean.

    Raises
    ------
    ClaimsError
        When the format cannot hold it, or something cannot be written.
    """
    from geo.formats import crs, tables

    check(format_, layers, options)
    far = crs.beyond(layers, options.crs) if options.crs != 4326 else []
    with tempfile.TemporaryDirectory(prefix="claims-") as folder:
        # drivers look at the ending, and notes and zips name the file
        plain = path.name if path.name.lower().endswith(ENDINGS) else f"{layers[0].name}{FORMATS[format_].endings[0]}"
        made = Path(folder) / plain
        notes = _make(layers, made, format_, about, options)
        content = made.read_bytes()
    with _files.written(path) as beside:
        beside.write_bytes(content)
    if format_ == "csv" and str(path) != "-":
        side = path.with_name(f"{path.name}-metadata.json")
        _files.write_text(side, tables.csv_metadata(layers[0], path.name, about, options))
    return [*far, *notes]


def write_folder(
    layers: Sequence[Layer], folder: Path, format_: str, about: About, options: Options
) -> tuple[list[str], list[str]]:
    """Write each layer into a file of a folder, with ``SHA256SUMS``; tables as CSV where the format holds none.

    Returns
    -------
    names, notes
        The files, and what is to be told of them.

    Raises
    ------
    ClaimsError
        When something cannot be written; then nothing is.
    """
    from geo.formats import crs, tables

    contents: dict[str, bytes] = {}
    known = FORMATS[format_]
    notes = crs.beyond(layers, options.crs) if options.crs != 4326 else []
    with tempfile.TemporaryDirectory(prefix="claims-") as place:
        for layer in layers:
            kind = format_ if (known.grounds if layer.spatial else known.tables) else "csv"
            own = options if kind == format_ else options._replace(crs=4326, clockwise=False)
            made = Path(place) / f"{layer.name}{FORMATS[kind].endings[0]}"
            if not layer.features and kind in ("pmtiles", "shp", "topojson"):
                notes.append(f"{layer.name} has no rows, and {kind} cannot say so: left out")
                continue
            notes += _make([layer], made, kind, about, own)
            contents[made.name] = made.read_bytes()
            if kind == "csv":
                contents[f"{made.name}-metadata.json"] = tables.csv_metadata(layer, made.name, about, own).encode()
    contents[SUMS] = sums(contents).encode()
    _files.write_folder(folder, contents)
    return list(contents), notes


def sums(contents: dict[str, bytes]) -> str:
    """Return digests of files as ``sha256sum --check`` reads them.

    Examples
    --------
    >>> print(sums({"a.txt": b""})[:70])
    e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  a.tx
    """
    return "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(contents.items()))
