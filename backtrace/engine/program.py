"""A graph laid out for running: flat instructions, so that a trace that keeps everything costs little but arithmetic.

The way back runs over one list, the flow: a place for each edge's contribution, then one for each node whose gradient
is not simply what comes down its only edge. A sum hands its gradient on as it is, so its edges are read where the sum's
gradient stands. At the end gradients and contributions are picked out of the flow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from typing import Any, TypeAlias, cast

from backtrace.engine.graph import Graph
from backtrace.engine.operations import ADD, MULTIPLY
from backtrace.network.losses import Loss

PRODUCT, SUM, POINT, LOSS_TERM, OTHER, TOTAL = range(6)

Instruction: TypeAlias = tuple[int, int, Any, Any, Any]
Pick: TypeAlias = Callable[[Sequence[float]], Iterable[float]]


def forward_program(graph: Graph) -> list[Instruction]:
    """The instructions of the forward pass, laid out when first asked for."""
    if () not in graph.programs:
        graph.programs[()] = _forward(graph)
    return cast(list[Instruction], graph.programs[()])


def backward_program(graph: Graph, seeded: Iterable[int]) -> BackwardProgram:
    """The instructions of the way back from these nodes, laid out when first asked for."""
    nodes = tuple(seeded)
    if nodes not in graph.programs:
        graph.programs[nodes] = BackwardProgram(graph, nodes)
    return cast(BackwardProgram, graph.programs[nodes])


def _forward(graph: Graph) -> list[Instruction]:
    """How the value of each gate is worked out, operands before what is made of them: kind, node, and

    PRODUCT: its two operands. SUM: its first operand, the others. POINT: its operand, None, a function of one number.
    LOSS_TERM: target, output, the loss with its number of outputs. OTHER: its operands, None, a function of their list.
    """
    found: list[Instruction] = []
    for node, (operation, operands) in enumerate(zip(graph.operations, graph.operands, strict=True)):
        if operation is None:
            continue
        record = operation.record
        if operation is MULTIPLY:
            found.append((PRODUCT, node, operands[0], operands[1], None))
        elif operation is ADD:
            found.append((SUM, node, operands[0], operands[1:], None))
        elif record is None:
            found.append((OTHER, node, operands, None, operation.value))
        elif isinstance(record, Loss):
            found.append((LOSS_TERM, node, operands[1], operands[0], (record.value, operation.outputs)))
        else:
            found.append((POINT, node, operands[0], None, record.value))
    return found


class BackwardProgram:
    """The way back from a set of seeded nodes.

    instructions: kind, place in the flow of the node's gradient, and (the edges of a node are numbered in a row)
    PRODUCT: first edge, its two operands. POINT: edge, (operand, node), slope. LOSS_TERM: edge, (target, output), the
    slope with the number of outputs. OTHER: first edge, (operands, node), slopes. TOTAL: the places to add.
    size: the length of the flow. place: by node, where its gradient stands. gradients, contributions: pick theirs from
    the flow.
    """

    def __init__(self, graph: Graph, seeded: Iterable[int]) -> None:
        apart = frozenset(seeded)
        edge_place = list(range(len(graph.owner)))
        self.place = [0] * len(graph)
        self.size = len(edge_place)
        self.instructions: list[Instruction] = []
        for node in range(len(graph) - 1, -1, -1):
            uses = graph.uses[node]
            if len(uses) == 1 and node not in apart:
                self.place[node] = edge_place[uses[0]]
            else:
                self.place[node] = self.size
                self.size += 1
                if uses:
                    places = [edge_place[edge] for edge in uses]
                    self.instructions.append((TOTAL, self.place[node], places, None, None))
            if graph.operations[node] is ADD:
                for edge in graph.edges(node):
                    edge_place[edge] = self.place[node]
            elif graph.operations[node] is not None:
                self.instructions.append(self._gate(graph, node))
        self.gradients = _picker(self.place)
        self.contributions = _picker(edge_place)

    def _gate(self, graph: Graph, node: int) -> Instruction:
        operation, operands = graph.operations[node], graph.operands[node]
        assert operation is not None
        place, edge, record = self.place[node], graph.first_edge[node], operation.record
        if operation is MULTIPLY:
            return PRODUCT, place, edge, operands[0], operands[1]
        if record is None:
            return OTHER, place, edge, (operands, node), operation.slopes
        if isinstance(record, Loss):
            return LOSS_TERM, place, edge, (operands[1], operands[0]), (record.slope_at, operation.outputs)
        return POINT, place, edge, (operands[0], node), record.slope_at


def _picker(places: Sequence[int]) -> Pick:
    if len(places) < 2:
        return lambda flow: [flow[place] for place in places]
    return itemgetter(*places)
