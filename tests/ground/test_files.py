"""Outputs never destroy, and inputs end."""

from __future__ import annotations

import os
import resource
import signal
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from common import LAYERS

from geo import ClaimsError, _files
from geo.cli.main import main

CLAIMS = [sys.executable, "-m", "geo"]


def claims(*arguments, **options):
    return subprocess.run([*CLAIMS, *map(str, arguments)], capture_output=True, check=False, timeout=60, **options)


def left_behind(folder):
    return [path.name for path in folder.rglob(".claims-*")]


def test_a_file_is_replaced_whole_and_keeps_its_permissions(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    path.chmod(0o640)
    _files.write_text(path, "new")
    assert path.read_text() == "new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    with pytest.raises(RuntimeError), _files.written(path) as made:  # noqa: PT012
        made.write_text("half")
        raise RuntimeError
    assert path.read_text() == "new"
    assert [*tmp_path.iterdir()] == [path]


def test_a_link_is_followed(tmp_path):
    (tmp_path / "folder").mkdir()
    target, link = tmp_path / "folder" / "target.txt", tmp_path / "link.txt"
    link.symlink_to("folder/target.txt")
    for text in ("one", "two"):  # a target that is not there yet, and one that is
        _files.write_text(link, text)
        assert link.is_symlink()
        assert target.read_text() == text


@pytest.mark.parametrize("mode", [0o444, 0o400])
def test_a_read_only_file_is_refused(tmp_path, mode):
    path = tmp_path / "a.txt"
    path.write_text("mine")
    path.chmod(mode)
    with pytest.raises(ClaimsError, match=r"a.txt: is read-only"):
        _files.write_text(path, "new")
    assert path.read_text() == "mine"


@pytest.mark.parametrize("name", ["", ".", "folder"])
def test_a_folder_is_no_output(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    Path("folder").mkdir()
    with pytest.raises(ClaimsError, match=r"is a folder|needs a file name"):
        _files.write_text(name, "new")


def test_a_loop_of_links_is_refused(tmp_path):
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(ClaimsError, match="cannot be written"):
        _files.write_text(tmp_path / "a", "new")


def test_a_pipe_is_written_to(tmp_path):
    pipe, heard = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: heard.append(pipe.read_text()))
    reader.start()
    _files.write_text(pipe, "through")
    reader.join(10)
    assert heard == ["through"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_devices_are_written_to():
    _files.write_text("/dev/null", "nothing")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)  # noqa: PTH116
    with pytest.raises(ClaimsError, match="/dev/full: cannot be written: No space"):
        _files.write_text("/dev/full", "nothing")


@pytest.mark.parametrize("name", ["-", "/dev/stdout", "/dev/fd/1", "link"])
def test_standard_output_by_any_name(tmp_path, name):
    whole = claims("export", "hermon", "-o", "-").stdout
    (tmp_path / "link").symlink_to("/dev/stdout")
    assert claims("export", "hermon", "-o", name, cwd=tmp_path).stdout.rstrip() == whole.rstrip()
    out = tmp_path / "out.geojson"
    with out.open("wb") as file:
        subprocess.run([*CLAIMS, "export", "hermon", "-o", name], cwd=tmp_path, check=True, stdout=file)
        assert os.fstat(file.fileno()).st_ino == out.stat().st_ino  # written to, not replaced
    assert out.read_bytes().rstrip() == whole.rstrip()


def test_written_takes_bytes_to_the_standard_output(capfdbinary):
    with _files.written("-") as made:
        made.write_bytes(b"\xff\0\n")
    assert capfdbinary.readouterr().out == b"\xff\0\n"


SERIES = (
    '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"date": "2020", "by": "a"}, '
    '"geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}}]}'
)


def test_an_output_that_is_read_is_refused(tmp_path, layers, capsys):
    series = tmp_path / "series.geojson"
    series.write_text(SERIES)
    (tmp_path / "link.geojson").symlink_to(series)
    (tmp_path / "hard.geojson").hardlink_to(series)
    before = {path: path.read_bytes() for path in layers.rglob("*") if path.is_file()}
    given = ["--series", str(series), "--date-column", "date", "--by", "by"]
    for target in (series, tmp_path / "link.geojson", tmp_path / "hard.geojson"):
        assert main(["export", "control_2020", *given, "-o", str(target)]) == 2
    for target in ("curated/lines.geojson", "built/hermon.geojson", "curated/new.geojson"):
        assert main(["export", "hermon", "--layers", str(layers), "-o", str(layers / target)]) == 2
    assert main(["map", "--layers", str(layers), "-o", str(layers / "curated" / "zones.csv")]) == 2
    assert main(["export", "--all", "--layers", str(layers), "-o", str(layers / "built")]) == 2
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 8
    assert all("is read by this command" in line for line in said)
    assert series.read_text() == SERIES
    assert {path: path.read_bytes() for path in layers.rglob("*") if path.is_file()} == before
    assert main(["export", "hermon", "--layers", str(layers), "-o", str(layers / "hermon.geojson")]) == 0


def test_all_layers_or_none(tmp_path):
    folder = tmp_path / "deep" / "layers"
    assert main(["export", "--all", "-o", str(folder)]) == 0
    (folder / "notes.txt").write_text("mine")
    (folder / "zones.geojson").write_text("old")
    script = (
        f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({15_000}, {15_000}));"
        f"import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        f"from geo.cli.main import main; raise SystemExit(main(['export', '--all', '-o', {str(folder)!r}]))"
    )
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    full = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (full.returncode, len(full.stderr.splitlines())) == (2, 1)
    assert "File too large" in full.stderr
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert main(["export", "--all", "-o", str(folder)]) == 0
    assert (folder / "zones.geojson").read_text() != "old"
    assert (folder / "notes.txt").read_text() == "mine"
    assert left_behind(tmp_path) == []


