"""The delta of the outputs."""

from __future__ import annotations

from collections.abc import Mapping

from backtrace.network.quantity import Quantity
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
from backtrace.questions.seeds import Draws
from backtrace.questions.slips import known

SIZES = {1: (2, 1), 2: (2, 2, 1), 3: (2, 2, 2)}


def make(draw: Draws, level: int, settings: Mapping[str, object]) -> Instance:
    """Asks for the outputs and their deltas."""
    wanted = read_settings(settings, STEP_SETTINGS)
    shape = shape_of(wanted, SIZES[level])

    def draws() -> Drawn:
        network = drawn_network(draw, level, wanted, shape)
        depth = len(network.layers)
        asked = []
        for unit in range(1, network.layers[-1].units + 1):
            out = Quantity("out", depth, unit)
            asked.append(Asked(out, Say("compute_out", (out,)), (Quantity("loss"),)))
            asked.append(delta_asked(network, depth, unit))
        return Drawn(network, asked)

    return ask_numbers(KIND.name, draw, level, wanted, draws, known)


KIND = Kind("output-delta", "the deltas of the outputs", STEP_SETTINGS, make, samples)
