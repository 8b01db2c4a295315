"""Runs: history, the choice of engine, what is refused, and that small networks leave NumPy alone."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings

from backtrace.engine import run as running
from backtrace.engine.array_formulas import FUNCTIONS as ARRAY_FUNCTIONS
from backtrace.engine.numpy_engine import ArrayStep, array_step, data_of, parameters_of
from backtrace.engine.run import products, run, suits_arrays
from backtrace.errors import InputError, NotSupported
from backtrace.expression.functions import FUNCTIONS, EvaluationError
from backtrace.network.activations import activation
from backtrace.network.finding import load
from backtrace.network.losses import LOSSES
from backtrace.network.records import Network
from tests.engine.strategies import networks
from tests.engine.witnesses import assert_close, flat

ROOT = Path(__file__).parents[2]
ENGINES = ("scalar", "numpy")
MAZUR = load("mazur")


@given(networks(layers=3, width=4))
@settings(max_examples=40)
def test_both_engines_run_alike(network: Network) -> None:
    # Small steps: large ones turn rounding into different fates (a relu that dies in one engine only).
    slow = network._replace(optimizer=network.optimizer._replace(learning_rate=1e-3))
    one, other = run(slow, 3, "scalar"), run(slow, 3, "numpy")
    assert len(one.history) == len(other.history) == 4
    assert_close(one.history, other.history, 1e-9, "history")
    assert_close(flat(one.updated.weights), flat(other.updated.weights), 1e-9, "weights")
    assert_close(flat(one.updated.bias), flat(other.updated.bias), 1e-9, "biases")


@pytest.mark.parametrize("engine", ENGINES)
def test_many_steps_are_steps_one_after_the_other(engine: str) -> None:
    whole = run(MAZUR, 3, engine)
    network = MAZUR
    losses = []
    for _ in range(3):
        one = run(network, 1, engine)
        losses.append(one.history[0])
        layers = [
            layer._replace(weights=tuple(map(tuple, rows)))
            for layer, rows in zip(network.layers, one.updated.weights, strict=True)
        ]
        network = network._replace(layers=tuple(layers))
    assert whole.history[:3] == losses and whole.history[3] == one.history[1]
    assert whole.updated == one.updated
    assert whole.first == run(MAZUR, 1, engine).first


@pytest.mark.parametrize("engine", ENGINES)
def test_the_contract_of_the_json(engine: str) -> None:
    found = json.loads(json.dumps(run(MAZUR, 2, engine).to_dict(), allow_nan=False))
    assert list(found) == ["version", "loss", "samples", "gradients", "updated", "history"]
    assert [entry["step"] for entry in found["history"]] == [0, 1, 2]
    assert found["loss"] == found["history"][0]["loss"]
    assert found["updated"][0]["bias"] == [0.35, 0.35]


@pytest.mark.parametrize("engine", ENGINES)
def test_no_minus_zero_leaves_an_engine(engine: str) -> None:
    network = load("2-2-1:relu,identity", batch=2, seed=3)
    zeros = [tuple(tuple(-0.0 for _ in row) for row in layer.weights or ()) for layer in network.layers]
    dead = tuple(layer._replace(weights=rows) for layer, rows in zip(network.layers, zeros, strict=True))
    text = json.dumps(run(network._replace(layers=dead), engine=engine).to_dict())
    assert "-0.0" not in map(str, _numbers(json.loads(text)))


def _numbers(found: object) -> list[float]:
    if isinstance(found, dict):
        return [n for part in found.values() for n in _numbers(part)]
    if isinstance(found, list):
        return [n for part in found for n in _numbers(part)]
    return [found] if isinstance(found, float) else []


@pytest.mark.parametrize("engine", ENGINES)
def test_without_a_learning_rate_nothing_moves(engine: str) -> None:
    network = MAZUR._replace(optimizer=MAZUR.optimizer._replace(learning_rate=None))
    found = run(network, 2, engine)
    assert found.updated.weights[0] == [[0.15, 0.20], [0.25, 0.30]]
    assert len(set(found.history)) == 1


@pytest.mark.parametrize(
    ("name", "batch", "arrays"),
    [("mazur", None, False), ("grid", 4, False), ("12-12-1", 1, True), ("10-10-4", 1, False), ("4-3-2-1", 32, True),
     ("784-128-10", 32, True)],
)  # fmt: skip
def test_large_networks_and_batches_go_to_numpy(name: str, batch: int | None, arrays: bool) -> None:
    network = load(name, batch=batch, seed=1 if batch else None)
    assert suits_arrays(network) is arrays


def test_products_count_every_use_of_a_weight() -> None:
    assert products(load("4-3-2-1")) == 20
    assert products(load("784-128-10")) == 784 * 128 + 128 * 10


def imported(code: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\n{code}\nprint(' '.join(sys.modules))"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return set(done.stdout.split())


def test_hand_size_networks_never_import_numpy() -> None:
    start = "from backtrace.network.finding import load\nfrom backtrace.engine.run import run\n"
    assert "numpy" not in imported(start + "run(load('mazur'), 5)")
    assert "numpy" in imported(start + "run(load('20-20-1', batch=1, seed=1))")


def test_plain_python_does_it_without_numpy(monkeypatch: pytest.MonkeyPatch) -> None:
    network = load("13-12-1", batch=1, seed=1)
    expected = run(network).history
    monkeypatch.setitem(sys.modules, "backtrace.engine.numpy_engine", None)
    assert run(network).history == pytest.approx(expected, rel=1e-12)
    with pytest.raises(InputError, match="NumPy is not installed"):
        run(network, engine="numpy")
    monkeypatch.setattr(running, "MOST_SCALAR_PRODUCTS", 100)
    with pytest.raises(NotSupported, match="too large for plain Python"):
        run(network)


def test_a_network_without_numbers_is_refused_with_a_way_out() -> None:
    with pytest.raises(InputError, match="2-2-2 has no numbers") as caught:
        run(load("2-2-2"))
    assert "--batch 1 --seed 1" in caught.value.hint


def test_no_steps_and_unknown_engines_are_refused() -> None:
    with pytest.raises(InputError, match="0 steps"):
        run(MAZUR, 0)
    with pytest.raises(InputError, match="no engine 'fortran'"):
        run(MAZUR, engine="fortran")


def single(kind: str, weight: float, x: float, target: float = 0.5, loss: str = "half_squared_error") -> Network:
    """One unit with one input, no bias; two samples, the second of which has the input x."""
    linear = load("linear")
    layer = linear.layers[0]._replace(activation=activation(kind), weights=((weight,),))
    return linear._replace(
        input_size=1, layers=(layer,), inputs=((0.5,), (x,)), targets=((target,), (target,)), loss=LOSSES[loss]
    )


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("network", "words"),
    [
        (single("identity", 1e200, 1e200), "net1_1@2 is too large"),
        (single("identity", 1e100, 1e100), "E@2 is too large"),
        (single("identity", 1e-60, 1e200), "dE/d(w1_1_1|i1@2) is too large"),
        (single("ln(x)", 1.0, -1.0), r"out1_1@2: ln\(-1\) is not defined"),
        (single("ln(x)", 1.0, 0.0), r"out1_1@2: ln\(0\) is not defined"),
        (single("1/(1+exp(-x))", 1.0, -1000.0), r"out1_1@2: exp\(1000\) is too large"),
        (single("1/x", 1.0, 0.0), "out1_1@2: 1/0 is not defined"),
        (single("x^0.5", 1.0, -4.0), "out1_1@2: "),
        (single("sqrt(x)", 1.0, 0.0), "the slope of out1_1@2: "),
        (single("sigmoid", 1.0, -800.0, 1.0, "binary_cross_entropy"), "E@2: ln of 0.0 is not defined"),
        (single("sigmoid", 1.0, 800.0, 1.0, "binary_cross_entropy"), "E@2: ln of 0.0 is not defined"),
        (single("identity", 1.0, -1.0, 1.0, "cross_entropy"), "E@2: ln of -1.0 is not defined"),
    ],
)
def test_what_has_no_value_is_refused_by_name(network: Network, words: str, engine: str) -> None:
    with pytest.raises(EvaluationError, match=words):
        run(network, engine=engine)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_run_that_blows_up_says_after_how_many_updates(engine: str) -> None:
    with pytest.raises(EvaluationError, match=r"after \d+ updates, .* is too large"):
        run(single("identity", 1.0, 1e3, loss="squared_error"), 200, engine)


@pytest.mark.parametrize("engine", ENGINES)
def test_output_first_with_tied_weights_is_refused(engine: str) -> None:
    tied = MAZUR.layers[1]._replace(tied_to=1)
    network = MAZUR._replace(layers=(MAZUR.layers[0], tied), optimizer=MAZUR.optimizer._replace(order="output_first"))
    with pytest.raises(InputError, match="tied weights"):
        run(network, engine=engine)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_of_a_formula_has_its_array(name: str) -> None:
    function = FUNCTIONS[name]
    points = [0.3, 1.7, 0.0, 5.5] if name in ("ln", "sqrt") else [-2.5, -0.3, 0.0, 0.4, 1.0, 6.5]
    for x in points:
        for second in points if function.arity == 2 else [None]:
            args = (x,) if second is None else (x, second)
            if name == "ln" and x == 0.0:
                continue
            assert float(ARRAY_FUNCTIONS[name](*args)) == pytest.approx(function.value(*args), rel=1e-14, abs=1e-16)
    assert set(ARRAY_FUNCTIONS) == set(FUNCTIONS)


def test_large_layers_stay_arrays_until_lists_are_asked_for() -> None:
    network = load("784-128-10", batch=32, seed=1, sets=["learning_rate=0.1"])
    step = array_step(network, data_of(network), parameters_of(network))
    assert isinstance(step, ArrayStep)
    assert step.gradients.weights[0] is not None and step.gradients.weights[0].shape == (128, 784)
    listed = step.to_step()
    assert len(listed.samples) == 32 and len(listed.gradients.weights[0][0]) == 784
    assert math.isclose(listed.gradients.weights[0][127][783], step.gradients.weights[0][127, 783])
