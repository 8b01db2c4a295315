"""Exact arithmetic on the literal numbers of a formula, as done in one's head: 2·½ = 1, 0.1 + 0.2 = 0.3."""

from __future__ import annotations

from math import gcd
from typing import NamedTuple

from backtrace.expression.tree import Expr, div, neg, number

# Beyond this the numbers are no longer done in one's head, and a fold would hide more than it shows.
_LARGEST = 10**15
_HIGHEST_POWER = 4


class Ratio(NamedTuple):
    """top/bottom in lowest terms, bottom above 0; decimal: a decimal point was among the numbers it came from."""

    top: int
    bottom: int = 1
    decimal: bool = False


def exact(e: Expr) -> Ratio | None:
    """The exact value of a tree of literal numbers; None with symbols or functions, too long, or undefined."""
    op, args = e
    if op == "number":
        return _literal(*args)
    if op == "neg":
        inner = exact(args[0])
        return inner and inner._replace(top=-inner.top)
    if op not in ("add", "mul", "div", "power"):
        return None
    result = exact(args[0])
    for part in args[1:]:
        other = exact(part)
        result = _combined(op, result, other) if result and other else None
    return result


def written(value: Ratio) -> Expr:
    """The tree a person writes: a whole number, a fraction, or a decimal where decimals were used; a minus in front."""
    if value.top < 0:
        return neg(written(value._replace(top=-value.top)))
    top, bottom, decimal = value
    if not decimal or bottom == 1:
        return _whole(top) if bottom == 1 else div(_whole(top), _whole(bottom))
    rest, places = bottom, 0
    while rest % 2 == 0 or rest % 5 == 0:
        rest //= gcd(rest, 10)
        places += 1
    digits = str(top * 10**places * rest // bottom).rjust(places + 1, "0")
    text = f"{digits[:-places]}.{digits[-places:]}" if places else digits
    shortened = number(float(text), text)
    return shortened if rest == 1 else div(shortened, _whole(rest))


def _whole(value: int) -> Expr:
    return number(float(value), str(value))


def _literal(value: float, text: str) -> Ratio | None:
    """The number as it is written, so that 0.1 is one tenth; None for one in e-notation."""
    whole, _, places = text.removeprefix("-").partition(".")
    digits = whole + places
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 15:
        return None
    top = -int(digits) if text.startswith("-") else int(digits)
    return _lowest(top, 10 ** len(places), bool(places))


def _lowest(top: int, bottom: int, decimal: bool) -> Ratio | None:
    if bottom < 0:
        top, bottom = -top, -bottom
    common = gcd(top, bottom)
    top, bottom = top // common, bottom // common
    return Ratio(top, bottom, decimal) if abs(top) <= _LARGEST and bottom <= _LARGEST else None


def _combined(op: str, a: Ratio, b: Ratio) -> Ratio | None:
    decimal = a.decimal or b.decimal
    if op == "add":
        return _lowest(a.top * b.bottom + b.top * a.bottom, a.bottom * b.bottom, decimal)
    if op == "mul":
        return _lowest(a.top * b.top, a.bottom * b.bottom, decimal)
    if op == "div":
        return _lowest(a.top * b.bottom, a.bottom * b.top, decimal) if b.top else None
    if b.bottom != 1 or not 0 <= b.top <= _HIGHEST_POWER:
        return None
    return _lowest(a.top**b.top, a.bottom**b.top, decimal)
