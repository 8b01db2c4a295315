"""Every mistake on the best known worked example gives the number that its formula, written out by hand, gives."""

from __future__ import annotations

from pathlib import Path

import pytest

from backtrace.mistakes.applied import every_slip, right_value, silent, slips
from backtrace.network.finding import load
from backtrace.network.quantity import LOSS, Derivative, Key, Quantity
from backtrace.network.records import Network
from backtrace.notation.loading import load_profile
from backtrace.notation.names import resolve
from tests.mistakes.published import PUBLISHED

SHARED = ["layer1.shared_bias=true", "layer2.shared_bias=true", "update_biases=true"]
BATCH = """
[data]
inputs = [[0.05, 0.10], [0.20, 0.30]]
targets = [[0.01, 0.99], [0.99, 0.01]]
[[layers]]
units = 2
weights = [[0.15, 0.20], [0.25, 0.30]]
bias = 0.35
shared_bias = true
[[layers]]
units = 2
weights = [[0.40, 0.45], [0.50, 0.55]]
bias = 0.60
shared_bias = true
[optimizer]
learning_rate = 0.5
"""


def key(network: Network, name: str) -> Key:
    """The quantity of a name that is the same under every notation."""
    if name.startswith("dE/d"):
        by = key(network, name.removeprefix("dE/d"))
        assert isinstance(by, Quantity)
        return Derivative(LOSS, by)
    return resolve(name, network, load_profile("mazur"))


def shared() -> Network:
    return load("mazur", sets=SHARED)


def given(network: Network, of: Key) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for slip in every_slip(network, of):
        found.setdefault(slip.mistake.id, []).append(slip.value)
    return found


@pytest.mark.parametrize(("name", "mistake", "value"), PUBLISHED)
def test_a_mistake_gives_the_number_of_its_formula(name: str, mistake: str, value: float) -> None:
    network = shared()
    assert given(network, key(network, name))[mistake] == [pytest.approx(value, rel=1e-12, abs=1e-15)]


@pytest.mark.parametrize(
    ("sets", "name", "mistake", "value"),
    [
        ("loss=binary_cross_entropy", "E_1", "cross_entropy.first_part", 0.0028586363407705423),
        ("loss=binary_cross_entropy", "E_1", "cross_entropy.no_minus", -1.3807105414662268),
        ("loss=binary_cross_entropy", "E_1", "cross_entropy.exchanged", 3.462662881651104),
        ("loss=binary_cross_entropy", "E_1", "cross_entropy.base_ten", 0.5996349692644333),
        ("loss=binary_cross_entropy", "delta2_1", "output_delta.entropy_slope_again", 0.13849856162855695),
        ("layer1.activation=tanh", "dout1_1/dnet1_1", "slope.square_lost", 0.6394656066027031),
        ("layer1.activation=tanh", "dout1_1/dnet1_1", "slope.of_sigmoid", 0.23054934457494008),
        ("layer1.activation=tanh", "dout1_1/dnet1_1", "slope.at_output", 0.8805021189186448),
        ("layer1.activation=relu", "dout1_1/dnet1_1", "slope.value_for_slope", 0.3775),
        ("layer1.activation=relu", "dout1_1/dnet1_1", "slope.of_sigmoid", 0.23499375),
        ("layer2.activation=identity", "dout2_1/dnet2_1", "slope.value_for_slope", 1.10590596705977),
    ],
)
def test_other_losses_and_activations(sets: str, name: str, mistake: str, value: float) -> None:
    network = load("mazur", sets=[*SHARED, sets])
    of: Key = key(network, name) if "/" not in name or name.startswith("dE") else _slope(name)
    if sets.endswith("identity"):  # its net is not that of the published outputs' sum squashed: it is the same sum
        assert right_value(network, Quantity("net", 2, 1)) == pytest.approx(value)
    assert given(network, of)[mistake] == [pytest.approx(value, rel=1e-12)]


def _slope(name: str) -> Derivative:
    layer, unit = (int(part) for part in name.split("/")[0].removeprefix("dout").split("_"))
    return Derivative(Quantity("out", layer, unit), Quantity("net", layer, unit))


@pytest.mark.parametrize(
    ("name", "mistake", "value"),
    [
        ("out2_1", "softmax.no_exponential", 0.4744692724760529),
        ("out2_1", "softmax.sigmoid_each", 0.7513650695523157),
        ("out2_1", "softmax.of_sigmoid", 0.49460935993442934),
        ("out2_1", "softmax.others_below", 0.8877940957461341),
        ("out2_1", "softmax.shifted_above", 0.13815958575427112),
        ("out2_2", "softmax.hard", 1.0),
        ("delta2_2", "softmax_delta.sign", 0.47028121220775476),
        ("delta2_2", "softmax_delta.slope_again", -0.11715494770004667),
        ("delta2_2", "softmax_delta.loss_only", -1.8877940957461343),
        ("delta2_1", "softmax_delta.diagonal", 0.0),
        ("delta2_2", "softmax_delta.no_target", 0.5297187877922452),
        ("E", "softmax_loss.all_classes", 1.3898334416754898),
        ("E", "softmax_loss.one_minus", 0.47028121220775476),
        ("E", "softmax_loss.wrong_class", 0.7544244393560926),
    ],
)
def test_softmax_with_cross_entropy(name: str, mistake: str, value: float) -> None:
    sets = ["layer2.activation=softmax", "loss=cross_entropy"]
    network = load("mazur", sets=[*SHARED, "t1=0", "t2=1", *sets], resolve=_resolve)
    assert given(network, key(network, name))[mistake] == [pytest.approx(value, rel=1e-12, abs=1e-15)]


