"""A training step on whole layers with NumPy: for large networks and batches, and a second witness for small ones.

Nothing is taken from the scalar engine but the words of its refusals; the formulas are those of `array_formulas.py`.
A sample is a row; weights have a row per unit, as in the file, so net = X·Wᵀ + b. Arrays stay arrays
until somebody asks for lists.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from backtrace.engine.array_formulas import ACTIVATIONS, LOSSES, Array, penalty, penalty_slope, walk
from backtrace.engine.array_updating import ArrayParameters, ArrayState, array_start, array_updated, stepped
from backtrace.engine.build import sample_numbers
from backtrace.engine.records import Parameters, SampleTrace, TrainingStep, Vector
from backtrace.engine.refusals import refuse_no_slope, refuse_tied, too_large, undefined
from backtrace.errors import InternalFault
from backtrace.expression.functions import EvaluationError
from backtrace.network.activations import Activation
from backtrace.network.losses import Loss
from backtrace.network.quantity import LOSS, SHARED, Derivative, Quantity
from backtrace.network.records import Network


@dataclass(frozen=True, slots=True)
class Data:
    """A row per sample."""

    inputs: Array
    targets: Array


@dataclass(frozen=True, slots=True)
class ForwardPass:
    """net and out by layer, a row per sample; losses by sample; loss, reduced."""

    net: list[Array]
    out: list[Array]
    losses: Array
    loss: float


@dataclass(frozen=True, slots=True)
class ArrayStep:
    """One training step in arrays; delta by layer, ∂ a sample's own loss/∂net; gradients of the reduced loss; state:
    what the optimizer remembers after the update."""

    network: Network
    data: Data
    forward: ForwardPass
    delta: list[Array]
    gradients: ArrayParameters
    updated: ArrayParameters
    state: ArrayState

    def to_step(self) -> TrainingStep:
        """The step as plain lists. Adding 0.0 turns −0 into 0."""
        run, layers = self.forward, range(len(self.delta))
        net, out, delta = ([_listed(layer) for layer in of] for of in (run.net, run.out, self.delta))
        inputs, targets = _listed(self.data.inputs), _listed(self.data.targets)
        losses: Vector = (run.losses + 0.0).tolist()
        samples = [
            SampleTrace(inputs[s], targets[s], losses[s], *([of[n][s] for n in layers] for of in (net, out, delta)))
            for s in range(len(inputs))
        ]
        return TrainingStep(
            run.loss + 0.0, samples, as_lists(self.network, self.gradients), as_lists(self.network, self.updated)
        )


def _listed(array: Array) -> list[Vector]:
    found: list[Vector] = (array + 0.0).tolist()
    return found


def as_lists(network: Network, parameters: ArrayParameters) -> Parameters:
    """Parameters as plain lists; a tied layer lists those it uses, laid out as its own."""
    layers = range(1, len(network.layers) + 1)
    bias = [None if b is None else (b + 0.0).tolist() for b in parameters.bias]
    return Parameters([_listed(weights_of(network, parameters, layer)) for layer in layers], bias)


def data_of(network: Network) -> Data:
    """The samples of a numeric network."""
    return Data(np.array(network.inputs, dtype=np.float64), np.array(network.targets, dtype=np.float64))


def parameters_of(network: Network) -> ArrayParameters:
    """The parameters of a numeric network."""
    layers = network.layers
    return ArrayParameters(
        tuple(None if layer.tied_to else np.array(layer.weights, dtype=np.float64) for layer in layers),
        tuple(np.array(layer.bias, dtype=np.float64) if layer.has_bias else None for layer in layers),
    )


def weights_of(network: Network, parameters: ArrayParameters, layer: int) -> Array:
    """The weights that a layer (from 1) uses: its own, or those of the layer it is tied to, transposed or not."""
    record = network.layers[layer - 1]
    if record.tied_to:
        other = weights_of(network, parameters, record.tied_to)
        return other.T if record.transposed else other
    own = parameters.weights[layer - 1]
    assert own is not None
    return own


def forward(network: Network, data: Data, parameters: ArrayParameters) -> ForwardPass:
    """The forward pass of all samples. Raises EvaluationError, with a name, where something has no finite value."""
    with np.errstate(all="ignore"):
        below = data.inputs
        nets: list[Array] = []
        outs: list[Array] = []
        for number, layer in enumerate(network.layers, 1):
            net = below @ weights_of(network, parameters, number).T
            bias = parameters.bias[number - 1]
            if bias is not None:
                net += bias
            _check(network, net, Quantity("net", number))
            below = _activated(network, layer.activation, net, number)
            nets.append(net)
            outs.append(below)
        terms = LOSSES[network.loss.name].term(data.targets, below, below.shape[1])
        _check_loss(network, terms, data, below)
        losses = terms.sum(axis=1)
        loss = losses.mean() if network.reduction == "mean" else losses.sum()
        loss += penalty(network.regularization, parameters.weights, parameters.bias, network.of_samples or len(losses))
    if not np.isfinite(loss):
        raise too_large(LOSS)
    return ForwardPass(nets, outs, losses, float(loss))


def array_step(network: Network, data: Data, parameters: ArrayParameters, state: ArrayState | None = None) -> ArrayStep:
    """Forward, backward and update for all samples; state: what the optimizer remembers of the updates before.

    With order "output_first" a layer's updated weights are what its delta is passed back through. Raises
    EvaluationError for whatever has no finite value, InputError for output_first with tied weights.
    """
    refuse_no_slope(network)
    early = network.optimizer.order == "output_first"
    if early:
        refuse_tied(network)
    before = state or array_start(network, parameters)
    rate = network.optimizer.rate(before.count) if early else 0.0
    run = forward(network, data, parameters)
    count = len(network.layers)
    samples = data.inputs.shape[0]
    size = network.of_samples or samples
    share = samples if network.reduction == "mean" else 1
    deltas: list[Array] = []
    weights: list[Array | None] = [None] * count
    bias: list[Array | None] = [None] * count
    updated: list[Array | None] = [None] * count
    with np.errstate(all="ignore"):
        upstream = LOSSES[network.loss.name].slope(data.targets, run.out[-1], run.out[-1].shape[1])
        for layer in range(count, 0, -1):
            record = network.layers[layer - 1]
            delta = _through(network, record.activation, run.net[layer - 1], run.out[layer - 1], upstream, layer)
            _check(network, delta, Quantity("delta", layer))
            shared = delta / share if share > 1 else delta
            owner, transposed = _owner(network, layer)
            below = run.out[layer - 2] if layer > 1 else data.inputs
            gradient = below.T @ shared if transposed else shared.T @ below
            held = weights[owner - 1]
            weights[owner - 1] = gradient if held is None else held + gradient
            if record.has_bias:
                bias[layer - 1] = shared.sum(keepdims=True).reshape(1) if record.shared_bias else shared.sum(axis=0)
            used = weights_of(network, parameters, layer)
            if early:
                weights[layer - 1] = gradient = gradient + penalty_slope(network.regularization, used, size)
                updated[layer - 1] = used = stepped(used, gradient, rate)
            if layer > 1:
                upstream = delta @ used
            deltas.append(delta)
        for layer in range(1, count + 1):
            own, sum_ = parameters.weights[layer - 1], weights[layer - 1]
            if not early and own is not None and sum_ is not None:
                weights[layer - 1] = sum_ + penalty_slope(network.regularization, own, size)
            own, sum_ = parameters.bias[layer - 1], bias[layer - 1]
            if network.regularization.biases and own is not None and sum_ is not None:
                bias[layer - 1] = sum_ + penalty_slope(network.regularization, own, size)
        gradients = ArrayParameters(tuple(weights), tuple(bias))
        _check_parameters(gradients, True)
        after, new_state = array_updated(network, parameters, gradients, before)
    if early:
        after = ArrayParameters(tuple(updated), after.bias)
    _check_parameters(after, False)
    return ArrayStep(network, data, run, deltas[::-1], gradients, after, new_state)


def _owner(network: Network, layer: int) -> tuple[int, bool]:
    """The layer whose weights this layer uses, and whether it uses them transposed."""
    transposed = False
    while network.layers[layer - 1].tied_to:
        transposed ^= network.layers[layer - 1].transposed
        layer = network.layers[layer - 1].tied_to
    return layer, transposed


def _activated(network: Network, activation: Activation, net: Array, layer: int) -> Array:
    if not activation.text:
        return ACTIVATIONS[activation.name].value(net)
    assert activation.formula is not None
    key = Quantity("out", layer)
    try:
        out = np.broadcast_to(walk(activation.formula, {"x": net}), net.shape)
    except FloatingPointError:
        raise _blamed(network, key, lambda s, j: activation.value(float(net[s, j])), net) from None
    _check(network, out, key)
    return out


def _through(network: Network, activation: Activation, net: Array, out: Array, upstream: Array, layer: int) -> Array:
    if not activation.text:
        return ACTIVATIONS[activation.name].through(net, out, upstream)
    assert activation.slope is not None
    try:
        return upstream * walk(activation.slope, {"x": net, "y": out})
    except FloatingPointError:
        blamed = _blamed(
            network,
            Quantity("out", layer),
            lambda s, j: activation.slope_at(float(net[s, j]), float(out[s, j])),
            net,
            "the slope of ",
        )
        raise blamed from None


def _check_loss(network: Network, terms: Array, data: Data, out: Array) -> None:
    if np.isfinite(terms).all():
        return
    loss: Loss = network.loss
    if loss.whole:
        row = int(np.argwhere(~np.isfinite(terms))[0][0])
        raise too_large(network.sample_loss(sample_numbers(network)[row]))
    units = out.shape[1]
    key = Quantity("loss_term" if units > 1 else "loss", len(network.layers) if units > 1 else 0)
    raise _blamed(network, key, lambda s, j: loss.value(float(data.targets[s, j]), float(out[s, j]), units), terms)


def _blamed(
    network: Network, key: Quantity, at: Callable[[int, int], float], array: Array, what: str = ""
) -> Exception:
    """The error of the first element for which the plain function finds one too; `key` lacks unit and sample."""
    for s, row in enumerate(array):
        for j in range(len(row)):
            unit = key if key.kind == "loss" else key._replace(unit=j + 1)
            found = unit._replace(sample=sample_numbers(network)[s])
            try:
                value = at(s, j)
            except EvaluationError as error:
                return undefined(found, error, what)
            if not np.isfinite(value):
                return too_large(found)
    return InternalFault(f"the array engine found no value for layer {key.layer}, the plain function did")


def _check(network: Network, array: Array, key: Quantity) -> None:
    """Refuses a layer with an element that is not finite; `key` lacks unit and sample."""
    if not np.isfinite(array).all():
        s, j = (int(index) for index in np.argwhere(~np.isfinite(array))[0])
        raise too_large(key._replace(unit=j + 1, sample=sample_numbers(network)[s]))


def _check_parameters(arrays: ArrayParameters, of_gradient: bool) -> None:
    """Refuses a gradient, or an updated parameter, that is not finite."""
    for kind, layers in (("weight", arrays.weights), ("bias", arrays.bias)):
        for number, array in enumerate(layers, 1):
            # A sum is much faster than a look at every element, and finite only if they all are.
            if array is None or np.isfinite(array.sum()) or np.isfinite(array).all():
                continue
            row, column = (*(int(index) + 1 for index in np.argwhere(~np.isfinite(array))[0]), 0)[:2]
            shared = kind == "bias" and array.size == 1
            key = Quantity(kind, number, SHARED if shared else row, column)
            raise too_large(Derivative(LOSS, key) if of_gradient else key._replace(updates=1))


def largest_change(old: ArrayParameters, new: ArrayParameters) -> float:
    """By how much the parameter that changed most has changed."""
    pairs = zip((*old.weights, *old.bias), (*new.weights, *new.bias), strict=True)
    return max(float(np.abs(b - a).max()) for a, b in pairs if a is not None and b is not None)
