"""Forward and backward through the graph, keeping everything: each value, each local derivative, each edge's
contribution.

Backward, a node's gradient is the sum of the contributions of the edges that lead up from it, in the order in which
they are written, and each edge's contribution is `upstream × local`. Lists and whole numbers only: names stay in the
graph. `forward` and `backward` run the whole graph by its flat program; `pull` does one node, for whoever has to stop
on the way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from backtrace.engine.graph import Graph
from backtrace.engine.program import LOSS_TERM, POINT, PRODUCT, SUM, TOTAL, backward_program, forward_program
from backtrace.engine.refusals import undefined
from backtrace.expression.functions import EvaluationError
from backtrace.network.quantity import Key


class Sweep:
    """The backward half of a trace: gradient by node, local derivative and contribution by edge."""

    __slots__ = ("contribution", "gradient", "local")

    def __init__(self, gradient: list[float], local: list[float], contribution: list[float]) -> None:
        self.gradient = gradient
        self.local = local
        self.contribution = contribution


def empty_sweep(graph: Graph) -> Sweep:
    """A sweep that `pull` can fill in, node by node from the top."""
    edges = len(graph.owner)
    return Sweep([0.0] * len(graph), [0.0] * edges, [0.0] * edges)


def leaf_values(graph: Graph, numbers: Mapping[Key, float]) -> list[float]:
    """A value list with the leaves filled in from `numbers`; the other nodes hold 0 until `forward` has run."""
    return [
        0.0 if operation else float(numbers[key]) for key, operation in zip(graph.keys, graph.operations, strict=True)
    ]


def forward(graph: Graph, values: list[float]) -> list[float]:
    """Fills in the value of every node that is not a leaf, in place, and returns the list.

    Raises EvaluationError, with the name of the node, where a formula is undefined, for example ln 0.
    """
    node = 0
    try:
        for kind, node, a, b, function in forward_program(graph):
            if kind == PRODUCT:
                values[node] = values[a] * values[b]
            elif kind == SUM:
                total = values[a]
                for operand in b:
                    total += values[operand]
                values[node] = total
            elif kind == POINT:
                values[node] = function(values[a])
            elif kind == LOSS_TERM:
                term, outputs = function
                values[node] = term(values[a], values[b], outputs)
            else:
                values[node] = function([values[operand] for operand in a])
    except EvaluationError as error:
        raise undefined(graph.keys[node], error) from None
    return values


def backward(graph: Graph, values: Sequence[float], seeds: Mapping[int, float]) -> Sweep:
    """Sweeps from the seeded nodes (gradient given) down to the leaves; nodes above every seed keep gradient 0.

    Raises EvaluationError, with the name of the node, where a slope is undefined, for example that of sqrt at 0.
    """
    program = backward_program(graph, seeds)
    flow = [0.0] * program.size
    local = [1.0] * len(graph.owner)  # the local derivatives of sums are never touched again
    for node, seed in seeds.items():
        flow[program.place[node]] = seed
    edge = 0
    try:
        for kind, place, edge, a, b in program.instructions:
            if kind == PRODUCT:
                upstream = flow[place]
                local[edge] = slope = values[b]
                flow[edge] = upstream * slope
                edge += 1
                local[edge] = slope = values[a]
                flow[edge] = upstream * slope
            elif kind == TOTAL:
                total = flow[place]
                for part in edge:
                    total += flow[part]
                flow[place] = total
            elif kind == POINT:
                operand, node = a
                local[edge] = slope = b(values[operand], values[node])
                flow[edge] = flow[place] * slope
            elif kind == LOSS_TERM:
                (target, out), (slope_at, outputs) = a, b
                local[edge] = slope = slope_at(values[target], values[out], outputs)
                flow[edge] = flow[place] * slope
            else:
                operands, node = a
                for slope in b([values[operand] for operand in operands], values[node]):
                    local[edge] = slope
                    flow[edge] = flow[place] * slope
                    edge += 1
    except EvaluationError as error:
        raise undefined(graph.keys[graph.owner[edge]], error, "the slope of ") from None
    return Sweep(list(program.gradients(flow)), local, list(program.contributions(flow)))


def pull(graph: Graph, values: Sequence[float], sweep: Sweep, node: int, seed: float = 0.0) -> None:
    """One node of the backward sweep: its gradient from the edges above, then what it sends down each of its own
    edges."""
    local, contribution = sweep.local, sweep.contribution
    total = seed
    for edge in graph.uses[node]:
        total += contribution[edge]
    sweep.gradient[node] = total
    operation = graph.operations[node]
    if operation is None:
        return
    operands = graph.operands[node]
    edge = graph.first_edge[node]
    for slope in operation.slopes([values[operand] for operand in operands], values[node]):
        local[edge] = slope
        contribution[edge] = total * slope
        edge += 1
