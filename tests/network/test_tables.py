"""The tables of activations, losses, initialisers and optimizers: values, slopes, domains."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backtrace.errors import InputError, InternalFault, Place
from backtrace.expression.calculus import derivative
from backtrace.expression.evaluate import evaluate
from backtrace.network.activations import ACTIVATIONS, SIGMOID, SOFTMAX, activation, softmax_slope, softmax_values
from backtrace.network.initialisers import INITIALISERS, Draws, Fans, standard_normal
from backtrace.network.losses import LOSSES, check_pair, check_targets, loss_named
from backtrace.network.optimizers import OPTIMIZERS
from backtrace.render.words import WORDS

ELEMENTWISE = [a for a in ACTIVATIONS.values() if a.elementwise and a.differentiable]
CUSTOM = [activation(text) for text in ("1.7159*tanh(2*x/3)", "x/(1+exp(-x))", "ln(1+exp(x))", "x^3 - 2*x")]
BY_OUTPUT = [loss for loss in LOSSES.values() if loss.whole is None]
STEP = 1e-6


@pytest.mark.parametrize("kind", ELEMENTWISE + CUSTOM, ids=lambda a: a.name)
@given(x=st.floats(-8, 8).filter(lambda x: abs(x) > 1e-3))
def test_an_activations_functions_formula_and_slope_agree(kind, x):
    y = kind.value(x)
    assert evaluate(kind.formula, {"x": x}.__getitem__) == pytest.approx(y, rel=1e-12, abs=1e-15)
    slope = kind.slope_at(x, y)
    assert evaluate(kind.slope, {"x": x, "y": y}.__getitem__) == pytest.approx(slope, rel=1e-9, abs=1e-12)
    assert slope == pytest.approx((kind.value(x + STEP) - kind.value(x - STEP)) / (2 * STEP), rel=1e-4, abs=1e-7)


def test_sigmoid_does_not_overflow():
    assert [SIGMOID.value(x) for x in (-1000.0, 0.0, 1000.0)] == [0.0, 0.5, 1.0]
    assert SIGMOID.value(-705.0) == pytest.approx(math.exp(-705.0))


@pytest.mark.parametrize("kind", ELEMENTWISE, ids=lambda a: a.name)
def test_no_activation_overflows(kind):
    for x in (-1000.0, 1000.0):
        y = kind.value(x)
        assert math.isfinite(y)
        assert math.isfinite(kind.slope_at(x, y))


@pytest.mark.parametrize("kind", ELEMENTWISE, ids=lambda a: a.name)
@given(x=st.floats(-8, 8).filter(bool))
def test_the_rules_of_calculus_lead_to_the_slope(kind, x):
    at = {"x": x, "y": kind.value(x)}.__getitem__
    lines = [derivative(kind.formula, "x"), *(line for line, _ in kind.bridge), kind.slope]
    slopes = [evaluate(line, at) for line in lines]
    assert slopes == pytest.approx([slopes[-1]] * len(slopes), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("loss", BY_OUTPUT, ids=lambda loss: loss.name)
@given(t=st.sampled_from([-1.0, 1.0]), y=st.floats(-4, 4))
def test_the_rules_of_calculus_lead_to_the_slope_of_the_loss(loss, t, y):
    t, y = (t, y) if loss.targets in ("any", "sign") else (0.5 + t / 4, 0.5 + y / 9)
    at = {"t": t, "y": y, "m": 3.0}.__getitem__
    if loss.corner and abs(evaluate(loss.corner, at)) < 1e-9:
        return
    lines = [derivative(loss.term, "y"), *(line for line, _ in loss.bridge), loss.slope]
    slopes = [evaluate(line, at) for line in lines]
    assert slopes == pytest.approx([loss.slope_at(t, y, 3)] * len(slopes), rel=1e-9, abs=1e-9)
    assert evaluate(loss.term, at) == pytest.approx(loss.value(t, y, 3), rel=1e-12, abs=1e-15)


def test_what_is_taken_at_a_corner():
    assert ACTIVATIONS["leaky_relu"].slope_at(0.0, 0.0) == 0.01
    assert ACTIVATIONS["elu"].slope_at(0.0, 0.0) == 1.0
    assert LOSSES["hinge"].slope_at(1.0, 1.0, 1) == 0.0
    assert LOSSES["huber"].slope_at(2.0, 1.0, 1) == -1.0


def test_every_corner_has_its_words():
    for record in (*ACTIVATIONS.values(), *LOSSES.values()):
        assert not record.remark or record.remark in WORDS
    for loss in LOSSES.values():
        assert bool(loss.remark) == (loss.corner is not None or bool(loss.whole and loss.whole.corner))


def test_the_slope_of_relu_at_zero_is_zero_and_says_so():
    relu = ACTIVATIONS["relu"]
    assert relu.slope_at(0.0, 0.0) == 0.0
    assert relu.remark == "relu_at_zero"


def test_softmax_and_its_jacobian():
    nets = [1000.0, 999.0, 1001.5]
    outputs = softmax_values(nets)
    assert sum(outputs) == pytest.approx(1.0)
    small = [0.3, -0.2, 0.9]
    base = softmax_values(small)
    for j in range(3):
        up = [x + STEP * (i == j) for i, x in enumerate(small)]
        down = [x - STEP * (i == j) for i, x in enumerate(small)]
        for k in range(3):
            numeric = (softmax_values(up)[k] - softmax_values(down)[k]) / (2 * STEP)
            assert softmax_slope(k, j, base) == pytest.approx(numeric, abs=1e-8)
    with pytest.raises(InternalFault):
        SOFTMAX.value(1.0)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("tanhh", "there is no activation 'tanhh'"),
        ("ReLU", "did you mean 'relu'"),
        ("2*3", "does not depend on x"),
        ("x +", "in the formula 'x +'"),
        ("y*x", "y"),
        ("__import__('os')", "in the formula"),
        ("9**9**9*x", "exponent"),
        ("x" + "+x" * 3000, "at most 2000 characters"),
    ],
)
def test_an_unusable_activation_is_refused_at_its_place(text, words):
    with pytest.raises(InputError) as caught:
        activation(text, Place("net.toml", 7, 1))
    assert words in str(caught.value)
    assert str(caught.value).startswith("net.toml:7:1: ")


def test_a_formula_undefined_where_evaluated_is_refused():
    with pytest.raises(InputError, match="ln"):
        activation("ln(x)").value(-1.0)


@pytest.mark.parametrize("loss", BY_OUTPUT, ids=lambda loss: loss.name)
@given(t=st.floats(0.05, 0.95), y=st.floats(0.05, 0.95), m=st.integers(1, 5))
def test_a_losss_functions_term_and_slope_agree(loss, t, y, m):
    if abs(t - y) < 1e-3:
        return
    where = {"t": t, "y": y, "m": float(m)}.__getitem__
    assert evaluate(loss.term, where) == pytest.approx(loss.value(t, y, m), rel=1e-12)
    slope = loss.slope_at(t, y, m)
    assert evaluate(loss.slope, where) == pytest.approx(slope, rel=1e-9)
    assert slope == pytest.approx(
        (loss.value(t, y + STEP, m) - loss.value(t, y - STEP, m)) / (2 * STEP), rel=1e-4, abs=1e-7
    )


@pytest.mark.parametrize("loss", BY_OUTPUT, ids=lambda loss: loss.name)
def test_no_loss_gives_minus_zero(loss):
    for t, y in ((0.0, 0.5), (1.0, 0.5), (0.5, 0.5)):
        for number in (loss.value(t, y, 1), loss.slope_at(t, y, 1)):
            assert number != 0.0 or math.copysign(1.0, number) == 1.0


@pytest.mark.parametrize(
    ("name", "y"), [("binary_cross_entropy", 0.0), ("binary_cross_entropy", 1.0), ("cross_entropy", 0.0)]
)
def test_ln_0_is_refused_and_not_clipped(name, y):
    with pytest.raises(InputError, match=r"ln of 0.0 is not defined"):
        LOSSES[name].value(0.5, y, 1)
    with pytest.raises(InputError, match="not defined"):
        LOSSES[name].slope_at(0.5, y, 1)


@pytest.mark.parametrize(
    ("name", "row", "words"),
    [
        ("binary_cross_entropy", (1.5,), "sample 2 has the target 1.5"),
        ("hinge", (0.0,), "sample 2 has the target 0"),
        ("hinge", (1.0, -0.5), "sample 2 has the target -0.5"),
        ("cross_entropy", (-0.5, 1.5), "sample 2 has the target -0.5"),
        ("cross_entropy", (0.5, 0.2), "the targets of sample 2 sum to 0.7"),
    ],
)
def test_targets_outside_the_domain_are_refused(name, row, words):
    good = (1.0,) + (-1.0 if name == "hinge" else 0.0,) * (len(row) - 1)
    with pytest.raises(InputError, match=words) as caught:
        check_targets(LOSSES[name], [good, row], lambda sample: Place("net.toml", sample))
    assert caught.value.place.line == 2


def test_softmax_cannot_stand_before_binary_cross_entropy():
    with pytest.raises(InputError, match="softmax cannot stand before binary_cross_entropy"):
        check_pair(LOSSES["binary_cross_entropy"], "softmax")
    check_pair(LOSSES["cross_entropy"], "softmax")


def test_an_unknown_loss_names_the_nearest():
    with pytest.raises(InputError, match="did you mean 'cross_entropy'"):
        loss_named("crossentropy")


def test_normal_numbers_have_the_stated_spread_and_follow_the_seed():
    numbers = standard_normal(Draws(7).random, 20_000)
    mean = sum(numbers) / len(numbers)
    assert abs(mean) < 0.03
    assert sum((z - mean) ** 2 for z in numbers) / len(numbers) == pytest.approx(1.0, abs=0.05)
    assert standard_normal(Draws(7).random, 5) == numbers[:5]
    assert standard_normal(Draws(8).random, 5) != numbers[:5]
    scaled = INITIALISERS["normal"].make(Draws(7).random, 5, Fans(4, 3), ())
    assert scaled == [z / 2 for z in numbers[:5]]


@pytest.mark.parametrize(
    ("name", "given", "reach", "deviation"),
    [
        ("normal", (), math.inf, 1 / math.sqrt(20)),
        ("he", (), math.inf, math.sqrt(2 / 20)),
        ("xavier", (), math.sqrt(6 / 25), math.sqrt(6 / 25) / math.sqrt(3)),
        ("uniform", (-0.4, 0.4), 0.4, 0.4 / math.sqrt(3)),
        ("constant", (0.0,), 0.0, 0.0),
    ],
)
def test_every_initialiser_makes_what_it_says(name, given, reach, deviation):
    way = INITIALISERS[name]
    numbers = way.make(Draws(3).random, 20_000, Fans(20, 5), given)
    assert max(map(abs, numbers)) <= reach
    assert math.sqrt(sum(x * x for x in numbers) / len(numbers)) == pytest.approx(deviation, rel=0.02)
    assert abs(sum(numbers) / len(numbers)) < 0.01
    assert way.make(Draws(3).random, 7, Fans(20, 5), given) == numbers[:7]
    assert (way.make(Draws(4).random, 7, Fans(20, 5), given) != numbers[:7]) == way.draws


def test_every_initialiser_is_tested():
    assert set(INITIALISERS) == {"normal", "he", "xavier", "uniform", "constant"}


def test_the_update_rule_is_a_formula():
    rule = OPTIMIZERS["sgd"].rule("").lines[-1].form
    assert evaluate(rule, {"w": 50.0, "eta": 1.0, "g": 2.0}.__getitem__) == 48.0
