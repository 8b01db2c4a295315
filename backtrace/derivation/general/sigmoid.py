"""The sigmoid: its slope from both of its forms, its inverse, its symmetry (Bishop, 4.59, 4.60, 4.88)."""

from __future__ import annotations

from collections.abc import Hashable

from backtrace.derivation.general.lecture import Lecture
from backtrace.derivation.general.proofs import Line, Proof, bridge, numbers, prove, slope_lines
from backtrace.expression.tree import ONE, TWO, Expr, add, applied, call, div, mul, neg, number, power, sub, symbol
from backtrace.network.activations import SIGMOID
from backtrace.network.indexed import Free, Function

FREE_X, FREE_Y = Free("x", -4.0, 4.0), Free("y")
X, Y = symbol(FREE_X), symbol(FREE_Y)
FIVE = number(5)
SIGMA = Function("σ", "sigma", r"\sigma")
UP, DOWN = call("exp", X), call("exp", neg(X))
ONE_OVER = div(ONE, add(ONE, DOWN))
POWERS = div(UP, add(ONE, UP))
SLOPE = mul(Y, sub(ONE, Y))
SLOPE_OF_X = applied(SIGMA, X, 1)


def sigma(e: Expr) -> Expr:
    """σ(e)."""
    return call("sigmoid", e)


DEFINED: dict[Hashable, Expr] = {FREE_Y: sigma(X)}
MEANINGS = {(SIGMA, 1): lambda x: SIGMOID.slope_at(x, SIGMOID.value(x))}

FORMS = Proof(
    "forms",
    (
        Line(ONE_OVER, "", sigma(X)),
        Line(div(UP, mul(UP, add(ONE, DOWN))), "times the power, above and below"),
        Line(div(UP, add(UP, mul(UP, DOWN))), "multiplied out"),
        Line(div(UP, add(UP, ONE)), "a power times its reciprocal is 1"),
        Line(POWERS, "the terms in the other order"),
    ),
)
FIRST = Proof(
    "slope_first",
    slope_lines(ONE_OVER, SLOPE_OF_X, *bridge(SIGMOID, FREE_X, FREE_Y), (SLOPE, "y is the output"), by=FREE_X),
    DEFINED,
    MEANINGS,
)
SECOND = Proof(
    "slope_second",
    slope_lines(
        POWERS,
        SLOPE_OF_X,
        (div(add(UP, mul(UP, UP), neg(mul(UP, UP))), power(add(ONE, UP), TWO)), "multiplied out"),
        (div(UP, power(add(ONE, UP), TWO)), "the products cancel"),
        (mul(POWERS, div(ONE, add(ONE, UP))), "split into two factors"),
        (mul(POWERS, div(add(ONE, UP, neg(UP)), add(ONE, UP))), "power added and taken away above"),
        (mul(POWERS, sub(ONE, POWERS)), "the fraction split"),
        (SLOPE, "y is the output"),
        by=FREE_X,
    ),
    DEFINED,
    MEANINGS,
)
INVERSE = Proof(
    "inverse",
    (
        Line(ONE_OVER, "", Y),
        Line(ONE, "times the denominator", mul(Y, add(ONE, DOWN))),
        Line(div(ONE, Y), "divided by y", add(ONE, DOWN)),
        Line(sub(div(ONE, Y), ONE), "1 taken away", DOWN),
        Line(div(sub(ONE, Y), Y), "one fraction"),
        Line(call("ln", div(sub(ONE, Y), Y)), "the logarithm of both sides", neg(X)),
        Line(neg(call("ln", div(sub(ONE, Y), Y))), "the sign turned on both sides", X),
        Line(call("ln", div(Y, sub(ONE, Y))), "the reciprocal turns the sign of ln"),
    ),
    DEFINED,
)
SYMMETRY = Proof(
    "symmetry",
    (
        Line(div(ONE, add(ONE, UP)), "first form, the sign of x turned", sigma(neg(X))),
        Line(div(add(ONE, UP, neg(UP)), add(ONE, UP)), "power added and taken away above"),
        Line(sub(ONE, POWERS), "the fraction split"),
        Line(sub(ONE, sigma(X)), "the second form"),
    ),
)


def build(on: Lecture) -> None:
    """Writes the topic."""
    on.section("two_forms", sigma(X))
    prove(on, FORMS)
    on.section("slope_from_form", ONE_OVER)
    prove(on, FIRST)
    on.section("slope_from_form", POWERS)
    prove(on, SECOND)
    on.gap()
    on.remark("same_slope")
    on.section("inverse_of", sigma(X))
    on.remark("solved_for", X)
    on.gap()
    prove(on, INVERSE)
    on.section("turned_sign", sigma(neg(X)))
    prove(on, SYMMETRY)
    on.gap()
    on.remark("for_example")
    numbers(on, "at_5", sigma(FIVE), div(ONE, add(ONE, call("exp", neg(FIVE)))))
    numbers(on, "at_minus_5", sigma(neg(FIVE)), sub(ONE, sigma(FIVE)))
