"""Backpropagation as three products: through a weight, through an output, through a weighted sum (FACTS D4)."""

from __future__ import annotations

from backtrace.derivation.general.lecture import Lecture
from backtrace.expression.tree import mul


def build(on: Lecture) -> None:
    """Writes the topic."""
    layer, above = on.layer, on.layer.plus(1)
    m, n, p = on.unit("m"), on.unit("n"), on.unit("p")
    weight = on.weight(layer, n, m)
    on.section("through_a_weight", weight)
    on.remark("weight_from_to", weight, str(m), str(layer.plus(-1)), str(n), str(layer))
    on.line(on.d(on.loss, weight), mul(on.d(on.loss, on.net(layer, n)), on.d(on.net(layer, n), weight)), "chain rule")
    on.section("through_an_output", on.out(layer, n))
    products = mul(on.d(on.loss, on.net(above, p)), on.d(on.net(above, p), on.out(layer, n)))
    on.line(on.d(on.loss, on.out(layer, n)), on.over(p, above, products), "chain rule, summed over all routes")
    on.section("through_a_sum", on.net(layer, n))
    on.line(
        on.d(on.loss, on.net(layer, n)),
        mul(on.d(on.loss, on.out(layer, n)), on.d(on.out(layer, n), on.net(layer, n))),
        "chain rule",
    )
