"""One update of all parameters: what the optimizer remembers, gradients clipped, and its rule line by line.

The lines are the trees of the table OPTIMIZERS, so that what a page shows is what is computed here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import NamedTuple

from backtrace.engine.refusals import too_large, undefined
from backtrace.expression.evaluate import compiled
from backtrace.expression.functions import EvaluationError
from backtrace.expression.tree import Given, symbols
from backtrace.network.optimizers import Rule
from backtrace.network.quantity import COUNT, NORM, RATE, Key, Quantity, kept_of
from backtrace.network.records import Network, Optimizer

BUILT_IN = ("w", "g", "eta", "t")


class State(NamedTuple):
    """What an optimizer remembers between updates. count: the updates done so far; slots: by the name of the slot
    ("m", "v", …), then by parameter; empty for sgd."""

    count: int  # type: ignore[assignment]  # the method of tuples gives way
    slots: dict[str, dict[Key, float]]


def start(network: Network) -> State:
    """Before the first update: every slot of every parameter is 0."""
    slots = () if is_plain(network.optimizer) else network.optimizer.rule.slots
    parameters = network.parameters() if slots else []
    return State(0, {slot.name: dict.fromkeys(parameters, 0.0) for slot in slots})


def updated(
    network: Network, numbers: Mapping[Key, float], gradients: Mapping[Key, float], state: State
) -> tuple[dict[Key, float], State]:
    """The new number of every parameter, and the state after the update.

    numbers, gradients: of every parameter at least, the gradients of the reduced loss. A parameter that is not updated
    keeps its number, and without a learning rate they all do. Raises EvaluationError, with a name, where a line of the
    rule has no finite value.
    """
    optimizer = network.optimizer
    if is_plain(optimizer):
        rate = optimizer.learning_rate or 0.0
        plain = {p: numbers[p] - rate * g for p, g in gradients.items()}
        if not optimizer.update_biases:
            plain.update({p: numbers[p] for p in plain if not is_updated(network, p)})
        return plain, State(state.count + 1, state.slots)
    new = {p: numbers[p] for p in gradients}
    if not optimizer.has_rate:
        return new, state
    eta, rule = optimizer.rate(state.count), optimizer.rule
    program = compiled_rule(rule)
    settings = [number_of(optimizer, name) for name in program.settings]
    slots = {name: dict(values) for name, values in state.slots.items()}
    for parameter, gradient in clipped(network, gradients).items():
        old = [slots[slot.name][parameter] for slot in rule.slots]
        values = [new[parameter], gradient, eta, float(state.count), *old, *settings]
        done = program.run(values, parameter)
        new[parameter] = done["w+"]
        for slot in rule.slots:
            slots[slot.name][parameter] = done[f"{slot.name}+"]
    return new, State(state.count + 1, slots)


def is_plain(optimizer: Optimizer) -> bool:
    """Whether an update is w − η·g with a fixed η and nothing else, which is done without looking at the rule."""
    return optimizer.type == "sgd" and optimizer.schedule is None and not optimizer.given


def is_updated(network: Network, parameter: Key) -> bool:
    """Whether a parameter takes part in updates: a bias may be kept as it is."""
    return network.optimizer.update_biases or not isinstance(parameter, Quantity) or parameter.kind != "bias"


def start_values(network: Network, state: State) -> dict[Key, float]:
    """The numbers that an update starts from beside those of the network: of the learning rate and the other settings,
    of the count of updates, and of every slot of every parameter."""
    optimizer = network.optimizer
    values: dict[Key, float] = {}
    if optimizer.learning_rate is not None:
        values[RATE] = optimizer.learning_rate
    for setting in optimizer.kind.settings:
        number = optimizer.value(setting.name)
        if isinstance(number, float):
            values[Quantity("setting", name=setting.name)] = number
    values[COUNT] = Given(str(state.count))
    for slot, numbers in state.slots.items():
        for parameter, number in numbers.items():
            if isinstance(parameter, Quantity):
                values[kept_of(parameter, slot)] = number if state.count else Given("0")
    return values


def number_of(optimizer: Optimizer, name: str) -> float:
    """The number of a setting that stands in a rule."""
    found = optimizer.number(name)
    assert found is not None, f"the setting {name} of {optimizer.type} has no default"
    return float(found)


def clipped(network: Network, gradients: Mapping[Key, float]) -> dict[Key, float]:
    """The gradients of the parameters that are updated, as the rule uses them.

    clip_norm: g·min(1, c/‖g‖) with the norm of all of them together (Pascanu, Mikolov and Bengio 2013, algorithm 1);
    clip_value: max(−c, min(c, g)) for each.
    """
    optimizer = network.optimizer
    used = {p: g for p, g in gradients.items() if is_updated(network, p)}
    most = optimizer.number("clip_value")
    if most is not None:
        return {p: max(-most, min(most, g)) for p, g in used.items()}
    most = optimizer.number("clip_norm")
    length = norm(used) if most is not None else 0.0
    if most is None or not length:
        return used
    factor = min(1.0, most / length)
    return {p: factor * g for p, g in used.items()}


def norm(gradients: Mapping[Key, float]) -> float:
    """The root of the sum of the squares, folded in the order of the parameters."""
    total = 0.0
    try:
        for gradient in gradients.values():
            total += math.pow(gradient, 2.0)  # as `evaluate` squares, so that a page shows this very number
    except OverflowError:
        raise too_large(NORM) from None
    if not math.isfinite(total):
        raise too_large(NORM)
    return math.sqrt(total)


class Program(NamedTuple):
    """A rule ready to run. settings: the names of those whose numbers it takes; lines: left side and function of all
    values so far."""

    settings: tuple[str, ...]
    lines: tuple[tuple[str, Callable[..., float]], ...]

    def run(self, values: list[float], parameter: Key) -> dict[str, float]:
        """What each line gives; `values`: w, g, eta, t, the slots, the settings, to which the lines' are added."""
        done: dict[str, float] = {}
        for left, function in self.lines:
            try:
                done[left] = function(*values)
            except EvaluationError as error:
                raise refusal(left, parameter, error) from None
            values.append(done[left])
        return done


def refusal(left: str, parameter: Key, error: EvaluationError) -> EvaluationError:
    """What to say of a line that has no value for a parameter."""
    if not isinstance(parameter, Quantity):
        return error
    name, new = left.removesuffix("+"), left.endswith("+")
    key = parameter if name == "w" else kept_of(parameter, name)
    found = undefined(key._replace(updates=int(new)), error)
    if "/0 " in error.what:
        return EvaluationError(found.what, hint="its gradient is 0, and so is what divides it: epsilon = 1e-8 helps")
    return found


@lru_cache(maxsize=64)
def compiled_rule(rule: Rule) -> Program:
    """The rule as functions; the same rule is compiled once."""
    slots = tuple(slot.name for slot in rule.slots)
    lefts = tuple(line.left for line in rule.lines)
    used = dict.fromkeys(str(key) for line in rule.lines for key in symbols(line.form))
    settings = tuple(name for name in used if name not in (*BUILT_IN, *slots, *lefts))
    names = [*BUILT_IN, *slots, *settings]
    lines = []
    for line in rule.lines:
        lines.append((line.left, compiled(line.form, tuple(names))))
        names.append(line.left)
    return Program(settings, tuple(lines))
