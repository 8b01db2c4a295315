"""From a network and a quantity to an answer: its value, what is accepted, and what named mistakes make of it.

The gate: no mistake may give what is accepted, and no two may give the same at the digits asked. Where they do, more
digits are asked for, up to six; then the numbers are drawn anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import isfinite
from typing import TypeAlias

from backtrace.expression.rounding import exponent, rounded
from backtrace.network.quantity import Key
from backtrace.network.records import Network
from backtrace.questions.hand import Values
from backtrace.questions.hand_compiled import worked_for
from backtrace.questions.records import Numeric, Wrong
from backtrace.questions.sampling import Fault

MOST_DIGITS = 6
LEAST_ASKED = 1e-3
# Two numbers as close as this are the same in exact arithmetic.
SAME = 1e-11

# The mistakes with a quantity by their ids, and the number that each of them gives.
WrongNumbers: TypeAlias = tuple[Sequence[str], Sequence[float]]
Slips: TypeAlias = Callable[[Network, Key], WrongNumbers]


def unit(value: float, digits: int) -> float:
    """The unit of the last of so many significant digits."""
    return float(10.0 ** (exponent(value) - digits))


class Sheet:
    """Answers about one network, all from the same numbers. keys: all quantities that it will be asked for."""

    def __init__(
        self,
        network: Network,
        digits: int,
        slips: Slips,
        steps: int = 1,
        small: bool = False,
        *,
        keys: Iterable[Key],
    ) -> None:
        self.network, self.digits, self.slips, self.steps, self.small = network, digits, slips, steps, small
        self.keys = tuple(keys)
        self.exact = worked_for(self.keys, network, steps)
        self._rounded: dict[int, tuple[Values, Values]] = {}

    def rounded_at(self, digits: int) -> tuple[Values, Values]:
        """The same rounded line by line, in the lines of the delta view and in those of the chain view."""
        if digits not in self._rounded:
            self._rounded[digits] = (
                worked_for(self.keys, self.network, self.steps, digits),
                worked_for(self.keys, self.network, self.steps, digits, everywhere=True),
            )
        return self._rounded[digits]

    def interval(self, key: Key, digits: int) -> tuple[float, float]:
        """What is accepted: from the least to the greatest of all ways to carry, and half a unit beyond."""
        exact = self.exact[key]
        ways = [exact, *(values[key] for values in self.rounded_at(digits))]
        slack = 0.5 * unit(exact, digits) * (1 + 1e-9)
        return min(ways) - slack, max(ways) + slack

    def refuse_small(self) -> None:
        """Raises Fault where an answer is too small to be asked for; costs next to nothing, so it is asked first."""
        if not self.small and any(abs(self.exact[key]) < LEAST_ASKED for key in self.keys):
            raise Fault("an answer is smaller than 0.001")

    def numeric(self, key: Key) -> Numeric:
        """The answer to a quantity; raises Fault where no number of digits tells it from a mistake."""
        if not self.small and abs(self.exact[key]) < LEAST_ASKED:
            raise Fault("an answer is smaller than 0.001")
        names, values = self.slips(self.network, key)
        return gated(self.exact[key], self.digits, lambda digits: self.interval(key, digits), names, values)


def gated(
    value: float,
    digits: int,
    interval: Callable[[int], tuple[float, float]],
    names: Sequence[str],
    values: Sequence[float],
) -> Numeric:
    """The answer at the first number of digits at which all mistakes, by their names and values, are seen; raises Fault
    where none is enough, and where one gives the very answer."""
    low, high = interval(digits)
    if _far_apart(values, low, high, digits):
        return Numeric(value, digits, low, high, tuple(map(Wrong, names, values)))
    apart = _apart(value, names, values)
    for count in range(digits, MOST_DIGITS + 1):
        low, high = interval(count)
        shown = [rounded(number, count) for _, number in apart]
        seen = all(not low <= number <= high for number in (*shown, *(number for _, number in apart)))
        if seen and len(set(shown)) == len(shown):
            return Numeric(value, count, low, high, tuple(Wrong(name, number) for name, number in apart))
    raise Fault("a mistake gives the right answer, or two give the same, at six digits")


def _far_apart(values: Sequence[float], low: float, high: float, digits: int) -> bool:
    """Whether all numbers lie so far from what is accepted and from each other that rounding cannot bring any of them
    together: what most of them do, so that nothing need be rounded to see it. A unit of the last digit of x is at most
    |x|·10^(1 − digits)."""
    share, last = 1.000001 * 10.0 ** (1 - digits), -1e300
    for number in sorted(values):
        room = share * abs(number) + 10 * SAME
        if not (number - room > high or number + room < low):
            return False
        gap = number - last
        if not (gap > room and gap > share * abs(last)):
            return False
        last = number
    return True


def _apart(value: float, names: Sequence[str], values: Sequence[float]) -> list[tuple[str, float]]:
    """The wrong answers that differ from each other as numbers: of two mistakes that give the same the first stands for
    both."""
    found: list[tuple[str, float]] = []
    for name, number in zip(names, values, strict=True):
        if not isfinite(number):
            continue
        if abs(number - value) <= SAME * max(1.0, abs(value)):
            raise Fault(f"the mistake {name} gives the right answer")
        if all(abs(number - other) > SAME * max(1.0, abs(number)) for _, other in found):
            found.append((name, number))
    return found
