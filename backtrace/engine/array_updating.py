"""One update of all parameters on arrays: the same rules walked over whole layers.

Independent of `updating.py` but for the rules, and for naming the element at which a rule has no value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from backtrace.engine.array_formulas import Array, walk
from backtrace.engine.refusals import too_large
from backtrace.engine.updating import compiled_rule, is_plain, number_of
from backtrace.errors import InternalFault
from backtrace.expression.functions import EvaluationError
from backtrace.expression.tree import Expr, call, div, mul, neg, number, power, symbol
from backtrace.network.optimizers import Slot
from backtrace.network.quantity import NORM, SHARED, Quantity
from backtrace.network.records import Network


@dataclass(frozen=True, slots=True)
class ArrayParameters:
    """By layer: weights (units × sources) and bias (units, or a single one when shared). Also used for gradients.

    None where a layer has none of its own, so a tied layer has no weights here.
    """

    weights: tuple[Array | None, ...]
    bias: tuple[Array | None, ...]

    def each(self) -> Iterator[tuple[str, int, Array]]:
        """Kind ("weight", "bias"), layer (from 1) and array of all that are there: layer by layer, weights first."""
        for layer, pair in enumerate(zip(self.weights, self.bias, strict=True), 1):
            for kind, array in zip(("weight", "bias"), pair, strict=True):
                if array is not None:
                    yield kind, layer, array

    def changed(self, new: Callable[[str, int, Array], Array]) -> ArrayParameters:
        """The same with what `new(kind, layer, array)` gives in place of each array."""
        found = {(kind, layer): new(kind, layer, array) for kind, layer, array in self.each()}
        layers = range(1, len(self.weights) + 1)
        weights, bias = (tuple(found.get((kind, layer)) for layer in layers) for kind in ("weight", "bias"))
        return ArrayParameters(weights, bias)


@dataclass(frozen=True, slots=True)
class ArrayState:
    """What an optimizer remembers: the updates done so far, and by the name of a slot its numbers."""

    count: int
    slots: dict[str, ArrayParameters]


def array_start(network: Network, parameters: ArrayParameters) -> ArrayState:
    """Before the first update: every slot of every parameter is 0."""
    return ArrayState(
        0, {slot.name: parameters.changed(lambda kind, layer, array: array * 0.0) for slot in _slots(network)}
    )


def array_updated(
    network: Network, parameters: ArrayParameters, gradients: ArrayParameters, state: ArrayState
) -> tuple[ArrayParameters, ArrayState]:
    """The parameters and the state after an update; see `updating.updated`."""
    optimizer = network.optimizer
    taken = {(kind, layer): g for kind, layer, g in gradients.each() if kind == "weight" or optimizer.update_biases}
    if not optimizer.has_rate:
        return parameters, state
    eta = optimizer.rate(state.count)
    if is_plain(optimizer):
        new = parameters.changed(lambda kind, n, a: stepped(a, taken[kind, n], eta) if (kind, n) in taken else a)
        return new, ArrayState(state.count + 1, state.slots)
    taken = _clipped(network, taken)
    slots = {name: {(kind, layer): array for kind, layer, array in of.each()} for name, of in state.slots.items()}

    def new_of(kind: str, layer: int, array: Array) -> Array:
        if (kind, layer) not in taken:
            return array
        old = {name: of[kind, layer] for name, of in slots.items()}
        done = _lines(network, kind, layer, {"w": array, "g": taken[kind, layer], **old}, eta, state.count)
        for name in slots:
            slots[name][kind, layer] = done[f"{name}+"]
        return done["w+"]

    new = parameters.changed(new_of)
    kept = {name: new.changed(lambda kind, n, a, of=of: of[kind, n]) for name, of in slots.items()}  # type: ignore[misc]
    return new, ArrayState(state.count + 1, kept)


def stepped(old: Array, gradient: Array, rate: float) -> Array:
    """old − rate·gradient, without an array for the product."""
    new: Array = gradient * -rate
    new += old
    return new


def _slots(network: Network) -> list[Slot]:
    return list(network.optimizer.rule.slots)


def _lines(
    network: Network, kind: str, layer: int, named: dict[str, Array], eta: float, count: int
) -> dict[str, Array]:
    """What each line of the rule gives for the parameters of one layer."""
    optimizer, rule = network.optimizer, network.optimizer.rule
    settings = {name: number_of(optimizer, name) for name in compiled_rule(rule).settings}
    # A number of the rule is a leaf of its formulas, so that no array is made of it.
    numbers: dict[str, Array] = {
        name: walk(number(value), {}) for name, value in {**settings, "eta": eta, "t": float(count)}.items()
    }
    done = dict(named) | numbers
    for line in rule.lines:
        try:
            done[line.left] = walk(line.form, done)
        except FloatingPointError:
            raise _blamed(network, kind, layer, named, eta, count) from None
    return done


def _blamed(network: Network, kind: str, layer: int, named: dict[str, Array], eta: float, count: int) -> Exception:
    """The error of the first parameter for which the rule has no value, worked out number by number."""
    optimizer, program = network.optimizer, compiled_rule(network.optimizer.rule)
    settings = [number_of(optimizer, name) for name in program.settings]
    flat = {name: array.reshape(-1) for name, array in named.items()}
    columns = named["w"].shape[1] if kind == "weight" else 1
    shared = kind == "bias" and network.layers[layer - 1].shared_bias
    for place in range(flat["w"].shape[0]):
        row, column = divmod(place, columns)
        key = Quantity(kind, layer, SHARED if shared else row + 1, column + 1 if kind == "weight" else 0)
        slots = [float(flat[slot.name][place]) for slot in network.optimizer.rule.slots]
        try:
            program.run([float(flat["w"][place]), float(flat["g"][place]), eta, float(count), *slots, *settings], key)
        except EvaluationError as error:
            return error
    return InternalFault(f"the array engine found no update for layer {layer}, the rule itself did")


def _clipped(network: Network, gradients: dict[tuple[str, int], Array]) -> dict[tuple[str, int], Array]:
    """The gradients as the rule uses them; see `updating.clipped`."""
    optimizer = network.optimizer
    g = symbol("g")
    most = optimizer.number("clip_value")
    if most is not None:
        limit = number(most)
        return _each(gradients, call("max", neg(limit), call("min", limit, g)))
    most = optimizer.number("clip_norm")
    if most is None:
        return gradients
    try:
        squares = _each(gradients, power(g, number(2.0)))
    except FloatingPointError:
        raise too_large(NORM) from None
    total = float(sum(float(array.sum()) for array in squares.values()))
    if not total < float("inf"):
        raise too_large(NORM)
    length = total**0.5
    if not length:
        return gradients
    return _each(gradients, mul(call("min", number(1.0), div(number(most), number(length))), g))


def _each(gradients: dict[tuple[str, int], Array], formula: Expr) -> dict[tuple[str, int], Array]:
    return {place: walk(formula, {"g": array}) for place, array in gradients.items()}
