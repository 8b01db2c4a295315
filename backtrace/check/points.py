"""Whether two formulas about a network say the same: both are worked out at random points, of both signs.

A point is a set of random numbers for everything that is given, with all else following from them by the right lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from random import Random

from backtrace.check.agreement import POINTS, TRIES, agree
from backtrace.check.effort import Effort
from backtrace.check.lines import Lines, in_order
from backtrace.errors import InputError
from backtrace.expression.evaluate import evaluate
from backtrace.expression.tree import Expr, count, operands
from backtrace.network.quantity import Derivative, Key, Quantity

# Functions and losses made of pieces: a formula about one of the pieces is right on its side only.
CORNERED = frozenset({"max", "abs", "relu", "step", "sign"})
CORNERED_LOSSES = (
    "absolute_error",
    "mean_absolute_error",
    "hinge",
    "mean_hinge",
    "huber",
    "mean_huber",
    "perceptron_error",
    "multi_class_svm",
)


class Points:
    """Random points of one network. given: its own numbers, near which points are taken where a formula holds only on
    one side of a corner, or nowhere else; effort: where what is worked out is counted."""

    def __init__(self, lines: Lines, given: Mapping[Key, float], effort: Effort) -> None:
        self.lines, self.given, self.effort = lines, given, effort

    @property
    def anywhere(self) -> list[Point]:
        """Points with numbers of both signs, the same for all networks alike."""
        if not self.lines.points:
            draw = Random(1)
            self.lines.points = [Point(self.lines, self._drawn(draw)) for _ in range(TRIES)]
        return self.lines.points

    @cached_property
    def nearby(self) -> list[Point]:
        """Points close to the numbers given."""
        draw = Random(2)
        kept = ("target", "rate", "setting", "count")
        return [
            Point(
                self.lines,
                {
                    key: x if isinstance(key, Quantity) and key.kind in kept else x * (1 + 0.02 * draw.random())
                    for key, x in self.given.items()
                },
            )
            for _ in range(POINTS)
        ]

    def same(self, form: Expr, key: Key) -> bool | None:
        """Whether a formula is the quantity; None where neither could be worked out anywhere."""
        if form == self.lines.form(key):
            return True
        found = self._agree(form, key, self.anywhere)
        if found is not True and (found is None or self._has_corner):
            near = self._agree(form, key, self.nearby)
            return near if near is not None else found
        return found

    def equal(self, form: Expr, other: Expr) -> bool:
        """Whether two formulas are the same wherever both can be worked out."""

        def pairs() -> Iterator[tuple[float, float]]:
            operations = count(form) + count(other)
            for point in self.anywhere:
                self.effort.spend(operations)
                try:
                    yield evaluate(form, point.looked_up), evaluate(other, point.looked_up)
                except (InputError, KeyError):
                    continue

        return agree(pairs()) is True

    @property
    def _has_corner(self) -> bool:
        network = self.lines.network
        if network.loss.name in CORNERED_LOSSES:
            return True
        return any(
            a.remark or (a.formula and CORNERED & _calls(a.formula)) for a in (x.activation for x in network.layers)
        )

    def _agree(self, form: Expr, key: Key, points: list[Point]) -> bool | None:
        def pairs() -> Iterator[tuple[float, float | None]]:
            operations = count(form)
            for point in points:
                self.effort.spend(operations)
                try:
                    right = point.value(key)
                except (InputError, KeyError):
                    continue
                try:
                    found = evaluate(form, point.looked_up)
                except InputError:
                    yield right, None
                else:
                    yield right, found

        return agree(pairs())

    def _drawn(self, draw: Random) -> dict[Key, float]:
        """Numbers for everything that is given; targets are such as the loss takes."""
        found: dict[Key, float] = {}
        network = self.lines.network
        rows: dict[int, list[Key]] = {}
        for key in self.given:
            assert isinstance(key, Quantity)
            if key.kind == "target" and not network.loss.whole:
                rows.setdefault(key.sample, []).append(key)
            elif key.kind in ("weight", "bias", "input"):
                size = 0.2 + draw.random()
                found[key] = size if draw.random() < 0.5 else -size
            elif key.kind in ("rate", "scheduled", "strength"):
                found[key] = 0.1 + 0.8 * draw.random()
            else:
                found[key] = self.given[key]
        for keys in rows.values():
            found.update(zip(keys, _targets(network.loss.targets, len(keys), draw), strict=True))
        return found


def _calls(form: Expr) -> frozenset[str]:
    """The functions of a formula."""
    own = frozenset({str(form.args[0])}) if form.op == "call" else frozenset()
    return own.union(*map(_calls, operands(form)))


def _targets(kind: str, count: int, draw: Random) -> list[float]:
    if kind == "any":
        return [2 * draw.random() - 1 for _ in range(count)]
    if kind == "sign":
        return [1.0 if draw.random() < 0.5 else -1.0 for _ in range(count)]
    if kind == "one_hot":
        right = int(draw.random() * count)
        return [1.0 if n == right else 0.0 for n in range(count)]
    sizes = [0.05 + draw.random() for _ in range(count)]
    return [size / sum(sizes) for size in sizes] if kind == "distribution" else [size / 1.1 for size in sizes]


class Point:
    """One point: its numbers, and what follows from them."""

    def __init__(self, lines: Lines, given: Mapping[Key, float]) -> None:
        self.lines = lines
        self._values: dict[Key, float] = dict(given)

    def value(self, key: Key) -> float:
        """The number of a quantity there."""
        key = self.lines.canonical(key)
        for one in in_order((key,), self._values, self.lines.needs):
            made = self.lines.function(one)
            if made is None:
                raise KeyError(one)
            self._values[one] = made.function(*[self._values[k] for k in made.keys])
        return self._values[key]

    def looked_up(self, key: object) -> float:
        """The same for a formula."""
        assert isinstance(key, Quantity | Derivative)
        return self.value(key)
