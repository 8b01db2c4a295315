"""A network that learns: its parameters, and one update after the other on samples of its choice. Two engines, one
interface; NumPy is imported only if it is used.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from backtrace.engine.build import build, sample_numbers
from backtrace.engine.records import Parameters, Vector
from backtrace.engine.refusals import refuse_not_finite
from backtrace.engine.run import takes_arrays
from backtrace.engine.updating import start
from backtrace.errors import InputError
from backtrace.network.quantity import LOSS, Key, Quantity
from backtrace.network.records import Network, Rows

if TYPE_CHECKING:
    from backtrace.engine.array_updating import ArrayParameters, ArrayState
    from backtrace.engine.graph import Graph


MOST_GRAPHS = 64  # kept for mini-batches that differ; more are built again


class Seen(NamedTuple):
    """What one update saw and did: the reduced loss and the outputs of its samples before it, and by how much it
    changed the parameter that it changed most."""

    loss: float
    outs: list[Vector]
    change: float


class Learner(Protocol):
    """A network under training."""

    def update(self, samples: Sequence[int]) -> Seen:
        """One update on these samples (numbers from 0), by the network's optimizer."""

    def loss(self) -> float:
        """The reduced loss of all samples."""

    def validation(self) -> float:
        """The reduced loss of the validation samples."""

    def outs(self) -> list[Vector]:
        """The outputs of all samples."""

    def parameters(self) -> Parameters:
        """The parameters as they are now."""

    def remembered(self) -> dict[str, Parameters]:
        """What the optimizer remembers now, by the name of the slot."""


def learner(network: Network, engine: str = "auto") -> Learner:
    """The network, ready to learn, on the engine that `engine` (as in `run`) means."""
    if not takes_arrays(network, engine):
        return GraphLearner(network)
    try:
        return ArrayLearner(network)
    except ImportError:
        raise InputError("NumPy is not installed", hint="pip install 'backtrace-nn[arrays]'") from None


class GraphLearner:
    """In plain Python: a graph is built once for all mini-batches that are alike."""

    def __init__(self, network: Network) -> None:
        assert network.inputs is not None and network.targets is not None
        self.network = network
        self.inputs, self.targets = network.inputs, network.targets
        self.numbers: dict[Key, float] = {p: network.value(p) or 0.0 for p in network.parameters()}
        self.state = start(network)
        self._graphs: dict[tuple[int, Rows | None], Graph] = {}

    def update(self, samples: Sequence[int]) -> Seen:
        """One update on these samples."""
        from backtrace.engine.scalar import numbers_besides, training_step

        network = self._with([self.inputs[s] for s in samples], [self.targets[s] for s in samples])
        step = training_step(network, self._graph(network), numbers_besides(network) | self.numbers, self.state)
        change = max(abs(new - self.numbers[key]) for key, new in step.updated.items())
        self.numbers, self.state = step.updated, step.state
        return Seen(step[LOSS] + 0.0, _outs(network, step.graph, step.values), change)

    def loss(self) -> float:
        """The reduced loss of all samples."""
        return self._values(self.network)[-1] + 0.0

    def validation(self) -> float:
        """The reduced loss of the validation samples."""
        return self._values(self._with(self.network.validation_inputs or (), self.network.validation_targets or ()))[-1]

    def outs(self) -> list[Vector]:
        """The outputs of all samples."""
        return _outs(self.network, self._graph(self.network), self._values(self.network))

    def parameters(self) -> Parameters:
        """The parameters as they are now."""
        from backtrace.engine.scalar import by_layer

        return by_layer(self.network, self.numbers)

    def remembered(self) -> dict[str, Parameters]:
        """What the optimizer remembers now."""
        from backtrace.engine.scalar import by_layer

        return {slot: by_layer(self.network, values) for slot, values in self.state.slots.items()}

    def _with(self, inputs: Sequence[Any], targets: Sequence[Any]) -> Network:
        return self.network._replace(inputs=tuple(inputs), targets=tuple(targets), of_samples=self.network.data_size)

    def _graph(self, network: Network) -> Graph:
        # Which terms a loss of whole samples has depends on their targets.
        alike = (network.samples, network.targets if network.loss.whole else None)
        if alike not in self._graphs:
            if len(self._graphs) >= MOST_GRAPHS:
                self._graphs.clear()
            self._graphs[alike] = build(network)
        return self._graphs[alike]

    def _values(self, network: Network) -> list[float]:
        from backtrace.engine.scalar import numbers_besides
        from backtrace.engine.trace import forward, leaf_values

        graph = self._graph(network)
        values = forward(graph, leaf_values(graph, numbers_besides(network) | self.numbers))
        refuse_not_finite(values, graph.keys)
        return values


def _outs(network: Network, graph: Graph, values: list[float]) -> list[Vector]:
    top = len(network.layers)
    units = range(1, network.size(top) + 1)
    return [
        [values[graph.index[Quantity("out", top, j, sample=s)]] + 0.0 for j in units] for s in sample_numbers(network)
    ]


class ArrayLearner:
    """On whole layers with NumPy."""

    def __init__(self, network: Network) -> None:
        from backtrace.engine.array_updating import array_start
        from backtrace.engine.numpy_engine import data_of, parameters_of

        self.network = network._replace(of_samples=network.data_size)
        self.data = data_of(network)
        self.current: ArrayParameters = parameters_of(network)
        self.state: ArrayState = array_start(network, self.current)

    def update(self, samples: Sequence[int]) -> Seen:
        """One update on these samples."""
        from backtrace.engine.numpy_engine import Data, array_step, largest_change

        chosen = list(samples)
        part = Data(self.data.inputs[chosen], self.data.targets[chosen])
        step = array_step(self.network, part, self.current, self.state)
        change = largest_change(self.current, step.updated)
        self.current, self.state = step.updated, step.state
        return Seen(step.forward.loss + 0.0, (step.forward.out[-1] + 0.0).tolist(), change)

    def loss(self) -> float:
        """The reduced loss of all samples."""
        from backtrace.engine.numpy_engine import forward

        return forward(self.network, self.data, self.current).loss + 0.0

    def validation(self) -> float:
        """The reduced loss of the validation samples."""
        from backtrace.engine.numpy_engine import data_of, forward

        rows: tuple[Rows | None, Rows | None] = (self.network.validation_inputs, self.network.validation_targets)
        network = self.network._replace(inputs=rows[0], targets=rows[1])
        return forward(network, data_of(network), self.current).loss + 0.0

    def outs(self) -> list[Vector]:
        """The outputs of all samples."""
        from backtrace.engine.numpy_engine import forward

        found: list[Vector] = (forward(self.network, self.data, self.current).out[-1] + 0.0).tolist()
        return found

    def parameters(self) -> Parameters:
        """The parameters as they are now."""
        from backtrace.engine.numpy_engine import as_lists

        return as_lists(self.network, self.current)

    def remembered(self) -> dict[str, Parameters]:
        """What the optimizer remembers now."""
        from backtrace.engine.numpy_engine import as_lists

        return {slot: as_lists(self.network, values) for slot, values in self.state.slots.items()}
