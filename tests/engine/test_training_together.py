"""Training with everything at once: optimizers that remember, clipping, schedules, regularisation, mini-batches,
shuffling and validation samples, against a loop written here by hand, on both engines."""

from __future__ import annotations

from collections.abc import Callable
from math import exp, log, sqrt
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backtrace.engine import learners
from backtrace.engine.training import Trained, train
from backtrace.expression.functions import EvaluationError
from backtrace.expression.reader import read
from backtrace.network.activations import activation
from backtrace.network.losses import LOSSES
from backtrace.network.records import Layer, Network, Optimizer, Training
from backtrace.network.regularization import Regularization
from backtrace.network.schedules import Schedule
from tests.engine.witnesses import flat

ENGINES = ("scalar", "numpy")
Weights = list[list[float]]
SETTINGS: dict[str, dict[str, float | bool | str]] = {
    "sgd": {},
    "momentum": {"momentum": 0.8},
    "velocity": {"momentum": 0.8, "form": "velocity"},
    "nesterov": {"momentum": 0.7},
    "adagrad": {"epsilon": 1e-8},
    "rmsprop": {"rho": 0.8, "epsilon": 1e-6},
    "adam": {"beta1": 0.8, "beta2": 0.9, "epsilon": 1e-8},
    "uncorrected": {"beta1": 0.8, "beta2": 0.9, "epsilon": 1e-4, "bias_correction": False},
    "adamw": {"beta1": 0.8, "beta2": 0.9, "epsilon": 1e-8, "weight_decay": 0.1},
}
TYPES = {"velocity": "momentum", "uncorrected": "adam"}


def moved(name: str, w: Any, g: float, eta: float, t: int, kept: dict[str, float]) -> Any:
    """One parameter's rule as the sources state it; `kept` is changed."""
    s: dict[str, Any] = SETTINGS[name]
    if name == "sgd":
        return w - eta * g
    if name == "momentum":
        kept["v"] = s["momentum"] * kept.get("v", 0.0) + g
        return w - eta * kept["v"]
    if name in ("velocity", "nesterov"):
        old = kept.get("v", 0.0)
        kept["v"] = s["momentum"] * old - eta * g
        return w + kept["v"] if name == "velocity" else w + s["momentum"] * (kept["v"] - old) + kept["v"]
    if name == "adagrad":
        kept["G"] = kept.get("G", 0.0) + g * g
        return w - eta * g / (sqrt(kept["G"]) + s["epsilon"])
    if name == "rmsprop":
        kept["v"] = s["rho"] * kept.get("v", 0.0) + (1 - s["rho"]) * g * g
        return w - eta * g / (sqrt(kept["v"]) + s["epsilon"])
    kept["m"] = s["beta1"] * kept.get("m", 0.0) + (1 - s["beta1"]) * g
    kept["v"] = s["beta2"] * kept.get("v", 0.0) + (1 - s["beta2"]) * g * g
    first, second = kept["m"], kept["v"]
    if name != "uncorrected":
        first, second = first / (1 - s["beta1"] ** (t + 1)), second / (1 - s["beta2"] ** (t + 1))
    return w - eta * (first / (sqrt(second) + s["epsilon"]) + s.get("weight_decay", 0.0) * w)


def softmax_loss(y: list[float], target: list[float]) -> tuple[float, list[float]]:
    total = sum(exp(v) for v in y)
    p = [exp(v) / total for v in y]
    return -sum(t * log(q) for t, q in zip(target, p, strict=True)), [q - t for t, q in zip(target, p, strict=True)]


def svm_loss(y: list[float], target: list[float]) -> tuple[float, list[float]]:
    c = target.index(1.0)
    margins = [0.0 if j == c else max(0.0, v - y[c] + 1) for j, v in enumerate(y)]
    slopes = [float(m > 0) for m in margins]
    slopes[c] = -sum(slopes)
    return sum(margins), slopes


PAIRS: dict[str, Callable[[list[float], list[float]], tuple[float, list[float]]]] = {
    "softmax_cross_entropy": softmax_loss,
    "multi_class_svm": svm_loss,
}


def penalty(r: Regularization, n: int, w: float) -> tuple[float, float]:
    """Value and slope of one weight's penalties; n is the size of the whole data."""
    half, whole = {"half": (0.5, 1.0), "plain": (1.0, 1.0), "per_sample": (0.5 / n, 1.0 / n)}[r.form]
    two, one = (r.l2 or 0.0) * half, (r.l1 or 0.0) * whole
    return two * w * w + one * abs(w), 2 * two * w + one * ((w > 0) - (w < 0))


