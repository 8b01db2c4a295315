"""How large gradients are, layer by layer, beside the bound that the slopes of the activations set.

From an output up to the loss, every path passes a weight and a slope for each layer above, and a sigmoid's slope is at
most ¼. So |∂E/∂out| of a unit is at most the sum over its paths of the product of the largest slopes and the |w|, times
what arrives at the path's end; the bound of a unit adds up what the bounds of the units above it allow.
"""

from __future__ import annotations

from typing import NamedTuple

from backtrace.engine.build import build, sample_numbers
from backtrace.engine.refusals import refuse_symbolic
from backtrace.engine.scalar import ScalarStep, numbers_of, training_step
from backtrace.errors import NotSupported
from backtrace.network.activations import HEIGHT
from backtrace.network.quantity import Quantity
from backtrace.network.records import Network

# The largest slope there is, where that is a number everybody knows.
LARGEST_SLOPES = {
    "sigmoid": 0.25,
    "tanh": 1.0,
    "identity": 1.0,
    "relu": 1.0,
    "leaky_relu": 1.0,
    "elu": 1.0,
    "softplus": 1.0,
    "scaled_tanh": HEIGHT * 2.0 / 3.0,
}


class LayerGradients(NamedTuple):
    """One layer, all samples together.

    passed: how many layers lie above; mean_slope, largest_slope: of |slope|, None for a softmax; reckoned: the largest
    slope that the bound reckons with, that of LARGEST_SLOPES or else the largest met; by_out, bounds: |∂E/∂out| and its
    bound for each unit of each sample; by_weight: the largest |∂E/∂w| of a weight into the layer.
    """

    layer: int
    activation: str
    passed: int
    mean_slope: float | None
    largest_slope: float | None
    reckoned: float | None
    by_out: tuple[float, ...]
    bounds: tuple[float, ...]
    by_weight: float


def layer_gradients(network: Network) -> tuple[LayerGradients, ...]:
    """From the first layer to the last, for each sample's own loss.

    Raises InputError for a network without numbers, NotSupported for a softmax below the last layer, whose slopes are
    no single numbers.
    """
    refuse_symbolic(network)
    for number, layer in enumerate(network.layers[:-1], 1):
        if not layer.activation.elementwise:
            raise NotSupported(
                f"layer {number} is a {layer.activation.name}, which has a Jacobian in place of slopes",
                hint="choose an activation of one net for the layers below the last",
            )
    # With output_first the weights passed through are the new ones, and no bound is about those.
    network = network._replace(optimizer=network.optimizer._replace(order="simultaneous"))
    step = training_step(network, build(network), numbers_of(network))
    found: list[LayerGradients] = []
    above: dict[int, list[float]] = {}  # the bounds of the layer above, by sample
    for number in range(len(network.layers), 0, -1):
        samples = sample_numbers(network)
        slope = found[-1].reckoned if found else None
        above = {s: _bounds(network, step, number, s, above.get(s), slope) for s in samples}
        found.append(_layer(network, step, number, above))
    return tuple(reversed(found))


def _layer(network: Network, step: ScalarStep, number: int, bounds: dict[int, list[float]]) -> LayerGradients:
    name = network.layers[number - 1].activation.name
    slopes = _slopes(network, step, number)
    met = max(map(abs, slopes)) if slopes else None
    return LayerGradients(
        number,
        name,
        len(network.layers) - number,
        _mean(list(map(abs, slopes))) if slopes else None,
        met,
        LARGEST_SLOPES.get(name, met),
        tuple(abs(gradient) for s in bounds for gradient in _gradients(network, step, "out", number, s)),
        tuple(bound for row in bounds.values() for bound in row),
        _by_weight(network, step, number),
    )


def _bounds(
    network: Network, step: ScalarStep, layer: int, sample: int, above: list[float] | None, slope: float | None
) -> list[float]:
    """The bound of |∂E/∂out| for each unit of a layer: exact in the last one, below a softmax from its ∂E/∂net."""
    if above is None:
        return [abs(gradient) for gradient in _gradients(network, step, "out", layer, sample)]
    if slope is None:
        above, slope = [abs(delta) for delta in _gradients(network, step, "net", layer + 1, sample)], 1.0
    totals = []
    for i in range(1, network.size(layer) + 1):
        total = 0.0
        for n, bound in enumerate(above, 1):
            total += abs(step[network.weight(layer + 1, n, i)]) * slope * bound
        totals.append(total)
    return totals


def _gradients(network: Network, step: ScalarStep, kind: str, layer: int, sample: int) -> list[float]:
    """∂E/∂net or ∂E/∂out of every unit of a layer, of the sample's own loss."""
    index, gradient = step.graph.index, step.sweep.gradient
    return [gradient[index[Quantity(kind, layer, j, sample=sample)]] for j in range(1, network.size(layer) + 1)]


def _slopes(network: Network, step: ScalarStep, layer: int) -> list[float]:
    """The slope of every unit for every sample; nothing for a softmax."""
    activation = network.layers[layer - 1].activation
    if not activation.elementwise:
        return []
    return [
        activation.slope_at(step[Quantity("net", layer, j, sample=s)], step[Quantity("out", layer, j, sample=s)])
        for s in sample_numbers(network)
        for j in range(1, network.size(layer) + 1)
    ]


def _by_weight(network: Network, step: ScalarStep, layer: int) -> float:
    """The largest |∂E/∂net|·|what the weight multiplies|."""
    most = 0.0
    for s in sample_numbers(network):
        kind = "out" if layer > 1 else "input"
        below = [step[Quantity(kind, layer - 1, i, sample=s)] for i in range(1, network.size(layer - 1) + 1)]
        largest = max(map(abs, below))
        most = max(most, *(abs(delta) * largest for delta in _gradients(network, step, "net", layer, s)))
    return most


def _mean(numbers: list[float]) -> float:
    total = 0.0
    for x in numbers:
        total += x
    return total / len(numbers)
