"""From a network and a quantity to an answer: its value, what is accepted, and what named mistakes make of it.

The gate: no mistake may give what is accepted, and no two may give the same at the digits asked. Where they do, more
digits are asked for, up to six; then the numbers are drawn anew.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from functools import cached_property
from math import inf
from typing import TypeAlias

from backtrace.expression.rounding import exponent, rounding_to
from backtrace.network.quantity import Key
from backtrace.network.records import Network
from backtrace.questions.hand_compiled import answers_of
from backtrace.questions.records import Numeric, WrongNumbers
from backtrace.questions.sampling import Fault
from backtrace.questions.slips import Wrongs

MOST_DIGITS = 6
LEAST_ASKED = 1e-3
# Two numbers as close as this are the same in exact arithmetic.
SAME = 1e-11

# By how many digits are shown: how far rounding may carry a number at most, as a part of the number, and as a part of
# what it is rounded to.
SHARES = [1.000001 * 10.0 ** (1 - digits) for digits in range(MOST_DIGITS + 1)]
FARTHEST = [share / (1 - share) if share < 1 else inf for share in SHARES]

Interval: TypeAlias = tuple[float, float]
# What the mistakes with each of some quantities give on a network.
Slips: TypeAlias = Callable[[Network, Sequence[Key]], Wrongs]


def unit(value: float, digits: int) -> float:
    """The unit of the last of so many significant digits."""
    return float(10.0 ** (exponent(value) - digits))


class Sheet:
    """Answers about one network, all from the same numbers. keys: all quantities that may be asked for: the same ones
    for many networks of a structure, so that what is compiled for them is. values: their values, in the same order."""

    def __init__(
        self,
        network: Network,
        digits: int,
        slips: Slips,
        steps: int = 1,
        small: bool = False,
        *,
        keys: Sequence[Key],
    ) -> None:
        self.network, self.digits, self.slips, self.small = network, digits, slips, small
        self.keys = keys
        self.answers = answers_of(network, keys, steps)
        self.row = self.answers.hand.row(network)
        self.values = self.answers.exact(self.row)
        self._accepted: dict[int, Sequence[Interval]] = {}

    @cached_property
    def wrong(self) -> Wrongs:
        """What mistakes give for each quantity."""
        return self.slips(self.network, self.keys)

    def value(self, key: Key) -> float:
        """The value of a quantity."""
        return self.values[self.answers.place[key]]

    def accepted(self, digits: int) -> Sequence[Interval]:
        """What is accepted for each quantity at so many digits."""
        if digits not in self._accepted:
            self._accepted[digits] = self.answers.accepted(digits, self.row)
        return self._accepted[digits]

    def numerics(self, keys: Sequence[Key]) -> list[Numeric]:
        """The answers to some of the quantities. Raises Fault where one is too small to be asked for, which costs
        next to nothing and is looked at first, and where no number of digits tells one from a mistake."""
        places = [self.answers.place[key] for key in keys] if keys is not self.keys else range(len(keys))
        if not self.small and any(abs(self.values[place]) < LEAST_ASKED for place in places):
            raise Fault("an answer is smaller than 0.001")
        return [self._numeric(place) for place in places]

    def numeric(self, key: Key) -> Numeric:
        """The answer to one of them."""
        return self.numerics([key])[0]

    def _numeric(self, place: int) -> Numeric:
        names, numbers = self.wrong(place)
        return gated(self.values[place], self.digits, lambda digits: self.accepted(digits)[place], names, numbers)


def gated(
    value: float,
    digits: int,
    interval: Callable[[int], Interval],
    names: Sequence[str],
    values: Sequence[float],
) -> Numeric:
    """The answer at the first number of digits at which all mistakes, by their names and values, are seen; raises Fault
    where none is enough, and where one gives the very answer."""
    # At the digits asked for no double is distinct, and what gives the answer is not outside: most often that is all.
    found = _seen(sorted(values), digits, interval)
    if found is None:
        room = SAME * max(1.0, abs(value))
        right = [name for name, number in zip(names, values, strict=True) if -room <= number - value <= room]
        if right:
            raise Fault(f"the mistake {right[0]} gives the right answer")
        names, values = _apart(names, values)
        ordered = sorted(values)
        while (found := _seen(ordered, digits, interval)) is None:
            digits += 1
            if digits > MOST_DIGITS:
                raise Fault("a mistake gives the right answer, or two give the same, at six digits")
    return Numeric(value, digits, *found, WrongNumbers(names, values))


def _seen(ordered: Sequence[float], digits: int, interval: Callable[[int], Interval]) -> Interval | None:
    """What is accepted at so many digits, if all mistakes, given by size, are seen there."""
    # Whether they can be told from each other comes first: it costs less than to find out what is accepted.
    if not _distinct(ordered, digits):
        return None
    low, high = found = interval(digits)
    return found if _outside(ordered, low, high, digits) else None


def _distinct(ordered: Sequence[float], digits: int) -> bool:
    """Whether no two numbers, given by size, look alike at so many digits.

    A unit of the last digit of x is at most |x|·10^(1 − digits): most numbers lie farther apart than that, and nothing
    need be rounded to see it. Rounding keeps the order, so that each number need be held against the next one only.
    """
    share, rest = SHARES[digits], iter(ordered)
    last = next(rest, 0.0)
    # The widest that a unit gets here.
    widest = 2 * share * max(-last, ordered[-1]) if ordered else 0.0
    for number in rest:
        gap = number - last
        if gap <= widest and gap <= share * abs(last + number) and _shown_alike(last, number, digits):
            return False
        last = number
    return True


def _shown_alike(a: float, b: float, digits: int) -> bool:
    shown = rounding_to(digits)
    return shown(a) == shown(b)


def _outside(ordered: Sequence[float], low: float, high: float, digits: int) -> bool:
    """Whether no number of these, given by size, is what is accepted, in full or at so many digits."""
    # What lies farther away than this is not rounded into the interval.
    room = max(-low, high) * FARTHEST[digits]
    first = bisect_left(ordered, low - room)
    if first == len(ordered) or ordered[first] > high + room:
        return True
    shown, near = rounding_to(digits), ordered[first : bisect_right(ordered, high + room)]
    return not any(low <= number <= high or low <= shown(number) <= high for number in near)


def _apart(names: Sequence[str], values: Sequence[float]) -> tuple[Sequence[str], Sequence[float]]:
    """The wrong answers that differ from each other as numbers: of two mistakes that give the same the first stands for
    both."""
    order = sorted(range(len(values)), key=values.__getitem__)
    most = SAME * max(1.0, abs(values[order[0]]), abs(values[order[-1]])) if order else 0.0
    doubles = set()
    first = order[0] if order else 0
    for place in order[1:]:
        gap = values[place] - values[first]
        if gap <= most and gap <= SAME * max(1.0, abs(values[place])):
            doubles.add(max(place, first))
            first = min(place, first)
        else:
            first = place
    if not doubles:
        return names, values
    kept = [n for n in range(len(values)) if n not in doubles]
    return [names[n] for n in kept], [values[n] for n in kept]
