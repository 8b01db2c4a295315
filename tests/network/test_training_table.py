"""The [training] table and the validation samples of a network file: read, written, refused with their places."""

from __future__ import annotations

import pytest

import backtrace as bt
from backtrace.errors import InputError
from backtrace.network.finding import load
from backtrace.network.reading import read_network
from backtrace.network.records import Training
from backtrace.network.to_toml import to_toml
from backtrace.network.training import of_update, planned

FILE = """\
[data]
inputs = [[0.5], [1], [2]]
targets = [[0], [1], [1]]
validation_inputs = [[1.50]]
validation_targets = [[1]]
[[layers]]
units = 1
weights = [[0]]
[optimizer]
learning_rate = 1
[training]
epochs = 50
mini_batch = 2
shuffle_seed = 7
stop_change = 1e-6
patience = 5
stop_without_mistakes = false
"""


def test_a_table_is_read_and_written_and_read_again() -> None:
    network = read_network(FILE, "net.toml", "net")
    assert network.training == Training(50, 2, 7, 1e-6, 5, False)
    assert (network.validation_inputs, network.validation_targets) == (((1.5,),), ((1.0,),))
    text = to_toml(network)
    assert "stop_change = 1e-6\n" in text and "validation_inputs = [[1.50]]" in text
    assert "stop_without_mistakes" not in text
    again = read_network(text, "net.toml", "net")
    assert (again.training, again.validation_inputs) == (network.training, network.validation_inputs)
    assert to_toml(again) == text
    assert "[training]" not in to_toml(load("mazur"))
    assert "stop_without_mistakes = true" in to_toml(load("perceptron"))


