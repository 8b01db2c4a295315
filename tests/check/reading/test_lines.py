"""Typed lines: parts, continuations, headings, names, signs, decimals, tables and forms."""

from __future__ import annotations

import pytest

import backtrace as bt
from backtrace.check.records import FORMULA, NUMBER, SUBSTITUTION
from backtrace.network.quantity import LOSS, Derivative, Quantity
from backtrace.notation.loading import load_profile
from backtrace.notation.names import Names
from tests.check.reading.doors import MAZUR, checked, read, refusal, verdicts

XOR = bt.load("xor").network


def key(name: str, notation: str = "mazur") -> object:
    return Names(MAZUR, load_profile(notation)).resolve(name)


def test_parts_continuations_comments() -> None:
    work = "# mine\n\nnet_h1 = w1*i1 + w2*i2 + b_h1   # by hand\n  = 0.15*0.05 + 0.20*0.10 + 0.35\n ≈ 0.3775"
    work += "\n-----\nw5 := 0.4000\n"
    first, second = read(work).lines
    assert (first.line, second.line) == (3, 7)
    assert [part.sort for part in first.parts] == [FORMULA, SUBSTITUTION, NUMBER]
    assert first.text.count("=") == 2 and "#" not in first.text
    assert second.key == key("w5+"), "what := gives is the new weight"
    assert verdicts(work) == {"right": 1, "wrong": 1}


@pytest.mark.parametrize(
    "line",
    [
        "delta_o1 = (o1-t1)*o1(1-o1) = 0.1385",
        "δ_o1 = −(t1 − out_o1)·out_o1·(1 − out_o1) ≈ 0.1385",
        "delta_o1 = 0.7414*0.7514(1-0.7514) = 1.385e-1",
        "delta_o1 = 1.385·10^-1",
        "delta_o1 = 1.385 x 10^-1",
        "delta_o1 = 1.385×10⁻¹",
        "∂E/∂w5 = 8.217·10^-2",
        "w5⁺ = w5 − η·∂E/∂w5 = 0.3589",
        "w5' = 0.3589",
        "E = ½(t1-out_o1)²",
    ],
)
def test_signs(line: str) -> None:
    found = verdicts(line)
    assert found == ({"unreadable": 1} if "½" in line else {"right": 1}), found


def test_headings_cover_what_follows() -> None:
    work = "step 2\nE = 0.291\nstep 1\nE = 0.298\n"
    assert [line.key for line in read(work).lines] == [LOSS._replace(updates=1), LOSS]
    assert verdicts(work) == {"right": 2}
    work = "sample 2\nnet_h1 = 1\nE = 0.00247569\ndelta_o1 = -0.00247\nnet_h1@3 = 1\nall samples\nE = 0.0103128"
    lines = read(work, XOR).lines
    assert lines[0].key == Quantity("net", 1, 1, sample=2) and lines[3].key == Quantity("net", 1, 1, sample=3)
    assert lines[1].key == LOSS._replace(sample=2) and lines[4].key == LOSS
    assert verdicts(work, XOR) == {"right": 5}
    assert "there is no sample 5" in refusal("sample 5\nnet_h1 = 1", XOR)
    assert "there is one sample" in refusal("sample 2\nnet_h1 = 1")
    assert "more than 20 updates" in refusal("step 900\nE = 1")


def test_a_notation_is_named_or_found() -> None:
    by_name = read("# notation: bishop\nz^(1)_1 = 0.5933\ny_1 = 0.7514")
    assert by_name.notation == "bishop" and not by_name.notes
    assert by_name.lines[1].key == key("out_o1")
    late = read("z^(1)_1 = 0.5933\n# notation: bishop\ny_1 = 0.7514")
    assert late.lines == by_name.lines or late.lines[0].key == by_name.lines[0].key
    found = read("z^2_1 = 0.3775\na^2_1 = 0.5933\nz^3_1 = 1.106")
    assert found.notation == "nielsen" and [note.args for note in found.notes] == [("nielsen",)]
    assert [note.id for note in found.notes] == ["read_in_notation"]
    told = read("z^2_1 = 0.3775", notation="mazur")
    assert told.notation == "mazur" and told.lines[0].error is not None
    own = read("net_h1 = 0.3775\na = 0.3775*2\n")
    assert own.notation == "mazur" and not own.notes, "a name of one's own is no other notation"
    with pytest.raises(Exception, match="there is no notation"):
        read("# notation: ../../etc/passwd\nw5 = 1")


def test_decimal_comma() -> None:
    work = "net_h1 = 0,15*0,05 + 0,20*0,10 + 0,35 = 0,3775\nout_h1 = 5,933·10^-1\nE = 0,298"
    assert read(work).comma and verdicts(work) == {"right": 3}
    mixed = read("net_h1 = 0,3775\nout_h1 = 0.5933\nout_h2 = 0,5969")
    assert [line.error is None for line in mixed.lines] == [True, False, True]
    said = str(mixed.lines[1].error)
    assert "0.5933" in said and "0,3775" in said and "line 1" in said
    assert not read("net_h1 = max(0,1)*0.3775").comma
    layers = read("# notation: layer-uy\ny_2,1 = 0.7514\nw_2,1,1 = 0.40")
    assert not layers.comma and all(line.error is None for line in layers.lines)


