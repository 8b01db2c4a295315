"""Proofs about plain functions of real numbers: chains of equal formulas, each line with the rule that led to it.

A proof is data. Before it goes on a page it is checked: at random points both sides of every line are worked out and
compared, a derivative that is still pending by the rules of calculus, and each of these once more by central
differences. That does not prove a line, but no wrong line passes it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from contextlib import suppress
from functools import lru_cache
from math import isclose
from random import Random
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, cast

from backtrace.derivation.steps import Step
from backtrace.errors import InternalFault
from backtrace.expression.calculus import derivative, differentiate
from backtrace.expression.evaluate import evaluate
from backtrace.expression.functions import EvaluationError
from backtrace.expression.rounding import rounded
from backtrace.expression.tree import Expr, add, number, operands, replace, symbol, symbols, with_operands
from backtrace.network.activations import Activation
from backtrace.network.indexed import Free, Function

if TYPE_CHECKING:
    from backtrace.derivation.general.lecture import Lecture

POINTS = 10
CLOSE = 1e-9
DIFFERENCE, ROUGHLY = 1e-5, 1e-6  # the step of central differences, and how near they come

Numbers = dict[Hashable, float]
Meaning = Callable[..., float]  # what a named function is, where a proof is tried
NOTHING: Mapping[Hashable, Expr] = MappingProxyType({})


class Line(NamedTuple):
    """`left = expr`, by `rule`; without a left side the line goes on from the one before it."""

    expr: Expr
    rule: str = ""
    left: Expr | None = None


class Proof(NamedTuple):
    """The lines under one heading. name: the beginning of their ids. defined: for a symbol that is not free the
    formula it stands for, in the order in which they are worked out. meanings: what a named function (f, f′) is, by
    its name and the number of its primes. whole: symbols that stand for whole numbers; sums: what the index of a sum
    runs over, by its letter, which is a free symbol of that name.
    """

    name: str
    lines: tuple[Line, ...]
    defined: Mapping[Hashable, Expr] = NOTHING
    meanings: Mapping[tuple[Function, int], Meaning] = MappingProxyType({})
    whole: tuple[Free, ...] = ()
    sums: Mapping[str, Callable[[Numbers], Iterable[int]]] = MappingProxyType({})


def prove(on: Lecture, proof: Proof, tried: Callable[[Proof, Random], Proof] | None = None) -> None:
    """Puts the lines of a proof on the page, to be checked with it. tried: the proof with meanings drawn at random."""
    on.checks.append(lambda random: check(tried(proof, random) if tried else proof, random))
    left = proof.lines[0].expr
    for place, line in enumerate(proof.lines, 1):
        left = line.left or left
        name = f"{on.topic}:{proof.name}.{place}"
        goes_on = line.left is None
        on.append(Step(name, "rule", left, (line.expr,), rule=line.rule, statement=True, stated=goes_on))


def numbers(on: Lecture, name: str, left: Expr, *forms: Expr) -> float:
    """A line with numbers, left = form = numbers put in = value, from the values that the lecture knows; it knows the
    left side from here on, if that is a symbol. Returns the value."""
    result = evaluate(forms[-1], lambda key: cast("float", on.values[key]))
    if left.op == "symbol":
        on.values[left.args[0]] = result
    on.append(Step(f"{on.topic}:{name}", "local", left, forms, result))
    return result


def a(function: Function, *arguments: Expr, primes: int = 0) -> Expr:
    """A named function of one or more arguments."""
    return Expr("apply", (function, primes, *arguments))


def short(x: float, digits: int = 3) -> Expr:
    """A number for a sentence, rounded, with a power of ten where it is very large or very small."""
    value = rounded(x, digits)
    mantissa, _, exponent = f"{value:.{digits - 1}e}".partition("e")
    if value and not 1e-4 <= abs(value) < 1e6:
        return number(value, f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}")
    return number(value)


def slope_lines(formula: Expr, left: Expr, *bridge: tuple[Expr, str], by: Hashable) -> tuple[Line, ...]:
    """d/d by [formula] by the rules of calculus, then the lines of the bridge."""
    first, *rest = differentiate(formula, by)
    found = [Line(first.expr, "", left), *(Line(line.expr, line.rule) for line in rest)]
    more = [Line(expr, rule) for expr, rule in bridge]
    return (*found, *(more[1:] if more and more[0].expr == found[-1].expr else more))


def bridge(activation: Activation, x: Hashable, y: Hashable) -> tuple[tuple[Expr, str], ...]:
    """The record's lines from what the rules of calculus give to its slope, in other symbols."""
    return tuple((in_symbols(expr, x, y), rule) for expr, rule in activation.bridge)


