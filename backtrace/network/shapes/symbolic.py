"""Counting with letters for sizes: K-L-M-N has (K + 1)·L + (L + 1)·M + (M + 1)·N parameters.

Sizes are letters or numbers. Formulas are trees whose symbols are the letters; sums keep the order of the layers.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple, TypeAlias

from backtrace.expression.tree import ONE, ZERO, Expr, add, mul, number, power, symbol
from backtrace.network.shapes.records import updates_per_epoch

Size: TypeAlias = "int | str"
Terms: TypeAlias = dict[tuple[str, ...], int]  # a sum of products of letters, each with how often it stands there


class SymbolicCount(NamedTuple):
    """A dense network with letters for sizes, counted; `sizes[0]` is the input."""

    name: str
    sizes: tuple[Size, ...]
    batch: int | None = None
    samples: int | None = None

    @property
    def factored(self) -> Expr:
        """The number of parameters as a sum over layers, (K + 1)·L + …"""
        return summed([layer_factored(below, units) for below, units in pairwise(self.sizes)])

    @property
    def expanded(self) -> Expr:
        """The same multiplied out, like terms collected."""
        return expanded(self.sizes)

    @property
    def weights(self) -> Expr:
        """The number of weights, multiplied out."""
        return written(collected([(1, below, units) for below, units in pairwise(self.sizes)]))

    @property
    def biases(self) -> Expr:
        """The number of biases."""
        return written(collected([(1, units) for units in self.sizes[1:]]))

    @property
    def updates_per_epoch(self) -> int | None:
        """Updates of one epoch, rounded up; None without samples."""
        return updates_per_epoch(self.samples, self.batch)


def size_of(size: Size) -> Expr:
    """A size as a formula."""
    return symbol(size) if isinstance(size, str) else number(size)


def layer_factored(below: Size, units: Size) -> Expr:
    """(K + 1)·L."""
    return mul(add(size_of(below), ONE), size_of(units))


def layer_expanded(below: Size, units: Size) -> Expr:
    """K·L + L."""
    return written(collected([(1, below, units), (1, units)]))


def expanded(sizes: Sequence[Size]) -> Expr:
    """The parameters of all layers, multiplied out, like terms collected where the first of them stands."""
    parts: list[tuple[Size, ...]] = []
    for below, units in pairwise(sizes):
        parts += [(1, below, units), (1, units)]
    return written(collected(parts))


def collected(products: Sequence[Sequence[Size]]) -> Terms:
    """Products of letters and numbers added up; those with the same letters are one term."""
    terms: Terms = {}
    for product in products:
        times = 1
        for factor in product:
            times *= factor if isinstance(factor, int) else 1
        letters = tuple(factor for factor in product if isinstance(factor, str))
        key = next((known for known in terms if sorted(known) == sorted(letters)), letters)
        terms[key] = terms.get(key, 0) + times
    return terms


def written(terms: Terms) -> Expr:
    """The sum as a formula, what has no letters last."""
    parts = []
    for letters, times in sorted(terms.items(), key=lambda item: not item[0]):
        factors = [
            symbol(letter) if letters.count(letter) == 1 else power(symbol(letter), number(letters.count(letter)))
            for letter in dict.fromkeys(letters)
        ]
        if times != 1 or not factors:
            factors = [number(times), *factors]
        parts.append(factors[0] if len(factors) == 1 else mul(*factors))
    return summed(parts)


def summed(parts: Sequence[Expr]) -> Expr:
    """The sum of the parts; one alone stands for itself."""
    if not parts:
        return ZERO
    return parts[0] if len(parts) == 1 else add(*parts)
