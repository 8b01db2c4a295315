"""How far rounding may carry an answer: each line before it may be rounded before the next one uses it, or not, as is
convenient.

The effects of single lines are added, each half a unit of its line times the derivative of the answer by it. That holds
whatever mixture of rounding and carrying a person chooses, is tight to first order, and is not too wide where a value
occurs twice, as an interval arithmetic would be. What can reach the answer through one later line alone is kept with
that line from there on: a net takes its products with it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import lru_cache
from math import floor, log10

from backtrace.expression.functions import EvaluationError
from backtrace.expression.rounding import rounding_to
from backtrace.expression.straight_line import StraightLine

# How far an operand is moved to see what a function makes of it, as a part of its size.
STEP = 1e-6
# What binary floats leave of an exact number, as a part of its size.
FLOAT = 1e-12

# By the line that is rounded: the number by which the error of a line is multiplied on its way here.
Errors = dict[int, int]


def accepted(line: StraightLine, rounded: Collection[int], wanted: Sequence[int], digits: int) -> list[int]:
    """The numbers of what is accepted for each number wanted: the least of each, then the most of each. That is as far
    as rounding the lines before may carry it, and half a unit beyond."""
    # The reach is of first order: products of two errors are smaller by as much as an error is.
    second = line.constant(1 + 10.0 ** (1 - digits))
    # A hair more than half a unit: what a tie is rounded to is accepted.
    more = line.constant(1 + 1e-9)
    least, most = [], []
    for n, reached in zip(wanted, reaches(line, rounded, wanted, digits), strict=True):
        reach = line.put("mul", reached, second)
        half = line.call(half_unit(digits), line.put("add", line.call(abs, n), reach))
        room = line.put("add", reach, line.put("mul", half, more))
        least.append(line.put("sub", n, room))
        most.append(line.put("add", n, room))
    return [*least, *most]


def reaches(line: StraightLine, rounded: Collection[int], wanted: Sequence[int], digits: int) -> list[int]:
    """The numbers of how far rounding every line of `rounded` to so many digits may carry each number wanted, its own
    last rounding not counted."""
    return _Reaches(line, rounded, wanted, digits).found


class _Reaches:
    def __init__(self, line: StraightLine, rounded: Collection[int], wanted: Sequence[int], digits: int) -> None:
        self.line, self.half, self.exact_half = line, half_unit(digits), _rounding_error(digits)
        needed = line.needed(wanted)
        self.same: dict[int, int] = {}
        for n in needed:
            self.same[n] = self._same(n)
        lines, asked = {self.same.get(n, n) for n in rounded}, {self.same[n] for n in wanted}
        self.errors: dict[int, Errors] = {}
        # How often a number is still to be used, and which of those numbers the error of a line goes through.
        self.uses: dict[int, int] = dict.fromkeys(needed, 0)
        self.through: dict[int, set[int]] = {}
        # Numbers that are not below 0.
        self.sizes: set[int] = set()
        own = [n for n in needed if self.same[n] == n]
        for n in own:
            for operand in self._operands(n):
                self.uses[operand] += 1
        before = {n: self._passed(n, n in lines, n in asked) for n in own}
        self.found = [before[self.same[n]] for n in wanted]

    def _same(self, n: int) -> int:
        """The number that this one is a copy of: itself plus 0, or times 1."""
        op, *operands = self.line.made(n)
        if op in ("add", "mul"):
            for one, other in (operands, operands[::-1]):
                made = self.line.made(one)
                if made[0] == "constant" and made[1] == (op == "mul"):
                    return self.same[other]
        return n

    def _operands(self, n: int) -> set[int]:
        return {self.same[operand] for operand in self.line.operands(n)}

    def _passed(self, n: int, rounded: bool, asked: bool) -> int:
        """Works out the errors in a number; gives what they come to before it is rounded itself."""
        errors = self._errors(n)
        for operand in self._operands(n):
            self.uses[operand] -= 1
            if not self.uses[operand]:
                for source in self.errors.pop(operand, ()):
                    self.through[source].discard(operand)
        alone = [source for source in errors if not self.through[source]]
        whole = self._sum([errors[source] for source in (errors if asked else alone)])
        if rounded or len(alone) > 1:
            mine = self._sum([errors.pop(source) for source in alone])
            if rounded:
                half = self.line.call(self.half, n) if errors else self.line.call(self.exact_half, n, mine)
                mine = self.line.put("add", mine, half) if alone else half
            errors[n] = mine
            self.sizes.add(mine)
        if self.uses[n]:
            self.errors[n] = errors
            for source in errors:
                self.through.setdefault(source, set()).add(n)
        return whole

    def _sum(self, numbers: Sequence[int]) -> int:
        sizes = [number if number in self.sizes else self.line.call(abs, number) for number in numbers]
        return self.line.folded("add", sizes) if sizes else self.line.constant(0.0)

    def _errors(self, n: int) -> Errors:
        """What the errors of the operands come to in the number, with their signs."""
        line = self.line
        op, *operands = line.made(n)
        found: Errors = {}
        if op in ("leaf", "constant"):
            return found
        if op == "call":
            function, *operands = operands
        for place, operand in enumerate(operands):
            errors = self.errors.get(self.same[operand])
            if not errors:
                continue
            slope: int | None = None
            if op == "mul":
                slope = operands[1 - place]
            elif op == "div":
                slope = line.put("div", line.constant(1.0) if place == 0 else line.put("neg", n), operands[1])
            elif op == "call":
                slope = line.call(slope_of(function, place), *operands)
            for source, factor in errors.items():
                part = factor if slope is None else line.put("mul", factor, slope)
                if op == "neg" or (op == "sub" and place == 1):
                    part = line.put("neg", part)
                found[source] = line.put("add", found[source], part) if source in found else part
        return found


def slope_of(function: Callable[..., float], place: int) -> Callable[..., float]:
    """The slope of a function by one of its operands, to a few digits; 0 where it has no value beside the number."""

    def slope(*operands: float) -> float:
        moved, x = [*operands], operands[place]
        step = STEP * abs(x) or STEP
        try:
            moved[place] = x + step
            above = function(*moved)
            moved[place] = x - step
            return (above - function(*moved)) / (2 * step)
        except (EvaluationError, ArithmeticError, ValueError):
            return 0.0

    return slope


@lru_cache(maxsize=16)
def half_unit(digits: int) -> Callable[[float], float]:
    """Half of the last of so many significant digits; of the next larger unit where rounding may lead there."""
    above, halves = 1 + 10.0 ** (1 - digits), _Halves(digits)

    def half(x: float) -> float:
        return halves[floor(log10(abs(x) * above))] if x else 0.0

    return half


class _Halves(dict[int, float]):
    """Half a unit by the power of ten of the first of so many digits."""

    def __init__(self, digits: int) -> None:
        super().__init__()
        self.digits = digits

    def __missing__(self, power: int) -> float:
        self[power] = 0.5 * 10.0 ** (power + 1 - self.digits)
        return self[power]


def _rounding_error(digits: int) -> Callable[[float, float], float]:
    """How far rounding moves a number: half a unit at most, and just so far where nothing before it was rounded."""
    half, rounding = half_unit(digits), rounding_to(digits)

    def error(x: float, before: float) -> float:
        return half(x) if before > FLOAT * abs(x) else abs(rounding(x) - x)

    return error
