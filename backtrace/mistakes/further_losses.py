"""Mistakes in cross-entropies, in penalties, and in the loss of a batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from backtrace.expression.tree import HALF, TWO, Expr, add, call, div, mul, number, power, symbol
from backtrace.mistakes.case import Case
from backtrace.mistakes.loss_values import term
from backtrace.mistakes.operators import exchanged, rewritten, terms_of, turned, without_factor, without_term
from backtrace.mistakes.records import Mistake
from backtrace.network.quantity import Quantity

TERM, BATCH = "the loss of an output", "the loss of a batch"
LN10 = call("ln", number(10))


def _cross_entropy(change: Callable[[Case, Expr, Expr, Expr], Expr | None]) -> Callable[[Case], Iterator[Expr]]:
    """A way of getting −(t·ln y + (1 − t)·ln(1 − y)) of one output wrong, from the line, t and y."""

    def make(case: Case) -> Iterator[Expr]:
        found = term(case)
        if found and "binary_cross_entropy" in case.network.loss.name:
            wrong = change(case, found[0], symbol(found[2]), symbol(found[1]))
            if wrong:
                yield wrong

    return make


def _first_of_two(case: Case, form: Expr, t: Expr, y: Expr) -> Expr | None:
    return rewritten(
        form, lambda part: without_term(part, 1) if part.op == "add" and part.args[0].op == "mul" else None
    )


def _base_ten(case: Case) -> Iterator[Expr]:
    if "cross_entropy" in case.network.loss.name:
        wrong = rewritten(
            case.form, lambda part: div(part, LN10) if part.op == "call" and part.args[0] == "ln" else None
        )
        if wrong:
            yield wrong


def _no_minus(case: Case) -> Iterator[Expr]:
    if "cross_entropy" in case.network.loss.name and all(part.op == "neg" for part in terms_of(case.form)):
        yield add(*(turned(part) for part in terms_of(case.form)))


def _without_penalty(case: Case) -> Iterator[Expr]:
    yield symbol(case.network.data_loss)


def _penalty_without_half(case: Case) -> Iterator[Expr]:
    wrong = without_factor(case.form, lambda factor: factor == HALF)
    if wrong:
        yield wrong


def _penalty_unscaled(case: Case) -> Iterator[Expr]:
    strength = symbol(Quantity("strength", unit=case.at.unit))
    wrong = without_factor(case.form, lambda factor: factor == strength)
    if wrong:
        yield wrong


def _penalty_of_sum(case: Case) -> Iterator[Expr]:
    """(Σ w)² for Σ w²."""
    if case.at.unit == 2:
        weights = [symbol(parameter) for parameter in case.network.regularized()]
        squares = add(*(power(w, TWO) for w in weights))
        wrong = rewritten(case.form, lambda part: power(add(*weights), TWO) if part == squares else None)
        if len(weights) > 1 and wrong:
            yield wrong


def _batch_sum(case: Case) -> Iterator[Expr]:
    if case.network.reduction == "mean":
        yield mul(number(case.network.samples), symbol(case.key))


def _batch_mean(case: Case) -> Iterator[Expr]:
    if case.network.reduction == "sum":
        yield div(symbol(case.key), number(case.network.samples))


def _batch_last(case: Case) -> Iterator[Expr]:
    yield symbol(Quantity("loss", sample=case.network.samples))


def _batch_first(case: Case) -> Iterator[Expr]:
    yield symbol(Quantity("loss", sample=1))


MISTAKES = (
    Mistake(
        "cross_entropy.first_part",
        "second part left out",
        "Only the part with the target is kept, the one with its complement is left out.",
        "drop_term",
        TERM,
        (
            "How many logarithms stand in this loss?",
            "What does your loss say when the target is zero?",
        ),
        at=("loss_term", "loss"),
        make=_cross_entropy(_first_of_two),
    ),
    Mistake(
        "cross_entropy.no_minus",
        "minus left out",
        "The minus before the logarithms is left out.",
        "wrong_sign",
        "a cross-entropy",
        (
            "What sign has the logarithm of a number below one?",
            "Can this loss be negative?",
        ),
        at=("loss_term", "loss"),
        make=_no_minus,
    ),
    Mistake(
        "cross_entropy.exchanged",
        "target and output exchanged",
        "The logarithms are taken of the target in place of the output.",
        "wrong_quantity",
        TERM,
        (
            "Of which of the two is the logarithm taken?",
            "What happens to your formula when the target is exactly zero or one?",
        ),
        at=("loss_term", "loss"),
        make=_cross_entropy(lambda case, form, t, y: exchanged(form, {t.args[0]: y, y.args[0]: t})),
    ),
    Mistake(
        "cross_entropy.base_ten",
        "logarithm to base 10",
        "The decimal logarithm is keyed in.",
        "wrong_function",
        "a cross-entropy",
        (
            "Which logarithm belongs to the exponential function?",
            "Your calculator has two keys for logarithms: look at their names.",
        ),
        at=("loss_term", "loss"),
        make=_base_ten,
    ),
    Mistake(
        "penalty.left_out",
        "penalty left out",
        "What regularisation adds is left out of the loss.",
        "drop_term",
        "the loss with regularisation",
        (
            "Of which parts is the loss made that the network is trained on?",
            "The size of the weights costs something too.",
        ),
        at=("whole_loss",),
        make=_without_penalty,
    ),
    Mistake(
        "penalty.no_half",
        "half of the penalty left out",
        "The half before the squared weights is left out.",
        "drop_factor",
        "a penalty",
        (
            "Compare the penalty with its definition, factor by factor.",
            "A constant stands before the sum of squares: is it in your line?",
        ),
        at=("penalty",),
        make=_penalty_without_half,
    ),
    Mistake(
        "penalty.no_strength",
        "strength left out",
        "The sum over the weights is not multiplied by the strength of the penalty.",
        "drop_factor",
        "a penalty",
        (
            "How strong is the regularisation here?",
            "One letter of the definition does not occur in your line.",
        ),
        at=("penalty",),
        make=_penalty_unscaled,
    ),
    Mistake(
        "penalty.sum_squared",
        "sum of the weights squared",
        "The weights are added first, and their sum is squared.",
        "wrong_order",
        "a penalty",
        (
            "Could a negative weight hide a positive one in your penalty?",
            "Which comes first, adding or squaring?",
        ),
        at=("penalty",),
        make=_penalty_of_sum,
    ),
    Mistake(
        "batch.loss_summed",
        "losses of the batch added",
        "The losses of the samples are added where their mean is asked for.",
        "wrong_aggregation",
        BATCH,
        (
            "Should a batch that holds every sample twice cost twice as much?",
            "Read again how the losses of the samples are put together.",
        ),
        at=("batch_loss",),
        make=_batch_sum,
    ),
    Mistake(
        "batch.loss_averaged",
        "losses of the batch averaged",
        "The losses of the samples are averaged where their sum is asked for.",
        "wrong_aggregation",
        BATCH,
        (
            "Read again how the losses of the samples are put together.",
            "You divided by something that the definition does not divide by.",
        ),
        at=("batch_loss",),
        make=_batch_mean,
    ),
    Mistake(
        "batch.loss_of_last",
        "last sample only",
        "The loss of the last sample is given as that of the batch.",
        "drop_term",
        BATCH,
        (
            "How many samples are in the batch?",
            "Every sample of the batch has a say in its loss.",
        ),
        at=("batch_loss",),
        make=_batch_last,
    ),
    Mistake(
        "batch.loss_of_first",
        "first sample only",
        "The loss of the first sample is given as that of the batch.",
        "drop_term",
        BATCH,
        (
            "How many samples are in the batch?",
            "Every sample of the batch has a say in its loss.",
        ),
        at=("batch_loss",),
        make=_batch_first,
    ),
)
