"""Softmax with cross-entropy: the outputs, the loss, and the derivatives by the nets."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from backtrace.network.quantity import LOSS, Quantity
from backtrace.questions.making import (
    STEP_SETTINGS,
    Asked,
    Drawn,
    ask_numbers,
    delta_asked,
    drawn_network,
    read_settings,
    samples,
    shape_of,
)
from backtrace.questions.records import Instance, Kind, Say
from backtrace.questions.slips import known

SIZES = {1: (2, 2), 2: (2, 3), 3: (2, 2, 3)}


def make(draw: Random, level: int, settings: Mapping[str, object]) -> Instance:
    """Two classes at level 1, three at level 2, with a hidden layer at level 3."""
    wanted = read_settings(settings, STEP_SETTINGS)
    shape = shape_of(wanted, SIZES[level], "cross_entropy", "softmax")

    def draws() -> Drawn:
        network = drawn_network(draw, level, wanted, shape)
        depth, outputs = len(network.layers), network.layers[-1].units
        asked = []
        for unit in range(1, outputs + 1):
            key = Quantity("out", depth, unit)
            asked.append(Asked(key, Say("compute_out", (key,)), (LOSS,)))
        asked.append(Asked(LOSS, Say("compute_loss", (LOSS,)), (LOSS,)))
        asked += [delta_asked(network, depth, unit) for unit in range(1, outputs + 1)]
        return Drawn(network, asked)

    return ask_numbers(KIND.name, level, wanted, draws, known)


KIND = Kind("softmax-cross-entropy", "softmax with cross-entropy", STEP_SETTINGS, make, samples)
