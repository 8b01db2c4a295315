"""Counts by brute force: every path is listed, every bracket written out, every product really done by a machine that
counts."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple, TypeAlias

from backtrace.engine.paths import reaching, routes
from backtrace.engine.zoom import Zoom
from backtrace.expression.tree import ONE
from backtrace.network.quantity import Key

Route: TypeAlias = tuple[Key, ...]


class Sum(NamedTuple):
    terms: list[list[Factor]]


# A number, or a sum in brackets.
Factor: TypeAlias = float | Sum


class Machine:
    """Works a written product out, from the left; counts products and the values that are under way."""

    def __init__(self) -> None:
        self.multiplications = self.open = self.most = 0

    def product(self, factors: list[Factor]) -> float:
        if len(factors) == 1 and isinstance(factors[0], Sum):
            return self.sum(factors[0])
        self._opened()
        result: float | None = None
        for factor in factors:
            value = self.sum(factor) if isinstance(factor, Sum) else factor
            if result is None:
                result = value
            else:
                result *= value
                self.multiplications += 1
        self.open -= 1
        return 1.0 if result is None else result

    def sum(self, written: Sum) -> float:
        self._opened()
        total = 0.0
        for term in written.terms:
            total += self.product(term)
        self.open -= 1
        return total

    def _opened(self) -> None:
        self.open += 1
        self.most = max(self.most, self.open)


class Numbers:
    """A number for every factor of a zoom; none for one that is always 1."""

    def __init__(self, zoom: Zoom) -> None:
        self.zoom = zoom
        self.drawn: dict[tuple[Key, Key], float] = {}

    def factor(self, upper: Key, lower: Key) -> list[Factor]:
        if self.zoom.local(upper, lower) == ONE:
            return []
        return [self.drawn.setdefault((upper, lower), 1.0 + len(self.drawn) % 7)]


def all_routes(zoom: Zoom, by: Key, root: Key) -> list[Route]:
    return list(routes(zoom.above, reaching(zoom.order, zoom.above, by, root), by, root))


def written_out(numbers: Numbers, found: list[Route]) -> list[Factor]:
    """The sum over paths."""
    terms = [[f for low, up in pairwise(route) for f in numbers.factor(up, low)][::-1] for route in found]
    return terms[0] if len(terms) == 1 else [Sum(terms)]


def with_brackets(numbers: Numbers, found: list[Route]) -> list[Factor]:
    """The same factored, read off the listed paths: they are cut at the nodes that stand on all of them."""
    common = [node for node in found[0] if all(node in route for route in found)]
    product: list[Factor] = []
    for low, up in pairwise(common):
        pieces = list(dict.fromkeys(route[route.index(low) : route.index(up) + 1] for route in found))
        if len(pieces) == 1:
            part = [f for a, b in pairwise(pieces[0]) for f in numbers.factor(b, a)][::-1]
        else:
            seconds = dict.fromkeys(piece[1] for piece in pieces)
            part = [
                Sum(
                    [
                        with_brackets(numbers, [p[1:] for p in pieces if p[1] == second]) + numbers.factor(second, low)
                        for second in seconds
                    ]
                )
            ]
        product = part + product
    return product


class Sweep:
    """A backward sweep that is really done: what is used more than once is kept, all else written where it is used."""

    def __init__(self, zoom: Zoom, root: Key, bys: list[Key]) -> None:
        self.numbers = Numbers(zoom)
        self.machine = Machine()
        self.kept: dict[Key, float] = {}
        self.uses: dict[Key, int] = {}
        on = set().union(*(reaching(zoom.order, zoom.above, by, root) for by in bys))
        ups = {node: [up for up in zoom.above(node) if up in on] for node in on}
        for node in on:
            for up in ups[node]:
                self.uses[up] = self.uses.get(up, 0) + 1
        written: dict[Key, list[Factor]] = {root: []}
        self.gradients: dict[Key, float] = {}
        for node in reversed([key for key in zoom.order if key in on and key != root]):
            terms = [written[up] + self.numbers.factor(up, node) for up in ups[node]]
            written[node] = terms[0] if len(terms) == 1 else [Sum(terms)]
            if node in bys:
                self.gradients[node] = self.machine.product(written[node])
            elif self.uses[node] > 1 and written[node]:
                self.kept[node] = self.machine.product(written[node])
                written[node] = [self.kept[node]]
