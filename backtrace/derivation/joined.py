"""Softmax with cross-entropy in one: how −Σ t·ln p comes to the slope p − t, line by line."""

from __future__ import annotations

from backtrace.derivation.steps import Remark, Step
from backtrace.derivation.workspace import Workspace, d
from backtrace.engine.operations import softmax
from backtrace.expression.tree import ONE, Expr, add, div, mul, neg, sub, symbol
from backtrace.network.quantity import Derivative, Key, Quantity, neutral


def is_joined(work: Workspace, upper: Key, lower: Key) -> bool:
    """Whether ∂upper/∂lower is the slope of a loss that contains the softmax, by one of the outputs."""
    whole = work.network.loss.whole
    top = len(work.network.layers)
    return (
        whole is not None
        and whole.softmax
        and isinstance(upper, Quantity)
        and isinstance(lower, Quantity)
        and upper == work.network.sample_loss(lower.sample)
        and (lower.kind, lower.layer) == ("out", top)
    )


def softmax_lines(work: Workspace, out: Quantity) -> list[Step | Remark]:
    """∂p_k/∂out for every k, each by the rules of calculus: a column of the Jacobian of softmax, once on a page."""
    from backtrace.derivation.rules import calculus_lines

    named = _softmax(work, out)
    slopes = _column([symbol(p) for p in named], out.unit - 1)
    items: list[Step | Remark] = []
    for p, form in zip(named, slopes, strict=True):
        if Derivative(p, out) in work.written:
            continue
        lines = calculus_lines(work, work.neurons, p, out, form)
        items.append(work.line("local", d(p, out), form, lines=lines))
    return [Remark("softmax_column", (out,)), *items] if items else []


def joined_lines(work: Workspace, upper: Quantity, out: Quantity) -> tuple[Step, ...]:
    """The lines from −Σ t_k/p_k·∂p_k/∂out to p − t."""
    named = _softmax(work, out)
    p = [symbol(key) for key in named]
    t = [symbol(Quantity("target", 0, k, sample=out.sample)) for k in range(1, len(p) + 1)]
    j = out.unit - 1
    others = [k for k in range(len(p)) if k != j]
    each = [neg(mul(div(t[k], p[k]), d(named[k], out))) for k in range(len(p))]
    put_in = [neg(mul(div(t[k], p[k]), slope)) for k, slope in enumerate(_column(p, j))]
    cancelled = [neg(mul(t[j], sub(ONE, p[j]))), *(mul(t[k], p[j]) for k in others)]
    apart = [neg(t[j]), mul(t[j], p[j]), *(mul(t[k], p[j]) for k in others)]
    total = add(t[j], *(t[k] for k in others))
    found: list[tuple[Expr, str]] = [
        (add(*each), "sum rule, constant factor rule, logarithm rule, chain rule"),
        (add(*put_in), "the slopes of softmax put in"),
        (add(*cancelled), "each p cancelled, its own first"),
        (add(*apart), "multiplied out"),
        (sub(mul(p[j], total), t[j]), "p taken out"),
        (sub(mul(p[j], ONE), t[j]), "the targets sum to 1"),
        (sub(p[j], t[j]), "simplify"),
    ]
    left, name = d(upper, out), neutral(Derivative(upper, out))
    return tuple(
        Step(f"{name}:joined{number}", "rule", left, (form,), rule=rule, statement=True)
        for number, (form, rule) in enumerate(found)
    )


def _column(p: list[Expr], j: int) -> list[Expr]:
    """∂p_k/∂out_j for every k: p_k·(1 − p_k) for its own, −p_k·p_j for another."""
    return [softmax(k, p).slope_forms(p, p[k])[j] for k in range(len(p))]


def _softmax(work: Workspace, out: Quantity) -> list[Quantity]:
    units = range(1, work.network.layers[-1].units + 1)
    return [Quantity("softmax", 0, k, sample=out.sample) for k in units]
