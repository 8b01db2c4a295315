"""The check of general statements: it lets through what holds, and nothing else."""

from __future__ import annotations

from random import Random

import pytest

from backtrace.derivation.general.checking import Claim, check
from backtrace.derivation.general.explain import asked_of
from backtrace.derivation.general.instances import DATA, instances
from backtrace.derivation.general.lecture import Lecture
from backtrace.derivation.general.topics import topic_named
from backtrace.errors import InternalFault
from backtrace.expression.tree import Expr, add, call, mul, neg, number, pending, sub
from backtrace.network.indexed import Index
from backtrace.notation.loading import load_profile


def lecture(notation: str = "nielsen", activation: str | None = None) -> Lecture:
    topic = topic_named("delta-rule")
    return Lecture("test", asked_of(topic, load_profile(notation), activation, None, None))


ON = lecture()
LAYER, BELOW, ABOVE = ON.layer, ON.layer.plus(-1), ON.layer.plus(1)
I, J, K = ON.unit("i"), ON.unit("j"), ON.unit("k")  # noqa: E741 (a unit)
NET, OUT, DELTA, WEIGHT = ON.net(LAYER, J), ON.out(LAYER, J), ON.delta(LAYER, J), ON.weight(LAYER, J, I)
TERM = mul(ON.weight(ABOVE, K, J), ON.delta(ABOVE, K))
SUM = ON.over(K, ABOVE, TERM)


def tried(*sides: Expr, data: str = "one", wrong: bool = False, on: Lecture = ON) -> int:
    return check(Claim("test:1", sides, data, wrong), instances(on.asked, DATA[data]), on.functions, Random(1))


def summed(*factors: Expr) -> Expr:
    return ON.over(K, ABOVE, mul(*factors))


HOLD = {
    "delta from above": (DELTA, mul(ON.f(NET, 1), SUM)),
    "a gradient": (ON.d(ON.loss, WEIGHT), mul(DELTA, ON.out(BELOW, I))),
    "a carried-out derivative": (
        ON.d(ON.net(ABOVE, K), OUT),
        pending(ON.over(I, LAYER, mul(ON.weight(ABOVE, K, I), ON.out(LAYER, I))), OUT),
    ),
    "a derivative through other quantities": (
        ON.d(ON.out(ABOVE, K), NET),
        pending(ON.f(ON.net(ABOVE, K)), NET),
    ),
    "the bias as term 0": (
        ON.net(LAYER, J),
        ON.over(I, BELOW, mul(ON.weight(LAYER, J, I), ON.out(BELOW, I)), start=0),
    ),
}
X = ON.free("x")
TWICE = mul(number(2), X)


def tanh_by_sigmoid(argument: Expr) -> Expr:
    return sub(mul(number(2), call("sigmoid", argument)), number(1))


# Each is a mistake that books or students make.
FAULTS = {
    "the misprint of D8": (DELTA, mul(ON.d(ON.loss, ON.net(ABOVE, K)), ON.d(ON.loss, OUT), ON.d(OUT, NET))),
    "a dropped sum": (DELTA, mul(ON.f(NET, 1), TERM)),
    "a forgotten slope": (DELTA, SUM),
    "the slope of another layer": (DELTA, summed(ON.f(ON.net(ABOVE, K), 1), TERM)),
    "the function for its slope": (DELTA, mul(ON.f(NET), SUM)),
    "the wrong sign": (DELTA, neg(mul(ON.f(NET, 1), SUM))),
    "delta times its own output": (ON.d(ON.loss, ON.bias(LAYER, J)), mul(DELTA, OUT)),
    "a dropped bias": (
        ON.net(LAYER, J),
        ON.over(I, BELOW, mul(ON.weight(LAYER, J, I), ON.out(BELOW, I))),
    ),
    "the square root of an erratum": (call("tanh", X), tanh_by_sigmoid(X)),
    "a constant too many": (ON.loss, add(ON.loss, number(1e-6))),
}


@pytest.mark.parametrize("name", HOLD)
def test_what_holds_passes(name: str) -> None:
    assert tried(*HOLD[name]) > 10


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_caught(name: str) -> None:
    with pytest.raises(InternalFault, match="was expected"):
        tried(*FAULTS[name])
    assert tried(*FAULTS[name], wrong=True)


def test_the_right_form_of_the_erratum() -> None:
    assert tried(call("tanh", X), tanh_by_sigmoid(TWICE))


@pytest.mark.parametrize("name", HOLD)
def test_what_holds_cannot_be_called_wrong(name: str) -> None:
    with pytest.raises(InternalFault, match="holds wherever it was tried"):
        tried(*HOLD[name], wrong=True)


def test_what_cannot_be_tried_is_not_printed() -> None:
    far = ON.delta(ABOVE.plus(7), J)
    with pytest.raises(InternalFault, match="nothing to try it on"):
        tried(far, far)


def test_a_function_that_nothing_defines() -> None:
    on = lecture("ng")
    with pytest.raises(InternalFault, match="nothing says what"):
        tried(OUT, on.f(NET))


def test_matrices_are_compared_entry_by_entry() -> None:
    rows = lecture("mazur")
    layer = rows.layer
    right = Expr("matmul", (Expr("transpose", (rows.out(layer.plus(-1)),)), rows.delta(layer)))
    gradient = rows.d(rows.loss, rows.weight(layer))
    assert tried(gradient, right, on=rows)
    with pytest.raises(InternalFault):
        tried(gradient, Expr("transpose", (right,)), on=rows)
    with pytest.raises(InternalFault):  # a mean over three samples is not their sum
        tried(gradient, right, data="mean", on=rows)
    assert tried(gradient, right, data="sum", on=rows)


def test_shapes_that_do_not_fit_are_our_fault() -> None:
    with pytest.raises(InternalFault, match="times a"):
        ON.shapes.of_line(ON.net(LAYER), Expr("matmul", (ON.out(BELOW), ON.weight(LAYER))))
    with pytest.raises(InternalFault, match="gets a result"):
        ON.shapes.of_line(ON.net(LAYER), ON.out(BELOW))


def test_letters_that_the_notation_needs_are_not_used_for_units() -> None:
    goodfellow = lecture("goodfellow")  # its layers are k, the last one l
    assert goodfellow.unit("k") != Index("k") and goodfellow.unit("l") != Index("l")
    assert goodfellow.unit("k") == goodfellow.unit("k") != goodfellow.unit("n")
