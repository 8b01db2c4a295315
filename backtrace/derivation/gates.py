"""The gate view: the circuit as a table, forward values, then gate by gate upstream × local = down."""

from __future__ import annotations

from backtrace.derivation.chain import GAP, Items
from backtrace.derivation.conventions import beside
from backtrace.derivation.rules import calculus_lines
from backtrace.derivation.workspace import Worksheet, d
from backtrace.engine.paths import leading_to, reaching
from backtrace.expression.tree import ONE, Expr, add, mul, symbol
from backtrace.network.quantity import Derivative, Key, Quantity


class Gates:
    """Writes the two tables for everything that lies between some quantities and `root`."""

    def __init__(self, work: Worksheet, root: Quantity) -> None:
        self.work = work
        self.root = root
        self.zoom = work.gates
        self.order = self.zoom.order
        self.calculus = work.choices.detail == "calculus"
        self.known: set[Key] = set()

    def forward(self, wanted: set[Key] | None = None) -> Items:
        """One line per gate, operands before what is made of them."""
        items: Items = []
        for key in self.order:
            operation = self.work.graph.operations[self.work.graph.index[key]]
            if operation is not None and (wanted is None or key in wanted):
                items.append(self.work.line("gate", symbol(key), self.zoom.formula(key)))
        return items

    def backward(self, target: Quantity | None = None) -> Items:
        """From the root down to the target, or to everything: one line per edge, and a sum wherever a value feeds
        several gates."""
        if target is None:
            wanted = leading_to(self.order, self.zoom.above, self.root)
        else:
            wanted = reaching(self.order, self.zoom.above, target, self.root)
        items: Items = []
        if self.root not in self.known:
            items.append(self.work.line("gate", d(self.root, self.root), ONE))
            self.known.add(self.root)
        for key in self.zoom.backwards(self.root):
            if key in wanted and key not in self.known:
                self.known.add(key)
                items += self._node(key, [up for up in self.zoom.above(key) if up in wanted])
        return items

    def _node(self, key: Key, ups: list[Key]) -> Items:
        assert isinstance(key, Quantity)
        left = d(self.root, key)
        if len(ups) == 1:
            lead = self.work.lead(ups[0], key) if self.calculus else []
            return [*lead, *self._edge(ups[0], key, left), *([GAP] if lead else [])]
        items: Items = []
        parts: list[Expr] = []
        for up in ups:
            assert isinstance(up, Quantity)
            part = symbol(Derivative(self.root, key, up))
            items += self._edge(up, key, part)
            parts.append(part)
        return [*items, self.work.line("sum", left, add(*parts)), GAP]

    def _edge(self, up: Key, key: Quantity, left: Expr) -> Items:
        assert isinstance(up, Quantity)
        local = self.work.local(self.zoom, up, key)
        lines = calculus_lines(self.work, self.zoom, up, key, local) if self.calculus else ()
        step = self.work.line("gate", left, mul(d(self.root, up), local), lines=lines)
        return [step, *beside(self.work, self.zoom, step, up, key)]
