"""The catalogue's mistakes about what a second update leaves."""

from __future__ import annotations

from collections.abc import Sequence

from backtrace.engine.updating import is_plain
from backtrace.mistakes.applied import calculation_of
from backtrace.mistakes.further_updates import FIRST_GRADIENT, Second, made_of
from backtrace.network.quantity import LOSS, SHARED, Derivative, Key, Quantity
from backtrace.network.records import Network
from backtrace.questions.slips import known


def known_twice(network: Network, key: Key) -> tuple[Sequence[str], Sequence[float]]:
    """As `known`; for what a second update uses or leaves the mistakes made in it: those of a first update, on the
    network that the first has left, and those of using what the first should have replaced.

    Of tied layers none are known there, and of an optimizer that remembers only those with the gradient.
    """
    tied = any(layer.tied_to for layer in network.layers)
    if isinstance(key, Derivative) and key.of.updates == 1 and not tied:
        gradient = Derivative(LOSS, key.by._replace(updates=0))
        ids, values = known(after_the_first(network), gradient)
        return [FIRST_GRADIENT.id, *ids], [calculation_of(network).value(gradient), *values]
    if not isinstance(key, Quantity) or key.updates < 2:
        return known(network, key)
    if not is_plain(network.optimizer) or tied:
        return [], []
    left = after_the_first(network)
    ids, values = known(left, key._replace(updates=1))
    if key.kind not in ("weight", "bias"):
        return ids, values
    start, after = calculation_of(network), calculation_of(left)
    parameter = key._replace(updates=0)
    gradient = Derivative(LOSS, parameter)
    case = Second(
        start.value(parameter),
        after.value(parameter),
        start.value(gradient),
        after.value(gradient),
        float(network.optimizer.learning_rate or 0.0),
    )
    here, made = made_of(case)
    return [*here, *ids], [*made, *values]


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
