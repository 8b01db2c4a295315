"""Mistakes in the loss: of one output, of a sample, of a batch, and of regularisation."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from backtrace.expression.tree import HALF, ONE, TWO, Expr, add, call, div, mul, number, power, symbol
from backtrace.mistakes.calculation import net_of
from backtrace.mistakes.case import Case
from backtrace.mistakes.operators import exchanged, rewritten, terms_of, turned, without_factor, without_term
from backtrace.mistakes.records import Mistake
from backtrace.network.quantity import Quantity

TERM, WHOLE, BATCH = "the loss of an output", "the loss of a sample", "the loss of a batch"
LN10 = call("ln", number(10))


def term(case: Case) -> tuple[Expr, Quantity, Quantity] | None:
    """The line of what one output adds, with that output and its target; None where the loss has no such lines."""
    if case.network.loss.whole or (case.kind == "loss" and len(case.outputs) > 1):
        return None
    unit = max(case.at.unit, 1)
    return case.form, case.outputs[unit - 1], case.targets[unit - 1]


def squared(case: Case) -> Expr | None:
    """The line of one output where it is a square, for whoever gets that wrong."""
    found = term(case)
    return found[0] if found and any(part.op == "power" for part in _factors(found[0])) else None


def _factors(form: Expr) -> tuple[Expr, ...]:
    return form.args if form.op == "mul" else (form,)


def _base(part: Expr) -> Expr | None:
    return part.args[0] if part.op == "power" else None


def _no_half(case: Case) -> Iterator[Expr]:
    form = squared(case)
    wrong = without_factor(form, lambda factor: factor == HALF) if form else None
    if wrong:
        yield wrong


def _no_square(case: Case) -> Iterator[Expr]:
    form = squared(case)
    wrong = rewritten(form, _base) if form else None
    if wrong:
        yield wrong


def _size(case: Case) -> Iterator[Expr]:
    for part in _factors(squared(case) or ONE):
        if part.op == "power":
            yield call("abs", part.args[0])


def _square_of_half(case: Case) -> Iterator[Expr]:
    form = squared(case)
    if form and HALF in _factors(form):
        rest = [part for part in _factors(form) if part != HALF and part.op != "power"]
        yield mul(*rest, *(power(mul(HALF, part.args[0]), TWO) for part in _factors(form) if part.op == "power"))


def _squares_of_each(case: Case) -> Iterator[Expr]:
    """t² − y² for (t − y)²."""
    form, found = squared(case), term(case)
    if form and found:
        _, out, target = found
        difference = add(power(symbol(target), TWO), turned(power(symbol(out), TWO)))
        wrong = rewritten(form, lambda part: difference if part.op == "power" else None)
        if wrong:
            yield wrong


def _net_compared(case: Case) -> Iterator[Expr]:
    found = term(case)
    wrong = exchanged(found[0], {found[1]: symbol(net_of(found[1]))}) if found else None
    if wrong:
        yield wrong


def _other_target(case: Case) -> Iterator[Expr]:
    found = term(case)
    if found and len(case.targets) > 1:
        unit = case.neighbour(found[1].unit, case.top)
        wrong = exchanged(found[0], {found[2]: symbol(case.targets[unit - 1])})
        if wrong:
            yield wrong


def _sum_then_square(case: Case) -> Iterator[Expr]:
    """The differences added, and their sum squared."""
    if case.network.loss.whole or len(case.outputs) < 2:
        return
    lines = [case.calculation.terms.formula(unit) for unit in _units(case)]
    first = next((part for part in _factors(lines[0]) if part.op == "power"), None)
    if first:
        total = add(*(part.args[0] for line in lines for part in _factors(line) if part.op == "power"))
        wrong = rewritten(lines[0], lambda part: power(total, TWO) if part == first else None)
        if wrong:
            yield wrong


def _units(case: Case) -> list[Quantity]:
    names = case.network.loss.terms(case.network.targets_of(case.at.sample), len(case.outputs))
    return [Quantity("loss_term", unit=unit, sample=case.at.sample) for unit in names]


def _one_output(case: Case) -> Iterator[Expr]:
    if len(_units(case)) > 1:
        yield symbol(_units(case)[0])


def _mean_of_outputs(case: Case) -> Iterator[Expr]:
    if len(case.outputs) > 1 and not case.network.loss.mean_over_outputs and not case.network.loss.whole:
        yield div(case.form, number(len(case.outputs)))


def _sum_of_outputs(case: Case) -> Iterator[Expr]:
    if len(case.outputs) > 1 and case.network.loss.mean_over_outputs:
        yield mul(number(len(case.outputs)), case.form)


def _root(case: Case) -> Iterator[Expr]:
    if "squared" in case.network.loss.name:
        yield call("sqrt", case.form)


def _targets_exchanged(case: Case) -> Iterator[Expr]:
    units = _units(case)
    if len(units) < 2 or case.network.loss.whole:
        return
    others = [*case.targets[1:], case.targets[0]]
    taken = {t: symbol(other) for t, other in zip(case.targets, others, strict=True)}
    wrong = [exchanged(case.calculation.terms.formula(unit), taken) for unit in units]
    if all(wrong):
        yield add(*(one for one in wrong if one))


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


MISTAKES = (
    Mistake(
        "loss.no_half",
        "half left out",
        "The half before the square is left out.",
        "drop_factor",
        TERM,
        (
            "Compare your line with the loss as it is defined, factor by factor.",
            "A constant stands before the square in the definition: is it in your line?",
        ),
        "Data Science Stack Exchange, Why is there a 2 at the denominator of the mean squared error function?",
        at=("loss_term", "loss"),
        make=_no_half,
    ),
    Mistake(
        "loss.no_square",
        "difference not squared",
        "The difference is not squared.",
        "wrong_function",
        TERM,
        (
            "Can a squared error be negative?",
            "Between the difference and the loss there is one more operation.",
        ),
        at=("loss_term", "loss"),
        make=_no_square,
    ),
    Mistake(
        "loss.size_for_square",
        "size in place of the square",
        "The size of the difference is taken in place of its square.",
        "wrong_function",
        TERM,
        (
            "Which power of the difference does the definition ask for?",
            "Your number grows in proportion to the error: should it?",
        ),
        at=("loss_term", "loss"),
        make=_size,
    ),
    Mistake(
        "loss.square_of_half",
        "half squared too",
        "The difference is halved before it is squared.",
        "wrong_order",
        TERM,
        (
            "Is the constant inside or outside the square?",
            "Which comes first in the definition, squaring or halving?",
        ),
        at=("loss_term", "loss"),
        make=_square_of_half,
    ),
    Mistake(
        "loss.squares_subtracted",
        "difference of squares",
        "Target and output are squared one by one and then subtracted.",
        "wrong_order",
        TERM,
        (
            "Which comes first, the difference or the square?",
            "A square of a difference is never negative: can yours be?",
        ),
        at=("loss_term", "loss"),
        make=_squares_of_each,
    ),
    Mistake(
        "loss.net_compared",
        "net compared with the target",
        "The target is compared with the net of the output unit.",
        "wrong_quantity",
        TERM,
        (
            "Which number does the network show to the outside?",
            "The unit has not finished when its sum is formed.",
        ),
        at=("loss_term", "loss"),
        make=_net_compared,
    ),
    Mistake(
        "loss.other_target",
        "target of the neighbouring output",
        "The output is compared with the target of its neighbour.",
        "wrong_index",
        TERM,
        (
            "Which target belongs to this output?",
            "Compare the index of the target in your line with that of the output.",
        ),
        at=("loss_term", "loss"),
        make=_other_target,
    ),
    Mistake(
        "loss.sum_then_square",
        "sum squared",
        "The differences are added first, and their sum is squared.",
        "wrong_order",
        WHOLE,
        (
            "Could two errors of opposite sign hide each other?",
            "Each output has a loss of its own: form these first.",
        ),
        at=("loss",),
        make=_sum_then_square,
    ),
    Mistake(
        "loss.one_output",
        "one output only",
        "The loss of the first output is given as that of the sample.",
        "drop_term",
        WHOLE,
        (
            "How many outputs does the network have?",
            "Every output adds something to the loss.",
        ),
        at=("loss",),
        make=_one_output,
    ),
    Mistake(
        "loss.mean_of_outputs",
        "mean over the outputs",
        "The loss is averaged over the outputs where it is defined as a sum.",
        "wrong_aggregation",
        WHOLE,
        (
            "Does the definition say sum or mean?",
            "You divided by something that does not occur in this definition.",
        ),
        at=("loss",),
        make=_mean_of_outputs,
    ),
    Mistake(
        "loss.sum_of_outputs",
        "sum over the outputs",
        "The losses of the outputs are added where their mean is asked for.",
        "wrong_aggregation",
        WHOLE,
        (
            "Does the definition say sum or mean?",
            "A factor that depends on how many outputs there are is missing.",
        ),
        at=("loss",),
        make=_sum_of_outputs,
    ),
    Mistake(
        "loss.root",
        "root taken",
        "The root of the loss is taken.",
        "wrong_function",
        WHOLE,
        (
            "Is there a root in the definition of this loss?",
            "You stopped one operation too late.",
        ),
        at=("loss",),
        make=_root,
    ),
    Mistake(
        "loss.targets_exchanged",
        "targets exchanged",
        "The targets are paired with the wrong outputs.",
        "wrong_index",
        WHOLE,
        (
            "Check which target belongs to which output.",
            "The order of the targets is the order of the outputs.",
        ),
        at=("loss",),
        make=_targets_exchanged,
    ),
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
)
