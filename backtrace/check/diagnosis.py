"""Which mistakes explain a wrong line: those of the catalogue, worked out on this person's own numbers.

All that match are given, likelier ones first: documented mistakes, then formulas with one part wrong, then slips of the
pen. Nothing is guessed: where none matches, it is no mistake that we know.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from backtrace.check.figures import FLOAT, Figures
from backtrace.check.lines import moved, updates_of
from backtrace.check.points import Points
from backtrace.check.records import Match, Numeral
from backtrace.engine.structure import structure_of
from backtrace.errors import InputError
from backtrace.expression.rounding import rounded
from backtrace.expression.tree import Expr
from backtrace.mistakes.calculation import Calculation
from backtrace.mistakes.plan import wrong_lines
from backtrace.mistakes.records import Mistake, Slip
from backtrace.mistakes.slips_of_pen import misprints
from backtrace.mistakes.working_out import asked_anew
from backtrace.network.quantity import Key, Quantity, is_kept

MOST_DIGITS = 9
DOCUMENTED, STRUCTURAL, PEN = range(3)
# A number farther from what a mistake gives than this part of it, and so many units, is not looked at closely: rounding
# does not carry so far.
FARTHEST, MOST_UNITS = 0.1, 10
# How many digits more than it should have a number has after a slip of the pen; 0 where nothing is said here.
DIGITS_MORE = {"pen.digit_dropped": -1, "pen.zero_dropped": -1, "pen.zero_put_in": 1, "pen.digit_doubled": 1}


def by_formula(forms: Sequence[Expr], key: Key, figures: Figures, points: Points) -> list[Match]:
    """The mistakes whose wrong line is one of the formulas."""
    found = written_slips(figures, key)
    return ranked(Slip(m, 0.0, wrong) for m, wrong in found if any(points.equal(form, wrong) for form in forms))


def by_number(value: float, unit: float, key: Key, numbers: Sequence[Figures]) -> list[Match]:
    """The mistakes that give a number, from the first of these sets of numbers that has some."""
    for around in numbers:
        found = ranked([*from_lines(value, unit, key, around), *from_procedures(value, unit, key, around)])
        if found:
            return found
    return []


def by_pen(number: Numeral, value: float, unit: float, usual: int, rights: Iterable[float]) -> list[Match]:
    """The slips of the pen by which one of the right numbers becomes what was written. usual: how many digits this
    person writes: one digit less is missing, one more is too many."""
    found = []
    lengths = {n for n in (number.digits, usual) if abs(n - number.digits) <= 1 and n <= MOST_DIGITS}
    for right in dict.fromkeys(rounded(right, MOST_DIGITS) for right in rights):
        for digits in lengths:
            for slip in misprints(right, digits):
                more = DIGITS_MORE.get(slip.mistake.id, 0)
                if digits + more == number.digits and (not more or digits == usual) and near(slip.value, value, unit):
                    found.append(slip)
    return ranked(found)


def near(a: float, b: float, unit: float) -> bool:
    """Whether two numbers are written alike."""
    return abs(a - b) <= unit * 1e-6


def from_lines(value: float, unit: float, key: Key, figures: Figures) -> Iterator[Slip]:
    """The mistakes in a line that give a number within what rounding allows."""
    known = {} if figures.own else figures.known
    for mistake, form in written_slips(figures, key):
        try:
            made = figures.lines.compiled_once(form)
            # Nearly all are far off: what it takes to tell how far rounding carries is for the others.
            if is_far(value, figures.value(made, key, known), unit):
                continue
            cone = figures.cone(made, key)
        except (InputError, KeyError):
            continue
        slack = figures.reach(cone) + unit / 2 * figures.scale + FLOAT * abs(cone.value)
        if abs(value - cone.value) <= slack:
            yield Slip(mistake, cone.value, form)


def is_far(value: float, found: float, unit: float) -> bool:
    """Whether a number is so far from what a mistake gives that rounding cannot be the reason."""
    return abs(value - found) > MOST_UNITS * unit + FARTHEST * max(abs(value), abs(found))


def written_slips(figures: Figures, key: Key) -> Iterator[tuple[Mistake, Expr]]:
    """The wrong lines of a quantity, of whatever step."""
    step = updates_of(key)
    if step and isinstance(key, Quantity) and (key.kind in ("weight", "bias") or is_kept(key)):
        step -= 1
    lines = wrong_lines(structure_of(figures.network), moved(key, -step))
    for mistake, form in lines:
        if form is not None:
            yield mistake, figures.lines.in_step(form, step) if step else form


def from_procedures(value: float, unit: float, key: Key, figures: Figures) -> Iterator[Slip]:
    """The mistakes in the whole procedure that do, or that look at numbers."""
    asked = [mistake for mistake, form in wrong_lines(structure_of(figures.network), key) if form is None]
    if not asked:
        return
    own = {k: one.value for k, one in figures.own.items() if k != key and k not in figures.given}
    try:
        calculation = Calculation(figures.network, own)
        for mistake in asked:
            for line, number in asked_anew(mistake, calculation, key):
                if is_far(value, number, unit):
                    continue
                reach = max(figures.of_key(key).reach, figures.half_unit(number))
                if abs(value - number) <= reach + unit / 2 * figures.scale:
                    yield Slip(mistake, number, line.form)
    except (InputError, KeyError):
        return


def ranked(found: Iterable[Slip]) -> list[Match]:
    """Each mistake once, likelier ones first."""
    matches = {slip.mistake.id: Match(slip.mistake, slip.form, rank(slip)) for slip in found}
    return sorted(matches.values(), key=lambda match: match.rank)


def rank(slip: Slip) -> int:
    """How likely a mistake is before anything is known of the person."""
    if slip.mistake.id.startswith("pen."):
        return PEN
    return DOCUMENTED if slip.mistake.source else STRUCTURAL
