"""The matrix view: the four equations of backpropagation with this network's numbers and every shape stated.

They are written for rows; `whole_layers.py` turns them round where the notation has columns.
"""

from __future__ import annotations

from backtrace.derivation.chain import GAP, Items
from backtrace.derivation.conventions import corners
from backtrace.derivation.matrices import entry_by_entry, hadamard, raised_or_divided, times_slope, transposed
from backtrace.derivation.penalties import corners_of_layer, regularized
from backtrace.derivation.steps import Remark, Step
from backtrace.derivation.updates import bends, clipped_form, clips, gradient, named, relation, rule_form, shared_items
from backtrace.derivation.whole_layers import SOFTMAX, WholeLayers, whole
from backtrace.derivation.workspace import Workspace, d
from backtrace.expression.tree import (
    ONE,
    ZERO,
    Expr,
    add,
    call,
    div,
    mul,
    neg,
    number,
    replace,
    sub,
    symbol,
    symbols,
)
from backtrace.network.quantity import LOSS, SHARED, Derivative, Quantity
from backtrace.network.whole_losses import margin

MOST_TERMS = 16  # of a loss that is written out number by number
MARGINS = Quantity("margins")


class MatrixView:
    """Writes whole layers."""

    def __init__(self, work: Workspace) -> None:
        self.work = work
        self.network = work.network
        self.layers = WholeLayers(work)
        self.count = work.network.samples

    def forward(self) -> Items:
        """net and out of every layer, then the loss."""
        items: Items = []
        for layer in range(1, len(self.network.layers) + 1):
            out = self._out(layer)
            items += [self.layers.line("matrix", symbol(whole("net", layer)), self._net(layer)), out]
            said = Remark("entry_by_entry")
            if said not in items and raised_or_divided(out.forms[-1]):
                items.append(said)
            items.append(GAP)
        return [*items, *self._loss()]

    def backward(self, layer: int, gradients: bool) -> Items:
        """δ of one layer, those above it having been written, and if wanted the gradients of its parameters."""
        items: Items = self._delta_top() if layer == len(self.network.layers) else self._delta(layer)
        if layer == len(self.network.layers) and self.count > 1 and self.network.reduction == "mean":
            items = [Remark("own_losses", (LOSS,)), GAP, *items]
        items += corners(self.work, self._edges(layer))
        return [*items, GAP, *self._gradients(layer)] if gradients else items

    def _edges(self, layer: int) -> list[tuple[Quantity, Quantity]]:
        """The pairs of a layer whose local derivatives go into its δ: out and net, and at the top the loss and out."""
        units = range(1, self.network.layers[layer - 1].units + 1)
        nets = [Quantity("net", layer, unit, sample=s) for s in self.work.samples for unit in units]
        outs = [net._replace(kind="out") for net in nets]
        top = layer == len(self.network.layers)
        losses = [(self.network.sample_loss(out.sample), out) for out in outs] if top else []
        return [*losses, *zip(outs, nets, strict=True)]

    def update(self, layers: list[int]) -> Items:
        """The new parameters of the layers, each parameter once."""
        if not self.work.updates:
            return [Remark("no_rate")]
        items: Items = shared_items(self.work)
        lines = self.network.optimizer.rule.lines
        if any(bends(line.form) for line in lines):
            items.append(Remark("entry_by_entry"))
        several: Items = [GAP] if len(lines) > 1 else []
        kept = False
        for layer in layers:
            record = self.network.layers[layer - 1]
            if not record.tied_to:
                items += [*several, *self._updated(whole("weight", layer))]
            if record.has_bias and self.network.optimizer.update_biases:
                items += [*several, *self._updated(whole("bias", layer))]
            kept |= record.has_bias and not self.network.optimizer.update_biases
        return [*items, Remark("biases_kept")] if kept else items

    def _below(self, layer: int) -> Expr:
        return symbol(whole("out", layer - 1)) if layer > 1 else symbol(whole("input"))

    def _weight(self, layer: int) -> Expr:
        """The layer's weights as they are used; tied ones are the owner's, transposed or not."""
        record = self.network.layers[layer - 1]
        if not record.tied_to:
            return symbol(whole("weight", layer))
        inner = self._weight(record.tied_to)
        return transposed(inner) if record.transposed else inner

    def _net(self, layer: int) -> Expr:
        product = self.layers.times(self._below(layer), self._weight(layer))
        if not self.network.layers[layer - 1].has_bias:
            return product
        bias = symbol(whole("bias", layer))
        return add(product, bias if self.count == 1 else self.layers.times(self.layers.ones(self.count, 1), bias))

    def _out(self, layer: int) -> Step:
        activation = self.network.layers[layer - 1].activation
        net = symbol(whole("net", layer))
        if not activation.elementwise:
            return self._softmax("matrix", whole("out", layer), net)
        assert activation.formula is not None
        form = (
            activation.formula
            if activation.text or activation.name not in ("sigmoid", "tanh")
            else call(activation.name, symbol("x"))
        )
        return self.layers.line(
            "matrix", symbol(whole("out", layer)), entry_by_entry(replace(form, lambda k: net if k == "x" else None))
        )

    def _softmax(self, kind: str, key: Quantity, net: Expr) -> Step:
        """softmax(net): its name, then e^net divided by its sum over the units of the sample."""
        powers, units = call("exp", net), self.network.layers[(key.layer or len(self.network.layers)) - 1].units
        form = div(powers, self.layers.times(powers, self.layers.ones(units, units)))
        return self.layers.line(kind, symbol(key), form, known=True, first=call("softmax", net))

    def _loss(self) -> Items:
        losses = [self.network.sample_loss(s) for s in self.work.samples]
        items: Items = (
            [self.work.line("loss", symbol(key), self.work.neurons.formula(key)) for key in losses]
            if self.network.layers[-1].units * len(losses) <= MOST_TERMS
            else []
        )
        whole_loss = self.network.loss.whole
        if whole_loss and whole_loss.softmax:
            items = [self._softmax("matrix", SOFTMAX, symbol(whole("out", len(self.network.layers)))), GAP, *items]
        data, norms = self.network.data_loss, self.network.regularization.norms
        if self.work.routes_to(data):
            items.append(self.work.line("loss", symbol(data), self.work.loss_form(data)))
        # A shared bias has the name of its layer's whole row here, so that its square would be read as the row's.
        kept = self.network.regularized()
        if norms and len(kept) <= MOST_TERMS and not any(p.unit == SHARED for p in kept):
            penalties = [Quantity("penalty", unit=norm) for norm in norms]
            items += [self.work.line("loss", symbol(key), self.work.neurons.formula(key)) for key in penalties]
        if norms:
            items.append(self.work.line("loss", symbol(LOSS), self.work.loss_form(LOSS)))
        return items

    def _slope(self, layer: int) -> Expr | None:
        """f′ of a layer entry by entry; None for softmax."""
        slope = self.network.layers[layer - 1].activation.slope
        if slope is None:
            return None
        named = {"x": symbol(whole("net", layer)), "y": symbol(whole("out", layer))}
        return entry_by_entry(replace(slope, lambda key: named.get(str(key))))

    def _delta_top(self) -> Items:
        top = len(self.network.layers)
        out, target = symbol(whole("out", top)), symbol(whole("target"))
        if self.network.loss.whole:
            return [*self._whole_slope(out, target), *self._delta_from(top)]
        named = {"t": target, "y": out, "m": number(self.network.layers[-1].units)}
        slope = entry_by_entry(replace(self.network.loss.slope, lambda key: named.get(str(key))))
        gradient = Derivative(LOSS, whole("out", top))
        return [self.layers.line("matrix", symbol(gradient), slope), *self._delta_from(top)]

    def _whole_slope(self, out: Expr, target: Expr) -> Items:
        """∂E/∂out of a loss whose terms take all outputs of a sample."""
        whole_loss, units = self.network.loss.whole, self.network.layers[-1].units
        assert whole_loss is not None
        gradient = d(LOSS, whole("out", len(self.network.layers)))
        if whole_loss.softmax:
            return [self.layers.line("matrix", gradient, sub(symbol(SOFTMAX), target))]
        ones = self.layers.ones(units, units)
        right = self.layers.times(hadamard(out, target), ones)
        over = call("max", ZERO, margin(out, right))
        named = self.layers.line("matrix", symbol(MARGINS), hadamard(over, sub(ONE, target)))
        step = call("step", symbol(MARGINS))
        slope = sub(step, hadamard(target, self.layers.times(step, ones)))
        return [Remark("margins"), named, self.layers.line("matrix", gradient, slope)]

    def _delta_from(self, top: int) -> Items:
        """δ of the last layer, ∂E/∂out being known."""
        local = self._slope(top)
        if local is None:
            return self._through_softmax(top)
        form = times_slope(d(LOSS, whole("out", top)), local)
        return [self.layers.line("delta", symbol(whole("delta", top)), self._signed(form)), *self._no_factor(local)]

    def _no_factor(self, slope: Expr) -> Items:
        """Says why a layer's slope, being 1, is not written."""
        return [Remark("slope_one")] if slope == ONE else []

    def _through_softmax(self, layer: int) -> Items:
        """δ of a softmax layer, ∂E/∂out being known: its Jacobian is diag(p) − p·pᵀ for each sample."""
        units = self.network.layers[layer - 1].units
        out, gradient = symbol(whole("out", layer)), symbol(Derivative(LOSS, whole("out", layer)))
        if self.count == 1:
            jacobian = d(whole("out", layer), whole("net", layer))
            outer = self.layers.times(transposed(out), out)
            return [
                Remark("softmax_jacobian"),
                self.layers.line("matrix", jacobian, sub(call("diag", out), outer)),
                self.layers.line(
                    "delta", symbol(whole("delta", layer)), self._signed(self.layers.times(gradient, jacobian))
                ),
            ]
        spread = self.layers.times(hadamard(gradient, out), self.layers.ones(units, units))
        form = hadamard(out, sub(gradient, spread))
        return [
            Remark("softmax_jacobians"),
            self.layers.line("delta", symbol(whole("delta", layer)), self._signed(form)),
        ]

    def _signed(self, form: Expr) -> Expr:
        return form if self.work.profile.delta_sign > 0 else neg(form)

    def _delta(self, layer: int) -> Items:
        back = self.layers.times(symbol(whole("delta", layer + 1)), transposed(self._passed(layer + 1)))
        local = self._slope(layer)
        if local is None:
            gradient = d(LOSS, whole("out", layer))
            return [self.layers.line("matrix", gradient, self._signed(back)), *self._through_softmax(layer)]
        line = self.layers.line("delta", symbol(whole("delta", layer)), times_slope(back, local))
        return [line, *self._no_factor(local)]

    def _passed(self, layer: int) -> Expr:
        """The weights that delta is passed back through: the updated ones under output_first."""
        weight = self._weight(layer)
        if self.network.optimizer.order != "output_first":
            return weight
        return replace(weight, lambda k: symbol(k._replace(updates=1)) if isinstance(k, Quantity) else None)

    def _gradients(self, layer: int) -> Items:
        record = self.network.layers[layer - 1]
        items: Items = []
        if record.tied_to:
            first = self.work.profile.input_index  # the number that the notation gives to the input
            items.append(Remark("tied", (layer + first, record.tied_to + first)))
        else:
            items.append(
                self.layers.line(
                    "gradient",
                    d(LOSS, whole("weight", layer)),
                    regularized(self.network, whole("weight", layer), self._reduced(self._weight_gradient(layer))),
                )
            )
            items += corners_of_layer(self.work, layer, "weight")
        if record.has_bias:
            delta = symbol(whole("delta", layer))
            form = delta if self.count == 1 else self.layers.times(self.layers.ones(1, self.count), delta)
            if record.shared_bias and record.units > 1:
                # One bias for the layer: the sum over its units, given to each of them.
                form = self.layers.times(form, self.layers.ones(record.units, record.units))
            form = regularized(self.network, whole("bias", layer), self._reduced(form))
            items.append(self.layers.line("gradient", d(LOSS, whole("bias", layer)), form))
            items += corners_of_layer(self.work, layer, "bias")
        return items

    def _weight_gradient(self, owner: int) -> Expr:
        """Σ over the layers that use the owner's weights of (what comes in)ᵀ·δ, turned round where they are used
        transposed."""
        terms = []
        for layer in range(1, len(self.network.layers) + 1):
            uses = self._weight(layer)
            if next(iter(symbols(uses))) == whole("weight", owner):
                term = self.layers.times(transposed(self._below(layer)), symbol(whole("delta", layer)))
                terms.append(transposed(term) if uses.op == "transpose" else term)
        return add(*terms)

    def _reduced(self, form: Expr) -> Expr:
        signed = self._signed(form)
        if self.network.reduction == "mean" and self.count > 1:
            return mul(div(ONE, number(self.count)), signed)
        return signed

    def _updated(self, key: Quantity) -> Items:
        """The clipped gradient and the lines of the optimizer's rule for a whole layer's weights or biases."""
        items: Items = []
        if clips(self.work):
            items.append(self.layers.line("update", gradient(self.work, key), clipped_form(self.work, key)))
        for line in self.network.optimizer.rule.lines:
            if line.left != "t+":
                form = self.layers.by_element(rule_form(self.work, key, line))
                left = named(self.work, key, line.left)
                items.append(self.layers.line("update", left, form, relation=relation(self.work, line)))
        return items
