"""What the size of the first weights does to a network: the same random numbers, scaled up and down.

Every row of the table takes the same standard normal numbers z by the same seed and sets each weight to
factor·z/√fan-in, each bias to 0; the data stay the same. So the rows differ in nothing but the size of the weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import NamedTuple

from backtrace.engine.run import run
from backtrace.errors import NotSupported
from backtrace.expression.functions import EvaluationError
from backtrace.expression.tree import Given
from backtrace.network.initialisers import Draws, standard_normal
from backtrace.network.made import with_batch, with_tied
from backtrace.network.records import Layer, Network

FACTORS = (0.01, 0.1, 1.0, 10.0, 100.0)
SAMPLES = 20
SATURATED = 0.01  # a unit counts as saturated where its slope is nearer to 0 than this


class Start(NamedTuple):
    """One row. factor: the standard deviation of the weights in units of 1/√fan-in; net: the mean |net|; saturated: the
    share of units whose |slope| is below SATURATED; slope: the mean |slope|; loss: the mean loss, gradient: the mean
    |∂E/∂w| of the weights into the first layer, both None where the loss has no value."""

    factor: float
    net: float
    saturated: float
    slope: float
    loss: float | None
    gradient: float | None


def with_data(network: Network, seed: int) -> Network:
    """The network with its data, or with made samples where it has none."""
    return network if network.inputs is not None else with_batch(network, SAMPLES, seed)


def with_scale(network: Network, factor: float, seed: int) -> Network:
    """The network with every weight factor·z/√fan-in and every bias 0."""
    random = Draws(seed).random
    layers: list[Layer] = []
    for number, layer in enumerate(network.layers, 1):
        below = network.size(number - 1)
        if not layer.tied_to:
            numbers = [factor * z / sqrt(below) for z in standard_normal(random, layer.units * below)]
            rows = tuple(tuple(numbers[j * below : (j + 1) * below]) for j in range(layer.units))
            layer = layer._replace(weights=rows)
        if layer.has_bias:
            layer = layer._replace(bias=(Given("0"),) * (1 if layer.shared_bias else layer.units))
        layers.append(layer)
    return network._replace(layers=with_tied(layers))


def effect(network: Network, seed: int, factors: Sequence[float] = FACTORS) -> tuple[Start, ...]:
    """A row per factor; the network must have data. Nets and slopes are those of the layers below the last, or of a
    single one. Raises NotSupported for a softmax among these."""
    looked_at = max(1, len(network.layers) - 1)
    if not all(layer.activation.elementwise for layer in network.layers[:looked_at]):
        raise NotSupported("a softmax layer has no slopes to look at", hint="choose an activation of one net")
    return tuple(_row(network, looked_at, factor, seed) for factor in factors)


def _row(network: Network, looked_at: int, factor: float, seed: int) -> Start:
    scaled = with_scale(network, factor, seed)
    loss: float | None = None
    gradient: float | None = None
    try:
        first = run(scaled).first
        loss = first.loss
        gradient = _mean([abs(g) for row in first.gradients.weights[0] for g in row])
        nets = [sample.net for sample in first.samples]
        outs = [sample.out for sample in first.samples]
    except EvaluationError:
        # ln 0, where a sigmoid is so far saturated that it is 1 in doubles: the nets are there all the same.
        nets, outs = _forward(scaled)
    sizes, slopes = [], []
    for net, out in zip(nets, outs, strict=True):
        for number in range(looked_at):
            slope_at = network.layers[number].activation.slope_at
            sizes += [abs(x) for x in net[number]]
            slopes += [abs(slope_at(x, y)) for x, y in zip(net[number], out[number], strict=True)]
    saturated = sum(slope < SATURATED for slope in slopes) / len(slopes)
    return Start(factor, _mean(sizes), saturated, _mean(slopes), loss, gradient)


def _forward(network: Network) -> tuple[list[list[list[float]]], list[list[list[float]]]]:
    """Nets and outs of every sample, layer by layer, without the loss."""
    assert network.inputs is not None
    nets: list[list[list[float]]] = []
    outs: list[list[list[float]]] = []
    for inputs in network.inputs:
        below = [float(x) for x in inputs]
        net: list[list[float]] = []
        out: list[list[float]] = []
        for layer in network.layers:
            if not layer.activation.elementwise:
                break
            assert layer.weights is not None
            net.append([_dot(row, below) for row in layer.weights])
            out.append([layer.activation.value(x) for x in net[-1]])
            below = out[-1]
        nets.append(net)
        outs.append(out)
    return nets, outs


def _dot(weights: Sequence[float], inputs: Sequence[float]) -> float:
    total = 0.0
    for w, x in zip(weights, inputs, strict=True):
        total += w * x
    return total


def _mean(numbers: Sequence[float]) -> float:
    total = 0.0
    for x in numbers:
        total += x
    return total / len(numbers)
