"""The catalogue as a whole, counts, shapes, slips of the pen, and every mistake on random networks."""

from __future__ import annotations

import re
from itertools import pairwise
from math import isfinite

import pytest
from hypothesis import given, settings

from backtrace.engine.run import run
from backtrace.errors import InputError
from backtrace.expression.tree import Expr, add, mul, symbol
from backtrace.mistakes.applied import every_slip, right_value, same, slips
from backtrace.mistakes.catalogue import CATALOGUE, CONVENTIONS, OF_STEP, PHASES
from backtrace.mistakes.counts import count_slips, right_count, right_form
from backtrace.mistakes.operators import OPERATORS
from backtrace.mistakes.shapes import RIGHT, right_shape, shape_slips
from backtrace.mistakes.slips_of_pen import misprints
from backtrace.network.finding import load
from backtrace.network.quantity import LOSS, SHARED, Derivative, Key, Quantity
from backtrace.network.records import Network
from tests.engine.strategies import EVERY, networks

SIGNS = re.compile(r"[0-9=*/+^\u0370-\u03b3\u03b5-\u03ff·−½]|\b(?:exp|ln|sqrt)\b|\bw\b")


def test_there_are_enough_and_each_has_a_name_of_its_own() -> None:
    assert len(CATALOGUE) == sum(len(phase) for _, phase in PHASES) >= 100
    for id, mistake in CATALOGUE.items():
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*", id)
        assert mistake.at
        assert mistake.belief.endswith(".")
        assert mistake.name and mistake.where


def test_every_operator_is_used_and_every_used_one_is_there() -> None:
    assert {mistake.operator for mistake in CATALOGUE.values()} == set(OPERATORS)


def test_hints_give_nothing_away() -> None:
    """No number and no formula stands in a hint, and the second is another one than the first."""
    for id, mistake in CATALOGUE.items():
        first, second = mistake.hints
        assert first != second, id
        for hint in (first, second):
            assert hint[0].isupper() and hint[-1] in ".?", hint
            assert not SIGNS.search(hint), hint


def test_the_guard_of_hints_sees_a_formula() -> None:
    for hint in ("It is 0.35.", "Multiply by (1 − y).", "Use w - g.", "Add η."):
        assert SIGNS.search(hint), hint


def test_conventions_are_apart_and_name_mistakes_that_exist() -> None:
    ids = [convention.id for convention in CONVENTIONS]
    assert len(set(ids)) == len(ids)
    assert not set(ids) & set(CATALOGUE)
    assert all(other in CATALOGUE for convention in CONVENTIONS for other in convention.same_as)


def keys(network: Network) -> list[Key]:
    """A quantity of every kind that a network has."""
    top, s = len(network.layers), 1 if network.samples > 1 else 0
    found: list[Key] = [LOSS, Quantity("loss", updates=1), Quantity("penalty", unit=2), network.data_loss]
    found += [
        Quantity("loss", sample=s),
        Quantity("loss_term", unit=1, sample=s),
        Quantity("softmax", unit=1, sample=s),
    ]
    for layer in {1, top}:
        net, out = Quantity("net", layer, 1, sample=s), Quantity("out", layer, 1, sample=s)
        found += [net, out, Quantity("delta", layer, 1, sample=s), Derivative(out, net)]
        found.append(Derivative(network.sample_loss(s), out))
    for parameter in [p for p in network.parameters() if p.source < 2 and p.unit in (1, SHARED)]:
        found += [Derivative(LOSS, parameter), parameter._replace(updates=1)]
    return found


@given(networks(layers=3, width=3, samples=3))
@settings(max_examples=60, deadline=None)
def test_on_random_networks_every_mistake_gives_a_number_and_a_wrong_one(network: Network) -> None:
    for key in keys(network):
        try:
            right = right_value(network, key)
        except (KeyError, InputError):
            continue
        found = slips(network, key)
        for slip in found:
            assert isfinite(slip.value)
            assert not same(slip.value, right)
        assert all(not same(a.value, b.value) for a, b in pairwise(sorted(found, key=lambda slip: slip.value)))


