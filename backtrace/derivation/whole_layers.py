"""Whole layers as matrices: their shapes, their numbers where there are some, and the lines that are written of them.

In row orientation a sample is a row, net = X·W + b and W is in×out; in column orientation a sample is a column, net =
W·x + b and W is out×in. What is a row there is a column here, so one equation serves both: `times` puts the factors
in the order of the orientation.
"""

from __future__ import annotations

from backtrace.derivation.matrices import SCALAR, Shape, evaluate_matrix, hadamard, shape_of, shapes_text
from backtrace.derivation.steps import Step, Value
from backtrace.derivation.workspace import Workspace
from backtrace.expression.rounding import rounded
from backtrace.expression.tree import Expr, mul, operands, symbol, with_operands
from backtrace.network.quantity import SHARED, Quantity, kept_of, neutral

SOFTMAX = Quantity("softmax")


def whole(kind: str, layer: int = 0) -> Quantity:
    """The key of a whole layer."""
    return Quantity(kind, layer)


class WholeLayers:
    """The matrices of a network's step, and one line of the page after the other."""

    def __init__(self, work: Workspace) -> None:
        self.work = work
        self.network = work.network
        self.rows = work.profile.orientation == "row"
        self.shapes: dict[object, Shape] = {}
        self._fill()

    def times(self, *factors: Expr) -> Expr:
        """A matrix product written for rows; in column orientation the same product read from the right."""
        return Expr("matmul", factors if self.rows else factors[::-1])

    def ones(self, rows: int, columns: int) -> Expr:
        """A matrix of ones, its size as for rows."""
        size = (rows, columns) if self.rows else (columns, rows)
        key = Quantity("ones", *size)
        self.shapes[key] = size
        if self.work.numeric:
            self.work.values[key] = tuple((1.0,) * size[1] for _ in range(size[0]))
        return symbol(key)

    def line(
        self,
        kind: str,
        left: Expr,
        form: Expr,
        known: bool = False,
        relation: str = "=",
        first: Expr | None = None,
    ) -> Step:
        """A line: the left side, its form, every shape, and where there are numbers the matrix.

        known: the number of the left side is that of the forward pass; first: a form to write before the other.
        """
        key = left.args[0]
        shape = shape_of(form, self.shape)
        self.shapes[key] = shape
        value: Value | None = None
        if self.work.numeric:
            value = self.work.values[key] if known else evaluate_matrix(form, self._value)
            if self.work.choices.carry == "rounded":
                value = self._rounded(value)
            self.work.values[key] = value
        sources = self.work.sources(form)
        self.work.written[key] = neutral(key)
        texts = shapes_text(form, self.shape)
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

    def shape(self, key: object) -> Shape:
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
            self._put(SOFTMAX, [[Quantity("softmax", 0, j, sample=s) for j in outputs] for s in self.work.samples])

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

    def by_element(self, form: Expr) -> Expr:
        """The same formula for matrices: factors that are matrices are multiplied entry by entry."""
        if form.op in ("number", "symbol"):
            return form
        parts = tuple(self.by_element(part) for part in operands(form))
        full = [part for part in parts if shape_of(part, self.shape) != SCALAR]
        if form.op != "mul" or len(full) < 2:
            return with_operands(form, parts)
        plain = [part for part in parts if shape_of(part, self.shape) == SCALAR]
        return mul(*plain, hadamard(*full))
