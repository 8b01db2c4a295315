"""The command line of circuits: where lines and numbers come from, and what help says."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from backtrace.cli.main import main

LINES = "q = x + y  # the sum\nf = q*z\nx = -2; y = 5\n"


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(words) == 0
    return capsys.readouterr().out


def test_lines_and_numbers_from_everywhere(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file, point = tmp_path / "product.txt", tmp_path / "point.txt"
    file.write_text(LINES, encoding="utf-8")
    point.write_text("z = 1\n", encoding="utf-8")
    wanted = printed(capsys, "trace", "--expr", "q = x + y; f = q*z", "--at", "x=-2, y=5, z=-4", "-f", "json")
    for words in (
        ["--expr", "q = x + y", "--expr", "f = q*z", "--at", "x=-2; y=5", "--at", "z=-4"],
        ["--expr", "q = x + y\nf = q*z", "--set", "x=-2", "--set", "y=5", "--set", "z=-4"],
        ["--circuit", str(file), "--at", "z=-4"],
        ["--circuit", str(file), "--given", str(point), "--at", "z=-4"],
        ["--circuit", str(file), "--at", "z=-4", "--at", "y=7", "--set", "y=5"],
    ):
        assert printed(capsys, "trace", *words, "-f", "json") == wanted


def test_a_circuit_from_standard_input(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(LINES.encode())))
    assert "∂f/∂z = q" in printed(capsys, "derive", "--circuit", "-", "z", "--at", "z=-4")


def test_numbers_stay_as_typed(capsys: pytest.CaptureFixture[str]) -> None:
    page = printed(capsys, "derive", "--expr", "f = 0.10*x", "--at", "x=2.50")
    assert "x = 2.50" in page and "0.10·2.50" in page
    assert "x = 0.333333" in printed(capsys, "derive", "--expr", "f = 2*x", "--at", "x=1/3")


def test_names(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, "names", "--expr", "q = x + 1; f = q^2").splitlines()[1:] == [
        "x       x     x        given",
        "q       q     q        computed",
        "f       f     f        the output",
    ]


def test_help_has_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    page = printed(capsys, "derive", "--help")
    assert "backtrace derive --expr 'q = x + y; f = q*z' --at 'x=-2, y=5, z=-4'" in " ".join(page.split())
    assert "--circuit FILE" in page
