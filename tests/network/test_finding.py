"""From what a person types to a network: files, shorthands, built-ins, `--set`, `--given`, `--batch`."""

from __future__ import annotations

import io
import re
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backtrace.errors import InputError, NotSupported
from backtrace.network.activations import ACTIVATIONS, activation
from backtrace.network.builtin import builtin_text, builtin_titles, builtins
from backtrace.network.finding import load
from backtrace.network.losses import LOSSES, check_targets
from backtrace.network.quantity import RATE, Quantity, neutral
from backtrace.network.reading import read_network
from backtrace.network.records import Network
from backtrace.network.shapes.finding import count
from backtrace.network.to_toml import to_toml

COUNTED_ONLY = ("alexnet", "alexnet-2012", "lenet5", "lenet5-1998", "vgg16")
KINDS = {"i": "input", "t": "target", "w": "weight", "b": "bias", "net": "net"}


def resolve(name: str, network: Network) -> Quantity:
    """The neutral names alone; the notation, a later room, knows the rest."""
    if name == "eta":
        return RATE
    found = re.fullmatch(r"([a-z]+)(\d+)(?:_(\d+))?(?:_(\d+))?(?:@(\d+))?", name)
    if not found or found[1] not in KINDS:
        raise InputError(f"unknown name '{name}'", hint="did you mean 'w1_1_1'?")
    kind, numbers, sample = KINDS[found[1]], [int(n) for n in found.groups()[1:4] if n], int(found[5] or 0)
    if kind in ("input", "target"):
        return Quantity(kind, 0, numbers[0], 0, sample)
    return Quantity(kind, *numbers)


def loaded(text, *sets, **more):
    return load(text, sets=sets, resolve=resolve, **more)


def test_the_built_ins():
    derived = ["grid", "linear", "logistic", "mazur", "perceptron", "tiny", "xor"]
    assert builtins() == sorted([*derived, *COUNTED_ONLY])
    for name in derived:
        network = loaded(name)
        assert network.numeric
        assert network.name == name
    assert dict(builtin_titles()) == {
        name: loaded(name).title if name in derived else count(name).title for name in builtins()
    }
    assert [name for name, _ in builtin_titles(with_data=True)] == derived
    mazur = loaded("mazur")
    assert [mazur.value(p) for p in mazur.parameters()] == [
        0.15,
        0.2,
        0.25,
        0.3,
        0.35,
        0.35,
        0.4,
        0.45,
        0.5,
        0.55,
        0.6,
        0.6,
    ]
    assert (mazur.optimizer.learning_rate, mazur.optimizer.update_biases) == (0.5, False)
    assert [loaded("grid").size(n) for n in range(4)] == [4, 3, 2, 1]
    linear = loaded("linear")
    assert not linear.layers[0].has_bias
    assert [x.text for x in linear.inputs[0]] == ["10", "20", "30"]


def test_shorthands():
    network = loaded("2-3-1")
    assert [network.size(n) for n in range(3)] == [2, 3, 1]
    assert {layer.activation.name for layer in network.layers} == {"sigmoid"}
    assert not network.numeric
    names = [layer.activation.name for layer in loaded("4-3-2-1:relu,max(0,x),x/2").layers]
    assert names == ["relu", "max(0,x)", "x/2"]
    assert [layer.activation.name for layer in loaded("2-2-2:tanh").layers] == ["tanh", "tanh"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("mazr", "did you mean 'mazur'?"),
        ("", "there is no network ''"),
        ("../mazur", "no such file"),
        ("mazur.toml", "mazur.toml: there is no such file"),
        ("2-0", "between 1 and 10000 units"),
        ("2-" + "9" * 5000, "between 1 and 10000 units"),
        ("9999-9999", "too large"),
        ("2-2-2:relu,tanh,relu", "3 activations for 2 layers"),
        ("2-2:tanhh", "did you mean 'tanh'?"),
        ("2-2:", "in the formula ''"),
        ("K-L-M", "for counting only"),
        ("2", "there is no network '2'"),
    ],
)
def test_what_is_no_network(text, words):
    with pytest.raises(InputError) as caught:
        loaded(text)
    assert words in str(caught.value)
    assert isinstance(caught.value, NotSupported) == ("counting" in words)


def test_stdin(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(builtin_text("mazur").encode("utf-16"))))
    assert loaded("-").layers == loaded("mazur").layers


