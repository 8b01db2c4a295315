"""How the numbers of an answer are written: the answer itself, and the bounds of what is accepted.

An `Open` answer has marks in their place: with it a page is written that becomes a pattern (render/page_patterns.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from math import ceil, floor, log10

from backtrace.questions.records import Numeric
from backtrace.render.numbers import NumberStyle, figure, significant
from backtrace.render.slots import mark

TEXTS = 4  # of each answer


class Open(Numeric):
    """An answer whose numbers are not known. value: the place of the first of its texts."""

    __slots__ = ()


@cache
def style(digits: int) -> NumberStyle:
    """So many significant digits."""
    return NumberStyle(digits)


@cache
def fixed(places: int) -> str:
    """The form of a number with so many decimals."""
    return f"%.{max(places, 0)}f"


def all_texts(answers: Sequence[Numeric]) -> list[str]:
    """All texts of all these answers, each in the order of an open answer's marks."""
    values = significant([one.value for one in answers], [one.digits for one in answers])
    return [
        text
        for answer, value in zip(answers, values, strict=True)
        for text in (value, *interval_texts(answer), str(answer.digits))
    ]


def value_text(answer: Numeric) -> str:
    """The answer to the digits asked for."""
    if isinstance(answer, Open):
        return mark(int(answer.value))
    return figure(answer.value, style(answer.digits))


def interval_texts(answer: Numeric) -> tuple[str, str]:
    """The bounds with two digits more than are asked for, the lower one never rounded up, nor the upper one down."""
    if isinstance(answer, Open):
        return mark(int(answer.value) + 1), mark(int(answer.value) + 2)
    size = max(abs(answer.low), abs(answer.high))
    places = answer.digits + 1 - floor(log10(size)) if size else answer.digits
    unit = 10.0**-places
    low, high = floor(answer.low / unit + 1e-6) * unit, ceil(answer.high / unit - 1e-6) * unit
    form = fixed(places)
    return form % low, form % high


def digits_text(answer: Numeric) -> str:
    """How many digits are asked for."""
    return mark(int(answer.value) + 3) if isinstance(answer, Open) else str(answer.digits)
