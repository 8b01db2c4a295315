"""Formulas for the tests: a strategy that builds trees, typed ones, and a value for lines with derivatives pending."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import strategies as st

from backtrace.expression.calculus import derivative
from backtrace.expression.evaluate import evaluate
from backtrace.expression.reader import read
from backtrace.expression.tree import (
    HALF,
    ONE,
    TWO,
    ZERO,
    Expr,
    add,
    call,
    div,
    mul,
    neg,
    number,
    operands,
    power,
    symbol,
    with_operands,
)

TYPED = (
    "1/(1+exp(-x))",
    "1.7159*tanh(2*x/3)",
    "x*sigmoid(x)",
    "max(0, x)",
    "max(0.01*x, x)",
    "min(x, 6)",
    "x/(1+abs(x))",
    "ln(1+exp(x))",
    "x*tanh(ln(1+exp(x)))",
    "(exp(x)-exp(-x))/(exp(x)+exp(-x))",
    "exp(-x^2)",
    "x^2",
    "3*x^-2",
    "2^x",
    "(1+x^2)^x",
    "sqrt(1+x^2)",
    "sin(x)*cos(x)",
    "sinh(x)-cosh(2*x)",
    "y*x*2*x",
    "1/y*(y-x)^2",
    "relu(x)-relu(-x)",
    "erf(x/2)",
    "sign(x)+step(x)",
    "-(y*ln(x)+(1-y)*ln(1-x))",
    "0.5*x*(1+tanh(0.8*(x+0.044715*x^3)))",
    "x",
    "y",
    "-x",
    "x/2",
    "2/x",
)

# Odd fractions of a thousandth: x never meets y, 0 or a literal number, where a formula may have a corner or a pole.
X_VALUES = st.integers(-2000, 2000).map(lambda thousandths: (thousandths + 0.37) / 1000)
Y_VALUES = st.integers(-2000, 2000).map(lambda thousandths: (thousandths + 0.81) / 1000)


def typed(text: str) -> Expr:
    """The tree of a formula in x and y."""
    return read(text, {"x", "y"})


def value(e: Expr, at: Mapping[str, float]) -> float:
    """The value of a line; a pending derivative counts as what it will become."""
    return evaluate(carried_out(e), lambda key: at[str(key)])


def carried_out(e: Expr) -> Expr:
    if e.op == "pending":
        return derivative(e.args[0], e.args[1].args[0])
    return with_operands(e, tuple(map(carried_out, operands(e)))) if operands(e) else e


LEAVES = st.sampled_from([ZERO, ONE, TWO, HALF, number(3), number(0.25), symbol("x"), symbol("x"), symbol("y")])


def _grown(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    several = st.lists(inner, min_size=2, max_size=3)
    return st.one_of(
        several.map(lambda parts: add(*parts)),
        several.map(lambda parts: mul(*parts)),
        inner.map(neg),
        st.tuples(inner, inner).map(lambda pair: div(*pair)),
        # A base that is never negative, so that most exponents have a value.
        st.tuples(inner, st.sampled_from([ZERO, ONE, TWO, number(3), neg(ONE), HALF])).map(
            lambda pair: power(add(ONE, power(pair[0], TWO)), pair[1])
        ),
        st.tuples(inner, st.sampled_from([ZERO, ONE, TWO, number(3)])).map(lambda pair: power(*pair)),
        st.tuples(st.sampled_from(["exp", "tanh", "erf", "sigmoid", "sin", "cos", "relu", "abs"]), inner).map(
            lambda pair: call(*pair)
        ),
        inner.map(lambda part: call("ln", add(ONE, power(part, TWO)))),
        st.tuples(st.sampled_from(["max", "min"]), inner, inner).map(lambda triple: call(*triple)),
    )


FORMULAS = st.recursive(LEAVES, _grown, max_leaves=8)
