"""SymPy, where algebra is wanted: inlined closed forms, a shorter spelling of a custom derivative, `.to_sympy()`.

The only importer of sympy, and only when called. Trees are carried over node by node, never as text, and `simplify` is
never used: it does not end on formulas of this kind. What may take long is bounded by the formula's size, not by time.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

from backtrace.errors import InputError, NotSupported
from backtrace.expression.evaluate import evaluate
from backtrace.expression.exact import Ratio, exact, written
from backtrace.expression.tree import (
    ONE,
    PI,
    Expr,
    add,
    call,
    count,
    div,
    mul,
    neg,
    number,
    operands,
    power,
    replace,
    symbol,
    symbols,
)

MAX_CLOSED_FORM = 2000
MAX_DEPTH = 150
MAX_SHORTENED = 60
MAX_DEGREE = 8
_COUNTED_TO = 10**15

# SymPy turns these round in ways that nobody would write.
_WITH_CORNERS = ("step", "threshold", "sign", "max", "min")
_SAME_NAME = ("exp", "erf", "tanh", "sin", "cos", "sinh", "cosh", "sign")
_TO_SYMPY = {name: name for name in _SAME_NAME}
_TO_SYMPY |= {"ln": "log", "sqrt": "sqrt", "abs": "Abs", "max": "Max", "min": "Min"}
_FROM_SYMPY = {theirs: ours for ours, theirs in _TO_SYMPY.items()}


def _sympy() -> Any:
    try:
        import sympy
    except ImportError:
        what = "this needs SymPy, which is not installed"
        raise InputError(what, hint="pip install 'backtrace-nn[algebra]'") from None
    return sympy


def to_sympy(e: Expr, name: Callable[[Hashable], str]) -> Any:
    """The tree as a SymPy expression, with a symbol `name(key)` for each key; decimals become exact fractions.

    EvaluationError for a power of literal numbers that has no value.
    """
    return _carried(e, name, _sympy())


def _carried(e: Expr, name: Callable[[Hashable], str], sympy: Any) -> Any:
    if e.op == "symbol":
        return sympy.Symbol(name(e.args[0]))
    if e == PI:
        return sympy.pi
    if e.op == "number":
        value = exact(e)
        return sympy.Rational(value.top, value.bottom) if value else sympy.Float(e.args[0])
    if e.op == "power" and next(symbols(e), None) is None and exact(e) is None:
        # SymPy would work out 2^16^16… in whole numbers, whatever their length.
        return sympy.Float(evaluate(e, lambda key: 0.0))
    parts = [_carried(part, name, sympy) for part in operands(e)]
    return _build(e, parts, sympy)


def _build(e: Expr, parts: list[Any], sympy: Any) -> Any:
    """One node of SymPy's from its carried operands."""
    builders: dict[str, Callable[..., Any]] = {
        "add": sympy.Add,
        "neg": lambda a: -a,
        "mul": sympy.Mul,
        "div": lambda a, b: a / b,
        "power": sympy.Pow,
        "sigmoid": lambda u: 1 / (1 + sympy.exp(-u)),
        "relu": lambda u: sympy.Max(0, u),
        "step": lambda u: sympy.Heaviside(u, 0),
        "threshold": lambda u: sympy.Heaviside(u, 0),
    }
    which = e.args[0] if e.op == "call" else e.op
    if which in builders:
        return builders[which](*parts)
    if e.op == "call" and which in _TO_SYMPY:
        return getattr(sympy, _TO_SYMPY[which])(*parts)
    raise NotSupported(f"'{which}' has no form in SymPy here")


def from_sympy(expr: Any, key: Callable[[str], Hashable]) -> Expr:
    """A SymPy expression as a tree, in SymPy's own order; NotSupported for what has no place in a tree."""
    sympy = _sympy()
    if expr.is_Symbol:
        return symbol(key(expr.name))
    if expr.is_Number and expr.is_finite:
        return _number(expr)
    if (expr.is_Add or expr.is_Mul) and expr.could_extract_minus_sign():
        return neg(from_sympy(-expr, key))
    if expr.is_Add:
        return add(*[from_sympy(term, key) for term in expr.as_ordered_terms()])
    if expr.is_Mul or expr.is_Pow:
        top, bottom = sympy.fraction(expr, exact=True)
        if bottom != 1:
            return div(from_sympy(top, key), from_sympy(bottom, key))
    if expr.is_Mul:
        return mul(*[from_sympy(factor, key) for factor in expr.as_ordered_factors()])
    if expr.is_Pow:
        base = from_sympy(expr.base, key)
        return call("sqrt", base) if expr.exp == sympy.Rational(1, 2) else power(base, from_sympy(expr.exp, key))
    if expr == sympy.pi:
        return PI
    if expr == sympy.E:
        return call("exp", ONE)
    return _function(expr, key)


