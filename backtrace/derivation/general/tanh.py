"""tanh: its slope, and the sigmoid it is made of (Goodfellow, Bengio, Courville, section 6.3.2)."""

from __future__ import annotations

from collections.abc import Hashable

from backtrace.derivation.general.lecture import Lecture
from backtrace.derivation.general.proofs import Line, Proof, numbers, prove, slope_lines
from backtrace.expression.tree import ONE, TWO, Expr, add, applied, call, div, mul, neg, power, replace, sub, symbol
from backtrace.network.activations import TANH
from backtrace.network.indexed import Free, Function

FREE_X, FREE_Y = Free("x", -3.0, 3.0), Free("y")
X, Y = symbol(FREE_X), symbol(FREE_Y)
NAME = Function("tanh", "tanh", r"\tanh")
UP, DOWN = call("exp", X), call("exp", neg(X))
ABOVE, BELOW = sub(UP, DOWN), add(UP, DOWN)
QUOTIENT = div(ABOVE, BELOW)
TWICE = call("exp", neg(mul(TWO, X)))
SLOPE = sub(ONE, power(Y, TWO))
DEFINED: dict[Hashable, Expr] = {FREE_Y: call("tanh", X)}
MEANINGS = {(NAME, 1): lambda x: TANH.slope_at(x, TANH.value(x))}


def sigma(e: Expr) -> Expr:
    """σ(e)."""
    return call("sigmoid", e)


RIGHT = sub(mul(TWO, sigma(mul(TWO, X))), ONE)
WRONG = sub(mul(TWO, sigma(X)), ONE)

DERIVATIVE = Proof(
    "slope",
    slope_lines(
        QUOTIENT,
        applied(NAME, X, 1),
        (div(sub(power(BELOW, TWO), power(ABOVE, TWO)), power(BELOW, TWO)), "a factor times itself is its square"),
        (sub(ONE, power(QUOTIENT, TWO)), "the fraction split"),
        (SLOPE, "y is the output"),
        by=FREE_X,
    ),
    DEFINED,
    MEANINGS,
)
FROM_SIGMOID = Proof(
    "from_sigmoid",
    (
        Line(sub(div(TWO, add(ONE, TWICE)), ONE), "the sigmoid put in", RIGHT),
        Line(div(sub(TWO, add(ONE, TWICE)), add(ONE, TWICE)), "one fraction"),
        Line(div(sub(ONE, TWICE), add(ONE, TWICE)), "put together"),
        Line(div(mul(UP, sub(ONE, TWICE)), mul(UP, add(ONE, TWICE))), "times the power, above and below"),
        Line(QUOTIENT, "multiplied out"),
        Line(call("tanh", X), "that is tanh"),
    ),
)
OF_HALF = Proof(
    "of_half",
    (
        Line(
            sub(mul(TWO, sigma(mul(TWO, div(X, TWO)))), ONE),
            "x is twice x/2",
            WRONG,
        ),
        Line(call("tanh", div(X, TWO)), "as before, with half of x"),
    ),
)


def build(on: Lecture) -> None:
    """Writes the topic."""
    on.section("its_slope", call("tanh", X))
    prove(on, DERIVATIVE)
    on.section("as_sigmoid", call("tanh", X))
    prove(on, FROM_SIGMOID)
    on.section("not_tanh", WRONG)
    on.remark("sometimes_seen", WRONG)
    on.gap()
    prove(on, OF_HALF)
    on.gap()
    on.remark("at_one", X)
    for name, form in (("tanh", call("tanh", X)), ("right", RIGHT), ("wrong", WRONG)):
        at_one = replace(form, lambda key: ONE)
        numbers(on, name, form, at_one)
