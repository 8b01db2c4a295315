"""Whole layers as tables of their entries, as the notation lays them out, and matrix algebra on tables of formulas.

In row orientation a sample is a row and W is in×out; in column orientation all tables are turned round.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product

from backtrace.errors import InputError
from backtrace.expression.functions import FUNCTIONS
from backtrace.expression.tree import ONE, ZERO, Expr, add, call, count, div, mul, neg, operands, power, symbol
from backtrace.network.quantity import LOSS, SHARED, Derivative, Key, Quantity, is_kept, is_whole, parameter_of
from backtrace.network.records import Network

Grid = tuple[tuple[Expr, ...], ...]
Keys = tuple[tuple[Key, ...], ...]
Value = Expr | Grid
MAX_CELLS = 1_000
# Of all the formulas that one line works out.
MAX_NODES = 50_000


def is_layer(key: Key) -> bool:
    """Whether a key stands for a whole layer, or for a derivative by one."""
    return is_layer(key.by) if isinstance(key, Derivative) else is_whole(key)


def is_row(key: Key) -> bool:
    """Whether a key may stand for a row: a whole layer, or the bias that its units share."""
    plain = key.by if isinstance(key, Derivative) else key
    return is_layer(key) or (plain.kind in ("bias", "bias_of") and plain.unit == SHARED)


def entries(key: Key, network: Network, rows: bool) -> Keys:
    """The quantities of a whole layer, as they stand in its matrix. rows: whether a sample is a row."""
    if isinstance(key, Derivative):
        of, by = key.of, key.by
        if is_whole(of):
            above, below = (row for q in (of, by) for row in entries(q, network, True))
            return tuple(tuple(Derivative(a, b) for b in below) for a in above)  # type: ignore[arg-type]
        found = entries(by, network, True)
        table: Keys = tuple(tuple(Derivative(_loss(of, cell, network), cell) for cell in row) for row in found)  # type: ignore[arg-type]
    else:
        table = _entries(key, network)
    return table if rows else tuple(zip(*table, strict=True))


def _loss(of: Quantity, cell: Key, network: Network) -> Quantity:
    """The loss that a derivative by an entry is of: by what belongs to a sample, that sample's own."""
    assert isinstance(cell, Quantity)
    own = cell.sample and of._replace(updates=0) == LOSS
    return network.sample_loss(cell.sample)._replace(updates=of.updates) if own else of


def _entries(q: Quantity, network: Network) -> Keys:
    """As for rows."""
    if is_kept(q):
        inner = _entries(parameter_of(q)._replace(updates=0), network)
        made = {"kind": q.kind, "name": q.name, "updates": q.updates}
        return tuple(tuple(cell._replace(**made) for cell in row) for row in inner)  # type: ignore[arg-type]
    if q.kind == "weight":
        units, sources = range(1, network.size(q.layer) + 1), range(1, network.size(q.layer - 1) + 1)
        return tuple(tuple(network.weight(q.layer, j, i)._replace(updates=q.updates) for j in units) for i in sources)
    if q.kind == "bias":
        shared = network.layers[q.layer - 1].shared_bias
        size = network.size(q.layer)
        return (tuple(q._replace(unit=SHARED if shared else j) for j in range(1, size + 1)),)
    layer = {"input": 0, "target": len(network.layers), "softmax": len(network.layers)}.get(q.kind, q.layer)
    samples = range(1, network.samples + 1) if network.samples > 1 and not q.sample else (q.sample,)
    return tuple(tuple(q._replace(unit=j, sample=s) for j in range(1, network.size(layer) + 1)) for s in samples)


