"""Mistakes in the gradient of a bias, own or shared."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from backtrace.engine.zoom import product
from backtrace.expression.tree import ONE, ZERO, Expr, add, div, number, symbol
from backtrace.mistakes.case import Case
from backtrace.mistakes.records import Mistake
from backtrace.network.quantity import SHARED, Quantity

WHERE, OF_SHARED = "the gradient of a bias", "the gradient of a shared bias"


def each(change: Callable[[Case, Quantity], Expr | None]) -> Callable[[Case], Iterator[Expr]]:
    """A mistake made wherever the bias is used, for all samples alike: from the δ of the net."""

    def make(case: Case) -> Iterator[Expr]:
        terms = [change(case, delta) for delta, _ in case.feeds]
        found = [term for term in terms if term is not None]
        if len(found) == len(terms):
            yield case.calculation.gradient_of(found, case.parameter)

    return make


def _times_signal(case: Case, delta: Quantity) -> Expr | None:
    return product(symbol(delta), symbol(case.signal(delta.layer - 1, 1, delta.sample)))


def _no_slope(case: Case, delta: Quantity) -> Expr | None:
    if not case.network.layers[delta.layer - 1].activation.elementwise:
        return None
    return add(*case.calculation.upstream(delta._replace(kind="out")))


def _other_delta(case: Case, delta: Quantity) -> Expr | None:
    other = case.neighbour(delta.unit, delta.layer)
    return symbol(delta._replace(unit=other)) if other and case.parameter.unit != SHARED else None


def _first_only(case: Case) -> Iterator[Expr]:
    if case.parameter.unit == SHARED and case.layer.units > 1:
        kept = [symbol(delta) for delta, _ in case.feeds if delta.unit == 1]
        yield case.calculation.gradient_of(kept, case.parameter)


def _averaged(case: Case) -> Iterator[Expr]:
    if case.parameter.unit == SHARED and case.layer.units > 1:
        share = number(case.layer.units)
        whole = [div(add(*(symbol(delta) for delta, _ in case.feeds)), share)]
        yield case.calculation.gradient_of(whole, case.parameter)


def _all_units(case: Case, delta: Quantity) -> Expr | None:
    """An own bias treated as one that the layer shares."""
    size = case.network.size(delta.layer)
    if case.parameter.unit == SHARED or size < 2:
        return None
    return add(*(symbol(delta._replace(unit=k)) for k in range(1, size + 1)))


MISTAKES = (
    Mistake(
        "bias_gradient.times_signal",
        "multiplied by a signal",
        "δ is multiplied by a signal, as for a weight.",
        "extra_factor",
        WHERE,
        (
            "What constant does a bias multiply?",
            "Differentiate the net by its bias: does a signal remain?",
        ),
        at=("bias_gradient",),
        make=each(_times_signal),
    ),
    Mistake(
        "bias_gradient.times_bias",
        "multiplied by the bias",
        "δ is multiplied by the bias itself.",
        "extra_factor",
        WHERE,
        (
            "When you differentiate the net by its bias, what is left?",
            "The value of the bias has no influence on how fast the net changes with it.",
        ),
        at=("bias_gradient",),
        make=each(lambda case, delta: product(symbol(delta), symbol(case.parameter))),
    ),
    Mistake(
        "bias_gradient.is_one",
        "last link only",
        "Only the last link of the chain is given.",
        "drop_factor",
        WHERE,
        (
            "You have the last link of the chain: where are the earlier ones?",
            "How does the loss hear of a change of this bias?",
        ),
        at=("bias_gradient",),
        make=lambda case: [ONE],
    ),
    Mistake(
        "bias_gradient.is_zero",
        "bias taken for a constant",
        "The bias is taken for a constant, without a gradient.",
        "drop_term",
        WHERE,
        (
            "Would the loss change if this bias changed a little?",
            "A bias is a parameter like the weights.",
        ),
        at=("bias_gradient",),
        make=lambda case: [ZERO],
    ),
    Mistake(
        "bias_gradient.no_slope",
        "slope left out",
        "What comes back to the output is given, without the slope of the activation.",
        "drop_factor",
        WHERE,
        (
            "How many links does the chain from this bias to the loss have?",
            "A bias sits inside the unit, before its activation.",
        ),
        at=("bias_gradient",),
        make=each(_no_slope),
    ),
    Mistake(
        "bias_gradient.other_delta",
        "δ of the neighbouring unit",
        "The δ of the neighbouring unit is used.",
        "wrong_index",
        WHERE,
        (
            "To which unit does this bias belong?",
            "Compare the index of the bias with that of the δ you used.",
        ),
        at=("bias_gradient",),
        make=each(_other_delta),
    ),
    Mistake(
        "bias_gradient.first_of_shared",
        "one of the units only",
        "Only the first of the units that share the bias is counted.",
        "drop_term",
        OF_SHARED,
        (
            "How many units does this bias feed?",
            "One parameter, several ways to the loss: what does the chain rule do with them?",
        ),
        at=("bias_gradient",),
        make=_first_only,
    ),
    Mistake(
        "bias_gradient.shared_averaged",
        "mean over the units",
        "The mean over the units that share the bias is taken.",
        "wrong_aggregation",
        OF_SHARED,
        (
            "How do the effects of one parameter on several units combine?",
            "You divided by the number of units: which rule of calculus does that?",
        ),
        at=("bias_gradient",),
        make=_averaged,
    ),
    Mistake(
        "bias_gradient.taken_as_shared",
        "own bias taken as shared",
        "The δ of all units of the layer are added, as if they shared one bias.",
        "wrong_aggregation",
        "the gradient of an own bias",
        (
            "How many units does this bias feed?",
            "Each unit of this layer has a bias of its own.",
        ),
        at=("bias_gradient",),
        make=each(_all_units),
    ),
)
