"""From a network and a quantity to an answer: its value, what is accepted, and what named mistakes make of it.

The gate: no mistake may give what is accepted, and no two may give the same at the digits asked. Where they do, more
digits are asked for, up to six; then the numbers are drawn anew.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias, TypeVar

from backtrace.expression.rounding import decimal15, rounded
from backtrace.mistakes.records import Slip
from backtrace.network.quantity import Key, neutral
from backtrace.network.records import Network
from backtrace.questions.hand import Values, worked
from backtrace.questions.records import Numeric, Wrong
from backtrace.questions.sampling import Fault

MOST_DIGITS = 6
LEAST_ASKED = 1e-3
# Two numbers as close as this are the same in exact arithmetic.
SAME = 1e-11
# A mistake that gives the right answer for so many draws in a row gives it always: it is none here.
ALWAYS = 3

T = TypeVar("T")
Slips: TypeAlias = Callable[[Network, Key], Sequence[Slip]]


def no_slips(network: Network, key: Key) -> Sequence[Slip]:
    """For a part without named mistakes."""
    return ()


def unit(value: float, digits: int) -> float:
    """The unit of the last of so many significant digits."""
    return float(10.0 ** (decimal15(value).exponent - digits))


class Sheet:
    """Answers about one network, all from the same numbers. coincided: how often each mistake has given the right
    answer for a quantity in the draws before; one `Sheet` per draw shares the table with the others."""

    def __init__(
        self,
        network: Network,
        digits: int,
        slips: Slips,
        steps: int = 1,
        small: bool = False,
        coincided: dict[str, int] | None = None,
    ) -> None:
        self.network, self.digits, self.slips, self.steps, self.small = network, digits, slips, steps, small
        self.coincided = {} if coincided is None else coincided
        self.exact = worked(network, steps)
        self._rounded: dict[int, tuple[Values, Values]] = {}

    def rounded_at(self, digits: int) -> tuple[Values, Values]:
        """The same rounded line by line, in the lines of the delta view and in those of the chain view."""
        if digits not in self._rounded:
            self._rounded[digits] = (
                worked(self.network, self.steps, digits),
                worked(self.network, self.steps, digits, everywhere=True),
            )
        return self._rounded[digits]

    def interval(self, key: Key, digits: int) -> tuple[float, float]:
        """What is accepted: from the least to the greatest of all ways to carry, and half a unit beyond."""
        exact = self.exact[key]
        ways = [exact, *(values[key] for values in self.rounded_at(digits))]
        slack = 0.5 * unit(exact, digits) * (1 + 1e-9)
        return min(ways) - slack, max(ways) + slack

    def numeric(self, key: Key) -> Numeric:
        """The answer to a quantity; raises Fault where no number of digits tells it from a mistake."""
        exact = self.exact[key]
        if not self.small and abs(exact) < LEAST_ASKED:
            raise Fault("an answer is smaller than 0.001")
        wrong = [Wrong(slip.mistake.id, slip.value) for slip in self.slips(self.network, key)]
        return gated(exact, self.digits, lambda digits: self.interval(key, digits), wrong, self.coincided, neutral(key))


def gated(
    value: float,
    digits: int,
    interval: Callable[[int], tuple[float, float]],
    wrong: Sequence[Wrong],
    coincided: dict[str, int],
    name: str = "",
) -> Numeric:
    """The answer at the first number of digits at which all mistakes are seen; raises Fault where none is enough.

    name: of the quantity, under which `coincided` counts.
    """
    apart = _apart(value, wrong, coincided, name)
    for count in range(digits, MOST_DIGITS + 1):
        low, high = interval(count)
        shown = [rounded(float(one.value), count) for one in apart]
        seen = all(not low <= number <= high for number in (*shown, *(float(one.value) for one in apart)))
        if seen and len(set(shown)) == len(shown):
            return Numeric(value, count, low, high, tuple(apart))
    raise Fault("a mistake gives the right answer, or two give the same, at six digits")


def _apart(value: float, wrong: Sequence[Wrong], coincided: dict[str, int], name: str) -> list[Wrong]:
    """The wrong answers that differ from the right one and from each other as numbers: of two mistakes that always give
    the same the first stands for both."""
    found: list[Wrong] = []
    by_chance: list[str] = []
    for one in wrong:
        number = float(one.value)
        if number != number or abs(number) == float("inf"):
            continue
        if abs(number - value) <= SAME * max(1.0, abs(value)):
            place = f"{one.mistake} {name}"
            coincided[place] = coincided.get(place, 0) + 1
            if coincided[place] < ALWAYS:
                by_chance.append(one.mistake)
            continue
        if all(abs(number - float(other.value)) > SAME * max(1.0, abs(number)) for other in found):
            found.append(one)
    if by_chance:
        raise Fault(f"the mistake {by_chance[0]} gives the right answer")
    return found


def together(makers: Sequence[Callable[[], T]]) -> list[T]:
    """What all of them make; every one is tried, so that all coincidences of a draw are counted, before the first Fault
    is raised."""
    found: list[T] = []
    faults: list[Fault] = []
    for make in makers:
        try:
            found.append(make())
        except Fault as fault:
            faults.append(fault)
    if faults:
        raise faults[0]
    return found
