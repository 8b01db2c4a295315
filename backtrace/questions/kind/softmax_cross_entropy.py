"""Softmax with cross-entropy: the outputs, the loss, and what comes back to the nets."""

from __future__ import annotations

from collections.abc import Mapping

from backtrace.errors import InputError
from backtrace.network.quantity import LOSS, Derivative, Quantity
from backtrace.questions.making import (
    ACTIVATION,
    DIGITS,
    NETWORK,
    SMALL,
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
from backtrace.questions.sampling import pick
from backtrace.questions.seeds import Draws
from backtrace.questions.slips import known

SIZES = {1: (2, 2), 2: (2, 3), 3: (2, 2, 3)}
SETTINGS = (NETWORK, ACTIVATION, DIGITS, SMALL)


def make(draw: Draws, level: int, settings: Mapping[str, object]) -> Instance:
    """Asks for the outputs, the loss, the deltas of the outputs and, from level 2 on, the gradient of a weight."""
    wanted = read_settings(settings, SETTINGS)
    shape = shape_of(wanted, SIZES[level], "cross_entropy", "softmax")
    if shape.layers[-1].activation.name != "softmax" or shape.loss.name != "cross_entropy":
        raise InputError("the network does not end in softmax with cross-entropy", hint="leave out the setting network")

    def draws() -> Drawn:
        network = drawn_network(draw, level, wanted, shape)
        depth, outputs = len(network.layers), network.layers[-1].units
        asked = []
        for kind in ("net", "out"):
            for unit in range(1, outputs + 1):
                key = Quantity(kind, depth, unit)
                asked.append(Asked(key, Say(f"compute_{kind}", (key,)), (LOSS,)))
        asked.append(Asked(LOSS, Say("compute_loss", (LOSS,)), (LOSS,)))
        asked += [delta_asked(network, depth, unit) for unit in range(1, outputs + 1)]
        among = [one.key for one in asked]
        if level >= 2:
            weights = [p for p in network.parameters() if p.layer == depth and p.kind == "weight"]
            gradient = Derivative(LOSS, pick(draw, weights))
            asked.append(Asked(gradient, Say("compute_gradient", (gradient,))))
            among += [Derivative(LOSS, p) for p in weights]
        return Drawn(network, asked, among=tuple(among))

    return ask_numbers(KIND.name, draw, level, wanted, draws, known)


KIND = Kind("softmax-cross-entropy", "softmax, cross-entropy, and the way back", SETTINGS, make, samples)
