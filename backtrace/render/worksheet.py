"""A worksheet's gaps counted in the order in which its page shows them, and the page of what belongs in them."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from backtrace.derivation.steps import Derivation, Section, Step
from backtrace.errors import InputError
from backtrace.expression.tree import Expr, gap, symbol
from backtrace.network.quantity import Derivative, Quantity
from backtrace.render.body import Row, blocks, numbers, shown_forms, shown_left
from backtrace.render.gaps import gaps_in
from backtrace.render.options import PageOptions


def counted(derivation: Derivation, options: PageOptions, whole: bool = False) -> Derivation:
    """The worksheet with its gaps numbered from 1. Raises InputError when there is none.

    whole: for data, which shows every form of a line; the gaps that only they have come last.
    """
    shown = dict.fromkeys(_shown(derivation, options))
    if not shown:
        words = {"symbols": "symbols", "numbers": "the numbers put in", "value": "values"}
        only = " and ".join(words[part] for part in options.show)
        limited = len(options.show) < len(words)
        raise InputError(
            f"there is nothing to leave blank: --blank {derivation.blank} finds no gap on this page",
            hint=f"the page shows {only} only; leave out --show"
            if limited
            else "leave other things blank (values, factors or all), or ask for another quantity or view",
        )
    if whole:
        shown.update(dict.fromkeys(_of_steps(derivation, options)))
    return derivation._replace(gaps={what: number for number, what in enumerate(shown, 1)})


def _shown(derivation: Derivation, options: PageOptions) -> Iterator[Hashable]:
    for section in derivation.sections:
        for block in blocks(section, derivation, options):
            for row in block.items:
                if isinstance(row, Row):
                    for e in (row.left, *row.parts, *([row.value] if row.value is not None else [])):
                        yield from gaps_in(e)


def _of_steps(derivation: Derivation, options: PageOptions) -> Iterator[Hashable]:
    for step in derivation.steps():
        substituted, value = numbers(step, derivation, options)
        left, forms = shown_left(step, derivation, options), shown_forms(step, derivation, options)
        for e in (left, *forms, substituted, value):
            yield from gaps_in(e) if e is not None else ()


def answer_page(worksheet: Derivation) -> Derivation:
    """What belongs in each gap of a counted worksheet, a line each: its number, its name or formula, its value."""
    by_id = {step.id: step for step in worksheet.steps()}
    lines = tuple(_answer(what, number, worksheet, by_id) for what, number in worksheet.gaps.items())
    return worksheet._replace(sections=(Section("answers", (), lines),), blank="", gaps={})


def _answer(what: Hashable, number: int, worksheet: Derivation, by_id: dict[str, Step]) -> Step:
    left = gap(what, number)
    name = f"gap{number}"
    if isinstance(what, Expr):
        return Step(name, "result", left, (what,), statement=True)
    if isinstance(what, Quantity | Derivative):
        return Step(name, "result", left, (symbol(what),), worksheet.values[what])
    step = by_id[str(what)]
    return Step(name, "result", left, (step.left,), step.value)
