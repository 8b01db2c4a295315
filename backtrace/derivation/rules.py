"""A local derivative by the rules of calculus, line by line: the lines are those of the expression room."""

from __future__ import annotations

from backtrace.derivation.conventions import SMOOTH
from backtrace.derivation.steps import Step
from backtrace.derivation.workspace import Worksheet
from backtrace.engine.zoom import Zoom
from backtrace.expression.calculus import differentiate
from backtrace.expression.tree import Expr
from backtrace.network.quantity import Key, Quantity, neutral


def calculus_lines(work: Worksheet, zoom: Zoom, upper: Key, lower: Key, form: Expr) -> tuple[Step, ...]:
    """The lines from d/d lower [formula of upper] to the form that the page goes on with.

    The last lines lead from what calculus gives to the shorter form through the output, where there is one.
    """
    assert isinstance(upper, Quantity) and isinstance(lower, Quantity)
    found = work.rules(upper, lower)
    if found:
        return found
    left = work.factor(zoom, upper, lower)
    name = neutral(left.args[0])
    lines = [(line.expr, line.rule) for line in differentiate(zoom.formula(upper), lower)]
    corner = work.corner(zoom, upper, lower)
    if corner and corner.words not in SMOOTH and work.number_of(lines[-1][0]) != work.number_of(form):
        return ()  # no rule leads to what is taken at this corner; the page says what that is
    lines += work.bridge(zoom, upper, lower, lines[-1][0], form)
    return tuple(
        Step(f"{name}:rule{place}", "rule", left, (expr,), rule=rule, statement=True)
        for place, (expr, rule) in enumerate(lines)
    )
