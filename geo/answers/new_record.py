"""A new record: the example, or lines, label points and tables made from anyone's polygons.

Who holds a row becomes a party, what it is called a zone; rows that are not called anything make a zone of each ground
with one history. A zone whose ground differs from date to date becomes one zone for each such period.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from geo import _files, dates
from geo._errors import ClaimsError, note
from geo.answers.drafted import Draft, Given
from geo.checks import build
from geo.dated import coverage, folders, frames, vector_files
from geo.dated.intervals import NONE
from geo.layers.profile import is_tag
from geo.layers.tables import BASES
from geo.layers.values import check_text

if TYPE_CHECKING:
    from collections.abc import Callable

    import geopandas

    from geo.dated.overlay import Overlaps

ASSUMED_M = 100.0
_SINCE, _HOLDER = "claims_since", "claims_holder"  # columns added to the input
_EXAMPLE = "example"
_FAR = 1e6  # metres, km or km²; more is a slip


class Made(NamedTuple):
    """What was made of polygons: how many zones, parties and lines, the first date, and gaps and overlaps in words."""

    zones: int
    parties: int
    lines: int
    first: str
    gaps: str
    overlaps: str


def example(folder: str | Path) -> None:
    """Write the smallest record: an invented island with two zones, three lines and one change of control.

    Parameters
    ----------
    folder
        New or empty.

    Raises
    ------
    ClaimsError
        When the folder holds something, or cannot be written.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     example(pathlib.Path(folder) / "isles")
    ...     list(geo.load(pathlib.Path(folder) / "isles").curated_zones)
    ['north', 'south']
    """
    source = resources.files("geo.answers").joinpath(_EXAMPLE)
    with resources.as_file(source) as there, _files.new_folder(Path(folder)) as made:
        shutil.copytree(there, made, dirs_exist_ok=True, copy_function=shutil.copyfile)
        build.write(made, build.files(made))


def from_polygons(
    folder: str | Path,
    data: str | Path,
    *,
    by: str = "controller",
    name: str | None = None,
    date: str | None = None,
    valid_from: str | None = None,
    valid_to: str | None = None,
    since: str | None = None,
    accuracy_m: float | None = None,
    correlation_km: float = 5.0,
    basis: str = "map",
    language: str = "en",
    controller: str | None = None,
    nulls: frames.Nulls = "error",
    ends: frames.Ends = "exclusive",
    date_format: str | None = None,
    overlaps: Overlaps = "error",
    overlap_km2: float = 0.0,
    repair: bool = False,
    operation: str | None = None,
    layer: str | None = None,
    encoding: str | None = None,
    step: Callable[[str], object] = str,
) -> Made:
    """Write a record made from polygons, so that it builds and validates as it is.

    Areas of zones and parties are those of the polygons: borders go through the noding of :mod:`geo.geometry.noding`,
    shared ones once, and vertices keep as many decimals as they have, up to eleven (a micrometre).

    Parameters
    ----------
    folder
        Where the record goes; new or empty.
    data
        A file of polygons or a folder of such files with a date in each name, as for :func:`geo.series`.
    by, controller, nulls, ends, date_format, overlaps, repair, operation, layer, encoding, overlap_km2
        As for :func:`geo.series`.
    name
        The column of names, which become zones; without it, each ground with one history is a zone.
    date, valid_from, valid_to
        The columns of dates, if the polygons have any. With `date`, a row holds until the next date.
    since
        The first day of polygons without dates; without it, today.
    accuracy_m
        One standard deviation of the position of the lines; 100 is assumed without it.
    correlation_km
        Over what distance along a line its errors hang together.
    basis
        What the lines rest on, one of the words that the codebook lists.
    language
        BCP 47 tag of the language of the names.
    step
        Called with what is done next.

    Returns
    -------
    made
        Counts, and the gaps and overlaps of the input.

    Raises
    ------
    ClaimsError
        For input that cannot be used, or a folder that holds something.
    """
    path = Path(data)
    accuracy = ASSUMED_M if accuracy_m is None else accuracy_m
    lengths = {"--accuracy-m": accuracy, "--correlation-km": correlation_km, "--overlap-km2": overlap_km2}
    _refuse(lengths, basis, since, language)
    with _files.new_folder(Path(folder)) as made:
        step("reading")
        columns = frames.Columns(
            by, date, valid_from, valid_to, controller, nulls, ends, date_format, repair, operation
        )
        frame, columns, dated = _read(path, columns, since, layer, encoding)
        frame, _, used = frames.ready(frame, columns, str(path))
        owners = _name_holders(frame, columns, name, str(path))
        columns = columns._replace(by=_HOLDER, controller=None, nulls="error", repair=False, operation=None)
        found = frames.intervals(frame, columns, what=str(path))
        found = found._replace(small_cm2=round(overlap_km2 * 1e10))
        days = [_day(text, str(path)) for text in found.dates]
        if days[0] > dt.date.today().isoformat():
            raise ClaimsError(f"begins on {days[0]}, which is in the future", code="date", file=str(path))
        step("cutting into faces")
        try:
            ground = coverage.coverage(found, overlaps)
        except ClaimsError as error:
            raise ClaimsError(error.fault, code=error.code, file=str(path)) from None
        step("writing")
        given = Given(
            file=path.resolve().name,
            source_note=_provenance(path, used),
            days=days,
            owners=[owners[text] for text in found.owners],
            named=name is not None,
            single_dates=date is not None or (dated and valid_from is None),
            accuracy_m=accuracy,
            accuracy_stated=accuracy_m is not None,
            correlation_km=correlation_km,
            basis=basis,
            language=language,
        )
        draft = Draft(ground, given)
        for relative, text in draft.texts().items():
            (made / relative).parent.mkdir(exist_ok=True)
            _files.write_text(made / relative, text)
        step("building")
        build.write(made, build.files(made))
    if accuracy_m is None:
        note(f"no accuracy is stated, so lines have {ASSUMED_M:g} m; state what the polygons have with --accuracy-m")
    if not dated and since is None:
        note(f"{path}: no dates, so rows hold from today, {days[0]}; say from when with --since")
    return Made(
        len(draft.zones),
        len(draft.parties),
        len(ground.borders),
        days[0],
        coverage.described(ground.gaps, "gap") if ground.gaps else "",
        coverage.described(ground.overlaps, "overlap") if ground.overlaps else "",
    )


def _refuse(lengths: dict[str, float], basis: str, since: str | None, language: str) -> None:
    for option, value in lengths.items():
        if not 0 <= value < _FAR:
            raise ClaimsError(f"{option} is a number of 0 or more, not {value:g}")
    if not lengths["--accuracy-m"]:
        raise ClaimsError("--accuracy-m is 0, but no line on the ground is exact; state one standard deviation")
    if not is_tag(language):
        raise ClaimsError(f"--language is {language!r}, not a BCP 47 tag such as en")
    if basis not in BASES:
        raise ClaimsError(f"--basis is {basis!r}; write one of {', '.join(BASES)}")
    if since is not None:
        if not dates.is_edtf(since):
            raise ClaimsError(f"--since is {since!r}, not a date; write 2024, 2024-12 or 2024-12-08", code="date")
        if since > dt.date.today().isoformat():
            raise ClaimsError(f"--since is {since}, which is in the future", code="date")


def _read(
    path: Path, columns: frames.Columns, since: str | None, layer: str | None, encoding: str | None
) -> tuple[geopandas.GeoDataFrame, frames.Columns, bool]:
    """Return rows, the columns of their dates, and whether the input has dates."""
    dated = path.is_dir() or columns.date is not None or columns.valid_from is not None
    if dated and since is not None:
        raise ClaimsError(f"{path}: the polygons have dates of their own, so --since says nothing; leave it out")
    if path.is_dir():
        folder = folders.read(path, columns, layer=layer, encoding=encoding, skip_bad=False)
        return folder.frame(), folder.columns, True
    frame = vector_files.read(path, layer=layer, encoding=encoding)
    if without := int(frame.geometry.isna().sum()):
        note(f"{path}: {without:,} of {len(frame):,} features have null for a geometry: no ground")
    if not dated:
        if columns.valid_to is not None:
            raise ClaimsError(f"{path}: --valid-to goes with --valid-from, the column of first days")
        frame = frame.assign(**{_SINCE: since or dt.date.today().isoformat()})
        columns = columns._replace(valid_from=_SINCE)
    frames.refuse_choice(columns, str(path))
    return frame, columns, dated


def _name_holders(
    frame: geopandas.GeoDataFrame, columns: frames.Columns, name: str | None, what: str
) -> dict[str, tuple[str | None, str | None]]:
    """Add a column that tells zones and parties apart; return party and name of each text in it."""
    given = frame.drop(columns=_SINCE, errors="ignore")  # errors list the columns of the input
    some = ~(frame.geometry.isna() | frame.geometry.is_empty).to_numpy()
    parties = [text if text != NONE else None for text in frames.holders(given, columns, what, needed=some)]
    names = [None] * len(frame) if name is None else frames.column_texts(given, name, what, needed=some)
    texts: dict[tuple[str | None, str | None], str] = {}
    taken: set[str] = set()
    for party, called in zip(parties, names, strict=True):
        for text in filter(None, (party, called)):
            if message := check_text(text):
                raise ClaimsError(f"{text!r:.60} {message}", code="text", file=what)
        if (party, called) not in texts:
            text = _told_apart(party, called)
            while text in taken and text != NONE:
                text = f"{text}'"
            texts[party, called] = text
            taken.add(text)
    frame[_HOLDER] = [texts[both] for both in zip(parties, names, strict=True)]
    return {text: both for both, text in texts.items()}


def _told_apart(party: str | None, called: str | None) -> str:
    """Return what errors call the holder of a row, and no other."""
    if called is None:
        return NONE if party is None else party
    return f"{called} ({'nobody' if party is None else party})"


def _day(text: str, what: str) -> str:
    """Return a date as curated files have it."""
    number = text.lstrip("-")
    padded = f"{int(text):04}" if number.isdigit() and not text.startswith("-") else text
    if not dates.is_edtf(padded):
        why = "a record knows days, months and years, from the year 1 to 9999"
        raise ClaimsError(f"the date {text} cannot be in a record: {why}", code="date", file=what)
    return padded


def _provenance(path: Path, operation: str) -> str:
    """Return what tells the input from any other."""
    digest = hashlib.sha256()
    files = sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]
    for file in files:
        with file.open("rb") as stream:
            for block in iter(lambda: stream.read(1 << 20), b""):
                digest.update(block)
    what = f"{len(files)} files" if path.is_dir() else "file"
    how = f", brought to EPSG:4326 by {operation}" if operation else ""
    return (
        f"Input of claims init, kept by whoever ran it ({what}, SHA-256 {digest.hexdigest()}{how}). "
        "Add publisher and URL where it has them."
    )
