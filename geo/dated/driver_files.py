"""GeoPackage, FlatGeobuf and Shapefile, read with GDAL, and compared with what the file itself says.

A file is opened as what its name says or not at all: GDAL would take text that names other files or addresses
for data. A geometry that GDAL drops is an error.
"""

from __future__ import annotations

import re
import sqlite3
import struct
import warnings
from contextlib import closing
from typing import TYPE_CHECKING, Any, NamedTuple

import geopandas
import numpy as np
import pandas as pd
import shapely

from geo._errors import ClaimsError, note, unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from geo.geometry.noding import Ints

MAGIC = {".gpkg": b"SQLite format 3\0", ".fgb": b"fgb\x03fgb", ".shp": b"\x00\x00\x27\x0a"}
AS_WRITTEN = {"datetime_as_string": True}  # else the times of a whole file come in UTC, those of a part as written
_HEAD = 8192  # bytes
_TEXT = re.compile(rb"<[A-Za-z?!]|\\{")  # what drivers for text look for, up to the first NUL
_CHUNK = 100_000  # features
_LEAST_FEATURE = 8  # bytes in a FlatGeobuf
_POLYGONS = (5, 15, 25)  # kinds of shapes in a Shapefile
_WITH_MORE = 0x60000000  # bits of extended well-known binary: measures, a CRS
_ENVELOPE = (0, 32, 48, 48, 64, 0, 0, 0)  # bytes, by the bits of a GeoPackage geometry that say so


class Counts(NamedTuple):
    """How many positions the geometry of each feature has in the file, by number of feature; -1 for null."""

    fid: Ints
    positions: Ints


def refuse_other_kinds(path: Path) -> None:
    """Refuse a file that is not what its name says, before anything else opens it.

    Raises
    ------
    ClaimsError
        Naming the file.
    """
    suffix = path.suffix.lower()
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as error:
        raise ClaimsError(f"cannot be read: {error.strerror}", code="file", file=str(path)) from None
    magic = MAGIC[suffix]
    if not head.startswith(magic) or _TEXT.search(head[len(magic) :].split(b"\0")[0]):
        raise ClaimsError(f"cannot be read: this is no {suffix}", code="format", file=str(path))
    if suffix == ".gpkg":
        for other in (f"{path.name}-wal", f"{path.name}-journal"):
            beside = path.with_name(other)
            if beside.exists() and beside.stat().st_size:
                message = f"has changes that are not yet written into it ({other}): close the program that has it open"
                raise ClaimsError(message, code="file", file=str(path))
        if _ask(path, "SELECT 1 FROM sqlite_master WHERE sql LIKE 'create virtual%' AND sql NOT LIKE '%rtree%'"):
            raise ClaimsError("has virtual tables, which may read other files", code="format", file=str(path))


def _ask(path: Path, sql: str) -> list[Any]:
    """Return the rows of a query to a GeoPackage, which is not written to."""
    return [row for rows in _batches(path, sql) for row in rows]


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def options(path: Path, layer: str | None, encoding: str | None = None) -> dict[str, Any]:
    """Return the options with which a file is opened.

    Raises
    ------
    ClaimsError
        When it has several layers and none is named, or not this one; for an encoding that goes with other files.
    """
    suffix = path.suffix.lower()
    if encoding is not None and suffix != ".shp":
        raise ClaimsError("an encoding goes with a Shapefile or GeoJSON", code="file", file=str(path))
    if suffix != ".gpkg":
        if layer is not None:
            raise ClaimsError("only a GeoPackage has layers to name", code="file", file=str(path))
        return {"encoding": encoding} if encoding else {}
    names = [name for (name,) in _ask(path, "SELECT table_name FROM gpkg_geometry_columns")]
    if layer is None and len(names) > 1:
        message = f"has {len(names)} layers, of which one has to be named: {', '.join(names)}"
        raise ClaimsError(message, code="file", file=str(path))
    if layer is not None and layer not in names:
        raise ClaimsError(unknown("layer", layer, names).fault, code="file", file=str(path))
    return {"IMMUTABLE": "YES", **({"layer": layer or names[0]} if names else {})}


