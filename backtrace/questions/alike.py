"""Sheets that are alike: what their pages depend on, the numbers of networks and answers and the student's name apart.

Two variants with equal keys have the same pages but for these, and share what is kept for their pages, forms and
records. What is not known to be written alike where it is equal (1 and 1.0, records of two kinds with the same fields,
a formula whose numbers were typed in two ways) is compared by being the same object.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, NamedTuple

from backtrace.engine.structure import alike
from backtrace.expression.kept import Kept, Same
from backtrace.expression.tree import Expr
from backtrace.network.quantity import Derivative, Quantity
from backtrace.network.records import Network
from backtrace.questions.labels import Exercise
from backtrace.questions.records import (
    Answer,
    Choice,
    Derived,
    Essay,
    Explained,
    Given,
    Numeric,
    Part,
    Say,
    Shape,
    Texts,
    Whole,
)

# Kinds of which no two are equal to each other, and what is equal is written alike.
PLAIN = frozenset((Quantity, Derivative, str, int, type(None)))


class Alike(NamedTuple):
    """What a variant has in common with others, with what is kept for all of them, and what is its own: its networks
    and the answers that are numbers, in the order of its parts."""

    key: Hashable
    kept: Kept[Any]
    networks: tuple[Network, ...]
    answers: tuple[Numeric, ...]


_kept: Kept[Kept[Any]] = Kept()


def alike_in(exercises: Sequence[Exercise]) -> Alike:
    """The exercises of a variant, taken apart."""
    found = Finding()
    keys = [
        (points, joined, say_key(one.title), found.network(one.network), found.given(one.given), found.parts(one.parts))
        for one, points, joined in exercises
    ]
    networks = tuple(found.networks)
    key = (tuple(keys), tuple(map(alike, networks)), equalities(networks))
    kept = _kept.get(key)
    if kept is None:
        kept = _kept.keep(key, Kept())
    return Alike(key, kept, networks, tuple(found.answers))


def equalities(networks: Sequence[Network]) -> tuple[tuple[bool, bool], ...]:
    """Which of them are equal, as they are and apart from their optimizers."""
    bare = [network._replace(optimizer=networks[0].optimizer) for network in networks]
    return tuple(
        [
            (networks[n] == networks[m], bare[n] == bare[m])
            for n in range(len(networks))
            for m in range(n + 1, len(networks))
        ]
    )


class Finding:
    """What has been found of one variant."""

    def __init__(self) -> None:
        self.networks: list[Network] = []
        self.answers: list[Numeric] = []
        self._places: dict[int, int] = {}

    def network(self, network: Network | None) -> int:
        """Which network this is, by being the same one; -1 for none."""
        if network is None:
            return -1
        place = self._places.setdefault(id(network), len(self.networks))
        if place == len(self.networks):
            self.networks.append(network)
        return place

    def given(self, given: Sequence[Given]) -> Hashable:
        """What stands above parts."""
        return tuple(
            [
                Same(one)
                if one.sections
                else (
                    one.say and say_key(one.say),
                    one.title and say_key(one.title),
                    self.network(one.numbers),
                    self.network(one.diagram),
                    tuple(map(say_key, one.lines)),
                )
                for one in given
            ]
        )

    def parts(self, parts: Sequence[Part]) -> Hashable:
        """What is asked, and how it is solved."""
        return tuple(
            [
                (
                    say_key(ask),
                    self.answer(answer),
                    exact(name),
                    share,
                    given and self.given(given),
                    *[self.solution(piece) for piece in solution],
                )
                for ask, answer, name, solution, share, given in parts
            ]
        )

    def answer(self, answer: Answer) -> Hashable:
        """What its pages show of an answer; of a number only whether one digit is asked for, or several."""
        kind = type(answer)
        if kind is Numeric:
            self.answers.append(answer)  # type: ignore[arg-type]
            return answer.digits == 1  # type: ignore[union-attr]
        if isinstance(answer, Whole):
            return kind, exact(answer.value)
        if isinstance(answer, Shape):
            return kind, *map(exact, answer.dims)
        if isinstance(answer, Choice):
            return kind, answer.several, *[(say_key(one.text), one.right, one.why) for one in answer.options]
        return (kind, answer.lines) if isinstance(answer, Essay) else Same(answer)

    def solution(self, piece: object) -> Hashable:
        """A piece of the solution."""
        if isinstance(piece, Derived):
            return self.network(piece.network), piece.quantities, piece.view, piece.step, piece.loss
        if isinstance(piece, Say):
            return say_key(piece)
        return (Explained, piece.topic) if isinstance(piece, Explained) else Same(piece)


def say_key(say: Say) -> Hashable:
    """A sentence and what stands in it."""
    if PLAIN.issuperset(map(type, say.args)):
        return say
    return Say, say.key, *map(exact, say.args)


def exact(value: object) -> Hashable:
    """A value such that equal ones are written alike."""
    kind = type(value)
    if kind in PLAIN:
        return value
    if isinstance(value, Say):
        return say_key(value)
    if kind is Texts:
        return kind, value
    if kind is float or kind is bool:
        return kind, repr(value)
    if isinstance(value, Expr) and value.op == "symbol" and type(value.args[0]) in PLAIN:
        return Expr, value
    return Same(value)
