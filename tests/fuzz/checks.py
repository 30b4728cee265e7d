"""What is tried with each input: an answer or one line of fault must come of it, and nothing lost without a word."""

from __future__ import annotations

import contextlib
import io
import math
import os
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas
import numpy as np
import pandas as pd
import shapely
from fuzz import reference

import geo
from geo import ClaimsError
from geo.checks import geojson, validate
from geo.cli.main import main
from geo.dated import vector_files
from geo.layers import tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fuzz.inputs import Input

ROOT = Path(__file__).parents[2]


def check(given: Input, folder: Path) -> str:
    """Try an input in an empty folder and return how it ended.

    Raises
    ------
    Exception
        Whatever must not be: an AssertionError for a wrong answer, anything else as it came.
    """
    given.write(folder)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        return _CHECKS[given.target](given, folder, caught)


def _one_line(error: ClaimsError) -> str:
    assert str(error).strip(), "an error without words"
    assert len(str(error).splitlines()) == 1, f"an error of several lines: {error}"
    assert len(str(error)) < 20_000, f"an error of {len(str(error))} characters"
    return "refused"


def _refused(error: ClaimsError, *, whole: bool) -> str:
    assert not whole, f"refused, though nothing was done to it: {error}"
    return _one_line(error)


def _noted(caught: list[warnings.WarningMessage]) -> bool:
    return any(issubclass(one.category, geo.ClaimsWarning) for one in caught)


def _series(given: Input, folder: Path, caught: list[warnings.WarningMessage]) -> str:
    """Read a file and ask it; `call` has the options and, for a file that nothing was done to, what is in it."""
    name, options, whole = given.call["path"], given.call.get("options", {}), bool(given.call.get("whole"))
    path = folder / name
    # what stands in the file: by a plain reader where there is one, else what was written
    told = reference.Counted(*given.call["counted"]) if given.call.get("counted") else None
    try:
        plain = reference.of_geojson(name, given.files[name]) if name in given.files else None
    except Exception:  # noqa: BLE001  # the file is broken, in one of many ways
        plain, told = None, None
        broken = True
    else:
        broken = False
    try:
        frame = vector_files.read(path)
    except ClaimsError as error:
        ended, lost = _refused(error, whole=whole), ""
    else:
        ended = "read"
        arrived = reference.of_geometries(frame.geometry)
        assert not broken, "a file is read that a plain reader does not understand"
        expected = plain or told
        # a byte may be a part of a number: of other files than GeoJSON only what they are made of is known
        lost = expected.misses(arrived, counts_alone=plain is None and not whole) if expected else ""
        assert not lost or plain is None, f"lost: {lost}"
        if not whole and name.endswith(".fgb"):
            lost = ""  # it has no sums to check: a bit may say that a ring is not there
    try:
        found = geo.series(path, **options)
    except ClaimsError as error:
        return _refused(error, whole=whole)
    assert ended == "read", "a series of a file that cannot be read"
    assert not lost or _noted(caught), f"lost without a word: {lost}"
    _consistent(found)
    if whole:
        held = found.areas_cm2
        for (date, party), m2 in given.call["held"]:
            assert math.isclose(held.loc[date, party], m2 * 1e4, rel_tol=1e-8, abs_tol=100), (date, party)
    return "answered"


def _consistent(found: Any) -> None:
    """Ask everything that needs no option, and see that sums agree."""
    held = found.areas_cm2.to_numpy()
    assert (held >= 0).all(), "less ground than none"
    if found.method != "pairs":
        assert len(set(held.sum(axis=1))) == 1, "ground comes or goes"
    changes = found.changes()
    assert (changes["area_km2"] >= 0).all(), "a transfer is negative"
    matrix = found.matrix().to_numpy()
    assert (matrix == matrix.T).all()
    first, last = found.dates[0], found.dates[-1]
    pieces = found.pieces(first, last)
    assert shapely.is_valid(np.asarray(pieces.geometry)).all(), "a piece is invalid"
    found.change(first, last).table()


