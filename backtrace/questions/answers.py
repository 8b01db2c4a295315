"""From a network and a quantity to an answer: its value, what is accepted, and what named mistakes make of it.

The gate: no mistake may give what is accepted, and no two may give the same at the digits asked. Where they do, more
digits are asked for, up to six; then the numbers are drawn anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from backtrace.expression.rounding import exponent, rounding_to
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
    # At the digits asked for no double is distinct, and what gives the answer is not outside: most often that is all.
    found = _at(value, digits, interval, names, values)
    if found is not None:
        return found
    for name, number in zip(names, values, strict=True):
        if abs(number - value) <= SAME * max(1.0, abs(value)):
            raise Fault(f"the mistake {name} gives the right answer")
    names, values = _apart(names, values)
    for count in range(digits, MOST_DIGITS + 1):
        found = _at(value, count, interval, names, values)
        if found is not None:
            return found
    raise Fault("a mistake gives the right answer, or two give the same, at six digits")


def _at(
    value: float,
    digits: int,
    interval: Callable[[int], tuple[float, float]],
    names: Sequence[str],
    values: Sequence[float],
) -> Numeric | None:
    """The answer at so many digits, if all mistakes are seen there."""
    # Whether they can be told from each other comes first: it costs less than to find out what is accepted.
    if not _distinct(values, digits):
        return None
    low, high = interval(digits)
    if not _outside(values, low, high, digits):
        return None
    return Numeric(value, digits, low, high, tuple(map(Wrong, names, values)))


def _distinct(values: Sequence[float], digits: int) -> bool:
    """Whether no two numbers look alike at so many digits.

    A unit of the last digit of x is at most |x|·10^(1 − digits): most numbers lie farther apart than that, and nothing
    need be rounded to see it. Rounding keeps the order, so that each number need be held against the next one only.
    """
    shown, share = rounding_to(digits), 1.000001 * 10.0 ** (1 - digits)
    last, before = -1e300, 0.0
    for number in sorted(values):
        room = share * abs(number)
        if not room < number - last > before and shown(number) == shown(last):
            return False
        last, before = number, room
    return True


def _outside(values: Sequence[float], low: float, high: float, digits: int) -> bool:
    """Whether no number, in full or at so many digits, is what is accepted."""
    shown, share = rounding_to(digits), 1.000001 * 10.0 ** (1 - digits)
    for number in values:
        room = share * abs(number)
        if not (number - room > high or number + room < low) and (
            low <= number <= high or low <= shown(number) <= high
        ):
            return False
    return True


def _apart(names: Sequence[str], values: Sequence[float]) -> tuple[Sequence[str], Sequence[float]]:
    """The wrong answers that differ from each other as numbers: of two mistakes that give the same the first stands for
    both."""
    order = sorted(range(len(values)), key=values.__getitem__)
    doubles = set()
    first = order[0] if order else 0
    for place in order[1:]:
        if values[place] - values[first] <= SAME * max(1.0, abs(values[place])):
            doubles.add(max(place, first))
            first = min(place, first)
        else:
            first = place
    if not doubles:
        return names, values
    kept = [n for n in range(len(values)) if n not in doubles]
    return [names[n] for n in kept], [values[n] for n in kept]
