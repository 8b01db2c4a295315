"""Lines about whole layers, expanded into their entries and judged as one."""

from __future__ import annotations

import pytest

from backtrace.network.quantity import Quantity
from tests.check.reading.doors import MAZUR, checked, read, refusal, verdicts

NET = "Net1 = X @ W1 + B1 = [0.05  0.10] @ [0.15  0.25; 0.20  0.30] + [0.35  0.35] = [0.3775  0.3925]"


def test_entries() -> None:
    first, second = read(NET).lines
    assert first.line == second.line == 1
    assert (first.key, second.key) == (Quantity("net", 1, 1), Quantity("net", 1, 2))
    assert [part.number and part.number.value for part in second.parts] == [None, None, 0.3925]


def test_one_report_with_the_worst_verdict() -> None:
    assert [one.verdict for one in checked(NET).lines] == ["right"]
    for fault in (
        NET.replace("0.3925", "0.3952"),
        NET.replace("X @ W1", "X @ W1^T"),
        NET.replace("0.25", "0.26"),
        NET.replace("+ B1", "- B1"),
    ):
        report = checked(fault)
        assert [one.verdict for one in report.lines] == ["wrong"], fault
        assert report.lines[0].line.text == fault


def test_signs_without_blanks() -> None:
    assert verdicts("Net1 = X@W1+B1 = [0.3775  0.3925]") == {"right": 1}
    assert verdicts("W2+ = W2-eta*dE/dW2 = [0.3589  0.5113; 0.4087  0.5614]") == {"right": 1}
    assert verdicts("a^(2) = W^(2) @ h^(1)+b^(2) = [1.106; 1.225]", notation="goodfellow") == {"right": 1}


def test_a_plus_belongs_to_a_name_where_no_operand_follows() -> None:
    assert verdicts("dE/dB2 = Delta2+(1-1)*Delta2 = [0.138499  -0.0380982]") == {"right": 1}
    assert verdicts("Net1+ = X@W1+ + B1 = [0.377445  0.392438]") == {"right": 1}


def test_orientation() -> None:
    columns = "a^(1) = W^(1) @ x + b^(1) = [0.15  0.20; 0.25  0.30] @ [0.05; 0.10] + [0.35; 0.35] = [0.3775; 0.3925]"
    assert verdicts(columns, notation="goodfellow") == {"right": 1}
    assert "the left side is" in refusal("Net1 = [0.3775; 0.3925]")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Net1 = X @ X", "a 1x2 matrix times a 1x2 matrix"),
        ("Net1 = X + W1", "do not go together"),
        ("Net1 = diag(0.5) @ [1 2]", "a number stands where a matrix is needed"),
        ("Net1 = [0.3775  0.3925", "not closed"),
        ("Net1 = [0.3775  0.3925; 1]", "different lengths"),
        ("Net1 = [0.3775  __import__('os')]", "not an entry"),
        ("Net1 = [" + "1 " * 1001 + "]", "at most 1000"),
        ("W1 = " + " @ ".join(["[1 2; 3 4]"] * 190), "too large"),
        ("W1 = " + "(" * 100 + "[1 2; 3 4]" + ")" * 100, "nested"),
        ("W1 = " + "-" * 100 + "[1 2; 3 4]", "nested"),
        ("W1 = [1 2; 3 4] § [1 2; 3 4]", "cannot stand"),
    ],
)
def test_refusals(line: str, said: str) -> None:
    assert said in refusal(line)


def test_an_own_matrix() -> None:
    work = "H = [0.05  0.10] @ [0.15  0.25; 0.20  0.30] = [0.0275  0.0425]\nNet1 = H + B1 = [0.3775  0.3925]"
    assert verdicts(work, MAZUR) == {"right": 2}
    assert verdicts(work.replace("0.0425]", "0.0452]"), MAZUR)["wrong"] >= 1