def in_symbols(e: Expr, x: Hashable, y: Hashable) -> Expr:
    """A formula of a record with x and y put in for its "x" and "y"."""
    put = {"x": symbol(x), "y": symbol(y)}
    return replace(e, lambda key: put.get(str(key)))


def check(proof: Proof, random: Random) -> int:
    """How many equalities were compared; InternalFault for the first that does not hold, and where none could be tried.

    Points at which a formula has no value (ln of a negative number) are passed over.
    """
    compared = 0
    for _ in range(POINTS):
        with suppress(EvaluationError):
            compared += check_at(proof, drawn(proof, random))
    if not compared:
        raise InternalFault(f"{proof.name}: there was no point to try it at")
    return compared


def check_at(proof: Proof, numbers: Numbers) -> int:
    """The same at one point."""
    compared = 0
    left: float | None = None
    for place, line in enumerate(proof.lines, 1):
        right = value(line.expr, numbers, proof)
        if line.left is not None:
            left = value(line.left, numbers, proof)
        assert left is not None
        if not isclose(left, right, rel_tol=CLOSE, abs_tol=CLOSE):
            raise InternalFault(f"line {place} of {proof.name} does not hold: {left!r} is not {right!r}")
        compared += 1
        if line.expr.op == "pending":
            check_difference(proof, line.expr, numbers)
            compared += 1
    return compared


def check_difference(proof: Proof, e: Expr, numbers: Numbers) -> None:
    """A pending derivative against central differences."""
    formula, by = e.args[0], e.args[1].args[0]
    ahead, behind = (value(formula, {**numbers, by: numbers[by] + h}, proof) for h in (DIFFERENCE, -DIFFERENCE))
    rules, differences = value(e, numbers, proof), (ahead - behind) / (2 * DIFFERENCE)
    if not isclose(rules, differences, rel_tol=ROUGHLY, abs_tol=ROUGHLY):
        raise InternalFault(f"{proof.name}: the rules give the slope {rules!r}, differences give {differences!r}")


def drawn(proof: Proof, random: Random) -> Numbers:
    """A random point, with what is defined from it."""
    formulas = [e for line in proof.lines for e in (line.expr, line.left) if e is not None]
    found = [key for e in (*formulas, *proof.defined.values()) for key in symbols(e)]
    free = [key for key in dict.fromkeys(found) if isinstance(key, Free) and key not in proof.defined]
    numbers: Numbers = {key: key.low + (key.high - key.low) * random.random() for key in free}
    numbers |= {key: float(int(numbers[key])) for key in proof.whole}
    for key, formula in proof.defined.items():
        numbers[key] = value(formula, numbers, proof)
    return numbers


def value(e: Expr, numbers: Numbers, proof: Proof) -> float:
    """The number of a formula at a point."""
    return evaluate(_worked_out(e, numbers, proof), lambda key: numbers[key])


@lru_cache(maxsize=200)
def carried_out(e: Expr) -> Expr:
    """A pending derivative by the rules of calculus."""
    return derivative(e.args[0], e.args[1].args[0])


def _worked_out(e: Expr, numbers: Numbers, proof: Proof) -> Expr:
    """The formula without pending derivatives and named functions."""
    if e.op == "pending":
        return carried_out(e)
    parts = operands(e)
    if e.op == "sum":
        index = Free(e.args[0].letter)
        each = (value(e.args[1], {**numbers, index: float(n)}, proof) for n in proof.sums[index.name](numbers))
        return add(*(number(term, "…") for term in each))
    if e.op == "apply":
        arguments = [value(part, numbers, proof) for part in parts]
        return number(proof.meanings[(e.args[0], e.args[1])](*arguments), "…")
    return with_operands(e, tuple(_worked_out(part, numbers, proof) for part in parts)) if parts else e
