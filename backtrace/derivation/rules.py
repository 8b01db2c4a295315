"""A local derivative by the rules of calculus, line by line (FACTS M21): the lines are those of the expression room."""

from __future__ import annotations

from backtrace.derivation.steps import Step
from backtrace.derivation.workspace import Workspace, d
from backtrace.engine.zoom import Zoom, product
from backtrace.expression.calculus import differentiate
from backtrace.expression.tree import ONE, Expr, replace, symbol
from backtrace.network.quantity import Derivative, Key, Quantity, neutral


def calculus_lines(work: Workspace, zoom: Zoom, upper: Key, lower: Key, form: Expr) -> tuple[Step, ...]:
    """The lines from d/d lower [formula of upper] to the form that the page goes on with.

    The last lines lead from what calculus gives to the shorter form through the output, where the activation has one;
    with `output_first` the page goes on with the updated weight, which no rule of calculus gives: the lines end in the
    old one, and conventions.py says so.
    """
    assert isinstance(upper, Quantity) and isinstance(lower, Quantity)
    left = d(upper, lower)
    name = neutral(Derivative(upper, lower))
    lines = [(line.expr, line.rule) for line in differentiate(zoom.formula(upper), lower)]
    activation = work.network.layers[upper.layer - 1].activation if upper.kind == "out" else None
    if activation and activation.bridge:
        net = upper._replace(kind="net")
        # Where the notation has no letter for the net, its formula stands in its place, and its own slope goes with it.
        named = lower == net
        through = {"x": symbol(net) if named else work.neurons.formula(net), "y": symbol(upper)}
        slope = ONE if named else work.local(work.neurons, net, lower)
        for bridge, reason in activation.bridge:
            lines.append((product(replace(bridge, lambda key: through.get(str(key))), slope), reason))
    elif upper.kind in ("loss", "loss_term") and lower.kind == "out":
        parts = {"t": symbol(Quantity("target", 0, lower.unit, sample=lower.sample)), "y": symbol(lower)}
        for bridge, reason in work.network.loss.bridge:
            lines.append((replace(bridge, lambda key: parts.get(str(key))), reason))
    if work.network.optimizer.order == "output_first":
        form = zoom.local(upper, lower)
    if lines[-1][0] != form:
        lines.append((form, "written through the output" if upper.kind == "out" else "shorter"))
    return tuple(
        Step(f"{name}:rule{number}", "rule", left, (expr,), rule=rule, statement=True)
        for number, (expr, rule) in enumerate(lines)
    )