def test_folders_that_cannot_be_exchanged_at_once(tmp_path, monkeypatch):
    monkeypatch.setattr(_files, "_exchanged", lambda *_: False)
    folder = tmp_path / "folder"
    for text in ("one", "two"):
        _files.write_folder(folder, {"a": text})
    (folder / "b").write_text("mine")
    _files.write_folder(folder, {"a": "three"})
    assert {path.name: path.read_text() for path in folder.iterdir()} == {"a": "three", "b": "mine"}
    assert [*tmp_path.iterdir()] == [folder]


def test_the_current_folder_is_not_exchanged(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ClaimsError, match="the current folder is in it"):
        _files.write_folder(Path(), {"a": ""})
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ClaimsError, match="is a link to"):
        _files.write_folder(tmp_path / "link", {"a": ""})


def test_what_a_killed_process_left_is_removed_by_the_next(tmp_path):
    dead, living, linked = (tmp_path / f".claims-{letter * 8}" for letter in "abc")
    dead.mkdir()
    (dead / "half.html").write_text("half")
    taken = dead / "old" / "folder"  # killed between the two steps of an exchange
    taken.mkdir(parents=True)
    (taken / "kept.txt").write_text("mine")
    living.mkdir()
    linked.symlink_to(LAYERS)
    (tmp_path / ".claims-notes.txt").write_text("mine")
    held = _files.lock(living, wait=True)
    _files.write_text(tmp_path / "a.txt", "new")
    os.close(held)
    assert sorted(left_behind(tmp_path)) == [living.name, linked.name, ".claims-notes.txt"]
    assert (tmp_path / "folder" / "kept.txt").read_text() == "mine"
    assert (LAYERS / "curated").is_dir()


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_leaves_one_line_and_nothing_else(tmp_path, number, status):
    code = (
        "import sys, time; from geo import _files; from geo.cli import main, upkeep\n"
        "def run(options):\n"
        "    with _files.written('out.txt') as made:\n"
        "        made.write_text('half'); print('ready', flush=True); time.sleep(30)\n"
        "upkeep._build = run\n"
        "sys.exit(main.main(['build']))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "ready\n"
    assert len(left_behind(tmp_path)) == 1
    process.send_signal(number)
    _, said = process.communicate(timeout=10)
    assert process.returncode == status
    assert len(said.splitlines()) == 1
    assert [*tmp_path.iterdir()] == []


# inputs


def test_inputs_that_do_not_end_are_refused(tmp_path, layers, capsys):
    os.mkfifo(tmp_path / "pipe.geojson")
    (tmp_path / "endless.geojson").symlink_to("/dev/zero")
    (tmp_path / "folder.geojson.gpkg").symlink_to("/dev/zero")
    for name in ("pipe.geojson", "endless.geojson", "folder.geojson.gpkg"):
        start = time.monotonic()
        assert main(["areas", "--series", str(tmp_path / name), "--date-column", "date"]) == 2
        assert time.monotonic() - start < 5
    for name in ("lines.geojson", "control.csv", "sources.json", "zones.csv"):
        path = layers / "curated" / name
        kept = path.read_bytes()
        path.unlink()
        os.mkfifo(path)
        assert main(["layers", "--layers", str(layers)]) == 2
        assert main(["validate", str(layers)]) == 1
        path.unlink()
        path.write_bytes(kept)
    said = capsys.readouterr()
    assert said.err.count("\n") == 7
    assert "it is a pipe, not a file" in said.err
    assert "it is a device, not a file" in said.err


def test_files_over_the_stated_size_are_refused(tmp_path, layers, capsys):
    with (layers / "curated" / "control.csv").open("r+b") as file:
        file.truncate(_files.MOST_TEXT + 1)
    assert main(["areas", "--layers", str(layers)]) == 2
    with (tmp_path / "huge.geojson").open("wb") as file:
        file.truncate(2**40)
    assert main(["areas", "--series", str(tmp_path / "huge.geojson")]) == 2
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 2
    assert all("are read" in line for line in said)


def test_short_memory_is_one_line(tmp_path):
    feature = SERIES[SERIES.index('{"type": "Feature",') : -2]
    path = tmp_path / "series.geojson"
    path.write_text(SERIES[:-2] + ("," + feature) * 400_000 + "]}")
    used = (
        int(
            subprocess.run(
                [
                    sys.executable,
                    "-c",
                    "import resource, geopandas, pyogrio; from geo.dated import frames; "
                    "print(open('/proc/self/statm').read().split()[0])",
                ],
                capture_output=True,
                text=True,
                check=True,
            ).stdout
        )
        * resource.getpagesize()
    )
    short = claims(
        "areas",
        "--series",
        path,
        "--date-column",
        "date",
        "--by",
        "by",
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (used + 150_000_000,) * 2),
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
    )
    assert short.returncode == 2
    assert short.stderr.startswith(b"claims: error: ")
    assert short.stderr.count(b"\n") == 1
