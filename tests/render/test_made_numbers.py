"""Pages with numbers that nobody typed say which rule and seed made them."""

from __future__ import annotations

from typing import Any

import pytest

import backtrace as bt
from backtrace.render.options import PageOptions
from backtrace.render.page import render

RULE = "weights: xavier, uniform within ±√(6/(fan-in + fan-out)), seed 5"
SAID = {
    "terminal": f"Made numbers: layer 1: {RULE}.",
    "markdown": f"Made numbers: layer 1: {RULE}.",
    "latex": r"weights: xavier, uniform within \ensuremath{\pm}\ensuremath{\surd}(6/(fan-in + fan-out)), seed 5.",
}


@pytest.fixture
def made(tmp_path: Any) -> bt.Net:
    file = tmp_path / "made.toml"
    text = bt.load("tiny").to_toml()
    start = text.index("weights = ")
    end = text.index("bias = ", start)
    file.write_text(text[:start] + 'weights = {init = "xavier", seed = 5}\n' + text[end:], encoding="utf-8")
    return bt.load(str(file))


@pytest.mark.parametrize("format", SAID)
def test_a_derivation_says_it(made: bt.Net, format: str) -> None:
    page = render(made.derive("w1").derivation, format, PageOptions(width=200))
    assert SAID[format] in page
    assert "Made numbers" not in render(bt.load("tiny").derive("w1").derivation, format, PageOptions())


def test_in_ascii_too(made: bt.Net) -> None:
    page = render(made.derive("w1").derivation, "terminal", PageOptions(width=200, ascii=True))
    assert "xavier, uniform within +-sqrt(6/(fan-in + fan-out)), seed 5." in page


def test_a_trace_says_it(made: bt.Net) -> None:
    assert SAID["terminal"] in " ".join(str(made.trace()).split())


def test_data_and_scripts_say_it(made: bt.Net) -> None:
    assert made.derive("w1").to_dict()["made"] == f"layer 1: {RULE}"
    assert "made" not in bt.load("tiny").derive("w1").to_dict()
    script = made.derive("w1").page("script")
    assert script.startswith(
        "# Made numbers: layer 1: weights: xavier, uniform within +-sqrt(6/(fan-in + fan-out)),\n# seed 5.\n\n"
    )
    assert "Made" not in bt.load("tiny").derive("w1").page("script")
    exec(compile(script, "page", "exec"), {"print": lambda *words: None})  # noqa: S102 (our own page)
