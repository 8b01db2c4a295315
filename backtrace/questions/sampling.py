"""Numbers that suit a hand: networks drawn so that nothing is ugly, saturated or too small.

The numbers come from grids of few digits, 0 and 1 left out, no two of a layer alike as long as the grid lasts (so that
taking the wrong one is seen), targets away from the outputs. Only `Random.random` is used: nothing else is promised
to give the same numbers in every version of Python.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple, TypeVar

from backtrace.engine.structure import Structure, structure_of
from backtrace.errors import InputError
from backtrace.expression.functions import EvaluationError
from backtrace.expression.tree import Given
from backtrace.network.activations import activation
from backtrace.network.losses import check_pair, loss_named
from backtrace.network.quantity import Quantity
from backtrace.network.records import Layer, Network, Optimizer, Rows
from backtrace.questions.seeds import Draws

TRIES = 20
# A net farther out than this leaves its unit saturated: the slope is below 0.05 there.
FARTHEST = {"sigmoid": 3.0, "tanh": 2.0, "softmax": 4.0}
NEAR_CORNER = 0.04
# How far a target lies from the output at least, so that errors are worth computing with.
LEAST_ERROR = 0.15
ZERO, ONE = Given("0"), Given("1")

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


def pick(draw: Draws, choices: Sequence[T]) -> T:
    """One of them."""
    return choices[int(draw.random() * len(choices))]


def shuffled(draw: Draws, items: Sequence[T]) -> list[T]:
    """The items in a drawn order."""
    found, random = list(items), draw.random
    for n in range(len(found) - 1, 0, -1):
        other = int(random() * (n + 1))
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

    def __init__(self, draw: Draws, grid: Grid) -> None:
        self.draw, self.grid = draw, grid
        self.left: list[Given] = []

    def take(self, unlike: float = 0.0) -> Given:
        """The next number, with its sign; one of another size than `unlike`, which is put back."""
        if not self.left:
            self.left = shuffled(self.draw, self.grid.numbers())
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
    draw: Draws,
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
    inputs, layers = shape.inputs, shape.layers
    if inputs is None:
        rows = []
        for _ in range(samples):
            pool = Pool(draw, taste.inputs)
            rows.append(tuple([pool.take() for _ in range(shape.input_size)]))
        inputs = tuple(rows)
    bare = any(layer.weights is None for layer in layers)
    if bare:
        layers = _layers(Pool(draw, taste.weights), shape, inputs)
    network = shape._replace(inputs=inputs, layers=layers, targets=shape.targets or _some_targets(shape, len(inputs)))
    if bare:
        network = _awake(network)
    structure = structure_of(network)
    values = structure.values(network)
    targets = shape.targets or _targets(draw, network, taste, structure, values)
    optimizer = optimizer or shape.optimizer
    if rate == "-":
        optimizer = optimizer._replace(learning_rate=None)
    elif rate or optimizer.learning_rate is None:
        optimizer = optimizer._replace(learning_rate=Given(rate or pick(draw, rates or taste.rates)))
    network = network._replace(targets=targets, optimizer=optimizer)
    _check(structure, values)
    _drawn_last[:] = [network]
    return network


_drawn_last: list[Network] = []


def refuse_unusable(network: Network) -> None:
    """Raises Fault where the numbers of a network leave a unit saturated or at a corner; one that was just drawn has
    been looked at."""
    if not _drawn_last or _drawn_last[0] is not network:
        structure = structure_of(network)
        _check(structure, structure.values(network))


def _layers(pool: Pool, shape: Network, inputs: Rows) -> tuple[Layer, ...]:
    """The layers with numbers."""
    layers = []
    for number, layer in enumerate(shape.layers, 1):
        # The gradient of a weight is δ times what the weight multiplies: with another size, taking the one for the
        # other is seen.
        below = inputs[0] if number == 1 and len(inputs) == 1 else (0.0,) * shape.size(number - 1)
        weights = tuple([tuple([pool.take(unlike=x) for x in below]) for _ in range(layer.units)])
        biases = 0 if not layer.has_bias else 1 if layer.shared_bias else layer.units
        bias = tuple([pool.take() for _ in range(biases)]) if biases else None
        layers.append(layer._replace(weights=weights, bias=bias, made_by=""))
    return tuple(layers)


def _some_targets(shape: Network, samples: int) -> Rows:
    """Targets that only stand in until real ones are drawn."""
    return ((ONE, *(ZERO,) * (shape.layers[-1].units - 1)),) * samples


def _awake(network: Network) -> Network:
    """The same with the signs of a relu unit turned where it would be off for the first sample: an exercise in which
    nothing flows teaches nothing."""
    for number, layer in enumerate(network.layers, 1):
        if layer.activation.name != "relu":
            continue
        structure = structure_of(network)
        values = structure.values(network)
        assert layer.weights is not None
        rows, bias = list(layer.weights), list(layer.bias or ())
        for j in range(layer.units):
            net = values[structure.graph.index[Quantity("net", number, j + 1, sample=1 if network.samples > 1 else 0)]]
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
    draw: Draws, network: Network, taste: Taste, structure: Structure, values: list[float]
) -> tuple[tuple[Given, ...], ...]:
    nodes = structure.kept("outputs", lambda: _outputs(structure))
    return tuple([_row(draw, network.loss.targets, [values[node] for node in row], taste) for row in nodes])


def _outputs(structure: Structure) -> list[list[int]]:
    """The nodes of the outputs, by sample."""
    network = structure.network
    depth, units = len(network.layers), range(1, network.layers[-1].units + 1)
    samples = range(1, network.samples + 1) if network.samples > 1 else (0,)
    return [[structure.graph.index[Quantity("out", depth, k, sample=sample)] for k in units] for sample in samples]


def _row(draw: Draws, kind: str, outs: list[float], taste: Taste) -> tuple[Given, ...]:
    """Targets of one sample that suit the loss, away from the outputs."""
    if kind in ("one_hot", "distribution"):
        right = int(draw.random() * len(outs))
        return tuple([ONE if k == right else ZERO for k in range(len(outs))])
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
