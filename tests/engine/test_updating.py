"""Updates: every optimizer beside loops written out by hand, on both engines, with clipping and schedules."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import backtrace as bt
from backtrace.engine.build import build
from backtrace.engine.numpy_engine import array_step, data_of, parameters_of
from backtrace.engine.run import run
from backtrace.engine.scalar import numbers_of, training_step
from backtrace.engine.updating import start, updated
from backtrace.errors import InputError
from backtrace.expression.tree import ONE
from backtrace.network.finding import load
from backtrace.network.optimizers import OPTIMIZERS
from backtrace.network.quantity import Quantity
from backtrace.network.records import Network, Optimizer
from tests.engine.strategies import networks

ENGINES = ("scalar", "numpy")


def by_hand(name: str, g: Callable[[int, float], float], w: float, eta: float, steps: int) -> tuple[float, dict]:
    """A parameter after so many updates, and what is remembered then, in the words of the papers."""
    m = v = s = 0.0
    for t in range(1, steps + 1):
        d = g(t, w)
        if name == "sgd":
            w -= eta * d
        elif name == "momentum accumulate":
            s = d + 0.9 * s
            w -= eta * s
        elif name == "momentum velocity":
            v = 0.9 * v - eta * d
            w += v
        elif name == "nesterov":
            before, v = v, 0.9 * v - eta * d
            w += -0.9 * before + (1 + 0.9) * v
        elif name == "adagrad":
            s += d * d
            w -= eta * d / (math.sqrt(s) + 1e-8)
        elif name == "rmsprop":
            v = 0.9 * v + 0.1 * d * d
            w -= eta * d / (math.sqrt(v) + 1e-8)
        else:
            m, v = 0.9 * m + 0.1 * d, 0.999 * v + 0.001 * d * d
            corrected = "false" not in name
            top, below = (m / (1 - 0.9**t), v / (1 - 0.999**t)) if corrected else (m, v)
            w -= eta * (top / (math.sqrt(below) + 1e-8) + (0.01 * w if "adamw" in name else 0.0))
    kept = {"momentum accumulate": {"Delta": s}, "adagrad": {"G": s}, "adam": {"m": m, "v": v}}
    return w, kept.get(name, {})


VARIANTS = {
    "sgd": (),
    "momentum accumulate": ("optimizer=momentum",),
    "momentum velocity": ("optimizer=momentum", "form=velocity"),
    "nesterov": ("optimizer=nesterov",),
    "adagrad": ("optimizer=adagrad",),
    "rmsprop": ("optimizer=rmsprop",),
    "adam": ("optimizer=adam",),
    "adam false": ("optimizer=adam", "bias_correction=false"),
    "adamw": ("optimizer=adamw",),
    "adamw false": ("optimizer=adamw", "bias_correction=false"),
}
# One linear unit, w·x against t with ½(t − w·x)²: its gradient is −(t − w·x)·x.
LINE = """
[data]
inputs = [2]
targets = [1]
[[layers]]
units = 1
activation = "identity"
weights = [[0.3]]
bias = false
"""


@pytest.fixture
def line(tmp_path) -> Callable[..., Network]:
    file = tmp_path / "line.toml"
    file.write_text(LINE + "[optimizer]\nlearning_rate = 0.1\n", encoding="utf-8")
    return lambda *sets: bt.load(str(file), sets=sets).network


def test_every_rule_has_a_variant() -> None:
    rules = {(kind.name, rule.when) for kind in OPTIMIZERS.values() for rule in kind.rules}
    chosen = [load("mazur", sets=sets).optimizer for sets in VARIANTS.values()]
    assert {(o.type, o.rule.when) for o in chosen} == rules


@pytest.mark.parametrize("steps", [1, 2, 7])
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", VARIANTS)
def test_every_optimizer_by_hand(line, name: str, engine: str, steps: int) -> None:
    found = run(line(*VARIANTS[name]), steps, engine)
    w, kept = by_hand(name, lambda t, w: -(1 - 2 * w) * 2, 0.3, 0.1, steps)
    assert found.updated.weights[0][0][0] == pytest.approx(w, rel=1e-12)
    for slot, value in kept.items():
        assert found.state[slot].weights[0][0][0] == pytest.approx(value, rel=1e-12)


def test_the_two_forms_of_momentum_differ_when_the_rate_changes(line) -> None:
    sets = ("optimizer=momentum", "schedule=eta/(1+t)")
    one, other = (run(line(*sets, f"form={form}"), 3).updated for form in ("accumulate", "velocity"))
    assert one != other
    same = ("optimizer=momentum",)
    one, other = (run(line(*same, f"form={form}"), 3).updated for form in ("accumulate", "velocity"))
    assert one.weights[0][0][0] == pytest.approx(other.weights[0][0][0], rel=1e-14)


def test_the_gradient_of_nesterov_is_that_of_the_looked_ahead_point(line) -> None:
    """Sutskever's own form: v⁺ = μ·v − η·∇(θ + μ·v), θ⁺ = θ + v⁺; ours holds θ + μ·v."""
    theta, v = 0.3, 0.0
    for _ in range(5):
        ahead = theta + 0.9 * v
        v = 0.9 * v - 0.1 * -(1 - 2 * ahead) * 2
        theta += v
    found = run(line("optimizer=nesterov"), 5)
    assert found.updated.weights[0][0][0] == pytest.approx(theta + 0.9 * v, rel=1e-12)
    assert found.state["v"].weights[0][0][0] == pytest.approx(v, rel=1e-12)


