"""Training: hand-written loops as witnesses, both engines, what an epoch is, when it stops, faults that are seen."""

from __future__ import annotations

from math import exp, log
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings

import backtrace as bt
from backtrace.engine import training
from backtrace.engine.records import Parameters
from backtrace.engine.run import run
from backtrace.engine.training import Trained, batches, misclassified, side_by_side, train
from backtrace.errors import InputError
from backtrace.expression.functions import EvaluationError
from backtrace.network.finding import load
from backtrace.network.losses import LOSSES
from backtrace.network.records import Network, Training
from backtrace.network.regularization import Regularization
from tests.engine.strategies import networks
from tests.engine.witnesses import assert_close, flat

ENGINES = ("scalar", "numpy")
PERCEPTRON, LOGISTIC = load("perceptron"), load("logistic")


def samples_of(network: Network) -> list[tuple[list[float], list[float]]]:
    assert network.inputs is not None and network.targets is not None
    return [(list(x), list(t)) for x, t in zip(network.inputs, network.targets, strict=True)]


def numbers(parameters: Parameters) -> list[float]:
    return flat(parameters.weights) + flat(parameters.bias)


def by_hand(points: list[tuple[list[float], list[float]]], limit: int = 100) -> list[tuple[bool, list[float]]]:
    """The perceptron rule on a sheet of paper: was it wrong, and the weights after it, point by point."""
    w, rows = [0.0] * len(points[0][0]), []
    for _ in range(limit):
        mistakes = 0
        for x, (t,) in points:
            wrong = t * sum(a * b for a, b in zip(w, x, strict=True)) <= 0
            if wrong:
                w = [a + t * b for a, b in zip(w, x, strict=True)]
                mistakes += 1
            rows.append((wrong, w))
        if not mistakes:
            break
    return rows


@pytest.mark.parametrize("engine", ENGINES)
def test_the_perceptron_learns_as_by_hand(engine: str) -> None:
    expected = by_hand(samples_of(PERCEPTRON))
    found = train(PERCEPTRON, engine=engine, keep_updates=True)
    targets = PERCEPTRON.targets or ()
    assert [
        (misclassified(targets[u.samples[0] - 1], u.outs[0]), u.parameters.weights[0][0]) for u in found.updates
    ] == expected
    assert [u.samples for u in found.updates] == [(1,), (2,), (3,), (4,)] * 4
    assert [e.mistakes for e in found.epochs] == [None, 3, 3, 1, 0]
    assert (found.reason, found.converged, found.parameters.weights) == ("no_mistakes", True, [[[2.0, 1.0, -3.0]]])


@pytest.mark.parametrize("engine", ENGINES)
def test_points_that_no_line_separates_are_given_up_at_the_limit(engine: str) -> None:
    # XOR: points 1 and 4 on one side, 2 and 3 on the other.
    inputs = ((0.0, 0.0, 1.0), (0.0, 1.0, 1.0), (1.0, 0.0, 1.0), (1.0, 1.0, 1.0))
    xor = PERCEPTRON._replace(inputs=inputs, targets=((-1.0,), (1.0,), (1.0,), (-1.0,)))
    found = train(xor, engine=engine, keep_updates=True)
    assert (found.reason, found.converged, found.epochs[-1].number) == ("epochs", False, 100)
    assert [(u.parameters.weights[0][0]) for u in found.updates] == [w for _, w in by_hand(samples_of(xor))]
    assert found.repeats == (1, 2)


def test_what_separates_is_never_said_to_repeat() -> None:
    random = Random(5)
    for _ in range(20):
        points = [(float(random.randint(-3, 3)), float(random.randint(-3, 3)), 1.0) for _ in range(6)]
        kept = [p for p in points if p[0] - 2 * p[1] + 0.5 != 0]
        targets = tuple((1.0 if p[0] - 2 * p[1] + 0.5 > 0 else -1.0,) for p in kept)
        found = train(
            PERCEPTRON._replace(inputs=tuple(kept), targets=targets), Training(10_000, 1, stop_without_mistakes=True)
        )
        assert found.reason == "no_mistakes" and found.repeats is None
        assert not any(misclassified(t, out) for t, out in zip(targets, found.outs, strict=True))


