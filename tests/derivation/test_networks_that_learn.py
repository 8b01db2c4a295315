"""The built-in networks that learn, on pages: every line of the derivation of an update is read back."""

from __future__ import annotations

import pytest

import backtrace as bt
from backtrace.render.options import PageOptions
from tests.readback.pages import check


@pytest.mark.parametrize("view", ["chain", "paths", "delta", "gates", "matrix"])
@pytest.mark.parametrize("samples", [None, [2, 3]])
@pytest.mark.parametrize("name", ["perceptron", "logistic", "xor"])
def test_what_a_page_says_is_true(name: str, samples: list[int] | None, view: str) -> None:
    asked = () if view == "matrix" else ("w1",)
    for notation, detail in (("mazur", "calculus"), ("bishop", "factors")):
        found = bt.load(name).derive(*asked, view=view, detail=detail, notation=notation, samples=samples).derivation
        for format in ("terminal", "latex"):
            report = check(found, format, PageOptions())
            assert report.problems == []
            assert report.statements > 2


def test_no_rule_of_calculus_is_said_to_lead_to_what_is_taken_at_the_corner() -> None:
    """At t·y = 0 the maximum rule gives 0; on either side of it the lines do lead to the slope."""
    at_corner = bt.load("perceptron").derive("w1", detail="calculus").page()
    assert "maximum rule" not in at_corner and "which counts as misclassified" in at_corner
    beside = bt.load("perceptron", sets=["w1=-1"]).derive("w1", detail="calculus").page()
    assert "maximum rule" in beside and "−t for what is misclassified" in beside


@pytest.mark.parametrize("kind", ["step", "sign"])
@pytest.mark.parametrize("ascii", [False, True])
def test_a_threshold_is_read_back(kind: str, ascii: bool) -> None:
    net = bt.load("mazur", sets=[f"layer1.activation={kind}", "w3=-3", "w4=-4"])
    for format in ("terminal", "latex"):
        report = check(net.derive("E").derivation, format, PageOptions(ascii=ascii))
        assert report.problems == [] and report.computed > 6
