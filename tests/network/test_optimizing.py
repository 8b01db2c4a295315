"""The table [optimizer] of a file and its settings on the command line: what is read, and what is refused where."""

from __future__ import annotations

import pytest

import backtrace as bt
from backtrace.errors import InputError
from backtrace.expression.tree import Given
from backtrace.network.finding import load
from backtrace.network.optimizers import OPTIMIZERS
from backtrace.network.reading import read_network

START = """
[data]
inputs = [2]
targets = [1]
[[layers]]
units = 1
weights = [[0.3]]
[optimizer]
"""


def read(lines: str):
    return read_network(START + lines, "net.toml", "net").optimizer


def test_defaults_are_numbers_as_typed() -> None:
    adam = read('type = "adam"\nlearning_rate = 0.001\n')
    assert adam.given == () and adam.learning_rate == 0.001
    shown = {name: adam.value(name) for name in ("beta1", "beta2", "epsilon", "bias_correction")}
    assert shown == {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "bias_correction": True}
    assert isinstance(shown["beta2"], Given) and shown["beta2"].text == "0.999"


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_number_of_a_rule_has_a_default_a_letter_and_words(name: str) -> None:
    kind = OPTIMIZERS[name]
    assert kind.source and kind.title
    for setting in kind.settings:
        assert setting.says
        if setting.kind == "number" and not setting.name.startswith("clip"):
            assert isinstance(setting.default, Given) and setting.letter


@pytest.mark.parametrize(
    ("lines", "line", "what", "hint"),
    [
        ('type = "adma"', 9, "type = 'adma' is not known", "did you mean 'adam'"),
        ("beta1 = 0.9", 9, "sgd has no setting 'beta1'", "adam and adamw have it"),
        ('type = "adam"\nrho = 0.9', 10, "adam has no setting 'rho'", "rmsprop has it"),
        ('type = "adam"\nbeta3 = 0.9', 10, "unknown key 'beta3' in [optimizer]", "beta1"),
        ('type = "adam"\nbeta1 = 1.2', 10, "beta1 = 1.2 is not below 1", "0.9 is usual"),
        ('type = "adam"\nbeta2 = 1', 10, "beta2 = 1 is not below 1", "0.999 is usual"),
        ('type = "adam"\nbeta1 = -0.1', 10, "beta1 = -0.1 is negative", "0 or more"),
        ('type = "adam"\nepsilon = -1e-8', 10, "epsilon = -1e-8 is negative", "0 or more"),
        ('type = "adam"\nepsilon = true', 10, "epsilon must be a number, not true", ""),
        ('type = "adam"\nbias_correction = 1', 10, "bias_correction must be true or false", ""),
        ('type = "momentum"\nmomentum = 1.0', 10, "momentum = 1.0 is not below 1", "0.9 is usual"),
        ('type = "momentum"\nform = "velocty"', 10, "form = 'velocty' is not known", "'velocity'"),
        ("clip_norm = 0", 9, "clip_norm is 0, so nothing would move", "leave it out"),
        ("clip_norm = -1", 9, "clip_norm = -1 is negative", "0 or more"),
        ("clip_norm = 1\nclip_value = 2", 10, "clip_norm and clip_value cannot be used together", "choose one"),
        ('type = "adam"\norder = "output_first"', 10, "order = output_first is a slip of plain", "choose sgd"),
        (
            'clip_value = 1\norder = "output_first"',
            10,
            "order = output_first is a slip of plain",
            "leave out the order",
        ),
        ("learning_rate = -0.5", 9, "learning_rate is negative", ""),
        ('learning_rate = "0.5/(1 + 0.1*k)"', 9, "unknown name 'k'", ""),
        ('learning_rate = "eta*t"', 9, "unknown name 'eta'", ""),
        ('learning_rate = "0.5/t"', 9, "the learning rate 0.5/t at t = 0: 0.5/0 is not defined", "divided by 0"),
        (
            'learning_rate = "t - 1"',
            9,
            "the learning rate t - 1 at t = 0 is -1, which is negative",
            "updates done before",
        ),
        ('learning_rate = "0.5*("', 9, "the formula ends too early", ""),
        ('schedule = "eta*0.9^t"', 9, "learning_rate is missing", "eta in the schedule"),
        (
            'learning_rate = 0.5\nschedule = "0.5/(1 + t)"',
            10,
            "the schedule does not use the learning rate",
            "write eta",
        ),
        ("schedule = 0.5", 9, "schedule must be a text in quotes, not 0.5", ""),
    ],
)
def test_refusals_say_what_where_and_what_to_do(lines: str, line: int, what: str, hint: str) -> None:
    with pytest.raises(InputError) as caught:
        read(lines + "\n")
    assert what in caught.value.what and hint in caught.value.hint
    assert (caught.value.place.file, caught.value.place.line) == ("net.toml", line)