@pytest.mark.parametrize(
    ("old", "new", "line", "words", "hint"),
    [
        ("epochs = 50\n", "", 11, "[training]: epochs is missing", "epochs = 100"),
        ("epochs = 50", "epochs = 0", 12, "[training]: epochs must lie between 1 and 1000000", ""),
        ("epochs", "epoch", 12, "unknown key 'epoch' in [training]", "did you mean 'epochs'"),
        ("mini_batch = 2", "mini_batch = 4", 13, "a mini-batch of 4 cannot be taken from 3 samples", "between 1 and 3"),
        ("mini_batch = 2", 'mini_batch = "all"', 13, "mini_batch must be a whole number, not the text 'all'", ""),
        ("shuffle_seed = 7", "shuffle_seed = -7", 14, "shuffle_seed must lie between 0", ""),
        ("1e-6", "-1e-6", 15, "stop_change is negative", "stop_change = 1e-6 would do"),
        ("1e-6", "nan", 15, "'nan' is not a finite number", ""),
        ("patience = 5", "patience = 0", 16, "patience must lie between 1", ""),
        ("= false", "= 1", 17, "stop_without_mistakes must be true or false, not 1", ""),
        ("validation_inputs = [[1.50]]\n", "", 4, "there are validation_targets but no validation_inputs", "give both"),
        ("validation_targets = [[1]]\n", "", 4, "there are validation_inputs but no validation_targets", "give both"),
        ("[[1.50]]", "[[1.50, 2]]", 4, "validation sample 1 has 2 inputs, not 1", "same kind"),
        ("[[1.50]]", "[[1.50], [2]]", 5, "2 validation_inputs, but 1 validation_targets", "one row per sample"),
        ("validation_targets = [[1]]", "validation_targets = [[1, 0]]", 5, "2 targets per sample", "a list of rows"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(old: str, new: str, line: int, words: str, hint: str) -> None:
    assert old in FILE
    with pytest.raises(InputError) as caught:
        read_network(FILE.replace(old, new, 1), "net.toml", "net")
    assert words in caught.value.what
    assert hint in caught.value.hint
    assert caught.value.place is not None and caught.value.place.line == line


def test_validation_targets_must_suit_the_loss() -> None:
    text = (
        FILE.replace("validation_targets = [[1]]", "validation_targets = [[1.5]]")
        + '[loss]\ntype = "binary_cross_entropy"\n'
    )
    with pytest.raises(InputError, match=r"sample 1 has the target 1\.5") as caught:
        read_network(text, "net.toml", "net")
    assert caught.value.place is not None and caught.value.place.line == 5


def test_options_take_the_place_of_the_table() -> None:
    network = read_network(FILE, "net.toml", "net")
    assert planned(network, {}) == network.training
    assert planned(network, {"epochs": 3, "patience": None}) == Training(3, 2, 7, 1e-6, 5)
    assert planned(network, {"shuffle_seed": 9, "shuffle": None}).shuffle_seed == 9
    assert planned(network, {"shuffle_seed": 9, "shuffle": False}).shuffle_seed is None
    assert planned(load("mazur"), {"epochs": 2}) == Training(2)


def test_made_samples_leave_the_validation_samples_behind() -> None:
    assert load("logistic", batch=4, seed=1).training == load("logistic").training
    network = read_network(FILE, "net.toml", "net")
    from backtrace.network.finding import _without_data

    assert (_without_data(network).validation_inputs, _without_data(network).inputs) == (None, None)


def test_the_samples_of_one_update() -> None:
    network = load("perceptron")
    first = of_update(network)
    assert (first.inputs, first.targets, first.part) == (((2, 2, 1),), ((1,),), "sample 1 of 4")
    third = of_update(network, [3, 2])
    assert third.inputs == ((3, 1, 1), (1, 0, 1)) and third.part == "samples 3, 2 of 4 (here @1, @2, …)"
    assert of_update(network, [4, 3, 2, 1]) is network
    assert of_update(load("logistic")) == load("logistic")
    shuffled = network._replace(training=Training(3, 2, shuffle_seed=1))
    assert len(of_update(shuffled).inputs or ()) == 2 and of_update(shuffled) == of_update(shuffled)
    for samples, words in (
        ([5], "there is no sample 5"),
        ([1, 1], "uses every sample once"),
        ([], "uses every sample"),
    ):
        with pytest.raises(InputError, match=words):
            of_update(network, samples)
    with pytest.raises(InputError, match="has no samples to choose from"):
        of_update(load("2-2-1"), [1])


def test_rules_can_be_set_from_outside() -> None:
    sets = ["training.epochs=5", "training.mini_batch=2", "training.shuffle_seed=0", "training.stop_change=1e-6"]
    plan = load("logistic", sets=[*sets, "training.patience=3"]).training
    assert plan == Training(5, 2, 0, 1e-6, 3)
    assert load("mazur", sets=["training.epochs=5"]).training == Training(5)
    stops = load("perceptron", sets=["training.stop_without_mistakes=false"]).training
    assert stops is not None and not stops.stop_without_mistakes


@pytest.mark.parametrize(
    ("network", "sets", "what"),
    [
        ("logistic", ["training.epochs=0"], "training.epochs must be a whole number from 1 to 1000000, not '0'"),
        ("logistic", ["training.epochs=1e3"], "must be a whole number from 1 to 1000000, not '1e3'"),
        ("logistic", ["training.epochs=٣"], "must be a whole number from 1 to 1000000"),
        ("logistic", ["training.mini_batch=7"], "a mini-batch of 7 cannot be taken from 6 samples"),
        ("logistic", ["training.mini_batch=" + "9" * 5000], "must be a whole number"),
        ("logistic", ["training.stop_change=-1"], "training.stop_change is negative"),
        ("logistic", ["training.stop_change=nan"], "'nan' is not a number"),
        ("logistic", ["training.stop_without_mistakes=yes"], "must be true or false, not 'yes'"),
        ("logistic", ["training.stop_without_mistakes=true"], "no sample is right or wrong"),
        ("mazur", ["training.patience=2"], "nobody says how many epochs to train"),
        ("mazur", ["training.epoch=2"], "there is no quantity 'training.epoch'"),
    ],
)
def test_rules_set_from_outside_are_refused_with_their_place(network: str, sets: list[str], what: str) -> None:
    with pytest.raises(InputError) as refused:
        bt.load(network, sets=sets)
    assert what in refused.value.what
    assert refused.value.place is not None and refused.value.place.file.startswith(f"--set {sets[0][:20]}")
