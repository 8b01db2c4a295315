"""Wrong lines worked out on a network: one by one as `evaluate` does it, or, for a structure that is met again and
again, by one compiled function for all wrong lines of a quantity.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from math import isfinite
from operator import itemgetter
from typing import Any, TypeAlias, cast

from backtrace.errors import InputError
from backtrace.expression.straight_line import compiled_together
from backtrace.expression.tree import ZERO, Expr, add, symbols
from backtrace.mistakes.calculation import Calculation
from backtrace.mistakes.case import Case
from backtrace.mistakes.plan import WrongLine
from backtrace.mistakes.records import Mistake
from backtrace.network.quantity import Key

# What is compiled pays for itself after so many networks of one structure.
WORTH = 4

Found: TypeAlias = tuple[Sequence[WrongLine], Sequence[float]]


class Workings:
    """The wrong lines of one quantity of all networks of a structure."""

    def __init__(self, key: Key, lines: Sequence[WrongLine]) -> None:
        self.key, self.lines = key, tuple(lines)
        self.asking = [line for line in lines if line.form is None]
        self.uses = 0
        self.compiled: tuple[WrongLine, ...] | None = None
        self.function: Callable[[Sequence[float]], tuple[float, ...] | None] = lambda numbers: None
        self.needed: tuple[Key, ...] = ()
        self.unknown: frozenset[Key] = frozenset()
        self.pick: Callable[[list[float]], Any] = lambda row: ()

    def on(self, calculation: Calculation) -> Found:
        """Those that have a value, with their values, in the order of the catalogue; nothing where the quantity itself
        has no value in this step."""
        if not self.lines:
            return (), ()
        if self.compiled is None:
            self.uses += 1
            if self.uses < WORTH or not self._compile(calculation):
                return self.one_by_one(calculation)
        assert self.compiled is not None
        values = self._numbers(calculation)
        if values is None:
            return self.one_by_one(calculation)
        if not self.asking:
            return self.compiled, values
        known = dict(zip(map(id, self.compiled), values, strict=True))
        return self.collected(calculation, lambda line: known.get(id(line)))

    def one_by_one(self, calculation: Calculation) -> Found:
        """The same without compiled functions."""

        def value(line: WrongLine) -> float | None:
            assert line.form is not None
            try:
                return calculation.evaluate(line.form) + 0.0
            except (InputError, KeyError):
                return None  # the wrong line asks for what has no value: nobody could have worked it out

        return self.collected(calculation, value)

    def collected(self, calculation: Calculation, value: Callable[[WrongLine], float | None]) -> Found:
        """Those that have a value, by what gives that of a formula, and those that are asked on this network."""
        try:
            calculation.value(self.key)
        except KeyError:
            return (), ()
        lines: list[WrongLine] = []
        values: list[float] = []
        for line in self.lines:
            if line.form is None:
                made = asked_anew(line.mistake, calculation, self.key)
            else:
                number = value(line)
                made = [(line, number)] if number is not None else []
            for found, number in made:
                if isfinite(number):
                    lines.append(found)
                    values.append(number + 0.0)
        return lines, values

    def _numbers(self, calculation: Calculation) -> tuple[float, ...] | None:
        if not calculation.own:
            return self.function(self.pick(calculation.row()))
        if self.unknown and not self.unknown.isdisjoint(calculation.own):
            return None
        try:
            return self.function([calculation.value(key) for key in self.needed])
        except InputError:
            return None

    def _compile(self, calculation: Calculation) -> bool:
        """Whether it could be done: not on numbers of which one is not finite."""
        right = Calculation(calculation.network)
        forms = [line for line in self.lines if line.form is not None]
        asked = [dict.fromkeys(cast("Iterator[Key]", symbols(cast(Expr, line.form)))) for line in forms]
        try:
            known = {key: right.knows(key) for key in dict.fromkeys([self.key, *chain(*asked)])}
        except InputError:
            return False
        self.unknown = frozenset(key for key, found in known.items() if not found)
        kept = [line for line, keys in zip(forms, asked, strict=True) if self.unknown.isdisjoint(keys)]
        if self.key in self.unknown:
            self.lines, kept = (), []
        self.compiled = tuple(kept)
        self.needed = tuple(key for key, found in known.items() if found)
        self.function = compiled_together([add(cast(Expr, line.form), ZERO) for line in kept], self.needed)
        places = [right.place(key) for key in self.needed]
        self.pick = itemgetter(*places) if len(places) > 1 else lambda row: [row[place] for place in places]
        return True


def asked_anew(mistake: Mistake, calculation: Calculation, key: Key) -> list[tuple[WrongLine, float]]:
    """What a mistake that looks at numbers makes of these; nothing where its procedure leads to no finite number."""
    found: list[tuple[WrongLine, float]] = []
    try:
        for made in mistake.make(Case(calculation, key)):
            if isinstance(made, Expr):
                found.append((WrongLine(mistake, made), calculation.evaluate(made)))
            else:
                assert isinstance(made, float)
                found.append((WrongLine(mistake, None), made))
    except (InputError, KeyError):
        return found
    return found
