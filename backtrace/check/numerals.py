"""Numbers as they are written: their value and what their digits promise.

Digits are counted on the text (checking rule of STACK and of every laboratory): 0.0821 has three and a unit of 0.0001,
8.2e-2 has two.
"""

from __future__ import annotations

import re

from backtrace.check.records import Numeral
from backtrace.expression.tree import Expr

_NUMERAL = r"(?P<digits>[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE](?P<power>[+-]?[0-9]{1,3}))?"
_TENS = r"(?:\s*\*\s*10\s*(?:\^|\*\*)\s*(?P<tens>\(\s*[+-]?\s*[0-9]{1,3}\s*\)|[+-]?[0-9]{1,3}))?"
WHOLE = rf"\s*(?P<bracket>\()?\s*(?P<sign>[+-]?)\s*{_NUMERAL}{_TENS}\s*(?(bracket)\))\s*"

# The signs of a page for those of a keyboard.
SIGNS = str.maketrans({"−": "-", "–": "-", "×": "*", "·": "*", "⋅": "*"})
# With so few digits a mistake is found by chance too often to be named.
TOO_FEW = 2
# Beyond so many digits a written number is judged as if it ended there: constants cut off in a program show there.
MOST_DIGITS = 9


def numeral(text: str) -> Numeral | None:
    """The number that a text is, whole: 0.0821, -8.2e-2, 8.2*10^-2, (−3); None where it is anything else."""
    match = re.fullmatch(WHOLE, text)
    if match is None:
        return None
    power = int(match["power"] or 0) + int(re.sub(r"[()\s]", "", match["tens"] or "0"))
    return spelt(match["digits"], power, match["sign"] == "-")


def spelt(digits: str, power: int = 0, negative: bool = False) -> Numeral | None:
    """The number with these digits (a point among them, or not) times a power of ten."""
    whole, point, behind = digits.partition(".")
    try:
        value = float(f"{digits}e{power}")
    except ValueError:
        return None
    if value in (float("inf"), float("-inf")):
        return None
    value = -value if negative else value
    significant = len((whole + behind).lstrip("0")) or 1
    return Numeral(value, float(f"1e{power - len(behind)}"), significant, not point and not power)


def literal(e: Expr) -> Numeral | None:
    """The digits of a number in a formula as read."""
    text = str(e.args[1])
    mantissa, _, power = text.lower().partition("e")
    return spelt(mantissa, int(power or 0))


def judged_unit(number: Numeral) -> float:
    """The unit that a number is held to: of its last digit, at least that of its ninth; a bare 0 says
    that there is nothing."""
    if number.whole and not number.value:
        return 0.0
    return number.unit * 10.0 ** max(0, number.digits - MOST_DIGITS)
