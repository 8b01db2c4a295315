"""The numbers of a wrong line that belong elsewhere."""

from __future__ import annotations

from backtrace.check.numerals import judged_unit
from backtrace.check.putting_in import Laid, Place, laid_over
from backtrace.check.records import SUBSTITUTION, LineReport, Numeral
from backtrace.check.right_lines import RightLines, about
from backtrace.errors import InputError
from backtrace.network.quantity import Key

HALF = 0.5 * (1 + 1e-9)


def misplaced(one: LineReport, right: RightLines) -> tuple[Place, ...]:
    """The numbers put in that are neither the person's own nor the right ones of the quantity that belongs there.

    Nothing where the line has another form than the right one, or where too few numbers fit to be sure of the form.
    """
    key = about(one.line)
    if key is None:
        return ()

    def fits(at: Key, number: Numeral) -> bool:
        at, unit = right.canonical(at), judged_unit(number)
        own = right.own.get(at)
        if own is not None and abs(number.value - own.value) <= max(unit, judged_unit(own)) * HALF:
            return True
        true = true_of(at, right)
        return true is not None and abs(number.value - true) <= unit * HALF

    found: list[Laid] = []
    for part in one.line.parts:
        if part.sort == SUBSTITUTION:
            for form in right.ways(key):
                laid = laid_over(part.expr, form, fits)
                if laid and laid.misplaced and laid.fitting >= len(laid.misplaced):
                    found.append(laid)
    return min(found, key=lambda laid: len(laid.misplaced)).misplaced if found else ()


def true_of(key: Key, right: RightLines) -> float | None:
    """The right number, where there is one."""
    try:
        return right.true(key)
    except (InputError, KeyError):
        return None
