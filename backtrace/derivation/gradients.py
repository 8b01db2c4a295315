"""All gradients at once, in symbols: every δ named once, every gradient made from them. Takes O(edges) time and
space."""

from __future__ import annotations

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
    share = ONE
    if network.samples > 1:
        share = zoom.local(LOSS, Quantity("loss", sample=1))
    found: dict[Key, Expr] = {}
    for key in zoom.backwards(LOSS):
        if isinstance(key, Quantity) and key.kind == "net":
            found[key._replace(kind="delta")] = through_deltas(zoom, key)
    for parameter in network.parameters():
        form = through_deltas(zoom, parameter)
        found[Derivative(LOSS, parameter)] = form if share == ONE else mul(share, form)
    return found


def through_deltas(zoom: Zoom, key: Key) -> Expr:
    """The derivative with respect to `key` written through the δ of the nets above it."""
    terms: list[Expr] = []
    for up in zoom.above(key):
        assert isinstance(up, Quantity)
        local = zoom.local(up, key)
        if up.kind == "net":
            terms.append(product(symbol(up._replace(kind="delta")), local))
        else:
            terms.append(local if up.kind == "loss" else product(through_deltas(zoom, up), local))
    return add(*terms)
