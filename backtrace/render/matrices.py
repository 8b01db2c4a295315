"""Numbers put into matrix lines: the same promise as for single numbers, entry by entry."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from itertools import chain

from backtrace.derivation.matrices import evaluate_matrix
from backtrace.derivation.steps import Matrix, Value
from backtrace.errors import InputError
from backtrace.expression.tree import Expr, operands, replace, symbols
from backtrace.render.numbers import REPR, NumberStyle, figure, literal

DOTS = 3  # the width of the dots of a gap
SHOWN = 6  # rows and columns shown of a matrix; what is larger is elided


def put_in_matrices(
    e: Expr, values: Mapping[Hashable, Value], style: NumberStyle, result: Value, columns: int = SHOWN
) -> tuple[Expr, Expr]:
    """The form with its numbers, and the result, as printed. Matrices too large to be shown are elided, once."""
    printed = leaf(result, style, 0, columns)
    if any(large(values[key], columns) for key in symbols(e)) or large(result, columns):
        return replace(e, lambda key: leaf(values[key], style, 0, columns)), printed
    target = shown(result, style)
    for more in range(REPR + 1):
        if shown_alike(e, values, style, more, target):
            break
    return replace(e, lambda key: leaf(values[key], style, more, columns)), printed


def widest(e: Expr) -> int:
    """The width of the widest matrix that stands in a form, as it is printed."""
    if e.op != "matrix":
        return max((widest(part) for part in operands(e)), default=0)
    columns = zip(*e.args[0], strict=True)
    return sum(2 + max(DOTS if x.op == "ellipsis" else figure_width(x.args[1]) for x in column) for column in columns)


def shown_alike(e: Expr, values: Mapping[Hashable, Value], style: NumberStyle, more: int, target: list[str]) -> bool:
    """Whether the form, evaluated with operands as printed, rounds to the printed entries."""
    try:
        result = evaluate_matrix(e, lambda key: as_printed(values[key], style, more))
    except InputError:  # rounding an operand can leave a function's domain: more digits are needed
        return False
    return shown(result, style) == target


def as_printed(value: Value, style: NumberStyle, more: int) -> Value:
    """The numbers that are printed for a value."""
    if isinstance(value, float | int):
        return float(figure(value, style, more))
    return tuple(tuple(float(figure(x, style, more)) for x in row) for row in value)


def large(value: Value, columns: int = SHOWN) -> bool:
    """Whether a matrix is elided."""
    return not isinstance(value, float | int) and (len(value) > max(SHOWN, columns) or len(value[0]) > columns)


def leaf(value: Value, style: NumberStyle, more: int = 0, columns: int = SHOWN) -> Expr:
    """A number or a matrix as it is printed: the first rows and columns and the last, dots between."""
    if isinstance(value, float | int):
        return literal(value, style, more)
    rows = picked(len(value), max(SHOWN, columns))
    across = picked(len(value[0]), columns)
    return Expr("matrix", (tuple(tuple(entry(value, i, j, style, more) for j in across) for i in rows),))


def picked(size: int, most: int) -> list[int]:
    """The indices shown; −1 stands for the gap. Where there is room for two alone: the first and the last."""
    return list(range(size)) if size <= most else [*range(max(most - 2, 1)), -1, size - 1]


def printed_width(value: Matrix, columns: int, style: NumberStyle) -> int:
    """How many characters a matrix takes when so many columns are shown."""
    rows = [i for i in picked(len(value), SHOWN) if i >= 0]
    return sum(
        2 + (max(figure_width(figure(value[i][j], style)) for i in rows) if j >= 0 else DOTS)
        for j in picked(len(value[0]), columns)
    )


def figure_width(text: str) -> int:
    """The width of a machine spelling as ×10⁻⁵ is written."""
    return len(text) + (3 if "e" in text else 0)


def entry(value: Matrix, i: int, j: int, style: NumberStyle, more: int) -> Expr:
    """One entry as printed, or the dots of a gap."""
    if i >= 0 and j >= 0:
        return literal(value[i][j], style, more)
    return Expr("ellipsis", ("both" if i < 0 and j < 0 else "down" if i < 0 else "right",))


def shown(value: Value, style: NumberStyle) -> list[str]:
    """Every entry as a result is printed."""
    entries = [value] if isinstance(value, float | int) else chain.from_iterable(value)
    return [figure(float(x), style) for x in entries]
