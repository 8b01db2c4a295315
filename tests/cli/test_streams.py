"""Printing never fails on an encoding."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from backtrace.cli import streams

ROOT = Path(__file__).parents[2]
# Python decodes `-c` by the locale, so the program is ASCII.
CODE = r"""
from backtrace.cli import streams
streams.prepare()
streams.say(f"{streams.shows_unicode()} \u2202E/\u2202w5 = \u2212\xbd\xb7\u03b7 \u2192 \udc80 \u4e2d")
streams.complain("\u2212 \xbd")
streams.flush()
"""
UNICODE = "True ∂E/∂w5 = −½·η → \\udc80 中\n"


def environment(**changes: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG", "PYTHON"))}
    return {**kept, "PYTHONPATH": str(ROOT), **changes}


SURROUNDINGS = [
    {"LC_ALL": "C"},
    {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
    {"PYTHONIOENCODING": "cp1252"},
    {"PYTHONIOENCODING": "ascii:strict"},
    {"PYTHONIOENCODING": "utf-16"},
]


@pytest.mark.parametrize("changes", SURROUNDINGS, ids=str)
def test_redirected_output_is_utf_8(changes: dict[str, str]) -> None:
    done = subprocess.run([sys.executable, "-c", CODE], env=environment(**changes), capture_output=True)
    assert done.stdout.decode("utf-8") == UNICODE
    assert done.stderr.decode("utf-8") == "− ½\n"


def on_a_console(encoding: str) -> str:
    """What the code shows on a terminal of that encoding."""
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    try:
        code = [sys.executable, "-c", CODE]
        subprocess.run(
            code, env=environment(PYTHONIOENCODING=encoding), stdout=theirs, stderr=subprocess.DEVNULL, check=True
        )
        shown: bytes = os.read(ours, 10_000)
    finally:
        os.close(ours)
        os.close(theirs)
    return shown.decode(encoding).replace("\r\n", "\n")


def test_a_console_that_shows_unicode() -> None:
    assert on_a_console("utf-8") == UNICODE


def test_a_console_that_does_not() -> None:
    assert on_a_console("ascii") == "False dE/dw5 = -1/2*eta -> \\udc80 \\u4e2d\n"
    assert on_a_console("cp1252") == "False dE/dw5 = -½·eta -> \\udc80 \\u4e2d\n"


def test_plain_is_ascii() -> None:
    assert streams.plain("w5⁺ = w5 − η·∂E/∂w5 ≈ ½") == "w5+ = w5 - eta*dE/dw5 ~ 1/2"


def test_closed_streams_are_no_accident(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    streams.prepare()
    streams.say("a")
    streams.complain("b")
    streams.advise("c")
    streams.flush()
    assert not streams.is_console()
    assert streams.shows_unicode()
