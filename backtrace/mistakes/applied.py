"""What people get wrong about one quantity of a network: every mistake of the catalogue, worked out on it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from math import isclose

from backtrace.expression.kept import for_the_last
from backtrace.mistakes.calculation import Calculation
from backtrace.mistakes.plan import wrong_lines
from backtrace.mistakes.records import Slip
from backtrace.mistakes.working_out import Workings
from backtrace.network.quantity import Key
from backtrace.network.records import Network

# Two numbers that differ by less came about in different ways, but are the same one.
SAME = 1e-12


def slips(network: Network, key: Key, numbers: Mapping[Key, float] | None = None) -> list[Slip]:
    """What each mistake that can happen to a quantity makes of it, in the order of the catalogue.

    key: a net or an output, a loss, δ (`Quantity("delta", …)`), ∂E/∂out, ∂out/∂net, the gradient of a parameter, the
    new value of a parameter, what an optimizer keeps, or the loss after the update. numbers: a person's own values of
    earlier quantities, in place of the right ones.
    A value that an earlier mistake gave is left out, and so is one equal to the right value: see `silent`. Raises
    InputError for a network without numbers, and where the right calculation has no finite value.
    """
    return _sorted_out(network, key, numbers)[0]


def silent(network: Network, key: Key, numbers: Mapping[Key, float] | None = None) -> list[Slip]:
    """The mistakes that give the right value on these numbers, so that nobody could notice them."""
    return _sorted_out(network, key, numbers)[1]


def every_slip(network: Network, key: Key, numbers: Mapping[Key, float] | None = None) -> list[Slip]:
    """What each mistake gives, with those of the same value and of the right one."""
    calculation = Calculation(network, numbers) if numbers else calculation_of(network)
    lines, values = workings(calculation, key).on(calculation)
    return [Slip(line.mistake, value, line.form) for line, value in zip(lines, values, strict=True)]


def workings(calculation: Calculation, key: Key) -> Workings:
    """The wrong lines of a quantity, to be worked out on this network or another of its structure."""
    structure, key = calculation.structure, calculation.canonical(key)
    return structure.kept(("workings", key), lambda: Workings(key, wrong_lines(structure, key)))


def right_value(network: Network, key: Key, numbers: Mapping[Key, float] | None = None) -> float:
    """The right value of a quantity, from a person's own values of earlier ones if these are given."""
    return (Calculation(network, numbers) if numbers else calculation_of(network)).value(key)


def _sorted_out(network: Network, key: Key, numbers: Mapping[Key, float] | None) -> tuple[list[Slip], list[Slip]]:
    made = every_slip(network, key, numbers)
    if not made:
        return [], []
    right = right_value(network, key, numbers)
    wrong: list[Slip] = []
    unseen: list[Slip] = []
    values: list[float] = []
    for slip in made:
        if same(slip.value, right):
            unseen.append(slip)
            continue
        place = bisect_left(values, slip.value)
        if not any(same(slip.value, other) for other in values[max(place - 1, 0) : place + 1]):
            values.insert(place, slip.value)
            wrong.append(slip)
    return wrong, unseen


def same(a: float, b: float) -> bool:
    """Whether two numbers are one, but for how floats round."""
    return isclose(a, b, rel_tol=SAME, abs_tol=1e-300)


@for_the_last
def calculation_of(network: Network) -> Calculation:
    """The right calculation of a network; of the one asked for last it is at hand."""
    return Calculation(network)
