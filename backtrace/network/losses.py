"""The losses: one frozen record each. The loss of a sample is the plain sum of one term per output, added left to
right.

The functions are written so that none of them gives −0 (0 − a, or y − t, in place of a leading minus). A term is a
tree in the symbols "t" (target), "y" (output) and "m" (the number of outputs); so is its slope ∂term/∂y, written as
a person writes it. To add a loss is to add one record to `LOSSES` and a row to its test. A loss whose terms take all
outputs of a sample together has them in `whole_losses.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import log
from typing import NamedTuple

from backtrace.errors import InputError, InternalFault, Place, nearest, printable
from backtrace.expression.tree import HALF, ONE, TWO, ZERO, Expr, add, call, div, mul, neg, power, sub, symbol
from backtrace.network.whole_losses import MULTI_CLASS_SVM, SOFTMAX_CROSS_ENTROPY, WholeSample, margin

PROBABILITY_SUM_TOLERANCE = 1e-9


class Loss(NamedTuple):
    """What one output adds to the loss of one sample.

    value(t, y, m) and slope_at(t, y, m): the term and its slope ∂term/∂y as fast functions on floats; they raise
    EvaluationError where the loss is not defined. targets: what targets must be, "any", "unit" (each in [0, 1]),
    "sign" (each −1 or 1), "one_hot" (one of them 1, the others 0) or "distribution" (≥ 0, sum 1). undefined: when the
    loss has no value, in words, empty when it always has.
    not_after, only_after: activations of the last layer that the loss refuses, or that it stands behind.
    mean_over_outputs: whether the term carries the factor 1/m. corner: a formula in "t" and "y" that is 0 where pieces
    of the term meet, and remark: the key of the sentence that a page shows there. bridge: the lines that lead from what
    the rules of calculus give to `slope`, each with its reason. whole: for a loss whose terms take all outputs
    together, None for the others; its `term` and `slope` then also use "c" (the output of the target's class) or "p"
    (the softmax of the outputs at this one).
    """

    name: str
    term: Expr
    slope: Expr
    value: Callable[[float, float, int], float]
    slope_at: Callable[[float, float, int], float]
    targets: str = "any"
    undefined: str = ""
    not_after: tuple[str, ...] = ()
    mean_over_outputs: bool = False
    corner: Expr | None = None
    remark: str = ""
    bridge: tuple[tuple[Expr, str], ...] = ()
    only_after: tuple[str, ...] = ()
    whole: WholeSample | None = None

    def terms(self, targets: Sequence[float] | None, outputs: int) -> list[int]:
        """The outputs whose terms have names of their own: none where the loss of a sample is one formula."""
        if self.whole is None:
            return list(range(1, outputs + 1)) if outputs > 1 else []
        if targets is None and not self.whole.softmax:
            return list(range(1, outputs + 1))
        return [part.unit for part in self.whole.parts(targets, outputs) if part.unit]


T = symbol("t")
Y = symbol("y")
M = symbol("m")
ERROR = sub(T, Y)


def _undefined(function: str, value: float, output: float) -> Exception:
    from backtrace.expression.functions import EvaluationError

    return EvaluationError(
        f"{function} of {value!r} is not defined: the loss has no value where an output is {output!r}",
        hint="nothing is clipped; smaller weights or inputs keep the output away from 0 and 1",
    )


def _ln(value: float, output: float) -> float:
    if not value > 0.0:
        raise _undefined("ln", value, output)
    return log(value)


def _over(a: float, b: float, output: float) -> float:
    if b == 0.0:
        raise _undefined("1 divided by", b, output)
    return a / b


def _sign(x: float) -> float:
    return 1.0 if x > 0.0 else -1.0 if x < 0.0 else 0.0


def _of_whole_sample(*_: float) -> float:
    raise InternalFault("a loss of the whole sample was asked for one output alone")


def mean_of(loss: Loss, name: str) -> Loss:
    """The same loss with the mean over the outputs in place of their sum: every term with 1/m before it."""
    return loss._replace(
        name=name,
        term=_shared(loss.term),
        slope=_shared(loss.slope),
        value=lambda t, y, m: loss.value(t, y, m) / m,
        slope_at=lambda t, y, m: loss.slope_at(t, y, m) / m,
        mean_over_outputs=True,
        bridge=tuple((_shared(line), reason) for line, reason in loss.bridge),
    )


def _shared(form: Expr) -> Expr:
    """1/m times the formula, behind a sign and a half that it begins with."""
    if form.op == "neg":
        return neg(_shared(form.args[0]))
    factors = form.args if form.op == "mul" else (form,)
    half = factors[:1] if factors[0] == HALF else ()
    return mul(*half, div(ONE, M), *factors[len(half) :])


HALF_SQUARED_ERROR = Loss(
    "half_squared_error",
    mul(HALF, power(ERROR, TWO)),
    neg(ERROR),
    lambda t, y, m: 0.5 * ((t - y) * (t - y)),
    lambda t, y, m: y - t,
)
SQUARED_ERROR = Loss(
    "squared_error",
    power(ERROR, TWO),
    neg(mul(TWO, ERROR)),
    lambda t, y, m: (t - y) * (t - y),
    lambda t, y, m: 2.0 * (y - t),
)
MEAN_SQUARED_ERROR = Loss(
    "mean_squared_error",
    mul(div(ONE, M), power(ERROR, TWO)),
    neg(mul(div(TWO, M), ERROR)),
    lambda t, y, m: 1.0 / m * ((t - y) * (t - y)),
    lambda t, y, m: 2.0 / m * (y - t),
    mean_over_outputs=True,
)
ABSOLUTE_ERROR = Loss(
    "absolute_error",
    call("abs", ERROR),
    neg(call("sign", ERROR)),
    lambda t, y, m: abs(t - y),
    lambda t, y, m: _sign(y - t),
    corner=ERROR,
    remark="absolute_error_at_zero",
)
BINARY_CROSS_ENTROPY = Loss(
    "binary_cross_entropy",
    neg(add(mul(T, call("ln", Y)), mul(sub(ONE, T), call("ln", sub(ONE, Y))))),
    neg(sub(div(T, Y), div(sub(ONE, T), sub(ONE, Y)))),
    lambda t, y, m: 0.0 - (t * _ln(y, y) + (1.0 - t) * _ln(1.0 - y, y)),
    lambda t, y, m: 0.0 - (_over(t, y, y) - _over(1.0 - t, 1.0 - y, y)),
    targets="unit",
    undefined="an output of exactly 0 or 1 makes ln 0",
    not_after=("softmax",),
)
CROSS_ENTROPY = Loss(
    "cross_entropy",
    neg(mul(T, call("ln", Y))),
    neg(div(T, Y)),
    lambda t, y, m: 0.0 - t * _ln(y, y),
    lambda t, y, m: 0.0 - _over(t, y, y),
    targets="distribution",
    undefined="an output of exactly 0 makes ln 0",
)
# The margin t·y of a target −1 or 1: no loss from 1 on (Rosasco et al. 2004).
_SHORT = sub(ONE, mul(T, Y))
HINGE = Loss(
    "hinge",
    call("max", ZERO, _SHORT),
    neg(mul(call("step", _SHORT), T)),
    lambda t, y, m: max(0.0, 1.0 - t * y),
    lambda t, y, m: 0.0 - t if 1.0 - t * y > 0.0 else 0.0,
    targets="sign",
    corner=_SHORT,
    remark="hinge_at_corner",
)
# The perceptron criterion (Bishop 2006, eq. 4.54; Rosenblatt 1962): −t·y of each misclassified output. A point exactly
# on the boundary counts as misclassified, or weights that start at 0 would never learn.
_MARGIN = mul(T, Y)
_PERCEPTRON_SLOPE = neg(mul(sub(ONE, call("step", _MARGIN)), T))
PERCEPTRON_ERROR = Loss(
    "perceptron_error",
    call("max", ZERO, neg(_MARGIN)),
    _PERCEPTRON_SLOPE,
    lambda t, y, m: max(0.0, 0.0 - t * y),
    lambda t, y, m: 0.0 - t if t * y <= 0.0 else 0.0,
    targets="sign",
    corner=_MARGIN,
    remark="perceptron_error_at_zero",
    bridge=((_PERCEPTRON_SLOPE, "−t for what is misclassified, a margin of exactly 0 included"),),
)
# Huber 1964 with the threshold 1: half the square of the error up to 1, and what is beyond 1 as it is.
_DISTANCE = call("abs", ERROR)
_HUBER_SLOPE = neg(call("max", neg(ONE), call("min", ONE, ERROR)))
HUBER = Loss(
    "huber",
    add(mul(HALF, power(call("min", _DISTANCE, ONE), TWO)), call("max", ZERO, sub(_DISTANCE, ONE))),
    _HUBER_SLOPE,
    lambda t, y, m: 0.5 * (t - y) * (t - y) if abs(t - y) <= 1.0 else abs(t - y) - 0.5,
    lambda t, y, m: max(-1.0, min(1.0, y - t)),
    corner=sub(_DISTANCE, ONE),
    remark="huber_at_corner",
    bridge=(
        (neg(mul(call("min", _DISTANCE, ONE), call("sign", ERROR))), "one of the two, on either side of 1"),
        (_HUBER_SLOPE, "the error, but no more than 1 either way"),
    ),
)
_MARGIN = margin(Y, symbol("c"))
_P = symbol("p")
SVM = Loss(
    "multi_class_svm",
    call("max", ZERO, _MARGIN),
    call("step", _MARGIN),
    _of_whole_sample,
    _of_whole_sample,
    targets="one_hot",
    remark="multi_class_svm_at_corner",
    whole=MULTI_CLASS_SVM,
)
JOINED = Loss(
    "softmax_cross_entropy",
    neg(mul(T, call("ln", _P))),
    sub(_P, T),
    _of_whole_sample,
    _of_whole_sample,
    targets="distribution",
    only_after=("identity",),
    whole=SOFTMAX_CROSS_ENTROPY,
)

LOSSES: dict[str, Loss] = {
    loss.name: loss
    for loss in (
        HALF_SQUARED_ERROR,
        SQUARED_ERROR,
        MEAN_SQUARED_ERROR,
        mean_of(HALF_SQUARED_ERROR, "half_mean_squared_error"),
        ABSOLUTE_ERROR,
        mean_of(ABSOLUTE_ERROR, "mean_absolute_error"),
        HUBER,
        mean_of(HUBER, "mean_huber"),
        HINGE,
        mean_of(HINGE, "mean_hinge"),
        SVM,
        PERCEPTRON_ERROR,
        BINARY_CROSS_ENTROPY,
        mean_of(BINARY_CROSS_ENTROPY, "mean_binary_cross_entropy"),
        CROSS_ENTROPY,
        JOINED,
    )
}


def loss_named(name: str, place: Place | None = None) -> Loss:
    """The loss of that name; raises InputError with the nearest names."""
    try:
        return LOSSES[name]
    except KeyError:
        raise InputError(f"there is no loss '{printable(name)}'", place, nearest(name, LOSSES)) from None


def check_targets(loss: Loss, targets: Sequence[Sequence[float]], place: Callable[[int], Place] | None = None) -> None:
    """Refuse targets outside the loss's domain; `place(sample)`, from 1, says where a sample's targets stand."""
    for sample, row in enumerate(targets, 1):
        where = place(sample) if place else None
        if loss.targets == "unit":
            _check_each(loss, sample, row, 1.0, where, "each target must lie between 0 and 1")
        elif loss.targets == "sign":
            for t in row:
                if abs(t) != 1.0:
                    raise _outside(loss, sample, t, where, "each target must be -1 or 1")
        elif loss.targets == "one_hot":
            expected = "one of them, that of the sample's class, must be 1 and the others 0"
            for t in row:
                if t not in (0.0, 1.0):
                    raise _outside(loss, sample, t, where, expected)
            if sum(row) != 1.0:
                classes = "no class" if not any(row) else "more than one class"
                raise InputError(f"{loss.name}: the targets of sample {sample} name {classes}", where, expected)
            if len(row) < 2:
                raise InputError(
                    f"{loss.name} compares classes, but there is one output",
                    where,
                    "use at least two outputs, or hinge",
                )
        elif loss.targets == "distribution":
            expected = "the targets of a sample must be 0 or more and sum to 1"
            _check_each(loss, sample, row, float("inf"), where, expected)
            total = 0.0
            for t in row:
                total += t
            if abs(total - 1.0) > PROBABILITY_SUM_TOLERANCE:
                raise InputError(f"{loss.name}: the targets of sample {sample} sum to {total:.6g}", where, expected)


def _check_each(loss: Loss, sample: int, row: Sequence[float], top: float, place: Place | None, expected: str) -> None:
    for t in row:
        if not 0.0 <= t <= top:
            raise _outside(loss, sample, t, place, expected)


def _outside(loss: Loss, sample: int, target: float, place: Place | None, expected: str) -> InputError:
    return InputError(f"{loss.name}: sample {sample} has the target {target:.6g}", place, expected)


def check_pair(loss: Loss, activation: str, place: Place | None = None) -> None:
    """Refuse a last activation that the loss cannot stand behind (softmax before binary_cross_entropy)."""
    if loss.only_after and activation not in loss.only_after:
        apart = "cross_entropy behind softmax takes them apart"
        raise InputError(
            f"{loss.name} contains the softmax and cannot stand behind {activation}",
            place,
            f'give the last layer activation = "{loss.only_after[0]}"; {apart}',
        )
    if activation in loss.not_after:
        raise InputError(
            f"{activation} cannot stand before {loss.name}",
            place,
            f"use cross_entropy behind {activation}, or sigmoid before {loss.name}",
        )
