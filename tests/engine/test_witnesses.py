"""Every gradient and loss of the scalar engine has witnesses, and each witness catches a planted fault."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import example, given, settings

from backtrace.engine import array_formulas
from backtrace.engine.build import sample_numbers
from backtrace.engine.trace import backward, empty_sweep, pull
from backtrace.expression.tree import ONE, add, mul, symbol
from backtrace.network.activations import ACTIVATIONS, SIGMOID, activation
from backtrace.network.finding import load
from backtrace.network.losses import LOSSES
from backtrace.network.records import Network
from tests.engine.strategies import CUSTOM, EVERY, SMOOTH, networks
from tests.engine.witnesses import (
    AUTOGRAD_ACTIVATIONS,
    AUTOGRAD_LOSSES,
    against_autograd,
    against_differences,
    against_numpy,
    against_sympy,
    against_zooms,
    drawn_step,
    scalar_step,
)

MAZUR = load("mazur")


@given(networks())
@settings(max_examples=250)
def test_the_two_engines_agree_on_every_number(network: Network) -> None:
    against_numpy(network, drawn_step(network))


@given(networks(orders=["simultaneous"]))
@settings(max_examples=80)
def test_central_differences_agree(network: Network) -> None:
    step = drawn_step(network, 5e-3)
    against_differences(network, step)


@given(networks(orders=["simultaneous"]))
@settings(max_examples=150)
def test_autograd_agrees(network: Network) -> None:
    step = drawn_step(network)
    against_autograd(network, step)


@given(
    networks(
        layers=2,
        width=2,
        samples=2,
        activations=SMOOTH,
        losses=[name for name, loss in LOSSES.items() if not loss.remark],
        orders=["simultaneous"],
    )
)
@example(MAZUR)
@settings(max_examples=12)
def test_sympy_agrees(network: Network) -> None:
    against_sympy(network, drawn_step(network))


@given(networks(layers=3, width=3, samples=3, orders=["simultaneous"]))
@settings(max_examples=60)
def test_all_zooms_agree_by_paths_and_by_reuse(network: Network) -> None:
    step = drawn_step(network)
    against_zooms(network, step)


@given(networks())
@settings(max_examples=60)
def test_the_flat_program_and_the_node_by_node_sweep_are_the_same(network: Network) -> None:
    step = drawn_step(network)
    graph = step.graph
    seeds = {graph.index[network.sample_loss(s)]: 1.0 for s in sample_numbers(network)}
    fast, slow = backward(graph, step.values, seeds), empty_sweep(graph)
    for node in range(max(seeds), -1, -1):
        pull(graph, step.values, slow, node, seeds.get(node, 0.0))
    last = max(seeds) + 1
    assert fast.gradient == slow.gradient
    edges = graph.first_edge[last] if last < len(graph) else len(graph.owner)
    assert fast.contribution[:edges] == slow.contribution[:edges]
    assert fast.local[:edges] == slow.local[:edges]
    for edge in range(edges):
        assert fast.contribution[edge] == fast.gradient[graph.owner[edge]] * fast.local[edge]


def test_the_witnesses_know_every_activation_and_loss() -> None:
    assert set(EVERY) == set(AUTOGRAD_ACTIVATIONS)
    assert set(LOSSES) == set(AUTOGRAD_LOSSES) == set(array_formulas.LOSSES)
    assert set(ACTIVATIONS) == set(array_formulas.ACTIVATIONS)


@pytest.mark.parametrize("kind", EVERY)
@pytest.mark.parametrize("loss", LOSSES)
def test_every_pair_of_activation_and_loss_has_its_witnesses(kind: str, loss: str) -> None:
    """Whatever Hypothesis happens to draw, each pair is looked at once, with outputs inside the loss's domain."""
    record = LOSSES[loss]
    last = record.only_after[0] if record.only_after else "sigmoid" if record.undefined else kind
    targets = {"sign": (-1.0, 1.0), "one_hot": (0.0, 1.0)}.get(record.targets, (0.25, 0.75))
    targets = (0.25, 2.75) if loss in ("huber", "mean_huber") else targets
    network = MAZUR._replace(
        layers=tuple(
            layer._replace(activation=activation(name)) for layer, name in zip(MAZUR.layers, (kind, last), strict=True)
        ),
        loss=LOSSES[loss],
        inputs=((0.05, 0.10), (-0.7, 0.3)),
        targets=(targets, targets[::-1]),
    )
    step = scalar_step(network)
    for witness in (against_numpy, against_differences, against_autograd, against_zooms):
        witness(network, step)


