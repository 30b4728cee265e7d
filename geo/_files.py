"""Reading and writing files: whole or not at all, byte-stable, one vertex a line.

An output is made in a folder of its own beside the target, ``.claims-????????``, and moved into place at the end. A
process holds a lock on that folder for as long as it lives, so that the next can tell what a killed one left.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo._errors import ClaimsError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

# how deep the list of positions of a geometry is
_NESTING = {"Point": 0, "LineString": 1, "MultiPoint": 1, "Polygon": 2, "MultiLineString": 2, "MultiPolygon": 3}
MOST_TEXT = 256 * 2**20  # bytes of a curated or built file
_PREFIX = ".claims-"
_BESIDE = re.compile(re.escape(_PREFIX) + "[a-z0-9_]{8}")  # as tempfile makes names
_STREAMS = {"/dev/stdout": 1, "/dev/stderr": 2}
_STREAM = re.compile(r"/(?:dev|proc/self)/fd/(\d{1,6})")
_LINKS = 40  # of a chain that is followed
_KINDS = {
    stat.S_IFIFO: "a pipe",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFSOCK: "a socket",
    stat.S_IFDIR: "a folder",
}
_inputs: list[Path] = []  # what must not be written to


def shipped() -> Path:
    """Return the folder of the layers that come with the package."""
    inside = Path(__file__).parent / "_layers"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "layers"


def check_input(path: Path, most: int | None = None) -> None:
    """Refuse to read what may never end: anything but a regular file, and one of more than `most` bytes.

    Raises
    ------
    ClaimsError
        When there is no such file, it is a folder, a pipe or a device, or it is too large.
    """
    try:
        found = path.stat()
    except FileNotFoundError:
        raise ClaimsError("no such file", code="file", file=str(path)) from None
    except (OSError, ValueError) as error:  # a ValueError: the name holds a zero
        raise ClaimsError(f"cannot be read: {_reason(error)}", code="file", file=str(path)) from None
    if not stat.S_ISREG(found.st_mode):
        kind = _KINDS.get(stat.S_IFMT(found.st_mode), "something else")
        raise ClaimsError(f"cannot be read: it is {kind}, not a file", code="file", file=str(path))
    if most is not None and found.st_size > most:
        message = f"cannot be read: it has {found.st_size / 1e6:,.0f} MB, and at most {most / 1e6:,.0f} MB are read"
        raise ClaimsError(message, code="file", file=str(path))


def read_text(path: Path) -> str:
    """Return the text of a UTF-8 file; errors name the file."""
    check_input(path, MOST_TEXT)
    try:
        return path.read_text(encoding="utf-8-sig")  # spreadsheets put a mark in front
    except UnicodeDecodeError as error:
        message = f"cannot be read: it is not UTF-8, by the byte at {error.start}; save it as UTF-8"
        raise ClaimsError(message, code="file", file=str(path)) from None
    except OSError as error:
        raise ClaimsError(f"cannot be read: {_reason(error)}", code="file", file=str(path)) from None


def read_json(path: Path, *, unique: bool = False) -> Any:
    """Return what a JSON file holds; errors name the file and the line. With `unique`, no member may be there twice."""
    text = read_text(path)
    if not text.strip():
        message = "not valid JSON: the file is empty; bring back what was in it"
        raise ClaimsError(message, code="format", file=str(path))
    try:
        return json.loads(text, object_pairs_hook=_unique if unique else None)
    except RecursionError:
        raise ClaimsError("nested too deeply", code="format", file=str(path)) from None
    except json.JSONDecodeError as error:
        raise ClaimsError(
            f"not valid JSON: {error.msg}", code="format", file=str(path), feature=f"line {error.lineno}"
        ) from None
    except ValueError as error:  # a number with thousands of digits
        raise ClaimsError(f"not valid JSON: {error}", code="format", file=str(path)) from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        where = next((str(value) for name, value in pairs if name == "id"), "")
        message = f"the member {twice!r:.60} is there twice{' in ' + where[:60] if where else ''}; delete one"
        raise ValueError(message)
    return found


@contextlib.contextmanager
def inputs(*paths: Path) -> Iterator[None]:
    """Refuse to write to these files, and to anything in these folders, while the body runs."""
    before = _inputs.copy()
    _inputs.extend(Path(os.path.realpath(path)) for path in paths)
    try:
        yield
    finally:
        _inputs[:] = before


@contextlib.contextmanager
def written(path: str | Path) -> Iterator[Path]:
    """Give a path to write to, and bring what was written to `path` at the end.

    A file is replaced as a whole: when the body fails nothing is left behind and an older file stays as it was. Links
    are followed to their target, whose permissions are kept. A pipe, a device or ``-``, the standard output, is written
    to once the body is done. Missing folders are made.

    Raises
    ------
    ClaimsError
        When the target is read-only, a folder or an input of the running command, or cannot be written.
    """
    try:
        stream = _stream(path)
        special = stream is not None or _is_special(Path(path))
        target = Path("output" if str(path) == "-" else path) if special else _file(path)
        if not special:
            target.parent.mkdir(parents=True, exist_ok=True)
        with _beside(_temporary() if special else target.parent) as folder:
            made = folder / target.name
            yield made
            if special:
                _pour(made, path, stream)
            else:
                _keep_mode(target, made)
                made.replace(target)
    except BrokenPipeError:
        raise  # the reader has had enough
    except OSError as error:
        raise ClaimsError(f"cannot be written: {_reason(error)}", code="file", file=str(path)) from None


def check_output(path: str | Path) -> None:
    """Refuse an output that :func:`written` would refuse, before the work is done.

    Raises
    ------
    ClaimsError
        When the path names no file, a folder, a read-only file or an input of the running command.
    """
    if _stream(path) is None and not _is_special(Path(path)):
        _file(path)


def write_text(path: str | Path, text: str) -> None:
    """Write UTF-8 text, whole or not at all; see :func:`written`."""
    with written(path) as made:
        made.write_bytes(_encoded(text, path))


def write_folder(folder: Path, texts: Mapping[str, str | bytes], *, gone: Collection[str] = ()) -> None:
    """Write files into a folder, all or none of them: a folder that holds them takes its place at once.

    Whatever else is in the folder stays, links as links.

    Parameters
    ----------
    folder
        Where the files go. It is replaced, so it is neither a link nor the current folder.
    texts
        Text or bytes by file name.
    gone
        Names of files to be left out.

    Raises
    ------
    ClaimsError
        When something cannot be written; then all is as it was.
    """
    folder = Path(os.path.normpath(folder.absolute()))
    if folder.is_symlink():
        message = f"is a link to {os.readlink(folder)}, and files are written to a folder itself; name that one"  # noqa: PTH115
        raise ClaimsError(message, code="file", file=str(folder))
    if folder.exists() and not folder.is_dir():
        raise ClaimsError("is a file, not a folder", code="file", file=str(folder))
    if folder.resolve() in (Path.cwd(), *Path.cwd().parents):
        message = "the current folder is in it, and it would be replaced as a whole; name another one"
        raise ClaimsError(message, code="file", file=str(folder))
    _check_output(folder.resolve(), folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with _beside(folder.parent) as stage:
            new = stage / "new"
            new.mkdir()
            for name, text in texts.items():
                content = text if isinstance(text, bytes) else _encoded(text, folder / name)
                (new / name).write_bytes(content)
            if not folder.is_dir():
                new.rename(folder)
                return
            _keep_mode(folder, new)
            kept = [name for name in os.listdir(folder) if name not in texts and name not in gone]  # noqa: PTH208
            for name in kept:
                _link(folder / name, new / name)
            _exchange(new, folder, stage / "old")
            for name in set(os.listdir(new)) - {*kept, *texts, *gone}:  # noqa: PTH208  # came in the meantime
                (new / name).rename(folder / name)
    except OSError as error:
        raise ClaimsError(f"cannot be written: {_reason(error)}", code="file", file=str(folder)) from None


@contextlib.contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """Give a place to make the contents of a folder, and bring them there at the end, all or nothing.

    Raises
    ------
    ClaimsError
        When the folder is not empty, is none or cannot be made.
    """
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise ClaimsError("is no folder; name a new or an empty one", code="file", file=str(folder))
    try:
        there = folder.is_dir()
        if there and any(folder.iterdir()):
            message = "is not empty, and nothing is overwritten; name a new or an empty folder"
            raise ClaimsError(message, code="file", file=str(folder))
        folder.mkdir(parents=True, exist_ok=True)
        try:
            with _beside(folder) as stage:
                made = stage / "made"
                made.mkdir()
                yield made
                for path in sorted(made.iterdir()):
                    path.rename(folder / path.name)
        except BaseException:
            if not there:
                with contextlib.suppress(OSError):
                    folder.rmdir()
            raise
    except OSError as error:
        raise ClaimsError(f"cannot be written: {_reason(error)}", code="file", file=str(folder)) from None


def _temporary() -> Path:
    import tempfile  # costs a small command more than it needs otherwise

    return Path(tempfile.gettempdir())


def _encoded(text: str, path: str | Path) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        message = f"cannot be written: half a character, {text[error.start]!r}, in a name or note"
        raise ClaimsError(message, code="text", file=str(path)) from None


def _reason(error: OSError | ValueError) -> str:
    return getattr(error, "strerror", None) or str(error)


def is_stdout(path: str | Path) -> bool:
    """Tell whether an output goes to the standard output, as ``-`` and ``/dev/stdout`` do."""
    return _stream(path) == 1


def _stream(path: str | Path) -> int | None:
    """Return the descriptor of this process that a path stands for: 1 for ``-`` and ``/dev/stdout``."""
    if str(path) == "-":
        return 1
    spot = Path(path).absolute()
    for _ in range(_LINKS):
        name = os.path.normpath(spot)
        if name in _STREAMS:
            return _STREAMS[name]
        if found := _STREAM.fullmatch(name):
            return int(found[1])
        if not spot.is_symlink():
            return None
        spot = spot.parent.resolve() / spot.readlink()
    return None


def _is_special(path: Path) -> bool:
    """Tell whether there is a pipe or device at a path, which is written to and not replaced."""
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def _file(path: str | Path) -> Path:
    """Return the file that an output goes to, links followed."""
    if not Path(path).name:
        raise ClaimsError("an output needs a file name", code="file")
    target = Path(os.path.realpath(path))
    if target.is_dir():
        raise ClaimsError("is a folder; name a file in it", code="file", file=str(path))
    if target.exists() and not (target.stat().st_mode & 0o222 and os.access(target, os.W_OK)):
        raise ClaimsError("is read-only; write to another file", code="file", file=str(path))
    _check_output(target, path)
    return target


def _check_output(target: Path, path: str | Path) -> None:
    for given in _inputs:
        same = given in (target, *target.parents)
        if same or (given.exists() and target.exists() and target.samefile(given)):
            raise ClaimsError(
                f"is read by this command ({given.name}); write to another file", code="file", file=str(path)
            )


def _keep_mode(target: Path, made: Path) -> None:
    """Give what was made the permissions, and where possible the owner, of what it replaces."""
    if target.exists():
        old, new = target.stat(), made.stat()
        if (old.st_uid, old.st_gid) != (new.st_uid, new.st_gid) and hasattr(os, "chown"):
            with contextlib.suppress(PermissionError):
                os.chown(made, old.st_uid, old.st_gid)
        made.chmod(stat.S_IMODE(old.st_mode))


def _pour(made: Path, path: str | Path, stream: int | None) -> None:
    """Copy what was made into a pipe or device."""
    import shutil

    with made.open("rb") as file:
        if stream == 1 and hasattr(sys.stdout, "buffer"):
            sys.stdout.flush()
            shutil.copyfileobj(file, sys.stdout.buffer)
            sys.stdout.buffer.flush()
        else:
            descriptor = os.open(path, os.O_WRONLY) if stream is None else os.dup(stream)
            with os.fdopen(descriptor, "wb") as out:
                shutil.copyfileobj(file, out)


def lock(folder: Path, *, wait: bool) -> int | None:
    """Return the descriptor that holds the lock on a folder; None when another process holds it, or nobody can."""
    try:
        import fcntl
    except ImportError:  # Windows: what a killed process left stays
        return None
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


@contextlib.contextmanager
def _beside(place: Path) -> Iterator[Path]:
    """Give a locked folder in a folder, and remove it at the end."""
    import shutil
    import tempfile

    _clear(place)
    folder, held = None, None
    try:
        while folder is None or not folder.exists():  # before the lock, another process may take it for one left behind
            if held is not None:
                os.close(held)
            folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=place))
            held = lock(folder, wait=True)
        yield folder
    finally:
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)
        if held is not None:
            os.close(held)


def _clear(place: Path) -> None:
    """Remove what processes left in a folder that were killed while they wrote there."""
    import shutil

    with contextlib.suppress(OSError), os.scandir(place) as entries:
        left = [Path(entry.path) for entry in entries if _BESIDE.fullmatch(entry.name)]
        for folder in left:
            if folder.lstat().st_uid != os.geteuid():
                continue
            held = lock(folder, wait=False)
            if held is None:
                continue
            for old in (folder / "old").glob("*"):  # taken out of its place, and nothing put there
                if not (place / old.name).exists():
                    old.rename(place / old.name)
            shutil.rmtree(folder, ignore_errors=True)
            os.close(held)


def _link(old: Path, new: Path) -> None:
    """Give a file a second name, and a folder one with such files."""
    import shutil

    if old.is_dir() and not old.is_symlink():
        shutil.copytree(old, new, symlinks=True, copy_function=os.link)
    else:
        os.link(old, new, follow_symlinks=False)


def _exchange(new: Path, folder: Path, aside: Path) -> None:
    """Put a folder in the place of another, which takes its own."""
    if not _exchanged(new, folder):
        aside.mkdir()
        old = aside / folder.name
        folder.rename(old)  # a process that is killed here leaves it to the next one to put it back
        try:
            new.rename(folder)
        except OSError:
            old.rename(folder)
            raise
        old.rename(new)


def _exchanged(one: Path, other: Path) -> bool:
    """Exchange two folders at once, where system and disk can."""
    import ctypes

    library, here, swap = ctypes.CDLL(None, use_errno=True), -100, 2  # AT_FDCWD, RENAME_EXCHANGE
    names = os.fsencode(one), os.fsencode(other)
    if hasattr(library, "renameat2"):
        return bool(library.renameat2(here, names[0], here, names[1], swap) == 0)
    return bool(hasattr(library, "renamex_np") and library.renamex_np(*names, swap) == 0)  # macOS


def compact(value: Any) -> str:
    """Return JSON on one line, in any script, without needless blanks."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _positions(coordinates: Any, depth: int) -> str:
    if depth == 0:
        return compact(coordinates)
    return "[\n" + ",\n".join(_positions(part, depth - 1) for part in coordinates) + "\n]"


def _geometry(geometry: dict[str, Any] | None) -> str:
    if geometry is None:
        return "null"
    kind = geometry["type"]
    return f'{{"type": "{kind}", "coordinates": {_positions(geometry["coordinates"], _NESTING[kind])}}}'


def geojson(features: list[dict[str, Any]], **members: Any) -> str:
    """Return a GeoJSON FeatureCollection (RFC 7946) with one vertex a line.

    Parameters
    ----------
    features
        Dicts with ``id``, ``properties`` and ``geometry`` (EPSG:4326, longitude first; None where it is missing).
    members
        Further members of the collection, such as ``licence``.
    """
    parts = []
    for feature in features:
        geometry = feature["geometry"]
        properties = ",\n".join(f"{compact(key)}: {compact(value)}" for key, value in feature["properties"].items())
        parts.append(
            f'{{"type": "Feature", "id": {compact(feature["id"])}, "properties": {{\n{properties}\n}}, '
            f'"geometry": {_geometry(geometry)}}}'
        )
    head = "".join(f"{compact(key)}: {compact(value)},\n" for key, value in members.items())
    return f'{{"type": "FeatureCollection",\n{head}"features": [\n' + ",\n".join(parts) + "\n]}\n"
