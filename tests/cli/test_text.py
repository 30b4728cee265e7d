"""Tables that fit the terminal."""

from __future__ import annotations

import io
import os
import sys

import pytest

from geo.cli import text
from geo.cli.main import main


class Terminal(io.StringIO):
    def isatty(self):
        return True


def terminal(monkeypatch):
    """Let the test print to a terminal; from here on, for pytest sets its own output before each test."""
    out = Terminal()
    monkeypatch.setattr(sys, "stdout", out)
    return out


QUESTIONS = [
    ["areas"],
    ["areas", "--perspective", "un"],
    ["change", "2024-12-07", "2026-01-06"],
    ["change", "2024-12-07", "2026-01-06", "--all"],
    ["where", "Hermon"],
    ["where", "zone", "Hermon"],
    ["layers"],
    ["figures"],
    ["scenarios"],
]


@pytest.mark.parametrize("columns", [30, 60, 80, 100, 200])
@pytest.mark.parametrize("question", QUESTIONS, ids=" ".join)
def test_no_line_is_wider_than_the_terminal(monkeypatch, question, columns):
    out = terminal(monkeypatch)
    monkeypatch.setenv("COLUMNS", str(columns))
    assert main(question) == 0
    lines = out.getvalue().splitlines()
    assert max(map(len, lines)) <= min(columns, 100)


def test_without_columns_the_terminal_says(monkeypatch):
    terminal(monkeypatch)
    monkeypatch.setattr("shutil.get_terminal_size", lambda *_, **__: os.terminal_size((64, 24)))
    assert text.width() == 64
    monkeypatch.setenv("COLUMNS", "nonsense")
    assert text.width() == 64


def test_a_pipe_has_no_width_but_that_of_columns(capsys, monkeypatch):
    assert text.width() is None
    assert main(["figures"]) == 0
    assert max(map(len, capsys.readouterr().out.splitlines())) > 120
    monkeypatch.setenv("COLUMNS", "140")
    assert text.width() == 140


def test_columns_of_words_are_narrowed_and_numbers_are_not(monkeypatch):
    monkeypatch.setenv("COLUMNS", "24")
    rows = [("name", "km²"), ("a long name of many words", "1,234,567.8"), ("b", "2.0")]
    assert text.table(rows, right=(1,)).splitlines() == [
        "name                 km²",
        "-" * 24,
        "a long name  1,234,567.8",
        "of many",
        "words",
        "b                    2.0",
    ]
    monkeypatch.setenv("COLUMNS", "16")
    assert text.table(rows, right=(1,)).splitlines()[:2] == ["name  a long name of many words", "km²   1,234,567.8"]
    assert text.fitted(text.table(rows, right=(1,))).splitlines()[0] == "name  a long"


def test_json_is_never_wrapped(monkeypatch):
    out = terminal(monkeypatch)
    monkeypatch.setenv("COLUMNS", "40")
    assert main(["areas", "--json"]) == 0
    assert out.getvalue().count("\n") == 1