# Planted faults: a record that is wrong in one place must make every witness of that place disagree.

WRONG_SLOPE = SIGMOID._replace(slope_at=lambda x, y: y * (1.0 + y))
WRONG_FORM = SIGMOID._replace(slope=mul(symbol("y"), add(ONE, symbol("y"))))
WRONG_LOSS = LOSSES["half_squared_error"]._replace(slope_at=lambda t, y, m: t - y)
WRONG_VALUE = LOSSES["half_squared_error"]._replace(value=lambda t, y, m: (t - y) ** 2)


def with_activation(kind: object) -> Network:
    return MAZUR._replace(layers=tuple(layer._replace(activation=kind) for layer in MAZUR.layers))


@pytest.mark.parametrize(
    "witness", [against_numpy, against_differences, against_autograd, against_sympy, against_zooms]
)
@pytest.mark.parametrize(
    "network",
    [with_activation(WRONG_SLOPE), MAZUR._replace(loss=WRONG_LOSS)],
    ids=["slope of sigmoid", "slope of the loss"],
)
def test_a_wrong_slope_is_caught_by_every_witness(witness, network) -> None:  # type: ignore[no-untyped-def]
    witness(MAZUR, scalar_step(MAZUR))
    with pytest.raises(AssertionError):
        witness(network, scalar_step(network))


@pytest.mark.parametrize("witness", [against_numpy, against_differences, against_autograd, against_sympy])
def test_a_wrong_loss_is_caught(witness) -> None:  # type: ignore[no-untyped-def]
    network = MAZUR._replace(loss=WRONG_VALUE)
    with pytest.raises(AssertionError):
        witness(network, scalar_step(network))


@pytest.mark.parametrize("zoom", ["gate", "neuron", "unit"])
def test_a_wrong_formula_of_a_slope_is_caught_at_every_zoom(zoom: str) -> None:
    network = with_activation(WRONG_FORM)
    with pytest.raises(AssertionError):
        against_zooms(network, scalar_step(network), [zoom])


@pytest.mark.parametrize("kind", ["sigmoid", "softmax"])
def test_a_fault_of_the_array_engine_is_caught(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    network = with_activation(ACTIVATIONS[kind])
    step = scalar_step(network)
    against_numpy(network, step)
    right = array_formulas.ACTIVATIONS[kind]
    wrong = replace(right, through=lambda net, out, up: up * out * (1.0 - out) * 1.0001)
    monkeypatch.setitem(array_formulas.ACTIVATIONS, kind, wrong)
    with pytest.raises(AssertionError):
        against_numpy(network, step)


def test_a_tied_weight_that_forgets_one_of_its_uses_is_caught() -> None:
    tied = MAZUR.layers[1]._replace(tied_to=1, transposed=True, weights=None)
    right = MAZUR._replace(layers=(MAZUR.layers[0], tied._replace(weights=((0.15, 0.25), (0.20, 0.30)))))
    step = scalar_step(right)
    against_autograd(right, step)
    untied = right._replace(layers=(right.layers[0], right.layers[1]._replace(tied_to=0, transposed=False)))
    forgetful = scalar_step(untied)
    assert set(step.gradients) < set(forgetful.gradients)
    with pytest.raises(AssertionError):
        against_autograd(right, forgetful)


def test_custom_formulas_are_among_the_drawn_ones() -> None:
    assert all(activation(text).text for text in CUSTOM)
