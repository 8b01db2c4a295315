"""All gradients at once, in symbols: every δ named once, every gradient made from them. Takes O(edges) time and
space."""

from __future__ import annotations

from collections import defaultdict

from backtrace.derivation.workspace import keep_neurons
from backtrace.engine.build import build
from backtrace.engine.zoom import Zoom, product
from backtrace.expression.tree import ONE, Expr, add, mul, symbol
from backtrace.network.quantity import LOSS, Derivative, Key, Quantity
from backtrace.network.records import Network


def symbolic_gradients(network: Network) -> dict[Key, Expr]:
    """A definition for every δ and for ∂E/∂ every parameter, in the order in which each can be computed.

    δ is ∂(its sample's loss)/∂net, whatever the notation; the gradient of a batch carries the factor of its reduction.
    """
    zoom = Zoom(build(network), keep_neurons)
    terms = terms_from_above(zoom)
    share = zoom.local(LOSS, Quantity("loss", sample=1)) if network.samples > 1 else ONE
    nets = [key for key in zoom.order if isinstance(key, Quantity) and key.kind == "net"]
    found: dict[Key, Expr] = {}
    for net in sorted(nets, key=lambda net: -net.layer):
        found[net._replace(kind="delta")] = add(*terms[net])
    for parameter in network.parameters():
        form = add(*terms[parameter])
        found[Derivative(LOSS, parameter)] = form if share == ONE else mul(share, form)
    return found


def terms_from_above(zoom: Zoom) -> dict[Key, list[Expr]]:
    """What comes back to each node along each of its ways up, in the order in which these are written.

    One sweep from the loss down: a node hands what came back to it, times the local derivative, to each node below. A
    net hands on its δ, a sample's loss just the local derivatives.
    """
    terms: defaultdict[Key, list[Expr]] = defaultdict(list)
    for key in reversed(zoom.order):
        assert isinstance(key, Quantity)
        if key == LOSS and Quantity("loss", sample=1) in zoom.graph.index:
            continue  # each δ belongs to one sample; the reduction comes in at the end
        # The sweep has met the last way up first.
        terms[key].reverse()
        if key.kind == "loss":
            handed_on = ONE
        else:
            handed_on = symbol(key._replace(kind="delta")) if key.kind == "net" else add(*terms[key])
        for lower, local in zoom.below(key).items():
            terms[lower].append(product(handed_on, local))
    return terms
