"""How a topic begins: what the letters of the notation stand for, and the forward pass in them."""

from __future__ import annotations

from backtrace.derivation.general.lecture import Lecture
from backtrace.expression.tree import Expr, replace
from backtrace.network.indexed import Index


def setting(on: Lecture, i: Index, j: Index, k: Index | None = None, forward: bool = True) -> None:
    """The first section: what the letters mean, and with `forward` the forward pass in them (see there)."""
    layer, below = on.layer, on.layer.plus(-1)
    on.section("setting")
    on.remark(
        "units_and_weights",
        on.net(layer, j),
        on.index(j),
        on.index(layer),
        on.out(layer, j),
        on.weight(layer, j, i),
        on.index(i),
        on.index(below),
    )
    on.remark("first_and_last", str(on.profile.input_index), on.index(on.last), on.loss)
    habits(on, j)
    if forward:
        on.gap()
        forward_pass(on, i, j, k)
    known(on, j)


def forward_pass(on: Lecture, i: Index, j: Index, k: Index | None = None) -> None:
    """net and out of unit j of any layer, from the units i below it; with k, an output, the loss where it is known."""
    net = on.net(on.layer, j)
    on.line(net, on.weighted_sum(on.layer, j, i), "weighted sum and bias")
    on.line(on.out(on.layer, j), on.f(net), "activation")
    if k is not None and on.asked.loss is not None:
        term = on.loss_form(on.asked.loss.term, on.out(on.last, k), on.target(k))
        on.line(on.loss, on.over(k, on.last, term), on.asked.loss.name.replace("_", " "))


def habits(on: Lecture, j: Index) -> None:
    """What is special about the letters of this notation."""
    profile, layer = on.profile, on.layer
    patterns = profile.patterns
    if profile.weight_order == "flat" or "name" in patterns["out"].sub:
        on.remark("numbers_become_indices")
    elif "layer" not in (*patterns["out"].sub, *patterns["out"].sup):
        on.remark("layers_not_written")
    if not profile.net_named:
        on.remark("net_has_no_letter", on.net(layer, j))
    if patterns["out_last"] != patterns["out"]:
        on.remark("last_outputs", on.out(on.last, j))


def known(on: Lecture, j: Index) -> None:
    """What f is, when the reader has named it."""
    activation = on.asked.activation
    if activation is None or activation.formula is None:
        return
    x, net, out = on.free("x"), on.net(on.layer, j), on.out(on.layer, j)
    formula = replace(activation.formula, lambda key: x if key == "x" else None)
    on.gap()
    on.remark("function_known", on.f(x), formula, on.f(net, 1), on.slope(net, out))


def slope_rule(on: Lecture) -> str:
    """The rule beside a line in which f′ has been put in."""
    return f"slope of {activation_name(on)}"


def activation_name(on: Lecture) -> str:
    """The activation that the reader named, in words; the letter of the notation where it was a formula."""
    activation = on.asked.activation
    assert activation is not None
    return on.function.text if activation.text else activation.name.replace("_", " ")


def delta_defined(on: Lecture, j: Index) -> Expr:
    """States what δ is, where the notation has a letter for it; gives δ of unit j of any layer."""
    delta, net = on.delta(on.layer, j), on.net(on.layer, j)
    gradient = on.d(on.loss, net)
    if delta == gradient:
        on.remark("delta_has_no_letter", gradient)
    else:
        on.line(delta, on.signed(gradient), "definition")
    return delta
