"""Every activation and loss of the tables on pages: what a page says is true, in every view, in detail and at corners."""

from __future__ import annotations

from typing import Any

import pytest

import backtrace as bt
from backtrace.derivation.steps import Derivation, Remark
from backtrace.network.activations import ACTIVATIONS
from backtrace.network.losses import LOSSES
from backtrace.render.options import PageOptions
from backtrace.render.page import render
from tests.readback.pages import check

VIEWS = ("chain", "paths", "delta", "gates", "matrix")
PAGES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("terminal", {"width": 84}),
    ("terminal", {"width": 84, "ascii": True}),
    ("latex", {}),
)
# By loss: an activation of the last layer that suits it, and targets.
LAST = {
    "hinge": ("identity", "-1", "1"),
    "huber": ("identity", "4", "0.3"),
    "binary_cross_entropy": ("sigmoid", "0", "1"),
    "cross_entropy": ("softmax", "0", "1"),
}
CASES = [(name, "half_squared_error") for name in ACTIVATIONS] + [("tanh", name) for name in LOSSES]


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
    for format, options in PAGES:
        report = check(found, format, PageOptions(**options))
        assert report.problems == []
        assert report.statements > 10


@pytest.mark.parametrize(("hidden", "loss"), [case for case in CASES if "softmax" not in case[0]])
def test_a_script_computes_the_same_gradient(hidden: str, loss: str) -> None:
    found = derivation(hidden, loss, "chain")
    names: dict[str, Any] = {"print": lambda *words: None}
    exec(render(found, "script", PageOptions()), names)  # noqa: S102 (what is under test is a script)
    gradient = bt.load("mazur", sets=["loss=squared_error"]).trace  # the names of a script are those of the notation
    assert callable(gradient)
    assert names["dE_dw1"] == pytest.approx(next(v for k, v in found.values.items() if str(k) == "dE/dw1"), rel=1e-12)
