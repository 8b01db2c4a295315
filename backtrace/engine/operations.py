"""The operations of the graph: each says its value, its local derivatives, and both again as formulas.

A local derivative is the factor that belongs to one edge. `slopes` gives the numbers, `slope_forms` the formulas a
person writes for them, in the operands and the operation's own output (σ′ is shorter through the output). The set is
closed; a network's activation and loss come in through their records.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from backtrace.errors import InternalFault
from backtrace.expression.tree import ONE, Expr, add, call, div, mul, neg, number, replace, sub
from backtrace.network.activations import Activation, softmax_values
from backtrace.network.losses import Loss
from backtrace.network.regularization import FORMS, TERMS, Regularization
from backtrace.network.whole_losses import WholeSample

Numbers = Sequence[float]
Forms = Sequence[Expr]


class Operation(NamedTuple):
    """One kind of gate.

    sign: what stands in the circle of a drawn gate. constants: how many of the last operands are constants, to which
    no edge leads.
    record: the activation of one operand, or the loss (of so many `outputs`), behind it, for whoever calls their
    functions directly.
    """

    name: str
    sign: str
    value: Callable[[Numbers], float]
    slopes: Callable[[Numbers, float], Numbers]
    formula: Callable[[Forms], Expr]
    slope_forms: Callable[[Forms, Expr], Forms]
    constants: int = 0
    record: Activation | Loss | None = None
    outputs: int = 0


def _folded(terms: Numbers) -> float:
    """The sum, from the left, in the order printed: the built-in sum() rounds differently from Python 3.12 on."""
    total = terms[0]
    for term in terms[1:]:
        total += term
    return total


ADD = Operation(
    "add",
    "+",
    _folded,
    lambda a, y: [1.0] * len(a),
    lambda a: add(*a),
    lambda a, y: [ONE] * len(a),
)
MULTIPLY = Operation(
    "multiply",
    "×",
    lambda a: a[0] * a[1],
    lambda a, y: (a[1], a[0]),
    lambda a: mul(a[0], a[1]),
    lambda a, y: (a[1], a[0]),
)


def mean(count: int) -> Operation:
    """The mean of `count` operands."""
    share = div(ONE, number(count))
    return Operation(
        "mean",
        "mean",
        lambda a: _folded(a) / count,
        lambda a, y: [1.0 / count] * count,
        lambda a: mul(share, add(*a)),
        lambda a, y: [share] * count,
    )


def _put(form: Expr, **named: Expr) -> Expr:
    return replace(form, lambda key: named.get(str(key)))


def activate(activation: Activation) -> Operation:
    """An activation that works on one net at a time."""
    formula, slope = activation.formula, activation.slope
    assert formula is not None
    value, slope_at = activation.value, activation.slope_at

    def slope_forms(a: Forms, y: Expr) -> Forms:
        if slope is None:
            raise InternalFault(f"{activation.name} has no slope; whoever wants gradients has to refuse it before")
        return (_put(slope, x=a[0], y=y),)

    return Operation(
        activation.name,
        activation.symbol,
        lambda a: value(a[0]),
        lambda a, y: (slope_at(a[0], y),),
        lambda a: _put(formula, x=a[0]),
        slope_forms,
        record=activation,
    )


def softmax(unit: int, outs: Forms) -> Operation:
    """Output `unit` (from 0) of a softmax layer whose outputs are written `outs`; its slopes are a row of the Jacobian.

    ∂p_k/∂z_j = p_k·(1 − p_k) for j = k and −p_k·p_j otherwise (Goodfellow, Bengio, Courville 2016, §6.2.2.3).
    """

    def slopes(a: Numbers, y: float) -> Numbers:
        outputs = softmax_values(a)
        return [y * (1.0 - y) if j == unit else -y * p for j, p in enumerate(outputs)]

    def slope_forms(a: Forms, y: Expr) -> Forms:
        return [mul(y, sub(ONE, y)) if j == unit else neg(mul(y, p)) for j, p in enumerate(outs)]

    return Operation(
        "softmax",
        "softmax",
        lambda a: softmax_values(a)[unit],
        slopes,
        lambda a: div(call("exp", a[unit]), add(*(call("exp", one) for one in a))),
        slope_forms,
    )


def loss_term(loss: Loss, outputs: int) -> Operation:
    """What one output adds to the loss of a sample; operands are the output and its target, which is a constant."""
    value, slope_at = loss.value, loss.slope_at
    written = number(outputs)
    return Operation(
        "loss",
        "loss",
        lambda a: value(a[1], a[0], outputs),
        lambda a, y: (slope_at(a[1], a[0], outputs),),
        lambda a: _put(loss.term, y=a[0], t=a[1], m=written),
        lambda a, y: (_put(loss.slope, y=a[0], t=a[1], m=written),),
        constants=1,
        record=loss,
        outputs=outputs,
    )


def inner_softmax(unit: int, outputs: int) -> Operation:
    """Output `unit` (from 0) of the softmax inside a joined loss: it is named, and the loss does not go through it, so
    that no edge leads to it."""
    return softmax(unit, ())._replace(slopes=lambda a, y: (), slope_forms=lambda a, y: (), constants=outputs)


def sample_loss(whole: WholeSample, outputs: int, targets: int) -> Operation:
    """One part of a loss of the whole sample: the operands are the outputs it takes, then as constants the targets,
    then, if there is one, the softmax of the outputs."""
    behind = outputs + targets

    def split(a: Forms) -> tuple[Forms, Forms, Forms]:
        return a[:outputs], a[outputs:behind], a[behind:]

    return Operation(
        "loss",
        "loss",
        lambda a: whole.value(a[:outputs], a[outputs:behind]),
        lambda a, y: whole.slopes(a[:outputs], a[outputs:behind]),
        lambda a: whole.formula(*split(a)),
        lambda a, y: whole.slope_forms(*split(a)),
        constants=targets * (1 + whole.softmax),
    )


def penalty(regularization: Regularization, norm: int, samples: int) -> Operation:
    """What regularisation by a norm adds to the loss; the operands are the parameters, then the strength λ."""
    form, term = FORMS[regularization.form], TERMS[norm]
    count = number(samples)

    def value(a: Numbers) -> float:
        sizes = [w * w if norm == 2 else abs(w) for w in a[:-1]]
        return regularization.scale(norm, samples) * _folded(sizes)

    def formula(a: Forms) -> Expr:
        total = add(*(_put(term, w=w) for w in a[:-1]))
        share = _put(form.shares[norm], **{"lambda": a[-1], "n": count})
        return mul(*(share.args if share.op == "mul" else (share,)), total)

    return Operation(
        f"L{norm}",
        f"L{norm}",
        value,
        lambda a, y: [regularization.slope(norm, samples, w) for w in a[:-1]],
        formula,
        lambda a, y: [_put(form.slopes[norm], **{"lambda": a[-1], "n": count, "w": w}) for w in a[:-1]],
        constants=1,
    )
