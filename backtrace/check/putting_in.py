"""Which number of a substituted line does not belong there: the line laid over the right formula, place by place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import permutations
from typing import NamedTuple

from backtrace.expression.tree import Expr
from backtrace.network.quantity import Derivative, Key, Quantity

# Sums and products of more parts than this are laid over each other in the order written only.
MOST_PARTS = 5


class Place(NamedTuple):
    """A number put in where a quantity stands in the right formula."""

    key: Key
    number: float


def laid_over(written: Expr, right: Expr, fits: Callable[[Key, float], bool]) -> tuple[Place, ...] | None:
    """The places whose number is not that of the quantity, for the way of laying the line over the formula with fewest
    of them; None where it has another form. fits: whether a number may stand for a quantity."""
    ways = list(_ways(_plain(written), _plain(right)))
    if not ways:
        return None
    return min((tuple(p for p in way if not fits(p.key, p.number)) for way in ways), key=len)


def _plain(e: Expr) -> Expr:
    """Signs pulled to the front of products, products and sums written out flat."""
    op, args = e
    if op == "neg":
        inner = _plain(args[0])
        if inner.op == "number":
            return Expr("number", (-inner.args[0], f"-{inner.args[1]}"))
        return inner.args[0] if inner.op == "neg" else Expr("neg", (inner,))
    if op == "mul":
        negative, flat = False, list[Expr]()
        for part in map(_plain, args):
            if part.op == "neg":
                negative, part = not negative, part.args[0]
            flat += part.args if part.op == "mul" else (part,)
        product = Expr("mul", tuple(flat))
        return Expr("neg", (product,)) if negative else product
    if op == "add":
        flat = []
        for part in map(_plain, args):
            flat += part.args if part.op == "add" else (part,)
        return Expr("add", tuple(flat))
    if op in ("number", "symbol"):
        return e
    return Expr(op, tuple(_plain(a) if isinstance(a, Expr) else a for a in args))


def _ways(written: Expr, right: Expr) -> Iterator[tuple[Place, ...]]:
    """Every way to lay one over the other."""
    if right.op == "symbol":
        key = right.args[0]
        assert isinstance(key, Quantity | Derivative)
        value = _number(written)
        if value is not None:
            yield (Place(key, value),)
        return
    if right.op == "neg" and right.args[0].op == "symbol" and written.op == "number":
        yield (Place(right.args[0].args[0], -float(written.args[0])),)
        return
    if right.op == "number":
        if _number(written) == float(right.args[0]):
            yield ()
        return
    if written.op != right.op or len(written.args) != len(right.args):
        return
    heads = [(a, b) for a, b in zip(written.args, right.args, strict=True) if not isinstance(b, Expr)]
    if any(a != b for a, b in heads):
        return
    mine, theirs = written.args[len(heads) :], right.args[len(heads) :]
    free = right.op in ("add", "mul") and len(mine) <= MOST_PARTS
    for order in permutations(mine) if free else (mine,):
        yield from _all(order, theirs)


def _all(written: tuple[Expr, ...], right: tuple[Expr, ...]) -> Iterator[tuple[Place, ...]]:
    if not written:
        yield ()
        return
    for first in _ways(written[0], right[0]):
        for rest in _all(written[1:], right[1:]):
            yield (*first, *rest)


def _number(e: Expr) -> float | None:
    if e.op == "number":
        return float(e.args[0])
    if e.op == "neg" and e.args[0].op == "number":
        return -float(e.args[0].args[0])
    return None
