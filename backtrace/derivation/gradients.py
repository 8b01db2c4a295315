"""All gradients at once, in symbols: every δ named once, every gradient made from them. Takes O(edges) time and
space."""

from __future__ import annotations

from backtrace.derivation.penalties import is_penalty
from backtrace.engine.build import build
from backtrace.engine.zoom import Zoom, keep_neurons, product
from backtrace.expression.tree import ONE, Expr, add, mul, symbol
from backtrace.network.quantity import DATA_LOSS, LOSS, Derivative, Key, Quantity
from backtrace.network.records import Network


def symbolic_gradients(network: Network) -> dict[Key, Expr]:
    """A definition for every δ and for ∂E/∂ every parameter, in the order in which each can be computed.

    δ is ∂(its sample's loss)/∂net, whatever the notation; the gradient of a batch carries the factor of its reduction.
    """
    zoom = Zoom(build(network), keep_neurons)
    graph = zoom.graph
    terms = terms_from_above(zoom)
    share = zoom.local(network.data_loss, Quantity("loss", sample=1)) if network.samples > 1 else ONE
    nets = [(key, node) for node in zoom.nodes if isinstance(key := graph.keys[node], Quantity) and key.kind == "net"]
    found: dict[Key, Expr] = {}
    for net, node in sorted(nets, key=lambda pair: -pair[0].layer):
        found[delta(net)] = add(*terms[node])
    penalised = bool(network.regularization.norms)
    for parameter in network.parameters():
        form = add(*terms[graph.index[parameter]])
        penalties = [zoom.local(p, parameter) for p in zoom.above(parameter) if is_penalty(p)] if penalised else []
        found[Derivative(LOSS, parameter)] = add(form if share == ONE else mul(share, form), *penalties)
    return found


def delta(net: Quantity) -> Quantity:
    """The key of the δ of a net."""
    return Quantity("delta", net.layer, net.unit, sample=net.sample)


def terms_from_above(zoom: Zoom) -> list[list[Expr]]:
    """By node of the graph: what comes back to it along each of its ways up, in the order in which these are written.

    One sweep from the loss down: a node hands what came back to it, times the local derivative, to each node below. A
    net hands on its δ, a sample's loss just the local derivatives.
    """
    graph = zoom.graph
    terms: list[list[Expr]] = [[] for _ in graph.keys]
    one_sample = Quantity("loss", sample=1) not in graph.index
    lowest = (DATA_LOSS if DATA_LOSS in graph.index else LOSS) if one_sample else None
    for node in reversed(zoom.nodes):
        key = graph.keys[node]
        assert isinstance(key, Quantity)
        if not key.sample and (key.kind in ("loss", "data_loss", "penalty")) and key != lowest:
            continue  # each δ belongs to one sample; the reduction and the penalties come in at the end
        # The sweep has met the last way up first.
        terms[node].reverse()
        if graph.operations[node] is None:
            continue
        if key.kind == "net":
            handed_on = symbol(delta(key))
        elif key.kind in ("loss", "data_loss"):
            handed_on = ONE
        else:
            handed_on = add(*terms[node])
        for lower, local in zoom.edges(node).items():
            terms[lower].append(product(handed_on, local))
    return terms