@st.composite
def optimizers(draw: st.DrawFn) -> Optimizer:
    sets = list(draw(st.sampled_from(sorted(VARIANTS.values()))))
    sets += draw(st.sampled_from([[], ["clip_norm=0.3"], ["clip_value=0.02"]]))
    sets += draw(st.sampled_from([[], ["schedule=eta/(1+t)"], ["learning_rate=0.1*0.5^t"]]))
    sets += draw(st.sampled_from([[], ["update_biases=true"]]))
    return load("mazur", sets=["learning_rate=0.1", *sets]).optimizer


@settings(max_examples=60)
@given(networks(layers=3, width=3, samples=3, losses=("half_squared_error", "huber")), optimizers(), st.integers(1, 3))
def test_the_engines_agree(network: Network, optimizer: Optimizer, steps: int) -> None:
    network = network._replace(optimizer=optimizer._replace(given=(*optimizer.given, ("epsilon", 0.01))))
    try:
        plain = run(network, steps, "scalar")
    except InputError:
        with pytest.raises(InputError):
            run(network, steps, "numpy")
        return
    arrays = run(network, steps, "numpy")
    assert plain.state.keys() == arrays.state.keys()
    for mine, other in [
        (plain.updated, arrays.updated),
        *zip(plain.state.values(), arrays.state.values(), strict=True),
    ]:
        assert list(cells(mine)) == pytest.approx(list(cells(other)), rel=1e-7, abs=1e-9)


def cells(parameters) -> Iterator[float]:
    for rows, bias in zip(parameters.weights, parameters.bias, strict=True):
        yield from (x for row in rows for x in row)
        yield from bias or ()


@pytest.mark.parametrize("engine", ENGINES)
def test_biases_that_stay_take_no_part(engine: str) -> None:
    kept = run(load("mazur", sets=["optimizer=adam", "clip_norm=0.05"]), 3, engine)
    assert kept.updated.bias == [[0.35, 0.35], [0.6, 0.6]]
    assert kept.state["m"].bias == [[0.0, 0.0], [0.0, 0.0]]
    gradients = kept.first.gradients
    weights = [x for rows in gradients.weights for row in rows for x in row]
    norm = math.sqrt(sum(x * x for x in weights))
    once = run(load("mazur", sets=["clip_norm=0.05"]), 1, engine).updated.weights[1][0][0]
    assert once == pytest.approx(0.4 - 0.5 * gradients.weights[1][0][0] * 0.05 / norm, rel=1e-12)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_norm_below_the_limit_and_a_norm_of_zero_change_nothing(line, engine: str) -> None:
    assert run(line("clip_norm=100"), 1, engine).updated == run(line(), 1, engine).updated
    settled = line("clip_norm=0.1", "w1=0.5")
    assert run(settled, 1, engine).updated.weights == [[[0.5]]]