def _layers(given: Input, folder: Path, _: list[warnings.WarningMessage]) -> str:
    """Read a spoilt file of layers, or validate a folder in which it is."""
    name = given.call["file"]
    if given.call.get("whole_folder"):
        for path in sorted((ROOT / "layers").rglob("*")):
            there = folder / path.relative_to(ROOT / "layers")
            if path.is_dir():
                there.mkdir(exist_ok=True, parents=True)
            elif not there.exists():
                os.link(path, there) if path.stat().st_dev == folder.stat().st_dev else there.write_bytes(
                    path.read_bytes()
                )
        found: list[ClaimsError] = validate.defects(folder)
    else:
        found = []
        readers: list[Callable[..., Any]] = [one for one in tables.READERS if one.file == Path(name).name]
        try:
            if readers:
                readers[0](folder / "curated", found)
            else:
                tables.read_sources(folder / "curated")
        except ClaimsError as error:
            found.append(error)
        if name.endswith(".geojson"):
            found += geojson.defects(folder / name)
    for error in found:
        _one_line(error)
        assert error.code != "unfinished", str(error)
    return f"{min(len(found), 1)} defects"


def _frame(described: dict[str, Any]) -> geopandas.GeoDataFrame:
    """Return the frame that JSON describes: columns, geometries as WKT, CRS."""
    kinds: dict[str, Callable[[Any], Any]] = {
        "datetime": lambda values: pd.to_datetime(pd.Series(values), errors="coerce", format="mixed", utc=True),
        "category": pd.Categorical,
        "object": lambda values: pd.Series(values, dtype=object),
    }
    columns = {name: kinds[kind](values) for name, (kind, values) in described["columns"].items()}
    shapes = [None if text is None else shapely.from_wkt(text) for text in described["wkt"]]
    frame = geopandas.GeoDataFrame(columns, geometry=shapes, crs=described["crs"])
    if described.get("index"):
        frame.index = pd.Index(described["index"])
    return frame


def _frames(given: Input, _: Path, __: list[warnings.WarningMessage]) -> str:
    """Ask a frame, or two."""
    call = given.call
    frame = _frame(call["frame"])
    try:
        if call["ask"] == "area":
            geo.area(frame)
        elif call["ask"] == "change":
            found = geo.change(frame, _frame(call["other"]), **call["options"])
            found.table()
            found.pieces  # noqa: B018  # worked out when asked for
        else:
            series = geo.series(frame, **call["options"])
            _consistent(series)
            if call.get("other"):
                series.add(_frame(call["other"]), call["added"]).areas_cm2  # noqa: B018
    except ClaimsError as error:
        return _one_line(error)
    return "answered"


@contextlib.contextmanager
def _inside(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def _command(given: Input, folder: Path, _: list[warnings.WarningMessage]) -> str:
    """Type a command line."""
    out, err = io.StringIO(), io.StringIO()
    before = set(folder.rglob("*"))
    with _inside(folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            status = main(list(given.call["line"]))
        except SystemExit as stop:  # --help, --version
            status = stop.code or 0
    said = [line for line in err.getvalue().split("\n") if line and not line.startswith("claims: note: ")]
    assert status in {0, 1, 2}, f"exit {status}"
    assert "Traceback" not in err.getvalue()
    assert "not enough memory" not in err.getvalue(), "memory"
    if status == 2:
        assert len(said) == 1, said
        assert said[0].startswith("claims: error: "), said
        assert not out.getvalue(), "an answer and an error"
        left = {path for path in folder.rglob("*") if path.is_file()} - before
        assert not left, f"files of a command that failed: {left}"
    else:
        assert not said, said
    assert not list(folder.rglob(".claims-*")), "work under way is left"
    return f"exit {status}"


_CHECKS: dict[str, Callable[[Input, Path, list[warnings.WarningMessage]], str]] = {
    "series": _series,
    "layers": _layers,
    "frames": _frames,
    "commands": _command,
}
sys.setrecursionlimit(1000)
