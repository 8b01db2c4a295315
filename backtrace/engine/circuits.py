"""From the formulas of a circuit to its graph, one gate per operation, and the run of it: values and gradients.

A literal number is part of the gate that it stands in (1/u, 2·u, u + 1 are gates of one operand): it gets no gradient.
So is the minus of a term in a sum. A gate whose result has no name is a wire: d1, d2, ….
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import count

from backtrace.engine.graph import Graph
from backtrace.engine.operations import Forms, Numbers, Operation
from backtrace.engine.trace import Sweep, empty_sweep, leaf_values, pull
from backtrace.engine.zoom import Zoom
from backtrace.errors import InputError, Place
from backtrace.expression.calculus import derivative
from backtrace.expression.evaluate import compiled, evaluate
from backtrace.expression.functions import FUNCTIONS, EvaluationError
from backtrace.expression.tree import Expr, neg, operands, replace, symbol, symbols, with_operands
from backtrace.network.circuit import Circuit, Line, named
from backtrace.network.quantity import Key, Quantity, neutral

MOST_GATES = 2000
WIRE = r"d_?(\d+)"
SIGNS = {"add": "+", "mul": "×", "div": "÷", "power": "^", "neg": "×(−1)", "symbol": "="}
Y = "y"  # the gate's own output in the formula of a slope


class Gates(Graph):
    """The graph of a circuit. lines, places: by node, the line it belongs to and where it stands in the text."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: dict[int, Line] = {}
        self.places: dict[int, Place] = {}


class CircuitRun:
    """Values by node; gradients of the output by node, local derivatives and contributions by edge (`sweep`)."""

    __slots__ = ("graph", "sweep", "values")

    def __init__(self, graph: Gates, values: list[float], sweep: Sweep) -> None:
        self.graph = graph
        self.values = values
        self.sweep = sweep

    def value(self, key: Key) -> float:
        """The value of a quantity."""
        return self.values[self.graph.index[key]]

    def gradient(self, key: Key) -> float:
        """∂output/∂quantity."""
        return self.sweep.gradient[self.graph.index[key]] + 0.0


class LineZoom(Zoom):
    """The zooms of a circuit: a local derivative is that of the whole formula between the kept nodes, by calculus, with
    the output in it where it occurs (σ′ is shorter through the output)."""

    def edges(self, node: int) -> dict[int, Expr]:
        key = self.graph.keys[node]
        if self.graph.operations[node] is None:
            return {}
        form = self.formula(key)
        index = self.graph.index
        try:
            return {
                index[low]: through_output(derivative(form, low), form, symbol(key))  # type: ignore[index]
                for low in dict.fromkeys(symbols(form))
            }
        except InputError as error:
            hint = "name parts of it in lines of their own, or use --view gates"
            raise InputError(f"{neutral(key)}: {error.what}", hint=hint) from None


def through_output(slope: Expr, form: Expr, output: Expr) -> Expr:
    """The slope with the output in place of the formula it comes from, where that is a function or a power."""
    if form.op not in ("call", "power"):
        return slope
    if slope == form:
        return output
    parts = operands(slope)
    return with_operands(slope, tuple(through_output(part, form, output) for part in parts)) if parts else slope


def build(circuit: Circuit) -> Gates:
    """The gate graph, leaves first, then line by line. Raises InputError where a part without names has no value, and
    for more than `MOST_GATES` gates."""
    graph = Gates()
    for name in circuit.leaves:
        graph.leaf(named(name))
    taken = {int(found[1]) for name in circuit.names() if (found := re.fullmatch(WIRE, name))}
    wires = (Quantity("wire", unit=number) for number in count(1) if number not in taken)
    for line in circuit.lines:
        _Builder(graph, line, wires).gate(line.formula, line.key)
    return graph


