"""The loss of a forward pass."""

from __future__ import annotations

from collections.abc import Mapping

from backtrace.network.quantity import LOSS, Quantity
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
from backtrace.questions.records import Instance, Kind, Say, Setting
from backtrace.questions.seeds import Draws
from backtrace.questions.slips import known

SIZES = {1: (2, 1), 2: (2, 2, 1), 3: (2, 2, 2)}
LOSSES = ("half_squared_error", "squared_error", "mean_squared_error", "absolute_error", "binary_cross_entropy")
SETTINGS = (*STEP_SETTINGS, Setting("loss", "half_squared_error", "which loss", LOSSES))


def make(draw: Draws, level: int, settings: Mapping[str, object]) -> Instance:
    """Asks for the outputs, what each adds to the loss, and the loss."""
    wanted = read_settings(settings, SETTINGS)
    shape = shape_of(wanted, SIZES[level], str(wanted["loss"]))

    def draws() -> Drawn:
        network = drawn_network(draw, level, wanted, shape)
        depth, outputs = len(network.layers), network.layers[-1].units
        asked = []
        for unit in range(1, outputs + 1):
            key = Quantity("out", depth, unit)
            asked.append(Asked(key, Say("compute_out", (key,)), (LOSS,)))
        for unit in network.loss.terms(network.targets_of(0), outputs):
            key = Quantity("loss_term", unit=unit)
            asked.append(Asked(key, Say("compute_loss_term", (key, unit)), (LOSS,)))
        asked.append(Asked(LOSS, Say("compute_loss", (LOSS,)), (LOSS,)))
        return Drawn(network, asked)

    return ask_numbers(KIND.name, draw, level, wanted, draws, known)


KIND = Kind("loss", "the loss of a forward pass", SETTINGS, make, samples)