@pytest.mark.parametrize("engine", ENGINES)
def test_nothing_divided_by_nothing_is_refused_by_name(line, engine: str) -> None:
    settled = line("optimizer=adagrad", "epsilon=0", "w1=0.5")
    with pytest.raises(InputError, match=r"w1_1_1\+: 0/0 is not defined") as caught:
        run(settled, 1, engine)
    assert "epsilon" in caught.value.hint


@pytest.mark.parametrize("engine", ENGINES)
def test_a_square_too_large_is_refused_by_name(line, engine: str) -> None:
    with pytest.raises(InputError, match=r"v_w1_1_1\+: "):
        run(line("optimizer=rmsprop", "loss=absolute_error", "i1=1e160"), 1, engine)
    with pytest.raises(InputError, match="norm is too large"):
        run(line("clip_norm=1", "loss=absolute_error", "i1=1e160"), 1, engine)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_rate_that_becomes_negative_is_refused_with_its_place(tmp_path, engine: str) -> None:
    file = tmp_path / "late.toml"
    file.write_text(LINE + '[optimizer]\nlearning_rate = "0.35 - 0.1*t"\n', encoding="utf-8")
    assert len(run(load(str(file)), 4, engine).history) == 5
    with pytest.raises(
        InputError, match=r"after 4 updates, the learning rate 0.35 - 0.1\*t at t = 4 is -0.05"
    ) as caught:
        run(load(str(file)), 5, engine)
    assert str(caught.value.place) == f"{file}:11"


@pytest.mark.parametrize("engine", ENGINES)
def test_without_a_learning_rate_nothing_is_remembered(line, engine: str) -> None:
    network = line("optimizer=adam")
    network = network._replace(optimizer=network.optimizer._replace(learning_rate=None))
    found = run(network, 2, engine)
    assert found.updated.weights == [[[0.3]]] and found.state["m"].weights == [[[0.0]]]


def test_the_state_is_in_the_json_for_optimizers_with_memory_only() -> None:
    assert "state" not in run(load("mazur")).to_dict()
    found = run(load("mazur", sets=["optimizer=adam"])).to_dict()
    assert list(found["state"]) == ["m", "v"]
    first = found["state"]["m"][0]
    assert first["weights"][0][0] == pytest.approx(0.1 * found["gradients"][0]["weights"][0][0])
    assert first["bias"] == [0.0, 0.0]


def test_the_interface_by_hand() -> None:
    """`start` and `updated` alone, as a loop over mini-batches uses them."""
    network = load("mazur", sets=["optimizer=momentum", "update_biases=true"])
    graph, numbers, state = build(network), numbers_of(network), start(network)
    w5 = Quantity("weight", 2, 1, 1)
    for done in range(3):
        assert state.count == done
        gradients = training_step(network, graph, numbers).gradients
        new, state = updated(network, numbers, gradients, state)
        numbers.update(new)
    whole = run(network, 3)
    assert numbers[w5] == whole.updated.weights[1][0][0]
    assert state.slots["Delta"][w5] == whole.state["Delta"].weights[1][0][0]


def test_the_arrays_step_by_step() -> None:
    network = load("mazur", sets=["optimizer=adam"])
    data, parameters, state = data_of(network), parameters_of(network), None
    for _ in range(3):
        step = array_step(network, data, parameters, state)
        parameters, state = step.updated, step.state
    assert state is not None and state.count == 3
    assert parameters.weights[1][0][0] == pytest.approx(run(network, 3).updated.weights[1][0][0], rel=1e-10)


def test_a_wrong_rule_is_noticed(line, monkeypatch) -> None:
    adam = OPTIMIZERS["adam"]
    wrong = tuple(line._replace(form=ONE) if line.left == "t+" else line for line in adam.rules[0].lines)
    monkeypatch.setitem(OPTIMIZERS, "adam", adam._replace(rules=(adam.rules[0]._replace(lines=wrong), adam.rules[1])))
    with pytest.raises(AssertionError):
        test_every_optimizer_by_hand(line, "adam", "scalar", 2)
