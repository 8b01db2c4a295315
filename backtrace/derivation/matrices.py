"""Numbers and shapes of expressions whose symbols may stand for matrices. Small, plain Python: pages show a few rows
only."""

from __future__ import annotations

import itertools
from collections.abc import Callable

from backtrace.derivation.steps import Matrix, Value
from backtrace.errors import InternalFault
from backtrace.expression.evaluate import evaluate
from backtrace.expression.tree import ONE, Expr, mul, number, operands, symbols, with_operands

Shape = tuple[int, int]
SCALAR: Shape = (0, 0)


def evaluate_matrix(e: Expr, lookup: Callable[[object], Value]) -> Value:
    """The value of the expression; sums and functions work entry by entry, a number goes with every element."""
    if e.op == "symbol":
        return lookup(e.args[0])
    parts = [evaluate_matrix(part, lookup) for part in operands(e)]
    if e.op == "transpose":
        return tuple(zip(*_rows(parts[0]), strict=True))
    if is_diagonal(e):
        cells = [x for row in _rows(parts[0]) for x in row]
        return tuple(tuple(x if r == c else 0.0 for c in range(len(cells))) for r, x in enumerate(cells))
    if e.op == "matmul":
        total = _rows(parts[0])
        for part in parts[1:]:
            total = _product(total, _rows(part))
        return total
    op = e if e.op != "hadamard" else Expr("mul", e.args)
    sizes = {(len(part), len(part[0])) for part in parts if isinstance(part, tuple)}
    if not sizes:
        return _element(op, [part for part in parts if isinstance(part, float)])
    if len(sizes) > 1:
        raise InternalFault(f"matrices of shapes {sorted(sizes)} were put together entry by entry")
    rows, columns = sizes.pop()
    return tuple(
        tuple(_element(op, [part if isinstance(part, float) else part[r][c] for part in parts]) for c in range(columns))
        for r in range(rows)
    )


def is_diagonal(e: Expr) -> bool:
    """Whether this is diag(v), the matrix with the entries of a row or column on its diagonal."""
    return e.op == "call" and e.args[0] == "diag"


def _element(e: Expr, values: list[float]) -> float:
    return evaluate(with_operands(e, tuple(number(v, repr(v)) for v in values)) if e.op != "number" else e, _no_symbol)


def _no_symbol(key: object) -> float:
    raise InternalFault(f"{key!r} has no number here")


def _rows(value: Value) -> Matrix:
    if isinstance(value, float):
        raise InternalFault("a number stands where a matrix is needed")
    return value


def _product(a: Matrix, b: Matrix) -> Matrix:
    columns = list(zip(*b, strict=True))
    return tuple(tuple(_dot(row, column) for column in columns) for row in a)


def _dot(row: tuple[float, ...], column: tuple[float, ...]) -> float:
    total = 0.0
    for x, y in zip(row, column, strict=True):
        total += x * y
    return total


def shape_of(e: Expr, shapes: Callable[[object], Shape]) -> Shape:
    """The shape of an expression, (0, 0) for a number. Raises InternalFault when shapes do not fit."""
    if e.op == "number":
        return SCALAR
    if e.op == "symbol":
        return shapes(e.args[0])
    parts = [shape_of(part, shapes) for part in operands(e)]
    if e.op == "transpose":
        return parts[0][1], parts[0][0]
    if is_diagonal(e):
        return (max(parts[0]),) * 2
    if e.op == "matmul":
        for left, right in itertools.pairwise(parts):
            if left[1] != right[0]:
                raise InternalFault(f"a {left[0]}×{left[1]} matrix times a {right[0]}×{right[1]} matrix")
        return parts[0][0], parts[-1][1]
    found = {part for part in parts if part != SCALAR}
    if len(found) > 1:
        raise InternalFault(f"shapes {sorted(found)} were put together entry by entry")
    return found.pop() if found else SCALAR


def alone(e: Expr, shapes: Callable[[object], Shape]) -> bool:
    """Whether no matrix but one stands in an expression, and nothing is done to it but entry by entry."""
    return elementwise(e) and len({key for key in symbols(e) if shapes(key) != SCALAR}) == 1


def elementwise(e: Expr) -> bool:
    """Whether every operation of an expression goes entry by entry."""
    return e.op not in ("matmul", "transpose") and all(elementwise(part) for part in operands(e))


def subtracted(term: Expr) -> bool:
    """Whether a term of a sum has a minus before it."""
    return term.op == "neg" or (term.op == "mul" and term.args[0].op == "neg")


def shapes_text(e: Expr, shapes: Callable[[object], Shape]) -> str:
    """The shapes of the matrices in an expression, joined as they are: "(1×2)·(2×2) + (1×2)"; numbers are left out.

    A formula of one matrix alone, entry by entry, has its shape once however long it is.
    """
    if e.op in ("symbol", "transpose") or is_diagonal(e) or alone(e, shapes):
        rows, columns = shape_of(e, shapes)
        return f"({rows}×{columns})" if rows else ""
    if e.op == "number":
        return ""
    between = {"matmul": "·", "hadamard": " ⊙ ", "add": " + ", "div": " / ", "call": ", "}.get(e.op, "")
    found = [(part, text) for part in operands(e) if (text := shapes_text(part, shapes))]
    texts = [text for _, text in found]
    if e.op == "add":
        return texts[0] + "".join(f" {'−' if subtracted(part) else '+'} {text}" for part, text in found[1:])
    if e.op == "hadamard":
        texts = [f"[{t}]" if " + " in t else t for t in texts]
    if e.op in ("matmul", "div"):
        texts = [f"[{t}]" if " " in t or ("·" in t and e.op == "div") else t for t in texts]
    return between.join(texts) if between else "".join(texts)


def transposed(e: Expr) -> Expr:
    """eᵀ, and e for a matrix that was turned round already."""
    return e.args[0] if e.op == "transpose" else Expr("transpose", (e,))


def hadamard(*factors: Expr) -> Expr:
    """The product entry by entry; factors 1 are left out."""
    flat: list[Expr] = []
    for factor in factors:
        flat += factor.args if factor.op == "hadamard" else [] if factor == ONE else [factor]
    return Expr("hadamard", tuple(flat)) if len(flat) > 1 else flat[0] if flat else ONE


def raised_or_divided(e: Expr) -> bool:
    """Whether a power or a quotient stands in a formula in matrices, which is not what these mean for matrices."""
    return e.op in ("power", "div") or any(raised_or_divided(part) for part in operands(e))


def times_slope(back: Expr, slope: Expr) -> Expr:
    """What comes back times the slope of the activation; a slope that is a number stands before it."""
    if slope != ONE and not any(True for _ in symbols(slope)):
        return mul(slope, back)
    return hadamard(back, slope)


def entry_by_entry(form: Expr) -> Expr:
    """A formula in numbers as one in matrices: products of matrices become products entry by entry."""
    if form.op in ("number", "symbol"):
        return form
    parts = tuple(entry_by_entry(part) for part in operands(form))
    if form.op != "mul":
        return with_operands(form, parts)
    plain = [p for p in parts if not any(True for _ in symbols(p))]
    full = [p for p in parts if any(True for _ in symbols(p))]
    return mul(*plain, *([hadamard(*full)] if full else []))
