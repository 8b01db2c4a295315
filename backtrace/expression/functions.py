"""The functions a formula may use: one record each, with value, derivative, the name of its rule and its glyphs.

To add a function, add a record; the reader, the evaluator, the calculus and the pages find it here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from backtrace.errors import InputError
from backtrace.expression.tree import ONE, PI, TWO, ZERO, Expr, call, div, mul, neg, power, sub, symbol


class EvaluationError(InputError):
    """A formula has no finite real value where it is evaluated."""


class Function(NamedTuple):
    """A function of real numbers.

    value: raises ValueError or OverflowError outside its domain (`apply` turns these into an EvaluationError).
    derivative: the partial derivative by each argument, in the symbols "u" (one argument) or "u1", "u2".
    joint: used instead of `derivative` when several arguments depend on the variable; empty: no difference.
    rule: the name of the rule on a page; text, latex: how the name is written; domain: what the argument must be.
    """

    name: str
    arity: int
    value: Callable[..., float]
    derivative: tuple[Expr, ...]
    rule: str
    text: str
    latex: str
    joint: tuple[Expr, ...] = ()
    domain: str = ""


def sigmoid(x: float) -> float:
    """1/(1 + e^−x), written so that no x overflows: below −700 the 1 is lost beside e^−x in any case."""
    return math.exp(x) if x < -700 else 1 / (1 + math.exp(-x))


def relu(x: float) -> float:
    """x above 0, else 0."""
    return x if x > 0 else 0.0


def step(x: float) -> float:
    """1 above 0, else 0: the derivative of relu, with relu′(0) = 0."""
    return 1.0 if x > 0 else 0.0


def sign(x: float) -> float:
    """1, 0 or −1: the derivative of |x|, taken as 0 at 0."""
    return float((x > 0) - (x < 0))


U, U1, U2 = symbol("u"), symbol("u1"), symbol("u2")
_FIRST_LARGER, _SECOND_LARGER = call("step", sub(U1, U2)), call("step", sub(U2, U1))

# max and min have a corner where the arguments are equal. Against a constant the slope there is 0, so that max(0, x)
# and max(x, 0) are relu; when both arguments move, the two slopes have to add up to 1 (joint), so that max(x, x) is x.
_TABLE = (
    Function("exp", 1, math.exp, (call("exp", U),), "exponential rule", "exp", r"\exp"),
    Function("ln", 1, math.log, (div(ONE, U),), "logarithm rule", "ln", r"\ln", domain="ln needs a number above 0"),
    Function(
        "sqrt",
        1,
        math.sqrt,
        (div(ONE, mul(TWO, call("sqrt", U))),),
        "square root rule",
        "√",
        r"\sqrt",
        domain="sqrt needs a number that is not negative",
    ),
    Function(
        "sigmoid", 1, sigmoid, (mul(call("sigmoid", U), sub(ONE, call("sigmoid", U))),), "sigmoid rule", "σ", r"\sigma"
    ),
    Function("tanh", 1, math.tanh, (sub(ONE, power(call("tanh", U), TWO)),), "tanh rule", "tanh", r"\tanh"),
    Function(
        "erf",
        1,
        math.erf,
        (mul(div(TWO, call("sqrt", PI)), call("exp", neg(power(U, TWO)))),),
        "error function rule",
        "erf",
        r"\mathrm{erf}",
    ),
    Function("relu", 1, relu, (call("step", U),), "relu rule", "relu", r"\mathrm{relu}"),
    Function("step", 1, step, (ZERO,), "step rule", "relu′", r"\mathrm{relu}'"),
    Function("threshold", 1, step, (ZERO,), "threshold rule", "step", r"\mathrm{step}"),
    Function("abs", 1, abs, (call("sign", U),), "absolute value rule", "abs", r"\mathrm{abs}"),
    Function("sign", 1, sign, (ZERO,), "sign rule", "sign", r"\mathrm{sign}"),
    Function(
        "max",
        2,
        max,
        (_FIRST_LARGER, _SECOND_LARGER),
        "maximum rule",
        "max",
        r"\max",
        joint=(_FIRST_LARGER, sub(ONE, _FIRST_LARGER)),
    ),
    Function(
        "min",
        2,
        min,
        (_SECOND_LARGER, _FIRST_LARGER),
        "minimum rule",
        "min",
        r"\min",
        joint=(_SECOND_LARGER, sub(ONE, _SECOND_LARGER)),
    ),
    Function("sin", 1, math.sin, (call("cos", U),), "sine rule", "sin", r"\sin"),
    Function("cos", 1, math.cos, (neg(call("sin", U)),), "cosine rule", "cos", r"\cos"),
    Function("sinh", 1, math.sinh, (call("cosh", U),), "hyperbolic sine rule", "sinh", r"\sinh"),
    Function("cosh", 1, math.cosh, (call("sinh", U),), "hyperbolic cosine rule", "cosh", r"\cosh"),
)

FUNCTIONS: Mapping[str, Function] = MappingProxyType({function.name: function for function in _TABLE})


def apply(name: str, *args: float) -> float:
    """The value of a function of the table; EvaluationError says where it has none."""
    function = FUNCTIONS[name]
    try:
        return function.value(*args)
    except OverflowError:
        problem = "is too large for a number"
    except ValueError:
        problem = "is not defined"
    raise EvaluationError(f"{name}({', '.join(f'{a:.6g}' for a in args)}) {problem}", hint=function.domain)
