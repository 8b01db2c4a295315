"""Losses whose terms take all outputs of a sample together, as softmax takes all nets of a layer.

| loss                  | of one sample                                                                           |
|-----------------------|-----------------------------------------------------------------------------------------|
| multi_class_svm       | Σ_{j≠c} max(0, y_j − y_c + 1), c the class of the target (Weston, Watkins 1999; CS231n, |
|                       | "Linear classification", multiclass SVM loss with Δ = 1)                                |
| softmax_cross_entropy | −Σ_k t_k·ln p_k with p = softmax(y); its slope by y_j is p_j − t_j (Bishop 2006, §4.3.4)|
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import exp, log
from typing import NamedTuple

from backtrace.errors import InputError
from backtrace.expression.tree import ONE, ZERO, Expr, add, call, mul, neg, sub

Numbers = Sequence[float]
Forms = Sequence[Expr]


class Part(NamedTuple):
    """One named part of the loss of a sample.

    unit: the output whose term it is, 0 for the loss of the sample as a whole; outputs: the units it takes, in the
    order in which its functions expect them.
    """

    unit: int
    outputs: tuple[int, ...]


class WholeSample(NamedTuple):
    """How such a loss is put together.

    parts(targets, outputs): its parts for one sample; targets are None where they are not known. value(y, t) and
    slopes(y, t): of one part, as fast functions of the outputs it takes and the targets of the sample; formula(y, t, p)
    and slope_forms(y, t, p): the same as trees. softmax: whether p, the softmax of the outputs, has names of its own.
    corner(y): 0 where pieces of a part meet; None where none do.
    """

    parts: Callable[[Numbers | None, int], list[Part]]
    value: Callable[[Numbers, Numbers], float]
    slopes: Callable[[Numbers, Numbers], Numbers]
    formula: Callable[[Forms, Forms, Forms], Expr]
    slope_forms: Callable[[Forms, Forms, Forms], Forms]
    softmax: bool = False
    corner: Callable[[Numbers], float] | None = None


def _other_classes(targets: Numbers | None, outputs: int) -> list[Part]:
    if targets is None:
        raise InputError(
            "multi_class_svm: which margins there are depends on the class of the sample",
            hint="give inputs and targets, one of the targets 1 and the others 0",
        )
    right = list(targets).index(1.0) + 1
    return [Part(unit, (unit, right)) for unit in range(1, outputs + 1) if unit != right]


def margin(y: Expr, right: Expr) -> Expr:
    """y_j − y_c + 1."""
    return add(y, neg(right), ONE)


def _margin_slopes(y: Numbers, t: Numbers) -> Numbers:
    over = y[0] - y[1] + 1.0 > 0.0
    return (1.0, -1.0) if over else (0.0, 0.0)


def _margin_slope_forms(y: Forms, t: Forms, p: Forms) -> Forms:
    over = call("step", margin(*y))
    return over, neg(over)


MULTI_CLASS_SVM = WholeSample(
    _other_classes,
    lambda y, t: max(0.0, y[0] - y[1] + 1.0),
    _margin_slopes,
    lambda y, t, p: call("max", ZERO, margin(*y)),
    _margin_slope_forms,
    corner=lambda y: y[0] - y[1] + 1.0,
)


def _joined(y: Numbers, t: Numbers) -> float:
    """Σ t_k·(ln Σ e^y_j − y_k), which is −Σ t_k·ln p_k without the overflow: the largest output is taken out first."""
    top = max(y)
    powers = 0.0
    for x in y:
        powers += exp(x - top)
    whole, total = top + log(powers), 0.0
    for x, share in zip(y, t, strict=True):
        total += share * (whole - x)
    return total


def _joined_slopes(y: Numbers, t: Numbers) -> Numbers:
    top = max(y)
    powers = [exp(x - top) for x in y]
    total = 0.0
    for p in powers:
        total += p
    return [p / total - share for p, share in zip(powers, t, strict=True)]


def _cross_entropy(y: Forms, t: Forms, p: Forms) -> Expr:
    return add(*(neg(mul(share, call("ln", one))) for share, one in zip(t, p, strict=True)))


SOFTMAX_CROSS_ENTROPY = WholeSample(
    lambda targets, outputs: [Part(0, tuple(range(1, outputs + 1)))],
    _joined,
    _joined_slopes,
    _cross_entropy,
    lambda y, t, p: [sub(one, share) for share, one in zip(t, p, strict=True)],
    softmax=True,
)
