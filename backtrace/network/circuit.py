"""The records that say what a circuit is: named formulas that lead to one output, and the point where it is looked at.

A formula is a tree whose symbols are quantities of kind "named": leaves, or names of other lines.
"""

from __future__ import annotations

from typing import NamedTuple

from backtrace.errors import Place
from backtrace.expression.tree import Expr
from backtrace.network.quantity import Quantity


class Line(NamedTuple):
    """name = formula.

    place: where the formula begins; marks: where each function, quotient and power of it stands, in the order in which
    they are written.
    """

    name: str
    formula: Expr
    place: Place
    marks: tuple[Place, ...] = ()

    @property
    def key(self) -> Quantity:
        """The quantity that the line computes."""
        return named(self.name)


class Circuit(NamedTuple):
    """Lines in an order in which they can be computed, the last of which is the output.

    leaves: the names that no line computes, as they come first; values: a number for each leaf (`Given` as typed), or
    None: the circuit is shown in symbols alone.
    """

    name: str
    lines: tuple[Line, ...]
    leaves: tuple[str, ...]
    values: tuple[float, ...] | None = None
    title: str = ""

    @property
    def output(self) -> Quantity:
        """What all lines lead to."""
        return self.lines[-1].key

    @property
    def numeric(self) -> bool:
        """Whether the leaves have numbers."""
        return self.values is not None

    def names(self) -> list[str]:
        """Every name: the leaves, then the lines."""
        return [*self.leaves, *(line.name for line in self.lines)]


def named(name: str) -> Quantity:
    """The key of a name."""
    return Quantity("named", name=name)
