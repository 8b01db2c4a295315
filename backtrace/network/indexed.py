"""Quantities of any network: the same keys as in `quantity.py`, with letters where those have numbers.

`indexed("weight", LAYER, J, I)` is the weight into unit j of layer ℓ from unit i. Which letter stands for what is the
notation's business and the topic's (notation/lettered.py); here an index is a letter and what is added to it.
"""

from __future__ import annotations

from typing import NamedTuple, cast

from backtrace.network.quantity import Derivative, Quantity


class Index(NamedTuple):
    """An index that stands for any number: `letter` plus `shift`. last: it is the number of the last layer."""

    letter: str
    shift: int = 0
    last: bool = False

    def plus(self, more: int) -> Index:
        """The index so many further on: ℓ+1, L−1."""
        return self._replace(shift=self.shift + more)

    def __str__(self) -> str:
        return f"{self.letter}{self.shift:+d}" if self.shift else self.letter


class Over(NamedTuple):
    """What a sum runs over: the units of a layer from `start` (0 takes the bias in), or, without a layer, the
    samples."""

    letter: str
    layer: Index | None = None
    start: int = 1
    but: str = ""  # the letter of an index that is left out


class Free(NamedTuple):
    """A variable that belongs to no network: x in σ(x). Statements about it are tried at several numbers.

    low, high: where those are taken from, its domain in the statement.
    """

    name: str
    low: float = -3.0
    high: float = 3.0


class Size(NamedTuple):
    """How many units a layer has, `n` with the layer below, or without a layer how many samples there are."""

    letter: str
    layer: Index | None = None


class Ones(NamedTuple):
    """A column of ones, one for each sample."""

    letter: str = "𝟏"


class Function(NamedTuple):
    """The name of a function of one number, as in f(x): in Unicode, as it can be typed, in LaTeX."""

    text: str
    ascii: str
    latex: str


def indexed(
    kind: str,
    layer: Index | int | None = None,
    unit: Index | None = None,
    source: Index | None = None,
    sample: Index | None = None,
    updates: int = 0,
) -> Quantity:
    """The key of a quantity of any network; without a unit, of a whole layer.

    It is a Quantity, so that derivatives, trees and pages take it as any other; only what knows about letters (its
    spelling and its check) ever looks into the fields, whose declared type is a number.
    """
    fields = cast("tuple[int, int, int, int]", tuple(part or 0 for part in (layer, unit, source, sample)))
    return Quantity(kind, *fields, updates=updates)


def parts_of(q: Quantity) -> tuple[Index | int, Index | int, Index | int, Index | int]:
    """Layer, unit, source and sample of a key: letters, or 0 (and other numbers) where there is none."""
    return cast("tuple[Index | int, Index | int, Index | int, Index | int]", q[1:5])


def partial(of: Quantity, by: Quantity) -> Derivative:
    """The key of ∂of/∂by."""
    return Derivative(of, by)
