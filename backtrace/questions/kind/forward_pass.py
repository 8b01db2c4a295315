"""A forward pass: net and output of every unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from backtrace.network.quantity import Quantity
from backtrace.network.records import Network
from backtrace.questions.making import (
    STEP_SETTINGS,
    Asked,
    Drawn,
    ask_numbers,
    asked_always,
    drawn_network,
    read_settings,
    samples,
    shape_of,
)
from backtrace.questions.records import Instance, Kind, Say
from backtrace.questions.seeds import Draws
from backtrace.questions.slips import known

SIZES = {1: (2, 1), 2: (2, 2, 1), 3: (3, 2, 2)}


def make(draw: Draws, level: int, settings: Mapping[str, object]) -> Instance:
    """Asks for net and out of every unit, layer by layer."""
    wanted = read_settings(settings, STEP_SETTINGS)
    shape = shape_of(wanted, SIZES[level])

    def draws() -> Drawn:
        network = drawn_network(draw, level, wanted, shape)
        return Drawn(network, asked_always(network, KIND.name, lambda: _asked(network)), loss=False)

    return ask_numbers(KIND.name, draw, level, wanted, draws, known)


def _asked(network: Network) -> Iterator[Asked]:
    for layer in range(1, len(network.layers) + 1):
        for unit in range(1, network.size(layer) + 1):
            for kind in ("net", "out"):
                key = Quantity(kind, layer, unit)
                yield Asked(key, Say(f"compute_{kind}", (key,)), (Quantity("loss"),))


KIND = Kind("forward-pass", "net and output of every unit", STEP_SETTINGS, make, samples)
