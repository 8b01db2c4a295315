"""Backpropagation as three products: through a weight, through an output, through a weighted sum."""

from __future__ import annotations

from backtrace.derivation.general.lecture import Lecture
from backtrace.derivation.general.setting import setting, slope_rule
from backtrace.expression.tree import mul


def build(on: Lecture) -> None:
    """Writes the topic."""
    m, n, p = on.unit("m"), on.unit("n"), on.unit("p")
    layer, below, above = on.layer, on.layer.plus(-1), on.layer.plus(1)
    net, out, weight = on.net(layer, n), on.out(layer, n), on.weight(layer, n, m)
    setting(on, m, n)
    on.remark("books_swap_letters", on.net(layer, n), on.out(layer, n))

    on.section("through_a_weight", weight)
    on.chain(
        on.d(on.loss, weight),
        (mul(on.d(on.loss, net), on.d(net, weight)), "chain rule"),
        (mul(on.d(on.loss, net), on.out(below, m)), "factor of the weight"),
    )
    on.remark("source_numbers_weights", weight, on.index(layer), on.index(below))

    on.section("through_an_output", out)
    on.remark("feeds_every_unit", out, on.index(above))
    on.gap()
    above_net, step = on.net(above, p), on.d(on.loss, on.net(above, p))
    on.chain(
        on.d(on.loss, out),
        (on.over(p, above, mul(step, on.d(above_net, out))), "chain rule, all routes"),
        (on.over(p, above, mul(step, on.weight(above, p, n))), "factor of the output"),
    )

    on.section("through_a_sum", net)
    forms = [
        (mul(on.d(on.loss, out), on.d(out, net)), "chain rule"),
        (mul(on.d(on.loss, out), on.f(net, 1)), "slope of the activation"),
    ]
    if on.slope_known:
        forms.append((mul(on.d(on.loss, out), on.slope(net, out)), slope_rule(on)))
    on.chain(on.d(on.loss, net), *forms)
    on.remark("one_after_another", on.d(on.loss, net), on.d(on.loss, out))
