"""The right line of a quantity, worked out on one network after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import cast

from backtrace.expression.straight_line import compiled_together
from backtrace.expression.tree import Expr, symbols
from backtrace.network.quantity import Key

# A line pays for its compilation after so many uses.
WORTH = 16


class RightLine:
    """A formula that is worked out again and again, on all networks of a structure: compiled when that is worth it.
    names: the quantities that it is made from."""

    def __init__(self, form: Expr) -> None:
        self.form = form
        self.names = tuple(dict.fromkeys(cast("Iterator[Key]", symbols(form))))
        self.uses = 0
        self.compiled: Callable[[Sequence[float]], tuple[float, ...] | None] | None = None

    def value(self, values: Callable[[Key], float], evaluate: Callable[[Expr], float]) -> float:
        """The number that it gives over these values, which `evaluate` uses too; EvaluationError where it has none."""
        if self.compiled is None:
            self.uses += 1
            if self.uses < WORTH:
                return evaluate(self.form)
            self.compiled = compiled_together([self.form], self.names)
        found = self.compiled([values(key) for key in self.names])
        return found[0] if found is not None else evaluate(self.form)
