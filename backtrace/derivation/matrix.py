"""The matrix view: the four equations of backpropagation with this network's numbers and every shape stated (FACTS D3).

In row orientation a sample is a row, net = X·W + b and W is in×out; in column orientation a sample is a column, net =
W·x + b and W is out×in. What is a row there is a column here, so one equation serves both: `_times` puts the factors
in the order of the orientation.
"""

from __future__ import annotations

from backtrace.derivation.chain import GAP, Items
from backtrace.derivation.conventions import corners
from backtrace.derivation.matrices import SCALAR, Shape, evaluate_matrix, shape_of, shapes_text
from backtrace.derivation.penalties import corners_of_layer, regularized
from backtrace.derivation.steps import Remark, Step, Value
from backtrace.derivation.updates import bends, clipped_form, clips, gradient, named, relation, rule_form, shared_items
from backtrace.derivation.workspace import Workspace, d
from backtrace.expression.rounding import rounded
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
    operands,
    replace,
    sub,
    symbol,
    symbols,
    with_operands,
)
from backtrace.network.quantity import LOSS, SHARED, Derivative, Quantity, kept_of, neutral
from backtrace.network.whole_losses import margin

MOST_TERMS = 16  # of a loss that is written out number by number
P, MARGINS = Quantity("softmax"), Quantity("margins")


def whole(kind: str, layer: int = 0) -> Quantity:
    """The key of a whole layer."""
    return Quantity(kind, layer)


