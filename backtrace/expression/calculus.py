"""Derivatives by the rules of calculus, line by line, as a person writes them; the result is the last line.

    d/dx [½(t − x)² + c]
    = d/dx [½(t − x)²] + 0              sum rule, constant rule
    = 2·½(t − x)^(2−1)·d/dx [t − x] + 0 power rule, chain rule
    = 2·½(t − x)^(2−1)·(0 − 1) + 0      sum rule, constant rule, variable rule
    = −(t − x)                          simplify

Each line applies one rule of `RULES` to the leftmost derivative that is still pending, and to all others that the same
rule fits. A rule that splits a formula without changing its parts (sum, constant factor) settles constants and the
variable in the same breath; the chain rule is named when the inner function is not the variable itself.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import NamedTuple

from backtrace.errors import InputError
from backtrace.expression.functions import FUNCTIONS
from backtrace.expression.tidying import tidy
from backtrace.expression.tree import (
    ONE,
    TWO,
    ZERO,
    Expr,
    add,
    call,
    count,
    div,
    mul,
    neg,
    operands,
    pending,
    power,
    replace,
    sub,
    symbol,
    symbols,
    with_operands,
)

__all__ = ["RULES", "Line", "Rule", "derivative", "differentiate", "tidy"]

MAX_LINES = 200
MAX_NODES = 100_000


class Line(NamedTuple):
    """One line: the formula, and the names of the rules that led to it from the line before (none for the first)."""

    expr: Expr
    rule: str = ""


class Rule(NamedTuple):
    """A rule of calculus: what it says, whether it fits d/dx [e], and what it makes of it.

    apply(e, x) gives the new formula, in which derivatives may be pending; at_once: constants and the variable among
    them are settled in the same line.
    """

    name: str
    says: str
    fits: Callable[[Expr, Expr], bool]
    apply: Callable[[Expr, Expr], Expr]
    at_once: bool = False


def differentiate(e: Expr, key: Hashable) -> tuple[Line, ...]:
    """The lines from d/dkey [e] to the finished derivative; InputError when the formula is too large for that."""
    x = symbol(key)
    lines = [Line(pending(e, x))]
    nodes = 0
    while (first := _first_pending(lines[-1].expr)) is not None:
        nodes += count(lines[-1].expr)
        if len(lines) > MAX_LINES or nodes > MAX_NODES:
            raise InputError("the formula is too large to be differentiated line by line", hint="use a shorter formula")
        lines.append(_next_line(lines[-1].expr, first))
    result = tidy(lines[-1].expr)
    if result != lines[-1].expr:
        lines.append(Line(result, "simplify"))
    return tuple(lines)


def derivative(e: Expr, key: Hashable) -> Expr:
    """The derivative of the formula by the symbol `key`, tidied: the last of the lines of `differentiate`."""
    return differentiate(e, key)[-1].expr


def _first_pending(e: Expr) -> Expr | None:
    """The leftmost derivative still to be carried out; one does not stand inside another."""
    if e.op == "pending":
        return e
    for part in operands(e):
        found = _first_pending(part)
        if found is not None:
            return found
    return None


def _next_line(e: Expr, first: Expr) -> Line:
    """The rule of the first pending derivative, applied to every one that it fits."""
    group = _group(first)
    names: list[str] = []

    def advanced(node: Expr) -> Expr:
        if node.op == "pending":
            if _group(node) != group:
                return node
            inner, x = node.args
            new = _applied(inner, x, names)
            return _settled(new, names) if _rule(inner, x).at_once else new
        return _spliced(node, tuple(map(advanced, operands(node)))) if operands(node) else node

    result = advanced(e)
    return Line(result, ", ".join(dict.fromkeys(names)))


def _group(node: Expr) -> str:
    """Which derivatives are carried out together: those of one rule; constants go together with the variable."""
    name = _name(*node.args)
    return "trivial" if name in _TRIVIAL else name


def _applied(inner: Expr, x: Expr, names: list[str]) -> Expr:
    """One rule applied; its name, and the chain rule's where an inner derivative came out of it, noted in `names`."""
    rule = _rule(inner, x)
    names.append(_name(inner, x))
    new = rule.apply(inner, x)
    if rule.name in _CHAINS and _first_pending(new) is not None:
        names.append("chain rule")
    return new