@pytest.mark.parametrize(
    ("sets", "what", "hint"),
    [
        (["optimizer=adma"], "optimizer = 'adma' is not known", "did you mean 'adam'"),
        (["beta1=0.8"], "sgd has no setting 'beta1'", "adam and adamw have it"),
        (["optimizer=adam", "beta1=1.2"], "beta1 = 1.2 is not below 1", "0.9 is usual"),
        (["optimizer=adam", "beta1=x"], "'x' is not a number", ""),
        (["optimizer=adam", "order=output_first"], "order = output_first is a slip", "choose sgd"),
        (["order=output_first", "optimizer=momentum"], "order = output_first is a slip", "choose sgd"),
        (["clip_norm=1", "clip_value=1"], "cannot be used together", "choose one"),
        (["clip_norm=0"], "clip_norm is 0", "leave it out"),
        (["learning_rate=0.5/(1+"], "the formula ends too early", ""),
        (["learning_rate=t-1"], "which is negative", "updates done before"),
        (["schedule=0.5/(1+t)"], "the schedule does not use the", "write eta"),
        (["optimizer=adam", "bias_correction=no"], "bias_correction must be true or false, not 'no'", ""),
    ],
)
def test_changes_are_refused_with_their_place(sets: list[str], what: str, hint: str) -> None:
    with pytest.raises(InputError) as caught:
        bt.load("mazur", sets=sets)
    assert what in caught.value.what and hint in caught.value.hint
    assert caught.value.place.file in [f"--set {one}" for one in sets]


def test_the_type_comes_first_wherever_it_stands() -> None:
    one = load("mazur", sets=["beta1=0.8", "optimizer=adam"]).optimizer
    assert one == load("mazur", sets=["optimizer=adam", "beta1=0.8"]).optimizer
    assert one.type == "adam" and one.value("beta1") == 0.8


def test_another_type_keeps_what_it_knows() -> None:
    text = START + 'type = "adam"\nlearning_rate = 0.1\nbeta1 = 0.8\nepsilon = 0.01\nclip_norm = 2\n'
    adam = read_network(text, "net.toml", "net")
    from backtrace.network.settings import apply, changes_of_sets

    changed = apply(adam, changes_of_sets(["optimizer=rmsprop"]), None).optimizer
    assert dict(changed.given) == {"epsilon": 0.01, "clip_norm": 2.0} and changed.learning_rate == 0.1


def test_a_number_takes_the_place_of_a_formula() -> None:
    net = load("mazur", sets=["learning_rate=0.5/(1+t)"])
    assert net.optimizer.learning_rate is None and net.optimizer.rate(1) == 0.25
    again = load("mazur", sets=["learning_rate=0.5/(1+t)", "learning_rate=0.2"]).optimizer
    assert again.schedule is None and again.rate(1) == 0.2
    kept = load("mazur", sets=["schedule=eta*0.5^t", "learning_rate=0.2"]).optimizer
    assert kept.rate(2) == pytest.approx(0.05)


@pytest.mark.parametrize(
    "sets",
    [
        ["optimizer=adam", "beta1=0.80", "bias_correction=false", "epsilon=1e-4"],
        ["optimizer=momentum", "form=velocity", "momentum=0.50"],
        ["optimizer=adamw", "weight_decay=0.1", "schedule=eta*0.9^t"],
        ["learning_rate=0.5/(1 + 0.1*t)", "clip_value=0.05"],
        ["optimizer=rmsprop", "rho=0.99", "clip_norm=1"],
    ],
)
def test_written_as_a_file_and_read_again(sets: list[str]) -> None:
    net = bt.load("mazur", sets=sets)
    again = read_network(net.to_toml(), "again.toml", "mazur").optimizer
    assert again == net.network.optimizer
    assert [v.text for _, v in again.given if isinstance(v, Given)] == [
        v.text for _, v in net.network.optimizer.given if isinstance(v, Given)
    ]


def test_a_formula_from_outside_is_bounded() -> None:
    for hostile in ("__import__('os')", "t." + "x" * 500, "9^9^9^9", "1" * 300, "(" * 200 + "t"):
        with pytest.raises(InputError):
            read(f'learning_rate = "{hostile}"\n')


@pytest.mark.parametrize("name", ["momentum", "beta1", "epsilon"])
def test_settings_by_the_letters_of_a_notation(name: str) -> None:
    letters = {"momentum": ("momentum", "μ=0.5"), "beta1": ("adam", "β_1=0.5"), "epsilon": ("adam", "ε=0.5")}
    type_, change = letters[name]
    assert bt.load("mazur", sets=[f"optimizer={type_}", change]).network.optimizer.value(name) == 0.5
