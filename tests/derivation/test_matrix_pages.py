"""What the matrix view says of shapes and slopes, and that its matrices keep to the page."""

from __future__ import annotations

import pytest

import backtrace as bt
from backtrace.derivation.matrices import alone, shapes_text
from backtrace.expression.tree import Expr, add, call, div, mul, number, power, sub, symbol
from backtrace.render.options import PageOptions
from tests.readback.pages import check

A, B, TWO = symbol("a"), symbol("b"), number(2)


def page(network: str, **options: object) -> str:
    return bt.load(network, batch=1, seed=1).derive(view="matrix").page("terminal", PageOptions(**options))


@pytest.mark.parametrize(
    ("form", "shapes"),
    [
        (sub(A, B), "(1×2) − (1×2)"),
        (add(A, mul(Expr("neg", (TWO,)), B)), "(1×2) − (1×2)"),
        (add(Expr("neg", (A,)), B), "(1×2) + (1×2)"),
        (call("max", A, mul(TWO, A)), "(1×2)"),
        (call("max", A, B), "(1×2), (1×2)"),
        (div(power(A, TWO), add(TWO, Expr("hadamard", (A, A)))), "(1×2)"),
        (Expr("hadamard", (A, sub(TWO, B))), "(1×2) ⊙ (1×2)"),
        (Expr("matmul", (Expr("transpose", (A,)), A)), "(2×1)·(1×2)"),
    ],
)
def test_shapes_in_words(form: Expr, shapes: str) -> None:
    assert shapes_text(form, lambda key: (1, 2)) == shapes


def test_a_product_of_a_matrix_with_itself_is_not_element_by_element() -> None:
    assert not alone(Expr("matmul", (A, A)), lambda key: (2, 2))
    assert alone(Expr("hadamard", (A, A)), lambda key: (2, 2))


def test_the_shape_of_a_formula_is_stated_once() -> None:
    text = page("2-2-2:x^3/(1+x^2),leaky_relu")
    assert "= [0.00151673  −0.599766]   1×2\n" in text
    assert "(1×2)·(2×2) ⊙ (1×2) → 1×2\n" in text
    assert "(1×2)(1×2)" not in text
    assert text.count("Powers, quotients and functions of a matrix are taken entry by entry") == 1


def test_a_slope_that_is_a_number_stands_before_the_matrix() -> None:
    text = page("2-2-2:3*x+1,2*x+1")
    assert "Δ2       = 2·∂E/∂Out2 = 2·[" in text
    assert "Δ1 = 3·Δ2·W2ᵀ" in text
    assert "entry by entry" not in text


def test_a_slope_of_one_is_said_and_not_written() -> None:
    text = page("2-2-2:identity,identity")
    assert "Δ1 = Δ2·W2ᵀ" in text
    assert text.count("The slope of the activation is 1 everywhere") == 2
    assert "slope of the activation" not in page("2-2:sigmoid")


def test_biases_that_stay_are_said_once() -> None:
    assert bt.load("mazur").derive(view="matrix").page().count("The biases are not updated") == 1


NARROW = ("grid", "2-3-2:gelu,softmax", "8-8-8-3", "3-3-3:x^3/(1+x^2),tanh", "2-2:2*x+1")


@pytest.mark.parametrize("network", NARROW)
@pytest.mark.parametrize("batch", [1, 3])
def test_no_matrix_runs_off_a_narrow_page(network: str, batch: int) -> None:
    for notation in ("mazur", "nielsen"):
        derivation = bt.load(network, batch=batch, seed=1).derive(view="matrix", notation=notation)
        for width in (40, 50):
            for ascii in (False, True):
                text = derivation.page("terminal", PageOptions(width=width, ascii=ascii))
                assert max(map(len, text.splitlines())) <= width


def test_two_columns_are_left_and_the_rest_is_elided() -> None:
    text = page("3-3-3:x^3/(1+x^2),tanh", width=40)
    assert "⋯" in text
    assert "⋯" not in page("3-3-3:x^3/(1+x^2),tanh", width=100)


@pytest.mark.parametrize("network", ["2-2-2:x^3/(1+x^2),leaky_relu", "2-2-2:3*x+1,2*x+1", "3-2-3:identity,gelu"])
@pytest.mark.parametrize("format", ["terminal", "markdown", "latex"])
def test_these_pages_are_true_as_printed(network: str, format: str) -> None:
    for notation in ("mazur", "nielsen", "ng"):
        derivation = bt.load(network, batch=2, seed=1).derive(view="matrix", notation=notation).derivation
        assert check(derivation, format, PageOptions()).problems == []
        assert check(derivation, format, PageOptions(width=60, decimal="comma")).problems == []