class ByHand:
    """One linear layer with a bias column at the end of its weights."""

    def __init__(self, network: Network, name: str, rate: Callable[[int], float]) -> None:
        self.network, self.name, self.rate = network, name, rate
        layer = network.layers[0]
        self.w: Weights = [[*row, b] for row, b in zip(layer.weights or (), layer.bias or (), strict=True)]
        self.kept: list[list[dict[str, float]]] = [[{} for _ in row] for row in self.w]
        self.done = 0

    def gradients(self, inputs: Any, targets: Any) -> tuple[float, Weights]:
        net, n = self.network, self.network.samples
        share = 1.0 if net.reduction == "sum" else 1.0 / len(inputs)
        loss, grads = 0.0, [[0.0] * len(row) for row in self.w]
        for x, t in zip(inputs, targets, strict=True):
            row = [*x, 1.0]
            y = [sum(a * b for a, b in zip(line, row, strict=True)) for line in self.w]
            value, slopes = PAIRS[net.loss.name](y, list(t))
            loss += share * value
            for j, slope in enumerate(slopes):
                for i, v in enumerate(row):
                    grads[j][i] += share * slope * v
        for j, line in enumerate(self.w):
            for i, w in enumerate(line):
                if net.regularization.norms and (i < len(line) - 1 or net.regularization.biases):
                    value, slope = penalty(net.regularization, n, w)
                    loss, grads[j][i] = loss + value, grads[j][i] + slope
        return loss, grads

    def update(self, inputs: Any, targets: Any) -> None:
        optimizer = self.network.optimizer
        _, grads = self.gradients(inputs, targets)
        taken = [(j, i) for j, row in enumerate(self.w) for i in range(len(row))]
        if not optimizer.update_biases:
            taken = [(j, i) for j, i in taken if i < len(self.w[j]) - 1]
        norm = sqrt(sum(grads[j][i] ** 2 for j, i in taken))
        limits = dict(optimizer.given)
        for j, i in taken:
            g = grads[j][i]
            if "clip_norm" in limits and norm:
                g *= min(1.0, float(limits["clip_norm"]) / norm)
            if "clip_value" in limits:
                g = max(-float(limits["clip_value"]), min(float(limits["clip_value"]), g))
            self.w[j][i] = moved(self.name, self.w[j][i], g, self.rate(self.done), self.done, self.kept[j][i])
        self.done += 1


def one_hot(random: Random, units: int) -> tuple[float, ...]:
    c = random.randrange(units)
    return tuple(float(j == c) for j in range(units))


@st.composite
def cases(draw: st.DrawFn) -> tuple[Network, str, Callable[[int], float], Training]:
    random = Random(draw(st.integers(0, 10**6)))
    samples, size, units = draw(st.integers(2, 6)), draw(st.integers(1, 3)), draw(st.integers(2, 3))

    def rows(high: int, wide: int) -> tuple[tuple[float, ...], ...]:
        return tuple(tuple(random.uniform(-1.5, 1.5) for _ in range(wide)) for _ in range(high))

    name = draw(st.sampled_from(sorted(SETTINGS)))
    clip = draw(st.sampled_from([{}, {"clip_norm": 0.3}, {"clip_value": 0.2}]))
    schedule = draw(st.sampled_from(["", "0.3/(1 + 0.5*t)", "0.2*0.9^t"]))
    formulas: dict[str, Callable[[int], float]] = {
        "": lambda t: 0.1,
        "0.3/(1 + 0.5*t)": lambda t: 0.3 / (1 + 0.5 * t),
        "0.2*0.9^t": lambda t: 0.2 * 0.9**t,
    }
    optimizer = Optimizer(
        TYPES.get(name, name),
        None if schedule else 0.1,
        update_biases=draw(st.booleans()),
        schedule=Schedule(schedule, read(schedule, ("t",), None)) if schedule else None,
        given=tuple({**SETTINGS[name], **clip}.items()),
    )
    strengths = st.sampled_from([None, 0.05, 0.4])
    network = Network(
        "drawn",
        size,
        (Layer(units, activation("identity"), weights=rows(units, size), bias=rows(1, units)[0]),),
        LOSSES[draw(st.sampled_from(sorted(PAIRS)))],
        draw(st.sampled_from(["mean", "sum"])),
        optimizer,
        rows(samples, size),
        tuple(one_hot(random, units) for _ in range(samples)),
        regularization=Regularization(
            draw(strengths),
            draw(strengths),
            draw(st.sampled_from(["half", "plain", "per_sample"])),
            draw(st.booleans()),
        ),
        validation_inputs=rows(3, size),
        validation_targets=tuple(one_hot(random, units) for _ in range(3)),
    )
    plan = Training(
        draw(st.integers(1, 4)),
        draw(st.integers(1, samples)),
        draw(st.sampled_from([None, 3])),
        patience=draw(st.sampled_from([None, 1, 2])),
    )
    return network, name, formulas[schedule], plan


