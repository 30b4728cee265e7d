"""Files in gzip and zip, unpacked beside nothing: into a folder that goes when they are read."""

from __future__ import annotations

import contextlib
import gzip
import tempfile
import warnings
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Protocol

from geo._errors import ClaimsError, ClaimsWarning, note

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


_MOST = 4 * 1024**3  # bytes unpacked


@contextlib.contextmanager
def unpacked(path: Path, endings: Collection[str]) -> Iterator[Path]:
    """Give the one file of polygons in an archive, or the file itself if it is none.

    Parameters
    ----------
    path
        A file; ``.gz`` and ``.zip`` are unpacked.
    endings
        What files of polygons end in.

    Raises
    ------
    ClaimsError
        When it is no such archive, or holds none or several of these files.
    """
    suffix = path.suffix.lower()
    if suffix not in {".gz", ".zip"}:
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="claims-") as folder:
        try:
            found = (_gunzipped if suffix == ".gz" else _unzipped)(path, Path(folder), endings)
        except (  # UnicodeDecodeError: of a name
            *(OSError, EOFError, RuntimeError, NotImplementedError, UnicodeDecodeError, zlib.error),
            zipfile.BadZipFile,
        ) as error:
            message = f"cannot be read: this is no whole {suffix}: {error}"
            raise ClaimsError(message, code="format", file=str(path)) from None
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                yield found
            except ClaimsError as error:
                named = error.file.replace(str(found), str(path))
                raise ClaimsError(error.fault, code=error.code, file=named, feature=error.feature) from None
        for one in caught:
            if issubclass(one.category, ClaimsWarning):
                note(str(one.message).replace(str(found), str(path)))


def _gunzipped(path: Path, folder: Path, endings: Collection[str]) -> Path:
    inner = Path(path.stem)
    if inner.suffix.lower() not in endings:
        message = f"a .gz holds a file of polygons, such as .geojson.gz, not {inner.suffix or 'one without an ending'}"
        raise ClaimsError(message, code="file", file=str(path))
    with gzip.open(path) as packed:
        return _copied(packed, folder / f"data{inner.suffix}", path)


def _unzipped(path: Path, folder: Path, endings: Collection[str]) -> Path:
    with zipfile.ZipFile(path) as archive:
        files = {
            PurePosixPath(name): name
            for name in archive.namelist()
            if not name.endswith("/")
            and not name.startswith("__MACOSX")
            and PurePosixPath(name).name  # none in "." and "/"
            and not PurePosixPath(name).name.startswith(".")
        }
        wanted = [inner for inner in files if inner.suffix.lower() in endings]
        if len(wanted) != 1:
            message = f"holds {len(wanted) or 'no'} files of polygons, where one is needed"
            listed = f": {', '.join(map(str, wanted[:5]))}" if wanted else ""
            raise ClaimsError(message + listed, code="file", file=str(path))
        # what a Shapefile has beside it goes with it
        for inner, name in files.items():
            if inner.with_suffix("") == wanted[0].with_suffix(""):
                with archive.open(name) as packed:
                    _copied(packed, folder / f"data{inner.suffix}", path)
    return folder / f"data{wanted[0].suffix}"


def _copied(packed: _Readable, to: Path, path: Path) -> Path:
    with to.open("wb") as file:
        while block := packed.read(1 << 20):
            file.write(block)
            if file.tell() > _MOST:
                raise ClaimsError(f"unpacks to more than {_MOST >> 30} GB", code="file", file=str(path))
    return to
