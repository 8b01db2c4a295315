"""Formulas in letters, as answers: how one is typed, and whether two are the same."""

from __future__ import annotations

from backtrace.expression.evaluate import evaluate
from backtrace.expression.tree import Expr, add, symbols


def typed(formula: Expr) -> str:
    """A formula in letters as it can be typed."""
    from backtrace.render.neutral import NeutralSpelling
    from backtrace.render.text import TextWriter

    return TextWriter(NeutralSpelling(), True).write(formula)


def same(a: Expr, b: Expr) -> bool:
    """Whether two formulas in letters give the same at three points."""
    names = list(dict.fromkeys(symbols(add(a, b))))
    for start in (2.0, 3.5, 7.25):
        point = {name: start + 1.3 * position for position, name in enumerate(names)}
        first, second = evaluate(a, point.__getitem__), evaluate(b, point.__getitem__)
        if abs(first - second) > 1e-9 * max(1.0, abs(first)):
            return False
    return True
