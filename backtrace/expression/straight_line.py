"""Formulas as one Python function, for numbers put in a thousand times.

A `StraightLine` takes operations one by one, each of them once however often it occurs, and becomes a function of a
tuple of numbers. It is made of syntax nodes that we build ourselves, of numbers and of names t0, t1, … alone: no text
of anybody's ever becomes code, and nothing is evaluated on the way. The functions called in it are those of our own
tables.
"""

from __future__ import annotations

import math
import operator
from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from itertools import zip_longest
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any

from backtrace.errors import InternalFault
from backtrace.expression.functions import FUNCTIONS
from backtrace.expression.tree import Expr

if TYPE_CHECKING:
    import ast

Numbers = Sequence[float]
# Formulas within formulas go as deep as this in one line: compilers have a limit.
DEEPEST = 20
# Python asks of every node where it stands in a text; to go through them all for that takes as long as to make them.
PLACE: dict[str, Any] = {"lineno": 1, "col_offset": 0}
ARITHMETIC: dict[str, Callable[..., float]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
    "neg": operator.neg,
}


class StraightLine:
    """A function under construction. Every number in it has a number of its own; `leaves` of them are given."""

    def __init__(self, leaves: int) -> None:
        self.leaves = leaves
        self._lines: list[tuple[Any, ...]] = [("leaf", n) for n in range(leaves)]
        self._known: dict[tuple[Any, ...], int] = {}

    def put(self, *line: Hashable) -> int:
        """The number of what an operation gives: ("constant", x), ("add" | "sub" | "mul" | "div", a, b), ("neg", a), or
        ("call", function, a, b, …), where a and b are numbers of earlier lines."""
        if line not in self._known:
            self._known[line] = len(self._lines)
            self._lines.append(line)
        return self._known[line]

    def constant(self, value: float) -> int:
        """A number that stands in the formula."""
        return self.put("constant", float(value), math.copysign(1.0, value))

    def call(self, function: Callable[..., float], *operands: int) -> int:
        """What a function of the tables gives."""
        return self.put("call", function, *operands)

    def folded(self, op: str, operands: Sequence[int]) -> int:
        """A sum or product, from the left."""
        found = operands[0]
        for operand in operands[1:]:
            found = self.put(op, found, operand)
        return found

    def formula(self, e: Expr, at: Mapping[Hashable, int], inner: list[int]) -> int:
        """A formula over the numbers `at` of its symbols, worked out as `evaluate` does it.

        inner: what could lose an infinite number on its way to the result (1/∞ is 0), is added here: where all of
        these and the result are finite, everything between is.
        """
        op, args = e
        if op == "number":
            return self.constant(args[0])
        if op == "symbol":
            return at[args[0]]
        operands = [self.formula(part, at, inner) for part in (args[1:] if op == "call" else args)]
        if op in ("call", "power"):
            inner += operands
            return self.call(FUNCTIONS[args[0]].value if op == "call" else math.pow, *operands)
        if op == "neg":
            return self.put("neg", *operands)
        if op not in ("add", "mul", "div"):
            raise InternalFault(f"a tree with '{op}' has no single number as its value")
        if op == "div":
            inner.append(operands[1])
        return self.folded(op, operands)

    def function(self, results: Sequence[int]) -> Callable[[Numbers], tuple[float, ...]]:
        """The function that gives these numbers, from a sequence of all leaves."""
        import ast

        needed = self.needed(results)
        leaves: list[ast.expr] = [ast.Name(f"t{n}", ast.Store(), **PLACE) for n in range(self.leaves)]
        body: list[ast.stmt] = []
        if leaves:
            body.append(ast.Assign([ast.Tuple(leaves, ast.Store(), **PLACE)], _name("v"), **PLACE))
        names: dict[str, Any] = {}
        uses = Counter([*results, *(operand for n in needed for operand in self.operands(n))])
        # What is used once stands where it is used, so that nothing is stored and fetched; not what is called or
        # divides, for then another fault might come first.
        within: dict[int, tuple[ast.expr, int]] = {}

        def taken(n: int) -> ast.expr:
            return within[n][0] if n in within else _name(f"t{n}")

        for n in needed:
            op = self._lines[n][0]
            if op == "leaf":
                continue
            node = self._node(self._lines[n], names, taken)
            depth = 1 + max([within[operand][1] for operand in self.operands(n) if operand in within], default=0)
            if uses[n] == 1 and op in ("add", "sub", "mul", "neg") and depth < DEEPEST:
                within[n] = node, depth
            else:
                body.append(ast.Assign([ast.Name(f"t{n}", ast.Store(), **PLACE)], node, **PLACE))
        body.append(ast.Return(ast.Tuple([taken(n) for n in results], ast.Load(), **PLACE), **PLACE))
        arguments = ast.arguments([], [ast.arg("v", **PLACE)], None, [], [], None, [])
        module = ast.Module([ast.FunctionDef("straight_line", arguments, body, [], **PLACE)], [])
        code = next(one for one in compile(module, "<formulas>", "exec").co_consts if isinstance(one, CodeType))
        return FunctionType(code, names)

    def made(self, number: int) -> tuple[Any, ...]:
        """The operation that gives a number, as it was put."""
        return self._lines[number]

    def operands(self, number: int) -> tuple[int, ...]:
        """The numbers that the operation takes."""
        op, *rest = self._lines[number]
        return () if op in ("leaf", "constant") else tuple(rest[1:] if op == "call" else rest)

    def needed(self, results: Sequence[int]) -> list[int]:
        """The numbers that the results are made from, and they themselves, in order."""
        needed = set(results)
        for n in range(max(needed, default=-1), -1, -1):
            if n in needed:
                needed.update(self.operands(n))
        return sorted(needed)

    def values(self, results: Sequence[int], numbers: Numbers) -> tuple[float, ...]:
        """What the function would give, worked out line by line."""
        found: dict[int, float] = {}
        for n in self.needed(results):
            op, *operands = self._lines[n]
            if op in ("leaf", "constant"):
                found[n] = numbers[operands[0]] if op == "leaf" else operands[0]
            elif op == "call":
                found[n] = operands[0](*[found[m] for m in operands[1:]])
            else:
                found[n] = ARITHMETIC[op](*[found[m] for m in operands])
        return tuple([found[n] for n in results])

    def _node(self, line: tuple[Any, ...], names: dict[str, Any], taken: Callable[[int], ast.expr]) -> ast.expr:
        import ast

        op, *operands = line
        if op == "constant":
            return ast.Constant(operands[0], **PLACE)
        if op == "call":
            function = f"f{id(operands[0])}"
            names[function] = operands[0]
            return ast.Call(_name(function), [taken(n) for n in operands[1:]], [], **PLACE)
        if op == "neg":
            return ast.UnaryOp(ast.USub(), taken(operands[0]), **PLACE)
        a, b = operands
        sign = {"add": ast.Add, "sub": ast.Sub, "mul": ast.Mult, "div": ast.Div}[op]()
        return ast.BinOp(taken(a), sign, taken(b), **PLACE)


