"""`backtrace cost` on the command line, above all what it refuses."""

from __future__ import annotations

import json

import pytest

from backtrace.cli.main import main


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["mazur", "--depths", "1-x"], "--depths: '1-x' is no range of depths\n  two whole numbers from 1, as in 1-10"),
        (["mazur", "--depths", "1-2-3"], "'1-2-3' is no range of depths"),
        (["mazur", "--depths", ""], "'' is no range of depths"),
        (["mazur", "--depths", "-3"], "'-3' is no range of depths"),
        (["mazur", "--depths", "١-٣"], "is no range of depths"),
        (["mazur", "--depths", "0-3"], "0-3 is no range of depths\n  the first is at least 1"),
        (["mazur", "--depths", "5-2"], "5-2 is no range of depths"),
        (["mazur", "--depths", "1-999999999"], "at most 100 depths, none above 1000"),
        (["mazur", "--depths", "9" * 30], "is no range of depths"),
        (["mazur", "--depths", "1-90", "--units", "900"], "weights are too many to count on the graph"),
        (["mazur", "w1", "--depths", "1-3"], "leave out the quantity"),
        (["mazur", "--depths", "1-3", "--mini-batch", "2"], "leave out --mini-batch"),
        (["mazur", "--units", "3"], "--units is for the layers of --depths\n  add --depths 1-10"),
        (["mazur", "--units", "0", "--depths", "1-2"], "--units"),
        (["mazur", "--mini-batch", "2"], "a mini-batch of 2 cannot be taken from 1 sample"),
        (["mazur", "w1", "--mini-batch", "1"], "leave out the quantity"),
        (["mazur", "t1"], "E does not depend on t1\n  ask for a weight"),
        (["mazur", "eta"], "E does not depend on eta"),
        (["mazur", "dE_o1/dw7"], "E_o1 does not depend on w7"),
        (["mazur", "w5+"], "w2_1_1+ is not one gradient before the update"),
        (["mazur", "W1"], "W1 is not one gradient"),
        (["mazur", "d5"], "d5 is a gate"),
        (["mazur", "zzz"], "there is no quantity 'zzz'"),
        (["mazur", "-f", "latex"], "--format"),
        (["1000-1000"], "1000000 weights are too many to count on the graph\n  at most 200000"),
        ([], "missing argument 'NETWORK'"),
    ],
)
def test_refusals(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cost", *words]) == 2
    out, error = capsys.readouterr()
    assert out == ""
    assert said in error


def test_one_depth_is_a_range_of_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cost", "2-2", "--depths", "3", "--units", "4", "-f", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["version"], found["units"], [row["layers"] for row in found["depths"]]) == (1, 4, [3])


def test_a_sample_may_be_named_and_need_not_be(capsys: pytest.CaptureFixture[str]) -> None:
    pages = []
    for name in ("net_h1", "net_h1@2"):
        assert main(["cost", "mazur", name, "--batch", "2", "-f", "json"]) == 0
        pages.append(capsys.readouterr().out)
    assert pages[0] == pages[1]