def read(path: Path, layer: str | None = None, encoding: str | None = None) -> geopandas.GeoDataFrame:
    """Return all features of a file.

    Raises
    ------
    ClaimsError
        For what cannot be read whole.
    """
    refuse_other_kinds(path)
    given = options(path, layer, encoding)
    found = told(path, geopandas.read_file, **AS_WRITTEN, **given, fid_as_index=True)
    if not isinstance(found, geopandas.GeoDataFrame):
        raise ClaimsError("has no geometry", code="format", file=str(path))
    compare(found, counts(path, given), path)
    if path.suffix.lower() == ".shp" and encoding is None:
        _say_encoding(path)
    return found.reset_index(drop=True)


def refuse_lost(path: Path, given: dict[str, Any]) -> None:
    """Refuse a file some of whose geometries do not arrive, without all of it in memory.

    Raises
    ------
    ClaimsError
        Naming the feature.
    """
    told_by_file = counts(path, given)
    place, seen = 0, 0
    while True:
        part = told(
            path,
            geopandas.read_file,
            columns=[],
            skip_features=place,
            max_features=_CHUNK,
            fid_as_index=True,
            **given,
        )
        compare(part, told_by_file, path, part=True)
        seen += len(part)
        place += _CHUNK
        if len(part) < _CHUNK:
            break
    if told_by_file is not None and seen < len(told_by_file.fid):
        raise _fewer(path, seen, len(told_by_file.fid))


def _fewer(path: Path, arrived: int, there: int) -> ClaimsError:
    message = f"only {arrived:,} of its {there:,} features can be read: the file is damaged or cut short"
    return ClaimsError(message, code="geometry", file=str(path))


def compare(frame: geopandas.GeoDataFrame, there: Counts | None, path: Path, *, part: bool = False) -> None:
    """Compare the geometries that arrived with those that the file has.

    Parameters
    ----------
    frame
        What arrived, numbers of features as its index.
    there
        What the file has, None where it does not say.
    part
        Whether the frame is a part of the file.

    Raises
    ------
    ClaimsError
        For the first that is not whole.
    """
    if there is None:
        return
    if not part and len(frame) < len(there.fid):
        raise _fewer(path, len(frame), len(there.fid))
    geometries = np.asarray(frame.geometry, dtype=object)
    arrived = np.where(shapely.is_missing(geometries), -1, shapely.get_num_coordinates(geometries))
    place = pd.Index(there.fid).get_indexer(frame.index)
    expected = np.where(place >= 0, there.positions[place], -1)
    wrong = np.flatnonzero((arrived != expected) & (expected != -2))
    if len(wrong):
        first = wrong[0]
        here = "nothing of it arrives" if arrived[first] < 0 else f"{arrived[first]:,} positions arrive"
        message = f"its geometry is damaged: {here}" + (f" of {expected[first]:,}" if expected[first] >= 0 else "")
        raise ClaimsError(message, code="geometry", file=str(path), feature=f"feature {frame.index[first]}")


def counts(path: Path, given: dict[str, Any]) -> Counts | None:
    """Return how many positions each feature has by the file itself."""
    suffix = path.suffix.lower()
    if suffix == ".shp":
        return _of_shapefile(path)
    if suffix == ".gpkg":
        return _of_geopackage(path, given["layer"]) if "layer" in given else None
    return _of_flatgeobuf(path)


