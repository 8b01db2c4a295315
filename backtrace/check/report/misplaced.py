"""The numbers of a wrong line that belong elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from backtrace.check.numerals import judged_unit
from backtrace.check.records import SUBSTITUTION, LineReport, Numeral
from backtrace.check.report.putting_in import Laid, Place, laid_over
from backtrace.check.report.right_lines import RightLines, about
from backtrace.errors import InputError
from backtrace.expression.evaluate import evaluate
from backtrace.expression.tree import Expr

ON_THE_WAY = 2
# Half a unit, a tie in binary included.
HALF = 0.5 * (1 + 1e-9)


def misplaced(one: LineReport, right: RightLines) -> tuple[Place, ...]:
    """The numbers put in that are neither the person's own nor the right ones of the quantity that belongs there.

    Nothing where the line has another form than the right one, or where too few numbers fit to be sure of the form.
    """
    key = about(one.line)
    if key is None:
        return ()

    def fits(part: Expr, number: Numeral) -> bool:
        return any(abs(number.value - value) <= reach for value, reach in meant(part, number, right))

    found: list[Laid] = []
    for part in one.line.parts:
        if part.sort == SUBSTITUTION:
            for form in right.ways(key):
                laid = laid_over(part.expr, form, fits)
                if laid and laid.misplaced and laid.fitting >= len(laid.misplaced):
                    found.append(laid)
    return min(found, key=lambda laid: len(laid.misplaced)).misplaced if found else ()


def meant(part: Expr, number: Numeral, right: RightLines) -> Iterator[tuple[float, float]]:
    """What a number may be that stands for a part of the right line, and how far off it may be: the part worked out
    with the person's own numbers, and with the right ones."""
    unit = judged_unit(number)

    def own(key: Any) -> float:
        written = right.own.get(right.canonical(key))
        return true(key) if written is None else written.value

    def true(key: Any) -> float:
        return right.true(key)

    key = right.canonical(part.args[0]) if part.op == "symbol" else None
    if key in right.own:
        reach = max(unit, judged_unit(right.own[key])) * HALF
    else:
        # What was worked out on the way may have been rounded more than once.
        reach = unit * HALF if key in right.given else unit * ON_THE_WAY
    for values in (own, true):
        try:
            yield evaluate(part, values), reach
        except (InputError, KeyError):
            continue
