"""The number a tree stands for: IEEE floats only, sums and products folded left to right, every result finite."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from typing import TypeAlias

from backtrace.errors import InternalFault
from backtrace.expression.functions import EvaluationError, apply
from backtrace.expression.tree import Expr

Lookup: TypeAlias = Callable[[Hashable], float]
_Closure: TypeAlias = Callable[[tuple[float, ...]], float]


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise EvaluationError("a result is too large for a number")
    return value


def _divide(a: float, b: float) -> float:
    if b == 0:
        raise EvaluationError(f"{a:.6g}/0 is not defined", hint="nothing can be divided by 0")
    return a / b


def _raise_to(a: float, b: float) -> float:
    try:
        # 0^0 is 1, so that the power rule's x^(1−1) is right at x = 0 as well.
        return math.pow(a, b)
    except OverflowError:
        raise EvaluationError(f"({a:.6g})^({b:.6g}) is too large for a number") from None
    except ValueError:
        hint = "0 has no negative power" if a == 0 else "a negative number has whole powers only"
        raise EvaluationError(f"({a:.6g})^({b:.6g}) is not defined", hint=hint) from None


def evaluate(e: Expr, lookup: Lookup) -> float:
    """The value of the tree, with `lookup(key)` for each symbol; EvaluationError where it has no finite real value."""
    op, args = e
    if op == "number":
        return float(args[0])
    if op == "symbol":
        return lookup(args[0])
    if op == "call":
        return _finite(apply(args[0], *[evaluate(part, lookup) for part in args[1:]]))
    operation = _operation(op)
    return _finite(operation([evaluate(part, lookup) for part in args]))


def compiled(e: Expr, names: Sequence[Hashable]) -> Callable[..., float]:
    """The tree as a function of the symbols `names`, in that order, for repeated use; the same values as `evaluate`."""
    root = _closure(e, {name: position for position, name in enumerate(names)})
    return lambda *values: root(values)


def _closure(e: Expr, positions: dict[Hashable, int]) -> _Closure:
    op, args = e
    if op == "number":
        literal = float(args[0])
        return lambda values: literal
    if op == "symbol":
        if args[0] not in positions:
            raise InternalFault(f"a compiled formula uses {args[0]!r}, which is not among its arguments")
        position = positions[args[0]]
        return lambda values: values[position]
    if op == "call":
        name = args[0]
        inner = [_closure(part, positions) for part in args[1:]]
        if len(inner) == 1:
            only = inner[0]
            return lambda values: _finite(apply(name, only(values)))
        return lambda values: _finite(apply(name, *[part(values) for part in inner]))
    operation = _operation(op)
    parts = [_closure(part, positions) for part in args]
    return lambda values: _finite(operation([part(values) for part in parts]))


def _total(values: Sequence[float]) -> float:
    total = values[0]
    for value in values[1:]:
        total += value
    return total


def _product(values: Sequence[float]) -> float:
    product = values[0]
    for value in values[1:]:
        product *= value
    return product


# `sum` and `math.prod` are not used: how they round has changed between Python versions, and our bytes must not.
_OPERATIONS: dict[str, Callable[[Sequence[float]], float]] = {
    "add": _total,
    "neg": lambda values: -values[0],
    "mul": _product,
    "div": lambda values: _divide(values[0], values[1]),
    "power": lambda values: _raise_to(values[0], values[1]),
}


def _operation(op: str) -> Callable[[Sequence[float]], float]:
    if op not in _OPERATIONS:
        raise InternalFault(f"a tree with '{op}' has no single number as its value")
    return _OPERATIONS[op]
