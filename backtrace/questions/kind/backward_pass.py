"""A whole backward pass: every gradient."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from backtrace.network.quantity import LOSS, Derivative
from backtrace.network.records import Network
from backtrace.questions.making import (
    STEP_SETTINGS,
    Asked,
    Drawn,
    ask_numbers,
    asked_always,
    delta_asked,
    drawn_network,
    read_settings,
    samples,
    shape_of,
)
from backtrace.questions.records import Instance, Kind, Say
from backtrace.questions.seeds import Draws
from backtrace.questions.slips import known

SIZES = {1: (2, 1), 2: (2, 2, 1), 3: (2, 2, 2)}


def make(draw: Draws, level: int, settings: Mapping[str, object]) -> Instance:
    """Asks, layer by layer from the output, for the deltas and all gradients."""
    wanted = read_settings(settings, STEP_SETTINGS)
    shape = shape_of(wanted, SIZES[level])

    def draws() -> Drawn:
        network = drawn_network(draw, level, wanted, shape)
        return Drawn(network, asked_always(network, KIND.name, lambda: _asked(network)))

    return ask_numbers(KIND.name, draw, level, wanted, draws, known)


def _asked(network: Network) -> Iterator[Asked]:
    for layer in range(len(network.layers), 0, -1):
        for j in range(1, network.size(layer) + 1):
            yield delta_asked(network, layer, j)
        for parameter in network.parameters():
            if parameter.layer == layer:
                key = Derivative(LOSS, parameter)
                yield Asked(key, Say("compute_gradient", (key,)))


KIND = Kind("backward-pass", "every delta and every gradient", STEP_SETTINGS, make, samples)
