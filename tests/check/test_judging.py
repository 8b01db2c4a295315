"""The verdict of each line: published errors as somebody hands them in, what follows from a mistake, and ways of
writing that must not matter."""

from __future__ import annotations

from random import Random

import pytest

from backtrace.check.checking import check
from backtrace.check.report.right_lines import RightLines
from backtrace.check.students.student import Student, calculated, hand_in
from tests.check.sheets import checked, ids, network, notes, verdicts

RIGHT, FOLLOWS, WRONG = "right", "follow_through", "wrong"

# Errors of published walkthroughs of the network `mazur`, with what has to be found.
PUBLISHED = {
    "a digit is misread": (
        "w1+ = 0.14978072\nw2+ = 0.19950143\nw3+ = 0.24975114",
        [RIGHT, WRONG, RIGHT],
        ["pen.digit_misread"],
    ),
    "the other input": (
        "delta_h1 = 0.00877135\n"
        "dE/dw1 = delta_h1*i1 = 0.000438568\n"
        "dE/dw2 = delta_h1*i1 = 0.000438568\n"
        "w2+ = w2 - eta*dE/dw2 = 0.199780716",
        [RIGHT, RIGHT, WRONG, FOLLOWS],
        ["weight_gradient.other_signal"],
    ),
    "weights read by column": ("net_h1 = w1*i1 + w3*i2 + b_h1 = 0.3775", [WRONG], ["forward.transposed"]),
    "another number put in": (
        "dE_o1/dout_h1 = 0.055396\n"
        "dE_o2/dout_h1 = 0.5*(-0.0038097) = -0.019485\n"
        "dE/dout_h1 = 0.055396 - 0.019485 = 0.035911\n"
        "delta_h1 = 0.008665\n"
        "dE/dw1 = 0.00043326\n"
        "w1+ = 0.149783",
        ["rounded_early", WRONG, FOLLOWS, FOLLOWS, FOLLOWS, FOLLOWS],
        [],
    ),
    "two conventions of the sign of δ mixed": (
        "delta_o1 = -(t1 - out_o1)*out_o1*(1 - out_o1) = 0.1385\ndE/dw5 = -delta_o1*out_h1 = -0.08217",
        [RIGHT, WRONG],
        ["weight_gradient.sign_of_delta"],
    ),
    "another derivative in the middle": (
        "delta_h1 = dE/dnet_o1 * dE/dout_h1 * dout_h1/dnet_h1",
        [WRONG],
        ["hidden_delta.wrong_middle_factor"],
    ),
    "gradients through updated weights": (
        "w1+ = 0.14978072\nw5+ = 0.35891648\nE+ = 0.291027924",
        [RIGHT, RIGHT, WRONG],
        ["procedure.other_order"],
    ),
    "a row for a column, and honest work after it": (
        "out_h1 = 0.5933\n"
        "delta_o1 = 0.1385\n"
        "delta_o2 = -0.0381\n"
        "delta_h1 = (0.1385*0.40 - 0.0381*0.45)*0.5933*(1 - 0.5933) = 0.009231\n"
        "dE/dw1 = 0.0004616\n"
        "w1+ = 0.14977\n"
        "w5+ = 0.3589",
        [RIGHT, RIGHT, RIGHT, WRONG, FOLLOWS, FOLLOWS, RIGHT],
        ["hidden_delta.row_for_column"],
    ),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_errors_are_found_and_named(name: str) -> None:
    text, expected, causes = PUBLISHED[name]
    report = checked(text)
    assert verdicts(report) == expected
    wrong = expected.index(WRONG)
    assert ids(report.lines[wrong]) == causes
    assert report.verdict == "mistake" and report.first_mistake == wrong + 1


def test_a_line_may_be_wrong_although_its_number_is_right() -> None:
    (line,) = checked("net_h1 = w1*i1 + w3*i2 + b_h1 = 0.3775").lines
    assert line.verdict == WRONG and line.aspects["value"] and not line.aspects["formula"]


def test_numbers_of_a_program_that_cut_a_constant_off_are_right() -> None:
    report = checked("out_h1 = 0.5932699921052087\nout_o1 = 0.7513650695475076\nw1+ = 0.1497807161327648")
    assert verdicts(report) == [RIGHT] * 3 and notes(report) == ["constant_cut_off"]


def test_a_sheet_with_digits_cut_off_has_nothing_wrong() -> None:
    report = checked("out_h1=0.59327\nout_o1 = 0.75136\nout_o2 = 0.77293\ndelta_o1 = 0.13849\ndE/dw7=-0.022601")
    assert report.verdict == RIGHT


def test_the_other_sign_of_delta_throughout_is_a_convention() -> None:
    report = checked(
        "delta_o1 = (t1-out_o1)*out_o1*(1-out_o1) = -0.1385\n"
        "dE/dw5 = -delta_o1*out_h1 = 0.08217\n"
        "w5+ = w5 + eta*delta_o1*out_h1 = 0.3589"
    )
    assert report.verdict == RIGHT and notes(report) == ["sign_of_delta"]


def test_the_loss_without_its_half_throughout_is_a_convention() -> None:
    report = checked("E_o1 = 0.5496\nE = 0.5967\ndelta_o1 = 0.2770\ndE/dw5 = 0.1643\nw5+ = 0.3178")
    assert report.verdict == RIGHT and notes(report) == ["other_loss"]


def test_two_mistakes_that_cancel_are_seen() -> None:
    report = checked("delta_o1 = -0.1385\ndE/dw5 = -0.08217\nw5+ = 0.3589\nout_h1 = 0.5933")
    assert verdicts(report) == [WRONG, FOLLOWS, "right_not_from_own_lines", RIGHT]


def test_ways_of_writing_a_number_do_not_matter() -> None:
    report = checked("net_h1 = 3.775e-1\nout_h1 = 5.933*10^-1\ndE/dw1 = 4.386e-4\nw1 = 0.1500\nw5 = .4")
    assert verdicts(report) == [RIGHT] * 5


def test_a_given_number_written_wrongly_is_the_mistake_and_the_rest_follows() -> None:
    report = checked("w1 = 0.51\nnet_h1 = 0.3955\nout_h1 = 0.5976\nout_h2 = 0.5969")
    assert verdicts(report) == [WRONG, FOLLOWS, FOLLOWS, RIGHT]


def test_two_conventions_at_once_are_two_notes() -> None:
    report = checked("E_o1 = 0.5496\nE = 0.5967\ndelta_o1 = -0.2770\ndE/dw5 = 0.1643\nw5+ = 0.3178")
    assert report.verdict == RIGHT and notes(report) == ["other_loss", "sign_of_delta"]
    right = RightLines(report, network())
    assert (right.network.loss.name, right.sign) == ("squared_error", -1)


def test_the_other_sign_belongs_to_delta_and_not_to_the_derivative() -> None:
    report = checked("delta_o1 = -0.1385\ndE/dnet_o1 = 0.1385\ndE/dw5 = 0.08217")
    assert report.verdict == RIGHT and notes(report) == ["sign_of_delta"]


def test_follow_through_is_refused_where_a_carried_value_leaves_nothing_to_do() -> None:
    report = checked("out_o1 = 1\ndelta_o1 = 0\ndE/dw5 = 0\ndE/dw6 = 0\ndelta_o2 = -0.0381")
    assert verdicts(report) == [WRONG, *["not_judged"] * 3, RIGHT]
    assert notes(report.lines[1]) == ["trivial_follow_through"]
    # A wrong value that leaves work to do is followed.
    assert verdicts(checked("out_o1 = 0.9000\ndelta_o1 = 0.08010\ndE/dw5 = 0.04752")) == [WRONG, FOLLOWS, FOLLOWS]


def test_digits_cut_off_are_said_once() -> None:
    student = Student(4, cuts=True, carries=True)
    report = check(hand_in(network(), student, Random(1)), network())
    assert report.verdict == RIGHT and notes(report).count("cut_off") == 1


def test_of_two_lines_for_one_name_the_last_one_before_counts() -> None:
    report = checked("out_h1 = 0.6044\nnet_o1 = 1.110\nout_h1 = 0.5933\nnet_o1 = 1.106")
    assert verdicts(report) == [WRONG, FOLLOWS, RIGHT, RIGHT]


def test_of_two_numbers_for_one_quantity_either_may_be_worked_with() -> None:
    two = "dE/dw4 = 0.000991\ndE/dw4 = 0.000988"
    assert checked(f"{two}\nw4+ = 0.30 - 0.5*0.000991 = 0.299505").verdict == RIGHT
    assert checked(f"{two}\nw4+ = 0.30 - 0.5*0.000988 = 0.299506").verdict == RIGHT
    assert verdicts(checked(f"{two}\nw4+ = 0.30 - 0.5*0.000995 = 0.2995025"))[2] == WRONG
    wrong_then_right = "delta_o1 = 0.1835\ndelta_o1 = 0.1385"
    assert verdicts(checked(f"{wrong_then_right}\ndE/dw5 = 0.1089")) == [WRONG, RIGHT, FOLLOWS]


def test_a_number_that_follows_from_rounded_numbers_put_in_is_no_slip() -> None:
    def verdict(line: str) -> str:
        return verdicts(checked(f"delta_h1_3 = -0.008800\n{line} = 0.8005", "grid"))[1]

    assert verdict("w10+ = w10 - eta*dE/dw10 = 0.8 - 0.5*(-0.0009)") == "rounded_early"
    assert verdict("w10+ = w10 - eta*dE/dw10 = 0.8 - 0.5*(-0.0010)") == WRONG
    assert verdict("w10+") == WRONG


def test_a_given_number_written_with_fewer_digits_is_worked_with_as_written() -> None:
    assert checked("w1 = 0.1\nnet_h1 = 0.375").verdict == RIGHT
    assert checked("w1 = 0.1\nnet_h1 = 0.3775").verdict == RIGHT


def test_one_bare_digit_is_no_rounded_number() -> None:
    assert verdicts(checked("net_h1 = 1e300\nout_h1 = 1")) == [WRONG, "not_judged"]
    assert verdicts(checked("E = 0\nout_h2 = 0.5969")) == [WRONG, RIGHT]


def test_the_second_step_is_judged_like_the_first_and_its_mistakes_are_named() -> None:
    student = Student(5, carries=True, steps=2)
    second = network().weight(2, 1, 1)._replace(updates=2)
    entries = calculated(network(), student)
    old = entries[second._replace(updates=1)].used
    uphill = old + (old - entries[second].used)
    report = check(hand_in(network(), student, Random(1), {second: uphill}), network())
    (wrong,) = [one for one in report.lines if one.verdict == WRONG]
    assert wrong.line.key == second and ids(wrong) == ["update.uphill"]


@pytest.mark.parametrize("name", ["dout_o1/dnet_o1", "dE/dout_o1", "delta_h1", "delta_o1", "dE/dw5"])
def test_a_wrong_number_of_a_later_step_is_flagged(name: str) -> None:
    assert verdicts(checked(f"step 2\n{name} = 0.6123\nw5 = 0.3123")) == [WRONG, WRONG]
