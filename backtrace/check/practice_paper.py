"""What a person has on paper about one network while practising, and the verdict of the checker on one more line."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from functools import cached_property
from typing import NamedTuple

from backtrace.check.checking import given_numbers, lines_for
from backtrace.check.figures import LEAST_DIGITS, Figures, half_unit
from backtrace.check.judging import Reading, is_gradient
from backtrace.check.numerals import numeral
from backtrace.check.reading import read_submission
from backtrace.check.records import FORMULA, NUMBER, RIGHT, ROUNDING_SLIP, Line, LineReport, Part
from backtrace.derivation.steps import Step
from backtrace.errors import InputError
from backtrace.expression.tree import Expr, neg, number, replace, symbol, symbols
from backtrace.network.quantity import Derivative, Key, Quantity, neutral
from backtrace.network.records import Network
from backtrace.notation.profile import Profile
from backtrace.render.numbers import NumberStyle, figure

LONGEST = 1000
# What a person can answer that is neither right nor wrong.
CIRCULAR, LETTERS, FEW_DIGITS, VAGUE = "circular", "letters", "few_digits", "vague"


class Judged(NamedTuple):
    """What is found about an answer: a verdict of the checker, or one of the words above; its line, to be kept."""

    verdict: str
    line: Line
    report: LineReport | None = None


class Paper:
    """A network, and what was written about it. asked: the derivatives that will be lines of their own."""

    def __init__(self, network: Network, profile: Profile, asked: Iterable[Key], digits: int) -> None:
        self.network, self.profile, self.digits = network, profile, digits
        self.style = frozenset(k for k in asked if isinstance(k, Derivative) and not is_gradient(k))
        self.lines = lines_for(network, tuple(self.style))
        self.given = given_numbers(network)
        self.written: dict[Key, Line] = {}

    @cached_property
    def _figures(self) -> Figures:
        return Figures(self.network, self.lines, self.given, {}, LEAST_DIGITS, lambda key: False)

    def right(self, key: Key) -> float:
        """The right number, δ with the sign of the notation; a given number as it was typed."""
        value = self.given.get(key)
        return self._sign(key) * self._figures.true(key) if value is None else value

    def shown(self, key: Key) -> str:
        """The right number with the digits asked for."""
        return figure(self.right(key), NumberStyle(self.digits))

    def _sign(self, key: Key) -> int:
        return self.profile.delta_sign if isinstance(key, Quantity) and key.kind == "delta" else 1

    def form(self, key: Key) -> Expr:
        """The right line of a quantity, without derivatives that nobody asks for."""
        found = self.lines.form(self.lines.canonical(key))
        if found is None:
            raise InputError(f"{neutral(key)} is given, so there is nothing to ask")
        form = replace(found, self._written_out)
        if self.profile.delta_sign > 0:
            return form
        turned = replace(form, lambda k: neg(symbol(k)) if self._sign(k) < 0 else None)  # type: ignore[arg-type]
        return neg(turned) if self._sign(key) < 0 else turned

    def _written_out(self, key: Hashable) -> Expr | None:
        if not isinstance(key, Derivative) or key in self.style or is_gradient(key):
            return None
        found = self.lines.form(key)
        return None if found is None else replace(found, self._written_out)

    def step(self, key: Key) -> Step:
        """The right line as a step of a derivation."""
        return Step(neutral(key), "result", symbol(key), (self.form(key),), self.right(key))

    def values(self, form: Expr) -> dict[Key, float]:
        """The numbers that a line puts in."""
        keys = [key for key in symbols(form) if isinstance(key, Quantity | Derivative)]
        return {key: self.right(key) for key in keys}

    def keep(self, key: Key, line: Line) -> None:
        """Takes a line as the person's own; zeros left out at the end of its number are put there."""
        last = line.parts[-1].number
        if last is not None and last.digits < LEAST_DIGITS and not self._has_few_digits(key, line):
            self.fill_in(key)
            return
        self.written[self.lines.canonical(key)] = line

    def fill_in(self, key: Key) -> None:
        """Writes the right number down as if the person had."""
        text = self.shown(key)
        part = Part(text, NUMBER, number(self.right(key), text), numeral(text))
        self.written[self.lines.canonical(key)] = Line(0, text, neutral(key), key, (part,))

    def forget(self, key: Key) -> None:
        """Takes a line back."""
        self.written.pop(self.lines.canonical(key), None)

    def own(self, key: Key) -> str:
        """The number that the person has for a quantity, as written."""
        line = self.written.get(self.lines.canonical(key))
        return line.parts[-1].text if line is not None else ""

    def judge(self, key: Key, text: str, letters: bool = False) -> Judged:
        """The verdict on an answer; raises InputError where it cannot be read. letters: a formula is wanted."""
        line = self.read(key, text)
        if any(self.rests_on(used, key) for part in line.parts for used in symbols(part.expr)):
            return Judged(CIRCULAR, line)
        if letters and not self._in_letters(key, line):
            return Judged(LETTERS, line)
        own = self.lines.canonical(key)
        before = [kept for place, kept in self.written.items() if place != own]
        report = Reading((*before, line), self.network, self.lines, self.given, self.profile.delta_sign).reports[-1]
        few, untold = self._has_few_digits(key, line), any(note.id == "too_few_digits" for note in report.notes)
        if few and (untold or report.credited):
            return Judged(VAGUE if untold or report.verdict == ROUNDING_SLIP else FEW_DIGITS, line, report)
        if untold and self._is_near(key, line):
            return Judged(RIGHT, line, report)
        return Judged(report.verdict, line, report)

    def read(self, key: Key, text: str) -> Line:
        """The answer as a line about the quantity; its own name before it is left out."""
        # The loss has the same name in every notation, and stands for whatever is asked.
        comma = "." not in text and "(" not in text
        typed = text.replace(",", ".") if comma else text
        lines = read_submission(f"E = {typed.strip().lstrip('=')}", self.network, self.profile).lines
        if len(lines) != 1 or lines[0].error is not None:
            raise lines[0].error if lines and lines[0].error is not None else InputError("there is nothing in it")
        parts = lines[0].parts
        if not parts:
            raise InputError("there is nothing in it")
        if len(parts) > 1 and self._is_name_of(key, parts[0]):
            parts = parts[1:]
        return Line(1, text, neutral(key), key, parts)

    def _is_name_of(self, key: Key, part: Part) -> bool:
        named = part.expr.args[0] if part.expr.op == "symbol" else None
        return isinstance(named, Quantity | Derivative) and self.lines.canonical(named) == self.lines.canonical(key)

    def rests_on(self, used: Hashable, key: Key) -> bool:
        """Whether a quantity is worked out from another one, or is that one."""
        assert isinstance(used, Quantity | Derivative)
        seen: set[Key] = set()
        left, end = [self.lines.canonical(used)], self.lines.canonical(key)
        while left:
            one = left.pop()
            if one == end:
                return True
            if one not in seen:
                seen.add(one)
                made = self.lines.function(one)
                left += made.keys if made is not None else ()
        return False

    def _in_letters(self, key: Key, line: Line) -> bool:
        has_letters = next(symbols(self.form(key)), None) is not None
        return any(part.sort == FORMULA for part in line.parts) if has_letters else True

    def _has_few_digits(self, key: Key, line: Line) -> bool:
        """Whether its number has too few, also if zeros left out at its end are counted."""
        last = line.parts[-1].number
        return last is not None and last.digits < LEAST_DIGITS and not self._is_near(key, line)

    def _is_near(self, key: Key, line: Line) -> bool:
        """Whether its number is the right one to as many digits as are wanted at least."""
        last, right = line.parts[-1].number, self.right(key)
        return last is not None and abs(last.value - right) <= half_unit(right, LEAST_DIGITS)