def test_set_changes_numbers_and_settings():
    network = loaded(
        "mazur",
        "w2_1_1=0.7",
        "i2=-3",
        "t1=.5",
        "learning_rate=0.1",
        "order=output_first",
        "update_biases=true",
        "reduction=sum",
        "numbering=by_source",
        "layer1.activation=tanh",
        "b1_2=1e-3",
    )
    assert network.layers[1].weights[0][0].text == "0.7"
    assert network.layers[1].weights[0][1] == 0.45
    assert [x.text for x in network.inputs[0]] == ["0.05", "-3"]
    assert network.targets[0][0] == 0.5
    assert (network.optimizer.learning_rate, network.optimizer.order, network.optimizer.update_biases) == (
        0.1,
        "output_first",
        True,
    )
    assert (network.reduction, network.numbering) == ("sum", "by_source")
    assert network.layers[0].activation.name == "tanh"
    assert network.layers[0].bias == (0.35, 0.001)
    assert loaded("mazur", "eta=0.2").optimizer.learning_rate == 0.2
    assert loaded("mazur", "w1_1_1=1", "w1_1_1=2").layers[0].weights[0][0] == 2.0


def test_biases_can_be_shared_when_equal():
    network = loaded("mazur", "layer2.shared_bias=true")
    assert network.layers[1].bias == (0.6,)
    assert loaded("mazur", "layer2.shared_bias=true", "layer2.shared_bias=false").layers[1].bias == (0.6, 0.6)
    assert loaded("mazur", "layer2.shared_bias=true", "b2_2=0.1").layers[1].bias == (0.1,)
    with pytest.raises(InputError, match="layer 2 has unequal biases") as caught:
        loaded("mazur", "b2_1=0.1", "layer2.shared_bias=true")
    assert str(caught.value.place) == "--set layer2.shared_bias=true"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("w5", "is not of the form name = value"),
        ("=3", "is not of the form name = value"),
        ("w1_1_1=abc", "'abc' is not a number"),
        ("w1_1_1=nan", "'nan' is not a number"),
        ("w1_1_1=1e999", "not a finite number"),
        ("w1_1_1=1_0", "'1_0' is not a number"),
        ("w1_1_1=\uff11", "is not a number"),
        ("nonsense=1", "unknown name 'nonsense'"),
        ("learning_rat=1", "did you mean 'learning_rate'?"),
        ("learning_rate=-1", "negative"),
        ("order=outputfirst", "'output_first'"),
        ("update_biases=yes", "update_biases must be true or false, not 'yes'"),
        ("loss=cross_entropi", "did you mean 'cross_entropy'"),
        ("loss=cross_entropy", ""),
        ("layer3.activation=tanh", "there is no layer 3"),
        ("layer1.units=3", "'units' of a layer cannot be set"),
        ("layer1.activation=x+", "in the formula 'x+'"),
        ("net1_1=1", "is computed, not given"),
        ("b9=\x1b[31m", "\\x1b"),
    ],
)
def test_set_refusals_say_which(change, words):
    if not words:
        assert loaded("mazur", change).loss.name == "cross_entropy"
        return
    with pytest.raises(InputError) as caught:
        loaded("mazur", change)
    assert words in str(caught.value)
    assert str(caught.value).startswith("--set ")


def test_a_set_that_leaves_the_losss_domain_is_refused():
    for sets, words in (
        (["loss=binary_cross_entropy", "t1=2"], "--set t1=2: binary_cross_entropy: sample 1 has the target 2"),
        (["t1=2", "loss=cross_entropy"], "--set t1=2: cross_entropy: the targets of sample 1 sum to 2.99"),
        (
            ["loss=binary_cross_entropy", "layer2.activation=softmax"],
            "--set layer2.activation=softmax: softmax cannot stand",
        ),
    ):
        with pytest.raises(InputError) as caught:
            loaded("mazur", *sets)
        assert str(caught.value).startswith(words)