def logistic_by_hand(order: list[list[int]], rate: float) -> tuple[list[float], list[list[float]]]:
    """Logistic regression by mini-batches, in plain loops: the loss of all samples after each epoch, w and b."""
    points = [(x[0], t[0]) for x, t in samples_of(LOGISTIC)]
    w = b = 0.0
    losses, ends = [], []
    for epoch in order:
        for start in range(0, len(epoch), 4):
            batch = [points[s] for s in epoch[start : start + 4]]
            errors = [(1 / (1 + exp(-(w * x + b))) - t, x) for x, t in batch]
            w, b = (
                w - rate * sum(e * x for e, x in errors) / len(batch),
                b - rate * sum(e for e, _ in errors) / len(batch),
            )
        outs = [1 / (1 + exp(-(w * x + b))) for x, _ in points]
        losses.append(-sum(t * log(y) + (1 - t) * log(1 - y) for y, (_, t) in zip(outs, points, strict=True)) / 6)
        ends.append([w, b])
    return losses, ends


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("seed", [None, 3])
def test_mini_batches_with_a_smaller_last_one_as_by_hand(engine: str, seed: int | None) -> None:
    order = [list(range(6)) for _ in range(5)]
    if seed is not None:
        random = Random(seed)
        for epoch in order:
            random.shuffle(epoch)
    losses, ends = logistic_by_hand(order, 1.0)
    found = train(LOGISTIC, Training(5, 4, seed), engine, keep_updates=True)
    assert_close([e.loss for e in found.epochs[1:]], losses, 1e-13, "loss")
    assert_close(numbers(found.parameters), ends[-1], 1e-13, "parameters")
    assert [e.updates for e in found.epochs] == [0, 2, 4, 6, 8, 10]
    assert [[s - 1 for u in found.updates if u.epoch == n for s in u.samples] for n in range(1, 6)] == order
    assert [len(u.samples) for u in found.updates] == [4, 2] * 5


