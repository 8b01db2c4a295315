"""The lines of one training step in the derivation's δ view, made from the engine's neuron zoom: net and out, the loss,
δ of each net (∂ of its sample's loss), the gradients from δ, the rule of the optimizer."""

from __future__ import annotations

from backtrace.engine.structure import structure_of
from backtrace.engine.updating import is_updated
from backtrace.engine.zoom import Zoom, keep_neurons, product
from backtrace.expression.tree import ONE, Expr, add, mul, replace, symbol
from backtrace.mistakes.right_line import RightLine
from backtrace.network.quantity import (
    COUNT,
    LOSS,
    RATE,
    SCHEDULED,
    Derivative,
    Key,
    Quantity,
    is_kept,
    kept_of,
    parameter_of,
)
from backtrace.network.records import Network

LOSSES = ("loss", "data_loss")
CLIPPED = "g"


class RightLines:
    """The right line of every quantity, the same for all networks of a structure."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.learns = all(layer.activation.differentiable for layer in network.layers)
        self.structure = structure_of(network)
        self.graph = self.structure.graph
        self.neurons = self.structure.kept("neurons", lambda: Zoom(self.graph, keep_neurons))
        self.terms = self.structure.kept("terms", lambda: Zoom(self.graph, _keep_terms))

    def canonical(self, key: Key) -> Key:
        """One key for what has several: ∂E/∂net of the sample's own loss is δ."""
        if not isinstance(key, Derivative) or key.of.kind not in LOSSES or key.of.updates or key.via:
            return key
        by = key.by
        if by.kind not in ("net", "out") or (key.of.sample != by.sample and self.network.samples > 1):
            return key
        return delta_of(by) if by.kind == "net" else Derivative(self.network.sample_loss(by.sample), by)

    def line(self, key: Key) -> RightLine | None:
        """The right line of a quantity, to be worked out on this network or another of its structure."""
        lines: dict[Key, RightLine | None] = self.structure.kept("lines", dict)
        if key not in lines:
            form = self.form(key)
            lines[key] = None if form is None else RightLine(form)
        return lines[key]

    def form(self, key: Key) -> Expr | None:
        """The right line of a quantity, over those it is made from; a given number is its own symbol; None where there
        is no line for it."""
        key = self.canonical(key)
        forms: dict[Key, Expr | None] = self.structure.kept("forms", dict)
        if key not in forms:
            forms[key] = self._form(key)
        return forms[key]

    def _form(self, key: Key) -> Expr | None:
        if isinstance(key, Derivative):
            return self._derivative(key)
        if key.kind == "delta":
            net = net_of(key)
            return self.delta_form(net) if net in self.graph.index and self.learns else None
        if key in self.graph.index:
            return self.terms.formula(key)
        if (key.updates == 1 or is_kept(key)) and self.learns and self.network.optimizer.has_rate:
            return self.rule_form(key)
        return None

    def _derivative(self, key: Derivative) -> Expr | None:
        if not self.learns or key.via or key.by not in self.graph.index or key.of not in self.graph.index:
            return None
        if key.of == LOSS and key.by in self.parameters:
            return self.gradient_form(key.by)
        if key.by.kind == "out" and key.of == self.network.sample_loss(key.by.sample):
            return add(*self.upstream(key.by))
        if key.of.kind in ("out", "net") and key.of in self.neurons.above(key.by):
            return self.neurons.local(key.of, key.by)
        return None

    @property
    def parameters(self) -> frozenset[Quantity]:
        """All parameters."""
        return self.structure.kept("parameters", lambda: frozenset(self.network.parameters()))

    def upstream(self, out: Quantity) -> list[Expr]:
        """What comes back to an output along each of its ways, δ times weight, or the slope of the loss."""
        found = []
        for up in self.neurons.above(out):
            assert isinstance(up, Quantity)
            local = self.neurons.local(up, out)
            if up.kind == "net":
                if self.network.optimizer.order == "output_first":
                    local = replace(local, _after_update)
                local = product(symbol(delta_of(up)), local)
            found.append(local)
        return found

    def slope(self, net: Quantity) -> Expr:
        """The slope of a unit's own activation at its net."""
        return self.neurons.local(net._replace(kind="out"), net)

    def delta_form(self, net: Quantity) -> Expr:
        """δ: what comes back, times the slope of the activation; behind softmax the sum over its outputs."""
        terms = [
            product(add(*self.upstream(out)), self.neurons.local(out, net))
            for out in self.neurons.above(net)
            if isinstance(out, Quantity)
        ]
        return add(*terms)

    def feeds(self, parameter: Quantity) -> list[tuple[Quantity, Expr]]:
        """Each net that a parameter goes into, with the signal that it is multiplied by there (1 for a bias)."""
        nets = [up for up in self.neurons.above(parameter) if isinstance(up, Quantity) and up.kind == "net"]
        return [(net, self.neurons.local(net, parameter)) for net in nets]

    def penalties(self, parameter: Quantity) -> list[Expr]:
        """What regularisation adds to the gradient of a parameter."""
        ups = [up for up in self.neurons.above(parameter) if isinstance(up, Quantity) and up.kind == "penalty"]
        return [self.neurons.local(up, parameter) for up in ups]

    @property
    def share(self) -> Expr:
        """What each sample's gradient is multiplied by: 1/N for a mean over the batch."""
        if self.network.samples == 1:
            return ONE
        return self.neurons.local(self.network.data_loss, Quantity("loss", sample=1))

    def gradient_form(self, parameter: Quantity) -> Expr:
        """∂E/∂parameter from the δ of the nets that it feeds, over all samples."""
        return self.gradient_of(
            [product(symbol(delta_of(net)), signal) for net, signal in self.feeds(parameter)], parameter
        )

    def gradient_of(self, terms: list[Expr], parameter: Quantity) -> Expr:
        """The gradient whose terms over nets and samples are these."""
        share, whole = self.share, add(*terms)
        return add(whole if share == ONE else mul(share, whole), *self.penalties(parameter))

    @property
    def rate(self) -> Expr:
        """The learning rate of this update."""
        return symbol(SCHEDULED if self.network.optimizer.schedule else RATE)

    def used_gradient(self, parameter: Quantity) -> Expr:
        """The gradient as the update uses it: what clipping leaves of it."""
        clips = self.network.optimizer.clips
        return symbol(kept_of(parameter, CLIPPED) if clips else Derivative(LOSS, parameter))

    def rule_form(self, key: Quantity) -> Expr | None:
        """A line of the optimizer's rule: the new parameter, or the new value of what is kept of it."""
        if key.kind not in ("weight", "bias", "weight_of", "bias_of"):
            return None
        parameter = (parameter_of(key) if is_kept(key) else key)._replace(updates=0)
        if parameter not in self.parameters:
            return None
        if not is_updated(self.network, parameter):
            return None if is_kept(key) else symbol(parameter)
        left = key.name + "+" * key.updates if is_kept(key) else "w+"
        for line in self.network.optimizer.rule.lines:
            if line.left == left:
                return replace(line.form, lambda name: self.named(parameter, str(name)))
        return None

    def named(self, parameter: Quantity, name: str) -> Expr:
        """What a symbol of the optimizer's rule stands for."""
        if name == "g":
            return self.used_gradient(parameter)
        if name == "eta":
            return self.rate
        plain, new = name.removesuffix("+"), int(name.endswith("+"))
        if plain == "w":
            return symbol(parameter._replace(updates=new))
        if plain == "t":
            # The count after this update is 1 more than before, and needs no line of its own.
            return add(symbol(COUNT), ONE) if new else symbol(COUNT)
        rule = self.network.optimizer.rule
        if any(plain == slot.name for slot in (*rule.slots, *rule.parts)):
            return symbol(kept_of(parameter, plain)._replace(updates=new))
        return symbol(Quantity("setting", name=plain))


def delta_of(net: Quantity) -> Quantity:
    """The key of the δ of a net."""
    return net._replace(kind="delta")


def net_of(key: Quantity) -> Quantity:
    """The net of a unit's δ or output."""
    return key._replace(kind="net")


def _keep_terms(key: Key) -> bool:
    return isinstance(key, Quantity) and key.kind != "wire"


def _after_update(key: object) -> Expr | None:
    return symbol(key._replace(updates=1)) if isinstance(key, Quantity) and key.kind == "weight" else None
