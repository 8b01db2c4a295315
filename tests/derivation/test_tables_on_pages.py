"""Every activation and loss of the tables on pages: what a page says is true, in detail and at corners."""

from __future__ import annotations

from typing import Any

import pytest

import backtrace as bt
from backtrace.derivation.steps import Derivation, Remark
from backtrace.network.activations import ACTIVATIONS
from backtrace.network.losses import LOSSES
from backtrace.network.quantity import LOSS, Derivative, Quantity
from backtrace.render.options import PageOptions
from backtrace.render.page import render
from tests.readback.pages import check

VIEWS = ("chain", "paths", "delta", "matrix")
PAGES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("terminal", {"width": 84}),
    ("terminal", {"width": 84, "ascii": True}),
    ("latex", {}),
)
# By loss: an activation of the last layer that suits it, and targets.
LAST = {
    "hinge": ("identity", "-1", "1"),
    "perceptron_error": ("identity", "-1", "1"),
    "huber": ("identity", "4", "0.3"),
    "mean_hinge": ("identity", "-1", "1"),
    "mean_huber": ("identity", "4", "0.3"),
    "multi_class_svm": ("sigmoid", "0", "1"),
    "softmax_cross_entropy": ("identity", "0.2", "0.8"),
}
CASES = [(name, "half_squared_error") for name, a in ACTIVATIONS.items() if a.differentiable] + [
    ("tanh", name) for name, loss in LOSSES.items() if not loss.undefined
]


def derivation(hidden: str, loss: str, view: str, *sets: str) -> Derivation:
    last, *targets = LAST.get(loss, ("sigmoid", "0.01", "0.99"))
    given = [f"t{n}={t}" for n, t in enumerate(targets, 1)]
    changes = [f"loss={loss}", f"layer1.activation={hidden}", f"layer2.activation={last}", *given, *sets]
    return bt.load("mazur", sets=changes).derive(view=view, detail="calculus").derivation


def remarks(found: Derivation) -> set[str]:
    return {item.words for section in found.sections for item in section.items if isinstance(item, Remark)}


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize(("hidden", "loss"), CASES)
def test_what_a_page_says_is_true(hidden: str, loss: str, view: str) -> None:
    found = derivation(hidden, loss, view)
    for format, options in PAGES if view == "chain" else PAGES[:1]:
        report = check(found, format, PageOptions(**options))
        assert report.problems == []
        assert report.statements > 10


@pytest.mark.parametrize(("hidden", "loss"), [case for case in CASES if case[0] != "softmax"])
def test_a_script_computes_the_same_gradient(hidden: str, loss: str) -> None:
    found = derivation(hidden, loss, "chain")
    names: dict[str, Any] = {"print": lambda *words: None}
    exec(render(found, "script", PageOptions()), names)  # noqa: S102 (a script of ours is what is under test)
    gradient = found.values[Derivative(LOSS, Quantity("weight", 1, 1, 1))]
    assert names["dE_dw1"] == pytest.approx(gradient, rel=1e-12)


@pytest.mark.parametrize("view", ["chain", "paths", "delta", "gates", "matrix"])
@pytest.mark.parametrize(
    ("sets", "words"),
    [
        (("layer1.activation=leaky_relu",), "leaky_relu_at_zero"),
        (("layer1.activation=elu",), "elu_at_zero"),
        (("layer2.activation=identity", "loss=hinge", "t1=-1", "t2=1", "b_o2=1"), "hinge_at_corner"),
        (
            ("layer2.activation=identity", "loss=perceptron_error", "t1=-1", "t2=1", "b_o2=0"),
            "perceptron_error_at_zero",
        ),
        (("layer2.activation=identity", "loss=huber", "t2=2", "b_o2=1"), "huber_at_corner"),
        (("layer2.activation=identity", "loss=absolute_error", "t2=1", "b_o2=1"), "absolute_error_at_zero"),
        (
            ("layer2.activation=identity", "loss=multi_class_svm", "t1=1", "t2=0", "w5=0", "w6=0", "b_o1=2", "b_o2=1"),
            "multi_class_svm_at_corner",
        ),
        (("loss.l1=0.1", "w8=0"), "l1_at_zero"),
    ],
)
def test_what_is_taken_at_a_corner_is_said(sets: tuple[str, ...], words: str, view: str) -> None:
    corner = ("w1=0", "w2=0", "b_h1=0", "w7=0", "w8=0")
    network = bt.load("mazur", sets=[*sets[:-1], *corner, sets[-1]])
    assert words in remarks(network.derive(view=view).derivation)
    assert words not in remarks(bt.load("mazur", sets=[*sets[:-1]]).derive(view=view).derivation)


def test_a_slope_whose_formula_overflows_has_a_value() -> None:
    sets = ["layer1.activation=scaled_tanh", "w1=20000"]
    values = bt.load("mazur", sets=sets).derive("w1").derivation.values
    assert values[Derivative(LOSS, Quantity("weight", 1, 1, 1))] == 0
