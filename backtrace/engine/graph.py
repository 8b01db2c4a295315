"""The one graph of named scalar quantities.

A node has a key, an operation and an ordered list of operands, repeats allowed (`a·a` has two edges to a: with a set of
operands one of them would be lost). Each edge is numbered: edge `first_edge[n] + p` leads from operand p of node n up
to n. Values live in lists indexed by node, local derivatives and contributions in lists indexed by edge; names live
here only. Nodes are numbered so that operands come before what is made of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from backtrace.engine.operations import Operation
from backtrace.network.quantity import Key, Quantity


class Graph:
    """A graph under construction, then fixed.

    keys: the key of each node. operations: None for a leaf. operands: node numbers, constants last.
    uses: for each node, the edges that lead up from it, in the order in which their contributions are written and
    added.
    owner: for each edge, the node it leads into; operand: the node it comes from.
    programs: what program.py has laid out of the graph, which must not grow any more from then on.
    """

    def __init__(self) -> None:
        self.keys: list[Key] = []
        self.operations: list[Operation | None] = []
        self.operands: list[tuple[int, ...]] = []
        self.first_edge: list[int] = []
        self.uses: list[list[int]] = []
        self.owner: list[int] = []
        self.operand: list[int] = []
        self.index: dict[Key, int] = {}
        self.programs: dict[Any, Any] = {}

    def leaf(self, key: Quantity) -> int:
        """The node of a quantity that is not computed; the same node each time it is asked for."""
        found = self.index.get(key)
        return self._append(key, None, ()) if found is None else found

    def node(self, key: Quantity, operation: Operation, operands: Sequence[int]) -> int:
        """A new node; its edges follow the order of the operands."""
        return self._append(key, operation, tuple(operands))

    def _append(self, key: Quantity, operation: Operation | None, operands: tuple[int, ...]) -> int:
        number = len(self.keys)
        self.keys.append(key)
        self.operations.append(operation)
        self.operands.append(operands)
        self.first_edge.append(len(self.owner))
        self.uses.append([])
        self.index[key] = number
        variable = operands[: len(operands) - operation.constants] if operation else ()
        for operand in variable:
            self.uses[operand].append(len(self.owner))
            self.owner.append(number)
            self.operand.append(operand)
        return number

    def edges(self, node: int) -> range:
        """The edges that lead into a node, in the order of its operands."""
        first = self.first_edge[node]
        last = self.first_edge[node + 1] if node + 1 < len(self.first_edge) else len(self.owner)
        return range(first, last)

    def __len__(self) -> int:
        return len(self.keys)