class _Builder:
    """Makes the gates of one line. The marks of the line are taken in the order in which they were written."""

    def __init__(self, graph: Gates, line: Line, wires: Iterator[Quantity]) -> None:
        self.graph = graph
        self.line = line
        self.wires = wires
        self.marks = iter(line.marks)

    def gate(self, e: Expr, key: Quantity | None = None) -> int:
        """The node of a formula with names in it; `key` names it, else it becomes a wire."""
        mark = self.line.place
        used: list[int] = []
        parts: list[Expr] = []
        if e.op == "call":
            mark = next(self.marks)
        for place, part in enumerate(operands(e)):
            if place and e.op in ("div", "power"):
                mark = next(self.marks)
            parts.append(self.operand(part, used, e.op))
        if e.op == "symbol":
            used.append(self.graph.index[e.args[0]])
            parts, e = [], symbol(0)
        template = with_operands(e, tuple(parts)) if parts else e
        if len(self.graph) >= MOST_GATES:
            raise InputError(f"there are more than {MOST_GATES} gates", mark, "leave out a part of the circuit")
        node = self.graph.node(key or next(self.wires), gate(template, len(used)), used)
        self.graph.lines[node] = self.line
        self.graph.places[node] = mark
        return node

    def operand(self, e: Expr, used: list[int], above: str) -> Expr:
        """What stands for an operand in its gate's template: a slot, a slot with a minus, or a literal formula."""
        if e.op == "neg" and above == "add":
            return neg(self.operand(e.args[0], used, above))
        if next(symbols(e), None) is None:
            self.literal(e)
            return e
        used.append(self.graph.index[e.args[0]] if e.op == "symbol" else self.gate(e))
        return symbol(len(used) - 1)

    def literal(self, e: Expr) -> None:
        """Sees to it that a formula without names has a value."""
        mark = next(self.marks) if e.op == "call" else None
        for place, part in enumerate(operands(e)):
            if place and e.op in ("div", "power"):
                mark = next(self.marks)
            self.literal(part)
        if mark:
            try:
                evaluate(e, lambda key: 0.0)
            except EvaluationError as error:
                raise no_value(self.line, mark, error) from None


@lru_cache(maxsize=1024)
def gate(template: Expr, slots: int) -> Operation:
    """The operation of a template, a formula in the symbols 0, 1, … of its operands."""
    slopes = [through_output(derivative(template, slot), template, symbol(Y)) for slot in range(slots)]
    value = compiled(template, range(slots))
    numbers = [compiled(slope, [*range(slots), Y]) for slope in slopes]

    def slope_forms(a: Forms, y: Expr) -> Forms:
        return [_put(slope, a, y) for slope in slopes]

    def slopes_at(a: Numbers, y: float) -> Numbers:
        return [number(*a, y) for number in numbers]

    name = template.args[0] if template.op == "call" else template.op
    sign = FUNCTIONS[name].text if template.op == "call" else SIGNS[name]
    return Operation(name, sign, lambda a: value(*a), slopes_at, lambda a: _put(template, a, None), slope_forms)


def _put(form: Expr, a: Forms, y: Expr | None) -> Expr:
    return replace(form, lambda key: a[key] if isinstance(key, int) else y)


def run(circuit: Circuit, graph: Gates) -> CircuitRun:
    """Forward and backward; the circuit must be numeric.

    Raises EvaluationError with the place of the function, quotient or power that has no value or no slope there.
    """
    numbers: dict[Key, float] = {}
    for name, value in zip(circuit.leaves, circuit.values or (), strict=True):
        numbers[named(name)] = value
    values = leaf_values(graph, numbers)
    for node, operation in enumerate(graph.operations):
        if operation is not None:
            try:
                values[node] = operation.value([values[operand] for operand in graph.operands[node]])
            except EvaluationError as error:
                raise no_value(graph.lines[node], graph.places[node], error) from None
    sweep = empty_sweep(graph)
    last = graph.index[circuit.output]
    for node in range(last, -1, -1):
        try:
            pull(graph, values, sweep, node, 1.0 if node == last else 0.0)
        except EvaluationError as error:
            raise _no_slope(graph, node, values, error) from None
    for node, total in enumerate(sweep.gradient):
        if not abs(total) < float("inf"):
            line = graph.lines.get(node, circuit.lines[-1])
            raise EvaluationError(f"a gradient of {line.name} is too large for a number", line.place)
    return CircuitRun(graph, values, sweep)


def no_value(line: Line, place: Place, error: EvaluationError) -> EvaluationError:
    """A line has no value, and where in it and why."""
    return EvaluationError(f"{line.name} has no value: {error.what}", place, error.hint)


def _no_slope(graph: Gates, node: int, values: list[float], error: EvaluationError) -> EvaluationError:
    """A gate has no slope at this point."""
    operation, line = graph.operations[node], graph.lines[node]
    assert operation is not None
    at = ", ".join(f"{values[operand]:.6g}" for operand in graph.operands[node])
    if operation.name in FUNCTIONS:
        what = f"{operation.name} has no slope at {at}"
    elif operation.name == "power":
        what = f"this power has no slope at {at}"
    else:
        what = error.what
    return EvaluationError(f"{line.name} has no gradient: {what}", graph.places[node], "choose another point")