@given(networks(layers=3, width=3, samples=3, activations=[a for a in EVERY if a != "softmax"], regularized=False))
@settings(max_examples=40, deadline=None)
def test_some_mistakes_worked_out_by_the_other_engine(network: Network) -> None:
    """What some mistakes must give, from the numbers of the array engine alone."""
    try:
        step = run(network, engine="numpy").first
    except InputError:
        return
    sample, rate = step.samples[0], network.optimizer.learning_rate or 0.0
    s, top = (1 if network.samples > 1 else 0), len(network.layers)
    near = {"rel": 1e-7, "abs": 1e-9}

    def made(key: Key) -> dict[str, float]:
        return {slip.mistake.id: slip.value for slip in every_slip(network, key)}

    net = made(Quantity("net", 1, 1, sample=s))
    layer = network.layers[0]
    if layer.has_bias and layer.bias:
        assert net["forward.no_bias"] == pytest.approx(sample.net[0][0] - layer.bias[0], **near)
    signals = sample.out[top - 2] if top > 1 else sample.inputs
    weight = network.weight(top, 1, 1)
    if network.samples == 1 and weight.layer == top and not any(other.tied_to for other in network.layers):
        found = made(Derivative(LOSS, weight))
        assert found["weight_gradient.no_signal"] == pytest.approx(sample.delta[-1][0], **near)
        assert found[
            "weight_gradient.all_signals" if len(signals) > 1 else "weight_gradient.own_output"
        ] == pytest.approx(sample.delta[-1][0] * (sum(signals) if len(signals) > 1 else sample.out[-1][0]), **near)
    value, gradient = (
        network.value(weight),
        step.gradients.weights[weight.layer - 1][weight.unit - 1][weight.source - 1],
    )
    assert value is not None
    after = made(weight._replace(updates=1))
    assert after["update.uphill"] == pytest.approx(value + rate * gradient, **near)
    assert after["update.no_rate"] == pytest.approx(value - gradient, **near)
    if network.samples > 1 and network.reduction == "mean":
        batch = made(Derivative(LOSS, weight))
        assert batch["batch.summed"] == pytest.approx(network.samples * gradient, **near)


def test_every_mistake_of_a_step_happens_somewhere() -> None:
    """None of them is dead: each gives a wrong number on one of these networks."""
    adam = "optimizer=adamw"
    settings_of = (
        ("mazur", ["layer1.shared_bias=true", "layer2.shared_bias=true", "update_biases=true"], None),
        ("mazur", ["loss.l2=0.1", "loss=binary_cross_entropy"], None),
        ("mazur", ["loss=mean_squared_error"], None),
        ("mazur", ["reduction=sum"], 2),
        ("3-3-3:tanh,identity", ["loss.l2=0.1"], 2),
        ("3-3-3:tanh,identity", ["loss=squared_error"], 1),
        ("3-3-3:relu,softmax", ["loss=cross_entropy"], 1),
        ("3-3-3:leaky_relu,identity", ["loss=softmax_cross_entropy"], 1),
        ("3-3-3:leaky_relu,identity", ["loss=softmax_cross_entropy"], 3),
        *(("mazur", [optimizer], None) for optimizer in ("optimizer=momentum", adam, "optimizer=rmsprop")),
    )
    seen: set[str] = set()
    for name, sets, batch in settings_of:
        rate = [] if name == "mazur" else ["learning_rate=0.5"]
        for seed in range(3) if batch else (None,):
            network = load(name, sets=[*sets, *rate], batch=batch, seed=seed)
            every = keys(network)
            for w in [p for p in network.parameters() if p.source < 3]:
                for kept in (*network.optimizer.rule.slots, *network.optimizer.rule.parts):
                    new = int(kept in network.optimizer.rule.slots)
                    every.append(w._replace(kind=f"{w.kind}_of", name=kept.name, updates=new))
                every += [Derivative(LOSS, w), w._replace(updates=1)]
            s = 1 if network.samples > 1 else 0
            every += [Quantity(kind, 1, j, sample=s) for kind in ("net", "delta") for j in (1, 2)]
            every += [Derivative(Quantity("out", 1, j, sample=s), Quantity("net", 1, j, sample=s)) for j in (1, 2)]
            every += [Quantity("softmax", unit=k, sample=s) for k in (1, 2)]
            for key in every:
                seen |= {slip.mistake.id for slip in every_slip(network, key)}
    # A weight used twice needs a tied layer, which no shorthand has.
    assert sorted(set(OF_STEP) - seen - {"weight_gradient.used_once"}) == []


def test_a_tied_weight_counted_once() -> None:
    network = load("3-3-3", sets=["learning_rate=0.5"], batch=1, seed=1)
    first, second = network.layers
    tied = network._replace(layers=(first, second._replace(tied_to=1, weights=first.weights)))
    weight = Quantity("weight", 1, 1, 1)
    found = {slip.mistake.id: slip.value for slip in slips(tied, Derivative(LOSS, weight))}
    inputs = tied.inputs
    assert inputs is not None
    assert found["weight_gradient.used_once"] == pytest.approx(
        right_value(tied, Quantity("delta", 1, 1)) * inputs[0][0], rel=1e-12
    )