def _settled(e: Expr, names: list[str]) -> Expr:
    """The formula with every pending derivative of a constant or of the variable carried out."""
    if e.op == "pending":
        inner, x = e.args
        return _applied(inner, x, names) if _group(e) == "trivial" else e
    return with_operands(e, tuple(_settled(part, names) for part in operands(e))) if operands(e) else e


def _spliced(node: Expr, new: tuple[Expr, ...]) -> Expr:
    """The node with new operands; a product that came of a factor joins the product, a sum of a term joins the sum."""
    if node.op not in ("add", "mul"):
        return with_operands(node, new)
    joined: list[Expr] = []
    for old, part in zip(operands(node), new, strict=True):
        joined += part.args if old.op == "pending" and part.op == node.op else (part,)
    return with_operands(node, tuple(joined))


def _depends(e: Expr, x: Expr) -> bool:
    return x.args[0] in symbols(e)


def _times_inner(outer: Expr, inner: Expr, x: Expr) -> Expr:
    """outer · d/dx [inner], or d/dx [inner]/v for an outer 1/v; d/dx [x] is not written."""
    if inner == x or outer == ZERO:
        return outer
    if outer.op == "div" and outer.args[0] == ONE:
        return div(pending(inner, x), outer.args[1])
    return mul(*(outer.args if outer.op == "mul" else (outer,)), pending(inner, x))


def _moving(e: Expr, x: Expr) -> list[Expr]:
    """The factors of a product that depend on the variable."""
    return [factor for factor in e.args if _depends(factor, x)]


def _is_power(e: Expr, x: Expr) -> bool:
    return e == x or (e.op == "power" and _depends(e.args[0], x) and not _depends(e.args[1], x))


def _fits_power(e: Expr, x: Expr) -> bool:
    if e.op != "mul":
        return _is_power(e, x)
    moving = _moving(e, x)
    return len(moving) == 1 and _is_power(moving[0], x)


def _power_rule(e: Expr, x: Expr) -> Expr:
    """n·c·u^(n−1)·u′ for c·u^n; a lone x counts as x^1, so that w·h by w is 1·h·w^(1−1)."""
    if e.op == "mul":
        moving = _moving(e, x)[0]
        constants = [factor for factor in e.args if factor is not moving]
    else:
        moving, constants = e, []
    base, exponent = moving.args if moving.op == "power" else (moving, ONE)
    lowered = power(base, sub(exponent, ONE))
    if exponent.op == "neg":
        # −2·x^(−2−1): the sign stands in front of the whole, where it needs no bracket.
        return neg(_times_inner(mul(exponent.args[0], *constants, lowered), base, x))
    return _times_inner(mul(exponent, *constants, lowered), base, x)


def _exponential_rule(e: Expr, x: Expr) -> Expr:
    """a^u·ln(a)·u′ for a^u with a constant base."""
    return _times_inner(mul(e, call("ln", e.args[0])), e.args[1], x)


def _general_power_rule(e: Expr, x: Expr) -> Expr:
    """u^v·(v′·ln(u) + v·u′/u) for u^v."""
    u, v = e.args
    return mul(e, add(mul(pending(v, x), call("ln", u)), div(mul(v, pending(u, x)), u)))


def _leading_constants(e: Expr, x: Expr) -> int:
    """How many factors come before the first that depends on the variable."""
    return next(position for position, factor in enumerate(e.args) if _depends(factor, x))


def _fits_constant_factor(e: Expr, x: Expr) -> bool:
    if e.op == "neg":
        return True
    if e.op == "div":
        return not _depends(e.args[1], x)
    return e.op == "mul" and (len(_moving(e, x)) == 1 or _leading_constants(e, x) > 0)


def _constant_factor_rule(e: Expr, x: Expr) -> Expr:
    if e.op == "neg":
        return neg(pending(e.args[0], x))
    if e.op == "div":
        return div(pending(e.args[0], x), e.args[1])
    if len(_moving(e, x)) == 1:
        return mul(*[pending(factor, x) if _depends(factor, x) else factor for factor in e.args])
    leading = _leading_constants(e, x)
    return mul(*e.args[:leading], pending(mul(*e.args[leading:]), x))


def _sum_rule(e: Expr, x: Expr) -> Expr:
    """u′ + v′ − w′; a leading −c is a constant as it stands, so that no line begins with −0."""
    signed = [term.op == "neg" and (place > 0 or _depends(term, x)) for place, term in enumerate(e.args)]
    return add(
        *[
            neg(pending(term.args[0], x)) if minus else pending(term, x)
            for term, minus in zip(e.args, signed, strict=True)
        ]
    )


