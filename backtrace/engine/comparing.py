"""Costs side by side: of an update on more or fewer samples, and of networks of growing depth."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from backtrace.engine.build import build
from backtrace.engine.cost import Cost, cost
from backtrace.engine.orders import Order, forward_order, jacobians, reverse_order
from backtrace.engine.refusals import refuse_no_slope
from backtrace.engine.run import products
from backtrace.engine.zoom import Zoom, keep_neurons
from backtrace.errors import InputError, NotSupported
from backtrace.network.activations import SIGMOID
from backtrace.network.quantity import LOSS, Derivative, Key, Quantity, is_whole, neutral
from backtrace.network.records import Layer, Network

# Some ten seconds, and half a gigabyte of graph.
MOST_WEIGHTS = 200_000
MOST_DEPTH = 1_000
MOST_DEPTHS = 100


class Update(NamedTuple):
    """The multiplications of one update on `samples` of the data, and of an epoch. forward, backward: of one sample;
    parameters: each takes one more, rate times gradient, the rate divided by the samples where their mean is taken."""

    samples: int
    of: int
    forward: int
    backward: int
    parameters: int

    @property
    def per_update(self) -> int:
        """For one update."""
        return self.samples * (self.forward + self.backward) + self.parameters

    @property
    def updates(self) -> int:
        """In one epoch, in which every sample is seen once; the last update may have fewer samples."""
        return -(-self.of // self.samples)

    @property
    def per_epoch(self) -> int:
        """For one epoch."""
        return self.of * (self.forward + self.backward) + self.updates * self.parameters


class Depth(NamedTuple):
    """A network of so many layers after the input, and what all its gradients cost."""

    layers: int
    parameters: int
    cost: Cost


def one_sample(network: Network) -> Network:
    """The network with its first sample only: all cost the same."""
    if network.samples == 1:
        return network
    assert network.inputs is not None and network.targets is not None
    return network._replace(inputs=network.inputs[:1], targets=network.targets[:1])


def cost_of(network: Network, root: Quantity = LOSS, bys: Iterable[Quantity] | None = None) -> Cost:
    """The cost of gradients of one sample, by default those of the loss by all parameters.

    Raises InputError where `root` does not depend on one of `bys`, NotSupported for a network too large to count.
    """
    refuse_no_slope(network)
    refuse_too_large(products(network))
    wanted = tuple(network.parameters() if bys is None else bys)
    shown = {root, *wanted}
    zoom = Zoom(build(one_sample(network)), lambda key: keep_neurons(key) or key in shown)
    return cost(zoom, root, wanted)


def refuse_too_large(weights: int) -> None:
    """Refuses a graph that takes too long to go through."""
    if weights > MOST_WEIGHTS:
        raise NotSupported(
            f"{weights} weights are too many to count on the graph", hint=f"at most {MOST_WEIGHTS} can be counted"
        )


def updates(network: Network, backward: int, batch: int | None = None) -> tuple[Update, ...]:
    """An update on all samples, on a mini-batch (`batch`, by default about half of them) and on one; nothing for a
    network with a single sample.

    backward: what the gradients of one sample cost. Raises InputError for a batch larger than the data.
    """
    samples = network.samples
    if batch is not None and not 1 <= batch <= samples:
        raise InputError(
            f"a mini-batch of {batch} cannot be taken from {samples} sample{'s' * (samples != 1)}",
            hint="--mini-batch M is at most the number of samples; --batch N makes N of them",
        )
    if samples == 1:
        return ()
    biases = network.optimizer.update_biases
    count = sum(parameter.kind == "weight" or biases for parameter in network.parameters())
    sizes = sorted({samples, batch or (samples + 1) // 2, 1}, reverse=True)
    return tuple(Update(size, samples, products(network), backward, count) for size in sizes)


def deeper(network: Network, layers: int, units: int) -> Network:
    """The network with its input, output and loss but so many layers: those between have `units` units each and are
    made like its first layer (sigmoid in place of a softmax, which is for outputs). It has no numbers."""
    first, last = network.layers[0], network.layers[-1]
    activation = first.activation if first.activation.elementwise else SIGMOID
    hidden = Layer(units, activation, has_bias=first.has_bias, shared_bias=first.shared_bias)
    outer = Layer(last.units, last.activation, has_bias=last.has_bias, shared_bias=last.shared_bias)
    return network._replace(layers=(*[hidden] * (layers - 1), outer), inputs=None, targets=None)


def over_depths(network: Network, first: int, last: int, units: int) -> Iterator[Depth]:
    """The costs for `first` to `last` layers, those between with `units` units each.

    Raises InputError for a range that is empty or too long, and NotSupported when there are too many weights in all.
    """
    if not 1 <= first <= last:
        raise InputError(f"{first}-{last} is no range of depths", hint="the first is at least 1 and at most the last")
    if last > MOST_DEPTH or last - first >= MOST_DEPTHS:
        raise InputError(
            f"the depths {first}-{last} are too many",
            hint=f"at most {MOST_DEPTHS} depths, none above {MOST_DEPTH}",
        )
    if units < 1:
        raise InputError(f"a layer cannot have {units} units", hint="at least 1")
    outputs = network.size(len(network.layers))

    def weights(layers: int) -> int:
        if layers == 1:
            return network.input_size * outputs
        return (network.input_size + outputs + (layers - 2) * units) * units

    refuse_too_large(sum(weights(layers) for layers in range(first, last + 1)))
    for layers in range(first, last + 1):
        grown = deeper(network, layers, units)
        yield Depth(layers, len(grown.parameters()), cost_of(grown))


class Report(NamedTuple):
    """What `backtrace cost` knows of one network. orders, updates: nothing where a single quantity was asked for."""

    network: Network
    cost: Cost
    orders: tuple[Order, ...] = ()
    updates: tuple[Update, ...] = ()


def report(network: Network, batch: int | None = None) -> Report:
    """The whole report on the gradients of all parameters; `batch` as in `updates`."""
    found = cost_of(network)
    factors = jacobians(network)
    compared = updates(network, found.way("reuse").multiplications, batch)
    return Report(network, found, (reverse_order(factors), forward_order(factors)), compared)


def report_on(network: Network, key: Key) -> tuple[Report, str]:
    """The report on one gradient, of the loss by a quantity or of what a derivative says, and its neutral name.

    Raises InputError for a key that stands for several, lies after an update, or is no gradient.
    """
    root, by = (key.of, key.by) if isinstance(key, Derivative) else (LOSS, key)
    by = by._replace(sample=0, kind="net" if by.kind == "delta" else by.kind)
    root = root._replace(sample=0)
    if by.updates or root.updates or (isinstance(key, Derivative) and key.via) or is_whole(by):
        raise InputError(
            f"{neutral(key)} is not one gradient before the update",
            hint="ask for a weight, a bias, an input, net or out",
        )
    if "wire" in (by.kind, root.kind):
        raise InputError(f"{neutral(by)} is a gate: factors are counted between net, out and E", hint="ask for a net")
    return Report(network, cost_of(network, root, (by,))), neutral(Derivative(root, by))