def numbers_of(trained: Trained) -> list[float]:
    return flat(trained.parameters.weights) + flat(trained.parameters.bias)


@pytest.mark.parametrize("engine", ENGINES)
@settings(max_examples=60, deadline=None)
@given(cases())
def test_a_training_with_everything_at_once_is_the_loop_written_by_hand(
    engine: str, case: tuple[Network, str, Callable[[int], float], Training]
) -> None:
    network, name, rate, plan = case
    trained = train(network, plan, engine, keep_updates=True)
    hand, inputs, targets = ByHand(network, name, rate), network.inputs or (), network.targets or ()
    least, best = hand.gradients(network.validation_inputs, network.validation_targets)[0], 0
    for passed, epoch in enumerate(trained.epochs[1:], 1):
        assert plan.patience is None or passed - 1 - best < plan.patience, "it went on with its patience at an end"
        for one in [one for one in trained.updates if one.epoch == epoch.number]:
            chosen = [s - 1 for s in one.samples]
            assert one.loss == pytest.approx(
                hand.gradients([inputs[s] for s in chosen], [targets[s] for s in chosen])[0], rel=1e-7, abs=1e-7
            )
            hand.update([inputs[s] for s in chosen], [targets[s] for s in chosen])
        assert epoch.loss == pytest.approx(hand.gradients(inputs, targets)[0], rel=1e-7, abs=1e-7)
        watched = hand.gradients(network.validation_inputs, network.validation_targets)[0]
        assert epoch.validation_loss == pytest.approx(watched, rel=1e-7, abs=1e-7)
        if watched < least:
            least, best = watched, passed
    assert numbers_of(trained) == pytest.approx(
        [w for row in hand.w for w in row[:-1]] + [row[-1] for row in hand.w], rel=1e-7, abs=1e-7
    )
    assert trained.to_dict().get("state", {}) == {slot: kept.to_dict() for slot, kept in trained.state.items()}
    for slot, kept in trained.state.items():
        held = [flat(kept.weights), flat(kept.bias)]
        letter = {"Delta": "v"}.get(slot, slot)
        assert held[0] == pytest.approx([k.get(letter, 0.0) for row in hand.kept for k in row[:-1]], rel=1e-6, abs=1e-7)
        assert held[1] == pytest.approx([row[-1].get(letter, 0.0) for row in hand.kept], rel=1e-6, abs=1e-7)
    assert trained.best is None or trained.best.epoch == best


def test_graphs_of_mini_batches_that_differ_are_not_kept_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    random = Random(1)
    network = Network(
        "drawn",
        1,
        (Layer(3, activation("identity"), weights=((0.1,), (0.2,), (0.3,)), bias=(0.0, 0.0, 0.0)),),
        LOSSES["multi_class_svm"],
        optimizer=Optimizer(learning_rate=0.1),
        inputs=tuple((random.uniform(-1, 1),) for _ in range(12)),
        targets=tuple(one_hot(random, 3) for _ in range(12)),
    )
    plan = Training(8, 3, 5)
    freely = train(network, plan, "scalar")
    monkeypatch.setattr(learners, "MOST_GRAPHS", 2)
    made = learners.GraphLearner(network)
    for samples in ([0, 1], [1, 2], [0, 3], [4, 5], [0, 1]):
        made.update(samples)
        assert len(made._graphs) <= 2
    assert train(network, plan, "scalar").epochs == freely.epochs


def test_a_rate_that_is_0_but_for_rounding_is_not_negative() -> None:
    def rate(text: str, eta: float | None = None) -> float:
        return Schedule(text, read(text, ("t", "eta"), None)).rate(eta, 3)

    assert 0.3 - 0.1 * 3 < 0.0
    assert rate("0.3 - 0.1*t") == rate("eta - 0.1*t", 0.3) == 0.0
    for negative in ("0.3 - 0.10000000001*t", "-0.000000000001", "-exp(-40)"):
        with pytest.raises(EvaluationError, match="which is negative"):
            rate(negative)
