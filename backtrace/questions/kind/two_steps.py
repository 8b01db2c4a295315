"""Two full training steps, the second from what the first has left."""

from __future__ import annotations

from collections.abc import Mapping

from backtrace.network.quantity import LOSS
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
from backtrace.questions.second_update import known_twice
from backtrace.questions.seeds import Draws

SIZES = {1: (1, 1), 2: (2, 1), 3: (1, 1, 1)}
# The rates drawn from. After a small step gradients are nearly what they were, and the loss is nearly the same in
# whatever order layers were updated: that would take six digits to tell.
RATES = {1: ("0.5", "1"), 2: ("0.5", "1"), 3: ("2",)}


def make(draw: Draws, level: int, settings: Mapping[str, object]) -> Instance:
    """Asks for the loss before each step and after the last, and for the weights after each."""
    wanted = read_settings(settings, STEP_SETTINGS)
    shape = shape_of(wanted, SIZES[level])

    def draws() -> Drawn:
        network = drawn_network(draw, level, wanted, shape, updated=True, rates=RATES[level])
        weights = [p for p in network.parameters() if p.kind == "weight"]
        asked = [Asked(LOSS, Say("compute_loss", (LOSS,)), (LOSS,))]
        for step in (1, 2):
            for weight in weights:
                new = weight._replace(updates=step)
                asked.append(Asked(new, Say(f"compute_after_step_{step}", (new, weight)), (weight,), step=step))
            after = LOSS._replace(updates=step)
            asked.append(
                Asked(after, Say(f"compute_loss_after_{step}", (after,)), (LOSS._replace(updates=1),), step=step)
            )
        return Drawn(network, asked, steps=2)

    return ask_numbers(KIND.name, draw, level, wanted, draws, known_twice)


KIND = Kind("two-steps", "two training steps in a row", STEP_SETTINGS, make, samples)
