"""The catalogue's mistakes about a quantity of a network, for the answers of exercises."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from random import Random

from backtrace.mistakes.applied import every_slip, silent
from backtrace.mistakes.records import Slip
from backtrace.network.quantity import Key
from backtrace.network.records import Network


def known(network: Network, key: Key) -> Sequence[Slip]:
    """What each catalogued mistake makes of it. Those that give the right value by chance are included, those that do
    so whatever the numbers are not: there they are no mistakes."""
    probe = network._replace(
        inputs=None,
        targets=None if network.loss.targets == "any" else network.targets,
        layers=tuple(layer._replace(weights=None, bias=None, made_by="") for layer in network.layers),
        name="",
        title="",
    )
    unseen = _always(probe, network.samples, key)
    return [slip for slip in every_slip(network, key) if slip.mistake.id not in unseen]


@lru_cache(maxsize=4096)
def _always(bare: Network, samples: int, key: Key) -> frozenset[str]:
    """The mistakes that give the right value on numbers of no kind at all, and so on all."""
    draw = Random(1).random
    layers = []
    for number, layer in enumerate(bare.layers, 1):
        rows = tuple(tuple(0.2 + 0.6 * draw() for _ in range(bare.size(number - 1))) for _ in range(layer.units))
        count = 1 if layer.shared_bias else layer.units
        bias = tuple(0.2 + 0.6 * draw() for _ in range(count)) if layer.has_bias else None
        layers.append(layer._replace(weights=rows, bias=bias))
    inputs = tuple(tuple(0.2 + 0.6 * draw() for _ in range(bare.input_size)) for _ in range(samples))
    outputs = bare.layers[-1].units
    targets = bare.targets or tuple(tuple(0.1 + 0.1 * draw() for _ in range(outputs)) for _ in range(samples))
    made = bare._replace(layers=tuple(layers), inputs=inputs, targets=targets)
    return frozenset(slip.mistake.id for slip in silent(made, key))
