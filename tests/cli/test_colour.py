"""Bold and dim on a terminal, and nowhere else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from backtrace.cli import colour
from tests.cli.test_streams import environment

ROOT = Path(__file__).parents[2]
DERIVE = [sys.executable, "-m", "backtrace", "derive", "mazur", "w5", "w1"]
BOLD, DIM, END = "\x1b[1m", "\x1b[2m", "\x1b[0m"


def redirected(**changes: str) -> str:
    return subprocess.run(DERIVE, env=environment(**changes), capture_output=True, check=True).stdout.decode("utf-8")


def on_a_terminal(hints: bool = False, **changes: str) -> str:
    """What a person sees of standard output, and of standard error if `hints`."""
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    shown = b""
    try:
        around = environment(**{"PYTHONIOENCODING": "utf-8", "TERM": "xterm", "COLUMNS": "84", **changes})
        error = theirs if hints else subprocess.DEVNULL
        with subprocess.Popen(DERIVE, env=around, stdout=theirs, stderr=error) as running:
            os.close(theirs)
            try:
                while part := os.read(ours, 65_536):
                    shown += part
            except OSError:
                pass  # Linux says in this way that the other end is closed.
        assert running.returncode == 0
    finally:
        os.close(ours)
    return shown.decode("utf-8").replace("\r\n", "\n")


def test_headings_are_bold_on_a_terminal_and_the_rest_is_the_page() -> None:
    shown = on_a_terminal(NO_COLOR="")
    assert f"{BOLD}1  How does E change with w5?{END}     " in shown
    assert f"{BOLD}2  How does E change with w1?{END}        w1 → net_h1" in shown
    assert shown.count("\x1b") == 4
    assert shown.replace(BOLD, "").replace(END, "") == redirected()


def test_hints_are_dim() -> None:
    assert f"\n{DIM}6 digits, full precision carried" in on_a_terminal(hints=True, NO_COLOR="")


@pytest.mark.parametrize("changes", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=str)
def test_who_wants_no_colour_gets_none(changes: dict[str, str]) -> None:
    assert "\x1b" not in on_a_terminal(hints=True, **{"NO_COLOR": "", **changes})


def test_redirected_there_is_none() -> None:
    assert "\x1b" not in redirected(NO_COLOR="")


def test_marks_beside_lines_have_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    page = " 1  a = 1  ✓\n 2  b = 2  ✗  the first wrong line\n  ✗ is no mark here? ~ nor here\n"
    assert colour.marks(page) == page
    monkeypatch.setattr(colour, "coloured", lambda: True)
    shown = colour.marks(page)
    assert "\x1b[32m\x1b[1m✓\x1b[0m\n" in shown and "\x1b[31m\x1b[1m✗\x1b[0m  the first" in shown
    assert click.unstyle(shown) == page and shown.count("\x1b[0m") == 2