def _product_rule(e: Expr, x: Expr) -> Expr:
    """u′·v + u·v′, and so on for more factors; every factor keeps its place."""
    return add(
        *[
            mul(*[pending(factor, x) if at == position else factor for at, factor in enumerate(e.args)])
            for position, moving in enumerate(e.args)
            if _depends(moving, x)
        ]
    )


def _reciprocal_rule(e: Expr, x: Expr) -> Expr:
    top, bottom = e.args
    slope = pending(bottom, x)
    return neg(div(slope if top == ONE else mul(top, slope), power(bottom, TWO)))


def _quotient_rule(e: Expr, x: Expr) -> Expr:
    top, bottom = e.args
    return div(sub(mul(pending(top, x), bottom), mul(top, pending(bottom, x))), power(bottom, TWO))


def _function_rule(e: Expr, x: Expr) -> Expr:
    """f′(u)·u′, summed over the arguments that depend on the variable.

    Two arguments with names in them may both move, if not with this variable: their slopes are the joint ones then.
    """
    function, arguments = FUNCTIONS[e.args[0]], e.args[1:]
    names = ("u",) if function.arity == 1 else tuple(f"u{position}" for position in range(1, function.arity + 1))
    inside = dict(zip(names, arguments, strict=True))
    moving = [_depends(argument, x) for argument in arguments]
    named = all(next(symbols(argument), None) is not None for argument in arguments)
    slopes = function.joint if function.joint and named else function.derivative
    terms = [
        _times_inner(replace(slope, lambda key: inside[str(key)]), argument, x)
        for slope, argument, moves in zip(slopes, arguments, moving, strict=True)
        if moves
    ]
    return add(*terms)


RULES: tuple[Rule, ...] = (
    Rule("constant rule", "d/dx [c] = 0", lambda e, x: not _depends(e, x), lambda e, x: ZERO),
    Rule("variable rule", "d/dx [x] = 1", lambda e, x: e == x, lambda e, x: ONE),
    Rule("sum rule", "d/dx [u + v] = d/dx [u] + d/dx [v]", lambda e, x: e.op == "add", _sum_rule, at_once=True),
    Rule("power rule", "d/dx [c·u^n] = n·c·u^(n−1)·d/dx [u]", _fits_power, _power_rule),
    Rule("constant factor rule", "d/dx [c·u] = c·d/dx [u]", _fits_constant_factor, _constant_factor_rule, at_once=True),
    Rule("product rule", "d/dx [u·v] = d/dx [u]·v + u·d/dx [v]", lambda e, x: e.op == "mul", _product_rule),
    Rule(
        "reciprocal rule",
        "d/dx [c/v] = −c·d/dx [v]/v²",
        lambda e, x: e.op == "div" and not _depends(e.args[0], x),
        _reciprocal_rule,
    ),
    Rule("quotient rule", "d/dx [u/v] = (d/dx [u]·v − u·d/dx [v])/v²", lambda e, x: e.op == "div", _quotient_rule),
    Rule(
        "exponential rule",
        "d/dx [a^u] = a^u·ln(a)·d/dx [u]",
        lambda e, x: e.op == "power" and not _depends(e.args[0], x),
        _exponential_rule,
    ),
    Rule(
        "general power rule",
        "d/dx [u^v] = u^v·(d/dx [v]·ln(u) + v·d/dx [u]/u)",
        lambda e, x: e.op == "power",
        _general_power_rule,
    ),
    Rule("function rule", "d/dx [f(u)] = f′(u)·d/dx [u]", lambda e, x: e.op == "call", _function_rule),
)
_TRIVIAL = ("constant rule", "variable rule")
_CHAINS = ("power rule", "exponential rule", "function rule")


def _rule(e: Expr, x: Expr) -> Rule:
    """The first rule that fits; the sum of what there is to differentiate is closed, so one always does."""
    return next(rule for rule in RULES if rule.fits(e, x))


def _name(e: Expr, x: Expr) -> str:
    """The name of the rule on the page: that of the function's own rule for a function."""
    rule = _rule(e, x)
    return FUNCTIONS[e.args[0]].rule if rule.name == "function rule" else rule.name
