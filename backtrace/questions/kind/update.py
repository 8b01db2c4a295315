"""One update of some weights by gradient descent."""

from __future__ import annotations

from collections.abc import Mapping

from backtrace.network.quantity import LOSS, Derivative
from backtrace.questions.making import (
    LARGE_RATES,
    STEP_SETTINGS,
    Asked,
    Drawn,
    ask_numbers,
    drawn_network,
    of_all_weights,
    read_settings,
    samples,
    shape_of,
)
from backtrace.questions.records import Instance, Kind, Say, Setting
from backtrace.questions.sampling import pick
from backtrace.questions.seeds import Draws
from backtrace.questions.slips import known

LAYERS = Setting("layers", "every", "whose weights are asked for: of every layer, or of the last", ("every", "last"))
SETTINGS = (*STEP_SETTINGS, LAYERS)
SIZES = {1: (2, 1), 2: (2, 2, 1), 3: (2, 2, 2)}
AFTER = LOSS._replace(updates=1)


def make(draw: Draws, level: int, settings: Mapping[str, object]) -> Instance:
    """Asks for the gradient and the new value of a weight of each layer, at level 3 for the new loss as well."""
    wanted = read_settings(settings, SETTINGS)
    shape = shape_of(wanted, SIZES[level])

    def draws() -> Drawn:
        network = drawn_network(draw, level, wanted, shape, updated=True, rates=LARGE_RATES if level == 3 else ())
        asked = []
        lowest = 1 if wanted["layers"] == "every" else len(network.layers)
        for layer in range(len(network.layers), lowest - 1, -1):
            weight = pick(draw, [p for p in network.parameters() if p.layer == layer and p.kind == "weight"])
            gradient, new = Derivative(LOSS, weight), weight._replace(updates=1)
            asked.append(Asked(gradient, Say("compute_gradient", (gradient,))))
            asked.append(Asked(new, Say("compute_update", (new, weight)), (weight,)))
        if level == 3:
            asked.append(Asked(AFTER, Say("compute_loss_after", (AFTER,)), share=2.0))
        return Drawn(network, asked, among=of_all_weights(network, *([AFTER] if level == 3 else [])))

    return ask_numbers(KIND.name, draw, level, wanted, draws, known)


KIND = Kind("update", "one update by gradient descent", SETTINGS, make, samples)