@pytest.mark.parametrize(
    ("sizes", "what", "extra", "right", "wrong"),
    [
        ((3, 4, 2), "parameters", {"batch": 5}, 26, (20, 27, 29, 22, 19, 24, 16, 9, 130, 35)),
        (
            {"kernel_size": 5, "in_channels": 3, "out_channels": 6, "size": 32, "output": 28},
            "conv_parameters",
            {},
            456,
            (450, 156, 468, 5154, 357504, 96),
        ),
        ({"size": 32, "kernel_size": 5}, "size", {}, 28, (27,)),
        ({"size": 32, "kernel_size": 5, "padding": 2}, "size", {}, 32, (30,)),
        ({"size": 32, "kernel_size": 5, "stride": 2}, "size", {}, 14, (28,)),
        ({"kernel_size": 2, "channels": 6}, "pool_parameters", {}, 0, (30,)),
        ({"size": 14, "channels": 6}, "flat", {}, 1176, (196,)),
        ({"input_size": 4, "hidden_size": 8, "steps": 10}, "rnn_parameters", {}, 104, (40, 1040, 96)),
        ({"input_size": 4, "hidden_size": 8}, "lstm_parameters", {}, 416, (104, 312)),
        ({"input_size": 4, "hidden_size": 8, "biases": 2}, "gru_parameters", {}, 336, (112, 224)),
        ((1024, 20), "updates", {"samples": 5000, "batch": 50}, 100, (5000, 50, 250000, 1)),
        ((1024, 20), "updates", {"samples": 5010, "batch": 50}, 101, (100,)),
    ],
)
def test_counts(sizes: object, what: str, extra: dict[str, int], right: int, wrong: tuple[int, ...]) -> None:
    found = [slip.value for slip in count_slips(sizes, what, **extra)]  # type: ignore[arg-type]
    assert right_count(sizes, what, **extra) == right  # type: ignore[arg-type]
    assert set(wrong) <= set(found)
    assert right not in found
    assert len(set(found)) == len(found)


def test_the_three_wrong_answers_in_letters() -> None:
    sizes = ("K", "L", "M", "N")
    k, el, m, n = (symbol(size) for size in sizes)
    one = right_form(sizes).args[0].args[0].args[1]
    forms = {slip.mistake.id: slip.form for slip in count_slips(sizes)}
    assert right_form(sizes) == add(*(mul(add(a, one), b) for a, b in pairwise((k, el, m, n))))
    assert forms["count.no_biases"] == add(mul(k, el), mul(el, m), mul(m, n))
    assert forms["count.bias_on_wrong_side"] == add(*(mul(a, add(b, one)) for a, b in pairwise((k, el, m, n))))
    assert forms["count.sizes_multiplied"] == Expr("mul", (k, el, m, n))


@pytest.mark.parametrize(
    ("layer", "what", "wrong"),
    [
        (1, "weights", (4, 3)),
        (1, "output", (4,)),
        (1, "bias", (5, 4)),
        (1, "bias", (3,)),
        (2, "weight_gradient", (2, 4)),
        (2, "bias_gradient", (5, 2)),
        (1, "loss", (5,)),
        (1, "delta", (5, 2)),
    ],
)
def test_shapes(layer: int, what: str, wrong: tuple[int, ...]) -> None:
    found = [slip.dims for slip in shape_slips((3, 4, 2), layer, what, batch=5)]
    assert wrong in found
    assert right_shape((3, 4, 2), layer, what, batch=5) not in found


def test_every_shape_has_a_wrong_one() -> None:
    assert all(shape_slips((3, 4, 2), 1, what, batch=5) for what in RIGHT)


@pytest.mark.parametrize(
    ("value", "digits", "id", "wrong"),
    [
        (0.5932699921, 4, "pen.digits_swapped", 0.5393),
        (0.0821670406, 4, "pen.power_of_ten", 0.8217),
        (0.5932699921, 4, "pen.percentage", 59.33),
        (1.25, 3, "pen.percentage", 0.0125),
        (0.00043856773, 4, "pen.exponent_lost", 4.386),
        (-0.0380982365, 3, "pen.sign_lost", 0.0381),
        (0.7513650696, 5, "pen.cut_off", 0.75136),
        (0.3589164797, 4, "pen.digit_dropped", 0.389),
        (0.1497807161, 6, "pen.too_few_digits", 0.1498),
        (-0.038097, 5, "pen.power_of_ten", -0.0038097),
        (-0.0190485, 6, "pen.zero_dropped", -0.019485),
        (0.19956143, 8, "pen.zero_put_in", 0.199561043),
        (0.554, 3, "pen.wrong_digit_doubled", 0.544),
    ],
)
def test_slips_of_the_pen(value: float, digits: int, id: str, wrong: float) -> None:
    found = [(slip.mistake.id, slip.value) for slip in misprints(value, digits)]
    assert (id, pytest.approx(wrong, rel=1e-12)) in found
    values = [number for _, number in found]
    assert len(set(values)) == len(values)


def test_zero_and_whole_numbers_have_slips_without_a_fault() -> None:
    assert all(isfinite(slip.value) for number in (0.0, 1.0, -10.0, 1e300, 1e-300) for slip in misprints(number, 3))


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda: misprints(1.0, 0), "cannot be written with 0 digits"),
        (lambda: count_slips((3,)), "at least two sizes"),
        (lambda: count_slips((3, 4), "wheels"), "there is no count 'wheels'"),
        (lambda: count_slips({"kernel_size": 5}, "conv_parameters"), "needs in_channels, out_channels"),
        (lambda: count_slips((3, 4), "updates"), "number of samples"),
        (lambda: shape_slips((3, 4), 2, "bias"), "there is no layer 2"),
        (lambda: shape_slips((3, 4), 1, "colour"), "nothing of a layer is called 'colour'"),
        (lambda: slips(load("2-2-2"), LOSS), "has no numbers"),
    ],
)
def test_refusals(ask: object, message: str) -> None:
    assert callable(ask)
    with pytest.raises(InputError, match=message) as refused:
        ask()
    assert refused.value.what
