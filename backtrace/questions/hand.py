"""The numbers of a training step as they come out by hand: everything carried, or every line rounded before the next.

What is accepted as an answer covers both, and whatever lies between: a person rounds where it is convenient.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from backtrace.engine.build import sample_numbers
from backtrace.engine.graph import Graph
from backtrace.engine.operations import MULTIPLY, Operation
from backtrace.engine.scalar import numbers_of, reduced, whole_gradient
from backtrace.engine.structure import graph_of
from backtrace.engine.updating import BUILT_IN, State, clipped, compiled_rule, is_plain, is_updated, number_of, start
from backtrace.expression.rounding import BY_HAND, rounding_to
from backtrace.expression.tree import Expr
from backtrace.network.quantity import LOSS, Derivative, Key, Quantity, kept_of
from backtrace.network.records import Network

Carry: TypeAlias = Callable[[Any], Any]
Values: TypeAlias = dict[Key, float]
FORWARD = ("net", "out", "softmax", "loss_term", "loss", "data_loss", "penalty")


def exactly(value: Any) -> Any:
    """Carries everything."""
    return value


class Arithmetic:
    """How gates, and lines of a rule, are worked out. `hand_compiled.py` has another one, which notes what is done."""

    def value(self, operation: Operation, operands: list[Any]) -> Any:
        """What a gate gives."""
        return operation.value(operands)

    def slopes(self, operation: Operation, operands: list[Any], value: Any) -> Sequence[Any]:
        """The slopes of a gate by its operands."""
        return operation.slopes(operands, value)

    def call(self, function: Callable[..., float], operands: Sequence[Any]) -> Any:
        """What a function gives."""
        return function(*operands)

    def line(self, form: Expr, function: Callable[..., float], values: Mapping[str, Any]) -> Any:
        """What a formula gives; the function is the same of all values so far."""
        return function(*values.values())


def worked(network: Network, steps: int = 1, digits: int | None = None, everywhere: bool = False) -> Values:
    """Every quantity of `steps` updates and of the forward pass after them, by its key.

    digits: every line is rounded to so many significant digits before the next one uses it, None carries everything.
    everywhere: every factor and every product has a line of its own, as in the chain view; else the lines are those of
    the delta view. What belongs to update k has `updates` k − 1: ∂E⁺/∂w⁺ leads to w⁺⁺.
    """
    carry: Carry = exactly if digits is None else rounding_to(digits, BY_HAND)
    numbers: Values = {key: float(value) for key, value in numbers_of(network).items()}
    rates = [network.optimizer.rate(step) for step in range(steps)]
    return worked_by(Arithmetic(), network, numbers, rates, carry, everywhere)


def worked_by(
    by: Arithmetic, network: Network, numbers: Values, rates: Sequence[float], carry: Carry, everywhere: bool
) -> Values:
    """The same by any arithmetic, from the numbers of the leaves and the learning rate of each update."""
    graph, state = graph_of(network), start(network)
    found: Values = dict(numbers)
    for step, rate in enumerate(rates):
        values, backward = _pass(by, network, graph, numbers, carry, everywhere)
        found.update(_at(values, step))
        found.update(_at(backward, step))
        gradients: Values = {p: backward[Derivative(LOSS, p)] for p in network.parameters() if backward}
        new, state, slots = _update(by, network, numbers, gradients, state, rate, carry)
        numbers = {**numbers, **new}
        found.update(_at({**new, **slots}, step + 1))
    values = _forward(by, graph, numbers, carry, everywhere)
    found.update(
        _at({key: v for key, v in values.items() if key.kind in FORWARD}, len(rates))  # type: ignore[union-attr]
    )
    return found


def _at(values: Values, step: int) -> Values:
    return {_moved(key, step): value for key, value in values.items()} if step else values


def _moved(key: Key, step: int) -> Key:
    if isinstance(key, Derivative):
        return key._replace(of=key.of._replace(updates=step), by=key.by._replace(updates=step))
    return key if key.kind in ("input", "target", "strength") else key._replace(updates=step)


def _forward(by: Arithmetic, graph: Graph, numbers: Mapping[Key, float], carry: Carry, everywhere: bool) -> Values:
    values: list[float] = []
    for node, key in enumerate(graph.keys):
        operation = graph.operations[node]
        if operation is None:
            values.append(numbers[key])
            continue
        value = by.value(operation, [values[operand] for operand in graph.operands[node]])
        values.append(carry(value) if everywhere or key.kind != "wire" else value)  # type: ignore[union-attr]
    return dict(zip(graph.keys, values, strict=True))


def _pass(
    by: Arithmetic, network: Network, graph: Graph, numbers: Mapping[Key, float], carry: Carry, everywhere: bool
) -> tuple[Values, Values]:
    """The values of the forward pass, and of the way back: deltas, gradients, and the local derivatives of outputs."""
    forward = _forward(by, graph, numbers, carry, everywhere)
    values = list(forward.values())
    within: Carry = carry if everywhere else exactly
    found: Values = {}
    if not all(layer.activation.differentiable for layer in network.layers):
        return forward, found
    seeds = {graph.index[network.sample_loss(s)] for s in sample_numbers(network)}
    alone = network.samples == 1
    contribution = [0.0] * len(graph.owner)
    for node in range(len(graph.keys) - 1, -1, -1):
        key = graph.keys[node]
        assert isinstance(key, Quantity)
        total = 1.0 if node in seeds else 0.0
        for edge in graph.uses[node]:
            total += contribution[edge]
        operation = graph.operations[node]
        if key.kind in ("weight", "bias"):
            found[Derivative(LOSS, key)] = carry(_gradient(by, network, key, values[node], total))
        elif key.kind == "net":
            total = carry(total)
            found[key._replace(kind="delta")] = total
        elif key.kind == "out":
            total = within(total)
        if key.kind in ("net", "out", "input"):
            found[Derivative(network.sample_loss(key.sample), key)] = carry(total)
            if alone:
                found[Derivative(LOSS, key)] = carry(total)
        if operation is None:
            continue
        operands = graph.operands[node]
        edge = graph.first_edge[node]
        slopes = by.slopes(operation, [values[operand] for operand in operands], values[node])
        for operand, slope in zip(operands, slopes, strict=False):
            below = graph.keys[operand]
            if operation is not MULTIPLY and isinstance(below, Quantity) and below.kind in ("net", "out"):
                found[Derivative(key, below)] = carry(slope)
            contribution[edge] = within(total * within(slope))
            edge += 1
    return forward, found


def _gradient(by: Arithmetic, network: Network, parameter: Quantity, value: float, total: float) -> float:
    """From the sum over the samples to the gradient; a penalty looks at the sign of the parameter."""
    if not network.regularization.counts(parameter):
        return reduced(network, total)
    found: float = by.call(lambda w, g: whole_gradient(network, parameter, w, g), [value, total])
    return found


def _clipped(by: Arithmetic, network: Network, gradients: Values) -> Values:
    """The gradients as the rule uses them; clipping looks at how large they are."""
    if not network.optimizer.clips:
        return {p: g for p, g in gradients.items() if is_updated(network, p)}

    def of(parameter: Key) -> Callable[..., float]:
        return lambda *g: clipped(network, dict(zip(gradients, g, strict=True)))[parameter]

    return {p: by.call(of(p), list(gradients.values())) for p in gradients if is_updated(network, p)}


def _update(
    by: Arithmetic,
    network: Network,
    numbers: Mapping[Key, float],
    gradients: Values,
    state: State,
    eta: float,
    carry: Carry,
) -> tuple[Values, State, Values]:
    """The new parameters, what the optimizer remembers then, and the same with what it worked out, by key."""
    optimizer = network.optimizer
    if not optimizer.has_rate:
        return {p: numbers[p] for p in gradients}, state, {}
    if is_plain(optimizer):
        new = {p: carry(numbers[p] - eta * g) if is_updated(network, p) else numbers[p] for p, g in gradients.items()}
        return new, State(state.count + 1, state.slots), {}
    rule = optimizer.rule
    program = compiled_rule(rule)
    settings = {name: number_of(optimizer, name) for name in program.settings}
    new = {p: numbers[p] for p in gradients}
    slots = {name: dict(values) for name, values in state.slots.items()}
    named: Values = {}
    for parameter, gradient in _clipped(by, network, gradients).items():
        assert isinstance(parameter, Quantity)
        kept = {slot.name: slots[slot.name][parameter] for slot in rule.slots}
        values = dict(zip(BUILT_IN, (new[parameter], gradient, eta, float(state.count)), strict=True)) | kept | settings
        for line, (left, function) in zip(rule.lines, program.lines, strict=True):
            value = values[left] = carry(by.line(line.form, function, values))
            name = left.removesuffix("+")
            if left == "w+":
                new[parameter] = value
            elif name in slots:
                slots[name][parameter] = value
            if name not in ("w", "t"):
                named[kept_of(parameter, name)] = value
    return new, State(state.count + 1, slots), named
