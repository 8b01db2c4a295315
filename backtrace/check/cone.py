"""What one number is made from: a formula over the nearest numbers that a person wrote, with the lines between."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from backtrace.check.lines import Compiled, Lines
from backtrace.expression.functions import EvaluationError
from backtrace.network.quantity import Key


class Own(NamedTuple):
    """A number that a person wrote for a quantity. half: half of its unit (0: exact); line: which of their lines."""

    value: float
    half: float
    line: int


class Cone:
    """A formula, the lines between it and what is written or given, and all their values.

    about: the quantity that the formula is about, whose own number is not used. decimals: numbers in the formula that
    may be rounded. Raises EvaluationError where the formula has no finite value, KeyError where it asks for what the
    network does not have.
    """

    def __init__(
        self,
        made: Compiled,
        lines: Lines,
        given: Mapping[Key, float],
        own: Mapping[Key, Own],
        about: Key | None,
        decimals: Mapping[Key, Own],
    ) -> None:
        self.made = made
        self.inner: list[tuple[Key, Compiled]] = []
        self.written: dict[Key, Own] = {}
        self.sources: dict[Key, Own] = dict(decimals)
        self.values: dict[Key, float] = {key: one.value for key, one in decimals.items()}
        self._gather(made, lines, given, own, about)
        self.value = made.function(*[self.values[key] for key in made.keys])

    def _gather(
        self,
        made: Compiled,
        lines: Lines,
        given: Mapping[Key, float],
        own: Mapping[Key, Own],
        about: Key | None,
    ) -> None:
        for key in made.keys:
            if key in self.values:
                continue
            if key in own and key != about:
                self.values[key] = own[key].value
                self.sources[key] = self.written[key] = own[key]
                continue
            line = lines.function(key)
            if line is None:
                self.values[key] = given[key]
                continue
            self._gather(line, lines, given, own, about)
            self.values[key] = line.function(*[self.values[k] for k in line.keys])
            self.inner.append((key, line))

    def effect(self, key: Key, by: float) -> float:
        """How far the result moves at most when one of the numbers moves so far, up or down."""
        return max((abs(value - self.value) for value in self._moved(key, by)), default=0.0)

    def _moved(self, key: Key, by: float) -> Iterator[float]:
        for change in (by, -by):
            values = {key: self.values[key] + change}
            try:
                for one, line in self.inner:
                    if one != key and not values.keys().isdisjoint(line.keys):
                        values[one] = line.function(*[self._now(k, values) for k in line.keys])
                yield self.made.function(*[self._now(k, values) for k in self.made.keys])
            except EvaluationError:
                continue

    def _now(self, key: Key, changed: Mapping[Key, float]) -> float:
        return changed[key] if key in changed else self.values[key]
