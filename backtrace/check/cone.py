"""What one number is made from: a formula over the nearest numbers that a person wrote, with the lines between."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from backtrace.check.effort import Effort
from backtrace.check.lines import Compiled, Lines, in_order
from backtrace.expression.functions import EvaluationError
from backtrace.network.quantity import Key

# Cones of more lines than this are not worked through for every number in them.
MOST_INNER = 100
# The part of a number by which it is moved to see how fast a result moves.
STEP = 1e-6


class Own(NamedTuple):
    """A number that a person wrote for a quantity. half: half of its unit (0: exact); line: which of their lines."""

    value: float
    half: float
    line: int


class Cone:
    """A formula, the lines between it and what is written or given, and all their values.

    about: the quantity that the formula is about, whose own number is not used. decimals: numbers in the formula that
    may be rounded; effort: what is counted there. Raises EvaluationError where the formula has no finite value,
    KeyError where it asks for what the network does not have, TooMuchWork.
    """

    def __init__(
        self,
        made: Compiled,
        lines: Lines,
        given: Mapping[Key, float],
        own: Mapping[Key, Own],
        about: Key | None,
        decimals: Mapping[Key, Own],
        effort: Effort,
    ) -> None:
        self.made, self.effort = made, effort
        self.inner: list[tuple[Key, Compiled]] = []
        self.written: dict[Key, Own] = {}
        self.sources: dict[Key, Own] = dict(decimals)
        self.values: dict[Key, float] = {key: one.value for key, one in decimals.items()}
        self._gather(lines, given, own, about)
        effort.spend(made.function.operations)
        self.value = made.function(*[self.values[key] for key in made.keys])

    def _gather(self, lines: Lines, given: Mapping[Key, float], own: Mapping[Key, Own], about: Key | None) -> None:
        def found(key: Key) -> bool:
            """Whether a number is written or given; then it is taken."""
            if key != about and key in own:
                self.sources[key] = self.written[key] = one = own[key]
                self.values[key] = one.value
            elif key in given and lines.function(key) is None:
                self.values[key] = given[key]
            return key in self.values

        def needs(key: Key) -> tuple[Key, ...]:
            return () if found(key) else lines.needs(key)

        for key in in_order([key for key in self.made.keys if not found(key)], self.values, needs):
            line = lines.function(key)
            if line is None:
                raise KeyError(key)
            self.effort.spend(line.function.operations)
            self.values[key] = line.function(*[self.values[k] for k in line.keys])
            self.inner.append((key, line))

    def effect(self, key: Key, by: float) -> float:
        """How far the result moves at most when one of the numbers moves so far, up or down."""
        if len(self.inner) > MOST_INNER:
            return abs(self.slopes.get(key, 0.0)) * by
        return max((abs(value - self.value) for value in self._moved(key, by)), default=0.0)

    @cached_property
    def slopes(self) -> dict[Key, float]:
        """How fast the result moves with each number, worked out backwards once: to first order, for a cone so large
        that working it through for every number takes too long."""
        found: dict[Key, float] = {}
        for key, line in [(None, self.made), *reversed(self.inner)]:
            self.effort.spend(2 * len(line.keys) * line.function.operations)
            after = 1.0 if key is None else found.get(key, 0.0)
            numbers = [self.values[k] for k in line.keys]
            for n, k in enumerate(line.keys):
                step = STEP * (abs(numbers[n]) or 1.0)
                try:
                    moved = line.function(*numbers[:n], numbers[n] + step, *numbers[n + 1 :])
                except EvaluationError:
                    continue
                found[k] = found.get(k, 0.0) + after * (moved - line.function(*numbers)) / step
        return found

    def _moved(self, key: Key, by: float) -> Iterator[float]:
        for change in (by, -by):
            values = {key: self.values[key] + change}
            try:
                for one, line in self.inner:
                    if one != key and not values.keys().isdisjoint(line.keys):
                        self.effort.spend(line.function.operations)
                        values[one] = line.function(*[self._now(k, values) for k in line.keys])
                self.effort.spend(self.made.function.operations)
                yield self.made.function(*[self._now(k, values) for k in self.made.keys])
            except EvaluationError:
                continue

    def _now(self, key: Key, changed: Mapping[Key, float]) -> float:
        return changed[key] if key in changed else self.values[key]
