"""What a network is apart from its numbers, found once for all networks alike.

Drawing and checking meet one structure a thousand times with other numbers. Its graph, and whatever later rooms lay out
for it (lines, wrong lines, compiled functions), are kept here, for the structures met last.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import cached_property
from typing import Any, TypeVar, cast

from backtrace.engine.build import build
from backtrace.engine.graph import Graph
from backtrace.engine.scalar import numbers_in_row
from backtrace.engine.trace import forward
from backtrace.expression.kept import Kept, Same, for_the_last
from backtrace.network.quantity import Key
from backtrace.network.records import Network

MOST = 256
# So many things are kept of one structure.
MOST_KEPT = 1024
T = TypeVar("T")


class Structure:
    """The graph of all networks alike. network: the first of them."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self._kept: dict[Hashable, Any] = {}
        self._kept_last: Kept[Any] = Kept(MOST_KEPT)

    @cached_property
    def graph(self) -> Graph:
        """The graph of the first of them, made when it is first asked for: names need none."""
        return build(self.network)

    @cached_property
    def leaves(self) -> tuple[Key, ...]:
        """The keys of what is not computed, in the order of `numbers_in_row`."""
        return tuple(key for key, made in zip(self.graph.keys, self.graph.operations, strict=True) if made is None)

    def numbers(self, network: Network) -> dict[Key, float]:
        """The numbers of the leaves, as typed, of a network of this structure."""
        return dict(zip(self.leaves, numbers_in_row(network), strict=True))

    def values(self, network: Network) -> list[float]:
        """The values of all nodes after a forward pass."""
        return self.values_from([float(x) for x in numbers_in_row(network)])

    def values_from(self, row: list[float]) -> list[float]:
        """The same from the values of the leaves."""
        return forward(self.graph, row + [0.0] * (len(self.graph) - len(row)))

    def kept(self, name: Hashable, make: Callable[[], T]) -> T:
        """What `make` gave when it was first asked for under this name; what there may be many of has a tuple for its
        name, and only the last of them are kept."""
        one_of_many = isinstance(name, tuple)
        found = self._kept_last.get(name) if one_of_many else self._kept.get(name)
        if found is None:
            found = make()
            if one_of_many:
                self._kept_last.keep(name, found)
            else:
                self._kept[name] = found
        return cast(T, found)


_known: dict[tuple[Hashable, ...], Structure] = {}


@for_the_last
def structure_of(network: Network) -> Structure:
    """The structure of a network: the same one for all that differ in numbers only."""
    key = _key(network)
    found = _known.get(key)
    if found is None:
        while len(_known) >= MOST:
            del _known[next(iter(_known))]
        found = _known[key] = Structure(network)
    return found


def alike(network: Network) -> tuple[Hashable, ...]:
    """The same for all networks that differ in numbers only and whose names are the same too."""
    names = tuple([(layer.name, layer.unit_names) for layer in network.layers])
    own = (network.name, network.title, network.input_names, network.numbering, network.numeric)
    return (Same(structure_of(network)), own, names)


def graph_of(network: Network) -> Graph:
    """The graph of a network; one for all that differ in numbers only."""
    return structure_of(network).graph


def _key(network: Network) -> tuple[Hashable, ...]:
    """Everything but names and numbers. Activations, losses and schedules go by identity, which costs nothing: the
    structure found by such a key holds on to them, so that no other can take their place."""
    optimizer = network.optimizer
    return (
        network.input_size,
        network.samples,
        network.of_samples,
        network.reduction,
        network.regularization,
        id(network.loss),
        network.targets if network.loss.whole else None,
        tuple(
            [
                (one.units, id(one.activation), one.has_bias, one.shared_bias, one.tied_to, one.transposed)
                for one in network.layers
            ]
        ),
        optimizer.type,
        optimizer.order,
        optimizer.update_biases,
        optimizer.learning_rate is None,
        optimizer.given,
        id(optimizer.schedule),
    )