def test_names_of_ones_own() -> None:
    work = "a = out_o1*(1-out_o1) = 0.1868\ndelta_o1 = (out_o1-t1)*a = 0.1385\ns1 = 0.7514*0.2486 = 0.1868"
    assert verdicts(work) == {"right": 3}
    assert read(work).lines[0].key == Quantity("own", name="a")
    wrong = checked("a = out_o1*(1-out_h1) = 0.3056\ndelta_o1 = (out_o1-t1)*a = 0.2266\nb = 0.5*0.5 = 0.35")
    assert [one.verdict for one in wrong.lines][1:] == ["wrong", "wrong"]
    for slip in ("out_h7 = 0.5", "dE/dw99 = 1", "delta_o9 = 1", "w55 = 1", "nett_h1 = 1"):
        assert "there is no quantity" in refusal(slip) and "\n" in refusal(slip), slip
    assert "there is no quantity" in refusal("net_h1 = qq + 1")
    chain = "\n".join(["aa = w5+w6", *(f"a{chr(97 + n)} = a{chr(96 + n)}+a{chr(96 + n)}" for n in range(1, 26))])
    assert len(checked(chain).lines) == 26, "names that stand for names grow no formula without end"


def test_one_by_itself() -> None:
    assert verdicts("dE/dE = 1\ndE_o1/dE_o1 = 1\ndE/dE_o1 = dE/dE*1 = 1*1 = 1") == {"right": 3}
    assert verdicts("dE/dE = 2") == {"wrong": 1}


def test_twice_is_kept_twice() -> None:
    report = checked("net_h1 = 0.5321\nnet_h1 = 0.3775")
    assert [one.verdict for one in report.lines] == ["wrong", "right"]


@pytest.mark.parametrize(
    ("line", "code", "column"),
    [
        ("w5 = 0.3 = = 0.4", "nothing stands between", 12),
        ("w5 0.3", "there is no =", 0),
        ("= 0.3", "no name before", 0),
        ("w5 = 0.3; import os", "';'", 9),
        ("w5 = w6 w7", "sign is missing", 9),
        ("w5 = 2w6", "sign is missing", 7),
        ("w5 = (0.3", "not closed", 6),
        ("w5 =   0.5.5", "does not begin with a number", 8),
        ("out_h1 = 59.33%", "write 0.25 for 25 %", 15),
    ],
)
def test_a_line_that_cannot_be_read_says_where(line: str, code: str, column: int) -> None:
    work = f"net_h1 = 0.3775\n{line}\nE = 0.298"
    if line.startswith("="):
        assert "no name before" in refusal(line)
        return
    said = refusal(work, line=1)
    assert code in said and said.startswith(f"work.txt:2:{column}:" if column else "work.txt:2:")
    assert verdicts(work) == {"right": 2, "unreadable": 1}


@pytest.mark.parametrize(
    "table",
    [
        "name,value\nnet_h1,0.3775\nE,0.298",
        "net_h1;0,3775\nE;0,298",
        "name\tvalue\nnet_h1\t0.3775\nE\t0.298",
        '"net_h1","0.3775"\n"E","0.298"',
        "net_h1 | 0.3775\nE | 0.298",
        "# mine\nname,value,remark\nnet_h1,0.3775,easy\n\nE,0.298,",
    ],
)
def test_tables(table: str) -> None:
    assert verdicts(table) == {"right": 2}
    assert read(table).comma == (";" in table)


def test_a_broken_row_of_a_table() -> None:
    assert verdicts('net_h1,0.3775\n"E,0.298') == {"right": 1, "unreadable": 1}


def test_answer_forms() -> None:
    work = "# Homework 3\nform = 4F2A-9C\n\n1a net_h1 = 0.3775\n1b =\n2a dE/dw5 = 0.0822\n2c = A, C\n"
    found = read(work)
    assert found.form == "4F2A-9C"
    assert [line.name for line in found.lines] == ["1a net_h1", "1b", "2a dE/dw5", "2c"]
    assert [one.verdict for one in checked(work).lines] == ["right", "not_judged", "right", "not_judged"]
    assert [note.id for note in checked(work).lines[1].notes] == ["left_out"]


def test_gaps() -> None:
    report = checked("net_h1 = ________ = 0.3775\nout_h1 = ________\n________ = w1*i1\ndE/dw5 = ____ * ____ = 0.0822")
    assert [one.verdict for one in report.lines] == ["right", "not_judged", "not_judged", "right"]
    assert [note.id for note in report.lines[1].notes] == ["left_out"]


def test_a_derivative_to_be_worked_out() -> None:
    right = "dE/dout_o1 = d/dout_o1 [1/2*(t1 - out_o1)^2 + 1/2*(t2 - out_o2)^2] = -(t1 - out_o1) = 0.7414"
    assert verdicts(right) == {"right": 1}
    assert verdicts(right.replace("1/2*(t1 - out_o1)^2", "1/3*(t1 - out_o1)^2")) == {"wrong": 1}
    assert "too large" in refusal("dE/dw5 = d/dw5 [" + "*".join(["w5"] * 190) + "]")
    nested = "dE/dw5 = " + "d/dw5 [" * 5 + "w5" + "]" * 5
    assert "nested" in refusal(nested)


def test_the_loss_of_a_derivative() -> None:
    lines = read("dE/dout_o1 = 0.7414\ndE@1/dnet_o1 = 1").lines
    assert lines[0].key == Derivative(LOSS, Quantity("out", 2, 1))
