"""The graph seen from a chosen distance: nodes that are not kept are folded into the nodes above them.

Gate zoom keeps every node; neuron zoom keeps inputs, parameters, net, out and the loss; unit zoom drops net as well.
A folded node's formula is put into the formula above it, and the local derivatives along the edges that vanish are
multiplied, those of several routes added. So all zooms are contractions of one graph and must agree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import repeat

from backtrace.engine.graph import Graph
from backtrace.engine.operations import ADD
from backtrace.expression.tree import ONE, Expr, add, mul, symbol
from backtrace.network.quantity import Key, Quantity


def keep_neurons(key: Key) -> bool:
    """The neuron zoom: no wires, and the loss in one piece."""
    return isinstance(key, Quantity) and key.kind not in ("wire", "loss_term")


def product(*factors: Expr) -> Expr:
    """The product without factors of one, nested products written out flat, in the order given."""
    flat: list[Expr] = []
    for factor in factors:
        if factor.op == "mul":
            flat += factor.args
        elif factor != ONE:
            flat.append(factor)
    return mul(*flat)


class Zoom:
    """A view of `graph` that keeps the nodes whose key satisfies `keep`; everything is worked out when first asked
    for."""

    def __init__(self, graph: Graph, keep: Callable[[Key], bool]) -> None:
        self.graph = graph
        self._kept = [keep(key) for key in graph.keys]
        self._operands: dict[int, dict[int, Expr]] = {}
        self._formulas: dict[int, Expr] = {}

    @property
    def nodes(self) -> list[int]:
        """The kept nodes by number, operands before what is made of them."""
        return [node for node, kept in enumerate(self._kept) if kept]

    @property
    def order(self) -> list[Key]:
        """The kept nodes, operands before what is made of them."""
        return [key for key, kept in zip(self.graph.keys, self._kept, strict=True) if kept]

    def backwards(self, root: Key) -> list[Key]:
        """The kept nodes from the root down, level by level, within a level in the order in which they were made.

        A node's level is the longest way up to the root, so that everything above a node comes before it.
        """
        order = self.order
        level = {root: 0}
        for key in reversed(order):
            ups = [level[up] for up in self.above(key) if up in level]
            if ups:
                level[key] = 1 + max(ups)
        return sorted((key for key in order if key in level), key=level.__getitem__)

    def keeps(self, key: Key) -> bool:
        """Whether the key is a node of this view."""
        node = self.graph.index.get(key)
        return node is not None and self._kept[node]

    def above(self, key: Key) -> list[Key]:
        """The kept nodes that the node feeds, each once, in the order in which its uses are written."""
        graph = self.graph
        found: dict[Key, None] = {}
        stack = [graph.owner[edge] for edge in reversed(graph.uses[graph.index[key]])]
        while stack:
            node = stack.pop()
            if self._kept[node]:
                found[graph.keys[node]] = None
            else:
                stack += [graph.owner[edge] for edge in reversed(graph.uses[node])]
        return list(found)

    def below(self, key: Key) -> dict[Key, Expr]:
        """The kept nodes that feed the node, in order, each with the local derivative with respect to it."""
        return {self.graph.keys[node]: form for node, form in self._known(self.graph.index[key]).items()}

    def local(self, upper: Key, lower: Key) -> Expr:
        """∂upper/∂lower along the edge between two neighbours of this view."""
        return self._known(self.graph.index[upper])[self.graph.index[lower]]

    def formula(self, key: Key) -> Expr:
        """How the node is computed from the kept nodes below it; a leaf is its own symbol."""
        return self._formula(self.graph.index[key])

    def edges(self, node: int) -> dict[int, Expr]:
        """By number: the kept nodes that feed a node, in order, each with the local derivative with respect to it.

        Worked out anew each time, for a sweep that asks once; `below` and `local` remember.
        """
        operation = self.graph.operations[node]
        if operation is None:
            return {}
        keys, operands = self.graph.keys, self.graph.operands[node]
        slopes: Iterable[Expr] = repeat(ONE)
        if operation is not ADD:
            slopes = operation.slope_forms([symbol(keys[operand]) for operand in operands], symbol(keys[node]))
        found: dict[int, Expr] = {}
        for operand, slope in zip(operands, slopes, strict=False):
            if self._kept[operand]:
                terms = {operand: slope}
            else:
                inner = self._known(operand) if len(self.graph.uses[operand]) > 1 else self.edges(operand)
                terms = {lower: product(slope, form) for lower, form in inner.items()} if slope is not ONE else inner
            for lower, term in terms.items():
                found[lower] = add(found[lower], term) if lower in found else term
        return found

    def _known(self, node: int) -> dict[int, Expr]:
        found = self._operands.get(node)
        if found is None:
            found = self._operands[node] = self.edges(node)
        return found

    def _formula(self, node: int) -> Expr:
        if node in self._formulas:
            return self._formulas[node]
        graph = self.graph
        operation = graph.operations[node]
        if operation is None:
            form = symbol(graph.keys[node])
        else:
            form = operation.formula(
                [
                    symbol(graph.keys[o]) if self._kept[o] or graph.operations[o] is None else self._formula(o)
                    for o in graph.operands[node]
                ]
            )
        self._formulas[node] = form
        return form