class Algebra:
    """Works out matrix formulas entry by entry. rows: whether a sample is a row."""

    def __init__(self, network: Network, rows: bool) -> None:
        self.network, self.rows = network, rows
        self.nodes = 0
        # By identity, each with its formula, which stays alive: entries are used again and again, and grow fast.
        self.sizes: dict[int, tuple[Expr, int]] = {}

    def value(self, e: Expr) -> Value:
        """The table, or the formula, that a matrix formula is; InputError where shapes do not fit."""
        if e.op == "matrix":
            return e.args[0]  # type: ignore[no-any-return]
        if e.op == "number":
            return e
        if e.op == "symbol":
            key = e.args[0]
            if not is_row(key):
                return e
            return tuple(tuple(symbol(cell) for cell in row) for row in entries(key, self.network, self.rows))
        parts = [self.value(part) for part in operands(e)]
        if e.op == "transpose":
            return tuple(zip(*table(parts[0]), strict=True))
        if e.op in ("matmul", "mul"):
            return self.product(parts, e.op)
        if e.op == "call" and e.args[0] in ("softmax", "diag"):
            return self.softmax(table(parts[0])) if e.args[0] == "softmax" else diagonal(table(parts[0]))
        return self.each(MADE.get(e.op) or _called(str(e.args[0])), parts)

    def product(self, parts: Sequence[Value], op: str) -> Value:
        """Factors from left to right: a number goes with every entry, two tables are multiplied as matrices."""
        total = parts[0]
        for part in parts[1:]:
            both = is_table(total) and is_table(part)
            total = self.times(table(total), table(part)) if both else self.each(mul, [total, part])
        return total

    def times(self, a: Grid, b: Grid) -> Grid:
        """The matrix product."""
        if len(a[0]) != len(b):
            raise InputError(f"a {shape(a)} matrix times a {shape(b)} matrix")
        columns = tuple(zip(*b, strict=True))
        return tuple(
            tuple(
                self.made(add, *(self.made(mul, x, y) for x, y in zip(row, column, strict=True))) for column in columns
            )
            for row in a
        )

    def each(self, make: Callable[..., Expr], parts: Sequence[Value]) -> Value:
        """An operation entry by entry."""
        shapes = {(len(part), len(part[0])) for part in parts if is_table(part)}
        if not shapes:
            return self.made(make, *(cell(part, 0, 0) for part in parts))
        if len(shapes) > 1:
            said = " and ".join(f"{rows}x{columns}" for rows, columns in sorted(shapes))
            raise InputError(f"matrices of shapes {said} do not go together entry by entry")
        rows, columns = shapes.pop()
        return tuple(
            tuple(self.made(make, *(cell(part, r, c) for part in parts)) for c in range(columns)) for r in range(rows)
        )

    def softmax(self, a: Grid) -> Grid:
        """Powers over their sum, over the units of each sample."""
        turned = a if self.rows else tuple(zip(*a, strict=True))
        found = tuple(tuple(self.made(_softmax, x, *row) for x in row) for row in turned)
        return found if self.rows else tuple(zip(*found, strict=True))

    def made(self, make: Callable[..., Expr], *parts: Expr) -> Expr:
        """A formula made of others. Raises InputError where all of them together have become too large."""
        size = 1 + sum(self.size(part) for part in parts)
        self.nodes += size
        if self.nodes > MAX_NODES:
            raise InputError("these matrices are too large to be checked", hint="check a smaller network")
        found = make(*parts)
        self.sizes[id(found)] = (found, size)
        return found

    def size(self, e: Expr) -> int:
        """How many nodes a formula has."""
        known = self.sizes.get(id(e))
        return known[1] if known else count(e)


def _softmax(x: Expr, *row: Expr) -> Expr:
    return div(call("exp", x), add(*(call("exp", other) for other in row)))


MADE: dict[str, Callable[..., Expr]] = {"add": add, "neg": neg, "div": div, "power": power, "hadamard": mul}


def _called(name: str) -> Callable[..., Expr]:
    return lambda *x: call(name, *x)


def diagonal(a: Grid) -> Grid:
    """diag(v)."""
    cells = [x for row in a for x in row]
    return tuple(tuple(x if r == c else ZERO for c in range(len(cells))) for r, x in enumerate(cells))


def ones(rows: int, columns: int) -> Expr:
    """A matrix of ones."""
    if rows * columns > MAX_CELLS:
        raise InputError(f"a matrix may have at most {MAX_CELLS} entries")
    return Expr("matrix", (tuple((ONE,) * columns for _ in range(rows)),))


def is_table(value: Value) -> bool:
    """Whether this is a table and no formula."""
    return not isinstance(value, Expr)


def cell(value: Value, row: int, column: int) -> Expr:
    """An entry; a formula goes with every one."""
    return value if isinstance(value, Expr) else value[row][column]


def table(value: Value) -> Grid:
    """The table that this must be."""
    if isinstance(value, Expr):
        raise InputError("a number stands where a matrix is needed")
    return value


def shape(a: Sequence[Sequence[object]]) -> str:
    """The shape in words."""
    return f"{len(a)}x{len(a[0])}"


def cells_of(value: Value, rows: int, columns: int) -> list[Expr]:
    """The entries of a table of this shape, row by row."""
    found = table(value)
    if (len(found), len(found[0])) != (rows, columns):
        raise InputError(f"the left side is {rows}x{columns}, but this is {shape(found)}")
    return [found[r][c] for r, c in product(range(rows), range(columns))]


def is_function(name: str) -> bool:
    """Whether a name is a function of numbers or of whole layers."""
    return name in FUNCTIONS or name in ("softmax", "diag")
