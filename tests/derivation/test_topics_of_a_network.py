"""`explain` with a NETWORK: everything that may be changed in one, of any depth, with any activation."""

from __future__ import annotations

from pathlib import Path

import pytest

import backtrace as bt
from backtrace.cli.main import main
from backtrace.engine.starting import effect, with_data
from backtrace.engine.vanishing import layer_gradients
from backtrace.render.options import PageOptions

WITH_NETWORK = ("four-equations", "why-backwards", "jacobians", "vanishing-gradient", "initialisation")
FILE = """
[data]
inputs = [[0.1, 0.2], [0.3, 0.4]]
targets = [[1, 0], [0, 1]]
[[layers]]
units = 3
activation = "{activation}"
weights = [[1, 2], [3, 4], [-5, -6]]
[[layers]]
units = 2
weights = {weights}
"""


def page(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What the command prints, blanks and line breaks as one blank."""
    assert main(["explain", *words]) == 0
    return " ".join(capsys.readouterr().out.split())


def written(tmp_path: Path, activation: str, weights: str = "[[1, 2, 3], [3, 4, 5]]") -> str:
    path = tmp_path / "one.toml"
    path.write_text(FILE.format(activation=activation, weights=weights), encoding="utf-8")
    return str(path)


def test_a_network_is_changed_as_everywhere(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    given = tmp_path / "given.txt"
    given.write_text("w5 = 3\n", encoding="utf-8")
    for words in (["--set", "w5=3"], ["--given", str(given)]):
        changed = bt.load("mazur", sets=["w5=3"])
        largest = max(layer_gradients(changed.network)[0].by_out)
        found = page(capsys, "vanishing-gradient", "mazur", *words, "--digits", "6")
        assert f"{largest:.6g}" in found
        assert f"{largest:.6g}" not in page(capsys, "vanishing-gradient", "mazur")
    made = page(capsys, "vanishing-gradient", "2-2-1", "--batch", "3", "--seed", "5")
    assert "3 samples made with seed 5" in made
    assert "There are 3 samples: each has its own loss" in made
    assert made != page(capsys, "vanishing-gradient", "2-2-1", "--batch", "3", "--seed", "6")
    assert "the same 3 samples go through" in page(capsys, "initialisation", "2-2-1", "--batch", "3", "--seed", "5")


@pytest.mark.parametrize("option", ["--set w1=2", "--given f.txt", "--batch 2", "--seed 0"])
def test_options_of_a_network_need_one(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "vanishing-gradient", *option.split()]) == 2
    assert f"{option.split()[0]} changes a NETWORK, and none is given" in capsys.readouterr().err


def test_paper(capsys: pytest.CaptureFixture[str]) -> None:
    assert "letterpaper" in page(capsys, "sigmoid", "-f", "latex", "--standalone", "--paper", "letter")
    assert "a4paper" in page(capsys, "sigmoid", "-f", "latex", "--standalone")
    assert main(["explain", "sigmoid", "--paper", "letter"]) == 2
    assert "--paper is for whole LaTeX documents" in capsys.readouterr().err


@pytest.mark.parametrize("network", ["perceptron", "linear", "logistic", "3-2", "2-3:x^3"])
@pytest.mark.parametrize("topic", WITH_NETWORK)
def test_a_single_layer(topic: str, network: str) -> None:
    text = bt.explain(topic, network).page()
    assert "Every line was checked" in text
    if topic == "four-equations":
        # BP2 needs a next layer, so that line is tried on deeper networks, those with sizes on the network's own.
        assert "3-4-2, 2-3-3-2 and " in " ".join(text.split())


@pytest.mark.parametrize("activation", ["step", "sign"])
@pytest.mark.parametrize("topic", WITH_NETWORK)
def test_a_network_without_slopes_is_refused(topic: str, activation: str, tmp_path: Path) -> None:
    with pytest.raises(bt.InputError, match=f"layer 1: {activation} has no derivative to learn by"):
        bt.explain(topic, written(tmp_path, activation))


def test_the_size_of_a_slope_counts_not_its_sign(tmp_path: Path) -> None:
    # The slope of |x| is −1 or 1, so no unit is ever saturated.
    network = bt.load(written(tmp_path, "abs(x)")).network
    assert {(start.saturated, start.slope) for start in effect(with_data(network, 1), 1)} == {(0.0, 1.0)}
    assert [(one.mean_slope, one.largest_slope) for one in layer_gradients(network)[:1]] == [(1.0, 1.0)]
    text = bt.explain("initialisation", written(tmp_path, "abs(x)")).page()
    assert "0.0 %" in text and "66.7 %" not in text and "hardly learn" not in text


def test_units_that_no_weights_saturate_are_not_blamed(tmp_path: Path) -> None:
    # relu: as many slopes are 0 in every row, whatever the size of the weights.
    assert "hardly learn" not in bt.explain("initialisation", written(tmp_path, "relu")).page()
    assert "hardly learn" in bt.explain("initialisation").page()


def test_tied_weights_are_said_to_be_counted_by_layer(tmp_path: Path) -> None:
    tied = written(tmp_path, "tanh", '{tied_to = "layer 1", transposed = true}')
    assert "For tied weights, what comes through this layer alone." in bt.explain("vanishing-gradient", tied).page()
    untied = written(tmp_path, "tanh")
    assert "tied" not in bt.explain("vanishing-gradient", untied).page()


def test_which_slope() -> None:
    with pytest.raises(bt.InputError, match="the slope of which activation"):
        bt.explain("derivative", activation="any")


@pytest.mark.parametrize("notation", ["goodfellow", "cs231n", "d2l", "ng"])
@pytest.mark.parametrize("ascii", [False, True])
def test_equals_signs_stand_below_each_other(notation: str, ascii: bool) -> None:
    lines = bt.explain("delta-rule", notation=notation).page(options=PageOptions(ascii=ascii)).split("\n")
    blocks = [(lines[n], lines[n + 1]) for n, line in enumerate(lines) if " := " in line]
    pairs = [(one, other) for one, other in blocks if " = " in other]
    assert len(pairs) >= 2
    for one, other in pairs:
        assert one.index(":=") + 1 == other.index("= ")
