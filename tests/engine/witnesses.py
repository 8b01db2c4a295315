"""The witnesses of the scalar engine's gradients and losses. Each raises AssertionError where it disagrees."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from functools import cache
from itertools import pairwise
from typing import Any

import autograd.numpy as anp
from autograd import value_and_grad
from autograd.extend import defvjp, primitive
from hypothesis import assume, reject

from backtrace.engine.build import build, sample_numbers
from backtrace.engine.numpy_engine import array_step, data_of, parameters_of
from backtrace.engine.paths import routes, ways_to
from backtrace.engine.records import TrainingStep
from backtrace.engine.run import run
from backtrace.engine.scalar import ScalarStep, as_step, numbers_of, training_step
from backtrace.engine.trace import forward, leaf_values
from backtrace.engine.zoom import Zoom
from backtrace.expression.evaluate import evaluate
from backtrace.expression.functions import EvaluationError
from backtrace.network.quantity import LOSS, SHARED, Key, Quantity
from backtrace.network.records import Network
from tests.engine.strategies import CORNERS, LAST

Gradients = dict[Quantity, float]
MOST_ROUTES = 300


def scalar_step(network: Network) -> ScalarStep:
    """The step under test."""
    return training_step(network, build(network), numbers_of(network))


def flat(found: Any) -> list[float]:
    """Every number of nested lists, in order."""
    if found is None:
        return []
    return [found] if isinstance(found, float) else [number for part in found for number in flat(part)]


def assert_close(found: Iterable[float], expected: Iterable[float], relative: float, what: str) -> None:
    """Each pair agrees, relative to the largest number of all: sums of cancelling terms lose no more than that."""
    pairs = list(zip(found, expected, strict=True))
    scale = max([1e-3, *(abs(x) for pair in pairs for x in pair)])
    for place, (a, b) in enumerate(pairs):
        assert abs(a - b) <= relative * scale, f"{what}, number {place}: {a!r} and {b!r}"


def against_numpy(network: Network, step: ScalarStep) -> None:
    """The other engine: every number of the step."""
    ours: TrainingStep = as_step(network, step)
    theirs = array_step(network, data_of(network), parameters_of(network)).to_step()
    assert_close([ours.loss], [theirs.loss], 1e-12, "loss")
    for mine, other in zip(ours.samples, theirs.samples, strict=True):
        for part in ("inputs", "targets", "net", "out", "delta"):
            assert_close(flat(getattr(mine, part)), flat(getattr(other, part)), 1e-11, part)
        assert_close([mine.loss], [other.loss], 1e-12, "loss of a sample")
    for part in ("gradients", "updated"):
        mine, other = getattr(ours, part), getattr(theirs, part)
        assert_close(flat(mine.weights), flat(other.weights), 1e-11, part)
        assert_close(flat(mine.bias), flat(other.bias), 1e-11, part)
        assert [b is None for b in mine.bias] == [b is None for b in other.bias]


def against_differences(network: Network, step: ScalarStep) -> None:
    """Central differences of the loss, parameter by parameter; of no use near a corner."""
    numbers = numbers_of(network)
    graph = step.graph
    loss = graph.index[LOSS]

    def loss_with(parameter: Quantity, value: float) -> float:
        return forward(graph, leaf_values(graph, {**numbers, parameter: value}))[loss]

    size = 1e-6
    parameters = network.parameters()
    differences = [(loss_with(p, numbers[p] + size) - loss_with(p, numbers[p] - size)) / (2 * size) for p in parameters]
    assert_close([step.gradients[p] for p in parameters], differences, 1e-5 * max(1.0, step[LOSS]), "difference")


def drawn_step(network: Network, least: float = 1e-9) -> ScalarStep:
    """The step of a drawn network; one that no two witnesses can be expected to agree about is drawn again.

    That is: the loss has no value, a corner of relu, |x| and so on is within `least`, or ln is taken of what rounding
    has left of 1 − 0.999….
    """
    try:
        step = scalar_step(network)
        run(network, engine="scalar")
    except EvaluationError:
        reject()
    top = len(network.layers)
    for number, layer in enumerate(network.layers, 1):
        if layer.activation.name in CORNERS:
            assume(all(abs(net) > least for net in _of_layer(network, step, "net", number)))
    outs = _of_layer(network, step, "out", top)
    if network.loss.name in LAST and network.loss.whole is None:
        assume(all(1e-4 < out < 1 - 1e-4 for out in outs))
    if network.loss.corner is not None:
        for out, target in zip(outs, _of_layer(network, step, "target", 0), strict=True):
            assume(abs(evaluate(network.loss.corner, {"t": target, "y": out}.__getitem__)) > least)
    if network.loss.whole and network.loss.whole.corner:
        for s in sample_numbers(network):
            for part in network.loss.whole.parts(network.targets_of(s), network.layers[-1].units):
                parts = [step[Quantity("out", top, unit, sample=s)] for unit in part.outputs]
                assume(abs(network.loss.whole.corner(parts)) > least)
    if network.regularization.l1 is not None:
        assume(all(abs(step[parameter]) > least for parameter in network.regularized()))
    return step


def _of_layer(network: Network, step: ScalarStep, kind: str, layer: int) -> list[float]:
    units = range(1, network.size(layer or len(network.layers)) + 1)
    return [step[Quantity(kind, layer, j, sample=s)] for j in units for s in sample_numbers(network)]


@primitive  # type: ignore[untyped-decorator]
def erf(x: Any) -> Any:
    """The error function of an array, which autograd itself knows through SciPy only."""
    return anp.array([math.erf(number) for number in x.flat]).reshape(x.shape)


defvjp(erf, lambda out, x: lambda up: up * 2 / anp.pi**0.5 * anp.exp(-(x**2)))


# Formulas of their own for HIPS autograd, by the names that a network file uses.
AUTOGRAD_ACTIVATIONS: dict[str, Callable[[Any], Any]] = {
    "identity": lambda x: x,
    "sigmoid": lambda x: 0.5 * (anp.tanh(0.5 * x) + 1.0),
    "tanh": anp.tanh,
    "relu": lambda x: x * (x > 0),
    "softmax": lambda x: anp.exp(x) / anp.sum(anp.exp(x), axis=1, keepdims=True),
    "leaky_relu": lambda x: x * (0.01 + 0.99 * (x > 0)),
    "elu": lambda x: anp.where(x > 0, x, anp.exp(anp.minimum(x, 0.0)) - 1),
    "softplus": lambda x: anp.logaddexp(x, 0.0),
    "silu": lambda x: x / (1 + anp.exp(-x)),
    "gelu": lambda x: x * (1 + erf(x / 2**0.5)) / 2,
    "gelu_tanh": lambda x: x / 2 * (1 + anp.tanh((2 / anp.pi) ** 0.5 * (x + 0.044715 * x**3))),
    "scaled_tanh": lambda x: 1.7159 * anp.tanh(2 * x / 3),
    "1.7159*tanh(2*x/3)": lambda x: 1.7159 * anp.tanh(2 * x / 3),
    "x*sigmoid(x)": lambda x: x / (1 + anp.exp(-x)),
    "ln(1+exp(x))": lambda x: anp.log(1 + anp.exp(x)),
    "max(0.01*x, x)": lambda x: anp.where(x > 0, x, 0.01 * x),
    "x/(1+abs(x))": lambda x: x / (1 + anp.abs(x)),
    "x^3/(1+x^2)": lambda x: x**3 / (1 + x**2),
    "sqrt(1+x^2)": lambda x: anp.sqrt(1 + x**2),
    "(exp(x)-exp(-x))/(exp(x)+exp(-x))": anp.tanh,
    "sin(x) - x/2": lambda x: anp.sin(x) - x / 2,
    "1/(1+exp(-2*x))": lambda x: 1 / (1 + anp.exp(-2 * x)),
}
AUTOGRAD_LOSSES: dict[str, Callable[[Any, Any], Any]] = {
    "half_squared_error": lambda t, y: anp.sum((t - y) ** 2, axis=1) / 2,
    "squared_error": lambda t, y: anp.sum((t - y) ** 2, axis=1),
    "mean_squared_error": lambda t, y: anp.mean((t - y) ** 2, axis=1),
    "absolute_error": lambda t, y: anp.sum(anp.abs(t - y), axis=1),
    "huber": lambda t, y: anp.sum(anp.where(anp.abs(t - y) < 1, (t - y) ** 2 / 2, anp.abs(t - y) - 0.5), axis=1),
    "perceptron_error": lambda t, y: anp.sum(anp.where(t * y > 0, 0.0, -t * y), axis=1),
    "hinge": lambda t, y: anp.sum(anp.where(t * y < 1, 1 - t * y, 0.0), axis=1),
    "binary_cross_entropy": lambda t, y: -anp.sum(t * anp.log(y) + (1 - t) * anp.log(1 - y), axis=1),
    "cross_entropy": lambda t, y: -anp.sum(t * anp.log(y), axis=1),
    "softmax_cross_entropy": lambda t, y: anp.sum(
        t * (anp.log(anp.sum(anp.exp(y), axis=1, keepdims=True)) - y), axis=1
    ),
    "multi_class_svm": lambda t, y: anp.sum(
        anp.where((y - anp.sum(t * y, axis=1, keepdims=True) > -1) & (t == 0), y + 1, 0.0)
        - anp.where((y - anp.sum(t * y, axis=1, keepdims=True) > -1) & (t == 0), 1.0, 0.0)
        * anp.sum(t * y, axis=1, keepdims=True),
        axis=1,
    ),
    "half_mean_squared_error": lambda t, y: anp.mean((t - y) ** 2, axis=1) / 2,
    "mean_absolute_error": lambda t, y: anp.mean(anp.abs(t - y), axis=1),
    "mean_huber": lambda t, y: anp.mean(anp.where(anp.abs(t - y) < 1, (t - y) ** 2 / 2, anp.abs(t - y) - 0.5), axis=1),
    "mean_hinge": lambda t, y: anp.mean(anp.where(t * y < 1, 1 - t * y, 0.0), axis=1),
    "mean_binary_cross_entropy": lambda t, y: -anp.mean(t * anp.log(y) + (1 - t) * anp.log(1 - y), axis=1),
}


def penalties(network: Network, weights: list[Any], biases: list[Any], sum_of: Callable[[Any], Any], size: Any) -> Any:
    """What regularisation adds to the loss, each shared or tied array once, by formulas of its own."""
    made, samples = network.regularization, network.samples
    own = [w for w, layer in zip(weights, network.layers, strict=True) if not layer.tied_to]
    if made.biases:
        own += [b for b, layer in zip(biases, network.layers, strict=True) if layer.has_bias]
    l2, l1 = made.l2 or 0.0, made.l1 or 0.0
    factors = {"half": (l2 / 2, l1), "plain": (l2, l1), "per_sample": (l2 / (2 * samples), l1 / samples)}[made.form]
    return sum(factors[0] * sum_of(a * a) + factors[1] * sum_of(size(a)) for a in own)


def against_autograd(network: Network, step: ScalarStep) -> None:
    """HIPS autograd on matrices of its own, tied and shared parameters being one array each."""
    inputs, targets = anp.array(network.inputs), anp.array(network.targets)
    layers = network.layers

    def loss(parameters: list[list[Any]]) -> Any:
        weights, biases = parameters
        out = inputs
        for number, layer in enumerate(layers):
            owner, transposed = number, False
            while layers[owner].tied_to:
                transposed ^= layers[owner].transposed
                owner = layers[owner].tied_to - 1
            matrix = weights[owner] if transposed else weights[owner].T
            net = out @ matrix + biases[number] if layer.has_bias else out @ matrix
            out = AUTOGRAD_ACTIVATIONS[layer.activation.name](net)
        of_samples = AUTOGRAD_LOSSES[network.loss.name](targets, out)
        data = anp.mean(of_samples) if network.reduction == "mean" else anp.sum(of_samples)
        return data + penalties(network, weights, biases, anp.sum, anp.abs) if network.regularization.norms else data

    given = [
        [anp.array(layer.weights, dtype=float) for layer in layers],
        [anp.array(layer.bias if layer.has_bias else (0.0,), dtype=float) for layer in layers],
    ]
    value, (weights, biases) = value_and_grad(loss)(given)
    assert_close([step[LOSS]], [float(value)], 1e-11, "loss")

    def theirs(parameter: Quantity) -> float:
        at = parameter.layer - 1
        if parameter.kind == "weight":
            return float(weights[at][parameter.unit - 1, parameter.source - 1])
        return float(biases[at][0 if parameter.unit == SHARED else parameter.unit - 1])

    parameters = network.parameters()
    assert_close([step.gradients[p] for p in parameters], [theirs(p) for p in parameters], 1e-9, "autograd")


def against_sympy(network: Network, step: ScalarStep) -> None:
    """SymPy's diff of the one inlined loss, formulas of its own; for networks of a few units."""
    import sympy

    own = {
        "identity": lambda x: x,
        "sigmoid": lambda x: 1 / (1 + sympy.exp(-x)),
        "tanh": sympy.tanh,
        "softplus": lambda x: sympy.log(1 + sympy.exp(x)),
        "silu": lambda x: x / (1 + sympy.exp(-x)),
        "gelu": lambda x: x * (1 + sympy.erf(x / sympy.sqrt(2))) / 2,
        "gelu_tanh": lambda x: (
            x * (1 + sympy.tanh(sympy.sqrt(2 / sympy.pi) * (x + sympy.Float("0.044715", 20) * x**3))) / 2
        ),
        "scaled_tanh": lambda x: sympy.Float("1.7159", 20) * sympy.tanh(2 * x / 3),
        "1.7159*tanh(2*x/3)": lambda x: sympy.Float("1.7159", 20) * sympy.tanh(2 * x / 3),
        "ln(1+exp(x))": lambda x: sympy.log(1 + sympy.exp(x)),
        "sqrt(1+x^2)": lambda x: sympy.sqrt(1 + x**2),
    }
    losses = {
        "half_squared_error": lambda t, y, m: (t - y) ** 2 / 2,
        "squared_error": lambda t, y, m: (t - y) ** 2,
        "mean_squared_error": lambda t, y, m: (t - y) ** 2 / m,
        "binary_cross_entropy": lambda t, y, m: -t * sympy.log(y) - (1 - t) * sympy.log(1 - y),
        "cross_entropy": lambda t, y, m: -t * sympy.log(y),
        "half_mean_squared_error": lambda t, y, m: (t - y) ** 2 / (2 * m),
        "mean_binary_cross_entropy": lambda t, y, m: (-t * sympy.log(y) - (1 - t) * sympy.log(1 - y)) / m,
    }
    symbols = {p: sympy.Symbol("_".join(map(str, p)).replace("-", "s"), real=True) for p in network.parameters()}
    total = sympy.Integer(0)
    for row, target in zip(network.inputs or (), network.targets or (), strict=True):
        out = [sympy.Float(x, 20) for x in row]
        for number, layer in enumerate(network.layers, 1):
            nets = []
            for j in range(1, layer.units + 1):
                bias = network.bias(number, j)
                wires = [symbols[network.weight(number, j, i)] * x for i, x in enumerate(out, 1)]
                nets.append(sympy.Add(*wires) + (symbols[bias] if bias else 0))
            if layer.activation.name == "softmax":
                out = [sympy.exp(net) / sympy.Add(*map(sympy.exp, nets)) for net in nets]
            else:
                out = [own[layer.activation.name](net) for net in nets]
        if network.loss.name == "softmax_cross_entropy":
            norm = sympy.Add(*map(sympy.exp, out))
            total += sympy.Add(*(-t * sympy.log(sympy.exp(y) / norm) for t, y in zip(target, out, strict=True)))
            continue
        total += sympy.Add(*(losses[network.loss.name](t, y, len(out)) for t, y in zip(target, out, strict=True)))
    if network.reduction == "mean":
        total /= network.samples
    for p in network.regularized():
        made = network.regularization
        share = network.samples if made.form == "per_sample" else 1
        total += symbols[p] ** 2 * (made.l2 or 0) / (1 if made.form == "plain" else 2 * share)
        total += sympy.Abs(symbols[p]) * (made.l1 or 0) / share
    parameters = network.parameters()
    forms = [total, *(sympy.diff(total, symbols[p]) for p in parameters)]
    numbers = sympy.lambdify([symbols[p] for p in parameters], forms, modules="mpmath", cse=True)
    loss, *found = map(float, numbers(*map(network.value, parameters)))
    assert_close([step[LOSS]], [loss], 1e-11, "loss")
    assert_close([step.gradients[p] for p in parameters], found, 1e-9, "sympy")