class MatrixView:
    """Writes whole layers."""

    def __init__(self, work: Workspace) -> None:
        self.work = work
        self.network = work.network
        self.rows = work.profile.orientation == "row"
        self.count = work.network.samples
        self.shapes: dict[object, Shape] = {}
        self._fill()

    def forward(self) -> Items:
        """net and out of every layer, then the loss."""
        items: Items = []
        for layer in range(1, len(self.network.layers) + 1):
            out = self._out(layer)
            items += [self._line("matrix", symbol(whole("net", layer)), self._net(layer)), out]
            said = Remark("entry_by_entry")
            if said not in items and _raised_or_divided(out.forms[-1]):
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
        return _transposed(inner) if record.transposed else inner

    def _times(self, *factors: Expr) -> Expr:
        """A matrix product written for rows; in column orientation the same product read from the right."""
        return Expr("matmul", factors if self.rows else factors[::-1])

    def _net(self, layer: int) -> Expr:
        product = self._times(self._below(layer), self._weight(layer))
        if not self.network.layers[layer - 1].has_bias:
            return product
        bias = symbol(whole("bias", layer))
        return add(product, bias if self.count == 1 else self._times(self._ones(self.count, 1), bias))

    def _ones(self, rows: int, columns: int) -> Expr:
        size = (rows, columns) if self.rows else (columns, rows)
        key = Quantity("ones", *size)
        self.shapes[key] = size
        if self.work.numeric:
            self.work.values[key] = tuple((1.0,) * size[1] for _ in range(size[0]))
        return symbol(key)

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
        return self._line(
            "matrix", symbol(whole("out", layer)), self._elementwise(replace(form, lambda k: net if k == "x" else None))
        )

    def _softmax(self, kind: str, key: Quantity, net: Expr) -> Step:
        """softmax(net): its name, then e^net divided by its sum over the units of the sample."""
        powers, units = call("exp", net), self.network.layers[(key.layer or len(self.network.layers)) - 1].units
        form = div(powers, self._times(powers, self._ones(units, units)))
        return self._line(kind, symbol(key), form, known=True, first=call("softmax", net))

    def _loss(self) -> Items:
        losses = [self.network.sample_loss(s) for s in self.work.samples]
        items: Items = (
            [self.work.line("loss", symbol(key), self.work.neurons.formula(key)) for key in losses]
            if self.network.layers[-1].units * len(losses) <= MOST_TERMS
            else []
        )
        whole_loss = self.network.loss.whole
        if whole_loss and whole_loss.softmax:
            items = [self._softmax("matrix", P, symbol(whole("out", len(self.network.layers)))), GAP, *items]
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
        """f′ of a layer element by element; None for softmax."""
        slope = self.network.layers[layer - 1].activation.slope
        if slope is None:
            return None
        named = {"x": symbol(whole("net", layer)), "y": symbol(whole("out", layer))}
        return self._elementwise(replace(slope, lambda key: named.get(str(key))))

    def _delta_top(self) -> Items:
        top = len(self.network.layers)
        out, target = symbol(whole("out", top)), symbol(whole("target"))
        if self.network.loss.whole:
            return [*self._whole_slope(out, target), *self._delta_from(top)]
        named = {"t": target, "y": out, "m": number(self.network.layers[-1].units)}
        slope = self._elementwise(replace(self.network.loss.slope, lambda key: named.get(str(key))))
        gradient = Derivative(LOSS, whole("out", top))
        return [self._line("matrix", symbol(gradient), slope), *self._delta_from(top)]

    def _whole_slope(self, out: Expr, target: Expr) -> Items:
        """∂E/∂out of a loss whose terms take all outputs of a sample."""
        whole_loss, units = self.network.loss.whole, self.network.layers[-1].units
        assert whole_loss is not None
        gradient = d(LOSS, whole("out", len(self.network.layers)))
        if whole_loss.softmax:
            return [self._line("matrix", gradient, sub(symbol(P), target))]
        ones = self._ones(units, units)
        right = self._times(_hadamard(out, target), ones)
        over = call("max", ZERO, margin(out, right))
        named = self._line("matrix", symbol(MARGINS), _hadamard(over, sub(ONE, target)))
        step = call("step", symbol(MARGINS))
        slope = sub(step, _hadamard(target, self._times(step, ones)))
        return [Remark("margins"), named, self._line("matrix", gradient, slope)]

    def _delta_from(self, top: int) -> Items:
        """δ of the last layer, ∂E/∂out being known."""
        local = self._slope(top)
        if local is None:
            return self._through_softmax(top)
        form = _times_slope(d(LOSS, whole("out", top)), local)
        return [self._line("delta", symbol(whole("delta", top)), self._signed(form)), *self._no_factor(local)]

    def _no_factor(self, slope: Expr) -> Items:
        """Says why a layer's slope, being 1, is not written."""
        return [Remark("slope_one")] if slope == ONE else []

    def _through_softmax(self, layer: int) -> Items:
        """δ of a softmax layer, ∂E/∂out being known: its Jacobian is diag(p) − p·pᵀ for each sample."""
        units = self.network.layers[layer - 1].units
        out, gradient = symbol(whole("out", layer)), symbol(Derivative(LOSS, whole("out", layer)))
        if self.count == 1:
            jacobian = d(whole("out", layer), whole("net", layer))
            outer = self._times(_transposed(out), out)
            return [
                Remark("softmax_jacobian"),
                self._line("matrix", jacobian, sub(call("diag", out), outer)),
                self._line("delta", symbol(whole("delta", layer)), self._signed(self._times(gradient, jacobian))),
            ]
        spread = self._times(Expr("hadamard", (gradient, out)), self._ones(units, units))
        form = Expr("hadamard", (out, sub(gradient, spread)))
        return [Remark("softmax_jacobians"), self._line("delta", symbol(whole("delta", layer)), self._signed(form))]

    def _signed(self, form: Expr) -> Expr:
        return form if self.work.profile.delta_sign > 0 else neg(form)

    def _delta(self, layer: int) -> Items:
        back = self._times(symbol(whole("delta", layer + 1)), _transposed(self._passed(layer + 1)))
        local = self._slope(layer)
        if local is None:
            gradient = d(LOSS, whole("out", layer))
            return [self._line("matrix", gradient, self._signed(back)), *self._through_softmax(layer)]
        line = self._line("delta", symbol(whole("delta", layer)), _times_slope(back, local))
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
                self._line(
                    "gradient",
                    d(LOSS, whole("weight", layer)),
                    regularized(self.network, whole("weight", layer), self._reduced(self._weight_gradient(layer))),
                )
            )
            items += corners_of_layer(self.work, layer, "weight")
        if record.has_bias:
            delta = symbol(whole("delta", layer))
            form = delta if self.count == 1 else self._times(self._ones(1, self.count), delta)
            if record.shared_bias and record.units > 1:
                # One bias for the layer: the sum over its units, given to each of them.
                form = self._times(form, self._ones(record.units, record.units))
            form = regularized(self.network, whole("bias", layer), self._reduced(form))
            items.append(self._line("gradient", d(LOSS, whole("bias", layer)), form))
            items += corners_of_layer(self.work, layer, "bias")
        return items

    def _weight_gradient(self, owner: int) -> Expr:
        """Σ over the layers that use the owner's weights of (what comes in)ᵀ·δ, turned round where they are used
        transposed."""
        terms = []
        for layer in range(1, len(self.network.layers) + 1):
            uses = self._weight(layer)
            if next(iter(symbols(uses))) == whole("weight", owner):
                term = self._times(_transposed(self._below(layer)), symbol(whole("delta", layer)))
                terms.append(_transposed(term) if uses.op == "transpose" else term)
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
            items.append(self._line("update", gradient(self.work, key), clipped_form(self.work, key)))
        for line in self.network.optimizer.rule.lines:
            if line.left != "t+":
                form = self._by_element(rule_form(self.work, key, line))
                left = named(self.work, key, line.left)
                items.append(self._line("update", left, form, relation=relation(self.work, line)))
        return items

    def _by_element(self, form: Expr) -> Expr:
        """The same formula for matrices: factors that are matrices are multiplied element by element."""
        if form.op in ("number", "symbol"):
            return form
        parts = tuple(self._by_element(part) for part in operands(form))
        full = [part for part in parts if shape_of(part, self._shape) != SCALAR]
        if form.op != "mul" or len(full) < 2:
            return with_operands(form, parts)
        plain = [part for part in parts if shape_of(part, self._shape) == SCALAR]
        return mul(*plain, _hadamard(*full))

    def _elementwise(self, form: Expr) -> Expr:
        """A formula in numbers as one in matrices: products of matrices become element-by-element products."""
        if form.op in ("number", "symbol"):
            return form
        parts = tuple(self._elementwise(part) for part in operands(form))
        if form.op != "mul":
            return with_operands(form, parts)
        plain = [p for p in parts if not any(True for _ in symbols(p))]
        full = [p for p in parts if any(True for _ in symbols(p))]
        return mul(*plain, *([_hadamard(*full)] if full else []))

    def _line(
        self,
        kind: str,
        left: Expr,
        form: Expr,
        known: bool = False,
        relation: str = "=",
        first: Expr | None = None,
    ) -> Step:
        """known: the number of the left side is that of the forward pass; first: a form to write before the other."""
        key = left.args[0]
        shape = shape_of(form, self._shape)
        self.shapes[key] = shape
        value: Value | None = None
        if self.work.numeric:
            value = self.work.values[key] if known else evaluate_matrix(form, self._value)
            if self.work.choices.carry == "rounded":
                value = self._rounded(value)
            self.work.values[key] = value
        sources = self.work.sources(form)
        self.work.written[key] = neutral(key)
        texts = shapes_text(form, self._shape)
        size = f"{shape[0]}×{shape[1]}"
        shapes = size if texts == f"({size})" else f"{texts} → {size}"
        forms = (form,) if first is None else (first, form)
        return Step(neutral(key), kind, left, forms, value, sources, relation=relation, shapes=shapes)

    def _value(self, key: object) -> Value:
        return self.work.values[key]  # type: ignore[index]

    def _rounded(self, value: Value) -> Value:
        choices = self.work.choices
        if isinstance(value, float):
            return rounded(value, choices.digits, choices.decimals)
        return tuple(tuple(rounded(x, choices.digits, choices.decimals) for x in row) for row in value)

    def _shape(self, key: object) -> Shape:
        return self.shapes.get(key, (0, 0))

    def _fill(self) -> None:
        """Shapes, and where there are numbers the matrices, of everything that lines start from."""
        network = self.network
        self._put(
            whole("input"),
            [[Quantity("input", 0, i, sample=s) for i in range(1, network.input_size + 1)] for s in self.work.samples],
        )
        outputs = range(1, network.layers[-1].units + 1)
        self._put(whole("target"), [[Quantity("target", 0, j, sample=s) for j in outputs] for s in self.work.samples])
        for number_, layer in enumerate(network.layers, 1):
            units = range(1, layer.units + 1)
            if not layer.tied_to:
                sources = range(1, network.size(number_ - 1) + 1)
                table = [[Quantity("weight", number_, j, i) for j in units] for i in sources]
                self._put(whole("weight", number_), table)
                self._put_slots(whole("weight", number_), table)
                if network.optimizer.order == "output_first":
                    self._put(
                        whole("weight", number_)._replace(updates=1),
                        [[q._replace(updates=1) for q in row] for row in table],
                    )
            if layer.has_bias:
                biases = [[Quantity("bias", number_, SHARED if layer.shared_bias else j) for j in units]]
                self._put(whole("bias", number_), biases)
                self._put_slots(whole("bias", number_), biases)
            self._put(
                whole("net", number_),
                [[Quantity("net", number_, j, sample=s) for j in units] for s in self.work.samples],
            )
            self._put(
                whole("out", number_),
                [[Quantity("out", number_, j, sample=s) for j in units] for s in self.work.samples],
            )
        if self.network.loss.whole and self.network.loss.whole.softmax:
            self._put(P, [[Quantity("softmax", 0, j, sample=s) for j in outputs] for s in self.work.samples])

    def _put_slots(self, key: Quantity, table: list[list[Quantity]]) -> None:
        """What the optimizer remembers of a whole layer's weights or biases."""
        for slot in self.network.optimizer.rule.slots:
            self._put(kept_of(key, slot.name), [[kept_of(q, slot.name) for q in row] for row in table])

    def _put(self, key: Quantity, table: list[list[Quantity]]) -> None:
        cells = table if self.rows else [list(column) for column in zip(*table, strict=True)]
        self.shapes[key] = (len(cells), len(cells[0]))
        if self.work.numeric:
            values = self.work.values
            self.work.values[key] = tuple(tuple(values[q] for q in row) for row in cells)  # type: ignore[misc]


def _transposed(e: Expr) -> Expr:
    return e.args[0] if e.op == "transpose" else Expr("transpose", (e,))


def _hadamard(*factors: Expr) -> Expr:
    flat: list[Expr] = []
    for factor in factors:
        flat += factor.args if factor.op == "hadamard" else [] if factor == ONE else [factor]
    return Expr("hadamard", tuple(flat)) if len(flat) > 1 else flat[0] if flat else ONE


def _raised_or_divided(e: Expr) -> bool:
    """Whether a power or a quotient stands in a formula in matrices, which is not what these mean for matrices."""
    return e.op in ("power", "div") or any(_raised_or_divided(part) for part in operands(e))


def _times_slope(back: Expr, slope: Expr) -> Expr:
    """What comes back times the slope of the activation; a slope that is a number stands before it."""
    if slope != ONE and not any(True for _ in symbols(slope)):
        return mul(slope, back)
    return _hadamard(back, slope)
