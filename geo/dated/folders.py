"""A folder with a file for each date, or for each part of one, as one frame."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

import geopandas
import numpy as np
import pandas as pd
import shapely

from geo._errors import ClaimsError, note
from geo.dated import file_names, frames, operations, vector_files

if TYPE_CHECKING:
    from pathlib import Path

DATE = "date of the file"  # the column that dates in names go into
_WAY_OUT = "leave out the dates of such files with --skip-bad (skip_bad=True)"
_BESIDE = (".shx", ".dbf", ".prj", ".cpg", ".qix", ".sbn", ".sbx", ".qpj", ".xml", ".fbn", ".fbx", ".ain", ".aih")


class Folder(NamedTuple):
    """Files as they were read, the dates of their names (None where columns hold dates) and what is wrong with others.

    `faults` are by name of file.
    """

    path: Path
    columns: frames.Columns
    files: dict[str, geopandas.GeoDataFrame]
    dates: dict[str, str] | None
    faults: dict[str, str]

    def frame(self) -> geopandas.GeoDataFrame:
        """Return all rows, each named by file and row, in one CRS."""
        systems: dict[Any, list[str]] = {}
        for name, frame in self.files.items():
            if not frame.empty:
                known = next((crs for crs in systems if crs == frame.crs), frame.crs)
                systems.setdefault(known, []).append(name)
        several = len(systems) > 1
        parts: list[Any] = []
        for name, read in self.files.items():
            frame = read
            if frame.empty:  # on this date nobody holds anything
                frame = geopandas.GeoDataFrame(geometry=np.array([None]), crs=next(iter(systems), frame.crs))
            frame = frame.set_axis(pd.Index([f"{name} {row}" for row in frame.index]))
            parts.append(frame if self.dates is None else frame.assign(**{DATE: self.dates[name]}))
        if several:
            parts = _in_degrees(parts, self.columns.operation, str(self.path))
        else:
            parts = [part.set_crs(parts[0].crs, allow_override=True) for part in parts]
        return geopandas.GeoDataFrame(pd.concat(parts))

    def without_bad(self, error: ClaimsError, *, skip_bad: bool) -> Folder:
        """Return the folder without the dates of files in which a row is at fault.

        Parameters
        ----------
        error
            What is wrong with the frame as a whole.
        skip_bad
            Whether to go on.

        Raises
        ------
        ClaimsError
            Naming all such files, unless they may be left out; the error itself where no file is at fault alone.
        """
        faults = {}
        for name in self.files:
            alone = self._replace(files={name: self.files[name]}, faults={}).frame()
            try:
                frames.intervals(alone, self.columns, known=frames.Known([], []), what=name, checking=True)
            except ClaimsError as found:
                faults[name] = found.fault.removeprefix(f"{name}: ").replace(f"row {name} ", "row ")
        if not faults:
            raise error
        return _settled(self._replace(faults=self.faults | faults), skip_bad=skip_bad)


def _in_degrees(parts: list[Any], wanted: str | None, what: str) -> list[Any]:
    """Return frames of several CRSs in EPSG:4326, by one operation for each CRS."""
    bounds: dict[str, list[tuple[float, ...]]] = defaultdict(list)
    for part in parts:
        bounds[part.crs.to_wkt()].append(tuple(part.total_bounds))
    chosen = {}
    for part in parts:
        key = part.crs.to_wkt()
        if key not in chosen and not operations.is_degrees(part.crs):
            low, high = np.nanmin(bounds[key], axis=0), np.nanmax(bounds[key], axis=0)
            box = (low[0].item(), low[1].item(), high[2].item(), high[3].item())
            chosen[key] = operations.chosen(part.crs, box, what, wanted)
    turned = []
    for part in parts:
        operation = chosen.get(part.crs.to_wkt())
        geometries = np.asarray(part.geometry, dtype=object)
        if operation is not None:
            geometries = operation.degrees(shapely.force_2d(geometries), what)
        turned.append(part.set_geometry(geometries, crs=4326))
    return turned


def read(
    path: Path,
    columns: frames.Columns,
    *,
    layer: str | None = None,
    encoding: str | None = None,
    skip_bad: bool = False,
) -> Folder:
    """Return the files of a folder.

    Parameters
    ----------
    path
        A folder. Each name holds a date, unless every file has the columns of dates that are named.
    columns
        Where dates and holders are.
    layer, encoding
        As for :func:`geo.dated.vector_files.read`.
    skip_bad
        Leave out the dates of files that cannot be read, with a note.

    Raises
    ------
    ClaimsError
        Naming all files that cannot be used.
    """
    there = sorted(path.iterdir())
    found = [one for one in there if one.is_file() and _is_polygons(one)]
    _tell_left_out(path, [one for one in there if one not in found])
    if not found:
        raise ClaimsError(
            f"no files of polygons in this folder ({', '.join(vector_files.ENDINGS)})", code="file", file=str(path)
        )
    from tqdm import tqdm

    files, faults = {}, {}
    for file in tqdm(found, desc="reading", unit="file", disable=None, leave=False):
        try:
            files[file.name] = vector_files.read(file, layer=layer, encoding=encoding)
        except ClaimsError as error:
            faults[file.name] = ": ".join(filter(None, (error.feature, error.fault)))
    dates: dict[str, str] | None = None
    full = [frame for frame in files.values() if not frame.empty]
    if columns.valid_from is None and not (columns.date and full and all(columns.date in frame for frame in full)):
        if columns.date and any(columns.date in frame for frame in full):
            lacking = next(name for name, frame in files.items() if columns.date not in frame)
            faults.setdefault(lacking, f"no column {columns.date!r}, which other files have")
        dates, unclear = file_names.dated([file.name for file in found], columns.date_format)
        faults |= unclear
        columns = columns._replace(date=DATE)
    folder = Folder(path, columns, files, dates, faults)
    return _settled(folder, skip_bad=skip_bad) if faults else folder


def _settled(folder: Folder, *, skip_bad: bool) -> Folder:
    """Return a folder without the dates of faulty files, or refuse it."""
    faults, count = folder.faults, len(folder.files.keys() | folder.faults.keys())
    by_fault: dict[str, list[str]] = defaultdict(list)
    for name, fault in sorted(faults.items()):
        by_fault[fault].append(name)
    told = "; ".join(f"{', '.join(names)}: {fault}" for fault, names in by_fault.items())
    if not skip_bad or len(faults) == count:
        if len(faults) == count and len(by_fault) == 1 and count > 1:
            [(fault, _)] = by_fault.items()
            raise ClaimsError(f"none of its {count} files can be used: {fault}", code="format", file=str(folder.path))
        many = f"{len(faults)} of its {count} files cannot be used: " if count > 1 else ""
        way_out = f"; {_WAY_OUT}" if len(faults) < count else ""
        raise ClaimsError(f"{many}{told}{way_out}", code="format", file=str(folder.path))
    dates = folder.dates or {}
    gone = {dates[name] for name in faults if name in dates}
    files = {name: frame for name, frame in folder.files.items() if name not in faults and dates.get(name) not in gone}
    with_them = sorted(folder.files.keys() - files.keys() - faults.keys())
    also = f"; with these of the same date: {', '.join(with_them)}" if with_them else ""
    unknown = f", so nothing is known of {', '.join(sorted(gone))}" if gone else ""
    note(f"{folder.path}: left out {told}{also}{unknown}")
    if not files:
        raise ClaimsError("no file is left that can be used", code="format", file=str(folder.path))
    return folder._replace(files=files, faults={})


def _is_polygons(file: Path) -> bool:
    return file.suffix.lower() in vector_files.ENDINGS and not file.name.startswith(".")


def _tell_left_out(path: Path, others: list[Path]) -> None:
    """Note subfolders and files that are not read."""
    folders = [one.name for one in others if one.is_dir()]
    files = [
        one.name
        for one in others
        if not one.is_dir()
        and one.suffix.lower() not in _BESIDE
        and not (one.name.startswith(".") and not _polygons(one))
    ]
    for kind, names in (("subfolders", folders), ("files", files)):
        if names:
            more = f" and {len(names) - 5} more" if len(names) > 5 else ""
            note(f"{path}: {len(names)} {kind} are not read: {', '.join(names[:5])}{more}")


def _polygons(file: Path) -> bool:
    return file.suffix.lower() in vector_files.ENDINGS
