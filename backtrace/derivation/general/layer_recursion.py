"""From the derivatives by the outputs of one layer to those by the outputs of the layer below."""

from __future__ import annotations

from backtrace.derivation.general.lecture import Lecture
from backtrace.derivation.general.setting import activation_name, setting, slope_rule
from backtrace.expression.tree import Expr, mul, pending
from backtrace.network.indexed import Index


def build(on: Lecture) -> None:
    """Writes the topic. The lines of sections 2 and 3 are those of D1, in its order."""
    i, j, n, q = on.unit("i"), on.unit("j"), on.unit("n"), on.unit("q")
    layer, below, above = on.layer, on.layer.plus(-1), on.layer.plus(1)
    net, out, weight = on.net(layer, j), on.out(layer, j), on.weight(layer, j, i)
    setting(on, i, j)

    on.section("one_weight", weight)
    on.line(on.d(on.loss, weight), mul(on.d(on.loss, out), on.d(out, weight)), "chain rule")

    on.section("back_through_next_layer")
    on.remark("feeds_every_unit", out, on.index(above))
    on.gap()
    recursion(on, j, n, q)
    on.gap()
    on.remark("bias_is_term_0", on.index(q), on.bias(above, n))
    if on.slope_known:
        on.remark("other_activation", on.f(on.net(above, n), 1), on.slope(on.net(above, n), on.out(above, n)))

    on.section("where_it_starts", on.index(on.last))
    start(on, n)

    on.section("second_factor", weight)
    steps = [
        (mul(on.f(net, 1), on.d(net, weight)), "chain rule"),
        (mul(on.f(net, 1), on.out(below, i)), "one term holds the weight"),
    ]
    if on.slope_known:
        steps.append((mul(on.slope(net, out), on.out(below, i)), slope_rule(on)))
    on.chain(on.d(out, weight), *steps)
    on.line(on.d(on.loss, weight), mul(on.d(on.loss, out), steps[-1][0]), "both factors put in")
    bias = on.bias(layer, j)
    on.line(on.d(on.loss, bias), mul(on.d(on.loss, out), on.slope(net, out)), "the same, times 1")

    on.section("update_over_samples")
    on.data = "sum"
    on.remark("loss_of_a_sample", on.loss_of(on.sample), on.index(on.sample), on.rate)
    on.gap()
    for parameter in (weight, bias):
        gradient = on.over_samples(on.d(on.loss_of(on.sample), parameter))
        on.update(parameter, (on.descent(parameter, gradient), "gradient descent"))


def recursion(on: Lecture, j: Index, n: Index, q: Index) -> None:
    """∂loss/∂out of a layer from those of the next layer."""
    layer, above = on.layer, on.layer.plus(1)
    out, net_above, out_above = on.out(layer, j), on.net(above, n), on.out(above, n)
    upstream = on.d(on.loss, out_above)

    def summed(*factors: Expr) -> Expr:
        return on.over(n, above, mul(upstream, *factors))

    written_out = on.f(on.over(q, layer, mul(on.weight(above, n, q), on.out(layer, q)), start=0))
    slope = on.slope(net_above, out_above)
    factors = slope.args if slope.op == "mul" else (slope,)
    on.chain(
        on.d(on.loss, out),
        (summed(on.d(out_above, out)), "chain rule, all routes"),
        (summed(pending(written_out, out)), "output written out"),
        (summed(on.f(net_above, 1), on.d(net_above, out)), "chain rule"),
        (
            summed(*factors, on.weight(above, n, j)),
            f"{activation_name(on)}; one term left" if on.slope_known else "one term left",
        ),
    )


def start(on: Lecture, n: Index) -> None:
    """∂loss/∂out of the last layer, with which the recursion begins."""
    out, target = on.out(on.last, n), on.target(n)
    gradient = on.d(on.loss, out)
    if on.asked.loss is None:
        on.remark("loss_gives_start", gradient)
    else:
        on.line(gradient, on.loss_slope(out, target), "slope of the loss")
