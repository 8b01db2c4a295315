"""The initialisers: how parameters get their first numbers when nobody typed them. One frozen record each.

Only `Random.random()` is promised to give the same numbers in every Python version, so the normal numbers are made
from it here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
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


class Fans(NamedTuple):
    """How many units a unit of the layer gets numbers from (fan-in), and how many get numbers from one below: those of
    the layer (fan-out)."""

    into: int
    out: int


class Initialiser(NamedTuple):
    """One way of making numbers.

    make(random, count, fans, given): `count` numbers, drawn in parameter order; `given` holds a number for each of
    `settings`, all of which a file must give. draws: whether it draws at random (and so takes a seed). ordered: whether
    each setting must be larger than the one before. example: the settings as a file may give them. words: what it
    does, for "made by".
    """

    name: str
    make: Callable[[Random, int, Fans, Sequence[float]], list[float]]
    words: str
    settings: tuple[str, ...] = ()
    example: str = ""
    draws: bool = True
    ordered: bool = False

    def told(self, seed: int, given: Sequence[float] = ()) -> str:
        """The rule, its settings and the seed: "uniform, low -0.5, high 0.5, seed 7"."""
        settings = [f"{name} {_text(x)}" for name, x in zip(self.settings, given, strict=True)]
        return ", ".join([self.words, *settings, *([f"seed {seed}"] if self.draws else [])])


def standard_normal(random: Random, count: int) -> list[float]:
    """`count` normal numbers with mean 0 and standard deviation 1 (Box and Muller 1958)."""
    numbers: list[float] = []
    draw = random.random
    for _ in range((count + 1) // 2):
        radius, angle = sqrt(-2.0 * log(1.0 - draw())), 2.0 * pi * draw()
        numbers += (radius * cos(angle), radius * sin(angle))
    return numbers[:count]


def _text(x: float) -> str:
    return x.text if isinstance(x, Given) else repr(x)


def _between(random: Random, count: int, low: float, high: float) -> list[float]:
    draw, width = random.random, high - low
    return [low + width * draw() for _ in range(count)]


def _normal(random: Random, count: int, fans: Fans, given: Sequence[float]) -> list[float]:
    scale = 1.0 / sqrt(fans.into)
    return [scale * z for z in standard_normal(random, count)]


def _xavier(random: Random, count: int, fans: Fans, given: Sequence[float]) -> list[float]:
    reach = sqrt(6.0 / (fans.into + fans.out))
    return _between(random, count, -reach, reach)


def _he(random: Random, count: int, fans: Fans, given: Sequence[float]) -> list[float]:
    scale = sqrt(2.0 / fans.into)
    return [scale * z for z in standard_normal(random, count)]


def _uniform(random: Random, count: int, fans: Fans, given: Sequence[float]) -> list[float]:
    return _between(random, count, float(given[0]), float(given[1]))


def _constant(random: Random, count: int, fans: Fans, given: Sequence[float]) -> list[float]:
    return [given[0]] * count


INITIALISERS: dict[str, Initialiser] = {
    i.name: i
    for i in (
        Initialiser("normal", _normal, "normal, mean 0, standard deviation 1/√fan-in"),
        # Glorot, Bengio 2010 and He, Zhang, Ren, Sun 2015.
        Initialiser("xavier", _xavier, "xavier, uniform within ±√(6/(fan-in + fan-out))"),
        Initialiser("he", _he, "he, normal, mean 0, standard deviation √(2/fan-in)"),
        Initialiser(
            "uniform", _uniform, "uniform", settings=("low", "high"), example="low = -0.5, high = 0.5", ordered=True
        ),
        Initialiser("constant", _constant, "constant", settings=("value",), example="value = 0.5", draws=False),
    )
}
