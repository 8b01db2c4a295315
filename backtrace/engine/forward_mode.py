"""What it would cost to carry derivatives forward, from each parameter up to the loss.

A forward sweep belongs to one parameter w: it holds ∂node/∂w for every node above w, each from those below it by the
chain rule, and ends with ∂E/∂w alone. The next parameter needs a sweep of its own. Backwards, ∂E/∂node is one number
per node that all parameters share. Multiplications are counted as in `cost`: a factor that is always 1 costs nothing.
"""

from __future__ import annotations

from typing import NamedTuple

from backtrace.engine.build import build
from backtrace.engine.comparing import one_sample, refuse_too_large
from backtrace.engine.cost import Edges, cost, edges
from backtrace.engine.run import products
from backtrace.engine.zoom import Zoom, keep_neurons
from backtrace.network.quantity import LOSS, Key, Quantity
from backtrace.network.records import Network


class Sweeps(NamedTuple):
    """The forward sweeps of a group of parameters that all cost the same: the weights into a layer, or its biases.

    first, last: of the group; parameters: how many; each: multiplications of one sweep."""

    first: Quantity
    last: Quantity
    parameters: int
    each: int

    @property
    def multiplications(self) -> int:
        """Of all of them."""
        return self.parameters * self.each


class Compared(NamedTuple):
    """Both ways to the gradients of all parameters, for one sample."""

    forward: tuple[Sweeps, ...]
    backward: int

    @property
    def sweeps(self) -> int:
        """How many forward sweeps there are: one for each parameter."""
        return sum(group.parameters for group in self.forward)

    @property
    def multiplications(self) -> int:
        """Of all forward sweeps."""
        return sum(group.multiplications for group in self.forward)


def compared(network: Network) -> Compared:
    """The counts for a network; NotSupported for one too large to count."""
    refuse_too_large(products(network))
    zoom = Zoom(build(one_sample(network)), keep_neurons)
    parameters = network.parameters()
    groups: dict[tuple[str, int, Quantity | None], list[Quantity]] = {}
    owners = {layer.tied_to for layer in network.layers}
    for parameter in parameters:
        # Units of a layer are alike, so that one sweep counts for all of them, unless weights are used in two places.
        alone = parameter if parameter.kind == "weight" and parameter.layer in owners else None
        groups.setdefault((parameter.kind, parameter.layer, alone), []).append(parameter)
    forward = [
        Sweeps(group[0], group[-1], len(group), sweep(edges(zoom, LOSS, group[:1]))) for group in groups.values()
    ]
    return Compared(tuple(forward), cost(zoom, LOSS, parameters).way("reuse").multiplications)


def sweep(on: Edges) -> int:
    """The multiplications of one forward sweep: one for each edge whose factor counts, but for those that leave a node
    whose derivative is exactly 1."""
    is_one: set[Key] = set(on.bys)
    counted = 0
    for node in on.order:
        for up, counts in on.above[node]:
            if node not in is_one:
                counted += counts
            elif not counts:
                is_one.add(up)
    return counted
