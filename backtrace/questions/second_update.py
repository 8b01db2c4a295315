"""The catalogue's mistakes about what a second update leaves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from backtrace.engine.updating import is_plain, is_updated
from backtrace.mistakes.applied import calculation_of, same, workings
from backtrace.mistakes.calculation import Calculation
from backtrace.mistakes.further_updates import FIRST_GRADIENT, Second, made_of
from backtrace.network.quantity import (
    COUNT,
    LOSS,
    SCHEDULED,
    SHARED,
    Derivative,
    Key,
    Quantity,
    is_kept,
    kept_of,
)
from backtrace.network.records import Network
from backtrace.questions.slips import NamesAndNumbers, Wrongs, known

ByKey: TypeAlias = Callable[[Key], NamesAndNumbers]


def known_twice(network: Network, keys: Sequence[Key]) -> Wrongs:
    """As `known`; for what a second update uses or leaves the mistakes made in it: those of a first update, on the
    network that the first has left, and those of using what the first should have replaced. Of tied layers none are
    known there."""
    parts = {part.name for part in network.optimizer.rule.parts}

    def named(key: Key) -> Key:
        """As the rule names it: what it only works out has no older value."""
        of_rule = isinstance(key, Quantity) and is_kept(key) and key.name in parts
        return _earlier(key) if of_rule else key

    first = _known_by_key(network, [named(key) for key in keys if not _is_later(key)])
    later = [key for key in keys if _is_later(key)]
    tied = any(layer.tied_to for layer in network.layers)
    if not later or tied:
        return lambda place: ([], []) if _is_later(keys[place]) else first(named(keys[place]))
    left = after_the_first(network)
    plain = is_plain(network.optimizer)
    again = _known_by_key(left, [_earlier(key) for key in later if plain or isinstance(key, Derivative)])
    kept = again if plain else _remembering(network, left)

    def wrong(place: int) -> NamesAndNumbers:
        key = keys[place]
        if not _is_later(key):
            return first(named(key))
        before = _earlier(key)
        names, values = again(before) if isinstance(key, Derivative) else kept(named(before))
        here, made = _of_two(network, left, key)
        return [*here, *names], [*made, *values]

    return wrong


def _known_by_key(network: Network, keys: Sequence[Key]) -> ByKey:
    wrong, places = known(network, keys), {key: place for place, key in enumerate(keys)}
    return lambda key: wrong(places[key])


def _is_later(key: Key) -> bool:
    return key.of.updates == 1 if isinstance(key, Derivative) else key.updates >= 2


def _earlier(key: Key) -> Key:
    """What was the same one update before."""
    if isinstance(key, Derivative):
        return Derivative(key.of._replace(updates=0), key.by._replace(updates=0))
    return key._replace(updates=key.updates - 1)


def _of_two(network: Network, left: Network, key: Key) -> NamesAndNumbers:
    """The mistakes of using what the first update should have replaced."""
    start, after = calculation_of(network), Calculation(left)
    if isinstance(key, Derivative):
        return [FIRST_GRADIENT.id], [start.value(_earlier(key))]
    if key.kind not in ("weight", "bias") or not is_plain(network.optimizer):
        return [], []
    parameter = key._replace(updates=0)
    gradient = Derivative(LOSS, parameter)
    return made_of(
        Second(
            start.value(parameter),
            after.value(parameter),
            start.value(gradient),
            after.value(gradient),
            float(network.optimizer.learning_rate or 0.0),
        )
    )


def _remembering(network: Network, left: Network) -> ByKey:
    """The mistakes in the lines of an optimizer that remembers, with what it remembers of the first update."""
    value = calculation_of(network).value
    numbers: dict[Key, float] = {COUNT: 1.0, SCHEDULED: network.optimizer.rate(1)}
    for parameter in network.parameters():
        for slot in network.optimizer.rule.slots if is_updated(network, parameter) else ():
            kept = kept_of(parameter, slot.name)
            numbers[kept] = value(kept._replace(updates=1))
    right = Calculation(left, numbers)

    def wrong(key: Key) -> NamesAndNumbers:
        lines, values = workings(right, key).on(right)
        # A procedure would be run again from an optimizer that remembers nothing.
        made = [(line.mistake.id, x) for line, x in zip(lines, values, strict=True) if line.form is not None]
        seen = [(name, x) for name, x in made if not same(x, right.value(key))]
        return [name for name, _ in seen], [x for _, x in seen]

    return wrong


def after_the_first(network: Network) -> Network:
    """The network with the parameters that one update leaves."""
    value = calculation_of(network).value
    layers = []
    for number, layer in enumerate(network.layers, 1):
        units = range(1, layer.units + 1)
        sources = range(1, network.size(number - 1) + 1)
        rows = tuple(tuple(value(Quantity("weight", number, j, i, updates=1)) for i in sources) for j in units)
        owners = () if not layer.has_bias else (SHARED,) if layer.shared_bias else tuple(units)
        bias = tuple(value(Quantity("bias", number, unit, updates=1)) for unit in owners)
        layers.append(layer._replace(weights=rows, bias=bias or layer.bias))
    return network._replace(layers=tuple(layers))