def _number(value: Any) -> Expr:
    if value.is_negative:
        return neg(_number(-value))
    if not value.is_Rational:
        return number(float(value))
    # A small bottom is a fraction that somebody meant; a large one is a decimal that came here as an exact fraction.
    return written(Ratio(int(value.p), int(value.q), decimal=value.q > 12))


def _function(expr: Any, key: Callable[[str], Hashable]) -> Expr:
    theirs = type(expr).__name__
    if theirs == "Heaviside" and expr.args[1] == 0:
        return call("step", from_sympy(expr.args[0], key))
    if theirs not in _FROM_SYMPY:
        raise NotSupported(f"SymPy's '{theirs}' has no form here")
    ours = _FROM_SYMPY[theirs]
    arguments = [from_sympy(argument, key) for argument in sorted(expr.args, key=str)]
    folded = arguments[0]
    for argument in arguments[1:]:
        folded = call(ours, folded, argument)
    return folded if len(arguments) > 1 else call(ours, folded)


def shortened(e: Expr) -> Expr:
    """The shortest of the formula itself, SymPy's `cancel` and `factor`; past the bounds, the formula itself."""
    if count(e) > MAX_SHORTENED or _degree(e) > MAX_DEGREE or _has_corners(e):
        return e
    sympy = _sympy()
    keys = dict(enumerate(dict.fromkeys(symbols(e))))
    names = {key: f"s{position}" for position, key in keys.items()}
    there = to_sympy(e, names.__getitem__)
    found = [e]
    for algebra in (sympy.cancel, sympy.factor):
        try:
            found.append(from_sympy(algebra(there), lambda name: keys[int(name[1:])]))
        except (NotSupported, sympy.PolynomialError):
            continue
    return min(found, key=count)


def _has_corners(e: Expr) -> bool:
    return (e.op == "call" and e.args[0] in _WITH_CORNERS) or any(map(_has_corners, operands(e)))


def _degree(e: Expr) -> float:
    """A bound on the degree of the polynomials that the formula leads to: powers inside powers multiply."""
    inner = [_degree(part) for part in operands(e)]
    if e.op == "power":
        value = exact(e.args[1])
        return inner[0] * (abs(value.top / value.bottom) if value else 1)
    return sum(inner) if e.op in ("mul", "div") else max(inner, default=1)


def closed_form(definitions: dict[Hashable, Expr], target: Hashable) -> Expr:
    """The one formula of `target`, with every defined symbol replaced by its definition, down to what is given.

    definitions: key to formula, each after those it uses. InputError above `MAX_CLOSED_FORM` nodes.
    """
    sizes: dict[Hashable, int] = {}
    depths: dict[Hashable, int] = {}
    for key, e in definitions.items():
        used = list(symbols(e))
        sizes[key] = min(count(e) + sum(sizes.get(part, 1) - 1 for part in used), _COUNTED_TO)
        depths[key] = _depth(e) + max((depths.get(part, 0) for part in used), default=0)
    if target not in definitions:
        return symbol(target)
    if sizes[target] > MAX_CLOSED_FORM or depths[target] > MAX_DEPTH:
        size = f"{sizes[target]}" if sizes[target] < _COUNTED_TO else "more than 10^15"
        what = f"the closed form would have {size} numbers, names and signs"
        hint = f"at most {MAX_CLOSED_FORM} are written out; the derivation names its intermediates instead"
        raise InputError(what, hint=hint)
    needed = {target}
    for key in reversed(definitions):
        if key in needed:
            needed.update(symbols(definitions[key]))
    inlined: dict[Hashable, Expr] = {}
    for key, e in definitions.items():
        if key in needed:
            inlined[key] = replace(e, inlined.get)
    return inlined[target]


def _depth(e: Expr) -> int:
    return 1 + max(map(_depth, operands(e)), default=0)