def _name(name: str) -> ast.expr:
    import ast

    return ast.Name(name, ast.Load(), **PLACE)


def compiled_together(
    forms: Sequence[Expr], names: Sequence[Hashable], called: Sequence[Hashable] = ()
) -> Callable[[Numbers], tuple[float, ...] | None]:
    """All formulas as one function of the numbers of the symbols `names`: the very values that `evaluate` gives, or
    None where any of them, or a part of it, has none that is finite: then somebody has to look at them one by one.

    called: for each formula the symbol by which those after it call its result, None where they do not."""
    line = StraightLine(len(names))
    at = {name: n for n, name in enumerate(names)}
    inner: list[int] = []
    results: list[int] = []
    for form, name in zip_longest(forms, called):
        results.append(line.formula(form, at, inner))
        if name is not None:
            at[name] = results[-1]
    return finite(line, results, inner)


def finite(
    line: StraightLine, results: Sequence[int], inner: Sequence[int]
) -> Callable[[Numbers], tuple[float, ...] | None]:
    """The function that gives these numbers, or None where they or what is `inner` to them are not finite."""
    seen = set(results)
    function = line.function([*results, *(n for n in dict.fromkeys(inner) if n not in seen)])

    def values(numbers: Numbers) -> tuple[float, ...] | None:
        try:
            found = function(numbers)
        except (ArithmeticError, ValueError):
            return None
        # One sum over everything tells whether all of it is finite.
        whole = sum(found)
        return found[: len(results)] if whole - whole == 0.0 else None

    return values
