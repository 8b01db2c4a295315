"""Signs that a person writes as a page does: e^( ), e^-x, ²."""

from __future__ import annotations

import pytest

import backtrace as bt
from backtrace.errors import Place


@pytest.mark.parametrize(
    "line",
    [
        "out_h1 = 1/(1 + e^(-net_h1)) = 0.5933",
        "out_h1 = 1/(1 + e^(-0.3775)) = 0.5933",
        "out_h1 = 1/(1 + e^-net_h1) = 0.5933",
        "out_h1 = 1/(1 + e^−0.3775) = 0.5933",
        "out_h1 = 1/(1 + e ** -net_h1) = 0.5933",
        "out_h1 = 1/(1 + e^-3.775e-1) = 0.5933",
        "out_h1 = (1 + e**(-net_h1))^-1 = 0.5933",
        "out_h1 = 1 - e^-net_h1/(1 + e^-net_h1) = 0.5933",
        "E_o1 = 1/2·(t1 - out_o1)² = 0.2748",
    ],
)
def test_they_are_read(line: str) -> None:
    assert bt.check("mazur", line).verdict == "right"
    assert bt.check("mazur", line.replace("0.", "1.")).verdict == "mistake"


@pytest.mark.parametrize("power", ["e^-(net_h1)", "e^-net_h1^2", "e^net_h1(2)", "e^-", "e^w5+", "e^-dE/dw5", "exp"])
def test_a_power_of_e_that_could_be_read_otherwise_is_refused(power: str) -> None:
    (found,) = bt.check("mazur", f"out_h1 = 1/(1 + {power}) = 0.5933").lines
    assert found.verdict == "unreadable" and found.line.error is not None
    assert found.line.error.place == Place("", 1, 17) and "exp(…)" in found.line.error.hint


def test_a_name_with_two_meanings_is_no_reason_to_read_another_notation() -> None:
    found = bt.check("mazur", "b1 = 0.35")
    assert found.lines[0].verdict == "unreadable" and not found.notes
