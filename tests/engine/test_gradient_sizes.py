"""Forward sweeps counted one by one, bounds of gradients, and the effect of the size of the first weights."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backtrace.engine.build import build
from backtrace.engine.comparing import one_sample
from backtrace.engine.forward_mode import compared
from backtrace.engine.run import run
from backtrace.engine.starting import FACTORS, effect, with_data, with_scale
from backtrace.engine.vanishing import LARGEST_SLOPES, layer_gradients
from backtrace.engine.zoom import Zoom, keep_neurons
from backtrace.errors import InputError, NotSupported
from backtrace.expression.tree import ONE
from backtrace.network.activations import ACTIVATIONS
from backtrace.network.finding import load
from backtrace.network.initialisers import INITIALISERS, Fans
from backtrace.network.quantity import LOSS, Quantity
from backtrace.network.records import Network
from tests.engine.strategies import networks

SMOOTH = ("sigmoid", "tanh", "softplus", "silu", "identity", "relu")


def sweep_of(network: Network, parameter: Quantity) -> int:
    """The multiplications of one forward sweep, with a derivative of its own for every node: None where there is none,
    True where it is exactly 1."""
    zoom = Zoom(build(one_sample(network)), keep_neurons)
    known: dict[object, bool] = {parameter: True}
    count = 0
    for node in zoom.order:
        if node in known:
            continue
        below = {lower: form for lower, form in zoom.below(node).items() if lower in known}
        if not below:
            continue
        products = [(known[lower], form) for lower, form in below.items()]
        count += sum(not one and form != ONE for one, form in products)
        known[node] = len(products) == 1 and products[0][0] and products[0][1] == ONE
    assert LOSS in known
    return count


@settings(max_examples=25, deadline=None)
@given(networks(layers=3, width=3, samples=1))
def test_every_forward_sweep_counted_alone(network: Network) -> None:
    counts = compared(network)
    alone = {parameter: sweep_of(network, parameter) for parameter in network.parameters()}
    assert counts.sweeps == len(alone)
    assert counts.multiplications == sum(alone.values())
    for group in counts.forward:
        assert alone[group.first] == alone[group.last] == group.each


def test_forwards_of_a_known_network() -> None:
    counts = compared(load("4-3-2-1"))
    assert [(group.parameters, group.each) for group in counts.forward] == [
        (12, 9),
        (3, 8),
        (6, 4),
        (2, 3),
        (2, 2),
        (1, 1),
    ]
    assert (counts.multiplications, counts.backward) == (167, 34)
    with pytest.raises(NotSupported, match="too many to count"):
        compared(load("1000-1000"))


@settings(max_examples=25, deadline=None)
@given(networks(activations=SMOOTH, losses=("half_squared_error",)))
def test_no_gradient_is_above_its_bound(network: Network) -> None:
    for layer in layer_gradients(network):
        for found, bound in zip(layer.by_out, layer.bounds, strict=True):
            assert found <= bound * (1 + 1e-9) + 1e-300


@settings(max_examples=10, deadline=None)
@given(networks(activations=("sigmoid",), losses=("half_squared_error",), orders=("simultaneous",)))
def test_gradients_by_layer_are_those_of_the_trace(network: Network) -> None:
    first = run(network, engine="numpy").first
    layers = layer_gradients(network)
    for number, layer in enumerate(layers[:-1], 1):
        above = network.layers[number]
        assert above.weights is not None
        largest = max(
            abs(sum(row[i] * delta for row, delta in zip(above.weights, sample.delta[number], strict=True)))
            for sample in first.samples
            for i in range(network.layers[number - 1].units)
        )
        assert max(layer.by_out) == pytest.approx(largest, rel=1e-9, abs=1e-300)


@pytest.mark.parametrize("name", LARGEST_SLOPES)
def test_the_largest_slope_is_one(name: str) -> None:
    one = ACTIVATIONS[name]
    slopes = [one.slope_at(x / 100, one.value(x / 100)) for x in range(-3000, 3001)]
    assert max(slopes) <= LARGEST_SLOPES[name] + 1e-12
    assert max(slopes) >= LARGEST_SLOPES[name] - 1e-9


def test_gradients_without_numbers_are_refused() -> None:
    with pytest.raises(InputError, match="no numbers"):
        layer_gradients(load("2-2-1"))
    with pytest.raises(NotSupported, match="layer 1 is a softmax"):
        layer_gradients(load("2-2-1:softmax,sigmoid", batch=1))


def test_weights_are_scaled_and_nothing_else() -> None:
    network = with_data(load("4-3-2"), 7)
    small, large = (with_scale(network, factor, 7) for factor in (0.5, 2.0))
    assert small.inputs == large.inputs == network.inputs
    for one, other in zip(small.layers, large.layers, strict=True):
        assert one.bias == other.bias == tuple(0.0 for _ in range(one.units))
        for row, rows in zip(one.weights or (), other.weights or (), strict=True):
            assert [4 * w for w in row] == pytest.approx(list(rows), rel=1e-15)
    from random import Random

    drawn = INITIALISERS["normal"].make(Random(7), 12, Fans(4, 3), ())
    first = with_scale(network, 1.0, 7).layers[0].weights
    assert first is not None
    assert [w for row in first for w in row] == pytest.approx(drawn, rel=1e-15)


def test_too_small_and_too_large() -> None:
    network = with_data(load("10-10-10-2"), 1)
    starts = effect(network, 1)
    assert [start.factor for start in starts] == list(FACTORS)
    assert [start.net for start in starts] == sorted(start.net for start in starts)
    assert [start.slope for start in starts] == sorted((start.slope for start in starts), reverse=True)
    assert starts[0].saturated == 0.0 < 0.5 < starts[-1].saturated
    middle = run(with_scale(network, 1.0, 1), engine="scalar").first
    gradients = [abs(g) for row in middle.gradients.weights[0] for g in row]
    assert starts[2].gradient == pytest.approx(sum(gradients) / len(gradients), rel=1e-9)
    assert starts[2].loss == pytest.approx(middle.loss, rel=1e-12)


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 1000))
def test_a_loss_without_a_value_leaves_its_cell_empty(seed: int) -> None:
    network = with_data(load("6-6-6-1", sets=["loss=binary_cross_entropy"]), seed)
    last = effect(network, seed, (1.0, 10_000.0))[-1]
    assert last.slope < 0.05
    assert (last.loss is None) == (last.gradient is None)
