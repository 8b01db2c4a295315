"""Exercises about optimizers that remember: two updates of one weight, what is remembered after each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from backtrace.expression.tree import Given as Typed
from backtrace.network.optimizers import Value
from backtrace.network.quantity import LOSS, Derivative, Quantity, kept_of
from backtrace.network.records import Optimizer
from backtrace.questions.making import Asked, Drawn, ask_numbers, drawn_network, shape_of
from backtrace.questions.records import Instance, Say
from backtrace.questions.sampling import TASTES, pick
from backtrace.questions.second_update import known_twice
from backtrace.questions.seeds import Draws

HATS = ("m_hat", "v_hat")
SIZES = {1: (1, 1), 2: (2, 1), 3: (2, 2, 1)}


def two_updates(
    name: str,
    draw: Draws,
    level: int,
    settings: Mapping[str, object],
    rule: str,
    slots: Sequence[str],
    given: tuple[tuple[str, Value], ...] = (),
) -> Instance:
    """Asks for the gradient of a weight, what the optimizer remembers of it, and its new value, for two updates."""
    shape = shape_of(settings, SIZES[level])

    def draws() -> Drawn:
        rate = Typed(str(settings["learning_rate"]) or pick(draw, TASTES[level].rates))
        optimizer = Optimizer(rule, rate, given=given)
        network = drawn_network(draw, level, settings, shape, optimizer=optimizer, updated=True)
        weights = [p for p in network.parameters() if p.kind == "weight" and p.layer == len(network.layers)]
        weight = pick(draw, weights)
        return Drawn(network, _asked(weight, slots), steps=2)

    return ask_numbers(name, draw, level, settings, draws, known_twice)


def _asked(weight: Quantity, slots: Sequence[str]) -> list[Asked]:
    """What is asked about a weight."""
    asked = []
    for step in (1, 2):
        old = weight._replace(updates=step - 1)
        gradient = Derivative(LOSS._replace(updates=step - 1), old)
        asked.append(Asked(gradient, Say("compute_gradient", (gradient,)), (weight,), step=step))
        for slot in slots:
            key = kept_of(weight, slot)._replace(updates=step)
            # What has begun at 0 and is corrected has no older value, so its name needs no mark.
            name = key._replace(updates=step - 1) if slot in HATS else key
            asked.append(Asked(key, Say("compute_kept", (name,)), (weight,), step=step, name=name))
        new = weight._replace(updates=step)
        asked.append(Asked(new, Say(f"compute_after_step_{step}", (new, weight)), (weight,), step=step))
    return asked
