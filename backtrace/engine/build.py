"""From the records of a network to its graph: one gate per multiplication, sum, activation and loss term.

Layers come in order and, within a layer, samples in order, so that walking the nodes backwards finishes a whole layer
of all samples before the layer below: the order in which `output_first` needs them. A parameter is one leaf however
often it is used.
"""

from __future__ import annotations

from backtrace.engine.graph import Graph
from backtrace.engine.operations import (
    ADD,
    MULTIPLY,
    activate,
    inner_softmax,
    loss_term,
    mean,
    penalty,
    sample_loss,
    softmax,
)
from backtrace.expression.tree import symbol
from backtrace.network.quantity import LOSS, Quantity
from backtrace.network.records import Network


def sample_numbers(network: Network) -> list[int]:
    """The sample numbers that appear in keys: 1, 2, …, or just 0 when there is a single sample."""
    return list(range(1, network.samples + 1)) if network.samples > 1 else [0]


def build(network: Network) -> Graph:
    """The gate graph of the network for all its samples."""
    graph = Graph()
    samples = sample_numbers(network)
    below = {
        s: [graph.leaf(Quantity("input", 0, i, sample=s)) for i in range(1, network.input_size + 1)] for s in samples
    }
    # All leaves come first, so that everything after them is computed, layer by layer.
    for s in samples:
        for j in range(1, network.size(len(network.layers)) + 1):
            graph.leaf(Quantity("target", 0, j, sample=s))
    for parameter in network.parameters():
        graph.leaf(parameter)
    for norm in network.regularization.norms:
        graph.leaf(Quantity("strength", unit=norm))
    wires = dict.fromkeys(samples, 0)
    for number, layer in enumerate(network.layers, 1):
        elementwise = activate(layer.activation) if layer.activation.elementwise else None
        for s in samples:
            nets = []
            for j in range(1, layer.units + 1):
                terms = []
                for i, source in enumerate(below[s], 1):
                    wires[s] += 1
                    weight = graph.leaf(network.weight(number, j, i))
                    terms.append(graph.node(Quantity("wire", number, wires[s], sample=s), MULTIPLY, (weight, source)))
                bias = network.bias(number, j)
                if bias is not None:
                    terms.append(graph.leaf(bias))
                nets.append(graph.node(Quantity("net", number, j, sample=s), ADD, terms))
            outs = [Quantity("out", number, j, sample=s) for j in range(1, layer.units + 1)]
            if elementwise:
                below[s] = [graph.node(key, elementwise, (net,)) for key, net in zip(outs, nets, strict=True)]
            else:
                written = [symbol(key) for key in outs]
                below[s] = [graph.node(key, softmax(k, written), nets) for k, key in enumerate(outs)]
    _add_loss(graph, network, below, samples)
    return graph


def _add_loss(graph: Graph, network: Network, outs: dict[int, list[int]], samples: list[int]) -> None:
    of_samples = [_sample_loss(graph, network, outs[s], s) for s in samples]
    if len(samples) > 1:
        graph.node(network.data_loss, mean(len(samples)) if network.reduction == "mean" else ADD, of_samples)
    if network.data_loss != LOSS:
        _add_penalties(graph, network)


def _sample_loss(graph: Graph, network: Network, outs: list[int], s: int) -> int:
    """The loss of one sample, as the sum of its named terms where it has any."""
    targets = [graph.leaf(Quantity("target", 0, j, sample=s)) for j in range(1, len(outs) + 1)]
    whole, key = network.loss.whole, network.sample_loss(s)
    terms = []
    if whole:
        extra = targets if whole.softmax else []
        if whole.softmax:
            named = [Quantity("softmax", 0, k, sample=s) for k in range(1, len(outs) + 1)]
            inner = [graph.node(p, inner_softmax(k, len(outs)), outs) for k, p in enumerate(named)]
            extra = [*targets, *inner]
        for part in whole.parts(network.targets_of(s), len(outs)):
            operation = sample_loss(whole, len(part.outputs), len(targets) if whole.softmax else 0)
            of_part = Quantity("loss_term", unit=part.unit, sample=s) if part.unit else key
            terms.append(graph.node(of_part, operation, [*(outs[j - 1] for j in part.outputs), *extra]))
        if not network.loss.terms(network.targets_of(s), len(outs)):
            return terms[0]
        return graph.node(key, ADD, terms)
    operation = loss_term(network.loss, len(outs))
    for j, (out, target) in enumerate(zip(outs, targets, strict=True), 1):
        of_output = Quantity("loss_term", unit=j, sample=s) if len(outs) > 1 else key
        terms.append(graph.node(of_output, operation, (out, target)))
    return graph.node(key, ADD, terms) if len(terms) > 1 else terms[0]


def _add_penalties(graph: Graph, network: Network) -> None:
    """The loss as the loss of the data plus the penalties on the parameters."""
    parts = [graph.index[network.data_loss]]
    parameters = [graph.leaf(parameter) for parameter in network.regularized()]
    for norm in network.regularization.norms:
        operands = [*parameters, graph.leaf(Quantity("strength", unit=norm))]
        operation = penalty(network.regularization, norm, network.data_size)
        parts.append(graph.node(Quantity("penalty", unit=norm), operation, operands))
    graph.node(LOSS, ADD, parts)
