"""The steps of learning: feed forward, gradient by backpropagation, update."""

from __future__ import annotations

from backtrace.derivation.general.lecture import Lecture
from backtrace.derivation.general.setting import delta_defined, forward_pass, setting, slope_rule
from backtrace.expression.tree import Expr, mul
from backtrace.network.indexed import Index


def build(on: Lecture) -> None:
    """Writes the topic."""
    i, j, k = on.unit("i"), on.unit("j"), on.unit("k")
    layer, below, above = on.layer, on.layer.plus(-1), on.layer.plus(1)
    weight, bias = on.weight(layer, j, i), on.bias(layer, j)
    setting(on, i, j, forward=False)

    on.section("feed_forward")
    on.remark("layer_by_layer", on.index(on.last), on.loss)
    on.gap()
    forward_pass(on, i, j, k)
    on.gap()
    on.remark("kept_for_later", on.net(layer, j), on.out(layer, j))

    on.section("find_gradient")
    on.remark("backwards", on.index(on.last))
    on.gap()
    delta = delta_defined(on, j)
    on.gap()
    top = on.out(on.last, k)
    upstream = on.d(on.loss, top) if on.asked.loss is None else on.loss_slope(top, on.target(k))
    on.line(on.delta(on.last, k), on.signed(mul(upstream, slope(on, on.last, k))), at_slope(on, "an output"))
    terms = mul(on.weight(above, k, j), on.delta(above, k))
    on.line(delta, mul(slope(on, layer, j), on.over(k, above, terms)), at_slope(on, "any other unit"))
    on.line(on.d(on.loss, weight), on.signed(mul(delta, on.out(below, i))), "a weight")
    on.line(on.d(on.loss, bias), on.signed(delta), "a bias")
    on.gap()
    on.remark("proved_elsewhere")

    on.section("update_parameters")
    on.remark("all_at_once")
    on.gap()
    for parameter in (weight, bias):
        on.update(parameter, (on.descent(parameter, on.d(on.loss, parameter)), "gradient descent"))

    on.section("which_is_which")
    on.remark("gradient_is_not_descent", on.d(on.loss, weight))
    on.remark("others_use_it_too")
    on.remark("no_universal_optimiser")


def slope(on: Lecture, layer: Index, unit: Index) -> Expr:
    """f′ of a unit, put in where it is known."""
    return on.slope(on.net(layer, unit), on.out(layer, unit))


def at_slope(on: Lecture, what: str) -> str:
    """The words beside a δ."""
    return f"{what}, with the {slope_rule(on)}" if on.slope_known else what
