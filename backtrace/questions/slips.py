"""The catalogue's mistakes about a quantity of a network, for the answers of exercises."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from backtrace.engine.structure import structure_of
from backtrace.mistakes.applied import every_slip, silent
from backtrace.mistakes.records import Slip
from backtrace.network.quantity import Key
from backtrace.network.records import Network, Rows


def known(network: Network, key: Key) -> Sequence[Slip]:
    """What each catalogued mistake makes of it. Those that give the right value by chance are included, those that do
    so whatever the numbers are not: there they are no mistakes."""
    targets = None if network.loss.targets == "any" else network.targets
    unseen = structure_of(network).kept(("unseen", targets, key), lambda: _always(network, targets, key))
    return [slip for slip in every_slip(network, key) if slip.mistake.id not in unseen]


def _always(network: Network, targets: Rows | None, key: Key) -> frozenset[str]:
    """The mistakes that give the right value on numbers of no kind at all, and so on all."""
    draw = Random(1).random
    layers = []
    for number, layer in enumerate(network.layers, 1):
        rows = tuple(tuple(0.2 + 0.6 * draw() for _ in range(network.size(number - 1))) for _ in range(layer.units))
        count = 1 if layer.shared_bias else layer.units
        bias = tuple(0.2 + 0.6 * draw() for _ in range(count)) if layer.has_bias else None
        layers.append(layer._replace(weights=rows, bias=bias))
    samples, outputs = range(network.samples), network.layers[-1].units
    inputs = tuple(tuple(0.2 + 0.6 * draw() for _ in range(network.input_size)) for _ in samples)
    targets = targets or tuple(tuple(0.1 + 0.1 * draw() for _ in range(outputs)) for _ in samples)
    made = network._replace(layers=tuple(layers), inputs=inputs, targets=targets)
    return frozenset(slip.mistake.id for slip in silent(made, key))
