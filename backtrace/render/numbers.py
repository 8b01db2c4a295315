"""How a number is printed, and how many digits the operands of a line must show so that the line is true as printed.

Printed numbers are kept in one machine spelling until the page is written: ASCII minus, decimal point, `e` for a power
of ten ("-0.217072", "4.38568e-5"). The page's writer turns that into `−0.217072` or `4.38568 \\times 10^{-5}`.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import repeat
from math import floor, log10
from typing import NamedTuple

from backtrace.errors import InputError
from backtrace.expression.evaluate import evaluate
from backtrace.expression.rounding import Decimal15, cut, decimal15, rounded, too_small
from backtrace.expression.tree import Expr, Given, number, replace

EXACT = 15  # what rounding.py leaves of a double
REPR = 17  # more digits than this say nothing about a double
PLAIN_FROM, PLAIN_TO = -3, 6  # exponents of numbers from 0.0001 = 0.1·10^-3 to below 10^6
# What is spelled without looking at its decimal digits: numbers between, to so many digits.
QUICK_FROM, QUICK_TO, QUICK_DIGITS = 1.0001e-4, 9.999e5, 8
POWERS = [float(f"1e{n}") for n in range(QUICK_DIGITS + 5)]
FIXED = [f"%.{n}f" for n in range(QUICK_DIGITS + 5)]


class NumberStyle:
    """How results are rounded: to `digits` significant digits, or to `decimals` places when that is not None."""

    __slots__ = ("decimals", "digits")

    def __init__(self, digits: int = 6, decimals: int | None = None) -> None:
        if not 1 <= digits <= EXACT:
            raise InputError(f"cannot show {digits} significant digits", hint=f"choose between 1 and {EXACT}")
        if decimals is not None and not 0 <= decimals <= EXACT:
            raise InputError(f"cannot show {decimals} decimals", hint=f"choose between 0 and {EXACT}")
        self.digits = digits
        self.decimals = decimals


def figure(x: float, style: NumberStyle, more: int = 0) -> str:
    """The machine spelling of x with `more` digits than the style asks for.

    A number that a person typed stays as typed. One that is exact in fewer digits is not padded: 0.3775, not 0.377500.
    """
    if isinstance(x, Given):
        return typed(x.text)
    if style.decimals is None:
        return quickly(x, style.digits + more) or exactly(x, style.digits + more)
    exact = decimal15(x)
    if not exact.digits:
        return "0"
    keep = exact.exponent + style.decimals
    small = not cut(exact, keep).digits
    if small:
        keep = too_small(exact, style.decimals)  # a number too small for its decimals is still not printed as zero
    if more:
        keep = max(keep, 1) + more
    # 9.996 at two decimals is 10.00: one digit more. What is too small for its decimals shows one digit: 1e-5.
    carried = 0 if small else cut(exact, keep).exponent - exact.exponent
    return kept(x, exact, keep, carried)


def exactly(x: float, keep: int) -> str:
    """`figure` of a number that nobody typed with so many significant digits, whatever number it is."""
    if QUICK_FROM < abs(x) < QUICK_TO:
        text = f"{x:.{EXACT}g}"
        if len(text.lstrip("-0.").replace(".", "")) <= keep:
            return text
    exact = decimal15(x)
    return kept(x, exact, keep) if exact.digits else "0"


def kept(x: float, exact: Decimal15, keep: int, carried: int = 0) -> str:
    """The machine spelling of so many digits of x, more where the carry of rounding brings one more in front; one that
    is exact in fewer digits is not padded."""
    if keep > EXACT:
        return spelled(shortest(x), 0)
    return spelled(cut(exact, keep), 0 if len(exact.digits) <= keep else keep + carried)


def figures(numbers: Sequence[float], style: NumberStyle, more: int = 0) -> list[str]:
    """`figure` of each number."""
    if style.decimals is not None:
        return [figure(x, style, more) for x in numbers]
    return significant(numbers, repeat(style.digits + more))


def significant(numbers: Iterable[float], digits: Iterable[int]) -> list[str]:
    """`figure` of each number with so many significant digits. Those that lie well away from where rounding is a
    question are written in one go."""
    forms: list[str] = []
    quick: list[float] = []
    for x, keep in zip(numbers, digits, strict=False):
        if type(x) is Given:
            forms.append(typed(x.text))
            continue
        decimals = sure_decimals(x, keep)
        if decimals:
            forms.append(FIXED[decimals])
            quick.append(x)
        else:
            forms.append(exactly(x, keep))
    return (" ".join(forms) % tuple(quick)).split()


def quickly(x: float, keep: int) -> str:
    """The machine spelling with so many digits where that is sure; empty for other numbers."""
    decimals = sure_decimals(x, keep)
    return FIXED[decimals] % x if decimals else ""


def sure_decimals(x: float, keep: int) -> int:
    """The decimals that so many digits are, of a number that lies well away from all where rounding is a question: from
    the middle between two neighbours, and from what is exact in so many digits. 0 for others."""
    size = abs(x)
    if not (QUICK_FROM < size < QUICK_TO and keep <= QUICK_DIGITS):
        return 0
    decimals = keep - 1 - floor(log10(size))
    if decimals < 1:
        return 0
    scaled = size * POWERS[decimals]
    part = scaled - int(scaled)
    sure = (1e-6 < part < 0.499999 or 0.500001 < part < 1 - 1e-6) and scaled <= POWERS[keep] - 1
    return decimals if sure else 0


@lru_cache(maxsize=4096)
def typed(text: str) -> str:
    """A typed number in the machine spelling: no plus sign, no digit separators, a lower-case e, never −0."""
    spelling = text.strip().replace("_", "").replace("E", "e").lstrip("+").replace("e+", "e")
    return spelling.lstrip("-") if float(spelling) == 0 else spelling


def shortest(x: float) -> Decimal15:
    """The shortest digits that give exactly this non-zero double."""
    mantissa, _, exponent = repr(abs(x)).partition("e")
    whole, _, part = mantissa.partition(".")
    digits = (whole + part).lstrip("0")
    return Decimal15(x < 0, digits.rstrip("0"), len(digits) - len(part) + int(exponent or 0))


def spelled(value: Decimal15, length: int) -> str:
    """Plain from 1e-4 to below 1e6, else with a power of ten; zeros fill up to `length` significant digits."""
    sign = "-" if value.negative else ""
    digits, power = value.digits.ljust(length, "0"), value.exponent - 1
    if not PLAIN_FROM <= value.exponent <= PLAIN_TO:
        return f"{sign}{digits[0]}{'.' if len(digits) > 1 else ''}{digits[1:]}e{power}"
    if power < 0:
        return f"{sign}0.{'0' * (-power - 1)}{digits}"
    whole, part = digits[: power + 1].ljust(power + 1, "0"), digits[power + 1 :]
    return f"{sign}{whole}{'.' if part else ''}{part}"


def literal(x: float, style: NumberStyle, more: int = 0) -> Expr:
    """The number as a leaf of a line: its value is what is printed, not what it was."""
    text = figure(x, style, more)
    return number(float(text), text)


class Substituted(NamedTuple):
    """A form with its numbers put in, each leaf holding exactly what is printed, and the printed result."""

    expr: Expr
    result: str


def put_in(e: Expr, values: Mapping[Hashable, float], style: NumberStyle, result: float) -> Substituted:
    """Puts numbers into a form so that the line, evaluated as printed, rounds to the printed result.

    Typed operands stay as typed; computed ones show the style's digits, and one more, two more, … where that is needed.
    Raises KeyError when a symbol has no number.
    """
    target = figure(float(result), style)
    for more in range(REPR + 1):
        candidate = with_numbers(e, values, style, more)
        if agrees(candidate, target, style):
            break
    return Substituted(candidate, figure(result, style))


def with_numbers(e: Expr, values: Mapping[Hashable, float], style: NumberStyle, more: int) -> Expr:
    """The form with every symbol replaced by its printed number."""
    return replace(e, lambda key: literal(values[key], style, more))


def agrees(printed: Expr, result: str, style: NumberStyle) -> bool:
    """Whether a line evaluated as printed rounds to the printed result."""
    try:
        return rounded(evaluate(printed, unknown), style.digits, style.decimals) == float(result)
    except InputError:  # rounding an operand can leave a function's domain: more digits are needed
        return False


def unknown(key: Hashable) -> float:
    """The look-up of a line in which nothing is left to look up."""
    raise KeyError(key)
