"""A forward pass: net and output of every unit."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from backtrace.network.quantity import Quantity
from backtrace.questions.making import (
    STEP_SETTINGS,
    Asked,
    Drawn,
    ask_numbers,
    drawn_network,
    read_settings,
    samples,
    shape_of,
)
from backtrace.questions.records import Instance, Kind, Say
from backtrace.questions.slips import known

SIZES = {1: (2, 1), 2: (2, 2, 1), 3: (3, 2, 2)}


def make(draw: Random, level: int, settings: Mapping[str, object]) -> Instance:
    """Asks for net and out of every unit, layer by layer."""
    wanted = read_settings(settings, STEP_SETTINGS)
    shape = shape_of(wanted, SIZES[level])

    def draws() -> Drawn:
        network = drawn_network(draw, level, wanted, shape)
        asked = []
        for layer in range(1, len(network.layers) + 1):
            for unit in range(1, network.size(layer) + 1):
                for kind in ("net", "out"):
                    key = Quantity(kind, layer, unit)
                    asked.append(Asked(key, Say(f"compute_{kind}", (key,)), (Quantity("loss"),)))
        return Drawn(network, asked, loss=False)

    return ask_numbers(KIND.name, draw, level, wanted, draws, known)


KIND = Kind("forward-pass", "net and output of every unit", STEP_SETTINGS, make, samples)
