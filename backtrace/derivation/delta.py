"""The delta view: δ of a unit named once, everything else made from it (FACTS M22).

δ is ∂E/∂net times the sign of the notation. What is written is the signed derivative sign·∂E/∂n of a quantity:
through a net above it is that net's δ times the local derivative, at the loss it is the slope of the loss, and
through an output the sum of what comes back times the slope of the activation.
"""

from __future__ import annotations

from backtrace.derivation.chain import GAP, Chain, Items
from backtrace.derivation.conventions import corners
from backtrace.derivation.steps import Step
from backtrace.derivation.workspace import Workspace, d
from backtrace.engine.paths import above_all
from backtrace.engine.zoom import product
from backtrace.expression.calculus import tidy
from backtrace.expression.tree import ONE, Expr, add, mul, neg, symbol
from backtrace.network.quantity import LOSS, Key, Quantity


class Delta:
    """Writes gradients through δ. One object lives through a whole page."""

    def __init__(self, work: Workspace) -> None:
        self.work = work
        self.sign = work.profile.delta_sign
        self.chain = Chain(work, LOSS, work.neurons)
        self.known: dict[Quantity, None] = {}

    def write(self, by: Quantity) -> Items:
        """The lines for ∂E/∂by: the δ it needs that are not known yet, from the output inwards, then the gradient."""
        zoom = self.work.neurons
        start: Key = by
        needed = above_all(zoom.above, start) - {start}
        items: Items = []
        for key in zoom.backwards(LOSS):
            if key in needed and isinstance(key, Quantity) and key.kind == "net":
                items += self.delta(key)
        if by.kind == "net":
            return [*items, *self.delta(by)]
        return [*items, GAP, self.gradient(by)]

    def delta(self, net: Quantity) -> Items:
        """The line of one δ; none if it is known."""
        if net in self.known:
            return []
        self.known[net] = None
        step = self.work.line("delta", symbol(net._replace(kind="delta")), self.signed(net))
        above = self.work.neurons.above
        edges = [(up, low) for out in above(net) for up, low in ((out, net), *((loss, out) for loss in above(out)))]
        return [step, *corners(self.work, edges)]

    def gradient(self, by: Quantity) -> Step:
        """∂E/∂by from the δ of the nets that it feeds, over all samples."""
        form = self.signed(by)
        if self.sign < 0:
            form = tidy(neg(form))
        if self.work.routes_to(LOSS):
            share = self.work.neurons.local(LOSS, Quantity("loss", sample=1))
            form = form if share == ONE else mul(share, form)
        return self.work.line("gradient", d(LOSS, by), form)

    def signed(self, node: Quantity) -> Expr:
        """sign·∂(its samples' losses)/∂node in δ, weights and slopes."""
        terms: list[Expr] = []
        for up in self.work.neurons.above(node):
            assert isinstance(up, Quantity)
            local = self.chain.local_form(up, node)
            if up.kind == "net":
                terms.append(product(symbol(up._replace(kind="delta")), local))
            elif up.kind == "loss":
                terms.append(local if self.sign > 0 else tidy(neg(local)))
            else:
                terms.append(product(self.signed(up), local))
        return add(*terms)
