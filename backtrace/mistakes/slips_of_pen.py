"""Slips of the pen: a right number written down, or read, wrongly."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from backtrace.errors import InputError
from backtrace.expression.rounding import Decimal15, as_float, cut, decimal15
from backtrace.mistakes.records import Mistake, Slip

WHERE = "any number"
PEN = ("number",)
WRONG_PLACES = "STACK, answer test NumDecPlacesWrong"
WRONG_SIGN = "STACK, answer note ATNumSigFigs_WrongSign"
MOST_DIGITS = 15


class Written(tuple[Decimal15, Decimal15]):
    """A number as it was written at some digits, and in full."""

    __slots__ = ()

    @property
    def digits(self) -> str:
        """The digits as written, the first one not 0."""
        return self[0].digits

    def put(self, digits: str, shift: int = 0) -> float:
        """The number with other digits, and its point moved."""
        return as_float(Decimal15(self[0].negative, digits, self[0].exponent + shift))


def misprints(value: float, digits: int) -> list[Slip]:
    """What slips of the pen make of a number written with so many significant digits, each value once, none of them
    the number as it should be written. Raises InputError for digits outside 1 to 15."""
    if not 1 <= digits <= MOST_DIGITS:
        raise InputError(f"a number cannot be written with {digits} digits", hint=f"from 1 to {MOST_DIGITS}")
    full = decimal15(value)
    right = cut(full, digits)
    padded = right._replace(digits=right.digits.ljust(digits, "0") if right.digits else "")
    found: list[Slip] = []
    seen = {as_float(right)}
    for mistake in MISTAKES:
        for number in mistake.make(Written((padded, full))):
            assert isinstance(number, float)
            if number not in seen:
                seen.add(number)
                found.append(Slip(mistake, number + 0.0))
    return found


def _each(change: Callable[[str], Iterator[str]]) -> Callable[[Written], Iterator[float]]:
    """A slip in the digits alone."""

    def make(number: Written) -> Iterator[float]:
        for digits in change(number.digits):
            # A 0 that comes to stand first moves nothing: the point is where it was.
            yield number.put(digits)

    return make


def _swapped(d: str) -> Iterator[str]:
    for i in range(len(d) - 1):
        yield d[:i] + d[i + 1] + d[i] + d[i + 2 :]


def _dropped(d: str) -> Iterator[str]:
    if len(d) > 1:
        for i in range(1, len(d)):
            if d[i] != "0":
                yield d[:i] + d[i + 1 :]


def _zero_dropped(d: str) -> Iterator[str]:
    for i in range(1, len(d) - 1):
        if d[i] == "0":
            yield d[:i] + d[i + 1 :]


def _zero_put_in(d: str) -> Iterator[str]:
    for i in range(1, len(d)):
        yield d[:i] + "0" + d[i:]


def _doubled(d: str) -> Iterator[str]:
    for i in range(len(d)):
        yield d[: i + 1] + d[i:]


def _wrong_one_doubled(d: str) -> Iterator[str]:
    """544 for 554."""
    for i in range(len(d) - 2):
        if d[i] == d[i + 1] != d[i + 2]:
            yield d[: i + 1] + d[i + 2] + d[i + 2 :]
        if d[i] != d[i + 1] == d[i + 2]:
            yield d[: i + 1] + d[i] + d[i + 2 :]


def _misread(d: str) -> Iterator[str]:
    """A digit read as one that looks like it in handwriting."""
    alike = {"1": "7", "7": "1", "6": "0", "0": "6", "9": "4", "4": "9", "3": "8", "8": "3", "5": "6"}
    for i, digit in enumerate(d):
        if digit in alike and not (i == 0 and alike[digit] == "0"):
            yield d[:i] + alike[digit] + d[i + 1 :]


def _power(number: Written) -> Iterator[float]:
    yield number.put(number.digits, 1)
    yield number.put(number.digits, -1)


def _percentage(number: Written) -> Iterator[float]:
    yield number.put(number.digits, 2)
    yield number.put(number.digits, -2)


def _exponent(number: Written) -> Iterator[float]:
    """The power of ten left out: 4.386 for 4.386·10^−4."""
    if number.digits and not -2 <= number[0].exponent <= 6:
        yield number.put(number.digits, 1 - number[0].exponent)


def _sign(number: Written) -> Iterator[float]:
    yield -number.put(number.digits)


def _cut_off(number: Written) -> Iterator[float]:
    yield -_kept(number) if number[1].negative else _kept(number)


def _kept(number: Written) -> float:
    return as_float(Decimal15(False, number[1].digits[: len(number.digits)], number[1].exponent))


def _fewer(number: Written) -> Iterator[float]:
    if len(number.digits) > 2:
        yield as_float(cut(number[1], len(number.digits) - 2))


MISTAKES = (
    Mistake(
        "pen.digits_swapped",
        "digits swapped",
        "Two neighbouring digits are swapped.",
        "writing_slip",
        WHERE,
        (
            "Compare your number with the display, digit by digit.",
            "All digits are there: are they in their places?",
        ),
        at=PEN,
        make=_each(_swapped),
    ),
    Mistake(
        "pen.digit_dropped",
        "digit dropped",
        "A digit is left out.",
        "writing_slip",
        WHERE,
        (
            "Compare your number with the display, digit by digit.",
            "Count the digits you copied.",
        ),
        at=PEN,
        make=_each(_dropped),
    ),
    Mistake(
        "pen.zero_dropped",
        "zero dropped",
        "A zero between other digits is left out.",
        "writing_slip",
        WHERE,
        (
            "Compare your number with the display, digit by digit.",
            "A digit that stands for nothing still takes up a place.",
        ),
        at=PEN,
        make=_each(_zero_dropped),
    ),
    Mistake(
        "pen.zero_put_in",
        "zero put in",
        "A zero is put in between the digits.",
        "writing_slip",
        WHERE,
        (
            "Compare your number with the display, digit by digit.",
            "Count the digits you copied.",
        ),
        at=PEN,
        make=_each(_zero_put_in),
    ),
    Mistake(
        "pen.digit_doubled",
        "digit doubled",
        "A digit is written twice.",
        "writing_slip",
        WHERE,
        (
            "Compare your number with the display, digit by digit.",
            "Count the digits you copied.",
        ),
        at=PEN,
        make=_each(_doubled),
    ),
    Mistake(
        "pen.wrong_digit_doubled",
        "wrong digit doubled",
        "Beside a double digit, the wrong one of the two is doubled.",
        "writing_slip",
        WHERE,
        (
            "Compare your number with the display, digit by digit.",
            "Which of its digits occurs twice in a row?",
        ),
        at=PEN,
        make=_each(_wrong_one_doubled),
    ),
    Mistake(
        "pen.digit_misread",
        "digit misread",
        "A digit is read as one that looks like it.",
        "writing_slip",
        WHERE,
        (
            "Compare your number with the display, digit by digit.",
            "Is your own handwriting to be trusted in this number?",
        ),
        at=PEN,
        make=_each(_misread),
    ),
    Mistake(
        "pen.power_of_ten",
        "power of ten",
        "The point is one place off.",
        "writing_slip",
        WHERE,
        (
            "Estimate how large the number should be.",
            "The digits are right: look at the point.",
        ),
        WRONG_PLACES,
        at=PEN,
        make=_power,
    ),
    Mistake(
        "pen.percentage",
        "percentage",
        "The point is two places off, as between a number and its percentage.",
        "writing_slip",
        WHERE,
        (
            "Estimate how large the number should be.",
            "Is a number asked for here, or a percentage?",
        ),
        at=PEN,
        make=_percentage,
    ),
    Mistake(
        "pen.exponent_lost",
        "exponent lost",
        "The power of ten is left out.",
        "writing_slip",
        WHERE,
        (
            "What else stands on the display beside the digits?",
            "Estimate how large the number should be.",
        ),
        at=PEN,
        make=_exponent,
    ),
    Mistake(
        "pen.sign_lost",
        "sign lost",
        "The sign is lost, or one is put in.",
        "wrong_sign",
        WHERE,
        (
            "On which side of zero should this number lie?",
            "The digits are right: what stands before them?",
        ),
        WRONG_SIGN,
        at=PEN,
        make=_sign,
    ),
    Mistake(
        "pen.cut_off",
        "cut off",
        "The number is cut off where it should be rounded.",
        "writing_slip",
        WHERE,
        (
            "What is the first digit that you did not write?",
            "Cutting off and rounding differ every other time.",
        ),
        at=PEN,
        make=_cut_off,
    ),
    Mistake(
        "pen.too_few_digits",
        "too few digits",
        "The number is written with fewer digits than asked for.",
        "writing_slip",
        WHERE,
        (
            "How many digits are asked for?",
            "What you wrote could be several different numbers.",
        ),
        at=PEN,
        make=_fewer,
    ),
)
