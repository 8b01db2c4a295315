"""The scaled tanh 1.7159·tanh(2x/3) (LeCun, Bottou, Orr, Müller 1998, "Efficient BackProp", section 4.4)."""

from __future__ import annotations

from math import atanh, sqrt

from backtrace.derivation.general.lecture import Lecture
from backtrace.derivation.general.proofs import Proof, bridge, in_symbols, numbers, prove, slope_lines
from backtrace.derivation.steps import Table
from backtrace.expression.calculus import derivative
from backtrace.expression.evaluate import compiled
from backtrace.expression.tree import ONE, Expr, applied, call, neg, number, replace, symbol
from backtrace.network.activations import SCALED_TANH
from backtrace.network.indexed import Free, Function

FREE_X = Free("x", -3.0, 3.0)
X = symbol(FREE_X)
NAME = Function("f", "f", "f")
assert SCALED_TANH.formula is not None
assert SCALED_TANH.slope is not None
FORMULA, SLOPE = (in_symbols(e, FREE_X, FREE_X) for e in (SCALED_TANH.formula, SCALED_TANH.slope))
MEANINGS = {
    (NAME, 0): SCALED_TANH.value,
    (NAME, 1): lambda x: SCALED_TANH.slope_at(x, SCALED_TANH.value(x)),
}
DERIVATIVE = Proof(
    "slope",
    slope_lines(FORMULA, applied(NAME, X, 1), *bridge(SCALED_TANH, FREE_X, FREE_X), by=FREE_X),
    meanings=MEANINGS,
)
BEND = derivative(SLOPE, FREE_X)
# The third derivative of tanh(u) is −2·(1 − tanh² u)·(1 − 3·tanh² u): the bend is strongest where tanh² u is a third.
STRONGEST_BEND = 1.5 * atanh(1.0 / sqrt(3.0))


def at(form: Expr, x: Expr) -> Expr:
    """The formula with x put in."""
    return replace(form, lambda key: x)


def build(on: Lecture) -> None:
    """Writes the topic."""
    on.section("its_slope", FORMULA)
    on.remark("called", applied(NAME, X))
    on.gap()
    prove(on, DERIVATIVE)
    on.section("why_scaled")
    on.remark("ends_at_one")
    for sign, x in (("plus", ONE), ("minus", neg(ONE))):
        numbers(on, f"at_{sign}_one", applied(NAME, x), at(FORMULA, x))
    on.gap()
    on.remark("gain_near_one")
    for name, x in (("zero", number(0)), ("one", ONE)):
        numbers(on, f"slope_at_{name}", applied(NAME, x, 1), at(SLOPE, x))
    on.gap()
    on.remark("bend_near_one", applied(NAME, X, 2))
    bend_at = compiled(BEND, (FREE_X,))
    bends = [(x, abs(bend_at(x))) for x in (0.5, 0.8, STRONGEST_BEND, 1.2, 1.5, 2.0)]
    on.append(
        Table(
            f"{on.topic}:bend",
            "",
            (),
            (X, call("abs", applied(NAME, X, 2))),
            tuple((float(x), bend) for x, bend in bends),
        )
    )
    on.remark("bend_is_strongest", number(STRONGEST_BEND, f"{STRONGEST_BEND:.6f}"))
    on.remark("targets_inside", applied(NAME, X))
