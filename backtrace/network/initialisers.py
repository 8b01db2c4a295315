"""The initialisers: how parameters get their first numbers when nobody typed them. One frozen record each.

Only `Random.random()` is promised to give the same numbers in every Python version, so the normal numbers are made
from it here.
"""

from __future__ import annotations

from collections.abc import Callable
from math import cos, log, pi, sin, sqrt
from typing import TYPE_CHECKING, NamedTuple

from backtrace.expression.tree import Given

if TYPE_CHECKING:
    from random import Random


class Draws:
    """One sequence of random numbers from a seed; made when first drawn from, since importing `random` costs."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._random: Random | None = None

    @property
    def random(self) -> Random:
        """The generator, where its last draw left it."""
        if self._random is None:
            from random import Random

            self._random = Random(self.seed)
        return self._random


class Initialiser(NamedTuple):
    """One way of making numbers.

    make(random, count, fan_in, value): `count` numbers, drawn in parameter order. draws: whether it draws at random
    (and so takes a seed); takes_value: whether a file must say `value`. words: what it does, for "made by".
    """

    name: str
    make: Callable[[Random, int, int, float], list[float]]
    draws: bool
    takes_value: bool
    words: str


def standard_normal(random: Random, count: int) -> list[float]:
    """`count` normal numbers with mean 0 and standard deviation 1 (Box and Muller 1958)."""
    numbers: list[float] = []
    draw = random.random
    for _ in range((count + 1) // 2):
        radius, angle = sqrt(-2.0 * log(1.0 - draw())), 2.0 * pi * draw()
        numbers += (radius * cos(angle), radius * sin(angle))
    return numbers[:count]


def _normal(random: Random, count: int, fan_in: int, value: float) -> list[float]:
    scale = 1.0 / sqrt(fan_in)
    return [scale * z for z in standard_normal(random, count)]


def _constant(random: Random, count: int, fan_in: int, value: float) -> list[float]:
    return [value if isinstance(value, Given) else float(value)] * count


INITIALISERS: dict[str, Initialiser] = {
    i.name: i
    for i in (
        Initialiser("normal", _normal, True, False, "normal, mean 0, standard deviation 1/√fan-in"),
        Initialiser("constant", _constant, False, True, "constant"),
    )
}
