"""What stands before the number of a line: is its formula the quantity, do the numbers put in lead to what follows from
the lines before, does each part follow from the one before it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, cached_property
from itertools import pairwise

from backtrace.check.figures import FLOAT, Figure, Figures
from backtrace.check.own_numbers import OwnNumbers, is_delta, last_number
from backtrace.check.points import Points
from backtrace.check.records import FORMULA, OWN, SUBSTITUTION, Line, Part
from backtrace.errors import InputError
from backtrace.expression.tree import Expr, count, neg, replace, symbol, symbols
from backtrace.network.quantity import Key, Quantity

# A name of the person's own that stands for more than so much is not written out.
MOST_WRITTEN_OUT = 500


class Reasons:
    """The formulas and substitutions of a submission, as a person with these numbers means them."""

    def __init__(self, numbers: OwnNumbers) -> None:
        self.numbers = numbers

    @cached_property
    def points(self) -> Points:
        """Random points, for formulas."""
        return Points(self.numbers.lines, self.numbers.given, self.numbers.effort)

    @cached_property
    def definitions(self) -> dict[Key, Expr]:
        """What the person's own names stand for; those that another line uses are written out in it."""
        found: dict[Key, Expr] = {}
        sizes: dict[object, int] = {}
        for line in self.numbers.written:
            if line.key is None or not is_own(line.key) or not line.parts or line.key in found:
                continue
            form = line.parts[0].expr
            size = count(form) + sum(sizes.get(key, 0) for key in symbols(form))
            if size <= MOST_WRITTEN_OUT:
                sizes[line.key] = size
                found[line.key] = replace(form, found.get)  # type: ignore[arg-type]
        return found

    def form(self, part: Part, line: Line, written_out: bool = False) -> Expr:
        """A part with our sign of δ, as a formula of our quantity. Names of the person's own that have no number, or
        all of them, are written out."""
        form = part.expr
        if self.definitions:
            kept = {} if written_out else self.numbers.entries
            form = replace(form, lambda k: None if k in kept else self.definitions.get(k))  # type: ignore[call-overload]
        if self.numbers.sign == 1:
            return form
        turned = replace(form, lambda k: neg(symbol(k)) if is_delta(k) else None)
        return neg(turned) if is_delta(line.key) else turned

    def forms(self, line: Line) -> list[Expr]:
        """The formulas of a line."""
        return [self.form(part, line, True) for part in line.parts if part.sort == FORMULA]

    def aspects(self, line: Line, key: Key, own: Figure, right: float, figures: Figures) -> dict[str, bool]:
        """Of formula, substitution and arithmetic what is right over these numbers, as far as the line has them."""
        found: dict[str, bool] = {}

        @cache
        def put_in(n: int) -> Figure:
            """What a part gives with the person's numbers in it."""
            return figures.of_form(self.form(line.parts[n], line), key)

        for n, part in enumerate(line.parts):
            aspect, fits = "substitution", None
            if part.sort == FORMULA:
                form = self.form(part, line, True)
                fits = self.points.same(form, key)
                if fits is not False or not has_decimals(form):
                    aspect = "formula"
                else:
                    fits = agrees(put_in(n), own, right)
            elif part.sort == SUBSTITUTION:
                fits = agrees(put_in(n), own, right)
            if fits is not None:
                found[aspect] = found.get(aspect, True) and fits
        follows = self._follows(line, put_in)
        return found if follows is None else {**found, "arithmetic": follows}

    def through_own_names(self, line: Line, figures: Figures) -> Figure | None:
        """What a right formula in the person's own names leads to with their numbers; None where there is none."""
        for part in line.parts:
            if part.sort == FORMULA and any(is_own(key) for key in symbols(part.expr)):  # type: ignore[arg-type]
                return figures.of_form(self.form(part, line))
        return None

    def _follows(self, line: Line, put_in: Callable[[int], Figure]) -> bool | None:
        """Whether the last number follows from the part before it; None where nothing stands there."""
        numbers, number = self.numbers, last_number(line)
        if len(line.parts) < 2 or number is None:
            return None
        try:
            found = put_in(len(line.parts) - 2)
        except (InputError, KeyError):
            return None
        away = abs(numbers.signed(line, number.value) - found.value)
        slack = numbers.unit(number) / 2 * numbers.scale + FLOAT * abs(found.value)
        return away <= slack or away <= slack + found.reach

    def agree(self, place: int) -> tuple[bool, float] | None:
        """Of a line without a quantity: whether its parts agree, and the number of the first; None for a single one."""
        line, numbers = self.numbers.written[place], self.numbers
        found: list[tuple[float, float]] = []
        for part in line.parts:
            if part.number is not None:
                found.append((part.number.value, numbers.unit(part.number) / 2 * numbers.scale))
                continue
            figure = numbers.figures(place).of_form(self.form(part, line))
            found.append((figure.value, figure.reach))
        if len(found) < 2:
            return None
        close = (abs(a - b) <= reach_a + reach_b + FLOAT * abs(a) for (a, reach_a), (b, reach_b) in pairwise(found))
        return all(close), found[0][0]


def agrees(put_in: Figure, own: Figure, right: float) -> bool:
    """Whether numbers put in lead to what follows from the person's lines, or to the right number."""
    slack = put_in.reach + FLOAT * abs(own.value)
    return abs(put_in.value - own.value) <= slack + own.reach or abs(put_in.value - right) <= slack


def is_own(key: Key) -> bool:
    """Whether a quantity is one that the person defined."""
    return isinstance(key, Quantity) and key.kind == OWN


def has_decimals(form: Expr) -> bool:
    """Whether a formula has a number in it that is no whole one."""
    if form.op == "number":
        return "." in str(form.args[1]) or "e" in str(form.args[1])
    return any(has_decimals(part) for part in form.args if isinstance(part, Expr))
