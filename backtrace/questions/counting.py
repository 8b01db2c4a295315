"""How many parameters a network of dense layers has, as a formula in its sizes, and how people get it wrong.

A size is a number or a letter, so that one table serves counting with numbers and counting with letters.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple, TypeAlias

from backtrace.errors import InputError, printable
from backtrace.expression.evaluate import evaluate
from backtrace.expression.tree import ONE, Expr, add, mul, number, symbol
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


class Miscount(NamedTuple):
    """A way to count wrongly. mistake: its id in the catalogue; least: how many sizes it takes to be one; bias: whether
    it needs a network with biases (True), without (False), or either (None)."""

    mistake: str
    formula: Callable[[Sizes], Expr]
    least: int = 2
    bias: bool | None = True


MISCOUNTS: tuple[Miscount, ...] = (
    Miscount("count.no_bias", weights),
    Miscount("count.bias_wrong_side", lambda sizes: add(*[mul(a, add(b, ONE)) for a, b in pairwise(sizes)])),
    Miscount("count.product_of_all", lambda sizes: mul(*sizes), least=3, bias=None),
    Miscount("count.bias_for_inputs", lambda sizes: add(sizes[0], *in_layers(sizes).args)),
    Miscount("count.one_bias_per_layer", lambda sizes: add(*[x for a, b in pairwise(sizes) for x in (mul(a, b), ONE)])),
    Miscount(
        "count.bias_inside_twice", lambda sizes: add(*[mul(add(a, ONE), add(b, ONE)) for a, b in pairwise(sizes)])
    ),
    Miscount("count.sum_not_product", lambda sizes: add(*[x for a, b in pairwise(sizes) for x in (add(a, b), b)])),
    Miscount("count.first_layer_only", lambda sizes: mul(add(sizes[0], ONE), sizes[1]), least=3),
    Miscount("count.neurons", lambda sizes: add(*sizes), least=2, bias=None),
)


def miscounts(sizes: Sizes, bias: bool = True) -> list[tuple[str, Expr]]:
    """Every wrong count that applies, with the mistake that leads to it."""
    return [
        (one.mistake, one.formula(sizes)) for one in MISCOUNTS if len(sizes) >= one.least and one.bias in (None, bias)
    ]


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
