"""A person's numbers and what follows from them: for each line the number that their own lines lead to, and how far
rounding may have carried it.

The rule (checking by intervals): the right formula of a line is taken over the nearest lines that are written; those
that are not are replaced by their own formulas. Each written number may be off by half of its last unit, each line
passed over by half a unit at as many digits as this person writes; one at a time, and the effects are added. That is
tight to first order, and needs no interval arithmetic, which is too wide where a value occurs twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import NamedTuple

from backtrace.check.lines import Compiled, Lines
from backtrace.check.numerals import literal
from backtrace.expression.functions import EvaluationError
from backtrace.expression.rounding import decimal15
from backtrace.expression.tree import Expr, operands, symbol, with_operands
from backtrace.network.quantity import Key, Quantity
from backtrace.network.records import Network

LEAST_DIGITS = 3
# The key of a decimal within a formula, which has no name.
LITERAL = Quantity("literal")
# How binary floats round in between: far below the ninth digit.
FLOAT = 1e-12


class Own(NamedTuple):
    """A number that a person wrote for a quantity. half: half of its unit (0: exact); line: which of their lines."""

    value: float
    half: float
    line: int


class Figure(NamedTuple):
    """What follows from a person's numbers: the value, how far rounding may carry it, the written quantities it is
    made from, and those among them that it does not depend on any more (the carried value has killed the rest)."""

    value: float
    reach: float
    sources: tuple[Key, ...]
    without_effect: tuple[Key, ...] = ()


class Figures:
    """All numbers of one submission under one reading of it.

    given: the numbers of the exercise. own: what the person wrote. digits: the fewest significant digits they write.
    is_line: whether a quantity has a line of its own in their way of working. scale: 1 for a person who rounds, 2 for
    one who cuts off, so that a number may be off by a whole unit.
    """

    def __init__(
        self,
        network: Network,
        lines: Lines,
        given: Mapping[Key, float],
        own: Mapping[Key, Own],
        digits: int,
        is_line: Callable[[Key], bool],
        scale: float = 1.0,
    ) -> None:
        self.network, self.lines, self.given, self.own = network, lines, given, own
        self.digits, self.is_line, self.scale = max(digits, LEAST_DIGITS), is_line, scale
        self._true: dict[Key, float] = {}

    def true(self, key: Key) -> float:
        """The right number of a quantity; KeyError for one that the network does not have, EvaluationError for one
        without a finite value."""
        key = self.lines.canonical(key)
        if key not in self._true:
            made = self.lines.function(key)
            self._true[key] = self.given[key] if made is None else made.function(*map(self.true, made.keys))
        return self._true[key]

    def of_key(self, key: Key) -> Figure:
        """What the person's own other lines lead to for a quantity."""
        made = self.lines.function(key)
        if made is None:
            return Figure(self.given[key], 0.0, ())
        return self._figure(made, key)

    def of_form(self, form: Expr, about: Key | None = None) -> Figure:
        """What a formula gives with the person's own numbers in it; its decimals may be off by half of their last
        digit. about: the quantity of the line, whose own number is not used."""
        bumps: dict[Key, Own] = {}
        marked = self._with_literals(form, bumps)
        return self._figure(self.lines.compiled(marked), about, bumps)

    def _with_literals(self, form: Expr, bumps: dict[Key, Own]) -> Expr:
        """The formula with a name for every decimal that may be rounded."""
        if form.op == "number":
            found = literal(form)
            if found is None or found.whole or any(found.value == value for value in self.exact):
                return form
            key: Key = LITERAL._replace(unit=len(bumps) + 1)
            bumps[key] = Own(found.value, found.unit / 2, 0)
            return symbol(key)
        parts = operands(form)
        return with_operands(form, tuple(self._with_literals(part, bumps) for part in parts)) if parts else form

    @cached_property
    def exact(self) -> frozenset[float]:
        """The sizes of all given numbers."""
        return frozenset(abs(value) for value in self.given.values())

    def _figure(self, made: Compiled, about: Key | None, bumps: Mapping[Key, Own] | None = None) -> Figure:
        cone: list[tuple[Key, Compiled]] = []
        base: dict[Key, float] = {}
        sources: dict[Key, Own] = dict(bumps or {})
        base.update({key: own.value for key, own in sources.items()})
        self._gather(made, about, cone, base, sources)
        passed = [key for key, _ in cone if self.is_line(key)]

        def run(changes: Mapping[Key, float]) -> float:
            values = dict(base)
            for key in changes:
                if key in values:
                    values[key] += changes[key]
            for key, one in cone:
                values[key] = one.function(*[values[k] for k in one.keys]) + changes.get(key, 0.0)
            return made.function(*[values[k] for k in made.keys])

        inner: dict[Key, float] = dict(base)
        for key, one in cone:
            inner[key] = one.function(*[inner[k] for k in one.keys])
        value = made.function(*[inner[k] for k in made.keys])
        reach = FLOAT * abs(value)
        for key, own in sources.items():
            if own.half:
                reach += self._effect(run, key, own.half * self.scale, value)
        for key in passed:
            reach += self._effect(run, key, half_unit(inner[key], self.digits) * self.scale, value)
        written = tuple(key for key in sources if key in self.own)
        still = tuple(key for key in written if not self._effect(run, key, 0.01 * abs(base[key]) or 0.01, value))
        return Figure(value, reach, written, still)

    @staticmethod
    def _effect(run: Callable[[Mapping[Key, float]], float], key: Key, by: float, value: float) -> float:
        found = 0.0
        for change in (by, -by):
            try:
                found = max(found, abs(run({key: change}) - value))
            except EvaluationError:
                continue
        return found

    def _gather(
        self,
        made: Compiled,
        about: Key | None,
        cone: list[tuple[Key, Compiled]],
        base: dict[Key, float],
        sources: dict[Key, Own],
    ) -> None:
        done = {key for key, _ in cone}
        for key in made.keys:
            if key in base or key in done:
                continue
            if key in self.own and key != about:
                base[key] = self.own[key].value
                sources[key] = self.own[key]
                continue
            inner = self.lines.function(key)
            if inner is None:
                base[key] = self.given[key]
                continue
            self._gather(inner, about, cone, base, sources)
            if key not in {k for k, _ in cone}:
                cone.append((key, inner))
            done.add(key)


def half_unit(value: float, digits: int) -> float:
    """Half of the last of so many significant digits of a value."""
    return 0.5 * float(10.0 ** (decimal15(value).exponent - digits)) if value else 0.0
