"""Numbers that suit a hand: networks drawn so that nothing is ugly, saturated or too small.

The numbers come from grids of few digits, 0 and 1 left out, no two of a layer alike as long as the grid lasts (so that
taking the wrong one is seen), targets away from the outputs. Only `Random.random` is used: nothing else is promised
to give the same numbers in every version of Python.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from random import Random
from typing import NamedTuple, TypeVar

from backtrace.engine.graph import Graph
from backtrace.engine.structure import Structure, structure_of
from backtrace.errors import InputError
from backtrace.expression.functions import EvaluationError
from backtrace.expression.tree import Given
from backtrace.network.activations import activation
from backtrace.network.losses import check_pair, loss_named
from backtrace.network.quantity import Quantity
from backtrace.network.records import Layer, Network, Optimizer

TRIES = 20
# A net farther out than this leaves its unit saturated: the slope is below 0.05 there.
FARTHEST = {"sigmoid": 3.0, "tanh": 2.0, "softmax": 4.0}
NEAR_CORNER = 0.04
# How far a target lies from the output at least, so that errors are worth computing with.
LEAST_ERROR = 0.15

T = TypeVar("T")


class Grid(NamedTuple):
    """Where numbers are drawn from: low, low + step, …, high in units of the last of so many decimals; negative: how
    often a weight is."""

    decimals: int
    low: int
    high: int
    step: int = 1
    negative: float = 0.0

    def numbers(self) -> tuple[Given, ...]:
        """All numbers of the grid, as a person writes them, whole ones left out."""
        return _numbers(self)


@lru_cache(maxsize=64)
def _numbers(grid: Grid) -> tuple[Given, ...]:
    whole = 10**grid.decimals
    steps = range(grid.low, grid.high + 1, grid.step)
    return tuple([Given(f"{n / whole:.{grid.decimals}f}") for n in steps if n % whole])


class Taste(NamedTuple):
    """The grids of a level, and how many digits answers have unless a teacher says otherwise."""

    weights: Grid
    inputs: Grid
    targets: Grid
    rates: tuple[str, ...]
    digits: int


TASTES = {
    1: Taste(Grid(1, 1, 9, 1, 0.25), Grid(1, 3, 9), Grid(1, 1, 9), ("0.5",), 3),
    2: Taste(Grid(2, 10, 95, 5, 0.35), Grid(1, 3, 9), Grid(2, 5, 95, 5), ("0.1", "0.2", "0.5"), 4),
    3: Taste(Grid(2, 11, 98, 1, 0.45), Grid(2, 25, 95, 5, 0.25), Grid(2, 5, 95, 5), ("0.05", "0.1", "0.2", "0.5"), 4),
}


class Fault(Exception):
    """A draw that cannot be used, and why. The next try may do better."""


def pick(draw: Random, choices: Sequence[T]) -> T:
    """One of them."""
    return choices[int(draw.random() * len(choices))]


def shuffled(draw: Random, items: Sequence[T]) -> list[T]:
    """The items in a drawn order."""
    found = list(items)
    for n in range(len(found) - 1, 0, -1):
        other = int(draw.random() * (n + 1))
        found[n], found[other] = found[other], found[n]
    return found


def tried(make: Callable[[], T]) -> T:
    """What the first try without a fault gives; raises InputError after 20 that all had one."""
    for _ in range(TRIES):
        try:
            return make()
        except Fault as fault:
            last = fault
        except EvaluationError as error:
            last = Fault(error.what)
    raise InputError(
        f"no numbers were found for this exercise: {TRIES} draws all had a fault; the last: {last}",
        hint="another seed, more digits or another network may do",
    )


class Pool:
    """Numbers of a grid in a drawn order, begun anew when all are used."""

    def __init__(self, draw: Random, grid: Grid) -> None:
        self.draw, self.grid = draw, grid
        self.left: list[Given] = []

    def take(self, unlike: float = 0.0) -> Given:
        """The next number, with its sign; one of another size than `unlike`, which is put back."""
        self.left = self.left or shuffled(self.draw, self.grid.numbers())
        number = self.left.pop()
        if number == abs(unlike):
            other = self.take()
            self.left.append(number)
            return other
        return _turned(number) if self.draw.random() < self.grid.negative else number


def shaped(sizes: Sequence[int], activations: Sequence[str], loss: str = "half_squared_error") -> Network:
    """A network without numbers."""
    last = loss_named(loss)
    check_pair(last, activations[-1])
    layers = tuple(Layer(units, activation(name)) for units, name in zip(sizes[1:], activations, strict=True))
    return Network("drawn", sizes[0], layers, last)


def network_for(
    draw: Random,
    level: int,
    shape: Network,
    samples: int = 1,
    rate: str = "",
    optimizer: Optimizer | None = None,
    rates: Sequence[str] = (),
) -> Network:
    """The network with numbers that suit a hand where it has none; what it has stays.

    samples: how many rows of data. rate: the learning rate, drawn when empty, from `rates` where these are given, none
    where it is "-". Raises Fault where the numbers drawn leave a unit saturated or at a corner.
    """
    taste = TASTES[level]
    network = shape
    if shape.inputs is None:
        rows = []
        for _ in range(samples):
            pool = Pool(draw, taste.inputs)
            rows.append(tuple(pool.take() for _ in range(shape.input_size)))
        network = network._replace(inputs=tuple(rows))
    if any(layer.weights is None for layer in shape.layers):
        pool = Pool(draw, taste.weights)
        layers = []
        for number, layer in enumerate(shape.layers, 1):
            below = shape.size(number - 1)
            # The gradient of a weight is δ times what the weight multiplies: with another size, taking the one for the
            # other is seen.
            known = network.inputs if number == 1 and network.samples == 1 else None
            inputs = known[0] if known else (0.0,) * below
            weights = tuple([tuple([pool.take(unlike=x) for x in inputs]) for _ in range(layer.units)])
            bias = (
                tuple(pool.take() for _ in range(1 if layer.shared_bias else layer.units)) if layer.has_bias else None
            )
            layers.append(layer._replace(weights=weights, bias=bias, made_by=""))
        network = network._replace(layers=tuple(layers))
        network = _awake(network, len(rows) if shape.inputs is None else shape.samples)
    structure, values = _forward(network)
    if shape.targets is None:
        network = network._replace(targets=_targets(draw, network, taste, structure.graph, values))
    if optimizer is not None:
        network = network._replace(optimizer=optimizer)
    if rate == "-":
        network = network._replace(optimizer=network.optimizer._replace(learning_rate=None))
    elif rate or network.optimizer.learning_rate is None:
        chosen = Given(rate or pick(draw, rates or taste.rates))
        network = network._replace(optimizer=network.optimizer._replace(learning_rate=chosen))
    _check(structure, values)
    return network


def _with_some_targets(network: Network) -> Network:
    """Targets that only stand in until real ones are drawn."""
    count = network.layers[-1].units
    row = tuple(Given("1") if k == 0 else Given("0") for k in range(count))
    return network._replace(targets=(row,) * network.samples)


def _forward(network: Network) -> tuple[Structure, list[float]]:
    filled = network if network.targets is not None else _with_some_targets(network)
    structure = structure_of(filled)
    return structure, structure.values(filled)


def _awake(network: Network, samples: int) -> Network:
    """The same with the signs of a relu unit turned where it would be off for the first sample: an exercise in which
    nothing flows teaches nothing."""
    for number, layer in enumerate(network.layers, 1):
        if layer.activation.name != "relu":
            continue
        structure, values = _forward(network)
        assert layer.weights is not None
        rows, bias = list(layer.weights), list(layer.bias or ())
        for j in range(layer.units):
            net = values[structure.graph.index[Quantity("net", number, j + 1, sample=1 if samples > 1 else 0)]]
            if net < 0:
                rows[j] = tuple(_turned(w) for w in rows[j])
                if bias and not layer.shared_bias:
                    bias[j] = _turned(bias[j])
        turned = layer._replace(weights=tuple(rows), bias=tuple(bias) if layer.has_bias else None)
        network = network._replace(layers=(*network.layers[: number - 1], turned, *network.layers[number:]))
    return network


def _turned(x: float) -> Given:
    return _with_other_sign(x.text if isinstance(x, Given) else repr(x))


@lru_cache(maxsize=1024)
def _with_other_sign(text: str) -> Given:
    return Given(text[1:] if text.startswith("-") else f"-{text}")


def _targets(
    draw: Random, network: Network, taste: Taste, graph: Graph, values: list[float]
) -> tuple[tuple[Given, ...], ...]:
    depth, outputs = len(network.layers), network.layers[-1].units
    rows = []
    for s in range(1, network.samples + 1):
        sample = s if network.samples > 1 else 0
        outs = [values[graph.index[Quantity("out", depth, k, sample=sample)]] for k in range(1, outputs + 1)]
        rows.append(_row(draw, network.loss.targets, outs, taste))
    return tuple(rows)


def _row(draw: Random, kind: str, outs: list[float], taste: Taste) -> tuple[Given, ...]:
    """Targets of one sample that suit the loss, away from the outputs."""
    if kind in ("one_hot", "distribution"):
        right = int(draw.random() * len(outs))
        return tuple(Given("1") if k == right else Given("0") for k in range(len(outs)))
    if kind == "unit":
        return tuple(Given(pick(draw, ("0", "1"))) for _ in outs)
    if kind == "sign":
        return tuple(Given(pick(draw, ("-1", "1"))) for _ in outs)
    row: list[Given] = []
    for out in outs:
        far = [target for target in taste.targets.numbers() if abs(target - out) >= LEAST_ERROR]
        row.append(pick(draw, [target for target in far if target not in row] or far))
    return tuple(row)


def _check(structure: Structure, values: list[float]) -> None:
    for node, least, most in structure.kept("limits of nets", lambda: _limits(structure)):
        if abs(values[node]) > most:
            raise Fault("a unit is saturated")
        if abs(values[node]) < least:
            raise Fault("a unit is at the corner of relu")


def _limits(structure: Structure) -> list[tuple[int, float, float]]:
    """The node of each net, and how small and how large it may be."""
    found = []
    for node, key in enumerate(structure.graph.keys):
        if isinstance(key, Quantity) and key.kind == "net":
            name = structure.network.layers[key.layer - 1].activation.name
            found.append((node, NEAR_CORNER if name == "relu" else 0.0, FARTHEST.get(name, 1e3)))
    return found
