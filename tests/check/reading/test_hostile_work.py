"""Hostile text handed in as work: every row of the house's list whose door is the checker, and text that Hypothesis
makes up. Nothing runs, nothing hangs, nothing but an InputError within a line, and no line is half read."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import backtrace as bt
from backtrace.check.records import NOT_JUDGED, UNREADABLE, VERDICTS, Report
from backtrace.errors import InputError
from tests.check.reading.doors import MAZUR, checked, read
from tests.test_hostile import FORMULAS, NAMES, NUMBERS, REVERSED, RUNS, UNSEEN

VALID = bt.load("mazur").derive(view="delta").page("text")
PAGES = [
    bt.load("mazur").derive("w1", view=view).page(format)
    for view in ("chain", "matrix")
    for format in ("text", "terminal", "latex", "markdown")
]

# Work that would cost much, if its size were found out by reading it.
COSTLY = {
    "names": "\n".join("w5 = " + "+".join(f"n{i}_{j}" for j in range(70)) for i in range(1700)),
    "one line": "w5 = " + "9" * 990_000,
    "a long name": "w5 = " + "w" * 15_000,
    "terms": "w5 = " + "+".join(["w5"] * 20_000),
    "equals": "w5 " + "= 1 " * 4_000,
    "going on": "w5 = 1\n" + "= 1\n" * 1_900,
    "names that double": "\n".join(
        ["aa = w5+w6"] + [f"a{chr(98 + n)} = a{chr(97 + n)}*a{chr(97 + n)}" for n in range(20)]
    ),
    "derivatives": "dE/dw5 = " + "d/dw5 [" * 100 + "w5" + "]" * 100,
    "products": "W1 = " + " @ ".join(["[1 2; 3 4]"] * 190),
    "cells": "W1 = [" + "; ".join(["1 " * 60] * 60) + "]",
    "quotes": "\n".join(['"' * 4_000 + ",1"] * 20),
    "fractions": "\\begin{aligned}\n" + "x &= " + "\\frac{" * 3_000 + "\n\\end{aligned}\n",
    "powers": "\\begin{aligned}\n" + "w_{5} &= " + "e^{" * 3_000 + "1" + "}" * 3_000 + "\n\\end{aligned}\n",
    "environments": "\\begin{aligned}\n" * 1_990,
    "dollars": "\\begin{aligned}\n" + "$w_{5}=1$ " * 1_500,
    "boxes": "x: 2 inputs\n   w5 = 1\n" + "\n".join(["   " + "⎡" * 200 + "⎤"] * 500),
    "blanks": "x: 2 inputs\n   w5 = 1\n" + "\n".join(["   w6" + " " * 1_000 + "x"] * 500),
    "gaps": "w5 = " + "_" * 15_000,
    "comments": "#" * 19_000,
    "powers of ten": "w5 = 1" + "*10^9" * 300,
    "a tower": "w5 = 10^(10^(10^10))",
    "steps": "step 999999\nw5 = 1",
    "samples": "sample 999999\nw5 = 1",
}


def judged(work: str) -> Report | None:
    """What is found about a work; None where it is refused as a whole."""
    try:
        return checked(work)
    except InputError:
        return None


@pytest.mark.parametrize("text", FORMULAS)
def test_as_a_part(text: str) -> None:
    for work in (f"w5 = {text}", f"net_h1 = 0.3775\nW1 = [1 2; 3 4] + {text}"):
        report = judged(work)
        if report is not None:
            assert report.lines[-1].verdict in (UNREADABLE, NOT_JUDGED)


@pytest.mark.parametrize("text", NAMES)
def test_as_a_name(text: str) -> None:
    for work in (f"{text} = 0.4", f"w5 = {text}", f"{text},0.4\nw6,0.45"):
        report = judged(work)
        if report is not None and report.lines and text not in ("w5 = 0.3", "E**2", ""):
            assert report.lines[0].verdict in (UNREADABLE, NOT_JUDGED), work[:80]


@pytest.mark.parametrize("text", [text for text in NUMBERS if text not in ("1,5", "1/2", "--1", "1e-9999", "[1]", "")])
def test_as_a_number(text: str) -> None:
    report = judged(f"w5 = {text}")
    assert report is None or report.lines[0].verdict in (UNREADABLE, NOT_JUDGED)


@pytest.mark.parametrize("text", ["sqrt(-1)", "(-1)^0.5", "ln(0)", "1/0", "exp(exp(exp(9)))", "w5/(w5-w5)"])
def test_what_has_no_number_is_not_judged(text: str) -> None:
    assert checked(f"w5+ = {text} = 0.3").lines[0].verdict in ("wrong", NOT_JUDGED)


@pytest.mark.parametrize("work", COSTLY.values(), ids=list(COSTLY))
def test_costly_work_is_refused_before_it_costs(work: str) -> None:
    """No timing here: what is not bounded does not come back. Two works hold one line that can be read."""
    report = judged(work)
    hostile = [one for one in report.lines if one.line.text != "w5 = 1"] if report is not None else []
    assert all(one.verdict in (UNREADABLE, NOT_JUDGED) for one in hostile)


def test_nothing_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for left in ("w5", RUNS, f"E {UNSEEN}", f"w5{REVERSED}"):
        judged(f"{left} = {RUNS}")
    assert not list(tmp_path.iterdir())


def test_what_is_not_seen_is_named() -> None:
    error = read(f"w5 = 0.4{UNSEEN}").lines[0].error
    assert error is not None and "U+200B" in str(error) and UNSEEN not in str(error)


def test_memory_is_bounded() -> None:
    """Much work, in a process of its own with 200 MB of data."""
    program = (
        "import resource; resource.setrlimit(resource.RLIMIT_DATA, (200_000_000, 200_000_000))\n"
        "import backtrace as bt\n"
        "from backtrace.check.submission.reading import read_submission\n"
        "work = '\\n'.join('w5 = ' + ' + '.join(['w5*i1'] * 40) for _ in range(500))\n"
        "print(len(read_submission(work, bt.load('mazur').network).lines))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout == "500\n", done.stderr[-500:]


SIGNS = st.sampled_from(
    [
        *"=≈:+-−*·×/^()[]{}.,;@#_|$&\\ \t'⁺²½√∂δσ₁⎡⎤‖",
        "w5",
        "dE/dw5",
        "0.4",
        "[1 2; 3 4]",
        "d/dw5 [",
        "\\frac{",
        "sample 2",
        "step 2",
        "\n",
        "\r",
        "   ",
        "term_1",
        "________",
        "e^",
        "pi",
        "@2",
    ]
)


@settings(max_examples=80, deadline=None)
@given(st.one_of(st.text(max_size=300), st.lists(SIGNS, max_size=60).map("".join), st.binary(max_size=200)))
def test_any_text_is_read_or_refused(work: str | bytes) -> None:
    for text in (
        work,
        b"x: 2 inputs\n   w5 = 0.4\n" + work if isinstance(work, bytes) else "x: 2 inputs\n   w5 = 0.4\n" + work,
    ):
        try:
            report = checked(text)
        except InputError:
            continue
        assert all(one.line.error is None or isinstance(one.line.error, InputError) for one in report.lines)


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(PAGES),
    st.lists(
        st.tuples(st.integers(0, 10_000), st.integers(0, 9), st.one_of(SIGNS, st.just(""))), min_size=1, max_size=6
    ),
)
def test_valid_work_with_a_few_signs_changed(page: str, changes: list[tuple[int, int, str]]) -> None:
    for at, length, instead in changes:
        at %= len(page)
        page = page[:at] + instead + page[at + length :]
    report = judged(page)
    for one in report.lines if report is not None else ():
        assert one.verdict in VERDICTS and (one.verdict == UNREADABLE) == (one.line.error is not None)


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_one_line_spoilt_leaves_the_others(data: st.DataObject) -> None:
    """A line that cannot be read never takes another with it."""
    lines = [line for line in VALID.splitlines() if " = " in line and not line.startswith("#")]
    place = data.draw(st.integers(0, len(lines) - 1))
    lines[place] = lines[place] + " = 1_000"
    found = read("\n".join(lines), MAZUR).lines
    assert [line.error is not None for line in found] == [n == place for n in range(len(lines))]
