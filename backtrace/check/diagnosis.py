"""Which mistakes explain a wrong line: those of the catalogue, worked out on this person's own numbers.

All that match are given, likelier ones first: documented mistakes, then formulas with one part wrong, then slips of the
pen. Nothing is guessed: where none matches, it is no mistake that we know.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from backtrace.check.figures import FLOAT, Figures, half_unit
from backtrace.check.lines import updates_of
from backtrace.check.points import Points
from backtrace.check.records import Match
from backtrace.errors import InputError
from backtrace.expression.tree import Expr
from backtrace.mistakes.applied import every_slip
from backtrace.mistakes.records import Slip
from backtrace.mistakes.slips_of_pen import misprints
from backtrace.network.quantity import Key

# With so few digits a mistake is found by chance too often to be named.
TOO_FEW = 2
MOST_DIGITS = 9
DOCUMENTED, STRUCTURAL, PEN = range(3)


def by_formula(forms: Sequence[Expr], key: Key, figures: Figures, points: Points) -> list[Match]:
    """The mistakes whose wrong line is one of the formulas."""
    found = (slip for slip in slips(figures, key, False) if slip.form is not None)
    return ranked(slip for slip in found if any(points.equal(form, slip.form) for form in forms))  # type: ignore[arg-type]


def by_number(value: float, unit: float, key: Key, figures: Figures, right: Figures) -> list[Match]:
    """The mistakes that give a number, from the person's own numbers or else from the right ones."""
    for around, own in ((figures, True), (right, False)):
        found = ranked(s for s in slips(around, key, own) if explains(around, s, key, value, unit))
        if found:
            return found
    return []


def by_pen(value: float, unit: float, digits: int, rights: Iterable[float]) -> list[Match]:
    """The slips of the pen by which one of the right numbers becomes what was written."""
    return ranked(
        slip
        for right in dict.fromkeys(rights)
        for slip in misprints(right, min(digits, MOST_DIGITS))
        if abs(slip.value - value) <= unit * 1e-6
    )


def explains(figures: Figures, slip: Slip, key: Key, value: float, unit: float) -> bool:
    """Whether a mistake on these numbers gives the value within what rounding allows."""
    if slip.form is None:
        return abs(value - slip.value) <= half_unit(slip.value, figures.digits) + unit / 2
    try:
        figure = figures.of_form(slip.form, key)
    except (InputError, KeyError):
        return False
    return abs(value - figure.value) <= figure.reach + unit / 2 * figures.scale + FLOAT * abs(figure.value)


def slips(figures: Figures, key: Key, own: bool) -> list[Slip]:
    """What the catalogue makes of a quantity, on the person's numbers or on the right ones."""
    if updates_of(key) > 1:
        return []
    numbers = {k: o.value for k, o in figures.own.items() if k != key and k not in figures.given} if own else {}
    try:
        return every_slip(figures.network, key, numbers or None)
    except (InputError, KeyError):
        return []


def ranked(found: Iterable[Slip]) -> list[Match]:
    """Each mistake once, likelier ones first."""
    matches = {slip.mistake.id: Match(slip.mistake, slip.form, rank(slip)) for slip in found}
    return sorted(matches.values(), key=lambda match: match.rank)


def rank(slip: Slip) -> int:
    """How likely a mistake is before anything is known of the person."""
    if slip.mistake.operator == "writing_slip":
        return PEN
    return DOCUMENTED if slip.mistake.source else STRUCTURAL
