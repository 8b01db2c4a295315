"""The paths view: every route from a quantity to the loss written as a product, then the sum factored.

Routes are counted without listing them, and only those that are shown are made. A sum over routes is factored at the
nodes that all of them pass: what comes before and after is written once, and between two such nodes the branches
stand in brackets.
"""

from __future__ import annotations

from functools import cache
from itertools import islice, pairwise

from backtrace.derivation.chain import GAP, Chain, Items, derivative_id
from backtrace.derivation.steps import Remark
from backtrace.derivation.workspace import Worksheet, d
from backtrace.engine.paths import above_all, leading_to, meeting, routes, ways_to
from backtrace.engine.zoom import Zoom
from backtrace.errors import InputError
from backtrace.expression.tree import Expr, add, mul, symbol
from backtrace.network.quantity import Key, Quantity

MOST_ROUTES = 10_000


class Paths:
    """Writes path sums to `root`. One object lives through a whole page."""

    def __init__(self, work: Worksheet, root: Quantity, zoom: Zoom | None = None) -> None:
        self.work = work
        self.root = root
        self.zoom = zoom or work.zoom()
        self.order = self.zoom.order
        self.chain = Chain(work, root, self.zoom)
        self._above = cache(self.zoom.above)
        self._ways = ways_to(self.order, self._above, root)
        self._ends: dict[Key, set[Key]] = {}

    def count(self, by: Key) -> int:
        """How many routes lead from `by` to the root."""
        return self._ways.get(by, 0)

    def shown(self, by: Key, total: int) -> list[tuple[Key, ...]]:
        """The routes to write out: all, or the first few and the last."""
        most = self.work.choices.paths
        if most is None and total > MOST_ROUTES:
            raise InputError(
                f"there are {total} routes from that quantity to the loss, more than one wants to print",
                hint=f"ask for fewer: --paths N, at most {MOST_ROUTES}; --view chain computes each shared factor once",
            )
        on_route = self._leading(self.root) & above_all(self._above, by)
        if most is None or total <= most:
            return list(routes(self._above, on_route, by, self.root))
        first = list(islice(routes(self._above, on_route, by, self.root), max(most - 1, 1)))
        if most == 1:
            return first
        return [*first, next(routes(self._above, on_route, by, self.root, backwards=True))]

    def write(self, by: Quantity) -> Items:
        """The lines for ∂root/∂by as a sum over routes."""
        total = self.count(by)
        shown = self.shown(by, total)
        all_shown = len(shown) == total
        work, left = self.work, d(self.root, by)
        products = [self._product(route) for route in shown]
        items: Items = [Remark("route_count", (by, self.root, total))]
        if products == [left]:
            # One factor is all there is: its own line says everything.
            return [*items, GAP, *self.chain.local(self.root, by)]
        if all_shown:
            items.append(work.line("chain", left, add(*products), id=f"{self._name(by)}:routes", statement=True))
        else:
            items.append(Remark("paths_left_out", (len(shown), total)))
        items.append(GAP)
        for route in shown:
            for low, up in zip(route[::-1][1:], route[::-1], strict=False):
                items += self.chain.local(up, low)
        items.append(GAP)
        if total == 1:
            items.append(work.line("product", left, products[0], stated=work.numeric))
            return items
        names = []
        for number, form in enumerate(products, 1):
            key = Quantity("term", unit=work.terms + (number if number < len(shown) or all_shown else total))
            names.append(symbol(key))
            items.append(work.line("path", names[-1], form, stated=all_shown and work.numeric))
        work.terms += total
        items.append(GAP)
        if not all_shown:
            self.chain.forget(by)
            return [*items, Remark("sum_by_chain", (by,)), *self.chain.write(by)]
        items.append(work.line("sum", left, add(*names)))
        factored = mul(*self._factored(by, self.root))
        items += [GAP, Remark("factored"), work.line("factored", left, factored, id=f"{self._name(by)}:factored")]
        return items

    def _name(self, by: Quantity) -> str:
        return derivative_id(self.root, by)

    def _product(self, route: tuple[Key, ...]) -> Expr:
        """The product of a route's factors, from the loss inwards."""
        return mul(*[self._factor(up, low) for low, up in pairwise(route)][::-1])

    def _factor(self, up: Key, low: Key) -> Expr:
        return self.chain.factor(up, low)

    def _factored(self, node: Key, end: Key) -> list[Expr]:
        """The factors of ∂end/∂node, from the end inwards, what is common to all routes outside the brackets."""
        factors: list[Expr] = []
        leading = self._leading(end)
        while node != end:
            ups = [up for up in self._above(node) if up in leading]
            if len(ups) == 1:
                factors.append(self._factor(ups[0], node))
                node = ups[0]
                continue
            on_route = leading & above_all(self._above, node)
            meet = meeting([key for key in self.order if key in on_route], self._above, node, end)
            factors.append(add(*[mul(*self._factored(up, meet), self._factor(up, node)) for up in ups]))
            node = meet
        return factors[::-1]

    def _leading(self, end: Key) -> set[Key]:
        """The nodes that lead to `end`, found once for each end."""
        if end not in self._ends:
            self._ends[end] = leading_to(self.order, self._above, end)
        return self._ends[end]
