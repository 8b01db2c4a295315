"""Simulated students: honest ones who round or carry, skip lines, cut off; and such with mistakes planted.

They hold the checker to account (`benchmarks/checking.py`) and make submissions for whoever wants to try it:

    hand_in(network, Student(digits=4, carries=True, skips=0.3), Random(1))
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from random import Random

from backtrace.check.checking import given_numbers
from backtrace.check.lines import Lines
from backtrace.check.numerals import numeral
from backtrace.check.own_numbers import is_delta
from backtrace.check.records import FORMULA, NUMBER, SUBSTITUTION, Line, Part, Submission
from backtrace.check.students.working import Entry, Student, Wrong, calculated, lines_of
from backtrace.expression.tree import Expr, Given, neg, number, replace, symbol, symbols
from backtrace.mistakes.records import Slip
from backtrace.network.quantity import Key
from backtrace.network.records import Network
from backtrace.notation.loading import load_profile
from backtrace.notation.spelling import Spelling
from backtrace.render.text import TextWriter

__all__ = ("Student", "calculated", "hand_in")

PROFILE = "mazur"


def hand_in(
    network: Network,
    student: Student,
    draw: Random,
    wrong: Mapping[Key, Wrong] | None = None,
    keep: Iterable[Key] = (),
) -> Submission:
    """A submission: some of the student's lines, those of `keep` and of mistakes always among them.

    Raises InputError for a network without numbers, and where the right calculation has no finite value.
    """
    meant = student.means(network)
    lines = lines_of(meant, student)
    found = calculated(network, student, wrong)
    mistakes = {lines.canonical(key): one for key, one in (wrong or {}).items()}
    always = {*map(lines.canonical, keep), *mistakes}
    kept = [key for key in found if key in always or draw.random() >= student.skips]
    if student.shuffled:
        kept = sorted(kept, key=lambda key: draw.random())
    typist = Typist(meant, lines, student, found, mistakes)
    return Submission(tuple(typist.line(n, key) for n, key in enumerate(kept, 1)), PROFILE)


class Typist:
    """Types the lines that a student has calculated."""

    def __init__(
        self,
        network: Network,
        lines: Lines,
        student: Student,
        found: Mapping[Key, Entry],
        wrong: Mapping[Key, Wrong],
    ) -> None:
        self.lines, self.student, self.found, self.wrong = lines, student, found, wrong
        self.given = given_numbers(network)
        self.spelling = Spelling(load_profile(PROFILE), network)
        self.writer = TextWriter(self.spelling, ascii=True)

    def line(self, place: int, key: Key) -> Line:
        """`name = number`, or with the formula and the numbers put in before it."""
        name = self.spelling.ascii(key)
        parts = [*self.reasons(key), self.part(self.number(key), NUMBER)]
        return Line(place, " = ".join([name, *[part.text for part in parts]]), name, key, tuple(parts))

    def reasons(self, key: Key) -> list[Part]:
        """The formula of a line and the numbers put in."""
        wrong = self.wrong.get(key)
        form = self.lines.form(key) if wrong is None else wrong.form if isinstance(wrong, Slip) else None
        if not self.student.formulas or form is None:
            return []
        formula = self.turned(form, key)
        if not all(k in self.found or k in self.given for k in symbols(formula)):
            return [self.part(formula, FORMULA)]
        numbers = replace(formula, lambda k: self.number(k))  # type: ignore[arg-type]
        sort = FORMULA if numbers == formula else SUBSTITUTION
        return [self.part(formula, FORMULA), self.part(numbers, sort)]

    def turned(self, form: Expr, key: Key) -> Expr:
        """A formula with this student's sign of δ."""
        if self.student.sign == 1:
            return form
        turned = replace(form, lambda k: neg(symbol(k)) if is_delta(k) else None)
        return neg(turned) if is_delta(key) else turned

    def number(self, key: Key) -> Expr:
        """The number of a quantity as this student writes it."""
        if key in self.found:
            value = self.found[key].paper * (self.student.sign if is_delta(key) else 1)
            return number(value, self.student.shown(value))
        given = self.given[key]
        return number(given, given.text if isinstance(given, Given) else "")

    def part(self, form: Expr, sort: str) -> Part:
        """A part of a line."""
        text = self.writer.write(form)
        return Part(text, sort, form, numeral(text) if sort == NUMBER else None)
