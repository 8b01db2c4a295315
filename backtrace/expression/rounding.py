"""Rounding as people do it: first to 15 significant digits, then half away from zero.

The first rounding takes away what binary floats add (0.15 is a little less than 0.15), so that 2.675 becomes 2.68.
Works on decimal text where it matters, without the decimal module, whose import would cost more than all our numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import floor, log10
from typing import NamedTuple

# What `rounding_to` does without text: so many digits, of numbers so large.
QUICK_DIGITS = 8
# How many digits of a sum by hand are sure: terms that cancel leave more behind than the fifteenth.
BY_HAND = 12
LEAST, MOST = 1e-8, 1e8


class Decimal15(NamedTuple):
    """sign, digits and exponent: the number is ± 0.d1d2d3… × 10^exponent; zero has no digits."""

    negative: bool
    digits: str
    exponent: int


def decimal15(x: float) -> Decimal15:
    """The number at 15 significant digits, trailing zeros cut off. `x` must be finite."""
    mantissa, exponent = f"{abs(x):.14e}".split("e")
    digits = mantissa.replace(".", "").rstrip("0")
    return Decimal15(x < 0 and bool(digits), digits, int(exponent) + 1 if digits else 0)


def exponent(x: float) -> int:
    """The exponent of the number at 15 significant digits."""
    size = abs(x)
    if size > 0.0:
        power = log10(size)
        down = floor(power)
        if 1e-9 < power - down < 1 - 1e-9:
            return down + 1
    return decimal15(x).exponent


def cut(d: Decimal15, keep: int) -> Decimal15:
    """The number rounded half away from zero to its first `keep` digits; keep may be 0 or negative."""
    if keep >= len(d.digits):
        return d
    if keep < 0 or (d.digits[keep] < "5" and keep == 0):
        return Decimal15(False, "", 0)
    head = int(d.digits[:keep] or "0") + (d.digits[keep] >= "5")
    text = str(head)
    carried = len(text) - keep
    if keep == 0:
        return Decimal15(d.negative, "1", d.exponent + 1)
    return Decimal15(d.negative, text.rstrip("0"), d.exponent + carried)


def as_float(d: Decimal15) -> float:
    """Back to a float."""
    return float(f"{'-' if d.negative else ''}0.{d.digits or '0'}e{d.exponent}")


@lru_cache(maxsize=32)
def rounding_to(digits: int, sure: int = 15) -> Callable[[float], float]:
    """The function that rounds to so many significant digits. sure: how many of those of a number mean anything.

    Where the number lies well away from the middle between two neighbours, it is the same as on text: scaled to a whole
    number and back, where a whole number by a power of ten is as exact as a float can be.
    """
    if not 1 <= digits <= QUICK_DIGITS:
        return lambda x: as_float(cut(decimal15(x if sure >= 15 else float(f"{x:.{sure}g}")), digits))
    powers = [float(f"1e{n}") for n in range(23)]
    low, high = powers[digits - 1], powers[digits]

    def on_text(x: float) -> float:
        return as_float(cut(decimal15(x if sure >= 15 else float(f"{x:.{sure}g}")), digits))

    def quick(x: float) -> float:
        size = abs(x)
        if not LEAST < size < MOST:
            return on_text(x)
        decimals = digits - 1 - floor(log10(size))
        scaled = size * powers[decimals] if decimals >= 0 else size / powers[-decimals]
        whole = int(scaled)
        part = scaled - whole
        if 0.499999 < part < 0.500001 or not low <= scaled < high:
            return on_text(x)
        if part > 0.5:
            whole += 1
        near = whole / powers[decimals] if decimals >= 0 else whole * powers[-decimals]
        return near if x > 0 else -near

    return quick


def rounded(x: float, digits: int | None = None, decimals: int | None = None) -> float:
    """`x` at so many significant digits, or so many decimals (a number that is not 0 keeps at least one digit)."""
    if decimals is None:
        return rounding_to(6 if digits is None else digits)(x)
    d = decimal15(x)
    keep = d.exponent + decimals
    near = cut(d, keep)
    return as_float(near if near.digits else cut(d, too_small(d, decimals)))


def too_small(d: Decimal15, decimals: int) -> int:
    """How many digits are kept of a number that its decimals leave nothing of: as few as do not round it up to where
    they begin, so that rounding once more changes nothing (0.000049 at 4 decimals, not 0.00005, which is 0.0001)."""
    keep = 1
    while keep < len(d.digits) and cut(cut(d, keep), cut(d, keep).exponent + decimals).digits:
        keep += 1
    return keep
