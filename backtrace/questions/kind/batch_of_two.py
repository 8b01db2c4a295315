"""One update on a batch of two samples."""

from __future__ import annotations

from collections.abc import Mapping

from backtrace.network.quantity import LOSS, Derivative, Quantity
from backtrace.questions.making import (
    STEP_SETTINGS,
    Asked,
    Drawn,
    ask_numbers,
    delta_asked,
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

SIZES = {1: (1, 1), 2: (2, 1), 3: (2, 2, 1)}
SETTINGS = (*STEP_SETTINGS, Setting("reduction", "mean", "of the samples' losses", ("mean", "sum")))


def make(draw: Draws, level: int, settings: Mapping[str, object]) -> Instance:
    """Asks for each sample's loss and deltas, the loss of both, and the gradient and update of a weight."""
    wanted = read_settings(settings, SETTINGS)
    shape = shape_of(wanted, SIZES[level])._replace(reduction=str(wanted["reduction"]))

    def draws() -> Drawn:
        network = drawn_network(draw, level, wanted, shape, samples=2, updated=True)
        depth = len(network.layers)
        asked = []
        for s in (1, 2):
            key = Quantity("loss", sample=s)
            asked.append(Asked(key, Say("compute_loss_of_sample", (key, s)), (LOSS,)))
        asked.append(Asked(LOSS, Say("compute_loss_of_both", (LOSS,)), (LOSS,)))
        for s in (1, 2):
            asked.append(delta_asked(network, depth, 1, s))
        always = [one.key for one in asked]
        for layer in range(depth, 0, -1):
            weight = pick(draw, [p for p in network.parameters() if p.layer == layer and p.kind == "weight"])
            gradient, new = Derivative(LOSS, weight), weight._replace(updates=1)
            asked.append(Asked(gradient, Say("compute_gradient", (gradient,))))
            asked.append(Asked(new, Say("compute_update", (new, weight)), (weight,)))
        return Drawn(network, asked, among=of_all_weights(network, *always))

    return ask_numbers(KIND.name, draw, level, wanted, draws, known)


KIND = Kind("batch-of-two", "one update on two samples", SETTINGS, make, samples)
