"""Vanishing gradients: the bound that a sigmoid's slope sets, and a network's own numbers beside it.

Hochreiter 1991; Bengio, Simard, Frasconi 1994; Glorot and Bengio 2010, section 3.
"""

from __future__ import annotations

from math import isclose
from typing import TYPE_CHECKING

from backtrace.derivation.general.lecture import Lecture
from backtrace.derivation.general.proofs import Line, Proof, prove, short
from backtrace.derivation.steps import Remark, Table
from backtrace.engine.vanishing import LARGEST_SLOPES, LayerGradients, layer_gradients
from backtrace.errors import InternalFault
from backtrace.expression.tree import HALF, ONE, TWO, Expr, add, call, div, mul, neg, number, power, sub, symbol
from backtrace.network.indexed import Free, Function
from backtrace.network.made import how_made, with_batch
from backtrace.notation.lettered import function_named

if TYPE_CHECKING:
    from backtrace.network.records import Network

DEFAULT, SEED = "2-2-2-2-2-2", 1
QUARTER = div(ONE, number(4))
Y = symbol(Free("y", 0.0, 1.0))
SLOPE = mul(Y, sub(ONE, Y))
AT_MOST_A_QUARTER = Proof(
    "quarter",
    (
        Line(
            sub(QUARTER, add(power(Y, TWO), neg(Y), QUARTER)),
            "the square multiplied out",
            sub(QUARTER, power(sub(Y, HALF), TWO)),
        ),
        Line(sub(Y, power(Y, TWO)), "the quarters cancel"),
        Line(SLOPE, "a common factor taken out"),
    ),
)


def build(on: Lecture) -> None:
    """Writes the topic."""
    on.section("slope_of_sigmoid")
    prove(on, AT_MOST_A_QUARTER)
    on.gap()
    on.remark("at_most_a_quarter", SLOPE, QUARTER, Y, HALF)
    along_a_path(on)
    network = on.network(DEFAULT)
    if not network.numeric:
        network = with_batch(network, 1, SEED)
    layers = layer_gradients(network)
    on.checks.append(lambda random: check(layers))
    on.section("this_network", network.name)
    made = how_made(network)
    if made:
        on.remark("numbers_made", made)
    on.append(table(on, layers))
    said(on, network, layers)


def along_a_path(on: Lecture) -> None:
    """The factors along one path, and the bound they give."""
    layer, above = on.layer, on.layer.plus(1)
    j, n = on.unit("j"), on.unit("n")
    on.section("along_a_path")
    weight, by_next = on.weight(above, n, j), on.d(on.loss, on.out(above, n))
    slope = on.d(on.out(above, n), on.net(above, n))
    on.line(
        on.d(on.loss, on.out(layer, j)),
        on.over(n, above, mul(by_next, slope, weight)),
        "chain rule, summed over all routes",
    )
    on.gap()
    bounded = on.over(n, above, mul(call("abs", by_next), QUARTER, call("abs", weight)))
    on.remark("in_size_at_most", call("abs", on.d(on.loss, on.out(layer, j))), bounded)
    k = symbol(Free("k"))
    on.remark("after_k_layers", k, power(QUARTER, k))


def table(on: Lecture, layers: tuple[LayerGradients, ...]) -> Table:
    """A row per layer, from the last to the first, as the gradients come back."""
    rows = tuple(
        (
            one.layer + on.profile.input_index,
            one.mean_slope,
            one.largest_slope,
            max(one.by_out),
            max(one.bounds),
            one.by_weight,
        )
        for one in reversed(layers)
    )
    heading = (Remark("layer"), Remark("mean_slope"), Remark("largest_slope"), size_of(on, "out"))
    return Table(f"{on.topic}:layers", "", (), (*heading, Remark("at_most"), size_of(on, "weight")), rows)


def size_of(on: Lecture, kind: str) -> Expr:
    """|∂E/∂out| or |∂E/∂w| as the head of a column, in the letters of the notation."""
    loss, by = (function_named(on.profile.patterns[one].letter) for one in ("loss", kind))
    return symbol(
        Function(
            f"|∂{loss.text}/∂{by.text}|",
            f"|d{loss.ascii}/d{by.ascii}|",
            rf"\lvert \partial {loss.latex} / \partial {by.latex} \rvert",
        )
    )


def said(on: Lecture, network: Network, layers: tuple[LayerGradients, ...]) -> None:
    """What the table shows, in words."""
    on.remark("columns_are", size_of(on, "out"), size_of(on, "weight"))
    if network.samples > 1:
        on.remark("each_samples_loss", network.samples)
    if any(layer.tied_to for layer in network.layers):
        on.remark("tied_layers")
    first, last = max(layers[0].by_out), max(layers[-1].by_out)
    if first and len(layers) > 1:
        if first < last:
            on.remark("falls_by", short(last / first), len(layers) - 1)
        else:
            on.remark("does_not_fall", short(first / last) if last else "many")
    names = dict.fromkeys(one.activation for one in layers if one.activation != "sigmoid")
    for name in names:
        if name in LARGEST_SLOPES:
            on.remark("other_slope", name, short(LARGEST_SLOPES[name], 6))
        elif name != "softmax":
            on.remark("slope_met", name)
    if not network.layers[-1].activation.elementwise:
        on.remark("softmax_last")


def check(layers: tuple[LayerGradients, ...]) -> int:
    """Every unit against its bound; InternalFault where one is above it."""
    compared = 0
    for one in layers:
        for found, bound in zip(one.by_out, one.bounds, strict=True):
            if found > bound and not isclose(found, bound, rel_tol=1e-9):
                raise InternalFault(f"a gradient of layer {one.layer} is {found!r}, above its bound {bound!r}")
            compared += 1
        if one.largest_slope is not None and one.reckoned is not None and one.largest_slope > one.reckoned:
            raise InternalFault(f"a slope of layer {one.layer} is {one.largest_slope!r}, above {one.reckoned!r}")
    return compared
