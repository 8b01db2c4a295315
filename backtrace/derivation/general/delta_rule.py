"""The delta rule as a proof: the update w − α·δ·x, and δ of a unit from the δ of the units it feeds."""

from __future__ import annotations

from backtrace.derivation.general.lecture import Lecture
from backtrace.derivation.general.setting import delta_defined, setting, slope_rule
from backtrace.expression.tree import Expr, add, call, div, mul, neg, pending, sub
from backtrace.network.indexed import Index


def build(on: Lecture) -> None:
    """Writes the topic."""
    i, j, k, r = on.unit("i"), on.unit("j"), on.unit("k"), on.unit("r")
    setting(on, i, j, k)
    to_show(on, i, j, k)
    gradient_of_weight(on, i, j, r)
    hidden(on, i, j, k)
    output(on, k)
    softmax(on, i, k, r)


def to_show(on: Lecture, i: Index, j: Index, k: Index) -> None:
    """The two statements."""
    layer, above = on.layer, on.layer.plus(1)
    weight = on.weight(layer, j, i)
    on.section("to_show")
    delta = delta_defined(on, j)
    on.gap()
    on.update(weight, (stepped(on, weight, delta, on.out(layer.plus(-1), i)), "A"))
    on.line(delta, mul(on.f(on.net(layer, j), 1), sum_from_above(on, j, k)), "B")
    on.gap()
    on.remark("update_is_descent", on.d(on.loss, weight), on.index(above))


def signed_product(on: Lecture, delta: Expr, out: Expr) -> Expr:
    """δ·x, which is ∂loss/∂w up to the sign of the notation's δ."""
    return on.signed(mul(delta, out))


def stepped(on: Lecture, weight: Expr, delta: Expr, out: Expr) -> Expr:
    """w − η·δ·x, or with a plus where the notation's δ has the other sign."""
    product = on.signed(mul(delta, out))
    if product.op == "neg":
        return add(weight, mul(on.rate, delta, out))
    return sub(weight, mul(on.rate, delta, out))


def sum_from_above(on: Lecture, j: Index, k: Index) -> Expr:
    """Σ_k w_kj·δ_k."""
    above = on.layer.plus(1)
    return on.over(k, above, mul(on.weight(above, k, j), on.delta(above, k)))


def gradient_of_weight(on: Lecture, i: Index, j: Index, r: Index) -> None:
    """Part (a): ∂loss/∂w = δ·x."""
    layer, below = on.layer, on.layer.plus(-1)
    weight, bias, net, x = on.weight(layer, j, i), on.bias(layer, j), on.net(layer, j), on.out(below, i)
    delta = on.delta(layer, j)
    on.section("gradient_of_a_weight", weight)
    on.chain(
        on.d(net, weight),
        (pending(on.weighted_sum(layer, j, r), weight), "sum written out"),
        (x, "one term holds the weight"),
    )
    steps = [(mul(on.d(on.loss, net), on.d(net, weight)), "chain rule, one route")]
    if delta != on.d(on.loss, net):
        steps.append((on.signed(mul(delta, on.d(net, weight))), "definition"))
    on.gap()
    on.chain(on.d(on.loss, weight), *steps, (signed_product(on, delta, x), "the line above"))
    on.line(on.d(on.loss, bias), on.signed(delta), "the same, times 1")
    on.gap()
    on.update(
        weight,
        (on.descent(weight, on.d(on.loss, weight)), "gradient descent"),
        (stepped(on, weight, delta, x), "which is A"),
    )


