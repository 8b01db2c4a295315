"""Tidying changes nothing but the writing, once, and never the order."""

import pytest
from hypothesis import given, settings

from backtrace.expression.functions import EvaluationError
from backtrace.expression.tidying import tidy
from backtrace.expression.tree import Expr, symbols
from tests.expression.formulas import FORMULAS, X_VALUES, Y_VALUES, typed, value


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("2*(1/2)*(y-x)^(2-1)*(0-1) + 0", "-(y-x)"),
        ("1*y*x^(1-1) + 0 + 0", "y"),
        ("x*2*y*3", "x*2*y*3"),
        ("-(-x)", "x"),
        ("x*(-y)", "-(x*y)"),
        ("(-x)/(-y)", "x/y"),
        ("1 - x + 1", "2 - x"),
        ("x + (y + x)", "x + y + x"),
        ("x - (y + x)", "x - (y + x)"),
        ("2/4*x", "1/2*x"),
        ("1/3*x", "1/3*x"),
        ("0.40*x", "0.40*x"),
        ("1*0.40*x", "0.40*x"),
        ("0.1+0.2", "0.3"),
        ("1.7159*2/3*x", "3.4318/3*x"),
        ("1.7159*(2/3)*x", "1.7159*(2/3)*x"),
        ("y*(1/x)", "y/x"),
        ("x^1", "x"),
        ("x^(2-2)", "1"),
        ("0/x", "0"),
        ("x/1", "x"),
        ("0*x*y", "0"),
        ("1-1", "0"),
        ("2^3", "8"),
        ("x-x", "x-x"),
        ("max(0, 1*x)", "max(0, x)"),
        ("0 - x", "-x"),
        ("3 - 5", "-2"),
        ("1/x*y", "1/x*y"),
        ("1/0", "1/0"),
        ("0*(-1)", "0"),
    ],
)
def test_cases(before: str, after: str) -> None:
    assert tidy(typed(before)) == typed(after)


@settings(deadline=None)
@given(FORMULAS)
def test_tidying_twice_changes_nothing(e: Expr) -> None:
    assert tidy(tidy(e)) == tidy(e)


@settings(deadline=None)
@given(FORMULAS)
def test_symbols_stay_in_order(e: Expr) -> None:
    left = iter(symbols(e))
    assert all(key in left for key in symbols(tidy(e)))


@settings(deadline=None)
@given(FORMULAS, X_VALUES, Y_VALUES)
def test_the_value_stays(e: Expr, x: float, y: float) -> None:
    at = {"x": x, "y": y}
    try:
        before = value(e, at)
    except EvaluationError:
        return
    assert value(tidy(e), at) == pytest.approx(before, rel=1e-9, abs=1e-9)
