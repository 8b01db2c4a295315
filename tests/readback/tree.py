"""What a line says, as a small tree of its own, and its value: written for the tests alone, so that a fault of the
package's own trees and writers cannot hide here.

A node is a tuple, its first entry one of: num, name, neg, add, sub, mul, div, pow, call, pending, matrix, transpose,
times (of two matrices, by a sign of its own), hadamard, dots (what is left out of a matrix).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterator, Mapping
from typing import Any

Node = tuple[Any, ...]
Rows = list[list[float]]
Number = float | Rows
Known = Mapping[Hashable, Any]


class Unreadable(Exception):
    """A line that does not say anything definite."""


class Elided(Exception):
    """A matrix of which only a part is printed: nothing can be computed from it."""


SAMPLES_ARE = "samples are"  # a name no quantity has: "rows" or "columns", for softmax of a whole layer


FUNCTIONS: dict[str, Callable[..., float]] = {
    "exp": math.exp,
    "ln": math.log,
    "sqrt": math.sqrt,
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)) if x > -700 else math.exp(x),
    "tanh": math.tanh,
    "erf": math.erf,
    "relu": lambda x: max(0.0, x),
    "step": lambda x: float(x > 0),
    "threshold": lambda x: float(x > 0),
    "abs": abs,
    "sign": lambda x: float((x > 0) - (x < 0)),
    "max": max,
    "min": min,
    "sin": math.sin,
    "cos": math.cos,
    "sinh": math.sinh,
    "cosh": math.cosh,
}
SLOPES: dict[str, Callable[[float], float]] = {
    "exp": math.exp,
    "ln": lambda x: 1 / x,
    "sqrt": lambda x: 0.5 / math.sqrt(x),
    "sigmoid": lambda x: FUNCTIONS["sigmoid"](x) * (1 - FUNCTIONS["sigmoid"](x)),
    "tanh": lambda x: 1 - math.tanh(x) ** 2,
    "erf": lambda x: 2 / math.sqrt(math.pi) * math.exp(-x * x),
    "relu": lambda x: float(x > 0),
    "step": lambda x: 0.0,
    "threshold": lambda x: 0.0,
    "abs": lambda x: float((x > 0) - (x < 0)),
    "sign": lambda x: 0.0,
    "sin": math.cos,
    "cos": lambda x: -math.sin(x),
    "sinh": math.cosh,
    "cosh": math.sinh,
}


def parts(node: Node) -> list[Node]:
    """The nodes directly below."""
    if node[0] in ("num", "name", "dots"):
        return []
    if node[0] == "matrix":
        return [cell for row in node[1] for cell in row]
    return [part for part in node[1:] if isinstance(part, tuple)]


def everything(node: Node) -> Iterator[Node]:
    """The node and all below it, in the order in which they are written."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += reversed(parts(node))


def names(node: Node) -> set[Hashable]:
    """The keys of the names that occur."""
    return {n[1] for n in everything(node) if n[0] in ("name", "pending")}


def elided(node: Node) -> bool:
    """Whether a part of a matrix is left out."""
    return any(n[0] == "dots" for n in everything(node))


def literal(node: Node) -> bool:
    """Whether this is a bare number or a matrix of bare numbers."""
    if node[0] == "matrix":
        return all(literal(cell) or cell[0] == "dots" for row in node[1] for cell in row)
    return node[0] == "num" or (node[0] == "neg" and node[1][0] == "num")


