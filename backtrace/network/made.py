"""Makes numbers where nobody typed them: samples (`--batch N --seed S`), and weights where there are none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backtrace.errors import InputError
from backtrace.expression.tree import Given
from backtrace.network.initialisers import INITIALISERS, Draws, Fans
from backtrace.network.records import Layer, Network, Rows

if TYPE_CHECKING:
    from random import Random

    from backtrace.network.circuit import Circuit

MOST_NUMBERS = 20_000_000
HAND_SIZE = 1000  # up to so many inputs are rounded to two decimals and shown as if typed: they are made to be read


def with_batch(network: Network, batch: int, seed: int) -> Network:
    """The network with `batch` made samples in place of its data; weights that it lacks are made too.

    Inputs are uniform in [−1, 1]; targets suit the loss: one-hot, 0 or 1, −1 or 1, else uniform in [0.05, 0.95].
    Everything is drawn from one sequence: weights in parameter order, then inputs, then targets.
    """
    outputs = network.layers[-1].units
    if not 1 <= batch <= MOST_NUMBERS // (network.input_size + outputs):
        raise InputError(
            f"a batch of {batch} samples cannot be made", hint="it must hold at least 1 sample, and fit in memory"
        )
    random = Draws(seed).random
    filled = _with_parameters(network, random, seed)
    typed = batch * network.input_size <= HAND_SIZE
    inputs = tuple(_uniform(random, network.input_size, -1.0, 1.0, typed) for _ in range(batch))
    targets = tuple(_targets(random, outputs, network.loss.targets, typed) for _ in range(batch))
    made = f"{batch} sample{'s' * (batch != 1)} made with seed {seed}"
    return filled._replace(inputs=inputs, targets=targets, made_by=made)


def _uniform(random: Random, count: int, low: float, high: float, typed: bool) -> tuple[float, ...]:
    draw, width = random.random, high - low
    if typed:
        return tuple(Given(f"{low + width * draw():.2f}".replace("-0.00", "0.00")) for _ in range(count))
    return tuple([low + width * draw() for _ in range(count)])


def _targets(random: Random, count: int, kind: str, typed: bool) -> tuple[float, ...]:
    if kind == "any":
        return _uniform(random, count, 0.05, 0.95, typed)
    none, one = Given("0"), Given("1")
    if kind == "sign":
        return tuple(one if random.random() < 0.5 else Given("-1") for _ in range(count))
    if kind == "unit":
        return tuple(one if random.random() < 0.5 else none for _ in range(count))
    right = int(random.random() * count)
    return tuple(one if k == right else none for k in range(count))


def _with_parameters(network: Network, random: Random, seed: int) -> Network:
    way = INITIALISERS["normal"]
    layers: list[Layer] = []
    for number, layer in enumerate(network.layers, 1):
        below = network.size(number - 1)
        new = layer
        if layer.weights is None and not layer.tied_to:
            numbers = way.make(random, layer.units * below, Fans(below, layer.units), ())
            rows = tuple(tuple(numbers[j * below : (j + 1) * below]) for j in range(layer.units))
            new = new._replace(weights=rows, made_by=f"weights: {way.told(seed)}")
        if layer.bias is None and layer.has_bias:
            new = new._replace(bias=(Given("0"),) * (1 if layer.shared_bias else layer.units))
        layers.append(new)
    return network._replace(layers=with_tied(layers))


def how_made(network: Network | Circuit) -> str:
    """By which rules and seeds the network's numbers were made, layer by layer; empty when all were typed."""
    if not isinstance(network, Network):
        return ""  # a circuit's numbers are all typed
    parts = [network.made_by] if network.made_by else []
    made = [layer.made_by for layer in network.layers]
    for way in dict.fromkeys(way for way in made if way):
        layers = [number for number, other in enumerate(made, 1) if other == way]
        row = layers == list(range(layers[0], layers[-1] + 1)) and len(layers) > 2
        listed = f"{layers[0]} to {layers[-1]}" if row else ", ".join(map(str, layers))
        parts.append(f"layer{'s' * (len(layers) > 1)} {listed}: {way}")
    return "; ".join(parts)


def with_tied(layers: list[Layer]) -> tuple[Layer, ...]:
    """The layers with the numbers of tied weights taken anew from the layers they are tied to."""
    found: list[Layer] = []
    for layer in layers:
        if layer.tied_to:
            weights: Rows | None = found[layer.tied_to - 1].weights
            if weights is not None and layer.transposed:
                weights = tuple(zip(*weights, strict=True))
            layer = layer._replace(weights=weights)
        found.append(layer)
    return tuple(found)
