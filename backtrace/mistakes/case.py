"""One line of a calculation, laid out for whoever makes a mistake in it: its parts, its place, its neighbours."""

from __future__ import annotations

from functools import cached_property

from backtrace.expression.tree import Expr, replace, symbol
from backtrace.mistakes.calculation import Calculation
from backtrace.mistakes.right_lines import LOSSES, delta_of, net_of
from backtrace.network.activations import Activation
from backtrace.network.quantity import LOSS, Derivative, Key, Quantity, is_kept, parameter_of
from backtrace.network.records import Layer, Network


class Case:
    """The line of the quantity `key`.

    kind: "net", "out", "loss_term", "loss" (of a sample), "batch_loss", "penalty", "softmax", "output_delta",
    "hidden_delta", "upstream" (∂E/∂out), "slope" (∂out/∂net), "weight_gradient", "bias_gradient", "update" (of a
    parameter), "kept" (what an optimizer keeps), "loss_after" (E after the update); empty for anything else.
    """

    def __init__(self, calculation: Calculation, key: Key) -> None:
        self.calculation = calculation
        self.key = calculation.canonical(key)
        self.kind = _kind(self.key, calculation.network)

    @property
    def network(self) -> Network:
        """The network."""
        return self.calculation.network

    @cached_property
    def form(self) -> Expr:
        """The right line. Only lines that have one are tried on; E after the update has its own symbol."""
        return self.calculation.form(self.key) or symbol(self.key)

    @property
    def at(self) -> Quantity:
        """Where the line is: of a derivative, that by which is differentiated."""
        return self.key.by if isinstance(self.key, Derivative) else self.key

    @property
    def net(self) -> Quantity:
        """The net of the unit."""
        return net_of(self.at)

    @property
    def out(self) -> Quantity:
        """The output of the unit."""
        return self.at._replace(kind="out")

    @property
    def layer(self) -> Layer:
        """The layer of the line."""
        return self.network.layers[self.at.layer - 1]

    @property
    def activation(self) -> Activation:
        """The activation of the layer."""
        return self.layer.activation

    @property
    def top(self) -> int:
        """The number of the last layer."""
        return len(self.network.layers)

    @property
    def parameter(self) -> Quantity:
        """The parameter of a gradient or an update, before it."""
        plain = parameter_of(self.at) if is_kept(self.at) else self.at
        return plain._replace(updates=0)

    def neighbour(self, unit: int, layer: int) -> int:
        """The next unit of a layer, after the last one the one before it; 0 where there is none."""
        size = self.network.size(layer)
        return 0 if size < 2 else unit + 1 if unit < size else unit - 1

    def signal(self, layer: int, unit: int, sample: int | None = None) -> Quantity:
        """What a unit sends upwards: its output, of layer 0 an input."""
        kind = "out" if layer else "input"
        return Quantity(kind, layer, unit, sample=self.at.sample if sample is None else sample)

    @property
    def sources(self) -> list[Quantity]:
        """The signals that come into the unit."""
        below = self.at.layer - 1
        return [self.signal(below, i) for i in range(1, self.network.size(below) + 1)]

    @property
    def weights(self) -> list[Quantity]:
        """The weights into the unit."""
        return [self.network.weight(self.at.layer, self.at.unit, i) for i in range(1, len(self.sources) + 1)]

    @property
    def bias(self) -> Quantity | None:
        """The bias of the unit."""
        return self.network.bias(self.at.layer, self.at.unit)

    @property
    def targets(self) -> list[Quantity]:
        """The targets of the sample."""
        return [
            self.at._replace(kind="target", layer=0, unit=k, source=0)
            for k in range(1, self.network.size(self.top) + 1)
        ]

    @property
    def outputs(self) -> list[Quantity]:
        """The outputs of the sample."""
        return [Quantity("out", self.top, k, sample=self.at.sample) for k in range(1, self.network.size(self.top) + 1)]

    @property
    def upstream(self) -> list[Expr]:
        """What comes back to the unit's output, a term for each way."""
        return self.calculation.upstream(self.out)

    @property
    def paths(self) -> list[tuple[Quantity, Quantity]]:
        """The ways up from the unit: the δ at the end of each, and the weight on it."""
        ups = self.calculation.neurons.above(self.out)
        layer = self.at.layer + 1
        return [
            (delta_of(up), self.network.weight(layer, up.unit, self.at.unit))
            for up in ups
            if isinstance(up, Quantity) and up.kind == "net"
        ]

    @property
    def slope(self) -> Expr:
        """The slope of the unit's activation."""
        return self.calculation.slope(self.net)

    @property
    def feeds(self) -> list[tuple[Quantity, Expr]]:
        """The δ of each net that the parameter goes into, with the signal it is multiplied by there."""
        return [(delta_of(net), signal) for net, signal in self.calculation.feeds(self.parameter)]


def _kind(key: Key, network: Network) -> str:
    top = len(network.layers)
    if isinstance(key, Derivative):
        if key.via or key.by.updates:
            return ""
        if key.of == LOSS and key.by.kind in ("weight", "bias"):
            return f"{key.by.kind}_gradient"
        if key.by.kind == "out" and key.of == network.sample_loss(key.by.sample):
            return "upstream"
        own = key.of.kind == "out" and key.by == net_of(key.of)
        return "slope" if own and network.layers[key.by.layer - 1].activation.elementwise else ""
    if key.kind == "delta" and not key.updates:
        return "output_delta" if key.layer == top else "hidden_delta"
    if is_kept(key):
        return "kept"
    if key.updates:
        return (
            {"weight": "update", "bias": "update", "loss": "loss_after"}.get(key.kind, "") if key.updates == 1 else ""
        )
    if key.kind in LOSSES:
        of_sample = key.sample or (network.samples == 1 and key == network.data_loss)
        return "loss" if of_sample else "batch_loss" if key == network.data_loss else "whole_loss"
    return key.kind if key.kind in ("net", "out", "loss_term", "penalty", "softmax") else ""


def activated(activation: Activation, at: Expr) -> Expr:
    """The formula of an activation at any place."""
    assert activation.formula is not None
    return replace(activation.formula, lambda key: at if key == "x" else None)


def slope_at(activation: Activation, net: Expr, out: Expr) -> Expr | None:
    """The slope of an activation as a person writes it, at any net and output; None where there is none of one net."""
    if activation.slope is None:
        return None
    return replace(activation.slope, lambda key: {"x": net, "y": out}.get(str(key)))
