"""SymPy as a carrier: there and back, shortening within bounds, closed forms."""

import subprocess
import sys

import pytest
import sympy
from hypothesis import assume, given, settings

from backtrace.errors import InputError, NotSupported
from backtrace.expression.algebra import closed_form, from_sympy, shortened, to_sympy
from backtrace.expression.calculus import derivative
from backtrace.expression.functions import EvaluationError
from backtrace.expression.tree import Expr, add, mul, pending, symbol
from tests.expression.formulas import FORMULAS, TYPED, X_VALUES, Y_VALUES, typed, value

POINT = {"x": 0.37, "y": 0.8}


@pytest.mark.parametrize("text", TYPED)
def test_there_and_back(text: str) -> None:
    e = typed(text)
    back = from_sympy(to_sympy(e, str), lambda name: name)
    assert value(back, POINT) == pytest.approx(value(e, POINT), rel=1e-12)


@settings(max_examples=40, deadline=None)
@given(FORMULAS, X_VALUES, Y_VALUES)
def test_there_and_back_on_random_formulas(e: Expr, x: float, y: float) -> None:
    at = {"x": x, "y": y}
    try:
        there = to_sympy(e, str)
        assume(not there.has(sympy.zoo, sympy.nan, sympy.I, sympy.re, sympy.im))
        here, back = value(e, at), value(from_sympy(there, lambda name: name), at)
    except EvaluationError:
        assume(False)
    assert back == pytest.approx(here, rel=1e-7, abs=1e-7)


def test_decimals_are_carried_exactly() -> None:
    there = to_sympy(typed("1.7159*tanh(2*x/3)"), str)
    assert there == sympy.Rational(17159, 10000) * sympy.tanh(2 * sympy.Symbol("x") / 3)
    assert from_sympy(sympy.Rational(17159, 10000), str) == typed("1.7159")
    assert from_sympy(sympy.Rational(-2, 3), str) == typed("-2/3")


@pytest.mark.parametrize("text", TYPED)
def test_shortened_is_equal_and_not_longer(text: str) -> None:
    slope = derivative(typed(text), "x")
    assert value(shortened(slope), POINT) == pytest.approx(value(slope, POINT), rel=1e-10, abs=1e-12)


def test_shortened() -> None:
    slope = derivative(typed("(exp(x)-exp(-x))/(exp(x)+exp(-x))"), "x")
    assert shortened(slope) == typed("4*exp(2*x)/(exp(2*x)+1)^2")


@pytest.mark.parametrize("text", ["(((x^16)^16)^16)^16", "(x+y)^9*(x-y)", "max(0, 2*x)*x"])
def test_past_the_bounds_a_formula_stays_as_it_is(text: str) -> None:
    assert shortened(typed(text)) == typed(text)


def test_towers_of_numbers_are_not_worked_out() -> None:
    assert to_sympy(typed("((((2^3)^16)^16))*x"), str).has(sympy.Symbol("x"))


def test_closed_form() -> None:
    definitions = {"net": typed("x*y + 1"), "out": add(symbol("net"), symbol("net")), "unused": symbol("out")}
    assert closed_form(definitions, "out") == add(typed("x*y + 1"), typed("x*y + 1"))
    assert closed_form(definitions, "x") == symbol("x")


def test_a_closed_form_that_is_too_large_is_refused_unbuilt() -> None:
    doubled = {0: symbol("x")} | {k: mul(symbol(k - 1), symbol(k - 1)) for k in range(1, 400)}
    with pytest.raises(InputError, match=r"more than 10\^15 numbers, names and signs\n  at most 2000"):
        closed_form(doubled, 399)
    chain = {0: symbol("x")} | {k: add(symbol(k - 1), symbol("b")) for k in range(1, 600)}
    with pytest.raises(InputError, match="the closed form would have 1199 "):
        closed_form(chain, 599)


def test_what_has_no_form() -> None:
    with pytest.raises(NotSupported, match="'gamma'"):
        from_sympy(sympy.gamma(sympy.Symbol("x")), str)
    with pytest.raises(NotSupported):
        from_sympy(to_sympy(typed("1/(x-x)"), str), str)
    with pytest.raises(NotSupported, match="pending"):
        to_sympy(pending(symbol("x"), symbol("x")), str)


def test_nothing_else_imports_sympy() -> None:
    modules = ("functions", "evaluate", "reader", "tokens", "calculus", "tidying", "exact", "algebra")
    code = "import sys\n" + "".join(f"import backtrace.expression.{module}\n" for module in modules)
    code += "assert not {'sympy', 'numpy'} & set(sys.modules), 'too much imported'"
    subprocess.run([sys.executable, "-c", code], check=True)
