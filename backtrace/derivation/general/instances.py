"""Random small networks on which general statements are tried, with every value and derivative from the engine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from backtrace.derivation.steps import Matrix, Value
from backtrace.engine.build import build
from backtrace.engine.scalar import numbers_of, training_step
from backtrace.engine.trace import Sweep, backward
from backtrace.errors import InputError, InternalFault
from backtrace.expression.functions import EvaluationError
from backtrace.network.activations import ACTIVATIONS, Activation
from backtrace.network.activations import activation as activation_named
from backtrace.network.losses import LOSSES, Loss
from backtrace.network.quantity import RATE, Derivative, Key, Quantity, neutral
from backtrace.network.records import Layer, Network, Optimizer
from backtrace.notation.profile import Profile

if TYPE_CHECKING:
    from random import Random

RATE_TRIED = 0.3
SEED = 1
MOST_UNITS = 4
# Sizes that are tried, inputs first.
SIZES = ((3, 4, 2), (2, 3, 3, 2))
ANY_ACTIVATION = ("sigmoid", "tanh", "softplus")
ANY_LOSS = ("half_squared_error", "squared_error", "huber")
# The same with outputs between 0 and 1, for losses that want them.
BETWEEN_0_AND_1 = ("sigmoid", "0.5 + 0.4*tanh(x)", "0.5 + x/(2 + 2*abs(x))")


class Data(NamedTuple):
    """What networks a statement is about: how many samples, how their losses are put together, and whether the last
    layer is softmax under cross-entropy."""

    samples: int = 1
    reduction: str = "mean"
    softmax: bool = False


DATA = {
    "one": Data(),
    "sum": Data(3, "sum"),
    "mean": Data(3, "mean"),
    "softmax": Data(softmax=True),
}


class Asked(NamedTuple):
    """What the reader chose: None for any activation, any loss, any sizes."""

    profile: Profile
    activation: Activation | None = None
    loss: Loss | None = None
    network: Network | None = None


class Instance:
    """One network with numbers. rows: a sample is a row of a matrix, else a column; sign: of δ in the notation."""

    def __init__(self, network: Network, rows: bool, sign: int) -> None:
        self.network = network
        self.rows = rows
        self.sign = sign
        self.graph = build(network)
        self.step = training_step(network, self.graph, numbers_of(network))
        self._sweeps: dict[Quantity, Sweep] = {}

    @property
    def depth(self) -> int:
        """The number of the last layer."""
        return len(self.network.layers)

    @property
    def samples(self) -> int:
        """How many samples it has."""
        return self.network.samples

    def value(self, key: Key) -> Value:
        """The number, or for whole layers the matrix, of a key with numbers for indices."""
        if isinstance(key, Derivative):
            return self._derivative(key)
        if key == RATE:
            return RATE_TRIED
        if key.unit == 0 and key.kind not in ("loss", "rate"):
            return self._matrix(key)
        if key.kind == "delta":
            net = key._replace(kind="net")
            return self.sign * self._number(Derivative(Quantity("loss", sample=key.sample), net))
        if key.updates:
            return self.step.updated[key._replace(updates=0)]
        return self.step[self._used(key)]

    def _used(self, key: Quantity) -> Quantity:
        """Layer 0 holds the inputs."""
        return key._replace(kind="input") if key.kind == "out" and key.layer == 0 else key

    def _derivative(self, key: Derivative) -> Value:
        if key.by.unit == 0 and key.by.kind != "loss":
            if key.by.kind in ("weight", "bias"):
                return self._laid(key.by, lambda q: self._number(Derivative(key.of, q)))
            # Of each sample's own loss: a mean over samples is taken where the gradients of parameters are formed.
            return self._laid(key.by, lambda q: self._number(Derivative(key.of._replace(sample=q.sample), q)))
        return self._number(key)

    def _number(self, key: Derivative) -> float:
        of, by = self._used(key.of), self._used(key.by)
        if of not in self._sweeps:
            self._sweeps[of] = backward(self.graph, self.step.values, {self.graph.index[of]: 1.0})
        if by not in self.graph.index:
            raise InternalFault(f"there is no {neutral(by)} in {self.network.name}")
        return self._sweeps[of].gradient[self.graph.index[by]]

    def _matrix(self, key: Quantity) -> Value:
        def one(q: Quantity) -> float:
            found = self.value(q)
            assert isinstance(found, float)
            return found

        return self._laid(key, one)

    def _laid(self, key: Quantity, number: object) -> Matrix:
        """The matrix of a whole layer: a row per sample, or in×out for weights; turned round for columns."""
        samples = range(1, self.samples + 1) if self.samples > 1 else [0]
        units = range(1, self.network.size(self.depth if key.kind == "target" else key.layer) + 1)
        if key.kind == "weight":
            sources = range(1, self.network.size(key.layer - 1) + 1)
            cells = [[key._replace(unit=j, source=i) for j in units] for i in sources]
        elif key.kind == "bias":
            cells = [[key._replace(unit=j) for j in units]]
        else:
            cells = [[key._replace(unit=j, sample=s) for j in units] for s in samples]
        rows = [[number(q) for q in row] for row in cells]  # type: ignore[operator]
        return tuple(map(tuple, rows if self.rows else zip(*rows, strict=True)))


def instances(asked: Asked, data: Data) -> list[Instance]:
    """Random networks of every size tried, with the activation and loss asked for, or several of each.

    Raises InputError where the loss has no value for the outputs of the activation.
    """
    from random import Random

    random = Random(SEED)
    loss = LOSSES["cross_entropy"] if data.softmax else asked.loss
    narrow = loss is not None and bool(loss.undefined) and not data.softmax
    chosen = [asked.activation] if asked.activation else list(map(activation_named, narrow_or_any(narrow)))
    found = []
    for sizes in sizes_tried(asked.network):
        for place, activation in enumerate(chosen):
            layers = [activation] * (len(sizes) - 1)
            if data.softmax:
                layers[-1] = ACTIVATIONS["softmax"]
            network = random_network(sizes, layers, loss or LOSSES[ANY_LOSS[place]], data, random)
            try:
                found.append(Instance(network, asked.profile.orientation == "row", asked.profile.delta_sign))
            except EvaluationError:
                raise InputError(
                    f"{network.loss.name} has no value for outputs of {activation.name}",
                    hint="choose an activation with outputs between 0 and 1: --activation sigmoid",
                ) from None
    return found


def narrow_or_any(narrow: bool) -> tuple[str, ...]:
    """The activations that stand for any; with `narrow` those with outputs between 0 and 1."""
    return BETWEEN_0_AND_1 if narrow else ANY_ACTIVATION


def sizes_tried(network: Network | None) -> Sequence[Sequence[int]]:
    """The sizes of random networks; for a network asked about as many layers as it has, none with over 4 units."""
    if network is None:
        return SIZES
    return ([min(network.size(layer), MOST_UNITS) for layer in range(len(network.layers) + 1)],)


def random_network(
    sizes: Sequence[int], activations: Sequence[Activation], loss: Loss, data: Data, random: Random
) -> Network:
    """A network of these sizes, inputs first; all numbers between −1 and 1, targets as the loss wants them."""

    def draw() -> float:
        return 2.0 * random.random() - 1.0

    layers = []
    for below, units, activation in zip(sizes, sizes[1:], activations, strict=False):
        weights = tuple(tuple(draw() for _ in range(below)) for _ in range(units))
        layers.append(Layer(units, activation, weights, tuple(draw() for _ in range(units))))
    return Network(
        "-".join(map(str, sizes)),
        sizes[0],
        tuple(layers),
        loss,
        data.reduction,
        optimizer=Optimizer(learning_rate=RATE_TRIED),
        inputs=tuple(tuple(draw() for _ in range(sizes[0])) for _ in range(data.samples)),
        targets=tuple(_targets(sizes[-1], loss.targets, random) for _ in range(data.samples)),
    )


def _targets(count: int, kind: str, random: Random) -> tuple[float, ...]:
    if kind == "distribution":
        drawn = [random.random() for _ in range(count)]
        total = 0.0
        for t in drawn:
            total += t
        return tuple(t / total for t in drawn)
    if kind == "sign":
        return tuple(1.0 if random.random() < 0.5 else -1.0 for _ in range(count))
    return tuple(random.random() for _ in range(count))
