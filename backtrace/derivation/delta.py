"""The delta view: δ of a unit named once, everything else made from it.

δ is ∂E/∂net times the sign of the notation. What is written is the signed derivative sign·∂E/∂n of a quantity:
through a net above it is that net's δ times the local derivative, at the loss it is the slope of the loss, and
through an output the sum of what comes back times the slope of the activation.
"""

from __future__ import annotations

from backtrace.derivation.chain import GAP, Chain, Items
from backtrace.derivation.conventions import corners
from backtrace.derivation.joined import is_joined, joined_lines, softmax_lines
from backtrace.derivation.penalties import is_penalty
from backtrace.derivation.steps import Step
from backtrace.derivation.workspace import Workspace, d
from backtrace.engine.paths import above_all
from backtrace.engine.zoom import product
from backtrace.expression.calculus import tidy
from backtrace.expression.tree import ONE, Expr, add, mul, neg, symbol
from backtrace.network.quantity import LOSS, Key, Quantity


class Delta:
    """Writes gradients through δ. One object lives through a whole page."""

    def __init__(self, work: Workspace, named: bool = True) -> None:
        """named: whether the entries of a softmax layer's Jacobian have lines and names of their own."""
        self.work = work
        self.named = named
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
        return [*items, GAP, *self.gradient_lines(by)]

    def delta(self, net: Quantity) -> Items:
        """The line of one δ; none if it is known."""
        if net in self.known:
            return []
        self.known[net] = None
        above = self.work.neurons.above
        edges = [(up, low) for out in above(net) for up, low in ((out, net), *((loss, out) for loss in above(out)))]
        items: Items = []
        lines: tuple[Step, ...] = ()
        if self._whole(net):
            items = [line for out in above(net) for line in self._of_softmax(out, net)]
        elif self.work.choices.detail == "calculus":
            for up, low in edges:
                if is_joined(self.work, up, low) and isinstance(up, Quantity) and isinstance(low, Quantity):
                    items = [*softmax_lines(self.work, low), GAP]
                    lines = joined_lines(self.work, up, low)
        step = self.work.line("delta", symbol(net._replace(kind="delta")), self.signed(net), lines=lines)
        return [*items, step, *(corners(self.work, edges) if not self._whole(net) else []), *([GAP] if items else [])]

    def _whole(self, net: Quantity) -> bool:
        """Whether the unit is one of a softmax layer, with lines for the entries of the Jacobian."""
        return self.named and not self.work.network.layers[net.layer - 1].activation.elementwise

    def _of_softmax(self, out: Key, net: Quantity) -> Items:
        """The lines of one way back through a softmax layer: the slope of the loss, then an entry of the Jacobian."""
        losses = [up for up in self.work.neurons.above(out) if isinstance(up, Quantity) and up.kind != "net"]
        return [*(line for up in losses for line in self.chain.local(up, out)), *self.chain.local(out, net)]

    def gradient(self, by: Quantity) -> Step:
        """∂E/∂by from the δ of the nets that it feeds, over all samples."""
        form = self.signed(by)
        if self.sign < 0:
            form = tidy(neg(form))
        data = self.work.network.data_loss
        if self.work.routes_to(data):
            share = self.work.neurons.local(data, Quantity("loss", sample=1))
            form = form if share == ONE else mul(share, form)
        penalties = [self.chain.local_form(up, by) for up in self._penalties(by)]
        return self.work.line("gradient", d(LOSS, by), add(form, *penalties))

    def gradient_lines(self, by: Quantity) -> Items:
        """The line of a gradient, and what is said of a corner of its regularisation."""
        return [self.gradient(by), *corners(self.work, [(up, by) for up in self._penalties(by)])]

    def _penalties(self, by: Quantity) -> list[Key]:
        return [up for up in self.work.neurons.above(by) if is_penalty(up)]

    def signed(self, node: Quantity) -> Expr:
        """sign·∂(its samples' losses)/∂node in δ, weights and slopes."""
        terms: list[Expr] = []
        for up in self.work.neurons.above(node):
            assert isinstance(up, Quantity)
            if is_penalty(up):
                continue
            local = self.chain.local_form(up, node)
            if up.kind == "net":
                terms.append(product(symbol(up._replace(kind="delta")), local))
            elif up.kind in ("loss", "data_loss"):
                terms.append(local if self.sign > 0 else tidy(neg(local)))
            elif node.kind == "net" and self._whole(node):
                terms.append(product(self._named_slope(up), d(up, node)))
            else:
                terms.append(product(self.signed(up), local))
        return add(*terms)

    def _named_slope(self, out: Quantity) -> Expr:
        """sign·∂E/∂out before a softmax layer: at the top by its name, below as the sum of what comes back."""
        ups = self.work.neurons.above(out)
        if len(ups) == 1 and isinstance(ups[0], Quantity) and ups[0].kind in ("loss", "data_loss"):
            return d(ups[0], out) if self.sign > 0 else neg(d(ups[0], out))
        return self.signed(out)
