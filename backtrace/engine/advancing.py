"""A network as it is after some updates, for whoever wants to look at a later one."""

from __future__ import annotations

from collections.abc import Mapping

from backtrace.engine.build import build
from backtrace.engine.refusals import refuse_symbolic
from backtrace.engine.scalar import numbers_of, training_step
from backtrace.engine.updating import State, start
from backtrace.errors import InputError
from backtrace.network.made import with_tied
from backtrace.network.quantity import SHARED, Key, Quantity
from backtrace.network.records import Network

MOST_UPDATES = 10_000


def advanced(network: Network, updates: int) -> tuple[Network, State]:
    """The network with its parameters after so many updates, and what its optimizer remembers then.

    Raises InputError for a network that has no numbers, or whose parameters stay where they are.
    """
    if not updates:
        return network, start(network)
    if updates > MOST_UPDATES:
        raise InputError(f"{updates} updates before the one shown are too many", hint=f"at most {MOST_UPDATES}")
    refuse_symbolic(network)
    if not network.optimizer.has_rate:
        raise InputError("no learning rate is given, so there is no second update", hint="add --set learning_rate=0.5")
    graph, numbers, state = build(network), numbers_of(network), start(network)
    for _ in range(updates):
        step = training_step(network, graph, numbers, state)
        numbers.update(step.updated)
        state = step.state
    return with_parameters(network, numbers), state


def with_parameters(network: Network, numbers: Mapping[Key, float]) -> Network:
    """The network with other numbers; one that is the same stays as it was typed."""

    def of(parameter: Quantity) -> float:
        typed, new = network.value(parameter), numbers[parameter]
        return typed if typed == new else new

    layers = []
    for number, layer in enumerate(network.layers, 1):
        units, sources = range(1, layer.units + 1), range(1, network.size(number - 1) + 1)
        if not layer.tied_to:
            weights = tuple(tuple(of(Quantity("weight", number, j, i)) for i in sources) for j in units)
            layer = layer._replace(weights=weights)
        if layer.has_bias:
            bias = [SHARED] if layer.shared_bias else units
            layer = layer._replace(bias=tuple(of(Quantity("bias", number, j)) for j in bias))
        layers.append(layer)
    return network._replace(layers=with_tied(layers))
