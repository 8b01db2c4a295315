"""How many parameters a network of dense layers has, as a formula in its sizes; what people get wrong about it.

A size is a number or a letter, so that counting with numbers and counting with letters are the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TypeAlias

from backtrace.errors import InputError, printable
from backtrace.expression.evaluate import evaluate
from backtrace.expression.tree import ONE, Expr, add, mul, number, replace, symbol
from backtrace.mistakes.counts import count_slips
from backtrace.network.quantity import Quantity
from backtrace.network.records import Network
from backtrace.questions.records import Whole, Wrong
from backtrace.questions.sampling import Fault

Sizes: TypeAlias = Sequence[Expr]
MOST_SIZE = 1_000_000
LETTERS = "KLMNPQ"


def letters(count: int) -> list[Expr]:
    """So many letters for sizes: K, L, M, …"""
    return [symbol(Quantity("named", name=letter)) for letter in LETTERS[:count]]


def numbers(sizes: Sequence[int]) -> list[Expr]:
    """Sizes that are known."""
    return [number(size) for size in sizes]


def weights(sizes: Sizes) -> Expr:
    """One for each link."""
    return add(*[mul(a, b) for a, b in pairwise(sizes)])


def parameters(sizes: Sizes) -> Expr:
    """(K + 1)·L + (L + 1)·M: into each unit a weight from every unit below, and its bias."""
    return add(*[mul(add(a, ONE), b) for a, b in pairwise(sizes)])


def in_layers(sizes: Sizes) -> Expr:
    """K·L + L + L·M + M: weights and biases of layer after layer."""
    return add(*[term for a, b in pairwise(sizes) for term in (mul(a, b), b)])


# What can also happen where there are no biases.
WITHOUT_BIAS = ("count.sizes_multiplied", "count.units")


def miscounts(sizes: Sizes, bias: bool = True) -> list[tuple[str, Expr]]:
    """Every wrong count of the catalogue, with the id of the mistake that leads to it."""
    names = {key.name: key for size in sizes if isinstance(key := size.args[0], Quantity)}
    plain = [size.args[0].name if size.op == "symbol" else round(size.args[0]) for size in sizes]
    found: list[tuple[str, Expr]] = []
    for slip in count_slips(plain):
        if slip.form is not None and (bias or slip.mistake.id in WITHOUT_BIAS):
            found.append((slip.mistake.id, replace(slip.form, lambda key: symbol(names[str(key)]))))
    return found


def counted(formula: Expr) -> int:
    """The whole number that a formula of known sizes gives."""
    return round(evaluate(formula, _unknown))


def _unknown(key: object) -> float:
    raise InputError(f"the size {printable(str(key))} is a letter")


def whole(value: int, wrong: Sequence[tuple[str, int]]) -> Whole:
    """The answer; raises Fault where a mistake gives the right one. Of two that give the same the first stands."""
    found: list[Wrong] = []
    for mistake, other in wrong:
        if other == value:
            raise Fault(f"the mistake {mistake} gives the right answer")
        if all(other != one.value for one in found):
            found.append(Wrong(mistake, other))
    return Whole(value, tuple(found))


def sizes_of(given: object) -> list[int]:
    """The sizes in a setting: a network, "4-3-2-1", or a list; raises InputError."""
    if isinstance(given, Network):
        return [given.size(n) for n in range(len(given.layers) + 1)]
    parts = given.split(":")[0].split("-") if isinstance(given, str) else given
    if not isinstance(parts, list | tuple) or not 2 <= len(parts) <= 12:
        raise InputError("a network of an exercise has 2 to 12 sizes", hint='write it like "4-3-2-1"')
    sizes: list[int] = []
    for part in parts:
        text = str(part)
        if not (text.isascii() and text.isdigit() and len(text) <= 7 and 1 <= int(text) <= MOST_SIZE):
            raise InputError(f"'{printable(text)}' is not a size", hint='write sizes like "4-3-2-1"')
        sizes.append(int(text))
    return sizes


def written(sizes: Sequence[object]) -> str:
    """4-3-2-1."""
    return "-".join(str(size) for size in sizes)
