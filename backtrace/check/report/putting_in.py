"""Which numbers of a substituted line do not belong there: the line laid over the right formula, place by place."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from typing import NamedTuple

from backtrace.check.numerals import numeral
from backtrace.check.records import Numeral
from backtrace.expression.tree import Expr, symbol
from backtrace.network.quantity import Derivative, Key, Quantity

# Sums and products of more parts than this are laid over each other in the order written only.
MOST_PARTS = 5

Fits = Callable[[Expr, Numeral], bool]


class Place(NamedTuple):
    """A number put in where a quantity stands in the right formula. written: the number as it stands there."""

    key: Key
    number: Numeral
    written: str


class Laid(NamedTuple):
    """A line laid over a formula: the places whose number is not that of the quantity, and how many others fit."""

    misplaced: tuple[Place, ...] = ()
    fitting: int = 0


def laid_over(written: Expr, right: Expr, fits: Fits) -> Laid | None:
    """The way of laying the line over the formula with fewest numbers that do not fit; None where it has another form.

    fits: whether a number may stand for a quantity, or for a part of the formula that was worked out in the head.
    """
    return _laid(_plain(written), _plain(right), fits)


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


def _laid(written: Expr, right: Expr, fits: Fits) -> Laid | None:
    """The best way to lay one over the other."""
    if right.op == "symbol" or (right.op == "neg" and right.args[0].op == "symbol" and written.op == "number"):
        return _put_in(written, right, fits)
    worked_out = _number(written)
    if worked_out is not None and right.op != "number" and fits(right, worked_out):
        return Laid(fitting=1)
    if right.op == "number":
        same = _number(written)
        return Laid() if same is not None and same.value == float(right.args[0]) else None
    if (written.op == "neg") != (right.op == "neg"):
        # A minus before a product may be that of a number in it.
        product, meant = (written.args[0], right) if written.op == "neg" else (written, right.args[0])
        found = [laid for turned in _turned(product) if (laid := _laid(turned, meant, fits))]
        return min(found, key=lambda laid: len(laid.misplaced), default=None)
    if written.op != right.op or len(written.args) != len(right.args):
        return None
    heads = [(a, b) for a, b in zip(written.args, right.args, strict=True) if not isinstance(b, Expr)]
    if any(a != b for a, b in heads):
        return None
    mine, theirs = written.args[len(heads) :], right.args[len(heads) :]
    free = right.op in ("add", "mul") and len(mine) <= MOST_PARTS
    # Each pair of parts is laid once: which part goes where costs what its pair does.
    costs = {
        (a, b): _laid(mine[a], theirs[b], fits) for a in range(len(mine)) for b in range(len(mine)) if free or a == b
    }
    orders = permutations(range(len(mine))) if free else [tuple(range(len(mine)))]
    ways = [together for order in orders if (together := _together([costs[a, b] for b, a in enumerate(order)]))]
    return min(ways, key=lambda laid: len(laid.misplaced), default=None)


def _turned(product: Expr) -> list[Expr]:
    """A product with the sign of one of its numbers turned, each in turn."""
    found = []
    for place, part in enumerate(product.args if product.op == "mul" else ()):
        if part.op == "number":
            text = str(part.args[1])
            turned = Expr("number", (-part.args[0], text[1:] if text.startswith("-") else f"-{text}"))
            found.append(product._replace(args=(*product.args[:place], turned, *product.args[place + 1 :])))
    return found


def _together(parts: list[Laid | None]) -> Laid | None:
    """The parts of a line as one."""
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    return Laid(tuple(p for part in known for p in part.misplaced), sum(part.fitting for part in known))


def _put_in(written: Expr, right: Expr, fits: Fits) -> Laid | None:
    """A number in the place of a quantity, or of one with a minus."""
    found = _number(written)
    if found is None:
        return None
    key = right.args[0] if right.op == "symbol" else right.args[0].args[0]
    assert isinstance(key, Quantity | Derivative)
    meant = found if right.op == "symbol" else found._replace(value=-found.value)
    if fits(symbol(key), meant):
        return Laid(fitting=1)
    return Laid((Place(key, meant, str(written.args[1] if written.op == "number" else written.args[0].args[1])),))


def _number(e: Expr) -> Numeral | None:
    """A number, or one with a minus before it."""
    if e.op == "number":
        return numeral(str(e.args[1]))
    if e.op == "neg" and e.args[0].op == "number":
        return numeral(f"-{e.args[0].args[1]}")
    return None
