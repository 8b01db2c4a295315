"""Shapes and products of the backward pass of a batch, in matrices."""

from __future__ import annotations

from collections.abc import Mapping

from backtrace.expression.tree import Expr, symbol
from backtrace.network.quantity import LOSS, Derivative, Quantity
from backtrace.network.records import Network
from backtrace.questions.making import finished, read_settings, samples, shape_of
from backtrace.questions.records import Choice, Given, Instance, Kind, Option, Part, Say, Setting, Shape, Wrong
from backtrace.questions.sampling import shuffled
from backtrace.questions.seeds import Draws

DEPTH = {1: 1, 2: 2, 3: 3}
UNITS = (2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15)
BATCHES = (16, 20, 32, 50, 64, 100, 128)
SETTINGS = (
    Setting("network", "", "a shorthand such as 5-3-2; drawn when empty"),
    Setting("batch", 0, "samples in a batch; drawn when 0"),
)


def make(draw: Draws, level: int, settings: Mapping[str, object]) -> Instance:
    """Asks, a row for each sample, for the shapes of weights, nets, deltas and gradients, and for the products that
    give them."""
    wanted = read_settings(settings, SETTINGS)
    units = shuffled(draw, UNITS)
    network = shape_of(wanted, units[: DEPTH[level] + 1])
    batch = int(str(wanted["batch"])) or shuffled(draw, BATCHES)[0]
    parts: list[Part] = []
    for layer in range(1, len(network.layers) + 1):
        rows, columns = network.size(layer - 1), network.size(layer)
        weight, net, delta = (Quantity(kind, layer) for kind in ("weight", "net", "delta"))
        below = Quantity("out", layer - 1) if layer > 1 else Quantity("input")
        parts += [
            Part(Say("shape_of", (weight,)), _shape(rows, columns), weight),
            Part(Say("shape_of_net", (net,)), _shape(batch, columns, 1), net),
            Part(Say("shape_of_delta", (delta,)), _shape(batch, columns, 1), delta),
            Part(
                Say("product_for", (Derivative(LOSS, weight),)),
                _products(draw, symbol(below), symbol(delta)),
                None,
                (Say("product_because", (rows, batch, columns)),),
            ),
        ]
    for layer in range(1, len(network.layers)):
        above, weight = Quantity("delta", layer + 1), Quantity("weight", layer + 1)
        ask = Say("product_back", (Quantity("delta", layer),))
        parts.append(Part(ask, _back(draw, symbol(above), symbol(weight))))
    given = (
        Given(say=Say("vectorise_given", (batch, network.input_size, Quantity("input")))),
        *(Given(say=Say("vectorise_layer", (n, layer.units))) for n, layer in enumerate(network.layers, 1)),
        Given(say=Say("vectorise_rows")),
        Given(diagram=network),
    )
    return finished(KIND.name, level, _bare(network), tuple(parts), wanted, given, (batch,))


def _bare(network: Network) -> Network:
    return network._replace(inputs=None, targets=None)


def _shape(rows: int, columns: int, one: int = 0) -> Shape:
    wrong = [Wrong("vectorise.transposed", f"{columns}x{rows}")] if rows != columns else []
    if one and f"{one}x{columns}" not in [w.value for w in wrong] and rows != one:
        wrong.append(Wrong("vectorise.one_sample", f"{one}x{columns}"))
    return Shape((rows, columns), tuple(wrong))


def _product(*factors: Expr) -> Say:
    return Say("just", (Expr("matmul", factors),))


def _turned(e: Expr) -> Expr:
    return Expr("transpose", (e,))


def _products(draw: Draws, below: Expr, delta: Expr) -> Choice:
    """∂E/∂W = belowᵀ·δ for rows of samples (Bishop 2006, eq. 5.53, summed over the batch)."""
    return Choice(
        tuple(
            shuffled(
                draw,
                [
                    Option(_product(_turned(below), delta), True),
                    Option(_product(below, delta), False, "vectorise.not_transposed"),
                    Option(_product(delta, _turned(below)), False, "vectorise.order"),
                    Option(_product(_turned(delta), below), False, "vectorise.transposed"),
                ],
            )
        )
    )


def _back(draw: Draws, delta: Expr, weight: Expr) -> Choice:
    """What comes back from a layer: δ·Wᵀ for rows of samples."""
    return Choice(
        tuple(
            shuffled(
                draw,
                [
                    Option(_product(delta, _turned(weight)), True),
                    Option(_product(delta, weight), False, "vectorise.not_transposed"),
                    Option(_product(_turned(weight), delta), False, "vectorise.order"),
                    Option(_product(weight, _turned(delta)), False, "vectorise.transposed"),
                ],
            )
        )
    )


KIND = Kind("vectorise", "shapes and products of a batch in matrices", SETTINGS, make, samples)
