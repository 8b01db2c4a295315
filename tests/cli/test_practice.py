"""`backtrace practice` in a real terminal, and fed from a pipe."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pexpect
import pytest

from backtrace.cli.main import main

# pexpect forks, of which newer Pythons warn where there are threads (those of xdist).
pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
ROOT = Path(__file__).parents[2]
PROGRAM = [sys.executable, "-m", "backtrace", "practice"]


@contextmanager
def terminal(*words: str, columns: int = 84, **environment: str) -> Iterator[pexpect.spawn]:
    """The command in a terminal of its own; with readline where there is one."""
    # A test runner may have said how wide its own terminal is.
    surroundings = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
    child = pexpect.spawn(
        PROGRAM[0],
        [*PROGRAM[1:], *words],
        cwd=ROOT,
        env={**surroundings, "TERM": "xterm", "LC_ALL": "C.UTF-8", **environment},
        encoding="utf-8",
        timeout=20,
        dimensions=(24, columns),
        # Tests that run in the background ignore Ctrl-C, and so would what they start.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    child.delaybeforesend = None
    try:
        yield child
    finally:
        child.close(force=True)


def rest(child: pexpect.spawn) -> str:
    """What is shown until the end, at which the command must have ended by itself."""
    child.expect(pexpect.EOF)
    child.wait()
    return child.before


@pytest.fixture
def piped(monkeypatch, capsys):
    """piped(*words, typed=…): the exit status, output and complaints with answers from a pipe."""

    def run(*words: str, typed: bytes = b"") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed), encoding="utf-8"))
        status = main(["practice", *words])
        return status, *capsys.readouterr()

    return run


def test_a_session_in_a_terminal(tmp_path):
    log = tmp_path / "log.jsonl"
    with terminal("mazur", "w5", "--log", str(log), NO_COLOR="1") as child:
        child.expect_exact("step 1 of 5   ∂E/∂out_o1 = ")
        child.sendline("-0.7414")
        child.expect_exact("Hint: ")
        child.expect_exact("step 1 of 5   ∂E/∂out_o1 = ")
        child.sendline("hint")
        child.expect_exact("Hint: ")
        child.sendline("0.7414")
        child.expect_exact("Right.")
        child.sendline("out_o1*(1-out_o1)")
        child.expect_exact("Right: ∂out_o1/∂net_o1 = 0.1868.")
        child.sendline("help")
        child.expect_exact("back   to the step before")
        child.sendline("back")
        child.expect_exact("Back to ∂out_o1/∂net_o1.")
        child.sendline("0.1868")
        child.expect_exact("∂net_o1/∂w5 = ")
        child.sendline("show")
        child.expect_exact("It goes like this:")
        child.expect_exact("∂net_o1/∂w5 = out_h1")
        child.sendline("skip")
        child.expect_exact("Left out.")
        child.sendline("0.3589")
        shown = rest(child)
        assert "5 steps: 2 right at once, 1 with a hint or a second try, 1 shown, 1 left out." in shown
        assert "\x1b[" not in shown.replace("\x1b[?2004", "") and child.exitstatus == 0
    first, *rows = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert first == {"version": 1, "practice": "mazur", "notation": "mazur"}
    assert [row["verdict"] for row in rows] == [
        "wrong", "hint", "right", "right", "back", "right", "shown", "skipped", "right",
    ]  # fmt: skip
    assert rows[0]["mistakes"] and rows[0]["step"] == "dE/dout2_1"


@pytest.mark.parametrize(("key", "status"), [("\x04", 0), ("\x03", 130)], ids=["Ctrl-D", "Ctrl-C"])
def test_every_prompt_can_be_left(key, status, tmp_path):
    log = tmp_path / "log"
    for before in ([], ["17.5", "0.3775"]):
        with terminal("mazur", "--log", str(log), "--force") as child:
            child.expect_exact("net_h1 = ")
            for answer in before:
                child.sendline(answer)
                child.expect(r"step \d+ of 35   \S+ = ")
            child.send(key)
            shown = rest(child)
            assert "35 steps: " in shown and "Traceback" not in shown
            assert child.exitstatus == status
            assert len(log.read_text(encoding="utf-8").splitlines()) == 1 + len(before)


def test_a_narrow_window():
    with terminal("mazur", "--notation", "nielsen", columns=40) as child:
        child.expect_exact("step 1 of 35")
        seen = child.before
        child.sendline("17.3")
        child.expect_exact("Hint: ")
        child.expect_exact("step 1 of 35")
        seen += child.before
        child.sendline("help")
        child.expect_exact("step 1 of 35")
        seen += child.before
        child.sendline("quit")
        seen += rest(child)
    assert max(len(line) for line in seen.splitlines()) <= 40


def test_answers_from_a_pipe_are_shown_as_typed():
    done = subprocess.run(
        [*PROGRAM, "mazur"], cwd=ROOT, input=b"0.3775\r\n0,3925\nw\x1b[2J\nquit\n", capture_output=True, timeout=60
    )
    shown = done.stdout.decode()
    assert done.returncode == 0 and not done.stderr
    assert "step 1 of 35   net_h1 = 0.3775\nRight." in shown and "net_h2 = 0,3925\nRight." in shown
    assert "\x1b" not in shown and "35 steps: 2 right at once, 33 not reached." in shown


@pytest.mark.parametrize(
    "typed", [b"", b"\xff\xfe\n", b"9" * 200_000 + b"\n0.3775\n", b"\x00\x01\n", "\ufeff0.3775".encode()]
)
def test_whatever_comes_from_a_pipe_it_ends_well(piped, typed):
    status, shown, complaints = piped("mazur", typed=typed)
    assert status == 0 and not complaints
    assert ("1 right at once" in shown) == (b"0.3775" in typed)
    assert len(shown) < 8000


def test_without_an_argument_there_is_a_list(piped):
    status, shown, _ = piped()
    assert status == 0 and "hidden-gradient" in shown and "mazur" in shown


def test_ascii_and_other_numbers(piped):
    status, shown, _ = piped("mazur", "--ascii", "--set", "w1=0.25", typed=b"0.3825\n")
    assert status == 0 and shown.isascii() and "1 right at once" in shown


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["nothing"], "nothing"),
        (["-"], "standard input"),
        (["mazur", "--factors", "--view", "chain"], "--view"),
        (["hidden-gradient", "--given", "x"], "--given"),
        (["2-1", "--batch", "2", "--seed", "x"], "whole number"),
        (["mazur", "--log", str(ROOT / "README.md")], "exists already"),
        (["mazur", "--log", str(ROOT / "no-such-folder" / "log")], "cannot write"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_asked(piped, words, says):
    status, shown, complaints = piped(*words)
    assert status == 2 and says in complaints and not shown
