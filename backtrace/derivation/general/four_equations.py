"""The four equations of backpropagation: unit by unit, as vectors, and for a batch, with every shape."""

from __future__ import annotations

from backtrace.derivation.general.lecture import Lecture
from backtrace.derivation.general.setting import delta_defined, setting, slope_rule
from backtrace.derivation.matrices import transposed
from backtrace.errors import InputError
from backtrace.expression.tree import ONE, Expr, add, div, mul
from backtrace.network.indexed import Index


def build(on: Lecture) -> None:
    """Writes the topic; a network asked about is shown layer by layer, with its sizes."""
    network = on.asked.network
    if network is not None and not all(layer.activation.elementwise for layer in network.layers):
        raise InputError(
            f"{network.name} has a softmax layer, where an output depends on every weighted sum of its layer",
            hint="the topic delta-rule shows softmax with cross-entropy",
        )
    j, k = on.unit("j"), on.unit("k")
    # As in Nielsen's book, k counts the units below a weight and those above a unit alike, where layers are written.
    patterns = on.profile.patterns["out"]
    i = k if {"layer", "name"} & {*patterns.sub, *patterns.sup} else on.unit("i")
    setting(on, i, j)
    on.gap()
    delta_defined(on, j)
    by_components(on, i, j, k)
    for words, data, samples in (("as_vectors", "one", "1"), ("for_a_batch", "mean", on.letters.samples)):
        on.data, on.shapes.samples = data, samples
        Matrices(on).section(words)


def by_components(on: Lecture, i: Index, j: Index, k: Index) -> None:
    """Each equation for one unit or one weight."""
    layer, below, above = on.layer, on.layer.plus(-1), on.layer.plus(1)
    net, out, delta = on.net(layer, j), on.out(layer, j), on.delta(layer, j)
    top, top_out = on.net(on.last, j), on.out(on.last, j)
    named = on.profile.delta_named
    on.section("error_of_outputs")
    start = [(on.signed(on.d(on.loss, top)), "definition")] if named else []
    on.chain(
        on.delta(on.last, j),
        *start,
        (on.signed(mul(on.d(on.loss, top_out), on.d(top_out, top))), "chain rule"),
        (on.signed(mul(on.d(on.loss, top_out), on.f(top, 1))), "slope; BP1"),
        *known(on, top_out, top),
    )
    on.section("error_of_layer_below")
    on.remark("feeds_every_unit", out, on.index(above))
    on.gap()
    step = on.d(on.net(above, k), net)
    start = [(on.signed(on.d(on.loss, net)), "definition")] if named else []
    middle = [(on.over(k, above, mul(on.delta(above, k), step)), "definition")] if named else []
    taken_out = on.over(k, above, mul(on.weight(above, k, j), on.delta(above, k)))
    on.chain(
        delta,
        *start,
        (on.signed(on.over(k, above, mul(on.d(on.loss, on.net(above, k)), step))), "chain rule, all routes"),
        *middle,
        (
            on.over(k, above, mul(on.delta(above, k), on.weight(above, k, j), on.f(net, 1))),
            "both slopes",
        ),
        (mul(taken_out, on.f(net, 1)), "common factor; BP2"),
    )
    on.section("gradient_of_biases")
    bias, weight = on.bias(layer, j), on.weight(layer, j, i)
    on.chain(
        on.d(on.loss, bias),
        (mul(on.d(on.loss, net), on.d(net, bias)), "chain rule"),
        (on.signed(delta), "times 1; BP3"),
    )
    on.section("gradient_of_weights")
    on.chain(
        on.d(on.loss, weight),
        (mul(on.d(on.loss, net), on.d(net, weight)), "chain rule"),
        (on.signed(mul(on.out(below, i), delta)), "factor of the weight; BP4"),
    )