def _resolve(name: str, network: Network) -> Quantity:
    found = resolve(name, network, load_profile("mazur"))
    assert isinstance(found, Quantity)
    return found


@pytest.mark.parametrize(
    ("name", "mistake", "value"),
    [
        ("dE/dw2_1_1", "batch.summed", 0.05561981780421596),
        ("dE/dw2_1_1", "batch.averaged_twice", 0.01390495445105399),
        ("dE/dw2_1_1", "batch.last_sample", -0.026547222760014807),
        ("dE/dw2_1_1", "batch.samples_averaged", 0.028267203868098358),
        ("dE/dw2_1_1", "batch.averages_multiplied", 0.028492446628100153),
        ("dE/dw2_1_1", "batch.divided_by_outputs", 0.01390495445105399),
        ("E", "batch.loss_of_first", 0.2983711087600027),
        ("w2_1_1+", "batch.online", 0.3739718384490878),
    ],
)
def test_a_batch_of_two(name: str, mistake: str, value: float, tmp_path: Path) -> None:
    file = tmp_path / "batch.toml"
    file.write_text(BATCH, encoding="utf-8")
    network = load(str(file))
    assert given(network, key(network, name))[mistake] == [pytest.approx(value, rel=1e-12)]


def test_the_totals_of_the_well_known_page() -> None:
    """Gradients through updated weights, biases updated one by one, and as two shared ones."""
    after = Quantity("loss", updates=1)
    network = load("mazur")
    assert right_value(network, after) == pytest.approx(0.291027773694, abs=1e-12)
    found = {slip.mistake.id: slip.value for slip in slips(network, after)}
    assert found["procedure.other_order"] == pytest.approx(0.291027923905, abs=1e-12)
    assert found["procedure.biases_moved"] == pytest.approx(0.280471446791, abs=1e-12)
    assert found["procedure.bias_as_shared"] == pytest.approx(0.285750886699, abs=1e-12)
    of_page = load("mazur", sets=["order=output_first"])
    assert right_value(of_page, after) == pytest.approx(0.291027923905, abs=1e-12)
    other = {slip.mistake.id: slip.value for slip in slips(of_page, after)}
    assert other["procedure.other_order"] == pytest.approx(0.291027773694, abs=1e-12)


def test_the_slips_of_the_source_material() -> None:
    network = load("mazur")
    w2 = Quantity("weight", 1, 1, 2)
    found = {slip.mistake.id: slip.value for slip in slips(network, Derivative(LOSS, w2))}
    # The other input's value, and the new weight that follows from it.
    own = {Derivative(LOSS, w2): found["weight_gradient.other_signal"]}
    assert right_value(network, w2._replace(updates=1), own) == pytest.approx(0.199780716, abs=1e-9)
    # Two conventions for the sign of δ on one page.
    w5 = Derivative(LOSS, Quantity("weight", 2, 1, 1))
    assert given(network, w5)["weight_gradient.sign_of_delta"] == [-right_value(network, w5)]
    # ∂C/∂a_j in the middle of the chain, and no sum.
    h1 = Quantity("delta", 1, 1)
    delta, back, slope = 0.138498561628557, 0.0363503063931447, 0.241300708572
    assert given(network, h1)["hidden_delta.wrong_middle_factor"] == [pytest.approx(delta * back * slope, rel=1e-9)]


def test_own_values_are_carried_on() -> None:
    network = load("mazur")
    own: dict[Key, float] = {Quantity("out", 1, 1): 0.6}
    gradient = Derivative(LOSS, Quantity("weight", 2, 1, 1))
    delta = right_value(network, Quantity("delta", 2, 1), own)
    assert delta != right_value(network, Quantity("delta", 2, 1))
    assert right_value(network, gradient, own) == pytest.approx(delta * 0.6, rel=1e-15)
    assert dict.fromkeys(s.mistake.id for s in slips(network, gradient, own))["weight_gradient.no_signal"] is None
    assert next(s.value for s in slips(network, gradient, own)) == pytest.approx(delta, rel=1e-15)


def test_a_mistake_that_nobody_could_see_is_kept_out() -> None:
    network = load("mazur", sets=["layer2.activation=identity"])
    delta = Quantity("delta", 2, 1)
    assert "slope.left_out" in [slip.mistake.id for slip in silent(network, delta)]
    values = [slip.value for slip in slips(network, delta)]
    assert right_value(network, delta) not in values
    assert len(set(values)) == len(values)
