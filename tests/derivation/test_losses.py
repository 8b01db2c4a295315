"""Softmax with cross-entropy joined and apart, multi-class SVM and regularisation: numbers, lines and sentences."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

import backtrace as bt
from backtrace.cli.main import main
from backtrace.derivation import joined
from backtrace.derivation.steps import Remark
from backtrace.engine.run import run
from backtrace.errors import InputError
from backtrace.expression.tree import add
from backtrace.network.activations import ACTIVATIONS, softmax_slope
from backtrace.network.losses import LOSSES
from backtrace.network.quantity import LOSS, Derivative, Quantity, neutral
from backtrace.network.reading import read_network
from backtrace.network.records import Network
from backtrace.network.regularization import FORMS, Regularization
from backtrace.network.to_toml import to_toml
from backtrace.notation.listing import loss_parts
from backtrace.notation.loading import check_profile, load_profile, profile_names
from backtrace.notation.names import resolve
from backtrace.notation.spelling import Spelling
from backtrace.render.options import PageOptions
from tests.engine.strategies import networks
from tests.engine.witnesses import assert_close, drawn_step, flat, scalar_step
from tests.readback.pages import check

JOINED = ["loss=softmax_cross_entropy", "layer2.activation=identity", "t1=0.3", "t2=0.7"]
APART = ["loss=cross_entropy", "layer2.activation=softmax", "t1=0.3", "t2=0.7"]
SVM = ["loss=multi_class_svm", "layer2.activation=identity", "t1=0", "t2=1"]
VIEWS = ("chain", "paths", "delta", "gates", "matrix")


def taken_apart(network: Network) -> Network:
    """The same network with softmax in its last layer and cross-entropy behind it."""
    last = network.layers[-1]._replace(activation=ACTIVATIONS["softmax"])
    return network._replace(layers=(*network.layers[:-1], last), loss=LOSSES["cross_entropy"])


@given(networks(losses=["softmax_cross_entropy"]))
@settings(max_examples=40, deadline=None)
def test_joined_and_apart_give_the_same(network: Network) -> None:
    joined_step, apart_step = drawn_step(network), drawn_step(taken_apart(network))
    assert_close([joined_step[LOSS]], [apart_step[LOSS]], 1e-12, "loss")
    parameters = network.parameters()
    ours, theirs = ([step.gradients[p] for p in parameters] for step in (joined_step, apart_step))
    assert_close(ours, theirs, 1e-12, "gradients")


@pytest.mark.parametrize("engine", ["scalar", "numpy"])
def test_the_joined_form_has_a_loss_where_the_softmax_vanishes(engine: str) -> None:
    far = ["b_o1=900", "b_o2=-900", "t1=0", "t2=1"]
    network = bt.load("mazur", sets=[*JOINED[:2], *far]).network
    first = run(network, engine=engine).first
    assert first.loss == pytest.approx(first.samples[0].net[1][0] - first.samples[0].net[1][1])
    assert first.samples[0].delta[1] == [1.0, -1.0]
    with pytest.raises(InputError, match="ln"):
        run(taken_apart(network), engine=engine)


@pytest.mark.parametrize("view", ["chain", "delta", "gates"])
@pytest.mark.parametrize("notation", profile_names())
def test_p_minus_t_is_derived_line_by_line_and_every_line_is_true(view: str, notation: str) -> None:
    made = bt.load("mazur", sets=JOINED).derive("w2_1_1", view=view, detail="calculus", notation=notation).derivation
    slope = Derivative(LOSS, Quantity("out", 2, 1))
    rules = [step.rule for step in made.steps() if step.kind == "rule" and step.left.args[0] == slope]
    assert rules[-4:] == ["multiplied out", "p taken out", "the targets sum to 1", "simplify"]
    report = check(made, "terminal", PageOptions())
    assert report.problems == [] and report.symbolic >= 10
    short = bt.load("mazur", sets=JOINED).derive("w2_1_1", view=view, notation=notation).derivation
    assert not any(step.kind == "rule" for step in short.steps())


def test_a_wrong_line_of_the_joint_derivation_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(joined, "sub", lambda a, b: add(a, b))
    made = bt.load("mazur", sets=JOINED).derive("w2_1_1", detail="calculus").derivation
    assert check(made, "terminal", PageOptions()).problems


def test_the_short_line_of_delta_is_p_minus_t() -> None:
    page = bt.load("mazur", sets=JOINED).derive("delta2_1", view="delta").page()
    assert "δ_o1 = p_o1 − t1 = " in page
    flipped = bt.load("mazur", sets=JOINED).derive("delta2_1", view="delta", notation="rumelhart").page()
    assert "δ₅ = −(p₅ − t₅) = " in flipped


@pytest.mark.parametrize("view", ["chain", "delta"])
def test_every_entry_of_the_jacobian_of_softmax_has_a_line(view: str) -> None:
    made = bt.load("mazur", sets=APART).derive(view=view).derivation
    outs = [float(made.values[Quantity("out", 2, k)]) for k in (1, 2)]  # type: ignore[arg-type]
    lines = {step.left.args[0]: step for step in made.steps() if step.kind == "local"}
    for k in (1, 2):
        for j in (1, 2):
            step = lines[Derivative(Quantity("out", 2, k), Quantity("net", 2, j))]
            assert step.value == pytest.approx(softmax_slope(k - 1, j - 1, outs), rel=1e-12)


@pytest.mark.parametrize("notation", ["mazur", "nielsen"])
def test_the_matrix_view_shows_softmax_and_its_jacobian_with_numbers(notation: str) -> None:
    made = bt.load("mazur", sets=APART).derive(view="matrix", notation=notation).derivation
    steps = {step.left.args[0]: step for step in made.steps()}
    out, jacobian = Quantity("out", 2), Derivative(Quantity("out", 2), Quantity("net", 2))
    assert len(steps[out].forms) == 2
    outs = [x for row in made.values[out] for x in row]  # type: ignore[union-attr]
    expected = [softmax_slope(k, j, outs) for k in range(2) for j in range(2)]
    assert [x for row in steps[jacobian].value for x in row] == pytest.approx(expected)  # type: ignore[union-attr]
    report = check(made, "terminal", PageOptions())
    assert report.problems == []
    page = bt.load("mazur", sets=APART).derive(view="matrix", notation=notation).page()
    assert "diag(" in page and "e^(" in page


def test_a_margin_for_every_class_but_the_right_one() -> None:
    network = bt.load("2-2-3:tanh,identity", sets=["loss=multi_class_svm"], batch=4, seed=5).network
    step = scalar_step(network)
    for s, targets in enumerate(network.targets or (), 1):
        outs = [step[Quantity("out", 2, j, sample=s)] for j in (1, 2, 3)]
        right = targets.index(1.0)
        margins = {j + 1: max(0.0, y - outs[right] + 1.0) for j, y in enumerate(outs) if j != right}
        assert network.loss.terms(targets, 3) == list(margins)
        assert [step[Quantity("loss_term", unit=j, sample=s)] for j in margins] == list(margins.values())
        assert step[Quantity("loss", sample=s)] == pytest.approx(sum(margins.values()))


@pytest.mark.parametrize(
    ("sets", "name", "words"),
    [
        (SVM, "E_2", "E_2: multi_class_svm has no term of that output alone"),
        (JOINED, "E_1", "E_1: softmax_cross_entropy has no term of that output alone"),
        (JOINED, "dE/dp_o1", "does not depend on p_o1"),
        (JOINED, "dp_o1/dout_o1", "the softmax is derived together with the loss"),
        (["loss.l2=0.1"], "lambda", "given and stays"),
    ],
)
def test_what_has_no_derivation_of_its_own(sets: list[str], name: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        bt.load("mazur", sets=sets).derive(name)


@pytest.mark.parametrize("form", FORMS)
def test_regularisation_by_hand(form: str) -> None:
    sets = ["loss.l2=0.3", "loss.l1=0.05", f"loss.form={form}", "w3=-0.25"]
    plain = bt.load("mazur", sets=sets[3:], batch=2, seed=3).trace().to_dict()
    made = bt.load("mazur", sets=sets, batch=2, seed=3).trace().to_dict()
    weights = flat([layer["weights"] for layer in [*plain_parameters("mazur", "w3=-0.25")]])
    square = {"half": 0.5 * 0.3, "plain": 0.3, "per_sample": 0.5 * 0.3 / 2}[form]
    size = 0.05 / 2 if form == "per_sample" else 0.05
    penalty = square * sum(w * w for w in weights) + size * sum(map(abs, weights))
    assert made["loss"] == pytest.approx(plain["loss"] + penalty)
    assert made["samples"] == plain["samples"]  # a sample's loss and delta are its own
    for ours, without, layer in zip(
        made["gradients"], plain["gradients"], plain_parameters("mazur", "w3=-0.25"), strict=True
    ):
        added = [2 * square * w + size * (1 if w > 0 else -1) for w in flat(layer["weights"])]
        expected = [g + more for g, more in zip(flat(without["weights"]), added, strict=True)]
        assert flat(ours["weights"]) == pytest.approx(expected, rel=1e-12)
        assert ours["bias"] == without["bias"]


def plain_parameters(name: str, *sets: str) -> list[dict[str, Any]]:
    """Weights by layer, as floats."""
    layers = bt.load(name, sets=sets).network.layers
    return [{"weights": [[float(w) for w in row] for row in layer.weights or ()]} for layer in layers]


def test_a_shared_or_tied_parameter_counts_once() -> None:
    mazur = bt.load("mazur", sets=["layer1.shared_bias=true", "layer2.shared_bias=true", "loss.l2=2"]).network
    tied = mazur.layers[1]._replace(tied_to=1, weights=mazur.layers[0].weights)
    network = mazur._replace(layers=(mazur.layers[0], tied), regularization=mazur.regularization._replace(biases=True))
    step = scalar_step(network)
    numbers = [0.15, 0.20, 0.25, 0.30, 0.35, 0.60]
    assert step[Quantity("penalty", unit=2)] == pytest.approx(sum(x * x for x in numbers))
    without = scalar_step(network._replace(regularization=Regularization()))
    for parameter, number in zip(network.parameters(), [*numbers[:5], numbers[5]], strict=True):
        assert step.gradients[parameter] == pytest.approx(without.gradients[parameter] + 2 * number)


@pytest.mark.parametrize("view", VIEWS)
def test_both_routes_of_a_weight_stand_on_the_page(view: str) -> None:
    made = bt.load("mazur", sets=["loss.l2=0.01", "loss.l1=0.02"]).derive(view=view, detail="calculus").derivation
    assert check(made, "terminal", PageOptions()).problems == []
    said = {item.words for section in made.sections for item in section.items if isinstance(item, Remark)}
    assert {"penalty_half_squares", "penalty_sizes"} <= said


def test_the_routes_of_a_weight_with_their_numbers() -> None:
    page = bt.load("mazur", sets=["loss.l2=0.01"]).derive("w5").page()
    assert "∂E/∂w5 = ∂E_data/∂w5 + ∂R_L2/∂w5" in page
    assert "∂R_L2/∂w5 = λ·w5 = 0.01·0.40" in page
    assert "∂E/∂w5 = 0.0821670 + 0.004" in page
    assert "R_L2 is half of λ times the sum of the squares of all weights." in page


@pytest.mark.parametrize("notation", profile_names())
@pytest.mark.parametrize("sets", [JOINED, SVM, ["loss.l2=0.1"], ["loss.l2=0.1", "loss.l1=0.1", *JOINED]])
def test_what_is_inside_the_loss_has_a_name_of_its_own(notation: str, sets: list[str]) -> None:
    network = bt.load("mazur", sets=sets).network
    profile = load_profile(notation)
    check_profile(profile, network)
    spelling = Spelling(profile, network)
    for q in loss_parts(network):
        for name in (spelling.ascii(q), spelling.text(q), neutral(q)):
            assert resolve(name, network, profile) == q


@given(networks(layers=2, width=3, samples=2))
@settings(max_examples=30, deadline=None)
def test_a_file_keeps_the_loss_and_its_regularisation(network: Network) -> None:
    back = read_network(to_toml(network), "back.toml", network.name)
    assert (back.loss, back.regularization) == (network.loss, network.regularization)


@pytest.mark.parametrize(
    ("loss", "sample", "mean"),
    [
        ("half_squared_error", 2, "half_mean_squared_error"),
        ("absolute_error", 2, "mean_absolute_error"),
        ("huber", 2, "mean_huber"),
        ("binary_cross_entropy", 2, "mean_binary_cross_entropy"),
    ],
)
def test_a_mean_over_outputs_is_the_sum_divided(loss: str, sample: int, mean: str) -> None:
    summed, divided = (bt.load("mazur", sets=[f"loss={name}"]).trace().loss for name in (loss, mean))
    assert divided == pytest.approx(summed / sample, rel=1e-12)


FILE = """\
[data]
inputs = [[0.05, 0.10]]
targets = [[0, 1]]
[[layers]]
units = 2
activation = "identity"
weights = [[0.15, 0.20], [0.25, 0.30]]
[loss]
type = "TYPE"
regularization = {l2 = 0.01}
"""


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[[0, 1]]", "[[0, 0]]", ":3:12: multi_class_svm: the targets of sample 1 name no class"),
        ("[[0, 1]]", "[[1, 1]]", ":3:12: multi_class_svm: the targets of sample 1 name more than one class"),
        ("[[0, 1]]", "[[0, 0.5]]", ":3:12: multi_class_svm: sample 1 has the target 0.5"),
        ("{l2 = 0.01}", "{l3 = 0.01}", ":10:19: unknown key 'l3' in regularization"),
        ("{l2 = 0.01}", "{l2 = -0.01}", ":10:19: l2 is negative"),
        ("{l2 = 0.01}", "{}", ":10:1: regularization: neither l2 nor l1 is given"),
        ("{l2 = 0.01}", '{l2 = 0.01, form = "hlaf"}', ":10:30: regularization: form = 'hlaf' is not known"),
        ("{l2 = 0.01}", "0.01", ":10:1: regularization must be a table"),
    ],
)
def test_a_file_that_cannot_be_used(
    old: str, new: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "net.toml"
    file.write_text(FILE.replace("TYPE", "multi_class_svm").replace(old, new), encoding="utf-8")
    assert main(["trace", str(file)]) == 2
    shown = capsys.readouterr()
    assert shown.out == "" and words in shown.err.replace("\n  ", " ")


@pytest.mark.parametrize(
    ("sets", "words"),
    [
        (["loss=softmax_cross_entropy", "t1=0", "t2=1"], "contains the softmax and cannot stand behind sigmoid"),
        ([*JOINED, "t2=0.9"], "the targets of sample 1 sum to 1.2"),
        (["loss.l2=-1"], "loss.l2 is negative"),
        (["loss.form=plain"], "there is no regularisation whose form or biases could be set"),
        (["loss.l2=1", "loss.biases=yes"], "loss.biases must be true or false"),
        (["loss.l22=1"], "did you mean 'loss.l2'"),
    ],
)
def test_a_setting_that_cannot_be_used(sets: list[str], words: str) -> None:
    with pytest.raises(InputError) as caught:
        bt.load("mazur", sets=sets)
    assert words in f"{caught.value} {caught.value.hint}"


def test_a_multi_class_svm_needs_classes() -> None:
    with pytest.raises(InputError, match="depends on the class of the sample"):
        bt.load("2-3", sets=["loss=multi_class_svm"]).derive("w1")
    with pytest.raises(InputError, match="compares classes, but there is one output"):
        bt.load("tiny", sets=["loss=multi_class_svm", "t1=1"])


def test_json_knows_the_parts_by_their_neutral_names() -> None:
    made = bt.load("mazur", sets=[*JOINED, "loss.l2=0.1"]).derive("w5", notation="nielsen").page("json")
    names = {step["name"] for step in json.loads(made)["steps"]}
    assert {"dE_data/dw2_1_1", "dR_L2/dw2_1_1", "E_data"} & names >= {"dE_data/dw2_1_1", "dR_L2/dw2_1_1"}


def test_every_form_has_its_words() -> None:
    from backtrace.render.words import WORDS

    assert all(key in WORDS for form in FORMS.values() for key in form.words.values())
