"""relu: its two pieces and the corner between them (Goodfellow, Bengio, Courville, section 6.3.1)."""

from __future__ import annotations

from backtrace.derivation.general.lecture import Lecture
from backtrace.derivation.general.proofs import Line, Proof, prove
from backtrace.expression.tree import ONE, ZERO, add, applied, call, div, neg, number, pending, sub, symbol
from backtrace.network.activations import RELU
from backtrace.network.indexed import Free, Function

NAME = Function("relu", "relu", r"\mathrm{relu}")
ABOVE, BELOW, STEP = (symbol(Free(*one)) for one in (("x", 0.1, 3.0), ("x", -3.0, -0.1), ("h", 0.001, 1.0)))
MEANINGS = {(NAME, 0): RELU.value, (NAME, 1): lambda x: RELU.slope_at(x, RELU.value(x))}

POSITIVE = Proof(
    "positive",
    (
        Line(call("max", ZERO, ABOVE), "", applied(NAME, ABOVE)),
        Line(ABOVE, "the larger of the two"),
        Line(pending(ABOVE, ABOVE), "", applied(NAME, ABOVE, 1)),
        Line(ONE, "variable rule"),
    ),
    meanings=MEANINGS,
)
NEGATIVE = Proof(
    "negative",
    (
        Line(call("max", ZERO, BELOW), "", applied(NAME, BELOW)),
        Line(ZERO, "the larger of the two"),
        Line(pending(ZERO, BELOW), "", applied(NAME, BELOW, 1)),
        Line(ZERO, "constant rule"),
    ),
    meanings=MEANINGS,
)
FROM_ABOVE = Proof(
    "from_above",
    (
        Line(
            div(sub(STEP, ZERO), STEP),
            "a step up from 0",
            div(sub(applied(NAME, add(ZERO, STEP)), applied(NAME, ZERO)), STEP),
        ),
        Line(ONE, "for every step, however small"),
    ),
    meanings=MEANINGS,
)
FROM_BELOW = Proof(
    "from_below",
    (
        Line(
            div(sub(ZERO, ZERO), neg(STEP)),
            "a step down from 0",
            div(sub(applied(NAME, sub(ZERO, STEP)), applied(NAME, ZERO)), neg(STEP)),
        ),
        Line(ZERO, "for every step, however small"),
    ),
    meanings=MEANINGS,
)


def build(on: Lecture) -> None:
    """Writes the topic."""
    on.section("piece_above", ABOVE)
    prove(on, POSITIVE)
    on.section("piece_below", BELOW)
    prove(on, NEGATIVE)
    on.section("the_corner", ABOVE)
    on.remark("difference_quotients")
    on.gap()
    prove(on, FROM_ABOVE)
    prove(on, FROM_BELOW)
    on.gap()
    on.remark("no_slope_there", number(RELU.slope_at(0.0, RELU.value(0.0))))
    on.remark("dead_units")
