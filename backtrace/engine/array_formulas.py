"""Activations, losses and formulas on NumPy arrays, written independently of the records' plain functions.

Each table has one row per record of the network or expression room; a test says so. A custom activation is evaluated
by walking its formula.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from backtrace.errors import InternalFault
from backtrace.expression.tree import Expr
from backtrace.network.regularization import Regularization

Array: TypeAlias = NDArray[np.float64]
OnArray: TypeAlias = Callable[[Array], Array]


@dataclass(frozen=True, slots=True)
class ArrayActivation:
    """value(net); through(net, out, upstream): what comes back to the net of what came back to the out."""

    value: OnArray
    through: Callable[[Array, Array, Array], Array]


@dataclass(frozen=True, slots=True)
class ArrayLoss:
    """term(t, y, m) and its slope ∂term/∂y, entry by entry."""

    term: Callable[[Array, Array, int], Array]
    slope: Callable[[Array, Array, int], Array]


def _sigmoid(net: Array) -> Array:
    power = np.exp(-np.abs(net))  # at most 1, so nothing overflows on either side
    found: Array = np.where(net >= 0, 1.0, power) / (1.0 + power)
    return found


def _softmax(net: Array) -> Array:
    power: Array = np.exp(net - net.max(axis=1, keepdims=True))
    power /= power.sum(axis=1, keepdims=True)
    return power


def _erf(x: Array) -> Array:
    # NumPy has no error function; Python's, entry by entry.
    return np.array([math.erf(number) for number in np.ravel(x)], dtype=np.float64).reshape(np.shape(x))


def _elu(net: Array) -> Array:
    found: Array = np.where(net > 0.0, net, np.expm1(np.minimum(net, 0.0)))
    return found


def _normal(net: Array) -> tuple[Array, Array]:
    """The distribution function Φ and the density φ of the normal distribution."""
    return 0.5 + 0.5 * _erf(net * math.sqrt(0.5)), np.exp(-0.5 * net * net) * (1.0 / math.sqrt(2.0 * math.pi))


def _gelu_through(net: Array, out: Array, up: Array) -> Array:
    below, density = _normal(net)
    return up * (below + net * density)


def _gelu_inner(net: Array) -> Array:
    return math.sqrt(2.0 / math.pi) * (net + 0.044715 * net**3)


def _gelu_tanh_through(net: Array, out: Array, up: Array) -> Array:
    # Φ is taken as σ(2u), so the slope is σ + x·σ·(1 − σ)·2u′.
    part = _sigmoid(2.0 * _gelu_inner(net))
    bend = 2.0 * math.sqrt(2.0 / math.pi) * (1.0 + 3.0 * 0.044715 * net**2)
    return up * (part + net * part * (1.0 - part) * bend)


def _no_slope(net: Array, out: Array, up: Array) -> Array:
    raise InternalFault("a threshold was asked for its slope; whoever wants gradients has to refuse it before")


def _silu_through(net: Array, out: Array, up: Array) -> Array:
    part = _sigmoid(net)
    return up * (part + net * (part * (1.0 - part)))


ACTIVATIONS: dict[str, ArrayActivation] = {
    "identity": ArrayActivation(lambda net: net, lambda net, out, up: up),
    "sigmoid": ArrayActivation(_sigmoid, lambda net, out, up: up * (out * (1.0 - out))),
    "tanh": ArrayActivation(np.tanh, lambda net, out, up: up * (1.0 - out * out)),
    "relu": ArrayActivation(lambda net: np.maximum(net, 0.0), lambda net, out, up: np.where(net > 0.0, up, 0.0)),
    "leaky_relu": ArrayActivation(
        lambda net: np.maximum(net, 0.01 * net), lambda net, out, up: np.where(net > 0.0, up, 0.01 * up)
    ),
    "elu": ArrayActivation(_elu, lambda net, out, up: np.where(net > 0.0, up, up * (out + 1.0))),
    "softplus": ArrayActivation(lambda net: np.logaddexp(0.0, net), lambda net, out, up: up * _sigmoid(net)),
    "silu": ArrayActivation(lambda net: net * _sigmoid(net), _silu_through),
    "gelu": ArrayActivation(lambda net: net * _normal(net)[0], _gelu_through),
    "gelu_tanh": ArrayActivation(lambda net: net * _sigmoid(2.0 * _gelu_inner(net)), _gelu_tanh_through),
    "scaled_tanh": ArrayActivation(
        lambda net: 1.7159 * np.tanh(net * (2.0 / 3.0)),
        lambda net, out, up: up * (2.0 / 3.0 * (1.7159 - out * out / 1.7159)),
    ),
    "step": ArrayActivation(lambda net: np.where(net > 0.0, 1.0, 0.0), _no_slope),
    "sign": ArrayActivation(lambda net: np.where(net > 0.0, 1.0, -1.0), _no_slope),
    # Jᵀ·up with the Jacobian diag(p) − p·pᵀ, without making the matrix.
    "softmax": ArrayActivation(_softmax, lambda net, out, up: out * (up - (out * up).sum(axis=1, keepdims=True))),
}


def _margins(t: Array, y: Array) -> Array:
    right = (t * y).sum(axis=1, keepdims=True)
    found: Array = np.maximum(0.0, y - right + 1.0) * (1.0 - t)
    return found


def _margins_slope(t: Array, y: Array, m: int) -> Array:
    over: Array = np.where(_margins(t, y) > 0.0, 1.0, 0.0)
    over -= t * over.sum(axis=1, keepdims=True)
    return over


LOSSES: dict[str, ArrayLoss] = {
    "half_squared_error": ArrayLoss(lambda t, y, m: 0.5 * (t - y) ** 2, lambda t, y, m: y - t),
    "squared_error": ArrayLoss(lambda t, y, m: (t - y) ** 2, lambda t, y, m: 2.0 * (y - t)),
    "mean_squared_error": ArrayLoss(lambda t, y, m: (t - y) ** 2 / m, lambda t, y, m: (2.0 / m) * (y - t)),
    "absolute_error": ArrayLoss(lambda t, y, m: np.abs(t - y), lambda t, y, m: np.sign(y - t)),
    "huber": ArrayLoss(
        lambda t, y, m: np.where(np.abs(t - y) <= 1.0, 0.5 * (t - y) ** 2, np.abs(t - y) - 0.5),
        lambda t, y, m: np.clip(y - t, -1.0, 1.0),
    ),
    "multi_class_svm": ArrayLoss(lambda t, y, m: _margins(t, y), _margins_slope),
    "softmax_cross_entropy": ArrayLoss(
        lambda t, y, m: t * (np.logaddexp.reduce(y, axis=1, keepdims=True) - y), lambda t, y, m: _softmax(y) - t
    ),
    "hinge": ArrayLoss(lambda t, y, m: np.maximum(0.0, 1.0 - t * y), lambda t, y, m: np.where(t * y < 1.0, -t, 0.0)),
    "perceptron_error": ArrayLoss(
        lambda t, y, m: np.maximum(0.0, -t * y), lambda t, y, m: np.where(t * y > 0.0, 0.0, -t)
    ),
    "binary_cross_entropy": ArrayLoss(
        lambda t, y, m: -t * np.log(y) - (1.0 - t) * np.log(1.0 - y), lambda t, y, m: (1.0 - t) / (1.0 - y) - t / y
    ),
    "cross_entropy": ArrayLoss(lambda t, y, m: -t * np.log(y), lambda t, y, m: -t / y),
}


def _mean(loss: ArrayLoss) -> ArrayLoss:
    return ArrayLoss(lambda t, y, m: loss.term(t, y, m) / m, lambda t, y, m: loss.slope(t, y, m) / m)


LOSSES |= {
    f"{start}mean_{rest}": _mean(LOSSES[start + rest])
    for start, rest in (
        ("half_", "squared_error"),
        ("", "absolute_error"),
        ("", "huber"),
        ("", "hinge"),
        ("", "binary_cross_entropy"),
    )
}

FUNCTIONS: dict[str, Callable[..., Array]] = {
    "exp": np.exp,
    "ln": np.log,
    "sqrt": np.sqrt,
    "sigmoid": _sigmoid,
    "tanh": np.tanh,
    "erf": _erf,
    "relu": lambda x: np.maximum(x, 0.0),
    "step": lambda x: np.heaviside(x, 0.0),
    "threshold": lambda x: np.where(x > 0.0, 1.0, 0.0),
    "abs": np.abs,
    "sign": np.sign,
    "max": np.maximum,
    "min": np.minimum,
    "sin": np.sin,
    "cos": np.cos,
    "sinh": np.sinh,
    "cosh": np.cosh,
}

OPERATIONS: dict[str, Callable[[Array, Array], Array]] = {
    "add": np.add,
    "mul": np.multiply,
    "div": np.divide,
    "power": np.power,
}


def walk(formula: Expr, named: dict[str, Array]) -> Array:
    """The formula on arrays, `named` giving one for each symbol; FloatingPointError where a part of it has no value."""
    with np.errstate(divide="raise", over="raise", invalid="raise", under="ignore"):
        return _walk(formula, named)


def _walk(formula: Expr, named: dict[str, Array]) -> Array:
    op, args = formula
    if op == "number":
        return np.array(args[0], dtype=np.float64)
    if op == "symbol":
        return named[args[0]]
    if op == "call":
        return FUNCTIONS[args[0]](*[_walk(part, named) for part in args[1:]])
    parts = [_walk(part, named) for part in args]
    if op == "neg":
        return -parts[0]
    total = parts[0]
    for part in parts[1:]:
        total = OPERATIONS[op](total, part)
    return total


# By form: the numbers by which l2 and l1 are multiplied for so many samples, before Σ w² and before Σ |w|.
SCALES: dict[str, Callable[[int], tuple[float, float]]] = {
    "half": lambda samples: (0.5, 1.0),
    "plain": lambda samples: (1.0, 1.0),
    "per_sample": lambda samples: (0.5 / samples, 1.0 / samples),
}


def _strengths(regularization: Regularization, samples: int) -> tuple[float, float]:
    l2, l1 = SCALES[regularization.form](samples)
    return l2 * (regularization.l2 or 0.0), l1 * (regularization.l1 or 0.0)


def penalty(
    regularization: Regularization, weights: Sequence[Array | None], bias: Sequence[Array | None], samples: int
) -> float:
    """What is added to the loss of the data; a layer without weights of its own has None."""
    if not regularization.norms:
        return 0.0
    l2, l1 = _strengths(regularization, samples)
    arrays = [a for a in (*weights, *(bias if regularization.biases else ())) if a is not None]
    return sum(l2 * float(np.square(a).sum()) + l1 * float(np.abs(a).sum()) for a in arrays)


def penalty_slope(regularization: Regularization, own: Array, samples: int) -> Array | float:
    """What is added to the gradient of these parameters."""
    if not regularization.norms:
        return 0.0
    l2, l1 = _strengths(regularization, samples)
    found: Array = 2.0 * l2 * own + l1 * np.sign(own)
    return found
