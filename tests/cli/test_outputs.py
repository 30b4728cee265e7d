"""Where commands write to."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from geo.cli.main import main
from geo.layers.layers import Layers

WRITERS = {"map": ".html", "plot": ".png", "figures": ".svg", "export": ".geojson"}


def command(name, target):
    return [name, *(["line_a"] if name == "export" else []), "-o", str(target)]


def error_of(capsys, *arguments):
    assert main(list(arguments)) == 2
    out, error = capsys.readouterr()
    assert out == ""
    assert error.startswith("claims: error: ")
    assert error.count("\n") == 1
    return error


@pytest.fixture
def _no_work(monkeypatch):
    def work(*_):
        pytest.fail("the layers were read before the output was checked")

    monkeypatch.setattr(Layers, "__init__", work)


@pytest.mark.parametrize("name", WRITERS)
def test_missing_folders_are_made(capsys, tmp_path, name):
    target = tmp_path / "a" / "b" / f"out{WRITERS[name]}"
    assert main(command(name, target)) == 0
    assert capsys.readouterr().out == f"{target}\n"
    assert target.stat().st_size > 1000
    assert list(target.parent.iterdir()) == [target]


@pytest.mark.usefixtures("_no_work")
@pytest.mark.parametrize("name", WRITERS)
def test_what_cannot_be_written_is_told_before_the_work(capsys, tmp_path, name):
    (tmp_path / "file").write_text("")
    (tmp_path / f"folder{WRITERS[name]}").mkdir()
    assert "out.docx: " in error_of(capsys, *command(name, tmp_path / "out.docx"))
    assert "is written as " in error_of(capsys, *command(name, tmp_path / "a" / "out.docx"))
    assert "is a folder; name a file in it" in error_of(capsys, *command(name, tmp_path / f"folder{WRITERS[name]}"))
    assert f"{tmp_path / 'file'} is not a folder" in error_of(
        capsys, *command(name, tmp_path / "file" / "b" / f"out{WRITERS[name]}")
    )
    assert not (tmp_path / "a").exists()


@pytest.mark.usefixtures("_no_work")
@pytest.mark.parametrize("name", WRITERS)
def test_a_folder_without_leave_is_told_before_the_work(capsys, tmp_path, monkeypatch, name):
    monkeypatch.setattr(os, "access", lambda path, _: Path(path) != tmp_path)
    assert "cannot be written: Permission denied" in error_of(capsys, *command(name, tmp_path / f"x{WRITERS[name]}"))


@pytest.mark.parametrize(
    ("arguments", "start"),
    [
        (["map"], b"<!DOCTYPE html>"),
        (["plot"], b"\x89PNG\r\n\x1a\n"),
        (["plot", "--format", "svg"], b"<?xml"),
        (["plot", "--kind", "timeline", "--format", "pdf"], b"%PDF"),
        (["figures"], b"\x89PNG\r\n\x1a\n"),
        (["export", "places"], b'{"type": "FeatureCollection"'),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_every_writer_pipes_its_bytes(tmp_path, arguments, start):
    claims = [str(Path(sys.executable).parent / "claims"), *arguments, "-o", "-"]
    ascii_only = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = subprocess.run(claims, cwd=tmp_path, capture_output=True, check=True, env=ascii_only)
    assert done.stderr == b""
    assert done.stdout.startswith(start)
    assert len(done.stdout) > 5000
    assert list(tmp_path.iterdir()) == []
    if arguments[0] in {"map", "export"}:
        assert "القنيطرة" in done.stdout.decode()


def test_all_layers_need_a_folder(capsys):
    assert "--all writes many layers" in error_of(capsys, "export", "--all", "-o", "-")


def test_a_reader_that_has_enough_is_no_error(tmp_path):
    claims = f"'{Path(sys.executable).parent / 'claims'}' map -o - | head -c 20"
    done = subprocess.run(["sh", "-c", claims], cwd=tmp_path, capture_output=True, check=True)
    assert done.stdout.startswith(b"<!DOCTYPE html>")
    assert done.stderr == b""


def test_the_version(capsys):
    from importlib.metadata import version

    with pytest.raises(SystemExit) as stop:
        main(["--version"])
    assert stop.value.code == 0
    assert capsys.readouterr().out == f"claims {version('territorial-claims')}\n"
