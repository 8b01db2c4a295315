"""Numbers as they come out by hand, against the engine."""

from __future__ import annotations

from random import Random

import pytest

from backtrace.engine.run import run
from backtrace.engine.scalar import by_layer
from backtrace.engine.structure import structure_of
from backtrace.expression.tree import Given
from backtrace.network.finding import load
from backtrace.network.quantity import LOSS, Derivative, Quantity
from backtrace.network.records import Network, Optimizer
from backtrace.questions.hand import worked
from backtrace.questions.hand_compiled import WORTH, worked_for
from backtrace.questions.sampling import network_for, shaped, tried

SHAPES = [
    shaped((2, 2, 2), ("sigmoid", "sigmoid")),
    shaped((3, 2, 1), ("tanh", "identity"), "squared_error"),
    shaped((2, 3, 3), ("relu", "softmax"), "cross_entropy"),
]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("rule", ["sgd", "momentum", "adam", "rmsprop"])
@pytest.mark.parametrize("samples", [1, 2])
def test_carrying_everything_is_what_the_engine_computes(shape: Network, rule: str, samples: int) -> None:
    draw = Random(5)
    network = tried(lambda: network_for(draw, 2, shape, samples, optimizer=Optimizer(rule, Given("0.1"))))
    found = worked(network, 2)
    engine = run(network, 2, "scalar")
    assert found[LOSS] == pytest.approx(engine.first.loss, rel=1e-12)
    assert found[LOSS._replace(updates=2)] == pytest.approx(engine.history[2], rel=1e-12)
    gradients = by_layer(network, {p: found[Derivative(LOSS, p)] for p in network.parameters()})
    updated = by_layer(network, {p: found[p._replace(updates=2)] for p in network.parameters()})
    for mine, other in ((gradients, engine.first.gradients), (updated, engine.updated)):
        for a, b in zip(mine.weights, other.weights, strict=True):
            assert [x for row in a for x in row] == pytest.approx([x for row in b for x in row], rel=1e-11)


def test_rounding_each_line_uses_the_rounded_number_in_the_next() -> None:
    mazur = load("mazur")
    found = worked(mazur, 1, digits=3)
    assert found[Quantity("net", 1, 1)] == 0.378
    assert found[Quantity("out", 1, 1)] == 0.593
    # 0.40·0.593 + 0.45·0.597 + 0.60
    assert found[Quantity("net", 2, 1)] == 1.11
    assert found[Quantity("delta", 2, 1)] != worked(mazur, 1)[Quantity("delta", 2, 1)]


def test_a_line_for_every_factor_rounds_more_often() -> None:
    mazur = load("mazur")
    by_delta, by_factor = worked(mazur, 1, 2), worked(mazur, 1, 2, everywhere=True)
    assert any(by_delta[key] != by_factor[key] for key in by_delta)


SETTINGS = ("sgd", "momentum", "adam")


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("rule", SETTINGS)
@pytest.mark.parametrize("samples", [1, 2])
def test_compiled_and_plain_give_the_same_bits(shape: Network, rule: str, samples: int) -> None:
    draw, keys = Random(8), None
    for _ in range(WORTH + 2):
        optimizer = Optimizer(rule, Given("0.1"))
        network = tried(lambda: network_for(draw, 2, shape, samples, optimizer=optimizer))  # noqa: B023
        for digits, everywhere in ((None, False), (3, False), (4, True)):
            plain = worked(network, 2, digits, everywhere)
            keys = keys or tuple(plain)
            found = worked_for(keys, network, 2, digits, everywhere)
            assert [repr(float(found[key])) for key in keys] == [repr(plain[key]) for key in keys]
    kept = structure_of(network).kept(("hand", keys, 2, 3, False), lambda: None)
    assert kept is not None and kept.function is not None


def test_what_looks_at_numbers_on_its_way_is_not_compiled() -> None:
    for sets in (["loss.l1=0.1"], ["clip_value=0.01"]):
        for seed in range(WORTH + 2):
            network = load("2-2-1", sets=["learning_rate=0.5", *sets], batch=1, seed=seed)
            assert worked_for((LOSS,), network)[LOSS] == worked(network)[LOSS]
