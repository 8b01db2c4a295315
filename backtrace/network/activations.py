"""The activations: one frozen record each, with formula, slope and fast functions; and any formula in x.

The formulas are trees in the symbol "x" (the net); slopes may also use the symbol "y" (the output), where that is
how a person writes them: σ′ = y(1 − y). To add an activation is to add one record to `ACTIVATIONS` and a row to its
test.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import cosh, erf, exp, expm1, log1p, pi, sqrt, tanh
from typing import NamedTuple

from backtrace.errors import InputError, InternalFault, Place, nearest, printable
from backtrace.expression.tree import (
    HALF,
    ONE,
    PI,
    TWO,
    ZERO,
    Expr,
    add,
    call,
    div,
    mul,
    neg,
    number,
    power,
    sub,
    symbol,
    symbols,
)


class Activation(NamedTuple):
    """What a unit does to its net.

    name: what a file says; for a formula, the formula as typed. symbol, latex: what is written before the bracket,
    σ(net). formula: the output, in the symbol "x"; slope: its derivative, in "x" and "y" (the output); both None
    unless `elementwise`; an elementwise one without a slope has no derivative to learn by (`differentiable`).
    value(x) and slope_at(x, y): the same as fast functions on floats. elementwise: False when an output depends on
    the whole layer (softmax). text: the formula of a custom activation as typed, else empty.
    remark: key of the sentence that a page shows where the net is exactly 0 and pieces of the formula meet there, else
    empty. bridge: the lines that lead from what the rules of calculus give to `slope`, each with its reason; the step
    to a slope that is written through the output needs no line.
    """

    name: str
    symbol: str
    latex: str
    formula: Expr | None
    slope: Expr | None
    value: Callable[[float], float]
    slope_at: Callable[[float, float], float]
    elementwise: bool = True
    text: str = ""
    remark: str = ""
    bridge: tuple[tuple[Expr, str], ...] = ()

    @property
    def differentiable(self) -> bool:
        """Whether a gradient can pass: not through a threshold, which is flat on both sides of a jump."""
        return self.slope is not None or not self.elementwise


def sigmoid(x: float) -> float:
    """1/(1 + e^−x), also where e^−x would overflow."""
    return 1.0 / (1.0 + exp(-x)) if x > -700.0 else exp(x)


def softmax_values(nets: Sequence[float]) -> list[float]:
    """e^x_k / Σ e^x_j for each k; the largest net is subtracted first, which changes nothing but the overflow."""
    top = max(nets)
    powers = [exp(x - top) for x in nets]
    total = 0.0
    for p in powers:
        total += p
    return [p / total for p in powers]


def softmax_slope(k: int, j: int, outputs: Sequence[float]) -> float:
    """∂y_k/∂x_j of a softmax layer, indices from 0: y_k(1 − y_k) on the diagonal, −y_k·y_j elsewhere."""
    return outputs[k] * (1.0 - outputs[k]) if k == j else -outputs[k] * outputs[j]


def _of_whole_layer(*_: float) -> float:
    raise InternalFault("softmax was asked for one unit alone; it is a function of the whole layer")


def _no_slope(*_: float) -> float:
    raise InternalFault("a threshold was asked for its slope; whoever wants gradients has to refuse it before")


X = symbol("x")
Y = symbol("y")

_ONE_OVER = div(ONE, add(ONE, call("exp", neg(X))))

IDENTITY = Activation("identity", "id", r"\mathrm{id}", X, ONE, lambda x: x, lambda x, y: 1.0)
SIGMOID = Activation(
    "sigmoid",
    "σ",
    r"\sigma",
    _ONE_OVER,
    mul(Y, sub(ONE, Y)),
    sigmoid,
    lambda x, y: y * (1.0 - y),
    bridge=(
        (mul(_ONE_OVER, div(call("exp", neg(X)), add(ONE, call("exp", neg(X))))), "split into two factors"),
        (mul(_ONE_OVER, sub(ONE, _ONE_OVER)), "one added and taken away above the line"),
    ),
)
TANH = Activation("tanh", "tanh", r"\tanh", call("tanh", X), sub(ONE, power(Y, TWO)), tanh, lambda x, y: 1.0 - y * y)
RELU = Activation(
    "relu",
    "relu",
    r"\mathrm{relu}",
    call("max", ZERO, X),
    call("step", X),
    lambda x: max(0.0, x),
    lambda x, y: 1.0 if x > 0.0 else 0.0,
    remark="relu_at_zero",
)
# The hard thresholds of a perceptron (Rosenblatt 1958), for forward passes: there is no derivative to learn by.
STEP = Activation(
    "step",
    "step",
    r"\mathrm{step}",
    call("threshold", X),
    None,
    lambda x: 1.0 if x > 0.0 else 0.0,
    _no_slope,
    remark="step_at_zero",
)
SIGN = Activation(
    "sign",
    "sign",
    r"\mathrm{sign}",
    sub(mul(TWO, call("threshold", X)), ONE),
    None,
    lambda x: 1.0 if x > 0.0 else -1.0,
    _no_slope,
    remark="sign_at_zero",
)
SOFTMAX = Activation(
    "softmax", "softmax", r"\mathrm{softmax}", None, None, _of_whole_layer, _of_whole_layer, elementwise=False
)


LEAK = 0.01
_LEAK = number(LEAK)
_STEP = call("step", X)
LEAKY_RELU = Activation(
    "leaky_relu",
    "leaky_relu",
    r"\mathrm{leaky\_relu}",
    call("max", X, mul(_LEAK, X)),
    call("max", _LEAK, _STEP),
    lambda x: x if x > 0.0 else LEAK * x,
    lambda x, y: 1.0 if x > 0.0 else LEAK,
    remark="leaky_relu_at_zero",
    bridge=(
        (add(_STEP, mul(sub(ONE, _STEP), _LEAK)), "the difference has the sign of the net"),
        (call("max", _LEAK, _STEP), "1 above 0, else 0.01"),
    ),
)
# With α = 1. e^min(0, x) in place of min(0, e^x − 1): the same number, and it never overflows.
_BELOW = call("exp", call("min", ZERO, X))
ELU = Activation(
    "elu",
    "elu",
    r"\mathrm{elu}",
    add(call("max", ZERO, X), _BELOW, neg(ONE)),
    _BELOW,
    lambda x: x if x > 0.0 else expm1(x),
    lambda x, y: 1.0 if x > 0.0 else exp(x),
    remark="elu_at_zero",
    bridge=((_BELOW, "1 above 0, the power below"),),
)
_E_TO_X = call("exp", X)
_SIGMOID_OF_X = call("sigmoid", X)
SOFTPLUS = Activation(
    "softplus",
    "softplus",
    r"\mathrm{softplus}",
    call("ln", add(ONE, _E_TO_X)),
    _SIGMOID_OF_X,
    lambda x: max(x, 0.0) + log1p(exp(-abs(x))),
    lambda x, y: sigmoid(x),
    bridge=((_ONE_OVER, "the power divided out above and below the line"), (_SIGMOID_OF_X, "that is the sigmoid")),
)
# The slope as in Ramachandran, Zoph, Le 2017 (swish with β = 1).
SILU = Activation(
    "silu",
    "silu",
    r"\mathrm{silu}",
    mul(X, _SIGMOID_OF_X),
    add(Y, mul(_SIGMOID_OF_X, sub(ONE, Y))),
    lambda x: x * sigmoid(x),
    lambda x, y: y + sigmoid(x) * (1.0 - y),
    bridge=(
        (
            add(mul(X, _SIGMOID_OF_X), mul(_SIGMOID_OF_X, sub(ONE, mul(X, _SIGMOID_OF_X)))),
            "multiplied out, sigmoid taken out of what is left",
        ),
    ),
)
# Both forms: Hendrycks, Gimpel 2016.
_ROOT_OF_2, _ROOT_OF_2_PI = sqrt(2.0), sqrt(2.0 * pi)
_TWO_SIDED = add(ONE, call("erf", div(X, call("sqrt", TWO))))
_BELL = call("exp", neg(div(power(X, TWO), TWO)))
_GELU_SLOPE = add(mul(HALF, _TWO_SIDED), div(mul(X, _BELL), call("sqrt", mul(TWO, PI))))
GELU = Activation(
    "gelu",
    "gelu",
    r"\mathrm{gelu}",
    mul(HALF, X, _TWO_SIDED),
    _GELU_SLOPE,
    lambda x: 0.5 * x * (1.0 + erf(x / _ROOT_OF_2)),
    lambda x, y: 0.5 * (1.0 + erf(x / _ROOT_OF_2)) + x * exp(-(x * x) / 2.0) / _ROOT_OF_2_PI,
    bridge=(
        (
            add(
                mul(HALF, _TWO_SIDED),
                mul(HALF, X, div(TWO, call("sqrt", PI)), div(_BELL, call("sqrt", TWO))),
            ),
            "multiplied out",
        ),
        (_GELU_SLOPE, "constants put together"),
    ),
)
_ROOT_OF_2_BY_PI, _CUBIC = sqrt(2.0 / pi), 0.044715
_INNER = mul(call("sqrt", div(TWO, PI)), add(X, mul(number(_CUBIC), power(X, number(3)))))
_INNER_TANH = call("tanh", _INNER)


def _gelu_tanh(x: float) -> float:
    return tanh(_ROOT_OF_2_BY_PI * (x + _CUBIC * (x * x * x)))


def _gelu_tanh_slope(x: float, y: float) -> float:
    bent = _gelu_tanh(x)
    return 0.5 * (1.0 + bent + x * (1.0 - bent * bent) * _ROOT_OF_2_BY_PI * (1.0 + 3.0 * _CUBIC * (x * x)))


GELU_TANH = Activation(
    "gelu_tanh",
    "gelu_tanh",
    r"\mathrm{gelu\_tanh}",
    mul(HALF, X, add(ONE, _INNER_TANH)),
    mul(
        HALF,
        add(
            ONE,
            _INNER_TANH,
            mul(
                X,
                sub(ONE, power(_INNER_TANH, TWO)),
                call("sqrt", div(TWO, PI)),
                add(ONE, mul(number(0.134145), power(X, TWO))),
            ),
        ),
    ),
    lambda x: 0.5 * x * (1.0 + _gelu_tanh(x)),
    _gelu_tanh_slope,
)
# The "improved tanh" (LeCun, Bottou, Orr, Müller 1998). Past 500 cosh² overflows; the slope is 0 in doubles.
HEIGHT = 1.7159
_TWO_THIRDS_OF_X = div(mul(TWO, X), number(3))
_SCALED_SLOPE = div(mul(number(HEIGHT), TWO), mul(number(3), power(call("cosh", _TWO_THIRDS_OF_X), TWO)))
SCALED_TANH = Activation(
    "scaled_tanh",
    "scaled_tanh",
    r"\mathrm{scaled\_tanh}",
    mul(number(HEIGHT), call("tanh", _TWO_THIRDS_OF_X)),
    _SCALED_SLOPE,
    lambda x: HEIGHT * tanh(2.0 * x / 3.0),
    lambda x, y: HEIGHT * 2.0 / (3.0 * cosh(2.0 * x / 3.0) ** 2) if abs(x) < 500.0 else 0.0,
    bridge=(
        (
            mul(
                number(HEIGHT),
                div(ONE, power(call("cosh", _TWO_THIRDS_OF_X), TWO)),
                div(TWO, number(3)),
            ),
            "tanh and cosh: squares put together",
        ),
        (_SCALED_SLOPE, "as one fraction"),
    ),
)

ACTIVATIONS: dict[str, Activation] = {
    a.name: a
    for a in (
        IDENTITY,
        SIGMOID,
        TANH,
        SCALED_TANH,
        RELU,
        LEAKY_RELU,
        ELU,
        SOFTPLUS,
        SILU,
        GELU,
        GELU_TANH,
        STEP,
        SIGN,
        SOFTMAX,
    )
}


def activation(name_or_formula: str, place: Place | None = None) -> Activation:
    """The activation of that name, or the one that a formula in x describes: "1.7159*tanh(2*x/3)".

    A formula is read by the bounded reader and differentiated by the rules of calculus. Raises InputError (with
    `place`) for an unknown name, for a formula that cannot be read, and for one in which x does not occur.
    """
    text = name_or_formula.strip()
    known = ACTIVATIONS.get(text)
    if known is not None:
        return known
    if text.isidentifier() and text != "x":
        raise InputError(
            f"there is no activation '{printable(text)}'",
            place,
            f"{nearest(text, ACTIVATIONS)} (a formula in x will do too, such as 1.7159*tanh(2*x/3))",
        )
    return _custom(text, place)


def _custom(text: str, place: Place | None) -> Activation:
    # The expression room's reader and calculus are costly to import and needed for custom formulas only.
    from backtrace.expression.calculus import derivative
    from backtrace.expression.evaluate import compiled
    from backtrace.expression.reader import read

    try:
        formula = read(text, {"x"})
        if "x" not in symbols(formula):
            raise InputError(
                f"the activation '{printable(text)}' does not depend on x",
                hint="an activation is a name or a formula in x, such as 1.7159*tanh(2*x/3)",
            )
        slope = derivative(formula, "x")
        run, run_slope = compiled(formula, ("x",)), compiled(slope, ("x",))
    except InputError as error:
        if place is not None:
            raise _placed(error, place, text) from None
        raise

    def slope_at(x: float, y: float) -> float:
        return run_slope(x)

    return Activation(text, "f", "f", formula, slope, run, slope_at, text=text)


def _placed(error: InputError, place: Place, text: str) -> InputError:
    """The error about a formula, told at its place in the file; a column within the formula is told in words."""
    column = error.place.column
    where = f", at its character {column}" if column else ""
    told = (
        error.what
        if f"'{printable(text)}'" in error.what
        else f"in the formula '{printable(text)}'{where}: {error.what}"
    )
    return InputError(told, place, error.hint)
