"""The Python side of the contract: the calls, the frozen results, the JSON, the display in a notebook."""

import json
import os
import subprocess
import sys

import pytest

import backtrace as bt

MAZUR = bt.load("mazur")


def test_the_trace_contract():
    found = MAZUR.trace().to_dict()
    assert list(found) == ["version", "loss", "samples", "gradients", "updated", "history"]
    assert found["version"] == 1
    sample = found["samples"][0]
    assert list(sample) == ["inputs", "targets", "loss", "layers"]
    assert [list(layer) for layer in sample["layers"]] == [["net", "out", "delta"]] * 2
    assert sample["layers"][1]["out"] == pytest.approx([0.751365069552316, 0.772928465321463], abs=1e-15)
    assert found["gradients"][0]["weights"][0] == pytest.approx([0.000438567734474347, 0.000877135468948693], rel=1e-14)
    assert found["updated"][0]["bias"] == [0.35, 0.35]
    assert found["history"] == [
        {"step": 0, "loss": 0.2983711087600027},
        {"step": 1, "loss": found["history"][1]["loss"]},
    ]
    assert found["history"][1]["loss"] == pytest.approx(0.291027773694, abs=1e-12)
    assert json.loads(MAZUR.trace().page("json")) == found


def test_absent_and_shared_biases_in_json():
    linear = bt.load("linear").trace().to_dict()
    assert linear["gradients"][0]["bias"] is None
    shared = bt.load("mazur", sets=["layer1.shared_bias=true", "update_biases=true"]).trace().to_dict()
    assert len(shared["gradients"][0]["bias"]) == 1
    assert shared["updated"][0]["bias"][0] == pytest.approx(0.340637195303, abs=1e-12)


def test_the_derive_contract():
    found = MAZUR.derive("w5").to_dict()
    assert list(found) == ["version", "network", "quantity", "view", "notation", "steps"]
    assert (found["version"], found["network"], found["view"], found["notation"]) == (1, "mazur", "chain", "mazur")
    ids = [step["id"] for step in found["steps"]]
    assert len(set(ids)) == len(ids)
    for step in found["steps"]:
        assert list(step) == ["id", "kind", "name", "symbolic", "substituted", "value", "from", "used_by"]
        assert set(step["from"]) <= set(ids)
    last = {step["id"]: step for step in found["steps"]}["dE/dw2_1_1"]
    assert last["value"] == pytest.approx(0.0821670405642308, abs=1e-15)


def test_results_are_frozen_and_show_themselves():
    page = MAZUR.derive("w1")
    with pytest.raises(AttributeError):
        page.derivation = None
    with pytest.raises(AttributeError):
        MAZUR.notation = "nielsen"
    assert "How does E change with w1?" in str(page)
    assert r"\frac{\partial E}{\partial w_{1}}" in page._repr_markdown_()
    assert r"\begin{align}" in page._repr_latex_()
    assert "0.298371" in MAZUR.trace()._repr_markdown_()
    assert str(MAZUR).startswith("mazur: 2 inputs")


def test_sympy_agrees_with_the_trace():
    sympy = pytest.importorskip("sympy")
    form = MAZUR.derive("w1").to_sympy()["dE/dw1_1_1"]
    numbers = {"i1": 0.05, "i2": 0.10, "t1": 0.01, "t2": 0.99, "b1_1": 0.35, "b1_2": 0.35, "b2_1": 0.6, "b2_2": 0.6}
    numbers |= {"w1_1_1": 0.15, "w1_1_2": 0.2, "w1_2_1": 0.25, "w1_2_2": 0.3}
    numbers |= {"w2_1_1": 0.4, "w2_1_2": 0.45, "w2_2_1": 0.5, "w2_2_2": 0.55}
    value = form.subs({sympy.Symbol(name): number for name, number in numbers.items()})
    assert float(value) == pytest.approx(0.000438567734474347, rel=1e-12)


def test_the_closed_form_gives_the_same_number():
    page = MAZUR.derive("w1", closed_form=True)
    [step] = page.derivation.steps()
    assert step.value == pytest.approx(0.000438567734474347, rel=1e-12)


@pytest.mark.parametrize("name", ["x5", "dE/dt9", "t1", "eta"])
def test_refusals_are_input_errors(name):
    with pytest.raises(bt.InputError):
        MAZUR.derive(name)


def test_lists():
    names = "alexnet alexnet-2012 grid lenet5 lenet5-1998 linear logistic mazur perceptron tiny vgg16 xor"
    assert " ".join(row.name for row in bt.networks()) == names
    assert "nielsen" in [row.name for row in bt.notations()]
    assert any(row.ascii == "w5" for row in MAZUR.names())


COMMANDS = [
    ["derive", "mazur", "--view", "gates"],
    ["derive", "grid", "w1", "--view", "paths", "-f", "latex"],
    ["trace", "3-4-2:tanh,softmax", "--set", "loss=cross_entropy", "--batch", "3", "--seed", "5", "-f", "json"],
    ["derive", "mazur", "-f", "script"],
    ["names", "grid", "--notation", "bishop"],
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_the_same_bytes_in_every_process(command):
    runs = [
        subprocess.run(
            [sys.executable, "-m", "backtrace", *command],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "4711")
    ]
    assert runs[0] == runs[1] == runs[2] != b""