def value(node: Node, known: Known) -> Number:
    """The number of a node, left to right as it is written; ArithmeticError and ValueError where there is none."""
    kind = node[0]
    if kind == "num":
        return float(node[1])
    if kind == "name":
        if node[1] not in known:
            raise Unreadable(f"{node[1]} has no number")
        return known[node[1]]
    if kind == "dots":
        raise Elided
    if kind == "matrix":
        return [[_plain(value(cell, known)) for cell in row] for row in node[1]]
    if kind == "pending":
        return slope(node[2], node[1], known)
    if kind == "call":
        args = [value(arg, known) for arg in node[2:]]
        if node[1] == "softmax":
            return _softmax(_rows(args[0]), known.get(SAMPLES_ARE) == "rows")
        if node[1] == "diag":
            entries = [x for row in _rows(args[0]) for x in row]
            return [[x if r == c else 0.0 for c in range(len(entries))] for r, x in enumerate(entries)]
        return _each(FUNCTIONS[node[1]], *args)
    a = value(node[1], known)
    if kind == "neg":
        return _each(lambda x: -x, a)
    if kind == "transpose":
        return _turned(_rows(a))
    b = value(node[2], known)
    if kind == "times" or (kind == "mul" and isinstance(a, list) and isinstance(b, list)):
        return _product(_rows(a), _rows(b))
    if kind == "hadamard" and not (isinstance(a, list) and isinstance(b, list)):
        raise Unreadable("⊙ stands between two matrices only")
    return _each(OPERATIONS[kind], a, b)


OPERATIONS: dict[str, Callable[[float, float], float]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "hadamard": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "pow": math.pow,
}


def _softmax(nets: Rows, by_row: bool) -> Rows:
    """Softmax of each sample."""
    if not by_row:
        return _turned(_softmax(_turned(nets), True))
    powers = [[math.exp(x - max(row)) for x in row] for row in nets]
    return [[p / sum(row) for p in row] for row in powers]


def _turned(rows: Rows) -> Rows:
    return [list(column) for column in zip(*rows, strict=True)]


def _plain(x: Number) -> float:
    if isinstance(x, list):
        raise Unreadable("a matrix within a matrix")
    return x


def _rows(x: Number) -> Rows:
    if not isinstance(x, list):
        raise Unreadable("a number stands where a matrix is needed")
    return x


def _each(function: Callable[..., float], *args: Number) -> Number:
    """Element by element; a number goes with every element, matrices must have one shape."""
    sizes = {(len(a), len(a[0])) for a in args if isinstance(a, list)}
    if not sizes:
        return float(function(*args))
    if len(sizes) > 1:
        raise Unreadable(f"shapes {sorted(sizes)} do not fit")
    rows, columns = sizes.pop()
    return [
        [float(function(*(a[r][c] if isinstance(a, list) else a for a in args))) for c in range(columns)]
        for r in range(rows)
    ]


def _product(a: Rows, b: Rows) -> Rows:
    if len(a[0]) != len(b):
        raise Unreadable(f"a {len(a)}×{len(a[0])} matrix times a {len(b)}×{len(b[0])} matrix")
    return [[sum(x * y for x, y in zip(row, column, strict=True)) for column in zip(*b, strict=True)] for row in a]


def slope(node: Node, by: Hashable, known: Known) -> float:
    """The derivative by a name, all other names held fixed."""
    kind = node[0]
    if kind == "name":
        return float(node[1] == by)
    if by not in names(node):
        return 0.0
    inner = [_plain(value(part, known)) for part in parts(node) if kind != "pending"]
    slopes = [slope(part, by, known) for part in parts(node) if kind != "pending"]
    if kind in ("neg", "add", "sub"):
        signs = {"neg": (-1,), "add": (1, 1), "sub": (1, -1)}[kind]
        return math.fsum(sign * s for sign, s in zip(signs, slopes, strict=True))
    if kind == "mul":
        return slopes[0] * inner[1] + inner[0] * slopes[1]
    if kind == "div":
        return (slopes[0] - inner[0] / inner[1] * slopes[1]) / inner[1]
    if kind == "pow" and slopes[1] == 0:
        return 0.0 if inner[1] == 0 else inner[1] * math.pow(inner[0], inner[1] - 1) * slopes[0]
    if kind == "pow":
        return math.pow(*inner) * (slopes[1] * math.log(inner[0]) + inner[1] * slopes[0] / inner[0])
    if kind == "call" and node[1] in SLOPES:
        return SLOPES[node[1]](inner[0]) * slopes[0]
    if kind == "call" and node[1] in ("max", "min"):
        first = inner[0] > inner[1] if node[1] == "max" else inner[0] < inner[1]
        both = names(node[2]) and names(node[3])  # at a corner the second counts, beside a number neither
        return slopes[0] if first else slopes[1] if inner[0] != inner[1] or both else 0.0
    raise Unreadable(f"no derivative of {kind}")