def test_given_files(tmp_path):
    path = tmp_path / "numbers.txt"
    path.write_text("# my numbers\ni1 = 0.5\n\nw1_1_1=0.7   # the first\nlearning_rate = 2\n", encoding="utf-8")
    network = loaded("mazur", "i1=0.6", given=path)
    assert network.inputs[0][0] == 0.6
    assert network.layers[0].weights[0][0] == 0.7
    assert network.optimizer.learning_rate == 2.0
    path.write_text("i1 = 0.5\nw1_1_1: 3\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        loaded("mazur", given=path)
    assert str(caught.value).startswith(f"{path}:2: 'w1_1_1: 3' is not of the form name = value")


def test_a_shorthand_gets_all_its_numbers_or_none(tmp_path):
    network = loaded("1-1", "i1=1", "t1=0", "w1_1_1=2", "b1_1=3")
    assert network.numeric
    assert loaded("1-1", "i1=1", "t1=0", "w1_1_1=2").layers[0].bias == (0.0,)
    for sets, words in (
        (["w1_1_1=2"], "3 of the 4 weights of layer 1 have no number"),
        (["i1=1"], "1 of the 2 inputs have no number"),
        (["i1=1", "i2=1"], "there are inputs but no targets"),
        (["w1_1_1=2", "w1_1_2=2", "w1_2_1=2", "w1_2_2=2"], "layer 2 has no weights, but layer 1 has"),
    ):
        with pytest.raises(InputError, match=words):
            loaded("2-2-1", *sets)


def test_a_tied_weight_is_set_where_it_lives(tmp_path):
    path = tmp_path / "tied.toml"
    path.write_text(
        "[data]\ninput_shape=[2]\n[[layers]]\nunits=3\nweights=[[1,2],[3,4],[5,6]]\n"
        '[[layers]]\nunits=2\nweights={tied_to="layer 1",transposed=true}\n',
        encoding="utf-8",
    )
    network = loaded(str(path), "w2_1_3=9")
    assert network.layers[0].weights[2][0] == 9.0
    assert network.layers[1].weights == ((1.0, 3.0, 9.0), (2.0, 4.0, 6.0))
    assert read_network(to_toml(network), "", "tied").layers == network.layers


def test_made_data():
    network = loaded("3-2-2:relu,softmax", "loss=cross_entropy", "i2@5=0.125", batch=5, seed=1)
    assert network.numeric
    assert network.samples == 5
    assert network.inputs[4][1].text == "0.125"
    assert all(sorted(row) == [0.0, 1.0] for row in network.targets)
    assert network.made_by == "5 samples made with seed 1"
    assert "seed 1" in network.layers[0].made_by
    assert all(re.fullmatch(r"-?[01]\.\d\d", x.text) for x in network.inputs[0])
    again = loaded("3-2-2:relu,softmax", "loss=cross_entropy", "i2@5=0.125", batch=5, seed=1)
    assert again == network
    assert loaded("3-2-2", batch=5, seed=2).inputs != network.inputs
    with pytest.raises(InputError, match="different in each of the 5 samples") as caught:
        loaded("3-2-2", "i1=1", batch=5)
    assert "i1@1 to i1@5" in caught.value.hint
    for batch in (0, -1, 10**9):
        with pytest.raises(InputError, match=f"a batch of {batch} samples"):
            loaded("3-2-2", batch=batch)


def test_made_data_keep_given_weights():
    network = loaded("mazur", batch=3, seed=1)
    assert network.layers == loaded("mazur").layers
    assert network.samples == 3


@pytest.mark.parametrize("loss", LOSSES.values(), ids=lambda loss: loss.name)
def test_made_targets_suit_the_loss(loss):
    last = loss.only_after[0] if loss.only_after else "sigmoid"
    network = loaded(f"2-3:{last}", f"loss={loss.name}", batch=20, seed=4)
    check_targets(loss, network.targets)


def test_a_large_network_is_made():
    network = loaded("784-128-10:relu,softmax", "loss=cross_entropy", batch=32, seed=1)
    assert len(network.layers[0].weights) == 128
    assert len(network.inputs) == 32


ACTIVATION = st.sampled_from([*ACTIVATIONS.values(), activation("1.7159*tanh(2*x/3)")])


@settings(max_examples=40, deadline=None)
@given(
    sizes=st.lists(st.integers(1, 4), min_size=2, max_size=4),
    kinds=st.lists(ACTIVATION, min_size=3, max_size=3),
    loss=st.sampled_from(["half_squared_error", "mean_squared_error", "cross_entropy"]),
    batch=st.none() | st.integers(1, 3),
    shared=st.booleans(),
)
def test_to_toml_and_back(sizes, kinds, loss, batch, shared):
    text = "-".join(map(str, sizes)) + ":" + ",".join(kind.name for kind in kinds[: len(sizes) - 1])
    network = loaded(
        text, f"loss={loss}", f"layer1.shared_bias={'true' if shared else 'false'}", "learning_rate=.5", batch=batch
    )
    back = read_network(to_toml(network), "back.toml", network.name)
    assert to_toml(back).replace("# ", "") in (to_toml(network), re.sub(r"  # .*", "", to_toml(network)))
    assert [back.value(p) for p in back.parameters()] == [network.value(p) for p in network.parameters()]
    assert (back.inputs, back.targets, back.loss) == (network.inputs, network.targets, network.loss)
    for there, here in zip(back.layers, network.layers, strict=True):
        assert there.activation[:5] == here.activation[:5]  # all but the functions


@pytest.mark.parametrize("name", ["grid", "linear", "mazur", "tiny"])
def test_a_built_in_survives_to_toml(name):
    network = loaded(name)
    assert read_network(to_toml(network), "", name) == network


def test_every_parameter_of_a_network_has_a_name_of_its_own():
    names = [neutral(p) for p in loaded("mazur", "layer1.shared_bias=true").parameters()]
    assert len(set(names)) == len(names) == 11
