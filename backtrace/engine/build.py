"""From the records of a network to its graph: one gate per multiplication, sum, activation and loss term.

Layers come in order and, within a layer, samples in order, so that walking the nodes backwards finishes a whole layer
of all samples before the layer below: the order in which `output_first` needs them. A parameter is one leaf however
often it is used.
"""

from __future__ import annotations

from backtrace.engine.graph import Graph
from backtrace.engine.operations import ADD, MULTIPLY, Operation, activate, loss_term, mean, softmax
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
    operation: Operation = loss_term(network.loss, network.layers[-1].units)
    of_samples = []
    for s in samples:
        terms = []
        for j, out in enumerate(outs[s], 1):
            target = graph.leaf(Quantity("target", 0, j, sample=s))
            key = Quantity("loss_term", unit=j, sample=s) if len(outs[s]) > 1 else Quantity("loss", sample=s)
            terms.append(graph.node(key, operation, (out, target)))
        of_samples.append(graph.node(Quantity("loss", sample=s), ADD, terms) if len(terms) > 1 else terms[0])
    if len(samples) > 1:
        graph.node(LOSS, mean(len(samples)) if network.reduction == "mean" else ADD, of_samples)