def hidden(on: Lecture, i: Index, j: Index, k: Index) -> None:
    """Part (b): δ of a unit that feeds others."""
    layer, above = on.layer, on.layer.plus(1)
    net, out, delta = on.net(layer, j), on.out(layer, j), on.delta(layer, j)
    net_above, delta_above = on.net(above, k), on.delta(above, k)
    on.section("delta_of_hidden")
    on.remark("feeds_every_unit", out, on.index(above))
    on.gap()
    on.chain(
        on.d(net_above, net),
        (mul(on.d(net_above, out), on.d(out, net)), "chain rule, one route"),
        (mul(on.weight(above, k, j), on.f(net, 1)), "both slopes"),
    )
    on.gap()
    named = delta != on.d(on.loss, net)
    routes = on.over(k, above, mul(on.d(on.loss, net_above), on.d(net_above, net)))
    steps = [(on.signed(on.d(on.loss, net)), "definition")] if named else []
    steps.append((on.signed(routes), "chain rule, all routes"))
    if named:
        steps.append((on.over(k, above, mul(delta_above, on.d(net_above, net))), "definition"))
    steps += [
        (on.over(k, above, mul(delta_above, on.weight(above, k, j), on.f(net, 1))), "the line above"),
        (mul(on.f(net, 1), sum_from_above(on, j, k)), "common factor, which is B"),
    ]
    if on.slope_known:
        steps.append((mul(on.slope(net, out), sum_from_above(on, j, k)), slope_rule(on)))
    on.chain(delta, *steps)
    on.gap()
    misprint = on.signed(mul(on.d(on.loss, net_above), on.d(on.loss, out), on.d(out, net)))
    on.wrong("misprint_without_sum", delta, misprint)
    on.remark("misprint_mended", on.d(net_above, out), on.index(k))


def output(on: Lecture, k: Index) -> None:
    """δ of a unit of the last layer."""
    net, out = on.net(on.last, k), on.out(on.last, k)
    delta, gradient = on.delta(on.last, k), on.d(on.loss, out)
    on.section("delta_of_output")
    steps = [(on.signed(on.d(on.loss, net)), "definition")] if delta != on.d(on.loss, net) else []
    steps += [
        (on.signed(mul(gradient, on.d(out, net))), "chain rule"),
        (on.signed(mul(gradient, on.f(net, 1))), "slope of the activation"),
    ]
    if on.asked.loss is not None:
        slope = on.loss_slope(out, on.target(k))
        steps.append((on.signed(mul(slope, on.f(net, 1))), "slope of the loss"))
        if on.slope_known:
            steps.append((on.signed(mul(slope, on.slope(net, out))), slope_rule(on)))
    elif on.slope_known:
        steps.append((on.signed(mul(gradient, on.slope(net, out))), slope_rule(on)))
    on.chain(delta, *steps)


def softmax(on: Lecture, i: Index, k: Index, r: Index) -> None:
    """δ of an output of softmax under cross-entropy."""
    last, net, out, target = on.last, on.net(on.last, k), on.out(on.last, k), on.target(k)
    on.section("delta_of_softmax")
    on.data = "softmax"
    on.remark("softmax_couples", out)
    on.gap()
    powers = on.over(r, last, call("exp", on.net(last, r)))
    on.line(out, div(call("exp", net), powers), "softmax")
    on.gap()
    logarithm = call("ln", powers)
    short = sub(logarithm, on.over(i, last, mul(on.target(i), on.net(last, i))))
    on.chain(
        on.loss,
        (neg(on.over(i, last, mul(on.target(i), call("ln", on.out(last, i))))), "cross-entropy"),
        (neg(on.over(i, last, mul(on.target(i), sub(on.net(last, i), logarithm)))), "logarithm of a quotient"),
        (short, "the targets sum to 1"),
    )
    on.gap()
    delta = on.delta(last, k)
    steps = [(on.signed(on.d(on.loss, net)), "definition")] if delta != on.d(on.loss, net) else []
    steps += [
        (on.signed(pending(short, net)), "the line above"),
        (on.signed(sub(div(call("exp", net), powers), target)), "chain rule for the logarithm"),
        (on.signed(sub(out, target)) if on.profile.delta_sign > 0 else sub(target, out), "softmax"),
    ]
    if on.profile.delta_sign > 0:
        steps.append((neg(sub(target, out)), "the same"))
    on.chain(delta, *steps)
