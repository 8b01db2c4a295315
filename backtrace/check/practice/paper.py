"""What a person has on paper about one network while practising, and the verdict of the checker on one more line."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Sequence
from typing import NamedTuple

from backtrace.check.figures import LEAST_DIGITS, half_unit
from backtrace.check.judging import Reading
from backtrace.check.numerals import numeral
from backtrace.check.own_numbers import is_gradient
from backtrace.check.records import (
    FORMULA,
    NUMBER,
    RIGHT,
    ROUNDING_SLIP,
    WRONG,
    Line,
    LineReport,
    Part,
    Report,
    Submission,
)
from backtrace.check.report.hints import hint_for
from backtrace.check.report.misplaced import misplaced
from backtrace.check.report.right_lines import RightLines, is_delta
from backtrace.check.submission.reading import read_submission
from backtrace.derivation.steps import Step
from backtrace.errors import InputError
from backtrace.expression.tree import Expr, number, symbols
from backtrace.network.quantity import Derivative, Key, Quantity, neutral
from backtrace.network.records import Network
from backtrace.notation.profile import Profile
from backtrace.render.numbers import NumberStyle, figure

LONGEST = 1000
# What a person can answer that is neither right nor wrong.
CIRCULAR, LETTERS, FEW_DIGITS, VAGUE, OTHER_SIGN = "circular", "letters", "few_digits", "vague", "other_sign"


class Judged(NamedTuple):
    """What is found about an answer: a verdict of the checker, or one of the words above.

    line: the answer, to be kept; report: on it; whole: on it and all lines before it.
    """

    verdict: str
    line: Line
    report: LineReport | None = None
    whole: Report | None = None


class Paper:
    """A network, and what was written about it. asked: the derivatives that will be lines of their own."""

    def __init__(self, network: Network, profile: Profile, asked: Iterable[Key], digits: int) -> None:
        self.network, self.profile, self.digits = network, profile, digits
        self.style = frozenset(k for k in asked if isinstance(k, Derivative) and not is_gradient(k))
        self.truth = RightLines(self._report([Line(0, "", key=key) for key in self.style]), network)
        self.lines, self.given = self.truth.lines, self.truth.given
        self.written: dict[Key, Line] = {}
        self._count = 0

    def _report(self, lines: Iterable[Line], reports: Iterable[LineReport] = ()) -> Report:
        submission = Submission(tuple(lines), self.profile.name, sign=self.profile.delta_sign)
        return Report(submission, tuple(reports))

    def right(self, key: Key) -> float:
        """The right number, δ with the sign of the notation; a given number as it was typed."""
        value = self.given.get(key)
        return self.truth.true(key) if value is None else value

    def shown(self, key: Key) -> str:
        """The right number with the digits asked for."""
        return figure(self.right(key), NumberStyle(self.digits))

    def form(self, key: Key) -> Expr:
        """The right line of a quantity, without derivatives that nobody asks for."""
        form = self.truth.shown_form(key, self.style)
        if form is None:
            raise InputError(f"{neutral(key)} is given, so there is nothing to ask")
        return form

    def step(self, key: Key) -> Step:
        """The right line as a step of a derivation."""
        return self.truth.step(key, self.style)

    def values(self, form: Expr) -> dict[Key, float]:
        """The numbers that a line puts in."""
        keys = [key for key in symbols(form) if isinstance(key, Quantity | Derivative)]
        return {key: self.right(key) for key in keys}

    def keep(self, key: Key, line: Line) -> None:
        """Takes a right line as the person's own; one without a number, or with few digits, with the right number."""
        last = line.parts[-1].number
        if last is None or last.digits < LEAST_DIGITS:
            self.fill_in(key)
        else:
            self.carry(key, line)

    def fill_in(self, key: Key) -> None:
        """Writes the right number down as if the person had."""
        text = self.shown(key)
        part = Part(text, NUMBER, number(self.right(key), text), numeral(text))
        self.carry(key, Line(0, text, neutral(key), key, (part,)))

    def carry(self, key: Key, line: Line) -> None:
        """Takes a line as the person's own, right or wrong, as it stands."""
        self._count += 1
        self.written[self.lines.canonical(key)] = line._replace(line=self._count)

    def numbered(self, numbers: Collection[int]) -> list[Key]:
        """The quantities of the person's own lines with these numbers."""
        return [line.key for line in self.written.values() if line.line in numbers and line.key is not None]

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
        lines = (*before, line)
        reports = self._read_with(self.profile.delta_sign, lines)
        wrong_delta = reports[-1].verdict == WRONG and is_delta(key)
        if wrong_delta and self._read_with(-self.profile.delta_sign, lines)[-1].credited:
            return Judged(OTHER_SIGN, line)
        report, whole = reports[-1], self._report(lines, reports)
        few, untold = self._has_few_digits(key, line), any(note.id == "too_few_digits" for note in report.notes)
        if few and (untold or report.credited):
            return Judged(VAGUE if untold or report.verdict == ROUNDING_SLIP else FEW_DIGITS, line, report, whole)
        if untold and self._is_near(key, line):
            return Judged(RIGHT, line, report, whole)
        return Judged(report.verdict, line, report, whole)

    def _read_with(self, sign: int, lines: Sequence[Line]) -> Sequence[LineReport]:
        """What is found about each line, where δ has this sign."""
        return Reading(lines, self.network, self.lines, self.given, sign).reports

    def hint(self, key: Key, found: Judged | None, level: int, language: str) -> str:
        """The hint for a wrong answer, or for one not yet given. level: 2 is stronger."""
        if found is None or found.report is None or found.whole is None:
            report = LineReport(Line(1, "", neutral(key), key), WRONG)
            return hint_for(report, self.truth, level, language)
        return hint_for(found.report, self.truth.beside(found.whole.submission.lines), level, language)

    def misplaced(self, found: Judged) -> int:
        """How many of the numbers put in belong elsewhere."""
        assert found.report is not None and found.whole is not None
        return len(misplaced(found.report, self.truth.beside(found.whole.submission.lines)))

    def read(self, key: Key, text: str) -> Line:
        """The answer as a line about the quantity; its own name before it is left out."""
        # An assignment names the old parameter, whose new number is asked.
        text = text.partition(":=")[2] or text
        # The loss has the same name in every notation, and stands for whatever is asked.
        lines = read_submission(f"E = {text.strip().lstrip('=')}", self.network, self.profile).lines
        if len(lines) != 1 or lines[0].error is not None:
            raise lines[0].error if lines and lines[0].error is not None else InputError("there is nothing in it")
        parts = lines[0].parts
        if not parts:
            raise InputError("there is nothing in it")
        if len(parts) > 1 and self._is_name_of(key, parts[0]):
            parts = parts[1:]
        return Line(self._count + 1, text, neutral(key), key, parts)

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
