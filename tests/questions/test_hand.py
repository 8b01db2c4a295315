"""Numbers as they come out by hand, against the engine."""

from __future__ import annotations

from random import Random

import pytest

from backtrace.engine.run import run
from backtrace.engine.scalar import by_layer
from backtrace.errors import InputError
from backtrace.expression.tree import Given
from backtrace.network.finding import load
from backtrace.network.quantity import LOSS, Derivative, Quantity
from backtrace.network.records import Network, Optimizer
from backtrace.questions.hand import worked
from backtrace.questions.hand_compiled import WORTH, answers_of
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


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("rule", ["sgd", "momentum", "adam"])
@pytest.mark.parametrize("samples", [1, 2])
def test_compiled_and_plain_give_the_same_bits(shape: Network, rule: str, samples: int) -> None:
    draw = Random(8)
    optimizer = Optimizer(rule, Given("0.1"))
    same_bits([tried(lambda: network_for(draw, 2, shape, samples, optimizer=optimizer)) for _ in range(WORTH + 2)])


@pytest.mark.parametrize("setting", ["loss.l1=0.1", "loss.l2=0.1", "clip_value=0.01", "clip_norm=0.01"])
def test_so_they_do_where_the_size_of_a_number_is_looked_at(setting: str) -> None:
    sets = ["learning_rate=0.5", setting]
    same_bits([load("2-2-1", sets=sets, batch=1, seed=seed) for seed in range(WORTH + 2)])


def same_bits(networks: list[Network]) -> None:
    keys = tuple(worked(networks[0], 2))
    answers = answers_of(networks[0], keys, 2)
    for network in networks:
        plain, found = worked(network, 2), answers.exact(answers.hand.row(network))
        assert [repr(float(value)) for value in found] == [repr(float(plain[key])) for key in keys]
    assert answers._exact.function is not None and answers_of(networks[1], keys, 2) is answers


def test_a_network_that_no_gradient_passes_through_has_a_forward_pass_alone() -> None:
    network = load("2-2-1:step", sets=["learning_rate=0.5"], batch=1, seed=1)
    key = Quantity("net", 2, 1)
    answers = answers_of(network, [key])
    assert answers.exact(answers.hand.row(network)) == (worked(network)[key],)
    with pytest.raises(InputError, match="delta2_1 has no value"):
        answers_of(network, [key._replace(kind="delta")])
