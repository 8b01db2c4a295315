"""The gradient of one weight into a hidden unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from backtrace.errors import InputError
from backtrace.network.quantity import LOSS, Derivative
from backtrace.network.records import Network
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
from backtrace.questions.sampling import pick
from backtrace.questions.seeds import Draws
from backtrace.questions.slips import known

SIZES = {1: (1, 1, 1), 2: (2, 2, 1), 3: (2, 2, 2)}


def make(draw: Draws, level: int, settings: Mapping[str, object]) -> Instance:
    """Asks for the deltas of the outputs, then of one hidden unit, then for the gradient of a weight into it."""
    wanted = read_settings(settings, STEP_SETTINGS)
    shape = shape_of(wanted, SIZES[level])
    if len(shape.layers) < 2:
        raise InputError("the network has no hidden layer", hint="give one that has, such as 2-2-1")

    def draws() -> Drawn:
        network = drawn_network(draw, level, wanted, shape)
        unit = pick(draw, range(1, network.size(1) + 1))
        source = pick(draw, range(1, network.input_size + 1))
        asked = []
        for layer in range(len(network.layers), 0, -1):
            for j in [unit] if layer == 1 else range(1, network.size(layer) + 1):
                asked.append(delta_asked(network, layer, j))
        weight = network.weight(1, unit, source)
        asked.append(Asked(Derivative(LOSS, weight), Say("compute_gradient", (Derivative(LOSS, weight),)), share=2.0))
        units = [delta_asked(network, layer, j).key for layer, j in _units(network)]
        of_first = [Derivative(LOSS, p) for p in network.parameters() if p.layer == 1 and p.kind == "weight"]
        return Drawn(network, asked, among=(*units, *of_first))

    return ask_numbers(KIND.name, draw, level, wanted, draws, known)


def _units(network: Network) -> Iterator[tuple[int, int]]:
    for layer in range(1, len(network.layers) + 1):
        yield from ((layer, j) for j in range(1, network.size(layer) + 1))


KIND = Kind("hidden-gradient", "the gradient of a weight into a hidden unit", STEP_SETTINGS, make, samples)
