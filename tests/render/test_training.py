"""The pages of a training, read as a student would: the perceptron's table, what stopped it, the line it draws."""

from __future__ import annotations

import csv
import io
import json
import re
from itertools import pairwise
from typing import Any

import pytest

import backtrace as bt
from backtrace.cli.main import main
from backtrace.network.reading import read_network
from backtrace.render.options import PageOptions

XOR = [
    "t1@1=-1",
    "t1@2=1",
    "t1@3=1",
    "t1@4=-1",
    "i1@1=0",
    "i2@1=0",
    "i1@2=0",
    "i2@2=1",
    "i1@3=1",
    "i2@3=0",
    "i1@4=1",
    "i2@4=1",
]


def rows(page: str) -> list[list[str]]:
    """The rows of the perceptron's table: its numbers, and right or misclassified."""
    return [
        line.replace("−", "-").split()
        for line in page.split("\n")
        if re.match(r" +\d+ .* (right|misclassified) ", line)
    ]


@pytest.mark.parametrize("sets", [[], ["learning_rate=0.5"], ["i1@2=3"], XOR])
def test_every_row_of_the_perceptrons_table_follows_from_the_one_before(sets: list[str]) -> None:
    net = bt.load("perceptron", sets=sets)
    rate = float(net.network.optimizer.learning_rate or 0)
    page = net.train(show_updates=True).page(options=PageOptions(width=200))
    before = [0.0, 0.0, 0.0]
    found = rows(page)
    assert len(found) % 4 == 0 and len(found) >= 4
    for number, row in enumerate(found, 1):
        step, epoch, point, *numbers = row[:8]
        x, weighted, target = [float(n) for n in numbers[:3]], float(numbers[3]), float(numbers[4])
        assert (int(step), int(epoch), int(point)) == (number, (number + 3) // 4, (number - 1) % 4 + 1)
        assert weighted == sum(w * a for w, a in zip(before, x, strict=True))
        assert (row[8] == "misclassified") == (target * weighted <= 0)
        after = [float(w) for w in row[9:]]
        moved = [w + rate * target * a for w, a in zip(before, x, strict=True)]
        assert after == (moved if row[8] == "misclassified" else before)
        before = after
    assert ("Not converged" in page) == (sets == XOR or "misclassified" in [row[8] for row in found[-4:]])


def test_the_perceptron_says_where_its_line_lies() -> None:
    page = bt.load("perceptron").train().page()
    assert "Converged: stopped after epoch 4, in which no sample was misclassified when its turn" in page
    assert page.endswith("The decision boundary: out_o1 = 0 where 2·i1 + i2 − 3 = 0.\n")
    assert "Target" not in page


def test_points_that_no_line_separates() -> None:
    page = " ".join(bt.load("perceptron", sets=XOR).train().page().split())
    assert (
        "Not converged: stopped at the limit of 100 epochs; in the last one 4 of 4 samples were misclassified." in page
    )
    assert "The parameters after epoch 2 are those after epoch 1" in page and "No line separates these points" in page
    assert "376 steps are left out between 12 and 389 (--show-updates lists them)" in page


def test_the_boundary_of_logistic_regression_is_where_its_output_is_one_half() -> None:
    page = bt.load("logistic").train().page(options=PageOptions(digits=9, width=120))
    told = re.search(r"out_o1 = ½ where (\S+)·i1 − (\S+) = 0, at i1 = (\S+)\.", page)
    assert told
    w, b, at = (float(part) for part in told.groups())
    assert at == pytest.approx(b / w, rel=1e-8)
    shown = [
        line.split()
        for line in page.split("The samples after")[1].split("\n")
        if re.match(r" +[1-6] +[\d.]+ +0\.", line)
    ]
    assert len(shown) == 6
    for _, x, out, _ in shown:
        assert (float(out) > 0.5) == (float(x) > at)


def test_the_hidden_layer_of_xor_puts_two_points_on_one() -> None:
    page = bt.load("xor").trace().page()
    table = page.split("The samples side by side\n")[1].split("\n\n")[0].split("\n")[1:]
    hidden = [tuple(line.split()[3:5]) for line in table]
    assert hidden == [("0", "0"), ("1", "0"), ("1", "0"), ("2", "1")]
    assert [float(line.split()[5]) > 0.5 for line in table] == [line.split()[6] == "1" for line in table]
    assert "out_o1 = ½ where 10·out_h1 − 20·out_h2 − 4 = 0." in page
    assert "net_h1@1 is exactly 0, where relu has a corner: relu′(0) is taken as 0." in page


def test_a_single_sample_is_shown_as_before() -> None:
    assert "side by side" not in bt.load("mazur").trace().page()


def test_long_trainings_are_listed_from_both_ends_and_csv_has_all() -> None:
    trained = bt.load("mazur").train(epochs=100)
    page = trained.page()
    assert "89 epochs are left out between 5 and 95 (-f csv lists all)" in page
    table = list(csv.DictReader(io.StringIO(trained.page("csv"))))
    assert [int(row["epoch"]) for row in table] == list(range(101))
    assert [float(row["loss"]) for row in table] == bt.load("mazur").trace(steps=100).run.history  # type: ignore[union-attr]
    assert all(float(b["loss"]) < float(a["loss"]) for a, b in pairwise(table))


def test_every_update_as_csv_and_on_the_page() -> None:
    trained = bt.load("logistic").train(epochs=2, mini_batch=4, show_updates=True)
    table = list(csv.DictReader(io.StringIO(trained.page("csv"))))
    assert [row["samples"] for row in table] == ["1 2 3 4", "5 6"] * 2
    assert list(table[0]) == ["update", "epoch", "samples", "loss", "w1_1_1", "b1_1"]
    assert [line.split()[2:6] for line in trained.page().split("\n") if re.match(r" +\d +\d +1, 2, 3, 4 ", line)]
    large = bt.load("9-9-1", batch=3, seed=1, sets=["learning_rate=0.1"]).train(epochs=1, show_updates=True)
    assert "100 parameters are too many for a row" in large.page()


@pytest.mark.parametrize(
    "notation", ["mazur", "nielsen", "bishop", "rumelhart", "cs231n", "d2l", "ng", "layer-uy", "o-grid"]
)
@pytest.mark.parametrize("name", ["perceptron", "logistic"])
def test_pages_in_every_notation_are_never_wider_than_the_page(name: str, notation: str) -> None:
    trained = bt.load(name).train(epochs=3, notation=notation)
    for width in (50, 84):
        for options in (PageOptions(width=width), PageOptions(width=width, ascii=True, decimal="comma")):
            page = trained.page(options=options)
            assert max(map(len, page.split("\n"))) <= width
            assert not options.ascii or (page.isascii() and "\\u" not in page)
    assert trained.page("markdown").startswith(f"# {name}: ")
    assert bt.load(name).train(epochs=3).to_dict() == trained.to_dict()


def test_side_by_side_shows_losses_and_costs() -> None:
    net = bt.load("logistic")
    page = net.side_by_side(epochs=3, mini_batch=2).page()
    data = net.side_by_side(epochs=3, mini_batch=2).to_dict()
    assert [run["name"] for run in data["runs"]] == ["batch", "mini_batch", "stochastic"]
    line = next(line for line in page.split("\n") if line.strip().startswith("3  "))
    assert [float(x) for x in line.split()[1:]] == pytest.approx(
        [run["epochs"][3]["loss"] for run in data["runs"]], rel=1e-5
    )
    assert re.search(r"gradients of a sample +18 +18 +18", page) and re.search(r"updates +3 +9 +18", page)
    assert "mini-batch: 2    2·(1 + 2) + 2 = 8" in page
    assert [float(row["batch"]) for row in csv.DictReader(io.StringIO(net.side_by_side(epochs=3).page("csv")))] == [
        e["loss"] for e in data["runs"][0]["epochs"]
    ]


def test_patience_says_which_samples_it_watched() -> None:
    net = bt.load("logistic")
    watched = net._replace(network=net.network._replace(validation_inputs=((2.2,),), validation_targets=((0.0,),)))
    said = watched.train(epochs=60, patience=4, stop_change=0.0).page()
    assert "the loss of the validation samples has not become smaller for 4 epochs" in " ".join(said.split())
    assert "E on validation" in said
    assert "the loss of the training samples" in " ".join(net.train(epochs=60, patience=4).page().split())


def test_a_threshold_is_shown_forward_and_says_why_there_is_no_more(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["trace", "mazur", "--set", "layer1.activation=step"]
    assert main(words) == 0
    page = " ".join(capsys.readouterr().out.split())
    assert "There are no gradients: step, in layer 1, has no derivative to learn by" in page
    assert main([*words, "-f", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["gradients"] is None and data["samples"][0]["layers"][0] == {
        "net": pytest.approx([0.3775, 0.3925]),
        "out": [1.0, 1.0],
        "delta": None,
    }
    assert main([*words, "-f", "csv"]) == 0
    assert "out_h1,1.0\n" in capsys.readouterr().out


def test_a_derivation_goes_as_far_as_there_are_slopes(capsys: pytest.CaptureFixture[str]) -> None:
    net = bt.load("mazur", sets=["layer1.activation=step"])
    assert "out_h1 = step(net_h1)" in " ".join(net.derive("E").page().split())
    assert "∂E/∂w5" in net.derive("w5").page() and net.derive("dout_o1/dout_h1").line_count
    for quantity in ("w1", "i1", "net_h1", "dE/dnet_h1", "E+"):
        with pytest.raises(bt.InputError, match="layer 1: step has no derivative"):
            net.derive(quantity)
    for view in ("chain", "delta", "gates", "matrix"):
        with pytest.raises(bt.InputError, match="layer 1: step has no derivative"):
            net.derive(view=view)


def test_the_derivation_of_a_perceptrons_first_update() -> None:
    page = bt.load("perceptron").derive("w1").page()
    assert "sample 1 of 4" in page and "∂E/∂w1 = (−1) · 1 · 2" in page
    assert "which counts as misclassified" in page
    assert bt.load("perceptron").derive("out_o1@2").derivation.network.samples == 4
    second = bt.load("perceptron").derive("w1", samples=[2, 3]).derivation
    assert second.network.inputs == ((1, 0, 1), (3, 1, 1))


def words(*sets: str, **rules: Any) -> str:
    return " ".join(bt.load("perceptron", sets=list(sets)).train(**rules).page().split())


@pytest.mark.parametrize(
    ("sets", "said"),
    [
        (("optimizer=momentum",), "momentum with η = 1. At most"),
        (("optimizer=adam", "beta1=0.8"), "adam with η = 1, beta1 = 0.8. At most"),
        (("learning_rate=1/(1+t)",), "η_t = 1/(1 + t) with t the updates done before. At most"),
        (("schedule=eta*0.9^t", "clip_norm=2"), "η_t = η·0.9^t with t the updates done before, η = 1; all gradients"),
        (("clip_value=2",), "η = 1; each gradient cut to ±2. At most"),
    ],
)
def test_the_plan_says_by_what_rule_the_updates_are_made(sets: tuple[str, ...], said: str) -> None:
    page = words(*sets)
    assert said in page
    assert "w⁺ = w + η·t1·x" not in page, "the perceptron rule is not what was done"


def test_the_plan_says_when_layers_are_updated_first() -> None:
    def plan(*sets: str) -> str:
        return " ".join(bt.load("mazur", sets=list(sets)).train(epochs=2).page().split())

    assert "(order = output_first)" in plan("order=output_first")
    assert "output_first" not in plan()


def test_no_line_is_ruled_out_by_a_step_that_moves_nothing() -> None:
    for sets in (["learning_rate=0"], ["learning_rate=1e-20", "w1=1", "w2=-1"], ["loss.l2=1"]):
        page = words(*sets)
        assert "The parameters after epoch 2 are those after epoch 1" in page
        assert "separates these points" not in page, "the line 2·i1 + i2 − 3 = 0 does"


OFF_ORIGIN = """
[data]
inputs = [[1, 1], [2, 2]]
targets = [[1], [-1]]
[[layers]]
units = 1
activation = "identity"
weights = [[0, 0]]
bias = false
[loss]
type = "perceptron_error"
reduction = "sum"
[optimizer]
learning_rate = 1
[training]
epochs = 20
mini_batch = 1
stop_without_mistakes = true
"""


def test_without_an_offset_only_lines_through_the_origin_are_ruled_out() -> None:
    network = read_network(OFF_ORIGIN, "given.toml", "given")
    page = " ".join(bt.Net(network).train().page().split())
    assert ("No line through the origin separates these points" in page) == ("those after epoch" in page)
    assert "No line separates" not in page
    mirrored = read_network(OFF_ORIGIN.replace("[2, 2]", "[-1, -1]").replace("[[1], [-1]]", "[[1], [1]]"), "g", "g")
    page = " ".join(bt.Net(mirrored).train().page().split())
    assert "No line through the origin separates these points: one that does would have been found." in page


def test_parameters_that_still_move_have_not_converged() -> None:
    found = bt.load("perceptron", sets=["optimizer=momentum"]).train()
    page = " ".join(found.page().split())
    assert "Stopped after epoch 3, in which no sample was misclassified when its turn came. The parameters" in page
    assert "onverged" not in page
    assert found.to_dict()["stopped"] == {"reason": "no_mistakes", "epoch": 3, "converged": False}


def test_side_by_side_says_what_its_count_leaves_out() -> None:
    def side(*sets: str) -> str:
        return " ".join(bt.load("logistic", sets=list(sets)).side_by_side(epochs=2).page().split())

    assert "Not counted" not in side()
    cost = " ".join(bt.load("logistic", sets=["optimizer=adam"]).cost().page().split())
    assert "Not counted: what adam does with a gradient." in cost
    assert "Not counted: what adam does with a gradient. It does not" in side("optimizer=adam")
    assert "Not counted: what sgd with clipping does with a gradient and the gradient of the regularisation." in side(
        "clip_norm=1", "loss.l2=0.1"
    )
