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

from backtrace.check.cone import Cone, Own
from backtrace.check.effort import NO_END, Effort
from backtrace.check.lines import Compiled, Lines, in_order
from backtrace.check.numerals import literal
from backtrace.expression.rounding import exponent
from backtrace.expression.tree import Expr, operands, symbol, with_operands
from backtrace.network.quantity import Key, Quantity
from backtrace.network.records import Network

LEAST_DIGITS = 3
# The key of a decimal within a formula, which has no name.
LITERAL = Quantity("literal")
# How binary floats round in between: far below the ninth digit.
FLOAT = 1e-12
# What stands in formulas as a decimal and is no rounded number: the half of the loss.
HALF = 0.5


class Figure:
    """What follows from a person's numbers: the value, and what it is made from. cone: None for what is given."""

    def __init__(self, value: float, cone: Cone | None, numbers: Figures) -> None:
        self.value, self.cone, self.numbers = value, cone, numbers

    @property
    def written(self) -> Mapping[Key, Own]:
        """The written quantities that it is made from."""
        return self.cone.written if self.cone is not None else {}

    @cached_property
    def reach(self) -> float:
        """How far rounding may carry it; only asked where a number is off, since it takes most of the work."""
        return self.numbers.reach(self.cone) if self.cone is not None else 0.0

    def depends_on(self, key: Key) -> bool:
        """Whether it changes with a written quantity: not where a carried value has killed the rest."""
        assert self.cone is not None
        return self.cone.effect(key, 0.01 * abs(self.cone.values[key]) or 0.01) > 0.0


class Figures:
    """All numbers of one submission under one reading of it.

    given: the numbers of the exercise. own: what the person wrote. digits: the fewest significant digits they write;
    half: of the unit in which all their numbers end, 0 where these differ. is_line: whether a quantity has a line of
    its own in their way of working. scale: 1 for a person who rounds, 2 for one who cuts off, so that a number may be
    off by a whole unit. right: the right numbers, where they are at hand; effort: where what is worked out is counted.
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
        half: float = 0.0,
        right: dict[Key, float] | None = None,
        effort: Effort | None = None,
    ) -> None:
        self.network, self.lines, self.given, self.own = network, lines, given, own
        self.digits, self.is_line, self.scale, self.half = max(digits, LEAST_DIGITS), is_line, scale, half
        self.known = {} if right is None else right
        self.effort = effort or Effort(NO_END)

    def true(self, key: Key) -> float:
        """The right number of a quantity; KeyError for one that the network does not have, EvaluationError for one
        without a finite value."""
        key = self.lines.canonical(key)
        for one in in_order((key,), self.known, self.lines.needs):
            made = self.lines.function(one)
            self.known[one] = self.given[one] if made is None else made.function(*[self.known[k] for k in made.keys])
        return self.known[key]

    def of_key(self, key: Key) -> Figure:
        """What the person's own other lines lead to for a quantity."""
        made = self.lines.function(key)
        return Figure(self.given[key], None, self) if made is None else self.figure(self.cone(made, key))

    def of_form(self, form: Expr, about: Key | None = None) -> Figure:
        """What a formula gives with the person's own numbers in it; its decimals may be off by half of their last
        digit. about: the quantity of the line, whose own number is not used."""
        decimals: dict[Key, Own] = {}
        marked = self._with_literals(form, decimals)
        return self.figure(self.cone(self.lines.compiled(marked), about, decimals))

    def cone(self, made: Compiled, about: Key | None, decimals: Mapping[Key, Own] | None = None) -> Cone:
        """What a formula is made from."""
        return Cone(made, self.lines, self.given, self.own, about, decimals or {}, self.effort)

    def value(self, made: Compiled, about: Key, known: dict[Key, float]) -> float:
        """The value of a cone alone. known: the numbers between, kept for the next formula about the same quantity."""

        def is_own(key: Key) -> bool:
            return key != about and key in self.own

        for key in in_order(made.keys, known, lambda key: () if is_own(key) else self.lines.needs(key)):
            line = self.lines.function(key)
            if is_own(key):
                known[key] = self.own[key].value
            elif line is None:
                known[key] = self.given[key]
            else:
                self.effort.spend(line.function.operations)
                known[key] = line.function(*[known[k] for k in line.keys])
        self.effort.spend(made.function.operations)
        return made.function(*[known[key] for key in made.keys])

    def figure(self, cone: Cone) -> Figure:
        """What a cone gives."""
        return Figure(cone.value, cone, self)

    def reach(self, cone: Cone) -> float:
        """How far rounding may carry what a cone gives."""
        reach = FLOAT * abs(cone.value)
        for key, own in cone.sources.items():
            if own.half:
                reach += cone.effect(key, own.half * self.scale)
        for key, _ in cone.inner:
            if self.is_line(key):
                reach += cone.effect(key, self.half_unit(cone.values[key]) * self.scale)
        return reach

    def half_unit(self, value: float) -> float:
        """Half of the last unit of a number that this person did not write down."""
        return max(half_unit(value, self.digits), self.half)

    def _with_literals(self, form: Expr, decimals: dict[Key, Own]) -> Expr:
        """The formula with a name for every decimal that may be rounded."""
        if form.op == "number":
            found = literal(form)
            if found is None or found.whole or self._is_exact(found.value, found.digits):
                return form
            key: Key = LITERAL._replace(unit=len(decimals) + 1)
            decimals[key] = Own(found.value, found.unit / 2, 0)
            return symbol(key)
        parts = operands(form)
        return with_operands(form, tuple(self._with_literals(part, decimals) for part in parts)) if parts else form

    def _is_exact(self, value: float, digits: int) -> bool:
        """Whether a decimal is a given number, or a half, and not one rounded to the digits that the person writes."""
        return digits < self.digits and (value == HALF or value in self.exact)

    @cached_property
    def exact(self) -> frozenset[float]:
        """The sizes of all given numbers."""
        return frozenset(abs(value) for value in self.given.values())


def half_unit(value: float, digits: int) -> float:
    """Half of the last of so many significant digits of a value."""
    return 0.5 * 10.0 ** (exponent(value) - digits) if value else 0.0