def _of_shapefile(path: Path) -> Counts:
    raw = np.fromfile(path, dtype=np.uint8)
    index_path = next((one for one in (path.with_suffix(end) for end in (".shx", ".SHX")) if one.exists()), None)
    if index_path is None:
        raise ClaimsError("has no .shx beside it", code="format", file=str(path))
    cut = ClaimsError("is cut short: its header says more bytes than there are", code="format", file=str(path))
    if len(raw) < 100 or int(raw[24:28].view(">i4")[0]) * 2 > len(raw):
        raise cut
    index = np.fromfile(index_path, dtype=">i4")[25:]
    index = index[: len(index) // 2 * 2].reshape(-1, 2).astype(np.int64) * 2
    begin, length = index[:, 0], index[:, 1]
    if (begin + 8 + length > len(raw)).any() or (begin < 100).any() or (length < 4).any():
        raise cut

    def number(at: Ints) -> Ints:
        four = raw[at[:, None] + np.arange(4)]
        found: Ints = np.ascontiguousarray(four).view("<i4")[:, 0].astype(np.int64)
        return found

    kind = number(begin + 8)
    _refuse_damaged(kind, length, int(number(np.array([32]))[0]), path)
    fid = np.arange(len(begin))
    positions = np.where(kind == 0, -1, -2)  # -2: another kind than polygons, which is refused later
    polygons = np.flatnonzero(np.isin(kind, _POLYGONS))
    if len(polygons):
        positions[polygons] = number(begin[polygons] + 8 + 4 + 32 + 4)
    table = next((one for one in (path.with_suffix(end) for end in (".dbf", ".DBF")) if one.exists()), None)
    if table is not None:
        head = table.read_bytes()[:12]
        if len(head) == 12:
            rows = struct.unpack("<I", head[4:8])[0]
            size = struct.unpack("<HH", head[8:12])
            if rows != len(fid) or table.stat().st_size < size[0] + rows * size[1]:
                message = f"has {len(fid):,} shapes, but its .dbf has not as many rows, or is cut short"
                raise ClaimsError(message, code="format", file=str(path))
            deleted = np.fromfile(table, dtype=np.uint8, offset=size[0])[: rows * size[1]].reshape(rows, -1)[:, 0]
            kept = deleted != ord("*")
            fid, positions = fid[kept], positions[kept]
    return Counts(fid, positions)


def _refuse_damaged(kind: Ints, length: Ints, kinds: int, path: Path) -> None:
    """Refuse a shape that is not of the kind of its file, nor says in no more than four bytes that there is none."""
    least = np.where(kind == 0, 4, np.where(np.isin(kind, _POLYGONS), 44, 4))
    damaged = np.flatnonzero(((kind != kinds) & (kind != 0)) | ((kind == 0) & (length != 4)) | (length < least))
    if len(damaged):
        message = f"its geometry is damaged: its kind is {kind[damaged[0]]}, in {length[damaged[0]]} bytes"
        raise ClaimsError(message, code="geometry", file=str(path), feature=f"feature {damaged[0]}")


def _of_geopackage(path: Path, layer: str) -> Counts:
    [(column,)] = _ask(path, f"SELECT column_name FROM gpkg_geometry_columns WHERE table_name = {_text(layer)}")  # noqa: S608
    keys = [name for _, name, *_, key in _ask(path, f"PRAGMA table_info({_quoted(layer)})") if key == 1]
    key = _quoted(keys[0]) if keys else "rowid"
    fid, positions = [], []
    for rows in _batches(path, f"SELECT {key}, {_quoted(column)} FROM {_quoted(layer)}"):  # noqa: S608
        fid.append(np.array([number for number, _ in rows], dtype=np.int64))
        positions.append(_positions([blob for _, blob in rows], fid[-1], path))
    none = np.zeros(0, dtype=np.int64)
    return Counts(np.concatenate([none, *fid]), np.concatenate([none, *positions]))


def _positions(blobs: list[bytes | None], fid: Ints, path: Path) -> Ints:
    """Return how many positions some geometries of a GeoPackage have."""
    wkb = [_well_known(blob) for blob in blobs]
    curved = np.array([part is not None and _is_curved(part) for part in wkb], dtype=bool)
    straight = [None if curve else part for part, curve in zip(wkb, curved, strict=True)]
    try:
        shapes = shapely.from_wkb(np.array(straight, dtype=object))
    except shapely.errors.ShapelyError:
        first = next(number for number, part in zip(fid, straight, strict=True) if not _is_whole(part))
        message = "its geometry is damaged: it is no well-known binary"
        raise ClaimsError(message, code="geometry", file=str(path), feature=f"feature {first}") from None
    _refuse_longer(straight, shapes, fid, path)
    found = np.where(shapely.is_missing(shapes), -1, shapely.get_num_coordinates(shapes))
    return np.where(curved, -2, found)


def _refuse_longer(wkb: list[bytes | None], shapes: Any, fid: Ints, path: Path) -> None:
    """Refuse well-known binary that goes on after what it says that it holds, as where it says one part of two."""
    for number, part, whole in zip(fid, wkb, shapely.to_wkb(shapes, output_dimension=3, flavor="iso"), strict=True):
        if part is None or len(part) == len(whole):
            continue
        (kind,) = struct.unpack("<I" if part[0] else ">I", part[1:5])
        if not kind & _WITH_MORE and kind % 10_000 < 2000:  # neither measures nor a CRS of its own
            message = "its geometry is damaged: it holds more bytes than its parts and positions take"
            raise ClaimsError(message, code="geometry", file=str(path), feature=f"feature {number}")


def _well_known(blob: bytes | None) -> bytes | None:
    """Return the well-known binary in a geometry of a GeoPackage, nothing where there is none."""
    if blob is None:
        return None
    return blob[8 + _ENVELOPE[(blob[3] >> 1) & 7] :] if blob[:2] == b"GP" and len(blob) > 8 else b""


def _batches(path: Path, sql: str) -> Iterator[list[Any]]:
    try:
        with closing(_opened(path)) as there:
            cursor = there.execute(sql)
            while rows := cursor.fetchmany(_CHUNK):
                yield rows
    except sqlite3.Error as error:
        raise ClaimsError(f"cannot be read: {error}", code="format", file=str(path)) from None
    except UnicodeDecodeError:  # in a name, which messages of SQLite repeat
        raise ClaimsError("cannot be read: its text is not UTF-8", code="format", file=str(path)) from None


def _text(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"


def _is_whole(wkb: bytes | None) -> bool:
    try:
        shapely.from_wkb(wkb)
    except shapely.errors.ShapelyError:
        return False
    return True


def _is_curved(wkb: bytes) -> bool:
    """Tell whether a geometry is one of arcs, which GDAL turns into straight edges."""
    if len(wkb) < 5:
        return False
    (kind,) = struct.unpack("<I" if wkb[0] else ">I", wkb[1:5])
    return (kind & 0xFFFF) % 1000 in range(8, 15)


def _of_flatgeobuf(path: Path) -> Counts | None:
    """Return what the features of a FlatGeobuf have, read from its tables."""
    import pyogrio

    there = int(told(path, pyogrio.read_info)["features"])
    if there < 0:
        return None
    if there > path.stat().st_size // _LEAST_FEATURE:
        message = f"is damaged: it says that it has {there:,} features, more than it has room for"
        raise ClaimsError(message, code="format", file=str(path))
    return Counts(np.arange(there), np.full(there, -2))


def _say_encoding(path: Path) -> None:
    """Note what was assumed of the text of a Shapefile that does not say how it is encoded."""
    if any(path.with_suffix(end).exists() for end in (".cpg", ".CPG")):
        return
    table = next((one for one in (path.with_suffix(end) for end in (".dbf", ".DBF")) if one.exists()), None)
    if table is None or not (np.fromfile(table, dtype=np.uint8, offset=32) >= 0x80).any():
        return
    import pyogrio

    assumed = told(path, pyogrio.read_info)["encoding"]
    note(f"{path}: there is no .cpg, so its text was read as {assumed}; name the encoding with --encoding")


def told(path: Path, reader: Callable[..., Any], **given: Any) -> Any:
    """Return what a reader returns; its warnings become notes and its errors one line that names the file.

    Raises
    ------
    ClaimsError
        For any error of the reader.
    """
    fault: ClaimsError | None = None
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            found = reader(path, **given)
        except ImportError as error:
            message = str(error).splitlines()[0]
            if path.suffix.lower() == ".parquet":
                message = "GeoParquet needs pyarrow: pip install 'territorial-claims[parquet]'"
            fault = ClaimsError(message, code="file", file=str(path))
        except ClaimsError as error:
            fault = error
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001  # each format has errors of its own
            reason = (str(error).splitlines() or [type(error).__name__])[0]
            if "driver" in reason or "not recognized" in reason:  # a word of the library, about options not ours
                reason = f"this is no {path.suffix.lower()}"
            fault = ClaimsError(f"cannot be read: {reason}", code="format", file=str(path))
    if fault is not None:
        raise fault  # out here it has no context: one of another package may not travel from a worker
    for message in dict.fromkeys(str(one.message) for one in caught if issubclass(one.category, RuntimeWarning)):
        if not message.startswith("Non closed ring"):  # refused with its row
            note(f"{path}: {message}")
    return found
