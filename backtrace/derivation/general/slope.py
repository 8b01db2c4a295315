"""The slope of any activation of one net, by the rules of calculus and then as its record writes it."""

from __future__ import annotations

from backtrace.derivation.general.lecture import Lecture
from backtrace.derivation.general.proofs import Line, Proof, bridge, in_symbols, prove, slope_lines
from backtrace.errors import InputError, NotSupported
from backtrace.expression.tree import applied, number, symbol
from backtrace.network.indexed import Free

FREE_X, FREE_Y = Free("x"), Free("y")
X, Y = symbol(FREE_X), symbol(FREE_Y)


def build(on: Lecture) -> None:
    """Writes the topic; NotSupported for an activation that has no slope of its own."""
    activation = on.asked.activation
    if activation is None:
        raise InputError(
            "the slope of which activation?", hint="name one, as in --activation tanh, or give a formula in x"
        )
    if activation.formula is None or activation.slope is None:
        hint = "backtrace explain softmax" if not activation.elementwise else "choose an activation with a slope"
        raise NotSupported(f"{activation.name} is no function of one net with a derivative", hint=hint)
    formula, slope = (in_symbols(e, FREE_X, FREE_Y) for e in (activation.formula, activation.slope))
    lines = slope_lines(formula, applied(on.function, X, 1), *bridge(activation, FREE_X, FREE_Y), by=FREE_X)
    if lines[-1].expr != slope:
        lines = (*lines, Line(slope, "written through the output"))
    meanings = {
        (on.function, 0): activation.value,
        (on.function, 1): lambda x: activation.slope_at(x, activation.value(x)),
    }
    on.section("formula_of", applied(on.function, X))
    prove(on, Proof("formula", (Line(formula, "", applied(on.function, X)),), meanings=meanings))
    on.section("its_slope", applied(on.function, X))
    prove(on, Proof("slope", lines, {FREE_Y: formula}, meanings))
    if activation.remark:
        on.gap()
        on.remark("slope_at_corner", X, number(activation.slope_at(0.0, activation.value(0.0))))
