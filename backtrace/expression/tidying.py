"""Tidies a formula as a person does without comment: drops + 0 and · 1, cancels double signs, folds literal numbers.

No factor ever changes its place, nothing is multiplied out, and nothing is cancelled except literal numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby

from backtrace.expression.exact import exact, written
from backtrace.expression.tree import ONE, ZERO, Expr, add, call, div, mul, neg, power


def tidy(e: Expr) -> Expr:
    """The same formula without what adds nothing; a minus sign of a product or quotient stands in front of it.

    2·½·(t − o)^(2−1)·(0 − 1) + 0  becomes  −(t − o)
    """
    op, args = e
    if op in ("number", "symbol", "pending"):
        return e
    if op == "call":
        return call(args[0], *[tidy(part) for part in args[1:]])
    parts = [tidy(part) for part in args]
    return _TIDIED[op](parts) if op in _TIDIED else Expr(op, tuple(parts))


def _is(e: Expr, value: float) -> bool:
    return e.op == "number" and e.args[0] == value


def _negative(e: Expr) -> Expr:
    """−e without a double sign and without −0."""
    if e.op == "neg":
        inner: Expr = e.args[0]
        return inner
    return ZERO if _is(e, 0) else neg(e)


def _folded(build: Callable[..., Expr], parts: list[Expr]) -> Expr:
    """The literal numbers put together exactly where that makes one short number, else written as they are."""
    e = build(*parts)
    value = exact(e) if len(parts) > 1 else None
    if value is None:
        return e
    result = written(value)
    return e if value.decimal and _absolute(result).op == "div" else result


def _absolute(e: Expr) -> Expr:
    inner: Expr = e.args[0] if e.op == "neg" else e
    return inner


def _literal(e: Expr) -> bool:
    return exact(e) is not None


def _sum(parts: list[Expr]) -> Expr:
    terms = [term for part in parts for term in (part.args if part.op == "add" else (part,)) if not _is(term, 0)]
    literals = [term for term in terms if _literal(term)]
    if len(literals) > 1:
        # Every literal number goes to where the first one stands: 1 − x + 1 is 2 − x.
        total = _folded(add, literals)
        first = next(position for position, term in enumerate(terms) if _literal(term))
        others = [term for term in terms if not _literal(term)]
        terms = others if _is(total, 0) else [*others[:first], *_terms(total), *others[first:]]
    return add(*terms)


def _terms(e: Expr) -> tuple[Expr, ...]:
    terms: tuple[Expr, ...] = e.args if e.op == "add" else (e,)
    return terms


def _product(parts: list[Expr]) -> Expr:
    factors: list[Expr] = []
    minus = False
    for part in parts:
        minus ^= part.op == "neg"
        inner = _absolute(part)
        factors += [factor for factor in (inner.args if inner.op == "mul" else (inner,)) if not _is(factor, 1)]
    if any(_is(factor, 0) for factor in factors):
        return ZERO
    folded: list[Expr] = []
    for literal, run in groupby(factors, _literal):
        # Only neighbours are put together: x·2·y·3 keeps its order.
        group = list(run)
        product = _folded(mul, group) if literal else mul(*group)
        folded += product.args if product.op == "mul" else () if _is(product, 1) else (product,)
    result = mul(*_divided(folded))
    return _negative(result) if minus else result


def _divided(factors: list[Expr]) -> list[Expr]:
    """The factors with a·(1/b) written a/b; a literal fraction such as ½ stays as it is."""
    joined: list[Expr] = []
    for factor in factors:
        if factor.op == "div" and factor.args[0] == ONE and not _literal(factor) and joined and joined[-1].op != "div":
            joined[-1] = div(joined[-1], factor.args[1])
        else:
            joined.append(factor)
    return joined


def _quotient(parts: list[Expr]) -> Expr:
    minus = (parts[0].op == "neg") != (parts[1].op == "neg")
    top, bottom = map(_absolute, parts)
    if _is(top, 0) and not _is(bottom, 0):
        return ZERO
    result = top if _is(bottom, 1) else _folded(div, [top, bottom])
    return _negative(result) if minus else result


def _power(parts: list[Expr]) -> Expr:
    base, exponent = parts
    if _is(exponent, 0):
        return ONE
    return base if _is(exponent, 1) else _folded(power, parts)


_TIDIED: dict[str, Callable[[list[Expr]], Expr]] = {
    "add": _sum,
    "neg": lambda parts: _negative(parts[0]),
    "mul": _product,
    "div": _quotient,
    "power": _power,
}
