"""The activations: one frozen record each, with formula, slope and fast functions; and any formula in x.

The formulas are trees in the symbol "x" (the net); slopes may also use the symbol "y" (the output), where that is
how a person writes them: σ′ = y(1 − y). To add an activation is to add one record to `ACTIVATIONS` and a row to its
test.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import exp, tanh
from typing import NamedTuple

from backtrace.errors import InputError, InternalFault, Place, nearest, printable
from backtrace.expression.tree import ONE, TWO, ZERO, Expr, add, call, div, mul, neg, power, sub, symbol, symbols


class Activation(NamedTuple):
    """What a unit does to its net.

    name: what a file says; for a formula, the formula as typed. symbol, latex: what is written before the bracket,
    σ(net). formula: the output, in the symbol "x"; slope: its derivative, in "x" and "y" (the output); both None
    unless `elementwise`. value(x) and slope_at(x, y): the same as fast functions on floats. elementwise: False when
    an output depends on the whole layer (softmax). text: the formula of a custom activation as typed, else empty.
    remark: key of the sentence that a page shows where the slope is a matter of convention, else empty. bridge: the
    lines that lead from what the rules of calculus give to `slope`, when it is written through the output.
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
SOFTMAX = Activation(
    "softmax", "softmax", r"\mathrm{softmax}", None, None, _of_whole_layer, _of_whole_layer, elementwise=False
)

ACTIVATIONS: dict[str, Activation] = {a.name: a for a in (IDENTITY, SIGMOID, TANH, RELU, SOFTMAX)}


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
