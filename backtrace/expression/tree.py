"""The ordered expression tree: what is shown is what was built, factor by factor, in the order a person writes it.

An expression is an operation and its ordered arguments. The set of operations is closed; each reader of a tree (value,
derivative, text, LaTeX) has one entry per operation. Nothing is rearranged behind the author's back: `a + b` is never
`b + a`.

| op        | arguments                     | written            |
|-----------|-------------------------------|--------------------|
| number    | the float, its text           | 0.40               |
| symbol    | the key of a quantity         | w5, ∂E/∂w5         |
| add       | two or more terms             | a + b − c          |
| neg       | one                           | −a                 |
| mul       | two or more factors           | a·b                |
| div       | numerator, denominator        | a/b                |
| power     | base, exponent                | a^2                |
| call      | function name, its arguments  | exp(a), max(0, a)  |
| pending   | expression, symbol            | d/dx [a]           |
| matmul    | two or more matrices          | X·W                |
| hadamard  | two or more, same shape       | a ⊙ b              |
| transpose | one                           | Wᵀ                 |
| sum       | the index and its range, body | Σⱼ wⱼ·xⱼ           |
| apply     | a named function, primes, one | f(a), f′(a)        |
| gap       | what goes in, its number,     | ①________          |
|           | its width                     |                    |

`sum` and `apply` belong to statements about any network (derivation/general); they have a number only once their
indices and functions are known. A `gap` is a place left free on a worksheet (derivation/blanks.py); it has no value.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from math import pi
from typing import Any, NamedTuple


class Expr(NamedTuple):
    """One node of the tree; two trees are equal when they are written alike."""

    op: str
    args: tuple[Any, ...]


class Given(float):
    """A number that a person typed: a float that remembers its spelling (`0.40`)."""

    text: str

    def __new__(cls, text: str) -> Given:
        value = super().__new__(cls, text)
        value.text = text
        return value

    def __reduce__(self) -> tuple[type[Given], tuple[str]]:
        return Given, (self.text,)


def number(value: float, text: str = "") -> Expr:
    """A literal number; `text` is its spelling, by default the shortest one."""
    return Expr("number", (float(value), text or (str(int(value)) if value == int(value) else repr(float(value)))))


def symbol(key: Hashable) -> Expr:
    """A named quantity; the notation decides how it is spelt."""
    return Expr("symbol", (key,))


def add(*terms: Expr) -> Expr:
    """The sum of the terms; a single term is itself, no term is 0."""
    return Expr("add", terms) if len(terms) > 1 else terms[0] if terms else ZERO


def sub(a: Expr, b: Expr) -> Expr:
    """a − b."""
    return Expr("add", (a, neg(b)))


def neg(a: Expr) -> Expr:
    """−a."""
    return Expr("neg", (a,))


def mul(*factors: Expr) -> Expr:
    """The product of the factors; a single factor is itself, no factor is 1."""
    return Expr("mul", factors) if len(factors) > 1 else factors[0] if factors else ONE


def div(a: Expr, b: Expr) -> Expr:
    """a / b."""
    return Expr("div", (a, b))


def power(a: Expr, b: Expr) -> Expr:
    """a to the power b."""
    return Expr("power", (a, b))


def call(name: str, *args: Expr) -> Expr:
    """A function of the table `functions.FUNCTIONS`, applied."""
    return Expr("call", (name, *args))


def pending(a: Expr, by: Expr) -> Expr:
    """A derivative not yet carried out: d/d`by` [a]."""
    return Expr("pending", (a, by))


def gap(what: Hashable, number: int = 0, width: int = 0) -> Expr:
    """A place left free: what goes in, under which number the page lists it (0: none is shown), how wide it is."""
    return Expr("gap", (what, number, width))


def total(over: Hashable, body: Expr) -> Expr:
    """The sum of the body over an index, whose letter and range `over` holds."""
    return Expr("sum", (over, body))


def applied(function: Hashable, a: Expr, primes: int = 0) -> Expr:
    """A function that may be any, or its derivative, of one argument: f(a), f′(a)."""
    return Expr("apply", (function, primes, a))


ZERO = number(0)
ONE = number(1)
TWO = number(2)
HALF = div(ONE, TWO)
PI = number(pi, "π")
# Operations without operands.
LEAVES = ("number", "symbol", "gap")
# How many arguments of an operation come before its operands.
HEADS = {"call": 1, "sum": 1, "apply": 2}


def operands(e: Expr) -> tuple[Expr, ...]:
    """The sub-expressions, in order."""
    if e.op in LEAVES:
        return ()
    args: tuple[Expr, ...] = e.args[HEADS.get(e.op, 0) :]
    return args


def with_operands(e: Expr, new: tuple[Expr, ...]) -> Expr:
    """The same operation on other operands."""
    return Expr(e.op, (*e.args[: HEADS.get(e.op, 0)], *new))


def symbols(e: Expr) -> Iterator[Hashable]:
    """The keys of all symbols, left to right, with repeats."""
    if e.op == "symbol":
        yield e.args[0]
    for part in operands(e):
        yield from symbols(part)


def replace(e: Expr, leaf: Callable[[Hashable], Expr | None]) -> Expr:
    """The tree with each symbol for which `leaf(key)` is not None replaced by what it gives."""
    op, args = e
    if op == "symbol":
        new = leaf(args[0])
        return e if new is None else new
    if op in LEAVES:
        return e
    if op in HEADS:
        head = HEADS[op]
        return Expr(op, (*args[:head], *[replace(part, leaf) for part in args[head:]]))
    return Expr(op, tuple([replace(part, leaf) for part in args]))


def count(e: Expr) -> int:
    """The number of nodes of the tree, written out."""
    return 1 + sum(count(part) for part in operands(e))