def known(on: Lecture, out: Expr, net: Expr) -> list[tuple[Expr, str]]:
    """The first equation with what the reader has named put in: the slope of the loss, then that of the activation."""
    slope = on.loss_slope(out, on.target(on.unit("j")))
    steps = [(on.signed(mul(slope, on.f(net, 1))), "slope of the loss")] if on.asked.loss else []
    if on.slope_known:
        steps.append((on.signed(mul(slope, on.slope(net, out))), slope_rule(on)))
    return steps


class Matrices:
    """Whole layers at once, in the orientation of the notation: what is a row there is a column here."""

    def __init__(self, on: Lecture) -> None:
        self.on = on
        self.rows = on.profile.orientation == "row"
        self.batch = on.data != "one"
        network = on.asked.network
        self.last: Index | int = on.last if network is None else len(network.layers)
        self.layers: list[Index] | list[int] = (
            [on.layer] if network is None else list(range(1, len(network.layers) + 1))
        )

    def section(self, words: str) -> None:
        """The forward pass and the four equations."""
        on = self.on
        on.section(words, "row" if self.rows else "column")
        if on.asked.network is not None:
            on.remark("sizes_of", on.asked.network.name)
        else:
            on.remark("sizes_in_letters", on.size(on.layer), on.index(on.layer))
        if self.batch:
            on.remark("batch_of", on.samples(), on.ones)
        on.gap()
        for layer in self.layers:
            on.matrix_line(on.net(layer), self.net(layer))
            on.matrix_line(on.out(layer), on.f(on.net(layer)))
        on.gap()
        on.matrix_line(on.delta(self.last), self.top(), "BP1")
        for layer in self.layers[::-1]:
            if layer != self.last:
                on.matrix_line(on.delta(layer), self.below_top(layer), "BP2")
        on.gap()
        for layer in self.layers[::-1]:
            on.matrix_line(on.d(on.loss, on.bias(layer)), self.bias(layer), "BP3")
            on.matrix_line(on.d(on.loss, on.weight(layer)), self.weight(layer), "BP4")
        if self.batch:
            on.gap()
            on.remark("own_losses_in_a_batch")

    def times(self, a: Expr, b: Expr) -> Expr:
        """A product of matrices, written for rows; for columns it is read from the right."""
        return Expr("matmul", (a, b) if self.rows else (b, a))

    def net(self, layer: Index | int) -> Expr:
        """All weighted sums."""
        product = self.times(self.on.out(before(layer)), self.on.weight(layer))
        bias = self.on.bias(layer)
        if self.batch:
            bias = self.times(self.on.ones if self.rows else transposed(self.on.ones), bias)
        return add(product, bias)

    def top(self) -> Expr:
        """BP1."""
        on = self.on
        gradient = on.d(on.loss, on.out(self.last))
        return on.signed(Expr("hadamard", (gradient, on.f(on.net(self.last), 1))))

    def below_top(self, layer: Index | int) -> Expr:
        """BP2."""
        on, above = self.on, after(layer)
        back = self.times(on.delta(above), transposed(on.weight(above)))
        return Expr("hadamard", (back, on.f(on.net(layer), 1)))

    def bias(self, layer: Index | int) -> Expr:
        """BP3."""
        delta = self.on.delta(layer)
        if not self.batch:
            return self.on.signed(delta)
        ones = self.on.ones
        return self.mean(self.times(transposed(ones) if self.rows else ones, delta))

    def weight(self, layer: Index | int) -> Expr:
        """BP4."""
        return self.mean(self.times(transposed(self.on.out(before(layer))), self.on.delta(layer)))

    def mean(self, form: Expr) -> Expr:
        """Over the samples of a batch, with the sign of δ."""
        return self.on.signed(mul(div(ONE, self.on.samples()), form) if self.batch else form)


def before(layer: Index | int) -> Index | int:
    """The layer below."""
    return layer - 1 if isinstance(layer, int) else layer.plus(-1)


def after(layer: Index | int) -> Index | int:
    """The layer above."""
    return layer + 1 if isinstance(layer, int) else layer.plus(1)