def keep_gates(key: Key) -> bool:
    """Gate zoom: everything."""
    return True


def keep_neurons(key: Key) -> bool:
    """Neuron zoom: net, out and the losses of samples."""
    return isinstance(key, Quantity) and key.kind not in ("wire", "loss_term")


def keep_units(key: Key) -> bool:
    """Unit zoom: net is folded too."""
    return isinstance(key, Quantity) and key.kind not in ("wire", "loss_term", "net")


ZOOMS = {"gate": keep_gates, "neuron": keep_neurons, "unit": keep_units}


def by_reuse(zoom: Zoom, values: Callable[[Any], float], parameters: list[Quantity]) -> Gradients:
    """∂E/∂parameter, each node's derivative worked out once from those above it."""
    known: dict[Key, float] = {LOSS: 1.0}
    for upper in reversed(zoom.order):
        if upper in known:
            for lower, form in zoom.below(upper).items():
                known[lower] = known.get(lower, 0.0) + known[upper] * evaluate(form, values)
    return {p: known.get(p, 0.0) for p in parameters}


def by_paths(zoom: Zoom, values: Callable[[Any], float], parameters: list[Quantity]) -> Gradients:
    """∂E/∂parameter as the sum over all routes of the product of their local derivatives; few routes only."""
    found: Gradients = {}
    locals_: dict[tuple[Key, Key], float] = {}
    above = cache(zoom.above)
    ways = ways_to(zoom.order, above, LOSS)
    leading = {key for key, count in ways.items() if count}
    for p in parameters:
        if ways.get(p, 0) > MOST_ROUTES:
            continue
        found[p] = 0.0
        for route in routes(above, leading, p, LOSS) if p in leading else ():
            product = 1.0
            for lower, upper in pairwise(route):
                if (upper, lower) not in locals_:
                    locals_[upper, lower] = evaluate(zoom.local(upper, lower), values)
                product *= locals_[upper, lower]
            found[p] += product
    return found


def against_zooms(network: Network, step: ScalarStep, zooms: Iterable[str] = ZOOMS) -> None:
    """All zooms, summed both ways: by routes and by reuse."""
    values = step.__getitem__
    parameters = network.parameters()
    for name in zooms:
        zoom = Zoom(step.graph, ZOOMS[name])
        sums = {"reuse": by_reuse(zoom, values, parameters), "paths": by_paths(zoom, values, parameters)}
        for way, gradients in sums.items():
            ours = [step.gradients[p] for p in gradients]
            assert_close(ours, gradients.values(), 1e-9, f"{name} zoom by {way}")