def test_a_wrong_division_by_the_batch_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A planted fault: the last, smaller batch is divided by the size of the others."""
    from backtrace.engine import scalar

    monkeypatch.setattr(scalar, "reduced", lambda network, total: total / 4)
    found = train(LOGISTIC, Training(5, 4), "scalar")
    assert [e.loss for e in found.epochs[1:]] != pytest.approx(logistic_by_hand([list(range(6))] * 5, 1.0)[0], rel=1e-3)


@given(networks(layers=2, width=3, ties=False, orders=["simultaneous"]))
@settings(max_examples=25)
def test_a_mini_batch_of_all_samples_is_the_batch(network: Network) -> None:
    slow = network._replace(optimizer=network.optimizer._replace(learning_rate=1e-3))
    try:
        steps = run(slow, 3)
        found = train(slow, Training(3, slow.samples, shuffle_seed=1))
    except EvaluationError:
        return
    assert [e.loss for e in found.epochs] == steps.history
    assert found.parameters == steps.updated


@given(networks(layers=2, width=3, samples=5))
@settings(max_examples=25)
def test_gradients_of_samples_add_up_to_that_of_their_batch(network: Network) -> None:
    """One update of all samples moves as far as those of single samples, from the same start, together."""
    summed = network._replace(
        reduction="sum",
        regularization=Regularization(),
        optimizer=network.optimizer._replace(learning_rate=1e-3, order="simultaneous"),
    )
    try:
        start = [summed.value(p) or 0.0 for p in summed.parameters()]
        whole = run(summed, 1, "scalar").updated
        alone = [
            run(summed._replace(inputs=(x,), targets=(t,)), 1, "scalar").updated
            for x, t in zip(summed.inputs or (), summed.targets or (), strict=True)
        ]
    except EvaluationError:
        return
    from backtrace.render.trace import value_of

    parameters = summed.parameters()
    for place, p in enumerate(parameters):
        together = sum(value_of(one, p) - start[place] for one in alone)
        assert value_of(whole, p) - start[place] == pytest.approx(together, rel=1e-9, abs=1e-12)


@given(networks(layers=2, width=3, samples=5, activations=["tanh", "sigmoid", "softmax", "identity"]))
@settings(max_examples=25)
def test_both_engines_train_alike(network: Network) -> None:
    slow = network._replace(optimizer=network.optimizer._replace(learning_rate=1e-3))
    plan = Training(2, 1 + network.samples // 2, shuffle_seed=4)
    try:
        one, other = train(slow, plan, "scalar"), train(slow, plan, "numpy")
    except EvaluationError:
        return
    assert_close([e.loss for e in one.epochs], [e.loss for e in other.epochs], 1e-9, "loss")
    assert_close(
        [e.largest_change or 0.0 for e in one.epochs], [e.largest_change or 0.0 for e in other.epochs], 1e-8, "change"
    )
    assert_close(numbers(one.parameters), numbers(other.parameters), 1e-9, "parameters")


def test_every_sample_comes_once_an_epoch_and_the_seed_decides_when() -> None:
    def orders(seed: int | None) -> list[list[int]]:
        found = train(load("2-1", batch=9, seed=1, sets=["learning_rate=0.1"]), Training(4, 2, seed), keep_updates=True)
        return [[s for u in found.updates if u.epoch == n for s in u.samples] for n in range(1, 5)]

    assert orders(None) == [list(range(1, 10))] * 4
    shuffled = orders(7)
    assert all(sorted(epoch) == list(range(1, 10)) for epoch in shuffled)
    assert len({tuple(epoch) for epoch in shuffled}) == 4
    assert orders(7) == shuffled != orders(8)
    assert list(batches([0, 1, 2, 3, 4], 2)) == [[0, 1], [2, 3], [4]]


def single(weight: float, rate: float) -> Network:
    """w·x with x = 1 and the squared error about 0: w⁺ = w − 2·η·w."""
    linear = load("linear", sets=[f"learning_rate={rate}", "loss=squared_error"])
    layer = linear.layers[0]._replace(weights=((weight,),))
    return linear._replace(input_size=1, layers=(layer,), inputs=((1.0,),), targets=((0.0,),))


@pytest.mark.parametrize("engine", ENGINES)
def test_old_and_new_are_near_enough_to_stop(engine: str) -> None:
    """50.000000 → 49.999998 changes by no more than 0.00001, and is the last update."""
    network = single(50.0, 0.00000002)
    found = train(network, Training(100, stop_change=1e-5), engine)
    assert (found.reason, found.converged, found.epochs[-1].number) == ("stop_change", True, 1)
    assert f"{numbers(found.parameters)[0]:.6f}" == "49.999998"
    slower = train(single(1.0, 0.25), Training(100, stop_change=0.01), engine)
    assert [e.largest_change for e in slower.epochs[1:]] == [0.5**n for n in range(1, 8)]
    assert train(single(1.0, 0.25), Training(6, stop_change=0.01), engine).converged is False


def test_patience_watches_the_validation_samples_and_keeps_the_best() -> None:
    network = LOGISTIC._replace(training=None, validation_inputs=((2.5,), (1.0,)), validation_targets=((0.0,), (1.0,)))
    found = train(network, Training(300, 6, patience=3))
    losses = [e.validation_loss for e in found.epochs]
    best = min(range(len(losses)), key=losses.__getitem__)  # type: ignore[arg-type]
    assert found.reason == "patience" and found.converged is None
    assert found.best is not None
    assert (found.best.epoch, found.best.loss) == (best, losses[best])
    assert found.epochs[-1].number == best + 3
    assert found.best.parameters == train(network, Training(best, 6)).parameters if best else True
    training_loss = train(
        network._replace(validation_inputs=None, validation_targets=None), Training(300, 6, patience=3)
    )
    assert training_loss.best is not None and training_loss.best.loss == min(e.loss for e in training_loss.epochs)


def test_side_by_side_is_three_trainings_of_the_same_start() -> None:
    runs = side_by_side(LOGISTIC, Training(4, 4))
    assert [run.batch for run in runs] == [6, 4, 1]
    assert [run.epochs[-1].updates for run in runs] == [4, 8, 24]
    assert len({run.epochs[0].loss for run in runs}) == 1
    assert runs[1] == train(LOGISTIC, Training(4, 4))


def test_a_training_that_blows_up_says_when_and_where() -> None:
    network = load("2-1", batch=5, seed=1, sets=["learning_rate=1e200", "layer1.activation=identity"])
    for engine in ENGINES:
        with pytest.raises(EvaluationError, match=r"after \d+ updates?, .*too large"):
            train(network, Training(50, 2), engine)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"epochs": 0}, "nobody says how many epochs"),
        ({"mini_batch": 7}, "a mini-batch of 7 cannot be taken from 6 samples"),
        ({"mini_batch": 0}, "a mini-batch of 0"),
        ({"patience": 0}, "a patience below 1"),
        ({"stop_without_mistakes": True}, "no sample is right or wrong"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(change: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        train(LOGISTIC, Training(5)._replace(**change))
    with pytest.raises(InputError, match="there is no rule 'epoch' for training") as caught:
        bt.load("logistic").train(epoch=3)
    assert "'epochs'" in caught.value.hint


def test_too_many_updates_are_not_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "MOST_KEPT", 100)
    with pytest.raises(InputError, match="are too many to be listed"):
        train(LOGISTIC, Training(200), keep_updates=True)


def test_the_json_keeps_the_trace_contract() -> None:
    found: Trained = train(LOGISTIC, Training(3, 4, 1))
    data = found.to_dict()
    once = run(LOGISTIC, 1).to_dict()
    assert {key: data[key] for key in ("version", "loss", "samples", "gradients")} == {
        key: once[key] for key in ("version", "loss", "samples", "gradients")
    }
    assert data["updated"] == found.parameters.to_dict()
    assert [entry["step"] for entry in data["history"]] == [0, 2, 4, 6]
    assert [sorted(entry) for entry in data["epochs"]] == [
        ["epoch", "largest_change", "loss", "mistakes", "updates", "validation_loss"]
    ] * 4
    assert data["stopped"] == {"reason": "epochs", "epoch": 3, "converged": None}
    assert data["training"]["mini_batch"] == 4


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("kind", ["step", "sign"])
def test_no_gradient_passes_a_threshold(kind: str, engine: str) -> None:
    from backtrace.engine.forward_only import forward_run
    from backtrace.network.activations import ACTIVATIONS

    network = bt.load("mazur", sets=[f"layer1.activation={kind}", "w3=0", "w4=0", "b_h2=0"]).network
    shown = forward_run(network, engine)
    assert shown.samples[0].out[0] == [1.0, 0.0 if kind == "step" else -1.0]
    assert shown.samples[0].net[0] == pytest.approx([0.3775, 0.0], abs=1e-12)
    assert [ACTIVATIONS[kind].value(x) for x in (-0.5, 0.0, 0.5)] == ([0, 0, 1] if kind == "step" else [-1, -1, 1])
    for do in (lambda: run(network, 1, engine), lambda: train(network, Training(2), engine)):
        with pytest.raises(InputError, match=f"layer 1: {kind} has no derivative to learn by") as caught:
            do()
        assert "--set layer1.activation=sigmoid" in caught.value.hint


@pytest.mark.parametrize(
    ("t", "y", "term", "slope"),
    [(1.0, 2.0, 0.0, 0.0), (1.0, -2.0, 2.0, -1.0), (-1.0, 3.0, 3.0, 1.0), (-1.0, 0.0, 0.0, 1.0)],
)
def test_the_perceptron_error_counts_a_margin_of_0_as_a_mistake(t: float, y: float, term: float, slope: float) -> None:
    loss = LOSSES["perceptron_error"]
    assert (loss.value(t, y, 1), loss.slope_at(t, y, 1)) == (term, slope)
    assert misclassified([t], [y]) == (slope != 0.0)
