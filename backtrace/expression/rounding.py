"""Rounding as people do it: first to 15 significant digits, then half away from zero.

The first rounding takes away what binary floats add (0.15 is a little less than 0.15), so that 2.675 becomes 2.68.
Works on decimal text, without the decimal module, whose import would cost more than all our numbers.
"""

from __future__ import annotations

from typing import NamedTuple


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


def rounded(x: float, digits: int | None = None, decimals: int | None = None) -> float:
    """`x` at so many significant digits, or so many decimals (a number that is not 0 keeps at least one digit)."""
    d = decimal15(x)
    if decimals is not None:
        keep = d.exponent + decimals
        near = cut(d, keep)
        return as_float(near if near.digits else cut(d, too_small(d, decimals)))
    return as_float(cut(d, 6 if digits is None else digits))


def too_small(d: Decimal15, decimals: int) -> int:
    """How many digits are kept of a number that its decimals leave nothing of: as few as do not round it up to where
    they begin, so that rounding once more changes nothing (0.000049 at 4 decimals, not 0.00005, which is 0.0001)."""
    keep = 1
    while keep < len(d.digits) and cut(cut(d, keep), cut(d, keep).exponent + decimals).digits:
        keep += 1
    return keep
