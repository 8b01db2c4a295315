"""A training step on the scalar graph: forward, backward, update, with every edge's factor kept."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite

from backtrace.engine.build import sample_numbers
from backtrace.engine.graph import Graph
from backtrace.engine.operations import MULTIPLY
from backtrace.engine.records import Parameters, SampleTrace, TrainingStep
from backtrace.engine.refusals import refuse_no_slope, refuse_not_finite, refuse_tied
from backtrace.engine.trace import Sweep, backward, empty_sweep, forward, leaf_values, pull
from backtrace.engine.updating import State, is_updated, start, updated
from backtrace.network.quantity import LOSS, SHARED, Derivative, Key, Quantity
from backtrace.network.records import Network

Numbers = dict[Key, float]


class ScalarStep:
    """The trace of one training step on the graph.

    values: by node. sweep: gradients (of the sample's own loss) by node, local derivatives and contributions by edge.
    gradients, updated: of the reduced loss, and after the update, for every parameter. state: what the optimizer
    remembers after the update.
    """

    __slots__ = ("gradients", "graph", "state", "sweep", "updated", "values")

    def __init__(
        self, graph: Graph, values: list[float], sweep: Sweep, gradients: Numbers, updated: Numbers, state: State
    ) -> None:
        self.graph = graph
        self.values = values
        self.sweep = sweep
        self.gradients = gradients
        self.updated = updated
        self.state = state

    def __getitem__(self, key: Key) -> float:
        """The value of a node by its key."""
        return self.values[self.graph.index[key]]


def numbers_of(network: Network) -> Numbers:
    """The numbers of all leaves: inputs, targets and parameters. The network must be numeric."""
    numbers = numbers_besides(network)
    for parameter in network.parameters():
        number = network.value(parameter)
        assert number is not None
        numbers[parameter] = number
    return numbers


def numbers_besides(network: Network) -> Numbers:
    """The numbers of the leaves that no update changes: inputs, targets, strengths of the regularisation."""
    numbers: Numbers = {}
    for kind, rows in (("input", network.inputs), ("target", network.targets)):
        for s, row in zip(sample_numbers(network), rows or (), strict=True):
            for i, value in enumerate(row, 1):
                numbers[Quantity(kind, 0, i, sample=s)] = value
    for norm in network.regularization.norms:
        numbers[Quantity("strength", unit=norm)] = network.regularization.strength(norm) or 0.0
    return numbers


def numbers_in_row(network: Network) -> list[float]:
    """The numbers of all leaves without their keys, in the order in which the graph has its leaves."""
    found = [x for rows in (network.inputs, network.targets) for row in rows or () for x in row]
    for layer in network.layers:
        if not layer.tied_to:
            found += [x for row in layer.weights or () for x in row]
        found += layer.bias or ()
    return found + [network.regularization.strength(norm) or 0.0 for norm in network.regularization.norms]


def training_step(
    network: Network, graph: Graph, numbers: Mapping[Key, float], state: State | None = None
) -> ScalarStep:
    """Forward and backward through the graph, and the update of the network's optimizer.

    state: what the optimizer remembers of the updates before this one, None when there were none.

    With order "output_first" a layer's weights are updated before anything is passed back through them; the activations
    stay those of the forward pass. Raises EvaluationError, with a name, for whatever is not
    finite.
    """
    refuse_no_slope(network)
    values = forward(graph, leaf_values(graph, numbers))
    if not isfinite(sum(values)):
        refuse_not_finite(values, graph.keys)
    seeds = {graph.index[network.sample_loss(s)]: 1.0 for s in sample_numbers(network)}
    gradients: Numbers = {}
    before = state or start(network)
    if network.optimizer.order == "output_first":
        new: Numbers = {}
        rate = network.optimizer.rate(before.count)
        sweep = _output_first(network, graph, values, seeds, gradients, new, rate)
        after = State(before.count + 1, {})
    else:
        sweep = backward(graph, values, seeds)
        penalised = bool(network.regularization.norms)
        for parameter in network.parameters():
            node = graph.index[parameter]
            total = sweep.gradient[node]
            gradients[parameter] = (
                whole_gradient(network, parameter, values[node], total) if penalised else reduced(network, total)
            )
        if not isfinite(sum(gradients.values())):
            refuse_not_finite(gradients.values(), (Derivative(LOSS, p) for p in gradients if isinstance(p, Quantity)))
        new, after = updated(network, numbers, gradients, before)
    if not isfinite(sum(sweep.gradient)):
        refuse_not_finite(sweep.gradient, (Derivative(LOSS, key) for key in graph.keys if isinstance(key, Quantity)))
    if not isfinite(sum(new.values())):
        refuse_not_finite(new.values(), (key._replace(updates=1) for key in new if isinstance(key, Quantity)))
    return ScalarStep(graph, values, sweep, gradients, new, after)


def forward_step(network: Network, graph: Graph, numbers: Mapping[Key, float]) -> ScalarStep:
    """The forward pass alone, for a network that no gradient passes through: no gradients, nothing updated."""
    values = forward(graph, leaf_values(graph, numbers))
    refuse_not_finite(values, graph.keys)
    return ScalarStep(graph, values, empty_sweep(graph), {}, {}, start(network))


def reduced(network: Network, total: float) -> float:
    """From the sum over the samples to the gradient of the reduced loss."""
    return total / network.samples if network.reduction == "mean" and network.samples > 1 else total


def whole_gradient(network: Network, parameter: Quantity, value: float, total: float) -> float:
    """From the sum over the samples to the gradient of the loss: reduced, and with what regularisation adds."""
    gradient = reduced(network, total)
    if network.regularization.counts(parameter):
        for norm in network.regularization.norms:
            gradient += network.regularization.slope(norm, network.data_size, value)
    return gradient


def _output_first(
    network: Network,
    graph: Graph,
    values: list[float],
    seeds: dict[int, float],
    gradients: Numbers,
    new: Numbers,
    rate: float,
) -> Sweep:
    refuse_tied(network)
    sweep = empty_sweep(graph)
    node = max(seeds)
    for layer in range(len(network.layers), 0, -1):
        of_layer = [p for p in network.parameters() if p.layer == layer]
        gates = []
        while graph.operations[node] and graph.keys[node] and _layer(graph.keys[node], layer) >= layer:
            pull(graph, values, sweep, node, seeds.get(node, 0.0))
            if graph.operations[node] is MULTIPLY:
                gates.append(node)
            node -= 1
        for parameter in of_layer:
            leaf = graph.index[parameter]
            pull(graph, values, sweep, leaf)
            gradients[parameter] = whole_gradient(network, parameter, values[leaf], sweep.gradient[leaf])
            kept = not is_updated(network, parameter)
            new[parameter] = values[leaf] if kept else values[leaf] - rate * gradients[parameter]
        for gate in gates:
            weight = graph.keys[graph.operands[gate][0]]
            edge = graph.first_edge[gate] + 1
            sweep.local[edge] = new[weight]
            sweep.contribution[edge] = sweep.gradient[gate] * new[weight]
    for leaf in range(node, -1, -1):
        pull(graph, values, sweep, leaf)
    return sweep


def _layer(key: Key, current: int) -> int:
    """The layer a gate belongs to; loss gates count as the one being worked on, which is the top one then."""
    return key.layer if isinstance(key, Quantity) and key.kind in ("wire", "net", "out") else current


def as_step(network: Network, step: ScalarStep) -> TrainingStep:
    """The same step as plain lists. Adding 0.0 turns −0 into 0."""
    graph, sweep = step.graph, step.sweep
    layers = range(1, len(network.layers) + 1)
    samples = []
    for s in sample_numbers(network):

        def row(kind: str, layer: int, size: int, s: int = s) -> list[float]:
            return [step[Quantity(kind, layer, j, sample=s)] + 0.0 for j in range(1, size + 1)]

        samples.append(
            SampleTrace(
                inputs=row("input", 0, network.input_size),
                targets=row("target", 0, network.layers[-1].units),
                loss=step[network.sample_loss(s)] + 0.0,
                net=[row("net", n, network.size(n)) for n in layers],
                out=[row("out", n, network.size(n)) for n in layers],
                delta=[
                    [
                        sweep.gradient[graph.index[Quantity("net", n, j, sample=s)]] + 0.0
                        for j in range(1, network.size(n) + 1)
                    ]
                    for n in layers
                ],
            )
        )
    return TrainingStep(step[LOSS] + 0.0, samples, by_layer(network, step.gradients), by_layer(network, step.updated))


def by_layer(network: Network, numbers: Numbers) -> Parameters:
    """Parameters by layer; a tied layer lists the numbers of the parameters it uses, laid out as its own."""
    weights = []
    bias: list[list[float] | None] = []
    for number, layer in enumerate(network.layers, 1):
        sources = range(1, network.size(number - 1) + 1)
        weights.append(
            [[numbers[network.weight(number, j, i)] + 0.0 for i in sources] for j in range(1, layer.units + 1)]
        )
        if not layer.has_bias:
            bias.append(None)
        elif layer.shared_bias:
            bias.append([numbers[Quantity("bias", number, SHARED)] + 0.0])
        else:
            bias.append([numbers[Quantity("bias", number, j)] + 0.0 for j in range(1, layer.units + 1)])
    return Parameters(weights, bias)
