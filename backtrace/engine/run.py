"""Runs training steps on the engine that suits the size of the network; NumPy is imported only if it is used."""

from __future__ import annotations

from backtrace.engine.build import build
from backtrace.engine.records import Run, TrainingStep
from backtrace.engine.refusals import refuse_not_finite, refuse_symbolic
from backtrace.engine.scalar import ScalarStep, as_step, by_layer, numbers_of, training_step
from backtrace.engine.trace import forward, leaf_values
from backtrace.engine.updating import start
from backtrace.errors import InputError, NotSupported
from backtrace.expression.functions import EvaluationError
from backtrace.network.quantity import LOSS, Key
from backtrace.network.records import Network

ENGINES = ("auto", "scalar", "numpy")
# From about here NumPy is faster; below it, plain Python is, and starting NumPy alone costs more than the whole run.
WEIGHTS_FOR_ARRAYS = 150
PRODUCTS_FOR_ARRAYS = 300
MOST_SCALAR_PRODUCTS = 2_000_000  # about a gigabyte of graph


def products(network: Network) -> int:
    """How many multiplications a forward pass takes for one sample: one for each use of a weight."""
    return sum(layer.units * network.size(number) for number, layer in enumerate(network.layers))


def run(network: Network, steps: int = 1, engine: str = "auto") -> Run:
    """`steps` updates on the network's data: the first step in full, the loss before each and after the last, and the
    parameters after the last. Without a learning rate the parameters stay as they are.

    engine: "scalar" (the graph), "numpy", or "auto": what suits the size, plain Python where NumPy is not installed.
    Raises InputError for a network without numbers, and wherever a formula has no finite value.
    """
    refuse_symbolic(network)
    if steps < 1:
        raise InputError(f"{steps} steps cannot be run", hint="a run has at least 1 step")
    return _on_arrays(network, steps) if takes_arrays(network, engine) else _on_graph(network, steps)


def takes_arrays(network: Network, engine: str) -> bool:
    """Whether the network runs on NumPy with this choice of engine; raises InputError for an unknown one, and where
    plain Python would have to run a network too large for it."""
    if engine not in ENGINES:
        raise InputError(f"there is no engine '{engine}'", hint="there is: " + ", ".join(ENGINES))
    if engine == "numpy" or (engine == "auto" and suits_arrays(network) and numpy_is_installed()):
        return True
    if products(network) * network.samples > MOST_SCALAR_PRODUCTS:
        raise NotSupported(
            f"{network.name} with its samples is too large for plain Python", hint="pip install 'backtrace-nn[arrays]'"
        )
    return False


def suits_arrays(network: Network) -> bool:
    """Whether the network with its samples is large enough for NumPy."""
    weights = products(network)
    return weights >= WEIGHTS_FOR_ARRAYS or weights * network.samples >= PRODUCTS_FOR_ARRAYS


def numpy_is_installed() -> bool:
    """Whether the NumPy engine can be used."""
    try:
        import backtrace.engine.numpy_engine  # noqa: F401
    except ImportError:
        return False
    return True


def _on_arrays(network: Network, steps: int) -> Run:
    try:
        from backtrace.engine.array_updating import array_start
        from backtrace.engine.numpy_engine import array_step, as_lists, data_of, parameters_of
        from backtrace.engine.numpy_engine import forward as array_forward
    except ImportError:
        raise InputError("NumPy is not installed", hint="pip install 'backtrace-nn[arrays]'") from None
    data, parameters = data_of(network), parameters_of(network)
    state = array_start(network, parameters)
    first: TrainingStep | None = None
    history: list[float] = []
    try:
        for _ in range(steps):
            step = array_step(network, data, parameters, state)
            first = first or step.to_step()
            history.append(step.forward.loss + 0.0)
            parameters, state = step.updated, step.state
        history.append(array_forward(network, data, parameters).loss + 0.0)
    except EvaluationError as error:
        raise _at_step(error, len(history)) from None
    assert first is not None
    kept = {slot: as_lists(network, values) for slot, values in state.slots.items()}
    return Run(first, history, as_lists(network, parameters), kept)


def _on_graph(network: Network, steps: int) -> Run:
    graph = build(network)
    numbers = numbers_of(network)
    state = start(network)
    first: ScalarStep | None = None
    history: list[float] = []
    try:
        for _ in range(steps):
            step = training_step(network, graph, numbers, state)
            first = first or step
            history.append(step[LOSS] + 0.0)
            numbers.update(step.updated)
            state = step.state
        values = forward(graph, leaf_values(graph, numbers))
        refuse_not_finite(values, graph.keys)
        history.append(values[graph.index[LOSS]] + 0.0)
    except EvaluationError as error:
        raise _at_step(error, len(history)) from None
    assert first is not None
    updated: dict[Key, float] = {parameter: numbers[parameter] for parameter in first.updated}
    kept = {slot: by_layer(network, values) for slot, values in state.slots.items()}
    return Run(as_step(network, first), history, by_layer(network, updated), kept)


def _at_step(error: EvaluationError, done: int) -> EvaluationError:
    """The error, saying after how many updates it happened."""
    when = f"after {done} update{'s' * (done != 1)}, " if done else ""
    return EvaluationError(f"{when}{error.what}", error.place, error.hint)
