"""The numbers of the source material, by both engines: the worked example (M1 to M19) and the linear unit (C8, C9)."""

from __future__ import annotations

from typing import Any

import pytest

from backtrace.engine.records import Run, TrainingStep
from backtrace.engine.run import run
from backtrace.expression.tree import Given
from backtrace.network.finding import load
from backtrace.network.records import Network
from backtrace.notation.names import parameter

ENGINES = ("scalar", "numpy")


def mazur(*sets: str) -> Network:
    return load("mazur", sets=sets, resolve=parameter)


def close(expected: Any) -> Any:
    """To the fifteen digits that the facts are written with."""
    return pytest.approx(expected, rel=1e-12, abs=1e-12)


@pytest.fixture(scope="module", params=ENGINES)
def worked(request: pytest.FixtureRequest) -> Run:
    return run(mazur(), engine=request.param)


@pytest.fixture(scope="module")
def step(worked: Run) -> TrainingStep:
    return worked.first


def test_m1_to_m5_the_forward_pass(step: TrainingStep) -> None:
    (sample,) = step.samples
    assert sample.net == [close([0.3775, 0.3925]), close([1.10590596705977, 1.22492140409647])]
    assert sample.out == [
        close([0.593269992107187, 0.596884378259767]),
        close([0.751365069552316, 0.772928465321463]),
    ]
    assert 0.5 * (0.01 - sample.out[1][0]) ** 2 == close(0.274811083176155)
    assert 0.5 * (0.99 - sample.out[1][1]) ** 2 == close(0.0235600255838478)
    assert step.loss == sample.loss == close(0.298371108760003)


def test_m6_to_m13_the_way_back() -> None:
    """What has no place in the trace contract stands on the nodes and edges of the graph."""
    from backtrace.engine.build import build
    from backtrace.engine.scalar import numbers_of, training_step
    from backtrace.engine.zoom import Zoom
    from backtrace.expression.evaluate import evaluate
    from backtrace.network.quantity import Quantity

    network = mazur()
    trace = training_step(network, graph := build(network), numbers_of(network))

    def gradient(kind: str, layer: int, unit: int) -> float:
        return trace.sweep.gradient[graph.index[Quantity(kind, layer, unit)]]

    def into_net(kind: str, layer: int, unit: int) -> float:
        return trace.sweep.local[graph.first_edge[graph.index[Quantity(kind, layer, unit)]]]

    assert [gradient("out", 2, 1), gradient("out", 2, 2)] == close([0.741365069552316, -0.217071534678537])
    assert into_net("out", 2, 1) == close(0.186815601809)
    assert [gradient("net", 2, 1), gradient("net", 2, 2)] == close([0.138498561628557, -0.0380982365165562])
    edges = graph.uses[graph.index[Quantity("out", 1, 1)]]
    parts = [trace.sweep.contribution[edge] for edge in edges]
    assert parts == close([0.0553994246514228, -0.0190491182582781])
    assert gradient("out", 1, 1) == close(0.0363503063931447)
    assert gradient("out", 1, 2) == close(0.0413703226487447)
    assert into_net("out", 1, 1) == close(0.241300708572)
    assert [gradient("net", 1, 1), gradient("net", 1, 2)] == close([0.00877135468948693, 0.0099542547052172])
    local = Zoom(graph, lambda key: True).local(Quantity("out", 2, 1), Quantity("net", 2, 1))
    assert evaluate(local, trace.__getitem__) == close(0.186815601809)


def test_m8_and_m13_the_deltas(step: TrainingStep) -> None:
    assert step.samples[0].delta == [
        close([0.00877135468948693, 0.0099542547052172]),
        close([0.138498561628557, -0.0380982365165562]),
    ]


def test_m9_and_m14_the_gradients(step: TrainingStep) -> None:
    first, second = step.gradients.weights
    assert first[0] + first[1] == close(
        [0.000438567734474347, 0.000877135468948693, 0.00049771273526086, 0.00099542547052172]
    )
    assert second[0] + second[1] == close(
        [0.0821670405642308, 0.0826676278475332, -0.0226025404774751, -0.0227402422159782]
    )


def test_m15_and_m16_the_update(worked: Run) -> None:
    first, second = worked.updated.weights
    assert first[0] + first[1] == close([0.149780716132763, 0.199561432265526, 0.24975114363237, 0.299502287264739])
    assert second[0] + second[1] == close([0.358916479717885, 0.408666186076233, 0.511301270238738, 0.561370121107989])
    assert worked.updated.bias == [[0.35, 0.35], [0.60, 0.60]]


@pytest.mark.parametrize("engine", ENGINES)
def test_m17_biases_of_their_own(engine: str) -> None:
    updated = run(mazur("update_biases=true"), engine=engine).updated
    assert updated.bias == [close([0.345614322655, 0.345022872647]), close([0.530750719186, 0.619049118258])]


SHARED = ("update_biases=true", "layer1.shared_bias=true", "layer2.shared_bias=true")


@pytest.mark.parametrize("engine", ENGINES)
def test_m18_shared_biases(engine: str) -> None:
    updated = run(mazur(*SHARED), engine=engine).updated
    assert updated.bias == [close([0.340637195303]), close([0.549799837444])]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("sets", "total"),
    [
        ((), 0.291027773694),
        (("order=output_first",), 0.291027923905),
        (("update_biases=true",), 0.280471446791),
        (SHARED, 0.285750886699),
    ],
)
def test_m19_the_four_totals(sets: tuple[str, ...], total: float, engine: str) -> None:
    assert run(mazur(*sets), engine=engine).history == close([0.298371108760003, total])


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("weights", "out", "loss"), [((1, 1, 1), 60.0, 40.0), ((2, 1, 2), 100.0, 0.0)])
def test_c8_the_linear_unit(weights: tuple[int, ...], out: float, loss: float, engine: str) -> None:
    sets = [f"w1_1_{i}={weight}" for i, weight in enumerate(weights, 1)]
    step = run(load("linear", sets=sets, resolve=parameter), engine=engine).first
    assert step.samples[0].out == [[out]] and step.loss == loss
    assert step.gradients.weights == [[[-10.0, -20.0, -30.0]]] if loss else [[[0.0, 0.0, 0.0]]]


def with_gradient(rate: str, target: float) -> Network:
    """One weight of 50 whose gradient is 2, or −2 when the target lies above the output."""
    linear = load("linear", sets=["learning_rate=" + rate])
    layer = linear.layers[0]._replace(weights=((Given("50"),),))
    return linear._replace(input_size=1, layers=(layer,), inputs=((Given("2"),),), targets=((target,),))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("target", "gradient", "updated"), [(0.0, 2.0, 48.0), (200.0, -2.0, 52.0)])
def test_c9_update_arithmetic(target: float, gradient: float, updated: float, engine: str) -> None:
    found = run(with_gradient("1", target), engine=engine)
    assert found.first.gradients.weights == [[[gradient]]]
    assert found.updated.weights == [[[updated]]]


@pytest.mark.parametrize("engine", ENGINES)
def test_c9_old_and_new_hardly_differ(engine: str) -> None:
    found = run(with_gradient("0.000001", 0.0), engine=engine)
    assert f"{found.updated.weights[0][0][0]:.6f}" == "49.999998"
